/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How often does one difference between segments keep receivers from merging them?
 */
#include "pcap/train.h"

void train_frame(void *note, const struct sight *sight, const struct judge *judge)
{
	struct train_note *train = note;
	uint64_t breaks = sight->traits & BREAKS;

	/* Where segments are missing or out of order, IDs jump with them. */
	if (breaks & BREAK_SEQ)
		breaks &= ~(BREAK_ID_OUTER | BREAK_ID_INNER);
	tally_add(&train->pairs, sight);
	train->sole += breaks == judge->self->needs;
}

void train_add_flow(struct train_state *state, const struct flow *flow,
		    const struct train_note *note)
{
	spread_add(&state->spread, flow, &note->pairs);
	state->sole += note->sole;
	state->pairs += flow->pairs;
}

void train_flow(const struct judge *judge, const struct flow *flow, const void *note)
{
	train_add_flow(judge->state, flow, note);
}

/* A break that hardly ever happens, or that never is the only one, is not worth a line. */
#define LEAST_SOLE    2
#define LEAST_PERCENT 5
#define WORSE_PERCENT 10
#define WORSE_PAIRS   16

static bool is_share(const struct train_state *state, unsigned int percent)
{
	return state->sole * 100 >= state->pairs * percent;
}

bool train_is_worth(const struct train_state *state)
{
	return state->sole >= LEAST_SOLE && is_share(state, LEAST_PERCENT);
}

void train_finish(const struct judge *judge, struct findings *findings)
{
	const struct train_state *state = judge->state;
	const struct train_about *about = judge->self->data;
	enum severity severity = SEVERITY_NOTE;
	struct finding *finding;

	if (!train_is_worth(state))
		return;
	if (is_share(state, WORSE_PERCENT) && state->pairs >= WORSE_PAIRS)
		severity = about->severity;
	finding = findings_add(findings, judge->self, severity, CONFIDENCE_CERTAIN, &state->spread);
	finding_text(findings, finding, "In %llu of %s of consecutive segments %s.",
		     (unsigned long long)state->spread.count,
		     plural(findings, state->pairs, "pair"), about->text);
	finding_number(findings, finding, "pairs", state->pairs);
	finding_number(findings, finding, "only_cause", state->sole);
	for (const char *const *advice = about->advice; advice && *advice; advice++)
		finding_advise(findings, finding, "%s", *advice);
}
