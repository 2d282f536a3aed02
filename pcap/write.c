/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which bytes make frames a capture file?
 *
 * Everything is written in the byte order of this machine, as both formats allow. Section numbers are
 * those of draft-ietf-opsawg-pcapng.
 */
#include <stdlib.h>
#include <string.h>

#include "pcap/write.h"
#include "pcap/write_place.h"

/* Records are gathered up to this many bytes. */
#define BUFFER_BYTES (1u << 20)

#define PCAP_MAGIC_NS 0xa1b23c4du
#define PCAP_SNAP_LEN 262144u
#define PCAP_HEADER   24u
#define PCAP_RECORD   16u
#define NS_PER_SECOND 1000000000

enum block_type {
	BLOCK_INTERFACE = 1,
	BLOCK_SIMPLE_PACKET = 3,
	BLOCK_ENHANCED_PACKET = 6,
	BLOCK_SECTION = 0x0a0d0d0a,
};

#define SECTION_MAGIC 0x1a2b3c4du

/* Type and length before the body, and the length again behind it. */
#define BLOCK_OVERHEAD 12u

#define OPTION_END	       0
#define OPTION_COMMENT	       1
#define OPTION_APPLICATION     4  /* of sections (shb_userappl) */
#define OPTION_NAME	       2  /* of interfaces (if_name) */
#define OPTION_TIME_RESOLUTION 9  /* of interfaces (if_tsresol) */
#define OPTION_OS	       12 /* of interfaces (if_os) */
#define OPTION_FLAGS	       2  /* of packets (epb_flags) */
#define OPTION_HEADER	       4u
#define OPTION_MOST_BYTES      65535u
#define TIME_RESOLUTION_NS     9

/**
 * struct capture_writer - a capture that grows
 * @used: bytes in @buffer, @position: bytes before them
 * @link_type: of classic pcap
 * @snap_len: of the first interface, for blocks that do not say how much of a frame is there
 */
struct capture_writer {
	struct place *place;
	enum write_format format;
	uint8_t *buffer;
	size_t used;
	uint64_t position;
	uint32_t interfaces, link_type, snap_len;
};

static inline void store_u32(uint8_t *p, uint32_t value)
{
	memcpy(p, &value, sizeof(value));
}

static inline void store_u16(uint8_t *p, uint16_t value)
{
	memcpy(p, &value, sizeof(value));
}

static inline size_t padded(size_t length)
{
	return (length + 3) & ~(size_t)3;
}

static int flush(struct capture_writer *writer, struct err *err)
{
	size_t used = writer->used;

	writer->used = 0;
	writer->position += used;
	return place_write(writer->place, writer->buffer, used, err);
}

/* Room for @length more bytes, at most BUFFER_BYTES; NULL and @err if they cannot be written. */
static inline uint8_t *room_for(struct capture_writer *writer, size_t length, struct err *err)
{
	if (unlikely(BUFFER_BYTES - writer->used < length) && flush(writer, err) < 0)
		return NULL;
	return writer->buffer + writer->used;
}

static attr_noinline int put_long(struct capture_writer *writer, struct span bytes, struct err *err)
{
	if (flush(writer, err) < 0)
		return -1;
	writer->position += bytes.length;
	return place_write(writer->place, bytes.bytes, bytes.length, err);
}

static inline int put(struct capture_writer *writer, struct span bytes, struct err *err)
{
	uint8_t *p;

	if (unlikely(bytes.length > BUFFER_BYTES / 2))
		return put_long(writer, bytes, err);
	p = room_for(writer, bytes.length, err);
	if (unlikely(!p))
		return -1;
	if (likely(bytes.length))
		memcpy(p, bytes.bytes, bytes.length);
	writer->used += bytes.length;
	return 0;
}

static size_t option_length(size_t length)
{
	return OPTION_HEADER + padded(length);
}

static size_t text_length(const char *text)
{
	size_t length = text ? strlen(text) : 0;

	return length > OPTION_MOST_BYTES ? OPTION_MOST_BYTES : length;
}

