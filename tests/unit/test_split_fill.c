/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is what cannot be split, or need not be, left as it is, but for checksums that were left to the NIC?
 */
#include "tests/unit/stack_bytes.h"

/* Frames of the wire stay as they are, with right checksums, without, and with wrong ones. */
static void test_kept(void **state)
{
	static const enum sum_kind sums[] = {SUM_RIGHT, SUM_WRONG, SUM_ZERO};

	(void)state;
	for (size_t i = 0; i < array_size(stacks); i++) {
		for (size_t j = 0; j < 9; j++) {
			struct wish wish = {.len = 999, .l4 = sums[j % 3], .outer = sums[j / 3]};
			struct frame frame;

			wish.flags = ACK;
			merged.length = 0;
			put_stack(&merged, stacks[i], &wish, VIEW_NONE);
			frame = merged_frame(stacks[i]);
			assert_kept(stacks[i], &frame, (struct split_size){0}, SPLIT_KEPT);
			assert_kept(stacks[i], &frame, (struct split_size){999, SPLIT_MSS, 0},
				    SPLIT_KEPT);
			assert_kept(stacks[i], &frame, (struct split_size){998, SPLIT_NONE, 0},
				    SPLIT_REFUSED);
		}
	}
}

static const struct {
	const char *stack, *reason;
	uint32_t off, value, segment;
} refused[] = {
	{"e4t", "its segments would be too short", 0, 0, 1},
	{"e4at", "it is signed (AH)", 0, 0, 1000},
	{"e4Qe4t", "its GRE header counts packets", 0, 0, 1000},
	{"e4P4t", "its GTP-U header counts packets", 0, 0, 1000},
	{"e4t", "it is a fragment", 20, 0x2000, 1000},
	{"e4t", "it is a fragment", 20, 0x0001, 1000},
	{"e4t", "it carries neither TCP nor UDP", 22, 0x4059, 1000},
	{"e4t", "its headers are damaged", 46, 0x4010, 1000},
	{"e4t", "bytes follow behind its packet", 16, 8000, 1000},
	{"e4t", "a length in its headers is longer than the frame", 16, 18000, 1000},
	{"e4d", "bytes follow behind its packet", 38, 8000, 1000},
};

static void test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < array_size(refused); i++) {
		struct wish wish = {.len = 9000, .merged = true, .flags = ACK, .l4 = SUM_PARTIAL};
		struct split_size size = {refused[i].segment, SPLIT_MTU, 0};
		const char *reason = NULL;
		struct frame frame;
		uint32_t count = 0;

		merged.length = 0;
		put_stack(&merged, refused[i].stack, &wish, VIEW_NONE);
		if (refused[i].off)
			set16(&merged, refused[i].off, refused[i].value);
		frame = merged_frame(refused[i].stack);
		assert_int_equal(split(&frame, &size, emit_kept, &count, &reason), SPLIT_REFUSED);
		assert_string_equal(reason, refused[i].reason);
		assert_int_equal(count, 1);
	}
}

static int emit_some(void *context, const struct split_piece *piece)
{
	uint32_t *left = context;

	(void)piece;
	return (*left)-- ? 0 : -1;
}

static void test_error(void **state)
{
	struct wish wish = {.len = 9000, .merged = true, .l4 = SUM_PARTIAL};
	struct frame frame;

	(void)state;
	merged.length = 0;
	put_stack(&merged, "e4t", &wish, VIEW_NONE);
	frame = merged_frame("e4t");
	for (uint32_t segment = 0; segment <= 3000; segment += 3000) {
		uint32_t left = segment ? 2 : 0;
		struct split_size size = {segment, SPLIT_MTU, 0};

		assert_int_equal(split(&frame, &size, emit_some, &left, NULL), SPLIT_ERROR);
		assert_int_equal(left, UINT32_MAX);
	}
}

static int emit_filled(void *context, const struct split_piece *piece)
{
	(void)context;
	assert_int_equal(piece->count, 1);
	assert_piece(piece, &wanted);
	return 0;
}

static void assert_filled(const char *stack, enum split_result wanted_result)
{
	struct frame frame = merged_frame(stack);
	struct split_size size = {0};

	if (split(&frame, &size, emit_filled, NULL, NULL) != wanted_result)
		fail_msg("%s: not %d", stack, wanted_result);
}

/* As @wish in @merged, and all right in @wanted; or as @right. */
static void build_both(const char *stack, const struct wish *wish, const struct wish *right)
{
	merged.length = wanted.length = 0;
	put_stack(&merged, stack, wish, VIEW_NONE);
	put_stack(&wanted, stack, right, VIEW_NONE);
}

static void test_filled(void **state)
{
	static const enum sum_kind partial[] = {SUM_PARTIAL, SUM_NOLEN};

	(void)state;
	for (size_t i = 0; i < array_size(stacks); i++) {
		/* Without a checksum of UDP there is nothing to fill in. */
		if (strchr(stacks[i], 'D'))
			continue;
		for (size_t j = 0; j < 4; j++) {
			struct wish right = {.len = 999, .flags = ACK | PSH | CWR}, wish = right;

			wish.l4 = partial[j & 1];
			wish.outer = partial[j / 2];
			/* The checksum of GRE: right for what there is, or left out. */
			wish.merged = j & 1;
			build_both(stacks[i], &wish, &right);
			assert_filled(stacks[i], SPLIT_FILLED);
		}
	}
}

