/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nod pcap: what did offloads do to the packets of this capture, and does it matter?
 */
#include "cmd/pcap.h"
#include "cmd/reading.h"
#include "pcap/analyze.h"
#include "pcap/frames.h"

enum fail_on {
	FAIL_ON_NOTE,
	FAIL_ON_WARNING,
	FAIL_ON_ERROR,
	FAIL_ON_NEVER
};

struct pcap_options {
	struct param_operands files;
	const char *filter;
	struct param_number mtu, flows, max_flows;
	struct param_numbers vxlan_ports;
	bool frames;
	int fail_on;
};

static const struct pcap_options defaults = {
	.flows = {.value = 10},
	.max_flows = {.value = 1000000},
	.fail_on = FAIL_ON_WARNING,
};

/**
 * struct look - one capture while it is looked at
 * @first_ns: time of the first frame that has one
 */
struct look {
	const struct pcap_options *options;
	const struct session *session;
	struct analysis *analysis;
	struct capture *capture;
	struct arena *arena;
	struct arena frame_arena;
	struct text lines;
	int64_t first_ns;
	bool has_time;
};

#define LINES_BYTES (64u * 1024)

static int flush_lines(struct look *look, struct err *err)
{
	int result = session_write(look->session, &look->lines, err);

	text_clear(&look->lines);
	return result;
}

static int print_frame(struct look *look, const struct frame *frame, const struct sight *sight,
		       struct err *err)
{
	struct frame_line line = {.file = look->capture->file};
	int result = 0;

	if (!look->has_time && frame->flags & FRAME_HAS_TIME) {
		look->first_ns = frame->time_ns;
		look->has_time = true;
	}
	if (frame->flags & FRAME_HAS_TIME &&
	    __builtin_sub_overflow(frame->time_ns, look->first_ns, &line.time_ns))
		line.time_ns = INT64_MAX;
	if (frames_describe(&line, sight, &look->frame_arena) < 0)
		result = err_set(err, ERR_MEMORY, "out of memory");
	else if (look->session->jsonl)
		result = record_to_jsonl(&record_frame_line, &line, &look->lines, err);
	else
		pcap_text_frame(&look->lines, &line);
	arena_free(&look->frame_arena);
	if (result < 0 || look->lines.length < LINES_BYTES)
		return result;
	return flush_lines(look, err);
}

static int take_frame(void *context, const struct frame *frame, struct err *err)
{
	struct look *look = context;
	const struct sight *sight;

	if (analysis_frame(look->analysis, frame, &sight, err) < 0)
		return -1;
	return look->options->frames ? print_frame(look, frame, sight, err) : 0;
}

/* Read to the end. If the file breaks off, the capture gets its error. */
static int read_all(struct look *look, struct reading *reading, struct err *err)
{
	struct err broken = {0};

	if (reading_run_with(reading, take_frame, &broken, err) < 0)
		return -1;
	if (broken.code) {
		look->capture->error = arena_strdup(look->arena, broken.text);
		if (!look->capture->error)
			return err_set(err, ERR_MEMORY, "out of memory");
	}
	return look->lines.length ? flush_lines(look, err) : 0;
}

static struct analysis *open_analysis(const struct pcap_options *options, struct err *err)
{
	struct analysis_options how = {
		.mtu = (uint32_t)options->mtu.value,
		.max_flows = options->max_flows.value,
		.busiest = options->flows.value,
	};
	struct analysis *analysis;

	how.view = reading_view_options(&options->vxlan_ports);
	analysis = analysis_open(&how);
	if (!analysis)
		err_set(err, ERR_MEMORY, "out of memory");
	return analysis;
}

