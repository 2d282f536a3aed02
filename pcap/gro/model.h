/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who merges what: one row of a table for each kind of receiver.
 */
#ifndef NOD_PCAP_GRO_MODEL_H
#define NOD_PCAP_GRO_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pcap/flow.h"
#include "pcap/gro/reason.h"

/* What may follow an IPv4 ID within a train. */
enum gro_id_rule {
	GRO_ID_ANY,
	GRO_ID_COUNTS,		/* each is the first plus its place in the train, modulo 2^16 */
	GRO_ID_COUNTS_WRAPLESS, /* the same in plain integers: 65535 is followed by nothing */
	GRO_ID_COUNTS_OR_FIXED, /* the second packet decides whether they count or stay */
};

enum gro_mode {
	GRO_MODE_HOST,	     /* TCP to anybody, UDP to nobody */
	GRO_MODE_UDP,	     /* sockets with UDP_GRO */
	GRO_MODE_FORWARDING, /* rx-udp-gro-forwarding on, no socket here */
	GRO_MODE_FRAGLIST,   /* rx-gro-list on, no socket here */
	GRO_MODES
};

/**
 * struct gro_model - one kind of receiver
 * @id: kebab-case, public interface ("linux-6.10")
 * @name: for people ("Linux 6.10 to 6.14")
 * @summary, @explain: for `nod explain`; @sources: where the rules are written down
 * @since: first Linux version as 0xMMmm00, 0 for what is not Linux
 * @minds: reasons that count, those of GRO_BITS_ALONE and so on; what is not in it is not tested
 * @ids: by level and DF bit
 * @fixed_shared: one bit for inner and outer says whether IDs stay (Linux 6.10 to 6.17)
 * @flags_free: TCP flags that may differ within a train
 * @flags_end: TCP flags that complete a train when they were merged
 * @flags_only: if not 0, a packet with any other flag is not merged
 * @flags_only_rest: the same for IPv6 and in tunnels; 0: as @flags_only
 * @flags_first: if not 0, a train begins with exactly these flags
 * @max_len: longest IP packet that may come out; @max_segments: 0 for any number
 * @tunnels: set of 1 << enum tunnel_kind that it looks into
 * @ipv6, @vlan: it looks at these
 * @ipv6_in_tunnel: and at IPv6 inside or outside of a tunnel
 * @udp: it can be told to merge UDP
 * @tcp_fraglist: in GRO_MODE_FRAGLIST it chains TCP segments as well: all flags equal, 64 at most
 * @short_ends: a segment shorter than the first completes the train
 * @unfit_ends: a packet that does not fit the train of its flow completes it
 * @prepends: a segment may also go in front
 * @timestamps_advance: TCP timestamps need not be equal
 * @updates_ack: acknowledgment and window may change
 */
struct gro_model {
	const char *id, *name, *summary, *explain, *sources;
	uint32_t since;
	uint64_t minds;
	uint8_t ids[LEVELS][2];
	uint8_t flags_free, flags_end, flags_only, flags_only_rest, flags_first, max_segments;
	uint32_t max_len;
	uint32_t tunnels;
	bool fixed_shared, ipv6, ipv6_in_tunnel, vlan, udp, tcp_fraglist, short_ends, unfit_ends,
		prepends, timestamps_advance, updates_ack;
};

/* Ended by an id of NULL: linux-4.7, linux-6.10, linux-6.15, linux-6.18, dpdk, lro-rsc, mlx5-lro. */
extern const struct gro_model gro_models[];

/* NULL if there is none. */
const struct gro_model *gro_model_lookup(const char *id);

/* The model of Linux @major.@minor; the oldest for those before 4.7, which had yet other rules. */
const struct gro_model *gro_model_of_linux(unsigned int major, unsigned int minor);

/* Is @model one of the receivers that @who names? */
bool gro_helps(enum gro_for who, const struct gro_model *model);

/* What to change about a reason if @model receives; NULL if nothing can be done or nothing need be. */
const char *gro_mend(const struct gro_reason_info *reason, const struct gro_model *model);

#endif
