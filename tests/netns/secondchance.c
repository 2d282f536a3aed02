/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does the kernel merge of these frames at the NIC, and what at the tunnel device behind it?
 *
 *   secondchance SETUP DEVICE POLL.pcap...
 *
 * SETUP is a shell script: it is run in a namespace that has nothing but the two ends of a wire
 * (nod-sender, nod-receiver), and makes the tunnel device DEVICE. The frames of each file then come in with
 * one poll of the receiver. Two lines tell what the stack got:
 *
 *   nic FRAMES SUPERS MERGED LARGEST
 *   tunnel FRAMES SUPERS MERGED LARGEST
 *
 * and each is followed by the number of segments in each frame, in order. Both devices are watched by
 * rings: an ordinary packet socket would keep a clone of each frame, and of what is cloned the tunnel
 * device does not merge anything (gro_cells_receive() of the kernel).
 *
 * A veth does not merge packets of different sockets, and one socket sends no more at a time than its
 * buffer can hold: a poll that is more than that is not one (pcap/gro/replay.c).
 */
#include <errno.h>
#include <error.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pcap/gro/ring.h"
#include "pcap/view.h"
#include "tests/netns/pollfile.h"

/* LINKTYPE_ETHERNET and LINKTYPE_RAW (pcap-linktype(7)). */
#define LINK_ETHERNET 1
#define LINK_RAW      101

/**
 * struct tally - what came out of one device
 * @link_type: of its frames, as in a capture
 * @segments: of each of @supers frames
 */
struct tally {
	uint16_t link_type;
	unsigned int frames, supers, merged, largest, segments[GRO_REPLAY_BATCH];
};

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
static unsigned int segments(const struct gro_replayed *super, uint16_t link_type)
{
	static const struct view_options options;
	const struct frame frame = {.number = 1,
				    .bytes = super->bytes,
				    .wire_len = (uint32_t)super->bytes.length,
				    .link_type = link_type};
	struct view view;

	if (!super->gso_size)
		return 1;
	view_decode(&view, &frame, &options);
	return (view.payload_len + super->gso_size - 1u) / super->gso_size;
}

static int count(void *context, const struct gro_replayed *super)
{
	struct tally *tally = context;
	unsigned int n = segments(super, tally->link_type);

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

/* Devices of IP in IP have no header of their own. */
static uint16_t link_type(const char *device)
{
	struct ifreq request = {0};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", device);
	if (fd < 0 || ioctl(fd, SIOCGIFHWADDR, &request))
		error(1, errno, "%s", device);
	close(fd);
	return request.ifr_hwaddr.sa_family == ARPHRD_ETHER ? LINK_ETHERNET : LINK_RAW;
}

static void receive(struct gro_replay *replay, struct ring *ring, uint16_t type,
		    const struct poll_file *poll)
{
	struct tally nic = {.link_type = LINK_ETHERNET}, tunnel = {.link_type = type};
	struct err err = {0};

	if (gro_replay_poll(replay, poll->frames, poll->count, count, &nic, &err) < 0)
		error(1, 0, "%s", err.text);
	drain(ring, &tunnel);
	print("nic", &nic);
	print("tunnel", &tunnel);
}

int main(int argc, char **argv)
{
	const struct gro_replay_options options = {.mode = GRO_MODE_HOST};
	struct gro_replay *replay;
	struct err err = {0};
	struct ring ring;

	if (argc < 4)
		error(2, 0, "usage: secondchance SETUP DEVICE POLL.pcap...");
	replay = gro_replay_open(&options, &err);
	if (!replay)
		error(1, 0, "%s", err.text);
	set_up(argv[1]);
	if (ring_open(&ring, (int)if_nametoindex(argv[2]), &err) < 0)
		error(1, 0, "%s", err.text);
	for (int i = 3; i < argc; i++) {
		struct poll_file poll = {0};

		poll_file_load(&poll, argv[i]);
		receive(replay, &ring, link_type(argv[2]), &poll);
		poll_file_free(&poll);
	}
	ring_close(&ring);
	gro_replay_close(replay);
	return 0;
}
