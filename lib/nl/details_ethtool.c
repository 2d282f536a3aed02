/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does ethtool netlink say of rings, channels, coalescing, pause frames, speed, receive side
 * scaling and private flags?
 */
#include <linux/ethtool.h>
#include <linux/ethtool_netlink.h>
#include <stdlib.h>
#include <string.h>

#include "lib/nl/details.h"
#include "lib/nl/ethtool.h"
#include "lib/nl/uapi.h"

/* --- rings, channels, coalescing, pause --- */

#define FLAG(attr, key)                          \
	{                                        \
		attr, DETAIL_FLAG, key, "", NULL \
	}
#define U32(attr, key, unit)                      \
	{                                         \
		attr, DETAIL_U32, key, unit, NULL \
	}
#define NAME8(attr, key, names)                 \
	{                                       \
		attr, DETAIL_U8, key, "", names \
	}
#define DETAIL_END                     \
	{                              \
		0, 0, NULL, NULL, NULL \
	}

static const char *const data_split_names[] = {"unknown", "disabled", "enabled", NULL};

static const struct detail ring_details[] = {
	U32(ETHTOOL_A_RINGS_RX, "rx", ""),
	U32(ETHTOOL_A_RINGS_RX_MAX, "rx_max", ""),
	U32(ETHTOOL_A_RINGS_RX_MINI, "rx_mini", ""),
	U32(ETHTOOL_A_RINGS_RX_MINI_MAX, "rx_mini_max", ""),
	U32(ETHTOOL_A_RINGS_RX_JUMBO, "rx_jumbo", ""),
	U32(ETHTOOL_A_RINGS_RX_JUMBO_MAX, "rx_jumbo_max", ""),
	U32(ETHTOOL_A_RINGS_TX, "tx", ""),
	U32(ETHTOOL_A_RINGS_TX_MAX, "tx_max", ""),
	U32(ETHTOOL_A_RINGS_RX_BUF_LEN, "rx_buf_len", "bytes"),
	NAME8(ETHTOOL_A_RINGS_TCP_DATA_SPLIT, "tcp_data_split", data_split_names),
	U32(ETHTOOL_A_RINGS_CQE_SIZE, "cqe_size", "bytes"),
	FLAG(ETHTOOL_A_RINGS_TX_PUSH, "tx_push"),
	FLAG(NOD_ETHTOOL_RINGS_RX_PUSH, "rx_push"),
	U32(NOD_ETHTOOL_RINGS_TX_PUSH_BUF_LEN, "tx_push_buf_len", "bytes"),
	U32(NOD_ETHTOOL_RINGS_TX_PUSH_BUF_LEN_MAX, "tx_push_buf_len_max", "bytes"),
	U32(NOD_ETHTOOL_RINGS_HDS_THRESH, "hds_thresh", "bytes"),
	U32(NOD_ETHTOOL_RINGS_HDS_THRESH_MAX, "hds_thresh_max", "bytes"),
	DETAIL_END,
};

static const struct detail channel_details[] = {
	U32(ETHTOOL_A_CHANNELS_RX_COUNT, "rx", ""),
	U32(ETHTOOL_A_CHANNELS_RX_MAX, "rx_max", ""),
	U32(ETHTOOL_A_CHANNELS_TX_COUNT, "tx", ""),
	U32(ETHTOOL_A_CHANNELS_TX_MAX, "tx_max", ""),
	U32(ETHTOOL_A_CHANNELS_OTHER_COUNT, "other", ""),
	U32(ETHTOOL_A_CHANNELS_OTHER_MAX, "other_max", ""),
	U32(ETHTOOL_A_CHANNELS_COMBINED_COUNT, "combined", ""),
	U32(ETHTOOL_A_CHANNELS_COMBINED_MAX, "combined_max", ""),
	DETAIL_END,
};

