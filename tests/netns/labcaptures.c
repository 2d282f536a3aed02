/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does a pair of captures, before and after GRO, show what nod's model says?
 *
 *   labcaptures MODEL WIRE.pcap AFTER.pcap
 *
 * WIRE has what was sent in bursts, AFTER what a packet socket got of it behind GRO. Bursts that are
 * apart by more than what GRO waits are polls of the model. Only TCP and UDP count: what else a host
 * says of its own is in one capture or in both. Exit status 1: they differ.
 */
#include <error.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pcap/csum.h"
#include "pcap/file.h"
#include "pcap/gro/queue.h"

#define STATUS_TROUBLE 3
#define MOST_FRAMES    10000
#define MOST_SHOWN     20

/* No gro_flush_timeout is that long. */
#define APART_NS 100000000

/* The beginning of a frame, as far as GRO keeps it: Ethernet and IP addresses are in it. */
#define HEAD 12

struct seen {
	uint32_t length;
	uint64_t number;
	uint8_t head[HEAD];
};

struct list {
	struct seen frames[MOST_FRAMES];
	size_t count;
};

/**
 * struct study - the model at work
 * @wire: frames that were sent, which tags of the queue are indexes of
 * @model: what comes out
 */
struct study {
	struct gro_queue *queue;
	struct list wire, model, after;
	int64_t last_ns;
};

static struct seen *add(struct list *list)
{
	if (list->count == MOST_FRAMES)
		error(STATUS_TROUBLE, 0, "too many frames");
	return &list->frames[list->count++];
}

static void deliver(void *context, const struct gro_train *train, uint64_t ends)
{
	struct study *study = context;
	struct seen *super = add(&study->model);

	(void)ends;
	*super = study->wire.frames[train->tag];
	super->length += train->payload - train->head.payload_len;
}

static bool counts(const struct view *view)
{
	const struct header *l4 = view_l4(view);

	return l4 && (l4->kind == HEADER_TCP || l4->kind == HEADER_UDP) &&
	       view->bytes.length >= HEAD;
}

static void note(struct list *list, const struct frame *frame)
{
	struct seen *seen = add(list);

	*seen = (struct seen){.length = frame->wire_len, .number = frame->number};
	memcpy(seen->head, frame->bytes.bytes, HEAD);
}

static void send(struct study *study, const struct frame *frame, const struct view *view)
{
	static const struct gro_scope anywhere;
	struct capture_checksums sums = {0};
	uint8_t verdicts[VIEW_MAX_HEADERS];
	struct gro_packet packet;

	if (frame->time_ns - study->last_ns > APART_NS)
		gro_queue_flush(study->queue, GRO_GAP);
	study->last_ns = frame->time_ns;
	csum_verify(view, sum_ops_best(), verdicts, &sums);
	gro_packet_read(&packet, view, verdicts, &anywhere);
	note(&study->wire, frame);
	gro_queue_receive(study->queue, &packet, (uint32_t)(study->wire.count - 1));
}

static void read_capture(struct study *study, const char *path, bool is_wire)
{
	static const struct view_options usual;
	struct err err = {0};
	struct capture_file *file = file_open(path, &err);
	struct frame frame;
	struct view view;
	int status;

	if (!file)
		error(STATUS_TROUBLE, 0, "%s: %s", path, err.text);
	while ((status = file_next(file, &frame, &err)) > 0) {
		view_decode(&view, &frame, &usual);
		if (counts(&view) && is_wire)
			send(study, &frame, &view);
		else if (counts(&view))
			note(&study->after, &frame);
	}
	if (status < 0)
		error(STATUS_TROUBLE, 0, "%s: %s", path, err.text);
	file_close(file);
}

static unsigned int compare(const struct study *study)
{
	const struct list *model = &study->model, *after = &study->after;
	unsigned int differences = 0;

	for (size_t i = 0; i < model->count && i < after->count; i++) {
		const struct seen *a = &model->frames[i], *b = &after->frames[i];

		if (a->length == b->length && memcmp(a->head, b->head, HEAD) == 0)
			continue;
		if (differences++ < MOST_SHOWN)
			printf("from frame %" PRIu64 " on: the model has %" PRIu32
			       " bytes, frame %" PRIu64 " of the capture %" PRIu32 "\n",
			       a->number, a->length, b->number, b->length);
	}
	return differences + (model->count != after->count);
}

int main(int argc, char **argv)
{
	static struct study study;
	struct gro_queue_options options = {.buckets = 1};
	unsigned int differences;

	if (argc != 4)
		error(2, 0, "usage: labcaptures MODEL WIRE.pcap AFTER.pcap");
	options.rules.model = gro_model_lookup(argv[1]);
	if (!options.rules.model)
		error(2, 0, "no such model: %s", argv[1]);
	study.queue = gro_queue_open(&options, deliver, &study);
	if (!study.queue)
		error(STATUS_TROUBLE, 0, "no memory");
	read_capture(&study, argv[2], true);
	gro_queue_flush(study.queue, GRO_END);
	gro_queue_close(study.queue);
	read_capture(&study, argv[3], false);
	differences = compare(&study);
	printf("%zu frames sent, %zu super-frames by the model, %zu in the capture, %u differences\n",
	       study.wire.count, study.model.count, study.after.count, differences);
	return differences != 0;
}
