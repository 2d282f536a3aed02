/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which keys do scripts find in what nod says of a capture?
 */
#include "lib/out/capture.h"

static const struct field endpoints_fields[] = {
	{"protocol", FIELD_STRING, offsetof(struct endpoints, protocol),
	 .help = "tcp, udp, sctp, icmp, icmpv6 or ip-proto-N"},
	{"src", FIELD_STRING, offsetof(struct endpoints, src),
	 .help = "source address of the innermost IP header"},
	{"src_port", FIELD_U32, offsetof(struct endpoints, src_port), .help = "0 if it has none"},
	{"dst", FIELD_STRING, offsetof(struct endpoints, dst),
	 .help = "destination address of the innermost IP header"},
	{"dst_port", FIELD_U32, offsetof(struct endpoints, dst_port), .help = "0 if it has none"},
	{"tunnel", FIELD_STRING, offsetof(struct endpoints, tunnel),
	 .help = "kind of the outermost tunnel, null if there is none"},
	{"outer_src", FIELD_STRING, offsetof(struct endpoints, outer_src),
	 .help = "source address of the outermost IP header of a tunnel"},
	{"outer_dst", FIELD_STRING, offsetof(struct endpoints, outer_dst),
	 .help = "destination address of the outermost IP header of a tunnel"},
	{"vni", FIELD_U32, offsetof(struct endpoints, vni),
	 .help = "network identifier of the tunnel: VNI, VSID, TEID or key"},
	FIELD_END,
};
const struct record record_endpoints = {"endpoints", sizeof(struct endpoints), endpoints_fields};

/* The same fields stand alone and behind the name of a file. */
#define FINDING_FIELDS(base)                                                                         \
	{"id", FIELD_STRING, (base) + offsetof(struct finding, id),                                  \
	 .help = "kind of finding; nod explain ID tells more"},                                      \
		{"severity", FIELD_NAME, (base) + offsetof(struct finding, severity),                \
		 .help = "note, warning or error", .names = severity_names},                         \
		{"confidence", FIELD_NAME, (base) + offsetof(struct finding, confidence),            \
		 .help = "possible, likely or certain", .names = confidence_names},                  \
		{"text", FIELD_STRING, (base) + offsetof(struct finding, text),                      \
		 .help = "what it is, in a sentence"},                                               \
		{"count", FIELD_U64, (base) + offsetof(struct finding, count),                       \
		 .help = "frames, or pairs of frames, that show it"},                                \
		{"first_frame", FIELD_U64, (base) + offsetof(struct finding, first_frame),           \
		 .help = "number of the first of them, from 1; 0 if it is about the whole capture"}, \
		{"last_frame", FIELD_U64, (base) + offsetof(struct finding, last_frame),             \
		 .help = "number of the last of them"},                                              \
		{"flow", FIELD_RECORD_PTR, (base) + offsetof(struct finding, flow),                  \
		 .help = "the flow that shows it most; null if it is about the whole capture",       \
		 .record = &record_endpoints},                                                       \
		{"facts", FIELD_FACTS, (base) + offsetof(struct finding, facts),                     \
		 .help = "evidence by name, as the finding has it",                                  \
		 .count_offset = (base) + offsetof(struct finding, nfacts)},                         \
	{                                                                                            \
		"advice", FIELD_STRINGS, (base) + offsetof(struct finding, advice),                  \
			.help = "commands to type, each with its reason behind a #",                 \
			.count_offset = (base) + offsetof(struct finding, nadvice)                   \
	}

static const struct field finding_fields[] = {FINDING_FIELDS(0), FIELD_END};
static const struct record record_finding = {"finding", sizeof(struct finding), finding_fields};

static const struct field finding_line_fields[] = {
	{"file", FIELD_STRING, offsetof(struct finding_line, file), .help = "as named"},
	FINDING_FIELDS(offsetof(struct finding_line, finding)),
	FIELD_END,
};
const struct record record_finding_line = {"finding", sizeof(struct finding_line),
					   finding_line_fields};
const struct record record_appeared_line = {"appeared", sizeof(struct finding_line),
					    finding_line_fields};

