/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts of asking the running kernel: what a capture needs of it, one poll, the comparison.
 */
#ifndef NOD_CMD_GRO_KERNEL_H
#define NOD_CMD_GRO_KERNEL_H

#include "cmd/gro.h"
#include "pcap/view.h"

/* Ports that get a socket with UDP_GRO. */
#define GRO_UDP_PORTS 256

/**
 * struct gro_needs - tunnels, tags and UDP of a capture
 * @options: gets the ports
 * @udp: destination ports of innermost UDP
 */
struct gro_needs {
	const struct view_options *view;
	struct gro_replay_options *options;
	uint16_t udp[GRO_UDP_PORTS];
	bool has_tags;
};

/* Take note of what a frame needs: a reading_take, with a struct gro_needs. */
int gro_needs_look(void *needs, const struct frame *frame, struct err *err);

/* Is there a socket for the innermost UDP header, if it takes one? */
bool gro_needs_met(const struct gro_needs *needs, const struct view *view);

/* Note @port, unless it is there already or there are @most. */
void gro_add_port(uint16_t *ports, size_t *count, size_t most, uint16_t port);

/**
 * struct gro_sent - one frame of a poll
 * @packet: from the outermost IP header on, or behind the Ethernet header
 * @payload: behind the innermost header that a receiver looks at, @head_len bytes from there
 * @tag: of the train that the model made it a part of
 */
struct gro_sent {
	struct span packet, payload;
	uint64_t number;
	uint32_t head_len, tag;
};

/**
 * struct gro_super - what the stack gets, merged or not
 * @first: of the model: index of its first frame
 * @packet: of the kernel, and @payload_len
 */
struct gro_super {
	uint32_t len, gso_size, count, first, payload_len;
	struct span packet;
	bool has_data;
};

struct gro_supers {
	struct gro_super list[GRO_REPLAY_BATCH];
	size_t count;
};

/**
 * struct gro_poll - one poll, and what became of it
 * @number: from 1
 * @any_order: frames of a train need not be in the order of their payload
 */
struct gro_poll {
	uint64_t number;
	struct gro_sent sent[GRO_REPLAY_BATCH];
	size_t nsent;
	struct gro_supers model, real;
	bool any_order;
};

/* Count the differences in @kernel, and tell the first in words that are owned by @arena. */
int gro_compare(const struct gro_poll *poll, struct gro_kernel *kernel, struct arena *arena,
		struct err *err) attr_must_check;

/* Differences that are told in words; @words of struct gro_kernel has room for them. */
#define GRO_WORDS_MAX 8

#endif
