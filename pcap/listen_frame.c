/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which frames stand in the blocks that the kernel has filled, and what did it know of each?
 */
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

#include "pcap/listen_internal.h"

#define VLAN_BYTES    4
#define ADDRESS_BYTES (2 * ETH_ALEN)
#define NS_PER_SECOND 1000000000

/* Since Linux 6.2; headers may be older. */
#define STATUS_GSO_TCP (1u << 8)

/* Of the kind of virtio_net_hdr: since Linux 6.2. */
#define GSO_UDP_SEGMENTS 5

#define SLL_OFFSET TPACKET_ALIGN(sizeof(struct tpacket3_hdr))

/* --- blocks ------------------------------------------------------------------------------------- */

static uint8_t *block_of(const struct listener *listener)
{
	return listener->ring + listener->block * BLOCK_BYTES;
}

/* The kernel writes it last, and reads it first. */
static uint32_t *block_status(const struct listener *listener)
{
	void *status =
		block_of(listener) + offsetof(struct tpacket_block_desc, hdr.bh1.block_status);

	return status;
}

static uint32_t *block_count(const struct listener *listener)
{
	void *count = block_of(listener) + offsetof(struct tpacket_block_desc, hdr.bh1.num_pkts);

	return count;
}

/* Give it back. Its count is that of the kernel's next round from now on: see nothing_waits(). */
static void release_block(struct listener *listener)
{
	*block_count(listener) = 0;
	__atomic_store_n(block_status(listener), TP_STATUS_KERNEL, __ATOMIC_RELEASE);
	listener->held = false;
	listener->block = (listener->block + 1) % listener->blocks;
}

static bool take_block(struct listener *listener)
{
	struct tpacket_block_desc block;

	if (!(__atomic_load_n(block_status(listener), __ATOMIC_ACQUIRE) & TP_STATUS_USER))
		return false;
	memcpy(&block, block_of(listener), sizeof(block));
	listener->held = true;
	listener->left = block.hdr.bh1.num_pkts;
	listener->at = block_of(listener) + block.hdr.bh1.offset_to_first_pkt;
	return true;
}

/* --- frames ------------------------------------------------------------------------------------- */

/*
 * The kernel has taken the outer tag out of the frame. Before the frame there is what it said of it, which was
 * read already. What the snap length cut stays cut.
 */
static void put_tag_back(const struct listener *listener, const struct tpacket3_hdr *header,
			 struct frame *frame, uint8_t *bytes)
{
	uint16_t type = header->tp_status & TP_STATUS_VLAN_TPID_VALID ? header->hv1.tp_vlan_tpid
								      : ETH_P_8021Q;
	uint32_t snap_len = listener->interface.snap_len;
	uint8_t *start = bytes - VLAN_BYTES, *tag = start + ADDRESS_BYTES;

	frame->wire_len += VLAN_BYTES;
	if (frame->truth.csum_start)
		frame->truth.csum_start += VLAN_BYTES;
	if (frame->bytes.length < ADDRESS_BYTES)
		return;
	memmove(start, bytes, ADDRESS_BYTES);
	tag[0] = (uint8_t)(type >> 8);
	tag[1] = (uint8_t)type;
	tag[2] = (uint8_t)(header->hv1.tp_vlan_tci >> 8);
	tag[3] = (uint8_t)header->hv1.tp_vlan_tci;
	frame->bytes = (struct span){start, frame->bytes.length + VLAN_BYTES};
	if (snap_len && frame->bytes.length > snap_len)
		frame->bytes.length = snap_len;
}

/* From the byte order of this machine: no version 1.0 of virtio is asked for. */
static void read_truth(const uint8_t *bytes, struct frame *frame)
{
	static const uint8_t kinds[] = {
		[VIRTIO_NET_HDR_GSO_TCPV4] = GSO_TCP4,
		[VIRTIO_NET_HDR_GSO_TCPV6] = GSO_TCP6,
		[GSO_UDP_SEGMENTS] = GSO_UDP,
	};
	struct virtio_net_hdr known;
	uint8_t kind;

	memcpy(&known, bytes - sizeof(known), sizeof(known));
	kind = known.gso_type & (uint8_t)~VIRTIO_NET_HDR_GSO_ECN;
	frame->flags |= FRAME_TRUTH;
	if (kind < sizeof(kinds) && kinds[kind]) {
		frame->flags |= FRAME_SEGMENTED;
		frame->truth.gso = kinds[kind];
		frame->truth.gso_size = known.gso_size;
		frame->truth.ecn = known.gso_type & VIRTIO_NET_HDR_GSO_ECN;
	}
	if (known.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) {
		frame->truth.csum_start = known.csum_start;
		frame->truth.csum_offset = known.csum_offset;
	}
}

