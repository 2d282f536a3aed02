/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does a NIC of nodsim send what the stack asked for? What the frames have to be is written by hand, byte for
 * byte (tests/unit/stack_bytes.h), and nod's own verdict on their checksums is asked as well.
 */
#include "tests/unit/stack_bytes.h"

#include "lib/base/attr.h"
#include "tests/nodsim/core/nic.h"

/* --- quirks of this test ------------------------------------------------------------------------ */

enum {
	HOLD,	  /* every value-th frame, behind the next */
	TAKE,	  /* every value-th away */
	REPEAT,	  /* a copy ahead */
	NOTE,	  /* what it is told */
	RECEIVER, /* is not asked */
	KEEP,	  /* a copy to be sent later */
};

static struct sim_wire noted[64];
static uint32_t nnoted;

static void hold(const struct sim_quirk_call *call, struct sim_wire *wire)
{
	if (*call->held_len || !sim_quirk_turn(call))
		return;
	memcpy(call->held, wire->bytes, wire->len);
	*call->held_len = wire->len;
	wire->len = 0;
}

static void keep(const struct sim_quirk_call *call, struct sim_wire *wire)
{
	if (*call->held_len)
		return;
	memcpy(call->held, wire->bytes, wire->len);
	*call->held_len = wire->len;
}

static void take(const struct sim_quirk_call *call, struct sim_wire *wire)
{
	if (sim_quirk_turn(call))
		wire->len = 0;
}

static void repeat(const struct sim_quirk_call *call, struct sim_wire *wire)
{
	call->extra(call->context, wire->bytes, wire->len);
}

static void note(const struct sim_quirk_call *call, struct sim_wire *wire)
{
	assert_int_equal(call->value, 7);
	assert_true(nnoted < 64);
	noted[nnoted++] = *wire;
}

static void never(const struct sim_quirk_call *call attr_unused, struct sim_wire *wire attr_unused)
{
	fail_msg("a receiver's quirk was asked");
}

static const struct sim_quirk quirk_hold = {.name = "hold", .side = SIM_SENDER, .wire = hold};
static const struct sim_quirk quirk_take = {.name = "take", .side = SIM_SENDER, .wire = take};
static const struct sim_quirk quirk_repeat = {.name = "repeat", .side = SIM_SENDER, .wire = repeat};
static const struct sim_quirk quirk_note = {.name = "note", .side = SIM_SENDER, .wire = note};
static const struct sim_quirk quirk_rx = {.name = "rx", .side = SIM_RECEIVER, .wire = never};
static const struct sim_quirk quirk_keep = {.name = "keep", .side = SIM_SENDER, .wire = keep};

/* In place of those that are generated. */
const struct sim_quirk *const sim_quirks[] = {
	&quirk_hold, &quirk_take, &quirk_repeat, &quirk_note, &quirk_rx, &quirk_keep, NULL,
};

/* --- the NIC and what it sent ------------------------------------------------------------------- */

#define FRAMES_MAX 2048

/**
 * struct wire - what was sent
 * @offs: where each frame begins in @bytes, and where the last one ends
 */
struct wire {
	uint32_t count, offs[FRAMES_MAX + 1];
	uint8_t bytes[1u << 20];
};

static struct wire wire;
static struct sim_nic nic;
static struct sim_tx_queue queue;

static void emit(void *context, const uint8_t *bytes, uint32_t len)
{
	struct wire *to = context;
	uint32_t off = to->offs[to->count];

	assert_true(to->count < FRAMES_MAX && len && len <= sizeof(to->bytes) - off);
	memcpy(to->bytes + off, bytes, len);
	to->offs[++to->count] = off + len;
}

static int setup(void **state attr_unused)
{
	nic = (struct sim_nic){.offloads = ~0u, .max_frame = 9018};
	nic.ports.ports[3] = 4789;
	nic.ports.kinds[3] = SIM_VXLAN;
	wire.count = nnoted = 0;
	queue = (struct sim_tx_queue){.piece = malloc(SIM_FRAME_MAX),
				      .held = malloc(SIM_FRAME_MAX)};
	return queue.piece && queue.held ? 0 : -1;
}

static int teardown(void **state attr_unused)
{
	free(queue.piece);
	free(queue.held);
	return 0;
}

/* From memory of just the packet's length, so that sanitizers see every read beyond. */
static enum sim_sent transmit(struct sim_send send)
{
	uint8_t *copy = malloc(send.len ? send.len : 1);
	enum sim_sent sent;

	assert_non_null(copy);
	memcpy(copy, send.bytes, send.len);
	send.bytes = copy;
	wire.count = 0;
	assert_true(sim_pieces(&send) >= 1);
	sent = sim_transmit(&nic, &queue, &send, emit, &wire);
	if (sent == SIM_SENT && !nic.quirks.active)
		assert_int_equal(wire.count, sim_pieces(&send));
	else if (sent != SIM_SENT)
		assert_int_equal(wire.count, 0);
	free(copy);
	return sent;
}

