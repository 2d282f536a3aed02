/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Can --help be read on any terminal, and does it say what the table says? Are the real tables sane?
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cmd/help.h"
#include "cmd/param.h"
#include "cmd/session.h"

static const struct choice levels[] = {
	{"low", "for little"},
	{"very-high", "for what matters a lot, which takes more than one line on a small terminal"},
	{NULL, NULL},
};

static const struct param options[] = {
	{.name = "level",
	 .key = 'l',
	 .type = PARAM_CHOICE,
	 .argument = "LEVEL",
	 .help = "what to report",
	 .choices = levels},
	{.name = "size",
	 .type = PARAM_NUMBER,
	 .argument = "BYTES",
	 .help = "size of each",
	 .min = 68,
	 .max = 9000},
	{.name = "top", .type = PARAM_OPTIONAL_NUMBER, .argument = "N", .help = "the first of all"},
	{.name = "port", .type = PARAM_NUMBERS, .argument = "N", .help = "another port", .min = 2},
	{.name = "a-name-of-unusual-length-indeed", .type = PARAM_FLAG, .help = "stands alone"},
	PARAM_END,
};

static const struct param operands[] = {
	{.name = "dev",
	 .type = PARAM_STRING,
	 .argument = "DEV",
	 .help = "device",
	 .required = true},
	{.name = "file", .type = PARAM_OPERANDS, .argument = "FILE", .help = "files"},
	PARAM_END,
};

static const struct choice examples[] = {{"nod test eth0", "shows something"}, {NULL, NULL}};

static const struct command command = {
	.name = "test",
	.summary = "do as a test",
	.description = "First paragraph.\n\nSecond paragraph.",
	.answer = "the test says no",
	.options = options,
	.operands = operands,
	.examples = examples,
	.flags = COMMAND_JSON,
};

static const struct command hidden = {
	.name = "unseen", .summary = "not for people", .flags = COMMAND_HIDDEN};
static const struct command *const list[] = {&command, &hidden, NULL};

static struct text command_help(unsigned int columns, bool color)
{
	const struct session session = {.columns = columns, .color = color};
	struct text out = {0};

	help_command(&command, &session, &out);
	assert_false(out.failed);
	assert_non_null(out.chars);
	return out;
}

static void assert_contains(const struct text *text, const char *part)
{
	if (!strstr(text->chars, part))
		fail_msg("no \"%s\" in:\n%s", part, text->chars);
}

static void test_sections(void **state attr_unused)
{
	static const char *const parts[] = {
		"Usage: nod test [OPTION]... DEV [FILE]...\n",
		"\nFirst paragraph.\n\nSecond paragraph.\n",
		"\nOperands:\n  DEV   device\n  FILE  files\n",
		"\n  -l, --level=LEVEL  what to report:\n",
		"\n                       low        for little\n",
		"\n      --size=BYTES   size of each (68 to 9000)\n",
		"\n      --top[=N]      the first of all\n",
		"\n      --port=N       another port (at least 2); may be given several times\n",
		"\n      --a-name-of-unusual-length-indeed\n                     stands alone\n",
		"\nExamples:\n  nod test eth0\n      shows something\n",
		"\n  0  done, nothing to report\n  1  the test says no\n  2  wrong usage\n",
		"\nMore: man nod-test\n",
	};
	struct text help = command_help(80, false);

	for (size_t i = 0; i < array_size(parts); i++)
		assert_contains(&help, parts[i]);
	text_free(&help);
}

/* The globals of a command are those that it takes. */
static void test_globals(void **state attr_unused)
{
	struct text help = command_help(80, false);

	assert_contains(&help, "--json ");
	assert_contains(&help, "-q, --quiet");
	assert_null(strstr(help.chars, "--jsonl"));
	text_free(&help);
}

/* The widest line; options that are longer than that by themselves are few and known. */
static size_t widest_line(const char *chars)
{
	size_t widest = 0;

	while (*chars) {
		size_t length = strcspn(chars, "\n");

		widest = length > widest ? length : widest;
		chars += length + (chars[length] == '\n');
	}
	return widest;
}

static void test_width(void **state attr_unused)
{
	static const struct {
		unsigned int columns;
		size_t least, most;
	} rows[] = {{80, 70, 80}, {60, 50, 60}, {300, 80, 100}};

	for (size_t i = 0; i < array_size(rows); i++) {
		struct text help = command_help(rows[i].columns, false);

		assert_in_range(widest_line(help.chars), rows[i].least, rows[i].most);
		text_free(&help);
	}
	/* Too narrow to be laid out well, but it ends and loses no word. */
	struct text narrow = command_help(1, false);

	assert_contains(&narrow, "terminal");
	text_free(&narrow);
}

static void test_color(void **state attr_unused)
{
	struct text plain = command_help(80, false), color = command_help(80, true);

	assert_null(strchr(plain.chars, '\033'));
	assert_contains(&color, "\n\033[1mOptions:\033[0m\n");
	text_free(&plain);
	text_free(&color);
}

