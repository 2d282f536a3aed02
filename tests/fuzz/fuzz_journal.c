/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Can any bytes in the journal make reading it go wrong, count a line twice or give an entry that
 * nod undo must not act on?
 *
 * Each line of the input is read as it is, so that a few bytes of change are enough to reach the reader of
 * records: a line that starts with E or M gets the start of an entry's or mark's line in place of that.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/base/text.h"
#include "lib/store/journal_lines.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool truth)
{
	if (!truth)
		abort();
}

static void expand(const uint8_t *data, size_t size, struct text *text)
{
	bool starts = true;

	for (size_t i = 0; i < size; i++) {
		if (starts && data[i] == 'E')
			text_add(text, "{\"type\":\"entry\",");
		else if (starts && data[i] == 'M')
			text_add(text, "{\"type\":\"mark\",");
		else
			text_add_bytes(text, (const char *)&data[i], 1);
		starts = data[i] == '\n';
	}
}

/* A memory file with those bytes. */
static int memory_file(const struct text *text)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	if (fd < 0)
		abort();
	for (size_t done = 0; done < text->length;) {
		ssize_t wrote = write(fd, text->chars + done, text->length - done);

		check(wrote > 0);
		done += (size_t)wrote;
	}
	return fd;
}

/* Lines that are not empty. */
static size_t count_lines(const struct text *text)
{
	size_t count = 0;

	for (size_t i = 0; i < text->length; i++)
		count += text->chars[i] != '\n' && (!i || text->chars[i - 1] == '\n');
	return count;
}

static void check_device(const struct journal_device *device)
{
	check(device->ifindex > 0 && device->name && strlen(device->name) < 64);
	for (size_t i = 0; i < device->nfeatures; i++)
		check(device->features[i].name != NULL);
}

static void check_entries(const struct journal_entries *entries, size_t lines)
{
	check(entries->count + entries->damaged <= lines);
	for (size_t i = 0; i < entries->count; i++) {
		const struct journal_entry *entry = &entries->list[i];

		check(entry->number > (i ? entries->list[i - 1].number : 0));
		check(entry->number <= JOURNAL_NUMBER_MAX);
		check(entry->state <= JOURNAL_UNDONE);
		for (size_t k = 0; k < entry->ndevices; k++)
			check_device(&entry->devices[k]);
	}
}

/* What was read can be written, and read again. */
static void check_again(const struct journal_entries *entries)
{
	struct journal_entries again = {0};
	struct arena arena = {0};
	struct text text = {0};
	struct err err = {0};
	int fd;

	for (size_t i = 0; i < entries->count; i++)
		check(!record_to_jsonl(&record_journal_entry, &entries->list[i], &text, &err));
	fd = memory_file(&text);
	check(!journal_collect(fd, &arena, &again, &err));
	check(again.count == entries->count && !again.damaged);
	for (size_t i = 0; i < again.count; i++)
		check(again.list[i].number == entries->list[i].number &&
		      again.list[i].ndevices == entries->list[i].ndevices);
	close(fd);
	text_free(&text);
	arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct journal_entries entries = {0};
	struct arena arena = {0};
	struct text text = {0};
	struct err err = {0};
	int fd;

	expand(data, size, &text);
	fd = memory_file(&text);
	check(!journal_collect(fd, &arena, &entries, &err));
	check_entries(&entries, count_lines(&text));
	check_again(&entries);
	close(fd);
	text_free(&text);
	arena_free(&arena);
	return 0;
}
