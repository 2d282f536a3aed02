/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does nodsim say of a frame that comes from the wire, and in which order do frames go up?
 */
#include "tests/unit/gro_frames.h"
#include "tests/unit/nodsim_end.h"

/* --- quirks of this test ------------------------------------------------------------------------ */

enum {
	DOUBTS,
	SPOILS,
	NO_ACK,
	NO_WINDOW,
	BELIEVES,
};

/* Every Nth frame is not believed. */
static void doubt(const struct sim_quirk_call *call, struct sim_received *received)
{
	if (sim_quirk_turn(call))
		received->csum = SIM_CSUM_NONE;
}

/* As the value says: the first byte, and the number of segments. */
static void spoil_first(const struct sim_quirk_call *call, struct sim_received *received,
			uint8_t *bytes)
{
	assert_ptr_equal(received->bytes, bytes);
	bytes[0] = (uint8_t)call->value;
	received->hash = call->value;
}

static void believe(const struct sim_quirk_call *call, struct sim_received *received)
{
	(void)call;
	received->csum = SIM_CSUM_UNNECESSARY;
}

static const struct sim_quirk believes = {
	.name = "believes", .side = SIM_RECEIVER, .verdict = believe};
static const struct sim_quirk doubts = {.name = "doubts", .side = SIM_RECEIVER, .verdict = doubt};
static const struct sim_quirk spoils = {
	.name = "spoils", .side = SIM_RECEIVER, .deliver = spoil_first};
static const struct sim_quirk no_ack = {.name = "no-ack", .overlook = SIM_OVERLOOK_ACK};
static const struct sim_quirk no_window = {.name = "no-window", .overlook = SIM_OVERLOOK_WINDOW};

/* Instead of the real ones. */
const struct sim_quirk *const sim_quirks[] = {&doubts,	  &spoils,   &no_ack,
					      &no_window, &believes, NULL};

/* --- frames ------------------------------------------------------------------------------------- */

static struct packet made;

static const struct sim_received *receive_made(struct end *end)
{
	end_forget(end);
	end_receive(end, made.bytes, made.length);
	assert_int_equal(end->nseen, 1);
	return &end->seen[0];
}

/**
 * struct content - a frame in the making
 * @v6, @outer_v6: IP versions; @outer: what is around it: 0, 'v' (VXLAN), 'g' (GRE), 'i' (IP)
 * @protocol: 6, 17 or another; @sum, @outer_sum: of L4 and of the outer UDP header or GRE
 */
struct content {
	bool v6, outer_v6;
	char outer;
	uint8_t protocol;
	enum sum_kind sum, outer_sum;
};

static uint32_t put_version(bool v6, uint8_t protocol)
{
	return v6 ? put_ipv6(&made, protocol) : put_ipv4(&made, protocol);
}

static void put_content(const struct content *content)
{
	uint32_t ip = put_version(content->v6, content->protocol), l4;

	if (content->protocol == 6)
		l4 = put_tcp(&made);
	else
		l4 = put_udp(&made, 9999);
	put_filler(&made, 333);
	end_ip(&made, ip);
	if (content->protocol == 6)
		end_tcp(&made, ip, l4, content->sum);
	else if (content->protocol == 17)
		end_udp(&made, ip, l4, content->sum);
}

static void put_in_vxlan(const struct content *content)
{
	uint32_t ip = put_version(content->outer_v6, 17), udp = put_udp(&made, 4789);

	put_vxlan(&made, 7);
	put_ethernet(&made, content->v6 ? 0x86dd : 0x0800);
	put_content(content);
	end_ip(&made, ip);
	end_udp(&made, ip, udp, content->outer_sum);
}

/* SUM_ZERO: it has none. */
static void put_in_gre(const struct content *content)
{
	uint32_t ip = put_version(content->outer_v6, 47), gre;
	bool summed = content->outer_sum != SUM_ZERO;

	gre = put_integer(&made, summed ? 0x8000 : 0, 2);
	put_integer(&made, content->v6 ? 0x86dd : 0x0800, 2);
	if (summed)
		put_zeros(&made, 4);
	put_content(content);
	end_ip(&made, ip);
	if (summed)
		set16(&made, gre + 4,
		      65535u - folded(words_total(made.bytes + gre, made.length - gre)));
	if (content->outer_sum == SUM_WRONG)
		made.bytes[gre + 4] ^= 0x55;
}

