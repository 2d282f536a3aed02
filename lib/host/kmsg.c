/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Has the kernel complained of a checksum that a device calculated?
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "lib/host/kmsg.h"

/* The kernel gives one record at a time, and none longer. */
#define RECORD_BYTES 8192

int kmsg_open(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0 && lseek(fd, 0, SEEK_END) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Does @text, of @length bytes, end with @end? */
static bool ends_with(const char *text, size_t length, const char *end, size_t end_length)
{
	return length >= end_length && !memcmp(text + length - end_length, end, end_length);
}

bool kmsg_is_csum_failure(const char *record, size_t length, const char *device)
{
	static const char words[] = ": hw csum failure";
	const char *line = memchr(record, '\n', length), *text = memchr(record, ';', length);
	size_t name = strlen(device), left;

	/* Behind the first line are names and values, before the semicolon numbers. */
	if (!line)
		line = record + length;
	if (!text || text > line)
		return false;
	text++;
	left = (size_t)(line - text);
	if (!ends_with(text, left, words, sizeof(words) - 1))
		return false;
	left -= sizeof(words) - 1;
	/* Driver and bus address stand before the name of a device that has them. */
	return ends_with(text, left, device, name) &&
	       (left == name || text[left - name - 1] == ' ');
}

uint64_t kmsg_csum_failures(int fd, const char *device)
{
	char record[RECORD_BYTES];
	uint64_t count = 0;

	for (;;) {
		ssize_t length = read(fd, record, sizeof(record));

		if (length > 0)
			count += kmsg_is_csum_failure(record, (size_t)length, device);
		/* EPIPE: records were overwritten before they were read; the next is there. */
		else if (length == 0 || (errno != EPIPE && errno != EINTR && errno != EINVAL))
			return count;
	}
}
