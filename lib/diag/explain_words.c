/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How does an explanation become sentences and commands?
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/diag/explain_parts.h"

/* Callers keep two more than are listed, and count the rest. */
#define NAMES_LISTED 6

const char *explain_keep(struct question *question, struct text *text)
{
	char *kept =
		text->failed ? NULL : arena_strdup(question->arena, text->chars ? text->chars : "");

	question->failed |= !kept;
	return kept;
}

const char *explain_say(struct question *question, const char *format, ...)
{
	char *said = NULL, *kept = NULL;
	va_list arguments;

	va_start(arguments, format);
	if (vasprintf(&said, format, arguments) >= 0) {
		kept = arena_strdup(question->arena, said);
		free(said);
	}
	va_end(arguments);
	question->failed |= !kept;
	return kept;
}

/* Room for one more in a list of @count: doubled at each power of two. */
static void *grow(struct question *question, void *list, size_t count, size_t size)
{
	void *room;

	if (count & (count - 1))
		return list;
	room = arena_alloc(question->arena, (count ? 2 * count : 1) * size);
	if (room && count)
		memcpy(room, list, count * size);
	question->failed |= !room;
	return room;
}

void explain_reason(struct question *question, const char *rule, enum confidence certainty,
		    const char *text)
{
	struct explanation *answer = question->answer;
	struct reason *list;

	for (size_t i = 0; text && i < answer->nreasons; i++)
		if (strcmp(answer->reasons[i].text, text) == 0)
			return;
	list = text ? grow(question, answer->reasons, answer->nreasons, sizeof(*list)) : NULL;
	if (!list)
		return;
	answer->reasons = list;
	list[answer->nreasons++] = (struct reason){
		.rule = rule,
		.text = text,
		.certainty = certainty,
	};
}

static void add_string(struct question *question, const char ***strings, size_t *count,
		       const char *text)
{
	const char **list;

	for (size_t i = 0; text && i < *count; i++)
		if (strcmp((*strings)[i], text) == 0)
			return;
	list = text ? grow(question, *strings, *count, sizeof(*list)) : NULL;
	if (!list)
		return;
	*strings = list;
	list[(*count)++] = text;
}

void explain_limit(struct question *question, const char *text)
{
	add_string(question, &question->answer->limits, &question->answer->nlimits, text);
}

void explain_command(struct question *question, const char *text)
{
	add_string(question, &question->answer->commands, &question->answer->ncommands, text);
}

void explain_list(struct text *out, const struct device *const *devices, size_t count)
{
	/* One more name is no longer than "and 1 more". */
	size_t shown = count > NAMES_LISTED + 1 ? NAMES_LISTED : count;

	for (size_t i = 0; i < shown; i++)
		text_printf(out, "%s%s",
			    !i		     ? ""
			    : i + 1 == count ? " and "
					     : ", ",
			    devices[i]->name);
	if (shown < count)
		text_printf(out, " and %zu more", count - shown);
}

const char *explain_features(struct question *question, const struct feature_bits *set,
			     const char *word)
{
	const struct feature_names *names = &question->explainer->snapshot->names;
	struct text text attr_cleanup(text_free) = {0};

	for (unsigned int bit = 0; bit < names->count; bit++)
		if (feature_test(set, bit) && names->names[bit])
			text_printf(&text, "%s%s", text.length ? word : "", names->names[bit]);
	return explain_keep(question, &text);
}

const char *explain_rule(struct question *question, const char *rule)
{
	const struct feature_rule *row = rule ? feature_rule_lookup(rule) : NULL;
	struct text text attr_cleanup(text_free) = {0};
	bool is_word;

	if (!row)
		return NULL;
	/* A name of a feature or driver stays as it is. */
	is_word = islower((unsigned char)row->summary[0]) &&
		  strcspn(row->summary, "-_0123456789") >= strcspn(row->summary, " ");
	text_printf(&text, "%c%s.",
		    is_word ? toupper((unsigned char)row->summary[0]) : row->summary[0],
		    row->summary + 1);
	return explain_keep(question, &text);
}
