/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does a table of fields give the JSON that it promises, for every type and without memory too?
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "lib/model/finding.h"
#include "lib/out/record.h"

struct leaf {
	uint32_t number;
	const char *string;
};

/* What a map has for each of its keys. */
struct entry {
	bool first;
	const char *key;
	uint32_t second;
};

struct sample {
	bool flag;
	uint16_t small;
	uint32_t medium;
	uint64_t large;
	int64_t nanoseconds;
	const char *string;
	uint8_t name;
	struct leaf embedded;
	const struct leaf *pointer;
	const struct leaf *leaves;
	size_t nleaves;
	const char *const *strings;
	size_t nstrings;
	uint64_t counts[3];
	const struct fact *facts;
	size_t nfacts;
	const uint32_t *numbers;
	size_t nnumbers;
	const struct entry *entries;
	size_t nentries;
};

static const char *const fruits[] = {"apple", "pear", "plum", NULL};

static const struct field leaf_fields[] = {
	{.key = "number", .type = FIELD_U32, .offset = offsetof(struct leaf, number)},
	{.key = "string", .type = FIELD_STRING, .offset = offsetof(struct leaf, string)},
	FIELD_END,
};

static const struct record leaf_record = {"leaf", sizeof(struct leaf), leaf_fields};

static const struct field entry_fields[] = {
	{.key = "key", .type = FIELD_STRING, .offset = offsetof(struct entry, key)},
	{.key = "first", .type = FIELD_BOOL, .offset = offsetof(struct entry, first)},
	{.key = "second", .type = FIELD_U32, .offset = offsetof(struct entry, second)},
	FIELD_END,
};

static const struct record entry_record = {"entry", sizeof(struct entry), entry_fields};

/* One field of struct sample; what else its type needs comes behind. */
#define FIELD(name, kind, member, ...)                                                            \
	{                                                                                         \
		.key = name, .type = kind, .offset = offsetof(struct sample, member), __VA_ARGS__ \
	}
#define COUNT(member) .count_offset = offsetof(struct sample, member)

static const struct field full_fields[] = {
	FIELD("flag", FIELD_BOOL, flag),
	FIELD("small", FIELD_U16, small),
	FIELD("medium", FIELD_U32, medium),
	FIELD("large", FIELD_U64, large),
	FIELD("seconds", FIELD_SECONDS, nanoseconds),
	FIELD("string", FIELD_STRING, string),
	FIELD("name", FIELD_NAME, name, .names = fruits),
	FIELD("embedded", FIELD_RECORD, embedded, .record = &leaf_record),
	FIELD("pointer", FIELD_RECORD_PTR, pointer, .record = &leaf_record),
	FIELD("leaves", FIELD_LIST, leaves, .record = &leaf_record, COUNT(nleaves)),
	FIELD("strings", FIELD_STRINGS, strings, COUNT(nstrings)),
	FIELD("counts", FIELD_COUNTS, counts, .names = fruits),
	FIELD("facts", FIELD_FACTS, facts, COUNT(nfacts)),
	FIELD("numbers", FIELD_NUMBERS, numbers, COUNT(nnumbers)),
	FIELD("entries", FIELD_MAP, entries, .record = &entry_record, COUNT(nentries)),
	FIELD_END,
};

static const struct record full_record = {"full", sizeof(struct sample), full_fields};

/* The same fields, where all is left out that may be. */
struct lean {
	struct field fields[array_size(full_fields)];
	struct record record;
};

static void lean_init(struct lean *lean)
{
	memcpy(lean->fields, full_fields, sizeof(full_fields));
	for (size_t i = 0; i < array_size(lean->fields); i++)
		lean->fields[i].flags = FIELD_SKIP_ZERO | FIELD_ONLY_NONZERO;
	lean->record = (struct record){"lean", sizeof(struct sample), lean->fields};
}

static const struct leaf leaves[] = {{1, "one"}, {2, NULL}, {3, "three"}};
static const char *const words[] = {"first", NULL, "third"};
static const struct fact facts[] = {
	{"frames", "frames", FACT_NUMBER, .number = 12},
	{"share", "%", FACT_REAL, .real = 99.3},
	{"whole", "", FACT_BOOL, .number = 1},
	{"origin", "", FACT_STRING, .string = "gro"},
	{"ratio", "", FACT_REAL, .real = INFINITY},
};

