/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What did the user ask for, and if it makes no sense, what was probably meant?
 */
#include <stdio.h>
#include <string.h>

#include "cmd/parse.h"
#include "cmd/suggest.h"
#include "cmd/value.h"

/**
 * struct parser - words that are being read
 * @next: the word to read next
 * @command, @options: NULL in front of the command's name
 */
struct parser {
	char **next;
	const struct command *command;
	void *options;
	struct global_options *globals;
	struct err *err;
};

const struct command *command_lookup(const struct command *const list[], const char *name,
				     struct err *err)
{
	struct suggestion suggestion;
	char hint[HINT_MAX], shown[SHOWN_MAX];

	suggest_init(&suggestion, name);
	for (size_t i = 0; list[i]; i++) {
		if (!strcmp(list[i]->name, name))
			return list[i];
		if (!(list[i]->flags & COMMAND_HIDDEN))
			suggest_offer(&suggestion, list[i]->name);
	}
	err_set(err, ERR_USAGE, "unknown command \"%s\"%s", shown_word(name, strlen(name), shown),
		suggest_hint(&suggestion, "", hint));
	return NULL;
}

/* The option of that long name (@length bytes), or of that letter if @name is NULL. */
static const struct param *find_param(const struct param *table, const char *name, size_t length,
				      char key)
{
	for (; table && table->name; table++) {
		if (name ? strlen(table->name) == length && !memcmp(table->name, name, length)
			 : table->key == key)
			return table;
	}
	return NULL;
}

static bool find_slot(const struct parser *parser, const char *name, size_t length, char key,
		      struct slot *slot)
{
	const struct command *command = parser->command;

	if (command) {
		slot->param = find_param(command->options, name, length, key);
		slot->base = parser->options;
		slot->defaults = command->defaults;
		if (slot->param)
			return true;
	}
	slot->param = find_param(global_params, name, length, key);
	slot->base = parser->globals;
	slot->defaults = NULL;
	return slot->param;
}

static int unknown_long(const struct parser *parser, const char *name, size_t length)
{
	const struct param *params = parser->command ? parser->command->options : NULL;
	struct suggestion suggestion;
	char hint[HINT_MAX], shown[SHOWN_MAX];

	suggest_init(&suggestion, shown_word(name, length, shown));
	for (; params && params->name; params++)
		suggest_offer(&suggestion, params->name);
	for (params = global_params; params->name; params++) {
		if (param_applies(params, parser->command))
			suggest_offer(&suggestion, params->name);
	}
	return err_set(parser->err, ERR_USAGE, "unknown option \"--%s\"%s", shown,
		       suggest_hint(&suggestion, "--", hint));
}

/* @word is all of the bundle: -json is a long option with a dash too few. */
static int unknown_key(const struct parser *parser, const char *word, size_t at)
{
	size_t length = strcspn(word + 1, "=");
	char shown[SHOWN_MAX];
	struct slot slot;

	shown_word(word, strlen(word), shown);
	if (length > 1 && find_slot(parser, word + 1, length, 0, &slot))
		return err_set(parser->err, ERR_USAGE,
			       "unknown option \"%s\"; did you mean \"--%s\"?", shown,
			       slot.param->name);
	if (!word[2] || (unsigned char)word[at] >= 0x80) /* no half of a character in a message */
		return err_set(parser->err, ERR_USAGE, "unknown option \"%s\"", shown);
	return err_set(parser->err, ERR_USAGE, "unknown option \"-%c\" in \"%s\"", word[at], shown);
}

/* Give @slot its value: what is @attached to it in the same word, else the next word. */
static int take_value(struct parser *parser, const struct slot *slot, const char *attached)
{
	enum argument argument = param_argument(slot->param);

	if (argument != ARGUMENT_REQUIRED || attached)
		return slot_store(slot, attached, parser->err);
	if (!*parser->next)
		return err_set(parser->err, ERR_USAGE, "%s needs a value: %s%s%s", slot->name,
			       slot->name, slot->name[1] == '-' ? "=" : " ",
			       param_placeholder(slot->param));
	return slot_store(slot, *parser->next++, parser->err);
}

static int parse_long(struct parser *parser, const char *word)
{
	const char *name = word + 2;
	size_t length = strcspn(name, "=");
	const char *attached = name[length] ? name + length + 1 : NULL;
	struct slot slot;

	if (!find_slot(parser, name, length, 0, &slot))
		return unknown_long(parser, name, length);
	shown_word(word, length + 2, slot.name);
	if (attached && param_argument(slot.param) == ARGUMENT_NONE)
		return err_set(parser->err, ERR_USAGE, "%s takes no value", slot.name);
	return take_value(parser, &slot, attached);
}

