/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is to be typed, on this device or another, so that a feature becomes active?
 */
#include <string.h>

#include "lib/diag/explain_parts.h"

#define DEVICES_MAX WAYS_ELSEWHERE

struct way way_start(const struct explainer *explainer, const struct device *device)
{
	return (struct way){.device = (size_t)(device - explainer->snapshot->devices)};
}

const char *way_promise(const struct way *way)
{
	return feature_any(way->unknown) ? "then no rule forbids it; the driver has the last word"
					 : "then it is granted";
}

void way_command(struct question *question, const struct way *way, const char *reason)
{
	struct text text attr_cleanup(text_free) = {0};

	ways_add_commands(&text, question->explainer->snapshot, way, 1);
	text_printf(&text, "  # %s", reason);
	explain_command(question, explain_keep(question, &text));
}

/* Rules of a driver that look at something else than features: what is to be changed then. */
static const struct {
	const char *rule, *before, *after, *reason;
} other_commands[] = {
	{"D-r8169-jumbo", "ip link set dev ", " mtu 1500", "up to this MTU the chip can do it"},
	{"D-tg3-jumbo", "ip link set dev ", " mtu 1500", "up to this MTU the chip can do it"},
	{"D-stmmac-jumbo", "ip link set dev ", " mtu 1500", "up to this MTU the chip can do it"},
	{"D-e1000e-rxfcs", "ip link set dev ", " mtu 1500", "up to this MTU the chip can do it"},
	{"D-mlx5-striding", "ethtool --set-priv-flags ", " rx_striding_rq on",
	 "the driver merges only with striding receive queues"},
	{"D-mlx5-cqe", "ethtool --set-priv-flags ", " rx_cqe_compress off",
	 "compressed completions do not have what this needs"},
	{"D-mlx5-xdp", "ip link set dev ", " xdp off", "takes the XDP program away"},
	{"D-netvsc-xdp", "ip link set dev ", " xdp off", "takes the XDP program away"},
	{"K-veth-xdp", "ip link set dev ", " xdp off", "takes the XDP program away"},
	{"K-virtio-xdp", "ip link set dev ", " xdp off", "takes the XDP program away"},
};

/* What other programs need to be started with to act in the namespace that was looked at. */
static void add_entrance(struct text *out, const char *netns)
{
	if (!netns)
		return;
	if (strchr(netns, '/'))
		text_add(out, "nsenter --net=");
	else if (netns[strspn(netns, "0123456789")] == '\0')
		text_add(out, "nsenter --net --target ");
	else
		text_add(out, "ip netns exec ");
	text_add_shell(out, netns);
	text_add(out, " ");
}

void way_other_command(struct question *question, const struct device *device, const char *rule)
{
	for (size_t i = 0; rule && i < array_size(other_commands); i++) {
		struct text text attr_cleanup(text_free) = {0};

		if (strcmp(other_commands[i].rule, rule) != 0)
			continue;
		add_entrance(&text, question->explainer->snapshot->netns);
		text_add(&text, other_commands[i].before);
		text_add_shell(&text, device->name);
		text_printf(&text, "%s  # %s", other_commands[i].after, other_commands[i].reason);
		explain_command(question, explain_keep(question, &text));
	}
}

/* What leads to what was asked about, or at least to what that needs; none where nothing does. */
static void find_ways(struct question *question, struct ways *ways)
{
	struct explainer *explainer = question->explainer;
	const unsigned int bits[] = {question->goal, question->bit};

	ways->count = 0;
	for (size_t i = 0; i < array_size(bits) && !ways->count; i++) {
		struct feature_bits goal = {{0}};

		feature_put(&goal, bits[i], true);
		ways_find(&explainer->world, &explainer->trial,
			  way_start(question->explainer, question->device).device, &goal, ways);
	}
}

/* Here the last command keeps the promise. */
static const char *step_reason(const struct question *question, const struct ways *ways,
			       size_t step, const char *elsewhere)
{
	const struct way *way = &ways->list[step];

	if (feature_any(way->unknown))
		return way_promise(way);
	if (way->device != way_start(question->explainer, question->device).device)
		return elsewhere;
	return step + 1 == ways->count ? way_promise(way)
				       : "the kernel looks again only when a request changes";
}

/* To be told only if it takes other devices. */
static void tell_ways(struct question *question, const char *elsewhere)
{
	struct ways ways;

	find_ways(question, &ways);
	if (!ways.count ||
	    ways.list[0].device == way_start(question->explainer, question->device).device)
		return;
	for (size_t i = 0; i < ways.count; i++)
		way_command(question, &ways.list[i], step_reason(question, &ways, i, elsewhere));
}

void explain_upper_commands(struct question *question)
{
	const struct device *uppers[DEVICES_MAX];
	size_t count = lro_uppers(question->explainer, question->device, uppers, DEVICES_MAX);

	for (size_t i = 0; i < count && i < DEVICES_MAX; i++)
		if (!feature_test(&uppers[i]->hw, question->bit))
			explain_reason(
				question, NULL, CONFIDENCE_CERTAIN,
				explain_say(question,
					    "%s cannot have rx-lro at all: as long as it is on top "
					    "of %s, nothing switches it on here.",
					    uppers[i]->name, question->device->name));
	tell_ways(question, explain_say(question, "then %s may have it", question->device->name));
}

void explain_below_commands(struct question *question)
{
	const struct device *below[DEVICES_MAX];
	size_t count = kind_lacking_below(question->explainer, question->device, question->bit,
					  below, DEVICES_MAX);

	tell_ways(question,
		  explain_say(question, "%s takes it from there", question->device->name));
	if (count > DEVICES_MAX)
		explain_limit(question, explain_say(question, "It is off on %zu more ports.",
						    count - DEVICES_MAX));
	if (!count)
		explain_limit(question, "Which of its features a driver offers to devices on top "
					"(vlan_features and the like) is not exported.");
}
