/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does a plan say what is sent, what comes of it and why, and does verifying show where it was wrong?
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <linux/version.h>

#include "cmd/set.h"
#include "lib/diag/plan.h"

/* Features of these tests, some in the order of Linux 6.18, some with holes between. */
static const char *const names[] = {
	"tx-scatter-gather",
	"tx-checksum-ipv4",
	NULL,
	"tx-checksum-ip-generic",
	"highdma",
	"vlan-challenged",
	"tx-generic-segmentation",
	"rx-gro",
	"rx-lro",
	"tx-tcp-segmentation",
	"tx-tcp-ecn-segmentation",
	"tx-tcp-mangleid-segmentation",
	"tx-tcp6-segmentation",
	"tx-udp-segmentation",
	"rx-checksum",
	"rx-gro-hw",
};

#define SG   "tx-scatter-gather"
#define CSUM "tx-checksum-ip-generic"
#define GSO  "tx-generic-segmentation"
#define TSO  "tx-tcp-segmentation"
#define TSO6 "tx-tcp6-segmentation"
#define USO  "tx-udp-segmentation"
#define LRO  "rx-lro"

#define DEVICES_MAX 8

struct scene {
	struct snapshot snapshot;
	struct device devices[DEVICES_MAX];
	struct arena arena;
	struct change changes[32];
	size_t nchanges;
	struct plan plan;
	struct err err;
};

static unsigned int bit_of(const char *name)
{
	for (unsigned int i = 0; i < array_size(names); i++)
		if (names[i] && strcmp(names[i], name) == 0)
			return i;
	fail_msg("no feature %s", name);
	return 0;
}

/* A set from words divided by blanks. */
static struct feature_bits set_of(const char *words)
{
	struct feature_bits set = {{0}};
	char *copy = strdup(words), *rest = copy, *word;

	assert_non_null(copy);
	while ((word = strsep(&rest, " ")))
		if (*word)
			feature_put(&set, bit_of(word), true);
	free(copy);
	return set;
}

static int set_up(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));

	assert_non_null(scene);
	scene->snapshot.names.count = array_size(names);
	memcpy(scene->snapshot.names.names, names, sizeof(names));
	scene->snapshot.release = "6.18.0";
	scene->snapshot.version = KERNEL_VERSION(6, 18, 0);
	scene->snapshot.devices = scene->devices;
	*state = scene;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *scene = *state;

	arena_free(&scene->arena);
	free(scene);
	return 0;
}

/* Everything that is wanted and changeable or just on is active, until a test says otherwise. */
static struct device *add_device(struct scene *scene, const char *name, const char *kind,
				 const char *hw, const char *active)
{
	struct device *device = &scene->devices[scene->snapshot.ndevices++];

	device->ifindex = 10 + (int)scene->snapshot.ndevices;
	snprintf(device->name, sizeof(device->name), "%s", name);
	device->has = DEVICE_HAS_FEATURES;
	device->kind = kind;
	device->driver = kind ? kind : "e1000";
	device->hw = set_of(hw);
	device->active = set_of(active);
	device->wanted = feature_and(device->active, device->hw);
	return device;
}

#define VETH_ALL SG " " CSUM " " GSO " rx-gro " TSO " tx-tcp-ecn-segmentation " TSO6 " " USO

static struct device *add_veth(struct scene *scene, const char *name)
{
	return add_device(scene, name, "veth", VETH_ALL, VETH_ALL " highdma");
}

static void enslave(struct device *port, const struct device *master)
{
	port->has |= DEVICE_HAS_MASTER;
	port->master_ifindex = master->ifindex;
}

static struct change *ask(struct scene *scene, size_t device, const char *feature, bool on)
{
	struct change *change = &scene->changes[scene->nchanges++];

	*change =
		(struct change){.device = device, .bit = bit_of(feature), .on = on, .single = true};
	return change;
}

static const struct plan *make(struct scene *scene)
{
	int status = plan_make(&scene->snapshot, scene->changes, scene->nchanges, &scene->arena,
			       &scene->plan, &scene->err);

	assert_string_equal(scene->err.text, "");
	assert_int_equal(status, 0);
	return &scene->plan;
}

static const struct step *find_step(const struct plan *plan, size_t device, const char *feature)
{
	for (size_t i = 0; i < plan->nsteps; i++)
		if (plan->steps[i].device_index == device &&
		    strcmp(plan->steps[i].feature, feature) == 0)
			return &plan->steps[i];
	return NULL;
}

static const struct step *step_of(const struct plan *plan, size_t device, const char *feature,
				  enum step_result result)
{
	const struct step *step = find_step(plan, device, feature);

	if (!step)
		fail_msg("no step for %s of device %zu", feature, device);
	assert_string_equal(step_result_names[step->result], step_result_names[result]);
	return step;
}

