/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Captures written: pcapng (draft-ietf-opsawg-pcapng) or classic pcap with nanoseconds.
 *
 * A capture that is made of another one grows beside its place, under a name of its own, and takes its place
 * only when it is complete: whatever goes wrong, no half file stands there.
 *
 * A capture of what happens now cannot be made again: it stands in its place from the beginning
 * (write_options.growing), for others to read while it grows, and whatever ends the program, what was flushed
 * is there. Every prefix of it that write_flush() left is a capture by itself; one that was cut elsewhere, by a
 * machine that failed, is readable up to its last whole record.
 */
#ifndef NOD_PCAP_WRITE_H
#define NOD_PCAP_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/attr.h"
#include "lib/base/err.h"
#include "lib/base/span.h"
#include "pcap/file.h"

enum write_format {
	WRITE_PCAPNG,
	WRITE_PCAP
};

/**
 * struct write_options - the capture as a whole
 * @application: who writes ("nod 0.1.0"), @comment: of the section; pcapng only, NULL if none
 * @growing: the file is at its place, in place of what was there, from the beginning; see above. It is neither
 *	     synced nor, by write_abort(), removed
 */
struct write_options {
	enum write_format format;
	const char *application, *comment;
	bool growing;
};

/**
 * struct write_frame - one record
 * @head, @body: its bytes, in two parts so that a caller need not copy payload; either may be empty
 * @wire_len: at least as many
 * @flags: enum frame_flag: time, direction, checksum and segmentation bits
 * @interface: number returned by write_interface()
 * @comment: of this record, pcapng only; NULL if none
 * @truth: written if FRAME_TRUTH and there is something to say that @flags do not, pcapng only (annotation.h)
 */
struct write_frame {
	struct span head, body;
	int64_t time_ns;
	uint32_t wire_len, interface, flags;
	const char *comment;
	struct frame_truth truth;
};

/**
 * struct write_statistics - of one interface, at the end (interface statistics block)
 * @received: frames that passed the filter, @dropped: of these, for which there was no room
 */
struct write_statistics {
	uint32_t interface;
	int64_t begin_ns, end_ns;
	uint64_t received, dropped;
	const struct vantage *vantage;
};

struct capture_writer;

/*
 * Begin a capture that will be @path ("-": standard output, which has no second name). What is there
 * already is replaced at the end only, unless it is to grow there. NULL and @err.
 */
struct capture_writer *write_open(const char *path, const struct write_options *options,
				  struct err *err) attr_must_check;

/*
 * An interface like @interface of a capture that was read, with nanoseconds. Returns its number, or -1
 * and @err: classic pcap has one link type (ERR_UNSUPPORTED for a second).
 */
int write_interface(struct capture_writer *writer, const struct capture_interface *interface,
		    struct err *err) attr_must_check;

/*
 * -1 and @err (ERR_SYSTEM: the disk is full; ERR_PIPE). Records are gathered and written in large pieces; of long
 * frames the bytes go from where they are.
 */
int write_record(struct capture_writer *writer, const struct write_frame *frame,
		 struct err *err) attr_must_check;

/* pcapng; classic pcap has no place for it. A @vantage that changed since write_interface() is said again. */
int write_statistics(struct capture_writer *writer, const struct write_statistics *statistics,
		     struct err *err) attr_must_check;

/* Let readers see what was written so far: a pipe, or a file that somebody follows. */
int write_flush(struct capture_writer *writer, struct err *err) attr_must_check;

/* Bytes so far, of the file as it will be. */
uint64_t write_position(const struct capture_writer *writer);

/* Write what is left and put the file in its place. The writer is closed either way. */
int write_finish(struct capture_writer *writer, struct err *err) attr_must_check;

/*
 * Forget it: nothing is left behind, or, if it is growing, what was written up to the last flush. NULL is
 * allowed.
 */
void write_abort(struct capture_writer *writer);

#endif
