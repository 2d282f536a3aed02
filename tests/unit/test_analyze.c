/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does each detector find what was put into a capture, and nothing in the same capture without it?
 */
#include "tests/unit/sight_bytes.h"

#define SEGMENTS 40u

typedef void change_fn(struct shape *shape, unsigned int i);

static struct run run;

/* SEGMENTS segments in a row, segment @i (from 0) changed by @change, if there is one. */
static void feed_train(const struct shape *base, change_fn *change)
{
	struct shape shape = *base;

	for (unsigned int i = 0; i < SEGMENTS; i++) {
		struct shape changed = shape;

		if (change)
			change(&changed, i);
		feed(&run, &changed);
		shape = next_of(&shape);
	}
}

static const struct finding *assert_found(const char *id, enum severity severity,
					  enum confidence confidence)
{
	const struct finding *finding = find(&run, id);

	if (!finding)
		fail_msg("no %s", id);
	assert_int_equal(finding->severity, severity);
	assert_int_equal(finding->confidence, confidence);
	return finding;
}

static void assert_seen(const struct finding *finding, uint64_t count, uint64_t first,
			uint64_t last)
{
	assert_int_equal(finding->count, count);
	assert_int_equal(finding->first_frame, first);
	assert_int_equal(finding->last_frame, last);
}

static void assert_not_found(const char *id)
{
	if (find(&run, id))
		fail_msg("%s: %s", id, find(&run, id)->text);
}

static void acks(struct shape *shape, unsigned int i)
{
	shape->ack += i;
}

static void windows(struct shape *shape, unsigned int i)
{
	shape->window += i;
}

static void ttls(struct shape *shape, unsigned int i)
{
	shape->ttl += i & 1;
}

static void marks(struct shape *shape, unsigned int i)
{
	shape->tos = i & 1 ? 3 : 2;
}

static void pushes(struct shape *shape, unsigned int i)
{
	(void)i;
	shape->flags |= TCP_PSH;
}

static void gaps(struct shape *shape, unsigned int i)
{
	shape->seq += i;
}

static void dfs(struct shape *shape, unsigned int i)
{
	shape->df = i & 1;
}

static void ip_options(struct shape *shape, unsigned int i)
{
	(void)i;
	shape->ip_options = "94040000";
}

static void pads(struct shape *shape, unsigned int i)
{
	(void)i;
	shape->pad = 6;
}

static void ports(struct shape *shape, unsigned int i)
{
	shape->tunnel = true;
	shape->osport += i;
}

static void outer_sums(struct shape *shape, unsigned int i)
{
	shape->tunnel = true;
	shape->outer_sum = i & 1 ? SUM_RIGHT : SUM_ZERO;
}

static void timestamps(struct shape *shape, unsigned int i)
{
	static const char *const options[] = {"0101080a 00000001 00000002",
					      "0101080a 00000003 00000002"};

	shape->options = options[i & 1];
}

static void in_tunnel(struct shape *shape, unsigned int i)
{
	(void)i;
	shape->tunnel = true;
}

static void with_options(struct shape *shape, unsigned int i)
{
	(void)i;
	shape->options = "0101080a 00000001 00000002";
}

/*
 * The causes of broken trains: all pairs of a train show one, in an otherwise clean capture. @twin
 * makes the capture with the one thing right.
 */