/* A word like -qv, -f FILTER, -fFILTER or -qvfFILTER. */
static int parse_bundle(struct parser *parser, const char *word)
{
	for (size_t at = 1; word[at]; at++) {
		const char *rest = word[at + 1] ? word + at + 1 : NULL;
		struct slot slot;

		if (!find_slot(parser, NULL, 0, word[at], &slot))
			return unknown_key(parser, word, at);
		snprintf(slot.name, sizeof(slot.name), "-%c", word[at]);
		if (param_argument(slot.param) != ARGUMENT_NONE)
			return take_value(parser, &slot, rest);
		if (take_value(parser, &slot, NULL))
			return -1;
	}
	return 0;
}

/*
 * Read options up to the end, or to the first operand if @gathered is NULL. Else operands are moved
 * to the start of the words; the room there is what was already read.
 */
static int parse_words(struct parser *parser, size_t *gathered)
{
	char **operands = parser->next, *word;
	bool only_operands = false;

	while ((word = *parser->next)) {
		bool option = !only_operands && word[0] == '-' && word[1];

		if (!option && !gathered)
			break;
		parser->next++;
		if (!option)
			operands[(*gathered)++] = word;
		else if (!strcmp(word, "--"))
			only_operands = true;
		else if (word[1] == '-' ? parse_long(parser, word) : parse_bundle(parser, word))
			return -1;
		if (gathered && (parser->globals->help || parser->globals->version))
			return 0;
		if (only_operands && !gathered)
			break;
	}
	return 0;
}

static int assign_operands(const struct parser *parser, char *const words[], size_t count)
{
	const struct param *param = parser->command->operands;
	char shown[SHOWN_MAX];

	for (; param && param->name; param++) {
		struct slot slot = {.param = param, .base = parser->options};
		struct param_operands all = {.count = count, .words = words};

		if (!count && param->required)
			return err_set(parser->err, ERR_USAGE, "missing operand %s",
				       param_placeholder(param));
		snprintf(slot.name, sizeof(slot.name), "%s", param_placeholder(param));
		if (param->type == PARAM_OPERANDS) {
			memcpy((char *)parser->options + param->offset, &all, sizeof(all));
			count = 0;
		} else if (count) {
			if (slot_store(&slot, *words++, parser->err))
				return -1;
			count--;
		}
	}
	if (count)
		return err_set(parser->err, ERR_USAGE, "unexpected operand \"%s\"",
			       shown_word(words[0], strlen(words[0]), shown));
	return 0;
}

/* Was this one given? Only types that a global option has which not every command takes. */
static bool is_given(const struct param *param, const struct global_options *globals)
{
	const char *target = (const char *)globals + param->offset;

	switch (param->type) {
	case PARAM_COUNT:
		return *(const unsigned int *)target != 0;
	case PARAM_STRING:
	case PARAM_FILE:
		return *(const char *const *)target != NULL;
	default:
		return *(const bool *)target;
	}
}

/* Global flags may stand before a command that turns out not to take them. */
static int check_globals(const struct command *command, const struct global_options *globals,
			 struct err *err)
{
	for (const struct param *param = global_params; param->name; param++) {
		if (!param->needs || param_applies(param, command) || !is_given(param, globals))
			continue;
		return err_set(err, ERR_USAGE, "this command does not take --%s", param->name);
	}
	if (globals->json && globals->jsonl)
		return err_set(err, ERR_USAGE, "--json and --jsonl exclude each other");
	return 0;
}

int parse_globals(char *argv[], struct global_options *globals, struct err *err)
{
	struct parser parser = {.next = argv, .globals = globals, .err = err};

	if (parse_words(&parser, NULL))
		return -1;
	return (int)(parser.next - argv);
}

int parse_command(const struct command *command, char *argv[], struct global_options *globals,
		  void *options, struct err *err)
{
	struct parser parser = {
		.next = argv,
		.command = command,
		.options = options,
		.globals = globals,
		.err = err,
	};
	size_t count = 0;

	if (command->defaults)
		memcpy(options, command->defaults, command->options_size);
	else
		memset(options, 0, command->options_size);
	if (globals->help || globals->version)
		return 0;
	if (parse_words(&parser, &count))
		return -1;
	if (globals->help || globals->version)
		return 0;
	if (assign_operands(&parser, argv, count))
		return -1;
	return check_globals(command, globals, err);
}
