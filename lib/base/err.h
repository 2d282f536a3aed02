/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An error as a value. Whoever knows what failed fills it, whoever has context wraps it, and main
 * prints it once: "nod: reading slow.pcap: record 7 at byte 912: 4096 bytes wanted, 10 left".
 */
#ifndef NOD_BASE_ERR_H
#define NOD_BASE_ERR_H

#include "lib/base/attr.h"

enum err_code {
	ERR_NONE = 0,
	ERR_USAGE,	 /* the user asked for something that cannot be: exit status 2 */
	ERR_SYSTEM,	 /* a call to the system failed */
	ERR_FORMAT,	 /* input from outside is not what it should be */
	ERR_UNSUPPORTED, /* well-formed, but not something that nod can do */
	ERR_MEMORY,
	ERR_PIPE, /* whoever reads our output went away: end quietly */
};

/**
 * struct err - what went wrong, for a person
 * @code: ERR_NONE, or the kind of failure
 * @text: one line without a full stop or newline; cut if it does not fit
 *
 * Zero-initialise before use. Functions that take a struct err return -1 (or NULL) and fill it.
 */
struct err {
	enum err_code code;
	char text[240];
};

/* Fill @err. Always returns -1, so that a function can end with `return err_set(...)`. */
int err_set(struct err *err, enum err_code code, const char *format, ...) attr_printf(3, 4);

/* As err_set() with ": " and the text of errno behind it. */
int err_set_errno(struct err *err, const char *format, ...) attr_printf(2, 3);

/* Put context before the text that is there: "reading FILE" makes "reading FILE: old text". */
int err_wrap(struct err *err, const char *format, ...) attr_printf(2, 3);

#endif
