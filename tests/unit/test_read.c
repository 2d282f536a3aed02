/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does a struct come back from the JSON that was made of it, and does other JSON do no harm?
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/model/finding.h"
#include "lib/out/device.h"
#include "lib/out/read.h"

struct leaf {
	const char *key;
	uint32_t number;
	bool flag;
};

struct sample {
	uint32_t has;
	bool flag;
	uint16_t small;
	uint32_t medium;
	uint64_t large;
	int64_t nanoseconds;
	const char *string;
	uint8_t name;
	struct leaf embedded;
	struct leaf *pointer;
	struct leaf *leaves, *entries;
	size_t nleaves, nentries;
	const char **strings;
	size_t nstrings;
	uint32_t *numbers;
	size_t nnumbers;
	uint64_t counts[3];
	struct fact *facts;
	size_t nfacts;
};

static const char *const fruits[] = {"apple", "pear", "plum", NULL};

static const struct field leaf_fields[] = {
	{.key = "key", .type = FIELD_STRING, .offset = offsetof(struct leaf, key)},
	{.key = "number", .type = FIELD_U32, .offset = offsetof(struct leaf, number)},
	{.key = "flag", .type = FIELD_BOOL, .offset = offsetof(struct leaf, flag)},
	FIELD_END,
};
static const struct record leaf_record = {"leaf", sizeof(struct leaf), leaf_fields};

#define FIELD(name, kind, member, ...)                                                            \
	{                                                                                         \
		.key = name, .type = kind, .offset = offsetof(struct sample, member), __VA_ARGS__ \
	}
#define COUNT(member) .count_offset = offsetof(struct sample, member)

static const struct field sample_fields[] = {
	FIELD("flag", FIELD_BOOL, flag),
	FIELD("small", FIELD_U16, small),
	FIELD("medium", FIELD_U32, medium, .has = 1 << 5,
	      .has_offset = offsetof(struct sample, has)),
	FIELD("large", FIELD_U64, large, .has = 1 << 6, .has_offset = offsetof(struct sample, has)),
	FIELD("seconds", FIELD_SECONDS, nanoseconds),
	FIELD("string", FIELD_STRING, string),
	FIELD("name", FIELD_NAME, name, .names = fruits),
	FIELD("embedded", FIELD_RECORD, embedded, .record = &leaf_record),
	FIELD("pointer", FIELD_RECORD_PTR, pointer, .record = &leaf_record),
	FIELD("leaves", FIELD_LIST, leaves, .record = &leaf_record, COUNT(nleaves)),
	FIELD("entries", FIELD_MAP, entries, .record = &leaf_record, COUNT(nentries)),
	FIELD("strings", FIELD_STRINGS, strings, COUNT(nstrings)),
	FIELD("numbers", FIELD_NUMBERS, numbers, COUNT(nnumbers)),
	FIELD("counts", FIELD_COUNTS, counts, .names = fruits),
	FIELD("facts", FIELD_FACTS, facts, COUNT(nfacts)),
	FIELD_END,
};
static const struct record sample_record = {"sample", sizeof(struct sample), sample_fields};

static int read_text(const struct record *record, const char *text, void *data, struct arena *arena,
		     struct err *err)
{
	const struct span span = {(const uint8_t *)text, strlen(text)};

	return record_from_json(record, span, data, arena, err);
}

static struct sample read_sample(const char *text, struct arena *arena)
{
	struct sample sample;
	struct err err = {0};

	if (read_text(&sample_record, text, &sample, arena, &err) < 0)
		fail_msg("%s: %s", text, err.text);
	return sample;
}

