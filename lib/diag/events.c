/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is different between two looks at the devices?
 */
#include <net/if.h>
#include <linux/if.h>
#include <stdio.h>
#include <string.h>

#include "lib/diag/event_cause.h"
#include "lib/diag/events.h"

static bool both_have(const struct device *a, const struct device *b, uint32_t has)
{
	return (a->has & b->has & has) == has;
}

/* The master's number, 0 for none. */
static int master_of(const struct device *device)
{
	return device->has & DEVICE_HAS_MASTER ? device->master_ifindex : 0;
}

static const char *state_of(const struct device *device)
{
	if (!(device->flags & IFF_UP))
		return "down";
	return device->flags & IFF_LOWER_UP ? "up" : "no-carrier";
}

static uint32_t kind_bit(enum event_kind kind, bool changed)
{
	return changed ? UINT32_C(1) << kind : 0;
}

static uint32_t compare_links(const struct device *a, const struct device *b)
{
	return kind_bit(EVENT_RENAMED, strcmp(a->name, b->name) != 0) |
	       kind_bit(EVENT_STATE, strcmp(state_of(a), state_of(b)) != 0) |
	       kind_bit(EVENT_MTU, both_have(a, b, DEVICE_HAS_MTU) && a->mtu != b->mtu) |
	       kind_bit(EVENT_MASTER, master_of(a) != master_of(b)) |
	       kind_bit(EVENT_XDP, a->xdp != b->xdp) |
	       kind_bit(EVENT_FORWARDING4, both_have(a, b, DEVICE_HAS_FORWARDING4) &&
						   a->forwarding4 != b->forwarding4) |
	       kind_bit(EVENT_FORWARDING6, both_have(a, b, DEVICE_HAS_FORWARDING6) &&
						   a->forwarding6 != b->forwarding6);
}

struct device_changes device_compare(const struct device *before, const struct device *after)
{
	struct device_changes changes = {0};

	if (!before || !after) {
		changes.kinds = kind_bit(EVENT_NEW, after) | kind_bit(EVENT_GONE, before);
		return changes;
	}
	changes.kinds = compare_links(before, after);
	if (both_have(before, after, DEVICE_HAS_FEATURES)) {
		changes.active = feature_xor(before->active, after->active);
		changes.wanted = feature_xor(before->wanted, after->wanted);
	}
	return changes;
}

static bool is_any(const struct device_changes *changes)
{
	return changes->kinds || feature_any(changes->active) || feature_any(changes->wanted);
}

bool device_changes_overlap(const struct device *start, const struct device *middle,
			    const struct device *end)
{
	const uint32_t existence = kind_bit(EVENT_NEW, true) | kind_bit(EVENT_GONE, true);
	struct device_changes first = {0}, second = {0};

	if (start || middle)
		first = device_compare(start, middle);
	if (middle || end)
		second = device_compare(middle, end);
	/* Nothing is compared of a device that was not there, or is no more. */
	if ((first.kinds | second.kinds) & existence)
		return is_any(&first) && is_any(&second);
	return first.kinds & second.kinds ||
	       feature_any(feature_and(first.active, second.active)) ||
	       feature_any(feature_and(first.wanted, second.wanted));
}

/* Two looks on their way into events. */
struct comparison {
	const struct snapshot *before, *after;
	struct event_list *events;
	struct inquiry *inquiry;
};

static struct event *add(struct comparison *comparison, enum event_kind kind,
			 const struct device *device)
{
	struct event_list *events = comparison->events;
	struct event *event = event_add(events, kind);

	if (!event)
		return NULL;
	event->ifindex = device->ifindex;
	event->device = event_string(events, device->name);
	event->device_kind = event_string(events, device->kind);
	return event;
}

/* What the kind says of the device; NULL for none. */
static const char *value_of(enum event_kind kind, const struct device *device,
			    const struct snapshot *snapshot, char buffer[16])
{
	const struct device *master;

	switch (kind) {
	case EVENT_RENAMED:
		return device->name;
	case EVENT_STATE:
		return state_of(device);
	case EVENT_MTU:
		snprintf(buffer, 16, "%u", device->mtu);
		return buffer;
	case EVENT_MASTER:
		master = snapshot_by_index(snapshot, master_of(device));
		snprintf(buffer, 16, "#%d", master_of(device));
		return !master_of(device) ? NULL : master ? master->name : buffer;
	case EVENT_XDP:
		return xdp_mode_names[device->xdp];
	case EVENT_FORWARDING4:
		return device->forwarding4 ? "on" : "off";
	case EVENT_FORWARDING6:
		return device->forwarding6 ? "on" : "off";
	default:
		return NULL;
	}
}

