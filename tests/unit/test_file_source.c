/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does a capture read the same from a file, a pipe, gzip and zstd, and does every way in which these
 * fail say so?
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <zlib.h>
#include <zstd.h>

#include "tests/unit/file_bytes.h"

/* pcap with @count frames of @length bytes; frame i starts with the byte i. */
static struct bytes make_capture(unsigned count, uint32_t length)
{
	struct bytes bytes = {0};

	put_u32(&bytes, 0xa1b2c3d4);
	put_u32(&bytes, 0x00040002);
	put_u64(&bytes, 0);
	put_u32(&bytes, 0);
	put_u32(&bytes, 1);
	for (unsigned i = 0; i < count; i++) {
		put_u32(&bytes, i);
		put_u32(&bytes, 0);
		put_u32(&bytes, length);
		put_u32(&bytes, length);
		put_pattern(&bytes, length, (uint8_t)i);
	}
	return bytes;
}

static struct bytes gzip(const uint8_t *data, size_t length)
{
	struct bytes out = {0};
	z_stream zlib = {0};
	size_t room = length + 200;

	put_pattern(&out, room, 0);
	assert_int_equal(deflateInit2(&zlib, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, 0), Z_OK);
	zlib.next_in = (Bytef *)(uintptr_t)data;
	zlib.avail_in = (uInt)length;
	zlib.next_out = out.data;
	zlib.avail_out = (uInt)room;
	assert_int_equal(deflate(&zlib, Z_FINISH), Z_STREAM_END);
	out.length = room - zlib.avail_out;
	deflateEnd(&zlib);
	return out;
}

static struct bytes zstd(const uint8_t *data, size_t length)
{
	struct bytes out = {0};
	size_t room = ZSTD_compressBound(length);
	ZSTD_CCtx *context = ZSTD_createCCtx();

	put_pattern(&out, room, 0);
	assert_false(ZSTD_isError(ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)));
	out.length = ZSTD_compress2(context, out.data, room, data, length);
	assert_false(ZSTD_isError(out.length));
	ZSTD_freeCCtx(context);
	return out;
}

typedef struct bytes compressor(const uint8_t *data, size_t length);

static void append(struct bytes *to, struct bytes from)
{
	put(to, from.data, from.length);
	free(from.data);
}

/* In one piece, and in pieces of 1000 bytes one behind the other. */
static void check_compressed(compressor *compress, const char *format)
{
	struct bytes plain = make_capture(100, 300), whole, pieces = {0};
	struct reading expected = read_bytes(&plain), reading;

	whole = compress(plain.data, plain.length);
	for (size_t at = 0; at < plain.length; at += 1000)
		append(&pieces, compress(plain.data + at,
					 plain.length - at < 1000 ? plain.length - at : 1000));
	reading = read_bytes(&whole);
	assert_string_equal(reading.format, format);
	assert_int_equal(reading.count, 100);
	assert_same_reading(&reading, &expected);
	reading_free(&reading);
	reading = read_bytes(&pieces);
	assert_same_reading(&reading, &expected);
	reading_free(&reading);
	reading_free(&expected);
	free(plain.data);
	free(whole.data);
	free(pieces.data);
}

static void test_gzip(void **state)
{
	(void)state;
	check_compressed(gzip, "pcap+gzip");
}

static void test_zstd(void **state)
{
	(void)state;
	check_compressed(zstd, "pcap+zstd");
}

static void test_zstd_skippable_frame_first(void **state)
{
	struct bytes plain = make_capture(3, 10), bytes = {0};
	struct reading reading;

	(void)state;
	put_u32(&bytes, 0x184d2a50);
	put_u32(&bytes, 5);
	put_pattern(&bytes, 5, 0);
	append(&bytes, zstd(plain.data, plain.length));
	reading = read_bytes(&bytes);
	assert_int_equal(reading.last, FILE_END);
	assert_int_equal(reading.count, 3);
	reading_free(&reading);
	free(plain.data);
	free(bytes.data);
}

