/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does a capture show, frame by frame and in the end?
 */
#include <stdlib.h>
#include <string.h>

#include "pcap/analyze.h"
#include "pcap/findings.h"
#include "pcap/notes.h"
#include "pcap/scene.h"
#include "pcap/segment.h"
#include "pcap/traits.h"

#define MAX_DETECTORS 64
#define MAX_LINKS     32

struct link_count {
	uint32_t type;
	uint64_t frames;
	bool decoded;
};

/* How the IDs of a frame count: one whose tunnel hides what is inside has only an outer header. */
enum wrap {
	WRAP_NONE,
	WRAP_TUNNEL,
	WRAP_OPAQUE,
	WRAPS
};

/**
 * struct analysis - the engine
 * @needs: traits that some detector wants
 * @wanted: by trait, the set of detectors that want it
 */
struct analysis {
	struct analysis_options options;
	const struct sum_ops *sums;
	struct flow_table *flows;
	struct notes *notes;
	struct scene scene;
	uint64_t needs, wanted[64];
	struct judge judges[MAX_DETECTORS];
	size_t ndetectors;
	struct arena states;

	struct view view;
	uint8_t csums[VIEW_MAX_HEADERS];
	struct sight sight;

	uint64_t frames, bytes, truncated, undecoded, malformed;
	int64_t first_ns, last_ns;
	struct capture_checksums checksums;
	id_counts ipid[WRAPS][LEVELS];
	uint64_t tunnels[TUNNEL_KINDS];
	struct link_count links[MAX_LINKS];
	size_t nlinks;
};

/* The number of the detector whose notes number @i judges. */
static size_t notes_of(size_t i)
{
	const struct detector *owner = detectors[i]->notes_of;

	for (size_t j = 0; owner && detectors[j]; j++)
		if (detectors[j] == owner)
			return j;
	return i;
}

static bool open_detectors(struct analysis *analysis)
{
	for (size_t i = 0; detectors[i]; i++) {
		const struct detector *self = detectors[i];
		struct judge *judge = &analysis->judges[i];

		if (i == MAX_DETECTORS)
			return false;
		*judge = (struct judge){self, &analysis->scene, analysis->flows, NULL, notes_of(i)};
		judge->state = arena_alloc(&analysis->states, self->state_size);
		if (!judge->state)
			return false;
		analysis->ndetectors = i + 1;
		if (!self->frame)
			continue;
		analysis->needs |= self->needs;
		for (unsigned int bit = 0; bit < 64; bit++)
			if (self->needs >> bit & 1)
				analysis->wanted[bit] |= 1ull << i;
	}
	return true;
}

struct analysis *analysis_open(const struct analysis_options *options)
{
	struct analysis *analysis = calloc(1, sizeof(*analysis));

	if (!analysis)
		return NULL;
	analysis->options = *options;
	analysis->first_ns = INT64_MAX;
	analysis->last_ns = INT64_MIN;
	analysis->sums = sum_ops_best();
	analysis->sight.view = &analysis->view;
	analysis->sight.csums = analysis->csums;
	scene_init(&analysis->scene, options->mtu);
	analysis->flows = flows_open(options->max_flows);
	analysis->notes = notes_open();
	analysis->sight.flows = analysis->flows;
	if (!analysis->flows || !analysis->notes || !open_detectors(analysis)) {
		analysis_close(analysis);
		return NULL;
	}
	return analysis;
}

void analysis_close(struct analysis *analysis)
{
	if (!analysis)
		return;
	flows_close(analysis->flows);
	notes_close(analysis->notes);
	arena_free(&analysis->states);
	free(analysis);
}

static void judge_flow(struct analysis *analysis, struct flow *flow)
{
	for (size_t i = 0; i < analysis->ndetectors; i++) {
		const struct judge *judge = &analysis->judges[i];
		const void *note;

		if (!judge->self->flow)
			continue;
		note = notes_find(analysis->notes, flow->notes, judge->notes);
		if (note || judge->self->all_flows)
			judge->self->flow(judge, flow, note);
	}
}

static void forget_flow(void *context, struct flow *flow)
{
	struct analysis *analysis = context;

	judge_flow(analysis, flow);
	notes_release(analysis->notes, flow->notes);
}

