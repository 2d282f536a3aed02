/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What do the devices look like after this notification, and what of it was not told yet?
 */
#include <stdlib.h>
#include <string.h>

#include "cmd/watch.h"
#include "lib/diag/events.h"
#include "lib/nl/ethtool.h"
#include "lib/nl/link.h"

void watch_state_free(struct watch_state *state)
{
	free(state->before.devices);
	free(state->now.devices);
	arena_free(&state->before.arena);
	arena_free(&state->now.arena);
	snapshot_free(&state->look);
	*state = (struct watch_state){0};
}

static int reserve(struct watch_state *state, size_t count, struct err *err)
{
	struct snapshot *const views[] = {&state->before, &state->now};
	size_t room = state->room ? state->room : 16;

	while (room < count)
		room *= 2;
	if (room == state->room)
		return 0;
	for (size_t i = 0; i < array_size(views); i++) {
		struct device *devices =
			reallocarray(views[i]->devices, room, sizeof(*views[i]->devices));

		if (!devices)
			return err_set(err, ERR_MEMORY, "out of memory");
		views[i]->devices = devices;
	}
	state->room = room;
	return 0;
}

/* Find devices fast again; the index is the only thing that a view has in its own arena. */
static void index_view(struct snapshot *view)
{
	arena_free(&view->arena);
	snapshot_finish(view);
}

/* Make @view what @from is; it has the room. */
static void copy_devices(struct snapshot *view, const struct snapshot *from)
{
	if (from->ndevices)
		memcpy(view->devices, from->devices, from->ndevices * sizeof(*from->devices));
	view->ndevices = from->ndevices;
}

static void make_view(struct snapshot *view, const struct snapshot *look)
{
	struct device *devices = view->devices;
	struct arena arena = view->arena;

	*view = *look;
	view->arena = arena;
	view->devices = devices;
	copy_devices(view, look);
	index_view(view);
}

int watch_state_take(struct watch_state *state, struct snapshot *look, struct err *err)
{
	if (reserve(state, look->ndevices, err) < 0) {
		snapshot_free(look);
		return -1;
	}
	snapshot_free(&state->look);
	state->look = *look;
	*look = (struct snapshot){0};
	make_view(&state->before, &state->look);
	make_view(&state->now, &state->look);
	state->pending = state->reordered = false;
	state->notices = state->nmoved = 0;
	return 0;
}

