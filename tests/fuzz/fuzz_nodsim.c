/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Can any packet, with any settings and quirks, make a NIC of nodsim read or write where it must not? And without
 * quirks: is what one end sends all that the other hands up, in order and with right checksums?
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/nodsim/core/csum.h"
#include "tests/nodsim/core/nic.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MOST_FRAMES 1024u

static void require(bool truth, const char *what)
{
	if (truth)
		return;
	fprintf(stderr, "ERROR: %s\n", what);
	abort();
}

static uint8_t *memory(size_t size)
{
	uint8_t *bytes = malloc(size ? size : 1);

	require(bytes != NULL, "out of memory");
	return bytes;
}

/* --- the input ---------------------------------------------------------------------------------- */

/**
 * struct input - what is left of it
 */
struct input {
	const uint8_t *data;
	size_t size;
};

static uint32_t take(struct input *input, unsigned int bytes)
{
	uint32_t value = 0;

	for (; bytes; bytes--) {
		value = value << 8 | (input->size ? *input->data : 0);
		if (!input->size)
			continue;
		input->data++;
		input->size--;
	}
	return value;
}

/* --- two ends ----------------------------------------------------------------------------------- */

struct frame {
	uint8_t *bytes;
	uint32_t len;
};

/**
 * struct wire - frames on their way
 * @max_frame: no frame is longer; 0 if a quirk may make it so
 */
struct wire {
	struct frame frames[MOST_FRAMES];
	uint32_t count, max_frame;
};

/**
 * struct payload - what packets carry; flows may overtake each other, so it is a sum over all of its bytes, each
 * with its place in its connection
 * @packets: how many, merged ones as what they were on the wire
 * @quirks: some are on: what arrives need not be what was sent
 * @ports: of tunnels, that the receiver knows
 */
struct payload {
	uint64_t sum, bytes;
	uint32_t packets;
	bool quirks;
	const struct sim_ports *ports;
};

static void ports(struct sim_ports *ports)
{
	memset(ports, 0, sizeof(*ports));
	ports->ports[0] = 4789;
	ports->kinds[0] = SIM_VXLAN;
	ports->ports[3] = 6081;
	ports->kinds[3] = SIM_GENEVE;
}

/* A quirk of those that there are, or none. */
static void set_quirk(struct sim_nic *nic, uint8_t which)
{
	unsigned int count = 0;

	while (sim_quirks[count])
		count++;
	if (which % 64 < count)
		sim_quirk_set(&nic->quirks, which % 64, which < 64 ? 1 : which / 64 + 1u);
}

static void open_nic(struct sim_nic *nic, struct input *input)
{
	memset(nic, 0, sizeof(*nic));
	nic->offloads = take(input, 3);
	nic->max_frame = take(input, 2);
	nic->nqueues = 4;
	ports(&nic->ports);
	for (unsigned int i = 0; i < SIM_RSS_KEY; i++)
		nic->rss_key[i] = (uint8_t)(i * 7 + 1);
	for (unsigned int i = 0; i < SIM_RSS_ENTRIES; i++)
		nic->indirection[i] = i % 8;
	set_quirk(nic, (uint8_t)take(input, 1));
	set_quirk(nic, (uint8_t)take(input, 1));
}

static void emit(void *context, const uint8_t *bytes, uint32_t len)
{
	struct wire *wire = context;
	struct frame *frame;

	require(len && len <= SIM_FRAME_MAX, "a frame of no length that a wire takes");
	require(!wire->max_frame || len <= wire->max_frame, "a frame above the limit");
	if (wire->count == MOST_FRAMES)
		return;
	frame = &wire->frames[wire->count];
	frame->len = len;
	frame->bytes = memory(len);
	memcpy(frame->bytes, bytes, len);
	wire->count++;
}

static void forget(struct wire *wire)
{
	for (uint32_t i = 0; i < wire->count; i++)
		free(wire->frames[i].bytes);
	wire->count = 0;
}

/* --- the sender --------------------------------------------------------------------------------- */

/* All that the stack may say, whether it makes sense or not. */
static void read_send(struct sim_send *send, struct input *input)
{
	uint32_t flags = take(input, 1);

	memset(send, 0, sizeof(*send));
	send->csum = flags & 1;
	send->has_tag = flags & 2;
	send->tag_type = flags & 4 ? 0x88a8 : 0x8100;
	send->tag = (uint16_t)take(input, 2);
	send->l3 = take(input, 1);
	send->l4 = take(input, 1);
	send->outer_l3 = take(input, 1);
	send->outer_l4 = take(input, 1);
	send->csum_start = take(input, 1) | (flags & 8 ? 0xffffff00u : 0);
	send->csum_offset = take(input, 1);
	send->gso = flags & 16 ? take(input, 2) : 0;
	send->gso_size = send->gso ? take(input, 2) : 0;
}

