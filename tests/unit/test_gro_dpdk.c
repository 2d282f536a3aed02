/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does the model of DPDK's GRO do what DPDK's source says? Each test names the function in lib/gro
 * that has its rule (as of commit 38f72e500b3b).
 */
#include "tests/unit/gro_frames.h"

#define DPDK "dpdk"

static struct seg segs[64];

static void plain(uint32_t count)
{
	make_train(segs, count);
}

/* In VXLAN; the outer header has DF=0 and IDs that count. */
static void vxlan(uint32_t count)
{
	make_train(segs, count);
	for (uint32_t i = 0; i < count; i++)
		segs[i].vxlan = true;
}

static void swap(uint32_t a, uint32_t b)
{
	struct seg seg = segs[a];

	segs[a] = segs[b];
	segs[b] = seg;
}

/* gro_tcp4.c, gro_tcp4_reassemble(): nothing but ACK, PSH and FIN; others leave the train alone. */
static void test_flags(void **state)
{
	static const uint8_t flags[] = {TCP_SYN, TCP_RST, TCP_URG, TCP_ECE, TCP_CWR};

	(void)state;
	plain(5);
	assert_merges(DPDK, segs, 5, "0:5");
	for (size_t i = 0; i < array_size(flags); i++) {
		segs[2].flags = TCP_ACK | flags[i];
		assert_counts(DPDK, segs, 5, "2:1 0:2 3:2");
	}
}

/* gro_tcp4.c, gro_tcp4_reassemble(): a flow is begun by a segment with ACK alone. */
static void test_first_flags(void **state)
{
	(void)state;
	plain(4);
	segs[0].flags |= TCP_PSH;
	assert_counts(DPDK, segs, 4, "0:1 1:3");
	segs[0].flags = TCP_ACK | TCP_FIN;
	assert_counts(DPDK, segs, 4, "0:1 1:3");
	segs[0].flags = 0;
	assert_counts(DPDK, segs, 4, "0:1 1:3");
	/* With the flow known, a segment that fits nowhere is stored whatever it has. */
	plain(4);
	for (uint32_t i = 1; i < 4; i++)
		segs[i].seq += 100;
	segs[1].flags |= TCP_PSH;
	assert_counts(DPDK, segs, 4, "0:1 1:3");
	segs[1].ack = segs[2].ack = segs[3].ack = 9;
	assert_counts(DPDK, segs, 4, "1:1 0:1 2:2");
}

/* gro_tcp_internal.h, process_tcp_item(): PSH and FIN are merged, and nobody asks for them later. */
static void test_push(void **state)
{
	(void)state;
	plain(5);
	segs[2].flags |= TCP_PSH;
	segs[3].flags |= TCP_FIN;
	assert_merges(DPDK, segs, 5, "0:5");
}

/* gro_tcp4.c, gro_tcp4_reassemble(): no payload, no merging, and no end of a train either. */
static void test_no_payload(void **state)
{
	(void)state;
	plain(4);
	segs[1].len = 0;
	segs[2].seq = segs[1].seq;
	segs[3].seq = segs[2].seq + 100;
	assert_merges(DPDK, segs, 4, "1:1(no-payload) 0:3");
}

/* gro_tcp4.c, gro_tcp4_reassemble(): what stands behind the packet is cut off. */
static void test_padding(void **state)
{
	(void)state;
	plain(5);
	segs[1].pad = 4;
	segs[3].pad = 7;
	assert_merges(DPDK, segs, 5, "0:5");
}

/* gro_tcp.h, check_seq_option() and the key: neither of these is looked at. */
static void test_ignored(void **state)
{
	(void)state;
	plain(7);
	segs[1].window = 9;
	segs[2].ttl = 7;
	segs[3].tos = 3;
	segs[4].bad_sum = true;
	segs[5].bad_ip_sum = true;
	assert_merges(DPDK, segs, 7, "0:7");
}

/* gro_tcp.h, check_seq_option(): segments need not have the same size. */
static void test_sizes(void **state)
{
	(void)state;
	plain(4);
	segs[1].len = 300;
	segs[2].seq = segs[1].seq + 300;
	segs[2].len = 1;
	segs[3].seq = segs[2].seq + 1;
	assert_merges(DPDK, segs, 4, "0:4");
}

/* gro_tcp.h, struct cmn_tcp_key: the acknowledgment is a part of it; both trains go on. */
static void test_ack(void **state)
{
	(void)state;
	plain(6);
	segs[1].ack = segs[3].ack = segs[5].ack = 8;
	segs[3].seq = segs[1].seq + 100;
	segs[5].seq = segs[3].seq + 100;
	segs[2].seq = 1100;
	segs[4].seq = 1200;
	assert_merges(DPDK, segs, 6, "0:3 1:3");
}

