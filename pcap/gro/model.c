/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does each kind of receiver merge?
 */
#include <string.h>

#include "pcap/detector.h"
#include "pcap/gro/model.h"

#define ALL_REASONS (GRO_BIT(GRO_REASONS) - 1)

/* Those that only UDP can have. */
#define UDP_REASONS GRO_BIT(GRO_UDP_NO_CHECKSUM)

#define LINUX_TUNNELS                                                                           \
	(1u << TUNNEL_VXLAN | 1u << TUNNEL_VXLAN_GPE | 1u << TUNNEL_GENEVE | 1u << TUNNEL_GRE | \
	 1u << TUNNEL_NVGRE | 1u << TUNNEL_IPIP | 1u << TUNNEL_SIT | 1u << TUNNEL_IP6IP)

/* What all generations of Linux since 4.7 have in common. */
#define LINUX                                                                                      \
	.minds = ALL_REASONS, .flags_end = TCP_PSH | TCP_FIN, .max_len = 65535,                    \
	.tunnels = LINUX_TUNNELS, .ipv6 = true, .ipv6_in_tunnel = true, .vlan = true, .udp = true, \
	.short_ends = true, .unfit_ends = true

/* Order: inner or only header, outer header; each without DF, with DF. */
#define LINUX_IDS_TO_6_17                                                \
	{                                                                \
		[LEVEL_INNER] = {GRO_ID_COUNTS, GRO_ID_COUNTS_OR_FIXED}, \
		[LEVEL_OUTER] = {GRO_ID_COUNTS, GRO_ID_ANY},             \
	}

/*
 * DPDK does not look at these: checksums, window, TTL, TOS, the reserved bit, sizes of segments,
 * bytes behind the packet (they are cut off), and whether the outer UDP header has a checksum.
 */
#define DPDK_IGNORES                                                                             \
	(GRO_BIT(GRO_CHECKSUM) | GRO_BIT(GRO_IP_CHECKSUM) | GRO_BIT(GRO_WINDOW) |                \
	 GRO_BIT(GRO_TTL) | GRO_BIT(GRO_TOS) | GRO_BIT(GRO_OUTER_TTL) | GRO_BIT(GRO_OUTER_TOS) | \
	 GRO_BIT(GRO_RESERVED_BIT) | GRO_BIT(GRO_LENGTH) | GRO_BIT(GRO_SIZE) |                   \
	 GRO_BIT(GRO_OUTER_CHECKSUM) | UDP_REASONS)

/* Of hardware: the least TTL is kept, and sizes are free. */
#define LRO_IGNORES (GRO_BIT(GRO_TTL) | GRO_BIT(GRO_SIZE) | UDP_REASONS)

#define LRO_FLAGS (TCP_ACK | TCP_PSH | TCP_ECE)

