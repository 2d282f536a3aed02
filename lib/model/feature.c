/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which features does a word mean: a name of the kernel, one of ethtool's, a group, a pattern?
 */
#include <string.h>

#include "lib/model/feature.h"

const char *const feature_group_names[] = {
	[FEATURE_SEGMENTATION] = "segmentation",
	[FEATURE_AGGREGATION] = "aggregation",
	[FEATURE_CHECKSUMS] = "checksums",
	[FEATURE_SCATTER_GATHER] = "scatter-gather",
	[FEATURE_VLAN] = "vlan",
	[FEATURE_TUNNELS] = "tunnels",
	[FEATURE_CRYPTO] = "crypto",
	[FEATURE_STEERING] = "steering",
	[FEATURE_OTHER] = "other",
	NULL,
};

const struct feature_alias feature_aliases[] = {
	{"rx", "rx-checksumming", "rx-checksum"},
	{"tx", "tx-checksumming", "tx-checksum-*"},
	{"sg", "scatter-gather", "tx-scatter-gather*"},
	{"tso", "tcp-segmentation-offload", "tx-tcp*-segmentation"},
	{"ufo", "udp-fragmentation-offload", "tx-udp-fragmentation"},
	{"gso", "generic-segmentation-offload", "tx-generic-segmentation"},
	{"gro", "generic-receive-offload", "rx-gro"},
	{"lro", "large-receive-offload", "rx-lro"},
	{"rxvlan", "rx-vlan-offload", "rx-vlan-hw-parse"},
	{"txvlan", "tx-vlan-offload", "tx-vlan-hw-insert"},
	{"ntuple", "ntuple-filters", "rx-ntuple-filter"},
	{"rxhash", "receive-hashing", "rx-hashing"},
	{NULL, NULL, NULL},
};

int feature_lookup(const struct feature_names *names, const char *name)
{
	for (size_t bit = 0; bit < names->count; bit++)
		if (names->names[bit] && strcmp(names->names[bit], name) == 0)
			return (int)bit;
	return -1;
}

const struct feature_info *feature_info_lookup(const char *name)
{
	for (const struct feature_info *info = feature_infos; info->name; info++)
		if (strcmp(info->name, name) == 0)
			return info;
	return NULL;
}

/* Without recursion: when a character differs, the last * takes one more and all goes on there. */
bool feature_matches(const char *pattern, const char *name)
{
	const char *star = NULL, *taken = NULL;

	while (*name) {
		if (*pattern == '*') {
			star = ++pattern;
			taken = name;
		} else if (*pattern == *name) {
			pattern++;
			name++;
		} else if (star) {
			pattern = star;
			name = ++taken;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern == '\0';
}

/* What a legacy name stands for; NULL if @word is none. */
static const char *alias_pattern(const char *word)
{
	for (const struct feature_alias *alias = feature_aliases; alias->alias; alias++)
		if (strcmp(alias->alias, word) == 0 || strcmp(alias->name, word) == 0)
			return alias->pattern;
	return NULL;
}

static size_t select_pattern(const struct feature_names *names, const char *pattern,
			     struct feature_bits *set)
{
	size_t count = 0;

	for (unsigned int bit = 0; bit < names->count; bit++) {
		if (!names->names[bit] || !feature_matches(pattern, names->names[bit]))
			continue;
		feature_put(set, bit, true);
		count++;
	}
	return count;
}

static size_t select_group(const struct feature_names *names, enum feature_group group,
			   struct feature_bits *set)
{
	size_t count = 0;

	for (unsigned int bit = 0; bit < names->count; bit++) {
		const struct feature_info *info;

		if (!names->names[bit])
			continue;
		info = feature_info_lookup(names->names[bit]);
		if ((info ? info->group : FEATURE_OTHER) != group)
			continue;
		feature_put(set, bit, true);
		count++;
	}
	return count;
}

size_t feature_select(const struct feature_names *names, const char *word, struct feature_bits *set)
{
	int bit = feature_lookup(names, word);
	const char *pattern = alias_pattern(word);

	*set = (struct feature_bits){0};
	if (bit >= 0) {
		feature_put(set, (unsigned int)bit, true);
		return 1;
	}
	if (pattern)
		return select_pattern(names, pattern, set);
	for (size_t group = 0; feature_group_names[group]; group++)
		if (strcmp(feature_group_names[group], word) == 0)
			return select_group(names, (enum feature_group)group, set);
	return strchr(word, '*') ? select_pattern(names, word, set) : 0;
}

bool feature_is_single(const struct feature_names *names, const char *word)
{
	struct feature_bits set;

	return feature_select(names, word, &set) == 1;
}
