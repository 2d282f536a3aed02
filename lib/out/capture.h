/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What nod says of captures, described for JSON: the tables behind lib/model/capture.h.
 */
#ifndef NOD_OUT_CAPTURE_H
#define NOD_OUT_CAPTURE_H

#include "lib/model/capture.h"
#include "lib/out/record.h"

/* struct capture_set: the document of --json. */
extern const struct record record_capture_set;

/* struct capture_live: what only nod capture knows. */
extern const struct record record_live;

/* struct endpoints: a flow, here and in other records. */
extern const struct record record_endpoints;

/*
 * The lines of --jsonl. A capture's line has its counts; its findings and flows follow on lines of
 * their own that name the file again.
 */
extern const struct record record_capture_line; /* struct capture */
extern const struct record record_finding_line; /* struct finding_line */
/* The same while a capture is taken, as soon as there is such a finding: counts go on growing. */
extern const struct record record_appeared_line;
extern const struct record record_flow_line;  /* struct flow_line */
extern const struct record record_frame_line; /* struct frame_line */
extern const struct record record_total_line; /* struct capture_total */

struct finding_line {
	const char *file;
	struct finding finding;
};

struct flow_line {
	const char *file;
	struct capture_flow flow;
};

#endif
