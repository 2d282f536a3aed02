/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Do the decoders of details say what the kernel said, no more, and nothing of bytes that are wrong?
 */
#include <arpa/inet.h>
#include <linux/ethtool.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/nl/details.h"
#include "tests/unit/detail_bytes.h"

/* Answers of newer kernels than the headers may be of: by their numbers, as the kernel sends them. */
#define RSS_REPLY 38

/* A veth without details wanted, a veth, a NIC, and tunnels that are added where they are needed. */
#define MOST_DEVICES 10
enum {
	NOT_WANTED,
	VETH,
	NIC,
	TUNNELS
};

struct world {
	struct snapshot snapshot;
	struct device devices[MOST_DEVICES];
	struct device_details details[2];
	struct message message;
	struct err err;
};

static int open_world(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	if (!world)
		return -1;
	for (int i = 0; i < TUNNELS; i++) {
		world->devices[i].ifindex = i + 2;
		world->devices[i].flags = IFF_UP;
	}
	world->devices[VETH].details = &world->details[0];
	world->devices[NIC].details = &world->details[1];
	world->snapshot.devices = world->devices;
	world->snapshot.ndevices = TUNNELS;
	*state = world;
	return 0;
}

static int close_world(void **state)
{
	struct world *world = *state;

	arena_free(&world->snapshot.arena);
	free(world);
	return 0;
}

static void decode(struct world *world, wire_handler *handler)
{
	world->err.code = ERR_NONE;
	assert_int_equal(handler(message_header(&world->message), &world->snapshot, &world->err),
			 0);
	assert_int_equal(world->err.code, ERR_NONE);
}

static void decode_hex(struct world *world, wire_handler *handler, const char *hex)
{
	message_recorded(&world->message, hex);
	decode(world, handler);
}

static void refuse(struct world *world, wire_handler *handler)
{
	world->err.code = ERR_NONE;
	assert_int_equal(handler(message_header(&world->message), &world->snapshot, &world->err),
			 -1);
	assert_int_equal(world->err.code, ERR_FORMAT);
}

static void assert_fact(const struct fact_list *list, size_t index, const char *key,
			uint64_t number)
{
	assert_true(index < list->count);
	assert_string_equal(list->facts[index].key, key);
	assert_non_null(list->facts[index].unit);
	assert_int_equal(list->facts[index].type, FACT_NUMBER);
	assert_int_equal(list->facts[index].number, number);
}

static void assert_flag(const struct fact_list *list, size_t index, const char *key, bool on)
{
	assert_true(index < list->count);
	assert_string_equal(list->facts[index].key, key);
	assert_non_null(list->facts[index].unit);
	assert_int_equal(list->facts[index].type, FACT_BOOL);
	assert_int_equal(list->facts[index].number, on);
}

static void assert_word(const struct fact_list *list, size_t index, const char *key,
			const char *word)
{
	assert_true(index < list->count);
	assert_string_equal(list->facts[index].key, key);
	assert_int_equal(list->facts[index].type, FACT_STRING);
	assert_string_equal(list->facts[index].string, word);
}

/* --- settings --- */

static void test_rings(void **state)
{
	struct world *world = *state;
	const struct fact_list *rings = &world->details[1].rings;

	decode_hex(world, details_decode_settings, rings_hex);
	assert_int_equal(rings->count, 6);
	assert_fact(rings, 0, "rx", 256);
	assert_fact(rings, 1, "rx_max", 256);
	assert_fact(rings, 2, "tx", 256);
	assert_fact(rings, 3, "tx_max", 256);
	assert_flag(rings, 4, "tx_push", false);
	assert_flag(rings, 5, "rx_push", false);
}

