/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a mistyped word was probably meant to be.
 */
#ifndef NOD_CMD_SUGGEST_H
#define NOD_CMD_SUGGEST_H

#include <stddef.h>

#define SUGGEST_MAX 3

/**
 * struct suggestion - the nearest candidates so far
 * @word: what was typed; borrowed
 * @best: equally near ones, borrowed; only the first SUGGEST_MAX of @count
 * @distance: of these
 */
struct suggestion {
	const char *word;
	const char *best[SUGGEST_MAX];
	size_t count, distance;
};

/* Offer every candidate; the order decides how equally near ones are listed. */
void suggest_init(struct suggestion *suggestion, const char *word);
void suggest_offer(struct suggestion *suggestion, const char *candidate);

#define HINT_MAX 128

/*
 * `; did you mean "--flows"?`, with @prefix ("--" or "") before each word. Empty if nothing is near,
 * or if so much is that it does not help. Returns @buffer.
 */
const char *suggest_hint(const struct suggestion *suggestion, const char *prefix,
			 char buffer[HINT_MAX]);

#endif
