/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nod set: change features without surprises.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/apply.h"
#include "cmd/hold.h"
#include "cmd/set.h"
#include "cmd/value.h"
#include "cmd/watcher.h"

struct set_options {
	struct param_operands words;
	const char *from, *duration;
	bool dry_run, stack, atomic;
};

#define DAY_SECONDS (24 * 60 * 60)
#define FOR_MAX	    (30 * DAY_SECONDS)

/**
 * struct job - one call
 * @from: what is in the file of --from
 * @seconds: of --for, 0 without
 * @signals: a descriptor with --for, else -1
 */
struct job {
	const struct set_options *options;
	const struct session *session;
	struct text from;
	struct arena arena;
	struct live live;
	struct changes changes;
	struct snapshot before;
	struct plan plan;
	struct watcher watcher;
	uint32_t seconds;
	int signals;
};

/* --- words -------------------------------------------------------------------------------------- */

/* "90", "90s", "5m", "1h30m": in seconds. Only a number that stands alone needs no unit. */
static int parse_duration(const char *word, uint32_t *seconds, struct err *err)
{
	char shown[SHOWN_MAX];
	const char *at = word;
	uint64_t total = 0;

	while (*at >= '0' && *at <= '9' && total <= FOR_MAX) {
		char *end;
		unsigned long number = strtoul(at, &end, 10);
		uint64_t unit = *end == 'h' ? 3600 : *end == 'm' ? 60 : 1;

		if (number > FOR_MAX)
			number = FOR_MAX + 1;
		total += number * unit;
		if (!*end && at == word)
			at = end;
		else if (*end && strchr("smh", *end))
			at = end + 1;
		else
			break;
	}
	if (*at || total < 1 || total > FOR_MAX)
		return err_set(err, ERR_USAGE,
			       "--for=%s: a time from 1s to 30 days is wanted, like 90s, 5m or 1h",
			       shown_word(word, strlen(word), shown));
	*seconds = (uint32_t)total;
	return 0;
}

static int check_options(struct job *job, struct err *err)
{
	const struct set_options *options = job->options;
	const struct session *session = job->session;

	if (options->duration && parse_duration(options->duration, &job->seconds, err))
		return -1;
	if (options->duration && options->dry_run)
		return err_set(err, ERR_USAGE, "--for and --dry-run exclude each other");
	if ((session->record || session->replay) && !options->dry_run)
		return err_set(err, ERR_USAGE, "--record and --replay go with --dry-run only");
	if (!options->words.count && !options->from)
		return err_set(err, ERR_USAGE,
			       "missing operands: devices, and FEATURE=on or FEATURE=off");
	for (size_t i = 0; options->from && i < options->words.count; i++)
		if (strchr(options->words.words[i], '='))
			return err_set(err, ERR_USAGE,
				       "--from says what to change; FEATURE=on|off does not go "
				       "with it");
	return 0;
}

/* --- the plan ----------------------------------------------------------------------------------- */

static int make_plan(struct job *job, struct err *err)
{
	const struct set_options *options = job->options;
	struct wishes wishes;

	if (live_look(&job->live, LIVE_FEATURES, &job->before, err) ||
	    wishes_init(&wishes, &job->before, &job->arena, err))
		return -1;
	if (options->from
		    ? wishes_add_file(&wishes, options->from, &job->from, &options->words, err)
		    : wishes_add_words(&wishes, &options->words, err))
		return -1;
	if (options->stack &&
	    plan_add_below(&job->before, &wishes.changes, &wishes.count, &job->arena, err))
		return -1;
	return plan_make(&job->before, wishes.changes, wishes.count, &job->arena, &job->plan, err);
}

static enum status say_plan(const struct job *job, struct err *err)
{
	const struct change_report report = {.state = REPORT_PLANNED, .plan = job->plan};

	if (set_print_report(&report, job->session, err))
		return STATUS_FAILURE;
	return report.plan.holds ? STATUS_OK : STATUS_ANSWER;
}

/* --- the change --------------------------------------------------------------------------------- */