/* Told once more: what is there is replaced, and what is not told any more is gone. */
static void test_rings_again(void **state)
{
	struct world *world = *state;
	const struct fact_list *rings = &world->details[1].rings;
	struct nlmsghdr *header;

	decode_hex(world, details_decode_settings, rings_hex);
	header = message_about(&world->message, ETHTOOL_MSG_RINGS_GET_REPLY, 4);
	mnl_attr_put_u32(header, ETHTOOL_A_RINGS_RX_BUF_LEN, 4096);
	mnl_attr_put_u8(header, ETHTOOL_A_RINGS_TCP_DATA_SPLIT, 2);
	mnl_attr_put_u32(header, 17, 512);
	mnl_attr_put_u32(header, 18, 1024);
	mnl_attr_put_u32(header, 50, 1);
	mnl_attr_put_u32(header, 5000, 1);
	decode(world, details_decode_settings);
	assert_int_equal(rings->count, 4);
	assert_fact(rings, 0, "rx_buf_len", 4096);
	assert_string_equal(rings->facts[0].unit, "bytes");
	assert_word(rings, 1, "tcp_data_split", "enabled");
	assert_fact(rings, 2, "hds_thresh", 512);
	assert_fact(rings, 3, "hds_thresh_max", 1024);
}

static void test_channels(void **state)
{
	struct world *world = *state;
	const struct fact_list *channels = &world->details[0].channels;

	decode_hex(world, details_decode_settings, channels_hex);
	assert_int_equal(channels->count, 4);
	assert_fact(channels, 0, "rx", 1);
	assert_fact(channels, 1, "rx_max", 2);
	assert_fact(channels, 2, "tx", 1);
	assert_fact(channels, 3, "tx_max", 2);
	assert_int_equal(world->details[1].channels.count, 0);
}

static void test_coalescing(void **state)
{
	struct world *world = *state;
	const struct fact_list *coalescing = &world->details[1].coalescing;

	decode_hex(world, details_decode_settings, coalesce_hex);
	assert_int_equal(coalescing->count, 5);
	assert_flag(coalescing, 0, "use_adaptive_rx", false);
	assert_fact(coalescing, 1, "rx_usecs", 0);
	assert_fact(coalescing, 2, "rx_max_frames", 1);
	assert_fact(coalescing, 3, "tx_usecs", 0);
	assert_fact(coalescing, 4, "tx_max_frames", 1);
}

static void test_pause(void **state)
{
	struct world *world = *state;
	struct nlmsghdr *header = message_about(&world->message, ETHTOOL_MSG_PAUSE_GET_REPLY, 4);

	mnl_attr_put_u8(header, ETHTOOL_A_PAUSE_TX, 1);
	mnl_attr_put_u8(header, ETHTOOL_A_PAUSE_AUTONEG, 0);
	decode(world, details_decode_settings);
	assert_int_equal(world->details[1].pause.count, 2);
	assert_flag(&world->details[1].pause, 0, "autoneg", false);
	assert_flag(&world->details[1].pause, 1, "tx", true);
}

/* Values without a name, and attributes shorter than they should be, are as if not sent. */
static void test_strange_values(void **state)
{
	struct world *world = *state;
	struct nlmsghdr *header = message_about(&world->message, ETHTOOL_MSG_RINGS_GET_REPLY, 4);

	mnl_attr_put_u8(header, ETHTOOL_A_RINGS_TCP_DATA_SPLIT, 3);
	mnl_attr_put(header, ETHTOOL_A_RINGS_RX, 3, "abc");
	mnl_attr_put(header, ETHTOOL_A_RINGS_TX_PUSH, 0, NULL);
	mnl_attr_put_u32(header, ETHTOOL_A_RINGS_TX, 7);
	decode(world, details_decode_settings);
	assert_int_equal(world->details[1].rings.count, 1);
	assert_fact(&world->details[1].rings, 0, "tx", 7);
}

