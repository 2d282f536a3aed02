/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which train does a frame belong to, and when does a train go up?
 */
#include "csum.h"
#include "merge.h"

/* --- flows -------------------------------------------------------------------------------------- */

static bool same_bytes(const uint8_t *a, const uint8_t *b, uint32_t len)
{
	return memcmp(a, b, len) == 0;
}

/* Ethernet header and tags. */
static bool same_link(const struct sim_train *train, const struct sim_arrival *frame)
{
	const struct sim_received *a = &train->received, *b = &frame->received;
	uint32_t l3 = train->packet.levels[0].l3;

	return l3 == frame->packet.levels[0].l3 && a->has_tag == b->has_tag &&
	       a->tag_type == b->tag_type && a->tag == b->tag &&
	       same_bytes(train->bytes, b->bytes, l3);
}

static bool same_addresses(const struct sim_train *train, const struct sim_arrival *frame,
			   uint32_t index)
{
	const struct sim_level *a = &train->packet.levels[index];
	const struct sim_level *b = &frame->packet.levels[index];
	uint32_t at = a->version == 4 ? 12 : 8, len = a->version == 4 ? 8 : 32;

	return a->version == b->version && a->protocol == b->protocol &&
	       same_bytes(train->bytes + a->l3 + at, frame->received.bytes + b->l3 + at, len);
}

/* The flow label, and extension headers. */
static bool same_label(const struct sim_train *train, const struct sim_arrival *frame,
		       uint32_t index)
{
	const struct sim_level *a = &train->packet.levels[index];
	const struct sim_level *b = &frame->packet.levels[index];
	const uint8_t *p = train->bytes + a->l3, *q = frame->received.bytes + b->l3;

	if (a->version == 4)
		return true;
	return !((sim_get32(p) ^ sim_get32(q)) & 0xfffff) && p[6] == q[6] &&
	       a->l4 - a->l3 == b->l4 - b->l3 && same_bytes(p + 40, q + 40, a->l4 - a->l3 - 40);
}

/* From a tunnel's UDP header on: not its length; and its checksum only as far as there is one. */
static bool same_udp_tunnel(const uint8_t *p, const uint8_t *q, uint32_t len)
{
	return len >= 8 && same_bytes(p, q, 4) && !sim_get16(p + 6) == !sim_get16(q + 6) &&
	       same_bytes(p + 8, q + 8, len - 8);
}

/* But for a checksum, which stands in front of a key. */
static bool same_gre(const uint8_t *p, const uint8_t *q, uint32_t len)
{
	if (len < 8 || !(p[0] & 0x80))
		return same_bytes(p, q, len);
	return same_bytes(p, q, 4) && same_bytes(p + 6, q + 6, len - 6);
}

/* From what the outer IP header carries to the inner one. */
static bool same_tunnel(const struct sim_train *train, const struct sim_arrival *frame)
{
	const struct sim_level *a = train->packet.levels, *b = frame->packet.levels;
	const uint8_t *p = train->bytes + a[0].l4, *q = frame->received.bytes + b[0].l4;
	uint32_t len = a[1].l3 - a[0].l4;

	if (train->packet.tunnel != frame->packet.tunnel || len != b[1].l3 - b[0].l4)
		return false;
	switch (train->packet.tunnel) {
	case SIM_VXLAN:
	case SIM_GENEVE:
		return same_udp_tunnel(p, q, len);
	case SIM_GRE:
		return same_gre(p, q, len);
	default:
		return same_bytes(p, q, len);
	}
}

/*
 * A frame that cannot be read as far as the train, as a fragment, may be of its flow if all is the same
 * that it has. One that @may not be merged must not overtake segments of its connection, whatever IPv6
 * says about it.
 */
static bool same_flow(const struct sim_train *train, const struct sim_arrival *frame, bool may)
{
	const struct sim_packet *packet = &frame->packet;

	if (!packet->nlevels || packet->nlevels > train->packet.nlevels || !same_link(train, frame))
		return false;
	for (uint32_t i = 0; i < packet->nlevels; i++)
		if (!same_addresses(train, frame, i) || (may && !same_label(train, frame, i)))
			return false;
	if (!packet->payload)
		return true;
	if (packet->nlevels != train->packet.nlevels ||
	    (packet->nlevels > 1 && !same_tunnel(train, frame)))
		return false;
	return same_bytes(sim_train_tcp(train), sim_arrival_tcp(frame), 4);
}

