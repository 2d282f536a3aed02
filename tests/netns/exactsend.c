/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Traffic of which every frame is known.
 *
 *   exactsend [OPTION...] frames DEVICE CAPTURE
 *   exactsend [OPTION...] datagrams ADDRESS PORT BYTES SIZE
 *   exactsend [OPTION...] take PORT BYTES
 *
 * "frames" sends the frames of a capture as they are. What the device's MTU does not take must be TCP, or
 * UDP where the kernel has means for that (6.2), without a tunnel: it goes with a segment size and an
 * unfinished checksum, to be cut by the device or by the kernel for it. "datagrams" sends BYTES over UDP
 * in one piece (UDP_SEGMENT), to be cut into datagrams of SIZE; any device can be below. "take" is the
 * other end: it prints "ready", waits for all bytes, of which none may be wrong or in another place, and
 * ends with "received BYTES".
 *
 *   --mss N     bytes of payload in a segment; else as many as the MTU takes
 *   --csum      leave the checksums of TCP and UDP to the device in whole frames too
 *   --count N   send everything N times
 *   --burst N   wait for a line on standard input ahead of each N frames
 *   --wait      begin when the device is up and has a carrier
 *
 * It ends with "sent N, M to be cut".
 */
#include <arpa/inet.h>
#include <errno.h>
#include <error.h>
#include <getopt.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "pcap/file.h"
#include "tests/netns/carrier.h"

/* VIRTIO_NET_HDR_GSO_UDP_L4 of Linux 6.2 */
#define GSO_UDP_L4 5

/* Who has waited that long waits for ever. */
#define WAIT_MILLISECONDS 30000

struct options {
	unsigned long mss, count, burst;
	bool csum, wait;
};

struct sender {
	const struct options *options;
	const char *device;
	int fd;
	size_t mtu;
	unsigned long sent, cut;
};

/* Offsets of what a frame carries; @l4 is 0 if it is neither TCP nor UDP in IP, or a fragment. */
struct layout {
	size_t l3, l4, payload, end;
	uint8_t version, protocol;
};

static unsigned long number(const char *text)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (*end || end == text || value > 1u << 30)
		error(2, 0, "not a number: %s", text);
	return value;
}

/* --- the device --------------------------------------------------------------------------------- */

static void open_device(struct sender *sender)
{
	struct sockaddr_ll to = {.sll_family = AF_PACKET,
				 .sll_ifindex = (int)if_nametoindex(sender->device)};
	int one = 1, room = 1 << 20;

	if (!to.sll_ifindex)
		error(1, errno, "%s", sender->device);
	sender->fd = socket(AF_PACKET, SOCK_RAW, 0);
	if (sender->fd < 0 ||
	    setsockopt(sender->fd, SOL_PACKET, PACKET_VNET_HDR, &one, sizeof(one)) ||
	    setsockopt(sender->fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room)) ||
	    bind(sender->fd, (struct sockaddr *)&to, sizeof(to)))
		error(1, errno, "packet socket");
	sender->mtu = (size_t)carrier_ask(sender->fd, sender->device, SIOCGIFMTU, NULL).ifr_mtu;
	if (sender->options->wait)
		wait_for_carrier(sender->fd, sender->device);
}

/* --- frames ------------------------------------------------------------------------------------- */

static void find_ip(struct layout *layout, const uint8_t *bytes, size_t length)
{
	const uint8_t *ip = bytes + layout->l3;

	layout->version = ip[0] >> 4;
	if (layout->version == 4) {
		layout->protocol = ip[9];
		layout->end = layout->l3 + load_be16(ip + 2);
		if (!(load_be16(ip + 6) & 0x3fff))
			layout->l4 = layout->l3 + (ip[0] & 15) * 4u;
	} else {
		layout->protocol = ip[6];
		layout->end = layout->l3 + 40 + load_be16(ip + 4);
		layout->l4 = layout->l3 + 40;
	}
	if (layout->l4 + (layout->protocol == IPPROTO_TCP ? 20 : 8) > length ||
	    (layout->protocol != IPPROTO_TCP && layout->protocol != IPPROTO_UDP))
		layout->l4 = 0;
}

static struct layout lay_out(const uint8_t *bytes, size_t length)
{
	struct layout layout = {.l3 = ETH_HLEN};
	uint16_t type = length < ETH_HLEN ? 0 : load_be16(bytes + 12);

