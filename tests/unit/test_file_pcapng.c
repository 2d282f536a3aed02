/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is everything that pcapng says of a frame read, and are its damaged blocks refused with the place
 * of the damage?
 */
#include <pcap/pcap.h>

#include "tests/unit/file_bytes.h"

enum {
	IDB = 1,
	PB = 2,
	SPB = 3,
	EPB = 6,
	SHB = 0x0a0d0d0a,
	CUSTOM = 0xbad
};

static void put_block(struct bytes *to, uint32_t type, const struct bytes *body)
{
	uint32_t length = (uint32_t)(body->length + 3) / 4 * 4 + 12;

	put_u32(to, type);
	put_u32(to, length);
	put(to, body->data, body->length);
	put(to, "\xee\xee\xee", (4 - body->length % 4) % 4); /* padding that is not zero */
	put_u32(to, length);
}

static void finish_block(struct bytes *to, uint32_t type, struct bytes body)
{
	put_block(to, type, &body);
	free(body.data);
}

static struct bytes body_of(const struct bytes *file)
{
	return (struct bytes){.big_endian = file->big_endian};
}

static void put_option(struct bytes *body, uint16_t code, const void *value, uint16_t length)
{
	put_u16(body, code);
	put_u16(body, length);
	put(body, value, length);
	put(body, "\xdd\xdd\xdd", (4 - length % 4) % 4);
}

static void put_section(struct bytes *file)
{
	struct bytes body = body_of(file);

	put_u32(&body, 0x1a2b3c4d);
	put_u16(&body, 1);
	put_u16(&body, 0);
	put_u64(&body, UINT64_MAX);
	put_option(&body, 4, "test", 4);
	finish_block(file, SHB, body);
}

/* The fixed part; options and finish_block() follow. */
static struct bytes interface_body(const struct bytes *file, uint16_t link_type, uint32_t snap_len)
{
	struct bytes body = body_of(file);

	put_u16(&body, link_type);
	put_u16(&body, 0);
	put_u32(&body, snap_len);
	return body;
}

static void put_interface(struct bytes *file, uint16_t link_type, uint32_t snap_len)
{
	finish_block(file, IDB, interface_body(file, link_type, snap_len));
}

static struct bytes packet_body(const struct bytes *file, uint32_t interface, uint64_t ticks,
				uint32_t captured)
{
	struct bytes body = body_of(file);

	put_u32(&body, interface);
	put_u32(&body, (uint32_t)(ticks >> 32));
	put_u32(&body, (uint32_t)ticks);
	put_u32(&body, captured);
	put_u32(&body, 1514);
	put_pattern(&body, captured, 9);
	put(&body, "\xee\xee\xee", (4 - captured % 4) % 4);
	return body;
}

static void put_packet(struct bytes *file, uint32_t interface, uint64_t ticks, uint32_t captured)
{
	finish_block(file, EPB, packet_body(file, interface, ticks, captured));
}

static struct bytes start(bool big_endian)
{
	struct bytes file = {.big_endian = big_endian};

	put_section(&file);
	put_interface(&file, 1, 0);
	return file;
}

static struct reading finish(struct bytes *file)
{
	struct reading reading = read_bytes(file);

	assert_string_equal(reading.err.text, "");
	assert_int_equal(reading.last, FILE_END);
	free(file->data);
	*file = (struct bytes){0};
	return reading;
}

static void test_packets_as_libpcap(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++) {
		struct bytes file = start(big);
		char reason[PCAP_ERRBUF_SIZE];
		struct pcap_pkthdr *header;
		const uint8_t *data;
		struct reading reading;
		pcap_t *pcap;

		for (uint32_t length = 0; length < 70; length += 23)
			put_packet(&file, 0, 1700000000123456 + length, length);
		pcap = pcap_fopen_offline_with_tstamp_precision(
			fmemopen(file.data, file.length, "rb"), PCAP_TSTAMP_PRECISION_NANO, reason);
		assert_non_null(pcap);
		reading = read_bytes(&file);
		assert_string_equal(reading.format, "pcapng");
		assert_int_equal(reading.count, 4);
		for (size_t i = 0; i < reading.count; i++) {
			struct frame frame = reading.frames[i].frame;

			assert_int_equal(pcap_next_ex(pcap, &header, &data), 1);
			assert_int_equal(frame.number, i + 1);
			assert_int_equal(frame.time_ns,
					 header->ts.tv_sec * 1000000000LL + header->ts.tv_usec);
			assert_int_equal(frame.flags, FRAME_HAS_TIME);
			assert_int_equal(frame.wire_len, header->len);
			assert_int_equal(frame.bytes.length, header->caplen);
			assert_memory_equal(frame.bytes.bytes, data, header->caplen);
		}
		pcap_close(pcap);
		reading_free(&reading);
		free(file.data);
	}
}

