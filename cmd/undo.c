/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nod undo: put back what was requested before a change.
 */
#include <inttypes.h>
#include <string.h>

#include "cmd/apply.h"
#include "cmd/history.h"
#include "cmd/restore.h"
#include "cmd/set.h"
#include "cmd/undo.h"

struct undo_options {
	struct param_number number;
	bool list, dry_run;
};

/**
 * struct job - one call
 * @entry: to be put back; @resolved: with what it is to be put back to
 * @restored: what is to say of its devices
 */
struct job {
	const struct undo_options *options;
	const struct session *session;
	struct arena arena;
	struct live live;
	struct changes changes;
	struct journal_entries entries;
	const struct journal_entry *entry, *resolved;
	struct snapshot before;
	struct plan plan;
	struct restored restored;
};

/* --- which one ---------------------------------------------------------------------------------- */

static int check_entry(const struct job *job, uint64_t number, struct err *err)
{
	const struct journal_entry *entry = job->entry;

	if (!entry)
		return err_set(err, ERR_SYSTEM, "there is no change %" PRIu64 " in %s", number,
			       job->changes.directory);
	if (!changes_is_this_boot(&job->changes, entry))
		return err_set(err, ERR_SYSTEM,
			       "change %" PRIu64 " ended when the machine was started again",
			       number);
	if (!changes_is_here(&job->changes, entry))
		return err_set(err, ERR_SYSTEM,
			       "change %" PRIu64 " was made in network namespace %" PRIu64
			       ", this is %" PRIu64 ": --netns goes there",
			       number, entry->netns, job->changes.netns);
	if (entry->state == JOURNAL_UNDONE)
		return err_set(err, ERR_SYSTEM, "change %" PRIu64 " was put back already (%.20s)",
			       number, entry->undone_why ? entry->undone_why : "undo");
	return 0;
}

static int choose_entry(struct job *job, struct err *err)
{
	const struct param_number *number = &job->options->number;

	if (journal_read(job->changes.journal, &job->arena, &job->entries, err))
		return -1;
	if (number->given) {
		job->entry = changes_lookup(&job->entries, number->value);
		return check_entry(job, number->value, err);
	}
	job->entry = changes_latest_undoable(&job->changes, &job->entries);
	if (!job->entry)
		return err_set(err, ERR_SYSTEM,
			       "there is no change to put back in this network namespace");
	return 0;
}

/* --- the plan ----------------------------------------------------------------------------------- */

static bool shares_a_feature(const struct journal_device *a, const struct journal_device *b)
{
	if (a->ifindex != b->ifindex)
		return false;
	for (size_t i = 0; i < a->nfeatures; i++)
		for (size_t j = 0; j < b->nfeatures; j++)
			if (strcmp(a->features[i].name, b->features[j].name) == 0)
				return true;
	return false;
}

static bool overlaps(const struct journal_entry *a, const struct journal_entry *b)
{
	for (size_t i = 0; i < a->ndevices; i++)
		for (size_t j = 0; j < b->ndevices; j++)
			if (shares_a_feature(&a->devices[i], &b->devices[j]))
				return true;
	return false;
}

/* What later changes did to the same features goes as well. */
static void note_later(struct job *job)
{
	for (size_t i = 0; i < job->entries.count; i++) {
		const struct journal_entry *later = &job->entries.list[i];

		if (later->number <= job->entry->number || later->state == JOURNAL_UNDONE ||
		    later->undoes || !changes_is_here(&job->changes, later) ||
		    !overlaps(job->entry, later))
			continue;
		apply_note(&job->arena, &job->plan,
			   "Change %" PRIu64 " was made later and is about some of the same "
			   "features: it loses them too.",
			   later->number);
	}
}

static int add_wishes(struct wishes *wishes, const struct device_request *request, struct err *err)
{
	struct change change = {.device = request->device, .single = true, .back = true};

	for (unsigned int bit = 0; bit < FEATURE_BITS_MAX; bit++) {
		if (!feature_test(&request->mask, bit))
			continue;
		change.bit = bit;
		change.on = feature_test(&request->value, bit);
		change.word = wishes->words++;
		if (wishes_add(wishes, &change, err))
			return -1;
	}
	return 0;
}

static int make_plan(struct job *job, struct err *err)
{
	struct wishes wishes;
	struct plan requests;

	job->resolved = history_resolve(&job->changes, &job->entries, job->entry, false);
	if (!job->resolved)
		return err_set(err, ERR_MEMORY, "out of memory");
	if (live_look(&job->live, LIVE_FEATURES, &job->before, err) ||
	    restore_requests(job->resolved, &job->before, &job->arena, &requests, &job->restored,
			     err) ||
	    wishes_init(&wishes, &job->before, &job->arena, err))
		return -1;
	for (size_t i = 0; i < requests.nrequests; i++)
		if (add_wishes(&wishes, &requests.requests[i], err))
			return -1;
	return plan_make(&job->before, wishes.changes, wishes.count, &job->arena, &job->plan, err);
}

/* --- the change --------------------------------------------------------------------------------- */

