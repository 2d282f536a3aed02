/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nodsim: a NIC made of software, in pairs. What one end sends arrives at the other as bytes, and as
 * nothing else: whatever a NIC does to packets is done by core/, in the open.
 */
#ifndef NODSIM_H
#define NODSIM_H

#include <linux/ethtool.h>
#include <linux/hrtimer.h>
#include <linux/netdevice.h>
#include <linux/seq_file.h>
#include <linux/version.h>
#include <net/udp_tunnel.h>

#include "core/nic.h"

#define NODSIM_QUEUES_MAX SIM_QUEUES_MAX
#define NODSIM_QUEUES	  4
#define NODSIM_RING	  1024
#define NODSIM_RING_MIN	  64
#define NODSIM_RING_MAX	  8192
/* Frames that a packet can become: above that the stack cuts. */
#define NODSIM_SEGMENTS_MAX 256

/* One frame of the wire. */
struct nodsim_frame {
	struct list_head list;
	u32 len;
	u8 bytes[];
};

enum nodsim_rx_counter {
	NODSIM_RX_PACKETS, /* of the wire */
	NODSIM_RX_BYTES,
	NODSIM_RX_DROPPED, /* the ring was full, or memory */
	NODSIM_RX_CSUM_NONE,
	NODSIM_RX_CSUM_UNNECESSARY,
	NODSIM_RX_CSUM_UNNECESSARY_INNER,
	NODSIM_RX_CSUM_COMPLETE,
	NODSIM_RX_VLAN_STRIPPED,
	NODSIM_RX_LRO_PACKETS, /* merged ones */
	NODSIM_RX_LRO_BYTES,
	NODSIM_RX_GRO_PACKETS, /* merged in hardware */
	NODSIM_RX_GRO_BYTES,
	NODSIM_RX_GRO_WIRE_PACKETS, /* that these were on the wire */
	NODSIM_RX_GRO_WIRE_BYTES,
	NODSIM_RX_COUNTERS
};

enum nodsim_tx_counter {
	NODSIM_TX_PACKETS, /* of the wire */
	NODSIM_TX_BYTES,
	NODSIM_TX_DROPPED, /* no carrier, or the packet cannot be sent */
	NODSIM_TX_CSUM_NONE,
	NODSIM_TX_CSUM_PARTIAL,
	NODSIM_TX_TSO_PACKETS, /* cut here: TCP and UDP */
	NODSIM_TX_TSO_BYTES,
	NODSIM_TX_TSO_WIRE_PACKETS,
	NODSIM_TX_TSO_WIRE_BYTES,
	NODSIM_TX_VLAN_INSERTED,
	NODSIM_TX_STOPPED,
	NODSIM_TX_WAKE,
	NODSIM_TX_COUNTERS
};

/**
 * struct nodsim_rxq - a receive queue
 * @lock: of @ring, @waiting and @open: senders put frames there
 * @open: frames are taken, polls may begin
 * @timer: coalescing: a poll begins when enough frames wait or the time is up
 */
struct nodsim_rxq {
	struct nodsim *sim;
	unsigned int index;
	struct napi_struct napi;
	spinlock_t lock;
	struct list_head ring;
	unsigned int waiting;
	bool open;
	struct hrtimer timer;
	struct sim_rx_queue core;
	atomic64_t counters[NODSIM_RX_COUNTERS]; /* senders and the poll count at the same time */
} ____cacheline_aligned_in_smp;

/**
 * struct nodsim_txq - a transmit queue; __netif_tx_lock() of that queue protects all of it
 */
struct nodsim_txq {
	struct nodsim *sim;
	unsigned int index;
	struct sim_tx_queue core;
	bool open;
	u8 *packet; /* SIM_SEND_MAX bytes: the stack's packet in one piece */
	atomic64_t counters[NODSIM_TX_COUNTERS];
} ____cacheline_aligned_in_smp;

