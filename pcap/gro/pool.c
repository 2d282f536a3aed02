/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How are millions of small states kept without a call of malloc() for each?
 */
#include <stdlib.h>
#include <string.h>

#include "pcap/gro/pool.h"

void pool_init(struct pool *pool, size_t size, size_t limit)
{
	*pool = (struct pool){.size = (size + 7) & ~(size_t)7, .used = 1, .limit = limit};
}

void pool_close(struct pool *pool)
{
	for (size_t i = 0; i < pool->nchunks; i++)
		free(pool->chunks[i]);
	free(pool->chunks);
	*pool = (struct pool){0};
}

static int add_chunk(struct pool *pool)
{
	unsigned char **chunks = realloc(pool->chunks, (pool->nchunks + 1) * sizeof(*chunks));

	if (!chunks)
		return -1;
	pool->chunks = chunks;
	chunks[pool->nchunks] = malloc(POOL_CHUNK * pool->size);
	if (!chunks[pool->nchunks])
		return -1;
	pool->nchunks++;
	return 0;
}

uint32_t pool_take(struct pool *pool)
{
	uint32_t place = pool->free;

	if (place) {
		memcpy(&pool->free, pool_at(pool, place), sizeof(pool->free));
	} else {
		if (pool->used == UINT32_MAX)
			return 0;
		if (pool->used >> POOL_CHUNK_BITS == pool->nchunks && add_chunk(pool) < 0)
			return 0;
		place = pool->used++;
	}
	memset(pool_at(pool, place), 0, pool->size);
	pool->living++;
	return place;
}

void pool_give(struct pool *pool, uint32_t place)
{
	memcpy(pool_at(pool, place), &pool->free, sizeof(pool->free));
	pool->free = place;
	pool->living--;
}
