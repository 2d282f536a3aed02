/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Flows: the packets between two endpoints in one direction, by the innermost headers.
 *
 * The same inner packets seen in a tunnel and outside of it, or on two interfaces, are different
 * flows: struct path tells them apart. Memory is what flows cost, nothing else grows: FLOW_MAX_BYTES
 * for each, all included.
 */
#ifndef NOD_PCAP_FLOW_H
#define NOD_PCAP_FLOW_H

#include <stddef.h>

#include "lib/base/arena.h"
#include "lib/model/finding.h"
#include "pcap/view.h"

/* What a flow may cost with its index entry and the notes that detectors keep of it. */
#define FLOW_MAX_BYTES 512

/* Of that, its index entries: two to four slots of 8 bytes. */
#define FLOW_INDEX_BYTES 32

/**
 * struct path - how the packets of a flow were wrapped, and where they were seen
 *
 * All zero but for @tunnel and @version: not kept, since there were too many (see --max-flows).
 * @src, @dst: of the outermost IP header, if there is a tunnel; IPv4 in the first four bytes
 * @tap: see struct view
 */
struct path {
	uint8_t src[16], dst[16];
	uint32_t tap, vni;
	uint8_t tunnel, version;
	uint8_t zero[6];
};

/**
 * struct flow_key - a flow; compared as bytes, so unused ones are 0
 * @src, @dst: of the innermost IP header; IPv4 in the first four bytes
 * @src_port, @dst_port: of TCP, UDP, SCTP; else 0
 * @path: index of its struct path
 * @proto: IP protocol of the innermost L4 header; 0 for later fragments and what is not known
 * @version: 4 or 6
 */
struct flow_key {
	uint8_t src[16], dst[16];
	uint16_t src_port, dst_port;
	uint32_t path;
	uint8_t proto, version;
	uint8_t zero[6];
};

/* Which IP header: the innermost (of a frame without a tunnel: the only one), or the outermost. */
enum level {
	LEVEL_INNER,
	LEVEL_OUTER,
	LEVELS
};

enum segment_flag {
	SEGMENT_VALID = 1 << 0,	    /* there is one */
	SEGMENT_TCP = 1 << 1,	    /* the innermost L4 header is TCP, and no fragment */
	SEGMENT_TCP_DATA = 1 << 2,  /* and it has payload */
	SEGMENT_OVERSIZED = 1 << 3, /* longer than the MTU */
	SEGMENT_MERGED = 1 << 4,    /* and not a frame of the wire: merged, or to be split */
	SEGMENT_UDP_NONE = 1 << 5,  /* its outer UDP header has no checksum */
	SEGMENT_UDP_SOME = 1 << 6,
	/* What keeps it from any train, as the second of a pair and as the first: */
	SEGMENT_PADDED = 1 << 7,     /* bytes behind the IP packet */
	SEGMENT_IP_OPTIONS = 1 << 8, /* in some IPv4 header */
	SEGMENT_CSUM_BAD = 1 << 9,
};

/**
 * struct segment - one packet of a flow, as far as the next one is compared with it
 * @seq, @seq_end: sequence number of its payload, and behind it
 * @payload_len: behind the innermost L4 header
 * @train_len: payload of the first segment of the train that it belongs to
 * @ip: what is compared of the IP headers, by level: SEGMENT_IP_*
 * @control: acknowledgment number, flags and window of TCP: SEGMENT_CONTROL_*
 * @stamps: value and echo of the TCP timestamps
 * @options: of TCP, mixed to a number, without the values of timestamps
 * @label: IPv6 flow labels, mixed
 *
 * Fields that are neighbours in a header stay together in one word, as they are loaded, stored and
 * compared for each frame.
 */
struct segment {
	uint32_t seq, seq_end, payload_len, train_len;
	uint64_t ip[LEVELS], control, stamps;
	uint32_t options, label;
	uint16_t outer_src_port, flags;
};

