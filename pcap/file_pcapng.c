/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which frames do the blocks of a pcapng file hold?
 *
 * Section numbers are those of draft-ietf-opsawg-pcapng.
 */
#include "pcap/annotation.h"
#include "pcap/file_internal.h"
#include "pcap/file_pcapng.h"

enum block_type {
	BLOCK_INTERFACE = 1,
	BLOCK_PACKET = 2, /* obsolete */
	BLOCK_SIMPLE_PACKET = 3,
	BLOCK_STATISTICS = 5,
	BLOCK_ENHANCED_PACKET = 6,
	BLOCK_SECTION = 0x0a0d0d0a,
};

/* Type and length before the body, length again behind it. */
#define BLOCK_OVERHEAD 12

/* Of a block that must be in memory: the longest frame and plenty of options. */
#define BLOCK_MAX_BYTES (FRAME_MAX_BYTES + 64 * 1024 + 32)

#define SECTION_MAGIC 0x1a2b3c4d

/* epb_flags, and pack_flags of the obsolete block. */
#define OPTION_PACKET_FLAGS 2

/**
 * struct block - a block in memory
 * @offset: of its first byte, for errors
 */
struct block {
	uint32_t type;
	uint64_t offset;
	struct span body;
};

static attr_cold int block_error(const struct block *block, struct err *err)
{
	return err_wrap(err, "block at byte %llu", (unsigned long long)block->offset);
}

/* Section 4.1. The length of the section is not needed: its blocks say where they end. */
static int read_section(struct capture_file *file, const struct block *block, struct err *err)
{
	const uint8_t *fixed = span_at(block->body, 0, 16);
	uint16_t major;

	if (!fixed)
		return err_set(err, ERR_FORMAT, "too short for a section header");
	major = load_u16(fixed + 4, file->big_endian);
	if (major != 1)
		return err_set(err, ERR_UNSUPPORTED, "pcapng version %u.%u; nod knows 1.x", major,
			       load_u16(fixed + 6, file->big_endian));
	file->section_first = file->ninterfaces;
	return 0;
}

static const struct interface *find_interface(const struct capture_file *file, uint32_t local,
					      struct err *err)
{
	if (likely(local < file->ninterfaces - file->section_first))
		return &file->interfaces[file->section_first + local];
	err_set(err, ERR_FORMAT, "frame %llu is of interface %u, of which no description came",
		(unsigned long long)file->frames + 1, local);
	return NULL;
}

/* What all kinds of packet blocks have in common. */
static void fill_frame(struct capture_file *file, const struct interface *interface,
		       struct frame *frame, struct span bytes, uint32_t wire_len)
{
	frame->number = ++file->frames;
	frame->time_ns = 0;
	frame->bytes = bytes;
	frame->wire_len = wire_len < bytes.length ? (uint32_t)bytes.length : wire_len;
	frame->interface = (uint32_t)(interface - file->interfaces);
	frame->link_type = interface->seen.link_type;
	frame->fcs_len = interface->fcs_len;
	frame->flags = interface->seen.truth ? FRAME_TRUTH : 0;
	frame->truth = (struct frame_truth){0};
}

/* Section 4.3.1, figure "Block Flags Word". */
static void read_packet_flags(uint32_t word, struct frame *frame)
{
	static const uint8_t directions[4] = {0, FRAME_INBOUND, FRAME_OUTBOUND, 0};

	frame->flags |= directions[word & 3];
	if (word >> 5 & 0xf)
		frame->fcs_len = word >> 5 & 0xf;
	if (word & 1 << 9)
		frame->flags |= FRAME_CSUM_NOT_READY;
	if (word & 1 << 10)
		frame->flags |= FRAME_CSUM_VALID;
	if (word & 1 << 11)
		frame->flags |= FRAME_SEGMENTED;
}

/* The frame is whole, whatever its options are: damaged ones are passed over. */
static void read_packet_options(const struct capture_file *file, struct span options,
				struct frame *frame)
{
	struct block_option option;

	while (block_option_next(&options, file->big_endian, &option) > 0) {
		if (option.code == OPTION_PACKET_FLAGS && option.value.length == 4)
			read_packet_flags(load_u32(option.value.bytes, file->big_endian), frame);
		else if (option.code == OPTION_COMMENT)
			annotation_read_frame(option.value, &frame->truth);
	}
}

/* Sections 4.3 and A: both kinds have the same fields but for the number of the interface. */
static int read_packet(struct capture_file *file, const struct block *block, struct frame *frame,
		       struct err *err)
{
	const uint8_t *fixed = span_at(block->body, 0, 20);
	const struct interface *interface;
	struct span body = block->body;
	uint32_t captured, local;
	size_t data_end;

