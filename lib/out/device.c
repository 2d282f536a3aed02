/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which keys do scripts find in what nod says of devices?
 */
#include "lib/out/device.h"

/* A member that is always there, one that is there if it is not 0 or NULL, one that has its bit. */
#define ALWAYS(type, key, kind, member, words)                          \
	{                                                               \
		key, kind, offsetof(struct type, member), .help = words \
	}
#define IF_SET(type, key, kind, member, words)                                                    \
	{                                                                                         \
		key, kind, offsetof(struct type, member), .help = words, .flags = FIELD_SKIP_ZERO \
	}
#define IF_HAS(key, kind, member, bit, words)                             \
	{                                                                 \
		key, kind, offsetof(struct device_report, member),        \
			.help = words, .has = bit,                        \
			.has_offset = offsetof(struct device_report, has) \
	}
/* Facts of a list of facts; absent if there are none. */
#define FACTS(type, key, member, words)                                     \
	{                                                                   \
		key, FIELD_FACTS, offsetof(struct type, member.facts),      \
			.help = words, .flags = FIELD_SKIP_ZERO,            \
			.count_offset = offsetof(struct type, member.count) \
	}
#define LIST(type, key, kind, member, length, of, words)                       \
	{                                                                      \
		key, kind, offsetof(struct type, member),                      \
			.help = words, .record = of, .flags = FIELD_SKIP_ZERO, \
			.count_offset = offsetof(struct type, length)          \
	}

static const struct field feature_fields[] = {
	ALWAYS(feature_report, "name", FIELD_STRING, name, "the kernel's name of the feature"),
	ALWAYS(feature_report, "hw", FIELD_BOOL, hw, "whether it can be changed"),
	ALWAYS(feature_report, "wanted", FIELD_BOOL, wanted, "whether it was asked for"),
	ALWAYS(feature_report, "active", FIELD_BOOL, active, "whether it is in use"),
	ALWAYS(feature_report, "nochange", FIELD_BOOL, nochange,
	       "whether nobody can ever change it"),
	FIELD_END,
};
static const struct record record_feature = {"feature", sizeof(struct feature_report),
					     feature_fields};

static const struct field rss_fields[] = {
	IF_SET(rss, "hash", FIELD_STRING, hash, "hash function"),
	IF_SET(rss, "entries", FIELD_U32, entries, "entries of the indirection table"),
	LIST(rss, "queues", FIELD_NUMBERS, queues, nqueues, NULL,
	     "receive queues that are in the indirection table"),
	FIELD_END,
};
static const struct record record_rss = {"rss", sizeof(struct rss), rss_fields};

static const struct field port_fields[] = {
	ALWAYS(tunnel_port, "port", FIELD_U16, port, "UDP port"),
	ALWAYS(tunnel_port, "type", FIELD_STRING, type, "vxlan, geneve or vxlan-gpe"),
	IF_SET(tunnel_port, "device", FIELD_STRING, device, "the tunnel device that uses it"),
	FIELD_END,
};
static const struct record record_port = {"tunnel-port", sizeof(struct tunnel_port), port_fields};

static const struct field queue_fields[] = {
	ALWAYS(queue_stats, "type", FIELD_STRING, type, "rx or tx"),
	ALWAYS(queue_stats, "id", FIELD_U32, id, "number of the queue"),
	FACTS(queue_stats, "counters", counters,
	      "those that the driver has, by the kernel's names"),
	FIELD_END,
};
static const struct record record_queue = {"queue", sizeof(struct queue_stats), queue_fields};

static const struct field napi_fields[] = {
	ALWAYS(napi, "id", FIELD_U32, id, "number of the instance"),
	FACTS(napi, "settings", settings, "those that the kernel tells; times in nanoseconds"),
	FIELD_END,
};
static const struct record record_napi = {"napi", sizeof(struct napi), napi_fields};

