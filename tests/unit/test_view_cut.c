/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does decoding stop where a frame is too deep, and where the capture cuts it, and never before?
 */
#include "tests/unit/view_bytes.h"

/* A chain that never ends is followed as far as there is room for headers. */
static void test_extension_loop(void **state)
{
	struct decoded decoded;

	(void)state;
	put_ethernet(&packet, 0x86dd);
	put_ipv6(&packet, 60);
	for (unsigned int i = 0; i < 2 * VIEW_MAX_HEADERS; i++)
		put_hex(&packet, "3c00 0000 00000000");
	end_ip(&packet, 14);
	decode(&decoded, &packet);
	assert_int_equal(decoded.view.nheaders, VIEW_MAX_HEADERS);
	assert_true(decoded.view.flags & VIEW_TOO_DEEP);
	assert_int_equal(decoded.view.headers[VIEW_MAX_HEADERS - 1].kind, HEADER_IPV6_EXT);
	decoded_free(&decoded);
	packet.length = 0;
}

/* Exactly as many headers as there is room for, and one more. */
static void test_most_headers(void **state)
{
	struct decoded decoded;

	(void)state;
	for (unsigned int more = 0; more < 2; more++) {
		put_ethernet(&packet, 0x8100);
		for (unsigned int i = 0; i < VIEW_MAX_HEADERS - 3 + more; i++)
			put_hex(&packet,
				i == VIEW_MAX_HEADERS - 4 + more ? "0001 0800" : "0001 8100");
		put_tcp4(1);
		decode(&decoded, &packet);
		assert_int_equal(decoded.view.nheaders, VIEW_MAX_HEADERS);
		assert_int_equal(decoded.view.headers[VIEW_MAX_HEADERS - 1].kind,
				 more ? HEADER_IPV4 : HEADER_TCP);
		assert_int_equal(!!(decoded.view.flags & VIEW_TOO_DEEP), more);
		decoded_free(&decoded);
		packet.length = 0;
	}
}

static void test_most_ips(void **state)
{
	uint32_t ips[VIEW_MAX_IP + 1];
	struct decoded decoded;

	(void)state;
	for (unsigned int more = 0; more < 2; more++) {
		put_ethernet(&packet, 0x0800);
		for (unsigned int i = 0; i < VIEW_MAX_IP + more; i++)
			ips[i] = put_ipv4(&packet, i + 1 < VIEW_MAX_IP + more ? 4 : 6);
		put_tcp(&packet);
		for (unsigned int i = 0; i < VIEW_MAX_IP + more; i++)
			end_ip(&packet, ips[i]);
		decode(&decoded, &packet);
		assert_int_equal(decoded.view.nips, VIEW_MAX_IP);
		assert_int_equal(decoded.view.nheaders, VIEW_MAX_IP + (more ? 1 : 2));
		assert_int_equal(!!(decoded.view.flags & VIEW_TOO_DEEP), more);
		decoded_free(&decoded);
		packet.length = 0;
	}
}

/* The frame check sequence belongs to no packet. */
static void test_frame_check_sequence(void **state)
{
	struct frame frame;

	(void)state;
	put_ethernet(&packet, 0x0800);
	put_tcp4(6);
	put_zeros(&packet, 4);
	frame = frame_of(&packet, 1);
	frame.fcs_len = 4;
	assert_frame(&frame, NULL, "ethernet@0 ipv4@14 tcp@34 | 54+6");
	frame.fcs_len = 0;
	assert_frame(&frame, NULL, "ethernet@0 ipv4@14-60,padded tcp@34-60 | 54+6");
	/* A sequence longer than the frame is no reason to read before its start. */
	frame.bytes.length = frame.wire_len = 3;
	frame.fcs_len = 4;
	assert_frame(&frame, NULL, " |,MALFORMED");
	packet.length = 0;
}

/* Lengths are those of the wire even where the payload was not captured. */
static void test_snap_length(void **state)
{
	struct frame frame;

	(void)state;
	put_ethernet(&packet, 0x0800);
	put_tcp4(1000);
	frame = frame_of(&packet, 1);
	frame.bytes.length = 54;
	assert_frame(&frame, NULL, "ethernet@0 ipv4@14 tcp@34 | 54+1000,CUT");
	packet.length = 0;
}

/* VLANs, IPv4 with options, VXLAN, IPv6 with extension headers, Geneve with options, TCP options. */
static void put_complex(void)
{
	uint32_t ip6, ip4;

	put_ethernet(&packet, 0x88a8);
	put_hex(&packet, "0064 8100 0065 0800");
	put_ipv4(&packet, 17);
	set8(&packet, 22, 0x46);
	put_hex(&packet, "94040000");
	put_udp(&packet, 4789);
	put_vxlan(&packet, 7);
	put_ethernet(&packet, 0x86dd);
	ip6 = put_ipv6(&packet, 60);
	put_hex(&packet, "1101 0104 00000000 0106 000000000000");
	put_udp(&packet, 6081);
	put_hex(&packet, "02006558 00000900 0102 8001 aabbccdd");
	put_ethernet(&packet, 0x0800);
	ip4 = put_ipv4(&packet, 6);
	put_tcp(&packet);
	set8(&packet, ip4 + 20 + 12, 0x80);
	put_hex(&packet, "0101080a 00000001 00000002");
	put_filler(&packet, 11);
	end_ip(&packet, ip4);
	end_udp(&packet, ip6, ip6 + 56, SUM_RIGHT);
	end_ip(&packet, ip6);
	end_udp(&packet, 22, 46, SUM_RIGHT);
	end_ip(&packet, 22);
}

