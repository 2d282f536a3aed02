/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which features does a device have, and what does the kernel do when they are to change?
 */
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/ethtool_netlink.h>
#include <linux/genetlink.h>
#include <string.h>

#include "lib/nl/ethtool.h"

int ethtool_family(struct wire *wire, struct genl_family *family, struct err *err)
{
	if (wire_family(wire, ETHTOOL_GENL_NAME, family, err) < 0)
		return -1;
	if (!family->id || !genl_can_do(family, ETHTOOL_MSG_FEATURES_GET))
		return err_set(err, ERR_UNSUPPORTED,
			       "this kernel has no ethtool netlink with features (Linux 5.7 and "
			       "later, built with CONFIG_ETHTOOL_NETLINK)");
	return 0;
}

/* @device is 0 for a request that is about none, or about all. */
static struct nlmsghdr *put_request(char *buffer, const struct genl_family *family, uint8_t command,
				    int ifindex, bool dump)
{
	struct nlmsghdr *request = genl_request(buffer, family, command, dump);
	struct nlattr *header = mnl_attr_nest_start(request, ETHTOOL_A_FEATURES_HEADER);

	if (ifindex)
		mnl_attr_put_u32(request, ETHTOOL_A_HEADER_DEV_INDEX, (uint32_t)ifindex);
	mnl_attr_put_u32(request, ETHTOOL_A_HEADER_FLAGS, ETHTOOL_FLAG_COMPACT_BITSETS);
	mnl_attr_nest_end(request, header);
	return request;
}

/**
 * struct naming - names on their way from the string set
 */
struct naming {
	struct feature_names *names;
	struct arena *arena;
};

static int read_name(const struct nlattr *string, struct naming *naming, struct err *err)
{
	const struct nlattr *attrs[ETHTOOL_A_STRING_MAX + 1];
	const char *name;
	uint32_t bit;

	wire_nested(string, attrs, ETHTOOL_A_STRING_MAX);
	name = attr_get_string(attrs[ETHTOOL_A_STRING_VALUE]);
	if (!attr_get_u32(attrs[ETHTOOL_A_STRING_INDEX], &bit) || !name)
		return err_set(err, ERR_FORMAT, "a feature name without a number");
	if (bit >= FEATURE_BITS_MAX)
		return err_set(err, ERR_UNSUPPORTED, "the kernel has more than %d features",
			       FEATURE_BITS_MAX);
	if (naming->names->count <= bit)
		naming->names->count = bit + 1;
	if (!*name)
		return 0;
	naming->names->names[bit] = arena_strdup(naming->arena, name);
	return naming->names->names[bit] ? 0 : err_set(err, ERR_MEMORY, "out of memory");
}

static int read_names(const struct nlmsghdr *message, void *data, struct err *err)
{
	const struct nlattr *attrs[ETHTOOL_A_STRSET_MAX + 1], *set, *string;

	if (wire_attributes(message, GENL_HDRLEN, attrs, ETHTOOL_A_STRSET_MAX) < 0 ||
	    !attrs[ETHTOOL_A_STRSET_STRINGSETS])
		return err_set(err, ERR_FORMAT, "a string set reply without string sets");
	mnl_attr_for_each_nested(set, attrs[ETHTOOL_A_STRSET_STRINGSETS])
	{
		const struct nlattr *parts[ETHTOOL_A_STRINGSET_MAX + 1];

		wire_nested(set, parts, ETHTOOL_A_STRINGSET_MAX);
		if (!parts[ETHTOOL_A_STRINGSET_STRINGS])
			continue;
		mnl_attr_for_each_nested(string, parts[ETHTOOL_A_STRINGSET_STRINGS])
		{
			if (read_name(string, data, err) < 0)
				return -1;
		}
	}
	return 0;
}

int ethtool_feature_names(struct wire *wire, const struct genl_family *family,
			  struct feature_names *names, struct arena *arena, struct err *err)
{
	char buffer[WIRE_REQUEST_BYTES] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *request = put_request(buffer, family, ETHTOOL_MSG_STRSET_GET, 0, false);
	struct nlattr *sets = mnl_attr_nest_start(request, ETHTOOL_A_STRSET_STRINGSETS);
	struct nlattr *set = mnl_attr_nest_start(request, ETHTOOL_A_STRINGSETS_STRINGSET);
	struct naming naming = {names, arena};

