/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is a checksum right, wrong, or waiting for a NIC to fill it in?
 */
#include "pcap/csum.h"

/**
 * struct summer - sums over parts of one frame
 * @off, @end, @sum: the last part that was summed. Headers are looked at inner to outer, so the outer
 *                   ones need not read the inner payload again
 * @partial: the innermost L4 header with a partial checksum, NULL if there is none
 */
struct summer {
	const struct view *view;
	const struct sum_ops *ops;
	uint32_t off, end;
	uint16_t sum;
	const struct header *partial;
};

static inline uint16_t sum_part(const struct summer *summer, uint32_t off, uint32_t end,
				uint32_t base)
{
	uint16_t sum = sum_bytes(summer->ops, summer->view->bytes.bytes + off, end - off);

	return (off - base) & 1 ? sum_swap(sum) : sum;
}

/* The sum of the bytes from @off to @end, all of which were captured. */
static inline uint16_t sum_range(struct summer *summer, uint32_t off, uint32_t end)
{
	uint32_t inner = summer->off, inner_end = summer->end;
	uint16_t sum;

	if (unlikely(inner < inner_end) && off <= inner && inner_end <= end) {
		sum = (inner - off) & 1 ? sum_swap(summer->sum) : summer->sum;
		sum = sum_fold((uint64_t)sum + sum_part(summer, off, inner, off) +
			       sum_part(summer, inner_end, end, off));
	} else {
		sum = sum_part(summer, off, end, off);
	}
	summer->off = off;
	summer->end = end;
	summer->sum = sum;
	return sum;
}

/* Where a routing header (RFC 8200 section 4.4) keeps the last destination; NULL if unknown. */
static const uint8_t *routed_destination(const struct view *view, unsigned int ip)
{
	for (unsigned int i = ip + 1; i < view->nheaders; i++) {
		const struct header *header = &view->headers[i];
		const uint8_t *p;

		if (header->kind != HEADER_IPV6_ROUTING)
			continue;
		p = span_at(view->bytes, header->off, header->len);
		if (!p || header->len < 24)
			return NULL;
		/* Segment routing (RFC 8754) lists the segments backwards, types 0 and 2 forwards. */
		return p[2] == 4 ? p + 8 : p + header->len - 16;
	}
	return NULL;
}

/*
 * Where a home address option keeps the source that checksums are computed with (RFC 6275 section
 * 11.3.1); NULL if it is not there.
 */
static const uint8_t *home_address(const struct view *view, unsigned int ip)
{
	const uint8_t *home = NULL;

	for (unsigned int i = ip + 1; i < view->nheaders && !home; i++)
		if (view->headers[i].kind == HEADER_IPV6_EXT)
			home = view_ipv6_option(view->bytes, view->headers[i].off,
						IPV6_HOME_ADDRESS, 16);
	return home;
}

static attr_noinline uint64_t pseudo_sum_ipv6(const struct view *view, unsigned int ip)
{
	const struct header *header = &view->headers[ip];
	const uint8_t *p = view_header(view, header), *src, *dst;
	uint64_t sum;

	dst = header->flags & HEADER_ROUTED ? routed_destination(view, ip) : NULL;
	src = header->flags & HEADER_HOME_ADDRESS ? home_address(view, ip) : NULL;
	if (!dst)
		dst = p + 24;
	if (!src)
		src = p + 8;
	sum = sum_add64(sum_add64(sum_load64(src), sum_load64(src + 8)),
			sum_add64(sum_load64(dst), sum_load64(dst + 8)));
	return sum_fold_native(sum);
}

/* S of the comment in csum.h, not folded. */
static inline uint64_t pseudo_sum(const struct view *view, unsigned int ip, uint8_t proto)
{
	const struct header *header = &view->headers[ip];
	const uint8_t *p = view_header(view, header);

	if (unlikely(header->kind != HEADER_IPV4))
		return proto + pseudo_sum_ipv6(view, ip);
	return (uint64_t)proto + load_be32(p + 12) + load_be32(p + 16);
}

