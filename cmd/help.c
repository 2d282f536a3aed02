/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does a user need to read to use nod, or one of its commands?
 */
#include <stdio.h>
#include <string.h>

#include "cmd/help.h"
#include "cmd/param.h"
#include "cmd/parse.h"

const char nod_description[] =
	"nod (network offload diagnosis) tells what the network card and the kernel do to packets "
	"behind the stack's back, whether that helps or hurts, and what to type to change it.";

const char general_answer[] = "done, and the answer is \"no\": a finding, a refusal, a drift";

const struct choice common_statuses[] = {
	{"0", "done, nothing to report"},
	{"2", "wrong usage"},
	{"3", "failure: no permission, unreadable file, full disk"},
	{NULL, NULL},
};

/* Long lines are hard to read, and below some width nothing can be aligned. */
#define WIDTH_MIN 40
#define WIDTH_MAX 100

/* Options that are longer than this have their help on the next line. */
#define LEFT_MAX 26

/**
 * struct page - help that is being laid out
 * @width: of a line
 * @left: column at which explanations start, in the present section
 */
struct page {
	struct text *out;
	size_t width, left;
	bool color;
};

static struct page page_start(const struct session *session, struct text *out)
{
	struct page page = {.out = out, .width = session->columns, .color = session->color};

	if (page.width < WIDTH_MIN)
		page.width = WIDTH_MIN;
	if (page.width > WIDTH_MAX)
		page.width = WIDTH_MAX;
	return page;
}

static void add_heading(const struct page *page, const char *title)
{
	text_printf(page->out, page->color ? "\n\033[1m%s:\033[0m\n" : "\n%s:\n", title);
}

static void add_paragraphs(const struct page *page, const char *string)
{
	while (*string) {
		const char *end = strstr(string, "\n\n");
		struct text paragraph = {0};

		text_add_bytes(&paragraph, string, end ? (size_t)(end - string) : strlen(string));
		text_add(page->out, "\n");
		if (paragraph.chars)
			text_wrap(page->out, paragraph.chars, 0, page->width);
		text_add(page->out, "\n");
		page->out->failed |= paragraph.failed;
		text_free(&paragraph);
		string = end ? end + 2 : "";
	}
}

/* @term, which starts @indent columns from the left, and what it means behind or below it. */
static void add_term(const struct page *page, size_t indent, const char *term, const char *meaning)
{
	size_t start = page->out->length;

	text_printf(page->out, "%*s%s", (int)indent, "", term);
	if (indent + strlen(term) + 2 > page->left) {
		text_add(page->out, "\n");
		start = page->out->length;
	}
	text_pad(page->out, page->left, start);
	text_wrap(page->out, meaning, page->left, page->width);
	text_add(page->out, "\n");
}

static size_t widest(size_t width, size_t other)
{
	return other > width ? other : width;
}

/* "  -f, --filter=FILTER" */
static void option_term(const struct param *param, struct text *term)
{
	enum argument argument = param_argument(param);

	if (param->key)
		text_printf(term, "-%c, --%s", param->key, param->name);
	else
		text_printf(term, "    --%s", param->name);
	if (argument != ARGUMENT_NONE)
		text_printf(term, argument == ARGUMENT_OPTIONAL ? "[=%s]" : "=%s",
			    param_placeholder(param));
}

static void add_choices(const struct page *page, const struct choice *choices)
{
	struct page nested = *page;

	nested.left = 0;
	for (const struct choice *choice = choices; choice->name; choice++)
		nested.left = widest(nested.left, page->left + 2 + strlen(choice->name) + 2);
	for (; choices->name; choices++)
		add_term(&nested, page->left + 2, choices->name, choices->help);
}

static void add_option(const struct page *page, const struct param *param)
{
	struct text term = {0}, help = {0};

	option_term(param, &term);
	param_add_help(param, &help);
	if (param->choices)
		text_add(&help, ":");
	if (term.failed || help.failed)
		page->out->failed = true;
	else
		add_term(page, 2, term.chars, help.chars);
	if (param->choices)
		add_choices(page, param->choices);
	text_free(&term);
	text_free(&help);
}

/* Options of @table; of the global ones those that @command takes. */
static void add_options(struct page *page, const char *title, const struct param *table,
			const struct command *command)
{
	page->left = 0;
	for (const struct param *param = table; param->name; param++) {
		struct text term = {0};

		option_term(param, &term);
		if (param_applies(param, command) && term.length <= LEFT_MAX)
			page->left = widest(page->left, 2 + term.length + 2);
		text_free(&term);
	}
	add_heading(page, title);
	for (const struct param *param = table; param->name; param++) {
		if (param_applies(param, command))
			add_option(page, param);
	}
}

