/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who merges what: the rules on IPv4 IDs that generations of receivers have.
 *
 * Linux: net/ipv4/af_inet.c and include/net/gro.h before and after commits 4b0ebbca3e16 ("net: gro:
 * move L3 flush checks ...", 6.10) and 21f7484220ac ("net: gro: only merge packets with incrementing
 * or fixed outer ids", 6.18); measured on 6.1, 6.12 and 6.18. DPDK: lib/gro. RSC: Windows driver
 * documentation, "Rules for coalescing TCP/IP segments".
 */
#ifndef NOD_PCAP_RECEIVERS_H
#define NOD_PCAP_RECEIVERS_H

#include <stdbool.h>

#include "lib/base/arena.h"
#include "pcap/flow.h"

enum receiver {
	RECEIVER_LINUX_4_7,
	RECEIVER_LINUX_6_10,
	RECEIVER_LINUX_6_15,
	RECEIVER_LINUX_6_18,
	RECEIVER_DPDK,
	RECEIVER_LRO_RSC,
	RECEIVERS
};

/* A set: bit 1 << enum receiver. */
#define RECEIVERS_ALL ((1u << RECEIVERS) - 1)

/*
 * Which receivers have a say about the IDs of this header. Hardware LRO looks at no tunnels, so it
 * has none about those.
 */
unsigned int receivers_concerned(bool tunnel);

/* Of these, who goes on merging if the ID of the header at @level makes this step. */
unsigned int receivers_merging(bool tunnel, enum level level, bool df, enum id_step step);

/* "Linux 4.7 to 6.17 and DPDK GRO"; "none" for the empty set. NULL if there is no memory. */
const char *receivers_text(unsigned int set, struct arena *arena);

/* "linux-4.7 linux-6.10 dpdk": the names of GRO models. NULL likewise. */
const char *receivers_ids(unsigned int set, struct arena *arena);

#endif
