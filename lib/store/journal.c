/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What did nod change, and is that on disk before it happens?
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/io.h"
#include "lib/base/text.h"
#include "lib/out/plan.h"
#include "lib/store/directory.h"
#include "lib/store/journal.h"
#include "lib/store/journal_lines.h"
#include "lib/store/lines.h"

#define FILE_NAME "journal.jsonl"

/**
 * struct journal - a journal, and whether this process may write to it
 * @path: of the directory
 * @directory: -1 as long as it is not there
 * @fd: of the file; -1 unless the lock is held
 * @owner: process that locked it: one that forked from it must not give the lock back
 * @device, @inode: of the file that was scanned up to @scanned
 * @last: highest number in there; @lost: lines behind that one that may have had a higher one
 */
struct journal {
	char *path;
	int directory, fd;
	pid_t owner;
	dev_t device;
	ino_t inode;
	off_t scanned;
	uint64_t last, lost;
};

struct journal *journal_open(const char *directory, struct err *err)
{
	struct journal *journal = calloc(1, sizeof(*journal));

	if (journal)
		journal->path = strdup(directory);
	if (!journal || !journal->path) {
		free(journal);
		err_set(err, ERR_MEMORY, "no memory to open the journal");
		return NULL;
	}
	journal->fd = -1;
	journal->directory = directory_open(directory, false, err);
	if (journal->directory >= 0 || err->code == ERR_NONE)
		return journal;
	journal_close(journal);
	return NULL;
}

void journal_close(struct journal *journal)
{
	if (!journal)
		return;
	journal_unlock(journal);
	if (journal->directory >= 0)
		close(journal->directory);
	free(journal->path);
	free(journal);
}

static int need_directory(struct journal *journal, bool make, struct err *err)
{
	if (journal->directory < 0)
		journal->directory = directory_open(journal->path, make, err);
	return journal->directory < 0 ? -1 : 0;
}

/* -1 and an ERR_NONE if there is no such file. */
static int open_file(struct journal *journal, int flags, struct err *err)
{
	/* O_NONBLOCK: not to wait for ever for the other end of a pipe that somebody put there. */
	int fd = openat(journal->directory, FILE_NAME,
			flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0600);

	if (fd < 0 && errno == ENOENT)
		return -1;
	if (fd < 0 && errno == ELOOP)
		return err_set(err, ERR_SYSTEM, "%s/" FILE_NAME " is a symbolic link",
			       journal->path);
	if (fd < 0)
		return err_set_errno(err, "opening %s/" FILE_NAME, journal->path);
	if (directory_check(fd, FILE_NAME, false, err)) {
		err_wrap(err, "in %s", journal->path);
		close(fd);
		return -1;
	}
	return fd;
}

static int wait_for_lock(int fd)
{
	int status;

	do
		status = flock(fd, LOCK_EX);
	while (status && errno == EINTR);
	return status;
}

/* Whether the file's name still leads to what @fd is open on: somebody may have moved it away. */
static bool is_current(const struct journal *journal, int fd)
{
	struct stat here, there;

	return !fstat(fd, &here) &&
	       !fstatat(journal->directory, FILE_NAME, &there, AT_SYMLINK_NOFOLLOW) &&
	       here.st_dev == there.st_dev && here.st_ino == there.st_ino;
}

int journal_lock(struct journal *journal, struct err *err)
{
	if (journal->fd >= 0)
		return 0;
	if (need_directory(journal, true, err))
		return -1;
	for (;;) {
		int fd = open_file(journal, O_RDWR | O_APPEND | O_CREAT, err);

		if (fd < 0)
			return err->code == ERR_NONE
				       ? err_set(err, ERR_SYSTEM, "%s is gone", journal->path)
				       : -1;
		if (wait_for_lock(fd)) {
			err_set_errno(err, "locking %s/" FILE_NAME, journal->path);
			close(fd);
			return -1;
		}
		if (is_current(journal, fd)) {
			journal->fd = fd;
			journal->owner = getpid();
			return 0;
		}
		close(fd);
	}
}

void journal_unlock(struct journal *journal)
{
	if (journal->fd < 0)
		return;
	/* Closing alone would leave it locked as long as a child has the descriptor too. */
	if (journal->owner == getpid())
		flock(journal->fd, LOCK_UN);
	close(journal->fd);
	journal->fd = -1;
}

int journal_read(struct journal *journal, struct arena *arena, struct journal_entries *entries,
		 struct err *err)
{
	int fd, status;

	*entries = (struct journal_entries){0};
	if (need_directory(journal, false, err))
		return err->code == ERR_NONE ? 0 : -1;
	fd = open_file(journal, O_RDONLY, err);
	if (fd < 0)
		return err->code == ERR_NONE ? 0 : -1;
	status = journal_collect(fd, arena, entries, err);
	close(fd);
	return status ? err_wrap(err, "journal %s/" FILE_NAME, journal->path) : 0;
}

static int scan_line(struct journal *journal, struct span line)
{
	struct arena arena = {0};
	struct journal_entry entry;
	struct journal_mark mark;
	enum journal_line kind = journal_line_read(line, &entry, &mark, &arena);

	if (kind == JOURNAL_LINE_ENTRY && entry.number > journal->last) {
		journal->last = entry.number;
		journal->lost = 0;
	} else if (kind == JOURNAL_LINE_DAMAGED) {
		journal->lost++;
	}
	arena_free(&arena);
	return kind == JOURNAL_LINE_NO_MEMORY ? -1 : 0;
}

