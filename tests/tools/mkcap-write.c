/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How do frames get into a file, and into the records of pcap? */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "tests/tools/mkcap-write.h"

#define MODIFIED_MAGIC 0xa1b2cd34

const struct name link_names[] = {
	{"null", 0},  {"ethernet", 1}, {"ppp", 9},    {"raw", 101},  {"loop", 108},
	{"sll", 113}, {"ipv4", 228},   {"ipv6", 229}, {"sll2", 276}, {0},
};
static const struct name format_names[] = {{"pcap", FORMAT_PCAP}, {"pcapng", FORMAT_PCAPNG}, {0}};
const struct name order_names[] = {{"little", 0}, {"big", 1}, {0}};
static const struct name resolution_names[] = {{"usec", 0}, {"nsec", 1}, {0}};
static const struct name magic_names[] = {{"modified", MODIFIED_MAGIC}, {0}};

enum {
	FILE_FORMAT,
	FILE_ORDER,
	FILE_RESOLUTION,
	FILE_LINK,
	FILE_SNAPLEN,
	FILE_MAGIC,
	FILE_MINOR
};

static const struct field file_fields[] = {NAMED("format", 8, "pcap", format_names),
					   NAMED("order", 8, "little", order_names),
					   NAMED("resolution", 8, "usec", resolution_names),
					   NAMED("link", 32, "ethernet", link_names),
					   NUMBER("snaplen", 32, "262144"),
					   NAMED("magic", 32, NULL, magic_names),
					   NUMBER("minor", 16, NULL),
					   {0}};

const struct layer_type layer_file = {"file", file_fields, .ipproto = -1};

struct writer *writer_open(struct script *s, const char *path)
{
	struct writer *w = pool_alloc(&s->pool, sizeof(*w));

	w->script = s;
	w->path = path;
	w->out = fopen(path, "w");
	if (!w->out)
		die(path, 0, "%s", strerror(errno));
	setvbuf(w->out, pool_alloc(&s->pool, 1 << 20), _IOFBF, 1 << 20);
	w->block = pool_alloc(&s->pool, MAX_FRAME + (1 << 18));
	w->link = 1;
	w->snaplen = 262144;
	w->magic = 0xa1b2c3d4;
	w->minor = 4;
	return w;
}

void add(struct writer *w, const void *bytes, size_t len)
{
	if (len)
		memcpy(w->block + w->len, bytes, len);
	w->len += len;
}

/* A number of `size` bytes in the byte order of the file. */
void add_number(struct writer *w, uint64_t v, unsigned size)
{
	for (unsigned i = 0; i < size; i++)
		w->block[w->len++] = (uint8_t)(v >> 8 * (w->big ? size - 1 - i : i));
}

void flush(struct writer *w)
{
	if (fwrite(w->block, 1, w->len, w->out) != w->len)
		die(w->path, 0, "%s", strerror(errno));
	w->len = 0;
}

static void set_number(struct build *b, unsigned field, uint64_t *to)
{
	if (has(b, field))
		*to = num(b, field);
}

void writer_file(struct writer *w, struct build *b, unsigned line)
{
	if (w->said || w->started)
		die(w->script->file, line, "'file' comes once, before any frame");
	w->said = true;
	w->format = (enum file_format)num(b, FILE_FORMAT);
	w->big = num(b, FILE_ORDER);
	b->big_endian = w->big;
	w->link = num(b, FILE_LINK);
	w->snaplen = num(b, FILE_SNAPLEN);
	if (num(b, FILE_RESOLUTION))
		w->magic = 0xa1b23c4d;
	set_number(b, FILE_MAGIC, &w->magic);
	set_number(b, FILE_MINOR, &w->minor);
}

static void start_pcap(struct writer *w)
{
	w->started = true;
	w->interfaces[0] = (struct interface){.snaplen = w->snaplen};
	w->ninterfaces = 1;
	w->interfaces[0].tsresol = w->magic == 0xa1b23c4d ? 9 : 6;
	add_number(w, w->magic, 4);
	add_number(w, 2, 2);
	add_number(w, w->minor, 2);
	add_number(w, 0, 8);
	add_number(w, w->snaplen, 4);
	add_number(w, w->link, 4);
	flush(w);
}

/* Bytes as they are: into the block being put together, or alone into the file. */
void writer_raw(struct writer *w, struct build *b)
{
	size_t len;
	const uint8_t *bytes = field_bytes(b, BLOCK_HEX, &len);

	add(w, bytes, len);
	if (w->len == len)
		flush(w);
}

/* The first frame of a file or section without an interface gets the one of `file`. */
static struct interface *find_interface(struct writer *w, unsigned line, unsigned number)
{
	if (w->format == FORMAT_PCAP && !w->started)
		start_pcap(w);
	if (w->format == FORMAT_PCAPNG) {
		start_pcapng(w);
		if (!w->ninterfaces)
			default_interface(w);
	}
	if (number >= w->ninterfaces)
		die(w->script->file, line, "there is no interface %u", number);
	return &w->interfaces[number];
}

size_t writer_snaplen(struct writer *w, unsigned line, unsigned interface)
{
	return find_interface(w, line, interface)->snaplen;
}

static void write_pcap(struct writer *w, const struct interface *i, const struct record *r)
{
	int64_t second = 1000000000, rest = r->time_ns % second;

	add_number(w, (uint64_t)(r->time_ns / second), 4);
	add_number(w, (uint64_t)(i->tsresol == 9 ? rest : rest / 1000), 4);
	add_number(w, r->said_caplen, 4);
	add_number(w, r->wire, 4);
	if (w->magic == MODIFIED_MAGIC)
		add_number(w, 0, 8);
	add(w, r->bytes, r->caplen);
	flush(w);
}

void writer_record(struct writer *w, unsigned line, struct record *r)
{
	const struct interface *i = find_interface(w, line, r->interface);

	if (w->format == FORMAT_PCAP)
		write_pcap(w, i, r);
	else
		write_block(w, i, r);
}

void writer_close(struct writer *w, size_t drop)
{
	long size;

	if (w->format == FORMAT_PCAP && !w->started)
		start_pcap(w);
	if (w->format == FORMAT_PCAPNG)
		start_pcapng(w);
	if (fflush(w->out) || (size = ftell(w->out)) < 0)
		die(w->path, 0, "%s", strerror(errno));
	if (drop && (drop > (size_t)size || ftruncate(fileno(w->out), size - (long)drop)))
		die(w->path, 0, "cannot drop %zu of %ld bytes", drop, size);
	if (fclose(w->out))
		die(w->path, 0, "%s", strerror(errno));
}
