/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which headers does a frame have, from the link to the innermost payload?
 */
#include "pcap/decode_usual.h"

/* LINKTYPE_ numbers, as the registry of capture files has them (libpcap's DLT_ differ for RAW). */
enum {
	LINKTYPE_NULL = 0,
	LINKTYPE_ETHERNET = 1,
	LINKTYPE_PPP = 9,
	LINKTYPE_PPP_HDLC = 50,
	LINKTYPE_RAW = 101,
	LINKTYPE_LOOP = 108,
	LINKTYPE_LINUX_SLL = 113,
	LINKTYPE_IPV4 = 228,
	LINKTYPE_IPV6 = 229,
	LINKTYPE_LINUX_SLL2 = 276,
};

const char *const header_names[] = {
	[HEADER_ETHERNET] = "ethernet",
	[HEADER_SLL] = "sll",
	[HEADER_SLL2] = "sll2",
	[HEADER_NULL] = "null",
	[HEADER_PPP] = "ppp",
	[HEADER_VLAN] = "vlan",
	[HEADER_MPLS] = "mpls",
	[HEADER_PPPOE] = "pppoe",
	[HEADER_IPV4] = "ipv4",
	[HEADER_IPV6] = "ipv6",
	[HEADER_IPV6_EXT] = "ipv6-ext",
	[HEADER_IPV6_ROUTING] = "ipv6-routing",
	[HEADER_IPV6_FRAGMENT] = "ipv6-fragment",
	[HEADER_TCP] = "tcp",
	[HEADER_UDP] = "udp",
	[HEADER_SCTP] = "sctp",
	[HEADER_ICMP] = "icmp",
	[HEADER_ICMPV6] = "icmpv6",
	[HEADER_AH] = "ah",
	[HEADER_VXLAN] = "vxlan",
	[HEADER_VXLAN_GPE] = "vxlan-gpe",
	[HEADER_NSH] = "nsh",
	[HEADER_GENEVE] = "geneve",
	[HEADER_GRE] = "gre",
	[HEADER_NVGRE] = "nvgre",
	[HEADER_ERSPAN] = "erspan",
	[HEADER_STT] = "stt",
	[HEADER_GTPU] = "gtp-u",
	[HEADER_ESP] = "esp",
	[HEADER_WIREGUARD] = "wireguard",
	[HEADER_KINDS] = NULL,
};

static enum next first_header(uint32_t link_type)
{
	if (likely(link_type == LINKTYPE_ETHERNET))
		return NEXT_ETHERNET;
	switch (link_type) {
	case LINKTYPE_LINUX_SLL:
		return NEXT_SLL;
	case LINKTYPE_LINUX_SLL2:
		return NEXT_SLL2;
	case LINKTYPE_NULL:
		return NEXT_NULL;
	case LINKTYPE_LOOP:
		return NEXT_LOOP;
	case LINKTYPE_PPP:
	case LINKTYPE_PPP_HDLC:
		return NEXT_PPP;
	case LINKTYPE_RAW:
		return NEXT_IP;
	case LINKTYPE_IPV4:
		return NEXT_IPV4;
	case LINKTYPE_IPV6:
		return NEXT_IPV6;
	default:
		return NEXT_STOP;
	}
}

static attr_noinline enum next decode_other(struct walk *walk, enum next next)
{
	switch (next) {
	case NEXT_SLL:
		return decode_sll(walk);
	case NEXT_SLL2:
		return decode_sll2(walk);
	case NEXT_NULL:
		return decode_null(walk);
	case NEXT_LOOP:
		return decode_loop(walk);
	case NEXT_PPP:
		return decode_ppp(walk);
	case NEXT_ETHERTYPE:
		return decode_ethertype(walk);
	case NEXT_MPLS:
		return decode_mpls(walk);
	case NEXT_PPPOE:
		return decode_pppoe(walk);
	case NEXT_PPP_PROTO:
		return decode_ppp_proto(walk);
	case NEXT_IP:
		return decode_ip(walk);
	case NEXT_IPV6:
		return decode_ipv6(walk);
	case NEXT_IP_PROTO:
		return decode_ip_proto(walk);
	case NEXT_VXLAN:
		return decode_vxlan(walk);
	case NEXT_VXLAN_GPE:
		return decode_vxlan_gpe(walk);
	case NEXT_NSH:
		return decode_nsh(walk);
	case NEXT_GENEVE:
		return decode_geneve(walk);
	case NEXT_GRE:
		return decode_gre(walk);
	case NEXT_ERSPAN:
		return decode_erspan(walk);
	case NEXT_STT:
		return decode_stt(walk);
	case NEXT_GTPU:
		return decode_gtpu(walk);
	case NEXT_STOP:
	case NEXT_BAD:
	case NEXT_ETHERNET:
	case NEXT_IPV4:
	case NEXT_TCP:
	case NEXT_KINDS:
		break;
	}
	return NEXT_STOP;
}

/* A header that was cut off by the capture is not malformed: the frame was fine on the wire. */
static void mark_bad(struct view *view, uint32_t end)
{
	if (view->flags & VIEW_TOO_DEEP)
		return;
	if (!(view->flags & VIEW_CUT) || end <= view->bytes.length)
		view->flags |= VIEW_MALFORMED;
}

