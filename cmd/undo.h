/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nod undo --list, apart from undoing.
 */
#ifndef NOD_CMD_UNDO_H
#define NOD_CMD_UNDO_H

#include "cmd/changes.h"

/* Print the journal, oldest first. -1 and @err. */
int undo_print_list(const struct changes *changes, const struct session *session,
		    struct err *err) attr_must_check;

#endif
