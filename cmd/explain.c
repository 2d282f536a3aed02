/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nod explain: what is behind a finding, a model, a rule, a feature?
 */
#include <stdio.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/explain.h"
#include "cmd/prose.h"
#include "cmd/suggest.h"
#include "cmd/value.h"
#include "lib/diag/rule.h"
#include "lib/model/feature.h"

struct explain_options {
	struct param_operands ids;
};

const struct detector *explain_finding(const char *id)
{
	for (size_t i = 0; detectors[i]; i++)
		if (strcmp(detectors[i]->id, id) == 0)
			return detectors[i];
	return NULL;
}

const struct gro_reason_info *explain_next_reason(const struct gro_reason_info *reason)
{
	reason = reason ? reason + 1 : gro_reasons;
	while (reason < gro_reasons + GRO_REASONS && explain_finding(reason->id))
		reason++;
	return reason < gro_reasons + GRO_REASONS ? reason : NULL;
}

/* One line of a list under a heading. */
static void add_line(struct text *out, int width, const char *name, const char *summary)
{
	text_printf(out, "  %-*s  %s\n", width, name, summary);
}

static void widen(int *width, const char *name)
{
	if ((int)strlen(name) > *width)
		*width = (int)strlen(name);
}

static void add_heading(struct text *out, const struct session *session, const char *words)
{
	text_printf(out, "%s%s%s%s\n", out->length ? "\n" : "", session->color ? "\033[1m" : "",
		    words, session->color ? "\033[0m" : "");
}

static void add_list(struct text *out, const struct session *session)
{
	int width = 0;

	for (size_t i = 0; detectors[i]; i++)
		widen(&width, detectors[i]->id);
	for (const struct feature_info *info = feature_infos; info->name; info++)
		widen(&width, info->name);
	add_heading(out, session, "Findings of nod pcap");
	for (size_t i = 0; detectors[i]; i++)
		add_line(out, width, detectors[i]->id, detectors[i]->summary);
	add_heading(out, session, "Models of nod gro");
	for (const struct gro_model *model = gro_models; model->id; model++)
		add_line(out, width, model->id, model->summary);
	add_heading(out, session, "Reasons of nod gro that are no findings");
	for_each_reason(reason) add_line(out, width, reason->id, reason->summary);
	add_heading(out, session, "Rules of nod why");
	for (const struct feature_rule *rule = feature_rules; rule->id; rule++)
		add_line(out, width, rule->id, rule->summary);
	add_heading(out, session, "Features");
	for (const struct feature_info *info = feature_infos; info->name; info++)
		add_line(out, width, info->name, info->summary);
}

static void add_paragraph(struct text *out, const char *words, size_t length,
			  const struct session *session)
{
	struct text one attr_cleanup(text_free) = {0};

	text_add_bytes(&one, words, length);
	text_add(out, "\n");
	text_wrap(out, one.failed ? "" : one.chars, 0, session->columns);
	text_add(out, "\n");
	out->failed |= one.failed;
}

static void add_explanation(struct text *out, const char *id, const char *summary,
			    const char *paragraph, const struct session *session)
{
	text_printf(out, "%s%s%s%s: %s\n", out->length ? "\n" : "", session->color ? "\033[1m" : "",
		    id, session->color ? "\033[0m" : "", summary);
	while (paragraph && *paragraph) {
		const char *end = strstr(paragraph, "\n\n");

		add_paragraph(out, paragraph, end ? (size_t)(end - paragraph) : strlen(paragraph),
			      session);
		paragraph = end ? end + 2 : NULL;
	}
}

static bool add_finding(struct text *out, const char *id, const struct session *session)
{
	const struct detector *finding = explain_finding(id);

	if (finding)
		add_explanation(out, id, finding->summary, finding->explain, session);
	return finding != NULL;
}

static bool add_model(struct text *out, const char *id, const struct session *session)
{
	const struct gro_model *model = gro_model_lookup(id);
	struct text sources attr_cleanup(text_free) = {0};

	if (!model)
		return false;
	add_explanation(out, model->id, model->summary, model->explain, session);
	text_printf(&sources, "Sources: %s", model->sources);
	add_paragraph(out, sources.chars ? sources.chars : "", sources.length, session);
	out->failed |= sources.failed;
	return true;
}

static bool add_reason(struct text *out, const char *id, const struct session *session)
{
	for_each_reason(reason)
	{
		const struct gro_advice *advice = reason->advice;

		if (strcmp(reason->id, id) != 0)
			continue;
		add_explanation(out, id, reason->summary,
				reason->mend ? reason->mend
					     : "Nothing can be done about it, or nothing need be.",
				session);
		for (; advice && advice->text; advice++)
			prose_advice(out, advice->text, session);
		return true;
	}
	return false;
}

static void add_version(struct text *out, const char *before, uint32_t version)
{
	if (version)
		text_printf(out, "%s%u.%u", before, version >> 16, version >> 8 & 0xff);
}

