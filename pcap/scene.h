/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of the place where a capture was taken: the MTU, and which hosts are on this side.
 * Collected frame by frame, settled at the end.
 */
#ifndef NOD_PCAP_SCENE_H
#define NOD_PCAP_SCENE_H

#include "pcap/detector.h"

/* IP packets up to this length are counted one by one; nothing on an Ethernet is longer. */
#define SCENE_EXACT_LENGTHS 9217
#define SCENE_FIRST_BUCKET  8192u
#define SCENE_BUCKETS	    8
#define SCENE_LOCALS	    64

/* What mtu_source means, in words. */
const char *mtu_source_text(enum mtu_source source);

/**
 * struct local - a source of packets whose checksums nobody has filled in
 * @sure: frames that GRO cannot have made: without payload
 */
struct local {
	uint8_t address[16];
	uint8_t version;
	uint32_t sure, likely;
};

/**
 * struct scene - the capture as a whole
 * @lengths: frames by the length of their outermost IP packet, up to SCENE_EXACT_LENGTHS - 1
 * @buckets: the longer ones, by power of two from 8 KiB
 * @max_ip_len: of all
 * @above, @above_loopback: frames above the threshold, and above the MTU of the loopback device
 * @threshold: what counts as oversized while reading: the MTU if given or told, else 1500
 * @over_*: frames above the threshold, by what speaks for or against a merge: their checksums, and
 *           the steps of IDs behind them (see scene_stride())
 * @mtu, @mtu_source: settled by scene_settle()
 * @vantage: what the capture itself says of the place
 */
struct scene {
	uint64_t ip_frames, loopback_frames, inbound, outbound;
	uint64_t lengths[SCENE_EXACT_LENGTHS];
	uint64_t buckets[SCENE_BUCKETS];
	uint32_t max_ip_len, mss_mtu, threshold;
	uint64_t above, above_loopback, over_ok, over_offload, over_other, over_stride_one,
		over_stride_more;
	uint32_t nlocals;
	struct local locals[SCENE_LOCALS];
	uint64_t flows_from_local, flows_to_local, flows_within;
	bool mtu_given;
	uint32_t mtu;
	enum mtu_source mtu_source;
	struct vantage vantage;
};

/* @mtu: as given by the user, 0 if not. */
void scene_init(struct scene *scene, uint32_t mtu);

/* The capture says this of where it is taken. */
void scene_vantage(struct scene *scene, const struct vantage *vantage);

/* One IP frame. */
void scene_frame(struct scene *scene, const struct sight *sight);

/* And if it has one of these traits, more of it. sight->now is filled. */
#define SCENE_NEEDS (TRAIT_SYN | TRAIT_CSUM_OFFLOAD | TRAIT_OVERSIZED | TRAIT_AFTER_OVERSIZED)
void scene_note(struct scene *scene, const struct sight *sight);

/* After the last frame. */
void scene_settle(struct scene *scene, const struct flow_table *flows);

/* Frames whose outermost IP packet is longer than the MTU. */
uint64_t scene_oversized(const struct scene *scene);

/* Is this address on the capturing machine, by the partial checksums of small frames? */
bool scene_is_local(const struct scene *scene, const uint8_t *address, uint8_t version);

/* What the step of the ID behind an oversized frame says of it: */
enum stride {
	STRIDE_NONE,	 /* nothing */
	STRIDE_WHOLE,	 /* too small for its segments: it was a whole packet */
	STRIDE_SEGMENTS, /* it took one ID for each of its segments */
};

/*
 * @sight is the frame behind an oversized one of the same flow. Counters that other flows share make
 * single steps larger, so only the majority is to be believed. @segments is set but for STRIDE_NONE.
 */
enum stride scene_stride(const struct scene *scene, const struct sight *sight, uint16_t *segments);

/* Seen from where the capture was taken: */
enum side {
	SIDE_UNKNOWN,
	SIDE_SENT,     /* by this host */
	SIDE_RECEIVED, /* by this host */
	SIDE_WITHIN,   /* both ends are on this machine, or on neighbours that skip checksums too */
};

/*
 * Which way a flow goes. @outbound and @inbound are its frames that the capture itself calls so;
 * that counts more than addresses.
 */
enum side scene_side(const struct scene *scene, const struct flow *flow, uint32_t outbound,
		     uint32_t inbound);

#endif
