/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Move bytes over TCP, to have traffic to capture; with events to wait for.
 *
 *   transfer listen PORT             prints "ready", takes one connection, prints "received BYTES"
 *   transfer send ADDRESS PORT BYTES [PIECE]    ends when the other side has closed too
 *
 * PIECE is how much one write() gives to the kernel; TCP_NODELAY is set, so small pieces become small
 * packets. No byte is where it should not be: the receiver fails at the first that is.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <error.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
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

static int tcp_socket(int family)
{
	int fd = socket(family, SOCK_STREAM, 0), one = 1;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) ||
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)))
		error(1, errno, "socket");
	return fd;
}

static struct addrinfo *endpoint(const char *address, const char *port)
{
	struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
				 .ai_socktype = SOCK_STREAM},
			*found;

	number(port, 65535);
	if (getaddrinfo(address, port, &hints, &found))
		error(2, 0, "not an address: %s", address);
	return found;
}

/* The byte at an offset: no period that a piece or a segment could have. */
static unsigned char content(unsigned long offset)
{
	uint64_t word = (offset / 8 + 1) * 0x9e3779b97f4a7c15ull;

	return (unsigned char)((word ^ word >> 29) >> offset % 8 * 8);
}

static unsigned long read_all(int fd)
{
	static unsigned char buffer[1 << 16];
	unsigned long sum = 0;
	ssize_t n;

	while ((n = read(fd, buffer, sizeof(buffer))) > 0)
		for (ssize_t i = 0; i < n; i++, sum++)
			if (buffer[i] != content(sum))
				error(1, 0, "byte %lu is wrong", sum);
	if (n < 0)
		error(1, errno, "read");
	return sum;
}

static void write_all(int fd, unsigned long bytes, unsigned long piece)
{
	static unsigned char buffer[1 << 16];
	unsigned long sent = 0;

	while (sent < bytes) {
		unsigned long wanted = bytes - sent < piece ? bytes - sent : piece;
		ssize_t n;

		for (unsigned long i = 0; i < wanted; i++)
			buffer[i] = content(sent + i);
		n = write(fd, buffer, wanted);
		if (n < 0)
			error(1, errno, "write");
		sent += (unsigned long)n;
	}
}

/* Of both families, where there are both. */
static int listen_on(const char *port)
{
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6,
				   .sin6_port = htons((uint16_t)number(port, 65535))};
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = in6.sin6_port};
	int probe = socket(AF_INET6, SOCK_STREAM, 0), fd;

	fd = tcp_socket(probe < 0 ? AF_INET : AF_INET6);
	if (bind(fd, probe < 0 ? (struct sockaddr *)&in : (struct sockaddr *)&in6,
		 probe < 0 ? sizeof(in) : sizeof(in6)) ||
	    listen(fd, 1))
		error(1, errno, "listen on %s", port);
	if (probe >= 0)
		close(probe);
	return fd;
}

static void take_one(const char *port)
{
	int listener = listen_on(port), fd;

	puts("ready");
	fflush(stdout);
	fd = accept(listener, NULL, NULL);
	if (fd < 0)
		error(1, errno, "accept");
	printf("received %lu\n", read_all(fd));
	close(fd);
	close(listener);
}

static void send_bytes(const struct addrinfo *to, unsigned long bytes, unsigned long piece)
{
	int fd = tcp_socket(to->ai_family);

	if (connect(fd, to->ai_addr, to->ai_addrlen))
		error(1, errno, "connect");
	write_all(fd, bytes, piece);
	if (shutdown(fd, SHUT_WR))
		error(1, errno, "shutdown");
	read_all(fd);
	close(fd);
}

int main(int argc, char **argv)
{
	struct addrinfo *to;

	alarm(SECONDS_AT_MOST);
	if (argc == 3 && strcmp(argv[1], "listen") == 0) {
		take_one(argv[2]);
	} else if ((argc == 5 || argc == 6) && strcmp(argv[1], "send") == 0) {
		to = endpoint(argv[2], argv[3]);
		send_bytes(to, number(argv[4], 1ul << 30),
			   argc == 6 ? number(argv[5], 1 << 16) : 1 << 16);
		freeaddrinfo(to);
	} else {
		error(2, 0, "usage: transfer listen PORT | send ADDRESS PORT BYTES [PIECE]");
	}
	return 0;
}
