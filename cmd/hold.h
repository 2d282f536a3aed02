/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The foreground of nod set --for: between a change and the word that it shall stay.
 */
#ifndef NOD_CMD_HOLD_H
#define NOD_CMD_HOLD_H

#include "cmd/apply.h"

/**
 * struct hold - what is waited with
 * @signals: a descriptor of signals, from hold_signals()
 */
struct hold {
	struct live *live;
	const struct changes *changes;
	const struct application *application;
	const struct session *session;
	int signals;
};

/*
 * Block the signals that end a program and make a descriptor that reports them; first of all, so that
 * none is lost. -1 and @err.
 */
int hold_signals(struct err *err) attr_must_check;

/* What was typed, or pasted, before the question was asked is no answer to it. */
void hold_forget_typed(void);

/*
 * Wait for Enter on a terminal, for nod confirm, for a signal or the loss of the terminal, for the
 * deadline. 1 if the change stays, 0 if it is put back, -1 and @err if that failed: then the watcher
 * still does it at the deadline. The journal is not locked.
 */
int hold_change(const struct hold *hold, struct err *err) attr_must_check;

#endif
