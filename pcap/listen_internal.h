/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parts of a listener have in common. Only for pcap/listen*.c.
 */
#ifndef NOD_PCAP_LISTEN_INTERNAL_H
#define NOD_PCAP_LISTEN_INTERNAL_H

#include <linux/if.h>
#include <sys/utsname.h>

#include "pcap/listen.h"

#define LINKTYPE_ETHERNET 1
#define LINKTYPE_RAW	  101

/*
 * Of a block of the ring. A frame is in one block as a whole: the longest that there is, 8 * 65535 bytes and
 * its headers, leaves room for others.
 */
#define BLOCK_BYTES (1u << 20)

/**
 * struct listener - a packet socket with a ring of blocks
 * @ring, @blocks: the memory that is shared with the kernel, and how many blocks it has
 * @block: the one that is next, or read now if @held
 * @at, @left: the next record of it, and how many there are
 * @frames: that were handed out
 * @told: virtio_net_hdr stands before each frame
 * @loopback: what is sent there is received at once
 * @failure: what the socket said went wrong; told when all that came before was read
 * @filter: in libpcap's language; borrowed by @interface, as @name and @system are
 */
struct listener {
	int fd, ifindex;
	uint8_t *ring;
	size_t blocks, block;
	bool held, told, loopback;
	uint8_t *at;
	uint32_t left;
	uint64_t frames;
	int failure;
	struct listen_counts counts;
	struct capture_interface interface;
	char name[IFNAMSIZ], *filter;
	char system[sizeof(struct utsname)];
};

/* The kernel keeps only what @options->filter takes, and of it @options->snap_len bytes. */
int listener_attach_filter(struct listener *listener, const struct listen_options *options,
			   struct err *err) attr_must_check;

/* What is wrong with the socket, if anything: an errno, told once only. */
int listener_failure(const struct listener *listener);

#endif
