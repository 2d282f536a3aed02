/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a person is told of a study: the right words in each case, and no more than four sentences.
 */
#include "tests/unit/study_bytes.h"

static struct arena arena;
static const char *words;

static int free_words(void **state)
{
	(void)state;
	arena_free(&arena);
	words = NULL;
	return 0;
}

static void judge(const struct gro_report *report)
{
	unsigned int sentences = 0;

	words = gro_verdict(report, &arena);
	assert_non_null(words);
	for (const char *p = words; *p; p++)
		sentences += *p == '.' && (p[1] == ' ' || !p[1]);
	if (sentences < 1 || sentences > 4)
		fail_msg("%u sentences: %s", sentences, words);
}

static void assert_says(const char *wanted)
{
	if (!strstr(words, wanted))
		fail_msg("not said: \"%s\" in: %s", wanted, words);
}

static void assert_not(const char *unwanted)
{
	if (strstr(words, unwanted))
		fail_msg("said: \"%s\" in: %s", unwanted, words);
}

static struct gro_count count_of(uint64_t frames, uint64_t supers, uint64_t merged)
{
	return (struct gro_count){frames, frames * 1000, supers, merged, merged * 1000, 44};
}

static struct gro_model_count generations[4];
static const struct gro_model *receiver;

/* Of all generations of Linux the same, at first. */
static struct gro_report report_of(const char *model, struct gro_count upper)
{
	struct gro_report report = {
		.model = model,
		.model_name = gro_model_lookup(model)->name,
		.mode = "host",
		.frames = upper.frames,
		.upper = upper,
		.models = generations,
		.nmodels = 4,
	};

	receiver = gro_model_lookup(model);
	for (size_t i = 0; i < 4; i++)
		generations[i] =
			(struct gro_model_count){gro_models[i].id, gro_models[i].name, upper};
	return report;
}

/* As a study for @receiver fills it: what does not help that is left out. */
static struct gro_cost cost_of(enum gro_reason reason, uint64_t times, uint64_t alone,
			       uint64_t saves)
{
	static const char *advice[3][8];
	static unsigned int place;
	const struct gro_reason_info *info = &gro_reasons[reason];
	struct gro_cost cost = {.id = info->id,
				.text = info->summary,
				.mend = gro_mend(info, receiver),
				.times = times,
				.alone = alone,
				.saves = saves,
				.mendable = gro_bits_mendable >> reason & 1,
				.advice = advice[place++ % 3]};

	for (const struct gro_advice *row = info->advice; row && row->text; row++)
		if (gro_helps(row->helps, receiver))
			cost.advice[cost.nadvice++] = row->text;
	return cost;
}

static void vxlan_with_outer_ids(void **state)
{
	struct gro_report report = report_of("linux-6.18", count_of(40000, 40000, 0));
	struct gro_cost cost = cost_of(GRO_OUTER_ID, 39990, 39990, 39100);

	(void)state;
	cost.mended = count_of(40000, 900, 39200);
	report.costs = &cost;
	report.ncosts = 1;
	for (size_t i = 0; i < 3; i++)
		generations[i].upper = count_of(40000, 900, 39200);
	judge(&report);
	assert_says("Linux 6.18 and later would merge nothing of 40 000 segments (40 000 frames up "
		    "the stack); Linux 4.7 to 6.17 would merge 98 % (900 frames up the stack).");
	assert_says("What stops it: outer IPv4 IDs that neither count");
	assert_says("(without that: 98 %, 900 frames up the stack).");
	/* DF does not help this receiver. */
	assert_not("What to do: ip link set dev DEV type vxlan df set");
	assert_says("DF on the outer header does not help with this receiver");
	assert_says("What to do: let the sending device count");
}

