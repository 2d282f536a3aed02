/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How does a capture become one of frames of the wire?
 *
 * The first pass learns how long segments were, the second splits. If segments are to be spread in time,
 * a second reader is one frame ahead of the first: nothing may be later than the frame behind it.
 */
#include <stdio.h>
#include <string.h>

#include "cmd/reading.h"
#include "cmd/split.h"

/* Preamble, frame check sequence and the gap between frames of Ethernet. */
#define WIRE_OVERHEAD 24u

/* Reasons for which frames are refused that are told apart. */
#define MOST_REFUSALS 16

/**
 * struct splitting - the second pass
 * @ahead: NULL, or a reader that is one frame ahead, at @next_ns if @has_next
 * @frame, @view: that is being split; without a frame check sequence
 * @out: the record that its segments have in common
 * @gap_ns: between two of its segments
 * @interface: the last one of the input that was looked at, and @number its number in the output
 */
struct splitting {
	const struct split_work *work;
	struct capture_file *file, *ahead;
	struct capture_writer *writer;
	struct split_survey *survey;
	const struct sum_ops *sums;
	struct frame frame;
	struct view view;
	struct write_frame out;
	struct split_size size;
	struct capture_checksums checksums;
	uint8_t csums[VIEW_MAX_HEADERS];
	char comment[160];
	int64_t gap_ns, next_ns;
	uint32_t interfaces, interface, number;
	bool has_next;
	struct split_refusal refusals[MOST_REFUSALS];
	size_t nrefusals;
	struct err *err;
};

static struct capture_file *open_input(const struct split_work *work, struct err *err)
{
	struct capture_file *file = file_open(work->path, err);

	if (!file)
		err_wrap(err, "%s", work->report->input);
	return file;
}

static int survey_frame(void *context, const struct frame *frame, struct err *err)
{
	return split_survey_frame(context, frame, err);
}

/* The first pass. NULL and @err if it cannot be read at all. */
static struct split_survey *run_survey(const struct split_work *work, struct err *err)
{
	struct split_survey *survey = split_survey_open(&work->survey);
	struct reading reading = {.session = work->session,
				  .filter = work->filter,
				  .take = survey_frame,
				  .context = survey,
				  .label = "first pass, "};
	struct err broken = {0};
	int result;

	if (!survey) {
		err_set(err, ERR_MEMORY, "out of memory");
		return NULL;
	}
	reading.file = open_input(work, err);
	result = reading.file ? reading_run(&reading, &broken, err) : -1;
	file_close(reading.file);
	if (result == 0 && split_survey_settle(survey, err) == 0)
		return survey;
	split_survey_close(survey);
	return NULL;
}

/* Every interface of the input has the same number in the output; pcap has only one. */
static attr_noinline int use_interface(struct splitting *it, uint32_t interface)
{
	bool single = it->work->format == WRITE_PCAP;

	for (uint32_t i = single ? interface : it->interfaces; i <= interface; i++) {
		const struct capture_interface *from = file_interface(it->file, i);
		struct capture_interface to;
		int number;

		if (!from)
			return err_set(it->err, ERR_FORMAT, "frame %llu has no interface",
				       (unsigned long long)it->frame.number);
		/* What the kernel said was of other frames. */
		to = *from;
		to.truth = false;
		number = write_interface(it->writer, &to, it->err);
		if (number < 0)
			return -1;
		it->number = (uint32_t)number;
		it->interfaces = i + 1;
	}
	if (!single)
		it->number = interface;
	it->interface = interface;
	return 0;
}

/* Frames without their check sequence: segments have none, and no interface says that there are any. */
static void strip_fcs(struct frame *frame)
{
	if (likely(!frame->fcs_len))
		return;
	if (frame->wire_len >= frame->fcs_len)
		frame->wire_len -= frame->fcs_len;
	if (frame->bytes.length > frame->wire_len)
		frame->bytes.length = frame->wire_len;
	frame->fcs_len = 0;
}

/* Step the reader that is ahead to the frame behind this one. */
static void look_ahead(struct splitting *it)
{
	struct err ignored = {0};
	struct frame next;

	it->has_next = it->ahead && file_next(it->ahead, &next, &ignored) == FILE_FRAME &&
		       next.flags & FRAME_HAS_TIME;
	if (it->has_next)
		it->next_ns = next.time_ns;
}

