/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where do frames come from that are longer than the MTU?
 */
#include "pcap/findings.h"
#include "pcap/oversized.h"
#include "pcap/scene.h"

enum origin {
	ORIGIN_TSO,
	ORIGIN_GRO,
	ORIGIN_TSO_OR_GRO,
	ORIGIN_WITHIN,
	ORIGIN_LRO,
	ORIGIN_JUMBO,
	ORIGIN_WINDOWS_LSO,
	ORIGIN_BIG_TCP,
	ORIGIN_GSO_PARTIAL,
	ORIGIN_UDP_GSO,
	ORIGIN_UDP_GRO,
	ORIGIN_UDP_GSO_OR_GRO,
	ORIGIN_DPDK_GRO,
	ORIGIN_UNKNOWN,
	ORIGINS
};

/**
 * struct origin_info - what an origin is called and what to say of it
 * @fact: value of the fact "origin"; public interface
 * @text: ends the sentence "N frames are longer than the MTU ...: "
 * @advice: a command with its reason
 */
static const struct origin_info {
	const char *fact, *text, *advice;
} infos[ORIGINS] = {
	[ORIGIN_TSO] =
		{"tso",
		 "this host handed them to its NIC or driver unsplit (TSO/GSO), and the wire "
		 "carries them as segments",
		 "ethtool -K DEV tso off gso off  # only to see frames as on the wire; costs CPU"},
	[ORIGIN_GRO] =
		{"gro", "this host merged them from segments on receive (GRO, or hardware GRO)",
		 "ethtool -K DEV gro off rx-gro-hw off  # only to see frames as on the wire; "
		 "costs CPU"},
	[ORIGIN_TSO_OR_GRO] = {"tso-or-gro",
			       "not yet split by the sender's NIC (TSO/GSO) or merged on receive "
			       "(GRO); the capture does not show on which side it was taken",
			       "ethtool -k DEV  # on the capturing host: "
			       "tcp-segmentation-offload, generic-receive-offload"},
	[ORIGIN_WITHIN] =
		{"local-gso-or-gro",
		 "both ends are on this machine or behind veth, virtio or loopback, which "
		 "pass large frames on unsplit (GSO), or merge them on receive (GRO)",
		 "ethtool -K DEV tso off gso off gro off  # only to see frames of MTU size; costs "
		 "CPU"},
	[ORIGIN_LRO] = {"lro",
			"a NIC merged them in hardware before this host saw them (LRO/RSC): their "
			"checksums are right",
			"ethtool -K DEV lro off  # needed on hosts that forward or bridge; else "
			"harmless"},
	[ORIGIN_JUMBO] =
		{"jumbo",
		 "whole packets of a path with a larger MTU (jumbo frames, a VPN, a proxy): right checksums, "
		 "one ID each",
		 "ip link show dev DEV  # the MTU; tell it to nod with --mtu"},
	[ORIGIN_WINDOWS_LSO] =
		{"windows-lso",
		 "Windows handed them to its NIC unsplit (LSO): length 0 or a checksum "
		 "without length stand for \"to be filled in\"",
		 "Disable-NetAdapterLso -Name NIC  # PowerShell; only to see frames as "
		 "on the wire"},
	[ORIGIN_BIG_TCP] =
		{"big-tcp",
		 "packets of more than 64 KiB inside this host (BIG TCP), split before the "
		 "wire or merged behind it",
		 "ip link set dev DEV gso_max_size 65536 gro_max_size 65536  # only if "
		 "tools cannot read such captures"},
	[ORIGIN_GSO_PARTIAL] = {"gso-partial",
				"the NIC will split them with the header of one segment in place "
				"(GSO_PARTIAL): the IP length is a segment's, the frame is not",
				"ethtool -K DEV tx-gso-partial off  # only to see frames as on the "
				"wire"},
	[ORIGIN_UDP_GSO] =
		{"udp-gso", "this host sends several datagrams as one frame (UDP GSO/USO)",
		 "ethtool -K DEV tx-udp-segmentation off gso off  # only to see frames as "
		 "on the wire"},
	[ORIGIN_UDP_GRO] =
		{"udp-gro", "this host merged several datagrams on receive (UDP GRO)",
		 "ethtool -K DEV rx-udp-gro-forwarding off rx-gro-list off  # only to see "
		 "frames as on the wire"},
	[ORIGIN_UDP_GSO_OR_GRO] = {"udp-gso-or-gro",
				   "several datagrams in one frame: not split yet on transmit (UDP "
				   "GSO) or merged on receive (UDP GRO)",
				   "ethtool -k DEV  # on the capturing host: tx-udp-segmentation, "
				   "rx-udp-gro-forwarding"},
	[ORIGIN_DPDK_GRO] =
		{"dpdk-gro",
		 "merged by a program that left the checksums as they were (DPDK GRO): "
		 "both are stale",
		 "csum set tcp hw PORT  # in testpmd, and \"csum set ip hw PORT\"; or compute checksums after "
		 "rte_gro_reassemble()"},
	[ORIGIN_UNKNOWN] = {"unknown", "what made them so long is not visible from here",
			    "ethtool -k DEV  # on the capturing host"},
};

