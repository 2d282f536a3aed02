/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What if the NIC leaves the checksum of the IPv4 header empty?
 */
#include "../mend.h"

static void spoil(const struct sim_quirk_call *call, struct sim_wire *wire)
{
	const struct sim_level *ip = sim_mend_outer(wire, false);

	if (ip && sim_quirk_turn(call))
		sim_put16(wire->bytes + ip->l3 + 10, 0);
}

const struct sim_quirk sim_quirk_ipv4_csum_empty = {
	.name = "ipv4-csum-empty",
	.summary = "sends IPv4 headers with a checksum of 0",
	.provokes = "ipv4-header-checksum-zero",
	.traffic = "tcp",
	.usual = 16,
	.side = SIM_SENDER,
	.wire = spoil,
};
