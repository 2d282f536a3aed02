/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What of a frame keeps it from any train, does the search end there, and which bytes make a flow?
 */
#include "tests/unit/gro_bytes.h"

static struct packet bytes;

static void begin_with(const char *link)
{
	bytes.length = 0;
	put_hex(&bytes, link);
}

#define ETHERNET "020000000001 020000000002"

/* A TCP segment of @payload bytes on the IP header at @ip. */
static void put_segment(uint32_t ip, uint32_t payload)
{
	uint32_t tcp = put_tcp(&bytes);

	put_filler(&bytes, payload);
	end_ip(&bytes, ip);
	end_tcp(&bytes, ip, tcp, SUM_RIGHT);
}

static void put_segment_ipv4(uint32_t payload)
{
	put_segment(put_ipv4(&bytes, 6), payload);
}

static struct gro_packet read(void)
{
	struct gro_packet packet;

	read_packet(&packet, &bytes, 1);
	return packet;
}

static void assert_alone(uint64_t alone, uint64_t early)
{
	struct gro_packet packet = read();

	if (packet.alone != alone || packet.early != early)
		fail_msg("%llx, early %llx", (unsigned long long)packet.alone,
			 (unsigned long long)packet.early);
}

/* It has this reason and no other, and does not get as far as its train. */
static void assert_early(enum gro_reason reason)
{
	assert_alone(GRO_BIT(reason), GRO_BIT(reason));
}

static void test_nothing(void **state)
{
	struct gro_packet packet;

	(void)state;
	begin_with(ETHERNET "0800");
	put_segment_ipv4(100);
	packet = read();
	assert_int_equal(packet.alone, 0);
	assert_int_equal(packet.protocol, GRO_TCP);
	assert_int_equal(packet.head_len, 40);
	assert_int_equal(packet.segment.payload_len, 100);
	assert_int_equal(packet.number, 1);
	assert_int_equal(packet.time_ns, 1000);
	assert_true(packet.has_time);
	assert_int_equal(packet.ip_version, 4);
	assert_int_equal(packet.needs, 0);
	assert_int_equal(packet.tunnel, TUNNEL_NONE);
}

static void test_link(void **state)
{
	(void)state;
	begin_with(ETHERNET "8100 0005 0800");
	put_segment_ipv4(100);
	assert_alone(0, 0);
	assert_int_equal(read().needs, GRO_NEED_VLAN);
	begin_with(ETHERNET "88a8 0005 8100 0006 0800");
	put_segment_ipv4(100);
	assert_alone(0, 0);
	begin_with(ETHERNET "9100 0005 0800");
	put_segment_ipv4(100);
	assert_early(GRO_NOT_IP);
	begin_with(ETHERNET "8847 00001140");
	put_segment_ipv4(100);
	assert_early(GRO_NOT_IP);
	/* 802.3 with SNAP */
	begin_with(ETHERNET "0094 aaaa03 000000 0800");
	put_segment_ipv4(100);
	assert_early(GRO_NOT_IP);
	begin_with(ETHERNET "0806 0001 0800 0604 0001");
	put_zeros(&bytes, 40);
	assert_early(GRO_NOT_IP);
}

static void test_protocols(void **state)
{
	uint32_t ip;

	(void)state;
	begin_with(ETHERNET "0800");
	ip = put_ipv4(&bytes, 1);
	put_hex(&bytes, "0800f7fe00010000");
	put_zeros(&bytes, 40);
	end_ip(&bytes, ip);
	assert_early(GRO_PROTOCOL);
	begin_with(ETHERNET "0800");
	ip = put_ipv4(&bytes, 99);
	put_zeros(&bytes, 60);
	end_ip(&bytes, ip);
	assert_early(GRO_PROTOCOL);
	/* An authentication header */
	begin_with(ETHERNET "0800");
	ip = put_ipv4(&bytes, 51);
	put_hex(&bytes, "0604 0000 00000001 00000001");
	put_zeros(&bytes, 12);
	put_segment(ip, 100);
	assert_early(GRO_PROTOCOL);
}

static void test_fragments(void **state)
{
	static const unsigned int fields[] = {0x2000, 0x0010, 0x2010};
	uint32_t ip;

	(void)state;
	for (size_t i = 0; i < array_size(fields); i++) {
		begin_with(ETHERNET "0800");
		ip = put_ipv4(&bytes, 6);
		set16(&bytes, ip + 6, fields[i]);
		put_segment(ip, 100);
		assert_early(GRO_FRAGMENT);
	}
	begin_with(ETHERNET "86dd");
	ip = put_ipv6(&bytes, 44);
	put_hex(&bytes, "06 00 0001 00000007");
	put_segment(ip, 100);
	assert_true(read().early & GRO_BIT(GRO_FRAGMENT));
}

