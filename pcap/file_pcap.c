/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How is a record of classic pcap read, in all the variants that libpcap knows?
 */
#include "pcap/file_internal.h"

/* draft-ietf-opsawg-pcap: the header of the file. */
#define HEADER_BYTES 24

/* A record: seconds, fraction, captured length, length; the modified format has 8 bytes more. */
#define RECORD_BYTES	      16
#define RECORD_BYTES_MODIFIED 24

static const struct {
	uint32_t magic;
	enum format format;
	uint32_t tick_ns, header_bytes;
} magics[] = {
	{0xa1b2c3d4, FORMAT_PCAP, 1000, RECORD_BYTES},
	{0xa1b23c4d, FORMAT_PCAP_NS, 1, RECORD_BYTES},
	{0xa1b2cd34, FORMAT_PCAP_MODIFIED, 1000, RECORD_BYTES_MODIFIED},
};

/* The field of the link type: 0-15 the type, 16-25 reserved, 26 FCS length present, 28-31 in words */
#define LINK_RESERVED	 0x03ff0000u
#define LINK_FCS_PRESENT 0x04000000u

/* An end between two records is the end; everywhere else the file was cut. */
static attr_cold enum file_status records_end(struct capture_file *file, struct err *err)
{
	char what[48];

	if (source_left(&file->source) == 0 && file->source.error.code == ERR_NONE)
		return FILE_END;
	snprintf(what, sizeof(what), "header of record %llu", (unsigned long long)file->frames + 1);
	file_cut(file, what, file->header_bytes, err);
	return file_failed(file, err);
}

static attr_cold enum file_status record_cut(struct capture_file *file, uint32_t captured,
					     struct err *err)
{
	char what[48];

	snprintf(what, sizeof(what), "record %llu", (unsigned long long)file->frames + 1);
	file_cut(file, what, (uint64_t)file->header_bytes + captured, err);
	return file_failed(file, err);
}

static attr_cold enum file_status record_too_long(struct capture_file *file, uint32_t captured,
						  struct err *err)
{
	err_set(err, ERR_FORMAT, "record %llu at byte %llu: captured length %u is above %u",
		(unsigned long long)file->frames + 1,
		(unsigned long long)source_offset(&file->source), captured, FRAME_MAX_BYTES);
	return file_failed(file, err);
}

/* What is in memory ends within the @need bytes of a record: go on with more, if there is more. */
static attr_cold enum file_status refill(struct capture_file *file, struct frame *frame,
					 struct err *err, size_t need)
{
	if (source_fill(&file->source, need) >= need)
		return file->next(file, frame, err);
	if (need == file->header_bytes)
		return records_end(file, err);
	return record_cut(file, (uint32_t)(need - file->header_bytes), err);
}

static void order_lengths(const struct capture_file *file, uint32_t *captured, uint32_t *wire)
{
	uint32_t first = *captured;

	if (file->length_order == LENGTHS_NORMAL ||
	    (file->length_order == LENGTHS_MAYBE_SWAPPED && *captured <= *wire))
		return;
	*captured = *wire;
	*wire = first;
}

/* @usual: 16 bytes of header and lengths in order, so that the compiler can leave the rest out. */
static attr_always_inline enum file_status next_record(struct capture_file *file,
						       struct frame *frame, struct err *err,
						       bool big_endian, bool usual)
{
	struct source *source = &file->source;
	size_t header_bytes = usual ? RECORD_BYTES : file->header_bytes;
	const struct interface *interface = file->interfaces;
	uint32_t captured, wire;
	const uint8_t *header;

	if (unlikely(source_left(source) < header_bytes))
		return refill(file, frame, err, header_bytes);
	captured = load_u32(source->at + 8, big_endian);
	wire = load_u32(source->at + 12, big_endian);
	if (!usual)
		order_lengths(file, &captured, &wire);
	if (unlikely(captured > FRAME_MAX_BYTES))
		return record_too_long(file, captured, err);
	if (unlikely(source_left(source) < header_bytes + captured))
		return refill(file, frame, err, header_bytes + captured);
	header = source->at;
	source->at = header + header_bytes + captured;
	frame->number = ++file->frames;
	frame->time_ns = (int64_t)load_u32(header, big_endian) * 1000000000 +
			 (int64_t)load_u32(header + 4, big_endian) * file->tick_ns;
	frame->bytes = (struct span){header + header_bytes, captured};
	frame->wire_len = wire < captured ? captured : wire;
	frame->interface = 0;
	frame->link_type = interface->seen.link_type;
	frame->fcs_len = interface->fcs_len;
	frame->flags = FRAME_HAS_TIME;
	frame->truth = (struct frame_truth){0};
	return FILE_FRAME;
}