static const struct cause {
	const char *id;
	change_fn *change, *twin;
	enum severity severity;
	uint64_t count, first;
} causes[] = {
	{"ack-changes", acks, NULL, SEVERITY_NOTE, SEGMENTS - 1, 2},
	{"window-changes", windows, NULL, SEVERITY_NOTE, SEGMENTS - 1, 2},
	{"ttl-changes", ttls, NULL, SEVERITY_WARNING, SEGMENTS - 1, 2},
	{"tos-changes", marks, NULL, SEVERITY_NOTE, SEGMENTS - 1, 2},
	{"timestamp-changes", timestamps, with_options, SEVERITY_NOTE, SEGMENTS - 1, 2},
	{"push-every-segment", pushes, NULL, SEVERITY_NOTE, SEGMENTS - 1, 2},
	{"sequence-gaps", gaps, NULL, SEVERITY_NOTE, SEGMENTS - 1, 2},
	{"df-mixed", dfs, NULL, SEVERITY_WARNING, SEGMENTS - 1, 2},
	{"ip-options", ip_options, NULL, SEVERITY_WARNING, SEGMENTS - 1, 2},
	{"padded-frames", pads, NULL, SEVERITY_WARNING, SEGMENTS - 1, 2},
	{"outer-source-port-changes", ports, in_tunnel, SEVERITY_WARNING, SEGMENTS - 1, 2},
	{"outer-udp-checksum-mixed", outer_sums, in_tunnel, SEVERITY_WARNING, SEGMENTS - 1, 2},
};

static void test_broken_trains(void **state)
{
	(void)state;
	for (size_t i = 0; i < array_size(causes); i++) {
		const struct cause *cause = &causes[i];
		const struct finding *finding;

		run_open(&run);
		feed_train(&base_shape, cause->change);
		run_finish(&run);
		finding = assert_found(cause->id, cause->severity, CONFIDENCE_CERTAIN);
		assert_seen(finding, cause->count, cause->first, SEGMENTS);
		assert_number(finding, "pairs", SEGMENTS - 1);
		assert_number(finding, "only_cause", SEGMENTS - 1);
		assert_non_null(finding->flow);
		assert_string_equal(finding->flow->src, "10.0.0.2");
		assert_int_equal(run.capture.nfindings, 1);
		run_close(&run);

		run_open(&run);
		feed_train(&base_shape, cause->twin);
		run_finish(&run);
		assert_not_found(cause->id);
		assert_int_equal(run.capture.nfindings, 0);
		run_close(&run);
	}
}

static void test_padding_facts(void **state)
{
	static const struct {
		uint32_t payload, pad;
		enum severity severity;
		enum confidence confidence;
		uint64_t least;
	} cases[] = {
		/* Ethernet's own padding to 60 bytes; a trailer; maybe a frame check sequence. */
		{2, 4, SEVERITY_NOTE, CONFIDENCE_CERTAIN, 0},
		{1000, 6, SEVERITY_WARNING, CONFIDENCE_CERTAIN, 6},
		{1000, 4, SEVERITY_NOTE, CONFIDENCE_POSSIBLE, 4},
	};

	(void)state;
	for (size_t i = 0; i < array_size(cases); i++) {
		struct shape shape = base_shape;
		const struct finding *finding;

		run_open(&run);
		shape.payload = cases[i].payload;
		shape.pad = cases[i].pad;
		feed_train(&shape, NULL);
		run_finish(&run);
		finding = assert_found("padded-frames", cases[i].severity, cases[i].confidence);
		assert_number(finding, "trailer_min", cases[i].least);
		assert_number(finding, "trailer_max", cases[i].least);
		run_close(&run);
	}
}

static void jumping_ids(struct shape *shape, unsigned int i)
{
	shape->id += 2 * i;
}

static void jumping_inner_ids(struct shape *shape, unsigned int i)
{
	shape->tunnel = true;
	shape->id += 2 * i;
}

static void jumping_outer_ids(struct shape *shape, unsigned int i)
{
	shape->tunnel = true;
	shape->odf = false;
	shape->oid += 2 * i;
}

static void constant_ids(struct shape *shape, unsigned int i)
{
	shape->df = false;
	shape->id -= i;
}

static void constant_outer_ids(struct shape *shape, unsigned int i)
{
	shape->tunnel = true;
	shape->odf = false;
	shape->oid -= i;
}

static void df0_counting(struct shape *shape, unsigned int i)
{
	(void)i;
	shape->df = shape->odf = false;
}

static void constant_df1(struct shape *shape, unsigned int i)
{
	shape->id -= i;
	shape->oid -= i;
}