static void assert_frame(uint32_t index, const struct packet *right)
{
	uint32_t off = wire.offs[index];

	assert_true(index < wire.count);
	assert_int_equal(wire.offs[index + 1] - off, right->length);
	for (uint32_t i = 0; i < right->length; i++)
		if (wire.bytes[off + i] != right->bytes[i])
			fail_msg("frame %u, byte %u: %02x, not %02x", (unsigned int)index,
				 (unsigned int)i, wire.bytes[off + i], right->bytes[i]);
}

/* nod's own opinion: nothing is wrong with frame @index, and all of its lengths reach its end. */
static void assert_clean(uint32_t index)
{
	uint32_t off = wire.offs[index];
	struct capture_checksums counts = {0};
	uint8_t verdicts[VIEW_MAX_HEADERS];
	struct decoded decoded;
	struct frame frame = {.number = 1, .link_type = LINK_ETHERNET};
	uint32_t set;

	frame.bytes = (struct span){wire.bytes + off, wire.offs[index + 1] - off};
	frame.wire_len = (uint32_t)frame.bytes.length;
	decode_frame(&decoded, &frame, NULL);
	set = csum_verify(&decoded.view, sum_ops_best(), verdicts, &counts);
	assert_int_equal(set & ~(1u << CSUM_OK | 1u << CSUM_NONE), 0);
	assert_int_equal(verdicts[decoded.view.l4], CSUM_OK);
	for (unsigned int i = 0; i < decoded.view.nheaders; i++)
		assert_int_equal(decoded.view.headers[i].end, frame.wire_len);
	decoded_free(&decoded);
}

/* --- packets ------------------------------------------------------------------------------------ */

/**
 * struct job - a packet to be cut
 * @stack: see put_stack()
 * @tagged: the same as it is to be on the wire; NULL if no tag is to be inserted
 * @partial: SIM_GSO_PARTIAL
 * @fixed: SIM_GSO_FIXEDID
 */
struct job {
	const char *stack, *tagged;
	uint32_t payload, size;
	uint8_t flags;
	bool partial, fixed;
};

static uint32_t gso_of(const struct job *job)
{
	const char *last = strpbrk(job->stack, "td"), *at = job->stack;
	bool v4 = last[-1] == '4';
	uint32_t gso = *last == 'd' ? SIM_GSO_UDP : v4 ? SIM_GSO_TCP4 : SIM_GSO_TCP6;

	for (; *at; at++) {
		if (*at == 'u' || *at == 'n')
			gso |= SIM_GSO_UDP_TUNNEL_CSUM;
		else if (*at == 'U' || *at == 'N')
			gso |= SIM_GSO_UDP_TUNNEL;
		else if (*at == 'g' || *at == 'K')
			gso |= SIM_GSO_GRE;
		else if (*at == 'G' || *at == 'B')
			gso |= SIM_GSO_GRE_CSUM;
		else if (strchr("46x", *at) && (at[1] == '4' || at[1] == '6'))
			gso |= SIM_GSO_IPIP;
	}
	return gso | (job->flags & CWR && *last == 't' ? SIM_GSO_ECN : 0) |
	       (job->partial ? SIM_GSO_PARTIAL : 0) | (job->fixed ? SIM_GSO_FIXEDID : 0);
}

/* What the stack says beside the bytes; nod's decoder says where headers are. */
static struct sim_send describe(const struct job *job)
{
	struct sim_send send = {
		.bytes = merged.bytes,
		.len = merged.length,
		.gso = gso_of(job),
		.gso_size = job->size,
		.csum = true,
		.has_tag = job->tagged,
		.tag_type = 0x8100,
		.tag = 0x64,
	};
	struct decoded decoded;
	const struct view *view = &decoded.view;

	decode(&decoded, &merged);
	send.l3 = view->inner->off;
	send.l4 = view->headers[view->l4].off;
	send.outer_l3 = view->nips > 1 ? view->outer->off : 0;
	send.csum_start = send.l4;
	send.csum_offset = view->headers[view->l4].kind == HEADER_TCP ? 16 : 6;
	decoded_free(&decoded);
	return send;
}

static struct wish wish_of(const struct job *job, uint32_t index)
{
	uint32_t pieces = job->payload ? (job->payload - 1) / job->size + 1 : 1;
	struct wish wish = {.from = index * job->size,
			    .len = job->size,
			    .index = index,
			    .flags = job->flags,
			    .fixed = job->fixed};

