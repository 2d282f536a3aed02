/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Plans are applied here, and nowhere else: journaled, sent, verified, and put back if need be.
 */
#ifndef NOD_CMD_APPLY_H
#define NOD_CMD_APPLY_H

#include "cmd/changes.h"
#include "lib/diag/plan.h"

struct watcher;

/**
 * struct apply_how - what else there is to a change
 * @atomic: put all back unless all that was asked holds
 * @undoes: number of the entry that this puts back, 0 for none. What is not granted then stays
 *          requested, as it was before; else such requests are withdrawn, so that nothing comes on later
 *          by surprise
 * @seconds: until it is put back unless it is confirmed; 0: it stays
 * @watcher: does that if this process cannot; NULL without @seconds
 */
struct apply_how {
	bool atomic;
	uint64_t undoes;
	uint32_t seconds;
	struct watcher *watcher;
};

/* What became of a plan. */
enum apply_end {
	APPLY_FAILED = -1, /* nothing is changed: @err is filled */
	APPLY_NOTHING,	   /* nothing had to be sent */
	APPLY_IN_FORCE,	   /* changed, wholly or in part */
	APPLY_PUT_BACK,	   /* it was atomic, and not all of it could be done */
};

/**
 * struct application - one plan, applied
 * @number: in the journal; 0 if nothing had to be sent
 * @deadline: seconds since 1970; 0 if it stays. @deadline_ns: the same, of CLOCK_BOOTTIME
 * @outcome: the plan with what happened; where it was put back: with what had happened
 */
struct application {
	uint64_t number;
	int64_t deadline, deadline_ns;
	struct plan outcome;
};

/*
 * Apply @plan, made from @before. The caller has locked the journal before it took @before. Memory from
 * changes->arena; names in the outcome are those of @before.
 */
enum apply_end apply_plan(struct live *live, const struct changes *changes, const struct plan *plan,
			  const struct snapshot *before, const struct apply_how *how,
			  struct application *application, struct err *err) attr_must_check;

/* Add sentences to a plan; out of memory, they are lost. */
void apply_notes(struct arena *arena, struct plan *plan, const char *const *more, size_t count);

/* Add a sentence to a plan, @format as for printf; out of memory, it is lost. */
void apply_note(struct arena *arena, struct plan *plan, const char *format, ...) attr_printf(3, 4);

#endif
