/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How does a person read what a receiver would merge?
 */
#include <stdio.h>
#include <string.h>

#include "cmd/gro.h"
#include "cmd/prose.h"

#define LABEL_COLUMNS 15

#define BOLD   "\033[1m"
#define YELLOW "\033[33m"

static double mean(const struct gro_count *count)
{
	return count->supers ? (double)count->frames / (double)count->supers : 0;
}

/* "12 super-frames (mean 16.7), 98 % of bytes merged" */
static void add_outcome(struct text *out, const struct gro_count *count)
{
	prose_counted(out, count->supers, "super-frame");
	text_printf(out, " (mean %.1f), ", mean(count));
	text_add_share(out, count->merged_bytes, count->bytes);
	text_add(out, " of bytes merged");
}

static void add_count_line(struct text *out, const struct gro_count *count)
{
	prose_counted(out, count->frames, "frame");
	text_add(out, count->frames == 1 ? " makes " : " make ");
	add_outcome(out, count);
}

static void add_bound(struct text *out, const char *label, const struct gro_count *count,
		      const char *words, const struct session *session)
{
	size_t start = out->length;

	text_add(out, label);
	text_pad(out, LABEL_COLUMNS, start);
	add_count_line(out, count);
	text_add(out, "\n");
	prose_paragraph(out, words, LABEL_COLUMNS, session);
}

static void add_polled(struct text *out, const struct gro_report *report,
		       const struct session *session)
{
	struct text words attr_cleanup(text_free) = {0};

	if (report->budget)
		text_printf(&words, "polls of at most %llu frames (--budget)",
			    (unsigned long long)report->budget);
	else
		text_add(&words, "polls of any number of frames (--budget 0)");
	if (report->gap_ns)
		text_printf(&words, ", over when nothing comes for %g us (--gap)",
			    (double)report->gap_ns / 1e3);
	else
		text_add(&words, ", whatever the time between them (--gap 0)");
	add_bound(out, "with polls", &report->polled, words.failed ? "" : words.chars, session);
}

static void add_assumptions(struct text *out, const struct session *session)
{
	text_add(out, "\n");
	prose_paragraph(
		out,
		"A capture does not show where the receiver's polls end. The upper bound lets "
		"trains grow whatever the time between packets, and every flow hold its own: a "
		"receiver under load comes near it. With polls, all that is held goes up at "
		"the end of each, and flows compete for the places of one queue; it is what a "
		"receiver does whose polls are like that.",
		0, session);
}

static void add_bounds(struct text *out, const struct gro_report *report,
		       const struct session *session)
{
	text_add(out, "\n");
	add_bound(out, "upper bound", &report->upper,
		  "no limit in time and places: no such receiver merges more", session);
	add_polled(out, report, session);
	if (report->tunnel_device.supers != report->tunnelled.supers)
		add_bound(
			out, "tunnel device", &report->tunnel_device,
			"those in tunnels, after the second chance at the tunnel device, to which "
			"what the first left unmerged climbs packet by packet",
			session);
	if (session->verbose)
		add_assumptions(out, session);
}

static void add_places(struct text *out, const struct gro_cost *cost, const struct session *session)
{
	struct text words attr_cleanup(text_free) = {0};

	text_add(&words, "ended trains at ");
	prose_counted(&words, cost->times, "place");
	if (cost->alone == cost->times)
		text_add(&words, ", always alone: ");
	else if (cost->alone)
		text_add(&words, ", alone at ");
	else
		text_add(&words, ", never alone: ");
	if (cost->alone && cost->alone != cost->times) {
		prose_count(&words, cost->alone);
		text_add(&words, ": ");
	}
	text_add(&words, cost->text);
	prose_paragraph(out, words.failed ? "" : words.chars, 2, session);
}

static void add_what_if(struct text *out, const struct gro_cost *cost,
			const struct session *session)
{
	struct text words attr_cleanup(text_free) = {0};

	if (!cost->saves) {
		text_add(&words, "if mended alone: nothing changes, other reasons remain");
	} else {
		text_add(&words, "if mended: ");
		add_outcome(&words, &cost->mended);
	}
	prose_paragraph(out, words.failed ? "" : words.chars, 2, session);
}

