/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How are the headers below IP, and the payload, written? */

#include <string.h>

#include "tests/tools/mkcap.h"

enum {
	ETH_SRC,
	ETH_DST,
	ETH_TYPE
};

static const struct field eth_fields[] = {BYTES("src", FIELD_MAC, "02:00:00:00:00:01"),
					  BYTES("dst", FIELD_MAC, "02:00:00:00:00:02"),
					  NUMBER("type", 16, NULL),
					  {0}};

static void eth_emit(struct build *b)
{
	put_field(b, ETH_DST);
	put_field(b, ETH_SRC);
	put16(b, has(b, ETH_TYPE) ? num(b, ETH_TYPE) : next_ethertype(b));
}

enum {
	VLAN_VID,
	VLAN_PCP,
	VLAN_DEI,
	VLAN_TYPE
};

static const struct field vlan_fields[] = {NUMBER("vid", 12, "1"),
					   NUMBER("pcp", 3, "0"),
					   NUMBER("dei", 1, "0"),
					   NUMBER("type", 16, NULL),
					   {0}};

static void vlan_emit(struct build *b)
{
	put16(b, num(b, VLAN_PCP) << 13 | num(b, VLAN_DEI) << 12 | num(b, VLAN_VID));
	put16(b, has(b, VLAN_TYPE) ? num(b, VLAN_TYPE) : next_ethertype(b));
}

enum {
	MPLS_LABEL,
	MPLS_TC,
	MPLS_BOTTOM,
	MPLS_TTL
};

static const struct field mpls_fields[] = {NUMBER("label", 20, "16"),
					   NUMBER("tc", 3, "0"),
					   NUMBER("bottom", 1, NULL),
					   NUMBER("ttl", 8, "64"),
					   {0}};

static void mpls_emit(struct build *b)
{
	const struct layer_type *next = next_type(b);
	uint64_t bottom = !next || next->ethertype != 0x8847;

	if (has(b, MPLS_BOTTOM))
		bottom = num(b, MPLS_BOTTOM);
	put32(b, num(b, MPLS_LABEL) << 12 | num(b, MPLS_TC) << 9 | bottom << 8 | num(b, MPLS_TTL));
}

enum {
	PPPOE_SESSION,
	PPPOE_CODE,
	PPPOE_LEN
};

static const struct field pppoe_fields[] = {
	NUMBER("session", 16, "1"), NUMBER("code", 8, "0"), NAMED("len", 16, NULL, len_names), {0}};

static void pppoe_emit(struct build *b)
{
	put8(b, 0x11);
	put8(b, num(b, PPPOE_CODE));
	put16(b, num(b, PPPOE_SESSION));
	put16(b, 0);
}

static void pppoe_finish(struct build *b)
{
	patch16(b, here(b) + 4, length_value(b, PPPOE_LEN, rest(b) - 6));
}

enum {
	PPP_PROTO,
	PPP_HDLC
};

static const struct field ppp_fields[] = {NUMBER("proto", 16, NULL), NUMBER("hdlc", 1, "0"), {0}};

static void ppp_emit(struct build *b)
{
	const struct layer_type *next = next_type(b);

	if (num(b, PPP_HDLC))
		put16(b, 0xff03);
	put16(b, has(b, PPP_PROTO) ? num(b, PPP_PROTO) : next ? next->ppp : 0);
}

static const struct name packet_names[] = {{"to-us", 0},    {"broadcast", 1}, {"multicast", 2},
					   {"to-other", 3}, {"outgoing", 4},  {0}};

enum {
	SLL_SRC,
	SLL_PKTTYPE,
	SLL_HATYPE,
	SLL_TYPE,
	SLL_IFINDEX
};

static const struct field sll_fields[] = {BYTES("src", FIELD_MAC, "02:00:00:00:00:01"),
					  NAMED("pkttype", 16, "0", packet_names),
					  NUMBER("hatype", 16, "1"),
					  NUMBER("type", 16, NULL),
					  {0}};

static void sll_emit(struct build *b)
{
	put16(b, num(b, SLL_PKTTYPE));
	put16(b, num(b, SLL_HATYPE));
	put16(b, 6);
	put_field(b, SLL_SRC);
	put_zero(b, 2);
	put16(b, has(b, SLL_TYPE) ? num(b, SLL_TYPE) : next_ethertype(b));
}

static const struct field sll2_fields[] = {BYTES("src", FIELD_MAC, "02:00:00:00:00:01"),
					   NAMED("pkttype", 8, "0", packet_names),
					   NUMBER("hatype", 16, "1"),
					   NUMBER("type", 16, NULL),
					   NUMBER("ifindex", 32, "2"),
					   {0}};

