/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which blocks does pcapng consist of? (draft-ietf-opsawg-pcapng) */

#include "tests/tools/mkcap-write.h"

enum {
	SECTION_ORDER,
	SECTION_COMMENT,
	SECTION_MAJOR
};

static const struct field section_fields[] = {NAMED("order", 8, "little", order_names),
					      BYTES("comment", FIELD_TEXT, NULL),
					      NUMBER("major", 16, "1"),
					      {0}};

const struct layer_type layer_section = {"section", section_fields, .ipproto = -1};

enum {
	IF_LINK,
	IF_SNAPLEN,
	IF_NAME,
	IF_OS,
	IF_TSRESOL,
	IF_TSOFFSET,
	IF_COMMENT
};

static const struct field interface_fields[] = {NAMED("link", 16, "ethernet", link_names),
						NUMBER("snaplen", 32, "262144"),
						BYTES("name", FIELD_TEXT, NULL),
						BYTES("os", FIELD_TEXT, NULL),
						NUMBER("tsresol", 8, NULL),
						NUMBER("tsoffset", 0, NULL),
						BYTES("comment", FIELD_TEXT, NULL),
						{0}};

const struct layer_type layer_interface = {"interface", interface_fields, .ipproto = -1};

static const struct field block_fields[] = {NUMBER("type", 32, "0x0bad"),
					    BYTES("hex", FIELD_HEX, ""),
					    NUMBER("blocklen", 32, "0"),
					    {0}};

const struct layer_type layer_block = {"block", block_fields, .ipproto = -1};

static void pad_block(struct writer *w)
{
	while (w->len % 4)
		w->block[w->len++] = 0;
}

static void start_block(struct writer *w, uint64_t type)
{
	add_number(w, type, 4);
	add_number(w, 0, 4);
}

/* Write the length at both ends; `said` lies at the start. */
static void end_block(struct writer *w, uint32_t said)
{
	size_t len;

	pad_block(w);
	len = w->len + 4;
	w->len = 4;
	add_number(w, said ? said : len, 4);
	w->len = len - 4;
	add_number(w, len, 4);
	flush(w);
}

static void add_option(struct writer *w, unsigned code, const void *bytes, size_t len)
{
	add_number(w, code, 2);
	add_number(w, len, 2);
	add(w, bytes, len);
	pad_block(w);
}

static void add_text_option(struct writer *w, struct build *b, unsigned code, unsigned field)
{
	size_t len;
	const uint8_t *bytes = field_bytes(b, field, &len);

	if (bytes)
		add_option(w, code, bytes, len);
}

/* The length of the section is left open (-1). */
static void start_section(struct writer *w, uint64_t major)
{
	w->started = true;
	w->ninterfaces = 0;
	start_block(w, 0x0a0d0d0a);
	add_number(w, 0x1a2b3c4d, 4);
	add_number(w, major, 2);
	add_number(w, 0, 2);
	add_number(w, UINT64_MAX, 8);
}

static void want_pcapng(struct writer *w, unsigned line)
{
	if (w->format != FORMAT_PCAPNG)
		die(w->script->file, line, "only pcapng has this: say 'file pcapng' first");
}

void writer_section(struct writer *w, struct build *b, unsigned line)
{
	want_pcapng(w, line);
	w->big = num(b, SECTION_ORDER);
	b->big_endian = w->big;
	start_section(w, num(b, SECTION_MAJOR));
	add_text_option(w, b, 1, SECTION_COMMENT);
	end_block(w, 0);
}

void start_pcapng(struct writer *w)
{
	if (w->started)
		return;
	start_section(w, 1);
	end_block(w, 0);
}

static struct interface *new_interface(struct writer *w, unsigned line)
{
	if (w->ninterfaces == MAX_INTERFACES)
		die(w->script->file, line, "more than %d interfaces", MAX_INTERFACES);
	return &w->interfaces[w->ninterfaces++];
}

static void start_interface(struct writer *w, uint64_t link, uint64_t snaplen)
{
	start_block(w, 1);
	add_number(w, link, 2);
	add_number(w, 0, 2);
	add_number(w, snaplen, 4);
}