static bool add_rule(struct text *out, const char *id, const struct session *session)
{
	const struct feature_rule *rule = feature_rule_lookup(id);
	struct text facts attr_cleanup(text_free) = {0};

	if (!rule)
		return false;
	add_explanation(out, rule->id, rule->summary, rule->explain, session);
	if (rule->since || rule->until) {
		text_add(&facts, "Holds for Linux");
		add_version(&facts, " from ", rule->since);
		add_version(&facts, " up to, and without, ", rule->until);
		text_add(&facts, ". ");
	}
	text_printf(&facts, "Source: %s.", rule->source);
	add_paragraph(out, facts.chars ? facts.chars : "", facts.length, session);
	out->failed |= facts.failed;
	return true;
}

static void add_feature(struct text *out, const struct feature_info *info,
			const struct session *session)
{
	struct text facts attr_cleanup(text_free) = {0};

	add_explanation(out, info->name, info->summary, info->explain, session);
	text_printf(&facts, "Group: %s.", feature_group_names[info->group]);
	for (const struct feature_alias *alias = feature_aliases; alias->alias; alias++)
		if (feature_matches(alias->pattern, info->name))
			text_printf(&facts, " Meant by %s and %s of ethtool.", alias->alias,
				    alias->name);
	add_paragraph(out, facts.chars ? facts.chars : "", facts.length, session);
	out->failed |= facts.failed;
}

/* All features that nod knows, as if a kernel had them: for feature_select(). */
static void name_features(struct feature_names *names)
{
	*names = (struct feature_names){0};
	for (const struct feature_info *info = feature_infos;
	     info->name && names->count < FEATURE_BITS_MAX; info++)
		names->names[names->count++] = info->name;
}

/* A name, an alias, a group or a pattern. */
static bool add_features(struct text *out, const char *word, const struct session *session)
{
	struct feature_names names;
	struct feature_bits set = {{0}};

	name_features(&names);
	if (!feature_select(&names, word, &set))
		return false;
	for (unsigned int i = 0; i < names.count; i++)
		if (feature_test(&set, i))
			add_feature(out, &feature_infos[i], session);
	return true;
}

static int unknown(const char *word, struct err *err)
{
	char shown[SHOWN_MAX], hint[HINT_MAX];
	struct suggestion suggestion;

	suggest_init(&suggestion, word);
	for (size_t i = 0; detectors[i]; i++)
		suggest_offer(&suggestion, detectors[i]->id);
	for (const struct gro_model *model = gro_models; model->id; model++)
		suggest_offer(&suggestion, model->id);
	for_each_reason(reason) suggest_offer(&suggestion, reason->id);
	for (const struct feature_rule *rule = feature_rules; rule->id; rule++)
		suggest_offer(&suggestion, rule->id);
	for (const struct feature_info *info = feature_infos; info->name; info++)
		suggest_offer(&suggestion, info->name);
	for (const struct feature_alias *alias = feature_aliases; alias->alias; alias++) {
		suggest_offer(&suggestion, alias->alias);
		suggest_offer(&suggestion, alias->name);
	}
	return err_set(err, ERR_USAGE,
		       "there is no finding, model, reason, rule or feature \"%s\"%s",
		       shown_word(word, strlen(word), shown), suggest_hint(&suggestion, "", hint));
}

static enum status run_explain(const void *opaque, const struct session *session, struct err *err)
{
	const struct explain_options *options = opaque;
	struct text out attr_cleanup(text_free) = {0};

	if (!options->ids.count)
		add_list(&out, session);
	for (size_t i = 0; i < options->ids.count; i++) {
		const char *word = options->ids.words[i];

		if (!add_finding(&out, word, session) && !add_model(&out, word, session) &&
		    !add_reason(&out, word, session) && !add_rule(&out, word, session) &&
		    !add_features(&out, word, session)) {
			unknown(word, err);
			return STATUS_USAGE;
		}
	}
	return session_write(session, &out, err) < 0 ? STATUS_FAILURE : STATUS_OK;
}

static const struct param operands[] = {
	{.name = "id",
	 .type = PARAM_OPERANDS,
	 .argument = "ID",
	 .help = "a finding, as nod pcap names it; a model or a reason, as nod gro names it; a rule, as nod why names it; or a feature, also "
		 "an alias of ethtool (tso), a group (tunnels) or a pattern; without one, all are "
		 "listed",
	 .offset = offsetof(struct explain_options, ids),
	 .complete = "topics"},
	PARAM_END,
};

static const struct choice examples[] = {
	{"nod explain", "all that can be asked, a line each"},
	{"nod explain outer-ipid-not-sequential", "what stops receivers from merging a tunnel?"},
	{"nod explain linux-6.18", "what does this kernel's GRO merge, and what not?"},
	{"nod explain F3", "why does TCP segmentation go off with checksums?"},
	{"nod explain tso", "what do the features do that ethtool calls tso?"},
	{NULL, NULL},
};

const struct command cmd_explain = {
	.name = "explain",
	.summary = "tell the background of a finding, a receiver, a rule or a feature",
	.description =
		"Says what a finding means, why it matters, how it is told from others that "
		"look alike, and what can be done; what a kind of receiver merges, and where that was "
		"read; by which rules the kernel and its drivers "
		"decide on features, since when, and where that was read; what a feature "
		"does, and when it hurts.",
	.operands = operands,
	.examples = examples,
	.options_size = sizeof(struct explain_options),
	.run = run_explain,
};
