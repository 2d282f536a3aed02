/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What nod says of the state of features, described for JSON: the tables behind
 * lib/model/explanation.h.
 */
#ifndef NOD_OUT_EXPLANATION_H
#define NOD_OUT_EXPLANATION_H

#include "lib/model/explanation.h"
#include "lib/out/record.h"

/* struct explanation_set: the document of --json. struct explanation: a line of --jsonl. */
extern const struct record record_explanation_set;
extern const struct record record_explanation;

#endif
