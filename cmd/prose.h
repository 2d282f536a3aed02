/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the text forms of several commands have in common.
 */
#ifndef NOD_CMD_PROSE_H
#define NOD_CMD_PROSE_H

#include "cmd/command.h"
#include "lib/model/finding.h"

/* Words in a colour (an escape sequence), if the session has colours. */
void prose_colored(struct text *out, const struct session *session, const char *color,
		   const char *words);

/* The escape sequence that begins the colour of a severity. */
const char *prose_severity_color(uint8_t severity);

/* A number with a thin structure: 1 234 567. */
void prose_count(struct text *out, uint64_t value);

/* The same with a noun: "1 frame", "7 frames". */
void prose_counted(struct text *out, uint64_t value, const char *noun);

/* A paragraph as wide as the terminal, all of it behind @indent blanks, and a newline. */
void prose_paragraph(struct text *out, const char *words, size_t indent,
		     const struct session *session);

/* "tcp A:1 > B:2 in vxlan 7 C > D" */
void prose_end(struct text *out, const char *address, uint32_t port);
void prose_endpoints(struct text *out, const struct endpoints *flow);

/* With -v the first paragraph of what nod explain says of a finding, with -vv all; for others nothing. */
void prose_explanation(struct text *out, const char *id, const struct session *session);

/* "do: COMMAND", with its reason, what stands behind "  # ", below. */
void prose_advice(struct text *out, const char *advice, const struct session *session);

#endif