static void assert_set(struct feature_bits set, const char *words)
{
	struct feature_bits wanted = set_of(words);

	for (unsigned int bit = 0; bit < array_size(names); bit++)
		if (feature_test(&set, bit) != feature_test(&wanted, bit))
			fail_msg("%s is%s in the set", names[bit],
				 feature_test(&set, bit) ? "" : " not");
}

static void assert_text(const char *text, const char *part)
{
	assert_non_null(text);
	if (!strstr(text, part))
		fail_msg("no \"%s\" in \"%s\"", part, text);
}

/* One command, or some that are joined, and nothing but what is promised behind. */
static void assert_advice(const struct plan *plan, const char *advice)
{
	assert_int_equal(plan->nadvice, 1);
	assert_string_equal(plan->advice[0], advice);
}

static void test_side_effects(void **state)
{
	struct scene *scene = *state;
	const struct plan *plan;
	const struct step *step;

	add_veth(scene, "v0");
	add_veth(scene, "v1");
	ask(scene, 0, CSUM, false);
	plan = make(scene);
	assert_int_equal(plan->nrequests, 1);
	assert_set(plan->requests[0].mask, CSUM);
	assert_set(plan->requests[0].value, "");
	assert_set(plan->requests[0].restore_mask, CSUM);
	assert_set(plan->requests[0].restore_value, CSUM);
	assert_int_equal(plan->nsteps, 5);
	step_of(plan, 0, CSUM, STEP_DONE);
	step_of(plan, 0, TSO, STEP_SIDE_EFFECT);
	step_of(plan, 0, "tx-tcp-ecn-segmentation", STEP_SIDE_EFFECT);
	step_of(plan, 0, USO, STEP_SIDE_EFFECT);
	step = step_of(plan, 0, TSO6, STEP_SIDE_EFFECT);
	assert_false(step->asked);
	assert_true(step->before);
	assert_false(step->after);
	assert_string_equal(step->rule, "F4");
	assert_text(step->text, CSUM "=off on v0");
	assert_int_equal(plan->nnotes, 0);
	assert_true(plan->holds);
}

static void test_blocked(void **state)
{
	struct scene *scene = *state;
	struct device *v0 = add_veth(scene, "v0");
	const struct plan *plan;
	const struct step *step;

	v0->wanted = v0->active = set_of(SG " " GSO);
	ask(scene, 0, TSO, true);
	plan = make(scene);
	assert_int_equal(plan->nrequests, 1);
	assert_set(plan->requests[0].mask, TSO);
	assert_set(plan->requests[0].value, TSO);
	assert_set(plan->requests[0].restore_mask, TSO);
	assert_set(plan->requests[0].restore_value, "");
	step = step_of(plan, 0, TSO, STEP_BLOCKED);
	assert_string_equal(step->rule, "F3");
	assert_text(step->text, "needs tx-checksum-ipv4 or " CSUM);
	assert_advice(plan, "nod set v0 " CSUM "=on " TSO "=on  # for v0: " TSO);
	assert_false(plan->holds);
}

/* What held it back went without a word, as the kernel does with S1: to ask again changes nothing. */
static void test_requested_already(void **state)
{
	struct scene *scene = *state;
	struct device *v0 = add_veth(scene, "v0");
	const struct step *step;

	v0->wanted = set_of(SG " " GSO);
	v0->active = set_of(SG);
	ask(scene, 0, GSO, true);
	step = step_of(make(scene), 0, GSO, STEP_BLOCKED);
	assert_text(step->text, "switch it off, then on");
	assert_advice(&scene->plan,
		      "nod set v0 " GSO "=off && nod set v0 " GSO "=on  # for v0: " GSO);
	assert_false(scene->plan.holds);
}

/* Both what TSO needs are off: one command switches on all three. */
static void test_advice_of_two_needs(void **state)
{
	struct scene *scene = *state;
	struct device *v0 = add_veth(scene, "v0");

	v0->wanted = v0->active = set_of("");
	ask(scene, 0, TSO, true);
	assert_string_equal(step_of(make(scene), 0, TSO, STEP_BLOCKED)->rule, "F2");
	assert_advice(&scene->plan, "nod set v0 " SG "=on " CSUM "=on " TSO "=on  # for v0: " TSO);
}

