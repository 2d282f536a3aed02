/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How does a person read what a capture shows?
 */
#include <stdio.h>
#include <string.h>

#include "cmd/pcap.h"
#include "cmd/prose.h"

#define LABEL_COLUMNS 12

static void add_fact(struct text *out, const struct fact *fact)
{
	for (const char *c = fact->key; *c; c++)
		text_printf(out, "%c", *c == '_' ? ' ' : *c);
	fact_add_value(fact, out);
}

static void add_facts(struct text *out, const struct finding *finding,
		      const struct session *session)
{
	struct text line attr_cleanup(text_free) = {0};

	for (size_t i = 0; i < finding->nfacts; i++) {
		/* A count of nothing is no evidence; JSON has it all the same. */
		if (finding->facts[i].type == FACT_NUMBER && !finding->facts[i].number)
			continue;
		text_add(&line, line.length ? ", " : "evidence: ");
		add_fact(&line, &finding->facts[i]);
	}
	if (line.length)
		prose_paragraph(out, line.chars, 2, session);
}

static void add_finding(struct text *out, const struct finding *finding,
			const struct session *session)
{
	text_add(out, "\n");
	prose_colored(out, session, prose_severity_color(finding->severity),
		      severity_names[finding->severity]);
	text_printf(out, " %s (%s", finding->id, confidence_names[finding->confidence]);
	if (finding->count) {
		text_add(out, "; ");
		prose_count(out, finding->count);
		text_printf(out,
			    finding->first_frame == finding->last_frame ? ", frame %llu"
									: ", frames %llu to %llu",
			    (unsigned long long)finding->first_frame,
			    (unsigned long long)finding->last_frame);
	}
	text_add(out, ")\n");
	prose_paragraph(out, finding->text, 2, session);
	if (finding->flow) {
		text_add(out, "  flow: ");
		prose_endpoints(out, finding->flow);
		text_add(out, "\n");
	}
	add_facts(out, finding, session);
	prose_explanation(out, finding->id, session);
	for (size_t i = 0; i < finding->nadvice; i++)
		prose_advice(out, finding->advice[i], session);
}

static size_t start_line(struct text *out, const char *label)
{
	size_t start = out->length;

	text_add(out, label);
	text_pad(out, LABEL_COLUMNS, start);
	return out->length;
}

static void add_counts(struct text *out, const char *label, const uint64_t *counts,
		       const char *const *names)
{
	bool first = true;

	for (size_t i = 0; names[i]; i++) {
		if (!counts[i])
			continue;
		if (first)
			start_line(out, label);
		else
			text_add(out, ", ");
		prose_count(out, counts[i]);
		text_printf(out, " %s", names[i]);
		first = false;
	}
	if (!first)
		text_add(out, "\n");
}

static void add_steps(struct text *out, const char *label, const uint64_t steps[ID_STEPS])
{
	static const char *const names[] = {"+1", "constant", "other", NULL};

	add_counts(out, label, steps, names);
}

static void add_sizes(struct text *out, const struct capture *capture,
		      const struct session *session)
{
	const struct capture_sizes *sizes = &capture->sizes;
	struct text line attr_cleanup(text_free) = {0};

	if (!sizes->nhistogram)
		return;
	for (size_t i = 0; i < sizes->nhistogram; i++) {
		const struct size_bucket *bucket = &sizes->histogram[i];

		text_printf(&line, "%s", i ? ", " : "");
		prose_count(&line, bucket->frames);
		text_printf(&line, " of %u-%u", bucket->from, bucket->to);
	}
	start_line(out, "IP length");
	text_wrap(out, line.failed ? "" : line.chars, LABEL_COLUMNS, session->columns);
	text_add(out, "\n");
	start_line(out, "longest");
	text_printf(out, "%u bytes; ", sizes->max_ip_len);
	prose_count(out, sizes->oversized);
	text_printf(out, " above the MTU of %u (%s)\n", capture->mtu.value,
		    mtu_source_names[capture->mtu.source]);
}

static void add_tables(struct text *out, const struct capture *capture,
		       const struct session *session)
{
	const struct capture_checksums *sums = &capture->checksums;
	const struct capture_ipid *ids = &capture->ipid;

	text_add(out, "\n");
	add_sizes(out, capture, session);
	add_counts(out, "ipv4 csum", sums->ipv4, csum_names);
	add_counts(out, "tcp csum", sums->tcp, csum_names);
	add_counts(out, "udp csum", sums->udp, csum_names);
	add_counts(out, "sctp csum", sums->sctp, csum_names);
	add_steps(out, "IDs DF=0", ids->plain_df0);
	add_steps(out, "IDs DF=1", ids->plain_df1);
	add_steps(out, "outer DF=0", ids->outer_df0);
	add_steps(out, "outer DF=1", ids->outer_df1);
	add_steps(out, "inner DF=0", ids->inner_df0);
	add_steps(out, "inner DF=1", ids->inner_df1);
	add_counts(out, "tunnels", capture->tunnels, tunnel_names);
}

