/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does an analysis count every frame once, in the right place, and list what it should in order?
 */
#include "tests/unit/sight_bytes.h"

static struct run run;

static void begin(size_t max_flows, size_t busiest)
{
	const struct analysis_options options = {.max_flows = max_flows, .busiest = busiest};

	run_open_with(&run, &options);
}

static void test_nothing(void **state)
{
	(void)state;
	begin(10, 10);
	run_finish(&run);
	assert_int_equal(run.capture.frames, 0);
	assert_int_equal(run.capture.nfindings, 0);
	assert_int_equal(run.capture.nflows, 0);
	assert_int_equal(run.capture.nlinks, 0);
	assert_int_equal(run.capture.duration_ns, 0);
	assert_int_equal(run.capture.sizes.nhistogram, 0);
	assert_string_equal(verdict_make(&run.capture, &run.arena),
			    "There are no frames in this capture.");
	run_close(&run);
}

static void test_frames(void **state)
{
	struct shape shape = base_shape;
	struct frame frame;

	(void)state;
	begin(10, 10);
	feed(&run, &shape);
	/* Cut, malformed before and behind the IP header, and of a link type that nobody knows. */
	shape.cut = 60;
	feed(&run, &shape);
	frame = frame_of(&run.packet, ++run.number);
	frame.bytes.length = frame.wire_len = 10;
	feed_frame(&run, &frame);
	assert_null(run.sight->flow);
	assert_int_equal(run.sight->ip_len, 0);
	assert_int_equal(run.sight->traits, 0);
	set8(&run.packet, 34 + 12, 0);
	frame = frame_of(&run.packet, ++run.number);
	feed_frame(&run, &frame);
	frame = frame_of(&run.packet, ++run.number);
	frame.link_type = 105;
	frame.flags = 0;
	feed_frame(&run, &frame);
	run_finish(&run);
	assert_int_equal(run.capture.frames, 5);
	assert_int_equal(run.capture.bytes, 4 * 1054 + 10);
	assert_int_equal(run.capture.truncated_frames, 1);
	assert_int_equal(run.capture.malformed_frames, 2);
	assert_int_equal(run.capture.undecoded_frames, 2);
	assert_int_equal(run.capture.duration_ns, 3000);
	assert_int_equal(run.capture.nlinks, 2);
	assert_string_equal(run.capture.links[0].name, "EN10MB");
	assert_int_equal(run.capture.links[0].frames, 4);
	assert_true(run.capture.links[0].decoded);
	assert_int_equal(run.capture.links[1].frames, 1);
	assert_false(run.capture.links[1].decoded);
	run_close(&run);
}

static void test_unknown_link(void **state)
{
	struct frame frame;

	(void)state;
	begin(10, 10);
	build_shape(&run.packet, &base_shape);
	frame = frame_of(&run.packet, ++run.number);
	frame.link_type = 105;
	feed_frame(&run, &frame);
	run_finish(&run);
	assert_int_equal(run.capture.undecoded_frames, 1);
	assert_non_null(strstr(verdict_make(&run.capture, &run.arena), "IEEE802_11"));
	run_close(&run);
}

/* Times that go back and forth, and frames without one. */
static void test_duration(void **state)
{
	static const int64_t times[] = {5000, 9000, -2000, 7000};
	struct frame frame;

	(void)state;
	begin(10, 10);
	build_shape(&run.packet, &base_shape);
	for (size_t i = 0; i < array_size(times); i++) {
		frame = frame_of(&run.packet, ++run.number);
		frame.time_ns = times[i];
		feed_frame(&run, &frame);
	}
	frame = frame_of(&run.packet, ++run.number);
	frame.time_ns = 99999;
	frame.flags = 0;
	feed_frame(&run, &frame);
	run_finish(&run);
	assert_int_equal(run.capture.duration_ns, 11000);
	run_close(&run);
}

/* A file may say any time: more than 292 years are said as that. */
static void test_extreme_times(void **state)
{
	static const int64_t times[] = {INT64_MIN, 0, INT64_MAX};
	struct frame frame;

	(void)state;
	begin(10, 10);
	build_shape(&run.packet, &base_shape);
	for (size_t i = 0; i < array_size(times); i++) {
		frame = frame_of(&run.packet, ++run.number);
		frame.time_ns = times[i];
		feed_frame(&run, &frame);
	}
	run_finish(&run);
	assert_true(run.capture.duration_ns == INT64_MAX);
	assert_true(run.capture.flows[0].duration_ns == INT64_MAX);
	run_close(&run);
}

