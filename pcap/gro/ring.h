/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the stack gets from a device, behind GRO: a packet socket whose frames are in shared memory. What
 * a socket can hold otherwise is a setting of the machine, and one poll of long frames is more.
 */
#ifndef NOD_PCAP_GRO_RING_H
#define NOD_PCAP_GRO_RING_H

#include "pcap/gro/replay.h"

/**
 * struct ring - places for frames, taken and given back in turn
 * @fd: the socket, -1 if there is none; @last: another one, that keeps the order of frames
 * @next: the place that is filled next
 */
struct ring {
	int fd, last;
	uint8_t *places;
	size_t next;
};

/* Frames that the device sends are not seen. ring_close() also after -1. */
int ring_open(struct ring *ring, int ifindex, struct err *err) attr_must_check;
void ring_close(struct ring *ring);

/*
 * The next frame, waiting at most @timeout_ms for it: borrowed until ring_release(). 0: none has come, -1
 * and @err.
 */
int ring_take(struct ring *ring, int timeout_ms, struct gro_replayed *frame,
	      struct err *err) attr_must_check;
void ring_release(struct ring *ring);

/* Frames since the last call for which there was no place, or which the kernel could not describe. */
unsigned int ring_lost(const struct ring *ring);

#endif
