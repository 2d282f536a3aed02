/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests of a plan on their way to the kernel.
 */
#ifndef NOD_CMD_SEND_H
#define NOD_CMD_SEND_H

#include "cmd/live.h"
#include "lib/model/plan.h"

/**
 * struct demand - features of one device to be requested
 */
struct demand {
	int ifindex;
	struct feature_bits mask, value;
};

/*
 * Send one. -1 and @err: the kernel refused it as a whole, and nothing was changed by it; *@permission
 * says whether for want of one.
 */
int send_demand(struct live *live, const struct feature_names *names, const struct demand *demand,
		bool *permission, struct err *err) attr_must_check;

/*
 * Whether the kernel would let this process change features: asked with a request that changes none.
 * -1 and @err, which names the capability and the namespace.
 */
int send_may(struct live *live, const struct feature_names *names, int ifindex,
	     struct err *err) attr_must_check;

/* Fill @err: which capability is missing, in which namespace. Returns -1. */
int send_forbidden(const struct live *live, struct err *err);

#endif
