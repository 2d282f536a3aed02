/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which bytes does a frame consist of? Headers outer first, then lengths and sums inner first. */

#include <string.h>

#include "tests/tools/mkcap.h"

static const struct layer *layer_at(const struct build *b)
{
	return &b->template->layers[b->at];
}

bool has(const struct build *b, unsigned field)
{
	return layer_at(b)->values[field];
}

bool given(const struct build *b, unsigned field)
{
	return has(b, field) && !layer_at(b)->values[field]->is_default;
}

/* splitmix64: the same on every machine. */
uint64_t build_random(struct build *b)
{
	uint64_t z = b->rng += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

struct slot *state_slot(struct build *b, struct state *state)
{
	if (b->flow >= state->n) {
		size_t n = b->flow + 1 + state->n;
		struct slot *more = pool_alloc(&b->script->pool, n * sizeof(*more));

		if (state->n)
			memcpy(more, state->slots, state->n * sizeof(*more));
		state->slots = more;
		state->n = n;
	}
	return &state->slots[b->flow];
}

static struct slot *field_slot(struct build *b, unsigned field)
{
	return state_slot(b, &layer_at(b)->state->fields[field]);
}

/* The present item of a list, or the value itself. */
static const struct value *pick(struct build *b, unsigned field)
{
	const struct value *v = layer_at(b)->values[field];

	if (v->kind != VALUE_LIST)
		return v;
	if (!v->n)
		die(b->script->file, v->line, "an empty list");
	return v->items[field_slot(b, field)->uses++ % v->n];
}

static uint64_t count(struct build *b, unsigned field, const struct value *v)
{
	struct slot *slot = field_slot(b, field);
	uint64_t step = v->step ? (uint64_t)expr_eval(b, v->line, v->step) : 1;

	if (!slot->segments)
		slot->last = v->expr ? (uint64_t)expr_eval(b, v->line, v->expr) : 1;
	else if (layer_at(b)->type->fields[field].per_segment)
		slot->last += step * slot->segments;
	else
		slot->last += step;
	slot->segments = 1;
	if (b->nstepped < MAX_LAYERS)
		b->stepped[b->nstepped++] = slot;
	return slot->last;
}

static uint64_t random_number(struct build *b, const struct value *v)
{
	uint64_t low, high;

	if (!v->step)
		return build_random(b);
	low = (uint64_t)expr_eval(b, v->line, v->expr);
	high = (uint64_t)expr_eval(b, v->line, v->step);
	if (high < low)
		die(b->script->file, v->line, "a random number between %llu and %llu?",
		    (unsigned long long)low, (unsigned long long)high);
	return low + build_random(b) % (high - low + 1);
}

uint64_t num(struct build *b, unsigned field)
{
	const struct field *f = &layer_at(b)->type->fields[field];
	const struct value *v = pick(b, field);
	uint64_t mask = f->bits ? (UINT64_C(1) << f->bits) - 1 : UINT64_MAX;
	uint64_t number;

	switch (v->kind) {
	case VALUE_COUNT:
		return count(b, field, v) & mask;
	case VALUE_RANDOM:
		return random_number(b, v) & mask;
	case VALUE_NEXT:
		return template_next_seq(b, v->template, v->line) & mask;
	case VALUE_BACK:
		if (f->bits)
			die(b->script->file, v->line, "%s.%s cannot be negative",
			    layer_at(b)->type->name, f->name);
		return 0 - (uint64_t)expr_eval(b, v->line, v->expr);
	default:
		number = (uint64_t)expr_eval(b, v->line, v->expr);
		if (number & ~mask && !(number & SPECIAL_BIT))
			die(b->script->file, v->line, "%s.%s: %lld does not fit into %u bits",
			    layer_at(b)->type->name, f->name, (long long)number, f->bits);
		return number;
	}
}

const uint8_t *field_bytes(struct build *b, unsigned field, size_t *len)
{
	const struct value *v = has(b, field) ? pick(b, field) : NULL;
	size_t width;
	bool computed = false;

	*len = v ? v->n : 0;
	if (!v || v->kind != VALUE_ADDR)
		return v ? v->bytes : NULL;
	width = v->n / v->nparts;
	memcpy(b->scratch, v->bytes, v->n);
	for (unsigned i = 0; i < v->nparts; i++) {
		int64_t part;

		if (!v->parts[i])
			continue;
		computed = true;
		part = expr_eval(b, v->line, v->parts[i]);
		if (part < 0 || part >= 1 << 8 * width)
			die(b->script->file, v->line, "%lld is no part of an address",
			    (long long)part);
		if (width == 2)
			b->scratch[2 * i] = (uint8_t)(part >> 8);
		b->scratch[width * i + width - 1] = (uint8_t)part;
	}
	return computed ? b->scratch : v->bytes;
}

void put(struct build *b, const void *bytes, size_t len)
{
	if (len > MAX_FRAME - b->len)
		die(b->script->file, layer_at(b)->line, "the frame passes %u bytes", MAX_FRAME);
	if (len)
		memcpy(b->bytes + b->len, bytes, len);
	b->len += len;
}

void put_field(struct build *b, unsigned field)
{
	size_t len;
	const uint8_t *bytes = field_bytes(b, field, &len);

	put(b, bytes, len);
}

void put_zero(struct build *b, size_t len)
{
	if (len > MAX_FRAME - b->len)
		die(b->script->file, layer_at(b)->line, "the frame passes %u bytes", MAX_FRAME);
	memset(b->bytes + b->len, 0, len);
	b->len += len;
}

void put8(struct build *b, uint64_t v)
{
	uint8_t byte = (uint8_t)v;

	put(b, &byte, 1);
}

void put16(struct build *b, uint64_t v)
{
	put8(b, v >> 8);
	put8(b, v);
}

void put32(struct build *b, uint64_t v)
{
	put16(b, v >> 16);
	put16(b, v);
}

void patch16(struct build *b, size_t off, uint64_t v)
{
	b->bytes[off] = (uint8_t)(v >> 8);
	b->bytes[off + 1] = (uint8_t)v;
}

void patch32(struct build *b, size_t off, uint64_t v)
{
	patch16(b, off, v >> 16);
	patch16(b, off + 2, v);
}

unsigned get16(const struct build *b, size_t off)
{
	return (unsigned)b->bytes[off] << 8 | b->bytes[off + 1];
}

const struct layer_type *next_type(const struct build *b)
{
	return b->at + 1 < b->template->n ? b->template->layers[b->at + 1].type : NULL;
}

/* What announces bytes of no protocol: the numbers kept for experiments. */
uint16_t next_ethertype(const struct build *b)
{
	const struct layer_type *next = next_type(b);

	return next && next->ethertype ? next->ethertype : 0x88b5;
}

uint8_t next_ipproto(const struct build *b)
{
	const struct layer_type *next = next_type(b);

	return next && next->ipproto >= 0 ? (uint8_t)next->ipproto : 253;
}

size_t here(const struct build *b)
{
	return b->placed[b->at].off;
}

size_t rest(const struct build *b)
{
	return b->len - here(b);
}

uint64_t length_value(struct build *b, unsigned field, size_t real)
{
	uint64_t len = has(b, field) ? num(b, field) : real > 0xffff ? 0 : real;
	size_t payload = b->len - b->payload_off;

	if (len == LEN_MSS && !b->mss)
		die(b->script->file, layer_at(b)->line, "len=mss needs the setting mss");
	if (len == LEN_MSS)
		len = real - payload + (payload < b->mss ? payload : b->mss);
	return len;
}

static uint64_t wire_segments(struct build *b)
{
	size_t payload = b->len - b->payload_off;

	b->at = 0;
	if (has(b, FRAME_SEGS))
		return num(b, FRAME_SEGS);
	return b->mss && payload ? (payload + b->mss - 1) / b->mss : 1;
}

void build_frame(struct build *b, const struct template *t)
{
	b->template = t;
	b->at = 0;
	b->flow = 0;
	b->flow = num(b, FRAME_FLOW);
	b->mss = num(b, FRAME_MSS);
	b->len = 0;
	b->nstepped = 0;
	b->payload_off = 0;
	b->stream = b->frames++ * 1009;
	for (b->at = 1; b->at < t->n; b->at++) {
		b->placed[b->at] = (struct placed){.off = b->len};
		t->layers[b->at].type->emit(b);
	}
	if (!b->payload_off)
		b->payload_off = b->len;
	for (b->at = t->n - 1; b->at; b->at--) {
		if (t->layers[b->at].type->finish)
			t->layers[b->at].type->finish(b);
	}
	if (b->nstepped) {
		uint64_t segments = wire_segments(b);

		for (unsigned i = 0; i < b->nstepped; i++)
			b->stepped[i]->segments = (uint32_t)segments;
	}
}
