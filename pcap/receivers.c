/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which receivers stop merging when IPv4 IDs do not count?
 */
#include <string.h>

#include "lib/base/text.h"
#include "pcap/receivers.h"

/**
 * struct receiver_info - one generation
 * @id: of the GRO model
 * @family: in words
 * @from, @to: versions, NULL if the family has none; @to is "" for the newest
 */
struct receiver_info {
	const char *id, *family, *from, *to;
};

static const struct receiver_info infos[RECEIVERS] = {
	[RECEIVER_LINUX_4_7] = {"linux-4.7", "Linux", "4.7", "6.9"},
	[RECEIVER_LINUX_6_10] = {"linux-6.10", "Linux", "6.10", "6.14"},
	[RECEIVER_LINUX_6_15] = {"linux-6.15", "Linux", "6.15", "6.17"},
	[RECEIVER_LINUX_6_18] = {"linux-6.18", "Linux", "6.18", ""},
	[RECEIVER_DPDK] = {"dpdk", "DPDK GRO", NULL, NULL},
	[RECEIVER_LRO_RSC] = {"lro-rsc", "hardware LRO/RSC", NULL, NULL},
};

#define BIT(receiver) (1u << (receiver))
#define LINUX_TO_6_17 \
	(BIT(RECEIVER_LINUX_4_7) | BIT(RECEIVER_LINUX_6_10) | BIT(RECEIVER_LINUX_6_15))
#define LINUX_FROM_618 BIT(RECEIVER_LINUX_6_18)

/* By level (inner or plain, outer), DF, step: who still merges. */
static const unsigned int merging[LEVELS][2][ID_STEPS] = {
	[LEVEL_INNER] =
		{
			{
				[ID_PLUS_ONE] = RECEIVERS_ALL,
				[ID_CONSTANT] = LINUX_FROM_618 | BIT(RECEIVER_LRO_RSC),
				[ID_OTHER] = BIT(RECEIVER_LRO_RSC),
			},
			{
				[ID_PLUS_ONE] = RECEIVERS_ALL,
				[ID_CONSTANT] = RECEIVERS_ALL,
				[ID_OTHER] = BIT(RECEIVER_DPDK) | BIT(RECEIVER_LRO_RSC),
			},
		},
	[LEVEL_OUTER] =
		{
			{
				[ID_PLUS_ONE] = RECEIVERS_ALL,
				[ID_CONSTANT] = LINUX_FROM_618,
				[ID_OTHER] = 0,
			},
			{
				[ID_PLUS_ONE] = RECEIVERS_ALL,
				[ID_CONSTANT] = RECEIVERS_ALL,
				[ID_OTHER] = LINUX_TO_6_17 | BIT(RECEIVER_DPDK),
			},
		},
};

unsigned int receivers_concerned(bool tunnel)
{
	return tunnel ? RECEIVERS_ALL & ~BIT(RECEIVER_LRO_RSC) : RECEIVERS_ALL;
}

unsigned int receivers_merging(bool tunnel, enum level level, bool df, enum id_step step)
{
	return merging[level][df][step] & receivers_concerned(tunnel);
}

static const char *finish(struct text *text, struct arena *arena)
{
	const char *copy = text->failed ? NULL : arena_strdup(arena, text->chars);

	text_free(text);
	return copy;
}

/* The last of the generations that follow @first without a gap. */
static unsigned int last_of_run(unsigned int set, unsigned int first)
{
	unsigned int last = first;

	while (last + 1 < RECEIVERS && set & BIT(last + 1) && infos[last + 1].from &&
	       infos[first].from && strcmp(infos[first].family, infos[last + 1].family) == 0)
		last++;
	return last;
}

const char *receivers_text(unsigned int set, struct arena *arena)
{
	struct text text = {0};
	unsigned int last;

	text_add(&text, set ? "" : "none");
	for (unsigned int i = 0; i < RECEIVERS; i = last + 1) {
		last = i;
		if (!(set & BIT(i)))
			continue;
		last = last_of_run(set, i);
		if (text.length)
			text_add(&text, set >> (last + 1) ? ", " : " and ");
		text_add(&text, infos[i].family);
		if (infos[i].from && infos[last].to[0])
			text_printf(&text, " %s to %s", infos[i].from, infos[last].to);
		else if (infos[i].from)
			text_printf(&text, " %s and later", infos[i].from);
	}
	return finish(&text, arena);
}

const char *receivers_ids(unsigned int set, struct arena *arena)
{
	struct text text = {0};

	text_add(&text, set ? "" : "none");
	for (unsigned int i = 0; i < RECEIVERS; i++)
		if (set & BIT(i))
			text_printf(&text, "%s%s", text.length ? " " : "", infos[i].id);
	return finish(&text, arena);
}
