/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which devices are below which, and which changes does --stack add?
 */
#include <string.h>

#include "lib/diag/plan_parts.h"

/* The kernel nests devices at most 8 deep. What is deeper (a circle) is not from a kernel. */
#define DEPTH_MAX 32

static const struct device *master_of(const struct snapshot *snapshot, const struct device *device)
{
	return device->has & DEVICE_HAS_MASTER ? snapshot_by_index(snapshot, device->master_ifindex)
					       : NULL;
}

static void count_link(struct stack *stack, size_t upper)
{
	stack->first[upper + 1]++;
}

static void put_link(struct stack *stack, size_t *used, size_t upper, size_t lower)
{
	stack->lowers[stack->first[upper] + used[upper]++] = lower;
}

static void fill_links(struct stack *stack, const struct snapshot *snapshot, size_t *used)
{
	for (size_t i = 0; i < snapshot->ndevices; i++) {
		const struct device *device = &snapshot->devices[i];
		const struct device *master = master_of(snapshot, device);
		const struct device *lower = device_lower(snapshot, device);

		if (master)
			put_link(stack, used, (size_t)(master - snapshot->devices), i);
		if (lower)
			put_link(stack, used, i, (size_t)(lower - snapshot->devices));
	}
}

static void measure_depth(struct stack *stack, size_t ndevices)
{
	bool again = true;

	for (unsigned int round = 0; again && round < DEPTH_MAX; round++) {
		again = false;
		for (size_t i = 0; i < ndevices; i++) {
			for (size_t k = stack->first[i]; k < stack->first[i + 1]; k++) {
				if (stack->depth[i] > stack->depth[stack->lowers[k]])
					continue;
				stack->depth[i] = stack->depth[stack->lowers[k]] + 1;
				again = true;
			}
		}
	}
}

int stack_init(struct stack *stack, const struct snapshot *snapshot, struct arena *arena)
{
	size_t count = snapshot->ndevices, *used = arena_alloc(arena, count * sizeof(*used));

	stack->first = arena_alloc(arena, (count + 1) * sizeof(*stack->first));
	/* At most one master and one lower for each. */
	stack->lowers = arena_alloc(arena, 2 * count * sizeof(*stack->lowers));
	stack->depth = arena_alloc(arena, count * sizeof(*stack->depth));
	if (!used || !stack->first || !stack->lowers || !stack->depth)
		return -1;
	for (size_t i = 0; i < count; i++) {
		const struct device *device = &snapshot->devices[i];
		const struct device *master = master_of(snapshot, device);

		if (master)
			count_link(stack, (size_t)(master - snapshot->devices));
		if (device_lower(snapshot, device))
			count_link(stack, i);
	}
	for (size_t i = 0; i < count; i++)
		stack->first[i + 1] += stack->first[i];
	fill_links(stack, snapshot, used);
	measure_depth(stack, count);
	return 0;
}

static size_t append_lowers(const struct stack *stack, size_t device, size_t *list, size_t count,
			    size_t *seen, size_t mark)
{
	for (size_t k = stack->first[device]; k < stack->first[device + 1]; k++) {
		size_t lower = stack->lowers[k];

		if (seen[lower] == mark)
			continue;
		seen[lower] = mark;
		list[count++] = lower;
	}
	return count;
}

size_t stack_below(const struct stack *stack, size_t device, size_t *list, size_t *seen,
		   size_t mark)
{
	size_t count;

	seen[device] = mark;
	count = append_lowers(stack, device, list, 0, seen, mark);
	for (size_t i = 0; i < count; i++)
		count = append_lowers(stack, list[i], list, count, seen, mark);
	return count;
}

/**
 * struct growing - a list of changes that grows
 * @there: features of each device that are in it
 */
struct growing {
	struct change *list;
	size_t count, room;
	struct feature_bits *there;
	struct arena *arena;
};

static int grow(struct growing *changes)
{
	size_t room = changes->room ? 2 * changes->room : 64;
	struct change *list = arena_alloc(changes->arena, room * sizeof(*list));

	if (!list)
		return -1;
	if (changes->count)
		memcpy(list, changes->list, changes->count * sizeof(*list));
	changes->list = list;
	changes->room = room;
	return 0;
}

static int append(struct growing *changes, struct change change)
{
	struct feature_bits *there = &changes->there[change.device];

	if (feature_test(there, change.bit))
		return 0;
	if (changes->count == changes->room && grow(changes))
		return -1;
	feature_put(there, change.bit, true);
	changes->list[changes->count++] = change;
	return 0;
}

/* What is appended is come to in its turn, with what is below it. */
static int append_below(struct growing *changes, const struct stack *stack)
{
	for (size_t i = 0; i < changes->count; i++) {
		struct change change = changes->list[i];
		size_t upper = change.device;

		change.below = true;
		change.single = false;
		for (size_t k = stack->first[upper]; k < stack->first[upper + 1]; k++) {
			change.device = stack->lowers[k];
			if (append(changes, change))
				return -1;
		}
	}
	return 0;
}

int plan_add_below(const struct snapshot *snapshot, struct change **changes, size_t *count,
		   struct arena *arena, struct err *err)
{
	struct growing growing = {
		.list = *changes, .count = *count, .room = *count, .arena = arena};
	struct stack stack;

	growing.there = arena_alloc(arena, snapshot->ndevices * sizeof(*growing.there));
	if (!growing.there || stack_init(&stack, snapshot, arena))
		return err_set(err, ERR_MEMORY, "no memory to look at devices below");
	for (size_t i = 0; i < *count; i++)
		feature_put(&growing.there[(*changes)[i].device], (*changes)[i].bit, true);
	if (append_below(&growing, &stack))
		return err_set(err, ERR_MEMORY, "no memory for changes of devices below");
	*changes = growing.list;
	*count = growing.count;
	return 0;
}
