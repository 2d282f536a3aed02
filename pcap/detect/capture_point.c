/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * On which host was the capture taken?
 */
#include "lib/base/text.h"
#include "pcap/findings.h"
#include "pcap/scene.h"

#define MOST_ADDRESSES 4

static const char *local_addresses(const struct scene *scene, struct findings *findings)
{
	struct text text = {0};
	unsigned int listed = 0;
	const char *copy;

	text_add(&text, "");
	for (uint32_t i = 0; i < scene->nlocals; i++) {
		const struct local *local = &scene->locals[i];
		char name[ADDRESS_CHARS];

		if (!scene_is_local(scene, local->address, local->version))
			continue;
		if (listed++ == MOST_ADDRESSES) {
			text_add(&text, " ...");
			break;
		}
		text_printf(&text, "%s%s", text.length ? " " : "",
			    address_name(local->address, local->version, name));
	}
	copy = text.failed ? NULL : arena_strdup(findings->arena, text.chars);
	if (!copy)
		findings->failed = true;
	text_free(&text);
	return copy ? copy : "";
}

static void add_facts(struct findings *findings, struct finding *finding, const struct scene *scene)
{
	finding_string(findings, finding, "local", "%s", local_addresses(scene, findings));
	finding_number(findings, finding, "flows_from_local", scene->flows_from_local);
	finding_number(findings, finding, "flows_to_local", scene->flows_to_local);
	finding_number(findings, finding, "flows_within", scene->flows_within);
	finding_number(findings, finding, "frames_outbound", scene->outbound);
	finding_number(findings, finding, "frames_inbound", scene->inbound);
}

static void point_finish(const struct judge *judge, struct findings *findings)
{
	const struct scene *scene = judge->scene;
	const struct spread nothing = {0};
	bool one_side = scene->flows_from_local && !scene->flows_within;
	struct finding *finding;

	if (!scene->flows_from_local && !scene->flows_within)
		return;
	finding = findings_add(findings, judge->self, SEVERITY_NOTE,
			       one_side && scene->flows_to_local ? CONFIDENCE_CERTAIN
								 : CONFIDENCE_LIKELY,
			       &nothing);
	if (scene->loopback_frames * 2 > scene->ip_frames)
		finding_text(findings, finding, "The capture was taken on a loopback device.");
	else if (one_side)
		finding_text(
			findings, finding,
			"The capture was taken on the host that has %s (or on its hypervisor, next "
			"to it): only there are checksums of small frames not filled in yet.",
			local_addresses(scene, findings));
	else
		finding_text(
			findings, finding,
			"The capture was taken where both ends leave checksums unfilled: between "
			"containers or virtual machines of one host (veth, virtio), or on its "
			"loopback.");
	add_facts(findings, finding, scene);
	finding_advise(
		findings, finding,
		"tcpdump -i DEV -w FILE  # at the other end too: only both sides together show "
		"what the wire carries");
}

const struct detector detect_capture_point = {
	.id = "capture-point",
	.summary = "the host and side on which the capture was taken",
	.explain =
		"A partial checksum in a frame without payload, or in a datagram, was written by the host that "
		"sends it, moments before its NIC completes it: GRO merges only segments with payload. So "
		"the source of such frames is the capturing host itself, or a neighbour whose frames "
		"never saw a wire (container, virtual machine). The other side's frames then are as "
		"they arrived.\n"
		"\n"
		"Knowing the side tells TSO from GRO, and what an \"incorrect\" checksum means.",
	.finish = point_finish,
};