/* The packet, and as much behind it as a byte says: of its own, again and again. */
static uint8_t *read_packet(struct sim_send *send, struct input *input)
{
	uint32_t longer = take(input, 1) * 64;
	uint8_t *bytes;

	send->len = (uint32_t)input->size + (input->size ? longer : 0);
	bytes = memory(send->len);
	for (uint32_t i = 0; i < send->len; i++)
		bytes[i] = i < input->size ? input->data[i] : (uint8_t)(bytes[i - input->size] + 1);
	send->bytes = bytes;
	return bytes;
}

static enum sim_sent transmit(const struct sim_nic *nic, const struct sim_send *send,
			      struct wire *wire)
{
	struct sim_tx_queue queue = {.piece = memory(SIM_FRAME_MAX), .held = memory(SIM_FRAME_MAX)};
	enum sim_sent sent = sim_transmit(nic, &queue, send, emit, wire);

	require(sent <= SIM_GIANT, "a result that is none");
	require(sent == SIM_SENT || !wire->count, "not sent, and frames are there");
	if (sent == SIM_SENT)
		require(queue.held_len <= SIM_FRAME_MAX, "held more than there is room for");
	/* Again: what was held has to go. */
	if (sent == SIM_SENT && queue.held_len)
		require(sim_transmit(nic, &queue, send, emit, wire) == SIM_SENT, "sent once only");
	free(queue.piece);
	free(queue.held);
	return sent;
}

/* --- payload ------------------------------------------------------------------------------------ */

static uint64_t mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
	return hash ^ hash >> 29;
}

/* Addresses of all levels, and ports. */
static uint64_t hash_flow(const struct sim_packet *packet, const uint8_t *bytes)
{
	uint64_t hash = mix(0, packet->nlevels);

	for (unsigned int i = 0; i < packet->nlevels; i++) {
		const struct sim_level *level = &packet->levels[i];
		uint32_t at = level->l3 + (level->version == 4 ? 12 : 8);
		uint32_t end = level->l3 + (level->version == 4 ? 20 : 40);

		for (; at < end; at += 4)
			hash = mix(hash, sim_get32(bytes + at));
	}
	return mix(hash, sim_get32(bytes + sim_inner(packet)->l4));
}

/* Behind the innermost TCP header, with sequence numbers; of anything else, behind Ethernet and its tags. */
static void add_packet(struct payload *payload, const uint8_t *bytes, uint32_t len,
		       const struct sim_ports *known)
{
	struct sim_packet packet;
	uint32_t at, place = 0;
	uint64_t hash = 0;

	sim_packet_read(&packet, bytes, len, known);
	at = 14 + 4u * packet.tags;
	if (packet.payload && sim_inner(&packet)->protocol == 6) {
		at = packet.payload;
		hash = hash_flow(&packet, bytes);
		place = sim_get32(bytes + sim_inner(&packet)->l4 + 4);
	}
	for (; at < len; at++, place++) {
		payload->sum += mix(mix(hash, place), bytes[at]);
		payload->bytes++;
	}
}

/* --- the receiver ------------------------------------------------------------------------------- */

static void check_csum(const struct sim_received *received)
{
	uint32_t sum;

	require(received->csum <= SIM_CSUM_PARTIAL, "a checksum that is none");
	if (received->csum == SIM_CSUM_PARTIAL)
		require(received->csum_start + received->csum_offset + 2 <= received->len,
			"a checksum outside of the packet");
	if (received->csum != SIM_CSUM_COMPLETE)
		return;
	require(received->len >= 14, "a sum of nothing");
	sum = (uint16_t)~sim_fold(sim_sum(received->bytes + 14, received->len - 14, 0));
	/* Of 0 there are two forms. */
	require(sum % 0xffff == received->csum_sum % 0xffffu, "a sum that is another's");
}

/* What was merged can be cut again, and its headers are where it says. */
static void check_merged(const struct sim_received *received)
{
	const struct sim_packet *packet = received->packet;

	require(packet && packet->nlevels && packet->payload, "merged, without headers");
	require(packet->payload <= received->len, "headers behind the end");
	require(received->gso_size && received->segments > 1, "merged of one");
	require((uint64_t)received->gso_size * received->segments >=
				received->len - packet->payload &&
			(uint64_t)received->gso_size * (received->segments - 1) <
				received->len - packet->payload,
		"segments that do not add up");
	require(received->csum == SIM_CSUM_PARTIAL || received->csum == SIM_CSUM_UNNECESSARY,
		"merged without a checksum");
	if (packet->nlevels > 1)
		require(packet->inner_at > packet->levels[0].l3 &&
				packet->inner_at <= packet->levels[1].l3,
			"an inner packet at no place");
}

static void deliver(void *context, const struct sim_received *received)
{
	struct payload *payload = context;

	require(received->len <= SIM_MERGE_MAX, "longer than memory");
	if (payload->quirks) {
		/* All of it can be read. */
		payload->sum += sim_sum(received->bytes, received->len, 0);
		return;
	}
	check_csum(received);
	if (received->gso)
		check_merged(received);
	payload->packets += received->gso ? received->segments : 1;
	add_packet(payload, received->bytes, received->len, payload->ports);
}

