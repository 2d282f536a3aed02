/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between kernels, from Linux 6.1 on.
 */
#ifndef NODSIM_COMPAT_H
#define NODSIM_COMPAT_H

#include <linux/hrtimer.h>
#include <linux/netdevice.h>
#include <linux/version.h>
#include <net/rtnetlink.h>

/* Before Linux 6.13 the function is a member to be set. */
static inline void compat_hrtimer_setup(struct hrtimer *timer,
					enum hrtimer_restart (*function)(struct hrtimer *))
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
	hrtimer_setup(timer, function, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED);
#else
	hrtimer_init(timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED);
	timer->function = function;
#endif
}

/* Since Linux 6.8 netlink says which NAPI serves a queue. */
static inline void compat_queue_set_napi(struct net_device *dev, unsigned int index,
					 struct napi_struct *napi)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)
	netif_queue_set_napi(dev, index, NETDEV_QUEUE_TYPE_RX, napi);
	netif_queue_set_napi(dev, index, NETDEV_QUEUE_TYPE_TX, napi);
#endif
}

/*
 * The arguments of rtnl_link_ops.newlink; since Linux 6.15 they are in a structure. @net_of_peer: where
 * a device is made that nothing else is said of.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 15, 0)
#define COMPAT_NEWLINK(name)                                             \
	name(struct net_device *dev, struct rtnl_newlink_params *params, \
	     struct netlink_ext_ack *extack)
#define COMPAT_NEWLINK_TB	 (params->tb)
#define COMPAT_NEWLINK_DATA	 (params->data)
#define COMPAT_NEWLINK_NET(peer) get_net(rtnl_newlink_peer_net(params))
#else
#define COMPAT_NEWLINK(name)                                                   \
	name(struct net *src_net, struct net_device *dev, struct nlattr *tb[], \
	     struct nlattr *data[], struct netlink_ext_ack *extack)
#define COMPAT_NEWLINK_TB	 (tb)
#define COMPAT_NEWLINK_DATA	 (data)
#define COMPAT_NEWLINK_NET(peer) rtnl_link_get_net(src_net, peer)
#endif

#endif