	if (unlikely(!fixed))
		return err_set(err, ERR_FORMAT, "too short for a packet");
	local = block->type == BLOCK_PACKET ? load_u16(fixed, file->big_endian)
					    : load_u32(fixed, file->big_endian);
	captured = load_u32(fixed + 12, file->big_endian);
	if (unlikely(captured > FRAME_MAX_BYTES || !span_at(body, 20, captured)))
		return err_set(err, ERR_FORMAT, "captured length %u of frame %llu, room for %zu",
			       captured, (unsigned long long)file->frames + 1, body.length - 20);
	interface = find_interface(file, local, err);
	if (unlikely(!interface))
		return -1;
	fill_frame(file, interface, frame, (struct span){fixed + 20, captured},
		   load_u32(fixed + 16, file->big_endian));
	if (clock_read(&interface->clock,
		       (uint64_t)load_u32(fixed + 4, file->big_endian) << 32 |
			       load_u32(fixed + 8, file->big_endian),
		       &frame->time_ns))
		frame->flags |= FRAME_HAS_TIME;
	data_end = 20 + (((size_t)captured + 3) & ~(size_t)3);
	if (body.length > data_end)
		read_packet_options(
			file, (struct span){body.bytes + data_end, body.length - data_end}, frame);
	return 1;
}

/* Section 4.4: of the first interface; its snap length says where the padding starts. */
static int read_simple_packet(struct capture_file *file, const struct block *block,
			      struct frame *frame, struct err *err)
{
	const uint8_t *fixed = span_at(block->body, 0, 4);
	const struct interface *interface = find_interface(file, 0, err);
	uint32_t wire_len, captured;

	if (!interface)
		return -1;
	if (!fixed)
		return err_set(err, ERR_FORMAT, "too short for a simple packet");
	wire_len = captured = load_u32(fixed, file->big_endian);
	if (interface->seen.snap_len && captured > interface->seen.snap_len)
		captured = interface->seen.snap_len;
	if (captured > block->body.length - 4)
		captured = (uint32_t)(block->body.length - 4);
	if (captured > FRAME_MAX_BYTES)
		return err_set(err, ERR_FORMAT, "captured length %u of frame %llu is above %u",
			       captured, (unsigned long long)file->frames + 1, FRAME_MAX_BYTES);
	fill_frame(file, interface, frame, (struct span){fixed + 4, captured}, wire_len);
	return 1;
}

/* Section 4.6. Of nobody's frames: what it does not say right is passed over. */
static void read_statistics(struct capture_file *file, struct span body)
{
	const uint8_t *fixed = span_at(body, 0, 12);
	struct block_option option;
	struct interface *interface;
	uint32_t local;

	if (!fixed)
		return;
	local = load_u32(fixed, file->big_endian);
	if (local >= file->ninterfaces - file->section_first)
		return;
	interface = &file->interfaces[file->section_first + local];
	body = (struct span){fixed + 12, body.length - 12};
	while (block_option_next(&body, file->big_endian, &option) > 0) {
		bool truth = false;

		if (option.code == OPTION_COMMENT)
			annotation_read_interface(option.value, &interface->seen.vantage, &truth);
	}
}

/* 1 if there is a frame, 0 if the block has none, -1 and @err. */
static int read_block(struct capture_file *file, const struct block *block, struct frame *frame,
		      struct err *err)
{
	switch (block->type) {
	case BLOCK_ENHANCED_PACKET:
	case BLOCK_PACKET:
		return read_packet(file, block, frame, err);
	case BLOCK_SIMPLE_PACKET:
		return read_simple_packet(file, block, frame, err);
	case BLOCK_INTERFACE:
		return read_interface_block(file, block->body, err);
	case BLOCK_STATISTICS:
		read_statistics(file, block->body);
		return 0;
	default:
		return read_section(file, block, err);
	}
}

static bool block_is_read(uint32_t type, uint32_t length)
{
	/* Nothing is lost with statistics that are too long to be any. */
	if (type == BLOCK_STATISTICS)
		return length <= BLOCK_MAX_BYTES;
	return type == BLOCK_ENHANCED_PACKET || type == BLOCK_PACKET ||
	       type == BLOCK_SIMPLE_PACKET || type == BLOCK_INTERFACE || type == BLOCK_SECTION;
}

static int block_cut(struct capture_file *file, uint64_t wanted, struct err *err)
{
	return file_cut(file, "block", wanted, err);
}

