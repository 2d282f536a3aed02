/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The directory where nod keeps what it must not forget. Who can write there can make root undo
 * changes that nobody made, so it is looked at before it is used.
 */
#ifndef NOD_STORE_DIRECTORY_H
#define NOD_STORE_DIRECTORY_H

#include <stdbool.h>

#include "lib/base/err.h"

/*
 * A descriptor of the directory @path. With @make it is made, with those above it (0700). -1 and @err;
 * without @make, a directory that is not there is -1 and an ERR_NONE.
 */
int directory_open(const char *path, bool make, struct err *err) attr_must_check;

/* -1 and @err if what @fd is open on (called @path for the user) is not safe from others. */
int directory_check(int fd, const char *path, bool directory, struct err *err) attr_must_check;

#endif
