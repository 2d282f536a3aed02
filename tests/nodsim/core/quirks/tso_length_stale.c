/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What if the pieces of a packet keep its IP length?
 */
#include "../mend.h"

static void spoil(const struct sim_quirk_call *call, struct sim_wire *wire)
{
	const struct sim_level *inner = sim_mend_data(wire);
	uint32_t *whole = &call->state->words[1], header;

	if (!inner || !wire->cut)
		return;
	header = inner->version == 4 ? 0 : 40;
	/* Of the first piece, for the last may be shorter. */
	if (!wire->index)
		*whole = inner->end - inner->l3 - header +
			 (wire->pieces - 1) * (inner->end - wire->packet.payload);
	if (sim_quirk_turn(call))
		sim_mend_put16(wire, inner->l3 + (header ? 4 : 2), *whole < 65535 ? *whole : 65535);
}

const struct sim_quirk sim_quirk_tso_length_stale = {
	.name = "tso-length-stale",
	.summary = "leaves the IP length of the whole packet in the pieces of what it cuts",
	.provokes = "ip-length-wrong",
	.traffic = "tcp",
	.usual = 16,
	.side = SIM_SENDER,
	.wire = spoil,
};
