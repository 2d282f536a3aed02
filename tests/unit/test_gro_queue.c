/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * In which order does a queue hand up packets and trains, and when does it let trains go?
 */
#include "tests/unit/gro_frames.h"

static struct gro_queue_options linux_queue(unsigned int buckets, unsigned int budget,
					    int64_t gap_ns)
{
	return (struct gro_queue_options){
		.rules.model = gro_model_lookup("linux-6.18"),
		.buckets = buckets,
		.budget = budget,
		.gap_ns = gap_ns,
	};
}

/* As in the table of the kernel's own verdicts: "tcp ack changes at 3rd". */
static void test_unfit(void **state)
{
	struct seg segs[5];

	(void)state;
	make_train(segs, 5);
	for (uint32_t i = 2; i < 5; i++)
		segs[i].ack = 8;
	assert_merges("linux-6.18", segs, 5, "0:2(ack-changes) 2:3");
}

/* What an unfit packet completes comes before it. Both flows' trains come at the end, oldest first. */
static void test_completed_first(void **state)
{
	struct seg segs[6];

	(void)state;
	make_train(segs, 6);
	segs[1].sport = segs[4].sport = 1;
	segs[1].seq = 1000;
	segs[4].seq = 1100;
	segs[2].seq = 1100;
	segs[2].id = 101;
	segs[4].id = 102;
	/* The first flow: 0, 2, then a gap, 3 and 5, which follow each other. */
	segs[3].seq = 5000;
	segs[3].id = 102;
	segs[5].seq = 5100;
	segs[5].id = 103;
	assert_merges("linux-6.18", segs, 6, "0:2(sequence-gaps) 1:2 3:2");
}

/* A push completes its train at once; the other flow's, though older, waits. */
static void test_push(void **state)
{
	struct seg segs[4];

	(void)state;
	make_train(segs, 4);
	segs[0].sport = 1;
	segs[2].flags |= TCP_PSH;
	assert_merges("linux-6.18", segs, 4, "1:2(push-every-segment) 0:1 3:1");
}

/* A bare acknowledgment meets the train, ends it, and comes after it. */
static void test_bare_ack(void **state)
{
	struct seg segs[4];

	(void)state;
	make_train(segs, 4);
	segs[2].len = 0;
	segs[3].seq = segs[2].seq;
	assert_merges("linux-6.18", segs, 4, "0:2(no-payload) 2:1(no-payload) 3:1");
}

/* A wrong checksum ends the search before the train is met: the packet overtakes it. */
static void test_overtakes(void **state)
{
	struct seg segs[5];

	(void)state;
	make_train(segs, 5);
	segs[2].bad_sum = true;
	assert_merges("linux-6.18", segs, 5,
		      "2:1(checksum-corrupt) 0:2(sequence-gaps+ipid-not-sequential) 3:2");
	segs[2].bad_sum = false;
	segs[2].bad_ip_sum = true;
	assert_merges("linux-6.18", segs, 5,
		      "2:1(ip-header-checksum) 0:2(sequence-gaps+ipid-not-sequential) 3:2");
}

/* @count flows that have @each segments, one of every flow after the other. */
static void make_flows(struct seg *segs, uint32_t count, uint32_t each)
{
	struct seg train[8];

	assert_true(each <= 8);
	make_train(train, each);
	for (uint32_t i = 0; i < each; i++) {
		for (uint32_t flow = 0; flow < count; flow++) {
			segs[i * count + flow] = train[i];
			segs[i * count + flow].sport = (uint16_t)flow;
		}
	}
}

/* MAX_GRO_SKBS: eight flows have place in a bucket, and the ninth takes that of the oldest. */
static void test_ninth(void **state)
{
	struct seg segs[27];

	(void)state;
	make_flows(segs, 8, 3);
	assert_merges("linux-6.18", segs, 24, "0:3 1:3 2:3 3:3 4:3 5:3 6:3 7:3");
	make_flows(segs, 9, 3);
	assert_merges("linux-6.18", segs, 10,
		      "0:1(no-place) 1:1(no-place) 2:1 3:1 4:1 5:1 6:1 7:1 8:1 9:1");
}

/* The oldest is the one that began first, not the one that was idle longest. */
static void test_oldest(void **state)
{
	struct seg segs[10];

	(void)state;
	make_flows(segs, 8, 1);
	segs[8] = segs[0];
	segs[8].seq += 100;
	segs[8].id++;
	segs[9] = segs[0];
	segs[9].sport = 100;
	assert_merges("linux-6.18", segs, 10, "0:2(no-place) 1:1 2:1 3:1 4:1 5:1 6:1 7:1 9:1");
}

/* Each bucket has places of its own, and buckets go up one after the other. */
static void test_buckets(void **state)
{
	struct gro_queue_options options = linux_queue(GRO_QUEUE_BUCKETS, 0, 0);
	struct seg segs[60];
	struct text text = {0};
	struct gro_queue *queue = gro_queue_open(&options, note_super, &text);
	unsigned int held = 0, merged = 0;

	(void)state;
	assert_non_null(queue);
	make_flows(segs, 30, 2);
	for (uint32_t i = 0; i < 60; i++) {
		struct gro_packet packet = read_seg(&segs[i], i + 1);

		merged += gro_queue_receive(queue, &packet, i) != i;
	}
	assert_false(text.failed);
	for (const char *p = text.length ? text.chars : ""; (p = strstr(p, "no-place")); p++)
		held++;
	/* Thirty flows hardly spread over eight buckets so badly; in one they would never merge. */
	assert_true(merged > 15);
	assert_true(held < 30);
	gro_queue_flush(queue, GRO_END);
	gro_queue_close(queue);
	text_free(&text);
	make_flows(segs, 30, 2);
	options.buckets = 1;
	queue = gro_queue_open(&options, note_super, &text);
	assert_non_null(queue);
	for (uint32_t i = 0; i < 60; i++) {
		struct gro_packet packet = read_seg(&segs[i], i + 1);

		assert_int_equal(gro_queue_receive(queue, &packet, i), i);
	}
	gro_queue_close(queue);
	text_free(&text);
}

