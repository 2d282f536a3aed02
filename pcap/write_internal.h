/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the writers of the formats share one buffer. Only for pcap/write*.c.
 */
#ifndef NOD_PCAP_WRITE_INTERNAL_H
#define NOD_PCAP_WRITE_INTERNAL_H

#include <string.h>

#include "pcap/write.h"
#include "pcap/write_place.h"

/* Records are gathered up to this many bytes. */
#define BUFFER_BYTES (1u << 20)

/* What is longer is not copied: a call to the kernel costs less. */
#define LONG_BYTES (16u << 10)

#define NS_PER_SECOND 1000000000

/**
 * struct capture_writer - a capture that grows
 * @used: bytes in @buffer, @position: bytes before them
 * @link_type: of classic pcap
 * @snap_len: of the first interface, for blocks that do not say how much of a frame is there
 * @vantages: of the interfaces, as they were written; pcapng only
 */
struct capture_writer {
	struct place *place;
	enum write_format format;
	uint8_t *buffer;
	size_t used;
	uint64_t position;
	uint32_t interfaces, link_type, snap_len;
	struct vantage *vantages;
};

static inline void store_u32(uint8_t *p, uint32_t value)
{
	memcpy(p, &value, sizeof(value));
}

static inline void store_u16(uint8_t *p, uint16_t value)
{
	memcpy(p, &value, sizeof(value));
}

/* What was gathered, and @long_one behind it. */
int write_gathered(struct capture_writer *writer, struct span long_one,
		   struct err *err) attr_must_check;

/* The next bytes of the file. */
static inline int put(struct capture_writer *writer, struct span bytes, struct err *err)
{
	if (unlikely(bytes.length > LONG_BYTES))
		return write_gathered(writer, bytes, err);
	if (unlikely(BUFFER_BYTES - writer->used < bytes.length) &&
	    write_gathered(writer, (struct span){NULL, 0}, err) < 0)
		return -1;
	if (likely(bytes.length))
		memcpy(writer->buffer + writer->used, bytes.bytes, bytes.length);
	writer->used += bytes.length;
	return 0;
}

/* Nanoseconds since 1970; 0 for a time that the formats cannot hold. */
static inline uint64_t time_of(const struct write_frame *frame)
{
	return likely(frame->flags & FRAME_HAS_TIME && frame->time_ns >= 0)
		       ? (uint64_t)frame->time_ns
		       : 0;
}

/* pcapng */
int put_section(struct capture_writer *writer, const struct write_options *options,
		struct err *err) attr_must_check;
int put_interface(struct capture_writer *writer, const struct capture_interface *interface,
		  struct err *err) attr_must_check;
int put_statistics(struct capture_writer *writer, const struct write_statistics *statistics,
		   struct err *err) attr_must_check;
int put_packet(struct capture_writer *writer, const struct write_frame *frame,
	       struct err *err) attr_must_check;

#endif
