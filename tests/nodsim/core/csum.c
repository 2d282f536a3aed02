/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is the Internet checksum of these bytes, and is the one that stands there right?
 */
#include "csum.h"

uint32_t sim_sum(const uint8_t *bytes, uint32_t len, uint32_t sum)
{
	/* Pairs of words: 2^16 is 1 in this arithmetic. No overflow below 2^32 of them. */
	uint64_t wide = sum;

	for (; len >= 4; bytes += 4, len -= 4)
		wide += sim_get32(bytes);
	if (len >= 2) {
		wide += sim_get16(bytes);
		bytes += 2;
	}
	if (len & 1)
		wide += (uint32_t)bytes[0] << 8;
	while (wide >> 32)
		wide = (uint32_t)wide + (wide >> 32);
	return (uint32_t)wide;
}

uint16_t sim_fold(uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

uint32_t sim_sum_pseudo(const uint8_t *bytes, const struct sim_level *level, uint32_t l4_len)
{
	const uint8_t *ip = bytes + level->l3;
	uint32_t sum = (l4_len >> 16) + (l4_len & 0xffff) + level->protocol;

	return level->version == 4 ? sim_sum(ip + 12, 8, sum) : sim_sum(ip + 8, 32, sum);
}

void sim_fill_ipv4(uint8_t *bytes, uint32_t l3)
{
	uint8_t *ip = bytes + l3;

	sim_put16(ip + 10, 0);
	sim_put16(ip + 10, sim_fold(sim_sum(ip, (ip[0] & 15) * 4u, 0)));
}

bool sim_check_ipv4(const uint8_t *bytes, uint32_t l3)
{
	const uint8_t *ip = bytes + l3;

	return !sim_fold(sim_sum(ip, (ip[0] & 15) * 4u, 0));
}

/* Bytes that the checksum of @level is over; 0 if there is no room for a header. */
static uint32_t covered(const uint8_t *bytes, const struct sim_level *level)
{
	uint32_t room = level->end > level->l4 ? level->end - level->l4 : 0, length;

	if (level->fragment)
		return 0;
	if (level->protocol == 6)
		return room >= 20 ? room : 0;
	if (level->protocol != 17 || room < 8)
		return 0;
	length = sim_get16(bytes + level->l4 + 4);
	return length >= 8 && length < room ? length : room;
}

void sim_fill_l4(uint8_t *bytes, const struct sim_level *level)
{
	uint32_t len = covered(bytes, level);
	uint8_t *l4 = bytes + level->l4, *field = l4 + sim_csum_offset(level->protocol);
	uint16_t csum;

	if (!len)
		return;
	sim_put16(field, 0);
	csum = sim_fold(sim_sum(l4, len, sim_sum_pseudo(bytes, level, len)));
	sim_put16(field, !csum && level->protocol == 17 ? 0xffff : csum);
}

bool sim_check_l4(const uint8_t *bytes, const struct sim_level *level)
{
	uint32_t len = covered(bytes, level);
	const uint8_t *l4 = bytes + level->l4;

	if (!len || level->short_frame)
		return false;
	/* Where the length was not to be believed, it is not the one that was summed. */
	if (level->protocol == 17 && sim_get16(l4 + 4) != len)
		return false;
	return !sim_fold(sim_sum(l4, len, sim_sum_pseudo(bytes, level, len)));
}