static void test_gzip_padding(void **state)
{
	struct bytes plain = make_capture(3, 10), bytes;
	struct reading reading;

	(void)state;
	bytes = gzip(plain.data, plain.length);
	put(&bytes, "\0\0\0\0\0", 5);
	reading = read_bytes(&bytes);
	assert_int_equal(reading.last, FILE_END);
	assert_int_equal(reading.count, 3);
	reading_free(&reading);
	put(&bytes, "x", 1);
	reading = read_bytes(&bytes);
	assert_int_equal(reading.last, FILE_ERROR);
	assert_int_equal(reading.count, 3);
	assert_non_null(strstr(reading.err.text, "bytes behind the padding"));
	reading_free(&reading);
	free(plain.data);
	free(bytes.data);
}

/* Cut at every byte: never a frame too many, never a cut that is not noticed. */
static void check_cuts(compressor *compress, const char *text)
{
	struct bytes plain = make_capture(3, 40), bytes = compress(plain.data, plain.length);
	size_t whole = bytes.length;

	for (size_t length = 4; length < whole; length++) {
		struct reading reading;

		bytes.length = length;
		reading = read_bytes(&bytes);
		assert_int_equal(reading.last, FILE_ERROR);
		assert_memory_equal(reading.err.text, text, strlen(text));
		reading_free(&reading);
	}
	free(plain.data);
	free(bytes.data);
}

static void test_compressed_and_cut(void **state)
{
	(void)state;
	check_cuts(gzip, "gzip data ends early, at compressed byte ");
	check_cuts(zstd, "zstd data ends early, at compressed byte ");
}

static void check_damage(compressor *compress, size_t from_end, size_t count, const char *text)
{
	struct bytes plain = make_capture(3, 40), bytes = compress(plain.data, plain.length);
	struct reading reading;

	bytes.data[bytes.length - from_end] ^= 0xff;
	reading = read_bytes(&bytes);
	assert_int_equal(reading.last, FILE_ERROR);
	assert_int_equal(reading.count, count);
	assert_int_equal(reading.err.code, ERR_FORMAT);
	assert_non_null(strstr(reading.err.text, text));
	reading_free(&reading);
	free(plain.data);
	free(bytes.data);
}

static struct bytes gzip_then_text(const uint8_t *data, size_t length)
{
	struct bytes bytes = gzip(data, length);

	put(&bytes, "text", 4);
	return bytes;
}

static void test_compressed_and_damaged(void **state)
{
	(void)state;
	check_damage(gzip, 5, 3, "gzip data is damaged near compressed byte ");
	check_damage(gzip, 5, 3, "incorrect data check");
	check_damage(gzip_then_text, 1, 3, "incorrect header check");
	check_damage(zstd, 1, 3, "zstd data is damaged near compressed byte ");
	check_damage(zstd, 1, 3, "checksum");
}

/* RFC 8878 section 3.1.1.2: not the last block; 0 raw, 1 a byte to repeat, 3 reserved. */
static void put_zstd_block(struct bytes *bytes, unsigned type, size_t size)
{
	put_integer(bytes, size << 3 | type << 1, 3);
}

/* All that stands before the damage is read, also if it had to wait for room in a small buffer. */
static void test_zstd_damage_behind_a_block(void **state)
{
	struct bytes plain = make_capture(1, 100), bytes = {0};
	struct reading reading;

	(void)state;
	put_u32(&bytes, 0xfd2fb528);
	put(&bytes, "\0\x58", 2); /* no checksum, a window of 2 MiB */
	put_zstd_block(&bytes, 0, 40);
	put(&bytes, plain.data, 40);
	/* The rest of the frame, and nine empty frames: more than the small buffer will hold. */
	put_zstd_block(&bytes, 1, 100 + 9 * 16);
	put(&bytes, "", 1);
	put_zstd_block(&bytes, 3, 0);
	put_pattern(&bytes, 20, 0);
	reading = read_bytes(&bytes);
	assert_int_equal(reading.last, FILE_ERROR);
	assert_int_equal(reading.count, 10);
	assert_int_equal(reading.frames[0].frame.bytes.length, 100);
	reading_free(&reading);
	free(plain.data);
	free(bytes.data);
}

