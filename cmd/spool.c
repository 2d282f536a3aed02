/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How can a pipe be read twice?
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/spool.h"
#include "lib/base/io.h"

#define COPY_BYTES (256u * 1024)

static int open_unnamed(struct err *err)
{
	const char *folder = getenv("TMPDIR");
	char path[4096];
	int fd;

	if (!folder || !*folder)
		folder = "/var/tmp";
	fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0)
		return fd;
	/* Not every file system can do that. */
	if ((size_t)snprintf(path, sizeof(path), "%s/nod-XXXXXX", folder) >= sizeof(path))
		return err_set(err, ERR_SYSTEM, "TMPDIR is too long");
	fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0)
		return err_set_errno(err, "making a temporary file in TMPDIR");
	unlink(path);
	return fd;
}

static int copy(int from, int to, struct err *err)
{
	char *room = malloc(COPY_BYTES);
	ssize_t length;
	int result = 0;

	if (!room)
		return err_set(err, ERR_MEMORY, "out of memory");
	while ((length = read(from, room, COPY_BYTES)) != 0) {
		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0)
			result = err_set_errno(err, "reading");
		else if (io_write(to, room, (size_t)length) < 0)
			result = err_set_errno(err, "keeping a copy for the second pass");
		if (result < 0)
			break;
	}
	free(room);
	return result;
}

/* A descriptor of what has to be copied; -1 if there is nothing to copy. */
static int open_source(const char *path)
{
	struct stat about;

	if (strcmp(path, "-") == 0)
		return fstat(STDIN_FILENO, &about) < 0 ? -1 : STDIN_FILENO;
	/* Also what stands behind /dev/stdin and /proc/self/fd: no second reading begins anew. */
	if (stat(path, &about) < 0 || !(S_ISFIFO(about.st_mode) || S_ISCHR(about.st_mode)))
		return -1;
	return open(path, O_RDONLY | O_CLOEXEC);
}

int spool_open(struct spool *spool, const char *path, struct err *err)
{
	int source = open_source(path), result;

	*spool = (struct spool){.path = path, .fd = -1};
	if (source < 0)
		return 0;
	spool->fd = open_unnamed(err);
	result = spool->fd < 0 ? -1 : copy(source, spool->fd, err);
	if (source != STDIN_FILENO)
		close(source);
	if (result < 0) {
		spool_close(spool);
		return -1;
	}
	snprintf(spool->name, sizeof(spool->name), "/proc/self/fd/%d", spool->fd);
	spool->path = spool->name;
	return 0;
}

void spool_close(struct spool *spool)
{
	if (spool->fd >= 0)
		close(spool->fd);
	spool->fd = -1;
}
