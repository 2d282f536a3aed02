/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What of a frame does a receiver compare, and what keeps it from looking that far?
 *
 * Follows the functions through which Linux hands a packet down until it finds the train of its flow:
 * inet_gro_receive(), ipv6_gro_receive(), udp_gro_receive(), those of the tunnels, tcp_gro_receive()
 * (net/ipv4/, net/ipv6/, drivers/net/). Where one of them gives up, the packet never meets its train.
 */
#include "pcap/gro/packet.h"

#include <string.h>

#include "pcap/csum.h"
#include "pcap/decode.h"
#include "pcap/gro/packet_hash.h"
#include "pcap/gro/packet_reader.h"

/* Of the hashes of the parts in the key: odd numbers without a pattern. */
static const uint64_t part_weights[GRO_PARTS] = {
	0x9e6c63d0876a46ad, 0xc2b2ae3d27d4eb4f, 0x165667b19e3779f9, 0xd6e8feb86659fd93,
	0xa0761d6478bd642f, 0xe7037ed1a0b428db, 0x8ebc6af09c88c6e3, 0x589965cc75374cc3,
	0x1d8e4e27c47d124f, 0xeb44accab455d165,
};

/* Where tunnels listen if nobody says where (IANA). */
enum {
	PORT_VXLAN = 4789,
	PORT_GENEVE = 6081,
};

static attr_always_inline void set_part(struct gro_packet *packet, enum gro_part part,
					uint64_t hash)
{
	packet->parts[part] = (uint32_t)hash;
	packet->key += hash * part_weights[part];
}

static bool is_bad_sum(uint8_t verdict)
{
	return verdict == CSUM_BAD || verdict == CSUM_ZERO;
}

/* Linux looks behind tags of 802.1Q and 802.1ad, wherever they are. */
static attr_noinline void read_tag(struct reader *reader, const struct header *tag)
{
	uint16_t type = load_be16(reader->view->bytes.bytes + tag->off - 2);

	reader->packet->needs |= GRO_NEED_VLAN;
	if (type != ETHERTYPE_VLAN && type != ETHERTYPE_QINQ)
		stop(reader, GRO_NOT_IP);
}

/* What stands before the outermost IP header; only Ethernet and its tags are looked behind. */
static void read_link(struct reader *reader)
{
	const struct view *view = reader->view;
	const uint8_t *p = view->bytes.bytes;
	uint32_t off = 0;

	for (const struct header *header = view->headers; header < view->outer; header++) {
		if (header->kind == HEADER_VLAN) {
			read_tag(reader, header);
		} else if (header->kind == HEADER_PPP || header->kind == HEADER_MPLS ||
			   header->kind == HEADER_PPPOE || header->kind == HEADER_NSH) {
			stop(reader, GRO_NOT_IP);
		}
		off = header->off + header->len;
	}
	/* Something between the headers, as LLC. */
	if (off != view->outer->off)
		stop(reader, GRO_NOT_IP);
	off = view->outer->off;
	set_part(reader->packet, GRO_PART_LINK,
		 likely(off == 14) ? hash_ethernet(p) : hash_bytes(p, off));
}

static attr_noinline void flush_ip(struct reader *reader, const struct header *ip)
{
	if (ip->flags & HEADER_FRAGMENT)
		stop(reader, GRO_FRAGMENT);
	if (ip->kind == HEADER_IPV4 && ip->flags & HEADER_OPTIONS)
		stop(reader, GRO_IP_OPTIONS);
	if (ip->flags & (HEADER_PADDED | HEADER_BAD_LEN | HEADER_LEN_ZERO | HEADER_JUMBO) ||
	    reader->view->flags & VIEW_GSO_PARTIAL) {
		reader->packet->alone |= GRO_BIT(GRO_LENGTH);
		reader->flushed = true;
	}
}

/* Does GRO step over this extension header? @proto: its number, from the header before it. */
static bool is_passed_over(uint8_t proto)
{
	return proto == PROTO_HOPOPT || proto == PROTO_ROUTING || proto == PROTO_DSTOPTS;
}

