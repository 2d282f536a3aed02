/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Can any answer of a kernel, recorded or made up, lead a reader astray? The input is one netlink
 * message, read as everything that it could be.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/nl/ethtool.h"
#include "lib/nl/link.h"

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
	free(message);
	return 0;
}
