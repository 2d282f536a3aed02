/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does an analysis say so, and give everything back, whichever allocation fails?
 */
#include <stdio.h>

#include "tests/unit/memory_fails.h"
#include "tests/unit/sight_bytes.h"

#define FRAMES 700

static struct packet packet;

/* Frame @i: a train of a tunnel whose outer IDs jump, and between its segments one of each kind. */
static void shape_frame(struct shape *shape, uint32_t i)
{
	*shape = base_shape;
	if (i % 2) {
		shape->tunnel = true;
		shape->odf = false;
		shape->oid = (uint16_t)(i * 7);
		shape->id = (uint16_t)(i / 2);
		shape->seq = i / 2 * shape->payload;
		return;
	}
	/* New flows and paths all the time: tables have to grow, or to forget. */
	shape->sport = (uint16_t)(1000 + i / 2);
	shape->tunnel = i % 32 == 0;
	shape->osport = (uint16_t)i;
	shape->sum = i % 8 == 0 ? SUM_PARTIAL : i % 8 == 2 ? SUM_WRONG : SUM_RIGHT;
	shape->payload = i % 16 == 0 ? 0 : i % 16 == 4 ? 9000 : 500;
	shape->no_length = i % 64 == 4;
	shape->ipv4_sum = i % 64 == 6 ? SUM_ZERO : SUM_RIGHT;
	shape->v6 = i % 64 == 10;
	shape->cut = i % 64 == 12 ? 60 : 0;
	shape->ofragment = i % 64 == 32 ? 0x2000 : 0;
}

static int feed_frames(struct analysis *analysis, uint32_t count, struct err *err)
{
	for (uint32_t i = 0; i < count; i++) {
		struct shape shape;
		struct frame frame;

		shape_frame(&shape, i);
		build_shape(&packet, &shape);
		frame = frame_of_shape(&packet, &shape, i + 1);
		frame.interface = i / 300;
		if (analysis_frame(analysis, &frame, NULL, err) < 0)
			return -1;
	}
	return 0;
}

static bool has_finding(const struct capture *capture, const char *id)
{
	for (size_t i = 0; i < capture->nfindings; i++)
		if (strcmp(capture->findings[i].id, id) == 0)
			return true;
	return false;
}

/* All that is said is said in full. */
static void check_capture(const struct capture *capture)
{
	for (size_t i = 0; i < capture->nflows; i++) {
		assert_non_null(capture->flows[i].endpoints->src);
		assert_non_null(capture->flows[i].endpoints->dst);
	}
	assert_true(has_finding(capture, "outer-ipid-not-sequential"));
	assert_true(has_finding(capture, "capture-point"));
	assert_true(has_finding(capture, "checksum-corrupt"));
	assert_true(has_finding(capture, "oversized-frame"));
	for (size_t i = 0; i < capture->nfindings; i++) {
		const struct finding *finding = &capture->findings[i];

		assert_null(strstr(finding->text, "stops  "));
		for (size_t j = 0; j < finding->nfacts; j++)
			if (finding->facts[j].type == FACT_STRING)
				assert_string_not_equal(finding->facts[j].string, "");
	}
}

/* 0, or -1 where memory ran out, and then only with an error that says so. */
static int analyze(size_t max_flows, uint32_t frames)
{
	const struct analysis_options options = {.max_flows = max_flows, .busiest = 140};
	struct analysis *analysis = analysis_open(&options);
	struct capture capture = {0};
	struct arena arena = {0};
	struct err err = {0};
	int result = -1;

	if (!analysis)
		return -1;
	if (feed_frames(analysis, frames, &err) == 0 &&
	    analysis_finish(analysis, &arena, &capture, &err) == 0) {
		assert_int_equal(err.code, ERR_NONE);
		result = verdict_make(&capture, &arena) ? 0 : -1;
		if (result == 0)
			check_capture(&capture);
	} else {
		assert_int_equal(err.code, ERR_MEMORY);
	}
	analysis_close(analysis);
	arena_free(&arena);
	return result;
}

static void test_without_memory(void **state)
{
	(void)state;
	fail_each_allocation(analyze, 10000, FRAMES);
}

static void test_without_memory_for_few_flows(void **state)
{
	(void)state;
	fail_each_allocation(analyze, 3, FRAMES);
}

/* The flow of a frame in a tunnel, which has all the strings that endpoints may have. */
static const struct flow *flow_in_vxlan(struct flow_table *table)
{
	struct shape shape = base_shape;
	struct frame frame;
	struct view view;

	shape.tunnel = true;
	build_shape(&packet, &shape);
	frame = frame_of_shape(&packet, &shape, 1);
	view_decode(&view, &frame, &no_options);
	return flows_lookup(table, &view, NULL, NULL);
}

/*
 * An arena takes memory in large blocks: fill one more and more, so that another string is the one
 * that needs the next block, and does not get it.
 */
static void test_endpoints_without_memory(void **state)
{
	struct flow_table *table = flows_open(1);
	const struct flow *flow = flow_in_vxlan(table);
	unsigned int failures = 0;

	(void)state;
	assert_non_null(flow);
	for (size_t filled = 0; failures < 20; filled++) {
		const struct endpoints *ends;
		struct arena arena = {0};

		for (size_t i = 0; i < filled; i++)
			assert_non_null(arena_alloc(&arena, 16));
		memory = (struct memory){.watched = true, .ever_after = true};
		ends = key_endpoints(table, &flow->key, &arena);
		memory.watched = false;
		failures += memory.failed;
		assert_int_equal(!ends, memory.failed);
		if (ends)
			assert_true(ends->src && ends->dst && ends->outer_src && ends->outer_dst);
		arena_free(&arena);
	}
	flows_close(table);
}

/* How often memory is asked for while @flows flows come and go, of which 3 are kept. */
static size_t count_allocations(uint32_t flows)
{
	const struct analysis_options options = {.max_flows = 3};
	struct shape shape = base_shape;
	struct analysis *analysis;
	struct err err = {0};

	memory = (struct memory){.watched = true, .failing = SIZE_MAX};
	analysis = analysis_open(&options);
	assert_non_null(analysis);
	shape.sum = SUM_WRONG;
	shape.payload = 10;
	for (uint32_t i = 0; i < flows; i++) {
		struct frame frame;

		shape.sport = (uint16_t)i;
		build_shape(&packet, &shape);
		frame = frame_of_shape(&packet, &shape, i + 1);
		assert_int_equal(analysis_frame(analysis, &frame, NULL, &err), 0);
	}
	analysis_close(analysis);
	memory.watched = false;
	assert_int_equal(memory.living, 0);
	return memory.made;
}

/* Memory is for flows that are kept, with what is noted of them. */
static void test_memory_is_bounded(void **state)
{
	(void)state;
	assert_int_equal(count_allocations(20000), count_allocations(100));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_without_memory),
		cmocka_unit_test(test_without_memory_for_few_flows),
		cmocka_unit_test(test_endpoints_without_memory),
		cmocka_unit_test(test_memory_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
