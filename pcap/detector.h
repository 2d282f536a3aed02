/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A detector looks for one kind of trace that offloads leave. It is one file, pcap/detect/NAME.c,
 * which defines `const struct detector detect_NAME`; the Makefile makes the list from the file names.
 *
 * The engine computes what every detector may want to know of a frame once (struct sight) and calls
 * a detector only for frames that show a trait it needs. What a detector keeps of a flow is a note;
 * when the capture ends (or the flow has to be forgotten) it judges the note, and at last it turns
 * its judgements into findings.
 */
#ifndef NOD_PCAP_DETECTOR_H
#define NOD_PCAP_DETECTOR_H

#include "pcap/csum.h"
#include "pcap/flow.h"
#include "pcap/view.h"

/*
 * What a frame shows. The BREAK_ traits are differences between a TCP segment with payload and the
 * one before it in its flow that keep a receiver from merging the two (Linux net/core/gro.c,
 * net/ipv4/tcp_offload.c); TRAIT_PAIR is set whether there are any or not.
 */
#define TRAIT_OVERSIZED	      (1ull << 0) /* IP packet longer than the MTU */
#define TRAIT_AFTER_OVERSIZED (1ull << 1) /* the frame before it in the flow was */
#define TRAIT_LEN_ZERO	      (1ull << 2) /* an IP length field is 0 */
#define TRAIT_CUT	      (1ull << 3) /* captured shorter than on the wire */
#define TRAIT_FRAGMENT	      (1ull << 4)
#define TRAIT_CSUM_OFFLOAD    (1ull << 5) /* some L4 checksum is partial, partial_nolen or lco */
#define TRAIT_CSUM_ZERO	      (1ull << 6) /* some L4 checksum is zero */
#define TRAIT_CSUM_BAD	      (1ull << 7) /* some checksum is bad, of IPv4 or L4 */
#define TRAIT_IPV4_ZERO	      (1ull << 8) /* an IPv4 header checksum is zero */
#define TRAIT_WATCHED	      (1ull << 9) /* a detector has set flow->watched */
#define TRAIT_PAIR	      (1ull << 10)
#define TRAIT_ID	      (1ull << 11) /* some IPv4 ID did not step by one */
#define TRAIT_SYN	      (1ull << 12) /* TCP SYN, at the innermost level */
#define TRAIT_CSUM_UNFILLED   (1ull << 13) /* came in with a checksum that nobody filled in */
#define TRAIT_CSUM_FALSE      (1ull << 14) /* the device called a checksum right that is wrong */
#define TRAIT_BAD_LEN	      (1ull << 15) /* the outermost IP length is more than the frame has */
#define BREAK_SEQ	      (1ull << 16) /* does not follow the payload before */
#define BREAK_SIZE	      (1ull << 17) /* longer than the train's segments, or after a short one */
#define BREAK_FLAGS	      (1ull << 18) /* TCP flags that end a train, or differ */
#define BREAK_PUSH	      (1ull << 19) /* the segment before had PSH */
#define BREAK_ACK	      (1ull << 20)
#define BREAK_WINDOW	      (1ull << 21)
#define BREAK_OPTIONS	      (1ull << 22) /* TCP options, other than timestamps' values */
#define BREAK_TIMESTAMP	      (1ull << 23)
#define BREAK_TTL	      (1ull << 24)
#define BREAK_TOS	      (1ull << 25)
#define BREAK_LABEL	      (1ull << 26)
#define BREAK_DF	      (1ull << 27)
#define BREAK_ID_OUTER	      (1ull << 28) /* outer ID neither +1 nor constant */
#define BREAK_ID_INNER	      (1ull << 29) /* the same of the innermost (or only) header */
#define BREAK_ID_OUTER_CONST  (1ull << 30) /* constant although DF is 0 */
#define BREAK_ID_INNER_CONST  (1ull << 31)
#define BREAK_UDP_CSUM	      (1ull << 32) /* outer UDP checksum used in one and not in the other */
#define BREAK_SRC_PORT	      (1ull << 33) /* outer UDP source port */
#define BREAK_IP_OPTIONS      (1ull << 34)
#define BREAK_PADDED	      (1ull << 35) /* bytes behind the IP packet */
#define BREAK_CSUM	      (1ull << 36)
#define BREAKS		      (~0ull << 16)

