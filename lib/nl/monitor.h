/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Notifications: what changes on network devices, as the kernel tells it.
 */
#ifndef NOD_NL_MONITOR_H
#define NOD_NL_MONITOR_H

#include "lib/model/device.h"
#include "lib/nl/wire.h"

enum notice_kind {
	NOTICE_LINK,	    /* message: for link_decode(), the link as a whole */
	NOTICE_GONE,	    /* the device is no more */
	NOTICE_MOVED,	    /* the device went to another namespace */
	NOTICE_FEATURES,    /* message: for ethtool_decode_features() */
	NOTICE_FORWARDING4, /* on: IPv4 forwarding of the device */
	NOTICE_FORWARDING6,
};

/**
 * struct notice - one notification
 * @ifindex: of the device; 0 for NOTICE_FEATURES, whose message names it
 * @message: borrowed for the call
 */
struct notice {
	enum notice_kind kind;
	int ifindex;
	bool on;
	const struct nlmsghdr *message;
};

/*
 * Pure: what a notification is about; false if it is not for nod. Messages that show only one side of a
 * link (of a bridge about its port, of a wireless driver) are not.
 */
bool notice_read(const struct nlmsghdr *message, enum wire_protocol protocol,
		 const struct genl_family *ethtool, struct notice *notice);

struct monitor;

/* Subscribe to links, forwarding and the features of ethtool in the present namespace. */
struct monitor *monitor_open(const struct genl_family *ethtool, struct err *err) attr_must_check;
void monitor_close(struct monitor *monitor);

/* Descriptors for poll(2): two, both for POLLIN. */
#define MONITOR_FDS 2
void monitor_fds(const struct monitor *monitor, int fds[MONITOR_FDS]);

/* 0 to go on, -1 and @err to stop. */
typedef int monitor_handler(const struct notice *notice, void *data, struct err *err);

/*
 * Read what is there, up to some hundred messages, without waiting. Returns 1 if messages were lost
 * (a socket overran): the caller has to look at everything again; 0 if not; -1 and @err.
 */
int monitor_read(struct monitor *monitor, monitor_handler *handler, void *data,
		 struct err *err) attr_must_check;

#endif
