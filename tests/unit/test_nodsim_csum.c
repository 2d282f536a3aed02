/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does nodsim's core sum as RFC 1071 says? The other opinion is published numbers, and division.
 */
#include "tests/unit/frame_bytes.h"

#include "lib/base/attr.h"
#include "tests/nodsim/core/csum.h"

static struct packet packet;

/* RFC 1071 section 3: ddf0 and two carries. */
static void test_published(void **state attr_unused)
{
	/* Of "IPv4 header checksum", Wikipedia. */
	static const char header[] = "4500 0073 0000 4000 4011 b861 c0a8 0001 c0a8 00c7";

	packet.length = 0;
	put_hex(&packet, "0001 f203 f4f5 f6f7");
	assert_int_equal(sim_fold(sim_sum(packet.bytes, 8, 0)), 0xffff - 0xddf2);
	packet.length = 0;
	put_hex(&packet, "010203040506");
	put_hex(&packet, header);
	put_filler(&packet, 40);
	/* Neither what is in front of it nor what follows belongs to it. */
	assert_true(sim_check_ipv4(packet.bytes, 6));
	set16(&packet, 6 + 10, 0x1234);
	assert_false(sim_check_ipv4(packet.bytes, 6));
	sim_fill_ipv4(packet.bytes, 6);
	assert_int_equal(sim_get16(packet.bytes + 6 + 10), 0xb861);
}

static void test_zero_and_carries(void **state attr_unused)
{
	static uint8_t bytes[(1 << 20) - 1];

	assert_int_equal(sim_sum(bytes, sizeof(bytes), 0), 0);
	assert_int_equal(sim_fold(0), 0xffff);
	memset(bytes, 0xff, sizeof(bytes));
	/* All words are 0 in this arithmetic, but for the odd byte, and no sum of them is 0 itself. */
	assert_int_equal(sim_fold(sim_sum(bytes, sizeof(bytes) - 1, 0xffffffff)), 0);
	assert_int_equal(sim_fold(sim_sum(bytes, sizeof(bytes), 0)), 0xffff - 0xff00);
}

/* Every length and alignment, in one go and in two. */
static void test_lengths(void **state attr_unused)
{
	packet.length = 0;
	put_filler(&packet, 2000);
	for (uint32_t len = 1; len < 1500; len++) {
		const uint8_t *bytes = packet.bytes + len % 5;
		uint16_t right = 65535u - folded(words_total(bytes, len));
		uint32_t part = len / 3 * 2;

		assert_int_equal(sim_fold(sim_sum(bytes, len, 0)), right);
		assert_int_equal(
			sim_fold(sim_sum(bytes + part, len - part, sim_sum(bytes, part, 0))),
			right);
	}
}

static struct sim_level put_l4_packet(bool v6, bool udp, uint32_t payload, enum sum_kind kind)
{
	uint8_t protocol = udp ? 17 : 6;
	uint32_t ip, l4;

	packet.length = 0;
	put_ethernet(&packet, v6 ? 0x86dd : 0x0800);
	ip = v6 ? put_ipv6(&packet, protocol) : put_ipv4(&packet, protocol);
	l4 = udp ? put_udp(&packet, 9) : put_tcp(&packet);
	put_filler(&packet, payload);
	end_ip(&packet, ip);
	if (udp)
		end_udp(&packet, ip, l4, kind);
	else
		end_tcp(&packet, ip, l4, kind);
	return (struct sim_level){.l3 = ip,
				  .l4 = l4,
				  .end = packet.length,
				  .version = v6 ? 6 : 4,
				  .protocol = protocol};
}

static void test_l4(void **state attr_unused)
{
	for (uint32_t i = 0; i < 4 * 300; i++) {
		bool v6 = i & 1, udp = i & 2;
		struct sim_level level = put_l4_packet(v6, udp, i / 4, SUM_RIGHT);
		uint32_t field = level.l4 + sim_csum_offset(level.protocol);
		uint16_t right = sim_get16(packet.bytes + field);

		assert_true(sim_check_l4(packet.bytes, &level));
		put_l4_packet(v6, udp, i / 4, SUM_WRONG);
		assert_false(sim_check_l4(packet.bytes, &level));
		sim_fill_l4(packet.bytes, &level);
		assert_int_equal(sim_get16(packet.bytes + field), right);
	}
}

