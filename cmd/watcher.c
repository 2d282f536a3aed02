/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who puts a change back when nobody is left who could?
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "cmd/restore.h"
#include "cmd/watcher.h"

/* What may pass by itself (no memory, a busy socket) is tried again as often, a second apart. */
#define TRIES	      10
#define NANOSECONDS   INT64_C(1000000000)
#define FIRST_FREE_FD 4
#define SOCKET_FD     3

/**
 * struct report - what it answers
 * @err: ERR_NONE: it is ready
 */
struct report {
	struct err err;
};

/**
 * struct duty - the watcher at work
 * @entry: what it has to put back, if the journal should be lost meanwhile
 * @watch, @timer, @signals: descriptors: the journal changed, it is time, somebody wants it to end
 */
struct duty {
	struct errand errand;
	struct live live;
	struct changes changes;
	struct arena arena;
	const struct journal_entry *entry;
	int watch, timer, signals;
};

int watcher_timer(int64_t deadline_ns, struct err *err)
{
	struct itimerspec when = {
		.it_value = {deadline_ns / NANOSECONDS, deadline_ns % NANOSECONDS},
	};
	int fd = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);

	if (fd < 0)
		return err_set_errno(err, "making a timer");
	if (timerfd_settime(fd, TFD_TIMER_ABSTIME, &when, NULL)) {
		close(fd);
		return err_set_errno(err, "setting a timer");
	}
	return fd;
}

/* --- the watcher itself ------------------------------------------------------------------------- */

static void close_others(void)
{
	long most;

	if (!close_range(FIRST_FREE_FD, ~0U, 0))
		return;
	most = sysconf(_SC_OPEN_MAX);
	for (int fd = FIRST_FREE_FD; fd < most; fd++)
		close(fd);
}

/*
 * Let go of what belongs to the caller: terminal and descriptors. Not of the working directory: paths of
 * the state directory and of a namespace may count from there.
 */
static int detach(int fd)
{
	int null = open("/dev/null", O_RDWR);

	/* With nothing open in front of it, the socket might be one of those that are replaced. */
	if (null < 0 || fd <= STDERR_FILENO)
		return -1;
	setsid();
	for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++)
		if (dup2(null, i) < 0)
			return -1;
	if (fd != SOCKET_FD && dup2(fd, SOCKET_FD) < 0)
		return -1;
	close_others();
	prctl(PR_SET_NAME, "nod-watcher");
	return 0;
}