static void sll2_emit(struct build *b)
{
	put16(b, has(b, SLL_TYPE) ? num(b, SLL_TYPE) : next_ethertype(b));
	put16(b, 0);
	put32(b, num(b, SLL_IFINDEX));
	put16(b, num(b, SLL_HATYPE));
	put8(b, num(b, SLL_PKTTYPE));
	put8(b, 6);
	put_field(b, SLL_SRC);
	put_zero(b, 2);
}

enum {
	NULL_FAMILY
};

static const struct field null_fields[] = {NUMBER("family", 32, NULL), {0}};

static uint64_t null_family(struct build *b)
{
	if (has(b, NULL_FAMILY))
		return num(b, NULL_FAMILY);
	return next_ethertype(b) == 0x86dd ? 30 : 2;
}

/* The capturing machine's own byte order: that of the file. */
static void null_emit(struct build *b)
{
	uint64_t family = null_family(b);

	for (unsigned i = 0; i < 4; i++)
		put8(b, family >> (b->big_endian ? 24 - 8 * i : 8 * i));
}

static void loop_emit(struct build *b)
{
	put32(b, null_family(b));
}

enum {
	ARP_SPA,
	ARP_TPA,
	ARP_SHA,
	ARP_THA,
	ARP_OP
};

static const struct field arp_fields[] = {BYTES("spa", FIELD_IP4, "10.0.0.1"),
					  BYTES("tpa", FIELD_IP4, "10.0.0.2"),
					  BYTES("sha", FIELD_MAC, "02:00:00:00:00:01"),
					  BYTES("tha", FIELD_MAC, "00:00:00:00:00:00"),
					  NUMBER("op", 16, "1"),
					  {0}};

static void arp_emit(struct build *b)
{
	put16(b, 1);
	put16(b, 0x0800);
	put16(b, 0x0604);
	put16(b, num(b, ARP_OP));
	put_field(b, ARP_SHA);
	put_field(b, ARP_SPA);
	put_field(b, ARP_THA);
	put_field(b, ARP_TPA);
}

enum {
	DATA_LEN,
	DATA_SEED
};

static const struct field data_fields[] = {NUMBER("len", 20, "0"), NUMBER("seed", 32, NULL), {0}};

static void start_payload(struct build *b)
{
	if (!b->payload_off)
		b->payload_off = b->len;
}

/* Pseudo-random bytes; behind TCP they follow the sequence number, so that a byte of the stream
 * is the same in every frame that carries it.
 */
static void data_emit(struct build *b)
{
	size_t len = num(b, DATA_LEN), start;

	start_payload(b);
	start = (has(b, DATA_SEED) ? num(b, DATA_SEED) * 7919 : b->stream) % MAX_FRAME;
	if (start + len > MAX_FRAME) {
		put(b, b->noise + start, MAX_FRAME - start);
		len -= MAX_FRAME - start;
		start = 0;
	}
	put(b, b->noise + start, len);
}

static const struct field text_fields[] = {BYTES("text", FIELD_TEXT, NULL), {0}};
static const struct field hex_fields[] = {BYTES("hex", FIELD_HEX, NULL), {0}};

static void bytes_emit(struct build *b)
{
	start_payload(b);
	put_field(b, 0);
}

const struct layer_type layers_link[] = {
	{"eth", eth_fields, .ethertype = 0x6558, .ipproto = 143, .nsh = 3, .emit = eth_emit},
	{"vlan", vlan_fields, .ethertype = 0x8100, .ipproto = -1, .emit = vlan_emit},
	{"svlan", vlan_fields, .ethertype = 0x88a8, .ipproto = -1, .emit = vlan_emit},
	{"mpls", mpls_fields, 0x8847, 137, 0x281, 5, 6635, mpls_emit, NULL},
	{"pppoe", pppoe_fields, 0x8864, -1, .emit = pppoe_emit, .finish = pppoe_finish},
	{"ppp", ppp_fields, .ethertype = 0x880b, .ipproto = -1, .emit = ppp_emit},
	{"sll", sll_fields, .ipproto = -1, .emit = sll_emit},
	{"sll2", sll2_fields, .ipproto = -1, .emit = sll2_emit},
	{"null", null_fields, .ipproto = -1, .emit = null_emit},
	{"loop", null_fields, .ipproto = -1, .emit = loop_emit},
	{"arp", arp_fields, .ethertype = 0x0806, .ipproto = -1, .emit = arp_emit},
	{"data", data_fields, .ipproto = -1, .emit = data_emit},
	{"text", text_fields, .ipproto = -1, .emit = bytes_emit},
	{"hex", hex_fields, .ipproto = -1, .emit = bytes_emit},
	{0},
};
