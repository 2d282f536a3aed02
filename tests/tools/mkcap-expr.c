/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What number does an expression such as {i/256+1} stand for? */

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "tests/tools/mkcap.h"

struct reader {
	struct script *script;
	unsigned line;
	const char *at, *end;
};

static const struct expr *read_sum(struct reader *r);

static void skip_blanks(struct reader *r)
{
	while (r->at < r->end && isspace((unsigned char)*r->at))
		r->at++;
}

static struct expr *new_expr(struct reader *r, char op)
{
	struct expr *e = pool_alloc(&r->script->pool, sizeof(*e));

	e->op = op;
	return e;
}

static bool accept(struct reader *r, const char *signs, char *sign)
{
	skip_blanks(r);
	if (r->at == r->end || !strchr(signs, *r->at))
		return false;
	*sign = *r->at++;
	return true;
}

static const struct expr *read_number(struct reader *r)
{
	struct expr *e = new_expr(r, 'n');
	char *end;

	e->number = (int64_t)strtoull(r->at, &end, 0);
	if (end > r->end || (end < r->end && isalnum((unsigned char)*end)))
		die(r->script->file, r->line, "'%.*s': not a number", (int)(r->end - r->at), r->at);
	r->at = end;
	return e;
}

static const struct expr *read_unit(struct reader *r)
{
	const struct expr *inner;
	struct expr *e;
	size_t len = 0;
	char sign;

	if (accept(r, "(", &sign)) {
		inner = read_sum(r);
		if (!accept(r, ")", &sign))
			die(r->script->file, r->line, "')' is missing in an expression");
		return inner;
	}
	if (r->at < r->end && isdigit((unsigned char)*r->at))
		return read_number(r);
	while (r->at + len < r->end && (isalnum((unsigned char)r->at[len]) || r->at[len] == '_'))
		len++;
	if (!len)
		die(r->script->file, r->line, "'%.*s': a number or a name is expected",
		    (int)(r->end - r->at), r->at);
	e = new_expr(r, 'v');
	e->var = script_var(r->script, r->at, len);
	r->at += len;
	return e;
}

static const struct expr *read_product(struct reader *r)
{
	const struct expr *left = read_unit(r);
	char sign;

	while (accept(r, "*/%", &sign)) {
		struct expr *e = new_expr(r, sign);

		e->left = left;
		e->right = read_unit(r);
		left = e;
	}
	return left;
}

static const struct expr *read_sum(struct reader *r)
{
	const struct expr *left = read_product(r);
	char sign;

	while (accept(r, "+-", &sign)) {
		struct expr *e = new_expr(r, sign);

		e->left = left;
		e->right = read_product(r);
		left = e;
	}
	return left;
}

/* A number, or {an expression}. */
const struct expr *expr_parse(struct script *s, unsigned line, const char *text, size_t len)
{
	struct reader r = {.script = s, .line = line, .at = text, .end = text + len};
	const struct expr *e;

	if (len >= 2 && text[0] == '{' && text[len - 1] == '}') {
		r.at++;
		r.end--;
		e = read_sum(&r);
	} else if (len && isdigit((unsigned char)*text)) {
		e = read_number(&r);
	} else {
		die(s->file, line, "'%.*s': a number or {an expression} is expected", (int)len,
		    text);
	}
	skip_blanks(&r);
	if (r.at != r.end)
		die(s->file, line, "'%.*s': what does '%.*s' mean here?", (int)len, text,
		    (int)(r.end - r.at), r.at);
	return e;
}

int64_t expr_eval(const struct build *b, unsigned line, const struct expr *e)
{
	int64_t left, right;

	if (e->op == 'n')
		return e->number;
	if (e->op == 'v') {
		if (!b->set[e->var])
			die(b->script->file, line, "'%s' has no value here",
			    b->script->vars[e->var]);
		return b->vars[e->var];
	}
	left = expr_eval(b, line, e->left);
	right = expr_eval(b, line, e->right);
	if ((e->op == '/' || e->op == '%') && !right)
		die(b->script->file, line, "division by zero");
	switch (e->op) {
	case '+':
		return left + right;
	case '-':
		return left - right;
	case '*':
		return left * right;
	case '/':
		return left / right;
	default:
		return left % right;
	}
}
