/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What if IPv4 options come into packets on their way?
 */
#include "../mend.h"

#define OPTIONS	 4
#define NOP_WORD 0x01010101

static void spoil(const struct sim_quirk_call *call, struct sim_wire *wire)
{
	const struct sim_level *ip = sim_mend_outer(wire, false);
	uint8_t *header;

	if (!ip || wire->len + OPTIONS > SIM_FRAME_MAX || ip->end - ip->l3 + OPTIONS > 65535 ||
	    ip->l4 - ip->l3 != 20 || !sim_quirk_turn(call))
		return;
	header = wire->bytes + ip->l3;
	memmove(header + 20 + OPTIONS, header + 20, wire->len - ip->l4);
	sim_put32(header + 20, NOP_WORD);
	header[0]++;
	sim_put16(header + 2, sim_get16(header + 2) + OPTIONS);
	sim_fill_ipv4(wire->bytes, ip->l3);
	wire->len += OPTIONS;
	sim_mend_read(call, wire);
}

const struct sim_quirk sim_quirk_ip_options = {
	.name = "ip-options",
	.summary = "puts options into IPv4 headers",
	.provokes = "ip-options",
	.traffic = "tcp-room",
	.usual = 1,
	.side = SIM_SENDER,
	.wire = spoil,
};
