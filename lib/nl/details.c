/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which questions are asked for the details of devices, of whom, and what if one is refused?
 */
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/ethtool_netlink.h>
#include <stdlib.h>
#include <string.h>

#include "lib/nl/details.h"
#include "lib/nl/gather.h"
#include "lib/nl/uapi.h"

/* On a machine that starts containers all the time no dump may ever be whole. */
#define TRIES 3

/* Questions are put to one of two families. */
enum family {
	FAMILY_ETHTOOL,
	FAMILY_NETDEV,
	FAMILIES,
};

/**
 * struct question - one kind of message, dumped for all devices at once where the kernel can
 * @scope: of qstats; 0: none
 * @count_offset: of the number of items in struct device_details, if @decode adds to a list; else 0
 * @refuses_whole: one device that does not have it makes the kernel refuse the dump for all
 */
struct question {
	enum family family;
	uint8_t command, scope;
	bool refuses_whole;
	wire_handler *decode;
	size_t count_offset;
};

static const struct question speed = {
	.command = ETHTOOL_MSG_LINKMODES_GET,
	.decode = details_decode_linkmodes,
};

static const struct question questions[] = {
	{.command = ETHTOOL_MSG_RINGS_GET, .decode = details_decode_settings},
	{.command = ETHTOOL_MSG_CHANNELS_GET, .decode = details_decode_settings},
	{.command = ETHTOOL_MSG_COALESCE_GET, .decode = details_decode_settings},
	{.command = ETHTOOL_MSG_PAUSE_GET, .decode = details_decode_settings},
	{.command = ETHTOOL_MSG_PRIVFLAGS_GET, .decode = details_decode_private_flags},
	{.command = ETHTOOL_MSG_TUNNEL_INFO_GET, .decode = details_decode_tunnels},
	{.command = NOD_ETHTOOL_RSS_GET, .decode = details_decode_rss, .refuses_whole = true},
	{
		.family = FAMILY_NETDEV,
		.command = NOD_NETDEV_QSTATS_GET,
		.decode = details_decode_counters,
	},
	{
		.family = FAMILY_NETDEV,
		.command = NOD_NETDEV_QSTATS_GET,
		.scope = NOD_NETDEV_QSTATS_SCOPE_QUEUE,
		.decode = details_decode_queue,
		.count_offset = offsetof(struct device_details, nqueues),
	},
	{
		.family = FAMILY_NETDEV,
		.command = NOD_NETDEV_NAPI_GET,
		.decode = details_decode_napi,
		.count_offset = offsetof(struct device_details, nnapis),
	},
};

/**
 * struct inquiry - the questions of one call
 * @only: the one device that is wanted; NULL if they are more
 */
struct inquiry {
	struct wire *wire;
	struct snapshot *snapshot;
	struct genl_family families[FAMILIES];
	struct device *only;
};

/* A netlink request in the making. */
struct draft {
	_Alignas(NLMSG_ALIGNTO) char bytes[WIRE_REQUEST_BYTES];
};

/* A question about one device, or about all if @device is NULL. */
static struct nlmsghdr *put_question(struct draft *draft, const struct inquiry *inquiry,
				     const struct question *question, const struct device *device)
{
	/* The netdev family has no answers for one device but dumps of it. */
	bool dump = !device || question->family == FAMILY_NETDEV;
	struct nlmsghdr *request = genl_request(draft->bytes, &inquiry->families[question->family],
						question->command, dump);
	struct nlattr *header;

	if (question->family == FAMILY_NETDEV) {
		if (device)
			mnl_attr_put_u32(request, NOD_NETDEV_QSTATS_IFINDEX,
					 (uint32_t)device->ifindex);
		if (question->scope)
			mnl_attr_put_u32(request, NOD_NETDEV_QSTATS_SCOPE, question->scope);
		return request;
	}
	header = mnl_attr_nest_start(request, ETHTOOL_A_RINGS_HEADER);
	if (device)
		mnl_attr_put_u32(request, ETHTOOL_A_HEADER_DEV_INDEX, (uint32_t)device->ifindex);
	mnl_attr_put_u32(request, ETHTOOL_A_HEADER_FLAGS, ETHTOOL_FLAG_COMPACT_BITSETS);
	mnl_attr_nest_end(request, header);
	return request;
}

/* Empty the list that the answers to @question are added to, of one device. */
static void forget_list(const struct question *question, struct device *device)
{
	if (question->count_offset && device->details)
		memset((char *)device->details + question->count_offset, 0, sizeof(size_t));
}

/* Ask about @device, or about all if it is NULL. What is still uncertain after all tries is taken. */
static enum wire_result ask(struct inquiry *inquiry, const struct question *question,
			    struct device *device, struct err *err)
{
	struct snapshot *snapshot = inquiry->snapshot;
	enum wire_result result = WIRE_INTERRUPTED;
	struct draft draft;

	for (int i = 0; i < TRIES && result == WIRE_INTERRUPTED; i++) {
		if (device)
			forget_list(question, device);
		for (size_t j = 0; !device && j < snapshot->ndevices; j++)
			forget_list(question, &snapshot->devices[j]);
		result = wire_talk(inquiry->wire, WIRE_GENERIC,
				   put_question(&draft, inquiry, question, device),
				   question->decode, snapshot, err);
	}
	if (result != WIRE_INTERRUPTED)
		return result;
	snapshot->uncertain = true;
	return WIRE_OK;
}

/* Whether there may be something behind @device that is configured: virtual devices have a kind. */
static bool is_hardware(const struct device *device)
{
	return device->bus || (device->driver && !device->kind);
}

