/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Do the IPv4 IDs of a flow keep receivers from merging its segments, and whose?
 */
#include "pcap/ipid.h"
#include "pcap/receivers.h"

/* Fewer steps than these prove nothing; a smaller share of them costs nothing that one would feel. */
#define LEAST_STEPS	   3
#define LEAST_PERCENT	   10
#define LEAST_PERCENT_NOTE 50
#define LEAST_PAIRS_NOTE   8
#define LEAST_BULK_BYTES   500

#define PROTO_TCP 6

const char *const ipid_role_names[] = {"plain", "inner", "outer", NULL};

static const uint64_t traits_of[IPID_ROLES][ID_STEPS] = {
	[IPID_PLAIN] = {[ID_CONSTANT] = BREAK_ID_INNER_CONST, [ID_OTHER] = BREAK_ID_INNER},
	[IPID_INNER] = {[ID_CONSTANT] = BREAK_ID_INNER_CONST, [ID_OTHER] = BREAK_ID_INNER},
	[IPID_OUTER] = {[ID_CONSTANT] = BREAK_ID_OUTER_CONST, [ID_OTHER] = BREAK_ID_OUTER},
};

static enum level role_level(enum ipid_role role)
{
	return role == IPID_OUTER ? LEVEL_OUTER : LEVEL_INNER;
}

void ipid_frame(void *note_, const struct sight *sight, const struct judge *judge)
{
	const struct ipid_about *about = judge->self->data;
	struct ipid_note *note = note_;
	bool tunnel = sight->view->nips > 1;

	for (enum ipid_role role = 0; role < IPID_ROLES; role++) {
		uint64_t trait = traits_of[role][about->step];
		struct ipid_count *count;

		if ((role == IPID_PLAIN) == tunnel || !(sight->traits & trait))
			continue;
		count = &note->levels[role_level(role)];
		tally_add(&count->steps, sight);
		if (!(sight->traits & TRAIT_PAIR) || sight->traits & BREAK_CSUM)
			continue;
		count->hits++;
		count->sole += (sight->traits & BREAKS) == trait;
	}
}

/*
 * Are the IDs alone to blame? Yes if pairs that differ in nothing else are stopped by them; also if
 * the sequence numbers never follow each other, since then nothing else can be told from the pairs.
 * That is not said of flows with damaged or merged frames, whose order the capture does not show.
 */
static bool is_to_blame(const struct flow *flow, const struct ipid_count *count)
{
	if (count->sole >= LEAST_STEPS &&
	    (uint64_t)count->sole * 100 >= (uint64_t)flow->pairs * LEAST_PERCENT)
		return true;
	return count->hits >= LEAST_STEPS && !count->sole && !flow->in_order && !flow->csum_bad &&
	       !flow->csum_offload;
}

/*
 * Bulk traffic in a tunnel that is no TCP, nearly all of whose IDs make such steps: it matters only to
 * receivers that merge UDP.
 */
static bool is_other_bulk(const struct flow *flow, const struct ipid_count *count)
{
	return flow->key.proto != PROTO_TCP && count->steps.count >= LEAST_PAIRS_NOTE &&
	       (uint64_t)count->steps.count * 100 >= flow->frames * LEAST_PERCENT_NOTE &&
	       flow->payload / flow->frames >= LEAST_BULK_BYTES;
}

/* Not to blame alone, but so frequent that it would be if the rest were mended. */
static bool is_frequent(const struct flow *flow, const struct ipid_count *count)
{
	return count->hits >= LEAST_STEPS && flow->pairs >= LEAST_PAIRS_NOTE &&
	       (uint64_t)count->hits * 100 >= (uint64_t)flow->pairs * LEAST_PERCENT_NOTE;
}

static void add_flow(struct ipid_case *it, const struct flow *flow, const struct ipid_count *count,
		     enum ipid_role role)
{
	const uint32_t(*ids)[ID_STEPS] = flow->ids[role_level(role)];

