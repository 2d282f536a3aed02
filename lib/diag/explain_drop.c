/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How is it said that a rule took a feature away?
 */
#include <string.h>

#include "lib/diag/explain_parts.h"

#define BELOW_MAX 8

bool drop_is(const struct drop *drop, const char *id)
{
	return drop->rule && strcmp(drop->rule, id) == 0;
}

struct feature_bits drop_needs(const struct device *device, const struct drop *drop)
{
	struct feature_bits useful = feature_and(drop->needs, device->hw);

	return drop->needs_all || drop->device || !feature_any(useful) ? drop->needs : useful;
}

static struct cause needs_cause(struct question *question, const struct drop *drop)
{
	const struct device *device = question->device;
	struct feature_bits needs = drop_needs(device, drop);
	const char *words = explain_features(question, &needs, drop->needs_all ? " and " : " or ");
	bool fixed = !feature_any(feature_and(needs, device->hw));
	size_t count = feature_count(needs);
	bool neither = fixed && count > 1 && !drop->needs_all;
	const char *state = fixed ? "fixed off here" : "off";

	words = words ? words : "";
	return (struct cause){
		.rule = drop->rule,
		.brief = explain_say(question, "needs %s%s%s", words,
				     neither ? ", and can have " : "",
				     !neither	 ? ""
				     : count > 2 ? "none"
						 : "neither"),
		.text = neither ? explain_say(question,
					      "Needs %s, and this device can have %s of them.",
					      words, count > 2 ? "none" : "neither")
				: explain_say(question, "Needs %s, which %s %s.", words,
					      count > 1 ? "are" : "is", state),
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

/* Which ones below lack it; NULL if there are none. */
static const char *lacking_below(struct question *question)
{
	const struct device *below[BELOW_MAX];
	size_t count = kind_lacking_below(question->explainer, question->device, question->bit,
					  below, BELOW_MAX);
	struct text names attr_cleanup(text_free) = {0};

	explain_list(&names, below, count);
	return count ? explain_keep(question, &names) : NULL;
}

bool drop_lacks_ports(struct question *question, const struct drop *drop)
{
	return drop_is(drop, "K-hsr") || kind_lacks_ports(question->explainer, question->device);
}

static struct cause nothing_below_cause(struct question *question, const struct drop *drop)
{
	const char *device = question->device->name;
	bool hsr = drop_is(drop, "K-hsr");

	return (struct cause){
		.rule = drop->rule,
		.brief = hsr ? "no port has it" : "no ports yet",
		.text = explain_say(
			question,
			hsr ? "%s has it if at least one of its ports has, and none has."
			    : "%s has it only if a port has it, and it has no ports yet.",
			device),
		.certainty = drop->certain ? CONFIDENCE_CERTAIN : CONFIDENCE_LIKELY,
	};
}

static struct cause below_cause(struct question *question, const struct drop *drop)
{
	const char *names = lacking_below(question), *device = question->device->name;

	return (struct cause){
		.rule = drop->rule,
		.brief = names ? explain_say(question, "off on %s", names)
			       : "not passed on by the device below",
		.text = names ? explain_say(
					question,
					"%s takes it from what is below, and there it is off: %s.",
					device, names)
			      : explain_say(
					question,
					"The device below has it, but %s does not get it: what a "
					"driver can do for devices stacked on its own is a list "
					"of its own.",
					device),
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
	bool several = feature_count(drop->conflicts) > 1;
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
	return (drop_is(drop, "K-macvlan") || drop_is(drop, "K-ipvlan")) && drop->certain &&
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

bool drop_is_from_below(const struct drop *drop)
{
	static const char *const rules[] = {"K-bond", "K-team",	  "K-bridge",  "K-hsr",
					    "K-vlan", "K-macsec", "K-macvlan", "K-ipvlan"};

	for (size_t i = 0; i < array_size(rules); i++)
		if (drop_is(drop, rules[i]))
			return !is_never(drop);
	return false;
}

struct cause drop_cause(struct question *question, const struct drop *drop)
{
	struct cause muted;

	if (!drop->rule)
		return muted_cause(question, &muted) ? muted : refused_cause(question);
	if (drop_is(drop, "S1"))
		return uppers_cause(question);
	if (drop_is(drop, "K-tun"))
		return owner_cause(question);
	if (is_never(drop))
		return never_cause(question, drop);
	if (drop_is_from_below(drop))
		return drop_lacks_ports(question, drop) ? nothing_below_cause(question, drop)
							: below_cause(question, drop);
	if (feature_any(drop->conflicts) && !feature_any(drop->needs))
		return conflict_cause(question, drop);
	if (feature_any(drop->needs) && !drop->device)
		return needs_cause(question, drop);
	return rule_cause(question, drop);
}