static void tunnel_df0_counting(struct shape *shape, unsigned int i)
{
	df0_counting(shape, i);
	shape->tunnel = true;
}

static void tunnel_constant_df1(struct shape *shape, unsigned int i)
{
	constant_df1(shape, i);
	shape->tunnel = true;
}

#define LINUX_UP_TO_6_17 "linux-4.7 linux-6.10 linux-6.15"

static const struct id_case {
	const char *id;
	change_fn *change, *twins[2];
	const char *header, *stops;
	uint64_t df, constant, other;
} id_cases[] = {
	{"ipid-not-sequential",
	 jumping_ids,
	 {NULL, df0_counting},
	 "plain",
	 LINUX_UP_TO_6_17 " linux-6.18",
	 1,
	 0,
	 SEGMENTS - 1},
	{"inner-ipid-not-sequential",
	 jumping_inner_ids,
	 {in_tunnel, tunnel_constant_df1},
	 "inner",
	 LINUX_UP_TO_6_17 " linux-6.18",
	 1,
	 0,
	 SEGMENTS - 1},
	{"outer-ipid-not-sequential",
	 jumping_outer_ids,
	 {in_tunnel, tunnel_df0_counting},
	 "outer",
	 LINUX_UP_TO_6_17 " linux-6.18 dpdk",
	 0,
	 0,
	 SEGMENTS - 1},
	{"ipid-constant",
	 constant_ids,
	 {df0_counting, constant_df1},
	 "plain",
	 LINUX_UP_TO_6_17 " dpdk",
	 0,
	 SEGMENTS - 1,
	 0},
	{"ipid-constant",
	 constant_outer_ids,
	 {tunnel_df0_counting, tunnel_constant_df1},
	 "outer",
	 LINUX_UP_TO_6_17 " dpdk",
	 0,
	 SEGMENTS - 1,
	 0},
};

static void check_ids(const struct id_case *it)
{
	const struct finding *finding;

	run_open(&run);
	feed_train(&base_shape, it->change);
	run_finish(&run);
	finding = assert_found(it->id, SEVERITY_WARNING, CONFIDENCE_CERTAIN);
	assert_seen(finding, SEGMENTS - 1, 2, SEGMENTS);
	assert_word(finding, "header", it->header);
	assert_word(finding, "stops", it->stops);
	assert_number(finding, "df", it->df);
	assert_number(finding, "steps", SEGMENTS - 1);
	assert_number(finding, "plus_one", 0);
	assert_number(finding, "constant", it->constant);
	assert_number(finding, "other", it->other);
	assert_number(finding, "pairs", SEGMENTS - 1);
	assert_number(finding, "pairs_stopped", SEGMENTS - 1);
	assert_number(finding, "pairs_stopped_by_this_alone", SEGMENTS - 1);
	assert_int_equal(run.capture.nfindings, 1);
	assert_true(finding->nadvice > 0);
	run_close(&run);
}

static void test_ids(void **state)
{
	(void)state;
	for (size_t i = 0; i < array_size(id_cases); i++) {
		check_ids(&id_cases[i]);
		for (unsigned int twin = 0; twin < 2; twin++) {
			run_open(&run);
			feed_train(&base_shape, id_cases[i].twins[twin]);
			run_finish(&run);
			assert_int_equal(run.capture.nfindings, 0);
			run_close(&run);
		}
	}
}

static void test_few_steps_prove_nothing(void **state)
{
	struct shape shape = base_shape;

	(void)state;
	run_open(&run);
	for (unsigned int i = 0; i < 3; i++) {
		feed(&run, &shape);
		shape = next_of(&shape);
		shape.id += 500;
	}
	run_finish(&run);
	assert_int_equal(run.capture.nfindings, 0);
	run_close(&run);
}

/*
 * A sender's 12 large frames and as many acknowledgements of the other side. @data and @ack say what
 * they are like.
 */
