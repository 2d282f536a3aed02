/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why one feature of one device is as it is: what nod found out, as data.
 */
#ifndef NOD_MODEL_EXPLANATION_H
#define NOD_MODEL_EXPLANATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where a feature stands. Names for users in feature_standing_names, ended by NULL. */
enum feature_standing {
	STANDING_ON,	      /* active, changeable, asked for */
	STANDING_ON_FIXED,    /* active, nobody can switch it off */
	STANDING_ON_UNASKED,  /* active though not requested */
	STANDING_OFF,	      /* not requested */
	STANDING_OFF_BLOCKED, /* requested, and a rule or the driver says no */
	STANDING_OFF_FIXED,   /* not in hw: nobody can switch it on */
	STANDING_NEVER,	      /* in nochange */
};
extern const char *const feature_standing_names[];

/**
 * struct reason - one cause, the most direct first
 * @rule: id, or NULL if no rule is behind it
 * @text: a sentence
 * @certainty: enum confidence
 */
struct reason {
	const char *rule, *text;
	uint8_t certainty;
};

/**
 * struct explanation - one feature of one device
 * @device, @feature: by name
 * @standing: enum feature_standing
 * @summary: for a single line behind the state: "needs tx-scatter-gather (F2)"; NULL if there is nothing
 *           to say
 * @text: the answer in one or two sentences
 * @reasons: causes, and what else is to be known of the state; @limits: what cannot be known from here
 * @commands: that would change it, in order, each with its reason behind "  # "; none if nothing will
 */
struct explanation {
	const char *device, *feature;
	bool hw, wanted, active, nochange;
	uint8_t standing;
	const char *summary, *text;
	struct reason *reasons;
	size_t nreasons;
	const char **limits, **commands;
	size_t nlimits, ncommands;
};

/**
 * struct explanation_set - all that one call of nod why says
 */
struct explanation_set {
	struct explanation *explanations;
	size_t nexplanations;
};

#endif
