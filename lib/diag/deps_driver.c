/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does a driver of hardware refuse, couple or force, as far as it is known or was seen?
 */
#include "lib/diag/deps_parts.h"

#include <string.h>

/**
 * struct driver_rule - one statement of a driver's ndo_fix_features()
 * @any: it is about these, where one of them is on (and goes)
 * @unless: and only if none of these is on
 * @mtu_above: and only with a larger MTU; 0: with any
 * @xdp: and only with an XDP program in the driver
 * @flag: and only if this private flag is @flag_on; NULL: no flag counts
 * @unseen: and only under a condition that user space cannot see
 */
struct driver_rule {
	const char *driver, *id;
	enum feature_mask any, unless;
	uint32_t mtu_above;
	const char *flag;
	bool flag_on, xdp, unseen;
};

static const struct driver_rule driver_rules[] = {
	{.driver = "r8169",
	 .id = "D-r8169-jumbo",
	 .any = MASK_CSUMS_AND_TSO,
	 .mtu_above = 1500,
	 .unseen = true},
	{.driver = "tg3",
	 .id = "D-tg3-jumbo",
	 .any = MASK_ALL_TSO,
	 .mtu_above = 1500,
	 .unseen = true},
	{.driver = "st_gmac",
	 .id = "D-stmmac-jumbo",
	 .any = MASK_CSUMS,
	 .mtu_above = 1500,
	 .unseen = true},
	{.driver = "stmmaceth",
	 .id = "D-stmmac-jumbo",
	 .any = MASK_CSUMS,
	 .mtu_above = 1500,
	 .unseen = true},
	{.driver = "e1000e",
	 .id = "D-e1000e-rxfcs",
	 .any = MASK_RXFCS,
	 .mtu_above = 1500,
	 .unseen = true},
	{.driver = "ixgbe", .id = "D-ixgbe-lro", .any = MASK_LRO, .unless = MASK_RXCSUM},
	{.driver = "ixgbe", .id = "D-ixgbe-lro", .any = MASK_LRO, .xdp = true},
	{.driver = "ixgbe", .id = "D-ixgbe-lro", .any = MASK_LRO, .unseen = true},
	{.driver = "bnxt_en", .id = "D-bnxt-agg", .any = MASK_LRO_AND_GRO_HW, .xdp = true},
	{.driver = "bnxt_en", .id = "D-bnxt-gro-hw", .any = MASK_GRO_HW, .unless = MASK_GRO},
	{.driver = "bnxt_en", .id = "D-bnxt-agg", .any = MASK_LRO_AND_GRO_HW, .unseen = true},
	{.driver = "bnxt_en", .id = "D-bnxt-ntuple", .any = MASK_NTUPLE, .unseen = true},
	{.driver = "mlx5_core",
	 .id = "D-mlx5-striding",
	 .any = MASK_LRO_AND_GRO_HW,
	 .flag = "rx_striding_rq"},
	{.driver = "mlx5_core", .id = "D-mlx5-xdp", .any = MASK_LRO_AND_GRO_HW, .xdp = true},
	{.driver = "mlx5_core",
	 .id = "D-mlx5-cqe",
	 .any = MASK_RXHASH,
	 .flag = "rx_cqe_compress",
	 .flag_on = true},
	{.driver = "mlx5_core",
	 .id = "D-mlx5-cqe",
	 .any = MASK_GRO_HW,
	 .flag = "rx_cqe_compress",
	 .flag_on = true},
	{.driver = "mlx5_core", .id = "D-mlx5-svlan", .any = MASK_VLAN_CTAG_RX, .unseen = true},
	{.driver = "vmxnet3", .id = "D-vmxnet3-lro", .any = MASK_LRO, .unless = MASK_RXCSUM},
	{.driver = "vmxnet3", .id = "D-vmxnet3-lro", .any = MASK_LRO, .xdp = true},
	{.driver = "nodsim", .id = "D-nodsim-lro", .any = MASK_LRO, .unless = MASK_RXCSUM},
	{.driver = "hv_netvsc", .id = "D-netvsc-xdp", .any = MASK_LRO, .xdp = true},
	{.driver = "atlantic", .id = "D-aquantia-lro", .any = MASK_LRO, .unless = MASK_RXCSUM},
	{.driver = "vif", .id = "D-xen-netfront", .any = MASK_XEN_OFFERED, .unseen = true},
	{.driver = "xen_netfront", .id = "D-xen-netfront", .any = MASK_XEN_OFFERED, .unseen = true},
};

static bool is_driver(const struct device *device, const char *driver)
{
	return device->driver && strcmp(device->driver, driver) == 0;
}