static void test_speed(void **state)
{
	static const uint32_t unknown[] = {0, 65535, UINT32_MAX};
	struct world *world = *state;

	decode_hex(world, details_decode_linkmodes, speed_hex);
	assert_true(world->devices[VETH].has & DEVICE_HAS_SPEED);
	assert_int_equal(world->devices[VETH].speed_mbps, 10000);
	decode_hex(world, details_decode_linkmodes, unknown_speed_hex);
	for (size_t i = 0; i < array_size(unknown); i++) {
		struct nlmsghdr *header =
			message_about(&world->message, ETHTOOL_MSG_LINKMODES_GET_REPLY, 4);

		mnl_attr_put_u32(header, ETHTOOL_A_LINKMODES_SPEED, unknown[i]);
		decode(world, details_decode_linkmodes);
	}
	assert_false(world->devices[NIC].has & DEVICE_HAS_SPEED);
	assert_int_equal(world->devices[NIC].speed_mbps, 0);
}

/* --- receive side scaling --- */

static void test_rss(void **state)
{
	static const uint32_t table[] = {2, 0, 2, 7, 0, 2, UINT32_MAX, 0};
	struct world *world = *state;
	struct nlmsghdr *header = message_about(&world->message, RSS_REPLY, 4);
	const struct rss *rss;

	mnl_attr_put_u32(header, 3, 1);
	mnl_attr_put(header, 4, sizeof(table), table);
	mnl_attr_put(header, 5, 4, "key");
	decode(world, details_decode_rss);
	rss = world->details[1].rss;
	assert_non_null(rss);
	assert_string_equal(rss->hash, "toeplitz");
	assert_int_equal(rss->entries, 8);
	assert_int_equal(rss->nqueues, 4);
	assert_int_equal(rss->queues[0], 0);
	assert_int_equal(rss->queues[1], 2);
	assert_int_equal(rss->queues[2], 7);
	assert_int_equal(rss->queues[3], UINT32_MAX);

	/* An additional context is not what the device does by default. */
	header = message_about(&world->message, RSS_REPLY, 4);
	mnl_attr_put_u32(header, 2, 1);
	mnl_attr_put_u32(header, 3, 2);
	decode(world, details_decode_rss);
	assert_ptr_equal(world->details[1].rss, rss);
}

static void test_rss_in_part(void **state)
{
	struct world *world = *state;
	struct nlmsghdr *header = message_about(&world->message, RSS_REPLY, 4);

	decode(world, details_decode_rss);
	assert_null(world->details[1].rss);
	mnl_attr_put_u32(header, 3, 8); /* a function without a name, and half an entry */
	mnl_attr_put(header, 4, 2, "x");
	decode(world, details_decode_rss);
	assert_null(world->details[1].rss);
	header = message_about(&world->message, RSS_REPLY, 4);
	mnl_attr_put_u32(header, 3, 4);
	decode(world, details_decode_rss);
	assert_string_equal(world->details[1].rss->hash, "crc32");
	assert_int_equal(world->details[1].rss->entries, 0);
	assert_int_equal(world->details[1].rss->nqueues, 0);
	header = message_about(&world->message, RSS_REPLY, 4);
	mnl_attr_put(header, 4, 4, "\0\0\0");
	decode(world, details_decode_rss);
	assert_null(world->details[1].rss->hash);
	assert_int_equal(world->details[1].rss->nqueues, 1);
}

/* --- private flags --- */

static void put_string(struct nlmsghdr *header, uint32_t index, const char *value)
{
	struct nlattr *string = mnl_attr_nest_start(header, ETHTOOL_A_STRINGS_STRING);

	mnl_attr_put_u32(header, ETHTOOL_A_STRING_INDEX, index);
	mnl_attr_put_strz(header, ETHTOOL_A_STRING_VALUE, value);
	mnl_attr_nest_end(header, string);
}

