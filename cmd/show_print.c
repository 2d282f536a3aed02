/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * In which form, and in which parts, does the answer of nod show go out?
 */
#include <string.h>

#include "cmd/show_job.h"

#define PART_BYTES (64u * 1024)

static int write_part(struct text *out, void *data, struct err *err)
{
	const struct session *session = data;
	int result = session_write(session, out, err);

	text_clear(out);
	return result;
}

static int print_json(const struct show *show, const struct machine_report *report, struct err *err)
{
	struct text out attr_cleanup(text_free) = {0};
	const struct record_stream stream = {&out, write_part, (void *)show->session};

	if (show->session->json) {
		if (record_stream_json(&record_machine, report, &stream, err) < 0)
			return -1;
		text_add(&out, "\n");
		return session_write(show->session, &out, err);
	}
	for (size_t i = 0; i < report->ndevices; i++) {
		if (record_to_jsonl(&record_device, &report->devices[i], &out, err) < 0 ||
		    (out.length >= PART_BYTES && write_part(&out, stream.data, err)))
			return -1;
	}
	return out.length ? session_write(show->session, &out, err) : 0;
}

/* What was requested of the features that can be changed, for nod set --from. */
static void add_args(const struct device_selection *selection, size_t index, struct text *out)
{
	const struct feature_names *names = &selection->snapshot->names;
	const struct device *device = &selection->snapshot->devices[index];
	struct feature_bits set = feature_without(device->hw, device->nochange);

	set = feature_and(set, selection->features[index]);
	if (!feature_any(set))
		return;
	text_add_untrusted(out, device->name);
	for (unsigned int bit = 0; bit < names->count; bit++) {
		if (!names->names[bit] || !feature_test(&set, bit))
			continue;
		text_add(out, " ");
		text_add_untrusted(out, names->names[bit]);
		text_add(out, feature_test(&device->wanted, bit) ? "=on" : "=off");
	}
	text_add(out, "\n");
}

static void add_device(const struct show *show, const struct show_page *page, size_t index,
		       struct text *out)
{
	const struct snapshot *snapshot = page->selection.snapshot;
	const struct device *device = &snapshot->devices[index];

	if (show->options->args) {
		add_args(&page->selection, index, out);
		return;
	}
	if (show->options->ethtool) {
		show_ethtool(snapshot, device, out);
		return;
	}
	show_header(page, device, out);
	if (show->options->details)
		show_details(page, device, out);
	else
		show_features(page, device, out);
}

/* A blank line goes between what stands on several lines. */
static int print_devices(const struct show *show, const struct show_page *page, bool *first,
			 struct err *err)
{
	const struct snapshot *snapshot = page->selection.snapshot;
	bool gaps = !show->options->args && !show->options->ethtool;
	struct text out attr_cleanup(text_free) = {0};

	for (size_t i = 0; i < snapshot->ndevices; i++) {
		if (!page->selection.chosen[i])
			continue;
		text_add(&out, gaps && !*first ? "\n" : "");
		*first = false;
		add_device(show, page, i, &out);
		if (out.length >= PART_BYTES && write_part(&out, (void *)show->session, err))
			return -1;
	}
	return out.length || out.failed ? session_write(show->session, &out, err) : 0;
}

static int print_tree(struct show *show, const struct show_page *page, struct err *err)
{
	struct text out attr_cleanup(text_free) = {0};

	if (show_tree(page, &show->arena, &out, err))
		return -1;
	return out.length || out.failed ? session_write(show->session, &out, err) : 0;
}

static size_t count_chosen(const struct device_selection *selection)
{
	size_t count = 0;

	for (size_t i = 0; i < selection->snapshot->ndevices; i++)
		count += selection->chosen[i];
	return count;
}

static int print_namespace(const struct show *show, const char *name, bool *first, struct err *err)
{
	struct text out attr_cleanup(text_free) = {0};

	if (!name || show->looks.count < 2)
		return 0;
	text_add(&out, *first ? "" : "\n");
	text_add(&out, show->session->color ? SHOW_BOLD : "");
	text_add(&out, "Namespace ");
	text_add_untrusted(&out, name);
	text_add(&out, show->session->color ? "\033[0m\n" : "\n");
	*first = true;
	return session_write(show->session, &out, err);
}

static int print_selection(struct show *show, size_t index, bool *first, struct err *err)
{
	const struct show_options *options = show->options;
	struct explainer explainer = {0};
	struct show_page page = {
		.session = show->session,
		.selection = show->selections[index],
		.word = options->feature,
		.all = options->all,
	};
	int result = 0;

	if (!count_chosen(&page.selection))
		return 0;
	show_page_init(&page);
	if (options->group != SHOW_ANY_GROUP || options->changed)
		memset(&page.matters, 0xff, sizeof(page.matters));
	if (!options->tree && !options->ethtool && !options->args && !options->details) {
		result = explainer_init(&explainer, page.selection.snapshot, err);
		page.explainer = &explainer;
	}
	if (!result)
		result = print_namespace(show, page.selection.snapshot->netns, first, err);
	if (!result)
		result = options->tree ? print_tree(show, &page, err)
				       : print_devices(show, &page, first, err);
	explainer_free(&explainer);
	return result;
}

/* The CPUs serve all namespaces. */
static int print_softnet(const struct show *show, struct err *err)
{
	const struct show_page page = {
		.session = show->session,
		.selection = show->selections[0],
	};
	struct text out attr_cleanup(text_free) = {0};

	text_add(&out, "\n");
	show_softnet(&page, &out);
	return out.length > 1 || out.failed ? session_write(show->session, &out, err) : 0;
}

static int print_text(struct show *show, struct err *err)
{
	bool first = true;

	for (size_t i = 0; i < show->looks.count; i++)
		if (print_selection(show, i, &first, err))
			return -1;
	return show->options->details && !first ? print_softnet(show, err) : 0;
}

static void say_remarks(const struct show *show)
{
	bool uncertain = false;
	size_t count = 0;

	for (size_t i = 0; i < show->looks.count; i++) {
		uncertain |= show->looks.list[i].uncertain;
		count += count_chosen(&show->selections[i]);
	}
	if (uncertain)
		session_say(show->session, "Devices came and went while the kernel was asked: some "
					   "may be missing.");
	if (!count)
		session_say(show->session, show->options->changed
						   ? "No feature differs from what was requested."
						   : "No device matches.");
}

static int print(struct show *show, struct err *err)
{
	struct machine_report report;

	if (!show->session->json && !show->session->jsonl)
		return print_text(show, err);
	if (machine_report_make(show->selections, show->looks.count, &show->arena, &report, err))
		return -1;
	return print_json(show, &report, err);
}

int show_print(struct show *show, struct err *err)
{
	if (print(show, err))
		return -1;
	say_remarks(show);
	return 0;
}