static void make(const struct content *content)
{
	bool v6 = content->outer ? content->outer_v6 : content->v6;
	uint32_t ip;

	made.length = 0;
	put_ethernet(&made, v6 ? 0x86dd : 0x0800);
	switch (content->outer) {
	case 'v':
		put_in_vxlan(content);
		break;
	case 'g':
		put_in_gre(content);
		break;
	case 'i':
		ip = put_version(content->outer_v6, content->v6 ? 41 : 4);
		put_content(content);
		end_ip(&made, ip);
		break;
	default:
		put_content(content);
	}
}

/* --- checksums ---------------------------------------------------------------------------------- */

/* @level: -1 if there is nothing to be said for it; else UNNECESSARY with that level. */
static const struct {
	struct content content;
	int level;
} verdicts[] = {
	{{false, false, 0, 6, SUM_RIGHT, 0}, 0},
	{{false, false, 0, 6, SUM_WRONG, 0}, -1},
	{{false, false, 0, 6, SUM_PARTIAL, 0}, -1},
	{{true, false, 0, 6, SUM_RIGHT, 0}, 0},
	{{true, false, 0, 6, SUM_WRONG, 0}, -1},
	{{false, false, 0, 17, SUM_RIGHT, 0}, 0},
	{{false, false, 0, 17, SUM_WRONG, 0}, -1},
	{{false, false, 0, 17, SUM_ZERO, 0}, -1},
	{{true, false, 0, 17, SUM_RIGHT, 0}, 0},
	{{false, false, 0, 132, SUM_RIGHT, 0}, -1},
	{{false, false, 'v', 6, SUM_RIGHT, SUM_RIGHT}, 1},
	{{true, true, 'v', 6, SUM_RIGHT, SUM_RIGHT}, 1},
	/* A checksum that is not there passes, and the stack counts it. */
	{{false, false, 'v', 6, SUM_RIGHT, SUM_ZERO}, 1},
	{{false, false, 'v', 17, SUM_RIGHT, SUM_ZERO}, 1},
	{{false, false, 'v', 17, SUM_ZERO, SUM_ZERO}, -1},
	{{false, false, 'v', 17, SUM_ZERO, SUM_RIGHT}, 0},
	{{false, false, 'v', 132, SUM_RIGHT, SUM_RIGHT}, 0},
	{{false, false, 'v', 132, SUM_RIGHT, SUM_ZERO}, -1},
	{{false, false, 'v', 6, SUM_RIGHT, SUM_WRONG}, -1},
	{{false, true, 'v', 6, SUM_WRONG, SUM_RIGHT}, -1},
	{{false, false, 'v', 6, SUM_WRONG, SUM_ZERO}, -1},
	{{false, false, 'g', 6, SUM_RIGHT, SUM_ZERO}, 0},
	{{true, false, 'g', 6, SUM_RIGHT, SUM_RIGHT}, 1},
	{{false, true, 'g', 6, SUM_RIGHT, SUM_WRONG}, -1},
	{{false, true, 'g', 17, SUM_ZERO, SUM_RIGHT}, 0},
	{{false, true, 'g', 6, SUM_WRONG, SUM_ZERO}, -1},
	{{false, false, 'i', 6, SUM_RIGHT, 0}, 0},
	{{true, false, 'i', 17, SUM_RIGHT, 0}, 0},
	{{true, false, 'i', 17, SUM_WRONG, 0}, -1},
};

static void assert_level(struct end *end, int level)
{
	const struct sim_received *received = receive_made(end);

	assert_int_equal(received->csum, level < 0 ? SIM_CSUM_NONE : SIM_CSUM_UNNECESSARY);
	assert_int_equal(received->csum_level, level < 0 ? 0 : level);
	assert_int_equal(received->len, made.length);
	assert_memory_equal(received->bytes, made.bytes, made.length);
	assert_int_equal(received->gso | received->gso_size | received->segments, 0);
}