static void put_strings(struct nlmsghdr *header, uint32_t id, const char *const *values)
{
	struct nlattr *sets = mnl_attr_nest_start(header, ETHTOOL_A_STRSET_STRINGSETS);
	struct nlattr *set = mnl_attr_nest_start(header, ETHTOOL_A_STRINGSETS_STRINGSET);
	struct nlattr *strings;

	mnl_attr_put_u32(header, ETHTOOL_A_STRINGSET_ID, id);
	strings = mnl_attr_nest_start(header, ETHTOOL_A_STRINGSET_STRINGS);
	for (uint32_t i = 0; values[i]; i++)
		put_string(header, i, values[i]);
	mnl_attr_nest_end(header, strings);
	mnl_attr_nest_end(header, set);
	mnl_attr_nest_end(header, sets);
}

static void test_private_flags(void **state)
{
	/* More names than flags, and one flag without a name. */
	static const char *const names[] = {"rx_cqe_moder", "", "rx_striding_rq", "more", NULL};
	static const char *const others[] = {"wrong", "wrong", "wrong", NULL};
	struct world *world = *state;
	struct fact_list *flags = &world->details[1].private_flags;
	struct nlmsghdr *header =
		message_about(&world->message, ETHTOOL_MSG_PRIVFLAGS_GET_REPLY, 4);

	message_bitset(header, ETHTOOL_A_PRIVFLAGS_FLAGS, 3, 4, 7);
	decode(world, details_decode_private_flags);
	assert_int_equal(flags->count, 3);
	header = message_about(&world->message, ETHTOOL_MSG_STRSET_GET_REPLY, 4);
	put_strings(header, ETH_SS_PRIV_FLAGS, names);
	decode(world, details_decode_private_names);
	header = message_about(&world->message, ETHTOOL_MSG_STRSET_GET_REPLY, 4);
	put_strings(header, ETH_SS_TEST, others);
	decode(world, details_decode_private_names);
	details_drop_unnamed(flags);
	assert_int_equal(flags->count, 2);
	assert_flag(flags, 0, "rx_cqe_moder", false);
	assert_flag(flags, 1, "rx_striding_rq", true);
}

static void test_no_private_flags(void **state)
{
	struct world *world = *state;
	struct nlmsghdr *header =
		message_about(&world->message, ETHTOOL_MSG_PRIVFLAGS_GET_REPLY, 4);

	decode(world, details_decode_private_flags);
	message_bitset(header, ETHTOOL_A_PRIVFLAGS_FLAGS, 0, 0, 0);
	decode(world, details_decode_private_flags);
	assert_int_equal(world->details[1].private_flags.count, 0);
	header = message_about(&world->message, ETHTOOL_MSG_STRSET_GET_REPLY, 4);
	put_strings(header, ETH_SS_PRIV_FLAGS, (const char *const[]){"a", NULL});
	decode(world, details_decode_private_names);
	assert_int_equal(world->details[1].private_flags.count, 0);
}

/* --- tunnel ports --- */

struct entry {
	uint16_t port;
	uint32_t type;
};

static void put_table(struct nlmsghdr *header, uint32_t types, const struct entry *entries)
{
	struct nlattr *table = mnl_attr_nest_start(header, ETHTOOL_A_TUNNEL_UDP_TABLE);

	mnl_attr_put_u32(header, ETHTOOL_A_TUNNEL_UDP_TABLE_SIZE, 4);
	message_bitset(header, ETHTOOL_A_TUNNEL_UDP_TABLE_TYPES, 3, types, 0);
	for (; entries && entries->port; entries++) {
		struct nlattr *entry =
			mnl_attr_nest_start(header, ETHTOOL_A_TUNNEL_UDP_TABLE_ENTRY);

		mnl_attr_put_u16(header, ETHTOOL_A_TUNNEL_UDP_ENTRY_PORT, htons(entries->port));
		mnl_attr_put_u32(header, ETHTOOL_A_TUNNEL_UDP_ENTRY_TYPE, entries->type);
		mnl_attr_nest_end(header, entry);
	}
	mnl_attr_nest_end(header, table);
}

