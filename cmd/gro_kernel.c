/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does the running kernel make of a capture, and does the model say the same?
 */
#include <stdlib.h>
#include <string.h>

#include "cmd/gro_kernel.h"
#include "pcap/csum.h"
#include "pcap/gro/queue.h"

#define LINKTYPE_ETHERNET 1
#define ETHERNET_BYTES	  GRO_REPLAY_SHORTEST

/* What comes out of a poll is no longer than what went in, and no more. */
#define BATCH_BYTES ((size_t)GRO_REPLAY_BATCH * GRO_REPLAY_FRAME)

/**
 * struct asking - one capture while it is replayed
 * @needs: of the capture, with the ports that have sockets
 * @model_here: the model, without what this kernel lacks
 * @poll: the one that is gathered; its frames are @spans, their bytes in the first @used of @room
 * @answers: bytes of what came back, @answered of them
 */
struct asking {
	const struct gro_question *question;
	const struct gro_needs *needs;
	struct gro_model model_here;
	struct gro_replay *replay;
	struct gro_queue *queue;
	struct gro_scope scope;
	const struct sum_ops *sums;
	struct capture_checksums unused;
	struct gro_kernel *kernel;
	struct arena *arena;
	struct gro_poll poll;
	size_t used, answered;
	struct span spans[GRO_REPLAY_BATCH];
	struct gro_packet packets[GRO_REPLAY_BATCH];
	uint8_t *room, *answers;
	struct err *err;
};

static bool covers(const uint16_t *have, size_t nhave, const uint16_t *want, size_t nwant)
{
	for (size_t i = 0; i < nwant; i++) {
		size_t j = 0;

		while (j < nhave && have[j] != want[i])
			j++;
		if (j == nhave)
			return false;
	}
	return true;
}

/* One receiver serves for all files, as long as it listens where they need it. */
static int open_replay(struct gro_oracle *oracle, const struct gro_replay_options *want,
		       struct err *err)
{
	const struct gro_replay_options *have = &oracle->options;

	if (oracle->replay && want->mode != GRO_MODE_UDP &&
	    covers(have->vxlan, have->nvxlan, want->vxlan, want->nvxlan) &&
	    covers(have->geneve, have->ngeneve, want->geneve, want->ngeneve))
		return 0;
	gro_oracle_close(oracle);
	oracle->replay = gro_replay_open(want, err);
	if (!oracle->replay)
		return -1;
	oracle->options = *want;
	oracle->options.udp = NULL;
	oracle->options.nudp = 0;
	return 0;
}

void gro_oracle_close(struct gro_oracle *oracle)
{
	if (oracle->replay)
		gro_replay_close(oracle->replay);
	oracle->replay = NULL;
}

/* --- one poll ------------------------------------------------------------------------------------ */

/* Tags of VLANs come and go on the way; what is compared begins behind them. */
static uint32_t link_len(const struct view *view)
{
	uint32_t end = ETHERNET_BYTES;

	for (unsigned int i = 0; i < view->nheaders; i++) {
		const struct header *header = &view->headers[i];

		if (header->kind != HEADER_ETHERNET && header->kind != HEADER_VLAN)
			break;
		end = header->off + header->len;
	}
	return end;
}

static struct span span_between(struct span bytes, size_t from, size_t to)
{
	if (to > bytes.length)
		to = bytes.length;
	return from < to ? (struct span){bytes.bytes + from, to - from} : (struct span){NULL, 0};
}

static struct span payload_of(const struct gro_packet *packet, struct span bytes)
{
	return span_between(bytes, packet->head_len,
			    (size_t)packet->head_len + packet->segment.payload_len);
}

static void deliver(void *context, const struct gro_train *train, uint64_t ends attr_unused)
{
	struct asking *asking = context;
	const struct gro_sent *first = &asking->poll.sent[train->tag];
	bool merged = train->count > 1;

	/* Every packet is delivered once, so there is room; it is not to be trusted blindly. */
	if (asking->poll.model.count == GRO_REPLAY_BATCH)
		return;
	asking->poll.model.list[asking->poll.model.count++] = (struct gro_super){
		.len = merged ? gro_train_len(train) : (uint32_t)first->packet.length,
		.gso_size = merged ? gro_train_gso_size(train) : 0,
		.count = train->count,
		.first = train->tag,
	};
}

/* As the kernel counts segments: by what it says of their size. */
static void measure(struct asking *asking, const struct frame *frame, struct gro_super *super)
{
	static const uint8_t csums[VIEW_MAX_HEADERS];
	struct gro_packet packet;
	struct view view;

	view_decode(&view, frame, asking->question->view);
	gro_packet_read(&packet, &view, csums, &asking->scope);
	super->packet = span_between(frame->bytes, link_len(&view), frame->bytes.length);
	super->len = (uint32_t)super->packet.length;
	super->payload_len = packet.segment.payload_len;
	super->count = 1;
	if (super->gso_size)
		super->count = (super->payload_len + super->gso_size - 1) / super->gso_size;
	super->has_data =
		super->payload_len &&
		(packet.protocol == GRO_TCP ||
		 (packet.protocol == GRO_UDP && asking->question->rules.mode != GRO_MODE_HOST));
}

