/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Are captures written as their formats say, and does a file appear whole or not at all?
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "pcap/split/split.h"
#include "pcap/write.h"

static const struct capture_interface ethernet = {
	.link_type = 1, .snap_len = 65535, .name = "eth0", .os = "Linux 6.18"};
static const struct capture_interface cooked = {.link_type = 113};

static char folder[64], path[96];

static int setup(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/nod-write-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/out", folder);
	return 0;
}

/* Names in the folder. */
static unsigned int count_names(void)
{
	DIR *open = opendir(folder);
	unsigned int count = 0;
	struct dirent *entry;

	assert_non_null(open);
	while ((entry = readdir(open)))
		count += entry->d_name[0] != '.' || (entry->d_name[1] && entry->d_name[1] != '.');
	closedir(open);
	return count;
}

static int teardown(void **state)
{
	(void)state;
	unlink(path);
	assert_int_equal(count_names(), 0);
	return rmdir(folder);
}

static struct span span_of(const char *text)
{
	return (struct span){(const uint8_t *)text, strlen(text)};
}

static struct capture_writer *open_writer(enum write_format format)
{
	const struct write_options options = {
		.format = format, .application = "nod test", .comment = "for a test"};
	struct err err = {0};
	struct capture_writer *writer = write_open(path, &options, &err);

	assert_string_equal(err.text, "");
	assert_non_null(writer);
	return writer;
}

static void add_interface(struct capture_writer *writer, const struct capture_interface *interface,
			  int number)
{
	struct err err = {0};

	assert_int_equal(write_interface(writer, interface, &err), number);
}

static void add(struct capture_writer *writer, const struct write_frame *frame)
{
	struct err err = {0};

	assert_int_equal(write_record(writer, frame, &err), 0);
}

static void finish(struct capture_writer *writer)
{
	uint64_t position = write_position(writer);
	struct err err = {0};
	struct stat about;

	assert_int_equal(write_finish(writer, &err), 0);
	assert_int_equal(stat(path, &about), 0);
	if (position)
		assert_int_equal(about.st_size, position);
}

static struct write_frame frame_of(const char *head, const char *body)
{
	return (struct write_frame){.head = span_of(head),
				    .body = span_of(body),
				    .time_ns = 1700000000123456789,
				    .wire_len = 60,
				    .flags = FRAME_HAS_TIME};
}

/* All bytes of the file. */
static size_t read_back(uint8_t *bytes, size_t room)
{
	FILE *file = fopen(path, "rb");
	size_t length;

	assert_non_null(file);
	length = fread(bytes, 1, room, file);
	fclose(file);
	return length;
}

static uint32_t word_at(const uint8_t *bytes)
{
	uint32_t word;

	memcpy(&word, bytes, sizeof(word));
	return word;
}

/* The figures of draft-ietf-opsawg-pcapng, sections 4.1 to 4.3. */
static void test_pcapng_bytes(void **state)
{
	struct write_frame frame = frame_of("abc", "defg");
	struct capture_writer *writer = open_writer(WRITE_PCAPNG);
	uint8_t bytes[1024];
	size_t length, at, end;

	(void)state;
	add_interface(writer, &ethernet, 0);
	frame.comment = "hello";
	frame.flags |= FRAME_OUTBOUND | FRAME_CSUM_NOT_READY | FRAME_SEGMENTED;
	add(writer, &frame);
	finish(writer);
	length = read_back(bytes, sizeof(bytes));
	assert_int_equal(word_at(bytes), 0x0a0d0d0a);
	assert_int_equal(word_at(bytes + 8), 0x1a2b3c4d);
	at = word_at(bytes + 4);
	assert_int_equal(word_at(bytes + at - 4), at);
	assert_int_equal(word_at(bytes + at), 1);
	assert_int_equal(word_at(bytes + at + 8), 1);
	assert_int_equal(word_at(bytes + at + 12), 65535);
	at += word_at(bytes + at + 4);
	end = at + word_at(bytes + at + 4);
	assert_int_equal(end, length);
	assert_int_equal(word_at(bytes + at), 6);
	assert_int_equal((uint64_t)word_at(bytes + at + 12) << 32 | word_at(bytes + at + 16),
			 1700000000123456789);
	assert_int_equal(word_at(bytes + at + 20), 7);
	assert_int_equal(word_at(bytes + at + 24), 60);
	assert_memory_equal(bytes + at + 28, "abcdefg\0\1\0\5\0hello\0\0\0\2\0\4\0", 24);
	assert_int_equal(word_at(bytes + at + 52), 2 | 1 << 9 | 1 << 11);
	assert_int_equal(word_at(bytes + at + 56), 0);
	assert_int_equal(word_at(bytes + at + 60), end - at);
}

