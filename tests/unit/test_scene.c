/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is the MTU inferred from what shows it, and are hosts called local only if frames prove it? Asked of
 * whole analyses, and of what they say in the end.
 */
#include "tests/unit/sight_bytes.h"

static struct run run;

static void begin(uint32_t mtu)
{
	const struct analysis_options options = {.max_flows = 1000, .mtu = mtu};

	run_open_with(&run, &options);
}

static void end_with_mtu(uint32_t mtu, enum mtu_source source)
{
	run_finish(&run);
	assert_int_equal(run.capture.mtu.value, mtu);
	assert_string_equal(mtu_source_names[run.capture.mtu.source], mtu_source_names[source]);
}

/* @count segments with @payload bytes, IDs @step apart. */
static void feed_segments(unsigned int count, uint32_t payload, uint16_t step, enum sum_kind sum)
{
	struct shape shape = base_shape;

	shape.payload = payload;
	shape.sum = sum;
	for (unsigned int i = 0; i < count; i++) {
		feed(&run, &shape);
		shape.seq += payload;
		shape.id += step;
	}
}

/* A SYN that announces an MSS (RFC 9293 section 3.7.1: without headers of 20 bytes each). */
static void feed_syn(uint16_t mss, bool v6)
{
	struct shape shape = base_shape;
	char options[16];

	snprintf(options, sizeof(options), "0204%04x", mss);
	shape.options = options;
	shape.flags = TCP_SYN;
	shape.payload = 0;
	shape.v6 = v6;
	feed(&run, &shape);
}

static void test_mtu_given(void **state)
{
	(void)state;
	begin(9000);
	feed_syn(1460, false);
	feed_segments(10, 3000, 1, SUM_RIGHT);
	end_with_mtu(9000, MTU_OPTION);
	assert_int_equal(run.capture.sizes.oversized, 0);
	run_close(&run);
	begin(1000);
	feed_segments(3, 960, 1, SUM_RIGHT);
	feed_segments(2, 961, 1, SUM_RIGHT);
	end_with_mtu(1000, MTU_OPTION);
	assert_int_equal(run.capture.sizes.oversized, 2);
	run_close(&run);
}

static void test_mtu_assumed(void **state)
{
	(void)state;
	begin(0);
	end_with_mtu(1500, MTU_DEFAULT);
	run_close(&run);
	begin(0);
	feed_segments(10, 1000, 1, SUM_RIGHT);
	end_with_mtu(1500, MTU_DEFAULT);
	run_close(&run);
}

/* Many packets of just 1500 bytes. */
static void test_mtu_by_sizes(void **state)
{
	(void)state;
	begin(0);
	feed_segments(20, 1460, 1, SUM_RIGHT);
	end_with_mtu(1500, MTU_SIZES);
	assert_int_equal(run.capture.sizes.oversized, 0);
	run_close(&run);
}

/* Whole packets, each with one ID, as long as the longest; merged ones take several. */
static void test_mtu_of_jumbo_frames(void **state)
{
	(void)state;
	begin(0);
	feed_segments(20, 8960, 1, SUM_RIGHT);
	end_with_mtu(9000, MTU_SIZES);
	assert_int_equal(run.capture.sizes.oversized, 0);
	assert_null(find(&run, "oversized-frame"));
	run_close(&run);
	begin(0);
	feed_segments(20, 8960, 7, SUM_RIGHT);
	end_with_mtu(1500, MTU_DEFAULT);
	assert_int_equal(run.capture.sizes.oversized, 20);
	run_close(&run);
	begin(0);
	feed_segments(20, 8960, 1, SUM_PARTIAL);
	end_with_mtu(1500, MTU_DEFAULT);
	assert_int_equal(run.capture.sizes.oversized, 20);
	run_close(&run);
}

static void test_mtu_by_mss(void **state)
{
	static const struct {
		uint16_t mss;
		bool v6;
		uint32_t mtu;
		enum mtu_source source;
	} cases[] = {
		{1460, false, 1500, MTU_MSS},
		{1440, true, 1500, MTU_MSS},
		{8960, false, 9000, MTU_MSS},
		{8940, true, 9000, MTU_MSS},
		/* A smaller one may be clamped on the way, one of 64 KiB is of a loopback. */
		{1360, false, 1500, MTU_DEFAULT},
		{65495, false, 1500, MTU_DEFAULT},
	};

	(void)state;
	for (size_t i = 0; i < array_size(cases); i++) {
		begin(0);
		feed_syn(cases[i].mss, cases[i].v6);
		feed_segments(4, 100, 1, SUM_RIGHT);
		end_with_mtu(cases[i].mtu, cases[i].source);
		run_close(&run);
	}
}

/* Inside a tunnel the MSS is that of the tunnel's device. */
static void test_mss_in_tunnel(void **state)
{
	struct shape shape = base_shape;

	(void)state;
	begin(0);
	shape.tunnel = true;
	shape.options = "02042300";
	shape.flags = TCP_SYN;
	shape.payload = 0;
	feed(&run, &shape);
	end_with_mtu(1500, MTU_DEFAULT);
	run_close(&run);
}

