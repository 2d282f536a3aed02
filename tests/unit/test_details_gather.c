/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whom does gather_details() ask what, and what is left when the kernel refuses or is interrupted?
 *
 * The kernel is a recording that is put together here. What it was not asked for it refuses.
 */
#include <errno.h>
#include <linux/ethtool.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/text.h"
#include "lib/nl/gather.h"
#include "tests/unit/detail_bytes.h"

#define ETHTOOL 0x15
#define NETDEV	0x14
#define RSS	38 /* ETHTOOL_MSG_RSS_GET and its answer */
#define NAPI	11
#define QSTATS	12

/* A veth and a NIC. */
enum {
	VETH,
	NIC,
	DEVICES
};

struct world {
	struct snapshot snapshot;
	struct device devices[DEVICES];
	struct text tape;
	struct message message;
	struct err err;
};

static int open_world(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	if (!world)
		return -1;
	world->devices[VETH] =
		(struct device){.ifindex = 3, .name = "v0", .kind = "veth", .driver = "veth"};
	world->devices[NIC] = (struct device){.ifindex = 4, .name = "eth0", .driver = "ice"};
	world->snapshot.devices = world->devices;
	world->snapshot.ndevices = DEVICES;
	*state = world;
	return 0;
}

static int close_world(void **state)
{
	struct world *world = *state;

	arena_free(&world->snapshot.arena);
	text_free(&world->tape);
	free(world);
	return 0;
}

/* --- the recording --- */

static void write_line(struct world *world, const char *start)
{
	const struct nlmsghdr *header = message_header(&world->message);

	text_add(&world->tape, start);
	for (uint32_t i = 0; i < header->nlmsg_len; i++)
		text_printf(&world->tape, "%02x", (unsigned char)world->message.bytes[i]);
	text_add(&world->tape, "\n");
}

static void write_question(struct world *world, bool dump)
{
	message_header(&world->message)->nlmsg_flags =
		NLM_F_REQUEST | (dump ? NLM_F_DUMP : NLM_F_ACK);
	write_line(world, "? generic ");
}

/* A question to the ethtool family about a device, or all. */
static struct nlmsghdr *ask_ethtool(struct world *world, uint8_t command, uint32_t ifindex)
{
	struct nlmsghdr *header = message_start(&world->message, ETHTOOL, command);
	struct nlattr *nest = mnl_attr_nest_start(header, 1);

	if (ifindex)
		mnl_attr_put_u32(header, ETHTOOL_A_HEADER_DEV_INDEX, ifindex);
	mnl_attr_put_u32(header, ETHTOOL_A_HEADER_FLAGS, ETHTOOL_FLAG_COMPACT_BITSETS);
	mnl_attr_nest_end(header, nest);
	return header;
}

/* Of @ifindex, or of all devices if it is 0. */
static void ask_queues(struct world *world, uint32_t ifindex)
{
	struct nlmsghdr *header = message_start(&world->message, NETDEV, QSTATS);

	if (ifindex)
		mnl_attr_put_u32(header, 1, ifindex);
	mnl_attr_put_u32(header, 4, 1);
	write_question(world, true);
}

/* An answer with one number, as long as an attribute of that type is. */
static void tell(struct world *world, uint8_t reply, uint32_t ifindex, uint16_t attr,
		 uint32_t value)
{
	mnl_attr_put_u32(message_about(&world->message, reply, ifindex), attr, value);
	write_line(world, "= ");
}

static void tell_queue(struct world *world, uint32_t type, uint32_t id, bool interrupted)
{
	struct nlmsghdr *header = message_start(&world->message, NETDEV, QSTATS);

	header->nlmsg_flags = interrupted ? NLM_F_DUMP_INTR : 0;
	mnl_attr_put_u32(header, 1, 4);
	mnl_attr_put_u32(header, 2, type);
	mnl_attr_put_u32(header, 3, id);
	mnl_attr_put_u32(header, 8, id + 1000);
	write_line(world, "= ");
}

/* The end of a dump, or with @type NLMSG_ERROR that of another answer. */
static void end(struct world *world, uint16_t type, int error)
{
	struct nlmsghdr *header;

	memset(&world->message, 0, sizeof(world->message));
	header = mnl_nlmsg_put_header(world->message.bytes);
	header->nlmsg_type = type;
	error = -error;
	memcpy(mnl_nlmsg_put_extra_header(header, type == NLMSG_ERROR ? sizeof(struct nlmsgerr)
								      : sizeof(error)),
	       &error, sizeof(error));
	write_line(world, "= ");
}

