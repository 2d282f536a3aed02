/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which tunnel does a datagram belong to, and what is inside?
 */
#include "pcap/decode.h"

enum {
	PORT_GTPU = 2152,
	PORT_IPSEC_NAT = 4500,
	PORT_VXLAN = 4789,
	PORT_VXLAN_GPE = 4790,
	PORT_GENEVE = 6081,
	PORT_VXLAN_LINUX = 8472, /* what Linux took before IANA assigned 4789 */
	PORT_WIREGUARD = 51820,
};

/* RFC 7348: of the first byte only the I bit must be set; 8472 is shared, so all the rest is 0. */
static bool is_vxlan(const struct walk *walk, uint16_t port)
{
	const uint8_t *p = walk_at(walk, 8);

	if (port == PORT_VXLAN)
		return p && (p[0] & 0x08);
	if (port == PORT_VXLAN_LINUX)
		return p && p[0] == 0x08 && load_be24(p + 1) == 0 && p[7] == 0;
	for (size_t i = 0; i < walk->options->nvxlan_ports; i++)
		if (port == walk->options->vxlan_ports[i])
			return p != NULL;
	return false;
}

/* RFC 3948: a zero SPI marks IKE, one byte 0xff a keepalive. */
static enum next esp_in_udp(struct walk *walk)
{
	const uint8_t *p = walk_at(walk, 8);

	if (!p || load_be32(p) == 0 || !walk_push(walk, HEADER_ESP, 8))
		return NEXT_STOP;
	walk_tunnel(walk, TUNNEL_ESP, load_be32(p));
	return NEXT_STOP;
}

/*
 * Message types 1 to 4, each followed by three zero bytes and of a length of its own: only that of
 * transport data varies (the WireGuard paper, section 5.4).
 */
static enum next wireguard_in_udp(struct walk *walk)
{
	static const uint8_t lengths[] = {[1] = 148, [2] = 92, [3] = 64, [4] = 32};
	const uint8_t *p = walk_at(walk, 16);
	uint32_t length = walk->end - walk->off;

	if (!p || p[0] < 1 || p[0] > 4 || load_be24(p + 1))
		return NEXT_STOP;
	if (p[0] == 4 ? length < lengths[4] : length != lengths[p[0]])
		return NEXT_STOP;
	if (!walk_push(walk, HEADER_WIREGUARD, 4))
		return NEXT_STOP;
	walk_tunnel(walk, TUNNEL_WIREGUARD, 0);
	return NEXT_STOP;
}

enum next tunnel_of_udp(struct walk *walk, uint16_t src_port, uint16_t dst_port)
{
	switch (dst_port) {
	case PORT_VXLAN_GPE:
		return NEXT_VXLAN_GPE;
	case PORT_GENEVE:
		return NEXT_GENEVE;
	default:
		break;
	}
	if (is_vxlan(walk, dst_port))
		return NEXT_VXLAN;
	if (dst_port == PORT_GTPU || src_port == PORT_GTPU)
		return NEXT_GTPU;
	if (dst_port == PORT_IPSEC_NAT || src_port == PORT_IPSEC_NAT)
		return esp_in_udp(walk);
	if (dst_port == PORT_WIREGUARD || src_port == PORT_WIREGUARD)
		return wireguard_in_udp(walk);
	return NEXT_STOP;
}

/* RFC 7348 section 5 */
enum next decode_vxlan(struct walk *walk)
{
	const uint8_t *p = walk_at(walk, 8);

	if (!p || !walk_push(walk, HEADER_VXLAN, 8))
		return NEXT_BAD;
	walk_tunnel(walk, TUNNEL_VXLAN, load_be24(p + 4));
	return NEXT_ETHERNET;
}

/* "Next protocol" of VXLAN-GPE (draft-ietf-nvo3-vxlan-gpe) and NSH (RFC 8300 section 2.2). */
static enum next of_next_protocol(uint8_t proto)
{
	switch (proto) {
	case 1:
		return NEXT_IPV4;
	case 2:
		return NEXT_IPV6;
	case 3:
		return NEXT_ETHERNET;
	case 4:
		return NEXT_NSH;
	case 5:
		return NEXT_MPLS;
	default:
		return NEXT_STOP;
	}
}