	if (index + 1 < pieces)
		wish.flags &= (uint8_t) ~(FIN | PSH);
	else
		wish.len = job->payload - wish.from;
	if (index)
		wish.flags &= (uint8_t)~CWR;
	return wish;
}

/* With lengths of the whole, and pseudo-header sums in place of checksums. */
static struct sim_send build_usual(const struct job *job)
{
	const struct wish wish = {.len = job->payload,
				  .merged = true,
				  .flags = job->flags,
				  .l4 = SUM_PARTIAL,
				  .outer = SUM_PARTIAL};

	merged.length = 0;
	put_stack(&merged, job->stack, &wish, VIEW_NONE);
	return describe(job);
}

/* The first piece, all of it right, with more payload; only the innermost sum is one of the whole. */
static struct sim_send build_partial(const struct job *job)
{
	struct wish wish = {.len = job->size, .flags = job->flags};
	struct sim_send send;

	merged.length = 0;
	put_stack(&merged, job->stack, &wish, VIEW_NONE);
	send = describe(job);
	wish.from = job->size;
	wish.len = job->payload - job->size;
	put_payload(&merged, &wish);
	send.len = merged.length;
	set_checksum(&merged, send.l3, send.l4, send.l4 + send.csum_offset, SUM_PARTIAL);
	return send;
}

static void assert_cut(const struct job *job)
{
	struct sim_send send = job->partial ? build_partial(job) : build_usual(job);
	uint32_t count = job->payload ? (job->payload - 1) / job->size + 1 : 1;
	enum sim_sent sent = transmit(send);

	if (sent != SIM_SENT)
		fail_msg("%s: %d", job->stack, sent);
	assert_int_equal(wire.count, count);
	for (uint32_t i = 0; i < count; i++) {
		const struct wish wish = wish_of(job, i);

		wanted.length = 0;
		put_stack(&wanted, job->tagged ? job->tagged : job->stack, &wish, VIEW_NONE);
		assert_frame(i, &wanted);
		assert_clean(i);
	}
}

