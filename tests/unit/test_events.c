/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is what lies between two looks told whole, in order, and with the right cause?
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include <net/if.h>
#include <linux/if.h>

#include "lib/diag/events.h"

enum bit {
	GSO,
	TSO,
	SG,
	CSUM,
	LRO,
	GRO_HW,
	USO,
	BITS,
};

static const struct feature_names names = {
	.count = BITS,
	.names = {[SG] = "tx-scatter-gather",
		  [CSUM] = "tx-checksum-ip-generic",
		  [GSO] = "tx-generic-segmentation",
		  [TSO] = "tx-tcp-segmentation",
		  [LRO] = "rx-lro",
		  [GRO_HW] = "rx-gro-hw",
		  [USO] = "tx-udp-segmentation"},
};

#define DEVICES 4

/* Two looks at the same devices; a test changes the second. */
struct looks {
	struct snapshot before, after;
	struct device old[DEVICES], now[DEVICES];
	struct event_list events;
};

static struct feature_bits all(void)
{
	return (struct feature_bits){{(1u << BITS) - 1}};
}

static void make_device(struct device *device, int ifindex, const char *name, const char *kind)
{
	*device = (struct device){
		.ifindex = ifindex,
		.kind = kind,
		.driver = kind,
		.flags = IFF_UP | IFF_LOWER_UP,
		.mtu = 1500,
		.has = DEVICE_HAS_FEATURES | DEVICE_HAS_MTU | DEVICE_HAS_FORWARDING4 |
		       DEVICE_HAS_FORWARDING6,
		.hw = all(),
		.wanted = all(),
		.active = all(),
	};
	snprintf(device->name, sizeof(device->name), "%s", name);
}

static int set_up(void **state)
{
	static struct looks looks;

	memset(&looks, 0, sizeof(looks));
	make_device(&looks.old[0], 2, "eth0", NULL);
	make_device(&looks.old[1], 3, "eth1", NULL);
	make_device(&looks.old[2], 5, "br0", "bridge");
	feature_put(&looks.old[2].wanted, LRO, false);
	feature_put(&looks.old[2].active, LRO, false);
	looks.before = (struct snapshot){.names = names, .devices = looks.old, .ndevices = 3};
	looks.after = (struct snapshot){.names = names, .devices = looks.now, .ndevices = 3};
	memcpy(looks.now, looks.old, sizeof(looks.now));
	*state = &looks;
	return 0;
}

static int tear_down(void **state)
{
	struct looks *looks = *state;

	event_list_free(&looks->events);
	return 0;
}

static void compare(struct looks *looks, size_t count)
{
	struct err err = {0};

	assert_int_equal(events_compare(&looks->before, &looks->after, &looks->events, &err), 0);
	assert_int_equal(looks->events.count, count);
}

static void is_link(const struct event *event, enum event_kind kind, const char *before,
		    const char *after)
{
	assert_int_equal(event->kind, kind);
	assert_int_equal(event->cause, EVENT_NO_CAUSE);
	assert_null(event->feature);
	if (before)
		assert_string_equal(event->before, before);
	else
		assert_null(event->before);
	if (after)
		assert_string_equal(event->after, after);
	else
		assert_null(event->after);
}

static void is_feature(const struct event *event, const char *feature, const char *after,
		       enum event_cause cause)
{
	assert_int_equal(event->kind, EVENT_FEATURE);
	assert_string_equal(event->feature, feature);
	assert_string_equal(event->after, after);
	assert_string_not_equal(event->before, after);
	assert_int_equal(event->cause, cause);
}

static void is_by(const struct event *event, const char *rule, const char *by)
{
	if (rule)
		assert_string_equal(event->rule, rule);
	else
		assert_null(event->rule);
	if (by)
		assert_string_equal(event->by, by);
	else
		assert_null(event->by);
}

static void put_lro(struct device *device, bool wanted, bool active)
{
	feature_put(&device->wanted, LRO, wanted);
	feature_put(&device->active, LRO, active);
}

static void nothing_changed(void **state)
{
	compare(*state, 0);
}

