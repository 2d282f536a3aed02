/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does the capture reader stay within its bytes for any file, and does a file say the same whether
 * it is mapped or a stream?
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pcap/file.h"
#include "pcap/file_internal.h"

/* Small enough that most frames cross the end of the buffer. */
#define TINY_BUFFER 32

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int memory_file(const uint8_t *data, size_t size)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size || lseek(fd, 0, SEEK_SET) != 0)
		abort();
	return fd;
}

static void check(bool truth)
{
	if (!truth)
		abort();
}

static uint32_t touch(struct span bytes)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < bytes.length; i++)
		sum = sum * 31 + bytes.bytes[i];
	return sum;
}

static void check_frame(const struct capture_file *file, const struct frame *frame)
{
	const struct capture_interface *interface = file_interface(file, frame->interface);

	check(interface && interface->link_type == frame->link_type);
	check(!interface->name || strlen(interface->name) < 256);
	check(!interface->description || strlen(interface->description) < 256);
	check(!interface->filter || strlen(interface->filter) < 256);
	check(!(interface->vantage.features & ~interface->vantage.ever) &&
	      interface->vantage.ever < 2 * VANTAGE_LRO);
	check(frame->truth.gso < GSO_KINDS);
	check(!interface->truth == !(frame->flags & FRAME_TRUTH));
	check(frame->wire_len >= frame->bytes.length);
	check(frame->bytes.length <= FRAME_MAX_BYTES);
	check(file->libpcap || file_position(file) <= file_size(file));
}

static void check_same_frame(const struct frame *a, const struct frame *b)
{
	check(a->number == b->number && a->time_ns == b->time_ns);
	check(a->wire_len == b->wire_len && a->interface == b->interface);
	check(a->link_type == b->link_type && a->fcs_len == b->fcs_len && a->flags == b->flags);
	check(a->bytes.length == b->bytes.length);
	check(touch(a->bytes) == touch(b->bytes));
	check(a->truth.gso == b->truth.gso && a->truth.gso_size == b->truth.gso_size &&
	      a->truth.ecn == b->truth.ecn && a->truth.csum_start == b->truth.csum_start &&
	      a->truth.csum_offset == b->truth.csum_offset);
}

/*
 * How far a library got into damaged compressed bytes, and what it met there, depends on the pieces
 * that it was given: then the two readers need not agree.
 */
static bool is_damaged(const struct err *a, const struct err *b)
{
	static const char place[] = "compressed byte ";

	return strstr(a->text, place) || strstr(b->text, place);
}

static void check_same_error(const struct err *a, const struct err *b)
{
	check(a->code == b->code);
	check(strcmp(a->text, b->text) == 0);
}

/* Only a mapping is given to libpcap; what that makes of it has no other side to compare. */
static bool read_alone(struct capture_file *file)
{
	struct frame frame;
	struct err err = {0};

	if (!file->libpcap)
		return false;
	while (file_next(file, &frame, &err) == FILE_FRAME) {
		check_frame(file, &frame);
		touch(frame.bytes);
	}
	return true;
}

static void compare(struct capture_file *a, struct capture_file *b)
{
	for (;;) {
		struct frame x, y;
		struct err err_a = {0}, err_b = {0};
		enum file_status status = file_next(a, &x, &err_a);
		enum file_status other = file_next(b, &y, &err_b);

		if (is_damaged(&err_a, &err_b))
			return;
		check(status == other);
		check_same_error(&err_a, &err_b);
		check((status == FILE_ERROR) == (err_a.code != ERR_NONE));
		if (status != FILE_FRAME)
			return;
		check_frame(a, &x);
		check_frame(b, &y);
		check_same_frame(&x, &y);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err_a = {0}, err_b = {0};
	struct capture_file *a = file_open_fd(memory_file(data, size), 0, &err_a);
	struct capture_file *b = file_open_fd(memory_file(data, size), TINY_BUFFER, &err_b);

	if (!is_damaged(&err_a, &err_b) && (!a || !read_alone(a))) {
		check(!a == !b);
		check_same_error(&err_a, &err_b);
		check(a || err_a.code != ERR_NONE);
		if (a)
			compare(a, b);
	}
	file_close(a);
	file_close(b);
	return 0;
}
