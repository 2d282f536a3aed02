/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One end of the wire: what it was told to do, and what it does between the stack and the wire.
 */
#ifndef NODSIM_CORE_NIC_H
#define NODSIM_CORE_NIC_H

#include "packet.h"
#include "quirk.h"

/* What a NIC really does (the "actual" set; advertised and configured are the module's). */
enum sim_offload {
	SIM_TX_CSUM_ANY = 1 << 0, /* tx-checksum-ip-generic */
	SIM_TX_CSUM_IPV4 = 1 << 1,
	SIM_TX_CSUM_IPV6 = 1 << 2,
	SIM_TX_TSO = 1 << 3,
	SIM_TX_TSO6 = 1 << 4,
	SIM_TX_TSO_ECN = 1 << 5, /* CWR on the first segment only */
	SIM_TX_USO = 1 << 6,
	SIM_TX_PARTIAL = 1 << 7, /* tx-gso-partial */
	SIM_TX_UDP_TUNNEL = 1 << 8,
	SIM_TX_UDP_TUNNEL_CSUM = 1 << 9,
	SIM_TX_GRE = 1 << 10,
	SIM_TX_GRE_CSUM = 1 << 11,
	SIM_TX_IPIP = 1 << 12,
	SIM_TX_VLAN = 1 << 13, /* tx-vlan-hw-insert, also of 802.1ad tags */
	SIM_RX_CSUM = 1 << 14,
	SIM_RX_CSUM_COMPLETE = 1 << 15, /* how SIM_RX_CSUM says it */
	SIM_RX_LRO = 1 << 16,
	SIM_RX_GRO_HW = 1 << 17,
	SIM_RX_VLAN = 1 << 18, /* rx-vlan-hw-parse */
	SIM_RX_HASH = 1 << 19,
};

#define SIM_RSS_KEY	40
#define SIM_RSS_ENTRIES 128
#define SIM_QUEUES_MAX	16

/**
 * struct sim_nic - the settings of one end. They may change while frames are on their way: single
 * words do so whole, and a frame in between sees the old or the new
 * @offloads: enum sim_offload
 * @max_frame: bytes that the wire takes; longer frames are lost
 * @indirection: queues, below @nqueues
 * @quirks: see quirk.h
 */
struct sim_nic {
	uint32_t offloads, max_frame, nqueues;
	struct sim_ports ports;
	uint8_t rss_key[SIM_RSS_KEY];
	uint8_t indirection[SIM_RSS_ENTRIES];
	struct sim_quirks quirks;
};

/* --- to the wire -------------------------------------------------------------------------------- */

/* What the stack asks for, SKB_GSO_ by other names. */
enum sim_gso {
	SIM_GSO_TCP4 = 1 << 0,
	SIM_GSO_TCP6 = 1 << 1,
	SIM_GSO_UDP = 1 << 2, /* datagrams of one size (UDP_L4) */
	SIM_GSO_ECN = 1 << 3, /* CWR stands in the header */
	SIM_GSO_FIXEDID = 1 << 4,
	SIM_GSO_UDP_TUNNEL = 1 << 5,
	SIM_GSO_UDP_TUNNEL_CSUM = 1 << 6,
	SIM_GSO_GRE = 1 << 7,
	SIM_GSO_GRE_CSUM = 1 << 8,
	SIM_GSO_IPIP = 1 << 9,
	SIM_GSO_PARTIAL = 1 << 10, /* outer headers are those of each piece already */
};

/**
 * struct sim_send - one packet from the stack
 * @bytes: from the Ethernet header on; borrowed
 * @l3, @l4: of the innermost IP packet; @outer_l3, @outer_l4: of the one around it, 0 if there is none.
 *           Meaningful if @gso
 * @csum: the field at @csum_start + @csum_offset holds a pseudo-header sum and is to be filled in
 * @gso: enum sim_gso, 0 if it is not to be cut; @gso_size: payload of each piece
 * @tag_type, @tag: a VLAN tag to insert, if has_tag
 */
struct sim_send {
	const uint8_t *bytes;
	uint32_t len, l3, l4, outer_l3, outer_l4;
	uint32_t csum_start, csum_offset, gso, gso_size;
	uint16_t tag_type, tag;
	bool csum, has_tag;
};

/**
 * struct sim_tx_queue - what one transmit queue needs; used by one CPU at a time
 * @piece: SIM_FRAME_MAX bytes, in which a frame of the wire is made
 * @held: SIM_FRAME_MAX bytes for quirks that send a frame later; @held_len: 0 if there is none
 */
struct sim_tx_queue {
	uint8_t *piece, *held;
	uint32_t held_len;
	struct sim_quirk_states states;
};

/* Gets each frame of the wire; @bytes are borrowed for the call. */
typedef void sim_emit(void *context, const uint8_t *bytes, uint32_t len);

