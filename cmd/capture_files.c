/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Into which file does a frame go, and which files stay?
 *
 * Files of a rotation are named as dumpcap names them, NAME_00001_20261122052159.pcapng, so that Wireshark
 * finds what belongs together (File, File Set).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cmd/capture_files.h"

#define SECOND_NS 1000000000

/**
 * struct capture_files - a series
 * @writer: NULL between two files; @path: of its file
 * @frames: in it; @begin_ns: when it was begun, CLOCK_REALTIME
 * @begun: files; @done: names of the newest that are complete, up to @options.keep
 * @before: counts of the listener when the file was begun
 * @broken: writing failed: nothing more is written
 */
struct capture_files {
	struct files_options options;
	struct capture_interface interface;
	struct capture_writer *writer;
	char *path, **done;
	int number;
	uint64_t frames, begun, ndone;
	int64_t begin_ns;
	struct listen_counts before;
	bool broken;
};

static bool is_rotating(const struct files_options *options)
{
	return options->rotate_bytes || options->rotate_ns;
}

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * SECOND_NS + now.tv_nsec;
}

/* Where the name ends and its last extension begins. */
static size_t stem_length(const char *path)
{
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
	const char *dot = strrchr(base, '.');

	return dot && dot != base ? (size_t)(dot - path) : strlen(path);
}

/* NULL if there is no memory. */
static char *make_path(const struct capture_files *files)
{
	const char *path = files->options.path;
	size_t stem = stem_length(path);
	time_t seconds = (time_t)(files->begin_ns / SECOND_NS);
	char stamp[32] = "";
	struct tm tm;
	char *made;

	if (!is_rotating(&files->options))
		return strdup(path);
	if (localtime_r(&seconds, &tm))
		strftime(stamp, sizeof(stamp), "_%Y%m%d%H%M%S", &tm);
	if (asprintf(&made, "%.*s_%05llu%s%s", (int)stem, path, (unsigned long long)files->begun,
		     stamp, path + stem) < 0)
		return NULL;
	return made;
}

/* The one that is written counts too, though it has no name yet. */
static void make_room(struct capture_files *files)
{
	size_t keep = files->options.keep;
	char **oldest;

	if (!keep || files->ndone < keep)
		return;
	oldest = &files->done[files->ndone % keep];
	/* Somebody may have moved it away; then it is not ours any more. */
	(void)unlink(*oldest);
	free(*oldest);
	*oldest = NULL;
}

static int begin_file(struct capture_files *files, struct err *err)
{
	static const struct write_options how = {
		.format = WRITE_PCAPNG,
		.growing = true,
		.application = "nod " NOD_VERSION,
	};

	make_room(files);
	files->begin_ns = now_ns();
	files->begun++;
	files->frames = 0;
	free(files->path);
	files->path = make_path(files);
	if (!files->path)
		return err_set(err, ERR_MEMORY, "out of memory");
	files->writer = write_open(files->path, &how, err);
	if (!files->writer)
		return err_wrap(err, "%s", files->path);
	files->number = write_interface(files->writer, &files->interface, err);
	return files->number < 0 ? err_wrap(err, "%s", files->path) : 0;
}

/* It is in its place: remember its name, so that it can go when its time has come. */
static void note_done(struct capture_files *files)
{
	if (files->options.keep) {
		files->done[files->ndone % files->options.keep] = files->path;
		files->path = NULL;
	}
	files->ndone++;
}

static int end_file(struct capture_files *files, struct listener *listener, struct err *err)
{
	struct listen_counts now;
	struct write_statistics statistics = {
		.interface = (uint32_t)files->number,
		.begin_ns = files->begin_ns,
		.end_ns = now_ns(),
		.vantage = &files->interface.vantage,
	};
	struct capture_writer *writer = files->writer;
	struct err ignored = {0};

	listener_counts(listener, &now);
	statistics.received = now.received - files->before.received;
	statistics.dropped = now.dropped - files->before.dropped;
	files->before = now;
	files->writer = NULL;
	/* A full disk: what is on it is kept all the same. */
	if (files->broken || write_statistics(writer, &statistics, err) < 0) {
		bool told = files->broken;

		files->broken = true;
		if (write_finish(writer, &ignored) < 0)
			return told ? 0 : -1;
		return told ? 0 : err_wrap(err, "%s", files->path);
	}
	if (write_finish(writer, err) < 0)
		return err_wrap(err, "%s", files->path);
	note_done(files);
	return 0;
}