/* 0 for a text that is not there: the option is left out. */
static size_t text_option_length(const char *text)
{
	return text ? option_length(text_length(text)) : 0;
}

static int put_option(struct capture_writer *writer, uint16_t code, struct span value,
		      struct err *err)
{
	static const uint8_t zeros[3];
	uint8_t header[OPTION_HEADER];

	store_u16(header, code);
	store_u16(header + 2, (uint16_t)value.length);
	if (put(writer, (struct span){header, sizeof(header)}, err) < 0 ||
	    put(writer, value, err) < 0)
		return -1;
	return put(writer, (struct span){zeros, padded(value.length) - value.length}, err);
}

static int put_text_option(struct capture_writer *writer, uint16_t code, const char *text,
			   struct err *err)
{
	if (!text)
		return 0;
	return put_option(writer, code, (struct span){(const uint8_t *)text, text_length(text)},
			  err);
}

/* The end of the options and of a block of @length bytes. */
static int put_end(struct capture_writer *writer, size_t length, struct err *err)
{
	uint8_t end[4];

	store_u32(end, (uint32_t)length);
	if (put_option(writer, OPTION_END, (struct span){NULL, 0}, err) < 0)
		return -1;
	return put(writer, (struct span){end, sizeof(end)}, err);
}

/* Section header block (section 4.1), of a length that is not known beforehand. */
static int put_section(struct capture_writer *writer, const struct write_options *options,
		       struct err *err)
{
	size_t length = BLOCK_OVERHEAD + 16 + text_option_length(options->comment) +
			text_option_length(options->application) + OPTION_HEADER;
	uint8_t header[24];

	store_u32(header, BLOCK_SECTION);
	store_u32(header + 4, (uint32_t)length);
	store_u32(header + 8, SECTION_MAGIC);
	store_u16(header + 12, 1);
	store_u16(header + 14, 0);
	memset(header + 16, 0xff, 8);
	if (put(writer, (struct span){header, sizeof(header)}, err) < 0 ||
	    put_text_option(writer, OPTION_COMMENT, options->comment, err) < 0 ||
	    put_text_option(writer, OPTION_APPLICATION, options->application, err) < 0)
		return -1;
	return put_end(writer, length, err);
}

/* Interface description block (section 4.2). */
static int put_interface(struct capture_writer *writer, const struct capture_interface *interface,
			 struct err *err)
{
	static const uint8_t resolution[1] = {TIME_RESOLUTION_NS};
	size_t length = BLOCK_OVERHEAD + 8 + text_option_length(interface->name) +
			text_option_length(interface->os) + option_length(1) + OPTION_HEADER;
	uint8_t header[16];

	store_u32(header, BLOCK_INTERFACE);
	store_u32(header + 4, (uint32_t)length);
	store_u16(header + 8, (uint16_t)interface->link_type);
	store_u16(header + 10, 0);
	store_u32(header + 12, interface->snap_len);
	if (put(writer, (struct span){header, sizeof(header)}, err) < 0 ||
	    put_text_option(writer, OPTION_NAME, interface->name, err) < 0 ||
	    put_option(writer, OPTION_TIME_RESOLUTION, (struct span){resolution, 1}, err) < 0 ||
	    put_text_option(writer, OPTION_OS, interface->os, err) < 0)
		return -1;
	return put_end(writer, length, err);
}

/*
 * Readers cut what is longer than the header says. It is written before all interfaces are known, of which
 * a later one may have longer frames: they are never cut.
 */
static int put_pcap_header(struct capture_writer *writer, struct err *err)
{
	uint32_t snap_len = writer->snap_len > PCAP_SNAP_LEN ? writer->snap_len : PCAP_SNAP_LEN;
	uint8_t header[PCAP_HEADER] = {0};

	store_u32(header, PCAP_MAGIC_NS);
	store_u16(header + 4, 2);
	store_u16(header + 6, 4);
	store_u32(header + 16, snap_len);
	store_u32(header + 20, writer->link_type);
	return put(writer, (struct span){header, sizeof(header)}, err);
}

