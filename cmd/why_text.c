/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How does a person read why a feature is as it is?
 */
#include <string.h>

#include "cmd/why.h"
#include "lib/diag/rule.h"
#include "lib/model/finding.h"

static const char *const standing_words[] = {
	[STANDING_ON] = "on",
	[STANDING_ON_FIXED] = "on, fixed",
	[STANDING_ON_UNASKED] = "on, not requested",
	[STANDING_OFF] = "off",
	[STANDING_OFF_BLOCKED] = "off, requested on",
	[STANDING_OFF_FIXED] = "off, fixed",
};

static const char *state_words(const struct explanation *explanation)
{
	if (explanation->standing == STANDING_NEVER)
		return explanation->active ? "on, unchangeable" : "off, unchangeable";
	return standing_words[explanation->standing];
}

/* What is as it should be, what is not. */
static const char *state_color(const struct explanation *explanation)
{
	switch ((enum feature_standing)explanation->standing) {
	case STANDING_ON:
	case STANDING_ON_FIXED:
		return "\033[32m";
	case STANDING_ON_UNASKED:
	case STANDING_OFF_BLOCKED:
		return "\033[33m";
	default:
		return "";
	}
}

static void add_colored(struct text *out, const struct session *session, const char *color,
			const char *words)
{
	bool on = session->color && *color;

	text_add(out, on ? color : "");
	text_add_untrusted(out, words);
	text_add(out, on ? "\033[0m" : "");
}

/* Names of devices and drivers are from outside: nothing in a sentence may act on a terminal. */
static void add_paragraph(struct text *out, const char *words, size_t indent,
			  const struct session *session)
{
	struct text safe attr_cleanup(text_free) = {0};

	text_add_untrusted(&safe, words);
	text_printf(out, "%*s", (int)indent, "");
	text_wrap(out, safe.chars ? safe.chars : "", indent, session->columns);
	text_add(out, "\n");
	out->failed |= safe.failed;
}

/* A command stays on one line, to be copied; its reason goes below. */
static void add_command(struct text *out, const char *command, const struct session *session)
{
	struct text words attr_cleanup(text_free) = {0};
	const char *reason = NULL;

	/* The last one: a quoted name may have the same characters. */
	for (const char *next = command; (next = strstr(next, "  # ")); next++)
		reason = next;
	text_add_bytes(&words, command, reason ? (size_t)(reason - command) : strlen(command));
	text_add(out, "  do: ");
	add_colored(out, session, "\033[1m", words.chars ? words.chars : "");
	text_add(out, "\n");
	out->failed |= words.failed;
	if (reason)
		add_paragraph(out, reason + 4, 6, session);
}

/* With -v the first paragraph of what nod explain says of a rule, with -vv all. */
static void add_rule(struct text *out, const char *id, const struct session *session)
{
	const struct feature_rule *rule = id ? feature_rule_lookup(id) : NULL;
	const char *paragraph = rule && session->verbose ? rule->explain : NULL;

	while (paragraph) {
		const char *end = strstr(paragraph, "\n\n");
		struct text one attr_cleanup(text_free) = {0};

		text_add_bytes(&one, paragraph,
			       end ? (size_t)(end - paragraph) : strlen(paragraph));
		add_paragraph(out, one.chars ? one.chars : "", 6, session);
		out->failed |= one.failed;
		paragraph = end && session->verbose > 1 ? end + 2 : NULL;
	}
}

/* "Needs tx-scatter-gather, which is off (F2)." */
static void add_reason(struct text *out, const struct reason *reason, const struct session *session)
{
	struct text words attr_cleanup(text_free) = {0};
	bool certain = reason->certainty == CONFIDENCE_CERTAIN;
	size_t length = strlen(reason->text);
	bool stop = length && reason->text[length - 1] == '.';

	text_add_bytes(&words, reason->text, stop ? length - 1 : length);
	if (reason->rule || !certain)
		text_printf(&words, " (%s%s%s)", reason->rule ? reason->rule : "",
			    reason->rule && !certain ? ", " : "",
			    certain ? "" : confidence_names[reason->certainty]);
	text_add(&words, stop ? "." : "");
	add_paragraph(out, words.chars ? words.chars : "", 2, session);
	out->failed |= words.failed;
	add_rule(out, reason->rule, session);
}

