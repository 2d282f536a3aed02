/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What detectors keep of flows. Most flows show nothing, so a note is made when it is first needed;
 * a flow has a list of them, and places of forgotten flows are used again.
 */
#ifndef NOD_PCAP_NOTES_H
#define NOD_PCAP_NOTES_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/attr.h"

struct notes;

struct notes *notes_open(void) attr_must_check;
void notes_close(struct notes *notes);

/*
 * The note of @detector in the list that begins at *@head (0 is an empty list), made of @size zero
 * bytes if it is not there. NULL if there is no memory.
 */
void *notes_make(struct notes *notes, uint32_t *head, size_t detector, size_t size) attr_must_check;

/* The same, or NULL if it was never made. */
const void *notes_find(const struct notes *notes, uint32_t head, size_t detector);

/* Give back the whole list at @head. */
void notes_release(struct notes *notes, uint32_t head);

#endif
