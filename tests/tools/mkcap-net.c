/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How are IPv4, IPv6 and the headers between IP and transport written? */

#include <string.h>

#include "tests/tools/mkcap.h"

enum {
	IP_SRC,
	IP_DST,
	IP_TTL,
	IP_TOS,
	IP_ID,
	IP_DF,
	IP_MF,
	IP_RESERVED,
	IP_FRAG,
	IP_OPT,
	IP_LEN,
	IP_PROTO,
	IP_IHL,
	IP_VERSION,
	IP_CSUM,
};

static const struct field ip_fields[] = {BYTES("src", FIELD_IP4, "10.0.0.1"),
					 BYTES("dst", FIELD_IP4, "10.0.0.2"),
					 NUMBER("ttl", 8, "64"),
					 NUMBER("tos", 8, "0"),
					 {"id", FIELD_INT, 16, "+1", .per_segment = true},
					 NUMBER("df", 1, "1"),
					 NUMBER("mf", 1, "0"),
					 NUMBER("reserved", 1, "0"),
					 NUMBER("frag", 16, "0"),
					 BYTES("opt", FIELD_HEX, NULL),
					 NAMED("len", 16, NULL, len_names),
					 NUMBER("proto", 8, NULL),
					 NUMBER("ihl", 4, NULL),
					 NUMBER("version", 4, "4"),
					 NAMED("csum", 16, "ok", csum_names),
					 {0}};

static void ip_emit(struct build *b)
{
	size_t start = b->len, words;

	put16(b, num(b, IP_TOS));
	put16(b, 0);
	put16(b, num(b, IP_ID));
	put16(b, num(b, IP_RESERVED) << 15 | num(b, IP_DF) << 14 | num(b, IP_MF) << 13 |
			 num(b, IP_FRAG) / 8);
	put8(b, num(b, IP_TTL));
	put8(b, has(b, IP_PROTO) ? num(b, IP_PROTO) : next_ipproto(b));
	put16(b, 0);
	put_field(b, IP_SRC);
	put_field(b, IP_DST);
	put_field(b, IP_OPT);
	put_zero(b, (4 - (b->len - start) % 4) % 4);
	words = (b->len - start) / 4;
	if (has(b, IP_IHL))
		words = num(b, IP_IHL);
	b->bytes[start] = (uint8_t)(num(b, IP_VERSION) << 4 | (words & 15));
}

/* A header length that lies must not make the tool itself read elsewhere. */
static size_t ip_header_len(const struct build *b)
{
	size_t len = 4 * (b->bytes[here(b)] & 15u);

	return len >= 20 && len <= rest(b) ? len : 20;
}

static void ip_finish(struct build *b)
{
	struct csum c = {.field = IP_CSUM, .off = here(b) + 10, .len = ip_header_len(b)};

	patch16(b, here(b) + 2, length_value(b, IP_LEN, rest(b)));
	put_checksum(b, &c);
}

enum {
	IP6_SRC,
	IP6_DST,
	IP6_TC,
	IP6_FLOW,
	IP6_HOPS,
	IP6_LEN,
	IP6_NEXT
};

static const struct field ip6_fields[] = {BYTES("src", FIELD_IP6, "fd00::1"),
					  BYTES("dst", FIELD_IP6, "fd00::2"),
					  NUMBER("tc", 8, "0"),
					  NUMBER("flow", 20, "0"),
					  NUMBER("hops", 8, "64"),
					  NAMED("len", 16, NULL, len_names),
					  NUMBER("next", 8, NULL),
					  {0}};

static void ip6_emit(struct build *b)
{
	put32(b, UINT64_C(6) << 28 | num(b, IP6_TC) << 20 | num(b, IP6_FLOW));
	put16(b, 0);
	put8(b, has(b, IP6_NEXT) ? num(b, IP6_NEXT) : next_ipproto(b));
	put8(b, num(b, IP6_HOPS));
	put_field(b, IP6_SRC);
	put_field(b, IP6_DST);
}

/* RFC 2675: with a jumbo payload option behind it, the length here is 0. */
static void ip6_finish(struct build *b)
{
	const struct layer_type *next = next_type(b);
	bool jumbo = next && !strcmp(next->name, "jumbo");

	patch16(b, here(b) + 4,
		jumbo && !has(b, IP6_LEN) ? 0 : length_value(b, IP6_LEN, rest(b) - 40));
}

enum {
	EXT_OPT,
	EXT_NEXT,
	EXT_LEN
};

