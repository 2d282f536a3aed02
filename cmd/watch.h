/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parts of nod watch share: the devices as they are now and as they were when they were last
 * told of, and the text form of a change. The JSON form comes from lib/out/event.h alone.
 */
#ifndef NOD_CMD_WATCH_H
#define NOD_CMD_WATCH_H

#include "cmd/live.h"
#include "lib/model/event.h"
#include "lib/nl/monitor.h"

struct watch_options {
	struct param_operands devices;
	struct param_number count, timeout, interval;
};

/*
 * Tell changes until it is time to end. @signals: a descriptor that becomes readable then. The reader of
 * standard output going away is ERR_PIPE.
 */
enum status watch_loop(const struct watch_options *options, const struct session *session,
		       struct live *live, int signals, struct err *err);

/* As many devices may move to other namespaces between two tellings and be told as moved, not gone. */
#define WATCH_MOVED_MAX 64

/**
 * struct watch_state - the devices of one namespace
 * @look: the last look at all of them; owns all strings
 * @before: as last told; @now: as known now. Devices on the heap, @room for them in both
 * @pending: they differ; @reordered: also in which devices there are, or their names
 * @notices: applied since @look; each may have added strings to it
 * @moved: numbers of devices that went to another namespace since last told
 */
struct watch_state {
	struct snapshot look, before, now;
	size_t room;
	bool pending, reordered;
	size_t notices;
	int moved[WATCH_MOVED_MAX];
	size_t nmoved;
};

void watch_state_free(struct watch_state *state);

/* Make @look, which it owns from now on, what is known and told. -1 and ERR_MEMORY. */
int watch_state_take(struct watch_state *state, struct snapshot *look,
		     struct err *err) attr_must_check;

enum watch_step {
	WATCH_FAILED = -1, /* @err is filled */
	WATCH_SAME,	   /* nothing that nod tells of */
	WATCH_CHANGED,
	WATCH_TELL_FIRST, /* it would undo or repeat what is pending: tell that, then apply again */
};

/* Apply a notice. A new device is asked for its features over @wire. */
enum watch_step watch_state_apply(struct watch_state *state, const struct notice *notice,
				  struct wire *wire, const struct genl_family *ethtool,
				  struct err *err) attr_must_check;

/* Append what is pending to @events, and have it told. -1 and ERR_MEMORY. */
int watch_state_tell(struct watch_state *state, struct event_list *events,
		     struct err *err) attr_must_check;

/* One change, one line. */
void watch_text_event(struct text *out, const struct event *event, const struct session *session);

#endif
