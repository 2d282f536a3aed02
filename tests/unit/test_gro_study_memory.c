/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does a study say so, and give everything back, whichever allocation fails? And does it take no more
 * for flows that it has forgotten?
 */
#include "tests/unit/memory_fails.h"
#include "tests/unit/study_bytes.h"

static struct packet packet;

/* Eight segments of a flow, with something of every kind of state that a flow can have. */
static void shape_frame(struct shape *shape, uint32_t i)
{
	uint32_t flow = i / 8, place = i % 8;

	*shape = base_shape;
	shape->payload = 100;
	shape->sport = (uint16_t)flow;
	shape->host = (uint8_t)(2 + (flow >> 16));
	shape->tunnel = true;
	shape->seq = 100 * place;
	shape->id = (uint16_t)place;
	shape->oid = (uint16_t)(place * place);
	shape->osport = (uint16_t)(50000 + place / 3);
	shape->ttl = place == 4 ? 3 : 64;
	shape->window = place == 5 ? 3 : 64;
	shape->tos = place == 6 ? 4 : 0;
	shape->options = place == 7 ? "0101080a0000000100000002" : "";
}

static int feed_frames(struct gro_study *study, uint32_t count, struct err *err)
{
	for (uint32_t i = 0; i < count; i++) {
		struct shape shape;
		struct frame frame;

		shape_frame(&shape, i);
		build_shape(&packet, &shape);
		frame = frame_of_shape(&packet, &shape, i + 1);
		if (gro_study_frame(study, &frame, err) < 0)
			return -1;
	}
	return 0;
}

static void check_report(const struct gro_report *report, uint32_t frames)
{
	assert_int_equal(report->upper.frames, frames);
	assert_int_equal(report->nmodels, 7);
	assert_non_null(find_cost(report, "outer-ipid-not-sequential"));
	for (size_t i = 0; i < report->nflows; i++)
		assert_non_null(report->flows[i].endpoints->outer_dst);
}

/* 0, or -1 where memory ran out, and then only with an error that says so. */
static int study_frames(size_t max_flows, uint32_t frames)
{
	struct gro_study_options options = study_options("linux-6.18");
	struct gro_report report = {0};
	struct gro_study *study;
	struct arena arena = {0};
	struct err err = {0};
	int result = -1;

	options.max_flows = max_flows;
	options.all_models = true;
	study = gro_study_open(&options);
	if (!study)
		return -1;
	if (feed_frames(study, frames, &err) == 0 &&
	    gro_study_finish(study, &arena, &report, &err) == 0) {
		check_report(&report, frames);
		result = gro_verdict(&report, &arena) ? 0 : -1;
	} else {
		assert_int_equal(err.code, ERR_MEMORY);
	}
	gro_study_close(study);
	arena_free(&arena);
	return result;
}

static void without_memory(void **state)
{
	(void)state;
	fail_each_allocation(study_frames, 10000, 4000);
}

static void without_memory_for_few_flows(void **state)
{
	(void)state;
	fail_each_allocation(study_frames, 3, 4000);
}

static size_t allocations(size_t max_flows, uint32_t frames)
{
	memory = (struct memory){.failing = SIZE_MAX};
	assert_int_equal(run_watched(study_frames, max_flows, frames), 0);
	return memory.made;
}

/* Whatever a flow had is taken by the next. */
static void forgotten_flows_cost_nothing(void **state)
{
	(void)state;
	assert_int_equal(allocations(10, 8000), allocations(10, 80000));
	assert_true(allocations(100000, 8000) < allocations(100000, 80000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_memory),
		cmocka_unit_test(without_memory_for_few_flows),
		cmocka_unit_test(forgotten_flows_cost_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