static int take_answer(void *context, const struct gro_replayed *replayed)
{
	struct asking *asking = context;
	size_t length = replayed->bytes.length;
	struct frame frame = {.wire_len = (uint32_t)length, .link_type = LINKTYPE_ETHERNET};
	struct gro_super *super = &asking->poll.real.list[asking->poll.real.count];

	if (asking->poll.real.count == GRO_REPLAY_BATCH || length < ETHERNET_BYTES ||
	    length > BATCH_BYTES - asking->answered)
		return err_set(asking->err, ERR_SYSTEM,
			       "more comes out of the kernel than was sent to it");
	frame.bytes = (struct span){asking->answers + asking->answered, length};
	memcpy(asking->answers + asking->answered, replayed->bytes.bytes, length);
	asking->answered += length;
	*super = (struct gro_super){.gso_size = replayed->gso_size};
	measure(asking, &frame, super);
	asking->poll.real.count++;
	return 0;
}

static void count_real(struct asking *asking)
{
	struct gro_count *count = &asking->kernel->count;

	for (size_t i = 0; i < asking->poll.real.count; i++) {
		const struct gro_super *super = &asking->poll.real.list[i];

		if (!super->has_data)
			continue;
		count->supers++;
		count->frames += super->count;
		count->bytes += super->payload_len;
		if (super->count > count->largest)
			count->largest = super->count;
		if (super->count > 1) {
			count->merged_frames += super->count;
			count->merged_bytes += super->payload_len;
		}
	}
}

static int do_poll(struct asking *asking)
{
	struct gro_kernel *kernel = asking->kernel;

	if (!asking->poll.nsent)
		return 0;
	asking->poll.model.count = asking->poll.real.count = asking->answered = 0;
	for (uint32_t i = 0; i < asking->poll.nsent; i++)
		asking->poll.sent[i].tag = gro_queue_receive(asking->queue, &asking->packets[i], i);
	gro_queue_flush(asking->queue, GRO_BUDGET);
	if (gro_replay_poll(asking->replay, asking->spans, asking->poll.nsent, take_answer, asking,
			    asking->err) < 0)
		return -1;
	count_real(asking);
	if (gro_compare(&asking->poll, kernel, asking->arena, asking->err) < 0)
		return -1;
	kernel->frames += asking->poll.nsent;
	kernel->model_supers += asking->poll.model.count;
	kernel->kernel_supers += asking->poll.real.count;
	asking->poll.number++;
	asking->poll.nsent = asking->used = 0;
	return 0;
}

static bool can_be_sent(const struct frame *frame)
{
	size_t length = frame->bytes.length;

	return frame->link_type == LINKTYPE_ETHERNET && length == frame->wire_len &&
	       length >= (size_t)ETHERNET_BYTES + frame->fcs_len &&
	       length - frame->fcs_len <= GRO_REPLAY_FRAME;
}

/* Gather frames for a poll. */
static int take_frame(void *context, const struct frame *original, struct err *err attr_unused)
{
	struct asking *asking = context;
	struct frame frame = *original;
	struct gro_sent *sent = &asking->poll.sent[asking->poll.nsent];
	uint8_t csums[VIEW_MAX_HEADERS];
	struct view view;

	if (can_be_sent(original)) {
		frame.bytes.length -= frame.fcs_len;
		frame.wire_len -= frame.fcs_len;
		frame.fcs_len = 0;
		view_decode(&view, &frame, asking->question->view);
	}
	if (!can_be_sent(original) || !gro_needs_met(asking->needs, &view)) {
		asking->kernel->skipped++;
		return 0;
	}
	memcpy(asking->room + asking->used, frame.bytes.bytes, frame.bytes.length);
	frame.bytes.bytes = asking->room + asking->used;
	asking->used += frame.bytes.length;
	view_decode(&view, &frame, asking->question->view);
	csum_verify(&view, asking->sums, csums, &asking->unused);
	gro_packet_read(&asking->packets[asking->poll.nsent], &view, csums, &asking->scope);
	asking->spans[asking->poll.nsent] = frame.bytes;
	*sent = (struct gro_sent){
		.packet = span_between(frame.bytes, link_len(&view), frame.bytes.length),
		.number = frame.number,
		.head_len = asking->packets[asking->poll.nsent].head_len,
	};
	sent->payload = payload_of(&asking->packets[asking->poll.nsent], sent->packet);
	if (++asking->poll.nsent < GRO_REPLAY_BATCH && asking->used < GRO_REPLAY_BYTES)
		return 0;
	return do_poll(asking);
}