static attr_noinline void count_link_slow(struct analysis *analysis, uint32_t type)
{
	struct link_count *link = analysis->links;

	for (; link < analysis->links + analysis->nlinks; link++)
		if (link->type == type)
			break;
	if (link == analysis->links + MAX_LINKS)
		return;
	if (link == analysis->links + analysis->nlinks) {
		analysis->nlinks++;
		*link = (struct link_count){.type = type};
		link->decoded = !(analysis->view.flags & VIEW_UNKNOWN_LINK);
	}
	link->frames++;
}

static inline void count_frame(struct analysis *analysis, const struct frame *frame)
{
	const struct view *view = &analysis->view;

	analysis->frames++;
	analysis->bytes += frame->wire_len;
	if (unlikely(view->flags)) {
		analysis->truncated += !!(view->flags & VIEW_CUT);
		analysis->malformed += !!(view->flags & VIEW_MALFORMED);
		analysis->undecoded += view->flags & VIEW_UNKNOWN_LINK ||
				       (view->flags & VIEW_MALFORMED && !view->nips);
	}
	if (likely(analysis->nlinks && analysis->links[0].type == frame->link_type))
		analysis->links[0].frames++;
	else
		count_link_slow(analysis, frame->link_type);
	if (unlikely(!(frame->flags & FRAME_HAS_TIME)))
		return;
	if (unlikely(frame->time_ns < analysis->first_ns))
		analysis->first_ns = frame->time_ns;
	if (frame->time_ns > analysis->last_ns)
		analysis->last_ns = frame->time_ns;
}

static inline void count_tunnels(struct analysis *analysis)
{
	uint8_t kinds[VIEW_MAX_HEADERS];
	unsigned int count;

	if (likely(analysis->view.tunnel == TUNNEL_NONE))
		return;
	count = view_tunnels(&analysis->view, kinds);
	for (unsigned int i = 0; i < count; i++)
		analysis->tunnels[kinds[i]]++;
}

static inline void count_flow(struct flow *flow, const struct sight *sight, uint32_t verdicts)
{
	const struct frame *frame = sight->view->frame;

	if (unlikely(!flow->frames)) {
		flow->first_frame = frame->number;
		flow->first_ns = frame->time_ns;
	}
	flow->frames++;
	flow->bytes += frame->wire_len;
	flow->payload += sight->view->payload_len;
	flow->last_frame = frame->number;
	flow->last_ns = frame->time_ns;
	if (unlikely(sight->traits & (TRAIT_CSUM_BAD | TRAIT_CSUM_UNFILLED | TRAIT_CSUM_FALSE))) {
		flow->csum_bad++;
	} else if (unlikely(sight->traits & (TRAIT_CSUM_OFFLOAD | TRAIT_CSUM_ZERO))) {
		flow->csum_offload++;
	} else if (likely(!(verdicts & 1u << CSUM_UNVERIFIED))) {
		flow->csum_ok++;
	}
}

/* A frame with some trait that is wanted: hand it to whoever wants it. */
static int show_frame(void *context)
{
	struct analysis *analysis = context;
	struct sight *sight = &analysis->sight;
	uint64_t traits = sight->traits & analysis->needs, called = 0;

	scene_note(&analysis->scene, sight);
	for (; traits; traits &= traits - 1)
		called |= analysis->wanted[__builtin_ctzll(traits)];
	for (; called; called &= called - 1) {
		unsigned int i = (unsigned int)__builtin_ctzll(called);
		const struct judge *judge = &analysis->judges[i];
		void *note = NULL;

		if (judge->self->note_size) {
			note = notes_make(analysis->notes, &sight->flow->notes, i,
					  judge->self->note_size);
			if (!note)
				return -1;
		}
		judge->self->frame(note, sight, judge);
	}
	return 0;
}