	mnl_attr_put_u32(request, ETHTOOL_A_STRINGSET_ID, ETH_SS_FEATURES);
	mnl_attr_nest_end(request, set);
	mnl_attr_nest_end(request, sets);
	memset(names, 0, sizeof(*names));
	switch (wire_talk(wire, WIRE_GENERIC, request, read_names, &naming, err)) {
	case WIRE_OK:
		return 0;
	case WIRE_REFUSED:
		return wire_refused(wire, err, "asking for the names of features");
	default:
		return -1;
	}
}

static int read_header(const struct nlattr *header, struct feature_sets *sets)
{
	const struct nlattr *attrs[ETHTOOL_A_HEADER_MAX + 1];
	const char *name;
	uint32_t ifindex;

	if (wire_nested(header, attrs, ETHTOOL_A_HEADER_MAX) < 0 ||
	    !attr_get_u32(attrs[ETHTOOL_A_HEADER_DEV_INDEX], &ifindex) || !ifindex ||
	    ifindex > INT32_MAX)
		return -1;
	name = attr_get_string(attrs[ETHTOOL_A_HEADER_DEV_NAME]);
	if (!name || strlen(name) >= sizeof(sets->name))
		return -1;
	sets->ifindex = (int)ifindex;
	memcpy(sets->name, name, strlen(name) + 1);
	return 0;
}

int ethtool_decode_features(const struct nlmsghdr *message, const struct feature_names *names,
			    struct feature_sets *sets, struct err *err)
{
	const struct nlattr *attrs[ETHTOOL_A_FEATURES_MAX + 1];
	struct {
		uint16_t attribute;
		struct feature_bits *set;
	} const wanted[] = {
		{ETHTOOL_A_FEATURES_HW, &sets->hw},
		{ETHTOOL_A_FEATURES_WANTED, &sets->wanted},
		{ETHTOOL_A_FEATURES_ACTIVE, &sets->active},
		{ETHTOOL_A_FEATURES_NOCHANGE, &sets->nochange},
	};
	struct feature_bits mask;

	memset(sets, 0, sizeof(*sets));
	if (wire_attributes(message, GENL_HDRLEN, attrs, ETHTOOL_A_FEATURES_MAX) < 0 ||
	    read_header(attrs[ETHTOOL_A_FEATURES_HEADER], sets) < 0)
		return err_set(err, ERR_FORMAT, "features without a device");
	for (size_t i = 0; i < array_size(wanted); i++) {
		const struct nlattr *set = attrs[wanted[i].attribute];

		if (!set)
			return err_set(err, ERR_FORMAT, "features of %s lack a set", sets->name);
		if (ethtool_decode_bitset(set, names, wanted[i].set, &mask, err) < 0)
			return -1;
	}
	return 0;
}

/**
 * struct features_dump - what each message of a dump is given to
 */
struct features_dump {
	const struct feature_names *names;
	ethtool_each *each;
	void *data;
};

static int read_features(const struct nlmsghdr *message, void *data, struct err *err)
{
	const struct features_dump *dump = data;
	struct feature_sets sets;

	if (ethtool_decode_features(message, dump->names, &sets, err) < 0)
		return -1;
	return dump->each(&sets, dump->data, err);
}

int ethtool_features(struct wire *wire, const struct genl_family *family,
		     const struct feature_names *names, int ifindex, ethtool_each *each, void *data,
		     bool *uncertain, struct err *err)
{
	char buffer[WIRE_REQUEST_BYTES] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct features_dump dump = {names, each, data};
	struct nlmsghdr *request =
		put_request(buffer, family, ETHTOOL_MSG_FEATURES_GET, ifindex, !ifindex);

	switch (wire_talk(wire, WIRE_GENERIC, request, read_features, &dump, err)) {
	case WIRE_INTERRUPTED:
		*uncertain = true;
		return 0;
	case WIRE_OK:
		return 0;
	case WIRE_REFUSED:
		return wire_refused(wire, err, "reading features");
	default:
		return -1;
	}
}

