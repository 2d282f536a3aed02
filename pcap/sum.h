/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The arithmetic of checksums: the Internet checksum (RFC 1071) and CRC32c (RFC 9260 appendix A).
 *
 * A sum here is the one's complement sum of big-endian 16-bit words, folded to 16 bits and not
 * inverted: it compares with load_be16(), whatever the byte order of this machine. An odd last byte
 * counts as the high half of a word. A sum is 0 only if every byte is 0; other multiples of 0xffff
 * are 0xffff. A header whose checksum field is right therefore sums to 0xffff.
 *
 * Parts are combined with sum_fold(a + b + ...); a part that starts at an odd offset of the whole
 * goes through sum_swap() first. The sum of a whole without one of its parts is
 * sum_fold(whole + (uint16_t)~part), where 0 comes out as 0xffff.
 */
#ifndef NOD_PCAP_SUM_H
#define NOD_PCAP_SUM_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "lib/base/attr.h"

/**
 * struct sum_ops - one implementation
 * @name: of the instructions it uses ("avx2"); static
 * @sum: of @length bytes (below 2^32) at any address; @bytes may be NULL if there are none
 * @crc32c: of @length bytes behind those whose CRC is @crc (0 for none); as the SCTP common header
 *          carries it, read as a little-endian number
 */
struct sum_ops {
	const char *name;
	uint16_t (*sum)(const uint8_t *bytes, size_t length);
	uint32_t (*crc32c)(uint32_t crc, const uint8_t *bytes, size_t length);
};

/*
 * The implementations that this CPU can run, widest first; NULL behind the last. The first and the
 * last ("scalar") always exist. Asking costs a look at the CPU: ask once and keep the answer.
 */
const struct sum_ops *sum_ops_at(size_t index);

static inline const struct sum_ops *sum_ops_best(void)
{
	return sum_ops_at(0);
}

/* To 16 bits, with carries brought round to the other end. */
static inline uint16_t sum_fold(uint64_t sum)
{
	/* Both halves added, twice: the carry out of the lower copy goes into the upper one. */
	uint32_t half = (uint32_t)((sum + (sum << 32 | sum >> 32)) >> 32);

	return (uint16_t)((half + (half << 16 | half >> 16)) >> 16);
}

/* The same of 64-bit sums. */
static inline uint64_t sum_add64(uint64_t a, uint64_t b)
{
	uint64_t sum = a + b;

	return sum + (sum < a);
}

/* A sum whose first byte is the low half of a word of the whole. */
static inline uint16_t sum_swap(uint16_t sum)
{
	return (uint16_t)(sum << 8 | sum >> 8);
}

/*
 * Inside, words are added in this machine's byte order: end-around carries make the result the same
 * but for one swap at the end (RFC 1071 section 2 B).
 */
static inline uint16_t sum_fold_native(uint64_t sum)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return sum_swap(sum_fold(sum));
#else
	return sum_fold(sum);
#endif
}

static inline uint32_t sum_load32(const uint8_t *p)
{
	uint32_t word;

	memcpy(&word, p, sizeof(word));
	return word;
}

static inline uint64_t sum_load64(const uint8_t *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof(word));
	return word;
}

/* Words of 64 bits are added as two: room for 2^31 of them before a carry is lost. */
static inline uint64_t sum_halves(uint64_t word)
{
	return (word >> 32) + (uint32_t)word;
}

/* An IPv4 header without options. */
static inline uint16_t sum_ipv4_header20(const uint8_t *header)
{
	uint64_t sum = sum_add64(sum_load64(header), sum_load64(header + 8));

	return sum_fold_native(sum_add64(sum, sum_load32(header + 16)));
}

static inline uint16_t sum_bytes(const struct sum_ops *ops, const uint8_t *bytes, size_t length)
{
	return ops->sum(bytes, length);
}

#endif
