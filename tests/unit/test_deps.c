/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does nod compute features as the kernel's core does? What each rule does was read in
 * netdev_fix_features() and __netdev_update_features() of Linux 6.1 and 6.12.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/world_lab.h"

#define EVERYTHING                                                                                \
	"rx-lro tx-udp-segmentation rx-fcs tx-checksum-ipv6 highdma "                             \
	"tx-tcp-mangleid-segmentation tls-hw-tx-offload rx-checksum tx-gso-partial "              \
	"tx-generic-segmentation rx-gro tx-checksum-ipv4 tx-tcp6-segmentation tls-hw-rx-offload " \
	"tx-tcp-ecn-segmentation rx-gro-hw tx-nocache-copy tx-scatter-gather "                    \
	"tx-tcp-segmentation rx-gro-list tx-checksum-ip-generic tx-gre-segmentation "             \
	"tx-udp_tnl-csum-segmentation tx-udp_tnl-segmentation"

#define NEWEST KERNEL_VERSION(6, 18, 0)

/**
 * struct rule_case - what is wanted of a device, what it gets, and why not the rest
 * @dropped: one of the features that go; @needs, @conflicts: as in its struct drop
 */
struct rule_case {
	const char *rule;
	uint32_t version;
	const char *driver, *wanted, *granted, *dropped, *needs, *conflicts;
	bool needs_all;
};

static const struct rule_case rule_cases[] = {
	{"F1", NEWEST, NULL, "tx-checksum-ip-generic tx-checksum-ipv4 tx-checksum-ipv6",
	 "tx-checksum-ip-generic", "tx-checksum-ipv6", "", "tx-checksum-ip-generic", false},
	{"F2", NEWEST, NULL,
	 "tx-checksum-ip-generic tx-tcp-segmentation tx-tcp6-segmentation tx-tcp-ecn-segmentation "
	 "tx-tcp-mangleid-segmentation tx-udp-segmentation",
	 "tx-checksum-ip-generic tx-udp-segmentation", "tx-tcp-mangleid-segmentation",
	 "tx-scatter-gather", "", false},
	{"F3", NEWEST, NULL,
	 "tx-scatter-gather tx-checksum-ipv6 tx-tcp-segmentation tx-tcp-ecn-segmentation "
	 "tx-tcp6-segmentation",
	 "tx-scatter-gather tx-checksum-ipv6 tx-tcp6-segmentation", "tx-tcp-ecn-segmentation",
	 "tx-checksum-ip-generic tx-checksum-ipv4", "", false},
	{"F4", NEWEST, NULL,
	 "tx-scatter-gather tx-checksum-ipv4 tx-tcp-segmentation tx-tcp6-segmentation",
	 "tx-scatter-gather tx-checksum-ipv4 tx-tcp-segmentation", "tx-tcp6-segmentation",
	 "tx-checksum-ip-generic tx-checksum-ipv6", "", false},
	{"F5", NEWEST, NULL,
	 "tx-scatter-gather tx-checksum-ip-generic tx-tcp-mangleid-segmentation",
	 "tx-scatter-gather tx-checksum-ip-generic", "tx-tcp-mangleid-segmentation",
	 "tx-tcp-segmentation", "", false},
	{"F6", NEWEST, NULL, "tx-scatter-gather tx-checksum-ip-generic tx-tcp-ecn-segmentation",
	 "tx-scatter-gather tx-checksum-ip-generic", "tx-tcp-ecn-segmentation",
	 "tx-tcp-segmentation tx-tcp6-segmentation tx-tcp-mangleid-segmentation", "", false},
	{"F7", NEWEST, NULL, "tx-generic-segmentation rx-gro", "rx-gro", "tx-generic-segmentation",
	 "tx-scatter-gather", "", false},
	{"F8", NEWEST, "igb", "tx-scatter-gather tx-gre-segmentation tx-udp_tnl-segmentation",
	 "tx-scatter-gather", "tx-udp_tnl-segmentation", "tx-gso-partial", "", false},
	{"F8", NEWEST, "ice", "tx-udp_tnl-csum-segmentation tx-udp_tnl-segmentation",
	 "tx-udp_tnl-segmentation", "tx-udp_tnl-csum-segmentation", "tx-gso-partial", "", false},
	{"F9", NEWEST, NULL, "rx-gro rx-gro-hw", "rx-gro", "rx-gro-hw", "rx-checksum", "", false},
	{"F10", NEWEST, NULL, "rx-checksum rx-lro rx-fcs", "rx-checksum rx-fcs", "rx-lro", "",
	 "rx-fcs", false},
	{"F11", NEWEST, NULL, "rx-checksum rx-gro-hw rx-fcs", "rx-checksum rx-fcs", "rx-gro-hw", "",
	 "rx-fcs", false},
	{"F12", NEWEST, NULL, "rx-checksum rx-gro-hw rx-lro", "rx-checksum rx-gro-hw", "rx-lro", "",
	 "rx-gro-hw", false},
	{"F13", NEWEST, NULL, "tls-hw-tx-offload tx-checksum-ipv4", "tx-checksum-ipv4",
	 "tls-hw-tx-offload", "tx-checksum-ip-generic", "", false},
	{"F14", NEWEST, NULL, "tls-hw-rx-offload", "", "tls-hw-rx-offload", "rx-checksum", "",
	 false},
	{"F15", NEWEST, NULL, "tx-udp-segmentation tx-checksum-ipv6", "tx-checksum-ipv6",
	 "tx-udp-segmentation", "tx-checksum-ip-generic", "", false},
};

