/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Do the models of hardware LRO do what is documented? Each test names the document that has its rule:
 * Windows driver documentation, "Rules for Coalescing TCP/IP Segments" (rules), "Exception Conditions
 * that Terminate Coalescing" (exceptions), "Updating the IP Headers for Coalesced Segments" (headers);
 * for mlx5 the Linux driver.
 */
#include "tests/unit/gro_frames.h"

static const char *const models[] = {"lro-rsc", "mlx5-lro"};

static struct seg segs[64];

static void assert_both(uint32_t count, const char *wanted)
{
	for (size_t i = 0; i < array_size(models); i++)
		assert_counts(models[i], segs, count, wanted);
}

/* rules: contiguous data segments make one unit; PSH is that of any of them, and ends nothing. */
static void test_data(void **state)
{
	(void)state;
	make_train(segs, 10);
	assert_both(10, "0:10");
	segs[3].flags |= TCP_PSH;
	segs[7].flags |= TCP_PSH;
	assert_both(10, "0:10");
	segs[0].flags |= TCP_PSH;
	assert_both(10, "0:10");
}

/* rules: SEG.SEQ == H.NXT. What does not follow ends the unit and begins the next. */
static void test_sequence(void **state)
{
	(void)state;
	make_train(segs, 5);
	for (uint32_t i = 2; i < 5; i++)
		segs[i].seq += 1;
	assert_both(5, "0:2 2:3");
}

/* rules: acknowledgments may move on, and windows with them. mlx5: en_rx.c, mlx5e_lro_update_tcp_hdr(). */
static void test_ack(void **state)
{
	(void)state;
	make_train(segs, 5);
	for (uint32_t i = 0; i < 5; i++) {
		segs[i].ack += 50 * i;
		segs[i].window += (uint16_t)i;
	}
	assert_both(5, "0:5");
}

/* rules: bare acknowledgments go up by themselves and end the unit before them. */
static void test_bare_ack(void **state)
{
	(void)state;
	make_train(segs, 4);
	segs[2].len = 0;
	segs[3].seq = segs[2].seq;
	assert_both(4, "0:2 2:1 3:1");
}

/* rules: SEG.TSval >= H.TSval, modulo 2^32. */
static void test_timestamps(void **state)
{
	static const uint32_t values[5] = {0xfffffffe, 0xffffffff, 0, 0, 7};

	(void)state;
	make_train(segs, 5);
	for (uint32_t i = 0; i < 5; i++) {
		segs[i].stamps = true;
		segs[i].tsval = values[i];
	}
	assert_both(5, "0:5");
	segs[3].tsval = 0xffffffff;
	assert_both(5, "0:3 3:2");
}

/* exceptions 3: SYN, URG, RST, FIN. */
static void test_flags(void **state)
{
	static const uint8_t flags[] = {TCP_SYN, TCP_URG, TCP_RST, TCP_FIN};

	(void)state;
	for (size_t i = 0; i < array_size(flags); i++) {
		make_train(segs, 5);
		segs[2].flags |= flags[i];
		assert_both(5, "0:2 2:1 3:2");
		segs[3].flags |= flags[i];
		assert_both(5, "0:2 2:1 3:1 4:1");
	}
}

/* exceptions 2, 5 and 6: checksums, IPv4 options, fragments. */
static void test_exceptions(void **state)
{
	(void)state;
	make_train(segs, 2);
	segs[0].bad_sum = segs[1].bad_sum = true;
	assert_both(2, "0:1 1:1");
	make_train(segs, 2);
	segs[0].bad_ip_sum = segs[1].bad_ip_sum = true;
	assert_both(2, "0:1 1:1");
	make_train(segs, 2);
	segs[0].options = segs[1].options = true;
	assert_both(2, "0:1 1:1");
	make_train(segs, 2);
	segs[0].fragment = segs[1].fragment = true;
	assert_both(2, "0:1 1:1");
}

