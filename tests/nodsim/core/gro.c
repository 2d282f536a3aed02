/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hardware GRO: what may be merged so that it can be undone, and what does the merged packet look like?
 *
 * That is what Linux 6.1 and 6.12 merge, but for what they could not restore: outer IPv4 IDs always count,
 * and urgent pointers are the same.
 */
#include "csum.h"
#include "merge.h"

#define GRE_FLAGS    0xb0 /* checksum, key, sequence number */
#define GRE_CHECKSUM 0x80
#define GRE_KEY	     0x20

/* Flags that the segments of a train need not have in common. */
#define FREE_FLAGS (SIM_TCP_FIN | SIM_TCP_PSH | SIM_TCP_CWR)

/* The tunnel's header, if there is one: nothing that is different in each packet. */
static bool is_plain_tunnel(const struct sim_arrival *frame)
{
	const uint8_t *p = frame->received.bytes + frame->packet.levels[0].l4;

	switch (frame->packet.tunnel) {
	case SIM_VXLAN:
		return true;
	case SIM_GENEVE: /* packets of operation and maintenance are for somebody else */
		return !(p[9] & 0x80);
	case SIM_GRE:
		return !(p[0] & ~(GRE_CHECKSUM | GRE_KEY)) && !p[1];
	default:
		return true;
	}
}

bool sim_gro_may(const struct sim_arrival *frame)
{
	return frame->packet.nlevels == 1 || is_plain_tunnel(frame);
}

static uint16_t id_of(const uint8_t *bytes, const struct sim_level *level)
{
	return sim_get16(bytes + level->l3 + 4);
}

/* How much further than that of the train's first packet. */
static uint16_t id_offset(const struct sim_train *train, const struct sim_arrival *frame,
			  uint32_t index)
{
	return (uint16_t)(id_of(frame->received.bytes, &frame->packet.levels[index]) -
			  id_of(train->bytes, &train->packet.levels[index]));
}

/* IDs count; the innermost may also stay, where DF says that nobody needs them. */
static bool id_fits(const struct sim_train *train, const struct sim_arrival *frame, uint32_t index)
{
	const struct sim_level *level = &train->packet.levels[index];
	bool inner = index + 1 == train->packet.nlevels;
	bool df = train->bytes[level->l3 + 6] & 0x40;
	uint16_t offset = id_offset(train, frame, index);

	if (level->version != 4)
		return true;
	if (inner && train->count > 1)
		return offset == (uint16_t)(train->count * (uint32_t)train->id_step);
	return offset == (uint16_t)train->count || (inner && df && !offset);
}

/* Flags, urgent pointer, options. */
static bool tcp_fits(const struct sim_train *train, const struct sim_arrival *frame)
{
	const uint8_t *p = sim_train_tcp(train), *q = sim_arrival_tcp(frame);
	uint32_t options = (uint32_t)(p[12] >> 4) * 4 - 20;

	if (q[13] & SIM_TCP_CWR || (p[13] ^ q[13]) & ~FREE_FLAGS)
		return false;
	return sim_get16(p + 18) == sim_get16(q + 18) && memcmp(p + 20, q + 20, options) == 0;
}

bool sim_gro_fits(const struct sim_train *train, const struct sim_arrival *frame, uint32_t overlook)
{
	if (!sim_merge_follows(train, frame, overlook) || !tcp_fits(train, frame))
		return false;
	for (uint32_t i = 0; i < train->packet.nlevels; i++)
		if (!id_fits(train, frame, i))
			return false;
	return true;
}

void sim_gro_take(struct sim_train *train, const struct sim_arrival *frame)
{
	uint32_t inner = train->packet.nlevels - 1u;

	if (train->count == 1 && train->packet.levels[inner].version == 4)
		train->id_step = id_offset(train, frame, inner);
	sim_train_tcp(train)[13] |= sim_arrival_tcp(frame)[13] & (SIM_TCP_FIN | SIM_TCP_PSH);
}

/* What stands in a checksum field until somebody fills it in. */
static uint16_t pseudo(const struct sim_train *train, const struct sim_level *level)
{
	return (uint16_t)~sim_fold(sim_sum_pseudo(train->bytes, level, level->end - level->l4));
}

static uint32_t finish_udp(const struct sim_train *train)
{
	const struct sim_level *level = &train->packet.levels[0];
	uint8_t *udp = train->bytes + level->l4;

	sim_put16(udp + 4, level->end - level->l4);
	if (!sim_get16(udp + 6))
		return SIM_GSO_UDP_TUNNEL;
	sim_put16(udp + 6, pseudo(train, level));
	return SIM_GSO_UDP_TUNNEL_CSUM;
}

/*
 * The checksum that will be right once that of TCP is filled in: TCP header and payload then add up to the
 * complement of the pseudo header.
 */
static uint32_t finish_gre(const struct sim_train *train)
{
	const struct sim_level *level = &train->packet.levels[0], *inner = level + 1;
	uint8_t *gre = train->bytes + level->l4;
	uint32_t sum = (uint16_t)~pseudo(train, inner);

	if (!(gre[0] & GRE_CHECKSUM))
		return SIM_GSO_GRE;
	sim_put16(gre + 4, 0);
	sim_put16(gre + 4, sim_fold(sim_sum(gre, inner->l4 - level->l4, sum)));
	return SIM_GSO_GRE_CSUM;
}

static uint32_t finish_tunnel(const struct sim_train *train)
{
	switch (train->packet.tunnel) {
	case SIM_VXLAN:
	case SIM_GENEVE:
		return finish_udp(train);
	case SIM_GRE:
		return finish_gre(train);
	default:
		return SIM_GSO_IPIP;
	}
}

void sim_gro_finish(struct sim_train *train)
{
	struct sim_received *received = &train->received;
	const struct sim_level *inner = sim_inner(&train->packet);
	uint8_t *tcp = sim_train_tcp(train);

	sim_merge_lengths(train);
	received->gso = inner->version == 4 ? SIM_GSO_TCP4 : SIM_GSO_TCP6;
	if (inner->version == 4 && !train->id_step)
		received->gso |= SIM_GSO_FIXEDID;
	if (tcp[13] & SIM_TCP_CWR)
		received->gso |= SIM_GSO_ECN;
	if (train->packet.nlevels > 1)
		received->gso |= finish_tunnel(train);
	sim_put16(tcp + 16, pseudo(train, inner));
	received->csum = SIM_CSUM_PARTIAL;
	received->csum_level = 0;
	received->csum_sum = 0;
	received->csum_start = inner->l4;
	received->csum_offset = sim_csum_offset(SIM_PROTO_TCP);
}
