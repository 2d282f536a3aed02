/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rules by which the kernel and drivers decide on features, as data with an id. Whoever applies a rule
 * (lib/diag/deps.c) names it by its id; nod why and nod explain print what stands here.
 */
#ifndef NOD_DIAG_RULE_H
#define NOD_DIAG_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/attr.h"

enum rule_class {
	RULE_CORE,   /* F1...: netdev_fix_features() */
	RULE_STACK,  /* S1...: upper and lower devices */
	RULE_KIND,   /* K-veth...: what a kind of device means for it */
	RULE_DRIVER, /* D-r8169...: driver's ndo_fix_features() or ndo_set_features() */
};

/**
 * struct feature_rule - one rule
 * @id: "F3", "S1", "K-tun", "D-ixgbe-lro"; public, never changes
 * @since, @until: kernels, KERNEL_VERSION(a, b, 0), that have it: since <= running < until; 0: open
 * @summary: one line, lower case, without a full stop
 * @explain: paragraphs divided by blank lines
 * @source: function in the kernel, and the commit or version where it was read
 */
struct feature_rule {
	const char *id;
	enum rule_class class;
	uint32_t since, until;
	const char *summary, *explain, *source;
};

/* All rules, ended by a NULL id. */
extern const struct feature_rule feature_rules[];

/* NULL if there is none of that id; case does not matter. */
const struct feature_rule *feature_rule_lookup(const char *id) attr_pure;

/* Whether kernel @version has the rule; a @version of 0 (not known) counts as the newest. */
bool feature_rule_holds(const struct feature_rule *rule, uint32_t version) attr_pure;

#endif
