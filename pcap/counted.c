/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How many frames show a trait, and in which flows?
 */
#include "pcap/counted.h"

void counted_frame(void *note, const struct sight *sight, const struct judge *judge)
{
	(void)judge;
	tally_add(note, sight);
}

void counted_flow(const struct judge *judge, const struct flow *flow, const void *note)
{
	spread_add(judge->state, flow, note);
}