struct capture_files *files_open(const struct files_options *options, struct err *err)
{
	struct capture_files *files = calloc(1, sizeof(*files));

	if (files)
		files->done = calloc(options->keep + 1, sizeof(*files->done));
	if (!files || !files->done) {
		free(files);
		err_set(err, ERR_MEMORY, "out of memory");
		return NULL;
	}
	files->options = *options;
	files->interface = *options->interface;
	/* The zone of local time is read from a file, which is out of reach later. */
	tzset();
	if (begin_file(files, err) == 0)
		return files;
	files_close(files);
	return NULL;
}

static bool is_full(const struct capture_files *files)
{
	return files->options.rotate_bytes && files->frames &&
	       write_position(files->writer) >= files->options.rotate_bytes;
}

static bool is_late(const struct capture_files *files, int64_t time_ns)
{
	return files->options.rotate_ns && files->frames &&
	       time_ns - files->begin_ns >= files->options.rotate_ns;
}

static int put_frame(struct capture_files *files, const struct frame *frame, struct err *err)
{
	struct write_frame record = {
		.head = frame->bytes,
		.time_ns = frame->time_ns,
		.wire_len = frame->wire_len,
		.interface = (uint32_t)files->number,
		.flags = frame->flags,
		.truth = frame->truth,
	};

	if (!files->options.annotate)
		record.flags &= ~(uint32_t)FRAME_TRUTH;
	files->frames++;
	/* It came before the file was begun, or the clock was set back: the age of the file is that of frames. */
	if (unlikely(frame->time_ns < files->begin_ns))
		files->begin_ns = frame->time_ns;
	if (likely(write_record(files->writer, &record, err) == 0))
		return 0;
	files->broken = true;
	return err_wrap(err, "%s", files->path);
}

int files_write(struct capture_files *files, const struct frame *frame, struct listener *listener,
		struct err *err)
{
	if (files->writer && (is_full(files) || is_late(files, frame->time_ns)) &&
	    end_file(files, listener, err) < 0)
		return -1;
	if (unlikely(!files->writer) && begin_file(files, err) < 0)
		return -1;
	return put_frame(files, frame, err);
}

int files_settle(struct capture_files *files, struct listener *listener, struct err *err)
{
	if (!files->writer || !is_late(files, now_ns()))
		return 0;
	return end_file(files, listener, err);
}

int files_flush(struct capture_files *files, struct err *err)
{
	if (!files->writer || write_flush(files->writer, err) == 0)
		return 0;
	files->broken = true;
	return err_wrap(err, "%s", files->path);
}

void files_vantage(struct capture_files *files, const struct vantage *vantage)
{
	files->interface.vantage = *vantage;
}

int files_finish(struct capture_files *files, struct listener *listener, struct err *err)
{
	return files->writer ? end_file(files, listener, err) : 0;
}

void files_close(struct capture_files *files)
{
	if (!files)
		return;
	write_abort(files->writer);
	for (size_t i = 0; i < files->options.keep; i++)
		free(files->done[i]);
	free(files->done);
	free(files->path);
	free(files);
}

uint64_t files_count(const struct capture_files *files)
{
	return files->begun;
}

/* @path up to its last slash. */
static char *parent_of(const char *path, struct err *err)
{
	const char *slash = strrchr(path, '/');
	char *parent =
		slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
	char *real = parent ? realpath(parent, NULL) : NULL;

	if (!real)
		err_set_errno(err, "%s", path);
	free(parent);
	return real;
}

char *files_folder(const char *path, bool rotate, struct err *err)
{
	struct stat about;
	char *target, *folder;

	if (strcmp(path, "-") == 0)
		return NULL;
	if (rotate || stat(path, &about) < 0)
		return parent_of(path, err);
	if (!S_ISREG(about.st_mode))
		return NULL;
	/* A link stays, and what it leads to is replaced. */
	target = realpath(path, NULL);
	if (!target) {
		err_set_errno(err, "%s", path);
		return NULL;
	}
	folder = parent_of(target, err);
	free(target);
	return folder;
}
