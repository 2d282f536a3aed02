/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Captures of hand-made segments, studied as a whole: for the tests of what nod gro says.
 */
#ifndef NOD_TESTS_STUDY_BYTES_H
#define NOD_TESTS_STUDY_BYTES_H

#include "pcap/gro/study.h"
#include "tests/unit/shape_bytes.h"

/**
 * struct bench - one study
 * @bytes: the last frame, in memory of just the captured length
 */
struct bench {
	struct gro_study *study;
	struct arena arena;
	struct gro_report report;
	uint64_t number;
	uint8_t *bytes;
	struct packet packet;
};

static inline struct gro_study_options study_options(const char *model)
{
	return (struct gro_study_options){
		.rules = {.model = gro_model_lookup(model), .mode = GRO_MODE_HOST},
		.budget = GRO_QUEUE_BUDGET,
		.max_flows = 1000,
		.busiest = 10,
	};
}

static inline void bench_open_with(struct bench *bench, const struct gro_study_options *options)
{
	memset(bench, 0, sizeof(*bench));
	bench->study = gro_study_open(options);
	assert_non_null(bench->study);
}

static inline void bench_open(struct bench *bench, const char *model)
{
	const struct gro_study_options options = study_options(model);

	bench_open_with(bench, &options);
}

static inline void bench_close(struct bench *bench)
{
	gro_study_close(bench->study);
	arena_free(&bench->arena);
	free(bench->bytes);
}

static inline void bench_frame(struct bench *bench, const struct frame *frame)
{
	struct frame copy = *frame;
	struct err err = {0};

	free(bench->bytes);
	bench->bytes = malloc(frame->bytes.length ? frame->bytes.length : 1);
	assert_non_null(bench->bytes);
	if (frame->bytes.length)
		memcpy(bench->bytes, frame->bytes.bytes, frame->bytes.length);
	copy.bytes.bytes = bench->bytes;
	assert_int_equal(gro_study_frame(bench->study, &copy, &err), 0);
}

static inline void bench_feed(struct bench *bench, const struct shape *shape)
{
	struct frame frame;

	build_shape(&bench->packet, shape);
	frame = frame_of_shape(&bench->packet, shape, ++bench->number);
	bench_frame(bench, &frame);
}

static inline void bench_finish(struct bench *bench)
{
	struct err err = {0};

	assert_int_equal(gro_study_finish(bench->study, &bench->arena, &bench->report, &err), 0);
}

/* The segment behind @shape: the next bytes, and IDs one up. */
static inline void step_shape(struct shape *shape)
{
	shape->seq += shape->payload;
	shape->id++;
	shape->oid++;
}

/* @count segments from @shape on, which is then the one behind them. */
static inline void feed_train(struct bench *bench, struct shape *shape, unsigned int count)
{
	for (; count; count--) {
		bench_feed(bench, shape);
		step_shape(shape);
	}
}

static inline const struct gro_cost *find_cost(const struct gro_report *report, const char *id)
{
	for (size_t i = 0; i < report->ncosts; i++)
		if (strcmp(report->costs[i].id, id) == 0)
			return &report->costs[i];
	return NULL;
}

static inline const struct gro_count *find_model(const struct gro_report *report, const char *id)
{
	for (size_t i = 0; i < report->nmodels; i++)
		if (strcmp(report->models[i].model, id) == 0)
			return &report->models[i].upper;
	return NULL;
}

static inline void assert_count(const struct gro_count *count, uint64_t frames, uint64_t supers,
				uint64_t merged_frames, uint64_t largest)
{
	assert_non_null(count);
	if (count->frames != frames || count->supers != supers ||
	    count->merged_frames != merged_frames || count->largest != largest)
		fail_msg("%llu frames, %llu supers, %llu merged, largest %llu",
			 (unsigned long long)count->frames, (unsigned long long)count->supers,
			 (unsigned long long)count->merged_frames,
			 (unsigned long long)count->largest);
}

static inline void assert_bytes(const struct gro_count *count, uint64_t bytes,
				uint64_t merged_bytes)
{
	assert_int_equal(count->bytes, bytes);
	assert_int_equal(count->merged_bytes, merged_bytes);
}

static inline void assert_cost(const struct gro_report *report, const char *id, uint64_t times,
			       uint64_t alone, uint64_t saves)
{
	const struct gro_cost *cost = find_cost(report, id);

	assert_non_null(cost);
	if (cost->times != times || cost->alone != alone || cost->saves != saves)
		fail_msg("%s: %llu times, %llu alone, saves %llu", id,
			 (unsigned long long)cost->times, (unsigned long long)cost->alone,
			 (unsigned long long)cost->saves);
}

#endif
