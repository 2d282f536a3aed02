/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A packet with more payload than a frame takes: where is it cut, and what is written in each piece?
 */
#include "cut.h"

#include "csum.h"

#define TCP_FIN 0x01
#define TCP_PSH 0x08
#define TCP_CWR 0x80

#define GRE_CSUM 0x8000
#define GRE_KEY	 0x2000

/* The hop-by-hop options header with nothing but a jumbo payload option. */
#define JUMBO_LEN 8

/* --- where -------------------------------------------------------------------------------------- */

/* One bit of @set is in @gso, and no other. */
static bool has_one(uint32_t gso, uint32_t set)
{
	gso &= set;
	return gso && !(gso & (gso - 1));
}

static bool read_inner(struct sim_cut *cut)
{
	const struct sim_send *send = cut->send;
	const struct sim_level *inner = &cut->inner;
	uint8_t version = send->gso & SIM_GSO_TCP4 ? 4 : send->gso & SIM_GSO_TCP6 ? 6 : 0;

	if (!has_one(send->gso, SIM_GSO_TCP4 | SIM_GSO_TCP6 | SIM_GSO_UDP))
		return false;
	if (send->l3 < 14 || !sim_level_read(&cut->inner, send->bytes, send->len, send->l3))
		return false;
	/* Datagrams of either version. */
	if (version && version != inner->version)
		return false;
	return inner->l4 == send->l4 && !inner->fragment && inner->protocol == (version ? 6 : 17);
}

static bool read_l4(struct sim_cut *cut)
{
	const uint8_t *l4 = cut->send->bytes + cut->inner.l4;
	uint32_t room = cut->send->len - cut->inner.l4, size = 8;

	if (cut->inner.protocol == 6) {
		if (room < 20)
			return false;
		size = (l4[12] >> 4) * 4u;
		if (size < 20)
			return false;
		cut->seq = sim_get32(l4 + 4);
		cut->flags = l4[13];
	}
	if (room < size)
		return false;
	cut->head = cut->inner.l4 + size;
	cut->payload = room - size;
	return true;
}

static bool is_gre(const struct sim_send *send, const struct sim_level *outer)
{
	uint32_t size = 4;
	uint16_t flags;

	if (outer->protocol != 47 || send->l3 - outer->l4 < 4)
		return false;
	flags = sim_get16(send->bytes + outer->l4);
	size += flags & GRE_CSUM ? 4 : 0;
	size += flags & GRE_KEY ? 4 : 0;
	/* The kernel asks nobody to count sequence numbers of GRE. */
	return !(flags & ~(GRE_CSUM | GRE_KEY)) && send->l3 - outer->l4 >= size &&
	       !(flags & GRE_CSUM) == !(send->gso & SIM_GSO_GRE_CSUM);
}

static bool is_tunnel(const struct sim_send *send, const struct sim_level *outer)
{
	uint8_t version = send->bytes[send->l3] >> 4;

	switch (send->gso & SIM_GSO_TUNNELS) {
	case SIM_GSO_UDP_TUNNEL:
	case SIM_GSO_UDP_TUNNEL_CSUM:
		return outer->protocol == 17 && send->l3 - outer->l4 >= 8;
	case SIM_GSO_GRE:
	case SIM_GSO_GRE_CSUM:
		return is_gre(send, outer);
	case SIM_GSO_IPIP:
		return outer->protocol == (version == 4 ? 4 : 41) && outer->l4 == send->l3;
	default:
		return false;
	}
}

/* Whatever is around the inner packet, if all of it is to be repeated. */
static bool read_outer(struct sim_cut *cut)
{
	const struct sim_send *send = cut->send;
	bool partial = send->gso & SIM_GSO_PARTIAL;

	if (!send->outer_l3)
		return !(send->gso & SIM_GSO_TUNNELS);
	if (send->outer_l3 < 14 || send->outer_l3 >= send->l3 ||
	    !sim_level_read(&cut->outer, send->bytes, send->l3, send->outer_l3))
		return false;
	if (cut->outer.fragment)
		return false;
	/* Lengths that are those of all pieces cannot be those of a shorter one. */
	return partial ? !(cut->payload % send->gso_size) : is_tunnel(send, &cut->outer);
}

/*
 * A packet of more than 64 KiB over IPv6 has the option of RFC 2675 in front of TCP, where nothing else is;
 * what is sent is to be without.
 */
static bool has_jumbo(const struct sim_cut *cut)
{
	static const uint8_t option[] = {6, 0, 0xc2, 4};
	const uint8_t *ip = cut->send->bytes + cut->inner.l3;

	return cut->inner.version == 6 && cut->inner.l4 - cut->inner.l3 == 48 && ip[6] == 0 &&
	       !memcmp(ip + 40, option, sizeof(option));
}

static void move_level(struct sim_level *level, uint32_t by)
{
	level->l3 += by;
	level->l4 += by;
}

