/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A train before its two judges, nod's model and the running kernel: what does each make of it, and is
 * it the same?
 */
#ifndef NOD_TESTS_TRAINJUDGE_H
#define NOD_TESTS_TRAINJUDGE_H

#include <errno.h>
#include <unistd.h>

#include "pcap/csum.h"
#include "pcap/gro/queue.h"
#include "pcap/gro/replay.h"
#include "tests/netns/traincase.h"

#define REPEATS 3

/**
 * struct super - what comes out as one
 * @first: index of its first frame, or of the one that it looks like
 * @count: 0 if nobody knows
 */
struct super {
	uint8_t *bytes;
	size_t length;
	unsigned int gso_size, first, count;
};

struct answer {
	struct super supers[MOST_FRAMES + 1];
	unsigned int count;
};

/**
 * struct score - of all trains of a mode
 * @merged: trains of which something was merged, and rightly so
 * @unable: the kernel can do this, but cannot say what it did
 */
struct score {
	uint64_t trains, differences, by_timing, merged;
	bool unable;
};

/**
 * struct lab - both judges
 * @tags: for each frame the train that it went into
 * @memory: of the frames
 * @score, @to: what is known so far, and who wants to know
 */
struct lab {
	struct gro_queue *queue;
	struct score score;
	int to;
	struct gro_replay *replay;
	struct gro_scope scope;
	const struct train_case *train;
	struct answer model, kernel;
	uint32_t tags[MOST_FRAMES];
	bool no_geneve, no_tags;
	uint8_t *memory;
};

static inline void *allocate(size_t size)
{
	void *memory = calloc(1, size ?: 1);

	if (!memory)
		error(STATUS_TROUBLE, errno, "%zu bytes", size);
	return memory;
}

static inline void forget(struct answer *answer)
{
	for (unsigned int i = 0; i < answer->count; i++)
		free(answer->supers[i].bytes);
	answer->count = 0;
}

static inline struct super *add_super(struct answer *answer, size_t room)
{
	struct super *super = &answer->supers[answer->count];

	if (answer->count > MOST_FRAMES)
		error(STATUS_TROUBLE, 0, "more comes out than went in");
	*super = (struct super){.bytes = allocate(room)};
	answer->count++;
	return super;
}

/* --- the model ------------------------------------------------------------------------------------ */

/* Lengths and IPv4 checksums as they have to be in a merged frame. */
static inline void rewrite_lengths(struct super *super, const struct wire_frame *head)
{
	const struct packet *packet = head->packet;

	for (unsigned int level = 0; level < head->merged_levels; level++) {
		uint32_t off = head->ip_at[level], length = (uint32_t)super->length - off;
		uint8_t *ip = super->bytes + off;

		if (packet->ips[level].version == 6) {
			put(ip + 4, 2, length - 40);
		} else {
			put(ip + 2, 2, length);
			put(ip + 10, 2, 0);
			put(ip + 10, 2, (uint16_t)~add_bytes(0, ip, 20));
		}
		if (level + 1 < head->merged_levels && (packet->tunnels[level].kind == VXLAN ||
							packet->tunnels[level].kind == GENEVE)) {
			off = head->tunnel_at[level];
			put(super->bytes + off + 4, 2, (uint32_t)super->length - off);
		}
	}
	if (head->udp)
		put(super->bytes + head->l4_at + 4, 2, (uint32_t)super->length - head->l4_at);
}

static inline void append(struct super *super, const struct wire_frame *frame, bool keeps_headers)
{
	memcpy(super->bytes + super->length, frame->bytes + frame->payload, frame->payload_len);
	super->length += frame->payload_len;
	super->count++;
	/* FIN and PSH of all are those of the merged. */
	if (!frame->udp && !keeps_headers)
		super->bytes[frame->l4_at + 13] |= frame->bytes[frame->l4_at + 13] & 0x09;
}

