/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What devices are there, and what are their features?
 *
 * Links and features are two dumps, and the machine does not stand still between them: only if both know
 * the same devices by the same names do they make one picture. Otherwise both are asked for again.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/nl/ethtool.h"
#include "lib/nl/gather.h"
#include "lib/nl/link.h"

/* On a machine that starts containers all the time no picture may ever be whole. */
#define TRIES 5

/**
 * struct gathering - one try
 * @devices: on the heap while they become more
 * @mismatch: links and features do not know the same devices
 */
struct gathering {
	struct snapshot *snapshot;
	struct device *devices;
	size_t ndevices, room;
	bool mismatch;
};

static int add_link(const struct nlmsghdr *message, void *data, struct err *err)
{
	struct gathering *gathering = data;

	if (gathering->ndevices == gathering->room) {
		size_t room = gathering->room ? 2 * gathering->room : 64;
		struct device *more =
			reallocarray(gathering->devices, room, sizeof(*gathering->devices));

		if (!more)
			return err_set(err, ERR_MEMORY, "out of memory");
		gathering->devices = more;
		gathering->room = room;
	}
	if (link_decode(message, &gathering->devices[gathering->ndevices],
			&gathering->snapshot->arena, err) < 0)
		return -1;
	gathering->ndevices++;
	return 0;
}

static int add_features(const struct feature_sets *sets, void *data, struct err *err attr_unused)
{
	struct gathering *gathering = data;
	struct device *device = snapshot_by_index(gathering->snapshot, sets->ifindex);

	if (!device || strcmp(device->name, sets->name) != 0) {
		gathering->mismatch = true;
		return 0;
	}
	device->hw = sets->hw;
	device->wanted = sets->wanted;
	device->active = sets->active;
	device->nochange = sets->nochange;
	device->has |= DEVICE_HAS_FEATURES;
	return 0;
}

static int gather_links(struct wire *wire, struct gathering *gathering, struct err *err)
{
	struct snapshot *snapshot = gathering->snapshot;
	size_t size;

	switch (link_dump(wire, 0, add_link, gathering, err)) {
	case WIRE_OK:
		break;
	case WIRE_INTERRUPTED:
		gathering->mismatch = true;
		break;
	case WIRE_REFUSED:
		return wire_refused(wire, err, "reading links");
	case WIRE_FAILED:
		return err_wrap(err, "reading links");
	}
	size = gathering->ndevices * sizeof(*snapshot->devices);
	snapshot->devices = arena_alloc(&snapshot->arena, size + 1);
	if (!snapshot->devices)
		return err_set(err, ERR_MEMORY, "out of memory");
	if (size)
		memcpy(snapshot->devices, gathering->devices, size);
	snapshot->ndevices = gathering->ndevices;
	snapshot_finish(snapshot);
	return 0;
}

static int gather_once(struct wire *wire, const struct genl_family *family,
		       struct gathering *gathering, struct err *err)
{
	struct snapshot *snapshot = gathering->snapshot;
	bool interrupted = false;

	if (gather_links(wire, gathering, err) < 0)
		return -1;
	if (ethtool_features(wire, family, &snapshot->names, 0, add_features, gathering,
			     &interrupted, err) < 0)
		return -1;
	gathering->mismatch |= interrupted;
	for (size_t i = 0; i < snapshot->ndevices; i++)
		if (!(snapshot->devices[i].has & DEVICE_HAS_FEATURES))
			gathering->mismatch = true;
	return 0;
}

/* A link whose features were not there any more has gone: so has the device. */
static void forget_vanished(struct snapshot *snapshot)
{
	size_t kept = 0;

	for (size_t i = 0; i < snapshot->ndevices; i++)
		if (snapshot->devices[i].has & DEVICE_HAS_FEATURES)
			snapshot->devices[kept++] = snapshot->devices[i];
	if (kept == snapshot->ndevices)
		return;
	snapshot->ndevices = kept;
	snapshot_finish(snapshot);
}

int gather_devices(struct wire *wire, struct snapshot *snapshot, struct err *err)
{
	struct gathering gathering = {.snapshot = snapshot};
	struct genl_family family;
	int result;

	if (ethtool_family(wire, &family, err) < 0)
		return -1;
	if (ethtool_feature_names(wire, &family, &snapshot->names, &snapshot->arena, err) < 0)
		return -1;
	for (int i = 0; i < TRIES; i++) {
		gathering.ndevices = 0;
		gathering.mismatch = false;
		result = gather_once(wire, &family, &gathering, err);
		if (result < 0 || !gathering.mismatch)
			break;
	}
	free(gathering.devices);
	snapshot->uncertain = gathering.mismatch;
	forget_vanished(snapshot);
	return result;
}
