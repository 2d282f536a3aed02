/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What if the NIC does not fill in the checksum that was left to it?
 */
#include "../mend.h"

static void spoil(const struct sim_quirk_call *call, struct sim_wire *wire)
{
	const struct sim_level *inner = sim_mend_l4(wire);
	uint32_t sum, field;

	if (!inner)
		return;
	field = inner->l4 + sim_csum_offset(inner->protocol);
	if (!sim_get16(wire->bytes + field) || !sim_quirk_turn(call))
		return;
	sum = sim_sum_pseudo(wire->bytes, inner, inner->end - inner->l4);
	sim_mend_csum(wire, field, (uint16_t)~sim_fold(sum));
}

const struct sim_quirk sim_quirk_csum_empty = {
	.name = "csum-empty",
	.summary = "sends TCP and UDP checksums as the stack left them, not filled in",
	.provokes = "checksum-unfilled checksum-artefact capture-point",
	.traffic = "tcp",
	.usual = 16,
	.side = SIM_SENDER,
	.wire = spoil,
};
