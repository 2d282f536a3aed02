/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which features has a device on top of one other: a VLAN, a macvlan, an ipvlan, a macsec device?
 */
#include "lib/diag/deps_parts.h"

#include <string.h>

static struct feature_bits everything(void)
{
	struct feature_bits all;

	memset(&all, 0xff, sizeof(all));
	return all;
}

/* netdev_intersect_features(): a general checksum covers those of IPv4 and IPv6. */
static struct feature_bits intersect(const struct fixing *fixing, struct feature_bits a,
				     struct feature_bits b)
{
	struct feature_bits both = fixing_mask(fixing, MASK_IP_CSUMS);

	if (fixing_has(fixing, feature_xor(a, b), MASK_HW_CSUM)) {
		if (fixing_has(fixing, a, MASK_HW_CSUM))
			a = feature_or(a, both);
		else
			b = feature_or(b, both);
	}
	return feature_and(a, b);
}

/* With a checksum of one IP version, the VLAN offers the general one. */
static struct feature_bits widen_csum(const struct fixing *fixing, struct feature_bits set)
{
	if (fixing_has(fixing, set, MASK_IP_CSUMS))
		set = feature_or(set, fixing_mask(fixing, MASK_HW_CSUM));
	return set;
}

/* Kinds that give VLANs on top all that they have themselves, but for VLAN tags. */
static bool gives_all_to_vlans(const struct device *device)
{
	static const char *const kinds[] = {"veth", "bridge", "tun", "vxlan", "netkit"};

	for (size_t i = 0; i < array_size(kinds); i++)
		if (device_is_kind(device, kinds[i]))
			return true;
	return false;
}

/**
 * struct offer - what a device offers to VLANs on top (vlan_features), as far as it shows
 * @no: features that it does not offer; @open: nobody has seen whether it does
 */
struct offer {
	struct feature_bits no, open;
};

static struct offer find_offer(const struct fixing *fixing, size_t parent)
{
	const struct feature_world *origin = fixing->world->origin;
	const struct device *device = &fixing->world->snapshot->devices[parent];
	size_t i = fixing->index;
	struct feature_bits vlan =
		feature_without(origin->active[i], fixing_mask(fixing, MASK_VLAN_KEPT));
	struct feature_bits has = widen_csum(fixing, origin->active[parent]);
	struct feature_bits never = fixing_mask(fixing, MASK_VLAN_NEVER);
	struct feature_bits sure =
		feature_or(fixing_mask(fixing, MASK_RXCSUM), fixing_mask(fixing, MASK_HIGHDMA));
	struct offer offer = {0};

	/* A VLAN that does not hear of changes (S5) is as it was, which proves nothing. */
	if (!fixing_has(fixing, has, MASK_ESP_TX_CSUM) || fixing_has(fixing, has, MASK_ESP))
		offer.no = feature_without(feature_and(origin->wanted[i], has), origin->active[i]);
	offer.no = feature_without(offer.no, fixing_mask(fixing, MASK_VLAN_KEPT));
	if (gives_all_to_vlans(device))
		sure = feature_without(everything(), fixing_mask(fixing, MASK_VLAN));
	offer.no = feature_without(offer.no, sure);
	if (fixing_has(fixing, offer.no, MASK_HW_CSUM))
		offer.no = feature_or(offer.no, fixing_mask(fixing, MASK_CSUMS));
	offer.no = feature_or(offer.no, never);
	offer.open = feature_without(everything(), feature_or(offer.no, feature_or(vlan, sure)));
	return offer;
}

struct feature_bits fix_vlan(struct fixing *fixing, struct feature_bits set)
{
	struct feature_bits kept = fixing_mask(fixing, MASK_VLAN_KEPT);
	long parent = fixing_lower(fixing);
	struct feature_bits has, lower, fixed;
	struct drop cause = {.rule = "K-vlan", .certain = true};
	struct offer offer;

	if (parent < 0)
		return driver_fix(fixing, set);
	offer = find_offer(fixing, (size_t)parent);
	cause.device = &fixing->world->snapshot->devices[parent];
	has = fixing_active(fixing, (size_t)parent);

	lower = widen_csum(fixing, feature_without(has, offer.no));
	fixed = feature_or(intersect(fixing, set, lower), feature_and(set, kept));
	fixing->unknown =
		feature_or(fixing->unknown, feature_without(feature_and(fixed, offer.open), kept));

	/* What the parent has not is one reason, what it does not do for tagged frames another. */
	lower = intersect(fixing, set, widen_csum(fixing, has));
	for (unsigned int bit = 0; bit < FEATURE_BITS_MAX; bit++) {
		struct feature_bits one = {0};
		bool never;

		if (!feature_test(&set, bit) || feature_test(&fixed, bit))
			continue;
		feature_put(&one, bit, true);
		never = fixing_has(fixing, one, MASK_VLAN_NEVER);
		cause.certain = never || !feature_test(&lower, bit);
		cause.needs = cause.certain && !never ? one : (struct feature_bits){0};
		if (cause.certain && fixing_has(fixing, one, MASK_HW_CSUM))
			cause.needs = fixing_mask(fixing, MASK_CSUMS);
		fixing_take(fixing, set, one, &cause);
	}
	return fixed;
}

