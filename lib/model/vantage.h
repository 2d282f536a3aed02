/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a capture is taken, and what the kernel says of a frame beside its bytes: what nod capture knows
 * and writes down, and what evidence that is for whoever judges the capture.
 */
#ifndef NOD_MODEL_VANTAGE_H
#define NOD_MODEL_VANTAGE_H

#include <stdbool.h>
#include <stdint.h>

/* Which members of struct vantage are known. */
enum vantage_has {
	VANTAGE_HAS_MTU = 1 << 0,
	VANTAGE_HAS_FORWARDING = 1 << 1,
	VANTAGE_HAS_FEATURES = 1 << 2,
	VANTAGE_HAS_CSUM_FAILURES = 1 << 3,
};

/* Features of the device while it was watched, those that change what a capture shows. */
enum vantage_feature {
	VANTAGE_TX_CSUM = 1 << 0, /* any of tx-checksum-* */
	VANTAGE_TSO = 1 << 1,	  /* any of tx-tcp*-segmentation */
	VANTAGE_GSO = 1 << 2,
	VANTAGE_RX_CSUM = 1 << 3,
	VANTAGE_GRO = 1 << 4,
	VANTAGE_GRO_HW = 1 << 5,
	VANTAGE_LRO = 1 << 6,
};

/*
 * The kernel's names of these ("rx-gro-hw"), by bit, NULL at the end; tx-checksum and tx-segmentation stand for
 * several.
 */
extern const char *const vantage_feature_names[];

/**
 * struct vantage - the device that was watched
 * @has: enum vantage_has
 * @forwarding: the host forwards what it receives there (IPv4 or IPv6), or bridges it
 * @features: enum vantage_feature, active when the capture began; @ever: at some time of it
 * @csum_failures: times that the kernel found a complete checksum of the device wrong ("hw csum failure")
 */
struct vantage {
	uint32_t has, mtu, features, ever;
	bool forwarding;
	uint64_t csum_failures;
};

enum gso_kind {
	GSO_NONE,
	GSO_TCP4,
	GSO_TCP6,
	GSO_UDP, /* datagrams of one size */
	GSO_KINDS
};

/* "none", "tcp4", "tcp6", "udp" */
extern const char *const gso_kind_names[];

/**
 * struct frame_truth - what the kernel knew of a frame (virtio_net_hdr of a packet socket)
 * @gso: enum gso_kind: merged, or not cut yet; @gso_size: payload of each segment, 0 if not known
 * @ecn: the first segment has CWR
 * @csum_start, @csum_offset: where the checksum that is not ready is, if FRAME_CSUM_NOT_READY and not 0
 */
struct frame_truth {
	uint8_t gso;
	bool ecn;
	uint16_t gso_size, csum_start, csum_offset;
};

#endif
