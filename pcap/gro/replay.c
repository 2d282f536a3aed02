/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What comes out of the running kernel's GRO if these frames come in with one poll?
 *
 * When is a poll at its end? Packets that GRO does not hold come out before the trains that it holds to
 * the end, so nothing that is sent with the batch can come out last. But all of a poll happens on one CPU,
 * on which nothing else runs meanwhile. Therefore: the thread stays on one CPU; when it sees the frame
 * that let the others go, the poll is over; and what it sends then comes out behind everything. (Where
 * a poll can be interrupted, with PREEMPT_RT, that sending waits for its end.)
 */
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/host/private.h"
#include "pcap/gro/lab.h"
#include "pcap/gro/ring.h"

/* Of all that the kernel does here nothing takes as long: it is an error, on a machine of any speed. */
#define TIMEOUT_MS 10000

/* How often one looks meanwhile whether frames were lost: then there is nothing to wait for. */
#define LOOK_MS 100

/* A frame of our own: an Ethernet type for experiments (IEEE 802), these words, and a number. */
#define MARK_BYTES 60
static const uint8_t mark_head[] = {2, 0,    0,	   0,	0,   1,	  2,   0,   0,	 0,   0,
				    2, 0x88, 0xb5, 'n', 'o', 'd', ' ', 'm', 'a', 'r', 'k'};

/* Frames that wait count against the socket that sent them: for long ones it takes several. */
#define SENDERS (GRO_REPLAY_BATCH + 1)

/* The most CPUs that Linux can be built for. */
#define CPU_SETS (8192 / CPU_SETSIZE)

/**
 * struct gro_replay - the lab, with the ways into it and out of it
 * @senders: packet sockets at the sending end, @nsenders of them; marks have the first for themselves
 * @mark: number of the last mark that was sent
 * @cpus: where the thread could run before, if it is @pinned now
 * @tags: see gro_replay_tags()
 */
struct gro_replay {
	struct lab lab;
	struct ring ring;
	int senders[SENDERS];
	size_t nsenders;
	uint64_t mark;
	cpu_set_t cpus[CPU_SETS];
	enum gro_mode mode;
	bool pinned, tags;
	uint8_t filler[LAB_FIRST];
};

static int pin(struct gro_replay *replay, struct err *err)
{
	cpu_set_t one[CPU_SETS];
	int cpu = sched_getcpu();

	CPU_ZERO_S(sizeof(one), one);
	if (cpu >= 0)
		CPU_SET_S((size_t)cpu, sizeof(one), one);
	if (cpu < 0 || sched_getaffinity(0, sizeof(replay->cpus), replay->cpus) ||
	    sched_setaffinity(0, sizeof(one), one))
		return err_set_errno(err, "staying on one CPU");
	replay->pinned = true;
	return 0;
}

/* One more socket at the sending end: it receives nothing. */
static int add_sender(struct gro_replay *replay, struct err *err)
{
	union {
		struct sockaddr any;
		struct sockaddr_ll link;
	} device = {.link = {.sll_family = AF_PACKET, .sll_ifindex = replay->lab.sender}};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return err_set_errno(err, "opening a packet socket");
	replay->senders[replay->nsenders++] = fd;
	if (bind(fd, &device.any, sizeof(device.link)))
		return err_set_errno(err, "a packet socket for sending");
	return 0;
}

void gro_replay_close(struct gro_replay *replay)
{
	if (!replay)
		return;
	for (size_t i = 0; i < replay->nsenders; i++)
		close(replay->senders[i]);
	ring_close(&replay->ring);
	lab_close(&replay->lab);
	if (replay->pinned)
		(void)sched_setaffinity(0, sizeof(replay->cpus), replay->cpus);
	free(replay);
}

uint32_t gro_replay_missing(const struct gro_replay *replay)
{
	return replay->lab.missing;
}

bool gro_replay_tags(const struct gro_replay *replay)
{
	return replay->tags;
}