/**
 * struct oversized_note - one flow
 * @outbound, @inbound, @segmented: frames that the capture itself calls so (epb_flags)
 * @stride_one: steps of the ID as after a whole packet; @stride_more: as after several segments
 * @stride_segments, @stride_payload: IDs that such frames took, and the payload that went with them
 */
struct oversized_note {
	struct tally frames;
	uint32_t max_ip_len;
	uint32_t partial, nolen, ok, bad, len_zero, jumbo, behind, udp;
	uint32_t outbound, inbound, segmented;
	uint32_t stride_one, stride_more, stride_segments;
	uint64_t stride_payload;
};

/* Steps of IDs that decide for a flow by themselves. */
#define LEAST_STEPS 4

struct oversized_case {
	struct spread spread;
	uint32_t max_ip_len;
	uint64_t stride_one, stride_more, stride_segments, stride_payload, outbound, inbound;
	uint64_t partial, ok, segmented;
	bool guessed;
};

struct oversized_state {
	struct oversized_case cases[ORIGINS];
};

static void note_stride(struct oversized_note *note, const struct sight *sight,
			const struct scene *scene)
{
	uint16_t segments;
	enum stride stride = scene_stride(scene, sight, &segments);

	note->stride_one += stride == STRIDE_WHOLE;
	if (stride != STRIDE_SEGMENTS)
		return;
	note->stride_more++;
	note->stride_segments += segments;
	note->stride_payload += sight->flow->last.payload_len;
}

static void oversized_frame(void *note_, const struct sight *sight, const struct judge *judge)
{
	struct oversized_note *note = note_;
	const struct view *view = sight->view;
	const struct header *ip = view_ip(view, 0), *l4 = view_l4(view);
	enum csum_verdict verdict = l4 ? sight->csums[view->l4] : CSUM_NO_FIELD;

	if (sight->traits & TRAIT_AFTER_OVERSIZED)
		note_stride(note, sight, judge->scene);
	if (!(sight->traits & TRAIT_OVERSIZED))
		return;
	tally_add(&note->frames, sight);
	if (sight->ip_len > note->max_ip_len)
		note->max_ip_len = sight->ip_len;
	note->partial += verdict == CSUM_PARTIAL;
	note->nolen += verdict == CSUM_PARTIAL_NOLEN;
	note->ok += verdict == CSUM_OK;
	note->bad += verdict == CSUM_BAD && sight->csums[view->ips[0]] == CSUM_BAD;
	note->udp += l4 && l4->kind == HEADER_UDP;
	note->len_zero += !!(sight->traits & TRAIT_LEN_ZERO);
	note->jumbo += !!(ip->flags & HEADER_JUMBO);
	note->behind += !!(view->flags & VIEW_GSO_PARTIAL);
	note->outbound += !!(view->flags & VIEW_OUTBOUND);
	note->inbound += !!(view->flags & VIEW_INBOUND);
	note->segmented += !!(view->frame->flags & FRAME_SEGMENTED);
}

static enum origin of_udp(enum side side)
{
	static const enum origin origins[] = {
		[SIDE_UNKNOWN] = ORIGIN_UDP_GSO_OR_GRO,
		[SIDE_SENT] = ORIGIN_UDP_GSO,
		[SIDE_RECEIVED] = ORIGIN_UDP_GRO,
		[SIDE_WITHIN] = ORIGIN_UDP_GSO,
	};

