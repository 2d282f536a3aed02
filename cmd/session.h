/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The start and the end of a session: for main. Commands see cmd/command.h.
 */
#ifndef NOD_CMD_SESSION_H
#define NOD_CMD_SESSION_H

#include "cmd/command.h"
#include "cmd/param.h"

/*
 * Make sure that descriptors 0 to 2 are open, so that no file gets one of these numbers and is
 * taken for standard output. -1 if that is not possible.
 */
int session_guard_descriptors(void) attr_must_check;

/* Look at the terminal, the environment and @globals. */
void session_init(struct session *session, const struct global_options *globals);

/* Close stdout: some file systems tell only now that the disk is full. Errors as session_write(). */
int session_close(struct err *err) attr_must_check;

/*
 * Whether to use colour. @no_color and @term are the environment's NO_COLOR (https://no-color.org:
 * set and not empty forbids) and TERM; NULL if not set.
 */
bool color_wanted(enum color_mode mode, bool is_terminal, const char *no_color,
		  const char *term) attr_pure;

/*
 * The width of a terminal: @wanted (the environment's COLUMNS, or NULL) if it is a sane number,
 * else what the terminal itself @reported if that is one, else 80.
 */
unsigned int columns_wanted(const char *wanted, unsigned int reported) attr_pure;

#endif
