/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How does an error travel from where it happens to where it is printed?
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/err.h"

int err_set(struct err *err, enum err_code code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	err->code = code;
	return -1;
}

int err_set_errno(struct err *err, const char *format, ...)
{
	int number = errno;
	va_list args;
	size_t used;

	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	used = strlen(err->text);
	snprintf(err->text + used, sizeof(err->text) - used, ": %s", strerror(number));
	err->code = number == EPIPE ? ERR_PIPE : ERR_SYSTEM;
	return -1;
}

int err_wrap(struct err *err, const char *format, ...)
{
	struct err old = *err;
	va_list args;
	size_t used;

	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	used = strlen(err->text);
	snprintf(err->text + used, sizeof(err->text) - used, ": %s", old.text);
	return -1;
}