static void test_verdicts(void **state)
{
	struct end end;

	(void)state;
	end_open(&end, SIM_RX_CSUM);
	for (size_t i = 0; i < array_size(verdicts); i++) {
		make(&verdicts[i].content);
		assert_level(&end, verdicts[i].level);
		/* Padding changes nothing. */
		put_zeros(&made, 7);
		assert_level(&end, verdicts[i].level);
	}
	end.nic.offloads = 0;
	for (size_t i = 0; i < array_size(verdicts); i++) {
		make(&verdicts[i].content);
		assert_level(&end, -1);
	}
	end_close(&end);
}

/* What is wrong elsewhere than in a checksum of L4. */
static void test_other_faults(void **state)
{
	static const struct content plain = {.protocol = 6};
	static const struct content udp = {.protocol = 17};
	static const struct content tunnelled = {
		.outer = 'v', .protocol = 6, .outer_sum = SUM_ZERO};
	struct end end;

	(void)state;
	end_open(&end, SIM_RX_CSUM);
	make(&plain);
	made.bytes[14 + 10] ^= 1; /* IPv4 */
	assert_level(&end, -1);
	make(&plain);
	made.length--; /* shorter than its length */
	assert_level(&end, -1);
	make(&plain);
	set16(&made, 14 + 6, 0x2000); /* a fragment */
	set16(&made, 14 + 10, 0);
	set16(&made, 14 + 10, 65535u - folded(words_total(made.bytes + 14, 20)));
	assert_level(&end, -1);
	make(&udp);
	set16(&made, 14 + 20 + 4, 300); /* the length of UDP */
	assert_level(&end, -1);
	/* The stack would take the level for the outer header, of which nothing is known. */
	make(&tunnelled);
	set16(&made, 14 + 20 + 4, 300);
	assert_level(&end, -1);
	make(&tunnelled);
	made.bytes[14 + 20 + 8 + 8 + 14 + 10] ^= 1; /* the inner IPv4 */
	assert_level(&end, -1);
	end_close(&end);
}

/* The sum is of all behind the Ethernet header. */
static void test_complete(void **state)
{
	struct end end;

	(void)state;
	end_open(&end, SIM_RX_CSUM | SIM_RX_CSUM_COMPLETE);
	for (size_t i = 0; i < array_size(verdicts); i++) {
		const struct content *content = &verdicts[i].content;
		const struct sim_received *received;
		bool wrong = content->sum == SUM_WRONG || content->sum == SUM_PARTIAL ||
			     content->outer_sum == SUM_WRONG;

		make(content);
		put_filler(&made, 3);
		received = receive_made(&end);
		assert_int_equal(received->csum, wrong ? SIM_CSUM_NONE : SIM_CSUM_COMPLETE);
		if (!wrong)
			assert_int_equal(received->csum_sum,
					 folded(words_total(made.bytes + 14, made.length - 14)));
	}
	end_close(&end);
}

/* --- tags and hash ------------------------------------------------------------------------------ */

static void put_tag(struct packet *frame, uint16_t type, uint16_t tag)
{
	memmove(frame->bytes + 16, frame->bytes + 12, frame->length - 12);
	frame->length += 4;
	set16(frame, 12, type);
	set16(frame, 14, tag);
}

static void test_tags(void **state)
{
	static const struct content content = {.protocol = 6};
	static const uint16_t types[] = {0x8100, 0x88a8};
	static struct packet bare;
	struct end end;

	(void)state;
	end_open(&end, SIM_RX_CSUM);
	for (size_t i = 0; i < 8; i++) {
		const struct sim_received *received;
		bool strip = i & 1, two = i & 2;
		uint16_t type = types[i >> 2];

		make(&content);
		if (two)
			put_tag(&made, 0x8100, 0x0222);
		bare = made;
		put_tag(&made, type, 0x6111);
		end.nic.offloads = SIM_RX_CSUM | (strip ? SIM_RX_VLAN : 0);
		if (i == 5)
			end.nic.offloads |= SIM_RX_CSUM_COMPLETE;
		received = receive_made(&end);
		assert_int_equal(received->has_tag, strip);
		if (strip) {
			assert_int_equal(received->tag_type, type);
			assert_int_equal(received->tag, 0x6111);
			assert_int_equal(received->len, bare.length);
			assert_memory_equal(received->bytes, bare.bytes, bare.length);
		} else {
			assert_memory_equal(received->bytes, made.bytes, made.length);
		}
		if (i == 5)
			assert_int_equal(received->csum_sum,
					 folded(words_total(bare.bytes + 14, bare.length - 14)));
		else
			assert_int_equal(received->csum, SIM_CSUM_UNNECESSARY);
	}
	end_close(&end);
}

