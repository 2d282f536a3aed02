/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Are tunnels recognised, named and opened as their specifications say, and left closed if they lie?
 */
#include "tests/unit/view_bytes.h"

/*
 * A tunnel over UDP: what is put between begin and end is the payload of @port. Checks kind and
 * identifier of the outermost tunnel.
 */
static void assert_tunnel(enum tunnel_kind kind, uint32_t vni, const char *wanted)
{
	struct decoded decoded;

	decode(&decoded, &packet);
	assert_int_equal(decoded.view.tunnel, kind);
	assert_int_equal(decoded.view.vni, vni);
	decoded_free(&decoded);
	assert_view(wanted);
}

static void begin_tunnel(uint16_t port)
{
	put_ethernet(&packet, 0x0800);
	begin_udp4(port);
}

/* RFC 7348 section 5: flags with the I bit, identifier. */
static void test_vxlan(void **state)
{
	static const uint16_t ports[] = {4789, 8472};

	(void)state;
	for (size_t i = 0; i < array_size(ports); i++) {
		begin_tunnel(ports[i]);
		put_vxlan(&packet, 0xabcdef);
		put_ethernet(&packet, 0x0800);
		put_tcp4(3);
		end_udp4(14);
		assert_tunnel(TUNNEL_VXLAN, 0xabcdef,
			      "ethernet@0 ipv4@14 udp@34 vxlan@42 ethernet@50 ipv4@64 tcp@84 "
			      "| 104+3");
	}
	/* Without the I bit it is none; 8472 is shared with others, so every other bit must be 0. */
	begin_tunnel(4789);
	put_hex(&packet, "00000000 00000100");
	end_udp4(14);
	assert_tunnel(TUNNEL_NONE, 0, "ethernet@0 ipv4@14 udp@34 | 42+8");
	begin_tunnel(8472);
	put_hex(&packet, "08000000 00000101");
	end_udp4(14);
	assert_tunnel(TUNNEL_NONE, 0, "ethernet@0 ipv4@14 udp@34 | 42+8");
	/* Cut off by its own packet. */
	begin_tunnel(4789);
	put_vxlan(&packet, 1);
	put_zeros(&packet, 13);
	end_udp4(14);
	assert_tunnel(TUNNEL_VXLAN, 1, "ethernet@0 ipv4@14 udp@34 vxlan@42 | 42+21,MALFORMED");
	/* ARP inside: the payload stays that of the UDP header. */
	begin_tunnel(4789);
	put_vxlan(&packet, 1);
	put_ethernet(&packet, 0x0806);
	put_zeros(&packet, 28);
	end_udp4(14);
	assert_tunnel(TUNNEL_VXLAN, 1, "ethernet@0 ipv4@14 udp@34 vxlan@42 ethernet@50 | 42+50");
}

static void test_vxlan_port(void **state)
{
	const struct view_options options = {.nvxlan_ports = 2, .vxlan_ports = {7, 12345}};
	struct frame frame;

	(void)state;
	begin_tunnel(12345);
	put_vxlan(&packet, 1);
	put_ethernet(&packet, 0x0806);
	end_udp4(14);
	frame = frame_of(&packet, 1);
	assert_frame(&frame, &options, "ethernet@0 ipv4@14 udp@34 vxlan@42 ethernet@50 | 42+22");
	assert_frame(&frame, NULL, "ethernet@0 ipv4@14 udp@34 | 42+22");
	packet.length = 0;
}

/* The UDP length of a tunnel bounds what is inside. */
static void test_tunnel_in_short_udp(void **state)
{
	(void)state;
	begin_tunnel(4789);
	put_vxlan(&packet, 1);
	put_ethernet(&packet, 0x0800);
	put_tcp4(3);
	end_udp(&packet, 14, 34, SUM_RIGHT);
	put_zeros(&packet, 4);
	end_ip(&packet, 14);
	assert_view("ethernet@0 ipv4@14 udp@34-107,short vxlan@42-107 ethernet@50-107 ipv4@64-107 "
		    "tcp@84-107 | 104+3");
	begin_tunnel(4789);
	put_vxlan(&packet, 1);
	put_ethernet(&packet, 0x0800);
	put_tcp4(3);
	end_udp4(14);
	set16(&packet, 38, 72);
	assert_view("ethernet@0 ipv4@14 udp@34-106,short vxlan@42-106 ethernet@50-106 "
		    "ipv4@64-106,badlen tcp@84-106,badlen | 104+2");
}

