/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does the kernel tell on its own, and did all of it arrive?
 */
#include <errno.h>
#include <linux/ethtool_netlink.h>
#include <linux/genetlink.h>
#include <linux/if_link.h>
#include <linux/netconf.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "lib/nl/monitor.h"

/* A netlink message has at most this many bytes. */
#define RECEIVE_BYTES (64u * 1024)

/* What the kernel may keep for us. A thousand links in a row need about this much. */
#define QUEUE_BYTES (4 * 1024 * 1024)

/* Datagrams of one socket in one go: the other one has to get its turn. */
#define DATAGRAMS_MAX 256

struct monitor {
	struct genl_family ethtool;
	struct mnl_socket *sockets[MONITOR_FDS]; /* by enum wire_protocol */
	union {
		struct nlmsghdr header;
		char bytes[RECEIVE_BYTES];
	} received;
};

static bool read_link(const struct nlmsghdr *message, struct notice *notice)
{
	const struct nlattr *attrs[IFLA_MAX + 1];
	const struct ifinfomsg *header = mnl_nlmsg_get_payload(message);

	if (wire_attributes(message, sizeof(*header), attrs, IFLA_MAX) < 0 ||
	    header->ifi_family != AF_UNSPEC || header->ifi_index <= 0)
		return false;
	notice->ifindex = header->ifi_index;
	if (message->nlmsg_type == RTM_NEWLINK) {
		notice->kind = NOTICE_LINK;
		return attrs[IFLA_MTU];
	}
	notice->kind = attrs[IFLA_NEW_NETNSID] ? NOTICE_MOVED : NOTICE_GONE;
	return true;
}

static bool read_netconf(const struct nlmsghdr *message, struct notice *notice)
{
	const struct nlattr *attrs[NETCONFA_MAX + 1];
	const struct netconfmsg *header = mnl_nlmsg_get_payload(message);
	uint32_t ifindex, forwarding;

	if (wire_attributes(message, sizeof(*header), attrs, NETCONFA_MAX) < 0 ||
	    (header->ncm_family != AF_INET && header->ncm_family != AF_INET6) ||
	    !attr_get_u32(attrs[NETCONFA_IFINDEX], &ifindex) ||
	    !attr_get_u32(attrs[NETCONFA_FORWARDING], &forwarding))
		return false;
	notice->kind = header->ncm_family == AF_INET ? NOTICE_FORWARDING4 : NOTICE_FORWARDING6;
	notice->ifindex = (int)ifindex;
	notice->on = forwarding != 0;
	/* Negative numbers stand for all devices and for those to come. */
	return notice->ifindex > 0;
}

static bool read_generic(const struct nlmsghdr *message, const struct genl_family *ethtool,
			 struct notice *notice)
{
	const struct genlmsghdr *header = mnl_nlmsg_get_payload(message);

	notice->kind = NOTICE_FEATURES;
	return message->nlmsg_type == ethtool->id &&
	       mnl_nlmsg_get_payload_len(message) >= sizeof(*header) &&
	       header->cmd == ETHTOOL_MSG_FEATURES_NTF;
}

bool notice_read(const struct nlmsghdr *message, enum wire_protocol protocol,
		 const struct genl_family *ethtool, struct notice *notice)
{
	*notice = (struct notice){.message = message};
	if (protocol == WIRE_GENERIC)
		return read_generic(message, ethtool, notice);
	switch (message->nlmsg_type) {
	case RTM_NEWLINK:
	case RTM_DELLINK:
		return read_link(message, notice);
	case RTM_NEWNETCONF:
		return read_netconf(message, notice);
	default:
		return false;
	}
}

static int join(struct mnl_socket *nl, uint32_t group)
{
	return mnl_socket_setsockopt(nl, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group));
}

static struct mnl_socket *open_socket(int protocol, struct err *err)
{
	struct mnl_socket *nl = mnl_socket_open2(protocol, SOCK_CLOEXEC | SOCK_NONBLOCK);
	int bytes = QUEUE_BYTES, fd;

	if (!nl || mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0) {
		err_set_errno(err, "opening a netlink socket");
		if (nl)
			mnl_socket_close(nl);
		return NULL;
	}
	/* More than the limit of the machine is for root alone; with less, more is lost and looked up. */
	fd = mnl_socket_get_fd(nl);
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) < 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	return nl;
}

