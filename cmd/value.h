/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One value: from the word that was typed to the options struct.
 */
#ifndef NOD_CMD_VALUE_H
#define NOD_CMD_VALUE_H

#include "cmd/command.h"

/* A typed word in a message is cut to this many bytes. */
#define SHOWN_MAX 64

/**
 * struct slot - an option as typed, and where its value goes
 * @name: as typed, for messages: "--mtu", "-f"
 * @base: the struct that param->offset counts from
 * @defaults: the same struct as it was before parsing, or NULL for all zero
 */
struct slot {
	char name[SHOWN_MAX];
	const struct param *param;
	void *base;
	const void *defaults;
};

/*
 * Store @value (borrowed), which is NULL for flags and for an optional value that is not there.
 * Returns 0, or -1 and ERR_USAGE.
 */
int slot_store(const struct slot *slot, const char *value, struct err *err) attr_must_check;

/*
 * The first @length bytes of @word, fit for a message: not too long, cut between characters.
 * Returns @shown.
 */
const char *shown_word(const char *word, size_t length, char shown[SHOWN_MAX]);

#endif
