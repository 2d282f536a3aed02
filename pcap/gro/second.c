/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does the device of a tunnel still merge of what the NIC did not?
 *
 * vxlan_core.c, geneve.c, ip_tunnel.c and ip6_tunnel.c of Linux hand what they have unwrapped to
 * gro_cells_receive(): once more through GRO, without the outer headers.
 */
#include "pcap/gro/study_internal.h"

/* Devices with gro_cells. sit has none for IPv6 in IPv4, nor has GTP. */
#define TUNNELS_WITH_CELLS                                                                      \
	(1u << TUNNEL_VXLAN | 1u << TUNNEL_VXLAN_GPE | 1u << TUNNEL_GENEVE | 1u << TUNNEL_GRE | \
	 1u << TUNNEL_NVGRE | 1u << TUNNEL_ERSPAN | 1u << TUNNEL_IPIP | 1u << TUNNEL_IP6IP)

bool second_possible(const struct gro_study *study, const struct gro_packet *packet)
{
	return study->second_rules.model && TUNNELS_WITH_CELLS >> packet->tunnel & 1 &&
	       !(packet->alone & (GRO_BIT(GRO_TUNNEL_PORT) | GRO_BIT(GRO_NESTED)));
}

static struct move move_of(const struct chance *chance)
{
	return (struct move){
		.rules = &chance->study->second_rules,
		.held = &chance->study->held,
	};
}

int second_packet(const struct chance *chance, const struct gro_packet *packet)
{
	struct second *second = chance->second;
	struct move move = move_of(chance);

	move.packet = packet;
	move.data = study_is_data(chance->study, packet);
	move.key = gro_packet_key(packet, GRO_PARTS_INNER);
	second->frames += move.data;
	second->bytes += move.data ? packet->segment.payload_len : 0;
	lane_show(&second->lane, &move);
	return lane_settle(&second->lane, &move);
}

int second_train(void *context, const struct gro_train *train)
{
	const struct chance *chance = context;
	struct second *second = chance->second;
	struct lane *lane = &second->lane;
	struct move move = move_of(chance);

	if (train->count == 1)
		return second_packet(chance, &train->head);
	second->frames += train->count;
	second->bytes += train->payload;
	lane->supers++;
	lane->merged_frames += train->count;
	lane->merged_bytes += train->payload;
	if (train->count > lane->largest)
		lane->largest = train->count;
	return lane_end(lane, &move);
}

int second_settle(const struct chance *chance)
{
	struct move move = move_of(chance);

	return lane_end(&chance->second->lane, &move);
}
