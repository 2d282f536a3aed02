/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is the length of segments found in what shows it, the best of it first, and never made up?
 */
#include "pcap/csum.h"
#include "pcap/detector.h"
#include "pcap/split/survey.h"
#include "tests/unit/shape_bytes.h"

#define MOST 64

static struct packet packet;
static struct shape shapes[MOST];
static struct split_size sizes[MOST];
static size_t count;
static uint32_t mtu;

static struct shape *add(struct shape shape)
{
	assert_true(count < MOST);
	shapes[count] = shape;
	return &shapes[count++];
}

/* A frame of @segments segments of @length bytes, whose sender's next ID is @step further. */
static void add_long(struct shape *shape, uint32_t segments, uint32_t length, uint16_t step)
{
	shape->payload = segments * length;
	add(*shape);
	shape->seq += shape->payload;
	shape->id += step;
	shape->oid += step;
}

static struct frame frame_at(size_t i)
{
	build_shape(&packet, &shapes[i]);
	return frame_of_shape(&packet, &shapes[i], i + 1);
}

/* Both passes over the shapes that were added; then there are none any more. */
static void survey_with(const struct split_survey_options *options)
{
	struct split_survey *survey = split_survey_open(options);
	const struct sum_ops *sums = sum_ops_best();
	struct capture_checksums counts = {0};
	uint8_t csums[VIEW_MAX_HEADERS];
	enum csum_verdict known;
	struct err err = {0};
	struct view view;

	assert_non_null(survey);
	for (size_t i = 0; i < count; i++) {
		struct frame frame = frame_at(i);

		assert_int_equal(split_survey_frame(survey, &frame, &err), 0);
	}
	assert_int_equal(split_survey_settle(survey, &err), 0);
	mtu = split_survey_mtu(survey);
	for (size_t i = 0; i < count; i++) {
		struct frame frame = frame_at(i);

		view_decode(&view, &frame, &options->view);
		csum_verify(&view, sums, csums, &counts);
		known = split_survey_verdict(survey, &view);
		sizes[i] = split_survey_size(survey, &view, csums);
		/* Of each frame that is split it is known, and what was found in the first pass. */
		if (known != CSUM_VERDICTS || sizes[i].segment > SPLIT_UNKNOWN)
			assert_int_equal(known, csums[view.l4]);
	}
	split_survey_close(survey);
	count = 0;
}

static void survey(void)
{
	const struct split_survey_options options = {.max_flows = 1000};

	survey_with(&options);
}

static void expect(size_t i, enum split_source source, uint32_t segment)
{
	if (sizes[i].source != source || sizes[i].segment != segment)
		fail_msg("frame %zu: %u bytes %s, not %u bytes %s", i, sizes[i].segment,
			 split_source_texts[sizes[i].source], segment, split_source_texts[source]);
}

/* As on a host that sends: partial checksums. */
static struct shape sender(void)
{
	struct shape shape = base_shape;

	shape.sum = SUM_PARTIAL;
	return shape;
}

static void test_short_frames(void **state)
{
	struct shape shape = sender();

	(void)state;
	for (unsigned int i = 0; i < 5; i++)
		add_long(&shape, 1, 1460, 1);
	survey();
	for (unsigned int i = 0; i < 5; i++)
		expect(i, SPLIT_NONE, 0);
	assert_int_equal(mtu, 1500);
}

/* The last frame has no next ID, but its flow has a habit. */
static void test_ids(void **state)
{
	struct shape shape = sender();

	(void)state;
	add_long(&shape, 10, 1400, 10);
	add_long(&shape, 7, 1400, 7);
	add_long(&shape, 1, 300, 1);
	add_long(&shape, 44, 1400, 44);
	survey();
	expect(0, SPLIT_IDS, 1400);
	expect(1, SPLIT_IDS, 1400);
	expect(2, SPLIT_NONE, 0);
	expect(3, SPLIT_IDS, 1400);
	assert_int_equal(sizes[0].fixed_id, 0);
}

