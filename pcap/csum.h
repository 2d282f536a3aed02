/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What do the checksums of a frame say: right, wrong, or not filled in yet by whoever will?
 *
 * With S the folded pseudo-header sum without length (RFC 9293 section 3.1, RFC 8200 section 8.1),
 * not inverted:
 *  - CSUM_PARTIAL is fold(S + L4 length): Linux CHECKSUM_PARTIAL, and what GRO leaves behind;
 *  - CSUM_PARTIAL_NOLEN is S: LSO of Windows leaves the length to the NIC;
 *  - CSUM_LCO is an outer checksum that becomes right once an inner partial one is filled in (the
 *    kernel's Documentation/networking/checksum-offloads.rst, "local checksum offload").
 */
#ifndef NOD_PCAP_CSUM_H
#define NOD_PCAP_CSUM_H

#include "pcap/sum.h"
#include "pcap/view.h"

/*
 * A verdict for each header of @view, counted in @counts. @verdicts has room for VIEW_MAX_HEADERS;
 * entries up to view->nheaders are set. Returns the set of verdicts, bit 1 << CSUM_OK and so on.
 */
uint32_t csum_verify(const struct view *view, const struct sum_ops *ops, uint8_t *verdicts,
		     struct capture_checksums *counts);

/*
 * The same where the verdict on view_l4() is known already, which it was given with the same bytes: a sum over
 * a long payload is saved.
 */
uint32_t csum_verify_known(const struct view *view, const struct sum_ops *ops,
			   enum csum_verdict known, uint8_t *verdicts,
			   struct capture_checksums *counts);

/*
 * S of the above for a TCP or UDP header of @view: with its protocol, with the addresses that a routing
 * header or a home address option puts in place of others, without a length.
 */
uint16_t csum_pseudo(const struct view *view, const struct header *header);

/* Left to hardware, or put there by GRO, on purpose: an offload's trace. */
static inline bool csum_is_offload(enum csum_verdict verdict)
{
	return verdict == CSUM_PARTIAL || verdict == CSUM_PARTIAL_NOLEN || verdict == CSUM_LCO;
}

#endif
