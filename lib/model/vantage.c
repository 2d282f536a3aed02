/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What are the parts of a vantage point called?
 */
#include <stddef.h>

#include "lib/model/vantage.h"

const char *const vantage_feature_names[] = {
	"tx-checksum",
	"tx-segmentation",
	"tx-generic-segmentation",
	"rx-checksum",
	"rx-gro",
	"rx-gro-hw",
	"rx-lro",
	NULL,
};

const char *const gso_kind_names[] = {
	[GSO_NONE] = "none",
	[GSO_TCP4] = "tcp4",
	[GSO_TCP6] = "tcp6",
	[GSO_UDP] = "udp",
};
