/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does nod's listener say of the frames that pass a device?
 *
 *   listen DEVICE [KEY=VALUE]...
 *
 *   filter=EXPRESSION snap=BYTES ring=BYTES    as in struct listen_options
 *   sizes=no       does not ask for segment sizes
 *   file=FILE      writes what it hears, as pcapng
 *   wait=yes       begins to read when a line comes on standard input; says "caught up" when nothing waits
 *
 * Prints "listening" when it is, then a line for each frame:
 *
 *   LENGTH of WIRE-LENGTH in|out|- PROTOCOL SOURCE-PORT>PORT [tag=ID] [unready] [valid] [segmented] [truth]
 *   gso=KIND size=SIZE csum=START+OFFSET
 *
 * Ends at a UDP packet to port 9, which is not counted, or when the device is gone ("ended: WHY"), with "read N
 * received N dropped N".
 */
#include <error.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "pcap/listen.h"
#include "pcap/write.h"

#define SECONDS_AT_MOST 60
#define MARK_PORT	9
#define UDP		17

struct arguments {
	struct listen_options options;
	const char *file;
	bool wait;
};

/* What of a frame is told: it was made by a test, so no more than that is understood. */
struct packet {
	unsigned int protocol, source, destination, tag;
};

static bool read_argument(struct arguments *to, const char *word)
{
	const char *value = strchr(word, '=');
	size_t length = value ? (size_t)(value++ - word) : 0;

	if (!length)
		return false;
	if (!strncmp(word, "filter", length))
		to->options.filter = value;
	else if (!strncmp(word, "snap", length))
		to->options.snap_len = (uint32_t)strtoul(value, NULL, 10);
	else if (!strncmp(word, "ring", length))
		to->options.ring_bytes = strtoul(value, NULL, 10);
	else if (!strncmp(word, "sizes", length))
		to->options.without_sizes = !strcmp(value, "no");
	else if (!strncmp(word, "file", length))
		to->file = value;
	else if (!strncmp(word, "wait", length))
		to->wait = !strcmp(value, "yes");
	else
		return false;
	return true;
}

static struct packet understand(const struct frame *frame)
{
	const uint8_t *p = span_at(frame->bytes, 0, 14);
	size_t at = frame->link_type == 1 ? 14 : 0;
	struct packet packet = {0};
	bool ipv6;

	if (at && p && load_be16(p + 12) == 0x8100 && span_at(frame->bytes, 0, 18)) {
		packet.tag = load_be16(p + 14) & 0xfff;
		at = 18;
	}
	p = span_at(frame->bytes, at, 20);
	if (!p)
		return packet;
	ipv6 = p[0] >> 4 == 6;
	packet.protocol = ipv6 ? p[6] : p[9];
	at += ipv6 ? 40 : 4 * (size_t)(p[0] & 0xf);
	/* A jumbogram's length is in a hop-by-hop header. */
	if (ipv6 && packet.protocol == 0 && span_at(frame->bytes, at, 8)) {
		packet.protocol = frame->bytes.bytes[at];
		at += 8;
	}
	p = span_at(frame->bytes, at, 4);
	if (p) {
		packet.source = load_be16(p);
		packet.destination = load_be16(p + 2);
	}
	return packet;
}

static void tell(const struct frame *frame, const struct packet *packet)
{
	const struct frame_truth *truth = &frame->truth;
	uint32_t flags = frame->flags;

	printf("%zu of %u %s %u %u>%u", frame->bytes.length, frame->wire_len,
	       flags & FRAME_INBOUND	? "in"
	       : flags & FRAME_OUTBOUND ? "out"
					: "-",
	       packet->protocol, packet->source, packet->destination);
	if (packet->tag)
		printf(" tag=%u", packet->tag);
	printf("%s%s%s%s", flags & FRAME_CSUM_NOT_READY ? " unready" : "",
	       flags & FRAME_CSUM_VALID ? " valid" : "",
	       flags & FRAME_SEGMENTED ? " segmented" : "", flags & FRAME_TRUTH ? " truth" : "");
	printf(" gso=%s size=%u csum=%u+%u\n", gso_kind_names[truth->gso], truth->gso_size,
	       truth->csum_start, truth->csum_offset);
}

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void record(struct capture_writer *writer, const struct frame *frame)
{
	struct err err = {0};
	struct write_frame out = {.head = frame->bytes,
				  .time_ns = frame->time_ns,
				  .wire_len = frame->wire_len,
				  .flags = frame->flags,
				  .truth = frame->truth};

	if (writer && write_record(writer, &out, &err) < 0)
		error(1, 0, "%s", err.text);
}

