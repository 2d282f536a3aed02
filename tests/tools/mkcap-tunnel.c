/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How are the headers of tunnels written? */

#include "tests/tools/mkcap.h"

enum {
	GRE_KEY,
	GRE_SEQ,
	GRE_PROTO,
	GRE_VERSION,
	GRE_CSUM
};

static const struct field gre_fields[] = {NUMBER("key", 32, NULL),
					  NUMBER("seq", 32, NULL),
					  NUMBER("proto", 16, NULL),
					  NUMBER("version", 3, "0"),
					  NAMED("csum", 16, NULL, csum_names),
					  {0}};

/* RFC 2890: every field is there only if its bit says so. */
static void gre_emit(struct build *b)
{
	uint64_t bits = has(b, GRE_CSUM) << 15 | has(b, GRE_KEY) << 13 | has(b, GRE_SEQ) << 12;

	put16(b, bits | num(b, GRE_VERSION));
	put16(b, has(b, GRE_PROTO) ? num(b, GRE_PROTO) : next_ethertype(b));
	if (has(b, GRE_CSUM))
		put32(b, 0);
	if (has(b, GRE_KEY))
		put32(b, num(b, GRE_KEY));
	if (has(b, GRE_SEQ))
		put32(b, num(b, GRE_SEQ));
}

static void gre_finish(struct build *b)
{
	struct csum c = {.field = GRE_CSUM, .off = here(b) + 4};

	if (has(b, GRE_CSUM))
		put_checksum(b, &c);
}

enum {
	NVGRE_VSID,
	NVGRE_FLOW
};

static const struct field nvgre_fields[] = {
	NUMBER("vsid", 24, "5000"), NUMBER("flow", 8, "0"), {0}};

static void nvgre_emit(struct build *b)
{
	put32(b, 0x20006558);
	put32(b, num(b, NVGRE_VSID) << 8 | num(b, NVGRE_FLOW));
}

enum {
	ERSPAN_SESSION,
	ERSPAN_VLAN,
	ERSPAN_SUB
};

static const struct field erspan_fields[] = {
	NUMBER("session", 10, "1"), NUMBER("vlan", 12, "0"), NUMBER("sub", 1, "0"), {0}};

static void erspan2_emit(struct build *b)
{
	put16(b, 1 << 12 | num(b, ERSPAN_VLAN));
	put16(b, num(b, ERSPAN_SESSION));
	put32(b, 0);
}

/* The last bit says that 8 bytes of the platform follow. */
static void erspan3_emit(struct build *b)
{
	put16(b, 2 << 12 | num(b, ERSPAN_VLAN));
	put16(b, num(b, ERSPAN_SESSION));
	put32(b, b->frames);
	put16(b, 0);
	put16(b, num(b, ERSPAN_SUB));
	if (num(b, ERSPAN_SUB))
		put_zero(b, 8);
}

enum {
	VXLAN_VNI,
	VXLAN_FLAGS,
	VXLAN_POLICY
};

static const struct field vxlan_fields[] = {
	NUMBER("vni", 24, "1"), NUMBER("flags", 8, "0x08"), NUMBER("policy", 16, NULL), {0}};

static void vxlan_emit(struct build *b)
{
	put8(b, num(b, VXLAN_FLAGS) | has(b, VXLAN_POLICY) << 7);
	put8(b, 0);
	put16(b, has(b, VXLAN_POLICY) ? num(b, VXLAN_POLICY) : 0);
	put32(b, num(b, VXLAN_VNI) << 8);
}

enum {
	GPE_VNI,
	GPE_FLAGS,
	GPE_NEXT
};

static const struct field gpe_fields[] = {
	NUMBER("vni", 24, "1"), NUMBER("flags", 8, "0x0c"), NUMBER("next", 8, NULL), {0}};

/* The numbers of VXLAN-GPE and NSH are the same but for NSH itself, which is 4 in the first. */
static uint64_t nsh_next(const struct build *b)
{
	const struct layer_type *next = next_type(b);

	return next ? next->nsh : 0;
}

static void gpe_emit(struct build *b)
{
	put8(b, num(b, GPE_FLAGS));
	put16(b, 0);
	put8(b, has(b, GPE_NEXT) ? num(b, GPE_NEXT) : nsh_next(b));
	put32(b, num(b, GPE_VNI) << 8);
}

enum {
	GENEVE_VNI,
	GENEVE_OPT,
	GENEVE_OAM,
	GENEVE_CRITICAL,
	GENEVE_TYPE,
	GENEVE_OPTLEN
};

static const struct field geneve_fields[] = {NUMBER("vni", 24, "1"),
					     BYTES("opt", FIELD_HEX, NULL),
					     NUMBER("oam", 1, "0"),
					     NUMBER("critical", 1, "0"),
					     NUMBER("type", 16, NULL),
					     NUMBER("optlen", 6, NULL),
					     {0}};

static void geneve_emit(struct build *b)
{
	size_t start = b->len, optlen;

	put8(b, 0);
	put8(b, num(b, GENEVE_OAM) << 7 | num(b, GENEVE_CRITICAL) << 6);
	put16(b, has(b, GENEVE_TYPE) ? num(b, GENEVE_TYPE) : next_ethertype(b));
	put32(b, num(b, GENEVE_VNI) << 8);
	put_field(b, GENEVE_OPT);
	put_zero(b, (4 - (b->len - start) % 4) % 4);
	optlen = (b->len - start) / 4 - 2;
	b->bytes[start] = (uint8_t)((has(b, GENEVE_OPTLEN) ? num(b, GENEVE_OPTLEN) : optlen) & 63);
}

enum {
	STT_SPORT,
	STT_DPORT,
	STT_ID,
	STT_CONTEXT,
	STT_MSS,
	STT_FLAGS,
	STT_L4OFF,
	STT_CSUM
};