/* Frames with a short segment at the end tell a range; a whole segment tells which of it. */
static void test_ids_and_a_segment(void **state)
{
	struct shape shape = sender();

	(void)state;
	add_long(&shape, 1, 1380, 1);
	add_long(&shape, 1, 2 * 1380 + 100, 3);
	add_long(&shape, 1, 4 * 1380 + 700, 5);
	add_long(&shape, 1, 10, 1);
	survey();
	expect(1, SPLIT_IDS, 1380);
	expect(2, SPLIT_IDS, 1380);
}

/* Other flows of the sender use the same counter now and then. */
static void test_ids_shared(void **state)
{
	struct shape shape = sender();

	(void)state;
	for (unsigned int i = 0; i < 12; i++)
		add_long(&shape, 10, 1448, i % 4 == 3 ? 13 : 10);
	survey();
	for (unsigned int i = 0; i < 12; i++)
		expect(i, SPLIT_IDS, 1448);
}

/* A counter that many flows share says nothing of this one: all agree with no other. */
static void test_ids_disagree(void **state)
{
	static const uint16_t steps[] = {12, 12, 17, 17, 22, 22, 31, 31};
	struct shape shape = sender(), syn = base_shape;

	(void)state;
	syn.reverse = true;
	syn.flags = TCP_SYN | TCP_ACK;
	syn.payload = 0;
	syn.options = "020405b4"; /* 1460 */
	add(syn);
	for (size_t i = 0; i < 8; i++)
		add_long(&shape, 10, 1460, steps[i]);
	add_long(&shape, 1, 20, 1);
	survey();
	for (size_t i = 1; i <= 8; i++)
		expect(i, SPLIT_MSS, 1460);
}

/* A sender whose path has become narrower. */
static void test_ids_change(void **state)
{
	struct shape shape = sender();

	(void)state;
	for (unsigned int i = 0; i < 10; i++)
		add_long(&shape, 10, 1400, 10);
	for (unsigned int i = 0; i < 10; i++)
		add_long(&shape, 10, 1000, 10);
	add_long(&shape, 1, 20, 1);
	survey();
	for (unsigned int i = 0; i < 10; i++)
		expect(i, SPLIT_IDS, 1400);
	for (unsigned int i = 10; i < 20; i++)
		expect(i, SPLIT_IDS, 1000);
}

/* Segments with more options carry less, and are as long as the others. */
static void test_options(void **state)
{
	struct shape shape = sender();

	(void)state;
	shape.options = "0101080a 00000001 00000002";
	for (unsigned int i = 0; i < 4; i++)
		add_long(&shape, 10, 1448, 10);
	shape.options = "0101080a 00000001 00000002 0101050a 00000001 00000009";
	add_long(&shape, 10, 1436, 10);
	survey();
	expect(0, SPLIT_IDS, 1448);
	expect(4, SPLIT_IDS, 1436);
}

/* In a tunnel: the inner header counts, or else the outer one. */
static void test_ids_in_tunnel(void **state)
{
	struct shape shape = sender();

	(void)state;
	shape.tunnel = true;
	for (unsigned int i = 0; i < 3; i++)
		add_long(&shape, 10, 1410, 10);
	survey();
	expect(0, SPLIT_IDS, 1410);
	shape.v6 = 2;
	for (unsigned int i = 0; i < 3; i++)
		add_long(&shape, 10, 1390, 10);
	survey();
	expect(0, SPLIT_IDS, 1390);
}

/* A gap in the capture is no stride. */
static void test_gap(void **state)
{
	struct shape shape = sender();

	(void)state;
	add_long(&shape, 2, 1448, 3);
	shape.seq += 1448;
	add_long(&shape, 1, 100, 1);
	survey();
	expect(0, SPLIT_MTU, 1460);
}

