/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nod confirm: keep a change that is on trial.
 */
#include <inttypes.h>

#include "cmd/changes.h"

struct confirm_options {
	struct param_number number;
};

static const struct journal_entry *choose(const struct changes *changes,
					  const struct journal_entries *entries,
					  const struct param_number *number, struct err *err)
{
	const struct journal_entry *entry;

	if (!number->given) {
		entry = changes_latest_pending(changes, entries);
		if (!entry)
			err_set(err, ERR_SYSTEM, "no change waits for a word");
		return entry;
	}
	entry = changes_lookup(entries, number->value);
	if (!entry)
		err_set(err, ERR_SYSTEM, "there is no change %" PRIu64 " in %s", number->value,
			changes->directory);
	else if (entry->state == JOURNAL_UNDONE)
		err_set(err, ERR_SYSTEM, "change %" PRIu64 " was put back already (%.20s)",
			number->value, entry->undone_why ? entry->undone_why : "undo");
	else if (!changes_is_waiting(entry))
		err_set(err, ERR_SYSTEM, "change %" PRIu64 " does not wait for a word",
			number->value);
	else if (changes_is_here(changes, entry))
		return entry;
	else
		err_set(err, ERR_SYSTEM,
			"change %" PRIu64 " was not made in this network namespace, or before the "
			"machine was started",
			number->value);
	return NULL;
}

static int confirm(const struct changes *changes, const struct param_number *number,
		   uint64_t *confirmed, struct err *err)
{
	const struct journal_entry *entry;
	struct journal_entries entries;

	if (journal_read(changes->journal, changes->arena, &entries, err))
		return -1;
	entry = choose(changes, &entries, number, err);
	if (!entry || journal_mark(changes->journal, entry->number, JOURNAL_DONE, NULL, err))
		return -1;
	*confirmed = entry->number;
	return 0;
}

static enum status run_confirm(const void *opaque, const struct session *session, struct err *err)
{
	const struct confirm_options *options = opaque;
	struct changes changes = {0};
	struct arena arena = {0};
	struct err close_err = {0};
	struct live live;
	uint64_t number = 0;
	int result = -1;

	/* For its namespace only: changes count where they were made. */
	if (live_open(&live, session, err))
		return STATUS_FAILURE;
	if (!changes_open(&changes, &arena, err) && !changes_lock(&changes, err)) {
		result = confirm(&changes, &options->number, &number, err);
		journal_unlock(changes.journal);
	}
	if (!result)
		session_say(session, "Change %" PRIu64 " stays; nod undo %" PRIu64 " puts it back.",
			    number, number);
	changes_close(&changes);
	arena_free(&arena);
	/* Nothing is recorded: closing cannot fail. */
	(void)!live_close(&live, &close_err);
	return result ? STATUS_FAILURE : STATUS_OK;
}

static const struct param operands[] = {
	{.name = "number",
	 .type = PARAM_NUMBER,
	 .argument = "N",
	 .help = "of the change; without one, the latest that waits",
	 .offset = offsetof(struct confirm_options, number),
	 .min = 1},
	PARAM_END,
};

static const struct choice examples[] = {
	{"nod confirm", "the machine is still there: keep what nod set --for changed"},
	{"nod confirm 12", "keep change 12"},
	{NULL, NULL},
};

const struct command cmd_confirm = {
	.name = "confirm",
	.summary = "keep what nod set --for changed",
	.description =
		"A change made with nod set --for is put back at its deadline unless somebody "
		"says that it shall stay. This does, from any terminal that reaches the machine; "
		"Enter does where the change was made.",
	.operands = operands,
	.examples = examples,
	.flags = COMMAND_LIVE,
	.options_size = sizeof(struct confirm_options),
	.run = run_confirm,
};
