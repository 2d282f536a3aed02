/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What has to be asked for so that features come on that rules hold back?
 */
#include "lib/diag/way.h"

/* Devices that hold back devices that hold back. */
#define DEPTH_MAX 3

/* --- one device --- */

/**
 * struct search - for a way to one more goal
 * @found: where a way is put that leads there
 * @elsewhere: the first obstacle that nothing on the device takes away; without a rule if there is none
 */
struct search {
	struct feature_world *world;
	unsigned int goal;
	struct way *found;
	struct drop elsewhere;
};

static bool can_set(const struct snapshot *snapshot, size_t index, unsigned int bit)
{
	const struct device *device = &snapshot->devices[index];

	return feature_test(&device->hw, bit) && !feature_test(&device->nochange, bit);
}

/* Which goals does it not lead to? */
static struct feature_bits find_missing(struct feature_world *world, struct way *way,
					struct drops *drops)
{
	struct feature_bits *wanted = &world->wanted[way->device], before = *wanted;
	struct feature_bits unknown = {{0}}, granted;

	*wanted = feature_without(feature_or(before, way->on), way->off);
	granted = world_compute(world, way->device, drops, &unknown);
	*wanted = before;
	way->unknown = feature_and(unknown, way->goals);
	return feature_without(way->goals, granted);
}

/* It calls itself with one more step, at most WAY_STEPS deep. */
static bool search(struct search *self, struct way way, unsigned int steps);

/* What is in the way, off; false if that cannot be. */
static bool try_without(struct search *self, struct way way, const struct feature_bits *conflicts,
			unsigned int steps)
{
	struct feature_bits left = feature_without(*conflicts, way.off);

	for (unsigned int bit = 0; bit < FEATURE_BITS_MAX; bit++)
		if (feature_test(&left, bit) && !can_set(self->world->snapshot, way.device, bit))
			return false;
	if (!feature_any(left))
		return false;
	way.off = feature_or(way.off, left);
	way.on = feature_without(way.on, left);
	return search(self, way, steps - 1);
}

static bool try_needs(struct search *self, const struct way *before, const struct drops *drops,
		      unsigned int bit, unsigned int steps);

/* One feature that is needed and off: ask for it, or see what it needs itself. */
static bool try_need(struct search *self, const struct way *way, const struct drops *drops,
		     unsigned int need, unsigned int steps)
{
	struct way with = *way;

	if (!can_set(self->world->snapshot, way->device, need) || feature_test(&way->off, need))
		return false;
	if (feature_test(&self->world->wanted[way->device], need) || feature_test(&way->on, need))
		return try_needs(self, way, drops, need, steps - 1);
	feature_put(&with.on, need, true);
	return search(self, with, steps - 1);
}

static bool try_needs(struct search *self, const struct way *before, const struct drops *drops,
		      unsigned int bit, unsigned int steps)
{
	const struct drop *drop = drops_find(drops, bit);
	struct way way = *before;
	bool here = drop && !drop->device && feature_any(feature_or(drop->needs, drop->conflicts));

	if (drop && !here && !self->elsewhere.rule)
		self->elsewhere = *drop;
	if (!here || !steps)
		return false;
	way.path[way.npath++] = *drop;
	if (feature_any(drop->conflicts) && try_without(self, way, &drop->conflicts, steps))
		return true;
	for (unsigned int need = 0; need < FEATURE_BITS_MAX; need++)
		if (feature_test(&drop->needs, need) && try_need(self, &way, drops, need, steps))
			return true;
	return false;
}

/* Of two that would do, the search may have taken both, one after the other. */
static void drop_needless(const struct search *self, struct way *way)
{
	struct feature_bits asked = feature_without(feature_or(way->on, way->off), way->goals);

	for (unsigned int bit = 0; bit < FEATURE_BITS_MAX; bit++) {
		struct way less = *way;

		if (!feature_test(&asked, bit))
			continue;
		feature_put(&less.on, bit, false);
		feature_put(&less.off, bit, false);
		if (!feature_any(find_missing(self->world, &less, NULL)))
			*way = less;
	}
}