/* With DF=0 and an older receiver DF is what helps. */
static void vxlan_for_an_older_receiver(void **state)
{
	struct gro_report report = report_of("linux-4.7", count_of(5000, 5000, 0));
	struct gro_cost cost = cost_of(GRO_OUTER_ID, 4999, 4999, 4880);

	(void)state;
	cost.mended = count_of(5000, 120, 5000);
	report.costs = &cost;
	report.ncosts = 1;
	judge(&report);
	assert_says("Linux 4.7 and later would merge nothing of 5000 segments");
	assert_says("What to do: ip link set dev DEV type vxlan df set (on the sender");
}

static void all_well(void **state)
{
	struct gro_report report = report_of("linux-6.10", count_of(12345678, 280000, 12345670));

	(void)state;
	judge(&report);
	assert_string_equal(words,
			    "Linux 4.7 and later would merge 99.9 % of the bytes in 12 345 678 "
			    "segments (280 000 frames up the stack, mean 44.1). Nothing needs "
			    "mending.");
}

/* The generations in between do otherwise: three ranges, of which two are alike. */
static void some_generations_differ(void **state)
{
	struct gro_report report = report_of("linux-6.18", count_of(1000, 25, 1000));

	(void)state;
	generations[1].upper = count_of(1000, 500, 1000);
	generations[2].upper = count_of(1000, 500, 1000);
	judge(&report);
	assert_says(
		"Linux 6.18 and later would merge 100 % of the bytes in 1000 segments (25 "
		"frames up the stack, mean 40.0); Linux 6.10 to 6.17 would merge 100 % (500 frames up the "
		"stack).");
	assert_not("4.7");
}

/* A handful of frames more is no difference to speak of. */
static void hardly_different(void **state)
{
	struct gro_report report = report_of("linux-6.18", count_of(10000, 1000, 9900));

	(void)state;
	generations[0].upper = count_of(10000, 1001, 9899);
	judge(&report);
	assert_says("Linux 4.7 and later");
	assert_not(";");
}

static void several_worth_mending(void **state)
{
	struct gro_report report = report_of("linux-6.18", count_of(1000, 700, 500));
	struct gro_cost costs[3];

	(void)state;
	costs[0] = cost_of(GRO_TIMESTAMP, 400, 300, 300);
	costs[1] = cost_of(GRO_PUSH, 300, 200, 200);
	costs[2] = cost_of(GRO_TTL, 2, 2, 2);
	costs[0].mended = count_of(1000, 400, 800);
	report.costs = costs;
	report.ncosts = 3;
	judge(&report);
	assert_says("What stops it most: other TCP timestamps (without that: 80 %, 400 frames up "
		    "the stack); 1 other reason is worth mending too.");
}

/* One super-frame in ten fewer, but one frame in a thousand: who would care? */
static void hardly_worth_it(void **state)
{
	struct gro_report report = report_of("linux-6.18", count_of(100000, 1000, 99900));
	struct gro_cost cost = cost_of(GRO_PUSH, 200, 200, 100);

	(void)state;
	report.costs = &cost;
	report.ncosts = 1;
	judge(&report);
	assert_says("Nothing needs mending.");
}

static void none_alone(void **state)
{
	struct gro_report report = report_of("linux-6.18", count_of(1000, 1000, 0));
	struct gro_cost costs[2];

	(void)state;
	costs[0] = cost_of(GRO_OUTER_ID, 999, 0, 0);
	costs[1] = cost_of(GRO_ID, 999, 0, 0);
	report.costs = costs;
	report.ncosts = 2;
	judge(&report);
	assert_says("No single change helps");
	assert_says("outer IPv4 IDs");
	assert_says("; and: ");
}

static void nothing_can_be_done(void **state)
{
	struct gro_report report = report_of("linux-6.18", count_of(1000, 600, 700));
	struct gro_cost cost = cost_of(GRO_ACK, 500, 500, 0);

	(void)state;
	report.costs = &cost;
	report.ncosts = 1;
	judge(&report);
	assert_says("What ends most trains: it acknowledges other data.");
	assert_not("What to do");
}

