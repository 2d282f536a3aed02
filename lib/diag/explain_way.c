/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What has to be asked for on a device so that a feature of it becomes active?
 */
#include <string.h>

#include "lib/diag/explain_parts.h"

struct search {
	struct explainer *explainer;
	size_t device;
	unsigned int target;
	struct way *way;
};

/* It calls itself with one more step, at most WAY_STEPS deep. */
static bool search(struct search *self, struct way step, unsigned int steps);

/* What is in the way, off; false if that cannot be. */
static bool try_without(struct search *self, struct way step, const struct feature_bits *conflicts,
			unsigned int steps)
{
	const struct device *device = &self->explainer->snapshot->devices[self->device];
	struct feature_bits left = feature_without(*conflicts, step.off);

	if (!feature_any(left) || feature_any(feature_without(left, device->hw)))
		return false;
	step.off = feature_or(step.off, left);
	step.on = feature_without(step.on, left);
	return search(self, step, steps - 1);
}

static bool try_needs(struct search *self, const struct way *step, const struct drops *drops,
		      unsigned int bit, unsigned int steps);

/* One feature that is needed and off: ask for it, or see what it needs itself. */
static bool try_need(struct search *self, const struct way *step, const struct drops *drops,
		     unsigned int need, unsigned int steps)
{
	const struct device *device = &self->explainer->snapshot->devices[self->device];
	struct way with = *step;

	if (!feature_test(&device->hw, need) || feature_test(&step->off, need))
		return false;
	if (feature_test(&device->wanted, need) || feature_test(&step->on, need))
		return try_needs(self, step, drops, need, steps - 1);
	feature_put(&with.on, need, true);
	return search(self, with, steps - 1);
}

static bool try_needs(struct search *self, const struct way *before, const struct drops *drops,
		      unsigned int bit, unsigned int steps)
{
	const struct drop *drop = drops_find(drops, bit);
	struct way with = *before, *step = &with;

	if (!drop || !steps || drop->device)
		return false;
	step->path[step->npath++] = *drop;
	if (feature_any(drop->conflicts) && try_without(self, *step, &drop->conflicts, steps))
		return true;
	for (unsigned int need = 0; need < self->explainer->snapshot->names.count; need++)
		if (feature_test(&drop->needs, need) && try_need(self, step, drops, need, steps))
			return true;
	return false;
}

static bool search(struct search *self, struct way step, unsigned int steps)
{
	struct feature_world *trial = &self->explainer->trial;
	struct drops drops;
	struct feature_bits unknown = {{0}}, granted, before = trial->wanted[self->device];

	drops.count = 0;
	trial->wanted[self->device] = feature_without(feature_or(before, step.on), step.off);
	granted = world_compute(trial, self->device, &drops, &unknown);
	trial->wanted[self->device] = before;
	step.unknown = feature_test(&unknown, self->target);
	if (feature_test(&granted, self->target)) {
		*self->way = step;
		return true;
	}
	return try_needs(self, &step, &drops, self->target, steps);
}

void way_begin(struct explainer *explainer)
{
	world_reset(&explainer->trial);
}

bool way_find(struct explainer *explainer, const struct device *device, unsigned int bit,
	      struct way *way)
{
	struct search self = {
		.explainer = explainer,
		.device = (size_t)(device - explainer->snapshot->devices),
		.target = bit,
		.way = way,
	};
	struct way start = {0};

	if (!feature_test(&device->hw, bit))
		return false;
	feature_put(&start.on, bit, !feature_test(&device->wanted, bit));
	return search(&self, start, WAY_STEPS);
}

bool way_is_any(const struct way *way)
{
	return feature_any(feature_or(way->on, way->off));
}

const char *way_promise(const struct way *way)
{
	return way->unknown ? "then no rule forbids it; the driver has the last word"
			    : "then it is granted";
}

void way_set(struct explainer *explainer, const struct device *device, const struct way *way)
{
	world_set(&explainer->trial, (size_t)(device - explainer->snapshot->devices),
		  feature_or(way->on, way->off), way->on);
}

static void add_features(struct text *out, const struct feature_names *names,
			 const struct feature_bits *set, const char *state)
{
	for (unsigned int bit = 0; bit < names->count; bit++)
		if (feature_test(set, bit) && names->names[bit])
			text_printf(out, " %s=%s", names->names[bit], state);
}

/* "nod set DEV", with the namespace that was looked at. */
static void start_command(struct text *out, const struct snapshot *snapshot,
			  const struct device *device)
{
	text_add(out, "nod set ");
	if (snapshot->netns) {
		text_add(out, "--netns ");
		text_add_shell(out, snapshot->netns);
		text_add(out, " ");
	}
	text_add(out, device->name[0] == '-' ? "-- " : "");
	text_add_shell(out, device->name);
}

void way_command(struct question *question, const struct device *device, const struct way *way,
		 const char *reason)
{
	const struct snapshot *snapshot = question->explainer->snapshot;
	struct text text attr_cleanup(text_free) = {0};

	start_command(&text, snapshot, device);
	add_features(&text, &snapshot->names, &way->off, "off");
	add_features(&text, &snapshot->names, &way->on, "on");
	text_printf(&text, "  # %s", reason);
	explain_command(question, explain_keep(question, &text));
}

/* Rules of a driver that look at something else than features: what is to be changed then. */
static const struct {
	const char *rule, *before, *after, *reason;
} other_commands[] = {
	{"D-r8169-jumbo", "ip link set dev ", " mtu 1500", "up to this MTU the chip can do it"},
	{"D-tg3-jumbo", "ip link set dev ", " mtu 1500", "up to this MTU the chip can do it"},
	{"D-stmmac-jumbo", "ip link set dev ", " mtu 1500", "up to this MTU the chip can do it"},
	{"D-e1000e-rxfcs", "ip link set dev ", " mtu 1500", "up to this MTU the chip can do it"},
	{"D-mlx5-striding", "ethtool --set-priv-flags ", " rx_striding_rq on",
	 "the driver merges only with striding receive queues"},
	{"D-mlx5-cqe", "ethtool --set-priv-flags ", " rx_cqe_compress off",
	 "compressed completions do not have what this needs"},
	{"D-mlx5-xdp", "ip link set dev ", " xdp off", "takes the XDP program away"},
	{"D-netvsc-xdp", "ip link set dev ", " xdp off", "takes the XDP program away"},
	{"K-veth-xdp", "ip link set dev ", " xdp off", "takes the XDP program away"},
	{"K-virtio-xdp", "ip link set dev ", " xdp off", "takes the XDP program away"},
};

/* What other programs need to be started with to act in the namespace that was looked at. */
static void add_entrance(struct text *out, const char *netns)
{
	if (!netns)
		return;
	if (strchr(netns, '/'))
		text_add(out, "nsenter --net=");
	else if (netns[strspn(netns, "0123456789")] == '\0')
		text_add(out, "nsenter --net --target ");
	else
		text_add(out, "ip netns exec ");
	text_add_shell(out, netns);
	text_add(out, " ");
}

void way_other_command(struct question *question, const struct device *device, const char *rule)
{
	for (size_t i = 0; rule && i < array_size(other_commands); i++) {
		struct text text attr_cleanup(text_free) = {0};

		if (strcmp(other_commands[i].rule, rule) != 0)
			continue;
		add_entrance(&text, question->explainer->snapshot->netns);
		text_add(&text, other_commands[i].before);
		text_add_shell(&text, device->name);
		text_printf(&text, "%s  # %s", other_commands[i].after, other_commands[i].reason);
		explain_command(question, explain_keep(question, &text));
	}
}
