/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is in a message, without reading past its end whatever lengths it claims?
 */
#include <string.h>

#include "lib/nl/wire.h"

bool wire_message_ok(const struct nlmsghdr *message, int left)
{
	return left >= (int)sizeof(*message) && message->nlmsg_len >= sizeof(*message) &&
	       message->nlmsg_len <= (uint32_t)left;
}

/* Not libmnl's loop over a message: for that one it ends at the next multiple of four bytes. */
static void read_table(const char *first, size_t length, const struct nlattr **table, size_t max)
{
	memset(table, 0, (max + 1) * sizeof(*table));
	for (size_t used = 0; used < length;) {
		const struct nlattr *attr = (const struct nlattr *)(first + used);

		if (!mnl_attr_ok(attr, (int)(length - used)))
			return;
		if (mnl_attr_get_type(attr) <= max)
			table[mnl_attr_get_type(attr)] = attr;
		used += MNL_ALIGN(attr->nla_len);
	}
}

int wire_attributes(const struct nlmsghdr *message, size_t header, const struct nlattr **table,
		    size_t max)
{
	size_t length = mnl_nlmsg_get_payload_len(message), skip = MNL_ALIGN(header);
	const char *payload = mnl_nlmsg_get_payload(message);

	read_table(payload, 0, table, max);
	if (length < header)
		return -1;
	if (length > skip)
		read_table(payload + skip, length - skip, table, max);
	return 0;
}

int wire_nested(const struct nlattr *nest, const struct nlattr **table, size_t max)
{
	if (!nest) {
		read_table(NULL, 0, table, max);
		return -1;
	}
	read_table(mnl_attr_get_payload(nest), mnl_attr_get_payload_len(nest), table, max);
	return 0;
}

/* The payload, if there is that much of it. Attributes are only aligned to four bytes. */
static bool load(const struct nlattr *attr, void *value, size_t size)
{
	if (!attr || mnl_attr_get_payload_len(attr) < size)
		return false;
	memcpy(value, mnl_attr_get_payload(attr), size);
	return true;
}

bool attr_get_u8(const struct nlattr *attr, uint8_t *value)
{
	return load(attr, value, sizeof(*value));
}

bool attr_get_u16(const struct nlattr *attr, uint16_t *value)
{
	return load(attr, value, sizeof(*value));
}

bool attr_get_u32(const struct nlattr *attr, uint32_t *value)
{
	return load(attr, value, sizeof(*value));
}

bool attr_get_u64(const struct nlattr *attr, uint64_t *value)
{
	return load(attr, value, sizeof(*value));
}

bool attr_get_uint(const struct nlattr *attr, uint64_t *value)
{
	uint32_t small;

	if (attr_get_u64(attr, value))
		return true;
	if (!attr_get_u32(attr, &small))
		return false;
	*value = small;
	return true;
}

const char *attr_get_string(const struct nlattr *attr)
{
	if (!attr || !memchr(mnl_attr_get_payload(attr), '\0', mnl_attr_get_payload_len(attr)))
		return NULL;
	return mnl_attr_get_payload(attr);
}