/* These are told of any two packets of a flow, the other breaks only of pairs. */
#define BREAKS_OF_IDS \
	(BREAK_DF | BREAK_ID_OUTER | BREAK_ID_INNER | BREAK_ID_OUTER_CONST | BREAK_ID_INNER_CONST)

enum tcp_flag {
	TCP_FIN = 0x01,
	TCP_SYN = 0x02,
	TCP_RST = 0x04,
	TCP_PSH = 0x08,
	TCP_ACK = 0x10,
	TCP_URG = 0x20,
	TCP_ECE = 0x40,
	TCP_CWR = 0x80,
};

/**
 * struct sight - one frame as detectors see it; valid for one call
 * @csums: enum csum_verdict for each header of @view
 * @flow: NULL if there is no IP header
 * @flows: the table that it is in
 * @traits: the set above
 * @ip_len: bytes of the outermost IP packet on the wire, whatever its length field says; 0 if none
 * @id_delta: IPv4 ID less the one before, by level; meaningful if @id_valid has bit 1 << level
 * @now: this packet, filled while detectors run; flow->last is the one before it then
 */
struct sight {
	const struct view *view;
	const uint8_t *csums;
	struct flow *flow;
	const struct flow_table *flows;
	uint64_t traits;
	uint32_t ip_len;
	uint16_t id_delta[LEVELS];
	uint8_t id_valid;
	struct segment now;
};

/**
 * struct tally - frames of one kind in one flow
 * @first, @last: frame numbers, counted from the flow's first frame; stop at UINT32_MAX
 */
struct tally {
	uint32_t count, first, last;
};

struct scene;
struct findings;
struct detector;

/**
 * struct judge - everything a judgement may rest on; see scene.h and findings.h
 * @state: of the detector, zeroed at the start, @self->state_size bytes
 * @notes: number of the detector whose notes it judges, nearly always its own
 */
struct judge {
	const struct detector *self;
	const struct scene *scene;
	const struct flow_table *flows;
	void *state;
	size_t notes;
};

/**
 * struct detector - one kind of trace
 * @id: kebab-case; public interface
 * @summary: one line, lower case, without a full stop
 * @explain: what it means, why it matters, what can be done: paragraphs separated by blank lines
 * @needs: frame() is called for frames with any of these traits
 * @note_size: bytes kept of a flow, zeroed when the first such frame of the flow comes
 * @state_size: bytes kept of the capture
 * @frame: look at one frame. NULL if nothing of it has to be noted
 * @notes_of: another detector whose notes are judged here too; @frame is NULL then
 * @flow: judge one flow at the end. @note is NULL if no frame had the traits, and then it is called
 *        only if @all_flows is set
 * @finish: add findings
 * @data: constants for functions that serve several detectors
 */
struct detector {
	const char *id, *summary, *explain;
	uint64_t needs;
	size_t note_size, state_size;
	bool all_flows;
	const struct detector *notes_of;
	void (*frame)(void *note, const struct sight *sight, const struct judge *judge);
	void (*flow)(const struct judge *judge, const struct flow *flow, const void *note);
	void (*finish)(const struct judge *judge, struct findings *findings);
	const void *data;
};

/* Ended by NULL; in the order of their names. Made by the Makefile. */
extern const struct detector *const detectors[];

static inline void tally_add(struct tally *tally, const struct sight *sight)
{
	uint64_t number = sight->view->frame->number - sight->flow->first_frame;

	if (number > UINT32_MAX)
		number = UINT32_MAX;
	if (!tally->count)
		tally->first = (uint32_t)number;
	tally->last = (uint32_t)number;
	tally->count += tally->count < UINT32_MAX;
}

#endif