struct capture_writer *write_open(const char *path, const struct write_options *options,
				  struct err *err)
{
	struct capture_writer *writer = calloc(1, sizeof(*writer));

	if (writer)
		writer->buffer = malloc(BUFFER_BYTES);
	if (!writer || !writer->buffer) {
		free(writer);
		err_set(err, ERR_MEMORY, "out of memory");
		return NULL;
	}
	writer->format = options->format;
	writer->place = place_open(path, err);
	if (!writer->place ||
	    (options->format == WRITE_PCAPNG && put_section(writer, options, err) < 0)) {
		write_abort(writer);
		return NULL;
	}
	return writer;
}

int write_interface(struct capture_writer *writer, const struct capture_interface *interface,
		    struct err *err)
{
	if (interface->link_type > UINT16_MAX)
		return err_set(err, ERR_UNSUPPORTED, "link type %u does not fit into the file",
			       interface->link_type);
	if (writer->interfaces && writer->format == WRITE_PCAP) {
		if (interface->link_type == writer->link_type)
			return 0;
		return err_set(err, ERR_UNSUPPORTED,
			       "pcap has one link type, and the frames have %u and %u: pcapng can",
			       writer->link_type, interface->link_type);
	}
	if (!writer->interfaces) {
		writer->link_type = interface->link_type;
		writer->snap_len = interface->snap_len;
	}
	if (writer->format == WRITE_PCAP ? put_pcap_header(writer, err) < 0
					 : put_interface(writer, interface, err) < 0)
		return -1;
	return (int)writer->interfaces++;
}

/* epb_flags (section 4.3.1). */
static inline uint32_t flags_word(uint32_t flags)
{
	return (flags & FRAME_INBOUND ? 1u : 0) | (flags & FRAME_OUTBOUND ? 2u : 0) |
	       (flags & FRAME_CSUM_NOT_READY ? 1u << 9 : 0) |
	       (flags & FRAME_CSUM_VALID ? 1u << 10 : 0) | (flags & FRAME_SEGMENTED ? 1u << 11 : 0);
}

/* Nanoseconds since 1970; 0 for a time that the format cannot hold. */
static inline uint64_t time_of(const struct write_frame *frame)
{
	return likely(frame->flags & FRAME_HAS_TIME && frame->time_ns >= 0)
		       ? (uint64_t)frame->time_ns
		       : 0;
}

static int put_options(struct capture_writer *writer, const struct write_frame *frame,
		       uint32_t flags, struct err *err)
{
	uint8_t word[4];

	store_u32(word, flags);
	if (put_text_option(writer, OPTION_COMMENT, frame->comment, err) < 0)
		return -1;
	if (flags && put_option(writer, OPTION_FLAGS, (struct span){word, sizeof(word)}, err) < 0)
		return -1;
	return put_option(writer, OPTION_END, (struct span){NULL, 0}, err);
}

/* The bytes of a frame, and zeros up to a word. */
static inline int put_bytes(struct capture_writer *writer, const struct write_frame *frame,
			    struct err *err)
{
	static const uint8_t zeros[3];
	size_t captured = frame->head.length + frame->body.length;

	if (put(writer, frame->head, err) < 0 || put(writer, frame->body, err) < 0)
		return -1;
	return put(writer, (struct span){zeros, padded(captured) - captured}, err);
}

/* Enhanced packet block (section 4.3). */
static inline int put_enhanced(struct capture_writer *writer, const struct write_frame *frame,
			       struct err *err)
{
	uint32_t captured = (uint32_t)(frame->head.length + frame->body.length);
	uint32_t flags = flags_word(frame->flags);
	uint32_t length = BLOCK_OVERHEAD + 20 + (uint32_t)padded(captured);
	uint64_t time = time_of(frame);
	bool options = flags || frame->comment;
	uint8_t header[28], end[4];