/* One command for all that can be unblocked; what is requested already need not be asked for again. */
static void test_advice_of_a_group(void **state)
{
	struct scene *scene = *state;
	struct device *v0 = add_veth(scene, "v0");

	add_device(scene, "v1", "veth", TSO6, SG);
	v0->active = set_of(GSO);
	v0->wanted = set_of(GSO " " USO);
	ask(scene, 0, "tx-tcp-ecn-segmentation", true);
	ask(scene, 0, TSO, true);
	ask(scene, 0, TSO6, true);
	ask(scene, 0, USO, true);
	/* Of this one nothing takes away what holds it back. */
	ask(scene, 0, LRO, true);
	ask(scene, 1, TSO6, true);
	step_of(make(scene), 1, TSO6, STEP_BLOCKED);
	assert_advice(&scene->plan,
		      "nod set v0 " SG "=on " CSUM "=on " TSO "=on tx-tcp-ecn-segmentation=on " TSO6
		      "=on  # for v0: " TSO ", tx-tcp-ecn-segmentation, " TSO6 " and " USO);
}

/* A second feature may need more than what was enough for the first, and less than both ways together. */
static void test_advice_takes_no_more_than_needed(void **state)
{
	struct scene *scene = *state;

	add_device(scene, "eth0", NULL, "tx-checksum-ipv4 " CSUM " " SG " " TSO " " TSO6, SG);
	ask(scene, 0, TSO, true);
	ask(scene, 0, TSO6, true);
	make(scene);
	assert_advice(&scene->plan, "nod set eth0 " CSUM "=on " TSO "=on " TSO6
				    "=on  # for eth0: " TSO " and " TSO6);
}

static void test_advice_of_conflict(void **state)
{
	struct scene *scene = *state;

	add_device(scene, "e;th'0", NULL, LRO " rx-gro-hw rx-checksum", "rx-gro-hw rx-checksum");
	ask(scene, 0, LRO, true);
	step_of(make(scene), 0, LRO, STEP_BLOCKED);
	assert_advice(&scene->plan,
		      "nod set 'e;th'\\''0' rx-gro-hw=off " LRO "=on  # for e;th'0: " LRO);
}

static void test_no_advice(void **state)
{
	struct scene *scene = *state;

	add_device(scene, "v0", "veth", TSO " " SG, SG);
	ask(scene, 0, TSO, true);
	step_of(make(scene), 0, TSO, STEP_BLOCKED);
	assert_int_equal(scene->plan.nadvice, 0);
}

static void test_fixed(void **state)
{
	struct scene *scene = *state;
	const struct plan *plan;

	add_device(scene, "v0", "veth", "rx-gro vlan-challenged", "highdma");
	scene->devices[0].nochange = set_of("vlan-challenged");
	ask(scene, 0, TSO, true);
	ask(scene, 0, "highdma", true);
	ask(scene, 0, CSUM, false);
	ask(scene, 0, "vlan-challenged", true);
	plan = make(scene);
	assert_int_equal(plan->nrequests, 0);
	assert_non_null(step_of(plan, 0, TSO, STEP_FIXED)->text);
	step_of(plan, 0, "vlan-challenged", STEP_FIXED);
	step_of(plan, 0, "highdma", STEP_ALREADY);
	step_of(plan, 0, CSUM, STEP_ALREADY);
	assert_false(plan->holds);
}

/* Named alone, a feature that nobody can change is a "no", whatever else is asked for. */
static void test_fixed_alone(void **state)
{
	struct scene *scene = *state;

	add_device(scene, "v0", "veth", SG " " CSUM " " TSO, SG " " CSUM);
	ask(scene, 0, TSO, true);
	ask(scene, 0, TSO6, true);
	assert_false(make(scene)->holds);
	step_of(&scene->plan, 0, TSO, STEP_DONE);
}

/* tso=on: the members of one group, of which the device has some. */
static void test_groups(void **state)
{
	struct scene *scene = *state;

	add_device(scene, "v0", "veth", SG " " CSUM " " TSO, SG " " CSUM);
	add_device(scene, "v1", "veth", SG " " CSUM, SG " " CSUM);
	ask(scene, 0, TSO, true)->single = false;
	ask(scene, 0, TSO6, true)->single = false;
	assert_true(make(scene)->holds);
	step_of(&scene->plan, 0, TSO6, STEP_FIXED);
	/* Another word of the same call is another group. */
	ask(scene, 0, USO, true)->single = false;
	scene->changes[2].word = 1;
	assert_false(make(scene)->holds);
	/* So is another device, unless --stack added it. */
	scene->nchanges = 2;
	ask(scene, 1, TSO, true)->single = false;
	assert_false(make(scene)->holds);
	scene->changes[2].below = true;
	assert_true(make(scene)->holds);
}

