/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nod split: what were the frames of the wire that this capture shows merged, or not split yet?
 */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/reading.h"
#include "cmd/split.h"
#include "cmd/spool.h"
#include "lib/out/split.h"

struct split_options {
	const char *input, *output, *filter;
	int format, times;
	struct param_number mtu, segment, rate, max_flows;
	struct param_numbers vxlan_ports;
};

static const struct split_options defaults = {
	.rate = {.value = 10000},
	.max_flows = {.value = 1000000},
};

static const struct choice format_choices[] = {
	[WRITE_PCAPNG] = {"pcapng", "with interfaces, directions, and comments on what was done"},
	[WRITE_PCAP] = {"pcap", "classic, with nanoseconds"},
	{NULL, NULL},
};

static const struct choice times_choices[] = {
	[SPLIT_TIMES_EQUAL] = {"equal", "all segments have the time of their frame"},
	[SPLIT_TIMES_SPREAD] = {"spread", "they follow each other, up to the next frame"},
	{NULL, NULL},
};

/* What @path names; "-" is descriptor @standard. false if it names nothing. */
static bool look_at(const char *path, int standard, struct stat *about)
{
	return (strcmp(path, "-") == 0 ? fstat(standard, about) : stat(path, about)) == 0;
}

/* The same file, by whatever names and links. Devices and pipes cannot be overwritten. */
static bool is_same_file(const char *input, const char *output)
{
	struct stat in, out;

	return look_at(input, STDIN_FILENO, &in) && look_at(output, STDOUT_FILENO, &out) &&
	       S_ISREG(in.st_mode) && in.st_dev == out.st_dev && in.st_ino == out.st_ino;
}

static int check_options(const struct split_options *options, const struct session *session,
			 struct err *err)
{
	if (!options->output)
		return err_set(err, ERR_USAGE,
			       "no output is given: -o FILE, or -o - for standard output");
	if ((session->json || session->jsonl) && strcmp(options->output, "-") == 0)
		return err_set(err, ERR_USAGE,
			       "standard output takes the capture or the report, not both");
	if (is_same_file(options->input, options->output))
		return err_set(err, ERR_USAGE, "%s is the input: it is never overwritten",
			       options->output);
	return 0;
}

static int print_report(const struct session *session, const struct split_report *report,
			struct err *err)
{
	struct text out attr_cleanup(text_free) = {0};
	int result = 0;

	if (session->json) {
		result = record_to_json(&record_split_report, report, &out, err);
		text_add(&out, "\n");
	} else if (session->jsonl) {
		result = record_to_jsonl(&record_split_report, report, &out, err);
	} else {
		split_text_report(&out, report, session);
	}
	if (result < 0 || strcmp(report->output, "-") != 0)
		return result < 0 ? -1 : session_write(session, &out, err);
	/* The capture went to standard output. */
	if (!out.failed && out.length)
		session_say(session, "%.*s", (int)out.length - 1, out.chars);
	return 0;
}

static enum status do_split(const struct split_options *options, struct split_work *work,
			    struct err *err)
{
	const struct split_report *report = work->report;

	work->survey.mtu = (uint32_t)options->mtu.value;
	work->survey.segment = (uint32_t)options->segment.value;
	work->survey.max_flows = options->max_flows.value;
	work->survey.view = reading_view_options(&options->vxlan_ports);
	if (split_run(work, err) < 0)
		return err->code == ERR_USAGE ? STATUS_USAGE : STATUS_FAILURE;
	if (print_report(work->session, report, err) < 0)
		return STATUS_FAILURE;
	if (report->error) {
		err_set(err, ERR_FORMAT, "%s: %s", report->input, report->error);
		return STATUS_FAILURE;
	}
	return report->refused ? STATUS_ANSWER : STATUS_OK;
}

static enum status run_split(const void *opaque, const struct session *session, struct err *err)
{
	const struct split_options *options = opaque;
	struct arena arena = {0};
	struct spool spool;
	struct split_report report = {.output = options->output,
				      .times = times_choices[options->times].name,
				      .output_format = format_choices[options->format].name};
	struct split_work work = {.session = session,
				  .times = (enum split_times)options->times,
				  .rate = options->rate.value,
				  .format = (enum write_format)options->format,
				  .report = &report,
				  .arena = &arena};
	enum status status;

