/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does zsh offer? The specifications are those of _arguments, see zshcompsys(1).
 */
#include <string.h>

#include "cmd/gen/gen.h"

static int print_commands(const char *argument attr_unused, FILE *out)
{
	const struct command *const *list = commands, *command;

	while ((command = command_next(&list))) {
		fprintf(out, "\t\t\t'%s:", command->name);
		print_escaped(command->summary, "\\", out);
		fputs("'\n", out);
	}
	return 0;
}

/* ":FILE:_files", inside '...' */
static void print_action(const struct param *param, FILE *out)
{
	const struct choice *choice = param->choices;
	const char *before = "((";

	fprintf(out, ":%s:", param_placeholder(param));
	for (; choice && choice->name; choice++) {
		fprintf(out, "%s%s\\:\"", before, choice->name);
		print_escaped(choice->help, "\\\"$`:", out);
		fputs("\"", out);
		before = " ";
	}
	if (param->choices)
		fputs("))", out);
	else if (param->type == PARAM_FILE || (param->complete && !strcmp(param->complete, "file")))
		fputs("_files", out);
	else if (param->complete)
		fprintf(out, "_nod_list %s", param->complete);
	else
		fputs(" ", out);
}

/* '(-f --filter)'{-f+,--filter=}'[help]:FILTER: ' */
static void print_option(const struct param *param, FILE *out)
{
	static const char *const after_name[] = {"", "=-", "="}, *const after_key[] = {"", "-",
										       "+"};
	enum argument argument = param_argument(param);
	bool again = param->type == PARAM_COUNT || param->type == PARAM_NUMBERS;

	fputs("\t\t'", out);
	if (again)
		fputs("*", out);
	else if (param->key)
		fprintf(out, "(-%c --%s)", param->key, param->name);
	if (param->key)
		fprintf(out, "'{-%c%s,--%s%s}'", param->key, after_key[argument], param->name,
			after_name[argument]);
	else
		fprintf(out, "--%s%s", param->name, after_name[argument]);
	fputs("[", out);
	print_escaped(param->help, "\\[]:", out);
	fputs("]", out);
	if (argument == ARGUMENT_OPTIONAL)
		fputs(":", out);
	if (argument != ARGUMENT_NONE)
		print_action(param, out);
	fputs("' \\\n", out);
}

static int print_globals(const char *argument attr_unused, FILE *out)
{
	for_each_option(NULL, param) print_option(param, out);
	return 0;
}

static int print_cases(const char *argument attr_unused, FILE *out)
{
	const struct command *const *list = commands, *command;

	while ((command = command_next(&list))) {
		const struct param *operand = command->operands;

		fprintf(out, "\t%s)\n\t\t_arguments -s -S \\\n", command->name);
		for_each_option(command, param) print_option(param, out);
		for (; operand && operand->name; operand++) {
			fputs(operand->type == PARAM_OPERANDS ? "\t\t'*" : "\t\t'", out);
			fputs(operand->type == PARAM_OPERANDS || operand->required ? "" : ":", out);
			print_action(operand, out);
			fputs("' \\\n", out);
		}
		fputs("\t\t\t&& ret=0\n\t\t;;\n", out);
	}
	return 0;
}

const struct directive zsh_directives[] = {
	{"ZSH-COMMANDS", print_commands},
	{"ZSH-GLOBALS", print_globals},
	{"ZSH-CASES", print_cases},
	{NULL, NULL},
};
