/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A change among others: what it is to be put back to, if those before it were put back meanwhile.
 */
#ifndef NOD_CMD_HISTORY_H
#define NOD_CMD_HISTORY_H

#include "cmd/changes.h"

/*
 * @entry of @entries as it is to be put back: what it found requested by an earlier change that was put
 * back since, counts as it was before that one. With @leave_later, without the features to which later
 * changes gave another value, and are in force. From changes->arena; NULL without memory.
 */
const struct journal_entry *history_resolve(const struct changes *changes,
					    const struct journal_entries *entries,
					    const struct journal_entry *entry, bool leave_later);

#endif