/* gro_tcp.h, check_seq_option(): options byte by byte, timestamps among them. */
static void test_options(void **state)
{
	(void)state;
	plain(4);
	for (uint32_t i = 0; i < 4; i++)
		segs[i].stamps = true;
	assert_merges(DPDK, segs, 4, "0:4");
	segs[2].tsval = segs[3].tsval = 1;
	assert_merges(DPDK, segs, 4, "0:2 2:2");
	segs[2].stamps = segs[3].stamps = false;
	assert_merges(DPDK, segs, 4, "0:2 2:2");
}

/* gro_tcp.h, check_seq_option(): is_atomic has to be the same. */
static void test_df(void **state)
{
	(void)state;
	plain(4);
	segs[2].df = segs[3].df = false;
	assert_merges(DPDK, segs, 4, "0:2 2:2");
}

/* gro_tcp.h, check_seq_option(): an ID counts for DF=0 only, in int, so that 65535 is the last. */
static void test_ids(void **state)
{
	static const uint16_t jumps[4] = {9, 3, 77, 3};
	static const uint16_t wrap[4] = {65534, 65535, 0, 1};

	(void)state;
	plain(4);
	for (uint32_t i = 0; i < 4; i++)
		segs[i].id = jumps[i];
	assert_merges(DPDK, segs, 4, "0:4");
	for (uint32_t i = 0; i < 4; i++)
		segs[i].df = false;
	assert_merges(DPDK, segs, 4, "0:1 1:1 2:1 3:1");
	for (uint32_t i = 0; i < 4; i++)
		segs[i].id = 5;
	assert_merges(DPDK, segs, 4, "0:1 1:1 2:1 3:1");
	for (uint32_t i = 0; i < 4; i++)
		segs[i].id = wrap[i];
	assert_merges(DPDK, segs, 4, "0:2 2:2");
	for (uint32_t i = 0; i < 4; i++)
		segs[i].id = (uint16_t)(700 + i);
	assert_merges(DPDK, segs, 4, "0:4");
}

/* gro_tcp.h, check_seq_option(): a segment may go in front, with the ID that belongs there. */
static void test_prepend(void **state)
{
	(void)state;
	plain(2);
	swap(0, 1);
	assert_merges(DPDK, segs, 2, "0:2");
	segs[0].df = segs[1].df = false;
	assert_merges(DPDK, segs, 2, "0:2");
	segs[1].id--;
	assert_merges(DPDK, segs, 2, "0:1 1:1");
	plain(3);
	for (uint32_t i = 0; i < 3; i++)
		segs[i].df = false;
	/* 1, 2, then 0: its ID and the two that are held make the last one's. */
	swap(0, 1);
	swap(1, 2);
	assert_merges(DPDK, segs, 3, "0:3");
}

/* gro_tcp_internal.h, process_tcp_item(): a flow may have several items; two are never made one. */
static void test_several(void **state)
{
	(void)state;
	plain(5);
	/* 0, 2, 1, 3, 4: the gap is filled from the left, and stays a seam. */
	swap(1, 2);
	assert_merges(DPDK, segs, 5, "0:2 1:3");
	plain(4);
	segs[2].seq += 5000;
	segs[3].seq = segs[1].seq + 100;
	assert_merges(DPDK, segs, 4, "0:3 2:1");
}

/* gro_tcp.h, merge_two_tcp_packets(): at most 20 are chained behind the first, or in front any. */
static void test_twenty(void **state)
{
	(void)state;
	plain(50);
	assert_merges(DPDK, segs, 50, "0:20 20:20 40:10");
	for (uint32_t i = 0; i < 25; i++)
		swap(i, 49 - i);
	assert_merges(DPDK, segs, 50, "0:50");
}

/* gro_tcp.h, MAX_IP_PKT_LENGTH: 65535 bytes with the IP header. */
static void test_length(void **state)
{
	(void)state;
	plain(3);
	for (uint32_t i = 0; i < 3; i++) {
		segs[i].len = 30000;
		segs[i].seq = 30000 * i;
	}
	segs[2].len = 65535 - 40 - 60000;
	assert_merges(DPDK, segs, 3, "0:3");
	segs[2].len++;
	assert_merges(DPDK, segs, 3, "0:2 2:1");
}

/* generic_receive_offload_lib.rst, limitations: no IPv4 options, no VLAN tags. rte_gro.c: no fragments. */
static void test_unsupported(void **state)
{
	(void)state;
	plain(2);
	segs[0].options = segs[1].options = true;
	assert_counts(DPDK, segs, 2, "0:1 1:1");
	plain(2);
	segs[0].vlan = segs[1].vlan = 5;
	assert_counts(DPDK, segs, 2, "0:1 1:1");
	plain(2);
	segs[0].fragment = segs[1].fragment = true;
	assert_counts(DPDK, segs, 2, "0:1 1:1");
}

/* gro_tcp6.h, is_same_tcp6_flow(): the flow label counts, traffic class and hop limit do not. */
static void test_ipv6(void **state)
{
	(void)state;
	plain(4);
	for (uint32_t i = 0; i < 4; i++)
		segs[i].ipv6 = true;
	segs[1].tos = 9;
	segs[2].ttl = 9;
	assert_merges(DPDK, segs, 4, "0:4");
	segs[2].label = segs[3].label = 77;
	assert_merges(DPDK, segs, 4, "0:2 2:2");
}

