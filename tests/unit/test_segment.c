/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is each difference between two segments named that keeps a receiver from merging them, and no
 * other? Asked of whole analyses: that is where segments meet their flows.
 */
#include "tests/unit/sight_bytes.h"

static struct run run;

static int setup(void **state)
{
	(void)state;
	run_open(&run);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	run_close(&run);
	return 0;
}

/* Begin anew with other flows. */
static void restart(void)
{
	teardown(NULL);
	setup(NULL);
}

static const struct sight *see(const struct shape *shape)
{
	feed(&run, shape);
	assert_non_null(run.sight->flow);
	return run.sight;
}

#define traits_of(sight) ((sight)->traits & (BREAKS | TRAIT_PAIR))

/* Compare two segments; what they show but for TRAIT_PAIR. */
static void assert_breaks(const struct shape *first, const struct shape *second, uint64_t breaks)
{
	const struct sight *sight;

	restart();
	see(first);
	sight = see(second);
	if (traits_of(sight) != (TRAIT_PAIR | breaks))
		fail_msg("%llx instead of %llx", (unsigned long long)traits_of(sight),
			 (unsigned long long)(TRAIT_PAIR | breaks));
	assert_int_equal(sight->flow->pairs, 1);
	assert_int_equal(sight->flow->mergeable, breaks == 0);
	assert_int_equal(sight->flow->in_order, !(breaks & BREAK_SEQ));
}

/* The four kinds of stack: v4, v6, and VXLAN with v4 or v6 on both sides. */
static struct shape stack(unsigned int i)
{
	struct shape shape = base_shape;

	shape.tunnel = i & 2;
	shape.v6 = i & 1 ? 3 : 0;
	return shape;
}

#define for_each_stack(i) for (unsigned int i = 0; i < 4; i++)

static void test_nothing_differs(void **state)
{
	(void)state;
	for_each_stack(i)
	{
		struct shape first = stack(i), second = next_of(&first);

		assert_breaks(&first, &second, 0);
	}
}

/* What is in the way of every stack. */
static void test_tcp(void **state)
{
	(void)state;
	for_each_stack(i)
	{
		struct shape first = stack(i), second;

		second = next_of(&first);
		second.seq++;
		assert_breaks(&first, &second, BREAK_SEQ);
		second = next_of(&first);
		second.seq -= first.payload;
		assert_breaks(&first, &second, BREAK_SEQ);
		second = next_of(&first);
		second.payload++;
		assert_breaks(&first, &second, BREAK_SIZE);
		second = next_of(&first);
		second.payload--;
		assert_breaks(&first, &second, 0);
		second = next_of(&first);
		second.ack++;
		assert_breaks(&first, &second, BREAK_ACK);
		second = next_of(&first);
		second.window--;
		assert_breaks(&first, &second, BREAK_WINDOW);
		second = next_of(&first);
		second.ttl--;
		assert_breaks(&first, &second, BREAK_TTL);
		second = next_of(&first);
		second.tos = 3;
		assert_breaks(&first, &second, BREAK_TOS);
	}
}

/* Numbers wrap: 2^32 for sequences, 2^16 for IDs. */
static void test_wrap(void **state)
{
	struct shape first = stack(2), second;

	(void)state;
	first.seq = UINT32_MAX - 99;
	first.id = first.oid = 65535;
	second = next_of(&first);
	assert_int_equal(second.id, 0);
	assert_int_equal(second.seq, 900);
	assert_breaks(&first, &second, 0);
}

static void test_flags(void **state)
{
	/* FIN and PSH may join a train and end it; all else is in the way. */
	static const struct {
		uint8_t first, second;
		uint64_t breaks;
	} cases[] = {
		{TCP_ACK, TCP_ACK | TCP_FIN, 0},
		{TCP_ACK, TCP_ACK | TCP_PSH, 0},
		{TCP_ACK | TCP_PSH, TCP_ACK, BREAK_PUSH},
		{TCP_ACK | TCP_PSH, TCP_ACK | TCP_PSH, BREAK_PUSH},
		{TCP_ACK, TCP_ACK | TCP_URG, BREAK_FLAGS},
		{TCP_ACK, TCP_ACK | TCP_RST, BREAK_FLAGS},
		{TCP_ACK, TCP_ACK | TCP_SYN, BREAK_FLAGS},
		{TCP_ACK, TCP_ACK | TCP_ECE, BREAK_FLAGS},
		{TCP_ACK, TCP_ACK | TCP_CWR, BREAK_FLAGS},
		{TCP_ACK | TCP_CWR, TCP_ACK | TCP_CWR, BREAK_FLAGS},
		{TCP_ACK | TCP_ECE, TCP_ACK | TCP_ECE, 0},
	};

	(void)state;
	for (size_t i = 0; i < array_size(cases); i++) {
		struct shape first = base_shape, second = next_of(&first);

		first.flags = cases[i].first;
		second.flags = cases[i].second;
		assert_breaks(&first, &second, cases[i].breaks);
	}
}

