/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What came over the wire, if the capture has frames that never did?
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/gro.h"
#include "pcap/csum.h"
#include "pcap/split/split.h"

/**
 * struct splitter - from a frame of the capture to frames of the wire
 * @survey: NULL if checksums are filled in and no more
 * @frame: that is split now
 * @room: for one piece
 */
struct splitter {
	const struct view_options *view;
	struct split_survey *survey;
	const struct sum_ops *sums;
	struct capture_checksums unused;
	reading_take *take;
	void *context;
	const struct frame *frame;
	struct err *err;
	uint64_t frames_split;
	uint8_t *room;
};

#define ROOM_BYTES (FRAME_MAX_BYTES + SPLIT_MOST_HEADERS)

static int take_piece(void *context, const struct split_piece *piece)
{
	struct splitter *splitter = context;
	struct frame frame = *splitter->frame;
	size_t length = piece->head.length + piece->body.length;

	if (length > ROOM_BYTES)
		return err_set(splitter->err, ERR_FORMAT, "a segment of %zu bytes", length);
	if (piece->head.length)
		memcpy(splitter->room, piece->head.bytes, piece->head.length);
	if (piece->body.length)
		memcpy(splitter->room + piece->head.length, piece->body.bytes, piece->body.length);
	frame.bytes = (struct span){splitter->room, length};
	frame.wire_len = piece->wire_len;
	if (piece->count > 1) {
		frame.flags &= ~(uint32_t)FRAME_SEGMENTED;
		frame.fcs_len = 0;
	}
	return splitter->take(splitter->context, &frame, splitter->err);
}

static int split_one(void *context, const struct frame *frame, struct err *err)
{
	struct splitter *splitter = context;
	uint8_t csums[VIEW_MAX_HEADERS];
	struct split_size size = {.source = SPLIT_NONE};
	struct view view;

	view_decode(&view, frame, splitter->view);
	csum_verify(&view, splitter->sums, csums, &splitter->unused);
	if (splitter->survey)
		size = split_survey_size(splitter->survey, &view, csums);
	splitter->frame = frame;
	splitter->err = err;
	switch (split_frame(&view, csums, &size, splitter->sums, take_piece, splitter, NULL)) {
	case SPLIT_ERROR:
		return -1;
	case SPLIT_DONE:
		splitter->frames_split++;
		return 0;
	default:
		return 0;
	}
}

static int survey_one(void *context, const struct frame *frame, struct err *err)
{
	return split_survey_frame(context, frame, err);
}

static int read_file(const struct gro_feed *feed, struct reading *reading, struct gro_fed *fed,
		     struct err *err)
{
	int result;

	reading->session = feed->session;
	reading->filter = feed->filter;
	reading->file = file_open(feed->path, err);
	if (!reading->file)
		return -1;
	fed->opened = true;
	fed->broken = (struct err){0};
	result = reading_run(reading, &fed->broken, err);
	snprintf(fed->format, sizeof(fed->format), "%s", file_format(reading->file));
	file_close(reading->file);
	return result;
}

static int run_split(const struct gro_feed *feed, struct splitter *splitter, struct gro_fed *fed,
		     struct err *err)
{
	struct reading first = {
		.take = survey_one, .context = splitter->survey, .label = "first pass, "};
	struct reading second = {.take = split_one, .context = splitter};

	if (splitter->survey && (read_file(feed, &first, fed, err) < 0 ||
				 split_survey_settle(splitter->survey, err) < 0))
		return -1;
	if (read_file(feed, &second, fed, err) < 0)
		return -1;
	fed->frames_split = splitter->frames_split;
	return 0;
}

int gro_feed_run(const struct gro_feed *feed, reading_take *take, void *context,
		 struct gro_fed *fed, struct err *err)
{
	struct reading reading = {.take = take, .context = context};
	struct splitter splitter = {.view = &feed->survey.view, .take = take, .context = context};
	int result;

	*fed = (struct gro_fed){0};
	if (!feed->split && !feed->fill)
		return read_file(feed, &reading, fed, err);
	splitter.sums = sum_ops_best();
	if (feed->split)
		splitter.survey = split_survey_open(&feed->survey);
	splitter.room = malloc(ROOM_BYTES);
	if (splitter.room && (splitter.survey || !feed->split))
		result = run_split(feed, &splitter, fed, err);
	else
		result = err_set(err, ERR_MEMORY, "out of memory");
	free(splitter.room);
	if (splitter.survey)
		split_survey_close(splitter.survey);
	return result;
}