static void test_compressed_no_capture(void **state)
{
	struct bytes bytes = gzip((const uint8_t *)"hello world", 11);

	(void)state;
	assert_fails(&bytes, 0, "not a capture: decompressed, it starts with 68 65 6C 6C");
	bytes = zstd((const uint8_t *)"", 0);
	assert_fails(&bytes, 0, "empty once decompressed");
}

/* A record that crosses the end of what is mapped at once, and one that starts right there. */
static void test_windows_of_a_mapping(void **state)
{
	struct bytes bytes = make_capture(5500, 1000);
	struct reading reading = read_bytes(&bytes);

	(void)state;
	assert_int_equal(reading.last, FILE_END);
	assert_int_equal(reading.count, 5500);
	assert_int_equal(reading.frames[5499].frame.bytes.bytes[0], 5499 % 256);
	reading_free(&reading);
	free(bytes.data);
	bytes = make_capture(100, 65520);
	bytes.length -= 7;
	reading = read_bytes(&bytes);
	assert_int_equal(reading.last, FILE_ERROR);
	assert_int_equal(reading.count, 99);
	reading_free(&reading);
	free(bytes.data);
}

static void test_file_cut_under_the_mapping(void **state)
{
	struct bytes bytes = make_capture(5500, 1000);
	int fd = memory_file(bytes.data, bytes.length), other = dup(fd);
	struct err err = {0};
	struct capture_file *file = file_open_fd(fd, 0, &err);
	struct frame frame;
	struct reading reading;

	(void)state;
	assert_non_null(file);
	assert_int_equal(file_next(file, &frame, &err), FILE_FRAME);
	assert_int_equal(ftruncate(other, 3000000), 0);
	reading = read_open_file(file);
	assert_int_equal(reading.last, FILE_ERROR);
	assert_string_equal(reading.err.text,
			    "the file was cut from 5588024 to 3000000 bytes while it was read");
	assert_int_equal(reading.frames[reading.count - 1].frame.number, 2952);
	reading_free(&reading);
	close(other);
	free(bytes.data);
}

static void test_progress(void **state)
{
	struct bytes bytes = make_capture(10, 84);
	struct err err = {0};
	struct capture_file *file = file_open_fd(memory_file(bytes.data, bytes.length), 0, &err);
	struct frame frame;

	(void)state;
	assert_non_null(file);
	assert_int_equal(file_size(file), 1024);
	assert_int_equal(file_position(file), 24);
	assert_int_equal(file_next(file, &frame, &err), FILE_FRAME);
	assert_int_equal(file_position(file), 124);
	file_close(file);
	free(bytes.data);
}

/* Of compressed files what counts is what was taken from the disk. */
static void test_progress_of_gzip(void **state)
{
	struct bytes plain = make_capture(1000, 500), bytes = gzip(plain.data, plain.length);
	struct err err = {0};
	struct capture_file *file = file_open_fd(memory_file(bytes.data, bytes.length), 0, &err);
	struct frame frame;

	(void)state;
	assert_non_null(file);
	assert_int_equal(file_size(file), bytes.length);
	assert_true(file_position(file) < bytes.length);
	while (file_next(file, &frame, &err) == FILE_FRAME)
		assert_true(file_position(file) <= bytes.length);
	assert_int_equal(file_position(file), bytes.length);
	file_close(file);
	free(plain.data);
	free(bytes.data);
}

/* The reading end of a pipe that holds @bytes and has no writer any more. */
static int pipe_with(const struct bytes *bytes)
{
	int ends[2];

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(write(ends[1], bytes->data, bytes->length), bytes->length);
	close(ends[1]);
	return ends[0];
}

static void test_pipe(void **state)
{
	struct bytes bytes = make_capture(20, 1000);
	struct reading expected = read_bytes(&bytes), reading;
	struct err err = {0};
	struct capture_file *file;
	int fd = pipe_with(&bytes);
	char path[64];

	(void)state;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	file = file_open(path, &err);
	assert_non_null(file);
	assert_int_equal(file_size(file), 0);
	reading = read_open_file(file);
	assert_same_reading(&reading, &expected);
	reading_free(&reading);
	reading_free(&expected);
	close(fd);
	free(bytes.data);
}

