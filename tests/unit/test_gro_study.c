/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a study counts: super-frames, reasons and their costs, other models, flows, the second chance.
 */
#include "tests/unit/study_bytes.h"

static struct bench bench;

static int open_bench(void **state)
{
	(void)state;
	bench_open(&bench, "linux-6.18");
	return 0;
}

static int close_bench(void **state)
{
	(void)state;
	bench_close(&bench);
	return 0;
}

static const struct gro_report *finished(void)
{
	bench_finish(&bench);
	return &bench.report;
}

static void one_train(void **state)
{
	struct shape shape = base_shape;
	const struct gro_report *report;

	(void)state;
	feed_train(&bench, &shape, 5);
	report = finished();
	assert_count(&report->upper, 5, 1, 5, 5);
	assert_bytes(&report->upper, 5000, 5000);
	assert_count(&report->polled, 5, 1, 5, 5);
	assert_int_equal(report->ncosts, 0);
	assert_int_equal(report->frames, 5);
	assert_int_equal(report->tunnel_device.frames, 0);
	assert_false(report->unfit);
	assert_int_equal(report->flow_count, 1);
	assert_int_equal(report->nflows, 1);
	assert_count(&report->flows[0].upper, 5, 1, 5, 5);
	assert_null(report->flows[0].reason);
	assert_int_equal(report->flows[0].endpoints->src_port, 40001);
}

static void single_packets(void **state)
{
	struct shape shape = base_shape;
	const struct gro_report *report;

	(void)state;
	bench_feed(&bench, &shape);
	report = finished();
	assert_count(&report->upper, 1, 1, 0, 1);
	assert_bytes(&report->upper, 1000, 0);
	assert_int_equal(report->ncosts, 0);
}

static void nothing(void **state)
{
	const struct gro_report *report;

	(void)state;
	report = finished();
	assert_count(&report->upper, 0, 0, 0, 0);
	assert_int_equal(report->frames, 0);
}

/* PSH on the third of six: it is merged and ends its train. */
static void push(void **state)
{
	struct shape shape = base_shape;
	const struct gro_report *report;

	(void)state;
	feed_train(&bench, &shape, 2);
	shape.flags = 0x18;
	feed_train(&bench, &shape, 1);
	shape.flags = 0x10;
	feed_train(&bench, &shape, 3);
	report = finished();
	assert_count(&report->upper, 6, 2, 6, 3);
	assert_cost(report, "push-every-segment", 1, 1, 1);
	assert_count(&find_cost(report, "push-every-segment")->mended, 6, 1, 6, 6);
	assert_string_equal(report->flows[0].reason, "push-every-segment");
	assert_int_equal(report->flows[0].reason_times, 1);
}

/* PSH on each: all go up as they are. Between four packets there are three boundaries. */
static void push_always(void **state)
{
	struct shape shape = base_shape;
	const struct gro_report *report;

	(void)state;
	shape.flags = 0x18;
	feed_train(&bench, &shape, 4);
	report = finished();
	assert_count(&report->upper, 4, 4, 0, 1);
	assert_cost(report, "push-every-segment", 3, 3, 3);
}

/* Two reasons at one boundary: each is met, none is alone, and mending one saves nothing. */
static void two_reasons(void **state)
{
	struct shape shape = base_shape;
	const struct gro_report *report;

	(void)state;
	feed_train(&bench, &shape, 3);
	shape.ttl = 63;
	shape.tos = 8;
	feed_train(&bench, &shape, 3);
	report = finished();
	assert_count(&report->upper, 6, 2, 6, 3);
	assert_cost(report, "ttl-changes", 1, 0, 0);
	assert_cost(report, "tos-changes", 1, 0, 0);
	assert_int_equal(report->ncosts, 2);
}

/* A bare acknowledgment ends the train; it is no data itself. */
static void bare_ack(void **state)
{
	struct shape shape = base_shape, ack;
	const struct gro_report *report;

	(void)state;
	feed_train(&bench, &shape, 2);
	ack = shape;
	ack.payload = 0;
	bench_feed(&bench, &ack);
	shape.id++;
	feed_train(&bench, &shape, 2);
	report = finished();
	assert_count(&report->upper, 4, 2, 4, 2);
	assert_cost(report, "no-payload", 1, 1, 0);
	assert_false(find_cost(report, "no-payload")->mendable);
	assert_int_equal(report->ncosts, 1);
}

