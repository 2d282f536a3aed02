/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What are the checksums of some bytes? Written to be obviously right, not to be fast. */

#include "tests/tools/mkcap.h"

/* RFC 1071: add the bytes as 16-bit numbers, first byte high. */
uint64_t sum_bytes(uint64_t sum, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i + 1 < len; i += 2)
		sum += (uint64_t)bytes[i] * 256 + bytes[i + 1];
	if (len % 2)
		sum += (uint64_t)bytes[len - 1] * 256;
	return sum;
}

uint16_t sum_fold(uint64_t sum)
{
	while (sum > 0xffff)
		sum = sum / 0x10000 + sum % 0x10000;
	return (uint16_t)sum;
}

/* RFC 9260, appendix A: polynomial 0x11EDC6F41, bits reflected. */
uint32_t crc32c(const uint8_t *bytes, size_t len)
{
	uint32_t crc = 0xffffffff;

	for (size_t i = 0; i < len; i++) {
		crc ^= bytes[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0x82f63b78 : crc >> 1;
	}
	return ~crc;
}