struct operation {
	uint32_t command, flags;
};

#define BOTH (GENL_CMD_CAP_DO | GENL_CMD_CAP_DUMP)

static void write_family(struct world *world, const char *name, uint16_t id,
			 const struct operation *operations)
{
	struct nlmsghdr *header = message_start(&world->message, GENL_ID_CTRL, CTRL_CMD_GETFAMILY);
	struct nlattr *list, *one;

	mnl_attr_put_strz(header, CTRL_ATTR_FAMILY_NAME, name);
	write_question(world, false);
	header = message_start(&world->message, GENL_ID_CTRL, CTRL_CMD_NEWFAMILY);
	mnl_attr_put_u16(header, CTRL_ATTR_FAMILY_ID, id);
	list = mnl_attr_nest_start(header, CTRL_ATTR_OPS);
	for (; operations->command; operations++) {
		one = mnl_attr_nest_start(header, 1);
		mnl_attr_put_u32(header, CTRL_ATTR_OP_ID, operations->command);
		mnl_attr_put_u32(header, CTRL_ATTR_OP_FLAGS, operations->flags);
		mnl_attr_nest_end(header, one);
	}
	mnl_attr_nest_end(header, list);
	write_line(world, "= ");
	end(world, NLMSG_ERROR, 0);
}

/* Both families, as of a kernel whose RSS_GET does what @rss_flags say. */
static void write_families(struct world *world, uint32_t rss_flags)
{
	const struct operation ethtool[] = {
		{ETHTOOL_MSG_STRSET_GET, BOTH},
		{ETHTOOL_MSG_RINGS_GET, BOTH},
		{ETHTOOL_MSG_PRIVFLAGS_GET, BOTH},
		{RSS, rss_flags},
		{0, 0},
	};
	static const struct operation netdev[] = {
		{QSTATS, GENL_CMD_CAP_DUMP}, {NAPI, BOTH}, {0, 0}};

	write_family(world, "ethtool", ETHTOOL, ethtool);
	write_family(world, "netdev", NETDEV, netdev);
}

/* --- asking it --- */

static bool is_named(const struct device *device, const void *name)
{
	return strcmp(device->name, name) == 0;
}

static int gather(struct world *world, const char *only)
{
	struct span bytes = {(const uint8_t *)world->tape.chars, world->tape.length};
	struct tape *tape = tape_play_bytes(bytes, &world->err);
	struct wire *wire = tape ? wire_open(tape, &world->err) : NULL;
	int result;

	assert_non_null(wire);
	result = gather_details(wire, &world->snapshot, only ? is_named : NULL, only, &world->err);
	wire_close(wire);
	assert_int_equal(tape_close(tape, &world->err), 0);
	return result;
}

static uint64_t fact(const struct fact_list *list, const char *key)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->facts[i].key, key) == 0)
			return list->facts[i].number;
	fail_msg("there is no %s", key);
	return 0;
}

static void test_dump(void **state)
{
	struct world *world = *state;

	write_families(world, 0);
	ask_ethtool(world, ETHTOOL_MSG_RINGS_GET, 0);
	write_question(world, true);
	tell(world, ETHTOOL_MSG_RINGS_GET_REPLY, 4, ETHTOOL_A_RINGS_RX, 512);
	tell(world, ETHTOOL_MSG_RINGS_GET_REPLY, 3, ETHTOOL_A_RINGS_RX, 64);
	tell(world, ETHTOOL_MSG_RINGS_GET_REPLY, 9, ETHTOOL_A_RINGS_RX, 1);
	end(world, NLMSG_DONE, 0);
	assert_int_equal(gather(world, NULL), 0);
	assert_int_equal(fact(&world->devices[VETH].details->rings, "rx"), 64);
	assert_int_equal(fact(&world->devices[NIC].details->rings, "rx"), 512);
	assert_false(world->snapshot.uncertain);
}

/* Of a single device a dump is not made: this kernel would refuse it. */
static void test_single(void **state)
{
	struct world *world = *state;

	write_families(world, BOTH);
	ask_ethtool(world, ETHTOOL_MSG_RINGS_GET, 4);
	write_question(world, false);
	tell(world, ETHTOOL_MSG_RINGS_GET_REPLY, 4, ETHTOOL_A_RINGS_RX, 512);
	end(world, NLMSG_ERROR, 0);
	mnl_attr_put_u32(message_start(&world->message, NETDEV, QSTATS), 1, 4);
	write_question(world, true);
	mnl_attr_put_u32(message_start(&world->message, NETDEV, QSTATS), 1, 4);
	mnl_attr_put_u32(message_header(&world->message), 9, 77);
	write_line(world, "= ");
	end(world, NLMSG_DONE, 0);
	assert_int_equal(gather(world, "eth0"), 0);
	assert_null(world->devices[VETH].details);
	assert_int_equal(fact(&world->devices[NIC].details->rings, "rx"), 512);
	assert_int_equal(fact(&world->devices[NIC].details->counters, "rx_bytes"), 77);
}

