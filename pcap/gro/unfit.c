/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Are these frames as they came over the wire, or has somebody merged them before, or not split them yet?
 */
#include "pcap/gro/study_internal.h"
#include "pcap/traits.h"

/* From this share of the frames, or of the bytes, on: one in a hundred. */
#define UNFIT_SHARE 100

void unfit_open(struct gro_study *study)
{
	struct unfit *unfit = &study->unfit;

	scene_init(&unfit->scene, study->options.mtu);
	unfit->sight.view = &study->view;
	unfit->sight.csums = study->csums;
	unfit->sight.flows = study->flows;
}

static bool is_syn(const struct gro_study *study)
{
	const struct header *l4 = view_l4(&study->view);

	return study->packet.segment.control & SEGMENT_CONTROL_FLAGS(TCP_SYN) && l4 &&
	       l4->kind == HEADER_TCP && study->packet.protocol == GRO_TCP;
}

/* How far the IDs went on behind an oversized frame: that tells what it was on the wire. */
static uint64_t step_behind(struct sight *sight, const struct segment *now)
{
	struct segment *last = &sight->flow->last;

	sight->id_valid = 0;
	for (unsigned int level = 0; level < LEVELS; level++) {
		if (!(now->ip[level] & last->ip[level] & SEGMENT_IP_V4))
			continue;
		sight->id_delta[level] = (uint16_t)((now->ip[level] >> SEGMENT_IP_ID_SHIFT) -
						    (last->ip[level] >> SEGMENT_IP_ID_SHIFT));
		sight->id_valid |= (uint8_t)(1u << level);
	}
	return TRAIT_AFTER_OVERSIZED | (now->seq != last->seq_end ? BREAK_SEQ : 0);
}

static attr_noinline void note(struct gro_study *study, uint64_t traits)
{
	const struct segment *now = &study->packet.segment;
	struct unfit *unfit = &study->unfit;
	struct sight *sight = &unfit->sight;

	if (sight->flow->last.flags & SEGMENT_OVERSIZED)
		traits |= step_behind(sight, now);
	sight->traits = traits;
	sight->now.flags = now->flags;
	scene_note(&unfit->scene, sight);
	sight->flow->last.flags = 0;
	if (!(traits & TRAIT_OVERSIZED))
		return;
	unfit->bytes += study->view.payload_len;
	sight->flow->last = *now;
	sight->flow->last.flags |= SEGMENT_OVERSIZED;
}

static bool is_marked(const struct view *view)
{
	return view->frame->flags & FRAME_SEGMENTED ||
	       view->flags & (VIEW_LEN_ZERO | VIEW_GSO_PARTIAL) ||
	       view->outer->flags & HEADER_JUMBO;
}

void unfit_frame(struct gro_study *study, struct flow *flow, uint32_t verdicts)
{
	const struct view *view = &study->view;
	uint64_t traits = csum_traits(view, study->csums, verdicts);
	struct unfit *unfit = &study->unfit;
	struct sight *sight = &unfit->sight;

	sight->flow = flow;
	sight->ip_len = whole_ip_len(view, view->outer);
	scene_frame(&unfit->scene, sight);
	if (unlikely(sight->ip_len > unfit->scene.threshold))
		traits |= TRAIT_OVERSIZED;
	else
		unfit->marked += is_marked(view);
	if (unlikely(is_syn(study)))
		traits |= TRAIT_SYN;
	if (unlikely(traits & SCENE_NEEDS || flow->last.flags & SEGMENT_OVERSIZED))
		note(study, traits | (view->flags & VIEW_LEN_ZERO ? TRAIT_LEN_ZERO : 0));
}

bool unfit_settle(struct gro_study *study, uint64_t *oversized)
{
	const struct gro_count *upper = &study->upper;
	struct unfit *unfit = &study->unfit;
	struct scene *scene = &unfit->scene;

	scene_settle(scene, study->flows);
	*oversized = scene_oversized(scene) + unfit->marked;
	/* Nothing ever splits what stays on the host. */
	if (scene->mtu_source == MTU_LOOPBACK)
		*oversized = scene->above;
	if (!*oversized)
		return false;
	if (*oversized >= upper->frames / UNFIT_SHARE)
		return true;
	return scene->mtu == scene->threshold && unfit->bytes >= upper->bytes / UNFIT_SHARE;
}
