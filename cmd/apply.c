/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How does a plan become a change that can be put back whatever happens?
 */
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cmd/apply.h"
#include "cmd/restore.h"
#include "cmd/send.h"
#include "cmd/watcher.h"

/**
 * struct work - one plan while it is applied
 * @entry: of the journal
 * @applied: one for each request
 * @after: what was found when all was sent
 */
struct work {
	struct live *live;
	const struct changes *changes;
	const struct plan *plan;
	const struct snapshot *before;
	const struct apply_how *how;
	struct application *application;
	struct journal_entry entry;
	struct applied *applied;
	struct snapshot after;
};

static int out_of_memory(struct err *err)
{
	return err_set(err, ERR_MEMORY, "out of memory");
}

void apply_notes(struct arena *arena, struct plan *plan, const char *const *more, size_t count)
{
	const char **notes = arena_alloc(arena, (plan->nnotes + count) * sizeof(*notes));

	if (!notes || !count)
		return;
	if (plan->nnotes)
		memcpy(notes, plan->notes, plan->nnotes * sizeof(*notes));
	memcpy(notes + plan->nnotes, more, count * sizeof(*notes));
	plan->notes = notes;
	plan->nnotes += count;
}

void apply_note(struct arena *arena, struct plan *plan, const char *format, ...)
{
	char sentence[512];
	const char *note;
	va_list args;

	va_start(args, format);
	vsnprintf(sentence, sizeof(sentence), format, args);
	va_end(args);
	note = arena_strdup(arena, sentence);
	if (note)
		apply_notes(arena, plan, &note, 1);
}

/* --- what goes into the journal ---------------------------------------------------------------- */

static int describe_device(const struct work *work, const struct device_request *request,
			   struct journal_device *out, struct err *err)
{
	const struct device *device = &work->before->devices[request->device];
	size_t count = feature_count(request->restore_mask);

	*out = (struct journal_device){.ifindex = device->ifindex, .name = device->name};
	out->features = arena_alloc(work->changes->arena, count * sizeof(*out->features) + 1);
	if (!out->features)
		return out_of_memory(err);
	for (unsigned int bit = 0; bit < work->before->names.count; bit++) {
		bool before = feature_test(&request->restore_value, bit);
		bool after = feature_test(&request->mask, bit) ? feature_test(&request->value, bit)
							       : !before;

		if (!feature_test(&request->restore_mask, bit) || before == after)
			continue;
		out->features[out->nfeatures++] = (struct journal_feature){
			.name = work->before->names.names[bit],
			.wanted_before = before,
			.active_before = feature_test(&device->active, bit),
			.wanted_after = after,
		};
	}
	return 0;
}

static int describe(struct work *work, struct err *err)
{
	const struct plan *plan = work->plan;
	struct journal_entry *entry = &work->entry;

	if (changes_entry_init(work->changes, entry, err))
		return -1;
	entry->undoes = work->how->undoes;
	entry->deadline = work->how->seconds ? entry->time + work->how->seconds : 0;
	entry->devices =
		arena_alloc(work->changes->arena, plan->nrequests * sizeof(*entry->devices));
	if (!entry->devices)
		return out_of_memory(err);
	for (size_t i = 0; i < plan->nrequests; i++) {
		struct journal_device *out = &entry->devices[entry->ndevices];

		if (describe_device(work, &plan->requests[i], out, err))
			return -1;
		entry->ndevices += out->nfeatures != 0;
	}
	return 0;
}

/* --- the journal and the watcher ---------------------------------------------------------------- */

/* Write what became of the entry. If that fails, the change is made all the same. */
static void mark(struct work *work, enum journal_state state, const char *why)
{
	struct err err = {0};

	if (journal_mark(work->changes->journal, work->entry.number, state, why, &err))
		apply_note(work->changes->arena, &work->application->outcome,
			   "What became of change %" PRIu64 " is not in the journal: %s.",
			   work->entry.number, err.text);
}

static int64_t boot_time_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* From here on there is an entry, and whoever is to put it back knows of it. */
static int begin(struct work *work, struct err *err)
{
	struct application *application = work->application;
	struct errand errand;

	if (describe(work, err) || journal_begin(work->changes->journal, &work->entry, err))
		return -1;
	application->number = work->entry.number;
	if (!work->how->seconds)
		return 0;
	application->deadline = work->entry.deadline;
	application->deadline_ns = boot_time_ns() + work->how->seconds * INT64_C(1000000000);
	errand = (struct errand){work->entry.number, work->entry.netns, work->entry.netns_cookie,
				 application->deadline_ns};
	if (!watcher_entrust(work->how->watcher, &errand, err))
		return 0;
	mark(work, JOURNAL_UNDONE, "failed");
	return -1;
}

/* --- the kernel --------------------------------------------------------------------------------- */

static bool is_empty(const struct feature_bits *set)
{
	return !feature_any(*set);
}

/* Send every request, or all up to the first that fails if one is as good as all. */
static int send_all(struct work *work, struct err *err)
{
	const struct plan *plan = work->plan;
	bool sent = false, permission = false;

	for (size_t i = 0; i < plan->nrequests; i++) {
		const struct device_request *request = &plan->requests[i];
		struct demand demand = {
			.ifindex = work->before->devices[request->device].ifindex,
			.mask = request->mask,
			.value = request->value,
		};
		struct err answer = {0};

		if (is_empty(&request->mask))
			continue;
		work->applied[i].sent = true;
		if (!send_demand(work->live, &work->before->names, &demand, &permission, &answer)) {
			sent = true;
			continue;
		}
		if (permission && !sent)
			return send_forbidden(work->live, err);
		work->applied[i].error = arena_strdup(work->changes->arena, answer.text);
		if (!work->applied[i].error)
			work->applied[i].error = "out of memory";
		if (work->how->atomic)
			break;
	}
	return 0;
}