/* A kind without a say of its own, or a driver that nod knows. */
static struct device *make_plain(struct lab *lab, const char *driver, const char *wanted)
{
	return lab_device(lab, driver ? NULL : "dummy", driver, EVERYTHING, wanted);
}

static void test_core_rules(void **state)
{
	struct lab lab;

	(void)state;
	for (size_t i = 0; i < array_size(rule_cases); i++) {
		const struct rule_case *c = &rule_cases[i];
		const struct drop *drop;
		struct device *device;

		lab_open(&lab, c->version);
		device = make_plain(&lab, c->driver, c->wanted);
		device->active = lab_set(&lab, c->granted);
		lab_start(&lab);
		assert_features(&lab, lab_compute(&lab, device), c->granted);
		assert_dropped(&lab, c->dropped, c->rule, true);
		drop = lab_drop(&lab, c->dropped);
		assert_features(&lab, drop->needs, c->needs);
		assert_features(&lab, drop->conflicts, c->conflicts);
		assert_int_equal(drop->needs_all, c->needs_all);
		assert_null(drop->device);
		assert_false(feature_any(lab.unknown));
		lab_close(&lab);
	}
}

/* Nothing that a rule speaks of, and all that it asks for: nobody drops anything. */
static void test_satisfied(void **state)
{
	static const char *const sets[] = {
		"",
		"rx-gro-list tx-nocache-copy",
		"tx-scatter-gather tx-generic-segmentation tx-checksum-ip-generic "
		"tx-tcp-segmentation tx-tcp6-segmentation tx-tcp-ecn-segmentation "
		"tx-tcp-mangleid-segmentation tx-udp-segmentation tls-hw-tx-offload",
		"tx-checksum-ipv4 tx-checksum-ipv6 tx-udp-segmentation tls-hw-tx-offload",
		"tx-scatter-gather tx-checksum-ipv6 tx-tcp6-segmentation tx-tcp-ecn-segmentation",
		"rx-checksum rx-gro-hw tls-hw-rx-offload",
		"rx-lro",
		"tx-gso-partial tx-gre-segmentation",
	};
	struct lab lab;

	(void)state;
	for (size_t i = 0; i < array_size(sets); i++) {
		struct device *device;

		lab_open(&lab, NEWEST);
		device = make_plain(&lab, NULL, sets[i]);
		lab_start(&lab);
		assert_features(&lab, lab_compute(&lab, device), sets[i]);
		assert_int_equal(lab.drops.count, 0);
		lab_close(&lab);
	}
}

/* A device that has checksums only by IP version is told to use both of them. */
static void test_needs_both(void **state)
{
	const struct drop *drop;
	struct device *device;
	struct lab lab;

	(void)state;
	lab_open(&lab, NEWEST);
	device = lab_device(&lab, "dummy", NULL,
			    "tx-checksum-ipv4 tx-checksum-ipv6 tx-udp-segmentation",
			    "tx-udp-segmentation");
	lab_start(&lab);
	lab_compute(&lab, device);
	assert_dropped(&lab, "tx-udp-segmentation", "F15", true);
	drop = lab_drop(&lab, "tx-udp-segmentation");
	assert_features(&lab, drop->needs, "tx-checksum-ipv4 tx-checksum-ipv6");
	assert_true(drop->needs_all);
	lab_close(&lab);
}

