/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nod why: why is a feature as it is, and what would change it?
 */
#include <stdlib.h>

#include "cmd/live.h"
#include "cmd/why.h"
#include "lib/diag/explain.h"

struct why_options {
	const char *device;
	struct param_operands features;
};

/**
 * struct answers - the devices and features of one call
 * @chosen: for each device of the snapshot
 * @bits: features that were named
 */
struct answers {
	const struct why_options *options;
	const struct session *session;
	struct snapshot snapshot;
	struct explainer explainer;
	struct arena arena;
	bool *chosen;
	struct feature_bits bits;
	struct explanation_set set;
	size_t room;
	struct text out;
};

static int choose(struct answers *answers, struct err *err)
{
	char *word = (char *)(uintptr_t)answers->options->device;
	struct param_operands words = {.count = 1, .words = &word};
	struct device_filter filter = {.words = &words};
	const struct param_operands *features = &answers->options->features;
	int count;

	answers->chosen = arena_alloc(&answers->arena, answers->snapshot.ndevices + 1);
	if (!answers->chosen)
		return err_set(err, ERR_MEMORY, "no memory for the devices");
	count = live_choose(&filter, &answers->snapshot, answers->chosen, err);
	if (count < 0)
		return -1;
	if (!count)
		return err_set(err, ERR_SYSTEM, "no device matches \"%.40s\"", word);
	for (size_t i = 0; i < features->count; i++) {
		struct feature_bits some = {{0}};

		if (live_features(&answers->snapshot.names, features->words[i], &some, err) < 0)
			return -1;
		answers->bits = feature_or(answers->bits, some);
	}
	return 0;
}

static int add_explanation(struct answers *answers, const struct device *device, unsigned int bit,
			   struct err *err)
{
	struct explanation_set *set = &answers->set;

	if (set->nexplanations == answers->room) {
		size_t room = answers->room ? 2 * answers->room : 16;
		struct explanation *more =
			reallocarray(set->explanations, room, sizeof(*set->explanations));

		if (!more)
			return err_set(err, ERR_MEMORY, "no memory for explanations");
		set->explanations = more;
		answers->room = room;
	}
	if (explain_feature(&answers->explainer, device, bit, &answers->arena,
			    &set->explanations[set->nexplanations], err) < 0)
		return -1;
	set->nexplanations++;
	return 0;
}

/* Those that were named; else those of which there is something to say. */
static int explain_device(struct answers *answers, const struct device *device, struct err *err)
{
	const struct feature_names *names = &answers->snapshot.names;
	bool named = answers->options->features.count;

	for (unsigned int bit = 0; bit < names->count; bit++) {
		if (!names->names[bit])
			continue;
		if (named ? !feature_test(&answers->bits, bit)
			  : !explain_briefly(&answers->explainer, device, bit, &answers->arena))
			continue;
		if (add_explanation(answers, device, bit, err) < 0)
			return -1;
	}
	return 0;
}

static void add_text(struct answers *answers, const struct device *device, size_t first)
{
	const struct session *session = answers->session;
	struct explanation_set of_device = {
		.explanations = answers->set.explanations + first,
		.nexplanations = answers->set.nexplanations - first,
	};

	if (answers->out.length)
		text_add(&answers->out, "\n");
	if (!answers->options->features.count) {
		why_text_device(&answers->out, device, explain_kind_rule(device), &of_device,
				session);
		return;
	}
	for (size_t i = 0; i < of_device.nexplanations; i++) {
		text_add(&answers->out, i ? "\n" : "");
		why_text_feature(&answers->out, &of_device.explanations[i], session);
	}
}

