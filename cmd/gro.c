/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nod gro: how much of this capture would a receiver merge, what keeps it from more, and what helps?
 */
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "cmd/gro.h"
#include "cmd/spool.h"
#include "cmd/suggest.h"
#include "cmd/value.h"
#include "pcap/gro/study.h"

struct gro_options {
	struct param_operands files;
	const char *model, *filter;
	struct param_number budget, gap, mtu, flows, max_flows;
	struct param_numbers vxlan_ports;
	bool kernel, split;
	int mode;
};

static const struct gro_options defaults = {
	.budget = {.value = GRO_QUEUE_BUDGET},
	.gap = {.value = 20},
	.flows = {.value = 10},
	.max_flows = {.value = 1000000},
};

static const struct choice mode_choices[] = {
	[GRO_MODE_HOST] = {"host", "TCP is merged, UDP is not: what a kernel does by itself"},
	[GRO_MODE_UDP] = {"udp", "UDP too, for sockets that ask for it (UDP_GRO)"},
	[GRO_MODE_FORWARDING] = {"forwarding", "UDP too, where it is forwarded and "
					       "rx-udp-gro-forwarding is on"},
	[GRO_MODE_FRAGLIST] = {"fraglist", "what is forwarded is chained, headers and all, where "
					   "rx-gro-list is on"},
	{NULL, NULL},
};

/**
 * struct job - all files of one call
 * @running: release of the running kernel
 * @chosen: the model was taken because of it
 * @last: the failure noted last, which main prints
 * @failures: files that could not be read, or not to their end, and refusals of the kernel to be asked
 * @unfit, @differing: reports that say so
 */
struct job {
	const struct gro_options *options;
	const struct session *session;
	struct filter *filter;
	struct arena *arena;
	struct gro_study_options study;
	struct gro_oracle oracle;
	const char *running;
	bool chosen;
	struct err *last;
	struct gro_report_set set;
	size_t failures, unfit, differing;
};

#define ALL_MODELS "all"

static void unknown_model(const char *word, struct err *err)
{
	char shown[SHOWN_MAX], hint[HINT_MAX];
	struct suggestion suggestion;

	suggest_init(&suggestion, word);
	for (const struct gro_model *model = gro_models; model->id; model++)
		suggest_offer(&suggestion, model->id);
	suggest_offer(&suggestion, ALL_MODELS);
	suggest_hint(&suggestion, "", hint);
	err_set(err, ERR_USAGE, "there is no model \"%s\"%s", shown_word(word, strlen(word), shown),
		*hint ? hint : "; nod explain lists all");
}

/* "6.12", "linux-6.12", "6.12.94+deb13-amd64": a version, whatever follows its first two numbers. */
static bool read_version(const char *word, unsigned int *major, unsigned int *minor)
{
	int length = 0;

	word += strncmp(word, "linux", 5) == 0 ? 5 : 0;
	word += *word == '-';
	return sscanf(word, "%3u.%3u%n", major, minor, &length) == 2 &&
	       (!word[length] || strchr(".-+", word[length]));
}

/* A model, or the one of a kernel's version: linux-6.12 is merged as linux-6.10 is. */
static const struct gro_model *find_model(const char *word, struct err *err)
{
	const struct gro_model *model = gro_model_lookup(word);
	unsigned int major, minor;

	if (model)
		return model;
	if (!read_version(word, &major, &minor)) {
		unknown_model(word, err);
		return NULL;
	}
	model = gro_model_of_linux(major, minor);
	if ((major << 16 | minor << 8) >= model->since)
		return model;
	err_set(err, ERR_USAGE, "there is no model of Linux %u.%u: %s is the oldest", major, minor,
		model->id);
	return NULL;
}

/* The model asked for, else that of the running kernel. */
static int choose_model(struct job *job, struct err *err)
{
	const char *word = job->options->model;
	unsigned int major, minor;

	job->study.all_models = word && strcmp(word, ALL_MODELS) == 0;
	if (word && !job->study.all_models) {
		job->study.rules.model = find_model(word, err);
		return job->study.rules.model ? 0 : -1;
	}
	if (!read_version(job->running, &major, &minor))
		return err_set(err, ERR_USAGE,
			       "this kernel's release says no version: name a --model");
	job->study.rules.model = gro_model_of_linux(major, minor);
	job->chosen = true;
	return 0;
}

