/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nod capture: what do offloads do to the packets of this device, now?
 */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cmd/capture.h"
#include "cmd/reading.h"
#include "cmd/report.h"

#define MIB_BYTES ((size_t)1048576)

static const struct capture_options defaults = {
	.buffer = {.value = 32},
	.flows = {.value = 10},
	.max_flows = {.value = 1000000},
	.fail_on = FAIL_ON_WARNING,
};

static bool is_standard_output(const struct capture_options *options)
{
	return options->output && strcmp(options->output, "-") == 0;
}

static int check_rotation(const struct capture_options *options, struct err *err)
{
	bool rotates = options->rotate_size.given || options->rotate_time.given;

	if (options->files.given && !rotates)
		return err_set(err, ERR_USAGE,
			       "--files needs --rotate-size or --rotate-time: else there is one");
	if (rotates && !options->output)
		return err_set(err, ERR_USAGE,
			       "no file is given to rotate: -w FILE, of which the names are made");
	if (rotates && is_standard_output(options))
		return err_set(err, ERR_USAGE, "standard output does not rotate: give -w a name");
	return 0;
}

static int check_options(const struct capture_options *options, const struct session *session,
			 struct err *err)
{
	bool json = session->json || session->jsonl;

	if (check_rotation(options, err) < 0)
		return -1;
	if (options->write_only && !options->output)
		return err_set(err, ERR_USAGE, "--write-only needs -w FILE");
	if (options->annotate && !options->output)
		return err_set(err, ERR_USAGE, "--annotate is about the file: -w FILE");
	if (json && is_standard_output(options))
		return err_set(err, ERR_USAGE,
			       "standard output is the capture with -w -, not the place for JSON");
	if (json && options->write_only)
		return err_set(err, ERR_USAGE,
			       "--write-only makes no report, so there is none as JSON");
	return 0;
}

/* Who lacks the right is told what to type. */
static void add_advice(const struct session *session, const char *device, struct err *err)
{
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	struct err told = *err;

	if (fd >= 0)
		close(fd);
	else if (geteuid() != 0 && !session->netns)
		err_set(err, ERR_SYSTEM, "%s: sudo nod capture %s", told.text, device);
}

static struct listener *open_listener(const struct capture_options *options, bool without_sizes,
				      struct err *err)
{
	const struct listen_options how = {
		.device = options->device,
		.filter = options->filter,
		.snap_len = (uint32_t)options->snap_length.value,
		.ring_bytes = options->buffer.value * MIB_BYTES,
		.promiscuous = options->promiscuous,
		.without_sizes = without_sizes,
	};

	return listener_open(&how, err);
}

static enum status status_of(const struct err *err)
{
	return err->code == ERR_USAGE ? STATUS_USAGE : STATUS_FAILURE;
}

static enum status look_and_run(const struct capture_options *options,
				const struct session *session, struct capture_place *place,
				struct err *err)
{
	struct capture_run run = {.options = options, .session = session};
	enum status status;
	bool merged;

	if (capture_look(session, options->device, place, err) < 0)
		return status_of(err);
	merged = place->vantage.features & VANTAGE_LRO;
	if (merged)
		session_say(session, "LRO is on, which does not say how long the segments were: "
				     "nod captures without their sizes");
	run.listener = open_listener(options, merged, err);
	if (!run.listener) {
		add_advice(session, options->device, err);
		return status_of(err);
	}
	status = capture_run(&run, place, err);
	listener_close(run.listener);
	return status;
}

static enum status run_capture(const void *opaque, const struct session *session, struct err *err)
{
	struct capture_options options = *(const struct capture_options *)opaque;
	struct capture_place place = {0};
	enum status status;

	if (check_options(&options, session, err) < 0)
		return STATUS_USAGE;
	/* Whoever reads the pipe judges it. */
	options.write_only |= is_standard_output(&options);
	status = look_and_run(&options, session, &place, err);
	arena_free(&place.arena);
	return status;
}

#define OPTION(member) .offset = offsetof(struct capture_options, member)

