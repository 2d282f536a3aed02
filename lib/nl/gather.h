/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the kernel's answers to one snapshot: links, names, features, and details on demand.
 */
#ifndef NOD_NL_GATHER_H
#define NOD_NL_GATHER_H

#include "lib/model/device.h"
#include "lib/nl/wire.h"

/*
 * Links and features of every device in the wire's namespace: two dumps and one string set, whatever
 * the number of devices. Fills names and devices of @snapshot (zero before, but for its arena);
 * driver, softnet, release and details are left to others. ERR_UNSUPPORTED without ethtool netlink.
 */
int gather_devices(struct wire *wire, struct snapshot *snapshot, struct err *err) attr_must_check;

/*
 * Rings, channels, RSS, coalescing, pause, tunnel ports, private flags, speed, queue statistics and
 * NAPI settings: details of every device for which @wanted says so (NULL: of all), one dump each where
 * the kernel has one. What a driver or kernel does not tell stays absent. -1 only if talking fails.
 */
typedef bool gather_wanted(const struct device *device, const void *data);
int gather_details(struct wire *wire, struct snapshot *snapshot, gather_wanted *wanted,
		   const void *data, struct err *err) attr_must_check;

/* speed_mbps of every device, without its other details: what a line about a device says of its link. */
int gather_speeds(struct wire *wire, struct snapshot *snapshot, struct err *err) attr_must_check;

#endif
