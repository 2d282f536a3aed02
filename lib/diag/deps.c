/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which features will every device have after a request, and what takes those away that it will not?
 */
#include "lib/diag/deps_parts.h"

#include <string.h>

/* --- the computation of one device --- */

struct feature_bits fixing_take(struct fixing *fixing, struct feature_bits set,
				struct feature_bits taken, const struct drop *cause)
{
	struct drops *drops = fixing->drops;

	taken = feature_and(taken, set);
	for (unsigned int bit = 0; drops && bit < FEATURE_BITS_MAX; bit++) {
		if (!feature_test(&taken, bit) || drops->count == DROPS_MAX)
			continue;
		drops->list[drops->count] = *cause;
		drops->list[drops->count++].bit = bit;
	}
	return feature_without(set, taken);
}

struct feature_bits fixing_active(const struct fixing *fixing, size_t other)
{
	struct feature_bits active = fixing->world->active[other];
	struct feature_bits unknown = fixing->world->unknown[other];

	switch (fixing->guess) {
	case GUESS_BEST:
		return feature_or(active, unknown);
	case GUESS_WORST:
		return feature_without(active, unknown);
	case GUESS_LIKELY:
		break;
	}
	return active;
}

long fixing_lower(const struct fixing *fixing)
{
	const struct snapshot *snapshot = fixing->world->snapshot;
	const struct device *lower = device_lower(snapshot, fixing->device);

	return lower ? lower - snapshot->devices : -1;
}

/* ndo_fix_features(), whoever has it. */
static struct feature_bits kind_fix(struct fixing *fixing, struct feature_bits set)
{
	const struct kind_rule *rule = kind_lookup(fixing->device);

	if (rule)
		return rule->fix ? rule->fix(fixing, set) : set;
	if (fixing->device->flags & IFF_LOOPBACK)
		return set;
	return driver_fix(fixing, set);
}

/* The same under the assumption that @guess is right, without words. */
static struct feature_bits guess_fix(const struct fixing *fixing, struct feature_bits set,
				     enum guess guess)
{
	struct fixing trial = *fixing;

	trial.drops = NULL;
	trial.guess = guess;
	return kind_fix(&trial, set);
}

/* device_is_upper_of(), quick for the many that are not. */
static bool is_upper(const struct snapshot *snapshot, size_t upper, size_t lower)
{
	const struct device *above = &snapshot->devices[upper], *below = &snapshot->devices[lower];

	if (below->master_ifindex != above->ifindex && above->link_ifindex != below->ifindex &&
	    above->underlay_ifindex != below->ifindex)
		return false;
	return upper != lower && device_is_upper_of(snapshot, above, below);
}

/* S1: an upper device that does not want LRO. */
static struct feature_bits sync_upper(struct fixing *fixing, struct feature_bits set)
{
	const struct feature_world *world = fixing->world;
	struct feature_bits lro = fixing_mask(fixing, MASK_LRO);
	struct drop cause = {.rule = "S1", .needs = lro, .certain = true};

	for (size_t i = 0; i < world->snapshot->ndevices; i++) {
		const struct device *upper = &world->snapshot->devices[i];

		if (!fixing_has(fixing, set, MASK_LRO))
			break;
		if (fixing_has(fixing, world->wanted[i], MASK_LRO) ||
		    !(upper->has & DEVICE_HAS_FEATURES) ||
		    !is_upper(world->snapshot, i, fixing->index))
			continue;
		cause.device = upper;
		set = fixing_take(fixing, set, lro, &cause);
	}
	return set;
}

/* Everything behind the driver. What depends on something unknown becomes unknown itself. */
static struct feature_bits core_and_uppers(struct fixing *fixing, struct feature_bits set)
{
	struct fixing trial = *fixing;
	struct feature_bits best, worst;