	return origins[side];
}

static enum origin of_partial(enum side side)
{
	static const enum origin origins[] = {
		[SIDE_UNKNOWN] = ORIGIN_TSO_OR_GRO,
		[SIDE_SENT] = ORIGIN_TSO,
		[SIDE_RECEIVED] = ORIGIN_GRO,
		[SIDE_WITHIN] = ORIGIN_WITHIN,
	};

	return origins[side];
}

/* Right checksums: hardware merged them, or they are whole. @guessed if the IDs do not tell. */
static enum origin of_valid(const struct judge *judge, const struct oversized_note *note,
			    const struct flow *flow, bool *guessed)
{
	const struct flow *reverse = flows_reverse(judge->flows, flow);
	const struct scene *scene = judge->scene;

	/* Few steps of one flow may be chance; those of all flows are not. */
	if (note->stride_one + note->stride_more < LEAST_STEPS &&
	    scene->over_stride_one + scene->over_stride_more >= LEAST_STEPS)
		return scene->over_stride_more > scene->over_stride_one ? ORIGIN_LRO : ORIGIN_JUMBO;
	if (note->stride_one + note->stride_more)
		return note->stride_more > note->stride_one ? ORIGIN_LRO : ORIGIN_JUMBO;
	/* No segment is longer than the MSS of who receives it, and 120 bytes of headers. */
	*guessed = !reverse || !reverse->mss;
	if (!*guessed)
		return note->max_ip_len > reverse->mss + 120u ? ORIGIN_LRO : ORIGIN_JUMBO;
	return note->max_ip_len >= SCENE_EXACT_LENGTHS ? ORIGIN_LRO : ORIGIN_JUMBO;
}

static enum origin find_origin(const struct judge *judge, const struct flow *flow,
			       const struct oversized_note *note, bool *guessed)
{
	enum side side = scene_side(judge->scene, flow, note->outbound, note->inbound);
	uint32_t most = note->frames.count / 2;

	if (note->max_ip_len > 65535 && (note->len_zero || note->jumbo))
		return ORIGIN_BIG_TCP;
	if (note->len_zero > most || note->nolen > most)
		return ORIGIN_WINDOWS_LSO;
	if (note->behind > most)
		return ORIGIN_GSO_PARTIAL;
	if (note->partial > most)
		return note->udp > most ? of_udp(side) : of_partial(side);
	/* The capture calls them merged or unsplit: right checksums tell LRO, others were cut. */
	if (note->segmented > most && note->ok > most)
		return ORIGIN_LRO;
	if (note->segmented > most)
		return note->udp > most ? of_udp(side) : of_partial(side);
	if (note->ok > most)
		return of_valid(judge, note, flow, guessed);
	if (note->bad > most)
		return ORIGIN_DPDK_GRO;
	*guessed = true;
	return note->stride_more > note->stride_one ? ORIGIN_LRO : ORIGIN_UNKNOWN;
}

bool oversized_is_whole(const struct judge *judge, const struct flow *flow, const void *note,
			bool *guessed)
{
	*guessed = false;
	return find_origin(judge, flow, note, guessed) == ORIGIN_JUMBO;
}

static void oversized_flow(const struct judge *judge, const struct flow *flow, const void *note_)
{
	const struct oversized_note *note = note_;
	struct oversized_state *state = judge->state;
	struct oversized_case *it;
	bool guessed = false;

	if (!note->frames.count || note->max_ip_len <= judge->scene->mtu)
		return;
	it = &state->cases[find_origin(judge, flow, note, &guessed)];
	spread_add(&it->spread, flow, &note->frames);
	if (note->max_ip_len > it->max_ip_len)
		it->max_ip_len = note->max_ip_len;
	it->stride_one += note->stride_one;
	it->stride_more += note->stride_more;
	it->stride_segments += note->stride_segments;
	it->stride_payload += note->stride_payload;
	it->outbound += note->outbound;
	it->inbound += note->inbound;
	it->partial += note->partial + note->nolen;
	it->ok += note->ok;
	it->segmented += note->segmented;
	it->guessed |= guessed;
}

