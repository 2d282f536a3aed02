/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which features does the kernel's core take away, whatever the driver: netdev_fix_features().
 */
#include "lib/diag/deps_parts.h"

#include <linux/version.h>

/**
 * struct core_rule - one statement of netdev_fix_features()
 * @since: the kernel that brought it; 0: older than 4.4
 * @any: it is about these: nothing happens where none of them is on
 * @with: and only if one of these is on, too (MASK_NONE: in any case)
 * @unless: and only if none of these is on
 * @unless_all: and not all of these are (MASK_NONE: does not matter)
 * @drop: what goes then
 *
 * @any of the rule about gso_partial_features comes from the driver: MASK_PARTIAL_CANDIDATES here.
 */
struct core_rule {
	const char *id;
	uint32_t since;
	enum feature_mask any, with, unless, unless_all, drop;
};

/* In the kernel's order: each sees what the ones before it left. */
static const struct core_rule core_rules[] = {
	{.id = "F1", .any = MASK_IP_CSUMS, .with = MASK_HW_CSUM, .drop = MASK_IP_CSUMS},
	{.id = "F2", .any = MASK_ALL_TSO, .unless = MASK_SG, .drop = MASK_ALL_TSO},
	{.id = "F3", .any = MASK_TSO, .unless = MASK_CSUM_FOR_IPV4, .drop = MASK_TSO_AND_ECN},
	{.id = "F4", .any = MASK_TSO6, .unless = MASK_CSUM_FOR_IPV6, .drop = MASK_TSO6},
	{.id = "F5",
	 .since = KERNEL_VERSION(4, 7, 0),
	 .any = MASK_TSO_MANGLEID,
	 .unless = MASK_TSO,
	 .drop = MASK_TSO_MANGLEID},
	{.id = "F6", .any = MASK_TSO_ECN, .unless = MASK_TSO_BUT_ECN, .drop = MASK_TSO_ECN},
	{.id = "F7", .any = MASK_GSO, .unless = MASK_SG, .drop = MASK_GSO},
	{.id = "F8",
	 .since = KERNEL_VERSION(4, 7, 0),
	 .any = MASK_PARTIAL_CANDIDATES,
	 .unless = MASK_GSO_PARTIAL,
	 .drop = MASK_PARTIAL_CANDIDATES},
	{.id = "F9",
	 .since = KERNEL_VERSION(4, 16, 0),
	 .any = MASK_GRO_HW,
	 .unless = MASK_RXCSUM,
	 .drop = MASK_GRO_HW},
	{.id = "F10",
	 .since = KERNEL_VERSION(4, 19, 0),
	 .any = MASK_LRO,
	 .with = MASK_RXFCS,
	 .drop = MASK_LRO},
	{.id = "F11",
	 .since = KERNEL_VERSION(4, 19, 0),
	 .any = MASK_GRO_HW,
	 .with = MASK_RXFCS,
	 .drop = MASK_GRO_HW},
	{.id = "F12",
	 .since = KERNEL_VERSION(5, 16, 0),
	 .any = MASK_LRO,
	 .with = MASK_GRO_HW,
	 .drop = MASK_LRO},
	{.id = "F13",
	 .since = KERNEL_VERSION(5, 11, 0),
	 .any = MASK_TLS_TX,
	 .unless = MASK_HW_CSUM,
	 .unless_all = MASK_IP_CSUMS,
	 .drop = MASK_TLS_TX},
	{.id = "F14",
	 .since = KERNEL_VERSION(5, 11, 0),
	 .any = MASK_TLS_RX,
	 .unless = MASK_RXCSUM,
	 .drop = MASK_TLS_RX},
	{.id = "F15",
	 .since = KERNEL_VERSION(6, 11, 0),
	 .any = MASK_USO,
	 .unless = MASK_HW_CSUM,
	 .unless_all = MASK_IP_CSUMS,
	 .drop = MASK_USO},
};

static bool applies(const struct fixing *fixing, const struct core_rule *rule,
		    struct feature_bits any, struct feature_bits set)
{
	struct feature_bits all = fixing_mask(fixing, rule->unless_all);

	if (!feature_any(feature_and(set, any)))
		return false;
	if (rule->with != MASK_NONE && !fixing_has(fixing, set, rule->with))
		return false;
	if (fixing_has(fixing, set, rule->unless))
		return false;
	return rule->unless_all == MASK_NONE || !feature_any(all) ||
	       feature_any(feature_without(all, set));
}

/*
 * What would have helped. Where either one feature or a pair would, the pair is named if it is what
 * this device has.
 */
static void name_needs(const struct fixing *fixing, const struct core_rule *rule,
		       struct feature_bits set, struct drop *cause)
{
	struct feature_bits hw = fixing->world->hw[fixing->index];
	struct feature_bits all = fixing_mask(fixing, rule->unless_all);

	cause->conflicts = feature_and(set, fixing_mask(fixing, rule->with));
	cause->needs = fixing_mask(fixing, rule->unless);
	if (feature_any(all) && !feature_any(feature_and(cause->needs, hw)) &&
	    feature_any(feature_and(all, hw))) {
		cause->needs = feature_without(all, set);
		cause->needs_all = true;
	}
}

struct feature_bits core_fix(struct fixing *fixing, struct feature_bits set)
{
	uint32_t version = fixing->world->snapshot->version;

	for (size_t i = 0; i < array_size(core_rules); i++) {
		const struct core_rule *rule = &core_rules[i];
		struct feature_bits any = fixing_mask(fixing, rule->any);
		struct feature_bits drop = fixing_mask(fixing, rule->drop);
		struct drop cause = {.rule = rule->id, .certain = true};
		bool known = true;

		if (version && version < rule->since)
			continue;
		if (rule->any == MASK_PARTIAL_CANDIDATES)
			any = drop = driver_partial(fixing, &known);
		if (!known || !applies(fixing, rule, any, set))
			continue;
		name_needs(fixing, rule, set, &cause);
		set = fixing_take(fixing, set, drop, &cause);
	}
	return set;
}
