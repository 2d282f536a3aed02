/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Questions to a row of a table, the same for parsing, help, completions and the manual; and the
 * table of the global options.
 */
#ifndef NOD_CMD_PARAM_H
#define NOD_CMD_PARAM_H

#include <stdbool.h>

#include "cmd/command.h"

/**
 * struct global_options - what every command takes, before or after its name
 * @color: enum color_mode
 */
struct global_options {
	bool json, jsonl, quiet, help, version, all_netns;
	const char *netns, *record, *replay;
	unsigned int verbose;
	int color;
};

/* The table of them, ended by PARAM_END. */
extern const struct param global_params[];

/* Whether @command takes this global option. A NULL command is nod itself, which takes all. */
bool param_applies(const struct param *param, const struct command *command) attr_pure;

enum argument {
	ARGUMENT_NONE,
	ARGUMENT_OPTIONAL,
	ARGUMENT_REQUIRED
};

/* Whether an option of this type has a value. */
enum argument param_argument(const struct param *param) attr_pure;

/* "FILE": what stands for the value. */
const char *param_placeholder(const struct param *param) attr_pure;

/* Its help, with what the type adds: the range of a number, that it may be given again. */
void param_add_help(const struct param *param, struct text *out);

#endif