/* A wrong checksum: the packet overtakes the train, which does not go on behind the gap. */
static void bad_checksum(void **state)
{
	struct shape shape = base_shape;
	const struct gro_report *report;

	(void)state;
	feed_train(&bench, &shape, 2);
	shape.sum = SUM_WRONG;
	feed_train(&bench, &shape, 1);
	shape.sum = SUM_RIGHT;
	feed_train(&bench, &shape, 2);
	report = finished();
	assert_count(&report->upper, 5, 3, 4, 2);
	assert_cost(report, "checksum-corrupt", 2, 2, 2);
	assert_int_equal(report->ncosts, 1);
}

/* Outer IDs that jump, DF=1: merged up to 6.17, and not since. */
static void outer_ids(void **state)
{
	struct shape shape = base_shape;
	const struct gro_report *report;

	(void)state;
	shape.tunnel = true;
	for (int i = 0; i < 10; i++) {
		bench_feed(&bench, &shape);
		step_shape(&shape);
		shape.oid += 3;
	}
	report = finished();
	assert_count(&report->upper, 10, 10, 0, 1);
	assert_cost(report, "outer-ipid-not-sequential", 9, 9, 9);
	assert_count(&find_cost(report, "outer-ipid-not-sequential")->mended, 10, 1, 10, 10);
	assert_int_equal(report->nmodels, 4);
	assert_count(find_model(report, "linux-4.7"), 10, 1, 10, 10);
	assert_count(find_model(report, "linux-6.10"), 10, 1, 10, 10);
	assert_count(find_model(report, "linux-6.15"), 10, 1, 10, 10);
	assert_count(find_model(report, "linux-6.18"), 10, 10, 0, 1);
	/* Ten single packets come out of the tunnel, and are merged there. */
	assert_count(&report->tunnel_device, 10, 1, 10, 10);
	assert_bytes(&report->tunnel_device, 10000, 10000);
	assert_count(&report->flows[0].tunnel_device, 10, 1, 10, 10);
	assert_string_equal(report->flows[0].endpoints->tunnel, "vxlan");
}

/* Four merged by the NIC, then three with outer IDs that jump: the device adds them to the former. */
static void second_chance(void **state)
{
	struct shape shape = base_shape;
	const struct gro_report *report;

	(void)state;
	shape.tunnel = true;
	feed_train(&bench, &shape, 4);
	for (int i = 0; i < 3; i++) {
		shape.oid += 5;
		feed_train(&bench, &shape, 1);
	}
	report = finished();
	assert_count(&report->upper, 7, 4, 4, 4);
	assert_count(&report->tunnel_device, 7, 1, 7, 7);
	assert_bytes(&report->tunnel_device, 7000, 7000);
}

/* A train of the NIC, whose outer ID does not go on from the one before. */
static void feed_jump(struct shape *shape, unsigned int count)
{
	shape->oid += 5;
	feed_train(&bench, shape, count);
}

/* A train of more packets than one buffer has places for is chained, and goes up as it is. */
static void second_chance_of_long_trains(void **state)
{
	struct shape shape = base_shape;
	const struct gro_report *report;

	(void)state;
	shape.tunnel = true;
	feed_jump(&shape, 18);
	feed_jump(&shape, 18);
	feed_jump(&shape, 19);
	feed_jump(&shape, 1);
	report = finished();
	assert_count(&report->upper, 56, 4, 55, 19);
	assert_count(&report->tunnel_device, 56, 3, 55, 36);
}

/* Two pairs with PSH at the end of the first, and a last one of which the second segment is short. */
static void second_chance_ends(void **state)
{
	struct shape shape = base_shape;
	const struct gro_report *report;

	(void)state;
	shape.tunnel = true;
	feed_jump(&shape, 1);
	shape.flags = 0x18;
	feed_train(&bench, &shape, 1);
	shape.flags = 0x10;
	feed_jump(&shape, 2);
	feed_jump(&shape, 1);
	shape.payload = 999;
	feed_train(&bench, &shape, 1);
	report = finished();
	assert_count(&report->upper, 6, 3, 6, 2);
	assert_count(&report->tunnel_device, 6, 2, 6, 4);
}

static void feed_pair_of_fixed_ids(struct shape *shape)
{
	shape->oid += 5;
	for (int i = 0; i < 2; i++) {
		feed_train(&bench, shape, 1);
		shape->id--;
	}
}

