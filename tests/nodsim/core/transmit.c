/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A packet of the stack: which frames are on the wire for it?
 */
#include "csum.h"
#include "cut.h"

/* What each word of enum sim_gso takes. Of SIM_GSO_FIXEDID there is nothing to be able to. */
static const struct {
	uint32_t gso, offload;
} needs[] = {
	{SIM_GSO_TCP4, SIM_TX_TSO},
	{SIM_GSO_TCP6, SIM_TX_TSO6},
	{SIM_GSO_UDP, SIM_TX_USO},
	{SIM_GSO_ECN, SIM_TX_TSO_ECN},
	{SIM_GSO_FIXEDID, 0},
	{SIM_GSO_UDP_TUNNEL, SIM_TX_UDP_TUNNEL},
	{SIM_GSO_UDP_TUNNEL_CSUM, SIM_TX_UDP_TUNNEL_CSUM},
	{SIM_GSO_GRE, SIM_TX_GRE},
	{SIM_GSO_GRE_CSUM, SIM_TX_GRE_CSUM},
	{SIM_GSO_IPIP, SIM_TX_IPIP},
	{SIM_GSO_PARTIAL, SIM_TX_PARTIAL},
};

/* What goes with a packet on its way. */
struct sender {
	const struct sim_nic *nic;
	struct sim_tx_queue *queue;
	sim_emit *emit;
	void *context;
};

/* --- frames leave ------------------------------------------------------------------------------- */

static void spoil(const struct sender *sender, struct sim_wire *wire, unsigned int number,
		  uint32_t value)
{
	struct sim_tx_queue *queue = sender->queue;
	struct sim_quirk_call call = {
		.nic = sender->nic,
		.state = &queue->states.of[number],
		.value = value,
		.held = queue->held,
		.held_len = &queue->held_len,
		.extra = sender->emit,
		.context = sender->context,
	};

	sim_quirks[number]->wire(&call, wire);
}

static void spoil_all(const struct sender *sender, struct sim_wire *wire, uint64_t active)
{
	const struct sim_quirks *quirks = &sender->nic->quirks;

	sim_packet_read(&wire->packet, wire->bytes, wire->len, &sender->nic->ports);
	for (unsigned int i = 0; i < SIM_QUIRKS_MAX && sim_quirks[i] && wire->len; i++) {
		const struct sim_quirk *quirk = sim_quirks[i];
		uint32_t value;

		if (!(active >> i & 1) || quirk->side != SIM_SENDER || !quirk->wire)
			continue;
		/* It may have been switched off since. */
		value = sim_once32(&quirks->values[i]);
		if (value)
			spoil(sender, wire, i, value);
	}
}

/* Also when quirks are off: the last one may have held a frame. */
static void leave_spoilt(const struct sender *sender, struct sim_wire *wire, uint64_t active)
{
	struct sim_tx_queue *queue = sender->queue;
	bool held = queue->held_len;

	if (active)
		spoil_all(sender, wire, active);
	if (!wire->len)
		return;
	sender->emit(sender->context, wire->bytes, wire->len);
	/* What this frame's quirk has held waits for the next. */
	if (held && queue->held_len) {
		sender->emit(sender->context, queue->held, queue->held_len);
		queue->held_len = 0;
	}
}

static inline void leave(const struct sender *sender, struct sim_wire *wire)
{
	uint64_t active = sim_once64(&sender->nic->quirks.active);

	if (active | sender->queue->held_len)
		leave_spoilt(sender, wire, active);
	else
		sender->emit(sender->context, wire->bytes, wire->len);
}

/* --- packets that are a frame ------------------------------------------------------------------- */

/* A NIC that knows TCP and UDP only, of one version of IP: is it that what is to be summed? */
static bool is_known(const struct sim_nic *nic, const struct sim_send *send, uint32_t offloads)
{
	struct sim_packet packet;

	sim_packet_read(&packet, send->bytes, send->len, &nic->ports);
	for (unsigned int i = 0; i < packet.nlevels; i++) {
		const struct sim_level *level = &packet.levels[i];
		uint32_t need = level->version == 4 ? SIM_TX_CSUM_IPV4 : SIM_TX_CSUM_IPV6;

		if (level->l4 == send->csum_start && !level->fragment && offloads & need &&
		    (level->protocol == 6 || level->protocol == 17))
			return send->csum_offset == sim_csum_offset(level->protocol);
	}
	return false;
}

