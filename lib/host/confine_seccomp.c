/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which calls to the system may a process still make that only reads frames, writes and counts?
 *
 * A call that is not allowed fails (EPERM), it does not kill. The parser makes none of these calls, so for
 * whoever took it over both are the same: nothing happens. But a C library that is newer than nod may try
 * something harmless, and then a capture of hours would be lost for it. Calls that this table cannot know
 * yet fail with ENOSYS, for which libraries have a second way. Only another architecture's calls kill:
 * their numbers mean something else.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/host/confine_seccomp.h"

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define UNDER_SANITIZER 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define UNDER_SANITIZER 1
#endif

#if defined(__x86_64__) && defined(__LP64__)
#define CALLS_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__) && defined(__AARCH64EL__)
#define CALLS_ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#if defined(CALLS_ARCHITECTURE) && !defined(UNDER_SANITIZER)

/* The newest call that was there when this was written; architectures share numbers of this size. */
#define LAST_KNOWN_CALL 450

/* Those that come most often first. */
static const int calls[] = {
	SYS_ppoll,	   SYS_write,	     SYS_read,		 SYS_getsockopt,
	SYS_clock_gettime, SYS_recvmsg,	     SYS_futex,		 SYS_brk,
	SYS_munmap,	   SYS_mremap,	     SYS_madvise,	 SYS_writev,
	SYS_lseek,	   SYS_close,	     SYS_fstat,		 SYS_fsync,
	SYS_fdatasync,	   SYS_ftruncate,    SYS_fcntl,		 SYS_dup,
	SYS_rt_sigreturn,  SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_restart_syscall,
	SYS_exit,	   SYS_exit_group,   SYS_getpid,	 SYS_gettid,
	SYS_getuid,	   SYS_geteuid,	     SYS_getgid,	 SYS_getegid,
	SYS_getrandom,	   SYS_uname,	     SYS_sysinfo,	 SYS_gettimeofday,
	SYS_newfstatat,	   SYS_statx,	     SYS_faccessat,	 SYS_faccessat2,
	SYS_readlinkat,	   SYS_getcwd,	     SYS_getsockname,
#ifdef SYS_poll
	SYS_poll,	   SYS_stat,	     SYS_lstat,		 SYS_access,
	SYS_readlink,	   SYS_time,
#endif
};

static const int file_calls[] = {
	SYS_linkat,   SYS_renameat2, SYS_unlinkat, SYS_fchown,
#ifdef SYS_renameat
	SYS_renameat,
#endif
#ifdef SYS_rename
	SYS_rename,   SYS_unlink,    SYS_link,
#endif
};

/**
 * struct argument_rule - a call that is allowed with some arguments
 * @argument: which, from 0; the lower half counts
 * @forbidden: bits of it that may not be set
 */
struct argument_rule {
	int call;
	unsigned int argument;
	uint32_t forbidden;
	bool files;
};

/* Nothing becomes code, and no file one that runs as its owner. */
static const struct argument_rule argument_rules[] = {
	{SYS_mmap, 2, PROT_EXEC, false},	  {SYS_mprotect, 2, PROT_EXEC, false},
	{SYS_openat, 3, S_ISUID | S_ISGID, true}, {SYS_fchmod, 1, S_ISUID | S_ISGID, true},
#ifdef SYS_open
	{SYS_open, 2, S_ISUID | S_ISGID, true},
#endif
};

/* Of terminals: how wide, and is it one at all. */
static const uint32_t requests[] = {TIOCGWINSZ, TCGETS};

#define PROGRAM_MOST 256

struct program {
	struct sock_filter code[PROGRAM_MOST];
	unsigned short length;
};

static void add(struct program *program, struct sock_filter instruction)
{
	if (program->length < PROGRAM_MOST)
		program->code[program->length++] = instruction;
}

static void load(struct program *program, size_t offset)
{
	add(program, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset));
}

static void answer(struct program *program, uint32_t action)
{
	add(program, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action));
}

/* The next @skip instructions only if what is loaded is @value. */
static void only_if(struct program *program, uint32_t value, uint8_t skip)
{
	add(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skip));
}

static void allow(struct program *program, const int *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		only_if(program, (uint32_t)list[i], 1);
		answer(program, SECCOMP_RET_ALLOW);
	}
}

#define REFUSED(number) (SECCOMP_RET_ERRNO | (number))

static size_t offset_of_argument(unsigned int number)
{
	return offsetof(struct seccomp_data, args) + number * sizeof(uint64_t);
}

static void allow_by_argument(struct program *program, const struct argument_rule *rule)
{
	only_if(program, (uint32_t)rule->call, 4);
	load(program, offset_of_argument(rule->argument));
	add(program,
	    (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, rule->forbidden, 1, 0));
	answer(program, SECCOMP_RET_ALLOW);
	answer(program, REFUSED(EPERM));
}

static void allow_requests(struct program *program)
{
	const uint8_t skip = 2 * array_size(requests) + 2;

	only_if(program, SYS_ioctl, skip);
	load(program, offset_of_argument(1));
	for (size_t i = 0; i < array_size(requests); i++) {
		only_if(program, requests[i], 1);
		answer(program, SECCOMP_RET_ALLOW);
	}
	answer(program, REFUSED(EPERM));
}

static void make_program(struct program *program, bool files)
{
	load(program, offsetof(struct seccomp_data, arch));
	only_if(program, CALLS_ARCHITECTURE, 1);
	add(program, (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, 1));
	answer(program, SECCOMP_RET_KILL_PROCESS);
	load(program, offsetof(struct seccomp_data, nr));
	allow(program, calls, array_size(calls));
	if (files)
		allow(program, file_calls, array_size(file_calls));
	for (size_t i = 0; i < array_size(argument_rules); i++)
		if (files || !argument_rules[i].files)
			allow_by_argument(program, &argument_rules[i]);
	allow_requests(program);
	add(program,
	    (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, LAST_KNOWN_CALL, 0, 1));
	answer(program, REFUSED(ENOSYS));
	answer(program, REFUSED(EPERM));
}

int confine_calls(bool files, struct err *err)
{
	struct program program = {.length = 0};
	struct sock_fprog handed = {.filter = program.code};

	/* A kernel that has no filters says so to a program that is none. */
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL, 0, 0) < 0 && errno != EFAULT)
		return 0;
	make_program(&program, files);
	if (program.length == PROGRAM_MOST)
		return err_set(err, ERR_SYSTEM, "the list of allowed calls is too long");
	handed.len = program.length;
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &handed, 0, 0) < 0)
		return err_set_errno(err, "allowing only some calls (seccomp)");
	return 1;
}

#else

int confine_calls(bool files attr_unused, struct err *err attr_unused)
{
	return 0;
}

#endif