#define FLOW_FIELDS(base)                                                                              \
	{"endpoints", FIELD_RECORD_PTR, (base) + offsetof(struct capture_flow, endpoints),             \
	 .help = "from where to where", .record = &record_endpoints},                                  \
		{"frames", FIELD_U64, (base) + offsetof(struct capture_flow, frames),                  \
		 .help = "frames of the flow"},                                                        \
		{"bytes", FIELD_U64, (base) + offsetof(struct capture_flow, bytes),                    \
		 .help = "their bytes on the wire"},                                                   \
		{"payload_bytes", FIELD_U64,                                                           \
		 (base) + offsetof(struct capture_flow, payload_bytes),                                \
		 .help = "behind the innermost L4 header"},                                            \
		{"first_frame", FIELD_U64, (base) + offsetof(struct capture_flow, first_frame),        \
		 .help = "number of the first frame"},                                                 \
		{"last_frame", FIELD_U64, (base) + offsetof(struct capture_flow, last_frame),          \
		 .help = "number of the last frame"},                                                  \
		{"duration_s", FIELD_SECONDS, (base) + offsetof(struct capture_flow, duration_ns),     \
		 .help = "from the first frame to the last"},                                          \
		{"pairs", FIELD_U64, (base) + offsetof(struct capture_flow, pairs),                    \
		 .help = "consecutive TCP segments with payload"},                                     \
		{"mergeable", FIELD_U64, (base) + offsetof(struct capture_flow, mergeable),            \
		 .help = "of these, pairs that differ in nothing that keeps a receiver from merging"}, \
		{"checksum_ok", FIELD_U64, (base) + offsetof(struct capture_flow, csum_ok),            \
		 .help = "frames whose L4 checksums are right"},                                       \
		{"checksum_offload", FIELD_U64,                                                        \
		 (base) + offsetof(struct capture_flow, csum_offload),                                 \
		 .help = "frames with one that is left to hardware"},                                  \
	{                                                                                              \
		"checksum_bad", FIELD_U64, (base) + offsetof(struct capture_flow, csum_bad),           \
			.help = "frames with one that is wrong"                                        \
	}

static const struct field flow_fields[] = {FLOW_FIELDS(0), FIELD_END};
static const struct record record_flow = {"flow", sizeof(struct capture_flow), flow_fields};

static const struct field flow_line_fields[] = {
	{"file", FIELD_STRING, offsetof(struct flow_line, file), .help = "as named"},
	FLOW_FIELDS(offsetof(struct flow_line, flow)),
	FIELD_END,
};
const struct record record_flow_line = {"flow", sizeof(struct flow_line), flow_line_fields};

static const struct field mtu_fields[] = {
	{"value", FIELD_U32, offsetof(struct capture_mtu, value), .help = "bytes"},
	{"source", FIELD_NAME, offsetof(struct capture_mtu, source),
	 .help = "how it is known: option, interface, loopback, sizes, mss or default (assumed)",
	 .names = mtu_source_names},
	FIELD_END,
};
static const struct record record_mtu = {"mtu", sizeof(struct capture_mtu), mtu_fields};

static const struct field bucket_fields[] = {
	{"from", FIELD_U32, offsetof(struct size_bucket, from), .help = "least length in bytes"},
	{"to", FIELD_U32, offsetof(struct size_bucket, to), .help = "greatest length in bytes"},
	{"frames", FIELD_U64, offsetof(struct size_bucket, frames), .help = "how many"},
	FIELD_END,
};
static const struct record record_bucket = {"bucket", sizeof(struct size_bucket), bucket_fields};

static const struct field sizes_fields[] = {
	{"max_ip_len", FIELD_U32, offsetof(struct capture_sizes, max_ip_len),
	 .help = "length of the longest outermost IP packet"},
	{"oversized", FIELD_U64, offsetof(struct capture_sizes, oversized),
	 .help = "frames with an outermost IP packet longer than the MTU"},
	{"histogram", FIELD_LIST, offsetof(struct capture_sizes, histogram),
	 .help = "lengths of outermost IP packets", .record = &record_bucket,
	 .count_offset = offsetof(struct capture_sizes, nhistogram)},
	FIELD_END,
};
static const struct record record_sizes = {"sizes", sizeof(struct capture_sizes), sizes_fields};

#define CHECKSUM_HELP "headers by verdict, at every depth"

