/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What are changes called, and where are they kept until they are told?
 */
#include <string.h>

#include "lib/model/event.h"

#define ROOM_FIRST 32

const char *const event_kind_names[] = {
	[EVENT_FEATURE] = "feature",
	[EVENT_REQUEST] = "request",
	[EVENT_NEW] = "new",
	[EVENT_GONE] = "gone",
	[EVENT_MOVED] = "moved",
	[EVENT_RENAMED] = "renamed",
	[EVENT_STATE] = "state",
	[EVENT_MTU] = "mtu",
	[EVENT_MASTER] = "master",
	[EVENT_XDP] = "xdp",
	[EVENT_FORWARDING4] = "forwarding4",
	[EVENT_FORWARDING6] = "forwarding6",
	[EVENT_LOST] = "lost",
	NULL,
};

const char *const event_cause_names[] = {
	[EVENT_REQUESTED] = "requested",
	[EVENT_SIDE_EFFECT] = "side-effect",
	NULL,
};

void event_list_free(struct event_list *events)
{
	arena_free(&events->arena);
	*events = (struct event_list){0};
}

static bool grow(struct event_list *events)
{
	size_t room = events->room ? events->room * 2 : ROOM_FIRST;
	struct event *list = arena_alloc(&events->arena, room * sizeof(*list));

	if (!list) {
		events->failed = true;
		return false;
	}
	if (events->count)
		memcpy(list, events->list, events->count * sizeof(*list));
	events->list = list;
	events->room = room;
	return true;
}

struct event *event_add(struct event_list *events, enum event_kind kind)
{
	struct event *event;

	if (events->failed || (events->count == events->room && !grow(events)))
		return NULL;
	event = &events->list[events->count++];
	*event = (struct event){.kind = (uint8_t)kind, .cause = EVENT_NO_CAUSE};
	return event;
}

const char *event_string(struct event_list *events, const char *string)
{
	char *copy = string ? arena_strdup(&events->arena, string) : NULL;

	events->failed |= string && !copy;
	return copy;
}
