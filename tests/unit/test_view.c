/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Are the headers of links, IP and L4 found where their specifications put them, however the lengths
 * lie?
 */
#include "tests/unit/view_bytes.h"

static void test_ethernet(void **state)
{
	(void)state;
	put_ethernet(&packet, 0x0800);
	put_tcp4(100);
	assert_view("ethernet@0 ipv4@14 tcp@34 | 54+100");

	put_ethernet(&packet, 0x86dd);
	put_ipv6(&packet, 6);
	put_tcp(&packet);
	put_filler(&packet, 7);
	end_ip(&packet, 14);
	assert_view("ethernet@0 ipv6@14 tcp@54 | 74+7");

	put_ethernet(&packet, 0x0806);
	put_zeros(&packet, 46);
	assert_view("ethernet@0 |");

	put_zeros(&packet, 13);
	assert_view(" |,MALFORMED");
	assert_view(" |,MALFORMED");
}

/* IEEE 802.1Q, 802.1ad, and the old number for stacks. */
static void test_vlan(void **state)
{
	static const uint16_t types[] = {0x8100, 0x88a8, 0x9100};

	(void)state;
	for (size_t i = 0; i < array_size(types); i++) {
		put_ethernet(&packet, types[i]);
		put_hex(&packet, "0064 8100 0065 0800");
		put_tcp4(1);
		assert_view("ethernet@0 vlan@14 vlan@18 ipv4@22 tcp@42 | 62+1");
	}
	put_ethernet(&packet, 0x8100);
	put_hex(&packet, "006408");
	assert_view("ethernet@0 |,MALFORMED");
}

/* IEEE 802.3 with a length and LLC/SNAP (RFC 1042); other LLC is not looked into. */
static void test_llc(void **state)
{
	(void)state;
	put_ethernet(&packet, 8 + 40);
	put_hex(&packet, "aaaa03 000000 0800");
	put_tcp4(0);
	assert_view("ethernet@0 ipv4@22 tcp@42 | 62+0");

	put_ethernet(&packet, 38);
	put_hex(&packet, "424203 0000000000");
	assert_view("ethernet@0 |");

	put_ethernet(&packet, 38);
	put_hex(&packet, "aaaa03 00000c 0800");
	put_tcp4(0);
	assert_view("ethernet@0 |");
}

static void test_cooked(void **state)
{
	(void)state;
	/* LINKTYPE_LINUX_SLL: packet type, ARPHRD, address length, address, protocol. */
	put_hex(&packet, "0004 0001 0006 0200000000010000 0800");
	put_tcp4(5);
	assert_link(113, "sll@0 ipv4@16 tcp@36 | 56+5,OUT");
	put_hex(&packet, "0000 0001 0006 0200000000010000 0800");
	put_tcp4(5);
	assert_link(113, "sll@0 ipv4@16 tcp@36 | 56+5,IN");
	/* To somebody else: no direction. Protocol 4 is 802.2. */
	put_hex(&packet, "0003 0001 0006 0200000000010000 0004");
	assert_link(113, "sll@0 |");
	put_zeros(&packet, 15);
	assert_link(113, " |,MALFORMED");
	/* LINKTYPE_LINUX_SLL2: protocol, reserved, ifindex, ARPHRD, packet type, address. */
	put_hex(&packet, "86dd 0000 00000007 0001 04 06 0200000000010000");
	put_ipv6(&packet, 59);
	assert_link(276, "sll2@0 ipv6@20 | 60+0,OUT");
	put_zeros(&packet, 19);
	assert_link(276, " |,MALFORMED");
}

/* Interfaces are told apart by the file's index, and by ifindex where every frame has one. */
static void test_tap(void **state)
{
	struct decoded decoded;
	struct frame frame;

	(void)state;
	put_hex(&packet, "86dd 0000 01020304 0001 00 06 0200000000010000");
	put_ipv6(&packet, 59);
	frame = frame_of(&packet, 1);
	frame.interface = 9;
	frame.link_type = 276;
	decode_frame(&decoded, &frame, NULL);
	assert_int_equal(decoded.view.tap, 0x01020304);
	decoded_free(&decoded);
	frame.link_type = LINK_ETHERNET;
	decode_frame(&decoded, &frame, NULL);
	assert_int_equal(decoded.view.tap, 9);
	decoded_free(&decoded);
	packet.length = 0;
}