/**
 * struct nodsim - one end; netdev_priv()
 * @peer: the other end; changes under RTNL, read under RCU
 * @nic: what core/ is told: the "actual" set
 * @advertised: features that it offers, from module parameter and debugfs; @dev->features are the
 *              configured ones
 * @actual: what it does of them; @nic.offloads are made of it
 * @nqueues: receive and transmit queues in use (combined channels)
 * @rx_usecs, @rx_frames: coalescing: a poll begins @rx_usecs after the first frame, or as soon as there
 *                        are @rx_frames; 0 and 1: at once
 * @pause: the end that receives can stop the one that sends, so that the ring does not run over
 * @speed: of the link, in Mbit/s; a word only
 * @complete: private flag "rx-csum-complete"
 * @lro_untyped: private flag "lro-untyped": what LRO merged goes up without a gso_type, as some drivers
 *               do (rx.c)
 * @link_cut: somebody took the carrier away
 * @ignored, @refused: what quirks of SIM_CONTROL say of features
 * @ports: that the kernel told it (udp_tunnel_nic); @nic.ports are those that it works with
 */
struct nodsim {
	struct net_device *dev;
	struct nodsim __rcu *peer;
	struct sim_nic nic;
	netdev_features_t advertised, actual, ignored, refused;
	struct nodsim_rxq *rxqs;
	struct nodsim_txq *txqs;
	unsigned int nqueues, ring_size, rx_usecs, rx_frames, speed;
	bool pause, complete, lro_untyped, link_cut;
	u32 msg_enable;
	struct dentry *debugfs;
	struct udp_tunnel_nic_info ports_info;
};

/* queue.c: memory of queues, and frames that arrive. */
int nodsim_queues_open(struct nodsim *sim);   /* ndo_open: napi, buffers of core/ */
void nodsim_queues_close(struct nodsim *sim); /* nothing is on its way afterwards */
int nodsim_queues_alloc(struct nodsim *sim);
void nodsim_queues_free(struct nodsim *sim);
/* NODSIM_QUEUES_MAX, unless whoever made the device wanted less (numtxqueues, numrxqueues). */
unsigned int nodsim_queues_most(const struct nodsim *sim);
/* A frame reaches @sim (under RCU); counts it as dropped if there is no room. */
void nodsim_arrive(struct nodsim *sim, const u8 *bytes, u32 len);
/* Whether some ring of @sim has less than NODSIM_SEGMENTS_MAX places left, or half of them. */
bool nodsim_is_full(const struct nodsim *sim);
/* Begin polls that are due by now, and the time of those that coalescing holds back. */
void nodsim_kick(struct nodsim *sim);
/* Who sends to @sim goes on, if there is room (bottom halves are off). */
void nodsim_wake_sender(struct nodsim *sim);
/*
 * Use that many queues from now on, also while the device is up; the indirection table follows, unless
 * somebody wrote it. All is as before if it fails. Under RTNL.
 */
int nodsim_reconfigure(struct nodsim *sim, unsigned int nqueues);

/* rx.c */
int nodsim_poll(struct napi_struct *napi, int budget);

/* tx.c */
netdev_tx_t nodsim_xmit(struct sk_buff *skb, struct net_device *dev);
netdev_features_t nodsim_features_check(struct sk_buff *skb, struct net_device *dev,
					netdev_features_t features);

/* features.c */
#define NODSIM_FEATURES_DEFAULT "default"
netdev_features_t nodsim_advertised(void); /* all that it can do, by module parameters */
void nodsim_features_init(struct nodsim *sim);
netdev_features_t nodsim_fix_features(struct net_device *dev, netdev_features_t features);
int nodsim_set_features(struct net_device *dev, netdev_features_t features);
/* Make nic.offloads of what is configured, what is ignored, and of private flags. */
void nodsim_features_apply(struct nodsim *sim, netdev_features_t features);
/* Offer others from now on; netdev_change_features() is left to the caller. Under RTNL. */
void nodsim_features_offer(struct nodsim *sim, netdev_features_t features);
/*
 * A list of names, divided by commas; "-NAME" takes it away. @standard: what the word "default" means, 0
 * if it means nothing here. -EINVAL: a name is not known.
 */
int nodsim_features_parse(const char *list, netdev_features_t standard,
			  netdev_features_t *features);
const char *nodsim_feature_name(netdev_features_t *rest); /* of the first, which it takes away */
/* Names, one in a line: of @features, and of enum sim_offload. */
void nodsim_features_show(struct seq_file *out, netdev_features_t features);
void nodsim_offloads_show(struct seq_file *out, u32 offloads);

