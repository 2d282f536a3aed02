/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why is a feature as it is? The parts that know are in explain_*.c; here is who asks them.
 */
#include <string.h>

#include "lib/diag/explain_parts.h"

static int no_memory(struct err *err)
{
	return err_set(err, ERR_MEMORY, "no memory to explain features");
}

int explainer_init(struct explainer *explainer, const struct snapshot *snapshot, struct err *err)
{
	struct arena *arena = &explainer->arena;

	*explainer = (struct explainer){
		.snapshot = snapshot,
		.esp = feature_lookup(&snapshot->names, "esp-hw-offload"),
		.esp_tx_csum = feature_lookup(&snapshot->names, "esp-tx-csum-hw-offload"),
	};
	explainer->drops = arena_alloc(arena, sizeof(*explainer->drops));
	explainer->ports = arena_alloc(arena, (snapshot->ndevices + 1) * sizeof(void *));
	explainer->overruled = arena_alloc(arena, (snapshot->ndevices + 1) * sizeof(bool));
	if (!explainer->drops || !explainer->ports || !explainer->overruled)
		return no_memory(err);
	lro_prepare(explainer);
	return 0;
}

int explainer_prepare(struct explainer *explainer, struct err *err)
{
	struct arena *arena = &explainer->arena;

	if (explainer->prepared)
		return 0;
	if (world_init(&explainer->world, explainer->snapshot, arena, err) < 0 ||
	    world_copy(&explainer->trial, &explainer->world, arena, err) < 0)
		return -1;
	explainer->prepared = true;
	return 0;
}

void explainer_free(struct explainer *explainer)
{
	arena_free(&explainer->arena);
	*explainer = (struct explainer){0};
}

void explainer_turn_to(struct explainer *explainer, const struct device *device)
{
	const struct snapshot *snapshot = explainer->snapshot;

	if (explainer->device == device)
		return;
	explainer->device = device;
	explainer->computed = false;
	explainer->nports = 0;
	if (!kind_has_ports(device))
		return;
	for (size_t i = 0; i < snapshot->ndevices; i++)
		if (snapshot->devices[i].has & DEVICE_HAS_MASTER &&
		    snapshot->devices[i].master_ifindex == device->ifindex)
			explainer->ports[explainer->nports++] = &snapshot->devices[i];
}

const struct drop *explainer_drop(struct explainer *explainer, const struct device *device,
				  unsigned int bit)
{
	struct err err = {0};

	explainer_turn_to(explainer, device);
	if (explainer_prepare(explainer, &err) < 0) {
		explainer->failed = true;
		return NULL;
	}
	if (!explainer->computed) {
		explainer->drops->count = 0;
		explainer->unknown = (struct feature_bits){{0}};
		explainer->granted = world_compute(&explainer->world,
						   (size_t)(device - explainer->snapshot->devices),
						   explainer->drops, &explainer->unknown);
		explainer->computed = true;
	}
	return drops_find(explainer->drops, bit);
}

enum feature_standing feature_standing(const struct device *device, unsigned int bit)
{
	bool hw = feature_test(&device->hw, bit), wanted = feature_test(&device->wanted, bit);
	bool active = feature_test(&device->active, bit);

	if (feature_test(&device->nochange, bit))
		return STANDING_NEVER;
	if (!hw)
		return active ? STANDING_ON_FIXED : STANDING_OFF_FIXED;
	if (active)
		return wanted ? STANDING_ON : STANDING_ON_UNASKED;
	return wanted ? STANDING_OFF_BLOCKED : STANDING_OFF;
}

static bool find_cause(struct question *question, struct cause *cause)
{
	switch ((enum feature_standing)question->answer->standing) {
	case STANDING_OFF_BLOCKED:
		blocked_cause(question, cause);
		return true;
	case STANDING_OFF_FIXED:
		return kind_fixed_cause(question, cause);
	case STANDING_OFF:
		return feature_is_cleared(question->feature) && lro_cause(question, cause);
	case STANDING_ON:
	case STANDING_ON_FIXED:
		return on_cause(question, cause);
	case STANDING_ON_UNASKED:
		unasked_cause(question, cause);
		return true;
	case STANDING_NEVER:
		break;
	}
	return false;
}

static const char *summarize(struct question *question)
{
	struct cause cause = {0};

	if (!find_cause(question, &cause) || !cause.brief)
		return NULL;
	return cause.rule ? explain_say(question, "%s (%s)", cause.brief, cause.rule) : cause.brief;
}

static void explain_never(struct question *question)
{
	bool on = question->answer->active;

	question->answer->text =
		on ? "Always on for this device: it is a property of it, not a setting."
		   : "Always off for this device: it is a property of it, not a setting.";
}

static void explain_standing(struct question *question)
{
	switch ((enum feature_standing)question->answer->standing) {
	case STANDING_ON:
	case STANDING_ON_FIXED:
	case STANDING_ON_UNASKED:
		explain_on(question);
		break;
	case STANDING_OFF:
		explain_off(question);
		break;
	case STANDING_OFF_BLOCKED:
		explain_blocked(question);
		break;
	case STANDING_OFF_FIXED:
		explain_fixed(question);
		break;
	case STANDING_NEVER:
		explain_never(question);
		break;
	}
}

static struct question make_question(struct explainer *explainer, const struct device *device,
				     unsigned int bit, struct arena *arena)
{
	const char *name = explainer->snapshot->names.names[bit];

	return (struct question){
		.explainer = explainer,
		.device = device,
		.bit = bit,
		.goal = bit,
		.feature = name ? name : "",
		.arena = arena,
	};
}

int explain_feature(struct explainer *explainer, const struct device *device, unsigned int bit,
		    struct arena *arena, struct explanation *explanation, struct err *err)
{
	struct question question = make_question(explainer, device, bit, arena);

	*explanation = (struct explanation){
		.device = device->name,
		.feature = question.feature,
		.hw = feature_test(&device->hw, bit),
		.wanted = feature_test(&device->wanted, bit),
		.active = feature_test(&device->active, bit),
		.nochange = feature_test(&device->nochange, bit),
		.standing = feature_standing(device, bit),
	};
	question.answer = explanation;
	if (explainer_prepare(explainer, err) < 0)
		return -1;
	explanation->summary = summarize(&question);
	explain_standing(&question);
	return question.failed ? no_memory(err) : 0;
}

const char *explain_briefly(struct explainer *explainer, const struct device *device,
			    unsigned int bit, struct arena *arena)
{
	struct question question = make_question(explainer, device, bit, arena);
	struct explanation answer = {.standing = feature_standing(device, bit)};
	const char *summary;

	question.answer = &answer;
	summary = summarize(&question);
	return question.failed || explainer->failed ? NULL : summary;
}
