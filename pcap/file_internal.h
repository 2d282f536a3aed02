/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the readers of the capture formats share one source of bytes. Only for pcap/file*.c and the
 * tests of them.
 */
#ifndef NOD_PCAP_FILE_INTERNAL_H
#define NOD_PCAP_FILE_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "lib/base/arena.h"
#include "lib/base/attr.h"
#include "lib/base/err.h"
#include "pcap/file.h"

enum compression {
	COMPRESSION_NONE,
	COMPRESSION_GZIP,
	COMPRESSION_ZSTD
};

/* What the first @length bytes of a file say; enough of them are COMPRESSION_MAGIC_BYTES. */
#define COMPRESSION_MAGIC_BYTES 4
enum compression compression_detect(const uint8_t *bytes, size_t length);

/* A stream of gzip members (RFC 1952) or zstd frames (RFC 8878) behind a file descriptor. */
struct decoder;

/*
 * @input is a buffer from malloc() of @room bytes, of which the first @length are compressed bytes
 * that were already read from the descriptor. It becomes the decoder's own, unless this fails.
 */
struct decoder *decoder_open(enum compression compression, uint8_t *input, size_t room,
			     size_t length, struct err *err) attr_must_check;
void decoder_close(struct decoder *decoder);

/* Up to @room decompressed bytes to @out; 0 at the end, -1 and @err if the data is damaged. */
ssize_t decoder_read(struct decoder *decoder, int fd, struct err *err, uint8_t *out,
		     size_t room) attr_must_check;

/* Compressed bytes consumed. */
uint64_t decoder_position(const struct decoder *decoder);

/* read(2) that is not interrupted; -1 and @err. */
ssize_t read_some(int fd, uint8_t *out, size_t room, struct err *err) attr_must_check;

/**
 * struct source - the bytes of a capture in order, some of them in memory
 * @at, @end: what is in memory and not read yet; source_fill() moves both
 * @end_offset: of @end, from the start of the capture
 * @error: why no bytes follow @end, if that is not the end of the file
 * @finished: no bytes follow @end
 * @fd: owned; -1 once it is closed
 * @disk_bytes: size of the file on disk, 0 if unknown
 * @map, @map_bytes: the whole file; NULL if this is a stream
 * @map_readable: less than @map_bytes once the file was cut under the mapping
 * @map_dropped: pages before this offset were given back
 * @buffer, @buffer_bytes: of a stream
 * @compression, @decoder: of a stream that is compressed
 */
struct source {
	const uint8_t *at, *end;
	uint64_t end_offset;
	struct err error;
	bool finished;
	int fd;
	uint64_t disk_bytes;
	uint8_t *map;
	size_t map_bytes, map_readable, map_dropped;
	uint8_t *buffer;
	size_t buffer_bytes;
	enum compression compression;
	struct decoder *decoder;
};

/* A buffer of a stream grows only as far as the longest frame or block asks for. */
#define SOURCE_BUFFER_BYTES ((size_t)256 * 1024)

/*
 * Start to read @fd, which becomes the source's own also if this fails. Regular files are mapped
 * where possible, unless @buffer_bytes is not 0: then it is a stream with a buffer of that size at
 * first. Returns 0, or -1 and @err.
 */
int source_open(struct source *source, int fd, size_t buffer_bytes,
		struct err *err) attr_must_check;
void source_close(struct source *source);

/*
 * Get at least @need bytes into memory, if the input has them. Bytes that were handed out before
 * @at are gone after this. Returns how many bytes are there; if too few, @error may say why.
 */
size_t source_fill(struct source *source, size_t need);

/* Go on by @count bytes that need not be in memory; false if the input ends before. */
bool source_skip(struct source *source, uint64_t count) attr_must_check;

/* Bytes read from the disk or pipe so far. */
uint64_t source_position(const struct source *source);

static inline size_t source_left(const struct source *source)
{
	return (size_t)(source->end - source->at);
}

