/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When does a watch read, look, tell and end?
 *
 * The kernel tells what becomes active, not what is only requested, and nothing at all when a queue is
 * full: so everything is looked at again from time to time, and after a loss.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cmd/suggest.h"
#include "cmd/value.h"
#include "cmd/watch.h"
#include "lib/diag/events.h"
#include "lib/nl/ethtool.h"
#include "lib/out/event.h"

#define SECOND_NS 1000000000
#define MS_NS	  1000000

/* What belongs together comes within this time: a rule's effects, the ports of a bridge. */
#define SETTLE_MS   3
#define SETTLE_MOST (30 * (int64_t)MS_NS)

/* Notices leave strings behind, which go with the next look at everything. */
#define NOTICES_MAX 16384

/* A look counts if nothing changed meanwhile. */
#define LOOK_TRIES 3

/* Times that the queues are read before somebody else gets a turn. */
#define DRAIN_TIMES 64

/**
 * struct watch - one call
 * @batch_ns, @batch_time_ns: when the first change that is pending came; CLOCK_MONOTONIC, CLOCK_REALTIME
 * @next_look_ns, @deadline_ns: CLOCK_MONOTONIC; INT64_MAX for never
 * @changes: seen; @told: events printed
 * @lost: notifications were; @look: look at everything as soon as possible; @done: enough was told
 */
struct watch {
	const struct watch_options *options;
	const struct session *session;
	struct live *live;
	struct genl_family ethtool;
	struct monitor *monitor;
	struct watch_state state;
	int64_t batch_ns, batch_time_ns, next_look_ns, deadline_ns;
	uint64_t changes, told;
	bool lost, look, done;
};

static int64_t clock_now(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * SECOND_NS + now.tv_nsec;
}

/* --- telling ------------------------------------------------------------------------------------ */

static bool name_is_wanted(const struct watch *watch, const char *name)
{
	const struct param_operands *words = &watch->options->devices;

	for (size_t i = 0; name && i < words->count; i++)
		if (feature_matches(words->words[i], name))
			return true;
	return !words->count;
}

static bool is_wanted(const struct watch *watch, const struct event *event)
{
	if (event->kind == EVENT_LOST || name_is_wanted(watch, event->device))
		return true;
	return event->kind == EVENT_RENAMED && name_is_wanted(watch, event->before);
}

static int print_events(struct watch *watch, const struct event_list *events, struct err *err)
{
	struct text out attr_cleanup(text_free) = {0};
	uint64_t most = watch->options->count.given ? watch->options->count.value : UINT64_MAX;

	for (size_t i = 0; i < events->count && watch->told < most; i++) {
		const struct event *event = &events->list[i];

		if (!is_wanted(watch, event))
			continue;
		if (!watch->session->jsonl)
			watch_text_event(&out, event, watch->session);
		else if (record_to_jsonl(&record_event, event, &out, err) < 0)
			return -1;
		watch->told++;
	}
	watch->done |= watch->told >= most;
	return out.length || out.failed ? session_write(watch->session, &out, err) : 0;
}

static int print_at(struct watch *watch, struct event_list *events, int64_t time_ns,
		    struct err *err)
{
	int result;

	for (size_t i = 0; i < events->count; i++)
		events->list[i].time_ns = time_ns;
	result = print_events(watch, events, err);
	event_list_free(events);
	return result;
}

static int tell_pending(struct watch *watch, struct err *err)
{
	struct event_list events = {0};

	if (watch_state_tell(&watch->state, &events, err) < 0) {
		event_list_free(&events);
		return -1;
	}
	return print_at(watch, &events, watch->batch_time_ns, err);
}

static int tell_lost(struct watch *watch, struct err *err)
{
	struct event_list events = {0};
	struct event *event = event_add(&events, EVENT_LOST);

	if (!event)
		return err_set(err, ERR_MEMORY, "out of memory");
	event->text = "notifications were lost; everything is looked at again";
	return print_at(watch, &events, clock_now(CLOCK_REALTIME), err);
}

/* --- being told --------------------------------------------------------------------------------- */

static int take_notice(const struct notice *notice, void *data, struct err *err)
{
	struct watch *watch = data;
	bool pending = watch->state.pending;
	enum watch_step step;

	if (watch->done)
		return 0;
	step = watch_state_apply(&watch->state, notice, watch->live->wire, &watch->ethtool, err);
	if (step == WATCH_TELL_FIRST) {
		if (tell_pending(watch, err) < 0)
			return -1;
		pending = false;
		step = watch_state_apply(&watch->state, notice, watch->live->wire, &watch->ethtool,
					 err);
	}
	watch->changes += step == WATCH_CHANGED;
	if (step == WATCH_CHANGED && !pending) {
		watch->batch_ns = clock_now(CLOCK_MONOTONIC);
		watch->batch_time_ns = clock_now(CLOCK_REALTIME);
	}
	return step == WATCH_FAILED ? -1 : 0;
}