/* What is too short for a tag and a type has none. */
static void test_short_tags(void **state)
{
	struct end end;

	(void)state;
	end_open(&end, SIM_RX_VLAN | SIM_RX_CSUM | SIM_RX_HASH);
	made.length = 0;
	put_ethernet(&made, 0x8100);
	put_integer(&made, 5, 2);
	put_integer(&made, 0x0800, 2);
	assert_true(receive_made(&end)->has_tag);
	while (made.length-- > 0)
		assert_false(receive_made(&end)->has_tag);
	end_close(&end);
}

static void test_hash(void **state)
{
	static const struct content content = {.protocol = 6};
	struct sim_packet packet;
	enum sim_hash type;
	struct end end;

	(void)state;
	end_open(&end, SIM_RX_HASH);
	memset(end.nic.rss_key, 0x6d, sizeof(end.nic.rss_key));
	make(&content);
	sim_packet_read(&packet, made.bytes, made.length, &end.nic.ports);
	assert_int_equal(receive_made(&end)->hash,
			 sim_rss_hash(&end.nic, &packet, made.bytes, &type));
	assert_int_equal(end.seen[0].hash_type, SIM_HASH_L4);
	end.nic.offloads = 0;
	assert_int_equal(receive_made(&end)->hash_type, SIM_HASH_NONE);
	end_close(&end);
}

/* --- trains ------------------------------------------------------------------------------------- */

/* @expected: payload in bytes of what goes up, in order: "300 100", with "*" behind what waited for the end. */
static void assert_trains(struct end *end, const struct seg *segs, uint32_t count,
			  const char *expected)
{
	struct text text = {0};
	unsigned int waited;

	end_forget(end);
	for (uint32_t i = 0; i < count; i++) {
		put_seg(&made, &segs[i]);
		end_receive(end, made.bytes, made.length);
	}
	waited = end->nseen;
	end_poll(end);
	for (unsigned int i = 0; i < end->nseen; i++) {
		struct sim_packet packet;

		sim_packet_read(&packet, end->seen[i].bytes, end->seen[i].len, &end->nic.ports);
		text_printf(&text, "%s%u%s", i ? " " : "", end->seen[i].len - packet.payload,
			    i < waited ? "" : "*");
	}
	assert_string_equal(text.chars, expected);
	text_free(&text);
}

static void test_lro(void **state)
{
	struct seg segs[5];
	struct end end;

	(void)state;
	end_open(&end, SIM_RX_CSUM | SIM_RX_LRO);
	make_train(segs, 5);
	assert_trains(&end, segs, 5, "500*");
	for (uint32_t i = 0; i < 5; i++) {
		segs[i].stamps = true;
		segs[i].tsval = UINT32_MAX - 2 + i; /* wraps */
		segs[i].id = (uint16_t)(i * i);
	}
	assert_trains(&end, segs, 5, "500*");
	/* The latest. */
	assert_int_equal(sim_get32(end.seen[0].bytes + 14 + 20 + 24), 1);
	segs[3].tsval = 0xfffffff0;
	assert_trains(&end, segs, 5, "300 200*");
	make_train(segs, 5);
	segs[2].flags |= TCP_PSH;
	assert_trains(&end, segs, 5, "300 200*");
	assert_true(end.seen[0].bytes[14 + 20 + 13] & TCP_PSH);
	make_train(segs, 5);
	segs[3].ack++;
	assert_trains(&end, segs, 5, "300 100 100*");
	make_train(segs, 5);
	segs[3].window++;
	assert_trains(&end, segs, 5, "300 100 100*");
	make_train(segs, 5);
	segs[3].flags |= TCP_FIN;
	assert_trains(&end, segs, 5, "300 100 100*");
	make_train(segs, 5);
	for (uint32_t i = 0; i < 5; i++)
		segs[i].vxlan = true;
	assert_trains(&end, segs, 5, "100 100 100 100 100");
	end.nic.offloads = SIM_RX_LRO; /* what was not checked is not merged */
	make_train(segs, 5);
	assert_trains(&end, segs, 5, "100 100 100 100 100");
	end_close(&end);
}

