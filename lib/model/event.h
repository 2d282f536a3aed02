/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One change on a network device, as data.
 */
#ifndef NOD_MODEL_EVENT_H
#define NOD_MODEL_EVENT_H

#include "lib/base/arena.h"
#include "lib/model/device.h"

/* What changed. Names in event_kind_names, ended by NULL. */
enum event_kind {
	EVENT_FEATURE,	   /* a feature went on or off */
	EVENT_REQUEST,	   /* a feature was requested, or is no more; it stays as it is */
	EVENT_NEW,	   /* a device appeared */
	EVENT_GONE,	   /* a device is no more */
	EVENT_MOVED,	   /* a device went to another namespace */
	EVENT_RENAMED,	   /* old and new name */
	EVENT_STATE,	   /* "down", "no-carrier", "up" */
	EVENT_MTU,	   /* bytes */
	EVENT_MASTER,	   /* name of the device above; NULL for none */
	EVENT_XDP,	   /* of xdp_mode_names */
	EVENT_FORWARDING4, /* IPv4 forwarding on or off */
	EVENT_FORWARDING6,
	EVENT_LOST, /* notifications were lost; no device */
};
extern const char *const event_kind_names[];

/* Of features. Names in event_cause_names, ended by NULL. */
enum event_cause {
	EVENT_REQUESTED,
	EVENT_SIDE_EFFECT,
	EVENT_NO_CAUSE, /* for what is not about features; has no name */
};
extern const char *const event_cause_names[];

/**
 * struct event - one change
 * @time_ns: since 1970, when nod was told, or found out
 * @kind: enum event_kind; @cause: enum event_cause
 * @ifindex, @device, @device_kind: which device, by its present name; 0, NULL for none
 * @feature: the kernel's name; NULL for other kinds
 * @before, @after: of what the kind says; "on" and "off" for features; NULL for none
 * @fixed: a feature that nobody can change from now on
 * @rule: id of the rule that was the cause; NULL for none
 * @by: name of the device that was the cause, if it is another one; NULL
 * @text: the cause, or what else there is to say, in a few words; NULL
 */
struct event {
	int64_t time_ns;
	uint8_t kind, cause;
	int ifindex;
	const char *device, *device_kind, *feature, *before, *after, *rule, *by, *text;
	bool fixed;
};

/**
 * struct event_list - events in the order to be told; everything in it is from its arena
 * @failed: memory ran out; what was added since is missing. Check once, at the end
 */
struct event_list {
	struct arena arena;
	struct event *list;
	size_t count, room;
	bool failed;
};

void event_list_free(struct event_list *events);

/* A new one at the end, zeroed but for its kind, without a cause; NULL if memory ran out. */
struct event *event_add(struct event_list *events, enum event_kind kind);

/* A copy of @string in the list's arena; NULL for NULL. */
const char *event_string(struct event_list *events, const char *string);

#endif