/* Nanoseconds between two of @count segments of @length bytes. Times of a file may be any number. */
static int64_t gap_between(const struct splitting *it, uint32_t length, uint32_t count)
{
	uint64_t gap = ((uint64_t)length + WIRE_OVERHEAD) * 8000 / it->work->rate, room;
	int64_t begin = it->frame.time_ns, end = it->has_next ? it->next_ns : INT64_MAX;

	if (!(it->frame.flags & FRAME_HAS_TIME) || end <= begin)
		return 0;
	room = ((uint64_t)end - (uint64_t)begin) / count;
	return (int64_t)(room < gap ? room : gap);
}

/* The first of several segments. */
static void begin_segments(struct splitting *it, const struct split_piece *piece)
{
	const char *source = split_source_texts[it->size.source];

	snprintf(it->comment, sizeof(it->comment),
		 "nod split: %u segments of frame %llu, %u bytes of payload each (%s)",
		 piece->count, (unsigned long long)it->frame.number, it->size.segment, source);
	it->out.comment = it->comment;
	if (it->ahead)
		it->gap_ns = gap_between(it, piece->wire_len, piece->count);
}

static int write_piece(void *context, const struct split_piece *piece)
{
	struct splitting *it = context;

	it->out.head = piece->head;
	it->out.body = piece->body;
	it->out.wire_len = piece->wire_len;
	/* What the capture says of its checksums is about those that it had. */
	if (unlikely(piece->head.length))
		it->out.flags &= ~(uint32_t)(FRAME_CSUM_NOT_READY | FRAME_CSUM_VALID);
	if (unlikely(piece->count > 1)) {
		it->out.flags &= ~(uint32_t)FRAME_SEGMENTED;
		it->out.comment = NULL;
		if (piece->index == 0)
			begin_segments(it, piece);
		else
			it->out.time_ns += it->gap_ns;
	}
	it->work->report->written++;
	return write_record(it->writer, &it->out, it->err);
}

static void count_refusal(struct splitting *it, const char *reason)
{
	size_t i = 0;

	reason = reason ? reason : "unknown";
	it->work->report->refused++;
	while (i < it->nrefusals && strcmp(it->refusals[i].reason, reason) != 0)
		i++;
	if (i == MOST_REFUSALS)
		return;
	if (i == it->nrefusals)
		it->refusals[it->nrefusals++] = (struct split_refusal){reason, 0, it->frame.number};
	it->refusals[i].frames++;
}

static attr_noinline void count_split(struct splitting *it, uint64_t segments)
{
	struct split_report *report = it->work->report;

	report->split++;
	report->segments += segments;
	report->sources[it->size.source]++;
	if (segments > report->most) {
		report->most = segments;
		report->most_frame = it->frame.number;
	}
}

static int count_result(struct splitting *it, enum split_result result, uint64_t segments,
			const char *reason)
{
	struct split_report *report = it->work->report;

	report->frames++;
	if (likely(result == SPLIT_KEPT))
		report->kept++;
	else if (result == SPLIT_FILLED)
		report->filled++;
	else if (result == SPLIT_DONE)
		count_split(it, segments);
	else if (result == SPLIT_REFUSED)
		count_refusal(it, reason);
	return result == SPLIT_ERROR ? -1 : 0;
}

static attr_flatten int split_one(void *context, const struct frame *frame, struct err *err)
{
	struct splitting *it = context;
	const char *reason = NULL;
	enum csum_verdict known;
	enum split_result result;
	uint64_t before = it->work->report->written;

	it->err = err;
	it->frame = *frame;
	strip_fcs(&it->frame);
	if (unlikely(frame->interface != it->interface) && use_interface(it, frame->interface) < 0)
		return -1;
	view_decode(&it->view, &it->frame, &it->work->survey.view);
	/* The first pass saw the bytes that may have been taken off. */
	known = frame->fcs_len ? CSUM_VERDICTS : split_survey_verdict(it->survey, &it->view);
	if (likely(known == CSUM_VERDICTS))
		csum_verify(&it->view, it->sums, it->csums, &it->checksums);
	else
		csum_verify_known(&it->view, it->sums, known, it->csums, &it->checksums);
	it->size = split_survey_size(it->survey, &it->view, it->csums);
	it->out = (struct write_frame){
		.time_ns = frame->time_ns, .interface = it->number, .flags = frame->flags};
	result = split_frame(&it->view, it->csums, &it->size, it->sums, write_piece, it, &reason);
	return count_result(it, result, it->work->report->written - before, reason);
}

