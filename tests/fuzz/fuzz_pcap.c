/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is any file that can be read analysed to the end, with a verdict and JSON, and does forgetting flows
 * change nothing but what is said of flows?
 */
#include <string.h>

#include "lib/out/capture.h"
#include "pcap/analyze.h"
#include "pcap/frames.h"
#include "tests/fuzz/capture_bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* As --frames and --jsonl do. */
static void describe_frame(const struct sight *sight)
{
	struct frame_line line = {.file = "fuzz"};
	struct arena arena = {0};
	struct text text = {0};
	struct err err = {0};

	check(frames_describe(&line, sight, &arena) == 0);
	check(record_to_jsonl(&record_frame_line, &line, &text, &err) == 0);
	check(line.nheaders == sight->view->nheaders && !!line.flow == !!sight->flow);
	text_free(&text);
	arena_free(&arena);
}

static uint64_t read_all(struct capture_file *file, struct analysis *analysis)
{
	struct err err = {0};
	struct frame frame;
	uint64_t count = 0;

	while (file_next(file, &frame, &err) == FILE_FRAME) {
		const struct sight *sight;

		check(analysis_frame(analysis, &frame, &sight, &err) == 0);
		describe_frame(sight);
		count++;
	}
	return count;
}

static void check_findings(const struct capture *capture)
{
	for (size_t i = 0; i < capture->nfindings; i++) {
		const struct finding *finding = &capture->findings[i];

		check(finding->text && finding->text[0]);
		check(finding->first_frame <= finding->last_frame);
		check(finding->last_frame <= capture->frames);
		check(finding->severity <= SEVERITY_ERROR);
		check(finding->confidence <= CONFIDENCE_CERTAIN);
		check(!i || finding[-1].severity >= finding->severity);
		check(finding->nfacts <= FINDING_MAX_FACTS);
		check(finding->nadvice <= FINDING_MAX_ADVICE);
	}
}

static void check_flows(const struct capture *capture, size_t max)
{
	check(capture->flow_count - capture->forgotten_flows <= max);
	for (size_t i = 0; i < capture->nflows; i++) {
		const struct capture_flow *flow = &capture->flows[i];

		check(flow->endpoints && flow->endpoints->src && flow->endpoints->dst);
		check(flow->frames > 0 && flow->mergeable <= flow->pairs);
		check(flow->pairs < flow->frames || !flow->pairs);
		check(flow->csum_ok + flow->csum_offload + flow->csum_bad <= flow->frames);
		check(!i || flow[-1].bytes >= flow->bytes);
	}
}

static void check_sizes(const struct capture *capture)
{
	uint64_t frames = 0;

	for (size_t i = 0; i < capture->sizes.nhistogram; i++) {
		check(capture->sizes.histogram[i].from <= capture->sizes.histogram[i].to);
		frames += capture->sizes.histogram[i].frames;
	}
	check(frames <= capture->frames && capture->sizes.oversized <= frames);
	check(capture->truncated_frames <= capture->frames);
	check(capture->undecoded_frames <= capture->frames);
}

static void check_json(struct capture *capture)
{
	struct capture_set set = {.captures = capture, .ncaptures = 1};
	struct text text = {0};
	struct err err = {0};

	check(record_to_json(&record_capture_set, &set, &text, &err) == 0);
	for (size_t i = 0; i < text.length; i++)
		check(text.chars[i] == '\n' || (text.chars[i] >= 0x20 && text.chars[i] < 0x7f));
	text_free(&text);
}

/* All of a file, with at most @max flows; false if it is no capture. */
static bool analyze(struct capture *capture, struct arena *arena, const uint8_t *data, size_t size,
		    size_t max)
{
	const struct analysis_options options = {.max_flows = max, .busiest = 5};
	struct capture_file *file = open_bytes(data, size);
	struct analysis *analysis;
	struct err err = {0};
	uint64_t count;

	if (!file)
		return false;
	analysis = analysis_open(&options);
	check(analysis != NULL);
	count = read_all(file, analysis);
	capture->file = "fuzz";
	capture->format = file_format(file);
	check(analysis_finish(analysis, arena, capture, &err) == 0);
	check(capture->frames == count);
	capture->verdict = verdict_make(capture, arena);
	check(capture->verdict && capture->verdict[0]);
	check_findings(capture);
	check_flows(capture, max);
	check_sizes(capture);
	check_json(capture);
	analysis_close(analysis);
	file_close(file);
	return true;
}

/* What is counted by frames does not depend on what is remembered of flows. */
static void check_same(const struct capture *a, const struct capture *b)
{
	check(a->frames == b->frames && a->bytes == b->bytes);
	check(a->malformed_frames == b->malformed_frames);
	check(a->duration_ns == b->duration_ns && a->nlinks == b->nlinks);
	check(memcmp(&a->checksums, &b->checksums, sizeof(a->checksums)) == 0);
	check(memcmp(a->tunnels, b->tunnels, sizeof(a->tunnels)) == 0);
	check(a->sizes.max_ip_len == b->sizes.max_ip_len);
	check(!b->forgotten_flows);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct capture few = {0}, all = {0};
	struct arena arena = {0};

	if (analyze(&few, &arena, data, size, 3)) {
		check(analyze(&all, &arena, data, size, 100000));
		check_same(&few, &all);
	}
	arena_free(&arena);
	return 0;
}
