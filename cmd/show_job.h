/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside of nod show: what one call is about, and its parts. Other commands need cmd/show.h only.
 */
#ifndef NOD_CMD_SHOW_JOB_H
#define NOD_CMD_SHOW_JOB_H

#include "cmd/live.h"
#include "cmd/show.h"

#define SHOW_ANY_GROUP (-1)

struct show_options {
	struct param_operands devices;
	const char *driver, *kind, *feature;
	int group; /* enum feature_group, or SHOW_ANY_GROUP */
	bool up, all, changed, tree, ethtool, details, args;
};

/**
 * struct show - one call
 * @selections: one for each namespace that was looked at
 * @arena: of the selections
 */
struct show {
	const struct show_options *options;
	const struct session *session;
	struct looks looks;
	struct device_selection *selections;
	struct arena arena;
};

/* From the looks to the selections: which devices, and which features of each. */
int show_select(struct show *show, struct err *err) attr_must_check;

/* Write what was selected, and what there is to say about it. */
int show_print(struct show *show, struct err *err) attr_must_check;

#endif
