/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long does it take on this machine to look at every byte of a file at all? Maps it and adds its
 * bytes up, with the widest vectors that the CPU has.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "pcap/sum.h"

#define PIECE_BYTES ((size_t)1 << 20)

static uint64_t add_up(const uint8_t *bytes, size_t length)
{
	const struct sum_ops *sums = sum_ops_best();
	uint64_t total = 0;

	for (size_t off = 0; off < length; off += PIECE_BYTES)
		total += sum_bytes(sums, bytes + off,
				   length - off < PIECE_BYTES ? length - off : PIECE_BYTES);
	return total;
}

int main(int argc, char **argv)
{
	struct stat status;
	void *bytes;
	int fd;

	if (argc != 2) {
		fprintf(stderr, "usage: floor FILE\n");
		return 3;
	}
	fd = open(argv[1], O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &status) < 0) {
		perror(argv[1]);
		return 2;
	}
	bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
	if (bytes == MAP_FAILED) {
		perror(argv[1]);
		return 2;
	}
	printf("%" PRIu64 "\n", add_up(bytes, (size_t)status.st_size));
	return 0;
}
