/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which names do counters have in ethtool? First all queues together, then each queue in use, as drivers
 * have it: rx_packets, rx0_packets.
 */
#include "nodsim.h"

static const char *const rx_names[NODSIM_RX_COUNTERS] = {
	[NODSIM_RX_PACKETS] = "packets",
	[NODSIM_RX_BYTES] = "bytes",
	[NODSIM_RX_DROPPED] = "dropped",
	[NODSIM_RX_CSUM_NONE] = "csum_none",
	[NODSIM_RX_CSUM_UNNECESSARY] = "csum_unnecessary",
	[NODSIM_RX_CSUM_UNNECESSARY_INNER] = "csum_unnecessary_inner",
	[NODSIM_RX_CSUM_COMPLETE] = "csum_complete",
	[NODSIM_RX_VLAN_STRIPPED] = "removed_vlan_packets",
	[NODSIM_RX_LRO_PACKETS] = "lro_packets",
	[NODSIM_RX_LRO_BYTES] = "lro_bytes",
	[NODSIM_RX_GRO_PACKETS] = "gro_packets",
	[NODSIM_RX_GRO_BYTES] = "gro_bytes",
	[NODSIM_RX_GRO_WIRE_PACKETS] = "gro_wire_packets",
	[NODSIM_RX_GRO_WIRE_BYTES] = "gro_wire_bytes",
};

static const char *const tx_names[NODSIM_TX_COUNTERS] = {
	[NODSIM_TX_PACKETS] = "packets",
	[NODSIM_TX_BYTES] = "bytes",
	[NODSIM_TX_DROPPED] = "dropped",
	[NODSIM_TX_CSUM_NONE] = "csum_none",
	[NODSIM_TX_CSUM_PARTIAL] = "csum_partial",
	[NODSIM_TX_TSO_PACKETS] = "tso_packets",
	[NODSIM_TX_TSO_BYTES] = "tso_bytes",
	[NODSIM_TX_TSO_WIRE_PACKETS] = "tso_wire_packets",
	[NODSIM_TX_TSO_WIRE_BYTES] = "tso_wire_bytes",
	[NODSIM_TX_VLAN_INSERTED] = "added_vlan_packets",
	[NODSIM_TX_STOPPED] = "stopped",
	[NODSIM_TX_WAKE] = "wake",
};

int nodsim_count_stats(const struct nodsim *sim)
{
	return (sim->nqueues + 1) * (NODSIM_RX_COUNTERS + NODSIM_TX_COUNTERS);
}

static u8 *put_names(u8 *at, const char *prefix, const char *const *names, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++, at += ETH_GSTRING_LEN)
		snprintf(at, ETH_GSTRING_LEN, "%s_%s", prefix, names[i]);
	return at;
}

void nodsim_get_stat_names(const struct nodsim *sim, u8 *at)
{
	char prefix[8];

	at = put_names(at, "rx", rx_names, NODSIM_RX_COUNTERS);
	at = put_names(at, "tx", tx_names, NODSIM_TX_COUNTERS);
	for (unsigned int i = 0; i < sim->nqueues; i++) {
		snprintf(prefix, sizeof(prefix), "rx%u", i % NODSIM_QUEUES_MAX);
		at = put_names(at, prefix, rx_names, NODSIM_RX_COUNTERS);
		snprintf(prefix, sizeof(prefix), "tx%u", i % NODSIM_QUEUES_MAX);
		at = put_names(at, prefix, tx_names, NODSIM_TX_COUNTERS);
	}
}

void nodsim_get_stats(struct net_device *dev, struct ethtool_stats *stats, u64 *values)
{
	struct nodsim *sim = netdev_priv(dev);

	for (unsigned int i = 0; i < NODSIM_RX_COUNTERS; i++)
		*values++ = nodsim_rx_sum(sim, 0, i);
	for (unsigned int i = 0; i < NODSIM_TX_COUNTERS; i++)
		*values++ = nodsim_tx_sum(sim, 0, i);
	for (unsigned int queue = 0; queue < sim->nqueues; queue++) {
		for (unsigned int i = 0; i < NODSIM_RX_COUNTERS; i++)
			*values++ = nodsim_rx_counter(&sim->rxqs[queue], i);
		for (unsigned int i = 0; i < NODSIM_TX_COUNTERS; i++)
			*values++ = nodsim_tx_counter(&sim->txqs[queue], i);
	}
}