static struct device *add_tunnel(struct world *world, const char *name, const char *kind,
				 uint16_t port)
{
	struct device *device = &world->devices[world->snapshot.ndevices++];

	device->ifindex = 100 + (int)world->snapshot.ndevices;
	memcpy(device->name, name, strlen(name) + 1);
	device->kind = kind;
	device->udp_port = port;
	device->has = DEVICE_HAS_UDP_PORT;
	device->flags = IFF_UP;
	return device;
}

static void assert_port(const struct tunnel_port *port, const char *type, uint16_t number,
			const char *device)
{
	assert_string_equal(port->type, type);
	assert_int_equal(port->port, number);
	if (device)
		assert_string_equal(port->device, device);
	else
		assert_null(port->device);
}

static void tell_tables(struct world *world, uint32_t types, const struct entry *entries,
			bool static_vxlan)
{
	static const struct entry iana[] = {{4789, 0}, {0, 0}};
	struct nlmsghdr *header =
		message_about(&world->message, ETHTOOL_MSG_TUNNEL_INFO_GET_REPLY, 4);
	struct nlattr *ports = mnl_attr_nest_start(header, ETHTOOL_A_TUNNEL_INFO_UDP_PORTS);

	if (types)
		put_table(header, types, entries);
	if (static_vxlan)
		put_table(header, 0, iana);
	mnl_attr_nest_end(header, ports);
	decode(world, details_decode_tunnels);
}

static void test_tunnel_ports(void **state)
{
	static const struct entry entries[] = {{4789, 0}, {6081, 1}, {4790, 2}, {9, 3}, {0, 0}};
	struct world *world = *state;
	const struct device_details *details = &world->details[1];

	add_tunnel(world, "gen3", "geneve", 4789);
	add_tunnel(world, "vx1", "vxlan", 4789);
	add_tunnel(world, "gen1", "geneve", 6082);
	add_tunnel(world, "gen2", "geneve", 6082);
	add_tunnel(world, "down", "geneve", 7000)->flags = 0;
	add_tunnel(world, "other", "bareudp", 7001);
	tell_tables(world, 7, entries, false);
	assert_true(details->has_tunnel_ports);
	assert_int_equal(details->ntunnel_ports, 3);
	assert_port(&details->tunnel_ports[0], "vxlan", 4789, "vx1");
	assert_port(&details->tunnel_ports[1], "geneve", 6081, NULL);
	assert_port(&details->tunnel_ports[2], "vxlan-gpe", 4790, NULL);
	assert_int_equal(details->nmissing_ports, 2);
	assert_port(&details->missing_ports[0], "geneve", 4789, "gen3");
	assert_port(&details->missing_ports[1], "geneve", 6082, "gen1");
	/* Told again, not added again. */
	tell_tables(world, 7, entries, false);
	assert_int_equal(details->ntunnel_ports, 3);
	assert_int_equal(details->nmissing_ports, 2);
}

/* A NIC without a table for a type, or for which 4789 needs none, lacks nothing. */
static void test_tunnel_types(void **state)
{
	struct world *world = *state;
	const struct device_details *details = &world->details[1];

	add_tunnel(world, "vx1", "vxlan", 4789);
	add_tunnel(world, "vx2", "vxlan", 8472);
	add_tunnel(world, "gen1", "geneve", 6081);
	tell_tables(world, 2, NULL, true);
	assert_int_equal(details->ntunnel_ports, 1);
	assert_port(&details->tunnel_ports[0], "vxlan", 4789, "vx1");
	assert_int_equal(details->nmissing_ports, 1);
	assert_port(&details->missing_ports[0], "geneve", 6081, "gen1");
	tell_tables(world, 1, NULL, true);
	assert_int_equal(details->nmissing_ports, 1);
	assert_port(&details->missing_ports[0], "vxlan", 8472, "vx2");
	/* A NIC that is down is told when it goes up. */
	world->devices[NIC].flags = 0;
	tell_tables(world, 1, NULL, false);
	assert_int_equal(details->nmissing_ports, 0);
}

