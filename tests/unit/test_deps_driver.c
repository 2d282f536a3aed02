/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does nod expect of drivers: rules it knows, refusals it has seen, and where does it say that
 * nobody can tell? Worked out by hand from the drivers of Linux 6.12.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/world_lab.h"

#define NEWEST KERNEL_VERSION(6, 18, 0)

static struct device *open_driver(struct lab *lab, const char *driver, const char *hw,
				  const char *wanted)
{
	lab_open(lab, NEWEST);
	return lab_device(lab, NULL, driver, hw, wanted);
}

/* igb_fix_features(): inserting VLAN tags follows stripping them. */
static void test_coupled(void **state)
{
	struct device *device;
	struct lab lab;

	(void)state;
	device = open_driver(&lab, "igb", "rx-vlan-hw-parse tx-vlan-hw-insert rx-gro",
			     "rx-vlan-hw-parse tx-vlan-hw-insert rx-gro");
	lab_start(&lab);
	lab_turn(&lab, device, "", "tx-vlan-hw-insert");
	assert_features(&lab, lab_active(&lab, device),
			"rx-vlan-hw-parse tx-vlan-hw-insert rx-gro");
	lab_turn(&lab, device, "tx-vlan-hw-insert", "rx-vlan-hw-parse");
	assert_features(&lab, lab_active(&lab, device), "rx-gro");
	lab_compute(&lab, device);
	assert_dropped(&lab, "tx-vlan-hw-insert", "D-igb-vlan", true);
	assert_features(&lab, lab_drop(&lab, "tx-vlan-hw-insert")->needs, "rx-vlan-hw-parse");
	lab_close(&lab);
}

/* bnxt_fix_features(): both or none, whichever is a change. */
static void test_both_or_none(void **state)
{
	static const char both[] = "rx-vlan-hw-parse rx-vlan-stag-hw-parse";
	struct device *device;
	struct lab lab;

	(void)state;
	device = open_driver(&lab, "bnxt_en", both, both);
	lab_start(&lab);
	lab_turn(&lab, device, "", "rx-vlan-hw-parse");
	assert_features(&lab, lab_active(&lab, device), "");
	lab_compute(&lab, device);
	lab_turn(&lab, device, "rx-vlan-hw-parse", "rx-vlan-stag-hw-parse");
	assert_features(&lab, lab_active(&lab, device), both);
	lab_close(&lab);
}

static void test_ixgbe_lro(void **state)
{
	struct device *device;
	struct lab lab;

	(void)state;
	device = open_driver(&lab, "ixgbe", "rx-checksum rx-lro", "rx-checksum rx-lro");
	lab_start(&lab);
	lab_turn(&lab, device, "", "rx-checksum");
	assert_features(&lab, lab_active(&lab, device), "");
	lab_compute(&lab, device);
	assert_dropped(&lab, "rx-lro", "D-ixgbe-lro", true);
	assert_features(&lab, lab_drop(&lab, "rx-lro")->needs, "rx-checksum");

	device->xdp = XDP_MODE_DRIVER;
	device->wanted = device->active = lab_set(&lab, "rx-checksum");
	lab_start(&lab);
	lab_turn(&lab, device, "rx-lro", "");
	assert_features(&lab, lab_active(&lab, device), "rx-checksum");
	lab_compute(&lab, device);
	assert_dropped(&lab, "rx-lro", "D-ixgbe-lro", true);
	lab_close(&lab);
}

/* rtl8169_fix_features(): jumbo frames, and a chip that nobody can see. */
static void test_jumbo(void **state)
{
	static const char hw[] = "tx-scatter-gather tx-checksum-ipv4 tx-tcp-segmentation";
	struct device *device;
	struct lab lab;

	(void)state;
	device = open_driver(&lab, "r8169", hw, hw);
	device->mtu = 9000;
	device->active = lab_set(&lab, "tx-scatter-gather");
	lab_start(&lab);
	assert_features(&lab, lab_compute(&lab, device), "tx-scatter-gather");
	assert_dropped(&lab, "tx-checksum-ipv4", "D-r8169-jumbo", false);

	/* It is on: this chip can. Never asked for: nobody knows. */
	device->wanted = device->active = lab_set(&lab, "tx-checksum-ipv4");
	lab_start(&lab);
	assert_features(&lab, lab_compute(&lab, device), "tx-checksum-ipv4");
	lab_turn(&lab, device, "tx-scatter-gather tx-tcp-segmentation", "");
	lab_compute(&lab, device);
	assert_features(&lab, lab.unknown, "tx-tcp-segmentation");
	lab_close(&lab);
}