/* NICs hash the outer headers: flows in a tunnel with one source port are in one bucket. */
static void test_tunnel_bucket(void **state)
{
	struct gro_queue_options options = linux_queue(GRO_QUEUE_BUCKETS, 0, 0);
	struct seg segs[9];

	(void)state;
	make_flows(segs, 9, 1);
	for (uint32_t i = 0; i < 9; i++)
		segs[i].vxlan = true;
	assert_queue(&options, segs, 9, "0:1(no-place) 1:1 2:1 3:1 4:1 5:1 6:1 7:1 8:1");
}

/* NAPI_POLL_WEIGHT: all that is held goes up with the last packet that a poll may take. */
static void test_budget(void **state)
{
	struct gro_queue_options options = linux_queue(1, 4, 0);
	struct seg segs[10];

	(void)state;
	make_train(segs, 10);
	assert_queue(&options, segs, 10, "0:4(budget) 4:4(budget) 8:2");
	/* Packets that are not merged count too. */
	segs[5].len = 0;
	assert_queue(&options, segs, 8, "0:4(budget) 4:1(no-payload) 5:1(no-payload) 6:2(budget)");
}

static void test_gap(void **state)
{
	struct gro_queue_options options = linux_queue(1, 0, 10000);
	struct seg segs[6];

	(void)state;
	make_train(segs, 6);
	segs[0].time_us = 100;
	segs[1].time_us = 110; /* as long as it may be */
	segs[2].time_us = 121;
	segs[3].time_us = 125;
	segs[4].time_us = 40; /* a clock that was set back is no gap */
	segs[5].time_us = 51;
	assert_queue(&options, segs, 6, "0:2(gap) 2:3(gap) 5:1");
}

/* As far from each other as a file can say. */
static void test_far_gap(void **state)
{
	struct gro_queue_options options = linux_queue(1, 0, 10000);
	struct seg segs[3];

	(void)state;
	make_train(segs, 3);
	segs[0].time_us = segs[2].time_us = INT64_MIN / 1000;
	segs[1].time_us = INT64_MAX / 1000;
	assert_queue(&options, segs, 3, "0:1(gap) 1:2");
}

/* A poll that is over by time begins anew to count. */
static void test_gap_and_budget(void **state)
{
	struct gro_queue_options options = linux_queue(1, 3, 10000);
	struct seg segs[6];

	(void)state;
	make_train(segs, 6);
	for (uint32_t i = 2; i < 6; i++)
		segs[i].time_us = 100;
	assert_queue(&options, segs, 6, "0:2(gap) 2:3(budget) 5:1");
}

static void test_tags(void **state)
{
	struct gro_queue_options options = linux_queue(1, 3, 0);
	static const uint32_t wanted[5] = {70, 71, 70, 73, 73};
	struct text text = {0};
	struct gro_queue *queue = gro_queue_open(&options, note_super, &text);
	struct seg segs[5];

	(void)state;
	assert_non_null(queue);
	make_train(segs, 5);
	segs[1].sport = 1;
	segs[2].seq = segs[1].seq;
	segs[2].id = segs[1].id;
	for (uint32_t i = 0; i < 5; i++) {
		struct gro_packet packet = read_seg(&segs[i], i + 1);

		assert_int_equal(gro_queue_receive(queue, &packet, 70 + i), wanted[i]);
	}
	gro_queue_flush(queue, GRO_END);
	assert_string_equal(text.chars, "70:2(budget) 71:1(budget) 73:2");
	gro_queue_close(queue);
	text_free(&text);
}

/* What is mended makes one flow of what were two. */
static void test_mended(void **state)
{
	struct gro_queue_options options = linux_queue(GRO_QUEUE_BUCKETS, 0, 0);
	struct seg segs[8];

	(void)state;
	make_train(segs, 8);
	for (uint32_t i = 0; i < 8; i++) {
		segs[i].vxlan = true;
		segs[i].outer_sport = (uint16_t)i;
	}
	options.rules.mended = GRO_BIT(GRO_OUTER_PORT);
	assert_queue(&options, segs, 8, "0:8");
	options.buckets = 1;
	options.rules.mended = 0;
	assert_queue(&options, segs, 8, "0:1 1:1 2:1 3:1 4:1 5:1 6:1 7:1");
}

/* GRO_LEGACY_MAX_SIZE: the IP packet stays below 65536 bytes, so 45 segments of 1448. */
static void test_full(void **state)
{
	struct seg segs[50];

	(void)state;
	make_train(segs, 50);
	for (uint32_t i = 0; i < 50; i++) {
		segs[i].len = 1448;
		segs[i].seq = 1448 * i;
	}
	assert_merges("linux-6.18", segs, 50, "0:45(full) 45:5");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unfit),	       cmocka_unit_test(test_completed_first),
		cmocka_unit_test(test_push),	       cmocka_unit_test(test_bare_ack),
		cmocka_unit_test(test_overtakes),      cmocka_unit_test(test_ninth),
		cmocka_unit_test(test_oldest),	       cmocka_unit_test(test_buckets),
		cmocka_unit_test(test_tunnel_bucket),  cmocka_unit_test(test_budget),
		cmocka_unit_test(test_far_gap),	       cmocka_unit_test(test_gap),
		cmocka_unit_test(test_gap_and_budget), cmocka_unit_test(test_tags),
		cmocka_unit_test(test_mended),	       cmocka_unit_test(test_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
