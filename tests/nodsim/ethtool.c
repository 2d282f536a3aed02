/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What does ethtool see of an end, and what can it set? Here: driver, link, private flags. All of it is
 * under RTNL.
 */
#include "nodsim.h"

/* --- driver and link --------------------------------------------------------------------------- */

static void get_drvinfo(struct net_device *dev, struct ethtool_drvinfo *info)
{
	strscpy(info->driver, KBUILD_MODNAME, sizeof(info->driver));
	strscpy(info->bus_info, "nodsim", sizeof(info->bus_info));
}

static u32 get_msglevel(struct net_device *dev)
{
	const struct nodsim *sim = netdev_priv(dev);

	return sim->msg_enable;
}

static void set_msglevel(struct net_device *dev, u32 level)
{
	struct nodsim *sim = netdev_priv(dev);

	sim->msg_enable = level;
}

static int get_link(struct net_device *dev, struct ethtool_link_ksettings *settings)
{
	const struct nodsim *sim = netdev_priv(dev);

	ethtool_link_ksettings_zero_link_mode(settings, supported);
	ethtool_link_ksettings_zero_link_mode(settings, advertising);
	ethtool_link_ksettings_add_link_mode(settings, supported, Pause);
	if (sim->pause)
		ethtool_link_ksettings_add_link_mode(settings, advertising, Pause);
	settings->base.speed = netif_carrier_ok(dev) ? sim->speed : SPEED_UNKNOWN;
	settings->base.duplex = netif_carrier_ok(dev) ? DUPLEX_FULL : DUPLEX_UNKNOWN;
	settings->base.port = PORT_OTHER;
	settings->base.autoneg = AUTONEG_DISABLE;
	return 0;
}

static int set_link(struct net_device *dev, const struct ethtool_link_ksettings *settings)
{
	struct nodsim *sim = netdev_priv(dev);
	u32 speed = settings->base.speed;

	if (settings->base.autoneg != AUTONEG_DISABLE || settings->base.duplex == DUPLEX_HALF)
		return -EINVAL;
	if (speed == (u32)SPEED_UNKNOWN)
		return 0;
	if (!speed || !ethtool_validate_speed(speed))
		return -EINVAL;
	sim->speed = speed;
	return 0;
}

/* --- private flags ----------------------------------------------------------------------------- */

enum private_flag {
	FLAG_CSUM_COMPLETE,
	FLAG_LRO_UNTYPED,
	FLAGS
};

static const char flag_names[FLAGS][ETH_GSTRING_LEN] = {
	[FLAG_CSUM_COMPLETE] = "rx-csum-complete",
	[FLAG_LRO_UNTYPED] = "lro-untyped",
};

static u32 get_flags(struct net_device *dev)
{
	const struct nodsim *sim = netdev_priv(dev);

	return (sim->complete ? BIT(FLAG_CSUM_COMPLETE) : 0) |
	       (sim->lro_untyped ? BIT(FLAG_LRO_UNTYPED) : 0);
}

static int set_flags(struct net_device *dev, u32 flags)
{
	struct nodsim *sim = netdev_priv(dev);

	sim->complete = flags & BIT(FLAG_CSUM_COMPLETE);
	WRITE_ONCE(sim->lro_untyped, !!(flags & BIT(FLAG_LRO_UNTYPED)));
	nodsim_features_apply(sim, dev->features);
	return 0;
}

/* --- names of what is listed ------------------------------------------------------------------- */

static int count_names(struct net_device *dev, int set)
{
	switch (set) {
	case ETH_SS_STATS:
		return nodsim_count_stats(netdev_priv(dev));
	case ETH_SS_PRIV_FLAGS:
		return FLAGS;
	}
	return -EOPNOTSUPP;
}

static void get_names(struct net_device *dev, u32 set, u8 *at)
{
	if (set == ETH_SS_STATS)
		nodsim_get_stat_names(netdev_priv(dev), at);
	else if (set == ETH_SS_PRIV_FLAGS)
		memcpy(at, flag_names, sizeof(flag_names));
}

/* --- all of it --------------------------------------------------------------------------------- */

void nodsim_ethtool_init(struct nodsim *sim)
{
	sim->speed = SPEED_10000;
	netdev_rss_key_fill(sim->nic.rss_key, sizeof(sim->nic.rss_key));
	nodsim_rss_spread(sim, sim->nqueues);
}

const struct ethtool_ops nodsim_ethtool_ops = {
	.supported_coalesce_params = ETHTOOL_COALESCE_RX_USECS | ETHTOOL_COALESCE_RX_MAX_FRAMES,
	.get_drvinfo = get_drvinfo,
	.get_msglevel = get_msglevel,
	.set_msglevel = set_msglevel,
	.get_link = ethtool_op_get_link,
	.get_link_ksettings = get_link,
	.set_link_ksettings = set_link,
	.get_ts_info = ethtool_op_get_ts_info,
	.get_priv_flags = get_flags,
	.set_priv_flags = set_flags,
	.get_sset_count = count_names,
	.get_strings = get_names,
	.get_ethtool_stats = nodsim_get_stats,
	.get_ringparam = nodsim_get_rings,
	.set_ringparam = nodsim_set_rings,
	.get_channels = nodsim_get_channels,
	.set_channels = nodsim_set_channels,
	.get_coalesce = nodsim_get_coalesce,
	.set_coalesce = nodsim_set_coalesce,
	.get_pauseparam = nodsim_get_pause,
	.set_pauseparam = nodsim_set_pause,
	.get_rxnfc = nodsim_get_rxnfc,
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 19, 0)
	.get_rx_ring_count = nodsim_get_rx_rings,
#endif
	.get_rxfh_key_size = nodsim_get_rss_key_size,
	.get_rxfh_indir_size = nodsim_get_rss_entries,
	.get_rxfh = nodsim_get_rss,
	.set_rxfh = nodsim_set_rss,
};
