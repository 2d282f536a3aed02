/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The process behind nod set --for: it puts a change back at its deadline when the nod that made it is
 * not there any more to do so.
 */
#ifndef NOD_CMD_WATCHER_H
#define NOD_CMD_WATCHER_H

#include "cmd/command.h"

/**
 * struct watcher - as the one who started it sees it
 * @fd: to it
 */
struct watcher {
	int fd;
};

/* fork(2): who returns. */
enum watcher_side {
	WATCHER_FAILED = -1, /* @err is filled */
	WATCHER_CALLER,
	WATCHER_ITSELF, /* all is over; leave quietly, without touching anything */
};

/*
 * Start it, before anything else is opened: it inherits nothing but the session. It has no terminal,
 * does not hear its signals, and goes away by itself when the caller ends without entrusting it with a
 * change. The caller blocks signals that it wants to hear before.
 */
enum watcher_side watcher_start(struct watcher *watcher, const struct session *session,
				struct err *err) attr_must_check;

/**
 * struct errand - what the watcher is told
 * @number: of the journal entry; @netns, @netns_cookie: where it was made: a name or a process may stand
 *          for another network namespace by now
 * @deadline_ns: of CLOCK_BOOTTIME: then it is put back unless it is settled before
 */
struct errand {
	uint64_t number, netns, netns_cookie;
	int64_t deadline_ns;
};

/*
 * Entrust it with an @errand. When this returns, the watcher has opened the namespace and the journal. -1 and
 * @err: it could not.
 */
int watcher_entrust(struct watcher *watcher, const struct errand *errand,
		    struct err *err) attr_must_check;

/* Leave it alone: with a change until that is settled, without one for good. */
void watcher_leave(struct watcher *watcher);

/* A descriptor for poll(2) that is readable from @deadline_ns of CLOCK_BOOTTIME on; -1 and @err. */
int watcher_timer(int64_t deadline_ns, struct err *err) attr_must_check;

#endif
