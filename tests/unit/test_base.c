/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Do errors, arenas, texts and the bounded reader keep their contracts at the edges?
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/arena.h"
#include "lib/base/err.h"
#include "lib/base/span.h"
#include "lib/base/text.h"

/* --- err --- */

static void test_err_set(void **state)
{
	struct err err = {0};

	(void)state;
	assert_int_equal(err_set(&err, ERR_FORMAT, "record %d at byte %d", 7, 912), -1);
	assert_int_equal(err.code, ERR_FORMAT);
	assert_string_equal(err.text, "record 7 at byte 912");
}

static void test_err_set_errno(void **state)
{
	struct err err = {0};

	(void)state;
	errno = ENOENT;
	assert_int_equal(err_set_errno(&err, "%s", "a.pcap"), -1);
	assert_int_equal(err.code, ERR_SYSTEM);
	assert_string_equal(err.text, "a.pcap: No such file or directory");
	errno = EPIPE;
	err_set_errno(&err, "standard output");
	assert_int_equal(err.code, ERR_PIPE);
}

static void test_err_wrap(void **state)
{
	struct err err = {0};

	(void)state;
	err_set(&err, ERR_MEMORY, "inner");
	assert_int_equal(err_wrap(&err, "reading %s", "x"), -1);
	err_wrap(&err, "outer");
	assert_int_equal(err.code, ERR_MEMORY);
	assert_string_equal(err.text, "outer: reading x: inner");
}

/* Longer than the room for it: cut, never beyond, and the code stays. */
static void test_err_too_long(void **state)
{
	char lengthy[1000];
	struct err err = {0};

	(void)state;
	memset(lengthy, 'x', sizeof(lengthy) - 1);
	lengthy[sizeof(lengthy) - 1] = '\0';
	err_set(&err, ERR_USAGE, "%s", lengthy);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	err_wrap(&err, "%s", lengthy);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	errno = EPIPE;
	err_set_errno(&err, "%s", lengthy);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	assert_int_equal(err.code, ERR_PIPE);
}

/* --- arena --- */

static void assert_zeroed(const unsigned char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		assert_int_equal(bytes[i], 0);
}

/* Pieces are zeroed, aligned and do not overlap, whatever their sizes. */
static void test_arena_alloc(void **state)
{
	static const size_t sizes[] = {0, 1, 7, 8, 16, 17, 100, 4000, 16384, 100000, 3};
	struct arena arena = {0};
	unsigned char *pieces[20][array_size(sizes)];

	(void)state;
	for (size_t round = 0; round < 20; round++) {
		for (size_t i = 0; i < array_size(sizes); i++) {
			unsigned char *piece = arena_alloc(&arena, sizes[i]);

			assert_non_null(piece);
			assert_int_equal((uintptr_t)piece % _Alignof(max_align_t), 0);
			assert_zeroed(piece, sizes[i]);
			memset(piece, (int)(round + i + 1), sizes[i]);
			pieces[round][i] = piece;
		}
	}
	for (size_t round = 0; round < 20; round++)
		for (size_t i = 0; i < array_size(sizes); i++)
			for (size_t j = 0; j < sizes[i]; j++)
				assert_int_equal(pieces[round][i][j], round + i + 1);
	arena_free(&arena);
}

/*
 * Sizes that wrap when they are rounded up, or when the block's header is added, are not given to
 * calloc(); those that it refuses are left out, as the address sanitizer ends the program there.
 */
static void test_arena_huge(void **state)
{
	struct arena arena = {0};

	(void)state;
	for (size_t less = 0; less <= 16; less++)
		assert_null(arena_alloc(&arena, SIZE_MAX - less));
	assert_non_null(arena_alloc(&arena, 1));
	arena_free(&arena);
}