static void warn_overdue(struct job *job)
{
	struct journal_entries entries;
	struct err err = {0};

	/* A journal that cannot be read is no reason not to change anything: it is appended to. */
	if (!journal_read(job->changes.journal, &job->arena, &entries, &err))
		changes_warn_overdue(&job->changes, &entries, job->session);
	else
		session_complain(job->session, "%s", err.text);
}

static int say_application(const struct job *job, enum apply_end end,
			   const struct application *application, struct err *err)
{
	struct change_report report = {
		.state = REPORT_DONE,
		.number = application->number,
		.plan = application->outcome,
	};

	if (end == APPLY_NOTHING) {
		report.state = REPORT_UNCHANGED;
	} else if (end == APPLY_PUT_BACK) {
		report.state = REPORT_UNDONE;
	} else if (application->deadline) {
		report.state = REPORT_PENDING;
		report.deadline = application->deadline;
		report.seconds = job->seconds;
	}
	return set_print_report(&report, job->session, err);
}

/* Until somebody says that it shall stay. */
static enum status hold(struct job *job, const struct application *application, struct err *err)
{
	const struct hold hold = {
		.live = &job->live,
		.changes = &job->changes,
		.application = application,
		.session = job->session,
		.signals = job->signals,
	};
	int stays = hold_change(&hold, err);

	if (stays < 0) {
		session_complain(job->session, "the watcher puts it back at the deadline");
		return STATUS_FAILURE;
	}
	session_say(job->session, stays ? "It stays." : "It is put back.");
	return stays && application->outcome.holds ? STATUS_OK : STATUS_ANSWER;
}

static enum apply_end change(struct job *job, struct application *application, struct err *err)
{
	const struct apply_how how = {
		.atomic = job->options->atomic,
		.seconds = job->seconds,
		.watcher = job->seconds ? &job->watcher : NULL,
	};
	enum apply_end end = APPLY_FAILED;

	warn_overdue(job);
	if (changes_lock(&job->changes, err))
		return APPLY_FAILED;
	if (!make_plan(job, err))
		end = apply_plan(&job->live, &job->changes, &job->plan, &job->before, &how,
				 application, err);
	journal_unlock(job->changes.journal);
	return end;
}

static enum status run_change(struct job *job, struct err *err)
{
	struct application application;
	enum apply_end end;
	int printed;

	if (changes_open(&job->changes, &job->arena, err))
		return STATUS_FAILURE;
	end = change(job, &application, err);
	if (end == APPLY_FAILED)
		return err->code == ERR_USAGE ? STATUS_USAGE : STATUS_FAILURE;
	if (job->seconds)
		hold_forget_typed();
	printed = say_application(job, end, &application, err);
	if (end == APPLY_IN_FORCE && job->seconds) {
		/* Whether it stays is the answer, whoever reads the result. */
		*err = (struct err){0};
		return hold(job, &application, err);
	}
	if (printed)
		return STATUS_FAILURE;
	return end != APPLY_PUT_BACK && application.outcome.holds ? STATUS_OK : STATUS_ANSWER;
}

/* --- one call ----------------------------------------------------------------------------------- */

static enum status run_here(struct job *job, struct err *err)
{
	/* Before anything is locked: it may come from a terminal, or from somebody who waits himself. */
	if (job->options->from && wishes_read_file(job->options->from, &job->from, err))
		return STATUS_FAILURE;
	if (live_open(&job->live, job->session, err))
		return err->code == ERR_USAGE ? STATUS_USAGE : STATUS_FAILURE;
	if (!job->options->dry_run)
		return run_change(job, err);
	if (make_plan(job, err))
		return err->code == ERR_USAGE ? STATUS_USAGE : STATUS_FAILURE;
	return say_plan(job, err);
}

static enum status close_job(struct job *job, enum status status, struct err *err)
{
	struct err close_err = {0};

	changes_close(&job->changes);
	snapshot_free(&job->before);
	text_free(&job->from);
	arena_free(&job->arena);
	if (job->signals >= 0)
		close(job->signals);
	if (!job->live.wire || !live_close(&job->live, &close_err) || status == STATUS_FAILURE)
		return status;
	*err = close_err;
	return STATUS_FAILURE;
}