static bool has_native_xdp(const struct device *device)
{
	return device->xdp == XDP_MODE_DRIVER || device->xdp == XDP_MODE_MULTIPLE;
}

/* 1 and 0 as the flag is; -1 if it was not asked for or the driver has no such flag. */
static int private_flag(const struct device *device, const char *name)
{
	const struct fact *fact = NULL;

	if (device->details)
		fact = fact_lookup(&device->details->private_flags, name);
	return fact ? fact->number != 0 : -1;
}

enum hold {
	HOLD_NO,
	HOLD_MAYBE,
	HOLD_YES
};

static enum hold holds(const struct fixing *fixing, const struct driver_rule *rule,
		       struct feature_bits set)
{
	const struct device *device = fixing->device;
	int flag;

	if (!is_driver(device, rule->driver) || !fixing_has(fixing, set, rule->any))
		return HOLD_NO;
	if (rule->mtu_above && (!(device->has & DEVICE_HAS_MTU) || device->mtu <= rule->mtu_above))
		return HOLD_NO;
	if (rule->xdp && !has_native_xdp(device))
		return HOLD_NO;
	if (fixing_has(fixing, set, rule->unless))
		return HOLD_NO;
	if (!rule->flag)
		return rule->unseen ? HOLD_MAYBE : HOLD_YES;
	flag = private_flag(device, rule->flag);
	if (flag < 0)
		return HOLD_MAYBE;
	return flag == rule->flag_on ? HOLD_YES : HOLD_NO;
}

static struct feature_bits apply_certain(struct fixing *fixing, struct feature_bits set)
{
	for (size_t i = 0; i < array_size(driver_rules); i++) {
		const struct driver_rule *rule = &driver_rules[i];
		struct drop cause = {.rule = rule->id, .certain = true};

		if (holds(fixing, rule, set) != HOLD_YES)
			continue;
		cause.needs = fixing_mask(fixing, rule->unless);
		set = fixing_take(fixing, set, fixing_mask(fixing, rule->any), &cause);
	}
	return set;
}

/* --- features that a driver couples --- */

const char *driver_vlan_rule(const struct device *device)
{
	static const struct {
		const char *driver, *id;
	} rules[] = {
		{"e1000", "D-e1000-vlan"},
		{"e1000e", "D-e1000e-vlan"},
		{"igb", "D-igb-vlan"},
		{"igc", "D-igc-vlan"},
	};

	for (size_t i = 0; i < array_size(rules); i++)
		if (is_driver(device, rules[i].driver))
			return rules[i].id;
	return NULL;
}

/* Inserting tags follows stripping them. */
static struct feature_bits couple_vlan(struct fixing *fixing, struct feature_bits set,
				       const char *id)
{
	struct drop cause = {.rule = id, .certain = true};

	if (fixing_has(fixing, set, MASK_VLAN_CTAG_RX))
		return feature_or(set, fixing_mask(fixing, MASK_VLAN_CTAG_TX));
	cause.needs = fixing_mask(fixing, MASK_VLAN_CTAG_RX);
	return fixing_take(fixing, set, fixing_mask(fixing, MASK_VLAN_CTAG_TX), &cause);
}

/*
 * Both or none: if either changes, both change. Which way follows from what is active; with both wanted
 * or none wanted there is nothing to decide.
 */
static struct feature_bits couple_both(struct fixing *fixing, struct feature_bits set,
				       enum feature_mask mask, const char *id)
{
	struct feature_bits pair = fixing_mask(fixing, mask);
	struct feature_bits asked = feature_and(set, pair);
	struct drop cause = {.rule = id, .certain = true, .needs = pair, .needs_all = true};

	if (!feature_any(asked) || feature_equal(asked, pair))
		return set;
	if (fixing_has(fixing, fixing->world->active[fixing->index], mask))
		return fixing_take(fixing, set, pair, &cause);
	return feature_or(set, pair);
}

static struct feature_bits couple_ice(struct fixing *fixing, struct feature_bits set)
{
	struct feature_bits hw = fixing->world->hw[fixing->index];
	struct drop cause = {.rule = "D-ice-vlan", .certain = true};

