/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which words can stand here that no table knows, because they are known only at run time?
 */
#include <string.h>

#include "cmd/command.h"
#include "cmd/suggest.h"

struct complete_options {
	const char *list;
};

static const struct word_list *list_lookup(const char *name, struct err *err)
{
	struct suggestion suggestion;
	char hint[HINT_MAX];

	suggest_init(&suggestion, name);
	for (const struct word_list *list = word_lists; list->name; list++) {
		if (!strcmp(list->name, name))
			return list;
		suggest_offer(&suggestion, list->name);
	}
	err_set(err, ERR_USAGE, "there is no list \"%.60s\"%s", name,
		suggest_hint(&suggestion, "", hint));
	return NULL;
}

static enum status run_complete(const void *opaque, const struct session *session, struct err *err)
{
	const struct complete_options *options = opaque;
	const struct word_list *list = list_lookup(options->list, err);
	struct text out attr_cleanup(text_free) = {0};

	if (!list)
		return STATUS_USAGE;
	list->add(&out);
	return session_write(session, &out, err) ? STATUS_FAILURE : STATUS_OK;
}

static const struct param operands[] = {
	{.name = "list",
	 .type = PARAM_STRING,
	 .argument = "LIST",
	 .help = "what to list",
	 .offset = offsetof(struct complete_options, list),
	 .required = true},
	PARAM_END,
};

const struct command cmd_complete = {
	.name = "complete",
	.summary =
		"print words for shell completion, one a line, with a tab and a description behind",
	.operands = operands,
	.flags = COMMAND_HIDDEN | COMMAND_IN_NOD_PAGE,
	.options_size = sizeof(struct complete_options),
	.run = run_complete,
};
