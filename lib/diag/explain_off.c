/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A feature is off, and nobody asked for it, or nobody can: would it come on, and how?
 */
#include <string.h>

#include "lib/diag/explain_parts.h"

#define EFFECTS_LISTED 6

/* One line for all that changes beside what was asked: "rx-lro off, tx-gso-list off on eth0". */
static size_t add_effects(struct question *question, const struct device *device,
			  const struct way *way, struct text *out, size_t count)
{
	const struct explainer *explainer = question->explainer;
	const struct feature_names *names = &explainer->snapshot->names;
	size_t index = (size_t)(device - explainer->snapshot->devices);
	struct feature_bits changed =
		feature_xor(explainer->world.active[index], explainer->trial.active[index]);

	if (device == question->device) {
		changed = feature_without(changed, feature_or(way->on, way->off));
		feature_put(&changed, question->bit, false);
	}
	for (unsigned int bit = 0; feature_any(changed) && bit < names->count; bit++) {
		if (!feature_test(&changed, bit) || !names->names[bit])
			continue;
		if (count++ >= EFFECTS_LISTED)
			continue;
		text_printf(out, "%s%s %s", out->length ? ", " : "", names->names[bit],
			    feature_test(&explainer->trial.active[index], bit) ? "on" : "off");
		if (device != question->device)
			text_printf(out, " on %s", device->name);
		if (feature_test(&explainer->trial.unknown[index], bit))
			text_add(out, " perhaps");
	}
	return count;
}

static void explain_effects(struct question *question, const struct way *way)
{
	const struct snapshot *snapshot = question->explainer->snapshot;
	struct text list attr_cleanup(text_free) = {0};
	const char *kept;
	size_t count = 0;

	world_reset(&question->explainer->trial);
	way_set(&question->explainer->trial, way);
	for (size_t i = 0; i < snapshot->ndevices; i++)
		count = add_effects(question, &snapshot->devices[i], way, &list, count);
	if (!count)
		return;
	if (count > EFFECTS_LISTED)
		text_printf(&list, " and %zu more", count - EFFECTS_LISTED);
	kept = explain_keep(question, &list);
	explain_reason(question, NULL, CONFIDENCE_LIKELY,
		       explain_say(question, "Side effects of the command: %s.", kept ? kept : ""));
}

/* What stands against it, were it asked for; false if nothing does. The drop is kept in *@kept. */
static bool would_drop(struct question *question, struct drop *kept)
{
	struct explainer *explainer = question->explainer;
	size_t index = (size_t)(question->device - explainer->snapshot->devices);
	struct way way = {0};
	struct drops drops;
	struct feature_bits granted;
	const struct drop *drop;

	drops.count = 0;
	feature_put(&way.on, question->bit, true);
	world_reset(&explainer->trial);
	explainer->trial.wanted[index] = feature_or(explainer->trial.wanted[index], way.on);
	granted = world_compute(&explainer->trial, index, &drops, NULL);
	drop = drops_find(&drops, question->bit);
	*kept = drop ? *drop : (struct drop){0};
	return !feature_test(&granted, question->bit);
}

static const char *command_reason(const struct question *question, const struct way *way)
{
	const struct device *device = question->device;
	bool forwarding = (device->has & DEVICE_HAS_FORWARDING4 && device->forwarding4) ||
			  (device->has & DEVICE_HAS_FORWARDING6 && device->forwarding6);

	if (strcmp(question->feature, "rx-lro") == 0 && forwarding)
		return "not while it forwards: merged packets may be too long for the way out";
	return feature_any(way->unknown) ? "no rule forbids it; the driver has the last word"
					 : "would be granted";
}

static void explain_grantable(struct question *question)
{
	struct way way = way_start(question->explainer, question->device);

	if (!way_find(&question->explainer->world, &way, question->bit))
		return;
	explain_effects(question, &way);
	way_command(question, &way, command_reason(question, &way));
}

void explain_off(struct question *question)
{
	struct explanation *answer = question->answer;
	struct drop drop;
	bool dropped = would_drop(question, &drop);

	if (feature_is_cleared(question->feature) && !lro_reasons(question))
		explain_limit(
			question,
			explain_say(question,
				    "The kernel clears %s by itself at some events and leaves "
				    "no trace; none of its reasons that can be seen from here "
				    "holds now.",
				    question->feature));
	if (!dropped) {
		answer->text = "It is off because it is not requested.";
		explain_grantable(question);
		return;
	}
	answer->text = "It is off because it is not requested. To ask for it would not be enough.";
	explain_drop(question, &drop);
	explain_drop_more(question, &drop);
}

/* Where to look instead: what the hardware below says of a feature that a virtual device never has. */
static void explain_lower(struct question *question)
{
	const struct device *lower = device_lower(question->explainer->snapshot, question->device);

	if (lower && lower->has & DEVICE_HAS_FEATURES)
		explain_reason(
			question, NULL, CONFIDENCE_CERTAIN,
			explain_say(question, "%s, which it is stacked on, has it %s.", lower->name,
				    feature_test(&lower->active, question->bit) ? "on" : "off"));
}

static void explain_driver_lacks(struct question *question)
{
	const char *driver = question->device->driver;

	explain_reason(
		question, NULL, CONFIDENCE_LIKELY,
		driver ? explain_say(
				 question,
				 "The driver %s does not offer it on this device: the hardware, its "
				 "firmware or this version of the driver cannot do it.",
				 driver)
		       : "Its driver does not offer it on this device: the hardware, its firmware "
			 "or this version of the driver cannot do it.");
	explain_limit(question, "Which of these it is, only the driver knows.");
}

/* What is behind the cause, and what to do there. */
static void explain_fixed_more(struct question *question, const char *rule)
{
	const struct device *peer = device_peer(question->explainer->snapshot, question->device);

	if (rule && strcmp(rule, "K-virtio") == 0)
		explain_limit(question, "What host and driver agreed on stands bit by bit in "
					"/sys/bus/virtio/devices/*/features.");
	if (rule && strcmp(rule, "K-veth-xdp") == 0 && peer)
		way_other_command(question, peer, rule);
}

/* Not to be switched by itself, but with another feature, which may be possible. */
static void explain_coupled(struct question *question)
{
	int parse = feature_lookup(&question->explainer->snapshot->names, "rx-vlan-hw-parse");
	struct way way = way_start(question->explainer, question->device);

	question->answer->text = "It is off, and cannot be switched by itself.";
	if (parse < 0 || !way_find(&question->explainer->world, &way, (unsigned int)parse) ||
	    !way_is_any(&way))
		return;
	way_command(question, &way, explain_say(question, "%s comes with it", question->feature));
}

void explain_fixed(struct question *question)
{
	const struct device *device = question->device;
	struct cause cause;

	question->answer->text = "It is fixed off: no setting of this device switches it on.";
	if (kind_fixed_cause(question, &cause)) {
		explain_reason(question, cause.rule, cause.certainty, cause.text);
		explain_fixed_more(question, cause.rule);
		if (tags_cause(question, &cause))
			explain_coupled(question);
		return;
	}
	if (!explain_kind_rule(device)) {
		explain_driver_lacks(question);
		return;
	}
	explain_reason(
		question, explain_kind_rule(device), CONFIDENCE_CERTAIN,
		explain_say(question,
			    "A device of kind %s has a list of features of its own, and this "
			    "one is not in it.",
			    device->kind ? device->kind : "loopback"));
	explain_lower(question);
}
