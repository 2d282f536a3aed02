/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Are devices found by index and name, and the ones above, below and opposite by what the kernel says?
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/model/device.h"
#include "lib/model/plan.h"

enum {
	DEVICES = 10000
};

/* Devices with odd indices from 1 on and names that sort otherwise, in neither order. */
static void make_many(struct snapshot *snapshot)
{
	snapshot->devices = arena_alloc(&snapshot->arena, DEVICES * sizeof(*snapshot->devices));
	assert_non_null(snapshot->devices);
	snapshot->ndevices = DEVICES;
	for (int i = 0; i < DEVICES; i++) {
		struct device *device = &snapshot->devices[i * 7919 % DEVICES];

		device->ifindex = 2 * i + 1;
		snprintf(device->name, sizeof(device->name), "dev%d", DEVICES - i);
	}
}

static void assert_found(const struct snapshot *snapshot)
{
	for (int i = 0; i < DEVICES; i += 97) {
		const struct device *device = snapshot_by_index(snapshot, 2 * i + 1);
		char name[IFNAMSIZ];

		snprintf(name, sizeof(name), "dev%d", DEVICES - i);
		assert_non_null(device);
		assert_int_equal(device->ifindex, 2 * i + 1);
		assert_string_equal(device->name, name);
		assert_ptr_equal(snapshot_by_name(snapshot, name), device);
		assert_null(snapshot_by_index(snapshot, 2 * i));
	}
	assert_null(snapshot_by_index(snapshot, 0));
	assert_null(snapshot_by_index(snapshot, -1));
	assert_null(snapshot_by_index(snapshot, 2 * DEVICES + 1));
	assert_null(snapshot_by_index(snapshot, INT32_MAX));
	assert_null(snapshot_by_name(snapshot, ""));
	assert_null(snapshot_by_name(snapshot, "a"));
	assert_null(snapshot_by_name(snapshot, "dev0"));
	assert_null(snapshot_by_name(snapshot, "dev10001"));
	assert_null(snapshot_by_name(snapshot, "zzz"));
}

static void test_many(void **state)
{
	struct snapshot snapshot = {0};

	(void)state;
	make_many(&snapshot);
	assert_found(&snapshot);
	snapshot_finish(&snapshot);
	for (int i = 0; i < DEVICES; i++)
		assert_int_equal(snapshot.devices[i].ifindex, 2 * i + 1);
	assert_found(&snapshot);
	snapshot_free(&snapshot);
	assert_int_equal(snapshot.ndevices, 0);
	assert_null(snapshot.devices);
	assert_null(snapshot.arena.blocks);
}

/* A copy with other devices finds its own, not those that the order was made for. */
static void test_copy(void **state)
{
	struct snapshot snapshot = {0}, copy;
	struct device *devices;

	(void)state;
	make_many(&snapshot);
	snapshot_finish(&snapshot);
	copy = snapshot;
	devices = malloc(DEVICES * sizeof(*devices));
	assert_non_null(devices);
	memcpy(devices, snapshot.devices, DEVICES * sizeof(*devices));
	copy.devices = devices;
	assert_ptr_equal(snapshot_by_name(&copy, "dev10000"), devices);
	assert_ptr_equal(snapshot_by_index(&copy, 1), devices);
	/* Fewer, and in another order. */
	copy.ndevices = 2;
	devices[0] = snapshot.devices[9];
	assert_ptr_equal(snapshot_by_index(&copy, 19), devices);
	assert_ptr_equal(snapshot_by_index(&copy, 3), devices + 1);
	assert_ptr_equal(snapshot_by_name(&copy, "dev9991"), devices);
	assert_null(snapshot_by_name(&copy, "dev10000"));
	free(devices);
	snapshot_free(&snapshot);
}

static void test_none(void **state)
{
	struct snapshot snapshot = {0};

	(void)state;
	snapshot_finish(&snapshot);
	assert_null(snapshot_by_index(&snapshot, 1));
	assert_null(snapshot_by_name(&snapshot, "lo"));
	snapshot_free(&snapshot);
}