/* Read the file with nod's own reader, which has tests against other tools. */
static void expect_frames(const struct write_frame *const *frames, size_t count)
{
	struct err err = {0};
	struct capture_file *file = file_open(path, &err);
	struct frame frame;

	assert_non_null(file);
	for (size_t i = 0; i < count; i++) {
		const struct write_frame *want = frames[i];

		assert_int_equal(file_next(file, &frame, &err), FILE_FRAME);
		assert_int_equal(frame.bytes.length, want->head.length + want->body.length);
		assert_memory_equal(frame.bytes.bytes, want->head.bytes, want->head.length);
		assert_memory_equal(frame.bytes.bytes + want->head.length, want->body.bytes,
				    want->body.length);
		assert_int_equal(frame.wire_len, want->wire_len);
		assert_int_equal(frame.interface, want->interface);
		assert_int_equal(frame.flags, want->flags);
		if (want->flags & FRAME_HAS_TIME)
			assert_int_equal(frame.time_ns, want->time_ns);
	}
	assert_int_equal(file_next(file, &frame, &err), FILE_END);
	file_close(file);
}

static void test_pcapng_round_trip(void **state)
{
	struct write_frame first = frame_of("a", "bcd"), second = frame_of("", "x"),
			   third = frame_of("xyz", "");
	const struct write_frame *const frames[] = {&first, &second, &third};
	struct capture_writer *writer = open_writer(WRITE_PCAPNG);
	const struct capture_interface *interface;
	struct capture_file *file;
	struct frame frame;
	struct err err = {0};

	(void)state;
	add_interface(writer, &ethernet, 0);
	add_interface(writer, &cooked, 1);
	second.interface = 1;
	second.flags |= FRAME_INBOUND | FRAME_CSUM_VALID;
	/* A frame that has no time has none afterwards: a simple packet block, with no length of its own. */
	third.flags = 0;
	third.wire_len = 3;
	add(writer, &first);
	add(writer, &second);
	add(writer, &third);
	finish(writer);
	expect_frames(frames, 3);
	file = file_open(path, &err);
	assert_int_equal(file_next(file, &frame, &err), FILE_FRAME);
	interface = file_interface(file, 0);
	assert_string_equal(interface->name, "eth0");
	assert_string_equal(interface->os, "Linux 6.18");
	assert_int_equal(interface->snap_len, 65535);
	assert_null(file_interface(file, 1)->name);
	assert_int_equal(file_interface(file, 1)->link_type, 113);
	file_close(file);
}

static void write_old(const char *name)
{
	FILE *old = fopen(name, "w");

	assert_non_null(old);
	assert_true(fputs("old", old) >= 0);
	assert_int_equal(fclose(old), 0);
}

/* All that a description may say. */
static const struct capture_interface described = {
	.link_type = 1,
	.snap_len = 128,
	.name = "eth0",
	.description = "the first one",
	.filter = "tcp port 80",
	.hardware = "a card",
	.os = "Linux 6.18",
	.speed = 10000000000,
	.address = {2, 3, 4, 5, 6, 7},
	.has_address = true,
	.truth = true,
	.vantage = {.has = VANTAGE_HAS_MTU | VANTAGE_HAS_FEATURES,
		    .mtu = 1500,
		    .features = VANTAGE_GRO,
		    .ever = VANTAGE_GRO},
};

static void expect_described(const struct capture_interface *seen)
{
	assert_string_equal(seen->name, described.name);
	assert_string_equal(seen->description, described.description);
	assert_string_equal(seen->filter, described.filter);
	assert_string_equal(seen->hardware, described.hardware);
	assert_string_equal(seen->os, described.os);
	assert_int_equal(seen->speed, described.speed);
	assert_true(seen->has_address);
	assert_memory_equal(seen->address, described.address, sizeof(seen->address));
	assert_true(seen->truth);
	assert_int_equal(seen->vantage.mtu, 1500);
}

