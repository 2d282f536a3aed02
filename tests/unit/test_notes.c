/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does every flow keep its own notes, of any size, while others come and go?
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pcap/notes.h"

#define FLOWS	  500
#define DETECTORS 60
#define MOST	  240

static bool is_zero(const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (bytes[i])
			return false;
	return true;
}

static void test_first_note(void **state)
{
	struct notes *notes = notes_open();
	uint32_t head = 0;
	uint8_t *note;

	(void)state;
	assert_non_null(notes);
	assert_null(notes_find(notes, 0, 0));
	note = notes_make(notes, &head, 7, 12);
	assert_non_null(note);
	assert_int_not_equal(head, 0);
	assert_true(is_zero(note, 12));
	assert_int_equal((uintptr_t)note % 8, 0);
	note[11] = 5;
	assert_ptr_equal(notes_make(notes, &head, 7, 12), note);
	assert_ptr_equal(notes_find(notes, head, 7), note);
	assert_null(notes_find(notes, head, 6));
	assert_null(notes_find(notes, 0, 7));
	assert_int_equal(note[11], 5);
	notes_release(notes, head);
	notes_close(notes);
	notes_close(NULL);
}

static size_t size_of(size_t flow, size_t detector)
{
	return 1 + (flow * 31 + detector * 17) % MOST;
}

static void fill_note(struct notes *notes, uint32_t *head, size_t flow, size_t detector)
{
	size_t size = size_of(flow, detector);
	uint8_t *note = notes_make(notes, head, detector, size);

	assert_non_null(note);
	assert_true(is_zero(note, size));
	memset(note, (int)(1 + (flow + detector) % 255), size);
}

static void check_note(const struct notes *notes, uint32_t head, size_t flow, size_t detector)
{
	const uint8_t *note = notes_find(notes, head, detector);

	assert_non_null(note);
	for (size_t i = 0; i < size_of(flow, detector); i++)
		assert_int_equal(note[i], 1 + (flow + detector) % 255);
}

/* Of many flows and detectors: none writes over another, and the notes stay while the memory moves. */
static void test_many(void **state)
{
	struct notes *notes = notes_open();
	uint32_t heads[FLOWS] = {0};

	(void)state;
	assert_non_null(notes);
	for (size_t detector = 0; detector < DETECTORS; detector++)
		for (size_t flow = 0; flow < FLOWS; flow++)
			fill_note(notes, &heads[flow], flow, detector);
	for (size_t flow = 0; flow < FLOWS; flow++)
		for (size_t detector = 0; detector < DETECTORS; detector++)
			check_note(notes, heads[flow], flow, detector);
	notes_close(notes);
}

/* Places that were given back are used again: zeroed, and without harm to the others. */
static void test_released(void **state)
{
	struct notes *notes = notes_open();
	uint32_t heads[FLOWS] = {0};

	(void)state;
	assert_non_null(notes);
	for (unsigned int round = 0; round < 20; round++) {
		for (size_t flow = round % 3; flow < FLOWS; flow += 3) {
			notes_release(notes, heads[flow]);
			heads[flow] = 0;
		}
		for (size_t flow = round % 3; flow < FLOWS; flow += 3)
			for (size_t detector = 0; detector < 5; detector++)
				fill_note(notes, &heads[flow], flow, detector);
		for (size_t flow = 0; flow < FLOWS; flow++)
			for (size_t detector = 0; heads[flow] && detector < 5; detector++)
				check_note(notes, heads[flow], flow, detector);
	}
	notes_close(notes);
}

/* References are the numbers of places: giving back and taking again needs no new ones. */
static void test_no_growth(void **state)
{
	struct notes *notes = notes_open();
	uint32_t most = 0;

	(void)state;
	assert_non_null(notes);
	for (unsigned int round = 0; round < 1000; round++) {
		uint32_t heads[3] = {0};

		for (size_t i = 0; i < 24; i++) {
			uint32_t *head = &heads[i % 3];

			fill_note(notes, head, 3, i / 3);
			if (round && *head > most)
				fail_msg("round %u: place %u, the highest was %u", round, *head,
					 most);
			if (*head > most)
				most = *head;
		}
		for (size_t i = 0; i < 3; i++)
			notes_release(notes, heads[i]);
	}
	notes_close(notes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_note),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_released),
		cmocka_unit_test(test_no_growth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
