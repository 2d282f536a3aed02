/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How does a struct become JSON by its table of fields?
 */
#include <string.h>

#include "lib/model/finding.h"
#include "lib/out/json.h"
#include "lib/out/record.h"

/* Every function that builds returns a new reference, or NULL if there is no memory. */
static json_t *build_record(const struct record *record, const void *data, const char *type);

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
	case FIELD_STRINGS:
	case FIELD_FACTS:
		return !load_count(field, data);
	case FIELD_COUNTS:
		return counts_are_zero(field, member);
	case FIELD_RECORD:
		break;
	}
	return false;
}

static json_t *build_name(const struct field *field, uint8_t index)
{
	return json_from_string(index < count_names(field->names) ? field->names[index] : NULL);
}

static json_t *build_list(const struct record *record, const char *first, size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++) {
		json_t *element = build_record(record, first + i * record->size, NULL);

		if (json_array_append_new(list, element)) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

static json_t *build_strings(const char *const *strings, size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++) {
		if (json_array_append_new(list, json_from_string(strings[i]))) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

static json_t *build_counts(const struct field *field, const uint64_t *counts)
{
	json_t *object = json_object();

	for (size_t i = 0; field->names[i]; i++) {
		if (!counts[i] && field->flags & FIELD_ONLY_NONZERO)
			continue;
		if (json_object_set_new(object, field->names[i], json_from_u64(counts[i]))) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

static json_t *build_fact(const struct fact *fact)
{
	switch (fact->type) {
	case FACT_NUMBER:
		return json_from_u64(fact->number);
	case FACT_REAL:
		return json_from_real(fact->real);
	case FACT_STRING:
		break;
	}
	return json_from_string(fact->string);
}

static json_t *build_facts(const struct fact *facts, size_t count)
{
	json_t *object = json_object();

	for (size_t i = 0; i < count; i++) {
		if (json_object_set_new(object, facts[i].key, build_fact(&facts[i]))) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

static json_t *build_value(const struct field *field, const void *data)
{
	const void *member = (const char *)data + field->offset;

	switch (field->type) {
	case FIELD_BOOL:
		return json_boolean(*(const bool *)member);
	case FIELD_U16:
		return json_from_u64(*(const uint16_t *)member);
	case FIELD_U32:
		return json_from_u64(*(const uint32_t *)member);
	case FIELD_U64:
		return json_from_u64(*(const uint64_t *)member);
	case FIELD_SECONDS:
		return json_from_nanoseconds(*(const int64_t *)member);
	case FIELD_STRING:
		return json_from_string(load_pointer(member));
	case FIELD_NAME:
		return build_name(field, *(const uint8_t *)member);
	case FIELD_RECORD:
		return build_record(field->record, member, NULL);
	case FIELD_RECORD_PTR:
		member = load_pointer(member);
		return member ? build_record(field->record, member, NULL) : json_null();
	case FIELD_LIST:
		return build_list(field->record, load_pointer(member), load_count(field, data));
	case FIELD_STRINGS:
		return build_strings(load_pointer(member), load_count(field, data));
	case FIELD_COUNTS:
		return build_counts(field, member);
	case FIELD_FACTS:
		break;
	}
	return build_facts(load_pointer(member), load_count(field, data));
}

/* @type is the value of "type" in front of all others, NULL for none. */
static json_t *build_record(const struct record *record, const void *data, const char *type)
{
	json_t *object = json_object();

	if (type && json_object_set_new(object, "type", json_from_string(type)))
		goto no_memory;
	for (const struct field *field = record->fields; field->key; field++) {
		if (field->flags & FIELD_SKIP_ZERO && is_zero(field, data))
			continue;
		if (json_object_set_new(object, field->key, build_value(field, data)))
			goto no_memory;
	}
	return object;
no_memory:
	json_decref(object);
	return NULL;
}

/* Takes @object over; it may be NULL. @end is added behind it. */
static int write_object(json_t *object, size_t flags, const char *end, struct text *out)
{
	size_t before = out->length;
	int status = object ? json_write(object, flags, out) : -1;

	json_decref(object);
	if (!status)
		text_add(out, end);
	if (!status && !out->failed)
		return 0;
	out->length = before;
	if (out->chars)
		out->chars[before] = '\0';
	return -1;
}

int record_to_json(const struct record *record, const void *data, struct text *out, struct err *err)
{
	json_t *object = build_record(record, data, NULL);

	if (write_object(object, JSON_INDENT(2), "", out))
		return err_set(err, ERR_MEMORY, "no memory to write %s as JSON", record->name);
	return 0;
}

int record_to_jsonl(const struct record *record, const void *data, struct text *out,
		    struct err *err)
{
	json_t *object = build_record(record, data, record->name);

	if (write_object(object, JSON_COMPACT, "\n", out))
		return err_set(err, ERR_MEMORY, "no memory to write %s as JSON", record->name);
	return 0;
}