/* Bytes 4 to 11 of the IPv4 header, with TOS and a mark in place of the checksum. */
#define SEGMENT_IP_ID_SHIFT 48
#define SEGMENT_IP_ID	    (0xffffull << SEGMENT_IP_ID_SHIFT)
#define SEGMENT_IP_DF	    (1ull << 46)
#define SEGMENT_IP_TTL	    (0xffull << 24) /* or hop limit */
#define SEGMENT_IP_V4	    (1ull << 8)
#define SEGMENT_IP_TOS	    0xffull /* or traffic class */

/* Bytes 8 to 15 of the TCP header. */
#define SEGMENT_CONTROL_ACK	     (0xffffffffull << 32)
#define SEGMENT_CONTROL_FLAGS(flags) ((uint64_t)(flags) << 16)
#define SEGMENT_CONTROL_ALL_FLAGS    SEGMENT_CONTROL_FLAGS(0xfff) /* with the reserved bits */
#define SEGMENT_CONTROL_WINDOW	     0xffffull

/**
 * struct flow - what is kept of one flow
 * @frames, @bytes: bytes on the wire
 * @first_frame, @last_frame, @first_ns, @last_ns: when it was seen
 * @last: its last packet, but for later fragments
 * @notes: head of the list of detectors' notes, see detector.h; 0 if there are none
 * @ids: steps of IPv4 IDs by header and by the DF bit of the later packet
 * @pairs: consecutive TCP segments with payload; @mergeable of them differ in nothing that would
 *         keep a receiver from merging them, @in_order follow each other without a gap
 * @payload: bytes behind the innermost L4 header
 * @csum_ok, @csum_offload, @csum_bad: frames by the verdict on their L4 checksums, worst first
 * @longest, @longest_count: bytes from the innermost L4 header on, in its longest packets that were not too
 *           long for the wire, and how many there were; only the survey for nod split keeps them
 * @mss: that its sender announced; 0 if its SYN was not seen
 * @watched: a detector wants to see every further frame
 * @seen: sweep mark of the flow table
 */
struct flow {
	struct flow_key key;
	struct segment last;
	uint64_t frames, bytes, payload;
	uint64_t first_frame, last_frame;
	int64_t first_ns, last_ns;
	uint32_t ids[LEVELS][2][ID_STEPS];
	uint32_t pairs, mergeable, in_order;
	uint32_t csum_ok, csum_offload, csum_bad;
	uint32_t notes;
	uint32_t longest, longest_count;
	uint16_t mss;
	bool watched, seen;
};

struct flow_table;

/* @max flows at most (at least 1). NULL if there is no memory. */
struct flow_table *flows_open(size_t max) attr_must_check;
void flows_close(struct flow_table *table);

/* Called with each flow that has to be forgotten, before it is. */
typedef void flow_forget_fn(void *context, struct flow *flow);

/*
 * The flow of @view, which has an IP header: made if it was not known. If the table is full, the
 * first flow that was not seen for a round is handed to @forget and its place taken. NULL if memory
 * ran out.
 */
struct flow *flows_lookup(struct flow_table *table, const struct view *view, flow_forget_fn *forget,
			  void *context);

/*
 * The flow in the other direction, or NULL. Those of tunnels are not looked for: their outer
 * endpoints are turned round too.
 */
const struct flow *flows_reverse(const struct flow_table *table, const struct flow *flow);

/* Flows in the order in which they were first seen, but that forgotten ones left their place. */
size_t flows_count(const struct flow_table *table);
struct flow *flows_at(const struct flow_table *table, size_t index);

uint64_t flows_forgotten(const struct flow_table *table);
const struct path *flows_path(const struct flow_table *table, const struct flow_key *key);

/* As a person reads it; owned by @arena. NULL if there is no memory. */
const struct endpoints *key_endpoints(const struct flow_table *table, const struct flow_key *key,
				      struct arena *arena) attr_must_check;

/* "10.0.0.1", "2001:db8::1": @version is 4 or 6. */
#define ADDRESS_CHARS 46
const char *address_name(const uint8_t *address, uint8_t version, char buffer[ADDRESS_CHARS]);

static inline bool flow_in_tunnel(const struct flow_table *table, const struct flow *flow)
{
	return flows_path(table, &flow->key)->tunnel != TUNNEL_NONE;
}

#endif
