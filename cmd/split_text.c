/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How does a person read what became of frames that were split?
 */
#include "cmd/prose.h"
#include "cmd/split.h"

#define LABEL_COLUMNS 12
#define YELLOW	      "\033[33m"

static size_t begin(struct text *out, const char *label)
{
	size_t start = out->length;

	text_add(out, label);
	text_pad(out, LABEL_COLUMNS, start);
	return start;
}

static void add_split(struct text *out, const struct split_report *report)
{
	begin(out, "split");
	prose_counted(out, report->split, "frame");
	text_add(out, " into ");
	prose_counted(out, report->segments, "segment");
	if (report->most)
		text_printf(out, ", at most %llu (frame %llu)", (unsigned long long)report->most,
			    (unsigned long long)report->most_frame);
	text_add(out, "\n");
	for (unsigned int i = 0; i < SPLIT_SOURCES; i++) {
		if (!report->sources[i])
			continue;
		begin(out, "");
		prose_counted(out, report->sources[i], "frame");
		text_printf(out, " %s\n",
			    i == SPLIT_NONE ? "only with lengths made right"
					    : split_source_texts[i]);
	}
}

static void add_refused(struct text *out, const struct split_report *report,
			const struct session *session)
{
	prose_colored(out, session, YELLOW, "not split");
	text_add(out, "   ");
	prose_counted(out, report->refused, "frame");
	text_printf(out, " longer than the MTU of %u bytes:\n", report->mtu);
	for (size_t i = 0; i < report->nrefusals; i++) {
		const struct split_refusal *refusal = &report->refusals[i];

		begin(out, "");
		prose_counted(out, refusal->frames, "frame");
		text_printf(out, ", the first is %llu: %s\n",
			    (unsigned long long)refusal->first_frame, refusal->reason);
	}
}

void split_text_report(struct text *out, const struct split_report *report,
		       const struct session *session)
{
	text_add_untrusted(out, report->input);
	text_add(out, " -> ");
	text_add_untrusted(out, report->output);
	text_add(out, ": ");
	prose_counted(out, report->frames, "frame");
	text_add(out, " made ");
	prose_count(out, report->written);
	text_add(out, "\n");
	if (report->split)
		add_split(out, report);
	if (report->filled) {
		begin(out, "filled in");
		text_add(out, "checksums of ");
		prose_counted(out, report->filled, "frame");
		text_add(out, "\n");
	}
	if (report->refused)
		add_refused(out, report, session);
	begin(out, "kept");
	prose_counted(out, report->kept, "frame");
	text_add(out, "\n");
}
