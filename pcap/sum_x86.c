/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How does an x86-64 CPU add bytes up with its vector units?
 */
#if defined(__x86_64__)
#include <immintrin.h>

#include "pcap/sum_arch.h"

#define TARGET_AVX512 __attribute__((target("avx512f,avx512bw")))
#define TARGET_AVX2   __attribute__((target("avx2")))
#define TARGET_SSE42  __attribute__((target("sse4.2")))

TARGET_AVX512 static uint16_t sum_avx512(const uint8_t *bytes, size_t length)
{
	__m512i whole = _mm512_setzero_si512(), high = whole, words;

	for (; length >= 64; length -= 64, bytes += 64) {
		words = _mm512_loadu_si512(bytes);
		whole = _mm512_add_epi64(whole, words);
		high = _mm512_add_epi64(high, _mm512_srli_epi64(words, 32));
	}
	/* Bytes that the mask leaves out are not touched: no fault behind the end. */
	words = _mm512_maskz_loadu_epi8((1ull << length) - 1, bytes);
	whole = _mm512_add_epi64(whole, words);
	high = _mm512_add_epi64(high, _mm512_srli_epi64(words, 32));
	whole = _mm512_sub_epi64(whole, _mm512_slli_epi64(high, 32));
	return sum_fold_native((uint64_t)_mm512_reduce_add_epi64(_mm512_add_epi64(whole, high)));
}

TARGET_AVX2 static inline __m256i load256(const uint8_t *bytes)
{
	__m256i words;

	memcpy(&words, bytes, sizeof(words));
	return words;
}

static inline __m128i load128(const uint8_t *bytes)
{
	__m128i words;

	memcpy(&words, bytes, sizeof(words));
	return words;
}

static inline uint64_t add_lanes(__m128i lanes)
{
	return (uint64_t)_mm_cvtsi128_si64(_mm_add_epi64(lanes, _mm_unpackhi_epi64(lanes, lanes)));
}

TARGET_AVX2 static uint16_t sum_avx2(const uint8_t *bytes, size_t length)
{
	__m256i whole = _mm256_setzero_si256(), high = whole;

	if (length < 32)
		return sum_fold_native(sum_add_short(bytes, length));
	for (; length >= 32; length -= 32, bytes += 32) {
		__m256i words = load256(bytes);

		whole = _mm256_add_epi64(whole, words);
		high = _mm256_add_epi64(high, _mm256_srli_epi64(words, 32));
	}
	whole = _mm256_sub_epi64(whole, _mm256_slli_epi64(high, 32));
	whole = _mm256_add_epi64(whole, high);
	return sum_fold_native(add_lanes(_mm_add_epi64(_mm256_castsi256_si128(whole),
						       _mm256_extracti128_si256(whole, 1))) +
			       sum_add_rest(bytes, length));
}

static uint16_t sum_sse2(const uint8_t *bytes, size_t length)
{
	__m128i whole = _mm_setzero_si128(), high = whole;

	if (length < 16)
		return sum_fold_native(sum_add_short(bytes, length));
	for (; length >= 16; length -= 16, bytes += 16) {
		__m128i words = load128(bytes);

		whole = _mm_add_epi64(whole, words);
		high = _mm_add_epi64(high, _mm_srli_epi64(words, 32));
	}
	whole = _mm_sub_epi64(whole, _mm_slli_epi64(high, 32));
	return sum_fold_native(add_lanes(_mm_add_epi64(whole, high)) + sum_add_rest(bytes, length));
}

TARGET_SSE42 static uint32_t crc32c_sse42(uint32_t before, const uint8_t *bytes, size_t length)
{
	uint64_t crc = ~before;

	for (; length >= 8; length -= 8, bytes += 8)
		crc = _mm_crc32_u64(crc, sum_load64(bytes));
	for (; length; length--)
		crc = _mm_crc32_u8((uint32_t)crc, *bytes++);
	return ~(uint32_t)crc;
}

static bool runs_sse2(void)
{
	return true;
}

static bool runs_sse42(void)
{
	return __builtin_cpu_supports("sse4.2");
}

static bool runs_avx2(void)
{
	return __builtin_cpu_supports("avx2") && runs_sse42();
}

static bool runs_avx512(void)
{
	return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
	       runs_sse42();
}

const struct sum_variant sum_variants[] = {
	{runs_avx512, {"avx512", sum_avx512, crc32c_sse42}},
	{runs_avx2, {"avx2", sum_avx2, crc32c_sse42}},
	{runs_sse42, {"sse4.2", sum_sse2, crc32c_sse42}},
	{runs_sse2, {"sse2", sum_sse2, sum_crc32c_scalar}},
	{NULL, {0}},
};

#endif
