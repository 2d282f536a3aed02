/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Are netlink messages read as the kernel means them, and are requests the bytes that it expects?
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <linux/ethtool_netlink.h>
#include <linux/genetlink.h>

#include "lib/nl/ethtool.h"
#include "lib/nl/link.h"
#include "tests/unit/netlink_bytes.h"

#define MESSAGE_MAX 4096

/* Aligned as a socket's buffer is. */
union message {
	struct nlmsghdr header;
	uint8_t bytes[MESSAGE_MAX];
};

static size_t from_hex(const char *hex, uint8_t *bytes)
{
	size_t length = strlen(hex) / 2;

	assert_true(length <= MESSAGE_MAX);
	for (size_t i = 0; i < length; i++) {
		char digits[] = {hex[2 * i], hex[2 * i + 1], '\0'};

		bytes[i] = (uint8_t)strtoul(digits, NULL, 16);
	}
	return length;
}

/* The names that Linux 6.18 gives to some bits; ETH_SS_FEATURES. */
static const struct feature_names names = {
	.count = 64,
	.names =
		{
			[0] = "tx-scatter-gather",
			[1] = "tx-checksum-ipv4",
			[3] = "tx-checksum-ip-generic",
			[10] = "vlan-challenged",
			[14] = "rx-gro",
			[15] = "rx-lro",
			[16] = "tx-tcp-segmentation",
			[41] = "tx-nocache-copy",
		},
};

static bool has(struct feature_bits set, const char *name)
{
	int bit = feature_lookup(&names, name);

	assert_true(bit >= 0);
	return feature_test(&set, (unsigned int)bit);
}

static void compact_features(void **state attr_unused)
{
	union message message;
	struct feature_sets sets;
	struct err err = {0};

	from_hex(features_hex, message.bytes);
	assert_int_equal(ethtool_decode_features(&message.header, &names, &sets, &err), 0);
	assert_int_equal(sets.ifindex, 3);
	assert_string_equal(sets.name, "v0");
	/* ethtool -k v0: on; off [fixed]; off; off [fixed] in that order. */
	assert_true(has(sets.active, "tx-tcp-segmentation") && has(sets.hw, "tx-tcp-segmentation"));
	assert_false(has(sets.active, "tx-checksum-ipv4") || has(sets.hw, "tx-checksum-ipv4"));
	assert_true(!has(sets.active, "tx-nocache-copy") && has(sets.hw, "tx-nocache-copy"));
	assert_false(has(sets.active, "rx-lro") || has(sets.hw, "rx-lro"));
	assert_true(has(sets.nochange, "vlan-challenged"));
	assert_false(has(sets.nochange, "tx-scatter-gather"));
	assert_true(has(sets.wanted, "tx-scatter-gather"));
}

/* Every message that breaks off anywhere is either refused or read without reading past its end. */
static void cut_messages(void **state attr_unused)
{
	union message whole;
	size_t length = from_hex(features_hex, whole.bytes);
	size_t link_length;

	for (size_t cut = NLMSG_HDRLEN; cut < length; cut++) {
		struct nlmsghdr *message = malloc(cut);
		struct feature_sets sets;
		struct err err = {0};

		assert_non_null(message);
		memcpy(message, whole.bytes, cut);
		message->nlmsg_len = (uint32_t)cut;
		assert_int_equal(ethtool_decode_features(message, &names, &sets, &err), -1);
		assert_true(err.code == ERR_FORMAT);
		free(message);
	}
	link_length = from_hex(link_hex, whole.bytes);
	for (size_t cut = NLMSG_HDRLEN; cut < link_length; cut++) {
		struct nlmsghdr *message = malloc(cut);
		struct arena arena = {0};
		struct device device;
		struct err err = {0};

		assert_non_null(message);
		memcpy(message, whole.bytes, cut);
		message->nlmsg_len = (uint32_t)cut;
		if (link_decode(message, &device, &arena, &err) == 0)
			assert_string_equal(device.name, "vx0");
		arena_free(&arena);
		free(message);
	}
}