static void test_every_type(void **state)
{
	static const char text[] =
		"{\"flag\":true,\"small\":65535,\"medium\":4294967295,\"large\":9223372036854775807,"
		"\"seconds\":-4.239956421,\"string\":\"caf\\u00e9 \\\"x\\\"\",\"name\":\"plum\","
		"\"embedded\":{\"key\":\"in\",\"number\":7},\"pointer\":{\"number\":8},"
		"\"leaves\":[{\"number\":1},{\"key\":null,\"flag\":true}],"
		"\"entries\":{\"tx-a\":{\"number\":5},\"tx-b\":{\"flag\":true}},"
		"\"strings\":[\"one\",null],\"numbers\":[0,4294967295],"
		"\"counts\":{\"pear\":9},"
		"\"facts\":{\"frames\":12,\"share\":99.3,\"origin\":\"gro\",\"ratio\":null}}";
	struct arena arena = {0};
	struct sample s = read_sample(text, &arena);

	(void)state;
	assert_true(s.flag && s.small == 65535 && s.medium == UINT32_MAX);
	assert_true(s.large == INT64_MAX && s.nanoseconds == -4239956421);
	assert_string_equal(s.string, "caf\xc3\xa9 \"x\"");
	assert_int_equal(s.name, 2);
	assert_int_equal(s.has, 1 << 5 | 1 << 6);
	assert_string_equal(s.embedded.key, "in");
	assert_true(s.embedded.number == 7 && s.pointer->number == 8 && !s.pointer->key);
	assert_int_equal(s.nleaves, 2);
	assert_true(s.leaves[0].number == 1 && s.leaves[1].flag && !s.leaves[1].key);
	assert_int_equal(s.nentries, 2);
	assert_string_equal(s.entries[0].key, "tx-a");
	assert_string_equal(s.entries[1].key, "tx-b");
	assert_true(s.entries[0].number == 5 && s.entries[1].flag);
	assert_true(s.nstrings == 2 && !s.strings[1]);
	assert_string_equal(s.strings[0], "one");
	assert_true(s.nnumbers == 2 && s.numbers[0] == 0 && s.numbers[1] == UINT32_MAX);
	assert_true(s.counts[0] == 0 && s.counts[1] == 9 && s.counts[2] == 0);
	assert_int_equal(s.nfacts, 4);
	assert_string_equal(s.facts[0].key, "frames");
	assert_true(s.facts[0].type == FACT_NUMBER && s.facts[0].number == 12);
	assert_true(s.facts[1].type == FACT_REAL && s.facts[1].real == 99.3);
	assert_true(s.facts[2].type == FACT_STRING);
	assert_string_equal(s.facts[2].string, "gro");
	assert_string_equal(s.facts[2].unit, "");
	assert_true(s.facts[3].type == FACT_REAL && isnan(s.facts[3].real));
	arena_free(&arena);
}

/* What is not there is zero; what nobody knows is passed over; null is what it is written for. */
static void test_absent_unknown_null(void **state)
{
	struct arena arena = {0};
	struct sample s;

	(void)state;
	s = read_sample("{\"later\":{\"deep\":[1]},\"counts\":{\"cherry\":1}}", &arena);
	assert_true(!s.has && !s.flag && !s.string && !s.name && !s.pointer && !s.nleaves);
	s = read_sample("{\"medium\":0,\"string\":null,\"pointer\":null,\"name\":null,"
			"\"leaves\":[],\"entries\":{}}",
			&arena);
	assert_int_equal(s.has, 1 << 5);
	assert_true(!s.string && !s.pointer && s.name == UINT8_MAX && !s.nleaves && !s.nentries);
	arena_free(&arena);
}

