/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bounded reader: the only way to bytes that came from outside. A header is asked for once with
 * its whole length; what span_at() returned may then be read with the loads below.
 */
#ifndef NOD_BASE_SPAN_H
#define NOD_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct span - borrowed bytes
 * @bytes: not owned
 * @length: how many may be read
 */
struct span {
	const uint8_t *bytes;
	size_t length;
};

/* The @length bytes at @offset, or NULL if the span does not have them all. */
static inline const uint8_t *span_at(struct span span, size_t offset, size_t length)
{
	if (offset > span.length || span.length - offset < length)
		return NULL;
	return span.bytes + offset;
}

static inline uint16_t load_be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t load_be24(const uint8_t *p)
{
	return (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
}

static inline uint32_t load_be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline uint64_t load_be64(const uint8_t *p)
{
	return (uint64_t)load_be32(p) << 32 | load_be32(p + 4);
}

/* Integers of a file whose byte order is known only at run time. */
static inline uint16_t load_u16(const uint8_t *p, bool big_endian)
{
	return big_endian ? load_be16(p) : (uint16_t)(p[1] << 8 | p[0]);
}

static inline uint32_t load_u32(const uint8_t *p, bool big_endian)
{
	return big_endian
		       ? load_be32(p)
		       : (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

static inline uint64_t load_u64(const uint8_t *p, bool big_endian)
{
	uint64_t first = load_u32(p, big_endian), second = load_u32(p + 4, big_endian);

	return big_endian ? first << 32 | second : second << 32 | first;
}

#endif
