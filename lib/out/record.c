/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How does a struct become JSON by its table of fields?
 *
 * The structure is written straight into the text, as a machine with a thousand devices has hundreds
 * of thousands of values. What is hard to get right (strings that need escapes, fractions) is left
 * to jansson.
 */
#include <string.h>

#include "lib/model/finding.h"
#include "lib/out/json.h"
#include "lib/out/record.h"

#define INDENT	   2
#define PART_BYTES (64u * 1024)

/**
 * struct writer - a document that is being written
 * @depth: objects and lists that are open
 * @compact: no blanks or newlines
 * @failed: memory ran out elsewhere than in @out, or the sink failed
 * @stopped: it was the sink, which filled @err
 */
struct writer {
	struct text *out;
	unsigned int depth;
	bool compact, failed, stopped;
	const struct record_stream *stream;
	struct err *err;
};

static void write_fields(struct writer *writer, const struct field *field, const void *data,
			 bool first);

static const void *load_pointer(const void *member)
{
	const void *pointer;

	memcpy(&pointer, member, sizeof(pointer));
	return pointer;
}

static size_t load_count(const struct field *field, const void *data)
{
	size_t count;

	memcpy(&count, (const char *)data + field->count_offset, sizeof(count));
	return count;
}

static size_t count_names(const char *const *names)
{
	size_t count = 0;

	while (names[count])
		count++;
	return count;
}

static bool counts_are_zero(const struct field *field, const uint64_t *counts)
{
	for (size_t i = 0; field->names[i]; i++)
		if (counts[i])
			return false;
	return true;
}

static bool is_zero(const struct field *field, const void *data)
{
	const void *member = (const char *)data + field->offset;

	switch (field->type) {
	case FIELD_BOOL:
		return !*(const bool *)member;
	case FIELD_U16:
		return !*(const uint16_t *)member;
	case FIELD_U32:
		return !*(const uint32_t *)member;
	case FIELD_U64:
		return !*(const uint64_t *)member;
	case FIELD_SECONDS:
		return !*(const int64_t *)member;
	case FIELD_NAME:
		return !*(const uint8_t *)member;
	case FIELD_STRING:
	case FIELD_RECORD_PTR:
		return !load_pointer(member);
	case FIELD_LIST:
	case FIELD_MAP:
	case FIELD_STRINGS:
	case FIELD_NUMBERS:
	case FIELD_FACTS:
		return !load_count(field, data);
	case FIELD_COUNTS:
		return counts_are_zero(field, member);
	case FIELD_RECORD:
		break;
	}
	return false;
}

static bool is_absent(const struct field *field, const void *data)
{
	uint32_t has;

	if (field->has) {
		memcpy(&has, (const char *)data + field->has_offset, sizeof(has));
		if (!(has & field->has))
			return true;
	}
	return field->flags & FIELD_SKIP_ZERO && is_zero(field, data);
}

static void write_newline(struct writer *writer)
{
	static const char blanks[] = "                                                    ";
	size_t wanted = (size_t)writer->depth * INDENT;

	text_add_bytes(writer->out, "\n", 1);
	while (wanted) {
		size_t some = wanted < sizeof(blanks) - 1 ? wanted : sizeof(blanks) - 1;

		text_add_bytes(writer->out, blanks, some);
		wanted -= some;
	}
}

static void write_open(struct writer *writer, char bracket)
{
	text_add_bytes(writer->out, &bracket, 1);
	writer->depth++;
}

/* Before each element or key; @first is then false. */
static void write_next(struct writer *writer, bool *first)
{
	if (!*first)
		text_add_bytes(writer->out, ",", 1);
	if (!writer->compact)
		write_newline(writer);
	*first = false;
}

static void write_close(struct writer *writer, char bracket, bool empty)
{
	writer->depth--;
	if (!empty && !writer->compact)
		write_newline(writer);
	text_add_bytes(writer->out, &bracket, 1);
}

/* Takes @value over; NULL if there was no memory for it. */
static void write_value(struct writer *writer, json_t *value)
{
	if (!value || json_write(value, JSON_ENCODE_ANY, writer->out))
		writer->failed = true;
	json_decref(value);
}

