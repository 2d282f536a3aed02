/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does a change on trial stay?
 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "cmd/hold.h"
#include "cmd/restore.h"
#include "cmd/signals.h"
#include "cmd/watcher.h"

/* How often is looked whether the shell has put this process into the foreground again. */
#define FOREGROUND_MS 1000

/* What happened first. */
enum event {
	EVENT_NONE,
	EVENT_ENTER,
	EVENT_JOURNAL,
	EVENT_SIGNAL,
	EVENT_DEADLINE,
};

enum {
	FD_SIGNALS,
	FD_TIMER,
	FD_JOURNAL,
	FD_STDIN,
	FDS
};

/**
 * struct waiting - descriptors of poll(2)
 * @terminal: standard input is one, and was not closed
 */
struct waiting {
	struct pollfd fds[FDS];
	bool terminal;
};

int hold_signals(struct err *err)
{
	static const int ends[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
	sigset_t old;

	return signals_hear(ends, array_size(ends), &old, err);
}

/* What may be done with standard input. */
enum access {
	ACCESS_READ,
	ACCESS_LATER, /* out of the background, reading would stop the process */
	ACCESS_NEVER, /* it is no terminal, or was closed */
	ACCESS_GONE,  /* the terminal was lost */
};

static enum access terminal_access(const struct waiting *waiting)
{
	pid_t foreground;

	if (!waiting->terminal)
		return ACCESS_NEVER;
	foreground = tcgetpgrp(STDIN_FILENO);
	if (foreground < 0) /* not ours: then nobody is in its background */
		return errno == ENOTTY ? ACCESS_READ : ACCESS_GONE;
	return foreground == getpgrp() ? ACCESS_READ : ACCESS_LATER;
}

void hold_forget_typed(void)
{
	const struct waiting waiting = {.terminal = isatty(STDIN_FILENO) == 1};

	if (terminal_access(&waiting) == ACCESS_READ)
		tcflush(STDIN_FILENO, TCIFLUSH);
}

static enum event read_terminal(struct waiting *waiting)
{
	char line[256];
	ssize_t length;

	if (waiting->fds[FD_STDIN].revents & (POLLHUP | POLLERR | POLLNVAL))
		return EVENT_SIGNAL;
	length = read(STDIN_FILENO, line, sizeof(line));
	if (length > 0)
		return memchr(line, '\n', (size_t)length) ? EVENT_ENTER : EVENT_NONE;
	if (length < 0 && errno == EIO)
		return EVENT_SIGNAL; /* the terminal is gone */
	if (!length)
		waiting->terminal = false; /* Ctrl-D is no word */
	return EVENT_NONE;
}

/* Reading empties it; what is read does not matter. */
static void drain(int fd)
{
	char bytes[4096];

	while (read(fd, bytes, sizeof(bytes)) > 0)
		;
}

static enum event wait_once(struct waiting *waiting)
{
	enum access terminal = terminal_access(waiting);
	int timeout = terminal == ACCESS_LATER ? FOREGROUND_MS : -1;

	if (terminal == ACCESS_GONE)
		return EVENT_SIGNAL;
	waiting->fds[FD_STDIN].fd = terminal == ACCESS_READ ? STDIN_FILENO : -1;
	if (poll(waiting->fds, FDS, timeout) < 0)
		return errno == EINTR ? EVENT_NONE : EVENT_SIGNAL;
	if (waiting->fds[FD_SIGNALS].revents)
		return EVENT_SIGNAL;
	if (waiting->fds[FD_TIMER].revents)
		return EVENT_DEADLINE;
	if (waiting->fds[FD_JOURNAL].revents) {
		drain(waiting->fds[FD_JOURNAL].fd);
		return EVENT_JOURNAL;
	}
	return waiting->fds[FD_STDIN].revents ? read_terminal(waiting) : EVENT_NONE;
}

/* What the journal says: 1 it stays, 0 it was put back, -1 it still waits. */
static int read_state(const struct hold *hold)
{
	const struct journal_entry *entry;
	struct journal_entries entries;
	struct arena arena = {0};
	struct err err = {0};
	int result = -1;

	if (!journal_read(hold->changes->journal, &arena, &entries, &err)) {
		entry = changes_lookup(&entries, hold->application->number);
		if (entry && !changes_is_waiting(entry))
			result = entry->state == JOURNAL_DONE;
	}
	arena_free(&arena);
	return result;
}

/* Enter was pressed: but the watcher or another nod may have been faster. */
static int keep(const struct hold *hold, struct err *err)
{
	int state;

	if (changes_lock(hold->changes, err))
		return -1;
	state = read_state(hold);
	if (state < 0 && !journal_mark(hold->changes->journal, hold->application->number,
				       JOURNAL_DONE, NULL, err))
		state = 1;
	journal_unlock(hold->changes->journal);
	return state;
}

/* There are names of devices in them. */
static void say_notes(const struct session *session, const struct restored *restored)
{
	for (size_t i = 0; i < restored->nnotes; i++) {
		struct text safe attr_cleanup(text_free) = {0};

		text_add_untrusted(&safe, restored->notes[i]);
		if (!safe.failed)
			session_say(session, "%s", safe.chars);
	}
}

static int put_back(const struct hold *hold, const char *why, struct err *err)
{
	struct restored restored;

	switch (restore_waiting(hold->live, hold->changes, hold->application->number, why,
				&restored, err)) {
	case RESTORE_KEPT:
		return 1;
	case RESTORE_PUT_BACK:
		say_notes(hold->session, &restored);
		return 0;
	default:
		return -1;
	}
}

static int wait_for_word(const struct hold *hold, struct waiting *waiting, struct err *err)
{
	int state;

	while ((state = read_state(hold)) < 0) {
		enum event event;

		do {
			event = wait_once(waiting);
		} while (event == EVENT_NONE);
		if (event == EVENT_ENTER)
			return keep(hold, err);
		if (event == EVENT_SIGNAL)
			return put_back(hold, "interrupted", err);
		if (event == EVENT_DEADLINE)
			return put_back(hold, "deadline", err);
	}
	return state;
}

int hold_change(const struct hold *hold, struct err *err)
{
	struct waiting waiting = {.terminal = isatty(STDIN_FILENO) == 1};
	int timer, watch, result = -1;

	watch = journal_watch(hold->changes->journal, err);
	timer = watch < 0 ? -1 : watcher_timer(hold->application->deadline_ns, err);
	waiting.fds[FD_SIGNALS] = (struct pollfd){.fd = hold->signals, .events = POLLIN};
	waiting.fds[FD_TIMER] = (struct pollfd){.fd = timer, .events = POLLIN};
	waiting.fds[FD_JOURNAL] = (struct pollfd){.fd = watch, .events = POLLIN};
	waiting.fds[FD_STDIN] = (struct pollfd){.fd = -1, .events = POLLIN};
	if (timer >= 0)
		result = wait_for_word(hold, &waiting, err);
	if (watch >= 0)
		close(watch);
	if (timer >= 0)
		close(timer);
	return result;
}
