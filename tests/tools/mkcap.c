/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How does a text file of frames become a capture? */

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "tests/tools/mkcap.h"

void die(const char *file, unsigned line, const char *fmt, ...)
{
	va_list args;

	fprintf(stderr, "mkcap: ");
	if (line)
		fprintf(stderr, "%s:%u: ", file, line);
	else if (file)
		fprintf(stderr, "%s: ", file);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

void *pool_alloc(struct pool *pool, size_t size)
{
	void *block = calloc(1, size ? size : 1);

	if (pool->n == pool->room) {
		pool->room = pool->room ? 2 * pool->room : 64;
		pool->blocks = realloc(pool->blocks, pool->room * sizeof(*pool->blocks));
	}
	if (!block || !pool->blocks)
		die(NULL, 0, "out of memory");
	pool->blocks[pool->n++] = block;
	return block;
}

char *pool_text(struct pool *pool, const char *text, size_t len)
{
	char *copy = pool_alloc(pool, len + 1);

	memcpy(copy, text, len);
	return copy;
}

void pool_free(struct pool *pool)
{
	for (size_t i = 0; i < pool->n; i++)
		free(pool->blocks[i]);
	free(pool->blocks);
}

static char *read_file(struct pool *pool, const char *path)
{
	FILE *in = fopen(path, "r");
	char *line = NULL, *text;
	size_t room = 0;
	ssize_t len;

	if (!in)
		die(path, 0, "%s", strerror(errno));
	len = getdelim(&line, &room, 0, in);
	if (ferror(in))
		die(path, 0, "%s", strerror(errno));
	text = pool_text(pool, line, len > 0 ? (size_t)len : 0);
	free(line);
	fclose(in);
	return text;
}

/* -D NAME=VALUE: the value wins over the script's own `param NAME VALUE`. */
static void define(struct script *s, struct build *b, const char *arg)
{
	const char *equals = strchr(arg, '=');
	unsigned var;

	if (!equals || equals == arg)
		die(NULL, 0, "-D %s: not NAME=VALUE", arg);
	var = script_var(s, arg, (size_t)(equals - arg));
	b->vars[var] = strtoll(equals + 1, NULL, 0);
	b->set[var] = true;
}

int main(int argc, char **argv)
{
	struct script s = {0};
	struct build b = {.script = &s, .rng = 1};
	int at = 1;

	for (; at + 1 < argc && !strcmp(argv[at], "-D"); at += 2)
		define(&s, &b, argv[at + 1]);
	if (argc - at != 2) {
		fprintf(stderr, "usage: mkcap [-D NAME=VALUE]... FRAMES CAPTURE\n");
		return 1;
	}
	s.file = argv[at];
	script_words(&s, read_file(&s.pool, s.file));
	script_parse(&s);
	script_run(&s, &b, writer_open(&s, argv[at + 1]));
	pool_free(&s.pool);
	return 0;
}
