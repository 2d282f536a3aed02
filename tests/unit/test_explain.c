/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does nod why name the cause, say how sure it is, and give the commands that lead there?
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "cmd/why.h"
#include "lib/diag/explain.h"
#include "lib/model/finding.h"
#include "lib/out/explanation.h"
#include "tests/unit/world_lab.h"

#define VERSION KERNEL_VERSION(6, 12, 0)
#define OFFLOADS                                                                             \
	"tx-scatter-gather tx-checksum-ip-generic tx-tcp-segmentation tx-tcp6-segmentation " \
	"tx-tcp-ecn-segmentation tx-tcp-mangleid-segmentation tx-generic-segmentation "      \
	"tx-udp-segmentation"

/* What is explained, and the last answer. */
struct bench {
	struct lab lab;
	struct explainer explainer;
	struct arena arena;
	struct explanation answer;
};

static void bench_open(struct bench *bench)
{
	memset(bench, 0, sizeof(*bench));
	lab_open(&bench->lab, VERSION);
}

static void bench_close(struct bench *bench)
{
	explainer_free(&bench->explainer);
	arena_free(&bench->arena);
	lab_close(&bench->lab);
	arena_free(&bench->lab.snapshot.arena);
}

static void switch_off(struct bench *bench, struct device *device, const char *features)
{
	device->active = feature_without(device->active, lab_set(&bench->lab, features));
}

/* Devices are as they are from the first question on. */
static void ask(struct bench *bench, const struct device *device, const char *feature)
{
	struct err err = {0};

	if (!bench->explainer.snapshot)
		assert_int_equal(explainer_init(&bench->explainer, &bench->lab.snapshot, &err), 0);
	assert_int_equal(explain_feature(&bench->explainer, device, lab_bit(&bench->lab, feature),
					 &bench->arena, &bench->answer, &err),
			 0);
	assert_string_equal(bench->answer.feature, feature);
	assert_string_equal(bench->answer.device, device->name);
	assert_non_null(bench->answer.text);
}

static void assert_standing(const struct bench *bench, enum feature_standing standing)
{
	assert_string_equal(feature_standing_names[bench->answer.standing],
			    feature_standing_names[standing]);
}

static void assert_summary(struct bench *bench, const char *summary)
{
	const struct device *device = snapshot_by_name(&bench->lab.snapshot, bench->answer.device);
	const char *brief =
		explain_briefly(&bench->explainer, device,
				lab_bit(&bench->lab, bench->answer.feature), &bench->arena);

	if (!summary) {
		assert_null(bench->answer.summary);
		assert_null(brief);
		return;
	}
	assert_non_null(bench->answer.summary);
	assert_string_equal(bench->answer.summary, summary);
	assert_non_null(brief);
	assert_string_equal(brief, summary);
}

/* A reason of that rule (NULL: of none) with that text in it. */
static void assert_reason(const struct bench *bench, const char *rule, enum confidence certainty,
			  const char *words)
{
	for (size_t i = 0; i < bench->answer.nreasons; i++) {
		const struct reason *reason = &bench->answer.reasons[i];

		if (!rule != !reason->rule || (rule && strcmp(rule, reason->rule) != 0) ||
		    !strstr(reason->text, words))
			continue;
		assert_int_equal(reason->certainty, certainty);
		assert_true(!rule || feature_rule_lookup(rule));
		return;
	}
	for (size_t i = 0; i < bench->answer.nreasons; i++)
		print_message("%s: %s\n", bench->answer.reasons[i].rule,
			      bench->answer.reasons[i].text);
	fail_msg("no reason says \"%s\"", words);
}

static void assert_no_reason(const struct bench *bench, const char *words)
{
	for (size_t i = 0; i < bench->answer.nreasons; i++)
		assert_null(strstr(bench->answer.reasons[i].text, words));
}

/* Command number @i is that, with some reason behind it. */
static void assert_command(const struct bench *bench, size_t i, const char *command)
{
	size_t length = strlen(command);

	assert_in_range(bench->answer.ncommands, i + 1, 99);
	if (strncmp(bench->answer.commands[i], command, length) != 0 ||
	    strncmp(bench->answer.commands[i] + length, "  # ", 4) != 0)
		fail_msg("\"%s\" is not \"%s\"", bench->answer.commands[i], command);
	assert_true(bench->answer.commands[i][length + 4] != '\0');
}

static void assert_limit(const struct bench *bench, const char *words)
{
	for (size_t i = 0; i < bench->answer.nlimits; i++)
		if (strstr(bench->answer.limits[i], words))
			return;
	fail_msg("no limit says \"%s\"", words);
}

/* --- where it stands --- */

static void test_standings(void **state)
{
	struct bench bench;
	struct device *nic;

	(void)state;
	bench_open(&bench);
	nic = lab_device(&bench.lab, NULL, "r8169", "rx-gro rx-checksum rx-hashing rx-fcs",
			 "rx-gro rx-hashing");
	nic->active = lab_set(&bench.lab, "rx-gro rx-checksum highdma vlan-challenged");
	nic->nochange = lab_set(&bench.lab, "vlan-challenged");
	ask(&bench, nic, "rx-gro");
	assert_standing(&bench, STANDING_ON);
	assert_true(bench.answer.hw && bench.answer.wanted && bench.answer.active);
	assert_summary(&bench, NULL);
	ask(&bench, nic, "rx-checksum");
	assert_standing(&bench, STANDING_ON_UNASKED);
	assert_false(bench.answer.wanted);
	assert_summary(&bench, "by itself");
	ask(&bench, nic, "rx-hashing");
	assert_standing(&bench, STANDING_OFF_BLOCKED);
	ask(&bench, nic, "rx-fcs");
	assert_standing(&bench, STANDING_OFF);
	assert_summary(&bench, NULL);
	ask(&bench, nic, "highdma");
	assert_standing(&bench, STANDING_ON_FIXED);
	ask(&bench, nic, "tx-nocache-copy");
	assert_standing(&bench, STANDING_OFF_FIXED);
	assert_summary(&bench, NULL);
	ask(&bench, nic, "vlan-challenged");
	assert_standing(&bench, STANDING_NEVER);
	assert_true(bench.answer.nochange);
	assert_int_equal(bench.answer.ncommands, 0);
	bench_close(&bench);
}

/* --- requested, and off --- */

static void test_prerequisite(void **state)
{
	struct bench bench;
	struct device *nic;

	(void)state;
	bench_open(&bench);
	nic = lab_device(&bench.lab, NULL, "r8169", OFFLOADS, OFFLOADS);
	nic->wanted = feature_without(nic->wanted, lab_set(&bench.lab, "tx-scatter-gather"));
	switch_off(&bench, nic,
		   "tx-scatter-gather tx-generic-segmentation tx-tcp-segmentation "
		   "tx-tcp6-segmentation tx-tcp-ecn-segmentation tx-tcp-mangleid-segmentation");
	ask(&bench, nic, "tx-tcp-segmentation");
	assert_standing(&bench, STANDING_OFF_BLOCKED);
	assert_summary(&bench, "needs tx-scatter-gather (F2)");
	assert_reason(&bench, "F2", CONFIDENCE_CERTAIN, "Needs tx-scatter-gather, which is off.");
	assert_int_equal(bench.answer.nreasons, 1);
	assert_int_equal(bench.answer.ncommands, 1);
	assert_command(&bench, 0, "nod set dev1 tx-scatter-gather=on");
	ask(&bench, nic, "tx-generic-segmentation");
	assert_summary(&bench, "needs tx-scatter-gather (F7)");
	bench_close(&bench);
}