/* Interfaces of a later section do not take the place of those before. */
static void test_sections_and_interfaces(void **state)
{
	struct bytes file = start(false);
	struct reading reading;

	(void)state;
	put_interface(&file, 113, 262144);
	put_packet(&file, 1, 1, 4);
	put_packet(&file, 0, 2, 4);
	file.big_endian = true;
	put_section(&file);
	put_interface(&file, 276, 0);
	put_packet(&file, 0, 3, 4);
	file.big_endian = false;
	put_section(&file);
	put_interface(&file, 12, 0);
	put_packet(&file, 0, 4, 4);
	reading = finish(&file);
	assert_int_equal(reading.count, 4);
	assert_int_equal(reading.ninterfaces, 4);
	assert_int_equal(reading.frames[0].frame.interface, 1);
	assert_int_equal(reading.frames[0].frame.link_type, 113);
	assert_int_equal(reading.frames[1].frame.interface, 0);
	assert_int_equal(reading.frames[2].frame.interface, 2);
	assert_int_equal(reading.frames[2].frame.link_type, 276);
	assert_int_equal(reading.frames[2].frame.time_ns, 3000);
	assert_int_equal(reading.frames[3].frame.interface, 3);
	assert_int_equal(reading.frames[3].frame.link_type, 101);
	assert_int_equal(reading.frames[3].frame.number, 4);
	assert_int_equal(reading.interfaces[1].snap_len, 262144);
	reading_free(&reading);
}

static void test_clocks(void **state)
{
	static const struct {
		uint8_t resolution;
		int64_t offset_s;
		uint64_t ticks;
		int64_t time_ns;
		bool fits;
	} cases[] = {
		{6, 0, 1700000000123456, 1700000000123456000, true},
		{9, 0, 1700000000123456789, 1700000000123456789, true},
		{0, 0, 1700000000, 1700000000000000000, true},
		{3, 0, 1700000000999, 1700000000999000000, true},
		{12, 0, 1999, 1, true},
		{19, 0, 10000000000000000000u, 1000000000, true},
		{28, 0, 10000000000000000000u, 1, true},
		{127, 0, UINT64_MAX, 0, true},
		{0x80 | 1, 0, 3, 1500000000, true},
		{0x80 | 10, 0, 1740800000512, 1700000000500000000, true},
		{0x80 | 32, 0, 0x6553f10080000000, 1700000000500000000, true},
		{0x80 | 63, 0, UINT64_MAX, 1999999999, true},
		{0x80 | 127, 0, UINT64_MAX, 0, true},
		{6, 1700000000, 5, 1700000000000005000, true},
		{6, -3600, 1700000000000000, 1699996400000000000, true},
		{6, -10, 1000000, -9000000000, true},
		{9, 0, INT64_MAX, INT64_MAX, true},
		{9, 0, 1ull << 63, 0, false},
		{9, -2, 1ull << 63, 9223372034854775808u, true},
		{6, 0, UINT64_MAX, 0, false},
		{6, INT64_MAX, 0, 0, false},
		{6, INT64_MIN, 0, 0, false},
		{0, INT64_MAX, UINT64_MAX, 0, false},
	};

	(void)state;
	for (size_t i = 0; i < array_size(cases); i++) {
		struct bytes file = {.big_endian = i % 2}, body, offset;
		struct reading reading;

		put_section(&file);
		body = interface_body(&file, 1, 0);
		offset = body_of(&file);
		put_u64(&offset, (uint64_t)cases[i].offset_s);
		put_option(&body, 14, offset.data, 8);
		put_option(&body, 9, &cases[i].resolution, 1);
		finish_block(&file, IDB, body);
		put_packet(&file, 0, cases[i].ticks, 4);
		reading = finish(&file);
		assert_int_equal(reading.frames[0].frame.flags, cases[i].fits ? FRAME_HAS_TIME : 0);
		if (cases[i].fits)
			assert_int_equal(reading.frames[0].frame.time_ns, cases[i].time_ns);
		reading_free(&reading);
		free(offset.data);
	}
}

