/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Links over rtnetlink: RTM_NEWLINK to struct device. libnl-route would do, but up to 3.7 it drops the
 * sizes of BIG TCP (IFLA_TSO_MAX_SIZE, IFLA_GRO_IPV4_MAX_SIZE) and could not be played from a tape.
 */
#ifndef NOD_NL_LINK_H
#define NOD_NL_LINK_H

#include "lib/model/device.h"
#include "lib/nl/wire.h"

/*
 * Pure: decode one RTM_NEWLINK (or RTM_DELLINK) into @device, which is zeroed first; strings and lists
 * in @arena. -1 and ERR_FORMAT or ERR_MEMORY.
 */
int link_decode(const struct nlmsghdr *message, struct device *device, struct arena *arena,
		struct err *err) attr_must_check;

/* Ask for all links, without statistics, or for that of @ifindex if it is not 0. */
enum wire_result link_dump(struct wire *wire, int ifindex, wire_handler *handler, void *data,
			   struct err *err) attr_must_check;

#endif
