/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whose details are in a message, and which facts do its attributes make?
 */
#include <limits.h>
#include <linux/ethtool_netlink.h>
#include <linux/genetlink.h>
#include <string.h>

#include "lib/nl/details.h"
#include "lib/nl/uapi.h"

uint8_t details_command(const struct nlmsghdr *message)
{
	const struct genlmsghdr *header = mnl_nlmsg_get_payload(message);

	return header->cmd;
}

/* As details_open_ethtool(), from the attribute with the number of the device. */
static int find_device(const struct nlattr *index, struct snapshot *snapshot,
		       struct device **device, struct err *err)
{
	uint32_t ifindex;

	if (!attr_get_u32(index, &ifindex) || ifindex == 0 || ifindex > INT_MAX)
		return err_set(err, ERR_FORMAT, "details without a device");
	*device = snapshot_by_index(snapshot, (int)ifindex);
	return *device && (*device)->details;
}

static int read_attributes(const struct nlmsghdr *message, const struct nlattr **attrs,
			   struct err *err)
{
	if (wire_attributes(message, GENL_HDRLEN, attrs, DETAIL_ATTRS - 1) < 0)
		return err_set(err, ERR_FORMAT, "details of %u bytes", message->nlmsg_len);
	return 0;
}

int details_open_ethtool(const struct nlmsghdr *message, struct snapshot *snapshot,
			 const struct nlattr **attrs, struct device **device, struct err *err)
{
	const struct nlattr *header[ETHTOOL_A_HEADER_MAX + 1];

	if (read_attributes(message, attrs, err) < 0)
		return -1;
	/* Every message that is asked for here has its header in the same place. */
	if (wire_nested(attrs[ETHTOOL_A_RINGS_HEADER], header, ETHTOOL_A_HEADER_MAX) < 0)
		return err_set(err, ERR_FORMAT, "details without a header");
	return find_device(header[ETHTOOL_A_HEADER_DEV_INDEX], snapshot, device, err);
}

int details_open_netdev(const struct nlmsghdr *message, struct snapshot *snapshot,
			const struct nlattr **attrs, struct device **device, struct err *err)
{
	if (read_attributes(message, attrs, err) < 0)
		return -1;
	return find_device(attrs[NOD_NETDEV_QSTATS_IFINDEX], snapshot, device, err);
}

static bool read_value(const struct nlattr *attr, uint8_t type, uint64_t *value)
{
	uint8_t u8;
	uint32_t u32;

	switch (type) {
	case DETAIL_U8:
	case DETAIL_FLAG:
		if (!attr_get_u8(attr, &u8))
			return false;
		*value = u8;
		return true;
	case DETAIL_U32:
		if (!attr_get_u32(attr, &u32))
			return false;
		*value = u32;
		return true;
	default:
		return attr_get_uint(attr, value);
	}
}

/* Whether the attribute is there and says something that nod can tell. */
static bool read_fact(const struct detail *detail, const struct nlattr *attr, struct fact *fact)
{
	uint64_t value, count = 0;

	if (!read_value(attr, detail->type, &value))
		return false;
	*fact = (struct fact){.key = detail->key, .unit = detail->unit, .type = FACT_NUMBER};
	if (detail->type == DETAIL_FLAG) {
		fact->type = FACT_BOOL;
		fact->number = value != 0;
		return true;
	}
	if (!detail->names) {
		fact->number = value;
		return true;
	}
	while (detail->names[count])
		count++;
	if (value >= count)
		return false;
	fact->type = FACT_STRING;
	fact->string = detail->names[value];
	return true;
}

int details_facts(const struct detail *details, const struct nlattr *const *attrs,
		  struct fact_list *list, struct arena *arena, struct err *err)
{
	struct fact facts[DETAIL_ATTRS];
	size_t count = 0;

	for (; details->key && count < DETAIL_ATTRS; details++)
		if (read_fact(details, attrs[details->attr], &facts[count]))
			count++;
	*list = (struct fact_list){0};
	if (!count)
		return 0;
	list->facts = arena_alloc(arena, count * sizeof(*facts));
	if (!list->facts)
		return err_set(err, ERR_MEMORY, "out of memory");
	memcpy(list->facts, facts, count * sizeof(*facts));
	list->count = count;
	return 0;
}

/* Lists have room for 8 items, and for twice as many whenever they are full. */
#define FIRST_ROOM 8

void *details_room(void *items, size_t count, size_t size, struct arena *arena)
{
	void *larger;

	if (count % FIRST_ROOM || (count & (count - 1)))
		return items;
	if (count > SIZE_MAX / size / 2)
		return NULL;
	larger = arena_alloc(arena, (count ? count * 2 : FIRST_ROOM) * size);
	if (larger && count)
		memcpy(larger, items, count * size);
	return larger;
}