/* One obstacle hides the next: all are named, and one command takes them all away. */
static void test_prerequisites_of_prerequisites(void **state)
{
	struct bench bench;
	struct device *nic;

	(void)state;
	bench_open(&bench);
	nic = lab_device(&bench.lab, NULL, "r8169", OFFLOADS " tx-checksum-ipv4 tx-checksum-ipv6",
			 "tx-tcp-mangleid-segmentation");
	switch_off(&bench, nic, OFFLOADS);
	ask(&bench, nic, "tx-tcp-mangleid-segmentation");
	assert_reason(&bench, "F2", CONFIDENCE_CERTAIN, "Needs tx-scatter-gather");
	assert_reason(&bench, "F5", CONFIDENCE_CERTAIN, "Also needs tx-tcp-segmentation");
	assert_reason(&bench, "F3", CONFIDENCE_CERTAIN,
		      "tx-tcp-segmentation in turn needs tx-checksum-ipv4 or "
		      "tx-checksum-ip-generic");
	assert_int_equal(bench.answer.ncommands, 1);
	assert_command(&bench, 0,
		       "nod set dev1 tx-checksum-ipv4=on tx-scatter-gather=on "
		       "tx-tcp-segmentation=on");
	bench_close(&bench);
}

/* What is needed may be requested itself, and wait for something else. */
static void test_needed_is_requested(void **state)
{
	struct bench bench;
	struct device *nic;

	(void)state;
	bench_open(&bench);
	nic = lab_device(&bench.lab, NULL, "r8169", OFFLOADS,
			 "tx-scatter-gather tx-tcp-segmentation tx-tcp-mangleid-segmentation");
	switch_off(&bench, nic, "tx-tcp-segmentation tx-tcp-mangleid-segmentation");
	ask(&bench, nic, "tx-tcp-mangleid-segmentation");
	assert_summary(&bench, "needs tx-tcp-segmentation (F5)");
	assert_reason(&bench, "F3", CONFIDENCE_CERTAIN,
		      "tx-tcp-segmentation is requested too, but is off. It needs ");
	assert_command(&bench, 0, "nod set dev1 tx-checksum-ip-generic=on");
	assert_int_equal(bench.answer.ncommands, 1);
	bench_close(&bench);
}

static void test_prerequisite_fixed_off(void **state)
{
	struct bench bench;
	struct device *nic;

	(void)state;
	bench_open(&bench);
	nic = lab_device(&bench.lab, NULL, "virtio_net", "tx-tcp-segmentation",
			 "tx-tcp-segmentation");
	switch_off(&bench, nic, "tx-tcp-segmentation");
	ask(&bench, nic, "tx-tcp-segmentation");
	assert_reason(&bench, "F2", CONFIDENCE_CERTAIN, "which is fixed off here");
	assert_reason(&bench, "K-virtio", CONFIDENCE_LIKELY, "tx-scatter-gather is fixed off. The");
	assert_int_equal(bench.answer.ncommands, 0);
	assert_non_null(strstr(bench.answer.text, "Nothing that can be typed here"));
	bench_close(&bench);
}

/* Of alternatives only those are of use that the device can have. */
static void test_alternatives(void **state)
{
	struct bench bench;
	struct device *one, *none;

	(void)state;
	bench_open(&bench);
	one = lab_device(&bench.lab, NULL, "r8169",
			 "tx-scatter-gather tx-tcp-segmentation tx-checksum-ip-generic",
			 "tx-scatter-gather tx-tcp-segmentation");
	none = lab_device(&bench.lab, NULL, "r8169", "tx-scatter-gather tx-tcp-segmentation",
			  "tx-scatter-gather tx-tcp-segmentation");
	switch_off(&bench, one, "tx-tcp-segmentation");
	switch_off(&bench, none, "tx-tcp-segmentation");
	ask(&bench, one, "tx-tcp-segmentation");
	assert_summary(&bench, "needs tx-checksum-ip-generic (F3)");
	assert_reason(&bench, "F3", CONFIDENCE_CERTAIN,
		      "Needs tx-checksum-ip-generic, which is off.");
	assert_command(&bench, 0, "nod set dev1 tx-checksum-ip-generic=on");
	ask(&bench, none, "tx-tcp-segmentation");
	assert_summary(&bench, "needs tx-checksum-ipv4 or tx-checksum-ip-generic, and can have "
			       "neither (F3)");
	assert_reason(&bench, "F3", CONFIDENCE_CERTAIN,
		      "Needs tx-checksum-ipv4 or tx-checksum-ip-generic, and this device can have "
		      "neither of them.");
	assert_int_equal(bench.answer.ncommands, 0);
	bench_close(&bench);
}

/* Either the one checksum for all, or both of the others. */
static void test_both_checksums(void **state)
{
	struct bench bench;
	struct device *nic;

	(void)state;
	bench_open(&bench);
	nic = lab_device(&bench.lab, NULL, "r8169",
			 "tx-udp-segmentation tx-checksum-ipv4 tx-checksum-ipv6",
			 "tx-udp-segmentation");
	switch_off(&bench, nic, "tx-udp-segmentation");
	ask(&bench, nic, "tx-udp-segmentation");
	assert_summary(&bench, "needs tx-checksum-ipv6 and tx-checksum-ipv4 (F15)");
	assert_command(&bench, 0, "nod set dev1 tx-checksum-ipv6=on tx-checksum-ipv4=on");
	bench_close(&bench);
}

static void test_conflict(void **state)
{
	struct bench bench;
	struct device *nic;

	(void)state;
	bench_open(&bench);
	nic = lab_device(&bench.lab, NULL, "bnxt_en", "rx-lro rx-gro-hw rx-checksum rx-gro rx-fcs",
			 "rx-lro rx-gro-hw rx-checksum rx-gro");
	switch_off(&bench, nic, "rx-lro");
	ask(&bench, nic, "rx-lro");
	assert_summary(&bench, "rx-gro-hw is on (F12)");
	assert_reason(&bench, "F12", CONFIDENCE_CERTAIN,
		      "rx-gro-hw is on, and that excludes rx-lro");
	assert_command(&bench, 0, "nod set dev1 rx-gro-hw=off");
	bench_close(&bench);
}