static void test_arena_strings(void **state)
{
	struct arena arena = {0};
	char original[] = "eth0", *copy, *lengthy;

	(void)state;
	copy = arena_strdup(&arena, original);
	assert_non_null(copy);
	original[0] = 'X';
	assert_string_equal(copy, "eth0");
	assert_string_equal(arena_strdup(&arena, ""), "");
	assert_string_equal(arena_printf(&arena, "%s.%d", copy, 100), "eth0.100");
	assert_string_equal(arena_printf(&arena, "%s", ""), "");
	lengthy = arena_printf(&arena, "%*d", 50000, 7);
	assert_non_null(lengthy);
	assert_int_equal(strlen(lengthy), 50000);
	arena_free(&arena);
}

static void test_arena_again(void **state)
{
	struct arena arena = {0};

	(void)state;
	arena_free(&arena);
	assert_non_null(arena_alloc(&arena, 10));
	arena_free(&arena);
	assert_non_null(arena_alloc(&arena, 10));
	arena_free(&arena);
	assert_null(arena.blocks);
}

/* --- text --- */

static void test_text_grows(void **state)
{
	struct text text = {0};

	(void)state;
	for (int i = 0; i < 10000; i++)
		text_printf(&text, "%04d", i);
	text_add_bytes(&text, "a\0b", 3);
	text_add(&text, "");
	assert_false(text.failed);
	assert_int_equal(text.length, 40003);
	assert_memory_equal(text.chars, "000000010002", 12);
	assert_memory_equal(text.chars + 39996, "9999a\0b", 8);
	text_clear(&text);
	assert_int_equal(text.length, 0);
	assert_string_equal(text.chars, "");
	text_add(&text, "again");
	assert_string_equal(text.chars, "again");
	text_free(&text);
	assert_null(text.chars);
	text_clear(&text);
	text_free(&text);
}

/* The last byte that fits without growing, and the first that does not. */
static void test_text_printf_at_the_edge(void **state)
{
	(void)state;
	for (int length = 250; length < 260; length++) {
		struct text text = {0};

		text_add(&text, "x");
		text_printf(&text, "%0*d", length, 1);
		assert_int_equal(text.length, length + 1);
		assert_int_equal(strlen(text.chars), length + 1);
		assert_int_equal(text.chars[length], '1');
		text_free(&text);
	}
}

static void test_text_failed(void **state)
{
	struct text text = {.failed = true};

	(void)state;
	text_add(&text, "a");
	text_printf(&text, "%d", 1);
	text_pad(&text, 10, 0);
	text_add_untrusted(&text, "\x1b");
	text_wrap(&text, "a b", 0, 1);
	assert_null(text.chars);
	assert_int_equal(text.length, 0);
}

static void assert_share(uint64_t part, uint64_t whole, const char *wanted)
{
	struct text text = {0};

	text_add_share(&text, part, whole);
	assert_string_equal(text.chars, wanted);
	text_free(&text);
}

/* Nothing and all are said only of nothing and all. */
static void test_text_share(void **state)
{
	(void)state;
	assert_share(0, 7, "0 %");
	assert_share(0, 0, "0 %");
	assert_share(7, 7, "100 %");
	assert_share(1, 1000000, "0.1 %");
	assert_share(8, 1000, "0.8 %");
	assert_share(1, 100, "1 %");
	assert_share(2, 3, "67 %");
	assert_share(985, 1000, "98 %");
	assert_share(990, 1000, "99 %");
	assert_share(997, 1000, "99.7 %");
	assert_share(999999, 1000000, "99.9 %");
}

static void test_text_pad(void **state)
{
	struct text text = {0};
	size_t line;

	(void)state;
	text_add(&text, "first\n");
	line = text.length;
	text_add(&text, "ab");
	text_pad(&text, 6, line);
	text_add(&text, "|");
	text_pad(&text, 3, line);
	assert_string_equal(text.chars, "first\nab    |");
	text_free(&text);
}

