/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Do a survey and a capture that is written say so, and give everything back, whichever allocation fails?
 */
#include "pcap/csum.h"
#include "pcap/split/split.h"
#include "pcap/write.h"
#include "tests/unit/memory_fails.h"
#include "tests/unit/shape_bytes.h"

static struct packet packet;

/* Merged frames, and a single one behind each, of flows that go on and flows that come and go. */
static struct frame frame_at(uint32_t i)
{
	struct shape shape = base_shape;

	shape.sport = (uint16_t)(i % 4 < 2 ? 1000 : 1000 + i / 2);
	shape.tunnel = i % 8 > 3;
	shape.sum = i % 16 == 0 ? SUM_PARTIAL : SUM_RIGHT;
	shape.payload = i % 2 ? 1000 : 5000;
	shape.seq = i / 2 * 6000 + i % 2 * 5000;
	shape.id = (uint16_t)(i / 2 * 6 + i % 2 * 5);
	build_shape(&packet, &shape);
	return frame_of_shape(&packet, &shape, i + 1);
}

static int survey_frames(struct split_survey *survey, uint32_t frames, struct err *err)
{
	for (uint32_t i = 0; i < frames; i++) {
		struct frame frame = frame_at(i);

		if (split_survey_frame(survey, &frame, err) < 0)
			return -1;
	}
	return split_survey_settle(survey, err);
}

static int write_piece(void *context, const struct split_piece *piece)
{
	const struct write_frame out = {
		.head = piece->head, .body = piece->body, .wire_len = piece->wire_len};
	struct err err = {0};

	return write_record(context, &out, &err);
}

/* The second pass takes no memory: it cannot fail. */
static void write_frames(struct split_survey *survey, struct capture_writer *writer,
			 uint32_t frames)
{
	struct capture_checksums counts = {0};
	uint8_t csums[VIEW_MAX_HEADERS];

	for (uint32_t i = 0; i < frames; i++) {
		struct frame frame = frame_at(i);
		struct split_size size;
		struct view view;

		view_decode(&view, &frame, &(struct view_options){0});
		csum_verify(&view, sum_ops_best(), csums, &counts);
		size = split_survey_size(survey, &view, csums);
		assert_int_not_equal(
			split_frame(&view, csums, &size, sum_ops_best(), write_piece, writer, NULL),
			SPLIT_ERROR);
	}
}

static int write_all(struct split_survey *survey, uint32_t frames, struct err *err)
{
	const struct capture_interface interface = {.link_type = 1};
	const struct write_options options = {.format = WRITE_PCAPNG};
	struct capture_writer *writer = write_open("/dev/null", &options, err);

	if (!writer)
		return -1;
	if (write_interface(writer, &interface, err) < 0) {
		write_abort(writer);
		return -1;
	}
	write_frames(survey, writer, frames);
	return write_finish(writer, err);
}

static int split_capture(size_t max_flows, uint32_t frames)
{
	const struct split_survey_options options = {.max_flows = max_flows};
	struct split_survey *survey = split_survey_open(&options);
	struct err err = {0};
	int result = -1;

	if (!survey)
		return -1;
	if (survey_frames(survey, frames, &err) == 0)
		result = write_all(survey, frames, &err);
	split_survey_close(survey);
	if (result < 0)
		assert_int_equal(err.code, ERR_MEMORY);
	return result;
}

static void without_memory(void **state)
{
	(void)state;
	fail_each_allocation(split_capture, 10000, 10000);
}

static void without_memory_for_few_flows(void **state)
{
	(void)state;
	fail_each_allocation(split_capture, 3, 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_memory),
		cmocka_unit_test(without_memory_for_few_flows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