static uint8_t l4_proto(const struct header *header)
{
	return header->kind == HEADER_TCP ? 6 : 17;
}

uint16_t csum_pseudo(const struct view *view, const struct header *header)
{
	return sum_fold(pseudo_sum(view, header->ip, l4_proto(header)));
}

static uint32_t l4_length(const struct header *header)
{
	return header->end - header->off;
}

static uint32_t field_offset(const struct header *header)
{
	return header->off + (header->kind == HEADER_TCP ? 16 : 6);
}

static inline enum csum_verdict verify_ipv4(const struct summer *summer,
					    const struct header *header)
{
	const uint8_t *p = view_header(summer->view, header);
	uint16_t sum;

	if (likely(header->len == 20))
		sum = sum_ipv4_header20(p);
	else if (span_at(summer->view->bytes, header->off, header->len))
		sum = sum_bytes(summer->ops, p, header->len);
	else
		return CSUM_UNVERIFIED;
	if (likely(sum == 0xffff))
		return CSUM_OK;
	return load_be16(p + 10) ? CSUM_BAD : CSUM_ZERO;
}

/*
 * Does the outer checksum come out right if the inner one is? A right inner L4 packet sums up to the
 * inverse of its pseudo-header, whatever its payload: only bytes before it, and behind it, are read.
 */
static bool is_lco(const struct summer *summer, const struct header *outer, uint64_t pseudo)
{
	const struct header *inner = summer->partial;
	const struct view *view = summer->view;
	uint16_t inner_pseudo, sum;

	if (!inner || inner <= outer || inner->end > outer->end ||
	    (inner->end < outer->end && outer->end > view->bytes.length))
		return false;
	inner_pseudo = sum_fold(pseudo_sum(view, inner->ip, l4_proto(inner)) + l4_length(inner));
	sum = (uint16_t)~inner_pseudo;
	if ((inner->off - outer->off) & 1)
		sum = sum_swap(sum);
	sum = sum_fold(pseudo + sum + sum_part(summer, outer->off, inner->off, outer->off) +
		       (inner->end < outer->end
				? sum_part(summer, inner->end, outer->end, outer->off)
				: 0));
	return sum == 0xffff;
}

/* Tunnels may go without a checksum over IPv6 (RFC 6935); other UDP may not. */
static bool may_be_none(const struct view *view, const struct header *header)
{
	unsigned int index = (unsigned int)(header - view->headers);

	return view->headers[header->ip].kind == HEADER_IPV4 || index + 1 < view->nheaders;
}

/* Inside of a first fragment, the end of a packet is in another frame. */
static bool goes_on_elsewhere(const struct view *view, const struct header *header)
{
	for (unsigned int i = 0; i < view->nips && view->ips[i] < header->ip; i++)
		if (header->end > view_ip(view, i)->end)
			return true;
	return false;
}

static inline bool is_whole(const struct view *view, const struct header *header)
{
	return likely(header->end <= view->bytes.length) &&
	       (likely(!(view->flags & VIEW_FRAGMENT)) || !goes_on_elsewhere(view, header));
}

/* An L4 checksum that is not right, or cannot be told to be. */
static attr_noinline enum csum_verdict explain_l4(const struct summer *summer,
						  const struct header *header)
{
	const struct view *view = summer->view;
	uint16_t field = load_be16(view->bytes.bytes + field_offset(header));
	uint64_t pseudo, partial;

	if (header->flags & (HEADER_FRAGMENT | HEADER_BAD_LEN))
		return CSUM_UNVERIFIED;
	pseudo = pseudo_sum(view, header->ip, l4_proto(header));
	partial = pseudo + l4_length(header);
	if (field == sum_fold(partial))
		return CSUM_PARTIAL;
	if (field == sum_fold(pseudo))
		return CSUM_PARTIAL_NOLEN;
	if (is_lco(summer, header, partial))
		return CSUM_LCO;
	if (!is_whole(view, header))
		return CSUM_UNVERIFIED;
	return field ? CSUM_BAD : CSUM_ZERO;
}