static void test_already(void **state)
{
	struct scene *scene = *state;
	const struct plan *plan;
	const struct step *step;

	add_veth(scene, "v0");
	scene->devices[0].active = set_of(SG " " GSO " " CSUM " highdma");
	scene->devices[0].wanted = set_of(SG " " GSO " " USO);
	ask(scene, 0, SG, true);
	ask(scene, 0, TSO6, false);
	ask(scene, 0, USO, false);
	plan = make(scene);
	assert_int_equal(plan->nrequests, 1);
	assert_set(plan->requests[0].mask, USO);
	assert_set(plan->requests[0].restore_value, USO);
	step_of(plan, 0, SG, STEP_ALREADY);
	step_of(plan, 0, TSO6, STEP_ALREADY);
	step = step_of(plan, 0, USO, STEP_DONE);
	assert_text(step->text, "no longer requested");
	assert_true(plan->holds);
}

static void test_comes_back(void **state)
{
	struct scene *scene = *state;
	struct device *v0 = add_veth(scene, "v0");
	const struct step *step;

	v0->active = set_of(SG " " GSO " rx-gro highdma");
	v0->wanted = set_of(SG " " GSO " rx-gro " TSO " " USO);
	ask(scene, 0, CSUM, true);
	step = step_of(make(scene), 0, TSO, STEP_SIDE_EFFECT);
	assert_true(step->after);
	assert_string_equal(step->rule, "F3");
	assert_text(step->text, "was requested");
	step_of(&scene->plan, 0, USO, STEP_SIDE_EFFECT);
	assert_null(find_step(&scene->plan, 0, TSO6));
}

static void test_contradiction(void **state)
{
	struct scene *scene = *state;

	add_veth(scene, "v0");
	ask(scene, 0, TSO, true);
	ask(scene, 0, TSO, true);
	assert_int_equal(make(scene)->nsteps, 1);
	ask(scene, 0, TSO, false);
	assert_int_equal(plan_make(&scene->snapshot, scene->changes, scene->nchanges, &scene->arena,
				   &scene->plan, &scene->err),
			 -1);
	assert_int_equal(scene->err.code, ERR_USAGE);
	assert_text(scene->err.text, TSO " of v0");
}

/* One call that takes away what it asks for. */
static void test_self_defeating(void **state)
{
	struct scene *scene = *state;

	add_veth(scene, "v0");
	ask(scene, 0, SG, false);
	ask(scene, 0, TSO, true);
	make(scene);
	step_of(&scene->plan, 0, SG, STEP_DONE);
	assert_string_equal(step_of(&scene->plan, 0, TSO, STEP_BLOCKED)->rule, "F2");
	assert_set(scene->plan.requests[0].mask, SG);
	assert_false(scene->plan.holds);
}

/* vlan5 on bond0 on eth0 and eth1; eth1 has the lowest index, the VLAN the one before the bond's. */
static void add_bond_stack(struct scene *scene)
{
	struct device *eth1 = add_device(scene, "eth1", NULL, SG " " CSUM " " TSO " " LRO,
					 SG " " CSUM " " TSO " " LRO);
	struct device *vlan =
		add_device(scene, "vlan5", "vlan", SG " " CSUM " " TSO, SG " " CSUM " " TSO);
	struct device *bond = add_device(scene, "bond0", "bond", SG " " CSUM " " TSO " " LRO,
					 SG " " CSUM " " TSO " " LRO);
	struct device *eth0 = add_device(scene, "eth0", NULL, SG " " CSUM " " TSO " " LRO,
					 SG " " CSUM " " TSO " " LRO);

	enslave(eth0, bond);
	enslave(eth1, bond);
	vlan->has |= DEVICE_HAS_LINK;
	vlan->link_ifindex = bond->ifindex;
}

enum {
	ETH1,
	VLAN5,
	BOND0,
	ETH0
};

static void test_stack(void **state)
{
	struct scene *scene = *state;
	struct change *changes = scene->changes;
	const struct plan *plan;
	size_t count = 2;

	add_bond_stack(scene);
	ask(scene, VLAN5, TSO, false);
	ask(scene, ETH0, TSO, false);
	assert_int_equal(
		plan_add_below(&scene->snapshot, &changes, &count, &scene->arena, &scene->err), 0);
	assert_int_equal(count, 4);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(changes[i].below, i >= 2);
	assert_int_equal(plan_make(&scene->snapshot, changes, count, &scene->arena, &scene->plan,
				   &scene->err),
			 0);
	plan = &scene->plan;
	assert_int_equal(plan->nrequests, 4);
	assert_int_equal(plan->requests[0].device, ETH1);
	assert_int_equal(plan->requests[1].device, ETH0);
	assert_int_equal(plan->requests[2].device, BOND0);
	assert_int_equal(plan->requests[3].device, VLAN5);
	assert_true(step_of(plan, ETH1, TSO, STEP_DONE)->below);
	assert_false(step_of(plan, ETH0, TSO, STEP_DONE)->below);
	assert_int_equal(plan->nnotes, 0);
	assert_true(plan->holds);
}

