/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What does the NIC say of a frame that came from the wire?
 */
#include "csum.h"
#include "merge.h"

#define ETHERNET_HEADER 14
#define TAG_OFFSET	12
#define TAG_LEN		4
#define TAG_CUSTOMER	0x8100 /* 802.1Q */
#define TAG_SERVICE	0x88a8 /* 802.1ad */

#define GRE_CHECKSUM 0x80 /* in the first byte of its header */

/* --- checksums ---------------------------------------------------------------------------------- */

enum found {
	FOUND_WRONG,
	FOUND_UNKNOWN, /* a fragment, a header that cannot be read, or of which nothing is known */
	FOUND_NONE,    /* a header that has no checksum */
	FOUND_ZERO,    /* UDP that goes without one */
	FOUND_RIGHT,
};

static enum found check_ip(const uint8_t *bytes, const struct sim_level *level)
{
	if (level->short_frame)
		return FOUND_UNKNOWN;
	if (level->version == 4 && !sim_check_ipv4(bytes, level->l3))
		return FOUND_WRONG;
	return FOUND_RIGHT;
}

static enum found check_udp(const uint8_t *bytes, const struct sim_level *level)
{
	uint32_t len = level->end - level->l4;

	if (len < 8 || sim_get16(bytes + level->l4 + 4) != len)
		return FOUND_UNKNOWN;
	if (!sim_get16(bytes + level->l4 + 6))
		return FOUND_ZERO;
	return sim_check_l4(bytes, level) ? FOUND_RIGHT : FOUND_WRONG;
}

static enum found check_gre(const uint8_t *bytes, const struct sim_level *level)
{
	uint32_t len = level->end - level->l4;

	if (len < 8 || !(bytes[level->l4] & GRE_CHECKSUM))
		return FOUND_NONE;
	return sim_fold(sim_sum(bytes + level->l4, len, 0)) ? FOUND_WRONG : FOUND_RIGHT;
}

/* What @level carries: a tunnel, if there is a level behind it. */
static enum found check_l4(const uint8_t *bytes, const struct sim_packet *packet,
			   const struct sim_level *level)
{
	bool outer = level != sim_inner(packet);

	if (level->fragment || level->end < level->l4)
		return FOUND_UNKNOWN;
	if (level->protocol == SIM_PROTO_UDP)
		return check_udp(bytes, level);
	if (level->protocol == SIM_PROTO_TCP && packet->payload)
		return sim_check_l4(bytes, level) ? FOUND_RIGHT : FOUND_WRONG;
	if (outer && packet->tunnel == SIM_GRE)
		return check_gre(bytes, level);
	return outer ? FOUND_NONE : FOUND_UNKNOWN;
}

/**
 * struct sums - what was found in a frame
 * @passed: headers whose checksum is right; a UDP header without one in front of one that is right is among
 *          them: the stack uses up a level for it too
 * @wrong: some checksum is
 * @innermost: that of the innermost header was found right
 */
struct sums {
	uint32_t passed;
	bool wrong, innermost;
};

static void check_sums(struct sums *sums, const uint8_t *bytes, const struct sim_packet *packet)
{
	uint32_t without = 0;

	memset(sums, 0, sizeof(*sums));
	for (uint32_t i = 0; i < packet->nlevels; i++) {
		const struct sim_level *level = &packet->levels[i];
		enum found found = check_ip(bytes, level);

		if (found == FOUND_RIGHT)
			found = check_l4(bytes, packet, level);
		if (found == FOUND_WRONG)
			sums->wrong = true;
		if (found <= FOUND_UNKNOWN)
			return;
		if (found == FOUND_ZERO)
			without++;
		if (found == FOUND_RIGHT) {
			sums->passed += 1 + without;
			without = 0;
			sums->innermost = i + 1 == packet->nlevels;
		}
	}
}

/* As skb->csum wants it: all that is behind the Ethernet header, which the stack takes off itself. */
static uint16_t sum_behind_link(const uint8_t *bytes, uint32_t len)
{
	return (uint16_t)~sim_fold(sim_sum(bytes + ETHERNET_HEADER, len - ETHERNET_HEADER, 0));
}

static void say_csum(uint32_t offloads, struct sim_arrival *frame)
{
	struct sim_received *received = &frame->received;
	struct sums sums;

	if (!(offloads & SIM_RX_CSUM) || !frame->packet.nlevels || received->len > SIM_FRAME_MAX)
		return;
	check_sums(&sums, received->bytes, &frame->packet);
	frame->right = sums.innermost && !sums.wrong;
	if (sums.wrong)
		return;
	if (offloads & SIM_RX_CSUM_COMPLETE) {
		received->csum = SIM_CSUM_COMPLETE;
		received->csum_sum = sum_behind_link(received->bytes, received->len);
	} else if (sums.passed) {
		received->csum = SIM_CSUM_UNNECESSARY;
		received->csum_level = (uint8_t)(sums.passed - 1);
	}
}

