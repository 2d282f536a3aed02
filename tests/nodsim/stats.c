/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How much came and went? Counters belong to queues; queues that are not in use keep theirs, so that
 * sums never go back.
 */
#include "nodsim.h"

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 9, 0)
#include <net/netdev_queues.h>
#endif

void nodsim_rx_count(struct nodsim_rxq *queue, enum nodsim_rx_counter counter, u64 by)
{
	atomic64_add(by, &queue->counters[counter]);
}

void nodsim_tx_count(struct nodsim_txq *queue, enum nodsim_tx_counter counter, u64 by)
{
	atomic64_add(by, &queue->counters[counter]);
}

u64 nodsim_rx_counter(struct nodsim_rxq *queue, enum nodsim_rx_counter counter)
{
	return atomic64_read(&queue->counters[counter]);
}

u64 nodsim_tx_counter(struct nodsim_txq *queue, enum nodsim_tx_counter counter)
{
	return atomic64_read(&queue->counters[counter]);
}

u64 nodsim_rx_sum(const struct nodsim *sim, unsigned int from, enum nodsim_rx_counter counter)
{
	u64 sum = 0;

	for (unsigned int i = from; i < NODSIM_QUEUES_MAX; i++)
		sum += nodsim_rx_counter(&sim->rxqs[i], counter);
	return sum;
}

u64 nodsim_tx_sum(const struct nodsim *sim, unsigned int from, enum nodsim_tx_counter counter)
{
	u64 sum = 0;

	for (unsigned int i = from; i < NODSIM_QUEUES_MAX; i++)
		sum += nodsim_tx_counter(&sim->txqs[i], counter);
	return sum;
}

void nodsim_stats64(struct net_device *dev, struct rtnl_link_stats64 *stats)
{
	const struct nodsim *sim = netdev_priv(dev);

	stats->rx_packets = nodsim_rx_sum(sim, 0, NODSIM_RX_PACKETS);
	stats->rx_bytes = nodsim_rx_sum(sim, 0, NODSIM_RX_BYTES);
	stats->rx_missed_errors = nodsim_rx_sum(sim, 0, NODSIM_RX_DROPPED);
	stats->tx_packets = nodsim_tx_sum(sim, 0, NODSIM_TX_PACKETS);
	stats->tx_bytes = nodsim_tx_sum(sim, 0, NODSIM_TX_BYTES);
	stats->tx_dropped = nodsim_tx_sum(sim, 0, NODSIM_TX_DROPPED);
}

/* --- by queue, through netlink ------------------------------------------------------------------ */

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 9, 0)

/* What one queue counted, or (@base) all those that are not in use. */
static u64 rx_of(const struct nodsim *sim, int index, bool base, enum nodsim_rx_counter counter)
{
	return base ? nodsim_rx_sum(sim, index, counter)
		    : nodsim_rx_counter(&sim->rxqs[index], counter);
}

static u64 tx_of(const struct nodsim *sim, int index, bool base, enum nodsim_tx_counter counter)
{
	return base ? nodsim_tx_sum(sim, index, counter)
		    : nodsim_tx_counter(&sim->txqs[index], counter);
}

static void fill_rx(const struct nodsim *sim, int index, bool base,
		    struct netdev_queue_stats_rx *stats)
{
	stats->packets = rx_of(sim, index, base, NODSIM_RX_PACKETS);
	stats->bytes = rx_of(sim, index, base, NODSIM_RX_BYTES);
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0)
	stats->hw_drops = rx_of(sim, index, base, NODSIM_RX_DROPPED);
	stats->hw_drop_overruns = stats->hw_drops;
	stats->csum_none = rx_of(sim, index, base, NODSIM_RX_CSUM_NONE);
	stats->csum_unnecessary = rx_of(sim, index, base, NODSIM_RX_CSUM_UNNECESSARY) +
				  rx_of(sim, index, base, NODSIM_RX_CSUM_UNNECESSARY_INNER);
	stats->hw_gro_packets = rx_of(sim, index, base, NODSIM_RX_GRO_PACKETS);
	stats->hw_gro_bytes = rx_of(sim, index, base, NODSIM_RX_GRO_BYTES);
	stats->hw_gro_wire_packets = rx_of(sim, index, base, NODSIM_RX_GRO_WIRE_PACKETS);
	stats->hw_gro_wire_bytes = rx_of(sim, index, base, NODSIM_RX_GRO_WIRE_BYTES);
#endif
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 19, 0)
	stats->csum_complete = rx_of(sim, index, base, NODSIM_RX_CSUM_COMPLETE);
#endif
}

static void fill_tx(const struct nodsim *sim, int index, bool base,
		    struct netdev_queue_stats_tx *stats)
{
	stats->packets = tx_of(sim, index, base, NODSIM_TX_PACKETS);
	stats->bytes = tx_of(sim, index, base, NODSIM_TX_BYTES);
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0)
	stats->hw_drops = tx_of(sim, index, base, NODSIM_TX_DROPPED);
	stats->csum_none = tx_of(sim, index, base, NODSIM_TX_CSUM_NONE);
	stats->needs_csum = tx_of(sim, index, base, NODSIM_TX_CSUM_PARTIAL);
	stats->hw_gso_packets = tx_of(sim, index, base, NODSIM_TX_TSO_PACKETS);
	stats->hw_gso_bytes = tx_of(sim, index, base, NODSIM_TX_TSO_BYTES);
	stats->hw_gso_wire_packets = tx_of(sim, index, base, NODSIM_TX_TSO_WIRE_PACKETS);
	stats->hw_gso_wire_bytes = tx_of(sim, index, base, NODSIM_TX_TSO_WIRE_BYTES);
	stats->stop = tx_of(sim, index, base, NODSIM_TX_STOPPED);
	stats->wake = tx_of(sim, index, base, NODSIM_TX_WAKE);
#endif
}

static void get_queue_rx(struct net_device *dev, int index, struct netdev_queue_stats_rx *stats)
{
	fill_rx(netdev_priv(dev), index, false, stats);
}

static void get_queue_tx(struct net_device *dev, int index, struct netdev_queue_stats_tx *stats)
{
	fill_tx(netdev_priv(dev), index, false, stats);
}

static void get_base(struct net_device *dev, struct netdev_queue_stats_rx *rx,
		     struct netdev_queue_stats_tx *tx)
{
	const struct nodsim *sim = netdev_priv(dev);

	fill_rx(sim, sim->nqueues, true, rx);
	fill_tx(sim, sim->nqueues, true, tx);
}

static const struct netdev_stat_ops stat_ops = {
	.get_queue_stats_rx = get_queue_rx,
	.get_queue_stats_tx = get_queue_tx,
	.get_base_stats = get_base,
};

void nodsim_stats_init(struct nodsim *sim)
{
	sim->dev->stat_ops = &stat_ops;
}

#else

void nodsim_stats_init(struct nodsim *sim)
{
}

#endif