static struct capture_writer *begin_file(const char *path, const struct listener *listener)
{
	const struct write_options options = {.application = "listen", .growing = true};
	struct capture_writer *writer;
	struct err err = {0};

	if (!path)
		return NULL;
	writer = write_open(path, &options, &err);
	if (!writer || write_interface(writer, listener_interface(listener), &err) < 0)
		error(1, 0, "%s", err.text);
	return writer;
}

static void end_file(struct capture_writer *writer, const struct listen_counts *counts,
		     int64_t begin_ns)
{
	const struct write_statistics statistics = {.begin_ns = begin_ns,
						    .end_ns = now_ns(),
						    .received = counts->received,
						    .dropped = counts->dropped};
	struct err err = {0};

	if (writer &&
	    (write_statistics(writer, &statistics, &err) < 0 || write_finish(writer, &err) < 0))
		error(1, 0, "%s", err.text);
}

static void wait_for_frames(const struct listener *listener)
{
	struct pollfd wait = {.fd = listener_fd(listener), .events = POLLIN};

	poll(&wait, 1, -1);
}

/* Until the mark; returns how many frames came before. */
static uint64_t read_all(struct listener *listener, struct capture_writer *writer, bool waited)
{
	struct err err = {0};
	struct frame frame;
	uint64_t count = 0;

	for (;;) {
		enum listen_status status = listener_next(listener, &frame, &err);
		struct packet packet;

		if (status == LISTEN_ERROR) {
			printf("ended: %s\n", err.text);
			return count;
		}
		if (status == LISTEN_NONE) {
			if (waited)
				puts("caught up");
			waited = false;
			fflush(stdout);
			wait_for_frames(listener);
			continue;
		}
		packet = understand(&frame);
		if (packet.protocol == UDP && packet.destination == MARK_PORT)
			return count;
		if (frame.number != ++count)
			error(1, 0, "frame %llu is said to be number %llu",
			      (unsigned long long)count, (unsigned long long)frame.number);
		record(writer, &frame);
		if (!waited)
			tell(&frame, &packet);
	}
}

static void listen_to(const struct arguments *arguments)
{
	struct capture_writer *writer;
	struct listen_counts counts;
	struct listener *listener;
	int64_t begin_ns = now_ns();
	struct err err = {0};
	uint64_t count;

	listener = listener_open(&arguments->options, &err);
	if (!listener)
		error(1, 0, "%d: %s", err.code, err.text);
	writer = begin_file(arguments->file, listener);
	puts("listening");
	fflush(stdout);
	if (arguments->wait && getchar() == EOF)
		error(1, 0, "nobody says when");
	count = read_all(listener, writer, arguments->wait);
	listener_counts(listener, &counts);
	printf("read %llu received %llu dropped %llu\n", (unsigned long long)count,
	       (unsigned long long)counts.received, (unsigned long long)counts.dropped);
	end_file(writer, &counts, begin_ns);
	listener_close(listener);
}

int main(int argc, char **argv)
{
	struct arguments arguments = {.options.ring_bytes = 32 << 20};

	alarm(SECONDS_AT_MOST);
	if (argc < 2)
		error(2, 0, "usage: listen DEVICE [KEY=VALUE]...");
	arguments.options.device = argv[1];
	for (int i = 2; i < argc; i++)
		if (!read_argument(&arguments, argv[i]))
			error(2, 0, "not known: %s", argv[i]);
	listen_to(&arguments);
	return 0;
}
