/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How does JSON, that anybody may have written, become a struct by its table of fields?
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lib/model/finding.h"
#include "lib/out/json.h"
#include "lib/out/read.h"

/*
 * A struct may be far larger than the shortest text that makes one ("{}"): what lists take all together
 * is bounded by this, which leaves true documents alone.
 */
#define BYTES_PER_CHARACTER 64
#define BYTES_ALWAYS	    (1024u * 1024)

#define PATH_MAX_CHARS 120

/**
 * struct place - where in the document: a list of nested keys and indexes
 * @key: NULL for an element of a list, which is at @index
 */
struct place {
	const struct place *outer;
	const char *key;
	size_t index;
};

/**
 * struct reader - a document that is being read
 * @left: bytes that lists may still take
 */
struct reader {
	struct arena *arena;
	size_t left;
	struct err *err;
};

static int read_record(struct reader *reader, const struct record *record, const json_t *object,
		       void *data, const struct place *place);

static size_t add_path(const struct place *place, char *path, size_t room)
{
	size_t used = place->outer ? add_path(place->outer, path, room) : 0;
	int more;

	if (used >= room)
		return used;
	if (place->key)
		more = snprintf(path + used, room - used, "%s%.60s", used ? "." : "", place->key);
	else if (place->outer)
		more = snprintf(path + used, room - used, "[%zu]", place->index);
	else
		more = 0;
	return used + (more > 0 ? (size_t)more : 0);
}

static int wanted(struct reader *reader, const struct place *place, const char *what)
{
	char path[PATH_MAX_CHARS] = "";

	add_path(place, path, sizeof(path));
	return err_set(reader->err, ERR_FORMAT, "%s%s%s is wanted", path, *path ? ": " : "", what);
}

static void *allocate(struct reader *reader, size_t count, size_t size)
{
	void *memory = NULL;
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes) || bytes > reader->left) {
		err_set(reader->err, ERR_FORMAT, "lists that are far too long for the document");
		return NULL;
	}
	reader->left -= bytes;
	memory = arena_alloc(reader->arena, bytes);
	if (!memory)
		err_set(reader->err, ERR_MEMORY, "not enough memory");
	return memory;
}

static int copy_string(struct reader *reader, const char *string, const char **copy)
{
	*copy = arena_strdup(reader->arena, string);
	return *copy ? 0 : err_set(reader->err, ERR_MEMORY, "not enough memory");
}

static int read_string(struct reader *reader, const json_t *value, const char **string,
		       const struct place *place)
{
	*string = NULL;
	if (json_is_null(value))
		return 0;
	if (!json_is_string(value))
		return wanted(reader, place, "a string");
	return copy_string(reader, json_string_value(value), string);
}

static int read_number(struct reader *reader, const json_t *value, uint64_t max, uint64_t *number,
		       const struct place *place)
{
	char what[64];

	if (json_is_integer(value) && json_integer_value(value) >= 0 &&
	    (uint64_t)json_integer_value(value) <= max) {
		*number = (uint64_t)json_integer_value(value);
		return 0;
	}
	snprintf(what, sizeof(what), "a number from 0 to %llu", (unsigned long long)max);
	return wanted(reader, place, what);
}

/* A number of as many bytes as the member has. */
static int read_unsigned(struct reader *reader, const json_t *value, void *member, size_t size,
			 const struct place *place)
{
	uint64_t max = size == sizeof(uint64_t) ? INT64_MAX : (UINT64_C(1) << (8 * size)) - 1;
	uint64_t number;

	if (read_number(reader, value, max, &number, place))
		return -1;
	if (size == sizeof(uint16_t))
		*(uint16_t *)member = (uint16_t)number;
	else if (size == sizeof(uint32_t))
		*(uint32_t *)member = (uint32_t)number;
	else
		*(uint64_t *)member = number;
	return 0;
}

static int read_seconds(struct reader *reader, const json_t *value, int64_t *nanoseconds,
			const struct place *place)
{
	double seconds = json_is_number(value) ? json_number_value(value) : NAN;

	/* Below 2^63 nanoseconds; not a number is refused too. */
	if (!(fabs(seconds) < 9.2e9))
		return wanted(reader, place, "a number of seconds");
	*nanoseconds = (int64_t)(seconds * 1e9 + (seconds < 0 ? -0.5 : 0.5));
	return 0;
}

static int read_bool(struct reader *reader, const json_t *value, bool *flag,
		     const struct place *place)
{
	if (!json_is_boolean(value))
		return wanted(reader, place, "true or false");
	*flag = json_is_true(value);
	return 0;
}