static enum confidence how_sure(const struct oversized_case *it, enum origin origin)
{
	uint64_t least = it->stride_one < it->stride_more ? it->stride_one : it->stride_more;

	if (it->guessed || origin == ORIGIN_UNKNOWN)
		return CONFIDENCE_POSSIBLE;
	if ((origin == ORIGIN_LRO || origin == ORIGIN_JUMBO) &&
	    least * 10 > it->stride_one + it->stride_more)
		return CONFIDENCE_LIKELY;
	return it->spread.count > 1 || it->stride_more ? CONFIDENCE_CERTAIN : CONFIDENCE_LIKELY;
}

static void add_facts(struct findings *findings, struct finding *finding,
		      const struct oversized_case *it, const struct scene *scene)
{
	finding_number(findings, finding, "mtu", scene->mtu);
	finding_string(findings, finding, "mtu_source", "%s", mtu_source_names[scene->mtu_source]);
	finding_number(findings, finding, "max_ip_len", it->max_ip_len);
	finding_number(findings, finding, "checksum_partial", it->partial);
	finding_number(findings, finding, "checksum_ok", it->ok);
	if (it->outbound || it->inbound) {
		finding_number(findings, finding, "outbound", it->outbound);
		finding_number(findings, finding, "inbound", it->inbound);
	}
	if (it->segmented)
		finding_number(findings, finding, "flagged_segmented", it->segmented);
	if (it->stride_one || it->stride_more) {
		finding_number(findings, finding, "id_step_one", it->stride_one);
		finding_number(findings, finding, "id_step_more", it->stride_more);
	}
	if (it->stride_segments) {
		finding_real(findings, finding, "segments_per_frame",
			     (double)it->stride_segments / (double)it->stride_more);
		finding_number(findings, finding, "segment_size",
			       it->stride_payload / it->stride_segments);
	}
}

static void oversized_finish(const struct judge *judge, struct findings *findings)
{
	const struct oversized_state *state = judge->state;
	const struct scene *scene = judge->scene;

	for (enum origin origin = 0; origin < ORIGINS; origin++) {
		const struct oversized_case *it = &state->cases[origin];
		struct finding *finding;

		if (!it->spread.count)
			continue;
		finding = findings_add(findings, judge->self, SEVERITY_NOTE, how_sure(it, origin),
				       &it->spread);
		finding_text(
			findings, finding, "%s longer than the MTU of %u bytes (%s), up to %u: %s.",
			plural(findings, it->spread.count, "frame"), scene->mtu,
			mtu_source_text(scene->mtu_source), it->max_ip_len, infos[origin].text);
		finding_string(findings, finding, "origin", "%s", infos[origin].fact);
		add_facts(findings, finding, it, scene);
		finding_advise(findings, finding, "%s", infos[origin].advice);
	}
}

const struct detector detect_oversized_frame = {
	.id = "oversized-frame",
	.summary = "frames longer than the MTU, and who made them so",
	.explain =
		"A capture shows what passes between driver and stack, not what is on the wire. On transmit "
		"the stack hands over up to 64 KiB at once and the NIC splits it (TSO/GSO); on receive "
		"GRO or the NIC (LRO, RSC, hardware GRO) merges what came in. Such frames are normal and "
		"good for throughput; where they are missing, something keeps receivers from merging.\n"
		"\n"
		"Who made them is told apart by: the checksum (TSO and GRO leave the pseudo-header sum, LRO "
		"and jumbo frames are right, DPDK GRO leaves stale ones); the step of the IPv4 ID to the "
		"next packet (a merged frame takes one ID for each segment on the wire, which also gives "
		"their number and size; a jumbo frame takes one); the direction that the capture notes; "
		"and small frames with partial checksums, which only the capturing side sends.\n"
		"\n"
		"An IP length of 0 means that it is to be filled in (LSO of Windows) or does not fit (BIG "
		"TCP).",
	.needs = TRAIT_OVERSIZED | TRAIT_AFTER_OVERSIZED,
	.note_size = sizeof(struct oversized_note),
	.state_size = sizeof(struct oversized_state),
	.frame = oversized_frame,
	.flow = oversized_flow,
	.finish = oversized_finish,
};
