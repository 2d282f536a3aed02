/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What would the receiver merge, who would do otherwise, what stops it, and what is there to do: in one to
 * four sentences?
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/text.h"
#include "pcap/gro/study.h"

/* A change is worth a word if it saves one frame in a hundred, and one super-frame in twenty. */
static bool is_worth(const struct gro_cost *cost, const struct gro_count *upper)
{
	return cost->saves * 100 >= upper->frames && cost->saves * 20 >= upper->supers &&
	       cost->saves;
}

/* "40 000", but "4000" */
static void add_number(struct text *text, uint64_t number)
{
	char digits[24];
	int length = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)number);

	for (int i = 0; i < length; i++)
		text_printf(text, "%s%c", i && (length - i) % 3 == 0 && length > 4 ? " " : "",
			    digits[i]);
}

static unsigned int percent(uint64_t part, uint64_t whole)
{
	return whole ? (unsigned int)(100.0 * (double)part / (double)whole + 0.5) : 0;
}

/* "nothing", "98 % of the bytes" */
static void add_merged(struct text *text, const struct gro_count *count, const char *of)
{
	if (!count->merged_bytes) {
		text_add(text, "nothing");
		return;
	}
	text_add_share(text, count->merged_bytes, count->bytes);
	text_add(text, of);
}

/* "40 000 segments" */
static void add_segments(struct text *text, const struct gro_report *report, uint64_t count)
{
	bool udp = report->mode && strcmp(report->mode, "host") != 0;

	add_number(text, count);
	text_printf(text, " %s%s", udp ? "packet" : "segment", count == 1 ? "" : "s");
}

/* "900 frames up the stack" */
static void add_frames(struct text *text, uint64_t count)
{
	add_number(text, count);
	text_printf(text, " frame%s up the stack", count == 1 ? "" : "s");
}

/* So much alike that a person would not care. */
static bool is_alike(const struct gro_count *a, const struct gro_count *b)
{
	uint64_t more = a->supers > b->supers ? a->supers : b->supers;
	uint64_t less = a->supers > b->supers ? b->supers : a->supers;

	return percent(a->merged_bytes, a->bytes) == percent(b->merged_bytes, b->bytes) &&
	       (more - less) * 20 <= more;
}

/* Neighbours of @report->models. */
struct range {
	size_t first, end;
};

static const struct gro_model *model_at(const struct gro_report *report, size_t i)
{
	return gro_model_lookup(report->models[i].model);
}

static bool is_linux(const struct gro_report *report, size_t i)
{
	const struct gro_model *model = model_at(report, i);

	return model && model->since;
}

/* The generations of Linux from @first on that merge about the same as that one. */
static struct range range_from(const struct gro_report *report, size_t first)
{
	struct range range = {first, first + 1};

	while (range.end < report->nmodels && is_linux(report, range.end) &&
	       is_alike(&report->models[first].upper, &report->models[range.end].upper))
		range.end++;
	return range;
}

/* "Linux 4.7 to 6.17", "Linux 6.18 and later" */
static void add_range(struct text *text, const struct gro_report *report, struct range range)
{
	const struct gro_model *first = model_at(report, range.first);
	const struct gro_model *next = model_at(report, range.end - 1) + 1;

	text_printf(text, "Linux %u.%u", first->since >> 16, first->since >> 8 & 0xff);
	if (!next->since)
		text_add(text, " and later");
	else if (next->since >> 8 & 0xff)
		text_printf(text, " to %u.%u", next->since >> 16, (next->since >> 8 & 0xff) - 1);
	else
		text_printf(text, " to before %u.%u", next->since >> 16, 0u);
}

static bool has_base(const struct gro_report *report, struct range range)
{
	for (size_t i = range.first; i < range.end; i++)
		if (strcmp(report->models[i].model, report->model) == 0)
			return true;
	return false;
}

static void add_base(struct text *text, const struct gro_report *report)
{
	struct range range = {0, 0};

	for (size_t i = 0; i < report->nmodels && is_linux(report, i); i = range.end) {
		range = range_from(report, i);
		if (has_base(report, range)) {
			add_range(text, report, range);
			return;
		}
	}
	text_add(text, report->model_name);
}