static void test_constant_ids(void **state)
{
	struct shape shape = sender();

	(void)state;
	for (unsigned int i = 0; i < 3; i++)
		add_long(&shape, 1, 1300, 0);
	add_long(&shape, 10, 1300, 0);
	add_long(&shape, 1, 200, 0);
	survey();
	expect(3, SPLIT_SEGMENTS, 1300);
	assert_int_equal(sizes[3].fixed_id, 1 << LEVEL_INNER);
}

/* One short segment alone is no rule. */
static void test_lone_segment(void **state)
{
	struct shape shape = sender();

	(void)state;
	shape.v6 = 1;
	add_long(&shape, 1, 300, 1);
	add_long(&shape, 10, 1440, 1);
	survey();
	expect(1, SPLIT_MTU, 1440);
}

static void test_mss(void **state)
{
	struct shape shape = sender(), syn = base_shape;

	(void)state;
	shape.v6 = syn.v6 = 1;
	syn.reverse = true;
	syn.flags = TCP_SYN | TCP_ACK;
	syn.payload = 0;
	syn.options = "02040514"; /* 1300 */
	add(syn);
	shape.options = "0101080a 00000001 00000002";
	add_long(&shape, 10, 1288, 1);
	survey();
	expect(1, SPLIT_MSS, 1288);
}

static void test_mtu(void **state)
{
	const struct split_survey_options options = {.max_flows = 1000, .mtu = 1280};
	struct shape shape = sender();

	(void)state;
	shape.v6 = 1;
	add_long(&shape, 10, 1220, 1);
	survey_with(&options);
	expect(0, SPLIT_MTU, 1220);
	assert_int_equal(mtu, 1280);
}

static void test_given(void **state)
{
	const struct split_survey_options options = {.max_flows = 1000, .segment = 500};
	struct shape shape = sender();

	(void)state;
	add_long(&shape, 10, 1400, 10);
	add_long(&shape, 1, 1000, 1);
	survey_with(&options);
	expect(0, SPLIT_GIVEN, 500);
	expect(1, SPLIT_NONE, 0);
}

/* Where it would be a guess whether a frame is whole, what is given decides. */
static void test_given_alone(void **state)
{
	struct split_survey_options options = {.max_flows = 1000};
	struct shape shape = base_shape;

	(void)state;
	shape.payload = 5000;
	add(shape);
	survey_with(&options);
	expect(0, SPLIT_NONE, SPLIT_UNKNOWN);
	options.segment = 500;
	add(shape);
	survey_with(&options);
	expect(0, SPLIT_GIVEN, 500);
}

/* The lengths are those of the first segment, what follows is not padding. */
static void test_metadata(void **state)
{
	struct shape shape = sender();

	(void)state;
	shape.payload = 9 * 1200 + 17;
	shape.stale = shape.payload - 1200;
	add(shape);
	survey();
	expect(0, SPLIT_METADATA, 1200);
}

/* Whole frames of a path with a larger MTU, by their checksums and IDs; here it is told otherwise. */
static void test_jumbo(void **state)
{
	const struct split_survey_options options = {.max_flows = 1000, .mtu = 1500};
	struct shape shape = base_shape;

	(void)state;
	for (unsigned int i = 0; i < 10; i++)
		add_long(&shape, 1, 8960, 1);
	survey_with(&options);
	for (unsigned int i = 0; i < 10; i++)
		expect(i, SPLIT_NONE, 0);
}

/* One of them was damaged on its way. */
static void test_jumbo_corrupt(void **state)
{
	const struct split_survey_options options = {.max_flows = 1000, .mtu = 1500};
	struct shape shape = base_shape;

	(void)state;
	for (unsigned int i = 0; i < 10; i++) {
		shape.sum = i == 4 ? SUM_WRONG : SUM_RIGHT;
		add_long(&shape, 1, 8960, 1);
	}
	survey_with(&options);
	expect(4, SPLIT_NONE, 0);
}

