/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which bits has the running kernel for the features that the rules speak of?
 */
#include "lib/diag/deps_parts.h"

#include <stdlib.h>
#include <string.h>

#define FEATURE_MASK_NAMES(name, features) features,
static const char *const mask_names[MASKS_COUNT] = {FEATURE_MASKS(FEATURE_MASK_NAMES)};

/* The bits that have a name, in the order of their names: a mask is looked up often. */
struct sorted_names {
	const struct feature_names *names;
	uint8_t bits[FEATURE_BITS_MAX];
	size_t count;
};

static int compare_names(const void *one, const void *other, void *data)
{
	const struct feature_names *names = data;

	return strcmp(names->names[*(const uint8_t *)one], names->names[*(const uint8_t *)other]);
}

static void sort_names(struct sorted_names *sorted, const struct feature_names *names)
{
	sorted->names = names;
	sorted->count = 0;
	for (size_t bit = 0; bit < names->count; bit++)
		if (names->names[bit])
			sorted->bits[sorted->count++] = (uint8_t)bit;
	qsort_r(sorted->bits, sorted->count, sizeof(*sorted->bits), compare_names, (void *)names);
}

/* The word of @length characters at @word; -1 if this kernel has no such feature. */
static int find_bit(const struct sorted_names *sorted, const char *word, size_t length)
{
	size_t low = 0, high = sorted->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const char *name = sorted->names->names[sorted->bits[middle]];
		int order = strncmp(word, name, length);

		if (order == 0 && !name[length])
			return sorted->bits[middle];
		if (order > 0)
			low = middle + 1;
		else
			high = middle;
	}
	return -1;
}

/* The features of a mask, which is their names with a blank between two. */
static struct feature_bits resolve(const char *words, const struct sorted_names *sorted)
{
	struct feature_bits set = {{0}};

	while (*words) {
		size_t length = strcspn(words, " ");
		int bit = find_bit(sorted, words, length);

		if (bit >= 0)
			feature_put(&set, (unsigned int)bit, true);
		words += length + (words[length] == ' ');
	}
	return set;
}

void masks_resolve(struct feature_masks *masks, const struct feature_names *names)
{
	struct sorted_names sorted;

	sort_names(&sorted, names);
	for (size_t i = 0; i < MASKS_COUNT; i++)
		masks->sets[i] = resolve(mask_names[i], &sorted);
}
