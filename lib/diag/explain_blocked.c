/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why is a feature off that was asked for, what is behind that, and what helps?
 */
#include <string.h>

#include "lib/diag/explain_parts.h"

/* The drops are those of the device at hand, and what follows may turn to another. */
static void copy_drop(struct drop *copy, const struct drop *drop)
{
	*copy = drop ? *drop : (struct drop){.rule = NULL};
}

void blocked_cause(struct question *question, struct cause *cause)
{
	struct drop drop;

	copy_drop(&drop, explainer_drop(question->explainer, question->device, question->bit));
	*cause = drop_cause(question, &drop);
}

/* The same words about a feature that is needed, not the one that was asked about. */
static struct question about(const struct question *question, unsigned int bit)
{
	struct question other = *question;

	other.bit = bit;
	other.feature = question->explainer->snapshot->names.names[bit];
	return other;
}

/* Where the cause is another device, or no feature at all. */
static void add_other_commands(struct question *question, const struct drop *drop)
{
	struct cause cause;

	if (drop_is(drop, "S1"))
		explain_upper_commands(question);
	else if (drop_is_from_below(drop) && !drop_lacks_ports(question, drop))
		explain_below_commands(question);
	else if (!drop->rule && muted_cause(question, &cause))
		explain_muted_commands(question);
	way_other_command(question, question->device, drop->rule);
}

static void add_prerequisites(struct question *question, const struct drop *drop);

/* "Needs x" has the feature at hand for its subject. */
static const char *as_sentence(struct question *question, const struct cause *cause)
{
	const char *said = NULL;

	if (cause->text && strncmp(cause->text, "Needs ", 6) == 0)
		said = explain_say(question, "It needs %s", cause->text + 6);
	return said ? said : cause->text ? cause->text : "";
}

/* One that is needed and off: why? */
static void add_prerequisite(struct question *question, unsigned int bit)
{
	const struct device *device = question->device;
	struct question other = about(question, bit);
	enum feature_standing standing = feature_standing(device, bit);
	struct cause cause = {0};
	struct drop drop = {0};

	if (!other.feature)
		return;
	if (standing == STANDING_OFF_BLOCKED) {
		copy_drop(&drop, explainer_drop(question->explainer, device, bit));
		cause = drop_cause(&other, &drop);
		explain_reason(question, cause.rule, cause.certainty,
			       explain_say(question, "%s is requested too, but is off. %s",
					   other.feature, as_sentence(question, &cause)));
		add_other_commands(&other, &drop);
		add_prerequisites(question, &drop);
	} else if (standing == STANDING_OFF_FIXED && kind_fixed_cause(&other, &cause)) {
		explain_reason(question, cause.rule, cause.certainty,
			       explain_say(question, "%s is fixed off. %s", other.feature,
					   as_sentence(question, &cause)));
	}
	question->failed |= other.failed;
}

/* Several may need the same one; it is told once. */
static void add_prerequisites(struct question *question, const struct drop *drop)
{
	const struct feature_names *names = &question->explainer->snapshot->names;
	struct feature_bits needs = drop_needs(question->device, drop);

	for (unsigned int bit = 0; bit < names->count; bit++) {
		if (!feature_test(&needs, bit) || feature_test(&question->told, bit))
			continue;
		feature_put(&question->told, bit, true);
		add_prerequisite(question, bit);
	}
}

/* What stands behind the first obstacle; the first is told already, and so is what is requested. */
static bool is_told(const struct question *question, const struct way *way, size_t step)
{
	const struct drop *drop = &way->path[step];

	for (size_t i = 0; i < step; i++)
		if (way->path[i].bit == drop->bit && way->path[i].rule == drop->rule)
			return true;
	return drop->bit != question->bit && feature_test(&question->device->wanted, drop->bit);
}

static void add_path(struct question *question, const struct way *way)
{
	for (size_t i = 1; i < way->npath; i++) {
		struct question other = about(question, way->path[i].bit);
		struct cause cause = drop_cause(&other, &way->path[i]);
		bool same = other.bit == question->bit;
		const char *text = cause.text ? cause.text : "";

		if (is_told(question, way, i))
			continue;
		if (strncmp(text, "Needs ", 6) == 0)
			text = explain_say(question, "%s%s needs %s", same ? "Also" : other.feature,
					   same ? "" : " in turn", text + 6);
		explain_reason(question, cause.rule, cause.certainty, text);
		question->failed |= other.failed;
	}
}

void explain_drop_more(struct question *question, const struct drop *drop)
{
	struct way way = way_start(question->explainer, question->device);

	feature_put(&question->told, question->bit, true);
	add_prerequisites(question, drop);
	if (!drop->device && !drop_is_from_below(drop) &&
	    way_find(&question->explainer->world, &way, question->bit) && way_is_any(&way)) {
		add_path(question, &way);
		way_command(question, &way, way_promise(&way));
	}
	add_other_commands(question, drop);
}

void explain_drop(struct question *question, const struct drop *drop)
{
	struct cause cause = drop_cause(question, drop);

	explain_reason(question, cause.rule, cause.certainty, cause.text);
}

static void add_limits(struct question *question, const struct drop *drop)
{
	struct cause cause;

	if (drop_is(drop, "F8"))
		explain_limit(question,
			      "Which features a NIC has only together with tx-gso-partial "
			      "(gso_partial_features) is not exported.");
	if (drop_is(drop, "K-tun"))
		explain_limit(question, "Which program that is, and what it asked for, is not "
					"visible in the features.");
	if (drop_is(drop, "K-hsr"))
		explain_limit(question, "Which devices are its ports is not visible in the links.");
	if (drop->rule || muted_cause(question, &cause))
		return;
	explain_limit(question,
		      explain_say(question, "The driver may have said why: dmesg | grep %s",
				  question->device->name));
	if (strcmp(question->feature, "rx-lro") == 0)
		explain_limit(question, "A device on top of it in another network namespace would "
					"also forbid rx-lro, and cannot be seen from here.");
}

void explain_blocked(struct question *question)
{
	struct explanation *answer = question->answer;
	struct drop drop;

	copy_drop(&drop, explainer_drop(question->explainer, question->device, question->bit));
	explain_drop(question, &drop);
	explain_drop_more(question, &drop);
	add_limits(question, &drop);
	answer->text =
		answer->ncommands
			? "It is requested, and off. It comes on by itself once nothing "
			  "holds it back."
			: "It is requested, and off. Nothing that can be typed here is known "
			  "to change that; it comes on by itself once nothing holds it back.";
}