/* What was overlooked stands in the first header as it was. */
static void assert_overlooked(struct end *end, unsigned int quirk)
{
	struct seg segs[4];

	make_train(segs, 4);
	if (quirk == NO_ACK)
		segs[2].ack = 99;
	else
		segs[2].window = 99;
	assert_trains(end, segs, 4, "200 100 100*");
	sim_quirk_set(&end->nic.quirks, quirk, 1);
	assert_trains(end, segs, 4, "400*");
	assert_int_equal(sim_get32(end->seen[0].bytes + 14 + 20 + 8), segs[0].ack);
	assert_int_equal(sim_get16(end->seen[0].bytes + 14 + 20 + 14), segs[0].window);
	sim_quirk_set(&end->nic.quirks, quirk, 0);
	assert_trains(end, segs, 4, "200 100 100*");
}

static void test_overlook(void **state)
{
	static const uint32_t merges[] = {SIM_RX_LRO, SIM_RX_GRO_HW};
	struct end end;

	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		end_open(&end, SIM_RX_CSUM | merges[i]);
		assert_overlooked(&end, NO_ACK);
		assert_overlooked(&end, NO_WINDOW);
		end_close(&end);
	}
}

static void test_hooks(void **state)
{
	struct seg segs[6];
	struct end end;

	(void)state;
	end_open(&end, SIM_RX_CSUM | SIM_RX_GRO_HW | SIM_RX_VLAN);
	make_train(segs, 6);
	/* What is not believed is not merged either. */
	sim_quirk_set(&end.nic.quirks, DOUBTS, 3);
	assert_trains(&end, segs, 6, "200 100 200 100");
	assert_int_equal(end.seen[1].csum, SIM_CSUM_NONE);
	sim_quirk_set(&end.nic.quirks, DOUBTS, 0);
	/* What is wrong is not merged, whatever is said of it. */
	sim_quirk_set(&end.nic.quirks, BELIEVES, 1);
	segs[2].bad_sum = true;
	assert_trains(&end, segs, 6, "200 100 300*");
	assert_int_equal(end.seen[1].csum, SIM_CSUM_UNNECESSARY);
	segs[2].bad_sum = false;
	sim_quirk_set(&end.nic.quirks, BELIEVES, 0);
	/* Merged, held alone, passed with and without a copy that was made before. */
	sim_quirk_set(&end.nic.quirks, SPOILS, 0x5a);
	segs[3].flags |= TCP_FIN;
	segs[4].len = 0;
	segs[5].vlan = 7;
	assert_trains(&end, segs, 6, "400 0 100*");
	for (unsigned int i = 0; i < end.nseen; i++) {
		assert_int_equal(end.seen[i].bytes[0], 0x5a);
		assert_int_equal(end.seen[i].hash, 0x5a);
	}
	end_close(&end);
}

/* Segments that would follow each other, but for a tag that was stripped. */
static void test_other_tag(void **state)
{
	static const uint16_t tags[][2] = {{0x8100, 5}, {0x8100, 6}, {0x88a8, 5}};
	struct seg segs[2];
	struct end end;

	(void)state;
	end_open(&end, SIM_RX_CSUM | SIM_RX_GRO_HW | SIM_RX_VLAN);
	make_train(segs, 2);
	for (unsigned int i = 0; i < 3 * 4; i++) {
		bool same = i / 4 == i % 4;

		end_forget(&end);
		put_seg(&made, &segs[0]);
		put_tag(&made, tags[i / 4][0], tags[i / 4][1]);
		end_receive(&end, made.bytes, made.length);
		put_seg(&made, &segs[1]);
		if (i % 4 < 3)
			put_tag(&made, tags[i % 4][0], tags[i % 4][1]);
		end_receive(&end, made.bytes, made.length);
		end_poll(&end);
		assert_int_equal(end.nseen, same ? 1 : 2);
		assert_int_equal(end.seen[0].tag_type, tags[i / 4][0]);
		assert_int_equal(end.seen[0].tag, tags[i / 4][1]);
	}
	end_close(&end);
}

