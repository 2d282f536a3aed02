/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which frames are longer than those of the wire, and what does the capture tell of their segments?
 *
 * The first pass collects, the second asks. Which long frames are whole ones is asked of the detector of
 * such frames, so that `nod pcap` and `nod split` never disagree. Frames that are not long are not read
 * beyond their headers.
 */
#include <stdlib.h>

#include "pcap/notes.h"
#include "pcap/oversized.h"
#include "pcap/scene.h"
#include "pcap/segment.h"
#include "pcap/split/evidence.h"
#include "pcap/traits.h"

/* Two notes of each flow with long frames. */
enum note_owner {
	NOTE_DETECTOR,
	NOTE_EVIDENCE,
};

_Static_assert(sizeof(struct evidence) <= 72, "a flow with its notes has FLOW_MAX_BYTES");

/**
 * struct split_survey - both passes
 * @strides: segments of each long frame, by its ordinal; 0 if unknown
 * @verdicts: on the innermost L4 header of each. @room: of both
 * @ordinal: of the next long frame
 */
struct split_survey {
	struct split_survey_options options;
	const struct sum_ops *sums;
	struct flow_table *flows;
	struct notes *notes;
	struct scene scene;
	struct judge judge;
	struct view view;
	uint8_t csums[VIEW_MAX_HEADERS];
	struct capture_checksums checksums;
	struct sight sight;
	id_counts ids[LEVELS];
	uint16_t *strides;
	uint8_t *verdicts;
	size_t room;
	uint32_t ordinal;
};

struct split_survey *split_survey_open(const struct split_survey_options *options)
{
	struct split_survey *survey = calloc(1, sizeof(*survey));

	if (!survey)
		return NULL;
	survey->options = *options;
	survey->sums = sum_ops_best();
	survey->flows = flows_open(options->max_flows);
	survey->notes = notes_open();
	scene_init(&survey->scene, options->mtu);
	survey->sight.view = &survey->view;
	survey->sight.csums = survey->csums;
	survey->sight.flows = survey->flows;
	survey->judge = (struct judge){
		.self = &detect_oversized_frame, .scene = &survey->scene, .flows = survey->flows};
	if (!survey->flows || !survey->notes) {
		split_survey_close(survey);
		return NULL;
	}
	return survey;
}

void split_survey_close(struct split_survey *survey)
{
	if (!survey)
		return;
	flows_close(survey->flows);
	notes_close(survey->notes);
	free(survey->strides);
	free(survey->verdicts);
	free(survey);
}

static void forget_flow(void *context, struct flow *flow)
{
	struct split_survey *survey = context;

	notes_release(survey->notes, flow->notes);
}

/* Room for what is kept of one more long frame. */
static int reserve_long(struct split_survey *survey)
{
	size_t room = survey->room ? survey->room * 2 : 4096;
	uint16_t *strides;
	uint8_t *verdicts;

	if (survey->ordinal < survey->room || survey->ordinal >= SPLIT_SURVEY_MOST_FRAMES)
		return 0;
	strides = realloc(survey->strides, room * sizeof(*strides));
	if (!strides)
		return -1;
	survey->strides = strides;
	verdicts = realloc(survey->verdicts, room * sizeof(*verdicts));
	if (!verdicts)
		return -1;
	survey->verdicts = verdicts;
	for (size_t i = survey->room; i < room; i++) {
		strides[i] = 0;
		verdicts[i] = CSUM_VERDICTS;
	}
	survey->room = room;
	return 0;
}

/* The frame behind a long one of its flow tells how many segments that was. */
static void note_stride(struct split_survey *survey, struct evidence *evidence)
{
	const struct sight *sight = &survey->sight;
	const struct segment *last = &sight->flow->last;
	uint16_t segments;

	/* After a gap, or a segment that came again, the step counts something else. */
	if (sight->now.flags & last->flags & SEGMENT_TCP && sight->now.seq != last->seq_end)
		return;
	if (scene_stride(&survey->scene, sight, &segments) == STRIDE_NONE)
		return;
	evidence->whole += segments == 1;
	evidence_add(evidence, last->payload_len, segments);
	if (evidence->ordinal < survey->room)
		survey->strides[evidence->ordinal] = segments;
}

