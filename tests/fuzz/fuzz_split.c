/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Can any frame, at any segment size, make the splitter write more than it promises, lose or repeat payload,
 * leave a wrong checksum in a segment, or change what it says it kept?
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pcap/csum.h"
#include "pcap/split/split.h"
#include "tests/unit/view_rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct view_options no_options;

static void require(bool truth, const char *what)
{
	if (truth)
		return;
	fprintf(stderr, "ERROR: %s\n", what);
	abort();
}

/**
 * struct seen - the pieces of one frame
 * @bytes: written; @payload: behind their heads, on the wire
 * @split: they are segments
 * @last: the latest piece as one run of bytes, @last_length of them
 */
struct seen {
	const struct view *view;
	uint64_t bytes, payload;
	bool split;
	uint32_t count, last_wire;
	uint8_t *last;
	size_t last_length;
};

static void check_order(const struct seen *seen, const struct split_piece *piece)
{
	const struct span *bytes = &seen->view->bytes;

	require(piece->index == seen->count, "pieces out of order");
	require(piece->count && piece->count <= SPLIT_MOST_FRAMES, "too many pieces");
	require(piece->index < piece->count, "more pieces than announced");
	require(piece->wire_len >= piece->head.length + piece->body.length, "longer than itself");
	require(piece->body.bytes >= bytes->bytes &&
			piece->body.bytes + piece->body.length <= bytes->bytes + bytes->length,
		"a body from outside of the frame");
	require(piece->count == 1 || piece->head.length <= SPLIT_MOST_HEADERS, "a long head");
}

static int emit(void *context, const struct split_piece *piece)
{
	struct seen *seen = context;

	check_order(seen, piece);
	free(seen->last);
	seen->last_length = piece->head.length + piece->body.length;
	seen->last = malloc(seen->last_length + 1);
	require(seen->last != NULL, "out of memory");
	if (piece->head.length)
		memcpy(seen->last, piece->head.bytes, piece->head.length);
	if (piece->body.length)
		memcpy(seen->last + piece->head.length, piece->body.bytes, piece->body.length);
	seen->last_wire = piece->wire_len;
	seen->bytes += seen->last_length;
	seen->payload += piece->wire_len - piece->head.length;
	seen->count++;
	return 0;
}

/* The latest piece; only a frame that stayed whole has its frame check sequence. */
static void decode(struct view *view, struct frame *frame, const struct seen *seen, uint8_t *csums)
{
	struct capture_checksums counts = {0};
	const char *fault;

	*frame = *seen->view->frame;
	frame->bytes = (struct span){seen->last, seen->last_length};
	frame->wire_len = seen->last_wire;
	if (seen->split)
		frame->fcs_len = 0;
	view_decode(view, frame, &no_options);
	fault = view_fault(view);
	if (fault)
		require(false, fault);
	csum_verify(view, sum_ops_best(), csums, &counts);
}

/* How many headers a segment has, to that of TCP or UDP: a jumbo payload option alone is gone. */
static unsigned int count_headers(const struct view *view)
{
	unsigned int count = view->l4 + 1u;

	for (unsigned int i = 0; i < view->nips; i++) {
		const struct header *ip = view_ip(view, i);

		count -= ip->flags & HEADER_JUMBO && ip[1].len == 8;
	}
	return count;
}

/* UDP over IPv6 without a checksum, in what is a tunnel no more, has one that is 0. */
static bool is_right(uint8_t verdict, const struct header *header)
{
	return verdict == CSUM_OK || verdict == CSUM_NONE || verdict == CSUM_NO_FIELD ||
	       (verdict == CSUM_ZERO && header->kind == HEADER_UDP);
}