static inline uint64_t frame_traits(const struct analysis *analysis, const struct sight *sight,
				    uint32_t verdicts)
{
	const struct view *view = sight->view;
	uint64_t traits = csum_traits(view, analysis->csums, verdicts);

	if (unlikely(sight->ip_len > analysis->scene.threshold))
		traits |= TRAIT_OVERSIZED;
	if (unlikely(view->flags & (VIEW_LEN_ZERO | VIEW_CUT | VIEW_FRAGMENT)))
		traits |= (view->flags & VIEW_LEN_ZERO ? TRAIT_LEN_ZERO : 0) |
			  (view->flags & VIEW_CUT ? TRAIT_CUT : 0) |
			  (view->flags & VIEW_FRAGMENT ? TRAIT_FRAGMENT : 0);
	if (unlikely(view->outer->flags & HEADER_BAD_LEN))
		traits |= TRAIT_BAD_LEN;
	if (unlikely(sight->flow->last.flags & SEGMENT_OVERSIZED))
		traits |= TRAIT_AFTER_OVERSIZED;
	if (unlikely(sight->flow->watched))
		traits |= TRAIT_WATCHED;
	return traits;
}

static inline enum wrap wrap_of(const struct view *view)
{
	if (view->nips > 1)
		return WRAP_TUNNEL;
	return likely(view->tunnel == TUNNEL_NONE) ? WRAP_NONE : WRAP_OPAQUE;
}

static attr_always_inline int look_at_flow(struct analysis *analysis, uint32_t verdicts)
{
	struct sight *sight = &analysis->sight;

	sight->ip_len = whole_ip_len(sight->view, sight->view->outer);
	sight->traits = frame_traits(analysis, sight, verdicts);
	count_flow(sight->flow, sight, verdicts);
	scene_frame(&analysis->scene, sight);
	return segment_step(sight, analysis->ipid[wrap_of(sight->view)],
			    analysis->needs | SCENE_NEEDS, show_frame, analysis);
}

attr_flatten int analysis_frame(struct analysis *analysis, const struct frame *frame,
				const struct sight **out, struct err *err)
{
	struct view *view = &analysis->view;
	struct sight *sight = &analysis->sight;
	uint32_t verdicts;

	view_decode(view, frame, &analysis->options.view);
	count_frame(analysis, frame);
	sight->traits = 0;
	sight->ip_len = 0;
	sight->id_valid = 0;
	sight->flow = NULL;
	if (out)
		*out = sight;
	if (likely(view->nips)) {
		/* Before the checksums: the flow is fetched from memory while they are summed up. */
		sight->flow = flows_lookup(analysis->flows, view, forget_flow, analysis);
		if (unlikely(!sight->flow))
			return err_set(err, ERR_MEMORY, "out of memory");
	}
	verdicts = csum_verify(view, analysis->sums, analysis->csums, &analysis->checksums);
	if (unlikely(!view->nips))
		return 0;
	count_tunnels(analysis);
	if (unlikely(look_at_flow(analysis, verdicts) < 0))
		return err_set(err, ERR_MEMORY, "out of memory");
	return 0;
}

static int compare_flows(const void *a, const void *b)
{
	const struct flow *const *x = a, *const *y = b;

	if ((*x)->bytes != (*y)->bytes)
		return (*x)->bytes < (*y)->bytes ? 1 : -1;
	return (*x)->first_frame < (*y)->first_frame ? -1 : 1;
}

/* Keep the @room busiest in @list, the idlest of them last. */
static size_t busiest_flows(const struct flow_table *table, const struct flow **list, size_t room)
{
	size_t count = 0;

	for (size_t i = 0; i < flows_count(table); i++) {
		const struct flow *flow = flows_at(table, i);
		size_t at = count;

		if (count == room && compare_flows(&flow, &list[count - 1]) > 0)
			continue;
		if (count < room)
			count++;
		else
			at--;
		for (; at > 0 && compare_flows(&flow, &list[at - 1]) < 0; at--)
			list[at] = list[at - 1];
		list[at] = flow;
	}
	return count;
}

/* A file may claim any times: the longest that can be said is 292 years. */
static int64_t time_between(int64_t from, int64_t to)
{
	int64_t between;

	if (__builtin_sub_overflow(to, from, &between))
		return to > from ? INT64_MAX : INT64_MIN;
	return between;
}