static void test_upper_without_lro(void **state)
{
	struct bench bench;
	struct device *nic, *bond, *vlan;

	(void)state;
	bench_open(&bench);
	nic = lab_device(&bench.lab, NULL, "ixgbe", "rx-lro rx-checksum", "rx-lro rx-checksum");
	switch_off(&bench, nic, "rx-lro");
	bond = lab_device(&bench.lab, "bond", NULL, "rx-lro", "");
	vlan = lab_device(&bench.lab, "vlan", NULL, "", "");
	lab_enslave(nic, bond);
	lab_stack(vlan, nic);
	ask(&bench, nic, "rx-lro");
	assert_summary(&bench, "dev2 on top has it off (S1)");
	assert_reason(&bench, "S1", CONFIDENCE_CERTAIN, "On top of dev1 are dev2 and dev3");
	assert_reason(&bench, NULL, CONFIDENCE_CERTAIN, "dev3 cannot have rx-lro at all");
	/* The bond alone would not do. */
	assert_int_equal(bench.answer.ncommands, 0);
	bench_close(&bench);
}

/* Off below, and not asked for here either: both are to be done, in that order. */
static void test_off_here_and_below(void **state)
{
	struct bench bench;
	struct device *port, *bridge;

	(void)state;
	bench_open(&bench);
	port = lab_device(&bench.lab, "veth", NULL, OFFLOADS, OFFLOADS);
	bridge = lab_device(&bench.lab, "bridge", NULL, OFFLOADS, OFFLOADS);
	lab_enslave(port, bridge);
	switch_off(&bench, port, "tx-scatter-gather");
	switch_off(&bench, bridge, "tx-scatter-gather");
	port->wanted = port->active;
	bridge->wanted = bridge->active;
	ask(&bench, bridge, "tx-scatter-gather");
	assert_standing(&bench, STANDING_OFF);
	assert_int_equal(bench.answer.ncommands, 2);
	assert_command(&bench, 0, "nod set dev1 tx-scatter-gather=on");
	assert_command(&bench, 1, "nod set dev2 tx-scatter-gather=on");
	bench_close(&bench);
}

static void test_upper_that_can_have_lro(void **state)
{
	struct bench bench;
	struct device *nic, *bond;

	(void)state;
	bench_open(&bench);
	nic = lab_device(&bench.lab, NULL, "ixgbe", "rx-lro rx-checksum", "rx-lro rx-checksum");
	switch_off(&bench, nic, "rx-lro");
	bond = lab_device(&bench.lab, "bond", NULL, "rx-lro", "");
	lab_enslave(nic, bond);
	ask(&bench, nic, "rx-lro");
	assert_command(&bench, 0, "nod set dev2 rx-lro=on");
	/* It is requested here, but the kernel does not look again by itself. */
	assert_int_equal(bench.answer.ncommands, 3);
	assert_command(&bench, 1, "nod set dev1 rx-lro=off");
	assert_command(&bench, 2, "nod set dev1 rx-lro=on");
	bench_close(&bench);
}

static void test_many_uppers(void **state)
{
	struct bench bench;
	struct device *devices = calloc(101, sizeof(*devices)), *nic = &devices[0];

	(void)state;
	assert_non_null(devices);
	bench_open(&bench);
	lab_device(&bench.lab, NULL, "ixgbe", "rx-lro rx-checksum", "rx-lro rx-checksum");
	for (int i = 1; i <= 100; i++) {
		devices[i].ifindex = 1 + i;
		snprintf(devices[i].name, sizeof(devices[i].name), "vlan%d", i);
		devices[i].kind = "vlan";
		devices[i].has = DEVICE_HAS_FEATURES;
		lab_stack(&devices[i], &bench.lab.devices[0]);
	}
	devices[0] = bench.lab.devices[0];
	bench.lab.snapshot.devices = devices;
	bench.lab.snapshot.ndevices = 101;
	switch_off(&bench, nic, "rx-lro");
	ask(&bench, nic, "rx-lro");
	assert_reason(&bench, "S1", CONFIDENCE_CERTAIN,
		      "vlan1, vlan2, vlan3, vlan4, vlan5, vlan6 and 94 more");
	assert_int_equal(bench.answer.ncommands, 0);
	bench_close(&bench);
	free(devices);
}

static void test_owner_of_a_tap(void **state)
{
	struct bench bench;
	struct device *tap;

	(void)state;
	bench_open(&bench);
	tap = lab_device(&bench.lab, "tun", NULL, OFFLOADS, OFFLOADS);
	switch_off(&bench, tap,
		   "tx-checksum-ip-generic tx-tcp-segmentation tx-tcp6-segmentation "
		   "tx-tcp-ecn-segmentation tx-udp-segmentation");
	ask(&bench, tap, "tx-tcp-segmentation");
	assert_summary(&bench, "not allowed by its owner (K-tun)");
	assert_reason(&bench, "K-tun", CONFIDENCE_CERTAIN, "TUNSETOFFLOAD");
	assert_int_equal(bench.answer.ncommands, 0);
	assert_limit(&bench, "Which program");
	bench_close(&bench);
}

static void test_ports_of_a_bond(void **state)
{
	struct bench bench;
	struct device *bond, *one, *two;

	(void)state;
	bench_open(&bench);
	bond = lab_device(&bench.lab, "bond", NULL, OFFLOADS, OFFLOADS);
	one = lab_device(&bench.lab, NULL, "r8169", OFFLOADS, OFFLOADS);
	two = lab_device(&bench.lab, NULL, "r8169", "", "");
	lab_enslave(one, bond);
	lab_enslave(two, bond);
	one->wanted = feature_without(one->wanted, lab_set(&bench.lab, "tx-udp-segmentation"));
	switch_off(&bench, one, "tx-udp-segmentation");
	switch_off(&bench, bond, "tx-udp-segmentation");
	ask(&bench, bond, "tx-udp-segmentation");
	assert_summary(&bench, "off on dev2 and dev3 (K-bond)");
	assert_int_equal(bench.answer.ncommands, 1);
	assert_command(&bench, 0, "nod set dev2 tx-udp-segmentation=on");
	bench_close(&bench);
}

/* Without ports nobody has refused anything. */
static void test_bond_without_ports(void **state)
{
	struct bench bench;
	struct device *bond, *bridge, *port;

	(void)state;
	bench_open(&bench);
	bond = lab_device(&bench.lab, "bond", NULL, OFFLOADS " tx-nocache-copy", OFFLOADS);
	bridge = lab_device(&bench.lab, "bridge", NULL, "", "");
	port = lab_device(&bench.lab, NULL, "r8169", "", "");
	lab_enslave(port, bridge);
	bond->active = lab_set(&bench.lab, "tx-checksum-ip-generic tx-nocache-copy");
	ask(&bench, bond, "tx-scatter-gather");
	assert_standing(&bench, STANDING_OFF_BLOCKED);
	assert_summary(&bench, "no ports yet (K-bond)");
	assert_reason(&bench, "K-bond", CONFIDENCE_CERTAIN, "dev1 has it only if a port has it");
	assert_no_reason(&bench, "driver");
	assert_int_equal(bench.answer.ncommands, 0);
	assert_int_equal(bench.answer.nlimits, 0);
	ask(&bench, bond, "tx-tcp-segmentation");
	assert_summary(&bench, "needs tx-scatter-gather (F2)");
	assert_reason(&bench, "K-bond", CONFIDENCE_CERTAIN, "it has no ports yet");
	assert_int_equal(bench.answer.nlimits, 0);
	ask(&bench, bond, "tx-nocache-copy");
	assert_standing(&bench, STANDING_ON_UNASKED);
	assert_summary(&bench, "no port lacks it: no ports yet (K-bond)");
	assert_reason(&bench, "K-bond", CONFIDENCE_CERTAIN, "unless one of its ports lacks it");
	bench_close(&bench);
}

