/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A capture as the frames of one poll, for gro_replay_poll().
 */
#ifndef NOD_TESTS_POLLFILE_H
#define NOD_TESTS_POLLFILE_H

#include <error.h>
#include <stdlib.h>
#include <string.h>

#include "pcap/file.h"
#include "pcap/gro/replay.h"

/* More than may be sent, so that tests can ask for too many. */
#define POLL_FILE_MOST (GRO_REPLAY_BATCH + 8)

/**
 * struct poll_file - frames of a capture, which outlive it
 */
struct poll_file {
	struct span frames[POLL_FILE_MOST];
	size_t count;
};

static inline void poll_file_load(struct poll_file *poll, const char *path)
{
	struct err err = {0};
	struct capture_file *file = file_open(path, &err);
	struct frame frame;
	enum file_status status;

	if (!file)
		error(1, 0, "%s: %s", path, err.text);
	while ((status = file_next(file, &frame, &err)) == FILE_FRAME) {
		uint8_t *copy = malloc(frame.bytes.length);

		if (!copy || poll->count == POLL_FILE_MOST)
			error(1, 0, "%s: too much for one poll", path);
		memcpy(copy, frame.bytes.bytes, frame.bytes.length);
		poll->frames[poll->count++] = (struct span){copy, frame.bytes.length};
	}
	if (status == FILE_ERROR)
		error(1, 0, "%s: %s", path, err.text);
	file_close(file);
}

static inline void poll_file_free(struct poll_file *poll)
{
	for (size_t i = 0; i < poll->count; i++)
		free((void *)poll->frames[i].bytes);
	poll->count = 0;
}

#endif
