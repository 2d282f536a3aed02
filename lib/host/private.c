/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who lets nod have a network of its own, and who forbids it?
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/host/private.h"

/* The number in a file below /proc/sys; -1 if the kernel has no such setting. */
static long read_setting(const char *name)
{
	char path[96], digits[24];
	ssize_t length;
	int fd;

	snprintf(path, sizeof(path), "/proc/sys/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	length = read(fd, digits, sizeof(digits) - 1);
	close(fd);
	if (length <= 0)
		return -1;
	digits[length] = '\0';
	return strtol(digits, NULL, 10);
}

/* What an administrator may have set against it, at the value that forbids. */
static const struct {
	const char *file, *name;
	long value;
	const char *instead;
} settings[] = {
	{"user/max_user_namespaces", "user.max_user_namespaces", 0, "to 1 or more"},
	{"user/max_net_namespaces", "user.max_net_namespaces", 0, "to 1 or more"},
	{"kernel/unprivileged_userns_clone", "kernel.unprivileged_userns_clone", 0, "to 1"},
	{"kernel/apparmor_restrict_unprivileged_userns",
	 "kernel.apparmor_restrict_unprivileged_userns", 1, "to 0"},
};

static int forbidden(int error, struct err *err)
{
	static const char doing[] = "no right to a private network namespace";

	for (size_t i = 0; i < array_size(settings); i++)
		if (read_setting(settings[i].file) == settings[i].value)
			return err_set(err, ERR_SYSTEM,
				       "%s: the sysctl %s is %ld; set it %s, or run nod as root",
				       doing, settings[i].name, settings[i].value,
				       settings[i].instead);
	if (error == EPERM || error == EACCES)
		return err_set(err, ERR_SYSTEM,
			       "%s: user namespaces are forbidden here, as containers do; run nod "
			       "as root outside of it",
			       doing);
	if (error == ENOSPC)
		return err_set(err, ERR_SYSTEM,
			       "%s: there are already as many as the sysctls "
			       "user.max_user_namespaces and user.max_net_namespaces allow",
			       doing);
	if (error == EINVAL)
		return err_set(err, ERR_UNSUPPORTED,
			       "%s: this kernel has no user or no network namespaces "
			       "(CONFIG_USER_NS, CONFIG_NET_NS); run nod as root",
			       doing);
	errno = error;
	return err_set_errno(err, "%s", doing);
}

static bool write_file(const char *path, const char *words)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool done = fd >= 0 && write(fd, words, strlen(words)) == (ssize_t)strlen(words);

	if (fd >= 0)
		close(fd);
	return done;
}

/*
 * Without this the user would be nobody in the new namespace. He has all rights there even so: if it
 * fails, files that are written now have their owner all the same.
 */
static void keep_identity(uid_t uid, gid_t gid)
{
	char map[48];

	snprintf(map, sizeof(map), "%u %u 1", uid, uid);
	(void)write_file("/proc/self/uid_map", map);
	/* A group may be mapped by those only who cannot leave groups. */
	(void)write_file("/proc/self/setgroups", "deny");
	snprintf(map, sizeof(map), "%u %u 1", gid, gid);
	(void)write_file("/proc/self/gid_map", map);
}

/* Security modules let a namespace be made, and then allow nothing in it. */
static int check_rights(struct err *err)
{
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (fd < 0 && (errno == EPERM || errno == EACCES))
		return forbidden(errno, err);
	if (fd >= 0)
		close(fd);
	return 0;
}

int private_network(struct err *err)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();

	if (unshare(CLONE_NEWNET)) {
		if (errno != EPERM)
			return forbidden(errno, err);
		if (unshare(CLONE_NEWUSER | CLONE_NEWNET))
			return forbidden(errno, err);
		keep_identity(uid, gid);
	}
	return check_rights(err);
}
