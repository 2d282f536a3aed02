/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * In which order does a receive queue hand packets and trains to the stack, and when?
 *
 * As net/core/gro.c does it: dev_gro_receive() for a packet, napi_gro_flush() at the end of a poll.
 */
#include <stdlib.h>
#include <string.h>

#include "pcap/gro/queue.h"

/**
 * struct bucket - flows with the same hash
 * @count: trains that are held
 * @keys, @slots: of each, oldest first: its key, and where in @trains it is. Trains are large and
 *                stay where they are
 * @free: set of the slots that are not in use
 */
struct bucket {
	uint64_t keys[GRO_QUEUE_HELD];
	uint8_t slots[GRO_QUEUE_HELD];
	unsigned int count, free;
	struct gro_train trains[GRO_QUEUE_HELD];
};

/**
 * struct gro_queue - see above
 * @parts: of a packet, that make its flow
 * @hash_ports: the hash looks at the ports of a tunnel's outer header
 * @taken: packets in this poll
 * @last_ns: when the last one came, if @has_last
 * @single: of a packet that goes up as it is
 */
struct gro_queue {
	struct gro_queue_options options;
	gro_queue_deliver *deliver;
	void *context;
	uint32_t parts;
	bool hash_ports, has_last;
	unsigned int taken;
	int64_t last_ns;
	struct gro_train single;
	struct bucket buckets[GRO_QUEUE_BUCKETS];
};

#define ALL_SLOTS ((1u << GRO_QUEUE_HELD) - 1)

/* Packets that differ in this part are another flow, for this reason. */
static const struct {
	enum gro_reason reason;
	enum gro_part part;
} part_of[] = {
	{GRO_LINK, GRO_PART_LINK},
	{GRO_OUTER_LABEL, GRO_PART_OUTER_LABEL},
	{GRO_OUTER_PORT, GRO_PART_OUTER_PORTS},
	{GRO_OUTER_CHECKSUM, GRO_PART_OUTER_CHECKSUM},
	{GRO_TUNNEL_FIELDS, GRO_PART_TUNNEL},
	{GRO_INNER_LINK, GRO_PART_INNER_LINK},
	{GRO_LABEL, GRO_PART_LABEL},
};

static uint32_t parts_that_count(const struct gro_rules *rules)
{
	uint64_t minds = rules->model->minds & ~rules->mended;
	uint32_t parts = GRO_PARTS_ALL;

	for (size_t i = 0; i < sizeof(part_of) / sizeof(part_of[0]); i++)
		if (!(minds & GRO_BIT(part_of[i].reason)))
			parts &= ~(1u << part_of[i].part);
	return parts;
}

struct gro_queue *gro_queue_open(const struct gro_queue_options *options,
				 gro_queue_deliver *deliver, void *context)
{
	struct gro_queue *queue = calloc(1, sizeof(*queue));
	uint32_t parts = parts_that_count(&options->rules);

	if (!queue)
		return NULL;
	queue->options = *options;
	queue->deliver = deliver;
	queue->context = context;
	queue->parts = parts;
	queue->hash_ports = parts & 1u << GRO_PART_OUTER_PORTS;
	for (unsigned int i = 0; i < GRO_QUEUE_BUCKETS; i++)
		queue->buckets[i].free = ALL_SLOTS;
	return queue;
}

void gro_queue_close(struct gro_queue *queue)
{
	free(queue);
}

/* NICs hash the outermost headers only: all flows of a tunnel with one source port are together. */
static struct bucket *bucket_of(struct gro_queue *queue, const struct gro_packet *packet)
{
	const uint32_t *parts = packet->parts;
	uint32_t hash;

	if (queue->options.buckets == 1)
		return queue->buckets;
	if (packet->tunnel == TUNNEL_NONE)
		hash = parts[GRO_PART_IP] ^ parts[GRO_PART_PORTS] * 0x85ebca6bu;
	else
		hash = parts[GRO_PART_OUTER_IP] ^
		       (queue->hash_ports ? parts[GRO_PART_OUTER_PORTS] * 0x85ebca6bu : 0);
	hash *= 0x9e3779b1u;
	/* The high bits times the number of buckets: a remainder without a division. */
	return &queue->buckets[(hash >> 16) * queue->options.buckets >> 16];
}