static void test_notes(void **state)
{
	struct scene *scene = *state;
	const struct plan *plan;

	add_bond_stack(scene);
	ask(scene, BOND0, TSO, false);
	plan = make(scene);
	assert_int_equal(plan->nnotes, 1);
	assert_text(plan->notes[0], "switching " TSO " on bond0 does nothing");
	assert_text(plan->notes[0], "(eth1, eth0): add --stack");
	step_of(plan, BOND0, TSO, STEP_DONE);
	/* Whoever names a port knows of it. */
	ask(scene, ETH0, TSO, true);
	assert_int_equal(make(scene)->nnotes, 1);
	assert_text(scene->plan.notes[0], "(eth1): add --stack");
	scene->nchanges = 1;
	/* Nor is there advice for what only puts back what was. */
	scene->changes[0].back = true;
	assert_int_equal(make(scene)->nnotes, 0);
	scene->changes[0].back = false;
	/* Where it makes no difference nothing is said. */
	scene->devices[ETH0].hw = scene->devices[ETH1].hw = set_of(SG);
	assert_int_equal(make(scene)->nnotes, 0);
}

static void test_lro_goes_down(void **state)
{
	struct scene *scene = *state;
	const struct plan *plan;
	const struct step *step;

	add_bond_stack(scene);
	scene->snapshot.ndevices = 4;
	scene->devices[VLAN5].has = DEVICE_HAS_FEATURES;
	ask(scene, BOND0, LRO, false);
	plan = make(scene);
	step = step_of(plan, ETH0, LRO, STEP_SIDE_EFFECT);
	assert_string_equal(step->rule, "S2");
	assert_text(step->text, LRO "=off on bond0");
	/* The request to the port is gone: it has to be put back, too. */
	assert_int_equal(plan->nrequests, 3);
	assert_int_equal(plan->requests[0].device, ETH1);
	assert_set(plan->requests[0].mask, "");
	assert_set(plan->requests[0].restore_mask, LRO);
	assert_set(plan->requests[0].restore_value, LRO);
	assert_int_equal(plan->requests[2].device, BOND0);
	assert_set(plan->requests[2].mask, LRO);
	assert_int_equal(plan->nnotes, 0);
}

/* A macvlan has rx-lro once its parent has it, and the parent may have it once the macvlan wants it. */
static void test_lro_from_above(void **state)
{
	struct scene *scene = *state;
	struct device *lower = add_device(scene, "eth0", NULL, LRO, ""), *upper;
	const struct plan *plan;

	lower->ifindex = 1;
	upper = add_device(scene, "mac0", "macvlan", LRO, "");
	upper->link_ifindex = lower->ifindex;
	upper->has |= DEVICE_HAS_LINK;
	ask(scene, 0, LRO, true);
	ask(scene, 1, LRO, true);
	plan = make(scene);
	step_of(plan, 0, LRO, STEP_DONE);
	step_of(plan, 1, LRO, STEP_DONE);
	assert_true(plan->holds);
	assert_int_equal(plan->nrequests, 2);
	assert_int_equal(plan->requests[0].device, 1);
}

static void test_advice_of_upper(void **state)
{
	struct scene *scene = *state;
	const struct step *step;

	add_bond_stack(scene);
	scene->devices[VLAN5].has = DEVICE_HAS_FEATURES;
	for (size_t i = 0; i < scene->snapshot.ndevices; i++) {
		feature_put(&scene->devices[i].active, bit_of(LRO), false);
		feature_put(&scene->devices[i].wanted, bit_of(LRO), false);
	}
	ask(scene, ETH0, LRO, true);
	step = step_of(make(scene), ETH0, LRO, STEP_BLOCKED);
	assert_string_equal(step->rule, "S1");
	assert_text(step->text, "bond0");
	/* The other way round, or at once, it would be refused, and nobody would ask it again. */
	assert_advice(&scene->plan,
		      "nod set bond0 " LRO "=on && nod set eth0 " LRO "=on  # for eth0: " LRO);
	/* Requested before, it has to be told that it may. */
	feature_put(&scene->devices[ETH0].wanted, bit_of(LRO), true);
	assert_advice(make(scene), "nod set bond0 " LRO "=on && nod set eth0 " LRO
				   "=off && nod set eth0 " LRO "=on  # for eth0: " LRO);
}

static void test_advice_of_port(void **state)
{
	struct scene *scene = *state;
	struct device *bridge = add_device(scene, "br0", "bridge", SG " " CSUM " " TSO " " USO,
					   SG " " CSUM " " TSO);
	struct device *port = add_veth(scene, "v0");
	const struct step *step;

	enslave(port, bridge);
	port->wanted = port->active = set_of(SG " " CSUM " " TSO);
	ask(scene, 0, USO, true);
	step = step_of(make(scene), 0, USO, STEP_BLOCKED);
	assert_text(step->text, "depends on what its ports have");
	assert_advice(&scene->plan,
		      "nod set v0 " USO "=on && nod set br0 " USO "=on  # for br0: " USO);
}