static void test_versions(void **state)
{
	static const struct {
		uint32_t without, with;
		const char *wanted, *granted;
	} cases[] = {
		{KERNEL_VERSION(6, 1, 192), KERNEL_VERSION(6, 11, 0), "tx-udp-segmentation", ""},
		{KERNEL_VERSION(5, 10, 0), KERNEL_VERSION(5, 11, 0), "tls-hw-tx-offload", ""},
		{KERNEL_VERSION(5, 15, 0), KERNEL_VERSION(5, 16, 0), "rx-checksum rx-gro-hw rx-lro",
		 "rx-checksum rx-gro-hw"},
		/* A kernel that does not tell its version counts as the newest. */
		{KERNEL_VERSION(6, 10, 0), 0, "tx-udp-segmentation", ""},
	};
	struct lab lab;

	(void)state;
	for (size_t i = 0; i < array_size(cases); i++) {
		struct device *device;

		lab_open(&lab, cases[i].without);
		device = make_plain(&lab, NULL, cases[i].wanted);
		lab_start(&lab);
		assert_features(&lab, lab_compute(&lab, device), cases[i].wanted);
		lab.snapshot.version = cases[i].with;
		assert_features(&lab, lab_compute(&lab, device), cases[i].granted);
		lab_close(&lab);
	}
}

static void test_set(void **state)
{
	struct device *device;
	struct lab lab;

	(void)state;
	lab_open(&lab, NEWEST);
	device = lab_device(
		&lab, "dummy", NULL,
		"tx-checksum-ip-generic tx-tcp-segmentation tx-tcp-ecn-segmentation tx-udp-segmentation",
		"tx-checksum-ip-generic tx-tcp-segmentation tx-tcp-ecn-segmentation "
		"tx-udp-segmentation");
	feature_put(&device->active, lab_bit(&lab, "tx-scatter-gather"), true);
	lab_start(&lab);

	/* Side effects, and what is fixed stays. */
	lab_turn(&lab, device, "rx-lro", "tx-checksum-ip-generic tx-scatter-gather");
	assert_features(&lab, lab_active(&lab, device), "tx-scatter-gather");
	assert_features(&lab, lab_wanted(&lab, device),
			"tx-tcp-segmentation tx-tcp-ecn-segmentation tx-udp-segmentation");
	/* What was wanted all the time comes back. */
	lab_turn(&lab, device, "tx-checksum-ip-generic", "");
	assert_features(&lab, lab_active(&lab, device),
			"tx-scatter-gather tx-checksum-ip-generic tx-tcp-segmentation "
			"tx-tcp-ecn-segmentation tx-udp-segmentation");
	lab_turn(&lab, device, "", "tx-checksum-ip-generic");
	world_reset(&lab.world);
	assert_features(&lab, lab_wanted(&lab, device),
			"tx-checksum-ip-generic tx-tcp-segmentation tx-tcp-ecn-segmentation "
			"tx-udp-segmentation");
	lab_close(&lab);
}

/* A request for what is wanted already changes nothing, not even what rules would change. */
static void test_set_same(void **state)
{
	struct device *device;
	struct lab lab;

	(void)state;
	lab_open(&lab, NEWEST);
	device = make_plain(&lab, NULL, "tx-generic-segmentation rx-gro");
	lab_start(&lab);
	lab_turn(&lab, device, "rx-gro", "rx-lro");
	assert_features(&lab, lab_active(&lab, device), "tx-generic-segmentation rx-gro");
	lab_turn(&lab, device, "rx-gro-list", "");
	assert_features(&lab, lab_active(&lab, device), "rx-gro rx-gro-list");
	lab_close(&lab);
}

/* Wanted features that a driver took out of hw stay wanted, and are taken into account. */
static void test_wanted_beyond_hw(void **state)
{
	struct device *device;
	struct lab lab;

	(void)state;
	lab_open(&lab, NEWEST);
	device = lab_device(&lab, "dummy", NULL, "rx-gro", "rx-gro rx-gro-list");
	lab_start(&lab);
	lab_turn(&lab, device, "", "rx-gro rx-gro-list");
	assert_features(&lab, lab_wanted(&lab, device), "rx-gro-list");
	assert_features(&lab, lab_active(&lab, device), "rx-gro-list");
	lab_close(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_core_rules),
		cmocka_unit_test(test_satisfied),
		cmocka_unit_test(test_needs_both),
		cmocka_unit_test(test_versions),
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_set_same),
		cmocka_unit_test(test_wanted_beyond_hw),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
