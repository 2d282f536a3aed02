/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Private to the core: a packet that is to be cut into pieces.
 *
 * A packet with SIM_GSO_PARTIAL has had all of its headers but the innermost TCP or UDP header written as if
 * they were to be repeated in each piece; only the outer IPv4 ID is left to whoever sends it
 * (Documentation/networking/segmentation-offloads.rst, "Partial Generic Segmentation Offload"; lengths:
 * inet_gso_segment() and __skb_udp_tunnel_segment() of the kernel). So the outer UDP checksum, or that of
 * GRE, is already right in every piece, although it was made with the length of the whole: that
 * length counts in the outer pseudo header, and with the other sign in the inner one, whose complement
 * stands for the inner packet (gso_make_checksum()). It stays right when the inner IPv4 ID counts up, for an
 * IPv4 header whose checksum is right adds nothing to a sum. Drivers such as ixgbe (ixgbe_tso()) have
 * everything between the outer IP header and the inner TCP header repeated.
 */
#ifndef NODSIM_CORE_CUT_H
#define NODSIM_CORE_CUT_H

#include "nic.h"

#define SIM_GSO_TUNNELS                                                          \
	((uint32_t)(SIM_GSO_UDP_TUNNEL | SIM_GSO_UDP_TUNNEL_CSUM | SIM_GSO_GRE | \
		    SIM_GSO_GRE_CSUM | SIM_GSO_IPIP))

#define SIM_TAG_LEN 4

/**
 * struct sim_cut - how it is cut
 * @inner, @outer: where the headers are in a piece (version 0: there is no outer one)
 * @head: bytes of headers in the packet, @piece_head: in a piece
 * @jumbo: offset in the packet of a jumbo payload option, which pieces do not have; 0 if it has none
 * @payload: all of it, @size: of each piece but the last; @pieces: how many
 * @seq, @flags: (TCP) of the packet
 */
struct sim_cut {
	const struct sim_send *send;
	struct sim_level inner, outer;
	uint32_t head, piece_head, jumbo, payload, size, pieces, seq;
	uint8_t flags;
};

/* False if what is said of the packet makes no sense. */
bool sim_cut_plan(struct sim_cut *cut, const struct sim_send *send);

/* Make piece @index at @piece, where there is room for piece_head + size bytes; returns its length. */
uint32_t sim_cut_piece(const struct sim_cut *cut, uint32_t index, uint8_t *piece);

/* Copy the first @len bytes of the packet, with the tag that is to be inserted; returns bytes written. */
static inline uint32_t sim_copy_tagged(uint8_t *to, const struct sim_send *send, uint32_t len)
{
	if (!send->has_tag) {
		memcpy(to, send->bytes, len);
		return len;
	}
	memcpy(to, send->bytes, 12);
	sim_put16(to + 12, send->tag_type);
	sim_put16(to + 14, send->tag);
	memcpy(to + 16, send->bytes + 12, len - 12);
	return len + SIM_TAG_LEN;
}

#endif