static void feed_large(const struct shape *data, const struct shape *ack, uint16_t id_step)
{
	struct shape forth = *data, back = *ack;

	back.reverse = true;
	back.payload = 0;
	for (unsigned int i = 0; i < 12; i++) {
		feed(&run, &forth);
		feed(&run, &back);
		forth.seq += forth.payload;
		forth.id += id_step;
		back.id++;
		back.ack += forth.payload;
	}
}

enum who {
	NOBODY,
	SENDER,
	RECEIVER,
	BOTH
};

static const struct origin_case {
	const char *origin;
	enum sum_kind sum;
	enum who partial_acks;
	uint16_t id_step;
	uint32_t payload, stale, mtu, capture_flags;
	bool udp, no_length, bad_ip;
	unsigned int v6;
} origins[] = {
	{.origin = "tso", .sum = SUM_PARTIAL, .partial_acks = SENDER, .id_step = 5},
	{.origin = "gro", .sum = SUM_PARTIAL, .partial_acks = RECEIVER, .id_step = 5},
	{.origin = "tso-or-gro", .sum = SUM_PARTIAL, .id_step = 5},
	{.origin = "local-gso-or-gro", .sum = SUM_PARTIAL, .partial_acks = BOTH, .id_step = 5},
	{.origin = "tso", .sum = SUM_PARTIAL, .capture_flags = FRAME_OUTBOUND, .id_step = 5},
	{.origin = "gro", .sum = SUM_PARTIAL, .capture_flags = FRAME_INBOUND, .id_step = 5},
	{.origin = "lro", .sum = SUM_RIGHT, .id_step = 5},
	{.origin = "jumbo", .sum = SUM_RIGHT, .id_step = 1, .mtu = 1500},
	{.origin = "windows-lso", .sum = SUM_NOLEN, .no_length = true, .id_step = 5},
	{.origin = "windows-lso", .sum = SUM_NOLEN, .id_step = 5},
	{.origin = "big-tcp", .sum = SUM_PARTIAL, .payload = 100000, .no_length = true, .v6 = 1},
	{.origin = "big-tcp", .sum = SUM_PARTIAL, .payload = 100000, .no_length = true},
	{.origin = "gso-partial", .sum = SUM_PARTIAL, .stale = 4000, .id_step = 5},
	{.origin = "udp-gso", .sum = SUM_PARTIAL, .udp = true, .capture_flags = FRAME_OUTBOUND},
	{.origin = "udp-gro", .sum = SUM_PARTIAL, .udp = true, .capture_flags = FRAME_INBOUND},
	{.origin = "udp-gso-or-gro", .sum = SUM_PARTIAL, .udp = true},
	{.origin = "dpdk-gro", .sum = SUM_WRONG, .bad_ip = true, .id_step = 5},
	{.origin = "unknown", .sum = SUM_WRONG},
};

static void run_origin(const struct origin_case *it, uint32_t payload)
{
	const struct analysis_options options = {.max_flows = 100, .mtu = it->mtu};
	struct shape data = base_shape, ack = base_shape, small;

	run_open_with(&run, &options);
	data.sum = it->sum;
	data.payload = payload;
	data.stale = payload > 5000 ? it->stale : 0;
	data.udp = ack.udp = it->udp;
	data.no_length = it->no_length && payload > 2000;
	data.v6 = ack.v6 = it->v6;
	data.ipv4_sum = it->bad_ip ? SUM_WRONG : SUM_RIGHT;
	data.capture_flags = it->capture_flags;
	small = data;
	small.payload = 0;
	small.no_length = false;
	small.stale = 0;
	if (it->partial_acks == SENDER || it->partial_acks == BOTH) {
		small.id = 3;
		feed(&run, &small);
		small.id++;
		feed(&run, &small);
	}
	if (it->partial_acks == RECEIVER || it->partial_acks == BOTH)
		ack.sum = SUM_PARTIAL;
	feed_large(&data, &ack, it->id_step);
	run_finish(&run);
}