/* "0101080a VALUE ECHO": two NOPs and timestamps, as most write them; and in other orders. */
static void test_options(void **state)
{
	static const struct {
		const char *first, *second;
		uint64_t breaks;
	} cases[] = {
		{"0101080a 00000001 00000002", "0101080a 00000001 00000002", 0},
		{"0101080a 00000001 00000002", "0101080a 00000009 00000002", BREAK_TIMESTAMP},
		{"0101080a 00000001 00000002", "0101080a 00000001 00000009", BREAK_TIMESTAMP},
		{"080a 00000001 00000002 0101", "080a 00000001 00000002 0101", 0},
		{"080a 00000001 00000002 0101", "080a 00000001 00000003 0101", BREAK_TIMESTAMP},
		{"0101080a 00000001 00000002", "080a 00000001 00000002 0101", BREAK_OPTIONS},
		{"", "01010101", BREAK_OPTIONS},
		{"0101080a 00000001 00000002", "", BREAK_OPTIONS},
		{"fe040001", "fe040001", 0},
		{"fe040001", "fe040002", BREAK_OPTIONS},
		/* Lengths that lie: of 0, beyond the header, and cut off; equal bytes are equal. */
		{"fe000001", "fe000001", 0},
		{"fe000001", "fe000002", BREAK_OPTIONS},
		{"fe090001", "fe090001", 0},
		{"fe090001", "fe090002", BREAK_OPTIONS},
		{"0101 01fe", "0101 01fe", 0},
		{"0101 0108", "0101 01fe", BREAK_OPTIONS},
		{"00000000", "00000000", 0},
		{"00000001", "00000002", BREAK_OPTIONS},
	};

	(void)state;
	for (size_t i = 0; i < array_size(cases); i++) {
		struct shape first = base_shape, second = next_of(&first);

		first.options = cases[i].first;
		second.options = cases[i].second;
		assert_breaks(&first, &second, cases[i].breaks);
	}
}

static void test_outer_headers(void **state)
{
	(void)state;
	for (unsigned int v6 = 0; v6 < 4; v6++) {
		struct shape first = stack(2), second;

		first.v6 = v6;
		second = next_of(&first);
		second.ottl--;
		assert_breaks(&first, &second, BREAK_TTL);
		second = next_of(&first);
		second.otos = 1;
		assert_breaks(&first, &second, BREAK_TOS);
		second = next_of(&first);
		second.osport++;
		assert_breaks(&first, &second, BREAK_SRC_PORT);
		second = next_of(&first);
		second.outer_sum = SUM_RIGHT;
		assert_breaks(&first, &second, BREAK_UDP_CSUM);
		assert_breaks(&second, &second, BREAK_SEQ);
		second = next_of(&first);
		second.olabel = second.label = 77;
		assert_breaks(&first, &second, v6 ? BREAK_LABEL : 0);
	}
}

/* One step of an ID: what it breaks by level and DF bit. */
static void check_id(bool tunnel, bool outer, bool df, uint16_t step, uint64_t breaks)
{
	struct shape first = base_shape, second;

	first.tunnel = tunnel;
	first.df = first.odf = df;
	second = next_of(&first);
	if (outer)
		second.oid = first.oid + step;
	else
		second.id = first.id + step;
	assert_breaks(&first, &second, breaks);
}