static void test_shell(void **state)
{
	static const char *const cases[][2] = {
		{"eth0.7@x:1%+=,/-", "eth0.7@x:1%+=,/-"},
		{"", "''"},
		{"a b", "'a b'"},
		{"it's", "'it'\\''s'"},
		{"$(id)\\n", "'$(id)\\n'"},
		{"\xc3\xbc", "'\xc3\xbc'"},
		{"e\x1b[7m", "$'e\\033[7m'"},
		{"\xff'\\1", "$'\\377\\'\\\\1'"},
		/* What turns the direction of text around is told by its bytes. */
		{"\xe2\x80\xae", "$'\\342\\200\\256'"},
	};

	(void)state;
	for (size_t i = 0; i < array_size(cases); i++) {
		struct text text = {0};

		text_add_shell(&text, cases[i][0]);
		assert_string_equal(text.chars, cases[i][1]);
		text_free(&text);
	}
}

static void test_untrusted(void **state)
{
	static const char *const cases[][2] = {
		{"eth0.100@if7", "eth0.100@if7"},
		{"Z\xc3\xbcrich \xe2\x82\xac \xf0\x9f\x98\x80",
		 "Z\xc3\xbcrich \xe2\x82\xac \xf0\x9f\x98\x80"},
		{"a\nb\tc\r", "a\\x0ab\\x09c\\x0d"},
		{"\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"}, /* colour */
		{"\x1b]0;title\x07", "\\x1b]0;title\\x07"},	/* window title */
		{"\x7f", "\\x7f"},
		{"\xc2\x80\xc2\x9b\xc2\x9f", "\\xc2\\x80\\xc2\\x9b\\xc2\\x9f"}, /* C1: CSI */
		{"\xc2\xa0", "\xc2\xa0"}, /* the first behind C1 */
		{"\xe2\x80\xaa\xe2\x80\xae",
		 "\\xe2\\x80\\xaa\\xe2\\x80\\xae"}, /* embedding, override */
		{"\xe2\x81\xa6\xe2\x81\xa9", "\\xe2\\x81\\xa6\\xe2\\x81\\xa9"}, /* isolates */
		{"\xe2\x80\x8e\xe2\x80\x8f", "\\xe2\\x80\\x8e\\xe2\\x80\\x8f"}, /* LRM, RLM */
		{"\xd8\x9c", "\\xd8\\x9c"},					/* ALM */
		{"\xe2\x80\x8b\xef\xbb\xbf", "\\xe2\\x80\\x8b\\xef\\xbb\\xbf"}, /* no width */
		{"\xe2\x80\xa8\xe2\x80\xa9",
		 "\\xe2\\x80\\xa8\\xe2\\x80\\xa9"},	      /* line, paragraph */
		{"\xf3\xa0\x81\x81", "\\xf3\\xa0\\x81\\x81"}, /* a tag character */
		{"\x80", "\\x80"},
		{"\x9b"
		 "31m",
		 "\\x9b31m"}, /* CSI as one byte */
		{"\xff\xfe", "\\xff\\xfe"},
		{"\xc0\xaf\xe0\x80\xaf", "\\xc0\\xaf\\xe0\\x80\\xaf"}, /* overlong */
		{"\xed\xa0\x80", "\\xed\\xa0\\x80"},		       /* surrogate */
		{"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},	       /* above U+10FFFF */
		{"\xe2\x82", "\\xe2\\x82"},			       /* cut short by the end */
		{"\xe2\x1b[m", "\\xe2\\x1b[m"}, /* an escape inside a sequence */
		{"\xc3\xc3\xbc", "\\xc3\xc3\xbc"},
	};

	(void)state;
	for (size_t i = 0; i < array_size(cases); i++) {
		struct text text = {0};

		text_add(&text, "<");
		text_add_untrusted(&text, cases[i][0]);
		text_add(&text, ">");
		assert_memory_equal(text.chars + 1, cases[i][1], strlen(cases[i][1]));
		assert_int_equal(text.length, strlen(cases[i][1]) + 2);
		text_free(&text);
	}
}

static void assert_wrapped(const char *string, size_t indent, size_t width, const char *wanted)
{
	struct text text = {0};

	text_add(&text, "");
	text_wrap(&text, string, indent, width);
	assert_string_equal(text.chars, wanted);
	text_free(&text);
}

static void test_wrap(void **state)
{
	(void)state;
	assert_wrapped("", 0, 10, "");
	assert_wrapped("  \n ", 0, 10, "");
	assert_wrapped("one", 0, 10, "one");
	assert_wrapped("one two three", 0, 7, "one two\nthree");
	assert_wrapped("one two three", 0, 6, "one\ntwo\nthree");
	assert_wrapped("  one \n\n two  ", 0, 80, "one two");
	assert_wrapped("one two three four", 4, 11, "one two\n    three\n    four");
	assert_wrapped("one two", 4, 12, "one two");
	/* Too long for any line, and no room at all. */
	assert_wrapped("a incomprehensible b", 2, 8, "a\n  incomprehensible\n  b");
	assert_wrapped("one two", 0, 0, "one\ntwo");
	/* Characters, not bytes. */
	assert_wrapped("\xc3\xa4\xc3\xb6\xc3\xbc \xe2\x82\xac\xe2\x82\xac z", 0, 6,
		       "\xc3\xa4\xc3\xb6\xc3\xbc \xe2\x82\xac\xe2\x82\xac\nz");
}

/* --- span --- */

static void test_span_at(void **state)
{
	static const uint8_t bytes[10] = {0};
	struct span span = {bytes, 10}, empty = {bytes, 0};

	(void)state;
	assert_ptr_equal(span_at(span, 0, 10), bytes);
	assert_ptr_equal(span_at(span, 3, 7), bytes + 3);
	assert_ptr_equal(span_at(span, 10, 0), bytes + 10);
	assert_ptr_equal(span_at(empty, 0, 0), bytes);
	assert_null(span_at(span, 0, 11));
	assert_null(span_at(span, 3, 8));
	assert_null(span_at(span, 10, 1));
	assert_null(span_at(span, 11, 0));
	assert_null(span_at(empty, 0, 1));
	/* offset + length wraps to something that would fit. */
	assert_null(span_at(span, 1, SIZE_MAX));
	assert_null(span_at(span, SIZE_MAX, 1));
	assert_null(span_at(span, SIZE_MAX, SIZE_MAX));
	assert_null(span_at(span, SIZE_MAX - 4, 8));
	assert_null(span_at(span, 5, SIZE_MAX - 2));
}

static void test_loads(void **state)
{
	static const uint8_t p[] = {0xf1, 0xe2, 0xd3, 0xc4, 0xb5, 0xa6, 0x97, 0x88};

	(void)state;
	assert_int_equal(load_be16(p), 0xf1e2);
	assert_int_equal(load_be24(p), 0xf1e2d3);
	assert_int_equal(load_be32(p), 0xf1e2d3c4);
	assert_true(load_be64(p) == 0xf1e2d3c4b5a69788);
	assert_int_equal(load_u16(p, true), 0xf1e2);
	assert_int_equal(load_u16(p, false), 0xe2f1);
	assert_int_equal(load_u32(p, true), 0xf1e2d3c4);
	assert_int_equal(load_u32(p, false), 0xc4d3e2f1);
	assert_true(load_u64(p, true) == 0xf1e2d3c4b5a69788);
	assert_true(load_u64(p, false) == 0x8897a6b5c4d3e2f1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_err_set),
		cmocka_unit_test(test_err_set_errno),
		cmocka_unit_test(test_err_wrap),
		cmocka_unit_test(test_err_too_long),
		cmocka_unit_test(test_arena_alloc),
		cmocka_unit_test(test_arena_huge),
		cmocka_unit_test(test_arena_strings),
		cmocka_unit_test(test_arena_again),
		cmocka_unit_test(test_text_grows),
		cmocka_unit_test(test_text_printf_at_the_edge),
		cmocka_unit_test(test_text_failed),
		cmocka_unit_test(test_text_share),
		cmocka_unit_test(test_text_pad),
		cmocka_unit_test(test_untrusted),
		cmocka_unit_test(test_shell),
		cmocka_unit_test(test_wrap),
		cmocka_unit_test(test_span_at),
		cmocka_unit_test(test_loads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
