/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How does a 64-bit Arm CPU add bytes up with its vector unit?
 */
#if defined(__aarch64__)
#include <arm_neon.h>
#include <sys/auxv.h>

#include "lib/base/span.h"
#include "pcap/sum_arch.h"

static inline uint64x2_t load128(const uint8_t *bytes)
{
	uint64x2_t words;

	memcpy(&words, bytes, sizeof(words));
	return words;
}

static uint16_t sum_neon(const uint8_t *bytes, size_t length)
{
	uint64x2_t whole = vdupq_n_u64(0), high = whole;

	if (length < 16)
		return sum_fold_native(sum_add_short(bytes, length));
	for (; length >= 16; length -= 16, bytes += 16) {
		uint64x2_t words = load128(bytes);

		whole = vaddq_u64(whole, words);
		high = vsraq_n_u64(high, words, 32);
	}
	whole = vsubq_u64(whole, vshlq_n_u64(high, 32));
	return sum_fold_native(vaddvq_u64(vaddq_u64(whole, high)) + sum_add_rest(bytes, length));
}

/* Written out, as compilers disagree on the names of the intrinsics without -march=...+crc. */
static uint32_t crc32c_arm(uint32_t crc, const uint8_t *bytes, size_t length)
{
	crc = ~crc;
	for (; length >= 8; length -= 8, bytes += 8)
		__asm__(".arch_extension crc\n\tcrc32cx %w0, %w0, %x1"
			: "+r"(crc)
			: "r"(load_u64(bytes, false)));
	for (; length; length--)
		__asm__(".arch_extension crc\n\tcrc32cb %w0, %w0, %w1"
			: "+r"(crc)
			: "r"((uint32_t)*bytes++));
	return ~crc;
}

static bool runs_neon(void)
{
	return true;
}

static bool runs_crc(void)
{
	return getauxval(AT_HWCAP) & HWCAP_CRC32;
}

const struct sum_variant sum_variants[] = {
	{runs_crc, {"neon+crc", sum_neon, crc32c_arm}},
	{runs_neon, {"neon", sum_neon, sum_crc32c_scalar}},
	{NULL, {0}},
};

#endif
