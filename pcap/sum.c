/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How are bytes added up on any CPU, and which better way does this one have?
 */
#include "lib/base/span.h"
#include "pcap/sum_arch.h"

static uint16_t sum_scalar(const uint8_t *bytes, size_t length)
{
	uint64_t whole = 0, high = 0;

	if (length < 32)
		return sum_fold_native(sum_add_short(bytes, length));
	for (; length >= 32; length -= 32, bytes += 32) {
		uint64_t a = sum_load64(bytes), b = sum_load64(bytes + 8);
		uint64_t c = sum_load64(bytes + 16), d = sum_load64(bytes + 24);

		whole += a + b + c + d;
		high += (a >> 32) + (b >> 32) + (c >> 32) + (d >> 32);
	}
	return sum_fold_native(whole - (high << 32) + high + sum_add_rest(bytes, length));
}

/*
 * CRC32c, reflected polynomial 0x82f63b78, eight bytes a step: table k has the register after one
 * byte and k zero bytes. The CRC is linear, so that each table follows from its eight bytes with a
 * single bit (lowest first).
 */
#define CRC_BIT(i, bit, value) ((i) >> bit & 1 ? value : 0u)
#define CRC_1(i, b0, b1, b2, b3, b4, b5, b6, b7)                                         \
	(CRC_BIT(i, 0, b0) ^ CRC_BIT(i, 1, b1) ^ CRC_BIT(i, 2, b2) ^ CRC_BIT(i, 3, b3) ^ \
	 CRC_BIT(i, 4, b4) ^ CRC_BIT(i, 5, b5) ^ CRC_BIT(i, 6, b6) ^ CRC_BIT(i, 7, b7))
#define CRC_4(i, ...)                                                                \
	CRC_1(i, __VA_ARGS__), CRC_1(i + 1, __VA_ARGS__), CRC_1(i + 2, __VA_ARGS__), \
		CRC_1(i + 3, __VA_ARGS__)
#define CRC_16(i, ...)                                                               \
	CRC_4(i, __VA_ARGS__), CRC_4(i + 4, __VA_ARGS__), CRC_4(i + 8, __VA_ARGS__), \
		CRC_4(i + 12, __VA_ARGS__)
#define CRC_64(i, ...)                                                                    \
	CRC_16(i, __VA_ARGS__), CRC_16(i + 16, __VA_ARGS__), CRC_16(i + 32, __VA_ARGS__), \
		CRC_16(i + 48, __VA_ARGS__)
#define CRC_TABLE(...)                                                                     \
	{                                                                                  \
		CRC_64(0, __VA_ARGS__), CRC_64(64, __VA_ARGS__), CRC_64(128, __VA_ARGS__), \
			CRC_64(192, __VA_ARGS__)                                           \
	}

static const uint32_t crc_tables[8][256] = {
	CRC_TABLE(0xf26b8303, 0xe13b70f7, 0xc79a971f, 0x8ad958cf, 0x105ec76f, 0x20bd8ede,
		  0x417b1dbc, 0x82f63b78),
	CRC_TABLE(0x13a29877, 0x274530ee, 0x4e8a61dc, 0x9d14c3b8, 0x3fc5f181, 0x7f8be302,
		  0xff17c604, 0xfbc3faf9),
	CRC_TABLE(0xa541927e, 0x4f6f520d, 0x9edea41a, 0x38513ec5, 0x70a27d8a, 0xe144fb14,
		  0xc76580d9, 0x8b277743),
	CRC_TABLE(0xdd45aab8, 0xbf672381, 0x7b2231f3, 0xf64463e6, 0xe964b13d, 0xd725148b,
		  0xaba65fe7, 0x52a0c93f),
	CRC_TABLE(0x38116fac, 0x7022df58, 0xe045beb0, 0xc5670b91, 0x8f2261d3, 0x1ba8b557,
		  0x37516aae, 0x6ea2d55c),
	CRC_TABLE(0xef306b19, 0xdb8ca0c3, 0xb2f53777, 0x6006181f, 0xc00c303e, 0x85f4168d,
		  0x0e045beb, 0x1c08b7d6),
	CRC_TABLE(0x68032cc8, 0xd0065990, 0xa5e0c5d1, 0x4e2dfd53, 0x9c5bfaa6, 0x3d5b83bd,
		  0x7ab7077a, 0xf56e0ef4),
	CRC_TABLE(0x493c7d27, 0x9278fa4e, 0x211d826d, 0x423b04da, 0x847609b4, 0x0d006599,
		  0x1a00cb32, 0x34019664),
};

uint32_t sum_crc32c_scalar(uint32_t crc, const uint8_t *bytes, size_t length)
{
	crc = ~crc;
	for (; length >= 8; length -= 8, bytes += 8) {
		uint32_t first = crc ^ load_u32(bytes, false);
		uint32_t second = load_u32(bytes + 4, false);

		crc = crc_tables[7][first & 0xff] ^ crc_tables[6][first >> 8 & 0xff] ^
		      crc_tables[5][first >> 16 & 0xff] ^ crc_tables[4][first >> 24] ^
		      crc_tables[3][second & 0xff] ^ crc_tables[2][second >> 8 & 0xff] ^
		      crc_tables[1][second >> 16 & 0xff] ^ crc_tables[0][second >> 24];
	}
	for (; length; length--)
		crc = crc >> 8 ^ crc_tables[0][(crc ^ *bytes++) & 0xff];
	return ~crc;
}

static const struct sum_ops scalar = {"scalar", sum_scalar, sum_crc32c_scalar};

#if !defined(__x86_64__) && !defined(__aarch64__)
const struct sum_variant sum_variants[] = {{0}};
#endif

const struct sum_ops *sum_ops_at(size_t index)
{
	for (const struct sum_variant *variant = sum_variants; variant->runs; variant++)
		if (variant->runs() && index-- == 0)
			return &variant->ops;
	return index == 0 ? &scalar : NULL;
}
