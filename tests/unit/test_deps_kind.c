/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does nod compute features of stacked and virtual devices as the kernel does? Worked out by hand from
 * the ndo_fix_features() and notifiers of each kind in Linux 6.1 and 6.12.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/world_lab.h"

#define NEWEST KERNEL_VERSION(6, 18, 0)

/* What a master may be asked for, of what this kernel has: bond_setup(), team_setup(). */
#define MASTER_HW                                                                               \
	"tx-checksum-ip-generic tx-scatter-gather tx-scatter-gather-fraglist highdma rx-lro "   \
	"tx-tcp-segmentation tx-tcp6-segmentation tx-udp-segmentation tx-generic-segmentation " \
	"tx-nocache-copy rx-gro"

/* --- bond, team, bridge --- */

static void check_master(const char *kind, const char *rule, const char *granted)
{
	struct device *master, *old, *new;
	struct lab lab;

	lab_open(&lab, NEWEST);
	master = lab_device(
		&lab, kind, NULL, MASTER_HW,
		"tx-checksum-ip-generic tx-scatter-gather tx-tcp-segmentation "
		"tx-tcp6-segmentation tx-udp-segmentation tx-nocache-copy highdma rx-gro");
	old = lab_device(&lab, NULL, "driver0", "",
			 "tx-checksum-ipv4 tx-scatter-gather tx-tcp-segmentation highdma "
			 "tx-nocache-copy tx-fcoe-segmentation");
	new = lab_device(&lab, NULL, "driver1", "", "tx-checksum-ip-generic tx-scatter-gather");
	lab_enslave(old, master);
	lab_enslave(new, master);
	lab_start(&lab);
	/* TSO6: software. USO: no port. tx-nocache-copy: not all ports. IPv4 only: covered by the general one. */
	assert_features(&lab, lab_compute(&lab, master), granted);
	assert_dropped(&lab, "tx-udp-segmentation", rule, true);
	assert_dropped(&lab, "tx-nocache-copy", rule, true);
	assert_null(lab_drop(&lab, "tx-tcp-segmentation"));
	lab_close(&lab);
}

static void test_masters(void **state)
{
	static const char granted[] = "tx-checksum-ip-generic tx-scatter-gather "
				      "tx-tcp-segmentation tx-tcp6-segmentation highdma rx-gro";

	(void)state;
	check_master("bond", "K-bond", granted);
	check_master("team", "K-team", granted);
	check_master("bridge", "K-bridge", granted);
}

/* A bond without ports starts from nothing, but may copy as it likes; a bridge has what is wanted. */
static void test_masters_alone(void **state)
{
	struct device *bond, *bridge;
	struct lab lab;

	(void)state;
	lab_open(&lab, NEWEST);
	bond = lab_device(&lab, "bond", NULL, MASTER_HW,
			  "tx-scatter-gather tx-checksum-ip-generic highdma rx-lro");
	bridge = lab_device(&lab, "bridge", NULL, MASTER_HW,
			    "tx-scatter-gather tx-udp-segmentation tx-checksum-ip-generic");
	lab_start(&lab);
	assert_features(&lab, lab_compute(&lab, bond),
			"tx-checksum-ip-generic rx-lro tx-nocache-copy tx-fcoe-segmentation");
	assert_features(&lab, lab_compute(&lab, bridge),
			"tx-scatter-gather tx-udp-segmentation tx-checksum-ip-generic");
	lab_close(&lab);
}