static struct frame frame_with_flags(bool big_endian, uint32_t type, uint32_t word)
{
	struct bytes file = {.big_endian = big_endian}, body, value;
	struct reading reading;
	struct frame frame;

	put_section(&file);
	body = interface_body(&file, 1, 0);
	put_option(&body, 13, "\4", 1);
	finish_block(&file, IDB, body);
	body = packet_body(&file, 0, 0, 5);
	value = body_of(&file);
	put_u32(&value, word);
	put_option(&body, 1, "a comment", 9);
	put_option(&body, 2, value.data, 4);
	put_option(&body, 0, "", 0);
	put_option(&body, 2, "\xff\xff\xff\xff", 4); /* behind the end of options */
	finish_block(&file, type, body);
	reading = finish(&file);
	assert_int_equal(reading.count, 1);
	frame = reading.frames[0].frame;
	assert_int_equal(frame.bytes.length, 5);
	assert_int_equal(frame.wire_len, 1514);
	reading_free(&reading);
	free(value.data);
	return frame;
}

static void test_packet_flags(void **state)
{
	static const struct {
		uint32_t word, flags;
		uint8_t fcs_len;
	} cases[] = {
		{0x0, 0, 4},
		{0x1, FRAME_INBOUND, 4},
		{0x2, FRAME_OUTBOUND, 4},
		{0x3, 0, 4},
		{0x1c, 0, 4},
		{0x40, 0, 2},
		{0x200, FRAME_CSUM_NOT_READY, 4},
		{0x400, FRAME_CSUM_VALID, 4},
		{0x800, FRAME_SEGMENTED, 4},
		{0xff000000, 0, 4},
		{0xe82, FRAME_OUTBOUND | FRAME_CSUM_NOT_READY | FRAME_CSUM_VALID | FRAME_SEGMENTED,
		 4},
	};

	(void)state;
	for (size_t i = 0; i < array_size(cases); i++) {
		for (int big = 0; big < 2; big++) {
			struct frame frame = frame_with_flags(big, EPB, cases[i].word);

			assert_int_equal(frame.flags, cases[i].flags | FRAME_HAS_TIME);
			assert_int_equal(frame.fcs_len, cases[i].fcs_len);
		}
	}
	assert_int_equal(frame_with_flags(false, PB, 0x201).flags,
			 FRAME_HAS_TIME | FRAME_INBOUND | FRAME_CSUM_NOT_READY);
}

/* The obsolete block has 16 bits for the interface and 16 for a count of drops. */
static void test_obsolete_packet(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++) {
		struct bytes file = start(big);
		struct reading reading;

		put_interface(&file, 105, 0);
		finish_block(&file, PB, packet_body(&file, big ? 0x0001ffff : 0xffff0001, 8, 6));
		reading = finish(&file);
		assert_int_equal(reading.count, 1);
		assert_int_equal(reading.frames[0].frame.interface, 1);
		assert_int_equal(reading.frames[0].frame.link_type, 105);
		assert_int_equal(reading.frames[0].frame.time_ns, 8000);
		reading_free(&reading);
	}
}

/* @wire bytes on the wire, of which @room are in the block. */
static void put_simple(struct bytes *file, uint32_t wire, uint32_t room)
{
	struct bytes body = body_of(file);

	put_u32(&body, wire);
	put_pattern(&body, room, 77);
	finish_block(file, SPB, body);
}

