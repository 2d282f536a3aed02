/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which features would be active? The kernel's computation, redone on a snapshot: from what is wanted
 * on each device to what is active on it and on those above and below. Pure; nothing is asked.
 *
 * Source: net/core/dev.c, __netdev_update_features(), and the ndo_fix_features() of each kind of
 * device, read in Linux 6.1, 6.12, 6.18 and 7.0.
 */
#ifndef NOD_DIAG_DEPS_H
#define NOD_DIAG_DEPS_H

#include "lib/diag/rule.h"
#include "lib/model/device.h"

/**
 * struct drop - a feature that was wanted and that a rule took away; or, where the driver fails on the
 * whole change, one that was to go and stays
 * @bit: the feature
 * @rule: id in feature_rules; NULL: the driver does it, and nod knows no rule for it
 * @needs: features that would have satisfied the rule; empty if none would. They are meant on @device
 *         if there is one, else on the device itself
 * @needs_all: all of @needs together; else one of them is enough
 * @conflicts: features that are on and in the way: without all of them the rule would not hold
 * @device: the device that is the cause, if it is another one; NULL
 * @certain: false where the rule stands on something that cannot be seen from user space
 */
struct drop {
	unsigned int bit;
	const char *rule;
	struct feature_bits needs, conflicts;
	bool needs_all;
	const struct device *device;
	bool certain;
};

#define DROPS_MAX (2 * FEATURE_BITS_MAX)
struct drops {
	struct drop list[DROPS_MAX];
	size_t count;
};

/* The first drop of @bit; NULL if there is none. */
const struct drop *drops_find(const struct drops *drops, unsigned int bit) attr_pure;

struct feature_masks;

/**
 * struct feature_world - the features of all devices of a snapshot, as they are or might become
 * @wanted, @active, @hw: one for each of snapshot->devices, in that order
 * @unknown: what cannot be predicted for it: a driver decides, and nothing here tells how
 * @masks: the sets of the rules by the bit numbers of this kernel
 * @origin: the world as it was found: it tells what drivers refuse
 * @vague: anything is unknown anywhere
 *
 * Costs as much as its arrays: make one for many questions, not one for each.
 */
struct feature_world {
	const struct snapshot *snapshot;
	struct feature_bits *hw, *wanted, *active, *unknown;
	const struct feature_masks *masks;
	const struct feature_world *origin;
	bool vague;
};

/* The world as it is; memory from @arena. -1 and ERR_MEMORY. */
int world_init(struct feature_world *world, const struct snapshot *snapshot, struct arena *arena,
	       struct err *err) attr_must_check;

/* Another world of the same snapshot, as that is. ERR_MEMORY. */
int world_copy(struct feature_world *copy, const struct feature_world *world, struct arena *arena,
	       struct err *err) attr_must_check;

/* A world that was changed, as it was found again. Nothing is allocated. */
void world_reset(struct feature_world *world);

/* A world as another of the same snapshot is now. Nothing is allocated. */
void world_assign(struct feature_world *world, const struct feature_world *from);

/*
 * What the kernel would compute for one device from what is wanted on it, in its order: kind and
 * driver (ndo_fix_features), core rules F, uppers S1. Adds to @drops (NULL: not wanted) each feature
 * that was wanted and not granted, with the first rule that dropped it, and to *@unknown (NULL: not
 * wanted) those that nobody can tell.
 */
struct feature_bits world_compute(const struct feature_world *world, size_t device,
				  struct drops *drops, struct feature_bits *unknown);

/* Whether it computes its features anew when it is told that those of a device below have changed. */
bool device_follows(const struct snapshot *snapshot, const struct device *device) attr_pure;

/* The rule by which a driver makes tx-vlan-hw-insert what rx-vlan-hw-parse is; NULL if it does not. */
const char *driver_vlan_rule(const struct device *device) attr_pure;

/*
 * As ETHTOOL_MSG_FEATURES_SET would: change what is wanted on @device (only what is in its hw),
 * compute it anew, then whatever follows on other devices (S2: LRO below; bridges, bonds, teams and
 * VLANs above that recompute), until nothing changes any more.
 */
void world_set(struct feature_world *world, size_t device, struct feature_bits mask,
	       struct feature_bits value);

#endif