/* Returns the index of the first header behind the extension headers of the one at @index. */
static unsigned int read_ipv6(struct reader *reader, unsigned int index, enum gro_part label)
{
	const struct view *view = reader->view;
	const struct header *ip = &view->headers[index];
	const uint8_t *p = view_header(view, ip);
	uint8_t proto = p[6];
	uint64_t hash = stir(1, load_be32(p) & 0xfffff);

	for (index++; index < view->nheaders; index++) {
		const struct header *header = &view->headers[index];
		const uint8_t *bytes;

		if (header->kind < HEADER_IPV6_EXT || header->kind > HEADER_IPV6_FRAGMENT)
			break;
		bytes = span_at(view->bytes, header->off, header->len);
		if (!bytes) {
			stop(reader, GRO_CUT);
			continue;
		}
		if (!is_passed_over(proto) && !(ip->flags & HEADER_FRAGMENT))
			stop(reader, GRO_EXTENSION);
		hash = stir(hash, hash_bytes(bytes, header->len));
		proto = bytes[0];
	}
	set_part(reader->packet, label, hash);
	reader->packet->needs |= GRO_NEED_IPV6;
	return index;
}

/* Returns the index of what the IP header at @index carries. */
static attr_always_inline unsigned int read_ip(struct reader *reader, unsigned int index,
					       enum gro_part addresses, enum gro_part label)
{
	const struct view *view = reader->view;
	const struct header *ip = &view->headers[index];
	const uint8_t *p = view_header(view, ip);

	if (unlikely(ip->flags || view->flags & VIEW_GSO_PARTIAL))
		flush_ip(reader, ip);
	if (unlikely(ip->kind == HEADER_IPV6)) {
		set_part(reader->packet, addresses, hash_ipv6(p));
		return read_ipv6(reader, index, label);
	}
	set_part(reader->packet, addresses, hash_ipv4(p));
	if (unlikely(p[6] & 0x80)) {
		reader->packet->alone |= GRO_BIT(GRO_RESERVED_BIT);
		reader->flushed = true;
	}
	if (unlikely(is_bad_sum(reader->csums[index])))
		stop(reader, GRO_IP_CHECKSUM);
	return index + 1;
}

/* The UDP header of a tunnel. */
static attr_always_inline void read_outer_udp(struct reader *reader, unsigned int index)
{
	const struct view *view = reader->view;
	const struct header *udp = &view->headers[index];
	const uint8_t *p = view_header(view, udp);
	struct gro_packet *packet = reader->packet;
	bool summed = load_be16(p + 6);

	set_part(packet, GRO_PART_OUTER_PORTS, hash_ports(p));
	set_part(packet, GRO_PART_OUTER_CHECKSUM, 1 + summed);
	if (unlikely(reader->scope->nports || packet->tunnel != TUNNEL_VXLAN) &&
	    !packet_has_device(reader->scope, packet->tunnel, load_be16(p + 2)))
		stop(reader, GRO_TUNNEL_PORT);
	/* Linux wants to know that the checksum is right, and has not looked. */
	if (unlikely(reader->flushed)) {
		if (summed)
			packet->early |=
				packet->alone & (GRO_BIT(GRO_LENGTH) | GRO_BIT(GRO_RESERVED_BIT));
	} else if (unlikely(reader->csums[index] == CSUM_BAD)) {
		stop(reader, GRO_CHECKSUM);
	}
	/* Linux does not look at it; the decoder believes it, and cannot say what the rest is. */
	if (unlikely(udp->flags & (HEADER_SHORT_LEN | HEADER_BAD_LEN))) {
		packet->alone |= GRO_BIT(GRO_LENGTH);
		reader->flushed = true;
	}
}

/* From what the outermost IP header carries to the innermost. */
static attr_always_inline void read_tunnel(struct reader *reader, unsigned int index,
					   unsigned int end)
{
	const struct view *view = reader->view;
	uint32_t off = view->headers[index - 1].off + view->headers[index - 1].len, link_len;
	uint64_t hash = 0;

	for (; index < end; index++) {
		const struct header *header = &view->headers[index];

		if (header->kind == HEADER_ETHERNET)
			continue;
		if (unlikely(header->kind == HEADER_VLAN)) {
			read_tag(reader, header);
			continue;
		}
		if (header->kind == HEADER_UDP)
			read_outer_udp(reader, index);
		else if (likely(header->kind == HEADER_VXLAN))
			hash = stir(8, load_be64(view_header(view, header)));
		else if (header->kind == HEADER_MPLS || header->kind == HEADER_PPP ||
			 header->kind == HEADER_PPPOE || header->kind == HEADER_NSH)
			stop(reader, GRO_NOT_IP);
		else if (!header_is_ip(header))
			hash = packet_read_tunnel(reader, header);
		off = header->off + header->len;
	}
	if (hash)
		set_part(reader->packet, GRO_PART_TUNNEL, hash);
	link_len = view->headers[end].off - off;
	if (likely(link_len == 14))
		set_part(reader->packet, GRO_PART_INNER_LINK,
			 hash_ethernet(view->bytes.bytes + off));
	else if (link_len)
		set_part(reader->packet, GRO_PART_INNER_LINK,
			 hash_bytes(view->bytes.bytes + off, link_len));
}

