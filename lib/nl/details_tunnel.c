/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which UDP ports of tunnels does a NIC know, and which should it?
 *
 * A NIC looks into tunnels only by the ports that it was told. One that was not told its tunnel's port
 * still works, without the offloads. A NIC for which port 4789 is VXLAN by nature says so with a table
 * that takes no types and holds just that (net/ethtool/tunnels.c).
 */
#include <arpa/inet.h>
#include <linux/ethtool_netlink.h>
#include <string.h>

#include "lib/nl/details.h"
#include "lib/nl/ethtool.h"

/* By ETHTOOL_UDP_TUNNEL_TYPE_*. */
static const struct feature_names type_names = {
	.count = 3,
	.names = {"vxlan", "geneve", "vxlan-gpe"},
};

/* A bit for each port of the tunnel types, by kind of device. */
enum port_kind {
	PORT_VXLAN, /* vxlan-gpe is a mode of vxlan devices that rtnetlink tells late and nod not */
	PORT_GENEVE,
	PORT_KINDS,
};

struct port_sets {
	uint64_t words[PORT_KINDS][65536 / 64];
};

static bool port_test(const struct port_sets *sets, enum port_kind kind, uint16_t port)
{
	return sets->words[kind][port / 64] >> (port % 64) & 1;
}

static void port_put(struct port_sets *sets, enum port_kind kind, uint16_t port)
{
	sets->words[kind][port / 64] |= UINT64_C(1) << (port % 64);
}

static enum port_kind kind_of_type(unsigned int type)
{
	return type == ETHTOOL_UDP_TUNNEL_TYPE_GENEVE ? PORT_GENEVE : PORT_VXLAN;
}

/* Whether @device is a tunnel over a UDP port, and of which kind. */
static bool tunnel_kind(const struct device *device, enum port_kind *kind)
{
	if (!(device->has & DEVICE_HAS_UDP_PORT) || !device->kind)
		return false;
	*kind = strcmp(device->kind, "geneve") == 0 ? PORT_GENEVE : PORT_VXLAN;
	return *kind == PORT_GENEVE || strcmp(device->kind, "vxlan") == 0;
}

static const char *tunnel_on_port(const struct snapshot *snapshot, enum port_kind wanted,
				  uint16_t port)
{
	enum port_kind kind;

	for (size_t i = 0; i < snapshot->ndevices; i++) {
		const struct device *device = &snapshot->devices[i];

		if (tunnel_kind(device, &kind) && kind == wanted && device->udp_port == port)
			return device->name;
	}
	return NULL;
}

/**
 * struct tables - what one NIC says of its ports
 * @known: ports that it was told, later also those that were found missing
 * @takes: kinds for which it has tables
 */
struct tables {
	struct snapshot *snapshot;
	struct device_details *details;
	struct port_sets known;
	bool takes[PORT_KINDS];
};

static int add_port(struct tables *tables, struct tunnel_port **ports, size_t *count,
		    struct tunnel_port port)
{
	struct tunnel_port *more =
		details_room(*ports, *count, sizeof(**ports), &tables->snapshot->arena);

	if (!more)
		return -1;
	*ports = more;
	more[(*count)++] = port;
	return 0;
}

static int read_entry(const struct nlattr *entry, struct tables *tables)
{
	const struct nlattr *attrs[ETHTOOL_A_TUNNEL_UDP_ENTRY_MAX + 1];
	struct device_details *details = tables->details;
	struct tunnel_port port;
	uint32_t type;
	uint16_t be16;

	wire_nested(entry, attrs, ETHTOOL_A_TUNNEL_UDP_ENTRY_MAX);
	if (!attr_get_u16(attrs[ETHTOOL_A_TUNNEL_UDP_ENTRY_PORT], &be16) ||
	    !attr_get_u32(attrs[ETHTOOL_A_TUNNEL_UDP_ENTRY_TYPE], &type) ||
	    type >= type_names.count)
		return 0;
	port.port = ntohs(be16);
	port.type = type_names.names[type];
	port.device = tunnel_on_port(tables->snapshot, kind_of_type(type), port.port);
	port_put(&tables->known, kind_of_type(type), port.port);
	return add_port(tables, &details->tunnel_ports, &details->ntunnel_ports, port);
}

static int read_types(const struct nlattr *nest, struct tables *tables, struct err *err)
{
	struct feature_bits types, mask;

	if (!nest)
		return 0;
	if (ethtool_decode_bitset(nest, &type_names, &types, &mask, err) < 0)
		return -1;
	for (unsigned int type = 0; type < type_names.count; type++)
		if (feature_test(&types, type))
			tables->takes[kind_of_type(type)] = true;
	return 0;
}

static int read_table(const struct nlattr *table, struct tables *tables, struct err *err)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, table)
	{
		int result = 0;

		if (mnl_attr_get_type(attr) == ETHTOOL_A_TUNNEL_UDP_TABLE_TYPES)
			result = read_types(attr, tables, err);
		else if (mnl_attr_get_type(attr) == ETHTOOL_A_TUNNEL_UDP_TABLE_ENTRY &&
			 read_entry(attr, tables) < 0)
			result = err_set(err, ERR_MEMORY, "out of memory");
		if (result < 0)
			return -1;
	}
	return 0;
}

/* A tunnel that is down has no socket, and it is sockets that are announced to NICs. */
static int find_missing(struct tables *tables)
{
	struct device_details *details = tables->details;
	const struct snapshot *snapshot = tables->snapshot;
	enum port_kind kind;

	for (size_t i = 0; i < snapshot->ndevices; i++) {
		const struct device *tunnel = &snapshot->devices[i];
		struct tunnel_port port = {tunnel->kind, tunnel->name, tunnel->udp_port};

		if (!(tunnel->flags & IFF_UP) || !tunnel_kind(tunnel, &kind) ||
		    !tables->takes[kind] || port_test(&tables->known, kind, port.port))
			continue;
		port_put(&tables->known, kind, port.port);
		if (add_port(tables, &details->missing_ports, &details->nmissing_ports, port) < 0)
			return -1;
	}
	return 0;
}

static void forget_ports(struct device_details *details)
{
	details->has_tunnel_ports = true;
	details->tunnel_ports = details->missing_ports = NULL;
	details->ntunnel_ports = details->nmissing_ports = 0;
}

int details_decode_tunnels(const struct nlmsghdr *message, void *data, struct err *err)
{
	const struct nlattr *attrs[DETAIL_ATTRS], *ports, *table;
	struct tables tables = {.snapshot = data};
	struct device *device;
	int wanted = details_open_ethtool(message, data, attrs, &device, err);

	if (wanted >= 0 && details_command(message) != ETHTOOL_MSG_TUNNEL_INFO_GET_REPLY)
		return err_set(err, ERR_FORMAT, "details of a kind that was not asked for");
	ports = wanted > 0 ? attrs[ETHTOOL_A_TUNNEL_INFO_UDP_PORTS] : NULL;
	if (!ports)
		return wanted < 0 ? -1 : 0;
	tables.details = device->details;
	forget_ports(device->details);
	mnl_attr_for_each_nested(table, ports)
	{
		if (mnl_attr_get_type(table) == ETHTOOL_A_TUNNEL_UDP_TABLE &&
		    read_table(table, &tables, err) < 0)
			return -1;
	}
	/* Many drivers are told when they are brought up, and not before. */
	if (device->flags & IFF_UP && find_missing(&tables) < 0)
		return err_set(err, ERR_MEMORY, "out of memory");
	return 0;
}