static void test_nothing(void **state)
{
	struct world *world = *state;

	text_add(&world->tape, "# a kernel that knows nothing\n? other\n");
	assert_int_equal(gather(world, "eth7"), 0);
	assert_null(world->devices[NIC].details);
	assert_int_equal(gather(world, NULL), 0);
	assert_non_null(world->devices[VETH].details);
	assert_non_null(world->devices[NIC].details);
	assert_int_equal(world->devices[NIC].details->rings.count, 0);
	assert_int_equal(world->err.code, ERR_NONE);
}

/* A driver that fails ends the dump; those behind it are asked one by one. */
static void test_broken_dump(void **state)
{
	struct world *world = *state;

	write_families(world, 0);
	ask_ethtool(world, ETHTOOL_MSG_RINGS_GET, 0);
	write_question(world, true);
	tell(world, ETHTOOL_MSG_RINGS_GET_REPLY, 4, ETHTOOL_A_RINGS_RX, 512);
	end(world, NLMSG_DONE, ENODEV);
	ask_ethtool(world, ETHTOOL_MSG_RINGS_GET, 3);
	write_question(world, false);
	tell(world, ETHTOOL_MSG_RINGS_GET_REPLY, 3, ETHTOOL_A_RINGS_RX, 64);
	end(world, NLMSG_ERROR, 0);
	ask_ethtool(world, ETHTOOL_MSG_RINGS_GET, 4);
	write_question(world, false);
	end(world, NLMSG_ERROR, EIO);
	assert_int_equal(gather(world, NULL), 0);
	assert_int_equal(fact(&world->devices[VETH].details->rings, "rx"), 64);
	assert_int_equal(fact(&world->devices[NIC].details->rings, "rx"), 512);
}

/* Answers of tries that were interrupted do not pile up, and lists are in order. */
static void test_interrupted(void **state)
{
	struct world *world = *state;
	const struct device_details *details;

	write_families(world, 0);
	ask_queues(world, 0);
	tell_queue(world, 0, 0, true);
	tell_queue(world, 0, 5, true);
	end(world, NLMSG_DONE, 0);
	ask_queues(world, 0);
	tell_queue(world, 1, 0, false);
	tell_queue(world, 0, 1, false);
	tell_queue(world, 0, 0, false);
	end(world, NLMSG_DONE, 0);
	assert_int_equal(gather(world, NULL), 0);
	details = world->devices[NIC].details;
	assert_false(world->snapshot.uncertain);
	assert_int_equal(details->nqueues, 3);
	assert_string_equal(details->queues[0].type, "rx");
	assert_int_equal(details->queues[0].id, 0);
	assert_string_equal(details->queues[1].type, "rx");
	assert_int_equal(details->queues[1].id, 1);
	assert_int_equal(fact(&details->queues[1].counters, "rx_packets"), 1001);
	assert_string_equal(details->queues[2].type, "tx");
}

static void test_single_interrupted(void **state)
{
	struct world *world = *state;

	write_families(world, 0);
	ask_queues(world, 4);
	tell_queue(world, 0, 0, true);
	end(world, NLMSG_DONE, 0);
	ask_queues(world, 4);
	tell_queue(world, 0, 0, false);
	end(world, NLMSG_DONE, 0);
	assert_int_equal(gather(world, "eth0"), 0);
	assert_int_equal(world->devices[NIC].details->nqueues, 1);
}

static void test_always_interrupted(void **state)
{
	struct world *world = *state;

	write_families(world, 0);
	ask_queues(world, 0);
	tell_queue(world, 0, 0, true);
	tell_queue(world, 1, 0, true);
	end(world, NLMSG_DONE, 0);
	assert_int_equal(gather(world, NULL), 0);
	assert_true(world->snapshot.uncertain);
	assert_int_equal(world->devices[NIC].details->nqueues, 2);
}