/* What the headers add up to is on the wire, whatever was captured. */
static void test_sizes(void **state)
{
	static const uint32_t payloads[] = {0, 0, 23, 24, 1460, 1461, 9176, 9177, 60000};
	static const struct {
		uint32_t from, to;
		uint64_t frames;
	} wanted[] = {
		{0, 63, 3},	 {64, 127, 1},	   {1024, 1500, 1},   {1501, 2047, 1},
		{8192, 9216, 1}, {9217, 16383, 1}, {32768, 65535, 1},
	};
	struct shape shape = base_shape;

	(void)state;
	begin(10, 10);
	for (size_t i = 0; i < array_size(payloads); i++) {
		shape.payload = payloads[i];
		feed(&run, &shape);
		assert_int_equal(run.sight->ip_len, 40 + payloads[i]);
		assert_int_equal(!!(run.sight->traits & TRAIT_OVERSIZED), payloads[i] > 1460);
	}
	run_finish(&run);
	assert_int_equal(run.capture.sizes.max_ip_len, 60040);
	assert_int_equal(run.capture.sizes.oversized, 4);
	assert_int_equal(run.capture.sizes.nhistogram, array_size(wanted));
	for (size_t i = 0; i < array_size(wanted); i++) {
		assert_int_equal(run.capture.sizes.histogram[i].from, wanted[i].from);
		assert_int_equal(run.capture.sizes.histogram[i].to, wanted[i].to);
		assert_int_equal(run.capture.sizes.histogram[i].frames, wanted[i].frames);
	}
	run_close(&run);
}

/* Every header counts, at each depth. */
static void test_checksums_and_tunnels(void **state)
{
	struct shape shape = base_shape;

	(void)state;
	begin(10, 10);
	feed(&run, &shape);
	shape.tunnel = true;
	feed(&run, &shape);
	shape.sum = SUM_PARTIAL;
	shape.lco = true;
	feed(&run, &shape);
	shape.v6 = 3;
	shape.udp = true;
	feed(&run, &shape);
	run_finish(&run);
	assert_int_equal(run.capture.checksums.ipv4[CSUM_OK], 5);
	assert_int_equal(run.capture.checksums.tcp[CSUM_OK], 2);
	assert_int_equal(run.capture.checksums.tcp[CSUM_PARTIAL], 1);
	assert_int_equal(run.capture.checksums.udp[CSUM_NONE], 1);
	assert_int_equal(run.capture.checksums.udp[CSUM_LCO], 2);
	assert_int_equal(run.capture.checksums.udp[CSUM_PARTIAL], 1);
	assert_int_equal(run.capture.tunnels[TUNNEL_VXLAN], 3);
	for (unsigned int kind = 0; kind < TUNNEL_KINDS; kind++)
		if (kind != TUNNEL_VXLAN)
			assert_int_equal(run.capture.tunnels[kind], 0);
	run_close(&run);
}

/* Steps are between packets of one flow, by header and by the DF bit of the later packet. */
static void test_ids(void **state)
{
	struct shape plain = base_shape, tunnel = base_shape;

	(void)state;
	begin(10, 10);
	tunnel.tunnel = true;
	tunnel.odf = false;
	for (unsigned int i = 0; i < 4; i++) {
		feed(&run, &plain);
		feed(&run, &tunnel);
		plain.id += 1;
		plain.df = i != 1;
		tunnel.oid += 5;
	}
	run_finish(&run);
	assert_int_equal(run.capture.ipid.plain_df1[ID_PLUS_ONE], 2);
	assert_int_equal(run.capture.ipid.plain_df0[ID_PLUS_ONE], 1);
	assert_int_equal(run.capture.ipid.inner_df1[ID_CONSTANT], 3);
	assert_int_equal(run.capture.ipid.outer_df0[ID_OTHER], 3);
	assert_int_equal(run.capture.ipid.plain_df1[ID_OTHER], 0);
	assert_int_equal(run.capture.ipid.outer_df1[ID_OTHER], 0);
	run_close(&run);
}

/* Flow @i sends @frames segments. */
static void feed_flow(uint16_t i, unsigned int frames)
{
	struct shape shape = base_shape;

	shape.sport = 1000 + i;
	for (unsigned int j = 0; j < frames; j++) {
		feed(&run, &shape);
		shape = next_of(&shape);
	}
}

/* By bytes; the first one seen first where they are equal. */
static void test_busiest_flows(void **state)
{
	static const unsigned int frames[] = {3, 9, 1, 9, 5, 2, 5};
	static const uint16_t wanted[] = {1, 3, 4, 6};

	(void)state;
	begin(10, 4);
	for (uint16_t i = 0; i < array_size(frames); i++)
		feed_flow(i, frames[i]);
	run_finish(&run);
	assert_int_equal(run.capture.flow_count, 7);
	assert_int_equal(run.capture.forgotten_flows, 0);
	assert_int_equal(run.capture.nflows, 4);
	for (size_t i = 0; i < 4; i++) {
		const struct capture_flow *flow = &run.capture.flows[i];

		assert_int_equal(flow->endpoints->src_port, 1000 + wanted[i]);
		assert_int_equal(flow->frames, frames[wanted[i]]);
		assert_int_equal(flow->bytes, 1054 * frames[wanted[i]]);
		assert_int_equal(flow->payload_bytes, 1000 * frames[wanted[i]]);
		assert_int_equal(flow->last_frame - flow->first_frame + 1, flow->frames);
		assert_int_equal(flow->duration_ns, 1000 * (flow->frames - 1));
		assert_int_equal(flow->pairs, flow->frames - 1);
		assert_int_equal(flow->mergeable, flow->pairs);
		assert_int_equal(flow->csum_ok, flow->frames);
	}
	run_close(&run);
}