static void put_bit(struct nlmsghdr *message, int index, const char *name, bool value)
{
	struct nlattr *bit = mnl_attr_nest_start(message, ETHTOOL_A_BITSET_BITS_BIT);

	if (index >= 0)
		mnl_attr_put_u32(message, ETHTOOL_A_BITSET_BIT_INDEX, (uint32_t)index);
	if (name)
		mnl_attr_put_strz(message, ETHTOOL_A_BITSET_BIT_NAME, name);
	if (value)
		mnl_attr_put(message, ETHTOOL_A_BITSET_BIT_VALUE, 0, NULL);
	mnl_attr_nest_end(message, bit);
}

static struct nlattr *start_bits(union message *message, bool is_list, struct nlattr **bits)
{
	struct nlattr *set;

	mnl_nlmsg_put_header(message->bytes);
	set = mnl_attr_nest_start(&message->header, ETHTOOL_A_FEATURES_WANTED);
	if (is_list)
		mnl_attr_put(&message->header, ETHTOOL_A_BITSET_NOMASK, 0, NULL);
	mnl_attr_put_u32(&message->header, ETHTOOL_A_BITSET_SIZE, 64);
	*bits = mnl_attr_nest_start(&message->header, ETHTOOL_A_BITSET_BITS);
	return set;
}

static void verbose_bitsets(void **state attr_unused)
{
	struct feature_bits value, mask;
	struct nlattr *set, *bits;
	union message message;
	struct err err = {0};

	set = start_bits(&message, false, &bits);
	put_bit(&message.header, 16, "tx-tcp-segmentation", true);
	put_bit(&message.header, -1, "rx-lro", true);
	put_bit(&message.header, 14, NULL, false);
	mnl_attr_nest_end(&message.header, bits);
	mnl_attr_nest_end(&message.header, set);
	assert_int_equal(ethtool_decode_bitset(set, &names, &value, &mask, &err), 0);
	assert_true(has(value, "tx-tcp-segmentation") && has(value, "rx-lro"));
	assert_true(has(mask, "rx-gro") && !has(value, "rx-gro"));
	assert_false(has(mask, "tx-scatter-gather"));

	/* In a list whoever is named is in it. */
	set = start_bits(&message, true, &bits);
	put_bit(&message.header, 14, NULL, false);
	mnl_attr_nest_end(&message.header, bits);
	mnl_attr_nest_end(&message.header, set);
	assert_int_equal(ethtool_decode_bitset(set, &names, &value, &mask, &err), 0);
	assert_true(has(value, "rx-gro") && !has(value, "rx-lro"));

	set = start_bits(&message, true, &bits);
	put_bit(&message.header, -1, "no-such-feature", true);
	mnl_attr_nest_end(&message.header, bits);
	mnl_attr_nest_end(&message.header, set);
	assert_int_equal(ethtool_decode_bitset(set, &names, &value, &mask, &err), -1);
	assert_int_equal(err.code, ERR_FORMAT);
}

static void bitsets_that_are_too_large(void **state attr_unused)
{
	struct feature_bits value, mask;
	struct nlattr *set, *bits;
	union message message;
	struct err err = {0};

	set = start_bits(&message, true, &bits);
	put_bit(&message.header, FEATURE_BITS_MAX, NULL, true);
	mnl_attr_nest_end(&message.header, bits);
	mnl_attr_nest_end(&message.header, set);
	assert_int_equal(ethtool_decode_bitset(set, &names, &value, &mask, &err), -1);

	mnl_nlmsg_put_header(message.bytes);
	set = mnl_attr_nest_start(&message.header, ETHTOOL_A_FEATURES_WANTED);
	mnl_attr_put_u32(&message.header, ETHTOOL_A_BITSET_SIZE, UINT32_MAX);
	mnl_attr_put_u32(&message.header, ETHTOOL_A_BITSET_VALUE, 0);
	mnl_attr_nest_end(&message.header, set);
	assert_int_equal(ethtool_decode_bitset(set, &names, &value, &mask, &err), -1);
	assert_int_equal(err.code, ERR_UNSUPPORTED);
}

