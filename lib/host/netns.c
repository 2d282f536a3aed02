/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which network namespaces are there, which one is meant, and how does nod get into it?
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "lib/host/netns.h"

#define OWN_PATH "/proc/self/ns/net"
#define PROCESS	 "pid "

/* Usually the same folder; the second is where it was before /run. */
static const char *const name_folders[] = {"/run/netns", "/var/run/netns"};

static bool is_number(const char *word)
{
	return *word && word[strspn(word, "0123456789")] == '\0';
}

/*
 * Inode of the namespace at @path. -1 and errno; EINVAL if something else is there, such as the plain
 * file that is left when a named namespace was unmounted.
 */
static int read_inode(const char *path, uint64_t *inode)
{
	struct statfs system;
	struct stat status;

	if (stat(path, &status) < 0 || statfs(path, &system) < 0)
		return -1;
	if (system.f_type != NSFS_MAGIC) {
		errno = EINVAL;
		return -1;
	}
	*inode = status.st_ino;
	return 0;
}

uint64_t netns_inode(void)
{
	uint64_t inode;

	return read_inode(OWN_PATH, &inode) < 0 ? 0 : inode;
}

uint64_t netns_cookie(void)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	uint64_t cookie = 0;
	socklen_t length = sizeof(cookie);

	if (fd < 0)
		return 0;
	if (getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &length))
		cookie = 0;
	close(fd);
	return cookie;
}

/* --- all of them --- */

/**
 * struct collection - a list that grows
 * @own: inode of the present namespace, which is left out
 */
struct collection {
	struct arena *arena;
	struct netns_list *list;
	size_t room;
	uint64_t own;
};

static bool is_known(const struct collection *all, uint64_t inode)
{
	if (inode == all->own)
		return true;
	for (size_t i = 0; i < all->list->count; i++)
		if (all->list->list[i].inode == inode)
			return true;
	return false;
}

static int add_netns(struct collection *all, const struct netns *netns)
{
	struct netns_list *list = all->list;

	if (!netns->label || !netns->path)
		return -1;
	if (list->count == all->room) {
		size_t room = all->room ? all->room * 2 : 16;
		struct netns *bigger = arena_alloc(all->arena, room * sizeof(*bigger));

		if (!bigger)
			return -1;
		if (list->count > 0)
			memcpy(bigger, list->list, list->count * sizeof(*bigger));
		list->list = bigger;
		all->room = room;
	}
	list->list[list->count++] = *netns;
	return 0;
}

/* One entry of a folder of names. -1 only without memory. */
static int add_named(struct collection *all, const char *folder, const char *name)
{
	struct netns netns = {.label = arena_strdup(all->arena, name)};

	netns.path = arena_printf(all->arena, "%s/%s", folder, name);
	if (!netns.path)
		return -1;
	if (read_inode(netns.path, &netns.inode) < 0 || is_known(all, netns.inode))
		return 0;
	return add_netns(all, &netns);
}

/* One process. -1 only without memory. */
static int add_process(struct collection *all, const char *pid)
{
	struct netns netns = {0};
	char path[288];

	snprintf(path, sizeof(path), "/proc/%s/ns/net", pid);
	if (read_inode(path, &netns.inode) < 0) {
		/* Others ended meanwhile, or are dead but for their number. */
		if (errno == EACCES || errno == EPERM)
			all->list->unreadable++;
		return 0;
	}
	if (is_known(all, netns.inode))
		return 0;
	netns.label = arena_printf(all->arena, "pid %s", pid);
	netns.path = arena_strdup(all->arena, path);
	return add_netns(all, &netns);
}

static int add_names(struct collection *all, const char *folder)
{
	DIR *directory = opendir(folder);
	const struct dirent *entry;
	int result = 0;

	if (!directory)
		return 0;
	while (result == 0 && (entry = readdir(directory)))
		if (entry->d_name[0] != '.')
			result = add_named(all, folder, entry->d_name);
	closedir(directory);
	return result;
}

static int add_processes(struct collection *all, DIR *proc)
{
	const struct dirent *entry;
	int result = 0;

	while (result == 0 && (entry = readdir(proc)))
		if (is_number(entry->d_name))
			result = add_process(all, entry->d_name);
	return result;
}

static int compare_label(const void *one, const void *other)
{
	const struct netns *a = one, *b = other;

	return strcmp(a->label, b->label);
}

int netns_list_all(struct arena *arena, struct netns_list *list, struct err *err)
{
	struct collection all = {.arena = arena, .list = list, .own = netns_inode()};
	int result = 0;
	DIR *proc;

	*list = (struct netns_list){0};
	for (size_t i = 0; i < array_size(name_folders) && result == 0; i++)
		result = add_names(&all, name_folders[i]);
	/* A folder has no order; processes come by number. */
	if (list->count > 0)
		qsort(list->list, list->count, sizeof(*list->list), compare_label);
	proc = opendir("/proc");
	if (!proc)
		return err_set_errno(err, "/proc");
	if (result == 0)
		result = add_processes(&all, proc);
	closedir(proc);
	return result ? err_set(err, ERR_MEMORY, "no memory for network namespaces") : 0;
}

/* --- one of them --- */

