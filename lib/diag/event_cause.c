/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A feature changed: did somebody ask for it, and if not, what else happened at that moment that
 * explains it?
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/diag/event_cause.h"
#include "lib/diag/events.h"

void inquiry_init(struct inquiry *inquiry, const struct snapshot *before,
		  const struct snapshot *after, struct arena *arena)
{
	*inquiry = (struct inquiry){
		.before = {.snapshot = before},
		.after = {.snapshot = after},
		.arena = arena,
	};
}

void inquiry_free(struct inquiry *inquiry)
{
	explainer_free(&inquiry->before.explainer);
	explainer_free(&inquiry->after.explainer);
}

static const char *say(struct inquiry *inquiry, const char *format, ...) attr_printf(2, 3);

static const char *say(struct inquiry *inquiry, const char *format, ...)
{
	char words[240];
	const char *copy;
	va_list args;

	va_start(args, format);
	vsnprintf(words, sizeof(words), format, args);
	va_end(args);
	copy = arena_strdup(inquiry->arena, words);
	inquiry->failed |= !copy;
	return copy;
}

static bool is_named(const struct inquiry *inquiry, const struct turn *turn, const char *name)
{
	const char *feature = inquiry->after.snapshot->names.names[turn->bit];

	return feature && strcmp(feature, name) == 0;
}

/* --- what the rules say --- */

static bool get_ready(struct inquiry *inquiry, struct look *look)
{
	struct err err = {0};

	if (look->ready)
		return true;
	if (explainer_init(&look->explainer, look->snapshot, &err) == 0 &&
	    explainer_prepare(&look->explainer, &err) == 0)
		look->drops = arena_alloc(&look->explainer.arena, sizeof(*look->drops));
	look->ready = look->drops;
	inquiry->failed |= !look->ready;
	return look->ready;
}

/* What took a feature away from a device; NULL if no rule did. */
static const struct drop *find_drop(struct inquiry *inquiry, struct look *look,
				    const struct device *device, unsigned int bit)
{
	if (!get_ready(inquiry, look))
		return NULL;
	if (look->device != device) {
		look->drops->count = 0;
		world_compute(&look->explainer.world, (size_t)(device - look->snapshot->devices),
			      look->drops, NULL);
		look->device = device;
	}
	for (size_t i = 0; i < look->drops->count; i++)
		if (look->drops->list[i].bit == bit)
			return &look->drops->list[i];
	return NULL;
}

/* "needs tx-scatter-gather (F2)"; NULL if there is nothing to say. */
static const char *brief(struct inquiry *inquiry, struct look *look, const struct device *device,
			 unsigned int bit)
{
	if (!get_ready(inquiry, look))
		return NULL;
	return explain_briefly(&look->explainer, device, bit, inquiry->arena);
}

static const char *summary(struct inquiry *inquiry, const char *rule)
{
	const struct feature_rule *row = rule ? feature_rule_lookup(rule) : NULL;

	return row ? say(inquiry, "%s (%s)", row->summary, row->id) : NULL;
}

static bool blame_rule(struct inquiry *inquiry, const struct turn *turn, struct blame *blame)
{
	struct look *look = turn->on ? &inquiry->before : &inquiry->after;
	const struct device *device = turn->on ? turn->before : turn->after;
	const struct drop *drop = find_drop(inquiry, look, device, turn->bit);
	const char *words;

	if (!drop)
		return false;
	words = brief(inquiry, look, device, turn->bit);
	blame->rule = drop->rule;
	blame->by = drop->device ? drop->device->name : NULL;
	/* The device behind it may be told of only later: then the rule speaks for itself. */
	if (!words)
		words = summary(inquiry, drop->rule);
	blame->text = turn->on && words ? say(inquiry, "was blocked: %s", words) : words;
	return true;
}

/* --- what else happened --- */

static bool appeared(const struct turn *turn, enum xdp_mode mode)
{
	return turn->before->xdp != mode && turn->after->xdp == mode;
}

static bool was_enslaved(struct inquiry *inquiry, const struct turn *turn, struct blame *blame)
{
	const struct device *master;

	if (!(device_compare(turn->before, turn->after).kinds & 1u << EVENT_MASTER) ||
	    !(turn->after->has & DEVICE_HAS_MASTER))
		return false;
	master = snapshot_by_index(inquiry->after.snapshot, turn->after->master_ifindex);
	/* A bond that has it leaves it to its ports. */
	if (master && feature_test(&master->active, turn->bit))
		return false;
	blame->by = master ? master->name : NULL;
	blame->text = say(inquiry, "became a port of %s", master ? master->name : "another device");
	return true;
}

static bool was_set_forwarding(const struct turn *turn, struct blame *blame)
{
	uint32_t kinds = device_compare(turn->before, turn->after).kinds;
	bool four = kinds & 1u << EVENT_FORWARDING4 && turn->after->forwarding4;
	bool six = kinds & 1u << EVENT_FORWARDING6 && turn->after->forwarding6;

	if (four || six)
		blame->text = four ? "IPv4 forwarding was switched on"
				   : "IPv6 forwarding was switched on";
	return four || six;
}

