/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Can devices be stacked or configured so that the judgement of their features never ends, or is
 * ashamed of its own plan? The input is a machine: first some choices, then bytes for each device.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/diag/explain.h"
#include "lib/diag/plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define DEVICES_MAX 10

static const char *const kinds[] = {
	NULL,	  "veth",  "bridge", "bond", "team", "vlan", "macvlan", "macvtap", "ipvlan",
	"macsec", "vxlan", "geneve", "gre",  "tun",  "ifb",  "vrf",	"netkit",  "unknown",
};
static const char *const drivers[] = {
	NULL,  "virtio_net", "e1000e", "igb",	  "ixgbe",
	"ice", "mlx5_core",  "r8169",  "vmxnet3", "bnxt_en",
};

/* Bytes of the input one by one; zeros behind its end. */
struct input {
	const uint8_t *bytes;
	size_t left;
};

static uint8_t take(struct input *input)
{
	if (!input->left)
		return 0;
	input->left--;
	return *input->bytes++;
}

static struct feature_bits take_features(struct input *input, size_t count)
{
	struct feature_bits set = {{0}};

	for (unsigned int bit = 0; bit < count; bit += 8) {
		uint8_t eight = take(input);

		for (unsigned int i = 0; i < 8 && bit + i < count; i++)
			feature_put(&set, bit + i, eight >> i & 1);
	}
	return set;
}

/* An ifindex of one of the devices, or of none: circles and loops to itself are allowed. */
static int take_ifindex(struct input *input, uint32_t *has, uint32_t bit)
{
	uint8_t choice = take(input) % (2 * DEVICES_MAX);

	if (choice >= DEVICES_MAX)
		return 0;
	*has |= bit;
	return choice + 1;
}

static void take_device(struct input *input, struct device *device, int ifindex, size_t features)
{
	device->ifindex = ifindex;
	snprintf(device->name, sizeof(device->name), "d%d", ifindex);
	device->kind = kinds[take(input) % array_size(kinds)];
	device->driver = device->kind ?: drivers[take(input) % array_size(drivers)];
	device->has = DEVICE_HAS_FEATURES | DEVICE_HAS_MTU;
	device->mtu = take(input) & 1 ? 9000 : 1500;
	device->xdp = take(input) % (XDP_MODE_MULTIPLE + 1);
	device->master_ifindex = take_ifindex(input, &device->has, DEVICE_HAS_MASTER);
	device->link_ifindex = take_ifindex(input, &device->has, DEVICE_HAS_LINK);
	device->underlay_ifindex = take_ifindex(input, &device->has, DEVICE_HAS_UNDERLAY);
	if (take(input) % 8 == 0)
		device->has |= DEVICE_HAS_LINK_NETNS;
	if (take(input) & 1)
		device->has |= DEVICE_HAS_VNET_HDR | DEVICE_HAS_FORWARDING4;
	device->forwarding4 = take(input) & 1;
	device->hw = take_features(input, features);
	device->wanted = take_features(input, features);
	device->active = take_features(input, features);
}

static void judge(const struct snapshot *snapshot, struct arena *arena)
{
	struct explainer explainer = {0};
	struct err err = {0};

	if (explainer_init(&explainer, snapshot, &err) < 0)
		abort();
	for (size_t i = 0; i < snapshot->ndevices; i++) {
		for (unsigned int bit = 0; bit < snapshot->names.count; bit++) {
			const struct device *device = &snapshot->devices[i];
			struct explanation answer;

			explain_briefly(&explainer, device, bit, arena);
			if (explain_feature(&explainer, device, bit, arena, &answer, &err) < 0 ||
			    !answer.text)
				abort();
		}
	}
	explainer_free(&explainer);
}

/* What is asked for is in the plan, and what is sent is only what can be changed. */
static void plan(struct input *input, const struct snapshot *snapshot, struct arena *arena)
{
	struct change list[8], *changes = list;
	size_t count = 0;
	struct plan made;
	struct err err = {0};

	while (count < array_size(list)) {
		size_t device = take(input) % snapshot->ndevices;
		unsigned int bit = take(input) % (unsigned int)snapshot->names.count;

		list[count++] =
			(struct change){.device = device, .bit = bit, .on = take(input) & 1};
	}
	if (take(input) & 1 && plan_add_below(snapshot, &changes, &count, arena, &err) < 0)
		abort();
	if (plan_make(snapshot, changes, count, arena, &made, &err) < 0) {
		if (err.code != ERR_USAGE)
			abort();
		return;
	}
	for (size_t i = 0; i < made.nrequests; i++) {
		const struct device_request *request = &made.requests[i];
		const struct device *device = &snapshot->devices[request->device];

		if (feature_any(feature_without(request->mask, device->hw)) ||
		    feature_any(feature_without(request->mask, request->restore_mask)))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = {data, size};
	struct snapshot snapshot = {0};
	struct arena arena = {0};

	while (feature_infos[snapshot.names.count].name &&
	       snapshot.names.count < FEATURE_BITS_MAX) {
		snapshot.names.names[snapshot.names.count] =
			feature_infos[snapshot.names.count].name;
		snapshot.names.count++;
	}
	snapshot.version = take(&input) & 1 ? 6 << 16 | 1 << 8 : 0;
	snapshot.ndevices = 1 + take(&input) % DEVICES_MAX;
	snapshot.devices = arena_alloc(&arena, snapshot.ndevices * sizeof(*snapshot.devices));
	if (!snapshot.devices)
		return 0;
	for (size_t i = 0; i < snapshot.ndevices; i++)
		take_device(&input, &snapshot.devices[i], (int)i + 1, snapshot.names.count);
	snapshot_finish(&snapshot);
	judge(&snapshot, &arena);
	plan(&input, &snapshot, &arena);
	arena_free(&arena);
	snapshot_free(&snapshot);
	return 0;
}
