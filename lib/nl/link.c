/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does rtnetlink say of a link?
 */
#include <arpa/inet.h>
/* Before the kernel's: they then leave out what the C library has defined. */
#include <net/if.h>

#include <linux/if_link.h>
#include <linux/if_tunnel.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "lib/nl/link.h"
#include "lib/nl/uapi.h"

/**
 * struct decoding - one link on its way into a device
 * @failed: memory ran out
 */
struct decoding {
	struct device *device;
	struct arena *arena;
	bool failed;
};

static const char *keep_string(struct decoding *decoding, const struct nlattr *attr)
{
	const char *string = attr_get_string(attr);
	char *copy = string ? arena_strdup(decoding->arena, string) : NULL;

	decoding->failed |= string && !copy;
	return copy;
}

/* A number of the link or of its kind, reported under @key. */
struct link_number {
	uint16_t attribute;
	const char *key, *unit;
};

static const struct link_number sizes[] = {
	{IFLA_GSO_MAX_SIZE, "gso_max_size", "bytes"},
	{NOD_IFLA_GSO_IPV4_MAX_SIZE, "gso_ipv4_max_size", "bytes"},
	{IFLA_GSO_MAX_SEGS, "gso_max_segs", "segments"},
	{IFLA_TSO_MAX_SIZE, "tso_max_size", "bytes"},
	{IFLA_TSO_MAX_SEGS, "tso_max_segs", "segments"},
	{IFLA_GRO_MAX_SIZE, "gro_max_size", "bytes"},
	{NOD_IFLA_GRO_IPV4_MAX_SIZE, "gro_ipv4_max_size", "bytes"},
};

static void read_sizes(struct decoding *decoding, const struct nlattr **attrs)
{
	struct fact_list *list = &decoding->device->sizes;
	uint32_t value;

	list->facts = arena_alloc(decoding->arena, array_size(sizes) * sizeof(*list->facts));
	if (!list->facts) {
		decoding->failed = true;
		return;
	}
	for (size_t i = 0; i < array_size(sizes); i++) {
		if (!attr_get_u32(attrs[sizes[i].attribute], &value))
			continue;
		list->facts[list->count++] = (struct fact){.key = sizes[i].key,
							   .unit = sizes[i].unit,
							   .type = FACT_NUMBER,
							   .number = value};
	}
}

#define TUNNEL_FLAGS_MAX 6

static void add_tunnel_flag(struct decoding *decoding, const char *key, bool on)
{
	struct fact_list *list = &decoding->device->tunnel_flags;

	if (!list->facts)
		list->facts = arena_alloc(decoding->arena, TUNNEL_FLAGS_MAX * sizeof(*list->facts));
	if (!list->facts) {
		decoding->failed = true;
		return;
	}
	if (list->count < TUNNEL_FLAGS_MAX)
		list->facts[list->count++] =
			(struct fact){.key = key, .unit = "", .type = FACT_BOOL, .number = on};
}

static void add_tunnel_flag_u8(struct decoding *decoding, const char *key,
			       const struct nlattr *attr)
{
	uint8_t value;

	if (attr_get_u8(attr, &value))
		add_tunnel_flag(decoding, key, value != 0);
}

static void read_udp_port(struct decoding *decoding, const struct nlattr *attr)
{
	uint16_t port;

	if (!attr_get_u16(attr, &port))
		return;
	decoding->device->udp_port = ntohs(port);
	decoding->device->has |= DEVICE_HAS_UDP_PORT;
}

static void read_underlay(struct decoding *decoding, const struct nlattr *attr)
{
	uint32_t ifindex;

	if (!attr_get_u32(attr, &ifindex) || !ifindex)
		return;
	decoding->device->underlay_ifindex = (int)ifindex;
	decoding->device->has |= DEVICE_HAS_UNDERLAY;
}