static void add_time_options(struct writer *w, struct build *b, struct interface *i)
{
	uint8_t tsresol;

	if (has(b, IF_TSRESOL)) {
		i->tsresol = (unsigned)num(b, IF_TSRESOL);
		tsresol = (uint8_t)i->tsresol;
		add_option(w, 9, &tsresol, 1);
	}
	if (has(b, IF_TSOFFSET)) {
		i->tsoffset = (int64_t)num(b, IF_TSOFFSET);
		add_number(w, 14, 2);
		add_number(w, 8, 2);
		add_number(w, (uint64_t)i->tsoffset, 8);
	}
}

void writer_interface(struct writer *w, struct build *b, unsigned line)
{
	struct interface *i;

	want_pcapng(w, line);
	start_pcapng(w);
	i = new_interface(w, line);
	*i = (struct interface){.snaplen = num(b, IF_SNAPLEN), .tsresol = 6};
	start_interface(w, num(b, IF_LINK), i->snaplen);
	add_text_option(w, b, 1, IF_COMMENT);
	add_text_option(w, b, 2, IF_NAME);
	add_time_options(w, b, i);
	add_text_option(w, b, 12, IF_OS);
	add_option(w, 0, NULL, 0);
	end_block(w, 0);
}

void writer_block(struct writer *w, struct build *b, unsigned line)
{
	want_pcapng(w, line);
	start_pcapng(w);
	start_block(w, num(b, BLOCK_TYPE));
	writer_raw(w, b);
	end_block(w, (uint32_t)num(b, BLOCK_SAID_LEN));
}

void default_interface(struct writer *w)
{
	w->interfaces[w->ninterfaces++] = (struct interface){.snaplen = w->snaplen, .tsresol = 6};
	start_interface(w, w->link, w->snaplen);
	end_block(w, 0);
}

static uint64_t timestamp(const struct interface *i, int64_t ns)
{
	unsigned __int128 t = (unsigned __int128)(ns - i->tsoffset * 1000000000);
	unsigned digits = i->tsresol & 0x7f;

	if (i->tsresol & 0x80)
		return (uint64_t)((t << digits) / 1000000000);
	for (; digits < 9; digits++)
		t /= 10;
	for (; digits > 9; digits--)
		t *= 10;
	return (uint64_t)t;
}

static void add_frame_options(struct writer *w, const struct record *r, unsigned flags_code)
{
	if (r->comment)
		add_option(w, 1, r->comment, r->comment_len);
	if (r->flags) {
		add_number(w, flags_code, 2);
		add_number(w, 4, 2);
		add_number(w, r->flags, 4);
	}
	if (r->comment || r->flags)
		add_option(w, 0, NULL, 0);
}

static void write_spb(struct writer *w, const struct record *r)
{
	start_block(w, 3);
	add_number(w, r->wire, 4);
	add(w, r->bytes, r->caplen);
	end_block(w, r->said_block_len);
}

/* Enhanced, or obsolete: type 2, with a shorter interface number and a count of drops. */
static void write_packet(struct writer *w, const struct interface *i, const struct record *r)
{
	uint64_t time = timestamp(i, r->time_ns);

	start_block(w, r->block == BLOCK_EPB ? 6 : 2);
	if (r->block == BLOCK_EPB) {
		add_number(w, r->interface, 4);
	} else {
		add_number(w, r->interface, 2);
		add_number(w, 0xffff, 2);
	}
	add_number(w, time >> 32, 4);
	add_number(w, time, 4);
	add_number(w, r->said_caplen, 4);
	add_number(w, r->wire, 4);
	add(w, r->bytes, r->caplen);
	pad_block(w);
	add_frame_options(w, r, 2);
	end_block(w, r->said_block_len);
}

void write_block(struct writer *w, const struct interface *i, const struct record *r)
{
	if (r->block == BLOCK_SPB)
		write_spb(w, r);
	else
		write_packet(w, i, r);
}
