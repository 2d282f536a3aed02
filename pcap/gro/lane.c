/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What becomes of the trains of one flow when a packet comes?
 */
#include <string.h>

#include "pcap/gro/lane.h"

static struct held *held_at(const struct pool *held, uint32_t place)
{
	return pool_at(held, place);
}

struct gro_train *lane_find(struct lane *lane, const struct pool *held, uint64_t key)
{
	if (likely(lane->train.count && lane->train.key == key))
		return &lane->train;
	for (uint32_t place = lane->more; place; place = held_at(held, place)->next)
		if (held_at(held, place)->train.key == key)
			return &held_at(held, place)->train;
	return NULL;
}

/*
 * Receivers that end a train by what does not fit have one of each flow; others go on with several,
 * and any of them may take the packet. If none does, what the latest says of it counts.
 */
void lane_show_others(struct lane *lane, struct move *move)
{
	for (uint32_t place = lane->more; place; place = held_at(move->held, place)->next) {
		struct gro_train *train = &held_at(move->held, place)->train;
		struct gro_step step;

		if (train->key != move->key)
			continue;
		if (move->before)
			*move->before = *train;
		step = gro_train_step(move->rules, train, move->packet);
		move->seen |= step.why | step.ends;
		move->saved = move->before && step.fate == GRO_MERGED;
		if (!move->shown || step.fate == GRO_MERGED || step.ends) {
			move->shown = train;
			move->step = step;
		}
		if (step.fate == GRO_MERGED || step.ends)
			return;
	}
	if (move->shown)
		return;
	move->step = gro_train_step(move->rules, NULL, move->packet);
	move->seen = move->step.why;
}

static void unlink_held(struct lane *lane, struct pool *held, const struct gro_train *train)
{
	uint32_t *link = &lane->more, place;

	while (&held_at(held, *link)->train != train)
		link = &held_at(held, *link)->next;
	place = *link;
	*link = held_at(held, place)->next;
	pool_give(held, place);
}

static struct held *held_of(struct gro_train *train)
{
	_Static_assert(offsetof(struct held, train) == 0, "a held train is where its place is");
	return (void *)train;
}

static void copy_parts(uint32_t *to, const uint32_t *from)
{
	memcpy(to, from, GRO_PARTS * sizeof(*to));
}

static int finish(const struct lane *lane, const struct move *move, struct gro_train *train)
{
	const uint32_t *parts = train == &lane->train ? move->parts : held_of(train)->parts;

	return move->done ? move->done(move->context, train, parts) : 0;
}

static int complete(struct lane *lane, struct move *move, struct gro_train *train)
{
	int result = finish(lane, move, train);

	if (train == &lane->train)
		train->count = 0;
	else
		unlink_held(lane, move->held, train);
	return result;
}

/* The train that has waited longest, and how many there are beside the latest. */
static struct gro_train *oldest(const struct lane *lane, const struct pool *held,
				unsigned int *count)
{
	struct gro_train *train = NULL;

	*count = 0;
	for (uint32_t place = lane->more; place; place = held_at(held, place)->next) {
		train = &held_at(held, place)->train;
		++*count;
	}
	return train;
}

/* The latest train makes room for another, but is still held. */
static int set_aside(struct lane *lane, struct move *move)
{
	unsigned int count;
	struct gro_train *old = oldest(lane, move->held, &count);
	uint32_t place;

	if ((count + 1 == LANE_HELD || pool_is_full(move->held)) &&
	    complete(lane, move, count ? old : &lane->train) < 0)
		return -1;
	if (!lane->train.count)
		return 0;
	place = pool_take(move->held);
	if (!place)
		return -1;
	held_at(move->held, place)->train = lane->train;
	held_at(move->held, place)->next = lane->more;
	if (move->parts)
		copy_parts(held_at(move->held, place)->parts, move->parts);
	lane->more = place;
	return 0;
}

/* A train that took a packet becomes the latest. */
static void bring_forward(struct lane *lane, const struct move *move, struct gro_train *train)
{
	struct held taken = *held_of(train);

	if (lane->train.count)
		*train = lane->train;
	if (lane->train.count && move->parts)
		copy_parts(held_of(train)->parts, move->parts);
	if (!lane->train.count)
		unlink_held(lane, move->held, train);
	lane->train = taken.train;
	if (move->parts)
		copy_parts(move->parts, taken.parts);
}

/* Of the packet that comes: what the next one's flow is compared with. */
static void note_flow(struct lane *lane, const struct move *move)
{
	lane->train.key = move->key;
	if (move->parts)
		copy_parts(move->parts, move->packet->parts);
}

static int begin(struct lane *lane, struct move *move)
{
	if (lane->train.count && set_aside(lane, move) < 0)
		return -1;
	gro_train_begin(&lane->train, move->packet);
	note_flow(lane, move);
	return 0;
}

int lane_settle(struct lane *lane, struct move *move)
{
	const struct gro_step *step = &move->step;

	if (step->fate == GRO_MERGED) {
		lane_count(lane, move->shown, move->packet);
		if (move->shown != &lane->train) {
			bring_forward(lane, move, move->shown);
			move->shown = &lane->train;
		}
		return step->ends ? complete(lane, move, move->shown) : 0;
	}
	lane->supers += move->data;
	if (move->shown && step->ends && complete(lane, move, move->shown) < 0)
		return -1;
	if (step->fate == GRO_BEGINS)
		return begin(lane, move);
	if (move->data && !lane->train.count)
		note_flow(lane, move);
	return 0;
}

int lane_end(struct lane *lane, struct move *move)
{
	unsigned int count;
	struct gro_train *train;

	while ((train = oldest(lane, move->held, &count)))
		if (complete(lane, move, train) < 0)
			return -1;
	return lane->train.count ? complete(lane, move, &lane->train) : 0;
}

void lane_drop(struct lane *lane, struct pool *held)
{
	while (lane->more) {
		uint32_t place = lane->more;

		lane->more = held_at(held, place)->next;
		pool_give(held, place);
	}
	lane->train.count = 0;
}

int lane_fork(struct lane *fork, const struct lane *lane, struct pool *held)
{
	uint32_t *link = &fork->more;

	*fork = *lane;
	fork->more = 0;
	fork->largest = 0;
	for (uint32_t from = lane->more; from; from = held_at(held, from)->next) {
		*link = pool_take(held);
		if (!*link) {
			lane_drop(fork, held);
			return -1;
		}
		*held_at(held, *link) = *held_at(held, from);
		link = &held_at(held, *link)->next;
		*link = 0;
	}
	return 0;
}

struct gro_train *lane_twin(struct lane *fork, const struct lane *lane, const struct pool *held,
			    const struct gro_train *train)
{
	uint32_t place = fork->more;

	if (train == &lane->train)
		return &fork->train;
	for (uint32_t from = lane->more; &held_at(held, from)->train != train;
	     from = held_at(held, from)->next)
		place = held_at(held, place)->next;
	return &held_at(held, place)->train;
}
