/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How does a plan say why?
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/diag/plan_parts.h"

/* Devices and features that a sentence names; others are counted. */
#define NAMED_MAX 2

const char *plan_keep(struct maker *maker, const struct text *text)
{
	char *kept = NULL;

	if (!text->failed && !text->length)
		return NULL;
	if (!text->failed)
		kept = arena_strdup(maker->arena, text->chars);
	maker->failed |= !kept;
	return kept;
}

const char *plan_say(struct maker *maker, const char *format, ...)
{
	char *said = NULL, *kept = NULL;
	va_list arguments;

	va_start(arguments, format);
	if (vasprintf(&said, format, arguments) >= 0) {
		kept = arena_strdup(maker->arena, said);
		free(said);
	}
	va_end(arguments);
	maker->failed |= !kept;
	return kept;
}

void plan_add_alternatives(struct text *text, const struct snapshot *snapshot,
			   const struct feature_bits *set)
{
	const char *between = "";

	for (unsigned int bit = 0; bit < snapshot->names.count; bit++) {
		if (!feature_test(set, bit) || !snapshot->names.names[bit])
			continue;
		text_printf(text, "%s%s", between, snapshot->names.names[bit]);
		between = " or ";
	}
}

/* Their summaries say what the kind means, not why a feature of it is off. */
static bool is_about_ports(const char *rule)
{
	static const char *const rules[] = {"K-bond", "K-team", "K-bridge", "K-hsr"};

	for (size_t i = 0; i < array_size(rules); i++)
		if (strcmp(rules[i], rule) == 0)
			return true;
	return false;
}

void plan_add_drop(struct text *text, const struct snapshot *snapshot, const struct drop *drop)
{
	const struct feature_rule *rule = feature_rule_lookup(drop->rule);

	if (feature_any(drop->needs)) {
		text_add(text, "needs ");
		plan_add_alternatives(text, snapshot, &drop->needs);
	} else if (is_about_ports(drop->rule)) {
		text_add(text, "depends on what its ports have");
	} else {
		text_add(text, rule ? rule->summary : "a rule of the kernel forbids it");
	}
	if (drop->device)
		text_printf(text, ", because of %s", drop->device->name);
	if (!drop->certain)
		text_add(text, " (as far as can be seen from outside the kernel)");
}

/* Of the request: what the rule looks at, else the same feature on another device, else all of it. */
static struct feature_bits likely_causes(const struct maker *maker, size_t sender,
					 const struct step *step, const struct drop *drop)
{
	struct feature_bits sent = maker->mask[sender], same = {{0}};
	struct feature_bits needed = drop ? feature_and(sent, drop->needs) : same;

	feature_put(&same, step->bit, feature_test(&sent, step->bit));
	if (feature_any(needed))
		return needed;
	return feature_any(same) ? same : sent;
}

static void add_request(struct maker *maker, struct text *text, size_t sender,
			const struct feature_bits *causes)
{
	const struct snapshot *snapshot = maker->snapshot;
	size_t named = 0;

	for (unsigned int bit = 0; bit < snapshot->names.count; bit++) {
		if (!feature_test(causes, bit) || ++named > NAMED_MAX)
			continue;
		text_printf(text, "%s%s=%s", named > 1 ? ", " : "", snapshot->names.names[bit],
			    feature_test(&maker->value[sender], bit) ? "on" : "off");
	}
	if (named > NAMED_MAX)
		text_printf(text, " and %zu more", named - NAMED_MAX);
	text_printf(text, " on %s", snapshot->devices[sender].name);
}

void plan_add_cause(struct maker *maker, struct text *text, const struct step *step,
		    const struct drop *drop)
{
	const size_t *cause = maker->cause[step->device_index];
	struct feature_bits causes;
	size_t sender;

	if (!cause || !cause[step->bit])
		return;
	sender = cause[step->bit] - 1;
	causes = likely_causes(maker, sender, step, drop);
	text_add(text, text->length ? "; because of " : "because of ");
	add_request(maker, text, sender, &causes);
}
