/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which bits are in a bitset of ethtool netlink, in either of its two forms?
 */
#include <linux/ethtool_netlink.h>
#include <string.h>

#include "lib/nl/ethtool.h"

/* 32-bit words of which the last may be used in part. */
static int read_words(const struct nlattr *attr, size_t nbits, struct feature_bits *set)
{
	size_t nwords = (nbits + 31) / 32;
	uint32_t words[FEATURE_BITS_MAX / 32];

	if (!attr || mnl_attr_get_payload_len(attr) < nwords * sizeof(uint32_t))
		return -1;
	memcpy(words, mnl_attr_get_payload(attr), nwords * sizeof(uint32_t));
	for (size_t bit = 0; bit < nbits; bit++)
		feature_put(set, (unsigned int)bit, words[bit / 32] >> (bit % 32) & 1);
	return 0;
}

static int read_compact(const struct nlattr **attrs, size_t nbits, struct feature_bits *value,
			struct feature_bits *mask, struct err *err)
{
	if (read_words(attrs[ETHTOOL_A_BITSET_VALUE], nbits, value) < 0)
		return err_set(err, ERR_FORMAT, "a bitset that lacks its value");
	if (attrs[ETHTOOL_A_BITSET_MASK] &&
	    read_words(attrs[ETHTOOL_A_BITSET_MASK], nbits, mask) < 0)
		return err_set(err, ERR_FORMAT, "a bitset with a short mask");
	return 0;
}

static int read_bit(const struct nlattr *attr, const struct feature_names *names, bool is_list,
		    struct feature_bits *value, struct feature_bits *mask)
{
	const struct nlattr *attrs[ETHTOOL_A_BITSET_BIT_MAX + 1];
	const char *name;
	uint32_t bit;

	wire_nested(attr, attrs, ETHTOOL_A_BITSET_BIT_MAX);
	name = attr_get_string(attrs[ETHTOOL_A_BITSET_BIT_NAME]);
	if (!attr_get_u32(attrs[ETHTOOL_A_BITSET_BIT_INDEX], &bit)) {
		int found = name && names ? feature_lookup(names, name) : -1;

		if (found < 0)
			return -1;
		bit = (uint32_t)found;
	}
	if (bit >= FEATURE_BITS_MAX)
		return -1;
	feature_put(mask, bit, true);
	feature_put(value, bit, is_list || attrs[ETHTOOL_A_BITSET_BIT_VALUE]);
	return 0;
}

int ethtool_decode_bitset(const struct nlattr *nest, const struct feature_names *names,
			  struct feature_bits *value, struct feature_bits *mask, struct err *err)
{
	const struct nlattr *attrs[ETHTOOL_A_BITSET_MAX + 1], *bit;
	uint32_t size;

	memset(value, 0, sizeof(*value));
	memset(mask, 0, sizeof(*mask));
	wire_nested(nest, attrs, ETHTOOL_A_BITSET_MAX);
	if (attrs[ETHTOOL_A_BITSET_BITS]) {
		mnl_attr_for_each_nested(bit, attrs[ETHTOOL_A_BITSET_BITS])
		{
			if (read_bit(bit, names, attrs[ETHTOOL_A_BITSET_NOMASK], value, mask) < 0)
				return err_set(err, ERR_FORMAT, "a bit without number or name");
		}
		return 0;
	}
	if (!attr_get_u32(attrs[ETHTOOL_A_BITSET_SIZE], &size))
		return err_set(err, ERR_FORMAT, "a bitset without a size");
	if (size > FEATURE_BITS_MAX)
		return err_set(err, ERR_UNSUPPORTED, "a bitset of %u bits", size);
	return read_compact(attrs, size, value, mask, err);
}
