/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Changes on network devices, described for JSON: the table behind lib/model/event.h.
 */
#ifndef NOD_OUT_EVENT_H
#define NOD_OUT_EVENT_H

#include "lib/model/event.h"
#include "lib/out/record.h"

/* struct event: a line of --jsonl. */
extern const struct record record_event;

#endif
