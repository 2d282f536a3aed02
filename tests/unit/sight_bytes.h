/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Captures of hand-made segments, looked at as a whole: for the tests of the engine and detectors.
 */
#ifndef NOD_TESTS_SIGHT_BYTES_H
#define NOD_TESTS_SIGHT_BYTES_H

#include "pcap/analyze.h"
#include "tests/unit/shape_bytes.h"

/**
 * struct run - one analysis
 * @number: of the last frame
 * @sight: of it
 * @frame, @bytes: that frame, in memory of just the captured length, so that sanitizers see reads beyond
 */
struct run {
	struct analysis *analysis;
	struct arena arena;
	struct capture capture;
	uint64_t number;
	const struct sight *sight;
	struct frame frame;
	uint8_t *bytes;
	struct packet packet;
};

static inline void run_open_with(struct run *run, const struct analysis_options *options)
{
	memset(run, 0, sizeof(*run));
	run->analysis = analysis_open(options);
	assert_non_null(run->analysis);
}

static inline void run_open(struct run *run)
{
	const struct analysis_options options = {.max_flows = 1000, .busiest = 10};

	run_open_with(run, &options);
}

static inline void run_close(struct run *run)
{
	analysis_close(run->analysis);
	arena_free(&run->arena);
	free(run->bytes);
	run->analysis = NULL;
	run->bytes = NULL;
}

static inline void feed_frame(struct run *run, const struct frame *frame)
{
	struct err err = {0};

	free(run->bytes);
	run->bytes = malloc(frame->bytes.length ? frame->bytes.length : 1);
	assert_non_null(run->bytes);
	if (frame->bytes.length)
		memcpy(run->bytes, frame->bytes.bytes, frame->bytes.length);
	run->frame = *frame;
	run->frame.bytes.bytes = run->bytes;
	assert_int_equal(analysis_frame(run->analysis, &run->frame, &run->sight, &err), 0);
	assert_int_equal(err.code, ERR_NONE);
}

static inline void feed(struct run *run, const struct shape *shape)
{
	struct frame frame;

	build_shape(&run->packet, shape);
	frame = frame_of_shape(&run->packet, shape, ++run->number);
	feed_frame(run, &frame);
}

static inline void run_finish(struct run *run)
{
	struct err err = {0};

	assert_int_equal(analysis_finish(run->analysis, &run->arena, &run->capture, &err), 0);
	for (size_t i = 0; i < run->capture.nfindings; i++) {
		const struct finding *finding = &run->capture.findings[i];

		assert_true(finding->nfacts <= FINDING_MAX_FACTS);
		assert_true(finding->nadvice <= FINDING_MAX_ADVICE);
		assert_true(finding->last_frame <= run->number);
		assert_true(finding->first_frame <= finding->last_frame);
		assert_int_not_equal(finding->text[0], '\0');
	}
}

/* The first finding of this kind, NULL if there is none. */
static inline const struct finding *find(const struct run *run, const char *id)
{
	for (size_t i = 0; i < run->capture.nfindings; i++)
		if (strcmp(run->capture.findings[i].id, id) == 0)
			return &run->capture.findings[i];
	return NULL;
}

static inline const struct fact *find_fact(const struct finding *finding, const char *key)
{
	for (size_t i = 0; i < finding->nfacts; i++)
		if (strcmp(finding->facts[i].key, key) == 0)
			return &finding->facts[i];
	return NULL;
}

static inline void assert_number(const struct finding *finding, const char *key, uint64_t wanted)
{
	const struct fact *fact = find_fact(finding, key);

	if (!fact || fact->type != FACT_NUMBER || fact->number != wanted)
		fail_msg("%s: %s is %lld instead of %llu", finding->id, key,
			 fact ? (long long)fact->number : -1, (unsigned long long)wanted);
}

static inline void assert_word(const struct finding *finding, const char *key, const char *wanted)
{
	const struct fact *fact = find_fact(finding, key);

	if (!fact || fact->type != FACT_STRING)
		fail_msg("%s: no %s", finding->id, key);
	else
		assert_string_equal(fact->string, wanted);
}

/* The segment that follows @shape: the next bytes, and IDs one up. */
static inline struct shape next_of(const struct shape *shape)
{
	struct shape next = *shape;

	next.seq += shape->payload;
	next.id++;
	next.oid++;
	return next;
}

#endif