static enum status run_set(const void *opaque, const struct session *session, struct err *err)
{
	struct job job = {
		.options = opaque,
		.session = session,
		.watcher = {.fd = -1},
		.signals = -1,
	};
	enum watcher_side side = WATCHER_CALLER;
	enum status status = STATUS_FAILURE;

	if (check_options(&job, err))
		return STATUS_USAGE;
	if (job.seconds) {
		job.signals = hold_signals(err);
		if (job.signals < 0)
			return STATUS_FAILURE;
		side = watcher_start(&job.watcher, session, err);
	}
	if (side == WATCHER_ITSELF)
		return STATUS_OK;
	if (side == WATCHER_CALLER)
		status = run_here(&job, err);
	watcher_leave(&job.watcher);
	return close_job(&job, status, err);
}

static const struct param options_table[] = {
	{.name = "dry-run",
	 .key = 'n',
	 .type = PARAM_FLAG,
	 .help = "say what would happen, and change nothing",
	 .offset = offsetof(struct set_options, dry_run)},
	{.name = "stack",
	 .type = PARAM_FLAG,
	 .help = "change the devices below as well: ports of a bond, team or bridge, parent of a VLAN",
	 .offset = offsetof(struct set_options, stack)},
	{.name = "atomic",
	 .type = PARAM_FLAG,
	 .help = "put all back if not all that is asked can be had",
	 .offset = offsetof(struct set_options, atomic)},
	{.name = "from",
	 .type = PARAM_FILE,
	 .argument = "FILE",
	 .help = "take the changes from lines \"DEV FEATURE=on|off ...\" (nod show --args) or from a "
		 "snapshot (nod show --json); - is standard input",
	 .offset = offsetof(struct set_options, from),
	 .complete = "file"},
	{.name = "for",
	 .type = PARAM_STRING,
	 .argument = "TIME",
	 .help = "put all back after that time (90s, 5m, 1h) unless Enter is pressed or nod confirm is "
		 "called",
	 .offset = offsetof(struct set_options, duration)},
	PARAM_END,
};

static const struct param operands[] = {
	{.name = "word",
	 .type = PARAM_OPERANDS,
	 .argument = "DEV|FEATURE=on|off",
	 .help = "devices (names or patterns) and what to change on each of them: a feature, an alias "
		 "(tso), a group (segmentation) or a pattern (tx-*-segmentation)",
	 .offset = offsetof(struct set_options, words),
	 .complete = "changes"},
	PARAM_END,
};

static const struct choice examples[] = {
	{"nod set eth0 tso=off", "switch TSO off, and say what else changed with it"},
	{"nod set --dry-run eth0 tx=off", "what would that do?"},
	{"nod set --for=60s eth0 gro=off lro=off",
	 "try it: without a word it is as before in a minute"},
	{"nod set --stack --atomic bond0 tso=off gso=off",
	 "the bond and its ports, all or nothing"},
	{"nod show --json > before.json; nod set --from=before.json eth0",
	 "back to what was requested then"},
	{NULL, NULL},
};

const struct command cmd_set = {
	.name = "set",
	.summary = "change features, say what came of it, and be able to put it back",
	.description =
		"Works out what the changes lead to, makes them, looks what came of them, and says so: "
		"what was done, what changed with it without being asked for, and what was not done, for "
		"which reason, and which command would help. What is refused does not stay requested, so "
		"that nothing comes on later by surprise.\n"
		"\n"
		"Every change is written down before it is made, so that nod undo can put it back, also "
		"after a crash.\n"
		"\n"
		"With --for a change is on trial. It is put back when the time is up, when the terminal is "
		"lost, and when nod gets a signal; also, by a second process that waits in the "
		"background, when nod is killed. If that one is killed as well, or the machine stops it "
		"together with all processes of a login, nothing is put back by itself: nod undo does it, "
		"and nod set and nod undo warn of such changes.\n"
		"\n"
		"Changes need CAP_NET_ADMIN; --dry-run needs no privilege.",
	.answer = "not all that was asked holds, or it was put back",
	.options = options_table,
	.operands = operands,
	.examples = examples,
	.flags = COMMAND_JSON | COMMAND_LIVE | COMMAND_REPLAY,
	.options_size = sizeof(struct set_options),
	.run = run_set,
};
