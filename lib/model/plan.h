/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A change of features: what was asked, what it leads to, what came of it.
 */
#ifndef NOD_MODEL_PLAN_H
#define NOD_MODEL_PLAN_H

#include "lib/model/device.h"

/* What happens, or happened, to one feature. Names in step_result_names, ended by NULL. */
enum step_result {
	STEP_DONE,	  /* as asked */
	STEP_ALREADY,	  /* was so before */
	STEP_FIXED,	  /* nobody can change it */
	STEP_BLOCKED,	  /* by a rule: see rule */
	STEP_REFUSED,	  /* by the driver, without a rule that nod knows */
	STEP_SIDE_EFFECT, /* not asked for, changed all the same */
	STEP_UNKNOWN,	  /* prediction only: the driver decides */
	STEP_FAILED,	  /* the request itself failed: text says why */
};
extern const char *const step_result_names[];

/**
 * struct change - asked for by the user: one device, one feature
 * @device: index into the snapshot's devices
 * @word: which of the user's words (tso=on) it comes from, counted in any way; features of one word
 *        are one group. All 0 if nobody counts
 * @single: the user named this feature alone, not through a group: being fixed counts as "no"
 * @below: added by --stack: the device is below one that was named
 * @back: it was so before: nobody chose its devices by hand, and there is no advice about them
 */
struct change {
	size_t device;
	unsigned int bit, word;
	bool on, single, below, back;
};

/**
 * struct step - one feature of one device
 * @device, @feature: by name, for output; @device_index: into the snapshot, @bit: of the feature
 * @before: active before; @after: predicted, or found afterwards
 * @asked: one of the changes; @on, @word, @single, @below: of that change
 * @rule: id, for blocked and side effects; NULL
 * @text: the reason in a sentence, NULL if there is nothing to say
 */
struct step {
	const char *device, *feature;
	size_t device_index;
	unsigned int bit, word;
	bool asked, on, single, before, after, below;
	uint8_t result;
	const char *rule, *text;
};

/**
 * struct device_request - what is sent to the kernel for one device, in one message
 * @mask, @value: of wanted features; an empty @mask is not sent: the device is here because what is sent
 *                to others changes what is wanted on it
 * @restore_mask, @restore_value: what takes wanted back to what it was. To be sent in the reverse order
 *                                of the requests: upper devices first
 */
struct device_request {
	size_t device;
	struct feature_bits mask, value, restore_mask, restore_value;
};

/**
 * struct plan - all of one call
 * @requests: in the order they are to be sent: lower devices first, but upper ones first if rx-lro is
 *            switched on
 * @steps: by device, then by feature
 * @notes: sentences that concern the whole ("switching the bond does nothing to its ports ...")
 * @advice: commands that would unblock what is blocked, one line for each device, joined by "&&" or
 *          ";" where it takes several, and behind "  # " the device and the features that it is for, and of which device
 * @holds: all that was asked holds afterwards: each step done or already so, but for fixed members of
 *         groups of which at least one other could be set
 */
struct plan {
	struct device_request *requests;
	size_t nrequests;
	struct step *steps;
	size_t nsteps;
	const char **notes;
	size_t nnotes;
	const char **advice;
	size_t nadvice;
	bool holds;
};

#endif
