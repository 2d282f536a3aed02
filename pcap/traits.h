/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Traits that a frame shows by itself: for whoever walks a capture frame by frame.
 */
#ifndef NOD_PCAP_TRAITS_H
#define NOD_PCAP_TRAITS_H

#include "pcap/detector.h"

/* The bytes that the outermost IP packet really has. */
static inline uint32_t whole_ip_len(const struct view *view, const struct header *ip)
{
	return unlikely(ip->flags & HEADER_BAD_LEN) ? view->wire_end - ip->off : ip->end - ip->off;
}

/*
 * What the kernel said when the frame came in makes of a trait: a checksum that was left to hardware is one
 * that hardware has not filled in; a wrong one that the device calls right is worse than wrong. In what is
 * merged or not split yet no checksum is the last word: drivers, and the kernel's lists of segments
 * (rx-gro-list), leave the first segment's there, and each segment gets its own when it is sent.
 */
static inline uint64_t truth_traits(const struct frame *frame, uint64_t trait, bool first)
{
	bool valid = frame->flags & FRAME_CSUM_VALID, merged = frame->flags & FRAME_SEGMENTED;

	if (trait == TRAIT_CSUM_BAD && merged && (valid || frame->flags & FRAME_OUTBOUND))
		return TRAIT_CSUM_OFFLOAD;
	if (trait == TRAIT_CSUM_BAD && valid && first)
		return TRAIT_CSUM_FALSE;
	if (trait == TRAIT_CSUM_OFFLOAD && frame->flags & FRAME_TRUTH &&
	    frame->flags & FRAME_INBOUND && !valid && !merged &&
	    !(frame->flags & FRAME_CSUM_NOT_READY))
		return TRAIT_CSUM_UNFILLED;
	return trait;
}

/*
 * The sender of a VXLAN tunnel may leave the inner checksum to the receiver (remcsumtx of ip-link(8)), which
 * one bit of the header says.
 */
static inline bool is_left_to_receiver(const struct view *view, const struct header *header)
{
	return header->kind == HEADER_VXLAN && view_header(view, header)[1] & 0x20;
}

/* The TRAIT_CSUM_ and TRAIT_IPV4_ZERO of @csums, whose set of verdicts is @verdicts. */
static inline uint64_t csum_traits(const struct view *view, const uint8_t *csums, uint32_t verdicts)
{
	/* What the capturing kernel says counts more than what the field looks like. */
	bool not_ready = view->frame->flags & FRAME_CSUM_NOT_READY, first = true, left = false;
	uint64_t traits = 0;

	if (likely(!(verdicts & ~(1u << CSUM_OK | 1u << CSUM_NONE | 1u << CSUM_UNVERIFIED))))
		return 0;
	for (unsigned int i = 0; i < view->nheaders; i++) {
		enum csum_verdict verdict = csums[i];
		bool l4 = view->headers[i].kind != HEADER_IPV4;
		uint64_t trait = 0;

		if (csum_is_offload(verdict) ||
		    (not_ready && l4 && (verdict == CSUM_BAD || verdict == CSUM_ZERO)))
			trait = TRAIT_CSUM_OFFLOAD;
		else if (verdict == CSUM_BAD)
			trait = TRAIT_CSUM_BAD;
		else if (verdict == CSUM_ZERO)
			trait = l4 ? TRAIT_CSUM_ZERO : TRAIT_IPV4_ZERO;
		left |= is_left_to_receiver(view, &view->headers[i]);
		if (l4 && trait && !(left && trait == TRAIT_CSUM_OFFLOAD))
			trait = truth_traits(view->frame, trait, first);
		traits |= trait;
		/* What a device calls right is the first checksum, and may be no more than that. */
		first &= !l4 || verdict == CSUM_NO_FIELD || verdict == CSUM_NONE;
	}
	return traits;
}

#endif