static int note_long(struct split_survey *survey)
{
	const struct sight *sight = &survey->sight;
	struct flow *flow = sight->flow;
	void *detector = notes_make(survey->notes, &flow->notes, NOTE_DETECTOR,
				    detect_oversized_frame.note_size);
	struct evidence *evidence =
		notes_make(survey->notes, &flow->notes, NOTE_EVIDENCE, sizeof(*evidence));

	if (!detector || !evidence)
		return -1;
	detect_oversized_frame.frame(detector, sight, &survey->judge);
	if (sight->traits & TRAIT_AFTER_OVERSIZED)
		note_stride(survey, evidence);
	if (!(sight->traits & TRAIT_OVERSIZED))
		return 0;
	if (reserve_long(survey) < 0)
		return -1;
	if (survey->ordinal < survey->room && sight->view->l4 != VIEW_NONE)
		survey->verdicts[survey->ordinal] = survey->csums[sight->view->l4];
	evidence->ordinal = survey->ordinal++;
	evidence->header = sight->view->l4 == VIEW_NONE ? 0 : (uint16_t)view_l4(sight->view)->len;
	return 0;
}

static int show_frame(void *context)
{
	struct split_survey *survey = context;

	scene_note(&survey->scene, &survey->sight);
	if (survey->sight.traits & (TRAIT_OVERSIZED | TRAIT_AFTER_OVERSIZED))
		return note_long(survey);
	return 0;
}

static attr_noinline uint64_t long_traits(struct split_survey *survey)
{
	uint32_t verdicts =
		csum_verify(&survey->view, survey->sums, survey->csums, &survey->checksums);

	return TRAIT_OVERSIZED | csum_traits(&survey->view, survey->csums, verdicts) |
	       (survey->view.flags & VIEW_LEN_ZERO ? TRAIT_LEN_ZERO : 0);
}

/* The longest packet of its flow that may be a frame of the wire. */
static inline void note_longest(struct split_survey *survey)
{
	const struct view *view = &survey->view;
	struct flow *flow = survey->sight.flow;
	uint32_t limit = survey->scene.threshold, length;

	if (!survey->scene.mtu_given && survey->scene.mss_mtu > limit)
		limit = survey->scene.mss_mtu;
	if (survey->sight.ip_len > limit || unlikely(view->l4 == VIEW_NONE) || !view->payload_len)
		return;
	length = view->payload_len + view_l4(view)->len;
	if (length < flow->longest)
		return;
	flow->longest_count = length == flow->longest ? flow->longest_count + 1 : 1;
	flow->longest = length;
}

attr_flatten int split_survey_frame(struct split_survey *survey, const struct frame *frame,
				    struct err *err)
{
	struct sight *sight = &survey->sight;

	view_decode(&survey->view, frame, &survey->options.view);
	if (unlikely(!survey->view.nips))
		return 0;
	sight->flow = flows_lookup(survey->flows, &survey->view, forget_flow, survey);
	if (unlikely(!sight->flow))
		return err_set(err, ERR_MEMORY, "out of memory");
	sight->id_valid = 0;
	sight->ip_len = whole_ip_len(&survey->view, survey->view.outer);
	sight->traits = sight->flow->last.flags & SEGMENT_OVERSIZED ? TRAIT_AFTER_OVERSIZED : 0;
	if (sight->ip_len > survey->scene.threshold)
		sight->traits |= long_traits(survey);
	if (unlikely(!sight->flow->frames++)) {
		sight->flow->first_frame = frame->number;
		sight->flow->first_ns = frame->time_ns;
	}
	scene_frame(&survey->scene, sight);
	note_longest(survey);
	if (unlikely(segment_step(sight, survey->ids, SCENE_NEEDS, show_frame, survey) < 0))
		return err_set(err, ERR_MEMORY, "out of memory");
	return 0;
}

