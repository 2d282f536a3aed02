/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Can any bytes get through text_add_untrusted() and act on a terminal, and does text_wrap() keep
 * every word and its width?
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define require(condition)        \
	do {                      \
		if (!(condition)) \
			abort();  \
	} while (0)

/* The code point at @s and behind it the next, by the bit patterns of RFC 3629 section 3. */
static uint32_t decode(const unsigned char **s)
{
	static const uint32_t first[] = {0x80, 0x800, 0x10000};
	uint32_t code = *(*s)++;
	int more = (code & 0xe0) == 0xc0 ? 1 : (code & 0xf0) == 0xe0 ? 2 : 3;

	if (code < 0x80)
		return code;
	require((code & 0xf8) == 0xf0 || more < 3);
	require(code >= 0xc0);
	code &= 0x3fu >> more;
	for (int i = 0; i < more; i++) {
		require((**s & 0xc0) == 0x80);
		code = code << 6 | (*(*s)++ & 0x3fu);
	}
	require(code >= first[more - 1] && code <= 0x10ffff);
	return code;
}

/* What terminals obey: control characters of both sets, and what turns the direction of text. */
static void check_harmless(const struct text *text)
{
	const unsigned char *s = (const unsigned char *)text->chars;
	const unsigned char *end = s + text->length;

	while (s < end) {
		uint32_t code = decode(&s);

		require(code >= 0x20 && (code < 0x7f || code > 0x9f));
		require(code < 0xd800 || code > 0xdfff);
		require(code != 0x200e && code != 0x200f && code != 0x061c);
		require(code < 0x202a || code > 0x202e);
		require(code < 0x2066 || code > 0x2069);
	}
	require(s == end && *end == '\0');
}

static size_t columns(const char *line, size_t length)
{
	size_t count = 0;

	for (size_t i = 0; i < length; i++)
		count += ((unsigned char)line[i] & 0xc0) != 0x80;
	return count;
}

/* Lines fit unless one word alone does not, and end only where the next word does not fit. */
static void check_lines(const char *line, size_t indent, size_t width)
{
	for (bool first = true; *line; first = false) {
		size_t length = strcspn(line, "\n"), blanks = first ? 0 : indent;
		size_t wide = columns(line, length) + (first ? indent : 0);
		const char *next = line + length + (line[length] == '\n');

		require(first || strspn(line, " ") == indent);
		require(wide <= width || !memchr(line + blanks, ' ', length - blanks));
		if (*next)
			require(wide + 1 + columns(next + indent, strcspn(next + indent, " \n")) >
				width);
		line = next;
	}
}

static void check_words(const char *wrapped, const char *string)
{
	for (;;) {
		wrapped += strspn(wrapped, " \n");
		string += strspn(string, " \n");
		if (!*string)
			break;
		require(*wrapped++ == *string++);
	}
	require(!*wrapped);
}

static void check(const char *string, size_t indent, size_t width)
{
	struct text text = {0}, wrapped = {0};

	text_add(&text, "");
	text_add_untrusted(&text, string);
	require(!text.failed);
	check_harmless(&text);
	text_add(&wrapped, "");
	text_wrap(&wrapped, string, indent, width);
	require(!wrapped.failed);
	check_lines(wrapped.chars, indent, width);
	check_words(wrapped.chars, string);
	text_free(&text);
	text_free(&wrapped);
}

/* Two bytes of indent and width, then the string: in memory of just its size. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *string;

	if (size < 2)
		return 0;
	string = strndup((const char *)data + 2, size - 2);
	if (!string)
		return 0;
	check(string, data[0] % 16, data[1]);
	free(string);
	return 0;
}
