/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What would a receiver merge of a capture, frame by frame?
 */
#include <stdlib.h>
#include <string.h>

#include "pcap/gro/study_internal.h"

static void count_super(struct gro_count *count, uint32_t frames, uint64_t bytes)
{
	count->frames += frames;
	count->bytes += bytes;
	count->supers++;
	if (frames > 1) {
		count->merged_frames += frames;
		count->merged_bytes += bytes;
	}
	if (frames > count->largest)
		count->largest = frames;
}

static void deliver(void *context, const struct gro_train *train, uint64_t ends)
{
	struct gro_study *study = context;

	(void)ends;
	if (!study_counts(study, train->head.protocol, train->head.payload_len,
			  train->head.control))
		return;
	count_super(&study->polled, train->count,
		    train->count > 1 ? train->payload : train->head.payload_len);
}

static struct gro_queue *open_queue(struct gro_study *study)
{
	const struct gro_queue_options options = {
		.rules = study->options.rules,
		.buckets = GRO_QUEUE_BUCKETS,
		.budget = study->options.budget,
		.gap_ns = study->options.gap_ns,
	};

	return gro_queue_open(&options, deliver, study);
}

/* Behind the tunnel its headers are gone, and with them all that they had against merging. */
#define OUTER_REASONS                                                                     \
	(GRO_BIT(GRO_TUNNEL_KIND) | GRO_BIT(GRO_TUNNEL_HEADER) | GRO_BIT(GRO_OUTER_TTL) | \
	 GRO_BIT(GRO_OUTER_TOS) | GRO_BIT(GRO_OUTER_DF) | GRO_BIT(GRO_OUTER_ID))

static void open_rules(struct gro_study *study)
{
	const struct gro_rules *rules = &study->options.rules;

	study->data_bits = 1u << GRO_TCP;
	if (rules->mode != GRO_MODE_HOST)
		study->data_bits |= 1u << GRO_UDP;
	study->parts = study_parts(rules);
	if (rules->model->since) {
		study->second_rules = *rules;
		study->second_rules.mended |= OUTER_REASONS;
	}
	variants_open(study);
}

/* What flows need only if something happens in them is limited too: one for each flow, and these. */
#define MORE_PLACES 65536

#define MOST_REASONS ((GRO_REASONS + FLOW_REASONS - 1) / FLOW_REASONS)

_Static_assert(sizeof(struct flow) + FLOW_INDEX_BYTES + sizeof(struct flow_state) <= GRO_FLOW_BYTES,
	       "what most flows cost");
_Static_assert(GRO_FLOW_BYTES + sizeof(struct second) + sizeof(struct branch) +
			       sizeof(struct held) + MOST_REASONS * sizeof(struct flow_reasons) <=
		       GRO_FLOW_MOST_BYTES,
	       "what flows cost at most");

static void open_pools(struct gro_study *study, size_t limit)
{
	pool_init(&study->states, sizeof(struct flow_state), SIZE_MAX);
	pool_init(&study->branches, sizeof(struct branch), limit);
	pool_init(&study->held, sizeof(struct held), limit);
	pool_init(&study->reasons, sizeof(struct flow_reasons), SIZE_MAX);
	pool_init(&study->seconds, sizeof(struct second), SIZE_MAX);
}

struct gro_study *gro_study_open(const struct gro_study_options *options)
{
	struct gro_study *study = calloc(1, sizeof(*study));

	if (!study)
		return NULL;
	study->options = *options;
	study->sums = sum_ops_best();
	open_pools(study, options->max_flows + MORE_PLACES);
	study->flows = flows_open(options->max_flows);
	study->queue = open_queue(study);
	if (!study->flows || !study->queue) {
		gro_study_close(study);
		return NULL;
	}
	open_rules(study);
	unfit_open(study);
	return study;
}

void gro_study_close(struct gro_study *study)
{
	if (!study)
		return;
	flows_close(study->flows);
	gro_queue_close(study->queue);
	pool_close(&study->states);
	pool_close(&study->branches);
	pool_close(&study->held);
	pool_close(&study->reasons);
	pool_close(&study->seconds);
	free(study);
}

static void forget_flow(void *context, struct flow *flow)
{
	struct gro_study *study = context;

	if (flow_settle(study, flow) < 0)
		study->failed = true;
	flow_release(study, flow);
}

static struct flow *find_flow(struct gro_study *study)
{
	struct flow *flow = flows_lookup(study->flows, &study->view, forget_flow, study);
	const char *state;

	if (unlikely(!flow || study->failed))
		return NULL;
	/* It is on its way from memory while checksums are summed up. */
	state = flow->notes ? pool_at(&study->states, flow->notes) : NULL;
	if (likely(state)) {
		__builtin_prefetch(state);
		__builtin_prefetch(state + 64);
		__builtin_prefetch(state + 128);
		__builtin_prefetch(state + 192);
	}
	return flow;
}

attr_flatten int gro_study_frame(struct gro_study *study, const struct frame *frame,
				 struct err *err)
{
	struct view *view = &study->view;
	struct flow *flow = NULL;
	uint32_t verdicts;

	view_decode(view, frame, &study->options.view);
	study->frames++;
	study->bytes += frame->wire_len;
	if (likely(view->nips)) {
		flow = find_flow(study);
		if (unlikely(!flow))
			return err_set(err, ERR_MEMORY, "out of memory");
		flow->bytes += frame->wire_len;
	}
	verdicts = csum_verify(view, study->sums, study->csums, &study->checksums);
	gro_packet_read(&study->packet, view, study->csums, &study->options.scope);
	gro_queue_receive(study->queue, &study->packet, 0);
	if (unlikely(!flow))
		return 0;
	unfit_frame(study, flow, verdicts);
	if (unlikely(flow_packet(study, flow, &study->packet) < 0))
		return err_set(err, ERR_MEMORY, "out of memory");
	return 0;
}
