/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One look at the network devices of a machine: plain data, const once it is gathered.
 *
 * Absent means absent: a member that the kernel did not send is NULL, has its has-bit clear, or is
 * missing from a list of facts. No zero stands in its place.
 */
#ifndef NOD_MODEL_DEVICE_H
#define NOD_MODEL_DEVICE_H

#include <net/if.h>

#include "lib/base/arena.h"
#include "lib/model/feature.h"
#include "lib/model/finding.h"

/* Which members of struct device the kernel sent. */
enum device_has {
	DEVICE_HAS_FEATURES = 1 << 0,	/* hw, wanted, active, nochange */
	DEVICE_HAS_MASTER = 1 << 1,	/* master_ifindex */
	DEVICE_HAS_LINK = 1 << 2,	/* link_ifindex: lower device, or peer of a veth */
	DEVICE_HAS_LINK_NETNS = 1 << 3, /* link_ifindex counts in another namespace, link_netnsid */
	DEVICE_HAS_FORWARDING4 = 1 << 4, /* forwarding4 */
	DEVICE_HAS_FORWARDING6 = 1 << 5, /* forwarding6 */
	DEVICE_HAS_UDP_PORT = 1 << 6,	 /* udp_port: of a vxlan or geneve device */
	DEVICE_HAS_VLAN = 1 << 7,	 /* vlan_id, vlan_protocol */
	DEVICE_HAS_UNDERLAY = 1 << 8,	 /* underlay_ifindex: IFLA_VXLAN_LINK and the like */
	DEVICE_HAS_SPEED = 1 << 9,	 /* speed_mbps */
	DEVICE_HAS_VNET_HDR = 1 << 10,	 /* vnet_hdr: of a tap or tun */
	DEVICE_HAS_MTU = 1 << 11,	 /* mtu */
	DEVICE_HAS_QUEUES = 1 << 12,	 /* num_tx_queues, num_rx_queues */
};

/* How an XDP program is attached (IFLA_XDP_ATTACHED). Names in xdp_mode_names, ended by NULL. */
enum xdp_mode {
	XDP_MODE_NONE,
	XDP_MODE_DRIVER,
	XDP_MODE_GENERIC,
	XDP_MODE_HARDWARE,
	XDP_MODE_MULTIPLE,
};
extern const char *const xdp_mode_names[];

/* RFC 2863 operational states by the kernel's numbers (IF_OPER_*); ended by NULL. */
extern const char *const operstate_names[];

/* Facts of one kind: those that the kernel sent, in a fixed order. Freed with their arena. */
struct fact_list {
	struct fact *facts;
	size_t count;
};

/* The fact of that key, or NULL. */
const struct fact *fact_lookup(const struct fact_list *list, const char *key) attr_pure;

/**
 * struct queue_stats - counters of one queue (netdev family, qstats)
 * @type: "rx" or "tx"
 */
struct queue_stats {
	const char *type;
	uint32_t id;
	struct fact_list counters;
};

/**
 * struct tunnel_port - a UDP port of a tunnel
 * @type: "vxlan", "geneve", "vxlan-gpe"
 * @device: the tunnel device that uses it; NULL if nod sees none
 */
struct tunnel_port {
	const char *type, *device;
	uint16_t port;
};

/**
 * struct napi - one NAPI instance (netdev family)
 * @settings: defer_hard_irqs, gro_flush_timeout (ns), irq_suspend_timeout (ns), irq, pid, threaded
 */
struct napi {
	uint32_t id;
	struct fact_list settings;
};

/**
 * struct rss - receive side scaling
 * @hash: "toeplitz", "xor", "crc32", or NULL
 * @queues: distinct queues of the indirection table, ascending
 * @entries: of the indirection table
 */
struct rss {
	const char *hash;
	uint32_t *queues;
	size_t nqueues;
	uint32_t entries;
};

/**
 * struct device_details - what takes more questions than features and links; only on demand
 * @rss, @tunnel_ports: NULL if the driver does not tell
 * @ntunnel_ports: programmed in the NIC
 * @missing_ports: ports of tunnel devices of this namespace that the NIC, which has tables for them,
 *                 was not told
 * @batching: gro_flush_timeout (ns) and napi_defer_hard_irqs of the device (sysfs)
 * @private_flags: of the driver: FACT_BOOL
 */
struct device_details {
	struct fact_list rings, channels, coalescing, pause, batching, counters, private_flags;
	struct rss *rss;
	bool has_tunnel_ports;
	struct tunnel_port *tunnel_ports, *missing_ports;
	size_t ntunnel_ports, nmissing_ports;
	struct queue_stats *queues;
	size_t nqueues;
	struct napi *napis;
	size_t nnapis;
};

