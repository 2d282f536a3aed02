/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When are frames taken, and what ends that?
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cmd/capture.h"
#include "cmd/signals.h"
#include "lib/host/kmsg.h"
#include "lib/out/capture.h"

#define SECOND_NS INT64_C(1000000000)
#define MS_NS	  INT64_C(1000000)

/* Frames between two looks at the clock and at signals. */
#define BATCH_FRAMES 1024

/* A look at the findings takes at most one part of so many of the time. */
#define PEEK_SHARE 20

/* The kernel hands over a block of the ring at the latest after this time: then what came is there. */
#define LAST_BLOCK_NS (250 * MS_NS)

enum {
	FD_LISTENER,
	FD_SIGNALS,
	FD_READER,
	FDS
};

static int64_t clock_now(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * SECOND_NS + now.tv_nsec;
}

static void end_run(struct capture_run *run, enum capture_end why)
{
	if (run->over)
		return;
	run->over = true;
	run->ended = why;
}

/* --- one frame ---------------------------------------------------------------------------------- */

static bool is_enough(const struct capture_run *run)
{
	return run->options->count.given && run->frames >= run->options->count.value;
}

static void take_frame(struct capture_run *run, const struct frame *frame)
{
	run->frames++;
	run->bytes += frame->wire_len;
	if ((run->files && files_write(run->files, frame, run->listener, &run->broken) < 0) ||
	    (run->analysis && analysis_frame(run->analysis, frame, NULL, &run->broken) < 0))
		end_run(run, CAPTURE_END_OUTPUT);
	else if (unlikely(is_enough(run)))
		end_run(run, CAPTURE_END_COUNT);
}

/* What waits, up to a batch. True if there may be more. */
static bool take_batch(struct capture_run *run)
{
	struct frame frame;

	for (unsigned int i = 0; i < BATCH_FRAMES && !run->over; i++) {
		switch (listener_next(run->listener, &frame, &run->broken)) {
		case LISTEN_FRAME:
			take_frame(run, &frame);
			break;
		case LISTEN_NONE:
			return false;
		default:
			end_run(run, CAPTURE_END_DEVICE);
		}
	}
	return true;
}

/* --- once a second ------------------------------------------------------------------------------ */

/* What the kernel said of the device since. */
static void hear_kernel(struct capture_run *run)
{
	uint64_t failures;

	if (run->kmsg < 0)
		return;
	failures = kmsg_csum_failures(run->kmsg, run->options->device);
	if (!failures)
		return;
	run->vantage.has |= VANTAGE_HAS_CSUM_FAILURES;
	run->vantage.csum_failures += failures;
	if (run->analysis)
		analysis_vantage(run->analysis, &run->vantage);
	if (run->files)
		files_vantage(run->files, &run->vantage);
}

static bool is_new(struct capture_run *run, const char *id)
{
	for (size_t i = 0; i < run->nseen; i++)
		if (!strcmp(run->seen[i], id))
			return false;
	if (run->nseen == array_size(run->seen))
		return false;
	/* Ids are those of detectors, which do not go away. */
	run->seen[run->nseen++] = id;
	return true;
}

static int tell_new(struct capture_run *run, const struct capture *capture, struct err *err)
{
	struct text out attr_cleanup(text_free) = {0};

	for (size_t i = 0; i < capture->nfindings; i++) {
		struct finding_line line = {run->options->device, capture->findings[i]};

		if (is_new(run, line.finding.id) &&
		    record_to_jsonl(&record_appeared_line, &line, &out, err) < 0)
			return -1;
	}
	return out.length ? session_write(run->session, &out, err) : 0;
}

static int draw(struct capture_run *run, const struct capture *capture, struct err *err)
{
	struct listen_counts counts;
	struct table_counts now = {
		.device = run->options->device,
		.frames = run->frames,
		.bytes = run->bytes,
		.begin_ns = run->begin_ns,
		.now_ns = clock_now(CLOCK_MONOTONIC),
	};

	listener_counts(run->listener, &counts);
	now.received = counts.received;
	now.dropped = counts.dropped;
	return table_draw(&run->table, run->session, &now, capture, err);
}

static int peek(struct capture_run *run, struct err *err)
{
	struct capture capture = {0};
	struct arena arena = {0};
	int result = 0;

	if (run->analysis)
		result = analysis_peek(run->analysis, &arena, &capture, err);
	if (result == 0 && run->table.used)
		result = draw(run, &capture, err);
	else if (result == 0 && run->session->jsonl && run->analysis)
		result = tell_new(run, &capture, err);
	arena_free(&arena);
	return result;
}

