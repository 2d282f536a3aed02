/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which keys do scripts find in what nod says of frames that it split?
 */
#include "lib/out/split.h"

static const struct field refusal_fields[] = {
	{"reason", FIELD_STRING, offsetof(struct split_refusal, reason), .help = "in words"},
	{"frames", FIELD_U64, offsetof(struct split_refusal, frames), .help = "how many"},
	{"first_frame", FIELD_U64, offsetof(struct split_refusal, first_frame),
	 .help = "number of the first of them"},
	FIELD_END,
};
static const struct record record_refusal = {"refusal", sizeof(struct split_refusal),
					     refusal_fields};

static const struct field report_fields[] = {
	{"input", FIELD_STRING, offsetof(struct split_report, input), .help = "as named"},
	{"output", FIELD_STRING, offsetof(struct split_report, output), .help = "as named"},
	{"format", FIELD_STRING, offsetof(struct split_report, format),
	 .help = "of the input: pcap, pcap-ns, pcap-modified, pcapng, with +gzip or +zstd; libpcap"},
	{"output_format", FIELD_STRING, offsetof(struct split_report, output_format),
	 .help = "of the output: pcapng or pcap"},
	{"error", FIELD_STRING, offsetof(struct split_report, error),
	 .help = "why reading ended early; absent if it did not", .flags = FIELD_SKIP_ZERO},
	{"times", FIELD_STRING, offsetof(struct split_report, times),
	 .help = "of segments: equal or spread"},
	{"mtu", FIELD_U32, offsetof(struct split_report, mtu),
	 .help = "longer IP packets were too long for the wire; given or inferred"},
	{"frames", FIELD_U64, offsetof(struct split_report, frames),
	 .help = "read, and let through by the filter"},
	{"kept", FIELD_U64, offsetof(struct split_report, kept),
	 .help = "of these, written as they were"},
	{"filled", FIELD_U64, offsetof(struct split_report, filled),
	 .help = "of these, written with checksums filled in"},
	{"split", FIELD_U64, offsetof(struct split_report, split),
	 .help = "of these, written as segments, or with lengths made right"},
	{"refused", FIELD_U64, offsetof(struct split_report, refused),
	 .help = "of these, too long for the wire, and written as they were all the same"},
	{"segments", FIELD_U64, offsetof(struct split_report, segments),
	 .help = "that the split frames became"},
	{"most_segments", FIELD_U64, offsetof(struct split_report, most),
	 .help = "that one frame became"},
	{"most_segments_frame", FIELD_U64, offsetof(struct split_report, most_frame),
	 .help = "number of the first such frame; 0 if there is none"},
	{"sources", FIELD_COUNTS, offsetof(struct split_report, sources),
	 .help = "split frames by how the size of their segments was known",
	 .names = split_source_names},
	{"refusals", FIELD_LIST, offsetof(struct split_report, refusals),
	 .help = "why frames were refused", .record = &record_refusal,
	 .count_offset = offsetof(struct split_report, nrefusals)},
	{"written_frames", FIELD_U64, offsetof(struct split_report, written),
	 .help = "frames of the output"},
	{"written_bytes", FIELD_U64, offsetof(struct split_report, bytes),
	 .help = "bytes of the output, all of the file"},
	FIELD_END,
};
const struct record record_split_report = {"split", sizeof(struct split_report), report_fields};
