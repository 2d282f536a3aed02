/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Features over ethtool netlink: names, states, changes. Documentation/networking/ethtool-netlink.rst
 * of the kernel describes the messages.
 */
#ifndef NOD_NL_ETHTOOL_H
#define NOD_NL_ETHTOOL_H

#include "lib/model/device.h"
#include "lib/nl/wire.h"

/* The family; ERR_UNSUPPORTED if the kernel has no ethtool netlink (before 5.6, or built without). */
int ethtool_family(struct wire *wire, struct genl_family *family, struct err *err);

/* Names of the feature bits, strings in @arena. */
int ethtool_feature_names(struct wire *wire, const struct genl_family *family,
			  struct feature_names *names, struct arena *arena, struct err *err);

/**
 * struct feature_sets - what a FEATURES_GET reply or a notification says
 */
struct feature_sets {
	int ifindex;
	char name[IFNAMSIZ];
	struct feature_bits hw, wanted, active, nochange;
};

/* Pure: decode one FEATURES_GET_REPLY or FEATURES_NTF. -1 and ERR_FORMAT if it is not one. */
int ethtool_decode_features(const struct nlmsghdr *message, const struct feature_names *names,
			    struct feature_sets *sets, struct err *err);

/* Pure: a bitset attribute, compact or verbose; with @names for verbose ones that send no index. */
int ethtool_decode_bitset(const struct nlattr *nest, const struct feature_names *names,
			  struct feature_bits *value, struct feature_bits *mask, struct err *err);

/*
 * Features of all devices, one dump; @each is called for each device. @ifindex not 0: only that one.
 * WIRE_INTERRUPTED is handled inside: at the end *@uncertain says that even the last try was.
 */
typedef int ethtool_each(const struct feature_sets *sets, void *data, struct err *err);
int ethtool_features(struct wire *wire, const struct genl_family *family,
		     const struct feature_names *names, int ifindex, ethtool_each *each, void *data,
		     bool *uncertain, struct err *err);

/* Pure: put a FEATURES_SET request for @mask with the values of @value into @request. */
void ethtool_encode_set(struct nlmsghdr *request, int ifindex, size_t nbits,
			const struct feature_bits *mask, const struct feature_bits *value);

/**
 * struct features_change - what the kernel says it did
 * @refused: asked for, and now different from what was asked
 * @changed: active features that are different now, with their new state in @now
 */
struct features_change {
	struct feature_bits refused, changed, now;
};

/* Pure: decode a FEATURES_SET_REPLY. */
int ethtool_decode_change(const struct nlmsghdr *message, const struct feature_names *names,
			  struct features_change *change, struct err *err);

/*
 * Ask the kernel to set the features of @mask to @value, in one request. The only place in nod that
 * changes a network device. -1 and @err: the kernel refused as a whole (no permission: *@permission
 * is true; no such device) and nothing was changed.
 */
int ethtool_set_features(struct wire *wire, const struct genl_family *family,
			 const struct feature_names *names, int ifindex,
			 const struct feature_bits *mask, const struct feature_bits *value,
			 struct features_change *change, bool *permission, struct err *err);

#endif
