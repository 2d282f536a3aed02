/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How is a capture read from its first frame to its last?
 */
#include <stdio.h>

#include "cmd/reading.h"

/* How long a reading may take unannounced. */
#define PROGRESS_SECONDS 0.5

struct view_options reading_view_options(const struct param_numbers *vxlan_ports)
{
	struct view_options options = {0};

	for (size_t i = 0; i < vxlan_ports->count; i++)
		options.vxlan_ports[options.nvxlan_ports++] = (uint16_t)vxlan_ports->values[i];
	return options;
}

static double seconds_between(const struct timespec *from, const struct timespec *to)
{
	return (double)(to->tv_sec - from->tv_sec) + (double)(to->tv_nsec - from->tv_nsec) / 1e9;
}

void reading_show_progress(struct reading *reading, uint64_t frames)
{
	const char *label = reading->label ? reading->label : "";
	uint64_t size = file_size(reading->file);
	struct timespec now;
	char line[64];

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (seconds_between(&reading->shown, &now) < PROGRESS_SECONDS)
		return;
	reading->shown = now;
	if (size)
		snprintf(line, sizeof(line), "%s%llu frames, %u %%", label,
			 (unsigned long long)frames,
			 (unsigned int)(file_position(reading->file) * 100 / size));
	else
		snprintf(line, sizeof(line), "%s%llu frames", label, (unsigned long long)frames);
	session_progress(reading->session, line);
}

void reading_begin(struct reading *reading)
{
	clock_gettime(CLOCK_MONOTONIC, &reading->shown);
}

int reading_run(struct reading *reading, struct err *broken, struct err *err)
{
	return reading_run_with(reading, reading->take, broken, err);
}

void reading_note_failure(const struct session *session, size_t *failures, const char *path,
			  const char *what, struct err *err)
{
	struct text name attr_cleanup(text_free) = {0};

	text_add_untrusted(&name, path);
	if ((*failures)++)
		session_complain(session, "%s", err->text);
	err_set(err, ERR_FORMAT, "%s: %s", name.failed ? "capture" : name.chars, what);
}
