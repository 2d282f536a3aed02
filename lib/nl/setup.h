/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Devices for a network of nod's own: how requests to make them and set them up are written.
 *
 * They are for a private namespace (lib/host/private.h), where all devices are made by whoever asks and
 * go with it. Nothing here is for a device that somebody else uses.
 */
#ifndef NOD_NL_SETUP_H
#define NOD_NL_SETUP_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/nl/wire.h"

/**
 * struct setup_tbf - a token bucket (tbf) at the root of a device
 * @rate: bytes a second; any number, also those of 64 bits
 * @burst: what the bucket holds, in bytes; no frame may be longer. The bucket is full again after each
 *         change
 * @limit: bytes that can wait
 * @overhead: bytes by which each frame, and the bucket, count for more
 */
struct setup_tbf {
	uint64_t rate;
	uint32_t burst, limit;
	uint16_t overhead;
};

/*
 * Pure: put a request into @buffer, which is aligned and has WIRE_REQUEST_BYTES. To be sent with
 * setup_ask().
 */

/* A pair of veth, with one queue each. */
struct nlmsghdr *setup_encode_veth(void *buffer, const char *name, const char *peer, uint32_t mtu);

/*
 * A tunnel device that takes whatever comes to the UDP port @port over IPv4 and IPv6 ("external": no peer,
 * no VNI). @kind is "vxlan" or "geneve".
 */
struct nlmsghdr *setup_encode_tunnel(void *buffer, const char *name, const char *kind,
				     uint16_t port);

/* No IPv6 address of its own, without which IPv6 says nothing. Before the device is up. */
struct nlmsghdr *setup_encode_silent(void *buffer, int ifindex);

struct nlmsghdr *setup_encode_up(void *buffer, int ifindex);

/* Add a token bucket, or change the one that was added. */
struct nlmsghdr *setup_encode_tbf(void *buffer, int ifindex, const struct setup_tbf *tbf,
				  bool change);

/*
 * Ask for it. WIRE_REFUSED also fills @err, with the kernel's words: wire_refusal() tells what was
 * refused for which reason (EOPNOTSUPP: no such kind of device).
 */
enum wire_result setup_ask(struct wire *wire, struct nlmsghdr *request, const char *doing,
			   struct err *err) attr_must_check;

#endif