/* exceptions 7: the longest legal datagram; the segment that would not fit begins the next unit. */
static void test_length(void **state)
{
	(void)state;
	make_train(segs, 3);
	for (uint32_t i = 0; i < 3; i++) {
		segs[i].len = 30000;
		segs[i].seq = 30000 * i;
	}
	segs[2].len = 65535 - 40 - 60000;
	assert_counts("lro-rsc", segs, 3, "0:3");
	segs[2].len++;
	assert_counts("lro-rsc", segs, 3, "0:2 2:1");
}

/* mlx5: en/tir.c, mlx5e_tir_builder_build_packet_merge(): 255 times 256 bytes behind the IP header. */
static void test_length_mlx5(void **state)
{
	(void)state;
	make_train(segs, 3);
	for (uint32_t i = 0; i < 3; i++) {
		segs[i].len = 30000;
		segs[i].seq = 30000 * i;
	}
	segs[2].len = 255 * 256 - 20 - 60000;
	assert_counts("mlx5-lro", segs, 3, "0:3");
	segs[2].len++;
	assert_counts("mlx5-lro", segs, 3, "0:2 2:1");
}

/* exceptions 8: ECN marks in IP, and ECE, have to be those of the segment before; it goes on from there. */
static void test_ecn(void **state)
{
	(void)state;
	make_train(segs, 5);
	for (uint32_t i = 0; i < 5; i++)
		segs[i].tos = i < 2 ? 2 : 3;
	assert_both(5, "0:2 2:3");
	make_train(segs, 5);
	for (uint32_t i = 2; i < 5; i++)
		segs[i].flags |= TCP_ECE;
	assert_both(5, "0:2 2:3");
}

/* headers: DSCP and DF the same, the least TTL, the first ID whatever follows. */
static void test_ipv4(void **state)
{
	(void)state;
	make_train(segs, 4);
	segs[2].tos = segs[3].tos = 0x20;
	assert_both(4, "0:2 2:2");
	make_train(segs, 4);
	segs[2].df = segs[3].df = false;
	assert_both(4, "0:2 2:2");
	make_train(segs, 4);
	for (uint32_t i = 0; i < 4; i++) {
		segs[i].df = false;
		segs[i].id = (uint16_t)(i * 31337);
		segs[i].ttl = (uint8_t)(60 + i);
	}
	assert_both(4, "0:4");
}

/* headers: traffic class and flow label the same, the least hop limit. */
static void test_ipv6(void **state)
{
	(void)state;
	make_train(segs, 4);
	for (uint32_t i = 0; i < 4; i++) {
		segs[i].ipv6 = true;
		segs[i].ttl = (uint8_t)(60 + i);
	}
	assert_both(4, "0:4");
	segs[2].tos = segs[3].tos = 0x20;
	assert_both(4, "0:2 2:2");
	segs[2].tos = segs[3].tos = 0;
	segs[2].label = segs[3].label = 5;
	assert_both(4, "0:2 2:2");
}

/* mlx5: en_main.c, mlx5e_build_nic_netdev(): tunnelled packets are not merged; en_rx.c: tags are fine. */
static void test_link(void **state)
{
	(void)state;
	make_train(segs, 3);
	for (uint32_t i = 0; i < 3; i++)
		segs[i].vxlan = true;
	assert_both(3, "0:1 1:1 2:1");
	make_train(segs, 3);
	for (uint32_t i = 0; i < 3; i++)
		segs[i].vlan = 5;
	assert_both(3, "0:3");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_data),	    cmocka_unit_test(test_sequence),
		cmocka_unit_test(test_ack),	    cmocka_unit_test(test_bare_ack),
		cmocka_unit_test(test_timestamps),  cmocka_unit_test(test_flags),
		cmocka_unit_test(test_exceptions),  cmocka_unit_test(test_length),
		cmocka_unit_test(test_length_mlx5), cmocka_unit_test(test_ecn),
		cmocka_unit_test(test_ipv4),	    cmocka_unit_test(test_ipv6),
		cmocka_unit_test(test_link),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