/* The last port that can do scatter-gather loses it: so does the bond, and the VLAN on top of it. */
static void test_notify_up(void **state)
{
	struct device *port, *bond, *vlan;
	struct lab lab;

	(void)state;
	lab_open(&lab, NEWEST);
	port = lab_device(&lab, NULL, "driver0", "tx-scatter-gather tx-generic-segmentation",
			  "tx-scatter-gather tx-generic-segmentation");
	bond = lab_device(&lab, "bond", NULL, MASTER_HW,
			  "tx-scatter-gather tx-generic-segmentation");
	vlan = lab_device(&lab, "vlan", NULL, MASTER_HW,
			  "tx-scatter-gather tx-generic-segmentation");
	lab_enslave(port, bond);
	lab_stack(vlan, bond);
	lab_start(&lab);
	lab_turn(&lab, port, "", "tx-scatter-gather");
	assert_features(&lab, lab_active(&lab, port), "");
	assert_features(&lab, lab_active(&lab, bond), "");
	assert_features(&lab, lab_active(&lab, vlan), "");
	assert_features(&lab, lab_wanted(&lab, vlan), "tx-scatter-gather tx-generic-segmentation");
	lab_turn(&lab, port, "tx-scatter-gather", "");
	assert_features(&lab, lab_active(&lab, vlan), "tx-scatter-gather tx-generic-segmentation");
	lab_close(&lab);
}

/* --- LRO: uppers and lowers --- */

static void test_lro_down(void **state)
{
	struct device *port, *other, *bond;
	struct lab lab;

	(void)state;
	lab_open(&lab, NEWEST);
	bond = lab_device(&lab, "bond", NULL, MASTER_HW, "rx-lro rx-gro");
	port = lab_device(&lab, NULL, "driver0", "rx-lro rx-gro", "rx-lro rx-gro");
	other = lab_device(&lab, NULL, "driver0", "rx-lro rx-gro", "rx-lro rx-gro");
	lab_enslave(port, bond);
	lab_start(&lab);
	lab_turn(&lab, bond, "", "rx-lro");
	assert_features(&lab, lab_active(&lab, port), "rx-gro");
	assert_features(&lab, lab_wanted(&lab, port), "rx-gro");
	assert_features(&lab, lab_active(&lab, other), "rx-lro rx-gro");
	/* Back on above does not bring it back below. */
	lab_turn(&lab, bond, "rx-lro", "");
	assert_features(&lab, lab_active(&lab, port), "rx-gro");
	lab_close(&lab);
}

static void test_lro_up(void **state)
{
	struct device *parent, *vlan;
	struct lab lab;

	(void)state;
	lab_open(&lab, NEWEST);
	parent = lab_device(&lab, NULL, "driver0", "rx-lro rx-gro", "rx-gro");
	vlan = lab_device(&lab, "vlan", NULL, "rx-gro", "rx-gro");
	lab_stack(vlan, parent);
	lab_start(&lab);
	lab_turn(&lab, parent, "rx-lro", "");
	assert_features(&lab, lab_active(&lab, parent), "rx-gro");
	assert_features(&lab, lab_wanted(&lab, parent), "rx-lro rx-gro");
	lab_compute(&lab, parent);
	assert_dropped(&lab, "rx-lro", "S1", true);
	assert_ptr_equal(lab_drop(&lab, "rx-lro")->device, vlan);
	lab_close(&lab);
}

/* --- VLAN --- */

static void test_vlan(void **state)
{
	struct device *parent, *vlan;
	struct lab lab;

	(void)state;
	lab_open(&lab, NEWEST);
	parent = lab_device(&lab, NULL, "driver0",
			    "tx-checksum-ipv4 tx-scatter-gather tx-fcoe-segmentation",
			    "tx-checksum-ipv4 tx-scatter-gather");
	vlan = lab_device(&lab, "vlan", NULL,
			  "tx-checksum-ip-generic tx-scatter-gather tx-tcp-segmentation highdma",
			  "tx-checksum-ip-generic tx-scatter-gather tx-tcp-segmentation");
	lab_stack(vlan, parent);
	lab_start(&lab);
	/* One checksum of the parent makes the general one of the VLAN; TSO needs none below. */
	assert_features(&lab, lab_compute(&lab, vlan),
			"tx-checksum-ip-generic tx-scatter-gather tx-tcp-segmentation");
	lab_turn(&lab, parent, "", "tx-checksum-ipv4");
	assert_features(&lab, lab_active(&lab, vlan), "tx-scatter-gather");
	lab_compute(&lab, vlan);
	assert_dropped(&lab, "tx-checksum-ip-generic", "K-vlan", true);
	assert_dropped(&lab, "tx-tcp-segmentation", "F3", true);
	assert_ptr_equal(lab_drop(&lab, "tx-checksum-ip-generic")->device, parent);
	assert_features(&lab, lab_drop(&lab, "tx-checksum-ip-generic")->needs,
			"tx-checksum-ip-generic tx-checksum-ipv4 tx-checksum-ipv6");
	lab_close(&lab);
}

