/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How is output put together before anybody writes it, and what of it may reach a terminal?
 */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/text.h"

void text_free(struct text *text)
{
	free(text->chars);
	*text = (struct text){0};
}

void text_clear(struct text *text)
{
	text->length = 0;
	if (text->chars)
		text->chars[0] = '\0';
}

static bool text_reserve(struct text *text, size_t more)
{
	size_t room = text->room ? text->room : 256;
	char *chars;

	if (text->failed)
		return false;
	if (text->room - text->length > more)
		return true;
	while (room - text->length <= more)
		room *= 2;
	chars = realloc(text->chars, room);
	if (!chars) {
		text->failed = true;
		return false;
	}
	text->chars = chars;
	text->room = room;
	return true;
}

void text_add_bytes(struct text *text, const char *bytes, size_t length)
{
	if (!text_reserve(text, length))
		return;
	memcpy(text->chars + text->length, bytes, length);
	text->length += length;
	text->chars[text->length] = '\0';
}

void text_add(struct text *text, const char *string)
{
	text_add_bytes(text, string, strlen(string));
}

void text_printf(struct text *text, const char *format, ...)
{
	va_list args, again;
	int length;

	va_start(args, format);
	va_copy(again, args);
	length = vsnprintf(NULL, 0, format, args);
	if (length >= 0 && text_reserve(text, (size_t)length)) {
		vsnprintf(text->chars + text->length, (size_t)length + 1, format, again);
		text->length += (size_t)length;
	}
	va_end(again);
	va_end(args);
}

void text_add_share(struct text *text, uint64_t part, uint64_t whole)
{
	double percent = whole ? 100.0 * (double)part / (double)whole : 0;
	unsigned int tenths = (unsigned int)(percent * 10);

	if (part < whole && percent > 99)
		text_printf(text, "99.%u %%", tenths < 999 ? tenths - 990 : 9);
	else if (part && percent < 1)
		text_printf(text, "0.%u %%", tenths ? tenths : 1);
	else
		text_printf(text, "%.0f %%", percent);
}

void text_pad(struct text *text, size_t column, size_t line_start)
{
	while (!text->failed && text->length - line_start < column)
		text_add_bytes(text, " ", 1);
}

/*
 * The length of the UTF-8 sequence at @s and its code point; 0 if it is not valid UTF-8
 * (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF).
 */
static size_t utf8_decode(const unsigned char *s, uint32_t *code)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t length = s[0] < 0x80    ? 1
			: s[0] >= 0xf0 ? 4
			: s[0] >= 0xe0 ? 3
			: s[0] >= 0xc0 ? 2
				       : 0;

	if (!length || s[0] > 0xf4)
		return 0;
	*code = length == 1 ? s[0] : s[0] & (0x7fu >> length);
	for (size_t i = 1; i < length; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (s[i] & 0x3fu);
	}
	if (*code < least[length] || *code > 0x10ffff || (*code >= 0xd800 && *code < 0xe000))
		return 0;
	return length;
}

/* Control characters (C0, DEL, C1) and those that reorder or hide the text around them. */
static bool code_is_unsafe(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x061c ||
	       (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
	       (code >= 0x2060 && code <= 0x206f) || code == 0xfeff || code >= 0xe0000;
}

void text_add_untrusted(struct text *text, const char *string)
{
	const unsigned char *s = (const unsigned char *)string;

	while (*s) {
		uint32_t code = 0;
		size_t length = utf8_decode(s, &code);

		if (length && !code_is_unsafe(code)) {
			text_add_bytes(text, (const char *)s, length);
			s += length;
			continue;
		}
		for (size_t i = 0; i < (length ? length : 1); i++)
			text_printf(text, "\\x%02x", *s++);
	}
}

/* In $'...': what is not printable ASCII by its octal number, which has a fixed length. */
static void add_escaped(struct text *text, const char *word)
{
	text_add(text, "$'");
	for (const unsigned char *c = (const unsigned char *)word; *c; c++) {
		if (*c < 0x20 || *c > 0x7e)
			text_printf(text, "\\%03o", *c);
		else
			text_printf(text, "%s%c", *c == '\'' || *c == '\\' ? "\\" : "", *c);
	}
	text_add(text, "'");
}

static void add_quoted(struct text *text, const char *word)
{
	text_add(text, "'");
	for (; *word; word++)
		if (*word == '\'')
			text_add(text, "'\\''");
		else
			text_add_bytes(text, word, 1);
	text_add(text, "'");
}

void text_add_shell(struct text *text, const char *word)
{
	size_t plain = strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789._:@%+=,/-");
	struct text safe attr_cleanup(text_free) = {0};

	if (*word && !word[plain]) {
		text_add(text, word);
		return;
	}
	text_add_untrusted(&safe, word);
	text->failed |= safe.failed;
	if (safe.chars && strcmp(safe.chars, word) != 0)
		add_escaped(text, word);
	else
		add_quoted(text, word);
}

static size_t columns(const char *word, size_t length)
{
	size_t count = 0;

	for (size_t i = 0; i < length; i++)
		count += ((unsigned char)word[i] & 0xc0) != 0x80;
	return count;
}

void text_wrap(struct text *text, const char *string, size_t indent, size_t width)
{
	size_t column = indent;
	bool first = true;

	for (;;) {
		size_t length, wide;

		string += strspn(string, " \n");
		length = strcspn(string, " \n");
		if (!length)
			break;
		wide = columns(string, length);
		if (!first && column + 1 + wide > width) {
			text_printf(text, "\n%*s", (int)indent, "");
			column = indent;
		} else if (!first) {
			text_add(text, " ");
			column++;
		}
		text_add_bytes(text, string, length);
		column += wide;
		string += length;
		first = false;
	}
}