/* Only the first outer fragment has inner headers; the inner packet ends in another one. */
static void test_tunnel_in_fragment(void **state)
{
	uint32_t inner;

	(void)state;
	begin_tunnel(4789);
	put_vxlan(&packet, 1);
	put_ethernet(&packet, 0x0800);
	inner = put_tcp4(8);
	end_udp4(14);
	set16(&packet, inner + 2, 1500);
	set16(&packet, 38, 30 + 1500);
	set16(&packet, 20, 0x2000);
	assert_view("ethernet@0 ipv4@14,fragment udp@34-1564,fragment vxlan@42 ethernet@50 "
		    "ipv4@64-1564 tcp@84-1564 | 104+1460,FRAGMENT");
}

/* draft-ietf-nvo3-vxlan-gpe: the P bit announces a next protocol. RFC 8300: NSH. */
static void test_vxlan_gpe_and_nsh(void **state)
{
	(void)state;
	begin_tunnel(4790);
	put_hex(&packet, "0c000001 00000500");
	put_tcp4(1);
	end_udp4(14);
	assert_tunnel(TUNNEL_VXLAN_GPE, 5,
		      "ethernet@0 ipv4@14 udp@34 vxlan-gpe@42 ipv4@50 tcp@70 | 90+1");
	begin_tunnel(4790);
	put_hex(&packet, "08000000 00000500");
	put_ethernet(&packet, 0x0800);
	put_tcp4(1);
	end_udp4(14);
	assert_tunnel(TUNNEL_VXLAN_GPE, 5,
		      "ethernet@0 ipv4@14 udp@34 vxlan-gpe@42 ethernet@50 ipv4@64 tcp@84 | 104+1");
	/* NSH with metadata of type 1 (24 bytes), IPv6 inside. */
	begin_tunnel(4790);
	put_hex(&packet, "0c000004 00000500 0fc60102 000001ff");
	put_zeros(&packet, 16);
	put_ipv6(&packet, 59);
	end_udp4(14);
	assert_tunnel(TUNNEL_VXLAN_GPE, 5,
		      "ethernet@0 ipv4@14 udp@34 vxlan-gpe@42 nsh@50 ipv6@74 | 114+0");
	/* NSH right behind Ethernet; too short, too long, of another version. */
	put_ethernet(&packet, 0x894f);
	put_hex(&packet, "0fc20203 000001ff");
	put_ethernet(&packet, 0x0800);
	put_tcp4(1);
	assert_view("ethernet@0 nsh@14 ethernet@22 ipv4@36 tcp@56 | 76+1");
	/* With 120 bytes of metadata of type 2. */
	put_ethernet(&packet, 0x894f);
	put_hex(&packet, "0fe00201 000001ff");
	put_zeros(&packet, 120);
	put_tcp4(1);
	assert_view("ethernet@0 nsh@14 ipv4@142 tcp@162 | 182+1");
	put_ethernet(&packet, 0x894f);
	put_hex(&packet, "0fc10203 000001ff 00000000");
	assert_view("ethernet@0 |,MALFORMED");
	put_ethernet(&packet, 0x894f);
	put_hex(&packet, "0fff0203 000001ff 00000000");
	assert_view("ethernet@0 |,MALFORMED");
	put_ethernet(&packet, 0x894f);
	put_hex(&packet, "4fc20203 000001ff 00000000");
	assert_view("ethernet@0 |,MALFORMED");
}

