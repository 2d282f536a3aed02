/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What nod says about how a receiver would merge a capture, as plain data.
 */
#ifndef NOD_MODEL_GRO_H
#define NOD_MODEL_GRO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/model/finding.h"

/**
 * struct gro_count - packets in, super-frames out
 * @frames: packets that carry data of a protocol that may be merged, and @bytes of payload in them
 * @supers: what the stack would get for them, those that stayed single among them
 * @merged_frames, @merged_bytes: of those in super-frames of two and more
 * @largest: most packets in one
 */
struct gro_count {
	uint64_t frames, bytes, supers, merged_frames, merged_bytes, largest;
};

/**
 * struct gro_cost - one reason, and what it costs
 * @id, @text, @mend: see struct gro_reason_info
 * @times: places where it was among the reasons; @alone: where it was the only one
 * @mended: counts if this reason alone were not there
 * @saves: super-frames fewer then; what reasons are ranked by
 * @mendable: false: nobody asked "what if", and @mended is all 0
 */
struct gro_cost {
	const char *id, *text, *mend;
	uint64_t times, alone, saves;
	bool mendable;
	struct gro_count mended;
	const char **advice;
	size_t nadvice;
};

/**
 * struct gro_flow - one of the busiest flows
 * @tunnel_device: what is left after the second chance behind the tunnel; frames is 0 without a tunnel
 * @reason: the one that costs most in this flow; NULL if none does
 */
struct gro_flow {
	const struct endpoints *endpoints;
	struct gro_count upper, tunnel_device;
	const char *reason;
	uint64_t reason_times;
};

/* The same capture for one kind of receiver. */
struct gro_model_count {
	const char *model, *name;
	struct gro_count upper;
};

/**
 * struct gro_kernel - what the running kernel did, beside the model
 * @release: of the kernel
 * @frames: replayed; @skipped: could not be (no Ethernet, too long, cut)
 * @poll: frames that were handed over at once, at most
 * @lacks: what is in the capture and this kernel was built without, so that it merges nothing there
 *         and the model was told so; NULL if it has all
 * @model_supers, @kernel_supers: that came out
 * @differences: places where they differ; the first of them in words
 */
struct gro_kernel {
	const char *release, *lacks;
	uint64_t frames, skipped, poll, model_supers, kernel_supers, differences;
	const char **words;
	size_t nwords;
	struct gro_count count;
};

/**
 * struct gro_report - all of it
 * @file, @format, @error: as in struct capture
 * @model, @model_name: who merges
 * @running: the release of the running kernel, if it is why this model was taken; else NULL
 * @verdict: what to know and what to do, in one to four sentences
 * @unfit: the capture was merged or not yet split when it was taken: @oversized of @frames
 * @split: such frames were split first
 * @frames, @bytes: of the capture, all of it
 * @upper: without any limit in time and places: no receiver merges more
 * @polled: with polls of @budget packets that end when nothing comes for @gap_ns, and the kernel's places
 * @tunnelled: the part of @upper that is of packets in tunnels; frames is 0 if there are none
 * @tunnel_device: of the same packets, after the second chance
 * @costs: ranked
 * @models: the generations of Linux, or all models, and @model among them, in the order of the table
 * @unfollowed: times that "what if" or another model would have gone its own way in a flow and was not
 *              followed, since there were too many (see --max-flows): it counts as @model does there
 * @kernel: NULL without --kernel
 */
struct gro_report {
	const char *file, *format, *error, *model, *model_name, *running, *verdict, *mode;
	bool unfit, split;
	uint64_t frames, bytes, oversized, budget;
	int64_t gap_ns;
	struct gro_count upper, polled, tunnelled, tunnel_device;
	struct gro_cost *costs;
	size_t ncosts;
	struct gro_model_count *models;
	size_t nmodels;
	struct gro_flow *flows;
	size_t nflows;
	uint64_t flow_count, forgotten_flows, unfollowed;
	struct gro_kernel *kernel;
};

struct gro_report_set {
	struct gro_report *reports;
	size_t nreports;
};

#endif