/* mlx5e_fix_features(): a private flag decides, if it was asked for. */
static void test_private_flag(void **state)
{
	struct fact flags[] = {{.key = "rx_striding_rq", .type = FACT_NUMBER, .number = 0},
			       {.key = "rx_cqe_compress", .type = FACT_NUMBER, .number = 0}};
	struct device_details details = {.private_flags = {flags, array_size(flags)}};
	struct device *device;
	struct lab lab;

	(void)state;
	device = open_driver(&lab, "mlx5_core", "rx-lro rx-hashing", "rx-hashing");
	lab_start(&lab);
	lab_turn(&lab, device, "rx-lro", "");
	lab_compute(&lab, device);
	assert_features(&lab, lab.unknown, "rx-lro");

	device->details = &details;
	assert_features(&lab, lab_compute(&lab, device), "rx-hashing");
	assert_dropped(&lab, "rx-lro", "D-mlx5-striding", true);
	assert_false(feature_any(lab.unknown));
	flags[0].number = flags[1].number = 1;
	device->wanted = lab_set(&lab, "rx-lro rx-hashing");
	device->active = lab_set(&lab, "rx-lro");
	lab_start(&lab);
	assert_features(&lab, lab_compute(&lab, device), "rx-lro");
	assert_dropped(&lab, "rx-hashing", "D-mlx5-cqe", true);
	lab_close(&lab);
}

/* A driver that nod does not know keeps refusing what it refuses, and forcing what it forces. */
static void test_observed(void **state)
{
	struct device *device;
	struct lab lab;

	(void)state;
	device = open_driver(&lab, "exotic", "rx-hashing rx-fcs rx-gro tx-nocache-copy",
			     "rx-hashing rx-gro");
	device->active = lab_set(&lab, "rx-fcs rx-gro");
	lab_start(&lab);
	assert_features(&lab, lab_compute(&lab, device), "rx-fcs rx-gro");
	assert_dropped(&lab, "rx-hashing", NULL, false);
	lab_turn(&lab, device, "tx-nocache-copy", "rx-gro");
	assert_features(&lab, lab_active(&lab, device), "rx-fcs tx-nocache-copy");
	lab_close(&lab);
}

/* Which features of an unknown driver need tx-gso-partial is for the driver to know. */
static void test_partial_unknown(void **state)
{
	static const char all[] = "tx-gso-partial tx-udp_tnl-segmentation rx-gro";
	struct device *device;
	struct lab lab;

	(void)state;
	device = open_driver(&lab, "exotic", all, all);
	lab_start(&lab);
	lab_turn(&lab, device, "", "tx-gso-partial");
	lab_compute(&lab, device);
	assert_features(&lab, lab.unknown, "tx-udp_tnl-segmentation");

	device->active = lab_set(&lab, "rx-gro");
	device->wanted = lab_set(&lab, "rx-gro tx-udp_tnl-segmentation");
	lab_start(&lab);
	assert_features(&lab, lab_compute(&lab, device), "rx-gro");
	assert_dropped(&lab, "tx-udp_tnl-segmentation", "F8", false);
	assert_features(&lab, lab_drop(&lab, "tx-udp_tnl-segmentation")->needs, "tx-gso-partial");
	lab_close(&lab);
}