/* What a parent does not do for tagged frames shows in what the VLAN wants and has not. */
static void test_vlan_offer(void **state)
{
	struct device *parent, *vlan;
	struct lab lab;

	(void)state;
	lab_open(&lab, NEWEST);
	parent = lab_device(&lab, NULL, "driver0", "",
			    "tx-checksum-ip-generic tx-scatter-gather "
			    "tx-scatter-gather-fraglist");
	vlan = lab_device(&lab, "vlan", NULL,
			  "tx-checksum-ip-generic tx-scatter-gather tx-scatter-gather-fraglist "
			  "tx-generic-segmentation",
			  "tx-checksum-ip-generic tx-scatter-gather tx-generic-segmentation");
	vlan->active = lab_set(&lab, "tx-scatter-gather tx-generic-segmentation");
	lab_stack(vlan, parent);
	lab_start(&lab);
	assert_features(&lab, lab_compute(&lab, vlan), "tx-scatter-gather tx-generic-segmentation");
	assert_dropped(&lab, "tx-checksum-ip-generic", "K-vlan", false);
	assert_false(feature_any(lab.unknown));
	/* Nobody has asked for this one yet. */
	lab_turn(&lab, vlan, "tx-scatter-gather-fraglist", "");
	lab_compute(&lab, vlan);
	assert_features(&lab, lab.unknown, "tx-scatter-gather-fraglist");
	lab_close(&lab);
}

/* What the core gives to all devices is nothing that a parent offers to VLANs. */
static void test_vlan_never(void **state)
{
	struct device *parent, *vlan;
	struct lab lab;

	(void)state;
	lab_open(&lab, NEWEST);
	parent = lab_device(&lab, "veth", NULL, "tx-nocache-copy rx-gro-list highdma",
			    "tx-nocache-copy rx-gro-list highdma");
	vlan = lab_device(&lab, "vlan", NULL, "tx-nocache-copy rx-gro-list highdma", "");
	lab_stack(vlan, parent);
	lab_start(&lab);
	lab_turn(&lab, vlan, "tx-nocache-copy rx-gro-list highdma", "");
	assert_features(&lab, lab_active(&lab, vlan), "highdma");
	assert_false(feature_any(lab.world.unknown[1]));
	lab_compute(&lab, vlan);
	assert_dropped(&lab, "rx-gro-list", "K-vlan", true);
	assert_false(feature_any(lab_drop(&lab, "rx-gro-list")->needs));
	lab_close(&lab);
}

/* --- a device whose changes nobody hears of --- */

static void test_muted(void **state)
{
	struct device *parent, *vlan;
	struct lab lab;

	(void)state;
	lab_open(&lab, NEWEST);
	parent = lab_device(&lab, "veth", NULL, "highdma esp-hw-offload esp-tx-csum-hw-offload",
			    "highdma esp-hw-offload esp-tx-csum-hw-offload");
	vlan = lab_device(&lab, "vlan", NULL, "highdma", "highdma");
	lab_stack(vlan, parent);
	lab_start(&lab);
	lab_turn(&lab, parent, "", "highdma esp-hw-offload");
	assert_features(&lab, lab_active(&lab, parent), "esp-tx-csum-hw-offload");
	assert_features(&lab, lab_active(&lab, vlan), "highdma");
	lab_turn(&lab, parent, "", "esp-tx-csum-hw-offload");
	assert_features(&lab, lab_active(&lab, vlan), "");
	lab_close(&lab);
}