static void test_extension_headers(void **state)
{
	static const struct {
		uint8_t proto;
		const char *bytes;
		bool passed_over;
	} cases[] = {
		{0, "06 00 0104 00000000", true},     /* hop-by-hop */
		{60, "06 00 0104 00000000", true},    /* destination options */
		{43, "06 00 fd00 00000000", true},    /* routing, nothing left */
		{44, "06 00 0000 00000007", false},   /* an "atomic" fragment */
		{135, "06 00 0000 0000 0000", false}, /* mobility */
		{139, "06 00 0000 0000 0000", false}, /* host identity */
	};

	(void)state;
	for (size_t i = 0; i < array_size(cases); i++) {
		uint32_t ip;

		begin_with(ETHERNET "86dd");
		ip = put_ipv6(&bytes, cases[i].proto);
		put_hex(&bytes, cases[i].bytes);
		put_segment(ip, 100);
		if (cases[i].passed_over)
			assert_alone(0, 0);
		else
			assert_early(GRO_EXTENSION);
		assert_int_equal(read().needs, GRO_NEED_IPV6);
	}
}

static void test_udp(void **state)
{
	uint32_t ip, udp;

	(void)state;
	for (unsigned int longer = 0; longer < 2; longer++) {
		begin_with(ETHERNET "0800");
		ip = put_ipv4(&bytes, 17);
		udp = put_udp(&bytes, 9999);
		put_filler(&bytes, 100);
		end_udp(&bytes, ip, udp, SUM_RIGHT);
		/* Bytes that belong to the IP packet and not to the datagram. */
		put_zeros(&bytes, longer ? 4 : 0);
		end_ip(&bytes, ip);
		if (longer)
			assert_early(GRO_LENGTH);
		else
			assert_alone(0, 0);
		assert_int_equal(read().protocol, GRO_UDP);
	}
	set16(&bytes, udp + 6, 0);
	assert_alone(GRO_BIT(GRO_UDP_NO_CHECKSUM) | GRO_BIT(GRO_LENGTH),
		     GRO_BIT(GRO_UDP_NO_CHECKSUM) | GRO_BIT(GRO_LENGTH));
}

/* In the tunnel whose header is @hex, behind an IP header with @proto, and UDP to @port unless 0. */
static void put_in_tunnel(uint8_t proto, uint16_t port, const char *hex, bool outer_sum)
{
	uint32_t outer, udp = 0;

	begin_with(ETHERNET "0800");
	outer = put_ipv4(&bytes, proto);
	if (port)
		udp = put_udp(&bytes, port);
	put_hex(&bytes, hex);
	put_segment_ipv4(100);
	if (port)
		end_udp(&bytes, outer, udp, outer_sum ? SUM_RIGHT : SUM_ZERO);
	end_ip(&bytes, outer);
}

#define INNER_ETHERNET "060000000001 060000000002 0800"

static void test_tunnels(void **state)
{
	static const struct {
		uint8_t proto;
		uint16_t port;
		const char *hex;
		enum tunnel_kind kind;
		enum gro_reason reason; /* GRO_REASONS: none */
	} cases[] = {
		{17, 4789, "08000000 00000700" INNER_ETHERNET, TUNNEL_VXLAN, GRO_REASONS},
		{17, 4790, "0c000003 00000700" INNER_ETHERNET, TUNNEL_VXLAN_GPE, GRO_TUNNEL_PORT},
		{17, 6081, "0000 6558 00000700" INNER_ETHERNET, TUNNEL_GENEVE, GRO_REASONS},
		{17, 6081, "0100 6558 00000700 01020000" INNER_ETHERNET, TUNNEL_GENEVE,
		 GRO_REASONS},
		{17, 6081, "0080 6558 00000700" INNER_ETHERNET, TUNNEL_GENEVE, GRO_TUNNEL_HEADER},
		{17, 6081, "0000 0800 00000700", TUNNEL_GENEVE, GRO_REASONS},
		{47, 0, "0000 0800", TUNNEL_GRE, GRO_REASONS},
		{47, 0, "2000 0800 00000007", TUNNEL_GRE, GRO_REASONS},
		{47, 0, "8000 0800 12340000", TUNNEL_GRE, GRO_CHECKSUM},
		{47, 0, "1000 0800 00000007", TUNNEL_GRE, GRO_TUNNEL_HEADER},
		{47, 0, "2000 6558 00000700" INNER_ETHERNET, TUNNEL_NVGRE, GRO_REASONS},
		{4, 0, "", TUNNEL_IPIP, GRO_REASONS},
	};

	(void)state;
	for (size_t i = 0; i < array_size(cases); i++) {
		put_in_tunnel(cases[i].proto, cases[i].port, cases[i].hex, false);
		if (cases[i].reason == GRO_REASONS)
			assert_alone(0, 0);
		else
			assert_early(cases[i].reason);
		assert_int_equal(read().tunnel, cases[i].kind);
		assert_int_equal(read().needs, GRO_NEED_TUNNEL);
	}
}

