/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * simcap: a clean capture in, the capture that a NIC with quirks would have made of it out.
 */
#ifndef TESTS_TOOLS_SIMCAP_H
#define TESTS_TOOLS_SIMCAP_H

#include "tests/nodsim/core/nic.h"

enum simcap_side {
	SIDE_WIRE,     /* what the sender's NIC puts on the wire */
	SIDE_RECEIVER, /* what the receiver's NIC hands up */
};

/**
 * struct simcap - what is to be done
 * @nic: of both ends: quirks of the sender act on what it sends, those of the receiver on what it receives
 * @mtu: packets above it with a partial checksum are cut; @mss: payload of the pieces, 0: what @mtu takes
 * @poll: frames that the receiver takes at once
 * @sender: only the frames of this Ethernet address are sent through the NIC, if has_sender
 * @snap_length: 0: as in @in
 */
struct simcap {
	struct sim_nic nic;
	enum simcap_side side;
	uint32_t mtu, mss, poll, snap_length;
	uint8_t sender[6];
	bool has_sender;
	const char *in, *out;
};

/* Say what is wrong and exit with status 1. */
void die(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));

void simcap_run(const struct simcap *simcap);

#endif
