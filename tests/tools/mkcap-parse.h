/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NOD_TESTS_MKCAP_PARSE_H
#define NOD_TESTS_MKCAP_PARSE_H

#include "tests/tools/mkcap.h"

/* All of these read on from word s->at, and leave it behind what they have read. */

/* The name of a layer; NULL: there is none. */
const struct layer_type *layer_type_find(const char *name);
/* A template made by `let`; NULL: there is none. */
struct template *template_find(const struct script *s, const char *name, size_t len);
/* A template with one layer of settings. */
struct template *template_new(struct script *s, const struct layer_type *first);
/* Operands and fields up to the end of the layer or statement. */
void parse_fields(struct script *s, struct layer *l, bool settings);
/* A frame: layers, or another template with changes. */
struct template *parse_frame(struct script *s);

#endif