static int read_notices(struct watch *watch, struct err *err)
{
	int lost = monitor_read(watch->monitor, take_notice, watch, err);

	watch->lost |= lost > 0;
	watch->look |= watch->state.notices > NOTICES_MAX;
	return lost < 0 ? -1 : 0;
}

/* Read what is there already. */
static int drain(struct watch *watch, struct err *err)
{
	struct pollfd polled[MONITOR_FDS];
	int fds[MONITOR_FDS];

	monitor_fds(watch->monitor, fds);
	for (size_t i = 0; i < MONITOR_FDS; i++)
		polled[i] = (struct pollfd){.fd = fds[i], .events = POLLIN};
	for (int i = 0; i < DRAIN_TIMES && !watch->done; i++) {
		if (poll(polled, MONITOR_FDS, 0) <= 0)
			break;
		if (read_notices(watch, err) < 0)
			return -1;
	}
	return 0;
}

/* --- looking ------------------------------------------------------------------------------------ */

/* What notices did not tell: what is only requested, and what was lost. */
static int tell_look(struct watch *watch, struct snapshot *look, struct err *err)
{
	struct event_list events = {0};

	if (events_compare(&watch->state.now, look, &events, err) < 0) {
		event_list_free(&events);
		snapshot_free(look);
		return -1;
	}
	if (print_at(watch, &events, clock_now(CLOCK_REALTIME), err) < 0) {
		snapshot_free(look);
		return -1;
	}
	return watch_state_take(&watch->state, look, err);
}

/*
 * One look. Notices that came while it was taken may be older than it or newer: then it says nothing of
 * the order of things. Returns 1 if it counts, and @look is to be freed.
 */
static int try_look(struct watch *watch, struct snapshot *look, struct err *err)
{
	uint64_t changes;

	*look = (struct snapshot){0};
	if (drain(watch, err) < 0 || tell_pending(watch, err) < 0)
		return -1;
	changes = watch->changes;
	if (live_look(watch->live, LIVE_FEATURES, look, err) < 0 || drain(watch, err) < 0 ||
	    tell_pending(watch, err) < 0) {
		snapshot_free(look);
		return -1;
	}
	return !look->uncertain && watch->changes == changes;
}

/* Where things never stand still, one that must be taken is taken all the same, and another follows. */
static int look_again(struct watch *watch, struct err *err)
{
	bool must = watch->look;
	struct snapshot look;

	for (int i = 0; i < LOOK_TRIES && !watch->done; i++) {
		int counts = try_look(watch, &look, err);

		if (counts < 0)
			return -1;
		if (counts || (must && i + 1 == LOOK_TRIES)) {
			watch->look = !counts;
			return tell_look(watch, &look, err);
		}
		snapshot_free(&look);
	}
	return 0;
}

static int look_after_loss(struct watch *watch, struct err *err)
{
	/* What was still in the queue is older than the loss. */
	if (drain(watch, err) < 0 || tell_pending(watch, err) < 0)
		return -1;
	watch->lost = false;
	watch->look = true;
	return tell_lost(watch, err);
}

/* --- waiting ------------------------------------------------------------------------------------ */

/* What is waited for: signals, the reader of the output, notices. */
enum {
	WAIT_SIGNAL,
	WAIT_READER,
	WAIT_NOTICES,
	WAIT_FDS = WAIT_NOTICES + MONITOR_FDS,
};

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int wait_ms(const struct watch *watch)
{
	int64_t until = least(watch->next_look_ns, watch->deadline_ns), left;

	if (until == INT64_MAX)
		return watch->state.pending ? SETTLE_MS : -1;
	left = until - clock_now(CLOCK_MONOTONIC);
	left = left > 0 ? (left + MS_NS - 1) / MS_NS : 0;
	return (int)least(left, watch->state.pending ? SETTLE_MS : INT32_MAX);
}

/* Tell what is pending once nothing more comes, or it took too long. */
static int tell_settled(struct watch *watch, bool quiet, struct err *err)
{
	if (!watch->state.pending)
		return 0;
	if (!quiet && clock_now(CLOCK_MONOTONIC) - watch->batch_ns < SETTLE_MOST)
		return 0;
	return tell_pending(watch, err);
}

static void plan_look(struct watch *watch)
{
	uint64_t seconds = watch->options->interval.value;

	watch->next_look_ns =
		seconds ? clock_now(CLOCK_MONOTONIC) + (int64_t)seconds * SECOND_NS : INT64_MAX;
}

static int look_if_due(struct watch *watch, struct err *err)
{
	if (watch->lost && look_after_loss(watch, err) < 0)
		return -1;
	if (watch->done || (!watch->look && clock_now(CLOCK_MONOTONIC) < watch->next_look_ns))
		return 0;
	if (look_again(watch, err) < 0)
		return -1;
	plan_look(watch);
	return 0;
}

