/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nod pcap: what did offloads do to the packets of this capture, and does it matter?
 */
#include "cmd/pcap.h"
#include "cmd/reading.h"
#include "cmd/report.h"
#include "pcap/analyze.h"
#include "pcap/frames.h"

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
 * @interfaces: of the file that were looked at, @vantage: what they say in common
 * @first_ns: time of the first frame that has one
 */
struct look {
	const struct pcap_options *options;
	const struct session *session;
	struct analysis *analysis;
	const struct capture_file *file;
	uint32_t interfaces;
	struct vantage vantage;
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

/* Do two interfaces look at the same kind of place? */
static bool is_same_place(const struct vantage *a, const struct vantage *b)
{
	return a->has == b->has && a->mtu == b->mtu && a->features == b->features &&
	       a->forwarding == b->forwarding;
}

/*
 * Tell the analysis where the capture was taken. One of several interfaces that differ says nothing of the
 * capture as a whole.
 */
static attr_noinline void look_at_interfaces(struct look *look, bool again)
{
	const struct capture_interface *interface;

	if (again)
		look->interfaces = 0;
	for (; (interface = file_interface(look->file, look->interfaces)); look->interfaces++) {
		const struct vantage *here = &interface->vantage;

		if (!look->interfaces) {
			look->vantage = *here;
		} else if (is_same_place(&look->vantage, here)) {
			look->vantage.ever |= here->ever;
			look->vantage.csum_failures += here->csum_failures;
		} else {
			look->vantage = (struct vantage){0};
		}
	}
	analysis_vantage(look->analysis, &look->vantage);
}

static int take_frame(void *context, const struct frame *frame, struct err *err)
{
	struct look *look = context;
	const struct sight *sight;

	if (unlikely(frame->interface >= look->interfaces))
		look_at_interfaces(look, false);
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

	how.view = reading_view_options(&options->vxlan_ports);
	return report_open(&how, err);
}

/* Fill look->capture. -1 only if nothing can be said of the file at all. */
static int read_capture(struct look *look, struct reading *reading, struct err *err)
{
	struct capture *capture = look->capture;
	int result = -1;

	look->file = reading->file;
	look->analysis = open_analysis(look->options, err);
	if (!look->analysis)
		return -1;
	if (read_all(look, reading, err) < 0)
		goto out;
	/* What an interface has at its end, counts of the kernel, is only known now. */
	look_at_interfaces(look, true);
	capture->format = arena_strdup(look->arena, file_format(reading->file));
	if (!capture->format)
		err_set(err, ERR_MEMORY, "out of memory");
	else
		result = report_finish(look->analysis, look->arena, capture, err);
out:
	text_free(&look->lines);
	analysis_close(look->analysis);
	return result;
}

/* Text and lines leave as soon as a file is done; the JSON document has to wait for the last. */
static int print_capture(const struct pcap_options *options, const struct session *session,
			 const struct capture *capture, struct err *err)
{
	struct text out attr_cleanup(text_free) = {0};

	if (session->json)
		return 0;
	if (session->jsonl) {
		if (report_add_lines(&out, capture, err) < 0)
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
	report_count(&job->total, capture);
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
	return report_is_failing(job->options->fail_on, &job->total) ? STATUS_ANSWER : STATUS_OK;
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

static const struct param options_table[] = {
	READING_FILTER(struct pcap_options, "look only at"),
	READING_MTU(struct pcap_options, "where the capture was taken"),
	READING_VXLAN_PORT(struct pcap_options),
	READING_FLOWS(struct pcap_options),
	{.name = "frames",
	 .type = PARAM_FLAG,
	 .help = "print a line for each frame, before the rest",
	 .offset = offsetof(struct pcap_options, frames)},
	REPORT_FAIL_ON(struct pcap_options),
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