static void answer_rss(struct world *world, uint32_t ifindex)
{
	ask_ethtool(world, RSS, ifindex);
	write_question(world, false);
	tell(world, RSS, ifindex, 3, 1);
	end(world, NLMSG_ERROR, 0);
}

/* Before 6.12 it cannot be dumped: only what may be hardware is asked. */
static void test_rss_of_hardware(void **state)
{
	struct world *world = *state;

	write_families(world, GENL_CMD_CAP_DO);
	answer_rss(world, 3);
	answer_rss(world, 4);
	assert_int_equal(gather(world, NULL), 0);
	assert_null(world->devices[VETH].details->rss);
	assert_non_null(world->devices[NIC].details->rss);
	assert_string_equal(world->devices[NIC].details->rss->hash, "toeplitz");
}

/* A device that lacks it spoils the dump for all. */
static void test_rss_refused(void **state)
{
	struct world *world = *state;

	write_families(world, BOTH);
	ask_ethtool(world, RSS, 0);
	write_question(world, true);
	end(world, NLMSG_DONE, EOPNOTSUPP);
	answer_rss(world, 4);
	assert_int_equal(gather(world, NULL), 0);
	assert_non_null(world->devices[NIC].details->rss);
}

static void put_name(struct nlmsghdr *header, uint32_t index, const char *name)
{
	struct nlattr *string = mnl_attr_nest_start(header, ETHTOOL_A_STRINGS_STRING);

	mnl_attr_put_u32(header, ETHTOOL_A_STRING_INDEX, index);
	mnl_attr_put_strz(header, ETHTOOL_A_STRING_VALUE, name);
	mnl_attr_nest_end(header, string);
}

/* The string set of private flags: as a question, and with @name as an answer. */
static void put_set(struct nlmsghdr *header, const char *name)
{
	struct nlattr *sets = mnl_attr_nest_start(header, ETHTOOL_A_STRSET_STRINGSETS);
	struct nlattr *set = mnl_attr_nest_start(header, ETHTOOL_A_STRINGSETS_STRINGSET), *strings;

	mnl_attr_put_u32(header, ETHTOOL_A_STRINGSET_ID, ETH_SS_PRIV_FLAGS);
	if (name) {
		strings = mnl_attr_nest_start(header, ETHTOOL_A_STRINGSET_STRINGS);
		put_name(header, 1, name);
		mnl_attr_nest_end(header, strings);
	}
	mnl_attr_nest_end(header, set);
	mnl_attr_nest_end(header, sets);
}

/* Of the two flags the driver names one. */
static void test_private_flags(void **state)
{
	struct world *world = *state;
	const struct fact_list *flags;

	write_families(world, 0);
	ask_ethtool(world, ETHTOOL_MSG_PRIVFLAGS_GET, 0);
	write_question(world, true);
	message_bitset(message_about(&world->message, ETHTOOL_MSG_PRIVFLAGS_GET_REPLY, 4),
		       ETHTOOL_A_PRIVFLAGS_FLAGS, 2, 2, 3);
	write_line(world, "= ");
	end(world, NLMSG_DONE, 0);
	put_set(ask_ethtool(world, ETHTOOL_MSG_STRSET_GET, 4), NULL);
	write_question(world, false);
	put_set(message_about(&world->message, ETHTOOL_MSG_STRSET_GET_REPLY, 4), "legacy-rx");
	write_line(world, "= ");
	end(world, NLMSG_ERROR, 0);
	assert_int_equal(gather(world, NULL), 0);
	flags = &world->devices[NIC].details->private_flags;
	assert_int_equal(flags->count, 1);
	assert_int_equal(fact(flags, "legacy-rx"), 1);
	assert_int_equal(world->devices[VETH].details->private_flags.count, 0);
}

static void test_malformed(void **state)
{
	struct world *world = *state;

	write_families(world, 0);
	ask_ethtool(world, ETHTOOL_MSG_RINGS_GET, 0);
	write_question(world, true);
	tell(world, ETHTOOL_MSG_RINGS_GET_REPLY, 0, ETHTOOL_A_RINGS_RX, 512);
	end(world, NLMSG_DONE, 0);
	assert_int_equal(gather(world, NULL), -1);
	assert_int_equal(world->err.code, ERR_FORMAT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_dump),
		TEST(test_single),
		TEST(test_nothing),
		TEST(test_broken_dump),
		TEST(test_interrupted),
		TEST(test_single_interrupted),
		TEST(test_always_interrupted),
		TEST(test_rss_of_hardware),
		TEST(test_rss_refused),
		TEST(test_private_flags),
		TEST(test_malformed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