/* Where the device is, or would have to be. */
static size_t position(const struct snapshot *view, int ifindex)
{
	size_t low = 0, high = view->ndevices;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (view->devices[middle].ifindex < ifindex)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct device *find(const struct snapshot *view, int ifindex)
{
	size_t at = position(view, ifindex);

	return at < view->ndevices && view->devices[at].ifindex == ifindex ? &view->devices[at]
									   : NULL;
}

static int insert(struct watch_state *state, const struct device *device, struct err *err)
{
	struct snapshot *now = &state->now;
	size_t at = position(now, device->ifindex);

	if (reserve(state, now->ndevices + 1, err) < 0)
		return -1;
	memmove(&now->devices[at + 1], &now->devices[at],
		(now->ndevices - at) * sizeof(*now->devices));
	now->devices[at] = *device;
	now->ndevices++;
	return 0;
}

static void take_out(struct snapshot *view, struct device *device)
{
	size_t behind = view->ndevices - (size_t)(device - view->devices) - 1;

	memmove(device, device + 1, behind * sizeof(*device));
	view->ndevices--;
}

/* Make the device what @next is; NULL: it is gone. */
static enum watch_step put(struct watch_state *state, int ifindex, const struct device *next,
			   struct err *err)
{
	struct device *middle = find(&state->now, ifindex);
	struct device_changes changes;

	if (!middle && !next)
		return WATCH_SAME;
	if (device_changes_overlap(find(&state->before, ifindex), middle, next))
		return WATCH_TELL_FIRST;
	changes = device_compare(middle, next);
	state->reordered |= !middle || !next || changes.kinds & 1u << EVENT_RENAMED;
	if (!next)
		take_out(&state->now, middle);
	else if (middle)
		*middle = *next;
	else if (insert(state, next, err) < 0)
		return WATCH_FAILED;
	if (!changes.kinds && !feature_any(changes.active) && !feature_any(changes.wanted))
		return WATCH_SAME;
	state->pending = true;
	return WATCH_CHANGED;
}

static void put_features(struct device *device, const struct feature_sets *sets)
{
	device->hw = sets->hw;
	device->wanted = sets->wanted;
	device->active = sets->active;
	device->nochange = sets->nochange;
	device->has |= DEVICE_HAS_FEATURES;
}

static int take_features(const struct feature_sets *sets, void *data, struct err *err attr_unused)
{
	put_features(data, sets);
	return 0;
}

static enum watch_step apply_link(struct watch_state *state, const struct notice *notice,
				  struct wire *wire, const struct genl_family *ethtool,
				  struct err *err)
{
	const struct device *known = find(&state->now, notice->ifindex);
	struct err gone = {0};
	struct device next;
	bool uncertain;

	if (link_decode(notice->message, &next, &state->look.arena, err) < 0)
		return WATCH_FAILED;
	next.driver = known ? known->driver : next.kind;
	if (known && known->has & DEVICE_HAS_FEATURES) {
		struct feature_sets sets = {.hw = known->hw,
					    .wanted = known->wanted,
					    .active = known->active,
					    .nochange = known->nochange};

		put_features(&next, &sets);
	} else {
		/* If it does not answer it has gone again, which will be told too. */
		(void)!ethtool_features(wire, ethtool, &state->look.names, next.ifindex,
					take_features, &next, &uncertain, &gone);
	}
	return put(state, next.ifindex, &next, err);
}

static enum watch_step apply_features(struct watch_state *state, const struct notice *notice,
				      struct err *err)
{
	const struct device *known;
	struct feature_sets sets;
	struct device next;

	if (ethtool_decode_features(notice->message, &state->look.names, &sets, err) < 0)
		return WATCH_FAILED;
	known = find(&state->now, sets.ifindex);
	/* Of a device that its link has not told of yet: it will be asked then. */
	if (!known)
		return WATCH_SAME;
	next = *known;
	put_features(&next, &sets);
	return put(state, next.ifindex, &next, err);
}

static enum watch_step apply_forwarding(struct watch_state *state, const struct notice *notice,
					struct err *err)
{
	const struct device *known = find(&state->now, notice->ifindex);
	struct device next;

	if (!known)
		return WATCH_SAME;
	next = *known;
	if (notice->kind == NOTICE_FORWARDING4) {
		next.forwarding4 = notice->on;
		next.has |= DEVICE_HAS_FORWARDING4;
	} else {
		next.forwarding6 = notice->on;
		next.has |= DEVICE_HAS_FORWARDING6;
	}
	return put(state, next.ifindex, &next, err);
}

static enum watch_step apply_gone(struct watch_state *state, const struct notice *notice,
				  struct err *err)
{
	enum watch_step step = put(state, notice->ifindex, NULL, err);

	if (step == WATCH_CHANGED && notice->kind == NOTICE_MOVED &&
	    state->nmoved < WATCH_MOVED_MAX)
		state->moved[state->nmoved++] = notice->ifindex;
	return step;
}

enum watch_step watch_state_apply(struct watch_state *state, const struct notice *notice,
				  struct wire *wire, const struct genl_family *ethtool,
				  struct err *err)
{
	state->notices++;
	switch (notice->kind) {
	case NOTICE_LINK:
		return apply_link(state, notice, wire, ethtool, err);
	case NOTICE_GONE:
	case NOTICE_MOVED:
		return apply_gone(state, notice, err);
	case NOTICE_FEATURES:
		return apply_features(state, notice, err);
	case NOTICE_FORWARDING4:
	case NOTICE_FORWARDING6:
		return apply_forwarding(state, notice, err);
	}
	return WATCH_SAME;
}

static void mark_moved(const struct watch_state *state, struct event *event)
{
	for (size_t i = 0; event->kind == EVENT_GONE && i < state->nmoved; i++)
		if (state->moved[i] == event->ifindex)
			event->kind = EVENT_MOVED;
}

int watch_state_tell(struct watch_state *state, struct event_list *events, struct err *err)
{
	size_t first = events->count;

	if (!state->pending)
		return 0;
	if (state->reordered)
		index_view(&state->now);
	if (events_compare(&state->before, &state->now, events, err) < 0)
		return -1;
	for (size_t i = first; i < events->count; i++)
		mark_moved(state, &events->list[i]);
	copy_devices(&state->before, &state->now);
	if (state->reordered)
		index_view(&state->before);
	state->pending = state->reordered = false;
	state->nmoved = 0;
	return 0;
}
