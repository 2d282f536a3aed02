/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which change of the journal is meant, and what does a new one say of itself?
 */
#include <fcntl.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cmd/changes.h"
#include "lib/host/netns.h"

/* A deadline this long ago was missed by its watcher: it may have to wait for a lock, but not so long. */
#define OVERDUE_SECONDS 10

/* The words that were typed are kept up to here. */
#define COMMAND_MAX 1024

/* At most @size - 1 bytes of a file of /proc, ended by a NUL; how many, or -1. */
static ssize_t read_proc(const char *path, char *buffer, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length;

	if (fd < 0)
		return -1;
	length = read(fd, buffer, size - 1);
	close(fd);
	if (length >= 0)
		buffer[length] = '\0';
	return length;
}

static int out_of_memory(struct err *err)
{
	return err_set(err, ERR_MEMORY, "out of memory");
}

static int read_boot(struct changes *changes, struct err *err)
{
	char boot[64];

	if (read_proc("/proc/sys/kernel/random/boot_id", boot, sizeof(boot)) <= 0)
		return err_set_errno(err, "reading /proc/sys/kernel/random/boot_id");
	boot[strcspn(boot, "\n")] = '\0';
	changes->boot = arena_strdup(changes->arena, boot);
	return changes->boot ? 0 : out_of_memory(err);
}

static int hint_directory(struct err *err)
{
	const struct err old = *err;

	if (err->code == ERR_MEMORY)
		return -1;
	return err_set(err, old.code, "%.190s; NOD_STATE_DIR=DIR chooses another directory",
		       old.text);
}

int changes_lock(const struct changes *changes, struct err *err)
{
	return journal_lock(changes->journal, err) ? hint_directory(err) : 0;
}

int changes_open(struct changes *changes, struct arena *arena, struct err *err)
{
	struct text path attr_cleanup(text_free) = {0};

	*changes = (struct changes){
		.arena = arena, .netns = netns_inode(), .netns_cookie = netns_cookie()};
	if (read_boot(changes, err) || live_state_directory(&path, err))
		return -1;
	changes->directory = path.failed ? NULL : arena_strdup(arena, path.chars);
	if (!changes->directory)
		return out_of_memory(err);
	changes->journal = journal_open(changes->directory, err);
	return changes->journal ? 0 : hint_directory(err);
}

void changes_close(struct changes *changes)
{
	if (changes->journal)
		journal_close(changes->journal);
	changes->journal = NULL;
}

/* The number of who logged in, which sudo and su do not change; else of who runs this. */
static uid_t login_uid(void)
{
	unsigned long uid;
	char text[32], *end;

	if (read_proc("/proc/self/loginuid", text, sizeof(text)) <= 0)
		return getuid();
	uid = strtoul(text, &end, 10);
	return end == text || uid >= UINT32_MAX ? getuid() : (uid_t)uid;
}

static const char *who(struct arena *arena)
{
	const char *sudo = geteuid() == 0 ? getenv("SUDO_USER") : NULL;
	const struct passwd *user;
	uid_t uid;

	if (sudo && *sudo)
		return arena_strdup(arena, sudo);
	uid = login_uid();
	user = getpwuid(uid);
	return user ? arena_strdup(arena, user->pw_name) : arena_printf(arena, "%u", uid);
}

/* The words, divided by blanks; "nod" stands for however it was called. */
static const char *typed(struct arena *arena)
{
	char words[COMMAND_MAX];
	ssize_t length = read_proc("/proc/self/cmdline", words, sizeof(words));
	size_t first;

	if (length <= 0)
		return arena_strdup(arena, "nod");
	first = strlen(words);
	while (length > 0 && !words[length - 1])
		length--;
	for (ssize_t i = 0; i < length; i++)
		words[i] = words[i] ? words[i] : ' ';
	return arena_printf(arena, "nod%s", first < (size_t)length ? words + first : "");
}

int changes_entry_init(const struct changes *changes, struct journal_entry *entry, struct err *err)
{
	*entry = (struct journal_entry){
		.time = time(NULL),
		.user = who(changes->arena),
		.command = typed(changes->arena),
		.boot = changes->boot,
		.netns = changes->netns,
		.netns_cookie = changes->netns_cookie,
		.pid = getpid(),
	};
	return entry->user && entry->command ? 0 : out_of_memory(err);
}

bool changes_is_this_boot(const struct changes *changes, const struct journal_entry *entry)
{
	return entry->boot && strcmp(entry->boot, changes->boot) == 0;
}

bool changes_is_here(const struct changes *changes, const struct journal_entry *entry)
{
	return entry->netns == changes->netns && entry->netns_cookie == changes->netns_cookie &&
	       changes_is_this_boot(changes, entry);
}

const struct journal_entry *changes_lookup(const struct journal_entries *entries, uint64_t number)
{
	size_t low = 0, high = entries->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (entries->list[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low < entries->count && entries->list[low].number == number ? &entries->list[low]
									   : NULL;
}

bool changes_is_waiting(const struct journal_entry *entry)
{
	return entry->deadline && (entry->state == JOURNAL_PENDING || entry->state == JOURNAL_OPEN);
}

const struct journal_entry *changes_latest_pending(const struct changes *changes,
						   const struct journal_entries *entries)
{
	for (size_t i = entries->count; i-- > 0;) {
		const struct journal_entry *entry = &entries->list[i];

		if (changes_is_waiting(entry) && changes_is_here(changes, entry))
			return entry;
	}
	return NULL;
}

/* Whether it took something back, rather than making a change or putting a change in force again. */
static bool is_undo(const struct journal_entries *entries, const struct journal_entry *entry)
{
	bool undo = false;

	/* An entry only ever speaks of earlier ones: this ends. */
	while (entry && entry->undoes && entry->undoes < entry->number) {
		undo = !undo;
		entry = changes_lookup(entries, entry->undoes);
	}
	return undo;
}

const struct journal_entry *changes_latest_undoable(const struct changes *changes,
						    const struct journal_entries *entries)
{
	for (size_t i = entries->count; i-- > 0;) {
		const struct journal_entry *entry = &entries->list[i];

		if (entry->state != JOURNAL_UNDONE && changes_is_here(changes, entry) &&
		    !is_undo(entries, entry))
			return entry;
	}
	return NULL;
}

void changes_warn_overdue(const struct changes *changes, const struct journal_entries *entries,
			  const struct session *session)
{
	time_t now = time(NULL);

	for (size_t i = 0; i < entries->count; i++) {
		const struct journal_entry *entry = &entries->list[i];

		if (!changes_is_waiting(entry) || !changes_is_here(changes, entry) ||
		    entry->deadline + OVERDUE_SECONDS >= now)
			continue;
		session_complain(session,
				 "change %" PRIu64 " was to be put back %" PRId64
				 " s ago, and its watcher did not; nod undo %" PRIu64
				 " does it, nod confirm %" PRIu64 " keeps it",
				 entry->number, (int64_t)now - entry->deadline, entry->number,
				 entry->number);
	}
}