static const struct param options_table[] = {
	{.name = "write",
	 .key = 'w',
	 .type = PARAM_FILE,
	 .argument = "FILE",
	 .help = "write the frames to a file (pcapng); - is standard output, and then there is no "
		 "report",
	 OPTION(output),
	 .complete = "file"},
	READING_FILTER(struct capture_options, "take only"),
	{.name = "duration",
	 .type = PARAM_NUMBER,
	 .argument = "SECONDS",
	 .help = "end after that time",
	 OPTION(duration),
	 .min = 1,
	 .max = 100000000},
	{.name = "count",
	 .key = 'c',
	 .type = PARAM_NUMBER,
	 .argument = "N",
	 .help = "end after that many frames",
	 OPTION(count),
	 .min = 1},
	{.name = "rotate-size",
	 .type = PARAM_NUMBER,
	 .argument = "MIB",
	 .help = "begin another file when one has so many MiB",
	 OPTION(rotate_size),
	 .min = 1,
	 .max = 1000000000},
	{.name = "rotate-time",
	 .type = PARAM_NUMBER,
	 .argument = "SECONDS",
	 .help = "begin another file when one is that old",
	 OPTION(rotate_time),
	 .min = 1,
	 .max = 100000000},
	{.name = "files",
	 .type = PARAM_NUMBER,
	 .argument = "N",
	 .help = "of these files keep the newest N, and remove older ones",
	 OPTION(files),
	 .min = 1,
	 .max = 100000},
	{.name = "snap-length",
	 .key = 's',
	 .type = PARAM_NUMBER,
	 .argument = "BYTES",
	 .help = "keep only so much of each frame; else all of it",
	 OPTION(snap_length),
	 .min = 14,
	 .max = 1048576},
	{.name = "buffer",
	 .type = PARAM_NUMBER,
	 .argument = "MIB",
	 .help = "memory for frames that wait (32)",
	 OPTION(buffer),
	 .min = 1,
	 .max = 2048},
	{.name = "promiscuous",
	 .type = PARAM_FLAG,
	 .help = "take also frames that are for other hosts",
	 OPTION(promiscuous)},
	{.name = "annotate",
	 .type = PARAM_FLAG,
	 .help = "write segment sizes and the like as comments of the frames, too",
	 OPTION(annotate)},
	{.name = "write-only",
	 .type = PARAM_FLAG,
	 .help = "do not look at the frames, only write them",
	 OPTION(write_only)},
	{.name = "user",
	 .type = PARAM_STRING,
	 .argument = "NAME",
	 .help = "become this user once the device is open",
	 OPTION(user)},
	{.name = "mtu",
	 .type = PARAM_NUMBER,
	 .argument = "BYTES",
	 .help = "the MTU to judge by; else the device is asked",
	 OPTION(mtu),
	 .min = 68,
	 .max = 65536},
	READING_VXLAN_PORT(struct capture_options),
	READING_FLOWS(struct capture_options),
	REPORT_FAIL_ON(struct capture_options),
	READING_MAX_FLOWS(struct capture_options, "at less than 512 bytes each"),
	PARAM_END,
};

static const struct param operands[] = {
	{.name = "device",
	 .type = PARAM_STRING,
	 .argument = "DEV",
	 .help = "the device whose frames are taken",
	 OPTION(device),
	 .complete = "devices",
	 .required = true},
	PARAM_END,
};

static const struct choice examples[] = {
	{"nod capture eth0", "what do offloads do here? Ctrl-C ends it with a report"},
	{"nod capture --duration=10 --write=slow.pcapng --annotate eth0",
	 "ten seconds into a file, with all that the kernel knows of each frame"},
	{"nod capture --rotate-size=100 --files=10 --write=eth0.pcapng --write-only eth0",
	 "always the last 1000 MiB, at little cost"},
	{"nod capture -f 'port 443' -c 10000 --json eth0 | jq '.captures[0].findings'",
	 "findings of one service, for a script"},
	{NULL, NULL},
};

const struct command cmd_capture = {
	.name = "capture",
	.summary = "watch a device and tell what offloads do to its packets",
	.description =
		"Takes the frames of a device together with what the kernel knows of each: whether its "
		"checksum is still to be filled in or was found right, whether it was merged or is yet to "
		"be split, and into segments of which size. So nothing has to be guessed. Findings are "
		"those of nod pcap; on a terminal they are shown while they come, and the report follows "
		"at the end, also after Ctrl-C.\n"
		"\n"
		"With --write the frames go to a file, which nod pcap and other programs read. Frames that "
		"were dropped because nod was too slow are counted and reported.\n"
		"\n"
		"Once the device is open, nod gives away its privileges and all access to files but to "
		"the folder of its output.",
	.answer = "there are findings at or above --fail-on",
	.options = options_table,
	.operands = operands,
	.examples = examples,
	.flags = COMMAND_JSON | COMMAND_JSONL | COMMAND_VERBOSE | COMMAND_LIVE,
	.options_size = sizeof(struct capture_options),
	.defaults = &defaults,
	.run = run_capture,
};