/* RFC 8926 section 3.4 */
static void test_geneve(void **state)
{
	(void)state;
	begin_tunnel(6081);
	put_hex(&packet, "02006558 00000900 0102 8001 aabbccdd");
	put_ethernet(&packet, 0x86dd);
	put_ipv6(&packet, 59);
	end_udp4(14);
	assert_tunnel(TUNNEL_GENEVE, 9,
		      "ethernet@0 ipv4@14 udp@34 geneve@42 ethernet@58 ipv6@72 | 112+0");
	begin_tunnel(6081);
	put_hex(&packet, "00000800 00000900");
	put_tcp4(1);
	end_udp4(14);
	assert_tunnel(TUNNEL_GENEVE, 9,
		      "ethernet@0 ipv4@14 udp@34 geneve@42 ipv4@50 tcp@70 | 90+1");
	/* Options end just with the packet, and 4 bytes behind it. */
	begin_tunnel(6081);
	put_hex(&packet, "01006558 00000900 00000000");
	end_udp4(14);
	assert_tunnel(TUNNEL_GENEVE, 9, "ethernet@0 ipv4@14 udp@34 geneve@42 | 42+12,MALFORMED");
	begin_tunnel(6081);
	put_hex(&packet, "02006558 00000900 00000000");
	end_udp4(14);
	assert_tunnel(TUNNEL_NONE, 0, "ethernet@0 ipv4@14 udp@34 | 42+12,MALFORMED");
	begin_tunnel(6081);
	put_hex(&packet, "40006558 00000900 00000000");
	end_udp4(14);
	assert_tunnel(TUNNEL_NONE, 0, "ethernet@0 ipv4@14 udp@34 | 42+12");
}

/* RFC 2784, 2890: checksum, key and sequence number are there as the flags say, in this order. */
static void test_gre_flags(void **state)
{
	(void)state;
	for (unsigned int flags = 0; flags < 8; flags++) {
		bool csum = flags & 1, key = flags & 2, seq = flags & 4;
		uint32_t length = 4 + 4 * (csum + key + seq);
		char wanted[96];

		put_ethernet(&packet, 0x0800);
		put_ipv4(&packet, 47);
		put_integer(&packet, (csum ? 0x80 : 0) | (key ? 0x20 : 0) | (seq ? 0x10 : 0), 1);
		put_hex(&packet, "00 0800");
		put_hex(&packet, csum ? "ffff0000" : "");
		put_hex(&packet, key ? "01020304" : "");
		put_hex(&packet, seq ? "00000005" : "");
		put_tcp4(1);
		end_ip(&packet, 14);
		snprintf(wanted, sizeof(wanted), "ethernet@0 ipv4@14 gre@34 ipv4@%u tcp@%u | %u+1",
			 34 + length, 54 + length, 74 + length);
		assert_tunnel(TUNNEL_GRE, key ? 0x01020304 : 0, wanted);
	}
	/* The packet ends inside of the key, and of the sequence number. */
	put_ethernet(&packet, 0x0800);
	put_ipv4(&packet, 47);
	put_hex(&packet, "2000 0800 0102 03");
	end_ip(&packet, 14);
	assert_tunnel(TUNNEL_NONE, 0, "ethernet@0 ipv4@14 | 34+7,MALFORMED");
	put_ethernet(&packet, 0x0800);
	put_ipv4(&packet, 47);
	put_hex(&packet, "3000 0800 01020304 000000");
	end_ip(&packet, 14);
	assert_tunnel(TUNNEL_NONE, 0, "ethernet@0 ipv4@14 | 34+11,MALFORMED");
	/* Source routing (RFC 1701) and unknown versions are not looked into. */
	put_ethernet(&packet, 0x0800);
	put_ipv4(&packet, 47);
	put_hex(&packet, "4000 0800 00000000");
	end_ip(&packet, 14);
	assert_tunnel(TUNNEL_NONE, 0, "ethernet@0 ipv4@14 | 34+8");
	put_ethernet(&packet, 0x0800);
	put_ipv4(&packet, 47);
	put_hex(&packet, "0002 0800 00000000");
	end_ip(&packet, 14);
	assert_tunnel(TUNNEL_NONE, 0, "ethernet@0 ipv4@14 | 34+8");
}

