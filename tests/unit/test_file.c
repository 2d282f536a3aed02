/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is every variant of classic pcap read as libpcap reads it, and every damaged file refused with the
 * place of the damage?
 */
#include <pcap/pcap.h>

#include "tests/unit/file_bytes.h"

struct header {
	uint32_t magic;
	bool big_endian;
	uint16_t major, minor;
	uint32_t link_field;
};

static const struct header usual = {0xa1b2c3d4, false, 2, 4, 1};

static struct bytes start_pcap(struct header header)
{
	struct bytes bytes = {.big_endian = header.big_endian};

	put_u32(&bytes, header.magic);
	put_u16(&bytes, header.major);
	put_u16(&bytes, header.minor);
	put_u32(&bytes, 0);
	put_u32(&bytes, 0);
	put_u32(&bytes, 65535);
	put_u32(&bytes, header.link_field);
	return bytes;
}

static void put_record(struct bytes *bytes, uint32_t fraction, uint32_t captured, uint32_t wire)
{
	put_u32(bytes, 1700000000);
	put_u32(bytes, fraction);
	put_u32(bytes, captured);
	put_u32(bytes, wire);
}

/* Two frames: 60 bytes of 1514, and 5 of 5. */
static struct bytes two_frames(struct header header)
{
	struct bytes bytes = start_pcap(header);

	put_record(&bytes, 123456, 60, 1514);
	put_pattern(&bytes, 60, 1);
	put_record(&bytes, 999999, 5, 5);
	put_pattern(&bytes, 5, 200);
	return bytes;
}

static struct reading oracle(const struct bytes *bytes)
{
	struct reading reading = {.opened = true, .last = FILE_END};
	char reason[PCAP_ERRBUF_SIZE];
	struct pcap_pkthdr *header;
	const uint8_t *data;
	FILE *stream = fmemopen(bytes->data, bytes->length, "rb");
	pcap_t *pcap = pcap_fopen_offline_with_tstamp_precision(stream, PCAP_TSTAMP_PRECISION_NANO,
								reason);

	assert_non_null(pcap);
	while (pcap_next_ex(pcap, &header, &data) == 1) {
		struct frame frame = {
			.number = reading.count + 1,
			.time_ns = header->ts.tv_sec * 1000000000LL + header->ts.tv_usec,
			.bytes = {data, header->caplen},
			.wire_len = header->len,
			.link_type = (uint32_t)pcap_datalink(pcap),
			.flags = FRAME_HAS_TIME,
		};

		keep_frame(&reading, &frame);
	}
	reading.ninterfaces = 1;
	pcap_close(pcap);
	return reading;
}

static void check_two_frames(struct header header, int64_t first_ns, const char *format)
{
	struct bytes bytes = two_frames(header);
	struct reading reading = read_bytes(&bytes), expected = oracle(&bytes);

	assert_int_equal(reading.count, 2);
	assert_int_equal(reading.frames[0].frame.time_ns, first_ns);
	assert_int_equal(reading.frames[0].frame.wire_len, 1514);
	assert_int_equal(reading.frames[0].frame.bytes.length, 60);
	assert_int_equal(reading.frames[0].frame.bytes.bytes[1], 8);
	assert_int_equal(reading.frames[1].frame.number, 2);
	assert_int_equal(reading.frames[1].frame.bytes.bytes[0], 200);
	assert_string_equal(reading.format, format);
	assert_int_equal(reading.interfaces[0].snap_len, 65535);
	assert_same_reading(&reading, &expected);
	reading_free(&reading);
	reading_free(&expected);
	free(bytes.data);
}

static void test_magics_and_byte_orders(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++) {
		struct header header = usual;

		header.big_endian = big;
		check_two_frames(header, 1700000000123456000, "pcap");
		header.magic = 0xa1b23c4d;
		check_two_frames(header, 1700000000000123456, "pcap-ns");
	}
}

static void test_modified_format(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++) {
		struct header header = {0xa1b2cd34, big, 2, 4, 1};
		struct bytes bytes = start_pcap(header);
		struct reading reading, expected;

		for (uint8_t i = 0; i < 3; i++) {
			put_record(&bytes, 7, 20, 1000u + i);
			put_u32(&bytes, 3);	 /* ifindex */
			put_u32(&bytes, 0x0800); /* protocol and packet type */
			put_pattern(&bytes, 20, i);
		}
		reading = read_bytes(&bytes);
		expected = oracle(&bytes);
		assert_int_equal(reading.count, 3);
		assert_int_equal(reading.frames[2].frame.wire_len, 1002);
		assert_int_equal(reading.frames[2].frame.bytes.bytes[0], 2);
		assert_string_equal(reading.format, "pcap-modified");
		assert_same_reading(&reading, &expected);
		reading_free(&reading);
		reading_free(&expected);
		free(bytes.data);
	}
}