static void test_no_tunnel_ports(void **state)
{
	struct world *world = *state;

	message_about(&world->message, ETHTOOL_MSG_TUNNEL_INFO_GET_REPLY, 4);
	decode(world, details_decode_tunnels);
	assert_false(world->details[1].has_tunnel_ports);
}

/* --- the netdev family --- */

static void test_counters(void **state)
{
	struct world *world = *state;
	const struct fact_list *counters = &world->details[1].counters;

	decode_hex(world, details_decode_counters, counters_hex);
	assert_int_equal(counters->count, 6);
	assert_fact(counters, 0, "rx_packets", 36117);
	assert_fact(counters, 1, "rx_bytes", 1237630892);
	assert_fact(counters, 2, "tx_packets", 19599);
	assert_fact(counters, 3, "tx_bytes", 1438805);
	assert_fact(counters, 4, "tx_stop", 0);
	assert_fact(counters, 5, "tx_wake", 0);
}

/* Numbers of net/core/netdev-genl.c that prove offloads; 64 bits where they need them. */
static void test_offload_counters(void **state)
{
	static const struct {
		uint16_t type;
		const char *key;
	} known[] = {
		{15, "rx_csum_complete"},	{16, "rx_csum_unnecessary"},
		{17, "rx_csum_none"},		{18, "rx_csum_bad"},
		{19, "rx_hw_gro_packets"},	{20, "rx_hw_gro_bytes"},
		{21, "rx_hw_gro_wire_packets"}, {22, "rx_hw_gro_wire_bytes"},
		{26, "tx_csum_none"},		{27, "tx_needs_csum"},
		{28, "tx_hw_gso_packets"},	{29, "tx_hw_gso_bytes"},
		{30, "tx_hw_gso_wire_packets"}, {31, "tx_hw_gso_wire_bytes"},
	};
	struct world *world = *state;
	struct nlmsghdr *header = message_start(&world->message, 0x14, 12);

	mnl_attr_put_u32(header, 1, 4);
	for (size_t i = 0; i < array_size(known); i++)
		mnl_attr_put_u64(header, known[i].type, UINT64_C(0x100000000) + known[i].type);
	decode(world, details_decode_counters);
	assert_int_equal(world->details[1].counters.count, array_size(known));
	for (size_t i = 0; i < array_size(known); i++)
		assert_fact(&world->details[1].counters, i, known[i].key,
			    UINT64_C(0x100000000) + known[i].type);
}

static void tell_queue(struct world *world, uint32_t type, uint32_t id, uint32_t packets)
{
	struct nlmsghdr *header = message_start(&world->message, 0x14, 12);

	mnl_attr_put_u32(header, 1, 4);
	mnl_attr_put_u32(header, 2, type);
	mnl_attr_put_u32(header, 3, id);
	mnl_attr_put_u32(header, 8, packets);
	decode(world, details_decode_queue);
}

static void test_queues(void **state)
{
	struct world *world = *state;
	const struct device_details *details = &world->details[1];

	decode_hex(world, details_decode_queue, queue_hex);
	for (uint32_t i = 1; i < 100; i++)
		tell_queue(world, i % 2, i, i * 3);
	tell_queue(world, 2, 7, 7); /* a type of queue that is not known */
	assert_int_equal(details->nqueues, 100);
	assert_string_equal(details->queues[0].type, "rx");
	assert_int_equal(details->queues[0].counters.count, 2);
	assert_fact(&details->queues[0].counters, 0, "rx_packets", 36117);
	for (uint32_t i = 1; i < 100; i++) {
		assert_string_equal(details->queues[i].type, i % 2 ? "tx" : "rx");
		assert_int_equal(details->queues[i].id, i);
		assert_fact(&details->queues[i].counters, 0, "rx_packets", i * 3);
	}
}

