/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which UDP ports carry tunnels? The kernel says so, one entry of the table at a time, under RTNL; core/
 * reads while frames come in.
 */
#include "nodsim.h"

static bool are_refused(const struct nodsim *sim)
{
	for (size_t i = 0; sim_quirks[i]; i++)
		if (sim_quirks[i]->control == SIM_CONTROL_PORTS && sim->nic.quirks.values[i])
			return true;
	return false;
}

static u8 kind_of(const struct udp_tunnel_info *info)
{
	return info->type == UDP_TUNNEL_TYPE_GENEVE ? SIM_GENEVE : SIM_VXLAN;
}

static int set_port(struct net_device *dev, unsigned int table, unsigned int entry,
		    struct udp_tunnel_info *info)
{
	struct nodsim *sim = netdev_priv(dev);
	struct sim_ports *ports = &sim->nic.ports;

	if (are_refused(sim))
		return -EIO;
	WRITE_ONCE(ports->ports[entry], ntohs(info->port));
	/* Only an entry with a kind is looked at. */
	smp_store_release(&ports->kinds[entry], kind_of(info));
	return 0;
}

static int unset_port(struct net_device *dev, unsigned int table, unsigned int entry,
		      struct udp_tunnel_info *info)
{
	struct nodsim *sim = netdev_priv(dev);

	WRITE_ONCE(sim->nic.ports.kinds[entry], SIM_PLAIN);
	return 0;
}

void nodsim_ports_init(struct nodsim *sim)
{
	sim->ports_info = (struct udp_tunnel_nic_info){
		.set_port = set_port,
		.unset_port = unset_port,
		.tables[0] = {.n_entries = SIM_PORTS,
			      .tunnel_types = UDP_TUNNEL_TYPE_VXLAN | UDP_TUNNEL_TYPE_GENEVE},
	};
	sim->dev->udp_tunnel_nic_info = &sim->ports_info;
}
