/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Words for completion that only the machine knows: see struct word_list. Each appends lines.
 */
#ifndef NOD_CMD_WORDS_H
#define NOD_CMD_WORDS_H

#include "lib/base/text.h"

void words_add_devices(struct text *out);
void words_add_features(struct text *out);
/* Devices, and FEATURE=on, FEATURE=off: the operands of nod set. */
void words_add_changes(struct text *out);
/* Names of namespaces and, for those without, the number of a process that holds them. */
void words_add_namespaces(struct text *out);

#endif
