/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signals that a command hears instead of being ended by them.
 */
#ifndef NOD_CMD_SIGNALS_H
#define NOD_CMD_SIGNALS_H

#include <signal.h>
#include <stddef.h>

#include "lib/base/err.h"

/*
 * Block @count signals and make a descriptor that reports them (signalfd(2)), but for those that whoever
 * started nod had ignored (nohup): blocked, they would be reported all the same. @old gets what was blocked
 * before. -1 and @err; then nothing is blocked.
 */
int signals_hear(const int *numbers, size_t count, sigset_t *old, struct err *err) attr_must_check;

/* The number of a signal that came; 0 if there is none. */
int signals_next(int fd);

#endif
