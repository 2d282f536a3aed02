/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does every walk through stacked devices end, and is an honest stack left as it is?
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "lib/model/device.h"

#define TIES (DEVICE_HAS_MASTER | DEVICE_HAS_LINK | DEVICE_HAS_UNDERLAY)

static struct device make(int ifindex, const char *kind)
{
	struct device device = {.ifindex = ifindex, .kind = kind};

	snprintf(device.name, sizeof(device.name), "d%d", ifindex);
	return device;
}

static struct device port(int ifindex, const char *kind, int master)
{
	struct device device = make(ifindex, kind);

	device.master_ifindex = master;
	device.has = DEVICE_HAS_MASTER;
	return device;
}

static struct device on(int ifindex, const char *kind, int lower)
{
	struct device device = make(ifindex, kind);

	device.link_ifindex = lower;
	device.has = DEVICE_HAS_LINK;
	return device;
}

/* Whether each device kept its ties. */
static void finish(struct device *devices, size_t count, bool *kept)
{
	struct snapshot snapshot = {.devices = devices, .ndevices = count};
	bool all = true;

	snapshot_finish(&snapshot);
	for (size_t i = 0; i < count; i++) {
		kept[i] = devices[i].has & TIES;
		all &= kept[i];
	}
	assert_true(snapshot.uncertain || all);
	arena_free(&snapshot.arena);
}

/* A VLAN on a bond of two NICs, in a bridge with a veth whose peer is here too. */
static void honest(void **state attr_unused)
{
	struct device devices[] = {port(1, NULL, 3),   on(2, "veth", 6), on(3, "macvlan", 5),
				   port(4, "vlan", 7), make(5, NULL),	 on(6, "veth", 2),
				   make(7, "bridge")};
	struct snapshot snapshot = {.devices = devices, .ndevices = array_size(devices)};

	devices[3].has |= DEVICE_HAS_LINK;
	devices[3].link_ifindex = 3;
	snapshot_finish(&snapshot);
	assert_false(snapshot.uncertain);
	assert_int_equal(devices[0].has, DEVICE_HAS_MASTER);
	assert_int_equal(devices[1].has, DEVICE_HAS_LINK);
	assert_int_equal(devices[3].has, DEVICE_HAS_MASTER | DEVICE_HAS_LINK);
	arena_free(&snapshot.arena);
}

/* The ends of a pair name each other; what they are ports of stays known. */
static void unknown_pair(void **state attr_unused)
{
	struct device devices[] = {on(1, "odd", 2), on(2, "odd", 1), make(3, "bridge")};
	struct snapshot snapshot = {.devices = devices, .ndevices = array_size(devices)};

	devices[0].has |= DEVICE_HAS_MASTER;
	devices[0].master_ifindex = 3;
	snapshot_finish(&snapshot);
	assert_false(snapshot.uncertain);
	assert_int_equal(devices[0].has, DEVICE_HAS_MASTER | DEVICE_HAS_LINK);
	arena_free(&snapshot.arena);
}

static void circle_of_masters(void **state attr_unused)
{
	struct device devices[] = {port(1, "bridge", 2), port(2, "bond", 3), port(3, "team", 1),
				   port(4, NULL, 9)};
	bool kept[array_size(devices)];

	finish(devices, array_size(devices), kept);
	assert_false(kept[0] || kept[1] || kept[2]);
	assert_true(kept[3]);
}

static void circle_of_both(void **state attr_unused)
{
	struct device devices[] = {make(1, "bridge"), on(2, "vlan", 3), on(3, "vlan", 1),
				   on(4, "vlan", 2)};
	bool kept[array_size(devices)];

	/* 2 stands on 3, 3 on 1, and 2 is a port of 1. What stands above the circle keeps its ties. */
	devices[1].master_ifindex = 1;
	devices[1].has |= DEVICE_HAS_MASTER;
	finish(devices, array_size(devices), kept);
	assert_false(kept[1] || kept[2]);
	assert_true(kept[3]);
}

static void master_of_itself(void **state attr_unused)
{
	struct device devices[] = {port(1, "bridge", 1)};
	bool kept[array_size(devices)];

	finish(devices, array_size(devices), kept);
	assert_false(kept[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(honest),
		cmocka_unit_test(unknown_pair),
		cmocka_unit_test(circle_of_masters),
		cmocka_unit_test(circle_of_both),
		cmocka_unit_test(master_of_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
