/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which blocks of pcapng say what is known of a capture, its interfaces and its frames?
 *
 * Section numbers are those of draft-ietf-opsawg-pcapng.
 */
#include <stdio.h>
#include <stdlib.h>

#include "pcap/annotation.h"
#include "pcap/write_internal.h"

enum block_type {
	BLOCK_INTERFACE = 1,
	BLOCK_SIMPLE_PACKET = 3,
	BLOCK_STATISTICS = 5,
	BLOCK_ENHANCED_PACKET = 6,
	BLOCK_SECTION = 0x0a0d0d0a,
};

#define SECTION_MAGIC 0x1a2b3c4du

/* Type and length before the body, and the length again behind it. */
#define BLOCK_OVERHEAD 12u

#define OPTION_END	  0
#define OPTION_COMMENT	  1
#define OPTION_HEADER	  4u
#define OPTION_MOST_BYTES 65535u

enum section_option {
	OPTION_APPLICATION = 4 /* shb_userappl */
};

enum interface_option {
	OPTION_NAME = 2,
	OPTION_DESCRIPTION = 3,
	OPTION_ADDRESS = 6,
	OPTION_SPEED = 8,
	OPTION_TIME_RESOLUTION = 9,
	OPTION_FILTER = 11,
	OPTION_OS = 12,
	OPTION_HARDWARE = 15
};

enum statistics_option {
	OPTION_BEGIN = 2,
	OPTION_FINISH = 3,
	OPTION_RECEIVED = 4,
	OPTION_DROPPED = 5
};

enum packet_option {
	OPTION_FLAGS = 2 /* epb_flags */
};

#define TIME_RESOLUTION_NS 9

/* --- options ------------------------------------------------------------------------------------ */

#define OPTIONS_MOST 10

struct option {
	uint16_t code;
	struct span value;
};

/* Those of a block; their values are the caller's. */
struct options {
	struct option list[OPTIONS_MOST];
	size_t count;
};

static inline size_t padded(size_t length)
{
	return (length + 3) & ~(size_t)3;
}

static void add_option(struct options *options, uint16_t code, const void *value, size_t length)
{
	if (length > OPTION_MOST_BYTES)
		length = OPTION_MOST_BYTES;
	options->list[options->count++] = (struct option){code, {value, length}};
}