/* A section may have another byte order than the one before: its magic says which. */
static int section_byte_order(struct capture_file *file, struct err *err)
{
	const uint8_t *magic;

	if (!source_has(&file->source, 12))
		return block_cut(file, 12, err);
	magic = file->source.at + 8;
	if (load_be32(magic) != SECTION_MAGIC && load_u32(magic, false) != SECTION_MAGIC)
		return err_set(err, ERR_FORMAT,
			       "section header at byte %llu: no byte order has the magic %08x",
			       (unsigned long long)source_offset(&file->source), load_be32(magic));
	file->big_endian = load_be32(magic) == SECTION_MAGIC;
	return 0;
}

/* Type and length of the next block; 1, 0 at the end of the file, -1 and @err. */
static int block_header(struct capture_file *file, uint32_t *type, uint32_t *length,
			struct err *err)
{
	struct source *source = &file->source;

	if (unlikely(!source_has(source, 8))) {
		if (source_left(source) == 0 && source->error.code == ERR_NONE)
			return 0;
		return block_cut(file, 8, err);
	}
	/* The type of a section header reads the same in both byte orders. */
	*type = load_u32(source->at, file->big_endian);
	if (*type == BLOCK_SECTION && section_byte_order(file, err) < 0)
		return -1;
	*length = load_u32(source->at + 4, file->big_endian);
	if (unlikely(*length % 4 || *length < BLOCK_OVERHEAD))
		return err_set(err, ERR_FORMAT, "block at byte %llu: %u is no length of a block",
			       (unsigned long long)source_offset(source), *length);
	return 1;
}

static int check_trailer(const struct block *block, uint32_t length, uint32_t trailer,
			 struct err *err)
{
	if (likely(length == trailer))
		return 0;
	return err_set(err, ERR_FORMAT, "block at byte %llu: length %u at its start, %u at its end",
		       (unsigned long long)block->offset, length, trailer);
}

/* A block that nobody reads needs no memory, however long it is. */
static int skip_block(struct capture_file *file, const struct block *block, uint32_t length,
		      struct err *err)
{
	struct source *source = &file->source;
	uint64_t left;

	if (source_skip(source, length - 4) && source_has(source, 4)) {
		source->at += 4;
		return check_trailer(block, length, load_u32(source->at - 4, file->big_endian),
				     err);
	}
	left = source_offset(source) + source_left(source) - block->offset;
	if (source->error.code != ERR_NONE) {
		*err = source->error;
		return -1;
	}
	return err_set(err, ERR_FORMAT, "block at byte %llu: %u bytes wanted, %llu left",
		       (unsigned long long)block->offset, length, (unsigned long long)left);
}

/* Get the next block, of any kind, and what is in it: 1 if that is a frame; 0, -1 as above. */
static int load_block(struct capture_file *file, struct block *block, uint32_t length,
		      struct err *err)
{
	struct source *source = &file->source;

	if (unlikely(length > BLOCK_MAX_BYTES))
		return err_set(err, ERR_FORMAT, "block at byte %llu: length %u is above %u",
			       (unsigned long long)block->offset, length, BLOCK_MAX_BYTES);
	if (unlikely(!source_has(source, length)))
		return block_cut(file, length, err);
	block->body = (struct span){source->at + 8, length - BLOCK_OVERHEAD};
	source->at += length;
	return check_trailer(block, length, load_u32(source->at - 4, file->big_endian), err);
}

static enum file_status next_frame(struct capture_file *file, struct frame *frame, struct err *err)
{
	for (;;) {
		struct block block;
		uint32_t length;
		int status = block_header(file, &block.type, &length, err);

		if (status == 0)
			return FILE_END;
		if (status < 0)
			return file_failed(file, err);
		block.offset = source_offset(&file->source);
		if (!block_is_read(block.type, length)) {
			if (skip_block(file, &block, length, err) < 0)
				return file_failed(file, err);
			continue;
		}
		if (load_block(file, &block, length, err) < 0)
			return file_failed(file, err);
		status = read_block(file, &block, frame, err);
		if (status > 0)
			return FILE_FRAME;
		if (status < 0) {
			block_error(&block, err);
			return file_failed(file, err);
		}
	}
}

int file_detect_pcapng(struct capture_file *file, struct err *err)
{
	struct block block;
	uint32_t length;

	if (!source_has(&file->source, 4) || load_be32(file->source.at) != BLOCK_SECTION)
		return 0;
	/* The type alone is also a line break of text that was mistreated. */
	if (source_has(&file->source, 12) && load_be32(file->source.at + 8) != SECTION_MAGIC &&
	    load_u32(file->source.at + 8, false) != SECTION_MAGIC)
		return 0;
	file->format = FORMAT_PCAPNG;
	if (block_header(file, &block.type, &length, err) < 0)
		return -1;
	block.offset = 0;
	if (load_block(file, &block, length, err) < 0)
		return -1;
	if (read_section(file, &block, err) < 0)
		return block_error(&block, err);
	file->next = next_frame;
	return 1;
}
