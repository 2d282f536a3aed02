/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Changes of features, described for JSON: plans, what came of them, entries of the journal.
 */
#ifndef NOD_OUT_PLAN_H
#define NOD_OUT_PLAN_H

#include "lib/model/journal.h"
#include "lib/model/plan.h"
#include "lib/out/record.h"

extern const struct record record_step; /* struct step: of a plan, or what came of it */

/* struct journal_entry: a line of the journal, and of --jsonl. */
extern const struct record record_journal_entry;
extern const struct record
	record_journal_entries; /* struct journal_entries: the document of --json */

/**
 * struct journal_mark - a line of the journal that says what became of an entry
 * @number: of the entry
 * @time: seconds since 1970
 * @why: NULL, or as in undone_why of the entry
 */
struct journal_mark {
	uint64_t number;
	uint8_t state;
	int64_t time;
	const char *why;
};
extern const struct record record_journal_mark;

#endif