static void test_interface_round_trip(void **state)
{
	struct write_frame frame = frame_of("a", "bcd");
	struct capture_writer *writer = open_writer(WRITE_PCAPNG);
	struct vantage later = described.vantage;
	const struct write_statistics statistics = {.begin_ns = 5,
						    .end_ns = (int64_t)7 << 32,
						    .received = 9,
						    .dropped = 3,
						    .vantage = &later};
	struct capture_file *file;
	struct frame seen;
	struct err err = {0};

	(void)state;
	add_interface(writer, &described, 0);
	add_interface(writer, &cooked, 1);
	add(writer, &frame);
	later.ever |= VANTAGE_LRO;
	later.has |= VANTAGE_HAS_CSUM_FAILURES;
	later.csum_failures = 12;
	assert_int_equal(write_statistics(writer, &statistics, &err), 0);
	finish(writer);
	file = file_open(path, &err);
	assert_int_equal(file_next(file, &seen, &err), FILE_FRAME);
	expect_described(file_interface(file, 0));
	assert_int_equal(file_interface(file, 0)->vantage.ever, VANTAGE_GRO);
	assert_int_equal(file_next(file, &seen, &err), FILE_END);
	expect_described(file_interface(file, 0));
	assert_int_equal(file_interface(file, 0)->vantage.ever, VANTAGE_GRO | VANTAGE_LRO);
	assert_int_equal(file_interface(file, 0)->vantage.csum_failures, 12);
	assert_int_equal(file_interface(file, 1)->vantage.has, 0);
	assert_false(file_interface(file, 1)->truth || file_interface(file, 1)->has_address);
	file_close(file);
}

/* The figure of draft-ietf-opsawg-pcapng, section 4.6. */
static void test_statistics_bytes(void **state)
{
	const struct write_statistics statistics = {.interface = 1,
						    .begin_ns = ((int64_t)1 << 32) + 2,
						    .end_ns = ((int64_t)3 << 32) + 4,
						    .received = 5,
						    .dropped = 6};
	struct capture_writer *writer = open_writer(WRITE_PCAPNG);
	uint8_t bytes[1024], *block = bytes;
	struct err err = {0};

	(void)state;
	add_interface(writer, &ethernet, 0);
	add_interface(writer, &cooked, 1);
	assert_int_equal(write_statistics(writer, &statistics, &err), 0);
	finish(writer);
	assert_true(read_back(bytes, sizeof(bytes)) > 76);
	while (word_at(block) != 5)
		block += word_at(block + 4);
	assert_int_equal(word_at(block + 8), 1);
	assert_int_equal(word_at(block + 12), 3);
	assert_int_equal(word_at(block + 16), 4);
	assert_memory_equal(block + 20, "\2\0\10\0\1\0\0\0\2\0\0\0", 12);
	assert_memory_equal(block + 32, "\3\0\10\0\3\0\0\0\4\0\0\0", 12);
	assert_memory_equal(block + 44, "\4\0\10\0\5\0\0\0\0\0\0\0", 12);
	assert_memory_equal(block + 56, "\5\0\10\0\6\0\0\0\0\0\0\0", 12);
	assert_int_equal(word_at(block + 68), 0);
	assert_int_equal(word_at(block + 72), 76);
	assert_int_equal(word_at(block + 4), 76);
}

static void test_truth_round_trip(void **state)
{
	struct write_frame super = frame_of("a", "bcd"), plain = frame_of("xyz", "");
	struct capture_writer *writer = open_writer(WRITE_PCAPNG);
	struct capture_file *file;
	struct frame seen;
	struct err err = {0};

	(void)state;
	add_interface(writer, &described, 0);
	super.flags |= FRAME_TRUTH | FRAME_SEGMENTED | FRAME_CSUM_NOT_READY | FRAME_OUTBOUND;
	super.comment = "its own";
	super.truth = (struct frame_truth){.gso = GSO_TCP6,
					   .gso_size = 1428,
					   .ecn = true,
					   .csum_start = 54,
					   .csum_offset = 16};
	plain.flags |= FRAME_TRUTH;
	add(writer, &super);
	add(writer, &plain);
	finish(writer);
	file = file_open(path, &err);
	assert_int_equal(file_next(file, &seen, &err), FILE_FRAME);
	assert_int_equal(seen.flags, super.flags);
	assert_int_equal(seen.truth.gso, GSO_TCP6);
	assert_int_equal(seen.truth.gso_size, 1428);
	assert_true(seen.truth.ecn);
	assert_int_equal(seen.truth.csum_start, 54);
	assert_int_equal(seen.truth.csum_offset, 16);
	/* Nothing of the one before is left. */
	assert_int_equal(file_next(file, &seen, &err), FILE_FRAME);
	assert_int_equal(seen.flags, FRAME_HAS_TIME | FRAME_TRUTH);
	assert_int_equal(seen.truth.gso | seen.truth.gso_size | seen.truth.csum_start, 0);
	assert_false(seen.truth.ecn);
	file_close(file);
}

