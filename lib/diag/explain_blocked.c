/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why is a feature off that was asked for?
 */
#include <string.h>

#include "lib/diag/explain_parts.h"

#define BELOW_MAX 8

static bool rule_is(const struct drop *drop, const char *id)
{
	return drop->rule && strcmp(drop->rule, id) == 0;
}

static size_t count_bits(const struct feature_bits *set)
{
	size_t count = 0;

	for (unsigned int bit = 0; bit < FEATURE_BITS_MAX; bit++)
		count += feature_test(set, bit);
	return count;
}

static struct cause needs_cause(struct question *question, const struct drop *drop)
{
	const struct device *device = question->device;
	const char *words =
		explain_features(question, &drop->needs, drop->needs_all ? " and " : " or ");
	bool fixed = !feature_any(feature_and(drop->needs, device->hw));
	bool several = count_bits(&drop->needs) > 1;

	return (struct cause){
		.rule = drop->rule,
		.brief = explain_say(question, "needs %s", words ? words : ""),
		.text = explain_say(question, "Needs %s, which %s %s.", words ? words : "",
				    several ? "are" : "is", fixed ? "fixed off here" : "off"),
		.certainty = drop->certain ? CONFIDENCE_CERTAIN : CONFIDENCE_LIKELY,
	};
}

static struct cause uppers_cause(struct question *question)
{
	const struct device *uppers[BELOW_MAX];
	size_t count = lro_uppers(question->explainer, question->device, uppers, BELOW_MAX);
	struct text names attr_cleanup(text_free) = {0};
	const char *kept;

	explain_list(&names, uppers, count);
	kept = explain_keep(question, &names);
	return (struct cause){
		.rule = "S1",
		.brief = explain_say(question, "%s on top has it off",
				     count ? uppers[0]->name : "a device"),
		.text = explain_say(
			question,
			"On top of %s %s %s, without rx-lro: a device may merge only if "
			"every device directly on top of it wants that too.",
			question->device->name, count > 1 ? "are" : "is",
			kept && *kept ? kept : "a device"),
		.certainty = CONFIDENCE_CERTAIN,
	};
}

static struct cause below_cause(struct question *question, const struct drop *drop)
{
	const struct device *below[BELOW_MAX];
	size_t count = kind_lacking_below(question->explainer, question->device, question->bit,
					  below, BELOW_MAX);
	struct text names attr_cleanup(text_free) = {0};
	const char *kept;

	explain_list(&names, below, count);
	kept = explain_keep(question, &names);
	return (struct cause){
		.rule = drop->rule,
		.brief = count ? explain_say(question, "off on %s", kept ? kept : "")
			       : "not passed on by the device below",
		.text = count ? explain_say(
					question,
					"%s takes it from what is below, and there it is off: %s.",
					question->device->name, kept ? kept : "")
			      : explain_say(
					question,
					"The device below has it, but %s does not get it: what a "
					"driver can do for devices stacked on its own is a list "
					"of its own.",
					question->device->name),
		.certainty = drop->certain ? CONFIDENCE_CERTAIN : CONFIDENCE_LIKELY,
	};
}

static struct cause owner_cause(struct question *question)
{
	return (struct cause){
		.rule = "K-tun",
		.brief = "not allowed by its owner",
		.text = explain_say(
			question,
			"The program that holds %s (a virtual machine, vhost, a VPN) has to say "
			"that it can take such packets (TUNSETOFFLOAD), and it has not. ethtool and "
			"nod cannot say it in its place.",
			question->device->name),
		.certainty = CONFIDENCE_CERTAIN,
	};
}

static struct cause conflict_cause(struct question *question, const struct drop *drop)
{
	const char *others = explain_features(question, &drop->conflicts, " and ");
	bool several = count_bits(&drop->conflicts) > 1;
	const char *rule = explain_rule(question, drop->rule);

	return (struct cause){
		.rule = drop->rule,
		.brief = explain_say(question, "%s %s on", others ? others : "",
				     several ? "are" : "is"),
		.text = explain_say(question, "%s %s on, and that excludes %s. %s",
				    others ? others : "", several ? "are" : "is", question->feature,
				    rule ? rule : ""),
		.certainty = drop->certain ? CONFIDENCE_CERTAIN : CONFIDENCE_LIKELY,
	};
}

static struct cause rule_cause(struct question *question, const struct drop *drop)
{
	const struct feature_rule *row = feature_rule_lookup(drop->rule);
	const char *text = explain_rule(question, drop->rule);