/*
 * Inner IDs that stay, in two trains of the NIC: where Linux 6.1 begins anew with a train it wants them to
 * be the same, where 6.12 and 6.18 do they have to count.
 */
static void second_chance_of_fixed_ids(void **state)
{
	static const struct {
		const char *model;
		uint64_t supers, largest;
	} rows[] = {{"linux-4.7", 1, 4}, {"linux-6.10", 2, 2}, {"linux-6.18", 2, 2}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct shape shape = base_shape;
		const struct gro_report *report;

		bench_close(&bench);
		bench_open(&bench, rows[i].model);
		shape.tunnel = true;
		shape.odf = false;
		feed_pair_of_fixed_ids(&shape);
		feed_pair_of_fixed_ids(&shape);
		report = finished();
		assert_count(&report->upper, 4, 2, 4, 2);
		assert_count(&report->tunnel_device, 4, rows[i].supers, 4, rows[i].largest);
	}
}

/* Fixed inner IDs in a tunnel whose outer ones count, DF=0: pairs in 6.10 to 6.17. */
static void pairs(void **state)
{
	struct shape shape = base_shape;
	const struct gro_report *report;

	(void)state;
	shape.tunnel = true;
	shape.odf = false;
	for (int i = 0; i < 10; i++) {
		bench_feed(&bench, &shape);
		step_shape(&shape);
		shape.id = 0;
	}
	report = finished();
	/* The first has ID 100, all others 0: it stays alone. */
	assert_count(&report->upper, 10, 2, 9, 9);
	assert_count(find_model(report, "linux-4.7"), 10, 2, 9, 9);
	assert_count(find_model(report, "linux-6.10"), 10, 6, 8, 2);
	assert_count(find_model(report, "linux-6.15"), 10, 6, 8, 2);
}

/* CWR on the first only: a train of its own since 6.15. */
static void cwr(void **state)
{
	struct shape shape = base_shape;
	const struct gro_report *report;

	(void)state;
	shape.flags = 0x90;
	feed_train(&bench, &shape, 1);
	shape.flags = 0x10;
	feed_train(&bench, &shape, 4);
	report = finished();
	assert_count(&report->upper, 5, 2, 4, 4);
	assert_count(find_model(report, "linux-4.7"), 5, 1, 5, 5);
	assert_count(find_model(report, "linux-6.10"), 5, 1, 5, 5);
	assert_count(find_model(report, "linux-6.15"), 5, 2, 4, 4);
}

/* The outer source port changes: another flow to the receiver, whose train waits beside the first. */
static void outer_port(void **state)
{
	struct shape shape = base_shape;
	const struct gro_report *report;

	(void)state;
	shape.tunnel = true;
	feed_train(&bench, &shape, 3);
	shape.osport = 50001;
	feed_train(&bench, &shape, 3);
	report = finished();
	assert_count(&report->upper, 6, 2, 6, 3);
	assert_cost(report, "outer-source-port-changes", 1, 1, 1);
	assert_int_equal(report->ncosts, 1);
	assert_count(&find_cost(report, "outer-source-port-changes")->mended, 6, 1, 6, 6);
}

/* A third port again, and the first again with what follows its own train: it was still held. */
static void ports_by_turns(void **state)
{
	struct shape shape = base_shape, first;
	const struct gro_report *report;

	(void)state;
	shape.tunnel = true;
	feed_train(&bench, &shape, 2);
	first = shape;
	shape.osport = 50001;
	shape.seq += 100000;
	feed_train(&bench, &shape, 2);
	feed_train(&bench, &first, 2);
	report = finished();
	assert_count(&report->upper, 6, 2, 6, 4);
	/* Seen as one flow: 100000 bytes on, and back. */
	assert_cost(report, "outer-source-port-changes", 1, 1, 0);
}

/*
 * Two trains take packets in turn; a last packet without an outer checksum is of another flow than the one
 * before for that reason alone, whichever train took that.
 */
