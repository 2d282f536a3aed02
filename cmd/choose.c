/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which devices and which features does a user mean?
 */
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/live.h"
#include "cmd/suggest.h"
#include "cmd/value.h"

static bool is_pattern(const char *word)
{
	return strchr(word, '*') != NULL;
}

static int no_device(const char *word, const struct snapshot *snapshot, struct err *err)
{
	char shown[SHOWN_MAX], hint[HINT_MAX];
	struct suggestion suggestion;

	suggest_init(&suggestion, word);
	for (size_t i = 0; i < snapshot->ndevices; i++)
		suggest_offer(&suggestion, snapshot->devices[i].name);
	return err_set(err, ERR_SYSTEM, "there is no device \"%s\"%s",
		       shown_word(word, strlen(word), shown), suggest_hint(&suggestion, "", hint));
}

static int choose_word(const char *word, const struct snapshot *snapshot, bool *chosen,
		       struct err *err)
{
	const struct device *device = snapshot_by_name(snapshot, word);

	/* The kernel allows an asterisk in a name: then it is that device. */
	if (!device && is_pattern(word)) {
		for (size_t i = 0; i < snapshot->ndevices; i++)
			chosen[i] |= feature_matches(word, snapshot->devices[i].name);
		return 0;
	}
	if (!device)
		return no_device(word, snapshot, err);
	chosen[device - snapshot->devices] = true;
	return 0;
}

static bool is_wanted(const struct device_filter *filter, const struct device *device)
{
	if (filter->up && !(device->flags & IFF_UP))
		return false;
	if (filter->kind && !device_is_kind(device, filter->kind))
		return false;
	return !filter->driver ||
	       (device->driver && feature_matches(filter->driver, device->driver));
}

int live_choose(const struct device_filter *filter, const struct snapshot *snapshot, bool *chosen,
		struct err *err)
{
	const struct param_operands *words = filter->words;
	int count = 0;

	for (size_t i = 0; i < snapshot->ndevices; i++)
		chosen[i] = !words || !words->count;
	for (size_t i = 0; words && i < words->count; i++)
		if (choose_word(words->words[i], snapshot, chosen, err) < 0)
			return -1;
	for (size_t i = 0; i < snapshot->ndevices; i++) {
		chosen[i] = chosen[i] && is_wanted(filter, &snapshot->devices[i]);
		count += chosen[i];
	}
	return count;
}

int live_features(const struct feature_names *names, const char *word, struct feature_bits *set,
		  struct err *err)
{
	size_t count = feature_select(names, word, set);
	char shown[SHOWN_MAX], hint[HINT_MAX];
	struct suggestion suggestion;

	if (count)
		return (int)count;
	suggest_init(&suggestion, word);
	for (size_t i = 0; i < names->count; i++)
		if (names->names[i])
			suggest_offer(&suggestion, names->names[i]);
	for (const struct feature_alias *alias = feature_aliases; alias->alias; alias++) {
		suggest_offer(&suggestion, alias->alias);
		suggest_offer(&suggestion, alias->name);
	}
	for (size_t i = 0; feature_group_names[i]; i++)
		suggest_offer(&suggestion, feature_group_names[i]);
	return err_set(err, ERR_USAGE, "there is no feature \"%s\" in this kernel%s",
		       shown_word(word, strlen(word), shown), suggest_hint(&suggestion, "", hint));
}
