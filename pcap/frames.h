/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One frame in words, for --frames.
 */
#ifndef NOD_PCAP_FRAMES_H
#define NOD_PCAP_FRAMES_H

#include "lib/base/arena.h"
#include "lib/model/capture.h"
#include "pcap/detector.h"

/*
 * Fill @line from @sight, but for file and time_ns. What it points to is static or owned by @arena.
 * -1 if there is no memory.
 */
int frames_describe(struct frame_line *line, const struct sight *sight,
		    struct arena *arena) attr_must_check;

#endif