/* ports.c */
void nodsim_ports_init(struct nodsim *sim);

/* stats.c */
void nodsim_stats64(struct net_device *dev, struct rtnl_link_stats64 *stats);
void nodsim_rx_count(struct nodsim_rxq *queue, enum nodsim_rx_counter counter, u64 by);
void nodsim_tx_count(struct nodsim_txq *queue, enum nodsim_tx_counter counter, u64 by);
u64 nodsim_rx_counter(struct nodsim_rxq *queue, enum nodsim_rx_counter counter);
u64 nodsim_tx_counter(struct nodsim_txq *queue, enum nodsim_tx_counter counter);
/* Over all queues from that number on, also those that are not in use. */
u64 nodsim_rx_sum(const struct nodsim *sim, unsigned int from, enum nodsim_rx_counter counter);
u64 nodsim_tx_sum(const struct nodsim *sim, unsigned int from, enum nodsim_tx_counter counter);
void nodsim_stats_init(struct nodsim *sim); /* netdev_stat_ops, where the kernel has them */

/* ethtool.c */
void nodsim_ethtool_init(struct nodsim *sim); /* link, coalescing, RSS: before it is registered */
extern const struct ethtool_ops nodsim_ethtool_ops;

/* ethtool_queues.c: rings, channels, coalescing, pause */
void nodsim_get_rings(struct net_device *dev, struct ethtool_ringparam *rings,
		      struct kernel_ethtool_ringparam *more, struct netlink_ext_ack *extack);
int nodsim_set_rings(struct net_device *dev, struct ethtool_ringparam *rings,
		     struct kernel_ethtool_ringparam *more, struct netlink_ext_ack *extack);
void nodsim_get_channels(struct net_device *dev, struct ethtool_channels *channels);
int nodsim_set_channels(struct net_device *dev, struct ethtool_channels *channels);
int nodsim_get_coalesce(struct net_device *dev, struct ethtool_coalesce *coalesce,
			struct kernel_ethtool_coalesce *more, struct netlink_ext_ack *extack);
int nodsim_set_coalesce(struct net_device *dev, struct ethtool_coalesce *coalesce,
			struct kernel_ethtool_coalesce *more, struct netlink_ext_ack *extack);
void nodsim_get_pause(struct net_device *dev, struct ethtool_pauseparam *pause);
int nodsim_set_pause(struct net_device *dev, struct ethtool_pauseparam *pause);

/* ethtool_rss.c */
void nodsim_rss_spread(struct nodsim *sim, unsigned int nqueues); /* the indirection table */
u32 nodsim_get_rss_key_size(struct net_device *dev);
u32 nodsim_get_rss_entries(struct net_device *dev);
u32 nodsim_get_rx_rings(struct net_device *dev);
int nodsim_get_rxnfc(struct net_device *dev, struct ethtool_rxnfc *info, u32 *rules);
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)
int nodsim_get_rss(struct net_device *dev, struct ethtool_rxfh_param *rss);
int nodsim_set_rss(struct net_device *dev, struct ethtool_rxfh_param *rss,
		   struct netlink_ext_ack *extack);
#else
int nodsim_get_rss(struct net_device *dev, u32 *indirection, u8 *key, u8 *hash);
int nodsim_set_rss(struct net_device *dev, const u32 *indirection, const u8 *key, const u8 hash);
#endif

/* ethtool_stats.c */
int nodsim_count_stats(const struct nodsim *sim);
void nodsim_get_stat_names(const struct nodsim *sim, u8 *at);
void nodsim_get_stats(struct net_device *dev, struct ethtool_stats *stats, u64 *values);

/* debugfs.c */
void nodsim_debugfs_init(void);
void nodsim_debugfs_exit(void);
void nodsim_debugfs_add(struct nodsim *sim); /* when the device has its name; follows renaming */
void nodsim_debugfs_remove(struct nodsim *sim);

/* netdev.c */
extern const struct net_device_ops nodsim_netdev_ops;
void nodsim_setup(struct net_device *dev);
/* Carrier: both ends up, and no cut. Under RTNL. */
void nodsim_link_update(struct nodsim *sim);

#endif