static bool can_sum(const struct sim_nic *nic, const struct sim_send *send, uint32_t offloads)
{
	if (send->csum_start < 14 || send->csum_start >= send->len ||
	    send->csum_offset > send->len - send->csum_start ||
	    send->len - send->csum_start - send->csum_offset < 2)
		return false;
	return offloads & SIM_TX_CSUM_ANY || is_known(nic, send, offloads);
}

/*
 * All from csum_start on, whatever it is (include/linux/skbuff.h, "Checksumming on transmit"). The
 * pseudo-header sum in the field is a part of the sum. 0 would be no checksum to UDP, and 0xffff is the same to
 * all others (skb_checksum_help()).
 */
static void fill(const struct sim_send *send, uint8_t *bytes, uint32_t len)
{
	uint32_t start = send->csum_start + (len - send->len);
	uint16_t csum = sim_fold(sim_sum(bytes + start, len - start, 0));

	sim_put16(bytes + start + send->csum_offset, csum ? csum : 0xffff);
}

static enum sim_sent send_whole(const struct sender *sender, const struct sim_send *send,
				uint32_t offloads, uint32_t max_frame)
{
	struct sim_wire wire = {.bytes = sender->queue->piece, .pieces = 1};

	if (send->csum && !can_sum(sender->nic, send, offloads))
		return SIM_CANNOT;
	if (send->len > max_frame || (send->has_tag && max_frame - send->len < SIM_TAG_LEN))
		return SIM_GIANT;
	wire.len = sim_copy_tagged(wire.bytes, send, send->len);
	if (send->csum)
		fill(send, wire.bytes, wire.len);
	leave(sender, &wire);
	return SIM_SENT;
}

/* --- packets that are several ------------------------------------------------------------------- */

/*
 * Where the headers of a tunnel are only repeated, the NIC need not know what they are: this is what
 * SIM_GSO_PARTIAL is for.
 */
static bool can_cut(uint32_t gso, uint32_t offloads)
{
	if (gso & SIM_GSO_PARTIAL)
		gso &= ~SIM_GSO_TUNNELS;
	for (unsigned int i = 0; i < sizeof(needs) / sizeof(needs[0]); i++) {
		if (gso & needs[i].gso && needs[i].offload && !(offloads & needs[i].offload))
			return false;
		gso &= ~needs[i].gso;
	}
	return !gso;
}

static enum sim_sent send_pieces(const struct sender *sender, const struct sim_send *send,
				 uint32_t offloads, uint32_t max_frame)
{
	struct sim_cut cut;

	if (!can_cut(send->gso, offloads) || !sim_cut_plan(&cut, send))
		return SIM_CANNOT;
	if (cut.piece_head > max_frame || cut.size > max_frame - cut.piece_head)
		return SIM_GIANT;
	for (uint32_t i = 0; i < cut.pieces; i++) {
		struct sim_wire wire = {
			.bytes = sender->queue->piece,
			.index = i,
			.pieces = cut.pieces,
			.cut = true,
		};

		wire.len = sim_cut_piece(&cut, i, wire.bytes);
		leave(sender, &wire);
	}
	return SIM_SENT;
}

enum sim_sent sim_transmit(const struct sim_nic *nic, struct sim_tx_queue *queue,
			   const struct sim_send *send, sim_emit *emit, void *context)
{
	const struct sender sender = {nic, queue, emit, context};
	uint32_t offloads = sim_once32(&nic->offloads), max_frame = sim_once32(&nic->max_frame);

	if (send->len < 14 || send->len > SIM_SEND_MAX)
		return SIM_CANNOT;
	if (send->has_tag && !(offloads & SIM_TX_VLAN))
		return SIM_CANNOT;
	if (max_frame > SIM_FRAME_MAX)
		max_frame = SIM_FRAME_MAX;
	if (send->gso)
		return send_pieces(&sender, send, offloads, max_frame);
	return send_whole(&sender, send, offloads, max_frame);
}
