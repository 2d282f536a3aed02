/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What nod explain knows, for lists of it elsewhere.
 */
#ifndef NOD_CMD_EXPLAIN_H
#define NOD_CMD_EXPLAIN_H

#include "pcap/detector.h"
#include "pcap/gro/model.h"

/* The finding of that id, NULL if there is none. */
const struct detector *explain_finding(const char *id) attr_pure;

/* The next reason of nod gro behind @reason (the first behind NULL) that is not a finding too. */
const struct gro_reason_info *explain_next_reason(const struct gro_reason_info *reason);

#define for_each_reason(row)                                                     \
	for (const struct gro_reason_info *row = explain_next_reason(NULL); row; \
	     row = explain_next_reason(row))

#endif