/* Why a packet did not go. */
enum sim_sent {
	SIM_SENT = 0,
	SIM_CANNOT, /* asked for what is not offloaded, or for what makes no sense */
	SIM_GIANT,  /* some frame is longer than @max_frame */
};

/*
 * Send a packet: cut it, fill in lengths, IDs, sequence numbers and checksums, insert the tag, let quirks
 * spoil it, and hand each frame to @emit in order.
 *
 * IPv4 IDs of pieces count up from that of the packet (also outer ones), but for SIM_GSO_FIXEDID (the inner
 * ones). FIN and PSH are on the last piece only, CWR on the first.
 */
enum sim_sent sim_transmit(const struct sim_nic *nic, struct sim_tx_queue *queue,
			   const struct sim_send *send, sim_emit *emit, void *context);

/* Frames of the wire that @send will be, before quirks; at least 1. */
uint32_t sim_pieces(const struct sim_send *send);

/* --- from the wire ------------------------------------------------------------------------------ */

enum sim_csum {
	SIM_CSUM_NONE,
	SIM_CSUM_UNNECESSARY, /* @csum_level: as skb->csum_level, checksums passed beyond the first */
	SIM_CSUM_COMPLETE, /* @csum_sum: of all behind the Ethernet header, as skb->csum wants it */
	SIM_CSUM_PARTIAL, /* merged as GRO does: a pseudo-header sum at @csum_start + @csum_offset */
};

enum sim_hash {
	SIM_HASH_NONE,
	SIM_HASH_L3,
	SIM_HASH_L4,
};

/**
 * struct sim_received - what reaches the stack
 * @bytes: without the tag that was stripped
 * @csum_sum: folded to 16 bits, not complemented, big-endian words as numbers
 * @gso: enum sim_gso of a merged packet, with @gso_size and @segments; 0 if it is not merged
 * @packet: headers of a merged packet; borrowed for the call, NULL if it is not merged
 */
struct sim_received {
	const uint8_t *bytes;
	uint32_t len, hash, csum_start, csum_offset, gso, gso_size, segments;
	uint16_t csum_sum, tag_type, tag;
	uint8_t csum, csum_level, hash_type;
	bool has_tag;
	const struct sim_packet *packet;
};

typedef void sim_deliver(void *context, const struct sim_received *received);

#define SIM_TRAINS 8

/**
 * struct sim_train - a packet that grows while a poll lasts
 * @bytes: SIM_MERGE_MAX bytes, brought by the caller; @received: what is said of it so far
 * @next_seq: what its next segment begins with; @count: segments that it has
 * @born: trains of the queue that were begun before it
 * @id_step: of the innermost IPv4 header, from one segment to the next; known from the second on
 */
struct sim_train {
	uint8_t *bytes;
	struct sim_received received;
	struct sim_packet packet;
	uint32_t next_seq, count, born;
	int32_t id_step;
	bool used, lro;
};

/**
 * struct sim_rx_queue - one receive queue; used by one CPU at a time
 * @trains: their bytes are NULL where the NIC is not to merge at all; @begun: how many there were
 * @frame: SIM_FRAME_MAX bytes for a frame that has to be changed
 */
struct sim_rx_queue {
	struct sim_train trains[SIM_TRAINS];
	uint32_t begun;
	uint8_t *frame;
	struct sim_quirk_states states;
};

/* The Toeplitz hash of Microsoft's RSS, over addresses and, of TCP and UDP, ports: of the outermost packet. */
uint32_t sim_rss_hash(const struct sim_nic *nic, const struct sim_packet *packet,
		      const uint8_t *bytes, enum sim_hash *type);

/* The receive queue that the frame goes to, by hash and indirection table. */
uint32_t sim_rss_queue(const struct sim_nic *nic, const uint8_t *bytes, uint32_t len);

/*
 * A frame came in: strip the tag, check the checksums, merge it with what came before or hand it up.
 * Packets of one flow are delivered in the order in which they came.
 *
 * SIM_RX_LRO merges TCP over IPv4 and IPv6 whose ACK number, window and flags are the same; timestamps may
 * advance, and the packet gets right checksums. SIM_RX_GRO_HW merges what Linux would merge (also options
 * are the same, IDs count up; the innermost may stay if DF is set), in such a way that it can be undone:
 * SIM_CSUM_PARTIAL. Only frames whose checksums were found right are merged.
 */
void sim_receive(const struct sim_nic *nic, struct sim_rx_queue *queue, const uint8_t *bytes,
		 uint32_t len, sim_deliver *deliver, void *context);

/* The poll ends: what was held is handed up, oldest first. */
void sim_poll_end(const struct sim_nic *nic, struct sim_rx_queue *queue, sim_deliver *deliver,
		  void *context);

#endif
