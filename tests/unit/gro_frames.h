/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames for the tests of merging: what differs from frame to frame as a struct, what comes of them as
 * a string.
 */
#ifndef NOD_TESTS_GRO_FRAMES_H
#define NOD_TESTS_GRO_FRAMES_H

#include "lib/base/text.h"
#include "pcap/csum.h"
#include "pcap/detector.h"
#include "pcap/gro/queue.h"
#include "tests/unit/frame_bytes.h"

/**
 * struct seg - one segment, and what is around it
 * @sport, @outer_sport: added to those of frame_bytes.h
 * @pad: bytes behind the IP packet
 * @stamps: it has TCP timestamps, @tsval being the sender's
 */
struct seg {
	uint32_t seq, len, ack, tsval, label, vni;
	uint16_t sport, window, id, outer_id, outer_sport, vlan;
	uint8_t flags, ttl, tos, outer_ttl, pad;
	bool df, outer_df, vxlan, ipv6, outer_ipv6, stamps, sack, options, fragment;
	bool bad_sum, bad_ip_sum, outer_sum;
	int64_t time_us;
};

/* @count segments of 100 bytes that all receivers merge: IDs count, DF is set. */
static inline void make_train(struct seg *segs, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		segs[i] = (struct seg){.seq = 1000 + 100 * i,
				       .len = 100,
				       .ack = 7,
				       .window = 500,
				       .flags = TCP_ACK,
				       .id = (uint16_t)(100 + i),
				       .outer_id = (uint16_t)(5000 + i),
				       .ttl = 64,
				       .outer_ttl = 64,
				       .vni = 9,
				       .df = true,
				       .time_us = i};
}

static inline uint32_t put_seg_ip(struct packet *frame, bool ipv6, uint8_t proto)
{
	return ipv6 ? put_ipv6(frame, proto) : put_ipv4(frame, proto);
}

static inline void set_seg_ip(struct packet *frame, uint32_t ip, const struct seg *seg)
{
	if (seg->ipv6) {
		set32(frame, ip, 6u << 28 | (uint32_t)seg->tos << 20 | seg->label);
		set8(frame, ip + 7, seg->ttl);
		return;
	}
	set8(frame, ip + 1, seg->tos);
	set16(frame, ip + 4, seg->id);
	set16(frame, ip + 6, (seg->df ? 0x4000u : 0) | (seg->fragment ? 0x2000u : 0));
	set8(frame, ip + 8, seg->ttl);
}

static inline void put_seg_options(struct packet *frame, const struct seg *seg, uint32_t tcp)
{
	uint32_t start = frame->length;

	if (seg->stamps) {
		put_hex(frame, "0101080a");
		put_integer(frame, seg->tsval, 4);
		put_hex(frame, "00000001");
	}
	if (seg->sack)
		put_hex(frame, "0101050a 00000001 00000002");
	set8(frame, tcp + 12, (20 + frame->length - start) / 4 << 4);
}

static inline void put_seg_packet(struct packet *frame, const struct seg *seg)
{
	uint32_t ip = put_seg_ip(frame, seg->ipv6, 6), tcp;

	set_seg_ip(frame, ip, seg);
	if (seg->options) {
		put_hex(frame, "01010100");
		set8(frame, ip, 0x46);
	}
	tcp = put_tcp(frame);
	set16(frame, tcp, 40001u + seg->sport);
	set32(frame, tcp + 4, seg->seq);
	set32(frame, tcp + 8, seg->ack);
	set8(frame, tcp + 13, seg->flags);
	set16(frame, tcp + 14, seg->window);
	put_seg_options(frame, seg, tcp);
	put_filler(frame, seg->len);
	end_ip(frame, ip);
	end_tcp(frame, ip, tcp, seg->bad_sum ? SUM_WRONG : SUM_RIGHT);
	if (seg->bad_ip_sum)
		frame->bytes[ip + 10] ^= 0x55;
}