static void receive(const struct sim_nic *nic, const struct wire *wire, uint32_t budget,
		    struct payload *payload)
{
	struct sim_rx_queue queue = {.frame = memory(SIM_FRAME_MAX)};

	for (unsigned int i = 0; i < SIM_TRAINS; i++)
		queue.trains[i].bytes = memory(SIM_MERGE_MAX);
	for (uint32_t i = 0; i < wire->count; i++) {
		const struct frame *frame = &wire->frames[i];

		require(sim_rss_queue(nic, frame->bytes, frame->len) < nic->nqueues,
			"a queue that is not there");
		sim_receive(nic, &queue, frame->bytes, frame->len, deliver, payload);
		if (i % (budget + 1) == budget)
			sim_poll_end(nic, &queue, deliver, payload);
	}
	sim_poll_end(nic, &queue, deliver, payload);
	for (unsigned int i = 0; i < SIM_TRAINS; i++) {
		require(!queue.trains[i].used, "a packet that stayed");
		free(queue.trains[i].bytes);
	}
	free(queue.frame);
}

/* --- both --------------------------------------------------------------------------------------- */

static void check_through(const struct sim_nic *nic, const struct wire *wire, uint32_t budget,
			  bool quirks)
{
	struct payload sent = {0}, got = {.quirks = quirks, .ports = &nic->ports};

	for (uint32_t i = 0; i < wire->count; i++)
		add_packet(&sent, wire->frames[i].bytes, wire->frames[i].len, &nic->ports);
	receive(nic, wire, budget, &got);
	if (quirks)
		return;
	require(got.packets == wire->count, "packets were lost, or more");
	require(got.bytes == sent.bytes && got.sum == sent.sum, "payload is not what was sent");
}

/* The pieces have what the packet had, behind the headers that were named, and right checksums. */
static void check_cut(const struct sim_send *send, const struct wire *wire)
{
	uint32_t payload = 0;

	/* There was no place for the rest. */
	if (wire->count == MOST_FRAMES)
		return;
	require(wire->count == sim_pieces(send), "another number of pieces than was said");
	for (uint32_t i = 0; i < wire->count; i++) {
		const struct frame *frame = &wire->frames[i];
		uint32_t tag = send->has_tag ? 4 : 0;
		struct sim_level level;

		if (!send->gso)
			continue;
		require(frame->len >= send->l4 + tag - 8, "shorter than its headers");
		require(sim_level_read(&level, frame->bytes, frame->len, send->l3 + tag),
			"an inner packet that is none");
		require(level.version == 6 || sim_check_ipv4(frame->bytes, level.l3),
			"a wrong IPv4 header");
		require(sim_check_l4(frame->bytes, &level), "a wrong checksum");
		payload += frame->len - level.l4 -
			   (level.protocol == 17 ? 8u : (frame->bytes[level.l4 + 12] >> 4) * 4u);
	}
	if (send->gso)
		require(payload <= send->len && send->len - payload < 256 + 60,
			"payload was lost in cutting");
}

/* Frames of the wire, one behind the other; a byte says how long they are, in words. */
static void check_flow(const struct sim_nic *nic, struct input *input)
{
	uint32_t count = take(input, 1) % 24, budget = take(input, 1) % 16, cut = take(input, 1);
	struct wire wire = {0};

	while (count-- && input->size) {
		uint32_t len = cut && cut < input->size ? cut * 4u : (uint32_t)input->size;

		if (len > input->size)
			len = (uint32_t)input->size;
		emit(&wire, input->data, len < SIM_FRAME_MAX ? len : SIM_FRAME_MAX);
		input->data += len;
		input->size -= len;
	}
	check_through(nic, &wire, budget, nic->quirks.active);
	forget(&wire);
}

static void check_packet(const struct sim_nic *from, const struct sim_nic *to, struct input *input)
{
	struct wire wire = {.max_frame = from->quirks.active ? 0 : from->max_frame};
	uint32_t budget = take(input, 1) % 16;
	struct sim_send send;
	uint8_t *bytes;

	read_send(&send, input);
	bytes = read_packet(&send, input);
	if (transmit(from, &send, &wire) == SIM_SENT) {
		if (!from->quirks.active)
			check_cut(&send, &wire);
		/* Bytes of other flows can stand behind headers that a quirk made; nothing is known then. */
		check_through(to, &wire, budget, to->quirks.active || from->quirks.active);
	}
	free(bytes);
	forget(&wire);
}

/* A byte that says which; both ends, seven bytes each; then a packet of the stack, or frames of the wire. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = {data, size};
	bool frames = take(&input, 1) & 1;
	struct sim_nic from, to;

	open_nic(&from, &input);
	open_nic(&to, &input);
	if (frames)
		check_flow(&to, &input);
	else
		check_packet(&from, &to, &input);
	return 0;
}