/* Room for the state behind a list of features. */
#define STATE_COLUMNS 20

static void add_heading(struct text *out, const struct explanation *explanation,
			const char *features, const struct session *session)
{
	struct text words attr_cleanup(text_free) = {0};

	text_add_untrusted(&words, explanation->device);
	text_add(&words, " ");
	text_add_untrusted(&words, features);
	text_add(&words, ":");
	text_add(out, session->color ? "\033[1m" : "");
	text_wrap(out, words.chars ? words.chars : "", 2,
		  session->columns > 2 * STATE_COLUMNS ? session->columns - STATE_COLUMNS
						       : session->columns);
	text_add(out, session->color ? "\033[0m " : " ");
	add_colored(out, session, state_color(explanation), state_words(explanation));
	text_add(out, "\n");
	out->failed |= words.failed;
}

void why_text_feature(struct text *out, const struct explanation *explanation,
		      const struct session *session)
{
	add_heading(out, explanation, explanation->feature, session);
	add_paragraph(out, explanation->text, 2, session);
	for (size_t i = 0; i < explanation->nreasons; i++)
		add_reason(out, &explanation->reasons[i], session);
	for (size_t i = 0; i < explanation->ncommands; i++)
		add_command(out, explanation->commands[i], session);
	for (size_t i = 0; i < explanation->nlimits; i++)
		add_paragraph(out, explanation->limits[i], 2, session);
}

/* The same state for the same reason, with the same remedy: told once. */
static bool is_alike(const struct explanation *a, const struct explanation *b)
{
	if (a->standing != b->standing || strcmp(a->summary, b->summary) != 0 ||
	    a->ncommands != b->ncommands)
		return false;
	for (size_t i = 0; i < a->ncommands; i++)
		if (strcmp(a->commands[i], b->commands[i]) != 0)
			return false;
	return true;
}

static void add_short(struct text *out, const struct explanation_set *set, size_t first,
		      const struct session *session)
{
	const struct explanation *explanation = &set->explanations[first];
	struct text features attr_cleanup(text_free) = {0};

	for (size_t i = 0; i < first; i++)
		if (is_alike(&set->explanations[i], explanation))
			return;
	for (size_t i = first; i < set->nexplanations; i++)
		if (is_alike(&set->explanations[i], explanation))
			text_printf(&features, "%s%s", features.length ? ", " : "",
				    set->explanations[i].feature);
	text_add(out, "\n");
	add_heading(out, explanation, features.chars ? features.chars : "", session);
	add_paragraph(out, explanation->summary, 2, session);
	for (size_t i = 0; i < explanation->ncommands; i++)
		add_command(out, explanation->commands[i], session);
	out->failed |= features.failed;
}

void why_text_device(struct text *out, const struct device *device, const char *rule,
		     const struct explanation_set *set, const struct session *session)
{
	const struct feature_rule *row = rule ? feature_rule_lookup(rule) : NULL;
	struct text kind attr_cleanup(text_free) = {0};

	text_add(out, session->color ? "\033[1m" : "");
	text_add_untrusted(out, device->name);
	text_add(out, session->color ? "\033[0m" : "");
	text_add(out, set->nexplanations
			      ? ": features that are not what they were asked to be, or "
				"not what they seem\n"
			      : ": every feature is as requested, as far as can be told\n");
	if (row) {
		text_printf(&kind, "%s (%s)", row->summary, row->id);
		add_paragraph(out, kind.chars ? kind.chars : "", 2, session);
		out->failed |= kind.failed;
	}
	for (size_t i = 0; i < set->nexplanations; i++)
		add_short(out, set, i, session);
}
