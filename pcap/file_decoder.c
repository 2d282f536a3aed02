/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How does a compressed capture become bytes of a capture again?
 */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "pcap/file_internal.h"
#include "pcap/library.h"

#define ZLIB_FUNCTIONS(function) \
	function(inflate) function(inflateEnd) function(inflateInit2_) function(inflateReset)

#define ZSTD_FUNCTIONS(function)                                                          \
	function(ZSTD_createDCtx) function(ZSTD_decompressStream) function(ZSTD_freeDCtx) \
		function(ZSTD_getErrorName) function(ZSTD_isError)

struct zlib {
	ZLIB_FUNCTIONS(LIBRARY_MEMBER)
};
struct zstd {
	ZSTD_FUNCTIONS(LIBRARY_MEMBER)
};

static int load_zlib(struct zlib *table, struct err *err)
{
	static const char *const names[] = {"libz.so.1", NULL};
	void *library = library_load(names, err);

	if (!library)
		return -1;
	ZLIB_FUNCTIONS(LIBRARY_LOOKUP)
	return 0;
}

static int load_zstd(struct zstd *table, struct err *err)
{
	static const char *const names[] = {"libzstd.so.1", NULL};
	void *library = library_load(names, err);

	if (!library)
		return -1;
	ZSTD_FUNCTIONS(LIBRARY_LOOKUP)
	return 0;
}

/* Enough to know what kind of zstd frame comes; RFC 8878 section 3.1.1.1. */
#define ZSTD_FIRST_BYTES 5

/* What zstd asks for ends with the header of the block behind that which it will decode. */
#define ZSTD_BLOCK_HEADER_BYTES 3

/**
 * struct decoder - one of two libraries, and the compressed bytes that wait for it
 * @name: of the compression, for errors; @libz or @libzstd: its library
 * @zstd_wanted: compressed bytes that make the next piece of output
 * @zstd_full: there was no room for all output
 * @error: found after output that had to be handed out first
 * @inside: a member or frame was begun and has not ended
 * @padded: zeros were found behind a gzip member; nothing but more of them may follow
 * @read: compressed bytes that came from the descriptor
 * @input, @room: buffer, owned
 * @at, @length: of @input, what was not consumed
 */
struct decoder {
	enum compression compression;
	const char *name;
	struct zlib libz;
	struct zstd libzstd;
	z_stream zlib;
	ZSTD_DCtx *zstd;
	size_t zstd_wanted;
	struct err error;
	bool zstd_full, inside, padded;
	uint64_t read;
	uint8_t *input;
	size_t room, at, length;
};

/* RFC 1952 section 2.3.1, RFC 8878 sections 3.1.1 and 3.1.2 (skippable frames may come first). */
enum compression compression_detect(const uint8_t *bytes, size_t length)
{
	if (length < COMPRESSION_MAGIC_BYTES)
		return COMPRESSION_NONE;
	if (bytes[0] == 0x1f && bytes[1] == 0x8b && bytes[2] == 8)
		return COMPRESSION_GZIP;
	if (load_u32(bytes, false) == ZSTD_MAGICNUMBER ||
	    (load_u32(bytes, false) & ZSTD_MAGIC_SKIPPABLE_MASK) == ZSTD_MAGIC_SKIPPABLE_START)
		return COMPRESSION_ZSTD;
	return COMPRESSION_NONE;
}

static int start_gzip(struct decoder *decoder, struct err *err)
{
	decoder->name = "gzip";
	if (load_zlib(&decoder->libz, err) < 0)
		return -1;
	/* inflateInit2(), which is a macro. */
	if (decoder->libz.inflateInit2_(&decoder->zlib, 16 + MAX_WBITS, ZLIB_VERSION,
					(int)sizeof(decoder->zlib)) == Z_OK)
		return 0;
	return err_set(err, ERR_MEMORY, "no memory to decompress");
}

static int start_zstd(struct decoder *decoder, struct err *err)
{
	decoder->name = "zstd";
	decoder->zstd_wanted = ZSTD_FIRST_BYTES;
	if (load_zstd(&decoder->libzstd, err) < 0)
		return -1;
	decoder->zstd = decoder->libzstd.ZSTD_createDCtx();
	return decoder->zstd ? 0 : err_set(err, ERR_MEMORY, "no memory to decompress");
}

struct decoder *decoder_open(enum compression compression, uint8_t *input, size_t room,
			     size_t length, struct err *err)
{
	struct decoder *decoder = calloc(1, sizeof(*decoder));
	int result;

	if (!decoder) {
		err_set(err, ERR_MEMORY, "no memory to decompress");
		return NULL;
	}
	result = compression == COMPRESSION_GZIP ? start_gzip(decoder, err)
						 : start_zstd(decoder, err);
	if (result < 0) {
		free(decoder);
		return NULL;
	}
	decoder->compression = compression;
	decoder->input = input;
	decoder->room = room;
	decoder->read = decoder->length = length;
	return decoder;
}