/* Another flow label makes another train; what cannot be in one waits for none. */
static void test_label(void **state)
{
	struct seg segs[4];
	struct end end;

	(void)state;
	end_open(&end, SIM_RX_CSUM | SIM_RX_GRO_HW);
	make_train(segs, 4);
	for (uint32_t i = 0; i < 4; i++)
		segs[i].ipv6 = true;
	segs[2].label = segs[3].label = 9;
	assert_trains(&end, segs, 4, "200* 200*");
	segs[3].len = 0;
	assert_trains(&end, segs, 4, "200 100 0");
	segs[3].label = 0;
	assert_trains(&end, segs, 4, "200 100 0");
	end_close(&end);
}

/* Not merged, and not ahead of what came before. Of a fragment, all bytes are counted. */
static void test_not_plain(void **state)
{
	static const uint32_t merges[] = {SIM_RX_LRO, SIM_RX_GRO_HW};
	struct seg segs[4];
	struct end end;

	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		end_open(&end, SIM_RX_CSUM | merges[i]);
		make_train(segs, 4);
		segs[2].fragment = true;
		assert_trains(&end, segs, 4, "200 154 100*");
		make_train(segs, 4);
		segs[2].options = segs[3].options = true;
		assert_trains(&end, segs, 4, "200 100 100");
		make_train(segs, 4);
		segs[2].pad = 3;
		assert_trains(&end, segs, 4, "200 103 100*");
		end_close(&end);
	}
}

/* Options that are no timestamps have to be the same. */
static void test_lro_options(void **state)
{
	struct seg segs[4];
	struct end end;

	(void)state;
	end_open(&end, SIM_RX_CSUM | SIM_RX_LRO);
	make_train(segs, 4);
	for (uint32_t i = 0; i < 4; i++) {
		segs[i].sack = true;
		put_seg(&made, &segs[i]);
		set32(&made, 14 + 20 + 20 + 8, 2 + i / 2);
		end_tcp(&made, 14, 14 + 20, SUM_RIGHT);
		end_receive(&end, made.bytes, made.length);
	}
	end_poll(&end);
	assert_int_equal(end.nseen, 2);
	assert_int_equal(end.seen[1].segments, 2);
	end_close(&end);
}

/* What GRO would lose: timestamps, and an urgent pointer though it means nothing. */
static void test_kept(void **state)
{
	struct seg segs[4];
	struct end end;

	(void)state;
	end_open(&end, SIM_RX_CSUM | SIM_RX_GRO_HW);
	make_train(segs, 4);
	for (uint32_t i = 0; i < 4; i++) {
		segs[i].stamps = true;
		segs[i].tsval = i / 2;
	}
	assert_trains(&end, segs, 4, "200 200*");
	end_forget(&end);
	for (uint32_t i = 0; i < 4; i++) {
		segs[i].tsval = 0;
		put_seg(&made, &segs[i]);
		set16(&made, 14 + 20 + 18, i / 2);
		end_tcp(&made, 14, 14 + 20, SUM_RIGHT);
		end_receive(&end, made.bytes, made.length);
	}
	end_poll(&end);
	assert_int_equal(end.nseen, 2);
	assert_int_equal(end.seen[1].segments, 2);
	end_close(&end);
}

