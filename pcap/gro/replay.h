/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does the running kernel merge? Frames go through its GRO in a network namespace that exists for
 * this alone, and that nothing leaves.
 *
 * Two ends of a veth; the sending one has a token bucket (tbf) that holds frames back until a poll's
 * worth has come together and is let go at once, so that the kernel takes them in one poll whatever the
 * speed of the machine. At the other end GRO merges, and a packet socket with PACKET_VNET_HDR sees
 * what the stack gets. Tunnel devices listen at the ports asked for. A user namespace gives the rights
 * where the caller has none.
 */
#ifndef NOD_PCAP_GRO_REPLAY_H
#define NOD_PCAP_GRO_REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/attr.h"
#include "lib/base/err.h"
#include "lib/base/span.h"
#include "pcap/gro/model.h"

/* Frames of one poll, below NAPI_POLL_WEIGHT with the one that starts it. */
#define GRO_REPLAY_BATCH 62

/* Shortest and longest frame that can be sent. */
#define GRO_REPLAY_SHORTEST 14
#define GRO_REPLAY_FRAME    65535

/*
 * Bytes of frames after which a poll had better be over. A veth does not merge packets of different sockets,
 * and one socket sends no more at a time than its buffer takes (net.core.wmem_default, 212992 of the kernel's
 * own bytes unless somebody changed it).
 */
#define GRO_REPLAY_BYTES (96u * 1024)

/**
 * struct gro_replay_options - the receiver
 * @vxlan, @geneve: UDP ports at which to listen
 * @udp: GRO_MODE_UDP: ports that have a socket with UDP_GRO. There is none for all ports: each is one
 *       socket for IPv4 and one for IPv6, up to the limit of open files. Borrowed during gro_replay_open()
 * @mode: what the receiving end is told to merge
 */
struct gro_replay_options {
	uint16_t vxlan[16], geneve[16];
	size_t nvxlan, ngeneve;
	const uint16_t *udp;
	size_t nudp;
	enum gro_mode mode;
};

/**
 * struct gro_replayed - one frame as the stack got it
 * @bytes: from the link header on, with its VLAN tag; borrowed for the call
 * @gso_size: 0 if it is not merged; @gso_type: VIRTIO_NET_HDR_GSO_*
 * @csum_partial: its checksum is to be filled in: GRO left the pseudo-header sum there
 */
struct gro_replayed {
	struct span bytes;
	uint16_t gso_size;
	uint8_t gso_type;
	bool csum_partial;
};

typedef int gro_replay_seen(void *context, const struct gro_replayed *frame);

struct gro_replay;

/*
 * Make the namespace: the calling thread is in it from now on and stays there, so a command that needs
 * the network in another way does that before (or forks). The thread also stays on its CPU until
 * gro_replay_close(). NULL and @err, which says what is missing: the right, veth, tbf. A process with
 * several threads needs CAP_SYS_ADMIN.
 */
struct gro_replay *gro_replay_open(const struct gro_replay_options *options,
				   struct err *err) attr_must_check;
void gro_replay_close(struct gro_replay *replay);

/*
 * Kinds of tunnels that were asked for and that this kernel does not have: a set of
 * 1u << enum tunnel_kind. It merges nothing in them.
 */
uint32_t gro_replay_missing(const struct gro_replay *replay);

/*
 * Whether the kernel merges frames that have a VLAN tag in them: not if it was built without
 * CONFIG_VLAN_8021Q. (Of frames whose tag a NIC has taken out, any kernel does.)
 */
bool gro_replay_tags(const struct gro_replay *replay);

/*
 * Send @count Ethernet frames (at most GRO_REPLAY_BATCH) as one poll and hand all that comes out of it to
 * @seen, in order: packets that were not held first, trains as they were completed, the others at the
 * end of the poll.
 *
 * What waits counts against the socket that sent it (net.core.wmem_default), so long frames take several,
 * and no kernel merges frames of different sockets: a poll in which everything can meet has less than
 * 96 KiB of frames.
 *
 * -1 and @err, also if not all came back within some seconds, or if @seen returned below 0: then @err is
 * what @seen left there, and the next poll is as good as any. After another error only
 * gro_replay_close() is left.
 */
int gro_replay_poll(struct gro_replay *replay, const struct span *frames, size_t count,
		    gro_replay_seen *seen, void *context, struct err *err) attr_must_check;

#endif
