/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which keys do scripts find in an explanation?
 */
#include "lib/out/explanation.h"

#include "lib/model/finding.h"

static const struct field reason_fields[] = {
	{"rule", FIELD_STRING, offsetof(struct reason, rule),
	 .help = "id of the rule behind it; nod explain ID tells more; null if there is none"},
	{"certainty", FIELD_NAME, offsetof(struct reason, certainty),
	 .help = "possible, likely or certain", .names = confidence_names},
	{"text", FIELD_STRING, offsetof(struct reason, text), .help = "in a sentence or two"},
	FIELD_END,
};
static const struct record record_reason = {"reason", sizeof(struct reason), reason_fields};

static const struct field explanation_fields[] = {
	{"device", FIELD_STRING, offsetof(struct explanation, device),
	 .help = "name of the device"},
	{"feature", FIELD_STRING, offsetof(struct explanation, feature),
	 .help = "the kernel's name of the feature"},
	{"standing", FIELD_NAME, offsetof(struct explanation, standing),
	 .help = "on, on-fixed, on-unasked, off, off-blocked, off-fixed or never",
	 .names = feature_standing_names},
	{"hw", FIELD_BOOL, offsetof(struct explanation, hw),
	 .help = "whether it can be switched at all"},
	{"wanted", FIELD_BOOL, offsetof(struct explanation, wanted), .help = "requested"},
	{"active", FIELD_BOOL, offsetof(struct explanation, active), .help = "in use"},
	{"nochange", FIELD_BOOL, offsetof(struct explanation, nochange),
	 .help = "a property of the device, never a setting"},
	{"summary", FIELD_STRING, offsetof(struct explanation, summary),
	 .help = "the most direct cause in some words; null if there is nothing to say"},
	{"text", FIELD_STRING, offsetof(struct explanation, text),
	 .help = "the answer in one or two sentences"},
	{"reasons", FIELD_LIST, offsetof(struct explanation, reasons),
	 .help = "causes, the most direct first, and what else is to be known",
	 .record = &record_reason, .count_offset = offsetof(struct explanation, nreasons)},
	{"limits", FIELD_STRINGS, offsetof(struct explanation, limits),
	 .help = "what cannot be known from here",
	 .count_offset = offsetof(struct explanation, nlimits)},
	{"commands", FIELD_STRINGS, offsetof(struct explanation, commands),
	 .help = "commands that would change it, in order, each with its reason behind a #",
	 .count_offset = offsetof(struct explanation, ncommands)},
	FIELD_END,
};
const struct record record_explanation = {"explanation", sizeof(struct explanation),
					  explanation_fields};

static const struct field explanation_set_fields[] = {
	{"explanations", FIELD_LIST, offsetof(struct explanation_set, explanations),
	 .help = "by device, then in the order of the kernel's features",
	 .record = &record_explanation,
	 .count_offset = offsetof(struct explanation_set, nexplanations)},
	FIELD_END,
};
const struct record record_explanation_set = {"explanation-set", sizeof(struct explanation_set),
					      explanation_set_fields};
