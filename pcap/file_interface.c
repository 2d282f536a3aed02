/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How does pcapng describe an interface, and which time do its clocks mean?
 *
 * Section numbers are those of draft-ietf-opsawg-pcapng.
 */
#include <string.h>

#include "pcap/annotation.h"
#include "pcap/file_internal.h"
#include "pcap/file_pcapng.h"

enum option_code {
	OPTION_END = 0,
	OPTION_IF_NAME = 2,
	OPTION_IF_DESCRIPTION = 3,
	OPTION_IF_MACADDR = 6,
	OPTION_IF_SPEED = 8,
	OPTION_IF_TSRESOL = 9,
	OPTION_IF_FILTER = 11,
	OPTION_IF_OS = 12,
	OPTION_IF_FCSLEN = 13,
	OPTION_IF_TSOFFSET = 14,
	OPTION_IF_HARDWARE = 15,
};

/* The kind of if_filter that has libpcap's language in it. */
#define FILTER_TEXT 0

/* Names longer than this are cut, so that many interfaces do not take much memory. */
#define NAME_MAX_BYTES 255

/* Section 3.5: 1 and the next option of @options, 0 if that was the last one, -1 if it is cut. */
int block_option_next(struct span *options, bool big_endian, struct block_option *option)
{
	const uint8_t *header = span_at(*options, 0, 4);
	size_t padded;

	if (options->length == 0)
		return 0;
	if (!header)
		return -1;
	option->code = load_u16(header, big_endian);
	option->value.length = load_u16(header + 2, big_endian);
	option->value.bytes = span_at(*options, 4, option->value.length);
	if (option->code == OPTION_END)
		return 0;
	if (!option->value.bytes)
		return -1;
	padded = 4 + ((option->value.length + 3) & ~(size_t)3);
	if (padded > options->length)
		padded = options->length;
	options->bytes += padded;
	options->length -= padded;
	return 1;
}

/* Section 4.2, if_tsresol: a negative power of 10, or of 2 if the highest bit is set. */
static struct clock clock_of_resolution(uint8_t resolution)
{
	struct clock clock = {.divide = 1, .multiply = 1};

	if (resolution & 0x80) {
		clock.multiply = 1000000000;
		clock.shift = resolution & 0x7f;
		return clock;
	}
	for (unsigned i = resolution; i < 9; i++)
		clock.multiply *= 10;
	/* No 64-bit number of ticks shorter than 10^-28 s makes a nanosecond. */
	for (unsigned i = 9; i < resolution && i < 28; i++)
		clock.divide *= 10;
	if (resolution > 28)
		clock.multiply = 0;
	return clock;
}

bool clock_read(const struct clock *clock, uint64_t ticks, int64_t *time_ns)
{
	__int128 time = (__int128)clock->offset_s * 1000000000;

	if (unlikely(clock->divide != 1))
		ticks /= clock->divide;
	time += (__int128)((unsigned __int128)ticks * clock->multiply >> clock->shift);
	*time_ns = (int64_t)time;
	return *time_ns == time;
}

static const char *copy_name(struct arena *arena, struct span value)
{
	size_t length = value.length < NAME_MAX_BYTES ? value.length : NAME_MAX_BYTES;
	char *copy = arena_alloc(arena, length + 1);

	if (copy)
		memcpy(copy, value.bytes, length);
	return copy;
}

static int wrong_length(const char *name, struct span value, unsigned wanted, struct err *err)
{
	return err_set(err, ERR_FORMAT, "option %s has %zu bytes instead of %u", name, value.length,
		       wanted);
}

/* The first of its kind counts. */
static int read_text(struct capture_file *file, const char **text, struct span value,
		     struct err *err)
{
	if (*text)
		return 0;
	*text = copy_name(&file->arena, value);
	if (!*text)
		return err_set(err, ERR_MEMORY, "no memory for the name of an interface");
	return 0;
}

/* What frames mean does not depend on these: of a wrong length they are passed over. */
static int read_description(struct capture_file *file, struct capture_interface *seen,
			    const struct block_option *option, struct err *err)
{
	struct span value = option->value;

	switch (option->code) {
	case OPTION_COMMENT:
		annotation_read_interface(value, &seen->vantage, &seen->truth);
		return 0;
	case OPTION_IF_NAME:
		return read_text(file, &seen->name, value, err);
	case OPTION_IF_DESCRIPTION:
		return read_text(file, &seen->description, value, err);
	case OPTION_IF_MACADDR:
		seen->has_address = value.length == sizeof(seen->address);
		if (seen->has_address)
			memcpy(seen->address, value.bytes, sizeof(seen->address));
		return 0;
	case OPTION_IF_SPEED:
		if (value.length == 8)
			seen->speed = load_u64(value.bytes, file->big_endian);
		return 0;
	case OPTION_IF_FILTER:
		if (!value.length || value.bytes[0] != FILTER_TEXT)
			return 0;
		value = (struct span){value.bytes + 1, value.length - 1};
		return read_text(file, &seen->filter, value, err);
	case OPTION_IF_OS:
		return read_text(file, &seen->os, value, err);
	case OPTION_IF_HARDWARE:
		return read_text(file, &seen->hardware, value, err);
	default:
		return 0;
	}
}

static int read_interface_option(struct capture_file *file, struct interface *interface,
				 const struct block_option *option, struct err *err)
{
	int64_t offset_s = interface->clock.offset_s;

	switch (option->code) {
	case OPTION_IF_TSRESOL:
		if (option->value.length != 1)
			return wrong_length("if_tsresol", option->value, 1, err);
		interface->clock = clock_of_resolution(option->value.bytes[0]);
		interface->clock.offset_s = offset_s;
		return 0;
	case OPTION_IF_TSOFFSET:
		if (option->value.length != 8)
			return wrong_length("if_tsoffset", option->value, 8, err);
		interface->clock.offset_s =
			(int64_t)load_u64(option->value.bytes, file->big_endian);
		return 0;
	case OPTION_IF_FCSLEN:
		if (option->value.length != 1)
			return wrong_length("if_fcslen", option->value, 1, err);
		/* The draft says bits, its example and most writers mean bytes. */
		interface->fcs_len = option->value.bytes[0];
		if (interface->fcs_len >= 16)
			interface->fcs_len /= 8;
		return 0;
	default:
		return read_description(file, &interface->seen, option, err);
	}
}

int read_interface_block(struct capture_file *file, struct span body, struct err *err)
{
	const uint8_t *fixed = span_at(body, 0, 8);
	struct interface *interface;
	struct block_option option;
	struct span options;
	int more;

	if (!fixed)
		return err_set(err, ERR_FORMAT, "too short for an interface description");
	interface = file_add_interface(file, load_u16(fixed, file->big_endian), err);
	if (!interface)
		return -1;
	interface->seen.snap_len = load_u32(fixed + 4, file->big_endian);
	interface->clock = clock_of_resolution(6);
	options = (struct span){fixed + 8, body.length - 8};
	while ((more = block_option_next(&options, file->big_endian, &option)) > 0) {
		if (read_interface_option(file, interface, &option, err) < 0)
			return -1;
	}
	if (more < 0)
		return err_set(err, ERR_FORMAT, "an option is longer than the block");
	return 0;
}
