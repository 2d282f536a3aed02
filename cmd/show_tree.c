/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Through which devices does a packet go that is sent by this one, and what can each of them do?
 *
 * Upper devices stand on the left, those below them are indented: what the upper one cannot do itself
 * is decided further to the right.
 */
#include <string.h>

#include "cmd/show.h"

/* More than the kernel lets anybody stack (8), and few enough for any terminal. */
#define DEPTH_MAX 32

/**
 * struct edges - neighbours of each device, in one direction
 * @start: for device i they are to[start[i]] up to to[start[i + 1]]
 */
struct edges {
	size_t *start, *to;
};

/**
 * struct tree - all devices of a snapshot with what is above and below them
 * @relevant: chosen, or above or below one that is
 * @done: already in the text
 */
struct tree {
	const struct show_page *page;
	struct edges below, above;
	bool *relevant, *done;
	size_t *stack;
	struct text *out;
};

/*
 * The pairs that one device makes with others: itself above its lower one (@way 0), its master above it
 * (@way 1). false if there is none.
 */
#define WAYS 2
static bool find_pair(const struct snapshot *snapshot, size_t index, size_t way, size_t pair[2])
{
	const struct device *device = &snapshot->devices[index];
	const struct device *other = NULL;

	if (way == 0)
		other = device_lower(snapshot, device);
	else if (device->has & DEVICE_HAS_MASTER)
		other = snapshot_by_index(snapshot, device->master_ifindex);
	if (!other)
		return false;
	pair[way] = index;
	pair[!way] = (size_t)(other - snapshot->devices);
	return true;
}

/* From pair[from] to the other end. */
static int edges_init(struct edges *edges, const struct snapshot *snapshot, int from,
		      struct arena *arena)
{
	size_t count = snapshot->ndevices, pair[2];

	edges->start = arena_alloc(arena, (count + 2) * sizeof(size_t));
	edges->to = arena_alloc(arena, (count * WAYS + 1) * sizeof(size_t));
	if (!edges->start || !edges->to)
		return -1;
	/* One further to the right than in the end: filling moves each start to the next one. */
	for (size_t i = 0; i < count * WAYS; i++)
		if (find_pair(snapshot, i / WAYS, i % WAYS, pair))
			edges->start[pair[from] + 2]++;
	for (size_t i = 2; i < count + 2; i++)
		edges->start[i] += edges->start[i - 1];
	for (size_t i = 0; i < count * WAYS; i++)
		if (find_pair(snapshot, i / WAYS, i % WAYS, pair))
			edges->to[edges->start[pair[from] + 1]++] = pair[!from];
	return 0;
}

/* Mark what can be reached from @index in one direction; each device is on the stack once. */
static void mark(struct tree *tree, const struct edges *edges, size_t index, bool *seen)
{
	size_t height = 0;

	if (seen[index])
		return;
	seen[index] = true;
	tree->stack[height++] = index;
	while (height) {
		size_t at = tree->stack[--height];

		tree->relevant[at] = true;
		for (size_t i = edges->start[at]; i < edges->start[at + 1]; i++) {
			if (seen[edges->to[i]])
				continue;
			seen[edges->to[i]] = true;
			tree->stack[height++] = edges->to[i];
		}
	}
}

static int tree_init(struct tree *tree, const struct show_page *page, struct arena *arena)
{
	const struct snapshot *snapshot = page->selection.snapshot;
	size_t count = snapshot->ndevices;
	bool *seen_below = arena_alloc(arena, count), *seen_above = arena_alloc(arena, count);

	tree->page = page;
	tree->relevant = arena_alloc(arena, count);
	tree->done = arena_alloc(arena, count);
	tree->stack = arena_alloc(arena, count * sizeof(size_t));
	if (!seen_below || !seen_above || !tree->relevant || !tree->done || !tree->stack ||
	    edges_init(&tree->below, snapshot, 0, arena) ||
	    edges_init(&tree->above, snapshot, 1, arena))
		return -1;
	for (size_t i = 0; i < count; i++) {
		if (!page->selection.chosen[i])
			continue;
		mark(tree, &tree->below, i, seen_below);
		mark(tree, &tree->above, i, seen_above);
	}
	return 0;
}

static void add_state(const struct tree *tree, const struct device *device, const char *word,
		      const char *before)
{
	const struct feature_names *names = &tree->page->selection.snapshot->names;
	struct feature_bits members;

	if (!feature_select(names, word, &members))
		return;
	text_add(tree->out, before);
	text_add_untrusted(tree->out, word);
	text_printf(tree->out, " %s", show_state(device, members));
}

/* What an upper device has no say in, or takes from those below. */
static void add_states(const struct tree *tree, const struct device *device)
{
	static const char *const words[] = {"tx", "tso", "gro", "lro"};

	if (!(device->has & DEVICE_HAS_FEATURES))
		return;
	if (tree->page->word) {
		add_state(tree, device, tree->page->word, "; ");
		return;
	}
	for (size_t i = 0; i < array_size(words); i++)
		add_state(tree, device, words[i], i ? ", " : "; ");
}

static void add_device(struct tree *tree, size_t index, size_t depth)
{
	const struct show_page *page = tree->page;
	const struct device *device = &page->selection.snapshot->devices[index];
	const char *color = page->selection.chosen[index] ? SHOW_BOLD : "";

	text_printf(tree->out, "%*s", (int)depth * 2, "");
	show_colored(tree->out, page->session, color, device->name);
	if (tree->done[index] || depth == DEPTH_MAX) {
		text_add(tree->out, tree->done[index] ? "  (above)\n" : "  ...\n");
		return;
	}
	show_summary(page, device, tree->out);
	add_states(tree, device);
	text_add(tree->out, "\n");
	tree->done[index] = true;
	for (size_t i = tree->below.start[index]; i < tree->below.start[index + 1]; i++)
		if (tree->relevant[tree->below.to[i]])
			add_device(tree, tree->below.to[i], depth + 1);
}

int show_tree(const struct show_page *page, struct arena *arena, struct text *out, struct err *err)
{
	size_t count = page->selection.snapshot->ndevices;
	struct tree tree = {.out = out};

	if (tree_init(&tree, page, arena))
		return err_set(err, ERR_MEMORY, "not enough memory");
	for (size_t i = 0; i < count; i++)
		if (tree.relevant[i] && tree.above.start[i] == tree.above.start[i + 1])
			add_device(&tree, i, 0);
	/* What is deeper than is shown. */
	for (size_t i = 0; i < count; i++)
		if (tree.relevant[i] && !tree.done[i])
			add_device(&tree, i, 0);
	return 0;
}