/* Ports of HSR are not to be seen. */
static void test_ports_of_hsr(void **state)
{
	struct bench bench;
	struct device *hsr;

	(void)state;
	bench_open(&bench);
	hsr = lab_device(&bench.lab, "hsr", NULL, OFFLOADS, OFFLOADS);
	switch_off(&bench, hsr, "tx-scatter-gather");
	ask(&bench, hsr, "tx-scatter-gather");
	assert_summary(&bench, "no port has it (K-hsr)");
	assert_no_reason(&bench, "device below has it");
	assert_limit(&bench, "not visible");
	bench_close(&bench);
}

#define ESP "esp-hw-offload esp-tx-csum-hw-offload"

/* A VLAN that keeps what it had, since nobody tells it: off below, or on below. */
static void test_not_told_of_changes(void **state)
{
	struct bench bench;
	struct device *bond, *vlan, *port;

	(void)state;
	bench_open(&bench);
	bond = lab_device(&bench.lab, "bond", NULL, OFFLOADS " rx-checksum " ESP, OFFLOADS);
	vlan = lab_device(&bench.lab, "vlan", NULL, OFFLOADS " tx-gso-list",
			  OFFLOADS " tx-gso-list");
	port = lab_device(&bench.lab, NULL, "r8169", OFFLOADS, OFFLOADS);
	lab_stack(vlan, bond);
	lab_enslave(port, bond);
	bond->wanted = bond->active =
		feature_or(bond->active, lab_set(&bench.lab, "esp-tx-csum-hw-offload"));
	bond->wanted = bond->active =
		feature_without(bond->active, lab_set(&bench.lab, "tx-checksum-ip-generic"));
	switch_off(&bench, vlan, "tx-scatter-gather tx-generic-segmentation");
	ask(&bench, vlan, "tx-scatter-gather");
	assert_standing(&bench, STANDING_OFF_BLOCKED);
	assert_summary(&bench, "not told of changes of dev1 (S5)");
	assert_reason(&bench, "S5", CONFIDENCE_LIKELY, "tx-scatter-gather would be on here");
	assert_no_reason(&bench, "refused");
	assert_int_equal(bench.answer.nlimits, 0);
	assert_int_equal(bench.answer.ncommands, 1);
	assert_command(&bench, 0, "nod set dev1 esp-tx-csum-hw-offload=off");
	ask(&bench, vlan, "tx-checksum-ip-generic");
	assert_standing(&bench, STANDING_ON);
	assert_summary(&bench, "not told of changes of dev1 (S5)");
	assert_reason(&bench, "S5", CONFIDENCE_CERTAIN, "tx-checksum-ip-generic would be off here");
	assert_command(&bench, 0, "nod set dev1 esp-tx-csum-hw-offload=off");
	/* This one is as it would be. */
	ask(&bench, vlan, "tx-gso-list");
	assert_no_reason(&bench, "told");
	bench_close(&bench);
}

/* The same with nothing wrong below: then it was the kernel's answer. */
static void test_told_of_changes(void **state)
{
	struct bench bench;
	struct device *bond, *vlan, *port;

	(void)state;
	bench_open(&bench);
	bond = lab_device(&bench.lab, "bond", NULL, OFFLOADS " " ESP, OFFLOADS " " ESP);
	vlan = lab_device(&bench.lab, "vlan", NULL, OFFLOADS, OFFLOADS);
	port = lab_device(&bench.lab, NULL, "r8169", OFFLOADS, OFFLOADS);
	lab_stack(vlan, bond);
	lab_enslave(port, bond);
	switch_off(&bench, vlan, "tx-scatter-gather tx-generic-segmentation");
	ask(&bench, vlan, "tx-scatter-gather");
	assert_summary(&bench, "not passed on by the device below (K-vlan)");
	assert_no_reason(&bench, "told");
	bench_close(&bench);
}

static void test_parent_of_a_vlan(void **state)
{
	struct bench bench;
	struct device *nic, *vlan;

	(void)state;
	bench_open(&bench);
	nic = lab_device(&bench.lab, NULL, "r8169", OFFLOADS, "tx-checksum-ip-generic");
	vlan = lab_device(&bench.lab, "vlan", NULL, OFFLOADS,
			  "tx-scatter-gather tx-checksum-ip-generic");
	lab_stack(vlan, nic);
	vlan->active = (struct feature_bits){0};
	ask(&bench, vlan, "tx-scatter-gather");
	assert_summary(&bench, "off on dev1 (K-vlan)");
	assert_command(&bench, 0, "nod set dev1 tx-scatter-gather=on");
	/* The parent has this one: what it does for tagged frames is not to be seen. */
	ask(&bench, vlan, "tx-checksum-ip-generic");
	assert_reason(&bench, "K-vlan", CONFIDENCE_LIKELY, "does not get it");
	assert_limit(&bench, "vlan_features");
	assert_int_equal(bench.answer.ncommands, 0);
	bench_close(&bench);
}

static void test_macvlan(void **state)
{
	struct bench bench;
	struct device *nic, *macvlan;

	(void)state;
	bench_open(&bench);
	nic = lab_device(&bench.lab, NULL, "r8169", "rx-gro rx-gro-list", "");
	macvlan =
		lab_device(&bench.lab, "macvlan", NULL, "rx-gro rx-gro-list", "rx-gro rx-gro-list");
	lab_stack(macvlan, nic);
	macvlan->active = (struct feature_bits){0};
	ask(&bench, macvlan, "rx-gro");
	assert_summary(&bench, "off on dev1 (K-macvlan)");
	assert_command(&bench, 0, "nod set dev1 rx-gro=on");
	ask(&bench, macvlan, "rx-gro-list");
	assert_summary(&bench, "no macvlan has it (K-macvlan)");
	assert_int_equal(bench.answer.ncommands, 0);
	bench_close(&bench);
}

static void test_refused_by_driver(void **state)
{
	struct bench bench;
	struct device *nic;

	(void)state;
	bench_open(&bench);
	nic = lab_device(&bench.lab, NULL, "whatnic", "rx-lro rx-hashing", "rx-lro rx-hashing");
	nic->active = (struct feature_bits){0};
	ask(&bench, nic, "rx-hashing");
	assert_summary(&bench, "refused by driver whatnic");
	assert_reason(&bench, NULL, CONFIDENCE_LIKELY, "the driver whatnic refused");
	assert_limit(&bench, "dmesg");
	assert_int_equal(bench.answer.ncommands, 0);
	ask(&bench, nic, "rx-lro");
	assert_limit(&bench, "another network namespace");
	bench_close(&bench);
}

