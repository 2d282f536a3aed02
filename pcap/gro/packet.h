/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One frame as a receiver's merging sees it: what must be equal, what must follow, what forbids.
 * Made once for each frame and compared by any number of models.
 */
#ifndef NOD_PCAP_GRO_PACKET_H
#define NOD_PCAP_GRO_PACKET_H

#include "pcap/gro/reason.h"
#include "pcap/segment.h"
#include "pcap/view.h"

/* What makes packets the same flow to a receiver, in parts, so that "what if" can leave one out. */
enum gro_part {
	GRO_PART_LINK,	      /* Ethernet header with tags; of other links, their header */
	GRO_PART_OUTER_IP,    /* version, protocol, addresses */
	GRO_PART_OUTER_LABEL, /* IPv6: flow label, bytes of extension headers */
	GRO_PART_OUTER_PORTS,
	GRO_PART_OUTER_CHECKSUM, /* UDP: is there one? */
	GRO_PART_TUNNEL,	 /* its header, with options */
	GRO_PART_INNER_LINK,
	GRO_PART_IP, /* innermost or only: version, protocol, addresses */
	GRO_PART_LABEL,
	GRO_PART_PORTS,
	GRO_PARTS
};

#define GRO_PARTS_ALL ((1u << GRO_PARTS) - 1)

/* The parts that are left behind the tunnel, for the second chance at its device. */
#define GRO_PARTS_INNER                                                         \
	(1u << GRO_PART_INNER_LINK | 1u << GRO_PART_IP | 1u << GRO_PART_LABEL | \
	 1u << GRO_PART_PORTS)

enum gro_protocol {
	GRO_OTHER,
	GRO_TCP,
	GRO_UDP
};

/* What not every receiver looks at. */
enum gro_need {
	GRO_NEED_VLAN = 1 << 0, /* a tag, in a tunnel or outside */
	GRO_NEED_IPV6 = 1 << 1,
	GRO_NEED_TUNNEL = 1 << 2,
};

/**
 * struct gro_packet - one frame
 * @number, @time_ns: of the frame; @has_time
 * @key: of the flow, mixed from all @parts: packets of the same flow have the same. Parts and key are
 *       hashes: different bytes have the same with a chance of 2^-32 and 2^-64
 * @alone: the reasons of GRO_BITS_ALONE that hold of it, whoever asks; models mask them
 * @early: those of @alone at which a search ends before it has come to the train of the flow, which
 *         then goes on: the packet overtakes it. With the others it meets the train first, and ends it
 *         where a model has unfit_ends
 * @segment: fields that are compared, by level; payload_len, seq and so on. LEVEL_INNER is the
 *           innermost, or only, IP header
 * @head_len: from the outermost IP header to the payload; @inner_len: from the innermost
 * @protocol: enum gro_protocol of the innermost header
 * @tunnel: enum tunnel_kind of the outermost
 * @needs: set of enum gro_need
 */
struct gro_packet {
	uint64_t number, key;
	int64_t time_ns;
	uint64_t alone, early;
	struct segment segment;
	uint32_t parts[GRO_PARTS];
	uint32_t head_len, inner_len;
	uint8_t protocol, tunnel, ip_version, outer_version, needs;
	bool has_time;
};

/* Tunnel devices of one receiver that are told apart: 16 VXLAN and 16 Geneve ports. */
#define GRO_SCOPE_PORTS 32

/**
 * struct gro_scope - what is known of the receiver beside its model
 * @ports: UDP ports with a tunnel device; those of VXLAN (and --vxlan-port) and Geneve if none is named
 * @plain_udp: it merges UDP, so that tunnels without a device are UDP like any other to it
 */
struct gro_scope {
	bool plain_udp;
	size_t nports;
	uint16_t ports[GRO_SCOPE_PORTS];
};

/* @csums: verdicts by header, see csum_verify(). */
void gro_packet_read(struct gro_packet *packet, const struct view *view, const uint8_t *csums,
		     const struct gro_scope *scope);

/*
 * The key of a flow for which only the parts of the set @parts have to be the same: packet->key for
 * all of them, else one that can be compared only with those of the same set.
 */
uint64_t gro_packet_key(const struct gro_packet *packet, uint32_t parts);

/* The same of the parts alone; @set is not all of them. */
uint64_t gro_parts_key(const uint32_t *parts, uint32_t set);

#endif