enum next decode_vxlan_gpe(struct walk *walk)
{
	const uint8_t *p = walk_at(walk, 8);

	if (!p)
		return NEXT_STOP;
	if (!walk_push(walk, HEADER_VXLAN_GPE, 8))
		return NEXT_BAD;
	walk_tunnel(walk, TUNNEL_VXLAN_GPE, load_be24(p + 4));
	/* Without the P bit there is no next protocol, and what follows is Ethernet. */
	return p[0] & 0x04 ? of_next_protocol(p[3]) : NEXT_ETHERNET;
}

enum next decode_nsh(struct walk *walk)
{
	const uint8_t *p = walk_at(walk, 8);
	uint32_t length;

	if (!p || p[0] >> 6)
		return NEXT_BAD;
	length = (p[1] & 0x3fu) * 4;
	if (length < 8 || walk->end - walk->off < length || !walk_push(walk, HEADER_NSH, length))
		return NEXT_BAD;
	return of_next_protocol(p[3]);
}

/* RFC 8926 section 3.4: 8 bytes and options; other versions are not looked into. */
enum next decode_geneve(struct walk *walk)
{
	const uint8_t *p = walk_at(walk, 8);
	uint32_t length;

	if (!p || p[0] >> 6)
		return NEXT_STOP;
	length = 8 + (p[0] & 0x3fu) * 4;
	if (walk->end - walk->off < length || !walk_push(walk, HEADER_GENEVE, length))
		return NEXT_BAD;
	walk_tunnel(walk, TUNNEL_GENEVE, load_be24(p + 4));
	walk->proto = load_be16(p + 2);
	return NEXT_ETHERTYPE;
}

enum {
	GRE_CSUM = 0x8000,
	GRE_ROUTING = 0x4000,
	GRE_KEY = 0x2000,
	GRE_SEQ = 0x1000,
	GRE_ACK = 0x80
};

/*
 * WCCP version 2 puts a redirect header of 4 bytes before the packet, version 1 none; the header's
 * first nibble is never 4.
 */
static enum next decode_wccp(struct walk *walk)
{
	const uint8_t *p = walk_at(walk, 4);

	if (!p)
		return NEXT_STOP;
	if (p[0] >> 4 != 4)
		walk->off += 4;
	return NEXT_IPV4;
}

static enum next of_gre_protocol(struct walk *walk, uint16_t flags)
{
	switch (walk->proto) {
	case GRE_PROTO_ERSPAN:
		if (flags & GRE_SEQ)
			return NEXT_ERSPAN;
		/* Type I has no header of its own. */
		walk->view->headers[walk->count - 1].kind = HEADER_ERSPAN;
		return NEXT_ETHERNET;
	case GRE_PROTO_ERSPAN_III:
		return NEXT_ERSPAN;
	case GRE_PROTO_WCCP:
		return decode_wccp(walk);
	case GRE_PROTO_PPP:
		return NEXT_PPP;
	default:
		return NEXT_ETHERTYPE;
	}
}

/* RFC 2784, 2890, 7637 (NVGRE: a key and Ethernet inside), 2637 (version 1, PPTP). */
enum next decode_gre(struct walk *walk)
{
	const uint8_t *p = walk_at(walk, 4);
	enum tunnel_kind tunnel = TUNNEL_GRE;
	uint32_t length = 4, key = 0;
	uint16_t flags;

