/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How is everything written, if the kernel takes a part at a time?
 */
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/uio.h>
#include <unistd.h>

#include "lib/base/io.h"

/* Somebody else may have made the terminal or pipe non-blocking: wait, do not lose output. */
static bool try_again(int fd)
{
	struct pollfd wait = {.fd = fd, .events = POLLOUT};

	if (errno == EINTR)
		return true;
	return errno == EAGAIN && (poll(&wait, 1, -1) >= 0 || errno == EINTR);
}

int io_write(int fd, const void *bytes, size_t length)
{
	const char *p = bytes;

	while (length) {
		ssize_t written = write(fd, p, length);

		if (written < 0 && try_again(fd))
			continue;
		if (written < 0)
			return -1;
		p += written;
		length -= (size_t)written;
	}
	return 0;
}

int io_write_both(int fd, struct span first, struct span second)
{
	while (first.length) {
		struct iovec parts[] = {{(void *)first.bytes, first.length},
					{(void *)second.bytes, second.length}};
		ssize_t written = writev(fd, parts, 2);
		size_t done;

		if (written < 0 && try_again(fd))
			continue;
		if (written < 0)
			return -1;
		done = (size_t)written < first.length ? (size_t)written : first.length;
		first.bytes += done;
		first.length -= done;
		second.bytes += (size_t)written - done;
		second.length -= (size_t)written - done;
	}
	return io_write(fd, second.bytes, second.length);
}
