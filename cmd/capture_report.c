/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is said when a capture is over?
 */
#include "cmd/capture.h"
#include "cmd/pcap.h"
#include "cmd/prose.h"
#include "cmd/report.h"

static void add_received(struct text *out, const struct capture_live *live)
{
	text_add(out, "Received ");
	prose_counted(out, live->received, "frame");
	text_add(out, " on ");
	text_add_untrusted(out, live->device);
	text_add(out, ", dropped ");
	prose_count(out, live->dropped);
	text_add(out, live->dropped ? ": --buffer gives more room, --filter takes fewer." : ".");
}

static void add_confinement(struct text *out, const struct capture_confinement *confinement)
{
	text_add(out, "Confined: capabilities dropped");
	if (confinement->user) {
		text_add(out, ", as user ");
		text_add_untrusted(out, confinement->user);
	}
	text_add(out, confinement->landlock ? ", files by landlock" : ", landlock not in force");
	text_add(out, confinement->seccomp ? ", calls by seccomp." : ", seccomp not in force.");
}

static void add_live(struct text *out, const struct capture_live *live,
		     const struct session *session)
{
	struct text words attr_cleanup(text_free) = {0};

	add_received(&words, live);
	text_add(out, "\n");
	prose_paragraph(out, words.failed ? "" : words.chars, 0, session);
	text_clear(&words);
	add_confinement(&words, &live->confinement);
	prose_paragraph(out, words.failed ? "" : words.chars, 0, session);
}

static int print(const struct capture_run *run, const struct capture *capture, struct err *err)
{
	struct text out attr_cleanup(text_free) = {0};
	struct capture copy = *capture;
	const struct capture_set set = {.captures = &copy, .ncaptures = 1};

	if (run->session->jsonl) {
		if (report_add_lines(&out, capture, err) < 0)
			return -1;
	} else if (run->session->json) {
		if (record_to_json(&record_capture_set, &set, &out, err) < 0)
			return -1;
		text_add(&out, "\n");
	} else {
		pcap_text_capture(&out, capture, run->session, run->options->flows.given);
		add_live(&out, capture->live, run->session);
	}
	return session_write(run->session, &out, err);
}

int capture_report(struct capture_run *run, const struct capture_live *live,
		   struct capture_total *total, struct err *err)
{
	struct arena arena = {0};
	bool single = run->files && live->files == 1;
	struct capture capture = {
		/* As nod pcap says of the file. */
		.file = single ? run->options->output : run->options->device,
		.format = single ? "pcapng" : "live",
		.live = live,
	};
	int result;

	if (run->broken.code && run->broken.code != ERR_PIPE)
		capture.error = run->broken.text;
	result = report_finish(run->analysis, &arena, &capture, err);
	if (result == 0)
		result = print(run, &capture, err);
	report_count(total, &capture);
	arena_free(&arena);
	return result;
}

void capture_say_counts(const struct capture_run *run, const struct capture_live *live)
{
	struct text words attr_cleanup(text_free) = {0};

	prose_counted(&words, run->frames, "frame");
	text_add(&words, " written. ");
	add_received(&words, live);
	text_add(&words, " ");
	add_confinement(&words, &live->confinement);
	session_say(run->session, "%s", words.failed ? "out of memory" : words.chars);
}
