/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to pcap/split: one frame while it is being split. Its headers stand in a buffer, and a list
 * says what changes in them from one segment to the next.
 */
#ifndef NOD_PCAP_SPLIT_JOB_H
#define NOD_PCAP_SPLIT_JOB_H

#include "pcap/split/split.h"

/* What has to be written at a header, for every segment. */
enum split_task {
	SPLIT_TASK_TCP,	   /* sequence number, flags, checksum */
	SPLIT_TASK_UDP,	   /* length, checksum */
	SPLIT_TASK_GRE,	   /* checksum */
	SPLIT_TASK_IPV4,   /* length, ID, checksum */
	SPLIT_TASK_LENGTH, /* nothing but a length */
};

/**
 * struct split_level - one header that changes; offsets are those in the buffer
 * @task: enum split_task
 * @fixed: IPv4: all segments have the same ID
 * @keep: the checksum is left as it is
 * @off, @len: of the header
 * @field: where its checksum stands, for SPLIT_TASK_LENGTH the length of the bytes from @off on
 * @pseudo: sum of the pseudo-header, without a length
 * @id: of the first segment
 */
struct split_level {
	uint8_t task;
	bool fixed, keep;
	uint16_t off, len, field, pseudo, id;
};

/**
 * struct split_job - one frame
 * @view, @csums, @sums: set by the caller
 * @captured: where the captured bytes of the frame end, in @view
 * @segment, @count: bytes in each segment but the last, and how many there are
 * @sums_outside: some checksum is over the whole of the innermost packet
 * @seq, @tcp_flags: of the merged frame
 * @levels: outer to inner
 * @head: link header to L4 header, @head_len bytes
 */
struct split_job {
	const struct view *view;
	const uint8_t *csums;
	const struct sum_ops *sums;
	uint32_t captured, segment, count, seq, head_len, nlevels;
	bool sums_outside;
	uint8_t tcp_flags;
	struct split_level levels[VIEW_MAX_HEADERS];
	uint8_t head[SPLIT_MOST_HEADERS];
};

/*
 * Copy the headers of job->view to the buffer, less a jumbo payload option, and list what changes.
 * Returns NULL, or in words why it cannot be done.
 */
const char *split_job_plan(struct split_job *job, const struct split_size *size);

/* Write the headers of segment @index; @piece borrows them until the next call. */
void split_job_piece(struct split_job *job, uint32_t index, struct split_piece *piece);

/*
 * Fill in the checksums that were left to the NIC; @head has room for SPLIT_MOST_HEADERS bytes.
 * Returns how many bytes of the frame stand there now; 0 if nothing had to be changed, or nothing could.
 */
uint32_t split_fill(const struct view *view, const uint8_t *csums, const struct sum_ops *sums,
		    uint8_t *head);

/* Is this GRE header, or one of ERSPAN type I, which is one? */
static inline bool split_is_gre(const struct header *header)
{
	return header->kind == HEADER_GRE || header->kind == HEADER_NVGRE ||
	       (header->kind == HEADER_ERSPAN && header[-1].kind != HEADER_GRE);
}

/* RFC 2784 */
#define SPLIT_GRE_CHECKSUM 0x80 /* in the first byte */
#define SPLIT_GRE_FIELD	   4

static inline void store_be16(uint8_t *p, uint32_t value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
}

static inline void store_be32(uint8_t *p, uint32_t value)
{
	store_be16(p, value >> 16);
	store_be16(p + 2, value);
}

/* @part as a part of something that begins @distance bytes before it. */
static inline uint16_t sum_part_at(uint16_t part, uint32_t distance)
{
	return distance & 1 ? sum_swap(part) : part;
}

static inline uint32_t l4_checksum_field(const struct header *header)
{
	return header->kind == HEADER_TCP ? 16 : 6;
}

#endif