/* Hop-by-hop and destination options: the length counts units of 8 bytes behind the first. */
static const struct field ext_fields[] = {BYTES("opt", FIELD_HEX, "010400000000"),
					  NUMBER("next", 8, NULL),
					  NUMBER("len", 8, NULL),
					  {0}};

static void ext_emit(struct build *b)
{
	size_t start = b->len, units;

	put8(b, has(b, EXT_NEXT) ? num(b, EXT_NEXT) : next_ipproto(b));
	put8(b, 0);
	put_field(b, EXT_OPT);
	put_zero(b, (8 - (b->len - start) % 8) % 8);
	units = (b->len - start) / 8 - 1;
	b->bytes[start + 1] = (uint8_t)(has(b, EXT_LEN) ? num(b, EXT_LEN) : units);
}

enum {
	JUMBO_LEN
};

static const struct field jumbo_fields[] = {NUMBER("len", 32, NULL), {0}};

static void jumbo_emit(struct build *b)
{
	put8(b, next_ipproto(b));
	put8(b, 0);
	put16(b, 0xc204);
	put32(b, 0);
}

static void jumbo_finish(struct build *b)
{
	patch32(b, here(b) + 4, has(b, JUMBO_LEN) ? num(b, JUMBO_LEN) : rest(b));
}

enum {
	ROUTING_TO,
	ROUTING_TYPE,
	ROUTING_LEFT
};

static const struct field routing_fields[] = {
	BYTES("to", FIELD_IP6, "fd00::3"), NUMBER("type", 8, "2"), NUMBER("left", 8, "1"), {0}};

/* One address: the final destination (RFC 8200 4.4, RFC 6275 6.4, RFC 8754). */
static void routing_emit(struct build *b)
{
	put8(b, next_ipproto(b));
	put8(b, 2);
	put8(b, num(b, ROUTING_TYPE));
	put8(b, num(b, ROUTING_LEFT));
	put32(b, 0);
	put_field(b, ROUTING_TO);
}

enum {
	FRAGMENT_OFF,
	FRAGMENT_MORE,
	FRAGMENT_ID,
	FRAGMENT_NEXT
};

static const struct field fragment_fields[] = {NUMBER("off", 16, "0"),
					       NUMBER("more", 1, "0"),
					       NUMBER("id", 32, "+1"),
					       NUMBER("next", 8, NULL),
					       {0}};

static void fragment_emit(struct build *b)
{
	put8(b, has(b, FRAGMENT_NEXT) ? num(b, FRAGMENT_NEXT) : next_ipproto(b));
	put8(b, 0);
	put16(b, (num(b, FRAGMENT_OFF) & ~UINT64_C(7)) | num(b, FRAGMENT_MORE));
	put32(b, num(b, FRAGMENT_ID));
}

enum {
	AH_SPI,
	AH_SEQ,
	AH_NEXT
};

static const struct field ah_fields[] = {
	NUMBER("spi", 32, "256"), NUMBER("seq", 32, "+1"), NUMBER("next", 8, NULL), {0}};

/* 12 bytes of check value: 6 words in all, less 2 (RFC 4302, 2.2). */
static void ah_emit(struct build *b)
{
	put8(b, has(b, AH_NEXT) ? num(b, AH_NEXT) : next_ipproto(b));
	put8(b, 4);
	put16(b, 0);
	put32(b, num(b, AH_SPI));
	put32(b, num(b, AH_SEQ));
	put(b, b->noise, 12);
}

enum {
	ESP_SPI,
	ESP_SEQ
};

static const struct field esp_fields[] = {NUMBER("spi", 32, "256"), NUMBER("seq", 32, "+1"), {0}};

static void esp_emit(struct build *b)
{
	put32(b, num(b, ESP_SPI));
	put32(b, num(b, ESP_SEQ));
}

const struct layer_type layers_net[] = {
	{"ip", ip_fields, 0x0800, 4, 0x21, 1, 0, ip_emit, ip_finish},
	{"ip6", ip6_fields, 0x86dd, 41, 0x57, 2, 0, ip6_emit, ip6_finish},
	{"hbh", ext_fields, .ipproto = 0, .emit = ext_emit},
	{"dstopts", ext_fields, .ipproto = 60, .emit = ext_emit},
	{"jumbo", jumbo_fields, .ipproto = 0, .emit = jumbo_emit, .finish = jumbo_finish},
	{"routing", routing_fields, .ipproto = 43, .emit = routing_emit},
	{"fragment", fragment_fields, .ipproto = 44, .emit = fragment_emit},
	{"ah", ah_fields, .ipproto = 51, .emit = ah_emit},
	{"esp", esp_fields, .ipproto = 50, .port = 4500, .emit = esp_emit},
	{0},
};