static const struct field checksum_fields[] = {
	{"ipv4", FIELD_COUNTS, offsetof(struct capture_checksums, ipv4), .help = CHECKSUM_HELP,
	 .names = csum_names},
	{"tcp", FIELD_COUNTS, offsetof(struct capture_checksums, tcp), .help = CHECKSUM_HELP,
	 .names = csum_names},
	{"udp", FIELD_COUNTS, offsetof(struct capture_checksums, udp), .help = CHECKSUM_HELP,
	 .names = csum_names},
	{"sctp", FIELD_COUNTS, offsetof(struct capture_checksums, sctp), .help = CHECKSUM_HELP,
	 .names = csum_names},
	FIELD_END,
};
static const struct record record_checksums = {"checksums", sizeof(struct capture_checksums),
					       checksum_fields};

static const struct field ipid_fields[] = {
	{"plain_df0", FIELD_COUNTS, offsetof(struct capture_ipid, plain_df0),
	 .help = "frames without a tunnel, DF=0", .names = id_step_names},
	{"plain_df1", FIELD_COUNTS, offsetof(struct capture_ipid, plain_df1),
	 .help = "frames without a tunnel, DF=1", .names = id_step_names},
	{"outer_df0", FIELD_COUNTS, offsetof(struct capture_ipid, outer_df0),
	 .help = "outermost header of a tunnel, DF=0", .names = id_step_names},
	{"outer_df1", FIELD_COUNTS, offsetof(struct capture_ipid, outer_df1),
	 .help = "outermost header of a tunnel, DF=1", .names = id_step_names},
	{"inner_df0", FIELD_COUNTS, offsetof(struct capture_ipid, inner_df0),
	 .help = "innermost header of a tunnel, DF=0", .names = id_step_names},
	{"inner_df1", FIELD_COUNTS, offsetof(struct capture_ipid, inner_df1),
	 .help = "innermost header of a tunnel, DF=1", .names = id_step_names},
	FIELD_END,
};
static const struct record record_ipid = {"ipid", sizeof(struct capture_ipid), ipid_fields};

static const struct field link_fields[] = {
	{"name", FIELD_STRING, offsetof(struct capture_link, name), .help = "link type"},
	{"frames", FIELD_U64, offsetof(struct capture_link, frames), .help = "how many"},
	{"decoded", FIELD_BOOL, offsetof(struct capture_link, decoded),
	 .help = "whether nod looks into frames of this type"},
	FIELD_END,
};
static const struct record record_link = {"link", sizeof(struct capture_link), link_fields};

static const struct field confinement_fields[] = {
	{"user", FIELD_STRING, offsetof(struct capture_confinement, user),
	 .help = "whom nod became; null if it stayed who it was"},
	{"capabilities", FIELD_BOOL, offsetof(struct capture_confinement, capabilities),
	 .help = "all capabilities were dropped for good"},
	{"landlock", FIELD_BOOL, offsetof(struct capture_confinement, landlock),
	 .help = "files out of the folder of the output could not be touched"},
	{"seccomp", FIELD_BOOL, offsetof(struct capture_confinement, seccomp),
	 .help = "only the calls to the system that are needed could be made"},
	FIELD_END,
};
static const struct record record_confinement = {"confinement", sizeof(struct capture_confinement),
						 confinement_fields};

static const struct field live_fields[] = {
	{"device", FIELD_STRING, offsetof(struct capture_live, device), .help = "that was watched"},
	{"received", FIELD_U64, offsetof(struct capture_live, received),
	 .help = "frames that passed the filter, also those dropped"},
	{"dropped", FIELD_U64, offsetof(struct capture_live, dropped),
	 .help = "of these, frames that are missing because there was no room for them"},
	{"files", FIELD_U64, offsetof(struct capture_live, files),
	 .help = "files written, also those removed again to keep only the newest"},
	{"ended", FIELD_NAME, offsetof(struct capture_live, ended), .help = "what ended it",
	 .names = capture_end_names},
	{"confinement", FIELD_RECORD, offsetof(struct capture_live, confinement),
	 .help = "what nod gave away before it looked at frames", .record = &record_confinement},
	FIELD_END,
};
const struct record record_live = {"live", sizeof(struct capture_live), live_fields};