void ethtool_encode_set(struct nlmsghdr *request, int ifindex, size_t nbits,
			const struct feature_bits *mask, const struct feature_bits *value)
{
	uint32_t words[2][FEATURE_BITS_MAX / 32];
	size_t nwords = (nbits + 31) / 32;
	struct nlattr *nest;

	for (size_t i = 0; i < nwords; i++) {
		words[0][i] = (uint32_t)(value->words[i / 2] >> (i % 2 * 32));
		words[1][i] = (uint32_t)(mask->words[i / 2] >> (i % 2 * 32));
	}
	nest = mnl_attr_nest_start(request, ETHTOOL_A_FEATURES_HEADER);
	mnl_attr_put_u32(request, ETHTOOL_A_HEADER_DEV_INDEX, (uint32_t)ifindex);
	mnl_attr_put_u32(request, ETHTOOL_A_HEADER_FLAGS, ETHTOOL_FLAG_COMPACT_BITSETS);
	mnl_attr_nest_end(request, nest);
	nest = mnl_attr_nest_start(request, ETHTOOL_A_FEATURES_WANTED);
	mnl_attr_put_u32(request, ETHTOOL_A_BITSET_SIZE, (uint32_t)nbits);
	mnl_attr_put(request, ETHTOOL_A_BITSET_VALUE, nwords * sizeof(uint32_t), words[0]);
	mnl_attr_put(request, ETHTOOL_A_BITSET_MASK, nwords * sizeof(uint32_t), words[1]);
	mnl_attr_nest_end(request, nest);
}

/* A bitset that a reply may leave out: then it is empty. */
static int read_difference(const struct nlattr *nest, const struct feature_names *names,
			   struct feature_bits *value, struct feature_bits *mask, struct err *err)
{
	return nest ? ethtool_decode_bitset(nest, names, value, mask, err) : 0;
}

int ethtool_decode_change(const struct nlmsghdr *message, const struct feature_names *names,
			  struct features_change *change, struct err *err)
{
	const struct nlattr *attrs[ETHTOOL_A_FEATURES_MAX + 1];
	struct feature_bits asked = {0};

	memset(change, 0, sizeof(*change));
	if (wire_attributes(message, GENL_HDRLEN, attrs, ETHTOOL_A_FEATURES_MAX) < 0)
		return err_set(err, ERR_FORMAT, "a cut reply to a change of features");
	if (read_difference(attrs[ETHTOOL_A_FEATURES_WANTED], names, &asked, &change->refused, err))
		return -1;
	return read_difference(attrs[ETHTOOL_A_FEATURES_ACTIVE], names, &change->now,
			       &change->changed, err);
}

/**
 * struct changing - where the reply to a change goes
 */
struct changing {
	const struct feature_names *names;
	struct features_change *change;
};

static int read_change(const struct nlmsghdr *message, void *data, struct err *err)
{
	const struct changing *changing = data;

	return ethtool_decode_change(message, changing->names, changing->change, err);
}

int ethtool_set_features(struct wire *wire, const struct genl_family *family,
			 const struct feature_names *names, int ifindex,
			 const struct feature_bits *mask, const struct feature_bits *value,
			 struct features_change *change, bool *permission, struct err *err)
{
	char buffer[WIRE_REQUEST_BYTES] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *request = genl_request(buffer, family, ETHTOOL_MSG_FEATURES_SET, false);
	struct changing changing = {names, change};

	memset(change, 0, sizeof(*change));
	*permission = false;
	ethtool_encode_set(request, ifindex, names->count, mask, value);
	switch (wire_talk(wire, WIRE_GENERIC, request, read_change, &changing, err)) {
	case WIRE_OK:
		return 0;
	case WIRE_REFUSED:
		*permission = wire_refusal(wire, NULL) == EPERM;
		return wire_refused(wire, err, "changing features");
	default:
		return -1;
	}
}