static const uint32_t numbers[] = {3, 0, 4294967295u};
static const struct entry entries[] = {{true, "tx-a", 0}, {false, "a \"b\"", 7}};

static const struct sample sample = {
	.flag = true,
	.small = 65535,
	.medium = 4294967295u,
	.large = INT64_MAX,
	.nanoseconds = 1234567891,
	.string = "a \"quoted\" \\ string",
	.name = 2,
	.embedded = {7, "inside"},
	.pointer = &leaves[0],
	.leaves = leaves,
	.nleaves = 3,
	.strings = words,
	.nstrings = 3,
	.counts = {5, 0, 6},
	.facts = facts,
	.nfacts = 5,
	.numbers = numbers,
	.nnumbers = 3,
	.entries = entries,
	.nentries = 2,
};

static const char sample_text[] = "{\n"
				  "  \"flag\": true,\n"
				  "  \"small\": 65535,\n"
				  "  \"medium\": 4294967295,\n"
				  "  \"large\": 9223372036854775807,\n"
				  "  \"seconds\": 1.234567891,\n"
				  "  \"string\": \"a \\\"quoted\\\" \\\\ string\",\n"
				  "  \"name\": \"plum\",\n"
				  "  \"embedded\": {\n"
				  "    \"number\": 7,\n"
				  "    \"string\": \"inside\"\n"
				  "  },\n"
				  "  \"pointer\": {\n"
				  "    \"number\": 1,\n"
				  "    \"string\": \"one\"\n"
				  "  },\n"
				  "  \"leaves\": [\n"
				  "    {\n"
				  "      \"number\": 1,\n"
				  "      \"string\": \"one\"\n"
				  "    },\n"
				  "    {\n"
				  "      \"number\": 2,\n"
				  "      \"string\": null\n"
				  "    },\n"
				  "    {\n"
				  "      \"number\": 3,\n"
				  "      \"string\": \"three\"\n"
				  "    }\n"
				  "  ],\n"
				  "  \"strings\": [\n"
				  "    \"first\",\n"
				  "    null,\n"
				  "    \"third\"\n"
				  "  ],\n"
				  "  \"counts\": {\n"
				  "    \"apple\": 5,\n"
				  "    \"pear\": 0,\n"
				  "    \"plum\": 6\n"
				  "  },\n"
				  "  \"facts\": {\n"
				  "    \"frames\": 12,\n"
				  "    \"share\": 99.3,\n"
				  "    \"whole\": true,\n"
				  "    \"origin\": \"gro\",\n"
				  "    \"ratio\": null\n"
				  "  },\n"
				  "  \"numbers\": [\n"
				  "    3,\n"
				  "    0,\n"
				  "    4294967295\n"
				  "  ],\n"
				  "  \"entries\": {\n"
				  "    \"tx-a\": {\n"
				  "      \"first\": true,\n"
				  "      \"second\": 0\n"
				  "    },\n"
				  "    \"a \\\"b\\\"\": {\n"
				  "      \"first\": false,\n"
				  "      \"second\": 7\n"
				  "    }\n"
				  "  }\n"
				  "}";

static void assert_json(const struct record *record, const void *data, const char *wanted)
{
	struct text out = {0};
	struct err err = {0};

	assert_int_equal(record_to_json(record, data, &out, &err), 0);
	assert_string_equal(out.chars, wanted);
	assert_int_equal(out.length, strlen(wanted));
	assert_int_equal(err.code, ERR_NONE);
	text_free(&out);
}

static void assert_jsonl(const struct record *record, const void *data, const char *wanted)
{
	struct text out = {0};
	struct err err = {0};

	assert_int_equal(record_to_jsonl(record, data, &out, &err), 0);
	assert_string_equal(out.chars, wanted);
	text_free(&out);
}

static void test_every_type(void **state)
{
	(void)state;
	assert_json(&full_record, &sample, sample_text);
}

