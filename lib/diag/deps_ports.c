/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which features has a device on top of several others: a bond, a team, a bridge?
 */
#include "lib/diag/deps_parts.h"

/* netdev_increment_features(): what one more device below adds to @all, within @mask. */
struct feature_bits features_increment(const struct fixing *fixing, struct feature_bits all,
				       struct feature_bits one, struct feature_bits mask)
{
	struct feature_bits shared =
		feature_or(fixing_mask(fixing, MASK_ONE_FOR_ALL), fixing_mask(fixing, MASK_CSUMS));
	struct feature_bits lost;

	if (fixing_has(fixing, mask, MASK_HW_CSUM))
		mask = feature_or(mask, fixing_mask(fixing, MASK_CSUMS));
	mask = feature_or(mask, fixing_mask(fixing, MASK_VLAN_CHALLENGED));
	all = feature_or(all, feature_and(feature_and(one, shared), mask));
	lost = feature_without(fixing_mask(fixing, MASK_ALL_FOR_ALL), one);
	all = feature_without(all, lost);
	if (fixing_has(fixing, all, MASK_HW_CSUM))
		all = feature_without(all, fixing_mask(fixing, MASK_IP_CSUMS));
	return all;
}

/* netdev_add_tso_features(): software does TSO right above the ports. */
static struct feature_bits add_tso(const struct fixing *fixing, struct feature_bits all,
				   struct feature_bits mask)
{
	return features_increment(fixing, all,
				  feature_or(fixing_mask(fixing, MASK_ALL_TSO),
					     fixing_mask(fixing, MASK_ALL_FOR_ALL)),
				  mask);
}

static bool is_port(const struct device *port, const struct device *master)
{
	return (port->has & DEVICE_HAS_MASTER) && port->master_ifindex == master->ifindex;
}

/* @all after each port has had its say; *@ports is their number. */
static struct feature_bits add_ports(const struct fixing *fixing, struct feature_bits all,
				     struct feature_bits mask, size_t *ports)
{
	const struct snapshot *snapshot = fixing->world->snapshot;

	*ports = 0;
	for (size_t i = 0; i < snapshot->ndevices; i++) {
		if (!is_port(&snapshot->devices[i], fixing->device))
			continue;
		all = features_increment(fixing, all, fixing_active(fixing, i), mask);
		++*ports;
	}
	return all;
}

/* Drop what @fixed lacks of @set for @rule, and take @fixed. */
static struct feature_bits settle(struct fixing *fixing, struct feature_bits set,
				  struct feature_bits fixed, const char *rule)
{
	struct drop cause = {.rule = rule, .certain = true};

	fixing_take(fixing, set, feature_without(set, fixed), &cause);
	return fixed;
}

static struct feature_bits fix_ports(struct fixing *fixing, struct feature_bits set,
				     const char *rule)
{
	struct feature_bits mask = set, all;
	size_t ports;

	all = feature_without(set, fixing_mask(fixing, MASK_ONE_FOR_ALL));
	all = feature_or(all, fixing_mask(fixing, MASK_ALL_FOR_ALL));
	all = add_ports(fixing, all, mask, &ports);
	return settle(fixing, set, add_tso(fixing, all, mask), rule);
}

struct feature_bits fix_bond(struct fixing *fixing, struct feature_bits set)
{
	struct feature_bits tls = fixing_mask(fixing, MASK_TLS);
	struct feature_bits hw = fixing->world->hw[fixing->index];
	struct drop cause = {.rule = "K-bond-tls"};

	/* Mode and hash policy say whether a bond of an older kernel does TLS: it stays as it is. */
	if (feature_any(feature_and(tls, hw))) {
		struct feature_bits now =
			feature_and(fixing->world->origin->active[fixing->index], tls);

		set = fixing_take(fixing, set, feature_without(tls, now), &cause);
		set = feature_or(set, now);
	}
	return fix_ports(fixing, set, "K-bond");
}

struct feature_bits fix_team(struct fixing *fixing, struct feature_bits set)
{
	return fix_ports(fixing, set, "K-team");
}

struct feature_bits fix_bridge(struct fixing *fixing, struct feature_bits set)
{
	struct feature_bits mask = set, all;
	size_t ports;

	all = feature_without(set, fixing_mask(fixing, MASK_ONE_FOR_ALL));
	all = add_ports(fixing, all, mask, &ports);
	return ports ? settle(fixing, set, add_tso(fixing, all, mask), "K-bridge") : set;
}

/*
 * Its ports do not show, but it counts as one of them itself: of what one port is enough for, nothing
 * goes unless it is no longer wanted, and what all must have never comes back.
 */
struct feature_bits fix_hsr(struct fixing *fixing, struct feature_bits set)
{
	struct feature_bits now = fixing_active(fixing, fixing->index);
	struct feature_bits one = feature_and(set, fixing_mask(fixing, MASK_ONE_FOR_ALL));
	struct feature_bits all = feature_and(set, fixing_mask(fixing, MASK_ALL_FOR_ALL));
	struct drop cause = {.rule = "K-hsr", .certain = true};

	one = feature_without(one, now);
	fixing->unknown = feature_or(fixing->unknown, feature_or(one, feature_and(all, now)));
	set = fixing_take(fixing, set, feature_without(all, now), &cause);
	cause.certain = false;
	return fixing_take(fixing, set, one, &cause);
}
