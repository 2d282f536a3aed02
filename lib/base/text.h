/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text that grows, and text from outside made safe for a terminal.
 */
#ifndef NOD_BASE_TEXT_H
#define NOD_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/attr.h"

/**
 * struct text - a growing string
 * @chars: NUL-terminated once anything was added; NULL before
 * @length: without the NUL
 * @failed: memory ran out; what was added since is missing. Check once, at the end.
 */
struct text {
	char *chars;
	size_t length, room;
	bool failed;
};

void text_free(struct text *text);
void text_clear(struct text *text);
void text_add(struct text *text, const char *string);
void text_add_bytes(struct text *text, const char *bytes, size_t length);
void text_printf(struct text *text, const char *format, ...) attr_printf(2, 3);

/* "98 %", "99.7 %", "0.3 %": what is not all is not called 100, what is not nothing not 0. */
void text_add_share(struct text *text, uint64_t part, uint64_t whole);

void text_pad(struct text *text, size_t column, size_t line_start);

/*
 * Add a string from outside (a file name, an interface name of a capture): control characters,
 * escape sequences, invalid UTF-8 and characters that change the direction of text become \xNN.
 */
void text_add_untrusted(struct text *text, const char *string);

/*
 * Add a word as one is to be typed into a shell, quoted if need be. Where text_add_untrusted() would
 * change it, as $'...' of bash, ksh and zsh: then what is shown is still what is meant.
 */
void text_add_shell(struct text *text, const char *word);

/*
 * Add @string in lines of at most @width columns; every line but the first starts with @indent
 * blanks. Words longer than a line stand alone; UTF-8 counts one column a character.
 */
void text_wrap(struct text *text, const char *string, size_t indent, size_t width);

#endif