static void tick(struct capture_run *run)
{
	int64_t begin = clock_now(CLOCK_MONOTONIC), pause;

	hear_kernel(run);
	/* Whoever follows the file sees it grow, and little is lost if nod is killed. */
	if (run->files && (files_settle(run->files, run->listener, &run->broken) < 0 ||
			   files_flush(run->files, &run->broken) < 0))
		end_run(run, CAPTURE_END_OUTPUT);
	else if ((run->table.used || run->session->jsonl) && peek(run, &run->broken) < 0)
		end_run(run, CAPTURE_END_OUTPUT);
	pause = (clock_now(CLOCK_MONOTONIC) - begin) * PEEK_SHARE;
	run->next_tick_ns = begin + (pause > SECOND_NS ? pause : SECOND_NS);
}

/* --- waiting ------------------------------------------------------------------------------------ */

static void hear_signals(struct capture_run *run)
{
	int number;

	while ((number = signals_next(run->signals))) {
		if (number == SIGWINCH) {
			table_resize(&run->table);
			run->next_tick_ns = clock_now(CLOCK_MONOTONIC);
			continue;
		}
		end_run(run, CAPTURE_END_SIGNAL);
	}
}

/* Without a frame for so long, at most. */
static int wait_ms(const struct capture_run *run)
{
	int64_t until = run->next_tick_ns < run->deadline_ns ? run->next_tick_ns : run->deadline_ns;
	int64_t left = until - clock_now(CLOCK_MONOTONIC);

	return left > 0 ? (int)((left + MS_NS - 1) / MS_NS) : 0;
}

static void wait_for(struct capture_run *run, int timeout_ms)
{
	struct pollfd polled[FDS] = {
		[FD_LISTENER] = {.fd = listener_fd(run->listener), .events = POLLIN},
		[FD_SIGNALS] = {.fd = run->signals, .events = POLLIN},
		/* Only what is always reported: that the other end is gone. */
		[FD_READER] = {.fd = STDOUT_FILENO},
	};

	if (poll(polled, FDS, timeout_ms) < 0) {
		if (errno == EINTR)
			return;
		err_set_errno(&run->broken, "waiting for frames");
		end_run(run, CAPTURE_END_DEVICE);
		return;
	}
	if (polled[FD_SIGNALS].revents)
		hear_signals(run);
	if (polled[FD_READER].revents & (POLLERR | POLLNVAL)) {
		err_set(&run->broken, ERR_PIPE, "nobody reads any more");
		end_run(run, CAPTURE_END_OUTPUT);
	}
}

static void look_at_clock(struct capture_run *run)
{
	int64_t now = clock_now(CLOCK_MONOTONIC);

	if (now >= run->deadline_ns)
		end_run(run, CAPTURE_END_DURATION);
	else if (now >= run->next_tick_ns)
		tick(run);
}

/* A pipe is read by somebody who waits; a file may grow by large pieces. */
static void flush_output(struct capture_run *run)
{
	if (run->flush && files_flush(run->files, &run->broken) < 0)
		end_run(run, CAPTURE_END_OUTPUT);
}

/* --- the end ------------------------------------------------------------------------------------ */

/* Frames that came before the end, and that the kernel has not handed over yet. */
static void take_rest(struct capture_run *run)
{
	int64_t stop = clock_now(CLOCK_REALTIME),
		until = clock_now(CLOCK_MONOTONIC) + LAST_BLOCK_NS;
	struct pollfd polled = {.fd = listener_fd(run->listener), .events = POLLIN};
	struct frame frame;

	while (!run->broken.code && !is_enough(run)) {
		enum listen_status status = listener_next(run->listener, &frame, &run->broken);
		int64_t left = until - clock_now(CLOCK_MONOTONIC);

		if (status == LISTEN_ERROR)
			run->broken = (struct err){0};
		if (status == LISTEN_ERROR || (status == LISTEN_NONE && left <= 0) ||
		    (status == LISTEN_FRAME && frame.time_ns > stop))
			return;
		if (status == LISTEN_FRAME)
			take_frame(run, &frame);
		else if (poll(&polled, 1, (int)(left / MS_NS) + 1) < 0 && errno != EINTR)
			return;
	}
}

void capture_loop(struct capture_run *run)
{
	while (!run->over) {
		bool more = take_batch(run);

		if (run->over)
			break;
		if (!more)
			flush_output(run);
		if (!run->over)
			wait_for(run, more ? 0 : wait_ms(run));
		if (!run->over)
			look_at_clock(run);
	}
	/* From now on a second Ctrl-C ends nod at once. */
	(void)sigprocmask(SIG_SETMASK, &run->old_signals, NULL);
	if (run->ended == CAPTURE_END_SIGNAL || run->ended == CAPTURE_END_DURATION)
		take_rest(run);
	hear_kernel(run);
}
