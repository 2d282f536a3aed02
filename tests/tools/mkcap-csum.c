/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What goes into the checksum field of a header, right or in one of the usual wrong ways? */

#include <string.h>

#include "tests/tools/mkcap.h"

const struct name csum_names[] = {
	{"ok", SPECIAL_BIT + CSUM_OK},
	{"partial", SPECIAL_BIT + CSUM_PARTIAL},
	{"partial_nolen", SPECIAL_BIT + CSUM_PARTIAL_NOLEN},
	{"lco", SPECIAL_BIT + CSUM_LCO},
	{"zero", SPECIAL_BIT + CSUM_ZERO},
	{"none", SPECIAL_BIT + CSUM_NONE},
	{"bad", SPECIAL_BIT + CSUM_BAD},
	{"stale", SPECIAL_BIT + CSUM_STALE},
	{0},
};

const struct name len_names[] = {{"mss", LEN_MSS}, {0}};

/* The layer with the addresses that the header at b->at is summed with. */
static unsigned find_ip(const struct build *b)
{
	for (unsigned i = b->at - 1; i; i--) {
		uint16_t type = b->template->layers[i].type->ethertype;

		if (type == 0x0800 || type == 0x86dd)
			return i;
	}
	die(b->script->file, b->template->layers[b->at].line,
	    "%s has no IP header before it to be summed with",
	    b->template->layers[b->at].type->name);
}

/* RFC 8200, 8.1: with segments left in a routing header, the last destination counts. */
static const uint8_t *ip6_destination(const struct build *b, unsigned ip)
{
	for (unsigned i = ip + 1; i < b->at; i++) {
		const uint8_t *header = b->bytes + b->placed[i].off;

		if (b->template->layers[i].type->ipproto == 43 && header[3])
			return header + 8;
	}
	return b->bytes + b->placed[ip].off + 24;
}

static uint64_t sum_pseudo_header(const struct build *b, uint8_t ipproto, size_t len)
{
	unsigned ip = find_ip(b);
	const uint8_t *header = b->bytes + b->placed[ip].off;
	uint64_t sum = (uint64_t)ipproto + (len >> 16) + (len & 0xffff);

	if (b->template->layers[ip].type->ethertype == 0x0800)
		return sum_bytes(sum, header + 12, 8);
	sum = sum_bytes(sum, header + 8, 16);
	return sum_bytes(sum, ip6_destination(b, ip), 16);
}

static size_t summed_len(const struct build *b, const struct csum *c)
{
	return c->len ? c->len : rest(b);
}

/* The right checksum, when the packet ended behind `len` bytes of this layer. */
static void write_right(struct build *b, const struct csum *c, size_t len)
{
	uint8_t *field = b->bytes + c->off;
	uint64_t sum = 0;
	uint32_t crc;
	uint16_t right;

	memset(field, 0, c->crc ? 4 : 2);
	if (c->crc) {
		crc = crc32c(b->bytes + here(b), len);
		for (int i = 0; i < 4; i++)
			field[i] = (uint8_t)(crc >> 8 * i);
		return;
	}
	if (c->ipproto)
		sum = sum_pseudo_header(b, c->ipproto, len);
	right = 0xffff - sum_fold(sum_bytes(sum, b->bytes + here(b), len));
	if (!right && c->ipproto == 17)
		right = 0xffff;
	patch16(b, c->off, right);
}

/* Finish every header inside, take the right checksum of this one, put the others back. */
static void write_lco(struct build *b, const struct csum *c)
{
	uint8_t kept[1 + MAX_LAYERS][4];
	unsigned at = b->at;

	for (b->at = b->template->n - 1; b->at > at; b->at--) {
		const struct csum *inner = &b->placed[b->at].csum;

		if (!b->placed[b->at].unfinished)
			continue;
		memcpy(kept[b->at], b->bytes + inner->off, 4);
		write_right(b, inner, summed_len(b, inner));
	}
	write_right(b, c, summed_len(b, c));
	for (unsigned i = at + 1; i < b->template->n; i++) {
		const struct csum *inner = &b->placed[i].csum;

		if (b->placed[i].unfinished)
			memcpy(b->bytes + inner->off, kept[i], inner->crc ? 4 : 2);
	}
}

static void write_bad(struct build *b, const struct csum *c)
{
	write_right(b, c, summed_len(b, c));
	b->bytes[c->off] ^= 0x5a;
	b->bytes[c->off + 1] ^= 0xa5;
	if (!get16(b, c->off))
		b->bytes[c->off] = 0x77;
}

/* Only transport headers have a pseudo-header that a device could be given the sum of. */
static void write_partial(struct build *b, const struct csum *c, size_t len)
{
	if (!c->ipproto)
		die(b->script->file, b->template->layers[b->at].line,
		    "%s has no pseudo-header for a partial checksum",
		    b->template->layers[b->at].type->name);
	patch16(b, c->off, sum_fold(sum_pseudo_header(b, c->ipproto, len)));
}

/* As the first of the packets that were merged had it. */
static void write_stale(struct build *b, const struct csum *c)
{
	size_t payload = b->len - b->payload_off;
	size_t cut = payload > b->mss ? payload - b->mss : 0;
	unsigned total;

	if (!b->mss)
		die(b->script->file, b->template->layers[b->at].line,
		    "csum=stale needs the setting mss");
	if (!c->len) {
		write_right(b, c, summed_len(b, c) - cut);
		return;
	}
	total = get16(b, here(b) + 2);
	patch16(b, here(b) + 2, total - cut);
	write_right(b, c, c->len);
	patch16(b, here(b) + 2, total);
}

static void write_number(struct build *b, const struct csum *c, uint64_t number)
{
	if (c->crc)
		patch32(b, c->off, number);
	else
		patch16(b, c->off, number);
}

void put_checksum(struct build *b, const struct csum *c)
{
	uint64_t mode = num(b, c->field);

	b->placed[b->at].csum = *c;
	if (!(mode & SPECIAL_BIT)) {
		write_number(b, c, mode);
		return;
	}
	mode &= ~SPECIAL_BIT;
	b->placed[b->at].unfinished =
		mode == CSUM_PARTIAL || mode == CSUM_PARTIAL_NOLEN || mode == CSUM_LCO;
	switch ((enum csum_mode)mode) {
	case CSUM_OK:
		write_right(b, c, summed_len(b, c));
		break;
	case CSUM_PARTIAL:
		write_partial(b, c, summed_len(b, c));
		break;
	case CSUM_PARTIAL_NOLEN:
		write_partial(b, c, 0);
		break;
	case CSUM_LCO:
		write_lco(b, c);
		break;
	case CSUM_ZERO:
	case CSUM_NONE:
		write_number(b, c, 0);
		break;
	case CSUM_BAD:
		write_bad(b, c);
		break;
	case CSUM_STALE:
		write_stale(b, c);
		break;
	}
}