/* The same number twice can only come from a recording. */
static void test_twice(void **state)
{
	struct device devices[3] = {
		{.ifindex = 4, .name = "b"},
		{.ifindex = 4, .name = "a"},
		{.ifindex = 1, .name = "a"},
	};
	struct snapshot snapshot = {.devices = devices, .ndevices = 3};

	(void)state;
	snapshot_finish(&snapshot);
	assert_int_equal(snapshot_by_index(&snapshot, 4)->ifindex, 4);
	assert_ptr_equal(snapshot_by_name(&snapshot, "a"), &devices[0]);
	snapshot_free(&snapshot);
}

/* --- neighbours --- */

enum {
	ETH0,
	BOND0,
	VLAN,
	VETH_A,
	VETH_B,
	FAR,
	VXLAN,
	GRE,
	BRIDGE,
	FAR_VXLAN,
	ALONE,
	LAST
};

static struct device stack[LAST] = {
	[ETH0] = {.ifindex = 2, .name = "eth0", .has = DEVICE_HAS_MASTER, .master_ifindex = 3},
	[BOND0] = {.ifindex = 3, .name = "bond0", .kind = "bond"},
	[VLAN] = {.ifindex = 4,
		  .name = "bond0.7",
		  .kind = "vlan",
		  .has = DEVICE_HAS_LINK,
		  .link_ifindex = 3},
	[VETH_A] = {.ifindex = 5,
		    .name = "a",
		    .kind = "veth",
		    .has = DEVICE_HAS_LINK | DEVICE_HAS_MASTER,
		    .link_ifindex = 6,
		    .master_ifindex = 10},
	[VETH_B] = {.ifindex = 6,
		    .name = "b",
		    .kind = "netkit",
		    .has = DEVICE_HAS_LINK,
		    .link_ifindex = 5},
	[FAR] = {.ifindex = 7,
		 .name = "far",
		 .kind = "veth",
		 .has = DEVICE_HAS_LINK | DEVICE_HAS_LINK_NETNS,
		 .link_ifindex = 2},
	[VXLAN] = {.ifindex = 8,
		   .name = "vxlan",
		   .kind = "vxlan",
		   .has = DEVICE_HAS_UNDERLAY,
		   .underlay_ifindex = 3},
	[GRE] = {.ifindex = 9,
		 .name = "gre",
		 .kind = "gre",
		 .has = DEVICE_HAS_LINK,
		 .link_ifindex = 3},
	[BRIDGE] = {.ifindex = 10, .name = "br0", .kind = "bridge"},
	[FAR_VXLAN] = {.ifindex = 11,
		       .name = "farvxlan",
		       .kind = "vxlan",
		       .has = DEVICE_HAS_UNDERLAY | DEVICE_HAS_LINK_NETNS,
		       .underlay_ifindex = 3},
	/* Linked to itself, above one that is gone; a number without its has-bit says nothing. */
	[ALONE] = {.ifindex = 12,
		   .name = "alone",
		   .has = DEVICE_HAS_LINK | DEVICE_HAS_UNDERLAY,
		   .link_ifindex = 12,
		   .master_ifindex = 3,
		   .underlay_ifindex = 99},
};
static const struct snapshot stacked = {.devices = stack, .ndevices = LAST};

static void test_peer(void **state)
{
	(void)state;
	assert_ptr_equal(device_peer(&stacked, &stack[VETH_A]), &stack[VETH_B]);
	assert_ptr_equal(device_peer(&stacked, &stack[VETH_B]), &stack[VETH_A]);
	assert_null(device_peer(&stacked, &stack[FAR]));
	assert_null(device_peer(&stacked, &stack[VLAN]));
	assert_null(device_peer(&stacked, &stack[ETH0]));
}