static void beside_the_latest(unsigned int turns)
{
	struct shape shapes[2] = {base_shape, base_shape}, *shape = shapes;
	const struct gro_report *report;

	for (unsigned int i = 0; i < 2; i++) {
		shapes[i].tunnel = true;
		shapes[i].osport = (uint16_t)(50000 + i);
		shapes[i].seq += i * 100000;
	}
	for (unsigned int i = 0; i < turns; i++) {
		shape = &shapes[i % 2];
		feed_train(&bench, shape, 1);
	}
	shape->outer_sum = shape->outer_sum == SUM_ZERO ? SUM_RIGHT : SUM_ZERO;
	feed_train(&bench, shape, 1);
	report = finished();
	assert_count(&report->upper, turns + 1, 3, turns, turns / 2 + turns % 2);
	assert_cost(report, "outer-source-port-changes", 1, 1, 0);
	assert_cost(report, "outer-udp-checksum-mixed", 1, 1, 1);
}

static void beside_the_first(void **state)
{
	(void)state;
	beside_the_latest(5);
}

static void beside_the_second(void **state)
{
	(void)state;
	beside_the_latest(4);
}

static void fill_two_polls(void)
{
	struct shape shape = base_shape;

	feed_train(&bench, &shape, 70);
}

/* A poll takes 64 packets; 65 segments of 1000 bytes fill a super-frame of 64 KB. */
static void polls(void **state)
{
	const struct gro_report *report;

	(void)state;
	fill_two_polls();
	report = finished();
	assert_count(&report->upper, 70, 2, 70, 65);
	assert_count(&report->polled, 70, 2, 70, 64);
	assert_int_equal(report->budget, 64);
	assert_cost(report, "full", 1, 1, 0);
}

/* Frames that are further apart than --gap: each is a poll. Frames here are 1 us apart. */
static void gaps(void **state)
{
	struct gro_study_options options = study_options("linux-6.18");
	struct shape shape = base_shape;

	(void)state;
	bench_close(&bench);
	options.gap_ns = 500;
	bench_open_with(&bench, &options);
	feed_train(&bench, &shape, 5);
	bench_finish(&bench);
	assert_count(&bench.report.upper, 5, 1, 5, 5);
	assert_count(&bench.report.polled, 5, 5, 0, 1);
}

/* UDP counts only where it is merged. */
static void udp(void **state)
{
	struct gro_study_options options = study_options("linux-6.18");
	struct shape shape = base_shape;

	(void)state;
	shape.udp = true;
	feed_train(&bench, &shape, 4);
	bench_finish(&bench);
	assert_count(&bench.report.upper, 0, 0, 0, 0);
	assert_int_equal(bench.report.flow_count, 1);
	assert_int_equal(bench.report.nflows, 0);
	bench_close(&bench);
	options.rules.mode = GRO_MODE_UDP;
	bench_open_with(&bench, &options);
	shape.id = 100;
	feed_train(&bench, &shape, 4);
	bench_finish(&bench);
	assert_count(&bench.report.upper, 4, 1, 4, 4);
	assert_string_equal(bench.report.mode, "udp");
}

/* Flows by their bytes, and of each the reason that costs it most. */
static void busiest_flows(void **state)
{
	struct gro_study_options options = study_options("linux-6.18");
	struct shape shape = base_shape;
	const struct gro_report *report;

	(void)state;
	bench_close(&bench);
	options.busiest = 2;
	bench_open_with(&bench, &options);
	feed_train(&bench, &shape, 3);
	shape = base_shape;
	shape.sport = 40002;
	for (int i = 0; i < 5; i++) {
		shape.ttl = (uint8_t)(60 + i);
		feed_train(&bench, &shape, 1);
	}
	shape = base_shape;
	shape.sport = 40003;
	feed_train(&bench, &shape, 2);
	bench_finish(&bench);
	report = &bench.report;
	assert_int_equal(report->flow_count, 3);
	assert_int_equal(report->nflows, 2);
	assert_int_equal(report->flows[0].endpoints->src_port, 40002);
	assert_count(&report->flows[0].upper, 5, 5, 0, 1);
	assert_string_equal(report->flows[0].reason, "ttl-changes");
	assert_int_equal(report->flows[0].reason_times, 4);
	assert_int_equal(report->flows[1].endpoints->src_port, 40001);
	assert_count(&report->upper, 10, 7, 5, 3);
	assert_cost(report, "ttl-changes", 4, 4, 4);
}

