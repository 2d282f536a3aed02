/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which frames of the wire was this frame, and what of it is left as it was?
 */
#include "pcap/csum.h"
#include "pcap/split/job.h"

/**
 * struct request - what split_frame() was asked
 */
struct request {
	const struct view *view;
	const uint8_t *csums;
	const struct split_size *size;
	const struct sum_ops *sums;
	split_emit *emit;
	void *context;
};

/* The frame with its first @head_len bytes replaced by @head. */
static inline enum split_result emit_one(const struct request *request, const uint8_t *head,
					 uint32_t head_len, enum split_result result)
{
	struct span bytes = request->view->bytes;
	struct split_piece piece = {
		.head = {head, head_len},
		.body = {bytes.bytes + head_len, bytes.length - head_len},
		.wire_len = request->view->frame->wire_len,
		.count = 1,
	};

	return request->emit(request->context, &piece) < 0 ? SPLIT_ERROR : result;
}

static inline enum split_result keep(const struct request *request, enum split_result result)
{
	return emit_one(request, request->view->bytes.bytes, 0, result);
}

static attr_noinline enum split_result fill(const struct request *request)
{
	uint8_t head[SPLIT_MOST_HEADERS];
	uint32_t head_len = split_fill(request->view, request->csums, request->sums, head);

	return head_len ? emit_one(request, head, head_len, SPLIT_FILLED)
			: keep(request, SPLIT_KEPT);
}

/* SPLIT_REFUSED: nothing was emitted. */
static attr_noinline enum split_result split(const struct request *request, const char **reason)
{
	struct split_job job;
	struct split_piece piece;

	job.view = request->view;
	job.csums = request->csums;
	job.sums = request->sums;
	*reason = split_job_plan(&job, request->size);
	if (*reason)
		return SPLIT_REFUSED;
	for (uint32_t i = 0; i < job.count; i++) {
		split_job_piece(&job, i, &piece);
		if (request->emit(request->context, &piece) < 0)
			return SPLIT_ERROR;
	}
	return SPLIT_DONE;
}

static bool has_jumbo(const struct view *view)
{
	for (unsigned int i = 0; i < view->nips; i++)
		if (view_ip(view, i)->flags & HEADER_JUMBO)
			return true;
	return false;
}

/* Its headers do not say how long it is as those of a frame of the wire do. */
static inline bool has_odd_length(const struct view *view, const struct split_size *size)
{
	if (unlikely(view->flags & (VIEW_LEN_ZERO | VIEW_GSO_PARTIAL)))
		return view->flags & VIEW_LEN_ZERO || size->segment;
	return unlikely(view->wire_end > 0xffff) && has_jumbo(view);
}

static inline bool wants_fill(const struct view *view, const uint8_t *csums)
{
	for (unsigned int i = 0; i < view->nheaders; i++)
		if (unlikely(csum_is_offload(csums[i]) || csums[i] == CSUM_ZERO))
			return true;
	return false;
}

static enum split_result fill_or_keep(const struct request *request)
{
	if (unlikely(wants_fill(request->view, request->csums)))
		return fill(request);
	return keep(request, SPLIT_KEPT);
}

/* Too long for the wire. */
static enum split_result split_long(const struct request *request, const char **reason)
{
	enum split_result result = SPLIT_REFUSED;

	if (request->size->source == SPLIT_NONE)
		*reason = "nothing tells how long its segments were";
	else
		result = split(request, reason);
	return result == SPLIT_REFUSED ? keep(request, SPLIT_REFUSED) : result;
}

/* Not too long, but its headers have to say so. */
static enum split_result make_right(const struct request *request)
{
	const char *reason;
	enum split_result result = split(request, &reason);

	return result == SPLIT_REFUSED ? fill_or_keep(request) : result;
}

enum split_result split_frame(const struct view *view, const uint8_t *csums,
			      const struct split_size *size, const struct sum_ops *sums,
			      split_emit *emit, void *context, const char **reason)
{
	const struct request request = {view, csums, size, sums, emit, context};
	const char *refusal = NULL;
	enum split_result result;

	if (unlikely(size->segment && view->payload_len > size->segment))
		result = split_long(&request, &refusal);
	else if (unlikely(has_odd_length(view, size)))
		result = make_right(&request);
	else
		result = fill_or_keep(&request);
	if (reason)
		*reason = result == SPLIT_REFUSED ? refusal : NULL;
	return result;
}