static const struct {
	const char *stack, *tagged;
} kinds[] = {
	{"e4t", "eq4t"},       {"e6t", "eq6t"},	      {"e4d", "eq4d"},	     {"e6d", "eq6d"},
	{"eq4t", "eqq4t"},     {"e6xt", "eq6xt"},     {"e4ue4t", "eq4ue4t"}, {"e4Ue4t", "eq4Ue4t"},
	{"e6ue4t", "eq6ue4t"}, {"e6Ue6t", "eq6Ue6t"}, {"e4ue6t", NULL},	     {"e4ueq4t", NULL},
	{"e4ne4t", NULL},      {"e4Ne4t", "eq4Ne4t"}, {"e6Ne6t", NULL},	     {"e4ue4d", NULL},
	{"e4g4t", "eq4g4t"},   {"e4G4t", "eq4G4t"},   {"e6G6t", NULL},	     {"e4Be4t", NULL},
	{"e4Ke4t", NULL},      {"e4Ge6t", NULL},      {"e44t", "eq44t"},     {"e46t", NULL},
	{"e64t", NULL},	       {"e66t", NULL},	      {"e6x4t", "eq6x4t"},   {"e44d", NULL},
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static void test_kinds(void **state attr_unused)
{
	for (size_t i = 0; i < KINDS; i++) {
		struct job job = {.stack = kinds[i].stack, .payload = 9000, .size = 1337};

		job.flags = ACK | PSH | FIN | CWR;
		assert_cut(&job);
		job.fixed = true;
		assert_cut(&job);
		job.tagged = kinds[i].tagged;
		assert_cut(&job);
	}
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

static void test_random(void **state attr_unused)
{
	uint32_t seed = 5;

	for (uint32_t i = 0; i < 600; i++) {
		size_t kind = next_random(&seed) % KINDS;
		struct job job = {.stack = kinds[kind].stack};

		job.tagged = next_random(&seed) & 1 ? kinds[kind].tagged : NULL;
		job.size = 40 + next_random(&seed) % 3000;
		job.payload = next_random(&seed) % (i % 8 ? 12000 : 65000);
		job.flags = (uint8_t)(ACK | (next_random(&seed) & (PSH | FIN | CWR)));
		job.fixed = next_random(&seed) & 1;
		assert_cut(&job);
	}
}

/* A last piece of every length. */
static void test_lengths(void **state attr_unused)
{
	for (uint32_t payload = 0; payload < 420; payload++) {
		struct job job = {.stack = "e4ue4t", .payload = payload, .size = 139};

		job.flags = ACK | PSH;
		assert_cut(&job);
	}
}

/* The NIC need not know the tunnel: its headers are repeated, but for the outer ID. */
static void test_partial(void **state attr_unused)
{
	nic.offloads = SIM_TX_TSO | SIM_TX_TSO6 | SIM_TX_USO | SIM_TX_PARTIAL | SIM_TX_VLAN;
	for (size_t i = 0; i < KINDS; i++) {
		struct job job = {.stack = kinds[i].stack, .size = 1337, .partial = true};

		job.flags = ACK | PSH;
		for (job.payload = job.size; job.payload < 9 * job.size; job.payload += job.size) {
			job.tagged = job.payload & 1 ? kinds[i].tagged : NULL;
			job.fixed = job.payload & 2;
			assert_cut(&job);
		}
	}
	assert_cut(&(struct job){.stack = "e4ue6ue4t",
				 .payload = 4000,
				 .size = 1000,
				 .flags = ACK,
				 .partial = true});
}

/* Lengths that stand there for all pieces are wrong for a shorter one. */
static void test_partial_with_rest(void **state attr_unused)
{
	struct job job = {.stack = "e4ue4t", .payload = 4001, .size = 1000, .partial = true};

	assert_int_equal(transmit(build_partial(&job)), SIM_CANNOT);
}

/* BIG TCP: the option that says the length is not for the wire. */
static void test_jumbo(void **state attr_unused)
{
	struct job job = {.stack = "ejt", .payload = 200000, .size = 1440, .flags = ACK | PSH};

	assert_cut(&job);
	job.tagged = "eq6t";
	assert_cut(&job);
	job = (struct job){.stack = "e4t", .payload = 150000, .size = 8900, .flags = ACK | PSH};
	assert_cut(&job);
}

/* --- what is not sent --------------------------------------------------------------------------- */

static void test_not_offloaded(void **state attr_unused)
{
	static const struct {
		const char *stack;
		uint32_t offload;
		uint8_t flags;
		bool partial;
	} rows[] = {
		{"e4t", SIM_TX_TSO, ACK, false},
		{"e6t", SIM_TX_TSO6, ACK, false},
		{"e4t", SIM_TX_TSO_ECN, ACK | CWR, false},
		{"e4d", SIM_TX_USO, 0, false},
		{"e4ue4t", SIM_TX_UDP_TUNNEL_CSUM, ACK, false},
		{"e4Ue4t", SIM_TX_UDP_TUNNEL, ACK, false},
		{"e4g4t", SIM_TX_GRE, ACK, false},
		{"e4G4t", SIM_TX_GRE_CSUM, ACK, false},
		{"e44t", SIM_TX_IPIP, ACK, false},
		{"e4Ue6t", SIM_TX_TSO6, ACK, false},
		{"e4ue4t", SIM_TX_PARTIAL, ACK, true},
		{"e4ue4t", SIM_TX_TSO, ACK, true},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct job job = {.stack = rows[i].stack,
					.payload = 3000,
					.size = 1000,
					.flags = rows[i].flags,
					.partial = rows[i].partial};
		struct sim_send send = job.partial ? build_partial(&job) : build_usual(&job);

		nic.offloads = ~rows[i].offload;
		assert_int_equal(transmit(send), SIM_CANNOT);
		nic.offloads = ~0u;
		assert_int_equal(transmit(send), SIM_SENT);
		nic.offloads = ~(uint32_t)SIM_TX_VLAN;
		assert_int_equal(transmit(send), SIM_SENT);
		send.has_tag = true;
		assert_int_equal(transmit(send), SIM_CANNOT);
	}
}

/* One thing that is said of a packet, or stands in it, does not fit the rest. */
static void test_senseless(void **state attr_unused)
{
	const struct job plain = {.stack = "e4t", .payload = 3000, .size = 1000, .flags = ACK};
	const struct job gre = {.stack = "e4g4t", .payload = 3000, .size = 1000, .flags = ACK};
	const struct job vxlan = {.stack = "e4Ue4t", .payload = 3000, .size = 1000, .flags = ACK};
	static const uint32_t gsos[] = {
		SIM_GSO_TCP6,
		SIM_GSO_UDP,
		SIM_GSO_ECN,
		SIM_GSO_TCP4 | SIM_GSO_UDP,
		1u << 20,
		SIM_GSO_TCP4 | SIM_GSO_IPIP,
		SIM_GSO_TCP4 | SIM_GSO_PARTIAL | SIM_GSO_UDP_TUNNEL,
	};
	struct sim_send send = build_usual(&plain);

	for (size_t i = 0; i < sizeof(gsos) / sizeof(gsos[0]); i++) {
		send.gso = gsos[i];
		assert_int_equal(transmit(send), SIM_CANNOT);
	}
	send = build_usual(&plain);
	send.gso_size = 0;
	assert_int_equal(transmit(send), SIM_CANNOT);
	send = build_usual(&plain);
	send.l4++;
	assert_int_equal(transmit(send), SIM_CANNOT);
	send = build_usual(&plain);
	set16(&merged, send.l3 + 6, 0x2000);
	assert_int_equal(transmit(send), SIM_CANNOT);
	send = build_usual(&plain);
	set8(&merged, send.l4 + 12, 0x40);
	assert_int_equal(transmit(send), SIM_CANNOT);

	send = build_usual(&vxlan);
	send.gso = SIM_GSO_TCP4;
	assert_int_equal(transmit(send), SIM_CANNOT);
	send.gso = SIM_GSO_TCP4 | SIM_GSO_GRE;
	assert_int_equal(transmit(send), SIM_CANNOT);
	send.gso = SIM_GSO_TCP4 | SIM_GSO_UDP_TUNNEL | SIM_GSO_IPIP;
	assert_int_equal(transmit(send), SIM_CANNOT);
	send = build_usual(&gre);
	send.gso = SIM_GSO_TCP4 | SIM_GSO_GRE_CSUM;
	assert_int_equal(transmit(send), SIM_CANNOT);
	send = build_usual(&gre);
	set16(&merged, send.outer_l3 + 20, 0x1000);
	assert_int_equal(transmit(send), SIM_CANNOT);
}

/* The words of the outer header, of a tunnel that is another one, or none. */
static void test_senseless_tunnel(void **state attr_unused)
{
	static const struct {
		const char *stack;
		uint32_t gso, off, value;
		enum sim_sent sent;
	} rows[] = {
		{"e4Ue4t", SIM_GSO_UDP_TUNNEL, 22, 0x4006, SIM_CANNOT}, /* TCP */
		{"e4Ue4t", SIM_GSO_UDP_TUNNEL, 20, 0x2000, SIM_CANNOT}, /* a fragment */
		{"e4Ue4t", SIM_GSO_UDP_TUNNEL, 14, 0x4f00,
		 SIM_CANNOT}, /* ends behind the inner one */
		{"e4Ue4t", SIM_GSO_UDP_TUNNEL, 14, 0x4c00, SIM_CANNOT}, /* no room for UDP */
		{"e4Ue4t", SIM_GSO_IPIP, 22, 0x4004, SIM_CANNOT},	/* not right behind it */
		{"e4K4t", SIM_GSO_UDP_TUNNEL, 22, 0x4011, SIM_SENT},	/* just room for UDP */
		{"e4K4t", SIM_GSO_UDP_TUNNEL, 14, 0x4600, SIM_CANNOT},
		{"e4g4t", SIM_GSO_GRE, 22, 0x4011, SIM_CANNOT},	     /* UDP */
		{"e4g4t", SIM_GSO_GRE, 14, 0x4600, SIM_CANNOT},	     /* no room for GRE */
		{"e4g4t", SIM_GSO_GRE, 34, 0x2000, SIM_CANNOT},	     /* nor for a key */
		{"e4g4t", SIM_GSO_GRE_CSUM, 34, 0x8000, SIM_CANNOT}, /* nor for a checksum */
		{"e44t", SIM_GSO_IPIP, 22, 0x4029, SIM_CANNOT},	     /* IPv6 */
		{"e46t", SIM_GSO_IPIP, 22, 0x4004, SIM_CANNOT},	     /* IPv4 */
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct job job = {.stack = rows[i].stack, .payload = 3000, .size = 1000};
		struct sim_send send = build_usual(&job);

		send.gso = (send.gso & (SIM_GSO_TCP4 | SIM_GSO_TCP6)) | rows[i].gso;
		set16(&merged, rows[i].off, rows[i].value);
		if (transmit(send) != rows[i].sent)
			fail_msg("row %zu", i);
	}
}

/* What looks like an IPv4 header within the addresses of Ethernet is none. */
static void test_header_in_ethernet(void **state attr_unused)
{
	const struct job job = {.stack = "e4Ue4t", .payload = 3000, .size = 1000};
	struct sim_send send = build_usual(&job);

	set8(&merged, 2, 0x45);
	set8(&merged, 11, 17);
	send.outer_l3 = 2;
	assert_int_equal(transmit(send), SIM_CANNOT);
	send.outer_l3 = send.l3;
	assert_int_equal(transmit(send), SIM_CANNOT);
}

/* A TCP header without options, also with nothing behind it. */
static void test_short_tcp(void **state attr_unused)
{
	struct sim_send send = {.bytes = merged.bytes, .gso = SIM_GSO_TCP4, .gso_size = 10};

	merged.length = 0;
	put_ethernet(&merged, 0x0800);
	send.l3 = put_ipv4(&merged, 6);
	send.l4 = put_tcp(&merged);
	send.len = merged.length;
	nic.max_frame = send.len;
	assert_int_equal(transmit(send), SIM_SENT);
	assert_clean(0);
	nic.max_frame = send.len - 1;
	assert_int_equal(transmit(send), SIM_GIANT);
	nic.max_frame = 100;
	put_filler(&merged, 25);
	send.len = merged.length;
	assert_int_equal(transmit(send), SIM_SENT);
	assert_int_equal(wire.count, 3);
	for (uint32_t i = 0; i < 3; i++)
		assert_clean(i);
}

static void test_giant(void **state attr_unused)
{
	const struct job job = {
		.stack = "e4t", .payload = 3000, .size = 1000, .flags = ACK, .tagged = "eq4t"};
	struct sim_send send = build_usual(&job);

	nic.max_frame = 14 + 4 + 20 + 32 + 1000;
	assert_int_equal(transmit(send), SIM_SENT);
	nic.max_frame--;
	assert_int_equal(transmit(send), SIM_GIANT);
	send.gso = 0;
	nic.max_frame = send.len + 4;
	assert_int_equal(transmit(send), SIM_SENT);
	nic.max_frame--;
	assert_int_equal(transmit(send), SIM_GIANT);
	send.has_tag = false;
	nic.max_frame = send.len;
	assert_int_equal(transmit(send), SIM_SENT);
	nic.max_frame--;
	assert_int_equal(transmit(send), SIM_GIANT);
	/* Whatever the wire is said to take. */
	nic.max_frame = ~0u;
	send.gso = SIM_GSO_TCP4;
	send.gso_size = ~0u;
	assert_int_equal(transmit(send), SIM_SENT);
	send = build_usual(&(struct job){.stack = "e4t", .payload = 20000, .size = 18000});
	assert_int_equal(transmit(send), SIM_GIANT);
	send.gso = 0;
	assert_int_equal(transmit(send), SIM_GIANT);
}

/* --- packets that are a frame ------------------------------------------------------------------- */

static const struct job whole = {.stack = "e4t", .payload = 77, .size = 77, .flags = ACK | PSH};

static struct sim_send build_whole(const char *stack)
{
	struct job job = whole;
	struct sim_send send;

	job.stack = stack;
	send = build_usual(&job);
	send.gso = 0;
	return send;
}

static void assert_whole(const char *stack)
{
	const struct wish wish = {.len = whole.payload, .flags = whole.flags};

	assert_int_equal(wire.count, 1);
	wanted.length = 0;
	put_stack(&wanted, stack, &wish, VIEW_NONE);
	assert_frame(0, &wanted);
	assert_clean(0);
}

static void test_csum(void **state attr_unused)
{
	static const struct {
		const char *stack, *tagged;
		uint32_t csum;
	} rows[] = {
		{"e4t", "eq4t", SIM_TX_CSUM_IPV4},	 {"e6t", "eq6t", SIM_TX_CSUM_IPV6},
		{"e4d", "eq4d", SIM_TX_CSUM_IPV4},	 {"e6d", "eq6d", SIM_TX_CSUM_IPV6},
		{"e4Ue6t", "eq4Ue6t", SIM_TX_CSUM_IPV6}, {"e4g4d", "eq4g4d", SIM_TX_CSUM_IPV4},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sim_send send = build_whole(rows[i].stack);

		nic.offloads = SIM_TX_CSUM_ANY;
		assert_int_equal(transmit(send), SIM_SENT);
		assert_whole(rows[i].stack);
		nic.offloads = rows[i].csum | SIM_TX_VLAN;
		send.has_tag = true;
		assert_int_equal(transmit(send), SIM_SENT);
		assert_whole(rows[i].tagged);
		nic.offloads = SIM_TX_VLAN | (rows[i].csum ^ (SIM_TX_CSUM_IPV4 | SIM_TX_CSUM_IPV6));
		assert_int_equal(transmit(send), SIM_CANNOT);
		/* Nothing to fill in, nothing to be able to. */
		send.csum = false;
		assert_int_equal(transmit(send), SIM_SENT);
	}
}

/* Of another protocol the sum is as good, but only a generic one; and 0 is written as 0xffff. */
static void test_csum_generic(void **state attr_unused)
{
	struct sim_send send = build_whole("e4t");
	uint32_t word;

	nic.offloads = SIM_TX_CSUM_IPV4 | SIM_TX_CSUM_IPV6;
	send.csum_offset = 14;
	assert_int_equal(transmit(send), SIM_CANNOT);
	set8(&merged, send.l3 + 9, 132);
	send.csum_offset = 16;
	assert_int_equal(transmit(send), SIM_CANNOT);
	nic.offloads = SIM_TX_CSUM_ANY;
	assert_int_equal(transmit(send), SIM_SENT);

	/* The last two bytes are made such that the sum, with the field's, is 0xffff. */
	send = build_whole("e4d");
	set8(&merged, merged.length - 1, 0);
	put_zeros(&merged, 1);
	send.len = merged.length;
	word = folded(words_total(merged.bytes + send.l4, send.len - send.l4 - 2));
	set16(&merged, send.len - 2, 65535u - word);
	assert_int_equal(transmit(send), SIM_SENT);
	assert_int_equal(wire.bytes[send.l4 + 6] << 8 | wire.bytes[send.l4 + 7], 0xffff);
}

static void test_csum_place(void **state attr_unused)
{
	static const uint32_t places[][2] = {
		{0, 16},   {13, 16},	  {34, 1000}, {34, ~0u},
		{~0u, 16}, {34, 77 + 31}, {143, 0},   {142, 0},
	};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		struct sim_send send = build_whole("e4t");

		assert_int_equal(send.len, 34 + 32 + 77);
		send.csum_start = places[i][0];
		send.csum_offset = places[i][1];
		assert_int_equal(transmit(send), SIM_CANNOT);
		nic.offloads = SIM_TX_CSUM_IPV4;
		assert_int_equal(transmit(send), SIM_CANNOT);
		nic.offloads = ~0u;
	}
}

/* From the first byte behind Ethernet to the last that has room for it. */
static void test_csum_edges(void **state attr_unused)
{
	static const uint32_t places[][2] = {{14, 0}, {14, 127}, {141, 0}};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		struct sim_send send = build_whole("e4t");
		uint32_t start = places[i][0], field = start + places[i][1];
		uint16_t right = 65535u - folded(words_total(merged.bytes + start, 143 - start));

		send.csum_start = start;
		send.csum_offset = places[i][1];
		assert_int_equal(transmit(send), SIM_SENT);
		set16(&merged, field, right);
		assert_frame(0, &merged);
	}
}