/* What was only requested since the last look counts too. */
static int end_in_time(struct watch *watch, struct err *err)
{
	if (tell_pending(watch, err) < 0)
		return -1;
	return watch->options->interval.value ? look_again(watch, err) : 0;
}

/* One turn: 1 if it is over, 0 if not. */
static int turn(struct watch *watch, struct pollfd *polled, struct err *err)
{
	int ready = poll(polled, WAIT_FDS, wait_ms(watch));

	if (ready < 0 && errno != EINTR)
		return err_set_errno(err, "waiting for notifications");
	if (ready > 0 && polled[WAIT_READER].revents)
		return err_set(err, ERR_PIPE, "nobody reads any more");
	if (ready > 0 && drain(watch, err) < 0)
		return -1;
	if (ready > 0 && polled[WAIT_SIGNAL].revents)
		return tell_pending(watch, err) < 0 ? -1 : 1;
	if (tell_settled(watch, ready == 0, err) < 0 || look_if_due(watch, err) < 0)
		return -1;
	if (watch->done)
		return 1;
	if (clock_now(CLOCK_MONOTONIC) < watch->deadline_ns)
		return 0;
	return end_in_time(watch, err) < 0 ? -1 : 1;
}

static enum status watch_until_end(struct watch *watch, int signals, struct err *err)
{
	struct pollfd polled[WAIT_FDS] = {
		[WAIT_SIGNAL] = {.fd = signals, .events = POLLIN},
		/* Only what is always reported: that the other end is gone. */
		[WAIT_READER] = {.fd = STDOUT_FILENO},
	};
	int fds[MONITOR_FDS], result;

	monitor_fds(watch->monitor, fds);
	for (size_t i = 0; i < MONITOR_FDS; i++)
		polled[WAIT_NOTICES + i] = (struct pollfd){.fd = fds[i], .events = POLLIN};
	do
		result = turn(watch, polled, err);
	while (!result);
	if (result < 0)
		return STATUS_FAILURE;
	if (!watch->told && !polled[WAIT_SIGNAL].revents)
		return STATUS_ANSWER;
	return STATUS_OK;
}

/* --- beginning ---------------------------------------------------------------------------------- */

/* A device may be yet to come, or its name mistyped: who waits for it should know. */
static void say_missing(const struct watch *watch)
{
	const struct param_operands *words = &watch->options->devices;
	const struct snapshot *now = &watch->state.now;

	for (size_t i = 0; i < words->count; i++) {
		const char *word = words->words[i];
		char shown[SHOWN_MAX], hint[HINT_MAX];
		struct suggestion suggestion;

		if (strchr(word, '*') || snapshot_by_name(now, word))
			continue;
		suggest_init(&suggestion, word);
		for (size_t d = 0; d < now->ndevices; d++)
			suggest_offer(&suggestion, now->devices[d].name);
		session_say(watch->session, "there is no device \"%s\" yet%s",
			    shown_word(word, strlen(word), shown),
			    suggest_hint(&suggestion, "", hint));
	}
}

/* First subscribe, then look: what changes in between is in the queue. */
static int begin(struct watch *watch, struct err *err)
{
	const struct snapshot *now = &watch->state.now;
	struct snapshot look;
	size_t count = 0;

	if (ethtool_family(watch->live->wire, &watch->ethtool, err) < 0)
		return -1;
	watch->monitor = monitor_open(&watch->ethtool, err);
	if (!watch->monitor)
		return -1;
	if (live_look(watch->live, LIVE_FEATURES, &look, err) < 0) {
		snapshot_free(&look);
		return -1;
	}
	if (watch_state_take(&watch->state, &look, err) < 0)
		return -1;
	plan_look(watch);
	watch->deadline_ns = INT64_MAX;
	if (watch->options->timeout.given)
		watch->deadline_ns = clock_now(CLOCK_MONOTONIC) +
				     (int64_t)watch->options->timeout.value * SECOND_NS;
	for (size_t i = 0; i < now->ndevices; i++)
		count += name_is_wanted(watch, now->devices[i].name);
	say_missing(watch);
	if (watch->session->verbose)
		session_say(watch->session, "watching %zu device%s", count, count == 1 ? "" : "s");
	return 0;
}

enum status watch_loop(const struct watch_options *options, const struct session *session,
		       struct live *live, int signals, struct err *err)
{
	struct watch watch = {.options = options, .session = session, .live = live};
	enum status status = STATUS_FAILURE;

	if (begin(&watch, err) == 0)
		status = watch_until_end(&watch, signals, err);
	monitor_close(watch.monitor);
	watch_state_free(&watch.state);
	return status;
}
