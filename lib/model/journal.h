/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entries of the journal of changes: what was before, who, when.
 */
#ifndef NOD_MODEL_JOURNAL_H
#define NOD_MODEL_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct journal_feature - one feature of one device, as it was requested before and after
 * @wanted_before, @active_before: as it was; @wanted_after: as nod asked for it
 */
struct journal_feature {
	const char *name;
	bool wanted_before, active_before, wanted_after;
};

struct journal_device {
	int ifindex;
	const char *name;
	struct journal_feature *features;
	size_t nfeatures;
};

/* What became of an entry. Names in journal_state_names, ended by NULL. */
enum journal_state {
	JOURNAL_OPEN,	 /* begun; nod did not say what came of it: it crashed, or is at it */
	JOURNAL_DONE,	 /* applied */
	JOURNAL_PENDING, /* applied, to be put back at the deadline unless confirmed */
	JOURNAL_UNDONE,	 /* put back: by nod undo, at the deadline, or because part of it failed */
};
extern const char *const journal_state_names[];

/**
 * struct journal_entry - one change
 * @number: from 1, ascending
 * @time: seconds since 1970; @deadline: the same, 0 for a change without --for
 * @user: login name or number of who called; @command: the words that were typed
 * @boot: boot id; @netns: inode number of the network namespace: what was changed is gone with them.
 *        Inode numbers are used again: @netns_cookie never is during one boot; 0 if the kernel has none
 * @pid: of the nod that made it
 * @state: enum journal_state; @undoes: number of the entry that this one put back, 0 for none
 * @marked: when its state last changed, 0 if it never did
 * @marked_behind: number of the latest entry there was then; known when it was read, not written
 * @undone_why: NULL, or "undo", "deadline", "failed", "interrupted"
 */
struct journal_entry {
	uint64_t number;
	int64_t time, deadline, marked;
	const char *user, *command, *boot;
	uint64_t netns, netns_cookie;
	int64_t pid;
	uint8_t state;
	uint64_t undoes, marked_behind;
	const char *undone_why;
	struct journal_device *devices;
	size_t ndevices;
};

struct journal_entries {
	struct journal_entry *list;
	size_t count;
	size_t damaged; /* lines that could not be read; they are left alone */
};

#endif