static void test_oversized(void **state)
{
	(void)state;
	for (size_t i = 0; i < array_size(origins); i++) {
		const struct origin_case *it = &origins[i];
		uint32_t payload = it->payload ? it->payload : 6000;
		unsigned int before =
			it->partial_acks == SENDER || it->partial_acks == BOTH ? 2 : 0;
		const struct finding *finding;

		run_origin(it, payload);
		finding = find(&run, "oversized-frame");
		if (!finding)
			fail_msg("no oversized-frame: %s", it->origin);
		assert_word(finding, "origin", it->origin);
		assert_int_equal(finding->severity, SEVERITY_NOTE);
		assert_seen(finding, 12, before + 1, before + 23);
		assert_number(finding, "mtu", 1500);
		assert_number(finding, "max_ip_len",
			      (it->v6 ? 40 : 20) + (it->udp ? 8u : 20u) + payload);
		assert_int_equal(run.capture.sizes.oversized, 12);
		run_close(&run);

		run_origin(it, 1000);
		assert_not_found("oversized-frame");
		assert_int_equal(run.capture.sizes.oversized, 0);
		run_close(&run);
	}
}

/* Five IDs for 6000 bytes: five segments of 1200 on the wire. */
static void test_hidden_segments(void **state)
{
	const struct finding *finding;
	const struct fact *fact;

	(void)state;
	run_origin(&origins[0], 6000);
	finding = assert_found("oversized-frame", SEVERITY_NOTE, CONFIDENCE_CERTAIN);
	assert_number(finding, "segment_size", 1200);
	assert_number(finding, "id_step_more", 11);
	assert_number(finding, "id_step_one", 0);
	fact = find_fact(finding, "segments_per_frame");
	assert_non_null(fact);
	assert_true(fact->real > 4.99 && fact->real < 5.01);
	run_close(&run);
}

static void partial_sums(struct shape *shape, unsigned int i)
{
	(void)i;
	shape->sum = SUM_PARTIAL;
}

static void nolen_sums(struct shape *shape, unsigned int i)
{
	(void)i;
	shape->sum = SUM_NOLEN;
}

static void lco_sums(struct shape *shape, unsigned int i)
{
	(void)i;
	shape->tunnel = shape->lco = true;
	shape->sum = SUM_PARTIAL;
}

static void zero_sums(struct shape *shape, unsigned int i)
{
	(void)i;
	shape->sum = SUM_ZERO;
}

static void test_artefacts(void **state)
{
	static const struct {
		change_fn *change;
		const char *fact, *side;
		enum confidence confidence;
	} cases[] = {
		{partial_sums, "partial", "side_unknown", CONFIDENCE_CERTAIN},
		/* Only senders leave the length out. */
		{nolen_sums, "partial_nolen", "sent_by_this_host", CONFIDENCE_CERTAIN},
		{lco_sums, "lco", "side_unknown", CONFIDENCE_CERTAIN},
		{zero_sums, "zero", "side_unknown", CONFIDENCE_LIKELY},
	};

	(void)state;
	for (size_t i = 0; i < array_size(cases); i++) {
		const struct finding *finding;

		run_open(&run);
		feed_train(&base_shape, cases[i].change);
		run_finish(&run);
		finding = assert_found("checksum-artefact", SEVERITY_NOTE, cases[i].confidence);
		assert_seen(finding, SEGMENTS, 1, SEGMENTS);
		assert_number(finding, cases[i].fact, SEGMENTS);
		assert_number(finding, cases[i].side, SEGMENTS);
		assert_not_found("checksum-corrupt");
		assert_not_found("checksum-rewritten");
		run_close(&run);
	}
}

static void one_partial(struct shape *shape, unsigned int i)
{
	shape->sum = i == 7 ? SUM_PARTIAL : SUM_RIGHT;
}

/* One frame alone may have such a checksum by chance. */
static void test_one_artefact(void **state)
{
	(void)state;
	run_open(&run);
	feed_train(&base_shape, one_partial);
	run_finish(&run);
	assert_seen(assert_found("checksum-artefact", SEVERITY_NOTE, CONFIDENCE_POSSIBLE), 1, 8, 8);
	run_close(&run);
}