static bool search(struct search *self, struct way way, unsigned int steps)
{
	struct feature_bits missing;
	struct drops drops;

	drops.count = 0;
	missing = find_missing(self->world, &way, &drops);
	if (feature_any(missing))
		return feature_test(&missing, self->goal) &&
		       try_needs(self, &way, &drops, self->goal, steps);
	drop_needless(self, &way);
	*self->found = way;
	return true;
}

/* As way_find(); else @elsewhere says what is to be done on another device, if anything is known. */
static bool find_here(struct feature_world *world, struct way *way, unsigned int bit,
		      struct drop *elsewhere)
{
	struct search self = {.world = world, .goal = bit, .found = way};
	struct way start = *way;
	bool found;

	elsewhere->rule = NULL;
	if (!can_set(world->snapshot, way->device, bit))
		return false;
	start.npath = 0;
	feature_put(&start.goals, bit, true);
	feature_put(&start.on, bit, !feature_test(&world->wanted[way->device], bit));
	feature_put(&start.off, bit, false);
	found = search(&self, start, WAY_STEPS);
	*elsewhere = self.elsewhere;
	return found;
}

bool way_find(struct feature_world *world, struct way *way, unsigned int bit)
{
	struct drop elsewhere;

	return find_here(world, way, bit, &elsewhere);
}

bool way_is_any(const struct way *way)
{
	return feature_any(feature_or(way->on, way->off));
}

void way_set(struct feature_world *world, const struct way *way)
{
	world_set(world, way->device, feature_or(way->on, way->off), way->on);
}

/* --- other devices --- */

/**
 * struct tour - ways of several devices
 * @world: @base, until something is done elsewhere; then @trial, where it is done
 * @errands: how often something was
 * @sure: nothing on which a driver has the last word
 */
struct tour {
	struct feature_world *base, *trial, *world;
	struct ways *ways;
	size_t errands;
	bool sure;
};

static bool reach(struct tour *tour, struct way *way, unsigned int bit, unsigned int depth);

static struct way *find_way(struct ways *ways, size_t device)
{
	for (size_t i = 0; i < ways->count; i++)
		if (ways->list[i].device == device)
			return &ways->list[i];
	if (ways->count == WAYS_ELSEWHERE)
		return NULL;
	ways->list[ways->count] = (struct way){.device = device};
	return &ways->list[ways->count++];
}

static bool run_errand(struct tour *tour, const struct way *way)
{
	struct way *all = find_way(tour->ways, way->device);

	if (!all)
		return false;
	all->on = feature_or(feature_without(all->on, way->off), way->on);
	all->off = feature_or(feature_without(all->off, way->on), way->off);
	all->goals = feature_or(all->goals, way->goals);
	all->unknown = feature_or(all->unknown, way->unknown);
	if (!tour->errands++)
		world_assign(tour->trial, tour->base);
	tour->world = tour->trial;
	way_set(tour->trial, way);
	return true;
}

/* Get the feature on another device. Whether anything is to be asked there. */
static bool add_errand(struct tour *tour, size_t device, unsigned int bit, unsigned int depth)
{
	struct way way = {.device = device};

	return reach(tour, &way, bit, depth) && way_is_any(&way) &&
	       !(tour->sure && feature_any(way.unknown)) && run_errand(tour, &way);
}

/* On the device that is the cause, or on all below. Whether anything is to be asked there. */
static bool go_around(struct tour *tour, size_t device, const struct drop *drop, unsigned int depth)
{
	const struct snapshot *snapshot = tour->base->snapshot;
	const struct device *upper = &snapshot->devices[device];
	bool any = false;

	for (unsigned int need = 0; drop->device && need < FEATURE_BITS_MAX; need++)
		if (feature_test(&drop->needs, need) &&
		    add_errand(tour, (size_t)(drop->device - snapshot->devices), need, depth))
			return true;
	for (size_t i = 0; !drop->device && i < snapshot->ndevices; i++)
		if (tour->ways->count < WAYS_ELSEWHERE &&
		    device_is_upper_of(snapshot, upper, &snapshot->devices[i]) &&
		    !feature_test(&tour->world->active[i], drop->bit))
			any |= add_errand(tour, i, drop->bit, depth);
	return any;
}

