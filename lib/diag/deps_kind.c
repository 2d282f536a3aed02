/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does a kind of device make of what is wanted on it, and when does it look again?
 */
#include "lib/diag/deps_parts.h"

#include <linux/version.h>

/* A native XDP program at the peer takes the segmentation features out of hw, too: that shows. */
static struct feature_bits fix_veth(struct fixing *fixing, struct feature_bits set)
{
	struct drop cause = {.rule = "K-veth-xdp", .certain = true};

	if (fixing_has(fixing, fixing->world->hw[fixing->index], MASK_TSO))
		return set;
	cause.device = device_peer(fixing->world->snapshot, fixing->device);
	return fixing_take(fixing, set, fixing_mask(fixing, MASK_GSO_SOFTWARE), &cause);
}

/**
 * struct consent - what the program behind a tap agreed to take (TUNSETOFFLOAD), as far as it shows
 */
struct consent {
	struct feature_bits yes, no;
};

/*
 * What is on was agreed to. What is wanted and off, though no core rule takes it away, was not; nor
 * was anything else if checksums were not, since all of it builds on them. A tap without a
 * virtio-net header has no way to carry any of it.
 */
static struct consent find_consent(const struct fixing *fixing)
{
	const struct feature_world *origin = fixing->world->origin;
	struct feature_bits user = fixing_mask(fixing, MASK_TUN_USER);
	struct feature_bits active = origin->active[fixing->index];
	struct consent consent = {.yes = feature_and(active, user)};
	struct feature_bits open = feature_without(user, active);
	struct feature_bits wanted = feature_and(open, origin->wanted[fixing->index]);
	struct fixing trial = *fixing;

	if ((fixing->device->has & DEVICE_HAS_VNET_HDR) && !fixing->device->vnet_hdr) {
		consent.no = open;
		return consent;
	}
	trial.drops = NULL;
	for (unsigned int bit = 0; bit < FEATURE_BITS_MAX; bit++) {
		struct feature_bits with = active;

		if (!feature_test(&wanted, bit))
			continue;
		feature_put(&with, bit, true);
		with = core_fix(&trial, with);
		feature_put(&consent.no, bit, feature_test(&with, bit));
	}
	if (fixing_has(fixing, consent.no, MASK_HW_CSUM))
		consent.no = open;
	return consent;
}

static struct feature_bits fix_tun(struct fixing *fixing, struct feature_bits set)
{
	struct consent consent = find_consent(fixing);
	struct feature_bits asked = feature_and(set, fixing_mask(fixing, MASK_TUN_USER));
	struct drop cause = {.rule = "K-tun", .certain = true};

	asked = feature_without(asked, feature_or(consent.yes, consent.no));
	fixing->unknown = feature_or(fixing->unknown, asked);
	return fixing_take(fixing, set, consent.no, &cause);
}

/* Those without a function have what is wanted: no driver has a say. */
static const struct kind_rule kind_rules[] = {
	{.kind = "bond", .fix = fix_bond, .follows = true, .repeats = true},
	{.kind = "team", .fix = fix_team, .follows = true, .repeats = true},
	{.kind = "bridge", .fix = fix_bridge, .follows = true},
	{.kind = "hsr", .fix = fix_hsr},
	{.kind = "vlan", .fix = fix_vlan, .follows = true},
	{.kind = "macvlan", .fix = fix_macvlan, .follows = true},
	{.kind = "macvtap", .fix = fix_macvtap, .follows = true},
	{.kind = "ipvlan", .fix = fix_ipvlan, .follows = true},
	{.kind = "ipvtap", .fix = fix_ipvlan, .follows = true},
	{.kind = "macsec",
	 .fix = fix_macsec,
	 .follows = true,
	 .follows_since = KERNEL_VERSION(6, 17, 0)},
	{.kind = "veth", .fix = fix_veth},
	{.kind = "tun", .fix = fix_tun},
	{.kind = "vxlan"},
	{.kind = "geneve"},
	{.kind = "bareudp"},
	{.kind = "gre"},
	{.kind = "gretap"},
	{.kind = "erspan"},
	{.kind = "ip6gre"},
	{.kind = "ip6gretap"},
	{.kind = "ip6erspan"},
	{.kind = "ipip"},
	{.kind = "sit"},
	{.kind = "ip6tnl"},
	{.kind = "vti"},
	{.kind = "vti6"},
	{.kind = "xfrm"},
	{.kind = "wireguard"},
	{.kind = "ifb"},
	{.kind = "dummy"},
	{.kind = "vrf"},
	{.kind = "netkit"},
	{.kind = "nlmon"},
};

const struct kind_rule *kind_lookup(const struct device *device)
{
	for (size_t i = 0; i < array_size(kind_rules); i++)
		if (device_is_kind(device, kind_rules[i].kind))
			return &kind_rules[i];
	return NULL;
}

bool device_follows(const struct snapshot *snapshot, const struct device *device)
{
	const struct kind_rule *rule = kind_lookup(device);

	return rule && rule->follows &&
	       (!snapshot->version || snapshot->version >= rule->follows_since);
}
