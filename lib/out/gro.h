/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What nod says of how a receiver would merge captures, described for JSON: the tables behind
 * lib/model/gro.h.
 */
#ifndef NOD_OUT_GRO_H
#define NOD_OUT_GRO_H

#include "lib/model/gro.h"
#include "lib/out/record.h"

/* struct gro_report_set: the document of --json. */
extern const struct record record_gro_set;

/*
 * The lines of --jsonl. A report's line has its counts; its costs, models and flows and what the kernel
 * said follow on lines of their own that name the file again.
 */
extern const struct record record_gro_line;	   /* struct gro_report */
extern const struct record record_gro_cost_line;   /* struct gro_cost_line */
extern const struct record record_gro_model_line;  /* struct gro_model_line */
extern const struct record record_gro_flow_line;   /* struct gro_flow_line */
extern const struct record record_gro_kernel_line; /* struct gro_kernel_line */

struct gro_cost_line {
	const char *file;
	struct gro_cost cost;
};

struct gro_model_line {
	const char *file;
	struct gro_model_count model;
};

struct gro_flow_line {
	const char *file;
	struct gro_flow flow;
};

struct gro_kernel_line {
	const char *file;
	struct gro_kernel kernel;
};

#endif
