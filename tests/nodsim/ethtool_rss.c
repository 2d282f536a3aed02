/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which queue does a flow go to? The key and the indirection table of RSS: changed under RTNL, read while
 * frames come in.
 */
#include "nodsim.h"

void nodsim_rss_spread(struct nodsim *sim, unsigned int nqueues)
{
	for (unsigned int i = 0; i < SIM_RSS_ENTRIES; i++)
		WRITE_ONCE(sim->nic.indirection[i], ethtool_rxfh_indir_default(i, nqueues));
}

u32 nodsim_get_rss_key_size(struct net_device *dev)
{
	return SIM_RSS_KEY;
}

u32 nodsim_get_rss_entries(struct net_device *dev)
{
	return SIM_RSS_ENTRIES;
}

u32 nodsim_get_rx_rings(struct net_device *dev)
{
	const struct nodsim *sim = netdev_priv(dev);

	return sim->nqueues;
}

/* What is hashed cannot be chosen: addresses and, of TCP and UDP, ports. */
static int get_hashed_fields(struct ethtool_rxnfc *info)
{
	switch (info->flow_type) {
	case TCP_V4_FLOW:
	case UDP_V4_FLOW:
	case TCP_V6_FLOW:
	case UDP_V6_FLOW:
		info->data = RXH_IP_SRC | RXH_IP_DST | RXH_L4_B_0_1 | RXH_L4_B_2_3;
		return 0;
	case IPV4_FLOW:
	case IPV6_FLOW:
		info->data = RXH_IP_SRC | RXH_IP_DST;
		return 0;
	}
	return -EINVAL;
}

int nodsim_get_rxnfc(struct net_device *dev, struct ethtool_rxnfc *info, u32 *rules)
{
	switch (info->cmd) {
	case ETHTOOL_GRXRINGS:
		info->data = nodsim_get_rx_rings(dev);
		return 0;
	case ETHTOOL_GRXFH:
		return get_hashed_fields(info);
	}
	return -EOPNOTSUPP;
}

/* Whoever does not want one of them has no place for it. */
static void get(const struct nodsim *sim, u32 *indirection, u8 *key)
{
	for (unsigned int i = 0; indirection && i < SIM_RSS_ENTRIES; i++)
		indirection[i] = sim->nic.indirection[i];
	if (key)
		memcpy(key, sim->nic.rss_key, SIM_RSS_KEY);
}

static int set(struct nodsim *sim, const u32 *indirection, const u8 *key, u8 hash)
{
	if (hash != ETH_RSS_HASH_NO_CHANGE && hash != ETH_RSS_HASH_TOP)
		return -EOPNOTSUPP;
	for (unsigned int i = 0; indirection && i < SIM_RSS_ENTRIES; i++)
		WRITE_ONCE(sim->nic.indirection[i], indirection[i]);
	if (key)
		memcpy(sim->nic.rss_key, key, SIM_RSS_KEY);
	return 0;
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)

int nodsim_get_rss(struct net_device *dev, struct ethtool_rxfh_param *rss)
{
	rss->hfunc = ETH_RSS_HASH_TOP;
	get(netdev_priv(dev), rss->indir, rss->key);
	return 0;
}

int nodsim_set_rss(struct net_device *dev, struct ethtool_rxfh_param *rss,
		   struct netlink_ext_ack *extack)
{
	return set(netdev_priv(dev), rss->indir, rss->key, rss->hfunc);
}

#else

int nodsim_get_rss(struct net_device *dev, u32 *indirection, u8 *key, u8 *hash)
{
	if (hash)
		*hash = ETH_RSS_HASH_TOP;
	get(netdev_priv(dev), indirection, key);
	return 0;
}

int nodsim_set_rss(struct net_device *dev, const u32 *indirection, const u8 *key, const u8 hash)
{
	return set(netdev_priv(dev), indirection, key, hash);
}

#endif