/* Old writers put the length before the captured length. */
static void test_old_versions(void **state)
{
	static const struct {
		uint16_t major, minor;
		uint32_t first, second;
	} cases[] = {
		{2, 2, 99, 10}, {543, 0, 99, 10}, {2, 3, 99, 10}, {2, 3, 10, 99}, {2, 4, 10, 99}};

	(void)state;
	for (size_t i = 0; i < array_size(cases); i++) {
		struct header header = {0xa1b2c3d4, i % 2, cases[i].major, cases[i].minor, 1};
		struct bytes bytes = start_pcap(header);
		struct reading reading, expected;

		put_record(&bytes, 0, cases[i].first, cases[i].second);
		put_pattern(&bytes, 10, 3);
		reading = read_bytes(&bytes);
		expected = oracle(&bytes);
		assert_int_equal(reading.count, 1);
		assert_int_equal(reading.frames[0].frame.bytes.length, 10);
		assert_int_equal(reading.frames[0].frame.wire_len, 99);
		assert_same_reading(&reading, &expected);
		reading_free(&reading);
		reading_free(&expected);
		free(bytes.data);
	}
}

static void test_link_field(void **state)
{
	struct header header = usual;
	struct bytes bytes;
	struct reading reading;

	(void)state;
	header.link_field = 0x24000001;
	bytes = two_frames(header);
	reading = read_bytes(&bytes);
	assert_int_equal(reading.frames[0].frame.link_type, 1);
	assert_int_equal(reading.frames[0].frame.fcs_len, 4);
	reading_free(&reading);
	free(bytes.data);

	header.link_field = 0x20000001; /* a length, but the bit that says so is not set */
	bytes = two_frames(header);
	reading = read_bytes(&bytes);
	assert_int_equal(reading.frames[0].frame.fcs_len, 0);
	reading_free(&reading);
	free(bytes.data);

	header.link_field = 0x00010001;
	bytes = two_frames(header);
	assert_fails(&bytes, 0, "link type 0x00010001 at byte 20 has reserved bits set");
}

static void test_raw_has_one_number(void **state)
{
	static const uint32_t numbers[] = {12, 14, 101};

	(void)state;
	for (size_t i = 0; i < array_size(numbers); i++) {
		struct header header = usual;
		struct bytes bytes;
		struct reading reading;

		header.link_field = numbers[i];
		bytes = two_frames(header);
		reading = read_bytes(&bytes);
		assert_int_equal(reading.frames[0].frame.link_type, 101);
		assert_int_equal(reading.interfaces[0].link_type, 101);
		reading_free(&reading);
		free(bytes.data);
	}
}

static void test_wire_length_is_never_below_captured(void **state)
{
	struct bytes bytes = start_pcap(usual);
	struct reading reading;

	(void)state;
	put_record(&bytes, 0, 9, 4);
	put_pattern(&bytes, 9, 0);
	reading = read_bytes(&bytes);
	assert_int_equal(reading.frames[0].frame.bytes.length, 9);
	assert_int_equal(reading.frames[0].frame.wire_len, 9);
	reading_free(&reading);
	free(bytes.data);
}

static void test_extreme_times_and_lengths(void **state)
{
	struct bytes bytes = start_pcap(usual);
	struct reading reading;

	(void)state;
	put_u32(&bytes, UINT32_MAX);
	put_u32(&bytes, UINT32_MAX);
	put_u32(&bytes, FRAME_MAX_BYTES);
	put_u32(&bytes, UINT32_MAX);
	put_pattern(&bytes, FRAME_MAX_BYTES, 0);
	put_record(&bytes, 0, 0, 0);
	reading = read_bytes(&bytes);
	assert_int_equal(reading.last, FILE_END);
	assert_int_equal(reading.count, 2);
	assert_int_equal(reading.frames[0].frame.time_ns, 4294971589967295000);
	assert_int_equal(reading.frames[0].frame.wire_len, UINT32_MAX);
	assert_int_equal(reading.frames[1].frame.bytes.length, 0);
	reading_free(&reading);
	free(bytes.data);
}

static void test_what_is_no_capture(void **state)
{
	static const struct {
		const char *bytes, *text;
		size_t length;
	} cases[] = {
		{"", "empty file", 0},
		{"\xa1", "not a capture: starts with A1", 1},
		{"hello world", "not a capture: starts with 68 65 6C 6C", 11},
		{"\xa1\x2b\x3c\x4d", "not a capture: starts with A1 2B 3C 4D", 4},
		{"BZh9", "not a capture: starts with 42 5A 68 39 (bzip2; decompress it first)", 4},
		{"\n\r\r\nabcdefghi", "not a capture: starts with 0A 0D 0D 0A", 13},
		{"snoop\0\0\0\0\0\0\2",
		 "not a capture: starts with 73 6E 6F 6F (snoop; editcap can convert it)", 12},
	};

	(void)state;
	for (size_t i = 0; i < array_size(cases); i++) {
		struct bytes bytes = {0};

		put(&bytes, cases[i].bytes, cases[i].length);
		assert_fails(&bytes, 0, cases[i].text);
	}
}

