/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How many queues, how long, and how soon are they looked at? Rings, channels, coalescing and pause, under
 * RTNL.
 */
#include "nodsim.h"

/* --- rings ------------------------------------------------------------------------------------- */

/* There is one between the ends of each direction, and the receiver has it. */
void nodsim_get_rings(struct net_device *dev, struct ethtool_ringparam *rings,
		      struct kernel_ethtool_ringparam *more, struct netlink_ext_ack *extack)
{
	const struct nodsim *sim = netdev_priv(dev);

	rings->rx_max_pending = NODSIM_RING_MAX;
	rings->rx_pending = sim->ring_size;
}

int nodsim_set_rings(struct net_device *dev, struct ethtool_ringparam *rings,
		     struct kernel_ethtool_ringparam *more, struct netlink_ext_ack *extack)
{
	struct nodsim *sim = netdev_priv(dev);

	if (rings->rx_pending < NODSIM_RING_MIN) {
		NL_SET_ERR_MSG_MOD(extack, "a ring has 64 places or more");
		return -EINVAL;
	}
	/* It is only a limit: the frames stay where they are. */
	WRITE_ONCE(sim->ring_size, rings->rx_pending);
	nodsim_kick(sim);
	return 0;
}

/* --- pause ------------------------------------------------------------------------------------- */

void nodsim_get_pause(struct net_device *dev, struct ethtool_pauseparam *pause)
{
	const struct nodsim *sim = netdev_priv(dev);

	/* It sends them; what comes, it obeys. */
	pause->tx_pause = sim->pause;
	pause->rx_pause = 1;
}

int nodsim_set_pause(struct net_device *dev, struct ethtool_pauseparam *pause)
{
	struct nodsim *sim = netdev_priv(dev);

	if (pause->autoneg || !pause->rx_pause)
		return -EINVAL;
	WRITE_ONCE(sim->pause, !!pause->tx_pause);
	nodsim_kick(sim);
	return 0;
}

/* --- coalescing -------------------------------------------------------------------------------- */

int nodsim_get_coalesce(struct net_device *dev, struct ethtool_coalesce *coalesce,
			struct kernel_ethtool_coalesce *more, struct netlink_ext_ack *extack)
{
	const struct nodsim *sim = netdev_priv(dev);

	coalesce->rx_coalesce_usecs = sim->rx_usecs;
	coalesce->rx_max_coalesced_frames = sim->rx_frames;
	return 0;
}

int nodsim_set_coalesce(struct net_device *dev, struct ethtool_coalesce *coalesce,
			struct kernel_ethtool_coalesce *more, struct netlink_ext_ack *extack)
{
	struct nodsim *sim = netdev_priv(dev);

	if (coalesce->rx_coalesce_usecs > USEC_PER_SEC) {
		NL_SET_ERR_MSG_MOD(extack, "rx-usecs: at most a second");
		return -EINVAL;
	}
	WRITE_ONCE(sim->rx_usecs, coalesce->rx_coalesce_usecs);
	WRITE_ONCE(sim->rx_frames, coalesce->rx_max_coalesced_frames);
	nodsim_kick(sim);
	return 0;
}

/* --- channels ---------------------------------------------------------------------------------- */

void nodsim_get_channels(struct net_device *dev, struct ethtool_channels *channels)
{
	const struct nodsim *sim = netdev_priv(dev);

	channels->max_combined = nodsim_queues_most(sim);
	channels->combined_count = sim->nqueues;
}

int nodsim_set_channels(struct net_device *dev, struct ethtool_channels *channels)
{
	struct nodsim *sim = netdev_priv(dev);

	/* A table that somebody wrote stays: the core has seen to it that it fits. */
	return channels->combined_count == sim->nqueues
		       ? 0
		       : nodsim_reconfigure(sim, channels->combined_count);
}
