/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What nod says of network devices, described for JSON: as they are read by a script, devices by name,
 * features by name, all that depends on the numbers of one kernel left out.
 */
#ifndef NOD_OUT_DEVICE_H
#define NOD_OUT_DEVICE_H

#include "lib/model/device.h"
#include "lib/out/record.h"

/* One feature of one device. */
struct feature_report {
	const char *name;
	bool hw, wanted, active, nochange;
};

/* Which members of struct device_report are there, beside those of enum device_has. */
enum report_has {
	REPORT_HAS_ELSEWHERE = 1 << 24, /* link_ifindex: of a link that is in another namespace */
	REPORT_HAS_NETNSID = 1 << 25,	/* link_netnsid */
	REPORT_HAS_TUNNEL_PORTS = 1 << 26, /* details.tunnel_ports, details.missing_ports */
};

/**
 * struct device_report - one device, for a script
 * @has: enum device_has and enum report_has
 * @netns: namespace, if it is not that in which nod was started
 * @master, @lower, @peer, @uppers: by name, in the same namespace
 * @address: as ip link writes it
 * @details: zero unless the device has details
 */
struct device_report {
	uint32_t has;
	const char *netns, *name, *kind, *port_kind, *driver, *bus, *bus_address, *mode, *address;
	const char *master, *lower, *peer;
	const char **uppers;
	size_t nuppers;
	uint32_t ifindex, mtu, speed_mbps, tx_queues, rx_queues, vlan_id, link_ifindex,
		link_netnsid;
	uint16_t udp_port;
	uint8_t operstate, xdp;
	bool up, running, promiscuous, ipv4_forwarding, ipv6_forwarding, vnet_hdr;
	struct fact_list sizes, tunnel_flags;
	struct feature_report *features;
	size_t nfeatures;
	struct device_details details;
};

/**
 * struct machine_report - the devices of one or several namespaces of a machine
 * @uncertain: see struct snapshot; of any of them
 */
struct machine_report {
	const char *kernel;
	bool uncertain;
	struct softnet *softnet;
	size_t nsoftnet;
	struct device_report *devices;
	size_t ndevices;
};

extern const struct record record_machine; /* struct machine_report: the document */
extern const struct record record_device;  /* struct device_report: a line, with netns */

/**
 * struct device_selection - what is to be shown of a snapshot
 * @chosen: for each of its devices
 * @features: for each of its devices, which features
 */
struct device_selection {
	const struct snapshot *snapshot;
	bool *chosen;
	struct feature_bits *features;
};

/*
 * Describe what was selected of several namespaces. Memory is from @arena, strings are borrowed from the
 * snapshots. -1 and ERR_MEMORY.
 */
int machine_report_make(const struct device_selection *selections, size_t count,
			struct arena *arena, struct machine_report *report,
			struct err *err) attr_must_check;

#endif
