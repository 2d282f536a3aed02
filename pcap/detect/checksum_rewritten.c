/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Was this capture edited, or merged by something that left old checksums behind?
 */
#include "pcap/badsum.h"

static void add_facts(struct findings *findings, struct finding *finding,
		      const struct badsum_case *it, const char *cause)
{
	finding_string(findings, finding, "cause", "%s", cause);
	finding_number(findings, finding, "bad_ipv4_header", it->ipv4);
	finding_number(findings, finding, "bad_l4", it->l4);
}

static void merge_case(struct badsum_case *it, const struct badsum_case *few)
{
	if (!few->spread.count)
		return;
	if (few->spread.first < it->spread.first || !it->spread.count)
		it->spread.first = few->spread.first;
	if (few->spread.last > it->spread.last)
		it->spread.last = few->spread.last;
	if (few->spread.top_count > it->spread.top_count) {
		it->spread.top_count = few->spread.top_count;
		it->spread.top_key = few->spread.top_key;
	}
	it->spread.count += few->spread.count;
	it->spread.flows += few->spread.flows;
	it->ipv4 += few->ipv4;
	it->l4 += few->l4;
}

static void add_edited(const struct judge *judge, struct findings *findings)
{
	const struct badsum_state *state = judge->state;
	struct badsum_case it = state->cases[BADSUM_REWRITTEN];
	bool whole_file = !state->flows_right && !state->cases[BADSUM_CORRUPT].spread.flows;
	struct finding *finding;

	if (badsum_few_are_rewritten(state))
		merge_case(&it, &state->cases[BADSUM_FEW]);
	if (!it.spread.count)
		return;
	finding = findings_add(findings, judge->self, SEVERITY_WARNING,
			       whole_file && it.spread.flows > 1 ? CONFIDENCE_CERTAIN
								 : CONFIDENCE_LIKELY,
			       &it.spread);
	finding_text(findings, finding,
		     "%s of %s have wrong checksums and none has a right one: %s was anonymised or "
		     "edited without computing them again. This is not how the frames were sent.",
		     plural(findings, it.spread.count, "frame"),
		     plural(findings, it.spread.flows, "flow"),
		     whole_file ? "the capture" : "this part of the capture");
	add_facts(findings, finding, &it, "anonymised-or-edited");
	finding_advise(findings, finding,
		       "tcprewrite --fixcsum -i FILE -o FIXED  # before other tools read it");
}

static void add_stale(const struct judge *judge, struct findings *findings)
{
	const struct badsum_state *state = judge->state;
	const struct badsum_case *it = &state->cases[BADSUM_STALE];
	struct finding *finding;

	if (!it->spread.count)
		return;
	finding = findings_add(findings, judge->self, SEVERITY_WARNING, CONFIDENCE_LIKELY,
			       &it->spread);
	finding_text(
		findings, finding,
		"%s with a stale IPv4 and TCP checksum in flows that are right otherwise: merged "
		"by a program that computes neither again, as DPDK GRO does.",
		plural(findings, it->spread.count, "frame"));
	add_facts(findings, finding, it, "dpdk-gro");
	finding_advise(
		findings, finding,
		"csum set tcp hw PORT  # in testpmd, and \"csum set ip hw PORT\"; in other programs compute checksums "
		"after rte_gro_reassemble()");
}

static void rewritten_finish(const struct judge *judge, struct findings *findings)
{
	add_edited(judge, findings);
	add_stale(judge, findings);
}

const struct detector detect_checksum_rewritten = {
	.id = "checksum-rewritten",
	.summary =
		"whole flows with wrong checksums: an edited capture, or stale ones after DPDK GRO",
	.explain =
		"If every checksum of a flow, or of the whole file, is wrong and no offload explains it, the "
		"packets were changed after they had been sent: addresses or payload anonymised, ports "
		"rewritten, time stamps taken out. The receiver would have dropped such packets, yet the "
		"conversation goes on. Nothing about the network follows from it.\n"
		"\n"
		"DPDK GRO merges packets and updates the length only, so merged frames have a stale IPv4 "
		"header checksum and a stale TCP checksum, while single ones beside them are right.",
	.notes_of = &detect_checksum_corrupt,
	.state_size = sizeof(struct badsum_state),
	.all_flows = true,
	.flow = badsum_flow,
	.finish = rewritten_finish,
};