	if (feature_any(fixing->unknown)) {
		trial.drops = NULL;
		best = core_fix(&trial, feature_or(set, fixing->unknown));
		worst = core_fix(&trial, feature_without(set, fixing->unknown));
		fixing->unknown = feature_xor(best, worst);
	}
	set = sync_upper(fixing, core_fix(fixing, set));
	return set;
}

static struct feature_bits wanted_set(const struct feature_world *world, size_t index)
{
	return feature_or(feature_without(world->active[index], world->hw[index]),
			  world->wanted[index]);
}

static struct fixing start(const struct feature_world *world, size_t index)
{
	return (struct fixing){
		.world = world,
		.index = index,
		.device = &world->snapshot->devices[index],
	};
}

void world_observe(const struct feature_world *world, size_t index, struct feature_bits *fixed,
		   struct feature_bits *granted)
{
	struct fixing fixing = start(world->origin, index);

	fixing.observing = true;
	*fixed = driver_fix(&fixing, wanted_set(world->origin, index));
	*granted = sync_upper(&fixing, core_fix(&fixing, *fixed));
}

struct feature_bits world_compute(const struct feature_world *world, size_t device,
				  struct drops *drops, struct feature_bits *unknown)
{
	struct fixing fixing = start(world, device);
	struct feature_bits wanted = wanted_set(world, device), set;
	struct drop failed = {0};
	enum failure failure;

	fixing.drops = drops;
	set = kind_fix(&fixing, wanted);
	if (world->vague)
		fixing.unknown = feature_or(fixing.unknown,
					    feature_xor(guess_fix(&fixing, wanted, GUESS_BEST),
							guess_fix(&fixing, wanted, GUESS_WORST)));
	set = core_and_uppers(&fixing, set);
	failure = driver_set_fails(&fixing, set, &failed);
	if (failure == FAILURE_MAYBE)
		fixing.unknown =
			feature_or(fixing.unknown, feature_xor(set, world->active[device]));
	if (failure == FAILURE_SURE) {
		fixing_take(&fixing, set, feature_without(set, world->active[device]), &failed);
		fixing_take(&fixing, world->active[device],
			    feature_without(world->active[device], set), &failed);
		set = world->active[device];
		fixing.unknown = (struct feature_bits){0};
	}
	if (unknown)
		*unknown = feature_or(*unknown, fixing.unknown);
	return set;
}

/* --- what follows from it on other devices --- */

/* The devices whose notifiers are running: theirs are not called again. */
struct call {
	const struct call *outer;
	size_t device;
};

static void notify(struct feature_world *world, size_t device, const struct call *outer);

/* S2, and then update: __netdev_update_features(). Whether the device has changed. */
static bool update(struct feature_world *world, size_t device, const struct call *outer)
{
	const struct snapshot *snapshot = world->snapshot;
	const struct feature_bits lro = world->masks->sets[MASK_LRO];
	struct feature_bits unknown = {0};
	struct feature_bits set = world_compute(world, device, NULL, &unknown);

	for (size_t i = 0; i < snapshot->ndevices; i++) {
		if (feature_any(feature_and(set, lro)))
			break;
		if (!feature_any(feature_and(world->active[i], lro)) ||
		    !is_upper(snapshot, device, i))
			continue;
		world->wanted[i] = feature_without(world->wanted[i], lro);
		update(world, i, outer);
		if (!feature_any(feature_and(world->active[i], lro)))
			notify(world, i, outer);
	}
	world->unknown[device] = unknown;
	world->vague = world->vague || feature_any(unknown);
	if (feature_equal(set, world->active[device]) && !feature_any(unknown))
		return false;
	world->active[device] = set;
	return true;
}

static bool is_running(const struct call *call, size_t device)
{
	for (; call; call = call->outer)
		if (call->device == device)
			return true;
	return false;
}

/* S5: xfrm_api_check() objects, and the chain of notifiers ends there. */
static bool is_muted(const struct feature_world *world, size_t device)
{
	struct feature_bits active = world->active[device];

	return feature_any(feature_and(active, world->masks->sets[MASK_ESP_TX_CSUM])) &&
	       !feature_any(feature_and(active, world->masks->sets[MASK_ESP]));
}