	while ((type == ETH_P_8021Q || type == ETH_P_8021AD) && layout.l3 + 4 <= length) {
		type = load_be16(bytes + layout.l3 + 2);
		layout.l3 += 4;
	}
	if ((type == ETH_P_IP && layout.l3 + 20 <= length) ||
	    (type == ETH_P_IPV6 && layout.l3 + 40 <= length))
		find_ip(&layout, bytes, length);
	if (layout.l4)
		layout.payload = layout.l4 + (layout.protocol == IPPROTO_TCP
						      ? (size_t)(bytes[layout.l4 + 12] >> 4) * 4
						      : 8);
	return layout;
}

static uint32_t add_words(uint32_t sum, const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i += 2)
		sum += load_be16(bytes + i);
	return sum;
}

/* What a device is to add to: the sum of the pseudo-header, not complemented. */
static void leave_checksum(struct virtio_net_hdr *header, const struct layout *layout,
			   uint8_t *bytes)
{
	const uint8_t *ip = bytes + layout->l3;
	uint32_t sum = (uint32_t)(layout->end - layout->l4) + layout->protocol;
	size_t field = layout->protocol == IPPROTO_TCP ? 16 : 6;

	sum = layout->version == 4 ? add_words(sum, ip + 12, 8) : add_words(sum, ip + 8, 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	bytes[layout->l4 + field] = (uint8_t)(sum >> 8);
	bytes[layout->l4 + field + 1] = (uint8_t)sum;
	header->flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	header->csum_start = (uint16_t)layout->l4;
	header->csum_offset = (uint16_t)field;
}

static void leave_cutting(const struct sender *sender, struct virtio_net_hdr *header,
			  const struct layout *layout, const uint8_t *bytes)
{
	size_t most = sender->mtu - (layout->payload - layout->l3);

	header->gso_size = (uint16_t)(sender->options->mss ? sender->options->mss : most);
	header->hdr_len = (uint16_t)layout->payload;
	if (layout->protocol == IPPROTO_UDP)
		header->gso_type = GSO_UDP_L4;
	else
		header->gso_type =
			layout->version == 4 ? VIRTIO_NET_HDR_GSO_TCPV4 : VIRTIO_NET_HDR_GSO_TCPV6;
	if (layout->protocol == IPPROTO_TCP && bytes[layout->l4 + 13] & 0x80)
		header->gso_type |= VIRTIO_NET_HDR_GSO_ECN;
}

static void send_frame(struct sender *sender, const struct frame *frame)
{
	static uint8_t bytes[FRAME_MAX_BYTES];
	struct virtio_net_hdr header = {0};
	struct iovec parts[2] = {{&header, sizeof(header)}, {bytes, frame->bytes.length}};
	struct layout layout = lay_out(frame->bytes.bytes, frame->bytes.length);
	bool large = frame->bytes.length > layout.l3 + sender->mtu;

	memcpy(bytes, frame->bytes.bytes, frame->bytes.length);
	if (large && (!layout.l4 || layout.payload >= layout.l3 + sender->mtu))
		error(1, 0, "frame %lu is longer than %s takes, and cannot be cut",
		      (unsigned long)frame->number, sender->device);
	if (layout.l4 && (large || sender->options->csum))
		leave_checksum(&header, &layout, bytes);
	if (large)
		leave_cutting(sender, &header, &layout, bytes);
	if (writev(sender->fd, parts, 2) < 0)
		error(1, errno, "frame %lu", (unsigned long)frame->number);
	sender->sent++;
	sender->cut += large;
}

/* --- all ---------------------------------------------------------------------------------------- */

static void keep_step(const struct sender *sender)
{
	char *line = NULL;
	size_t room = 0;

	if (!sender->options->burst || sender->sent % sender->options->burst)
		return;
	if (getline(&line, &room, stdin) < 0)
		error(1, 0, "standard input ended");
	free(line);
}

static void send_capture(struct sender *sender, const char *path)
{
	struct err err = {0};
	struct capture_file *file = file_open(path, &err);
	struct frame frame;
	enum file_status status = FILE_ERROR;

	while (file && (status = file_next(file, &frame, &err)) == FILE_FRAME) {
		keep_step(sender);
		send_frame(sender, &frame);
	}
	if (!file || status == FILE_ERROR)
		error(1, 0, "%s: %s", path, err.text);
	file_close(file);
}

static void send_frames(const struct options *options, char **args)
{
	struct sender sender = {.options = options, .device = args[0]};

	open_device(&sender);
	for (unsigned long i = 0; i < options->count; i++)
		send_capture(&sender, args[1]);
	printf("sent %lu, %lu to be cut\n", sender.sent, sender.cut);
	close(sender.fd);
}

/* The byte at an offset of a packet. */
static uint8_t content(size_t at)
{
	return (uint8_t)(at ^ at >> 8);
}

static void send_datagrams(const struct options *options, char **args)
{
	struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
				 .ai_socktype = SOCK_DGRAM},
			*to;
	static uint8_t bytes[UINT16_MAX];
	unsigned long length = number(args[2]);
	int size = (int)number(args[3]), fd;
	struct sender sender = {.options = options};

	if (getaddrinfo(args[0], args[1], &hints, &to))
		error(2, 0, "not an address and a port: %s %s", args[0], args[1]);
	if (length > sizeof(bytes))
		error(2, 0, "no packet has %lu bytes", length);
	fd = socket(to->ai_family, SOCK_DGRAM, 0);
	if (fd < 0 || setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &size, sizeof(size)))
		error(1, errno, "UDP_SEGMENT");
	for (size_t i = 0; i < length; i++)
		bytes[i] = content(i);
	for (; sender.sent < options->count; sender.sent++) {
		keep_step(&sender);
		if (sendto(fd, bytes, length, 0, to->ai_addr, to->ai_addrlen) < 0)
			error(1, errno, "datagram %lu", sender.sent + 1);
		sender.cut += length > (unsigned long)size;
	}
	printf("sent %lu, %lu to be cut\n", sender.sent, sender.cut);
	freeaddrinfo(to);
	close(fd);
}