	return (struct cause){
		.rule = drop->rule,
		.brief = row ? row->summary : "a rule says no",
		.text = text ? text : "A rule of the kernel or the driver says no.",
		.certainty = drop->certain ? CONFIDENCE_CERTAIN : CONFIDENCE_LIKELY,
	};
}

static struct cause refused_cause(struct question *question)
{
	const char *driver = question->device->driver;
	const char *name = driver ? driver : "of the device";

	return (struct cause){
		.brief = explain_say(question, "refused by driver%s%s", driver ? " " : "",
				     driver ? driver : ""),
		.text = explain_say(
			question,
			"No rule that nod knows forbids it: the driver %s refused it, or "
			"has not been asked again since the reason went away.",
			name),
		.certainty = CONFIDENCE_LIKELY,
	};
}

/* What can be asked for on a macvlan or ipvlan, and never comes: it is not on their lists. */
static bool is_never(const struct drop *drop)
{
	return (rule_is(drop, "K-macvlan") || rule_is(drop, "K-ipvlan")) && drop->certain &&
	       !drop->device;
}

static struct cause never_cause(struct question *question, const struct drop *drop)
{
	const char *kind = question->device->kind;

	return (struct cause){
		.rule = drop->rule,
		.brief = explain_say(question, "no %s has it", kind),
		.text = explain_say(question, "No %s ever has it, though it can be asked for.",
				    kind),
		.certainty = CONFIDENCE_CERTAIN,
	};
}

static bool is_from_below(const struct drop *drop)
{
	static const char *const rules[] = {"K-bond", "K-team",	  "K-bridge",  "K-hsr",
					    "K-vlan", "K-macsec", "K-macvlan", "K-ipvlan"};

	for (size_t i = 0; i < array_size(rules); i++)
		if (rule_is(drop, rules[i]))
			return !is_never(drop);
	return false;
}

/* Of a feature that is off: the one that was asked about, or one that it needs. */
static struct cause drop_cause(struct question *question, const struct drop *drop)
{
	if (!drop->rule)
		return refused_cause(question);
	if (rule_is(drop, "S1"))
		return uppers_cause(question);
	if (rule_is(drop, "K-tun"))
		return owner_cause(question);
	if (is_never(drop))
		return never_cause(question, drop);
	if (is_from_below(drop))
		return below_cause(question, drop);
	if (feature_any(drop->conflicts) && !feature_any(drop->needs))
		return conflict_cause(question, drop);
	if (feature_any(drop->needs) && !drop->device)
		return needs_cause(question, drop);
	return rule_cause(question, drop);
}

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
	if (rule_is(drop, "S1"))
		explain_upper_commands(question);
	else if (is_from_below(drop))
		explain_below_commands(question);
	way_other_command(question, question->device, drop->rule);
}

static void add_prerequisites(struct question *question, const struct drop *drop);

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
			       explain_say(question, "%s is requested too, but is off: %s",
					   other.feature, cause.text ? cause.text : ""));
		add_other_commands(&other, &drop);
		add_prerequisites(question, &drop);
	} else if (standing == STANDING_OFF_FIXED && kind_fixed_cause(&other, &cause)) {
		explain_reason(question, cause.rule, cause.certainty,
			       explain_say(question, "%s is fixed off: %s", other.feature,
					   cause.text ? cause.text : ""));
	}
	question->failed |= other.failed;
}

/* Several may need the same one; it is told once. */
static void add_prerequisites(struct question *question, const struct drop *drop)
{
	const struct feature_names *names = &question->explainer->snapshot->names;

	for (unsigned int bit = 0; bit < names->count; bit++) {
		if (!feature_test(&drop->needs, bit) || feature_test(&question->told, bit))
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
	struct way way;

	feature_put(&question->told, question->bit, true);
	add_prerequisites(question, drop);
	way_begin(question->explainer);
	if (!drop->device && !is_from_below(drop) &&
	    way_find(question->explainer, question->device, question->bit, &way) &&
	    way_is_any(&way)) {
		add_path(question, &way);
		way_command(question, question->device, &way, way_promise(&way));
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
	if (rule_is(drop, "F8"))
		explain_limit(question,
			      "Which features a NIC has only together with tx-gso-partial "
			      "(gso_partial_features) is not exported.");
	if (rule_is(drop, "K-tun"))
		explain_limit(question, "Which program that is, and what it asked for, is not "
					"visible in the features.");
	if (drop->rule)
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
