/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Captures built byte by byte, and read back through every kind of source. For the tests of
 * pcap/file.h.
 */
#ifndef NOD_TESTS_FILE_BYTES_H
#define NOD_TESTS_FILE_BYTES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "pcap/file.h"
#include "pcap/file_internal.h"

/**
 * struct bytes - a file in the making
 * @data, @length, @room: owned
 * @big_endian: byte order of the integers that are put
 */
struct bytes {
	uint8_t *data;
	size_t length, room;
	bool big_endian;
};

static inline void put(struct bytes *bytes, const void *data, size_t length)
{
	if (bytes->length + length >= bytes->room) {
		bytes->room = 2 * (bytes->length + length) + 64;
		bytes->data = realloc(bytes->data, bytes->room);
		assert_non_null(bytes->data);
	}
	if (length)
		memcpy(bytes->data + bytes->length, data, length);
	bytes->length += length;
}

static inline void put_integer(struct bytes *bytes, uint64_t value, int size)
{
	for (int i = 0; i < size; i++) {
		int shift = 8 * (bytes->big_endian ? size - 1 - i : i);
		uint8_t byte = (uint8_t)(value >> shift);

		put(bytes, &byte, 1);
	}
}

static inline void put_u16(struct bytes *bytes, uint16_t value)
{
	put_integer(bytes, value, 2);
}

static inline void put_u32(struct bytes *bytes, uint32_t value)
{
	put_integer(bytes, value, 4);
}

static inline void put_u64(struct bytes *bytes, uint64_t value)
{
	put_integer(bytes, value, 8);
}

/* Bytes that differ from their neighbours, so that a shifted frame shows. */
static inline void put_pattern(struct bytes *bytes, size_t length, uint8_t start)
{
	uint8_t *pattern = malloc(length + 1);

	assert_non_null(pattern);
	for (size_t i = 0; i < length; i++)
		pattern[i] = (uint8_t)(start + i * 7);
	put(bytes, pattern, length);
	free(pattern);
}

/**
 * struct seen - a frame as it was read
 * @bytes: a copy, owned
 */
struct seen {
	struct frame frame;
	uint8_t *bytes;
};

/**
 * struct reading - what became of a capture
 * @opened: file_open_fd() succeeded
 * @last: the status that ended it
 * @interfaces, @ninterfaces: at the end; without names
 */
struct reading {
	bool opened;
	struct seen *frames;
	size_t count;
	enum file_status last;
	struct err err;
	char format[32];
	struct capture_interface *interfaces;
	uint32_t ninterfaces;
};

static inline int memory_file(const void *data, size_t length)
{
	int fd = memfd_create("capture", MFD_CLOEXEC);

	assert_true(fd >= 0);
	while (length) {
		ssize_t count = write(fd, data, length);

		assert_true(count > 0);
		data = (const uint8_t *)data + count;
		length -= (size_t)count;
	}
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static inline void reading_free(struct reading *reading)
{
	for (size_t i = 0; i < reading->count; i++)
		free(reading->frames[i].bytes);
	free(reading->frames);
	free(reading->interfaces);
	*reading = (struct reading){0};
}

static inline void keep_frame(struct reading *reading, const struct frame *frame)
{
	struct seen *seen;

	if ((reading->count & (reading->count - 1)) == 0) { /* powers of two: double */
		reading->frames =
			realloc(reading->frames, (2 * reading->count + 1) * sizeof(*seen));
		assert_non_null(reading->frames);
	}
	seen = &reading->frames[reading->count++];
	seen->frame = *frame;
	seen->bytes = malloc(frame->bytes.length + 1);
	assert_non_null(seen->bytes);
	memcpy(seen->bytes, frame->bytes.bytes, frame->bytes.length);
	seen->frame.bytes.bytes = seen->bytes;
}

static inline void keep_interfaces(struct reading *reading, const struct capture_file *file)
{
	while (file_interface(file, reading->ninterfaces))
		reading->ninterfaces++;
	reading->interfaces = calloc(reading->ninterfaces + 1, sizeof(*reading->interfaces));
	assert_non_null(reading->interfaces);
	for (uint32_t i = 0; i < reading->ninterfaces; i++) {
		reading->interfaces[i] = *file_interface(file, i);
		reading->interfaces[i].name = reading->interfaces[i].os = NULL;
	}
}

/* Read everything; an error must be repeated by one more call. */
static inline struct reading read_open_file(struct capture_file *file)
{
	struct reading reading = {.opened = true};
	struct err again = {0};
	struct frame frame;

	while ((reading.last = file_next(file, &frame, &reading.err)) == FILE_FRAME)
		keep_frame(&reading, &frame);
	assert_int_equal(file_next(file, &frame, &again), reading.last);
	assert_string_equal(again.text, reading.err.text);
	snprintf(reading.format, sizeof(reading.format), "%s", file_format(file));
	keep_interfaces(&reading, file);
	file_close(file);
	return reading;
}

static inline struct reading read_descriptor(int fd, size_t buffer_bytes)
{
	struct reading reading = {.last = FILE_ERROR};
	struct capture_file *file = file_open_fd(fd, buffer_bytes, &reading.err);

	return file ? read_open_file(file) : reading;
}

static inline void assert_same_reading(const struct reading *a, const struct reading *b)
{
	assert_int_equal(a->opened, b->opened);
	assert_int_equal(a->last, b->last);
	assert_string_equal(a->err.text, b->err.text);
	assert_int_equal(a->err.code, b->err.code);
	assert_int_equal(a->count, b->count);
	assert_int_equal(a->ninterfaces, b->ninterfaces);
	for (size_t i = 0; i < a->count; i++) {
		struct frame x = a->frames[i].frame, y = b->frames[i].frame;

		assert_int_equal(x.number, y.number);
		assert_int_equal(x.time_ns, y.time_ns);
		assert_int_equal(x.wire_len, y.wire_len);
		assert_int_equal(x.interface, y.interface);
		assert_int_equal(x.link_type, y.link_type);
		assert_int_equal(x.fcs_len, y.fcs_len);
		assert_int_equal(x.flags, y.flags);
		assert_int_equal(x.bytes.length, y.bytes.length);
		assert_memory_equal(x.bytes.bytes, y.bytes.bytes, x.bytes.length);
	}
}

/* From a mapping; a stream whose buffer must grow and a usual one must give the same. */
static inline struct reading read_bytes(const struct bytes *bytes)
{
	struct reading mapped = read_descriptor(memory_file(bytes->data, bytes->length), 0);
	struct reading tiny = read_descriptor(memory_file(bytes->data, bytes->length), 16);
	struct reading stream =
		read_descriptor(memory_file(bytes->data, bytes->length), SOURCE_BUFFER_BYTES);

	assert_same_reading(&mapped, &tiny);
	assert_same_reading(&mapped, &stream);
	reading_free(&tiny);
	reading_free(&stream);
	return mapped;
}

/* Read @bytes, which end with @text after @count frames; frees them. */
static inline void assert_fails(struct bytes *bytes, size_t count, const char *text)
{
	struct reading reading = read_bytes(bytes);

	assert_int_equal(reading.last, FILE_ERROR);
	assert_string_equal(reading.err.text, text);
	assert_int_equal(reading.count, count);
	reading_free(&reading);
	free(bytes->data);
	*bytes = (struct bytes){0};
}

#endif
