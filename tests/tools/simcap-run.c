/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does a NIC make of the frames of a capture?
 */
#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>

#include "tests/nodsim/core/csum.h"
#include "tests/tools/simcap.h"

#define PROTO_TCP     6
#define PROTO_UDP     17
#define PCAP_NSEC     0xa1b23c4du
#define PCAP_NSEC_REV 0x4d3cb2a1u

/**
 * struct run - one capture on its way
 * @header: of the record that is being read; whatever is written meanwhile gets its time
 * @number: of this record
 * @polled: frames since the receiver began to look
 */
struct run {
	const struct simcap *simcap;
	pcap_t *in, *shape;
	pcap_dumper_t *out;
	struct pcap_pkthdr header;
	uint64_t number;
	struct sim_tx_queue tx;
	struct sim_rx_queue rx;
	uint32_t polled;
};

/* --- files -------------------------------------------------------------------------------------- */

/* A file goes out with the times that it came with: only its magic number says how fine they are. */
static unsigned int find_precision(FILE *file)
{
	uint32_t magic = 0;

	if (fread(&magic, sizeof(magic), 1, file) != 1)
		magic = 0;
	rewind(file);
	return magic == PCAP_NSEC || magic == PCAP_NSEC_REV ? PCAP_TSTAMP_PRECISION_NANO
							    : PCAP_TSTAMP_PRECISION_MICRO;
}

static void open_files(struct run *run)
{
	const struct simcap *simcap = run->simcap;
	FILE *file = fopen(simcap->in, "rb");
	char words[PCAP_ERRBUF_SIZE];
	unsigned int precision;
	int snap_length;

	if (!file)
		die("%s: %m", simcap->in);
	precision = find_precision(file);
	run->in = pcap_fopen_offline_with_tstamp_precision(file, precision, words);
	if (!run->in)
		die("%s: %s", simcap->in, words);
	if (pcap_datalink(run->in) != DLT_EN10MB)
		die("%s: not from an Ethernet device", simcap->in);
	snap_length = simcap->snap_length ? (int)simcap->snap_length : pcap_snapshot(run->in);
	run->shape = pcap_open_dead_with_tstamp_precision(DLT_EN10MB, snap_length, precision);
	if (!run->shape)
		die("out of memory");
	run->out = pcap_dump_open(run->shape, simcap->out);
	if (!run->out)
		die("%s", pcap_geterr(run->shape));
}

static void close_files(struct run *run)
{
	if (pcap_dump_flush(run->out) < 0)
		die("%s: cannot be written", run->simcap->out);
	pcap_dump_close(run->out);
	pcap_close(run->shape);
	pcap_close(run->in);
}

static void write_frame(struct run *run, const uint8_t *bytes, uint32_t captured, uint32_t len)
{
	struct pcap_pkthdr header = run->header;

	header.len = len;
	header.caplen = captured;
	if (run->simcap->snap_length && captured > run->simcap->snap_length)
		header.caplen = run->simcap->snap_length;
	pcap_dump((u_char *)run->out, &header, bytes);
}

/* --- the receiver ------------------------------------------------------------------------------- */

static void deliver(void *context, const struct sim_received *received)
{
	write_frame(context, received->bytes, received->len, received->len);
}

static void end_poll(struct run *run)
{
	sim_poll_end(&run->simcap->nic, &run->rx, deliver, run);
	run->polled = 0;
}

/* --- the sender --------------------------------------------------------------------------------- */

static void emit(void *context, const uint8_t *bytes, uint32_t len)
{
	struct run *run = context;

	if (run->simcap->side == SIDE_WIRE) {
		write_frame(run, bytes, len, len);
		return;
	}
	sim_receive(&run->simcap->nic, &run->rx, bytes, len, deliver, run);
	if (++run->polled == run->simcap->poll)
		end_poll(run);
}

/* The stack left the checksum to the NIC: its field has the sum of the pseudo header. */
static bool is_partial(const uint8_t *bytes, const struct sim_packet *packet)
{
	const struct sim_level *inner = sim_inner(packet);
	uint16_t pseudo;

	if (!inner || !packet->payload ||
	    (inner->protocol != PROTO_TCP && inner->protocol != PROTO_UDP))
		return false;
	pseudo = ~sim_fold(sim_sum_pseudo(bytes, inner, inner->end - inner->l4));
	return sim_get16(bytes + inner->l4 + sim_csum_offset(inner->protocol)) == pseudo;
}

static uint32_t tunnel_gso(const uint8_t *bytes, const struct sim_packet *packet)
{
	const struct sim_level *outer = &packet->levels[0];

	if (packet->nlevels < 2)
		return 0;
	switch (packet->tunnel) {
	case SIM_VXLAN:
	case SIM_GENEVE:
		return sim_get16(bytes + outer->l4 + 6) ? SIM_GSO_UDP_TUNNEL_CSUM
							: SIM_GSO_UDP_TUNNEL;
	case SIM_GRE:
		return bytes[outer->l4] & 0x80 ? SIM_GSO_GRE_CSUM : SIM_GSO_GRE;
	default:
		return SIM_GSO_IPIP;
	}
}

