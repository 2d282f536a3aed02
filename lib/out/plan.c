/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which keys do scripts find in what nod says of a change, and in its journal?
 */
#include "lib/out/plan.h"

static const struct field step_fields[] = {
	{"device", FIELD_STRING, offsetof(struct step, device), .help = "name of the device"},
	{"feature", FIELD_STRING, offsetof(struct step, feature), .help = "the kernel's name"},
	{"result", FIELD_NAME, offsetof(struct step, result),
	 .help = "done, already, fixed, blocked, refused, side-effect, unknown or failed",
	 .names = step_result_names},
	{"asked", FIELD_BOOL, offsetof(struct step, asked), .help = "asked for by the caller"},
	{"on", FIELD_BOOL, offsetof(struct step, on), .help = "what was asked, if it was"},
	{"before", FIELD_BOOL, offsetof(struct step, before), .help = "active before"},
	{"after", FIELD_BOOL, offsetof(struct step, after),
	 .help = "active afterwards: as predicted (dry run), or as found"},
	{"below", FIELD_BOOL, offsetof(struct step, below),
	 .help = "asked for by --stack: the device is below one that was named"},
	{"rule", FIELD_STRING, offsetof(struct step, rule),
	 .help = "rule behind the result, null if there is none; nod explain RULE tells more"},
	{"text", FIELD_STRING, offsetof(struct step, text),
	 .help = "the reason, null if there is nothing to say"},
	FIELD_END,
};
const struct record record_step = {"step", sizeof(struct step), step_fields};

static const struct field journal_feature_fields[] = {
	{"name", FIELD_STRING, offsetof(struct journal_feature, name), .help = "the kernel's name"},
	{"wanted_before", FIELD_BOOL, offsetof(struct journal_feature, wanted_before),
	 .help = "requested before the change"},
	{"active_before", FIELD_BOOL, offsetof(struct journal_feature, active_before),
	 .help = "active before the change"},
	{"wanted_after", FIELD_BOOL, offsetof(struct journal_feature, wanted_after),
	 .help = "requested by the change"},
	FIELD_END,
};
static const struct record record_journal_feature = {
	"journal_feature", sizeof(struct journal_feature), journal_feature_fields};

static const struct field journal_device_fields[] = {
	{"ifindex", FIELD_U32, offsetof(struct journal_device, ifindex),
	 .help = "number of the device"},
	{"name", FIELD_STRING, offsetof(struct journal_device, name), .help = "its name then"},
	{"features", FIELD_LIST, offsetof(struct journal_device, features),
	 .help = "features that were changed", .record = &record_journal_feature,
	 .count_offset = offsetof(struct journal_device, nfeatures)},
	FIELD_END,
};
static const struct record record_journal_device = {"journal_device", sizeof(struct journal_device),
						    journal_device_fields};

static const struct field journal_entry_fields[] = {
	{"number", FIELD_U64, offsetof(struct journal_entry, number),
	 .help = "number of the entry, ascending from 1"},
	{"time", FIELD_U64, offsetof(struct journal_entry, time),
	 .help = "when the change was made, seconds since 1970"},
	{"state", FIELD_NAME, offsetof(struct journal_entry, state),
	 .help = "open, done, pending or undone", .names = journal_state_names},
	{"marked", FIELD_U64, offsetof(struct journal_entry, marked),
	 .help = "when the state was last written, seconds since 1970; 0 if it never was"},
	{"undone_why", FIELD_STRING, offsetof(struct journal_entry, undone_why),
	 .help = "undo, deadline, failed or interrupted; null if it was not put back"},
	{"deadline", FIELD_U64, offsetof(struct journal_entry, deadline),
	 .help = "when it is put back unless confirmed, seconds since 1970; 0 for never"},
	{"undoes", FIELD_U64, offsetof(struct journal_entry, undoes),
	 .help = "number of the entry that this one puts back, 0 for none"},
	{"user", FIELD_STRING, offsetof(struct journal_entry, user), .help = "who made the change"},
	{"command", FIELD_STRING, offsetof(struct journal_entry, command),
	 .help = "the words that were typed"},
	{"boot", FIELD_STRING, offsetof(struct journal_entry, boot),
	 .help = "boot id of the running kernel"},
	{"netns", FIELD_U64, offsetof(struct journal_entry, netns),
	 .help = "inode number of the network namespace"},
	{"netns_cookie", FIELD_U64, offsetof(struct journal_entry, netns_cookie),
	 .help = "number of the network namespace that is not used again before the machine is "
		 "started again; 0 if the kernel has none (before Linux 5.14)"},
	{"pid", FIELD_U64, offsetof(struct journal_entry, pid),
	 .help = "process that made the change"},
	{"devices", FIELD_LIST, offsetof(struct journal_entry, devices),
	 .help = "devices that were changed", .record = &record_journal_device,
	 .count_offset = offsetof(struct journal_entry, ndevices)},
	FIELD_END,
};
const struct record record_journal_entry = {"entry", sizeof(struct journal_entry),
					    journal_entry_fields};

static const struct field journal_entries_fields[] = {
	{"entries", FIELD_LIST, offsetof(struct journal_entries, list),
	 .help = "changes, the oldest first", .record = &record_journal_entry,
	 .count_offset = offsetof(struct journal_entries, count)},
	{"damaged", FIELD_U64, offsetof(struct journal_entries, damaged),
	 .help = "lines that could not be read"},
	FIELD_END,
};
const struct record record_journal_entries = {"journal", sizeof(struct journal_entries),
					      journal_entries_fields};

static const struct field journal_mark_fields[] = {
	{"number", FIELD_U64, offsetof(struct journal_mark, number), .help = "of the entry"},
	{"state", FIELD_NAME, offsetof(struct journal_mark, state),
	 .help = "what became of it: done, pending or undone", .names = journal_state_names},
	{"time", FIELD_U64, offsetof(struct journal_mark, time),
	 .help = "when, seconds since 1970"},
	{"why", FIELD_STRING, offsetof(struct journal_mark, why), .help = "why it was put back"},
	FIELD_END,
};
const struct record record_journal_mark = {"mark", sizeof(struct journal_mark),
					   journal_mark_fields};