static void test_line(void **state)
{
	(void)state;
	assert_jsonl(&leaf_record, &leaves[0],
		     "{\"type\":\"leaf\",\"number\":1,\"string\":\"one\"}\n");
}

static void test_all_zero(void **state)
{
	struct sample zero = {0};

	(void)state;
	assert_jsonl(&full_record, &zero,
		     "{\"type\":\"full\",\"flag\":false,\"small\":0,\"medium\":0,\"large\":0,"
		     "\"seconds\":0.0,\"string\":null,\"name\":\"apple\","
		     "\"embedded\":{\"number\":0,\"string\":null},\"pointer\":null,\"leaves\":[],"
		     "\"strings\":[],\"counts\":{\"apple\":0,\"pear\":0,\"plum\":0},"
		     "\"facts\":{},\"numbers\":[],\"entries\":{}}\n");
}

static void test_zero_left_out(void **state)
{
	struct sample zero = {0};
	struct lean lean;

	(void)state;
	lean_init(&lean);
	assert_jsonl(&lean.record, &zero,
		     "{\"type\":\"lean\",\"embedded\":{\"number\":0,\"string\":null}}\n");
	zero.string = "";
	zero.counts[1] = 9;
	assert_jsonl(&lean.record, &zero,
		     "{\"type\":\"lean\",\"string\":\"\","
		     "\"embedded\":{\"number\":0,\"string\":null},\"counts\":{\"pear\":9}}\n");
}

