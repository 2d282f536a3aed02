/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is an end as a network device: its operations, its limits, its carrier?
 */
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/rtnetlink.h>

#include "nodsim.h"

#define MTU_MAX 9216

static void set_max_frame(struct nodsim *sim, unsigned int mtu)
{
	WRITE_ONCE(sim->nic.max_frame, mtu + ETH_HLEN + 2 * VLAN_HLEN);
}

/* --- life -------------------------------------------------------------------------------------- */

static int nodsim_init(struct net_device *dev)
{
	struct nodsim *sim = netdev_priv(dev);
	int err = nodsim_queues_alloc(sim);

	if (err)
		return err;
	err = nodsim_reconfigure(sim, min(sim->nqueues, nodsim_queues_most(sim)));
	if (err) {
		nodsim_queues_free(sim);
		return err;
	}
	set_max_frame(sim, dev->mtu);
	netif_carrier_off(dev);
	return 0;
}

static void nodsim_uninit(struct net_device *dev)
{
	nodsim_debugfs_remove(netdev_priv(dev));
}

/* Nobody has a reference any more. */
static void nodsim_destructor(struct net_device *dev)
{
	nodsim_queues_free(netdev_priv(dev));
}

static int nodsim_open(struct net_device *dev)
{
	struct nodsim *sim = netdev_priv(dev);
	int err = nodsim_queues_open(sim);

	if (err)
		return err;
	nodsim_link_update(sim);
	return 0;
}

static int nodsim_stop(struct net_device *dev)
{
	struct nodsim *sim = netdev_priv(dev);

	nodsim_link_update(sim);
	nodsim_queues_close(sim);
	return 0;
}

/* --- carrier ----------------------------------------------------------------------------------- */

static bool is_ready(const struct nodsim *sim)
{
	return netif_running(sim->dev) && !sim->link_cut;
}

static void set_carrier(struct nodsim *sim, bool on)
{
	if (on)
		netif_carrier_on(sim->dev);
	else
		netif_carrier_off(sim->dev);
}

void nodsim_link_update(struct nodsim *sim)
{
	struct nodsim *peer = rtnl_dereference(sim->peer);
	bool on = peer && is_ready(sim) && is_ready(peer);

	set_carrier(sim, on);
	if (peer)
		set_carrier(peer, on);
}

/* --- other operations -------------------------------------------------------------------------- */

/* ip link set DEVICE carrier off: as if the cable were pulled. */
static int nodsim_change_carrier(struct net_device *dev, bool on)
{
	struct nodsim *sim = netdev_priv(dev);

	sim->link_cut = !on;
	nodsim_link_update(sim);
	return 0;
}

static int nodsim_change_mtu(struct net_device *dev, int mtu)
{
	WRITE_ONCE(dev->mtu, mtu);
	set_max_frame(netdev_priv(dev), mtu);
	return 0;
}

/* It takes whatever is on the wire; the stack sees what is for somebody else. */
static void nodsim_set_rx_mode(struct net_device *dev)
{
}

static int nodsim_get_iflink(const struct net_device *dev)
{
	struct nodsim *sim = netdev_priv(dev), *peer;
	int index;

	rcu_read_lock();
	peer = rcu_dereference(sim->peer);
	index = peer ? peer->dev->ifindex : 0;
	rcu_read_unlock();
	return index;
}

const struct net_device_ops nodsim_netdev_ops = {
	.ndo_init = nodsim_init,
	.ndo_uninit = nodsim_uninit,
	.ndo_open = nodsim_open,
	.ndo_stop = nodsim_stop,
	.ndo_start_xmit = nodsim_xmit,
	.ndo_features_check = nodsim_features_check,
	.ndo_fix_features = nodsim_fix_features,
	.ndo_set_features = nodsim_set_features,
	.ndo_get_stats64 = nodsim_stats64,
	.ndo_change_carrier = nodsim_change_carrier,
	.ndo_change_mtu = nodsim_change_mtu,
	.ndo_set_rx_mode = nodsim_set_rx_mode,
	.ndo_set_mac_address = eth_mac_addr,
	.ndo_validate_addr = eth_validate_addr,
	.ndo_get_iflink = nodsim_get_iflink,
};

static void set_defaults(struct nodsim *sim)
{
	sim->nqueues = NODSIM_QUEUES;
	sim->nic.nqueues = NODSIM_QUEUES;
	sim->ring_size = NODSIM_RING;
	sim->rx_frames = 1;
	sim->pause = true;
}

void nodsim_setup(struct net_device *dev)
{
	struct nodsim *sim = netdev_priv(dev);

	ether_setup(dev);
	dev->netdev_ops = &nodsim_netdev_ops;
	dev->ethtool_ops = &nodsim_ethtool_ops;
	dev->priv_flags |= IFF_LIVE_ADDR_CHANGE | IFF_UNICAST_FLT;
	dev->needs_free_netdev = true;
	dev->priv_destructor = nodsim_destructor;
	dev->min_mtu = ETH_MIN_MTU;
	dev->max_mtu = MTU_MAX;
	netif_set_tso_max_size(dev, SIM_SEND_MAX);
	netif_set_tso_max_segs(dev, NODSIM_SEGMENTS_MAX);

	sim->dev = dev;
	set_defaults(sim);
	nodsim_ethtool_init(sim);
	nodsim_features_init(sim);
	nodsim_ports_init(sim);
	nodsim_stats_init(sim);
}
