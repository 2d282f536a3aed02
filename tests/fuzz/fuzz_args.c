/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Can any command line make the parser read or write where it should not, or fail without a word?
 *
 * The input is the words behind "nod", a line each. Every command gets them all.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/parse.h"

#define WORDS_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Fill @words, ended by NULL, from the lines of @text, which is cut up. Returns how many. */
static size_t split(char *text, char *words[WORDS_MAX + 1])
{
	size_t count = 0;

	while (text && count < WORDS_MAX)
		words[count++] = strsep(&text, "\n");
	words[count] = NULL;
	return count;
}

static void check(bool good)
{
	if (!good)
		abort();
}

static void try_command(const struct command *command, char *const words[], size_t count)
{
	struct global_options globals = {0};
	char *argv[WORDS_MAX + 1];
	struct err err = {0};
	void *options = malloc(command->options_size);

	if (!options)
		return;
	memcpy(argv, words, (count + 1) * sizeof(argv[0]));
	if (parse_command(command, argv, &globals, options, &err))
		check(err.code == ERR_USAGE && err.text[0]);
	else
		check(err.code == ERR_NONE);
	free(options);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct global_options globals = {0};
	char *text = malloc(size + 1), *words[WORDS_MAX + 1];
	struct err err = {0};
	size_t count;
	int used;

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	count = split(text, words);
	used = parse_globals(words, &globals, &err);
	check(used < 0 ? err.code == ERR_USAGE : (size_t)used <= count);
	if (used >= 0 && words[used])
		check(command_lookup(commands, words[used], &err) || err.code == ERR_USAGE);
	for (size_t i = 0; commands[i]; i++)
		try_command(commands[i], words, count);
	free(text);
	return 0;
}