static uint32_t find_gso(const uint8_t *bytes, const struct sim_packet *packet)
{
	const struct sim_level *inner = sim_inner(packet);
	uint32_t gso = tunnel_gso(bytes, packet);

	if (inner->protocol == PROTO_UDP)
		return gso | SIM_GSO_UDP;
	if (bytes[inner->l4 + 13] & 0x80)
		gso |= SIM_GSO_ECN;
	return gso | (inner->version == 4 ? SIM_GSO_TCP4 : SIM_GSO_TCP6);
}

/* What the stack would have asked for this packet. */
static void describe(const struct simcap *simcap, struct sim_send *send, const uint8_t *bytes,
		     uint32_t len)
{
	const struct sim_level *inner;
	struct sim_packet packet;
	uint32_t room;

	*send = (struct sim_send){.bytes = bytes, .len = len};
	sim_packet_read(&packet, bytes, len, &simcap->nic.ports);
	if (!is_partial(bytes, &packet))
		return;
	inner = sim_inner(&packet);
	send->csum = true;
	send->csum_start = inner->l4;
	send->csum_offset = sim_csum_offset(inner->protocol);
	if (packet.levels[0].end - packet.levels[0].l3 <= simcap->mtu)
		return;
	send->gso = find_gso(bytes, &packet);
	send->l3 = inner->l3;
	send->l4 = inner->l4;
	if (packet.nlevels > 1) {
		send->outer_l3 = packet.levels[0].l3;
		send->outer_l4 = packet.levels[0].l4;
	}
	room = packet.payload - packet.levels[0].l3;
	if (!simcap->mss && room >= simcap->mtu)
		die("an MTU of %u has no room for payload", simcap->mtu);
	send->gso_size = simcap->mss ? simcap->mss : simcap->mtu - room;
}

static void send_frame(struct run *run, const uint8_t *bytes, uint32_t len)
{
	struct sim_send send;

	describe(run->simcap, &send, bytes, len);
	switch (sim_transmit(&run->simcap->nic, &run->tx, &send, emit, run)) {
	case SIM_SENT:
		break;
	case SIM_CANNOT:
		die("%s: frame %llu: no NIC cuts such a packet", run->simcap->in,
		    (unsigned long long)run->number);
	case SIM_GIANT:
		die("%s: frame %llu is longer than any wire takes, and its checksum is filled in",
		    run->simcap->in, (unsigned long long)run->number);
	}
}

/* --- the capture -------------------------------------------------------------------------------- */

/* Of the other direction, or not all there. The receiver answers behind its poll. */
static void pass_by(struct run *run, const uint8_t *bytes)
{
	if (run->simcap->side == SIDE_RECEIVER)
		end_poll(run);
	write_frame(run, bytes, run->header.caplen, run->header.len);
}

static bool is_sent(const struct run *run, const uint8_t *bytes)
{
	const struct simcap *simcap = run->simcap;

	if (run->header.caplen < run->header.len || run->header.len < 14)
		return false;
	return !simcap->has_sender || memcmp(bytes + 6, simcap->sender, 6) == 0;
}

static void read_frames(struct run *run)
{
	struct pcap_pkthdr *header;
	const u_char *bytes;
	int status;

	while ((status = pcap_next_ex(run->in, &header, &bytes)) == 1) {
		run->header = *header;
		run->number++;
		if (is_sent(run, bytes))
			send_frame(run, bytes, header->caplen);
		else
			pass_by(run, bytes);
	}
	if (status != PCAP_ERROR_BREAK)
		die("%s: %s", run->simcap->in, pcap_geterr(run->in));
	/* Nothing comes any more behind which it could be sent. */
	if (run->tx.held_len)
		emit(run, run->tx.held, run->tx.held_len);
	if (run->simcap->side == SIDE_RECEIVER)
		end_poll(run);
}

static uint8_t *allocate(size_t size)
{
	uint8_t *bytes = malloc(size);

	if (!bytes)
		die("out of memory");
	return bytes;
}

void simcap_run(const struct simcap *simcap)
{
	struct run *run = calloc(1, sizeof(*run));

	if (!run)
		die("out of memory");
	run->simcap = simcap;
	run->tx.piece = allocate(SIM_FRAME_MAX);
	run->tx.held = allocate(SIM_FRAME_MAX);
	run->rx.frame = allocate(SIM_FRAME_MAX);
	for (unsigned int i = 0; i < SIM_TRAINS; i++)
		run->rx.trains[i].bytes = allocate(SIM_MERGE_MAX);
	open_files(run);
	read_frames(run);
	close_files(run);
	for (unsigned int i = 0; i < SIM_TRAINS; i++)
		free(run->rx.trains[i].bytes);
	free(run->rx.frame);
	free(run->tx.held);
	free(run->tx.piece);
	free(run);
}
