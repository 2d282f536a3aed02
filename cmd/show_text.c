/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How does a person see in a second what is on, what could be on, and what is not as it was asked?
 */
#include <string.h>

#include "cmd/show.h"

#define LABEL_COLUMN 2
#define STATE_COLUMN 18
#define NAMES_COLUMN 28

/* Where a feature is shown, by its standing, in this order. */
enum row {
	ROW_ON,
	ROW_OFF,
	ROW_BLOCKED,
	ROW_UNASKED,
	ROW_ON_FIXED,
	ROW_OFF_FIXED,
	ROWS
};

static const struct {
	const char *label, *color, *words;
	bool reasons;
} rows[ROWS] = {
	[ROW_ON] = {"on", SHOW_GREEN, "on", false},
	[ROW_OFF] = {"off", SHOW_YELLOW, "off, not requested", false},
	[ROW_BLOCKED] = {"blocked", SHOW_RED, "off, though requested", true},
	[ROW_UNASKED] = {"unasked", SHOW_RED, "on, though not requested", true},
	[ROW_ON_FIXED] = {"fixed on", SHOW_DIM, "on [fixed]", false},
	[ROW_OFF_FIXED] = {"fixed off", SHOW_DIM, "off [fixed]", true},
};

static const enum row standing_rows[] = {
	[STANDING_ON] = ROW_ON,
	[STANDING_ON_FIXED] = ROW_ON_FIXED,
	[STANDING_ON_UNASKED] = ROW_UNASKED,
	[STANDING_OFF] = ROW_OFF,
	[STANDING_OFF_BLOCKED] = ROW_BLOCKED,
	[STANDING_OFF_FIXED] = ROW_OFF_FIXED,
	[STANDING_NEVER] = ROW_OFF_FIXED,
};

void show_page_init(struct show_page *page)
{
	const struct feature_names *names = &page->selection.snapshot->names;

	for (unsigned int bit = 0; bit < names->count; bit++) {
		const struct feature_info *info;

		if (!names->names[bit])
			continue;
		info = feature_info_lookup(names->names[bit]);
		page->infos[bit] = info;
		feature_put(&page->groups[info ? info->group : FEATURE_OTHER], bit, true);
		feature_put(&page->matters, bit, info && info->matters);
	}
}

void show_colored(struct text *out, const struct session *session, const char *color,
		  const char *words)
{
	text_add(out, session->color ? color : "");
	text_add_untrusted(out, words);
	text_add(out, session->color ? "\033[0m" : "");
}

void show_row(struct text *out, const struct session *session, const char *label, const char *words)
{
	size_t start = out->length;

	text_printf(out, "%*s", LABEL_COLUMN, "");
	text_add(out, label);
	text_pad(out, STATE_COLUMN, start);
	text_wrap(out, words, STATE_COLUMN, session->columns);
	text_add(out, "\n");
}

/* --- the header --- */

static void add_word(struct text *line, const char *before, const char *word)
{
	text_add(line, before);
	text_add_untrusted(line, word);
}

static void add_kind(const struct device *device, struct text *line)
{
	const char *kind = device->driver ? device->driver : device->kind;

	if (kind)
		add_word(line, "  ", kind);
	else
		text_add(line, device->flags & IFF_LOOPBACK ? "  loopback" : "  unknown driver");
	if (device->mode)
		add_word(line, " ", device->mode);
	if (device->has & DEVICE_HAS_VLAN)
		text_printf(line, " %u", device->vlan_id);
	if (device->bus)
		add_word(line, ", ", device->bus);
	if (device->bus && device->bus_address)
		add_word(line, " ", device->bus_address);
}

static void add_speed(uint32_t mbps, struct text *line)
{
	if (mbps < 1000)
		text_printf(line, ", %u Mb/s", mbps);
	else if (mbps % 1000)
		text_printf(line, ", %.1f Gb/s", mbps / 1000.0);
	else
		text_printf(line, ", %u Gb/s", mbps / 1000);
}