/* GRE's own checksum, which covers all behind it (RFC 2784 section 2.3). */
static void test_gre_checksum(void **state)
{
	uint32_t gre = 14 + 20;
	uint64_t sum = 0;

	(void)state;
	put_in_tunnel(47, 0, "8000 0800 00000000", false);
	for (uint32_t i = gre; i < bytes.length; i++)
		sum += (uint64_t)bytes.bytes[i] << ((i - gre) % 2 ? 0 : 8);
	sum = 0xffff - sum % 0xffff;
	bytes.bytes[gre + 4] = (uint8_t)(sum >> 8);
	bytes.bytes[gre + 5] = (uint8_t)sum;
	assert_alone(0, 0);
	bytes.bytes[gre + 5] ^= 1;
	assert_early(GRO_CHECKSUM);
}

static void test_scope(void **state)
{
	const struct gro_scope scope = {.nports = 2, .ports = {8472, 4790}};
	struct gro_packet packet;

	(void)state;
	put_in_tunnel(17, 4789, "08000000 00000700" INNER_ETHERNET, false);
	read_packet_with(&packet, &bytes, 1, &scope);
	assert_int_equal(packet.early, GRO_BIT(GRO_TUNNEL_PORT));
	put_in_tunnel(17, 8472, "08000000 00000700" INNER_ETHERNET, false);
	read_packet_with(&packet, &bytes, 1, &scope);
	assert_int_equal(packet.alone, 0);
	put_in_tunnel(17, 4790, "0c000003 00000700" INNER_ETHERNET, false);
	read_packet_with(&packet, &bytes, 1, &scope);
	assert_int_equal(packet.alone, 0);
}

/* Where UDP is merged, tunnels without a device are UDP; STT looks like TCP, and to all. */
static void test_plain(void **state)
{
	const struct gro_scope plain = {.plain_udp = true};
	const struct gro_scope device = {.plain_udp = true, .nports = 1, .ports = {4790}};
	struct gro_packet packet;

	(void)state;
	put_in_tunnel(17, 4790, "0c000003 00000700" INNER_ETHERNET, false);
	read_packet_with(&packet, &bytes, 1, &plain);
	assert_int_equal(packet.protocol, GRO_UDP);
	assert_int_equal(packet.tunnel, TUNNEL_NONE);
	assert_int_equal(packet.head_len, 28);
	assert_int_equal(packet.segment.payload_len, bytes.length - 14 - 28);
	assert_int_equal(packet.needs, 0);
	read_packet_with(&packet, &bytes, 1, &device);
	assert_int_equal(packet.protocol, GRO_TCP);
	put_in_tunnel(17, 4789, "08000000 00000700" INNER_ETHERNET, false);
	read_packet_with(&packet, &bytes, 1, &plain);
	assert_int_equal(packet.protocol, GRO_TCP);
	read_packet_with(&packet, &bytes, 1, &device);
	assert_int_equal(packet.protocol, GRO_UDP);
}

static void test_stt(void **state)
{
	struct gro_packet packet;
	uint32_t stt;

	(void)state;
	begin_with(ETHERNET "0800");
	put_ipv4(&bytes, 6);
	stt = put_tcp(&bytes);
	set16(&bytes, stt + 2, 7471);
	put_hex(&bytes, "00 00 00 00 0000 0000 0000000000000042 0000" ETHERNET "0800");
	put_segment_ipv4(100);
	end_ip(&bytes, 14);
	set16(&bytes, stt + 4, bytes.length - 54);
	set16(&bytes, stt + 6, 0);
	packet = read();
	assert_int_equal(packet.alone, 0);
	assert_int_equal(packet.protocol, GRO_TCP);
	assert_int_equal(packet.tunnel, TUNNEL_NONE);
	assert_int_equal(packet.head_len, 40);
	assert_int_equal(packet.segment.payload_len, bytes.length - 54);
}