static void no_data(void **state)
{
	struct gro_report report = report_of("linux-6.18", count_of(0, 0, 0));

	(void)state;
	judge(&report);
	assert_string_equal(words, "There are no frames in this capture.");
	report.frames = 7;
	judge(&report);
	assert_says("nothing to merge");
	assert_says("TCP");
	report.mode = "udp";
	judge(&report);
	assert_says("neither TCP nor UDP");
}

static void unfit_capture(void **state)
{
	struct gro_report report = report_of("linux-6.18", count_of(1000, 900, 200));

	(void)state;
	report.unfit = true;
	report.oversized = 400;
	judge(&report);
	assert_says("400 of 1000 frames");
	assert_says("--split");
	assert_not("would merge");
	report.split = true;
	judge(&report);
	assert_says("would merge 20 %");
}

static void cut_capture(void **state)
{
	struct gro_report report = report_of("linux-6.18", count_of(1000, 1000, 0));
	struct gro_cost cost = cost_of(GRO_CUT, 999, 999, 0);

	(void)state;
	report.costs = &cost;
	report.ncosts = 1;
	judge(&report);
	assert_says("captured in part");
	assert_says("tcpdump -s 0");
}

static void one_segment(void **state)
{
	struct gro_report report = report_of("linux-6.18", count_of(1, 1, 0));

	(void)state;
	judge(&report);
	assert_says("nothing of 1 segment (1 frame up the stack)");
}

static void not_linux(void **state)
{
	struct gro_report report = report_of("dpdk", count_of(1000, 60, 1000));

	(void)state;
	for (size_t i = 0; i < 4; i++)
		generations[i].upper = count_of(1000, 1000, 0);
	judge(&report);
	assert_says("DPDK GRO would merge 100 %");
	assert_says("; Linux 4.7 and later would merge nothing.");
}

/* What the NIC could not, the tunnel's device does. */
static void second_chance(void **state)
{
	struct gro_report report = report_of("linux-6.18", count_of(1000, 1000, 0));

	(void)state;
	report.tunnelled = report.upper;
	report.tunnel_device = count_of(1000, 50, 1000);
	judge(&report);
	assert_says("The tunnel's device would still merge 100 %");
}

/* All that was not merged is outside of tunnels: their device has nothing to make good. */
static void tunnels_are_well(void **state)
{
	struct gro_report report = report_of("linux-6.18", count_of(1000, 910, 100));

	(void)state;
	report.tunnelled = report.tunnel_device = count_of(100, 10, 100);
	judge(&report);
	assert_not("tunnel's device");
}

/* From frames to words: outer IDs that jump behind DF=1. */
static void from_frames(void **state)
{
	static struct bench bench;
	struct shape shape = base_shape;

	(void)state;
	bench_open(&bench, "linux-6.18");
	shape.tunnel = true;
	shape.payload = 100;
	for (int i = 0; i < 200; i++) {
		bench_feed(&bench, &shape);
		step_shape(&shape);
		shape.oid = (uint16_t)(shape.oid + 40 + i);
	}
	bench_finish(&bench);
	judge(&bench.report);
	assert_says(
		"Linux 6.18 and later would merge nothing of 200 segments (200 frames up the stack); "
		"Linux 4.7 to 6.17 would merge 100 % (1 frame up the stack). What stops it: "
		"outer IPv4 IDs");
	bench_close(&bench);
}

#define TEST(name) cmocka_unit_test_teardown(name, free_words)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(vxlan_with_outer_ids),
		TEST(vxlan_for_an_older_receiver),
		TEST(all_well),
		TEST(some_generations_differ),
		TEST(hardly_different),
		TEST(several_worth_mending),
		TEST(hardly_worth_it),
		TEST(none_alone),
		TEST(nothing_can_be_done),
		TEST(no_data),
		TEST(unfit_capture),
		TEST(cut_capture),
		TEST(one_segment),
		TEST(not_linux),
		TEST(second_chance),
		TEST(tunnels_are_well),
		TEST(from_frames),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