static void put_stacked_gre(void)
{
	uint32_t outer, inner;

	put_ethernet(&packet, 0x8864);
	put_hex(&packet, "1100 0001 0000 0021");
	outer = put_ipv4(&packet, 47);
	put_hex(&packet, "b000 88be ffff0000 01020304 00000001 1001 0064 00000000");
	put_ethernet(&packet, 0x8847);
	put_hex(&packet, "00010040 00011140");
	inner = put_ipv6(&packet, 51);
	put_hex(&packet, "2f04 0000 00000001 00000001 000000000000000000000000");
	put_hex(&packet, "3081 880b 002a0007 00000001 00000002 ff03 0021");
	put_tcp4(5);
	end_ip(&packet, inner);
	end_ip(&packet, outer);
}

static void put_gtpu_chain(void)
{
	put_ethernet(&packet, 0x0800);
	begin_udp4(2152);
	put_hex(&packet, "34ff 0039 00000077 00000085 01 0009 c0 02 000000000000 00");
	put_ipv4(&packet, 132);
	put_zeros(&packet, 12);
	put_filler(&packet, 5);
	end_ip(&packet, 66);
	end_udp4(14);
}

/* Every header that the cut frame shows is the same in the whole one. */
static void assert_cut(const struct view *whole, uint32_t length)
{
	struct frame frame = frame_of(&packet, 1);
	struct decoded cut;

	frame.bytes.length = length;
	decode_frame(&cut, &frame, NULL);
	assert_int_equal(cut.view.flags & (VIEW_CUT | VIEW_MALFORMED), VIEW_CUT);
	assert_true(cut.view.nheaders <= whole->nheaders);
	for (unsigned int i = 0; i < cut.view.nheaders; i++) {
		const struct header *a = &cut.view.headers[i], *b = &whole->headers[i];

		assert_int_equal(a->kind, b->kind);
		assert_int_equal(a->off, b->off);
		assert_int_equal(a->len, b->len);
		assert_int_equal(a->end, b->end);
	}
	/* And every header whose fixed part is there is shown. */
	for (unsigned int i = cut.view.nheaders; i < whole->nheaders; i++)
		assert_true(length < whole->headers[i].off + whole->headers[i].len);
	decoded_free(&cut);
}

static void test_every_cut(void **state)
{
	static const struct {
		void (*build)(void);
		const char *wanted;
	} cases[] = {
		{put_complex,
		 "ethernet@0 vlan@14 vlan@18 ipv4@22,options udp@46 vxlan@54 ethernet@62 "
		 "ipv6@76,options ipv6-ext@116 udp@132 geneve@140 ethernet@156 ipv4@170 tcp@190 "
		 "| 222+11"},
		{put_stacked_gre,
		 "ethernet@0 pppoe@14 ipv4@22 gre@42 erspan@58 ethernet@66 mpls@80 mpls@84 ipv6@88 "
		 "ah@128 gre@152 ppp@168 ipv4@172 tcp@192 | 212+5"},
		{put_gtpu_chain, "ethernet@0 ipv4@14 udp@34 gtp-u@42 ipv4@66 sctp@86 | 98+5"},
	};

	(void)state;
	for (size_t i = 0; i < array_size(cases); i++) {
		struct decoded whole;
		struct frame frame;

		cases[i].build();
		frame = frame_of(&packet, 1);
		assert_frame(&frame, NULL, cases[i].wanted);
		decode(&whole, &packet);
		for (uint32_t length = 0; length < packet.length; length++)
			assert_cut(&whole.view, length);
		decoded_free(&whole);
		packet.length = 0;
	}
}

/* The same bytes as a whole frame that ends there: a length lies, and nothing outside is read. */
static void test_every_end(void **state)
{
	(void)state;
	put_complex();
	for (uint32_t length = 0; length < packet.length; length++) {
		struct frame frame = frame_of(&packet, 1);
		struct decoded decoded;

		frame.bytes.length = frame.wire_len = length;
		decode_frame(&decoded, &frame, NULL);
		assert_false(decoded.view.flags & VIEW_CUT);
		if (decoded.view.nips)
			assert_true(view_ip(&decoded.view, 0)->flags & HEADER_BAD_LEN);
		else
			assert_true(decoded.view.flags & VIEW_MALFORMED);
		decoded_free(&decoded);
	}
	packet.length = 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(extension_loop), test(most_headers),
		test(most_ips),	      test(frame_check_sequence),
		test(snap_length),    test(every_cut),
		test(every_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