static void test_gre_payloads(void **state)
{
	(void)state;
	/* NVGRE (RFC 7637): a key of VSID and flow, Ethernet. With a sequence number it is gretap. */
	put_ethernet(&packet, 0x0800);
	put_ipv4(&packet, 47);
	put_hex(&packet, "2000 6558 0012ab34");
	put_ethernet(&packet, 0x0800);
	put_tcp4(1);
	end_ip(&packet, 14);
	assert_tunnel(TUNNEL_NVGRE, 0x0012ab,
		      "ethernet@0 ipv4@14 nvgre@34 ethernet@42 ipv4@56 tcp@76 | 96+1");
	put_ethernet(&packet, 0x0800);
	put_ipv4(&packet, 47);
	put_hex(&packet, "3000 6558 0012ab34 00000001");
	put_ethernet(&packet, 0x0800);
	put_tcp4(1);
	end_ip(&packet, 14);
	assert_tunnel(TUNNEL_GRE, 0x0012ab34,
		      "ethernet@0 ipv4@14 gre@34 ethernet@46 ipv4@60 tcp@80 | 100+1");
	/* PPTP (RFC 2637): version 1 with key and acknowledgement, PPP inside. */
	put_ethernet(&packet, 0x0800);
	put_ipv4(&packet, 47);
	put_hex(&packet, "3081 880b 002a0007 00000001 00000002 ff03 0021");
	put_tcp4(1);
	end_ip(&packet, 14);
	assert_tunnel(TUNNEL_GRE, 0x002a0007,
		      "ethernet@0 ipv4@14 gre@34 ppp@50 ipv4@54 tcp@74 | 94+1");
	/* WCCP with and without a redirect header; IPv6 and MPLS by their Ethernet types. */
	put_ethernet(&packet, 0x0800);
	put_ipv4(&packet, 47);
	put_hex(&packet, "0000 883e 00010000");
	put_tcp4(1);
	end_ip(&packet, 14);
	assert_view("ethernet@0 ipv4@14 gre@34 ipv4@42 tcp@62 | 82+1");
	put_ethernet(&packet, 0x0800);
	put_ipv4(&packet, 47);
	put_hex(&packet, "0000 883e");
	put_tcp4(1);
	end_ip(&packet, 14);
	assert_view("ethernet@0 ipv4@14 gre@34 ipv4@38 tcp@58 | 78+1");
	put_ethernet(&packet, 0x0800);
	put_ipv4(&packet, 47);
	put_hex(&packet, "0000 86dd");
	put_ipv6(&packet, 59);
	end_ip(&packet, 14);
	assert_view("ethernet@0 ipv4@14 gre@34 ipv6@38 | 78+0");
	put_ethernet(&packet, 0x0800);
	put_ipv4(&packet, 47);
	put_hex(&packet, "0000 8847 00010140");
	put_tcp4(1);
	end_ip(&packet, 14);
	assert_view("ethernet@0 ipv4@14 gre@34 mpls@38 ipv4@42 tcp@62 | 82+1");
}