/* What costs most comes first, not what is met most: five TTLs in one, ten acknowledgments. */
static void ranking(void **state)
{
	struct shape shape = base_shape;
	const struct gro_report *report;

	(void)state;
	feed_train(&bench, &shape, 1);
	for (int i = 0; i < 3; i++) {
		shape.window++;
		feed_train(&bench, &shape, 1);
	}
	shape.flags = 0x18;
	feed_train(&bench, &shape, 1);
	shape.flags = 0x10;
	feed_train(&bench, &shape, 1);
	report = finished();
	assert_count(&report->upper, 6, 5, 2, 2);
	assert_string_equal(report->costs[0].id, "push-every-segment");
	assert_cost(report, "push-every-segment", 1, 1, 1);
	assert_string_equal(report->costs[1].id, "window-changes");
	assert_cost(report, "window-changes", 3, 3, 0);
}

/* Flows are forgotten when there are more than may be: what they were still counts. */
static void forgotten_flows(void **state)
{
	struct gro_study_options options = study_options("linux-6.18");
	const struct gro_report *report;

	(void)state;
	bench_close(&bench);
	options.max_flows = 4;
	options.all_models = true;
	bench_open_with(&bench, &options);
	for (unsigned int i = 0; i < 300; i++) {
		struct shape shape = base_shape;

		shape.sport = (uint16_t)(1000 + i);
		shape.tunnel = true;
		feed_train(&bench, &shape, 2);
		shape.osport++;
		shape.tos = 4;
		feed_train(&bench, &shape, 2);
		shape.osport++;
		shape.oid += 7;
		feed_train(&bench, &shape, 2);
	}
	report = finished();
	assert_int_equal(report->flow_count, 300);
	assert_int_equal(report->forgotten_flows, 296);
	assert_count(&report->upper, 1800, 900, 1800, 2);
	assert_cost(report, "outer-source-port-changes", 600, 600, 0);
	/* The first pair has another inner TOS than the two behind it. */
	assert_count(&report->tunnel_device, 1800, 600, 1800, 4);
	assert_int_equal(report->nmodels, 7);
	/* The busiest of those that were there at the end. */
	assert_int_equal(report->nflows, 4);
}

/*
 * PSH on a packet that does not fit for its ID: the ID keeps it from the train before, and PSH what follows
 * from it.
 */
static void push_does_not_fit(void **state)
{
	struct shape shape = base_shape;
	const struct gro_report *report;

	(void)state;
	feed_train(&bench, &shape, 2);
	shape.id += 50;
	shape.flags = 0x18;
	feed_train(&bench, &shape, 1);
	shape.flags = 0x10;
	feed_train(&bench, &shape, 2);
	report = finished();
	assert_count(&report->upper, 5, 3, 4, 2);
	assert_cost(report, "ipid-not-sequential", 1, 1, 1);
	assert_cost(report, "push-every-segment", 1, 1, 1);
	assert_int_equal(report->ncosts, 2);
}

/* Nine trains of one flow: the first had to go when the ninth came. */
static void nine_trains(void **state)
{
	struct shape shapes[9];
	const struct gro_report *report;

	(void)state;
	for (unsigned int i = 0; i < 9; i++) {
		shapes[i] = base_shape;
		shapes[i].tunnel = true;
		shapes[i].osport = (uint16_t)(50000 + i);
		shapes[i].seq = i * 100000;
		feed_train(&bench, &shapes[i], 1);
	}
	feed_train(&bench, &shapes[0], 1);
	feed_train(&bench, &shapes[8], 1);
	report = finished();
	assert_count(&report->upper, 11, 10, 2, 2);
}

/* More branches than there may be: the base counts as ever, and it is said that others do not. */
static void too_many_branches(void **state)
{
	struct gro_study_options options = study_options("linux-6.18");
	struct shape shape = base_shape;

	(void)state;
	bench_close(&bench);
	options.max_flows = 30000;
	options.all_models = true;
	bench_open_with(&bench, &options);
	shape.payload = 10;
	for (unsigned int i = 0; i < 33000; i++) {
		shape.sport = (uint16_t)i;
		shape.ttl = 64;
		feed_train(&bench, &shape, 1);
		shape.ttl = 63;
		feed_train(&bench, &shape, 1);
	}
	bench_finish(&bench);
	assert_count(&bench.report.upper, 66000, 66000, 0, 1);
	assert_true(bench.report.unfollowed > 0);
}

/* On the host itself nothing is ever split: no frame of lo is one of the wire. */
static void loopback(void **state)
{
	struct shape shape = base_shape;
	const struct gro_report *report;

	(void)state;
	shape.loopback = true;
	shape.payload = 20000;
	shape.sum = SUM_PARTIAL;
	feed_train(&bench, &shape, 3);
	report = finished();
	assert_true(report->unfit);
	assert_int_equal(report->oversized, 3);
}

