/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A feature is on: what does that say, and what does it not?
 */
#include <string.h>

#include "lib/diag/explain_parts.h"

#define BELOW_MAX 8
#define STACK_MAX 8

static bool forwards(const struct device *device)
{
	return (device->has & DEVICE_HAS_FORWARDING4 && device->forwarding4) ||
	       (device->has & DEVICE_HAS_FORWARDING6 && device->forwarding6);
}

/* For a bridge the ports matter little: only what it sends itself goes by its own features. */
static bool shows_below(const struct question *question)
{
	return feature_is_transmit(question->feature) && explain_kind_rule(question->device) &&
	       !device_is_kind(question->device, "bridge");
}

/*
 * Of those below which do not have it, those that could, or whose neighbours do: what no port has, and
 * what a NIC replaces by something else (checksums by protocol in place of generic ones), is no news.
 */
static size_t keep_telling(const struct question *question, const struct device **list,
			   size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (feature_test(&list[i]->hw, question->bit) ||
		    (question->explainer->nports > count && kind_has_ports(question->device)))
			list[kept++] = list[i];
	return kept;
}

static bool lacking_cause(struct question *question, struct cause *cause)
{
	const struct device *below[BELOW_MAX];
	struct text names attr_cleanup(text_free) = {0};
	const char *kept;
	size_t found = kind_lacking_below(question->explainer, question->device, question->bit,
					  below, BELOW_MAX);
	size_t count = keep_telling(question, below, found < BELOW_MAX ? found : BELOW_MAX);

	if (!count)
		return false;
	explain_list(&names, below, found > BELOW_MAX ? found - BELOW_MAX + count : count);
	kept = explain_keep(question, &names);
	*cause = (struct cause){
		.rule = explain_kind_rule(question->device),
		.brief = explain_say(question, "off on %s", kept ? kept : ""),
	};
	return true;
}

bool on_cause(struct question *question, struct cause *cause)
{
	if (strcmp(question->feature, "rx-lro") == 0 && forwards(question->device)) {
		*cause = (struct cause){.rule = "S3", .brief = "although it forwards"};
		return true;
	}
	if (muted_cause(question, cause))
		return true;
	return shows_below(question) && lacking_cause(question, cause);
}

/* Of these a device with ports has what all of them have, whatever is asked of it. */
static bool is_all_for_all(const char *feature)
{
	return strcmp(feature, "tx-nocache-copy") == 0 ||
	       strcmp(feature, "tx-fcoe-segmentation") == 0;
}

static bool ports_cause(struct question *question, struct cause *cause)
{
	const struct device *device = question->device;
	bool none = kind_lacks_ports(question->explainer, device);

	if ((!device_is_kind(device, "bond") && !device_is_kind(device, "team")) ||
	    !is_all_for_all(question->feature))
		return false;
	*cause = (struct cause){
		.rule = explain_kind_rule(device),
		.brief = none ? "no port lacks it: no ports yet" : "no port lacks it",
		.text = explain_say(
			question,
			"A %s has it unless one of its ports lacks it, requested or "
			"not%s.",
			device->kind,
			none ? explain_say(question, ", and %s has no ports yet", device->name)
			     : ""),
		.certainty = CONFIDENCE_CERTAIN,
	};
	return true;
}

void unasked_cause(struct question *question, struct cause *cause)
{
	if (ports_cause(question, cause) || muted_cause(question, cause) ||
	    tags_cause(question, cause))
		return;
	*cause = (struct cause){
		.brief = "by itself",
		.text = "The driver or the kind of device switches it on by itself, mostly "
			"together with another feature.",
		.certainty = CONFIDENCE_LIKELY,
	};
}

static void explain_below(struct question *question, const struct device *below)
{
	struct explainer *explainer = question->explainer;
	bool on = feature_test(&below->active, question->bit);
	const char *why;

	if (!(below->has & DEVICE_HAS_FEATURES))
		return;
	why = on ? NULL : explain_briefly(explainer, below, question->bit, question->arena);
	explain_reason(question, NULL, CONFIDENCE_CERTAIN,
		       explain_say(question, "%s, below %s, has it %s%s%s%s.", below->name,
				   question->device->name, on ? "on" : "off", why ? " (" : "",
				   why ? why : "", why ? ")" : ""));
}

/* Down to the hardware, as far as this namespace goes; ports of the first device only. */
static void explain_stack(struct question *question)
{
	struct explainer *explainer = question->explainer;
	const struct device *lower = question->device;

	for (size_t i = 0; i < STACK_MAX; i++) {
		lower = device_lower(explainer->snapshot, lower);
		if (!lower)
			break;
		explain_below(question, lower);
	}
	for (size_t i = 0; i < BELOW_MAX; i++) {
		/* To explain one port is to turn to it. */
		explainer_turn_to(explainer, question->device);
		if (i >= explainer->nports)
			break;
		explain_below(question, explainer->ports[i]);
	}
	explainer_turn_to(explainer, question->device);
	if (explainer->nports > BELOW_MAX)
		explain_limit(question,
			      explain_say(question, "Not looked at: %zu more of its ports.",
					  explainer->nports - BELOW_MAX));
	if (question->device->has & DEVICE_HAS_LINK_NETNS && !device_is_end(question->device))
		explain_limit(question, "The device below it is in another network namespace.");
}