static attr_always_inline void read_tcp(struct reader *reader, unsigned int index)
{
	const struct header *tcp = &reader->view->headers[index];
	struct gro_packet *packet = reader->packet;

	packet->protocol = GRO_TCP;
	set_part(packet, GRO_PART_PORTS, hash_ports(view_header(reader->view, tcp)));
	if (unlikely(is_bad_sum(reader->csums[index]))) {
		packet->alone |= GRO_BIT(GRO_CHECKSUM);
		if (!reader->flushed)
			packet->early |= GRO_BIT(GRO_CHECKSUM);
	}
	if (unlikely(!packet->segment.payload_len))
		packet->alone |= GRO_BIT(GRO_NO_PAYLOAD);
	if (unlikely(packet->segment.control & SEGMENT_CONTROL_FLAGS(TCP_SYN | TCP_RST | TCP_URG)))
		packet->alone |= GRO_BIT(GRO_CONTROL);
	if (unlikely(tcp->off + tcp->len > reader->view->bytes.length))
		stop(reader, GRO_CUT);
}

/* Does a tunnel's socket take it, though what it carries is no such tunnel? */
static bool is_for_tunnel(const struct gro_scope *scope, uint16_t port)
{
	if (!scope->nports)
		return port == PORT_VXLAN || port == PORT_GENEVE;
	return packet_has_device(scope, TUNNEL_NONE, port);
}

static void read_udp(struct reader *reader, unsigned int index)
{
	const struct view *view = reader->view;
	const struct header *udp = &view->headers[index];
	const uint8_t *p = view_header(view, udp);
	struct gro_packet *packet = reader->packet;

	packet->protocol = GRO_UDP;
	set_part(packet, GRO_PART_PORTS, hash_ports(p));
	if (is_for_tunnel(reader->scope, load_be16(p + 2)))
		stop(reader, GRO_TUNNEL_HEADER);
	if (!load_be16(p + 6))
		stop(reader, GRO_UDP_NO_CHECKSUM);
	else if (!reader->flushed && is_bad_sum(reader->csums[index]))
		stop(reader, GRO_CHECKSUM);
	if (load_be16(p + 4) <= 8)
		stop(reader, GRO_NO_PAYLOAD);
	/* Compared with what is there before the train is looked for; what IP says does not matter. */
	if (udp->off + load_be16(p + 4) != view->wire_end)
		stop(reader, GRO_LENGTH);
}

/* No header of TCP or UDP in the innermost IP packet. */
static void read_other(struct reader *reader, unsigned int index)
{
	const struct view *view = reader->view;

	if (view->flags & VIEW_MALFORMED)
		stop(reader, GRO_LENGTH);
	else if (view->flags & VIEW_CUT && index == view->nheaders && view->l4 == VIEW_NONE &&
		 !(view->inner->flags & HEADER_FRAGMENT) &&
		 view->headers[index - 1].off + view->headers[index - 1].len + 20 >
			 view->bytes.length)
		stop(reader, GRO_CUT);
	if (!(reader->packet->alone & (GRO_BIT(GRO_LENGTH) | GRO_BIT(GRO_CUT))) &&
	    !(view->inner->flags & HEADER_LATER_FRAGMENT))
		stop(reader, GRO_PROTOCOL);
}

/* No IP header in the tunnel. */
static void read_opaque_tunnel(struct reader *reader)
{
	const struct view *view = reader->view;
	const struct header *last = &view->headers[view->nheaders - 1];
	bool cut = view->flags & VIEW_CUT && last->off + last->len + 40 > view->bytes.length;

	stop(reader, cut ? GRO_CUT : GRO_NOT_IP);
}

