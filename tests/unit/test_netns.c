/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Are network namespaces found by name, number and path, listed once each, entered and left?
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/host/netns.h"

#define OWN_PATH "/proc/self/ns/net"

static void test_own(void **state)
{
	struct stat status;

	(void)state;
	assert_int_equal(stat(OWN_PATH, &status), 0);
	assert_true(netns_inode() == status.st_ino);
}

static void test_resolve(void **state)
{
	struct arena arena = {0};
	struct netns netns;
	struct err err = {0};
	char pid[20], path[64], label[32];

	(void)state;
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	snprintf(path, sizeof(path), "/proc/%s/ns/net", pid);
	snprintf(label, sizeof(label), "pid %s", pid);
	assert_int_equal(netns_resolve(pid, &arena, &netns, &err), 0);
	assert_string_equal(netns.label, label);
	assert_string_equal(netns.path, path);
	assert_true(netns.inode == netns_inode());
	assert_int_equal(netns_resolve(OWN_PATH, &arena, &netns, &err), 0);
	assert_string_equal(netns.label, OWN_PATH);
	assert_string_equal(netns.path, OWN_PATH);
	assert_true(netns.inode == netns_inode());
	arena_free(&arena);
}

static void test_resolve_none(void **state)
{
	static const char *const cases[][2] = {
		{"no-such-namespace", "no network namespace is named no-such-namespace"},
		{"", "no network namespace is named "},
		{"..", "no network namespace is named .."},
		{"-1", "no network namespace is named -1"},
		{"0", "no network namespace is named 0, and no process has that number"},
		{"99999999999999999999",
		 "no network namespace is named 99999999999999999999, and no process has that "
		 "number"},
		{"/dev/null", "/dev/null is not a network namespace"},
		{"/", "/ is not a network namespace"},
		{"/no/such/file", "network namespace /no/such/file: No such file or directory"},
	};

	(void)state;
	for (size_t i = 0; i < array_size(cases); i++) {
		struct arena arena = {0};
		struct netns netns;
		struct err err = {0};

		assert_int_equal(netns_resolve(cases[i][0], &arena, &netns, &err), -1);
		assert_string_equal(err.text, cases[i][1]);
		assert_int_equal(err.code, ERR_SYSTEM);
		arena_free(&arena);
	}
}

/* A namespace of another type has an inode of the same kind, and is told apart on the way in. */
static void test_enter_other_type(void **state)
{
	struct netns netns = {.label = "x", .path = "/proc/self/ns/uts"};
	struct err err = {0};

	(void)state;
	assert_int_equal(netns_enter(&netns, &err), -1);
	assert_string_equal(err.text, "/proc/self/ns/uts is not a network namespace");
	netns.path = "/no/such/file";
	assert_int_equal(netns_enter(&netns, &err), -1);
	assert_string_equal(err.text, "network namespace x: No such file or directory");
}

static void test_list(void **state)
{
	struct arena arena = {0};
	struct netns_list all;
	struct err err = {0};

	(void)state;
	assert_int_equal(netns_list_all(&arena, &all, &err), 0);
	for (size_t i = 0; i < all.count; i++) {
		assert_true(all.list[i].inode != netns_inode());
		assert_non_null(all.list[i].label);
		for (size_t j = 0; j < i; j++)
			assert_true(all.list[i].inode != all.list[j].inode);
	}
	arena_free(&arena);
}

/* --- in namespaces of our own; without cmocka, whose state belongs to the parent --- */

enum {
	SKIPPED = 77
};

/* A failure ends the process with a status that tells the line, as far as a status can. */
#define want(condition)                                                         \
	do {                                                                    \
		if (!(condition)) {                                             \
			fprintf(stderr, "line %d: %s\n", __LINE__, #condition); \
			_exit(1);                                               \
		}                                                               \
	} while (0)

static void run_child(void (*check)(void))
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		check();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == SKIPPED)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* Both namespaces of our own; whoever gets rights that way is hidden in /proc, unless it says so. */
static void enter_own(void)
{
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
		_exit(SKIPPED);
	want(prctl(PR_SET_DUMPABLE, 1) == 0);
}