const struct gro_model gro_models[] = {
	{
		.id = "linux-4.7",
		.name = "Linux 4.7 to 6.9",
		.summary = "GRO of Linux 4.7 to 6.9",
		.explain =
			"Merges TCP segments of one flow that follow each other without a gap and differ "
			"in nothing but length, checksum and IPv4 ID: the same addresses, ports, MAC "
			"addresses and VLAN tag, acknowledgment, window, flags, TCP options "
			"(timestamps among them), TTL, TOS and DF. A segment that is shorter than the "
			"first, or has PSH or FIN, is the last of its train; a longer one begins the "
			"next. Segments with IP options or a wrong checksum, fragments, bare "
			"acknowledgments and SYN, RST and URG are never merged. No train gets longer "
			"than 65535 bytes.\n"
			"\n"
			"IPv4 IDs: with DF=0 they have to count up by one. With DF=1 the second segment "
			"decides whether they count or stay the same. The outer header of a tunnel is "
			"judged by its DF bit alone: DF=1, and the outer ID may be anything; DF=0, and "
			"it has to count, so an ID that is always 0 stops all merging.\n"
			"\n"
			"Tunnels: VXLAN and Geneve need a device that listens at their UDP port; GRE "
			"(without sequence numbers), IPIP, SIT and IPv6 tunnels are looked into as they "
			"are. One tunnel, not a tunnel in a tunnel. Outer TTL, TOS, DF, flow label, UDP "
			"ports and the tunnel's own header must be the same, and so must whether there "
			"is an outer UDP checksum. What was not merged at the NIC gets a second chance "
			"at the vxlan or geneve device.\n"
			"\n"
			"UDP is merged only for sockets with UDP_GRO (since 5.0), or if the device was "
			"told so: rx-gro-list (5.6), rx-udp-gro-forwarding (5.12).\n"
			"\n"
			"In practice: a sender whose outer IDs jump costs nothing here if it sets DF on "
			"the outer header, and everything if it does not.",
		.sources =
			"net/core/gro.c (dev_gro_receive, skb_gro_receive), net/ipv4/af_inet.c "
			"(inet_gro_receive), net/ipv6/ip6_offload.c (ipv6_gro_receive), "
			"net/ipv4/tcp_offload.c (tcp_gro_receive), net/ipv4/udp_offload.c, "
			"net/ipv4/gre_offload.c, drivers/net/vxlan/vxlan_core.c, drivers/net/geneve.c, "
			"all of 6.1; the rule on IDs came with \"GRO: Add support for TCP with fixed IPv4 ID "
			"field, limit tunnel IP ID values\" (4.7). Measured on 6.1.192.",
		.since = 0x040700,
		LINUX,
		.ids = LINUX_IDS_TO_6_17,
		.flags_free = TCP_PSH | TCP_FIN | TCP_CWR,
	},
	{
		.id = "linux-6.10",
		.name = "Linux 6.10 to 6.14",
		.summary = "GRO of Linux 6.10 to 6.14",
		.explain =
			"As Linux 4.7 to 6.9 (nod explain linux-4.7), with one difference that was "
			"hardly meant: the code that compares TTL, TOS, DF and ID of both IP headers "
			"moved, and inner and outer header now share one bit that says whether IDs stay "
			"the same.\n"
			"\n"
			"So a tunnel whose outer IDs count with DF=0, and whose inner IDs stay the same "
			"with DF=1, is merged in pairs only: the second packet sets the bit for the "
			"inner header, and from the third on the outer ID would have to stay too. Linux "
			"before 6.10 and since 6.18 merges the same packets without an end.\n"
			"\n"
			"All else is as it was: outer DF=1 hides any outer ID; outer DF=0 needs IDs that "
			"count; an ID that stays the same with DF=0 stops merging at either level.\n"
			"\n"
			"New, and off unless asked for: with rx-gro-list on, TCP segments that are "
			"forwarded are chained as they are instead of being merged.\n"
			"\n"
			"In practice: senders that put ID 0 on DF=1 packets inside of VXLAN, with Linux "
			"tunnels that do not set the outer DF, lose most of their merging here. \"df "
			"set\" on the sender's tunnel device restores it.",
		.sources =
			"include/net/gro.h (inet_gro_flush, gro_receive_network_flush) and "
			"net/ipv4/tcp_offload.c of 6.12; commit 4b0ebbca3e16 (\"net: gro: move L3 flush "
			"checks to tcp_gro_receive and udp_gro_receive_segment\"). Measured on 6.12.86.",
		.since = 0x060a00,
		LINUX,
		.ids = LINUX_IDS_TO_6_17,
		.flags_free = TCP_PSH | TCP_FIN | TCP_CWR,
		.fixed_shared = true,
		.tcp_fraglist = true,
	},
	{
		.id = "linux-6.15",
		.name = "Linux 6.15 to 6.17",
		.summary = "GRO of Linux 6.15 to 6.17",
		.explain =
			"As Linux 6.10 to 6.14 (nod explain linux-6.10), but for the CWR flag of TCP.\n"
			"\n"
			"Before, a segment with CWR could be the first of a train and others without "
			"follow. Since Accurate ECN uses CWR as a part of a counter, it is now compared "
			"like other flags: a segment with CWR is alone, whether it comes first, in the "
			"middle, or in a row of such segments.\n"
			"\n"
			"IDs, sizes, tunnels and the shared bit are those of 6.10.\n"
			"\n"
			"In practice the difference shows only in connections that use ECN and meet "
			"congestion: one train is cut for each mark that the sender acknowledges.",
		.sources =
			"net/ipv4/tcp_offload.c; commit 4e4f7cefb130 (\"gro: prevent ACE field corruption "
			"& better AccECN handling\"), merged with 023af5a72ab1 in 6.15. The flags were "
			"measured on 6.18.",
		.since = 0x060f00,
		LINUX,
		.ids = LINUX_IDS_TO_6_17,
		.flags_free = TCP_PSH | TCP_FIN,
		.fixed_shared = true,
		.tcp_fraglist = true,
	},
	{
		.id = "linux-6.18",
		.name = "Linux 6.18 and later",
		.summary = "GRO of Linux 6.18 and later",
		.explain =
			"Merges what Linux 6.15 to 6.17 merges (nod explain linux-6.15), but for IPv4 "
			"IDs, whose rule is new and simple: in each header, inner and outer, IDs count "
			"up by one or stay the same, and the second packet decides which. DF has no say "
			"in it any more; it only has to be the same in all packets of a train.\n"
			"\n"
			"What merges now and did not before: IDs that stay the same with DF=0, outer or "
			"inner, as switches and some NICs send them (often 0); and what 6.10 to 6.17 "
			"merged in pairs only, since each header has its own bit.\n"
			"\n"
			"What does not merge any more: outer DF=1 with IDs that jump. Before, outer IDs "
			"of such packets could not be restored when a merged packet was split again; "
			"now they can, so they must fit. \"df set\" on a tunnel device, which helps with "
			"older receivers, does not help here: a Linux sender takes the outer ID from a "
			"counter whether DF is set or not.\n"
			"\n"
			"In practice: after an upgrade to 6.18, tunnels from senders with shared or "
			"random outer IDs may lose all merging at the NIC. The sender's IDs have to be "
			"mended, or the outer network become IPv6, which has none. At the vxlan or "
			"geneve device inner packets are still merged, after each has passed the outer "
			"stack alone.",
		.sources =
			"include/net/gro.h (inet_gro_flush); commits 21f7484220ac (\"net: gro: only merge "
			"packets with incrementing or fixed outer ids\"), 3271f19bf7b9 and f095a358faf2, "
			"merged with 12de5f0f6c2d. Measured on 6.18.44.",
		.since = 0x061200,
		LINUX,
		.ids = {[LEVEL_INNER] = {GRO_ID_COUNTS_OR_FIXED, GRO_ID_COUNTS_OR_FIXED},
			[LEVEL_OUTER] = {GRO_ID_COUNTS_OR_FIXED, GRO_ID_COUNTS_OR_FIXED}},
		.flags_free = TCP_PSH | TCP_FIN,
		.tcp_fraglist = true,
	},
	{
		.id = "dpdk",
		.name = "DPDK GRO",
		.summary =
			"the GRO library of DPDK (Open vSwitch with DPDK and other packet processors)",
		.explain =
			"Merges TCP segments over IPv4 and IPv6, and TCP over IPv4 in VXLAN over IPv4. "
			"Segments must have the same addresses, ports, MAC addresses, acknowledgment, TCP "
			"options (timestamps among them) and DF, and follow each other; but they may come "
			"in the wrong order, since a segment may also be put in front of those that are "
			"held, and several trains of a flow are held at a time.\n"
			"\n"
			"It looks neither at checksums nor at window, TTL, TOS or the sizes of segments. "
			"A train begins with a segment that has no flag but ACK. PSH and FIN may follow "
			"in plain IPv4; in IPv6 and VXLAN every flag but ACK keeps a segment out. "
			"Packets with VLAN tags or IPv4 options, and other tunnels, are not supported. A "
			"train has at most 20 segments (appended ones) and 65535 bytes.\n"
			"\n"
			"IPv4 IDs: with DF=1 they are ignored, outer and inner; with DF=0 they have to "
			"count up by one, and 65535 is not followed by 0.\n"
			"\n"
			"The headers of what comes out are not made right: lengths are, checksums are not. "
			"A capture behind it shows frames that are too long, with wrong IP and TCP "
			"checksums.\n"
			"\n"
			"How many packets are held, and for how long, is for the application to say: a "
			"burst in the simple interface, any time in the other. There a PSH lets its "
			"train go at the next flush, not at once.",
		.sources =
			"lib/gro/gro_tcp.h (check_seq_option, merge_two_tcp_packets), gro_tcp4.c and "
			"gro_tcp4.h, gro_tcp6.c and gro_tcp6.h, gro_vxlan_tcp4.c, rte_gro.c at commit "
			"38f72e500b3b; doc/guides/prog_guide/generic_receive_offload_lib.rst.",
		.minds = ALL_REASONS & ~DPDK_IGNORES,
		.ids = {[LEVEL_INNER] = {GRO_ID_COUNTS_WRAPLESS, GRO_ID_ANY},
			[LEVEL_OUTER] = {GRO_ID_COUNTS_WRAPLESS, GRO_ID_ANY}},
		.flags_free = TCP_PSH | TCP_FIN,
		.flags_only = TCP_ACK | TCP_PSH | TCP_FIN,
		.flags_only_rest = TCP_ACK,
		.flags_first = TCP_ACK,
		.max_len = 65535,
		.max_segments = 20,
		.tunnels = 1u << TUNNEL_VXLAN,
		.ipv6 = true,
		.prepends = true,
	},
	{
		.id = "lro-rsc",
		.name = "hardware LRO/RSC",
		.summary = "receive segment coalescing by the rules that Windows gives to NICs",
		.explain =
			"Merges TCP segments that follow each other, over IPv4 and IPv6, outside of "
			"tunnels. These are the rules that Microsoft gives to the drivers of NICs that "
			"offer RSC. What such a NIC (the 82599 and its kin, for instance) does under "
			"another system is up to its hardware; this model assumes the same.\n"
			"\n"
			"Documented: PSH may be anywhere in a train; SYN, FIN, RST and URG keep a segment "
			"out, as do IP options, IPv6 extension headers, fragments, wrong checksums and TCP "
			"options other than timestamps. ECN marks (in IP and TCP), DSCP, DF and flow label "
			"must be the same. Acknowledgment and window may move on, and so may timestamps, "
			"if the NIC cares for them at all; the merged packet has the latest. The least TTL "
			"is kept, the first ID: there is no rule on IDs. An IP packet of 65535 bytes is "
			"the limit. Checksums are made right.\n"
			"\n"
			"Assumed: timestamps are handled; sizes of segments are free (nothing is said "
			"about them); frames with padding and segments with CWR are left alone; and TCP "
			"options other than timestamps merely have to be equal (there "
			"are next to none in segments with data).\n"
			"\n"
			"In practice it merges more than GRO does: traffic in both directions, and senders "
			"with fine timestamps. What comes out cannot be split again as it was, so a host "
			"that forwards must switch it off (ethtool -K DEV lro off).",
		.sources =
			"Windows driver documentation: \"Rules for Coalescing TCP/IP Segments\", "
			"\"Exception Conditions that Terminate Coalescing\", \"Updating the IP Headers for "
			"Coalesced Segments\", \"Indicating Coalesced Segments\". The data sheet of the "
			"82599 was not at hand.",
		.minds = ALL_REASONS & ~LRO_IGNORES,
		.flags_free = TCP_PSH,
		.flags_only = LRO_FLAGS,
		.max_len = 65535,
		.ipv6 = true,
		.vlan = true,
		.unfit_ends = true,
		.timestamps_advance = true,
		.updates_ack = true,
	},
	{
		.id = "mlx5-lro",
		.name = "mlx5 LRO",
		.summary = "hardware LRO of NVIDIA/Mellanox ConnectX with the mlx5 driver",
		.explain =
			"Merges TCP segments over IPv4 and IPv6, with or without a VLAN tag, outside of "
			"tunnels. It is off until asked for (ethtool -K DEV lro on). The same NICs also do "
			"hardware GRO (rx-gro-hw), which keeps to the rules of Linux GRO: for that, ask "
			"the linux models.\n"
			"\n"
			"Known from the driver: the merged packet gets the least TTL, the latest "
			"acknowledgment and window and the PSH flag if one had it; lengths and checksums "
			"are made right. Its IP payload is at most 65280 bytes. A train that has waited "
			"for 32 microseconds (or the next longer time that the NIC can do) goes up. "
			"Tunnelled packets are not merged: a NIC that would do so gets no LRO at all from "
			"the driver. Segments must have a least size that the NIC announces.\n"
			"\n"
			"Assumed, since the firmware's rules are not public: all other conditions are those "
			"of Windows RSC (nod explain lro-rsc). That timestamps and PSH are cared for is "
			"told by two capability bits of the NIC (lro_time_stamp, lro_psh_flag) and taken "
			"to be so.\n"
			"\n"
			"In practice: as with all LRO, not for hosts that forward or bridge.",
		.sources =
			"drivers/net/ethernet/mellanox/mlx5/core/en_rx.c (mlx5e_lro_update_hdr), en/tir.c "
			"(mlx5e_tir_builder_build_packet_merge), en_main.c (mlx5e_build_nic_netdev), en.h "
			"of 6.12; include/linux/mlx5/mlx5_ifc.h; DPDK's doc/guides/nics/mlx5.rst (LRO).",
		.minds = ALL_REASONS & ~LRO_IGNORES,
		.flags_free = TCP_PSH,
		.flags_only = LRO_FLAGS,
		/* The most payload that the driver asks for, and an IPv4 header. */
		.max_len = 65280 + 20,
		.ipv6 = true,
		.vlan = true,
		.unfit_ends = true,
		.timestamps_advance = true,
		.updates_ack = true,
	},
	{.id = NULL},
};