static void test_null_and_loop(void **state)
{
	/* AF_INET is 2 everywhere; AF_INET6 differs. In the order of the machine that captured. */
	static const char *const inet6[] = {"0a000000", "18000000", "1c000000", "1e000000",
					    "0000000a", "00000018", "0000001c", "0000001e"};

	(void)state;
	put_hex(&packet, "02000000");
	put_tcp4(1);
	assert_link(0, "null@0 ipv4@4 tcp@24 | 44+1");
	put_hex(&packet, "00000002");
	put_tcp4(1);
	assert_link(0, "null@0 ipv4@4 tcp@24 | 44+1");
	for (size_t i = 0; i < array_size(inet6); i++) {
		put_hex(&packet, inet6[i]);
		put_ipv6(&packet, 59);
		assert_link(0, "null@0 ipv6@4 | 44+0");
	}
	put_hex(&packet, "00000018");
	put_ipv6(&packet, 59);
	assert_link(108, "null@0 ipv6@4 | 44+0");
	put_hex(&packet, "02000000");
	put_tcp4(1);
	assert_link(108, "null@0 |");
	put_hex(&packet, "020000");
	assert_link(0, " |,MALFORMED");
}

static void test_raw(void **state)
{
	(void)state;
	put_tcp4(1);
	assert_link(101, "ipv4@0 tcp@20 | 40+1");
	put_ipv6(&packet, 59);
	assert_link(101, "ipv6@0 | 40+0");
	put_tcp4(1);
	assert_link(228, "ipv4@0 tcp@20 | 40+1");
	put_ipv6(&packet, 59);
	assert_link(228, " |,MALFORMED");
	put_ipv6(&packet, 59);
	assert_link(229, "ipv6@0 | 40+0");
	put_tcp4(1);
	assert_link(229, " |,MALFORMED");
	put_hex(&packet, "50");
	put_zeros(&packet, 39);
	assert_link(101, " |,MALFORMED");
}

/* RFC 1661 and 1662: with and without address and control, protocol in one byte or two. */
static void test_ppp(void **state)
{
	(void)state;
	put_hex(&packet, "ff03 0021");
	put_tcp4(1);
	assert_link(9, "ppp@0 ipv4@4 tcp@24 | 44+1");
	put_hex(&packet, "0057");
	put_ipv6(&packet, 59);
	assert_link(9, "ppp@0 ipv6@2 | 42+0");
	put_hex(&packet, "21");
	put_tcp4(1);
	assert_link(50, "ppp@0 ipv4@1 tcp@21 | 41+1");
	put_hex(&packet, "ff03 21");
	put_tcp4(1);
	assert_link(50, "ppp@0 ipv4@3 tcp@23 | 43+1");
	put_hex(&packet, "ff03 0281 00010140");
	put_tcp4(1);
	assert_link(9, "ppp@0 mpls@4 ipv4@8 tcp@28 | 48+1");
	put_hex(&packet, "ff03 c021 0101");
	assert_link(9, "ppp@0 |");
	put_hex(&packet, "ff03");
	assert_link(9, " |,MALFORMED");
	put_hex(&packet, "ff03 00");
	assert_link(9, " |,MALFORMED");
}

static void test_unknown_link(void **state)
{
	(void)state;
	put_tcp4(1);
	assert_link(105, " |,LINK");
}

/* RFC 2516: version, type, code, session, length; a PPP frame of that length. */
static void test_pppoe(void **state)
{
	(void)state;
	put_ethernet(&packet, 0x8864);
	put_hex(&packet, "1100 0001 002b 0021");
	put_tcp4(1);
	put_zeros(&packet, 6);
	assert_view("ethernet@0 pppoe@14-63 ipv4@22-63 tcp@42-63 | 62+1");
	/* The length bounds an IP packet that says more. */
	put_ethernet(&packet, 0x8864);
	put_hex(&packet, "1100 0001 002a 0021");
	put_tcp4(1);
	assert_view("ethernet@0 pppoe@14-62 ipv4@22-62,badlen tcp@42-62,badlen | 62+0");
	/* A length that cannot be is not believed. */
	put_ethernet(&packet, 0x8864);
	put_hex(&packet, "1100 0001 ffff 0021");
	put_tcp4(1);
	assert_view("ethernet@0 pppoe@14 ipv4@22 tcp@42 | 62+1");
	put_ethernet(&packet, 0x8864);
	put_hex(&packet, "1100 0001 0000 0021");
	put_tcp4(1);
	assert_view("ethernet@0 pppoe@14 ipv4@22 tcp@42 | 62+1");
	/* Discovery, and a version that is none. */
	put_ethernet(&packet, 0x8864);
	put_hex(&packet, "1109 0000 0004 0101");
	assert_view("ethernet@0 |");
	put_ethernet(&packet, 0x8864);
	put_hex(&packet, "2100 0001 002b 0021");
	assert_view("ethernet@0 |,MALFORMED");
}