static void test_ids(void **state)
{
	static const uint16_t others[] = {2, 3, 100, 0x8000, 65535};

	(void)state;
	for (unsigned int i = 0; i < 4; i++) {
		bool tunnel = i & 1, df = i & 2;

		check_id(tunnel, false, df, 1, 0);
		check_id(tunnel, false, df, 0, df ? 0 : BREAK_ID_INNER_CONST);
		for (size_t j = 0; j < array_size(others); j++)
			check_id(tunnel, false, df, others[j], BREAK_ID_INNER);
		if (!tunnel)
			continue;
		check_id(tunnel, true, df, 1, 0);
		check_id(tunnel, true, df, 0, df ? 0 : BREAK_ID_OUTER_CONST);
		for (size_t j = 0; j < array_size(others); j++)
			check_id(tunnel, true, df, others[j], BREAK_ID_OUTER);
	}
}

static void test_df(void **state)
{
	struct shape first = stack(2), second = next_of(&first);

	(void)state;
	second.df = false;
	assert_breaks(&first, &second, BREAK_DF);
	assert_breaks(&second, &second, BREAK_SEQ | BREAK_ID_INNER_CONST);
	second = next_of(&first);
	second.odf = false;
	assert_breaks(&first, &second, BREAK_DF);
}

/* What is wrong with a segment whatever came before. */
static void test_alone(void **state)
{
	(void)state;
	for_each_stack(i)
	{
		struct shape first = stack(i), second = next_of(&first);

		second.sum = SUM_WRONG;
		assert_breaks(&first, &second, BREAK_CSUM);
		if (i < 2) {
			second = next_of(&first);
			second.pad = 1;
			assert_breaks(&first, &second, BREAK_PADDED);
		}
		if (i & 1)
			continue;
		second = next_of(&first);
		second.ipv4_sum = SUM_WRONG;
		assert_breaks(&first, &second, BREAK_CSUM);
		second = next_of(&first);
		second.ip_options = "94040000";
		assert_breaks(&first, &second, BREAK_IP_OPTIONS);
	}
}

/* And it still is in the way of the segment behind it. */
static void test_alone_before(void **state)
{
	struct shape first = base_shape, second = next_of(&first);

	(void)state;
	first.pad = 1;
	assert_breaks(&first, &second, BREAK_PADDED);
	first = base_shape;
	first.sum = SUM_WRONG;
	assert_breaks(&first, &second, BREAK_CSUM);
}

/* A segment in IPv4 in IPv4 */
static const struct sight *see_ipip(const struct shape *shape)
{
	struct packet *packet = &run.packet;
	uint32_t outer, ip, tcp;
	struct frame frame;

	packet->length = 0;
	put_ethernet(packet, 0x0800);
	outer = put_ipv4(packet, 4);
	set_ip(packet, outer, shape, true);
	ip = put_shape_ip(packet, shape);
	tcp = put_shape_l4(packet, shape);
	end_ip(packet, ip);
	end_tcp(packet, ip, tcp, SUM_RIGHT);
	end_ip(packet, outer);
	frame = frame_of(packet, ++run.number);
	feed_frame(&run, &frame);
	return run.sight;
}

/* Outer headers count where no UDP header tells that there are any. */
static void test_tunnel_without_udp(void **state)
{
	struct shape shape = base_shape;
	const struct sight *sight;

	(void)state;
	see_ipip(&shape);
	shape = next_of(&shape);
	sight = see_ipip(&shape);
	assert_int_equal(traits_of(sight), TRAIT_PAIR);
	assert_int_equal(sight->id_valid, 1u << LEVEL_INNER | 1u << LEVEL_OUTER);
	shape = next_of(&shape);
	shape.ottl--;
	shape.oid += 5;
	assert_int_equal(traits_of(see_ipip(&shape)), TRAIT_PAIR | BREAK_TTL | BREAK_ID_OUTER);
}

/* A train has segments of one size; a shorter one ends it. */
static void test_trains(void **state)
{
	static const uint32_t payloads[] = {1000, 1000, 900, 1000, 1000, 1001,
					    1001, 1000, 500, 500,  300,	 300};
	static const uint64_t breaks[] = {0, 0, 0,	    BREAK_SIZE, 0, BREAK_SIZE,
					  0, 0, BREAK_SIZE, 0,		0, BREAK_SIZE};
	struct shape shape = base_shape;

	(void)state;
	for (size_t i = 0; i < array_size(payloads); i++) {
		const struct sight *sight;

		shape.payload = payloads[i];
		sight = see(&shape);
		assert_int_equal(sight->traits & BREAKS, breaks[i]);
		assert_int_equal(sight->flow->pairs, i);
		shape = next_of(&shape);
	}
}

