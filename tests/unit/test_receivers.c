/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Do the rules on IPv4 IDs say what kernels were measured to do?
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/base/arena.h"
#include "pcap/receivers.h"

#define BIT(receiver) (1u << (receiver))

/* What became of ten segments in VXLAN: one frame, ten frames, or five frames of two. */
enum result {
	MERGED,
	NONE,
	PAIRS
};

/*
 * Measured: ten TCP segments in VXLAN (outer UDP checksum 0, all else equal) through a TAP device
 * with GRO, on Linux 6.1.192, 6.12.86 and 6.18.44.
 */
static const struct {
	enum id_step outer;
	bool outer_df;
	enum id_step inner;
	bool inner_df;
	enum result results[3];
} measured[] = {
	{ID_PLUS_ONE, false, ID_PLUS_ONE, false, {MERGED, MERGED, MERGED}},
	{ID_PLUS_ONE, false, ID_PLUS_ONE, true, {MERGED, MERGED, MERGED}},
	{ID_PLUS_ONE, false, ID_OTHER, false, {NONE, NONE, NONE}},
	{ID_PLUS_ONE, false, ID_OTHER, true, {NONE, NONE, NONE}},
	{ID_PLUS_ONE, false, ID_CONSTANT, false, {NONE, NONE, MERGED}},
	{ID_PLUS_ONE, false, ID_CONSTANT, true, {MERGED, PAIRS, MERGED}},
	{ID_PLUS_ONE, true, ID_PLUS_ONE, false, {MERGED, MERGED, MERGED}},
	{ID_PLUS_ONE, true, ID_PLUS_ONE, true, {MERGED, MERGED, MERGED}},
	{ID_PLUS_ONE, true, ID_OTHER, false, {NONE, NONE, NONE}},
	{ID_PLUS_ONE, true, ID_OTHER, true, {NONE, NONE, NONE}},
	{ID_PLUS_ONE, true, ID_CONSTANT, false, {NONE, NONE, MERGED}},
	{ID_PLUS_ONE, true, ID_CONSTANT, true, {MERGED, MERGED, MERGED}},
	{ID_OTHER, false, ID_PLUS_ONE, false, {NONE, NONE, NONE}},
	{ID_OTHER, false, ID_PLUS_ONE, true, {NONE, NONE, NONE}},
	{ID_OTHER, false, ID_OTHER, false, {NONE, NONE, NONE}},
	{ID_OTHER, false, ID_OTHER, true, {NONE, NONE, NONE}},
	{ID_OTHER, false, ID_CONSTANT, false, {NONE, NONE, NONE}},
	{ID_OTHER, false, ID_CONSTANT, true, {NONE, NONE, NONE}},
	{ID_OTHER, true, ID_PLUS_ONE, false, {MERGED, MERGED, NONE}},
	{ID_OTHER, true, ID_PLUS_ONE, true, {MERGED, MERGED, NONE}},
	{ID_OTHER, true, ID_OTHER, false, {NONE, NONE, NONE}},
	{ID_OTHER, true, ID_OTHER, true, {NONE, NONE, NONE}},
	{ID_OTHER, true, ID_CONSTANT, false, {NONE, NONE, NONE}},
	{ID_OTHER, true, ID_CONSTANT, true, {MERGED, MERGED, NONE}},
	{ID_CONSTANT, false, ID_PLUS_ONE, false, {NONE, NONE, MERGED}},
	{ID_CONSTANT, false, ID_PLUS_ONE, true, {NONE, NONE, MERGED}},
	{ID_CONSTANT, false, ID_OTHER, false, {NONE, NONE, NONE}},
	{ID_CONSTANT, false, ID_OTHER, true, {NONE, NONE, NONE}},
	{ID_CONSTANT, false, ID_CONSTANT, false, {NONE, NONE, MERGED}},
	{ID_CONSTANT, false, ID_CONSTANT, true, {NONE, NONE, MERGED}},
	{ID_CONSTANT, true, ID_PLUS_ONE, false, {MERGED, MERGED, MERGED}},
	{ID_CONSTANT, true, ID_PLUS_ONE, true, {MERGED, MERGED, MERGED}},
	{ID_CONSTANT, true, ID_OTHER, false, {NONE, NONE, NONE}},
	{ID_CONSTANT, true, ID_OTHER, true, {NONE, NONE, NONE}},
	{ID_CONSTANT, true, ID_CONSTANT, false, {NONE, NONE, MERGED}},
	{ID_CONSTANT, true, ID_CONSTANT, true, {MERGED, MERGED, MERGED}},
};