/* RFC 3032: label, class, bottom, TTL. */
static void test_mpls(void **state)
{
	(void)state;
	put_ethernet(&packet, 0x8847);
	put_hex(&packet, "00010040 00011140");
	put_tcp4(1);
	assert_view("ethernet@0 mpls@14 mpls@18 ipv4@22 tcp@42 | 62+1");
	put_ethernet(&packet, 0x8848);
	put_hex(&packet, "00010140");
	put_ipv6(&packet, 59);
	assert_view("ethernet@0 mpls@14 ipv6@18 | 58+0");
	/* A control word, or nothing at all. */
	put_ethernet(&packet, 0x8847);
	put_hex(&packet, "00010140 00000000");
	assert_view("ethernet@0 mpls@14 |");
	put_ethernet(&packet, 0x8847);
	put_hex(&packet, "00010140");
	assert_view("ethernet@0 mpls@14 |");
	/* No bottom. */
	put_ethernet(&packet, 0x8847);
	put_hex(&packet, "00010040 00010040");
	assert_view("ethernet@0 mpls@14 mpls@18 |,MALFORMED");
}

/* The length field: right, too short for the frame, too long, zero, shorter than the header. */
static void test_ipv4_length(void **state)
{
	uint32_t ip;

	(void)state;
	put_ethernet(&packet, 0x0800);
	put_tcp4(0);
	put_zeros(&packet, 6);
	assert_view("ethernet@0 ipv4@14-54,padded tcp@34-54 | 54+0");

	put_ethernet(&packet, 0x0800);
	ip = put_tcp4(10);
	set16(&packet, ip + 2, 51);
	assert_view("ethernet@0 ipv4@14,badlen tcp@34,badlen | 54+10");

	put_ethernet(&packet, 0x0800);
	ip = put_tcp4(10);
	set16(&packet, ip + 2, 0);
	assert_view("ethernet@0 ipv4@14,len0 tcp@34 | 54+10,LEN0");

	put_ethernet(&packet, 0x0800);
	ip = put_tcp4(10);
	set16(&packet, ip + 2, 19);
	assert_view("ethernet@0 |,MALFORMED");

	put_ethernet(&packet, 0x0800);
	ip = put_tcp4(10);
	set16(&packet, ip + 2, 20);
	assert_view("ethernet@0 ipv4@14-34,padded | 34+0,MALFORMED");
}

static void test_ipv4_header_length(void **state)
{
	uint32_t ip;

	(void)state;
	for (uint32_t ihl = 0; ihl < 5; ihl++) {
		put_ethernet(&packet, 0x0800);
		ip = put_tcp4(10);
		set8(&packet, ip, 0x40 | ihl);
		assert_view("ethernet@0 |,MALFORMED");
	}
	put_ethernet(&packet, 0x0800);
	ip = put_ipv4(&packet, 6);
	set8(&packet, ip, 0x46);
	put_hex(&packet, "94040000");
	put_tcp(&packet);
	end_ip(&packet, ip);
	assert_view("ethernet@0 ipv4@14,options tcp@38 | 58+0");
	/* Options beyond the packet, and beyond the frame. */
	put_ethernet(&packet, 0x0800);
	ip = put_tcp4(30);
	set8(&packet, ip, 0x4f);
	set16(&packet, ip + 2, 59);
	assert_view("ethernet@0 |,MALFORMED");
	put_ethernet(&packet, 0x0800);
	ip = put_tcp4(10);
	set8(&packet, ip, 0x4f);
	set16(&packet, ip + 2, 0);
	assert_view("ethernet@0 |,MALFORMED");
	/* Version 5 behind the type of IPv4. */
	put_ethernet(&packet, 0x0800);
	ip = put_tcp4(10);
	set8(&packet, ip, 0x55);
	assert_view("ethernet@0 |,MALFORMED");
	put_ethernet(&packet, 0x0800);
	put_zeros(&packet, 19);
	assert_view("ethernet@0 |,MALFORMED");
}