/* Only segments with payload make pairs: not acknowledgements, UDP, nor what comes first. */
static void test_no_pairs(void **state)
{
	struct shape shape = base_shape, ack;
	const struct sight *sight;

	(void)state;
	sight = see(&shape);
	assert_int_equal(traits_of(sight), 0);
	ack = next_of(&shape);
	ack.payload = 0;
	sight = see(&ack);
	assert_int_equal(traits_of(sight), 0);
	shape = next_of(&ack);
	sight = see(&shape);
	assert_int_equal(traits_of(sight), 0);
	assert_int_equal(sight->flow->pairs, 0);
	shape.udp = true;
	see(&shape);
	shape = next_of(&shape);
	shape.ttl = 3;
	sight = see(&shape);
	assert_int_equal(traits_of(sight), 0);
	/* IDs are compared all the same. */
	shape.id += 5;
	sight = see(&shape);
	assert_int_equal(traits_of(sight), BREAK_ID_INNER);
	assert_int_equal(sight->flow->pairs, 0);
}

static void test_directions(void **state)
{
	struct shape shape = base_shape, back = base_shape;
	const struct sight *sight;

	(void)state;
	back.reverse = true;
	back.id = 9;
	see(&shape);
	see(&back);
	shape = next_of(&shape);
	back = next_of(&back);
	sight = see(&shape);
	assert_int_equal(traits_of(sight), TRAIT_PAIR);
	sight = see(&back);
	assert_int_equal(traits_of(sight), TRAIT_PAIR);
	assert_int_equal(sight->flow->frames, 2);
}

/* Steps by level and DF bit, as they were made. */
static void test_step_counts(void **state)
{
	static const uint16_t steps[] = {1, 1, 1, 0, 0, 7};
	struct shape shape = stack(2);
	const struct sight *sight = NULL;

	(void)state;
	shape.df = false;
	see(&shape);
	for (size_t i = 0; i < array_size(steps); i++) {
		shape.id += steps[i];
		shape.oid += i ? 0 : 1;
		sight = see(&shape);
	}
	assert_int_equal(sight->flow->ids[LEVEL_INNER][0][ID_PLUS_ONE], 3);
	assert_int_equal(sight->flow->ids[LEVEL_INNER][0][ID_CONSTANT], 2);
	assert_int_equal(sight->flow->ids[LEVEL_INNER][0][ID_OTHER], 1);
	assert_int_equal(sight->flow->ids[LEVEL_INNER][1][ID_PLUS_ONE], 0);
	assert_int_equal(sight->flow->ids[LEVEL_OUTER][1][ID_PLUS_ONE], 1);
	assert_int_equal(sight->flow->ids[LEVEL_OUTER][1][ID_CONSTANT], 5);
	assert_int_equal(sight->flow->ids[LEVEL_OUTER][0][ID_CONSTANT], 0);
}

/* 10 segments of 1000 bytes in one frame take 10 IDs: no break, but a step that is not +1. */
static void test_strides(void **state)
{
	/* Steps after a merged frame of 10 000 bytes: as many as it may have had segments, or more. */
	static const struct {
		uint16_t step;
		uint64_t breaks;
	} cases[] = {
		{1, 0},
		{7, 0},
		{10, 0},
		{19, 0},
		{0, BREAK_ID_INNER_CONST},
		{200, BREAK_ID_INNER},
		{65000, BREAK_ID_INNER},
	};

	(void)state;
	for (size_t i = 0; i < array_size(cases); i++) {
		struct shape first = base_shape, second;
		const struct sight *sight;

		restart();
		first.payload = 10000;
		first.sum = SUM_PARTIAL;
		first.df = false;
		second = next_of(&first);
		second.id = first.id + cases[i].step;
		see(&first);
		sight = see(&second);
		assert_int_equal(traits_of(sight), cases[i].breaks);
		assert_true(sight->traits & TRAIT_AFTER_OVERSIZED);
		assert_int_equal(sight->flow->ids[LEVEL_INNER][0][ID_OTHER], cases[i].step > 1);
		assert_int_equal(sight->flow->pairs, 0);
	}
}