/* Nine flows at once: the oldest has to make room, each time. */
static void test_full(void **state)
{
	struct seg train[2], segs[18];
	struct end end;

	(void)state;
	end_open(&end, SIM_RX_CSUM | SIM_RX_GRO_HW);
	make_train(train, 2);
	for (uint32_t i = 0; i < 18; i++) {
		segs[i] = train[i / 9];
		segs[i].len = 100 + i % 9;
		segs[i].seq = 1000 + i / 9 * segs[i].len;
		segs[i].sport = (uint16_t)(i % 9);
	}
	assert_trains(&end, segs, 8, "100* 101* 102* 103* 104* 105* 106* 107*");
	assert_trains(&end, segs, 9, "100 101* 102* 103* 104* 105* 106* 107* 108*");
	assert_trains(&end, segs, 18,
		      "100 101 102 103 104 105 106 107 108 100 101* 102* 103* 104* 105* 106* 107* "
		      "108*");
	end_close(&end);
}

/* The longest that an IP packet and the memory can be. */
static void test_longest(void **state)
{
	struct seg segs[80];
	struct end end;

	(void)state;
	end_open(&end, SIM_RX_CSUM | SIM_RX_GRO_HW);
	make_train(segs, 80);
	for (uint32_t i = 0; i < 80; i++) {
		segs[i].len = 1000;
		segs[i].seq = 1000 * i;
	}
	assert_trains(&end, segs, 80, "65000 15000*");
	segs[65].len = 65536 - 14 - 40 - 65000;
	segs[66].seq = segs[65].seq + segs[65].len;
	assert_trains(&end, segs, 67, "65482 1000*");
	segs[65].len++;
	segs[66].seq++;
	assert_trains(&end, segs, 67, "65000 483 1000*");
	end_close(&end);
}

/* Told to stop, or without memory: what waits goes up first, and nothing waits any more. */
static void test_stop(void **state)
{
	struct seg segs[4];
	struct end end;

	(void)state;
	end_open(&end, SIM_RX_CSUM | SIM_RX_GRO_HW);
	make_train(segs, 4);
	put_seg(&made, &segs[0]);
	end_receive(&end, made.bytes, made.length);
	put_seg(&made, &segs[1]);
	end_receive(&end, made.bytes, made.length);
	assert_int_equal(end.nseen, 0);
	end.nic.offloads = SIM_RX_CSUM;
	put_seg(&made, &segs[2]);
	end_receive(&end, made.bytes, made.length);
	assert_int_equal(end.nseen, 2);
	assert_int_equal(end.seen[0].segments, 2);
	/* From one way of merging to the other. */
	end.nic.offloads = SIM_RX_CSUM | SIM_RX_GRO_HW;
	end_forget(&end);
	for (unsigned int i = 0; i < 4; i++) {
		put_seg(&made, &segs[i]);
		end_receive(&end, made.bytes, made.length);
		if (i == 1)
			end.nic.offloads = SIM_RX_CSUM | SIM_RX_LRO;
	}
	end_poll(&end);
	assert_int_equal(end.nseen, 2);
	assert_int_equal(end.seen[0].csum, SIM_CSUM_PARTIAL);
	assert_int_equal(end.seen[1].csum, SIM_CSUM_UNNECESSARY);
	for (unsigned int i = 0; i < SIM_TRAINS; i++) {
		free(end.queue.trains[i].bytes);
		end.queue.trains[i].bytes = NULL;
	}
	end.nic.offloads = SIM_RX_CSUM | SIM_RX_GRO_HW | SIM_RX_LRO;
	assert_trains(&end, segs, 4, "100 100 100 100");
	end_close(&end);
}

/* --- anything ----------------------------------------------------------------------------------- */

static uint32_t draw(uint64_t *random, uint32_t below)
{
	*random ^= *random << 13;
	*random ^= *random >> 7;
	*random ^= *random << 17;
	return (uint32_t)(*random >> 20) % below;
}

/* Segments of three connections at random, some of them alone. */
static struct seg random_seg(uint64_t *random, struct seg *flows)
{
	struct seg *flow = &flows[draw(random, 3)], seg;

	flow->len = draw(random, 4) ? 100 : draw(random, 120);
	flow->flags = draw(random, 6) ? TCP_ACK : (uint8_t)(TCP_ACK | draw(random, 64));
	flow->ack += !draw(random, 9);
	flow->options = !draw(random, 12);
	flow->fragment = false;
	flow->bad_sum = !draw(random, 12);
	seg = *flow;
	flow->seq += flow->len;
	flow->id++;
	flow->outer_id++;
	return seg;
}