/**
 * struct device - one network device
 * @has: enum device_has
 * @kind: of rtnetlink ("veth"), NULL for hardware and loopback; @port_kind: what it is a port of
 * @driver: NULL if nothing tells it; for devices with a kind it is the kind
 * @bus, @bus_address: "pci" and "0000:01:00.0"; NULL for virtual devices
 * @mode: of a bond ("active-backup"), macvlan or ipvlan; NULL for others
 * @flags: IFF_*; @type: ARPHRD_*; @operstate: index into operstate_names
 * @link_ifindex: the lower device, for a veth its peer; see DEVICE_HAS_LINK_NETNS
 * @speed_mbps: of the link
 * @hw: features that the user may change; @wanted: asked for; @active: in use;
 * @nochange: features that nobody may change
 * @sizes: gso_max_size, gso_max_segs, tso_max_size, tso_max_segs, gro_max_size, gso_ipv4_max_size,
 *         gro_ipv4_max_size
 * @tunnel_flags: of a tunnel device: what its configuration says of checksums and sequence numbers:
 *                udp_csum, udp_zero_csum6_tx, udp_zero_csum6_rx, collect_metadata, seq, csum; 0 or 1
 * @details: NULL unless asked for
 */
struct device {
	int ifindex;
	char name[IFNAMSIZ];
	uint32_t has;
	const char *kind, *port_kind, *driver, *bus, *bus_address, *mode;
	uint32_t flags, mtu, speed_mbps, num_tx_queues, num_rx_queues, vlan_id;
	uint16_t type, udp_port, vlan_protocol;
	uint8_t operstate, xdp;
	bool forwarding4, forwarding6, vnet_hdr;
	int master_ifindex, link_ifindex, link_netnsid, underlay_ifindex;
	struct feature_bits hw, wanted, active, nochange;
	struct fact_list sizes, tunnel_flags;
	struct device_details *details;
	uint8_t address[32]; /* link-layer address, address_length bytes; from IFLA_ADDRESS */
	uint8_t address_length;
};

/**
 * struct softnet - what one CPU had to do (/proc/net/softnet_stat)
 */
struct softnet {
	uint32_t cpu;
	uint64_t processed, dropped, squeezed;
};

/**
 * struct snapshot - one look at one network namespace
 * @release: of the kernel, as uname -r
 * @version: of it, KERNEL_VERSION(a, b, c); 0 if @release does not tell
 * @netns: how the user named the namespace; NULL for the one nod was started in
 * @names: of the feature bits
 * @devices: by ascending ifindex
 * @by_name: indices of @devices in the order of names, @nindexed of them; made by snapshot_finish()
 * @uncertain: devices came and went while the kernel was asked, more often than nod asked again
 */
struct snapshot {
	struct arena arena;
	const char *release, *netns;
	uint32_t version;
	struct feature_names names;
	struct device *devices;
	size_t ndevices;
	uint32_t *by_name;
	size_t nindexed;
	struct softnet *softnet;
	size_t nsoftnet;
	bool uncertain;
};

void snapshot_free(struct snapshot *snapshot);

/*
 * Put devices in order, so that they are found fast, and make sure that their stack has no circles
 * (lib/model/stack.h); once, after gathering. Without it, or if the number of devices changes afterwards,
 * they are found all the same.
 */
void snapshot_finish(struct snapshot *snapshot);

/* Borrowed from the snapshot; NULL if there is none. */
struct device *snapshot_by_index(const struct snapshot *snapshot, int ifindex) attr_pure;
struct device *snapshot_by_name(const struct snapshot *snapshot, const char *name) attr_pure;

/* Whether devices of this kind come in pairs, such as veth: what IFLA_LINK says is the other end. */
bool device_is_end(const struct device *device) attr_pure;

/* The other end of a veth, netkit or another pair, if it lives in this namespace. */
const struct device *device_peer(const struct snapshot *snapshot,
				 const struct device *device) attr_pure;

/*
 * The device below that this one is stacked on by itself (parent of a VLAN, macvlan, ipvlan, macsec;
 * underlay of a tunnel that was made with one), if it lives in this namespace. Ports of a bond or
 * bridge are below it too, see device_is_upper_of().
 */
const struct device *device_lower(const struct snapshot *snapshot,
				  const struct device *device) attr_pure;

/*
 * Whether @upper sits immediately on @lower in the kernel's list of adjacent devices: as its master,
 * or by device_lower(). Not so a GRE or IP tunnel that was made with a device: it only routes there.
 */
bool device_is_upper_of(const struct snapshot *snapshot, const struct device *upper,
			const struct device *lower) attr_pure;

/* Whether @kind is one of those, for "bond", "team", "bridge" ...; false for NULL. */
bool device_is_kind(const struct device *device, const char *kind) attr_pure;

#endif
