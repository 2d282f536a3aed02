/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which rows of the tables does a generator walk over?
 */
#include <string.h>

#include "cmd/gen/gen.h"

const struct param *option_next(const struct command *command, const struct param *param)
{
	const struct param *own = command ? command->options : NULL;
	bool in_own = false;

	for (const struct param *row = own; param && row && row->name; row++)
		in_own |= row == param;
	if (!param && own && own->name)
		return own;
	if (in_own && param[1].name)
		return param + 1;
	param = !param || in_own ? global_params : param + 1;
	while (param->name && !param_applies(param, command))
		param++;
	return param->name ? param : NULL;
}

const struct command *command_next(const struct command *const **list)
{
	while (**list && ((**list)->flags & COMMAND_HIDDEN))
		++*list;
	return **list ? *(*list)++ : NULL;
}

void print_escaped(const char *string, const char *special, FILE *out)
{
	for (; *string; string++) {
		if (strchr(special, *string))
			putc('\\', out);
		if (*string == '\'')
			fputs("'\\''", out);
		else
			putc(*string, out);
	}
}