static void add_flows(struct text *out, const struct capture *capture)
{
	text_printf(out, "\nThe %zu busiest of %llu flows:\n", capture->nflows,
		    (unsigned long long)capture->flow_count);
	for (size_t i = 0; i < capture->nflows; i++) {
		const struct capture_flow *flow = &capture->flows[i];

		text_add(out, "  ");
		prose_endpoints(out, flow->endpoints);
		text_add(out, "\n      ");
		prose_count(out, flow->frames);
		text_add(out, flow->frames == 1 ? " frame, " : " frames, ");
		prose_count(out, flow->bytes);
		text_add(out, " bytes");
		if (flow->pairs) {
			text_add(out, ", ");
			prose_count(out, flow->mergeable);
			text_add(out, " of ");
			prose_count(out, flow->pairs);
			text_add(out, " pairs of segments mergeable");
		}
		text_printf(out, ", checksums %llu ok %llu offload %llu bad\n",
			    (unsigned long long)flow->csum_ok,
			    (unsigned long long)flow->csum_offload,
			    (unsigned long long)flow->csum_bad);
	}
}

static void add_remarks(struct text *out, const struct capture *capture)
{
	for (size_t i = 0; i < capture->nlinks; i++)
		if (!capture->links[i].decoded)
			text_printf(out, "Not looked into, because of link type %s: %llu frames.\n",
				    capture->links[i].name,
				    (unsigned long long)capture->links[i].frames);
	if (capture->malformed_frames)
		text_printf(
			out,
			"Malformed, and not read below the header that is wrong: %llu frames.\n",
			(unsigned long long)capture->malformed_frames);
	if (capture->forgotten_flows)
		text_printf(out,
			    "Judged before the end, to save memory: %llu of %llu flows; "
			    "--max-flows keeps more.\n",
			    (unsigned long long)capture->forgotten_flows,
			    (unsigned long long)capture->flow_count);
}

void pcap_text_capture(struct text *out, const struct capture *capture,
		       const struct session *session, bool flows)
{
	text_add(out, session->color ? "\033[1m" : "");
	text_add_untrusted(out, capture->file);
	text_add(out, session->color ? "\033[0m: " : ": ");
	prose_count(out, capture->frames);
	text_printf(out, "%s, %.6f s, %s\n\n", capture->frames == 1 ? " frame" : " frames",
		    (double)capture->duration_ns / 1e9, capture->format);
	prose_paragraph(out, capture->verdict, 0, session);
	for (size_t i = 0; i < capture->nfindings; i++)
		add_finding(out, &capture->findings[i], session);
	if (capture->frames)
		add_tables(out, capture, session);
	if (flows && capture->nflows)
		add_flows(out, capture);
	add_remarks(out, capture);
}

void pcap_text_total(struct text *out, const struct capture_total *total)
{
	text_printf(out, "\nTotal: %llu files", (unsigned long long)total->files);
	if (total->unreadable)
		text_printf(out, " (%llu not read to the end)",
			    (unsigned long long)total->unreadable);
	text_add(out, ", ");
	prose_count(out, total->frames);
	text_printf(out, " frames, %llu findings: %llu errors, %llu warnings, %llu notes\n",
		    (unsigned long long)total->findings, (unsigned long long)total->errors,
		    (unsigned long long)total->warnings, (unsigned long long)total->notes);
}

void pcap_text_frame(struct text *out, const struct frame_line *frame)
{
	text_printf(out, "%7llu %12.6f %6u ", (unsigned long long)frame->number,
		    (double)frame->time_ns / 1e9, frame->wire_len);
	for (size_t i = 0; i < frame->nheaders; i++) {
		const struct header_line *header = &frame->headers[i];

		text_printf(out, "%s%s%s%s", i ? "/" : "", header->name,
			    header->checksum ? ":" : "", header->checksum ? header->checksum : "");
	}
	if (!frame->nheaders)
		text_add(out, "(not decoded)");
	if (frame->flow) {
		text_add(out, "  ");
		prose_end(out, frame->flow->src, frame->flow->src_port);
		text_add(out, " > ");
		prose_end(out, frame->flow->dst, frame->flow->dst_port);
		text_printf(out, " payload %u", frame->payload_len);
	}
	if (frame->captured_len < frame->wire_len)
		text_printf(out, " cut at %u", frame->captured_len);
	if (frame->oversized)
		text_add(out, " oversized");
	if (frame->outer_id_step)
		text_printf(out, " outer-id %s", frame->outer_id_step);
	if (frame->id_step)
		text_printf(out, " id %s", frame->id_step);
	for (size_t i = 0; i < frame->nbreaks; i++)
		text_printf(out, "%s%s", i ? "," : " breaks ", frame->breaks[i]);
	text_add(out, "\n");
}