static void test_refused(void **state)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{"[]", "an object is wanted"},
		{"{\"flag\":1}", "flag: true or false is wanted"},
		{"{\"small\":65536}", "small: a number from 0 to 65535 is wanted"},
		{"{\"small\":-1}", "small: a number from 0 to 65535 is wanted"},
		{"{\"medium\":1.0}", "medium: a number from 0 to 4294967295 is wanted"},
		{"{\"medium\":\"1\"}", "medium: a number from 0 to 4294967295 is wanted"},
		{"{\"medium\":null}", "medium: a number from 0 to 4294967295 is wanted"},
		{"{\"large\":-1}", "large: a number from 0 to 9223372036854775807 is wanted"},
		{"{\"seconds\":\"1\"}", "seconds: a number of seconds is wanted"},
		{"{\"seconds\":1e300}", "seconds: a number of seconds is wanted"},
		{"{\"string\":7}", "string: a string is wanted"},
		{"{\"name\":\"cherry\"}", "name: one of the words that nod writes there is wanted"},
		{"{\"name\":1}", "name: one of the words that nod writes there is wanted"},
		{"{\"embedded\":null}", "embedded: an object is wanted"},
		{"{\"embedded\":{\"number\":-1}}",
		 "embedded.number: a number from 0 to 4294967295 is wanted"},
		{"{\"pointer\":[]}", "pointer: an object is wanted"},
		{"{\"leaves\":{}}", "leaves: a list is wanted"},
		{"{\"leaves\":[{},{},{\"flag\":null}]}", "leaves[2].flag: true or false is wanted"},
		{"{\"leaves\":[{},7]}", "leaves[1]: an object is wanted"},
		{"{\"entries\":[]}", "entries: an object is wanted"},
		{"{\"entries\":{\"tx-a\":{\"flag\":0}}}",
		 "entries.tx-a.flag: true or false is wanted"},
		{"{\"strings\":7}", "strings: a list of strings is wanted"},
		{"{\"strings\":[\"a\",7]}", "strings[1]: a string is wanted"},
		{"{\"numbers\":{}}", "numbers: a list of numbers is wanted"},
		{"{\"numbers\":[0,4294967296]}",
		 "numbers[1]: a number from 0 to 4294967295 is wanted"},
		{"{\"counts\":[]}", "counts: an object of numbers is wanted"},
		{"{\"counts\":{\"plum\":-1}}",
		 "counts.plum: a number from 0 to 9223372036854775807 is wanted"},
		{"{\"facts\":[]}", "facts: an object is wanted"},
		{"{\"facts\":{\"a\":[1]}}", "facts.a: a number, a string, true or false is wanted"},
	};

	(void)state;
	for (size_t i = 0; i < array_size(cases); i++) {
		struct arena arena = {0};
		struct sample sample;
		struct err err = {0};

		if (!read_text(&sample_record, cases[i].text, &sample, &arena, &err))
			fail_msg("taken: %s", cases[i].text);
		assert_int_equal(err.code, ERR_FORMAT);
		assert_string_equal(err.text, cases[i].error);
		arena_free(&arena);
	}
}

/* What is no JSON, with the place where it stops being so. */
static void test_not_json(void **state)
{
	static const struct {
		const char *text, *place;
	} cases[] = {
		{"", "line 1, column 0: "},
		{"{", "line 1, column 1: "},
		{"{\n\"flag\": maybe}", "line 2, column 13: "},
		{"{} {}", "line 1, column 4: "},
		{"{\"flag\":true,\"flag\":true}", "line 1, column 1"},
		{"{\"large\":9223372036854775808}", "line 1, column 28: "},
		{"{\"string\":\"\\u0000\"}", "line 1, column 1"},
		{"{\"string\":\"\xff\"}", "line 1, column "},
	};

	(void)state;
	for (size_t i = 0; i < array_size(cases); i++) {
		struct arena arena = {0};
		struct sample sample;
		struct err err = {0};

		if (!read_text(&sample_record, cases[i].text, &sample, &arena, &err))
			fail_msg("taken: %s", cases[i].text);
		assert_int_equal(err.code, ERR_FORMAT);
		if (strncmp(err.text, cases[i].place, strlen(cases[i].place)) != 0)
			fail_msg("%s: %s", cases[i].text, err.text);
		arena_free(&arena);
	}
}

/* Brackets alone must not take the stack, nor empty objects the memory. */
static void test_bombs(void **state)
{
	size_t length = 4 * 1024 * 1024;
	char *text = malloc(length + 1);
	struct machine_report report;
	struct arena arena = {0};
	struct err err = {0};

	(void)state;
	assert_non_null(text);
	memset(text, '[', length);
	text[length] = '\0';
	assert_int_equal(read_text(&record_machine, text, &report, &arena, &err), -1);
	assert_int_equal(err.code, ERR_FORMAT);
	snprintf(text, length, "{\"devices\":[{}");
	for (size_t at = strlen(text); at + 5 < length; at += 3)
		memcpy(text + at, ",{}]}", 6);
	err = (struct err){0};
	assert_int_equal(read_text(&record_machine, text, &report, &arena, &err), -1);
	assert_int_equal(err.code, ERR_FORMAT);
	assert_string_equal(err.text, "lists that are far too long for the document");
	arena_free(&arena);
	free(text);
}

