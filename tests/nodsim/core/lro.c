/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * LRO: what may be merged for a host that will not forward it, and what does the merged packet look like?
 */
#include "csum.h"
#include "merge.h"

/* Timestamps as everybody sends them: two times no operation, kind 8, length 10. */
#define STAMPS	   0x0101080au
#define STAMPS_LEN 12

/* No other flag may be set. */
#define LRO_FLAGS (SIM_TCP_ACK | SIM_TCP_PSH | SIM_TCP_ECE)

bool sim_lro_may(const struct sim_arrival *frame)
{
	const struct sim_level *level = &frame->packet.levels[0];

	if (frame->packet.nlevels > 1 || (level->version == 6 && level->l4 - level->l3 != 40))
		return false;
	return !(sim_arrival_tcp(frame)[13] & ~LRO_FLAGS);
}

static uint32_t options_len(const uint8_t *tcp)
{
	return (uint32_t)(tcp[12] >> 4) * 4 - 20;
}

static bool has_stamps(const uint8_t *tcp)
{
	return options_len(tcp) == STAMPS_LEN && sim_get32(tcp + 20) == STAMPS;
}

/* The sender's clock may advance; it wraps. */
static bool options_fit(const uint8_t *p, const uint8_t *q)
{
	if (has_stamps(p) && has_stamps(q))
		return (int32_t)(sim_get32(q + 24) - sim_get32(p + 24)) >= 0;
	return memcmp(p + 20, q + 20, options_len(p)) == 0;
}

bool sim_lro_fits(const struct sim_train *train, const struct sim_arrival *frame, uint32_t overlook)
{
	const uint8_t *p = sim_train_tcp(train), *q = sim_arrival_tcp(frame);

	return sim_merge_follows(train, frame, overlook) && !((p[13] ^ q[13]) & ~SIM_TCP_PSH) &&
	       options_fit(p, q);
}

void sim_lro_take(struct sim_train *train, const struct sim_arrival *frame)
{
	const uint8_t *tcp = sim_arrival_tcp(frame);
	uint8_t *own = sim_train_tcp(train);

	own[13] |= tcp[13] & SIM_TCP_PSH;
	if (has_stamps(tcp))
		memcpy(own + 24, tcp + 24, 8);
}

void sim_lro_finish(struct sim_train *train)
{
	struct sim_received *received = &train->received;
	const struct sim_level *level = &train->packet.levels[0];

	sim_merge_lengths(train);
	sim_fill_l4(train->bytes, level);
	received->gso = level->version == 4 ? SIM_GSO_TCP4 : SIM_GSO_TCP6;
	received->csum = SIM_CSUM_UNNECESSARY;
	received->csum_level = 0;
	received->csum_sum = 0;
}
