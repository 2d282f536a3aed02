/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One frame into the frames of the wire, as the kernel's GSO would write them (net/ipv4/tcp_offload.c,
 * net/ipv4/udp_offload.c, net/ipv4/af_inet.c, net/ipv6/ip6_offload.c, tunnels' gso_segment): sequence
 * numbers, IDs, flags, lengths and checksums at every level.
 *
 * What is decided here:
 *  - Of a frame that becomes several, every checksum is made right, as the kernel does: also one that was
 *    wrong, since no segment can be told to be the damaged one. UDP without a checksum stays without.
 *  - Of a frame that stays one, checksums that were left to the NIC are filled in (CSUM_PARTIAL,
 *    CSUM_PARTIAL_NOLEN, CSUM_LCO, an IPv4 header checksum of 0), and those around that were right stay
 *    right. What is wrong stays wrong.
 *  - The first segment alone keeps CWR (RFC 3168); those of connections with AccECN all have it (Linux
 *    6.15 and later), but no capture says which these are.
 *  - Of a segment whose bytes were not all captured, the TCP or UDP checksum becomes the sum of its
 *    pseudo-header, CSUM_PARTIAL: not filled in yet. Outer checksums are right for the frame that it
 *    will be then (CSUM_LCO).
 *  - A frame check sequence goes with the frame that had it.
 *
 * What is written is bounded: a frame of n captured bytes becomes at most SPLIT_MOST_FRAMES frames, and
 * these are at most SPLIT_MOST_TIMES times n bytes, with what a file needs for each. A segment size that
 * would need more is refused. The multiple leaves room for captures cut behind the headers: 68 bytes of
 * a frame of 64 KB. So a capture grows to at most that multiple of what it was, uncompressed, beside the
 * words about it.
 */
#ifndef NOD_PCAP_SPLIT_SPLIT_H
#define NOD_PCAP_SPLIT_SPLIT_H

#include "pcap/split/survey.h"
#include "pcap/sum.h"
#include "pcap/view.h"

#define SPLIT_MOST_FRAMES 65536
#define SPLIT_MOST_TIMES  100

/* Of pcapng beside the frame: an enhanced packet block with flags, and padding. */
#define SPLIT_RECORD_BYTES 48

/* Headers of a frame that is split are no longer than this. */
#define SPLIT_MOST_HEADERS 1024

enum split_times {
	SPLIT_TIMES_EQUAL,  /* all segments have the time of their frame */
	SPLIT_TIMES_SPREAD, /* up to the next frame of the flow, at most at the given rate apart */
};

/**
 * struct split_piece - one frame of the wire
 * @head: link header to L4 header, rewritten; empty if nothing was. Borrowed for the call, as @body
 * @body: what follows, where it stands in the frame that was read
 * @wire_len: longer than both if the frame that was read was cut, or a frame check sequence follows
 * @index, @count: which of how many
 */
struct split_piece {
	struct span head, body;
	uint32_t wire_len;
	uint32_t index, count;
};

/* -1 ends it. */
typedef int split_emit(void *context, const struct split_piece *piece);

/* What happened to a frame. */
enum split_result {
	SPLIT_ERROR = -1, /* @emit said so */
	SPLIT_KEPT,	  /* left as it was: one piece */
	SPLIT_FILLED,	  /* only checksums were filled in: one piece */
	SPLIT_DONE,    /* several pieces, or a header made right (jumbo payload option, length 0) */
	SPLIT_REFUSED, /* too long, and cannot be split: left as it was, one piece */
};

/*
 * @size with a segment of 0 says that @view is a frame of the wire; one with another and SPLIT_NONE, that it
 * is too long and nobody knows more. @csums are its verdicts, see csum_verify(). Pieces come in order.
 * @reason, if not NULL, says in words why a frame was refused, completing "because ..."; static, NULL if
 * it was not.
 */
enum split_result split_frame(const struct view *view, const uint8_t *csums,
			      const struct split_size *size, const struct sum_ops *sums,
			      split_emit *emit, void *context, const char **reason);

#endif