static void one_bad(struct shape *shape, unsigned int i)
{
	shape->sum = i == 7 ? SUM_WRONG : SUM_RIGHT;
}

static void one_bad_header(struct shape *shape, unsigned int i)
{
	shape->ipv4_sum = i == 7 ? SUM_WRONG : SUM_RIGHT;
}

/* Segment 7 is wrong and comes again as segment 8, right. */
static void one_repaired(struct shape *shape, unsigned int i)
{
	one_bad(shape, i);
	if (i >= 8)
		shape->seq -= shape->payload;
}

static void all_bad(struct shape *shape, unsigned int i)
{
	(void)i;
	shape->sum = SUM_WRONG;
}

/* The same segment again and again. */
static void stuck(struct shape *shape, unsigned int i)
{
	shape->sum = SUM_WRONG;
	shape->seq = 1000;
	shape->id += i;
}

static void stale_sums(struct shape *shape, unsigned int i)
{
	if (i % 4 != 1)
		return;
	shape->sum = shape->ipv4_sum = SUM_WRONG;
}

static void test_wrong_checksums(void **state)
{
	static const struct {
		change_fn *change;
		const char *id, *fact;
		enum severity severity;
		enum confidence confidence;
		uint64_t number, count, first, last;
	} cases[] = {
		{one_bad, "checksum-corrupt", "bad_l4", SEVERITY_ERROR, CONFIDENCE_LIKELY, 1, 1, 8,
		 8},
		{one_bad_header, "checksum-corrupt", "bad_ipv4_header", SEVERITY_ERROR,
		 CONFIDENCE_LIKELY, 1, 1, 8, 8},
		{one_repaired, "checksum-corrupt", "retransmitted", SEVERITY_ERROR,
		 CONFIDENCE_CERTAIN, 1, 1, 8, 8},
		{stuck, "checksum-corrupt", "repeated", SEVERITY_ERROR, CONFIDENCE_LIKELY,
		 SEGMENTS - 1, SEGMENTS, 1, SEGMENTS},
		{all_bad, "checksum-rewritten", "bad_l4", SEVERITY_WARNING, CONFIDENCE_LIKELY,
		 SEGMENTS, SEGMENTS, 1, SEGMENTS},
		{stale_sums, "checksum-rewritten", "bad_ipv4_header", SEVERITY_WARNING,
		 CONFIDENCE_LIKELY, SEGMENTS / 4, SEGMENTS / 4, 2, SEGMENTS - 2},
	};

	(void)state;
	for (size_t i = 0; i < array_size(cases); i++) {
		const struct finding *finding;

		run_open(&run);
		feed_train(&base_shape, cases[i].change);
		run_finish(&run);
		finding = assert_found(cases[i].id, cases[i].severity, cases[i].confidence);
		assert_seen(finding, cases[i].count, cases[i].first, cases[i].last);
		assert_number(finding, cases[i].fact, cases[i].number);
		assert_not_found("checksum-artefact");
		assert_not_found(i < 4 ? "checksum-rewritten" : "checksum-corrupt");
		run_close(&run);
	}
}

/* GRO holds two segments back, passes the wrong third one on at once, then the two as one train. */
static void test_overtaken(void **state)
{
	struct shape first = base_shape, wrong, held;
	const struct finding *finding;

	(void)state;
	run_open(&run);
	feed(&run, &first);
	held = next_of(&first);
	held.payload = 2000;
	held.sum = SUM_PARTIAL;
	wrong = base_shape;
	wrong.seq = held.seq + 2000;
	wrong.id = held.id + 2;
	wrong.sum = SUM_WRONG;
	feed(&run, &wrong);
	feed(&run, &held);
	run_finish(&run);
	finding = assert_found("checksum-corrupt", SEVERITY_ERROR, CONFIDENCE_CERTAIN);
	assert_seen(finding, 1, 2, 2);
	assert_number(finding, "overtook_a_train", 1);
	run_close(&run);
}