static void choose_study(struct job *job)
{
	const struct gro_options *options = job->options;
	struct gro_study_options *study = &job->study;

	study->view = reading_view_options(&options->vxlan_ports);
	study->rules.mode = (enum gro_mode)options->mode;
	study->scope.plain_udp = study->rules.mode != GRO_MODE_HOST;
	study->budget = (unsigned int)options->budget.value;
	study->gap_ns = (int64_t)options->gap.value * 1000;
	study->mtu = (uint32_t)options->mtu.value;
	study->max_flows = options->max_flows.value;
	study->busiest = options->flows.value;
}

/* --- one file ------------------------------------------------------------------------------------ */

static int take_frame(void *context, const struct frame *frame, struct err *err)
{
	return gro_study_frame(context, frame, err);
}

/* What the study does not know of itself. */
static int complete_report(const struct job *job, const struct gro_fed *fed,
			   struct gro_report *report, struct err *err)
{
	report->format = arena_strdup(job->arena, fed->format);
	if (fed->broken.code)
		report->error = arena_strdup(job->arena, fed->broken.text);
	if (!report->format || (fed->broken.code && !report->error))
		return err_set(err, ERR_MEMORY, "out of memory");
	report->running = job->chosen ? job->running : NULL;
	report->mode = mode_choices[job->options->mode].name;
	report->split = fed->frames_split != 0;
	if (report->split)
		report->oversized = fed->frames_split;
	return 0;
}

static int study_file(struct job *job, const struct gro_feed *feed, struct gro_fed *fed,
		      struct gro_report *report, struct err *err)
{
	struct gro_study *study = gro_study_open(&job->study);
	int result = -1;

	if (!study)
		return err_set(err, ERR_MEMORY, "out of memory");
	if (gro_feed_run(feed, take_frame, study, fed, err) == 0 &&
	    gro_study_finish(study, job->arena, report, err) == 0)
		result = complete_report(job, fed, report, err);
	gro_study_close(study);
	return result;
}

/* Without an answer of the kernel the report is as good as without the question. */
static void ask_kernel(struct job *job, const struct gro_feed *feed, struct gro_report *report)
{
	struct gro_feed filled = *feed;
	const struct gro_question question = {
		.feed = &filled,
		.view = &job->study.view,
		.rules = job->study.rules,
		.release = job->running,
	};
	struct err err = {0};

	/* A sender's own frames would come to a receiver with checksums that its NIC filled in. */
	filled.fill = true;
	report->kernel = gro_ask_kernel(&job->oracle, &question, job->arena, &err);
	if (report->kernel)
		job->differing += report->kernel->differences != 0;
	else
		reading_note_failure(job->session, &job->failures, report->file, err.text,
				     job->last);
}

static int print_lines(const struct gro_report *report, struct text *out, struct err *err)
{
	if (record_to_jsonl(&record_gro_line, report, out, err) < 0)
		return -1;
	for (size_t i = 0; i < report->ncosts; i++) {
		struct gro_cost_line line = {report->file, report->costs[i]};

		if (record_to_jsonl(&record_gro_cost_line, &line, out, err) < 0)
			return -1;
	}
	for (size_t i = 0; i < report->nmodels; i++) {
		struct gro_model_line line = {report->file, report->models[i]};

		if (record_to_jsonl(&record_gro_model_line, &line, out, err) < 0)
			return -1;
	}
	for (size_t i = 0; i < report->nflows; i++) {
		struct gro_flow_line line = {report->file, report->flows[i]};

		if (record_to_jsonl(&record_gro_flow_line, &line, out, err) < 0)
			return -1;
	}
	if (report->kernel) {
		struct gro_kernel_line line = {report->file, *report->kernel};

		return record_to_jsonl(&record_gro_kernel_line, &line, out, err);
	}
	return 0;
}