static inline bool source_has(struct source *source, size_t need)
{
	return likely(source_left(source) >= need) || source_fill(source, need) >= need;
}

/* Offset of @at. */
static inline uint64_t source_offset(const struct source *source)
{
	return source->end_offset - source_left(source);
}

/**
 * struct clock - how the ticks of an interface become nanoseconds
 *
 * ticks / @divide * @multiply / 2^@shift + @offset_s seconds
 */
struct clock {
	uint64_t divide, multiply;
	int64_t offset_s;
	uint8_t shift;
};

struct interface {
	struct capture_interface seen;
	struct clock clock;
	uint8_t fcs_len;
};

/* More interfaces than this in one file are an error. */
#define INTERFACES_MAX 65536

enum format {
	FORMAT_PCAP,
	FORMAT_PCAP_NS,
	FORMAT_PCAP_MODIFIED,
	FORMAT_PCAPNG,
	FORMAT_LIBPCAP
};

enum length_order {
	LENGTHS_NORMAL,
	LENGTHS_SWAPPED,
	LENGTHS_MAYBE_SWAPPED
};

struct pcap;

struct libpcap_file;

/**
 * struct capture_file - an open capture
 * @next: reads the next frame; changes to one that repeats the error
 * @frames: read so far
 * @error: that ended the file
 * @interfaces, @ninterfaces, @interfaces_room: of all sections; names belong to @arena
 * @big_endian: the file's (or the present section's) byte order
 * @tick_ns, @header_bytes, @length_order: of the records of classic pcap
 * @section_first: index of the first interface of the present pcapng section
 * @libpcap: of FORMAT_LIBPCAP
 */
struct capture_file {
	struct source source;
	enum file_status (*next)(struct capture_file *file, struct frame *frame, struct err *err);
	uint64_t frames;
	struct err error;
	enum format format;
	struct arena arena;
	struct interface *interfaces;
	uint32_t ninterfaces, interfaces_room;
	bool big_endian;
	uint32_t tick_ns;
	uint32_t header_bytes;
	enum length_order length_order;
	uint32_t section_first;
	struct libpcap_file *libpcap;
};

/* As file_open(), from @fd, which becomes the file's own; @buffer_bytes as for source_open(). */
struct capture_file *file_open_fd(int fd, size_t buffer_bytes, struct err *err) attr_must_check;

/* Each of these returns 1 if the file is of its format, 0 if not, -1 and @err if it is damaged. */
int file_detect_pcap(struct capture_file *file, struct err *err) attr_must_check;
int file_detect_pcapng(struct capture_file *file, struct err *err) attr_must_check;
int file_detect_libpcap(struct capture_file *file, struct err *err) attr_must_check;

/* What goes another way if libpcap reads the file. */
uint64_t file_position_libpcap(const struct capture_file *file);
void file_close_libpcap(struct capture_file *file);

/* Add an interface, zeroed but for its link type; NULL and @err if there are too many. */
struct interface *file_add_interface(struct capture_file *file, uint32_t link_type,
				     struct err *err) attr_must_check;

/* The end of a file by @err: every further file_next() repeats it. Returns FILE_ERROR. */
enum file_status file_failed(struct capture_file *file, const struct err *err);

/*
 * Fill @err where @wanted bytes do not follow: with the error of the source, if there was one, else
 * "@what at byte N: @wanted bytes wanted, M left". Returns -1.
 */
int file_cut(const struct capture_file *file, const char *what, uint64_t wanted, struct err *err);

/* LINKTYPE_ numbers of files and DLT_ numbers of libpcap on Linux differ for a few. */
int link_type_to_dlt(uint32_t link_type);
uint32_t link_type_from_dlt(int dlt);

/* The numbers that RAW has on other systems become LINKTYPE_RAW. */
uint32_t link_type_normal(uint32_t link_type);

#endif
