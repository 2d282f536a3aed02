/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How do text from outside, large numbers and times become valid JSON?
 */
#include <math.h>
#include <string.h>

#include "lib/out/json.h"

/* More digits would show how a double is stored: 1.2345678910000001. */
#define REAL_DIGITS 15

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* Least and greatest second byte after each lead byte (RFC 3629 section 4). */
static size_t utf8_length(const unsigned char *s)
{
	unsigned char least = 0x80, most = 0xbf;
	size_t length = s[0] < 0x80 ? 1 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;

	if ((s[0] >= 0x80 && s[0] < 0xc2) || s[0] > 0xf4)
		return 0;
	if (s[0] == 0xe0)
		least = 0xa0;
	else if (s[0] == 0xed)
		most = 0x9f;
	else if (s[0] == 0xf0)
		least = 0x90;
	else if (s[0] == 0xf4)
		most = 0x8f;
	for (size_t i = 1; i < length; i++) {
		if (s[i] < least || s[i] > most)
			return 0;
		least = 0x80;
		most = 0xbf;
	}
	return length;
}

static void add_valid(struct text *text, const char *string)
{
	while (*string) {
		size_t length = utf8_length((const unsigned char *)string);

		if (length)
			text_add_bytes(text, string, length);
		else
			text_add(text, REPLACEMENT);
		string += length ? length : 1;
	}
}

json_t *json_from_string(const char *string)
{
	struct text text = {0};
	json_t *value = NULL;

	if (!string)
		return json_null();
	add_valid(&text, string);
	if (!text.failed)
		value = json_stringn_nocheck(text.chars ? text.chars : "", text.length);
	text_free(&text);
	return value;
}

json_t *json_from_u64(uint64_t number)
{
	return json_integer(number > INT64_MAX ? INT64_MAX : (json_int_t)number);
}

json_t *json_from_real(double real)
{
	return isfinite(real) ? json_real(real) : json_null();
}

json_t *json_from_nanoseconds(int64_t nanoseconds)
{
	return json_real((double)nanoseconds / 1e9);
}

static int append(const char *bytes, size_t length, void *data)
{
	struct text *out = data;

	text_add_bytes(out, bytes, length);
	return out->failed ? -1 : 0;
}

int json_write(const json_t *value, size_t flags, struct text *out)
{
	flags |= JSON_ENSURE_ASCII | JSON_REAL_PRECISION(REAL_DIGITS);
	return json_dump_callback(value, append, out, flags);
}
