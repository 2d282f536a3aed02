/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How are TCP, UDP, SCTP and ICMP written? */

#include "tests/tools/mkcap.h"

enum {
	TCP_SPORT,
	TCP_DPORT,
	TCP_SEQ,
	TCP_ACK,
	TCP_FLAGS,
	TCP_WIN,
	TCP_URG,
	TCP_MSS,
	TCP_SACKOK,
	TCP_TS,
	TCP_ECR,
	TCP_WSCALE,
	TCP_SACK,
	TCP_SACKTO,
	TCP_OPT,
	TCP_DOFF,
	TCP_CSUM,
};

static const struct field tcp_fields[] = {
	NUMBER("sport", 16, "40000"),
	NUMBER("dport", 16, "5001"),
	NUMBER("seq", 32, "1+0"),
	NUMBER("ack", 32, "1"),
	{.name = "flags", .type = FIELD_FLAGS, .bits = 12, .def = "A"},
	NUMBER("win", 16, "512"),
	NUMBER("urg", 16, "0"),
	NUMBER("mss", 16, NULL),
	NUMBER("sackok", 1, NULL),
	NUMBER("ts", 32, NULL),
	NUMBER("ecr", 32, "0"),
	NUMBER("wscale", 8, NULL),
	NUMBER("sack", 32, NULL),
	NUMBER("sackto", 32, "0"),
	BYTES("opt", FIELD_HEX, NULL),
	NUMBER("doff", 4, NULL),
	NAMED("csum", 16, "ok", csum_names),
	{0}};

static const struct value *tcp_seq(const struct template *t, unsigned layer)
{
	return t->layers[layer].values[TCP_SEQ];
}

/* Where a flow starts that has not sent anything. */
static uint64_t first_seq(struct build *b, const struct value *seq)
{
	return seq->kind == VALUE_COUNT && seq->expr ? (uint64_t)expr_eval(b, seq->line, seq->expr)
						     : 1;
}

/* `seq=` counts bytes and not frames: START+SKIPPED goes on where the last frame ended. */
static uint64_t choose_seq(struct build *b)
{
	const struct layer *l = &b->template->layers[b->at];
	const struct value *v = tcp_seq(b->template, b->at);
	struct slot *next = state_slot(b, &l->state->next);

	if (v->kind != VALUE_COUNT && v->kind != VALUE_BACK)
		return num(b, TCP_SEQ);
	if (!next->uses++)
		next->last = first_seq(b, v);
	if (v->kind == VALUE_BACK)
		return next->last - (uint64_t)expr_eval(b, v->line, v->expr);
	return next->last + (v->step ? (uint64_t)expr_eval(b, v->line, v->step) : 0);
}

uint64_t template_next_seq(struct build *b, const struct template *t, unsigned line)
{
	for (unsigned i = t->n - 1; i; i--) {
		struct slot *next;

		if (t->layers[i].type->fields != tcp_fields)
			continue;
		next = state_slot(b, &t->layers[i].state->next);
		return next->uses ? next->last : first_seq(b, tcp_seq(t, i));
	}
	die(b->script->file, line, "'%s' has no TCP header", t->name);
}

/* A block of selective acknowledgement goes last, like in Linux. */
static void put_tcp_options(struct build *b)
{
	size_t start = b->len;

	if (has(b, TCP_MSS)) {
		put16(b, 0x0204);
		put16(b, num(b, TCP_MSS));
	}
	if (has(b, TCP_SACKOK))
		put16(b, 0x0402);
	if (has(b, TCP_TS)) {
		if (!has(b, TCP_SACKOK))
			put16(b, 0x0101);
		put16(b, 0x080a);
		put32(b, num(b, TCP_TS));
		put32(b, num(b, TCP_ECR));
	}
	if (has(b, TCP_WSCALE)) {
		put16(b, 0x0103);
		put8(b, 3);
		put8(b, num(b, TCP_WSCALE));
	}
	if (has(b, TCP_SACK)) {
		put32(b, 0x0101050a);
		put32(b, num(b, TCP_SACK));
		put32(b, num(b, TCP_SACKTO));
	}
	put_field(b, TCP_OPT);
	put_zero(b, (4 - (b->len - start) % 4) % 4);
}

static void tcp_emit(struct build *b)
{
	size_t start = b->len, words;
	uint64_t flags;

	put16(b, num(b, TCP_SPORT));
	put16(b, num(b, TCP_DPORT));
	b->stream = choose_seq(b);
	put32(b, b->stream);
	put32(b, num(b, TCP_ACK));
	flags = num(b, TCP_FLAGS);
	put16(b, flags);
	put16(b, num(b, TCP_WIN));
	put16(b, 0);
	put16(b, num(b, TCP_URG));
	put_tcp_options(b);
	words = (b->len - start) / 4;
	if (words > 15)
		die(b->script->file, b->template->layers[b->at].line,
		    "tcp: more than 40 bytes of options");
	if (has(b, TCP_DOFF))
		words = num(b, TCP_DOFF);
	patch16(b, start + 12, words << 12 | (flags & 0xfff));
}

