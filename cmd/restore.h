/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Putting back what was requested before a change, from its journal entry.
 */
#ifndef NOD_CMD_RESTORE_H
#define NOD_CMD_RESTORE_H

#include "cmd/changes.h"
#include "lib/diag/plan.h"

/**
 * struct restored - what came of it
 * @gone: devices that are not there any more
 * @kept: features that are not requested as they were, whatever was tried
 * @notes: with @room for so many: sentences about devices that are gone or have another name, and about what failed
 */
struct restored {
	size_t gone, kept, nnotes, room;
	const char **notes;
};

/*
 * The requests that restore @entry as seen by @snapshot, upper devices first: one for each device on
 * which something is requested otherwise. Devices are found by ifindex; what is to say of them is added
 * to @restored. All from @arena. -1 and ERR_MEMORY.
 */
int restore_requests(const struct journal_entry *entry, const struct snapshot *snapshot,
		     struct arena *arena, struct plan *plan, struct restored *restored,
		     struct err *err) attr_must_check;

/*
 * Request again what was requested before @entry, and look whether it is so; without a word to the
 * journal, which is locked by the caller. -1 and @err: it could not be tried.
 */
int restore_entry(struct live *live, const struct journal_entry *entry, struct arena *arena,
		  struct restored *restored, struct err *err) attr_must_check;

/* What became of a change that waited for its deadline. */
enum restore_end {
	RESTORE_FAILED = -1, /* @err is filled; it still waits */
	RESTORE_PUT_BACK,    /* now, or it had been before */
	RESTORE_KEPT,	     /* it had been confirmed before */
};

/*
 * Lock the journal, and put the entry @number back unless that was done or it was confirmed. @why goes
 * into the journal. What later changes gave another value stays as they say. @restored is all zero if there was nothing left to do.
 */
enum restore_end restore_waiting(struct live *live, const struct changes *changes, uint64_t number,
				 const char *why, struct restored *restored,
				 struct err *err) attr_must_check;

#endif
