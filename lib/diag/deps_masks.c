/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which bits has the running kernel for the features that the rules speak of?
 */
#include "lib/diag/deps_parts.h"

#include <string.h>

#define FEATURE_MASK_NAMES(name, features) features,
static const char *const mask_names[MASKS_COUNT] = {FEATURE_MASKS(FEATURE_MASK_NAMES)};

static struct feature_bits resolve(const char *words, const struct feature_names *names)
{
	struct feature_bits set = {0};
	char word[64];

	while (*words) {
		size_t length = strcspn(words, " ");

		if (length > 0 && length < sizeof(word)) {
			int bit;

			memcpy(word, words, length);
			word[length] = '\0';
			bit = feature_lookup(names, word);
			if (bit >= 0)
				feature_put(&set, (unsigned int)bit, true);
		}
		words += length + (words[length] == ' ');
	}
	return set;
}

void masks_resolve(struct feature_masks *masks, const struct feature_names *names)
{
	for (size_t i = 0; i < MASKS_COUNT; i++)
		masks->sets[i] = resolve(mask_names[i], names);
}
