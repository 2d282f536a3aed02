/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Private to the receiving half: a frame on its way from the wire to the stack, and the trains in which it
 * may wait for others.
 */
#ifndef NODSIM_CORE_MERGE_H
#define NODSIM_CORE_MERGE_H

#include "nic.h"

#define SIM_PROTO_TCP 6
#define SIM_PROTO_UDP 17

#define SIM_TCP_FIN 0x01
#define SIM_TCP_SYN 0x02
#define SIM_TCP_RST 0x04
#define SIM_TCP_PSH 0x08
#define SIM_TCP_ACK 0x10
#define SIM_TCP_URG 0x20
#define SIM_TCP_ECE 0x40
#define SIM_TCP_CWR 0x80

/* No IP packet is longer. */
#define SIM_IP_MAX 65535u

/* Where frames come from and where they go. */
struct sim_upward {
	const struct sim_nic *nic;
	struct sim_rx_queue *queue;
	sim_deliver *deliver;
	void *context;
};

/**
 * struct sim_arrival - one frame
 * @received: what will be said of it; its bytes are without a tag that was stripped
 * @packet: its headers
 * @right: all checksums that it has are right, that of the innermost TCP or UDP among them
 */
struct sim_arrival {
	struct sim_received received;
	struct sim_packet packet;
	bool right;
};

/* Hand up, after quirks; @spoil: the bytes, if they may be changed, or NULL. */
void sim_hand_up(const struct sim_upward *up, struct sim_received *received, uint8_t *spoil);

/* Let the frame join a train, begin one, or go up behind those that it must not overtake. */
void sim_merge(const struct sim_upward *up, struct sim_arrival *frame, uint8_t *spoil);

/*
 * What differs between LRO and hardware GRO. @overlook is a set of enum sim_overlook.
 *
 * may: could the frame be part of a train at all? fits: of this one, which is of its flow? take: what of
 * its header goes into the train's. finish: the headers of a train of two and more.
 */
bool sim_gro_may(const struct sim_arrival *frame);
bool sim_gro_fits(const struct sim_train *train, const struct sim_arrival *frame,
		  uint32_t overlook);
void sim_gro_take(struct sim_train *train, const struct sim_arrival *frame);
void sim_gro_finish(struct sim_train *train);

bool sim_lro_may(const struct sim_arrival *frame);
bool sim_lro_fits(const struct sim_train *train, const struct sim_arrival *frame,
		  uint32_t overlook);
void sim_lro_take(struct sim_train *train, const struct sim_arrival *frame);
void sim_lro_finish(struct sim_train *train);

/* What both ask of a frame by itself, and of a frame beside a train: all but flags, options and IDs. */
bool sim_merge_is_plain(const struct sim_arrival *frame);
bool sim_merge_follows(const struct sim_train *train, const struct sim_arrival *frame,
		       uint32_t overlook);

/* Write the lengths of a train, and the checksums of its IPv4 headers. */
void sim_merge_lengths(struct sim_train *train);

/* Bytes behind the TCP header. */
static inline uint32_t sim_payload(const struct sim_arrival *frame)
{
	return frame->received.len - frame->packet.payload;
}

/* The TCP header of a frame, and of a train. */
static inline const uint8_t *sim_arrival_tcp(const struct sim_arrival *frame)
{
	return frame->received.bytes + sim_inner(&frame->packet)->l4;
}

static inline uint8_t *sim_train_tcp(const struct sim_train *train)
{
	return train->bytes + sim_inner(&train->packet)->l4;
}

#endif