	/* Only a device in double VLAN mode has the filter for service tags. */
	if (fixing_has(fixing, hw, MASK_VLAN_STAG_FILTER) &&
	    fixing_has(fixing, hw, MASK_VLAN_CTAG_FILTER))
		set = couple_both(fixing, set, MASK_VLAN_FILTERS, "D-ice-vlan");
	if (fixing_has(fixing, set, MASK_VLAN_CTAG) && fixing_has(fixing, set, MASK_VLAN_STAG)) {
		cause.conflicts = feature_and(set, fixing_mask(fixing, MASK_VLAN_CTAG));
		set = fixing_take(fixing, set, fixing_mask(fixing, MASK_VLAN_STAG), &cause);
	}
	/* Stripping goes when rx-fcs comes, unless a VLAN is configured. */
	if (fixing_has(fixing, set, MASK_RXFCS) &&
	    !fixing_has(fixing, fixing->world->active[fixing->index], MASK_RXFCS))
		fixing->unknown = feature_or(fixing->unknown,
					     feature_and(set, fixing_mask(fixing, MASK_VLAN_RX)));
	return set;
}

static struct feature_bits couple(struct fixing *fixing, struct feature_bits set)
{
	const char *tags = driver_vlan_rule(fixing->device);

	if (tags)
		return couple_vlan(fixing, set, tags);
	if (is_driver(fixing->device, "bnxt_en"))
		return couple_both(fixing, set, MASK_VLAN_RX, "D-bnxt-vlan");
	if (is_driver(fixing->device, "ice"))
		return couple_ice(fixing, set);
	return set;
}

/* --- GSO partial --- */

static const struct {
	const char *driver;
	enum feature_mask partial;
} partial_drivers[] = {
	{"igb", MASK_ENCAPS},
	{"igbvf", MASK_ENCAPS},
	{"igc", MASK_ENCAPS},
	{"ixgbe", MASK_ENCAPS},
	{"ixgbevf", MASK_ENCAPS},
	{"i40e", MASK_ENCAPS},
	{"txgbe", MASK_ENCAPS},
	{"ice", MASK_CSUM_ENCAPS},
	{"bnxt_en", MASK_CSUM_ENCAPS},
	{"bnx2x", MASK_CSUM_ENCAPS},
	{"mlx5_core", MASK_MLX5_PARTIAL},
	{"atlantic", MASK_USO},
	{"nodsim", MASK_CSUM_ENCAPS},
};

struct feature_bits driver_partial(const struct fixing *fixing, bool *known)
{
	*known = true;
	for (size_t i = 0; i < array_size(partial_drivers); i++)
		if (is_driver(fixing->device, partial_drivers[i].driver))
			return fixing_mask(fixing, partial_drivers[i].partial);
	/* Devices that cannot switch it have no such features, or have it on for good. */
	if (fixing_has(fixing, fixing->world->hw[fixing->index], MASK_GSO_PARTIAL))
		*known = false;
	return fixing_mask(fixing, MASK_NONE);
}

/* A driver that nod has no list of: what may need tx-gso-partial was on with it. */
static void doubt_partial(struct fixing *fixing, struct feature_bits set)
{
	struct feature_bits active = fixing->world->origin->active[fixing->index];
	struct feature_bits candidates = fixing_mask(fixing, MASK_PARTIAL_CANDIDATES);
	bool known;

	driver_partial(fixing, &known);
	if (known || fixing_has(fixing, set, MASK_GSO_PARTIAL) ==
			     fixing_has(fixing, active, MASK_GSO_PARTIAL))
		return;
	fixing->unknown = feature_or(fixing->unknown, feature_and(set, candidates));
}

/* --- what the driver was seen to do --- */

/* The rule that may be behind a refusal; NULL if nod knows none. */
static const char *suspect(const struct fixing *fixing, struct feature_bits set, unsigned int bit)
{
	struct feature_bits candidates = fixing_mask(fixing, MASK_PARTIAL_CANDIDATES);
	bool known;

	for (size_t i = 0; i < array_size(driver_rules); i++) {
		struct feature_bits any = fixing_mask(fixing, driver_rules[i].any);

		if (feature_test(&any, bit) && holds(fixing, &driver_rules[i], set) == HOLD_MAYBE)
			return driver_rules[i].id;
	}
	driver_partial(fixing, &known);
	if (!known && feature_test(&candidates, bit) && !fixing_has(fixing, set, MASK_GSO_PARTIAL))
		return "F8";
	return NULL;
}

/* What was wanted and was not granted will not be granted now. */
static struct feature_bits apply_refusals(struct fixing *fixing, struct feature_bits set,
					  struct feature_bits refused)
{
	struct feature_bits before = set;
	struct drop cause = {.certain = false};

	refused = feature_and(set, feature_without(refused, fixing->unknown));
	for (unsigned int bit = 0; bit < FEATURE_BITS_MAX; bit++) {
		struct feature_bits one = {0};

		if (!feature_test(&refused, bit))
			continue;
		feature_put(&one, bit, true);
		cause.rule = suspect(fixing, before, bit);
		cause.needs = (struct feature_bits){0};
		if (cause.rule && strcmp(cause.rule, "F8") == 0)
			cause.needs = fixing_mask(fixing, MASK_GSO_PARTIAL);
		set = fixing_take(fixing, set, one, &cause);
	}
	return set;
}

