/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which options does every command take, and what does a row of a table say?
 */
#include "cmd/param.h"

static const struct choice color_choices[] = {
	{"auto", "if standard output is a terminal and neither NO_COLOR nor TERM forbids it"},
	{"always", "even into a file or a pipe"},
	{"never", "plain text"},
	{NULL, NULL},
};

#define GLOBAL(member) .offset = offsetof(struct global_options, member)

const struct param global_params[] = {
	{.name = "json",
	 .type = PARAM_FLAG,
	 .help = "print the result as one JSON document",
	 GLOBAL(json),
	 .needs = COMMAND_JSON},
	{.name = "jsonl",
	 .type = PARAM_FLAG,
	 .help = "print the result as JSON, one line for each record",
	 GLOBAL(jsonl),
	 .needs = COMMAND_JSONL},
	{.name = "netns",
	 .type = PARAM_STRING,
	 .argument = "NETNS",
	 .help = "in that network namespace: a name, the number of a process, or a path",
	 .complete = "namespaces",
	 .needs = COMMAND_LIVE,
	 GLOBAL(netns)},
	{.name = "all-netns",
	 .type = PARAM_FLAG,
	 .help = "in all network namespaces, also those that only processes hold",
	 .needs = COMMAND_ALL_NETNS,
	 GLOBAL(all_netns)},
	{.name = "record",
	 .type = PARAM_FILE,
	 .argument = "FILE",
	 .help = "write down what the kernel is asked and answers, for --replay",
	 .complete = "file",
	 .needs = COMMAND_REPLAY,
	 GLOBAL(record)},
	{.name = "replay",
	 .type = PARAM_FILE,
	 .argument = "FILE",
	 .help = "take the answers from a recording instead of the kernel",
	 .complete = "file",
	 .needs = COMMAND_REPLAY,
	 GLOBAL(replay)},
	{.name = "color",
	 .type = PARAM_CHOICE,
	 .argument = "WHEN",
	 .help = "when to use color",
	 .choices = color_choices,
	 GLOBAL(color)},
	{.name = "quiet",
	 .key = 'q',
	 .type = PARAM_FLAG,
	 .help = "write nothing but results and errors",
	 GLOBAL(quiet)},
	{.name = "verbose",
	 .key = 'v',
	 .type = PARAM_COUNT,
	 .help = "write more; twice for still more",
	 .needs = COMMAND_VERBOSE,
	 GLOBAL(verbose)},
	{.name = "help", .key = 'h', .type = PARAM_FLAG, .help = "print this help", GLOBAL(help)},
	{.name = "version",
	 .type = PARAM_FLAG,
	 .help = "print the version of nod",
	 GLOBAL(version)},
	PARAM_END,
};

bool param_applies(const struct param *param, const struct command *command)
{
	return !command || !(param->needs & ~command->flags);
}

enum argument param_argument(const struct param *param)
{
	switch (param->type) {
	case PARAM_FLAG:
	case PARAM_COUNT:
		return ARGUMENT_NONE;
	case PARAM_OPTIONAL_NUMBER:
		return ARGUMENT_OPTIONAL;
	default:
		return ARGUMENT_REQUIRED;
	}
}

const char *param_placeholder(const struct param *param)
{
	return param->argument ? param->argument : param->name;
}

static bool is_number(const struct param *param)
{
	return param->type == PARAM_NUMBER || param->type == PARAM_NUMBERS ||
	       param->type == PARAM_OPTIONAL_NUMBER;
}

void param_add_help(const struct param *param, struct text *out)
{
	text_add(out, param->help);
	if (is_number(param) && param->max)
		text_printf(out, " (%llu to %llu)", (unsigned long long)param->min,
			    (unsigned long long)param->max);
	else if (is_number(param) && param->min > 1)
		text_printf(out, " (at least %llu)", (unsigned long long)param->min);
	if (param->type == PARAM_NUMBERS)
		text_add(out, "; may be given several times");
}
