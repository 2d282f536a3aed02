/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parts of a plan share. Private to lib/diag/plan*.c.
 */
#ifndef NOD_DIAG_PLAN_PARTS_H
#define NOD_DIAG_PLAN_PARTS_H

#include "lib/base/text.h"
#include "lib/diag/plan.h"

/**
 * struct stack - which devices are immediately below which, by index into the snapshot
 * @first: @lowers from first[i] to first[i + 1] are below device i
 * @depth: 0 for a device with nothing below, else one more than the deepest below; in a maker, once
 *         choose_order() has been there, what is asked first has the least
 */
struct stack {
	size_t *first, *lowers;
	unsigned int *depth;
};

/* From @arena. -1 without memory. */
int stack_init(struct stack *stack, const struct snapshot *snapshot, struct arena *arena);

/*
 * All devices below @device, nearest first, into @list. @seen, zeroed before the first use, and @list
 * have room for one of each device; @mark is another one, not 0, at each call. Returns how many.
 */
size_t stack_below(const struct stack *stack, size_t device, size_t *list, size_t *seen,
		   size_t mark);

/**
 * struct maker - a plan while it is made
 * @changes: in order, each device and feature once
 * @before, @world: before and after all requests
 * @mask, @value: what is sent to each device
 * @shown: what was active after the latest request
 * @cause: for each device whose active features changed: for each bit 1 + the device whose request was
 *         the last to change it
 * @failed: there was no memory
 */
struct maker {
	const struct snapshot *snapshot;
	struct arena *arena;
	struct change *changes;
	size_t count;
	struct stack stack;
	struct feature_world before, world;
	struct feature_bits *mask, *value, *shown;
	size_t **cause;
	struct plan *plan;
	bool failed;
};

/* plan_words.c: all texts are from the maker's arena; NULL if there is nothing to say. */

/* A copy of @text, or NULL and maker->failed. */
const char *plan_keep(struct maker *maker, const struct text *text);
const char *plan_say(struct maker *maker, const char *format, ...) attr_printf(2, 3);
/* "needs tx-scatter-gather", for what a rule took away. */
void plan_add_drop(struct text *text, const struct snapshot *snapshot, const struct drop *drop);
/* "because of tx-scatter-gather=off on v0" */
void plan_add_cause(struct maker *maker, struct text *text, const struct step *step,
		    const struct drop *drop);
/* "tx-checksum-ipv4 or tx-checksum-ip-generic" */
void plan_add_alternatives(struct text *text, const struct snapshot *snapshot,
			   const struct feature_bits *set);
/* plan_notes.c: sentences about devices below that stay as they are. -1 without memory. */
int plan_add_notes(struct maker *maker);
/*
 * plan_advice.c: for each device what to type so that what rules hold back there comes on all the same.
 * The last part of a plan: it uses up the worlds. -1 without memory.
 */
int plan_add_advice(struct maker *maker);

/* plan_steps.c */

struct change_range {
	const struct change *from, *to;
};
/* The steps of all devices. -1 without memory. */
int plan_add_steps(struct maker *maker);
/* The rule that takes @bit away; NULL if none does, or only a driver for reasons of its own. */
const struct drop *plan_find_drop(const struct drops *drops, unsigned int bit) attr_pure;
/* Whether all that was asked holds, going by the results of the steps. */
bool plan_holds(const struct snapshot *snapshot, const struct plan *plan);

static inline bool plan_can_set(const struct device *device, unsigned int bit)
{
	return feature_test(&device->hw, bit) && !feature_test(&device->nochange, bit);
}

#endif