static void describe_flow(struct capture_flow *out, const struct flow *flow)
{
	out->frames = flow->frames;
	out->bytes = flow->bytes;
	out->payload_bytes = flow->payload;
	out->first_frame = flow->first_frame;
	out->last_frame = flow->last_frame;
	out->duration_ns = time_between(flow->first_ns, flow->last_ns);
	out->pairs = flow->pairs;
	out->mergeable = flow->mergeable;
	out->csum_ok = flow->csum_ok;
	out->csum_offload = flow->csum_offload;
	out->csum_bad = flow->csum_bad;
}

static int list_flows(const struct analysis *analysis, struct arena *arena, struct capture *capture)
{
	size_t room = analysis->options.busiest;
	const struct flow **list;

	capture->flow_count = flows_count(analysis->flows) + flows_forgotten(analysis->flows);
	capture->forgotten_flows = flows_forgotten(analysis->flows);
	if (room > flows_count(analysis->flows))
		room = flows_count(analysis->flows);
	if (!room)
		return 0;
	list = arena_alloc(arena, room * sizeof(struct flow *));
	capture->flows = arena_alloc(arena, room * sizeof(*capture->flows));
	if (!list || !capture->flows)
		return -1;
	capture->nflows = busiest_flows(analysis->flows, list, room);
	for (size_t i = 0; i < capture->nflows; i++) {
		describe_flow(&capture->flows[i], list[i]);
		capture->flows[i].endpoints = key_endpoints(analysis->flows, &list[i]->key, arena);
		if (!capture->flows[i].endpoints)
			return -1;
	}
	return 0;
}

static int list_links(const struct analysis *analysis, struct arena *arena, struct capture *capture)
{
	char name[32];

	capture->links = arena_alloc(arena, analysis->nlinks * sizeof(*capture->links));
	if (!capture->links)
		return -1;
	for (size_t i = 0; i < analysis->nlinks; i++) {
		const struct link_count *link = &analysis->links[i];

		capture->links[i].name = arena_strdup(arena, link_type_name(link->type, name));
		capture->links[i].frames = link->frames;
		capture->links[i].decoded = link->decoded;
		if (!capture->links[i].name)
			return -1;
	}
	capture->nlinks = analysis->nlinks;
	return 0;
}

static void add_bucket(struct capture_sizes *sizes, uint32_t from, uint32_t to, uint64_t frames)
{
	if (frames)
		sizes->histogram[sizes->nhistogram++] = (struct size_bucket){from, to, frames};
}

static int list_sizes(const struct scene *scene, struct arena *arena, struct capture_sizes *sizes)
{
	static const uint32_t edges[] = {64,   128,  256,  512,	 1024,
					 1501, 2048, 4096, 8192, SCENE_EXACT_LENGTHS};
	uint32_t from = 0;

	sizes->histogram = arena_alloc(arena, CAPTURE_BUCKETS * sizeof(*sizes->histogram));
	if (!sizes->histogram)
		return -1;
	sizes->max_ip_len = scene->max_ip_len;
	sizes->oversized = scene_oversized(scene);
	for (size_t i = 0; i < array_size(edges); from = edges[i++]) {
		uint64_t frames = 0;

		for (uint32_t length = from; length < edges[i]; length++)
			frames += scene->lengths[length];
		add_bucket(sizes, from, edges[i] - 1, frames);
	}
	for (unsigned int i = 0; i < SCENE_BUCKETS; from = SCENE_FIRST_BUCKET << ++i)
		add_bucket(sizes, from, (SCENE_FIRST_BUCKET << (i + 1)) - 1, scene->buckets[i]);
	return 0;
}

static void copy_ids(const struct analysis *analysis, struct capture_ipid *ipid)
{
	const id_counts *opaque = &analysis->ipid[WRAP_OPAQUE][LEVEL_INNER];
	const size_t size = sizeof(ipid->plain_df0);

	memcpy(ipid->plain_df0, analysis->ipid[WRAP_NONE][LEVEL_INNER][0], size);
	memcpy(ipid->plain_df1, analysis->ipid[WRAP_NONE][LEVEL_INNER][1], size);
	memcpy(ipid->inner_df0, analysis->ipid[WRAP_TUNNEL][LEVEL_INNER][0], size);
	memcpy(ipid->inner_df1, analysis->ipid[WRAP_TUNNEL][LEVEL_INNER][1], size);
	memcpy(ipid->outer_df0, analysis->ipid[WRAP_TUNNEL][LEVEL_OUTER][0], size);
	memcpy(ipid->outer_df1, analysis->ipid[WRAP_TUNNEL][LEVEL_OUTER][1], size);
	for (unsigned int step = 0; step < ID_STEPS; step++) {
		ipid->outer_df0[step] += (*opaque)[0][step];
		ipid->outer_df1[step] += (*opaque)[1][step];
	}
}

