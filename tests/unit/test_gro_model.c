/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Do the tables of receivers and of reasons agree with themselves, and with what nod says of
 * receivers elsewhere?
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/arena.h"
#include "pcap/gro/model.h"
#include "pcap/receivers.h"

/* What findings of `nod pcap` call receivers is what `nod gro` and `nod explain` call them. */
static void test_names(void **state)
{
	struct arena arena = {0};

	(void)state;
	for (unsigned int i = 0; i < RECEIVERS; i++) {
		assert_string_equal(receivers_ids(1u << i, &arena), gro_models[i].id);
		assert_string_equal(receivers_text(1u << i, &arena), gro_models[i].name);
	}
	arena_free(&arena);
}

static bool merges(enum gro_id_rule rule, enum id_step step)
{
	switch (rule) {
	case GRO_ID_ANY:
		return true;
	case GRO_ID_COUNTS_OR_FIXED:
		return step != ID_OTHER;
	default:
		return step == ID_PLUS_ONE;
	}
}

/* And so are the rules on IDs. */
static void test_ids(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < RECEIVERS; i++) {
		const struct gro_model *model = &gro_models[i];

		for (enum level level = 0; level < LEVELS; level++) {
			if (!(receivers_concerned(level == LEVEL_OUTER) >> i & 1)) {
				assert_int_equal(model->tunnels, 0);
				continue;
			}
			for (unsigned int df = 0; df < 2; df++)
				for (enum id_step step = 0; step < ID_STEPS; step++)
					assert_int_equal(receivers_merging(level == LEVEL_OUTER,
									   level, df, step) >>
									 i &
								 1,
							 merges(model->ids[level][df], step));
		}
	}
}

static void test_lookup(void **state)
{
	static const char *const ids[] = {"linux-4.7", "linux-6.10", "linux-6.15", "linux-6.18",
					  "dpdk",      "lro-rsc",    "mlx5-lro"};

	(void)state;
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		assert_string_equal(gro_models[i].id, ids[i]);
		assert_ptr_equal(gro_model_lookup(ids[i]), &gro_models[i]);
	}
	assert_null(gro_models[sizeof(ids) / sizeof(ids[0])].id);
	assert_null(gro_model_lookup("linux"));
	assert_null(gro_model_lookup(""));
}

static void test_linux(void **state)
{
	static const struct {
		unsigned int major, minor;
		const char *id;
	} cases[] = {
		{2, 6, "linux-4.7"},	{4, 4, "linux-4.7"},	{4, 7, "linux-4.7"},
		{4, 19, "linux-4.7"},	{5, 0, "linux-4.7"},	{6, 1, "linux-4.7"},
		{6, 9, "linux-4.7"},	{6, 10, "linux-6.10"},	{6, 12, "linux-6.10"},
		{6, 14, "linux-6.10"},	{6, 15, "linux-6.15"},	{6, 17, "linux-6.15"},
		{6, 18, "linux-6.18"},	{7, 0, "linux-6.18"},	{6, 1000, "linux-6.18"},
		{5, 1000, "linux-4.7"}, {~0u, 0, "linux-6.18"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(gro_model_of_linux(cases[i].major, cases[i].minor)->id,
				    cases[i].id);
}

static bool is_id(const char *id)
{
	return id[0] && strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-.") == strlen(id);
}

static void test_texts(void **state)
{
	(void)state;
	for (const struct gro_model *model = gro_models; model->id; model++) {
		assert_true(is_id(model->id));
		assert_true(model->name[0] && model->summary[0] && model->sources[0]);
		assert_non_null(strstr(model->explain, "\n\n"));
		assert_null(strstr(model->explain, "\n\n\n"));
		assert_true(model->max_len > 0 && model->max_len <= 65535);
		assert_int_equal(model->minds >> GRO_REASONS, 0);
	}
}

/* Somebody can mend it: then nod says how. */
static void test_reasons(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < GRO_REASONS; i++) {
		const struct gro_reason_info *info = &gro_reasons[i];

		assert_non_null(info->id);
		assert_true(is_id(info->id));
		assert_true(info->summary[0] && info->summary[strlen(info->summary) - 1] != '.');
		if (gro_bits_mendable & GRO_BIT(i))
			assert_non_null(info->mend);
		if (info->mend)
			assert_int_equal(info->mend[strlen(info->mend) - 1], '.');
		for (const struct gro_advice *row = info->advice; row && row->text; row++)
			assert_non_null(strstr(row->text, "  # "));
		for (const struct gro_advice *row = info->mends; row && row->text; row++)
			assert_int_equal(row->text[strlen(row->text) - 1], '.');
		for (unsigned int other = 0; other < i; other++)
			assert_string_not_equal(info->id, gro_reasons[other].id);
	}
	/* The end of a train by time or place is no matter of what was sent. */
	assert_int_equal(gro_bits_mendable & (GRO_BIT(GRO_HELD) | GRO_BIT(GRO_BUDGET) |
					      GRO_BIT(GRO_GAP) | GRO_BIT(GRO_END)),
			 0);
	assert_int_equal(gro_bits_mendable >> GRO_REASONS, 0);
}

static bool is_advised(enum gro_reason reason, const char *model, const char *word)
{
	const struct gro_advice *row = gro_reasons[reason].advice;

	for (; row && row->text; row++)
		if (strstr(row->text, word) && gro_helps(row->helps, gro_model_lookup(model)))
			return true;
	return false;
}

/* Who is told to set DF, to use IPv6, or to rely on the tunnel device: those whom it helps. */
static void test_advice_for_receivers(void **state)
{
	static const char *const df = "df set", *const ipv6 = "IPv6", *const second = "gro on";

	(void)state;
	assert_true(is_advised(GRO_OUTER_ID, "linux-4.7", df));
	assert_true(is_advised(GRO_OUTER_ID, "linux-6.15", df));
	assert_true(is_advised(GRO_OUTER_ID, "dpdk", df));
	assert_false(is_advised(GRO_OUTER_ID, "linux-6.18", df));
	assert_true(is_advised(GRO_OUTER_ID, "linux-6.18", ipv6));
	assert_true(is_advised(GRO_OUTER_ID, "linux-6.18", second));
	assert_false(is_advised(GRO_OUTER_ID, "dpdk", ipv6));
	assert_false(is_advised(GRO_OUTER_ID, "dpdk", second));
	assert_true(is_advised(GRO_ID, "dpdk", "ip_no_pmtu_disc"));
	assert_false(is_advised(GRO_ID, "linux-6.18", "ip_no_pmtu_disc"));
}

static bool is_mend(enum gro_reason reason, const char *model, const char *word)
{
	return strstr(gro_mend(&gro_reasons[reason], gro_model_lookup(model)), word) != NULL;
}

static void test_mend_for_receivers(void **state)
{
	(void)state;
	assert_true(is_mend(GRO_OUTER_ID, "linux-4.7", "ignores the outer ID"));
	assert_true(is_mend(GRO_OUTER_ID, "dpdk", "ignores the outer ID"));
	assert_true(is_mend(GRO_OUTER_ID, "linux-6.18", "does not help"));
	assert_true(is_mend(GRO_ID, "linux-6.10", "DF=1 is enough"));
	assert_false(is_mend(GRO_ID, "linux-6.18", "DF"));
	assert_true(is_mend(GRO_PUSH, "linux-6.18", "large pieces"));
	assert_null(gro_mend(&gro_reasons[GRO_ACK], gro_model_lookup("linux-6.18")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_lookup),
		cmocka_unit_test(test_linux),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_advice_for_receivers),
		cmocka_unit_test(test_mend_for_receivers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
