/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What if the NIC computes checksums that are wrong?
 */
#include "../mend.h"

static void spoil(const struct sim_quirk_call *call, struct sim_wire *wire)
{
	const struct sim_level *inner = sim_mend_l4(wire);
	uint32_t field, wrong, unfilled;

	if (!inner)
		return;
	field = inner->l4 + sim_csum_offset(inner->protocol);
	wrong = sim_get16(wire->bytes + field);
	if (!wrong || !sim_quirk_turn(call))
		return;
	unfilled = (uint16_t)~sim_fold(sim_sum_pseudo(wire->bytes, inner, inner->end - inner->l4));
	/* Wrong, and neither "none" nor "not filled in", which say something else. */
	wrong ^= 0x0180;
	if (!wrong || wrong == unfilled)
		wrong ^= 0x0240;
	sim_mend_csum(wire, field, wrong);
}

const struct sim_quirk sim_quirk_csum_wrong = {
	.name = "csum-wrong",
	.summary = "fills in TCP and UDP checksums that are wrong",
	.provokes = "checksum-corrupt checksum-rewritten",
	.traffic = "tcp",
	.usual = 16,
	.side = SIM_SENDER,
	.wire = spoil,
};
