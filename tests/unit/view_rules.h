/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What pcap/view.h promises of every view, whatever the frame: for tests and fuzzing.
 */
#ifndef NOD_TESTS_VIEW_RULES_H
#define NOD_TESTS_VIEW_RULES_H

#include "pcap/view.h"

/* The part of a header that always is there, as its specification has it. */
static const uint8_t view_fixed_parts[HEADER_KINDS] = {
	[HEADER_ETHERNET] = 14,	    [HEADER_SLL] = 16,	   [HEADER_SLL2] = 20,
	[HEADER_NULL] = 4,	    [HEADER_PPP] = 1,	   [HEADER_VLAN] = 4,
	[HEADER_MPLS] = 4,	    [HEADER_PPPOE] = 8,	   [HEADER_IPV4] = 20,
	[HEADER_IPV6] = 40,	    [HEADER_IPV6_EXT] = 8, [HEADER_IPV6_ROUTING] = 8,
	[HEADER_IPV6_FRAGMENT] = 8, [HEADER_TCP] = 20,	   [HEADER_UDP] = 8,
	[HEADER_SCTP] = 12,	    [HEADER_ICMP] = 4,	   [HEADER_ICMPV6] = 4,
	[HEADER_AH] = 12,	    [HEADER_VXLAN] = 8,	   [HEADER_VXLAN_GPE] = 8,
	[HEADER_NSH] = 8,	    [HEADER_GENEVE] = 8,   [HEADER_GRE] = 4,
	[HEADER_NVGRE] = 8,	    [HEADER_ERSPAN] = 4,   [HEADER_STT] = 38,
	[HEADER_GTPU] = 8,	    [HEADER_ESP] = 8,	   [HEADER_WIREGUARD] = 4,
};

static inline bool view_is_l4(uint8_t kind)
{
	return kind == HEADER_TCP || kind == HEADER_UDP || kind == HEADER_SCTP ||
	       kind == HEADER_ICMP || kind == HEADER_ICMPV6;
}

/* What is wrong with header @i, or NULL. */
static inline const char *view_header_fault(const struct view *view, unsigned int i)
{
	const struct header *header = &view->headers[i], *before = i ? header - 1 : NULL;

	if (header->kind >= HEADER_KINDS)
		return "a header of no kind";
	if (header->len < view_fixed_parts[header->kind])
		return "a header shorter than its fixed part";
	if (header->off > view->bytes.length ||
	    view->bytes.length - header->off < view_fixed_parts[header->kind])
		return "a header's fixed part was not captured";
	if (header->len > view->wire_end || header->off > view->wire_end - header->len)
		return "a header beyond the end of the frame";
	if (before && header->off < before->off + before->len)
		return "headers overlap";
	if (header->end < header->off + header->len)
		return "a packet ends inside of its header";
	if (header->end > view->wire_end && !(view->flags & VIEW_FRAGMENT))
		return "a packet ends behind the frame and no fragment explains it";
	if (header->ip != VIEW_NONE &&
	    (header->ip >= i || !header_is_ip(&view->headers[header->ip])))
		return "a header is carried by what is no IP header before it";
	if (view_is_l4(header->kind) && header->ip == VIEW_NONE)
		return "an L4 header without an IP header";
	return NULL;
}

static inline const char *view_ips_fault(const struct view *view)
{
	unsigned int count = 0;

	if (view->nips > VIEW_MAX_IP)
		return "too many IP headers";
	for (unsigned int i = 0; i < view->nheaders; i++) {
		if (!header_is_ip(&view->headers[i]))
			continue;
		if (count == view->nips || view->ips[count] != i)
			return "the list of IP headers is not that of the headers";
		count++;
	}
	if (count != view->nips)
		return "the list of IP headers is too long";
	if (count && (view->outer != view_ip(view, 0) || view->inner != view_ip(view, count - 1)))
		return "the first or last IP header is another one";
	return NULL;
}

/* The innermost L4 header behind the innermost IP header. */
static inline const char *view_l4_fault(const struct view *view)
{
	unsigned int last = VIEW_NONE;

	for (unsigned int i = view->nips ? view->ips[view->nips - 1] : view->nheaders;
	     i < view->nheaders; i++)
		if (view_is_l4(view->headers[i].kind))
			last = i;
	return view->l4 == last ? NULL : "l4 is not the innermost L4 header";
}

/* Both lists begin with the same tunnel. */
static inline const char *view_tunnel_fault(const struct view *view)
{
	uint8_t kinds[VIEW_MAX_HEADERS];
	unsigned int count = view_tunnels(view, kinds);

	if (count > view->nheaders)
		return "more tunnels than headers";
	for (unsigned int i = 0; i < count; i++)
		if (kinds[i] == TUNNEL_NONE || kinds[i] >= TUNNEL_KINDS)
			return "a tunnel of no kind";
	if (view->tunnel >= TUNNEL_KINDS)
		return "the outermost tunnel is of no kind";
	if ((count ? kinds[0] : TUNNEL_NONE) != view->tunnel)
		return "the outermost tunnel is not the first of all tunnels";
	return NULL;
}

/* NULL if @view keeps the promises of pcap/view.h; else what it breaks. */
static inline const char *view_fault(const struct view *view)
{
	const char *fault = NULL;

	if (view->nheaders > VIEW_MAX_HEADERS)
		return "too many headers";
	for (unsigned int i = 0; !fault && i < view->nheaders; i++)
		fault = view_header_fault(view, i);
	if (!fault)
		fault = view_ips_fault(view);
	if (!fault)
		fault = view_l4_fault(view);
	if (!fault)
		fault = view_tunnel_fault(view);
	if (fault)
		return fault;
	if (view->wire_end > view->frame->wire_len)
		return "the end on the wire is behind the frame";
	if (!(view->flags & VIEW_CUT) != (view->bytes.length >= view->frame->wire_len))
		return "cut is not what the lengths say";
	if (view->payload_len > view->wire_end && !(view->flags & VIEW_FRAGMENT))
		return "the payload is longer than the frame";
	if (view->payload_off > view->wire_end)
		return "the payload begins behind the frame";
	return NULL;
}

#endif
