/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which keys do scripts find in what nod says of a receiver's merging?
 */
#include "lib/out/gro.h"

#include "lib/out/capture.h"

static const struct field count_fields[] = {
	{"frames", FIELD_U64, offsetof(struct gro_count, frames),
	 .help = "frames that carry data of a protocol that may be merged"},
	{"bytes", FIELD_U64, offsetof(struct gro_count, bytes), .help = "of payload in them"},
	{"supers", FIELD_U64, offsetof(struct gro_count, supers),
	 .help = "what the stack gets for them: super-frames, and frames that stayed single"},
	{"merged_frames", FIELD_U64, offsetof(struct gro_count, merged_frames),
	 .help = "frames that are in super-frames of two and more"},
	{"merged_bytes", FIELD_U64, offsetof(struct gro_count, merged_bytes),
	 .help = "of payload in these"},
	{"largest", FIELD_U64, offsetof(struct gro_count, largest),
	 .help = "frames in the largest super-frame"},
	FIELD_END,
};
static const struct record record_gro_count = {"count", sizeof(struct gro_count), count_fields};

/* The same fields stand alone and behind the name of a file. */
#define COST_FIELDS(base)                                                                 \
	{"id", FIELD_STRING, (base) + offsetof(struct gro_cost, id),                      \
	 .help = "the reason; nod explain ID tells more"},                                \
		{"text", FIELD_STRING, (base) + offsetof(struct gro_cost, text),          \
		 .help = "the same in words"},                                            \
		{"times", FIELD_U64, (base) + offsetof(struct gro_cost, times),           \
		 .help = "places where it was among the reasons"},                        \
		{"alone", FIELD_U64, (base) + offsetof(struct gro_cost, alone),           \
		 .help = "places where it was the only one"},                             \
		{"mendable", FIELD_BOOL, (base) + offsetof(struct gro_cost, mendable),    \
		 .help = "whether somebody can do something, so that what if was asked"}, \
		{"saves", FIELD_U64, (base) + offsetof(struct gro_cost, saves),           \
		 .help = "how many fewer super-frames there were without it"},            \
		{"mended", FIELD_RECORD, (base) + offsetof(struct gro_cost, mended),      \
		 .help = "the upper bound if this reason alone were mended; all 0 if "    \
			 "nobody can",                                                    \
		 .record = &record_gro_count},                                            \
		{"mend", FIELD_STRING, (base) + offsetof(struct gro_cost, mend),          \
		 .help = "what to change"},                                               \
	{                                                                                 \
		"advice", FIELD_STRINGS, (base) + offsetof(struct gro_cost, advice),      \
			.help = "commands to type, each with its reason behind a #",      \
			.count_offset = (base) + offsetof(struct gro_cost, nadvice)       \
	}

static const struct field cost_fields[] = {COST_FIELDS(0), FIELD_END};
static const struct record record_gro_cost = {"cost", sizeof(struct gro_cost), cost_fields};

#define MODEL_FIELDS(base)                                                               \
	{"model", FIELD_STRING, (base) + offsetof(struct gro_model_count, model),        \
	 .help = "id of the receiver"},                                                  \
		{"name", FIELD_STRING, (base) + offsetof(struct gro_model_count, name),  \
		 .help = "for people"},                                                  \
	{                                                                                \
		"upper", FIELD_RECORD, (base) + offsetof(struct gro_model_count, upper), \
			.help = "its upper bound", .record = &record_gro_count           \
	}

static const struct field model_fields[] = {MODEL_FIELDS(0), FIELD_END};
static const struct record record_gro_model = {"model", sizeof(struct gro_model_count),
					       model_fields};

#define FLOW_FIELDS(base)                                                                          \
	{"endpoints", FIELD_RECORD_PTR, (base) + offsetof(struct gro_flow, endpoints),             \
	 .help = "from where to where", .record = &record_endpoints},                              \
		{"upper", FIELD_RECORD, (base) + offsetof(struct gro_flow, upper),                 \
		 .help = "upper bound of the flow", .record = &record_gro_count},                  \
		{"tunnel_device", FIELD_RECORD, (base) + offsetof(struct gro_flow, tunnel_device), \
		 .help = "after the second chance behind the tunnel; all 0 without a tunnel",      \
		 .record = &record_gro_count},                                                     \
		{"reason", FIELD_STRING, (base) + offsetof(struct gro_flow, reason),               \
		 .help = "what costs this flow most"},                                             \
	{                                                                                          \
		"reason_times", FIELD_U64, (base) + offsetof(struct gro_flow, reason_times),       \
			.help = "places where it was among the reasons"                            \
	}

