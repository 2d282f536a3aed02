/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What programs share that do what nod set does, with random changes of the devices of this namespace.
 */
#ifndef NOD_TESTS_PLANLAB_H
#define NOD_TESTS_PLANLAB_H

#include <stdarg.h>
#include <string.h>

#include "lib/diag/plan.h"
#include "tests/netns/worldlab.h"

/**
 * struct round - one call of nod set, as it were
 * @named: of @changes, those that nod was asked for: others are from plan_add_below()
 * @before: before anything was sent; @after: when all was sent, and nothing withdrawn
 */
struct round {
	struct lab *lab;
	struct arena arena;
	struct change *changes;
	size_t count, named;
	struct plan plan, outcome;
	struct snapshot before, after;
};

static inline void *allocate(struct round *round, size_t count, size_t size)
{
	void *memory = arena_alloc(&round->arena, (count + 1) * size);

	if (!memory)
		error(STATUS_TROUBLE, 0, "out of memory");
	return memory;
}

static inline char *copy(struct round *round, const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(allocate(round, size, 1), text, size);
}

static inline size_t place(size_t device, unsigned int bit)
{
	return device * FEATURE_BITS_MAX + bit;
}

/* Say what is wrong with @device, and what had been asked. Returns false. */
static inline attr_printf(3, 4) bool differs(const struct round *round, size_t device,
					     const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	for (size_t i = 0; i < round->count; i++) {
		const struct change *change = &round->changes[i];

		printf("asked%s: %s %s %s\n", change->below ? " by --stack" : "",
		       round->before.devices[change->device].name,
		       round->before.names.names[change->bit], change->on ? "on" : "off");
	}
	print_before(&round->before, device);
	return false;
}

static inline void invent_for(struct round *round, size_t device)
{
	struct request request =
		invent_request(round->lab, &round->before, device, (struct feature_bits){{0}});

	for (unsigned int bit = 0; bit < round->before.names.count; bit++)
		if (feature_test(&request.mask, bit))
			round->changes[round->count++] = (struct change){
				.device = device,
				.bit = bit,
				.word = (unsigned int)draw(round->lab, 4),
				.on = feature_test(&request.value, bit),
				.single = draw(round->lab, 2),
			};
}

/* Of one device or of several. */
static inline void invent(struct round *round)
{
	struct lab *lab = round->lab;
	size_t ndevices = round->before.ndevices, only = draw(lab, ndevices);
	bool several = draw(lab, 3) == 0;

	round->changes = allocate(round, place(ndevices, 0), sizeof(*round->changes));
	for (size_t i = 0; i < ndevices; i++)
		if (i == only || (several && draw(lab, 2)))
			invent_for(round, i);
	round->named = round->count;
}

static inline struct round begin_round(struct lab *lab)
{
	struct round round = {.lab = lab};

	look(lab, &round.before);
	invent(&round);
	return round;
}

static inline void end_round(struct round *round)
{
	snapshot_free(&round->before);
	snapshot_free(&round->after);
	arena_free(&round->arena);
}

static inline void send_plan(struct round *round, const struct plan *plan, struct applied *applied)
{
	for (size_t i = 0; i < plan->nrequests; i++) {
		struct request request = {plan->requests[i].device, plan->requests[i].mask,
					  plan->requests[i].value};
		struct err err = {0};

		if (!feature_any(request.mask))
			continue;
		applied[i].sent = true;
		if (!send_request(round->lab, &round->before, &request, &err))
			continue;
		applied[i].error = copy(round, err.text);
	}
}

/* In the reverse order of what was sent. */
static inline void send_back(struct round *round, const struct plan *plan)
{
	for (size_t i = plan->nrequests; i-- > 0;) {
		struct request request = {plan->requests[i].device, plan->requests[i].restore_mask,
					  plan->requests[i].restore_value};
		struct err err = {0};

		check(send_request(round->lab, &round->before, &request, &err), &err);
	}
}

static inline void carry_out(struct round *round)
{
	struct applied *applied;
	struct err err = {0};

	check(plan_make(&round->before, round->changes, round->count, &round->arena, &round->plan,
			&err),
	      &err);
	applied = allocate(round, round->plan.nrequests, sizeof(*applied));
	send_plan(round, &round->plan, applied);
	look(round->lab, &round->after);
	if (round->after.ndevices != round->before.ndevices)
		error(STATUS_TROUBLE, 0, "devices came and went");
	check(plan_verify(&round->plan, &round->before, &round->after, applied, &round->arena,
			  &round->outcome, &err),
	      &err);
}

/*
 * For each device, features that nobody can tell, says nod: a plan says so only of what it asks for or
 * sees change.
 */
static inline struct feature_bits *list_unknown(struct round *round)
{
	struct feature_world world;
	struct err err = {0};

	check(world_init(&world, &round->before, &round->arena, &err), &err);
	for (size_t i = 0; i < round->plan.nrequests; i++) {
		const struct device_request *request = &round->plan.requests[i];

		world_set(&world, request->device, request->mask, request->value);
	}
	return world.unknown;
}

/* How many features are no longer requested. */
static inline uint64_t withdraw(struct round *round)
{
	uint64_t count = 0;

	for (size_t i = 0; i < round->outcome.nrequests; i++) {
		struct request request = {.device = round->outcome.requests[i].device};
		struct err err = {0};

		if (!plan_withdraw(&round->outcome, i, &request.mask, &request.value))
			continue;
		check(send_request(round->lab, &round->before, &request, &err), &err);
		count += count_features(request.mask);
	}
	return count;
}

/* Is the same requested and active now as in @then? @when says for what it should be, if not. */
static inline bool is_as_then(const struct round *round, const struct snapshot *then,
			      const char *when)
{
	struct snapshot now;
	bool same = true;

	look(round->lab, &now);
	for (size_t i = 0; same && i < then->ndevices; i++) {
		const struct device *old = &then->devices[i], *new = &now.devices[i];
		struct feature_bits wanted = feature_xor(old->wanted, new->wanted);
		struct feature_bits active = feature_xor(old->active, new->active);

		if (!feature_any(wanted) && !feature_any(active))
			continue;
		print_set(then, "wanted, found:", &wanted, &new->wanted);
		print_set(then, "active, found:", &active, &new->active);
		same = differs(round, i, "%s: %s, and it is not as before", old->name, when);
	}
	snapshot_free(&now);
	return same;
}

#endif
