/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What do the listener and the writer cost without a program around them?
 *
 *   capwrite DEVICE FILE    until SIGINT or SIGTERM; says "listening", and "N frames, N dropped" at the end
 */
#include <error.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>

#include "pcap/listen.h"
#include "pcap/write.h"

#define RING_BYTES ((size_t)32 << 20)

/* What is written is there for others after this. */
#define FLUSH_MS 1000

static int open_signals(void)
{
	sigset_t ends;
	int fd;

	sigemptyset(&ends);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	fd = sigprocmask(SIG_BLOCK, &ends, NULL) ? -1 : signalfd(-1, &ends, SFD_CLOEXEC);
	if (fd < 0)
		error(1, 0, "no signals");
	return fd;
}

/* All that waits; returns how many frames that was. */
static uint64_t write_waiting(struct listener *listener, struct capture_writer *writer,
			      struct err *err)
{
	enum listen_status status;
	struct frame frame;
	uint64_t count = 0;

	while ((status = listener_next(listener, &frame, err)) == LISTEN_FRAME) {
		struct write_frame out = {.head = frame.bytes,
					  .time_ns = frame.time_ns,
					  .wire_len = frame.wire_len,
					  .flags = frame.flags,
					  .truth = frame.truth};

		if (write_record(writer, &out, err) < 0)
			error(1, 0, "%s", err->text);
		count++;
	}
	if (status == LISTEN_ERROR)
		error(1, 0, "%s", err->text);
	return count;
}

static uint64_t run(struct listener *listener, struct capture_writer *writer, struct err *err)
{
	struct pollfd wait[] = {{.fd = listener_fd(listener), .events = POLLIN},
				{.fd = open_signals(), .events = POLLIN}};
	uint64_t count = 0;

	while (!wait[1].revents) {
		if (poll(wait, 2, FLUSH_MS) < 0)
			error(1, 0, "waiting");
		count += write_waiting(listener, writer, err);
		if (!wait[0].revents && write_flush(writer, err) < 0)
			error(1, 0, "%s", err->text);
	}
	return count;
}

int main(int argc, char **argv)
{
	const struct write_options file = {.application = "capwrite", .growing = true};
	struct listen_options options = {.ring_bytes = RING_BYTES};
	struct capture_writer *writer;
	struct listen_counts counts;
	struct listener *listener;
	struct err err = {0};
	uint64_t count;

	if (argc != 3)
		error(2, 0, "usage: capwrite DEVICE FILE");
	options.device = argv[1];
	listener = listener_open(&options, &err);
	writer = listener ? write_open(argv[2], &file, &err) : NULL;
	if (!writer || write_interface(writer, listener_interface(listener), &err) < 0)
		error(1, 0, "%s", err.text);
	fputs("listening\n", stderr);
	count = run(listener, writer, &err);
	listener_counts(listener, &counts);
	if (write_finish(writer, &err) < 0)
		error(1, 0, "%s", err.text);
	fprintf(stderr, "%llu frames, %llu dropped\n", (unsigned long long)count,
		(unsigned long long)counts.dropped);
	listener_close(listener);
	return 0;
}
