/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How does one get all frames of a device, with what the kernel knows of them?
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pcap/listen_internal.h"

/* A live table is not to lag behind what happens; a block that is not full is handed out after this. */
#define RETIRE_MS 64

/* The kernel fills one while another one is read. */
#define BLOCKS_LEAST 2

static int option(int fd, int name, int value)
{
	return setsockopt(fd, SOL_PACKET, name, &value, sizeof(value));
}

static int open_socket(struct listener *listener, struct err *err)
{
	/* Of no protocol: nothing comes before everything is set and bind() names one. */
	listener->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (listener->fd >= 0)
		return 0;
	if (errno == EPERM || errno == EACCES)
		return err_set(err, ERR_SYSTEM,
			       "listening takes root, or the capability CAP_NET_RAW in the user "
			       "namespace that the network namespace belongs to");
	if (errno == EAFNOSUPPORT)
		return err_set(err, ERR_SYSTEM,
			       "this kernel has no packet sockets (CONFIG_PACKET)");
	return err_set_errno(err, "opening a packet socket");
}

/* --- the device --------------------------------------------------------------------------------- */

/* What frames of a device begin with; -1 if that is nothing that nod reads. */
static int link_type_of(unsigned short hardware)
{
	switch (hardware) {
	case ARPHRD_ETHER:
	case ARPHRD_LOOPBACK:
		return LINKTYPE_ETHERNET;
	case ARPHRD_NONE:
	case ARPHRD_RAWIP:
	case ARPHRD_PPP:
	case ARPHRD_TUNNEL:
	case ARPHRD_TUNNEL6:
	case ARPHRD_SIT:
	case ARPHRD_IPGRE:
	case ARPHRD_IP6GRE:
		return LINKTYPE_RAW;
	default:
		return -1;
	}
}

static int no_device(const char *name, struct err *err)
{
	if (errno == ENODEV || errno == ENXIO)
		return err_set(err, ERR_SYSTEM, "there is no device %s", name);
	return err_set_errno(err, "asking for %s", name);
}

static int describe_hardware(struct listener *listener, struct ifreq *request, struct err *err)
{
	struct capture_interface *interface = &listener->interface;
	int link_type;

	if (ioctl(listener->fd, SIOCGIFHWADDR, request) < 0)
		return no_device(listener->name, err);
	link_type = link_type_of(request->ifr_hwaddr.sa_family);
	if (link_type < 0)
		return err_set(err, ERR_UNSUPPORTED,
			       "%s has frames of a kind that nod cannot read (hardware type %u)",
			       listener->name, request->ifr_hwaddr.sa_family);
	interface->link_type = (uint32_t)link_type;
	listener->loopback = request->ifr_hwaddr.sa_family == ARPHRD_LOOPBACK;
	if (request->ifr_hwaddr.sa_family == ARPHRD_ETHER) {
		memcpy(interface->address, request->ifr_hwaddr.sa_data, sizeof(interface->address));
		interface->has_address = true;
	}
	return 0;
}

static int find_device(struct listener *listener, const struct listen_options *options,
		       struct err *err)
{
	size_t length = strlen(options->device);
	struct ifreq request = {0};

	if (length >= sizeof(listener->name) || !length)
		return err_set(err, ERR_SYSTEM, "there is no device %s", options->device);
	memcpy(listener->name, options->device, length);
	memcpy(request.ifr_name, options->device, length);
	if (ioctl(listener->fd, SIOCGIFINDEX, &request) < 0)
		return no_device(listener->name, err);
	listener->ifindex = request.ifr_ifindex;
	return describe_hardware(listener, &request, err);
}

static int describe(struct listener *listener, const struct listen_options *options,
		    struct err *err)
{
	struct capture_interface *interface = &listener->interface;
	struct utsname system;

	interface->name = listener->name;
	interface->snap_len = options->snap_len;
	interface->truth = !options->without_sizes;
	if (uname(&system) == 0) {
		snprintf(listener->system, sizeof(listener->system), "%s %s", system.sysname,
			 system.release);
		interface->os = listener->system;
	}
	if (!options->filter)
		return 0;
	listener->filter = strdup(options->filter);
	interface->filter = listener->filter;
	return listener->filter ? 0 : err_set(err, ERR_MEMORY, "no memory for a filter");
}

/* --- the ring ----------------------------------------------------------------------------------- */

static int make_ring(struct listener *listener, const struct listen_options *options,
		     struct err *err)
{
	size_t blocks = options->ring_bytes / BLOCK_BYTES + (options->ring_bytes % BLOCK_BYTES > 0);
	struct tpacket_req3 request = {.tp_block_size = BLOCK_BYTES,
				       .tp_frame_size = BLOCK_BYTES,
				       .tp_retire_blk_tov = RETIRE_MS};
	void *ring;

