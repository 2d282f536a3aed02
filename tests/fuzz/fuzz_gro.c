/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is any file that can be read judged for each receiver to the end? Do the numbers add up, and is what a
 * study says of the other receivers beside its own what a study of theirs says?
 */
#include <string.h>

#include "lib/out/gro.h"
#include "pcap/gro/study.h"
#include "tests/fuzz/capture_bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_count(const struct gro_count *count)
{
	check(count->supers <= count->frames);
	check(count->merged_frames <= count->frames && count->merged_bytes <= count->bytes);
	check(count->largest <= count->frames);
	check(!count->merged_frames == (count->supers == count->frames));
}

static void check_report(const struct gro_report *report, uint64_t frames)
{
	check(report->frames == frames && report->upper.frames <= frames);
	check_count(&report->upper);
	check_count(&report->polled);
	check_count(&report->tunnelled);
	check_count(&report->tunnel_device);
	check(report->polled.frames == report->upper.frames);
	check(report->tunnelled.frames <= report->upper.frames);
	check(report->tunnel_device.frames <= report->tunnelled.frames);
	for (size_t i = 0; i < report->ncosts; i++) {
		check(report->costs[i].alone <= report->costs[i].times);
		check_count(&report->costs[i].mended);
	}
	for (size_t i = 0; i < report->nmodels; i++)
		check_count(&report->models[i].upper);
	for (size_t i = 0; i < report->nflows; i++)
		check_count(&report->flows[i].upper);
}

static void check_json(struct gro_report *report)
{
	struct gro_report_set set = {.reports = report, .nreports = 1};
	struct text text = {0};
	struct err err = {0};

	check(record_to_json(&record_gro_set, &set, &text, &err) == 0);
	for (size_t i = 0; i < text.length; i++)
		check(text.chars[i] == '\n' || (text.chars[i] >= 0x20 && text.chars[i] < 0x7f));
	text_free(&text);
}

/* One receiver's report; false if it is no capture. */
static bool judge(struct gro_report *report, struct arena *arena, const uint8_t *data, size_t size,
		  const struct gro_study_options *options)
{
	struct capture_file *file = open_bytes(data, size);
	struct gro_study *study;
	struct err err = {0};
	struct frame frame;
	uint64_t frames = 0;

	if (!file)
		return false;
	study = gro_study_open(options);
	check(study != NULL);
	for (; file_next(file, &frame, &err) == FILE_FRAME; frames++)
		check(gro_study_frame(study, &frame, &err) == 0);
	report->file = "fuzz";
	report->format = file_format(file);
	check(gro_study_finish(study, arena, report, &err) == 0);
	report->verdict = gro_verdict(report, arena);
	check(report->verdict && report->verdict[0]);
	check_report(report, frames);
	check_json(report);
	gro_study_close(study);
	file_close(file);
	return true;
}

/* What @report says of a model that was not its own. */
static const struct gro_count *count_of(const struct gro_report *report, const char *model)
{
	for (size_t i = 0; i < report->nmodels; i++)
		if (strcmp(report->models[i].model, model) == 0)
			return &report->models[i].upper;
	return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gro_study_options options = {
		.rules.model = &gro_models[0], .all_models = true, .max_flows = 1000, .busiest = 5};
	struct gro_report first = {0}, few = {0};
	struct arena arena = {0};

	/* The first byte chooses what there is to choose beside the capture. */
	if (size) {
		options.rules.mode = (enum gro_mode)(data[0] % GRO_MODES);
		options.scope.plain_udp = options.rules.mode != GRO_MODE_HOST;
		options.budget = data[0] & 0x10 ? GRO_QUEUE_BUDGET : 0;
		options.gap_ns = data[0] & 0x20 ? 20000 : 0;
		data++;
		size--;
	}
	if (judge(&first, &arena, data, size, &options)) {
		for (const struct gro_model *model = gro_models + 1; model->id; model++) {
			const struct gro_count *beside = count_of(&first, model->id);
			struct gro_report own = {0};

			options.rules.model = model;
			check(judge(&own, &arena, data, size, &options));
			check(beside && memcmp(beside, &own.upper, sizeof(*beside)) == 0);
		}
		options.max_flows = 2;
		check(judge(&few, &arena, data, size, &options));
	}
	arena_free(&arena);
	return 0;
}
