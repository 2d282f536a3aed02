/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The journal of changes: what was before, who, when; so that whatever nod changed can be put back,
 * also after a crash.
 *
 * One file of JSON lines, only ever appended to, under a lock that also holds off other changes. An
 * entry is written (and on disk) before the change is made. A line that a crash or a full disk left
 * incomplete is skipped when reading and closed off by the next writer. Later lines speak of earlier
 * ones by their number.
 */
#ifndef NOD_STORE_JOURNAL_H
#define NOD_STORE_JOURNAL_H

#include "lib/base/arena.h"
#include "lib/base/err.h"
#include "lib/model/journal.h"

struct journal;

/*
 * The journal in the state directory: $NOD_STATE_DIR, else /var/lib/nod for root of the machine, else
 * $XDG_STATE_HOME/nod or ~/.local/state/nod. The environment is the caller's to read: @directory is what
 * it chose. A directory that is not there is made (0700) by journal_lock() and journal_watch(); one
 * that is not there or read-only works for journal_read().
 *
 * Refused: a directory or file that is a symbolic link, that others (group, world) may write to, or that
 * belongs to somebody else than root or the caller.
 */
struct journal *journal_open(const char *directory, struct err *err) attr_must_check;
void journal_close(struct journal *journal);

/* Wait for the lock that holds off other changes; journal_unlock() or journal_close() gives it back. */
int journal_lock(struct journal *journal, struct err *err) attr_must_check;
void journal_unlock(struct journal *journal);

/*
 * All entries, oldest first, strings in @arena. Needs no lock. No file: none, and no error. Lines that
 * are no entries of ours, are longer than any that nod writes, or speak of a number that is not there
 * are counted as damaged. A last line that is not complete is damaged only if no writer is at it.
 */
int journal_read(struct journal *journal, struct arena *arena, struct journal_entries *entries,
		 struct err *err) attr_must_check;

/*
 * With the lock held: append, and have it on disk. journal_begin() gives the entry its number, which no
 * entry had before, not even one whose line was lost; state, marked and undone_why of @entry do not
 * matter. On an error the file is as it was, or ends in a piece that counts as damaged: the change must
 * then not be made.
 */
int journal_begin(struct journal *journal, struct journal_entry *entry,
		  struct err *err) attr_must_check;
int journal_mark(struct journal *journal, uint64_t number, enum journal_state state,
		 const char *why, struct err *err) attr_must_check;

/*
 * A descriptor that poll(2) reports readable (POLLIN) when the journal changed; -1 and @err. It is the
 * caller's to close. Read it empty (it does not block) before looking at the journal, so that nothing is
 * missed; what the bytes say does not matter.
 */
int journal_watch(struct journal *journal, struct err *err) attr_must_check;

#endif