/* draft-foschiano-erspan */
static void test_erspan(void **state)
{
	(void)state;
	/* Type I: no sequence number and no header of its own. */
	put_ethernet(&packet, 0x0800);
	put_ipv4(&packet, 47);
	put_hex(&packet, "0000 88be");
	put_ethernet(&packet, 0x0800);
	put_tcp4(1);
	end_ip(&packet, 14);
	assert_tunnel(TUNNEL_ERSPAN, 0,
		      "ethernet@0 ipv4@14 erspan@34 ethernet@38 ipv4@52 tcp@72 | 92+1");
	put_ethernet(&packet, 0x0800);
	put_ipv4(&packet, 47);
	put_hex(&packet, "1000 88be 00000001 1001 0064 00000000");
	put_ethernet(&packet, 0x0800);
	put_tcp4(1);
	end_ip(&packet, 14);
	assert_tunnel(TUNNEL_ERSPAN, 0,
		      "ethernet@0 ipv4@14 gre@34 erspan@42 ethernet@50 ipv4@64 tcp@84 | 104+1");
	/* Type III: frame type 0 is Ethernet, 2 is IP; the last bit announces 8 bytes more. */
	put_ethernet(&packet, 0x0800);
	put_ipv4(&packet, 47);
	put_hex(&packet, "1000 22eb 00000001 2001 0064 00000000 0000 0001 0000000000000000");
	put_ethernet(&packet, 0x0800);
	put_tcp4(1);
	end_ip(&packet, 14);
	assert_tunnel(TUNNEL_ERSPAN, 0,
		      "ethernet@0 ipv4@14 gre@34 erspan@42 ethernet@62 ipv4@76 tcp@96 | 116+1");
	put_ethernet(&packet, 0x0800);
	put_ipv4(&packet, 47);
	put_hex(&packet, "1000 22eb 00000001 2001 0064 00000000 0000 0800");
	put_tcp4(1);
	end_ip(&packet, 14);
	assert_tunnel(TUNNEL_ERSPAN, 0,
		      "ethernet@0 ipv4@14 gre@34 erspan@42 ipv4@54 tcp@74 | 94+1");
	/* The packet ends inside of the header. */
	put_ethernet(&packet, 0x0800);
	put_ipv4(&packet, 47);
	put_hex(&packet, "1000 22eb 00000001 2001 0064 00000000 0000 00");
	end_ip(&packet, 14);
	assert_view("ethernet@0 ipv4@14 gre@34 | 34+19,MALFORMED");
}

static void test_ip_in_ip(void **state)
{
	static const struct {
		bool outer6, inner6;
		enum tunnel_kind kind;
		const char *wanted;
	} cases[] = {
		{false, false, TUNNEL_IPIP, "ethernet@0 ipv4@14 ipv4@34 tcp@54 | 74+0"},
		{false, true, TUNNEL_SIT, "ethernet@0 ipv4@14 ipv6@34 tcp@74 | 94+0"},
		{true, false, TUNNEL_IP6IP, "ethernet@0 ipv6@14 ipv4@54 tcp@74 | 94+0"},
		{true, true, TUNNEL_IP6IP, "ethernet@0 ipv6@14 ipv6@54 tcp@94 | 114+0"},
	};

	(void)state;
	for (size_t i = 0; i < array_size(cases); i++) {
		uint8_t proto = cases[i].inner6 ? 41 : 4;
		uint32_t inner;

		put_ethernet(&packet, cases[i].outer6 ? 0x86dd : 0x0800);
		if (cases[i].outer6)
			put_ipv6(&packet, proto);
		else
			put_ipv4(&packet, proto);
		inner = cases[i].inner6 ? put_ipv6(&packet, 6) : put_ipv4(&packet, 6);
		put_tcp(&packet);
		end_ip(&packet, inner);
		end_ip(&packet, 14);
		assert_tunnel(cases[i].kind, 0, cases[i].wanted);
	}
}

/*
 * draft-davie-stt: a TCP header to port 7471 whose sequence number is length and offset of the
 * piece; the first piece has 18 bytes of STT header and the inner frame.
 */
static void test_stt(void **state)
{
	(void)state;
	for (uint32_t later = 0; later < 2; later++) {
		uint32_t stt;

		put_ethernet(&packet, 0x0800);
		put_ipv4(&packet, 6);
		stt = put_tcp(&packet);
		set16(&packet, stt + 2, 7471);
		put_hex(&packet, "00 00 00 00 0000 0000 0000000000000042 0000");
		put_ethernet(&packet, 0x0800);
		put_tcp4(9);
		end_ip(&packet, 14);
		set16(&packet, stt + 4, packet.length - 54);
		set16(&packet, stt + 6, later * 1400);
		if (later)
			assert_tunnel(TUNNEL_NONE, 0, "ethernet@0 ipv4@14 tcp@34 | 54+81");
		else
			assert_tunnel(TUNNEL_STT, 0x42,
				      "ethernet@0 ipv4@14 stt@34 ethernet@72 ipv4@86 tcp@106 "
				      "| 126+9");
	}
}

