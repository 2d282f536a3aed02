/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does the kernel's word for frames, and what is known of the device, make of their bytes?
 */
#include "tests/unit/sight_bytes.h"

#define IN	(FRAME_TRUTH | FRAME_INBOUND)
#define VALID	FRAME_CSUM_VALID
#define COMING	FRAME_CSUM_NOT_READY
#define MERGED	FRAME_SEGMENTED
#define MTU	1500
#define FEATURE (VANTAGE_HAS_MTU | VANTAGE_HAS_FORWARDING | VANTAGE_HAS_FEATURES)

static struct run run;

/**
 * struct scenario - some frames of one kind, and the finding that they are; NULL for none of these
 */
struct scenario {
	const char *id;
	enum severity severity;
	uint32_t flags, payload, longer;
	enum sum_kind sum;
	struct vantage vantage;
	bool udp;
};

static const struct vantage host = {.has = FEATURE, .mtu = MTU};
static const char *const ids[] = {
	"checksum-unfilled", "checksum-misjudged", "checksum-corrupt", "checksum-rewritten",
	"ip-length-wrong",   "oversized-unmarked", "lro-forwarding",   "hw-csum-failure",
};

static void look(const struct scenario *it)
{
	struct shape shape = base_shape;

	run_open(&run);
	analysis_vantage(run.analysis, &it->vantage);
	for (unsigned int i = 0; i < 6; i++) {
		shape.payload = it->payload ? it->payload : 1000;
		shape.capture_flags = it->flags;
		shape.sum = it->sum;
		shape.udp = it->udp;
		shape.stale = 0 - it->longer;
		feed(&run, &shape);
		shape.seq += shape.payload;
		shape.id++;
	}
	run_finish(&run);
}

static void expect_only(const struct scenario *it)
{
	look(it);
	for (size_t i = 0; i < array_size(ids); i++) {
		const struct finding *finding = find(&run, ids[i]);

		if (it->id && strcmp(it->id, ids[i]) == 0) {
			assert_non_null(finding);
			assert_int_equal(finding->severity, it->severity);
		} else if (finding) {
			fail_msg("%s beside %s", ids[i], it->id ? it->id : "nothing");
		}
	}
	run_close(&run);
}

static void test_checksums(void **state)
{
	static const struct scenario scenarios[] = {
		{"checksum-unfilled", SEVERITY_ERROR, IN, .sum = SUM_PARTIAL, .vantage = host},
		{.flags = IN | COMING, .sum = SUM_PARTIAL, .vantage = host},
		{.flags = IN | VALID, .sum = SUM_PARTIAL, .vantage = host},
		{.flags = FRAME_TRUTH | FRAME_OUTBOUND, .sum = SUM_PARTIAL, .vantage = host},
		{.flags = FRAME_INBOUND, .sum = SUM_PARTIAL, .vantage = host},
		{.flags = IN, .sum = SUM_RIGHT, .vantage = host},
		{"checksum-misjudged", SEVERITY_ERROR, IN | VALID, .sum = SUM_WRONG,
		 .vantage = host},
		{.flags = IN | VALID, .sum = SUM_RIGHT, .vantage = host},
		{.flags = IN | VALID | MERGED, .payload = 4000, .sum = SUM_WRONG, .vantage = host},
		{.flags = IN | COMING, .sum = SUM_WRONG, .vantage = host},
		{.flags = FRAME_TRUTH | FRAME_OUTBOUND | MERGED,
		 .payload = 4000,
		 .sum = SUM_WRONG,
		 .vantage = host},
		{"checksum-rewritten", SEVERITY_WARNING, IN | MERGED, 4000, .sum = SUM_WRONG,
		 .vantage = host},
		{"checksum-rewritten", SEVERITY_WARNING, IN, .sum = SUM_WRONG, .vantage = host},
	};

	(void)state;
	for (size_t i = 0; i < array_size(scenarios); i++)
		expect_only(&scenarios[i]);
}

/* Of what hardware calls right, only the first checksum is meant for sure. */
static void test_inner_checksum(void **state)
{
	struct shape shape = base_shape;

	(void)state;
	shape.tunnel = true;
	shape.outer_sum = SUM_RIGHT;
	shape.sum = SUM_WRONG;
	shape.capture_flags = IN | VALID;
	run_open(&run);
	feed(&run, &shape);
	run_finish(&run);
	assert_null(find(&run, "checksum-misjudged"));
	assert_non_null(find(&run, "checksum-corrupt"));
	run_close(&run);
	shape.outer_sum = SUM_ZERO;
	run_open(&run);
	feed(&run, &shape);
	run_finish(&run);
	assert_non_null(find(&run, "checksum-misjudged"));
	run_close(&run);
}

/* The first segment's checksums are left in what is merged, also in a tunnel. */
static void test_merged_inner_checksum(void **state)
{
	struct shape shape = base_shape;

	(void)state;
	shape.tunnel = true;
	shape.outer_sum = SUM_RIGHT;
	shape.sum = SUM_WRONG;
	shape.capture_flags = IN | VALID | MERGED;
	run_open(&run);
	feed(&run, &shape);
	run_finish(&run);
	for (size_t i = 0; i < array_size(ids); i++)
		assert_null(find(&run, ids[i]));
	run_close(&run);
}