/* Merged frames are none of the wire: nothing is said of pairs with one. Jumbo frames are. */
static void test_merged(void **state)
{
	struct shape first = base_shape, second;

	(void)state;
	first.payload = 8000;
	second = next_of(&first);
	second.window++;
	assert_breaks(&first, &second, BREAK_WINDOW);
	restart();
	first.sum = second.sum = SUM_PARTIAL;
	see(&first);
	assert_int_equal(traits_of(see(&second)), 0);
	second = next_of(&second);
	second.payload = 1000;
	second.sum = SUM_RIGHT;
	second.ack++;
	assert_int_equal(traits_of(see(&second)), 0);
	second = next_of(&second);
	second.payload = 1000;
	second.ack++;
	assert_int_equal(traits_of(see(&second)), TRAIT_PAIR | BREAK_ACK);
}

/* Later fragments repeat the ID of the first one and have no sequence number. */
static void test_fragments(void **state)
{
	struct shape shape = base_shape;
	const struct sight *sight;

	(void)state;
	shape.udp = true;
	shape.df = false;
	see(&shape);
	shape.id++;
	shape.fragment = 0x2000;
	sight = see(&shape);
	assert_int_equal(traits_of(sight), 0);
	assert_true(sight->traits & TRAIT_FRAGMENT);
	shape.fragment = 0x0080;
	sight = see(&shape);
	assert_int_equal(traits_of(sight), 0);
	shape.fragment = 0;
	shape.id++;
	sight = see(&shape);
	assert_int_equal(traits_of(sight), 0);
	assert_int_equal(sight->flow->ids[LEVEL_INNER][0][ID_PLUS_ONE], 2);
	assert_int_equal(sight->flow->ids[LEVEL_INNER][0][ID_CONSTANT], 0);
}

/* An ICMP packet with this ID and fragment field; its later fragments belong to the same flow. */
static const struct sight *see_icmp(uint16_t id, uint16_t fragment)
{
	struct frame frame;

	run.packet.length = 0;
	put_ethernet(&run.packet, 0x0800);
	put_ipv4(&run.packet, 1);
	put_filler(&run.packet, 32);
	set16(&run.packet, 18, id);
	set16(&run.packet, 20, fragment);
	end_ip(&run.packet, 14);
	frame = frame_of(&run.packet, ++run.number);
	feed_frame(&run, &frame);
	assert_non_null(run.sight->flow);
	return run.sight;
}

/* Nothing is compared with a later fragment, nor is it compared with anything. */
static void test_later_fragments(void **state)
{
	const struct flow *flow = see_icmp(500, 0x0010)->flow;

	(void)state;
	assert_int_equal(see_icmp(100, 0x2000)->traits & BREAKS, 0);
	assert_int_equal(see_icmp(100, 0x0010)->traits & BREAKS, 0);
	assert_int_equal(see_icmp(700, 0x0020)->traits & BREAKS, 0);
	assert_int_equal(see_icmp(101, 0x2000)->traits & BREAKS, 0);
	assert_ptr_equal(run.sight->flow, flow);
	assert_int_equal(flow->frames, 5);
	assert_int_equal(flow->ids[LEVEL_INNER][0][ID_PLUS_ONE], 1);
	assert_int_equal(flow->ids[LEVEL_INNER][0][ID_CONSTANT], 0);
	assert_int_equal(flow->ids[LEVEL_INNER][0][ID_OTHER], 0);
}

/* Options behind the end of what was captured are no reason to read there. */
static void test_cut(void **state)
{
	struct shape first = base_shape, second;

	(void)state;
	first.options = "0101080a 00000001 00000002";
	first.cut = 54;
	second = next_of(&first);
	assert_breaks(&first, &second, 0);
	second.ack++;
	assert_breaks(&first, &second, BREAK_ACK);
}

#define test(name) cmocka_unit_test_setup_teardown(test_##name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(nothing_differs),
		test(tcp),
		test(wrap),
		test(flags),
		test(options),
		test(outer_headers),
		test(ids),
		test(df),
		test(alone),
		test(trains),
		test(no_pairs),
		test(directions),
		test(step_counts),
		test(strides),
		test(merged),
		test(fragments),
		test(later_fragments),
		test(cut),
		test(alone_before),
		test(tunnel_without_udp),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
