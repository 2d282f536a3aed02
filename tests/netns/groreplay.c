/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which frames of a capture does this kernel's GRO merge?
 *
 *   groreplay DEVICE CASE.pcap CONTROL.pcap
 *
 * DEVICE is a TAP that is up, with gro_flush_timeout and napi_defer_hard_irqs set. The frames go into
 * it as from a NIC, one of CONTROL before each one of CASE and one behind the last, and come back from
 * a packet socket, behind GRO. For each that comes, a line is printed:
 *
 *   case|control LENGTH GSO_SIZE SEGMENTS
 *
 * The kernel also ends trains by the clock (each tick of it). CONTROL is a flow that GRO merges from
 * one end to the other: where its train is in one piece, no tick has cut that of CASE either. The two
 * captures have different source MAC addresses. In each, trains begin with frames as long as its first.
 */
#include <errno.h>
#include <error.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST_FRAMES	  64
#define MOST_BYTES	  2048
#define MOST_MERGED	  (1 << 17)
#define MOST_MILLISECONDS 10000

struct capture {
	const char *name;
	unsigned int frames, returned, lengths[MOST_FRAMES];
	unsigned char bytes[MOST_FRAMES][MOST_BYTES];
};

static void load(struct capture *capture, const char *path)
{
	char words[PCAP_ERRBUF_SIZE];
	pcap_t *file = pcap_open_offline(path, words);
	struct pcap_pkthdr *header;
	const unsigned char *bytes;

	if (!file)
		error(1, 0, "%s", words);
	while (pcap_next_ex(file, &header, &bytes) == 1) {
		if (capture->frames == MOST_FRAMES || header->caplen > MOST_BYTES ||
		    header->caplen < ETH_HLEN)
			error(1, 0, "%s: too many frames, or too long or short ones", path);
		memcpy(capture->bytes[capture->frames], bytes, header->caplen);
		capture->lengths[capture->frames++] = header->caplen;
	}
	pcap_close(file);
	if (!capture->frames)
		error(1, 0, "%s: no frames", path);
}

static int open_tap(const char *device)
{
	struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_NAPI | IFF_VNET_HDR};
	int fd = open("/dev/net/tun", O_RDWR);

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", device);
	if (fd < 0 || ioctl(fd, TUNSETIFF, &request))
		error(1, errno, "%s: no TAP with NAPI", device);
	return fd;
}

/* Sees what the device hands to the stack. */
static int open_tail(const char *device)
{
	struct sockaddr_ll from = {.sll_family = AF_PACKET,
				   .sll_protocol = htons(ETH_P_ALL),
				   .sll_ifindex = (int)if_nametoindex(device)};
	int fd = socket(AF_PACKET, SOCK_RAW, 0), one = 1;

	if (fd < 0 || setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &one, sizeof(one)) ||
	    bind(fd, (struct sockaddr *)&from, sizeof(from)))
		error(1, errno, "%s: no packet socket", device);
	return fd;
}

static void send_frame(int tap, const struct capture *capture, unsigned int i)
{
	unsigned char bytes[sizeof(struct virtio_net_hdr) + MOST_BYTES] = {0};
	size_t size = sizeof(struct virtio_net_hdr) + capture->lengths[i];

	/* An empty virtio header: the kernel checks the checksums itself. */
	memcpy(bytes + sizeof(struct virtio_net_hdr), capture->bytes[i], capture->lengths[i]);
	if (write(tap, bytes, size) != (ssize_t)size)
		error(1, errno, "%s: frame %u", capture->name, i + 1);
}

/* How many frames as sent are in one that came back. */
static unsigned int segments(const struct capture *capture, size_t length, unsigned int gso_size)
{
	if (!gso_size || length <= capture->lengths[0])
		return 1;
	return (unsigned int)((length - capture->lengths[0] + gso_size - 1) / gso_size + 1);
}

static bool is_of(const struct capture *capture, const unsigned char *frame)
{
	return memcmp(capture->bytes[0] + ETH_ALEN, frame + ETH_ALEN, ETH_ALEN) == 0;
}

static void receive_frame(int tail, struct capture *const captures[2])
{
	static unsigned char bytes[MOST_MERGED];
	struct sockaddr_ll from;
	socklen_t size = sizeof(from);
	struct virtio_net_hdr header;
	ssize_t n = recvfrom(tail, bytes, sizeof(bytes), 0, (struct sockaddr *)&from, &size);
	size_t length;

	if (n < 0)
		error(1, errno, "packet socket");
	length = (size_t)n - sizeof(header);
	if ((size_t)n < sizeof(header) + ETH_HLEN || from.sll_pkttype == PACKET_OUTGOING)
		return;
	memcpy(&header, bytes, sizeof(header));
	for (int i = 0; i < 2; i++) {
		unsigned int held;

		if (!is_of(captures[i], bytes + sizeof(header)))
			continue;
		held = segments(captures[i], length, header.gso_size);
		captures[i]->returned += held;
		printf("%s %zu %u %u\n", captures[i]->name, length, header.gso_size, held);
	}
}

static bool is_through(const struct capture *capture)
{
	return capture->returned >= capture->frames;
}

int main(int argc, char **argv)
{
	static struct capture subject = {.name = "case"}, control = {.name = "control"};
	struct capture *const captures[2] = {&subject, &control};
	struct pollfd wait = {.events = POLLIN};
	int tap;

	if (argc != 4)
		error(2, 0, "usage: groreplay DEVICE CASE.pcap CONTROL.pcap");
	load(&subject, argv[2]);
	load(&control, argv[3]);
	if (control.frames != subject.frames + 1 || is_of(&control, subject.bytes[0]))
		error(1, 0, "%s: needs one frame more, and another source", argv[3]);
	tap = open_tap(argv[1]);
	wait.fd = open_tail(argv[1]);
	for (unsigned int i = 0; i < subject.frames; i++) {
		send_frame(tap, &control, i);
		send_frame(tap, &subject, i);
	}
	send_frame(tap, &control, subject.frames);
	while (!is_through(&subject) || !is_through(&control)) {
		if (poll(&wait, 1, MOST_MILLISECONDS) <= 0)
			error(1, 0, "only %u and %u frames came back", subject.returned,
			      control.returned);
		receive_frame(wait.fd, captures);
	}
	close(wait.fd);
	close(tap);
	return 0;
}
