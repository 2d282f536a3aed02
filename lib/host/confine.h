/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A process that reads what strangers send gives away what it no longer needs: first privileges, then nearly
 * all of the system's calls and files.
 */
#ifndef NOD_HOST_CONFINE_H
#define NOD_HOST_CONFINE_H

#include <stdbool.h>

#include "lib/base/attr.h"
#include "lib/base/err.h"

/**
 * struct confinement - what was wanted, and what came of it
 * @user: to become, a name or a number; NULL to stay who one is. All capabilities are dropped either way
 * @folder: below which files may still be made and replaced; NULL if none
 * @capabilities, @landlock, @seccomp: in force
 */
struct confinement {
	const char *user, *folder;
	bool capabilities, landlock, seccomp;
};

/* Become @user, and drop all capabilities for good. -1 and @err: then nothing may go on. */
int confine_privileges(struct confinement *confinement, struct err *err) attr_must_check;

/*
 * Leave only what reading open descriptors, writing to them, and files below @folder takes. What this kernel
 * does not have is left out: the result says so. -1 and @err only if what it has was refused.
 */
int confine_process(struct confinement *confinement, struct err *err) attr_must_check;

#endif