/* virtnet_set_features(): with XDP, a change of rx-gro-hw fails, and all that was asked with it. */
static void test_virtio_xdp(void **state)
{
	struct device *device;
	struct lab lab;

	(void)state;
	device = open_driver(&lab, "virtio_net", "rx-gro-hw rx-gro tx-nocache-copy", "rx-gro");
	feature_put(&device->active, lab_bit(&lab, "rx-checksum"), true);
	device->xdp = XDP_MODE_DRIVER;
	lab_start(&lab);
	lab_turn(&lab, device, "rx-gro-hw tx-nocache-copy", "");
	assert_features(&lab, lab_active(&lab, device), "rx-gro rx-checksum");
	assert_features(&lab, lab_wanted(&lab, device), "rx-gro rx-gro-hw tx-nocache-copy");
	lab_compute(&lab, device);
	assert_dropped(&lab, "rx-gro-hw", "K-virtio-xdp", true);
	assert_dropped(&lab, "tx-nocache-copy", "K-virtio-xdp", true);
	lab_turn(&lab, device, "", "rx-gro-hw");
	assert_features(&lab, lab_active(&lab, device), "rx-gro rx-checksum tx-nocache-copy");
	lab_close(&lab);
}

/* A host that once refused to switch rx-gro-hw refuses again, and nothing else is changed with it. */
static void test_virtio_refused(void **state)
{
	struct device *device;
	struct lab lab;

	(void)state;
	device = open_driver(&lab, "virtio_net", "rx-gro-hw rx-gro rx-gro-list", "rx-gro");
	feature_put(&device->active, lab_bit(&lab, "rx-checksum"), true);
	lab_start(&lab);
	/* No checksums: perhaps a host end that cannot switch anything. */
	lab_turn(&lab, device, "rx-gro-hw rx-gro-list", "");
	assert_features(&lab, lab.world.unknown[0], "rx-gro-hw rx-gro-list");

	device->wanted = lab_set(&lab, "rx-gro rx-gro-hw");
	lab_start(&lab);
	lab_turn(&lab, device, "rx-gro-list", "rx-gro");
	assert_features(&lab, lab_active(&lab, device), "rx-gro rx-checksum");
	assert_false(feature_any(lab.world.unknown[0]));
	lab_compute(&lab, device);
	assert_dropped(&lab, "rx-gro-list", "K-virtio-refused", false);
	assert_dropped(&lab, "rx-gro", "K-virtio-refused", false);
	/* As soon as nothing is to be switched there, the rest happens. */
	lab_turn(&lab, device, "", "rx-gro-hw");
	assert_features(&lab, lab_active(&lab, device), "rx-gro-list rx-checksum");
	lab_close(&lab);
}

static void test_virtio_switches(void **state)
{
	struct device *device;
	struct lab lab;

	(void)state;
	device = open_driver(&lab, "virtio_net", "rx-gro-hw tx-checksum-ip-generic",
			     "rx-gro-hw tx-checksum-ip-generic");
	feature_put(&device->active, lab_bit(&lab, "rx-checksum"), true);
	lab_start(&lab);
	lab_turn(&lab, device, "", "rx-gro-hw");
	assert_features(&lab, lab_active(&lab, device), "tx-checksum-ip-generic rx-checksum");
	assert_false(feature_any(lab.world.unknown[0]));
	lab_close(&lab);
}

/* LRO that an upper device kept off may come as soon as that one wants it: no driver refused it. */
static void test_lro_below(void **state)
{
	struct device *device, *bond;
	struct lab lab;

	(void)state;
	device = open_driver(&lab, "vmxnet3", "rx-lro rx-gro rx-checksum",
			     "rx-lro rx-gro rx-checksum");
	device->active = lab_set(&lab, "rx-gro rx-checksum");
	bond = lab_device(&lab, "bond", NULL, "rx-lro", "rx-lro");
	lab_enslave(device, bond);
	lab_start(&lab);
	lab_turn(&lab, device, "", "rx-gro");
	assert_features(&lab, lab_active(&lab, device), "rx-lro rx-checksum");
	assert_false(feature_any(lab.world.unknown[0]));

	device->driver = "exotic";
	lab_start(&lab);
	lab_compute(&lab, device);
	assert_features(&lab, lab.unknown, "rx-lro");
	lab_close(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_coupled),		cmocka_unit_test(test_both_or_none),
		cmocka_unit_test(test_ixgbe_lro),	cmocka_unit_test(test_jumbo),
		cmocka_unit_test(test_private_flag),	cmocka_unit_test(test_observed),
		cmocka_unit_test(test_partial_unknown), cmocka_unit_test(test_virtio_xdp),
		cmocka_unit_test(test_virtio_refused),	cmocka_unit_test(test_virtio_switches),
		cmocka_unit_test(test_lro_below),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
