/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where are the headers of this frame?
 */
#include "packet.h"

#define ETHERTYPE_IPV4	   0x0800
#define ETHERTYPE_IPV6	   0x86dd
#define ETHERTYPE_ETHERNET 0x6558 /* in GRE and Geneve */

#define GRE_CSUM    0x8000
#define GRE_KEY	    0x2000
#define GRE_SEQ	    0x1000
#define GRE_UNKNOWN (0xffff & ~(GRE_CSUM | GRE_KEY | GRE_SEQ))

/* Is there room for @need bytes at @at, before @end? */
static bool room(uint32_t at, uint32_t end, uint32_t need)
{
	return at <= end && end - at >= need;
}

enum sim_tunnel sim_port_kind(const struct sim_ports *ports, uint16_t port)
{
	for (unsigned int i = 0; i < SIM_PORTS; i++)
		if (ports->kinds[i] != SIM_PLAIN && ports->ports[i] == port)
			return (enum sim_tunnel)ports->kinds[i];
	return SIM_PLAIN;
}

static bool read_ipv4(struct sim_level *level, const uint8_t *bytes)
{
	const uint8_t *ip = bytes + level->l3;
	uint32_t size = (ip[0] & 15) * 4u;

	if (size < 20 || !room(level->l3, level->end, size))
		return false;
	level->l4 = level->l3 + size;
	level->protocol = ip[9];
	/* More fragments, or an offset. */
	level->fragment = sim_get16(ip + 6) & 0x3fff;
	return true;
}

/* A fragment header is taken as such also where it says that the packet is whole (RFC 6946). */
static bool read_ipv6(struct sim_level *level, const uint8_t *bytes)
{
	if (!room(level->l3, level->end, 40))
		return false;
	level->protocol = bytes[level->l3 + 6];
	level->l4 = level->l3 + 40;
	/* Hop-by-hop options, routing, fragment, destination options (RFC 8200). */
	while (level->protocol == 0 || level->protocol == 43 || level->protocol == 44 ||
	       level->protocol == 60) {
		const uint8_t *ext = bytes + level->l4;
		uint32_t size;

		if (!room(level->l4, level->end, 8))
			return false;
		size = level->protocol == 44 ? 8 : (ext[1] + 1) * 8u;
		if (!room(level->l4, level->end, size))
			return false;
		level->fragment |= level->protocol == 44;
		level->protocol = ext[0];
		level->l4 += size;
		/* Behind it are bytes from somewhere in the packet. */
		if (level->fragment)
			break;
	}
	return true;
}

bool sim_level_read(struct sim_level *level, const uint8_t *bytes, uint32_t len, uint32_t l3)
{
	*level = (struct sim_level){.l3 = l3, .end = len};
	if (!room(l3, len, 20))
		return false;
	level->version = bytes[l3] >> 4;
	if (level->version == 4)
		return read_ipv4(level, bytes);
	return level->version == 6 && read_ipv6(level, bytes);
}

/* The same, with the end that the packet says, but no later than @end. */
static bool read_level(struct sim_level *level, const uint8_t *bytes, uint32_t end, uint32_t l3)
{
	uint32_t claimed;

	if (!sim_level_read(level, bytes, end, l3))
		return false;
	claimed = l3 + (level->version == 4 ? sim_get16(bytes + l3 + 2)
					    : 40u + sim_get16(bytes + l3 + 4));
	level->short_frame = claimed > end;
	if (claimed < end)
		level->end = claimed;
	return level->l4 <= level->end;
}

/* Behind the Ethernet header at @at and its tags: the offset of an IP header, or 0. */
static uint32_t skip_ethernet(const uint8_t *bytes, uint32_t end, uint32_t at, uint8_t *tags)
{
	uint16_t type;

	if (!room(at, end, 14))
		return 0;
	type = sim_get16(bytes + at + 12);
	at += 14;
	while ((type == 0x8100 || type == 0x88a8) && room(at, end, 4)) {
		type = sim_get16(bytes + at + 2);
		at += 4;
		if (*tags < 255)
			++*tags;
	}
	return type == ETHERTYPE_IPV4 || type == ETHERTYPE_IPV6 ? at : 0;
}