/* As it was left by a parent that it did not hear of, a VLAN says nothing about what it is offered. */
static void test_muted_offer(void **state)
{
	static const char both[] = "tx-scatter-gather esp-tx-csum-hw-offload";
	struct device *parent, *vlan;
	struct lab lab;

	(void)state;
	lab_open(&lab, NEWEST);
	parent = lab_device(&lab, NULL, "driver0", both, both);
	vlan = lab_device(&lab, "vlan", NULL, "tx-scatter-gather", "tx-scatter-gather");
	vlan->active = lab_set(&lab, "");
	lab_stack(vlan, parent);
	lab_start(&lab);
	lab_compute(&lab, vlan);
	assert_features(&lab, lab.unknown, "tx-scatter-gather");
	lab_close(&lab);
}

/* hsr_features_recompute(): its own features count as those of a port, the other ports do not show. */
static void test_hsr(void **state)
{
	struct device *hsr;
	struct lab lab;

	(void)state;
	lab_open(&lab, NEWEST);
	hsr = lab_device(&lab, "hsr", NULL,
			 "highdma tx-scatter-gather tx-nocache-copy tx-fcoe-segmentation rx-gro",
			 "highdma tx-fcoe-segmentation");
	lab_start(&lab);
	lab_turn(&lab, hsr, "tx-scatter-gather tx-nocache-copy rx-gro", "");
	assert_features(&lab, feature_without(lab_active(&lab, hsr), lab.world.unknown[0]),
			"highdma rx-gro");
	assert_features(&lab, lab.world.unknown[0], "tx-scatter-gather tx-fcoe-segmentation");
	lab_compute(&lab, hsr);
	assert_dropped(&lab, "tx-nocache-copy", "K-hsr", true);
	assert_dropped(&lab, "tx-scatter-gather", "K-hsr", false);
	lab_close(&lab);
}

/* --- macvlan, ipvlan, macsec --- */

#define MACVLAN_ALWAYS                                                                       \
	"tx-scatter-gather tx-checksum-ip-generic tx-tcp-segmentation tx-tcp6-segmentation " \
	"tx-tcp-ecn-segmentation tx-tcp-mangleid-segmentation tx-sctp-segmentation "         \
	"tx-udp-segmentation tx-gso-list tx-gso-robust tx-gre-segmentation "                 \
	"tx-gre-csum-segmentation tx-ipxip4-segmentation tx-ipxip6-segmentation "            \
	"tx-udp_tnl-segmentation tx-udp_tnl-csum-segmentation"

static void test_macvlan(void **state)
{
	struct device *parent, *macvlan;
	struct lab lab;

	(void)state;
	lab_open(&lab, NEWEST);
	parent = lab_device(&lab, NULL, "driver0", "rx-gro rx-lro", "rx-gro rx-lro");
	macvlan = lab_device(&lab, "macvlan", NULL, "rx-lro rx-gro rx-gro-list", "rx-lro");
	macvlan->active = lab_set(&lab, MACVLAN_ALWAYS " rx-lro rx-gro");
	lab_stack(macvlan, parent);
	lab_start(&lab);
	/* GRO is the parent's, wanted or not; LRO takes both; what is not listed never comes. */
	lab_turn(&lab, macvlan, "rx-gro-list", "");
	assert_features(&lab, lab_compute(&lab, macvlan), MACVLAN_ALWAYS " rx-lro rx-gro");
	assert_dropped(&lab, "rx-gro-list", "K-macvlan", true);
	assert_null(lab_drop(&lab, "rx-gro-list")->device);
	lab_turn(&lab, parent, "", "rx-gro");
	assert_features(&lab, lab_active(&lab, macvlan), MACVLAN_ALWAYS " rx-lro");
	/* Off above, it goes below, too. */
	lab_turn(&lab, macvlan, "rx-gro", "rx-lro");
	assert_features(&lab, lab_active(&lab, macvlan), MACVLAN_ALWAYS);
	assert_features(&lab, lab_active(&lab, parent), "");
	lab_compute(&lab, macvlan);
	assert_dropped(&lab, "rx-gro", "K-macvlan", true);
	assert_ptr_equal(lab_drop(&lab, "rx-gro")->device, parent);
	assert_features(&lab, lab_drop(&lab, "rx-gro")->needs, "rx-gro");
	lab_close(&lab);
}

