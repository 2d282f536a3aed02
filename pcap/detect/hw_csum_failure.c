/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does the kernel find sums wrong that the NIC made of whole packets?
 */
#include "pcap/findings.h"
#include "pcap/scene.h"

static void failure_finish(const struct judge *judge, struct findings *findings)
{
	const struct vantage *vantage = &judge->scene->vantage;
	const struct spread nothing = {0};
	struct finding *finding;

	if (!(vantage->has & VANTAGE_HAS_CSUM_FAILURES) || !vantage->csum_failures)
		return;
	finding =
		findings_add(findings, judge->self, SEVERITY_WARNING, CONFIDENCE_CERTAIN, &nothing);
	finding_text(
		findings, finding,
		"The kernel's log has \"hw csum failure\" of this device: the sum that the NIC makes of "
		"received packets is wrong, and the kernel verifies them again, each at full cost.");
	finding_number(findings, finding, "messages", vantage->csum_failures);
	finding_advise(
		findings, finding,
		"ethtool -K DEV rx off  # until the driver or firmware is mended: the stack computes "
		"checksums itself");
	finding_advise(
		findings, finding,
		"journalctl -k --grep 'hw csum failure'  # the packet is in the log, of some kernels "
		"with its bytes");
}

const struct detector detect_hw_csum_failure = {
	.id = "hw-csum-failure",
	.summary = "the NIC's sums of whole packets are wrong",
	.explain =
		"Many NICs do not judge a checksum but hand up the sum of all bytes of a packet (complete "
		"checksum), from which the kernel works out the rest, also inside tunnels. If that says wrong and "
		"the bytes say right, the kernel writes \"DEVICE: hw csum failure\" and goes on. Nothing is "
		"lost but time; the usual causes are padding that the NIC leaves out or counts twice, VLAN "
		"tags, and IPv6 extension headers.\n"
		"\n"
		"The kernel limits how often it writes the message, so the number is a lower bound. It is "
		"read while nod captures, where the log may be read.",
	.finish = failure_finish,
};
