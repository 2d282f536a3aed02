/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which device is meant, and which others are above, below and opposite?
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/model/device.h"
#include "lib/model/stack.h"

const char *const xdp_mode_names[] = {
	[XDP_MODE_NONE] = "none",	  [XDP_MODE_DRIVER] = "driver",
	[XDP_MODE_GENERIC] = "generic",	  [XDP_MODE_HARDWARE] = "hardware",
	[XDP_MODE_MULTIPLE] = "multiple", NULL,
};

const char *const operstate_names[] = {
	"unknown", "notpresent", "down", "lowerlayerdown", "testing", "dormant", "up", NULL,
};

/*
 * Tunnels that remember the device that they were made with, without being linked to it: what
 * IFLA_LINK says of them is a route, not a neighbour in the list of adjacent devices.
 */
static const char *const unlinked_kinds[] = {
	"gre",	  "gretap", "erspan", "ip6gre", "ip6gretap", "ip6erspan", "ipip", "sit",
	"ip6tnl", "vti",    "vti6",   "xfrm",	"geneve",    "bareudp",	  "gtp",
};

const struct fact *fact_lookup(const struct fact_list *list, const char *key)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->facts[i].key, key) == 0)
			return &list->facts[i];
	return NULL;
}

void snapshot_free(struct snapshot *snapshot)
{
	arena_free(&snapshot->arena);
	*snapshot = (struct snapshot){0};
}

/* --- order --- */

static int compare_index(const void *one, const void *other)
{
	const struct device *a = one, *b = other;

	return (a->ifindex > b->ifindex) - (a->ifindex < b->ifindex);
}

static int compare_name(const void *one, const void *other, void *data)
{
	const struct device *devices = data;
	uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;
	int order = strcmp(devices[a].name, devices[b].name);

	return order ? order : (a > b) - (a < b);
}

static bool is_sorted(const struct snapshot *snapshot)
{
	for (size_t i = 1; i < snapshot->ndevices; i++)
		if (snapshot->devices[i - 1].ifindex > snapshot->devices[i].ifindex)
			return false;
	return true;
}

void snapshot_finish(struct snapshot *snapshot)
{
	size_t count = snapshot->ndevices;

	snapshot->nindexed = 0;
	if (count == 0 || count > UINT32_MAX)
		return;
	if (!is_sorted(snapshot))
		qsort(snapshot->devices, count, sizeof(*snapshot->devices), compare_index);
	snapshot->by_name = arena_alloc(&snapshot->arena, count * sizeof(*snapshot->by_name));
	if (!snapshot->by_name)
		return;
	for (size_t i = 0; i < count; i++)
		snapshot->by_name[i] = (uint32_t)i;
	qsort_r(snapshot->by_name, count, sizeof(*snapshot->by_name), compare_name,
		snapshot->devices);
	snapshot->nindexed = count;
	stack_break_circles(snapshot);
}

/* --- looking up --- */

/* Whether snapshot_finish() put in order what is there now. */
static bool is_indexed(const struct snapshot *snapshot)
{
	return snapshot->nindexed > 0 && snapshot->nindexed == snapshot->ndevices;
}

static struct device *search_index(const struct snapshot *snapshot, int ifindex)
{
	for (size_t i = 0; i < snapshot->ndevices; i++)
		if (snapshot->devices[i].ifindex == ifindex)
			return &snapshot->devices[i];
	return NULL;
}

static struct device *search_name(const struct snapshot *snapshot, const char *name)
{
	for (size_t i = 0; i < snapshot->ndevices; i++)
		if (strcmp(snapshot->devices[i].name, name) == 0)
			return &snapshot->devices[i];
	return NULL;
}

struct device *snapshot_by_index(const struct snapshot *snapshot, int ifindex)
{
	size_t low = 0, high = snapshot->ndevices;

	if (!is_indexed(snapshot))
		return search_index(snapshot, ifindex);
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (snapshot->devices[middle].ifindex < ifindex)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == snapshot->ndevices || snapshot->devices[low].ifindex != ifindex)
		return NULL;
	return &snapshot->devices[low];
}

struct device *snapshot_by_name(const struct snapshot *snapshot, const char *name)
{
	size_t low = 0, high = snapshot->ndevices;
	struct device *found;

	if (!is_indexed(snapshot))
		return search_name(snapshot, name);
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(snapshot->devices[snapshot->by_name[middle]].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == snapshot->ndevices)
		return NULL;
	found = &snapshot->devices[snapshot->by_name[low]];
	return strcmp(found->name, name) == 0 ? found : NULL;
}

/* --- neighbours --- */

bool device_is_kind(const struct device *device, const char *kind)
{
	return device->kind && strcmp(device->kind, kind) == 0;
}

bool device_is_end(const struct device *device)
{
	static const char *const kinds[] = {"veth", "netkit", "nodsim", "vxcan"};

	for (size_t i = 0; i < array_size(kinds); i++)
		if (device_is_kind(device, kinds[i]))
			return true;
	return false;
}

/* What IFLA_LINK names, if its number counts in this namespace. */
static const struct device *linked_device(const struct snapshot *snapshot,
					  const struct device *device)
{
	if (!(device->has & DEVICE_HAS_LINK) || (device->has & DEVICE_HAS_LINK_NETNS))
		return NULL;
	if (device->link_ifindex == device->ifindex)
		return NULL;
	return snapshot_by_index(snapshot, device->link_ifindex);
}

const struct device *device_peer(const struct snapshot *snapshot, const struct device *device)
{
	const struct device *other = linked_device(snapshot, device);

	if (!other || device_is_end(device))
		return other;
	/* Drivers that nod does not know may make pairs, too: none of the two can be below the other. */
	return linked_device(snapshot, other) == device ? other : NULL;
}

const struct device *device_lower(const struct snapshot *snapshot, const struct device *device)
{
	const struct device *lower;

	if (device_is_end(device) || device_peer(snapshot, device))
		return NULL;
	lower = linked_device(snapshot, device);
	/* The underlay counts in the namespace that the tunnel was made in, as IFLA_LINK does. */
	if (lower || !(device->has & DEVICE_HAS_UNDERLAY) || (device->has & DEVICE_HAS_LINK_NETNS))
		return lower;
	if (device->underlay_ifindex == device->ifindex)
		return NULL;
	return snapshot_by_index(snapshot, device->underlay_ifindex);
}

static bool is_linked_kind(const struct device *device)
{
	for (size_t i = 0; i < array_size(unlinked_kinds); i++)
		if (device_is_kind(device, unlinked_kinds[i]))
			return false;
	return true;
}

bool device_is_upper_of(const struct snapshot *snapshot, const struct device *upper,
			const struct device *lower)
{
	const struct device *below;

	/* Quick for the many that are not. */
	if (lower->master_ifindex != upper->ifindex && upper->link_ifindex != lower->ifindex &&
	    upper->underlay_ifindex != lower->ifindex)
		return false;
	if ((lower->has & DEVICE_HAS_MASTER) && lower->master_ifindex == upper->ifindex)
		return true;
	if (!is_linked_kind(upper))
		return false;
	below = device_lower(snapshot, upper);
	return below && below->ifindex == lower->ifindex;
}