static void test_driver_rule(void **state)
{
	struct bench bench;
	struct device *nic;

	(void)state;
	bench_open(&bench);
	nic = lab_device(&bench.lab, NULL, "r8169", OFFLOADS, OFFLOADS);
	nic->mtu = 9000;
	switch_off(&bench, nic, OFFLOADS);
	ask(&bench, nic, "tx-checksum-ip-generic");
	assert_reason(&bench, "D-r8169-jumbo", CONFIDENCE_LIKELY, "MTU above 1500");
	assert_command(&bench, 0, "ip link set dev dev1 mtu 1500");
	bench_close(&bench);
}

/* --- not requested --- */

static void test_would_be_granted(void **state)
{
	struct bench bench;
	struct device *nic;

	(void)state;
	bench_open(&bench);
	nic = lab_device(&bench.lab, NULL, "bnxt_en", "rx-lro rx-gro-hw rx-checksum rx-gro",
			 "rx-lro rx-checksum rx-gro");
	ask(&bench, nic, "rx-gro-hw");
	assert_standing(&bench, STANDING_OFF);
	assert_reason(&bench, NULL, CONFIDENCE_LIKELY, "Side effects of the command: rx-lro off");
	assert_int_equal(bench.answer.ncommands, 1);
	assert_command(&bench, 0, "nod set dev1 rx-gro-hw=on");
	assert_limit(&bench, "none of its reasons");
	bench_close(&bench);
}

static void test_would_need_more(void **state)
{
	struct bench bench;
	struct device *nic;

	(void)state;
	bench_open(&bench);
	nic = lab_device(&bench.lab, NULL, "r8169", OFFLOADS, "tx-checksum-ip-generic");
	ask(&bench, nic, "tx-tcp-segmentation");
	assert_standing(&bench, STANDING_OFF);
	assert_non_null(strstr(bench.answer.text, "would not be enough"));
	assert_reason(&bench, "F2", CONFIDENCE_CERTAIN, "Needs tx-scatter-gather");
	assert_command(&bench, 0, "nod set dev1 tx-scatter-gather=on tx-tcp-segmentation=on");
	bench_close(&bench);
}

static void test_lro_cleared(void **state)
{
	struct bench bench;
	struct device *nic, *bridge;

	(void)state;
	bench_open(&bench);
	nic = lab_device(&bench.lab, NULL, "ixgbe", "rx-lro rx-checksum rx-gro-hw", "rx-checksum");
	bridge = lab_device(&bench.lab, "bridge", NULL, "", "");
	lab_enslave(nic, bridge);
	nic->has |= DEVICE_HAS_FORWARDING4 | DEVICE_HAS_FORWARDING6;
	nic->forwarding4 = true;
	nic->xdp = XDP_MODE_GENERIC;
	ask(&bench, nic, "rx-lro");
	assert_summary(&bench, "dev2 on top has it off (S2)");
	assert_reason(&bench, "S2", CONFIDENCE_LIKELY, "On top of it dev2 is a device without");
	assert_reason(&bench, "S3", CONFIDENCE_LIKELY, "Forwarding of IPv4 is on");
	assert_reason(&bench, "S3", CONFIDENCE_LIKELY, "port of dev2, a bridge");
	assert_reason(&bench, "S3", CONFIDENCE_LIKELY, "generic mode");
	/* And it would not be granted, either. */
	assert_reason(&bench, "S1", CONFIDENCE_CERTAIN, "dev2");
	assert_int_equal(bench.answer.ncommands, 0);
	ask(&bench, nic, "rx-gro-hw");
	assert_summary(&bench, "generic XDP (S4)");
	assert_no_reason(&bench, "orwarding");
	bench_close(&bench);
}

static void test_lro_cleared_by_forwarding(void **state)
{
	struct bench bench;
	struct device *nic;

	(void)state;
	bench_open(&bench);
	nic = lab_device(&bench.lab, NULL, "ixgbe", "rx-lro rx-checksum", "rx-checksum");
	nic->has |= DEVICE_HAS_FORWARDING6;
	nic->forwarding6 = true;
	ask(&bench, nic, "rx-lro");
	assert_summary(&bench, "forwarding is on (S3)");
	assert_reason(&bench, "S3", CONFIDENCE_LIKELY, "Forwarding of IPv6 is on");
	assert_command(&bench, 0, "nod set dev1 rx-lro=on");
	assert_non_null(strstr(bench.answer.commands[0], "not while it forwards"));
	bench_close(&bench);
}

/* --- fixed off --- */

static void test_veth_and_xdp(void **state)
{
	struct bench bench;
	struct device *one, *two, *far;

	(void)state;
	bench_open(&bench);
	one = lab_device(&bench.lab, "veth", NULL, "tx-checksum-ip-generic", "");
	two = lab_device(&bench.lab, "veth", NULL, OFFLOADS, OFFLOADS);
	far = lab_device(&bench.lab, "veth", NULL, "", "");
	lab_stack(one, two);
	lab_stack(two, one);
	two->xdp = XDP_MODE_DRIVER;
	far->has |= DEVICE_HAS_LINK | DEVICE_HAS_LINK_NETNS;
	ask(&bench, one, "tx-tcp-segmentation");
	assert_standing(&bench, STANDING_OFF_FIXED);
	assert_summary(&bench, "peer dev2 runs XDP (K-veth-xdp)");
	assert_reason(&bench, "K-veth-xdp", CONFIDENCE_CERTAIN, "Its peer dev2");
	assert_command(&bench, 0, "ip link set dev dev2 xdp off");
	bench.lab.snapshot.netns = "blue";
	ask(&bench, one, "tx-tcp-segmentation");
	assert_command(&bench, 0, "ip netns exec blue ip link set dev dev2 xdp off");
	bench.lab.snapshot.netns = "/run/netns/a b";
	ask(&bench, one, "tx-tcp-segmentation");
	assert_command(&bench, 0, "nsenter --net='/run/netns/a b' ip link set dev dev2 xdp off");
	bench.lab.snapshot.netns = "4711";
	ask(&bench, one, "tx-tcp-segmentation");
	assert_command(&bench, 0, "nsenter --net --target 4711 ip link set dev dev2 xdp off");
	ask(&bench, far, "tx-udp-segmentation");
	assert_reason(&bench, "K-veth-xdp", CONFIDENCE_LIKELY, "another network namespace");
	assert_int_equal(bench.answer.ncommands, 0);
	/* XDP has nothing to do with this one. */
	ask(&bench, one, "rx-lro");
	assert_summary(&bench, NULL);
	assert_reason(&bench, "K-veth", CONFIDENCE_CERTAIN, "list of features of its own");
	bench_close(&bench);
}