/* Take back what was not granted. */
static void withdraw(struct work *work)
{
	struct plan *outcome = &work->application->outcome;

	for (size_t i = 0; i < outcome->nrequests; i++) {
		const struct device *device = &work->before->devices[outcome->requests[i].device];
		struct demand demand = {.ifindex = device->ifindex};
		struct err err = {0};
		bool permission;

		if (!plan_withdraw(outcome, i, &demand.mask, &demand.value))
			continue;
		if (send_demand(work->live, &work->before->names, &demand, &permission, &err))
			apply_note(work->changes->arena, outcome,
				   "What was not granted on %s could not be withdrawn and stays "
				   "requested: %s.",
				   device->name, err.text);
	}
}

/* Whether everything is requested as the plan says: what counts when a change is put back. */
static bool is_requested(const struct work *work)
{
	const struct plan *plan = work->plan;

	for (size_t i = 0; i < plan->nrequests; i++) {
		const struct device_request *request = &plan->requests[i];
		int ifindex = work->before->devices[request->device].ifindex;
		const struct device *now = snapshot_by_index(&work->after, ifindex);
		struct feature_bits wrong;

		if (!now)
			return false;
		wrong = feature_and(feature_xor(now->wanted, request->value), request->mask);
		if (feature_any(wrong))
			return false;
	}
	return true;
}

/* --- one plan ----------------------------------------------------------------------------------- */

/* Put all back, of which nobody can see, or nobody wants, what came of it. */
static int put_back(struct work *work, const char *why, struct err *err)
{
	struct restored restored = {0};

	if (restore_entry(work->live, &work->entry, work->changes->arena, &restored, err))
		return err_wrap(err, "change %" PRIu64 " could not be put back, try nod undo",
				work->entry.number);
	apply_notes(work->changes->arena, &work->application->outcome, restored.notes,
		    restored.nnotes);
	if (restored.kept)
		return err_set(err, ERR_SYSTEM,
			       "%zu features of change %" PRIu64
			       " could not be put back, try nod undo",
			       restored.kept, work->entry.number);
	mark(work, JOURNAL_UNDONE, why);
	return 0;
}

static enum apply_end settle(struct work *work, struct err *err)
{
	struct plan *outcome = &work->application->outcome;

	if (work->how->undoes)
		outcome->holds = is_requested(work);
	if (work->how->atomic && !outcome->holds)
		return put_back(work, "failed", err) ? APPLY_FAILED : APPLY_PUT_BACK;
	if (!work->how->undoes)
		withdraw(work);
	mark(work, work->how->seconds ? JOURNAL_PENDING : JOURNAL_DONE, NULL);
	return APPLY_IN_FORCE;
}

static enum apply_end carry_out(struct work *work, struct err *err)
{
	struct err putting = {0};

	if (begin(work, err))
		return APPLY_FAILED;
	if (send_all(work, err)) {
		mark(work, JOURNAL_UNDONE, "failed");
		return APPLY_FAILED;
	}
	if (!live_look(work->live, LIVE_FEATURES, &work->after, err) &&
	    !plan_verify(work->plan, work->before, &work->after, work->applied,
			 work->changes->arena, &work->application->outcome, err))
		return settle(work, err);
	err_wrap(err, "nothing stays changed, for nobody sees what would");
	if (put_back(work, "failed", &putting))
		*err = putting;
	return APPLY_FAILED;
}

/*
 * Something to send that makes a difference; the first of it asks whether it may be. What is requested
 * already is not granted by being requested again.
 */
static const struct device_request *first_to_send(const struct plan *plan,
						  const struct snapshot *before)
{
	for (size_t i = 0; i < plan->nrequests; i++) {
		const struct device_request *request = &plan->requests[i];
		struct feature_bits wanted = before->devices[request->device].wanted;

		wanted = feature_xor(wanted, request->value);
		if (feature_any(feature_and(wanted, request->mask)))
			return request;
	}
	return NULL;
}

/* Who asks to stop is heard as soon as all is settled. */
static void block_signals(sigset_t *before)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGQUIT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGTSTP);
	sigprocmask(SIG_BLOCK, &signals, before);
}

enum apply_end apply_plan(struct live *live, const struct changes *changes, const struct plan *plan,
			  const struct snapshot *before, const struct apply_how *how,
			  struct application *application, struct err *err)
{
	const struct device_request *first = first_to_send(plan, before);
	struct work work = {
		.live = live,
		.changes = changes,
		.plan = plan,
		.before = before,
		.how = how,
		.application = application,
	};
	enum apply_end end;
	sigset_t signals;

	*application = (struct application){.outcome = *plan};
	if (!first)
		return APPLY_NOTHING;
	if (send_may(live, &before->names, before->devices[first->device].ifindex, err))
		return APPLY_FAILED;
	work.applied = arena_alloc(changes->arena, plan->nrequests * sizeof(*work.applied));
	if (!work.applied) {
		out_of_memory(err);
		return APPLY_FAILED;
	}
	block_signals(&signals);
	end = carry_out(&work, err);
	sigprocmask(SIG_SETMASK, &signals, NULL);
	snapshot_free(&work.after);
	return end;
}
