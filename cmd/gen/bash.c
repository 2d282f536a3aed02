/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does bash offer?
 */
#include <string.h>

#include "cmd/gen/gen.h"

static int print_commands(const char *argument attr_unused, FILE *out)
{
	const struct command *const *list = commands, *command;
	const char *before = "_nod_commands='";

	while ((command = command_next(&list))) {
		fprintf(out, "%s%s", before, command->name);
		before = " ";
	}
	fputs("'\n", out);
	return 0;
}

static void print_options_of(const struct command *command, FILE *out)
{
	const char *before = "";

	fprintf(out, "\t'%s') _nod_words='", command ? command->name : "");
	for_each_option(command, param)
	{
		fprintf(out, "%s--%s%s", before, param->name,
			param_argument(param) == ARGUMENT_REQUIRED ? "=" : "");
		before = " ";
	}
	fputs("' ;;\n", out);
}

static int print_options(const char *argument attr_unused, FILE *out)
{
	const struct command *const *list = commands, *command;

	print_options_of(NULL, out);
	while ((command = command_next(&list)))
		print_options_of(command, out);
	return 0;
}

/* A list of words, or "@" and the name of where they come from. */
static void print_kind(const struct param *param, FILE *out)
{
	const char *before = "";

	fputs("_nod_words='", out);
	for (const struct choice *choice = param->choices; choice && choice->name; choice++) {
		fprintf(out, "%s%s", before, choice->name);
		before = " ";
	}
	if (param->type == PARAM_FILE)
		fputs("@file", out);
	else if (!param->choices && param->complete)
		fprintf(out, "@%s", param->complete);
	fputs("' ;;\n", out);
}

/* @command is a pattern with its opening quote. */
static void print_values_of(const char *command, const struct param *param, FILE *out)
{
	for (; param && param->name; param++) {
		if (param_argument(param) != ARGUMENT_REQUIRED)
			continue;
		fprintf(out, "\t%s --%s'", command, param->name);
		if (param->key)
			fprintf(out, " | %s -%c'", command, param->key);
		fputs(") ", out);
		print_kind(param, out);
	}
}

static int print_values(const char *argument attr_unused, FILE *out)
{
	const struct command *const *list = commands, *command;

	while ((command = command_next(&list))) {
		char pattern[64];

		snprintf(pattern, sizeof(pattern), "'%s", command->name);
		print_values_of(pattern, command->options, out);
	}
	print_values_of("*'", global_params, out);
	return 0;
}

/* A pattern for command and position; what takes all words that are left matches the others. */
static int print_operands(const char *argument attr_unused, FILE *out)
{
	const struct command *const *list = commands, *command;

	while ((command = command_next(&list))) {
		const struct param *operand = command->operands;

		if (!operand)
			continue;
		for (int position = 1; operand->name; operand++, position++) {
			bool last = operand->type == PARAM_OPERANDS;

			if (last)
				fprintf(out, "\t'%s '*) ", command->name);
			else
				fprintf(out, "\t'%s %d') ", command->name, position);
			print_kind(operand, out);
		}
	}
	return 0;
}

const struct directive bash_directives[] = {
	{"BASH-COMMANDS", print_commands},
	{"BASH-OPTIONS", print_options},
	{"BASH-VALUES", print_values},
	{"BASH-OPERANDS", print_operands},
	{NULL, NULL},
};