static int read_name(struct reader *reader, const json_t *value, const char *const *names,
		     uint8_t *index, const struct place *place)
{
	*index = UINT8_MAX;
	if (json_is_null(value))
		return 0;
	for (size_t i = 0; json_is_string(value) && i < UINT8_MAX && names[i]; i++) {
		if (strcmp(names[i], json_string_value(value)) == 0) {
			*index = (uint8_t)i;
			return 0;
		}
	}
	return wanted(reader, place, "one of the words that nod writes there");
}

static void store_pointer(void *member, const void *pointer)
{
	memcpy(member, &pointer, sizeof(pointer));
}

static void store_count(const struct field *field, void *data, size_t count)
{
	memcpy((char *)data + field->count_offset, &count, sizeof(count));
}

static int read_list(struct reader *reader, const struct field *field, const json_t *list,
		     void *data, const struct place *place)
{
	size_t count = json_array_size(list);
	char *elements;

	if (!json_is_array(list))
		return wanted(reader, place, "a list");
	elements = allocate(reader, count, field->record->size);
	if (!elements)
		return -1;
	for (size_t i = 0; i < count; i++) {
		const struct place here = {.outer = place, .index = i};

		if (read_record(reader, field->record, json_array_get(list, i),
				elements + i * field->record->size, &here))
			return -1;
	}
	store_pointer((char *)data + field->offset, elements);
	store_count(field, data, count);
	return 0;
}

static int read_map(struct reader *reader, const struct field *field, const json_t *map, void *data,
		    const struct place *place)
{
	size_t count = json_object_size(map), key_offset = field->record->fields->offset;
	const char *key, *copy;
	char *element, *elements;
	json_t *value;

	if (!json_is_object(map))
		return wanted(reader, place, "an object");
	elements = element = allocate(reader, count, field->record->size);
	if (!elements)
		return -1;
	json_object_foreach((json_t *)map, key, value)
	{
		const struct place here = {.outer = place, .key = key};

		if (read_record(reader, field->record, value, element, &here) ||
		    copy_string(reader, key, &copy))
			return -1;
		store_pointer(element + key_offset, copy);
		element += field->record->size;
	}
	store_pointer((char *)data + field->offset, elements);
	store_count(field, data, count);
	return 0;
}

static int read_strings(struct reader *reader, const struct field *field, const json_t *list,
			void *data, const struct place *place)
{
	size_t count = json_array_size(list);
	const char **strings;

	if (!json_is_array(list))
		return wanted(reader, place, "a list of strings");
	strings = allocate(reader, count, sizeof(*strings));
	if (!strings)
		return -1;
	for (size_t i = 0; i < count; i++) {
		const struct place here = {.outer = place, .index = i};

		if (read_string(reader, json_array_get(list, i), &strings[i], &here))
			return -1;
	}
	store_pointer((char *)data + field->offset, strings);
	store_count(field, data, count);
	return 0;
}

static int read_numbers(struct reader *reader, const struct field *field, const json_t *list,
			void *data, const struct place *place)
{
	size_t count = json_array_size(list);
	uint32_t *numbers;

	if (!json_is_array(list))
		return wanted(reader, place, "a list of numbers");
	numbers = allocate(reader, count, sizeof(*numbers));
	if (!numbers)
		return -1;
	for (size_t i = 0; i < count; i++) {
		const struct place here = {.outer = place, .index = i};

		if (read_unsigned(reader, json_array_get(list, i), &numbers[i], sizeof(*numbers),
				  &here))
			return -1;
	}
	store_pointer((char *)data + field->offset, numbers);
	store_count(field, data, count);
	return 0;
}

static int read_counts(struct reader *reader, const struct field *field, const json_t *object,
		       uint64_t *counts, const struct place *place)
{
	if (!json_is_object(object))
		return wanted(reader, place, "an object of numbers");
	for (size_t i = 0; field->names[i]; i++) {
		const struct place here = {.outer = place, .key = field->names[i]};
		const json_t *value = json_object_get(object, field->names[i]);

		if (value && read_number(reader, value, INT64_MAX, &counts[i], &here))
			return -1;
	}
	return 0;
}

static int read_fact(struct reader *reader, const json_t *value, struct fact *fact,
		     const struct place *place)
{
	fact->unit = "";
	switch (json_typeof(value)) {
	case JSON_INTEGER:
		fact->type = FACT_NUMBER;
		return read_number(reader, value, INT64_MAX, &fact->number, place);
	case JSON_TRUE:
	case JSON_FALSE:
		fact->type = FACT_BOOL;
		fact->number = json_is_true(value);
		return 0;
	case JSON_REAL:
		fact->type = FACT_REAL;
		fact->real = json_real_value(value);
		return 0;
	case JSON_NULL:
		fact->type = FACT_REAL;
		fact->real = NAN;
		return 0;
	case JSON_STRING:
		fact->type = FACT_STRING;
		return copy_string(reader, json_string_value(value), &fact->string);
	default:
		return wanted(reader, place, "a number, a string, true or false");
	}
}

