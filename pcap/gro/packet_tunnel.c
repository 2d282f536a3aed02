/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is a tunnel to this receiver, and what of its header makes a flow?
 */
#include "pcap/csum.h"
#include "pcap/gro/packet_hash.h"
#include "pcap/gro/packet_reader.h"

/*
 * From the header to the end of the frame, if that was captured, and on its way nobody has to fill in a
 * checksum further in.
 */
static attr_cold bool is_bad_gre_sum(const struct reader *reader, const struct header *gre)
{
	const struct view *view = reader->view;
	uint32_t length = view->wire_end - gre->off;
	const uint8_t *p = span_at(view->bytes, gre->off, length);

	if (!p || (view->l4 != VIEW_NONE && csum_is_offload(reader->csums[view->l4])))
		return false;
	return sum_ops_best()->sum(p, length) != 0xffff;
}

/*
 * Where there is a key, Linux compares the four bytes behind the flags: with a checksum these are the
 * checksum, which stands in front of the key. As it depends on little but addresses and length, segments of
 * one size have the same. A checksum without a key is not compared.
 */
static uint64_t read_gre(struct reader *reader, const struct header *gre)
{
	const uint8_t *p = view_header(reader->view, gre);
	uint16_t flags = load_be16(p);
	uint64_t hash = load_be32(p);

	if (flags & ~0xa000u)
		stop(reader, GRO_TUNNEL_HEADER);
	else if (flags & 0x8000 && !reader->flushed && is_bad_gre_sum(reader, gre))
		stop(reader, GRO_CHECKSUM);
	if (flags & 0x2000)
		hash = stir(hash, load_be32(p + 4));
	return stir(3, hash);
}

uint64_t packet_read_tunnel(struct reader *reader, const struct header *header)
{
	const uint8_t *p = span_at(reader->view->bytes, header->off, header->len);

	if (!p) {
		stop(reader, GRO_CUT);
		return 0;
	}
	if (header->kind == HEADER_GRE || header->kind == HEADER_NVGRE)
		return read_gre(reader, header);
	if (header->kind == HEADER_AH)
		stop(reader, GRO_PROTOCOL);
	/* OAM packets go to the control plane (RFC 8926 section 3.4). */
	if (header->kind == HEADER_GENEVE && p[1] & 0x80)
		stop(reader, GRO_TUNNEL_HEADER);
	return hash_bytes(p, header->len);
}

bool packet_has_device(const struct gro_scope *scope, uint8_t tunnel, uint16_t port)
{
	if (!scope->nports)
		return tunnel == TUNNEL_VXLAN || tunnel == TUNNEL_GENEVE;
	for (size_t i = 0; i < scope->nports; i++)
		if (scope->ports[i] == port)
			return true;
	return false;
}

/* Is what the UDP header at @index carries a tunnel to the receiver? */
static bool is_tunnel_to(const struct gro_scope *scope, const struct view *view, unsigned int index)
{
	uint8_t kind = view->headers[index + 1].kind;

	if (!scope->nports)
		return kind == HEADER_VXLAN || kind == HEADER_GENEVE;
	return packet_has_device(scope, TUNNEL_NONE,
				 load_be16(view_header(view, &view->headers[index]) + 2));
}

unsigned int packet_find_plain(const struct view *view, const struct gro_scope *scope)
{
	unsigned int index = view->ips[0] + 1u;

	for (; index < view->nheaders; index++) {
		uint8_t kind = view->headers[index].kind;

		if (kind == HEADER_STT)
			return index;
		if (kind == HEADER_UDP && scope->plain_udp && index + 1 < view->nheaders &&
		    !is_tunnel_to(scope, view, index))
			return index;
	}
	return index;
}

void packet_make_plain(struct view *plain, const struct view *view, unsigned int index)
{
	struct header *l4 = &plain->headers[index];

	*plain = *view;
	while (plain->ips[plain->nips - 1] > index)
		plain->nips--;
	plain->outer = &plain->headers[plain->ips[0]];
	plain->inner = &plain->headers[plain->ips[plain->nips - 1]];
	plain->nheaders = (uint8_t)(index + 1);
	plain->l4 = (uint8_t)index;
	if (plain->nips == 1)
		plain->tunnel = TUNNEL_NONE;
	if (l4->kind == HEADER_STT) {
		l4->kind = HEADER_TCP;
		l4->len = 20;
	}
	plain->payload_off = l4->off + l4->len;
	plain->payload_len = 0;
	if (plain->inner->end > plain->payload_off)
		plain->payload_len = plain->inner->end - plain->payload_off;
}