static void test_simple_packet(void **state)
{
	struct bytes file = {0};
	struct reading reading;

	(void)state;
	put_section(&file);
	put_interface(&file, 1, 30);
	put_simple(&file, 1000, 30);
	put_simple(&file, 9, 9);
	put_simple(&file, 29, 8);
	put_section(&file);
	put_interface(&file, 1, 0);
	put_simple(&file, 1000, 1000);
	reading = finish(&file);
	assert_int_equal(reading.count, 4);
	assert_int_equal(reading.frames[0].frame.bytes.length, 30);
	assert_int_equal(reading.frames[0].frame.wire_len, 1000);
	assert_int_equal(reading.frames[0].frame.flags, 0);
	assert_int_equal(reading.frames[0].frame.bytes.bytes[0], 77);
	assert_int_equal(reading.frames[1].frame.bytes.length, 9);
	assert_int_equal(reading.frames[1].frame.wire_len, 9);
	assert_int_equal(reading.frames[2].frame.bytes.length, 8);
	assert_int_equal(reading.frames[2].frame.wire_len, 29);
	assert_int_equal(reading.frames[3].frame.bytes.length, 1000);
	assert_int_equal(reading.frames[3].frame.interface, 1);
	reading_free(&reading);
}

static void put_unknown(struct bytes *file, uint32_t type, size_t length)
{
	struct bytes body = body_of(file);

	put_pattern(&body, length, 0);
	finish_block(file, type, body);
}

/* Also long ones, which no stream has to keep in memory. */
static void test_unknown_blocks(void **state)
{
	struct bytes file = start(false);
	struct err err = {0};
	struct capture_file *open;
	struct reading reading;
	struct frame frame;

	(void)state;
	put_unknown(&file, 5, 20);
	put_unknown(&file, CUSTOM, 0);
	put_packet(&file, 0, 0, 60);
	put_unknown(&file, 0x80000001, 5000000);
	put_packet(&file, 0, 0, 61);
	put_unknown(&file, 0xffffffff, 8);
	open = file_open_fd(memory_file(file.data, file.length), 100, &err);
	assert_non_null(open);
	for (int i = 0; i < 2; i++)
		assert_int_equal(file_next(open, &frame, &err), FILE_FRAME);
	assert_int_equal(file_next(open, &frame, &err), FILE_END);
	assert_in_range(open->source.buffer_bytes, 100, 400);
	file_close(open);
	reading = finish(&file);
	assert_int_equal(reading.count, 2);
	assert_int_equal(reading.frames[1].frame.bytes.length, 61);
	reading_free(&reading);
}

static void test_interface_names(void **state)
{
	struct bytes file = {0}, body;
	struct err err = {0};
	struct capture_file *open;
	struct frame frame;
	char name[300];

	(void)state;
	memset(name, 'x', sizeof(name));
	put_section(&file);
	body = interface_body(&file, 1, 0);
	put_option(&body, 2, "eth\x1b[0m", 7);
	put_option(&body, 2, "second", 6);
	put_option(&body, 12, "Linux", 5);
	put_option(&body, 0, "", 0);
	finish_block(&file, IDB, body);
	put_interface(&file, 1, 0);
	body = interface_body(&file, 1, 0);
	put_option(&body, 2, name, sizeof(name));
	finish_block(&file, IDB, body);
	open = file_open_fd(memory_file(file.data, file.length), 0, &err);
	assert_non_null(open);
	assert_int_equal(file_next(open, &frame, &err), FILE_END);
	assert_string_equal(file_interface(open, 0)->name, "eth\x1b[0m");
	assert_string_equal(file_interface(open, 0)->os, "Linux");
	assert_null(file_interface(open, 1)->name);
	assert_null(file_interface(open, 1)->os);
	assert_int_equal(strlen(file_interface(open, 2)->name), 255);
	assert_null(file_interface(open, 3));
	file_close(open);
	free(file.data);
}

/* In bits, as the draft says, or in bytes, as is done. */
static void test_fcs_of_interface(void **state)
{
	static const uint8_t values[][2] = {{4, 4}, {32, 4}, {2, 2}, {16, 2}, {0, 0}};

	(void)state;
	for (size_t i = 0; i < array_size(values); i++) {
		struct bytes file = {0}, body;
		struct reading reading;

		put_section(&file);
		body = interface_body(&file, 1, 0);
		put_option(&body, 13, &values[i][0], 1);
		finish_block(&file, IDB, body);
		put_packet(&file, 0, 0, 4);
		reading = finish(&file);
		assert_int_equal(reading.frames[0].frame.fcs_len, values[i][1]);
		reading_free(&reading);
	}
}