/* "Linux 6.18 and later would merge 98 % of the bytes in 40 000 segments (900 frames up the stack, mean 44.4)" */
static void add_outcome(struct text *text, const struct gro_report *report)
{
	const struct gro_count *upper = &report->upper;

	add_base(text, report);
	text_add(text, " would merge ");
	add_merged(text, upper, " of the bytes in ");
	text_add(text, upper->merged_bytes ? "" : " of ");
	add_segments(text, report, upper->frames);
	text_add(text, " (");
	add_frames(text, upper->supers);
	if (upper->merged_frames)
		text_printf(text, ", mean %.1f", (double)upper->frames / (double)upper->supers);
	text_add(text, ")");
}

static void add_into(struct text *text, const struct gro_count *count)
{
	add_merged(text, count, "");
	if (!count->merged_bytes)
		return;
	text_add(text, " (");
	add_frames(text, count->supers);
	text_add(text, ")");
}

/* Other generations, where they would do otherwise. */
static void add_others(struct text *text, const struct gro_report *report)
{
	struct range range = {0, 0};

	for (size_t i = 0; i < report->nmodels && is_linux(report, i); i = range.end) {
		const struct gro_count *count = &report->models[i].upper;

		range = range_from(report, i);
		if (is_alike(count, &report->upper))
			continue;
		text_add(text, "; ");
		add_range(text, report, range);
		text_add(text, " would merge ");
		add_into(text, count);
	}
	text_add(text, ".");
}

/* An advice is a command and, behind #, its reason. */
static void add_advice(struct text *text, const char *advice)
{
	const char *reason = advice ? strstr(advice, "  # ") : NULL;

	if (!advice)
		return;
	text_add(text, " What to do: ");
	if (!reason) {
		text_printf(text, "%s.", advice);
		return;
	}
	text_add_bytes(text, advice, (size_t)(reason - advice));
	text_printf(text, " (%s).", reason + 4);
}

static void add_without(struct text *text, const struct gro_cost *cost)
{
	text_add(text, " (without that: ");
	text_add_share(text, cost->mended.merged_bytes, cost->mended.bytes);
	text_add(text, ", ");
	add_frames(text, cost->mended.supers);
	text_add(text, ")");
}

/* One reason whose mending is worth it; others are counted. */
static void add_main_reason(struct text *text, const struct gro_report *report)
{
	const struct gro_cost *cost = &report->costs[0];
	size_t more = 1;

	while (more < report->ncosts && is_worth(&report->costs[more], &report->upper))
		more++;
	text_add(text, report->upper.merged_bytes * 2 > report->upper.bytes
			       ? " What keeps it from more"
			       : " What stops it");
	text_printf(text, "%s: %s", more > 1 ? " most" : "", cost->text);
	add_without(text, cost);
	if (more > 1)
		text_printf(text, "; %zu other %s worth mending too", more - 1,
			    more == 2 ? "reason is" : "reasons are");
	text_add(text, ".");
	if (cost->mend)
		text_printf(text, " %s", cost->mend);
	add_advice(text, cost->nadvice ? cost->advice[0] : NULL);
}

static int compare_times(const void *a, const void *b)
{
	const struct gro_cost *const *x = a, *const *y = b;

	if ((*x)->times != (*y)->times)
		return (*x)->times < (*y)->times ? 1 : -1;
	return strcmp((*x)->id, (*y)->id);
}

/* The two reasons that are met most. */
static size_t most_met(const struct gro_report *report, const struct gro_cost *most[2])
{
	size_t count = 0;

	for (size_t i = 0; i < report->ncosts; i++) {
		const struct gro_cost *cost = &report->costs[i];

		if (count < 2)
			most[count++] = cost;
		else if (compare_times(&cost, &most[1]) < 0)
			most[1] = cost;
		if (count == 2 && compare_times(&most[1], &most[0]) < 0) {
			cost = most[0];
			most[0] = most[1];
			most[1] = cost;
		}
	}
	return count;
}

