/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files of a capture that goes on: one, or one after the other.
 */
#ifndef NOD_CMD_CAPTURE_FILES_H
#define NOD_CMD_CAPTURE_FILES_H

#include "lib/base/attr.h"
#include "pcap/listen.h"
#include "pcap/write.h"

/**
 * struct files_options - where and when
 * @path: as the user named it; "-" is standard output
 * @rotate_bytes, @rotate_ns: begin another file then; 0: not for that
 * @keep: how many of the newest are left; 0: all
 * @annotate: write the details of each frame, too
 * @interface: of all frames; borrowed
 */
struct files_options {
	const char *path;
	uint64_t rotate_bytes;
	int64_t rotate_ns;
	size_t keep;
	bool annotate;
	const struct capture_interface *interface;
};

struct capture_files;

/* Begin the first file. NULL and @err, which names it. */
struct capture_files *files_open(const struct files_options *options,
				 struct err *err) attr_must_check;

/* Write a frame; @listener is asked for its counts when a file is complete. */
int files_write(struct capture_files *files, const struct frame *frame, struct listener *listener,
		struct err *err) attr_must_check;

/* Close a file whose time is over. */
int files_settle(struct capture_files *files, struct listener *listener,
		 struct err *err) attr_must_check;

/* Let readers of a pipe see what there is. */
int files_flush(struct capture_files *files, struct err *err) attr_must_check;

/* What is known of the device by now. */
void files_vantage(struct capture_files *files, const struct vantage *vantage);

/*
 * Complete the last file and put it in its place; after an error of writing, what was written. -1 and @err.
 * files_close() afterwards.
 */
int files_finish(struct capture_files *files, struct listener *listener,
		 struct err *err) attr_must_check;
void files_close(struct capture_files *files);

/* Files begun. */
uint64_t files_count(const struct capture_files *files);

/*
 * The folder in which files of @path are made, without links; owned by the caller. NULL without an error if
 * none is (a pipe, a device), with @err if it is not there.
 */
char *files_folder(const char *path, bool rotate, struct err *err);

#endif