/* Fill look->capture. -1 only if nothing can be said of the file at all. */
static int read_capture(struct look *look, struct reading *reading, struct err *err)
{
	struct capture *capture = look->capture;
	int result = -1;

	look->analysis = open_analysis(look->options, err);
	if (!look->analysis)
		return -1;
	if (read_all(look, reading, err) < 0)
		goto out;
	capture->format = arena_strdup(look->arena, file_format(reading->file));
	if (analysis_finish(look->analysis, look->arena, capture, err) < 0)
		goto out;
	capture->verdict = verdict_make(capture, look->arena);
	if (capture->format && capture->verdict)
		result = 0;
	else
		err_set(err, ERR_MEMORY, "out of memory");
out:
	text_free(&look->lines);
	analysis_close(look->analysis);
	return result;
}

static int print_lines(const struct capture *capture, struct text *out, struct err *err)
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

/* Text and lines leave as soon as a file is done; the JSON document has to wait for the last. */
static int print_capture(const struct pcap_options *options, const struct session *session,
			 const struct capture *capture, struct err *err)
{
	struct text out attr_cleanup(text_free) = {0};

	if (session->json)
		return 0;
	if (session->jsonl) {
		if (print_lines(capture, &out, err) < 0)
			return -1;
	} else {
		pcap_text_capture(&out, capture, session, options->flows.given);
	}
	return session_write(session, &out, err);
}

static int print_end(const struct session *session, const struct capture_set *set, struct err *err)
{
	struct text out attr_cleanup(text_free) = {0};
	int result = 0;

	if (session->json) {
		result = record_to_json(&record_capture_set, set, &out, err);
		text_add(&out, "\n");
	} else if (!set->total) {
		return 0;
	} else if (session->jsonl) {
		result = record_to_jsonl(&record_total_line, set->total, &out, err);
	} else {
		pcap_text_total(&out, set->total);
	}
	return result < 0 ? -1 : session_write(session, &out, err);
}

static void add_to_total(struct capture_total *total, const struct capture *capture)
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

