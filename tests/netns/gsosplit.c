/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does nod split frames as this kernel's GSO does?
 *
 *   gsosplit offloads DEVICE on|off
 *   gsosplit plain DEVICE WIRE SEED COUNT [wrong]
 *   gsosplit record DEVICE WIRE SEED COUNT FILE
 *   gsosplit compare DEVICE WIRE SEED COUNT FILE [wrong]
 *
 * Super-frames at random are handed to DEVICE, each with its segment size, and what arrives at WIRE, the
 * other end of a veth, is compared with what split_frame() makes of them. "plain": DEVICE is the veth
 * itself, with all offloads off. "record" and "compare": DEVICE is a tunnel over the veth; first, with all
 * offloads on, the super-frames arrive whole and are kept in FILE, then, with all off, in segments. Which
 * ID and which source port the tunnel takes is the kernel's own choice, for the first segment.
 * "wrong" splits at a size that is one byte off: every frame must differ.
 *
 * Prints TAP comments, and "N of M agree"; fails if not all do.
 */
#include "tests/netns/carrier.h"
#include "tests/netns/superframe.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <linux/virtio_net.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define MOST_FEATURES	  256
#define MOST_SEGMENTS	  200 /* that a socket of a usual net.core.rmem_max has room for */
#define MOST_MILLISECONDS 5000

/* Of linux/virtio_net.h since 6.2. */
#define GSO_UDP_L4 5

/**
 * struct bench - what is asked
 * @udp: the kernel takes super-frames of UDP from packet sockets, as since 6.2
 */
struct bench {
	int in, out;
	const char *file;
	bool record, compare, wrong, udp;
};

/* --- offloads ----------------------------------------------------------------------------------- */

static void control(int fd, const char *device, void *data)
{
	struct ifreq request = {.ifr_data = data};

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", device);
	if (ioctl(fd, SIOCETHTOOL, &request) < 0)
		error(1, errno, "%s: ethtool", device);
}

/* All features of sending that hand work to the device. */
static bool is_offload(const char *name)
{
	return strncmp(name, "tx-", 3) == 0 && !strstr(name, "vlan") && !strstr(name, "nocache") &&
	       !strstr(name, "lockless");
}

static int set_offloads(const char *device, bool on)
{
	static union {
		struct ethtool_gstrings strings;
		uint8_t room[sizeof(struct ethtool_gstrings) + MOST_FEATURES * ETH_GSTRING_LEN];
	} names = {.strings = {.cmd = ETHTOOL_GSTRINGS, .string_set = ETH_SS_FEATURES}};
	static union {
		struct ethtool_sset_info info;
		uint8_t room[sizeof(struct ethtool_sset_info) + 4];
	} count = {.info = {.cmd = ETHTOOL_GSSET_INFO, .sset_mask = 1ull << ETH_SS_FEATURES}};
	static union {
		struct ethtool_sfeatures features;
		uint8_t room[sizeof(struct ethtool_sfeatures) +
			     MOST_FEATURES / 32 * sizeof(struct ethtool_set_features_block)];
	} set = {.features = {.cmd = ETHTOOL_SFEATURES}};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	wait_for_carrier(fd, device);
	control(fd, device, &count);
	if (count.info.data[0] > MOST_FEATURES)
		error(1, 0, "more features than %d", MOST_FEATURES);
	names.strings.len = count.info.data[0];
	control(fd, device, &names);
	set.features.size = (names.strings.len + 31) / 32;
	for (uint32_t i = 0; i < names.strings.len; i++) {
		if (!is_offload((const char *)names.strings.data + i * ETH_GSTRING_LEN))
			continue;
		set.features.features[i / 32].valid |= 1u << i % 32;
		if (on)
			set.features.features[i / 32].requested |= 1u << i % 32;
	}
	control(fd, device, &set);
	close(fd);
	return 0;
}

/* --- frames ------------------------------------------------------------------------------------- */

static int open_socket(const char *device, bool header)
{
	struct sockaddr_ll address = {.sll_family = AF_PACKET,
				      .sll_protocol = header ? 0 : htobe16(0x0003),
				      .sll_ifindex = (int)if_nametoindex(device)};
	int fd = socket(AF_PACKET, SOCK_RAW, 0), one = 1, room = 1 << 20;

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room)) ||
	    (header && setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &one, sizeof(one))))
		error(1, errno, "%s: no packet socket", device);
	return fd;
}

