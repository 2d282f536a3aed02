/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The journal as commands use it: who makes a change and where, which entries are of here.
 */
#ifndef NOD_CMD_CHANGES_H
#define NOD_CMD_CHANGES_H

#include "cmd/command.h"
#include "cmd/live.h"
#include "lib/store/journal.h"

/**
 * struct changes - the journal, seen from one network namespace of one boot
 * @arena: of the caller; everything read from the journal lives there
 * @directory: where the journal is
 * @boot, @netns, @netns_cookie: what entries of here have
 */
struct changes {
	struct arena *arena;
	struct journal *journal;
	const char *directory, *boot;
	uint64_t netns, netns_cookie;
};

/*
 * Open the journal, in the namespace where the process is. The error names the directory and how to
 * choose another.
 */
int changes_open(struct changes *changes, struct arena *arena, struct err *err) attr_must_check;
void changes_close(struct changes *changes);

/* journal_lock(), with such an error. */
int changes_lock(const struct changes *changes, struct err *err) attr_must_check;

/* Who, when, where, by which words: everything of an entry but its devices. */
int changes_entry_init(const struct changes *changes, struct journal_entry *entry,
		       struct err *err) attr_must_check;

/* Whether what @entry changed can still be there: same boot, same network namespace. */
bool changes_is_here(const struct changes *changes, const struct journal_entry *entry);

bool changes_is_this_boot(const struct changes *changes, const struct journal_entry *entry);

/* The entry of that number, or NULL. */
const struct journal_entry *changes_lookup(const struct journal_entries *entries, uint64_t number);

/* The latest one of here that is pending, or that nod undo would put back; NULL if there is none. */
const struct journal_entry *changes_latest_pending(const struct changes *changes,
						   const struct journal_entries *entries);
const struct journal_entry *changes_latest_undoable(const struct changes *changes,
						    const struct journal_entries *entries);

/* Whether it waits for its deadline, or did so when its nod was killed. */
bool changes_is_waiting(const struct journal_entry *entry);

/* Say which entries of here should have been put back by now, and were not. */
void changes_warn_overdue(const struct changes *changes, const struct journal_entries *entries,
			  const struct session *session);

#endif
