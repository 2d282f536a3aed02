/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the blocks of pcapng have in common, and the clocks of its interfaces. Only for
 * pcap/file*.c.
 */
#ifndef NOD_PCAP_FILE_PCAPNG_H
#define NOD_PCAP_FILE_PCAPNG_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/attr.h"
#include "lib/base/span.h"
#include "pcap/file_internal.h"

/* opt_comment: of all blocks */
#define OPTION_COMMENT 1

struct block_option {
	uint16_t code;
	struct span value;
};

/*
 * Take the next option (draft-ietf-opsawg-pcapng section 3.5) from the front of @options: 1 if there
 * is one, 0 at the end, -1 if it is longer than @options.
 */
int block_option_next(struct span *options, bool big_endian,
		      struct block_option *option) attr_must_check;

/* Add the interface that the @body of an interface description block (4.2) describes. */
int read_interface_block(struct capture_file *file, struct span body,
			 struct err *err) attr_must_check;

/* False if the time does not fit @time_ns. */
bool clock_read(const struct clock *clock, uint64_t ticks, int64_t *time_ns) attr_must_check;

#endif