/* The terminal's signals are not for it. SIGTERM is: then it puts back at once, for it has to go. */
static int hear_signals(struct err *err)
{
	sigset_t set;
	int fd;

	signal(SIGHUP, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? err_set_errno(err, "hearing signals") : fd;
}

/* Open everything now: at the deadline is too late to find out that it cannot be had. */
static int prepare(struct duty *duty, const struct session *session, struct err *err)
{
	struct journal_entries entries;

	if (live_open(&duty->live, session, err) ||
	    changes_open(&duty->changes, &duty->arena, err) ||
	    journal_read(duty->changes.journal, &duty->arena, &entries, err))
		return -1;
	duty->entry = changes_lookup(&entries, duty->errand.number);
	if (!duty->entry)
		return err_set(err, ERR_SYSTEM, "change %" PRIu64 " is not in the journal",
			       duty->errand.number);
	if (duty->changes.netns != duty->errand.netns ||
	    duty->changes.netns_cookie != duty->errand.netns_cookie)
		return err_set(err, ERR_SYSTEM, "%s is another network namespace now",
			       session->netns ? session->netns : "here");
	duty->watch = journal_watch(duty->changes.journal, err);
	if (duty->watch < 0)
		return -1;
	duty->timer = watcher_timer(duty->errand.deadline_ns, err);
	if (duty->timer < 0)
		return -1;
	duty->signals = hear_signals(err);
	return duty->signals < 0 ? -1 : 0;
}

static void drain(int fd)
{
	char bytes[4096];

	while (read(fd, bytes, sizeof(bytes)) > 0)
		;
}

/* Whether there is still something to wait for. Not to be able to read the journal is no answer. */
static bool is_waiting(const struct duty *duty)
{
	struct journal_entries entries;
	const struct journal_entry *entry;
	struct arena arena = {0};
	struct err err = {0};
	bool waiting = true;

	if (!journal_read(duty->changes.journal, &arena, &entries, &err)) {
		entry = changes_lookup(&entries, duty->errand.number);
		waiting = !entry || changes_is_waiting(entry);
	}
	arena_free(&arena);
	return waiting;
}

/* Wait until it is time, or not needed any more. Returns why to put back; NULL: not needed. */
static const char *wait_for_deadline(const struct duty *duty)
{
	struct pollfd fds[] = {
		{.fd = duty->timer, .events = POLLIN},
		{.fd = duty->signals, .events = POLLIN},
		{.fd = duty->watch, .events = POLLIN},
	};

	while (is_waiting(duty)) {
		if (poll(fds, array_size(fds), -1) < 0 && errno != EINTR && errno != ENOMEM)
			return "deadline";
		if (fds[0].revents)
			return "deadline";
		if (fds[1].revents)
			return "interrupted";
		drain(duty->watch);
	}
	return NULL;
}

/* Without its journal it goes by what it knows: that it was changed for a time only. */
static void put_back(struct duty *duty, const char *why)
{
	struct restored restored;
	struct err err = {0};

	for (int i = 0; i < TRIES; i++) {
		if (restore_waiting(&duty->live, &duty->changes, duty->errand.number, why,
				    &restored, &err) != RESTORE_FAILED)
			return;
		poll(NULL, 0, 1000);
	}
	/* Nobody is left who could be told. */
	(void)!restore_entry(&duty->live, duty->entry, &duty->arena, &restored, &err);
}

static void serve(const struct session *session)
{
	struct duty duty = {.watch = -1, .timer = -1, .signals = -1};
	struct report report = {0};
	struct err err = {0};
	const char *why;

	if (recv(SOCKET_FD, &duty.errand, sizeof(duty.errand), 0) != sizeof(duty.errand))
		return; /* the caller had nothing to entrust */
	if (prepare(&duty, session, &report.err) && !report.err.code)
		report.err.code = ERR_SYSTEM;
	/* Who died meanwhile has begun a change: then it is watched all the same. */
	send(SOCKET_FD, &report, sizeof(report), MSG_NOSIGNAL);
	close(SOCKET_FD);
	if (!report.err.code) {
		why = wait_for_deadline(&duty);
		if (why)
			put_back(&duty, why);
	}
	changes_close(&duty.changes);
	(void)!live_close(&duty.live, &err);
	arena_free(&duty.arena);
}

/* --- the caller --------------------------------------------------------------------------------- */

enum watcher_side watcher_start(struct watcher *watcher, const struct session *session,
				struct err *err)
{
	int fds[2];
	pid_t child;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds)) {
		err_set_errno(err, "making a socket to the watcher");
		return WATCHER_FAILED;
	}
	child = fork();
	if (child < 0) {
		err_set_errno(err, "starting the watcher");
		close(fds[0]);
		close(fds[1]);
		return WATCHER_FAILED;
	}
	if (!child) {
		close(fds[0]);
		if (!detach(fds[1]))
			serve(session);
		return WATCHER_ITSELF;
	}
	close(fds[1]);
	watcher->fd = fds[0];
	return WATCHER_CALLER;
}

int watcher_entrust(struct watcher *watcher, const struct errand *errand, struct err *err)
{
	struct report report;
	ssize_t got;

	if (send(watcher->fd, errand, sizeof(*errand), MSG_NOSIGNAL) != sizeof(*errand))
		return err_set_errno(err, "telling the watcher what to put back");
	do {
		got = recv(watcher->fd, &report, sizeof(report), 0);
	} while (got < 0 && errno == EINTR);
	if (got != sizeof(report))
		return err_set(err, ERR_SYSTEM, "the watcher ended before it had begun");
	report.err.text[sizeof(report.err.text) - 1] = '\0';
	if (report.err.code == ERR_NONE)
		return 0;
	*err = report.err;
	return err_wrap(err, "the watcher cannot work");
}

void watcher_leave(struct watcher *watcher)
{
	if (watcher->fd >= 0)
		close(watcher->fd);
	watcher->fd = -1;
}