/* What they say is so. Behind them is payload, whatever it looks like. */
static void check_segment(const struct seen *seen)
{
	unsigned int count = count_headers(seen->view);
	uint8_t csums[VIEW_MAX_HEADERS];
	struct frame frame;
	struct view view;

	decode(&view, &frame, seen, csums);
	for (unsigned int i = 0; i < count && i < view.nheaders; i++) {
		const struct header *header = &view.headers[i];

		/* By chance, sequence numbers of TCP say how long an STT frame is. */
		if (header->kind == HEADER_STT)
			return;
		if (seen->count > 1 && seen->last_length == seen->last_wire)
			require(is_right(csums[i], header), "a segment with a wrong checksum");
		if (header_is_ip(header) || header->kind == HEADER_UDP)
			require(header->end == frame.wire_len && !(header->flags & HEADER_LEN_ZERO),
				"a segment with a wrong length");
	}
	require(view.nheaders >= count, "a segment with less headers");
}

/* All of what was kept is there; what was filled in needs it no more. */
static void check_one(const struct seen *seen, enum split_result result)
{
	const struct span *bytes = &seen->view->bytes;
	uint8_t csums[VIEW_MAX_HEADERS];
	struct split_size none = {0};
	struct seen again = {0};
	struct frame frame;
	struct view view;

	require(seen->count == 1, "not one piece");
	require(seen->last_length == bytes->length, "another length");
	require(seen->last_wire == seen->view->frame->wire_len, "another length on the wire");
	if (result != SPLIT_FILLED) {
		require(!bytes->length || memcmp(seen->last, bytes->bytes, bytes->length) == 0,
			"kept, but changed");
		return;
	}
	require(memcmp(seen->last, bytes->bytes, bytes->length) != 0, "filled in, but the same");
	decode(&view, &frame, seen, csums);
	again.view = &view;
	require(split_frame(&view, csums, &none, sum_ops_best(), emit, &again, NULL) == SPLIT_KEPT,
		"filled in, and not done");
	free(again.last);
}

static void check(const struct view *view, const struct split_size *size)
{
	struct capture_checksums counts = {0};
	uint8_t csums[VIEW_MAX_HEADERS];
	struct seen seen = {.view = view};
	const char *reason = NULL;
	enum split_result result;

	csum_verify(view, sum_ops_best(), csums, &counts);
	result = split_frame(view, csums, size, sum_ops_best(), emit, &seen, &reason);
	require(result >= SPLIT_KEPT && result <= SPLIT_REFUSED, "a result that is none");
	require((result == SPLIT_REFUSED) == (reason != NULL), "a reason for nothing, or none");
	seen.split = result == SPLIT_DONE;
	if (seen.split) {
		if (seen.count > 1)
			seen.bytes += (uint64_t)seen.count * SPLIT_RECORD_BYTES;
		require(seen.bytes <= SPLIT_MOST_TIMES * (uint64_t)view->bytes.length,
			"more than was promised");
		require(seen.payload == view->payload_len, "payload got lost, or more");
		check_segment(&seen);
	} else {
		check_one(&seen, result);
	}
	free(seen.last);
}

/*
 * Five bytes: link type and check sequence, segment size (two), where it is from and IDs, bytes that were not
 * captured. Then the frame.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint16_t links[] = {1, 0, 9, 50, 101, 108, 113, 228, 229, 276};
	struct frame frame = {.number = 1};
	struct split_size how;
	struct view view;
	uint8_t *bytes;

	if (size < 5)
		return 0;
	how.segment = (uint32_t)(data[1] << 8 | data[2]);
	how.source = data[3] % SPLIT_SOURCES;
	how.fixed_id = data[3] >> 6;
	size -= 5;
	bytes = malloc(size ? size : 1);
	require(bytes != NULL, "out of memory");
	memcpy(bytes, data + 5, size);
	frame.link_type = links[data[0] % (sizeof(links) / sizeof(links[0]))];
	frame.fcs_len = data[0] >> 4 == 15 ? 4 : 0;
	frame.bytes = (struct span){bytes, size};
	frame.wire_len =
		(uint32_t)size + (data[4] < 128 ? 0 : (data[4] - 128u) * (data[4] - 128u) * 16);
	view_decode(&view, &frame, &no_options);
	check(&view, &how);
	free(bytes);
	return 0;
}
