/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the headers of a frame are, as far as a NIC looks: Ethernet, tags, IPv4 or IPv6 with TCP or UDP;
 * in VXLAN, Geneve, GRE or IP once more.
 */
#ifndef NODSIM_CORE_PACKET_H
#define NODSIM_CORE_PACKET_H

#include "types.h"

#define SIM_PORTS 16

enum sim_tunnel {
	SIM_PLAIN,
	SIM_VXLAN,
	SIM_GENEVE,
	SIM_GRE, /* Ethernet or IP inside */
	SIM_IPIP,
};

/**
 * struct sim_ports - UDP ports of tunnels that the NIC was told; others are plain UDP to it
 * @kinds: enum sim_tunnel of each; SIM_PLAIN where the place is free
 */
struct sim_ports {
	uint16_t ports[SIM_PORTS];
	uint8_t kinds[SIM_PORTS];
};

/**
 * struct sim_level - an IP header and what it carries
 * @l3: offset of the IP header; @l4 behind it and behind IPv6 extension headers
 * @end: of the IP packet by its own length, never behind the frame's end
 * @version: 4 or 6; @protocol: at @l4; @fragment: also a first one: @l4 is then no header to look at
 * @short_frame: the IP length says more than the frame has
 */
struct sim_level {
	uint32_t l3, l4, end;
	uint8_t version, protocol;
	bool fragment, short_frame;
};

/**
 * struct sim_packet - one frame
 * @tags: VLAN tags in the frame; the first is at offset 12
 * @levels: outermost first, @nlevels of them: 0 if the frame carries no IP that can be read
 * @tunnel: enum sim_tunnel; @tunnel_at: offset of its header (VXLAN, Geneve, GRE); @inner_at: behind it,
 *          where an Ethernet or IP header is
 * @payload: behind the TCP or UDP header of the innermost level; 0 if there is none
 */
struct sim_packet {
	uint32_t len, tunnel_at, inner_at, payload;
	uint8_t tags, nlevels, tunnel;
	struct sim_level levels[2];
};

/*
 * Read the IP header at @l3 and the IPv6 extension headers behind it, but for its length: @end is @len.
 * False if they cannot be read.
 */
bool sim_level_read(struct sim_level *level, const uint8_t *bytes, uint32_t len, uint32_t l3);

/* Never fails: what cannot be read ends it. */
void sim_packet_read(struct sim_packet *packet, const uint8_t *bytes, uint32_t len,
		     const struct sim_ports *ports);

static inline const struct sim_level *sim_inner(const struct sim_packet *packet)
{
	return packet->nlevels ? &packet->levels[packet->nlevels - 1] : NULL;
}

/* The kind of tunnel that has @port, or SIM_PLAIN. */
enum sim_tunnel sim_port_kind(const struct sim_ports *ports, uint16_t port);

#endif
