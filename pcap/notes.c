/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How is little kept of many flows, by detectors that know nothing of each other?
 *
 * All notes lie in one array of 8-byte units that doubles; a note is a header unit and its bytes. A
 * reference is the number of the header unit, so it stays good when the array moves.
 */
#include <stdlib.h>
#include <string.h>

#include "pcap/notes.h"

#define UNIT	  8u
#define MAX_UNITS 32u

struct note_header {
	uint32_t next;
	uint16_t detector, units;
};

_Static_assert(sizeof(struct note_header) == UNIT, "a header is one unit");

/**
 * struct notes - the array
 * @used: units; unit 0 is not used, so that 0 can stand for "none"
 * @free: by units, heads of the lists of places that were given back
 */
struct notes {
	struct note_header *units;
	size_t used, room;
	uint32_t free[MAX_UNITS + 1];
};

struct notes *notes_open(void)
{
	struct notes *notes = calloc(1, sizeof(*notes));

	if (notes)
		notes->used = 1;
	return notes;
}

void notes_close(struct notes *notes)
{
	if (!notes)
		return;
	free(notes->units);
	free(notes);
}

const void *notes_find(const struct notes *notes, uint32_t head, size_t detector)
{
	for (; head; head = notes->units[head].next)
		if (notes->units[head].detector == detector)
			return &notes->units[head + 1];
	return NULL;
}

static uint32_t take_units(struct notes *notes, uint32_t units)
{
	size_t room = notes->room ? notes->room * 2 : 1024;
	struct note_header *bigger;
	uint32_t place = notes->free[units];

	if (place) {
		notes->free[units] = notes->units[place].next;
		return place;
	}
	if (notes->used + units > notes->room) {
		if (room > UINT32_MAX)
			return 0;
		bigger = realloc(notes->units, room * sizeof(*bigger));
		if (!bigger)
			return 0;
		notes->units = bigger;
		notes->room = room;
	}
	place = (uint32_t)notes->used;
	notes->used += units;
	return place;
}

void *notes_make(struct notes *notes, uint32_t *head, size_t detector, size_t size)
{
	uint32_t units = 1 + (uint32_t)((size + UNIT - 1) / UNIT), place;
	void *found = (void *)notes_find(notes, *head, detector);

	if (found)
		return found;
	if (units > MAX_UNITS)
		return NULL;
	place = take_units(notes, units);
	if (!place)
		return NULL;
	notes->units[place] = (struct note_header){*head, (uint16_t)detector, (uint16_t)units};
	memset(&notes->units[place + 1], 0, (units - 1) * sizeof(struct note_header));
	*head = place;
	return &notes->units[place + 1];
}

void notes_release(struct notes *notes, uint32_t head)
{
	while (head) {
		struct note_header *note = &notes->units[head];
		uint32_t next = note->next;

		note->next = notes->free[note->units];
		notes->free[note->units] = head;
		head = next;
	}
}
