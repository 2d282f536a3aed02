/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A command as data. One table serves for parsing, --help, completions and the manual; what a
 * command accepts is said here and nowhere else.
 */
#ifndef NOD_CMD_COMMAND_H
#define NOD_CMD_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/err.h"
#include "lib/base/text.h"

/* Exit status of nod, the same for every command. */
enum status {
	STATUS_OK = 0,	   /* done, nothing to report */
	STATUS_ANSWER = 1, /* done, and the answer is "no": a finding, a refusal, a drift */
	STATUS_USAGE = 2,
	STATUS_FAILURE = 3, /* no permission, no such device, unreadable file */
};

enum param_type {
	PARAM_FLAG,	       /* bool */
	PARAM_COUNT,	       /* unsigned int: how often the flag was given */
	PARAM_NUMBER,	       /* struct param_number: a whole number within min..max */
	PARAM_OPTIONAL_NUMBER, /* struct param_number: --flows or --flows=N, never a separate word */
	PARAM_STRING,	       /* const char *, borrowed from argv */
	PARAM_CHOICE,	       /* int: index into choices */
	PARAM_FILE,	       /* const char *; completed with files */
	PARAM_NUMBERS,	       /* struct param_numbers: may be given several times */
	PARAM_OPERANDS,	       /* struct param_operands: all words that are left; operands only */
};

/**
 * struct param_number - a number, or none
 * @given: the option was there
 * @value: what was given; else, and for an optional number without one, what the defaults say
 */
struct param_number {
	bool given;
	uint64_t value;
};

#define PARAM_NUMBERS_MAX 16
struct param_numbers {
	size_t count;
	uint64_t values[PARAM_NUMBERS_MAX];
};

/* The words are borrowed from argv, in the order typed. */
struct param_operands {
	size_t count;
	char *const *words;
};

/**
 * struct choice - one word that an option accepts
 * @name: as typed
 * @help: one line, lower case, without a full stop
 */
struct choice {
	const char *name, *help;
};

/**
 * struct param - one option or operand
 * @name: long name without dashes, or the operand's name
 * @key: one-letter form, 0 if there is none
 * @type: how to parse it and what it stores
 * @argument: placeholder in help ("N", "FILE"); NULL for flags
 * @help: one line, lower case, without a full stop
 * @offset: of the target in the command's options struct
 * @min, @max: for numbers; a @max of 0 is no limit
 * @choices: for PARAM_CHOICE, ended by a NULL name
 * @complete: what the shells offer: "file", or the name of a list that `nod complete LIST` prints;
 *            NULL for nothing (choices are always offered)
 * @required: operands only: at least one word must be given
 * @needs: global flags only: enum command_flag that a command must have to take it
 */
struct param {
	const char *name;
	char key;
	enum param_type type;
	const char *argument, *help;
	size_t offset;
	uint64_t min, max;
	const struct choice *choices;
	const char *complete;
	bool required;
	uint32_t needs;
};

#define PARAM_END            \
	{                    \
		.name = NULL \
	}

enum color_mode {
	COLOR_AUTO,
	COLOR_ALWAYS,
	COLOR_NEVER
};

/**
 * struct session - what holds for the whole call: global options, where output goes
 * @json, @jsonl: one document, or one line a record
 * @color: whether the text output may use colour (decided from the option, NO_COLOR and the tty)
 * @quiet, @verbose: -q, -v (counted)
 * @progress: stderr is a terminal and not quiet: session_progress() shows something
 * @columns: width for text on stdout: of the terminal, else 80
 * @netns: which network namespace, as typed; NULL for the present one. @all_netns: all of them
 * @record, @replay: files for what the kernel answers; NULL for neither
 *
 * Commands get it const. Output is put together in a struct text and leaves through session_write().
 */
struct session {
	bool json, jsonl, color, quiet, progress, all_netns;
	unsigned int verbose;
	unsigned int columns;
	const char *netns, *record, *replay;
};

/*
 * Write all of @text to stdout. Returns -1 and ERR_PIPE if the reader is gone, ERR_SYSTEM if the
 * disk is full, ERR_MEMORY if @text is not complete. A command then returns STATUS_FAILURE.
 */
int session_write(const struct session *session, const struct text *text,
		  struct err *err) attr_must_check;

/* Words about the results, to stderr, unless quiet. A newline is added. */
void session_say(const struct session *session, const char *format, ...) attr_printf(2, 3);

/*
 * An error that does not end the work (one file of several), to stderr, quiet or not: "nod: ..." and
 * a newline.
 */
void session_complain(const struct session *session, const char *format, ...) attr_printf(2, 3);

/*
 * Show one line on the terminal in place of the last one; NULL takes it away, which must be done
 * before anything else is written. Does nothing unless session->progress.
 */
void session_progress(const struct session *session, const char *line);

enum command_flag {
	COMMAND_JSON = 1 << 0,	      /* understands --json */
	COMMAND_JSONL = 1 << 1,	      /* understands --jsonl */
	COMMAND_HIDDEN = 1 << 2,      /* not in help: for completions */
	COMMAND_VERBOSE = 1 << 4,     /* has more to say with --verbose */
	COMMAND_IN_NOD_PAGE = 1 << 3, /* described in nod(8), has no page of its own */
	COMMAND_LIVE = 1 << 5,	      /* about the running machine: understands --netns */
	COMMAND_ALL_NETNS = 1 << 6,   /* understands --all-netns */
	COMMAND_REPLAY = 1 << 7,      /* only reads: understands --record and --replay */
};

/**
 * struct command - one subcommand; each cmd/NAME.c ends with one: `const struct command cmd_NAME`
 * @summary: one line for the list of commands
 * @description: some sentences for --help and the manual, a blank line between paragraphs; NULL if
 *               the summary says it all
 * @answer: what exit status 1 means here, as a line of help; NULL if it cannot happen
 * @options, @operands: tables ended by PARAM_END; NULL if there are none
 * @examples: lines of {command line, what it does} for --help, ended by a NULL
 * @options_size: of the struct that the tables fill; it is zeroed, then @defaults copied over it
 * @defaults: NULL for all zero
 * @run: the work; returns an exit status. On STATUS_USAGE and STATUS_FAILURE @err is filled and main
 *       prints it, for STATUS_USAGE with the command's name in front.
 */
struct command {
	const char *name, *summary, *description, *answer;
	const struct param *options, *operands;
	const struct choice *examples;
	uint32_t flags;
	size_t options_size;
	const void *defaults;
	enum status (*run)(const void *options, const struct session *session, struct err *err);
};

/* All commands in the order of the help, ended by NULL (cmd/commands.c). */
extern const struct command *const commands[];

/**
 * struct word_list - words for the shells that are known only at run time
 * @name: as in @complete of a param, and as in `nod complete LIST`
 * @add: append one line for each word: the word, or word TAB description
 */
struct word_list {
	const char *name;
	void (*add)(struct text *out);
};

/* Ended by a NULL name (cmd/commands.c). */
extern const struct word_list word_lists[];

#endif
