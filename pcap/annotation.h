/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What pcapng has no option for, nod writes as comments that begin with "nod:", and reads back: segment
 * sizes of a frame, what is known of a device. Other programs show them as comments.
 *
 *	frame		nod:gso=tcp4 size=1448 csum=34+16
 *	interface	nod:truth mtu=1500 forwarding=off rx-gro=on rx-lro=off ...
 *	statistics	nod:csum-failures=3 ever=rx-lro,rx-gro-hw
 *
 * Words that a reader does not know are passed over.
 */
#ifndef NOD_PCAP_ANNOTATION_H
#define NOD_PCAP_ANNOTATION_H

#include "lib/base/attr.h"
#include "lib/base/span.h"
#include "lib/model/vantage.h"

/* No annotation is longer; with a 0 at its end. */
#define ANNOTATION_BYTES 512

/* Returns the length, 0 if there is nothing to say. */
size_t annotation_of_frame(const struct frame_truth *truth, char text[ANNOTATION_BYTES]);
size_t annotation_of_interface(const struct vantage *vantage, bool truth,
			       char text[ANNOTATION_BYTES]);

/*
 * False if @comment is none of nod's. Untrusted: what makes no sense is passed over, what is not said stays as
 * it was; so a later annotation adds to an earlier one.
 */
bool annotation_read_frame(struct span comment, struct frame_truth *truth);
bool annotation_read_interface(struct span comment, struct vantage *vantage, bool *truth);

#endif