/* Drivers nobody has heard of make pairs, too; a chain is none, and neither is half of one. */
static void test_unknown_pair(void **state)
{
	struct device pair[] = {
		{.ifindex = 1, .kind = "odd", .has = DEVICE_HAS_LINK, .link_ifindex = 2},
		{.ifindex = 2, .has = DEVICE_HAS_LINK, .link_ifindex = 1},
		{.ifindex = 3, .kind = "odd", .has = DEVICE_HAS_LINK, .link_ifindex = 2},
	};
	struct snapshot snapshot = {.devices = pair, .ndevices = array_size(pair)};

	(void)state;
	assert_ptr_equal(device_peer(&snapshot, &pair[0]), &pair[1]);
	assert_ptr_equal(device_peer(&snapshot, &pair[1]), &pair[0]);
	assert_null(device_lower(&snapshot, &pair[0]));
	assert_false(device_is_upper_of(&snapshot, &pair[0], &pair[1]));
	assert_null(device_peer(&snapshot, &pair[2]));
	assert_ptr_equal(device_lower(&snapshot, &pair[2]), &pair[1]);
	pair[1].has |= DEVICE_HAS_LINK_NETNS;
	assert_null(device_peer(&snapshot, &pair[0]));
	assert_ptr_equal(device_lower(&snapshot, &pair[0]), &pair[1]);
	/* nodsim is known: it is an end, whatever becomes of the other. */
	pair[0].kind = "nodsim";
	assert_ptr_equal(device_peer(&snapshot, &pair[0]), &pair[1]);
	assert_null(device_lower(&snapshot, &pair[0]));
}

static void test_lower(void **state)
{
	(void)state;
	assert_ptr_equal(device_lower(&stacked, &stack[VLAN]), &stack[BOND0]);
	assert_ptr_equal(device_lower(&stacked, &stack[VXLAN]), &stack[BOND0]);
	assert_ptr_equal(device_lower(&stacked, &stack[GRE]), &stack[BOND0]);
	assert_null(device_lower(&stacked, &stack[VETH_A]));
	assert_null(device_lower(&stacked, &stack[FAR]));
	assert_null(device_lower(&stacked, &stack[FAR_VXLAN]));
	assert_null(device_lower(&stacked, &stack[BOND0]));
	assert_null(device_lower(&stacked, &stack[ALONE]));
}

static void test_upper(void **state)
{
	static const struct {
		int upper, lower;
	} pairs[] = {{BOND0, ETH0}, {VLAN, BOND0}, {VXLAN, BOND0}, {BRIDGE, VETH_A}};

	(void)state;
	for (int upper = 0; upper < LAST; upper++) {
		for (int lower = 0; lower < LAST; lower++) {
			bool wanted = false;

			for (size_t i = 0; i < array_size(pairs); i++)
				wanted |= pairs[i].upper == upper && pairs[i].lower == lower;
			assert_int_equal(device_is_upper_of(&stacked, &stack[upper], &stack[lower]),
					 wanted);
		}
	}
}

static void test_kind(void **state)
{
	(void)state;
	assert_true(device_is_kind(&stack[BOND0], "bond"));
	assert_false(device_is_kind(&stack[BOND0], "bon"));
	assert_false(device_is_kind(&stack[ETH0], "bond"));
}

static void test_facts(void **state)
{
	struct fact facts[] = {{.key = "rx", .number = 1}, {.key = "tx", .number = 2}};
	struct fact_list list = {facts, 2}, empty = {NULL, 0};

	(void)state;
	assert_ptr_equal(fact_lookup(&list, "tx"), &facts[1]);
	assert_null(fact_lookup(&list, "t"));
	assert_null(fact_lookup(&empty, "tx"));
}

/* The numbers are the kernel's (linux/if.h, linux/if_link.h) or stand for a fate each. */
static void test_names(void **state)
{
	(void)state;
	assert_string_equal(operstate_names[2], "down");
	assert_string_equal(operstate_names[6], "up");
	assert_null(operstate_names[7]);
	assert_string_equal(xdp_mode_names[2], "generic");
	assert_null(xdp_mode_names[5]);
	assert_string_equal(step_result_names[STEP_FAILED], "failed");
	assert_null(step_result_names[STEP_FAILED + 1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_many),	     cmocka_unit_test(test_copy),
		cmocka_unit_test(test_none),	     cmocka_unit_test(test_twice),
		cmocka_unit_test(test_peer),	     cmocka_unit_test(test_lower),
		cmocka_unit_test(test_upper),	     cmocka_unit_test(test_kind),
		cmocka_unit_test(test_facts),	     cmocka_unit_test(test_names),
		cmocka_unit_test(test_unknown_pair),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
