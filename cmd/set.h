/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of nod set and nod undo share.
 */
#ifndef NOD_CMD_SET_H
#define NOD_CMD_SET_H

#include "cmd/command.h"
#include "lib/model/device.h"
#include "lib/model/plan.h"
#include "lib/out/record.h"

/* --- what is asked (set_words.c, set_from.c) ---------------------------------------------------- */

/**
 * struct wishes - changes that are asked for, each feature of a device once
 * @chosen: for each device of the snapshot, whether the words at hand are about it; @picked: those
 *          @npicked that they are about
 * @on, @off: for each device of the snapshot, what is asked to become so
 * @words: how many FEATURE=on|off there were so far
 */
struct wishes {
	const struct snapshot *snapshot;
	struct arena *arena;
	struct change *changes;
	size_t count, room;
	bool *chosen;
	size_t *picked, npicked;
	struct feature_bits *on, *off;
	unsigned int words;
};

int wishes_init(struct wishes *wishes, const struct snapshot *snapshot, struct arena *arena,
		struct err *err) attr_must_check;

/* Add one. -1 and ERR_MEMORY, or ERR_USAGE if the contrary is asked for already. */
int wishes_add(struct wishes *wishes, const struct change *change, struct err *err) attr_must_check;

/*
 * Add what words say, devices and FEATURE=on|off in any order: each change on each device. -1 and @err:
 * ERR_USAGE, also if one of the two is missing, or ERR_SYSTEM: no such device.
 */
int wishes_add_words(struct wishes *wishes, const struct param_operands *words,
		     struct err *err) attr_must_check;

/* Read a file ("-": standard input), which may take as long as whoever writes it likes. -1 and @err. */
int wishes_read_file(const char *path, struct text *out, struct err *err) attr_must_check;

/*
 * Add what is in the @text of the file @path, which is cut up: lines of such words, or a snapshot of nod
 * show --json. Of a snapshot, only devices that match one of @only, if there are any. -1 and @err.
 */
int wishes_add_file(struct wishes *wishes, const char *path, struct text *text,
		    const struct param_operands *only, struct err *err) attr_must_check;

/* --- what came of it (set_report.c, set_text.c) ------------------------------------------------- */

/* Names in report_state_names. */
enum report_state {
	REPORT_PLANNED,	  /* dry run */
	REPORT_UNCHANGED, /* nothing had to be sent */
	REPORT_DONE,
	REPORT_PENDING,
	REPORT_UNDONE,
};

/**
 * struct change_report - what nod set and nod undo print
 * @state: enum report_state
 * @number: of the journal entry, 0 for none; @undoes: of the one that was put back
 * @deadline: seconds since 1970, for REPORT_PENDING; @seconds: until then, as asked
 */
struct change_report {
	uint8_t state;
	uint64_t number, undoes;
	int64_t deadline;
	uint32_t seconds;
	struct plan plan;
};

extern const struct record record_change_report;

/* The report for people: what was done, what else, what was not and what would help. */
void set_text_report(struct text *out, const struct change_report *report,
		     const struct session *session);

/* Print it, in the form that the session asks for, and what can be done next. */
int set_print_report(const struct change_report *report, const struct session *session,
		     struct err *err) attr_must_check;

#endif