/* Lengths of options that lead nowhere, or out of the header. */
static void test_mss_options(void **state)
{
	static const struct {
		const char *options;
		uint32_t mtu;
	} cases[] = {
		{"0101 0204 2300 0000", 0x2300 + 40},
		{"0304 0000 0204 2300", 0x2300 + 40},
		{"0000 0000 0204 2300", 1500},
		{"0200 2300", 1500},
		{"0201 2300", 1500},
		{"0203 2300", 1500},
		{"0101 0102", 1500},
		{"0101 0204", 1500},
	};

	(void)state;
	for (size_t i = 0; i < array_size(cases); i++) {
		struct shape shape = base_shape;

		begin(0);
		shape.options = cases[i].options;
		shape.flags = TCP_SYN;
		shape.payload = 0;
		feed(&run, &shape);
		run_finish(&run);
		assert_int_equal(run.capture.mtu.value, cases[i].mtu);
		run_close(&run);
	}
}

static void feed_loopback(unsigned int count, uint32_t payload)
{
	struct shape shape = base_shape;

	shape.loopback = true;
	shape.payload = payload;
	shape.sum = SUM_PARTIAL;
	for (unsigned int i = 0; i < count; i++) {
		feed(&run, &shape);
		shape = next_of(&shape);
	}
}

static void test_mtu_of_loopback(void **state)
{
	(void)state;
	begin(0);
	feed_loopback(6, 20000);
	feed_segments(5, 100, 1, SUM_RIGHT);
	end_with_mtu(65536, MTU_LOOPBACK);
	assert_int_equal(run.capture.sizes.oversized, 0);
	run_close(&run);
	/* It has to be most of the capture. */
	begin(0);
	feed_loopback(5, 20000);
	feed_segments(5, 100, 1, SUM_RIGHT);
	end_with_mtu(1500, MTU_DEFAULT);
	assert_int_equal(run.capture.sizes.oversized, 5);
	run_close(&run);
}

/* By Ethernet addresses of 0, and by ::1. @length: of the IPv6 packets, in which 40 is the header. */
static void feed_loopback6(unsigned int count, uint32_t length, bool by_address)
{
	for (unsigned int i = 0; i < count; i++) {
		struct frame frame;

		run.packet.length = 0;
		put_ethernet(&run.packet, 0x86dd);
		if (!by_address)
			memset(run.packet.bytes, 0, 12);
		put_ipv6(&run.packet, 6);
		if (by_address) {
			memset(run.packet.bytes + 22, 0, 15);
			run.packet.bytes[37] = 1;
		}
		put_tcp(&run.packet);
		put_filler(&run.packet, length - 60);
		end_tcp(&run.packet, 14, 54, SUM_PARTIAL);
		end_ip(&run.packet, 14);
		frame = frame_of(&run.packet, ++run.number);
		feed_frame(&run, &frame);
	}
}

/* A packet of the MTU is not longer than the MTU; one byte more is. */
static void test_loopback_limit(void **state)
{
	(void)state;
	for (unsigned int by_address = 0; by_address < 2; by_address++) {
		begin(0);
		feed_loopback6(8, 65536 - 1, by_address);
		end_with_mtu(65536, MTU_LOOPBACK);
		assert_int_equal(run.capture.sizes.oversized, 0);
		run_close(&run);
		begin(0);
		feed_loopback6(8, 65536, by_address);
		end_with_mtu(65536, MTU_LOOPBACK);
		assert_int_equal(run.capture.sizes.oversized, 0);
		assert_null(find(&run, "oversized-frame"));
		run_close(&run);
		begin(0);
		feed_loopback6(8, 65537, by_address);
		end_with_mtu(65536, MTU_LOOPBACK);
		assert_int_equal(run.capture.sizes.oversized, 8);
		assert_non_null(find(&run, "oversized-frame"));
		run_close(&run);
	}
}

/* Small frames of host 10.0.0.@host with @sum, and answers with right checksums. */
static void feed_host(uint8_t host, unsigned int count, uint32_t payload, enum sum_kind sum)
{
	struct shape shape = base_shape, answer = base_shape;

	shape.host = answer.host = host;
	shape.sum = sum;
	shape.payload = payload;
	answer.reverse = true;
	answer.payload = 0;
	answer.id = 9000;
	for (unsigned int i = 0; i < count; i++) {
		feed(&run, &shape);
		feed(&run, &answer);
		shape = next_of(&shape);
		answer = next_of(&answer);
	}
}

/* What a host sends without payload, GRO cannot have made. */
static void test_local_host(void **state)
{
	const struct finding *finding;

	(void)state;
	begin(0);
	feed_host(9, 3, 0, SUM_PARTIAL);
	run_finish(&run);
	finding = find(&run, "capture-point");
	assert_non_null(finding);
	assert_int_equal(finding->severity, SEVERITY_NOTE);
	assert_int_equal(finding->confidence, CONFIDENCE_CERTAIN);
	assert_word(finding, "local", "10.0.0.9");
	assert_number(finding, "flows_from_local", 1);
	assert_number(finding, "flows_to_local", 1);
	assert_number(finding, "flows_within", 0);
	assert_number(find(&run, "checksum-artefact"), "sent_by_this_host", 3);
	run_close(&run);
}

