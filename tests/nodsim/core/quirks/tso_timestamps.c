/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What if the pieces of a packet get timestamps of their own?
 */
#include "../mend.h"

/* The offset of the timestamps' values, 0 if there are none. */
static uint32_t find_timestamps(const struct sim_wire *wire, const struct sim_level *tcp)
{
	uint32_t at = tcp->l4 + 20, end = wire->packet.payload;

	while (at + 10 <= end && wire->bytes[at]) {
		if (wire->bytes[at] == 8 && wire->bytes[at + 1] == 10)
			return at + 2;
		if (wire->bytes[at] != 1 && wire->bytes[at + 1] < 2)
			break;
		at += wire->bytes[at] == 1 ? 1 : wire->bytes[at + 1];
	}
	return 0;
}

/* By one only: what goes back by more is discarded as old (RFC 7323 section 5, and a tick of grace). */
static void spoil(const struct sim_quirk_call *call, struct sim_wire *wire)
{
	const struct sim_level *inner = sim_mend_data(wire);
	uint32_t at = inner && wire->cut ? find_timestamps(wire, inner) : 0;

	if (at && sim_mend_alternate(call))
		sim_mend_put32(wire, at, sim_get32(wire->bytes + at) + 1);
}

const struct sim_quirk sim_quirk_tso_timestamps = {
	.name = "tso-timestamps",
	.summary = "adds 1 to the TCP timestamps of half of the pieces of what it cuts",
	.provokes = "timestamp-changes",
	.traffic = "tcp",
	.usual = 1,
	.side = SIM_SENDER,
	.wire = spoil,
};
