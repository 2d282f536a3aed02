/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Can any frame make the decoders or the checksums look outside of it, or break a promise of
 * pcap/view.h, however short it is cut?
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pcap/csum.h"
#include "pcap/view.h"
#include "tests/unit/view_rules.h"

/* Frames up to this length are cut everywhere. */
#define MOST_CUTS 200

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool truth, const char *what)
{
	if (truth)
		return;
	fprintf(stderr, "ERROR: %s\n", what);
	abort();
}

/* What @ops say of @view, which must be what the first implementation said. */
static void check_sums(const struct view *view, const struct sum_ops *ops, uint8_t *first,
		       struct capture_checksums *first_counts, uint32_t *first_set)
{
	uint8_t verdicts[VIEW_MAX_HEADERS] = {0};
	struct capture_checksums counts = {0};
	uint32_t set = csum_verify(view, ops, verdicts, &counts), seen = 0;

	if (ops == sum_ops_best()) {
		memcpy(first, verdicts, sizeof(verdicts));
		*first_counts = counts;
		*first_set = set;
	}
	require(memcmp(first, verdicts, view->nheaders) == 0, "verdicts differ");
	require(memcmp(first_counts, &counts, sizeof(counts)) == 0, "counts differ");
	require(*first_set == set, "sets of verdicts differ");
	for (unsigned int i = 0; i < view->nheaders; i++) {
		require(verdicts[i] <= CSUM_NO_FIELD, "a verdict that is none");
		if (verdicts[i] != CSUM_NO_FIELD)
			seen |= 1u << verdicts[i];
	}
	require(seen == set, "the set is not that of the verdicts");
}

static void check_view(const struct view *view)
{
	uint8_t verdicts[VIEW_MAX_HEADERS];
	const char *fault = view_fault(view);
	struct capture_checksums counts;
	const struct sum_ops *ops;
	uint32_t set;

	if (fault)
		require(false, fault);
	for (size_t i = 0; (ops = sum_ops_at(i)); i++)
		check_sums(view, ops, verdicts, &counts, &set);
}

/*
 * A cut frame shows the first headers of the whole one. Two need what stands behind them to be told:
 * STT its own header behind what looks like TCP, jumbograms their length.
 */
static void check_cut(const struct view *whole, const struct view *cut)
{
	require(cut->nheaders <= whole->nheaders, "a cut frame has more headers");
	for (unsigned int i = 0; i < cut->nheaders; i++) {
		const struct header *a = &cut->headers[i], *b = &whole->headers[i];

		if (b->kind == HEADER_STT || b->flags & HEADER_JUMBO)
			return;
		require(a->kind == b->kind && a->off == b->off, "a cut frame has other headers");
		require(a->len == b->len && a->end == b->end, "a cut frame has other lengths");
	}
}

/* The first @length bytes of @whole, in memory of just that size. */
static void decode(struct view *view, struct frame *frame, const struct frame *whole, size_t length,
		   const struct view_options *options)
{
	uint8_t *bytes = malloc(length ? length : 1);

	require(bytes != NULL, "out of memory");
	if (length)
		memcpy(bytes, whole->bytes.bytes, length);
	*frame = *whole;
	frame->bytes = (struct span){bytes, length};
	memset(view, 0xa5, sizeof(*view));
	view_decode(view, frame, options);
	check_view(view);
}

/* Four bytes: link type, check sequence, another port of VXLAN, bytes that were not captured. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint16_t links[] = {1, 0, 9, 50, 101, 108, 113, 228, 229, 276, 105};
	struct view_options options = {.nvxlan_ports = 1};
	struct frame whole = {.number = 1}, frame;
	struct view view, cut;

	if (size < 4)
		return 0;
	whole.link_type = links[data[0] % (sizeof(links) / sizeof(links[0]))];
	whole.fcs_len = data[1] % 9;
	options.vxlan_ports[0] = (uint16_t)(data[2] * 257);
	whole.bytes = (struct span){data + 4, size - 4};
	whole.wire_len = (uint32_t)(size - 4) + data[3] * 16u;
	decode(&view, &frame, &whole, size - 4, &options);
	for (size_t length = 0; size - 4 <= MOST_CUTS && length < size - 4; length++) {
		struct frame shorter;

		decode(&cut, &shorter, &whole, length, &options);
		check_cut(&view, &cut);
		free((void *)shorter.bytes.bytes);
	}
	free((void *)frame.bytes.bytes);
	return 0;
}