/* A tunnel's packets are merged by whom both headers suit; merging pairs only is merging. */
static void test_measured(void **state)
{
	static const unsigned int kernels[3] = {
		BIT(RECEIVER_LINUX_4_7),
		BIT(RECEIVER_LINUX_6_10) | BIT(RECEIVER_LINUX_6_15),
		BIT(RECEIVER_LINUX_6_18),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(measured) / sizeof(measured[0]); i++) {
		unsigned int merging = receivers_merging(true, LEVEL_OUTER, measured[i].outer_df,
							 measured[i].outer) &
				       receivers_merging(true, LEVEL_INNER, measured[i].inner_df,
							 measured[i].inner);

		for (unsigned int kernel = 0; kernel < 3; kernel++) {
			unsigned int wanted =
				measured[i].results[kernel] == NONE ? 0 : kernels[kernel];

			if ((merging & kernels[kernel]) != wanted)
				fail_msg("line %zu, kernel %u: %x", i, kernel, merging);
		}
	}
}

/* Packets without a tunnel follow the rules of inner ones. */
static void test_plain(void **state)
{
	const unsigned int lro = BIT(RECEIVER_LRO_RSC);

	(void)state;
	for (unsigned int df = 0; df < 2; df++)
		for (enum id_step step = 0; step < ID_STEPS; step++)
			assert_int_equal(receivers_merging(false, LEVEL_INNER, df, step) & ~lro,
					 receivers_merging(true, LEVEL_INNER, df, step));
}

/* DPDK's lib/gro: DF=1 ignores the ID; DF=0 wants +1, outside and inside. */
static void test_dpdk(void **state)
{
	(void)state;
	for (unsigned int tunnel = 0; tunnel < 2; tunnel++) {
		for (enum level level = 0; level < (tunnel ? LEVELS : LEVEL_OUTER); level++) {
			for (enum id_step step = 0; step < ID_STEPS; step++) {
				assert_true(receivers_merging(tunnel, level, true, step) &
					    BIT(RECEIVER_DPDK));
				assert_int_equal(!!(receivers_merging(tunnel, level, false, step) &
						    BIT(RECEIVER_DPDK)),
						 step == ID_PLUS_ONE);
			}
		}
	}
}

/* Hardware LRO and RSC have no rule on IDs, and look into no tunnel. */
static void test_lro(void **state)
{
	const unsigned int lro = BIT(RECEIVER_LRO_RSC);

	(void)state;
	assert_int_equal(receivers_concerned(false), RECEIVERS_ALL);
	assert_int_equal(receivers_concerned(true), RECEIVERS_ALL & ~lro);
	for (unsigned int df = 0; df < 2; df++) {
		for (enum id_step step = 0; step < ID_STEPS; step++) {
			assert_true(receivers_merging(false, LEVEL_INNER, df, step) & lro);
			assert_false(receivers_merging(true, LEVEL_INNER, df, step) & lro);
			assert_false(receivers_merging(true, LEVEL_OUTER, df, step) & lro);
		}
	}
}

static void test_text(void **state)
{
	static const struct {
		unsigned int set;
		const char *text, *ids;
	} cases[] = {
		{0, "none", "none"},
		{BIT(RECEIVER_LINUX_6_18), "Linux 6.18 and later", "linux-6.18"},
		{BIT(RECEIVER_LINUX_4_7), "Linux 4.7 to 6.9", "linux-4.7"},
		{BIT(RECEIVER_LINUX_4_7) | BIT(RECEIVER_LINUX_6_10) | BIT(RECEIVER_LINUX_6_15) |
			 BIT(RECEIVER_DPDK),
		 "Linux 4.7 to 6.17 and DPDK GRO", "linux-4.7 linux-6.10 linux-6.15 dpdk"},
		{BIT(RECEIVER_LINUX_4_7) | BIT(RECEIVER_LINUX_6_15),
		 "Linux 4.7 to 6.9 and Linux 6.15 to 6.17", "linux-4.7 linux-6.15"},
		{RECEIVERS_ALL, "Linux 4.7 and later, DPDK GRO and hardware LRO/RSC",
		 "linux-4.7 linux-6.10 linux-6.15 linux-6.18 dpdk lro-rsc"},
		{BIT(RECEIVER_LRO_RSC), "hardware LRO/RSC", "lro-rsc"},
	};
	struct arena arena = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_string_equal(receivers_text(cases[i].set, &arena), cases[i].text);
		assert_string_equal(receivers_ids(cases[i].set, &arena), cases[i].ids);
	}
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_measured), cmocka_unit_test(test_plain),
		cmocka_unit_test(test_dpdk),	 cmocka_unit_test(test_lro),
		cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
