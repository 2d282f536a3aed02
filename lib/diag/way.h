/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What has to be asked for so that features come on that rules hold back? Found by trying, in a world
 * that the caller gives. Pure.
 */
#ifndef NOD_DIAG_WAY_H
#define NOD_DIAG_WAY_H

#include "lib/base/text.h"
#include "lib/diag/deps.h"

/* Prerequisites of prerequisites, and both of a pair: the longest chain of the rules is shorter. */
#define WAY_STEPS 6

/**
 * struct way - what to ask of one device
 * @goals: features that it leads to; @on, @off: to be asked for, without what is asked for already
 * @unknown: goals on which the driver has the last word
 * @path: what stood against the latest goal, step by step, the first included
 */
struct way {
	size_t device;
	struct feature_bits goals, on, off, unknown;
	struct drop path[WAY_STEPS];
	size_t npath;
};

/* Whether there is anything to ask for. */
bool way_is_any(const struct way *way) attr_pure;

/*
 * Take in one more goal, with all others kept: what is to be asked of the device alone. @world is as it
 * was afterwards. false, and @way as it was, if there is none that nod knows.
 */
bool way_find(struct feature_world *world, struct way *way, unsigned int bit);

/* Ask for it, with all that follows. */
void way_set(struct feature_world *world, const struct way *way);

/* Other devices that may have to be asked first. */
#define WAYS_ELSEWHERE 8

/**
 * struct ways - what to ask of which device, in that order
 * @goals: features of the device in question that it leads to
 * @unknown: those of them on which a driver has the last word
 */
struct ways {
	struct way list[WAYS_ELSEWHERE + 2];
	size_t count;
	struct feature_bits goals, unknown;
};

/*
 * The same for as many of @goals as can be had together, and with devices above and below that hold them
 * back. @world is as it was afterwards; @trial, another of the same snapshot, is overwritten.
 */
void ways_find(struct feature_world *world, struct feature_world *trial, size_t device,
	       const struct feature_bits *goals, struct ways *ways);

/* Add "nod set DEV x=off y=on", joined by && or ; where it takes several commands. */
void ways_add_commands(struct text *text, const struct snapshot *snapshot, const struct way *list,
		       size_t count);

#endif
