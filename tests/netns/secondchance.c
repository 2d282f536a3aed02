/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does the kernel merge of these frames at the NIC, and what at the tunnel device behind it?
 *
 *   secondchance SETUP DEVICE POLL.pcap
 *
 * SETUP is a shell script: it is run in a namespace that has nothing but the two ends of a wire
 * (nod-sender, nod-receiver), and makes the tunnel device DEVICE. The frames then come in with one poll of
 * the receiver. Two lines tell what the stack got:
 *
 *   nic FRAMES SUPERS MERGED LARGEST
 *   tunnel FRAMES SUPERS MERGED LARGEST
 *
 * and each is followed by the number of segments in each frame, in order. Both devices are watched by
 * rings: an ordinary packet socket would keep a clone of each frame, and of what is cloned the tunnel
 * device does not merge anything (gro_cells_receive() of the kernel).
 */
#include <errno.h>
#include <error.h>
#include <net/if.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pcap/file.h"
#include "pcap/gro/ring.h"
#include "pcap/view.h"

struct poll {
	struct span frames[GRO_REPLAY_BATCH];
	size_t count;
};

/**
 * struct tally - what came out of one device
 * @segments: of each of @supers frames
 */
struct tally {
	unsigned int frames, supers, merged, largest, segments[GRO_REPLAY_BATCH];
};

static void load(struct poll *poll, const char *path)
{
	struct err err = {0};
	struct capture_file *file = file_open(path, &err);
	struct frame frame;
	enum file_status status;

	if (!file)
		error(1, 0, "%s: %s", path, err.text);
	while ((status = file_next(file, &frame, &err)) == FILE_FRAME) {
		uint8_t *copy = malloc(frame.bytes.length);

		if (!copy || poll->count == GRO_REPLAY_BATCH)
			error(1, 0, "%s: too much for one poll", path);
		memcpy(copy, frame.bytes.bytes, frame.bytes.length);
		poll->frames[poll->count++] = (struct span){copy, frame.bytes.length};
	}
	if (status == FILE_ERROR)
		error(1, 0, "%s: %s", path, err.text);
	file_close(file);
}

static void set_up(const char *script)
{
	extern char **environ;
	char *words[] = {(char *)"sh", (char *)script, NULL};
	int status = 0, failure;
	pid_t pid;

	failure = posix_spawnp(&pid, words[0], NULL, NULL, words, environ);
	if (failure)
		error(1, failure, "sh");
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			error(1, errno, "waitpid");
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		error(1, 0, "%s failed", script);
}

/* How many segments: the kernel says how long each is. */
static unsigned int segments(const struct gro_replayed *super)
{
	static const struct view_options options;
	const struct frame frame = {.number = 1,
				    .bytes = super->bytes,
				    .wire_len = (uint32_t)super->bytes.length,
				    .link_type = 1};
	struct view view;

	if (!super->gso_size)
		return 1;
	view_decode(&view, &frame, &options);
	return (view.payload_len + super->gso_size - 1u) / super->gso_size;
}

static int count(void *context, const struct gro_replayed *super)
{
	struct tally *tally = context;
	unsigned int n = segments(super);

	if (tally->supers == GRO_REPLAY_BATCH)
		error(1, 0, "more frames came than were sent");
	tally->segments[tally->supers++] = n;
	tally->frames += n;
	tally->merged += n > 1 ? n : 0;
	if (n > tally->largest)
		tally->largest = n;
	return 0;
}

/*
 * All of it is there: the poll of the tunnel device is behind that of the NIC and before the one that
 * brings the last mark of gro_replay_poll().
 */
static void drain(struct ring *ring, struct tally *tally)
{
	struct gro_replayed super;
	struct err err = {0};
	int taken;

	while ((taken = ring_take(ring, 0, &super, &err)) > 0) {
		count(tally, &super);
		ring_release(ring);
	}
	if (taken < 0)
		error(1, 0, "%s", err.text);
	if (ring_lost(ring))
		error(1, 0, "frames of the tunnel device were lost");
}

static void print(const char *device, const struct tally *tally)
{
	printf("%s %u %u %u %u\n#", device, tally->frames, tally->supers, tally->merged,
	       tally->largest);
	for (unsigned int i = 0; i < tally->supers; i++)
		printf(" %u", tally->segments[i]);
	putchar('\n');
}

int main(int argc, char **argv)
{
	const struct gro_replay_options options = {.mode = GRO_MODE_HOST};
	struct tally nic = {0}, tunnel = {0};
	static struct poll poll;
	struct gro_replay *replay;
	struct ring ring;
	struct err err = {0};

	if (argc != 4)
		error(2, 0, "usage: secondchance SETUP DEVICE POLL.pcap");
	load(&poll, argv[3]);
	replay = gro_replay_open(&options, &err);
	if (!replay)
		error(1, 0, "%s", err.text);
	set_up(argv[1]);
	if (ring_open(&ring, (int)if_nametoindex(argv[2]), &err) < 0 ||
	    gro_replay_poll(replay, poll.frames, poll.count, count, &nic, &err) < 0)
		error(1, 0, "%s", err.text);
	drain(&ring, &tunnel);
	print("nic", &nic);
	print("tunnel", &tunnel);
	ring_close(&ring);
	gro_replay_close(replay);
	return 0;
}