#define CAPTURE_FIELDS                                                                                       \
	{"file", FIELD_STRING, offsetof(struct capture, file), .help = "as named"},                          \
		{"format", FIELD_STRING, offsetof(struct capture, format),                                   \
		 .help = "of the file: pcap, pcap-ns, pcap-modified, pcapng, with +gzip or +zstd; libpcap"}, \
		{"verdict", FIELD_STRING, offsetof(struct capture, verdict),                                 \
		 .help = "what to know and what to do, in a few sentences"},                                 \
		{"error", FIELD_STRING, offsetof(struct capture, error),                                     \
		 .help = "why reading ended early; absent if it did not",                                    \
		 .flags = FIELD_SKIP_ZERO},                                                                  \
		{"frames", FIELD_U64, offsetof(struct capture, frames), .help = "frames read"},              \
		{"bytes", FIELD_U64, offsetof(struct capture, bytes),                                        \
		 .help = "their bytes on the wire"},                                                         \
		{"truncated_frames", FIELD_U64, offsetof(struct capture, truncated_frames),                  \
		 .help = "frames of which not all was captured"},                                            \
		{"undecoded_frames", FIELD_U64, offsetof(struct capture, undecoded_frames),                  \
		 .help = "frames of link types that nod does not look into, or malformed before any IP "     \
			 "header"},                                                                          \
		{"malformed_frames", FIELD_U64, offsetof(struct capture, malformed_frames),                  \
		 .help = "frames with a header that is not what it must be"},                                \
		{"duration_s", FIELD_SECONDS, offsetof(struct capture, duration_ns),                         \
		 .help = "from the earliest frame to the latest"},                                           \
		{"links",                                                                                    \
		 FIELD_LIST,                                                                                 \
		 offsetof(struct capture, links),                                                            \
		 .help = "frames by link type",                                                              \
		 .record = &record_link,                                                                     \
		 .count_offset = offsetof(struct capture, nlinks)},                                          \
		{"mtu", FIELD_RECORD, offsetof(struct capture, mtu), .help = "given or inferred",            \
		 .record = &record_mtu},                                                                     \
		{"sizes", FIELD_RECORD, offsetof(struct capture, sizes), .help = "of IP packets",            \
		 .record = &record_sizes},                                                                   \
		{"checksums", FIELD_RECORD, offsetof(struct capture, checksums),                             \
		 .help = "by protocol", .record = &record_checksums},                                        \
		{"ipid", FIELD_RECORD, offsetof(struct capture, ipid),                                       \
		 .help = "steps of the IPv4 ID between consecutive packets of one innermost flow",           \
		 .record = &record_ipid},                                                                    \
		{"tunnels",                                                                                  \
		 FIELD_COUNTS,                                                                               \
		 offsetof(struct capture, tunnels),                                                          \
		 .help = "headers by kind",                                                                  \
		 .names = tunnel_names,                                                                      \
		 .flags = FIELD_ONLY_NONZERO},                                                               \
		{"live",                                                                                     \
		 FIELD_RECORD_PTR,                                                                           \
		 offsetof(struct capture, live),                                                             \
		 .help = "how nod capture took it; absent if it was read from a file",                       \
		 .record = &record_live,                                                                     \
		 .flags = FIELD_SKIP_ZERO},                                                                  \
		{"flow_count", FIELD_U64, offsetof(struct capture, flow_count),                              \
		 .help = "flows seen"},                                                                      \
	{                                                                                                    \
		"forgotten_flows", FIELD_U64, offsetof(struct capture, forgotten_flows),                     \
			.help = "flows judged before the end, to stay within --max-flows"                    \
	}

static const struct field capture_fields[] = {
	CAPTURE_FIELDS,
	{"findings", FIELD_LIST, offsetof(struct capture, findings), .help = "the gravest first",
	 .record = &record_finding, .count_offset = offsetof(struct capture, nfindings)},
	{"flows", FIELD_LIST, offsetof(struct capture, flows), .help = "the busiest, by bytes",
	 .record = &record_flow, .count_offset = offsetof(struct capture, nflows)},
	FIELD_END,
};
static const struct record record_capture = {"capture", sizeof(struct capture), capture_fields};