static void explain_virtual(struct question *question, const char *rule)
{
	const char *text = explain_rule(question, rule);

	explain_reason(
		question, rule, CONFIDENCE_CERTAIN,
		text ? text
		     : "It is a virtual device: what is on here says nothing about hardware.");
	explain_stack(question);
}

/* Counters of its queues, where the driver keeps some that belong to the feature. */
static const struct {
	const char *feature, *counter, *words;
} counters[] = {
	{"tx-tcp-segmentation", "tx_hw_gso_packets", "packets cut by the device"},
	{"tx-tcp6-segmentation", "tx_hw_gso_packets", "packets cut by the device"},
	{"tx-udp-segmentation", "tx_hw_gso_packets", "packets cut by the device"},
	{"rx-gro-hw", "rx_hw_gro_packets", "packets merged by the device"},
	{"rx-checksum", "rx_csum_unnecessary", "received packets whose checksum it verified"},
	{"tx-checksum-ip-generic", "tx_needs_csum", "packets that left with a checksum to fill in"},
	{"tx-checksum-ipv4", "tx_needs_csum", "packets that left with a checksum to fill in"},
};

/* The sum over all queues; false if none of them counts it. */
static bool sum_queues(const struct device *device, const char *key, uint64_t *sum)
{
	const struct device_details *details = device->details;
	bool found = false;

	*sum = 0;
	for (size_t i = 0; details && i < details->nqueues; i++) {
		const struct fact *fact = fact_lookup(&details->queues[i].counters, key);

		if (fact && fact->type == FACT_NUMBER) {
			*sum += fact->number;
			found = true;
		}
	}
	return found;
}

static bool explain_counters(struct question *question)
{
	uint64_t sum;

	for (size_t i = 0; i < array_size(counters); i++) {
		if (strcmp(counters[i].feature, question->feature) != 0 ||
		    !sum_queues(question->device, counters[i].counter, &sum))
			continue;
		explain_reason(question, NULL, CONFIDENCE_CERTAIN,
			       explain_say(question, "Its queues count %llu %s.",
					   (unsigned long long)sum, counters[i].words));
		return true;
	}
	return false;
}

/* On is not used: the stack and the driver decide for each packet. */
static void explain_use(struct question *question)
{
	if (!feature_is_transmit(question->feature) &&
	    strcmp(question->feature, "rx-gro-hw") != 0 &&
	    strcmp(question->feature, "rx-checksum") != 0)
		return;
	if (explain_counters(question))
		return;
	explain_limit(question,
		      explain_say(question,
				  "That it is on does not say that it is used: %s Counters, where "
				  "the driver has them: nod show --details %s",
				  question->feature[0] == 't'
					  ? "the kernel and the driver decide for each packet, by "
					    "lists that are not exported (hw_enc_features for "
					    "tunnels, vlan_features for tags)."
					  : "the driver decides for each packet.",
				  question->device->name));
}

static void explain_forwarding(struct question *question)
{
	struct way way = way_start(question->explainer, question->device);

	if (strcmp(question->feature, "rx-lro") != 0 || !forwards(question->device))
		return;
	explain_reason(
		question, "S3", CONFIDENCE_CERTAIN,
		explain_say(question,
			    "%s forwards, and the kernel clears rx-lro when forwarding is "
			    "switched on: somebody switched rx-lro on again. Merged packets may "
			    "be too long for the way out, and then they are lost.",
			    question->device->name));
	if (!feature_test(&question->device->hw, question->bit))
		return;
	feature_put(&way.off, question->bit, true);
	way_command(question, &way, "as the kernel had it");
}

static void explain_fixed_on(struct question *question)
{
	struct cause cause;

	question->answer->text = "It is fixed on: no setting of this device switches it off.";
	if (!tags_cause(question, &cause))
		return;
	question->answer->text = "It is on, and cannot be switched by itself.";
	explain_reason(question, cause.rule, cause.certainty, cause.text);
}

void explain_on(struct question *question)
{
	struct explanation *answer = question->answer;
	const char *rule = explain_kind_rule(question->device);
	struct cause cause = {0};

	answer->text = "It is on, as requested.";
	if (answer->standing == STANDING_ON_FIXED)
		explain_fixed_on(question);
	if (answer->standing == STANDING_ON_UNASKED) {
		answer->text = "It is on though it is not requested.";
		unasked_cause(question, &cause);
		explain_reason(question, cause.rule, cause.certainty, cause.text);
	}
	if (muted_cause(question, &cause)) {
		explain_reason(question, cause.rule, cause.certainty, cause.text);
		explain_muted_commands(question);
	}
	explain_forwarding(question);
	if (rule && feature_is_transmit(question->feature))
		explain_virtual(question, rule);
	else
		explain_use(question);
}
