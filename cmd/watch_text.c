/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How is a change told to people?
 */
#include <stdio.h>
#include <time.h>

#include "cmd/watch.h"

/* Wide enough for most names; longer ones push the rest to the right. */
#define DEVICE_COLUMN 14
#define WHAT_COLUMN   25
#define VALUE_COLUMN  58
#define CAUSE_COLUMN  70

static void add_time(struct text *out, int64_t time_ns)
{
	time_t seconds = (time_t)(time_ns / 1000000000);
	char clock[16] = "??:??:??";
	struct tm tm;

	if (localtime_r(&seconds, &tm))
		strftime(clock, sizeof(clock), "%H:%M:%S", &tm);
	text_printf(out, "%s.%03d", clock, (int)(time_ns % 1000000000 / 1000000));
}

/* At least one blank, whatever is already there. */
static void go_to(struct text *out, size_t column, size_t start)
{
	text_add(out, " ");
	text_pad(out, column, start);
}

static const char *or_none(const char *value)
{
	return value ? value : "none";
}

static void add_change(struct text *out, const struct event *event)
{
	text_add_untrusted(out, or_none(event->before));
	text_add(out, " -> ");
	text_add_untrusted(out, or_none(event->after));
	if (event->fixed)
		text_add(out, " [fixed]");
}

static void add_cause(struct text *out, const struct event *event, const struct session *session)
{
	const char *word = "";

	if (event->cause == EVENT_SIDE_EFFECT)
		word = session->color ? "\033[33mside effect\033[0m" : "side effect";
	else if (event->kind == EVENT_FEATURE)
		word = "requested";
	text_add(out, word);
	text_add(out, *word && event->text ? ": " : "");
	if (event->text)
		text_add_untrusted(out, event->text);
}

static void add_what(struct text *out, const struct event *event)
{
	if (event->kind == EVENT_REQUEST)
		text_add(out, "request ");
	if (event->feature)
		text_add_untrusted(out, event->feature);
	else
		text_add(out, event_kind_names[event->kind]);
}

static bool has_cause(const struct event *event)
{
	return event->text || event->kind == EVENT_FEATURE || event->cause == EVENT_SIDE_EFFECT;
}

void watch_text_event(struct text *out, const struct event *event, const struct session *session)
{
	size_t start = out->length;

	add_time(out, event->time_ns);
	go_to(out, DEVICE_COLUMN, start);
	text_add_untrusted(out, event->device ? event->device : "-");
	go_to(out, WHAT_COLUMN, start);
	add_what(out, event);
	if (event->before || event->after) {
		go_to(out, VALUE_COLUMN, start);
		add_change(out, event);
	} else if (event->kind == EVENT_NEW && event->device_kind) {
		go_to(out, VALUE_COLUMN, start);
		text_add_untrusted(out, event->device_kind);
	}
	if (has_cause(event)) {
		go_to(out, event->feature ? CAUSE_COLUMN : VALUE_COLUMN, start);
		add_cause(out, event, session);
	}
	text_add(out, "\n");
}