/* A device above that does not ask for it: put there just now, or it has just lost it. */
static bool was_overlaid(struct inquiry *inquiry, const struct turn *turn, struct blame *blame)
{
	const struct snapshot *before = inquiry->before.snapshot, *after = inquiry->after.snapshot;

	for (size_t i = 0; i < after->ndevices; i++) {
		const struct device *upper = &after->devices[i], *old;

		if (upper == turn->after || feature_test(&upper->active, turn->bit) ||
		    !device_is_upper_of(after, upper, turn->after))
			continue;
		old = snapshot_by_index(before, upper->ifindex);
		if (!old || !device_is_upper_of(before, old, turn->before))
			blame->text = say(inquiry, "%s was put on top", upper->name);
		else if (feature_test(&old->active, turn->bit))
			blame->text = say(inquiry, "went off on %s above", upper->name);
		else
			continue;
		blame->by = upper->name;
		return true;
	}
	return false;
}

/* LRO and GRO in hardware are the two that the kernel clears by itself, as if nobody had asked. */
static bool blame_clearing(struct inquiry *inquiry, const struct turn *turn, struct blame *blame)
{
	bool lro = is_named(inquiry, turn, "rx-lro");

	if (turn->on || !feature_test(&turn->before->wanted, turn->bit) ||
	    feature_test(&turn->after->wanted, turn->bit))
		return false;
	if (!lro && !is_named(inquiry, turn, "rx-gro-hw"))
		return false;
	if (appeared(turn, XDP_MODE_GENERIC)) {
		blame->rule = lro ? "S3" : "S4";
		blame->text = "generic XDP was attached";
		return true;
	}
	blame->rule = "S3";
	if (lro && (was_enslaved(inquiry, turn, blame) || was_set_forwarding(turn, blame)))
		return true;
	blame->rule = "S2";
	if (lro && was_overlaid(inquiry, turn, blame))
		return true;
	blame->rule = NULL;
	return false;
}

/* Whether it was or is a port of the device, or what it sits on. */
static bool is_below(const struct snapshot *snapshot, const struct device *upper,
		     const struct device *lower)
{
	return upper && lower && upper->ifindex != lower->ifindex &&
	       device_is_upper_of(snapshot, upper, lower);
}

static bool blame_below(struct inquiry *inquiry, const struct turn *turn, struct blame *blame)
{
	const struct snapshot *before = inquiry->before.snapshot, *after = inquiry->after.snapshot;

	for (size_t i = 0; i < before->ndevices + after->ndevices; i++) {
		const struct device *one = i < before->ndevices
						   ? &before->devices[i]
						   : &after->devices[i - before->ndevices];
		const struct device *old = snapshot_by_index(before, one->ifindex);
		const struct device *now = snapshot_by_index(after, one->ifindex);
		bool was = is_below(before, turn->before, old);
		bool is = is_below(after, turn->after, now);

		if (!was && !is)
			continue;
		if (was && is && !feature_any(device_compare(old, now).active))
			continue;
		blame->by = one->name;
		blame->text = say(inquiry,
				  was && is ? "%s below it changed"
				  : is	    ? "%s came below it"
					    : "%s is no more below it",
				  one->name);
		return true;
	}
	return false;
}

/* Other settings of the device itself that drivers look at. */
static bool blame_setting(const struct turn *turn, struct blame *blame)
{
	uint32_t kinds = device_compare(turn->before, turn->after).kinds;

	if (kinds & 1u << EVENT_XDP)
		blame->text = turn->after->xdp ? "XDP was attached at that moment"
					       : "XDP was detached at that moment";
	else if (kinds & 1u << EVENT_MTU)
		blame->text = "the MTU changed at that moment";
	return blame->text;
}

static struct blame blame_request(struct inquiry *inquiry, const struct turn *turn)
{
	struct blame blame = {.cause = EVENT_REQUESTED};
	const struct drop *drop;
	const char *words;

	if (!turn->request || !turn->on || feature_test(&turn->after->active, turn->bit))
		return blame;
	drop = find_drop(inquiry, &inquiry->after, turn->after, turn->bit);
	words = brief(inquiry, &inquiry->after, turn->after, turn->bit);
	blame.rule = drop ? drop->rule : NULL;
	blame.text = words ? say(inquiry, "not granted: %s", words) : "not granted";
	return blame;
}

struct blame inquire(struct inquiry *inquiry, const struct turn *turn)
{
	bool wanted = feature_test(&turn->after->wanted, turn->bit);
	struct blame blame = {.cause = EVENT_SIDE_EFFECT}, below = blame;

	if (blame_clearing(inquiry, turn, &blame))
		return blame;
	if (turn->request ||
	    (wanted == turn->on && feature_test(&turn->before->wanted, turn->bit) != wanted))
		return blame_request(inquiry, turn);
	if (!blame_rule(inquiry, turn, &blame))
		blame = (struct blame){.cause = EVENT_SIDE_EFFECT};
	if (!blame.by && blame_below(inquiry, turn, &below)) {
		blame.by = below.by;
		blame.text = blame.text ? blame.text : below.text;
	}
	if (!blame.text && !blame_setting(turn, &blame))
		blame.text = blame.rule ? NULL : "cause not known";
	return blame;
}