static void test_napi(void **state)
{
	struct world *world = *state;
	const struct device_details *details = &world->details[0];
	struct nlmsghdr *header;

	decode_hex(world, details_decode_napi, napi_hex);
	header = message_start(&world->message, 0x14, 11);
	mnl_attr_put_u32(header, 1, 3);
	mnl_attr_put_u32(header, 2, 288);
	mnl_attr_put_u32(header, 3, 54);
	mnl_attr_put_u32(header, 4, 1234);
	mnl_attr_put_u64(header, 6, UINT64_C(20000000000));
	mnl_attr_put_u32(header, 8, 2);
	decode(world, details_decode_napi);
	assert_int_equal(details->nnapis, 2);
	assert_int_equal(details->napis[0].id, 287);
	assert_int_equal(details->napis[0].settings.count, 4);
	assert_fact(&details->napis[0].settings, 0, "defer_hard_irqs", 0);
	assert_fact(&details->napis[0].settings, 1, "gro_flush_timeout", 0);
	assert_fact(&details->napis[0].settings, 2, "irq_suspend_timeout", 0);
	assert_word(&details->napis[0].settings, 3, "threaded", "disabled");
	assert_int_equal(details->napis[1].id, 288);
	assert_int_equal(details->napis[1].settings.count, 4);
	assert_fact(&details->napis[1].settings, 0, "gro_flush_timeout", 20000000000);
	assert_string_equal(details->napis[1].settings.facts[0].unit, "ns");
	assert_fact(&details->napis[1].settings, 1, "irq", 54);
	assert_fact(&details->napis[1].settings, 2, "pid", 1234);
	assert_word(&details->napis[1].settings, 3, "threaded", "busy-poll");
}

/* --- what is not as it should be --- */

static wire_handler *const ethtool_decoders[] = {
	details_decode_settings,      details_decode_linkmodes,	    details_decode_rss,
	details_decode_private_flags, details_decode_private_names, details_decode_tunnels,
};

static wire_handler *const netdev_decoders[] = {
	details_decode_counters,
	details_decode_queue,
	details_decode_napi,
};

static void test_other_devices(void **state)
{
	static const uint32_t others[] = {2, 99, INT32_MAX};
	struct world *world = *state;

	for (size_t i = 0; i < array_size(others); i++) {
		struct nlmsghdr *header =
			message_about(&world->message, ETHTOOL_MSG_RINGS_GET_REPLY, others[i]);

		mnl_attr_put_u32(header, ETHTOOL_A_RINGS_RX, 1);
		decode(world, details_decode_settings);
		header = message_start(&world->message, 0x14, 12);
		mnl_attr_put_u32(header, 1, others[i]);
		mnl_attr_put_u32(header, 8, 1);
		decode(world, details_decode_counters);
	}
	assert_null(world->devices[NOT_WANTED].details);
	assert_int_equal(world->details[0].rings.count + world->details[1].rings.count, 0);
}

static void test_wrong_messages(void **state)
{
	static const uint32_t wrong[] = {0, UINT32_MAX, (uint32_t)INT32_MAX + 1};
	struct world *world = *state;

	for (size_t i = 0; i < array_size(ethtool_decoders); i++) {
		message_about(&world->message, 200, 4);
		refuse(world, ethtool_decoders[i]);
		message_start(&world->message, 0x15, ETHTOOL_MSG_RINGS_GET_REPLY);
		refuse(world, ethtool_decoders[i]);
		for (size_t j = 0; j < array_size(wrong); j++) {
			message_about(&world->message, ETHTOOL_MSG_RINGS_GET_REPLY, wrong[j]);
			refuse(world, ethtool_decoders[i]);
		}
		message_header(&world->message)->nlmsg_len = NLMSG_HDRLEN;
		refuse(world, ethtool_decoders[i]);
	}
	for (size_t i = 0; i < array_size(netdev_decoders); i++) {
		struct nlmsghdr *header = message_start(&world->message, 0x14, 200);

		refuse(world, netdev_decoders[i]);
		mnl_attr_put_u32(header, 1, 4);
		refuse(world, netdev_decoders[i]);
		header->nlmsg_len = NLMSG_HDRLEN;
		refuse(world, netdev_decoders[i]);
	}
	/* Neither a queue nor a NAPI without a number can be told from the next. */
	mnl_attr_put_u32(message_start(&world->message, 0x14, 12), 1, 4);
	refuse(world, details_decode_queue);
	mnl_attr_put_u32(message_start(&world->message, 0x14, 11), 1, 4);
	refuse(world, details_decode_napi);
}

