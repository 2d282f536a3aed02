/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which lines of a journal are ours and whole, and what do they add up to?
 */
#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/file.h>

#include "lib/out/read.h"
#include "lib/store/journal_lines.h"
#include "lib/store/lines.h"

static bool starts_with(struct span line, const char *start)
{
	size_t length = strlen(start);

	return line.length >= length && !memcmp(line.bytes, start, length);
}

/* In a name, each byte that is no UTF-8 was written as U+FFFD: three bytes. */
#define NAME_MAX_BYTES ((size_t)3 * IFNAMSIZ)

static bool device_is_good(const struct journal_device *device)
{
	for (size_t i = 0; i < device->nfeatures; i++)
		if (!device->features[i].name)
			return false;
	return device->ifindex > 0 && device->name && strlen(device->name) < NAME_MAX_BYTES;
}

static bool entry_is_good(const struct journal_entry *entry)
{
	for (size_t i = 0; i < entry->ndevices; i++)
		if (!device_is_good(&entry->devices[i]))
			return false;
	return entry->number && entry->number <= JOURNAL_NUMBER_MAX &&
	       entry->state <= JOURNAL_UNDONE;
}

static enum journal_line read_record(const struct record *record, struct span line, void *data,
				     struct arena *arena)
{
	struct err err = {0};

	if (!record_from_json(record, line, data, arena, &err))
		return JOURNAL_LINE_ENTRY;
	return err.code == ERR_MEMORY ? JOURNAL_LINE_NO_MEMORY : JOURNAL_LINE_DAMAGED;
}

/* Our lines start with their type, as record_to_jsonl() writes it. */
enum journal_line journal_line_read(struct span line, struct journal_entry *entry,
				    struct journal_mark *mark, struct arena *arena)
{
	enum journal_line kind;

	if (line.bytes && starts_with(line, "{\"type\":\"entry\",")) {
		kind = read_record(&record_journal_entry, line, entry, arena);
		return kind == JOURNAL_LINE_ENTRY && !entry_is_good(entry) ? JOURNAL_LINE_DAMAGED
									   : kind;
	}
	if (!line.bytes || !starts_with(line, "{\"type\":\"mark\","))
		return JOURNAL_LINE_DAMAGED;
	kind = read_record(&record_journal_mark, line, mark, arena);
	if (kind == JOURNAL_LINE_ENTRY)
		return mark->state <= JOURNAL_UNDONE ? JOURNAL_LINE_MARK : JOURNAL_LINE_DAMAGED;
	return kind;
}

static int add_entry(struct journal_entries *entries, size_t *room, struct arena *arena,
		     const struct journal_entry *entry)
{
	if (entries->count == *room) {
		size_t more = *room ? 2 * *room : 64;
		struct journal_entry *list = arena_alloc(arena, more * sizeof(*list));

		if (!list)
			return -1;
		if (entries->count)
			memcpy(list, entries->list, entries->count * sizeof(*list));
		entries->list = list;
		*room = more;
	}
	entries->list[entries->count++] = *entry;
	return 0;
}

static struct journal_entry *find_entry(const struct journal_entries *entries, uint64_t number)
{
	size_t low = 0, high = entries->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (entries->list[middle].number == number)
			return &entries->list[middle];
		if (entries->list[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static bool apply_mark(struct journal_entries *entries, const struct journal_mark *mark)
{
	struct journal_entry *entry = find_entry(entries, mark->number);

	if (!entry)
		return false;
	entry->state = mark->state;
	entry->marked = mark->time;
	entry->marked_behind = entries->list[entries->count - 1].number;
	entry->undone_why = mark->why;
	return true;
}

/* Numbers ascend: an entry whose number does not was put there by somebody else. */
static bool is_next(const struct journal_entries *entries, const struct journal_entry *entry)
{
	return !entries->count || entries->list[entries->count - 1].number < entry->number;
}

static int collect_line(struct journal_entries *entries, size_t *room, struct arena *arena,
			struct span line)
{
	struct journal_entry entry;
	struct journal_mark mark;

	switch (journal_line_read(line, &entry, &mark, arena)) {
	case JOURNAL_LINE_NO_MEMORY:
		return -1;
	case JOURNAL_LINE_ENTRY:
		if (is_next(entries, &entry))
			return add_entry(entries, room, arena, &entry);
		break;
	case JOURNAL_LINE_MARK:
		if (apply_mark(entries, &mark))
			return 0;
		break;
	case JOURNAL_LINE_DAMAGED:
		break;
	}
	entries->damaged++;
	return 0;
}

/* A piece without an end is damaged only if nobody is about to write the rest of it. */
static bool is_being_written(int fd)
{
	if (flock(fd, LOCK_SH | LOCK_NB))
		return errno == EWOULDBLOCK;
	flock(fd, LOCK_UN);
	return false;
}

int journal_collect(int fd, struct arena *arena, struct journal_entries *entries, struct err *err)
{
	struct lines lines;
	struct span line;
	size_t room = 0;
	bool complete;
	int status;

	lines_init(&lines, fd, 0, JOURNAL_LINE_MAX);
	while ((status = lines_next(&lines, &line, &complete, err)) > 0) {
		size_t damaged = entries->damaged;

		if (!line.length && line.bytes)
			continue;
		if (collect_line(entries, &room, arena, line)) {
			status = err_set(err, ERR_MEMORY, "no memory for its entries");
			break;
		}
		if (!complete && entries->damaged > damaged && is_being_written(fd))
			entries->damaged = damaged;
	}
	lines_free(&lines);
	return status;
}