static inline void put_seg(struct packet *frame, const struct seg *seg)
{
	uint32_t ip = 0, udp = 0;

	frame->length = 0;
	put_ethernet(frame, seg->vlan			    ? 0x8100
			    : seg->vxlan && seg->outer_ipv6 ? 0x86dd
			    : !seg->vxlan && seg->ipv6	    ? 0x86dd
							    : 0x0800);
	if (seg->vlan) {
		put_integer(frame, seg->vlan, 2);
		put_integer(frame, 0x0800, 2);
	}
	if (seg->vxlan) {
		ip = put_seg_ip(frame, seg->outer_ipv6, 17);
		if (!seg->outer_ipv6) {
			set16(frame, ip + 4, seg->outer_id);
			set16(frame, ip + 6, seg->outer_df ? 0x4000 : 0);
			set8(frame, ip + 8, seg->outer_ttl);
		}
		udp = put_udp(frame, 4789);
		set16(frame, udp, 50000u + seg->outer_sport);
		put_vxlan(frame, seg->vni);
		put_ethernet(frame, seg->ipv6 ? 0x86dd : 0x0800);
	}
	put_seg_packet(frame, seg);
	if (seg->vxlan) {
		end_ip(frame, ip);
		end_udp(frame, ip, udp, seg->outer_sum ? SUM_RIGHT : SUM_ZERO);
	}
	put_zeros(frame, seg->pad);
}

static inline struct gro_packet read_seg(const struct seg *seg, uint64_t number)
{
	static const struct gro_scope scope = {.nports = 1, .ports = {4789}};
	static struct packet bytes;
	uint8_t verdicts[VIEW_MAX_HEADERS];
	struct capture_checksums counts = {0};
	struct gro_packet packet;
	struct decoded decoded;
	struct frame frame;

	put_seg(&bytes, seg);
	frame = frame_of(&bytes, number);
	frame.time_ns = seg->time_us * 1000;
	decode_frame(&decoded, &frame, NULL);
	csum_verify(&decoded.view, sum_ops_best(), verdicts, &counts);
	gro_packet_read(&packet, &decoded.view, verdicts, &scope);
	decoded_free(&decoded);
	return packet;
}

/* "0:2(ack-changes) 2:3": first segment, how many, and why it ended if that was not the end. */
static inline void note_super(void *context, const struct gro_train *train, uint64_t ends)
{
	struct text *text = context;
	const char *before = "(";

	text_printf(text, "%s%u:%u", text->length ? " " : "", train->tag, train->count);
	ends &= ~GRO_BIT(GRO_END);
	for (unsigned int i = 0; i < GRO_REASONS; i++) {
		if (!(ends >> i & 1))
			continue;
		text_printf(text, "%s%s", before, gro_reasons[i].id);
		before = "+";
	}
	if (ends)
		text_add(text, ")");
}

/* As note_super(), but for the reasons. */
static inline void note_count(void *context, const struct gro_train *train, uint64_t ends)
{
	(void)ends;
	note_super(context, train, 0);
}

static inline void assert_delivered(const struct gro_queue_options *options,
				    gro_queue_deliver *note, const struct seg *segs, uint32_t count,
				    const char *wanted)
{
	struct text text = {0};
	struct gro_queue *queue = gro_queue_open(options, note, &text);

	assert_non_null(queue);
	for (uint32_t i = 0; i < count; i++) {
		struct gro_packet packet = read_seg(&segs[i], i + 1);

		gro_queue_receive(queue, &packet, i);
	}
	gro_queue_flush(queue, GRO_END);
	gro_queue_close(queue);
	assert_false(text.failed);
	if (strcmp(text.chars, wanted) != 0)
		fail_msg("%s: %s instead of %s", options->rules.model->id, text.chars, wanted);
	text_free(&text);
}

static inline void assert_queue(const struct gro_queue_options *options, const struct seg *segs,
				uint32_t count, const char *wanted)
{
	assert_delivered(options, note_super, segs, count, wanted);
}

static inline struct gro_queue_options endless_queue(const char *id)
{
	struct gro_queue_options options = {.rules.model = gro_model_lookup(id), .buckets = 1};

	assert_non_null(options.rules.model);
	return options;
}

/* What the model @id makes of @segs, held as long as it can. */
static inline void assert_merges(const char *id, const struct seg *segs, uint32_t count,
				 const char *wanted)
{
	struct gro_queue_options options = endless_queue(id);

	assert_queue(&options, segs, count, wanted);
}

/* The same, whatever the reasons are called. */
static inline void assert_counts(const char *id, const struct seg *segs, uint32_t count,
				 const char *wanted)
{
	struct gro_queue_options options = endless_queue(id);

	assert_delivered(&options, note_count, segs, count, wanted);
}

#endif
