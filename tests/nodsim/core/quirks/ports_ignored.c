/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What if a driver does not take the ports of tunnels?
 */
#include "../mend.h"

const struct sim_quirk sim_quirk_ports_ignored = {
	.name = "ports-ignored",
	.summary = "does not learn the UDP ports of tunnels that it is told",
	.provokes = "missing_ports",
	.traffic = "vxlan",
	.usual = 1,
	.side = SIM_CONTROL,
	.control = SIM_CONTROL_PORTS,
};