/* Made of software, but its features are no mere words, unlike those of other virtual devices. */
static void test_nodsim(void **state)
{
	struct bench bench;
	struct device *nic, *other;

	(void)state;
	bench_open(&bench);
	nic = lab_device(&bench.lab, "nodsim", "nodsim", OFFLOADS, OFFLOADS);
	other = lab_device(&bench.lab, "odd", "odd", OFFLOADS, OFFLOADS);
	nic->has |= DEVICE_HAS_LINK | DEVICE_HAS_LINK_NETNS;
	ask(&bench, other, "tx-tcp-segmentation");
	assert_reason(&bench, "K-virtual", CONFIDENCE_CERTAIN, "says nothing about hardware");
	ask(&bench, nic, "tx-tcp-segmentation");
	assert_standing(&bench, STANDING_ON);
	for (size_t i = 0; i < bench.answer.nreasons; i++)
		assert_null(bench.answer.reasons[i].rule);
	for (size_t i = 0; i < bench.answer.nlimits; i++)
		assert_null(strstr(bench.answer.limits[i], "below it"));
	bench_close(&bench);
}

static void test_virtio(void **state)
{
	struct bench bench;
	struct device *nic;

	(void)state;
	bench_open(&bench);
	nic = lab_device(&bench.lab, NULL, "virtio_net", "", "");
	ask(&bench, nic, "tx-tcp6-segmentation");
	assert_summary(&bench, "not offered by the host (K-virtio)");
	assert_reason(&bench, "K-virtio", CONFIDENCE_LIKELY, "VIRTIO_NET_F_HOST_TSO6");
	assert_limit(&bench, "/sys/bus/virtio");
	ask(&bench, nic, "tx-udp-segmentation");
	assert_summary(&bench, "not offered by the host (K-virtio)");
	bench_close(&bench);
}

/* What the driver of this kernel does not know, no host has withheld. */
static void test_virtio_of_old_kernels(void **state)
{
	struct bench bench;
	struct device *nic;

	(void)state;
	bench_open(&bench);
	nic = lab_device(&bench.lab, NULL, "virtio_net", "", "");
	bench.lab.snapshot.version = KERNEL_VERSION(6, 1, 192);
	bench.lab.snapshot.release = "6.1.0-50-amd64";
	ask(&bench, nic, "tx-udp-segmentation");
	assert_summary(&bench, "virtio_net has it from Linux 6.2 on (K-virtio-old)");
	assert_reason(&bench, "K-virtio-old", CONFIDENCE_LIKELY,
		      "only from Linux 6.2 on, and this kernel is 6.1.0-50-amd64");
	assert_no_reason(&bench, "hypervisor");
	assert_int_equal(bench.answer.nlimits, 0);
	ask(&bench, nic, "rx-hashing");
	assert_summary(&bench, "not offered by the host (K-virtio)");
	bench.lab.snapshot.version = KERNEL_VERSION(5, 17, 255);
	ask(&bench, nic, "rx-hashing");
	assert_summary(&bench, "virtio_net has it from Linux 5.18 on (K-virtio-old)");
	bench.lab.snapshot.version = KERNEL_VERSION(6, 2, 0);
	ask(&bench, nic, "tx-udp-segmentation");
	assert_summary(&bench, "not offered by the host (K-virtio)");
	/* Not known: counts as the newest. */
	bench.lab.snapshot.version = 0;
	ask(&bench, nic, "tx-udp-segmentation");
	assert_summary(&bench, "not offered by the host (K-virtio)");
	bench_close(&bench);
}

/* Fixed, and yet not out of reach: another feature takes it along. */
static void test_tags_of_e1000(void **state)
{
	struct bench bench;
	struct device *nic;

	(void)state;
	bench_open(&bench);
	nic = lab_device(&bench.lab, NULL, "e1000", "rx-vlan-hw-parse", "");
	ask(&bench, nic, "tx-vlan-hw-insert");
	assert_standing(&bench, STANDING_OFF_FIXED);
	assert_summary(&bench, "follows rx-vlan-hw-parse (D-e1000-vlan)");
	assert_null(strstr(bench.answer.text, "no setting"));
	assert_reason(&bench, "D-e1000-vlan", CONFIDENCE_CERTAIN,
		      "together with rx-vlan-hw-parse, which is off");
	assert_no_reason(&bench, "does not offer");
	assert_int_equal(bench.answer.ncommands, 1);
	assert_command(&bench, 0, "nod set dev1 rx-vlan-hw-parse=on");
	nic->wanted = lab_set(&bench.lab, "rx-vlan-hw-parse");
	nic->active = lab_set(&bench.lab, "rx-vlan-hw-parse tx-vlan-hw-insert");
	ask(&bench, nic, "tx-vlan-hw-insert");
	assert_standing(&bench, STANDING_ON_FIXED);
	assert_null(strstr(bench.answer.text, "no setting"));
	assert_reason(&bench, "D-e1000-vlan", CONFIDENCE_CERTAIN, "which is on");
	bench_close(&bench);
}

/* Chips that cannot strip: there is nothing to switch. */
static void test_tags_of_old_e1000(void **state)
{
	struct bench bench;
	struct device *nic;

	(void)state;
	bench_open(&bench);
	nic = lab_device(&bench.lab, NULL, "e1000", "rx-gro", "rx-gro");
	ask(&bench, nic, "rx-vlan-hw-parse");
	assert_summary(&bench, NULL);
	assert_reason(&bench, NULL, CONFIDENCE_LIKELY, "does not offer");
	ask(&bench, nic, "tx-vlan-hw-insert");
	assert_int_equal(bench.answer.ncommands, 0);
	bench_close(&bench);
}

static void test_tags_not_requested(void **state)
{
	struct bench bench;
	struct device *nic;

	(void)state;
	bench_open(&bench);
	nic = lab_device(&bench.lab, NULL, "igb", "rx-vlan-hw-parse tx-vlan-hw-insert",
			 "rx-vlan-hw-parse");
	nic->active = nic->hw;
	ask(&bench, nic, "tx-vlan-hw-insert");
	assert_standing(&bench, STANDING_ON_UNASKED);
	assert_summary(&bench, "follows rx-vlan-hw-parse (D-igb-vlan)");
	assert_reason(&bench, "D-igb-vlan", CONFIDENCE_CERTAIN, "which is on");
	nic->wanted = lab_set(&bench.lab, "tx-vlan-hw-insert");
	nic->active = lab_set(&bench.lab, "");
	bench.explainer.device = NULL;
	explainer_free(&bench.explainer);
	ask(&bench, nic, "tx-vlan-hw-insert");
	assert_summary(&bench, "needs rx-vlan-hw-parse (D-igb-vlan)");
	assert_command(&bench, 0, "nod set dev1 rx-vlan-hw-parse=on");
	bench_close(&bench);
}