/* One request for each wanted device; what one does not answer stays absent. */
static int ask_each(struct inquiry *inquiry, const struct question *question, bool hardware,
		    struct err *err)
{
	struct snapshot *snapshot = inquiry->snapshot;

	for (size_t i = 0; i < snapshot->ndevices; i++) {
		struct device *device = &snapshot->devices[i];

		if (!device->details || (hardware && !is_hardware(device)))
			continue;
		if (ask(inquiry, question, device, err) == WIRE_FAILED)
			return -1;
	}
	return 0;
}

/*
 * One device whose driver fails ends a dump for all that come behind it, and the kernel does not say
 * which it was.
 */
static int ask_question(struct inquiry *inquiry, const struct question *question, struct err *err)
{
	const struct genl_family *family = &inquiry->families[question->family];
	bool dumps = genl_can_dump(family, question->command);

	if (!family->id || (!dumps && !genl_can_do(family, question->command)))
		return 0;
	if (inquiry->only)
		return ask(inquiry, question, inquiry->only, err) == WIRE_FAILED ? -1 : 0;
	if (!dumps)
		return ask_each(inquiry, question, true, err);
	switch (ask(inquiry, question, NULL, err)) {
	case WIRE_FAILED:
		return -1;
	case WIRE_REFUSED:
		if (question->refuses_whole)
			return ask_each(inquiry, question, true, err);
		if (wire_refusal(inquiry->wire, NULL) == EOPNOTSUPP)
			return 0;
		return ask_each(inquiry, question, false, err);
	default:
		return 0;
	}
}

/* The names of private flags belong to the driver, so they are asked of each device that has some. */
static int ask_private_names(struct inquiry *inquiry, struct device *device, struct err *err)
{
	static const struct question strings = {.command = ETHTOOL_MSG_STRSET_GET};
	struct draft draft;
	struct nlmsghdr *request = put_question(&draft, inquiry, &strings, device);
	struct nlattr *sets = mnl_attr_nest_start(request, ETHTOOL_A_STRSET_STRINGSETS);
	struct nlattr *set = mnl_attr_nest_start(request, ETHTOOL_A_STRINGSETS_STRINGSET);

	mnl_attr_put_u32(request, ETHTOOL_A_STRINGSET_ID, ETH_SS_PRIV_FLAGS);
	mnl_attr_nest_end(request, set);
	mnl_attr_nest_end(request, sets);
	if (wire_talk(inquiry->wire, WIRE_GENERIC, request, details_decode_private_names,
		      inquiry->snapshot, err) == WIRE_FAILED)
		return -1;
	details_drop_unnamed(&device->details->private_flags);
	return 0;
}

static int compare_queues(const void *left, const void *right)
{
	const struct queue_stats *a = left, *b = right;
	int types = strcmp(a->type, b->type);

	return types ? types : (a->id > b->id) - (a->id < b->id);
}

static int compare_napis(const void *left, const void *right)
{
	const struct napi *a = left, *b = right;

	return (a->id > b->id) - (a->id < b->id);
}

static void sort_lists(struct device_details *details)
{
	if (details->nqueues)
		qsort(details->queues, details->nqueues, sizeof(*details->queues), compare_queues);
	if (details->nnapis)
		qsort(details->napis, details->nnapis, sizeof(*details->napis), compare_napis);
}

static int prepare(struct inquiry *inquiry, gather_wanted *wanted, const void *data,
		   struct err *err)
{
	struct snapshot *snapshot = inquiry->snapshot;
	size_t count = 0;

	for (size_t i = 0; i < snapshot->ndevices; i++) {
		struct device *device = &snapshot->devices[i];

		if (wanted && !wanted(device, data))
			continue;
		device->details = arena_alloc(&snapshot->arena, sizeof(*device->details));
		if (!device->details)
			return err_set(err, ERR_MEMORY, "out of memory");
		inquiry->only = count++ ? NULL : device;
	}
	return count > 0;
}

static int ask_all(struct inquiry *inquiry, struct err *err)
{
	struct snapshot *snapshot = inquiry->snapshot;

	if (ask_question(inquiry, &speed, err) < 0)
		return -1;
	for (size_t i = 0; i < array_size(questions); i++)
		if (ask_question(inquiry, &questions[i], err) < 0)
			return -1;
	for (size_t i = 0; i < snapshot->ndevices; i++) {
		struct device *device = &snapshot->devices[i];

		if (!device->details)
			continue;
		sort_lists(device->details);
		if (device->details->private_flags.count &&
		    ask_private_names(inquiry, device, err) < 0)
			return -1;
	}
	return 0;
}

int gather_details(struct wire *wire, struct snapshot *snapshot, gather_wanted *wanted,
		   const void *data, struct err *err)
{
	struct inquiry inquiry = {.wire = wire, .snapshot = snapshot};
	int any = prepare(&inquiry, wanted, data, err);

	if (any <= 0)
		return any;
	if (wire_family(wire, ETHTOOL_GENL_NAME, &inquiry.families[FAMILY_ETHTOOL], err) < 0 ||
	    wire_family(wire, NOD_NETDEV_FAMILY, &inquiry.families[FAMILY_NETDEV], err) < 0 ||
	    ask_all(&inquiry, err) < 0)
		return err_wrap(err, "reading details of devices");
	return 0;
}

int gather_speeds(struct wire *wire, struct snapshot *snapshot, struct err *err)
{
	struct inquiry inquiry = {.wire = wire, .snapshot = snapshot};

	if (wire_family(wire, ETHTOOL_GENL_NAME, &inquiry.families[FAMILY_ETHTOOL], err) < 0 ||
	    ask_question(&inquiry, &speed, err) < 0)
		return err_wrap(err, "reading the speed of links");
	return 0;
}