/* A first fragment has its L4 header, later ones have none; DF and the reserved bit are no matter. */
static void test_ipv4_fragments(void **state)
{
	uint32_t ip;

	(void)state;
	put_ethernet(&packet, 0x0800);
	ip = put_tcp4(12);
	set16(&packet, ip + 6, 0x2000);
	assert_view("ethernet@0 ipv4@14,fragment tcp@34,fragment | 54+12,FRAGMENT");
	put_ethernet(&packet, 0x0800);
	ip = put_tcp4(12);
	set16(&packet, ip + 6, 0x2001);
	assert_view("ethernet@0 ipv4@14,fragment,later | 34+32,FRAGMENT");
	put_ethernet(&packet, 0x0800);
	ip = put_tcp4(12);
	set16(&packet, ip + 6, 0x1fff);
	assert_view("ethernet@0 ipv4@14,fragment,later | 34+32,FRAGMENT");
	put_ethernet(&packet, 0x0800);
	ip = put_tcp4(12);
	set16(&packet, ip + 6, 0xc000);
	assert_view("ethernet@0 ipv4@14 tcp@34 | 54+12");
}

/* GSO_PARTIAL: lengths are those of the first segment, and most of the frame lies behind. */
static void test_gso_partial(void **state)
{
	uint32_t ip;

	(void)state;
	put_ethernet(&packet, 0x0800);
	ip = put_tcp4(5000);
	set16(&packet, ip + 2, 1040);
	assert_view("ethernet@0 ipv4@14 tcp@34 | 54+5000,GSO");
	/* Outside and inside. */
	put_ethernet(&packet, 0x0800);
	ip = put_ipv4(&packet, 17);
	put_udp(&packet, 4789);
	put_vxlan(&packet, 7);
	put_ethernet(&packet, 0x0800);
	put_tcp4(5000);
	set16(&packet, ip + 2, 1090);
	set16(&packet, ip + 24, 1070);
	set16(&packet, 66, 1040);
	assert_view("ethernet@0 ipv4@14 udp@34 vxlan@42 ethernet@50 ipv4@64 tcp@84 | 104+5000,GSO");
	/* Two segments. */
	put_ethernet(&packet, 0x0800);
	ip = put_tcp4(2000);
	set16(&packet, ip + 2, 1040);
	assert_view("ethernet@0 ipv4@14 tcp@34 | 54+2000,GSO");
	/* A trailer is shorter; and frames up to 1500 bytes are none to be split. */
	put_ethernet(&packet, 0x0800);
	ip = put_tcp4(5000);
	set16(&packet, ip + 2, 3360);
	assert_view("ethernet@0 ipv4@14-3374,padded tcp@34-3374 | 54+3320");
	put_ethernet(&packet, 0x0800);
	ip = put_tcp4(1460);
	set16(&packet, ip + 2, 40);
	assert_view("ethernet@0 ipv4@14-54,padded tcp@34-54 | 54+0");
}

static void test_ipv6_length(void **state)
{
	(void)state;
	/* Padded, too long, zero with and without something behind it, no next header. */
	put_ethernet(&packet, 0x86dd);
	put_ipv6(&packet, 6);
	put_tcp(&packet);
	end_ip(&packet, 14);
	put_zeros(&packet, 5);
	assert_view("ethernet@0 ipv6@14-74,padded tcp@54-74 | 74+0");
	put_ethernet(&packet, 0x86dd);
	put_ipv6(&packet, 6);
	put_tcp(&packet);
	set16(&packet, 18, 21);
	assert_view("ethernet@0 ipv6@14,badlen tcp@54,badlen | 74+0");
	put_ethernet(&packet, 0x86dd);
	put_ipv6(&packet, 6);
	put_tcp(&packet);
	put_filler(&packet, 8);
	assert_view("ethernet@0 ipv6@14,len0 tcp@54 | 74+8,LEN0");
	put_ethernet(&packet, 0x86dd);
	put_ipv6(&packet, 59);
	put_zeros(&packet, 10);
	assert_view("ethernet@0 ipv6@14-54,padded | 54+0");
	put_ethernet(&packet, 0x86dd);
	put_ipv6(&packet, 6);
	put_tcp(&packet);
	set16(&packet, 18, 19);
	assert_view("ethernet@0 ipv6@14-73,padded | 54+19,MALFORMED");
	/* A length of 0 and less than 8 bytes: padding. */
	put_ethernet(&packet, 0x86dd);
	put_ipv6(&packet, 17);
	put_zeros(&packet, 7);
	assert_view("ethernet@0 ipv6@14-54,padded | 54+0,MALFORMED");
	put_ethernet(&packet, 0x86dd);
	put_zeros(&packet, 39);
	assert_view("ethernet@0 |,MALFORMED");
}

