/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How do pairs come and go: with the module, by netlink, with their namespaces?
 */
#include <linux/etherdevice.h>
#include <linux/module.h>
#include <linux/rtnetlink.h>

#include "compat.h"
#include "nodsim.h"

#define KIND "nodsim"

/* IFLA_INFO_DATA is as that of veth: one attribute (VETH_INFO_PEER), a whole link message inside. */
#define INFO_PEER 1

static unsigned int pairs;
module_param(pairs, uint, 0444);
MODULE_PARM_DESC(pairs, "pairs to begin with: ns0 and ns1, ns2 and ns3, ...");

static struct rtnl_link_ops nodsim_link_ops;

/* --- making a pair ----------------------------------------------------------------------------- */

static void tie(struct net_device *dev, struct net_device *peer)
{
	struct nodsim *sim = netdev_priv(dev), *other = netdev_priv(peer);

	rcu_assign_pointer(sim->peer, other);
	rcu_assign_pointer(other->peer, sim);
	nodsim_debugfs_add(sim);
	nodsim_debugfs_add(other);
}

/**
 * struct end - what is asked of the end that is made along with another
 * @name: may be a pattern, with a %d
 * @name_assign_type: NET_NAME_*
 * @message: NULL if nobody said anything of it
 * @attributes: of the link, IFLA_*
 */
struct end {
	char name[IFNAMSIZ];
	unsigned char name_assign_type;
	const struct ifinfomsg *message;
	struct nlattr **attributes;
};

/* A registered device, or an error. */
static struct net_device *make_end(struct net *net, const struct end *end,
				   struct netlink_ext_ack *extack)
{
	struct net_device *dev;
	int err;

	dev = rtnl_create_link(net, end->name, end->name_assign_type, &nodsim_link_ops,
			       end->attributes, extack);
	if (IS_ERR(dev))
		return dev;
	if (!end->message || !end->attributes[IFLA_ADDRESS])
		eth_hw_addr_random(dev);
	if (end->message)
		dev->ifindex = end->message->ifi_index;
	err = register_netdevice(dev);
	if (err) {
		free_netdev(dev);
		return ERR_PTR(err);
	}
	err = rtnl_configure_link(dev, end->message, 0, NULL);
	if (err) {
		unregister_netdevice(dev);
		return ERR_PTR(err);
	}
	return dev;
}

static int nodsim_validate(struct nlattr *tb[], struct nlattr *data[],
			   struct netlink_ext_ack *extack)
{
	const struct nlattr *address = tb[IFLA_ADDRESS];

	if (!address)
		return 0;
	if (nla_len(address) != ETH_ALEN)
		return -EINVAL;
	if (!is_valid_ether_addr(nla_data(address)))
		return -EADDRNOTAVAIL;
	return 0;
}

/* Nobody said how the other end is called: ns0 has ns0p. */
static void name_after(struct end *end, struct net *net, const char *name)
{
	size_t len = strlen(name);

	end->name_assign_type = NET_NAME_ENUM;
	if (len + 1 < IFNAMSIZ && !strchr(name, '%')) {
		snprintf(end->name, IFNAMSIZ, "%.*sp", IFNAMSIZ - 2, name);
		if (!netdev_name_in_use(net, end->name))
			return;
	}
	strscpy(end->name, KIND "%d", IFNAMSIZ);
}

/* Read what INFO_PEER says; @tb is memory for its attributes. */
static int read_peer(struct end *end, struct nlattr **tb, struct nlattr *data[],
		     struct netlink_ext_ack *extack)
{
	struct nlattr *peer = data ? data[INFO_PEER] : NULL;
	int err;

	if (!peer)
		return 0;
	err = rtnl_nla_parse_ifinfomsg(tb, peer, extack);
	if (!err)
		err = nodsim_validate(tb, NULL, extack);
	if (err)
		return err;
	end->message = nla_data(peer);
	end->attributes = tb;
	if (tb[IFLA_IFNAME]) {
		nla_strscpy(end->name, tb[IFLA_IFNAME], IFNAMSIZ);
		end->name_assign_type = NET_NAME_USER;
	}
	return 0;
}

