/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does every implementation that this CPU can run give the sums that RFC 1071 and RFC 3720 define?
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/span.h"
#include "pcap/sum.h"

#define MAX_BYTES ((size_t)1 << 20)
#define ALIGNMENT 64

/* Every implementation, with its name in front of a failed assertion. */
#define for_each_ops(ops, i) for (i = 0; (ops = sum_ops_at(i)); i++)

/* The definition, by division: words modulo 0xffff, where only all zeros stay 0. */
static uint16_t reference_sum(const uint8_t *bytes, size_t length)
{
	uint64_t total = 0;

	for (size_t i = 0; i < length; i++)
		total += i % 2 ? bytes[i] : bytes[i] * 256u;
	return (uint16_t)(total && total % 65535 == 0 ? 65535 : total % 65535);
}

/* The definition, a bit at a time. */
static uint32_t reference_crc32c(const uint8_t *bytes, size_t length)
{
	uint32_t crc = 0xffffffff;

	for (size_t i = 0; i < length; i++) {
		crc ^= bytes[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0x82f63b78 : crc >> 1;
	}
	return crc ^ 0xffffffff;
}

static uint32_t random_next(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 16;
}

static void check_sum(const struct sum_ops *ops, const uint8_t *bytes, size_t length)
{
	uint16_t got = sum_bytes(ops, bytes, length), wanted = reference_sum(bytes, length);

	if (got != wanted)
		fail_msg("%s: %zu bytes at %zu: %04x, wanted %04x", ops->name, length,
			 (size_t)((uintptr_t)bytes % ALIGNMENT), got, wanted);
}

static void check_crc32c(const struct sum_ops *ops, const uint8_t *bytes, size_t length)
{
	uint32_t got = ops->crc32c(0, bytes, length), wanted = reference_crc32c(bytes, length);

	if (got != wanted)
		fail_msg("%s: %zu bytes at %zu: %08x, wanted %08x", ops->name, length,
			 (size_t)((uintptr_t)bytes % ALIGNMENT), got, wanted);
}

/* Random bytes, aligned; freed by the teardown. */
static int setup_bytes(void **state)
{
	uint8_t *bytes = aligned_alloc(ALIGNMENT, MAX_BYTES + 2 * ALIGNMENT);
	uint32_t seed = 1;

	if (!bytes)
		return -1;
	for (size_t i = 0; i < MAX_BYTES + 2 * ALIGNMENT; i++)
		bytes[i] = (uint8_t)random_next(&seed);
	*state = bytes;
	return 0;
}

static int teardown_bytes(void **state)
{
	free(*state);
	return 0;
}

static void test_implementations(void **state)
{
	const struct sum_ops *ops, *last = NULL;
	size_t i;

	(void)state;
	for_each_ops(ops, i) last = ops;
	assert_non_null(last);
	assert_string_equal(last->name, "scalar");
	assert_ptr_equal(sum_ops_best(), sum_ops_at(0));
	assert_null(sum_ops_at(i + 1));
}

/* RFC 1071 section 3: 00 01 f2 03 f4 f5 f6 f7 sum to ddf2. */
static void test_rfc1071_example(void **state)
{
	static const uint8_t bytes[] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
	const struct sum_ops *ops;
	size_t i;

	(void)state;
	for_each_ops(ops, i)
	{
		assert_int_equal(ops->sum(bytes, 8), 0xddf2);
		assert_int_equal(ops->sum(bytes, 2), 0x0001);
		assert_int_equal(ops->sum(bytes, 3), 0xf201);
		assert_int_equal(ops->sum(bytes + 1, 1), 0x0100);
		assert_int_equal(ops->sum(NULL, 0), 0);
		assert_int_equal(sum_bytes(ops, NULL, 0), 0);
	}
}

static void test_every_length_and_alignment(void **state)
{
	const uint8_t *bytes = *state;
	const struct sum_ops *ops;
	size_t i;

	for_each_ops(ops, i) for (size_t align = 0; align < ALIGNMENT;
				  align++) for (size_t length = 0; length <= 300; length++)
		check_sum(ops, bytes + align, length);
}

static void test_long(void **state)
{
	static const size_t lengths[] = {1447, 1448, 9000, 65535, 65536, 524280, MAX_BYTES};
	const uint8_t *bytes = *state;
	const struct sum_ops *ops;
	size_t i;

	for_each_ops(ops, i) for (size_t j = 0; j < array_size(lengths);
				  j++) for (size_t align = 0; align < 4; align++)
		check_sum(ops, bytes + align, lengths[j]);
}

/* The largest values overflow first; zeros must stay 0 and not become 0xffff. */
static void test_extreme_bytes(void **state)
{
	static const size_t lengths[] = {1, 2, 7, 8, 9, 31, 32, 33, 64, 65, 1448, 65536, MAX_BYTES};
	static const uint8_t values[] = {0x00, 0xff, 0x80, 0x01};
	uint8_t *bytes = malloc(MAX_BYTES);
	const struct sum_ops *ops;
	size_t i;

	(void)state;
	assert_non_null(bytes);
	for (size_t value = 0; value < array_size(values); value++) {
		memset(bytes, values[value], MAX_BYTES);
		for_each_ops(ops, i) for (size_t j = 0; j < array_size(lengths); j++)
			check_sum(ops, bytes, lengths[j]);
	}
	memset(bytes, 0, MAX_BYTES);
	for_each_ops(ops, i) assert_int_equal(ops->sum(bytes, MAX_BYTES), 0);
	memset(bytes, 0xff, MAX_BYTES);
	for_each_ops(ops, i)
	{
		assert_int_equal(ops->sum(bytes, MAX_BYTES), 0xffff);
		assert_int_equal(ops->sum(bytes, 1), 0xff00);
	}
	free(bytes);
}

/* Pieces that end where the memory ends: under the address sanitizer a read behind them shows. */
static void test_reads_nothing_outside(void **state)
{
	const struct sum_ops *ops;
	size_t i;

	(void)state;
	for_each_ops(ops, i)
	{
		for (size_t length = 1; length <= 130; length++) {
			uint8_t *bytes = malloc(length);

			assert_non_null(bytes);
			memset(bytes, 0xa5, length);
			check_sum(ops, bytes, length);
			check_crc32c(ops, bytes, length);
			free(bytes);
		}
	}
}

/* The header of RFC 1071's successors everywhere: 45 00 00 73 ... with checksum b861. */
static void test_ipv4_header(void **state)
{
	static const uint8_t header[20] = {0x45, 0x00, 0x00, 0x73, 0x00, 0x00, 0x40,
					   0x00, 0x40, 0x11, 0xb8, 0x61, 0xc0, 0xa8,
					   0x00, 0x01, 0xc0, 0xa8, 0x00, 0xc7};
	const uint8_t *bytes = *state;

	assert_int_equal(sum_ipv4_header20(header), 0xffff);
	for (size_t i = 0; i < 1000; i++)
		assert_int_equal(sum_ipv4_header20(bytes + i), reference_sum(bytes + i, 20));
}

static void test_parts_make_the_whole(void **state)
{
	const struct sum_ops *ops = sum_ops_best();
	const uint8_t *bytes = *state;

	for (size_t cut = 0; cut <= 200; cut++) {
		uint16_t whole = reference_sum(bytes, 200);
		uint16_t first = sum_bytes(ops, bytes, cut);
		uint16_t second = sum_bytes(ops, bytes + cut, 200 - cut);

		if (cut % 2)
			second = sum_swap(second);
		assert_int_equal(sum_fold((uint64_t)first + second), whole);
		assert_int_equal(sum_fold((uint64_t)whole + (uint16_t)~first),
				 cut < 200 ? second : 0xffff);
	}
}

static void test_fold_keeps_carries(void **state)
{
	(void)state;
	assert_int_equal(sum_fold(0), 0);
	assert_int_equal(sum_fold(0xffff), 0xffff);
	assert_int_equal(sum_fold(0x10000), 1);
	assert_int_equal(sum_fold(0x1fffe), 0xffff);
	assert_int_equal(sum_fold(0xffffffff), 0xffff);
	assert_int_equal(sum_fold(0xffffffff00000001), 1);
	assert_int_equal(sum_fold(UINT64_MAX), 0xffff);
	assert_int_equal(sum_swap(0x1234), 0x3412);
}

/* RFC 3720 appendix B.4 prints the CRC as its four bytes on the wire. */
static void test_rfc3720_vectors(void **state)
{
	/* A SCSI Read (10) command; all other bytes are zero. */
	static const uint8_t scsi_read[48] = {
		[0] = 0x01,  [1] = 0xc0,  [16] = 0x14, [22] = 0x04,
		[27] = 0x14, [31] = 0x18, [32] = 0x28, [40] = 0x02,
	};
	uint8_t zeros[32] = {0}, ones[32], up[32], down[32];
	const struct sum_ops *ops;
	size_t i;

	(void)state;
	for (uint8_t j = 0; j < 32; j++) {
		ones[j] = 0xff;
		up[j] = j;
		down[j] = (uint8_t)(31 - j);
	}
	for_each_ops(ops, i)
	{
		assert_int_equal(ops->crc32c(0, zeros, 32), 0x8a9136aa);
		assert_int_equal(ops->crc32c(0, ones, 32), 0x62a8ab43);
		assert_int_equal(ops->crc32c(0, up, 32), 0x46dd794e);
		assert_int_equal(ops->crc32c(0, down, 32), 0x113fdb5c);
		assert_int_equal(ops->crc32c(0, scsi_read, 48), 0xd9963a56);
		assert_int_equal(ops->crc32c(0, (const uint8_t *)"123456789", 9), 0xe3069283);
		assert_int_equal(ops->crc32c(0, NULL, 0), 0);
	}
}

static void test_crc32c_lengths(void **state)
{
	const uint8_t *bytes = *state;
	const struct sum_ops *ops;
	size_t i;

	for_each_ops(ops, i)
	{
		for (size_t align = 0; align < 8; align++)
			for (size_t length = 0; length <= 300; length++)
				check_crc32c(ops, bytes + align, length);
		for (size_t cut = 0; cut <= 100; cut++)
			assert_int_equal(
				ops->crc32c(ops->crc32c(0, bytes, cut), bytes + cut, 100 - cut),
				reference_crc32c(bytes, 100));
		check_crc32c(ops, bytes, 65536);
		check_crc32c(ops, bytes + 3, 65535);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_implementations),
		cmocka_unit_test(test_rfc1071_example),
		cmocka_unit_test(test_every_length_and_alignment),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_extreme_bytes),
		cmocka_unit_test(test_reads_nothing_outside),
		cmocka_unit_test(test_ipv4_header),
		cmocka_unit_test(test_parts_make_the_whole),
		cmocka_unit_test(test_fold_keeps_carries),
		cmocka_unit_test(test_rfc3720_vectors),
		cmocka_unit_test(test_crc32c_lengths),
	};

	return cmocka_run_group_tests(tests, setup_bytes, teardown_bytes);
}