/* Cut ones do not show whether their checksums were right. */
static void test_jumbo_cut(void **state)
{
	struct shape shape = base_shape;

	(void)state;
	shape.cut = 96;
	for (unsigned int i = 0; i < 10; i++)
		add_long(&shape, 1, 8900, 1);
	survey();
	expect(4, SPLIT_NONE, SPLIT_UNKNOWN);
}

/* The same with steps as after several segments: merged by hardware, which makes checksums right. */
static void test_lro(void **state)
{
	struct shape shape = base_shape;

	(void)state;
	for (unsigned int i = 0; i < 10; i++)
		add_long(&shape, 5, 1460, 5);
	survey();
	for (unsigned int i = 0; i < 10; i++)
		expect(i, SPLIT_IDS, 1460);
}

/* Nothing tells: right checksums, no IDs, no SYN. */
static void test_unknown(void **state)
{
	struct shape shape = base_shape;

	(void)state;
	shape.v6 = 1;
	add_long(&shape, 5, 1440, 1);
	survey();
	expect(0, SPLIT_NONE, SPLIT_UNKNOWN);
}

/* Datagrams are not guessed: by IDs that leave no doubt, or by a habit of the flow. */
static void test_udp(void **state)
{
	struct shape shape = sender();

	(void)state;
	shape.udp = true;
	add_long(&shape, 10, 1200, 1);
	add_long(&shape, 1, 1300, 1);
	survey();
	expect(0, SPLIT_NONE, SPLIT_UNKNOWN);
	for (unsigned int i = 0; i < 4; i++)
		add_long(&shape, 1, 1200, 1);
	add_long(&shape, 10, 1200, 1);
	survey();
	expect(4, SPLIT_SEGMENTS, 1200);
	add_long(&shape, 10, 1200, 10);
	add_long(&shape, 10, 1200, 10);
	add_long(&shape, 10, 1200, 10);
	survey();
	expect(0, SPLIT_IDS, 1200);
	expect(2, SPLIT_IDS, 1200);
}

static void test_fragment(void **state)
{
	struct shape shape = sender();

	(void)state;
	shape.fragment = 0x2000;
	add_long(&shape, 4, 1400, 4);
	survey();
	expect(0, SPLIT_NONE, SPLIT_UNKNOWN);
}

/* What is forgotten to save memory is not known, and does no harm. */
static void test_forgotten(void **state)
{
	const struct split_survey_options options = {.max_flows = 1};
	struct shape one = sender(), other = sender();

	(void)state;
	other.sport++;
	for (unsigned int i = 0; i < 8; i++) {
		add_long(&one, 10, 1400, 10);
		add_long(&other, 10, 1300, 10);
	}
	survey_with(&options);
	for (unsigned int i = 0; i < 16; i++)
		expect(i, SPLIT_MTU, 1460);
}

static void test_loopback(void **state)
{
	struct shape shape = sender();

	(void)state;
	shape.loopback = true;
	for (unsigned int i = 0; i < 4; i++)
		add_long(&shape, 1, 60000, 1);
	survey();
	assert_int_equal(mtu, 65536);
	expect(0, SPLIT_NONE, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_short_frames),
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_ids_and_a_segment),
		cmocka_unit_test(test_ids_shared),
		cmocka_unit_test(test_ids_disagree),
		cmocka_unit_test(test_ids_change),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_ids_in_tunnel),
		cmocka_unit_test(test_gap),
		cmocka_unit_test(test_constant_ids),
		cmocka_unit_test(test_lone_segment),
		cmocka_unit_test(test_mss),
		cmocka_unit_test(test_mtu),
		cmocka_unit_test(test_given),
		cmocka_unit_test(test_given_alone),
		cmocka_unit_test(test_metadata),
		cmocka_unit_test(test_jumbo),
		cmocka_unit_test(test_jumbo_corrupt),
		cmocka_unit_test(test_jumbo_cut),
		cmocka_unit_test(test_lro),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_udp),
		cmocka_unit_test(test_fragment),
		cmocka_unit_test(test_forgotten),
		cmocka_unit_test(test_loopback),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
