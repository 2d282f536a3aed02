/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How does evidence become a finding?
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pcap/findings.h"

void spread_add(struct spread *spread, const struct flow *flow, const struct tally *tally)
{
	uint64_t first = flow->first_frame + tally->first, last = flow->first_frame + tally->last;

	if (!tally->count)
		return;
	if (!spread->count || first < spread->first)
		spread->first = first;
	if (last > spread->last)
		spread->last = last;
	spread->count += tally->count;
	spread->flows++;
	if (tally->count > spread->top_count) {
		spread->top_count = tally->count;
		spread->top_key = flow->key;
	}
}

static struct finding *findings_grow(struct findings *findings)
{
	size_t room = findings->room ? findings->room * 2 : 16;
	struct finding *list;

	if (findings->count < findings->room)
		return &findings->list[findings->count++];
	list = arena_alloc(findings->arena, room * sizeof(*list));
	if (!list)
		return NULL;
	if (findings->count)
		memcpy(list, findings->list, findings->count * sizeof(*list));
	findings->list = list;
	findings->room = room;
	return &findings->list[findings->count++];
}

/* NULL for a finding about the whole capture. */
static const struct endpoints *top_flow(struct findings *findings, const struct spread *spread)
{
	const struct flow_key zero = {0};
	const struct endpoints *ends;

	if (memcmp(&spread->top_key, &zero, sizeof(zero)) == 0)
		return NULL;
	ends = key_endpoints(findings->flows, &spread->top_key, findings->arena);
	findings->failed |= !ends;
	return ends;
}

struct finding *findings_add(struct findings *findings, const struct detector *self,
			     enum severity severity, enum confidence confidence,
			     const struct spread *spread)
{
	struct finding *finding = findings_grow(findings);

	if (!finding) {
		findings->failed = true;
		return NULL;
	}
	*finding = (struct finding){
		.id = self->id,
		.severity = (uint8_t)severity,
		.confidence = (uint8_t)confidence,
		.count = spread->count,
		.first_frame = spread->first,
		.last_frame = spread->last,
		.text = "",
		.flow = top_flow(findings, spread),
		.facts = arena_alloc(findings->arena, FINDING_MAX_FACTS * sizeof(struct fact)),
		.advice = arena_alloc(findings->arena, FINDING_MAX_ADVICE * sizeof(char *)),
	};
	if (!finding->facts || !finding->advice) {
		findings->failed = true;
		findings->count--;
		return NULL;
	}
	if (spread->flows > 1)
		finding_number(findings, finding, "flows", spread->flows);
	return finding;
}

static const char *format_in(struct findings *findings, const char *format, va_list args)
{
	char text[1024];
	char *copy;

	vsnprintf(text, sizeof(text), format, args);
	copy = arena_strdup(findings->arena, text);
	if (!copy)
		findings->failed = true;
	return copy ? copy : "";
}

void finding_text(struct findings *findings, struct finding *finding, const char *format, ...)
{
	va_list args;

	if (!finding)
		return;
	va_start(args, format);
	finding->text = format_in(findings, format, args);
	va_end(args);
}

static struct fact *add_fact(struct findings *findings, struct finding *finding, const char *key,
			     enum fact_type type)
{
	struct fact *fact;

	if (!finding)
		return NULL;
	if (finding->nfacts == FINDING_MAX_FACTS) {
		findings->failed = true;
		return NULL;
	}
	fact = &finding->facts[finding->nfacts++];
	*fact = (struct fact){.key = key, .unit = "", .type = type};
	return fact;
}

void finding_number(struct findings *findings, struct finding *finding, const char *key,
		    uint64_t value)
{
	struct fact *fact = add_fact(findings, finding, key, FACT_NUMBER);

	if (fact)
		fact->number = value;
}

void finding_real(struct findings *findings, struct finding *finding, const char *key, double value)
{
	struct fact *fact = add_fact(findings, finding, key, FACT_REAL);

	if (fact)
		fact->real = value;
}

void finding_string(struct findings *findings, struct finding *finding, const char *key,
		    const char *format, ...)
{
	struct fact *fact = add_fact(findings, finding, key, FACT_STRING);
	va_list args;

	if (!fact)
		return;
	va_start(args, format);
	fact->string = format_in(findings, format, args);
	va_end(args);
}

void finding_advise(struct findings *findings, struct finding *finding, const char *format, ...)
{
	va_list args;

	if (!finding)
		return;
	if (finding->nadvice == FINDING_MAX_ADVICE) {
		findings->failed = true;
		return;
	}
	va_start(args, format);
	finding->advice[finding->nadvice++] = format_in(findings, format, args);
	va_end(args);
}

const char *plural(struct findings *findings, uint64_t count, const char *noun)
{
	const char *text = arena_printf(findings->arena, "%llu %s%s", (unsigned long long)count,
					noun, count == 1 ? "" : "s");

	if (!text)
		findings->failed = true;
	return text ? text : noun;
}
