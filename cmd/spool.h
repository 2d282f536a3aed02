/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Captures that are read twice: what comes through a pipe is kept in a file that has no name.
 */
#ifndef NOD_CMD_SPOOL_H
#define NOD_CMD_SPOOL_H

#include "lib/base/attr.h"
#include "lib/base/err.h"

/**
 * struct spool - a capture that can be opened any number of times
 * @path: where; as long as the spool is open
 * @fd: of the copy; -1 if none was needed
 */
struct spool {
	const char *path;
	int fd;
	char name[32];
};

/*
 * A file is used as it is. Standard input ("-") and pipes are copied to a file in TMPDIR, else
 * /var/tmp, that is gone with the last process that has it open, whatever happens. -1 and @err
 * (ERR_SYSTEM: the disk is full); what cannot be opened is left to whoever opens it.
 */
int spool_open(struct spool *spool, const char *path, struct err *err) attr_must_check;
void spool_close(struct spool *spool);

#endif
