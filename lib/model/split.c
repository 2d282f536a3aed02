/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What are the ways called in which a segment size is known?
 */
#include "lib/model/split.h"

const char *const split_source_names[] = {
	[SPLIT_NONE] = "unknown", [SPLIT_GIVEN] = "given",	 [SPLIT_METADATA] = "metadata",
	[SPLIT_IDS] = "ip-ids",	  [SPLIT_SEGMENTS] = "segments", [SPLIT_MSS] = "mss",
	[SPLIT_MTU] = "mtu",	  [SPLIT_SOURCES] = NULL,
};

const char *const split_source_texts[] = {
	[SPLIT_NONE] = "unknown",
	[SPLIT_GIVEN] = "as given",
	[SPLIT_METADATA] = "as the capture says",
	[SPLIT_IDS] = "by IP IDs",
	[SPLIT_SEGMENTS] = "by other segments of the flow",
	[SPLIT_MSS] = "by the MSS announced",
	[SPLIT_MTU] = "by the MTU",
	[SPLIT_SOURCES] = NULL,
};
