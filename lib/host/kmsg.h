/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel says while nod watches (/dev/kmsg, Documentation/ABI/testing/dev-kmsg).
 */
#ifndef NOD_HOST_KMSG_H
#define NOD_HOST_KMSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A descriptor for what comes from now on; -1 if it may not be read or is not there. */
int kmsg_open(void);

/*
 * Is @record (a line of /dev/kmsg, @length bytes) the kernel's word that a complete checksum of @device was
 * wrong? Since Linux 5.13 it is said once until the next boot, whatever the device: that it is not said is
 * no proof.
 */
bool kmsg_is_csum_failure(const char *record, size_t length, const char *device);

/* How many such records have come since. Reads what there is, and closes nothing. */
uint64_t kmsg_csum_failures(int fd, const char *device);

#endif
