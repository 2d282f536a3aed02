/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of a confinement that is about calls to the system.
 */
#ifndef NOD_HOST_CONFINE_SECCOMP_H
#define NOD_HOST_CONFINE_SECCOMP_H

#include <stdbool.h>

#include "lib/base/attr.h"
#include "lib/base/err.h"

/*
 * Allow only what reading and writing takes, and with @files what making and replacing files takes. 1 in
 * force; 0 if that cannot be here: another CPU, a kernel without seccomp, a sanitizer, which calls what it
 * likes. -1 and @err if it was refused.
 */
int confine_calls(bool files, struct err *err) attr_must_check;

#endif