static uint32_t flags_of(uint32_t status, uint8_t type)
{
	static const uint8_t directions[] = {
		[PACKET_HOST] = FRAME_INBOUND,	    [PACKET_BROADCAST] = FRAME_INBOUND,
		[PACKET_MULTICAST] = FRAME_INBOUND, [PACKET_OTHERHOST] = FRAME_INBOUND,
		[PACKET_OUTGOING] = FRAME_OUTBOUND,
	};
	uint32_t flags = FRAME_HAS_TIME;

	if (type < sizeof(directions))
		flags |= directions[type];
	if (status & TP_STATUS_CSUMNOTREADY)
		flags |= FRAME_CSUM_NOT_READY;
	if (status & TP_STATUS_CSUM_VALID)
		flags |= FRAME_CSUM_VALID;
	if (status & STATUS_GSO_TCP)
		flags |= FRAME_SEGMENTED;
	return flags;
}

static void read_frame(struct listener *listener, const struct tpacket3_hdr *header,
		       uint8_t *record, struct frame *frame)
{
	uint8_t *bytes = record + header->tp_mac;

	*frame = (struct frame){
		.number = ++listener->frames,
		.time_ns = (int64_t)header->tp_sec * NS_PER_SECOND + header->tp_nsec,
		.bytes = {bytes, header->tp_snaplen},
		.wire_len = header->tp_len,
		.link_type = listener->interface.link_type,
		.flags = flags_of(header->tp_status,
				  record[SLL_OFFSET + offsetof(struct sockaddr_ll, sll_pkttype)]),
	};
	if (listener->told)
		read_truth(bytes, frame);
	if (unlikely(header->tp_status & TP_STATUS_VLAN_VALID))
		put_tag_back(listener, header, frame, bytes);
}

/*
 * The next record of the block that is held; false if there is none. A frame that the kernel had a place for
 * already when it found that it cannot tell what kind it is, is lost, but its place stays in the block: what
 * stands there is older, and the status is not that of a frame.
 */
static bool next_record(struct listener *listener, struct frame *frame)
{
	while (listener->left) {
		uint8_t *record = listener->at;
		struct tpacket3_hdr header;

		memcpy(&header, record, sizeof(header));
		listener->at += header.tp_next_offset;
		listener->left--;
		if (likely(header.tp_status & TP_STATUS_USER)) {
			read_frame(listener, &header, record, frame);
			return true;
		}
	}
	return false;
}

/* --- the end ------------------------------------------------------------------------------------ */

/* The kernel takes the device away from the socket only when it is gone for good. */
static attr_cold int tell_failure(const struct listener *listener, struct err *err)
{
	union {
		struct sockaddr any;
		struct sockaddr_ll link;
	} device = {0};
	socklen_t size = sizeof(device);

	if (listener->failure != ENETDOWN) {
		errno = listener->failure;
		return err_set_errno(err, "listening at %s", listener->name);
	}
	if (getsockname(listener->fd, &device.any, &size) == 0 &&
	    device.link.sll_ifindex != listener->ifindex)
		return err_set(err, ERR_SYSTEM, "%s went away", listener->name);
	return err_set(err, ERR_SYSTEM, "%s went down", listener->name);
}

/* What the kernel is filling now comes first, whatever has happened to the device. */
static enum listen_status nothing_waits(struct listener *listener, struct err *err)
{
	if (!listener->failure)
		listener->failure = listener_failure(listener);
	if (likely(!listener->failure) ||
	    __atomic_load_n(block_count(listener), __ATOMIC_ACQUIRE) != 0)
		return LISTEN_NONE;
	tell_failure(listener, err);
	return LISTEN_ERROR;
}

enum listen_status listener_next(struct listener *listener, struct frame *frame, struct err *err)
{
	for (;;) {
		if (listener->held) {
			if (likely(next_record(listener, frame)))
				return LISTEN_FRAME;
			release_block(listener);
		}
		if (!take_block(listener))
			return nothing_waits(listener, err);
	}
}