static enum status say(struct job *job, struct change_report *report, struct err *err)
{
	report->undoes = job->entry->number;
	apply_notes(&job->arena, &report->plan, job->restored.notes, job->restored.nnotes);
	if (set_print_report(report, job->session, err))
		return STATUS_FAILURE;
	return report->plan.holds && !job->restored.gone ? STATUS_OK : STATUS_ANSWER;
}

/* The change is made: what is wrong with the journal then is a note. */
static void mark_undone(struct job *job, struct plan *plan)
{
	uint64_t number = job->entry->number;
	struct err err = {0};

	if (journal_mark(job->changes.journal, number, JOURNAL_UNDONE, "undo", &err))
		apply_note(&job->arena, plan,
			   "That change %" PRIu64 " is put back is not in the journal: %s.", number,
			   err.text);
}

static int undo(struct job *job, struct change_report *report, struct err *err)
{
	const struct apply_how how = {.undoes = job->entry->number};
	struct application application;
	enum apply_end end = apply_plan(&job->live, &job->changes, &job->plan, &job->before, &how,
					&application, err);

	if (end == APPLY_FAILED)
		return -1;
	report->state = end == APPLY_NOTHING ? REPORT_UNCHANGED : REPORT_DONE;
	report->number = application.number;
	report->plan = application.outcome;
	if (report->plan.holds)
		mark_undone(job, &report->plan);
	return 0;
}

static int carry_out(struct job *job, struct change_report *report, struct err *err)
{
	if (choose_entry(job, err) || make_plan(job, err))
		return -1;
	note_later(job);
	if (!job->options->dry_run)
		return undo(job, report, err);
	*report = (struct change_report){.state = REPORT_PLANNED, .plan = job->plan};
	return 0;
}

static enum status run_open(struct job *job, struct err *err)
{
	struct change_report report = {0};
	int result;

	if (changes_open(&job->changes, &job->arena, err))
		return STATUS_FAILURE;
	if (job->options->list)
		return undo_print_list(&job->changes, job->session, err) ? STATUS_FAILURE
									 : STATUS_OK;
	if (!job->options->dry_run && changes_lock(&job->changes, err))
		return STATUS_FAILURE;
	result = carry_out(job, &report, err);
	/* Whoever reads what is printed may be slow: others, and watchers above all, do not wait. */
	journal_unlock(job->changes.journal);
	changes_warn_overdue(&job->changes, &job->entries, job->session);
	return result ? STATUS_FAILURE : say(job, &report, err);
}

static enum status run_undo(const void *opaque, const struct session *session, struct err *err)
{
	struct job job = {.options = opaque, .session = session};
	struct err close_err = {0};
	enum status status;

	if (job.options->list && (job.options->number.given || job.options->dry_run)) {
		err_set(err, ERR_USAGE, "--list goes with neither a number nor --dry-run");
		return STATUS_USAGE;
	}
	if (live_open(&job.live, session, err))
		return STATUS_FAILURE;
	status = run_open(&job, err);
	changes_close(&job.changes);
	snapshot_free(&job.before);
	arena_free(&job.arena);
	/* Nothing is recorded: closing cannot fail. */
	(void)!live_close(&job.live, &close_err);
	return status;
}

static const struct param options_table[] = {
	{.name = "list",
	 .key = 'l',
	 .type = PARAM_FLAG,
	 .help = "print all changes instead: number, time, who, what became of it, what was changed",
	 .offset = offsetof(struct undo_options, list)},
	{.name = "dry-run",
	 .key = 'n',
	 .type = PARAM_FLAG,
	 .help = "say what would happen, and change nothing",
	 .offset = offsetof(struct undo_options, dry_run)},
	PARAM_END,
};

static const struct param operands[] = {
	{.name = "number",
	 .type = PARAM_NUMBER,
	 .argument = "N",
	 .help = "of the change; without one, the latest that is not put back",
	 .offset = offsetof(struct undo_options, number),
	 .min = 1},
	PARAM_END,
};

static const struct choice examples[] = {
	{"nod undo", "put the last change back"},
	{"nod undo --list", "who changed what, and what became of it?"},
	{"nod undo --dry-run 12", "what would putting back change 12 do?"},
	{NULL, NULL},
};

const struct command cmd_undo = {
	.name = "undo",
	.summary = "put back what nod set changed",
	.description =
		"Requests again what was requested before a change, on the devices that it was made on: "
		"they are found by their number, also under a new name, and not if only the name is the "
		"same. Features are requested as they were also where the kernel did not grant them then, "
		"or does not now.\n"
		"\n"
		"Changes of other network namespaces, and of before the machine was started, are listed, "
		"but there is nothing here that could be put back. Putting back is a change itself, and "
		"can be put back by its number. When all changes are put back, in whatever order, all is "
		"requested as it was before the first.",
	.answer = "not all of it could be put back",
	.options = options_table,
	.operands = operands,
	.examples = examples,
	.flags = COMMAND_JSON | COMMAND_LIVE,
	.options_size = sizeof(struct undo_options),
	.run = run_undo,
};
