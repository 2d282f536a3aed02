/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does fish offer?
 */
#include <string.h>

#include "cmd/gen/gen.h"

/* Options of nod itself whose value is the next word: not the name of a command. */
static int print_values(const char *argument attr_unused, FILE *out)
{
	fputs("\t\t\tcase", out);
	for_each_option(NULL, param)
	{
		if (param_argument(param) != ARGUMENT_REQUIRED)
			continue;
		fprintf(out, " --%s", param->name);
		if (param->key)
			fprintf(out, " -%c", param->key);
	}
	fputs("\n", out);
	return 0;
}

/* In fish, a quote inside '...' is \', and a backslash \\. */
static void print_quoted(const char *string, FILE *out)
{
	for (; *string; string++) {
		if (strchr("\\'", *string))
			putc('\\', out);
		putc(*string, out);
	}
}

/* Inside '...', a word in "..." that fish takes apart a second time. */
static void print_twice_quoted(const char *string, FILE *out)
{
	for (; *string; string++) {
		if (strchr("\\\"$", *string))
			fputs("\\\\", out);
		if (strchr("\\'", *string))
			putc('\\', out);
		putc(*string, out);
	}
}

static void print_start(const struct command *command, FILE *out)
{
	if (command)
		fprintf(out, "complete -c nod -n '__nod_command_is %s'", command->name);
	else
		fputs("complete -c nod -n 'not __nod_command'", out);
}

static bool is_file(const struct param *param)
{
	return param->type == PARAM_FILE || (param->complete && !strcmp(param->complete, "file"));
}

/* What can be the value of an option, or the operand. */
static void print_offer(const struct param *param, FILE *out)
{
	const struct choice *choice = param->choices;

	if (choice) {
		fputs(" -a '", out);
		for (; choice->name; choice++) {
			fprintf(out, "%s\\t\"", choice->name);
			print_twice_quoted(choice->help, out);
			fprintf(out, "\"%s", choice[1].name ? " " : "");
		}
		fputs("'", out);
	} else if (is_file(param)) {
		fputs(" -F", out);
	} else if (param->complete) {
		fprintf(out, " -a '(__nod_list %s)'", param->complete);
	}
}

static void print_option(const struct command *command, const struct param *param, FILE *out)
{
	print_start(command, out);
	if (param->key)
		fprintf(out, " -s %c", param->key);
	fprintf(out, " -l %s", param->name);
	if (param_argument(param) == ARGUMENT_REQUIRED) {
		fputs(is_file(param) ? " -r" : " -x", out);
		print_offer(param, out);
	}
	fputs(" -d '", out);
	print_quoted(param->help, out);
	fputs("'\n", out);
}

/* Where there are several, each only in its place. */
static void print_operands(const struct command *command, FILE *out)
{
	const struct param *operands = command->operands;
	bool several = operands && operands[0].name && operands[1].name;

	for (int i = 0; operands && operands[i].name; i++) {
		if (!operands[i].complete && !operands[i].choices)
			continue;
		fprintf(out, "complete -c nod -n '__nod_command_is %s", command->name);
		if (several)
			fprintf(out, " %d%s", i + 1, operands[i].type == PARAM_OPERANDS ? "+" : "");
		fputs("'", out);
		print_offer(&operands[i], out);
		fputs("\n", out);
	}
}

static int print_all(const char *argument attr_unused, FILE *out)
{
	const struct command *const *list = commands, *command;

	while ((command = command_next(&list))) {
		print_start(NULL, out);
		fprintf(out, " -a %s -d '", command->name);
		print_quoted(command->summary, out);
		fputs("'\n", out);
	}
	for_each_option(NULL, param) print_option(NULL, param, out);
	list = commands;
	while ((command = command_next(&list))) {
		fputs("\n", out);
		for_each_option(command, param) print_option(command, param, out);
		print_operands(command, out);
	}
	return 0;
}

const struct directive fish_directives[] = {
	{"FISH-VALUES", print_values},
	{"FISH-COMPLETIONS", print_all},
	{NULL, NULL},
};
