/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What of a snapshot is told to scripts, and with which names instead of numbers?
 */
#include <stdio.h>

#include "lib/out/device.h"

static int no_memory(struct err *err)
{
	return err_set(err, ERR_MEMORY, "not enough memory");
}

static const char *name_of(const struct device *device)
{
	return device ? device->name : NULL;
}

static const struct device *master_of(const struct snapshot *snapshot, const struct device *device)
{
	if (!(device->has & DEVICE_HAS_MASTER))
		return NULL;
	return snapshot_by_index(snapshot, device->master_ifindex);
}

/* aa:bb:cc; NULL if there is no memory. */
static const char *write_address(const struct device *device, struct arena *arena)
{
	size_t length = device->address_length;
	char *text;

	if (length > sizeof(device->address))
		length = sizeof(device->address);
	text = arena_alloc(arena, length * 3 + 1);
	for (size_t i = 0; text && i < length; i++)
		snprintf(text + i * 3, 4, i + 1 < length ? "%02x:" : "%02x", device->address[i]);
	return text;
}

static int add_features(const struct snapshot *snapshot, const struct device *device,
			const struct feature_bits *shown, struct arena *arena,
			struct device_report *report)
{
	const struct feature_names *names = &snapshot->names;
	struct feature_report *feature;

	feature = arena_alloc(arena, names->count * sizeof(*feature));
	if (!feature)
		return -1;
	report->features = feature;
	for (unsigned int bit = 0; bit < names->count; bit++) {
		if (!names->names[bit] || !feature_test(shown, bit))
			continue;
		*feature++ = (struct feature_report){
			.name = names->names[bit],
			.hw = feature_test(&device->hw, bit),
			.wanted = feature_test(&device->wanted, bit),
			.active = feature_test(&device->active, bit),
			.nochange = feature_test(&device->nochange, bit),
		};
	}
	report->nfeatures = (size_t)(feature - report->features);
	return 0;
}

static void add_links(const struct snapshot *snapshot, const struct device *device,
		      struct device_report *report)
{
	const struct device *peer = device_peer(snapshot, device);

	report->master = name_of(master_of(snapshot, device));
	report->peer = name_of(peer);
	report->lower = name_of(device_lower(snapshot, device));
	if (!(device->has & DEVICE_HAS_LINK_NETNS))
		return;
	report->has |= REPORT_HAS_ELSEWHERE;
	report->link_ifindex = (uint32_t)device->link_ifindex;
	if (device->link_netnsid < 0)
		return;
	report->has |= REPORT_HAS_NETNSID;
	report->link_netnsid = (uint32_t)device->link_netnsid;
}

static int describe(const struct snapshot *snapshot, const struct device *device,
		    const struct feature_bits *shown, struct arena *arena,
		    struct device_report *report)
{
	*report = (struct device_report){
		.has = device->has,
		.netns = snapshot->netns,
		.name = device->name,
		.kind = device->kind,
		.port_kind = device->port_kind,
		.driver = device->driver,
		.bus = device->bus,
		.bus_address = device->bus_address,
		.mode = device->mode,
		.ifindex = (uint32_t)device->ifindex,
		.mtu = device->mtu,
		.speed_mbps = device->speed_mbps,
		.tx_queues = device->num_tx_queues,
		.rx_queues = device->num_rx_queues,
		.vlan_id = device->vlan_id,
		.udp_port = device->udp_port,
		.operstate = device->operstate,
		.xdp = device->xdp,
		.up = device->flags & IFF_UP,
		.running = device->flags & IFF_RUNNING,
		.promiscuous = device->flags & IFF_PROMISC,
		.ipv4_forwarding = device->forwarding4,
		.ipv6_forwarding = device->forwarding6,
		.vnet_hdr = device->vnet_hdr,
		.sizes = device->sizes,
		.tunnel_flags = device->tunnel_flags,
	};
	if (device->details)
		report->details = *device->details;
	if (report->details.has_tunnel_ports)
		report->has |= REPORT_HAS_TUNNEL_PORTS;
	add_links(snapshot, device, report);
	if (device->address_length) {
		report->address = write_address(device, arena);
		if (!report->address)
			return -1;
	}
	return device->has & DEVICE_HAS_FEATURES
		       ? add_features(snapshot, device, shown, arena, report)
		       : 0;
}