static void read_vxlan(struct decoding *decoding, const struct nlattr *data)
{
	const struct nlattr *attrs[IFLA_VXLAN_MAX + 1];

	wire_nested(data, attrs, IFLA_VXLAN_MAX);
	read_udp_port(decoding, attrs[IFLA_VXLAN_PORT]);
	read_underlay(decoding, attrs[IFLA_VXLAN_LINK]);
	add_tunnel_flag_u8(decoding, "udp_csum", attrs[IFLA_VXLAN_UDP_CSUM]);
	add_tunnel_flag_u8(decoding, "udp_zero_csum6_tx", attrs[IFLA_VXLAN_UDP_ZERO_CSUM6_TX]);
	add_tunnel_flag_u8(decoding, "udp_zero_csum6_rx", attrs[IFLA_VXLAN_UDP_ZERO_CSUM6_RX]);
	add_tunnel_flag_u8(decoding, "collect_metadata", attrs[IFLA_VXLAN_COLLECT_METADATA]);
}

static void read_geneve(struct decoding *decoding, const struct nlattr *data)
{
	const struct nlattr *attrs[IFLA_GENEVE_MAX + 1];

	wire_nested(data, attrs, IFLA_GENEVE_MAX);
	read_udp_port(decoding, attrs[IFLA_GENEVE_PORT]);
	add_tunnel_flag_u8(decoding, "udp_csum", attrs[IFLA_GENEVE_UDP_CSUM]);
	add_tunnel_flag_u8(decoding, "udp_zero_csum6_tx", attrs[IFLA_GENEVE_UDP_ZERO_CSUM6_TX]);
	add_tunnel_flag_u8(decoding, "udp_zero_csum6_rx", attrs[IFLA_GENEVE_UDP_ZERO_CSUM6_RX]);
	if (attrs[IFLA_GENEVE_COLLECT_METADATA])
		add_tunnel_flag(decoding, "collect_metadata", true);
}

static void read_gre(struct decoding *decoding, const struct nlattr *data)
{
	const struct nlattr *attrs[IFLA_GRE_MAX + 1];
	uint16_t flags;

	wire_nested(data, attrs, IFLA_GRE_MAX);
	read_underlay(decoding, attrs[IFLA_GRE_LINK]);
	if (!attr_get_u16(attrs[IFLA_GRE_OFLAGS], &flags))
		return;
	add_tunnel_flag(decoding, "seq", (flags & GRE_SEQ) != 0);
	add_tunnel_flag(decoding, "csum", (flags & GRE_CSUM) != 0);
}

static void read_vlan(struct decoding *decoding, const struct nlattr *data)
{
	const struct nlattr *attrs[IFLA_VLAN_MAX + 1];
	uint16_t id, protocol;

	wire_nested(data, attrs, IFLA_VLAN_MAX);
	if (!attr_get_u16(attrs[IFLA_VLAN_ID], &id) ||
	    !attr_get_u16(attrs[IFLA_VLAN_PROTOCOL], &protocol))
		return;
	decoding->device->vlan_id = id;
	decoding->device->vlan_protocol = ntohs(protocol);
	decoding->device->has |= DEVICE_HAS_VLAN;
}

static void read_bond(struct decoding *decoding, const struct nlattr *data)
{
	static const char *const modes[] = {"balance-rr", "active-backup", "balance-xor",
					    "broadcast",  "802.3ad",	   "balance-tlb",
					    "balance-alb"};
	const struct nlattr *attrs[IFLA_BOND_MAX + 1];
	uint8_t mode;

	wire_nested(data, attrs, IFLA_BOND_MAX);
	if (attr_get_u8(attrs[IFLA_BOND_MODE], &mode) && mode < array_size(modes))
		decoding->device->mode = modes[mode];
}

static void read_macvlan(struct decoding *decoding, const struct nlattr *data)
{
	static const struct {
		uint32_t mode;
		const char *name;
	} modes[] = {{MACVLAN_MODE_PRIVATE, "private"},
		     {MACVLAN_MODE_VEPA, "vepa"},
		     {MACVLAN_MODE_BRIDGE, "bridge"},
		     {MACVLAN_MODE_PASSTHRU, "passthru"},
		     {MACVLAN_MODE_SOURCE, "source"}};
	const struct nlattr *attrs[IFLA_MACVLAN_MAX + 1];
	uint32_t mode;

	wire_nested(data, attrs, IFLA_MACVLAN_MAX);
	if (!attr_get_u32(attrs[IFLA_MACVLAN_MODE], &mode))
		return;
	for (size_t i = 0; i < array_size(modes); i++)
		if (modes[i].mode == mode)
			decoding->device->mode = modes[i].name;
}