/* Several flows, all wrong: the file was edited, which is certain. */
static void test_edited_file(void **state)
{
	struct shape shape = base_shape;
	const struct finding *finding;

	(void)state;
	run_open(&run);
	for (unsigned int i = 0; i < 5; i++) {
		shape.sport++;
		feed_train(&shape, all_bad);
	}
	run_finish(&run);
	finding = assert_found("checksum-rewritten", SEVERITY_WARNING, CONFIDENCE_CERTAIN);
	assert_seen(finding, 5 * SEGMENTS, 1, 5 * SEGMENTS);
	assert_number(finding, "flows", 5);
	assert_word(finding, "cause", "anonymised-or-edited");
	run_close(&run);
}

static void zero_headers(struct shape *shape, unsigned int i)
{
	(void)i;
	shape->ipv4_sum = SUM_ZERO;
}

static void zero_lengths(struct shape *shape, unsigned int i)
{
	(void)i;
	shape->no_length = true;
}

static void test_zeros(void **state)
{
	struct shape large = base_shape;
	const struct finding *finding;

	(void)state;
	run_open(&run);
	feed_train(&base_shape, zero_headers);
	run_finish(&run);
	finding = assert_found("ipv4-header-checksum-zero", SEVERITY_NOTE, CONFIDENCE_CERTAIN);
	assert_seen(finding, SEGMENTS, 1, SEGMENTS);
	assert_int_equal(run.capture.checksums.ipv4[CSUM_ZERO], SEGMENTS);
	run_close(&run);
	run_open(&run);
	feed_train(&base_shape, zero_lengths);
	run_finish(&run);
	finding = assert_found("ip-length-zero", SEVERITY_NOTE, CONFIDENCE_CERTAIN);
	assert_seen(finding, SEGMENTS, 1, SEGMENTS);
	assert_word(finding, "origin", "windows-lso");
	assert_number(finding, "over_64k", 0);
	run_close(&run);
	run_open(&run);
	large.payload = 70000;
	large.no_length = true;
	feed_train(&large, NULL);
	run_finish(&run);
	finding = assert_found("ip-length-zero", SEVERITY_NOTE, CONFIDENCE_CERTAIN);
	assert_word(finding, "origin", "big-tcp");
	assert_number(finding, "over_64k", SEGMENTS);
	run_close(&run);
}

/*
 * VXLAN packets of 1550 bytes in two fragments, the first with @first bytes behind its header. 50
 * bytes of headers are around the inner packets.
 */
static void feed_fragments(bool tunnel, uint32_t first)
{
	struct shape shape = base_shape;

	shape.payload = 1460;
	shape.tunnel = tunnel;
	shape.odf = shape.df = false;
	for (unsigned int i = 0; i < 10; i++) {
		uint32_t whole, end = 34 + first;
		struct frame frame;

		build_shape(&run.packet, &shape);
		whole = run.packet.length;
		if (tunnel) {
			set16(&run.packet, 20, 0x2000);
			run.packet.length = end;
			end_ip(&run.packet, 14);
		}
		frame = frame_of(&run.packet, ++run.number);
		feed_frame(&run, &frame);
		if (tunnel) {
			memmove(run.packet.bytes + 34, run.packet.bytes + end, whole - end);
			run.packet.length = 34 + whole - end;
			set16(&run.packet, 20, first / 8);
			end_ip(&run.packet, 14);
			frame = frame_of(&run.packet, ++run.number);
			feed_frame(&run, &frame);
		}
		shape = next_of(&shape);
	}
	run_finish(&run);
}

