/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is to be sent to the kernel for what was asked, in which order, and what follows from it?
 */
#include <stdlib.h>
#include <string.h>

#include "lib/diag/plan_parts.h"

static int compare_changes(const void *left, const void *right)
{
	const struct change *a = left, *b = right;

	if (a->device != b->device)
		return a->device < b->device ? -1 : 1;
	if (a->bit != b->bit)
		return a->bit < b->bit ? -1 : 1;
	return 0;
}

/* The same twice is asked for once, as strictly as the stricter of both. */
static void merge_change(struct change *into, const struct change *change)
{
	into->single |= change->single;
	into->below &= change->below;
	if (change->word < into->word)
		into->word = change->word;
}

static int sort_changes(struct maker *maker, const struct change *changes, size_t count,
			struct err *err)
{
	const struct snapshot *snapshot = maker->snapshot;

	maker->changes = arena_alloc(maker->arena, count * sizeof(*changes));
	if (!maker->changes)
		return err_set(err, ERR_MEMORY, "no memory to plan");
	if (count)
		memcpy(maker->changes, changes, count * sizeof(*changes));
	qsort(maker->changes, count, sizeof(*changes), compare_changes);
	for (size_t i = 0; i < count; i++) {
		const struct change *change = &maker->changes[i];
		struct change *last = maker->count ? &maker->changes[maker->count - 1] : NULL;

		if (!last || compare_changes(last, change)) {
			maker->changes[maker->count++] = *change;
			continue;
		}
		if (last->on != change->on)
			return err_set(err, ERR_USAGE, "%s of %s is asked to be both on and off",
				       snapshot->names.names[change->bit],
				       snapshot->devices[change->device].name);
		merge_change(last, change);
	}
	return 0;
}

static int maker_init(struct maker *maker, struct err *err)
{
	size_t count = maker->snapshot->ndevices, size = count * sizeof(struct feature_bits);

	maker->mask = arena_alloc(maker->arena, size);
	maker->value = arena_alloc(maker->arena, size);
	maker->shown = arena_alloc(maker->arena, size);
	maker->cause = arena_alloc(maker->arena, count * sizeof(*maker->cause));
	if (!maker->mask || !maker->value || !maker->shown || !maker->cause ||
	    stack_init(&maker->stack, maker->snapshot, maker->arena))
		return err_set(err, ERR_MEMORY, "no memory to plan");
	if (world_init(&maker->before, maker->snapshot, maker->arena, err) ||
	    world_init(&maker->world, maker->snapshot, maker->arena, err))
		return -1;
	if (count)
		memcpy(maker->shown, maker->world.active, size);
	return 0;
}

/* Fixed features are never sent, and what is so and is requested so neither. */
static void choose_masks(struct maker *maker)
{
	for (size_t i = 0; i < maker->count; i++) {
		const struct change *change = &maker->changes[i];
		const struct device *device = &maker->snapshot->devices[change->device];

		if (!plan_can_set(device, change->bit) ||
		    (feature_test(&device->active, change->bit) == change->on &&
		     feature_test(&device->wanted, change->bit) == change->on))
			continue;
		feature_put(&maker->mask[change->device], change->bit, true);
		feature_put(&maker->value[change->device], change->bit, change->on);
	}
}

static bool switches_on(const struct maker *maker, const char *feature)
{
	int bit = feature_lookup(&maker->snapshot->names, feature);

	for (size_t i = 0; bit >= 0 && i < maker->snapshot->ndevices; i++)
		if (feature_test(&maker->mask[i], (unsigned int)bit) &&
		    feature_test(&maker->value[i], (unsigned int)bit))
			return true;
	return false;
}

/*
 * What is below is asked first. Only rx-lro goes the other way when it is switched on: a device may have
 * it if those on top of it want it (S1), and they follow when they may have it themselves.
 */
static void choose_order(struct maker *maker)
{
	unsigned int *depth = maker->stack.depth, most = 0;
	size_t count = maker->snapshot->ndevices;

	if (!switches_on(maker, "rx-lro"))
		return;
	for (size_t i = 0; i < count; i++)
		most = depth[i] > most ? depth[i] : most;
	for (size_t i = 0; i < count; i++)
		depth[i] = most - depth[i];
}

