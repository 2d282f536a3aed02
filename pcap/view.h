/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One frame as a list of headers, outer to inner. Decoding copies nothing: a header is a kind, an
 * offset and two lengths; its fields are read from the frame's bytes when somebody wants them.
 */
#ifndef NOD_PCAP_VIEW_H
#define NOD_PCAP_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/attr.h"
#include "lib/base/span.h"
#include "lib/model/capture.h"
#include "pcap/file.h"

/* Nesting that is followed; deeper ones end with VIEW_TOO_DEEP. */
#define VIEW_MAX_HEADERS 40
#define VIEW_MAX_IP	 6

enum header_kind {
	HEADER_ETHERNET,
	HEADER_SLL,
	HEADER_SLL2,
	HEADER_NULL,
	HEADER_PPP,
	HEADER_VLAN,
	HEADER_MPLS,
	HEADER_PPPOE,
	HEADER_IPV4,
	HEADER_IPV6,
	HEADER_IPV6_EXT,
	HEADER_IPV6_ROUTING,
	HEADER_IPV6_FRAGMENT,
	HEADER_TCP,
	HEADER_UDP,
	HEADER_SCTP,
	HEADER_ICMP,
	HEADER_ICMPV6,
	HEADER_AH,
	HEADER_VXLAN,
	HEADER_VXLAN_GPE,
	HEADER_NSH,
	HEADER_GENEVE,
	HEADER_GRE,
	HEADER_NVGRE,
	HEADER_ERSPAN,
	HEADER_STT,
	HEADER_GTPU,
	HEADER_ESP,
	HEADER_WIREGUARD,
	HEADER_KINDS
};

/* The names of enum header_kind ("ipv4"), ended by NULL. */
extern const char *const header_names[];

enum header_flag {
	HEADER_FRAGMENT = 1 << 0,	/* IP: this packet is a fragment; L4: of a first fragment */
	HEADER_LATER_FRAGMENT = 1 << 1, /* IP: not the first one, so there is no L4 header */
	HEADER_LEN_ZERO = 1 << 2,     /* IP: the length field is 0, the frame's length was taken */
	HEADER_BAD_LEN = 1 << 3,      /* the length field is longer than what is around it */
	HEADER_PADDED = 1 << 4,	      /* IP: bytes follow behind the packet */
	HEADER_OPTIONS = 1 << 5,      /* IPv4: options; IPv6: extension headers */
	HEADER_JUMBO = 1 << 6,	      /* IPv6: length from a jumbo payload option (RFC 2675) */
	HEADER_SHORT_LEN = 1 << 7,    /* UDP: the length field is shorter than the IP payload */
	HEADER_HOME_ADDRESS = 1 << 9, /* IPv6: a home address option names another source */
	HEADER_ROUTED = 1 << 8,	      /* IPv6: a routing header names another final destination */
};

#define VIEW_NONE 0xff

/**
 * struct header - where one header stands
 * @kind: enum header_kind
 * @ip: of L4 and tunnel headers: index in headers[] of the IP header that carries it, else VIEW_NONE
 * @flags: enum header_flag
 * @off, @len: from the start of the frame, by its own length; the fixed part of it was captured
 * @end: where its packet ends on the wire by its own length; may lie beyond what was captured
 */
struct header {
	uint8_t kind, ip;
	uint16_t flags;
	uint32_t off, len, end;
};

enum view_flag {
	VIEW_CUT = 1 << 0,	 /* captured shorter than on the wire */
	VIEW_MALFORMED = 1 << 1, /* a header is not what it must be, or was cut; nothing below it */
	VIEW_TOO_DEEP = 1 << 2,
	VIEW_FRAGMENT = 1 << 3, /* some IP header is a fragment */
	VIEW_UNKNOWN_LINK = 1 << 4,
	VIEW_LEN_ZERO = 1 << 5, /* some IP header has length 0 */
	VIEW_INBOUND = 1 << 6, /* as the capture says: epb_flags, or the packet type of Linux SLL */
	VIEW_OUTBOUND = 1 << 7,
	VIEW_GSO_PARTIAL = 1 << 8, /* lengths say what the first of many segments will say */
};

/**
 * struct view - one frame, decoded
 * @frame: borrowed
 * @headers, @nheaders: outer to inner
 * @ips, @nips: indexes in @headers of the IP headers, outer to inner
 * @outer, @inner: the first and the last of these; not set if there is none
 * @l4: index of the innermost TCP, UDP, SCTP or ICMP header that belongs to the innermost IP header;
 *      VIEW_NONE if there is none
 * @tunnel: kind of the outermost tunnel, TUNNEL_NONE if the frame has none
 * @tap: what tells interfaces of one capture apart: index in the file, or ifindex of Linux SLL2
 * @vni: network identifier of the outermost tunnel (VNI, VSID, TEID, GRE key); 0 if it has none
 * @payload_off, @payload_len: behind the innermost L4 header, lengths as on the wire
 * @wire_end: where the frame ends on the wire, without a frame check sequence
 * @flags: enum view_flag
 */
struct view {
	const struct frame *frame;
	struct span bytes;
	const struct header *outer, *inner;
	uint32_t wire_end, tap;
	uint32_t payload_off, payload_len;
	uint32_t flags, vni;
	uint8_t nheaders, nips, l4, tunnel;
	uint8_t ips[VIEW_MAX_IP];
	struct header headers[VIEW_MAX_HEADERS];
};

/**
 * struct view_options - what cannot be told from the bytes
 * @vxlan_ports: UDP ports beside 4789 and 8472 that carry VXLAN
 */
struct view_options {
	size_t nvxlan_ports;
	uint16_t vxlan_ports[16];
};

/*
 * Decode @frame, whose bytes must outlive @view. Never fails: what cannot be decoded ends the list
 * of headers and sets a flag.
 */
void view_decode(struct view *view, const struct frame *frame, const struct view_options *options);

/* The kinds of all tunnels of the frame (enum tunnel_kind), outer to inner; returns how many. */
unsigned int view_tunnels(const struct view *view, uint8_t kinds[VIEW_MAX_HEADERS]);

/* Option type of Mobile IPv6 (RFC 6275 section 6.3). */
#define IPV6_HOME_ADDRESS 201

/*
 * The data of an option of @length bytes in an IPv6 hop-by-hop or destination options header that
 * stands at @off (RFC 8200 section 4.2); NULL if it is not there, or was not captured.
 */
const uint8_t *view_ipv6_option(struct span bytes, uint32_t off, uint8_t type, uint8_t length);

static inline const uint8_t *view_header(const struct view *view, const struct header *header)
{
	return view->bytes.bytes + header->off;
}

static inline const struct header *view_ip(const struct view *view, unsigned int index)
{
	return &view->headers[view->ips[index]];
}

static inline const struct header *view_l4(const struct view *view)
{
	return view->l4 == VIEW_NONE ? NULL : &view->headers[view->l4];
}

static inline bool header_is_ip(const struct header *header)
{
	return header->kind == HEADER_IPV4 || header->kind == HEADER_IPV6;
}

#endif