/* Nothing for a text that is not there. */
static void add_text(struct options *options, uint16_t code, const char *text)
{
	if (text)
		add_option(options, code, text, strlen(text));
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

/* A block of @type: what all of its kind have, of a length that is padded, and options. */
static int put_block(struct capture_writer *writer, uint32_t type, struct span fixed,
		     const struct options *options, struct err *err)
{
	uint8_t header[8], end[4];
	size_t length = BLOCK_OVERHEAD + fixed.length + OPTION_HEADER;

	for (size_t i = 0; i < options->count; i++)
		length += OPTION_HEADER + padded(options->list[i].value.length);
	store_u32(header, type);
	store_u32(header + 4, (uint32_t)length);
	store_u32(end, (uint32_t)length);
	if (put(writer, (struct span){header, sizeof(header)}, err) < 0 ||
	    put(writer, fixed, err) < 0)
		return -1;
	for (size_t i = 0; i < options->count; i++)
		if (put_option(writer, options->list[i].code, options->list[i].value, err) < 0)
			return -1;
	if (put_option(writer, OPTION_END, (struct span){NULL, 0}, err) < 0)
		return -1;
	return put(writer, (struct span){end, sizeof(end)}, err);
}

/* --- sections and interfaces -------------------------------------------------------------------- */

/* Section header block (section 4.1), of a length that is not known beforehand. */
int put_section(struct capture_writer *writer, const struct write_options *options, struct err *err)
{
	struct options list = {0};
	uint8_t fixed[16];

	store_u32(fixed, SECTION_MAGIC);
	store_u16(fixed + 4, 1);
	store_u16(fixed + 6, 0);
	memset(fixed + 8, 0xff, 8);
	add_text(&list, OPTION_COMMENT, options->comment);
	add_text(&list, OPTION_APPLICATION, options->application);
	return put_block(writer, BLOCK_SECTION, (struct span){fixed, sizeof(fixed)}, &list, err);
}

static int remember_vantage(struct capture_writer *writer, const struct vantage *vantage,
			    struct err *err)
{
	struct vantage *vantages =
		realloc(writer->vantages, (writer->interfaces + (size_t)1) * sizeof(*vantages));

	if (!vantages)
		return err_set(err, ERR_MEMORY, "no memory for an interface");
	vantages[writer->interfaces] = *vantage;
	writer->vantages = vantages;
	return 0;
}

/* Section 4.2, if_filter: its kind, of which 0 is libpcap's language, and the text. */
static int make_filter(const struct capture_interface *interface, char **filter, struct err *err)
{
	*filter = NULL;
	if (interface->filter && asprintf(filter, "%c%s", 0, interface->filter) < 0)
		return err_set(err, ERR_MEMORY, "no memory for a filter");
	return 0;
}

static int put_description(struct capture_writer *writer, const struct capture_interface *interface,
			   const char *filter, struct err *err)
{
	static const uint8_t resolution[1] = {TIME_RESOLUTION_NS};
	char annotation[ANNOTATION_BYTES];
	struct options list = {0};
	uint8_t fixed[8];

	store_u16(fixed, (uint16_t)interface->link_type);
	store_u16(fixed + 2, 0);
	store_u32(fixed + 4, interface->snap_len);
	if (annotation_of_interface(&interface->vantage, interface->truth, annotation))
		add_text(&list, OPTION_COMMENT, annotation);
	add_text(&list, OPTION_NAME, interface->name);
	add_text(&list, OPTION_DESCRIPTION, interface->description);
	if (interface->has_address)
		add_option(&list, OPTION_ADDRESS, interface->address, sizeof(interface->address));
	if (interface->speed)
		add_option(&list, OPTION_SPEED, &interface->speed, sizeof(interface->speed));
	add_option(&list, OPTION_TIME_RESOLUTION, resolution, sizeof(resolution));
	if (filter)
		add_option(&list, OPTION_FILTER, filter, 1 + strlen(interface->filter));
	add_text(&list, OPTION_OS, interface->os);
	add_text(&list, OPTION_HARDWARE, interface->hardware);
	return put_block(writer, BLOCK_INTERFACE, (struct span){fixed, sizeof(fixed)}, &list, err);
}

/* Interface description block (section 4.2). */
int put_interface(struct capture_writer *writer, const struct capture_interface *interface,
		  struct err *err)
{
	char *filter;
	int status;

	if (remember_vantage(writer, &interface->vantage, err) < 0 ||
	    make_filter(interface, &filter, err) < 0)
		return -1;
	status = put_description(writer, interface, filter, err);
	free(filter);
	return status;
}

/* High and low word. */
static void store_time(uint8_t *p, int64_t time_ns)
{
	uint64_t time = time_ns < 0 ? 0 : (uint64_t)time_ns;

	store_u32(p, (uint32_t)(time >> 32));
	store_u32(p + 4, (uint32_t)time);
}

static bool same_vantage(const struct vantage *a, const struct vantage *b)
{
	return a->has == b->has && a->mtu == b->mtu && a->features == b->features &&
	       a->ever == b->ever && a->forwarding == b->forwarding &&
	       a->csum_failures == b->csum_failures;
}

/* Interface statistics block (section 4.6). */
int put_statistics(struct capture_writer *writer, const struct write_statistics *statistics,
		   struct err *err)
{
	const struct vantage *vantage = statistics->vantage;
	uint8_t fixed[12], begin[8], finish[8];
	char annotation[ANNOTATION_BYTES];
	struct options list = {0};

	store_u32(fixed, statistics->interface);
	store_time(fixed + 4, statistics->end_ns);
	store_time(begin, statistics->begin_ns);
	store_time(finish, statistics->end_ns);
	if (vantage && !same_vantage(vantage, &writer->vantages[statistics->interface]) &&
	    annotation_of_interface(vantage, false, annotation))
		add_text(&list, OPTION_COMMENT, annotation);
	add_option(&list, OPTION_BEGIN, begin, sizeof(begin));
	add_option(&list, OPTION_FINISH, finish, sizeof(finish));
	add_option(&list, OPTION_RECEIVED, &statistics->received, sizeof(statistics->received));
	add_option(&list, OPTION_DROPPED, &statistics->dropped, sizeof(statistics->dropped));
	return put_block(writer, BLOCK_STATISTICS, (struct span){fixed, sizeof(fixed)}, &list, err);
}

/* --- packets ------------------------------------------------------------------------------------ */

/* epb_flags (section 4.3.1). */
static inline uint32_t flags_word(uint32_t flags)
{
	return (flags & FRAME_INBOUND ? 1u : 0) | (flags & FRAME_OUTBOUND ? 2u : 0) |
	       (flags & FRAME_CSUM_NOT_READY ? 1u << 9 : 0) |
	       (flags & FRAME_CSUM_VALID ? 1u << 10 : 0) | (flags & FRAME_SEGMENTED ? 1u << 11 : 0);
}

static inline size_t captured_of(const struct write_frame *frame)
{
	return frame->head.length + frame->body.length;
}

/* The bytes of a frame, and zeros up to a word. */
static inline int put_bytes(struct capture_writer *writer, const struct write_frame *frame,
			    struct err *err)
{
	static const uint8_t zeros[3];
	size_t captured = captured_of(frame);

	if (put(writer, frame->head, err) < 0 || put(writer, frame->body, err) < 0)
		return -1;
	return put(writer, (struct span){zeros, padded(captured) - captured}, err);
}

/**
 * struct tail - what stands behind the bytes of a frame
 * @flags: word of them; 0 if the option is left out
 * @comment, @annotation: of length 0 if there is none
 * @length: of all options
 */
struct tail {
	uint32_t flags;
	struct span comment, annotation;
	size_t length;
};

static struct tail tail_of(const struct write_frame *frame, char annotation[ANNOTATION_BYTES])
{
	struct tail tail = {.flags = flags_word(frame->flags)};

	if (unlikely(frame->comment)) {
		size_t length = strlen(frame->comment);

		tail.comment.bytes = (const uint8_t *)frame->comment;
		tail.comment.length = length > OPTION_MOST_BYTES ? OPTION_MOST_BYTES : length;
		tail.length += OPTION_HEADER + padded(tail.comment.length);
	}
	if (frame->flags & FRAME_TRUTH) {
		tail.annotation.bytes = (const uint8_t *)annotation;
		tail.annotation.length = annotation_of_frame(&frame->truth, annotation);
		if (tail.annotation.length)
			tail.length += OPTION_HEADER + padded(tail.annotation.length);
	}
	if (tail.flags)
		tail.length += OPTION_HEADER + 4;
	/* The end of the options, if there are any. */
	if (tail.length)
		tail.length += OPTION_HEADER;
	return tail;
}

/* The options, and the end of a block of @length bytes. */
static inline int put_tail(struct capture_writer *writer, const struct tail *tail, uint32_t length,
			   struct err *err)
{
	uint8_t bytes[4 * OPTION_HEADER], *at = bytes;

	if (unlikely(tail->comment.bytes) &&
	    put_option(writer, OPTION_COMMENT, tail->comment, err) < 0)
		return -1;
	if (tail->annotation.length &&
	    put_option(writer, OPTION_COMMENT, tail->annotation, err) < 0)
		return -1;
	if (likely(tail->flags)) {
		store_u16(at, OPTION_FLAGS);
		store_u16(at + 2, 4);
		store_u32(at + 4, tail->flags);
		at += OPTION_HEADER + 4;
	}
	if (likely(tail->length)) {
		store_u32(at, OPTION_END);
		at += OPTION_HEADER;
	}
	store_u32(at, length);
	at += 4;
	return put(writer, (struct span){bytes, (size_t)(at - bytes)}, err);
}

/* Enhanced packet block (section 4.3). */
static inline int put_enhanced(struct capture_writer *writer, const struct write_frame *frame,
			       struct err *err)
{
	char annotation[ANNOTATION_BYTES];
	struct tail tail = tail_of(frame, annotation);
	uint32_t captured = (uint32_t)captured_of(frame);
	uint32_t length = BLOCK_OVERHEAD + 20 + (uint32_t)(padded(captured) + tail.length);
	uint64_t time = time_of(frame);
	uint8_t header[28];

	store_u32(header, BLOCK_ENHANCED_PACKET);
	store_u32(header + 4, length);
	store_u32(header + 8, frame->interface);
	store_u32(header + 12, (uint32_t)(time >> 32));
	store_u32(header + 16, (uint32_t)time);
	store_u32(header + 20, captured);
	store_u32(header + 24, frame->wire_len);
	if (put(writer, (struct span){header, sizeof(header)}, err) < 0 ||
	    put_bytes(writer, frame, err) < 0)
		return -1;
	return put_tail(writer, &tail, length, err);
}

/*
 * A simple packet block (section 4.4) has no time, so it is the right one for frames without; but it
 * belongs to the first interface and has neither options nor a captured length.
 */
static bool is_simple(const struct capture_writer *writer, const struct write_frame *frame)
{
	uint32_t snap_len = writer->snap_len ? writer->snap_len : UINT32_MAX;

	return !(frame->flags & (FRAME_HAS_TIME | FRAME_TRUTH)) && !frame->interface &&
	       !frame->comment && !flags_word(frame->flags) &&
	       captured_of(frame) == (frame->wire_len < snap_len ? frame->wire_len : snap_len);
}

static attr_noinline int put_simple(struct capture_writer *writer, const struct write_frame *frame,
				    struct err *err)
{
	uint32_t length = BLOCK_OVERHEAD + 4 + (uint32_t)padded(captured_of(frame));
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

int put_packet(struct capture_writer *writer, const struct write_frame *frame, struct err *err)
{
	if (unlikely(is_simple(writer, frame)))
		return put_simple(writer, frame, err);
	return put_enhanced(writer, frame, err);
}
