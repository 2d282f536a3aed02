/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which commands does nod have, and which words can the shells ask it for?
 */
#include "cmd/command.h"
#include "cmd/explain.h"
#include "cmd/words.h"
#include "lib/diag/rule.h"
#include "lib/model/feature.h"

extern const struct command cmd_show, cmd_why, cmd_set, cmd_confirm, cmd_undo, cmd_watch, cmd_pcap,
	cmd_capture, cmd_gro, cmd_split, cmd_explain, cmd_help, cmd_complete;

const struct command *const commands[] = {
	&cmd_show, &cmd_why, &cmd_set,	 &cmd_confirm, &cmd_undo, &cmd_watch,	 &cmd_capture,
	&cmd_pcap, &cmd_gro, &cmd_split, &cmd_explain, &cmd_help, &cmd_complete, NULL,
};

static void add_commands(struct text *out)
{
	for (size_t i = 0; commands[i]; i++) {
		if (!(commands[i]->flags & COMMAND_HIDDEN))
			text_printf(out, "%s\t%s\n", commands[i]->name, commands[i]->summary);
	}
}

/* All that nod explain knows. */
static void add_topics(struct text *out)
{
	for (size_t i = 0; detectors[i]; i++)
		text_printf(out, "%s\t%s\n", detectors[i]->id, detectors[i]->summary);
	for (const struct gro_model *model = gro_models; model->id; model++)
		text_printf(out, "%s\t%s\n", model->id, model->summary);
	for_each_reason(reason) text_printf(out, "%s\t%s\n", reason->id, reason->summary);
	for (const struct feature_rule *rule = feature_rules; rule->id; rule++)
		text_printf(out, "%s\t%s\n", rule->id, rule->summary);
	for (const struct feature_info *info = feature_infos; info->name; info++)
		text_printf(out, "%s\t%s\n", info->name, info->summary);
}

/* What nod gro --model takes. */
static void add_models(struct text *out)
{
	for (const struct gro_model *model = gro_models; model->id; model++)
		text_printf(out, "%s\t%s\n", model->id, model->name);
	text_add(out, "all\tall of them, side by side\n");
}

const struct word_list word_lists[] = {
	{"commands", add_commands},
	{"topics", add_topics},
	{"models", add_models},
	{"devices", words_add_devices},
	{"features", words_add_features},
	{"changes", words_add_changes},
	{"namespaces", words_add_namespaces},
	{NULL, NULL},
};
