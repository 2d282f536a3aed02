/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How does a file come into its place whole, or not at all?
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pcap/write_place.h"

/* Names that are tried before it is given up: they are taken by chance only. */
#define NAME_TRIES 64

/* Longest part of the file's own name in the name beside it: both fit into NAME_MAX. */
#define NAME_PART 200

/**
 * struct place - a file that grows
 * @target: what it will be; NULL if it is written as it is: a device, a pipe, standard output
 * @beside: its name until then; NULL while it has none
 */
struct place {
	int fd;
	char *target, *beside;
};

static void place_free(struct place *place)
{
	free(place->target);
	free(place->beside);
	free(place);
}

/* A name in the folder of @target that most likely nothing has; NULL if there is no memory. */
static char *make_name(const char *target)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
	const char *slash = strrchr(target, '/'), *base = slash ? slash + 1 : target;
	unsigned char random[6] = {0};
	char suffix[7] = {0}, *name;

	if (getrandom(random, sizeof(random), GRND_NONBLOCK) < 0)
		memset(random, getpid() & 0xff, sizeof(random));
	for (size_t i = 0; i < sizeof(random); i++)
		suffix[i] = letters[random[i] & 31];
	if (asprintf(&name, "%.*s.%.*s.nod-%s", (int)(base - target), target, NAME_PART, base,
		     suffix) < 0)
		return NULL;
	return name;
}

/* The folder of @target, for O_TMPFILE; NULL if there is no memory. */
static char *folder_of(const char *target)
{
	const char *slash = strrchr(target, '/');

	if (!slash)
		return strdup(".");
	return strndup(target, slash == target ? 1 : (size_t)(slash - target));
}

/* -1 with errno if the file system has no files without a name, or gives them none later. */
static int open_nameless(const char *target)
{
	char *folder = folder_of(target);
	int fd = -1;

	if (folder && access("/proc/self/fd", X_OK) == 0)
		fd = open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
	free(folder);
	return fd;
}

static int open_beside(struct place *place)
{
	for (unsigned int i = 0; i < NAME_TRIES; i++) {
		int fd;

		place->beside = make_name(place->target);
		if (!place->beside) {
			errno = ENOMEM;
			return -1;
		}
		fd = open(place->beside, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
		if (fd >= 0 || errno != EEXIST)
			return fd;
		free(place->beside);
		place->beside = NULL;
	}
	return -1;
}

/* Standard output, or what is no regular file. */
static int open_as_it_is(struct place *place, const char *path, struct err *err)
{
	bool standard = strcmp(path, "-") == 0;

	if (standard && isatty(STDOUT_FILENO))
		return err_set(err, ERR_USAGE, "a capture is not written to a terminal");
	place->fd = standard ? dup(STDOUT_FILENO) : open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	return place->fd < 0 ? err_set_errno(err, "opening for writing") : 0;
}

static int open_regular(struct place *place, const char *path, const struct stat *old,
			struct err *err)
{
	/* A link keeps pointing to where it points. */
	place->target = old ? realpath(path, NULL) : strdup(path);
	if (!place->target)
		return err_set_errno(err, "opening for writing");
	if (old && access(place->target, W_OK) < 0)
		return err_set_errno(err, "opening for writing");
	place->fd = open_nameless(place->target);
	if (place->fd < 0)
		place->fd = open_beside(place);
	if (place->fd < 0)
		return err_set_errno(err, "opening for writing");
	if (old && fchmod(place->fd, old->st_mode & 0777) < 0)
		return err_set_errno(err, "giving it the permissions that it had");
	return 0;
}

struct place *place_open(const char *path, struct err *err)
{
	struct place *place = calloc(1, sizeof(*place));
	struct stat old;
	bool there = strcmp(path, "-") != 0 && stat(path, &old) == 0;
	int result;

	if (!place) {
		err_set(err, ERR_MEMORY, "out of memory");
		return NULL;
	}
	place->fd = -1;
	if (there && S_ISDIR(old.st_mode)) {
		errno = EISDIR;
		result = err_set_errno(err, "opening for writing");
	} else if (strcmp(path, "-") == 0 || (there && !S_ISREG(old.st_mode))) {
		result = open_as_it_is(place, path, err);
	} else {
		result = open_regular(place, path, there ? &old : NULL, err);
	}
	if (result < 0) {
		place_abort(place);
		return NULL;
	}
	return place;
}

/* Somebody else may have made a pipe non-blocking: wait. */
static bool try_again(int fd)
{
	struct pollfd wait = {.fd = fd, .events = POLLOUT};

	if (errno == EINTR)
		return true;
	return errno == EAGAIN && (poll(&wait, 1, -1) >= 0 || errno == EINTR);
}

int place_write(struct place *place, const void *bytes, size_t length, struct err *err)
{
	const char *p = bytes;

	while (length) {
		ssize_t written = write(place->fd, p, length);

		if (written < 0 && try_again(place->fd))
			continue;
		if (written < 0)
			return err_set_errno(err, "writing");
		p += written;
		length -= (size_t)written;
	}
	return 0;
}

/* Give a nameless file a name: a new one beside its target, since links replace nothing. */
static int name_it(struct place *place)
{
	char from[64];

	snprintf(from, sizeof(from), "/proc/self/fd/%d", place->fd);
	for (unsigned int i = 0; i < NAME_TRIES; i++) {
		char *name = make_name(place->target);

		if (!name) {
			errno = ENOMEM;
			return -1;
		}
		if (linkat(AT_FDCWD, from, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0) {
			place->beside = name;
			return 0;
		}
		free(name);
		if (errno != EEXIST)
			return -1;
	}
	return -1;
}

static int put_in_place(struct place *place, struct err *err)
{
	/* Some file systems find out only here that they are full. */
	if (fsync(place->fd) < 0 && errno != EINVAL && errno != EROFS)
		return err_set_errno(err, "writing");
	if (!place->beside && name_it(place) < 0)
		return err_set_errno(err, "naming the file");
	if (rename(place->beside, place->target) < 0)
		return err_set_errno(err, "renaming the file");
	free(place->beside);
	place->beside = NULL;
	return 0;
}

int place_finish(struct place *place, struct err *err)
{
	int fd = place->fd;

	if (place->target && put_in_place(place, err) < 0) {
		place_abort(place);
		return -1;
	}
	place_free(place);
	/* On Linux the descriptor is gone even if close() was interrupted. */
	if (close(fd) < 0 && errno != EINTR)
		return err_set_errno(err, "writing");
	return 0;
}

void place_abort(struct place *place)
{
	if (!place)
		return;
	if (place->beside)
		unlink(place->beside);
	if (place->fd >= 0)
		close(place->fd);
	place_free(place);
}