static const struct detail coalesce_details[] = {
	FLAG(ETHTOOL_A_COALESCE_USE_ADAPTIVE_RX, "use_adaptive_rx"),
	FLAG(ETHTOOL_A_COALESCE_USE_ADAPTIVE_TX, "use_adaptive_tx"),
	U32(ETHTOOL_A_COALESCE_RX_USECS, "rx_usecs", "us"),
	U32(ETHTOOL_A_COALESCE_RX_MAX_FRAMES, "rx_max_frames", "frames"),
	U32(ETHTOOL_A_COALESCE_RX_USECS_IRQ, "rx_usecs_irq", "us"),
	U32(ETHTOOL_A_COALESCE_RX_MAX_FRAMES_IRQ, "rx_max_frames_irq", "frames"),
	U32(ETHTOOL_A_COALESCE_TX_USECS, "tx_usecs", "us"),
	U32(ETHTOOL_A_COALESCE_TX_MAX_FRAMES, "tx_max_frames", "frames"),
	U32(ETHTOOL_A_COALESCE_TX_USECS_IRQ, "tx_usecs_irq", "us"),
	U32(ETHTOOL_A_COALESCE_TX_MAX_FRAMES_IRQ, "tx_max_frames_irq", "frames"),
	U32(ETHTOOL_A_COALESCE_STATS_BLOCK_USECS, "stats_block_usecs", "us"),
	U32(ETHTOOL_A_COALESCE_PKT_RATE_LOW, "pkt_rate_low", "packets/s"),
	U32(ETHTOOL_A_COALESCE_RX_USECS_LOW, "rx_usecs_low", "us"),
	U32(ETHTOOL_A_COALESCE_RX_MAX_FRAMES_LOW, "rx_max_frames_low", "frames"),
	U32(ETHTOOL_A_COALESCE_TX_USECS_LOW, "tx_usecs_low", "us"),
	U32(ETHTOOL_A_COALESCE_TX_MAX_FRAMES_LOW, "tx_max_frames_low", "frames"),
	U32(ETHTOOL_A_COALESCE_PKT_RATE_HIGH, "pkt_rate_high", "packets/s"),
	U32(ETHTOOL_A_COALESCE_RX_USECS_HIGH, "rx_usecs_high", "us"),
	U32(ETHTOOL_A_COALESCE_RX_MAX_FRAMES_HIGH, "rx_max_frames_high", "frames"),
	U32(ETHTOOL_A_COALESCE_TX_USECS_HIGH, "tx_usecs_high", "us"),
	U32(ETHTOOL_A_COALESCE_TX_MAX_FRAMES_HIGH, "tx_max_frames_high", "frames"),
	U32(ETHTOOL_A_COALESCE_RATE_SAMPLE_INTERVAL, "rate_sample_interval", "s"),
	FLAG(ETHTOOL_A_COALESCE_USE_CQE_MODE_TX, "use_cqe_mode_tx"),
	FLAG(ETHTOOL_A_COALESCE_USE_CQE_MODE_RX, "use_cqe_mode_rx"),
	U32(NOD_ETHTOOL_COALESCE_TX_AGGR_MAX_BYTES, "tx_aggr_max_bytes", "bytes"),
	U32(NOD_ETHTOOL_COALESCE_TX_AGGR_MAX_FRAMES, "tx_aggr_max_frames", "frames"),
	U32(NOD_ETHTOOL_COALESCE_TX_AGGR_TIME_USECS, "tx_aggr_time_usecs", "us"),
	DETAIL_END,
};

static const struct detail pause_details[] = {
	FLAG(ETHTOOL_A_PAUSE_AUTONEG, "autoneg"),
	FLAG(ETHTOOL_A_PAUSE_RX, "rx"),
	FLAG(ETHTOOL_A_PAUSE_TX, "tx"),
	DETAIL_END,
};

static const struct settings {
	uint8_t reply;
	const struct detail *details;
	size_t offset;
} all_settings[] = {
	{ETHTOOL_MSG_RINGS_GET_REPLY, ring_details, offsetof(struct device_details, rings)},
	{ETHTOOL_MSG_CHANNELS_GET_REPLY, channel_details,
	 offsetof(struct device_details, channels)},
	{ETHTOOL_MSG_COALESCE_GET_REPLY, coalesce_details,
	 offsetof(struct device_details, coalescing)},
	{ETHTOOL_MSG_PAUSE_GET_REPLY, pause_details, offsetof(struct device_details, pause)},
};

