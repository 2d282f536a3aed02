/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How fast is each checksum implementation on this machine, with everything in the first cache?
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "pcap/sum.h"

#define ROUND_BYTES ((size_t)64 << 20)
#define ROUNDS	    7

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* What is measured: the call as the analysis makes it, at changing unaligned addresses. */
enum what {
	WHAT_SUM,
	WHAT_CRC32C
};

static uint64_t run_once(const struct sum_ops *ops, enum what what, const uint8_t *bytes,
			 size_t length)
{
	uint64_t total = 0;

	for (size_t i = 0; i < ROUND_BYTES / length; i++) {
		const uint8_t *at = bytes + i % 16 * 2 + 14;

		if (what == WHAT_CRC32C)
			total += ops->crc32c(0, at, length);
		else
			total += sum_bytes(ops, at, length);
	}
	return total;
}

/* Nanoseconds a call: the best of some rounds, as the others were disturbed. */
static double measure(const struct sum_ops *ops, enum what what, const uint8_t *bytes,
		      size_t length)
{
	double best = 1e9;

	for (int i = 0; i < ROUNDS; i++) {
		double start = seconds(), took;
		volatile uint64_t kept = run_once(ops, what, bytes, length);

		(void)kept;
		took = seconds() - start;
		if (took < best)
			best = took;
	}
	return best * 1e9 / (double)(ROUND_BYTES / length);
}

int main(void)
{
	static const size_t lengths[] = {20, 24, 32, 40, 64, 128, 576, 1448, 9000, 65536};
	uint8_t *bytes = malloc(65536 + 64);

	if (!bytes)
		return 1;
	srand(1);
	for (size_t i = 0; i < 65536 + 64; i++)
		bytes[i] = (uint8_t)rand();
	printf("%-8s %6s %20s %20s\n", "", "bytes", "sum", "crc32c");
	for (size_t i = 0; sum_ops_at(i); i++) {
		for (size_t j = 0; j < sizeof(lengths) / sizeof(lengths[0]); j++) {
			printf("%-8s %6zu", sum_ops_at(i)->name, lengths[j]);
			for (enum what what = WHAT_SUM; what <= WHAT_CRC32C; what++) {
				double ns = measure(sum_ops_at(i), what, bytes, lengths[j]);

				printf(" %7.1f ns %6.1f GB/s", ns, (double)lengths[j] / ns);
			}
			printf("\n");
		}
	}
	free(bytes);
	return 0;
}
