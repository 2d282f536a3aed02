/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the program behind a tap says it can take, as a hypervisor does: TUNSETOFFLOAD.
 *
 *   tapconsent DEVICE [csum|tso4|tso6|ecn|uso|tunnel]...
 *
 * The device must be there and stay without a program (ip tuntap add). Status 77 if the kernel does not
 * know one of them.
 */
#include <errno.h>
#include <error.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

/* TUN_F_*; the last two are younger than the headers this may be built with. */
static const struct {
	const char *name;
	unsigned long flag;
} offers[] = {
	{"csum", TUN_F_CSUM},	{"tso4", TUN_F_TSO4},	 {"tso6", TUN_F_TSO6},
	{"ecn", TUN_F_TSO_ECN}, {"uso", 0x60 /* 6.2 */}, {"tunnel", 0x180 /* 6.17 */},
};

static unsigned long flag(const char *name)
{
	for (size_t i = 0; i < sizeof(offers) / sizeof(offers[0]); i++)
		if (strcmp(offers[i].name, name) == 0)
			return offers[i].flag;
	error(2, 0, "no offer called %s", name);
	return 0;
}

int main(int argc, char **argv)
{
	struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR};
	unsigned long flags = 0;
	int fd;

	if (argc < 2)
		error(2, 0, "usage: tapconsent DEVICE [OFFER]...");
	for (int i = 2; i < argc; i++)
		flags |= flag(argv[i]);
	fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
	if (fd < 0)
		error(77, errno, "/dev/net/tun");
	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", argv[1]);
	if (ioctl(fd, TUNSETIFF, &request))
		error(1, errno, "%s", argv[1]);
	if (ioctl(fd, TUNSETOFFLOAD, flags))
		error(errno == EINVAL ? 77 : 1, errno, "%s: offers 0x%lx", argv[1], flags);
	return 0;
}
