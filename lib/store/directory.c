/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is there a directory for state, and can nobody else meddle with it?
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/store/directory.h"

int directory_check(int fd, const char *path, bool directory, struct err *err)
{
	struct stat status;

	if (fstat(fd, &status))
		return err_set_errno(err, "looking at %s", path);
	if (!directory && !S_ISREG(status.st_mode))
		return err_set(err, ERR_SYSTEM, "%s is not a regular file", path);
	if (status.st_uid != geteuid() && status.st_uid != 0)
		return err_set(err, ERR_SYSTEM, "%s belongs to user %u, neither to root nor to you",
			       path, status.st_uid);
	if (status.st_mode & (S_IWGRP | S_IWOTH))
		return err_set(
			err, ERR_SYSTEM,
			"%s can be written to by others (mode %04o): chmod go-w it, or choose "
			"another",
			path, status.st_mode & 07777);
	return 0;
}

/* A new directory is there after a crash only once the one above it is on disk. */
static int sync_parent(char *path, size_t end)
{
	size_t cut = end;
	int fd, status;
	char kept;

	while (cut > 0 && path[cut - 1] != '/')
		cut--;
	kept = path[cut];
	path[cut] = '\0';
	fd = open(cut ? path : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	path[cut] = kept;
	if (fd < 0)
		return -1;
	status = fsync(fd);
	close(fd);
	return status;
}

static int make_one(char *path, size_t end, struct err *err)
{
	int why;

	if (!mkdir(path, 0700))
		return sync_parent(path, end) ? err_set_errno(err, "making %s", path) : 0;
	why = errno;
	/* Above a home directory there may be some that exist and let nobody make anything. */
	if (why == EEXIST || !access(path, F_OK))
		return 0;
	errno = why;
	return err_set_errno(err, "making %s", path);
}

static int make_all(const char *path, struct err *err)
{
	char copy[PATH_MAX];
	size_t length = strlen(path);

	if (length >= sizeof(copy))
		return err_set(err, ERR_SYSTEM, "%.60s...: name too long", path);
	memcpy(copy, path, length + 1);
	for (size_t end = 1; end <= length; end++) {
		char kept = copy[end];

		if ((kept != '/' && kept != '\0') || copy[end - 1] == '/')
			continue;
		copy[end] = '\0';
		if (make_one(copy, end, err))
			return -1;
		copy[end] = kept;
	}
	return 0;
}

int directory_open(const char *path, bool make, struct err *err)
{
	int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int fd = open(path, flags);

	if (fd < 0 && errno == ENOENT) {
		if (!make || make_all(path, err))
			return -1;
		fd = open(path, flags);
	}
	if (fd < 0 && (errno == ELOOP || errno == ENOTDIR))
		return err_set(err, ERR_SYSTEM, "%s is not a directory, or a symbolic link to one",
			       path);
	if (fd < 0)
		return err_set_errno(err, "opening %s", path);
	if (directory_check(fd, path, true, err)) {
		close(fd);
		return -1;
	}
	return fd;
}
