/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to the engine: the questions that are asked of a packet and a train. None of them changes
 * anything; each answers with a set of reasons, of which those that the model does not mind and those
 * that are mended are left out.
 */
#ifndef NOD_PCAP_GRO_JUDGE_H
#define NOD_PCAP_GRO_JUDGE_H

#include "pcap/gro/train.h"

/* Most packets of a train of UDP, and of one whose packets are only chained (udp_offload.c). */
#define JUDGE_CHAIN_PACKETS 64

/* Parts of the words of struct segment. */
#define JUDGE_FLAGS(control) ((control) >> 16 & 0xfff)
#define JUDGE_ID(ip)	     ((uint16_t)((ip) >> SEGMENT_IP_ID_SHIFT))

static inline uint64_t minded(const struct gro_rules *rules, uint64_t reasons)
{
	return reasons & rules->model->minds & ~rules->mended;
}

static inline bool has_df(uint64_t ip)
{
	return ip & SEGMENT_IP_DF;
}

/* Are packets chained with all their headers, rather than merged? */
static inline bool is_chained(const struct gro_rules *rules, const struct gro_packet *packet)
{
	return rules->mode == GRO_MODE_FRAGLIST &&
	       (packet->protocol == GRO_UDP || rules->model->tcp_fraglist);
}

static inline uint64_t bit_if(bool holds, enum gro_reason reason)
{
	return holds ? GRO_BIT(reason) : 0;
}

/* What this model does not look into, though others do: it never gets as far as a train. */
uint64_t judge_not_looked_at(const struct gro_rules *rules, const struct gro_packet *packet);

/* TCP flags that the model does not take in any packet. */
uint64_t judge_unwanted_flags(const struct gro_rules *rules, const struct gro_packet *packet);

/*
 * Why no train may begin with this packet, though it could be a part of one. @first: no train of its flow
 * is held; only then may flags_first keep it from being held.
 */
uint64_t judge_not_held(const struct gro_rules *rules, const struct gro_packet *packet, bool first);

/* What keeps the packet from this train; @front: from going before its first. */
uint64_t judge_fit(const struct gro_rules *rules, const struct gro_train *train,
		   const struct gro_packet *packet, bool front);

/*
 * Reasons among @alone for which a packet that fits but for @unfit leaves the train as it is, though it
 * has met it.
 */
uint64_t judge_turned_away(const struct gro_rules *rules, const struct gro_packet *packet,
			   uint64_t alone, uint64_t unfit);

/* Why the train is complete after this packet, which it has. */
uint64_t judge_completes(const struct gro_rules *rules, const struct gro_train *train,
			 const struct gro_packet *packet);

/* Have the IDs of this level stayed the same so far, as the model counts? */
bool judge_is_fixed(const struct gro_model *model, const struct gro_train *train, enum level level);

#endif
