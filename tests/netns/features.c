/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is requested and what is active on devices, by the old ioctl: nothing of nod is in between.
 *
 *   features DEVICE...      lines "DEVICE FEATURE requested|not-requested on|off" of what can be changed
 */
#include <errno.h>
#include <error.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

/* Linux 6.18 has two blocks of 32. */
#define BLOCKS 4

union state {
	struct ethtool_gfeatures head;
	char room[sizeof(struct ethtool_gfeatures) +
		  BLOCKS * sizeof(struct ethtool_get_features_block)];
};

static void ask(int fd, const char *device, void *command)
{
	struct ifreq request = {.ifr_data = command};

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", device);
	if (ioctl(fd, SIOCETHTOOL, &request))
		error(1, errno, "%s", device);
}

/* How many features this kernel has. */
static __u32 count_names(int fd, const char *device)
{
	char room[sizeof(struct ethtool_sset_info) + sizeof(__u32)];
	struct ethtool_sset_info *info = (struct ethtool_sset_info *)room;

	memset(room, 0, sizeof(room));
	info->cmd = ETHTOOL_GSSET_INFO;
	info->sset_mask = 1ULL << ETH_SS_FEATURES;
	ask(fd, device, info);
	return info->sset_mask ? info->data[0] : 0;
}

static struct ethtool_gstrings *read_names(int fd, const char *device)
{
	__u32 count = count_names(fd, device);
	struct ethtool_gstrings *names = calloc(1, sizeof(*names) + count * ETH_GSTRING_LEN);

	if (!names)
		error(1, errno, "names");
	names->cmd = ETHTOOL_GSTRINGS;
	names->string_set = ETH_SS_FEATURES;
	names->len = count;
	ask(fd, device, names);
	return names;
}

static void print(int fd, const char *device)
{
	struct ethtool_gstrings *names = read_names(fd, device);
	union state state = {.head = {.cmd = ETHTOOL_GFEATURES, .size = BLOCKS}};

	ask(fd, device, &state);
	for (__u32 bit = 0; bit < names->len && bit < 32 * state.head.size; bit++) {
		const struct ethtool_get_features_block *block = &state.head.features[bit / 32];
		__u32 one = 1U << (bit % 32);

		if (block->available & one)
			printf("%s %.*s %s %s\n", device, ETH_GSTRING_LEN,
			       (char *)names->data + bit * ETH_GSTRING_LEN,
			       block->requested & one ? "requested" : "not-requested",
			       block->active & one ? "on" : "off");
	}
	free(names);
}

int main(int argc, char **argv)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (fd < 0)
		error(1, errno, "socket");
	for (int i = 1; i < argc; i++)
		print(fd, argv[i]);
	return 0;
}