static int subscribe(struct monitor *monitor, struct err *err)
{
	static const uint32_t groups[] = {RTNLGRP_LINK, RTNLGRP_IPV4_NETCONF, RTNLGRP_IPV6_NETCONF};

	for (size_t i = 0; i < array_size(groups); i++)
		if (join(monitor->sockets[WIRE_ROUTE], groups[i]) < 0)
			return err_set_errno(err, "subscribing to changes of links");
	if (join(monitor->sockets[WIRE_GENERIC], monitor->ethtool.monitor_group) < 0)
		return err_set_errno(err, "subscribing to changes of features");
	return 0;
}

struct monitor *monitor_open(const struct genl_family *ethtool, struct err *err)
{
	struct monitor *monitor;

	if (!ethtool->id || !ethtool->monitor_group) {
		err_set(err, ERR_UNSUPPORTED, "the kernel does not tell changes of features");
		return NULL;
	}
	monitor = calloc(1, sizeof(*monitor));
	if (!monitor) {
		err_set(err, ERR_MEMORY, "out of memory");
		return NULL;
	}
	monitor->ethtool = *ethtool;
	monitor->sockets[WIRE_ROUTE] = open_socket(NETLINK_ROUTE, err);
	if (monitor->sockets[WIRE_ROUTE])
		monitor->sockets[WIRE_GENERIC] = open_socket(NETLINK_GENERIC, err);
	if (!monitor->sockets[WIRE_GENERIC] || subscribe(monitor, err) < 0) {
		monitor_close(monitor);
		return NULL;
	}
	return monitor;
}

void monitor_close(struct monitor *monitor)
{
	if (!monitor)
		return;
	for (size_t i = 0; i < array_size(monitor->sockets); i++)
		if (monitor->sockets[i])
			mnl_socket_close(monitor->sockets[i]);
	free(monitor);
}

void monitor_fds(const struct monitor *monitor, int fds[MONITOR_FDS])
{
	for (size_t i = 0; i < MONITOR_FDS; i++)
		fds[i] = mnl_socket_get_fd(monitor->sockets[i]);
}

/**
 * struct reading - one socket while it is emptied
 * @lost: messages that should have come did not
 */
struct reading {
	struct monitor *monitor;
	enum wire_protocol protocol;
	monitor_handler *handler;
	void *data;
	bool lost;
};

static int take(const struct reading *reading, size_t length, struct err *err)
{
	const struct nlmsghdr *message = &reading->monitor->received.header;
	int left = (int)length;

	for (; wire_message_ok(message, left); message = mnl_nlmsg_next(message, &left)) {
		struct notice notice;

		if (notice_read(message, reading->protocol, &reading->monitor->ethtool, &notice) &&
		    reading->handler(&notice, reading->data, err) < 0)
			return -1;
	}
	return 0;
}

/* 1 if there may be more, 0 if there is nothing now; -1 and @err. */
static int receive(struct reading *reading, struct err *err)
{
	struct monitor *monitor = reading->monitor;
	struct sockaddr_nl from = {0};
	struct iovec bytes = {.iov_base = &monitor->received, .iov_len = RECEIVE_BYTES};
	struct msghdr datagram = {
		.msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &bytes, .msg_iovlen = 1};
	ssize_t length = recvmsg(mnl_socket_get_fd(monitor->sockets[reading->protocol]), &datagram,
				 MSG_DONTWAIT);

	if (length < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return 0;
	if (length < 0 && errno == EINTR)
		return 1;
	if (length < 0 && errno == ENOBUFS) {
		reading->lost = true;
		return 1;
	}
	if (length < 0)
		return err_set_errno(err, "reading notifications");
	reading->lost |= datagram.msg_flags & MSG_TRUNC;
	/* Only the kernel is believed. */
	if (from.nl_pid != 0)
		return 1;
	return take(reading, (size_t)length, err) < 0 ? -1 : 1;
}

int monitor_read(struct monitor *monitor, monitor_handler *handler, void *data, struct err *err)
{
	struct reading reading = {.monitor = monitor, .handler = handler, .data = data};

	for (size_t i = 0; i < MONITOR_FDS; i++) {
		int result = 1;

		reading.protocol = (enum wire_protocol)i;
		for (size_t n = 0; result > 0 && n < DATAGRAMS_MAX; n++)
			result = receive(&reading, err);
		if (result < 0)
			return -1;
	}
	return reading.lost;
}
