/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What has to be requested so that all is as it was before a change, and is it so then?
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cmd/history.h"
#include "cmd/restore.h"
#include "cmd/send.h"

static void add_note(struct arena *arena, struct restored *restored, const char *format, ...)
	attr_printf(3, 4);

static int make_room(struct arena *arena, struct restored *restored)
{
	size_t room = restored->room ? 2 * restored->room : 8;
	const char **notes = arena_alloc(arena, room * sizeof(*notes));

	if (!notes)
		return -1;
	if (restored->nnotes)
		memcpy(notes, restored->notes, restored->nnotes * sizeof(*notes));
	restored->notes = notes;
	restored->room = room;
	return 0;
}

/* Out of memory, a note is lost; what it is about is counted all the same. */
static void add_note(struct arena *arena, struct restored *restored, const char *format, ...)
{
	char sentence[512], *note;
	va_list args;

	va_start(args, format);
	vsnprintf(sentence, sizeof(sentence), format, args);
	va_end(args);
	note = arena_strdup(arena, sentence);
	if (!note || (restored->nnotes == restored->room && make_room(arena, restored)))
		return;
	restored->notes[restored->nnotes++] = note;
}

/* The device that the journal means, by its number: a new one of the same name is another one. */
static const struct device *find_device(const struct journal_device *journaled,
					const struct snapshot *snapshot)
{
	return snapshot_by_index(snapshot, journaled->ifindex);
}

static void note_device(const struct journal_device *journaled, const struct device *device,
			const struct snapshot *snapshot, struct arena *arena,
			struct restored *restored)
{
	if (!device) {
		restored->gone++;
		add_note(arena, restored, "%s (number %d) is gone%s.", journaled->name,
			 journaled->ifindex,
			 snapshot_by_name(snapshot, journaled->name)
				 ? ", and what has its name now is another device"
				 : "");
	} else if (strcmp(device->name, journaled->name) != 0) {
		add_note(arena, restored, "%s is called %s now.", journaled->name, device->name);
	}
}

/* Which features of @device are requested otherwise than before, and how they were. */
static void find_differences(const struct journal_device *journaled, const struct device *device,
			     const struct snapshot *snapshot, struct device_request *request)
{
	for (size_t i = 0; i < journaled->nfeatures; i++) {
		const struct journal_feature *feature = &journaled->features[i];
		int bit = feature_lookup(&snapshot->names, feature->name);
		bool now = bit >= 0 && feature_test(&device->wanted, (unsigned int)bit);

		if (bit < 0 || now == feature->wanted_before)
			continue;
		feature_put(&request->mask, (unsigned int)bit, true);
		feature_put(&request->value, (unsigned int)bit, feature->wanted_before);
		feature_put(&request->restore_value, (unsigned int)bit, now);
	}
	request->restore_mask = request->mask;
}

int restore_requests(const struct journal_entry *entry, const struct snapshot *snapshot,
		     struct arena *arena, struct plan *plan, struct restored *restored,
		     struct err *err)
{
	*plan = (struct plan){.holds = true};
	plan->requests = arena_alloc(arena, entry->ndevices * sizeof(*plan->requests) + 1);
	if (!plan->requests)
		return err_set(err, ERR_MEMORY, "out of memory");
	for (size_t i = entry->ndevices; i-- > 0;) {
		const struct journal_device *journaled = &entry->devices[i];
		const struct device *device = find_device(journaled, snapshot);
		struct device_request *request = &plan->requests[plan->nrequests];

		note_device(journaled, device, snapshot, arena, restored);
		if (!device)
			continue;
		*request = (struct device_request){.device = (size_t)(device - snapshot->devices)};
		find_differences(journaled, device, snapshot, request);
		plan->nrequests += feature_any(request->mask);
	}
	return 0;
}

static void send_back(struct live *live, const struct plan *plan, const struct snapshot *snapshot,
		      struct arena *arena, struct restored *restored)
{
	for (size_t i = 0; i < plan->nrequests; i++) {
		const struct device_request *request = &plan->requests[i];
		const struct device *device = &snapshot->devices[request->device];
		struct demand demand = {device->ifindex, request->mask, request->value};
		struct err err = {0};
		bool permission;

		if (send_demand(live, &snapshot->names, &demand, &permission, &err))
			add_note(arena, restored, "%s could not be put back: %s.", device->name,
				 err.text);
	}
}

/* How many features are not requested as they were. */
static int count_kept(struct live *live, const struct journal_entry *entry, struct arena *arena,
		      struct restored *restored, struct err *err)
{
	struct snapshot snapshot;
	struct restored again = {0};
	struct plan plan = {0};
	int result = live_look(live, LIVE_FEATURES, &snapshot, err);

	if (!result)
		result = restore_requests(entry, &snapshot, arena, &plan, &again, err);
	for (size_t i = 0; !result && i < plan.nrequests; i++) {
		const struct feature_bits *mask = &plan.requests[i].mask;

		for (size_t word = 0; word < FEATURE_WORDS; word++)
			restored->kept += (size_t)__builtin_popcountll(mask->words[word]);
	}
	snapshot_free(&snapshot);
	return result;
}

int restore_entry(struct live *live, const struct journal_entry *entry, struct arena *arena,
		  struct restored *restored, struct err *err)
{
	struct snapshot snapshot;
	struct plan plan;
	int result = live_look(live, LIVE_FEATURES, &snapshot, err);

	if (!result)
		result = restore_requests(entry, &snapshot, arena, &plan, restored, err);
	if (!result)
		send_back(live, &plan, &snapshot, arena, restored);
	snapshot_free(&snapshot);
	return result ? -1 : count_kept(live, entry, arena, restored, err);
}

/* With the lock held. */
static enum restore_end settle(struct live *live, const struct changes *changes, uint64_t number,
			       const char *why, struct restored *restored, struct err *err)
{
	const struct journal_entry *entry;
	struct journal_entries entries;

	if (journal_read(changes->journal, changes->arena, &entries, err))
		return RESTORE_FAILED;
	entry = changes_lookup(&entries, number);
	if (!entry) {
		err_set(err, ERR_SYSTEM, "change %" PRIu64 " is not in the journal any more",
			number);
		return RESTORE_FAILED;
	}
	if (entry->state == JOURNAL_UNDONE)
		return RESTORE_PUT_BACK;
	if (entry->state == JOURNAL_DONE)
		return RESTORE_KEPT;
	entry = history_resolve(changes, &entries, entry, true);
	if (!entry) {
		err_set(err, ERR_MEMORY, "out of memory");
		return RESTORE_FAILED;
	}
	if (restore_entry(live, entry, changes->arena, restored, err))
		return RESTORE_FAILED;
	if (restored->kept) {
		err_set(err, ERR_SYSTEM, "%zu features could not be put back%s%s", restored->kept,
			restored->nnotes ? ": " : "", restored->nnotes ? restored->notes[0] : "");
		return RESTORE_FAILED;
	}
	return journal_mark(changes->journal, number, JOURNAL_UNDONE, why, err) ? RESTORE_FAILED
										: RESTORE_PUT_BACK;
}

enum restore_end restore_waiting(struct live *live, const struct changes *changes, uint64_t number,
				 const char *why, struct restored *restored, struct err *err)
{
	enum restore_end end;

	*restored = (struct restored){0};
	if (changes_lock(changes, err))
		return RESTORE_FAILED;
	end = settle(live, changes, number, why, restored, err);
	journal_unlock(changes->journal);
	return end;
}