static void test_overview(void **state attr_unused)
{
	const struct session session = {.columns = 80};
	struct text out = {0};

	help_overview(list, &session, &out);
	assert_contains(&out, "\n  test  do as a test\n");
	assert_contains(&out, "--jsonl");
	assert_null(strstr(out.chars, "unseen"));
	text_free(&out);
}

/* --- the tables that nod really has --- */

static const struct param *find_twin(const struct param *table, const struct param *param)
{
	for (; table && table->name; table++) {
		if (table != param &&
		    (!strcmp(table->name, param->name) || (param->key && table->key == param->key)))
			return table;
	}
	return NULL;
}

static void check_help(const char *owner, const char *name, const char *help)
{
	size_t length = help ? strlen(help) : 0;

	if (!length || strchr(help, '\n') || help[length - 1] == '.')
		fail_msg("%s: %s: help is one line without a full stop", owner, name);
}

static void check_option(const struct command *owner, const struct param *param, bool own)
{
	const char *name = owner ? owner->name : "nod";
	bool has_value = param_argument(param) != ARGUMENT_NONE;

	check_help(name, param->name, param->help);
	if (find_twin(global_params, param) || (own && find_twin(owner->options, param)))
		fail_msg("%s: two options are called --%s or -%c", name, param->name, param->key);
	if (has_value != !!param->argument)
		fail_msg("%s: --%s: a placeholder goes with a value", name, param->name);
	if ((param->type == PARAM_CHOICE) != !!param->choices)
		fail_msg("%s: --%s: choices go with PARAM_CHOICE", name, param->name);
	if (param->type == PARAM_OPERANDS || param->required)
		fail_msg("%s: --%s is no operand", name, param->name);
	if (own && param->offset >= owner->options_size)
		fail_msg("%s: --%s is stored outside", name, param->name);
	if (param->max && param->min > param->max)
		fail_msg("%s: --%s takes no number", name, param->name);
	for (const struct choice *choice = param->choices; choice && choice->name; choice++)
		check_help(name, choice->name, choice->help);
}

/* What can be left out, and what takes all that is left, stands at the end. */
static void check_operands(const struct command *owner)
{
	const struct param *param = owner->operands;

	for (; param && param->name; param++) {
		check_help(owner->name, param->name, param->help);
		assert_non_null(param->argument);
		assert_true(param->offset < owner->options_size);
		if (param[1].name && (!param->required || param->type == PARAM_OPERANDS))
			fail_msg("%s: %s must be the last operand", owner->name, param->name);
	}
}

static void check_list_exists(const struct command *owner, const struct param *table)
{
	for (; table && table->name; table++) {
		const struct word_list *words = word_lists;

		if (!table->complete || !strcmp(table->complete, "file"))
			continue;
		while (words->name && strcmp(words->name, table->complete))
			words++;
		if (!words->name)
			fail_msg("%s: %s: no list \"%s\"", owner->name, table->name,
				 table->complete);
	}
}

static void test_real_tables(void **state attr_unused)
{
	for (const struct param *param = global_params; param->name; param++)
		check_option(NULL, param, false);
	for (size_t i = 0; commands[i]; i++) {
		const struct param *param = commands[i]->options;

		check_help("nod", commands[i]->name, commands[i]->summary);
		assert_non_null(commands[i]->run);
		for (; param && param->name; param++)
			check_option(commands[i], param, true);
		check_operands(commands[i]);
		check_list_exists(commands[i], commands[i]->options);
		check_list_exists(commands[i], commands[i]->operands);
	}
}

/* --- what the session decides for the help, and all other output --- */

static void test_color_wanted(void **state attr_unused)
{
	assert_true(color_wanted(COLOR_AUTO, true, NULL, "xterm"));
	assert_true(color_wanted(COLOR_AUTO, true, "", "xterm"));
	assert_false(color_wanted(COLOR_AUTO, true, "1", "xterm"));
	assert_false(color_wanted(COLOR_AUTO, true, NULL, "dumb"));
	assert_false(color_wanted(COLOR_AUTO, true, NULL, NULL));
	assert_false(color_wanted(COLOR_AUTO, false, NULL, "xterm"));
	assert_true(color_wanted(COLOR_ALWAYS, false, "1", "dumb"));
	assert_false(color_wanted(COLOR_NEVER, true, NULL, "xterm"));
}

static void test_columns_wanted(void **state attr_unused)
{
	assert_int_equal(columns_wanted(NULL, 132), 132);
	assert_int_equal(columns_wanted(NULL, 0), 80);
	assert_int_equal(columns_wanted("100", 132), 100);
	assert_int_equal(columns_wanted("", 132), 132);
	assert_int_equal(columns_wanted("0", 132), 132);
	assert_int_equal(columns_wanted("-3", 132), 132);
	assert_int_equal(columns_wanted("90x", 132), 132);
	assert_int_equal(columns_wanted("99999999999999999999", 132), 132);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sections),     cmocka_unit_test(test_globals),
		cmocka_unit_test(test_width),	     cmocka_unit_test(test_color),
		cmocka_unit_test(test_overview),     cmocka_unit_test(test_real_tables),
		cmocka_unit_test(test_color_wanted), cmocka_unit_test(test_columns_wanted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
