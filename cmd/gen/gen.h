/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nodgen: the parts of completions and manual pages that the tables of the commands know.
 *
 * A template is text with lines like `@OPTIONS pcap@`: a directive, which is replaced, and its
 * argument. All else is copied.
 */
#ifndef NOD_CMD_GEN_GEN_H
#define NOD_CMD_GEN_GEN_H

#include <stdio.h>

#include "cmd/command.h"
#include "cmd/param.h"
#include "lib/out/record.h"

/**
 * struct directive - what may stand in a template
 * @print: 0, or -1 if @argument (a string, perhaps empty) says nothing to it
 */
struct directive {
	const char *name;
	int (*print)(const char *argument, FILE *out);
};

/* Ended by a NULL name. */
extern const struct directive bash_directives[], zsh_directives[], fish_directives[],
	man_directives[];

/* The rows of options that a command takes: its own, then the global ones. Ended by NULL. */
#define for_each_option(command, param)                                     \
	for (const struct param *param = option_next(command, NULL); param; \
	     param = option_next(command, param))

/* The option after @param, the first after NULL. For nod itself @command is NULL. */
const struct param *option_next(const struct command *command, const struct param *param);

/* The next command that is not hidden from *@list on, which moves behind it; NULL at the end. */
const struct command *command_next(const struct command *const **list);

/* Print @string for the inside of a shell's single quotes, a backslash before each of @special. */
void print_escaped(const char *string, const char *special, FILE *out);

/* Text in mdoc: as a sentence (capital letter, full stop) on lines of its own, or as it is. */
void mdoc_sentence(const char *string, FILE *out);
void mdoc_text(const char *string, FILE *out);

/* An argument of a macro. */
void mdoc_word(const char *word, FILE *out);

/* The JSON keys of a record and of what it contains, as an mdoc list. */
void gen_record(const struct record *record, FILE *out);

#endif