/* It stands there from the beginning, and what was flushed is a capture; also without an end. */
static void test_growing(void **state)
{
	const struct write_options options = {.growing = true};
	struct write_frame frame = frame_of("a", "bcd");
	const struct write_frame *const frames[] = {&frame, &frame};
	struct capture_writer *writer;
	struct err err = {0};
	struct stat about;

	(void)state;
	write_old(path);
	writer = write_open(path, &options, &err);
	assert_non_null(writer);
	assert_int_equal(stat(path, &about), 0);
	assert_int_equal(about.st_size, 0);
	add_interface(writer, &ethernet, 0);
	add(writer, &frame);
	assert_int_equal(write_flush(writer, &err), 0);
	expect_frames(frames, 1);
	add(writer, &frame);
	expect_frames(frames, 1);
	assert_int_equal(write_flush(writer, &err), 0);
	expect_frames(frames, 2);
	add(writer, &frame);
	write_abort(writer);
	expect_frames(frames, 2);
	assert_int_equal(count_names(), 1);
}

/* Frames that are not copied keep their place among others, whatever their length. */
static void test_long_and_short(void **state)
{
	static uint8_t bytes[40000];
	struct write_frame frames[400];
	const struct write_frame *wanted[400];
	struct capture_writer *writer = open_writer(WRITE_PCAPNG);

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 37 >> 4);
	add_interface(writer, &cooked, 0);
	for (size_t i = 0; i < array_size(frames); i++) {
		frames[i] = frame_of("", "");
		frames[i].head = (struct span){bytes + i, i * 7919 % 39000};
		frames[i].body = (struct span){bytes, i * 104729 % 20000};
		frames[i].wire_len = 60000;
		wanted[i] = &frames[i];
		add(writer, &frames[i]);
	}
	finish(writer);
	expect_frames(wanted, array_size(frames));
}

static void test_pcap_round_trip(void **state)
{
	struct write_frame first = frame_of("a", "bcd"), second = frame_of("xy", "z");
	const struct write_frame *const frames[] = {&first, &second};
	struct capture_writer *writer = open_writer(WRITE_PCAP);
	struct err err = {0};

	(void)state;
	add_interface(writer, &ethernet, 0);
	/* The same link type once more is the same interface; another one is none of pcap's. */
	add_interface(writer, &ethernet, 0);
	assert_int_equal(write_interface(writer, &cooked, &err), -1);
	assert_int_equal(err.code, ERR_UNSUPPORTED);
	second.time_ns = 999999999;
	add(writer, &first);
	add(writer, &second);
	finish(writer);
	expect_frames(frames, 2);
}

/* Times that the format cannot hold are 0, and nothing else of the frame is lost. */
static void test_odd_times(void **state)
{
	struct write_frame late = frame_of("a", "bcd"), early = frame_of("xy", "z");
	const struct write_frame *const frames[] = {&late, &early};
	struct capture_writer *writer = open_writer(WRITE_PCAP);

	(void)state;
	add_interface(writer, &ethernet, 0);
	late.time_ns = INT64_MAX;
	early.time_ns = -1;
	add(writer, &late);
	add(writer, &early);
	finish(writer);
	late.time_ns = early.time_ns = 0;
	expect_frames(frames, 2);
}

static void test_empty(void **state)
{
	struct capture_file *file;
	struct frame frame;
	struct err err = {0};

	(void)state;
	for (enum write_format format = WRITE_PCAPNG; format <= WRITE_PCAP; format++) {
		finish(open_writer(format));
		file = file_open(path, &err);
		assert_non_null(file);
		assert_int_equal(file_next(file, &frame, &err), FILE_END);
		file_close(file);
	}
}

