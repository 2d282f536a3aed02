/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is not netlink: kernel release, drivers, softnet counters, sysfs settings. Each goes through the
 * tape, if there is one, as netlink does.
 */
#ifndef NOD_HOST_MACHINE_H
#define NOD_HOST_MACHINE_H

#include "lib/base/tape.h"
#include "lib/model/device.h"

/* release and version of @snapshot. */
int machine_kernel(struct tape *tape, struct snapshot *snapshot, struct err *err) attr_must_check;

/*
 * Fill driver for devices that have none yet: for those with a kind it is the kind, else what sysfs says
 * of bus and bus_address, else what ETHTOOL_GDRVINFO says. In the present namespace. What nothing tells
 * stays NULL. -1 only without memory.
 */
int machine_drivers(struct tape *tape, struct snapshot *snapshot, struct err *err) attr_must_check;

/* softnet of @snapshot; none if /proc is not there. */
int machine_softnet(struct tape *tape, struct snapshot *snapshot, struct err *err) attr_must_check;

/*
 * details->batching of devices that have details: gro_flush_timeout and napi_defer_hard_irqs of sysfs, if
 * the sysfs that is mounted is that of the present namespace (same ifindex and address); else absent.
 */
int machine_batching(struct tape *tape, struct snapshot *snapshot, struct err *err) attr_must_check;

#endif