	if (blocks < BLOCKS_LEAST)
		blocks = BLOCKS_LEAST;
	if (blocks > UINT32_MAX / BLOCK_BYTES)
		return err_set(err, ERR_USAGE, "no ring is that large: %zu bytes",
			       options->ring_bytes);
	request.tp_block_nr = request.tp_frame_nr = (unsigned int)blocks;
	if (setsockopt(listener->fd, SOL_PACKET, PACKET_RX_RING, &request, sizeof(request)) < 0)
		return err_set_errno(err, "memory for frames that wait: %zu MiB", blocks);
	ring = mmap(NULL, blocks * BLOCK_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, listener->fd,
		    0);
	if (ring == MAP_FAILED)
		return err_set_errno(err, "memory for frames that wait: %zu MiB", blocks);
	listener->ring = ring;
	listener->blocks = blocks;
	return 0;
}

static int set_options(struct listener *listener, const struct listen_options *options,
		       struct err *err)
{
	struct packet_mreq all = {.mr_ifindex = listener->ifindex, .mr_type = PACKET_MR_PROMISC};

	if (option(listener->fd, PACKET_VERSION, TPACKET_V3) < 0)
		return err_set_errno(err, "asking for packet sockets of the third version");
	listener->told = !options->without_sizes;
	if (listener->told && option(listener->fd, PACKET_VNET_HDR, 1) < 0)
		return err_set_errno(err, "asking for what the kernel knows of frames");
	/* Each frame would be seen twice. */
	if (listener->loopback && option(listener->fd, PACKET_IGNORE_OUTGOING, 1) < 0)
		return err_set_errno(err, "asking for received frames only");
	if (options->promiscuous &&
	    setsockopt(listener->fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all, sizeof(all)) < 0)
		return err_set_errno(err, "taking what is for others");
	return make_ring(listener, options, err);
}

int listener_failure(const struct listener *listener)
{
	int failure = 0;
	socklen_t size = sizeof(failure);

	if (getsockopt(listener->fd, SOL_SOCKET, SO_ERROR, &failure, &size) < 0)
		return errno;
	return failure;
}

/* From here on frames come. */
static int begin(struct listener *listener, struct err *err)
{
	union {
		struct sockaddr any;
		struct sockaddr_ll link;
	} device = {.link = {.sll_family = AF_PACKET,
			     .sll_protocol = htons(ETH_P_ALL),
			     .sll_ifindex = listener->ifindex}};
	int failure;

	if (bind(listener->fd, &device.any, sizeof(device.link)) < 0)
		return no_device(listener->name, err);
	failure = listener_failure(listener);
	if (failure == ENETDOWN)
		return err_set(err, ERR_SYSTEM, "%s is down", listener->name);
	errno = failure;
	return failure ? err_set_errno(err, "listening at %s", listener->name) : 0;
}

static int open_all(struct listener *listener, const struct listen_options *options,
		    struct err *err)
{
	if (open_socket(listener, err) < 0 || find_device(listener, options, err) < 0 ||
	    describe(listener, options, err) < 0 ||
	    listener_attach_filter(listener, options, err) < 0 ||
	    set_options(listener, options, err) < 0)
		return -1;
	return begin(listener, err);
}

struct listener *listener_open(const struct listen_options *options, struct err *err)
{
	struct listener *listener = calloc(1, sizeof(*listener));

	if (!listener) {
		err_set(err, ERR_MEMORY, "out of memory");
		return NULL;
	}
	listener->fd = -1;
	if (open_all(listener, options, err) == 0)
		return listener;
	listener_close(listener);
	return NULL;
}

void listener_close(struct listener *listener)
{
	if (!listener)
		return;
	if (listener->ring)
		munmap(listener->ring, listener->blocks * BLOCK_BYTES);
	if (listener->fd >= 0)
		close(listener->fd);
	free(listener->filter);
	free(listener);
}

const struct capture_interface *listener_interface(const struct listener *listener)
{
	return &listener->interface;
}

int listener_fd(const struct listener *listener)
{
	return listener->fd;
}

/* The kernel begins at 0 again each time that it is asked. */
void listener_counts(struct listener *listener, struct listen_counts *counts)
{
	struct tpacket_stats_v3 since = {0};
	socklen_t size = sizeof(since);

	if (getsockopt(listener->fd, SOL_PACKET, PACKET_STATISTICS, &since, &size) == 0) {
		listener->counts.received += since.tp_packets;
		listener->counts.dropped += since.tp_drops;
	}
	*counts = listener->counts;
}