/* A process in a new network namespace that lives until *@hold is closed. */
static pid_t start_holder(int *hold)
{
	int ready[2], until[2];
	char byte;
	pid_t pid;

	want(pipe2(ready, O_CLOEXEC) == 0 && pipe2(until, O_CLOEXEC) == 0);
	pid = fork();
	want(pid >= 0);
	if (pid == 0) {
		close(until[1]);
		want(unshare(CLONE_NEWNET) == 0);
		want(write(ready[1], "x", 1) == 1);
		_exit(read(until[0], &byte, 1) == 0 ? 0 : 1);
	}
	close(ready[1]);
	close(until[0]);
	want(read(ready[0], &byte, 1) == 1);
	close(ready[0]);
	*hold = until[1];
	return pid;
}

static const struct netns *find(const struct netns_list *all, uint64_t inode)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->list[i].inode == inode)
			return &all->list[i];
	return NULL;
}

/* The number that the next descriptor gets: it tells whether one was left open. */
static int next_fd(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	want(fd >= 0);
	close(fd);
	return fd;
}

static void check_there_and_back(void)
{
	struct arena arena = {0};
	struct netns_list all;
	const struct netns *listed;
	struct netns netns;
	struct err err = {0};
	uint64_t own;
	char word[40];
	int hold, fd, next;
	pid_t holder;

	enter_own();
	own = netns_inode();
	holder = start_holder(&hold);
	snprintf(word, sizeof(word), "%d", (int)holder);
	want(netns_resolve(word, &arena, &netns, &err) == 0);
	want(netns.inode != own);
	want(netns_list_all(&arena, &all, &err) == 0);
	want(!find(&all, own));
	listed = find(&all, netns.inode);
	want(listed);
	want(strcmp(listed->label, netns.label) == 0);
	want(strcmp(listed->path, netns.path) == 0);
	next = next_fd();
	fd = netns_remember(&err);
	want(fd == next && next_fd() == next + 1);
	want(netns_enter(&netns, &err) == 0);
	want(netns_inode() == netns.inode);
	want(next_fd() == next + 1);
	want(netns_return(fd, &err) == 0);
	want(netns_inode() == own);
	want(next_fd() == next);
	close(hold);
	want(waitpid(holder, NULL, 0) == holder);
	want(netns_enter(&netns, &err) == -1);
	arena_free(&arena);
}

static void test_there_and_back(void **state)
{
	(void)state;
	run_child(check_there_and_back);
}

/* The namespace that we come from belongs to those outside. */
static void check_no_permission(void)
{
	struct netns netns = {.label = "there"};
	struct err err = {0};
	char path[64];
	int fd = open(OWN_PATH, O_RDONLY | O_CLOEXEC);

	want(fd >= 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	netns.path = path;
	enter_own();
	want(netns_enter(&netns, &err) == -1);
	want(err.code == ERR_SYSTEM);
	want(strcmp(err.text,
		    "entering network namespace there needs CAP_SYS_ADMIN in the user namespace "
		    "that owns it, which is outside of the present one") == 0);
}

static void test_no_permission(void **state)
{
	(void)state;
	run_child(check_no_permission);
}

/* The namespace is ours and so is its owner, but the right was given up. */
static void check_dropped(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[2] = {0};
	struct netns netns = {.label = "here", .path = OWN_PATH};
	struct err err = {0};

	enter_own();
	want(syscall(SYS_capset, &header, none) == 0);
	want(netns_enter(&netns, &err) == -1);
	want(err.code == ERR_SYSTEM);
	want(strcmp(err.text, "entering network namespace here needs CAP_SYS_ADMIN in the present "
			      "user namespace") == 0);
}

static void test_dropped(void **state)
{
	(void)state;
	run_child(check_dropped);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_own),	      cmocka_unit_test(test_resolve),
		cmocka_unit_test(test_resolve_none),  cmocka_unit_test(test_enter_other_type),
		cmocka_unit_test(test_list),	      cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_no_permission), cmocka_unit_test(test_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