/* A mark of @length bytes: its number is its own. */
static int send_mark(struct gro_replay *replay, size_t length, struct err *err)
{
	replay->mark++;
	memcpy(replay->filler + sizeof(mark_head), &replay->mark, sizeof(replay->mark));
	if (send(replay->senders[0], replay->filler, length, 0) != (ssize_t)length)
		return err_set_errno(err, "sending a frame that marks");
	return 0;
}

/* The number of a mark; 0 if it is another frame. */
static uint64_t read_mark(const struct gro_replayed *frame)
{
	const uint8_t *bytes = span_at(frame->bytes, 0, sizeof(mark_head) + sizeof(uint64_t));
	uint64_t number;

	if (!bytes || memcmp(bytes, mark_head, sizeof(mark_head)) != 0)
		return 0;
	memcpy(&number, bytes + sizeof(mark_head), sizeof(number));
	return number;
}

static int lost(const struct gro_replay *replay, struct err *err)
{
	if (replay->mode == GRO_MODE_HOST)
		return err_set(err, ERR_SYSTEM, "the kernel lost frames on their way back");
	return err_set(err, ERR_UNSUPPORTED,
		       "this kernel cannot tell what it made of merged UDP (Linux 6.2 and later "
		       "can)");
}

/* The next frame. The kernel has it already, unless another process has this CPU. */
static int take_frame(struct gro_replay *replay, struct gro_replayed *frame, struct err *err)
{
	for (int waited = 0; waited < TIMEOUT_MS; waited += LOOK_MS) {
		int taken = ring_take(&replay->ring, LOOK_MS, frame, err);

		if (taken)
			return taken < 0 ? -1 : 0;
		if (ring_lost(&replay->ring))
			return lost(replay, err);
	}
	return err_set(err, ERR_SYSTEM, "frames did not come back within %d seconds",
		       TIMEOUT_MS / 1000);
}

/**
 * struct output - where frames go
 * @seen: NULL if there should be none
 * @result: what it returned first below 0
 */
struct output {
	gro_replay_seen *seen;
	void *context;
	int result;
};

/* Hand over what comes until the latest mark has come. */
static int await_mark(struct gro_replay *replay, struct output *output, struct err *err)
{
	for (uint64_t number = 0; number != replay->mark;) {
		struct gro_replayed frame;

		if (take_frame(replay, &frame, err) < 0)
			return -1;
		number = read_mark(&frame);
		if (!number && output->seen && output->result >= 0)
			output->result = output->seen(output->context, &frame);
		ring_release(&replay->ring);
	}
	return 0;
}

static int check_frames(const struct span *frames, size_t count, struct err *err)
{
	if (count > GRO_REPLAY_BATCH)
		return err_set(err, ERR_USAGE, "more than %d frames for one poll",
			       GRO_REPLAY_BATCH);
	for (size_t i = 0; i < count; i++)
		if (frames[i].length < GRO_REPLAY_SHORTEST || frames[i].length > GRO_REPLAY_FRAME)
			return err_set(err, ERR_UNSUPPORTED,
				       "a frame of %zu bytes cannot be sent: %d to %d",
				       frames[i].length, GRO_REPLAY_SHORTEST, GRO_REPLAY_FRAME);
	return 0;
}

/* The kernel copies them; they stay in the queue. */
static int send_frames(struct gro_replay *replay, const struct span *frames, size_t count,
		       struct err *err)
{
	struct mmsghdr messages[GRO_REPLAY_BATCH] = {0};
	struct iovec parts[GRO_REPLAY_BATCH];

	for (size_t i = 0; i < count; i++) {
		parts[i] = (struct iovec){(void *)frames[i].bytes, frames[i].length};
		messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
	}
	for (size_t sent = 0, sender = 1; sent < count;) {
		int n;

		if (sender == SENDERS)
			return err_set(err, ERR_SYSTEM, "the kernel does not take %zu frames",
				       count);
		if (sender == replay->nsenders && add_sender(replay, err) < 0)
			return -1;
		n = sendmmsg(replay->senders[sender], messages + sent, (unsigned int)(count - sent),
			     MSG_DONTWAIT);
		if (n > 0)
			sent += (size_t)n;
		else if (errno == EAGAIN)
			sender++;
		else if (errno != EINTR)
			return err_set_errno(err, "sending a frame of %zu bytes",
					     frames[sent].length);
	}
	return 0;
}

