/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Views in words, and what the tests of pcap/view.h build again and again.
 */
#ifndef NOD_TESTS_VIEW_BYTES_H
#define NOD_TESTS_VIEW_BYTES_H

#include "lib/base/text.h"
#include "tests/unit/frame_bytes.h"

/* The frame that is being built. */
static struct packet packet;

static const char *const flag_names[] = {"fragment", "later", "len0",  "badlen", "padded",
					 "options",  "jumbo", "short", "routed", "home"};
static const char *const view_flag_names[] = {"CUT",  "MALFORMED", "DEEP", "FRAGMENT", "LINK",
					      "LEN0", "IN",	   "OUT",  "GSO"};

static inline void describe_flags(struct text *text, const char *const *names, size_t count,
				  uint32_t flags)
{
	for (size_t i = 0; i < count; i++)
		if (flags >> i & 1)
			text_printf(text, ",%s", names[i]);
}

/*
 * "ethernet@0 ipv4@14-60,padded udp@34-60 | 42+18": the offset of each header and the end of its
 * packet (left out where it is the end of the frame), its flags; then offset and length of the
 * payload (left out if there is no IP header), and the flags of the view.
 */
static inline void describe(struct text *text, const struct view *view)
{
	for (unsigned int i = 0; i < view->nheaders; i++) {
		const struct header *header = &view->headers[i];

		text_printf(text, "%s%s@%u", i ? " " : "", header_names[header->kind], header->off);
		if (header->end != view->wire_end)
			text_printf(text, "-%u", header->end);
		describe_flags(text, flag_names, array_size(flag_names), header->flags);
	}
	text_printf(text, " |");
	if (view->nips)
		text_printf(text, " %u+%u", view->payload_off, view->payload_len);
	describe_flags(text, view_flag_names, array_size(view_flag_names), view->flags);
}

static inline void assert_frame(const struct frame *frame, const struct view_options *options,
				const char *wanted)
{
	struct text text = {0};
	struct decoded decoded;

	decode_frame(&decoded, frame, options);
	describe(&text, &decoded.view);
	assert_false(text.failed);
	assert_string_equal(text.chars, wanted);
	text_free(&text);
	decoded_free(&decoded);
}

/* Decode what was built as a frame of @link, and begin anew. */
static inline void assert_link(uint32_t link, const char *wanted)
{
	struct frame frame = frame_of(&packet, 1);

	frame.link_type = link;
	assert_frame(&frame, NULL, wanted);
	packet.length = 0;
}

static inline void assert_view(const char *wanted)
{
	assert_link(LINK_ETHERNET, wanted);
}

/* TCP over IPv4 with @payload bytes at the end of what was built; returns the IPv4 header. */
static inline uint32_t put_tcp4(uint32_t payload)
{
	uint32_t ip = put_ipv4(&packet, 6);

	put_tcp(&packet);
	put_filler(&packet, payload);
	end_ip(&packet, ip);
	return ip;
}

/* UDP over IPv4 begins; end_udp4() ends it. */
static inline uint32_t begin_udp4(uint16_t port)
{
	uint32_t ip = put_ipv4(&packet, 17);

	put_udp(&packet, port);
	return ip;
}

static inline void end_udp4(uint32_t ip)
{
	end_udp(&packet, ip, ip + 20, SUM_RIGHT);
	end_ip(&packet, ip);
}

static inline int reset(void **state)
{
	(void)state;
	packet.length = 0;
	return 0;
}

#define test(name) cmocka_unit_test_setup(test_##name, reset)

#endif
