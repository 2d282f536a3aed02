/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records from JSON, by the tables of fields that write them.
 */
#ifndef NOD_OUT_READ_H
#define NOD_OUT_READ_H

#include "lib/base/arena.h"
#include "lib/base/span.h"
#include "lib/out/record.h"

/*
 * Fill @data, a struct of the record's size that is zeroed first, from one JSON object; strings and
 * lists are in @arena. The text may be anybody's:
 *
 * - keys that the table does not know are passed over (a later nod may have written it), but no key
 *   may be there twice;
 * - a key that is not there leaves its member zero; one that is there sets the has-bits of its field;
 * - null is NULL for strings and pointers to records, UINT8_MAX for names and an undefined fraction for
 *   facts, and a mistake elsewhere;
 * - a value of another type, a number out of range and a name that is not in the table are mistakes;
 * - facts have keys and strings in @arena and no unit;
 * - the memory that it takes is bounded by a multiple of the text's length.
 *
 * -1 and ERR_FORMAT with line and column of what is not JSON, or the path of what does not fit
 * ("devices[3].mtu: a number from 0 to 4294967295 is wanted"), cut but quoted as it is: who prints it
 * escapes it. ERR_MEMORY.
 */
int record_from_json(const struct record *record, struct span text, void *data, struct arena *arena,
		     struct err *err) attr_must_check;

#endif