/* RFC 8200 section 4: next header, length in units of 8 bytes less one. */
static void test_ipv6_extensions(void **state)
{
	uint32_t ip;

	(void)state;
	put_ethernet(&packet, 0x86dd);
	ip = put_ipv6(&packet, 0);
	put_hex(&packet, "3c00 0104 00000000");
	put_hex(&packet, "2b01 0100 0101 0101 0100 0100 0100 0100");
	put_hex(&packet, "0602 0200 00000000 fd00000000000000 0000000000000009");
	put_tcp(&packet);
	end_ip(&packet, ip);
	assert_view("ethernet@0 ipv6@14,options ipv6-ext@54 ipv6-ext@62 ipv6-routing@78 tcp@102 "
		    "| 122+0");
	/* A routing header with a segment left names another destination. */
	put_ethernet(&packet, 0x86dd);
	ip = put_ipv6(&packet, 43);
	put_hex(&packet, "0602 0201 00000000 fd00000000000000 0000000000000009");
	put_tcp(&packet);
	end_ip(&packet, ip);
	assert_view("ethernet@0 ipv6@14,options,routed ipv6-routing@54 tcp@78 | 98+0");
	/* Mobility, HIP and shim6 have the same form; an AH counts in words, less two. */
	put_ethernet(&packet, 0x86dd);
	ip = put_ipv6(&packet, 135);
	put_hex(&packet, "8b00 0000 00000000 8c00 0000 00000000 3300 0000 00000000");
	put_hex(&packet, "0604 0000 00000001 00000001 000000000000000000000000");
	put_tcp(&packet);
	end_ip(&packet, ip);
	assert_view("ethernet@0 ipv6@14,options ipv6-ext@54 ipv6-ext@62 ipv6-ext@70 ah@78 tcp@102 "
		    "| 122+0");
	/* Longer than the packet. */
	put_ethernet(&packet, 0x86dd);
	ip = put_ipv6(&packet, 60);
	put_hex(&packet, "0601 0100 00000000 00000000 000000");
	end_ip(&packet, ip);
	assert_view("ethernet@0 ipv6@14 | 54+15,MALFORMED");
}

/* RFC 8200 section 4.5: offset in units of 8 bytes, two reserved bits, more. RFC 6946: atomic. */
static void test_ipv6_fragments(void **state)
{
	static const struct {
		const char *header, *wanted;
	} cases[] = {
		{"0600 0001 00000007",
		 "ethernet@0 ipv6@14,fragment,options ipv6-fragment@54 tcp@62,fragment "
		 "| 82+8,FRAGMENT"},
		{"0600 0009 00000007", "ethernet@0 ipv6@14,fragment,later,options ipv6-fragment@54 "
				       "| 54+36,FRAGMENT"},
		{"0600 0008 00000007", "ethernet@0 ipv6@14,fragment,later,options ipv6-fragment@54 "
				       "| 54+36,FRAGMENT"},
		{"0600 0000 00000007", "ethernet@0 ipv6@14,options ipv6-fragment@54 tcp@62 | 82+8"},
		{"06ff 0006 00000007", "ethernet@0 ipv6@14,options ipv6-fragment@54 tcp@62 | 82+8"},
	};

	(void)state;
	for (size_t i = 0; i < array_size(cases); i++) {
		put_ethernet(&packet, 0x86dd);
		put_ipv6(&packet, 44);
		put_hex(&packet, cases[i].header);
		put_tcp(&packet);
		put_filler(&packet, 8);
		end_ip(&packet, 14);
		assert_view(cases[i].wanted);
	}
}

