/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which frames does a script send, when, and what is done to them on the way into the file? */

#include <string.h>

#include "tests/tools/mkcap.h"

static const struct name dir_names[] = {{"none", 0}, {"in", 1}, {"out", 2}, {0}};
static const struct name block_names[] = {
	{"epb", BLOCK_EPB}, {"spb", BLOCK_SPB}, {"opb", BLOCK_OPB}, {0}};

static const struct field frame_fields[] = {
	[FRAME_FLOW] = NUMBER("flow", 24, "0"),
	[FRAME_CUT] = NUMBER("cut", 32, NULL),
	[FRAME_WIRE] = NUMBER("wire", 32, NULL),
	[FRAME_PAD] = NUMBER("pad", 16, "0"),
	[FRAME_MIN] = NUMBER("min", 16, "0"),
	[FRAME_FLIP] = NUMBER("flip", 0, NULL),
	[FRAME_MSS] = NUMBER("mss", 16, "0"),
	[FRAME_SEGS] = NUMBER("segs", 16, NULL),
	[FRAME_FRAGMENT] = NUMBER("fragment", 16, "0"),
	[FRAME_AFTER] = BYTES("after", FIELD_TIME, "0s"),
	[FRAME_CAPLEN] = NUMBER("caplen", 32, NULL),
	[FRAME_INTERFACE] = NUMBER("if", 32, "0"),
	[FRAME_BLOCK] = NAMED("block", 8, "epb", block_names),
	[FRAME_DIR] = NAMED("dir", 2, "0", dir_names),
	[FRAME_NOT_READY] = NUMBER("not-ready", 1, "0"),
	[FRAME_VALID] = NUMBER("valid", 1, "0"),
	[FRAME_SEGMENTED] = NUMBER("segmented", 1, "0"),
	[FRAME_BLOCK_LEN] = NUMBER("blocklen", 32, "0"),
	[FRAME_COMMENT] = BYTES("comment", FIELD_TEXT, NULL),
	{0},
};

const struct layer_type layer_frame = {"frame", frame_fields, .ipproto = -1};

struct run {
	struct script *script;
	struct build *build;
	struct writer *writer;
	int64_t now, every;
	size_t drop;
	unsigned line;
};

/* The frame as it is in b->bytes from here on, with what the settings say of it. */
static void write_frame(struct run *r)
{
	struct build *b = r->build;
	struct record rec = {.bytes = b->bytes, .caplen = b->len, .wire = b->len};
	size_t snaplen;

	b->at = 0;
	rec.interface = (unsigned)num(b, FRAME_INTERFACE);
	snaplen = writer_snaplen(r->writer, r->line, rec.interface);
	if (has(b, FRAME_CUT) && num(b, FRAME_CUT) < rec.caplen)
		rec.caplen = num(b, FRAME_CUT);
	if (snaplen && snaplen < rec.caplen)
		rec.caplen = snaplen;
	if (has(b, FRAME_WIRE))
		rec.wire = num(b, FRAME_WIRE);
	rec.said_caplen = has(b, FRAME_CAPLEN) ? num(b, FRAME_CAPLEN) : rec.caplen;
	rec.block = (enum block_kind)num(b, FRAME_BLOCK);
	rec.flags = (uint32_t)(num(b, FRAME_DIR) | num(b, FRAME_NOT_READY) << 9 |
			       num(b, FRAME_VALID) << 10 | num(b, FRAME_SEGMENTED) << 11);
	rec.said_block_len = (uint32_t)num(b, FRAME_BLOCK_LEN);
	rec.comment = field_bytes(b, FRAME_COMMENT, &rec.comment_len);
	rec.time_ns = r->now;
	writer_record(r->writer, r->line, &rec);
	r->now += r->every;
}

static unsigned find_ipv4(struct run *r, const struct template *t)
{
	for (unsigned i = 1; i < t->n; i++) {
		if (t->layers[i].type->ethertype == 0x0800)
			return i;
	}
	die(r->script->file, r->line, "fragment: the frame has no IPv4 header");
}

/* One fragment: the headers up to IP, and `len` bytes from `off` of the packet's payload. */
static void make_fragment(struct build *b, size_t ip, const uint8_t *payload, size_t off,
			  size_t len)
{
	size_t header = 4 * (b->bytes[ip] & 15u);
	bool more = ip + header + off + len < b->len;

	memcpy(b->bytes + ip + header, payload + off, len);
	b->len = ip + header + len;
	patch16(b, ip + 2, header + len);
	patch16(b, ip + 6, (get16(b, ip + 6) & 0xc000) | more << 13 | off / 8);
	patch16(b, ip + 10, 0);
	patch16(b, ip + 10, 0xffff - sum_fold(sum_bytes(0, b->bytes + ip, header)));
}