/* First of all: what is told next may name it. */
static void add_new(struct comparison *comparison, const struct device *before,
		    const struct device *after)
{
	if (!before)
		add(comparison, EVENT_NEW, after);
}

static void add_links(struct comparison *comparison, const struct device *before,
		      const struct device *after)
{
	uint32_t kinds = device_compare(before, after).kinds;
	struct event_list *events = comparison->events;
	char old[16], now[16];

	for (int kind = 0; before && kinds >> kind; kind++) {
		struct event *event;

		if (!(kinds >> kind & 1))
			continue;
		event = add(comparison, (enum event_kind)kind, after ? after : before);
		if (!event || !after)
			continue;
		event->before = event_string(
			events, value_of((enum event_kind)kind, before, comparison->before, old));
		event->after = event_string(
			events, value_of((enum event_kind)kind, after, comparison->after, now));
	}
}

static void add_feature(struct comparison *comparison, enum event_kind kind,
			const struct turn *turn, const struct blame *blame)
{
	struct event *event = add(comparison, kind, turn->after);
	const char *name = comparison->after->names.names[turn->bit];

	if (!event)
		return;
	event->feature = event_string(comparison->events, name);
	event->before = turn->on ? "off" : "on";
	event->after = turn->on ? "on" : "off";
	event->fixed = !feature_test(&turn->after->hw, turn->bit) ||
		       feature_test(&turn->after->nochange, turn->bit);
	event->cause = blame->cause;
	event->rule = event_string(comparison->events, blame->rule);
	event->by = event_string(comparison->events, blame->by);
	event->text = event_string(comparison->events, blame->text);
}

/* Features of one device whose cause is @wanted. */
static void add_features(struct comparison *comparison, const struct device *before,
			 const struct device *after, enum event_cause wanted)
{
	struct device_changes changes = device_compare(before, after);
	struct feature_bits changed = feature_or(changes.active, changes.wanted);

	for (unsigned int bit = 0; feature_any(changed) && bit < FEATURE_BITS_MAX; bit++) {
		bool active = feature_test(&changes.active, bit);
		struct turn turn = {
			.before = before,
			.after = after,
			.bit = bit,
			.request = !active,
			.on = feature_test(active ? &after->active : &after->wanted, bit),
		};
		struct blame blame;

		if (!feature_test(&changed, bit) || !comparison->after->names.names[bit])
			continue;
		blame = inquire(comparison->inquiry, &turn);
		if (blame.cause == wanted)
			add_feature(comparison, active ? EVENT_FEATURE : EVENT_REQUEST, &turn,
				    &blame);
	}
}

typedef void device_visitor(struct comparison *comparison, const struct device *before,
			    const struct device *after);

static void add_requested(struct comparison *comparison, const struct device *before,
			  const struct device *after)
{
	if (before && after)
		add_features(comparison, before, after, EVENT_REQUESTED);
}

static void add_followed(struct comparison *comparison, const struct device *before,
			 const struct device *after)
{
	if (before && after)
		add_features(comparison, before, after, EVENT_SIDE_EFFECT);
}

/* Both are in the order of ifindex. */
static void each_device(struct comparison *comparison, device_visitor *visit)
{
	const struct snapshot *before = comparison->before, *after = comparison->after;
	size_t i = 0, j = 0;

	while (i < before->ndevices || j < after->ndevices) {
		const struct device *old = i < before->ndevices ? &before->devices[i] : NULL;
		const struct device *now = j < after->ndevices ? &after->devices[j] : NULL;

		if (old && now && old->ifindex < now->ifindex)
			now = NULL;
		else if (old && now && old->ifindex > now->ifindex)
			old = NULL;
		visit(comparison, old, now);
		i += old != NULL;
		j += now != NULL;
	}
}

int events_compare(const struct snapshot *before, const struct snapshot *after,
		   struct event_list *events, struct err *err)
{
	struct inquiry inquiry;
	struct comparison comparison = {before, after, events, &inquiry};

	inquiry_init(&inquiry, before, after, &events->arena);
	each_device(&comparison, add_new);
	each_device(&comparison, add_links);
	each_device(&comparison, add_requested);
	each_device(&comparison, add_followed);
	inquiry_free(&inquiry);
	if (events->failed || inquiry.failed)
		return err_set(err, ERR_MEMORY, "out of memory");
	return 0;
}
