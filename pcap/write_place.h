/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file that stands in its place only when all of it is there.
 *
 * While it grows it has no name at all where the file system can do that (O_TMPFILE), so that nothing
 * is left even of a run that was killed; elsewhere (NFS, FUSE) a name of its own in the same folder,
 * which a signal that ends the program leaves behind (".NAME.nod-" and six letters).
 */
#ifndef NOD_PCAP_WRITE_PLACE_H
#define NOD_PCAP_WRITE_PLACE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/attr.h"
#include "lib/base/err.h"
#include "lib/base/span.h"

struct place;

/*
 * Begin a file that will be @path. A symbolic link stays, and its target, which has to be there, is what
 * is replaced, with the owner (if that is allowed) and the permissions that it had. Devices and pipes
 * are written as they are, "-" is standard output (ERR_USAGE if it is a terminal). NULL and @err, which
 * does not name the path.
 */
struct place *place_open(const char *path, struct err *err) attr_must_check;

/*
 * The same, but the file stands at @path from the beginning, empty, with what was there gone; and what is written
 * stays, whatever happens then.
 */
struct place *place_open_growing(const char *path, struct err *err) attr_must_check;

/* All of it, or -1 and @err. */
int place_write(struct place *place, const void *bytes, size_t length,
		struct err *err) attr_must_check;

/* Both, one after the other. */
int place_write_both(struct place *place, struct span first, struct span second,
		     struct err *err) attr_must_check;

/* On disk, and in its place. -1 and @err: what was there before is there still. */
int place_finish(struct place *place, struct err *err) attr_must_check;

/* As if it had never been, unless it is growing. NULL is allowed. */
void place_abort(struct place *place);

#endif