/* The frame is whole even if its options are not. */
static void test_damaged_packet_options(void **state)
{
	struct bytes file = start(false), body = packet_body(&file, 0, 0, 4);
	struct reading reading;

	(void)state;
	put_u16(&body, 2);
	put_u16(&body, 400);
	put_u32(&body, 0xffffffff);
	finish_block(&file, EPB, body);
	body = packet_body(&file, 0, 0, 4);
	put_option(&body, 2, "\xff\xff", 2);
	finish_block(&file, EPB, body);
	reading = finish(&file);
	assert_int_equal(reading.count, 2);
	assert_int_equal(reading.frames[0].frame.flags, FRAME_HAS_TIME);
	assert_int_equal(reading.frames[1].frame.flags, FRAME_HAS_TIME);
	reading_free(&reading);
}

/* The section header has 36 bytes, the interface 20: packets start at byte 56. */
static void test_damaged_packets(void **state)
{
	struct bytes file = {0};

	(void)state;
	put_section(&file);
	put_packet(&file, 0, 0, 4);
	assert_fails(&file, 0,
		     "block at byte 36: frame 1 is of interface 0, of which no description came");
	file = start(false);
	put_packet(&file, 0, 0, 4);
	put_section(&file);
	put_simple(&file, 4, 4);
	assert_fails(&file, 1,
		     "block at byte 128: frame 2 is of interface 0, of which no description came");
	file = start(false);
	put_packet(&file, 1, 0, 4);
	assert_fails(&file, 0,
		     "block at byte 56: frame 1 is of interface 1, of which no description came");
	file = start(false);
	put_packet(&file, 0, 0, 100);
	file.data[56 + 8 + 12] = 101;
	assert_fails(&file, 0, "block at byte 56: captured length 101 of frame 1, room for 100");
	file = start(false);
	put_packet(&file, 0, 0, FRAME_MAX_BYTES);
	put_packet(&file, 0, 0, FRAME_MAX_BYTES + 4);
	assert_fails(&file, 1,
		     "block at byte 1048664: captured length 1048580 of frame 2, room for 1048580");
	file = start(false);
	put_simple(&file, FRAME_MAX_BYTES + 1, FRAME_MAX_BYTES + 1);
	assert_fails(&file, 0,
		     "block at byte 56: captured length 1048577 of frame 1 is above 1048576");
	file = start(true);
	put_unknown(&file, EPB, 16);
	assert_fails(&file, 0, "block at byte 56: too short for a packet");
	file = start(true);
	put_unknown(&file, SPB, 0);
	assert_fails(&file, 0, "block at byte 56: too short for a simple packet");
	file = start(true);
	put_unknown(&file, EPB, 1114140);
	assert_fails(&file, 0, "block at byte 56: length 1114152 is above 1114144");
}

static void test_damaged_interfaces(void **state)
{
	struct bytes file = start(false), body;

	(void)state;
	put_unknown(&file, IDB, 4);
	assert_fails(&file, 0, "block at byte 56: too short for an interface description");
	file = start(false);
	body = interface_body(&file, 1, 0);
	put_option(&body, 9, "\6\0", 2);
	finish_block(&file, IDB, body);
	assert_fails(&file, 0, "block at byte 56: option if_tsresol has 2 bytes instead of 1");
	file = start(false);
	body = interface_body(&file, 1, 0);
	put_option(&body, 14, "1234", 4);
	finish_block(&file, IDB, body);
	assert_fails(&file, 0, "block at byte 56: option if_tsoffset has 4 bytes instead of 8");
	file = start(false);
	body = interface_body(&file, 1, 0);
	put_option(&body, 13, "1234", 4);
	finish_block(&file, IDB, body);
	assert_fails(&file, 0, "block at byte 56: option if_fcslen has 4 bytes instead of 1");
	file = start(false);
	body = interface_body(&file, 1, 0);
	put_u16(&body, 2);
	put_u16(&body, 5);
	put_u32(&body, 0);
	finish_block(&file, IDB, body);
	assert_fails(&file, 0, "block at byte 56: an option is longer than the block");
	file = start(false);
	for (int i = 0; i < 65536; i++)
		put_interface(&file, 1, 0);
	assert_fails(&file, 0, "block at byte 1310756: more than 65536 interfaces");
}

/* Two packets of 36 bytes, the first of them at byte 56. */
static struct bytes two_packets(void)
{
	struct bytes file = start(false);

