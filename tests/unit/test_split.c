/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is a merged frame split into just the frames that it was made of, whatever is around it?
 */
#include "tests/unit/stack_bytes.h"

/**
 * struct expected - what should come out
 * @stack, @segment, @payload, @flags, @fixed: of the merged frame
 * @captured: of the merged frame; 0 for all
 * @kept: a single frame, just as it was
 * @pieces: that came
 */
struct expected {
	const char *stack;
	uint32_t segment, payload, captured;
	uint8_t flags, fixed;
	bool kept;
	uint32_t pieces;
};

/* As csum_verify() sees it: all that has a checksum is right. */
static void assert_sums(const struct packet *packet, uint32_t link)
{
	struct frame frame = frame_of(packet, 1);
	struct capture_checksums counts = {0};
	uint8_t verdicts[VIEW_MAX_HEADERS];
	struct decoded decoded;
	uint32_t set;

	frame.link_type = link;
	decode_frame(&decoded, &frame, NULL);
	set = csum_verify(&decoded.view, sum_ops_best(), verdicts, &counts);
	assert_int_equal(set & ~(1u << CSUM_OK | 1u << CSUM_NONE), 0);
	assert_int_equal(decoded.view.flags,
			 link == LINK_SLL || link == LINK_SLL2 ? VIEW_OUTBOUND : 0);
	for (unsigned int i = 0; i < decoded.view.nheaders; i++)
		assert_int_equal(decoded.view.headers[i].end, packet->length);
	decoded_free(&decoded);
}

static int emit(void *context, const struct split_piece *piece)
{
	struct expected *expected = context;
	uint32_t from = piece->index * expected->segment, count;
	struct wish wish = {.from = from, .index = piece->index, .fixed = expected->fixed};

	count = expected->payload ? (expected->payload - 1) / expected->segment + 1 : 1;
	assert_int_equal(piece->index, expected->pieces++);
	assert_int_equal(piece->count, count);
	assert_true(piece->index < count);
	wish.len = piece->index + 1 < count ? expected->segment : expected->payload - from;
	wish.flags = expected->flags;
	if (piece->index + 1 < count)
		wish.flags &= (uint8_t) ~(FIN | PSH);
	if (piece->index)
		wish.flags &= (uint8_t)~CWR;
	wanted.length = 0;
	put_stack(&wanted, expected->stack, &wish, VIEW_NONE);
	assert_piece(piece, &wanted);
	assert_sums(&wanted, link_of(expected->stack));
	return 0;
}

static void build_merged(const struct expected *expected, struct wish wish)
{
	wish.len = expected->payload;
	wish.flags = expected->flags;
	wish.merged = true;
	merged.length = 0;
	put_stack(&merged, expected->stack, &wish, VIEW_NONE);
}

static void assert_split_frame(struct expected *expected, const struct frame *frame)
{
	struct split_size size = {
		.segment = expected->segment, .source = SPLIT_MSS, .fixed_id = expected->fixed};
	const char *reason = "";
	enum split_result result;

	expected->pieces = 0;
	result = split(frame, &size, emit, expected, &reason);
	if (reason)
		fail_msg("%s: refused: %s", expected->stack, reason);
	assert_int_equal(result, SPLIT_DONE);
	assert_int_equal(expected->pieces, (expected->payload - 1) / expected->segment + 1);
}

static void assert_split(struct expected expected, struct wish wish)
{
	struct frame frame;

	build_merged(&expected, wish);
	frame = merged_frame(expected.stack);
	assert_split_frame(&expected, &frame);
}

static void test_stacks(void **state)
{
	static const enum sum_kind l4[] = {SUM_PARTIAL, SUM_NOLEN, SUM_RIGHT, SUM_WRONG};
	static const enum sum_kind outer[] = {SUM_PARTIAL, SUM_RIGHT, SUM_WRONG};

	(void)state;
	for (size_t i = 0; i < array_size(stacks); i++) {
		for (size_t j = 0; j < array_size(l4) * array_size(outer); j++) {
			struct wish wish = {.l4 = l4[j % 4], .outer = outer[j / 4]};
			struct expected expected = {.stack = stacks[i], .segment = 1337};

			expected.payload = 9000 + (uint32_t)j;
			expected.flags = ACK | FIN | PSH | CWR;
			assert_split(expected, wish);
		}
	}
}

/* Last segments of every length, segments of an odd one, and one that is whole. */
static void test_lengths(void **state)
{
	(void)state;
	for (uint32_t payload = 1001; payload <= 2003; payload++) {
		struct expected expected = {.stack = payload & 1 ? "e4ue6t" : "e6d",
					    .segment = 1000 + payload % 2};

		expected.payload = payload;
		expected.flags = ACK;
		if (payload > expected.segment)
			assert_split(expected, (struct wish){.l4 = SUM_PARTIAL});
	}
}

