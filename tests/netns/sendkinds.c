/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames of kinds that need a special sender.
 *
 *   sendkinds udp ADDRESS PORT BYTES SEGMENT    datagrams of SEGMENT bytes, given to the kernel as one
 *   sendkinds tagged DEVICE ID                  a UDP packet of 100 bytes to port 7 with a VLAN tag, its
 *                                               checksum to be filled in
 *   sendkinds tap DEVICE KIND...                frames from behind a TAP, UDP of 1000 bytes to port 7:
 *                                               plain, ufo (a kind that the kernel cannot tell packet
 *                                               sockets of), mark (to port 9)
 */
#include <arpa/inet.h>
#include <errno.h>
#include <error.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* UDP_SEGMENT of linux/udp.h, which does not go with netinet/in.h everywhere. */
#define SEGMENT_OPTION 103

#define HEADERS (ETH_HLEN + 20 + 8)

static void put_u16(uint8_t *p, unsigned int value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
}

/* Ethernet, IPv4 and UDP without a checksum; returns the length. */
static size_t build(uint8_t *frame, unsigned int port, size_t payload)
{
	uint8_t *ip = frame + ETH_HLEN, *udp = ip + 20;
	uint32_t sum = 0;

	memset(frame, 0, HEADERS + payload);
	memcpy(frame, "\xff\xff\xff\xff\xff\xff\x02\x00\x00\x00\x00\x07", 12);
	put_u16(frame + 12, ETH_P_IP);
	ip[0] = 0x45;
	put_u16(ip + 2, (unsigned int)(28 + payload));
	ip[8] = 64;
	ip[9] = IPPROTO_UDP;
	memcpy(ip + 12, "\x0a\x42\x00\x07\x0a\x42\x00\x08", 8);
	for (unsigned int i = 0; i < 20; i += 2)
		sum += (uint32_t)(ip[i] << 8 | ip[i + 1]);
	sum = (sum & 0xffff) + (sum >> 16);
	put_u16(ip + 10, ~sum & 0xffff);
	put_u16(udp, 7000);
	put_u16(udp + 2, port);
	put_u16(udp + 4, (unsigned int)(8 + payload));
	return HEADERS + payload;
}

static void send_udp(char **words)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
				 .sin_port = htons((uint16_t)strtoul(words[1], NULL, 10))};
	size_t bytes = strtoul(words[2], NULL, 10);
	int fd = socket(AF_INET, SOCK_DGRAM, 0), segment = (int)strtoul(words[3], NULL, 10);
	static uint8_t payload[65536];

	if (inet_pton(AF_INET, words[0], &to.sin_addr) != 1 || bytes > sizeof(payload))
		error(2, 0, "not an address, or too many bytes");
	if (fd < 0 || setsockopt(fd, IPPROTO_UDP, SEGMENT_OPTION, &segment, sizeof(segment)))
		error(1, errno, "UDP_SEGMENT");
	if (sendto(fd, payload, bytes, 0, (struct sockaddr *)&to, sizeof(to)) != (ssize_t)bytes)
		error(1, errno, "sending");
	close(fd);
}

static void send_tagged(char **words)
{
	int fd = socket(AF_PACKET, SOCK_RAW, 0);
	struct sockaddr_ll to = {.sll_family = AF_PACKET};
	struct virtio_net_hdr known = {.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
				       .csum_start = 4 + ETH_HLEN + 20,
				       .csum_offset = 6};
	uint8_t bytes[sizeof(known) + 4 + HEADERS + 100], *frame = bytes + sizeof(known);
	struct ifreq device = {0};
	size_t length;
	int one = 1;

	snprintf(device.ifr_name, sizeof(device.ifr_name), "%s", words[0]);
	if (fd < 0 || ioctl(fd, SIOCGIFINDEX, &device) < 0)
		error(1, errno, "%s", words[0]);
	to.sll_ifindex = device.ifr_ifindex;
	length = build(frame + 4, 7, 100);
	memmove(frame, frame + 4, 12);
	put_u16(frame + 12, ETH_P_8021Q);
	put_u16(frame + 14, (unsigned int)strtoul(words[1], NULL, 10));
	memcpy(bytes, &known, sizeof(known));
	if (setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &one, sizeof(one)) < 0 ||
	    sendto(fd, bytes, sizeof(known) + length + 4, 0, (struct sockaddr *)&to, sizeof(to)) <
		    0)
		error(1, errno, "sending");
	close(fd);
}

static int open_tap(const char *name)
{
	struct ifreq device = {.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR};
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);

	snprintf(device.ifr_name, sizeof(device.ifr_name), "%s", name);
	if (fd < 0 || ioctl(fd, TUNSETIFF, &device) < 0)
		error(1, errno, "%s", name);
	return fd;
}

static void send_from_tap(int fd, const char *kind)
{
	struct virtio_net_hdr known = {0};
	uint8_t bytes[sizeof(known) + HEADERS + 1000], *frame = bytes + sizeof(known);
	size_t length = build(frame, strcmp(kind, "mark") ? 7 : 9, 1000);

	if (!strcmp(kind, "ufo")) {
		known.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
		known.csum_start = ETH_HLEN + 20;
		known.csum_offset = 6;
		known.gso_type = VIRTIO_NET_HDR_GSO_UDP;
		known.gso_size = 400;
		known.hdr_len = HEADERS;
	}
	memcpy(bytes, &known, sizeof(known));
	if (write(fd, bytes, sizeof(known) + length) < 0)
		error(1, errno, "sending");
}

int main(int argc, char **argv)
{
	if (argc == 6 && !strcmp(argv[1], "udp")) {
		send_udp(argv + 2);
	} else if (argc == 4 && !strcmp(argv[1], "tagged")) {
		send_tagged(argv + 2);
	} else if (argc > 3 && !strcmp(argv[1], "tap")) {
		int fd = open_tap(argv[2]);

		for (int i = 3; i < argc; i++)
			send_from_tap(fd, argv[i]);
		close(fd);
	} else {
		error(2, 0, "usage: sendkinds udp|tagged|tap ...");
	}
	return 0;
}
