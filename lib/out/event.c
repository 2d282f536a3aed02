/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which keys do scripts find in a change that nod saw?
 */
#include "lib/out/event.h"

static const struct field event_fields[] = {
	{"time", FIELD_SECONDS, offsetof(struct event, time_ns),
	 .help = "since 1970, when the kernel told of it, or when nod found out"},
	{"event", FIELD_NAME, offsetof(struct event, kind), .help = "what changed",
	 .names = event_kind_names},
	{"device", FIELD_STRING, offsetof(struct event, device),
	 .help = "its present name; null for lost notifications"},
	{"ifindex", FIELD_U32, offsetof(struct event, ifindex),
	 .help = "its number; 0 for lost notifications"},
	{"kind", FIELD_STRING, offsetof(struct event, device_kind),
	 .help = "kind of the device (veth, bridge), null for hardware and loopback"},
	{"feature", FIELD_STRING, offsetof(struct event, feature),
	 .help = "the kernel's name of a feature; null for other events"},
	{"old", FIELD_STRING, offsetof(struct event, before),
	 .help = "what it was: on or off for features, requests and forwarding; else a name, a "
		 "number, or null for none"},
	{"new", FIELD_STRING, offsetof(struct event, after), .help = "what it is, likewise"},
	{"fixed", FIELD_BOOL, offsetof(struct event, fixed),
	 .help = "a feature that nobody can change from now on"},
	{"cause", FIELD_NAME, offsetof(struct event, cause),
	 .help = "of changed features: whether somebody asked for it", .names = event_cause_names},
	{"rule", FIELD_STRING, offsetof(struct event, rule),
	 .help = "id of the kernel's rule that was the cause; null for none"},
	{"by", FIELD_STRING, offsetof(struct event, by),
	 .help = "the device that was the cause, if it is another one"},
	{"text", FIELD_STRING, offsetof(struct event, text),
	 .help = "the cause, or what else there is to say, in words"},
	FIELD_END,
};
const struct record record_event = {"event", sizeof(struct event), event_fields};
