/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How does a file come into its place whole, or not at all?
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/io.h"
#include "pcap/write_place.h"

/* Names that are tried before it is given up: they are taken by chance only. */
#define NAME_TRIES 64

/* Longest part of the file's own name in the name beside it: both fit into NAME_MAX. */
#define NAME_PART 200

/**
 * struct place - a file that grows
 * @target: what it will be; NULL if it is written as it is: a device, a pipe, standard output, a file that
 *	    grows in its place
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

/* Whoever had the file has it: root may write to those of others. */
static int take_over(int fd, const struct stat *old, struct err *err)
{
	mode_t mode = old->st_mode & 0777;

	/* What was for its group is for no other one. */
	if (fchown(fd, old->st_uid, old->st_gid) < 0 && fchown(fd, (uid_t)-1, old->st_gid) < 0)
		mode &= ~(mode_t)S_IRWXG;
	if (fchmod(fd, mode) < 0)
		return err_set_errno(err, "giving it the permissions that it had");
	return 0;
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
	return old ? take_over(place->fd, old, err) : 0;
}

/* 1: @path is there, 0: nothing has this name. -1 and errno, also for a link that leads nowhere. */
static int look_at(const char *path, struct stat *about)
{
	struct stat link;

	if (stat(path, about) == 0) {
		errno = EISDIR;
		return S_ISDIR(about->st_mode) ? -1 : 1;
	}
	if (errno != ENOENT || !*path)
		return -1;
	/* Its place is elsewhere, and the link is not to be replaced. */
	if (lstat(path, &link) < 0)
		return 0;
	errno = ENOENT;
	return -1;
}

static int open_place(struct place *place, const char *path, struct err *err)
{
	struct stat old;
	int there;

	if (strcmp(path, "-") == 0)
		return open_as_it_is(place, path, err);
	there = look_at(path, &old);
	if (there < 0)
		return err_set_errno(err, "opening for writing");
	if (there && !S_ISREG(old.st_mode))
		return open_as_it_is(place, path, err);
	return open_regular(place, path, there ? &old : NULL, err);
}

static int open_growing(struct place *place, const char *path, struct err *err)
{
	if (strcmp(path, "-") == 0)
		return open_as_it_is(place, path, err);
	place->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666);
	return place->fd < 0 ? err_set_errno(err, "opening for writing") : 0;
}

static struct place *open_with(int (*open_it)(struct place *, const char *, struct err *),
			       const char *path, struct err *err)
{
	struct place *place = calloc(1, sizeof(*place));

	if (!place) {
		err_set(err, ERR_MEMORY, "out of memory");
		return NULL;
	}
	place->fd = -1;
	if (open_it(place, path, err) < 0) {
		place_abort(place);
		return NULL;
	}
	return place;
}

struct place *place_open(const char *path, struct err *err)
{
	return open_with(open_place, path, err);
}

struct place *place_open_growing(const char *path, struct err *err)
{
	return open_with(open_growing, path, err);
}

int place_write(struct place *place, const void *bytes, size_t length, struct err *err)
{
	return io_write(place->fd, bytes, length) < 0 ? err_set_errno(err, "writing") : 0;
}

int place_write_both(struct place *place, struct span first, struct span second, struct err *err)
{
	return io_write_both(place->fd, first, second) < 0 ? err_set_errno(err, "writing") : 0;
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