static const struct field flow_fields[] = {FLOW_FIELDS(0), FIELD_END};
static const struct record record_gro_flow = {"flow", sizeof(struct gro_flow), flow_fields};

#define KERNEL_FIELDS(base)                                                                                      \
	{"release", FIELD_STRING, (base) + offsetof(struct gro_kernel, release),                                 \
	 .help = "of the running kernel"},                                                                       \
		{"frames", FIELD_U64, (base) + offsetof(struct gro_kernel, frames),                              \
		 .help = "frames that it was sent"},                                                             \
		{"skipped", FIELD_U64, (base) + offsetof(struct gro_kernel, skipped),                            \
		 .help = "frames that could not be sent: not Ethernet, cut, or too long"},                       \
		{"poll", FIELD_U64, (base) + offsetof(struct gro_kernel, poll),                                  \
		 .help = "frames that it got at once, at most"},                                                 \
		{"lacks", FIELD_STRING, (base) + offsetof(struct gro_kernel, lacks),                             \
		 .help = "what the capture has and this kernel was built without: it merges nothing there, and " \
			 "the model was told so"},                                                               \
		{"kernel_supers", FIELD_U64, (base) + offsetof(struct gro_kernel, kernel_supers),                \
		 .help = "what it handed to the stack, merged or not"},                                          \
		{"model_supers", FIELD_U64, (base) + offsetof(struct gro_kernel, model_supers),                  \
		 .help = "what the model makes of the same polls"},                                              \
		{"differences", FIELD_U64, (base) + offsetof(struct gro_kernel, differences),                    \
		 .help = "of these, those that differ in length, gso_size, payload or order"},                   \
		{"words", FIELD_STRINGS, (base) + offsetof(struct gro_kernel, words),                            \
		 .help = "the first differences",                                                                \
		 .count_offset = (base) + offsetof(struct gro_kernel, nwords)},                                  \
	{                                                                                                        \
		"count", FIELD_RECORD, (base) + offsetof(struct gro_kernel, count),                              \
			.help = "what the kernel merged", .record = &record_gro_count                            \
	}

static const struct field kernel_fields[] = {KERNEL_FIELDS(0), FIELD_END};
static const struct record record_gro_kernel = {"kernel", sizeof(struct gro_kernel), kernel_fields};

#define LINE_FIELDS(type, what, FIELDS)                                   \
	{"file", FIELD_STRING, offsetof(type, file), .help = "as named"}, \
		FIELDS(offsetof(type, what)), FIELD_END

static const struct field cost_line_fields[] = {
	LINE_FIELDS(struct gro_cost_line, cost, COST_FIELDS)};
const struct record record_gro_cost_line = {"gro-cost", sizeof(struct gro_cost_line),
					    cost_line_fields};

static const struct field model_line_fields[] = {
	LINE_FIELDS(struct gro_model_line, model, MODEL_FIELDS)};
const struct record record_gro_model_line = {"gro-model", sizeof(struct gro_model_line),
					     model_line_fields};

static const struct field flow_line_fields[] = {
	LINE_FIELDS(struct gro_flow_line, flow, FLOW_FIELDS)};
const struct record record_gro_flow_line = {"gro-flow", sizeof(struct gro_flow_line),
					    flow_line_fields};

static const struct field kernel_line_fields[] = {
	LINE_FIELDS(struct gro_kernel_line, kernel, KERNEL_FIELDS)};
const struct record record_gro_kernel_line = {"gro-kernel", sizeof(struct gro_kernel_line),
					      kernel_line_fields};