/* Remote checksum offload of VXLAN: the inner checksum stays as it is on the wire. */
static void test_left_to_receiver(void **state)
{
	struct shape shape = base_shape;

	(void)state;
	shape.tunnel = true;
	shape.outer_sum = SUM_RIGHT;
	shape.sum = SUM_PARTIAL;
	shape.capture_flags = IN;
	run_open(&run);
	feed(&run, &shape);
	run_finish(&run);
	assert_non_null(find(&run, "checksum-unfilled"));
	run_close(&run);
	shape.left = true;
	run_open(&run);
	feed(&run, &shape);
	run_finish(&run);
	assert_null(find(&run, "checksum-unfilled"));
	run_close(&run);
	/* That is said of the inner one only. */
	shape.outer_sum = SUM_PARTIAL;
	run_open(&run);
	feed(&run, &shape);
	run_finish(&run);
	assert_non_null(find(&run, "checksum-unfilled"));
	run_close(&run);
}

/* Frames with wrong checksums, the first of which are only unfinished. */
static void feed_wrong(unsigned int unfilled)
{
	struct shape shape = base_shape;

	shape.capture_flags = IN;
	shape.payload = 10;
	run_open(&run);
	for (unsigned int i = 0; i < 17000; i++) {
		shape.sum = i < unfilled ? SUM_PARTIAL : SUM_WRONG;
		feed(&run, &shape);
		shape.seq += shape.payload;
		shape.id++;
	}
	run_finish(&run);
}

/* Among many that are wrong anyway, a few look so by chance. */
static void test_unfilled_by_chance(void **state)
{
	(void)state;
	feed_wrong(2);
	assert_null(find(&run, "checksum-unfilled"));
	run_close(&run);
	feed_wrong(100);
	assert_non_null(find(&run, "checksum-unfilled"));
	run_close(&run);
}

static void test_lengths(void **state)
{
	static const struct scenario scenarios[] = {
		{"ip-length-wrong", SEVERITY_WARNING, .longer = 100},
		{"ip-length-wrong", SEVERITY_WARNING, .longer = 1},
		{.payload = 1460},
	};

	(void)state;
	for (size_t i = 0; i < array_size(scenarios); i++)
		expect_only(&scenarios[i]);
}

static void test_merged(void **state)
{
	const struct vantage lro = {
		.has = FEATURE, .mtu = MTU, .features = VANTAGE_LRO, .ever = VANTAGE_LRO};
	const struct vantage router = {.has = FEATURE, .mtu = MTU, .forwarding = true};
	const struct vantage jumbo = {.has = FEATURE, .mtu = 9000};
	const struct vantage unknown = {0};
	const struct scenario scenarios[] = {
		{"oversized-unmarked", SEVERITY_WARNING, IN | VALID, 1461, .vantage = host},
		{.flags = IN | VALID, .payload = 1460, .vantage = host},
		{"oversized-unmarked", SEVERITY_NOTE, IN | VALID, 4000, .vantage = lro},
		{.flags = IN | VALID | MERGED, .payload = 4000, .vantage = host},
		{.flags = IN | VALID, .payload = 4000, .vantage = jumbo},
		{.flags = IN | VALID, .payload = 4000, .vantage = unknown},
		{.flags = FRAME_INBOUND, .payload = 4000, .vantage = host},
		{.flags = FRAME_TRUTH | FRAME_OUTBOUND, .payload = 4000, .vantage = host},
		{"lro-forwarding", SEVERITY_WARNING, IN | VALID | MERGED, 4000, .vantage = router},
		{.flags = IN | COMING | MERGED,
		 .payload = 4000,
		 .sum = SUM_PARTIAL,
		 .vantage = router},
		{.flags = IN | VALID | MERGED, .payload = 1460, .vantage = router},
		/* Put together of fragments: nothing that LRO does. */
		{.flags = IN, .payload = 4000, .vantage = router, .udp = true},
	};

	(void)state;
	for (size_t i = 0; i < array_size(scenarios); i++)
		expect_only(&scenarios[i]);
}

static void test_kernel_log(void **state)
{
	const struct scenario complained = {
		"hw-csum-failure", SEVERITY_WARNING,
		.vantage = {.has = VANTAGE_HAS_CSUM_FAILURES, .csum_failures = 2}};
	const struct scenario silent = {.vantage = {.has = VANTAGE_HAS_CSUM_FAILURES}};

	(void)state;
	expect_only(&complained);
	expect_only(&silent);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_checksums),
		cmocka_unit_test(test_inner_checksum),
		cmocka_unit_test(test_merged_inner_checksum),
		cmocka_unit_test(test_left_to_receiver),
		cmocka_unit_test(test_unfilled_by_chance),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_merged),
		cmocka_unit_test(test_kernel_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