/* 3GPP TS 29.281 section 5: flags, type, length, TEID; options if one of three flags is set. */
static void test_gtpu(void **state)
{
	static const struct {
		const char *header, *wanted;
	} cases[] = {
		{"30ff 0029 00000077", "ethernet@0 ipv4@14 udp@34 gtp-u@42 ipv4@50 tcp@70 | 90+1"},
		{"32ff 002d 00000077 00010000",
		 "ethernet@0 ipv4@14 udp@34 gtp-u@42 ipv4@54 tcp@74 | 94+1"},
		/* A next type without the E flag means nothing. */
		{"32ff 002d 00000077 00010085",
		 "ethernet@0 ipv4@14 udp@34 gtp-u@42 ipv4@54 tcp@74 | 94+1"},
		{"34ff 0031 00000077 00000085 01 0009 00",
		 "ethernet@0 ipv4@14 udp@34 gtp-u@42 ipv4@58 tcp@78 | 98+1"},
		{"34ff 0039 00000077 00000085 01 0009 c0 02 000000000000 00",
		 "ethernet@0 ipv4@14 udp@34 gtp-u@42 ipv4@66 tcp@86 | 106+1"},
	};

	(void)state;
	for (size_t i = 0; i < array_size(cases); i++) {
		begin_tunnel(2152);
		put_hex(&packet, cases[i].header);
		put_tcp4(1);
		end_udp4(14);
		assert_tunnel(TUNNEL_GTPU, 0x77, cases[i].wanted);
	}
	/* An extension header of length 0 leads nowhere, one of 255 units out of the packet. */
	begin_tunnel(2152);
	put_hex(&packet, "34ff 0031 00000077 00000085 00 0009 00");
	end_udp4(14);
	assert_tunnel(TUNNEL_NONE, 0, "ethernet@0 ipv4@14 udp@34 | 42+16,MALFORMED");
	begin_tunnel(2152);
	put_hex(&packet, "34ff 0031 00000077 00000085 ff 0009 00");
	end_udp4(14);
	assert_tunnel(TUNNEL_NONE, 0, "ethernet@0 ipv4@14 udp@34 | 42+16,MALFORMED");
	begin_tunnel(2152);
	put_hex(&packet, "34ff 0031 00000077 000000");
	end_udp4(14);
	assert_tunnel(TUNNEL_NONE, 0, "ethernet@0 ipv4@14 udp@34 | 42+11,MALFORMED");
	/* Echo requests, and GTP' with its other protocol bit, carry nothing. */
	begin_tunnel(2152);
	put_hex(&packet, "3201 0004 00000000 00010000");
	end_udp4(14);
	assert_tunnel(TUNNEL_NONE, 0, "ethernet@0 ipv4@14 udp@34 | 42+12");
	begin_tunnel(2152);
	put_hex(&packet, "20ff 0004 00000000 00010000");
	end_udp4(14);
	assert_tunnel(TUNNEL_NONE, 0, "ethernet@0 ipv4@14 udp@34 | 42+12");
}

/* RFC 3948: ESP in UDP, unless the SPI is 0 (IKE). */
static void test_esp_in_udp(void **state)
{
	(void)state;
	begin_tunnel(4500);
	put_hex(&packet, "00000101 00000001 0000");
	end_udp4(14);
	assert_tunnel(TUNNEL_ESP, 0x101, "ethernet@0 ipv4@14 udp@34 esp@42 | 42+10");
	begin_tunnel(4500);
	put_hex(&packet, "00000000 00000001 0000");
	end_udp4(14);
	assert_tunnel(TUNNEL_NONE, 0, "ethernet@0 ipv4@14 udp@34 | 42+10");
	begin_tunnel(4500);
	put_hex(&packet, "ff");
	end_udp4(14);
	assert_tunnel(TUNNEL_NONE, 0, "ethernet@0 ipv4@14 udp@34 | 42+1");
}

/*
 * The WireGuard paper, section 5.4: types 1 to 4 behind which are three zero bytes, of 148, 92 and 64
 * bytes, and data of 32 bytes and more (padded to units of 16, but not beyond the MTU).
 */
