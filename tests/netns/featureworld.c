/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does the kernel do what nod foresees? Random changes of features of the devices of this namespace,
 * one by one, each compared on all devices with what lib/diag/deps.c made of it.
 *
 *   featureworld SEED COUNT
 *
 * Says what it did, or the first difference with all that it takes to see it again; then the status is
 * 1. What nod says it cannot know is left out of the comparison and counted.
 */
#include "lib/diag/deps.h"
#include "tests/netns/worldlab.h"

struct tally {
	uint64_t changed, elsewhere, features, unknown;
};

static struct request invent(struct lab *lab, const struct snapshot *snapshot)
{
	size_t device = draw(lab, snapshot->ndevices);

	return invent_request(lab, snapshot, device, snapshot->devices[device].nochange);
}

static void explain(const struct snapshot *before, const struct snapshot *after,
		    const struct feature_world *world, const struct request *request, size_t i)
{
	const struct device *old = &before->devices[i], *new = &after->devices[i];
	struct feature_bits active =
		feature_without(feature_xor(new->active, world->active[i]), world->unknown[i]);
	struct feature_bits wanted = feature_xor(new->wanted, world->wanted[i]);

	print_request(before, request);
	printf("%s is not as foreseen\n", old->name);
	print_set(before, "active, found:", &active, &new->active);
	print_set(before, "wanted, found:", &wanted, &new->wanted);
	print_before(before, i);
	print_set(before, "unknown:", &world->unknown[i], NULL);
}

/* false at a difference. */
static bool compare(const struct snapshot *before, const struct snapshot *after,
		    const struct feature_world *world, const struct request *request,
		    struct tally *tally)
{
	bool same = after->ndevices == before->ndevices;

	for (size_t i = 0; same && i < before->ndevices; i++) {
		struct feature_bits differs =
			feature_xor(after->devices[i].active, world->active[i]);
		bool changed = !feature_equal(after->devices[i].active, before->devices[i].active);

		same = after->devices[i].ifindex == before->devices[i].ifindex &&
		       !feature_any(feature_without(differs, world->unknown[i])) &&
		       feature_equal(after->devices[i].wanted, world->wanted[i]) &&
		       feature_equal(after->devices[i].hw, world->hw[i]);
		if (!same)
			explain(before, after, world, request, i);
		tally->changed += changed;
		tally->elsewhere += changed && i != request->device;
		tally->unknown += count_features(world->unknown[i]);
	}
	tally->features += count_features(request->mask);
	return same;
}

static bool step(struct lab *lab, struct snapshot *now, struct tally *tally)
{
	struct request request = invent(lab, now);
	struct feature_world world;
	struct arena arena = {0};
	struct snapshot after;
	struct err err = {0};
	bool same;

	check(world_init(&world, now, &arena, &err), &err);
	world_set(&world, request.device, request.mask, request.value);
	check(send_request(lab, now, &request, &err), &err);
	look(lab, &after);
	same = compare(now, &after, &world, &request, tally);
	arena_free(&arena);
	snapshot_free(now);
	*now = after;
	return same;
}

int main(int argc, char **argv)
{
	struct lab lab;
	struct tally tally = {0};
	struct snapshot now;
	uint64_t seed, count, i;
	bool same = true;

	if (argc != 3)
		error(2, 0, "usage: featureworld SEED COUNT");
	seed = strtoull(argv[1], NULL, 10);
	count = strtoull(argv[2], NULL, 10);
	lab = open_lab(seed);
	look(&lab, &now);
	printf("seed %" PRIu64 ", %zu devices, Linux %s\n", seed, now.ndevices, now.release);
	for (i = 0; same && i < count; i++)
		same = step(&lab, &now, &tally);
	if (!same)
		printf("request %" PRIu64 " of seed %" PRIu64 "\n", i, seed);
	printf("%" PRIu64 " requests for %" PRIu64 " features: %" PRIu64
	       " devices changed, %" PRIu64 " of them others than asked; %" PRIu64 " unknown\n",
	       i, tally.features, tally.changed, tally.elsewhere, tally.unknown);
	snapshot_free(&now);
	close_lab(&lab);
	return same ? 0 : 1;
}