static void test_gre(void **state)
{
	const struct feature_rule *rule;
	struct bench bench;
	struct device *gre;
	struct fact facts[] = {
		{.key = "seq", .unit = "", .type = FACT_NUMBER, .number = 1},
		{.key = "csum", .unit = "", .type = FACT_NUMBER, .number = 1},
	};

	(void)state;
	bench_open(&bench);
	gre = lab_device(&bench.lab, "gretap", NULL, "", "");
	gre->tunnel_flags = (struct fact_list){.facts = facts, .count = 2};
	ask(&bench, gre, "tx-tcp-segmentation");
	assert_summary(&bench, "GRE sequence numbers (K-gre-seq)");
	assert_reason(&bench, "K-gre-seq", CONFIDENCE_CERTAIN, "numbers its packets");
	facts[0].number = 0;
	ask(&bench, gre, "tx-tcp-segmentation");
	assert_reason(&bench, "K-gre-seq", CONFIDENCE_LIKELY, "FOU");
	facts[1].number = 0;
	ask(&bench, gre, "tx-tcp-segmentation");
	assert_summary(&bench, NULL);
	/* What is said of every GRE device must be true of one that numbers nothing. */
	rule = feature_rule_lookup(explain_kind_rule(gre));
	assert_non_null(rule);
	assert_null(strstr(rule->summary, "number"));
	bench_close(&bench);
}

static void test_driver_has_no_support(void **state)
{
	struct bench bench;
	struct device *nic, *vxlan;

	(void)state;
	bench_open(&bench);
	nic = lab_device(&bench.lab, NULL, "r8169", "", "tx-udp_tnl-segmentation");
	vxlan = lab_device(&bench.lab, "vxlan", NULL, OFFLOADS, OFFLOADS);
	lab_stack(vxlan, nic);
	ask(&bench, nic, "rx-gro-hw");
	assert_reason(&bench, NULL, CONFIDENCE_LIKELY, "The driver r8169 does not offer it");
	assert_limit(&bench, "only the driver knows");
	/* What a tunnel needs is at the device that carries it. */
	ask(&bench, vxlan, "tx-udp_tnl-segmentation");
	assert_reason(&bench, "K-vxlan", CONFIDENCE_CERTAIN, "kind vxlan");
	assert_reason(&bench, NULL, CONFIDENCE_CERTAIN, "dev1, which it is stacked on, has it on");
	bench_close(&bench);
}

/* --- on --- */

static void test_bond_is_on_and_a_port_is_not(void **state)
{
	struct bench bench;
	struct device *bond, *one, *two;

	(void)state;
	bench_open(&bench);
	bond = lab_device(&bench.lab, "bond", NULL, OFFLOADS, OFFLOADS);
	one = lab_device(&bench.lab, NULL, "r8169", OFFLOADS, OFFLOADS);
	two = lab_device(&bench.lab, NULL, "tg3", OFFLOADS, OFFLOADS);
	lab_enslave(one, bond);
	lab_enslave(two, bond);
	two->wanted = two->active =
		feature_without(two->active, lab_set(&bench.lab, "tx-scatter-gather"));
	switch_off(&bench, two, "tx-tcp-segmentation");
	two->wanted = feature_or(two->wanted, lab_set(&bench.lab, "tx-tcp-segmentation"));
	ask(&bench, bond, "tx-tcp-segmentation");
	assert_standing(&bench, STANDING_ON);
	assert_summary(&bench, "off on dev3 (K-bond)");
	assert_reason(&bench, "K-bond", CONFIDENCE_CERTAIN, "one of its ports");
	assert_reason(&bench, NULL, CONFIDENCE_CERTAIN, "dev2, below dev1, has it on.");
	assert_reason(&bench, NULL, CONFIDENCE_CERTAIN,
		      "dev3, below dev1, has it off (needs tx-scatter-gather (F2)).");
	ask(&bench, bond, "tx-udp-segmentation");
	assert_summary(&bench, NULL);
	bench_close(&bench);
}

/* A NIC with checksums by protocol in place of the generic one lacks nothing. */
static void test_replaced_is_not_lacking(void **state)
{
	struct bench bench;
	struct device *nic, *macvlan;

	(void)state;
	bench_open(&bench);
	nic = lab_device(&bench.lab, NULL, "tg3", "tx-checksum-ipv4", "tx-checksum-ipv4");
	macvlan = lab_device(&bench.lab, "macvlan", NULL, "", "tx-checksum-ip-generic");
	lab_stack(macvlan, nic);
	ask(&bench, macvlan, "tx-checksum-ip-generic");
	assert_standing(&bench, STANDING_ON_FIXED);
	assert_summary(&bench, NULL);
	assert_reason(&bench, NULL, CONFIDENCE_CERTAIN, "dev1, below dev2, has it off.");
	bench_close(&bench);
}

static void test_on_is_not_used(void **state)
{
	struct bench bench;
	struct device *nic;
	struct fact counted = {.key = "tx_hw_gso_packets", .unit = "", .number = 4711};
	struct queue_stats queues[2] = {
		{.type = "tx", .id = 0, .counters = {.facts = &counted, .count = 1}},
		{.type = "tx", .id = 1, .counters = {.facts = &counted, .count = 1}},
	};
	struct device_details details = {.queues = queues, .nqueues = 2};

	(void)state;
	bench_open(&bench);
	nic = lab_device(&bench.lab, NULL, "mlx5_core", OFFLOADS, OFFLOADS);
	ask(&bench, nic, "tx-tcp-segmentation");
	assert_limit(&bench, "nod show --details dev1");
	nic->details = &details;
	ask(&bench, nic, "tx-tcp-segmentation");
	assert_reason(&bench, NULL, CONFIDENCE_CERTAIN, "9422 packets cut by the device");
	assert_int_equal(bench.answer.nlimits, 0);
	bench_close(&bench);
}

static void test_lro_on_while_forwarding(void **state)
{
	struct bench bench;
	struct device *nic;

	(void)state;
	bench_open(&bench);
	nic = lab_device(&bench.lab, NULL, "ixgbe", "rx-lro rx-checksum", "rx-lro rx-checksum");
	nic->has |= DEVICE_HAS_FORWARDING4;
	nic->forwarding4 = true;
	ask(&bench, nic, "rx-lro");
	assert_summary(&bench, "although it forwards (S3)");
	assert_command(&bench, 0, "nod set dev1 rx-lro=off");
	bench_close(&bench);
}

/* --- commands and output --- */

static void test_words_for_the_shell(void **state)
{
	struct bench bench;
	struct device *nic;

	(void)state;
	bench_open(&bench);
	nic = lab_device(&bench.lab, NULL, "r8169", "rx-gro", "");
	snprintf(nic->name, sizeof(nic->name), "a'$(reboot)");
	bench.lab.snapshot.netns = "pid 7";
	ask(&bench, nic, "rx-gro");
	assert_command(&bench, 0, "nod set --netns 'pid 7' 'a'\\''$(reboot)' rx-gro=on");
	bench_close(&bench);
}