static void test_no_frame(void **state attr_unused)
{
	struct sim_send send = build_whole("e4t");

	send.csum = false;
	send.len = 14;
	assert_int_equal(transmit(send), SIM_SENT);
	send.len = 13;
	assert_int_equal(transmit(send), SIM_CANNOT);
	send.len = 0;
	assert_int_equal(transmit(send), SIM_CANNOT);
}

/* --- quirks ------------------------------------------------------------------------------------- */

/* Frames came in that order: 'a' is the first piece. */
static void assert_order(const char *order)
{
	const struct job job = {.stack = "e4t", .payload = 4000, .size = 1000, .flags = ACK};

	assert_int_equal(wire.count, strlen(order));
	for (uint32_t i = 0; i < wire.count; i++) {
		const struct wish wish = wish_of(&job, (uint32_t)(order[i] - 'a'));

		wanted.length = 0;
		put_stack(&wanted, "e4t", &wish, VIEW_NONE);
		assert_frame(i, &wanted);
	}
}

static void assert_quirk(int number, uint32_t value, const char *order)
{
	const struct job job = {.stack = "e4t", .payload = 4000, .size = 1000, .flags = ACK};

	sim_quirk_set(&nic.quirks, (unsigned int)number, value);
	assert_int_equal(transmit(build_usual(&job)), SIM_SENT);
	assert_order(order);
}

