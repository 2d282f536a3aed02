/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Questions to the machine and its answers, on file: recorded on one machine, played back on
 * another. What nod asks of the kernel goes through here, so that kernels and drivers can be tested
 * that are not at hand.
 *
 * The file is text. "? CHANNEL HEX" starts a question, "= HEX" is a piece of the answer, in order,
 * "! ERRNO" an answer that was an error. Lines that start with # are for people.
 */
#ifndef NOD_BASE_TAPE_H
#define NOD_BASE_TAPE_H

#include "lib/base/err.h"
#include "lib/base/span.h"

struct tape;

/* Start a recording; the file must not exist. NULL and @err. */
struct tape *tape_record(const char *path, struct err *err) attr_must_check;

/*
 * Read a recording whole. NULL and @err: ERR_SYSTEM, or ERR_FORMAT with the number of the line, also if
 * there is no question in it.
 */
struct tape *tape_play(const char *path, struct err *err) attr_must_check;

/* The same of bytes in memory (for tests and fuzzing). */
struct tape *tape_play_bytes(struct span bytes, struct err *err) attr_must_check;

bool tape_is_playing(const struct tape *tape) attr_pure;

/* Add a question to a recording, then each piece of its answer; @error is an errno, 0 for none. */
void tape_add_question(struct tape *tape, const char *channel, struct span question);
void tape_add_answer(struct tape *tape, struct span piece);
void tape_add_error(struct tape *tape, int error);

/**
 * struct tape_answer - a position in a recording
 * @error: errno at the end of the answer; 0 for none
 */
struct tape_answer {
	const struct tape *tape;
	size_t next, end;
	int error;
};

/*
 * Find the answer to a question: the first that was not given yet, else the last one again, so that
 * a question that was asked twice gets both answers. false if it was never asked.
 */
bool tape_find(struct tape *tape, const char *channel, struct span question,
	       struct tape_answer *answer);

/*
 * Something is wrong with the last answer, or there was none: put the name of the file and the line of
 * its question, or the last one of the file, before the text of @err. Returns -1.
 */
int tape_blame(const struct tape *tape, struct err *err);

/* The next piece, borrowed from the tape; false at the end. */
bool tape_next(struct tape_answer *answer, struct span *piece);

/*
 * Write out what is recorded. -1 and @err if the disk is full; the tape is gone either way. NULL is
 * no tape, and fine.
 */
int tape_close(struct tape *tape, struct err *err);

#endif