static void test_nested(void **state)
{
	uint32_t outer;

	(void)state;
	begin_with(ETHERNET "0800");
	outer = put_ipv4(&bytes, 4);
	put_ipv4(&bytes, 4);
	put_segment_ipv4(100);
	end_ip(&bytes, outer + 20);
	end_ip(&bytes, outer);
	assert_early(GRO_NESTED);
	/* ARP in VXLAN */
	begin_with(ETHERNET "0800");
	outer = put_ipv4(&bytes, 17);
	put_udp(&bytes, 4789);
	put_hex(&bytes, "08000000 00000700 060000000001 060000000002 0806");
	put_zeros(&bytes, 28);
	set16(&bytes, outer + 24, bytes.length - outer - 20);
	end_ip(&bytes, outer);
	assert_early(GRO_NOT_IP);
}

/*
 * An outer IP header that says no: behind it Linux does not verify an outer checksum, and without a
 * verified one it does not look into the tunnel. Without any it does.
 */
static void test_outer_length(void **state)
{
	(void)state;
	for (unsigned int sum = 0; sum < 2; sum++) {
		put_in_tunnel(17, 4789, "08000000 00000700" INNER_ETHERNET, sum);
		put_zeros(&bytes, 4);
		assert_alone(GRO_BIT(GRO_LENGTH), sum ? GRO_BIT(GRO_LENGTH) : 0);
	}
}

static void assert_cut(uint32_t length, uint64_t alone)
{
	struct capture_checksums counts = {0};
	const struct gro_scope scope = {0};
	struct frame frame = frame_of(&bytes, 1);
	uint8_t verdicts[VIEW_MAX_HEADERS];
	struct gro_packet packet;
	struct decoded decoded;

	frame.bytes.length = length;
	decode_frame(&decoded, &frame, NULL);
	csum_verify(&decoded.view, sum_ops_best(), verdicts, &counts);
	gro_packet_read(&packet, &decoded.view, verdicts, &scope);
	decoded_free(&decoded);
	if (packet.alone != alone || packet.early != alone)
		fail_msg("%u: %llx", length, (unsigned long long)packet.alone);
}

/* Payload may be missing, headers not. */
static void test_cut(void **state)
{
	(void)state;
	begin_with(ETHERNET "0800");
	put_segment_ipv4(1000);
	for (uint32_t length = 0; length < 54; length++)
		assert_cut(length, GRO_BIT(GRO_CUT));
	for (uint32_t length = 54; length <= 1054; length += 100)
		assert_cut(length, 0);
	put_in_tunnel(17, 4789, "08000000 00000700" INNER_ETHERNET, false);
	/* Without the VXLAN header, nothing tells of a tunnel. */
	for (uint32_t length = 50; length < 104; length++)
		assert_cut(length, GRO_BIT(GRO_CUT));
	assert_cut(104, 0);
}

/* Changing the byte at @off changes this part and the key, and nothing else. */
static void assert_part(uint32_t off, enum gro_part part)
{
	struct gro_packet before = read(), after;

	set8(&bytes, off, bytes.bytes[off] ^ 0x10);
	after = read();
	set8(&bytes, off, bytes.bytes[off] ^ 0x10);
	assert_int_not_equal(before.key, after.key);
	for (unsigned int i = 0; i < GRO_PARTS; i++) {
		if ((before.parts[i] != after.parts[i]) != (i == part))
			fail_msg("byte %u, part %u", off, i);
		assert_int_equal(gro_packet_key(&before, 1u << i) ==
					 gro_packet_key(&after, 1u << i),
				 i != part);
	}
	assert_int_equal(gro_packet_key(&before, GRO_PARTS_ALL), before.key);
	assert_int_equal(gro_packet_key(&before, GRO_PARTS_ALL & ~(1u << part)),
			 gro_packet_key(&after, GRO_PARTS_ALL & ~(1u << part)));
}

static void assert_parts(uint32_t from, uint32_t to, enum gro_part part)
{
	for (uint32_t off = from; off < to; off++)
		assert_part(off, part);
}

/* Bytes that make no flow. */
static void assert_no_part(uint32_t from, uint32_t to)
{
	for (uint32_t off = from; off < to; off++) {
		uint64_t key = read().key;

		set8(&bytes, off, bytes.bytes[off] ^ 0x10);
		assert_int_equal(read().key, key);
		set8(&bytes, off, bytes.bytes[off] ^ 0x10);
	}
}