	if (!p)
		return NEXT_BAD;
	flags = load_be16(p);
	if (flags & GRE_ROUTING || (flags & 7) > 1)
		return NEXT_STOP;
	length += flags & GRE_CSUM ? 4 : 0;
	if (flags & GRE_KEY) {
		p = walk_at(walk, length + 4);
		if (!p)
			return NEXT_BAD;
		key = load_be32(p + length);
		length += 4;
	}
	length += flags & GRE_SEQ ? 4 : 0;
	length += (flags & 7) == 1 && flags & GRE_ACK ? 4 : 0;
	p = walk_at(walk, length);
	if (!p)
		return NEXT_BAD;
	walk->proto = load_be16(p + 2);
	if (walk->proto == GRE_PROTO_TEB && flags == GRE_KEY)
		tunnel = TUNNEL_NVGRE;
	else if (walk->proto == GRE_PROTO_ERSPAN || walk->proto == GRE_PROTO_ERSPAN_III)
		tunnel = TUNNEL_ERSPAN;
	if (!walk_push(walk, tunnel == TUNNEL_NVGRE ? HEADER_NVGRE : HEADER_GRE, length))
		return NEXT_BAD;
	walk_tunnel(walk, tunnel, tunnel == TUNNEL_NVGRE ? key >> 8 : key);
	return of_gre_protocol(walk, flags);
}

/*
 * draft-foschiano-erspan: type II (version 1) has 8 bytes, type III (version 2) 12, and 8 more for a
 * platform-specific subheader if the last bit says so. Type III names the kind of frame: 0 is
 * Ethernet, 2 is IP.
 */
enum next decode_erspan(struct walk *walk)
{
	const uint8_t *p = walk_at(walk, 8);
	uint32_t length = 8, type = 0;

	if (!p)
		return NEXT_BAD;
	if (p[0] >> 4 == 2) {
		p = walk_at(walk, 12);
		if (!p)
			return NEXT_BAD;
		type = p[10] >> 2 & 0x1f;
		length = p[11] & 1 ? 20 : 12;
	} else if (p[0] >> 4 != 1) {
		return NEXT_STOP;
	}
	if (!walk_at(walk, length) || !walk_push(walk, HEADER_ERSPAN, length))
		return NEXT_BAD;
	return type == 0 ? NEXT_ETHERNET : type == 2 ? NEXT_IP : NEXT_STOP;
}

/*
 * draft-davie-stt: looks like TCP. The sequence number holds the length of the whole frame and the
 * offset of this piece; only the first piece has the STT header and the inner frame's headers.
 */
bool tunnel_is_stt(const uint8_t *p)
{
	return p && p[12] >> 4 == 5 && load_be16(p + 6) == 0 && p[20] == 0 &&
	       load_be16(p + 4) >= 18 + 14;
}

enum next decode_stt(struct walk *walk)
{
	const uint8_t *p = walk_at(walk, 20 + 18);

	if (!p || !walk_push(walk, HEADER_STT, 20 + 18))
		return NEXT_BAD;
	walk_tunnel(walk, TUNNEL_STT, (uint32_t)load_be64(p + 28));
	return NEXT_ETHERNET;
}

/* Step over the extension headers of GTP-U (3GPP TS 29.281 section 5.2), whose first is @type. */
static bool skip_gtpu_extensions(struct walk *walk, uint8_t type, uint32_t *length)
{
	while (type) {
		const uint8_t *p = walk_at(walk, *length + 1);
		uint32_t size = p ? p[*length] * 4u : 0;

		if (!size || !walk_at(walk, *length + size))
			return false;
		*length += size;
		type = walk_at(walk, *length)[*length - 1];
	}
	return true;
}

/* Only G-PDUs (type 255) of version 1 carry packets. */
enum next decode_gtpu(struct walk *walk)
{
	const uint8_t *p = walk_at(walk, 8);
	uint32_t length = 8;

	if (!p || p[0] >> 5 != 1 || !(p[0] & 0x10) || p[1] != 0xff)
		return NEXT_STOP;
	if (p[0] & 0x07) {
		length = 12;
		if (!walk_at(walk, length))
			return NEXT_BAD;
		if (p[0] & 0x04 && !skip_gtpu_extensions(walk, p[11], &length))
			return NEXT_BAD;
	}
	if (!walk_push(walk, HEADER_GTPU, length))
		return NEXT_BAD;
	walk_tunnel(walk, TUNNEL_GTPU, load_be32(p + 4));
	p = walk_at(walk, 1);
	return p && (p[0] >> 4 == 4 || p[0] >> 4 == 6) ? NEXT_IP : NEXT_STOP;
}
