/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which JSON keys can somebody rely on?
 */
#include <string.h>

#include "cmd/gen/gen.h"

/* Records are trees in the manual; a record that contains itself would otherwise never end. */
#define SEEN_MAX 64

/**
 * struct seen - records that are described already, to be referred to
 */
struct seen {
	const struct record *records[SEEN_MAX];
	size_t count;
};

/* True the second time. What does not fit counts as seen. */
static bool seen_before(struct seen *seen, const struct record *record)
{
	for (size_t i = 0; i < seen->count; i++) {
		if (seen->records[i] == record)
			return true;
	}
	if (seen->count == SEEN_MAX)
		return true;
	seen->records[seen->count++] = record;
	return false;
}

static const char *type_name(enum field_type type)
{
	switch (type) {
	case FIELD_BOOL:
		return "boolean";
	case FIELD_U16:
	case FIELD_U32:
	case FIELD_U64:
		return "number";
	case FIELD_SECONDS:
		return "number of seconds";
	case FIELD_STRING:
	case FIELD_NAME:
		return "string";
	case FIELD_RECORD:
	case FIELD_RECORD_PTR:
		return "object";
	case FIELD_LIST:
		return "array of objects";
	case FIELD_STRINGS:
		return "array of strings";
	case FIELD_COUNTS:
		return "object of numbers";
	case FIELD_NUMBERS:
		return "array of numbers";
	case FIELD_MAP:
		return "object of objects";
	case FIELD_FACTS:
		return "object";
	}
	return "value";
}

/* What is NULL in memory is null, or the key is not there at all. */
static const char *or_null(const struct field *field)
{
	bool can_be_null = field->type == FIELD_STRING || field->type == FIELD_RECORD_PTR;

	return can_be_null && !(field->flags & FIELD_SKIP_ZERO) ? " or null" : "";
}

static void print_names(const struct field *field, FILE *out)
{
	const char *const *name = field->names;

	if (!name || (field->type != FIELD_NAME && field->type != FIELD_COUNTS))
		return;
	fputs(field->type == FIELD_NAME ? "One of" : "Its keys are", out);
	if (field->flags & FIELD_ONLY_NONZERO)
		fputs(", where the number is not 0,", out);
	for (; *name; name++) {
		fputs("\n.Ql ", out);
		mdoc_word(*name, out);
		fputs(name[1] ? " ," : " .", out);
	}
	fputs("\n", out);
}

static void print_fields(const struct record *record, struct seen *seen, FILE *out);

/* The keys inside. */
static void print_nested(const struct field *field, struct seen *seen, FILE *out)
{
	if (!field->record)
		return;
	if (seen_before(seen, field->record)) {
		fputs("Has the keys of a\n.Em ", out);
		mdoc_word(field->record->name, out);
		fputs(" ,\nwhich are listed where it first appears.\n", out);
		return;
	}
	fputs("A\n.Em ", out);
	mdoc_word(field->record->name, out);
	fputs(" :\n", out);
	print_fields(field->record, seen, out);
}

static void print_fields(const struct record *record, struct seen *seen, FILE *out)
{
	fputs(".Bl -tag -width Ds -compact\n", out);
	for (const struct field *field = record->fields; field->key; field++) {
		fputs(".It Cm ", out);
		mdoc_word(field->key, out);
		fprintf(out, " Pq %s%s\n", type_name(field->type), or_null(field));
		mdoc_sentence(field->help, out);
		if (field->flags & FIELD_SKIP_ZERO || field->has)
			fputs("Absent if there is none.\n", out);
		print_names(field, out);
		print_nested(field, seen, out);
	}
	fputs(".El\n", out);
}

void gen_record(const struct record *record, FILE *out)
{
	struct seen seen = {0};

	seen_before(&seen, record);
	print_fields(record, &seen, out);
}