/* Of one connection nothing overtakes: what goes up begins where the last ended. */
static void assert_in_order(const struct end *end, const struct seg *flows, const uint32_t *first)
{
	uint32_t next[3] = {first[0], first[1], first[2]};

	for (unsigned int i = 0; i < end->nseen; i++) {
		const struct sim_received *received = &end->seen[i];
		struct sim_packet packet;
		uint32_t flow;
		const uint8_t *tcp;

		sim_packet_read(&packet, received->bytes, received->len, &end->nic.ports);
		tcp = received->bytes + sim_inner(&packet)->l4;
		flow = sim_get16(tcp) - 40001u;
		assert_in_range(flow, 0, 2);
		assert_int_equal(sim_get32(tcp + 4), next[flow]);
		next[flow] += received->len - packet.payload;
	}
	for (unsigned int i = 0; i < 3; i++)
		assert_int_equal(next[i], flows[i].seq);
}

static void test_order(void **state)
{
	static const uint32_t merges[] = {SIM_RX_LRO, SIM_RX_GRO_HW};
	uint64_t random = 12345;
	struct end end;

	(void)state;
	for (unsigned int round = 0; round < 3000; round++) {
		struct seg flows[3];
		uint32_t first[3];

		end_open(&end, SIM_RX_CSUM | merges[round % 2]);
		make_train(flows, 3);
		for (unsigned int i = 0; i < 3; i++) {
			flows[i].sport = (uint16_t)i;
			flows[i].vxlan = round % 4 == 3;
			first[i] = flows[i].seq = draw(&random, UINT32_MAX);
		}
		for (unsigned int i = 0; i < 40; i++) {
			struct seg seg = random_seg(&random, flows);

			put_seg(&made, &seg);
			end_receive(&end, made.bytes, made.length);
			if (!draw(&random, 30))
				end_poll(&end);
		}
		end_poll(&end);
		assert_in_order(&end, flows, first);
		end_close(&end);
	}
}

/* Any bytes, with all that can be switched on; what goes in comes out. */
static void test_anything(void **state)
{
	uint64_t random = 777;
	struct end end;

	(void)state;
	for (unsigned int round = 0; round < 4000; round++) {
		struct seg segs[20];
		unsigned int out = 0;

		end_open(&end, draw(&random, 64) << 14);
		sim_quirk_set(&end.nic.quirks, draw(&random, 4), draw(&random, 3));
		make_train(segs, 20);
		for (unsigned int i = 0; i < 20; i++) {
			segs[i].vxlan = round & 1;
			segs[i].outer_sum = round & 2;
			segs[i].ipv6 = round & 4;
			put_seg(&made, &segs[i]);
			for (unsigned int j = draw(&random, 4); j-- > 0;)
				made.bytes[draw(&random, 130)] = (uint8_t)draw(&random, 256);
			if (!draw(&random, 4))
				made.length = draw(&random, made.length + 1);
			end_receive(&end, made.bytes, made.length);
		}
		end_poll(&end);
		for (unsigned int i = 0; i < end.nseen; i++)
			out += end.seen[i].segments ? end.seen[i].segments : 1;
		assert_int_equal(out, 20);
		end_close(&end);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verdicts),    cmocka_unit_test(test_other_faults),
		cmocka_unit_test(test_complete),    cmocka_unit_test(test_tags),
		cmocka_unit_test(test_short_tags),  cmocka_unit_test(test_hash),
		cmocka_unit_test(test_lro),	    cmocka_unit_test(test_overlook),
		cmocka_unit_test(test_hooks),	    cmocka_unit_test(test_other_tag),
		cmocka_unit_test(test_label),	    cmocka_unit_test(test_full),
		cmocka_unit_test(test_lro_options), cmocka_unit_test(test_kept),
		cmocka_unit_test(test_not_plain),   cmocka_unit_test(test_longest),
		cmocka_unit_test(test_stop),	    cmocka_unit_test(test_order),
		cmocka_unit_test(test_anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