/* One that somebody can do something about. */
static void add_cost(struct text *out, const struct gro_cost *cost, const struct session *session)
{
	text_add(out, "\n");
	prose_colored(out, session, cost->saves ? YELLOW : "", cost->id);
	text_add(out, " costs ");
	prose_counted(out, cost->saves, "super-frame");
	text_add(out, "\n");
	add_places(out, cost, session);
	prose_explanation(out, cost->id, session);
	add_what_if(out, cost, session);
	if (!cost->saves && !session->verbose)
		return;
	if (cost->mend)
		prose_paragraph(out, cost->mend, 2, session);
	for (size_t i = 0; i < cost->nadvice; i++)
		prose_advice(out, cost->advice[i], session);
}

/* The others in one paragraph: nothing can be done, or nothing need be. */
static void add_other_costs(struct text *out, const struct gro_report *report,
			    const struct session *session)
{
	struct text words attr_cleanup(text_free) = {0};

	for (size_t i = 0; i < report->ncosts; i++) {
		const struct gro_cost *cost = &report->costs[i];

		if (cost->mendable)
			continue;
		text_printf(&words, "%s%s ", words.length ? ", " : "Nothing to mend: ", cost->id);
		prose_count(&words, cost->times);
		if (session->verbose)
			text_printf(&words, " (%s)", cost->text);
	}
	if (!words.length)
		return;
	text_add(out, "\n");
	prose_paragraph(out, words.failed ? "" : words.chars, 0, session);
}

static void add_costs(struct text *out, const struct gro_report *report,
		      const struct session *session)
{
	for (size_t i = 0; i < report->ncosts; i++)
		if (report->costs[i].mendable)
			add_cost(out, &report->costs[i], session);
	add_other_costs(out, report, session);
}

static bool models_differ(const struct gro_report *report)
{
	for (size_t i = 0; i < report->nmodels; i++)
		if (report->models[i].upper.supers != report->upper.supers ||
		    report->models[i].upper.merged_bytes != report->upper.merged_bytes)
			return true;
	return false;
}

static void add_models(struct text *out, const struct gro_report *report)
{
	text_add(out, "\nEach receiver's upper bound:\n");
	for (size_t i = 0; i < report->nmodels; i++) {
		const struct gro_model_count *row = &report->models[i];
		size_t start = out->length;

		text_printf(out, "%c %s", strcmp(row->model, report->model) ? ' ' : '*',
			    row->model);
		text_pad(out, LABEL_COLUMNS, start);
		add_outcome(out, &row->upper);
		text_add(out, "\n");
	}
}

static void add_flow(struct text *out, const struct gro_flow *flow)
{
	text_add(out, "  ");
	prose_endpoints(out, flow->endpoints);
	text_add(out, "\n      ");
	add_count_line(out, &flow->upper);
	text_add(out, "\n");
	if (flow->tunnel_device.frames && flow->tunnel_device.supers != flow->upper.supers) {
		text_add(out, "      at the tunnel device: ");
		add_outcome(out, &flow->tunnel_device);
		text_add(out, "\n");
	}
	if (flow->reason) {
		text_printf(out, "      costs most: %s, at ", flow->reason);
		prose_counted(out, flow->reason_times, "place");
		text_add(out, "\n");
	}
}

static void add_flows(struct text *out, const struct gro_report *report)
{
	text_printf(out, "\nThe %zu busiest of %llu flows:\n", report->nflows,
		    (unsigned long long)report->flow_count);
	for (size_t i = 0; i < report->nflows; i++)
		add_flow(out, &report->flows[i]);
}

static void add_differences(struct text *out, const struct gro_kernel *kernel,
			    const struct session *session)
{
	for (size_t i = 0; i < kernel->nwords; i++)
		prose_paragraph(out, kernel->words[i], 2, session);
	if (kernel->differences > kernel->nwords) {
		text_add(out, "  and ");
		prose_count(out, kernel->differences - kernel->nwords);
		text_add(out, " more\n");
	}
}