/* Text and lines leave as soon as a file is done; the JSON document has to wait for the last. */
static int print_report(const struct job *job, const struct gro_report *report, bool is_first,
			struct err *err)
{
	const struct gro_text_options options = {
		.flows = job->options->flows.given,
		.all_models = job->study.all_models,
	};
	struct text out attr_cleanup(text_free) = {0};

	if (job->session->json)
		return 0;
	if (job->session->jsonl) {
		if (print_lines(report, &out, err) < 0)
			return -1;
	} else {
		text_add(&out, is_first ? "" : "\n");
		gro_text_report(&out, report, job->session, &options);
	}
	return session_write(job->session, &out, err);
}

/* The report of one capture. 1 if there is none, for it cannot be read at all: @err says why. */
static int report_file(struct job *job, const struct gro_feed *feed, struct gro_report *report,
		       struct err *err)
{
	struct gro_fed fed;

	if (study_file(job, feed, &fed, report, err) < 0)
		return fed.opened || err->code == ERR_MEMORY ? -1 : 1;
	if (report->error)
		reading_note_failure(job->session, &job->failures, report->file, report->error,
				     job->last);
	if (job->options->kernel)
		ask_kernel(job, feed, report);
	report->verdict = gro_verdict(report, job->arena);
	if (!report->verdict)
		return err_set(err, ERR_MEMORY, "out of memory");
	return 0;
}

static void set_feed(const struct job *job, const char *path, struct gro_feed *feed)
{
	*feed = (struct gro_feed){
		.session = job->session,
		.path = path,
		.filter = job->filter,
		.split = job->options->split,
		.survey = {.view = job->study.view,
			   .mtu = (uint32_t)job->options->mtu.value,
			   .max_flows = job->options->max_flows.value},
	};
}

/* -1 if the whole call has to end. */
static int do_file(struct job *job, const char *path, struct err *err)
{
	struct gro_report *report = &job->set.reports[job->set.nreports];
	struct spool spool = {.path = path, .fd = -1};
	struct gro_feed feed;
	int result = 1;

	report->file = path;
	if (!(job->options->split || job->options->kernel) || spool_open(&spool, path, err) == 0) {
		set_feed(job, spool.path, &feed);
		result = report_file(job, &feed, report, err);
		spool_close(&spool);
	}
	if (result < 0)
		return -1;
	if (result > 0) {
		reading_note_failure(job->session, &job->failures, path, err->text, job->last);
		return 0;
	}
	job->unfit += report->unfit;
	job->set.nreports++;
	return print_report(job, report, job->set.nreports == 1, err);
}

/* --- the whole call ------------------------------------------------------------------------------ */

static int print_end(const struct job *job, struct err *err)
{
	struct text out attr_cleanup(text_free) = {0};

	if (!job->session->json)
		return 0;
	if (record_to_json(&record_gro_set, &job->set, &out, err) < 0)
		return -1;
	text_add(&out, "\n");
	return session_write(job->session, &out, err);
}

static enum status do_files(struct job *job, struct err *err)
{
	const struct param_operands *files = &job->options->files;
	struct err file_err = {0};
	int result = 0;

	job->last = err;
	job->set.reports = arena_alloc(job->arena, files->count * sizeof(struct gro_report));
	if (!job->set.reports)
		result = err_set(&file_err, ERR_MEMORY, "out of memory");
	for (size_t i = 0; result == 0 && i < files->count; i++)
		result = do_file(job, files->words[i], &file_err);
	if (result == 0)
		result = print_end(job, &file_err);
	if (result < 0) {
		*err = file_err;
		return STATUS_FAILURE;
	}
	if (job->failures)
		return STATUS_FAILURE;
	return job->unfit || job->differing ? STATUS_ANSWER : STATUS_OK;
}

static enum status run_gro(const void *opaque, const struct session *session, struct err *err)
{
	const struct gro_options *options = opaque;
	struct arena arena = {0};
	struct job job = {.options = options, .session = session, .arena = &arena};
	struct utsname kernel;
	enum status status;