/* 1: @netns is that name; 0: there is no such name; -1: no memory. */
static int resolve_name(const char *word, struct arena *arena, struct netns *netns)
{
	for (size_t i = 0; i < array_size(name_folders); i++) {
		const char *path = arena_printf(arena, "%s/%s", name_folders[i], word);

		if (!path)
			return -1;
		if (read_inode(path, &netns->inode) < 0)
			continue;
		netns->path = path;
		netns->label = arena_strdup(arena, word);
		return netns->label ? 1 : -1;
	}
	return 0;
}

static int resolve_path(const char *word, struct arena *arena, struct netns *netns, struct err *err)
{
	netns->path = netns->label = arena_strdup(arena, word);
	if (!netns->path)
		return err_set(err, ERR_MEMORY, "no memory for a network namespace");
	if (read_inode(word, &netns->inode) == 0)
		return 0;
	if (errno == EINVAL)
		return err_set(err, ERR_SYSTEM, "%s is not a network namespace", word);
	return err_set_errno(err, "network namespace %s", word);
}

static int resolve_pid(const char *word, struct arena *arena, struct netns *netns, struct err *err)
{
	netns->path = arena_printf(arena, "/proc/%s/ns/net", word);
	netns->label = arena_printf(arena, "pid %s", word);
	if (!netns->path || !netns->label)
		return err_set(err, ERR_MEMORY, "no memory for a network namespace");
	if (read_inode(netns->path, &netns->inode) == 0)
		return 0;
	if (errno == ENOENT && access(OWN_PATH, F_OK) < 0)
		return err_set(err, ERR_SYSTEM,
			       "no network namespace is named %s, and without /proc none is found "
			       "by the number of a process",
			       word);
	if (errno == ENOENT || errno == ESRCH)
		return err_set(err, ERR_SYSTEM,
			       "no network namespace is named %s, and no process has that number",
			       word);
	if (errno == EACCES || errno == EPERM)
		return err_set(err, ERR_SYSTEM,
			       "the network namespace of process %s may not be looked at: that "
			       "needs CAP_SYS_PTRACE, or to be the same user",
			       word);
	return err_set_errno(err, "network namespace of process %s", word);
}

int netns_resolve(const char *word, struct arena *arena, struct netns *netns, struct err *err)
{
	int named;

	*netns = (struct netns){0};
	if (strchr(word, '/'))
		return resolve_path(word, arena, netns, err);
	named = resolve_name(word, arena, netns);
	if (named < 0)
		return err_set(err, ERR_MEMORY, "no memory for a network namespace");
	if (named > 0)
		return 0;
	/* As they are named where all are shown. */
	if (strncmp(word, PROCESS, strlen(PROCESS)) == 0 && is_number(word + strlen(PROCESS)))
		word += strlen(PROCESS);
	if (is_number(word))
		return resolve_pid(word, arena, netns, err);
	return err_set(err, ERR_SYSTEM, "no network namespace is named %s", word);
}

/* --- going there and back --- */

/* Whose permission is missing; setns() asks for it in the namespace's owner and in our own. */
static int err_not_permitted(struct err *err, const struct netns *netns, int fd)
{
	int owner = ioctl(fd, NS_GET_USERNS);
	struct stat theirs, ours;
	bool known =
		owner >= 0 && fstat(owner, &theirs) == 0 && stat("/proc/self/ns/user", &ours) == 0;
	bool same = known && theirs.st_ino == ours.st_ino;
	bool above = owner < 0 && errno == EPERM;

	if (owner >= 0)
		close(owner);
	if (same)
		return err_set(err, ERR_SYSTEM,
			       "entering network namespace %s needs CAP_SYS_ADMIN in the present "
			       "user namespace",
			       netns->label);
	if (known)
		return err_set(
			err, ERR_SYSTEM,
			"entering network namespace %s needs CAP_SYS_ADMIN in user namespace "
			"%llu that owns it, and in the present one",
			netns->label, (unsigned long long)theirs.st_ino);
	return err_set(err, ERR_SYSTEM,
		       "entering network namespace %s needs CAP_SYS_ADMIN in the user namespace "
		       "that owns it%s",
		       netns->label, above ? ", which is outside of the present one" : "");
}

int netns_enter(const struct netns *netns, struct err *err)
{
	int fd = open(netns->path, O_RDONLY | O_CLOEXEC), result = 0;

	if (fd < 0)
		return err_set_errno(err, "network namespace %s", netns->label);
	if (setns(fd, CLONE_NEWNET) < 0) {
		if (errno == EPERM)
			result = err_not_permitted(err, netns, fd);
		else if (errno == EINVAL)
			result = err_set(err, ERR_SYSTEM, "%s is not a network namespace",
					 netns->path);
		else
			result = err_set_errno(err, "entering network namespace %s", netns->label);
	}
	close(fd);
	return result;
}

int netns_remember(struct err *err)
{
	int fd = open(OWN_PATH, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? err_set_errno(err, OWN_PATH) : fd;
}

int netns_return(int fd, struct err *err)
{
	int result = 0;

	if (setns(fd, CLONE_NEWNET) < 0)
		result = err_set_errno(err, "going back to the first network namespace");
	close(fd);
	return result;
}
