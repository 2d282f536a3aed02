/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which words and statements does a script consist of? */

#include <ctype.h>
#include <string.h>

#include "tests/tools/mkcap.h"

struct lexer {
	struct script *script;
	char *at;
	unsigned line;
	size_t room;
};

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct word *add_word(struct lexer *l)
{
	struct script *s = l->script;

	if (s->nwords == l->room) {
		struct word *more;

		l->room = l->room ? 2 * l->room : 256;
		more = pool_alloc(&s->pool, l->room * sizeof(*more));
		if (s->nwords)
			memcpy(more, s->words, s->nwords * sizeof(*more));
		s->words = more;
	}
	s->words[s->nwords] = (struct word){.line = l->line};
	return &s->words[s->nwords++];
}

/* Copy a quoted part without its quotes; spaces inside belong to the word. */
static char *read_quoted(struct lexer *l, char *out)
{
	for (l->at++; *l->at != '"'; l->at++) {
		if (!*l->at || *l->at == '\n')
			die(l->script->file, l->line, "a quote is not closed on its line");
		if (*l->at == '\\' && (l->at[1] == '"' || l->at[1] == '\\'))
			l->at++;
		else if (*l->at == '\\' && l->at[1] == 'n')
			*++l->at = '\n';
		*out++ = *l->at;
	}
	l->at++;
	return out;
}

/* A word ends at a blank outside of quotes, (lists) and {expressions}. */
static void read_word(struct lexer *l)
{
	struct word *w = add_word(l);
	char *start = pool_alloc(&l->script->pool, strcspn(l->at, "\n") + 1), *out = start;
	int depth = 0;
	bool block = *l->at == '{' && (isspace((unsigned char)l->at[1]) || !l->at[1]);

	if (block)
		*out++ = *l->at++;
	while (!block && *l->at && *l->at != '\n' && (depth || !blank(*l->at))) {
		if (*l->at == '"') {
			w->quoted = true;
			out = read_quoted(l, out);
			continue;
		}
		if (*l->at == '(' || *l->at == '{')
			depth++;
		if ((*l->at == ')' || *l->at == '}') && depth)
			depth--;
		*out++ = *l->at++;
	}
	if (depth)
		die(l->script->file, l->line, "'%s': a bracket is not closed", start);
	w->text = start;
}

/* The line is over: its last word ends a statement, unless the next line goes on with / or | or
 * FIELD=VALUE.
 */
static void end_line(struct lexer *l)
{
	struct script *s = l->script;

	if (s->nwords)
		s->words[s->nwords - 1].last = true;
}

static void join_line(struct lexer *l)
{
	struct script *s = l->script;

	if (s->nwords && (strchr("/|", *l->at) || l->at[strcspn(l->at, "= \t\n")] == '='))
		s->words[s->nwords - 1].last = false;
}

void script_words(struct script *s, char *text)
{
	struct lexer l = {.script = s, .at = text, .line = 1};
	bool start = true;

	while (*l.at) {
		if (blank(*l.at)) {
			l.at++;
		} else if (*l.at == '#') {
			l.at += strcspn(l.at, "\n");
		} else if (*l.at == '\n') {
			end_line(&l);
			start = true;
			l.line++;
			l.at++;
		} else {
			if (start)
				join_line(&l);
			start = false;
			read_word(&l);
		}
	}
	end_line(&l);
}
