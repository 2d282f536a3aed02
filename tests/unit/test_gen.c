/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Do the manual pages say what the tables say, without any text being taken for a macro?
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cmd/gen/gen.h"

static const char *const names[] = {"low", "Ar", NULL};

static const struct field inner_fields[] = {
	{.key = "size", .type = FIELD_U32, .help = "in bytes"},
	FIELD_END,
};
static const struct record inner = {.name = "part", .fields = inner_fields};

static const struct record outer;
static const struct field outer_fields[] = {
	{.key = "file", .type = FIELD_STRING, .help = ".hidden or not"},
	{.key = "level", .type = FIELD_NAME, .help = "how much", .names = names},
	{.key = "first", .type = FIELD_RECORD, .help = "the first part", .record = &inner},
	{.key = "parts", .type = FIELD_LIST, .help = "the others", .record = &inner},
	{.key = "next",
	 .type = FIELD_RECORD_PTR,
	 .help = "the one behind",
	 .record = &outer,
	 .flags = FIELD_SKIP_ZERO},
	FIELD_END,
};
static const struct record outer = {.name = "whole", .fields = outer_fields};

/**
 * struct capture - what a generator writes to @out
 */
struct capture {
	FILE *out;
	char *text;
	size_t length;
};

static void capture_start(struct capture *capture)
{
	capture->out = open_memstream(&capture->text, &capture->length);
	assert_non_null(capture->out);
}

static void capture_end(struct capture *capture, const char *expected)
{
	assert_int_equal(fclose(capture->out), 0);
	assert_string_equal(capture->text, expected);
	free(capture->text);
}

static void test_record(void **state attr_unused)
{
	struct capture capture;

	capture_start(&capture);
	gen_record(&outer, capture.out);
	capture_end(&capture, ".Bl -tag -width Ds -compact\n"
			      ".It Cm file Pq string or null\n"
			      "\\&.hidden or not.\n"
			      ".It Cm level Pq string\n"
			      "How much.\n"
			      "One of\n"
			      ".Ql \\&low ,\n"
			      ".Ql \\&Ar .\n"
			      ".It Cm first Pq object\n"
			      "The first part.\n"
			      "A\n"
			      ".Em part :\n"
			      ".Bl -tag -width Ds -compact\n"
			      ".It Cm size Pq number\n"
			      "In bytes.\n"
			      ".El\n"
			      ".It Cm parts Pq array of objects\n"
			      "The others.\n"
			      "Has the keys of a\n"
			      ".Em part ,\n"
			      "which are listed where it first appears.\n"
			      ".It Cm next Pq object\n"
			      "The one behind.\n"
			      "Absent if there is none.\n"
			      "Has the keys of a\n"
			      ".Em whole ,\n"
			      "which are listed where it first appears.\n"
			      ".El\n");
}

static void test_text(void **state attr_unused)
{
	struct capture capture;

	capture_start(&capture);
	mdoc_text("'x' is. See --mtu. .z at \\n, e.g. re-read -v", capture.out);
	capture_end(&capture, "\\&'x' is.\nSee \\-\\-mtu. .z at \\en, e.g. re-read \\-v");
}

static void test_sentences(void **state attr_unused)
{
	struct capture capture;

	capture_start(&capture);
	mdoc_sentence("print it", capture.out);
	mdoc_sentence("It is done.", capture.out);
	mdoc_sentence("", capture.out);
	capture_end(&capture, "Print it.\nIt is done.\n");
}

static void test_words(void **state attr_unused)
{
	struct capture capture;

	capture_start(&capture);
	mdoc_word("Ar", capture.out);
	putc(' ', capture.out);
	mdoc_word("a \"b\\-c", capture.out);
	capture_end(&capture, "\\&Ar a\\ \\(dqb\\e\\-c");
}

static void test_escape(void **state attr_unused)
{
	struct capture capture;

	capture_start(&capture);
	print_escaped("it's [a:b] \\", "\\[]:", capture.out);
	capture_end(&capture, "it'\\''s \\[a\\:b\\] \\\\");
}

/* Own options first, then the global ones that the command takes, each once. */
static void test_options(void **state attr_unused)
{
	static const struct param options[] = {{.name = "one", .type = PARAM_FLAG},
					       {.name = "two", .type = PARAM_FLAG},
					       PARAM_END};
	static const struct command command = {.name = "test", .options = options};
	struct capture capture;

	capture_start(&capture);
	for_each_option(&command, param) fprintf(capture.out, "%s ", param->name);
	capture_end(&capture, "one two color quiet help version ");
	capture_start(&capture);
	for_each_option(NULL, param) fprintf(capture.out, "%s ", param->name);
	capture_end(&capture,
		    "json jsonl netns all-netns record replay color quiet verbose help version ");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_record),	  cmocka_unit_test(test_text),
		cmocka_unit_test(test_sentences), cmocka_unit_test(test_words),
		cmocka_unit_test(test_escape),	  cmocka_unit_test(test_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