	if (unlikely(options))
		length += (uint32_t)text_option_length(frame->comment) +
			  (flags ? (uint32_t)option_length(4) : 0) + OPTION_HEADER;
	store_u32(header, BLOCK_ENHANCED_PACKET);
	store_u32(header + 4, length);
	store_u32(header + 8, frame->interface);
	store_u32(header + 12, (uint32_t)(time >> 32));
	store_u32(header + 16, (uint32_t)time);
	store_u32(header + 20, captured);
	store_u32(header + 24, frame->wire_len);
	store_u32(end, length);
	if (put(writer, (struct span){header, sizeof(header)}, err) < 0 ||
	    put_bytes(writer, frame, err) < 0)
		return -1;
	if (unlikely(options) && put_options(writer, frame, flags, err) < 0)
		return -1;
	return put(writer, (struct span){end, sizeof(end)}, err);
}

/*
 * A simple packet block (section 4.4) has no time, so it is the right one for frames without; but it
 * belongs to the first interface and has neither options nor a captured length.
 */
static bool is_simple(const struct capture_writer *writer, const struct write_frame *frame)
{
	size_t captured = frame->head.length + frame->body.length;
	uint32_t snap_len = writer->snap_len ? writer->snap_len : UINT32_MAX;

	return !(frame->flags & FRAME_HAS_TIME) && !frame->interface && !frame->comment &&
	       !flags_word(frame->flags) &&
	       captured == (frame->wire_len < snap_len ? frame->wire_len : snap_len);
}

static attr_noinline int put_simple(struct capture_writer *writer, const struct write_frame *frame,
				    struct err *err)
{
	uint32_t captured = (uint32_t)(frame->head.length + frame->body.length);
	uint32_t length = BLOCK_OVERHEAD + 4 + (uint32_t)padded(captured);
	uint8_t header[12], end[4];

	store_u32(header, BLOCK_SIMPLE_PACKET);
	store_u32(header + 4, length);
	store_u32(header + 8, frame->wire_len);
	store_u32(end, length);
	if (put(writer, (struct span){header, sizeof(header)}, err) < 0 ||
	    put_bytes(writer, frame, err) < 0)
		return -1;
	return put(writer, (struct span){end, sizeof(end)}, err);
}

static int put_pcap_record(struct capture_writer *writer, const struct write_frame *frame,
			   struct err *err)
{
	uint64_t time = time_of(frame), seconds = time / NS_PER_SECOND;
	uint8_t header[PCAP_RECORD];

	if (unlikely(seconds > UINT32_MAX))
		seconds = time = 0;
	store_u32(header, (uint32_t)seconds);
	store_u32(header + 4, (uint32_t)(time - seconds * NS_PER_SECOND));
	store_u32(header + 8, (uint32_t)(frame->head.length + frame->body.length));
	store_u32(header + 12, frame->wire_len);
	if (put(writer, (struct span){header, sizeof(header)}, err) < 0 ||
	    put(writer, frame->head, err) < 0)
		return -1;
	return put(writer, frame->body, err);
}

int write_record(struct capture_writer *writer, const struct write_frame *frame, struct err *err)
{
	if (writer->format == WRITE_PCAP)
		return put_pcap_record(writer, frame, err);
	if (unlikely(is_simple(writer, frame)))
		return put_simple(writer, frame, err);
	return put_enhanced(writer, frame, err);
}

uint64_t write_position(const struct capture_writer *writer)
{
	return writer->position + writer->used;
}

/* A classic capture without a frame still has a header: an Ethernet of nothing. */
static int complete(struct capture_writer *writer, struct err *err)
{
	if (writer->format == WRITE_PCAP && !writer->interfaces) {
		writer->link_type = 1;
		if (put_pcap_header(writer, err) < 0)
			return -1;
	}
	return flush(writer, err);
}

int write_finish(struct capture_writer *writer, struct err *err)
{
	int result = complete(writer, err);

	if (result == 0) {
		result = place_finish(writer->place, err);
		writer->place = NULL;
	}
	write_abort(writer);
	return result;
}

void write_abort(struct capture_writer *writer)
{
	if (!writer)
		return;
	place_abort(writer->place);
	free(writer->buffer);
	free(writer);
}
