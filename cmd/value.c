/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is this word a value that the option can have?
 */
#include <stdio.h>
#include <string.h>

#include "cmd/suggest.h"
#include "cmd/value.h"

const char *shown_word(const char *word, size_t length, char shown[SHOWN_MAX])
{
	bool cut = length >= SHOWN_MAX;

	if (cut)
		length = SHOWN_MAX - sizeof("...");
	while (cut && length && ((unsigned char)word[length] & 0xc0) == 0x80)
		length--;
	snprintf(shown, SHOWN_MAX, "%.*s%s", (int)length, word, cut ? "..." : "");
	return shown;
}

static void *slot_target(const struct slot *slot)
{
	return (char *)slot->base + slot->param->offset;
}

static int number_error(const struct slot *slot, const char *text, struct err *err)
{
	const struct param *param = slot->param;
	char shown[SHOWN_MAX];

	shown_word(text, strlen(text), shown);
	if (param->max)
		return err_set(err, ERR_USAGE, "%s: %s is out of range (%llu to %llu)", slot->name,
			       shown, (unsigned long long)param->min,
			       (unsigned long long)param->max);
	return err_set(err, ERR_USAGE, "%s: %s is out of range (at least %llu)", slot->name, shown,
		       (unsigned long long)param->min);
}

/* Plain decimal only: no sign, no blank, no 0x, nothing behind. */
static int parse_number(const struct slot *slot, const char *text, uint64_t *number,
			struct err *err)
{
	const struct param *param = slot->param;
	uint64_t max = param->max ? param->max : UINT64_MAX;
	char shown[SHOWN_MAX];
	bool overflow = false;

	*number = 0;
	if (!*text || text[strspn(text, "0123456789")])
		return err_set(err, ERR_USAGE, "%s: \"%s\" is not a whole number", slot->name,
			       shown_word(text, strlen(text), shown));
	for (const char *digit = text; *digit; digit++)
		overflow |= __builtin_mul_overflow(*number, 10, number) ||
			    __builtin_add_overflow(*number, (uint64_t)(*digit - '0'), number);
	if (overflow || *number < param->min || *number > max)
		return number_error(slot, text, err);
	return 0;
}

static int store_number(const struct slot *slot, const char *value, struct err *err)
{
	struct param_number number = {0}, *target = slot_target(slot);

	if (value && parse_number(slot, value, &number.value, err))
		return -1;
	if (!value && slot->defaults)
		memcpy(&number, (const char *)slot->defaults + slot->param->offset, sizeof(number));
	number.given = true;
	*target = number;
	return 0;
}

static int store_numbers(const struct slot *slot, const char *value, struct err *err)
{
	struct param_numbers *numbers = slot_target(slot);
	uint64_t number;

	if (parse_number(slot, value, &number, err))
		return -1;
	if (numbers->count == PARAM_NUMBERS_MAX)
		return err_set(err, ERR_USAGE, "%s: given more than %d times", slot->name,
			       PARAM_NUMBERS_MAX);
	numbers->values[numbers->count++] = number;
	return 0;
}

static void list_choices(const struct choice *choices, char *list, size_t room)
{
	size_t used = (size_t)snprintf(list, room, "; choose from");

	for (; choices->name && used < room; choices++)
		used += (size_t)snprintf(list + used, room - used, " %s%s", choices->name,
					 choices[1].name ? "," : "");
}

static int store_choice(const struct slot *slot, const char *value, struct err *err)
{
	const struct choice *choices = slot->param->choices;
	struct suggestion suggestion;
	char hint[HINT_MAX], shown[SHOWN_MAX];

	suggest_init(&suggestion, value);
	for (int i = 0; choices[i].name; i++) {
		if (!strcmp(choices[i].name, value)) {
			*(int *)slot_target(slot) = i;
			return 0;
		}
		suggest_offer(&suggestion, choices[i].name);
	}
	if (!*suggest_hint(&suggestion, "", hint))
		list_choices(choices, hint, sizeof(hint));
	return err_set(err, ERR_USAGE, "%s: unknown value \"%s\"%s", slot->name,
		       shown_word(value, strlen(value), shown), hint);
}

int slot_store(const struct slot *slot, const char *value, struct err *err)
{
	void *target = slot_target(slot);

	switch (slot->param->type) {
	case PARAM_FLAG:
		*(bool *)target = true;
		return 0;
	case PARAM_COUNT:
		++*(unsigned int *)target;
		return 0;
	case PARAM_STRING:
	case PARAM_FILE:
		*(const char **)target = value;
		return 0;
	case PARAM_CHOICE:
		return store_choice(slot, value, err);
	case PARAM_NUMBER:
	case PARAM_OPTIONAL_NUMBER:
		return store_number(slot, value, err);
	case PARAM_NUMBERS:
		return store_numbers(slot, value, err);
	case PARAM_OPERANDS:
		break; /* not an option */
	}
	return 0;
}
