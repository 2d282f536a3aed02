/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How does a process give away its privileges so that it cannot get them back, and which files are left?
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <pwd.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/host/confine.h"
#include "lib/host/confine_seccomp.h"

/* --- privileges --------------------------------------------------------------------------------- */

/* A name, or a number that has one: without a name there are no groups to be in. */
static const struct passwd *look_up(const char *user, struct err *err)
{
	const struct passwd *entry = getpwnam(user);
	unsigned long number;
	char *end;

	if (entry)
		return entry;
	number = strtoul(user, &end, 10);
	if (end != user && !*end && number < (uid_t)-1)
		entry = getpwuid((uid_t)number);
	if (!entry)
		err_set(err, ERR_SYSTEM, "there is no user \"%s\"", user);
	return entry;
}

/* Groups first: whoever is somebody else may change them no more. */
static int become(const char *user, struct err *err)
{
	const struct passwd *entry = look_up(user, err);

	if (!entry)
		return -1;
	if (entry->pw_uid == geteuid() && entry->pw_uid == getuid())
		return 0;
	if (initgroups(entry->pw_name, entry->pw_gid) < 0 ||
	    setresgid(entry->pw_gid, entry->pw_gid, entry->pw_gid) < 0 ||
	    setresuid(entry->pw_uid, entry->pw_uid, entry->pw_uid) < 0)
		return err_set_errno(err, "becoming user %s", user);
	if (entry->pw_uid && setresuid(0, 0, 0) == 0)
		return err_set(err, ERR_SYSTEM, "user %s can become root again", user);
	return 0;
}

/* What no program started from here could get. Without CAP_SETPCAP no_new_privs has to do. */
static void drop_bounds(void)
{
	for (unsigned long cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
		(void)prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
	(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
}

static int drop_capabilities(struct err *err)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {0};

	if (syscall(SYS_capset, &header, sets) < 0)
		return err_set_errno(err, "dropping capabilities");
	return 0;
}

int confine_privileges(struct confinement *confinement, struct err *err)
{
	drop_bounds();
	if (confinement->user && become(confinement->user, err) < 0)
		return -1;
	if (drop_capabilities(err) < 0)
		return -1;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return err_set_errno(err, "forbidding new privileges");
	confinement->capabilities = true;
	return 0;
}

/* --- files: landlock(7) ------------------------------------------------------------------------- */

/* Rights and members that came later than the headers this may be built with. */
#define FS_FIRST_ABI ((1ull << 13) - 1)
#define FS_REFER     (1ull << 13) /* ABI 2, Linux 5.19 */
#define FS_TRUNCATE  (1ull << 14) /* ABI 3, Linux 6.2 */
#define FS_IOCTL_DEV (1ull << 15) /* ABI 5, Linux 6.10 */
#define NET_TCP	     3ull	  /* ABI 4, Linux 6.7: bind and connect */
#define SCOPES	     3ull	  /* ABI 6, Linux 6.12: abstract sockets and signals */

struct ruleset {
	uint64_t fs, net, scoped;
};

static const struct ruleset handled[] = {
	{.fs = FS_FIRST_ABI},
	{.fs = FS_FIRST_ABI | FS_REFER},
	{.fs = FS_FIRST_ABI | FS_REFER | FS_TRUNCATE},
	{.fs = FS_FIRST_ABI | FS_REFER | FS_TRUNCATE, .net = NET_TCP},
	{.fs = FS_FIRST_ABI | FS_REFER | FS_TRUNCATE | FS_IOCTL_DEV, .net = NET_TCP},
	{.fs = FS_FIRST_ABI | FS_REFER | FS_TRUNCATE | FS_IOCTL_DEV, NET_TCP, SCOPES},
};

/* What a file that grows beside its place takes, and old ones that make room. */
#define FS_IN_FOLDER                                                      \
	(LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE | \
	 LANDLOCK_ACCESS_FS_MAKE_REG | FS_REFER | FS_TRUNCATE)

static int allow_folder(int rules, const char *folder, uint64_t rights, struct err *err)
{
	struct landlock_path_beneath_attr beneath = {.allowed_access = rights};
	long result;

	beneath.parent_fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (beneath.parent_fd < 0)
		return err_set_errno(err, "opening folder %s", folder);
	result = syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
	if (result < 0)
		err_set_errno(err, "landlock, a rule for %s", folder);
	close(beneath.parent_fd);
	return result < 0 ? -1 : 0;
}

/* 1 in force, 0 this kernel has none of it. */
static int confine_files(const char *folder, struct err *err)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	const struct ruleset *attributes;
	int rules, result = 1;

	if (abi < 1)
		return 0;
	if (abi > (long)array_size(handled))
		abi = array_size(handled);
	attributes = &handled[abi - 1];
	/* A kernel takes a struct longer than its own if what it does not know is 0. */
	rules = (int)syscall(SYS_landlock_create_ruleset, attributes, sizeof(*attributes), 0);
	if (rules < 0)
		return err_set_errno(err, "landlock");
	if (folder && allow_folder(rules, folder, FS_IN_FOLDER & attributes->fs, err) < 0)
		result = -1;
	else if (syscall(SYS_landlock_restrict_self, rules, 0) < 0)
		result = err_set_errno(err, "landlock");
	close(rules);
	return result;
}

int confine_process(struct confinement *confinement, struct err *err)
{
	int files, calls;

	/* Both want it, and who kept his privileges has not set it yet. */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return err_set_errno(err, "forbidding new privileges");
	files = confine_files(confinement->folder, err);
	if (files < 0)
		return -1;
	calls = confine_calls(confinement->folder != NULL, err);
	if (calls < 0)
		return -1;
	confinement->landlock = files;
	confinement->seccomp = calls;
	return 0;
}
