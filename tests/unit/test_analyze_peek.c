/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does a look at an analysis that goes on say what its end would, and leave no trace in it? And does what a
 * capture says of its interface count?
 */
#include "lib/out/capture.h"
#include "tests/unit/sight_bytes.h"

#define FRAMES 60u

/* Frame @i of a capture. */
typedef void frame_fn(struct shape *shape, unsigned int i);

static void clean(struct shape *shape, unsigned int i)
{
	shape->host = (uint8_t)(2 + i % 3);
}

static void merged(struct shape *shape, unsigned int i)
{
	shape->payload = i % 4 ? 2896 : 0;
	/* Of those without payload only the sender can have left the checksum open: it is here. */
	shape->sum = SUM_PARTIAL;
	shape->id = (uint16_t)(i * 3);
}

static void damaged(struct shape *shape, unsigned int i)
{
	shape->sum = i % 20 == 7 ? SUM_WRONG : SUM_RIGHT;
	shape->ipv4_sum = i % 9 == 8 ? SUM_ZERO : SUM_RIGHT;
	shape->no_length = i % 11 == 10;
	shape->cut = i % 13 == 12 ? 60 : 0;
}

static void broken_up(struct shape *shape, unsigned int i)
{
	shape->tunnel = true;
	shape->id = (uint16_t)(i * 7919);
	shape->oid = (uint16_t)(i * 104729);
	shape->odf = shape->df = false;
	shape->osport = (uint16_t)(50000 + i % 5);
	shape->outer_sum = i % 3 ? SUM_ZERO : SUM_RIGHT;
	shape->ofragment = i % 7 == 6 ? 0x2000 : 0;
}

/* One difference each: several in the same pair of segments would hide each other. */
static void untidy(struct shape *shape, unsigned int i)
{
	shape->sport += (uint16_t)(i % 4);
	shape->seq = base_shape.seq + i / 4 * 1000;
	shape->id = (uint16_t)(base_shape.id + i / 4);
	shape->ack += i % 4 == 0 ? i : 0;
	shape->ttl += i % 4 == 1 ? i / 4 % 2 : 0;
	shape->pad = i % 4 == 2 ? 6 : 0;
	shape->window += (uint16_t)(i % 4 == 3 ? i : 0);
}

static frame_fn *const captures[] = {clean, merged, damaged, broken_up, untidy};

static void feed_one(struct run *run, frame_fn *change, unsigned int i)
{
	struct shape shape = base_shape;

	shape.seq += i * 1000;
	shape.id += (uint16_t)i;
	shape.oid += (uint16_t)i;
	change(&shape, i);
	feed(run, &shape);
}

/* All of a capture, as JSON has it. The caller frees it. */
static char *words_of(const struct capture *capture)
{
	const struct capture_set set = {.captures = (struct capture *)capture, .ncaptures = 1};
	struct text text = {0};
	struct err err = {0};

	assert_int_equal(record_to_json(&record_capture_set, &set, &text, &err), 0);
	return text.chars;
}

static char *words_at_end(frame_fn *change, unsigned int frames, size_t max_flows, bool peek)
{
	const struct analysis_options options = {.max_flows = max_flows, .busiest = 10};
	struct run run;
	char *words;

	run_open_with(&run, &options);
	for (unsigned int i = 0; i < frames; i++) {
		struct capture capture = {0};
		struct arena arena = {0};
		struct err err = {0};

		feed_one(&run, change, i);
		if (peek)
			assert_int_equal(analysis_peek(run.analysis, &arena, &capture, &err), 0);
		arena_free(&arena);
	}
	run_finish(&run);
	words = words_of(&run.capture);
	run_close(&run);
	return words;
}

static void test_no_trace(void **state)
{
	(void)state;
	for (size_t i = 0; i < array_size(captures); i++) {
		/* Also with flows that are judged before the end. */
		for (size_t flows = 1; flows <= 1000; flows += 999) {
			char *alone = words_at_end(captures[i], FRAMES, flows, false);
			char *peeked = words_at_end(captures[i], FRAMES, flows, true);

			assert_string_equal(peeked, alone);
			free(alone);
			free(peeked);
		}
	}
}

static void test_same_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < array_size(captures); i++) {
		struct run run;

		run_open(&run);
		for (unsigned int frame = 0; frame < FRAMES; frame++) {
			struct capture capture = {0};
			struct arena arena = {0};
			struct err err = {0};
			char *now, *end;

			feed_one(&run, captures[i], frame);
			assert_int_equal(analysis_peek(run.analysis, &arena, &capture, &err), 0);
			now = words_of(&capture);
			end = words_at_end(captures[i], frame + 1, 1000, false);
			assert_string_equal(now, end);
			arena_free(&arena);
			free(now);
			free(end);
		}
		run_close(&run);
	}
}

/* There is something to say of most of them: else the above would prove little. */
static void test_findings(void **state)
{
	(void)state;
	for (size_t i = 1; i < array_size(captures); i++) {
		struct run run;

		run_open(&run);
		for (unsigned int frame = 0; frame < FRAMES; frame++)
			feed_one(&run, captures[i], frame);
		run_finish(&run);
		if (!run.capture.nfindings)
			fail_msg("capture %zu shows nothing", i);
		run_close(&run);
	}
}

static void end_with_vantage(uint32_t given, uint32_t told, uint32_t mtu, enum mtu_source source)
{
	const struct analysis_options options = {.max_flows = 1000, .mtu = given};
	const struct vantage vantage = {.has = told ? VANTAGE_HAS_MTU : 0, .mtu = told};
	struct shape shape = base_shape;
	struct run run;
	bool oversized;

	run_open_with(&run, &options);
	analysis_vantage(run.analysis, &vantage);
	shape.payload = 2960;
	feed(&run, &shape);
	oversized = run.sight->traits & TRAIT_OVERSIZED;
	run_finish(&run);
	assert_int_equal(run.capture.mtu.value, mtu);
	assert_string_equal(mtu_source_names[run.capture.mtu.source], mtu_source_names[source]);
	assert_int_equal(run.capture.sizes.oversized, mtu < 3000);
	assert_int_equal(oversized, mtu < 3000);
	run_close(&run);
}

static void test_mtu_of_interface(void **state)
{
	(void)state;
	end_with_vantage(0, 3000, 3000, MTU_INTERFACE);
	end_with_vantage(0, 2999, 2999, MTU_INTERFACE);
	/* The user knows better. */
	end_with_vantage(4000, 2999, 4000, MTU_OPTION);
	end_with_vantage(0, 0, 1500, MTU_DEFAULT);
}

static void test_last_word_counts(void **state)
{
	struct vantage vantage = {.has = VANTAGE_HAS_MTU, .mtu = 9000};
	struct run run;

	(void)state;
	run_open(&run);
	analysis_vantage(run.analysis, &vantage);
	feed(&run, &base_shape);
	vantage.mtu = 8000;
	analysis_vantage(run.analysis, &vantage);
	run_finish(&run);
	assert_int_equal(run.capture.mtu.value, 8000);
	run_close(&run);
	run_open(&run);
	analysis_vantage(run.analysis, &vantage);
	vantage = (struct vantage){0};
	analysis_vantage(run.analysis, &vantage);
	feed(&run, &base_shape);
	run_finish(&run);
	assert_int_equal(run.capture.mtu.value, 1500);
	assert_int_equal(run.capture.mtu.source, MTU_DEFAULT);
	run_close(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_trace),	 cmocka_unit_test(test_same_words),
		cmocka_unit_test(test_findings),	 cmocka_unit_test(test_mtu_of_interface),
		cmocka_unit_test(test_last_word_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