/* Start again if this is not the file, or not all of the file, that was looked at before. */
static int begin_scan(struct journal *journal, off_t *size, struct err *err)
{
	struct stat status;

	if (fstat(journal->fd, &status))
		return err_set_errno(err, "looking at " FILE_NAME);
	if (status.st_dev != journal->device || status.st_ino != journal->inode ||
	    status.st_size < journal->scanned) {
		journal->device = status.st_dev;
		journal->inode = status.st_ino;
		journal->scanned = 0;
		journal->last = 0;
		journal->lost = 0;
	}
	*size = status.st_size;
	return 0;
}

/*
 * The number for a new entry. Each line that cannot be read may have been an entry with a number of its
 * own, so those behind the last good entry count as one each.
 */
static int next_number(struct journal *journal, uint64_t *number, struct err *err)
{
	uint64_t torn = 0;
	struct lines lines;
	struct span line;
	bool complete;
	off_t size;
	int status;

	if (begin_scan(journal, &size, err))
		return -1;
	lines_init(&lines, journal->fd, journal->scanned, JOURNAL_LINE_MAX);
	while ((status = lines_next(&lines, &line, &complete, err)) > 0) {
		uint64_t lost = journal->lost;

		if (scan_line(journal, line)) {
			status = err_set(err, ERR_MEMORY, "no memory to read a line");
			break;
		}
		if (complete)
			continue;
		/* It will be read again, closed off: not to be counted twice. */
		torn = journal->lost > lost;
		journal->lost -= torn;
	}
	journal->scanned = lines.end;
	lines_free(&lines);
	*number = journal->last + journal->lost + torn + 1;
	if (!status && *number > JOURNAL_NUMBER_MAX)
		return err_set(err, ERR_FORMAT, "no numbers are left");
	return status;
}

/* Whether the file ends within a line; a byte that cannot be read counts as such. */
static bool ends_torn(int fd, off_t size)
{
	char last = '\0';

	return size > 0 && (pread(fd, &last, 1, size - 1) != 1 || last != '\n');
}

/* As it was before; if that fails too, the next writer closes the piece off. */
static void take_back(int fd, off_t size)
{
	int number = errno;

	if (!ftruncate(fd, size))
		fsync(fd);
	errno = number;
}

static int append(struct journal *journal, const struct text *line, struct err *err)
{
	struct stat status;
	bool torn;

	if (fstat(journal->fd, &status))
		return err_set_errno(err, "looking at it");
	torn = ends_torn(journal->fd, status.st_size);
	if ((torn && io_write(journal->fd, "\n", 1)) ||
	    io_write(journal->fd, line->chars, line->length) || fsync(journal->fd) ||
	    (!status.st_size && fsync(journal->directory))) {
		take_back(journal->fd, status.st_size);
		return err_set_errno(err, "writing");
	}
	return 0;
}

static int append_record(struct journal *journal, const struct record *record, const void *data,
			 struct err *err)
{
	struct text line = {0};
	int status = record_to_jsonl(record, data, &line, err);

	if (!status && line.length > JOURNAL_LINE_MAX)
		status = err_set(err, ERR_UNSUPPORTED,
				 "too many features for one entry: change fewer devices at once");
	if (!status)
		status = append(journal, &line, err);
	text_free(&line);
	return status;
}

static int check_locked(const struct journal *journal, struct err *err)
{
	return journal->fd < 0 ? err_set(err, ERR_SYSTEM, "it is not locked") : 0;
}

int journal_begin(struct journal *journal, struct journal_entry *entry, struct err *err)
{
	struct journal_entry copy = *entry;

	copy.state = JOURNAL_OPEN;
	copy.marked = 0;
	copy.undone_why = NULL;
	if (check_locked(journal, err) || next_number(journal, &copy.number, err) ||
	    append_record(journal, &record_journal_entry, &copy, err))
		return err_wrap(err, "journal %s/" FILE_NAME, journal->path);
	entry->number = copy.number;
	return 0;
}

int journal_mark(struct journal *journal, uint64_t number, enum journal_state state,
		 const char *why, struct err *err)
{
	struct journal_mark mark = {
		.number = number, .state = (uint8_t)state, .time = time(NULL), .why = why};

	if (check_locked(journal, err) || append_record(journal, &record_journal_mark, &mark, err))
		return err_wrap(err, "journal %s/" FILE_NAME, journal->path);
	return 0;
}

int journal_watch(struct journal *journal, struct err *err)
{
	char path[64];
	int fd;

	if (need_directory(journal, true, err))
		return -1;
	fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (fd < 0)
		return err_set_errno(err, "watching %s", journal->path);
	/* By the descriptor: the name may be relative, and lead elsewhere by now. */
	snprintf(path, sizeof(path), "/proc/self/fd/%d", journal->directory);
	if (inotify_add_watch(fd, path, IN_MODIFY | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE) < 0) {
		err_set_errno(err, "watching %s", journal->path);
		close(fd);
		return -1;
	}
	return fd;
}
