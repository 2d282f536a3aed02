/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does the parser read command lines as users of GNU programs expect, and say what is wrong?
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cmd/parse.h"

struct options {
	bool flag, other;
	unsigned int count;
	struct param_number number, unlimited, optional, preset;
	struct param_numbers numbers;
	const char *string, *file;
	int choice;
	struct param_operands operands;
};

static const struct choice choices[] = {
	{"note", "a"},
	{"warning", "b"},
	{"error", "c"},
	{NULL, NULL},
};

#define AT(member) .offset = offsetof(struct options, member)

static const struct param params[] = {
	{.name = "flag", .key = 'a', .type = PARAM_FLAG, AT(flag)},
	{.name = "flaw", .key = 'b', .type = PARAM_FLAG, AT(other)},
	{.name = "flap", .type = PARAM_FLAG, AT(other)},
	{.name = "count", .key = 'c', .type = PARAM_COUNT, AT(count)},
	{.name = "number",
	 .key = 'n',
	 .type = PARAM_NUMBER,
	 .argument = "N",
	 .min = 68,
	 .max = 65535,
	 AT(number)},
	{.name = "unlimited", .type = PARAM_NUMBER, .argument = "N", .min = 1, AT(unlimited)},
	{.name = "optional",
	 .key = 'o',
	 .type = PARAM_OPTIONAL_NUMBER,
	 .argument = "N",
	 AT(optional)},
	{.name = "preset", .type = PARAM_OPTIONAL_NUMBER, .argument = "N", AT(preset)},
	{.name = "port", .type = PARAM_NUMBERS, .argument = "N", .max = 65535, AT(numbers)},
	{.name = "string", .key = 's', .type = PARAM_STRING, .argument = "TEXT", AT(string)},
	{.name = "file", .type = PARAM_FILE, .argument = "FILE", AT(file)},
	{.name = "choice",
	 .type = PARAM_CHOICE,
	 .argument = "LEVEL",
	 .choices = choices,
	 AT(choice)},
	PARAM_END,
};

static const struct param any_operands[] = {
	{.name = "word", .type = PARAM_OPERANDS, .argument = "WORD", AT(operands)},
	PARAM_END,
};

static const struct param needed_operands[] = {
	{.name = "file", .type = PARAM_FILE, .argument = "FILE", .required = true, AT(file)},
	{.name = "number", .type = PARAM_NUMBER, .argument = "N", AT(number)},
	PARAM_END,
};

static const struct param one_and_rest[] = {
	{.name = "file", .type = PARAM_FILE, .argument = "DEV", .required = true, AT(file)},
	{.name = "word",
	 .type = PARAM_OPERANDS,
	 .argument = "CHANGE",
	 .required = true,
	 AT(operands)},
	PARAM_END,
};

static const struct options defaults = {.choice = 1, .preset.value = 10, .string = "preset"};

static const struct command command = {
	.name = "test",
	.options = params,
	.operands = any_operands,
	.flags = COMMAND_JSON | COMMAND_VERBOSE,
	.options_size = sizeof(struct options),
	.defaults = &defaults,
};

static const struct command needing = {
	.name = "needing",
	.operands = needed_operands,
	.flags = COMMAND_VERBOSE,
	.options_size = sizeof(struct options),
};

static const struct command changing = {
	.name = "changing",
	.operands = one_and_rest,
	.flags = COMMAND_VERBOSE,
	.options_size = sizeof(struct options),
};

static const struct command hidden = {.name = "hiddem", .flags = COMMAND_HIDDEN};
static const struct command *const list[] = {&command, &needing, &hidden, NULL};

#define WORDS_MAX 32

/**
 * struct line - a command line and what became of it
 */
struct line {
	char *argv[WORDS_MAX];
	struct global_options globals;
	struct options options;
	struct err err;
	int result;
};

static void gather(char *argv[WORDS_MAX], va_list args)
{
	size_t count = 0;

	while ((argv[count] = va_arg(args, char *)))
		assert_true(++count < WORDS_MAX);
}