static void draw_super(struct shape *shape, uint64_t *seed, bool udp)
{
	uint32_t room;

	/* All flags but SYN and RST. */
	draw_shape(shape, seed, 0xf9);
	shape->udp = draw(seed, 3) == 0 && udp;
	shape->extension = (uint8_t)(draw(seed, 4) == 0 && shape->ipv6 ? 8 : 0);
	shape->segment = draw(seed, 4) ? 536 + draw(seed, 1000) : 100 + draw(seed, 8000);
	room = 65000 - header_bytes(shape);
	if (room > shape->segment * (MOST_SEGMENTS - 1))
		room = shape->segment * (MOST_SEGMENTS - 1);
	shape->payload = shape->segment + 1 + draw(seed, room - shape->segment);
	/* The kernel gives 64 segments of UDP at most to a device at once. */
	if (shape->udp && shape->payload > 60 * shape->segment)
		shape->payload = 60 * shape->segment;
}

static bool send_super(int fd, const uint8_t *frame, size_t length, const struct shape *shape)
{
	static uint8_t bytes[sizeof(struct virtio_net_hdr) + SUPER_ROOM];
	struct virtio_net_hdr header = {
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.gso_type = shape->udp	  ? GSO_UDP_L4
			    : shape->ipv6 ? VIRTIO_NET_HDR_GSO_TCPV6
					  : VIRTIO_NET_HDR_GSO_TCPV4,
		.hdr_len = (uint16_t)header_bytes(shape),
		.gso_size = (uint16_t)shape->segment,
		.csum_start = (uint16_t)(14 + ip_header_bytes(shape)),
		.csum_offset = shape->udp ? 6 : 16,
	};

	if (!shape->udp && shape->flags & 0x80)
		header.gso_type |= VIRTIO_NET_HDR_GSO_ECN;
	memcpy(bytes, &header, sizeof(header));
	memcpy(bytes + sizeof(header), frame, length);
	length += sizeof(header);
	return send(fd, bytes, length, 0) == (ssize_t)length;
}

/* By a frame that is not counted among those of the test. */
static bool takes_udp(int fd)
{
	const struct shape shape = {.udp = true, .segment = 500, .payload = 1000, .ttl = 64};
	static uint8_t bytes[SUPER_ROOM];
	uint32_t length = build_frame(bytes, &shape, 0, shape.payload, true);

	bytes[11] ^= 0x80;
	return send_super(fd, bytes, length, &shape);
}

/* The next frame of ours. Where one does not come, nobody waits for those behind it. */
static void receive(int fd, uint8_t *bytes, size_t *length)
{
	struct pollfd wait = {.fd = fd, .events = POLLIN};

	while (poll(&wait, 1, MOST_MILLISECONDS) == 1) {
		ssize_t got = recv(fd, bytes, SUPER_ROOM, 0);
		struct frame frame;
		struct view view;

		if (got < 0)
			error(1, errno, "recv");
		*length = (size_t)got;
		decode_bytes(&view, &frame, bytes, *length);
		if (is_super(&view))
			return;
	}
	error(1, 0, "nothing came");
}

/**
 * struct comparison - one frame
 * @first: the first segment, which was received already
 */
struct comparison {
	int fd;
	uint8_t *first;
	size_t first_length;
	bool differs;
};

static int compare_piece(void *context, const struct split_piece *piece)
{
	static uint8_t bytes[SUPER_ROOM];
	struct comparison *comparison = context;
	size_t length = comparison->first_length;

	if (piece->index == 0)
		memcpy(bytes, comparison->first, length);
	else
		receive(comparison->fd, bytes, &length);
	if (!comparison->differs)
		comparison->differs = !is_piece(piece, bytes, length);
	return 0;
}

