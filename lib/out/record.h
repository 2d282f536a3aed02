/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records described by tables of fields. One table gives the JSON writer, the JSON reader
 * (lib/out/read.h) and the list of keys in the manual; later the columns of the TUI.
 */
#ifndef NOD_OUT_RECORD_H
#define NOD_OUT_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/attr.h"
#include "lib/base/err.h"
#include "lib/base/text.h"

enum field_type {
	FIELD_BOOL,	  /* bool */
	FIELD_U16,	  /* uint16_t */
	FIELD_U32,	  /* uint32_t */
	FIELD_U64,	  /* uint64_t; above INT64_MAX it is written as INT64_MAX */
	FIELD_SECONDS,	  /* int64_t nanoseconds, written as seconds with a fraction */
	FIELD_STRING,	  /* const char *; NULL is null. Bytes that are not UTF-8 become U+FFFD */
	FIELD_NAME,	  /* uint8_t: index into names; null if there is no such name */
	FIELD_RECORD,	  /* an embedded struct, described by record */
	FIELD_RECORD_PTR, /* pointer to a struct; NULL is null */
	FIELD_LIST, /* pointer to an array of structs; its length is the size_t at count_offset */
	FIELD_STRINGS, /* pointer to an array of const char *; its length as for FIELD_LIST */
	FIELD_COUNTS,  /* array of uint64_t, one for each of names; an object {name: count} */
	FIELD_FACTS,   /* pointer to an array of struct fact; an object {key: value} */
	FIELD_NUMBERS, /* pointer to an array of uint32_t; its length as for FIELD_LIST */
	FIELD_MAP, /* as FIELD_LIST, but an object: the first field of record, a FIELD_STRING that
			* is never NULL and twice the same, is the key, the others are the value */
};

enum field_flag {
	/*
	 * Leave the key out if the value is 0, false, NULL, an empty list or counts that are all 0:
	 * absent. Embedded structs (FIELD_RECORD) stay.
	 */
	FIELD_SKIP_ZERO = 1 << 0,
	FIELD_ONLY_NONZERO = 1 << 1, /* FIELD_COUNTS: leave out names whose count is 0 */
};

struct record;

/**
 * struct field - one key
 * @key: in JSON; public interface
 * @offset: in the struct
 * @help: for the manual: one line, lower case, without a full stop
 * @names: for FIELD_NAME and FIELD_COUNTS, ended by NULL
 * @record: for FIELD_RECORD, FIELD_RECORD_PTR, FIELD_LIST and FIELD_MAP
 * @count_offset: for FIELD_LIST, FIELD_MAP, FIELD_STRINGS, FIELD_NUMBERS and FIELD_FACTS
 * @has: bits of the uint32_t at @has_offset: the key is there only if one of them is set, whatever the
 *       value; for what may be absent though zero is a value. 0: always there
 */
struct field {
	const char *key;
	enum field_type type;
	size_t offset;
	const char *help;
	const char *const *names;
	const struct record *record;
	size_t count_offset;
	uint32_t flags;
	uint32_t has;
	size_t has_offset;
};

/**
 * struct record - one kind of struct
 * @name: of the kind ("finding"); value of "type" on a line of its own (--jsonl)
 * @size: of the struct, for lists
 * @fields: ended by a NULL key; no key twice, and none is "type"
 */
struct record {
	const char *name;
	size_t size;
	const struct field *fields;
};

#define FIELD_END           \
	{                   \
		.key = NULL \
	}

/*
 * Append @data as JSON (RFC 8259): keys in the order of the table, indented by two blanks, without
 * a newline at the end. The bytes are ASCII, everything else is escaped (\u202e), so that no text
 * from outside acts on a terminal. Fractions have 15 digits: seconds are exact to the nanosecond
 * below 10^6 s, to 10 us as time since 1970. Infinite and undefined fractions are null.
 *
 * -1 and ERR_MEMORY if there is no memory; @out is then what it was, but for @out->failed.
 */
int record_to_json(const struct record *record, const void *data, struct text *out,
		   struct err *err) attr_must_check;

/* Append one compact line {"type":record->name, ...} and a newline. Otherwise as above. */
int record_to_jsonl(const struct record *record, const void *data, struct text *out,
		    struct err *err) attr_must_check;

/*
 * What takes the parts of a large document: it writes @out somewhere and empties it. -1 and @err to
 * stop.
 */
typedef int record_sink(struct text *out, void *data, struct err *err);

/**
 * struct record_stream - where a document goes while it is written
 * @out: what the sink did not get yet; the last part is left in here
 * @sink: called behind elements of lists, when some 64 KiB came together
 * @data: for the sink
 */
struct record_stream {
	struct text *out;
	record_sink *sink;
	void *data;
};

/* As record_to_json(), with little memory. After an error a part of it may be out already. */
int record_stream_json(const struct record *record, const void *data,
		       const struct record_stream *stream, struct err *err) attr_must_check;

#endif