/* The port has to be made able to do it first; the bridge needs no more than that. */
static void test_advice_of_port_that_needs(void **state)
{
	struct scene *scene = *state;
	struct device *bridge =
		add_device(scene, "br0", "bridge", SG " " CSUM " " USO, SG " " CSUM);
	struct device *port = add_veth(scene, "v0");

	enslave(port, bridge);
	port->wanted = port->active = set_of(SG);
	ask(scene, 0, USO, true);
	step_of(make(scene), 0, USO, STEP_BLOCKED);
	assert_advice(&scene->plan, "nod set v0 " CSUM "=on " USO "=on && nod set br0 " USO
				    "=on  # for br0: " USO);
}

/* What the bridge needs itself is held back by its ports as well, of which one can do nothing. */
static void test_advice_through_devices(void **state)
{
	struct scene *scene = *state;
	struct device *bridge =
		add_device(scene, "br0", "bridge", SG " " CSUM " " USO " " TSO, CSUM);
	struct device *port = add_veth(scene, "v0"), *other = add_veth(scene, "-v1");

	enslave(port, bridge);
	enslave(other, bridge);
	enslave(add_device(scene, "v2", "veth", "", ""), bridge);
	scene->snapshot.netns = "blue";
	port->wanted = port->active = other->wanted = other->active = set_of(CSUM);
	feature_put(&bridge->wanted, bit_of(SG), true);
	ask(scene, 0, USO, true);
	ask(scene, 0, TSO, true);
	assert_string_equal(step_of(make(scene), 0, TSO, STEP_BLOCKED)->rule, "F2");
	assert_advice(&scene->plan, "nod set --netns blue v0 " SG "=on " USO
				    "=on && nod set --netns blue -- -v1 " SG "=on " USO
				    "=on && nod set --netns blue br0 " TSO "=on " USO
				    "=on  # for br0: " TSO " and " USO);
}

/* A change of a port shows at the bridge. */
static void test_goes_up(void **state)
{
	struct scene *scene = *state;
	struct device *bridge = add_device(scene, "br0", "bridge", SG " " CSUM " " TSO " " USO,
					   SG " " CSUM " " TSO " " USO);
	struct device *port = add_veth(scene, "v0");
	const struct step *step;

	enslave(port, bridge);
	port->wanted = port->active = set_of(SG " " CSUM " " TSO " " USO);
	ask(scene, 1, USO, false);
	step = step_of(make(scene), 0, USO, STEP_SIDE_EFFECT);
	assert_text(step->text, USO "=off on v0");
	assert_non_null(step->rule);
	assert_int_equal(scene->plan.nrequests, 1);
}

static void test_without_features(void **state)
{
	struct scene *scene = *state;

	add_veth(scene, "v0")->has = 0;
	scene->devices[0].hw = scene->devices[0].wanted = scene->devices[0].active = set_of("");
	ask(scene, 0, TSO, true);
	step_of(make(scene), 0, TSO, STEP_FAILED);
	assert_int_equal(scene->plan.nrequests, 0);
	assert_false(scene->plan.holds);
}

/* --- afterwards --- */

struct later {
	struct snapshot snapshot;
	struct device devices[DEVICES_MAX];
	struct applied applied[DEVICES_MAX];
	struct plan outcome;
};

/* As the plan predicted it; what a test wants otherwise it changes. */
static void come_true(const struct scene *scene, struct later *later)
{
	memset(later, 0, sizeof(*later));
	later->snapshot = scene->snapshot;
	memcpy(later->devices, scene->devices, sizeof(later->devices));
	later->snapshot.devices = later->devices;
	for (size_t i = 0; i < scene->plan.nrequests; i++) {
		const struct device_request *request = &scene->plan.requests[i];
		struct device *device = &later->devices[request->device];

		later->applied[i].sent = feature_any(request->mask);
		device->wanted =
			feature_or(feature_without(device->wanted, request->mask), request->value);
	}
	for (size_t i = 0; i < scene->plan.nsteps; i++)
		feature_put(&later->devices[scene->plan.steps[i].device_index].active,
			    scene->plan.steps[i].bit, scene->plan.steps[i].after);
}

static const struct plan *verify(struct scene *scene, struct later *later)
{
	int status = plan_verify(&scene->plan, &scene->snapshot, &later->snapshot, later->applied,
				 &scene->arena, &later->outcome, &scene->err);

	assert_string_equal(scene->err.text, "");
	assert_int_equal(status, 0);
	return &later->outcome;
}

