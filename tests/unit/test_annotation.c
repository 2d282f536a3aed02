/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Do annotations say what is known, is what they say read again, and is what makes no sense passed over?
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pcap/annotation.h"

static char text[ANNOTATION_BYTES];

static struct span span_of(const char *string)
{
	return (struct span){(const uint8_t *)string, strlen(string)};
}

static void expect_frame(const struct frame_truth *truth, const char *wanted)
{
	struct frame_truth again = {0};

	assert_int_equal(annotation_of_frame(truth, text), strlen(wanted));
	assert_string_equal(text, wanted);
	if (!*wanted)
		return;
	assert_true(annotation_read_frame(span_of(text), &again));
	assert_int_equal(again.gso, truth->gso);
	assert_int_equal(again.gso_size, truth->gso_size);
	assert_int_equal(again.ecn, truth->ecn);
	assert_int_equal(again.csum_start, truth->csum_start);
	assert_int_equal(again.csum_offset, truth->csum_offset);
}

static void test_frames(void **state)
{
	(void)state;
	expect_frame(&(struct frame_truth){0}, "");
	expect_frame(
		&(struct frame_truth){
			.gso = GSO_TCP4, .gso_size = 1448, .csum_start = 34, .csum_offset = 16},
		"nod:gso=tcp4 size=1448 csum=34+16");
	expect_frame(&(struct frame_truth){.gso = GSO_TCP6, .ecn = true}, "nod:gso=tcp6 ecn=on");
	expect_frame(&(struct frame_truth){.gso = GSO_UDP, .gso_size = 65535},
		     "nod:gso=udp size=65535");
	expect_frame(&(struct frame_truth){.csum_start = 65535}, "nod:csum=65535+0");
}

static void test_frame_of_strangers(void **state)
{
	static const char *const odd[] = {
		"nod:",
		"nod: ",
		"nod:gso",
		"nod:gso= size=",
		"nod:gso=tcp5 size=65536",
		"nod:size=-1 csum=34",
		"nod:csum=+ ecn",
		"nod:csum=34+16x size=1 448x",
		"nod:csum=70000+16 size=99999999999999999999999",
		"nod:later=words GSO=tcp4",
		"nod:gso=tcp",
	};
	struct frame_truth truth;

	(void)state;
	for (size_t i = 0; i < array_size(odd); i++) {
		truth = (struct frame_truth){0};
		assert_true(annotation_read_frame(span_of(odd[i]), &truth));
		assert_int_equal(truth.gso, GSO_NONE);
		assert_true(truth.gso_size <= 1);
		assert_false(truth.ecn);
		assert_int_equal(truth.csum_start, 0);
	}
	assert_false(annotation_read_frame(span_of(""), &truth));
	assert_false(annotation_read_frame(span_of("nod"), &truth));
	assert_false(annotation_read_frame(span_of("gso=tcp4"), &truth));
	/* What is not known stands between what is. */
	truth = (struct frame_truth){0};
	assert_true(annotation_read_frame(span_of("nod:new gso=udp  x=y size=9 "), &truth));
	assert_int_equal(truth.gso, GSO_UDP);
	assert_int_equal(truth.gso_size, 9);
}

static void expect_interface(const struct vantage *vantage, bool truth, const char *wanted)
{
	struct vantage again = {0};
	bool truth_again = false;

	assert_int_equal(annotation_of_interface(vantage, truth, text), strlen(wanted));
	assert_string_equal(text, wanted);
	if (!*wanted)
		return;
	assert_true(annotation_read_interface(span_of(text), &again, &truth_again));
	assert_int_equal(truth_again, truth);
	assert_int_equal(again.has, vantage->has);
	assert_int_equal(again.mtu, vantage->mtu);
	assert_int_equal(again.features, vantage->features);
	assert_int_equal(again.ever, vantage->ever);
	assert_int_equal(again.forwarding, vantage->forwarding);
	assert_int_equal(again.csum_failures, vantage->csum_failures);
}

static void test_interfaces(void **state)
{
	(void)state;
	expect_interface(&(struct vantage){0}, false, "");
	expect_interface(&(struct vantage){0}, true, "nod:truth");
	expect_interface(
		&(struct vantage){.has = VANTAGE_HAS_MTU | VANTAGE_HAS_FORWARDING, .mtu = 1500},
		true, "nod:truth mtu=1500 forwarding=off");
	expect_interface(&(struct vantage){.has = VANTAGE_HAS_FEATURES | VANTAGE_HAS_CSUM_FAILURES,
					   .features = VANTAGE_GRO | VANTAGE_TX_CSUM,
					   .ever = VANTAGE_GRO | VANTAGE_TX_CSUM | VANTAGE_LRO |
						   VANTAGE_GRO_HW,
					   .csum_failures = 3},
			 false,
			 "nod:tx-checksum=on tx-segmentation=off tx-generic-segmentation=off "
			 "rx-checksum=off rx-gro=on rx-gro-hw=off rx-lro=off "
			 "ever=rx-gro-hw,rx-lro csum-failures=3");
}

/* All that can be said at once has room. */
static void test_longest(void **state)
{
	const struct vantage vantage = {
		.has = UINT32_MAX,
		.mtu = UINT32_MAX,
		.ever = UINT32_MAX,
		.csum_failures = UINT64_MAX,
	};

	(void)state;
	assert_true(annotation_of_interface(&vantage, true, text) < ANNOTATION_BYTES - 100);
}

static void test_later_interface(void **state)
{
	struct vantage vantage = {0};
	bool truth = false;

	(void)state;
	assert_true(annotation_read_interface(
		span_of("nod:truth mtu=9000 rx-lro=off rx-gro=on forwarding=on"), &vantage,
		&truth));
	assert_true(annotation_read_interface(span_of("nod:ever=rx-lro,none csum-failures=3"),
					      &vantage, &truth));
	assert_true(truth);
	assert_true(vantage.forwarding);
	assert_int_equal(vantage.mtu, 9000);
	assert_int_equal(vantage.features, VANTAGE_GRO);
	assert_int_equal(vantage.ever, VANTAGE_GRO | VANTAGE_LRO);
	assert_int_equal(vantage.csum_failures, 3);
}

static void test_interface_of_strangers(void **state)
{
	struct vantage vantage = {0};
	bool truth = false;

	(void)state;
	assert_false(annotation_read_interface(span_of("truth"), &vantage, &truth));
	assert_true(annotation_read_interface(
		span_of("nod:truth=no mtu=x forwarding=maybe rx-lro=perhaps csum-failures= ever=,,x,"),
		&vantage, &truth));
	assert_false(truth);
	assert_int_equal(vantage.has, 0);
	assert_int_equal(vantage.features | vantage.ever, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frames),
		cmocka_unit_test(test_frame_of_strangers),
		cmocka_unit_test(test_interfaces),
		cmocka_unit_test(test_longest),
		cmocka_unit_test(test_later_interface),
		cmocka_unit_test(test_interface_of_strangers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
