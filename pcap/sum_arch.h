/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What sum.c and the files for one kind of CPU know of each other.
 *
 * Every vector loop adds words of 64 bits, and beside them their high halves: the first sum wraps,
 * the second cannot (2^32 bytes are at most 2^29 words). The sum of the low halves is then
 * whole - (high << 32), exactly, which saves masking them in every step.
 */
#ifndef NOD_PCAP_SUM_ARCH_H
#define NOD_PCAP_SUM_ARCH_H

#include <stdbool.h>

#include "pcap/sum.h"

/**
 * struct sum_variant - an implementation that not every CPU can run
 * @runs: whether this one can
 */
struct sum_variant {
	bool (*runs)(void);
	struct sum_ops ops;
};

/* Of the CPU that we are compiled for, widest first, ended by a NULL runs; there may be none. */
extern const struct sum_variant sum_variants[];

/* The @count (1 to 8) bytes that end at @end, zeros behind them; 8 bytes before @end are read. */
static inline uint64_t sum_load_last(const uint8_t *end, size_t count)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return sum_load64(end - 8) >> (64 - 8 * count);
#else
	return sum_load64(end - 8) << (64 - 8 * count);
#endif
}

/* Fewer than 8 bytes in native order, not folded. */
static inline uint64_t sum_add_few(const uint8_t *bytes, size_t length)
{
	uint8_t word[8] = {0};

	for (size_t i = 0; i < length; i++)
		word[i] = bytes[i];
	return sum_load64(word);
}

/*
 * What a loop over larger pieces left, not folded and in native order. 8 bytes before @bytes are
 * read unless @length is 0 or at least 8.
 */
static inline uint64_t sum_add_rest(const uint8_t *bytes, size_t length)
{
	const uint8_t *end = bytes + length;
	uint64_t sum = 0;

	for (; length > 8; length -= 8, bytes += 8)
		sum += sum_halves(sum_load64(bytes));
	return length ? sum + sum_halves(sum_load_last(end, length)) : sum;
}

/* Any short piece, not folded and in native order. */
static inline uint64_t sum_add_short(const uint8_t *bytes, size_t length)
{
	return length < 8 ? sum_halves(sum_add_few(bytes, length)) : sum_add_rest(bytes, length);
}

uint32_t sum_crc32c_scalar(uint32_t crc, const uint8_t *bytes, size_t length);

#endif