/* RFC 2675: option 0xc2 of 4 bytes in the hop-by-hop header, and a length field of 0. */
static void test_jumbo(void **state)
{
	static const struct {
		const char *options;
		uint32_t field;
		const char *wanted;
	} cases[] = {
		/* Alone; behind PadN without data; behind two Pad1; behind one Pad1 and PadN. */
		{"0600 c204 00000000", 58,
		 "ethernet@0 ipv6@14,options,jumbo ipv6-ext@54 tcp@62 | 82+70000"},
		{"0601 0100 c204 00000000 0104 00000000", 60,
		 "ethernet@0 ipv6@14,options,jumbo ipv6-ext@54 tcp@70 | 90+70000"},
		{"0601 0000 c204 00000000 0000 00000000", 60,
		 "ethernet@0 ipv6@14,options,jumbo ipv6-ext@54 tcp@70 | 90+70000"},
		{"0601 0001 0100 c204 00000000 0102 0000", 62,
		 "ethernet@0 ipv6@14,options,jumbo ipv6-ext@54 tcp@70 | 90+70000"},
	};

	(void)state;
	for (size_t i = 0; i < array_size(cases); i++) {
		put_ethernet(&packet, 0x86dd);
		put_ipv6(&packet, 0);
		put_hex(&packet, cases[i].options);
		put_tcp(&packet);
		put_filler(&packet, 70000);
		set32(&packet, cases[i].field, packet.length - 54);
		assert_view(cases[i].wanted);
	}
	/* A length that 16 bits could hold is none (section 3 of the RFC). */
	put_ethernet(&packet, 0x86dd);
	put_ipv6(&packet, 0);
	put_hex(&packet, "0600 c204 0000001c");
	put_tcp(&packet);
	assert_view("ethernet@0 ipv6@14,len0,options ipv6-ext@54 tcp@62 | 82+0,LEN0");
	/* Longer than the frame. */
	put_ethernet(&packet, 0x86dd);
	put_ipv6(&packet, 0);
	put_hex(&packet, "0600 c204 00010000");
	put_tcp(&packet);
	assert_view("ethernet@0 ipv6@14,badlen,options,jumbo ipv6-ext@54 tcp@62,badlen | 82+0");
	/* An option whose length leads out of the header, and one that is cut off. */
	put_ethernet(&packet, 0x86dd);
	put_ipv6(&packet, 0);
	put_hex(&packet, "0600 05ff c204 0002");
	put_tcp(&packet);
	assert_view("ethernet@0 ipv6@14,len0,options ipv6-ext@54 tcp@62 | 82+0,LEN0");
}

static void test_tcp_header_length(void **state)
{
	(void)state;
	for (uint32_t doff = 0; doff < 5; doff++) {
		put_ethernet(&packet, 0x0800);
		put_tcp4(10);
		set8(&packet, 34 + 12, doff << 4);
		assert_view("ethernet@0 ipv4@14 | 34+30,MALFORMED");
	}
	put_ethernet(&packet, 0x0800);
	put_tcp4(10);
	set8(&packet, 34 + 12, 7 << 4);
	assert_view("ethernet@0 ipv4@14 tcp@34 | 62+2");
	put_ethernet(&packet, 0x0800);
	put_tcp4(10);
	set8(&packet, 34 + 12, 8 << 4);
	assert_view("ethernet@0 ipv4@14 | 34+30,MALFORMED");
	/* In the frame, but not in the packet. */
	put_ethernet(&packet, 0x0800);
	put_tcp4(10);
	set8(&packet, 34 + 12, 8 << 4);
	put_zeros(&packet, 6);
	assert_view("ethernet@0 ipv4@14-64,padded | 34+30,MALFORMED");
}

