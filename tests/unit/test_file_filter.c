/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does a filter of libpcap's language judge frames of every link as libpcap would?
 */
#include "tests/unit/file_bytes.h"

/* An IPv4 header of a TCP packet from 192.0.2.1, and the ports 1234 and 80. */
static const uint8_t ipv4[] = {0x45, 0, 0, 40, 0,   0, 0, 0, 64,   6,	 0, 0,
			       192,  0, 2, 1,  192, 0, 2, 2, 0x04, 0xd2, 0, 80};

static const uint8_t ipv6[40] = {0x60, 0, 0, 0, 0, 0, 59, 64};

static int match(const char *expression, uint32_t link_type, const struct bytes *bytes)
{
	struct err err = {0};
	struct filter *filter = filter_open(expression, &err);
	struct frame frame = {
		.bytes = {bytes->data, bytes->length},
		.wire_len = (uint32_t)bytes->length,
		.link_type = link_type,
	};
	int first, second;

	assert_non_null(filter);
	first = filter_match(filter, &frame, &err);
	second = filter_match(filter, &frame, &err);
	assert_int_equal(first, second);
	filter_close(filter);
	return first;
}

static struct bytes ethernet_frame(void)
{
	struct bytes bytes = {.big_endian = true};

	put_pattern(&bytes, 12, 2);
	put_u16(&bytes, 0x0800);
	put(&bytes, ipv4, sizeof(ipv4));
	return bytes;
}

static void test_matches(void **state)
{
	struct bytes bytes = ethernet_frame();

	(void)state;
	assert_int_equal(match("", 1, &bytes), 1);
	assert_int_equal(match("tcp port 80", 1, &bytes), 1);
	assert_int_equal(match("tcp port 81", 1, &bytes), 0);
	assert_int_equal(match("not src host 192.0.2.1", 1, &bytes), 0);
	assert_int_equal(match("ip6", 1, &bytes), 0);
	free(bytes.data);
}

/* Link types whose number in a file is not that of libpcap. */
static void test_raw(void **state)
{
	struct bytes bytes = {0};

	(void)state;
	put(&bytes, ipv4, sizeof(ipv4));
	assert_int_equal(match("tcp dst port 80", 101, &bytes), 1);
	assert_int_equal(match("ip6", 101, &bytes), 0);
	free(bytes.data);
}

static struct bytes null_frame(bool big_endian, uint32_t family, const uint8_t *ip, size_t length)
{
	struct bytes bytes = {.big_endian = big_endian};

	put_u32(&bytes, family);
	put(&bytes, ip, length);
	return bytes;
}

/* LINKTYPE_NULL: the host that captured had its own byte order and number for IPv6. */
static void test_null(void **state)
{
	static const uint32_t families[] = {24, 28, 30};

	(void)state;
	for (int big = 0; big < 2; big++) {
		struct bytes bytes = null_frame(big, 2, ipv4, sizeof(ipv4));

		assert_int_equal(match("tcp port 80", 0, &bytes), 1);
		assert_int_equal(match("ip6", 0, &bytes), 0);
		free(bytes.data);
		for (size_t i = 0; i < array_size(families); i++) {
			bytes = null_frame(big, families[i], ipv6, sizeof(ipv6));
			assert_int_equal(match("ip6", 0, &bytes), 1);
			assert_int_equal(match("not ip6", 0, &bytes), 0);
			free(bytes.data);
		}
	}
}

static void test_wrong_expressions(void **state)
{
	static const char *const expressions[] = {"port port", "tcp and and", "ip and ip6", "("};

	(void)state;
	for (size_t i = 0; i < array_size(expressions); i++) {
		struct err err = {0};

		assert_null(filter_open(expressions[i], &err));
		assert_int_equal(err.code, ERR_USAGE);
		assert_true(strlen(err.text) > 0);
	}
}

/* Right for a link that is not Ethernet; where it makes no sense the frame is an error. */
static void test_expression_of_one_link(void **state)
{
	struct err err = {0};
	struct filter *filter = filter_open("inbound", &err);
	struct bytes bytes = ethernet_frame();
	struct frame frame = {.bytes = {bytes.data, bytes.length}, .link_type = 1};

	(void)state;
	assert_non_null(filter);
	assert_int_equal(err.code, ERR_NONE);
	assert_int_equal(filter_match(filter, &frame, &err), -1);
	assert_int_equal(err.code, ERR_USAGE);
	bytes.data[0] = bytes.data[1] = 0; /* as Linux SLL: a packet to us */
	frame.link_type = 113;
	assert_int_equal(filter_match(filter, &frame, &err), 1);
	filter_close(filter);
	free(bytes.data);
}

/* On a link of IPv4 alone no frame can match; that is an answer, not a mistake. */
static void test_expression_that_nothing_matches(void **state)
{
	struct bytes bytes = {0};

	(void)state;
	put(&bytes, ipv4, sizeof(ipv4));
	assert_int_equal(match("ip6", 228, &bytes), 0);
	assert_int_equal(match("ip", 228, &bytes), 1);
	free(bytes.data);
}

static void test_more_links_than_programs(void **state)
{
	static const uint32_t links[] = {0, 1, 9, 101, 104, 105, 108, 113, 127, 228, 229, 276};
	struct err err = {0};
	struct filter *filter = filter_open("len > 30", &err);
	struct bytes bytes = ethernet_frame();
	struct frame frame = {.bytes = {bytes.data, bytes.length}, .wire_len = 30};

	(void)state;
	assert_non_null(filter);
	for (uint32_t i = 0; i < 100; i++) {
		frame.link_type = links[i % array_size(links)];
		frame.wire_len = 30 + i % 2;
		assert_int_equal(filter_match(filter, &frame, &err), i % 2);
	}
	filter_close(filter);
	free(bytes.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_matches),
		cmocka_unit_test(test_raw),
		cmocka_unit_test(test_null),
		cmocka_unit_test(test_wrong_expressions),
		cmocka_unit_test(test_expression_of_one_link),
		cmocka_unit_test(test_expression_that_nothing_matches),
		cmocka_unit_test(test_more_links_than_programs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