static const struct field stt_fields[] = {NUMBER("sport", 16, "49152"),
					  NUMBER("dport", 16, "7471"),
					  NUMBER("id", 32, "+1"),
					  NUMBER("context", 32, "1"),
					  NUMBER("mss", 16, "0"),
					  NUMBER("flags", 8, "0"),
					  NUMBER("l4off", 8, "0"),
					  NAMED("csum", 16, "ok", csum_names),
					  {0}};

/* draft-davie-stt-08: 20 bytes that look like TCP, then 18 bytes. */
static void stt_emit(struct build *b)
{
	put16(b, num(b, STT_SPORT));
	put16(b, num(b, STT_DPORT));
	put32(b, 0);
	put32(b, num(b, STT_ID));
	put16(b, 0x5010);
	put_zero(b, 6);
	put8(b, 0);
	put8(b, num(b, STT_FLAGS));
	put8(b, num(b, STT_L4OFF));
	put8(b, 0);
	put16(b, num(b, STT_MSS));
	put32(b, 0);
	put32(b, 0);
	put32(b, num(b, STT_CONTEXT));
}

/* The sequence number holds the length of the whole STT frame and the offset of this piece. */
static void stt_finish(struct build *b)
{
	struct csum c = {.field = STT_CSUM, .off = here(b) + 16, .ipproto = 6};

	patch16(b, here(b) + 4, rest(b) - 20);
	put_checksum(b, &c);
}

enum {
	GTPU_TEID,
	GTPU_TYPE,
	GTPU_SEQ,
	GTPU_EXT,
	GTPU_LEN
};

static const struct field gtpu_fields[] = {
	NUMBER("teid", 32, "1"), NUMBER("type", 8, "255"),	    NUMBER("seq", 16, NULL),
	NUMBER("ext", 1, "0"),	 NAMED("len", 16, NULL, len_names), {0}};

/* 3GPP TS 29.281, 5.1; the extension is a PDU session container of 4 bytes. */
static void gtpu_emit(struct build *b)
{
	bool ext = num(b, GTPU_EXT);

	put8(b, 0x30 | ext << 2 | has(b, GTPU_SEQ) << 1);
	put8(b, num(b, GTPU_TYPE));
	put16(b, 0);
	put32(b, num(b, GTPU_TEID));
	if (!ext && !has(b, GTPU_SEQ))
		return;
	put16(b, has(b, GTPU_SEQ) ? num(b, GTPU_SEQ) : 0);
	put8(b, 0);
	put8(b, ext ? 0x85 : 0);
	if (ext)
		put32(b, 0x01000900);
}

static void gtpu_finish(struct build *b)
{
	patch16(b, here(b) + 2, length_value(b, GTPU_LEN, rest(b) - 8));
}

enum {
	WG_RECEIVER,
	WG_COUNTER,
	WG_TYPE
};

static const struct field wg_fields[] = {
	NUMBER("receiver", 32, "1"), NUMBER("counter", 32, "+1"), NUMBER("type", 8, "4"), {0}};

static void put32_little(struct build *b, uint64_t v)
{
	for (unsigned i = 0; i < 4; i++)
		put8(b, v >> 8 * i);
}

static void wg_emit(struct build *b)
{
	put32_little(b, num(b, WG_TYPE));
	put32_little(b, num(b, WG_RECEIVER));
	put32_little(b, num(b, WG_COUNTER));
	put32(b, 0);
}

enum {
	NSH_PATH,
	NSH_INDEX,
	NSH_MD,
	NSH_NEXT
};

static const struct field nsh_fields[] = {NUMBER("path", 24, "1"),
					  NUMBER("index", 8, "255"),
					  NUMBER("md", 4, "1"),
					  NUMBER("next", 8, NULL),
					  {0}};

/* RFC 8300: metadata of 16 bytes in type 1, none in type 2; the length counts words. */
static void nsh_emit(struct build *b)
{
	uint64_t md = num(b, NSH_MD);

	put16(b, 63 << 6 | (md == 1 ? 6 : 2));
	put8(b, md);
	put8(b, has(b, NSH_NEXT) ? num(b, NSH_NEXT) : nsh_next(b));
	put32(b, num(b, NSH_PATH) << 8 | num(b, NSH_INDEX));
	if (md == 1)
		put_zero(b, 16);
}

const struct layer_type layers_tunnel[] = {
	{"gre", gre_fields, .ipproto = 47, .port = 4754, .emit = gre_emit, .finish = gre_finish},
	{"nvgre", nvgre_fields, .ipproto = 47, .emit = nvgre_emit},
	{"erspan2", erspan_fields, .ethertype = 0x88be, .ipproto = -1, .emit = erspan2_emit},
	{"erspan3", erspan_fields, .ethertype = 0x22eb, .ipproto = -1, .emit = erspan3_emit},
	{"vxlan", vxlan_fields, .ipproto = -1, .port = 4789, .emit = vxlan_emit},
	{"vxlan-gpe", gpe_fields, .ipproto = -1, .port = 4790, .emit = gpe_emit},
	{"geneve", geneve_fields, .ipproto = -1, .port = 6081, .emit = geneve_emit},
	{"stt", stt_fields, .ipproto = 6, .emit = stt_emit, .finish = stt_finish},
	{"gtpu", gtpu_fields, .ipproto = -1, .port = 2152, .emit = gtpu_emit,
	 .finish = gtpu_finish},
	{"wg", wg_fields, .ipproto = -1, .port = 51820, .emit = wg_emit},
	{"nsh", nsh_fields, .ethertype = 0x894f, .ipproto = -1, .nsh = 4, .emit = nsh_emit},
	{0},
};