static void test_quirks(void **state attr_unused)
{
	assert_int_equal(sim_quirk_lookup("hold"), HOLD);
	assert_int_equal(sim_quirk_lookup("keep"), KEEP);
	assert_int_equal(sim_quirk_lookup("tak"), -1);
	assert_quirk(RECEIVER, 1, "abcd");
	assert_quirk(TAKE, 2, "ac");
	assert_quirk(TAKE, 1, "");
	assert_quirk(TAKE, 0, "abcd");
	assert_int_equal(nic.quirks.active, 1u << RECEIVER);
	assert_quirk(REPEAT, 1, "aabbccdd");
	/* What comes first in the list takes the frame away, and nobody else sees it. */
	queue.states = (struct sim_quirk_states){0};
	assert_quirk(TAKE, 2, "aacc");
	sim_quirk_set(&nic.quirks, SIM_QUIRKS_MAX, 1);
	sim_quirk_set(&nic.quirks, ~0u, 1);
	assert_int_equal(nic.quirks.active, 1u << TAKE | 1u << REPEAT | 1u << RECEIVER);
}

static void test_held(void **state attr_unused)
{
	const struct job job = {.stack = "e4t", .payload = 4000, .size = 1000, .flags = ACK};

	assert_quirk(HOLD, 1, "badc");
	/* The last one is held; it goes also when the quirk is off by then. */
	assert_quirk(HOLD, 4, "abc");
	assert_int_equal(queue.held_len, 14 + 20 + 32 + 1000);
	sim_quirk_set(&nic.quirks, HOLD, 0);
	wire.count = 0;
	assert_int_equal(sim_transmit(&nic, &queue,
				      &(struct sim_send){.bytes = merged.bytes, .len = 60}, emit,
				      &wire),
			 SIM_SENT);
	assert_int_equal(wire.count, 2);
	assert_int_equal(queue.held_len, 0);
	assert_int_equal(transmit(build_usual(&job)), SIM_SENT);
	assert_order("abcd");
}

