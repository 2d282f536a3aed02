/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Can one go from every device downwards and come to an end?
 */
#include "lib/model/stack.h"

#define NONE UINT32_MAX

/**
 * struct node - a device while those with nobody above them are taken away, one after the other
 * @above: devices directly above that are still there
 * @first_port, @next_port: list of the ports of a master
 */
struct node {
	uint32_t above, first_port, next_port;
};

static uint32_t position(const struct snapshot *snapshot, const struct device *device)
{
	return device ? (uint32_t)(device - snapshot->devices) : NONE;
}

static uint32_t lower_of(const struct snapshot *snapshot, uint32_t i)
{
	return position(snapshot, device_lower(snapshot, &snapshot->devices[i]));
}

static uint32_t master_of(const struct snapshot *snapshot, uint32_t i)
{
	const struct device *device = &snapshot->devices[i];

	if (!(device->has & DEVICE_HAS_MASTER))
		return NONE;
	return position(snapshot, snapshot_by_index(snapshot, device->master_ifindex));
}

static void tie(const struct snapshot *snapshot, struct node *nodes)
{
	for (uint32_t i = 0; i < snapshot->ndevices; i++)
		nodes[i] = (struct node){.first_port = NONE, .next_port = NONE};
	for (uint32_t i = 0; i < snapshot->ndevices; i++) {
		uint32_t lower = lower_of(snapshot, i), master = master_of(snapshot, i);

		if (lower != NONE)
			nodes[lower].above++;
		if (master == NONE)
			continue;
		nodes[i].above++;
		nodes[i].next_port = nodes[master].first_port;
		nodes[master].first_port = i;
	}
}

/* One of those above @i is gone; returns the new end of @queue. */
static size_t let_down(struct node *nodes, uint32_t i, uint32_t *queue, size_t end)
{
	if (i != NONE && --nodes[i].above == 0)
		queue[end++] = i;
	return end;
}

/* From the top down; returns how many devices came free. @queue has room for all. */
static size_t take_away(const struct snapshot *snapshot, struct node *nodes, uint32_t *queue)
{
	size_t end = 0;

	for (uint32_t i = 0; i < snapshot->ndevices; i++)
		if (!nodes[i].above)
			queue[end++] = i;
	for (size_t at = 0; at < end; at++) {
		uint32_t i = queue[at];

		end = let_down(nodes, lower_of(snapshot, i), queue, end);
		for (uint32_t port = nodes[i].first_port; port != NONE;
		     port = nodes[port].next_port)
			end = let_down(nodes, port, queue, end);
	}
	return end;
}

static void untie(struct snapshot *snapshot, const struct node *nodes)
{
	for (size_t i = 0; i < snapshot->ndevices; i++)
		if (!nodes || nodes[i].above)
			snapshot->devices[i].has &=
				~(uint32_t)(DEVICE_HAS_MASTER | DEVICE_HAS_LINK |
					    DEVICE_HAS_UNDERLAY);
	snapshot->uncertain = true;
}

void stack_break_circles(struct snapshot *snapshot)
{
	size_t count = snapshot->ndevices;
	struct node *nodes = arena_alloc(&snapshot->arena, (count + 1) * sizeof(*nodes));
	uint32_t *queue = arena_alloc(&snapshot->arena, (count + 1) * sizeof(*queue));

	if (!nodes || !queue || count >= NONE) {
		untie(snapshot, NULL);
		return;
	}
	tie(snapshot, nodes);
	if (take_away(snapshot, nodes, queue) < count)
		untie(snapshot, nodes);
}