static void links_change(void **state)
{
	struct looks *looks = *state;
	struct device *device = &looks->now[0];
	const struct event *events;

	memcpy(device->name, "lan0", sizeof("lan0"));
	device->flags = IFF_UP;
	device->mtu = 9000;
	device->xdp = XDP_MODE_DRIVER;
	device->forwarding6 = true;
	device->has |= DEVICE_HAS_MASTER;
	device->master_ifindex = 5;
	compare(looks, 6);
	events = looks->events.list;
	is_link(&events[0], EVENT_RENAMED, "eth0", "lan0");
	assert_string_equal(events[0].device, "lan0");
	is_link(&events[1], EVENT_STATE, "up", "no-carrier");
	is_link(&events[2], EVENT_MTU, "1500", "9000");
	is_link(&events[3], EVENT_MASTER, NULL, "br0");
	is_link(&events[4], EVENT_XDP, "none", "driver");
	is_link(&events[5], EVENT_FORWARDING6, "off", "on");
}

static void devices_come_and_go(void **state)
{
	struct looks *looks = *state;

	/* eth1 goes, and two others come, one of them at the end. */
	make_device(&looks->now[1], 4, "eth2", NULL);
	make_device(&looks->now[3], 9, "v0", "veth");
	looks->after.ndevices = 4;
	compare(looks, 3);
	is_link(&looks->events.list[0], EVENT_NEW, NULL, NULL);
	assert_int_equal(looks->events.list[0].ifindex, 4);
	is_link(&looks->events.list[1], EVENT_NEW, NULL, NULL);
	assert_string_equal(looks->events.list[1].device, "v0");
	assert_string_equal(looks->events.list[1].device_kind, "veth");
	is_link(&looks->events.list[2], EVENT_GONE, NULL, NULL);
	assert_string_equal(looks->events.list[2].device, "eth1");
}

static void what_one_look_lacks_is_no_change(void **state)
{
	struct looks *looks = *state;

	looks->now[0].has = 0;
	looks->now[0].mtu = 0;
	looks->now[0].active = looks->now[0].wanted = (struct feature_bits){{0}};
	looks->old[1].has &= ~(uint32_t)DEVICE_HAS_FORWARDING4;
	looks->now[1].forwarding4 = true;
	compare(looks, 0);
}

static void requested_then_its_effects(void **state)
{
	struct looks *looks = *state;
	const struct event *events;

	/* The effects have lower numbers of bits: causes come first all the same. */
	feature_put(&looks->now[1].wanted, SG, false);
	feature_put(&looks->now[1].active, SG, false);
	feature_put(&looks->now[1].active, TSO, false);
	feature_put(&looks->now[1].active, GSO, false);
	compare(looks, 3);
	events = looks->events.list;
	is_feature(&events[0], "tx-scatter-gather", "off", EVENT_REQUESTED);
	is_by(&events[0], NULL, NULL);
	is_feature(&events[1], "tx-generic-segmentation", "off", EVENT_SIDE_EFFECT);
	is_by(&events[1], "F7", NULL);
	is_feature(&events[2], "tx-tcp-segmentation", "off", EVENT_SIDE_EFFECT);
	is_by(&events[2], "F2", NULL);
	assert_non_null(strstr(events[2].text, "tx-scatter-gather"));
}

static void unblocked(void **state)
{
	struct looks *looks = *state;

	feature_put(&looks->old[1].wanted, SG, false);
	feature_put(&looks->old[1].active, SG, false);
	feature_put(&looks->old[1].active, TSO, false);
	feature_put(&looks->old[1].active, GSO, false);
	compare(looks, 3);
	is_feature(&looks->events.list[0], "tx-scatter-gather", "on", EVENT_REQUESTED);
	is_feature(&looks->events.list[2], "tx-tcp-segmentation", "on", EVENT_SIDE_EFFECT);
	is_by(&looks->events.list[2], "F2", NULL);
	assert_non_null(strstr(looks->events.list[2].text, "was blocked"));
}

static void only_requested(void **state)
{
	struct looks *looks = *state;
	const struct event *event = NULL;

	for (int i = 0; i < 2; i++) {
		struct device *device = i ? looks->now : looks->old;

		feature_put(&device->wanted, SG, false);
		feature_put(&device->active, SG, false);
		feature_put(&device->active, GSO, false);
		feature_put(&device->active, TSO, false);
		feature_put(&device->wanted, TSO, i == 1);
	}
	compare(looks, 1);
	event = looks->events.list;
	assert_int_equal(event->kind, EVENT_REQUEST);
	assert_string_equal(event->feature, "tx-tcp-segmentation");
	assert_string_equal(event->after, "on");
	assert_int_equal(event->cause, EVENT_REQUESTED);
	is_by(event, "F2", NULL);
	assert_non_null(strstr(event->text, "not granted"));
}

