/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The text form of what `nod pcap` says. The JSON form comes from lib/out/capture.h alone.
 */
#ifndef NOD_CMD_PCAP_H
#define NOD_CMD_PCAP_H

#include "cmd/command.h"
#include "lib/out/capture.h"

/* One capture: verdict, findings, tables; @flows lists the busiest flows too. */
void pcap_text_capture(struct text *out, const struct capture *capture,
		       const struct session *session, bool flows);

/* Several captures together. */
void pcap_text_total(struct text *out, const struct capture_total *total);

/* One frame, one line. */
void pcap_text_frame(struct text *out, const struct frame_line *frame);

#endif