static void read_ipvlan(struct decoding *decoding, const struct nlattr *data)
{
	static const char *const modes[] = {"l2", "l3", "l3s"};
	const struct nlattr *attrs[IFLA_IPVLAN_MAX + 1];
	uint16_t mode;

	wire_nested(data, attrs, IFLA_IPVLAN_MAX);
	if (attr_get_u16(attrs[IFLA_IPVLAN_MODE], &mode) && mode < array_size(modes))
		decoding->device->mode = modes[mode];
}

static void read_tun(struct decoding *decoding, const struct nlattr *data)
{
	const struct nlattr *attrs[IFLA_TUN_MAX + 1];
	uint8_t value;

	wire_nested(data, attrs, IFLA_TUN_MAX);
	if (!attr_get_u8(attrs[IFLA_TUN_VNET_HDR], &value))
		return;
	decoding->device->vnet_hdr = value != 0;
	decoding->device->has |= DEVICE_HAS_VNET_HDR;
}

/* What nod reads of the data that belongs to one kind of device. */
static const struct {
	const char *kind;
	void (*read)(struct decoding *decoding, const struct nlattr *data);
} kinds[] = {
	{"vxlan", read_vxlan}, {"geneve", read_geneve},	  {"gre", read_gre},
	{"gretap", read_gre},  {"ip6gre", read_gre},	  {"ip6gretap", read_gre},
	{"vlan", read_vlan},   {"bond", read_bond},	  {"macvlan", read_macvlan},
	{"tun", read_tun},     {"macvtap", read_macvlan}, {"ipvlan", read_ipvlan},
};

static void read_link_info(struct decoding *decoding, const struct nlattr *info)
{
	const struct nlattr *attrs[IFLA_INFO_MAX + 1];
	struct device *device = decoding->device;

	if (!info)
		return;
	wire_nested(info, attrs, IFLA_INFO_MAX);
	device->kind = keep_string(decoding, attrs[IFLA_INFO_KIND]);
	device->port_kind = keep_string(decoding, attrs[IFLA_INFO_SLAVE_KIND]);
	for (size_t i = 0; device->kind && attrs[IFLA_INFO_DATA] && i < array_size(kinds); i++)
		if (strcmp(kinds[i].kind, device->kind) == 0)
			kinds[i].read(decoding, attrs[IFLA_INFO_DATA]);
}

/* Per-device settings of IPv4 and IPv6 are arrays of 32-bit numbers; forwarding is the first of both. */
static bool read_forwarding(const struct nlattr *families, uint16_t family, uint16_t conf,
			    bool *forwarding)
{
	const struct nlattr *settings[IFLA_INET6_MAX + 1], *attr;
	uint32_t value;

	mnl_attr_for_each_nested(attr, families)
	{
		if (mnl_attr_get_type(attr) != family)
			continue;
		wire_nested(attr, settings, IFLA_INET6_MAX);
		if (!attr_get_u32(settings[conf], &value))
			return false;
		*forwarding = value != 0;
		return true;
	}
	return false;
}

static void read_families(struct device *device, const struct nlattr *families)
{
	if (!families)
		return;
	if (read_forwarding(families, AF_INET, IFLA_INET_CONF, &device->forwarding4))
		device->has |= DEVICE_HAS_FORWARDING4;
	if (read_forwarding(families, AF_INET6, IFLA_INET6_CONF, &device->forwarding6))
		device->has |= DEVICE_HAS_FORWARDING6;
}

static void read_xdp(struct device *device, const struct nlattr *xdp)
{
	static const uint8_t modes[] = {
		[XDP_ATTACHED_NONE] = XDP_MODE_NONE,	  [XDP_ATTACHED_DRV] = XDP_MODE_DRIVER,
		[XDP_ATTACHED_SKB] = XDP_MODE_GENERIC,	  [XDP_ATTACHED_HW] = XDP_MODE_HARDWARE,
		[XDP_ATTACHED_MULTI] = XDP_MODE_MULTIPLE,
	};
	const struct nlattr *attrs[IFLA_XDP_MAX + 1];
	uint8_t attached;

	if (!xdp)
		return;
	wire_nested(xdp, attrs, IFLA_XDP_MAX);
	if (attr_get_u8(attrs[IFLA_XDP_ATTACHED], &attached) && attached < array_size(modes))
		device->xdp = modes[attached];
}