	spread_add(&it->spread, flow, &count->steps);
	for (unsigned int step = 0; step < ID_STEPS; step++)
		it->steps[step] += ids[0][step] + ids[1][step];
	it->pairs += flow->pairs;
	it->hits += count->hits;
	it->sole += count->sole;
}

/* The DF bit that most packets of the flow have. */
static bool usual_df(const struct flow *flow, enum level level)
{
	uint64_t by_df[2] = {0};

	for (unsigned int step = 0; step < ID_STEPS; step++) {
		by_df[0] += flow->ids[level][0][step];
		by_df[1] += flow->ids[level][1][step];
	}
	return by_df[1] > by_df[0];
}

void ipid_flow(const struct judge *judge, const struct flow *flow, const void *note_)
{
	const struct ipid_note *note = note_;
	const struct ipid_about *about = judge->self->data;
	struct ipid_state *state = judge->state;
	uint8_t tunnel = flows_path(judge->flows, &flow->key)->tunnel;

	for (enum ipid_role role = 0; role < IPID_ROLES; role++) {
		const struct ipid_count *count = &note->levels[role_level(role)];
		struct ipid_case *it;
		bool blame;

		if (!(about->roles & 1u << role) ||
		    (role == IPID_PLAIN) == (tunnel != TUNNEL_NONE) || !count->steps.count)
			continue;
		blame = is_to_blame(flow, count);
		if (!blame && !is_frequent(flow, count) &&
		    !(role == IPID_OUTER && is_other_bulk(flow, count)))
			continue;
		it = &state->cases[role][usual_df(flow, role_level(role))][blame];
		it->tunnel = tunnel;
		add_flow(it, flow, count, role);
	}
}

static const char *const role_words[IPID_ROLES] = {
	[IPID_PLAIN] = "IPv4",
	[IPID_INNER] = "inner IPv4",
	[IPID_OUTER] = "outer IPv4",
};

static void advise_outer(struct findings *findings, struct finding *finding,
			 const struct ipid_case *it, bool df)
{
	switch (it->tunnel) {
	case TUNNEL_VXLAN:
	case TUNNEL_GENEVE:
		if (!df)
			finding_advise(
				findings, finding,
				"ip link set dev DEV type %s df set  # on the sender, if it is "
				"Linux: with DF=1, receivers up to 6.17 and DPDK ignore the "
				"outer ID",
				tunnel_names[it->tunnel]);
		break;
	case TUNNEL_GRE:
	case TUNNEL_NVGRE:
		if (!df)
			finding_advise(
				findings, finding,
				"ip link set dev DEV type gretap pmtudisc  # on the sender, if "
				"it is Linux: sets DF=1");
		break;
	default:
		break;
	}
	finding_advise(findings, finding,
		       "let the sending device count the outer ID up by one, or keep it constant "
		       "with DF=1  # a switch, SmartNIC or driver: every receiver merges then");
	finding_advise(findings, finding, "use IPv6 between the tunnel's ends  # it has no IDs");
	if (it->tunnel == TUNNEL_VXLAN || it->tunnel == TUNNEL_GENEVE)
		finding_advise(
			findings, finding,
			"ethtool -K DEV gro on  # on the receiver's %s device: inner packets "
			"get a second chance there, after the outer stack",
			tunnel_names[it->tunnel]);
}

static void advise_inner(struct findings *findings, struct finding *finding, bool df)
{
	if (!df)
		finding_advise(
			findings, finding,
			"sysctl net.ipv4.ip_no_pmtu_disc  # on the sender, if it is Linux: 0 "
			"gives TCP DF=1 and IDs that count");
	finding_advise(
		findings, finding,
		"let the sender count IDs up by one%s  # a router or firewall that scrubs IDs "
		"has the same effect as the sender",
		df ? ", or keep them constant" : "");
}