/* --- all of it ----------------------------------------------------------------------------------- */

/* Which tunnels have a device here: port 0 stands for none, as without a port there are the usual ones. */
static void set_scope(struct gro_scope *scope, const struct gro_replay_options *options,
		      uint32_t missing, enum gro_mode mode)
{
	scope->plain_udp = mode != GRO_MODE_HOST;
	for (size_t i = 0; i < options->nvxlan && !(missing & 1u << TUNNEL_VXLAN); i++)
		gro_add_port(scope->ports, &scope->nports, GRO_SCOPE_PORTS, options->vxlan[i]);
	for (size_t i = 0; i < options->ngeneve && !(missing & 1u << TUNNEL_GENEVE); i++)
		gro_add_port(scope->ports, &scope->nports, GRO_SCOPE_PORTS, options->geneve[i]);
	if (!scope->nports)
		scope->nports = 1;
}

/* What this kernel was built without it does not merge; that is no difference of rules. */
static int adapt(struct asking *asking, const struct gro_needs *look, struct err *err)
{
	uint32_t missing = gro_replay_missing(asking->replay);
	struct text words attr_cleanup(text_free) = {0};

	asking->model_here = *asking->question->rules.model;
	asking->model_here.tunnels &= ~missing;
	for (unsigned int kind = 0; kind < TUNNEL_KINDS; kind++)
		if (missing & 1u << kind)
			text_printf(&words, "%s%s", words.length ? ", " : "", tunnel_names[kind]);
	if (look->has_tags && !gro_replay_tags(asking->replay)) {
		asking->model_here.vlan = false;
		text_printf(&words, "%sVLAN tags", words.length ? ", " : "");
	}
	if (!words.length && !words.failed)
		return 0;
	asking->kernel->lacks = words.failed ? NULL : arena_strdup(asking->arena, words.chars);
	return asking->kernel->lacks ? 0 : err_set(err, ERR_MEMORY, "out of memory");
}

static int ask(struct asking *asking, struct err *err)
{
	struct gro_queue_options options = {.rules = asking->question->rules, .buckets = 1};
	struct gro_fed fed;
	int result = -1;

	options.rules.model = &asking->model_here;
	asking->room = malloc(BATCH_BYTES);
	asking->answers = malloc(BATCH_BYTES);
	asking->queue = gro_queue_open(&options, deliver, asking);
	if (!asking->room || !asking->answers || !asking->queue)
		err_set(err, ERR_MEMORY, "out of memory");
	else if (gro_feed_run(asking->question->feed, take_frame, asking, &fed, err) == 0)
		result = do_poll(asking);
	if (asking->queue)
		gro_queue_close(asking->queue);
	free(asking->answers);
	free(asking->room);
	return result;
}

static struct asking *make_asking(const struct gro_question *question, struct arena *arena)
{
	struct asking *asking = arena_alloc(arena, sizeof(*asking));

	if (!asking)
		return NULL;
	asking->question = question;
	asking->arena = arena;
	asking->poll.number = 1;
	asking->poll.any_order = question->rules.model->prepends;
	asking->sums = sum_ops_best();
	asking->kernel = arena_alloc(arena, sizeof(*asking->kernel));
	if (!asking->kernel)
		return NULL;
	asking->kernel->release = question->release;
	asking->kernel->poll = GRO_REPLAY_BATCH;
	asking->kernel->words = arena_alloc(arena, GRO_WORDS_MAX * sizeof(*asking->kernel->words));
	return asking->kernel->words ? asking : NULL;
}

struct gro_kernel *gro_ask_kernel(struct gro_oracle *oracle, const struct gro_question *question,
				  struct arena *arena, struct err *err)
{
	struct gro_replay_options options = {.mode = question->rules.mode};
	struct gro_needs look = {.view = question->view, .options = &options};
	struct asking *asking = make_asking(question, arena);
	struct gro_fed fed;

	if (!asking) {
		err_set(err, ERR_MEMORY, "out of memory");
		return NULL;
	}
	options.udp = look.udp;
	if (gro_feed_run(question->feed, gro_needs_look, &look, &fed, err) < 0)
		return NULL;
	if (options.mode != GRO_MODE_UDP)
		options.nudp = 0;
	if (open_replay(oracle, &options, err) < 0)
		return NULL;
	asking->replay = oracle->replay;
	asking->needs = &look;
	asking->err = err;
	set_scope(&asking->scope, &oracle->options, gro_replay_missing(oracle->replay),
		  question->rules.mode);
	return adapt(asking, &look, err) < 0 || ask(asking, err) < 0 ? NULL : asking->kernel;
}
