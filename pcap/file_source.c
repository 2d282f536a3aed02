/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where do the bytes of a capture come from, and how do they get into memory with little of it?
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pcap/file_internal.h"

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#endif

/*
 * A mapping is read in windows: the pages of the next one are asked for with one call, which is
 * faster than one fault after the other, and those behind are given back. 2 MiB is what the kernel
 * can map with one entry where the page cache has folios of that size.
 */
#define WINDOW_BYTES ((size_t)2 * 1024 * 1024)

ssize_t read_some(int fd, uint8_t *out, size_t room, struct err *err)
{
	ssize_t count;

	do {
		count = read(fd, out, room);
	} while (count < 0 && errno == EINTR);
	if (count < 0)
		err_set(err, ERR_SYSTEM, "%s", strerror(errno));
	return count;
}

static size_t source_finish(struct source *source)
{
	source->finished = true;
	return source_left(source);
}

/*
 * Make the bytes from @end to @limit safe to touch and return how far that succeeded; less than @end
 * if the file was cut. Without this a file that loses its end while it is mapped, or a disk that
 * cannot read, ends the program by SIGBUS; with it, only a file that is cut within the very
 * window that is being read does.
 */
static size_t map_populate(struct source *source, size_t end, size_t limit)
{
	size_t from = end & ~((size_t)sysconf(_SC_PAGESIZE) - 1);
	struct stat status;

	if (fstat(source->fd, &status) == 0 && (uint64_t)status.st_size < source->map_readable) {
		source->map_readable = (size_t)status.st_size;
		err_set(&source->error, ERR_SYSTEM,
			"the file was cut from %zu to %zu bytes while it was read",
			source->map_bytes, source->map_readable);
	}
	if (limit > source->map_readable)
		limit = source->map_readable;
	if (limit <= end || madvise(source->map + from, limit - from, MADV_POPULATE_READ) == 0)
		return limit;
	/* Kernels before 5.14 do not know the advice; there the pages are faulted in one by one. */
	if (errno != EFAULT && errno != EHWPOISON)
		return limit;
	err_set(&source->error, ERR_SYSTEM, "bytes %zu to %zu cannot be read: %s", end, limit,
		strerror(EIO));
	source->map_readable = end;
	return end;
}

/* Give the pages before @at back. */
static void map_drop(struct source *source, size_t at)
{
	at &= ~((size_t)sysconf(_SC_PAGESIZE) - 1);
	if (at <= source->map_dropped)
		return;
	madvise(source->map + source->map_dropped, at - source->map_dropped, MADV_DONTNEED);
	source->map_dropped = at;
}

static size_t map_fill(struct source *source, size_t need)
{
	size_t at = (size_t)(source->at - source->map);
	size_t limit = source->map_readable;

	map_drop(source, at);
	if (limit > at && limit - at > need)
		limit = (at + need + WINDOW_BYTES - 1) & ~(WINDOW_BYTES - 1);
	if (limit > source->map_readable)
		limit = source->map_readable;
	limit = map_populate(source, (size_t)source->end_offset, limit);
	source->end_offset = limit > at ? limit : at;
	source->end = source->map + source->end_offset;
	return source_left(source) < need ? source_finish(source) : source_left(source);
}

static ssize_t stream_read(struct source *source, uint8_t *out, size_t room)
{
	if (source->decoder)
		return decoder_read(source->decoder, source->fd, &source->error, out, room);
	return read_some(source->fd, out, room, &source->error);
}

/* Move what is not read yet to the start of a buffer that has room for @need bytes. */
static bool stream_make_room(struct source *source, size_t need)
{
	size_t left = source_left(source);

	if (left && source->at != source->buffer)
		memmove(source->buffer, source->at, left);
	if (need > source->buffer_bytes) {
		size_t bytes = source->buffer_bytes * 2 > need ? source->buffer_bytes * 2 : need;
		uint8_t *buffer = realloc(source->buffer, bytes);

		if (buffer) {
			source->buffer = buffer;
			source->buffer_bytes = bytes;
		} else {
			err_set(&source->error, ERR_MEMORY, "no memory for %zu bytes", bytes);
		}
	}
	source->at = source->buffer;
	source->end = source->buffer + left;
	return need <= source->buffer_bytes;
}