static void add_state(const struct device *device, struct text *line)
{
	if (device->has & DEVICE_HAS_MTU)
		text_printf(line, ", mtu %u", device->mtu);
	if (!(device->flags & IFF_UP))
		text_add(line, ", down");
	else
		text_add(line, device->flags & IFF_RUNNING ? ", up" : ", up without carrier");
}

static void add_size(const struct device *device, struct text *line)
{
	if (device->has & DEVICE_HAS_SPEED)
		add_speed(device->speed_mbps, line);
	if (device->has & DEVICE_HAS_QUEUES)
		text_printf(line, ", %u tx %u rx queue%s", device->num_tx_queues,
			    device->num_rx_queues, device->num_rx_queues == 1 ? "" : "s");
	if (device->xdp > XDP_MODE_NONE && device->xdp <= XDP_MODE_MULTIPLE)
		add_word(line, ", XDP ", xdp_mode_names[device->xdp]);
}

static void add_elsewhere(const struct device *device, struct text *line)
{
	text_printf(line, ", %s ifindex %d in another namespace",
		    device_is_end(device) ? "peer" : "on", device->link_ifindex);
	if (device->link_netnsid >= 0)
		text_printf(line, " (netnsid %d)", device->link_netnsid);
}

static void add_peer(const struct snapshot *snapshot, const struct device *device,
		     struct text *line)
{
	const struct device *peer = device_peer(snapshot, device);

	if (peer)
		add_word(line, ", peer ", peer->name);
	if (device->has & DEVICE_HAS_LINK_NETNS)
		add_elsewhere(device, line);
}

static void add_links(const struct snapshot *snapshot, const struct device *device,
		      struct text *line)
{
	const struct device *lower = device_lower(snapshot, device);
	const struct device *master = NULL;

	if (device->has & DEVICE_HAS_MASTER)
		master = snapshot_by_index(snapshot, device->master_ifindex);
	if (master)
		add_word(line, ", master ", master->name);
	if (lower)
		add_word(line, ", on ", lower->name);
	add_peer(snapshot, device, line);
}

void show_summary(const struct show_page *page, const struct device *device, struct text *out)
{
	add_kind(device, out);
	add_state(device, out);
	add_peer(page->selection.snapshot, device, out);
}

void show_header(const struct show_page *page, const struct device *device, struct text *out)
{
	struct text line attr_cleanup(text_free) = {0};

	add_kind(device, &line);
	add_state(device, &line);
	add_size(device, &line);
	add_links(page->selection.snapshot, device, &line);
	show_colored(out, page->session, SHOW_BOLD, device->name);
	/* The wrapped words start behind the name: what they may take is less by that. */
	text_add(out, "  ");
	if (line.failed)
		out->failed = true;
	else
		text_wrap(out, line.chars, strlen(device->name) + 2, page->session->columns);
	text_add(out, "\n");
}

/* --- features --- */

static enum row row_of(const struct device *device, unsigned int bit)
{
	enum feature_standing standing = feature_standing(device, bit);

	if (standing == STANDING_NEVER && feature_test(&device->active, bit))
		return ROW_ON_FIXED;
	return standing_rows[standing];
}

/* Nobody misses what a kind of device never has; but something outside that took it away is told. */
static bool is_taken_away(const struct show_page *page, const struct device *device,
			  unsigned int bit)
{
	struct arena arena = {0};
	bool taken = page->explainer && explain_briefly(page->explainer, device, bit, &arena);

	arena_free(&arena);
	return taken;
}

static bool is_shown(const struct show_page *page, const struct device *device, unsigned int bit)
{
	size_t index = (size_t)(device - page->selection.snapshot->devices);

	if (!feature_test(&page->selection.features[index], bit))
		return false;
	return page->all ||
	       (feature_test(&page->matters, bit) &&
		(row_of(device, bit) != ROW_OFF_FIXED || is_taken_away(page, device, bit)));
}