static int explain_all(struct answers *answers, struct err *err)
{
	const struct snapshot *snapshot = &answers->snapshot;

	if (explainer_init(&answers->explainer, snapshot, err) < 0)
		return -1;
	for (size_t i = 0; i < snapshot->ndevices; i++) {
		const struct device *device = &snapshot->devices[i];
		size_t first = answers->set.nexplanations;

		if (!answers->chosen[i] || !(device->has & DEVICE_HAS_FEATURES))
			continue;
		if (explain_device(answers, device, err) < 0)
			return -1;
		if (!answers->session->json && !answers->session->jsonl)
			add_text(answers, device, first);
	}
	return 0;
}

static int render(struct answers *answers, struct err *err)
{
	const struct explanation_set *set = &answers->set;

	if (answers->session->json) {
		if (record_to_json(&record_explanation_set, set, &answers->out, err) < 0)
			return -1;
		text_add(&answers->out, "\n");
	}
	for (size_t i = 0; answers->session->jsonl && i < set->nexplanations; i++)
		if (record_to_jsonl(&record_explanation, &set->explanations[i], &answers->out,
				    err) < 0)
			return -1;
	if (answers->snapshot.uncertain)
		session_say(answers->session,
			    "devices came and went while the kernel was asked: this may be "
			    "incomplete");
	return session_write(answers->session, &answers->out, err);
}

static int look(struct answers *answers, struct err *err)
{
	enum live_depth depth = answers->session->verbose ? LIVE_DETAILS : LIVE_FEATURES;
	struct err close_err = {0};
	struct live live;
	int result;

	if (live_open(&live, answers->session, err) < 0)
		return -1;
	result = live_look(&live, depth, &answers->snapshot, err);
	return live_close(&live, result < 0 ? &close_err : err) < 0 ? -1 : result;
}

static enum status run_why(const void *opaque, const struct session *session, struct err *err)
{
	struct answers answers = {.options = opaque, .session = session};
	int result = look(&answers, err);

	if (!result)
		result = choose(&answers, err);
	if (!result)
		result = explain_all(&answers, err);
	if (!result)
		result = render(&answers, err);
	text_free(&answers.out);
	free(answers.set.explanations);
	explainer_free(&answers.explainer);
	arena_free(&answers.arena);
	snapshot_free(&answers.snapshot);
	if (!result)
		return STATUS_OK;
	return err->code == ERR_USAGE ? STATUS_USAGE : STATUS_FAILURE;
}

static const struct param operands[] = {
	{.name = "device",
	 .type = PARAM_STRING,
	 .argument = "DEV",
	 .help = "a device, or a pattern (eth*)",
	 .offset = offsetof(struct why_options, device),
	 .complete = "devices",
	 .required = true},
	{.name = "feature",
	 .type = PARAM_OPERANDS,
	 .argument = "FEATURE",
	 .help = "a feature, an alias (tso), a group (segmentation) or a pattern (tx-*); without "
		 "one, those that are not as requested or not what they seem",
	 .offset = offsetof(struct why_options, features),
	 .complete = "features"},
	PARAM_END,
};

static const struct choice examples[] = {
	{"nod why eth0", "what is not as it was asked for, in short"},
	{"nod why eth0 tso", "why TCP segmentation is on or off, and what would change it"},
	{"nod why bond0 tx-tcp-segmentation", "which ports of the bond have it?"},
	{NULL, NULL},
};

const struct command cmd_why = {
	.name = "why",
	.summary = "say why a feature is as it is, and what would change it",
	.description =
		"Says of each feature whether it can be changed and whether it was requested; which "
		"rule of the kernel, of the driver or of the kind of device holds it back; which "
		"device above or below is behind that; what cannot be known from here; and the "
		"commands that would change it, or that nothing will.\n\n"
		"Rules have an id, such as F2: nod explain F2 tells more. With -v their first "
		"paragraph is shown here, and counters of the queues are read. Nothing is changed.",
	.operands = operands,
	.examples = examples,
	.flags = COMMAND_JSON | COMMAND_JSONL | COMMAND_VERBOSE | COMMAND_LIVE | COMMAND_REPLAY,
	.options_size = sizeof(struct why_options),
	.run = run_why,
};
