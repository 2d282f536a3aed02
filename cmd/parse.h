/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From words to options. Nothing here prints, exits or keeps state.
 */
#ifndef NOD_CMD_PARSE_H
#define NOD_CMD_PARSE_H

#include "cmd/command.h"
#include "cmd/param.h"

/* The command of that name, hidden ones too; NULL and ERR_USAGE with a suggestion if none. */
const struct command *command_lookup(const struct command *const list[], const char *name,
				     struct err *err) attr_must_check;

/*
 * Read the options in front of the command. @argv starts behind the program's name and ends with
 * NULL. Returns how many words were read (the next one is the command, or NULL), or -1 and ERR_USAGE.
 */
int parse_globals(char *argv[], struct global_options *globals, struct err *err) attr_must_check;

/*
 * Read the words behind the command's name, ended by NULL, into @options, which has
 * command->options_size bytes and is filled from the defaults first. Operands are gathered at the
 * start of @argv; @options borrows that and the strings. GNU conventions: --name=value,
 * --name value, -f value, -fvalue, bundled flags, "--" ends options, "-" is an operand, options and
 * operands mix. Names of options are never abbreviated. Of options given twice the last one wins.
 *
 * Where --help or --version is found, reading stops and what is left is not judged. Returns 0, or
 * -1 and ERR_USAGE; @err->text does not have the command's name.
 */
int parse_command(const struct command *command, char *argv[], struct global_options *globals,
		  void *options, struct err *err) attr_must_check;

#endif
