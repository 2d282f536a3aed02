/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What do the tables say to the manual? The macros are those of mdoc(7).
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/explain.h"
#include "cmd/gen/gen.h"
#include "cmd/help.h"
#include "cmd/set.h"
#include "lib/diag/rule.h"
#include "lib/model/feature.h"
#include "lib/out/capture.h"
#include "lib/out/device.h"
#include "lib/out/event.h"
#include "lib/out/explanation.h"
#include "lib/out/gro.h"
#include "lib/out/plan.h"
#include "lib/out/split.h"

/* Records whose JSON keys a page may list with `@JSON NAME@`: add a line. */
static const struct record *const records[] = {
	&record_capture_set,   &record_frame_line,	&record_live,
	&record_machine,       &record_device,		&record_explanation_set,
	&record_change_report, &record_journal_entries, &record_event,
	&record_gro_set,       &record_split_report,	NULL,
};

static bool starts_option(const char *string, size_t at)
{
	return string[at] == '-' && (!at || !isalnum((unsigned char)string[at - 1]));
}

/* A new line for each sentence; nothing in it may be taken for a request or an escape. */
void mdoc_text(const char *string, FILE *out)
{
	bool line_start = true;

	for (size_t i = 0; string[i]; i++) {
		if (line_start && strchr(".'", string[i]))
			fputs("\\&", out);
		line_start = i && strchr(".?!", string[i - 1]) && string[i] == ' ' &&
			     isupper((unsigned char)string[i + 1]);
		if (line_start)
			putc('\n', out);
		else if (string[i] == '\\')
			fputs("\\e", out);
		else if (starts_option(string, i))
			fputs("\\-", out);
		else
			putc(string[i], out);
	}
}

void mdoc_sentence(const char *string, FILE *out)
{
	size_t length = strlen(string);

	if (!length)
		return;
	if (islower((unsigned char)string[0])) {
		putc(toupper((unsigned char)string[0]), out);
		string++;
		length--;
	}
	mdoc_text(string, out);
	fputs(length && string[length - 1] == '.' ? "\n" : ".\n", out);
}

void mdoc_word(const char *word, FILE *out)
{
	/* Macros have two or three letters. */
	if (strlen(word) <= 3)
		fputs("\\&", out);
	for (; *word; word++) {
		if (*word == '"')
			fputs("\\(dq", out);
		else if (*word == ' ')
			fputs("\\ ", out);
		else if (*word == '\\')
			fputs("\\e", out);
		else if (*word == '-')
			fputs("\\-", out);
		else
			putc(*word, out);
	}
}

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; commands[i]; i++) {
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	}
	return NULL;
}

static int print_paragraphs(const char *string, FILE *out)
{
	const char *end;

	for (; (end = strstr(string, "\n\n")); string = end + 2) {
		char *paragraph = strndup(string, (size_t)(end - string));

		if (!paragraph)
			return -1;
		mdoc_text(paragraph, out);
		fputs("\n.Pp\n", out);
		free(paragraph);
	}
	mdoc_text(string, out);
	fputs("\n", out);
	return 0;
}

static int print_description(const char *argument, FILE *out)
{
	const struct command *command = find_command(argument);

	if (*argument && !command)
		return -1;
	if (!command)
		return print_paragraphs(nod_description, out);
	if (command->description)
		return print_paragraphs(command->description, out);
	mdoc_sentence(command->summary, out);
	return 0;
}

/* "Fl -mtu Ns = Ns Ar N" */
static void print_long(const struct param *param, FILE *out)
{
	enum argument argument = param_argument(param);

	fputs("Fl -", out);
	mdoc_word(param->name, out);
	if (argument == ARGUMENT_REQUIRED)
		fputs(" Ns = Ns Ar ", out);
	if (argument == ARGUMENT_OPTIONAL)
		fputs(" Ns Oo = Ns Ar ", out);
	if (argument != ARGUMENT_NONE)
		mdoc_word(param_placeholder(param), out);
	if (argument == ARGUMENT_OPTIONAL)
		fputs(" Oc", out);
}

static void print_operand(const struct param *operand, FILE *out)
{
	fputs(operand->required ? ".Ar " : ".Op Ar ", out);
	mdoc_word(param_placeholder(operand), out);
	fputs(operand->type == PARAM_OPERANDS ? " ...\n" : "\n", out);
}

static int print_synopsis(const char *argument, FILE *out)
{
	const struct command *command = find_command(argument);
	const struct param *param;

	if (!command)
		return -1;
	fputs(".Nm nod ", out);
	mdoc_word(command->name, out);
	fputs("\n", out);
	for (param = command->options; param && param->name; param++) {
		fputs(".Op ", out);
		print_long(param, out);
		fputs("\n", out);
	}
	fputs(".Op Ar global options\n", out);
	for (param = command->operands; param && param->name; param++)
		print_operand(param, out);
	return 0;
}

