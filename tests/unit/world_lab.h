/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Snapshots made by hand for the tests of dependency rules: a kernel whose bits have other numbers than
 * any real one, devices with features by name.
 */
#ifndef NOD_TESTS_WORLD_LAB_H
#define NOD_TESTS_WORLD_LAB_H

#include <linux/version.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/attr.h"
#include "lib/diag/deps.h"

/* Not in the kernel's order, with holes, and beyond the first 64. */
static const char *const lab_names[] = {
	"rx-lro",
	"tx-udp-segmentation",
	NULL,
	"rx-fcs",
	"tx-checksum-ipv6",
	"highdma",
	"tx-tcp-mangleid-segmentation",
	"tls-hw-tx-offload",
	"rx-checksum",
	"tx-gso-partial",
	"tx-generic-segmentation",
	"tx-scatter-gather-fraglist",
	"tx-gso-robust",
	"rx-gro",
	"tx-checksum-ipv4",
	NULL,
	NULL,
	"tx-tcp6-segmentation",
	"tls-hw-rx-offload",
	"tx-tcp-ecn-segmentation",
	"rx-gro-hw",
	"tx-nocache-copy",
	"tx-fcoe-segmentation",
	"rx-vlan-hw-parse",
	"tx-vlan-hw-insert",
	"rx-vlan-filter",
	"rx-vlan-stag-filter",
	"tx-gre-segmentation",
	"tx-gre-csum-segmentation",
	"tx-ipxip4-segmentation",
	"tx-ipxip6-segmentation",
	"tx-udp_tnl-segmentation",
	"tx-udp_tnl-csum-segmentation",
	"tx-sctp-segmentation",
	"tx-gso-list",
	"vlan-challenged",
	"rx-hashing",
	"rx-vlan-stag-hw-parse",
	"tx-vlan-stag-hw-insert",
	"esp-hw-offload",
	"esp-tx-csum-hw-offload",
	NULL,
	NULL,
	NULL,
	NULL,
	NULL,
	NULL,
	NULL,
	NULL,
	NULL,
	NULL,
	NULL,
	NULL,
	NULL,
	NULL,
	NULL,
	NULL,
	NULL,
	NULL,
	NULL,
	NULL,
	NULL,
	NULL,
	NULL,
	NULL,
	NULL,
	"tx-scatter-gather",
	"tx-tcp-segmentation",
	"rx-gro-list",
	"tx-checksum-ip-generic",
};

#define LAB_DEVICES 8

struct lab {
	struct snapshot snapshot;
	struct device devices[LAB_DEVICES];
	struct feature_world world;
	struct drops drops;
	struct feature_bits unknown;
	struct arena arena;
};

static attr_unused struct feature_bits lab_set(const struct lab *lab, const char *words)
{
	struct feature_bits set = {0};
	char copy[1024], *rest = copy, *word;

	snprintf(copy, sizeof(copy), "%s", words);
	while ((word = strsep(&rest, " "))) {
		int bit = feature_lookup(&lab->snapshot.names, word);

		if (*word && bit < 0)
			fail_msg("no feature %s", word);
		if (*word)
			feature_put(&set, (unsigned int)bit, true);
	}
	return set;
}

static attr_unused unsigned int lab_bit(const struct lab *lab, const char *name)
{
	int bit = feature_lookup(&lab->snapshot.names, name);

	assert_true(bit >= 0);
	return (unsigned int)bit;
}

static attr_unused void lab_open(struct lab *lab, uint32_t version)
{
	memset(lab, 0, sizeof(*lab));
	lab->snapshot.version = version;
	lab->snapshot.devices = lab->devices;
	lab->snapshot.names.count = array_size(lab_names);
	memcpy(lab->snapshot.names.names, lab_names, sizeof(lab_names));
}

static attr_unused void lab_close(struct lab *lab)
{
	arena_free(&lab->arena);
}

/* A device with ifindex 1, 2, ...; @kind NULL: hardware with @driver. All it wants is active. */
static attr_unused struct device *lab_device(struct lab *lab, const char *kind, const char *driver,
					     const char *hw, const char *wanted)
{
	struct device *device = &lab->devices[lab->snapshot.ndevices++];

	device->ifindex = (int)lab->snapshot.ndevices;
	snprintf(device->name, sizeof(device->name), "dev%d", device->ifindex);
	device->has = DEVICE_HAS_FEATURES | DEVICE_HAS_MTU;
	device->mtu = 1500;
	device->kind = kind;
	device->driver = kind ? kind : driver;
	device->hw = lab_set(lab, hw);
	device->wanted = device->active = lab_set(lab, wanted);
	return device;
}

static attr_unused void lab_enslave(struct device *port, const struct device *master)
{
	port->has |= DEVICE_HAS_MASTER;
	port->master_ifindex = master->ifindex;
}

static attr_unused void lab_stack(struct device *upper, const struct device *lower)
{
	upper->has |= DEVICE_HAS_LINK;
	upper->link_ifindex = lower->ifindex;
}

/* Devices are made: take the look. */
static attr_unused void lab_start(struct lab *lab)
{
	struct err err = {0};

	assert_int_equal(world_init(&lab->world, &lab->snapshot, &lab->arena, &err), 0);
}

static attr_unused struct feature_bits lab_compute(struct lab *lab, const struct device *device)
{
	lab->drops.count = 0;
	lab->unknown = (struct feature_bits){0};
	return world_compute(&lab->world, (size_t)(device - lab->devices), &lab->drops,
			     &lab->unknown);
}

static attr_unused void lab_turn(struct lab *lab, const struct device *device, const char *on,
				 const char *off)
{
	struct feature_bits value = lab_set(lab, on);

	world_set(&lab->world, (size_t)(device - lab->devices),
		  feature_or(value, lab_set(lab, off)), value);
}

static attr_unused struct feature_bits lab_active(const struct lab *lab,
						  const struct device *device)
{
	return lab->world.active[device - lab->devices];
}

static attr_unused struct feature_bits lab_wanted(const struct lab *lab,
						  const struct device *device)
{
	return lab->world.wanted[device - lab->devices];
}

static attr_unused void lab_print(const struct lab *lab, const char *title,
				  const struct feature_bits *set)
{
	print_message("%s:", title);
	for (unsigned int bit = 0; bit < lab->snapshot.names.count; bit++)
		if (feature_test(set, bit))
			print_message(" %s", lab->snapshot.names.names[bit]);
	print_message("\n");
}

#define assert_features(lab, found, words)                                              \
	do {                                                                            \
		struct feature_bits set_found = (found), set_due = lab_set(lab, words); \
                                                                                        \
		if (!feature_equal(set_found, set_due)) {                               \
			lab_print(lab, "found", &set_found);                            \
			lab_print(lab, "due", &set_due);                                \
			fail_msg("features differ");                                    \
		}                                                                       \
	} while (0)

/* The drop of that feature in the last lab_compute(); NULL if there is none. */
static attr_unused const struct drop *lab_drop(const struct lab *lab, const char *name)
{
	for (size_t i = 0; i < lab->drops.count; i++)
		if (lab->drops.list[i].bit == lab_bit(lab, name))
			return &lab->drops.list[i];
	return NULL;
}

static attr_unused void assert_dropped(const struct lab *lab, const char *name, const char *rule,
				       bool certain)
{
	const struct drop *drop = lab_drop(lab, name);

	if (!drop)
		fail_msg("%s is not dropped", name);
	if (rule && drop->rule)
		assert_string_equal(drop->rule, rule);
	else
		assert_true(!rule && !drop->rule);
	assert_int_equal(drop->certain, certain);
}

#endif