#define REPORT_FIELDS                                                                              \
	{"file", FIELD_STRING, offsetof(struct gro_report, file), .help = "as named"},             \
		{"format", FIELD_STRING, offsetof(struct gro_report, format),                      \
		 .help = "of the file, as nod pcap names it"},                                     \
		{"verdict", FIELD_STRING, offsetof(struct gro_report, verdict),                    \
		 .help = "what to know and what to do, in a few sentences"},                       \
		{"error", FIELD_STRING, offsetof(struct gro_report, error),                        \
		 .help = "why reading ended early; absent if it did not",                          \
		 .flags = FIELD_SKIP_ZERO},                                                        \
		{"model", FIELD_STRING, offsetof(struct gro_report, model),                        \
		 .help = "id of the receiver; nod explain ID tells its rules"},                    \
		{"model_name", FIELD_STRING, offsetof(struct gro_report, model_name),              \
		 .help = "the same for people"},                                                   \
		{"running", FIELD_STRING, offsetof(struct gro_report, running),                    \
		 .help = "release of the running kernel, if the model was taken because of it"},   \
		{"mode", FIELD_STRING, offsetof(struct gro_report, mode), .help = "as in --mode"}, \
		{"frames", FIELD_U64, offsetof(struct gro_report, frames),                         \
		 .help = "frames looked at, of whatever kind"},                                    \
		{"bytes", FIELD_U64, offsetof(struct gro_report, bytes),                           \
		 .help = "their bytes on the wire"},                                               \
		{"unfit", FIELD_BOOL, offsetof(struct gro_report, unfit),                          \
		 .help = "whether the capture was merged, or not yet split, when it was taken: "   \
			 "then it does not tell what a receiver would merge"},                     \
		{"oversized", FIELD_U64, offsetof(struct gro_report, oversized),                   \
		 .help = "frames that stand for several of the wire"},                             \
		{"split", FIELD_BOOL, offsetof(struct gro_report, split),                          \
		 .help = "whether such frames were split first"},                                  \
		{"budget", FIELD_U64, offsetof(struct gro_report, budget),                         \
		 .help = "as in --budget"},                                                        \
		{"gap_s", FIELD_SECONDS, offsetof(struct gro_report, gap_ns),                      \
		 .help = "as in --gap"},                                                           \
		{"upper", FIELD_RECORD, offsetof(struct gro_report, upper),                        \
		 .help = "upper bound: without any limit in time and places; no such receiver "    \
			 "merges more",                                                            \
		 .record = &record_gro_count},                                                     \
		{"polled", FIELD_RECORD, offsetof(struct gro_report, polled),                      \
		 .help = "bound with polls of budget frames that are over when nothing comes for " \
			 "gap_s, and with the places that the kernel has",                         \
		 .record = &record_gro_count},                                                     \
		{"tunnelled", FIELD_RECORD, offsetof(struct gro_report, tunnelled),                \
		 .help = "the part of upper that is of frames in tunnels with a second chance; "   \
			 "all 0 if there are none",                                                \
		 .record = &record_gro_count},                                                     \
		{"tunnel_device", FIELD_RECORD, offsetof(struct gro_report, tunnel_device),        \
		 .help = "of the same frames, after the second chance at the tunnel device",       \
                                                                                                   \
		 .record = &record_gro_count},                                                     \
		{"flow_count", FIELD_U64, offsetof(struct gro_report, flow_count),                 \
		 .help = "flows seen"},                                                            \
		{"forgotten_flows", FIELD_U64, offsetof(struct gro_report, forgotten_flows),       \
		 .help = "flows judged before the end, to stay within --max-flows"},               \
	{                                                                                          \
		"unfollowed", FIELD_U64, offsetof(struct gro_report, unfollowed),                  \
			.help = "times that what if, or another model, would have gone its own "   \
				"way in a flow and was taken to do as the model does, to save "    \
				"memory"                                                           \
	}

static const struct field report_fields[] = {
	REPORT_FIELDS,
	{"costs", FIELD_LIST, offsetof(struct gro_report, costs),
	 .help = "reasons that kept frames from being merged, the dearest first",
	 .record = &record_gro_cost, .count_offset = offsetof(struct gro_report, ncosts)},
	{"models", FIELD_LIST, offsetof(struct gro_report, models),
	 .help = "the same capture for other receivers", .record = &record_gro_model,
	 .count_offset = offsetof(struct gro_report, nmodels)},
	{"flows", FIELD_LIST, offsetof(struct gro_report, flows), .help = "the busiest, by bytes",
	 .record = &record_gro_flow, .count_offset = offsetof(struct gro_report, nflows)},
	{"kernel", FIELD_RECORD_PTR, offsetof(struct gro_report, kernel),
	 .help = "what the running kernel did (--kernel)", .record = &record_gro_kernel,
	 .flags = FIELD_SKIP_ZERO},
	FIELD_END,
};
static const struct record record_gro_report = {"report", sizeof(struct gro_report), report_fields};

static const struct field report_line_fields[] = {REPORT_FIELDS, FIELD_END};
const struct record record_gro_line = {"gro", sizeof(struct gro_report), report_line_fields};

static const struct field set_fields[] = {
	{"reports", FIELD_LIST, offsetof(struct gro_report_set, reports),
	 .help = "one for each file", .record = &record_gro_report,
	 .count_offset = offsetof(struct gro_report_set, nreports)},
	FIELD_END,
};
const struct record record_gro_set = {"gro-set", sizeof(struct gro_report_set), set_fields};
