/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which known word is nearest to a mistyped one?
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cmd/suggest.h"

/* Longer words are not compared: no name of ours comes near. */
#define WORD_MAX 32

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static bool same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/*
 * Optimal string alignment: letters inserted, lost, replaced, or two neighbours swapped. Case does
 * not count. rows[i % 3][j] is the distance of the first i letters of a and the first j of b.
 */
static size_t distance(const char *a, const char *b)
{
	size_t length_a = strlen(a), length_b = strlen(b);
	size_t rows[3][WORD_MAX + 1];

	if (length_a > WORD_MAX || length_b > WORD_MAX)
		return SIZE_MAX;
	for (size_t j = 0; j <= length_b; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= length_a; i++) {
		size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];

		row[0] = i;
		for (size_t j = 1; j <= length_b; j++) {
			row[j] = least(above[j - 1] + !same(a[i - 1], b[j - 1]),
				       least(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1]))
				row[j] = least(row[j], before[j - 2] + 1);
		}
	}
	return rows[length_a % 3][length_b];
}

void suggest_init(struct suggestion *suggestion, const char *word)
{
	*suggestion = (struct suggestion){.word = word, .distance = SIZE_MAX};
}

void suggest_offer(struct suggestion *suggestion, const char *candidate)
{
	size_t length = strlen(suggestion->word);
	size_t found = distance(suggestion->word, candidate);

	/* An abbreviation is as good as one wrong letter. */
	if (length && found > 1 && !strncasecmp(suggestion->word, candidate, length))
		found = 1;
	else if (found > length / 3 || found > 3)
		return;
	if (found > suggestion->distance)
		return;
	if (found < suggestion->distance)
		suggestion->count = 0;
	suggestion->distance = found;
	if (suggestion->count < SUGGEST_MAX)
		suggestion->best[suggestion->count] = candidate;
	suggestion->count++;
}

const char *suggest_hint(const struct suggestion *suggestion, const char *prefix,
			 char buffer[HINT_MAX])
{
	size_t count = suggestion->count, used;

	buffer[0] = '\0';
	if (!count || count > SUGGEST_MAX)
		return buffer;
	snprintf(buffer, HINT_MAX, "; did you mean");
	for (size_t i = 0; i < count; i++) {
		const char *before = !i ? " " : i + 1 == count ? " or " : ", ";

		used = strlen(buffer);
		snprintf(buffer + used, HINT_MAX - used, "%s\"%s%s\"", before, prefix,
			 suggestion->best[i]);
	}
	used = strlen(buffer);
	snprintf(buffer + used, HINT_MAX - used, "?");
	return buffer;
}