static void read_stacking(struct device *device, const struct nlattr **attrs)
{
	uint32_t value;

	if (attr_get_u32(attrs[IFLA_MASTER], &value)) {
		device->master_ifindex = (int)value;
		device->has |= DEVICE_HAS_MASTER;
	}
	if (attr_get_u32(attrs[IFLA_LINK], &value) && value) {
		device->link_ifindex = (int)value;
		device->has |= DEVICE_HAS_LINK;
	}
	if (attr_get_u32(attrs[IFLA_LINK_NETNSID], &value)) {
		device->link_netnsid = (int)value;
		device->has |= DEVICE_HAS_LINK_NETNS;
	}
}

static void read_basics(struct decoding *decoding, const struct nlattr **attrs)
{
	struct device *device = decoding->device;
	const struct nlattr *address = attrs[IFLA_ADDRESS];

	if (attr_get_u32(attrs[IFLA_MTU], &device->mtu))
		device->has |= DEVICE_HAS_MTU;
	if (attr_get_u32(attrs[IFLA_NUM_TX_QUEUES], &device->num_tx_queues) &&
	    attr_get_u32(attrs[IFLA_NUM_RX_QUEUES], &device->num_rx_queues))
		device->has |= DEVICE_HAS_QUEUES;
	attr_get_u8(attrs[IFLA_OPERSTATE], &device->operstate);
	if (address && mnl_attr_get_payload_len(address) <= sizeof(device->address)) {
		device->address_length = (uint8_t)mnl_attr_get_payload_len(address);
		memcpy(device->address, mnl_attr_get_payload(address), device->address_length);
	}
	device->bus = keep_string(decoding, attrs[IFLA_PARENT_DEV_BUS_NAME]);
	device->bus_address = keep_string(decoding, attrs[IFLA_PARENT_DEV_NAME]);
}

int link_decode(const struct nlmsghdr *message, struct device *device, struct arena *arena,
		struct err *err)
{
	const struct nlattr *attrs[NOD_IFLA_MAX + 1];
	struct decoding decoding = {.device = device, .arena = arena};
	const struct ifinfomsg *header = mnl_nlmsg_get_payload(message);
	const char *name;

	memset(device, 0, sizeof(*device));
	if (wire_attributes(message, sizeof(*header), attrs, NOD_IFLA_MAX) < 0)
		return err_set(err, ERR_FORMAT, "a link message of %u bytes", message->nlmsg_len);
	name = attr_get_string(attrs[IFLA_IFNAME]);
	if (!name || !*name || strlen(name) >= sizeof(device->name) || header->ifi_index <= 0)
		return err_set(err, ERR_FORMAT, "a link without a name or number");
	memcpy(device->name, name, strlen(name) + 1);
	device->ifindex = header->ifi_index;
	device->flags = header->ifi_flags;
	device->type = header->ifi_type;
	read_basics(&decoding, attrs);
	read_stacking(device, attrs);
	read_xdp(device, attrs[IFLA_XDP]);
	read_link_info(&decoding, attrs[IFLA_LINKINFO]);
	read_families(device, attrs[IFLA_AF_SPEC]);
	read_sizes(&decoding, attrs);
	return decoding.failed ? err_set(err, ERR_MEMORY, "out of memory") : 0;
}

enum wire_result link_dump(struct wire *wire, int ifindex, wire_handler *handler, void *data,
			   struct err *err)
{
	char buffer[WIRE_REQUEST_BYTES] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
	struct ifinfomsg *header;

	request->nlmsg_type = RTM_GETLINK;
	request->nlmsg_flags = ifindex ? 0 : NLM_F_DUMP;
	header = mnl_nlmsg_put_extra_header(request, sizeof(*header));
	header->ifi_family = AF_UNSPEC;
	header->ifi_index = ifindex;
	/* Statistics are the dear part of a link: a sum over all CPUs. */
	mnl_attr_put_u32(request, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	return wire_talk(wire, WIRE_ROUTE, request, handler, data, err);
}
