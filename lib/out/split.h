/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What nod says of frames that it split, described for JSON: the table behind lib/model/split.h.
 */
#ifndef NOD_OUT_SPLIT_H
#define NOD_OUT_SPLIT_H

#include "lib/model/split.h"
#include "lib/out/record.h"

/* struct split_report: the document of --json, and the line of --jsonl. */
extern const struct record record_split_report;

#endif