/* What is not zero stays, whatever the flags say. */
static void test_nothing_else_left_out(void **state)
{
	static const char *const keys[] = {"flag",     "small",	 "medium",  "large",   "seconds",
					   "string",   "name",	 "pointer", "leaves",  "strings",
					   "embedded", "counts", "facts",   "numbers", "entries"};
	struct text out = {0};
	struct err err = {0};
	struct lean lean;
	json_t *root;

	(void)state;
	lean_init(&lean);
	assert_int_equal(record_to_json(&lean.record, &sample, &out, &err), 0);
	root = json_loads(out.chars, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	for (size_t i = 0; i < array_size(keys); i++)
		assert_non_null(json_object_get(root, keys[i]));
	assert_int_equal(json_object_size(root), array_size(keys));
	json_decref(root);
	text_free(&out);
}

/* Members whose presence is a bit, not their value. */
struct optional {
	uint32_t has, number;
	bool flag;
};

static const struct field optional_fields[] = {
	{.key = "number",
	 .type = FIELD_U32,
	 .offset = offsetof(struct optional, number),
	 .has = 1 << 3,
	 .has_offset = offsetof(struct optional, has)},
	{.key = "flag",
	 .type = FIELD_BOOL,
	 .offset = offsetof(struct optional, flag),
	 .has = 1 << 1 | 1 << 2,
	 .has_offset = offsetof(struct optional, has)},
	FIELD_END,
};

static const struct record optional_record = {"optional", sizeof(struct optional), optional_fields};

static void test_absent_is_not_zero(void **state)
{
	static const struct {
		struct optional data;
		const char *line;
	} cases[] = {
		{{0, 7, true}, "{\"type\":\"optional\"}\n"},
		{{1 << 3, 0, true}, "{\"type\":\"optional\",\"number\":0}\n"},
		{{1 << 2, 7, false}, "{\"type\":\"optional\",\"flag\":false}\n"},
		{{~0u, 7, true}, "{\"type\":\"optional\",\"number\":7,\"flag\":true}\n"},
	};

	(void)state;
	for (size_t i = 0; i < array_size(cases); i++)
		assert_jsonl(&optional_record, &cases[i].data, cases[i].line);
}

/* A sink that keeps all, and one that fails the second time. */
struct kept {
	struct text all;
	size_t parts, most, limit;
};

static int keep(struct text *out, void *data, struct err *err)
{
	struct kept *kept = data;

	kept->parts++;
	if (kept->parts > kept->limit)
		return err_set(err, ERR_SYSTEM, "no space left");
	if (out->length > kept->most)
		kept->most = out->length;
	text_add_bytes(&kept->all, out->chars, out->length);
	text_clear(out);
	return 0;
}

#define MANY 20000

struct many {
	struct leaf *leaves;
	size_t count;
};

static const struct field many_fields[] = {
	{.key = "leaves",
	 .type = FIELD_LIST,
	 .offset = offsetof(struct many, leaves),
	 .record = &leaf_record,
	 .count_offset = offsetof(struct many, count)},
	FIELD_END,
};

static const struct record many_record = {"many", sizeof(struct many), many_fields};

static struct many many_init(void)
{
	struct many many = {calloc(MANY, sizeof(struct leaf)), MANY};

	assert_non_null(many.leaves);
	for (size_t i = 0; i < MANY; i++)
		many.leaves[i] = (struct leaf){(uint32_t)i, "some words"};
	return many;
}

static void test_stream(void **state)
{
	struct many many = many_init();
	struct kept kept = {.limit = SIZE_MAX};
	struct text whole = {0}, part = {0};
	const struct record_stream stream = {&part, keep, &kept};
	struct err err = {0};

	(void)state;
	assert_int_equal(record_to_json(&many_record, &many, &whole, &err), 0);
	assert_int_equal(record_stream_json(&many_record, &many, &stream, &err), 0);
	assert_true(kept.parts > 3);
	assert_true(kept.most < whole.length / 3);
	text_add_bytes(&kept.all, part.chars, part.length);
	assert_string_equal(kept.all.chars, whole.chars);
	text_free(&kept.all);
	text_free(&part);
	text_free(&whole);
	free(many.leaves);
}

/* What the sink says of its failure is what the caller hears, at once. */
static void test_stream_that_breaks(void **state)
{
	struct many many = many_init();
	struct kept kept = {.limit = 1};
	struct text part = {0};
	const struct record_stream stream = {&part, keep, &kept};
	struct err err = {0};

	(void)state;
	assert_int_equal(record_stream_json(&many_record, &many, &stream, &err), -1);
	assert_int_equal(err.code, ERR_SYSTEM);
	assert_string_equal(err.text, "no space left");
	assert_int_equal(kept.parts, 2);
	text_free(&kept.all);
	text_free(&part);
	free(many.leaves);
}

static void test_appends(void **state)
{
	struct text out = {0};
	struct err err = {0};

	(void)state;
	text_add(&out, "before ");
	assert_int_equal(record_to_jsonl(&leaf_record, &leaves[1], &out, &err), 0);
	assert_int_equal(record_to_jsonl(&leaf_record, &leaves[2], &out, &err), 0);
	assert_string_equal(out.chars, "before {\"type\":\"leaf\",\"number\":2,\"string\":null}\n"
				       "{\"type\":\"leaf\",\"number\":3,\"string\":\"three\"}\n");
	text_free(&out);
}

static void test_numbers_at_the_edge(void **state)
{
	struct sample edge = {.large = UINT64_MAX, .name = 3};
	struct lean lean;

	(void)state;
	lean_init(&lean);
	assert_jsonl(&lean.record, &edge,
		     "{\"type\":\"lean\",\"large\":9223372036854775807,\"name\":null,"
		     "\"embedded\":{\"number\":0,\"string\":null}}\n");
	edge = (struct sample){.large = (uint64_t)INT64_MAX + 1, .name = 255};
	assert_jsonl(&lean.record, &edge,
		     "{\"type\":\"lean\",\"large\":9223372036854775807,\"name\":null,"
		     "\"embedded\":{\"number\":0,\"string\":null}}\n");
}

/* Seconds show what the nanoseconds say and not how a double is stored. */
static void test_seconds(void **state)
{
	static const struct field fields[] = {{.key = "s", .type = FIELD_SECONDS}, FIELD_END};
	static const struct record record = {"t", sizeof(int64_t), fields};
	static const struct {
		int64_t nanoseconds;
		const char *text;
	} cases[] = {
		{1234567891, "1.234567891"},
		{9990000001, "9.990000001"},
		{100000000, "0.1"},
		{300000000, "0.3"},
		{999999999, "0.999999999"},
		{1000000000, "1.0"},
		{123456789, "0.123456789"},
		{-1500000000, "-1.5"},
		{86399999999999, "86399.999999999"},
		{999999123456789, "999999.123456789"},
		{1700000000123456789, "1700000000.12346"},
	};

	(void)state;
	for (size_t i = 0; i < array_size(cases); i++) {
		char wanted[64];

		snprintf(wanted, sizeof(wanted), "{\"type\":\"t\",\"s\":%s}\n", cases[i].text);
		assert_jsonl(&record, &cases[i].nanoseconds, wanted);
	}
}

#define BAD "\xef\xbf\xbd"

/* Read back, as writers differ in how they escape; but no byte may act on a terminal. */
static void assert_string_becomes(const char *bytes, const char *wanted)
{
	struct leaf leaf = {0, bytes};
	struct text out = {0};
	struct err err = {0};
	json_t *root;

	assert_int_equal(record_to_jsonl(&leaf_record, &leaf, &out, &err), 0);
	for (size_t i = 0; i < out.length - 1; i++)
		assert_in_range(out.chars[i], 0x20, 0x7e);
	root = json_loads(out.chars, 0, NULL);
	assert_non_null(root);
	assert_string_equal(json_string_value(json_object_get(root, "string")), wanted);
	json_decref(root);
	text_free(&out);
}

static void test_strings_from_outside(void **state)
{
	static const char *const cases[][2] = {
		{"", ""},
		{"\x01\x1b[31m\n\t", "\x01\x1b[31m\n\t"},
		{"caf\xc3\xa9 \xe2\x82\xac", "caf\xc3\xa9 \xe2\x82\xac"},
		{"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
		{"\xc2\x9b", "\xc2\x9b"},	  /* C1: CSI */
		{"\xe2\x80\xae", "\xe2\x80\xae"}, /* right-to-left override */
		{"\xc2\x80\xdf\xbf\xe0\xa0\x80", "\xc2\x80\xdf\xbf\xe0\xa0\x80"},
		{"\xed\x9f\xbf\xee\x80\x80", "\xed\x9f\xbf\xee\x80\x80"},
		{"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"},
		{"a\x80z", "a" BAD "z"},	       /* continuation alone */
		{"\xff\xfe", BAD BAD},		       /* never in UTF-8 */
		{"\xc0\x80\xc1\xbf", BAD BAD BAD BAD}, /* overlong */
		{"\xe0\x9f\xbf", BAD BAD BAD},
		{"\xf0\x8f\xbf\xbf", BAD BAD BAD BAD},
		{"\xed\xa0\x80\xed\xbf\xbf", BAD BAD BAD BAD BAD BAD}, /* surrogates */
		{"\xf4\x90\x80\x80", BAD BAD BAD BAD},		       /* above U+10FFFF */
		{"\xf5\x80\x80\x80", BAD BAD BAD BAD},
		{"\xe2\x82", BAD BAD}, /* cut short by the end */
		{"\xe2\x82y", BAD BAD "y"},
		{"\xf0\x9f\x98\xc3\xa9", BAD BAD BAD "\xc3\xa9"},
	};

	(void)state;
	for (size_t i = 0; i < array_size(cases); i++)
		assert_string_becomes(cases[i][0], cases[i][1]);
}

/* What a reader gets back is what was in the struct. */
static void test_read_back(void **state)
{
	const char *one, *three, *string;
	struct text out = {0};
	struct err err = {0};
	double seconds, share;
	json_int_t large, seven, plum;
	json_t *root, *nothing;

	(void)state;
	assert_int_equal(record_to_json(&full_record, &sample, &out, &err), 0);
	root = json_loads(out.chars, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	assert_int_equal(json_unpack(root, "{s:I, s:f, s:s, s:{s:I}, s:[{s:s}, {s:o}, {s:s}]}",
				     "large", &large, "seconds", &seconds, "string", &string,
				     "embedded", "number", &seven, "leaves", "string", &one,
				     "string", &nothing, "string", &three),
			 0);
	assert_int_equal(json_unpack(root, "{s:{s:I}, s:{s:f}}", "counts", "plum", &plum, "facts",
				     "share", &share),
			 0);
	assert_true(large == INT64_MAX);
	assert_true(seconds == 1.234567891);
	assert_string_equal(string, sample.string);
	assert_int_equal(seven, 7);
	assert_string_equal(one, "one");
	assert_true(json_is_null(nothing));
	assert_string_equal(three, "three");
	assert_int_equal(plum, 6);
	assert_true(share == 99.3);
	json_decref(root);
	text_free(&out);
}

/* The next allocation but this many fails, here or in jansson; SIZE_MAX for none. */
static size_t allocations_left = SIZE_MAX;

static bool allocation_fails(void)
{
	return allocations_left != SIZE_MAX && allocations_left-- == 0;
}

void *__real_realloc(void *old, size_t size);
void *__wrap_realloc(void *old, size_t size);

void *__wrap_realloc(void *old, size_t size)
{
	return allocation_fails() ? NULL : __real_realloc(old, size);
}

static void *jansson_malloc(size_t size)
{
	return allocation_fails() ? NULL : malloc(size);
}

static int restore_allocations(void **state)
{
	(void)state;
	allocations_left = SIZE_MAX;
	json_set_alloc_funcs(malloc, free);
	return 0;
}

typedef int writer(const struct record *record, const void *data, struct text *out,
		   struct err *err);

/*
 * Write @data behind @before as often as there are allocations, where one fails each time; returns
 * how many there are. A failure must be clean; leaks are for the sanitizer to find.
 */
static size_t fail_each_allocation(writer *write, const struct record *record, const void *data,
				   const char *before)
{
	for (size_t n = 0;; n++) {
		struct text out = {0};
		struct err err = {0};
		bool failed;
		int status;

		text_add(&out, before);
		allocations_left = n;
		status = write(record, data, &out, &err);
		failed = allocations_left == SIZE_MAX;
		allocations_left = SIZE_MAX;
		assert_int_equal(status, failed ? -1 : 0);
		assert_int_equal(err.code, failed ? ERR_MEMORY : ERR_NONE);
		if (failed)
			assert_string_equal(out.chars, before);
		assert_int_equal(out.length, strlen(out.chars));
		text_free(&out);
		if (!failed)
			return n;
	}
}

static void test_without_memory(void **state)
{
	(void)state;
	json_set_alloc_funcs(jansson_malloc, free);
	/* Of jansson for three strings with quotes and for the fractions, and of the text itself. */
	assert_true(fail_each_allocation(record_to_json, &full_record, &sample, "x") > 5);
	assert_true(fail_each_allocation(record_to_jsonl, &full_record, &sample, "x") > 5);
}

/* The text in front decides where in the line the memory must grow, if only for its newline. */
static void test_without_memory_anywhere_in_the_line(void **state)
{
	char before[256] = "";

	(void)state;
	json_set_alloc_funcs(jansson_malloc, free);
	for (size_t length = 0; length < sizeof(before) - 1; length++) {
		fail_each_allocation(record_to_jsonl, &leaf_record, &leaves[0], before);
		before[length] = 'x';
	}
}

/* A text that failed before is not written to, and that is said. */
static void test_failed_text(void **state)
{
	struct text out = {.failed = true};
	struct err err = {0};

	(void)state;
	assert_int_equal(record_to_json(&leaf_record, &leaves[0], &out, &err), -1);
	assert_int_equal(err.code, ERR_MEMORY);
	assert_null(out.chars);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_type),
		cmocka_unit_test(test_line),
		cmocka_unit_test(test_all_zero),
		cmocka_unit_test(test_zero_left_out),
		cmocka_unit_test(test_nothing_else_left_out),
		cmocka_unit_test(test_absent_is_not_zero),
		cmocka_unit_test(test_stream),
		cmocka_unit_test(test_stream_that_breaks),
		cmocka_unit_test(test_appends),
		cmocka_unit_test(test_numbers_at_the_edge),
		cmocka_unit_test(test_seconds),
		cmocka_unit_test(test_strings_from_outside),
		cmocka_unit_test(test_read_back),
		cmocka_unit_test_teardown(test_without_memory, restore_allocations),
		cmocka_unit_test_teardown(test_without_memory_anywhere_in_the_line,
					  restore_allocations),
		cmocka_unit_test(test_failed_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
