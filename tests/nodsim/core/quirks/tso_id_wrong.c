/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What if the pieces of a packet get IPv4 IDs that do not count up?
 */
#include "../mend.h"

static void spoil(const struct sim_quirk_call *call, struct sim_wire *wire)
{
	const struct sim_level *ip = sim_mend_outer(wire, false);

	if (ip && wire->cut && wire->packet.nlevels == 1 && sim_quirk_turn(call))
		sim_mend_put16(wire, ip->l3 + 4, sim_quirk_random(call) & 0xffff);
}

const struct sim_quirk sim_quirk_tso_id_wrong = {
	.name = "tso-id-wrong",
	.summary = "gives random IPv4 IDs to the pieces of what it cuts",
	.provokes = "ipid-not-sequential",
	.traffic = "tcp",
	.usual = 1,
	.side = SIM_SENDER,
	.wire = spoil,
};
