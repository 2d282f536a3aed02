/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts of nod capture.
 */
#ifndef NOD_CMD_CAPTURE_H
#define NOD_CMD_CAPTURE_H

#include <signal.h>

#include "cmd/capture_files.h"
#include "cmd/capture_table.h"
#include "cmd/command.h"
#include "lib/host/confine.h"
#include "lib/model/capture.h"
#include "pcap/analyze.h"
#include "pcap/listen.h"

struct capture_options {
	const char *device, *output, *filter, *user;
	struct param_number duration, count, rotate_size, rotate_time, files, snap_length, buffer;
	struct param_number mtu, flows, max_flows;
	struct param_numbers vxlan_ports;
	bool promiscuous, annotate, write_only;
	int fail_on;
};

/**
 * struct capture_place - the device as it was when the capture began
 * @driver: owned by @arena, NULL if not known
 * @speed: bits a second, 0 if not known
 */
struct capture_place {
	struct arena arena;
	struct vantage vantage;
	const char *driver;
	uint64_t speed;
};

/* Enter the namespace and look at the device. Free @place->arena, also after an error. */
int capture_look(const struct session *session, const char *device, struct capture_place *place,
		 struct err *err) attr_must_check;

/**
 * struct capture_run - one call
 * @analysis: NULL if frames are only written; @files: NULL if they are not
 * @flush: whoever reads the output waits for each frame: it is a pipe
 * @vantage: of the device, by now
 * @table: live, if there is a terminal
 * @signals, @kmsg: descriptors; @kmsg is -1 if the kernel's words may not be read
 * @frames, @bytes: taken; @seen: ids of findings that were told as they appeared
 * @begin_ns: CLOCK_MONOTONIC; @next_tick_ns, @deadline_ns: likewise, INT64_MAX for never
 * @stop_ns: CLOCK_REALTIME; frames after it are not taken
 * @broken: why it ended before its time; ERR_NONE if it did not
 */
struct capture_run {
	const struct capture_options *options;
	const struct session *session;
	struct listener *listener;
	struct analysis *analysis;
	struct capture_files *files;
	struct capture_table table;
	struct vantage vantage;
	int signals, kmsg;
	sigset_t old_signals;
	uint64_t frames, bytes;
	const char *seen[64];
	size_t nseen;
	int64_t begin_ns, next_tick_ns, deadline_ns, stop_ns;
	bool flush, over;
	enum capture_end ended;
	struct err broken;
};

/* Give away what is no longer needed, open the files, look, report. The listener and place are open. */
enum status capture_run(struct capture_run *run, const struct capture_place *place,
			struct err *err) attr_must_check;

/* Take frames until something ends it; what went wrong is left in @run->broken. */
void capture_loop(struct capture_run *run);

/* What the command prints at the end. */
int capture_report(struct capture_run *run, const struct capture_live *live,
		   struct capture_total *total, struct err *err) attr_must_check;

/* One line for --write-only: on standard error, standard output may be the capture. */
void capture_say_counts(const struct capture_run *run, const struct capture_live *live);

#endif