static int read_facts(struct reader *reader, const struct field *field, const json_t *object,
		      void *data, const struct place *place)
{
	size_t count = json_object_size(object);
	struct fact *fact, *facts;
	const char *key;
	json_t *value;

	if (!json_is_object(object))
		return wanted(reader, place, "an object");
	facts = fact = allocate(reader, count, sizeof(*facts));
	if (!facts)
		return -1;
	json_object_foreach((json_t *)object, key, value)
	{
		const struct place here = {.outer = place, .key = key};

		if (read_fact(reader, value, fact, &here) || copy_string(reader, key, &fact->key))
			return -1;
		fact++;
	}
	store_pointer((char *)data + field->offset, facts);
	store_count(field, data, count);
	return 0;
}

static int read_record_ptr(struct reader *reader, const struct record *record, const json_t *value,
			   void *member, const struct place *place)
{
	void *data = NULL;

	if (!json_is_null(value)) {
		data = allocate(reader, 1, record->size);
		if (!data || read_record(reader, record, value, data, place))
			return -1;
	}
	store_pointer(member, data);
	return 0;
}

/* What is more than one value. */
static int read_compound(struct reader *reader, const struct field *field, const json_t *value,
			 void *data, const struct place *place)
{
	void *member = (char *)data + field->offset;

	switch (field->type) {
	case FIELD_RECORD:
		return read_record(reader, field->record, value, member, place);
	case FIELD_RECORD_PTR:
		return read_record_ptr(reader, field->record, value, member, place);
	case FIELD_LIST:
		return read_list(reader, field, value, data, place);
	case FIELD_MAP:
		return read_map(reader, field, value, data, place);
	case FIELD_STRINGS:
		return read_strings(reader, field, value, data, place);
	case FIELD_NUMBERS:
		return read_numbers(reader, field, value, data, place);
	case FIELD_COUNTS:
		return read_counts(reader, field, value, member, place);
	default:
		return read_facts(reader, field, value, data, place);
	}
}

static int read_field(struct reader *reader, const struct field *field, const json_t *value,
		      void *data, const struct place *place)
{
	void *member = (char *)data + field->offset;

	switch (field->type) {
	case FIELD_BOOL:
		return read_bool(reader, value, member, place);
	case FIELD_U16:
		return read_unsigned(reader, value, member, sizeof(uint16_t), place);
	case FIELD_U32:
		return read_unsigned(reader, value, member, sizeof(uint32_t), place);
	case FIELD_U64:
		return read_unsigned(reader, value, member, sizeof(uint64_t), place);
	case FIELD_SECONDS:
		return read_seconds(reader, value, member, place);
	case FIELD_STRING:
		return read_string(reader, value, member, place);
	case FIELD_NAME:
		return read_name(reader, value, field->names, member, place);
	default:
		return read_compound(reader, field, value, data, place);
	}
}

/* Bits of several fields come together in one member. */
static void store_has(const struct field *field, void *data)
{
	uint32_t has;

	if (!field->has)
		return;
	memcpy(&has, (char *)data + field->has_offset, sizeof(has));
	has |= field->has;
	memcpy((char *)data + field->has_offset, &has, sizeof(has));
}

static int read_record(struct reader *reader, const struct record *record, const json_t *object,
		       void *data, const struct place *place)
{
	if (!json_is_object(object))
		return wanted(reader, place, "an object");
	for (const struct field *field = record->fields; field->key; field++) {
		const struct place here = {.outer = place, .key = field->key};
		const json_t *value = json_object_get(object, field->key);

		if (!value)
			continue;
		if (read_field(reader, field, value, data, &here))
			return -1;
		store_has(field, data);
	}
	return 0;
}

static int parse_error(const json_error_t *error, struct err *err)
{
	if (json_error_code(error) == json_error_out_of_memory)
		return err_set(err, ERR_MEMORY, "not enough memory");
	return err_set(err, ERR_FORMAT, "line %d, column %d: %s", error->line, error->column,
		       error->text);
}

int record_from_json(const struct record *record, struct span text, void *data, struct arena *arena,
		     struct err *err)
{
	const struct place root = {.key = NULL};
	struct reader reader = {.arena = arena, .err = err};
	json_error_t error;
	json_t *object;
	int result;

	memset(data, 0, record->size);
	if (__builtin_mul_overflow(text.length, BYTES_PER_CHARACTER, &reader.left) ||
	    __builtin_add_overflow(reader.left, BYTES_ALWAYS, &reader.left))
		reader.left = SIZE_MAX;
	object = json_loadb((const char *)text.bytes, text.length, JSON_REJECT_DUPLICATES, &error);
	if (!object)
		return parse_error(&error, err);
	result = read_record(&reader, record, object, data, &root);
	json_decref(object);
	return result;
}