static void test_no_local_host(void **state)
{
	static const struct {
		unsigned int count;
		uint32_t payload;
		enum sum_kind sum;
	} cases[] = {
		{1, 0, SUM_PARTIAL},	/* by chance, once in 65536 frames */
		{20, 100, SUM_PARTIAL}, /* may be merged from smaller ones */
		{20, 0, SUM_RIGHT},
		{20, 0, SUM_WRONG},
	};

	(void)state;
	for (size_t i = 0; i < array_size(cases); i++) {
		begin(0);
		feed_host(9, cases[i].count, cases[i].payload, cases[i].sum);
		run_finish(&run);
		assert_null(find(&run, "capture-point"));
		run_close(&run);
	}
}

/* Datagrams are never merged with a partial checksum below the MTU. */
static void test_local_by_datagrams(void **state)
{
	struct shape shape = base_shape;

	(void)state;
	begin(0);
	shape.udp = true;
	shape.sum = SUM_PARTIAL;
	feed(&run, &shape);
	feed(&run, &shape);
	run_finish(&run);
	assert_non_null(find(&run, "capture-point"));
	assert_word(find(&run, "capture-point"), "local", "10.0.0.2");
	run_close(&run);
}

/* Both ends leave checksums to nobody: containers of one host. */
static void test_both_local(void **state)
{
	struct shape shape = base_shape, back = base_shape;
	const struct finding *finding;

	(void)state;
	begin(0);
	shape.sum = back.sum = SUM_PARTIAL;
	shape.payload = back.payload = 0;
	back.reverse = true;
	for (unsigned int i = 0; i < 3; i++) {
		feed(&run, &shape);
		feed(&run, &back);
		shape = next_of(&shape);
		back = next_of(&back);
	}
	run_finish(&run);
	finding = find(&run, "capture-point");
	assert_non_null(finding);
	assert_int_equal(finding->confidence, CONFIDENCE_LIKELY);
	assert_number(finding, "flows_within", 2);
	assert_number(find(&run, "checksum-artefact"), "within_this_machine", 6);
	run_close(&run);
}

/* What the capture itself says of the direction counts more than addresses. */
static void test_sides(void **state)
{
	static const struct {
		uint32_t flags;
		const char *fact;
	} cases[] = {
		{FRAME_OUTBOUND, "sent_by_this_host"},
		{FRAME_INBOUND, "received_by_this_host"},
		{0, "side_unknown"},
	};
	struct shape large = base_shape;

	(void)state;
	for (size_t i = 0; i < array_size(cases); i++) {
		struct shape shape = base_shape;

		begin(0);
		shape.sum = SUM_PARTIAL;
		shape.capture_flags = cases[i].flags;
		for (unsigned int j = 0; j < 5; j++) {
			feed(&run, &shape);
			shape = next_of(&shape);
		}
		run_finish(&run);
		assert_number(find(&run, "checksum-artefact"), cases[i].fact, 5);
		run_close(&run);
	}
	/* To a host that is known to be local: received. */
	begin(0);
	feed_host(9, 3, 0, SUM_PARTIAL);
	large.host = 9;
	large.reverse = true;
	large.sum = SUM_PARTIAL;
	large.payload = 5000;
	feed(&run, &large);
	run_finish(&run);
	assert_number(find(&run, "checksum-artefact"), "received_by_this_host", 1);
	assert_number(find(&run, "checksum-artefact"), "sent_by_this_host", 3);
	assert_word(find(&run, "oversized-frame"), "origin", "gro");
	run_close(&run);
}

/* More local hosts than are kept do no harm. */
static void test_many_local_hosts(void **state)
{
	(void)state;
	begin(0);
	for (unsigned int host = 2; host < 200; host++)
		feed_host((uint8_t)host, 2, 0, SUM_PARTIAL);
	run_finish(&run);
	assert_non_null(find(&run, "capture-point"));
	assert_word(find(&run, "capture-point"), "local",
		    "10.0.0.2 10.0.0.3 10.0.0.4 10.0.0.5 ...");
	run_close(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mtu_given),	 cmocka_unit_test(test_mtu_assumed),
		cmocka_unit_test(test_mtu_by_sizes),	 cmocka_unit_test(test_mtu_of_jumbo_frames),
		cmocka_unit_test(test_mtu_by_mss),	 cmocka_unit_test(test_mss_in_tunnel),
		cmocka_unit_test(test_mss_options),	 cmocka_unit_test(test_mtu_of_loopback),
		cmocka_unit_test(test_loopback_limit),	 cmocka_unit_test(test_local_host),
		cmocka_unit_test(test_no_local_host),	 cmocka_unit_test(test_local_by_datagrams),
		cmocka_unit_test(test_both_local),	 cmocka_unit_test(test_sides),
		cmocka_unit_test(test_many_local_hosts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