	put_packet(&file, 0, 0, 4);
	put_packet(&file, 0, 0, 4);
	return file;
}

static void test_damaged_lengths(void **state)
{
	struct bytes file = two_packets();

	(void)state;
	file.data[92 + 4] = 35;
	assert_fails(&file, 1, "block at byte 92: 35 is no length of a block");
	file = two_packets();
	file.data[92 + 4] = 8;
	assert_fails(&file, 1, "block at byte 92: 8 is no length of a block");
	file = two_packets();
	file.data[92 + 4] = 40;
	assert_fails(&file, 1, "block at byte 92: 40 bytes wanted, 36 left");
	file = two_packets();
	file.data[92 + 32] = 40;
	assert_fails(&file, 1, "block at byte 92: length 36 at its start, 40 at its end");
	file = two_packets();
	file.length -= 1;
	assert_fails(&file, 1, "block at byte 92: 36 bytes wanted, 35 left");
	file = two_packets();
	file.length = 99;
	assert_fails(&file, 1, "block at byte 92: 8 bytes wanted, 7 left");
	file = two_packets();
	put_unknown(&file, 77, 100);
	file.length -= 2;
	assert_fails(&file, 2, "block at byte 128: 112 bytes wanted, 110 left");
	file = two_packets();
	put_unknown(&file, 77, 100);
	file.data[file.length - 4] = 0;
	assert_fails(&file, 2, "block at byte 128: length 112 at its start, 0 at its end");
	file = two_packets();
	put_u32(&file, 77);
	put_u32(&file, 0xfffffffc);
	assert_fails(&file, 2, "block at byte 128: 4294967292 bytes wanted, 8 left");
}

static void test_damaged_sections(void **state)
{
	struct bytes file = two_packets();

	(void)state;
	put_section(&file);
	file.data[128 + 8] = 0;
	assert_fails(&file, 2, "section header at byte 128: no byte order has the magic 003c2b1a");
	file = two_packets();
	put_section(&file);
	file.data[128 + 12] = 2;
	assert_fails(&file, 2, "block at byte 128: pcapng version 2.0; nod knows 1.x");
	file = two_packets();
	put_section(&file);
	file.length = 128 + 11;
	assert_fails(&file, 2, "block at byte 128: 12 bytes wanted, 11 left");
	file = two_packets();
	file.data[12] = 7;
	assert_fails(&file, 0, "block at byte 0: pcapng version 7.0; nod knows 1.x");
	file = two_packets();
	file.length = 30;
	assert_fails(&file, 0, "block at byte 0: 36 bytes wanted, 30 left");
	file = two_packets();
	file.length = 7;
	assert_fails(&file, 0, "block at byte 0: 8 bytes wanted, 7 left");
	file = two_packets();
	file.data[4] = 24;
	file.data[20] = 24;
	file.data[21] = file.data[22] = file.data[23] = 0;
	assert_fails(&file, 0, "block at byte 0: too short for a section header");
}

static void test_every_cut_is_noticed(void **state)
{
	struct bytes file = two_packets();
	size_t whole = file.length;

	(void)state;
	for (size_t length = 0; length <= whole; length++) {
		bool between = length == 36 || length == 56 || length == 92 || length == whole;
		struct reading reading;

		file.length = length;
		reading = read_bytes(&file);
		assert_int_equal(reading.last, between ? FILE_END : FILE_ERROR);
		assert_int_equal(reading.count, (length >= 92) + (length == whole));
		reading_free(&reading);
	}
	free(file.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_packets_as_libpcap),
		cmocka_unit_test(test_sections_and_interfaces),
		cmocka_unit_test(test_clocks),
		cmocka_unit_test(test_packet_flags),
		cmocka_unit_test(test_obsolete_packet),
		cmocka_unit_test(test_simple_packet),
		cmocka_unit_test(test_unknown_blocks),
		cmocka_unit_test(test_interface_names),
		cmocka_unit_test(test_fcs_of_interface),
		cmocka_unit_test(test_damaged_packet_options),
		cmocka_unit_test(test_damaged_packets),
		cmocka_unit_test(test_damaged_interfaces),
		cmocka_unit_test(test_damaged_lengths),
		cmocka_unit_test(test_damaged_sections),
		cmocka_unit_test(test_every_cut_is_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