static void test_fragmented_tunnel(void **state)
{
	static const struct {
		uint32_t first, mtu;
	} cases[] = {{1480, 1500}, {1472, 1492}, {1400, 1420}};

	(void)state;
	for (size_t i = 0; i < array_size(cases); i++) {
		const struct finding *finding;

		run_open(&run);
		feed_fragments(true, cases[i].first);
		finding = assert_found("tunnel-fragmented", SEVERITY_WARNING, CONFIDENCE_CERTAIN);
		assert_seen(finding, 10, 1, 19);
		assert_number(finding, "later_fragments", 10);
		assert_number(finding, "underlay_mtu", cases[i].mtu);
		assert_number(finding, "overhead", 50);
		assert_number(finding, "inner_mtu", cases[i].mtu - 50);
		assert_number(finding, "max_inner_len", 1500);
		run_close(&run);
	}
	run_open(&run);
	feed_fragments(false, 0);
	assert_int_equal(run.capture.nfindings, 0);
	run_close(&run);
}

/* With an MTU of 1496 the first fragment has 1472 bytes, and its packet 1492. */
static void test_underlay_mtu(void **state)
{
	const struct analysis_options options = {.max_flows = 10, .mtu = 1496};

	(void)state;
	run_open_with(&run, &options);
	feed_fragments(true, 1472);
	assert_number(find(&run, "tunnel-fragmented"), "underlay_mtu", 1496);
	assert_number(find(&run, "tunnel-fragmented"), "inner_mtu", 1446);
	run_close(&run);
}

static void cuts(struct shape *shape, unsigned int i)
{
	shape->cut = i & 1 ? 96 : 50;
}

static void test_truncated(void **state)
{
	const struct finding *finding;

	(void)state;
	run_open(&run);
	feed_train(&base_shape, cuts);
	run_finish(&run);
	finding = assert_found("capture-truncated", SEVERITY_NOTE, CONFIDENCE_CERTAIN);
	assert_seen(finding, SEGMENTS, 1, SEGMENTS);
	assert_number(finding, "longest_kept", 96);
	assert_number(finding, "unverified_checksums", SEGMENTS / 2);
	assert_number(finding, "without_l4_header", SEGMENTS / 2);
	assert_int_equal(run.capture.truncated_frames, SEGMENTS);
	assert_int_equal(run.capture.malformed_frames, 0);
	run_close(&run);
}

/* Every detector that there is has a test above, in test_scene.c or in test_truth.c. */
static void test_every_detector(void **state)
{
	static const char *const tested[] = {
		"ack-changes",
		"capture-point",
		"capture-truncated",
		"checksum-artefact",
		"checksum-corrupt",
		"checksum-misjudged",
		"checksum-rewritten",
		"checksum-unfilled",
		"df-mixed",
		"hw-csum-failure",
		"inner-ipid-not-sequential",
		"ip-length-wrong",
		"ip-length-zero",
		"ip-options",
		"ipid-constant",
		"ipid-not-sequential",
		"ipv4-header-checksum-zero",
		"lro-forwarding",
		"outer-ipid-not-sequential",
		"outer-source-port-changes",
		"outer-udp-checksum-mixed",
		"oversized-frame",
		"oversized-unmarked",
		"padded-frames",
		"push-every-segment",
		"sequence-gaps",
		"timestamp-changes",
		"tos-changes",
		"ttl-changes",
		"tunnel-fragmented",
		"window-changes",
	};

	(void)state;
	for (size_t i = 0; detectors[i]; i++) {
		bool found = false;

		for (size_t j = 0; j < array_size(tested); j++)
			found |= strcmp(tested[j], detectors[i]->id) == 0;
		if (!found)
			fail_msg("%s has no unit test", detectors[i]->id);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_broken_trains),
		cmocka_unit_test(test_padding_facts),
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_few_steps_prove_nothing),
		cmocka_unit_test(test_oversized),
		cmocka_unit_test(test_hidden_segments),
		cmocka_unit_test(test_artefacts),
		cmocka_unit_test(test_one_artefact),
		cmocka_unit_test(test_wrong_checksums),
		cmocka_unit_test(test_overtaken),
		cmocka_unit_test(test_edited_file),
		cmocka_unit_test(test_zeros),
		cmocka_unit_test(test_fragmented_tunnel),
		cmocka_unit_test(test_underlay_mtu),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_every_detector),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
