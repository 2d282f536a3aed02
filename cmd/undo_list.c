/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which changes were made, and what became of them?
 */
#include <inttypes.h>
#include <time.h>

#include "cmd/undo.h"
#include "lib/out/plan.h"

#define INDENT 4

static void add_time(struct text *out, int64_t seconds, const char *format)
{
	time_t when = (time_t)seconds;
	struct tm parts;
	char words[32];

	if (localtime_r(&when, &parts) && strftime(words, sizeof(words), format, &parts))
		text_add(out, words);
	else
		text_printf(out, "%" PRId64, seconds);
}

static void add_state(struct text *out, const struct journal_entry *entry)
{
	switch (entry->state) {
	case JOURNAL_OPEN:
		text_add(out, "begun, and nod did not live to say what came of it");
		break;
	case JOURNAL_PENDING:
		text_add(out, "pending");
		break;
	case JOURNAL_UNDONE:
		text_add(out, "put back");
		if (entry->undone_why) {
			text_add(out, ": ");
			text_add_untrusted(out, entry->undone_why);
		}
		break;
	default:
		text_add(out, "done");
	}
	if (changes_is_waiting(entry)) {
		text_add(out, entry->deadline < time(NULL) ? ", overdue since " : ", until ");
		add_time(out, entry->deadline, "%Y-%m-%d %H:%M:%S");
	}
	if (entry->undoes)
		text_printf(out, ", puts back %" PRIu64, entry->undoes);
}

static void add_place(struct text *out, const struct changes *changes,
		      const struct journal_entry *entry)
{
	if (changes_is_here(changes, entry))
		return;
	text_add(out, changes_is_this_boot(changes, entry) ? " (another network namespace)"
							   : " (before the machine was started)");
}

static void add_device(struct text *out, const struct journal_device *device,
		       const struct session *session)
{
	struct text line attr_cleanup(text_free) = {0};

	text_add_untrusted(&line, device->name);
	text_add(&line, ":");
	for (size_t i = 0; i < device->nfeatures; i++) {
		text_add(&line, " ");
		text_add_untrusted(&line, device->features[i].name);
		text_add(&line, device->features[i].wanted_after ? "=on" : "=off");
	}
	text_printf(out, "%*s", INDENT, "");
	text_wrap(out, line.failed ? "" : line.chars, INDENT, session->columns);
	text_add(out, "\n");
	out->failed |= line.failed;
}

static void add_entry(struct text *out, const struct changes *changes,
		      const struct journal_entry *entry, const struct session *session)
{
	text_printf(out, "%s%" PRIu64 "%s  ", session->color ? "\033[1m" : "", entry->number,
		    session->color ? "\033[0m" : "");
	add_time(out, entry->time, "%Y-%m-%d %H:%M:%S");
	text_add(out, "  ");
	text_add_untrusted(out, entry->user ? entry->user : "?");
	text_add(out, "  ");
	add_state(out, entry);
	add_place(out, changes, entry);
	text_add(out, "\n");
	for (size_t i = 0; i < entry->ndevices; i++)
		add_device(out, &entry->devices[i], session);
}

static int print(const struct changes *changes, const struct journal_entries *entries,
		 const struct session *session, struct err *err)
{
	struct text out attr_cleanup(text_free) = {0};

	if (session->json) {
		if (record_to_json(&record_journal_entries, entries, &out, err))
			return -1;
		text_add(&out, "\n");
		return session_write(session, &out, err);
	}
	for (size_t i = 0; i < entries->count; i++)
		add_entry(&out, changes, &entries->list[i], session);
	if (entries->damaged)
		text_printf(&out, "%zu lines of the journal cannot be read.\n", entries->damaged);
	if (!entries->count)
		text_add(&out, "No change was made.\n");
	return session_write(session, &out, err);
}

int undo_print_list(const struct changes *changes, const struct session *session, struct err *err)
{
	struct journal_entries entries;

	if (journal_read(changes->journal, changes->arena, &entries, err))
		return -1;
	return print(changes, &entries, session, err);
}