static void test_verify_as_predicted(void **state)
{
	struct scene *scene = *state;
	struct later later;
	struct feature_bits mask, value;
	const struct plan *plan, *outcome;

	add_veth(scene, "v0");
	add_veth(scene, "v1");
	ask(scene, 0, CSUM, false);
	ask(scene, 0, TSO, true);
	ask(scene, 0, "rx-gro", true);
	plan = make(scene);
	come_true(scene, &later);
	outcome = verify(scene, &later);
	assert_int_equal(outcome->nsteps, plan->nsteps);
	for (size_t i = 0; i < plan->nsteps; i++) {
		assert_int_equal(outcome->steps[i].bit, plan->steps[i].bit);
		assert_int_equal(outcome->steps[i].result, plan->steps[i].result);
		assert_int_equal(outcome->steps[i].after, plan->steps[i].after);
		assert_ptr_equal(outcome->steps[i].rule, plan->steps[i].rule);
	}
	assert_int_equal(outcome->nnotes, 0);
	assert_false(outcome->holds);
	/* TSO was requested before: it stays so. */
	assert_false(plan_withdraw(outcome, 0, &mask, &value));
}

static void test_withdraw(void **state)
{
	struct scene *scene = *state;
	struct device *v0 = add_veth(scene, "v0");
	struct later later;
	struct feature_bits mask, value;

	v0->wanted = v0->active = set_of(SG " " GSO);
	ask(scene, 0, TSO, true);
	ask(scene, 0, "rx-gro", true);
	make(scene);
	come_true(scene, &later);
	verify(scene, &later);
	assert_true(plan_withdraw(&later.outcome, 0, &mask, &value));
	assert_set(mask, TSO);
	assert_set(value, "");
	step_of(&later.outcome, 0, "rx-gro", STEP_DONE);
	assert_int_equal(later.outcome.nadvice, 1);
	assert_ptr_equal(later.outcome.advice[0], scene->plan.advice[0]);
	/* What came on against the prediction needs no advice. */
	feature_put(&later.devices[0].active, bit_of(TSO), true);
	assert_int_equal(verify(scene, &later)->nadvice, 0);
}

static void test_verify_refused(void **state)
{
	struct scene *scene = *state;
	struct later later;
	const struct step *step;

	add_device(scene, "eth0", NULL, "rx-gro rx-checksum", "rx-gro");
	ask(scene, 0, "rx-checksum", true);
	step_of(make(scene), 0, "rx-checksum", STEP_DONE);
	come_true(scene, &later);
	feature_put(&later.devices[0].active, bit_of("rx-checksum"), false);
	step = step_of(verify(scene, &later), 0, "rx-checksum", STEP_REFUSED);
	assert_false(step->after);
	assert_text(step->text, "driver e1000");
	assert_text(step->text, "dmesg");
	assert_false(later.outcome.holds);
}

static void test_verify_against_prediction(void **state)
{
	struct scene *scene = *state;
	struct later later;
	const struct step *step;

	add_veth(scene, "v0");
	add_veth(scene, "v1");
	ask(scene, 0, SG, false);
	ask(scene, 0, TSO, true);
	make(scene);
	come_true(scene, &later);
	/* TSO stays on all the same, so does GSO; and v1 loses something. */
	feature_put(&later.devices[0].active, bit_of(TSO), true);
	feature_put(&later.devices[0].active, bit_of(GSO), true);
	feature_put(&later.devices[1].active, bit_of("rx-gro"), false);
	verify(scene, &later);
	assert_text(step_of(&later.outcome, 0, TSO, STEP_ALREADY)->text, "against the prediction");
	assert_null(find_step(&later.outcome, 0, GSO));
	assert_int_equal(later.outcome.nnotes, 1);
	assert_text(later.outcome.notes[0], GSO " of v0 did not change");
	step = step_of(&later.outcome, 1, "rx-gro", STEP_SIDE_EFFECT);
	assert_text(step->text, "did not predict");
	assert_true(later.outcome.holds);
}

/* Something else went wrong, and a rule explains it: that is not the driver's fault. */
static void test_verify_other_rule(void **state)
{
	struct scene *scene = *state;
	struct device *v0 = add_veth(scene, "v0");
	struct later later;
	const struct step *step;

	v0->wanted = v0->active = set_of(SG " " CSUM " " GSO);
	ask(scene, 0, TSO, true);
	step_of(make(scene), 0, TSO, STEP_DONE);
	come_true(scene, &later);
	later.devices[0].active = set_of(GSO);
	later.devices[0].wanted = set_of(GSO " " TSO);
	step = step_of(verify(scene, &later), 0, TSO, STEP_BLOCKED);
	assert_string_equal(step->rule, "F2");
	assert_text(step->text, "not predicted");
}

