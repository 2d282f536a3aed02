/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What if a packet is damaged inside the NIC, after its checksum was verified?
 */
#include "../mend.h"

static void damage(const struct sim_quirk_call *call, struct sim_received *received, uint8_t *spoil)
{
	const struct sim_level *inner;
	struct sim_packet packet;

	/* Who merged as software does has left no checksum that could tell. */
	if (received->csum != SIM_CSUM_UNNECESSARY && received->csum != SIM_CSUM_COMPLETE)
		return;
	sim_packet_read(&packet, received->bytes, received->len, &call->nic->ports);
	inner = sim_inner(&packet);
	if (!inner || !packet.payload || packet.payload >= inner->end || !sim_quirk_turn(call))
		return;
	spoil[packet.payload + (inner->end - packet.payload) / 2] ^= 0x20;
	received->csum = SIM_CSUM_UNNECESSARY;
}

const struct sim_quirk sim_quirk_rx_corrupt = {
	.name = "rx-corrupt",
	.summary = "damages a byte of the payload and says that the checksum was found right",
	.provokes = "checksum-misjudged checksum-corrupt",
	.traffic = "tcp",
	.usual = 16,
	.side = SIM_RECEIVER,
	.deliver = damage,
};
