/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who switched rx-lro or rx-gro-hw off? They are the only features that the kernel clears by itself,
 * and it leaves no trace of why: what can be said is which of its reasons hold now.
 */
#include <string.h>

#include "lib/diag/explain_parts.h"

#define CAUSES_MAX 8
#define UPPERS_MAX 8

struct causes {
	struct cause list[CAUSES_MAX];
	size_t count;
};

bool feature_is_cleared(const char *feature)
{
	return strcmp(feature, "rx-lro") == 0 || strcmp(feature, "rx-gro-hw") == 0;
}

static void overrule(struct explainer *explainer, const struct device *upper,
		     const struct device *lower, int lro)
{
	if (upper && lower && upper->has & DEVICE_HAS_FEATURES &&
	    !feature_test(&upper->wanted, lro))
		explainer->overruled[lower - explainer->snapshot->devices] = true;
}

void lro_prepare(struct explainer *explainer)
{
	const struct snapshot *snapshot = explainer->snapshot;
	int lro = feature_lookup(&snapshot->names, "rx-lro");

	for (size_t i = 0; lro >= 0 && i < snapshot->ndevices; i++) {
		const struct device *device = &snapshot->devices[i];

		overrule(explainer, device, device_lower(snapshot, device), lro);
		if (device->has & DEVICE_HAS_MASTER)
			overrule(explainer, snapshot_by_index(snapshot, device->master_ifindex),
				 device, lro);
	}
}

size_t lro_uppers(const struct explainer *explainer, const struct device *device,
		  const struct device **list, size_t max)
{
	const struct snapshot *snapshot = explainer->snapshot;
	int lro = feature_lookup(&snapshot->names, "rx-lro");
	size_t count = 0;

	if (!explainer->overruled[device - snapshot->devices])
		return 0;
	for (size_t i = 0; lro >= 0 && i < snapshot->ndevices; i++) {
		const struct device *upper = &snapshot->devices[i];

		if (upper == device || !(upper->has & DEVICE_HAS_FEATURES) ||
		    feature_test(&upper->wanted, lro) ||
		    !device_is_upper_of(snapshot, upper, device))
			continue;
		if (count < max)
			list[count] = upper;
		count++;
	}
	return count;
}

static void add(struct causes *causes, const char *rule, const char *brief, const char *text)
{
	causes->list[causes->count++] = (struct cause){
		.rule = rule,
		.brief = brief,
		.text = text,
		.certainty = CONFIDENCE_LIKELY,
	};
}

static void add_uppers(struct question *question, struct causes *causes)
{
	const struct device *uppers[UPPERS_MAX];
	size_t count = lro_uppers(question->explainer, question->device, uppers, UPPERS_MAX);
	struct text names attr_cleanup(text_free) = {0};
	const char *kept;

	if (!count)
		return;
	explain_list(&names, uppers, count);
	kept = explain_keep(question, &names);
	add(causes, "S2", explain_say(question, "%s on top has it off", uppers[0]->name),
	    explain_say(
		    question,
		    "On top of it %s %s without rx-lro: when such a device is put on top or "
		    "recomputed, the kernel clears rx-lro below it, and it does not put it back.",
		    kept ? kept : "", count > 1 ? "are devices" : "is a device"));
}

static void add_forwarding(struct question *question, struct causes *causes)
{
	const struct device *device = question->device;
	bool four = device->has & DEVICE_HAS_FORWARDING4 && device->forwarding4;
	bool six = device->has & DEVICE_HAS_FORWARDING6 && device->forwarding6;
	const char *family = four && six ? "IPv4 and IPv6" : four ? "IPv4" : "IPv6";

	if (!four && !six)
		return;
	add(causes, "S3", "forwarding is on",
	    explain_say(question,
			"Forwarding of %s is on: switching that on clears rx-lro, because what "
			"was merged may be too long for the way out.",
			family));
}

static void add_master(struct question *question, struct causes *causes)
{
	const struct snapshot *snapshot = question->explainer->snapshot;
	const struct device *device = question->device;
	const struct device *master = device->has & DEVICE_HAS_MASTER
					      ? snapshot_by_index(snapshot, device->master_ifindex)
					      : NULL;
	bool ovs = device->port_kind && strcmp(device->port_kind, "openvswitch") == 0;
	bool bridge = master && device_is_kind(master, "bridge");

	if (bridge || ovs)
		add(causes, "S3",
		    explain_say(question, "port of %s", master ? master->name : "Open vSwitch"),
		    explain_say(question, "It is a port of %s, a %s: becoming one clears rx-lro.",
				master ? master->name : "a switch",
				bridge ? "bridge" : "switch of Open vSwitch"));
}

static void add_generic_xdp(struct causes *causes, const struct device *device, bool lro)
{
	if (device->xdp != XDP_MODE_GENERIC && device->xdp != XDP_MODE_MULTIPLE)
		return;
	add(causes, lro ? "S3" : "S4", "generic XDP",
	    lro ? "An XDP program is attached in generic mode: attaching one clears rx-lro."
		: "An XDP program is attached in generic mode: attaching one clears rx-gro-hw.");
}

static void find_causes(struct question *question, struct causes *causes)
{
	bool lro = strcmp(question->feature, "rx-lro") == 0;

	causes->count = 0;
	if (lro) {
		add_uppers(question, causes);
		add_forwarding(question, causes);
		add_master(question, causes);
	}
	add_generic_xdp(causes, question->device, lro);
}

bool lro_cause(struct question *question, struct cause *cause)
{
	struct causes causes;

	find_causes(question, &causes);
	if (!causes.count)
		return false;
	*cause = causes.list[0];
	return true;
}

size_t lro_reasons(struct question *question)
{
	struct causes causes;

	find_causes(question, &causes);
	for (size_t i = 0; i < causes.count; i++)
		explain_reason(question, causes.list[i].rule, causes.list[i].certainty,
			       causes.list[i].text);
	return causes.count;
}