/* Nobody waits for more than the next frame needs. */
static void test_pipe_that_stays_open(void **state)
{
	struct bytes bytes = make_capture(2, 100);
	struct err err = {0};
	struct capture_file *file;
	struct frame frame;
	int ends[2];

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(write(ends[1], bytes.data, 24), 24);
	file = file_open_fd(ends[0], 0, &err);
	assert_non_null(file);
	assert_int_equal(write(ends[1], bytes.data + 24, 116 + 16), 116 + 16);
	assert_int_equal(file_next(file, &frame, &err), FILE_FRAME);
	assert_int_equal(write(ends[1], bytes.data + 24 + 132, 100), 100);
	assert_int_equal(file_next(file, &frame, &err), FILE_FRAME);
	assert_int_equal(frame.bytes.bytes[0], 1);
	close(ends[1]);
	assert_int_equal(file_next(file, &frame, &err), FILE_END);
	file_close(file);
	free(bytes.data);
}

static struct reading read_standard_input(int fd)
{
	int saved = dup(STDIN_FILENO);
	struct err err = {0};
	struct capture_file *file;
	struct reading reading;

	assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
	file = file_open("-", &err);
	assert_non_null(file);
	reading = read_open_file(file);
	assert_int_equal(fcntl(STDIN_FILENO, F_GETFD), 0);
	if (saved >= 0) {
		assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
		close(saved);
	}
	close(fd);
	return reading;
}

static void test_standard_input(void **state)
{
	struct bytes bytes = make_capture(20, 100);
	struct reading expected = read_bytes(&bytes), reading;
	int fd = memory_file("head", 4);

	(void)state;
	reading = read_standard_input(pipe_with(&bytes));
	assert_same_reading(&reading, &expected);
	reading_free(&reading);
	reading = read_standard_input(memory_file(bytes.data, bytes.length));
	assert_same_reading(&reading, &expected);
	reading_free(&reading);

	/* What somebody read before is not a part of the capture. */
	assert_int_equal(lseek(fd, 4, SEEK_SET), 4);
	assert_int_equal(write(fd, bytes.data, bytes.length), bytes.length);
	assert_int_equal(lseek(fd, 4, SEEK_SET), 4);
	reading = read_standard_input(fd);
	assert_string_equal(reading.format, "pcap");
	assert_same_reading(&reading, &expected);
	reading_free(&reading);
	reading_free(&expected);
	free(bytes.data);
}

static void assert_cannot_open(const char *path, int number)
{
	struct err err = {0};

	assert_null(file_open(path, &err));
	assert_int_equal(err.code, ERR_SYSTEM);
	assert_string_equal(err.text, strerror(number));
}

static void test_what_cannot_be_opened(void **state)
{
	struct err err = {0};

	(void)state;
	assert_cannot_open("/nonexistent/file", ENOENT);
	assert_cannot_open("/", EISDIR);
	assert_null(file_open("/dev/null", &err));
	assert_string_equal(err.text, "empty file");
}

static void test_no_permission(void **state)
{
	char path[] = "/tmp/nod-test-file-XXXXXX";
	int fd;

	(void)state;
	if (geteuid() == 0)
		skip();
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(fchmod(fd, 0), 0);
	assert_cannot_open(path, EACCES);
	unlink(path);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gzip),
		cmocka_unit_test(test_zstd),
		cmocka_unit_test(test_zstd_skippable_frame_first),
		cmocka_unit_test(test_gzip_padding),
		cmocka_unit_test(test_compressed_and_cut),
		cmocka_unit_test(test_compressed_and_damaged),
		cmocka_unit_test(test_zstd_damage_behind_a_block),
		cmocka_unit_test(test_compressed_no_capture),
		cmocka_unit_test(test_windows_of_a_mapping),
		cmocka_unit_test(test_file_cut_under_the_mapping),
		cmocka_unit_test(test_progress),
		cmocka_unit_test(test_progress_of_gzip),
		cmocka_unit_test(test_pipe),
		cmocka_unit_test(test_pipe_that_stays_open),
		cmocka_unit_test(test_standard_input),
		cmocka_unit_test(test_what_cannot_be_opened),
		cmocka_unit_test(test_no_permission),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