/* gro_tcp6.c, gro_tcp6_reassemble(): ACK and no other flag. */
static void test_ipv6_flags(void **state)
{
	(void)state;
	plain(4);
	for (uint32_t i = 0; i < 4; i++)
		segs[i].ipv6 = true;
	segs[2].flags |= TCP_PSH;
	assert_counts(DPDK, segs, 4, "2:1 0:2 3:1");
}

/* gro_vxlan_tcp4.c, gro_vxlan_tcp4_reassemble(): ACK and no other flag. */
static void test_vxlan_flags(void **state)
{
	(void)state;
	vxlan(4);
	assert_merges(DPDK, segs, 4, "0:4");
	segs[2].flags |= TCP_PSH;
	assert_counts(DPDK, segs, 4, "2:1 0:2 3:1");
	segs[2].flags = TCP_ACK | TCP_FIN;
	assert_counts(DPDK, segs, 4, "2:1 0:2 3:1");
}

/* gro_vxlan_tcp4.c, check_vxlan_seq_option(): outer IDs with DF=0 count up, with DF=1 they are free. */
static void test_vxlan_ids(void **state)
{
	(void)state;
	vxlan(4);
	for (uint32_t i = 0; i < 4; i++)
		segs[i].outer_id = 6;
	assert_merges(DPDK, segs, 4, "0:1 1:1 2:1 3:1");
	for (uint32_t i = 0; i < 4; i++)
		segs[i].outer_df = true;
	assert_merges(DPDK, segs, 4, "0:4");
	vxlan(4);
	segs[2].outer_df = segs[3].outer_df = true;
	assert_merges(DPDK, segs, 4, "0:2 2:2");
	segs[0].outer_df = segs[1].outer_df = true;
	segs[2].outer_df = segs[3].outer_df = false;
	assert_merges(DPDK, segs, 4, "0:2 2:2");
	vxlan(4);
	for (uint32_t i = 0; i < 4; i++)
		segs[i].outer_id = (uint16_t)(65534 + i);
	assert_merges(DPDK, segs, 4, "0:2 2:2");
	swap(0, 1);
	assert_merges(DPDK, segs, 2, "0:2");
}

/* gro_vxlan_tcp4.c, merge_two_vxlan_tcp4_packets(): the outer ID stays the largest, whatever goes in front. */
static void test_vxlan_prepend(void **state)
{
	(void)state;
	vxlan(4);
	swap(0, 1);
	assert_merges(DPDK, segs, 4, "0:4");
	vxlan(3);
	swap(0, 2);
	assert_merges(DPDK, segs, 3, "0:3");
}

/* gro_vxlan_tcp4.c, is_same_vxlan_tcp4_flow(): VNI and outer ports count; a checksum does not. */
static void test_vxlan_flow(void **state)
{
	(void)state;
	vxlan(4);
	segs[1].outer_sum = true;
	segs[2].outer_ttl = 3;
	assert_merges(DPDK, segs, 4, "0:4");
	segs[2].vni = segs[3].vni = 10;
	assert_merges(DPDK, segs, 4, "0:2 2:2");
	vxlan(4);
	segs[2].outer_sport = segs[3].outer_sport = 10;
	assert_merges(DPDK, segs, 4, "0:2 2:2");
}

/* rte_gro.c, IS_IPV4_VXLAN_TCP4_PKT: IPv4 outside and inside. */
static void test_vxlan_ipv6(void **state)
{
	(void)state;
	vxlan(2);
	segs[0].ipv6 = segs[1].ipv6 = true;
	assert_counts(DPDK, segs, 2, "0:1 1:1");
	vxlan(2);
	segs[0].outer_ipv6 = segs[1].outer_ipv6 = true;
	assert_counts(DPDK, segs, 2, "0:1 1:1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_flags),	      cmocka_unit_test(test_first_flags),
		cmocka_unit_test(test_push),	      cmocka_unit_test(test_no_payload),
		cmocka_unit_test(test_padding),	      cmocka_unit_test(test_ignored),
		cmocka_unit_test(test_sizes),	      cmocka_unit_test(test_ack),
		cmocka_unit_test(test_options),	      cmocka_unit_test(test_df),
		cmocka_unit_test(test_ids),	      cmocka_unit_test(test_prepend),
		cmocka_unit_test(test_several),	      cmocka_unit_test(test_twenty),
		cmocka_unit_test(test_length),	      cmocka_unit_test(test_unsupported),
		cmocka_unit_test(test_ipv6),	      cmocka_unit_test(test_ipv6_flags),
		cmocka_unit_test(test_vxlan_flags),   cmocka_unit_test(test_vxlan_ids),
		cmocka_unit_test(test_vxlan_prepend), cmocka_unit_test(test_vxlan_flow),
		cmocka_unit_test(test_vxlan_ipv6),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