/* Fill @argv with the words that follow; NULL at the end. */
static void fill(char *argv[WORDS_MAX], ...)
{
	va_list args;

	va_start(args, argv);
	gather(argv, args);
	va_end(args);
}

/* Parse the words that follow; NULL at the end. */
static struct line *parse(const struct command *which, ...)
{
	struct line *line = calloc(1, sizeof(*line));
	va_list args;

	assert_non_null(line);
	memset(&line->options, 0xa5, sizeof(line->options)); /* parsing must not rely on zeroes */
	va_start(args, which);
	gather(line->argv, args);
	va_end(args);
	line->result = parse_command(which, line->argv, &line->globals, &line->options, &line->err);
	return line;
}

/* Parse these words, then look at `line` in the block that follows. */
#define with(which, ...) \
	for (struct line *line = parse(which, ##__VA_ARGS__, NULL); line; free(line), line = NULL)

#define good(...) with(&command, __VA_ARGS__)

#define assert_good(line)                                  \
	do {                                               \
		assert_string_equal((line)->err.text, ""); \
		assert_int_equal((line)->result, 0);       \
	} while (0)

#define assert_wrong(which, message, ...)                     \
	with(which, ##__VA_ARGS__)                            \
	{                                                     \
		assert_int_equal(line->result, -1);           \
		assert_int_equal(line->err.code, ERR_USAGE);  \
		assert_string_equal(line->err.text, message); \
	}

static void test_defaults(void **state attr_unused)
{
	with(&command)
	{
		assert_good(line);
		assert_int_equal(line->options.choice, 1);
		assert_string_equal(line->options.string, "preset");
		assert_false(line->options.flag);
		assert_false(line->options.preset.given);
		assert_int_equal(line->options.operands.count, 0);
	}
	with(&needing, "x")
	{
		assert_good(line);
		assert_null(line->options.string);
		assert_false(line->options.number.given);
	}
}

static void test_long_options(void **state attr_unused)
{
	good("--flag", "--number=1500", "--string", "a=b", "--file=x=y", "--choice", "error")
	{
		assert_good(line);
		assert_true(line->options.flag);
		assert_false(line->options.other);
		assert_true(line->options.number.given);
		assert_int_equal(line->options.number.value, 1500);
		assert_string_equal(line->options.string, "a=b");
		assert_string_equal(line->options.file, "x=y");
		assert_int_equal(line->options.choice, 2);
	}
	good("--string=")
	{
		assert_good(line);
		assert_string_equal(line->options.string, "");
	}
}

static void test_short_options(void **state attr_unused)
{
	good("-n1500", "-s", "text", "-accc")
	{
		assert_good(line);
		assert_int_equal(line->options.number.value, 1500);
		assert_string_equal(line->options.string, "text");
		assert_true(line->options.flag);
		assert_int_equal(line->options.count, 3);
	}
	good("-abstext", "word")
	{
		assert_good(line);
		assert_true(line->options.flag && line->options.other);
		assert_string_equal(line->options.string, "text");
		assert_int_equal(line->options.operands.count, 1);
	}
	/* A value may look like an option. */
	good("-s", "--flag", "--string", "--")
	{
		assert_good(line);
		assert_string_equal(line->options.string, "--");
		assert_false(line->options.flag);
	}
}

static void test_optional_number(void **state attr_unused)
{
	good("--optional", "5", "--preset")
	{
		assert_good(line);
		assert_true(line->options.optional.given && line->options.preset.given);
		assert_int_equal(line->options.optional.value, 0);
		assert_int_equal(line->options.preset.value, 10);
		assert_string_equal(line->options.operands.words[0], "5");
	}
	good("--preset=3", "-o7")
	{
		assert_good(line);
		assert_int_equal(line->options.preset.value, 3);
		assert_int_equal(line->options.optional.value, 7);
	}
	/* The last one counts as if it were alone. */
	good("--preset=3", "--preset")
	{
		assert_good(line);
		assert_int_equal(line->options.preset.value, 10);
	}
}

static void test_last_one_wins(void **state attr_unused)
{
	good("--number=100", "-s", "a", "-n", "200", "--string=b", "--choice=note",
	     "--choice=error")
	{
		assert_good(line);
		assert_int_equal(line->options.number.value, 200);
		assert_string_equal(line->options.string, "b");
		assert_int_equal(line->options.choice, 2);
	}
}

static void test_repeated_numbers(void **state attr_unused)
{
	good("--port=0", "--port", "65535", "--port=4789")
	{
		assert_good(line);
		assert_int_equal(line->options.numbers.count, 3);
		assert_int_equal(line->options.numbers.values[0], 0);
		assert_int_equal(line->options.numbers.values[1], 65535);
		assert_int_equal(line->options.numbers.values[2], 4789);
	}
	assert_wrong(&command, "--port: given more than 16 times", "--port=1", "--port=1",
		     "--port=1", "--port=1", "--port=1", "--port=1", "--port=1", "--port=1",
		     "--port=1", "--port=1", "--port=1", "--port=1", "--port=1", "--port=1",
		     "--port=1", "--port=1", "--port=1");
}

static void test_operands(void **state attr_unused)
{
	static const char *const expected[] = {"one", "-", "two", "--flag", "--", "three"};

	good("one", "--flag", "-", "-s", "x", "two", "--number=99", "--", "--flag", "--", "three")
	{
		assert_good(line);
		assert_int_equal(line->options.operands.count, 6);
		for (size_t i = 0; i < 6; i++)
			assert_string_equal(line->options.operands.words[i], expected[i]);
		assert_string_equal(line->options.string, "x");
		assert_int_equal(line->options.number.value, 99);
	}
	with(&needing, "name", "1500")
	{
		assert_good(line);
		assert_string_equal(line->options.file, "name");
		assert_int_equal(line->options.number.value, 1500);
	}
	with(&changing, "eth0", "tso=on", "-v", "gro=off")
	{
		assert_good(line);
		assert_string_equal(line->options.file, "eth0");
		assert_int_equal(line->options.operands.count, 2);
		assert_string_equal(line->options.operands.words[1], "gro=off");
	}
}

static void test_operand_mistakes(void **state attr_unused)
{
	assert_wrong(&needing, "missing operand FILE", NULL);
	assert_wrong(&needing, "missing operand FILE", "-q", "--");
	assert_wrong(&needing, "unexpected operand \"three\"", "one", "2", "three", "four");
	assert_wrong(&needing, "N: \"two\" is not a whole number", "one", "two");
	assert_wrong(&changing, "missing operand CHANGE", "eth0");
}

static void test_number_mistakes(void **state attr_unused)
{
	static const char *const junk[] = {"",	  "-1",	 "+70",	 " 70", "70 ", "0x50",
					   "1e3", "70k", "7\t0", "1.5", "\n"};
	char message[80];

	for (size_t i = 0; i < array_size(junk); i++) {
		snprintf(message, sizeof(message), "--number: \"%s\" is not a whole number",
			 junk[i]);
		assert_wrong(&command, message, "--number", junk[i]);
	}
	assert_wrong(&command, "--number: 67 is out of range (68 to 65535)", "--number=67");
	assert_wrong(&command, "-n: 65536 is out of range (68 to 65535)", "-n65536");
	assert_wrong(&command, "--unlimited: 0 is out of range (at least 1)", "--unlimited=0");
	assert_wrong(&command, "--unlimited: 18446744073709551616 is out of range (at least 1)",
		     "--unlimited=18446744073709551616");
	assert_wrong(&command, "--optional: \"x\" is not a whole number", "--optional=x");
	assert_wrong(&command, "--optional: \"\" is not a whole number", "--optional=");
	good("--unlimited=18446744073709551615", "--number=0068")
	{
		assert_good(line);
		assert_true(line->options.unlimited.value == UINT64_MAX);
		assert_int_equal(line->options.number.value, 68);
	}
}

static void test_value_mistakes(void **state attr_unused)
{
	assert_wrong(&command, "--number needs a value: --number=N", "--number");
	assert_wrong(&command, "-s needs a value: -s TEXT", "-as");
	assert_wrong(&command, "--flag takes no value", "--flag=yes");
	assert_wrong(&command, "--verbose takes no value", "--verbose=2");
	assert_wrong(&command, "--choice: unknown value \"warn\"; did you mean \"warning\"?",
		     "--choice=warn");
	assert_wrong(&command, "--choice: unknown value \"erorr\"; did you mean \"error\"?",
		     "--choice=erorr");
	assert_wrong(&command, "--choice: unknown value \"\"; choose from note, warning, error",
		     "--choice=");
	assert_wrong(&command, "--color: unknown value \"alway\"; did you mean \"always\"?",
		     "--color", "alway");
}

static void test_unknown_options(void **state attr_unused)
{
	assert_wrong(&command, "unknown option \"--optoinal\"; did you mean \"--optional\"?",
		     "--optoinal");
	assert_wrong(&command, "unknown option \"--NUMBR\"; did you mean \"--number\"?",
		     "--NUMBR=3");
	assert_wrong(
		&command,
		"unknown option \"--flat\"; did you mean \"--flag\", \"--flaw\" or \"--flap\"?",
		"--flat");
	assert_wrong(&command, "unknown option \"--verbos\"; did you mean \"--verbose\"?",
		     "--verbos");
	/* Not taken as an abbreviation, but understood. */
	assert_wrong(&command, "unknown option \"--unlim\"; did you mean \"--unlimited\"?",
		     "--unlim=3");
	/* Nothing is near, or too much. */
	assert_wrong(&command, "unknown option \"--xyzzy\"", "--xyzzy");
	assert_wrong(&command, "unknown option \"--xlax\"", "--xlax");
	assert_wrong(&command, "unknown option \"--f\"", "--f");
	assert_wrong(&command, "unknown option \"--\"", "--=");
	/* An option that this command would refuse is no help. */
	assert_wrong(&needing, "unknown option \"--jsn\"", "--jsn");
}

static void test_unknown_letters(void **state attr_unused)
{
	assert_wrong(&command, "unknown option \"-x\"", "-x");
	assert_wrong(&command, "unknown option \"-x\" in \"-axb\"", "-axb");
	assert_wrong(&command, "unknown option \"-unlimited=3\"; did you mean \"--unlimited\"?",
		     "-unlimited=3");
	assert_wrong(&command, "unknown option \"-a\xc3\xa9\"", "-a\xc3\xa9");
}

/* A message must not be filled up by a word, nor end in half of a character. */
static void test_long_words(void **state attr_unused)
{
	char word[3 * 200 + 4] = "--x";

	for (size_t i = 0; i < 200; i++)
		memcpy(word + 3 + 3 * i, "\xe2\x82\xac", 4);
	good(word)
	{
		const char *dots = strstr(line->err.text, "...");

		assert_int_equal(line->result, -1);
		assert_non_null(dots);
		assert_true(strlen(line->err.text) < 100);
		assert_memory_equal(dots - 3, "\xe2\x82\xac", 3);
	}
}

static void test_globals_behind(void **state attr_unused)
{
	good("x", "--json", "-qvv", "--color=never", "-v")
	{
		assert_good(line);
		assert_true(line->globals.json && line->globals.quiet);
		assert_int_equal(line->globals.verbose, 3);
		assert_int_equal(line->globals.color, COLOR_NEVER);
	}
	assert_wrong(&command, "this command does not take --jsonl", "--jsonl");
	assert_wrong(&command, "this command does not take --netns", "--netns", "blue");
	assert_wrong(&command, "this command does not take --replay", "--replay=file");
	assert_wrong(&needing, "this command does not take --json", "x", "--json");
}

static void test_json_once(void **state attr_unused)
{
	struct command both = command;

	both.flags = COMMAND_JSON | COMMAND_JSONL;
	assert_wrong(&both, "--json and --jsonl exclude each other", "--json", "--jsonl");
	with(&both, "--jsonl")
	{
		assert_good(line);
		assert_true(line->globals.jsonl);
	}
}

static void test_globals_before(void **state attr_unused)
{
	struct line line = {0};

	fill(line.argv, "-v", "--color", "always", "--json", "test", "--flag", "-v", NULL);
	assert_int_equal(parse_globals(line.argv, &line.globals, &line.err), 4);
	assert_string_equal(line.argv[4], "test");
	assert_int_equal(line.globals.color, COLOR_ALWAYS);
	assert_true(line.globals.json);
	line.result =
		parse_command(&command, line.argv + 5, &line.globals, &line.options, &line.err);
	assert_good(&line);
	assert_int_equal(line.globals.verbose, 2);
	/* What was said before the command is judged by the command. */
	fill(line.argv, "word", NULL);
	line.result = parse_command(&needing, line.argv, &line.globals, &line.options, &line.err);
	assert_int_equal(line.result, -1);
	assert_string_equal(line.err.text, "this command does not take --json");
}

static void test_globals_end(void **state attr_unused)
{
	struct line line = {0};

	assert_int_equal(parse_globals(line.argv, &line.globals, &line.err), 0);
	fill(line.argv, "-q", "--", "-x", NULL);
	assert_int_equal(parse_globals(line.argv, &line.globals, &line.err), 2);
	fill(line.argv, "--flag", NULL);
	assert_int_equal(parse_globals(line.argv, &line.globals, &line.err), -1);
	assert_string_equal(line.err.text, "unknown option \"--flag\"");
}

/* Who asks for help gets it, whatever else is wrong behind it. */
static void test_help_first(void **state attr_unused)
{
	with(&needing, "-h", "--nonsense")
	{
		assert_good(line);
		assert_true(line->globals.help);
	}
	with(&needing, "--version")
	{
		assert_good(line);
		assert_true(line->globals.version);
	}
	with(&needing, "--json", "--help")
	{
		assert_good(line);
	}
	assert_wrong(&needing, "unknown option \"--nonsense\"", "--nonsense", "--help");
}

static void test_command_lookup(void **state attr_unused)
{
	struct err err = {0};

	assert_ptr_equal(command_lookup(list, "needing", &err), &needing);
	assert_ptr_equal(command_lookup(list, "hiddem", &err), &hidden);
	assert_int_equal(err.code, ERR_NONE);
	assert_null(command_lookup(list, "tset", &err));
	assert_string_equal(err.text, "unknown command \"tset\"; did you mean \"test\"?");
	assert_null(command_lookup(list, "hidden", &err));
	assert_string_equal(err.text, "unknown command \"hidden\"");
	assert_int_equal(err.code, ERR_USAGE);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),	cmocka_unit_test(test_long_options),
		cmocka_unit_test(test_short_options),	cmocka_unit_test(test_optional_number),
		cmocka_unit_test(test_last_one_wins),	cmocka_unit_test(test_repeated_numbers),
		cmocka_unit_test(test_operands),	cmocka_unit_test(test_operand_mistakes),
		cmocka_unit_test(test_number_mistakes), cmocka_unit_test(test_value_mistakes),
		cmocka_unit_test(test_unknown_options), cmocka_unit_test(test_unknown_letters),
		cmocka_unit_test(test_long_words),	cmocka_unit_test(test_globals_behind),
		cmocka_unit_test(test_json_once),	cmocka_unit_test(test_globals_before),
		cmocka_unit_test(test_globals_end),	cmocka_unit_test(test_help_first),
		cmocka_unit_test(test_command_lookup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