/* IEEE 802.3 with a length, LLC and SNAP: outside, where frames are short, and in a tunnel. */
static void test_llc(void **state)
{
	(void)state;
	assert_split(
		(struct expected){.stack = "l4t", .segment = 300, .payload = 1301, .flags = ACK},
		(struct wish){.l4 = SUM_PARTIAL});
	assert_split((struct expected){.stack = "lq6t", .segment = 300, .payload = 1301},
		     (struct wish){.l4 = SUM_PARTIAL});
	assert_split((struct expected){.stack = "e4ul4t", .segment = 300, .payload = 1301},
		     (struct wish){.l4 = SUM_PARTIAL});
}

static void test_flags(void **state)
{
	static const uint8_t flags[] = {ACK,	   ACK | PSH,	     ACK | FIN,
					ACK | CWR, CWR | PSH | 0x40, 0xff};

	(void)state;
	for (size_t i = 0; i < array_size(flags); i++)
		assert_split(
			(struct expected){
				.stack = "e4t", .segment = 500, .payload = 1700, .flags = flags[i]},
			(struct wish){.l4 = SUM_PARTIAL});
}

static void test_fixed_ids(void **state)
{
	(void)state;
	for (uint8_t fixed = 0; fixed < 4; fixed++) {
		struct expected expected = {.segment = 500, .payload = 1700, .flags = ACK};

		expected.fixed = fixed;
		expected.stack = "e4ue4t";
		assert_split(expected, (struct wish){.fixed = fixed});
		expected.stack = "e4g4t";
		assert_split(expected, (struct wish){.fixed = fixed});
		expected.stack = "e4t";
		assert_split(expected, (struct wish){.fixed = fixed});
		/* The innermost header is the only one of IPv4. */
		expected.stack = "e64t";
		assert_split(expected, (struct wish){.fixed = fixed});
	}
}

/* RFC 2675, as Linux writes it and as others may; IPv4 says nothing at all. */
static void test_big_tcp(void **state)
{
	static const char *const big[] = {"ejt", "eJt", "e6t", "e4t", "e4Ue4t", "e6Uejt", "ejd"};

	(void)state;
	for (size_t i = 0; i < array_size(big); i++)
		assert_split((struct expected){.stack = big[i],
					       .segment = 1428,
					       .payload = 100001,
					       .flags = ACK | PSH},
			     (struct wish){.l4 = SUM_PARTIAL});
}

/* Windows leaves lengths and header checksums to the NIC: also where there is but one segment. */
static void test_length_zero(void **state)
{
	static const uint32_t payloads[] = {4096, 1460, 1459, 1};
	static const char *const zeros[] = {"e4t", "eq4t"};

	(void)state;
	for (size_t i = 0; i < array_size(payloads) * 2; i++)
		assert_split((struct expected){.stack = zeros[i & 1],
					       .segment = 1460,
					       .payload = payloads[i / 2],
					       .flags = ACK | PSH | CWR},
			     (struct wish){.l4 = SUM_NOLEN, .zero = true});
}

/* GSO_PARTIAL: headers are those of the first segment, the rest lies behind. */
static void test_gso_partial(void **state)
{
	static const char *const partial[] = {"e4t", "e6t", "e4ue4t", "e4Ge6t", "e6Ue4t"};

	(void)state;
	for (size_t i = 0; i < array_size(partial); i++) {
		struct expected expected = {
			.stack = partial[i], .segment = 1400, .payload = 1400, .flags = ACK | PSH};
		struct wish rest = {.from = 1400, .len = 20000};
		struct frame frame;

		build_merged(&expected, (struct wish){.l4 = SUM_PARTIAL, .outer = SUM_PARTIAL});
		put_payload(&merged, &rest);
		expected.payload += rest.len;
		frame = merged_frame(expected.stack);
		assert_split_frame(&expected, &frame);
	}
}

/* --- captured in part ---------------------------------------------------------------------------- */

struct cut {
	const char *stack;
	uint32_t payload, segment, captured, head, pieces;
};

/* Heads as of whole frames, but with the checksum still open; bodies as far as they are there. */
static int emit_cut(void *context, const struct split_piece *piece)
{
	struct cut *cut = context;
	uint32_t from = piece->index * cut->segment, there = 0;
	struct wish wish = {.from = from, .index = piece->index, .flags = ACK};

	cut->pieces++;
	wish.len = cut->payload - from < cut->segment ? cut->payload - from : cut->segment;
	if (cut->captured > cut->head + from)
		there = cut->captured - cut->head - from;
	if (there > wish.len)
		there = wish.len;
	wish.l4 = there == wish.len ? SUM_RIGHT : SUM_PARTIAL;
	wanted.length = 0;
	put_stack(&wanted, cut->stack, &wish, VIEW_NONE);
	assert_int_equal(piece->wire_len, wanted.length);
	assert_int_equal(piece->head.length, cut->head);
	assert_int_equal(piece->body.length, there);
	assert_memory_equal(piece->head.bytes, wanted.bytes, cut->head);
	assert_bytes(piece->body.bytes, wanted.bytes + cut->head, there);
	return 0;
}

