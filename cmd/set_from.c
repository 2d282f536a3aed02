/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which changes does a file ask for?
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cmd/set.h"
#include "lib/out/device.h"
#include "lib/out/read.h"

/* 10 000 devices with all their details are a tenth of it. */
#define FILE_MAX (1024u * 1024 * 1024)

static int read_open(int fd, struct text *out, struct err *err)
{
	char piece[16384];
	ssize_t length;

	while ((length = read(fd, piece, sizeof(piece))) != 0) {
		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0)
			return err_set_errno(err, "reading");
		if (out->length + (size_t)length > FILE_MAX)
			return err_set(err, ERR_FORMAT, "too long");
		text_add_bytes(out, piece, (size_t)length);
	}
	return out->failed ? err_set(err, ERR_MEMORY, "out of memory") : 0;
}

static bool is_stdin(const char *path)
{
	return strcmp(path, "-") == 0;
}

static const char *shown_path(const char *path)
{
	return is_stdin(path) ? "standard input" : path;
}

static int read_file(const char *path, struct text *out, struct err *err)
{
	int fd, result;

	if (is_stdin(path))
		return read_open(STDIN_FILENO, out, err);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_set_errno(err, "opening it");
	result = read_open(fd, out, err);
	close(fd);
	return result;
}

int wishes_read_file(const char *path, struct text *out, struct err *err)
{
	return read_file(path, out, err) ? err_wrap(err, "%s", shown_path(path)) : 0;
}

/* --- lines of words ----------------------------------------------------------------------------- */

/* The words of a line, which is cut up; a # that begins a word begins a comment. */
static size_t split(char *line, char **words)
{
	size_t count = 0;

	for (;;) {
		line += strspn(line, " \t\r");
		if (!*line || *line == '#')
			return count;
		words[count++] = line;
		line += strcspn(line, " \t\r");
		if (*line)
			*line++ = '\0';
	}
}

static int add_line(struct wishes *wishes, char *line, struct err *err)
{
	struct param_operands operands;
	char **words = arena_alloc(wishes->arena, (strlen(line) / 2 + 1) * sizeof(*words));

	if (!words)
		return err_set(err, ERR_MEMORY, "out of memory");
	operands = (struct param_operands){split(line, words), words};
	return operands.count ? wishes_add_words(wishes, &operands, err) : 0;
}

static int add_lines(struct wishes *wishes, char *text, struct err *err)
{
	unsigned long number = 1;

	for (char *line = text; line; number++) {
		char *end = strchr(line, '\n');

		if (end)
			*end = '\0';
		if (add_line(wishes, line, err))
			return err_wrap(err, "line %lu", number);
		line = end ? end + 1 : NULL;
	}
	return 0;
}

/* --- snapshots ---------------------------------------------------------------------------------- */

static bool is_named(const char *name, const struct param_operands *only)
{
	for (size_t i = 0; i < only->count; i++)
		if (feature_matches(only->words[i], name))
			return true;
	return !only->count;
}

/* What is requested there, could be changed there, and is requested otherwise here. */
static int add_device(struct wishes *wishes, const struct device_report *report, struct err *err)
{
	const struct device *device = snapshot_by_name(wishes->snapshot, report->name);
	struct change change = {.word = wishes->words++};

	if (!device)
		return err_set(err, ERR_SYSTEM, "there is no device \"%s\"", report->name);
	change.device = (size_t)(device - wishes->snapshot->devices);
	for (size_t i = 0; i < report->nfeatures; i++) {
		const struct feature_report *feature = &report->features[i];
		int bit = feature->name ? feature_lookup(&wishes->snapshot->names, feature->name)
					: -1;

		if (bit < 0 || !feature->hw ||
		    feature_test(&device->wanted, (unsigned int)bit) == feature->wanted)
			continue;
		change.bit = (unsigned int)bit;
		change.on = feature->wanted;
		if (wishes_add(wishes, &change, err))
			return -1;
	}
	return 0;
}

static int add_snapshot(struct wishes *wishes, const struct text *text,
			const struct param_operands *only, struct err *err)
{
	struct span bytes = {(const uint8_t *)text->chars, text->length};
	struct machine_report machine;
	size_t found = 0;

	if (record_from_json(&record_machine, bytes, &machine, wishes->arena, err))
		return -1;
	for (size_t i = 0; i < machine.ndevices; i++) {
		const struct device_report *report = &machine.devices[i];

		/* Those of other namespaces have nothing to do with this one. */
		if (!report->name || report->netns || !is_named(report->name, only))
			continue;
		found++;
		if (add_device(wishes, report, err))
			return -1;
	}
	if (!found)
		return err_set(err, ERR_FORMAT, "none of its devices %s",
			       only->count ? "is meant" : "is of this namespace");
	return 0;
}

/* Not a line that begins with the name of a device. */
static bool is_json_list(const char *text)
{
	text += strspn(text, " \t\r\n");
	return *text == '[' && strchr("[]{\"", text[1 + strspn(text + 1, " \t\r\n")]);
}

/* --- either ------------------------------------------------------------------------------------- */

static int add_text(struct wishes *wishes, struct text *text, const struct param_operands *only,
		    struct err *err)
{
	if (!text->length)
		return err_set(err, ERR_FORMAT, "it is empty");
	if (text->chars[strspn(text->chars, " \t\r\n")] == '{')
		return add_snapshot(wishes, text, only, err);
	if (is_json_list(text->chars))
		return err_set(err, ERR_FORMAT,
			       "a list, where a snapshot is an object of nod show --json");
	if (strlen(text->chars) != text->length)
		return err_set(err, ERR_FORMAT, "neither text nor JSON");
	if (only->count)
		return err_set(err, ERR_USAGE,
			       "its lines name their devices; no others can be given");
	return add_lines(wishes, text->chars, err);
}

int wishes_add_file(struct wishes *wishes, const char *path, struct text *text,
		    const struct param_operands *only, struct err *err)
{
	if (!add_text(wishes, text, only, err))
		return 0;
	/* What is wrong in a file is not wrong in the words that were typed. */
	if (err->code == ERR_USAGE)
		err->code = ERR_FORMAT;
	return err_wrap(err, "%s", shown_path(path));
}
