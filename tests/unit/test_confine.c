/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does a confined process still do its work, and nothing else? Each question is asked in a child.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <pwd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/host/confine.h"

/* What a child says by its exit status. */
enum answer {
	YES,
	NO,
	NOT_HERE, /* this part of the confinement is not in force */
	FAILED,
};

typedef enum answer question(const char *folder);

/* All of it, as nod capture has it. */
static enum answer ask(question *may, const char *folder)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (!child)
		_exit(may(folder));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static bool confine(const char *folder, struct confinement *confinement)
{
	struct err err = {0};

	*confinement = (struct confinement){.folder = folder};
	return confine_privileges(confinement, &err) == 0 &&
	       confine_process(confinement, &err) == 0;
}

static enum answer may_read_passwd(const char *folder)
{
	struct confinement confinement;

	if (!confine(folder, &confinement))
		return FAILED;
	if (!confinement.landlock && (folder || !confinement.seccomp))
		return NOT_HERE;
	return open("/etc/passwd", O_RDONLY) < 0 && (errno == EACCES || errno == EPERM) ? NO : YES;
}

static enum answer may_make_elsewhere(const char *folder)
{
	struct confinement confinement;
	char path[256];

	snprintf(path, sizeof(path), "%s/../%s.elsewhere", folder, strrchr(folder, '/') + 1);
	if (!confine(folder, &confinement))
		return FAILED;
	if (!confinement.landlock)
		return NOT_HERE;
	return open(path, O_CREAT | O_WRONLY, 0600) < 0 && errno == EACCES ? NO : YES;
}

static enum answer may_socket(const char *folder)
{
	struct confinement confinement;

	if (!confine(folder, &confinement))
		return FAILED;
	if (!confinement.seccomp)
		return NOT_HERE;
	return socket(AF_INET, SOCK_STREAM, 0) < 0 && errno == EPERM ? NO : YES;
}

static enum answer may_execute(const char *folder)
{
	char name[] = "true", *const words[] = {name, NULL};
	struct confinement confinement;

	if (!confine(folder, &confinement))
		return FAILED;
	if (!confinement.seccomp && !confinement.landlock)
		return NOT_HERE;
	execv("/bin/true", words);
	return errno == EPERM || errno == EACCES ? NO : FAILED;
}

static enum answer may_make_code(const char *folder)
{
	struct confinement confinement;

	if (!confine(folder, &confinement))
		return FAILED;
	if (!confinement.seccomp)
		return NOT_HERE;
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
				       MAP_FAILED &&
			       errno == EPERM
		       ? NO
		       : YES;
}

/* A file of root that runs as root would be a way back. */
static enum answer may_make_setuid(const char *folder)
{
	struct confinement confinement;
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/setuid", folder);
	if (!confine(folder, &confinement))
		return FAILED;
	if (!confinement.seccomp)
		return NOT_HERE;
	if (open(path, O_CREAT | O_WRONLY, 04755) >= 0)
		return YES;
	fd = open(path, O_CREAT | O_WRONLY, 0755);
	if (fd < 0)
		return FAILED;
	return fchmod(fd, 04755) < 0 && errno == EPERM ? NO : YES;
}

static enum answer may_call_what_is_new(const char *folder)
{
	struct confinement confinement;

	if (!confine(folder, &confinement))
		return FAILED;
	if (!confinement.seccomp)
		return NOT_HERE;
	return syscall(4000) < 0 && errno == ENOSYS ? NO : YES;
}

static bool write_and_rename(const char *folder)
{
	char path[256], other[256];
	int fd;

	snprintf(path, sizeof(path), "%s/growing", folder);
	snprintf(other, sizeof(other), "%s/whole", folder);
	fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
	if (fd < 0 || write(fd, "x", 1) != 1 || fsync(fd) < 0 || fchmod(fd, 0640) < 0)
		return false;
	return rename(path, other) == 0 && unlink(other) == 0;
}