static void test_cut(void **state)
{
	static const struct cut cuts[] = {
		{"e4t", 5000, 1000, 96, 66, 0},	      {"e4t", 5000, 1000, 66, 66, 0},
		{"e6t", 5000, 1000, 2086, 86, 0},     {"e4d", 5000, 1000, 1542, 42, 0},
		{"e4Ue4t", 5000, 1000, 1216, 116, 0}, {"e4t", 5000, 1000, 5065, 66, 0},
	};

	(void)state;
	for (size_t i = 0; i < array_size(cuts); i++) {
		struct expected expected = {
			.stack = cuts[i].stack, .payload = cuts[i].payload, .flags = ACK};
		struct split_size size = {cuts[i].segment, SPLIT_MSS, 0};
		struct cut cut = cuts[i];
		struct frame frame;

		build_merged(&expected, (struct wish){.l4 = SUM_PARTIAL});
		frame = merged_frame(cut.stack);
		frame.bytes.length = cut.captured;
		assert_int_equal(split(&frame, &size, emit_cut, &cut, NULL), SPLIT_DONE);
		assert_int_equal(cut.pieces, 5);
		/* In a frame of the wire there is nothing to fill in with. */
		assert_kept(cut.stack, &frame, (struct split_size){0}, SPLIT_KEPT);
	}
}

/* The outer checksum is right for the frame that will be there once the inner one is filled in. */
static int emit_cut_tunnel(void *context, const struct split_piece *piece)
{
	uint32_t from = piece->index * 1000;
	struct wish wish = {.from = from, .len = 1000, .index = piece->index, .flags = ACK};
	uint32_t *pieces = context;

	(*pieces)++;
	wanted.length = 0;
	put_stack(&wanted, "e4ue4t", &wish, VIEW_NONE);
	assert_int_equal(piece->head.length, 116);
	/* All but the innermost checksum, which is that of the pseudo-header. */
	assert_memory_equal(piece->head.bytes, wanted.bytes, 100);
	end_tcp(&wanted, 64, 84, SUM_PARTIAL);
	assert_memory_equal(piece->head.bytes + 64, wanted.bytes + 64, 52);
	return 0;
}

static void test_cut_tunnel(void **state)
{
	struct expected expected = {.stack = "e4ue4t", .payload = 5000, .flags = ACK};
	struct split_size size = {1000, SPLIT_MSS, 0};
	struct frame frame;
	uint32_t pieces = 0;

	(void)state;
	build_merged(&expected, (struct wish){.l4 = SUM_PARTIAL, .outer = SUM_PARTIAL});
	frame = merged_frame(expected.stack);
	frame.bytes.length = 128;
	assert_int_equal(split(&frame, &size, emit_cut_tunnel, &pieces, NULL), SPLIT_DONE);
	assert_int_equal(pieces, 5);
}

/* A frame check sequence is of the whole: segments have none. */
static void test_fcs(void **state)
{
	struct expected expected = {.stack = "e4t", .segment = 1000, .payload = 4500, .flags = ACK};
	struct frame frame;

	(void)state;
	build_merged(&expected, (struct wish){.l4 = SUM_PARTIAL});
	put_hex(&merged, "deadbeef");
	frame = merged_frame("e4t");
	frame.fcs_len = 4;
	assert_split_frame(&expected, &frame);
}

/* Not more than was promised, whatever a file says. */
static int count_bytes(void *context, const struct split_piece *piece)
{
	uint64_t *bytes = context;

	*bytes += piece->head.length + piece->body.length + SPLIT_RECORD_BYTES;
	return 0;
}

static void test_bounds(void **state)
{
	struct expected expected = {.stack = "e4t", .payload = 3000, .flags = ACK};
	struct frame frame;

	(void)state;
	build_merged(&expected, (struct wish){.l4 = SUM_PARTIAL, .zero = true});
	frame = merged_frame("e4t");
	for (unsigned int i = 0; i < 64; i++) {
		struct split_size size = {1 + (i & 7) * 9000, SPLIT_IDS, 0};
		enum split_result result;
		const char *reason;
		uint64_t bytes = 0;

		frame.wire_len = i / 8 == 7 ? UINT32_MAX : frame.wire_len * (1 + i / 8 % 3);
		result = split(&frame, &size, count_bytes, &bytes, &reason);
		assert_true(bytes <= frame.bytes.length * SPLIT_MOST_TIMES);
		assert_int_equal(reason != NULL, result == SPLIT_REFUSED);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stacks),	    cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_llc),	    cmocka_unit_test(test_flags),
		cmocka_unit_test(test_fixed_ids),   cmocka_unit_test(test_big_tcp),
		cmocka_unit_test(test_length_zero), cmocka_unit_test(test_gso_partial),
		cmocka_unit_test(test_cut),	    cmocka_unit_test(test_cut_tunnel),
		cmocka_unit_test(test_fcs),	    cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests_name("split", tests, NULL, NULL);
}
