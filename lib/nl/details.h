/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside of gather_details(): decoders of the answers, and what they share. Nothing outside of
 * lib/nl/details*.c and lib/nl/netdev.c needs this, but for tests.
 */
#ifndef NOD_NL_DETAILS_H
#define NOD_NL_DETAILS_H

#include "lib/model/device.h"
#include "lib/nl/wire.h"

/*
 * The decoders: each is a wire_handler for one kind of answer whose data is a struct snapshot. It
 * puts what the message says into the details of the message's device, in place of what was there;
 * queues and NAPIs are added instead. Devices that are not in the snapshot or have no details are
 * passed over, and so is an attribute that is too short for its type. -1 and ERR_FORMAT for a message
 * that is cut short or of another kind, or ERR_MEMORY. They look at nothing but message and snapshot.
 */
wire_handler details_decode_settings;  /* rings, channels, coalescing, pause: by the command */
wire_handler details_decode_linkmodes; /* only the speed */
wire_handler details_decode_rss;
wire_handler details_decode_private_flags; /* without names: see below */
wire_handler details_decode_private_names;
wire_handler details_decode_tunnels;
wire_handler details_decode_counters; /* qstats of a device */
wire_handler details_decode_queue;    /* qstats of a queue */
wire_handler details_decode_napi;

/*
 * Between details_decode_private_flags() and this one, facts of private flags have the number of
 * their bit as index and no key, but for those that details_decode_private_names() saw. Drop what
 * still has none.
 */
void details_drop_unnamed(struct fact_list *list);

/* Room for the attributes of every message here; those with a larger number are left out. */
#define DETAIL_ATTRS 64

/* How an attribute is read. */
enum detail_type {
	DETAIL_U8,
	DETAIL_FLAG, /* u8, of which anything but 0 is true */
	DETAIL_U32,
	DETAIL_UINT, /* u32 or u64 */
};

/**
 * struct detail - one attribute and the fact that it becomes
 * @attr: its number, below DETAIL_ATTRS
 * @type: enum detail_type
 * @key, @unit: of the fact
 * @names: the value is an index into these and the fact a string; NULL: the fact is a number.
 *         Ended by NULL; a value without a name makes no fact
 */
struct detail {
	uint8_t attr, type;
	const char *key, *unit;
	const char *const *names;
};

/* Make the facts of those of @details (ended by a NULL key) that are in @attrs, in that order. */
int details_facts(const struct detail *details, const struct nlattr *const *attrs,
		  struct fact_list *list, struct arena *arena, struct err *err);

/*
 * The attributes of a message of @family's kind, into @attrs of DETAIL_ATTRS entries, and its device.
 * Returns 1; 0 if details of that device are not wanted, or there is no such device; -1 and @err.
 */
int details_open_ethtool(const struct nlmsghdr *message, struct snapshot *snapshot,
			 const struct nlattr **attrs, struct device **device, struct err *err);
int details_open_netdev(const struct nlmsghdr *message, struct snapshot *snapshot,
			const struct nlattr **attrs, struct device **device, struct err *err);

/* The command of a generic netlink message whose attributes could be read. */
uint8_t details_command(const struct nlmsghdr *message) attr_pure;

/*
 * Room for one more behind the @count items of @size bytes at @items: either @items itself or a
 * larger copy in @arena. NULL if there is no memory. A list must only ever grow through this.
 */
void *details_room(void *items, size_t count, size_t size, struct arena *arena) attr_must_check;

#endif