int details_decode_settings(const struct nlmsghdr *message, void *data, struct err *err)
{
	const struct nlattr *attrs[DETAIL_ATTRS];
	struct snapshot *snapshot = data;
	struct device *device;
	int wanted = details_open_ethtool(message, snapshot, attrs, &device, err);

	if (wanted <= 0)
		return wanted;
	for (size_t i = 0; i < array_size(all_settings); i++) {
		const struct settings *settings = &all_settings[i];

		if (settings->reply == details_command(message))
			return details_facts(
				settings->details, attrs,
				(struct fact_list *)((char *)device->details + settings->offset),
				&snapshot->arena, err);
	}
	return err_set(err, ERR_FORMAT, "settings of a kind that was not asked for");
}

/* Open a message that must be the answer @reply. Returns as details_open_ethtool(). */
static int open_reply(const struct nlmsghdr *message, uint8_t reply, struct snapshot *snapshot,
		      const struct nlattr **attrs, struct device **device, struct err *err)
{
	int wanted = details_open_ethtool(message, snapshot, attrs, device, err);

	if (wanted >= 0 && details_command(message) != reply)
		return err_set(err, ERR_FORMAT, "details of a kind that was not asked for");
	return wanted;
}

/* --- speed --- */

/* What drivers say when they do not know: 16 bits of it are from times of slower links. */
static bool is_speed(uint32_t mbps)
{
	return mbps != 0 && mbps != UINT16_MAX && mbps != (uint32_t)SPEED_UNKNOWN;
}

int details_decode_linkmodes(const struct nlmsghdr *message, void *data, struct err *err)
{
	const struct nlattr *attrs[DETAIL_ATTRS];
	struct device *device;
	uint32_t mbps;

	if (open_reply(message, ETHTOOL_MSG_LINKMODES_GET_REPLY, data, attrs, &device, err) < 0)
		return -1;
	/* A member of the device itself, which need not have details. */
	if (!device || !attr_get_u32(attrs[ETHTOOL_A_LINKMODES_SPEED], &mbps) || !is_speed(mbps))
		return 0;
	device->speed_mbps = mbps;
	device->has |= DEVICE_HAS_SPEED;
	return 0;
}

/* --- receive side scaling --- */

/* By the bits of HFUNC, as the kernel's string set ETH_SS_RSS_HASH_FUNCS names them. */
static const char *const hash_names[] = {"toeplitz", "xor", "crc32"};

static const char *hash_name(const struct nlattr *attr)
{
	uint32_t bits;

	if (!attr_get_u32(attr, &bits))
		return NULL;
	for (size_t i = 0; i < array_size(hash_names); i++)
		if (bits >> i & 1)
			return hash_names[i];
	return NULL;
}