/* The next headers: those that most frames have, in their usual order, and one of another kind. */
static attr_always_inline enum next decode_some(struct walk *walk, enum next next)
{
	struct walk copy;

	if (next == NEXT_ETHERNET)
		next = decode_ethernet(walk);
	if (next == NEXT_IPV4)
		next = decode_ipv4(walk);
	if (next == NEXT_TCP)
		next = decode_tcp(walk);
	if (likely(next == NEXT_STOP || next == NEXT_BAD))
		return next;
	/* A walk whose address goes elsewhere could not stay in registers. */
	copy = *walk;
	next = decode_other(&copy, next);
	*walk = copy;
	return next;
}

static uint32_t frame_flags(const struct frame *frame)
{
	return (frame->bytes.length < frame->wire_len ? VIEW_CUT : 0) |
	       (frame->flags & FRAME_INBOUND ? VIEW_INBOUND : 0) |
	       (frame->flags & FRAME_OUTBOUND ? VIEW_OUTBOUND : 0);
}

/* Behind the innermost L4 header, or else the innermost IP header. */
static inline void set_payload(struct view *view)
{
	const struct header *last = view_l4(view);

	view->payload_off = view->wire_end;
	view->payload_len = 0;
	if (!last && view->nips)
		last = view->inner;
	if (!last)
		return;
	view->payload_off = last->off + last->len;
	if (last->end > view->payload_off)
		view->payload_len = last->end - view->payload_off;
}

void view_decode(struct view *view, const struct frame *frame, const struct view_options *options)
{
	struct walk walk = {
		.view = view, .options = options, .bytes = frame->bytes.bytes, .ip = VIEW_NONE};
	enum next next = first_header(frame->link_type);

	view->frame = frame;
	/* One by one, as they were written: see TUNING in the Makefile. */
	view->bytes.bytes = frame->bytes.bytes;
	view->bytes.length = frame->bytes.length;
	view->wire_end = frame->wire_len;
	if (unlikely(frame->fcs_len) && frame->fcs_len < frame->wire_len)
		view->wire_end -= frame->fcs_len;
	view->flags = frame_flags(frame);
	view->tap = frame->interface;
	view->vni = 0;
	view->nips = 0;
	view->l4 = VIEW_NONE;
	view->tunnel = TUNNEL_NONE;
	if (next == NEXT_STOP)
		view->flags |= VIEW_UNKNOWN_LINK;

	walk.limit = (uint32_t)frame->bytes.length;
	walk_narrow(&walk, view->wire_end);
	while (next != NEXT_STOP && next != NEXT_BAD)
		next = decode_some(&walk, next);
	view->nheaders = (uint8_t)walk.count;
	set_payload(view);
	if (unlikely(next == NEXT_BAD))
		mark_bad(view, walk.end);
}

static bool gre_carries_erspan(const uint8_t *gre)
{
	uint16_t proto = load_be16(gre + 2);

	return proto == GRE_PROTO_ERSPAN || proto == GRE_PROTO_ERSPAN_III;
}

/* Of an IP header that is not the first one: is it the payload of the one before it? */
static enum tunnel_kind tunnel_of_ip(const struct view *view, const struct header *header)
{
	const struct header *before = header - 1;

	while (before->kind == HEADER_MPLS)
		before--;
	if (header_is_ip(before) || before->kind == HEADER_IPV6_EXT ||
	    before->kind == HEADER_IPV6_ROUTING || before->kind == HEADER_IPV6_FRAGMENT ||
	    before->kind == HEADER_AH)
		return ip_in_ip(&view->headers[header->ip], header);
	return TUNNEL_NONE;
}

static enum tunnel_kind tunnel_of_header(const struct view *view, const struct header *header)
{
	static const uint8_t kinds[HEADER_KINDS] = {
		[HEADER_VXLAN] = TUNNEL_VXLAN,	 [HEADER_VXLAN_GPE] = TUNNEL_VXLAN_GPE,
		[HEADER_GENEVE] = TUNNEL_GENEVE, [HEADER_GRE] = TUNNEL_GRE,
		[HEADER_NVGRE] = TUNNEL_NVGRE,	 [HEADER_ERSPAN] = TUNNEL_ERSPAN,
		[HEADER_STT] = TUNNEL_STT,	 [HEADER_GTPU] = TUNNEL_GTPU,
		[HEADER_ESP] = TUNNEL_ESP,	 [HEADER_WIREGUARD] = TUNNEL_WIREGUARD,
	};

	if (header_is_ip(header))
		return tunnel_of_ip(view, header);
	/* ERSPAN rides on GRE: one tunnel, named by what GRE announces. */
	if (header->kind == HEADER_GRE && gre_carries_erspan(view_header(view, header)))
		return TUNNEL_ERSPAN;
	if (header->kind == HEADER_ERSPAN && header[-1].kind == HEADER_GRE)
		return TUNNEL_NONE;
	return kinds[header->kind];
}

unsigned int view_tunnels(const struct view *view, uint8_t kinds[VIEW_MAX_HEADERS])
{
	const struct header *end = view->headers + view->nheaders;
	unsigned int count = 0;

	if (!view->nips)
		return 0;
	/* All tunnels are carried by IP. */
	for (const struct header *header = view->outer + 1; header < end; header++) {
		enum tunnel_kind kind = tunnel_of_header(view, header);

		if (kind != TUNNEL_NONE)
			kinds[count++] = (uint8_t)kind;
	}
	return count;
}