static bool reach(struct tour *tour, struct way *way, unsigned int bit, unsigned int depth)
{
	for (size_t tries = 0; tries <= WAYS_ELSEWHERE; tries++) {
		struct drop elsewhere;

		if (find_here(tour->world, way, bit, &elsewhere))
			return true;
		if (!elsewhere.rule || !depth ||
		    !go_around(tour, way->device, &elsewhere, depth - 1))
			return false;
	}
	return false;
}

/* Everything anew, each device asked once. */
static void run_again(struct tour *tour)
{
	world_assign(tour->trial, tour->base);
	for (size_t i = 0; i < tour->ways->count; i++)
		way_set(tour->trial, &tour->ways->list[i]);
}

static void add_goal(struct tour *tour, struct way *here, unsigned int bit)
{
	const struct ways before = *tour->ways;
	size_t errands = tour->errands;
	struct way way = *here;
	bool found = reach(tour, &way, bit, DEPTH_MAX) && !(tour->sure && feature_any(way.unknown));

	if (errands != tour->errands) {
		run_again(tour);
		found = found && !feature_any(find_missing(tour->trial, &way, NULL));
		if (!found) {
			*tour->ways = before;
			run_again(tour);
		}
	}
	if (found)
		*here = way;
}

/* What is requested already comes when the kernel looks again, which it does when a request changes. */
static void add_here(struct tour *tour, const struct way *here)
{
	struct ways *ways = tour->ways;
	struct feature_bits asleep =
		feature_without(here->goals, tour->world->active[here->device]);
	struct way *next = &ways->list[ways->count];

	*next = *here;
	if (!way_is_any(here)) {
		if (!feature_any(asleep))
			return;
		next->off = asleep;
		*++next = *here;
		next->on = asleep;
	}
	ways->count = (size_t)(next + 1 - ways->list);
}

static void add_goals(struct tour *tour, struct way *here, const struct feature_bits *goals)
{
	for (unsigned int bit = 0; bit < FEATURE_BITS_MAX; bit++)
		if (feature_test(goals, bit) && !feature_test(&here->goals, bit))
			add_goal(tour, here, bit);
}

void ways_find(struct feature_world *world, struct feature_world *trial, size_t device,
	       const struct feature_bits *goals, struct ways *ways)
{
	struct tour tour = {.base = world, .trial = trial, .world = world, .ways = ways};
	struct way here = {.device = device};
	struct feature_bits sure;

	*ways = (struct ways){.count = 0};
	tour.sure = true;
	add_goals(&tour, &here, goals);
	sure = here.goals;
	tour.sure = false;
	add_goals(&tour, &here, goals);
	if (feature_any(here.goals))
		add_here(&tour, &here);
	ways->goals = here.goals;
	ways->unknown = feature_without(here.goals, sure);
}

/* --- commands --- */

static void add_settings(struct text *text, const struct feature_names *names,
			 const struct feature_bits *set, const char *state)
{
	for (unsigned int bit = 0; bit < names->count; bit++)
		if (feature_test(set, bit) && names->names[bit])
			text_printf(text, " %s=%s", names->names[bit], state);
}

static void add_command(struct text *text, const struct snapshot *snapshot, const struct way *way)
{
	const char *name = snapshot->devices[way->device].name;

	text_add(text, "nod set ");
	if (snapshot->netns) {
		text_add(text, "--netns ");
		text_add_shell(text, snapshot->netns);
		text_add(text, " ");
	}
	text_add(text, name[0] == '-' ? "-- " : "");
	text_add_shell(text, name);
	add_settings(text, &snapshot->names, &way->off, "off");
	add_settings(text, &snapshot->names, &way->on, "on");
}

void ways_add_commands(struct text *text, const struct snapshot *snapshot, const struct way *list,
		       size_t count)
{
	for (size_t i = 0; i < count; i++) {
		add_command(text, snapshot, &list[i]);
		if (i + 1 < count)
			text_add(text, feature_any(list[i].unknown) ? "; " : " && ");
	}
}
