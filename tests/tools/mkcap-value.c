/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What does the text of a value mean, such as 10.1.{i/256}.1, +1, rand or (1,2,3)? */

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/tools/mkcap.h"

struct text {
	struct script *script;
	const struct word *word;
	const struct field *field;
	struct value *value;
};

static _Noreturn void bad_value(const struct text *t, const char *text, const char *expected)
{
	die(t->script->file, t->word->line, "%s: '%s' is not %s", t->field->name, text, expected);
}

/* The first place of `sign` outside of brackets, or the end. */
static size_t find_sign(const char *text, char sign)
{
	size_t i;
	int depth = 0;

	for (i = 0; text[i] && (depth || text[i] != sign); i++) {
		if (text[i] == '(' || text[i] == '{')
			depth++;
		if (text[i] == ')' || text[i] == '}')
			depth--;
	}
	return i;
}

static void parse_list(struct text *t, const char *text)
{
	struct script *s = t->script;
	struct value *v = t->value;
	size_t len = strlen(text), at = 1;

	if (text[len - 1] != ')')
		bad_value(t, text, "a list: ) is missing at the end");
	v->kind = VALUE_LIST;
	v->items = pool_alloc(&s->pool, len * sizeof(*v->items));
	while (at < len) {
		char *item = pool_text(&s->pool, text + at, len - 1 - at);

		item[find_sign(item, ',')] = 0;
		at += strlen(item) + 1;
		v->items[v->n++] = value_parse(s, t->word, item, t->field);
	}
}

static void parse_hex(struct text *t, const char *text)
{
	struct value *v = t->value;
	unsigned byte;

	v->kind = VALUE_BYTES;
	v->bytes = pool_alloc(&t->script->pool, strlen(text));
	for (const char *p = text; *p; p++) {
		if (isspace((unsigned char)*p))
			continue;
		if (!isxdigit((unsigned char)p[0]) || !isxdigit((unsigned char)p[1]) ||
		    sscanf(p, "%2x", &byte) != 1)
			bad_value(t, text, "a string of hex bytes");
		v->bytes[v->n++] = (uint8_t)byte;
		p++;
	}
}

/* One part of an address, up to `sign`: a number in `base`, or an expression. */
static size_t parse_part(struct text *t, const char *text, char sign, unsigned part)
{
	static const unsigned bases[] = {[FIELD_MAC] = 16, [FIELD_IP4] = 10, [FIELD_IP6] = 16};
	struct value *v = t->value;
	size_t len = find_sign(text, sign), width = v->n / v->nparts;
	unsigned long number;
	char *end;

	if (part >= v->nparts || !len)
		bad_value(t, t->word->text, "an address of this kind");
	if (*text == '{') {
		v->parts[part] = expr_parse(t->script, t->word->line, text, len);
		return len;
	}
	number = strtoul(text, &end, (int)bases[t->field->type]);
	if (end != text + len || number >= 1ul << 8 * width)
		bad_value(t, t->word->text, "an address of this kind");
	if (width == 2)
		v->bytes[2 * part] = (uint8_t)(number >> 8);
	v->bytes[width * part + width - 1] = (uint8_t)number;
	return len;
}

/* How many parts are written in `text`: what :: leaves out is the rest. */
static unsigned count_parts(const char *text, char sign)
{
	unsigned n = *text ? 1 : 0;

	while (text[find_sign(text, sign)]) {
		text += find_sign(text, sign) + 1;
		n++;
	}
	return n;
}

static void parse_addr(struct text *t, const char *text)
{
	static const unsigned parts[] = {[FIELD_MAC] = 6, [FIELD_IP4] = 4, [FIELD_IP6] = 8};
	static const unsigned sizes[] = {[FIELD_MAC] = 6, [FIELD_IP4] = 4, [FIELD_IP6] = 16};
	struct value *v = t->value;
	char sign = t->field->type == FIELD_IP4 ? '.' : ':';
	unsigned part = 0;
	bool gap = false;

	v->kind = VALUE_ADDR;
	v->nparts = parts[t->field->type];
	v->n = sizes[t->field->type];
	v->bytes = pool_alloc(&t->script->pool, v->n);
	while (*text) {
		if (t->field->type == FIELD_IP6 && !gap && text[0] == ':' && text[1] == ':') {
			gap = true;
			text += 2;
			if (count_parts(text, sign) + part > 7)
				bad_value(t, t->word->text, "an address of this kind");
			part = 8 - count_parts(text, sign);
			continue;
		}
		text += parse_part(t, text, sign, part++);
		if (text[0] == sign && text[1] != sign)
			text++;
	}
	if (part != v->nparts)
		bad_value(t, t->word->text, "an address of this kind");
}

static const struct expr *constant(struct text *t, uint64_t number)
{
	struct expr *e = pool_alloc(&t->script->pool, sizeof(*e));

	e->op = 'n';
	e->number = (int64_t)number;
	return e;
}

static const struct expr *part_expr(struct text *t, const char *text, size_t len)
{
	return len ? expr_parse(t->script, t->word->line, text, len) : NULL;
}

