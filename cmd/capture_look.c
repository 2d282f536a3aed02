/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of a device before frames of it are taken?
 */
#include <string.h>

#include "cmd/capture.h"
#include "cmd/live.h"

static const struct {
	const char *pattern;
	uint32_t feature;
} features[] = {
	{"tx-checksum-*", VANTAGE_TX_CSUM},
	{"tx-tcp*-segmentation", VANTAGE_TSO},
	{"tx-generic-segmentation", VANTAGE_GSO},
	{"rx-checksum", VANTAGE_RX_CSUM},
	{"rx-gro", VANTAGE_GRO},
	{"rx-gro-hw", VANTAGE_GRO_HW},
	{"rx-lro", VANTAGE_LRO},
};

static uint32_t features_of(const struct feature_names *names, const struct device *device)
{
	uint32_t set = 0;

	for (unsigned int bit = 0; bit < FEATURE_BITS_MAX; bit++) {
		const char *name = names->names[bit];

		if (!name || !feature_test(&device->active, bit))
			continue;
		for (size_t i = 0; i < array_size(features); i++)
			if (feature_matches(features[i].pattern, name))
				set |= features[i].feature;
	}
	return set;
}

static bool is_bridged(const struct device *device)
{
	return device->port_kind &&
	       (!strcmp(device->port_kind, "bridge") || !strcmp(device->port_kind, "openvswitch"));
}

static void look_at(const struct snapshot *snapshot, const struct device *device,
		    struct vantage *vantage)
{
	if (device->has & DEVICE_HAS_MTU) {
		vantage->has |= VANTAGE_HAS_MTU;
		vantage->mtu = device->mtu;
	}
	if (device->has & (DEVICE_HAS_FORWARDING4 | DEVICE_HAS_FORWARDING6) || is_bridged(device)) {
		vantage->has |= VANTAGE_HAS_FORWARDING;
		vantage->forwarding =
			device->forwarding4 || device->forwarding6 || is_bridged(device);
	}
	if (device->has & DEVICE_HAS_FEATURES) {
		vantage->has |= VANTAGE_HAS_FEATURES;
		vantage->features = vantage->ever = features_of(&snapshot->names, device);
	}
}

/* The one device that the word names. */
static const struct device *choose(const struct snapshot *snapshot, const char *word,
				   struct err *err)
{
	char *words[] = {(char *)word};
	const struct param_operands operands = {1, words};
	const struct device_filter filter = {.words = &operands};
	struct arena arena = {0};
	bool *chosen = arena_alloc(&arena, snapshot->ndevices + 1);

	if (!chosen)
		err_set(err, ERR_MEMORY, "out of memory");
	/* What is wanted of it is the error, with its suggestion. */
	else if (!snapshot_by_name(snapshot, word) &&
		 live_choose(&filter, snapshot, chosen, err) >= 0)
		err_set(err, ERR_USAGE, "one device can be watched, not a pattern: %s", word);
	arena_free(&arena);
	return err->code ? NULL : snapshot_by_name(snapshot, word);
}

int capture_look(const struct session *session, const char *word, struct capture_place *place,
		 struct err *err)
{
	struct looks looks;
	const struct device *device;
	int result = -1;

	*place = (struct capture_place){0};
	if (live_look_all(session, LIVE_SPEEDS, NULL, &looks, err) < 0)
		goto out;
	device = choose(looks.list, word, err);
	if (!device)
		goto out;
	look_at(looks.list, device, &place->vantage);
	if (device->has & DEVICE_HAS_SPEED)
		place->speed = device->speed_mbps * UINT64_C(1000000);
	if (device->driver)
		place->driver = arena_strdup(&place->arena, device->driver);
	result = place->driver || !device->driver ? 0 : err_set(err, ERR_MEMORY, "out of memory");
out:
	looks_free(&looks);
	return result;
}
