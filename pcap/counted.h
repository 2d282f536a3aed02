/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Detectors to which every frame that shows their trait counts the same: the note of a flow is a struct
 * tally, the state a struct spread.
 */
#ifndef NOD_PCAP_COUNTED_H
#define NOD_PCAP_COUNTED_H

#include "pcap/findings.h"
#include "pcap/scene.h"

void counted_frame(void *note, const struct sight *sight, const struct judge *judge);
void counted_flow(const struct judge *judge, const struct flow *flow, const void *note);

#endif
