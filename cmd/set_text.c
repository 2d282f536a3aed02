/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How is a change told to a person? First what was done, then what else, then what was not.
 */
#include <string.h>

#include "cmd/set.h"

#define INDENT	      2
#define REASON_INDENT 6

/**
 * struct section - steps of some results under one heading
 * @results: bits of enum step_result
 * @heading: for what happened; @planned: for what would; @undo: when a change is put back
 */
struct section {
	uint32_t results;
	const char *heading, *planned, *undo;
};

#define RESULT(name) (1u << STEP_##name)

static const struct section sections[] = {
	{RESULT(DONE), "Changed:", "Would be changed:", "Put back:"},
	{RESULT(SIDE_EFFECT), "Changed with it, not asked for:",
	 "Would change with it, not asked for:", "Changed with it:"},
	{RESULT(UNKNOWN), "Not known:", "The driver decides on:", "Not known:"},
	{RESULT(BLOCKED) | RESULT(REFUSED) | RESULT(FAILED),
	 "Not done:", "Would not be done:", "Requested again as it was, but not in force:"},
};

/**
 * struct telling - a report on its way into text
 * @device, @feature: width of their columns
 */
struct telling {
	struct text *out;
	const struct change_report *report;
	const struct session *session;
	size_t device, feature;
};

static size_t larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

/* How long a name is once it is shown: what might act on a terminal takes more than one column. */
static size_t measure_name(const char *name)
{
	struct text shown attr_cleanup(text_free) = {0};

	text_add_untrusted(&shown, name);
	return shown.failed ? 0 : shown.length;
}

static void measure(struct telling *telling)
{
	const struct plan *plan = &telling->report->plan;

	for (size_t i = 0; i < plan->nsteps; i++) {
		telling->device = larger(telling->device, measure_name(plan->steps[i].device));
		telling->feature = larger(telling->feature, measure_name(plan->steps[i].feature));
	}
}

static const char *on_off(bool on)
{
	return on ? "on" : "off";
}

static void add_heading(struct text *out, const char *heading, const struct session *session)
{
	text_printf(out, "%s%s%s\n", session->color ? "\033[1m" : "", heading,
		    session->color ? "\033[0m" : "");
}

/* A sentence that may have names of devices or words of a driver in it. */
static void add_sentence(struct text *out, const char *sentence, size_t indent,
			 const struct session *session)
{
	struct text safe attr_cleanup(text_free) = {0};

	text_add_untrusted(&safe, sentence);
	for (size_t i = 0; i < indent; i++)
		text_add(out, " ");
	text_wrap(out, safe.failed ? "" : safe.chars, indent, session->columns);
	text_add(out, "\n");
	out->failed |= safe.failed;
}

static void add_reason(struct text *out, const struct step *step, const struct session *session)
{
	struct text reason attr_cleanup(text_free) = {0};

	if (step->text) {
		text_add(&reason, step->text);
		if (step->rule && !strstr(step->text, step->rule))
			text_printf(&reason, " (%s)", step->rule);
		add_sentence(out, reason.failed ? "" : reason.chars, REASON_INDENT, session);
	}
	out->failed |= reason.failed;
}

static void add_step(const struct telling *telling, const struct step *step)
{
	struct text *out = telling->out;
	size_t start = out->length + INDENT;

	text_printf(out, "%*s", INDENT, "");
	text_add_untrusted(out, step->device);
	text_pad(out, telling->device + 2, start);
	text_add_untrusted(out, step->feature);
	text_pad(out, telling->device + telling->feature + 4, start);
	if (step->result == STEP_UNKNOWN)
		text_printf(out, "is %s", on_off(step->before));
	else if (step->before != step->after)
		text_printf(out, "%s, was %s", on_off(step->after), on_off(step->before));
	else
		text_printf(out, "stays %s", on_off(step->after));
	text_add(out, "\n");
	add_reason(out, step, telling->session);
}

/* Steps are in order of devices: those of one device stand together. */
static bool is_same_word(const struct step *a, const struct step *b)
{
	return a->device_index == b->device_index && a->word == b->word;
}

/*
 * A fixed feature is a "no" if it was asked for by its own name, or if all of its group are fixed. Then
 * the whole group says no, else none of it.
 */