/* --- what all that merge ask -------------------------------------------------------------------- */

/* Nothing behind the packet, no fragment, no IPv4 option. */
static bool is_plain_ip(const struct sim_arrival *frame, const struct sim_level *level)
{
	const uint8_t *ip = frame->received.bytes + level->l3;

	if (level->fragment || level->short_frame || level->end != frame->received.len)
		return false;
	return level->version == 6 || (level->l4 - level->l3 == 20 && !(ip[6] & 0x80));
}

bool sim_merge_is_plain(const struct sim_arrival *frame)
{
	const struct sim_packet *packet = &frame->packet;
	const struct sim_level *inner = sim_inner(packet);

	if (!frame->right || frame->received.csum == SIM_CSUM_NONE)
		return false;
	if (inner->protocol != SIM_PROTO_TCP || packet->payload >= frame->received.len)
		return false;
	for (uint32_t i = 0; i < packet->nlevels; i++)
		if (!is_plain_ip(frame, &packet->levels[i]))
			return false;
	return !(sim_arrival_tcp(frame)[13] & (SIM_TCP_SYN | SIM_TCP_RST | SIM_TCP_URG));
}

/* TTL, TOS and DF. */
static bool same_service(const struct sim_train *train, const struct sim_arrival *frame,
			 uint32_t index)
{
	const struct sim_level *level = &train->packet.levels[index];
	const uint8_t *p = train->bytes + level->l3;
	const uint8_t *q = frame->received.bytes + frame->packet.levels[index].l3;

	if (level->version == 4)
		return p[1] == q[1] && p[8] == q[8] && p[6] == q[6] && p[7] == q[7];
	return !((sim_get32(p) ^ sim_get32(q)) & 0x0ff00000) && p[7] == q[7];
}

static bool has_room(const struct sim_train *train, uint32_t more)
{
	uint32_t len = train->received.len + more;

	return len <= SIM_MERGE_MAX && len - train->packet.levels[0].l3 <= SIM_IP_MAX;
}

bool sim_merge_follows(const struct sim_train *train, const struct sim_arrival *frame,
		       uint32_t overlook)
{
	const uint8_t *p = sim_train_tcp(train), *q = sim_arrival_tcp(frame);
	uint32_t payload = sim_payload(frame);

	for (uint32_t i = 0; i < train->packet.nlevels; i++)
		if (!same_service(train, frame, i))
			return false;
	if (!(overlook & SIM_OVERLOOK_ACK) && !same_bytes(p + 8, q + 8, 4))
		return false;
	if (!(overlook & SIM_OVERLOOK_WINDOW) && !same_bytes(p + 14, q + 14, 2))
		return false;
	/* Length of the header, and bits that are reserved. */
	return p[12] == q[12] && sim_get32(q + 4) == train->next_seq &&
	       payload <= train->received.gso_size && has_room(train, payload);
}

void sim_merge_lengths(struct sim_train *train)
{
	struct sim_packet *packet = &train->packet;
	uint32_t len = train->received.len;

	packet->len = len;
	for (uint32_t i = 0; i < packet->nlevels; i++) {
		struct sim_level *level = &packet->levels[i];
		uint8_t *ip = train->bytes + level->l3;

		level->end = len;
		if (level->version == 4) {
			sim_put16(ip + 2, len - level->l3);
			sim_fill_ipv4(train->bytes, level->l3);
		} else {
			sim_put16(ip + 4, len - level->l3 - 40);
		}
	}
}

/* --- trains ------------------------------------------------------------------------------------- */

static void train_end(const struct sim_upward *up, struct sim_train *train)
{
	train->used = false;
	if (train->count > 1) {
		train->received.segments = train->count;
		train->received.packet = &train->packet;
		if (train->lro)
			sim_lro_finish(train);
		else
			sim_gro_finish(train);
	} else {
		train->received.gso_size = 0;
	}
	sim_hand_up(up, &train->received, train->bytes);
}

static struct sim_train *oldest_train(struct sim_rx_queue *queue)
{
	struct sim_train *oldest = NULL;

	for (uint32_t i = 0; i < SIM_TRAINS; i++) {
		struct sim_train *train = &queue->trains[i];

		if (train->used && (!oldest || (int32_t)(train->born - oldest->born) < 0))
			oldest = train;
	}
	return oldest;
}

