/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Answers of the kernel for the tests of details: recorded ones, and a way to put others together.
 */
#ifndef NOD_TESTS_DETAIL_BYTES_H
#define NOD_TESTS_DETAIL_BYTES_H

#include <linux/ethtool_netlink.h>
#include <linux/genetlink.h>
#include <stdlib.h>
#include <string.h>

#include <libmnl/libmnl.h>

/* Linux 6.18.44, a virtio NIC of ifindex 4 and a veth of ifindex 3. */
static const char rings_hex[] =
	"5c00000015000200000000000000000010010000180001800800010004000000090002006574683000000000"
	"080002000001000008000600000100000800050000010000080009000001000005000d000000000005000e00"
	"00000000";
static const char coalesce_hex[] =
	"5400000015000200000000000000000014010000180001800800010004000000090002006574683000000000"
	"080002000000000008000300010000000800060000000000080007000100000005000b0000000000";
static const char unknown_speed_hex[] =
	"8000000015000200000000000000000004010000180001800800010004000000090002006574683000000000"
	"0500020000000000340003800800020079000000140004000000000000000000000000000000000014000500"
	"0000000000000000000000000000000008000500ffffffff05000600ff00000005000a0000000000";
static const char counters_hex[] =
	"4c0000001400000000000000000000000c010000080001000400000008000800158d000008000900acbfc449"
	"08000a008f4c000008000b0055f4150008002100000000000800220000000000";
static const char queue_hex[] =
	"3c0000001400000000000000000000000c010000080001000400000008000200000000000800030000000000"
	"08000800158d000008000900acbfc449";
static const char channels_hex[] =
	"4800000015000200000000000000000012010000140001800800010003000000070002007630000008000200"
	"02000000080006000100000008000300020000000800070001000000";
static const char speed_hex[] =
	"7c00000015000200000000000000000004010000140001800800010003000000070002007630000005000200"
	"0000000034000380080002007900000014000400000000000000000000000000000000001400050000000000"
	"000000000000000000000000080005001027000005000600010000000500"
	"0a0000000000";
static const char napi_hex[] =
	"440000001400000000000000000000000b010000080002001f01000008000100030000000800080000000000"
	"080005000000000008000700000000000800060000000000";

/* A message in the making, or a recorded one. */
struct message {
	_Alignas(16) char bytes[8192];
};

static inline struct nlmsghdr *message_header(struct message *message)
{
	return (struct nlmsghdr *)message->bytes;
}

static inline unsigned int hex_digit(char c)
{
	return c <= '9' ? (unsigned int)(c - '0') : (unsigned int)(c - 'a' + 10);
}

static inline const struct nlmsghdr *message_recorded(struct message *message, const char *hex)
{
	memset(message, 0, sizeof(*message));
	for (size_t i = 0; hex[i]; i += 2)
		message->bytes[i / 2] = (char)(hex_digit(hex[i]) << 4 | hex_digit(hex[i + 1]));
	return message_header(message);
}

/* The start of a generic netlink message. */
static inline struct nlmsghdr *message_start(struct message *message, uint16_t family,
					     uint8_t command)
{
	struct nlmsghdr *header;
	struct genlmsghdr *generic;

	memset(message, 0, sizeof(*message));
	header = mnl_nlmsg_put_header(message->bytes);
	header->nlmsg_type = family;
	generic = mnl_nlmsg_put_extra_header(header, sizeof(*generic));
	generic->cmd = command;
	generic->version = 1;
	return header;
}

/* The start of an answer of the ethtool family about @ifindex. */
static inline struct nlmsghdr *message_about(struct message *message, uint8_t command,
					     uint32_t ifindex)
{
	struct nlmsghdr *header = message_start(message, 0x15, command);
	struct nlattr *nest = mnl_attr_nest_start(header, 1);

	mnl_attr_put_u32(header, ETHTOOL_A_HEADER_DEV_INDEX, ifindex);
	mnl_attr_nest_end(header, nest);
	return header;
}

/* A compact bitset of up to 32 bits; without a mask it is a list. */
static inline void message_bitset(struct nlmsghdr *header, uint16_t type, uint32_t size,
				  uint32_t value, uint32_t mask)
{
	struct nlattr *nest = mnl_attr_nest_start(header, type);

	if (!mask)
		mnl_attr_put(header, ETHTOOL_A_BITSET_NOMASK, 0, NULL);
	mnl_attr_put_u32(header, ETHTOOL_A_BITSET_SIZE, size);
	mnl_attr_put_u32(header, ETHTOOL_A_BITSET_VALUE, value);
	if (mask)
		mnl_attr_put_u32(header, ETHTOOL_A_BITSET_MASK, mask);
	mnl_attr_nest_end(header, nest);
}

#endif
