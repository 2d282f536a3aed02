/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Move bytes over TCP, to have traffic to capture; with events to wait for.
 *
 *   transfer listen PORT             prints "ready", takes one connection, prints "received BYTES"
 *   transfer send ADDRESS PORT BYTES [PIECE]    ends when the other side has closed too
 *
 * PIECE is how much one write() gives to the kernel; TCP_NODELAY is set, so small pieces become small
 * packets.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <error.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Nothing here takes that long; a lost peer shall not hold up the tests for ever. */
#define SECONDS_AT_MOST 60

static unsigned long number(const char *text, unsigned long most)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (*end || end == text || value > most)
		error(2, 0, "not a number up to %lu: %s", most, text);
	return value;
}

static int tcp_socket(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) ||
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)))
		error(1, errno, "socket");
	return fd;
}

static struct sockaddr_in endpoint(const char *address, const char *port)
{
	struct sockaddr_in in = {.sin_family = AF_INET,
				 .sin_port = htons((uint16_t)number(port, 65535))};

	if (inet_pton(AF_INET, address, &in.sin_addr) != 1)
		error(2, 0, "not an IPv4 address: %s", address);
	return in;
}

static unsigned long read_all(int fd)
{
	static char buffer[1 << 16];
	unsigned long sum = 0;
	ssize_t n;

	while ((n = read(fd, buffer, sizeof(buffer))) > 0)
		sum += (unsigned long)n;
	if (n < 0)
		error(1, errno, "read");
	return sum;
}

static void write_all(int fd, unsigned long bytes, unsigned long piece)
{
	static char buffer[1 << 16];

	memset(buffer, 'n', sizeof(buffer));
	while (bytes) {
		unsigned long wanted = bytes < piece ? bytes : piece;
		ssize_t n = write(fd, buffer, wanted);

		if (n < 0)
			error(1, errno, "write");
		bytes -= (unsigned long)n;
	}
}

static void take_one(const char *port)
{
	struct sockaddr_in in = endpoint("0.0.0.0", port);
	int listener = tcp_socket(), fd;

	if (bind(listener, (struct sockaddr *)&in, sizeof(in)) || listen(listener, 1))
		error(1, errno, "listen on %s", port);
	puts("ready");
	fflush(stdout);
	fd = accept(listener, NULL, NULL);
	if (fd < 0)
		error(1, errno, "accept");
	printf("received %lu\n", read_all(fd));
	close(fd);
	close(listener);
}

static void send_bytes(const struct sockaddr_in *to, unsigned long bytes, unsigned long piece)
{
	int fd = tcp_socket();

	if (connect(fd, (const struct sockaddr *)to, sizeof(*to)))
		error(1, errno, "connect");
	write_all(fd, bytes, piece);
	if (shutdown(fd, SHUT_WR))
		error(1, errno, "shutdown");
	read_all(fd);
	close(fd);
}

int main(int argc, char **argv)
{
	struct sockaddr_in to;

	alarm(SECONDS_AT_MOST);
	if (argc == 3 && strcmp(argv[1], "listen") == 0) {
		take_one(argv[2]);
	} else if ((argc == 5 || argc == 6) && strcmp(argv[1], "send") == 0) {
		to = endpoint(argv[2], argv[3]);
		send_bytes(&to, number(argv[4], 1ul << 30),
			   argc == 6 ? number(argv[5], 1 << 16) : 1 << 16);
	} else {
		error(2, 0, "usage: transfer listen PORT | send ADDRESS PORT BYTES [PIECE]");
	}
	return 0;
}