static void add_answer(struct text *words, const struct gro_report *report)
{
	const struct gro_kernel *kernel = report->kernel;

	text_add(words, "The running kernel, ");
	text_add_untrusted(words, kernel->release);
	if (!kernel->frames) {
		text_add(words, ", could be sent none of the frames.");
		return;
	}
	text_add(words, ", was sent ");
	prose_counted(words, kernel->frames, "frame");
	text_printf(words, " in polls of at most %llu and handed ",
		    (unsigned long long)kernel->poll);
	prose_count(words, kernel->kernel_supers);
	text_printf(words, " to its stack. The model %s says ", report->model);
	prose_count(words, kernel->model_supers);
	if (!kernel->differences) {
		text_add(words, ", the same in length, gso_size, payload and order.");
		return;
	}
	text_add(words, ": they differ at ");
	prose_counted(words, kernel->differences, "place");
	text_add(words, ":");
}

static void add_kernel(struct text *out, const struct gro_report *report,
		       const struct session *session)
{
	const struct gro_kernel *kernel = report->kernel;
	struct text words attr_cleanup(text_free) = {0};

	add_answer(&words, report);
	text_add(out, "\n");
	prose_paragraph(out, words.failed ? "" : words.chars, 0, session);
	add_differences(out, kernel, session);
	if (kernel->count.frames) {
		text_add(out, "  of those with data: ");
		add_count_line(out, &kernel->count);
		text_add(out, "\n");
	}
	if (kernel->lacks)
		text_printf(out, "  built without, so merges nothing there: %s\n", kernel->lacks);
	if (kernel->skipped) {
		text_add(out, "  not sent: ");
		prose_counted(out, kernel->skipped, "frame");
		text_add(out, " (not Ethernet, cut, too long, or to a port without a socket)\n");
	}
}

static void add_title(struct text *out, const struct gro_report *report,
		      const struct session *session)
{
	text_add(out, session->color ? BOLD : "");
	text_add_untrusted(out, report->file);
	text_add(out, session->color ? "\033[0m: " : ": ");
	prose_counted(out, report->frames, "frame");
	text_printf(out, "\nreceiver: %s", report->model_name);
	if (report->running) {
		text_add(out, ", for this machine runs ");
		text_add_untrusted(out, report->running);
	}
	if (report->mode && strcmp(report->mode, "host") != 0)
		text_printf(out, ", mode %s", report->mode);
	if (report->split) {
		text_add(out, "\nsplit first: ");
		prose_counted(out, report->oversized, "frame");
		text_add(out, report->oversized == 1 ? " that stands" : " that stand");
		text_add(out, " for several of the wire");
	}
	text_add(out, "\n\n");
}

static void add_remarks(struct text *out, const struct gro_report *report,
			const struct session *session)
{
	struct text words attr_cleanup(text_free) = {0};

	if (report->forgotten_flows) {
		text_add(&words, "Judged before the end, to save memory: ");
		prose_count(&words, report->forgotten_flows);
		text_add(&words, " of ");
		prose_counted(&words, report->flow_count, "flow");
		text_add(&words, ". ");
	}
	if (report->unfollowed) {
		text_add(&words,
			 "What mending and other receivers would change is told too low: at ");
		prose_counted(&words, report->unfollowed, "place");
		text_add(&words, " it was not followed any further, to save memory. ");
	}
	if (!words.length)
		return;
	text_add(&words, "A larger --max-flows keeps more.");
	text_add(out, "\n");
	prose_paragraph(out, words.failed ? "" : words.chars, 0, session);
}

static void add_figures(struct text *out, const struct gro_report *report,
			const struct session *session, bool all_models)
{
	add_bounds(out, report, session);
	add_costs(out, report, session);
	if (report->nmodels && (all_models || models_differ(report)))
		add_models(out, report);
}

void gro_text_report(struct text *out, const struct gro_report *report,
		     const struct session *session, const struct gro_text_options *options)
{
	add_title(out, report, session);
	prose_paragraph(out, report->verdict, 0, session);
	/* Of frames that never were on the wire all this only misleads. */
	if (report->unfit && !session->verbose)
		text_add(out, "\nFigures would mislead here; --verbose shows them.\n");
	else if (report->upper.frames)
		add_figures(out, report, session, options->all_models);
	if (options->flows && report->nflows)
		add_flows(out, report);
	if (report->kernel)
		add_kernel(out, report, session);
	add_remarks(out, report, session);
}
