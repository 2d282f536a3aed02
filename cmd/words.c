/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which words can be completed that only this machine knows? Where nothing can be found out there are
 * none: completion never complains.
 */
#include <string.h>

#include "cmd/live.h"
#include "cmd/words.h"
#include "lib/host/netns.h"

static void add_untabbed(struct text *out, const char *word)
{
	/* A tab or newline in a name would start a description or another word. */
	text_add_untrusted(out, word);
}

/* One look, then a line for each of what @add finds in it. */
static void add_from_look(struct text *out,
			  void (*add)(struct text *out, const struct snapshot *snapshot))
{
	static const struct session here = {.quiet = true};
	struct snapshot snapshot = {0};
	struct live live = {0};
	struct err err = {0};

	if (live_open(&live, &here, &err) < 0)
		return;
	if (live_look(&live, LIVE_FEATURES, &snapshot, &err) == 0)
		add(out, &snapshot);
	snapshot_free(&snapshot);
	/* No recording, so closing cannot fail. */
	(void)!live_close(&live, &err);
}

static void add_devices(struct text *out, const struct snapshot *snapshot)
{
	for (size_t i = 0; i < snapshot->ndevices; i++) {
		const struct device *device = &snapshot->devices[i];

		add_untabbed(out, device->name);
		if (device->driver) {
			text_add(out, "\t");
			add_untabbed(out, device->driver);
		}
		text_add(out, "\n");
	}
}

void words_add_devices(struct text *out)
{
	add_from_look(out, add_devices);
}

/* Kernel names of this kernel, then what stands for several of them. @end is added to each. */
static void add_features_with(struct text *out, const struct feature_names *names, const char *end)
{
	for (size_t i = 0; i < names->count; i++) {
		const struct feature_info *info;

		if (!names->names[i])
			continue;
		info = feature_info_lookup(names->names[i]);
		add_untabbed(out, names->names[i]);
		text_printf(out, "%s\t%s\n", end, info ? info->summary : "");
	}
	for (const struct feature_alias *alias = feature_aliases; alias->alias; alias++)
		text_printf(out, "%s%s\t%s\n", alias->alias, end, alias->name);
	for (size_t i = 0; feature_group_names[i]; i++)
		text_printf(out, "%s%s\tgroup\n", feature_group_names[i], end);
}

static void add_features(struct text *out, const struct snapshot *snapshot)
{
	add_features_with(out, &snapshot->names, "");
}

void words_add_features(struct text *out)
{
	add_from_look(out, add_features);
}

/* Devices come first on the line; where one belongs cannot be told from the words before. */
static void add_changes(struct text *out, const struct snapshot *snapshot)
{
	add_devices(out, snapshot);
	add_features_with(out, &snapshot->names, "=on");
	add_features_with(out, &snapshot->names, "=off");
}

void words_add_changes(struct text *out)
{
	add_from_look(out, add_changes);
}

/* How netns_list_all() names a namespace that has no name. */
#define PROCESS "pid "

void words_add_namespaces(struct text *out)
{
	struct netns_list all = {0};
	struct arena arena = {0};
	struct err err = {0};

	if (netns_list_all(&arena, &all, &err) == 0) {
		for (size_t i = 0; i < all.count; i++) {
			const char *label = all.list[i].label;
			bool is_process = strncmp(label, PROCESS, strlen(PROCESS)) == 0;

			add_untabbed(out, label + (is_process ? strlen(PROCESS) : 0));
			text_add(out, is_process ? "\tprocess\n" : "\n");
		}
	}
	arena_free(&arena);
}
