/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --help, put together from the tables.
 */
#ifndef NOD_CMD_HELP_H
#define NOD_CMD_HELP_H

#include "cmd/command.h"

/* What nod is, in some sentences. */
extern const char nod_description[];

/* What exit status 1 means on the whole. */
extern const char general_answer[];

/* Exit statuses that every command shares ("0", "2", "3" and their meaning), ended by a NULL. */
extern const struct choice common_statuses[];

/* Append the help of nod itself; hidden commands of @list are left out. */
void help_overview(const struct command *const list[], const struct session *session,
		   struct text *out);

/* Append the help of one command. */
void help_command(const struct command *command, const struct session *session, struct text *out);

#endif