static enum file_status next_little(struct capture_file *file, struct frame *frame, struct err *err)
{
	return next_record(file, frame, err, false, true);
}

static enum file_status next_big(struct capture_file *file, struct frame *frame, struct err *err)
{
	return next_record(file, frame, err, true, true);
}

static enum file_status next_unusual(struct capture_file *file, struct frame *frame,
				     struct err *err)
{
	return next_record(file, frame, err, file->big_endian, false);
}

static bool find_magic(struct capture_file *file)
{
	for (size_t i = 0; i < 2 * array_size(magics); i++) {
		bool big_endian = i % 2;

		if (load_u32(file->source.at, big_endian) != magics[i / 2].magic)
			continue;
		file->big_endian = big_endian;
		file->format = magics[i / 2].format;
		file->tick_ns = magics[i / 2].tick_ns;
		file->header_bytes = magics[i / 2].header_bytes;
		return true;
	}
	return false;
}

/*
 * Up to version 2.2 the length stood before the captured length; of version 2.3 there are files with
 * either order. DG/UX wrote 543.0 with the old order.
 */
static int check_version(struct capture_file *file, uint16_t major, uint16_t minor, struct err *err)
{
	if (!(major == 2 && minor <= 4) && !(major == 543 && minor == 0))
		return err_set(err, ERR_UNSUPPORTED,
			       "pcap version %u.%u at byte 4; nod knows 2.0 to 2.4 and 543.0",
			       major, minor);
	if (major == 2 && minor == 4)
		file->length_order = LENGTHS_NORMAL;
	else if (major == 2 && minor == 3)
		file->length_order = LENGTHS_MAYBE_SWAPPED;
	else
		file->length_order = LENGTHS_SWAPPED;
	return 0;
}

static int read_link_type(struct capture_file *file, uint32_t field, uint32_t snap_len,
			  struct err *err)
{
	struct interface *interface;

	if (field & LINK_RESERVED)
		return err_set(err, ERR_FORMAT, "link type 0x%08x at byte 20 has reserved bits set",
			       field);
	interface = file_add_interface(file, field & 0xffff, err);
	if (!interface)
		return -1;
	interface->seen.snap_len = snap_len;
	if (field & LINK_FCS_PRESENT)
		interface->fcs_len = (uint8_t)(2 * (field >> 28));
	return 0;
}

int file_detect_pcap(struct capture_file *file, struct err *err)
{
	struct source *source = &file->source;
	const uint8_t *header;

	if (!source_has(source, 4) || !find_magic(file))
		return 0;
	if (!source_has(source, HEADER_BYTES))
		return file_cut(file, "header of the file", HEADER_BYTES, err);
	header = source->at;
	if (check_version(file, load_u16(header + 4, file->big_endian),
			  load_u16(header + 6, file->big_endian), err) < 0 ||
	    read_link_type(file, load_u32(header + 20, file->big_endian),
			   load_u32(header + 16, file->big_endian), err) < 0)
		return -1;
	source->at += HEADER_BYTES;
	if (file->header_bytes != RECORD_BYTES || file->length_order != LENGTHS_NORMAL)
		file->next = next_unusual;
	else
		file->next = file->big_endian ? next_big : next_little;
	return 1;
}
