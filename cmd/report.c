/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is the answer to the question what a capture shows?
 */
#include "cmd/report.h"

const struct choice report_fail_on_choices[] = {
	[FAIL_ON_NOTE] = {"note", "any finding"},
	[FAIL_ON_WARNING] = {"warning", "warnings and errors"},
	[FAIL_ON_ERROR] = {"error", "errors only"},
	[FAIL_ON_NEVER] = {"never", "no finding makes the status 1"},
	{NULL, NULL},
};

struct analysis *report_open(const struct analysis_options *options, struct err *err)
{
	struct analysis *analysis = analysis_open(options);

	if (!analysis)
		err_set(err, ERR_MEMORY, "out of memory");
	return analysis;
}

int report_finish(struct analysis *analysis, struct arena *arena, struct capture *capture,
		  struct err *err)
{
	if (analysis_finish(analysis, arena, capture, err) < 0)
		return -1;
	capture->verdict = verdict_make(capture, arena);
	return capture->verdict ? 0 : err_set(err, ERR_MEMORY, "out of memory");
}

int report_add_lines(struct text *out, const struct capture *capture, struct err *err)
{
	if (record_to_jsonl(&record_capture_line, capture, out, err) < 0)
		return -1;
	for (size_t i = 0; i < capture->nfindings; i++) {
		struct finding_line line = {capture->file, capture->findings[i]};

		if (record_to_jsonl(&record_finding_line, &line, out, err) < 0)
			return -1;
	}
	for (size_t i = 0; i < capture->nflows; i++) {
		struct flow_line line = {capture->file, capture->flows[i]};

		if (record_to_jsonl(&record_flow_line, &line, out, err) < 0)
			return -1;
	}
	return 0;
}

void report_count(struct capture_total *total, const struct capture *capture)
{
	total->frames += capture->frames;
	total->bytes += capture->bytes;
	total->unreadable += capture->error != NULL;
	total->findings += capture->nfindings;
	for (size_t i = 0; i < capture->nfindings; i++) {
		total->notes += capture->findings[i].severity == SEVERITY_NOTE;
		total->warnings += capture->findings[i].severity == SEVERITY_WARNING;
		total->errors += capture->findings[i].severity == SEVERITY_ERROR;
	}
}

bool report_is_failing(int fail_on, const struct capture_total *total)
{
	switch (fail_on) {
	case FAIL_ON_NOTE:
		return total->findings != 0;
	case FAIL_ON_WARNING:
		return total->warnings + total->errors != 0;
	case FAIL_ON_ERROR:
		return total->errors != 0;
	default:
		return false;
	}
}
