/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Network namespaces: by name, by process, by path; all of them.
 */
#ifndef NOD_HOST_NETNS_H
#define NOD_HOST_NETNS_H

#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/base/err.h"

/**
 * struct netns - one namespace
 * @label: for people and JSON: its name in /run/netns, or "pid N" of a process that holds it
 * @path: to open: /run/netns/NAME or /proc/N/ns/net
 * @inode: of the namespace
 */
struct netns {
	const char *label, *path;
	uint64_t inode;
};

struct netns_list {
	struct netns *list;
	size_t count;
	size_t unreadable; /* processes whose namespace may not be looked at */
};

/* The inode of the present one; 0 if /proc is not there. */
uint64_t netns_inode(void);

/* A number of the present one that no other has during this boot; 0 before Linux 5.14. */
uint64_t netns_cookie(void);

/*
 * Every namespace once, named ones first, then those only held by processes; without the present one.
 * -1 and ERR_MEMORY or ERR_SYSTEM.
 */
int netns_list_all(struct arena *arena, struct netns_list *list, struct err *err) attr_must_check;

/* What the user means: NAME, PID, or a PATH with a slash. -1 and @err (ERR_SYSTEM: there is none). */
int netns_resolve(const char *word, struct arena *arena, struct netns *netns,
		  struct err *err) attr_must_check;

/* Go into one. If the process is in another user namespace than its own owner allows, @err says that
 * CAP_SYS_ADMIN is missing and where. */
int netns_enter(const struct netns *netns, struct err *err) attr_must_check;

/* A descriptor of the present one, to come back to with netns_return(), which closes it. */
int netns_remember(struct err *err) attr_must_check;
int netns_return(int fd, struct err *err) attr_must_check;

#endif
