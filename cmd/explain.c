/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nod explain: what is behind a finding?
 */
#include <string.h>

#include "cmd/command.h"
#include "cmd/suggest.h"
#include "pcap/detector.h"

struct explain_options {
	struct param_operands ids;
};

static const struct detector *lookup(const char *id, struct err *err)
{
	struct suggestion suggestion;
	char hint[HINT_MAX];

	suggest_init(&suggestion, id);
	for (size_t i = 0; detectors[i]; i++) {
		if (strcmp(detectors[i]->id, id) == 0)
			return detectors[i];
		suggest_offer(&suggestion, detectors[i]->id);
	}
	err_set(err, ERR_USAGE, "there is no finding \"%.60s\"%s", id,
		suggest_hint(&suggestion, "", hint));
	return NULL;
}

static void add_list(struct text *out)
{
	size_t widest = 0;

	for (size_t i = 0; detectors[i]; i++)
		if (strlen(detectors[i]->id) > widest)
			widest = strlen(detectors[i]->id);
	for (size_t i = 0; detectors[i]; i++)
		text_printf(out, "%-*s  %s\n", (int)widest, detectors[i]->id,
			    detectors[i]->summary);
}

static void add_explanation(struct text *out, const struct detector *self,
			    const struct session *session)
{
	const char *paragraph = self->explain;

	text_printf(out, "%s%s%s: %s\n", session->color ? "\033[1m" : "", self->id,
		    session->color ? "\033[0m" : "", self->summary);
	while (paragraph) {
		const char *end = strstr(paragraph, "\n\n");
		struct text one attr_cleanup(text_free) = {0};

		text_add_bytes(&one, paragraph,
			       end ? (size_t)(end - paragraph) : strlen(paragraph));
		text_add(out, "\n");
		text_wrap(out, one.failed ? "" : one.chars, 0, session->columns);
		text_add(out, "\n");
		out->failed |= one.failed;
		paragraph = end ? end + 2 : NULL;
	}
}

static enum status run_explain(const void *opaque, const struct session *session, struct err *err)
{
	const struct explain_options *options = opaque;
	struct text out attr_cleanup(text_free) = {0};

	if (!options->ids.count)
		add_list(&out);
	for (size_t i = 0; i < options->ids.count; i++) {
		const struct detector *self = lookup(options->ids.words[i], err);

		if (!self)
			return STATUS_USAGE;
		text_add(&out, i ? "\n" : "");
		add_explanation(&out, self, session);
	}
	return session_write(session, &out, err) < 0 ? STATUS_FAILURE : STATUS_OK;
}

static const struct param operands[] = {
	{.name = "id",
	 .type = PARAM_OPERANDS,
	 .argument = "ID",
	 .help = "a finding, as nod pcap names it; without one, all are listed",
	 .offset = offsetof(struct explain_options, ids),
	 .complete = "findings"},
	PARAM_END,
};

static const struct choice examples[] = {
	{"nod explain", "all findings, a line each"},
	{"nod explain outer-ipid-not-sequential", "what stops receivers from merging a tunnel?"},
	{NULL, NULL},
};

const struct command cmd_explain = {
	.name = "explain",
	.summary = "tell the background of a finding",
	.description = "Says what a finding means, why it matters, how it is told from others that "
		       "look alike, and what can be done.",
	.operands = operands,
	.examples = examples,
	.options_size = sizeof(struct explain_options),
	.run = run_explain,
};