/* Frames that nobody has split yet: one in a hundred is too many. */
static void unfit(void **state)
{
	struct shape shape = base_shape;
	const struct gro_report *report;

	(void)state;
	feed_train(&bench, &shape, 99);
	shape.payload = 20000;
	shape.sum = SUM_PARTIAL;
	feed_train(&bench, &shape, 1);
	report = finished();
	assert_true(report->unfit);
	assert_int_equal(report->oversized, 1);
}

/* The capture says so itself, whatever the length. */
static void unfit_by_flag(void **state)
{
	struct shape shape = base_shape;
	const struct gro_report *report;

	(void)state;
	shape.capture_flags = FRAME_SEGMENTED;
	feed_train(&bench, &shape, 2);
	report = finished();
	assert_true(report->unfit);
	assert_int_equal(report->oversized, 2);
}

/* Jumbo frames are not: all of one length, with right checksums, and IDs that count frames. */
static void jumbo_frames(void **state)
{
	struct shape shape = base_shape;
	const struct gro_report *report;

	(void)state;
	shape.payload = 8960;
	feed_train(&bench, &shape, 6);
	report = finished();
	assert_false(report->unfit);
	assert_int_equal(report->oversized, 0);
	assert_count(&report->upper, 6, 1, 6, 6);
}

/* The other direction is another flow; frames that are no IP count as frames only. */
static void other_frames(void **state)
{
	struct shape shape = base_shape, back = base_shape;
	const struct gro_report *report;
	struct frame frame;

	(void)state;
	feed_train(&bench, &shape, 2);
	back.reverse = true;
	back.payload = 0;
	feed_train(&bench, &back, 3);
	bench.packet.length = 0;
	put_ethernet(&bench.packet, 0x0806);
	put_zeros(&bench.packet, 46);
	frame = frame_of(&bench.packet, ++bench.number);
	bench_frame(&bench, &frame);
	feed_train(&bench, &shape, 2);
	report = finished();
	assert_int_equal(report->frames, 8);
	assert_int_equal(report->bytes, 4 * 1054 + 3 * 54 + 60);
	assert_count(&report->upper, 4, 1, 4, 4);
	assert_int_equal(report->ncosts, 0);
	assert_int_equal(report->flow_count, 2);
	assert_int_equal(report->nflows, 1);
}

/* A receiver that goes on with trains that a packet does not fit: DPDK, and what it puts in front. */
static void several_trains(void **state)
{
	struct shape shape = base_shape, late;
	const struct gro_report *report;

	(void)state;
	bench_close(&bench);
	bench_open(&bench, "dpdk");
	feed_train(&bench, &shape, 2);
	late = shape;
	shape.seq += 5000;
	feed_train(&bench, &shape, 2);
	feed_train(&bench, &late, 2);
	report = finished();
	assert_count(&report->upper, 6, 2, 6, 4);
	/* Were there no gap, all six were one. */
	assert_cost(report, "sequence-gaps", 1, 1, 1);
	/* Linux ends a train for each. */
	assert_count(find_model(report, "linux-6.18"), 6, 3, 6, 2);
	assert_count(find_model(report, "dpdk"), 6, 2, 6, 4);
	assert_int_equal(report->nmodels, 5);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_bench, close_bench)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_train),
		TEST(single_packets),
		TEST(nothing),
		TEST(push),
		TEST(push_always),
		TEST(two_reasons),
		TEST(bare_ack),
		TEST(bad_checksum),
		TEST(outer_ids),
		TEST(second_chance),
		TEST(second_chance_of_long_trains),
		TEST(second_chance_ends),
		TEST(second_chance_of_fixed_ids),
		TEST(pairs),
		TEST(cwr),
		TEST(outer_port),
		TEST(ports_by_turns),
		TEST(beside_the_first),
		TEST(beside_the_second),
		TEST(polls),
		TEST(gaps),
		TEST(udp),
		TEST(busiest_flows),
		TEST(ranking),
		TEST(forgotten_flows),
		TEST(unfit),
		TEST(unfit_by_flag),
		TEST(jumbo_frames),
		TEST(other_frames),
		TEST(several_trains),
		TEST(too_many_branches),
		TEST(push_does_not_fit),
		TEST(nine_trains),
		TEST(loopback),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