static const struct field capture_line_fields[] = {CAPTURE_FIELDS, FIELD_END};
const struct record record_capture_line = {"capture", sizeof(struct capture), capture_line_fields};

static const struct field total_fields[] = {
	{"files", FIELD_U64, offsetof(struct capture_total, files), .help = "captures named"},
	{"unreadable", FIELD_U64, offsetof(struct capture_total, unreadable),
	 .help = "of these, not read to their end"},
	{"frames", FIELD_U64, offsetof(struct capture_total, frames), .help = "frames of all"},
	{"bytes", FIELD_U64, offsetof(struct capture_total, bytes),
	 .help = "their bytes on the wire"},
	{"findings", FIELD_U64, offsetof(struct capture_total, findings), .help = "of all"},
	{"notes", FIELD_U64, offsetof(struct capture_total, notes), .help = "of severity note"},
	{"warnings", FIELD_U64, offsetof(struct capture_total, warnings),
	 .help = "of severity warning"},
	{"errors", FIELD_U64, offsetof(struct capture_total, errors), .help = "of severity error"},
	FIELD_END,
};
const struct record record_total_line = {"total", sizeof(struct capture_total), total_fields};

static const struct field set_fields[] = {
	{"captures", FIELD_LIST, offsetof(struct capture_set, captures),
	 .help = "one for each file", .record = &record_capture,
	 .count_offset = offsetof(struct capture_set, ncaptures)},
	{"total", FIELD_RECORD_PTR, offsetof(struct capture_set, total),
	 .help = "absent for a single file", .record = &record_total_line,
	 .flags = FIELD_SKIP_ZERO},
	FIELD_END,
};
const struct record record_capture_set = {"capture-set", sizeof(struct capture_set), set_fields};

static const struct field header_line_fields[] = {
	{"name", FIELD_STRING, offsetof(struct header_line, name), .help = "kind of header"},
	{"checksum", FIELD_STRING, offsetof(struct header_line, checksum),
	 .help = "verdict; absent if it has no checksum that is looked at",
	 .flags = FIELD_SKIP_ZERO},
	FIELD_END,
};
static const struct record record_header = {"header", sizeof(struct header_line),
					    header_line_fields};

static const struct field frame_line_fields[] = {
	{"file", FIELD_STRING, offsetof(struct frame_line, file), .help = "as named"},
	{"number", FIELD_U64, offsetof(struct frame_line, number), .help = "from 1"},
	{"time_s", FIELD_SECONDS, offsetof(struct frame_line, time_ns),
	 .help = "since the first frame"},
	{"length", FIELD_U32, offsetof(struct frame_line, wire_len), .help = "on the wire"},
	{"captured", FIELD_U32, offsetof(struct frame_line, captured_len),
	 .help = "bytes that were kept"},
	{"ip_len", FIELD_U32, offsetof(struct frame_line, ip_len),
	 .help = "of the outermost IP packet"},
	{"payload_len", FIELD_U32, offsetof(struct frame_line, payload_len),
	 .help = "behind the innermost L4 header"},
	{"oversized", FIELD_BOOL, offsetof(struct frame_line, oversized),
	 .help = "longer than the MTU given, else than 1500 bytes"},
	{"headers", FIELD_LIST, offsetof(struct frame_line, headers), .help = "outer to inner",
	 .record = &record_header, .count_offset = offsetof(struct frame_line, nheaders)},
	{"flow", FIELD_RECORD_PTR, offsetof(struct frame_line, flow), .help = "its flow",
	 .record = &record_endpoints, .flags = FIELD_SKIP_ZERO},
	{"outer_id_step", FIELD_STRING, offsetof(struct frame_line, outer_id_step),
	 .help = "of the outermost IPv4 ID since the frame before in the flow",
	 .flags = FIELD_SKIP_ZERO},
	{"id_step", FIELD_STRING, offsetof(struct frame_line, id_step),
	 .help = "of the innermost IPv4 ID", .flags = FIELD_SKIP_ZERO},
	{"breaks", FIELD_STRINGS, offsetof(struct frame_line, breaks),
	 .help = "what keeps a receiver from merging it with the segment before",
	 .count_offset = offsetof(struct frame_line, nbreaks)},
	FIELD_END,
};
const struct record record_frame_line = {"frame", sizeof(struct frame_line), frame_line_fields};