static void print_choices(const struct choice *choice, FILE *out)
{
	fputs(".Pp\n.Bl -tag -width Ds -compact\n", out);
	for (; choice->name; choice++) {
		fputs(".It Cm ", out);
		mdoc_word(choice->name, out);
		fputs("\n", out);
		mdoc_text(choice->help, out);
		fputs("\n", out);
	}
	fputs(".El\n", out);
}

static void print_help(const struct param *param, FILE *out)
{
	struct text help = {0};

	param_add_help(param, &help);
	if (help.chars)
		mdoc_sentence(help.chars, out);
	text_free(&help);
	if (param->choices)
		print_choices(param->choices, out);
}

static void print_option(const struct param *param, FILE *out)
{
	enum argument argument = param_argument(param);

	fputs(".It ", out);
	if (param->key) {
		fprintf(out, "Fl %c", param->key);
		if (argument == ARGUMENT_REQUIRED) {
			fputs(" Ar ", out);
			mdoc_word(param_placeholder(param), out);
		}
		fputs(" , ", out);
	}
	print_long(param, out);
	fputs("\n", out);
	print_help(param, out);
}

/* The options of a command that are its own, and its operands. */
static int print_options(const char *argument, FILE *out)
{
	const struct command *command = find_command(argument);
	const struct param *param = command ? command->operands : NULL;

	if (!command)
		return -1;
	fputs(".Bl -tag -width Ds\n", out);
	for (; param && param->name; param++) {
		fputs(".It Ar ", out);
		mdoc_word(param_placeholder(param), out);
		fputs("\n", out);
		print_help(param, out);
	}
	for (param = command->options; param && param->name; param++)
		print_option(param, out);
	fputs(".El\n", out);
	return 0;
}

static int print_globals(const char *argument, FILE *out)
{
	const struct command *command = find_command(argument);

	if (*argument && !command)
		return -1;
	fputs(".Bl -tag -width Ds\n", out);
	for (const struct param *param = global_params; param->name; param++) {
		if (param_applies(param, command))
			print_option(param, out);
	}
	fputs(".El\n", out);
	return 0;
}

static int print_commands(const char *argument attr_unused, FILE *out)
{
	const struct command *const *list = commands, *command;

	fputs(".Bl -tag -width Ds\n", out);
	while ((command = command_next(&list))) {
		const struct param *operand = command->operands;

		fputs(".It Cm ", out);
		mdoc_word(command->name, out);
		for (; operand && operand->name; operand++) {
			fputs(operand->required ? " Ar " : " Op Ar ", out);
			mdoc_word(param_placeholder(operand), out);
			fputs(operand->type == PARAM_OPERANDS ? " ..." : "", out);
		}
		fputs("\n", out);
		mdoc_sentence(command->summary, out);
		if (!(command->flags & COMMAND_IN_NOD_PAGE))
			fprintf(out, "See\n.Xr nod-%s 8 .\n", command->name);
	}
	fputs(".El\n", out);
	return 0;
}

static void print_status(const char *status, const char *meaning, FILE *out)
{
	fprintf(out, ".It %s\n", status);
	mdoc_sentence(meaning, out);
}

/* Without a command: what the statuses mean in general. */
static int print_statuses(const char *argument, FILE *out)
{
	const struct command *command = find_command(argument);
	const char *answer = command ? command->answer : general_answer;
	const struct choice *status = common_statuses;

	if (*argument && !command)
		return -1;
	fputs(".Bl -tag -width Ds -compact\n", out);
	print_status(status->name, status->help, out);
	if (answer)
		print_status("1", answer, out);
	for (status++; status->name; status++)
		print_status(status->name, status->help, out);
	fputs(".El\n", out);
	return 0;
}

static int print_examples(const char *argument, FILE *out)
{
	const struct command *command = find_command(argument);
	const char *between = "";

	if (!command || !command->examples)
		return -1;
	for (const struct choice *row = command->examples; row->name; row++) {
		fputs(between, out);
		mdoc_sentence(row->help, out);
		fputs(".Bd -literal -offset indent\n", out);
		mdoc_text(row->name, out);
		fputs("\n.Ed\n", out);
		between = ".Pp\n";
	}
	return 0;
}

static int print_json(const char *argument, FILE *out)
{
	for (size_t i = 0; records[i]; i++) {
		if (strcmp(records[i]->name, argument))
			continue;
		gen_record(records[i], out);
		return 0;
	}
	return -1;
}