	if (check_options(options, session, err) < 0)
		return STATUS_USAGE;
	report.input = options->input;
	if (options->filter) {
		work.filter = filter_open(options->filter, err);
		if (!work.filter)
			return err->code == ERR_USAGE ? STATUS_USAGE : STATUS_FAILURE;
	}
	status = STATUS_FAILURE;
	if (spool_open(&spool, report.input, err) == 0) {
		work.path = spool.path;
		status = do_split(options, &work, err);
		spool_close(&spool);
	}
	filter_close(work.filter);
	arena_free(&arena);
	return status;
}

static const struct param options_table[] = {
	{.name = "output",
	 .key = 'o',
	 .type = PARAM_FILE,
	 .argument = "FILE",
	 .help = "where the new capture goes; - is standard output",
	 .offset = offsetof(struct split_options, output),
	 .complete = "file"},
	{.name = "format",
	 .type = PARAM_CHOICE,
	 .argument = "FORMAT",
	 .help = "of the new capture (pcapng)",
	 .offset = offsetof(struct split_options, format),
	 .choices = format_choices},
	{.name = "times",
	 .type = PARAM_CHOICE,
	 .argument = "WHICH",
	 .help = "of the segments of a frame (equal)",
	 .offset = offsetof(struct split_options, times),
	 .choices = times_choices},
	{.name = "rate",
	 .type = PARAM_NUMBER,
	 .argument = "MBIT",
	 .help = "speed of the link in Mbit/s, for --times=spread (10000)",
	 .offset = offsetof(struct split_options, rate),
	 .min = 1,
	 .max = 10000000},
	READING_MTU(struct split_options, "where the capture was taken"),
	{.name = "segment",
	 .type = PARAM_NUMBER,
	 .argument = "BYTES",
	 .help = "payload of a segment, for all frames that are too long; else it is found out",
	 .offset = offsetof(struct split_options, segment),
	 .min = 8,
	 .max = 65535},
	READING_FILTER(struct split_options, "read and write only"),
	READING_VXLAN_PORT(struct split_options),
	READING_MAX_FLOWS(struct split_options, "at less than 512 bytes each"),
	PARAM_END,
};

static const struct param operands[] = {
	READING_FILE(struct split_options, PARAM_STRING, input),
	PARAM_END,
};

static const struct choice examples[] = {
	{"nod split merged.pcap -o wire.pcapng",
	 "a capture as it would have been without offloads"},
	{"nod split --format=pcap merged.pcap -o - | zeek -r -",
	 "the same for a program that reads pcap"},
	{"nod split --json merged.pcap -o wire.pcapng | jq .sources",
	 "how the size of segments was known"},
	{NULL, NULL},
};

const struct command cmd_split = {
	.name = "split",
	.summary = "turn merged and oversized frames of a capture back into frames of the wire",
	.description =
		"Captures taken on hosts with offloads show frames that never were on a wire: merged on "
		"receive, or not split yet on transmit, their checksums not filled in. This writes a capture "
		"of the frames that were, as the kernel's segmentation would have made them: sequence "
		"numbers, IDs, flags, lengths and checksums at every level, in tunnels too. All other frames "
		"stay as they are; real jumbo frames are not touched.\n"
		"\n"
		"How long the segments of a frame were is taken, in this order, from: lengths in its headers "
		"(GSO_PARTIAL), the IPv4 IDs of its sender, other segments of the flow, the MSS announced, "
		"the MTU. The report says which, and pcapng has it as a comment on the first segment. Frames "
		"for which nothing is known, and datagrams for which it would be a guess, are kept whole "
		"and counted.\n"
		"\n"
		"The new capture takes its place only when it is complete; the input is never overwritten.",
	.answer = "frames that are too long could not be split",
	.options = options_table,
	.operands = operands,
	.examples = examples,
	.flags = COMMAND_JSON | COMMAND_JSONL,
	.options_size = sizeof(struct split_options),
	.defaults = &defaults,
	.run = run_split,
};
