/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does a capture show, in one to three sentences, and what is there to do?
 */
#include <string.h>

#include "lib/base/text.h"
#include "pcap/analyze.h"

static const struct finding *find(const struct capture *capture, const char *id)
{
	for (size_t i = 0; i < capture->nfindings; i++)
		if (strcmp(capture->findings[i].id, id) == 0)
			return &capture->findings[i];
	return NULL;
}

/* An advice is a command and, behind #, its reason: only the command is quoted. */
static void add_advice(struct text *text, const struct finding *finding)
{
	const char *advice = finding->nadvice ? finding->advice[0] : NULL;
	const char *reason = advice ? strstr(advice, "  # ") : NULL;

	if (!reason)
		return;
	text_add(text, " What helps: ");
	text_add_bytes(text, advice, (size_t)(reason - advice));
	text_printf(text, " (%s).", reason + 4);
}

static size_t count_grave(const struct capture *capture)
{
	size_t count = 0;

	while (count < capture->nfindings && capture->findings[count].severity >= SEVERITY_WARNING)
		count++;
	return count;
}

static void add_grave(struct text *text, const struct capture *capture, size_t count)
{
	text_add(text, capture->findings[0].text);
	add_advice(text, &capture->findings[0]);
	if (count > 1)
		text_printf(text, " There %s %zu more %s below.", count == 2 ? "is" : "are",
			    count - 1, count == 2 ? "finding to look at" : "findings to look at");
}

/* Nothing grave: say what is normal although it looks odd. */
static void add_harmless(struct text *text, const struct capture *capture)
{
	const struct finding *artefact = find(capture, "checksum-artefact");
	const struct finding *oversized = find(capture, "oversized-frame");
	const struct finding *cut = find(capture, "capture-truncated");

	text_add(text, "Nothing in this capture needs mending.");
	if (oversized)
		text_printf(text, " %s", oversized->text);
	if (artefact)
		text_printf(text, " %s", artefact->text);
	else if (cut && !oversized)
		text_printf(text, " %s", cut->text);
}

static void add_unreadable(struct text *text, const struct capture *capture)
{
	text_add(text, "nod looks into none of these frames: their link type is ");
	for (size_t i = 0; i < capture->nlinks; i++)
		text_printf(text, "%s%s", i ? ", " : "", capture->links[i].name);
	text_add(text, ".");
}

static bool all_undecoded(const struct capture *capture)
{
	for (size_t i = 0; i < capture->nlinks; i++)
		if (capture->links[i].decoded)
			return false;
	return true;
}

const char *verdict_make(const struct capture *capture, struct arena *arena)
{
	size_t grave = count_grave(capture);
	struct text text = {0};
	const char *copy;

	if (!capture->frames)
		text_add(&text, "There are no frames in this capture.");
	else if (all_undecoded(capture))
		add_unreadable(&text, capture);
	else if (grave)
		add_grave(&text, capture, grave);
	else
		add_harmless(&text, capture);
	copy = text.failed ? NULL : arena_strdup(arena, text.chars);
	text_free(&text);
	return copy;
}