static bool is_failing(const struct pcap_options *options, const struct capture_total *total)
{
	switch (options->fail_on) {
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

/**
 * struct job - all files of one call
 * @failures: files that could not be read, or not to their end
 */
struct job {
	const struct pcap_options *options;
	const struct session *session;
	struct filter *filter;
	struct arena *arena;
	struct capture_set set;
	struct capture_total total;
	size_t failures;
};

/* -1 if the whole call has to end. */
static int do_file(struct job *job, const char *path, struct err *err)
{
	struct capture *capture = &job->set.captures[job->set.ncaptures];
	struct look look = {
		.options = job->options,
		.session = job->session,
		.capture = capture,
		.arena = job->arena,
	};
	struct reading reading = {
		.session = job->session,
		.filter = job->filter,
		.context = &look,
	};
	struct err file_err = {0};

	capture->file = path;
	reading.file = file_open(path, &file_err);
	if (!reading.file) {
		job->total.unreadable++;
		reading_note_failure(job->session, &job->failures, path, file_err.text, err);
		return 0;
	}
	if (read_capture(&look, &reading, &file_err) < 0) {
		file_close(reading.file);
		*err = file_err;
		return -1;
	}
	file_close(reading.file);
	job->set.ncaptures++;
	add_to_total(&job->total, capture);
	if (print_capture(job->options, job->session, capture, &file_err) < 0) {
		*err = file_err;
		return -1;
	}
	if (capture->error)
		reading_note_failure(job->session, &job->failures, path, capture->error, err);
	return 0;
}

static enum status do_files(struct job *job, struct err *err)
{
	const struct param_operands *files = &job->options->files;
	struct err print_err = {0};

	job->total.files = files->count;
	job->set.captures = arena_alloc(job->arena, files->count * sizeof(struct capture));
	if (!job->set.captures) {
		err_set(err, ERR_MEMORY, "out of memory");
		return STATUS_FAILURE;
	}
	for (size_t i = 0; i < files->count; i++) {
		if (i && !job->session->json && !job->session->jsonl) {
			struct text gap = {.chars = (char[]){"\n"}, .length = 1};

			if (session_write(job->session, &gap, err) < 0)
				return STATUS_FAILURE;
		}
		if (do_file(job, files->words[i], err) < 0)
			return STATUS_FAILURE;
	}
	if (files->count > 1)
		job->set.total = &job->total;
	if (print_end(job->session, &job->set, &print_err) < 0) {
		*err = print_err;
		return STATUS_FAILURE;
	}
	if (job->failures)
		return STATUS_FAILURE;
	return is_failing(job->options, &job->total) ? STATUS_ANSWER : STATUS_OK;
}

static enum status run_pcap(const void *opaque, const struct session *session, struct err *err)
{
	const struct pcap_options *options = opaque;
	struct arena arena = {0};
	struct job job = {.options = options, .session = session, .arena = &arena};
	enum status status;

	if (options->frames && session->json) {
		err_set(err, ERR_USAGE, "--frames goes with --jsonl or text, not with --json");
		return STATUS_USAGE;
	}
	if (options->filter) {
		job.filter = filter_open(options->filter, err);
		if (!job.filter)
			return err->code == ERR_USAGE ? STATUS_USAGE : STATUS_FAILURE;
	}
	status = do_files(&job, err);
	filter_close(job.filter);
	arena_free(&arena);
	return status;
}

static const struct choice fail_on_choices[] = {
	[FAIL_ON_NOTE] = {"note", "any finding"},
	[FAIL_ON_WARNING] = {"warning", "warnings and errors"},
	[FAIL_ON_ERROR] = {"error", "errors only"},
	[FAIL_ON_NEVER] = {"never", "no finding makes the status 1"},
	{NULL, NULL},
};

static const struct param options_table[] = {
	READING_FILTER(struct pcap_options, "look only at"),
	READING_MTU(struct pcap_options, "where the capture was taken"),
	READING_VXLAN_PORT(struct pcap_options),
	READING_FLOWS(struct pcap_options),
	{.name = "frames",
	 .type = PARAM_FLAG,
	 .help = "print a line for each frame, before the rest",
	 .offset = offsetof(struct pcap_options, frames)},
	{.name = "fail-on",
	 .type = PARAM_CHOICE,
	 .argument = "SEVERITY",
	 .help = "what makes the exit status 1 (warning)",
	 .offset = offsetof(struct pcap_options, fail_on),
	 .choices = fail_on_choices},
	READING_MAX_FLOWS(struct pcap_options, "at less than 512 bytes each"),
	PARAM_END,
};

static const struct param operands[] = {
	READING_FILE(struct pcap_options, PARAM_OPERANDS, files),
	PARAM_END,
};

static const struct choice examples[] = {
	{"nod pcap slow.pcap", "what does this capture show, and what to do?"},
	{"tcpdump -i eth0 -c 20000 -w - | nod pcap -", "the same of traffic as it is now"},
	{"nod pcap --flows=3 -f 'udp port 4789' slow.pcap", "only VXLAN, with the busiest flows"},
	{"nod pcap --json *.pcap | jq -r '.captures[] | .file + \": \" + .verdict'",
	 "the verdict on each of many captures"},
	{NULL, NULL},
};

const struct command cmd_pcap = {
	.name = "pcap",
	.summary = "tell what offloads did to the packets of a capture",
	.description =
		"Reads captures and says first what they show: frames larger than the MTU and who made "
		"them, checksums that only look wrong and those that are, IPv4 IDs and other differences "
		"that keep receivers from merging packets, tunnels that fragment. Each finding comes with "
		"its evidence and with commands to type.\n"
		"\n"
		"With --verbose each finding is explained, given twice at length.",
	.answer = "there are findings at or above --fail-on",
	.options = options_table,
	.operands = operands,
	.examples = examples,
	.flags = COMMAND_JSON | COMMAND_JSONL | COMMAND_VERBOSE,
	.options_size = sizeof(struct pcap_options),
	.defaults = &defaults,
	.run = run_pcap,
};