/* What is newly wanted, and would go under a condition that cannot be seen. */
static void doubt_unseen(struct fixing *fixing, struct feature_bits set,
			 struct feature_bits refused)
{
	const struct feature_world *origin = fixing->world->origin;
	struct feature_bits fresh = feature_without(set, origin->active[fixing->index]);

	fresh = feature_without(fresh, refused);
	for (size_t i = 0; i < array_size(driver_rules); i++)
		if (holds(fixing, &driver_rules[i], set) == HOLD_MAYBE)
			fixing->unknown = feature_or(
				fixing->unknown,
				feature_and(fresh, fixing_mask(fixing, driver_rules[i].any)));
}

/* Whether nothing that cannot be seen decides on LRO of that driver. */
static bool knows_lro(const struct fixing *fixing)
{
	bool knows = false;

	for (size_t i = 0; i < array_size(driver_rules); i++) {
		const struct driver_rule *rule = &driver_rules[i];

		if (!is_driver(fixing->device, rule->driver) ||
		    !fixing_has(fixing, fixing_mask(fixing, rule->any), MASK_LRO))
			continue;
		if (rule->unseen || rule->flag)
			return false;
		knows = true;
	}
	return knows;
}

/*
 * LRO that is wanted and off below another device need not have been refused: that one may have come to
 * want it (S1) since this one was computed.
 */
static struct feature_bits pardon_lro(struct fixing *fixing, struct feature_bits refused)
{
	const struct snapshot *snapshot = fixing->world->snapshot;
	struct feature_bits lro = feature_and(refused, fixing_mask(fixing, MASK_LRO));
	bool below = false;

	for (size_t i = 0; feature_any(lro) && !below && i < snapshot->ndevices; i++)
		below = device_is_upper_of(snapshot, &snapshot->devices[i], fixing->device);
	if (!below)
		return refused;
	if (!knows_lro(fixing))
		fixing->unknown = feature_or(fixing->unknown, lro);
	return feature_without(refused, lro);
}

/* Drivers without ndo_fix_features(): nothing of what is wanted is refused for itself. */
static bool fixes_nothing(const struct device *device)
{
	return is_driver(device, "virtio_net");
}

struct feature_bits driver_fix(struct fixing *fixing, struct feature_bits set)
{
	const struct feature_world *origin = fixing->world->origin;
	size_t i = fixing->index;
	struct feature_bits fixed, granted, refused, forced;

	set = apply_certain(fixing, couple(fixing, set));
	if (fixing->observing || fixes_nothing(fixing->device))
		return set;

	world_observe(fixing->world, i, &fixed, &granted);
	refused = feature_and(feature_without(granted, origin->active[i]), origin->hw[i]);
	forced = feature_without(origin->active[i], fixed);
	refused = pardon_lro(fixing, refused);
	doubt_partial(fixing, set);
	doubt_unseen(fixing, set, refused);
	set = apply_refusals(fixing, set, refused);
	return feature_or(set, forced);
}

/*
 * A host that refused once does so again; that it did shows in what is wanted and not so. A host end
 * without a virtio-net header may refuse, and offers no checksums, either.
 */
static enum failure virtio_fails(const struct fixing *fixing, struct feature_bits asked,
				 struct drop *cause)
{
	const struct feature_world *origin = fixing->world->origin;
	size_t i = fixing->index;
	struct feature_bits fixed, granted;

	cause->rule = "K-virtio-refused";
	world_observe(fixing->world, i, &fixed, &granted);
	if (feature_any(feature_and(asked, feature_xor(granted, origin->active[i]))))
		return FAILURE_SURE;
	return fixing_has(fixing, origin->hw[i], MASK_HW_CSUM) ? FAILURE_NONE : FAILURE_MAYBE;
}

enum failure driver_set_fails(const struct fixing *fixing, struct feature_bits set,
			      struct drop *cause)
{
	struct feature_bits changed = feature_xor(set, fixing->world->active[fixing->index]);
	struct feature_bits asked = feature_and(changed, fixing_mask(fixing, MASK_VIRTIO_ASKED));

	if (!is_driver(fixing->device, "virtio_net") || !feature_any(asked))
		return FAILURE_NONE;
	if (has_native_xdp(fixing->device) && fixing_has(fixing, asked, MASK_GRO_HW)) {
		*cause = (struct drop){.rule = "K-virtio-xdp", .certain = true};
		return FAILURE_SURE;
	}
	return virtio_fails(fixing, asked, cause);
}