static const struct field softnet_fields[] = {
	ALWAYS(softnet, "cpu", FIELD_U32, cpu, "number of the CPU"),
	ALWAYS(softnet, "processed", FIELD_U64, processed, "packets"),
	ALWAYS(softnet, "dropped", FIELD_U64, dropped, "packets for which its backlog was full"),
	ALWAYS(softnet, "squeezed", FIELD_U64, squeezed,
	       "times that it had to stop with packets still waiting"),
	FIELD_END,
};
static const struct record record_softnet = {"softnet", sizeof(struct softnet), softnet_fields};

static const struct field device_fields[] = {
	IF_SET(device_report, "netns", FIELD_STRING, netns,
	       "its namespace, if it is not the one that nod was started in"),
	ALWAYS(device_report, "name", FIELD_STRING, name, "of the device"),
	ALWAYS(device_report, "ifindex", FIELD_U32, ifindex, "number of the device"),
	IF_SET(device_report, "kind", FIELD_STRING, kind,
	       "of a virtual device, as ip link names it"),
	IF_SET(device_report, "mode", FIELD_STRING, mode, "of a bond, macvlan or ipvlan"),
	IF_SET(device_report, "driver", FIELD_STRING, driver, "for a virtual device its kind"),
	IF_SET(device_report, "bus", FIELD_STRING, bus, "that a hardware device is on"),
	IF_SET(device_report, "bus_address", FIELD_STRING, bus_address, "where it is on the bus"),
	IF_SET(device_report, "address", FIELD_STRING, address, "of the link layer"),
	ALWAYS(device_report, "up", FIELD_BOOL, up, "whether it was set up"),
	ALWAYS(device_report, "running", FIELD_BOOL, running, "whether it has a carrier"),
	IF_SET(device_report, "promiscuous", FIELD_BOOL, promiscuous,
	       "true if it takes frames for others"),
	{"operstate", FIELD_NAME, offsetof(struct device_report, operstate),
	 .help = "operational state of RFC 2863", .names = operstate_names},
	IF_HAS("mtu", FIELD_U32, mtu, DEVICE_HAS_MTU, "in bytes"),
	IF_HAS("speed_mbps", FIELD_U32, speed_mbps, DEVICE_HAS_SPEED, "of the link"),
	IF_HAS("tx_queues", FIELD_U32, tx_queues, DEVICE_HAS_QUEUES, "transmit queues"),
	IF_HAS("rx_queues", FIELD_U32, rx_queues, DEVICE_HAS_QUEUES, "receive queues"),
	IF_SET(device_report, "master", FIELD_STRING, master, "the device that it is a port of"),
	IF_SET(device_report, "port_kind", FIELD_STRING, port_kind, "kind of that"),
	IF_SET(device_report, "lower", FIELD_STRING, lower,
	       "the device that it is stacked on, or that its tunnel was made with"),
	IF_SET(device_report, "peer", FIELD_STRING, peer, "the other end, of a veth or netkit"),
	IF_HAS("link_ifindex", FIELD_U32, link_ifindex, REPORT_HAS_ELSEWHERE,
	       "number, in another namespace, of its peer or of the device that it is stacked on"),
	IF_HAS("link_netnsid", FIELD_U32, link_netnsid, REPORT_HAS_NETNSID,
	       "number by which this namespace knows that one"),
	{"uppers", FIELD_STRINGS, offsetof(struct device_report, uppers),
	 .help = "devices of this namespace right above: its master and those stacked on it",
	 .count_offset = offsetof(struct device_report, nuppers)},
	IF_HAS("vlan_id", FIELD_U32, vlan_id, DEVICE_HAS_VLAN, "of a VLAN"),
	IF_HAS("udp_port", FIELD_U16, udp_port, DEVICE_HAS_UDP_PORT, "of a vxlan or geneve device"),
	FACTS(device_report, "tunnel_flags", tunnel_flags,
	      "of a tunnel: what its configuration says of checksums and sequence numbers"),
	IF_HAS("vnet_hdr", FIELD_BOOL, vnet_hdr, DEVICE_HAS_VNET_HDR,
	       "of a tap or tun: whether offloads can be negotiated with the program behind it"),
	{"xdp", FIELD_NAME, offsetof(struct device_report, xdp),
	 .help = "how an XDP program is attached", .names = xdp_mode_names},
	IF_HAS("ipv4_forwarding", FIELD_BOOL, ipv4_forwarding, DEVICE_HAS_FORWARDING4,
	       "whether packets received here are forwarded"),
	IF_HAS("ipv6_forwarding", FIELD_BOOL, ipv6_forwarding, DEVICE_HAS_FORWARDING6,
	       "the same for IPv6"),
	FACTS(device_report, "sizes", sizes,
	      "limits of segmentation and aggregation, in bytes and segments"),
	{"features", FIELD_MAP, offsetof(struct device_report, features),
	 .help = "the kernel's four sets, by its name of the feature", .record = &record_feature,
	 .count_offset = offsetof(struct device_report, nfeatures), .has = DEVICE_HAS_FEATURES,
	 .has_offset = offsetof(struct device_report, has)},
	FACTS(device_report, "rings", details.rings, "descriptors, and the most of them"),
	FACTS(device_report, "channels", details.channels, "queues, and the most of them"),
	{"rss", FIELD_RECORD_PTR, offsetof(struct device_report, details.rss),
	 .help = "how packets are spread over queues", .record = &record_rss,
	 .flags = FIELD_SKIP_ZERO},
	FACTS(device_report, "coalescing", details.coalescing, "of interrupts"),
	FACTS(device_report, "pause", details.pause, "flow control"),
	FACTS(device_report, "private_flags", details.private_flags, "of the driver"),
	FACTS(device_report, "batching", details.batching,
	      "gro_flush_timeout in nanoseconds, and napi_defer_hard_irqs"),
	{"udp_tunnel_ports", FIELD_LIST, offsetof(struct device_report, details.tunnel_ports),
	 .help = "UDP ports of tunnels that the NIC was told", .record = &record_port,
	 .count_offset = offsetof(struct device_report, details.ntunnel_ports),
	 .has = REPORT_HAS_TUNNEL_PORTS, .has_offset = offsetof(struct device_report, has)},
	{"missing_udp_tunnel_ports", FIELD_LIST,
	 offsetof(struct device_report, details.missing_ports),
	 .help = "those of tunnel devices that it was not told", .record = &record_port,
	 .count_offset = offsetof(struct device_report, details.nmissing_ports),
	 .has = REPORT_HAS_TUNNEL_PORTS, .has_offset = offsetof(struct device_report, has)},
	FACTS(device_report, "counters", details.counters,
	      "of the whole device, those that the driver has, by the kernel's names"),
	LIST(device_report, "queues", FIELD_LIST, details.queues, details.nqueues, &record_queue,
	     "counters of each queue"),
	LIST(device_report, "napis", FIELD_LIST, details.napis, details.nnapis, &record_napi,
	     "NAPI instances"),
	FIELD_END,
};
const struct record record_device = {"device", sizeof(struct device_report), device_fields};

static const struct field machine_fields[] = {
	ALWAYS(machine_report, "kernel", FIELD_STRING, kernel, "release of the running kernel"),
	IF_SET(machine_report, "uncertain", FIELD_BOOL, uncertain,
	       "true if devices came and went all the time while the kernel was asked"),
	LIST(machine_report, "softnet", FIELD_LIST, softnet, nsoftnet, &record_softnet,
	     "what each CPU had to do"),
	{"devices", FIELD_LIST, offsetof(struct machine_report, devices), .help = "by number",
	 .record = &record_device, .count_offset = offsetof(struct machine_report, ndevices)},
	FIELD_END,
};
const struct record record_machine = {"machine", sizeof(struct machine_report), machine_fields};