/* What @type says stands at @at: the offset of an IP header there, or 0. */
static uint32_t skip_inner(const uint8_t *bytes, uint32_t end, uint32_t at, uint16_t type)
{
	uint8_t tags = 0;

	if (type == ETHERTYPE_ETHERNET)
		return skip_ethernet(bytes, end, at, &tags);
	return type == ETHERTYPE_IPV4 || type == ETHERTYPE_IPV6 ? at : 0;
}

/* RFC 7348, RFC 8926: behind the UDP header of @outer. */
static uint32_t enter_udp(struct sim_packet *packet, const uint8_t *bytes,
			  const struct sim_level *outer, const struct sim_ports *ports)
{
	uint32_t at = outer->l4 + 8;
	const uint8_t *header;
	enum sim_tunnel kind;

	if (!room(outer->l4, outer->end, 16))
		return 0;
	header = bytes + at;
	kind = sim_port_kind(ports, sim_get16(bytes + outer->l4 + 2));
	if (kind == SIM_VXLAN && header[0] & 0x08) {
		packet->tunnel = SIM_VXLAN;
		packet->tunnel_at = at;
		packet->inner_at = at + 8;
		return skip_inner(bytes, outer->end, packet->inner_at, ETHERTYPE_ETHERNET);
	}
	/* The upper bits are the version. */
	if (kind == SIM_GENEVE && header[0] < 64) {
		packet->tunnel = SIM_GENEVE;
		packet->tunnel_at = at;
		packet->inner_at = at + 8 + header[0] * 4u;
		return skip_inner(bytes, outer->end, packet->inner_at, sim_get16(header + 2));
	}
	return 0;
}

/* RFC 2784, RFC 2890. */
static uint32_t enter_gre(struct sim_packet *packet, const uint8_t *bytes,
			  const struct sim_level *outer)
{
	uint32_t at = outer->l4, size = 4;
	uint16_t flags;

	if (!room(at, outer->end, 4))
		return 0;
	flags = sim_get16(bytes + at);
	if (flags & GRE_UNKNOWN)
		return 0;
	size += flags & GRE_CSUM ? 4 : 0;
	size += flags & GRE_KEY ? 4 : 0;
	size += flags & GRE_SEQ ? 4 : 0;
	packet->tunnel = SIM_GRE;
	packet->tunnel_at = at;
	packet->inner_at = at + size;
	return skip_inner(bytes, outer->end, packet->inner_at, sim_get16(bytes + at + 2));
}

/* The offset of the IP header within @outer, or 0. */
static uint32_t enter(struct sim_packet *packet, const uint8_t *bytes,
		      const struct sim_level *outer, const struct sim_ports *ports)
{
	if (outer->fragment)
		return 0;
	switch (outer->protocol) {
	case 17:
		return enter_udp(packet, bytes, outer, ports);
	case 47:
		return enter_gre(packet, bytes, outer);
	case 4:
	case 41:
		packet->tunnel = SIM_IPIP;
		packet->tunnel_at = outer->l4;
		packet->inner_at = outer->l4;
		return outer->l4;
	default:
		return 0;
	}
}

static uint32_t find_payload(const uint8_t *bytes, const struct sim_level *level)
{
	uint32_t size;

	if (level->fragment)
		return 0;
	if (level->protocol == 17)
		return room(level->l4, level->end, 8) ? level->l4 + 8 : 0;
	if (level->protocol != 6 || !room(level->l4, level->end, 20))
		return 0;
	size = (bytes[level->l4 + 12] >> 4) * 4u;
	return size >= 20 && room(level->l4, level->end, size) ? level->l4 + size : 0;
}

void sim_packet_read(struct sim_packet *packet, const uint8_t *bytes, uint32_t len,
		     const struct sim_ports *ports)
{
	struct sim_level *levels = packet->levels;
	uint32_t l3;

	*packet = (struct sim_packet){.len = len};
	l3 = skip_ethernet(bytes, len, 0, &packet->tags);
	if (!l3 || !read_level(&levels[0], bytes, len, l3))
		return;
	packet->nlevels = 1;
	l3 = enter(packet, bytes, &levels[0], ports);
	if (l3 && read_level(&levels[1], bytes, levels[0].end, l3))
		packet->nlevels = 2;
	packet->payload = find_payload(bytes, &levels[packet->nlevels - 1]);
}