int split_survey_settle(struct split_survey *survey, struct err *err attr_unused)
{
	scene_settle(&survey->scene, survey->flows);
	survey->ordinal = 0;
	return 0;
}

uint32_t split_survey_mtu(const struct split_survey *survey)
{
	return survey->scene.mtu;
}

/* Where the packet of an IP header ends by its own length field, whatever else says. */
static uint32_t claimed_end(const struct view *view, const struct header *ip)
{
	const uint8_t *p = view_header(view, ip);

	return ip->off + (ip->kind == HEADER_IPV4 ? load_be16(p + 2) : 40u + load_be16(p + 4));
}

/* GSO_PARTIAL: all IP headers say where the first segment ends, and they agree. 0 if they do not. */
static uint32_t claimed_segment(const struct view *view)
{
	uint32_t end = claimed_end(view, view->inner);

	if (!(view->flags & VIEW_GSO_PARTIAL))
		return 0;
	for (unsigned int i = 0; i < view->nips; i++)
		if (claimed_end(view, view_ip(view, i)) != end)
			return 0;
	if (end <= view->payload_off || end - view->payload_off >= view->payload_len)
		return 0;
	return end - view->payload_off;
}

/* What the kernel said, as the capture wrote it down; or what the headers say. 0 for neither. */
static uint32_t metadata_segment(const struct view *view)
{
	uint32_t size = view->frame->truth.gso_size;

	return size && size < view->payload_len ? size : claimed_segment(view);
}

/* Is the ID of most packets of @flow that of the packet before? A set of 1 << level. */
static uint8_t fixed_ids(const struct flow *flow)
{
	uint8_t fixed = 0;

	for (unsigned int level = 0; level < LEVELS; level++) {
		const uint32_t(*ids)[ID_STEPS] = flow->ids[level];
		uint64_t constant = (uint64_t)ids[0][ID_CONSTANT] + ids[1][ID_CONSTANT];
		uint64_t moving = (uint64_t)ids[0][ID_PLUS_ONE] + ids[1][ID_PLUS_ONE] +
				  ids[0][ID_OTHER] + ids[1][ID_OTHER];

		if (constant > moving)
			fixed |= (uint8_t)(1u << level);
	}
	return fixed;
}

/* The MSS that limits @flow, as a length of an L4 packet: the lower of what both ends announced. */
static uint32_t mss_length(const struct split_survey *survey, const struct flow *flow)
{
	const struct flow *reverse = flows_reverse(survey->flows, flow);
	uint32_t mss = reverse && reverse->mss ? reverse->mss : flow->mss;

	if (flow->mss && flow->mss < mss)
		mss = flow->mss;
	return mss ? mss + 20 : 0;
}

/* Does the frame itself say that it was merged, or is to be split? */
static bool is_offload(const struct view *view, const uint8_t *csums)
{
	return csum_is_offload(csums[view->l4]) || csums[view->l4] == CSUM_ZERO ||
	       view->frame->flags & (FRAME_SEGMENTED | FRAME_CSUM_NOT_READY);
}

/* A whole packet of a path with a larger MTU: never to be split. */
static bool is_whole(const struct split_survey *survey, const struct flow *flow,
		     const struct view *view, const uint8_t *csums, bool *guessed)
{
	const void *note = notes_find(survey->notes, flow->notes, NOTE_DETECTOR);

	*guessed = false;
	return note && !is_offload(view, csums) &&
	       oversized_is_whole(&survey->judge, flow, note, guessed);
}

/*
 * A wrong checksum, or one that cannot be told from what was captured, may be of a whole packet: the IDs
 * may say so, and unless it is longer than any, the MTU alone is no reason to split it.
 */