/* A frame of the past does not move the flow. */
static void move_on(struct build *b)
{
	static const unsigned fin = 1, syn = 2;
	struct layer_state *state = b->template->layers[b->at].state;
	unsigned flags = get16(b, here(b) + 12);
	uint64_t seq = (uint64_t)get16(b, here(b) + 4) << 16 | get16(b, here(b) + 6);
	size_t behind = b->payload_off > here(b) ? b->len - b->payload_off : 0;
	struct slot *next;

	if (tcp_seq(b->template, b->at)->kind == VALUE_BACK)
		return;
	next = state_slot(b, &state->next);
	next->uses = 1;
	next->last = (uint32_t)(seq + behind + !!(flags & syn) + !!(flags & fin));
}

static void tcp_finish(struct build *b)
{
	struct csum c = {.field = TCP_CSUM, .off = here(b) + 16, .ipproto = 6};

	move_on(b);
	put_checksum(b, &c);
}

enum {
	UDP_SPORT,
	UDP_DPORT,
	UDP_LEN,
	UDP_CSUM
};

static const struct field udp_fields[] = {NUMBER("sport", 16, "49152"),
					  NUMBER("dport", 16, "9"),
					  NAMED("len", 16, NULL, len_names),
					  NAMED("csum", 16, "ok", csum_names),
					  {0}};

static void udp_emit(struct build *b)
{
	const struct layer_type *next = next_type(b);
	bool usual = !given(b, UDP_DPORT) && next && next->port;

	put16(b, num(b, UDP_SPORT));
	put16(b, usual ? next->port : num(b, UDP_DPORT));
	put32(b, 0);
}

static void udp_finish(struct build *b)
{
	struct csum c = {.field = UDP_CSUM, .off = here(b) + 6, .ipproto = 17};

	patch16(b, here(b) + 4, length_value(b, UDP_LEN, rest(b)));
	put_checksum(b, &c);
}

enum {
	SCTP_SPORT,
	SCTP_DPORT,
	SCTP_TAG,
	SCTP_CHUNK,
	SCTP_TSN,
	SCTP_LEN,
	SCTP_CSUM
};

static const struct field sctp_fields[] = {NUMBER("sport", 16, "40000"),
					   NUMBER("dport", 16, "5000"),
					   NUMBER("tag", 32, "1"),
					   NUMBER("chunk", 1, "1"),
					   NUMBER("tsn", 32, "+1"),
					   NAMED("len", 16, NULL, len_names),
					   NAMED("csum", 32, "ok", csum_names),
					   {0}};

/* One DATA chunk, unless the chunks follow as bytes. */
static void sctp_emit(struct build *b)
{
	put16(b, num(b, SCTP_SPORT));
	put16(b, num(b, SCTP_DPORT));
	put32(b, num(b, SCTP_TAG));
	put32(b, 0);
	if (!num(b, SCTP_CHUNK))
		return;
	put32(b, 0x00030000);
	put32(b, num(b, SCTP_TSN));
	put_zero(b, 8);
}

static void sctp_finish(struct build *b)
{
	struct csum c = {.field = SCTP_CSUM, .off = here(b) + 8, .crc = true};

	if (num(b, SCTP_CHUNK)) {
		patch16(b, here(b) + 14, length_value(b, SCTP_LEN, rest(b) - 12));
		put_zero(b, (4 - rest(b) % 4) % 4);
	}
	put_checksum(b, &c);
}

enum {
	ICMP_TYPE,
	ICMP_CODE,
	ICMP_ID,
	ICMP_SEQ,
	ICMP_CSUM
};

static const struct field icmp_fields[] = {NUMBER("type", 8, "8"),
					   NUMBER("code", 8, "0"),
					   NUMBER("id", 16, "1"),
					   NUMBER("seq", 16, "+1"),
					   NAMED("csum", 16, "ok", csum_names),
					   {0}};

static const struct field icmp6_fields[] = {NUMBER("type", 8, "128"),
					    NUMBER("code", 8, "0"),
					    NUMBER("id", 16, "1"),
					    NUMBER("seq", 16, "+1"),
					    NAMED("csum", 16, "ok", csum_names),
					    {0}};

static void icmp_emit(struct build *b)
{
	put8(b, num(b, ICMP_TYPE));
	put8(b, num(b, ICMP_CODE));
	put16(b, 0);
	put16(b, num(b, ICMP_ID));
	put16(b, num(b, ICMP_SEQ));
}

static void icmp_finish(struct build *b)
{
	struct csum c = {.field = ICMP_CSUM, .off = here(b) + 2};

	put_checksum(b, &c);
}

static void icmp6_finish(struct build *b)
{
	struct csum c = {.field = ICMP_CSUM, .off = here(b) + 2, .ipproto = 58};

	put_checksum(b, &c);
}

const struct layer_type layers_transport[] = {
	{"tcp", tcp_fields, .ipproto = 6, .emit = tcp_emit, .finish = tcp_finish},
	{"udp", udp_fields, .ipproto = 17, .emit = udp_emit, .finish = udp_finish},
	{"sctp", sctp_fields, .ipproto = 132, .emit = sctp_emit, .finish = sctp_finish},
	{"icmp", icmp_fields, .ipproto = 1, .emit = icmp_emit, .finish = icmp_finish},
	{"icmp6", icmp6_fields, .ipproto = 58, .emit = icmp_emit, .finish = icmp6_finish},
	{0},
};