static void test_ipvlan(void **state)
{
	struct device *parent, *ipvlan;
	struct lab lab;

	(void)state;
	lab_open(&lab, NEWEST);
	parent = lab_device(&lab, NULL, "driver0", "rx-gro rx-lro", "rx-gro rx-checksum");
	ipvlan = lab_device(&lab, "ipvlan", NULL, "rx-gro", "");
	ipvlan->active = lab_set(&lab, MACVLAN_ALWAYS " vlan-challenged rx-gro rx-checksum");
	lab_stack(ipvlan, parent);
	lab_start(&lab);
	assert_features(&lab, lab_compute(&lab, ipvlan),
			MACVLAN_ALWAYS " vlan-challenged rx-gro rx-checksum");
	lab_close(&lab);
}

static void test_macsec(void **state)
{
	static const char both[] = "tx-scatter-gather tx-generic-segmentation";
	struct device *parent, *macsec;
	struct lab lab;

	(void)state;
	lab_open(&lab, KERNEL_VERSION(6, 12, 0));
	parent = lab_device(&lab, NULL, "driver0", both, both);
	macsec = lab_device(&lab, "macsec", NULL, both, both);
	lab_stack(macsec, parent);
	lab_start(&lab);
	/* 6.12 tells it nothing; the next computation finds out. */
	lab_turn(&lab, parent, "", "tx-scatter-gather");
	assert_features(&lab, lab_active(&lab, macsec), both);
	assert_features(&lab, lab_compute(&lab, macsec), "");
	assert_dropped(&lab, "tx-scatter-gather", "K-macsec", true);
	assert_dropped(&lab, "tx-generic-segmentation", "F7", true);
	lab.snapshot.version = NEWEST;
	world_reset(&lab.world);
	lab_turn(&lab, parent, "", "tx-scatter-gather");
	assert_features(&lab, lab_active(&lab, macsec), "");
	lab_close(&lab);
}

/* --- a program at the other end --- */

static void test_veth_xdp(void **state)
{
	struct device *veth, *peer;
	struct lab lab;

	(void)state;
	lab_open(&lab, NEWEST);
	veth = lab_device(&lab, "veth", NULL, "tx-scatter-gather tx-checksum-ip-generic rx-gro",
			  "tx-scatter-gather tx-checksum-ip-generic tx-tcp-segmentation");
	veth->active = lab_set(&lab, "tx-scatter-gather tx-checksum-ip-generic");
	peer = lab_device(&lab, "veth", NULL, "tx-tcp-segmentation", "");
	peer->xdp = XDP_MODE_DRIVER;
	lab_stack(veth, peer);
	lab_stack(peer, veth);
	lab_start(&lab);
	assert_features(&lab, lab_compute(&lab, veth), "tx-scatter-gather tx-checksum-ip-generic");
	assert_dropped(&lab, "tx-tcp-segmentation", "K-veth-xdp", true);
	assert_ptr_equal(lab_drop(&lab, "tx-tcp-segmentation")->device, peer);
	lab_close(&lab);
}

#define TAP_HW                                                                               \
	"tx-scatter-gather tx-checksum-ip-generic tx-tcp-segmentation tx-tcp6-segmentation " \
	"tx-tcp-ecn-segmentation tx-udp-segmentation rx-gro"