/*
 * A device makes two pairs with others at most: it is right above the one that it is stacked on (@way 0),
 * and its master is right above it (@way 1). Returns the upper one, and NULL in @lower if there is no
 * such pair.
 */
#define WAYS 2
static const struct device *pair(const struct snapshot *snapshot, const struct device *device,
				 int way, const struct device **lower)
{
	const struct device *upper = way ? master_of(snapshot, device) : device;

	*lower = way ? device : device_lower(snapshot, device);
	if (!upper || (*lower && !device_is_upper_of(snapshot, upper, *lower)))
		*lower = NULL;
	return upper;
}

/*
 * The devices right above each one: two walks over all devices, first to count, then to fill, so that
 * ten thousand take no longer each than ten. @reports is by index into the snapshot's devices, NULL for
 * those that are not described.
 */
static int add_uppers(const struct snapshot *snapshot, struct device_report **reports,
		      struct arena *arena)
{
	for (size_t i = 0; i < snapshot->ndevices * WAYS; i++) {
		const struct device *lower;

		pair(snapshot, &snapshot->devices[i / WAYS], i % WAYS, &lower);
		if (lower && reports[lower - snapshot->devices])
			reports[lower - snapshot->devices]->nuppers++;
	}
	for (size_t i = 0; i < snapshot->ndevices; i++) {
		if (!reports[i] || !reports[i]->nuppers)
			continue;
		reports[i]->uppers = arena_alloc(arena, reports[i]->nuppers * sizeof(const char *));
		if (!reports[i]->uppers)
			return -1;
		reports[i]->nuppers = 0;
	}
	for (size_t i = 0; i < snapshot->ndevices * WAYS; i++) {
		const struct device *lower, *upper;
		struct device_report *report;

		upper = pair(snapshot, &snapshot->devices[i / WAYS], i % WAYS, &lower);
		report = lower ? reports[lower - snapshot->devices] : NULL;
		if (report)
			report->uppers[report->nuppers++] = upper->name;
	}
	return 0;
}

static int add_snapshot(const struct device_selection *selection, struct arena *arena,
			struct machine_report *report)
{
	const struct snapshot *snapshot = selection->snapshot;
	struct device_report **reports;

	reports = arena_alloc(arena, snapshot->ndevices * sizeof(struct device_report *));
	if (!reports)
		return -1;
	for (size_t i = 0; i < snapshot->ndevices; i++) {
		if (!selection->chosen[i])
			continue;
		reports[i] = &report->devices[report->ndevices++];
		if (describe(snapshot, &snapshot->devices[i], &selection->features[i], arena,
			     reports[i]))
			return -1;
	}
	return add_uppers(snapshot, reports, arena);
}

int machine_report_make(const struct device_selection *selections, size_t count,
			struct arena *arena, struct machine_report *report, struct err *err)
{
	size_t devices = 0;

	*report = (struct machine_report){0};
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < selections[i].snapshot->ndevices; k++)
			devices += selections[i].chosen[k];
	if (count) {
		report->kernel = selections[0].snapshot->release;
		report->softnet = selections[0].snapshot->softnet;
		report->nsoftnet = selections[0].snapshot->nsoftnet;
	}
	report->devices = arena_alloc(arena, devices * sizeof(*report->devices));
	if (!report->devices)
		return no_memory(err);
	for (size_t i = 0; i < count; i++) {
		report->uncertain |= selections[i].snapshot->uncertain;
		if (add_snapshot(&selections[i], arena, report))
			return no_memory(err);
	}
	return 0;
}
