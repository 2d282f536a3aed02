/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which statements does a script consist of? */

#include <ctype.h>
#include <string.h>

#include "tests/tools/mkcap-parse.h"

static struct statement *parse_body(struct script *s, bool inside);

unsigned script_var(struct script *s, const char *name, size_t len)
{
	unsigned i = 0;

	while (i < s->nvars && (strlen(s->vars[i]) != len || memcmp(s->vars[i], name, len)))
		i++;
	if (i == MAX_VARS)
		die(s->file, 0, "more than %d variables", MAX_VARS);
	if (i == s->nvars)
		s->vars[s->nvars++] = pool_text(&s->pool, name, len);
	return i;
}

/* The next word of the present statement. */
static const struct word *take(struct script *s, const char *expected)
{
	const struct word *before = &s->words[s->at - 1];

	if (s->at == s->nwords || before->last)
		die(s->file, before->line, "%s is expected behind '%s'", expected, before->text);
	return &s->words[s->at++];
}

static void take_sign(struct script *s, const char *sign)
{
	const struct word *w = take(s, sign);

	if (w->quoted || strcmp(w->text, sign))
		die(s->file, w->line, "'%s' is expected, not '%s'", sign, w->text);
}

static void end_statement(struct script *s)
{
	const struct word *w = &s->words[s->at];

	if (!s->words[s->at - 1].last)
		die(s->file, w->line, "what does '%s' mean here?", w->text);
}

static const struct expr *take_expr(struct script *s)
{
	const struct word *w = take(s, "a number");

	return expr_parse(s, w->line, w->text, strlen(w->text));
}

static const struct expr *constant(struct script *s, int64_t number)
{
	struct expr *e = pool_alloc(&s->pool, sizeof(*e));

	e->op = 'n';
	e->number = number;
	return e;
}

static void parse_let(struct script *s)
{
	const struct word *w = take(s, "a name");
	struct template *t;

	if (template_find(s, w->text, strlen(w->text)))
		die(s->file, w->line, "the name '%s' is taken", w->text);
	take_sign(s, "=");
	take(s, "a frame");
	s->at--;
	t = parse_frame(s);
	t->name = w->text;
	t->older = s->templates;
	s->templates = t;
}

static void take_body(struct script *s, struct statement *st)
{
	take_sign(s, "{");
	end_statement(s);
	st->body = parse_body(s, true);
}

/* for VAR in FIRST..LAST { */
static void parse_for(struct script *s, struct statement *st)
{
	const struct word *w = take(s, "a name");
	const char *dots;

	st->var = script_var(s, w->text, strlen(w->text));
	take_sign(s, "in");
	w = take(s, "FIRST..LAST");
	dots = strstr(w->text, "..");
	if (!dots)
		die(s->file, w->line, "'%s' is not FIRST..LAST", w->text);
	st->from = expr_parse(s, w->line, w->text, (size_t)(dots - w->text));
	st->to = expr_parse(s, w->line, dots + 2, strlen(dots + 2));
	take_body(s, st);
}

/* repeat TIMES { */
static void parse_repeat(struct script *s, struct statement *st)
{
	st->kind = STATEMENT_FOR;
	st->var = script_var(s, "repeat", strlen("repeat"));
	st->from = constant(s, 1);
	st->to = take_expr(s);
	take_body(s, st);
}

static void parse_send(struct script *s, struct statement *st)
{
	take(s, "a frame");
	s->at--;
	st->template = parse_frame(s);
}

static void parse_time(struct script *s, struct statement *st)
{
	const struct word *w = take(s, "a time");

	st->ns = time_parse(s, w->line, w->text);
}

static void parse_duration(struct script *s, struct statement *st)
{
	const struct word *w = take(s, "a time");

	st->ns = duration_parse(s, w->line, w->text);
}

static void parse_number(struct script *s, struct statement *st)
{
	st->from = take_expr(s);
}

/* param NAME VALUE */
static void parse_param(struct script *s, struct statement *st)
{
	const struct word *w = take(s, "a name");

	st->var = script_var(s, w->text, strlen(w->text));
	st->from = take_expr(s);
}

static void parse_with_fields(struct script *s, struct statement *st, const struct layer_type *type)
{
	st->template = template_new(s, type);
	if (!s->words[s->at - 1].last)
		parse_fields(s, &st->template->layers[0], true);
}

static void parse_file(struct script *s, struct statement *st)
{
	parse_with_fields(s, st, &layer_file);
}

static void parse_section(struct script *s, struct statement *st)
{
	parse_with_fields(s, st, &layer_section);
}

static void parse_interface(struct script *s, struct statement *st)
{
	parse_with_fields(s, st, &layer_interface);
}

static void parse_block(struct script *s, struct statement *st)
{
	parse_with_fields(s, st, &layer_block);
}

static const struct keyword {
	const char *name;
	enum statement_kind kind;
	void (*parse)(struct script *s, struct statement *st);
} keywords[] = {
	{"send", STATEMENT_SEND, parse_send},
	{"for", STATEMENT_FOR, parse_for},
	{"repeat", STATEMENT_FOR, parse_repeat},
	{"file", STATEMENT_FILE, parse_file},
	{"section", STATEMENT_SECTION, parse_section},
	{"interface", STATEMENT_INTERFACE, parse_interface},
	{"block", STATEMENT_BLOCK, parse_block},
	{"raw-bytes", STATEMENT_RAW, parse_block},
	{"time", STATEMENT_TIME, parse_time},
	{"every", STATEMENT_EVERY, parse_duration},
	{"wait", STATEMENT_WAIT, parse_duration},
	{"seed", STATEMENT_SEED, parse_number},
	{"param", STATEMENT_PARAM, parse_param},
	{"truncate", STATEMENT_TRUNCATE, parse_number},
};

static void parse_statement(struct script *s, struct statement *st)
{
	const struct word *w = &s->words[s->at];

	st->line = w->line;
	for (size_t i = 0; i < sizeof(keywords) / sizeof(*keywords); i++) {
		if (strcmp(keywords[i].name, w->text))
			continue;
		s->at++;
		st->kind = keywords[i].kind;
		keywords[i].parse(s, st);
		end_statement(s);
		return;
	}
	if (!layer_type_find(w->text))
		die(s->file, w->line, "'%s' is neither a statement nor a layer", w->text);
	st->kind = STATEMENT_SEND;
	st->template = parse_frame(s);
	end_statement(s);
}

static struct statement *parse_body(struct script *s, bool inside)
{
	struct statement *first = NULL, **end = &first;
	unsigned line = s->at ? s->words[s->at - 1].line : 0;

	for (;;) {
		if (s->at == s->nwords && inside)
			die(s->file, line, "this { is not closed");
		if (s->at == s->nwords)
			return first;
		if (inside && !strcmp(s->words[s->at].text, "}")) {
			s->at++;
			return first;
		}
		if (!strcmp(s->words[s->at].text, "let")) {
			s->at++;
			parse_let(s);
			end_statement(s);
			continue;
		}
		*end = pool_alloc(&s->pool, sizeof(**end));
		parse_statement(s, *end);
		end = &(*end)->after;
	}
}

/* Values that name a template may come before it: look the names up at the end. */
static void resolve(struct script *s)
{
	for (struct value *v = s->references; v; v = v->older) {
		v->template = template_find(s, v->name, strlen(v->name));
		if (!v->template)
			die(s->file, v->line, "nothing is called '%s'", v->name);
	}
}

void script_parse(struct script *s)
{
	s->body = parse_body(s, false);
	resolve(s);
}
