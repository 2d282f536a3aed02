/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How do many small pieces of memory get freed without anybody keeping count?
 */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/arena.h"

struct arena_block {
	struct arena_block *next;
	size_t used, size;
	_Alignas(max_align_t) unsigned char bytes[];
};

/* Many arenas hold little, and every page that is touched for the first time takes time. */
#define FIRST_SIZE ((size_t)2 * 1024 - sizeof(struct arena_block))
#define BLOCK_SIZE ((size_t)16 * 1024 - sizeof(struct arena_block))

static size_t align_up(size_t size)
{
	return (size + _Alignof(max_align_t) - 1) & ~(_Alignof(max_align_t) - 1);
}

void *arena_alloc(struct arena *arena, size_t size)
{
	struct arena_block *block = arena->blocks;
	size_t wanted = align_up(size ? size : 1);
	void *result;

	if (wanted < size || wanted > SIZE_MAX - sizeof(*block))
		return NULL;
	if (!block || block->size - block->used < wanted) {
		size_t room = block ? BLOCK_SIZE : FIRST_SIZE;

		if (room < wanted)
			room = wanted;
		block = calloc(1, sizeof(*block) + room);
		if (!block)
			return NULL;
		block->size = room;
		block->next = arena->blocks;
		arena->blocks = block;
	}
	result = block->bytes + block->used;
	block->used += wanted;
	return result;
}

char *arena_strdup(struct arena *arena, const char *string)
{
	size_t size = strlen(string) + 1;
	char *copy = arena_alloc(arena, size);

	if (copy)
		memcpy(copy, string, size);
	return copy;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list args, again;
	char *result = NULL;
	int length;

	va_start(args, format);
	va_copy(again, args);
	length = vsnprintf(NULL, 0, format, args);
	if (length >= 0)
		result = arena_alloc(arena, (size_t)length + 1);
	if (result)
		vsnprintf(result, (size_t)length + 1, format, again);
	va_end(again);
	va_end(args);
	return result;
}

void arena_free(struct arena *arena)
{
	struct arena_block *block = arena->blocks;

	while (block) {
		struct arena_block *next = block->next;

		free(block);
		block = next;
	}
	arena->blocks = NULL;
}
