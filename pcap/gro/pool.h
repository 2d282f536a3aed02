/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Places of one size that come and go by the million. A place is a number, half of a pointer; places
 * never move, and those given back are taken again first.
 */
#ifndef NOD_PCAP_GRO_POOL_H
#define NOD_PCAP_GRO_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/attr.h"

#define POOL_CHUNK_BITS 8
#define POOL_CHUNK	(1u << POOL_CHUNK_BITS)

/**
 * struct pool - places of @size bytes
 * @used: places handed out so far; place 0 is not used, so that 0 can stand for "none"
 * @free: head of the list of those given back, linked through their first word
 * @living: handed out and not given back
 * @limit: of @living, for who asks pool_is_full()
 */
struct pool {
	unsigned char **chunks;
	size_t nchunks, size;
	uint32_t used, free;
	size_t living, limit;
};

/* @size: rounded up to whole words. */
void pool_init(struct pool *pool, size_t size, size_t limit);
void pool_close(struct pool *pool);

/* A zeroed place; 0 if there is no memory. */
uint32_t pool_take(struct pool *pool) attr_must_check;
void pool_give(struct pool *pool, uint32_t place);

static inline bool pool_is_full(const struct pool *pool)
{
	return pool->living >= pool->limit;
}

static inline void *pool_at(const struct pool *pool, uint32_t place)
{
	return pool->chunks[place >> POOL_CHUNK_BITS] + (place & (POOL_CHUNK - 1)) * pool->size;
}

#endif