static void add_facts(struct findings *findings, struct finding *finding,
		      const struct ipid_case *it, enum ipid_role role, bool df)
{
	uint64_t all = it->steps[ID_PLUS_ONE] + it->steps[ID_CONSTANT] + it->steps[ID_OTHER];

	finding_string(findings, finding, "header", "%s", ipid_role_names[role]);
	finding_number(findings, finding, "df", df);
	finding_number(findings, finding, "steps", all);
	finding_number(findings, finding, "plus_one", it->steps[ID_PLUS_ONE]);
	finding_number(findings, finding, "constant", it->steps[ID_CONSTANT]);
	finding_number(findings, finding, "other", it->steps[ID_OTHER]);
	finding_number(findings, finding, "pairs", it->pairs);
	finding_number(findings, finding, "pairs_stopped", it->hits);
	finding_number(findings, finding, "pairs_stopped_by_this_alone", it->sole);
}

static const char *known(struct findings *findings, const char *text)
{
	findings->failed |= !text;
	return text ? text : "";
}

static void add_text(struct findings *findings, struct finding *finding, const struct ipid_case *it,
		     enum ipid_role role, unsigned int variant, enum id_step step)
{
	bool df = variant & 2, blame = variant & 1, tunnel = role != IPID_PLAIN;
	unsigned int stopped = receivers_concerned(tunnel) &
			       ~receivers_merging(tunnel, role_level(role), df, step);
	const char *what = step == ID_OTHER ? "do not count up by one" : "stay the same";
	const char *whose = tunnel ? tunnel_names[it->tunnel] : "TCP";
	const char *who = known(findings, receivers_text(stopped, findings->arena));

	if (blame)
		finding_text(
			findings, finding,
			"Receivers cannot merge the packets of this %s %s: the %s headers have DF=%d "
			"and IDs that %s, which stops %s. So each packet climbs the receiver's "
			"stack alone.",
			whose, tunnel ? "tunnel" : "traffic", role_words[role], df, what, who);
	else if (!it->hits)
		finding_text(
			findings, finding,
			"The %s headers of this %s tunnel have DF=%d and IDs that %s, which would stop %s "
			"from merging; but it carries no TCP here, and other packets are merged only by "
			"receivers that were told to.",
			role_words[role], whose, df, what, who);
	else
		finding_text(
			findings, finding,
			"The %s headers of this %s %s have DF=%d and IDs that %s, which stops %s "
			"from merging; other differences stop them too.",
			role_words[role], whose, tunnel ? "tunnel" : "traffic", df, what, who);
}

static void add_finding(const struct judge *judge, struct findings *findings, enum ipid_role role,
			unsigned int variant)
{
	const struct ipid_about *about = judge->self->data;
	const struct ipid_state *state = judge->state;
	bool df = variant & 2, blame = variant & 1, tunnel = role != IPID_PLAIN;
	const struct ipid_case *it = &state->cases[role][df][blame];
	unsigned int merging = receivers_merging(tunnel, role_level(role), df, about->step);
	unsigned int stopped = receivers_concerned(tunnel) & ~merging;
	enum confidence confidence = !it->sole	      ? CONFIDENCE_POSSIBLE
				     : it->sole >= 16 ? CONFIDENCE_CERTAIN
						      : CONFIDENCE_LIKELY;
	struct finding *finding;

	if (!it->spread.count)
		return;
	finding = findings_add(findings, judge->self, blame ? SEVERITY_WARNING : SEVERITY_NOTE,
			       confidence, &it->spread);
	add_text(findings, finding, it, role, variant, about->step);
	add_facts(findings, finding, it, role, df);
	finding_string(findings, finding, "stops", "%s",
		       known(findings, receivers_ids(stopped, findings->arena)));
	finding_string(findings, finding, "merges", "%s",
		       known(findings, receivers_ids(merging, findings->arena)));
	if (role == IPID_OUTER)
		advise_outer(findings, finding, it, df);
	else
		advise_inner(findings, finding, df);
}

void ipid_finish(const struct judge *judge, struct findings *findings)
{
	for (enum ipid_role role = 0; role < IPID_ROLES; role++)
		for (unsigned int variant = 0; variant < 4; variant++)
			add_finding(judge, findings, role, variant);
}