void decoder_close(struct decoder *decoder)
{
	if (!decoder)
		return;
	if (decoder->compression == COMPRESSION_GZIP)
		decoder->libz.inflateEnd(&decoder->zlib);
	else
		decoder->libzstd.ZSTD_freeDCtx(decoder->zstd);
	free(decoder->input);
	free(decoder);
}

uint64_t decoder_position(const struct decoder *decoder)
{
	return decoder->read - decoder->length;
}

static int damaged(const struct decoder *decoder, const char *why, struct err *err)
{
	return err_set(err, ERR_FORMAT, "%s data is damaged near compressed byte %llu: %s",
		       decoder->name, (unsigned long long)decoder_position(decoder), why);
}

/* One step of zlib: bytes written to @out, also where @err is filled because of what follows. */
static size_t gzip_step(struct decoder *decoder, uint8_t *out, size_t room, struct err *err)
{
	z_stream *zlib = &decoder->zlib;
	int result;

	zlib->next_in = decoder->input + decoder->at;
	zlib->avail_in = (uInt)decoder->length;
	zlib->next_out = out;
	zlib->avail_out = room > UINT32_MAX ? UINT32_MAX : (uInt)room;
	room = zlib->avail_out;
	result = decoder->libz.inflate(zlib, Z_NO_FLUSH);
	decoder->at += decoder->length - zlib->avail_in;
	decoder->length = zlib->avail_in;
	decoder->inside = result != Z_STREAM_END;
	if (result == Z_STREAM_END)
		decoder->libz.inflateReset(zlib);
	else if (result == Z_MEM_ERROR)
		err_set(err, ERR_MEMORY, "no memory to decompress");
	else if (result != Z_OK && result != Z_BUF_ERROR)
		damaged(decoder, zlib->msg ? zlib->msg : "not gzip", err);
	return room - zlib->avail_out;
}

/*
 * The same for zstd. The library does not say what it wrote before an error, so it gets no more than
 * one block at a time, and nothing new before the old one is out.
 */
static size_t zstd_step(struct decoder *decoder, uint8_t *out, size_t room, struct err *err)
{
	ZSTD_inBuffer in = {decoder->input + decoder->at, decoder->length, 0};
	ZSTD_outBuffer target = {out, room, 0};
	size_t result;

	if (decoder->zstd_wanted > ZSTD_BLOCK_HEADER_BYTES)
		decoder->zstd_wanted -= ZSTD_BLOCK_HEADER_BYTES;
	if (in.size > decoder->zstd_wanted)
		in.size = decoder->zstd_wanted;
	if (decoder->zstd_full)
		in.size = 0;
	result = decoder->libzstd.ZSTD_decompressStream(decoder->zstd, &target, &in);
	decoder->at += in.pos;
	decoder->length -= in.pos;
	decoder->inside = result != 0;
	decoder->zstd_wanted = result ? result : ZSTD_FIRST_BYTES;
	decoder->zstd_full = target.pos == room;
	if (decoder->libzstd.ZSTD_isError(result)) {
		/* What it was given is damaged, but it did not count that as consumed. */
		decoder->at += in.size - in.pos;
		decoder->length -= in.size - in.pos;
		damaged(decoder, decoder->libzstd.ZSTD_getErrorName(result), err);
	}
	return target.pos;
}

/* Writers that fill whole blocks (tape, flash) leave zeros behind the last gzip member. */
static void skip_padding(struct decoder *decoder)
{
	if (decoder->compression != COMPRESSION_GZIP || decoder->inside)
		return;
	while (decoder->length && decoder->input[decoder->at] == 0) {
		decoder->padded = true;
		decoder->at++;
		decoder->length--;
	}
}

/* Whether there is input to decode: 1, 0 at the end, -1 and @err. */
static int more_input(struct decoder *decoder, int fd, struct err *err)
{
	skip_padding(decoder);
	while (!decoder->length) {
		ssize_t count = read_some(fd, decoder->input, decoder->room, err);

		if (count <= 0)
			return (int)count;
		decoder->read += (uint64_t)count;
		decoder->at = 0;
		decoder->length = (size_t)count;
		skip_padding(decoder);
	}
	if (decoder->padded)
		return damaged(decoder, "bytes behind the padding", err);
	return 1;
}

ssize_t decoder_read(struct decoder *decoder, int fd, struct err *err, uint8_t *out, size_t room)
{
	size_t count = 0;

	while (!count) {
		int more = 0;

		if (decoder->error.code == ERR_NONE)
			more = more_input(decoder, fd, &decoder->error);
		if (decoder->error.code != ERR_NONE) {
			*err = decoder->error;
			return -1;
		}
		if (more == 0 && !decoder->inside)
			return 0;
		/* Without more input there may still be output that had no room before. */
		if (decoder->compression == COMPRESSION_GZIP)
			count = gzip_step(decoder, out, room, &decoder->error);
		else
			count = zstd_step(decoder, out, room, &decoder->error);
		if (more == 0 && decoder->inside && !count)
			err_set(&decoder->error, ERR_FORMAT,
				"%s data ends early, at compressed byte %llu", decoder->name,
				(unsigned long long)decoder->read);
	}
	return (ssize_t)count;
}