static bool is_plain(const char *string, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (string[i] < 0x20 || string[i] > 0x7e || string[i] == '"' || string[i] == '\\')
			return false;
	return true;
}

static void write_string(struct writer *writer, const char *string)
{
	size_t length = string ? strlen(string) : 0;

	if (!string || !is_plain(string, length)) {
		write_value(writer, json_from_string(string));
		return;
	}
	text_add_bytes(writer->out, "\"", 1);
	text_add_bytes(writer->out, string, length);
	text_add_bytes(writer->out, "\"", 1);
}

static void write_key(struct writer *writer, const char *key, bool *first)
{
	write_next(writer, first);
	write_string(writer, key);
	text_add(writer->out, writer->compact ? ":" : ": ");
}

static void write_bool(struct writer *writer, bool value)
{
	if (value)
		text_add_bytes(writer->out, "true", 4);
	else
		text_add_bytes(writer->out, "false", 5);
}

/* INT64_MAX for what is above: many readers have no unsigned integers. */
static void write_number(struct writer *writer, uint64_t number)
{
	char digits[20];
	size_t at = sizeof(digits);

	if (number > INT64_MAX)
		number = INT64_MAX;
	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	text_add_bytes(writer->out, digits + at, sizeof(digits) - at);
}

static void write_record(struct writer *writer, const struct record *record, const void *data)
{
	write_open(writer, '{');
	write_fields(writer, record->fields, data, true);
}

static void write_part(struct writer *writer)
{
	const struct record_stream *stream = writer->stream;

	if (!stream || writer->failed || writer->out->failed || writer->out->length < PART_BYTES)
		return;
	if (stream->sink(writer->out, stream->data, writer->err))
		writer->failed = writer->stopped = true;
}

static void write_list(struct writer *writer, const struct record *record, const char *element,
		       size_t count)
{
	bool first = true;

	write_open(writer, '[');
	for (size_t i = 0; i < count && !writer->failed; i++, element += record->size) {
		write_next(writer, &first);
		write_record(writer, record, element);
		write_part(writer);
	}
	write_close(writer, ']', first);
}

static void write_map(struct writer *writer, const struct record *record, const char *element,
		      size_t count)
{
	bool first = true;

	write_open(writer, '{');
	for (size_t i = 0; i < count; i++, element += record->size) {
		write_key(writer, load_pointer(element + record->fields->offset), &first);
		write_open(writer, '{');
		write_fields(writer, record->fields + 1, element, true);
	}
	write_close(writer, '}', first);
}

static void write_strings(struct writer *writer, const char *const *strings, size_t count)
{
	bool first = true;

	write_open(writer, '[');
	for (size_t i = 0; i < count; i++) {
		write_next(writer, &first);
		write_string(writer, strings[i]);
	}
	write_close(writer, ']', first);
}

static void write_numbers(struct writer *writer, const uint32_t *numbers, size_t count)
{
	bool first = true;

	write_open(writer, '[');
	for (size_t i = 0; i < count; i++) {
		write_next(writer, &first);
		write_number(writer, numbers[i]);
	}
	write_close(writer, ']', first);
}

static void write_counts(struct writer *writer, const struct field *field, const uint64_t *counts)
{
	bool first = true;

	write_open(writer, '{');
	for (size_t i = 0; field->names[i]; i++) {
		if (!counts[i] && field->flags & FIELD_ONLY_NONZERO)
			continue;
		write_key(writer, field->names[i], &first);
		write_number(writer, counts[i]);
	}
	write_close(writer, '}', first);
}

static void write_fact(struct writer *writer, const struct fact *fact)
{
	switch (fact->type) {
	case FACT_NUMBER:
		write_number(writer, fact->number);
		return;
	case FACT_BOOL:
		write_value(writer, json_boolean(fact->number));
		return;
	case FACT_REAL:
		write_value(writer, json_from_real(fact->real));
		return;
	case FACT_STRING:
		break;
	}
	write_string(writer, fact->string);
}