/* With nothing on its way and all frames held back. */
static int prepare(struct gro_replay *replay, struct err *err)
{
	struct output nowhere = {0};

	if (lab_hold(&replay->lab, err) < 0 || send_mark(replay, LAB_FIRST, err) < 0)
		return -1;
	return await_mark(replay, &nowhere, err);
}

int gro_replay_poll(struct gro_replay *replay, const struct span *frames, size_t count,
		    gro_replay_seen *seen, void *context, struct err *err)
{
	struct output output = {seen, context, 0};

	if (check_frames(frames, count, err) < 0 || prepare(replay, err) < 0 ||
	    send_frames(replay, frames, count, err) < 0 || lab_let_go(&replay->lab, err) < 0)
		return -1;
	/* The first lets them go, the second comes when all have come. */
	for (int i = 0; i < 2; i++)
		if (send_mark(replay, MARK_BYTES, err) < 0 || await_mark(replay, &output, err) < 0)
			return -1;
	if (output.result < 0)
		return -1;
	return ring_lost(&replay->ring) ? lost(replay, err) : 0;
}

/*
 * One byte of TCP behind a VLAN tag. The segment that follows differs in four bytes: ID and sequence number
 * are one more, the checksums over them one less.
 */
#define TAGGED_ID	23
#define TAGGED_IP_CSUM	29
#define TAGGED_SEQ	45
#define TAGGED_TCP_CSUM 55
static const uint8_t tagged[] = {
	0x02, 0x00, 0x00, 0x00, 0x00, 0x01, 0x02, 0x00, 0x00, 0x00, 0x00, 0x02, 0x81, 0x00, 0x00,
	0x01, 0x08, 0x00, 0x45, 0x00, 0x00, 0x29, 0x00, 0x01, 0x40, 0x00, 0x40, 0x06, 0xb6, 0xca,
	0xc0, 0x00, 0x02, 0x01, 0xc0, 0x00, 0x02, 0x02, 0x00, 0x09, 0x00, 0x09, 0x00, 0x00, 0x00,
	0x01, 0x00, 0x00, 0x00, 0x01, 0x50, 0x10, 0x03, 0xe8, 0xb9, 0xd3, 0x00, 0x00, 0x6e};

static int note_merged(void *context, const struct gro_replayed *frame)
{
	bool *merged = context;

	*merged |= frame->gso_size != 0;
	return 0;
}

/* How the kernel was built is known from what it does, and from nothing else. */
static int try_tags(struct gro_replay *replay, struct err *err)
{
	uint8_t next[sizeof(tagged)];
	const struct span frames[] = {{tagged, sizeof(tagged)}, {next, sizeof(next)}};

	memcpy(next, tagged, sizeof(next));
	next[TAGGED_ID]++;
	next[TAGGED_IP_CSUM]--;
	next[TAGGED_SEQ]++;
	next[TAGGED_TCP_CSUM]--;
	return gro_replay_poll(replay, frames, array_size(frames), note_merged, &replay->tags, err);
}

struct gro_replay *gro_replay_open(const struct gro_replay_options *options, struct err *err)
{
	struct gro_replay *replay = calloc(1, sizeof(*replay));

	if (!replay) {
		err_set(err, ERR_MEMORY, "out of memory");
		return NULL;
	}
	replay->ring = (struct ring){.fd = -1, .last = -1};
	replay->mode = options->mode;
	memcpy(replay->filler, mark_head, sizeof(mark_head));
	if (private_network(err) < 0 || pin(replay, err) < 0 ||
	    lab_open(&replay->lab, options, err) < 0 ||
	    ring_open(&replay->ring, replay->lab.receiver, err) < 0 ||
	    add_sender(replay, err) < 0 || try_tags(replay, err) < 0) {
		gro_replay_close(replay);
		return NULL;
	}
	return replay;
}