static void complete(struct gro_queue *queue, struct bucket *bucket, unsigned int place,
		     uint64_t ends)
{
	unsigned int slot = bucket->slots[place], behind = --bucket->count - place;

	memmove(bucket->keys + place, bucket->keys + place + 1, behind * sizeof(bucket->keys[0]));
	memmove(bucket->slots + place, bucket->slots + place + 1, behind);
	bucket->free |= 1u << slot;
	queue->deliver(queue->context, &bucket->trains[slot], ends);
}

void gro_queue_flush(struct gro_queue *queue, enum gro_reason why)
{
	for (unsigned int i = 0; i < queue->options.buckets; i++)
		while (queue->buckets[i].count)
			complete(queue, &queue->buckets[i], 0, GRO_BIT(why));
	queue->taken = 0;
}

static unsigned int find(const struct bucket *bucket, uint64_t key, unsigned int from)
{
	while (from < bucket->count && bucket->keys[from] != key)
		from++;
	return from;
}

static void hold(struct gro_queue *queue, struct bucket *bucket, uint64_t key,
		 const struct gro_packet *packet, uint32_t tag)
{
	unsigned int slot;

	if (unlikely(bucket->count == GRO_QUEUE_HELD))
		complete(queue, bucket, 0, GRO_BIT(GRO_HELD));
	slot = (unsigned int)__builtin_ctz(bucket->free);
	bucket->free &= ~(1u << slot);
	bucket->keys[bucket->count] = key;
	bucket->slots[bucket->count++] = (uint8_t)slot;
	gro_train_begin(&bucket->trains[slot], packet);
	bucket->trains[slot].tag = tag;
}

static void pass(struct gro_queue *queue, const struct gro_packet *packet, uint64_t why,
		 uint32_t tag)
{
	gro_train_begin(&queue->single, packet);
	queue->single.tag = tag;
	queue->deliver(queue->context, &queue->single, why);
}

/* Linux holds one train of a flow at most; others may hold several: each is shown the packet. */
static uint32_t take(struct gro_queue *queue, const struct gro_packet *packet, uint32_t tag)
{
	uint64_t key = gro_packet_key(packet, queue->parts);
	struct bucket *bucket = bucket_of(queue, packet);
	unsigned int place = find(bucket, key, 0);
	struct gro_step step;

	do {
		bool held = place < bucket->count;
		struct gro_train *train = held ? &bucket->trains[bucket->slots[place]] : NULL;
		uint32_t merged_tag = held ? train->tag : tag;

		step = gro_train_step(&queue->options.rules, train, packet);
		/* What it completes comes before the packet itself, as in the kernel. */
		if (held && step.ends)
			complete(queue, bucket, place, step.ends);
		else
			place++;
		if (step.fate == GRO_MERGED)
			return merged_tag;
		place = find(bucket, key, place);
	} while (step.fate == GRO_BEGINS && place < bucket->count);
	if (step.fate == GRO_BEGINS)
		hold(queue, bucket, key, packet, tag);
	else
		pass(queue, packet, step.why, tag);
	return tag;
}

/* Times of a file may be any number. */
static bool is_gap(const struct gro_queue *queue, const struct gro_packet *packet)
{
	uint64_t since = (uint64_t)packet->time_ns - (uint64_t)queue->last_ns;

	return queue->has_last && packet->time_ns > queue->last_ns &&
	       since > (uint64_t)queue->options.gap_ns;
}

uint32_t gro_queue_receive(struct gro_queue *queue, const struct gro_packet *packet, uint32_t tag)
{
	const struct gro_queue_options *options = &queue->options;

	if (options->gap_ns && packet->has_time) {
		if (is_gap(queue, packet))
			gro_queue_flush(queue, GRO_GAP);
		queue->last_ns = packet->time_ns;
		queue->has_last = true;
	}
	tag = take(queue, packet, tag);
	if (options->budget && ++queue->taken >= options->budget)
		gro_queue_flush(queue, GRO_BUDGET);
	return tag;
}