static void write_facts(struct writer *writer, const struct fact *facts, size_t count)
{
	bool first = true;

	write_open(writer, '{');
	for (size_t i = 0; i < count; i++) {
		write_key(writer, facts[i].key, &first);
		write_fact(writer, &facts[i]);
	}
	write_close(writer, '}', first);
}

/* What is more than one value. */
static void write_compound(struct writer *writer, const struct field *field, const void *data)
{
	const void *member = (const char *)data + field->offset;

	switch (field->type) {
	case FIELD_RECORD:
		write_record(writer, field->record, member);
		return;
	case FIELD_RECORD_PTR:
		member = load_pointer(member);
		if (member)
			write_record(writer, field->record, member);
		else
			write_string(writer, NULL);
		return;
	case FIELD_LIST:
		write_list(writer, field->record, load_pointer(member), load_count(field, data));
		return;
	case FIELD_MAP:
		write_map(writer, field->record, load_pointer(member), load_count(field, data));
		return;
	case FIELD_STRINGS:
		write_strings(writer, load_pointer(member), load_count(field, data));
		return;
	case FIELD_NUMBERS:
		write_numbers(writer, load_pointer(member), load_count(field, data));
		return;
	case FIELD_COUNTS:
		write_counts(writer, field, member);
		return;
	default:
		write_facts(writer, load_pointer(member), load_count(field, data));
	}
}

static void write_field(struct writer *writer, const struct field *field, const void *data)
{
	const void *member = (const char *)data + field->offset;
	uint8_t name;

	switch (field->type) {
	case FIELD_BOOL:
		write_bool(writer, *(const bool *)member);
		return;
	case FIELD_U16:
		write_number(writer, *(const uint16_t *)member);
		return;
	case FIELD_U32:
		write_number(writer, *(const uint32_t *)member);
		return;
	case FIELD_U64:
		write_number(writer, *(const uint64_t *)member);
		return;
	case FIELD_SECONDS:
		write_value(writer, json_from_nanoseconds(*(const int64_t *)member));
		return;
	case FIELD_STRING:
		write_string(writer, load_pointer(member));
		return;
	case FIELD_NAME:
		name = *(const uint8_t *)member;
		write_string(writer, name < count_names(field->names) ? field->names[name] : NULL);
		return;
	default:
		write_compound(writer, field, data);
	}
}

/* The rest of an object that is open; @first: nothing is in it yet. */
static void write_fields(struct writer *writer, const struct field *field, const void *data,
			 bool first)
{
	for (; field->key && !writer->failed; field++) {
		if (is_absent(field, data))
			continue;
		write_key(writer, field->key, &first);
		write_field(writer, field, data);
	}
	write_close(writer, '}', first);
}

/* Back to what @out was before; but a sink may have got a part. */
static int give_up(struct writer *writer, const struct record *record, size_t before)
{
	struct text *out = writer->out;

	if (before < out->length) {
		out->length = before;
		out->chars[before] = '\0';
	}
	if (writer->stopped)
		return -1;
	return err_set(writer->err, ERR_MEMORY, "no memory to write %s as JSON", record->name);
}

int record_stream_json(const struct record *record, const void *data,
		       const struct record_stream *stream, struct err *err)
{
	struct writer writer = {.out = stream->out, .stream = stream, .err = err};
	size_t before = stream->out->length;

	if (!stream->sink)
		writer.stream = NULL;
	write_record(&writer, record, data);
	if (writer.failed || stream->out->failed)
		return give_up(&writer, record, before);
	return 0;
}

int record_to_json(const struct record *record, const void *data, struct text *out, struct err *err)
{
	const struct record_stream stream = {.out = out};

	return record_stream_json(record, data, &stream, err);
}

int record_to_jsonl(const struct record *record, const void *data, struct text *out,
		    struct err *err)
{
	struct writer writer = {.out = out, .compact = true, .err = err};
	size_t before = out->length;
	bool first = true;

	write_open(&writer, '{');
	write_key(&writer, "type", &first);
	write_string(&writer, record->name);
	write_fields(&writer, record->fields, data, first);
	text_add(out, "\n");
	if (writer.failed || out->failed)
		return give_up(&writer, record, before);
	return 0;
}