/* What the frames of the train with @super's tag make together. */
static inline void fill_super(struct super *super, const struct lab *lab)
{
	const struct train_case *train = lab->train;
	const struct wire_frame *head = &train->frames[super->first];

	memcpy(super->bytes, head->bytes, head->length);
	super->length = head->length;
	super->count = 1;
	for (unsigned int i = super->first + 1; i < train->nframes; i++)
		if (lab->tags[i] == super->first)
			append(super, &train->frames[i], train->mode == GRO_MODE_FRAGLIST);
	if (super->count > 1)
		rewrite_lengths(super, head);
	else
		super->gso_size = 0;
}

static inline void deliver(void *context, const struct gro_train *train, uint64_t ends)
{
	struct lab *lab = context;
	struct super *super = add_super(&lab->model, MOST_TOTAL + 2 * MOST_BYTES);

	(void)ends;
	if (train->tag >= lab->train->nframes)
		error(STATUS_TROUBLE, 0, "the model delivers what it was never given");
	super->first = train->tag;
	super->gso_size = gro_train_gso_size(train);
}

static inline uint32_t receive(struct lab *lab, unsigned int i)
{
	static const struct view_options ports = {.nvxlan_ports = 1, .vxlan_ports = {OWN_VXLAN}};
	const struct wire_frame *wire = &lab->train->frames[i];
	struct frame frame = {.number = i + 1,
			      .bytes = {wire->bytes, wire->length},
			      .wire_len = (uint32_t)wire->length,
			      .link_type = 1};
	struct capture_checksums counts = {0};
	uint8_t verdicts[VIEW_MAX_HEADERS];
	struct gro_packet packet;
	struct view view;

	view_decode(&view, &frame, &ports);
	csum_verify(&view, sum_ops_best(), verdicts, &counts);
	gro_packet_read(&packet, &view, verdicts, &lab->scope);
	return gro_queue_receive(lab->queue, &packet, i);
}

static inline void ask_model(struct lab *lab)
{
	forget(&lab->model);
	for (unsigned int i = 0; i < lab->train->nframes; i++)
		lab->tags[i] = receive(lab, i);
	gro_queue_flush(lab->queue, GRO_END);
	for (unsigned int i = 0; i < lab->model.count; i++)
		fill_super(&lab->model.supers[i], lab);
}

/* --- the kernel ----------------------------------------------------------------------------------- */

static inline int see(void *context, const struct gro_replayed *frame)
{
	struct answer *answer = context;
	struct super *super = add_super(answer, frame->bytes.length);

	memcpy(super->bytes, frame->bytes.bytes, frame->bytes.length);
	super->length = frame->bytes.length;
	super->gso_size = frame->gso_size;
	return 0;
}

static inline void __attribute__((noreturn)) hand_in(const struct lab *lab)
{
	if (write(lab->to, &lab->score, sizeof(lab->score)) != sizeof(lab->score))
		error(STATUS_TROUBLE, errno, "pipe");
	exit(0);
}

static inline void ask_kernel(struct lab *lab, struct answer *answer)
{
	const struct train_case *train = lab->train;
	struct span frames[MOST_FRAMES];
	struct err err = {0};

	forget(answer);
	for (unsigned int i = 0; i < train->nframes; i++)
		frames[i] = (struct span){train->frames[i].bytes, train->frames[i].length};
	if (gro_replay_poll(lab->replay, frames, train->nframes, see, answer, &err)) {
		lab->score.unable = train->mode != GRO_MODE_HOST && err.code == ERR_UNSUPPORTED;
		if (lab->score.unable)
			hand_in(lab);
		print_case(train);
		fflush(stdout);
		error(STATUS_TROUBLE, 0, "%s", err.text);
	}
}

/* --- comparing ------------------------------------------------------------------------------------ */

/* But for checksums that merging leaves to others, if it is merged. */
static inline bool same_bytes(const struct lab *lab, const struct super *model,
			      const struct super *kernel)
{
	const struct wire_frame *head = &lab->train->frames[model->first];
	bool same;

	if (model->length != kernel->length)
		return false;
	for (unsigned int i = 0; model->count > 1 && i < head->nmasked; i++)
		memcpy(model->bytes + head->mask[i], kernel->bytes + head->mask[i], 2);
	same = memcmp(model->bytes, kernel->bytes, model->length) == 0;
	return same;
}