/* The pseudo-header sum that Linux leaves in the field, also of a length that has more than 16 bits. */
static void test_pseudo(void **state attr_unused)
{
	for (uint32_t i = 0; i < 4; i++) {
		struct sim_level level = put_l4_packet(i & 1, i & 2, 5, SUM_PARTIAL);
		uint32_t field = level.l4 + sim_csum_offset(level.protocol), len;

		len = level.end - level.l4;
		assert_int_equal((uint16_t)~sim_fold(sim_sum_pseudo(packet.bytes, &level, len)),
				 sim_get16(packet.bytes + field));
		assert_int_equal((uint16_t)~sim_fold(sim_sum_pseudo(packet.bytes, &level, 300000)),
				 folded(pseudo_total(&packet, level.l3, level.protocol, 300000)));
	}
}

/* UDP that sums up to 0 says 0xffff, for 0 is none; TCP says 0. */
static void test_sum_of_zero(void **state attr_unused)
{
	for (uint32_t i = 0; i < 4; i++) {
		struct sim_level level = put_l4_packet(i & 1, i & 2, 2, SUM_RIGHT);
		uint32_t field = level.l4 + sim_csum_offset(level.protocol);
		uint16_t csum = sim_get16(packet.bytes + field);
		uint32_t word = sim_get16(packet.bytes + level.end - 2) + csum;

		set16(&packet, level.end - 2, word > 0xffff ? word - 0xffff : word);
		sim_fill_l4(packet.bytes, &level);
		assert_int_equal(sim_get16(packet.bytes + field),
				 level.protocol == 17 ? 0xffff : 0);
		assert_true(sim_check_l4(packet.bytes, &level));
	}
}

/* What a datagram has behind its own length is not summed; lengths that cannot be are not right. */
static void test_udp_length(void **state attr_unused)
{
	struct sim_level level = put_l4_packet(false, true, 20, SUM_RIGHT);

	put_hex(&packet, "010203");
	level.end += 3;
	assert_true(sim_check_l4(packet.bytes, &level));
	set16(&packet, level.l4 + 4, 32);
	assert_false(sim_check_l4(packet.bytes, &level));
	sim_fill_l4(packet.bytes, &level);
	assert_false(sim_check_l4(packet.bytes, &level));
	set16(&packet, level.l4 + 4, 7);
	sim_fill_l4(packet.bytes, &level);
	assert_false(sim_check_l4(packet.bytes, &level));
}

/* The shortest of all, padded. */
static void test_empty_datagram(void **state attr_unused)
{
	struct sim_level level = put_l4_packet(false, true, 0, SUM_RIGHT);

	put_hex(&packet, "010203");
	level.end += 3;
	assert_true(sim_check_l4(packet.bytes, &level));
}

static void assert_untouched(const struct sim_level *level)
{
	struct packet before = packet;

	sim_fill_l4(packet.bytes, level);
	assert_memory_equal(packet.bytes, before.bytes, packet.length);
	assert_false(sim_check_l4(packet.bytes, level));
}

static void test_nothing_to_sum(void **state attr_unused)
{
	struct sim_level level = put_l4_packet(false, false, 20, SUM_RIGHT), odd = level;

	odd.short_frame = true;
	assert_false(sim_check_l4(packet.bytes, &odd));
	odd = level;
	odd.fragment = true;
	assert_untouched(&odd);
	odd = level;
	odd.protocol = 1;
	assert_untouched(&odd);
	odd = level;
	odd.end = level.l4 + 19;
	assert_untouched(&odd);
	odd.protocol = 17;
	odd.end = level.l4 + 7;
	assert_untouched(&odd);
	odd.end = level.l4 - 1;
	assert_untouched(&odd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published),      cmocka_unit_test(test_zero_and_carries),
		cmocka_unit_test(test_lengths),	       cmocka_unit_test(test_l4),
		cmocka_unit_test(test_pseudo),	       cmocka_unit_test(test_sum_of_zero),
		cmocka_unit_test(test_udp_length),     cmocka_unit_test(test_empty_datagram),
		cmocka_unit_test(test_nothing_to_sum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
