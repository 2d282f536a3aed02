/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does a study amount to: totals, reasons by what they cost, other models, the busiest flows?
 */
#include <stdlib.h>
#include <string.h>

#include "pcap/gro/study_internal.h"

static int settle_flows(struct gro_study *study)
{
	for (size_t i = 0; i < flows_count(study->flows); i++)
		if (flow_settle(study, flows_at(study->flows, i)) < 0)
			return -1;
	return 0;
}

/* Its own where it went its own way, the base's elsewhere. */
static struct gro_count variant_count(const struct gro_study *study, unsigned int i)
{
	const struct variant *variant = &study->variants[i];
	struct gro_count count = study->upper;

	count.supers += (uint64_t)variant->supers;
	count.merged_frames += (uint64_t)variant->merged_frames;
	count.merged_bytes += (uint64_t)variant->merged_bytes;
	count.largest = variant->largest ? variant->largest : count.frames > 0;
	return count;
}

/* Only what helps with this receiver. */
static int list_advice(struct gro_cost *cost, const struct gro_reason_info *info,
		       const struct gro_model *model, struct arena *arena)
{
	size_t count = 0;

	while (info->advice && info->advice[count].text)
		count++;
	if (!count)
		return 0;
	cost->advice = arena_alloc(arena, count * sizeof(*cost->advice));
	if (!cost->advice)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (gro_helps(info->advice[i].helps, model))
			cost->advice[cost->nadvice++] = info->advice[i].text;
	return 0;
}

static int fill_cost(const struct gro_study *study, unsigned int reason, struct arena *arena,
		     struct gro_cost *cost)
{
	const struct gro_reason_info *info = &gro_reasons[reason];
	const struct gro_model *model = study->options.rules.model;

	*cost = (struct gro_cost){
		.id = info->id,
		.text = info->summary,
		.mend = gro_mend(info, model),
		.times = study->times[reason],
		.alone = study->alone[reason],
	};
	if (study->asked & VARIANT_BIT(reason)) {
		cost->mendable = true;
		cost->mended = variant_count(study, reason);
		if (study->upper.supers > cost->mended.supers)
			cost->saves = study->upper.supers - cost->mended.supers;
	}
	return list_advice(cost, info, model, arena);
}

/* In the order of the table where all else is equal: reasons are texts of one array of their own. */
static int compare_costs(const void *a, const void *b)
{
	const struct gro_cost *x = a, *y = b;

	if (x->saves != y->saves)
		return x->saves < y->saves ? 1 : -1;
	if (x->times != y->times)
		return x->times < y->times ? 1 : -1;
	return strcmp(x->id, y->id);
}

static int list_costs(const struct gro_study *study, struct arena *arena, struct gro_report *report)
{
	size_t count = 0;

	for (unsigned int i = 0; i < GRO_REASONS; i++)
		count += study->times[i] > 0;
	if (!count)
		return 0;
	report->costs = arena_alloc(arena, count * sizeof(*report->costs));
	if (!report->costs)
		return -1;
	for (unsigned int i = 0; i < GRO_REASONS; i++)
		if (study->times[i] &&
		    fill_cost(study, i, arena, &report->costs[report->ncosts++]) < 0)
			return -1;
	qsort(report->costs, report->ncosts, sizeof(*report->costs), compare_costs);
	return 0;
}

static int list_models(const struct gro_study *study, struct arena *arena,
		       struct gro_report *report)
{
	const struct gro_model *base = study->options.rules.model;

	report->models = arena_alloc(arena, (VARIANTS - VARIANT_MODELS) * sizeof(*report->models));
	if (!report->models)
		return -1;
	for (unsigned int i = 0; gro_models[i].id && VARIANT_MODELS + i < VARIANTS; i++) {
		const struct gro_model *model = &gro_models[i];
		bool asked = study->asked & VARIANT_BIT(VARIANT_MODELS + i);

		if (asked || model == base)
			report->models[report->nmodels++] = (struct gro_model_count){
				model->id, model->name,
				asked ? variant_count(study, VARIANT_MODELS + i) : study->upper};
	}
	return 0;
}

static bool is_busier(const struct flow *x, const struct flow *y)
{
	return x->bytes > y->bytes;
}

/* Keep the @room busiest in @list, the idlest of them last; the first seen first where they are equal. */
static size_t busiest(const struct gro_study *study, const struct flow **list, size_t room)
{
	size_t count = 0;

	for (size_t i = 0; i < flows_count(study->flows); i++) {
		const struct flow *flow = flows_at(study->flows, i);
		size_t at = count;

		if (!flow->notes || (count == room && !is_busier(flow, list[count - 1])))
			continue;
		if (count < room)
			count++;
		else
			at--;
		for (; at > 0 && is_busier(flow, list[at - 1]); at--)
			list[at] = list[at - 1];
		list[at] = flow;
	}
	return count;
}

static int list_flows(const struct gro_study *study, struct arena *arena, struct gro_report *report)
{
	size_t room = study->options.busiest;
	const struct flow **list;

	report->flow_count = flows_count(study->flows) + flows_forgotten(study->flows);
	report->forgotten_flows = flows_forgotten(study->flows);
	if (room > flows_count(study->flows))
		room = flows_count(study->flows);
	if (!room)
		return 0;
	list = arena_alloc(arena, room * sizeof(struct flow *));
	report->flows = arena_alloc(arena, room * sizeof(*report->flows));
	if (!list || !report->flows)
		return -1;
	report->nflows = busiest(study, list, room);
	for (size_t i = 0; i < report->nflows; i++) {
		struct gro_flow *flow = &report->flows[i];

		flow->endpoints = key_endpoints(study->flows, &list[i]->key, arena);
		if (!flow->endpoints)
			return -1;
		flow_counts(study, list[i], flow);
	}
	return 0;
}

static void fill_totals(struct gro_study *study, struct gro_report *report)
{
	static const char *const modes[GRO_MODES] = {
		[GRO_MODE_HOST] = "host",
		[GRO_MODE_UDP] = "udp",
		[GRO_MODE_FORWARDING] = "forwarding",
		[GRO_MODE_FRAGLIST] = "fraglist",
	};

	report->model = study->options.rules.model->id;
	report->model_name = study->options.rules.model->name;
	report->mode = modes[study->options.rules.mode];
	report->frames = study->frames;
	report->bytes = study->bytes;
	report->budget = study->options.budget;
	report->gap_ns = study->options.gap_ns;
	report->upper = study->upper;
	report->polled = study->polled;
	report->tunnelled = study->tunnelled;
	report->tunnel_device = study->tunnel_device;
	report->unfollowed = study->unfollowed;
	report->unfit = unfit_settle(study, &report->oversized);
}

int gro_study_finish(struct gro_study *study, struct arena *arena, struct gro_report *report,
		     struct err *err)
{
	gro_queue_flush(study->queue, GRO_END);
	if (settle_flows(study) < 0)
		return err_set(err, ERR_MEMORY, "out of memory");
	fill_totals(study, report);
	if (list_costs(study, arena, report) < 0 || list_models(study, arena, report) < 0 ||
	    list_flows(study, arena, report) < 0)
		return err_set(err, ERR_MEMORY, "out of memory");
	return 0;
}