static inline bool agree(const struct lab *lab)
{
	const struct answer *model = &lab->model, *kernel = &lab->kernel;

	if (model->count != kernel->count)
		return false;
	for (unsigned int i = 0; i < model->count; i++)
		if (model->supers[i].gso_size != kernel->supers[i].gso_size ||
		    !same_bytes(lab, &model->supers[i], &kernel->supers[i]))
			return false;
	return true;
}

static inline bool same_answer(const struct answer *a, const struct answer *b)
{
	if (a->count != b->count)
		return false;
	for (unsigned int i = 0; i < a->count; i++)
		if (a->supers[i].length != b->supers[i].length ||
		    a->supers[i].gso_size != b->supers[i].gso_size ||
		    memcmp(a->supers[i].bytes, b->supers[i].bytes, a->supers[i].length) != 0)
			return false;
	return true;
}

/* Does the kernel say the same when it is asked again? */
static inline bool is_settled(struct lab *lab)
{
	static struct answer again;
	bool same = true;

	for (unsigned int i = 0; i < REPEATS && same; i++) {
		ask_kernel(lab, &again);
		same = same_answer(&lab->kernel, &again);
	}
	forget(&again);
	return same;
}

static inline bool differs(struct lab *lab, const struct train_case *train)
{
	lab->train = train;
	ask_model(lab);
	ask_kernel(lab, &lab->kernel);
	return !agree(lab);
}

/* --- words ---------------------------------------------------------------------------------------- */

/* The frame whose payload begins what came back: its number, 0 if there is none. */
static inline unsigned int looks_like(const struct train_case *train, const struct super *super,
				      uint64_t used)
{
	for (unsigned int i = 0; i < train->nframes; i++) {
		const struct wire_frame *frame = &train->frames[i];

		if (!(used >> i & 1) && frame->length <= super->length &&
		    memcmp(super->bytes, frame->bytes, 12) == 0 &&
		    memcmp(super->bytes + frame->l4_at, frame->bytes + frame->l4_at, 4) == 0 &&
		    memcmp(super->bytes + frame->payload, frame->bytes + frame->payload,
			   frame->payload_len) == 0)
			return i + 1;
	}
	return 0;
}

static inline void print_model(const struct lab *lab)
{
	printf("  model: ");
	for (unsigned int i = 0; i < lab->model.count; i++) {
		const struct super *super = &lab->model.supers[i];

		printf(" #%u", super->first + 1);
		for (unsigned int j = super->first + 1; j < lab->train->nframes; j++)
			if (lab->tags[j] == super->first)
				printf("+%u", j + 1);
		printf("=%zu", super->length);
		if (super->gso_size)
			printf("/%u", super->gso_size);
	}
	printf("\n");
}

static inline void print_kernel(const struct lab *lab)
{
	uint64_t used = 0;

	printf("  kernel:");
	for (unsigned int i = 0; i < lab->kernel.count; i++) {
		const struct super *super = &lab->kernel.supers[i];
		unsigned int like = looks_like(lab->train, super, used);

		if (like)
			used |= UINT64_C(1) << (like - 1);
		printf(" #%u=%zu", like, super->length);
		if (super->gso_size)
			printf("/%u", super->gso_size);
	}
	printf("\n");
}

static inline void print_bytes(const struct lab *lab)
{
	for (unsigned int i = 0; i < lab->model.count && i < lab->kernel.count; i++) {
		const struct super *model = &lab->model.supers[i], *kernel = &lab->kernel.supers[i];

		if (model->length != kernel->length || same_bytes(lab, model, kernel))
			continue;
		printf("  super-frame %u, bytes (model kernel):", i + 1);
		for (size_t at = 0, shown = 0; at < model->length && shown < 12; at++) {
			if (model->bytes[at] == kernel->bytes[at])
				continue;
			printf(" %zu:%02x %02x", at, model->bytes[at], kernel->bytes[at]);
			shown++;
		}
		printf("\n");
	}
}

static inline void print_difference(const struct lab *lab)
{
	print_case(lab->train);
	print_model(lab);
	print_kernel(lab);
	print_bytes(lab);
}

#endif
