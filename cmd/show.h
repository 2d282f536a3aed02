/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The text forms of nod show. All of them only add to a text; the work is done in cmd/show.c.
 */
#ifndef NOD_CMD_SHOW_H
#define NOD_CMD_SHOW_H

#include "cmd/command.h"
#include "lib/diag/explain.h"
#include "lib/out/device.h"

/**
 * struct show_page - what is shown of one namespace, and how
 * @word: the feature, alias, group or pattern that was asked for; NULL for none
 * @all: also what is off and cannot be changed
 * @groups: of the features of the snapshot
 * @matters: features that are shown without @all
 * @infos: what nod knows of each; NULL where it knows nothing
 * @explainer: ready for the snapshot, or NULL where no reasons are given
 */
struct show_page {
	const struct session *session;
	struct device_selection selection;
	const char *word;
	bool all;
	struct feature_bits groups[FEATURE_OTHER + 1], matters;
	const struct feature_info *infos[FEATURE_BITS_MAX];
	struct explainer *explainer;
};

/* Fill groups, matters and infos from the selection's snapshot. */
void show_page_init(struct show_page *page);

#define SHOW_RED    "\033[31m"
#define SHOW_GREEN  "\033[32m"
#define SHOW_YELLOW "\033[33m"
#define SHOW_DIM    "\033[2m"
#define SHOW_BOLD   "\033[1m"

/* Words in a color, if the session has colors. */
void show_colored(struct text *out, const struct session *session, const char *color,
		  const char *words);

/* A label, then words wrapped behind it: what every line below a header looks like. */
void show_row(struct text *out, const struct session *session, const char *label,
	      const char *words);

/* One line: what it is, where, how large, how connected. */
void show_header(const struct show_page *page, const struct device *device, struct text *out);

/* Of that, what has room behind a name: "  bridge, mtu 1500, up", and a peer, but no other links. */
void show_summary(const struct show_page *page, const struct device *device, struct text *out);

/* Its features, of those that are selected: by group and state, or those of @word one by one. */
void show_features(const struct show_page *page, const struct device *device, struct text *out);

/*
 * "on" or "off" if those of @members that are on, or could be, are all the same; else "mixed". "off" if
 * none could be on.
 */
const char *show_state(const struct device *device, struct feature_bits members) attr_pure;

/* Rings, channels, counters ... of a device; what the CPUs had to do. */
void show_details(const struct show_page *page, const struct device *device, struct text *out);
void show_softnet(const struct show_page *page, struct text *out);

/* What ethtool -k prints of it. */
void show_ethtool(const struct snapshot *snapshot, const struct device *device, struct text *out);

/*
 * The chosen devices, those below and those above, as a tree with the upper ones on the left. Memory
 * from @arena. -1 and ERR_MEMORY.
 */
int show_tree(const struct show_page *page, struct arena *arena, struct text *out, struct err *err);

#endif