static size_t stream_fill(struct source *source, size_t need)
{
	if (!stream_make_room(source, need))
		return source_finish(source);
	while (source_left(source) < need) {
		size_t used = (size_t)(source->end - source->buffer);
		ssize_t count =
			stream_read(source, source->buffer + used, source->buffer_bytes - used);

		if (count <= 0)
			return source_finish(source);
		source->end += count;
		source->end_offset += (uint64_t)count;
	}
	return source_left(source);
}

size_t source_fill(struct source *source, size_t need)
{
	if (source->finished || source_left(source) >= need)
		return source_left(source);
	return source->map ? map_fill(source, need) : stream_fill(source, need);
}

/* A jump in a mapping touches no page on the way. */
static bool map_skip(struct source *source, uint64_t count)
{
	size_t at = (size_t)(source->at - source->map);

	bool inside = source->map_readable >= at && count <= source->map_readable - at;

	at = inside ? at + (size_t)count : source->map_readable;
	source->at = source->end = source->map + at;
	source->end_offset = at;
	source->finished = !inside;
	return inside;
}

bool source_skip(struct source *source, uint64_t count)
{
	if (source->map && count > source_left(source))
		return map_skip(source, count);
	while (count > source_left(source)) {
		count -= source_left(source);
		source->at = source->end;
		if (!source_has(source, 1))
			return false;
	}
	source->at += count;
	return true;
}

static bool try_map(struct source *source, const struct stat *status)
{
	uint8_t magic[COMPRESSION_MAGIC_BYTES];
	ssize_t length;

	if (!S_ISREG(status->st_mode) || status->st_size <= 0 ||
	    (uint64_t)status->st_size > SIZE_MAX || lseek(source->fd, 0, SEEK_CUR) != 0)
		return false;
	length = pread(source->fd, magic, sizeof(magic), 0);
	if (length < 0 || compression_detect(magic, (size_t)length) != COMPRESSION_NONE)
		return false;
	source->map_bytes = source->map_readable = (size_t)status->st_size;
	source->map = mmap(NULL, source->map_bytes, PROT_READ, MAP_PRIVATE, source->fd, 0);
	if (source->map == MAP_FAILED)
		source->map = NULL;
	source->at = source->end = source->map;
	return source->map != NULL;
}

static int stream_new_buffer(struct source *source, size_t bytes, struct err *err)
{
	source->buffer = malloc(bytes);
	if (!source->buffer)
		return err_set(err, ERR_MEMORY, "no memory for %zu bytes", bytes);
	source->buffer_bytes = bytes;
	source->at = source->end = source->buffer;
	source->end_offset = 0;
	return 0;
}

static int open_stream(struct source *source, size_t buffer_bytes, struct err *err)
{
	size_t length;

	if (stream_new_buffer(source, buffer_bytes, err) < 0)
		return -1;
	length = source_fill(source, COMPRESSION_MAGIC_BYTES);
	source->compression = compression_detect(source->at, length);
	if (source->compression == COMPRESSION_NONE)
		return 0;
	source->decoder =
		decoder_open(source->compression, source->buffer, buffer_bytes, length, err);
	if (!source->decoder)
		return -1;
	source->buffer = NULL;
	return stream_new_buffer(source, buffer_bytes, err);
}

int source_open(struct source *source, int fd, size_t buffer_bytes, struct err *err)
{
	struct stat status;

	*source = (struct source){.fd = fd};
	if (fstat(fd, &status) < 0)
		return err_set(err, ERR_SYSTEM, "%s", strerror(errno));
	if (S_ISREG(status.st_mode))
		source->disk_bytes = (uint64_t)status.st_size;
	if (!buffer_bytes && try_map(source, &status))
		return 0;
	return open_stream(source, buffer_bytes ? buffer_bytes : SOURCE_BUFFER_BYTES, err);
}

void source_close(struct source *source)
{
	decoder_close(source->decoder);
	free(source->buffer);
	if (source->map)
		munmap(source->map, source->map_bytes);
	if (source->fd >= 0)
		close(source->fd);
	*source = (struct source){.fd = -1};
}

uint64_t source_position(const struct source *source)
{
	return source->decoder ? decoder_position(source->decoder) : source_offset(source);
}