static void copy_counts(const struct analysis *analysis, struct capture *capture)
{
	capture->frames = analysis->frames;
	capture->bytes = analysis->bytes;
	capture->truncated_frames = analysis->truncated;
	capture->undecoded_frames = analysis->undecoded;
	capture->malformed_frames = analysis->malformed;
	if (analysis->last_ns > analysis->first_ns)
		capture->duration_ns = time_between(analysis->first_ns, analysis->last_ns);
	capture->mtu.value = analysis->scene.mtu;
	capture->mtu.source = (uint8_t)analysis->scene.mtu_source;
	capture->checksums = analysis->checksums;
	memcpy(capture->tunnels, analysis->tunnels, sizeof(capture->tunnels));
	copy_ids(analysis, &capture->ipid);
}

static int compare_findings(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;

	if (x->severity != y->severity)
		return x->severity > y->severity ? -1 : 1;
	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return strcmp(x->id, y->id);
}

static int list_findings(struct analysis *analysis, struct arena *arena, struct capture *capture)
{
	struct findings findings = {.arena = arena, .flows = analysis->flows};

	for (size_t i = 0; i < flows_count(analysis->flows); i++)
		judge_flow(analysis, flows_at(analysis->flows, i));
	for (size_t i = 0; i < analysis->ndetectors; i++) {
		const struct judge *judge = &analysis->judges[i];

		judge->self->finish(judge, &findings);
	}
	if (findings.failed)
		return -1;
	if (findings.count)
		qsort(findings.list, findings.count, sizeof(*findings.list), compare_findings);
	capture->findings = findings.list;
	capture->nfindings = findings.count;
	return 0;
}

int analysis_finish(struct analysis *analysis, struct arena *arena, struct capture *capture,
		    struct err *err)
{
	scene_settle(&analysis->scene, analysis->flows);
	copy_counts(analysis, capture);
	if (list_sizes(&analysis->scene, arena, &capture->sizes) < 0 ||
	    list_links(analysis, arena, capture) < 0 ||
	    list_findings(analysis, arena, capture) < 0 || list_flows(analysis, arena, capture) < 0)
		return err_set(err, ERR_MEMORY, "out of memory");
	return 0;
}

static int keep_states(const struct analysis *analysis, void **states, struct arena *arena)
{
	for (size_t i = 0; i < analysis->ndetectors; i++) {
		const struct judge *judge = &analysis->judges[i];

		states[i] = arena_alloc(arena, judge->self->state_size);
		if (!states[i])
			return -1;
		memcpy(states[i], judge->state, judge->self->state_size);
	}
	return 0;
}

static void restore_states(struct analysis *analysis, void *const *states)
{
	for (size_t i = 0; i < analysis->ndetectors; i++)
		memcpy(analysis->judges[i].state, states[i], analysis->judges[i].self->state_size);
}

/* Detectors judge in their states, and the scene settles: both are put back. */
int analysis_peek(struct analysis *analysis, struct arena *arena, struct capture *capture,
		  struct err *err)
{
	struct scene *scene = malloc(sizeof(*scene));
	void *states[MAX_DETECTORS];
	struct arena kept = {0};
	int result = -1;

	if (!scene)
		return err_set(err, ERR_MEMORY, "out of memory");
	*scene = analysis->scene;
	if (keep_states(analysis, states, &kept) < 0) {
		err_set(err, ERR_MEMORY, "out of memory");
	} else {
		result = analysis_finish(analysis, arena, capture, err);
		restore_states(analysis, states);
	}
	analysis->scene = *scene;
	free(scene);
	arena_free(&kept);
	return result;
}

void analysis_vantage(struct analysis *analysis, const struct vantage *vantage)
{
	scene_vantage(&analysis->scene, vantage);
}