bool sim_cut_plan(struct sim_cut *cut, const struct sim_send *send)
{
	uint32_t tag = send->has_tag ? SIM_TAG_LEN : 0, jumbo;

	*cut = (struct sim_cut){.send = send};
	if (!send->gso_size || send->len > SIM_SEND_MAX || !read_inner(cut) || !read_l4(cut) ||
	    !read_outer(cut))
		return false;
	cut->size = send->gso_size < cut->payload ? send->gso_size : cut->payload;
	cut->pieces = cut->payload ? (cut->payload - 1) / cut->size + 1 : 1;
	jumbo = has_jumbo(cut) ? JUMBO_LEN : 0;
	cut->jumbo = jumbo ? send->l3 + 40 : 0;
	cut->inner.l4 -= jumbo;
	cut->piece_head = cut->head + tag - jumbo;
	move_level(&cut->inner, tag);
	move_level(&cut->outer, tag);
	return true;
}

uint32_t sim_pieces(const struct sim_send *send)
{
	struct sim_cut cut;

	return send->gso && sim_cut_plan(&cut, send) ? cut.pieces : 1;
}

/* --- what --------------------------------------------------------------------------------------- */

/* Headers as they are in the packet, with a tag and without a jumbo payload option. */
static void copy_head(const struct sim_cut *cut, uint8_t *piece)
{
	const struct sim_send *send = cut->send;
	uint32_t behind = cut->jumbo + JUMBO_LEN, at;

	if (!cut->jumbo) {
		sim_copy_tagged(piece, send, cut->head);
		return;
	}
	at = sim_copy_tagged(piece, send, cut->jumbo);
	memcpy(piece + at, send->bytes + behind, cut->head - behind);
	piece[cut->inner.l3 + 6] = 6;
}

static void write_l4(const struct sim_cut *cut, uint32_t index, uint8_t *piece,
		     const struct sim_level *level)
{
	uint8_t *l4 = piece + level->l4, flags = cut->flags;

	if (level->protocol == 17) {
		sim_put16(l4 + 4, level->end - level->l4);
	} else {
		if (index)
			flags &= (uint8_t)~TCP_CWR;
		if (index < cut->pieces - 1)
			flags &= (uint8_t) ~(TCP_FIN | TCP_PSH);
		l4[13] = flags;
		sim_put32(l4 + 4, cut->seq + index * cut->size);
	}
	sim_fill_l4(piece, level);
}

/* The ID in @piece is still that of the packet. */
static void count_id(uint8_t *piece, const struct sim_level *level, uint32_t by)
{
	uint8_t *id = piece + level->l3 + 4;

	sim_put16(id, sim_get16(id) + by);
}

/* Its length, and the rest of IPv4. */
static void write_l3(uint8_t *piece, const struct sim_level *level, uint32_t id_step)
{
	uint8_t *ip = piece + level->l3;

	if (level->version == 6) {
		sim_put16(ip + 4, level->end - level->l3 - 40);
		return;
	}
	sim_put16(ip + 2, level->end - level->l3);
	count_id(piece, level, id_step);
	sim_fill_ipv4(piece, level->l3);
}

static void write_gre(uint8_t *piece, const struct sim_level *level)
{
	uint8_t *gre = piece + level->l4;

	sim_put32(gre + 4, 0);
	sim_put16(gre + 4, sim_fold(sim_sum(gre, level->end - level->l4, 0)));
}

/* Innermost headers are written: what is around them. */
static void write_outer(const struct sim_cut *cut, uint32_t index, uint8_t *piece,
			const struct sim_level *level)
{
	uint32_t gso = cut->send->gso;

	if (gso & SIM_GSO_PARTIAL) {
		if (level->version == 4) {
			count_id(piece, level, index);
			sim_fill_ipv4(piece, level->l3);
		}
		return;
	}
	write_l3(piece, level, index);
	if (gso & (SIM_GSO_UDP_TUNNEL | SIM_GSO_UDP_TUNNEL_CSUM))
		sim_put16(piece + level->l4 + 4, level->end - level->l4);
	if (gso & SIM_GSO_UDP_TUNNEL_CSUM)
		sim_fill_l4(piece, level);
	else if (gso & SIM_GSO_GRE_CSUM)
		write_gre(piece, level);
}

uint32_t sim_cut_piece(const struct sim_cut *cut, uint32_t index, uint8_t *piece)
{
	uint32_t from = index * cut->size, left = cut->payload - from;
	uint32_t bytes = left < cut->size ? left : cut->size, len = cut->piece_head + bytes;
	struct sim_level level = cut->inner;

	copy_head(cut, piece);
	memcpy(piece + cut->piece_head, cut->send->bytes + cut->head + from, bytes);
	level.end = len;
	write_l4(cut, index, piece, &level);
	write_l3(piece, &level, cut->send->gso & SIM_GSO_FIXEDID ? 0 : index);
	if (cut->outer.version) {
		level = cut->outer;
		level.end = len;
		write_outer(cut, index, piece, &level);
	}
	return len;
}
