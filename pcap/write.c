/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which bytes make frames a capture file?
 *
 * Everything is written in the byte order of this machine, as both formats allow. The blocks of pcapng are in
 * write_pcapng.c.
 */
#include <stdlib.h>

#include "pcap/write_internal.h"

#define PCAP_MAGIC_NS 0xa1b23c4du
#define PCAP_SNAP_LEN 262144u
#define PCAP_HEADER   24u
#define PCAP_RECORD   16u

attr_noinline int write_gathered(struct capture_writer *writer, struct span long_one,
				 struct err *err)
{
	struct span gathered = {writer->buffer, writer->used};

	writer->used = 0;
	writer->position += gathered.length + long_one.length;
	return place_write_both(writer->place, gathered, long_one, err);
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

static struct place *open_at(const char *path, const struct write_options *options, struct err *err)
{
	return options->growing ? place_open_growing(path, err) : place_open(path, err);
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
	writer->place = open_at(path, options, err);
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
	return put_packet(writer, frame, err);
}

int write_statistics(struct capture_writer *writer, const struct write_statistics *statistics,
		     struct err *err)
{
	return writer->format == WRITE_PCAP ? 0 : put_statistics(writer, statistics, err);
}

int write_flush(struct capture_writer *writer, struct err *err)
{
	return write_gathered(writer, (struct span){NULL, 0}, err);
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
	return write_flush(writer, err);
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
	free(writer->vantages);
	free(writer->buffer);
	free(writer);
}
