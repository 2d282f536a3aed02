/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which generic netlink families does the kernel have, and what can they do?
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <stdio.h>
#include <string.h>

#include "lib/nl/wire.h"

bool genl_can_do(const struct genl_family *family, uint8_t command)
{
	return command < 64 && family->do_ops >> command & 1;
}

bool genl_can_dump(const struct genl_family *family, uint8_t command)
{
	return command < 64 && family->dump_ops >> command & 1;
}

struct nlmsghdr *genl_request(void *buffer, const struct genl_family *family, uint8_t command,
			      bool dump)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct genlmsghdr *header;

	message->nlmsg_type = family->id;
	message->nlmsg_flags = dump ? NLM_F_DUMP : 0;
	header = mnl_nlmsg_put_extra_header(message, sizeof(*header));
	header->cmd = command;
	header->version = 1;
	return message;
}

static void read_operations(const struct nlattr *list, struct genl_family *family)
{
	const struct nlattr *attrs[CTRL_ATTR_OP_MAX + 1], *operation;
	uint32_t id, flags;

	if (!list)
		return;
	mnl_attr_for_each_nested(operation, list)
	{
		wire_nested(operation, attrs, CTRL_ATTR_OP_MAX);
		if (!attr_get_u32(attrs[CTRL_ATTR_OP_ID], &id) || id >= 64 ||
		    !attr_get_u32(attrs[CTRL_ATTR_OP_FLAGS], &flags))
			continue;
		if (flags & GENL_CMD_CAP_DO)
			family->do_ops |= UINT64_C(1) << id;
		if (flags & GENL_CMD_CAP_DUMP)
			family->dump_ops |= UINT64_C(1) << id;
	}
}

/* Each family that nod listens to has one group with the changes of devices. */
static void read_groups(const struct nlattr *list, struct genl_family *family)
{
	const struct nlattr *attrs[CTRL_ATTR_MCAST_GRP_MAX + 1], *group;

	if (!list)
		return;
	mnl_attr_for_each_nested(group, list)
	{
		const char *name;

		wire_nested(group, attrs, CTRL_ATTR_MCAST_GRP_MAX);
		name = attr_get_string(attrs[CTRL_ATTR_MCAST_GRP_NAME]);
		if (name && (strcmp(name, "monitor") == 0 || strcmp(name, "mgmt") == 0))
			attr_get_u32(attrs[CTRL_ATTR_MCAST_GRP_ID], &family->monitor_group);
	}
}

static int read_family(const struct nlmsghdr *message, void *data, struct err *err)
{
	const struct nlattr *attrs[CTRL_ATTR_MAX + 1];
	struct genl_family *family = data;

	if (wire_attributes(message, GENL_HDRLEN, attrs, CTRL_ATTR_MAX) < 0 ||
	    !attr_get_u16(attrs[CTRL_ATTR_FAMILY_ID], &family->id))
		return err_set(err, ERR_FORMAT, "a netlink family without a number");
	read_operations(attrs[CTRL_ATTR_OPS], family);
	read_groups(attrs[CTRL_ATTR_MCAST_GROUPS], family);
	return 0;
}

static int ask_family(struct wire *wire, const char *name, struct genl_family *family,
		      struct err *err)
{
	static const struct genl_family control = {.id = GENL_ID_CTRL};
	char buffer[WIRE_REQUEST_BYTES] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *request = genl_request(buffer, &control, CTRL_CMD_GETFAMILY, false);

	memset(family, 0, sizeof(*family));
	mnl_attr_put_strz(request, CTRL_ATTR_FAMILY_NAME, name);
	switch (wire_talk(wire, WIRE_GENERIC, request, read_family, family, err)) {
	case WIRE_OK:
		return 0;
	case WIRE_REFUSED:
		family->id = 0;
		/* EOPNOTSUPP: a recording in which it was not asked for. */
		if (wire_refusal(wire, NULL) == ENOENT || wire_refusal(wire, NULL) == EOPNOTSUPP)
			return 0;
		return wire_refused(wire, err, "asking for a netlink family");
	default:
		return -1;
	}
}

int wire_family(struct wire *wire, const char *name, struct genl_family *family, struct err *err)
{
	struct remembered_family *known;
	size_t count;

	known = wire_families(wire, &count);
	for (size_t i = 0; i < count && *known[i].name; i++) {
		if (strcmp(known[i].name, name) == 0) {
			*family = known[i].family;
			return 0;
		}
	}
	if (ask_family(wire, name, family, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		if (*known[i].name)
			continue;
		snprintf(known[i].name, sizeof(known[i].name), "%s", name);
		known[i].family = *family;
		break;
	}
	return 0;
}