/* Files without a name get one from their descriptor. */
static bool write_and_link(const char *folder)
{
	char path[256], from[64];
	int fd = open(folder, O_TMPFILE | O_WRONLY, 0600);

	if (fd < 0)
		return errno == EOPNOTSUPP || errno == EISDIR;
	snprintf(from, sizeof(from), "/proc/self/fd/%d", fd);
	snprintf(path, sizeof(path), "%s/linked", folder);
	return write(fd, "x", 1) == 1 &&
	       linkat(AT_FDCWD, from, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0 && unlink(path) == 0;
}

static enum answer may_work(const char *folder)
{
	struct confinement confinement;
	char *bytes;

	if (!confine(folder, &confinement))
		return FAILED;
	bytes = malloc(1 << 24);
	if (!bytes)
		return NO;
	memset(bytes, 1, 1 << 24);
	bytes = realloc(bytes, 1 << 25);
	free(bytes);
	return write_and_rename(folder) && write_and_link(folder) ? YES : NO;
}

static enum answer has_capabilities(const char *folder)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {0};
	struct confinement confinement = {.folder = folder};
	struct err err = {0};

	bool bounds;

	if (syscall(SYS_capget, &header, sets) < 0)
		return FAILED;
	/* Who may, drops what others could get from it too. */
	bounds = sets[0].effective & 1u << CAP_SETPCAP;
	if (confine_privileges(&confinement, &err) < 0 || !confinement.capabilities)
		return FAILED;
	if (syscall(SYS_capget, &header, sets) < 0)
		return FAILED;
	for (unsigned long cap = 0; bounds && prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
		if (prctl(PR_CAPBSET_READ, cap, 0, 0, 0))
			return YES;
	for (size_t i = 0; i < array_size(sets); i++)
		if (sets[i].effective || sets[i].permitted || sets[i].inheritable)
			return YES;
	return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? NO : YES;
}

/* "nobody" is a user of every system. */
static enum answer is_still_root(const char *folder)
{
	struct confinement confinement = {.user = "nobody", .folder = folder};
	const struct passwd *nobody = getpwnam("nobody");
	struct err err = {0};

	if (geteuid() || !nobody || nobody->pw_uid == 0)
		return NOT_HERE;
	if (confine_privileges(&confinement, &err) < 0)
		return strstr(err.text, "becoming user nobody: ") ? NOT_HERE : FAILED;
	if (getuid() != nobody->pw_uid || geteuid() != nobody->pw_uid ||
	    getegid() != nobody->pw_gid)
		return YES;
	return getgroups(0, NULL) <= 1 && setuid(0) < 0 ? NO : YES;
}

static enum answer knows_user(const char *folder)
{
	struct confinement confinement = {.user = "no such user", .folder = folder};
	struct err err = {0};

	if (confine_privileges(&confinement, &err) == 0)
		return YES;
	return strcmp(err.text, "there is no user \"no such user\"") == 0 ? NO : FAILED;
}

static char folder[64];

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/nod-confine-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	char path[256];

	(void)state;
	snprintf(path, sizeof(path), "%s/setuid", folder);
	(void)unlink(path);
	snprintf(path, sizeof(path), "%s.elsewhere", folder);
	(void)unlink(path);
	return rmdir(folder);
}

static void refuse(question *may, const char *below)
{
	enum answer answer = ask(may, below);

	if (answer == NOT_HERE)
		skip();
	assert_int_equal(answer, NO);
}

static void test_work(void **state)
{
	(void)state;
	assert_int_equal(ask(may_work, folder), YES);
}

static void test_read(void **state)
{
	(void)state;
	refuse(may_read_passwd, folder);
}

static void test_read_without_folder(void **state)
{
	(void)state;
	refuse(may_read_passwd, NULL);
}

static void test_elsewhere(void **state)
{
	(void)state;
	refuse(may_make_elsewhere, folder);
}

static void test_socket(void **state)
{
	(void)state;
	refuse(may_socket, folder);
}

static void test_execute(void **state)
{
	(void)state;
	refuse(may_execute, folder);
}

static void test_code(void **state)
{
	(void)state;
	refuse(may_make_code, folder);
}

static void test_setuid(void **state)
{
	(void)state;
	refuse(may_make_setuid, folder);
}

static void test_new_call(void **state)
{
	(void)state;
	refuse(may_call_what_is_new, folder);
}

static void test_capabilities(void **state)
{
	(void)state;
	refuse(has_capabilities, NULL);
}

static void test_user(void **state)
{
	(void)state;
	refuse(is_still_root, NULL);
}

static void test_no_user(void **state)
{
	(void)state;
	refuse(knows_user, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_work),	  cmocka_unit_test(test_read),
		cmocka_unit_test(test_elsewhere), cmocka_unit_test(test_read_without_folder),
		cmocka_unit_test(test_socket),	  cmocka_unit_test(test_execute),
		cmocka_unit_test(test_code),	  cmocka_unit_test(test_setuid),
		cmocka_unit_test(test_new_call),  cmocka_unit_test(test_capabilities),
		cmocka_unit_test(test_user),	  cmocka_unit_test(test_no_user),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