/* Text that breaks off anywhere is refused, not read beyond. */
static void test_every_prefix(void **state)
{
	static const char text[] = "{\"leaves\":[{\"number\":1}],\"facts\":{\"a\":1.5},"
				   "\"string\":\"caf\\u00e9\"}";

	(void)state;
	for (size_t length = 0; length < sizeof(text) - 1; length++) {
		uint8_t *copy = malloc(length ? length : 1);
		struct arena arena = {0};
		struct sample sample;
		struct err err = {0};

		assert_non_null(copy);
		memcpy(copy, text, length);
		assert_int_equal(record_from_json(&sample_record, (struct span){copy, length},
						  &sample, &arena, &err),
				 -1);
		arena_free(&arena);
		free(copy);
	}
}

/* Written, read and written again: the same text. */
static void test_there_and_back(void **state)
{
	static struct fact sizes[] = {{"gso_max_size", "bytes", FACT_NUMBER, .number = 65536}};
	static struct fact rings[] = {{"rx", "", FACT_NUMBER, .number = 0},
				      {"tcp_data_split", "", FACT_STRING, .string = "enabled"},
				      {"tx_push", "", FACT_BOOL, .number = 0},
				      {"rx_push", "", FACT_BOOL, .number = 1}};
	static struct feature_report features[] = {{"tx-a", true, false, true, false},
						   {"tx-b", false, false, false, true}};
	static uint32_t queues[] = {0, 3};
	static struct rss rss = {"toeplitz", queues, 2, 128};
	static struct tunnel_port ports[] = {{"vxlan", "vxlan0", 4789}, {"geneve", NULL, 6081}};
	static const char *uppers[] = {"br0", "vlan7"};
	static struct device_report devices[] = {
		{.name = "eth0",
		 .ifindex = 2,
		 .driver = "x\"y",
		 .has = DEVICE_HAS_FEATURES | DEVICE_HAS_MTU | DEVICE_HAS_FORWARDING4 |
			REPORT_HAS_TUNNEL_PORTS,
		 .operstate = 6,
		 .uppers = uppers,
		 .nuppers = 2,
		 .sizes = {sizes, 1},
		 .features = features,
		 .nfeatures = 2,
		 .details = {.rings = {rings, 4},
			     .rss = &rss,
			     .tunnel_ports = ports,
			     .ntunnel_ports = 1,
			     .missing_ports = ports + 1,
			     .nmissing_ports = 1}},
		{.name = "gone0", .netns = "blue", .ifindex = 7},
	};
	static struct softnet softnet[] = {{0, 5, 0, 1}};
	const struct machine_report report = {"6.18.0", true, softnet, 1, devices, 2};
	struct machine_report back;
	struct text once = {0}, twice = {0};
	struct arena arena = {0};
	struct err err = {0};

	(void)state;
	assert_int_equal(record_to_json(&record_machine, &report, &once, &err), 0);
	if (read_text(&record_machine, once.chars, &back, &arena, &err))
		fail_msg("%s", err.text);
	assert_int_equal(record_to_json(&record_machine, &back, &twice, &err), 0);
	assert_string_equal(twice.chars, once.chars);
	assert_int_equal(back.devices[0].has, devices[0].has);
	assert_int_equal(back.devices[0].details.rss->queues[1], 3);
	assert_int_equal(back.devices[1].has, 0);
	text_free(&once);
	text_free(&twice);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_type),     cmocka_unit_test(test_absent_unknown_null),
		cmocka_unit_test(test_refused),	       cmocka_unit_test(test_not_json),
		cmocka_unit_test(test_bombs),	       cmocka_unit_test(test_every_prefix),
		cmocka_unit_test(test_there_and_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