/* Little is merged, and nothing alone would change that. */
static void add_no_single(struct text *text, const struct gro_report *report)
{
	const struct gro_cost *most[2];
	size_t count = most_met(report, most);
	bool together;

	if (!count)
		return;
	together = count == 2 && most[1]->times * 2 >= most[0]->times &&
		   most[0]->alone * 2 < most[0]->times;
	if (together)
		text_printf(text,
			    " No single change helps, since several reasons hold at once, above "
			    "all: %s; and: %s.",
			    most[0]->text, most[1]->text);
	else
		text_printf(text, " What ends most trains: %s.", most[0]->text);
	if (most[0]->mend && (together || most[0]->saves))
		text_printf(text, " %s", most[0]->mend);
}

static const struct gro_cost *find_cost(const struct gro_report *report, enum gro_reason reason)
{
	for (size_t i = 0; i < report->ncosts; i++)
		if (strcmp(report->costs[i].id, gro_reasons[reason].id) == 0)
			return &report->costs[i];
	return NULL;
}

/* The device behind the tunnel makes good what the NIC left: that has its price. */
static void add_second_chance(struct text *text, const struct gro_report *report)
{
	const struct gro_count *count = &report->tunnel_device;

	if (count->supers * 4 > report->tunnelled.supers * 3 || !count->merged_bytes)
		return;
	text_add(text, " The tunnel's device would still merge ");
	text_add_share(text, count->merged_bytes, count->bytes);
	text_add(text, " of what comes through tunnels, but only after each frame has climbed the "
		       "outer stack alone.");
}

static void add_unfit(struct text *text, const struct gro_report *report)
{
	text_add(text, "This capture is not what a receiver got from the wire: ");
	add_number(text, report->oversized);
	text_add(text, " of ");
	add_number(text, report->frames);
	text_add(text, " frames were merged on receive or not yet split on send when it was taken, "
		       "so it does not show what a receiver would do. Use --split to make the "
		       "frames of the wire of them first, or capture at a switch or at the other "
		       "host.");
}

static void add_nothing(struct text *text, const struct gro_report *report)
{
	if (!report->frames)
		text_add(text, "There are no frames in this capture.");
	else if (strcmp(report->mode ? report->mode : "host", "host") == 0)
		text_add(text, "There is nothing to merge in this capture: no TCP segment carries "
			       "data. For UDP see --mode.");
	else
		text_add(text, "There is nothing to merge in this capture: neither TCP nor UDP "
			       "carries data.");
}

/* Cut so short that most segments cannot be judged. */
static bool is_cut(const struct gro_report *report)
{
	const struct gro_cost *cost = find_cost(report, GRO_CUT);

	return cost && cost->times * 2 >= report->upper.frames;
}

static void add_cut(struct text *text, const struct gro_report *report)
{
	text_add(text, "Most of the ");
	add_segments(text, report, report->upper.frames);
	text_add(text, " in this capture were captured in part, so nobody can tell what a receiver "
		       "would merge. Capture whole frames: tcpdump -s 0.");
}

static void add_judgement(struct text *text, const struct gro_report *report)
{
	const struct gro_count *upper = &report->upper;

	add_outcome(text, report);
	add_others(text, report);
	if (report->ncosts && is_worth(&report->costs[0], upper)) {
		add_main_reason(text, report);
		return;
	}
	if (upper->merged_frames * 10 >= upper->frames * 9)
		text_add(text, " Nothing needs mending.");
	else
		add_no_single(text, report);
	add_second_chance(text, report);
}

const char *gro_verdict(const struct gro_report *report, struct arena *arena)
{
	struct text text = {0};
	const char *copy;

	if (!report->upper.frames)
		add_nothing(&text, report);
	else if (report->unfit && !report->split)
		add_unfit(&text, report);
	else if (is_cut(report))
		add_cut(&text, report);
	else
		add_judgement(&text, report);
	copy = text.failed ? NULL : arena_strdup(arena, text.chars);
	text_free(&text);
	return copy;
}