/* What the splitter counts for each segment, so that it can promise how long a file becomes at most. */
static void test_record_overhead(void **state)
{
	struct write_frame frame = frame_of("", "x");

	(void)state;
	frame.flags |= FRAME_OUTBOUND;
	for (enum write_format format = WRITE_PCAPNG; format <= WRITE_PCAP; format++) {
		struct capture_writer *writer = open_writer(format);
		uint64_t before;

		add_interface(writer, &ethernet, 0);
		before = write_position(writer);
		add(writer, &frame);
		assert_true(write_position(writer) - before <= SPLIT_RECORD_BYTES + 1);
		finish(writer);
	}
}

/* Readers of classic pcap cut frames that are longer than its header says: no frame of any interface is. */
static void test_snap_len(void **state)
{
	static const struct capture_interface cut = {.link_type = 1, .snap_len = 96},
					      whole = {.link_type = 1, .snap_len = 65535};
	struct capture_writer *writer = open_writer(WRITE_PCAP);
	struct write_frame frame = frame_of("a", "b");
	uint8_t bytes[64];

	(void)state;
	add_interface(writer, &cut, 0);
	add_interface(writer, &whole, 0);
	add(writer, &frame);
	finish(writer);
	assert_true(read_back(bytes, sizeof(bytes)) > 20);
	assert_true(word_at(bytes + 16) >= whole.snap_len);
}

/* More than is gathered, in frames that are longer than half of it. */
static void test_long(void **state)
{
	static uint8_t bytes[900000];
	struct capture_writer *writer = open_writer(WRITE_PCAPNG);
	struct write_frame frame = frame_of("head", "");
	const struct write_frame *const frames[] = {&frame, &frame, &frame};

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 31 >> 3);
	frame.body = (struct span){bytes, sizeof(bytes)};
	frame.wire_len = sizeof(bytes) + 4;
	add_interface(writer, &cooked, 0);
	for (unsigned int i = 0; i < 3; i++)
		add(writer, &frame);
	finish(writer);
	expect_frames(frames, 3);
}

static void expect_old(const char *name)
{
	char text[8] = {0};
	FILE *old = fopen(name, "r");

	assert_non_null(old);
	assert_int_equal(fread(text, 1, sizeof(text), old), 3);
	assert_string_equal(text, "old");
	fclose(old);
}

/* Until it is complete, what was there is there; and nothing else is. */
static void test_replaces_at_the_end(void **state)
{
	struct write_frame frame = frame_of("a", "b");
	struct capture_writer *writer;
	struct stat about;

	(void)state;
	write_old(path);
	assert_int_equal(chmod(path, 0640), 0);
	writer = open_writer(WRITE_PCAPNG);
	add_interface(writer, &ethernet, 0);
	add(writer, &frame);
	expect_old(path);
	finish(writer);
	assert_int_equal(stat(path, &about), 0);
	assert_int_equal(about.st_mode & 0777, 0640);
	assert_true(about.st_size > 3);
	assert_int_equal(count_names(), 1);
}

static void test_owner_stays(void **state)
{
	struct stat about;

	(void)state;
	write_old(path);
	assert_int_equal(chmod(path, 0640), 0);
	if (chown(path, 12, 34) < 0)
		skip();
	finish(open_writer(WRITE_PCAPNG));
	assert_int_equal(stat(path, &about), 0);
	assert_int_equal(about.st_uid, 12);
	assert_int_equal(about.st_gid, 34);
	assert_int_equal(about.st_mode & 0777, 0640);
}

static void test_abort_leaves_nothing(void **state)
{
	(void)state;
	write_abort(open_writer(WRITE_PCAPNG));
	assert_int_equal(count_names(), 0);
	write_old(path);
	write_abort(open_writer(WRITE_PCAP));
	expect_old(path);
	assert_int_equal(count_names(), 1);
	write_abort(NULL);
}

/* What is behind a symbolic link is replaced, not the link. */
static void test_link_stays(void **state)
{
	char target[112];
	struct stat about;

	(void)state;
	snprintf(target, sizeof(target), "%s/target", folder);
	write_old(target);
	assert_int_equal(symlink("target", path), 0);
	finish(open_writer(WRITE_PCAPNG));
	assert_int_equal(lstat(path, &about), 0);
	assert_true(S_ISLNK(about.st_mode));
	assert_int_equal(stat(target, &about), 0);
	assert_true(about.st_size > 3);
	assert_int_equal(unlink(target), 0);
}