static void read_innermost(struct reader *reader, unsigned int index)
{
	const struct view *view = reader->view;
	const struct header *l4 = view_l4(view);

	if (unlikely(view->nips > 2))
		stop(reader, GRO_NESTED);
	if (unlikely(view->nips == 1 && view->tunnel != TUNNEL_NONE))
		read_opaque_tunnel(reader);
	else if (likely(l4 && l4->kind == HEADER_TCP))
		read_tcp(reader, view->l4);
	else if (l4 && l4->kind == HEADER_UDP)
		read_udp(reader, view->l4);
	else
		read_other(reader, index);
	/* Behind an authentication header (RFC 4302). */
	if (unlikely(l4 && index != view->l4))
		stop(reader, GRO_PROTOCOL);
}

static void read_layers(struct reader *reader)
{
	const struct view *view = reader->view;
	struct gro_packet *packet = reader->packet;
	unsigned int index = view->ips[0];

	read_link(reader);
	if (unlikely(view->tunnel != TUNNEL_NONE))
		packet->needs |= GRO_NEED_TUNNEL;
	if (unlikely(view->nips > 1)) {
		unsigned int inner = view->ips[view->nips - 1];

		index = read_ip(reader, index, GRO_PART_OUTER_IP, GRO_PART_OUTER_LABEL);
		read_tunnel(reader, index, inner);
		index = inner;
	}
	index = read_ip(reader, index, GRO_PART_IP, GRO_PART_LABEL);
	read_innermost(reader, index);
}

static attr_cold void read_no_ip(struct gro_packet *packet, const struct view *view)
{
	enum gro_reason reason = view->flags & VIEW_CUT && !(view->flags & VIEW_UNKNOWN_LINK) &&
						 view->bytes.length < 60
					 ? GRO_CUT
					 : GRO_NOT_IP;

	packet->alone = GRO_BIT(reason);
	packet->early = packet->alone;
	packet->head_len = 0;
	packet->inner_len = 0;
	memset(&packet->segment, 0, sizeof(packet->segment));
}

static attr_always_inline void read_packet(struct gro_packet *packet, const struct view *view,
					   const uint8_t *csums, const struct gro_scope *scope)
{
	struct reader reader = {packet, view, csums, scope, false};

	packet->number = view->frame->number;
	packet->time_ns = view->frame->time_ns;
	packet->has_time = view->frame->flags & FRAME_HAS_TIME;
	packet->key = 0;
	packet->alone = 0;
	packet->early = 0;
	memset(packet->parts, 0, sizeof(packet->parts));
	packet->protocol = GRO_OTHER;
	packet->tunnel = view->tunnel;
	packet->needs = 0;
	packet->ip_version = 0;
	packet->outer_version = 0;
	if (unlikely(!view->nips)) {
		read_no_ip(packet, view);
		return;
	}
	segment_read(&packet->segment, view);
	packet->head_len = view->payload_off - view->outer->off;
	packet->inner_len = view->payload_off - view->inner->off;
	packet->ip_version = view->inner->kind == HEADER_IPV4 ? 4 : 6;
	packet->outer_version = view->outer->kind == HEADER_IPV4 ? 4 : 6;
	read_layers(&reader);
	packet->key ^= packet->key >> 32;
}

static attr_noinline void read_plain(struct gro_packet *packet, const struct view *view,
				     const uint8_t *csums, const struct gro_scope *scope)
{
	unsigned int index = view->nips ? packet_find_plain(view, scope) : view->nheaders;
	struct view plain;

	if (index == view->nheaders) {
		read_packet(packet, view, csums, scope);
		return;
	}
	packet_make_plain(&plain, view, index);
	read_packet(packet, &plain, csums, scope);
}

void gro_packet_read(struct gro_packet *packet, const struct view *view, const uint8_t *csums,
		     const struct gro_scope *scope)
{
	if (likely(!scope->plain_udp && view->tunnel != TUNNEL_STT))
		read_packet(packet, view, csums, scope);
	else
		read_plain(packet, view, csums, scope);
}

uint64_t gro_parts_key(const uint32_t *parts, uint32_t set)
{
	uint64_t key = 0;

	for (unsigned int i = 0; i < GRO_PARTS; i++)
		if (set >> i & 1)
			key += parts[i] * part_weights[i];
	return key ^ key >> 32;
}

uint64_t gro_packet_key(const struct gro_packet *packet, uint32_t parts)
{
	return parts == GRO_PARTS_ALL ? packet->key : gro_parts_key(packet->parts, parts);
}