/* Outer checksums made for the frame that the NIC will finish: they are right, and stay. */
static void test_lco(void **state)
{
	static const struct {
		const char *stack;
		uint32_t field;
	} lco[] = {
		{"e4ue4t", 100}, {"e6ue4t", 120}, {"e4ne4t", 100}, {"e4Be4t", 92}, {"e4ue6d", 110}};

	(void)state;
	for (size_t i = 0; i < array_size(lco); i++) {
		struct wish right = {.len = 777, .flags = ACK}, wish = right;

		wish.l4 = SUM_PARTIAL;
		build_both(lco[i].stack, &wish, &right);
		/* All as in the right frame but the innermost checksum. */
		for (uint32_t j = 0; j < merged.length; j++)
			if (j / 2 != lco[i].field / 2)
				merged.bytes[j] = wanted.bytes[j];
		assert_memory_not_equal(merged.bytes, wanted.bytes, merged.length);
		assert_filled(lco[i].stack, SPLIT_FILLED);
	}
}

/* The header checksum of IPv4 is 0 where hardware was to write it; a wrong one is not. */
static void test_ipv4_checksum(void **state)
{
	struct wish right = {.len = 100, .flags = ACK};

	(void)state;
	build_both("e4t", &right, &right);
	set16(&merged, 24, 0);
	assert_filled("e4t", SPLIT_FILLED);
	set16(&merged, 24, 0x1111);
	set16(&wanted, 24, 0x1111);
	assert_filled("e4t", SPLIT_KEPT);
	/* It belongs to the outer checksum, which was right with the 0 and has to be so again. */
	build_both("e4ue4t", &right, &right);
	set16(&merged, 74, 0);
	set16(&merged, 40, 0);
	end_udp(&merged, 14, 34, SUM_RIGHT);
	assert_filled("e4ue4t", SPLIT_FILLED);
	/* One that was wrong stays wrong. */
	set16(&merged, 40, 0x1234);
	set16(&wanted, 40, 0x1234);
	assert_filled("e4ue4t", SPLIT_FILLED);
}

/* What is left of wrong checksums in a frame whose length is made right: they stay wrong. */
static void test_wrong_stays_wrong(void **state)
{
	struct wish right = {.len = 100, .flags = ACK}, wish = right;

	(void)state;
	wish.l4 = right.l4 = SUM_WRONG;
	wish.zero = true;
	build_both("e4t", &wish, &right);
	assert_filled("e4t", SPLIT_DONE);
}

/* A datagram whose checksum comes out as 0 says 0xffff (RFC 768), split or filled in. */
static void test_udp_zero(void **state)
{
	struct wish wish = {.len = 100, .l4 = SUM_PARTIAL}, right = {.len = 100};
	uint32_t sum;

	(void)state;
	build_both("e4d", &wish, &right);
	sum = (uint32_t)wanted.bytes[40] << 8 | wanted.bytes[41];
	/* The source port takes over what the checksum would have to add. */
	set16(&wanted, 34, (0xc350 + sum) % 65535);
	set16(&merged, 34, (0xc350 + sum) % 65535);
	end_udp(&wanted, 14, 34, SUM_RIGHT);
	assert_int_equal(wanted.bytes[40] << 8 | wanted.bytes[41], 0xffff);
	assert_filled("e4d", SPLIT_FILLED);
}

/* The same in the first of several datagrams. */
static int emit_udp_zero(void *context, const struct split_piece *piece)
{
	uint32_t *pieces = context;
	uint16_t field = load_be16(piece->head.bytes + 40);

	if (piece->index == 0)
		assert_int_equal(field, 0xffff);
	else
		assert_in_range(field, 1, 0xfffe);
	(*pieces)++;
	return 0;
}

static void test_udp_zero_split(void **state)
{
	struct wish first = {.len = 100}, all = {.len = 300, .merged = true, .l4 = SUM_PARTIAL};
	struct split_size size = {100, SPLIT_MSS, 0};
	struct frame frame;
	uint32_t pieces = 0, sum;

	(void)state;
	build_both("e4d", &all, &first);
	sum = load_be16(wanted.bytes + 40);
	set16(&merged, 34, (0xc350 + sum) % 65535);
	frame = merged_frame("e4d");
	assert_int_equal(split(&frame, &size, emit_udp_zero, &pieces, NULL), SPLIT_DONE);
	assert_int_equal(pieces, 3);
}

/* A length of 0 that nobody can make right keeps no checksum from being filled in. */
static void test_length_stays(void **state)
{
	struct wish wish = {.len = 100, .flags = ACK, .zero = true};

	(void)state;
	build_both("e4at", &wish, &wish);
	set16(&wanted, 24, 65535u - folded(words_total(wanted.bytes + 14, 20)));
	assert_filled("e4at", SPLIT_FILLED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kept),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_error),
		cmocka_unit_test(test_filled),
		cmocka_unit_test(test_lco),
		cmocka_unit_test(test_ipv4_checksum),
		cmocka_unit_test(test_wrong_stays_wrong),
		cmocka_unit_test(test_udp_zero),
		cmocka_unit_test(test_udp_zero_split),
		cmocka_unit_test(test_length_stays),
	};

	return cmocka_run_group_tests_name("split_fill", tests, NULL, NULL);
}