/* All findings: with "explain" behind it, what nod explain says of each. */
static int print_findings(const char *argument, FILE *out)
{
	bool explain = strcmp(argument, "explain") == 0;

	if (*argument && !explain)
		return -1;
	fputs(".Bl -tag -width Ds\n", out);
	for (size_t i = 0; detectors[i]; i++) {
		fputs(".It Cm ", out);
		mdoc_word(detectors[i]->id, out);
		fputs("\n", out);
		mdoc_sentence(detectors[i]->summary, out);
		if (!explain)
			continue;
		fputs(".Pp\n", out);
		if (print_paragraphs(detectors[i]->explain, out))
			return -1;
	}
	fputs(".El\n", out);
	return 0;
}

/* The receivers that nod gro knows: with "explain" behind it, their rules and where they were read. */
static int print_models(const char *argument, FILE *out)
{
	bool explain = strcmp(argument, "explain") == 0;

	if (*argument && !explain)
		return -1;
	fputs(".Bl -tag -width Ds\n", out);
	for (const struct gro_model *model = gro_models; model->id; model++) {
		fputs(".It Cm ", out);
		mdoc_word(model->id, out);
		fputs("\n", out);
		mdoc_sentence(model->summary, out);
		if (!explain)
			continue;
		fputs(".Pp\n", out);
		if (print_paragraphs(model->explain, out))
			return -1;
		fputs(".Pp\nSources: ", out);
		mdoc_text(model->sources, out);
		fputs("\n", out);
	}
	fputs(".El\n", out);
	return 0;
}

static void print_reason(const struct gro_reason_info *reason, FILE *out)
{
	fputs(".It Cm ", out);
	mdoc_word(reason->id, out);
	fputs("\n", out);
	mdoc_sentence(reason->summary, out);
	if (reason->mend)
		mdoc_sentence(reason->mend, out);
}

/* The reasons of nod gro; with "explain" those that are not explained as findings. */
static int print_reasons(const char *argument, FILE *out)
{
	bool explain = strcmp(argument, "explain") == 0;

	if (*argument && !explain)
		return -1;
	fputs(".Bl -tag -width Ds\n", out);
	for (int i = 0; i < GRO_REASONS && !explain; i++)
		print_reason(&gro_reasons[i], out);
	if (explain)
		for_each_reason(reason) print_reason(reason, out);
	fputs(".El\n", out);
	return 0;
}

/* The rules of nod why. */
static int print_rules(const char *argument attr_unused, FILE *out)
{
	fputs(".Bl -tag -width Ds\n", out);
	for (const struct feature_rule *rule = feature_rules; rule->id; rule++) {
		fputs(".It Cm ", out);
		mdoc_word(rule->id, out);
		fputs("\n", out);
		mdoc_sentence(rule->summary, out);
		fputs(".Pp\n", out);
		if (print_paragraphs(rule->explain, out))
			return -1;
		fputs(".Pp\nSource: ", out);
		mdoc_text(rule->source, out);
		fputs("\n", out);
	}
	fputs(".El\n", out);
	return 0;
}

static int print_features(const char *argument attr_unused, FILE *out)
{
	fputs(".Bl -tag -width Ds\n", out);
	for (const struct feature_info *info = feature_infos; info->name; info++) {
		fputs(".It Cm ", out);
		mdoc_word(info->name, out);
		fputs("\n", out);
		mdoc_sentence(info->summary, out);
		fputs(".Pp\n", out);
		if (print_paragraphs(info->explain, out))
			return -1;
	}
	fputs(".El\n", out);
	return 0;
}

/* What stands for several features. */
static int print_aliases(const char *argument attr_unused, FILE *out)
{
	fputs(".Bl -tag -width rxvlan -compact\n", out);
	for (const struct feature_alias *alias = feature_aliases; alias->alias; alias++) {
		fputs(".It Cm ", out);
		mdoc_word(alias->alias, out);
		fputs("\n", out);
		mdoc_text(alias->name, out);
		fputs(":\n", out);
		mdoc_text(alias->pattern, out);
		fputs("\n", out);
	}
	fputs(".El\n", out);
	return 0;
}

const struct directive man_directives[] = {
	{"DESCRIPTION", print_description},
	{"SYNOPSIS", print_synopsis},
	{"OPTIONS", print_options},
	{"GLOBALS", print_globals},
	{"COMMANDS", print_commands},
	{"STATUSES", print_statuses},
	{"EXAMPLES", print_examples},
	{"FINDINGS", print_findings},
	{"MODELS", print_models},
	{"REASONS", print_reasons},
	{"RULES", print_rules},
	{"FEATURES", print_features},
	{"ALIASES", print_aliases},
	{"JSON", print_json},
	{NULL, NULL},
};