/* Split the packet of the outermost IPv4 header for a link that carries `mtu` bytes. */
static void write_fragments(struct run *r, const struct template *t, size_t mtu)
{
	struct build *b = r->build;
	size_t ip = b->placed[find_ipv4(r, t)].off, header = 4 * (b->bytes[ip] & 15u);
	size_t whole = b->len, total = whole - ip - header;
	size_t piece = mtu < header + 8 ? 0 : (mtu - header) / 8 * 8;
	uint8_t *payload;

	if (!piece)
		die(r->script->file, r->line, "fragment: %zu bytes are too few", mtu);
	payload = b->bytes + MAX_FRAME;
	memcpy(payload, b->bytes + ip + header, total);
	for (size_t off = 0; off < total; off += piece) {
		b->len = whole;
		make_fragment(b, ip, payload, off, piece < total - off ? piece : total - off);
		write_frame(r);
	}
}

static void flip(struct run *r)
{
	struct build *b = r->build;
	int64_t off = (int64_t)num(b, FRAME_FLIP);

	if (off < 0)
		off += (int64_t)b->len;
	if (off < 0 || (size_t)off >= b->len)
		die(r->script->file, r->line, "flip: the frame has only %zu bytes", b->len);
	b->bytes[off] ^= 0xff;
}

static void send(struct run *r, const struct template *t)
{
	struct build *b = r->build;
	uint64_t mtu, min;

	build_frame(b, t);
	b->at = 0;
	r->now += (int64_t)num(b, FRAME_AFTER);
	mtu = num(b, FRAME_FRAGMENT);
	min = num(b, FRAME_MIN);
	put_zero(b, num(b, FRAME_PAD));
	if (b->len < min)
		put_zero(b, min - b->len);
	if (has(b, FRAME_FLIP))
		flip(r);
	if (mtu)
		write_fragments(r, t, mtu);
	else
		write_frame(r);
}

/* Point the building functions at a statement's settings. */
static struct build *settings(struct run *r, const struct statement *st)
{
	r->build->template = st->template;
	r->build->at = 0;
	r->build->flow = 0;
	return r->build;
}

static void run_body(struct run *r, const struct statement *first);

static void run_for(struct run *r, const struct statement *st)
{
	struct build *b = r->build;
	int64_t from = expr_eval(b, st->line, st->from), to = expr_eval(b, st->line, st->to);
	int64_t kept = b->vars[st->var];
	bool set = b->set[st->var];

	b->set[st->var] = true;
	for (int64_t i = from; i <= to; i++) {
		b->vars[st->var] = i;
		run_body(r, st->body);
	}
	b->vars[st->var] = kept;
	b->set[st->var] = set;
}

static void run_param(struct run *r, const struct statement *st)
{
	struct build *b = r->build;

	if (!b->set[st->var])
		b->vars[st->var] = expr_eval(b, st->line, st->from);
	b->set[st->var] = true;
}

static void run_statement(struct run *r, const struct statement *st)
{
	r->line = st->line;
	switch (st->kind) {
	case STATEMENT_SEND:
		send(r, st->template);
		break;
	case STATEMENT_FOR:
		run_for(r, st);
		break;
	case STATEMENT_FILE:
		writer_file(r->writer, settings(r, st), st->line);
		break;
	case STATEMENT_SECTION:
		writer_section(r->writer, settings(r, st), st->line);
		break;
	case STATEMENT_INTERFACE:
		writer_interface(r->writer, settings(r, st), st->line);
		break;
	case STATEMENT_BLOCK:
		writer_block(r->writer, settings(r, st), st->line);
		break;
	case STATEMENT_RAW:
		writer_raw(r->writer, settings(r, st));
		break;
	case STATEMENT_TIME:
		r->now = st->ns;
		break;
	case STATEMENT_EVERY:
		r->every = st->ns;
		break;
	case STATEMENT_WAIT:
		r->now += st->ns;
		break;
	case STATEMENT_SEED:
		r->build->rng = (uint64_t)expr_eval(r->build, st->line, st->from);
		break;
	case STATEMENT_PARAM:
		run_param(r, st);
		break;
	case STATEMENT_TRUNCATE:
		r->drop = (size_t)expr_eval(r->build, st->line, st->from);
		break;
	}
}

static void run_body(struct run *r, const struct statement *first)
{
	for (const struct statement *st = first; st; st = st->after)
		run_statement(r, st);
}

static const uint8_t *make_noise(struct build *b)
{
	uint8_t *noise = pool_alloc(&b->script->pool, MAX_FRAME);

	for (size_t i = 0; i < MAX_FRAME; i++)
		noise[i] = (uint8_t)(build_random(b) >> 32);
	return noise;
}

/* 2026-01-01T00:00:00, one frame every 10 us, unless the script says otherwise. */
void script_run(struct script *s, struct build *b, struct writer *w)
{
	struct run r = {.script = s, .build = b, .writer = w};

	r.now = INT64_C(1767225600) * 1000000000;
	r.every = 10000;
	b->bytes = pool_alloc(&s->pool, 2 * (size_t)MAX_FRAME);
	b->noise = make_noise(b);
	run_body(&r, s->body);
	writer_close(w, r.drop);
}