/* A frame that is taken away takes none with it. */
static void test_held_and_taken(void **state attr_unused)
{
	queue.held_len = 60;
	memset(queue.held, 7, 60);
	assert_quirk(TAKE, 1, "");
	assert_int_equal(queue.held_len, 60);
}

/* What is kept while a frame leaves is sent behind the next one. */
static void test_kept(void **state attr_unused)
{
	assert_quirk(KEEP, 1, "abacdc");
	assert_int_equal(queue.held_len, 0);
}

static void test_told(void **state attr_unused)
{
	const struct job job = {.stack = "e4Ue4t", .payload = 4100, .size = 1000, .flags = ACK};

	sim_quirk_set(&nic.quirks, NOTE, 7);
	assert_int_equal(transmit(build_usual(&job)), SIM_SENT);
	assert_int_equal(nnoted, 5);
	for (uint32_t i = 0; i < 5; i++) {
		assert_int_equal(noted[i].index, i);
		assert_int_equal(noted[i].pieces, 5);
		assert_true(noted[i].cut);
		assert_int_equal(noted[i].packet.len, noted[i].len);
		assert_int_equal(noted[i].packet.nlevels, 2);
		assert_int_equal(noted[i].packet.payload, 50 + 14 + 20 + 32);
	}
	assert_int_equal(transmit(build_whole("e4t")), SIM_SENT);
	assert_int_equal(nnoted, 6);
	assert_int_equal(noted[5].index, 0);
	assert_int_equal(noted[5].pieces, 1);
	assert_false(noted[5].cut);
}

