/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nod watch: what changes on network devices, and why?
 */
#include <unistd.h>

#include "cmd/signals.h"
#include "cmd/watch.h"

static const struct watch_options defaults = {
	.interval = {.value = 2},
};

static enum status run_watch(const void *options, const struct session *session, struct err *err)
{
	static const int ends[] = {SIGINT, SIGTERM};
	enum status status = STATUS_FAILURE;
	struct err close_err = {0};
	struct live live;
	sigset_t old;
	int signals;

	if (live_open(&live, session, err) < 0)
		return err->code == ERR_USAGE ? STATUS_USAGE : STATUS_FAILURE;
	signals = signals_hear(ends, array_size(ends), &old, err);
	if (signals >= 0) {
		status = watch_loop(options, session, &live, signals, err);
		/* Taken, so that it does not end nod when it is no longer blocked. */
		while (signals_next(signals))
			;
		close(signals);
		(void)sigprocmask(SIG_SETMASK, &old, NULL);
	}
	if (live_close(&live, &close_err) < 0 && status != STATUS_FAILURE) {
		*err = close_err;
		return STATUS_FAILURE;
	}
	return status;
}

static const struct param options_table[] = {
	{.name = "count",
	 .key = 'c',
	 .type = PARAM_NUMBER,
	 .argument = "N",
	 .help = "end after that many changes",
	 .offset = offsetof(struct watch_options, count),
	 .min = 1},
	{.name = "timeout",
	 .key = 't',
	 .type = PARAM_NUMBER,
	 .argument = "SECONDS",
	 .help = "end after that time",
	 .offset = offsetof(struct watch_options, timeout),
	 .max = 100000000},
	{.name = "interval",
	 .key = 'i',
	 .type = PARAM_NUMBER,
	 .argument = "SECONDS",
	 .help = "how often to look at everything, for what is only requested; 0 for never",
	 .offset = offsetof(struct watch_options, interval),
	 .max = 100000000},
	PARAM_END,
};

static const struct param operands[] = {
	{.name = "device",
	 .type = PARAM_OPERANDS,
	 .argument = "DEV",
	 .help = "a device, or a pattern (eth*), also of devices that are yet to come; without "
		 "one, all",
	 .offset = offsetof(struct watch_options, devices),
	 .complete = "devices"},
	PARAM_END,
};

static const struct choice examples[] = {
	{"nod watch", "tell every change until Ctrl-C"},
	{"nod watch --timeout=60 eth0", "what happens to eth0 in the next minute?"},
	{"nod watch --jsonl 'veth*' | jq -c 'select(.cause == \"side-effect\")'",
	 "features of containers that changed though nobody asked for it"},
	{NULL, NULL},
};

const struct command cmd_watch = {
	.name = "watch",
	.summary = "tell changes of features and devices as they happen, and why",
	.description =
		"Prints a line for each change: when, which device, what, the old and the new state. "
		"For features it says whether somebody asked for it or it is a side effect, and of "
		"what: a feature that it needs went off, the device became a port, forwarding was "
		"switched on, XDP was attached. Devices that appear, go, move or change their name, "
		"their state, MTU, master, XDP and forwarding are told too.\n"
		"\n"
		"The kernel does not tell of features that are requested and cannot be had. nod finds "
		"them by looking every --interval seconds. If changes come faster than they can be "
		"read, a line says that some were lost; the differences that are left follow.\n"
		"\n"
		"With --verbose a line on standard error says when nod is ready.",
	.answer = "--timeout is over and nothing has changed",
	.options = options_table,
	.operands = operands,
	.examples = examples,
	.flags = COMMAND_JSONL | COMMAND_VERBOSE | COMMAND_LIVE,
	.options_size = sizeof(struct watch_options),
	.defaults = &defaults,
	.run = run_watch,
};