static int listen_on(const char *port)
{
	struct sockaddr_in6 here = {.sin6_family = AF_INET6,
				    .sin6_port = htons((uint16_t)number(port))};
	struct timeval patience = {.tv_sec = WAIT_MILLISECONDS / 1000};
	int fd = socket(AF_INET6, SOCK_DGRAM, 0);

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) ||
	    bind(fd, (struct sockaddr *)&here, sizeof(here)))
		error(1, errno, "listen on %s", port);
	return fd;
}

static void take_datagrams(const struct options *options, char **args)
{
	unsigned long length = number(args[1]), all = length * options->count, taken = 0;
	static uint8_t bytes[UINT16_MAX];
	int fd = listen_on(args[0]);

	puts("ready");
	fflush(stdout);
	while (taken < all) {
		ssize_t size = recv(fd, bytes, sizeof(bytes), 0);

		if (size < 0)
			error(1, errno, "received %lu", taken);
		for (ssize_t i = 0; i < size; i++, taken++)
			if (bytes[i] != content(taken % length))
				error(1, 0, "byte %lu is wrong", taken);
	}
	printf("received %lu\n", taken);
	close(fd);
}

static void parse(struct options *options, int argc, char **argv)
{
	static const struct option longs[] = {
		{"mss", required_argument, NULL, 'm'},	 {"count", required_argument, NULL, 'c'},
		{"burst", required_argument, NULL, 'b'}, {"csum", no_argument, NULL, 's'},
		{"wait", no_argument, NULL, 'w'},	 {0}};
	int option;

	*options = (struct options){.count = 1};
	while ((option = getopt_long(argc, argv, "+", longs, NULL)) != -1) {
		switch (option) {
		case 'm':
			options->mss = number(optarg);
			break;
		case 'c':
			options->count = number(optarg);
			break;
		case 'b':
			options->burst = number(optarg);
			break;
		case 's':
			options->csum = true;
			break;
		case 'w':
			options->wait = true;
			break;
		default:
			exit(2);
		}
	}
}

int main(int argc, char **argv)
{
	struct options options;
	int left;

	parse(&options, argc, argv);
	argv += optind;
	left = argc - optind;
	if (left == 3 && strcmp(argv[0], "frames") == 0)
		send_frames(&options, argv + 1);
	else if (left == 5 && strcmp(argv[0], "datagrams") == 0)
		send_datagrams(&options, argv + 1);
	else if (left == 3 && strcmp(argv[0], "take") == 0)
		take_datagrams(&options, argv + 1);
	else
		error(2, 0,
		      "usage: exactsend [OPTION...] frames DEVICE CAPTURE | datagrams ADDRESS PORT BYTES SIZE | take PORT BYTES");
	return 0;
}