static void add_reason(const struct show_page *page, const struct device *device, unsigned int bit,
		       struct text *line)
{
	struct arena arena = {0};
	const char *reason = NULL;

	if (page->explainer)
		reason = explain_briefly(page->explainer, device, bit, &arena);
	if (reason)
		add_word(line, ": ", reason);
	arena_free(&arena);
}

static void add_summary(const struct show_page *page, unsigned int bit, size_t indent,
			struct text *out)
{
	if (!page->session->verbose || !page->infos[bit])
		return;
	text_printf(out, "%*s", (int)indent, "");
	text_wrap(out, page->infos[bit]->summary, indent, page->session->columns);
	text_add(out, "\n");
}

/* The label of the group if it was not written yet, then the state, up to where the names start. */
static void start_row(const struct show_page *page, const char **label, enum row row,
		      struct text *out)
{
	size_t start = out->length;

	text_printf(out, "%*s%s", LABEL_COLUMN, "", *label);
	text_pad(out, STATE_COLUMN, start);
	*label = "";
	show_colored(out, page->session, rows[row].color, rows[row].label);
	text_printf(out, "%*s", (int)(NAMES_COLUMN - STATE_COLUMN - strlen(rows[row].label)), "");
}

/* Names, then what there is to say of all of them. */
static void add_names(const struct show_page *page, struct feature_bits members, const char *reason,
		      struct text *out)
{
	const struct feature_names *names = &page->selection.snapshot->names;
	struct text line attr_cleanup(text_free) = {0};

	for (unsigned int bit = 0; bit < names->count; bit++)
		if (feature_test(&members, bit))
			add_word(&line, line.length ? " " : "", names->names[bit]);
	if (reason)
		add_word(&line, ": ", reason);
	if (line.failed)
		out->failed = true;
	else
		text_wrap(out, line.chars, NAMES_COLUMN + (reason ? 2 : 0), page->session->columns);
	text_add(out, "\n");
}

/* Those of @members with the reason that @bit has too; they are taken out of @members. */
static struct feature_bits take_same(const char *const *reasons, struct feature_bits *members,
				     unsigned int bit)
{
	struct feature_bits same = {0};

	for (unsigned int other = bit; other < FEATURE_BITS_MAX; other++) {
		const char *a = reasons[bit], *b = reasons[other];

		if (!feature_test(members, other) || (a != b && (!a || !b || strcmp(a, b) != 0)))
			continue;
		feature_put(&same, other, true);
		feature_put(members, other, false);
	}
	return same;
}

/* Features with the same reason share it. */
static void add_reasons(const struct show_page *page, const struct device *device,
			struct feature_bits members, struct text *out)
{
	const char *reasons[FEATURE_BITS_MAX] = {NULL};
	struct arena arena = {0};
	size_t indent = 0;

	for (unsigned int bit = 0; page->explainer && bit < FEATURE_BITS_MAX; bit++)
		if (feature_test(&members, bit))
			reasons[bit] = explain_briefly(page->explainer, device, bit, &arena);
	for (unsigned int bit = 0; bit < FEATURE_BITS_MAX; bit++) {
		if (!feature_test(&members, bit))
			continue;
		text_printf(out, "%*s", (int)indent, "");
		add_names(page, take_same(reasons, &members, bit), reasons[bit], out);
		indent = NAMES_COLUMN;
	}
	arena_free(&arena);
}

/* With --verbose each has lines of its own. */
static void add_each(const struct show_page *page, const struct device *device, enum row row,
		     struct feature_bits members, struct text *out)
{
	size_t indent = 0;

	for (unsigned int bit = 0; bit < FEATURE_BITS_MAX; bit++) {
		struct feature_bits one = {0};

		if (!feature_test(&members, bit))
			continue;
		feature_put(&one, bit, true);
		text_printf(out, "%*s", (int)indent, "");
		if (rows[row].reasons)
			add_reasons(page, device, one, out);
		else
			add_names(page, one, NULL, out);
		add_summary(page, bit, NAMES_COLUMN + 2, out);
		indent = NAMES_COLUMN;
	}
}

