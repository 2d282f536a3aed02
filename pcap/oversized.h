/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The detector of frames longer than the MTU (pcap/detect/oversized_frame.c), for those who want its
 * judgement and not its words.
 */
#ifndef NOD_PCAP_OVERSIZED_H
#define NOD_PCAP_OVERSIZED_H

#include "pcap/detector.h"

extern const struct detector detect_oversized_frame;

/*
 * Are the long frames of @flow whole packets of a path with a larger MTU, by the detector's @note of
 * it? @guessed is set if little speaks for what is returned. For use once the scene is settled.
 */
bool oversized_is_whole(const struct judge *judge, const struct flow *flow, const void *note,
			bool *guessed);

#endif
