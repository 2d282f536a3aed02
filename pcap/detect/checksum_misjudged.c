/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which frames does the NIC call right although they are damaged?
 */
#include "pcap/counted.h"

static void misjudged_finish(const struct judge *judge, struct findings *findings)
{
	const struct spread *spread = judge->state;
	struct finding *finding;

	if (!spread->count)
		return;
	finding = findings_add(findings, judge->self, SEVERITY_ERROR, CONFIDENCE_CERTAIN, spread);
	finding_text(
		findings, finding,
		"%s with a wrong checksum that the device says is right: damaged data reach the "
		"applications of this host.",
		plural(findings, spread->count, "frame"));
	finding_advise(
		findings, finding,
		"ethtool -K DEV rx off  # now: the stack verifies checksums itself, and drops "
		"what is damaged");
	finding_advise(
		findings, finding,
		"ethtool -S DEV | grep -iE 'csum|err'; ethtool -i DEV  # then: firmware and driver "
		"for a report to the vendor");
}

const struct detector detect_checksum_misjudged = {
	.id = "checksum-misjudged",
	.summary = "frames with wrong checksums that the device calls right",
	.explain =
		"With rx-checksum the NIC verifies the checksum of what it receives, and the stack believes "
		"it. Here the bytes that reached the stack say otherwise: they were damaged after the NIC "
		"had looked (in its memory, or on the way into the host's), or it does not look at what it "
		"says it does. Nothing behind it finds out: the data are delivered.\n"
		"\n"
		"Packets that were merged are left out. Some NICs keep the checksum of the first segment there, "
		"and that is no damage; and GRO leaves no checksum that would tell. To have every frame "
		"judged, capture with gro off.",
	.needs = TRAIT_CSUM_FALSE,
	.note_size = sizeof(struct tally),
	.state_size = sizeof(struct spread),
	.frame = counted_frame,
	.flow = counted_flow,
	.finish = misjudged_finish,
};