static bool is_doubtful(const struct split_survey *survey, const struct flow *flow,
			const struct view *view, enum split_source source)
{
	const struct evidence *evidence = notes_find(survey->notes, flow->notes, NOTE_EVIDENCE);

	if (source == SPLIT_GIVEN)
		return false;
	return (evidence && evidence->whole > evidence->strides) ||
	       (source == SPLIT_MTU && whole_ip_len(view, view->outer) < SCENE_EXACT_LENGTHS);
}

static struct split_size judge_flow(const struct split_survey *survey, const struct view *view,
				    const struct flow *flow, uint32_t strides)
{
	const struct header *l4 = view_l4(view);
	uint32_t before = l4->off - view->outer->off;
	struct evidence_frame frame = {
		.payload = view->payload_len,
		.header = (uint16_t)l4->len,
		.strides = strides,
		.longest = flow->longest,
		.longest_count = flow->longest_count,
		.mtu = survey->scene.mtu > before ? survey->scene.mtu - before : 0,
		.udp = l4->kind == HEADER_UDP,
	};
	struct split_size size;

	frame.mss = frame.udp ? 0 : mss_length(survey, flow);
	if (survey->options.segment && survey->options.segment < view->payload_len)
		size = (struct split_size){survey->options.segment, SPLIT_GIVEN, 0};
	else if (survey->options.segment)
		size = (struct split_size){SPLIT_UNKNOWN, SPLIT_NONE, 0};
	else
		size = evidence_judge(notes_find(survey->notes, flow->notes, NOTE_EVIDENCE),
				      &frame);
	size.fixed_id = fixed_ids(flow);
	return size;
}

static attr_noinline struct split_size judge_long(struct split_survey *survey,
						  const struct view *view, const uint8_t *csums,
						  uint32_t strides)
{
	const struct split_size unknown = {SPLIT_UNKNOWN, SPLIT_NONE, 0};
	const struct header *l4 = view_l4(view);
	struct split_size size;
	struct flow *flow;
	bool guessed;

	if (!l4 || (l4->kind != HEADER_TCP && l4->kind != HEADER_UDP) ||
	    view->flags & (VIEW_FRAGMENT | VIEW_MALFORMED) || !view->payload_len)
		return unknown;
	flow = flows_lookup(survey->flows, view, forget_flow, survey);
	if (!flow)
		return unknown;
	if (metadata_segment(view))
		return (struct split_size){metadata_segment(view), SPLIT_METADATA, fixed_ids(flow)};
	/* A user who gives the length knows better than a guess. */
	if (is_whole(survey, flow, view, csums, &guessed) && !(guessed && survey->options.segment))
		return guessed ? unknown : (struct split_size){0, SPLIT_NONE, 0};
	size = judge_flow(survey, view, flow, strides);
	if (!is_offload(view, csums) && csums[view->l4] != CSUM_OK &&
	    is_doubtful(survey, flow, view, size.source))
		return unknown;
	return size;
}

enum csum_verdict split_survey_verdict(const struct split_survey *survey, const struct view *view)
{
	if (likely(!view->nips || whole_ip_len(view, view->outer) <= survey->scene.threshold) ||
	    survey->ordinal >= survey->room)
		return CSUM_VERDICTS;
	return (enum csum_verdict)survey->verdicts[survey->ordinal];
}

struct split_size split_survey_size(struct split_survey *survey, const struct view *view,
				    const uint8_t *csums)
{
	uint32_t ip_len, ordinal;

	if (unlikely(!view->nips))
		return (struct split_size){0};
	ip_len = whole_ip_len(view, view->outer);
	if (likely(ip_len <= survey->scene.threshold))
		return unlikely(view->frame->truth.gso_size) ? judge_long(survey, view, csums, 0)
							     : (struct split_size){0};
	ordinal = survey->ordinal++;
	if (ip_len <= survey->scene.mtu && !view->frame->truth.gso_size)
		return (struct split_size){0};
	return judge_long(survey, view, csums,
			  ordinal < survey->room ? survey->strides[ordinal] : 0);
}