static void test_json(void **state)
{
	struct bench bench;
	struct device *nic;
	struct text out = {0};
	struct err err = {0};

	(void)state;
	bench_open(&bench);
	nic = lab_device(&bench.lab, NULL, "r8169", OFFLOADS,
			 "tx-checksum-ip-generic tx-generic-segmentation");
	switch_off(&bench, nic, "tx-generic-segmentation");
	ask(&bench, nic, "tx-generic-segmentation");
	assert_int_equal(record_to_jsonl(&record_explanation, &bench.answer, &out, &err), 0);
	assert_string_equal(
		out.chars,
		"{\"type\":\"explanation\",\"device\":\"dev1\",\"feature\":\"tx-generic-segmentation\","
		"\"standing\":\"off-blocked\",\"hw\":true,\"wanted\":true,\"active\":false,"
		"\"nochange\":false,\"summary\":\"needs tx-scatter-gather (F7)\",\"text\":\"It is "
		"requested, and off. It comes on by itself once nothing holds it back.\","
		"\"reasons\":[{\"rule\":\"F7\",\"certainty\":\"certain\",\"text\":\"Needs "
		"tx-scatter-gather, which is off.\"}],\"limits\":[],\"commands\":[\"nod set dev1 "
		"tx-scatter-gather=on  # then it is granted\"]}\n");
	text_free(&out);
	bench_close(&bench);
}

/* Features that share a state, a reason and a remedy are told together; others are not. */
static void test_short_text(void **state)
{
	const char *one = "nod set dev1 tx-scatter-gather=on  # then it is granted";
	struct explanation list[] = {
		{.device = "dev1",
		 .feature = "tx-tcp-segmentation",
		 .standing = STANDING_OFF_BLOCKED,
		 .summary = "needs tx-scatter-gather (F2)",
		 .commands = &one,
		 .ncommands = 1},
		{.device = "dev1",
		 .feature = "rx-hashing",
		 .standing = STANDING_OFF_BLOCKED,
		 .summary = "refused by driver x"},
		{.device = "dev1",
		 .feature = "rx-gro-list",
		 .standing = STANDING_OFF_BLOCKED,
		 .summary = "off on dev2"},
		{.device = "dev1",
		 .feature = "tx-tcp6-segmentation",
		 .standing = STANDING_OFF_BLOCKED,
		 .summary = "needs tx-scatter-gather (F2)",
		 .commands = &one,
		 .ncommands = 1},
	};
	struct explanation_set set = {.explanations = list, .nexplanations = 4};
	struct device device = {.name = "dev1"};
	struct session session = {.columns = 80};
	struct text out = {0};

	(void)state;
	why_text_device(&out, &device, "K-bridge", &set, &session);
	assert_string_equal(
		out.chars,
		"dev1: features that are not what they were asked to be, or not what they seem\n"
		"  what is on at a bridge concerns only what the bridge itself sends (K-bridge)\n"
		"\n"
		"dev1 tx-tcp-segmentation, tx-tcp6-segmentation: off, requested on\n"
		"  needs tx-scatter-gather (F2)\n"
		"  do: nod set dev1 tx-scatter-gather=on\n"
		"      then it is granted\n"
		"\n"
		"dev1 rx-hashing: off, requested on\n"
		"  refused by driver x\n"
		"\n"
		"dev1 rx-gro-list: off, requested on\n"
		"  off on dev2\n");
	text_clear(&out);
	set.nexplanations = 0;
	why_text_device(&out, &device, NULL, &set, &session);
	assert_string_equal(out.chars,
			    "dev1: every feature is as requested, as far as can be told\n");
	text_free(&out);
}

/* At length; names from outside do not act on the terminal. */
static void test_long_text(void **state)
{
	const char *command = "nod set 'd\033x' rx-gro=on  # would be granted", *limit = "Unseen.";
	struct reason reasons[] = {
		{.rule = "F9", .text = "Needs rx-checksum.", .certainty = CONFIDENCE_CERTAIN},
		{.rule = NULL, .text = "Or \033 not.", .certainty = CONFIDENCE_LIKELY},
	};
	struct explanation explanation = {
		.device = "d\033x",
		.feature = "rx-gro-hw",
		.standing = STANDING_OFF,
		.text = "It is off.",
		.reasons = reasons,
		.nreasons = 2,
		.limits = &limit,
		.nlimits = 1,
		.commands = &command,
		.ncommands = 1,
	};
	struct session session = {.columns = 80, .verbose = 1};
	struct text out = {0};

	(void)state;
	why_text_feature(&out, &explanation, &session);
	assert_string_equal(
		out.chars,
		"d\\x1bx rx-gro-hw: off\n"
		"  It is off.\n"
		"  Needs rx-checksum (F9).\n"
		"      A NIC may merge only segments whose checksums it has verified: nobody can\n"
		"      check them afterwards. Without rx-checksum the kernel drops rx-gro-hw.\n"
		"  Or \\x1b not (likely).\n"
		"  do: nod set 'd\\x1bx' rx-gro=on\n"
		"      would be granted\n"
		"  Unseen.\n");
	text_clear(&out);
	session = (struct session){.columns = 80, .color = true};
	why_text_feature(&out, &explanation, &session);
	assert_non_null(strstr(out.chars, "\033[1md\\x1bx rx-gro-hw:\033[0m off\n"));
	text_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_standings),
		cmocka_unit_test(test_prerequisite),
		cmocka_unit_test(test_prerequisites_of_prerequisites),
		cmocka_unit_test(test_needed_is_requested),
		cmocka_unit_test(test_prerequisite_fixed_off),
		cmocka_unit_test(test_alternatives),
		cmocka_unit_test(test_both_checksums),
		cmocka_unit_test(test_conflict),
		cmocka_unit_test(test_upper_without_lro),
		cmocka_unit_test(test_upper_that_can_have_lro),
		cmocka_unit_test(test_off_here_and_below),
		cmocka_unit_test(test_many_uppers),
		cmocka_unit_test(test_owner_of_a_tap),
		cmocka_unit_test(test_ports_of_a_bond),
		cmocka_unit_test(test_bond_without_ports),
		cmocka_unit_test(test_ports_of_hsr),
		cmocka_unit_test(test_not_told_of_changes),
		cmocka_unit_test(test_told_of_changes),
		cmocka_unit_test(test_parent_of_a_vlan),
		cmocka_unit_test(test_macvlan),
		cmocka_unit_test(test_refused_by_driver),
		cmocka_unit_test(test_driver_rule),
		cmocka_unit_test(test_would_be_granted),
		cmocka_unit_test(test_would_need_more),
		cmocka_unit_test(test_lro_cleared),
		cmocka_unit_test(test_lro_cleared_by_forwarding),
		cmocka_unit_test(test_veth_and_xdp),
		cmocka_unit_test(test_nodsim),
		cmocka_unit_test(test_virtio),
		cmocka_unit_test(test_virtio_of_old_kernels),
		cmocka_unit_test(test_tags_of_e1000),
		cmocka_unit_test(test_tags_of_old_e1000),
		cmocka_unit_test(test_tags_not_requested),
		cmocka_unit_test(test_gre),
		cmocka_unit_test(test_driver_has_no_support),
		cmocka_unit_test(test_bond_is_on_and_a_port_is_not),
		cmocka_unit_test(test_replaced_is_not_lacking),
		cmocka_unit_test(test_on_is_not_used),
		cmocka_unit_test(test_lro_on_while_forwarding),
		cmocka_unit_test(test_words_for_the_shell),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_short_text),
		cmocka_unit_test(test_long_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
