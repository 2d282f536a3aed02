/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What would ethtool -k print? Scripts that read it can read this instead.
 */
#include <string.h>

#include "cmd/show.h"

/* "[fixed]" and "[requested ...]" as ethtool has them: by the state alone, whatever the reason. */
static void add_line(const struct device *device, unsigned int bit, const char *name,
		     struct text *out)
{
	bool active = feature_test(&device->active, bit),
	     wanted = feature_test(&device->wanted, bit);
	bool fixed = !feature_test(&device->hw, bit) || feature_test(&device->nochange, bit);

	text_add_untrusted(out, name);
	text_add(out, active ? ": on" : ": off");
	if (fixed)
		text_add(out, " [fixed]");
	else if (active != wanted)
		text_add(out, wanted ? " [requested on]" : " [requested off]");
	text_add(out, "\n");
}

/* Features that an alias stands for; returns how many. */
static size_t select_members(const struct feature_names *names, const struct feature_alias *alias,
			     struct feature_bits *members)
{
	size_t count = 0;

	*members = (struct feature_bits){0};
	for (unsigned int bit = 0; bit < names->count; bit++) {
		if (!names->names[bit] || !feature_matches(alias->pattern, names->names[bit]))
			continue;
		feature_put(members, bit, true);
		count++;
	}
	return count;
}

/* One member stands under the name of the alias; several follow it, indented, and it is their OR. */
static void add_alias(const struct snapshot *snapshot, const struct device *device,
		      const struct feature_alias *alias, struct feature_bits *done,
		      struct text *out)
{
	const struct feature_names *names = &snapshot->names;
	struct feature_bits members;
	size_t count = select_members(names, alias, &members);
	bool any = feature_any(feature_and(members, device->active));

	if (count > 1)
		text_printf(out, "%s: %s\n", alias->name, any ? "on" : "off");
	for (unsigned int bit = 0; bit < names->count; bit++) {
		if (!feature_test(&members, bit))
			continue;
		text_add(out, count > 1 ? "\t" : "");
		add_line(device, bit, count > 1 ? names->names[bit] : alias->name, out);
	}
	*done = feature_or(*done, members);
}

void show_ethtool(const struct snapshot *snapshot, const struct device *device, struct text *out)
{
	const struct feature_names *names = &snapshot->names;
	struct feature_bits done = {0};

	text_add(out, "Features for ");
	text_add_untrusted(out, device->name);
	text_add(out, ":\n");
	for (const struct feature_alias *alias = feature_aliases; alias->alias; alias++)
		add_alias(snapshot, device, alias, &done, out);
	for (unsigned int bit = 0; bit < names->count; bit++)
		if (names->names[bit] && !feature_test(&done, bit))
			add_line(device, bit, names->names[bit], out);
}
