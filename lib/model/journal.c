/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What are the states of a journal entry called?
 */
#include "lib/model/journal.h"

const char *const journal_state_names[] = {
	[JOURNAL_OPEN] = "open",     [JOURNAL_DONE] = "done",	  [JOURNAL_PENDING] = "pending",
	[JOURNAL_UNDONE] = "undone", [JOURNAL_UNDONE + 1] = NULL,
};