const struct gro_model *gro_model_lookup(const char *id)
{
	for (const struct gro_model *model = gro_models; model->id; model++)
		if (strcmp(model->id, id) == 0)
			return model;
	return NULL;
}

const struct gro_model *gro_model_of_linux(unsigned int major, unsigned int minor)
{
	const struct gro_model *last = NULL;
	uint64_t version = (uint64_t)major << 16 | (minor < 256 ? minor : 255) << 8;

	for (const struct gro_model *model = gro_models; model->id; model++)
		if (model->since && (!last || model->since <= version))
			last = model;
	return last;
}

/* With DF=0 the ID counts, with DF=1 it does not. */
static bool df_hides_id(const struct gro_model *model, enum level level)
{
	return model->ids[level][0] != GRO_ID_ANY && model->ids[level][1] == GRO_ID_ANY;
}

bool gro_helps(enum gro_for who, const struct gro_model *model)
{
	switch (who) {
	case GRO_FOR_LINUX:
		return model->since != 0;
	case GRO_FOR_IPV6_TUNNELS:
		return model->ipv6_in_tunnel;
	case GRO_FOR_OUTER_DF:
		return df_hides_id(model, LEVEL_OUTER);
	case GRO_FOR_OUTER_IDS:
		return model->ids[LEVEL_OUTER][1] != GRO_ID_ANY;
	case GRO_FOR_DF:
		return df_hides_id(model, LEVEL_INNER);
	case GRO_FOR_DF_FIXED:
		return model->ids[LEVEL_INNER][0] != GRO_ID_COUNTS_OR_FIXED &&
		       model->ids[LEVEL_INNER][1] == GRO_ID_COUNTS_OR_FIXED;
	default:
		return true;
	}
}

const char *gro_mend(const struct gro_reason_info *reason, const struct gro_model *model)
{
	for (const struct gro_advice *row = reason->mends; row && row->text; row++)
		if (gro_helps(row->helps, model))
			return row->text;
	return reason->mend;
}