static void test_wireguard(void **state)
{
	static const struct {
		uint32_t type, length;
		bool is;
	} cases[] = {
		{1, 148, true},		  {2, 92, true},   {3, 64, true},   {4, 32, true},
		{4, 1456, true},	  {1, 147, false}, {2, 148, false}, {3, 65, false},
		{4, 16, false},		  {4, 40, true},   {0, 32, false},  {5, 32, false},
		{0x04000001, 148, false},
	};

	(void)state;
	for (size_t i = 0; i < array_size(cases); i++) {
		uint32_t message;
		char wanted[80];

		begin_tunnel(51820);
		message = put_zeros(&packet, cases[i].length);
		set8(&packet, message, cases[i].type & 0xff);
		set8(&packet, message + 3, cases[i].type >> 24);
		end_udp4(14);
		snprintf(wanted, sizeof(wanted), "ethernet@0 ipv4@14 udp@34%s | 42+%u",
			 cases[i].is ? " wireguard@42" : "", cases[i].length);
		assert_tunnel(cases[i].is ? TUNNEL_WIREGUARD : TUNNEL_NONE, 0, wanted);
	}
}

/* MPLS directly in IP (RFC 4023) is followed. */
static void test_mpls_in_ip(void **state)
{
	(void)state;
	put_ethernet(&packet, 0x0800);
	put_ipv4(&packet, 137);
	put_hex(&packet, "00010140");
	put_tcp4(1);
	end_ip(&packet, 14);
	assert_view("ethernet@0 ipv4@14 mpls@34 ipv4@38 tcp@58 | 78+1");
}

static void assert_tunnels(enum tunnel_kind first, enum tunnel_kind second, enum tunnel_kind third)
{
	const uint8_t wanted[] = {(uint8_t)first, (uint8_t)second, (uint8_t)third};
	uint8_t kinds[VIEW_MAX_HEADERS];
	struct decoded decoded;
	unsigned int count;

	decode(&decoded, &packet);
	count = view_tunnels(&decoded.view, kinds);
	assert_int_equal(count, third != TUNNEL_NONE ? 3 : second != TUNNEL_NONE ? 2 : 1);
	assert_memory_equal(kinds, wanted, count);
	assert_int_equal(decoded.view.tunnel, first);
	decoded_free(&decoded);
	packet.length = 0;
}

static void test_all_tunnels(void **state)
{
	uint32_t gre, inner, udp;

	(void)state;
	/* IPIP, in it ERSPAN II over GRE, in it VXLAN. */
	put_ethernet(&packet, 0x0800);
	put_ipv4(&packet, 4);
	gre = put_ipv4(&packet, 47);
	put_hex(&packet, "1000 88be 00000001 1001 0064 00000000");
	put_ethernet(&packet, 0x0800);
	inner = put_ipv4(&packet, 17);
	udp = put_udp(&packet, 4789);
	put_vxlan(&packet, 3);
	put_ethernet(&packet, 0x0800);
	put_tcp4(1);
	end_udp(&packet, inner, udp, SUM_RIGHT);
	end_ip(&packet, inner);
	end_ip(&packet, gre);
	end_ip(&packet, 14);
	assert_tunnels(TUNNEL_IPIP, TUNNEL_ERSPAN, TUNNEL_VXLAN);
	/* ERSPAN I in GRE: two tunnels. */
	put_ethernet(&packet, 0x0800);
	put_ipv4(&packet, 47);
	put_hex(&packet, "0000 0800");
	gre = put_ipv4(&packet, 47);
	put_hex(&packet, "0000 88be");
	put_ethernet(&packet, 0x0800);
	put_tcp4(1);
	end_ip(&packet, gre);
	end_ip(&packet, 14);
	assert_tunnels(TUNNEL_GRE, TUNNEL_ERSPAN, TUNNEL_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(vxlan),
		test(vxlan_port),
		test(tunnel_in_short_udp),
		test(tunnel_in_fragment),
		test(vxlan_gpe_and_nsh),
		test(geneve),
		test(gre_flags),
		test(gre_payloads),
		test(erspan),
		test(ip_in_ip),
		test(stt),
		test(gtpu),
		test(esp_in_udp),
		test(wireguard),
		test(mpls_in_ip),
		test(all_tunnels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