static void test_damaged_header(void **state)
{
	struct bytes bytes = two_frames(usual);
	struct header header = usual;

	(void)state;
	bytes.length = 10;
	assert_fails(&bytes, 0, "header of the file at byte 0: 24 bytes wanted, 10 left");
	header.minor = 5;
	bytes = two_frames(header);
	assert_fails(&bytes, 0, "pcap version 2.5 at byte 4; nod knows 2.0 to 2.4 and 543.0");
}

/* What stands before the damage is good. */
static void test_damaged_records(void **state)
{
	struct bytes bytes = two_frames(usual);

	(void)state;
	bytes.length = 24 + 16 + 60 + 16 + 4;
	assert_fails(&bytes, 1, "record 2 at byte 100: 21 bytes wanted, 20 left");
	bytes = two_frames(usual);
	bytes.length = 24 + 16 + 60 + 3;
	assert_fails(&bytes, 1, "header of record 2 at byte 100: 16 bytes wanted, 3 left");
	bytes = two_frames(usual);
	put_record(&bytes, 0, FRAME_MAX_BYTES + 1, 60);
	assert_fails(&bytes, 2, "record 3 at byte 121: captured length 1048577 is above 1048576");
	bytes = two_frames(usual);
	put_record(&bytes, 0, UINT32_MAX, 60);
	assert_fails(&bytes, 2,
		     "record 3 at byte 121: captured length 4294967295 is above 1048576");
}

static void test_every_cut_is_noticed(void **state)
{
	struct bytes bytes = two_frames(usual);
	size_t whole = bytes.length;

	(void)state;
	for (size_t length = 0; length <= whole; length++) {
		bool between = length == 24 || length == 100 || length == whole;
		struct reading reading;

		bytes.length = length;
		reading = read_bytes(&bytes);
		assert_int_equal(reading.last, between ? FILE_END : FILE_ERROR);
		assert_int_equal(reading.count, length == whole ? 2 : length >= 100);
		reading_free(&reading);
	}
	free(bytes.data);
}

/* libpcap gives its DLT_ number; what comes of it must be what a file would have said. */
static void test_file_through_libpcap(void **state)
{
	struct header header = usual;
	struct capture_file *file = calloc(1, sizeof(*file));
	struct err err = {0};
	struct bytes bytes;
	struct reading reading, expected;

	(void)state;
	header.link_field = 101;
	bytes = two_frames(header);
	expected = read_bytes(&bytes);
	assert_non_null(file);
	assert_int_equal(source_open(&file->source, memory_file(bytes.data, bytes.length), 0, &err),
			 0);
	assert_int_equal(file_detect_libpcap(file, &err), 1);
	assert_true(file_position(file) >= 24);
	reading = read_open_file(file);
	assert_string_equal(reading.format, "libpcap");
	assert_same_reading(&reading, &expected);
	reading_free(&reading);
	reading_free(&expected);
	free(bytes.data);
}

static void test_cut_file_through_libpcap(void **state)
{
	struct capture_file *file = calloc(1, sizeof(*file));
	struct bytes bytes = two_frames(usual);
	struct err err = {0};
	struct reading reading;

	(void)state;
	assert_non_null(file);
	assert_int_equal(
		source_open(&file->source, memory_file(bytes.data, bytes.length - 1), 0, &err), 0);
	assert_int_equal(file_detect_libpcap(file, &err), 1);
	reading = read_open_file(file);
	assert_int_equal(reading.last, FILE_ERROR);
	assert_int_equal(reading.count, 1);
	assert_memory_equal(reading.err.text, "record 2: ", 10);
	reading_free(&reading);
	free(bytes.data);
}

static void test_link_type_names(void **state)
{
	char buffer[32];

	(void)state;
	assert_string_equal(link_type_name(1, buffer), "EN10MB");
	assert_string_equal(link_type_name(101, buffer), "RAW");
	assert_string_equal(link_type_name(276, buffer), "LINUX_SLL2");
	assert_string_equal(link_type_name(100, buffer), "ATM_RFC1483");
	assert_string_equal(link_type_name(65000, buffer), "LINKTYPE_65000");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_magics_and_byte_orders),
		cmocka_unit_test(test_modified_format),
		cmocka_unit_test(test_old_versions),
		cmocka_unit_test(test_link_field),
		cmocka_unit_test(test_raw_has_one_number),
		cmocka_unit_test(test_wire_length_is_never_below_captured),
		cmocka_unit_test(test_extreme_times_and_lengths),
		cmocka_unit_test(test_what_is_no_capture),
		cmocka_unit_test(test_damaged_header),
		cmocka_unit_test(test_damaged_records),
		cmocka_unit_test(test_every_cut_is_noticed),
		cmocka_unit_test(test_file_through_libpcap),
		cmocka_unit_test(test_cut_file_through_libpcap),
		cmocka_unit_test(test_link_type_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