static void add_statuses(struct page *page, const char *answer)
{
	const struct choice *status = common_statuses;

	add_heading(page, "Exit status");
	page->left = 5;
	add_term(page, 2, status->name, status->help);
	if (answer)
		add_term(page, 2, "1", answer);
	for (status++; status->name; status++)
		add_term(page, 2, status->name, status->help);
}

static void add_examples(struct page *page, const struct choice *examples)
{
	add_heading(page, "Examples");
	for (; examples->name; examples++) {
		text_printf(page->out, "  %s\n      ", examples->name);
		text_wrap(page->out, examples->help, 6, page->width);
		text_add(page->out, "\n");
	}
}

static void add_usage(const struct page *page, const struct command *command)
{
	const struct param *operand = command->operands;

	text_printf(page->out, page->color ? "\033[1mUsage:\033[0m nod %s" : "Usage: nod %s",
		    command->name);
	text_add(page->out, command->options ? " [OPTION]..." : "");
	for (; operand && operand->name; operand++)
		text_printf(page->out, operand->required ? " %s%s" : " [%s]%s",
			    param_placeholder(operand),
			    operand->type == PARAM_OPERANDS ? "..." : "");
	text_add(page->out, "\n");
}

static void add_operands(struct page *page, const struct param *operands)
{
	page->left = 0;
	for (const struct param *operand = operands; operand->name; operand++)
		page->left = widest(page->left, 2 + strlen(param_placeholder(operand)) + 2);
	add_heading(page, "Operands");
	for (; operands->name; operands++) {
		add_term(page, 2, param_placeholder(operands), operands->help);
		if (operands->choices)
			add_choices(page, operands->choices);
	}
}

void help_command(const struct command *command, const struct session *session, struct text *out)
{
	struct page page = page_start(session, out);

	add_usage(&page, command);
	add_paragraphs(&page, command->description ? command->description : command->summary);
	if (command->operands)
		add_operands(&page, command->operands);
	if (command->options)
		add_options(&page, "Options", command->options, command);
	add_options(&page, "Global options", global_params, command);
	if (command->examples)
		add_examples(&page, command->examples);
	add_statuses(&page, command->answer);
	if (command->flags & COMMAND_IN_NOD_PAGE)
		text_add(out, "\nMore: man nod\n");
	else
		text_printf(out, "\nMore: man nod-%s\n", command->name);
}

void help_overview(const struct command *const list[], const struct session *session,
		   struct text *out)
{
	struct page page = page_start(session, out);

	text_add(out, page.color ? "\033[1mUsage:\033[0m" : "Usage:");
	text_add(out, " nod [OPTION]... COMMAND [ARGUMENT]...\n");
	add_paragraphs(&page, nod_description);
	for (size_t i = 0; list[i]; i++)
		if (!(list[i]->flags & COMMAND_HIDDEN))
			page.left = widest(page.left, 2 + strlen(list[i]->name) + 2);
	add_heading(&page, "Commands");
	for (size_t i = 0; list[i]; i++)
		if (!(list[i]->flags & COMMAND_HIDDEN))
			add_term(&page, 2, list[i]->name, list[i]->summary);
	add_options(&page, "Options", global_params, NULL);
	add_statuses(&page, general_answer);
	text_add(out, "\nMore: nod COMMAND --help, man nod, man nod-COMMAND\n");
}

struct help_options {
	const char *command;
};

static enum status run_help(const void *opaque, const struct session *session, struct err *err)
{
	const struct help_options *options = opaque;
	const struct command *command = NULL;
	struct text out attr_cleanup(text_free) = {0};

	if (options->command) {
		command = command_lookup(commands, options->command, err);
		if (!command)
			return STATUS_USAGE;
	}
	if (command)
		help_command(command, session, &out);
	else
		help_overview(commands, session, &out);
	return session_write(session, &out, err) ? STATUS_FAILURE : STATUS_OK;
}

static const struct param operands[] = {
	{.name = "command",
	 .type = PARAM_STRING,
	 .argument = "COMMAND",
	 .help = "the command to describe; all in short if left out",
	 .offset = offsetof(struct help_options, command),
	 .complete = "commands"},
	PARAM_END,
};

static const struct choice examples[] = {
	{"nod help", "all commands"},
	{"nod help help", "this text"},
	{NULL, NULL},
};

const struct command cmd_help = {
	.name = "help",
	.summary = "describe a command, or list all",
	.operands = operands,
	.examples = examples,
	.flags = COMMAND_IN_NOD_PAGE,
	.options_size = sizeof(struct help_options),
	.run = run_help,
};