/* A new tap: nothing of what is wanted was agreed to. */
static void test_tun_fresh(void **state)
{
	struct device *tap;
	struct lab lab;

	(void)state;
	lab_open(&lab, NEWEST);
	tap = lab_device(&lab, "tun", NULL, TAP_HW, TAP_HW);
	tap->active = lab_set(&lab, "tx-scatter-gather rx-gro");
	lab_start(&lab);
	assert_features(&lab, lab_compute(&lab, tap), "tx-scatter-gather rx-gro");
	assert_dropped(&lab, "tx-checksum-ip-generic", "K-tun", true);
	assert_dropped(&lab, "tx-udp-segmentation", "K-tun", true);
	assert_false(feature_any(lab.unknown));
	lab_close(&lab);
}

/* TSO on, ECN wanted and off: not agreed to. USO is not wanted: nobody knows. */
static void test_tun_consent(void **state)
{
	struct device *tap;
	struct lab lab;

	(void)state;
	lab_open(&lab, NEWEST);
	tap = lab_device(&lab, "tun", NULL, TAP_HW,
			 "tx-scatter-gather tx-checksum-ip-generic tx-tcp-segmentation "
			 "tx-tcp-ecn-segmentation");
	tap->active = lab_set(&lab, "tx-scatter-gather tx-checksum-ip-generic "
				    "tx-tcp-segmentation");
	tap->has |= DEVICE_HAS_VNET_HDR;
	tap->vnet_hdr = true;
	lab_start(&lab);
	lab_turn(&lab, tap, "tx-udp-segmentation", "");
	lab_compute(&lab, tap);
	assert_dropped(&lab, "tx-tcp-ecn-segmentation", "K-tun", true);
	assert_features(&lab, lab.unknown, "tx-udp-segmentation");
	/* Without its checksum, nobody gets it: that is known again. */
	lab_turn(&lab, tap, "", "tx-checksum-ip-generic");
	lab_compute(&lab, tap);
	assert_false(feature_any(lab.unknown));
	assert_features(&lab, lab_active(&lab, tap), "tx-scatter-gather");
	lab_close(&lab);
}

/* What is unknown of a tap is unknown of the bridge on top, unless another port settles it. */
static void test_tun_bridge(void **state)
{
	struct device *tap, *bridge, *other;
	struct lab lab;

	(void)state;
	lab_open(&lab, NEWEST);
	tap = lab_device(&lab, "tun", NULL, TAP_HW, "tx-checksum-ip-generic");
	tap->has |= DEVICE_HAS_VNET_HDR;
	tap->vnet_hdr = true;
	bridge = lab_device(&lab, "bridge", NULL, MASTER_HW,
			    "tx-checksum-ip-generic tx-udp-segmentation");
	bridge->active = lab_set(&lab, "tx-checksum-ip-generic");
	other = lab_device(&lab, NULL, "driver0", "tx-udp-segmentation", "");
	lab_enslave(tap, bridge);
	lab_enslave(other, bridge);
	lab_start(&lab);
	lab_turn(&lab, tap, "tx-udp-segmentation", "");
	lab_compute(&lab, bridge);
	assert_features(&lab, lab.unknown, "tx-udp-segmentation");
	other->active = lab_set(&lab, "tx-checksum-ip-generic tx-udp-segmentation");
	world_reset(&lab.world);
	lab_turn(&lab, tap, "tx-udp-segmentation", "");
	lab_compute(&lab, bridge);
	assert_false(feature_any(lab.unknown));
	lab_close(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_masters),	    cmocka_unit_test(test_masters_alone),
		cmocka_unit_test(test_notify_up),   cmocka_unit_test(test_lro_down),
		cmocka_unit_test(test_lro_up),	    cmocka_unit_test(test_vlan),
		cmocka_unit_test(test_vlan_offer),  cmocka_unit_test(test_vlan_never),
		cmocka_unit_test(test_muted),	    cmocka_unit_test(test_muted_offer),
		cmocka_unit_test(test_hsr),	    cmocka_unit_test(test_macvlan),
		cmocka_unit_test(test_ipvlan),	    cmocka_unit_test(test_macsec),
		cmocka_unit_test(test_veth_xdp),    cmocka_unit_test(test_tun_fresh),
		cmocka_unit_test(test_tun_consent), cmocka_unit_test(test_tun_bridge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