static void lro_cleared_by_bridge(void **state)
{
	struct looks *looks = *state;

	put_lro(&looks->now[0], false, false);
	looks->now[0].has |= DEVICE_HAS_MASTER;
	looks->now[0].master_ifindex = 5;
	compare(looks, 2);
	is_link(&looks->events.list[0], EVENT_MASTER, NULL, "br0");
	is_feature(&looks->events.list[1], "rx-lro", "off", EVENT_SIDE_EFFECT);
	is_by(&looks->events.list[1], "S3", "br0");
}

static void lro_switched_off_below_a_bond_that_has_it(void **state)
{
	struct looks *looks = *state;

	make_device(&looks->old[2], 5, "bond0", "bond");
	make_device(&looks->now[2], 5, "bond0", "bond");
	put_lro(&looks->now[0], false, false);
	looks->now[0].has |= DEVICE_HAS_MASTER;
	looks->now[0].master_ifindex = 5;
	compare(looks, 2);
	is_feature(&looks->events.list[1], "rx-lro", "off", EVENT_REQUESTED);
}

static void lro_cleared_by_forwarding(void **state)
{
	struct looks *looks = *state;

	put_lro(&looks->now[0], false, false);
	looks->now[0].forwarding4 = true;
	compare(looks, 2);
	is_link(&looks->events.list[0], EVENT_FORWARDING4, "off", "on");
	is_feature(&looks->events.list[1], "rx-lro", "off", EVENT_SIDE_EFFECT);
	is_by(&looks->events.list[1], "S3", NULL);
	assert_non_null(strstr(looks->events.list[1].text, "IPv4"));
}

static void cleared_by_generic_xdp(void **state)
{
	struct looks *looks = *state;

	put_lro(&looks->now[0], false, false);
	feature_put(&looks->now[0].wanted, GRO_HW, false);
	feature_put(&looks->now[0].active, GRO_HW, false);
	looks->now[0].xdp = XDP_MODE_GENERIC;
	compare(looks, 3);
	is_link(&looks->events.list[0], EVENT_XDP, "none", "generic");
	is_feature(&looks->events.list[1], "rx-lro", "off", EVENT_SIDE_EFFECT);
	is_by(&looks->events.list[1], "S3", NULL);
	is_feature(&looks->events.list[2], "rx-gro-hw", "off", EVENT_SIDE_EFFECT);
	is_by(&looks->events.list[2], "S4", NULL);
}

static void lro_cleared_by_what_was_put_on_top(void **state)
{
	struct looks *looks = *state;
	struct device *vlan = &looks->now[3];

	make_device(vlan, 9, "eth0.7", "vlan");
	put_lro(vlan, false, false);
	vlan->has |= DEVICE_HAS_LINK;
	vlan->link_ifindex = 2;
	looks->after.ndevices = 4;
	put_lro(&looks->now[0], false, false);
	compare(looks, 2);
	is_feature(&looks->events.list[1], "rx-lro", "off", EVENT_SIDE_EFFECT);
	is_by(&looks->events.list[1], "S2", "eth0.7");
}

static void lro_switched_off_by_hand(void **state)
{
	struct looks *looks = *state;

	/* Forwarding was on before: it is not what changed. */
	looks->old[0].forwarding4 = looks->now[0].forwarding4 = true;
	put_lro(&looks->now[0], false, false);
	compare(looks, 1);
	is_feature(&looks->events.list[0], "rx-lro", "off", EVENT_REQUESTED);
}

static void make_pair(struct device *devices)
{
	for (int end = 0; end < 2; end++) {
		devices[end].kind = devices[end].driver = "veth";
		devices[end].has |= DEVICE_HAS_LINK;
		devices[end].link_ifindex = devices[!end].ifindex;
	}
}

/* As long as an end of a pair runs XDP, the other one has no segmentation. */
static void run_xdp(struct device *devices)
{
	devices[1].xdp = XDP_MODE_DRIVER;
	feature_put(&devices[0].active, TSO, false);
	feature_put(&devices[0].hw, TSO, false);
}