/* RFC 768; 0 is the length of a jumbogram (RFC 2675 section 4). */
static void test_udp_length(void **state)
{
	static const struct {
		uint32_t length;
		const char *wanted;
	} cases[] = {
		{18, "ethernet@0 ipv4@14 udp@34 | 42+10"},
		{0, "ethernet@0 ipv4@14 udp@34 | 42+10"},
		{1, "ethernet@0 ipv4@14 | 34+18,MALFORMED"},
		{7, "ethernet@0 ipv4@14 | 34+18,MALFORMED"},
		{8, "ethernet@0 ipv4@14 udp@34-42,short | 42+0"},
		{17, "ethernet@0 ipv4@14 udp@34-51,short | 42+9"},
		{19, "ethernet@0 ipv4@14 udp@34,badlen | 42+10"},
		{65535, "ethernet@0 ipv4@14 udp@34,badlen | 42+10"},
	};

	(void)state;
	for (size_t i = 0; i < array_size(cases); i++) {
		uint32_t ip;

		put_ethernet(&packet, 0x0800);
		ip = begin_udp4(9);
		put_filler(&packet, 10);
		end_ip(&packet, ip);
		set16(&packet, 38, cases[i].length);
		assert_view(cases[i].wanted);
	}
	put_ethernet(&packet, 0x0800);
	end_ip(&packet, put_ipv4(&packet, 17));
	put_zeros(&packet, 7);
	set16(&packet, 16, 27);
	assert_view("ethernet@0 ipv4@14 | 34+7,MALFORMED");
}

/* The UDP header of a first fragment counts the whole datagram. */
static void test_udp_fragment(void **state)
{
	uint32_t ip;

	(void)state;
	put_ethernet(&packet, 0x0800);
	ip = begin_udp4(9);
	put_filler(&packet, 16);
	end_ip(&packet, ip);
	set16(&packet, ip + 6, 0x2000);
	set16(&packet, 38, 3000);
	assert_view("ethernet@0 ipv4@14,fragment udp@34-3034,fragment | 42+2992,FRAGMENT");
}

static void test_other_protocols(void **state)
{
	static const struct {
		uint8_t proto;
		uint32_t bytes;
		const char *wanted;
	} cases[] = {
		{1, 4, "ethernet@0 ipv4@14 icmp@34 | 38+0"},
		{1, 3, "ethernet@0 ipv4@14 | 34+3,MALFORMED"},
		{58, 8, "ethernet@0 ipv4@14 icmpv6@34 | 38+4"},
		{132, 12, "ethernet@0 ipv4@14 sctp@34 | 46+0"},
		{132, 11, "ethernet@0 ipv4@14 | 34+11,MALFORMED"},
		{50, 8, "ethernet@0 ipv4@14 esp@34 | 34+8"},
		{50, 7, "ethernet@0 ipv4@14 | 34+7,MALFORMED"},
		{51, 11, "ethernet@0 ipv4@14 | 34+11,MALFORMED"},
		{253, 5, "ethernet@0 ipv4@14 | 34+5"},
	};

	(void)state;
	for (size_t i = 0; i < array_size(cases); i++) {
		uint32_t ip;

		put_ethernet(&packet, 0x0800);
		ip = put_ipv4(&packet, cases[i].proto);
		put_zeros(&packet, cases[i].bytes);
		end_ip(&packet, ip);
		assert_view(cases[i].wanted);
	}
	/* An AH of length 0 would be 8 bytes long, shorter than its fixed part (RFC 4302). */
	put_ethernet(&packet, 0x0800);
	put_ipv4(&packet, 51);
	put_hex(&packet, "0600 0000 00000001 00000001");
	put_tcp(&packet);
	end_ip(&packet, 14);
	assert_view("ethernet@0 ipv4@14 | 34+32,MALFORMED");
}

static void test_direction(void **state)
{
	struct frame frame;

	(void)state;
	put_ethernet(&packet, 0x0806);
	frame = frame_of(&packet, 1);
	frame.flags = FRAME_INBOUND;
	assert_frame(&frame, NULL, "ethernet@0 |,IN");
	frame.flags = FRAME_OUTBOUND;
	assert_frame(&frame, NULL, "ethernet@0 |,OUT");
	packet.length = 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(ethernet),
		test(vlan),
		test(llc),
		test(cooked),
		test(tap),
		test(null_and_loop),
		test(raw),
		test(ppp),
		test(unknown_link),
		test(pppoe),
		test(mpls),
		test(ipv4_length),
		test(ipv4_header_length),
		test(ipv4_fragments),
		test(gso_partial),
		test(ipv6_length),
		test(ipv6_extensions),
		test(ipv6_fragments),
		test(jumbo),
		test(tcp_header_length),
		test(udp_length),
		test(udp_fragment),
		test(other_protocols),
		test(direction),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
