/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A device that was just set up sends nothing before the kernel has taken note of its carrier, a moment later:
 * what is given to it until then is lost.
 */
#ifndef NOD_TESTS_CARRIER_H
#define NOD_TESTS_CARRIER_H

#include <errno.h>
#include <error.h>
#include <linux/ethtool.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define CARRIER_MILLISECONDS 30000

static inline struct ifreq carrier_ask(int fd, const char *device, unsigned long what, void *data)
{
	struct ifreq request = {.ifr_data = data};

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", device);
	if (ioctl(fd, what, &request))
		error(1, errno, "%s", device);
	return request;
}

/* The kernel tells of each change of a device: look again at each. @fd is any socket. */
static inline void wait_for_carrier(int fd, const char *device)
{
	struct sockaddr_nl to = {.nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK};
	struct pollfd event = {.fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), .events = POLLIN};
	struct ethtool_value link = {.cmd = ETHTOOL_GLINK};
	char words[1 << 15];

	if (event.fd < 0 || bind(event.fd, (struct sockaddr *)&to, sizeof(to)))
		error(1, errno, "netlink");
	while (!(carrier_ask(fd, device, SIOCGIFFLAGS, NULL).ifr_flags & IFF_RUNNING)) {
		if (poll(&event, 1, CARRIER_MILLISECONDS) != 1)
			error(1, 0, "%s has no carrier", device);
		if (recv(event.fd, words, sizeof(words), 0) < 0 && errno != ENOBUFS)
			error(1, errno, "netlink");
	}
	close(event.fd);
	/* This waits for a lock that is held until the device's queues are there as well. */
	carrier_ask(fd, device, SIOCETHTOOL, &link);
}

#endif