static int compare_queues(const void *left, const void *right)
{
	const uint32_t *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

/* Fill queues and entries of @rss from the indirection table: a queue number for each entry. */
static int read_indirection(const struct nlattr *attr, struct rss *rss, struct arena *arena)
{
	size_t entries = attr ? mnl_attr_get_payload_len(attr) / sizeof(uint32_t) : 0;

	if (!entries)
		return 0;
	rss->queues = arena_alloc(arena, entries * sizeof(*rss->queues));
	if (!rss->queues)
		return -1;
	memcpy(rss->queues, mnl_attr_get_payload(attr), entries * sizeof(*rss->queues));
	qsort(rss->queues, entries, sizeof(*rss->queues), compare_queues);
	rss->entries = (uint32_t)entries;
	rss->nqueues = 1;
	for (size_t i = 1; i < entries; i++)
		if (rss->queues[i] != rss->queues[rss->nqueues - 1])
			rss->queues[rss->nqueues++] = rss->queues[i];
	return 0;
}

int details_decode_rss(const struct nlmsghdr *message, void *data, struct err *err)
{
	const struct nlattr *attrs[DETAIL_ATTRS];
	struct snapshot *snapshot = data;
	struct device *device;
	struct rss *rss;
	uint32_t context;
	int wanted = open_reply(message, NOD_ETHTOOL_RSS_GET_REPLY, snapshot, attrs, &device, err);

	if (wanted <= 0)
		return wanted;
	/* Further contexts are for flows that a rule steers there. */
	if (attr_get_u32(attrs[NOD_ETHTOOL_RSS_CONTEXT], &context) && context)
		return 0;
	rss = arena_alloc(&snapshot->arena, sizeof(*rss));
	if (!rss || read_indirection(attrs[NOD_ETHTOOL_RSS_INDIR], rss, &snapshot->arena) < 0)
		return err_set(err, ERR_MEMORY, "out of memory");
	rss->hash = hash_name(attrs[NOD_ETHTOOL_RSS_HFUNC]);
	device->details->rss = rss->hash || rss->entries ? rss : NULL;
	return 0;
}

/* --- private flags --- */

int details_decode_private_flags(const struct nlmsghdr *message, void *data, struct err *err)
{
	const struct nlattr *attrs[DETAIL_ATTRS];
	struct snapshot *snapshot = data;
	struct feature_bits value, mask;
	struct fact_list *list;
	struct device *device;
	size_t count = 0;
	int wanted =
		open_reply(message, ETHTOOL_MSG_PRIVFLAGS_GET_REPLY, snapshot, attrs, &device, err);

	if (wanted <= 0 || !attrs[ETHTOOL_A_PRIVFLAGS_FLAGS])
		return wanted < 0 ? -1 : 0;
	if (ethtool_decode_bitset(attrs[ETHTOOL_A_PRIVFLAGS_FLAGS], NULL, &value, &mask, err) < 0)
		return -1;
	for (unsigned int bit = 0; bit < FEATURE_BITS_MAX; bit++)
		if (feature_test(&mask, bit))
			count = bit + 1;
	list = &device->details->private_flags;
	*list = (struct fact_list){.count = count};
	list->facts = arena_alloc(&snapshot->arena, count * sizeof(*list->facts));
	if (!list->facts)
		return err_set(err, ERR_MEMORY, "out of memory");
	for (unsigned int bit = 0; bit < count; bit++)
		list->facts[bit] = (struct fact){
			.unit = "", .type = FACT_BOOL, .number = feature_test(&value, bit)};
	return 0;
}

/* A string of a set: the name of the flag with its index. */
static int read_name(const struct nlattr *string, struct fact_list *list, struct arena *arena)
{
	const struct nlattr *attrs[ETHTOOL_A_STRING_MAX + 1];
	const char *name;
	uint32_t index;

	wire_nested(string, attrs, ETHTOOL_A_STRING_MAX);
	name = attr_get_string(attrs[ETHTOOL_A_STRING_VALUE]);
	if (!attr_get_u32(attrs[ETHTOOL_A_STRING_INDEX], &index) || index >= list->count)
		return 0;
	if (!name || !*name)
		return 0;
	list->facts[index].key = arena_strdup(arena, name);
	return list->facts[index].key ? 0 : -1;
}

static int read_names(const struct nlattr *set, struct fact_list *list, struct arena *arena)
{
	const struct nlattr *attrs[ETHTOOL_A_STRINGSET_MAX + 1], *string;
	uint32_t id;

	wire_nested(set, attrs, ETHTOOL_A_STRINGSET_MAX);
	if (!attr_get_u32(attrs[ETHTOOL_A_STRINGSET_ID], &id) || id != ETH_SS_PRIV_FLAGS ||
	    !attrs[ETHTOOL_A_STRINGSET_STRINGS])
		return 0;
	mnl_attr_for_each_nested(string, attrs[ETHTOOL_A_STRINGSET_STRINGS])
	{
		if (read_name(string, list, arena) < 0)
			return -1;
	}
	return 0;
}

int details_decode_private_names(const struct nlmsghdr *message, void *data, struct err *err)
{
	const struct nlattr *attrs[DETAIL_ATTRS], *set;
	struct snapshot *snapshot = data;
	struct device *device;
	int wanted =
		open_reply(message, ETHTOOL_MSG_STRSET_GET_REPLY, snapshot, attrs, &device, err);

	if (wanted <= 0 || !attrs[ETHTOOL_A_STRSET_STRINGSETS])
		return wanted < 0 ? -1 : 0;
	mnl_attr_for_each_nested(set, attrs[ETHTOOL_A_STRSET_STRINGSETS])
	{
		if (read_names(set, &device->details->private_flags, &snapshot->arena) < 0)
			return err_set(err, ERR_MEMORY, "out of memory");
	}
	return 0;
}

void details_drop_unnamed(struct fact_list *list)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->count; i++)
		if (list->facts[i].key)
			list->facts[kept++] = list->facts[i];
	list->count = kept;
}
