/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Output that arrives whole.
 */
#ifndef NOD_BASE_IO_H
#define NOD_BASE_IO_H

#include <stddef.h>

#include "lib/base/attr.h"
#include "lib/base/span.h"

/* All of it, however long that takes; -1 and errno. */
int io_write(int fd, const void *bytes, size_t length) attr_must_check;

/* One after the other, in one call if the kernel takes it so. */
int io_write_both(int fd, struct span first, struct span second) attr_must_check;

#endif
