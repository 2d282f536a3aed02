/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The values that we write, as values of jansson. Only for files of lib/out: the types of jansson
 * do not leave this folder.
 */
#ifndef NOD_OUT_JSON_H
#define NOD_OUT_JSON_H

#include <stdint.h>

#include <jansson.h>

#include "lib/base/attr.h"
#include "lib/base/text.h"

/* All return a new reference, or NULL if there is no memory. */

/* null for NULL; each byte that is not part of valid UTF-8 (RFC 3629) becomes U+FFFD. */
json_t *json_from_string(const char *string) attr_must_check;

/* INT64_MAX for what is above: jansson has no unsigned integers. */
json_t *json_from_u64(uint64_t number) attr_must_check;

/* null for what JSON cannot say: infinite, not a number. */
json_t *json_from_real(double real) attr_must_check;

json_t *json_from_nanoseconds(int64_t nanoseconds) attr_must_check;

/* Append the text of @value with @flags of json_dumps(). -1 without memory: @out ends anywhere. */
int json_write(const json_t *value, size_t flags, struct text *out) attr_must_check;

#endif