	if (uname(&kernel) < 0) {
		err_set_errno(err, "asking for the kernel's release");
		return STATUS_FAILURE;
	}
	job.running = kernel.release;
	if (choose_model(&job, err) < 0)
		return STATUS_USAGE;
	if (options->filter) {
		job.filter = filter_open(options->filter, err);
		if (!job.filter)
			return err->code == ERR_USAGE ? STATUS_USAGE : STATUS_FAILURE;
	}
	choose_study(&job);
	status = do_files(&job, err);
	gro_oracle_close(&job.oracle);
	filter_close(job.filter);
	arena_free(&arena);
	return status;
}

static const struct param options_table[] = {
	{.name = "model",
	 .type = PARAM_STRING,
	 .argument = "NAME",
	 .help = "who receives: a model, or a version of Linux like 6.12; all compares all (the "
		 "running kernel's)",
	 .offset = offsetof(struct gro_options, model),
	 .complete = "models"},
	{.name = "mode",
	 .type = PARAM_CHOICE,
	 .argument = "MODE",
	 .help = "what the receiver is set up to merge (host)",
	 .offset = offsetof(struct gro_options, mode),
	 .choices = mode_choices},
	{.name = "budget",
	 .type = PARAM_NUMBER,
	 .argument = "N",
	 .help = "frames of a poll, for the bound with polls (64); 0 is no limit",
	 .offset = offsetof(struct gro_options, budget),
	 .max = 1000000000},
	{.name = "gap",
	 .type = PARAM_NUMBER,
	 .argument = "USEC",
	 .help = "microseconds without a frame that end a poll (20); 0 is no limit",
	 .offset = offsetof(struct gro_options, gap),
	 .max = 1000000000},
	{.name = "kernel",
	 .type = PARAM_FLAG,
	 .help = "ask the running kernel too: the capture goes through its GRO in a network "
		 "namespace of its own; needs root or user namespaces",
	 .offset = offsetof(struct gro_options, kernel)},
	{.name = "split",
	 .type = PARAM_FLAG,
	 .help = "first take apart frames that were merged, or not yet split, when the capture was "
		 "taken",
	 .offset = offsetof(struct gro_options, split)},
	READING_MTU(struct gro_options,
		    "of the wire: longer frames are unfit, or split with --split"),
	READING_FLOWS(struct gro_options),
	READING_FILTER(struct gro_options, "look only at"),
	READING_VXLAN_PORT(struct gro_options),
	READING_MAX_FLOWS(struct gro_options, "nearly always at less than 700 bytes each"),
	PARAM_END,
};

static const struct param operands[] = {
	READING_FILE(struct gro_options, PARAM_OPERANDS, files),
	PARAM_END,
};

static const struct choice examples[] = {
	{"nod gro slow.pcap", "what does this machine's kernel merge of this, and what stops it?"},
	{"nod gro --model 6.1 slow.pcap", "what would a receiver with Linux 6.1 do?"},
	{"nod gro --model all slow.pcap", "all receivers that nod knows, side by side"},
	{"nod gro --kernel slow.pcap", "does the running kernel say the same?"},
	{"nod gro --json slow.pcap | jq '.reports[] | .models, .costs[0].id'",
	 "for scripts: frames and super-frames of each receiver, and what costs most"},
	{NULL, NULL},
};

const struct command cmd_gro = {
	.name = "gro",
	.summary = "tell what a receiver would merge, and what keeps it from more",
	.description =
		"Reads captures as a receiver's GRO (generic receive offload) would, by the rules "
		"of the running kernel or of another receiver, and says how many super-frames the "
		"frames become, which reasons ended trains of them, what each of these costs, and "
		"what to change. Captures that were themselves merged, or not yet split, are "
		"recognised, and can be split first.\n"
		"\n"
		"With --verbose the bounds and the lesser reasons are explained.",
	.answer =
		"a capture is unfit, for it was merged already and --split was not given; or, with "
		"--kernel, the kernel and the model differ",
	.options = options_table,
	.operands = operands,
	.examples = examples,
	.flags = COMMAND_JSON | COMMAND_JSONL | COMMAND_VERBOSE,
	.options_size = sizeof(struct gro_options),
	.defaults = &defaults,
	.run = run_gro,
};