/* With a reader ahead, which must step for frames that the filter drops too. */
static int split_ahead(void *context, const struct frame *frame, struct err *err)
{
	struct splitting *it = context;

	look_ahead(it);
	if (it->work->filter) {
		int match = filter_match(it->work->filter, frame, err);

		if (match <= 0)
			return match;
	}
	return split_one(it, frame, err);
}

/* Put the reader behind the first frame. NULL with @err if the file is gone. */
static int open_ahead(struct splitting *it, struct err *err)
{
	if (it->work->times != SPLIT_TIMES_SPREAD)
		return 0;
	it->ahead = open_input(it->work, err);
	if (!it->ahead)
		return -1;
	look_ahead(it);
	return 0;
}

static int end_report(struct splitting *it, const struct err *broken, struct err *err)
{
	struct split_report *report = it->work->report;
	struct arena *arena = it->work->arena;
	struct split_refusal *refusals;

	report->format = arena_strdup(arena, file_format(it->file));
	if (broken->code)
		report->error = arena_strdup(arena, broken->text);
	refusals = arena_alloc(arena, sizeof(it->refusals));
	if (!report->format || !refusals || (broken->code && !report->error))
		return err_set(err, ERR_MEMORY, "out of memory");
	memcpy(refusals, it->refusals, sizeof(it->refusals));
	report->refusals = refusals;
	report->nrefusals = it->nrefusals;
	report->mtu = split_survey_mtu(it->survey);
	return 0;
}

/* The second pass. */
static int run_splitting(struct splitting *it, struct err *err)
{
	struct reading reading = {.session = it->work->session,
				  .filter = it->work->filter,
				  .take = split_one,
				  .context = it,
				  .file = it->file,
				  .label = "second pass, "};
	struct err broken = {0};

	if (open_ahead(it, err) < 0)
		return -1;
	if (it->ahead) {
		reading.take = split_ahead;
		reading.filter = NULL;
	}
	if (reading_run(&reading, &broken, err) < 0)
		return -1;
	/* Interfaces without a frame, so that none is lost. */
	if (it->work->format == WRITE_PCAPNG)
		while (file_interface(it->file, it->interfaces))
			if (use_interface(it, it->interfaces) < 0)
				return -1;
	return end_report(it, &broken, err);
}

/* Words about the whole capture, for its section header. */
static void describe(struct text *comment, const struct split_work *work, uint32_t mtu)
{
	text_add(comment, "nod split: frames of the wire made of ");
	text_add_untrusted(comment, work->report->input);
	text_printf(
		comment,
		": IP packets longer than %u bytes split where the length of their segments was "
		"known, checksums filled in, %s times for the segments of a frame",
		mtu, work->report->times);
}

static struct capture_writer *open_output(const struct split_work *work, uint32_t mtu,
					  struct err *err)
{
	struct write_options options = {.format = work->format, .application = "nod " NOD_VERSION};
	struct text comment attr_cleanup(text_free) = {0};
	struct capture_writer *writer;

	describe(&comment, work, mtu);
	options.comment = comment.failed ? NULL : comment.chars;
	writer = write_open(work->report->output, &options, err);
	if (!writer && err->code != ERR_USAGE)
		err_wrap(err, "%s", work->report->output);
	return writer;
}

static int split_into(struct splitting *it, struct err *err)
{
	struct split_report *report = it->work->report;
	int result;

	it->writer = open_output(it->work, split_survey_mtu(it->survey), err);
	if (!it->writer)
		return -1;
	result = run_splitting(it, err);
	report->bytes = write_position(it->writer);
	if (result < 0)
		write_abort(it->writer);
	else
		result = write_finish(it->writer, err);
	if (result < 0 && err->code != ERR_PIPE)
		err_wrap(err, "%s", report->output);
	return result;
}

int split_run(struct split_work *work, struct err *err)
{
	struct splitting it = {.work = work, .sums = sum_ops_best(), .interface = UINT32_MAX};
	int result = -1;

	it.survey = run_survey(work, err);
	if (!it.survey)
		return -1;
	it.file = open_input(work, err);
	if (it.file)
		result = split_into(&it, err);
	file_close(it.ahead);
	file_close(it.file);
	split_survey_close(it.survey);
	return result;
}
