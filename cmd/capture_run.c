/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * In which order does nod capture open, give away, look and close?
 */
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cmd/capture.h"
#include "cmd/reading.h"
#include "cmd/report.h"
#include "cmd/signals.h"
#include "lib/host/kmsg.h"

#define MIB_BYTES UINT64_C(1048576)
#define SECOND_NS INT64_C(1000000000)

/*
 * Without its capabilities root may not write into the folder of somebody else. Then nod becomes that
 * somebody, who has fewer rights, and to whom the file should belong anyway. NULL: nobody else is needed.
 */
static const char *owner_needed(const char *folder, struct err *err)
{
	const struct passwd *owner;
	struct stat about;

	if (!folder || geteuid() != 0 || stat(folder, &about) < 0 || about.st_uid == 0 ||
	    about.st_mode & S_IWOTH || (about.st_gid == 0 && about.st_mode & S_IWGRP))
		return NULL;
	owner = getpwuid(about.st_uid);
	if (!owner)
		err_set(err, ERR_SYSTEM,
			"%s belongs to user %u, who has no name here: say with --user as whom "
			"files are made",
			folder, about.st_uid);
	return owner ? owner->pw_name : NULL;
}

/* Root is told why it may not write: without capabilities it is a user like others. */
static int explain_refusal(const char *path, struct err *err)
{
	struct err told = *err;
	struct stat about;

	if (geteuid() == 0 && stat(path, &about) == 0 && about.st_uid != 0)
		err_set(err, told.code,
			"%s: it belongs to user %u, and nod has dropped root's right to write "
			"what is not root's: --user=%u, or another name",
			told.text, about.st_uid, about.st_uid);
	return -1;
}

static bool is_rotating(const struct capture_options *options)
{
	return options->rotate_size.given || options->rotate_time.given;
}

static int open_files(struct capture_run *run, const struct capture_place *place, struct err *err)
{
	const struct capture_options *options = run->options;
	struct capture_interface interface = *listener_interface(run->listener);
	const struct files_options how = {
		.path = options->output,
		.rotate_bytes = options->rotate_size.value * MIB_BYTES,
		.rotate_ns = (int64_t)options->rotate_time.value * SECOND_NS,
		.keep = options->files.value,
		.annotate = options->annotate,
		.interface = &interface,
	};

	interface.vantage = run->vantage;
	interface.hardware = place->driver;
	interface.speed = place->speed;
	run->files = files_open(&how, err);
	return run->files ? 0 : -1;
}

static int open_analysis(struct capture_run *run, struct err *err)
{
	const struct capture_options *options = run->options;
	struct analysis_options how = {
		.mtu = (uint32_t)options->mtu.value,
		.max_flows = options->max_flows.value,
		.busiest = options->flows.value,
	};

	how.view = reading_view_options(&options->vxlan_ports);
	run->analysis = report_open(&how, err);
	if (!run->analysis)
		return -1;
	analysis_vantage(run->analysis, &run->vantage);
	return 0;
}

/* Files are opened by whom they shall belong to, and before the list of calls and folders is closed. */
static int open_output(struct capture_run *run, const struct capture_place *place,
		       struct confinement *confinement, struct err *err)
{
	const struct capture_options *options = run->options;

	if (!confinement->user)
		confinement->user = owner_needed(confinement->folder, err);
	if (err->code || confine_privileges(confinement, err) < 0)
		return -1;
	if (options->output && open_files(run, place, err) < 0)
		return explain_refusal(options->output, err);
	return 0;
}

static int confine(struct capture_run *run, const struct capture_place *place,
		   struct confinement *confinement, struct err *err)
{
	static const int heard[] = {SIGINT, SIGTERM, SIGHUP, SIGWINCH};
	const struct capture_options *options = run->options;
	char *folder = NULL;
	int result = -1;

	if (options->output) {
		folder = files_folder(options->output, is_rotating(options), err);
		run->flush = !folder;
	}
	confinement->folder = folder;
	if (!err->code && open_output(run, place, confinement, err) == 0) {
		/* Not before: a pipe that nobody reads keeps whoever opens it until Ctrl-C. */
		run->signals = signals_hear(heard, array_size(heard), &run->old_signals, err);
		result = run->signals < 0 ? -1 : confine_process(confinement, err);
	}
	confinement->folder = NULL;
	free(folder);
	return result;
}

static void start_clocks(struct capture_run *run)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	run->begin_ns = (int64_t)now.tv_sec * SECOND_NS + now.tv_nsec;
	run->next_tick_ns = run->begin_ns + SECOND_NS;
	run->deadline_ns = INT64_MAX;
	if (run->options->duration.given)
		run->deadline_ns =
			run->begin_ns + (int64_t)run->options->duration.value * SECOND_NS;
	run->table.used = run->analysis && isatty(STDOUT_FILENO) && !run->session->json &&
			  !run->session->jsonl && !run->session->quiet;
	if (run->table.used)
		table_resize(&run->table);
	run->table.last.now_ns = run->begin_ns;
}

/* All is over: complete the files, then say what was seen. */
static int finish(struct capture_run *run, const struct confinement *confinement,
		  struct capture_total *total, struct err *err)
{
	struct session session = *run->session;
	struct listen_counts counts;
	struct capture_live live = {
		.device = run->options->device,
		.ended = (uint8_t)run->ended,
		.confinement = {confinement->user, confinement->capabilities, confinement->landlock,
				confinement->seccomp},
	};

	listener_counts(run->listener, &counts);
	live.received = counts.received;
	live.dropped = counts.dropped;
	if (run->files && files_finish(run->files, run->listener, err) < 0)
		return -1;
	if (run->files)
		live.files = files_count(run->files);
	if (!run->analysis) {
		capture_say_counts(run, &live);
		return 0;
	}
	if (run->table.used) {
		if (table_clear(&run->table, &session, err) < 0)
			return -1;
		table_resize(&run->table);
		session.columns = run->table.columns;
	}
	run->session = &session;
	return capture_report(run, &live, total, err);
}

static enum status look(struct capture_run *run, const struct capture_place *place, struct err *err)
{
	struct confinement confinement = {.user = run->options->user};
	struct capture_total total = {0};
	int result;

	if (confine(run, place, &confinement, err) < 0)
		return err->code == ERR_USAGE ? STATUS_USAGE : STATUS_FAILURE;
	start_clocks(run);
	session_say(run->session, "listening on %s", listener_interface(run->listener)->name);
	capture_loop(run);
	result = finish(run, &confinement, &total, err);
	if (run->broken.code)
		*err = run->broken;
	if (result < 0 || run->broken.code)
		return STATUS_FAILURE;
	return report_is_failing(run->options->fail_on, &total) ? STATUS_ANSWER : STATUS_OK;
}

enum status capture_run(struct capture_run *run, const struct capture_place *place, struct err *err)
{
	bool analyse = !run->options->write_only;
	enum status status = STATUS_FAILURE;

	run->vantage = place->vantage;
	run->kmsg = kmsg_open();
	run->signals = -1;
	if (!analyse || open_analysis(run, err) == 0)
		status = look(run, place, err);
	files_close(run->files);
	analysis_close(run->analysis);
	if (run->signals >= 0)
		close(run->signals);
	if (run->kmsg >= 0)
		close(run->kmsg);
	return status;
}