/* Every decoder gets these bytes, in memory that ends where they do. */
static void try_all(struct world *world, const void *bytes, size_t length)
{
	struct nlmsghdr *copy = malloc(length);

	assert_non_null(copy);
	memcpy(copy, bytes, length);
	copy->nlmsg_len = (uint32_t)length;
	for (size_t i = 0; i < array_size(ethtool_decoders); i++)
		(void)ethtool_decoders[i](copy, &world->snapshot, &world->err);
	for (size_t i = 0; i < array_size(netdev_decoders); i++)
		(void)netdev_decoders[i](copy, &world->snapshot, &world->err);
	free(copy);
}

/* Cut everywhere, and with each byte at its extremes: for the sanitizers to judge. */
static void mangle(struct world *world, struct message *message)
{
	static const unsigned char extremes[] = {0x00, 0x01, 0x7f, 0x80, 0xff};
	uint32_t length = message_header(message)->nlmsg_len;

	for (uint32_t cut = NLMSG_HDRLEN; cut <= length; cut++)
		try_all(world, message, cut);
	for (uint32_t at = NLMSG_HDRLEN; at < length; at++) {
		char normal = message->bytes[at];

		for (size_t i = 0; i < array_size(extremes); i++) {
			message->bytes[at] = (char)extremes[i];
			try_all(world, message, length);
		}
		message->bytes[at] = normal;
	}
}

static void test_mangled(void **state)
{
	static const char *const recorded[] = {rings_hex,    coalesce_hex, speed_hex,
					       counters_hex, queue_hex,	   napi_hex};
	static const struct entry entries[] = {{4789, 0}, {6081, 1}, {0, 0}};
	struct world *world = *state;
	struct nlmsghdr *header;

	for (size_t i = 0; i < array_size(recorded); i++) {
		message_recorded(&world->message, recorded[i]);
		mangle(world, &world->message);
	}
	add_tunnel(world, "vx1", "vxlan", 4789);
	tell_tables(world, 3, entries, true);
	mangle(world, &world->message);
	header = message_about(&world->message, ETHTOOL_MSG_PRIVFLAGS_GET_REPLY, 4);
	message_bitset(header, ETHTOOL_A_PRIVFLAGS_FLAGS, 2, 1, 3);
	mangle(world, &world->message);
	header = message_about(&world->message, ETHTOOL_MSG_STRSET_GET_REPLY, 4);
	put_strings(header, ETH_SS_PRIV_FLAGS, (const char *const[]){"one", "two", NULL});
	mangle(world, &world->message);
	header = message_about(&world->message, RSS_REPLY, 4);
	mnl_attr_put_u32(header, 3, 1);
	mnl_attr_put(header, 4, 12, "abcdabcdefgh");
	mangle(world, &world->message);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_rings),
		TEST(test_rings_again),
		TEST(test_channels),
		TEST(test_coalescing),
		TEST(test_pause),
		TEST(test_strange_values),
		TEST(test_speed),
		TEST(test_rss),
		TEST(test_rss_in_part),
		TEST(test_private_flags),
		TEST(test_no_private_flags),
		TEST(test_tunnel_ports),
		TEST(test_tunnel_types),
		TEST(test_no_tunnel_ports),
		TEST(test_counters),
		TEST(test_offload_counters),
		TEST(test_queues),
		TEST(test_napi),
		TEST(test_other_devices),
		TEST(test_wrong_messages),
		TEST(test_mangled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
