/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What programs share that ask random things of the devices of this namespace: numbers, looking, sending,
 * and words for what is not as it should be.
 */
#ifndef NOD_TESTS_WORLDLAB_H
#define NOD_TESTS_WORLDLAB_H

#include <error.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/host/machine.h"
#include "lib/nl/ethtool.h"
#include "lib/nl/gather.h"

/* Not what is tested, but what it takes to test. */
#define STATUS_TROUBLE 3

struct lab {
	struct wire *wire;
	struct genl_family family;
	uint64_t random;
};

static inline void check(int result, const struct err *err)
{
	if (result != 0)
		error(STATUS_TROUBLE, 0, "%s", err->text);
}

static inline struct lab open_lab(uint64_t seed)
{
	struct lab lab = {.random = seed * 2 + 1};
	struct err err = {0};

	lab.wire = wire_open(NULL, &err);
	check(lab.wire ? 0 : -1, &err);
	check(ethtool_family(lab.wire, &lab.family, &err), &err);
	return lab;
}

static inline void close_lab(struct lab *lab)
{
	wire_close(lab->wire);
}

/* xorshift64*: the same numbers everywhere. */
static inline uint64_t draw(struct lab *lab, uint64_t below)
{
	lab->random ^= lab->random >> 12;
	lab->random ^= lab->random << 25;
	lab->random ^= lab->random >> 27;
	return (lab->random * UINT64_C(2685821657736338717) >> 33) % below;
}

static inline void look(struct lab *lab, struct snapshot *snapshot)
{
	struct err err = {0};

	*snapshot = (struct snapshot){0};
	check(gather_devices(lab->wire, snapshot, &err), &err);
	check(machine_kernel(NULL, snapshot, &err), &err);
	check(machine_drivers(NULL, snapshot, &err), &err);
	if (snapshot->uncertain)
		error(STATUS_TROUBLE, 0, "devices came and went");
	snapshot_finish(snapshot);
}

/**
 * struct request - a change of one device
 */
struct request {
	size_t device;
	struct feature_bits mask, value;
};

/* -1 and @err: the kernel refused it as a whole. What it says of the result does not count: one looks. */
static inline int send_request(struct lab *lab, const struct snapshot *snapshot,
			       const struct request *request, struct err *err)
{
	struct features_change change;
	bool permission;

	return ethtool_set_features(lab->wire, &lab->family, &snapshot->names,
				    snapshot->devices[request->device].ifindex, &request->mask,
				    &request->value, &change, &permission, err);
}

/*
 * Few features, many, or all that can be changed; now and then also some that cannot, but for those of
 * @never.
 */
static inline struct request invent_request(struct lab *lab, const struct snapshot *snapshot,
					    size_t device, struct feature_bits never)
{
	struct request request = {.device = device};
	uint64_t scarcity = UINT64_C(1) << draw(lab, 6), bias = 1 + draw(lab, 7);
	bool beyond = draw(lab, 8) == 0;

	for (unsigned int bit = 0; bit < snapshot->names.count; bit++) {
		bool taken = draw(lab, scarcity) == 0, on = draw(lab, 8) >= bias;

		if (!taken || !snapshot->names.names[bit] || feature_test(&never, bit))
			continue;
		if (!beyond && !feature_test(&snapshot->devices[device].hw, bit))
			continue;
		feature_put(&request.mask, bit, true);
		feature_put(&request.value, bit, on);
	}
	return request;
}

static inline uint64_t count_features(struct feature_bits set)
{
	uint64_t count = 0;

	for (unsigned int bit = 0; bit < FEATURE_BITS_MAX; bit++)
		count += feature_test(&set, bit);
	return count;
}

/* Names, and with @value also what each is. */
static inline void print_set(const struct snapshot *snapshot, const char *title,
			     const struct feature_bits *set, const struct feature_bits *value)
{
	printf("%s", title);
	for (unsigned int bit = 0; bit < snapshot->names.count; bit++)
		if (feature_test(set, bit))
			printf(" %s%s", snapshot->names.names[bit],
			       !value			  ? ""
			       : feature_test(value, bit) ? " on"
							  : " off");
	printf("\n");
}

static inline void print_request(const struct snapshot *snapshot, const struct request *request)
{
	const struct device *device = &snapshot->devices[request->device];

	printf("asked of %s (%s):", device->name, device->kind ?: "no kind");
	print_set(snapshot, "", &request->mask, &request->value);
}

static inline void print_before(const struct snapshot *before, size_t device)
{
	const struct device *old = &before->devices[device];

	printf("%s (%s) before:\n", old->name, old->kind ?: "no kind");
	print_set(before, "hw:", &old->hw, NULL);
	print_set(before, "wanted:", &old->wanted, NULL);
	print_set(before, "active:", &old->active, NULL);
}

#endif