/* NETDEV_FEAT_CHANGE: uppers that compute their features from those of @device do so. */
static void notify(struct feature_world *world, size_t device, const struct call *outer)
{
	const struct snapshot *snapshot = world->snapshot;

	if (is_muted(world, device))
		return;
	for (size_t i = 0; i < snapshot->ndevices; i++) {
		struct call call = {.outer = outer, .device = i};
		const struct call *inner = outer;
		const struct device *upper = &snapshot->devices[i];
		bool changed, repeats;

		if (!is_upper(snapshot, i, device) || !device_follows(snapshot, upper))
			continue;
		repeats = kind_lookup(upper)->repeats;
		if (repeats) {
			if (is_running(outer, i))
				continue;
			inner = &call;
		}
		changed = update(world, i, inner);
		if (changed || repeats)
			notify(world, i, inner);
	}
}

void world_set(struct feature_world *world, size_t device, struct feature_bits mask,
	       struct feature_bits value)
{
	struct feature_bits old = world->wanted[device], hw = world->hw[device];
	struct feature_bits asked =
		feature_or(feature_without(old, mask), feature_and(value, mask));

	/* The kernel looks no further, even if the device would be computed otherwise by now. */
	if (feature_equal(asked, old))
		return;
	world->wanted[device] = feature_or(feature_without(old, hw), feature_and(asked, hw));
	if (update(world, device, NULL))
		notify(world, device, NULL);
}

/* --- making worlds --- */

static int allocate(struct feature_world *world, size_t count, struct arena *arena)
{
	struct feature_bits *sets = arena_alloc(arena, (4 * count + 1) * sizeof(*sets));

	if (!sets)
		return -1;
	world->hw = sets;
	world->wanted = sets + count;
	world->active = sets + 2 * count;
	world->unknown = sets + 3 * count;
	return 0;
}

static void fill(struct feature_world *world)
{
	for (size_t i = 0; i < world->snapshot->ndevices; i++) {
		const struct device *device = &world->snapshot->devices[i];

		world->hw[i] = device->hw;
		world->wanted[i] = device->wanted;
		world->active[i] = device->active;
		world->unknown[i] = (struct feature_bits){0};
	}
	world->vague = false;
}

void world_assign(struct feature_world *world, const struct feature_world *from)
{
	size_t size = from->snapshot->ndevices * sizeof(struct feature_bits);

	/* The lists of a world stand behind each other. */
	if (size)
		memcpy(world->hw, from->hw, 4 * size);
	world->vague = from->vague;
}

void world_reset(struct feature_world *world)
{
	fill(world);
}

const struct drop *drops_find(const struct drops *drops, unsigned int bit)
{
	for (size_t i = 0; i < drops->count; i++)
		if (drops->list[i].bit == bit)
			return &drops->list[i];
	return NULL;
}

int world_init(struct feature_world *world, const struct snapshot *snapshot, struct arena *arena,
	       struct err *err)
{
	struct feature_masks *masks = arena_alloc(arena, sizeof(*masks));
	struct feature_world *origin = arena_alloc(arena, sizeof(*origin));

	if (!masks || !origin || allocate(origin, snapshot->ndevices, arena) ||
	    allocate(world, snapshot->ndevices, arena))
		return err_set(err, ERR_MEMORY, "out of memory");
	masks_resolve(masks, &snapshot->names);
	origin->snapshot = world->snapshot = snapshot;
	origin->masks = world->masks = masks;
	origin->origin = world->origin = origin;
	fill(origin);
	fill(world);
	return 0;
}

int world_copy(struct feature_world *copy, const struct feature_world *world, struct arena *arena,
	       struct err *err)
{
	*copy = *world;
	if (allocate(copy, world->snapshot->ndevices, arena))
		return err_set(err, ERR_MEMORY, "out of memory");
	fill(copy);
	return 0;
}
