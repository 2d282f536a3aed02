/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Switch offloads of a device on and off, as ethtool -K does, which not every machine has.
 *
 *   offload DEVICE [NAME on|off]...     NAME: tx (checksums), tso, gso, gro
 *
 * Fails if the kernel does not do it.
 */
#include <errno.h>
#include <error.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static const struct {
	const char *name;
	__u32 get, set;
} offloads[] = {
	{"tx", ETHTOOL_GTXCSUM, ETHTOOL_STXCSUM},
	{"tso", ETHTOOL_GTSO, ETHTOOL_STSO},
	{"gso", ETHTOOL_GGSO, ETHTOOL_SGSO},
	{"gro", ETHTOOL_GGRO, ETHTOOL_SGRO},
};

static __u32 ask(int fd, const char *device, __u32 command, __u32 data)
{
	struct ethtool_value value = {.cmd = command, .data = data};
	struct ifreq request = {.ifr_data = (char *)&value};

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", device);
	if (ioctl(fd, SIOCETHTOOL, &request))
		error(1, errno, "%s: ethtool command %u", device, command);
	return value.data;
}

static void turn(int fd, const char *device, const char *name, const char *to)
{
	__u32 on = strcmp(to, "on") == 0;

	for (size_t i = 0; i < sizeof(offloads) / sizeof(offloads[0]); i++) {
		if (strcmp(offloads[i].name, name) != 0)
			continue;
		ask(fd, device, offloads[i].set, on);
		if (!ask(fd, device, offloads[i].get, 0) != !on)
			error(1, 0, "%s: %s does not become %s", device, name, to);
		return;
	}
	error(2, 0, "no offload called %s", name);
}

int main(int argc, char **argv)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (fd < 0)
		error(1, errno, "socket");
	if (argc < 2 || argc % 2)
		error(2, 0, "usage: offload DEVICE [NAME on|off]...");
	for (int i = 2; i < argc; i += 2)
		turn(fd, argv[1], argv[i], argv[i + 1]);
	close(fd);
	return 0;
}
