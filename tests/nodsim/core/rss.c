/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * To which receive queue does a frame go?
 */
#include "nic.h"

#define SIM_PROTO_TCP 6
#define SIM_PROTO_UDP 17

/**
 * struct toeplitz - a hash over bytes that are handed in one after the other
 * @key: of SIM_RSS_KEY bytes
 * @at: how many bytes of input were hashed
 * @hash: of these
 */
struct toeplitz {
	const uint8_t *key;
	uint32_t at, hash;
};

/* For each bit of the input that is set, the 32 bits of the key that begin at the same place. */
static void toeplitz_add(struct toeplitz *state, const uint8_t *bytes, uint32_t len)
{
	for (uint32_t i = 0; i < len && state->at + 5 <= SIM_RSS_KEY; i++, state->at++) {
		const uint8_t *key = state->key + state->at;
		uint64_t window = (uint64_t)sim_get32(key) << 8 | key[4];

		for (uint32_t bit = 0; bit < 8; bit++)
			if (bytes[i] & 0x80u >> bit)
				state->hash ^= (uint32_t)(window >> (8 - bit));
	}
}

/* Of fragments only the first has ports, and all have to reach the same queue. */
static bool has_ports(const struct sim_level *level)
{
	return (level->protocol == SIM_PROTO_TCP || level->protocol == SIM_PROTO_UDP) &&
	       !level->fragment && level->end >= level->l4 && level->end - level->l4 >= 4;
}

uint32_t sim_rss_hash(const struct sim_nic *nic, const struct sim_packet *packet,
		      const uint8_t *bytes, enum sim_hash *type)
{
	const struct sim_level *level = &packet->levels[0];
	struct toeplitz state = {.key = nic->rss_key};

	*type = SIM_HASH_NONE;
	if (!packet->nlevels)
		return 0;
	*type = SIM_HASH_L3;
	if (level->version == 4)
		toeplitz_add(&state, bytes + level->l3 + 12, 8);
	else
		toeplitz_add(&state, bytes + level->l3 + 8, 32);
	if (has_ports(level)) {
		*type = SIM_HASH_L4;
		toeplitz_add(&state, bytes + level->l4, 4);
	}
	return state.hash;
}

uint32_t sim_rss_queue(const struct sim_nic *nic, const uint8_t *bytes, uint32_t len)
{
	struct sim_packet packet;
	enum sim_hash type;
	uint32_t hash, queue;

	sim_packet_read(&packet, bytes, len, &nic->ports);
	hash = sim_rss_hash(nic, &packet, bytes, &type);
	if (type == SIM_HASH_NONE)
		return 0;
	queue = nic->indirection[hash % SIM_RSS_ENTRIES];
	/* The number of queues may have just changed. */
	return queue < nic->nqueues ? queue : 0;
}
