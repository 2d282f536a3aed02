/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which keys does a script find in what nod set and nod undo print?
 */
#include <inttypes.h>
#include <time.h>
#include <unistd.h>

#include "cmd/set.h"
#include "lib/out/plan.h"

static const char *const report_state_names[] = {
	[REPORT_PLANNED] = "planned", [REPORT_UNCHANGED] = "unchanged", [REPORT_DONE] = "done",
	[REPORT_PENDING] = "pending", [REPORT_UNDONE] = "undone",	NULL,
};

static const struct field change_report_fields[] = {
	{"state", FIELD_NAME, offsetof(struct change_report, state),
	 .help = "planned (dry run), unchanged (there was nothing to do), done, pending (put back at "
		 "the deadline) or undone (it was put back at once)",
	 .names = report_state_names},
	{"number", FIELD_U64, offsetof(struct change_report, number),
	 .help = "of the change, in the journal", .flags = FIELD_SKIP_ZERO},
	{"undoes", FIELD_U64, offsetof(struct change_report, undoes),
	 .help = "number of the change that was put back", .flags = FIELD_SKIP_ZERO},
	{"deadline", FIELD_U64, offsetof(struct change_report, deadline),
	 .help = "when it is put back unless confirmed, seconds since 1970",
	 .flags = FIELD_SKIP_ZERO},
	{"holds", FIELD_BOOL, offsetof(struct change_report, plan.holds),
	 .help = "all that was asked holds"},
	{"steps", FIELD_LIST, offsetof(struct change_report, plan.steps),
	 .help = "what was asked for and what else changes, by device", .record = &record_step,
	 .count_offset = offsetof(struct change_report, plan.nsteps)},
	{"advice", FIELD_STRINGS, offsetof(struct change_report, plan.advice),
	 .help = "commands that would unblock what is blocked, one for each device, each with the "
		 "features that come on behind a #",
	 .count_offset = offsetof(struct change_report, plan.nadvice)},
	{"notes", FIELD_STRINGS, offsetof(struct change_report, plan.notes),
	 .help = "what to know about the whole, in sentences",
	 .count_offset = offsetof(struct change_report, plan.nnotes)},
	FIELD_END,
};

const struct record record_change_report = {"change", sizeof(struct change_report),
					    change_report_fields};

/* What can be done now; words about the result, not part of it. */
static void say_what_next(const struct change_report *report, const struct session *session)
{
	time_t deadline = (time_t)report->deadline;
	struct tm parts;
	char when[16];

	if (report->state == REPORT_DONE && report->number) {
		session_say(session, "Change %" PRIu64 "; nod undo %" PRIu64 " puts it back.",
			    report->number, report->number);
	} else if (report->state == REPORT_PENDING) {
		if (!localtime_r(&deadline, &parts) ||
		    !strftime(when, sizeof(when), "%H:%M:%S", &parts))
			when[0] = '\0';
		session_say(
			session,
			"Change %" PRIu64
			" is put back at %s (in %u s), unless %snod confirm %" PRIu64 " is called.",
			report->number, when, report->seconds,
			isatty(STDIN_FILENO) ? "Enter is pressed here or " : "", report->number);
	}
}

int set_print_report(const struct change_report *report, const struct session *session,
		     struct err *err)
{
	struct text out attr_cleanup(text_free) = {0};
	int result = 0;

	if (session->json) {
		result = record_to_json(&record_change_report, report, &out, err);
		text_add(&out, "\n");
	} else {
		set_text_report(&out, report, session);
	}
	if (!result)
		result = session_write(session, &out, err);
	/* Whoever does not read the report is told by the exit status all the same. */
	if (result && err->code == ERR_PIPE) {
		*err = (struct err){0};
		result = 0;
	}
	/* All the more if the report did not arrive: the change is made. */
	say_what_next(report, session);
	return result;
}