/* Written by hand after the tables of ethtool-netlink.rst, for a little-endian machine. */
static void encoded_request(void **state attr_unused)
{
	static const char expected_hex[] = "14000180"	      /* FEATURES_HEADER, nested */
					   "0800010007000000" /* DEV_INDEX 7 */
					   "0800030001000000" /* FLAGS compact */
					   "24000380"	      /* FEATURES_WANTED, nested */
					   "0800020040000000" /* SIZE 64 */
					   "0c00040000000100" /* VALUE: bit 16 */
					   "00000000"
					   "0c00050001000100" /* MASK: bits 0, 16 and 33 */
					   "02000000";
	struct feature_bits mask = {{0}}, value = {{0}};
	uint8_t expected[MESSAGE_MAX];
	union message message;
	size_t length;

	feature_put(&mask, 0, true);
	feature_put(&mask, 16, true);
	feature_put(&mask, 33, true);
	feature_put(&value, 16, true);
	mnl_nlmsg_put_header(message.bytes);
	ethtool_encode_set(&message.header, 7, 64, &mask, &value);
	length = from_hex(expected_hex, expected);
	assert_int_equal(message.header.nlmsg_len, NLMSG_HDRLEN + length);
	assert_memory_equal(message.bytes + NLMSG_HDRLEN, expected, length);
}

static uint64_t size_of(const struct device *device, const char *key)
{
	const struct fact *fact = fact_lookup(&device->sizes, key);

	assert_non_null(fact);
	return fact->number;
}

static void vxlan_link(void **state attr_unused)
{
	static const uint8_t address[] = {2, 0, 0, 0, 0, 3};
	union message message;
	struct arena arena = {0};
	struct device device;
	struct err err = {0};

	from_hex(link_hex, message.bytes);
	assert_int_equal(link_decode(&message.header, &device, &arena, &err), 0);
	assert_string_equal(device.name, "vx0");
	assert_int_equal(device.ifindex, 5);
	assert_string_equal(device.kind, "vxlan");
	assert_string_equal(device.port_kind, "bridge");
	assert_true(device.has & DEVICE_HAS_MASTER && device.master_ifindex == 2);
	assert_true(device.has & DEVICE_HAS_UNDERLAY && device.underlay_ifindex == 4);
	assert_true(device.has & DEVICE_HAS_UDP_PORT && device.udp_port == 8472);
	assert_true(device.has & DEVICE_HAS_FORWARDING4 && device.forwarding4);
	assert_true(device.has & DEVICE_HAS_FORWARDING6 && !device.forwarding6);
	assert_true(device.has & DEVICE_HAS_MTU && device.mtu == 1450);
	assert_false(device.has & DEVICE_HAS_VLAN);
	assert_null(device.bus);
	assert_int_equal(device.xdp, XDP_MODE_NONE);
	assert_int_equal(device.address_length, sizeof(address));
	assert_memory_equal(device.address, address, sizeof(address));
	assert_int_equal(size_of(&device, "tso_max_size"), 524280);
	assert_int_equal(size_of(&device, "gso_ipv4_max_size"), 65536);
	assert_int_equal(fact_lookup(&device.tunnel_flags, "udp_csum")->number, 1);
	assert_int_equal(fact_lookup(&device.tunnel_flags, "udp_zero_csum6_tx")->number, 0);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compact_features), cmocka_unit_test(cut_messages),
		cmocka_unit_test(verbose_bitsets),  cmocka_unit_test(bitsets_that_are_too_large),
		cmocka_unit_test(encoded_request),  cmocka_unit_test(vxlan_link),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