/* --- tag and hash ------------------------------------------------------------------------------- */

static bool is_tagged(const uint8_t *bytes, uint32_t len)
{
	uint16_t type;

	if (len < ETHERNET_HEADER + TAG_LEN || len > SIM_FRAME_MAX)
		return false;
	type = sim_get16(bytes + TAG_OFFSET);
	return type == TAG_CUSTOMER || type == TAG_SERVICE;
}

static void strip_tag(struct sim_received *received, uint8_t *frame)
{
	const uint8_t *bytes = received->bytes;

	received->has_tag = true;
	received->tag_type = sim_get16(bytes + TAG_OFFSET);
	received->tag = sim_get16(bytes + TAG_OFFSET + 2);
	memcpy(frame, bytes, TAG_OFFSET);
	memcpy(frame + TAG_OFFSET, bytes + TAG_OFFSET + TAG_LEN,
	       received->len - TAG_OFFSET - TAG_LEN);
	received->bytes = frame;
	received->len -= TAG_LEN;
}

static void say_hash(const struct sim_nic *nic, struct sim_arrival *frame)
{
	enum sim_hash type;

	frame->received.hash = sim_rss_hash(nic, &frame->packet, frame->received.bytes, &type);
	frame->received.hash_type = (uint8_t)type;
}

/* --- quirks ------------------------------------------------------------------------------------- */

/* The quirk of that number, if it is on; @call is filled in for it. */
static const struct sim_quirk *quirk_call(const struct sim_upward *up, uint32_t number,
					  struct sim_quirk_call *call)
{
	if (!(up->nic->quirks.active >> number & 1))
		return NULL;
	memset(call, 0, sizeof(*call));
	call->nic = up->nic;
	call->state = &up->queue->states.of[number];
	call->value = up->nic->quirks.values[number];
	return call->value ? sim_quirks[number] : NULL;
}

static void let_quirks_judge(const struct sim_upward *up, struct sim_received *received)
{
	struct sim_quirk_call call;

	for (uint32_t i = 0; i < SIM_QUIRKS_MAX && sim_quirks[i]; i++) {
		const struct sim_quirk *quirk = quirk_call(up, i, &call);

		if (quirk && quirk->verdict)
			quirk->verdict(&call, received);
	}
}

static void let_quirks_spoil(const struct sim_upward *up, struct sim_received *received,
			     uint8_t *spoil)
{
	struct sim_quirk_call call;

	for (uint32_t i = 0; i < SIM_QUIRKS_MAX && sim_quirks[i]; i++) {
		const struct sim_quirk *quirk = quirk_call(up, i, &call);

		if (quirk && quirk->deliver)
			quirk->deliver(&call, received, spoil);
	}
}

void sim_hand_up(const struct sim_upward *up, struct sim_received *received, uint8_t *spoil)
{
	if (up->nic->quirks.active) {
		if (!spoil && received->len <= SIM_FRAME_MAX) {
			spoil = up->queue->frame;
			memcpy(spoil, received->bytes, received->len);
			received->bytes = spoil;
		}
		if (spoil)
			let_quirks_spoil(up, received, spoil);
	}
	up->deliver(up->context, received);
}

/* --- a frame ------------------------------------------------------------------------------------ */

void sim_receive(const struct sim_nic *nic, struct sim_rx_queue *queue, const uint8_t *bytes,
		 uint32_t len, sim_deliver *deliver, void *context)
{
	const struct sim_upward up = {nic, queue, deliver, context};
	uint32_t offloads = nic->offloads;
	uint8_t *spoil = NULL;
	struct sim_arrival frame;

	memset(&frame, 0, sizeof(frame));
	frame.received.bytes = bytes;
	frame.received.len = len;
	if (offloads & SIM_RX_VLAN && is_tagged(bytes, len)) {
		spoil = queue->frame;
		strip_tag(&frame.received, spoil);
	}
	sim_packet_read(&frame.packet, frame.received.bytes, frame.received.len, &nic->ports);
	say_csum(offloads, &frame);
	if (offloads & SIM_RX_HASH)
		say_hash(nic, &frame);
	if (nic->quirks.active)
		let_quirks_judge(&up, &frame.received);
	sim_merge(&up, &frame, spoil);
}