static void test_verify_failed(void **state)
{
	struct scene *scene = *state;
	struct later later;

	add_veth(scene, "v0");
	add_veth(scene, "v1");
	add_veth(scene, "v2");
	for (size_t i = 0; i < 3; i++)
		ask(scene, i, "rx-gro", false);
	make(scene);
	come_true(scene, &later);
	later.devices[0].active = scene->devices[0].active;
	later.applied[0].error = "operation not permitted";
	later.applied[1].sent = false;
	later.devices[1].active = scene->devices[1].active;
	later.devices[2].ifindex = 99;
	verify(scene, &later);
	assert_string_equal(step_of(&later.outcome, 0, "rx-gro", STEP_FAILED)->text,
			    "operation not permitted");
	assert_text(step_of(&later.outcome, 1, "rx-gro", STEP_FAILED)->text, "not sent");
	assert_text(step_of(&later.outcome, 2, "rx-gro", STEP_FAILED)->text, "gone");
	assert_false(later.outcome.holds);
}

/* Devices in another order, and bits with other numbers. */
static void test_verify_matches(void **state)
{
	struct scene *scene = *state;
	struct later later;
	struct device kept;
	const char *name;

	add_veth(scene, "v0");
	add_veth(scene, "v1");
	ask(scene, 0, "rx-gro", false);
	make(scene);
	come_true(scene, &later);
	kept = later.devices[0];
	later.devices[0] = later.devices[1];
	later.devices[1] = kept;
	name = later.snapshot.names.names[bit_of("rx-gro")];
	later.snapshot.names.names[bit_of("rx-gro")] =
		later.snapshot.names.names[bit_of("tx-checksum-ipv4")];
	later.snapshot.names.names[bit_of("tx-checksum-ipv4")] = name;
	feature_put(&later.devices[0].active, bit_of("rx-gro"), false);
	feature_put(&later.devices[0].active, bit_of("tx-checksum-ipv4"), true);
	verify(scene, &later);
	assert_int_equal(later.outcome.nsteps, 1);
	step_of(&later.outcome, 0, "rx-gro", STEP_DONE);
	assert_true(later.outcome.holds);
}

/* --- what a person reads --- */

/* Names that would act on a terminal are longer when they are shown, and columns stay apart. */
static void test_text(void **state)
{
	struct scene *scene = *state;
	struct text out attr_cleanup(text_free) = {0};
	const struct session session = {.columns = 60};
	struct change_report report = {.state = REPORT_PLANNED};

	add_veth(scene, "d\033x");
	scene->devices[0].wanted = scene->devices[0].active = set_of(SG " rx-gro");
	ask(scene, 0, "rx-gro", false);
	ask(scene, 0, TSO, true);
	ask(scene, 0, TSO6, true);
	report.plan = *make(scene);
	set_text_report(&out, &report, &session);
	assert_string_equal(out.chars,
			    "Would be changed:\n"
			    "  d\\x1bx  rx-gro                off, was on\n"
			    "Would not be done:\n"
			    "  d\\x1bx  tx-tcp-segmentation   stays off\n"
			    "      needs tx-checksum-ipv4 or tx-checksum-ip-generic (F3)\n"
			    "  d\\x1bx  tx-tcp6-segmentation  stays off\n"
			    "      needs tx-checksum-ip-generic (F4)\n"
			    "What would help:\n"
			    "  nod set $'d\\033x' " CSUM "=on " TSO "=on " TSO6 "=on\n"
			    "      for d\\x1bx: " TSO " and\n"
			    "      " TSO6 "\n");
}

#define scene_test(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		scene_test(test_side_effects),
		scene_test(test_blocked),
		scene_test(test_requested_already),
		scene_test(test_advice_of_two_needs),
		scene_test(test_advice_of_a_group),
		scene_test(test_advice_takes_no_more_than_needed),
		scene_test(test_advice_of_conflict),
		scene_test(test_no_advice),
		scene_test(test_fixed),
		scene_test(test_fixed_alone),
		scene_test(test_groups),
		scene_test(test_already),
		scene_test(test_comes_back),
		scene_test(test_contradiction),
		scene_test(test_self_defeating),
		scene_test(test_stack),
		scene_test(test_notes),
		scene_test(test_lro_goes_down),
		scene_test(test_lro_from_above),
		scene_test(test_advice_of_upper),
		scene_test(test_advice_of_port),
		scene_test(test_advice_of_port_that_needs),
		scene_test(test_advice_through_devices),
		scene_test(test_goes_up),
		scene_test(test_without_features),
		scene_test(test_verify_as_predicted),
		scene_test(test_withdraw),
		scene_test(test_verify_refused),
		scene_test(test_verify_against_prediction),
		scene_test(test_verify_other_rule),
		scene_test(test_verify_failed),
		scene_test(test_verify_matches),
		scene_test(test_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
