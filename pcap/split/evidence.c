/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long were the segments of a frame, given what is known of it and of its flow?
 *
 * Where k segments carry a payload of n bytes, each but the last has between n / k rounded up and
 * (n - 1) / (k - 1) bytes. Frames of a flow narrow that down. What shares a counter of IDs with the flow,
 * and frames that were not captured, only make k larger.
 */
#include "pcap/split/evidence.h"

/* Frames that agree before a second segment length of a flow is believed. */
#define LEAST_AGREEING 4

/* Datagrams of one length, none longer, before they are taken for the rule. */
#define LEAST_DATAGRAMS 3

struct range {
	uint32_t least, most;
};

static uint32_t at_most_16(uint32_t length)
{
	return length > UINT16_MAX ? UINT16_MAX : length;
}

/* @segments is at least 2. */
static struct range range_of(uint32_t payload, uint32_t segments, uint32_t header)
{
	return (struct range){
		.least = at_most_16((payload + segments - 1) / segments + header),
		.most = at_most_16((payload - 1) / (segments - 1) + header),
	};
}

static bool is_within(uint32_t length, uint32_t least, uint32_t most)
{
	return length && least <= length && length <= most;
}

static bool join(struct evidence_group *group, struct range range, bool exact)
{
	if (range.least > group->most || range.most < group->least)
		return false;
	if (range.least > group->least) {
		group->least = (uint16_t)range.least;
		group->exact = 0;
	}
	if (range.most < group->most)
		group->most = (uint16_t)range.most;
	group->exact += exact && range.least == group->least;
	group->frames++;
	return true;
}

void evidence_add(struct evidence *evidence, uint32_t payload, uint32_t segments)
{
	struct range range;
	bool exact;

	if (segments < 2 || payload < segments)
		return;
	range = range_of(payload, segments, evidence->header);
	exact = payload % segments == 0;
	evidence->strides++;
	for (size_t i = 0; i < EVIDENCE_GROUPS; i++) {
		struct evidence_group *group = &evidence->groups[i];

		if (!group->frames)
			*group = (struct evidence_group){(uint16_t)range.least,
							 (uint16_t)range.most, 0, 0};
		if (join(group, range, exact))
			return;
	}
}

/* The likeliest length within @least and @most, of which @least is always one; 0 if all would be guesses. */
static uint32_t choose(const struct evidence_frame *frame, uint32_t least, uint32_t most)
{
	if (is_within(frame->longest, least, most))
		return frame->longest;
	if (frame->udp)
		return least == most ? least : 0;
	if (is_within(frame->mss, least, most))
		return frame->mss;
	return is_within(frame->mtu, least, most) ? frame->mtu : least;
}

static uint32_t group_length(const struct evidence_frame *frame, const struct evidence_group *group)
{
	/* Trains are cut at multiples of a segment; chance makes none of several. */
	if (group->exact >= 2 && group->exact * 2ull > group->frames)
		return group->least;
	return choose(frame, group->least, group->most);
}

/*
 * What most frames of the flow agree on, or had as a rule for a while each; NULL if there is no rule.
 */
static const struct evidence_group *best_group(const struct evidence *evidence,
					       const struct evidence_frame *frame)
{
	const struct evidence_group *best = NULL;
	uint64_t agreeing = 0;

	for (size_t i = 0; evidence && i < EVIDENCE_GROUPS; i++) {
		const struct evidence_group *group = &evidence->groups[i];

		if (!group->frames || group->least > frame->mtu)
			continue;
		if (!best || group->frames > best->frames)
			best = group;
		if (group->frames >= LEAST_AGREEING)
			agreeing += group->frames;
	}
	if (best && best->frames > agreeing)
		agreeing = best->frames;
	return best && agreeing * 4 >= evidence->strides * 3ull ? best : NULL;
}

/* A length that the flow had for a while, and that explains this frame; 0 if there is none. */
static uint32_t other_length(const struct evidence *evidence, const struct evidence_frame *frame,
			     struct range range)
{
	for (size_t i = 0; evidence && i < EVIDENCE_GROUPS; i++) {
		const struct evidence_group *group = &evidence->groups[i];
		uint32_t length = group_length(frame, group);

		if (group->frames >= LEAST_AGREEING && is_within(length, range.least, range.most) &&
		    length <= frame->mtu)
			return length;
	}
	return 0;
}

/* What does not come from IDs; 0 if nothing is known but the MTU. */
static uint32_t known_length(const struct evidence_frame *frame, uint8_t *source)
{
	uint32_t least = frame->udp ? LEAST_DATAGRAMS : 2;

	if (frame->longest > frame->header && frame->longest <= frame->mtu &&
	    (frame->longest_count >= least || (!frame->udp && frame->longest == frame->mss))) {
		*source = SPLIT_SEGMENTS;
		return frame->longest;
	}
	if (frame->udp || frame->mss <= frame->header || frame->mss > frame->mtu)
		return 0;
	*source = SPLIT_MSS;
	return frame->mss;
}

/* By the IDs behind this very frame, in the light of @usual; 0 if they cannot be right. */
static uint32_t stride_length(const struct evidence *evidence, const struct evidence_frame *frame,
			      uint32_t usual)
{
	struct range range = range_of(frame->payload, frame->strides, frame->header);
	uint32_t other;

	if (range.least > frame->mtu)
		return usual;
	if (is_within(usual, range.least, range.most))
		return usual;
	other = other_length(evidence, frame, range);
	if (other)
		return other;
	/* Too many IDs may have many causes; too few only that segments were longer. */
	if (usual && usual > range.most)
		return usual;
	return choose(frame, range.least, range.most);
}

/* One frame alone proves little: what contradicts it must be worse. */
static bool is_outweighed(const struct evidence_group *group, uint32_t known)
{
	return group->frames < 2 && known && !is_within(known, group->least, group->most);
}

struct split_size evidence_judge(const struct evidence *evidence,
				 const struct evidence_frame *frame)
{
	const struct evidence_group *group = best_group(evidence, frame);
	struct split_size size = {.segment = SPLIT_UNKNOWN, .source = SPLIT_NONE};
	uint8_t source = SPLIT_NONE, known_source = SPLIT_NONE;
	uint32_t known = known_length(frame, &known_source), length = 0;

	if (group && !is_outweighed(group, known)) {
		source = SPLIT_IDS;
		length = group_length(frame, group);
		if (frame->strides > 1 && frame->payload >= frame->strides)
			length = stride_length(evidence, frame, length);
	}
	if (!length && known) {
		source = known_source;
		length = known;
	} else if (!length && !frame->udp) {
		source = SPLIT_MTU;
		length = frame->mtu;
	}
	if (length > frame->mtu)
		length = frame->mtu;
	if (length <= frame->header || frame->payload <= length - frame->header)
		return size;
	size.segment = length - frame->header;
	size.source = source;
	return size;
}
