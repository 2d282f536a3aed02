/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What nod says about one capture, as plain data: counts, findings, flows.
 */
#ifndef NOD_MODEL_CAPTURE_H
#define NOD_MODEL_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/model/finding.h"

/* What a checksum says; pcap/csum.h has the arithmetic. */
enum csum_verdict {
	CSUM_OK,
	CSUM_PARTIAL, /* pseudo-header sum with the length: left to the NIC, or put there by GRO */
	CSUM_PARTIAL_NOLEN, /* the same without the length: LSO of Windows */
	CSUM_LCO,	    /* an outer one that will be right once the inner one is filled in */
	CSUM_ZERO,	    /* the field is 0, and that is not right */
	CSUM_NONE,	    /* UDP without a checksum */
	CSUM_BAD,
	CSUM_UNVERIFIED, /* cut short, a fragment, or a length that cannot be */
	CSUM_VERDICTS,
	CSUM_NO_FIELD = CSUM_VERDICTS, /* this header has no checksum that is looked at */
};

/*
 * Tunnels as a capture shows them: those with a header of their own, and IP directly in IP (IPv4 in
 * IPv4, IPv6 in IPv4, anything in IPv6).
 */
enum tunnel_kind {
	TUNNEL_NONE,
	TUNNEL_VXLAN,
	TUNNEL_VXLAN_GPE,
	TUNNEL_GENEVE,
	TUNNEL_GRE,
	TUNNEL_NVGRE,
	TUNNEL_ERSPAN,
	TUNNEL_IPIP,
	TUNNEL_SIT,
	TUNNEL_IP6IP,
	TUNNEL_STT,
	TUNNEL_GTPU,
	TUNNEL_ESP,
	TUNNEL_WIREGUARD,
	TUNNEL_KINDS
};

/* Steps of IPv4 IDs from one packet of a flow to the next. */
enum id_step {
	ID_PLUS_ONE,
	ID_CONSTANT,
	ID_OTHER,
	ID_STEPS
};

/* How the MTU is known. */
enum mtu_source {
	MTU_OPTION,
	MTU_INTERFACE, /* the capture says it of its interface */
	MTU_LOOPBACK,
	MTU_SIZES,
	MTU_MSS,
	MTU_DEFAULT
};

/* Names of the above as they appear in JSON; ended by NULL. */
extern const char *const csum_names[];
extern const char *const tunnel_names[];
extern const char *const id_step_names[];
extern const char *const mtu_source_names[];
extern const char *const capture_end_names[];

/**
 * struct size_bucket - frames whose outermost IP packet is from @from to @to bytes long
 */
struct size_bucket {
	uint32_t from, to;
	uint64_t frames;
};

#define CAPTURE_BUCKETS 20

/**
 * struct capture_sizes - lengths of outermost IP packets, on the wire
 * @oversized: frames with one longer than the MTU
 */
struct capture_sizes {
	uint32_t max_ip_len;
	uint64_t oversized;
	struct size_bucket *histogram;
	size_t nhistogram;
};

/* Every header counts once, at each depth. */
struct capture_checksums {
	uint64_t ipv4[CSUM_VERDICTS], tcp[CSUM_VERDICTS], udp[CSUM_VERDICTS], sctp[CSUM_VERDICTS];
};

/**
 * struct capture_ipid - steps between consecutive packets of one innermost flow
 *
 * "plain" is the header of a frame without a tunnel, "outer" the outermost and "inner" the innermost
 * of one with; df0 and df1 are the DF bit of the later packet.
 */
struct capture_ipid {
	uint64_t plain_df0[ID_STEPS], plain_df1[ID_STEPS];
	uint64_t outer_df0[ID_STEPS], outer_df1[ID_STEPS];
	uint64_t inner_df0[ID_STEPS], inner_df1[ID_STEPS];
};

struct capture_mtu {
	uint32_t value;
	uint8_t source;
};

