/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which frames does a device hand to the stack, and what does the kernel know of them?
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pcap/gro/ring.h"

/* One poll, what starts and ends it, and some room. A power of two above the longest super-frame. */
#define PLACES	    (GRO_REPLAY_BATCH + 18)
#define PLACE_BYTES (128u * 1024)

#define VLAN_BYTES 4

static int ask_options(int fd, struct err *err)
{
	static const struct {
		int name, value;
		const char *what;
	} options[] = {
		{PACKET_VERSION, TPACKET_V2, "packet sockets of the second version"},
		{PACKET_VNET_HDR, 1, "packet sockets that tell of merging"},
		{PACKET_IGNORE_OUTGOING, 1, "packet sockets that ignore what is sent"},
	};
	struct tpacket_req size = {.tp_block_size = PLACE_BYTES,
				   .tp_block_nr = PLACES,
				   .tp_frame_size = PLACE_BYTES,
				   .tp_frame_nr = PLACES};

	for (size_t i = 0; i < array_size(options); i++)
		if (setsockopt(fd, SOL_PACKET, options[i].name, &options[i].value,
			       sizeof(options[i].value)))
			return err_set_errno(err, "asking for %s", options[i].what);
	if (setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &size, sizeof(size)))
		return err_set_errno(err, "memory for received frames");
	return 0;
}

static int listen_at(int fd, int ifindex, struct err *err)
{
	union {
		struct sockaddr any;
		struct sockaddr_ll link;
	} device = {.link = {.sll_family = AF_PACKET,
			     .sll_protocol = htons(ETH_P_ALL),
			     .sll_ifindex = ifindex}};

	if (bind(fd, &device.any, sizeof(device.link)))
		return err_set_errno(err, "listening at a device");
	return 0;
}

static int open_socket(struct err *err)
{
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	return fd < 0 ? err_set_errno(err, "opening a packet socket") : fd;
}

/*
 * Where a frame has several receivers, all but the last get it at once, and the last with others of its
 * kind. If nobody knows its protocol, the last would be the ring's socket: such a frame would come out of
 * it behind others that it was ahead of. So there is a last one that wants none. The kernel asks the newest
 * first.
 */
static int open_last(int ifindex, struct err *err)
{
	struct sock_filter none = {.code = BPF_RET | BPF_K, .k = 0};
	struct sock_fprog filter = {.len = 1, .filter = &none};
	int fd = open_socket(err);

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)))
		err_set_errno(err, "a filter of a packet socket");
	else if (listen_at(fd, ifindex, err) == 0)
		return fd;
	close(fd);
	return -1;
}

int ring_open(struct ring *ring, int ifindex, struct err *err)
{
	void *places;

	*ring = (struct ring){.fd = -1, .last = open_last(ifindex, err)};
	if (ring->last < 0)
		return -1;
	ring->fd = open_socket(err);
	if (ring->fd < 0 || ask_options(ring->fd, err) < 0)
		return -1;
	places = mmap(NULL, (size_t)PLACES * PLACE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED,
		      ring->fd, 0);
	if (places == MAP_FAILED)
		return err_set_errno(err, "memory for received frames");
	ring->places = places;
	return listen_at(ring->fd, ifindex, err);
}

void ring_close(struct ring *ring)
{
	if (ring->places)
		munmap(ring->places, (size_t)PLACES * PLACE_BYTES);
	if (ring->fd >= 0)
		close(ring->fd);
	if (ring->last >= 0)
		close(ring->last);
	*ring = (struct ring){.fd = -1, .last = -1};
}

static uint8_t *place(const struct ring *ring)
{
	return ring->places + ring->next * PLACE_BYTES;
}

/* The first word of a place: who has it. The kernel writes it last, and reads it first. */
static void *place_status(const struct ring *ring)
{
	return place(ring);
}

static bool is_filled(const struct ring *ring)
{
	const uint32_t *status = place_status(ring);

	return __atomic_load_n(status, __ATOMIC_ACQUIRE) & TP_STATUS_USER;
}

/* The kernel has taken the outer tag out of the frame. There is its own header before the frame. */
static uint8_t *put_tag_back(uint8_t *frame, const struct tpacket2_hdr *header)
{
	uint16_t type =
		header->tp_status & TP_STATUS_VLAN_TPID_VALID ? header->tp_vlan_tpid : ETH_P_8021Q;
	uint8_t *start = frame - VLAN_BYTES, *tag = start + 2 * ETH_ALEN;

	memmove(start, frame, 2 * ETH_ALEN);
	tag[0] = (uint8_t)(type >> 8);
	tag[1] = (uint8_t)type;
	tag[2] = (uint8_t)(header->tp_vlan_tci >> 8);
	tag[3] = (uint8_t)header->tp_vlan_tci;
	return start;
}

/* The frame begins at tp_mac, and what the kernel knows of it is right before. */
static int read_place(const struct ring *ring, struct gro_replayed *frame, struct err *err)
{
	struct tpacket2_hdr header;
	struct virtio_net_hdr known;
	uint8_t *bytes;

	memcpy(&header, place(ring), sizeof(header));
	bytes = place(ring) + header.tp_mac;
	if (header.tp_snaplen != header.tp_len)
		return err_set(err, ERR_UNSUPPORTED, "the kernel made a frame of %u bytes",
			       header.tp_len);
	memcpy(&known, bytes - sizeof(known), sizeof(known));
	frame->bytes = (struct span){bytes, header.tp_snaplen};
	if (header.tp_status & TP_STATUS_VLAN_VALID && header.tp_snaplen >= ETH_HLEN)
		frame->bytes =
			(struct span){put_tag_back(bytes, &header), header.tp_snaplen + VLAN_BYTES};
	frame->gso_size = known.gso_size;
	frame->gso_type = known.gso_type;
	frame->csum_partial = known.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM;
	return 0;
}

int ring_take(struct ring *ring, int timeout_ms, struct gro_replayed *frame, struct err *err)
{
	struct pollfd wait = {.fd = ring->fd, .events = POLLIN};

	while (!is_filled(ring)) {
		int ready = poll(&wait, 1, timeout_ms);

		if (ready < 0 && errno != EINTR)
			return err_set_errno(err, "waiting for frames");
		if (ready == 0)
			return 0;
		if (ready > 0 && wait.revents & ~POLLIN && !is_filled(ring))
			return err_set(err, ERR_SYSTEM, "the device that receives went away");
	}
	return read_place(ring, frame, err) < 0 ? -1 : 1;
}

void ring_release(struct ring *ring)
{
	uint32_t *status = place_status(ring);

	__atomic_store_n(status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
	ring->next = (ring->next + 1) % PLACES;
}

unsigned int ring_lost(const struct ring *ring)
{
	struct tpacket_stats counts = {0};
	socklen_t size = sizeof(counts);

	if (getsockopt(ring->fd, SOL_PACKET, PACKET_STATISTICS, &counts, &size))
		return 0;
	return counts.tp_drops;
}