/*
 * A macvlan or ipvlan has what the parent has, whatever is wanted, but for LRO, which must be wanted,
 * too. Only what software does is added. Both show no more than their lists.
 */
static struct feature_bits follow_parent(struct fixing *fixing, struct feature_bits set,
					 struct feature_bits listed, enum feature_mask always)
{
	struct feature_bits lro = fixing_mask(fixing, MASK_LRO);
	struct feature_bits all = feature_or(set, fixing_mask(fixing, MASK_ALL_FOR_ALL)), has;
	long parent = fixing_lower(fixing);

	/* A parent in another namespace does not show: what came from it is what there is. */
	has = parent < 0 ? fixing->world->origin->active[fixing->index]
			 : fixing_active(fixing, (size_t)parent);
	has = feature_and(has, feature_or(all, feature_without(everything(), lro)));
	all = features_increment(fixing, has, all, all);
	all = feature_or(all, fixing_mask(fixing, always));
	return feature_and(all, feature_or(listed, fixing_mask(fixing, always)));
}

/* What is not on the list never comes, the rest as soon as the parent has it. */
static void blame_parent(struct fixing *fixing, struct feature_bits lost,
			 struct feature_bits listed, const char *rule)
{
	long parent = fixing_lower(fixing);
	struct drop cause = {.rule = rule, .certain = true};

	fixing_take(fixing, lost, feature_without(lost, listed), &cause);
	lost = feature_and(lost, listed);
	for (unsigned int bit = 0; bit < FEATURE_BITS_MAX; bit++) {
		struct feature_bits one = {0};

		if (!feature_test(&lost, bit))
			continue;
		feature_put(&one, bit, true);
		if (parent >= 0) {
			cause.device = &fixing->world->snapshot->devices[parent];
			cause.needs = one;
		}
		cause.certain = parent >= 0;
		fixing_take(fixing, one, one, &cause);
	}
}

struct feature_bits fix_macvlan(struct fixing *fixing, struct feature_bits set)
{
	struct feature_bits listed = fixing_mask(fixing, MASK_MACVLAN);
	struct feature_bits fixed = follow_parent(fixing, set, listed, MASK_MACVLAN_ALWAYS);

	blame_parent(fixing, feature_without(set, fixed), listed, "K-macvlan");
	return fixed;
}

struct feature_bits fix_ipvlan(struct fixing *fixing, struct feature_bits set)
{
	struct feature_bits listed = fixing_mask(fixing, MASK_IPVLAN);
	struct feature_bits fixed = follow_parent(fixing, set, listed, MASK_IPVLAN_ALWAYS);

	blame_parent(fixing, feature_without(set, fixed), listed, "K-ipvlan");
	return fixed;
}

/*
 * The owner of the descriptor takes LRO away by TUNSETOFFLOAD. Whether it did shows only in what is
 * wanted and off although the parent has it.
 */
struct feature_bits fix_macvtap(struct fixing *fixing, struct feature_bits set)
{
	const struct feature_world *origin = fixing->world->origin;
	struct feature_bits lro = fixing_mask(fixing, MASK_LRO);
	struct feature_bits open =
		feature_without(feature_and(lro, set), origin->active[fixing->index]);
	long parent = fixing_lower(fixing);
	struct drop cause = {.rule = "K-macvtap"};

	if (parent >= 0)
		open = feature_and(open, origin->active[parent]);
	if (parent >= 0 && feature_any(feature_and(open, origin->wanted[fixing->index])))
		set = fixing_take(fixing, set, open, &cause);
	else
		fixing->unknown = feature_or(fixing->unknown, open);
	return fix_macvlan(fixing, set);
}

struct feature_bits fix_macsec(struct fixing *fixing, struct feature_bits set)
{
	struct feature_bits mask = fixing_mask(fixing, MASK_MACSEC), lost;
	long parent = fixing_lower(fixing);
	struct drop cause = {.rule = "K-macsec", .certain = true};

	if (parent < 0)
		return driver_fix(fixing, set);
	/* Only where the parent encrypts does a macsec device have any of these. */
	if (fixing_has(fixing, fixing->world->origin->active[fixing->index],
		       MASK_MACSEC_OFFLOADED)) {
		mask = feature_or(mask, fixing_mask(fixing, MASK_MACSEC_OFFLOADED));
		cause.needs = mask;
	}
	mask = feature_and(mask, fixing_active(fixing, (size_t)parent));
	mask = feature_or(mask, fixing_mask(fixing, MASK_MACSEC_KEPT));
	lost = feature_without(set, mask);
	cause.device = &fixing->world->snapshot->devices[parent];
	cause.needs = feature_and(lost, feature_or(cause.needs, fixing_mask(fixing, MASK_MACSEC)));
	return fixing_take(fixing, set, lost, &cause);
}