static inline enum csum_verdict verify_l4(struct summer *summer, const struct header *header)
{
	const struct view *view = summer->view;
	uint64_t sum;

	if (header->kind == HEADER_UDP &&
	    load_be16(view->bytes.bytes + field_offset(header)) == 0 && may_be_none(view, header))
		return CSUM_NONE;
	if (is_whole(view, header) &&
	    likely(!(header->flags & (HEADER_FRAGMENT | HEADER_BAD_LEN)))) {
		sum = pseudo_sum(view, header->ip, l4_proto(header)) + l4_length(header) +
		      sum_range(summer, header->off, header->end);
		if (likely(sum_fold(sum) == 0xffff))
			return CSUM_OK;
	}
	return explain_l4(summer, header);
}

/* RFC 9260 section 6.8: over the whole packet, with the field itself taken as zero. */
static enum csum_verdict verify_sctp(const struct summer *summer, const struct header *header)
{
	static const uint8_t zeros[4];
	const uint8_t *p;
	uint32_t crc, field;

	p = span_at(summer->view->bytes, header->off, l4_length(header));
	if (!p || header->flags & (HEADER_FRAGMENT | HEADER_BAD_LEN))
		return CSUM_UNVERIFIED;
	crc = summer->ops->crc32c(0, p, 8);
	crc = summer->ops->crc32c(crc, zeros, sizeof(zeros));
	crc = summer->ops->crc32c(crc, p + 12, l4_length(header) - 12);
	field = load_u32(p + 8, false);
	if (crc == field)
		return CSUM_OK;
	return field ? CSUM_BAD : CSUM_ZERO;
}

static attr_always_inline enum csum_verdict verify(struct summer *summer,
						   const struct header *header,
						   enum csum_verdict known,
						   struct capture_checksums *counts)
{
	enum csum_verdict verdict;

	if (header->kind == HEADER_IPV4) {
		verdict = verify_ipv4(summer, header);
		counts->ipv4[verdict]++;
	} else if (header->kind == HEADER_TCP || header->kind == HEADER_UDP) {
		verdict = known == CSUM_VERDICTS ? verify_l4(summer, header) : known;
		if (likely(header->kind == HEADER_TCP))
			counts->tcp[verdict]++;
		else
			counts->udp[verdict]++;
		if (unlikely(verdict == CSUM_PARTIAL || verdict == CSUM_PARTIAL_NOLEN) &&
		    !summer->partial)
			summer->partial = header;
	} else if (unlikely(header->kind == HEADER_SCTP)) {
		verdict = verify_sctp(summer, header);
		counts->sctp[verdict]++;
	} else {
		verdict = CSUM_NO_FIELD;
	}
	return verdict;
}

/* @known: verdict on the innermost L4 header; CSUM_VERDICTS, for the compiler to see, if it has to be found. */
static attr_always_inline uint32_t verify_all(struct summer *summer, enum csum_verdict known,
					      uint8_t *verdicts, struct capture_checksums *counts)
{
	const struct view *view = summer->view;
	uint32_t set = 0;

	for (unsigned int i = view->nheaders; i-- > 0;) {
		enum csum_verdict found = i == view->l4 ? known : CSUM_VERDICTS;
		enum csum_verdict verdict = verify(summer, &view->headers[i], found, counts);

		verdicts[i] = (uint8_t)verdict;
		set |= 1u << verdict;
	}
	return set & ((1u << CSUM_VERDICTS) - 1);
}

uint32_t csum_verify(const struct view *view, const struct sum_ops *ops, uint8_t *verdicts,
		     struct capture_checksums *counts)
{
	struct summer summer = {.view = view, .ops = ops};

	return verify_all(&summer, CSUM_VERDICTS, verdicts, counts);
}

uint32_t csum_verify_known(const struct view *view, const struct sum_ops *ops,
			   enum csum_verdict known, uint8_t *verdicts,
			   struct capture_checksums *counts)
{
	struct summer summer = {.view = view, .ops = ops};

	return verify_all(&summer, known, verdicts, counts);
}