/* The ID and the source port of the outermost headers, as @segment has them. */
static void take_choices(uint8_t *bytes, size_t length, const uint8_t *segment,
			 size_t segment_length)
{
	struct frame frame;
	struct view view;

	decode_bytes(&view, &frame, segment, segment_length);
	if (view.tunnel == TUNNEL_NONE || length < segment_length)
		return;
	for (unsigned int i = view.ips[0]; i < view.nheaders && &view.headers[i] != view.inner;
	     i++) {
		uint32_t off = view.headers[i].off;

		if (view.headers[i].kind == HEADER_IPV4)
			memcpy(bytes + off + 4, segment + off + 4, 2);
		else if (view.headers[i].kind == HEADER_UDP)
			memcpy(bytes + off, segment + off, 2);
	}
}

/* Forget what is left of a frame that went wrong. */
static void drain(int fd)
{
	static uint8_t bytes[SUPER_ROOM];

	while (recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT) >= 0)
		;
}

static bool compare_super(const struct bench *bench, uint8_t *bytes, size_t length,
			  const struct shape *shape)
{
	static uint8_t first[SUPER_ROOM];
	struct comparison comparison = {.fd = bench->out, .first = first};
	struct split_size size = {.segment = shape->segment + bench->wrong, .source = SPLIT_MSS};
	enum split_result result;

	receive(bench->out, first, &comparison.first_length);
	take_choices(bytes, length, first, comparison.first_length);
	result = split_bytes(bytes, length, size, compare_piece, &comparison);
	if (result != SPLIT_DONE || comparison.differs)
		printf("# %s, %s, segments of %u, payload of %u\n", shape->udp ? "UDP" : "TCP",
		       shape->ipv6 ? "IPv6" : "IPv4", shape->segment, shape->payload);
	drain(bench->out);
	return result == SPLIT_DONE && !comparison.differs;
}

static void transfer(FILE *file, void *bytes, size_t length, bool write)
{
	if ((write ? fwrite(bytes, 1, length, file) : fread(bytes, 1, length, file)) != length)
		error(1, 0, "the file of super-frames ends early, or cannot be written");
}

/* One frame; true if it was recorded, or agrees. */
static bool run_one(const struct bench *bench, FILE *file, const struct shape *shape)
{
	static uint8_t bytes[SUPER_ROOM];
	size_t length = build_frame(bytes, shape, 0, shape->payload, true);

	if (!send_super(bench->in, bytes, length, shape))
		error(1, errno, "send");
	if (bench->record)
		receive(bench->out, bytes, &length);
	if (bench->record && length <= shape->payload)
		error(1, 0, "the kernel splits frames with all offloads on");
	if (file) {
		transfer(file, &length, sizeof(length), bench->record);
		transfer(file, bytes, length, bench->record);
	}
	return bench->record || compare_super(bench, bytes, length, shape);
}

static int run(const struct bench *bench, uint64_t number, unsigned int count)
{
	FILE *file = bench->file ? fopen(bench->file, bench->record ? "w" : "r") : NULL;
	unsigned int agree = 0;
	uint64_t seed;

	if (bench->file && !file)
		error(1, errno, "%s", bench->file);
	printf("# seed %llu\n", (unsigned long long)number);
	seed_with(&seed, number);
	for (unsigned int i = 0; i < count; i++) {
		struct shape shape;

		draw_super(&shape, &seed, bench->udp);
		agree += run_one(bench, file, &shape);
	}
	if (file && fclose(file))
		error(1, errno, "%s", bench->file);
	printf("%u of %u agree\n", agree, count);
	return agree != count;
}

int main(int argc, char **argv)
{
	struct bench bench = {0};
	int next = 6;

	if (argc == 4 && strcmp(argv[1], "offloads") == 0)
		return set_offloads(argv[2], strcmp(argv[3], "on") == 0);
	if (argc < 6)
		error(2, 0, "see the first lines of the source");
	bench.record = strcmp(argv[1], "record") == 0;
	bench.compare = strcmp(argv[1], "compare") == 0;
	if (bench.record || bench.compare)
		bench.file = argv[next++];
	bench.wrong = next < argc && strcmp(argv[next], "wrong") == 0;
	bench.in = open_socket(argv[2], true);
	bench.out = open_socket(argv[3], false);
	bench.udp = takes_udp(bench.in);
	printf("# UDP: %s\n", bench.udp ? "yes" : "this kernel takes none from packet sockets");
	return run(&bench, strtoull(argv[4], NULL, 10), (unsigned int)strtoul(argv[5], NULL, 10));
}
