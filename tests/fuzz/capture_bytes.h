/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A capture that is a run of bytes, for harnesses that read one.
 */
#ifndef NOD_TESTS_FUZZ_CAPTURE_BYTES_H
#define NOD_TESTS_FUZZ_CAPTURE_BYTES_H

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pcap/file.h"
#include "pcap/file_internal.h"

static inline void check(bool truth)
{
	if (!truth)
		abort();
}

/* NULL if it is none. */
static inline struct capture_file *open_bytes(const uint8_t *data, size_t size)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct err err = {0};

	check(fd >= 0 && write(fd, data, size) == (ssize_t)size && lseek(fd, 0, SEEK_SET) == 0);
	return file_open_fd(fd, 0, &err);
}

#endif