static void add_group(const struct show_page *page, const struct device *device,
		      enum feature_group group, struct text *out)
{
	const struct feature_names *names = &page->selection.snapshot->names;
	struct feature_bits members[ROWS] = {0};
	const char *label = feature_group_names[group];

	for (unsigned int bit = 0; bit < names->count; bit++)
		if (feature_test(&page->groups[group], bit) && is_shown(page, device, bit))
			feature_put(&members[row_of(device, bit)], bit, true);
	for (enum row row = 0; row < ROWS; row++) {
		if (!feature_any(members[row]))
			continue;
		start_row(page, &label, row, out);
		if (page->session->verbose)
			add_each(page, device, row, members[row], out);
		else if (rows[row].reasons)
			add_reasons(page, device, members[row], out);
		else
			add_names(page, members[row], NULL, out);
	}
}

/* --- the features of one word --- */

/* What is off and cannot be on does not make the rest a mixture. */
const char *show_state(const struct device *device, struct feature_bits members)
{
	struct feature_bits possible = feature_without(device->hw, device->nochange);
	struct feature_bits on = feature_and(members, device->active);

	if (!feature_any(on))
		return "off";
	members = feature_and(members, feature_or(possible, device->active));
	return feature_equal(on, members) ? "on" : "mixed";
}

/* The name padded to the longest, then state and reason. */
static void add_member(const struct show_page *page, const struct device *device, unsigned int bit,
		       size_t widest, struct text *out)
{
	const char *name = page->selection.snapshot->names.names[bit];
	enum row row = row_of(device, bit);
	struct text line attr_cleanup(text_free) = {0};
	size_t start = out->length;

	text_printf(out, "%*s", LABEL_COLUMN * 2, "");
	text_add_untrusted(out, name);
	text_pad(out, LABEL_COLUMN * 3 + widest, start);
	text_add(&line, rows[row].words);
	if (rows[row].reasons)
		add_reason(page, device, bit, &line);
	if (line.failed)
		out->failed = true;
	else if (page->session->color)
		text_add(out, rows[row].color);
	if (!line.failed)
		text_wrap(out, line.chars, LABEL_COLUMN * 3 + widest, page->session->columns);
	text_add(out, page->session->color ? "\033[0m\n" : "\n");
	add_summary(page, bit, LABEL_COLUMN * 3, out);
}

static void add_members(const struct show_page *page, const struct device *device, struct text *out)
{
	const struct snapshot *snapshot = page->selection.snapshot;
	struct feature_bits members = page->selection.features[device - snapshot->devices];
	size_t count = 0, widest = 0;

	for (unsigned int bit = 0; bit < snapshot->names.count; bit++) {
		if (!feature_test(&members, bit))
			continue;
		count++;
		if (strlen(snapshot->names.names[bit]) > widest)
			widest = strlen(snapshot->names.names[bit]);
	}
	if (count > 1 || feature_lookup(&snapshot->names, page->word) < 0) {
		text_printf(out, "%*s", LABEL_COLUMN, "");
		text_add_untrusted(out, page->word);
		text_printf(out, ": %s\n", show_state(device, members));
	}
	for (unsigned int bit = 0; bit < snapshot->names.count; bit++)
		if (feature_test(&members, bit))
			add_member(page, device, bit, widest, out);
}

void show_features(const struct show_page *page, const struct device *device, struct text *out)
{
	if (!(device->has & DEVICE_HAS_FEATURES)) {
		text_printf(out, "%*sthe kernel tells no features of it\n", LABEL_COLUMN, "");
		return;
	}
	if (page->word) {
		add_members(page, device, out);
		return;
	}
	for (enum feature_group group = 0; group <= FEATURE_OTHER; group++)
		add_group(page, device, group, out);
}
