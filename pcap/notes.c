/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How is little kept of many flows, by detectors that know nothing of each other?
 *
 * Notes lie in chunks that never move, in units of 8 bytes; a note is a header unit and its bytes,
 * within one chunk. A reference is the number of the header unit, half of a pointer. One array that
 * grows would be simpler, but each time it is copied the old one leaves a hole of half its size.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "pcap/notes.h"

#define UNIT	    8u
#define MAX_UNITS   32u
#define CHUNK_BITS  13
#define CHUNK_UNITS (1u << CHUNK_BITS)

struct note_header {
	uint32_t next;
	uint16_t detector, units;
};

_Static_assert(sizeof(struct note_header) == UNIT, "a header is one unit");

/**
 * struct notes - all of them
 * @used: units handed out, and skipped at the end of chunks; unit 0 is not used, so that 0 can stand
 *        for "none"
 * @free: by units, heads of the lists of places that were given back
 */
struct notes {
	struct note_header **chunks;
	size_t nchunks, used;
	uint32_t free[MAX_UNITS + 1];
};

static struct note_header *unit_at(const struct notes *notes, uint32_t unit)
{
	return &notes->chunks[unit >> CHUNK_BITS][unit & (CHUNK_UNITS - 1)];
}

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
	for (size_t i = 0; i < notes->nchunks; i++)
		free(notes->chunks[i]);
	free(notes->chunks);
	free(notes);
}

const void *notes_find(const struct notes *notes, uint32_t head, size_t detector)
{
	while (head) {
		const struct note_header *note = unit_at(notes, head);

		if (note->detector == detector)
			return note + 1;
		head = note->next;
	}
	return NULL;
}

static bool add_chunk(struct notes *notes)
{
	struct note_header **chunks;

	chunks = realloc(notes->chunks, (notes->nchunks + 1) * sizeof(*chunks));
	if (!chunks)
		return false;
	notes->chunks = chunks;
	chunks[notes->nchunks] = malloc(CHUNK_UNITS * sizeof(struct note_header));
	if (!chunks[notes->nchunks])
		return false;
	notes->nchunks++;
	return true;
}

/* The first of @units that lie together; 0 if there is no memory. */
static uint32_t take_units(struct notes *notes, uint32_t units)
{
	uint32_t place = notes->free[units];
	size_t first = notes->used;

	if (place) {
		notes->free[units] = unit_at(notes, place)->next;
		return place;
	}
	if ((first & (CHUNK_UNITS - 1)) + units > CHUNK_UNITS)
		first = (first | (CHUNK_UNITS - 1)) + 1;
	if (first + units > UINT32_MAX)
		return 0;
	if (first + units > notes->nchunks * (size_t)CHUNK_UNITS && !add_chunk(notes))
		return 0;
	notes->used = first + units;
	return (uint32_t)first;
}

void *notes_make(struct notes *notes, uint32_t *head, size_t detector, size_t size)
{
	uint32_t units = 1 + (uint32_t)((size + UNIT - 1) / UNIT), place;
	void *found = (void *)notes_find(notes, *head, detector);
	struct note_header *note;

	if (found)
		return found;
	if (units > MAX_UNITS)
		return NULL;
	place = take_units(notes, units);
	if (!place)
		return NULL;
	note = unit_at(notes, place);
	*note = (struct note_header){*head, (uint16_t)detector, (uint16_t)units};
	memset(note + 1, 0, (units - 1) * sizeof(*note));
	*head = place;
	return note + 1;
}

void notes_release(struct notes *notes, uint32_t head)
{
	while (head) {
		struct note_header *note = unit_at(notes, head);
		uint32_t next = note->next;

		note->next = notes->free[note->units];
		notes->free[note->units] = head;
		head = next;
	}
}