/* What forgotten flows showed is part of the findings all the same. */
static void test_forgotten_flows(void **state)
{
	const struct finding *finding;

	(void)state;
	begin(3, 10);
	for (uint16_t i = 0; i < 50; i++) {
		struct shape shape = base_shape;

		shape.sport = 1000 + i;
		for (unsigned int j = 0; j < 10; j++) {
			shape.id += 7;
			feed(&run, &shape);
			shape.seq += shape.payload;
		}
	}
	run_finish(&run);
	assert_int_equal(run.capture.flow_count, 50);
	assert_int_equal(run.capture.forgotten_flows, 47);
	assert_int_equal(run.capture.nflows, 3);
	finding = find(&run, "ipid-not-sequential");
	assert_non_null(finding);
	assert_int_equal(finding->count, 50 * 9);
	assert_int_equal(finding->first_frame, 2);
	assert_int_equal(finding->last_frame, 500);
	assert_number(finding, "flows", 50);
	run_close(&run);
}

/* First and last frame are those of all flows, in whatever order these came and went. */
static void test_first_and_last_frame(void **state)
{
	struct shape a = base_shape, b = base_shape;
	const struct finding *finding;

	(void)state;
	begin(10, 0);
	b.sport++;
	for (unsigned int i = 0; i < 40; i++) {
		a.window += i >= 10 && i < 30;
		b.window += i >= 5 && i < 25;
		feed(&run, &a);
		feed(&run, &b);
		a = next_of(&a);
		b = next_of(&b);
	}
	run_finish(&run);
	finding = find(&run, "window-changes");
	assert_non_null(finding);
	assert_int_equal(finding->count, 40);
	assert_int_equal(finding->first_frame, 12);
	assert_int_equal(finding->last_frame, 59);
	assert_number(finding, "flows", 2);
	run_close(&run);
}

/* Errors before warnings before notes, then by count. */
static void test_order_of_findings(void **state)
{
	struct shape shape = base_shape;

	(void)state;
	begin(10, 0);
	for (unsigned int i = 0; i < 60; i++) {
		shape.sum = i == 30 ? SUM_WRONG : i % 3 ? SUM_PARTIAL : SUM_RIGHT;
		shape.id += 3;
		shape.cut = i == 31 ? 60 : 0;
		feed(&run, &shape);
		shape.seq += shape.payload;
	}
	run_finish(&run);
	assert_true(run.capture.nfindings >= 4);
	for (size_t i = 1; i < run.capture.nfindings; i++) {
		const struct finding *a = &run.capture.findings[i - 1], *b = a + 1;

		assert_true(a->severity >= b->severity);
		if (a->severity == b->severity)
			assert_true(a->count >= b->count);
	}
	assert_string_equal(run.capture.findings[0].id, "checksum-corrupt");
	assert_int_equal(run.capture.nflows, 0);
	assert_non_null(strstr(verdict_make(&run.capture, &run.arena), "damaged"));
	run_close(&run);
}

static void test_verdict_of_clean_capture(void **state)
{
	(void)state;
	begin(10, 10);
	feed_flow(1, 20);
	run_finish(&run);
	assert_int_equal(run.capture.nfindings, 0);
	assert_string_equal(verdict_make(&run.capture, &run.arena),
			    "Nothing in this capture needs mending.");
	run_close(&run);
}

/* The engine has room for every detector, and ids are told apart. */
static void test_detectors(void **state)
{
	(void)state;
	for (size_t i = 0; detectors[i]; i++) {
		assert_true(i < 64);
		assert_non_null(detectors[i]->id);
		assert_non_null(detectors[i]->summary);
		assert_non_null(detectors[i]->explain);
		assert_non_null(detectors[i]->finish);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(detectors[i]->id, detectors[j]->id);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_frames),
		cmocka_unit_test(test_unknown_link),
		cmocka_unit_test(test_duration),
		cmocka_unit_test(test_extreme_times),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_checksums_and_tunnels),
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_busiest_flows),
		cmocka_unit_test(test_forgotten_flows),
		cmocka_unit_test(test_first_and_last_frame),
		cmocka_unit_test(test_order_of_findings),
		cmocka_unit_test(test_verdict_of_clean_capture),
		cmocka_unit_test(test_detectors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
