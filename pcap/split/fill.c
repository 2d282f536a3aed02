/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which checksums were left to the NIC, and what would it have written there?
 */
#include "pcap/csum.h"
#include "pcap/split/job.h"

/**
 * struct filling - one frame
 * @head: its first @head_len bytes, which change
 * @off, @end, @sum: a packet inside whose sum is known; @off is 0 if there is none
 * @changed: something inside of the header that is looked at is no longer as it was
 */
struct filling {
	const struct view *view;
	const struct sum_ops *sums;
	uint8_t *head;
	uint32_t head_len, off, end;
	uint16_t sum;
	bool changed;
};

/* The sum of the bytes from @off, in the buffer, to @end, as they are now. */
static uint16_t sum_now(const struct filling *filling, uint32_t off, uint32_t end)
{
	uint32_t split = filling->head_len < end ? filling->head_len : end;
	uint64_t sum;

	if (filling->off > off && filling->end == end) {
		sum = sum_bytes(filling->sums, filling->head + off, filling->off - off);
		return sum_fold(sum + sum_part_at(filling->sum, filling->off - off));
	}
	sum = sum_bytes(filling->sums, filling->head + off, split - off);
	return sum_fold(sum +
			sum_part_at(sum_bytes(filling->sums, filling->view->bytes.bytes + split,
					      end - split),
				    split - off));
}

static bool is_whole(const struct filling *filling, const struct header *header)
{
	return header->end <= filling->view->bytes.length &&
	       !(filling->view->flags & (VIEW_FRAGMENT | VIEW_GSO_PARTIAL)) &&
	       !(header->flags & HEADER_BAD_LEN);
}

static void fill_ipv4(struct filling *filling, const struct header *header)
{
	uint8_t *p = filling->head + header->off;

	store_be16(p + 10, (uint16_t)~sum_bytes(filling->sums, p, header->len));
	filling->changed = true;
}

/* What was right, or would have become right, is so again after a change inside. */
static bool wants_l4(const struct filling *filling, uint8_t verdict)
{
	if (verdict == CSUM_PARTIAL || verdict == CSUM_PARTIAL_NOLEN)
		return true;
	return filling->changed && (verdict == CSUM_OK || verdict == CSUM_LCO);
}

static void fill_l4(struct filling *filling, const struct header *header, uint8_t verdict)
{
	uint8_t *field = filling->head + header->off + l4_checksum_field(header);
	uint32_t length = header->end - header->off;
	uint16_t pseudo, value;
	bool wanted = wants_l4(filling, verdict);

	if (!is_whole(filling, header) || (!wanted && verdict != CSUM_OK))
		return;
	pseudo = sum_fold((uint64_t)csum_pseudo(filling->view, header) + length);
	if (wanted) {
		store_be16(field, 0);
		value = (uint16_t)~sum_fold((uint64_t)pseudo +
					    sum_now(filling, header->off, header->end));
		/* RFC 768: 0 stands for none. */
		store_be16(field, value || header->kind == HEADER_TCP ? value : 0xffff);
		filling->changed = true;
	}
	filling->off = header->off;
	filling->end = header->end;
	filling->sum = (uint16_t)~pseudo;
}

/* A checksum that was right, or is 0: Linux leaves it to whoever segments. */
static void fill_gre(struct filling *filling, const struct header *header)
{
	uint8_t *p = filling->head + header->off, *field = p + SPLIT_GRE_FIELD;
	const uint8_t *before = view_header(filling->view, header);
	uint32_t length = header->end - header->off;

	if (!(p[0] & SPLIT_GRE_CHECKSUM) || !filling->changed || !is_whole(filling, header))
		return;
	if (load_be16(field) && sum_bytes(filling->sums, before, length) != 0xffff)
		return;
	store_be16(field, 0);
	store_be16(field, (uint16_t)~sum_now(filling, header->off, header->end));
}

uint32_t split_fill(const struct view *view, const uint8_t *csums, const struct sum_ops *sums,
		    uint8_t *head)
{
	const struct header *last = &view->headers[view->nheaders - 1];
	struct filling filling = {.view = view, .sums = sums, .head = head};

	filling.head_len = last->off + last->len;
	if (filling.head_len > view->bytes.length)
		filling.head_len = (uint32_t)view->bytes.length;
	if (filling.head_len > SPLIT_MOST_HEADERS)
		return 0;
	memcpy(head, view->bytes.bytes, filling.head_len);
	for (unsigned int i = view->nheaders; i-- > 0;) {
		const struct header *header = &view->headers[i];

		if (header->kind == HEADER_IPV4 && csums[i] == CSUM_ZERO)
			fill_ipv4(&filling, header);
		else if (header->kind == HEADER_TCP || header->kind == HEADER_UDP)
			fill_l4(&filling, header, csums[i]);
		else if (i && split_is_gre(header))
			fill_gre(&filling, header);
	}
	return filling.changed ? filling.head_len : 0;
}