/* --- whatever is said --------------------------------------------------------------------------- */

static uint32_t near(uint32_t *seed, uint32_t value)
{
	switch (next_random(seed) % 8) {
	case 0:
		return value + next_random(seed) % 9 - 4;
	case 1:
		return next_random(seed) << 8;
	case 2:
		return next_random(seed) % 200;
	default:
		return value;
	}
}

static void spoil_send(struct sim_send *send, uint32_t *seed)
{
	send->l3 = near(seed, send->l3);
	send->l4 = near(seed, send->l4);
	send->outer_l3 = near(seed, send->outer_l3);
	send->csum_start = near(seed, send->csum_start);
	send->csum_offset = near(seed, send->csum_offset);
	send->gso_size = near(seed, send->gso_size);
	send->gso ^= next_random(seed) & next_random(seed) & next_random(seed) & 0x7ff;
	send->has_tag = next_random(seed) & 1;
}

static void test_whatever(void **state attr_unused)
{
	uint32_t seed = 9, sent = 0;

	for (uint32_t i = 0; i < 30000; i++) {
		struct job job = {.stack = kinds[next_random(&seed) % KINDS].stack, .size = 50};
		struct sim_send send;

		job.payload = next_random(&seed) % 400;
		job.flags = ACK;
		send = build_usual(&job);
		for (uint32_t n = next_random(&seed) % 4; n > 0; n--)
			set8(&merged, next_random(&seed) % send.len, next_random(&seed));
		spoil_send(&send, &seed);
		if (i & 1)
			send.len -= next_random(&seed) % (send.len + 1);
		nic.max_frame = i % 3 ? SIM_FRAME_MAX : 150;
		if (transmit(send) != SIM_SENT)
			continue;
		sent++;
		for (uint32_t j = 0; j < wire.count; j++)
			assert_true(wire.offs[j + 1] - wire.offs[j] <= nic.max_frame);
	}
	/* Both ways were gone. */
	assert_in_range(sent, 1000, 29000);
}

#define fresh(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		fresh(test_kinds),
		fresh(test_random),
		fresh(test_lengths),
		fresh(test_partial),
		fresh(test_partial_with_rest),
		fresh(test_jumbo),
		fresh(test_not_offloaded),
		fresh(test_senseless),
		fresh(test_giant),
		fresh(test_senseless_tunnel),
		fresh(test_header_in_ethernet),
		fresh(test_short_tcp),
		fresh(test_csum_edges),
		fresh(test_csum),
		fresh(test_csum_generic),
		fresh(test_csum_place),
		fresh(test_no_frame),
		fresh(test_quirks),
		fresh(test_held),
		fresh(test_held_and_taken),
		fresh(test_told),
		fresh(test_kept),
		fresh(test_whatever),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