static struct sim_train *free_train(const struct sim_upward *up)
{
	struct sim_train *oldest;

	for (uint32_t i = 0; i < SIM_TRAINS; i++)
		if (!up->queue->trains[i].used)
			return &up->queue->trains[i];
	oldest = oldest_train(up->queue);
	train_end(up, oldest);
	return oldest;
}

static void train_begin(const struct sim_upward *up, struct sim_arrival *frame, bool lro)
{
	struct sim_train *train = free_train(up);

	memcpy(train->bytes, frame->received.bytes, frame->received.len);
	train->received = frame->received;
	train->received.bytes = train->bytes;
	train->received.gso_size = sim_payload(frame);
	train->packet = frame->packet;
	train->next_seq = sim_get32(sim_arrival_tcp(frame) + 4) + sim_payload(frame);
	train->count = 1;
	train->born = up->queue->begun++;
	train->id_step = 0;
	train->used = true;
	train->lro = lro;
}

static void train_take(struct sim_train *train, const struct sim_arrival *frame)
{
	uint32_t payload = sim_payload(frame);

	if (train->lro)
		sim_lro_take(train, frame);
	else
		sim_gro_take(train, frame);
	memcpy(train->bytes + train->received.len, frame->received.bytes + frame->packet.payload,
	       payload);
	train->received.len += payload;
	train->next_seq += payload;
	train->count++;
}

static uint32_t overlooked(const struct sim_nic *nic)
{
	uint32_t overlook = 0;

	if (!nic->quirks.active)
		return 0;
	for (uint32_t i = 0; i < SIM_QUIRKS_MAX && sim_quirks[i]; i++)
		if (nic->quirks.active >> i & 1)
			overlook |= sim_quirks[i]->overlook;
	return overlook;
}

static bool train_fits(const struct sim_train *train, const struct sim_arrival *frame,
		       uint32_t overlook)
{
	return train->lro ? sim_lro_fits(train, frame, overlook)
			  : sim_gro_fits(train, frame, overlook);
}

/* Whether a train goes up with its latest segment. */
static bool is_last(const struct sim_arrival *frame)
{
	return sim_arrival_tcp(frame)[13] & (SIM_TCP_PSH | SIM_TCP_FIN);
}

/*
 * Show the frame to the trains of its flow: there is one, if it can be read. True: it went with it. Else
 * they were handed up, so that nothing is overtaken.
 */
static bool join(const struct sim_upward *up, struct sim_arrival *frame, bool may, bool lro)
{
	for (uint32_t i = 0; i < SIM_TRAINS; i++) {
		struct sim_train *train = &up->queue->trains[i];
		bool fits;

		if (!train->used || !same_flow(train, frame, may))
			continue;
		fits = may && lro == train->lro && train_fits(train, frame, overlooked(up->nic));
		if (fits)
			train_take(train, frame);
		if (!fits || is_last(frame) || sim_payload(frame) < train->received.gso_size)
			train_end(up, train);
		if (fits)
			return true;
	}
	return false;
}

/* Whether this NIC would merge the frame with others, and how. */
static bool may_merge(const struct sim_upward *up, const struct sim_arrival *frame, bool *lro)
{
	uint32_t offloads = up->nic->offloads;

	*lro = !(offloads & SIM_RX_GRO_HW);
	if (!(offloads & (SIM_RX_GRO_HW | SIM_RX_LRO)) || frame->received.len > SIM_FRAME_MAX ||
	    !sim_merge_is_plain(frame))
		return false;
	return *lro ? sim_lro_may(frame) : sim_gro_may(frame);
}

void sim_merge(const struct sim_upward *up, struct sim_arrival *frame, uint8_t *spoil)
{
	bool lro = false;
	bool may = up->queue->trains[0].bytes && may_merge(up, frame, &lro);

	if (join(up, frame, may, lro))
		return;
	if (may && !is_last(frame))
		train_begin(up, frame, lro);
	else
		sim_hand_up(up, &frame->received, spoil);
}

void sim_poll_end(const struct sim_nic *nic, struct sim_rx_queue *queue, sim_deliver *deliver,
		  void *context)
{
	const struct sim_upward up = {nic, queue, deliver, context};
	struct sim_train *train;

	while ((train = oldest_train(queue)))
		train_end(&up, train);
}