/* A link that leads nowhere is not taken for the file. */
static void test_lost_link(void **state)
{
	const struct write_options options = {.format = WRITE_PCAP};
	struct err err = {0};
	struct stat about;

	(void)state;
	assert_int_equal(symlink("target", path), 0);
	assert_null(write_open(path, &options, &err));
	assert_int_equal(err.code, ERR_SYSTEM);
	assert_non_null(strstr(err.text, strerror(ENOENT)));
	assert_int_equal(lstat(path, &about), 0);
	assert_true(S_ISLNK(about.st_mode));
}

static void test_cannot_open(void **state)
{
	const struct write_options options = {.format = WRITE_PCAP};
	struct err err = {0};
	char missing[112];

	(void)state;
	snprintf(missing, sizeof(missing), "%s/no/folder", folder);
	assert_null(write_open(missing, &options, &err));
	assert_int_equal(err.code, ERR_SYSTEM);
	assert_null(write_open(folder, &options, &err));
	assert_non_null(strstr(err.text, strerror(EISDIR)));
	assert_null(write_open("", &options, &err));
	assert_non_null(strstr(err.text, strerror(ENOENT)));
}

/* A device is written as it is, and says that it is full. */
static void test_full(void **state)
{
	const struct write_options options = {.format = WRITE_PCAP};
	struct err err = {0};
	struct capture_writer *writer = write_open("/dev/full", &options, &err);

	(void)state;
	assert_non_null(writer);
	assert_int_equal(write_finish(writer, &err), -1);
	assert_int_equal(err.code, ERR_SYSTEM);
	assert_non_null(strstr(err.text, strerror(ENOSPC)));
}

/* As a full disk does, in the midst of a file: the part that fitted is not left behind. */
static void test_limit(void **state)
{
	static uint8_t bytes[100000];
	struct write_frame frame = frame_of("head", "");
	struct rlimit before, limit;
	struct capture_writer *writer = open_writer(WRITE_PCAPNG);
	struct err err = {0};
	int result = 0;

	(void)state;
	frame.body = (struct span){bytes, sizeof(bytes)};
	frame.wire_len = sizeof(bytes) + 4;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = before;
	limit.rlim_cur = 1500000;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	add_interface(writer, &cooked, 0);
	for (unsigned int i = 0; i < 100 && result == 0; i++)
		result = write_record(writer, &frame, &err);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(result, -1);
	assert_int_equal(err.code, ERR_SYSTEM);
	write_abort(writer);
	assert_int_equal(count_names(), 0);
}

/* A run that is killed says goodbye to nobody. */
static void test_killed(void **state)
{
	struct write_frame frame = frame_of("a", "b");
	int status, fd;
	pid_t child;

	(void)state;
	fd = open(folder, O_TMPFILE | O_WRONLY, 0600);
	if (fd < 0)
		skip();
	close(fd);
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		struct capture_writer *writer = open_writer(WRITE_PCAPNG);

		add_interface(writer, &cooked, 0);
		for (unsigned int i = 0; i < 100000; i++)
			add(writer, &frame);
		raise(SIGKILL);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(count_names(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_pcapng_bytes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_pcapng_round_trip, setup, teardown),
		cmocka_unit_test_setup_teardown(test_interface_round_trip, setup, teardown),
		cmocka_unit_test_setup_teardown(test_statistics_bytes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_truth_round_trip, setup, teardown),
		cmocka_unit_test_setup_teardown(test_growing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_long_and_short, setup, teardown),
		cmocka_unit_test_setup_teardown(test_pcap_round_trip, setup, teardown),
		cmocka_unit_test_setup_teardown(test_odd_times, setup, teardown),
		cmocka_unit_test_setup_teardown(test_empty, setup, teardown),
		cmocka_unit_test_setup_teardown(test_record_overhead, setup, teardown),
		cmocka_unit_test_setup_teardown(test_snap_len, setup, teardown),
		cmocka_unit_test_setup_teardown(test_long, setup, teardown),
		cmocka_unit_test_setup_teardown(test_replaces_at_the_end, setup, teardown),
		cmocka_unit_test_setup_teardown(test_owner_stays, setup, teardown),
		cmocka_unit_test_setup_teardown(test_abort_leaves_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_link_stays, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lost_link, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cannot_open, setup, teardown),
		cmocka_unit_test_setup_teardown(test_full, setup, teardown),
		cmocka_unit_test_setup_teardown(test_limit, setup, teardown),
		cmocka_unit_test_setup_teardown(test_killed, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
