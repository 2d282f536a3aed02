/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does a template become, once the tables have filled it in?
 *
 *   nodgen TEMPLATE > FILE
 */
#include <stdlib.h>
#include <string.h>

#include "cmd/gen/gen.h"

static const struct directive *const directives[] = {
	bash_directives, zsh_directives, fish_directives, man_directives, NULL,
};

static const struct directive *directive_lookup(const char *name)
{
	for (size_t i = 0; directives[i]; i++) {
		for (const struct directive *row = directives[i]; row->name; row++) {
			if (!strcmp(row->name, name))
				return row;
		}
	}
	return NULL;
}

/* @line is "NAME" or "NAME ARGUMENT". */
static int expand(char *line, FILE *out)
{
	char *argument = strchr(line, ' ');
	const struct directive *directive;

	if (argument)
		*argument++ = '\0';
	directive = directive_lookup(line);
	if (!directive)
		return -1;
	return directive->print(argument ? argument : "", out);
}

static int expand_all(FILE *template, const char *path, FILE *out)
{
	char *line = NULL;
	size_t room = 0, number = 0;
	ssize_t length;
	int failed = 0;

	while (!failed && (length = getline(&line, &room, template)) > 0) {
		number++;
		if (length < 4 || line[0] != '@' || strcmp(line + length - 2, "@\n")) {
			fwrite(line, 1, (size_t)length, out);
			continue;
		}
		line[length - 2] = '\0';
		failed = expand(line + 1, out);
	}
	if (failed)
		fprintf(stderr, "nodgen: %s:%zu: the tables have nothing for \"%s\"\n", path,
			number, line + 1);
	free(line);
	return failed;
}

int main(int argc, char *argv[])
{
	FILE *template = argc == 2 ? fopen(argv[1], "r") : NULL;
	int failed;

	if (argc != 2) {
		fputs("usage: nodgen TEMPLATE\n", stderr);
		return STATUS_USAGE;
	}
	if (!template) {
		perror(argv[1]);
		return STATUS_FAILURE;
	}
	failed = expand_all(template, argv[1], stdout);
	fclose(template);
	if (fclose(stdout)) {
		perror("nodgen");
		return STATUS_FAILURE;
	}
	return failed ? STATUS_FAILURE : STATUS_OK;
}
