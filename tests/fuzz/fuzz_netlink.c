/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Can any answer of a kernel, recorded or made up, lead a reader astray? The input is one netlink
 * message, read as everything that it could be.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/nl/details.h"
#include "lib/nl/ethtool.h"
#include "lib/nl/link.h"
#include "lib/nl/monitor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct feature_names names = {
	.count = 4,
	.names = {"tx-scatter-gather", NULL, "rx-gro", "rx-lro"},
};

static void read_link(const struct nlmsghdr *message)
{
	struct arena arena = {0};
	struct device device;
	struct err err = {0};

	if (link_decode(message, &device, &arena, &err) == 0 &&
	    (!*device.name || memchr(device.name, '\0', sizeof(device.name)) == NULL))
		abort();
	arena_free(&arena);
}

static void read_features(const struct nlmsghdr *message)
{
	struct features_change change;
	struct feature_sets sets;
	struct err err = {0};

	if (ethtool_decode_features(message, &names, &sets, &err) < 0 && !err.code)
		abort();
	err = (struct err){0};
	if (ethtool_decode_change(message, &names, &change, &err) < 0 && !err.code)
		abort();
}

static void read_details(const struct nlmsghdr *message)
{
	static wire_handler *const decoders[] = {
		details_decode_settings,      details_decode_linkmodes,	    details_decode_rss,
		details_decode_private_flags, details_decode_private_names, details_decode_tunnels,
		details_decode_counters,      details_decode_queue,	    details_decode_napi,
	};
	struct device_details details = {0};
	struct device devices[] = {{.ifindex = 3, .name = "v0", .details = &details}};
	struct snapshot snapshot = {.devices = devices, .ndevices = 1};

	for (size_t i = 0; i < array_size(decoders); i++) {
		struct err err = {0};

		if (decoders[i](message, &snapshot, &err) < 0 && !err.code)
			abort();
	}
	arena_free(&snapshot.arena);
}

static void read_notice(const struct nlmsghdr *message)
{
	static const struct genl_family ethtool = {.id = 21};
	struct notice notice;

	for (int protocol = WIRE_ROUTE; protocol <= WIRE_GENERIC; protocol++)
		if (notice_read(message, protocol, &ethtool, &notice) &&
		    (notice.ifindex <= 0) != (notice.kind == NOTICE_FEATURES))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nlmsghdr *message;

	if (size < sizeof(*message) || size > 65535)
		return 0;
	/* Exactly as long as it says, so that the sanitizer sees every byte too far. */
	message = malloc(size);
	if (!message)
		return 0;
	memcpy(message, data, size);
	message->nlmsg_len = (uint32_t)size;
	read_link(message);
	read_features(message);
	read_details(message);
	read_notice(message);
	free(message);
	return 0;
}
