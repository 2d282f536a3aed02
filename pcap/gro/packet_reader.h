/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to packet.c and what it calls for frames that are not of the usual kinds.
 */
#ifndef NOD_PCAP_GRO_PACKET_READER_H
#define NOD_PCAP_GRO_PACKET_READER_H

#include "pcap/gro/packet.h"

/**
 * struct reader - a frame that is being read
 * @flushed: some IP header has said that the packet will not be merged: no checksum is looked at
 *           from there on
 */
struct reader {
	struct gro_packet *packet;
	const struct view *view;
	const uint8_t *csums;
	const struct gro_scope *scope;
	bool flushed;
};

/* The search ends here. */
static inline void stop(struct reader *reader, enum gro_reason reason)
{
	reader->packet->alone |= GRO_BIT(reason);
	reader->packet->early |= GRO_BIT(reason);
}

/*
 * The hash of the header of a tunnel other than VXLAN, which may end the search. Behind GRE the checksum is
 * looked at, as nobody else does.
 */
uint64_t packet_read_tunnel(struct reader *reader, const struct header *header);

/* Does the receiver have a tunnel device at @port? Without a list, at those of VXLAN and Geneve. */
bool packet_has_device(const struct gro_scope *scope, uint8_t tunnel, uint16_t port);

/*
 * Where begins what is a tunnel to the decoder, but a flow of UDP or TCP to the receiver? So are
 * tunnels without a device, where UDP is merged; and STT is made to look like TCP. The number of headers
 * if there is no such place.
 */
unsigned int packet_find_plain(const struct view *view, const struct gro_scope *scope);

/* The same frame without what is in the tunnel that begins at @index. */
void packet_make_plain(struct view *plain, const struct view *view, unsigned int index);

#endif
