/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Network device features: sets of them, the names that one kernel gives its bits, and what nod
 * knows about each name.
 *
 * The number of a bit differs from kernel to kernel, its name does not: sets are only ever compared
 * within one snapshot, and everything that leaves nod goes by name.
 */
#ifndef NOD_MODEL_FEATURE_H
#define NOD_MODEL_FEATURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/attr.h"
#include "lib/base/err.h"

/* Linux 6.18 has 64 bits. A kernel with more than this is told as such when it is read. */
#define FEATURE_BITS_MAX 128
#define FEATURE_WORDS	 (FEATURE_BITS_MAX / 64)

/* A set of features, by the bit numbers of one kernel. */
struct feature_bits {
	uint64_t words[FEATURE_WORDS];
};

static inline bool feature_test(const struct feature_bits *set, unsigned int bit)
{
	return set->words[bit / 64] >> (bit % 64) & 1;
}

static inline void feature_put(struct feature_bits *set, unsigned int bit, bool on)
{
	uint64_t one = UINT64_C(1) << (bit % 64);

	set->words[bit / 64] = on ? set->words[bit / 64] | one : set->words[bit / 64] & ~one;
}

static inline struct feature_bits feature_and(struct feature_bits a, struct feature_bits b)
{
	for (size_t i = 0; i < FEATURE_WORDS; i++)
		a.words[i] &= b.words[i];
	return a;
}

static inline struct feature_bits feature_or(struct feature_bits a, struct feature_bits b)
{
	for (size_t i = 0; i < FEATURE_WORDS; i++)
		a.words[i] |= b.words[i];
	return a;
}

/* What is in @a and not in @b. */
static inline struct feature_bits feature_without(struct feature_bits a, struct feature_bits b)
{
	for (size_t i = 0; i < FEATURE_WORDS; i++)
		a.words[i] &= ~b.words[i];
	return a;
}

static inline struct feature_bits feature_xor(struct feature_bits a, struct feature_bits b)
{
	for (size_t i = 0; i < FEATURE_WORDS; i++)
		a.words[i] ^= b.words[i];
	return a;
}

static inline bool feature_any(struct feature_bits a)
{
	uint64_t any = 0;

	for (size_t i = 0; i < FEATURE_WORDS; i++)
		any |= a.words[i];
	return any != 0;
}

static inline size_t feature_count(struct feature_bits a)
{
	size_t count = 0;

	for (size_t i = 0; i < FEATURE_WORDS; i++)
		count += (size_t)__builtin_popcountll(a.words[i]);
	return count;
}

static inline bool feature_equal(struct feature_bits a, struct feature_bits b)
{
	return !feature_any(feature_xor(a, b));
}

/**
 * struct feature_names - the kernel's names of its bits (string set ETH_SS_FEATURES)
 * @count: bits that the kernel has; at most FEATURE_BITS_MAX
 * @names: by bit; NULL where the kernel has no name. Owned by whoever filled it
 */
struct feature_names {
	size_t count;
	const char *names[FEATURE_BITS_MAX];
};

/* The bit of that name, or -1. */
int feature_lookup(const struct feature_names *names, const char *name) attr_pure;

/* Groups as nod shows them. Names for users in feature_group_names, ended by NULL. */
enum feature_group {
	FEATURE_SEGMENTATION,
	FEATURE_AGGREGATION,
	FEATURE_CHECKSUMS,
	FEATURE_SCATTER_GATHER,
	FEATURE_VLAN,
	FEATURE_TUNNELS,
	FEATURE_CRYPTO,
	FEATURE_STEERING,
	FEATURE_OTHER, /* also whatever nod does not know */
};
extern const char *const feature_group_names[];

/**
 * struct feature_info - what nod knows of one feature
 * @name: the kernel's
 * @matters: shown without --all wherever it is on, was asked for, or could be on
 * @summary: one line, lower case, without a full stop
 * @explain: for nod explain: what it does, when it hurts; paragraphs divided by a blank line
 */
struct feature_info {
	const char *name;
	enum feature_group group;
	bool matters;
	const char *summary, *explain;
};

/* In the order of the kernel's bits; ended by a NULL name. */
extern const struct feature_info feature_infos[];

/* NULL if nod does not know that name. */
const struct feature_info *feature_info_lookup(const char *name) attr_pure;

/**
 * struct feature_alias - a legacy name of ethtool that stands for one or several features
 * @alias: "tso"
 * @name: "tcp-segmentation-offload", as ethtool -k prints it
 * @pattern: of kernel names; one * stands for any characters
 */
struct feature_alias {
	const char *alias, *name, *pattern;
};

/* The twelve of ethtool, in the order in which ethtool -k prints them; ended by a NULL alias. */
extern const struct feature_alias feature_aliases[];

/* Whether @name matches @pattern, in which each * stands for any run of characters. */
bool feature_matches(const char *pattern, const char *name) attr_pure;

/*
 * Which features does a user mean by @word: a kernel name, an alias (tso), ethtool's long name
 * (tcp-segmentation-offload), the name of a group (segmentation) or a pattern (tx-*-segmentation).
 * Groups hold features that this kernel names; "other" also those that nod does not know. @set is
 * replaced. Returns the number of features in it, 0 if the word means none.
 */
size_t feature_select(const struct feature_names *names, const char *word,
		      struct feature_bits *set);

/* Whether @word names a single feature: then a refusal of it is a refusal of all that was asked. */
bool feature_is_single(const struct feature_names *names, const char *word) attr_pure;

#endif
