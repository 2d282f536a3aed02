/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does the netdev family say of packets that a device offloaded, and of its NAPI instances?
 *
 * Names and numbers: Documentation/netlink/specs/netdev.yaml of the kernel.
 */
#include "lib/nl/details.h"
#include "lib/nl/uapi.h"

#define COUNT(name, key, unit)                                         \
	{                                                              \
		NOD_NETDEV_QSTATS_##name, DETAIL_UINT, key, unit, NULL \
	}

static const struct detail counter_details[] = {
	COUNT(RX_PACKETS, "rx_packets", "packets"),
	COUNT(RX_BYTES, "rx_bytes", "bytes"),
	COUNT(TX_PACKETS, "tx_packets", "packets"),
	COUNT(TX_BYTES, "tx_bytes", "bytes"),
	COUNT(RX_ALLOC_FAIL, "rx_alloc_fail", ""),
	COUNT(RX_HW_DROPS, "rx_hw_drops", "packets"),
	COUNT(RX_HW_DROP_OVERRUNS, "rx_hw_drop_overruns", "packets"),
	COUNT(RX_CSUM_COMPLETE, "rx_csum_complete", "packets"),
	COUNT(RX_CSUM_UNNECESSARY, "rx_csum_unnecessary", "packets"),
	COUNT(RX_CSUM_NONE, "rx_csum_none", "packets"),
	COUNT(RX_CSUM_BAD, "rx_csum_bad", "packets"),
	COUNT(RX_HW_GRO_PACKETS, "rx_hw_gro_packets", "packets"),
	COUNT(RX_HW_GRO_BYTES, "rx_hw_gro_bytes", "bytes"),
	COUNT(RX_HW_GRO_WIRE_PACKETS, "rx_hw_gro_wire_packets", "packets"),
	COUNT(RX_HW_GRO_WIRE_BYTES, "rx_hw_gro_wire_bytes", "bytes"),
	COUNT(RX_HW_DROP_RATELIMITS, "rx_hw_drop_ratelimits", "packets"),
	COUNT(TX_HW_DROPS, "tx_hw_drops", "packets"),
	COUNT(TX_HW_DROP_ERRORS, "tx_hw_drop_errors", "packets"),
	COUNT(TX_CSUM_NONE, "tx_csum_none", "packets"),
	COUNT(TX_NEEDS_CSUM, "tx_needs_csum", "packets"),
	COUNT(TX_HW_GSO_PACKETS, "tx_hw_gso_packets", "packets"),
	COUNT(TX_HW_GSO_BYTES, "tx_hw_gso_bytes", "bytes"),
	COUNT(TX_HW_GSO_WIRE_PACKETS, "tx_hw_gso_wire_packets", "packets"),
	COUNT(TX_HW_GSO_WIRE_BYTES, "tx_hw_gso_wire_bytes", "bytes"),
	COUNT(TX_HW_DROP_RATELIMITS, "tx_hw_drop_ratelimits", "packets"),
	COUNT(TX_STOP, "tx_stop", ""),
	COUNT(TX_WAKE, "tx_wake", ""),
	{0, 0, NULL, NULL, NULL},
};

static const char *const threaded_names[] = {"disabled", "enabled", "busy-poll", NULL};

static const struct detail napi_details[] = {
	{NOD_NETDEV_NAPI_DEFER_HARD_IRQS, DETAIL_U32, "defer_hard_irqs", "", NULL},
	{NOD_NETDEV_NAPI_GRO_FLUSH_TIMEOUT, DETAIL_UINT, "gro_flush_timeout", "ns", NULL},
	{NOD_NETDEV_NAPI_IRQ_SUSPEND_TIMEOUT, DETAIL_UINT, "irq_suspend_timeout", "ns", NULL},
	{NOD_NETDEV_NAPI_IRQ, DETAIL_U32, "irq", "", NULL},
	{NOD_NETDEV_NAPI_PID, DETAIL_U32, "pid", "", NULL},
	{NOD_NETDEV_NAPI_THREADED, DETAIL_UINT, "threaded", "", threaded_names},
	{0, 0, NULL, NULL, NULL},
};

/* Open a message that must be the answer @reply. Returns as details_open_netdev(). */
static int open_reply(const struct nlmsghdr *message, uint8_t reply, struct snapshot *snapshot,
		      const struct nlattr **attrs, struct device **device, struct err *err)
{
	int wanted = details_open_netdev(message, snapshot, attrs, device, err);

	if (wanted >= 0 && details_command(message) != reply)
		return err_set(err, ERR_FORMAT, "details of a kind that was not asked for");
	return wanted;
}

int details_decode_counters(const struct nlmsghdr *message, void *data, struct err *err)
{
	const struct nlattr *attrs[DETAIL_ATTRS];
	struct snapshot *snapshot = data;
	struct device *device;
	int wanted = open_reply(message, NOD_NETDEV_QSTATS_GET, snapshot, attrs, &device, err);

	if (wanted <= 0)
		return wanted;
	return details_facts(counter_details, attrs, &device->details->counters, &snapshot->arena,
			     err);
}

int details_decode_queue(const struct nlmsghdr *message, void *data, struct err *err)
{
	static const char *const types[] = {"rx", "tx"};
	const struct nlattr *attrs[DETAIL_ATTRS];
	struct snapshot *snapshot = data;
	struct queue_stats *queues, queue = {0};
	struct device_details *details;
	struct device *device;
	uint32_t type;
	int wanted = open_reply(message, NOD_NETDEV_QSTATS_GET, snapshot, attrs, &device, err);

	if (wanted <= 0)
		return wanted;
	if (!attr_get_u32(attrs[NOD_NETDEV_QSTATS_QUEUE_TYPE], &type) ||
	    !attr_get_u32(attrs[NOD_NETDEV_QSTATS_QUEUE_ID], &queue.id))
		return err_set(err, ERR_FORMAT, "counters of no queue");
	if (type >= array_size(types))
		return 0;
	queue.type = types[type];
	if (details_facts(counter_details, attrs, &queue.counters, &snapshot->arena, err) < 0)
		return -1;
	details = device->details;
	queues = details_room(details->queues, details->nqueues, sizeof(*queues), &snapshot->arena);
	if (!queues)
		return err_set(err, ERR_MEMORY, "out of memory");
	details->queues = queues;
	queues[details->nqueues++] = queue;
	return 0;
}

int details_decode_napi(const struct nlmsghdr *message, void *data, struct err *err)
{
	const struct nlattr *attrs[DETAIL_ATTRS];
	struct snapshot *snapshot = data;
	struct device_details *details;
	struct napi *napis, napi = {0};
	struct device *device;
	int wanted = open_reply(message, NOD_NETDEV_NAPI_GET, snapshot, attrs, &device, err);

	if (wanted <= 0)
		return wanted;
	if (!attr_get_u32(attrs[NOD_NETDEV_NAPI_ID], &napi.id))
		return err_set(err, ERR_FORMAT, "a NAPI instance without a number");
	if (details_facts(napi_details, attrs, &napi.settings, &snapshot->arena, err) < 0)
		return -1;
	details = device->details;
	napis = details_room(details->napis, details->nnapis, sizeof(*napis), &snapshot->arena);
	if (!napis)
		return err_set(err, ERR_MEMORY, "out of memory");
	details->napis = napis;
	napis[details->nnapis++] = napi;
	return 0;
}