/* [FIRST]+[STEP] */
static void parse_count(struct text *t, const char *text, size_t plus)
{
	struct value *v = t->value;

	v->kind = VALUE_COUNT;
	v->expr = part_expr(t, text, plus);
	v->step = part_expr(t, text + plus + 1, strlen(text + plus + 1));
}

/* rand or rand:LOWEST-HIGHEST */
static void parse_random(struct text *t, const char *text)
{
	struct value *v = t->value;
	size_t minus;

	v->kind = VALUE_RANDOM;
	if (!text[4])
		return;
	minus = find_sign(text, '-');
	if (!text[minus])
		bad_value(t, text, "rand or rand:LOWEST-HIGHEST");
	v->expr = part_expr(t, text + 5, minus - 5);
	v->step = part_expr(t, text + minus + 1, strlen(text + minus + 1));
}

static void parse_reference(struct text *t, const char *text)
{
	struct value *v = t->value;

	v->kind = VALUE_NEXT;
	v->name = text + 1;
	v->older = t->script->references;
	t->script->references = v;
}

static bool parse_name(struct text *t, const char *text)
{
	for (const struct name *n = t->field->names; n && n->text; n++) {
		if (strcmp(n->text, text))
			continue;
		t->value->expr = constant(t, n->number);
		return true;
	}
	return false;
}

static bool parse_flags(struct text *t, const char *text)
{
	static const char letters[] = "FSRPAUECN";
	uint64_t flags = 0;

	for (const char *p = text; *p; p++) {
		const char *at = strchr(letters, *p);

		if (!at)
			return false;
		flags |= UINT64_C(1) << (at - letters);
	}
	t->value->expr = constant(t, flags);
	return true;
}

static void parse_number(struct text *t, const char *text)
{
	size_t len = strlen(text), plus = find_sign(text, '+');

	if (parse_name(t, text))
		return;
	if (t->field->type == FIELD_FLAGS && parse_flags(t, text))
		return;
	if (t->field->type == FIELD_TIME)
		t->value->expr =
			constant(t, (uint64_t)duration_parse(t->script, t->word->line, text));
	else if (!strncmp(text, "rand", 4) && (!text[4] || text[4] == ':'))
		parse_random(t, text);
	else if (*text == '@')
		parse_reference(t, text);
	else if (text[plus])
		parse_count(t, text, plus);
	else if (*text == '-') {
		t->value->kind = VALUE_BACK;
		t->value->expr = expr_parse(t->script, t->word->line, text + 1, len - 1);
	} else if (isdigit((unsigned char)*text) || *text == '{')
		t->value->expr = expr_parse(t->script, t->word->line, text, len);
	else
		bad_value(t, text, "a value that this field takes");
}

struct value *value_parse(struct script *s, const struct word *w, const char *text,
			  const struct field *field)
{
	struct text t = {.script = s, .word = w, .field = field};

	t.value = pool_alloc(&s->pool, sizeof(*t.value));
	t.value->line = w->line;
	if (field->type == FIELD_TEXT) {
		t.value->kind = VALUE_BYTES;
		t.value->n = strlen(text);
		t.value->bytes = (uint8_t *)pool_text(&s->pool, text, t.value->n);
	} else if (*text == '(') {
		parse_list(&t, text);
	} else if (field->type == FIELD_HEX) {
		parse_hex(&t, text);
	} else if (!*text) {
		bad_value(&t, text, "a value");
	} else if (field->type >= FIELD_MAC && field->type <= FIELD_IP6) {
		parse_addr(&t, text);
	} else {
		parse_number(&t, text);
	}
	return t.value;
}

int64_t duration_parse(struct script *s, unsigned line, const char *text)
{
	static const struct name units[] = {
		{"ns", 1}, {"us", 1000}, {"ms", 1000000}, {"s", 1000000000}, {0}};
	char *end;
	double number = strtod(text, &end);

	for (const struct name *u = units; end != text && u->text; u++) {
		if (!strcmp(u->text, end))
			return (int64_t)(number * (double)u->number + (number < 0 ? -0.5 : 0.5));
	}
	die(s->file, line, "'%s': a time such as 10us, 2ms or 1s is expected", text);
}

/* Nanoseconds in the digits behind a dot. */
static int64_t fraction(const char *text, const char **end)
{
	int64_t ns = 0;
	int digits = 0;

	if (*text == '.')
		text++;
	for (; isdigit((unsigned char)*text); text++) {
		if (digits++ < 9)
			ns = ns * 10 + (*text - '0');
	}
	for (; digits < 9; digits++)
		ns *= 10;
	*end = text;
	return ns;
}

/* Seconds since 1970, or 2026-01-31T12:00:00, in UTC, either with a fraction. */
int64_t time_parse(struct script *s, unsigned line, const char *text)
{
	struct tm tm = {0};
	const char *end = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	int64_t seconds, ns;

	if (end) {
		seconds = timegm(&tm);
	} else {
		char *behind;

		seconds = strtoll(text, &behind, 10);
		end = behind;
	}
	ns = fraction(end, &end);
	if (end == text || *end)
		die(s->file, line, "'%s': a time such as 2026-01-31T12:00:00 is expected", text);
	return seconds * 1000000000 + ns;
}
