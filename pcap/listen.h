/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames of a device as they pass, with what the kernel knows of each: a packet socket with a ring
 * (TPACKET_V3) and PACKET_VNET_HDR. packet(7) and include/uapi/linux/if_packet.h have the shapes.
 */
#ifndef NOD_PCAP_LISTEN_H
#define NOD_PCAP_LISTEN_H

#include "pcap/file.h"

/**
 * struct listen_options - what to listen to
 * @device: its name; in the network namespace of the process
 * @filter: in libpcap's language; NULL for all frames. The kernel applies it
 * @snap_len: bytes kept of each frame; 0: all of them
 * @ring_bytes: memory for frames that wait; rounded up to whole blocks
 * @promiscuous: take also what is for others
 * @without_sizes: do not ask for segment sizes. The kernel hands no frame to a socket that asks for them whose
 *                 kind it cannot tell: those that a NIC merged without saying so (LRO without a type), SCTP.
 *                 Such a frame is counted as dropped. Without, all come, but not with FRAME_TRUTH: that UDP is
 *                 not cut yet is not said, nor before Linux 6.2 that TCP is not
 */
struct listen_options {
	const char *device, *filter;
	uint32_t snap_len;
	size_t ring_bytes;
	bool promiscuous, without_sizes;
};

struct listener;

/*
 * Begin to listen; frames are kept from here on. NULL and @err: no such device, ERR_SYSTEM with what is
 * needed, a wrong filter (ERR_USAGE with libpcap's words), a link that nod cannot read. This is all that takes
 * privileges; with the socket open, the rest needs none.
 */
struct listener *listener_open(const struct listen_options *options,
			       struct err *err) attr_must_check;
void listener_close(struct listener *listener);

/* What it listens at: link type, name, address, snap length, and that it tells the truth. Borrowed. */
const struct capture_interface *listener_interface(const struct listener *listener);

/* For poll(): readable when there are frames. */
int listener_fd(const struct listener *listener);

enum listen_status {
	LISTEN_ERROR =
		-1, /* the device went away, or is down: @err says which; all that came before was read */
	LISTEN_NONE = 0, /* nothing waits */
	LISTEN_FRAME = 1
};

/*
 * The next frame that waits; never blocks. @frame->bytes are borrowed until the next call. A VLAN tag that the
 * kernel took out of the frame is put back. Numbers count from 1.
 */
enum listen_status listener_next(struct listener *listener, struct frame *frame,
				 struct err *err) attr_must_check;

/**
 * struct listen_counts - since the beginning
 * @received: frames that passed the filter, also those for which there was no room (@dropped)
 */
struct listen_counts {
	uint64_t received, dropped;
};

void listener_counts(struct listener *listener, struct listen_counts *counts);

#endif