/* Who is to blame for each bit that differs from what was shown before the request to @sender. */
static void blame(struct maker *maker, size_t device, size_t sender)
{
	struct feature_bits *shown = &maker->shown[device];
	struct feature_bits changed = feature_xor(*shown, maker->world.active[device]);

	if (!feature_any(changed))
		return;
	*shown = maker->world.active[device];
	if (!maker->cause[device])
		maker->cause[device] =
			arena_alloc(maker->arena, FEATURE_BITS_MAX * sizeof(**maker->cause));
	if (!maker->cause[device]) {
		maker->failed = true;
		return;
	}
	for (unsigned int bit = 0; bit < FEATURE_BITS_MAX; bit++)
		if (feature_test(&changed, bit))
			maker->cause[device][bit] = sender + 1;
}

/* The next greater depth that there is, in the order that was chosen; false if there is none. */
static bool next_depth(const struct maker *maker, unsigned int *depth)
{
	unsigned int next = ~0u;

	for (size_t i = 0; i < maker->snapshot->ndevices; i++)
		if (maker->stack.depth[i] > *depth && maker->stack.depth[i] < next)
			next = maker->stack.depth[i];
	*depth = next;
	return next != ~0u;
}

static void simulate(struct maker *maker)
{
	unsigned int depth = 0;

	do {
		for (size_t i = 0; i < maker->snapshot->ndevices; i++) {
			if (maker->stack.depth[i] != depth || !feature_any(maker->mask[i]))
				continue;
			world_set(&maker->world, i, maker->mask[i], maker->value[i]);
			for (size_t k = 0; k < maker->snapshot->ndevices; k++)
				blame(maker, k, i);
		}
	} while (next_depth(maker, &depth));
}

/* What may be requested otherwise afterwards: what is sent, and what follows on this device. */
static struct feature_bits to_restore(const struct maker *maker, size_t device)
{
	const struct device *now = &maker->snapshot->devices[device];
	struct feature_bits changed = feature_xor(now->wanted, maker->world.wanted[device]);

	return feature_and(feature_or(maker->mask[device], changed), now->hw);
}

static void add_request(struct maker *maker, size_t device)
{
	struct feature_bits restore = to_restore(maker, device);

	if (!feature_any(restore))
		return;
	maker->plan->requests[maker->plan->nrequests++] = (struct device_request){
		.device = device,
		.mask = maker->mask[device],
		.value = maker->value[device],
		.restore_mask = restore,
		.restore_value = feature_and(maker->snapshot->devices[device].wanted, restore),
	};
}

static int add_requests(struct maker *maker)
{
	unsigned int depth = 0;
	size_t count = 0;

	for (size_t i = 0; i < maker->snapshot->ndevices; i++)
		count += feature_any(to_restore(maker, i));
	maker->plan->requests = arena_alloc(maker->arena, count * sizeof(struct device_request));
	if (!maker->plan->requests)
		return -1;
	do {
		for (size_t i = 0; i < maker->snapshot->ndevices; i++)
			if (maker->stack.depth[i] == depth)
				add_request(maker, i);
	} while (next_depth(maker, &depth));
	return 0;
}

int plan_make(const struct snapshot *snapshot, const struct change *changes, size_t count,
	      struct arena *arena, struct plan *plan, struct err *err)
{
	struct maker maker = {.snapshot = snapshot, .arena = arena, .plan = plan};

	*plan = (struct plan){0};
	if (sort_changes(&maker, changes, count, err) || maker_init(&maker, err))
		return -1;
	choose_masks(&maker);
	choose_order(&maker);
	simulate(&maker);
	if (add_requests(&maker) || plan_add_steps(&maker) || plan_add_notes(&maker) ||
	    plan_add_advice(&maker) || maker.failed)
		return err_set(err, ERR_MEMORY, "no memory to plan");
	plan->holds = plan_holds(snapshot, plan);
	return 0;
}