static int COMPAT_NEWLINK(nodsim_newlink)
{
	struct nlattr *of_peer[IFLA_MAX + 1] = {};
	/* Without words of its own the other end is like this one, but stays where the call came from. */
	struct end end = {.attributes = COMPAT_NEWLINK_TB};
	struct net_device *peer;
	struct net *net;
	int err;

	err = read_peer(&end, of_peer, COMPAT_NEWLINK_DATA, extack);
	if (err)
		return err;
	net = COMPAT_NEWLINK_NET(of_peer);
	if (IS_ERR(net))
		return PTR_ERR(net);
	if (!end.name[0])
		name_after(&end, net, dev->name);
	peer = make_end(net, &end, extack);
	put_net(net);
	if (IS_ERR(peer))
		return PTR_ERR(peer);

	if (!COMPAT_NEWLINK_TB[IFLA_ADDRESS])
		eth_hw_addr_random(dev);
	err = register_netdevice(dev);
	if (err) {
		unregister_netdevice(peer);
		return err;
	}
	tie(dev, peer);
	return 0;
}

/* Also what happens at the end of a namespace, and of the module. */
static void nodsim_dellink(struct net_device *dev, struct list_head *head)
{
	struct nodsim *sim = netdev_priv(dev);
	struct nodsim *peer = rtnl_dereference(sim->peer);

	/* Who still sends has a read lock; unregistering waits for those before memory goes. */
	RCU_INIT_POINTER(sim->peer, NULL);
	unregister_netdevice_queue(dev, head);
	if (!peer)
		return;
	RCU_INIT_POINTER(peer->peer, NULL);
	unregister_netdevice_queue(peer->dev, head);
}

static struct net *nodsim_get_link_net(const struct net_device *dev)
{
	struct nodsim *sim = netdev_priv(dev), *peer;
	struct net *net;

	rcu_read_lock();
	peer = rcu_dereference(sim->peer);
	net = dev_net(peer ? peer->dev : dev);
	rcu_read_unlock();
	return net;
}

static unsigned int nodsim_num_queues(void)
{
	return NODSIM_QUEUES_MAX;
}

static const struct nla_policy nodsim_policy[INFO_PEER + 1] = {
	[INFO_PEER] = {.len = sizeof(struct ifinfomsg)},
};

static struct rtnl_link_ops nodsim_link_ops = {
	.kind = KIND,
	.priv_size = sizeof(struct nodsim),
	.setup = nodsim_setup,
	.validate = nodsim_validate,
	.newlink = nodsim_newlink,
	.dellink = nodsim_dellink,
	.policy = nodsim_policy,
	.maxtype = INFO_PEER,
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
	.peer_type = INFO_PEER,
#endif
	.get_link_net = nodsim_get_link_net,
	.get_num_tx_queues = nodsim_num_queues,
	.get_num_rx_queues = nodsim_num_queues,
};

/* --- module ------------------------------------------------------------------------------------ */

static int make_pair(void)
{
	struct nlattr *none[IFLA_MAX + 1] = {};
	struct end end = {.name = "ns%d", .name_assign_type = NET_NAME_ENUM, .attributes = none};
	struct net_device *dev, *peer;

	dev = make_end(&init_net, &end, NULL);
	if (IS_ERR(dev))
		return PTR_ERR(dev);
	peer = make_end(&init_net, &end, NULL);
	if (IS_ERR(peer)) {
		unregister_netdevice(dev);
		return PTR_ERR(peer);
	}
	tie(dev, peer);
	return 0;
}

static int make_first_pairs(void)
{
	int err = 0;

	rtnl_lock();
	for (unsigned int i = 0; i < pairs && !err; i++)
		err = make_pair();
	rtnl_unlock();
	return err;
}

static int __init nodsim_module_init(void)
{
	int err;

	nodsim_debugfs_init();
	err = rtnl_link_register(&nodsim_link_ops);
	if (err) {
		nodsim_debugfs_exit();
		return err;
	}
	err = make_first_pairs();
	if (err) {
		rtnl_link_unregister(&nodsim_link_ops);
		nodsim_debugfs_exit();
	}
	return err;
}

static void __exit nodsim_module_exit(void)
{
	rtnl_link_unregister(&nodsim_link_ops);
	nodsim_debugfs_exit();
}

module_init(nodsim_module_init);
module_exit(nodsim_module_exit);
MODULE_DESCRIPTION("A NIC made of software, in pairs, that can be told to do its work wrong");
MODULE_LICENSE("GPL");
MODULE_ALIAS_RTNL_LINK(KIND);