static bool is_no(const struct plan *plan, size_t index)
{
	const struct step *step = &plan->steps[index];
	size_t first = index;

	if (step->result != STEP_FIXED || step->single)
		return step->result == STEP_FIXED;
	while (first && plan->steps[first - 1].device_index == step->device_index)
		first--;
	for (size_t i = first; i < plan->nsteps; i++) {
		const struct step *other = &plan->steps[i];

		if (other->device_index != step->device_index)
			break;
		if (other->asked && is_same_word(other, step) && other->result != STEP_FIXED)
			return false;
	}
	return true;
}

static bool belongs(const struct plan *plan, size_t index, const struct section *section)
{
	if (plan->steps[index].result == STEP_FIXED)
		return section->results & RESULT(BLOCKED) && is_no(plan, index);
	return section->results >> plan->steps[index].result & 1;
}

static void add_section(const struct telling *telling, const struct section *section)
{
	const struct plan *plan = &telling->report->plan;
	const char *heading = section->heading;
	bool any = false;

	if (telling->report->state == REPORT_PLANNED)
		heading = section->planned;
	else if (telling->report->undoes)
		heading = section->undo;
	for (size_t i = 0; i < plan->nsteps; i++) {
		if (!belongs(plan, i, section))
			continue;
		if (!any)
			add_heading(telling->out, heading, telling->session);
		any = true;
		add_step(telling, &plan->steps[i]);
	}
}

/* Steps without news, in one paragraph: "eth0: rx-gro on, tx-generic-segmentation on". */
static void add_list(const struct telling *telling, const char *heading, enum step_result result)
{
	const struct plan *plan = &telling->report->plan;
	struct text list attr_cleanup(text_free) = {0};
	const char *device = NULL;

	for (size_t i = 0; i < plan->nsteps; i++) {
		const struct step *step = &plan->steps[i];

		if (step->result != result || is_no(plan, i))
			continue;
		if (!device || strcmp(device, step->device) != 0)
			text_printf(&list, "%s%s: ", device ? "; " : "", step->device);
		else
			text_add(&list, ", ");
		text_printf(&list, "%s %s", step->feature, on_off(step->before));
		device = step->device;
	}
	if (device && !list.failed) {
		add_heading(telling->out, heading, telling->session);
		add_sentence(telling->out, list.chars, INDENT, telling->session);
	}
	telling->out->failed |= list.failed;
}

/* A command stays on one line, to be copied; what it is for goes below. */
static void add_advice(const struct telling *telling, const char *advice)
{
	struct text *out = telling->out, command attr_cleanup(text_free) = {0};
	const char *reason = NULL;

	/* The last one: a quoted name may have the same characters. */
	for (const char *next = advice; (next = strstr(next, "  # ")); next++)
		reason = next;
	text_add_bytes(&command, advice, reason ? (size_t)(reason - advice) : strlen(advice));
	text_printf(out, "%*s", INDENT, "");
	text_add_untrusted(out, command.failed ? "" : command.chars);
	text_add(out, "\n");
	if (reason)
		add_sentence(out, reason + strlen("  # "), REASON_INDENT, telling->session);
	out->failed |= command.failed;
}

void set_text_report(struct text *out, const struct change_report *report,
		     const struct session *session)
{
	struct telling telling = {.out = out, .report = report, .session = session};
	const struct plan *plan = &report->plan;

	measure(&telling);
	if (report->state == REPORT_UNDONE)
		add_sentence(
			out,
			"Nothing stays changed: not all that was asked could be had, so all was "
			"put back. What happened before that:",
			0, session);
	else if (report->state == REPORT_UNCHANGED && plan->holds)
		add_sentence(out, "Nothing had to be changed.", 0, session);
	for (size_t i = 0; i < array_size(sections); i++)
		add_section(&telling, &sections[i]);
	add_list(&telling, "So before:", STEP_ALREADY);
	add_list(&telling, "Fixed, left as they are:", STEP_FIXED);
	for (size_t i = 0; i < plan->nnotes; i++)
		add_sentence(out, plan->notes[i], 0, session);
	if (plan->nadvice)
		add_heading(out, "What would help:", session);
	for (size_t i = 0; i < plan->nadvice; i++)
		add_advice(&telling, plan->advice[i]);
}