static void test_parts_plain(void **state)
{
	uint32_t ip;

	(void)state;
	begin_with(ETHERNET "8100 0005 0800");
	put_segment_ipv4(100);
	assert_parts(0, 12, GRO_PART_LINK);
	assert_parts(14, 16, GRO_PART_LINK);
	assert_no_part(19, 20); /* TOS */
	assert_no_part(22, 24); /* ID */
	assert_no_part(26, 27); /* TTL */
	assert_parts(30, 38, GRO_PART_IP);
	assert_parts(38, 42, GRO_PART_PORTS);
	assert_no_part(42, 50);

	begin_with(ETHERNET "86dd");
	ip = put_ipv6(&bytes, 0);
	put_hex(&bytes, "06 00 0104 00000000");
	put_segment(ip, 100);
	assert_no_part(14 + 7, 14 + 8); /* hop limit */
	assert_parts(14 + 2, 14 + 4, GRO_PART_LABEL);
	assert_parts(14 + 8, 14 + 40, GRO_PART_IP);
	assert_parts(14 + 44, 14 + 48, GRO_PART_LABEL);
	assert_parts(62, 66, GRO_PART_PORTS);
}

static void test_parts_vxlan(void **state)
{
	uint32_t outer, udp, inner;

	(void)state;
	begin_with(ETHERNET "86dd");
	outer = put_ipv6(&bytes, 17);
	udp = put_udp(&bytes, 4789);
	put_hex(&bytes, "08000000 00000700 060000000001 060000000002 8100 0005 86dd");
	inner = put_ipv6(&bytes, 6);
	put_segment(inner, 100);
	end_udp(&bytes, outer, udp, SUM_RIGHT);
	end_ip(&bytes, outer);
	assert_parts(0, 12, GRO_PART_LINK);
	assert_parts(outer + 2, outer + 4, GRO_PART_OUTER_LABEL);
	assert_parts(outer + 8, outer + 40, GRO_PART_OUTER_IP);
	assert_parts(udp, udp + 2, GRO_PART_OUTER_PORTS);
	assert_parts(udp + 9, udp + 16, GRO_PART_TUNNEL);
	assert_parts(udp + 16, udp + 28, GRO_PART_INNER_LINK);
	assert_parts(udp + 30, udp + 32, GRO_PART_INNER_LINK);
	assert_parts(inner + 2, inner + 4, GRO_PART_LABEL);
	assert_parts(inner + 8, inner + 40, GRO_PART_IP);
	assert_parts(inner + 40, inner + 44, GRO_PART_PORTS);
	assert_no_part(inner + 44, inner + 52);
	assert_no_part(udp + 6, udp + 8); /* a checksum is there, whatever it is */
}

static void test_parts_others(void **state)
{
	struct gro_packet without, with;

	(void)state;
	put_in_tunnel(17, 4789, "08000000 00000700" INNER_ETHERNET, false);
	without = read();
	put_in_tunnel(17, 4789, "08000000 00000700" INNER_ETHERNET, true);
	with = read();
	assert_int_not_equal(with.key, without.key);
	assert_int_not_equal(with.parts[GRO_PART_OUTER_CHECKSUM],
			     without.parts[GRO_PART_OUTER_CHECKSUM]);
	put_in_tunnel(17, 6081, "0100 0800 00000700 01020000", false);
	assert_parts(46, 54, GRO_PART_TUNNEL);
	put_in_tunnel(47, 0, "a000 0800 1234 0000 00000007", false);
	assert_parts(38, 42, GRO_PART_TUNNEL); /* in the place of the key */
	assert_no_part(42, 46);
	put_in_tunnel(47, 0, "2000 0800 00000007", false);
	assert_parts(38, 42, GRO_PART_TUNNEL);
	put_in_tunnel(47, 0, "8000 0800 1234 0000", false);
	assert_no_part(38, 42);
	/* The part without the one before it. */
	put_in_tunnel(4, 0, "", false);
	assert_parts(26, 34, GRO_PART_OUTER_IP);
	assert_parts(46, 54, GRO_PART_IP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_link),
		cmocka_unit_test(test_protocols),
		cmocka_unit_test(test_fragments),
		cmocka_unit_test(test_extension_headers),
		cmocka_unit_test(test_udp),
		cmocka_unit_test(test_tunnels),
		cmocka_unit_test(test_gre_checksum),
		cmocka_unit_test(test_scope),
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_stt),
		cmocka_unit_test(test_nested),
		cmocka_unit_test(test_outer_length),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_parts_plain),
		cmocka_unit_test(test_parts_vxlan),
		cmocka_unit_test(test_parts_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