/**
 * struct capture_link - frames of one link type
 * @decoded: nod looks into frames of this type
 */
struct capture_link {
	const char *name;
	uint64_t frames;
	bool decoded;
};

/**
 * struct capture_flow - one of the busiest flows
 * @pairs: consecutive TCP segments with payload; @mergeable of them differ in nothing that would keep
 *         a receiver from merging them
 */
struct capture_flow {
	const struct endpoints *endpoints;
	uint64_t frames, bytes, payload_bytes, first_frame, last_frame;
	int64_t duration_ns;
	uint64_t pairs, mergeable;
	uint64_t csum_ok, csum_offload, csum_bad;
};

/* Why a live capture ended. */
enum capture_end {
	CAPTURE_END_SIGNAL,
	CAPTURE_END_DURATION,
	CAPTURE_END_COUNT,
	CAPTURE_END_DEVICE,
	CAPTURE_END_OUTPUT
};

/**
 * struct capture_confinement - what the process gave away before it looked at frames
 * @user: whom it became; NULL if it stayed who it was
 * @capabilities: all dropped; @landlock, @seccomp: in force
 */
struct capture_confinement {
	const char *user;
	bool capabilities, landlock, seccomp;
};

/**
 * struct capture_live - of a capture that nod took itself
 * @received: frames that passed the filter; @dropped: of these, for which there was no room
 * @files: written, also those that were removed again to keep only the newest
 * @ended: enum capture_end
 */
struct capture_live {
	const char *device;
	uint64_t received, dropped, files;
	uint8_t ended;
	struct capture_confinement confinement;
};

/**
 * struct capture - all of it
 * @file: as named by the user
 * @format: of the file, see file_format()
 * @verdict: what to know and what to do, in one to three sentences
 * @error: why reading ended early; NULL if the file was read to its end
 * @undecoded_frames: of link types that nod does not look into, or malformed before any IP header
 * @nflows: of @flows, the busiest; @flow_count is how many there were, @forgotten_flows how many
 *          were judged before the end because of --max-flows
 * @live: NULL if it was read from a file
 */
struct capture {
	const char *file, *format, *verdict, *error;
	uint64_t frames, bytes, truncated_frames, undecoded_frames, malformed_frames;
	int64_t duration_ns;
	struct capture_mtu mtu;
	struct capture_sizes sizes;
	struct capture_checksums checksums;
	struct capture_ipid ipid;
	uint64_t tunnels[TUNNEL_KINDS];
	struct capture_link *links;
	size_t nlinks;
	struct finding *findings;
	size_t nfindings;
	struct capture_flow *flows;
	size_t nflows;
	uint64_t flow_count, forgotten_flows;
	const struct capture_live *live;
};

/* One header of a frame; @checksum is NULL if it has none that is looked at. */
struct header_line {
	const char *name, *checksum;
};

/**
 * struct frame_line - one frame
 * @time_ns: since the first frame of the file
 * @ip_len: of the outermost IP packet; 0 if there is none
 * @payload_len: behind the innermost L4 header
 * @outer_id_step, @id_step: see enum id_step; NULL if there is nothing to compare
 * @breaks: what keeps a receiver from merging the frame with the one before it in its flow
 */
struct frame_line {
	const char *file;
	uint64_t number;
	int64_t time_ns;
	uint32_t wire_len, captured_len, ip_len, payload_len;
	struct header_line *headers;
	size_t nheaders;
	const struct endpoints *flow;
	const char *outer_id_step, *id_step;
	bool oversized;
	const char **breaks;
	size_t nbreaks;
};

/**
 * struct capture_total - several captures together
 */
struct capture_total {
	uint64_t files, unreadable, frames, bytes, findings;
	uint64_t notes, warnings, errors;
};

/**
 * struct capture_set - all that one call of nod pcap says
 * @total: NULL if there was only one file
 */
struct capture_set {
	struct capture *captures;
	size_t ncaptures;
	const struct capture_total *total;
};

#endif
