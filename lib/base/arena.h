/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory that is freed all at once. A container owns everything reachable from it through one
 * arena; everybody else borrows.
 */
#ifndef NOD_BASE_ARENA_H
#define NOD_BASE_ARENA_H

#include <stddef.h>

#include "lib/base/attr.h"

struct arena_block;

struct arena {
	struct arena_block *blocks;
};

/* Zeroed memory, aligned for any type; NULL if there is none. Lives until arena_free(). */
void *arena_alloc(struct arena *arena, size_t size) attr_must_check;

/* Copies of strings, owned by the arena; NULL if there is no memory. */
char *arena_strdup(struct arena *arena, const char *string) attr_must_check;
char *arena_printf(struct arena *arena, const char *format, ...) attr_printf(2, 3) attr_must_check;

/* Free everything; the arena is then empty and can be used again. */
void arena_free(struct arena *arena);

#endif