static void peer_runs_xdp(void **state)
{
	struct looks *looks = *state;

	make_pair(looks->old);
	make_pair(looks->now);
	run_xdp(looks->now);
	compare(looks, 2);
	is_link(&looks->events.list[0], EVENT_XDP, "none", "driver");
	is_feature(&looks->events.list[1], "tx-tcp-segmentation", "off", EVENT_SIDE_EFFECT);
	is_by(&looks->events.list[1], "K-veth-xdp", "eth1");
	assert_true(looks->events.list[1].fixed);
}

static void peer_runs_xdp_no_more(void **state)
{
	struct looks *looks = *state;

	make_pair(looks->old);
	make_pair(looks->now);
	run_xdp(looks->old);
	compare(looks, 2);
	is_link(&looks->events.list[0], EVENT_XDP, "driver", "none");
	is_feature(&looks->events.list[1], "tx-tcp-segmentation", "on", EVENT_SIDE_EFFECT);
	is_by(&looks->events.list[1], "K-veth-xdp", "eth1");
	assert_false(looks->events.list[1].fixed);
}

static void bridge_follows_its_port(void **state)
{
	struct looks *looks = *state;

	looks->old[0].has |= DEVICE_HAS_MASTER;
	looks->now[0].has |= DEVICE_HAS_MASTER;
	looks->old[0].master_ifindex = looks->now[0].master_ifindex = 5;
	feature_put(&looks->now[0].wanted, USO, false);
	feature_put(&looks->now[0].active, USO, false);
	feature_put(&looks->now[2].active, USO, false);
	compare(looks, 2);
	is_feature(&looks->events.list[0], "tx-udp-segmentation", "off", EVENT_REQUESTED);
	assert_string_equal(looks->events.list[0].device, "eth0");
	is_feature(&looks->events.list[1], "tx-udp-segmentation", "off", EVENT_SIDE_EFFECT);
	assert_string_equal(looks->events.list[1].device, "br0");
	is_by(&looks->events.list[1], "K-bridge", "eth0");
}

static void steps_that_overlap(void **state attr_unused)
{
	struct device start, middle, end;

	make_device(&start, 2, "eth0", NULL);
	middle = start;
	middle.mtu = 1400;
	end = middle;
	assert_false(device_changes_overlap(&start, &middle, &end));
	end.forwarding4 = true;
	assert_false(device_changes_overlap(&start, &middle, &end));
	end.mtu = 1500;
	assert_true(device_changes_overlap(&start, &middle, &end));

	end = middle = start;
	feature_put(&middle.active, TSO, false);
	feature_put(&end.active, TSO, false);
	feature_put(&end.active, GSO, false);
	assert_false(device_changes_overlap(&start, &middle, &end));
	feature_put(&end.active, TSO, true);
	assert_true(device_changes_overlap(&start, &middle, &end));
}

static void steps_of_devices_that_come_and_go(void **state attr_unused)
{
	struct device start, changed;

	make_device(&start, 2, "eth0", NULL);
	changed = start;
	changed.mtu = 1400;
	assert_false(device_changes_overlap(NULL, NULL, &start));
	assert_false(device_changes_overlap(NULL, &start, &start));
	assert_true(device_changes_overlap(NULL, &start, &changed));
	assert_true(device_changes_overlap(NULL, &start, NULL));
	assert_true(device_changes_overlap(&start, NULL, &start));
	assert_true(device_changes_overlap(&start, &changed, NULL));
	assert_false(device_changes_overlap(&start, &start, NULL));
}

#define test(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(nothing_changed),
		test(links_change),
		test(devices_come_and_go),
		test(what_one_look_lacks_is_no_change),
		test(requested_then_its_effects),
		test(unblocked),
		test(only_requested),
		test(lro_cleared_by_bridge),
		test(lro_switched_off_below_a_bond_that_has_it),
		test(lro_cleared_by_forwarding),
		test(cleared_by_generic_xdp),
		test(lro_cleared_by_what_was_put_on_top),
		test(lro_switched_off_by_hand),
		test(peer_runs_xdp),
		test(peer_runs_xdp_no_more),
		test(bridge_follows_its_port),
		test(steps_that_overlap),
		test(steps_of_devices_that_come_and_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
