/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How does a command come to its look at the machine?
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/live.h"
#include "lib/host/machine.h"
#include "lib/host/netns.h"
#include "lib/nl/gather.h"

static int enter_netns(const char *word, struct err *err)
{
	struct arena arena = {0};
	struct netns netns;
	int result = netns_resolve(word, &arena, &netns, err);

	if (!result)
		result = netns_enter(&netns, err);
	arena_free(&arena);
	return result;
}

static int check_options(const struct session *session, struct err *err)
{
	if (session->record && session->replay)
		return err_set(err, ERR_USAGE, "--record and --replay exclude each other");
	if (session->netns && session->all_netns)
		return err_set(err, ERR_USAGE, "--netns and --all-netns exclude each other");
	if (session->replay && (session->netns || session->all_netns))
		return err_set(err, ERR_USAGE,
			       "a recording is of one namespace: --replay goes "
			       "with neither --netns nor --all-netns");
	if (session->record && session->all_netns)
		return err_set(err, ERR_USAGE,
			       "a recording is of one namespace: --record does not go with "
			       "--all-netns");
	return 0;
}

int live_open(struct live *live, const struct session *session, struct err *err)
{
	*live = (struct live){.netns = session->netns};
	if (check_options(session, err) < 0)
		return -1;
	if (session->netns && enter_netns(session->netns, err) < 0)
		return -1;
	if (session->record)
		live->tape = tape_record(session->record, err);
	else if (session->replay)
		live->tape = tape_play(session->replay, err);
	if (!live->tape && (session->record || session->replay))
		return -1;
	live->wire = wire_open(live->tape, err);
	if (live->wire)
		return 0;
	if (live->tape) {
		struct err close_err = {0};

		/* What counts is the first error. */
		(void)!tape_close(live->tape, &close_err);
	}
	*live = (struct live){0};
	return -1;
}

int live_close(struct live *live, struct err *err)
{
	int result = 0;

	wire_close(live->wire);
	if (live->tape)
		result = tape_close(live->tape, err);
	*live = (struct live){0};
	return result;
}

/**
 * struct choice_of - the devices of a snapshot of which more is asked
 */
struct choice_of {
	const struct snapshot *snapshot;
	const bool *chosen;
};

static bool is_chosen(const struct device *device, const void *data)
{
	const struct choice_of *choice = data;

	return choice->chosen[device - choice->snapshot->devices];
}

/* A name that is wrong is for the caller to report: until then it means no device. */
static int gather_chosen(struct live *live, struct snapshot *snapshot, struct err *err)
{
	bool *chosen = arena_alloc(&snapshot->arena, snapshot->ndevices + 1);
	const struct choice_of choice = {snapshot, chosen};
	struct err ignored = {0};

	if (!live->details_of || live->tape)
		return gather_details(live->wire, snapshot, NULL, NULL, err);
	if (!chosen)
		return err_set(err, ERR_MEMORY, "out of memory");
	if (live_choose(live->details_of, snapshot, chosen, &ignored) < 0)
		return 0;
	return gather_details(live->wire, snapshot, is_chosen, &choice, err);
}

static int look_at_details(struct live *live, struct snapshot *snapshot, struct err *err)
{
	if (gather_chosen(live, snapshot, err) < 0)
		return -1;
	if (machine_batching(live->tape, snapshot, err) < 0)
		return -1;
	return machine_softnet(live->tape, snapshot, err);
}

static int look(struct live *live, enum live_depth depth, struct snapshot *snapshot,
		struct err *err)
{
	if (machine_kernel(live->tape, snapshot, err) < 0 ||
	    gather_devices(live->wire, snapshot, err) < 0 ||
	    machine_drivers(live->tape, snapshot, err) < 0)
		return -1;
	if (depth == LIVE_SPEEDS)
		return gather_speeds(live->wire, snapshot, err);
	return depth == LIVE_DETAILS ? look_at_details(live, snapshot, err) : 0;
}

int live_look(struct live *live, enum live_depth depth, struct snapshot *snapshot, struct err *err)
{
	*snapshot = (struct snapshot){.netns = live->netns};
	if (look(live, depth, snapshot, err) == 0)
		return 0;
	return live->tape && tape_is_playing(live->tape) ? tape_blame(live->tape, err) : -1;
}

/* As opened for the session, or in the present namespace under a @label. */
static int look_here(struct looks *looks, const char *label, enum live_depth depth, struct err *err)
{
	struct live live = {.netns = label};
	int result;

	live.wire = wire_open(NULL, err);
	if (!live.wire)
		return -1;
	result = live_look(&live, depth, &looks->list[looks->count++], err);
	wire_close(live.wire);
	return result;
}

/* Its name may hold anything that a file name can. */
static void complain(const struct session *session, const struct err *err)
{
	struct text safe attr_cleanup(text_free) = {0};

	text_add_untrusted(&safe, err->text);
	session_complain(session, "%s", safe.failed ? "out of memory" : safe.chars);
}

/* A namespace that may not be entered, or went away, is left out; anything else ends it. */
static int look_there(const struct session *session, const struct netns *netns,
		      enum live_depth depth, struct looks *looks, struct err *err)
{
	struct err enter_err = {0};
	int here = netns_remember(err), result;

	if (here < 0)
		return -1;
	if (netns_enter(netns, &enter_err) < 0) {
		/* Still here; going back could need the same right. */
		complain(session, &enter_err);
		close(here);
		return 0;
	}
	result = look_here(looks, netns->label, depth, err);
	if (result < 0) {
		/* What counts is the first error. */
		(void)!netns_return(here, &enter_err);
		return -1;
	}
	return netns_return(here, err);
}

static int look_everywhere(const struct session *session, enum live_depth depth,
			   struct looks *looks, struct err *err)
{
	struct netns_list all = {0};

	if (netns_list_all(&looks->arena, &all, err) < 0)
		return -1;
	if (all.unreadable)
		session_say(session,
			    "the namespaces of %zu processes may not be looked at: "
			    "CAP_SYS_PTRACE is needed",
			    all.unreadable);
	looks->list = arena_alloc(&looks->arena, (all.count + 1) * sizeof(*looks->list));
	if (!looks->list)
		return err_set(err, ERR_MEMORY, "out of memory");
	if (look_here(looks, NULL, depth, err) < 0)
		return -1;
	for (size_t i = 0; i < all.count; i++)
		if (look_there(session, &all.list[i], depth, looks, err) < 0)
			return -1;
	return 0;
}

int live_look_all(const struct session *session, enum live_depth depth,
		  const struct device_filter *details_of, struct looks *looks, struct err *err)
{
	struct err close_err = {0};
	struct live live;
	int result;

	*looks = (struct looks){0};
	if (check_options(session, err) < 0)
		return -1;
	if (session->all_netns)
		return look_everywhere(session, depth, looks, err);
	looks->list = arena_alloc(&looks->arena, sizeof(*looks->list));
	if (!looks->list)
		return err_set(err, ERR_MEMORY, "out of memory");
	if (live_open(&live, session, err) < 0)
		return -1;
	live.details_of = details_of;
	looks->count = 1;
	result = live_look(&live, depth, looks->list, err);
	if (live_close(&live, &close_err) < 0 && !result) {
		*err = close_err;
		return -1;
	}
	return result;
}

void looks_free(struct looks *looks)
{
	for (size_t i = 0; i < looks->count; i++)
		snapshot_free(&looks->list[i]);
	arena_free(&looks->arena);
	*looks = (struct looks){0};
}

/* With the rights of another user (set-user-ID), the caller does not choose where files are made. */
static const char *own_environment(const char *name)
{
	return getuid() == geteuid() && getgid() == getegid() ? getenv(name) : NULL;
}

int live_state_directory(struct text *path, struct err *err)
{
	const char *chosen = own_environment("NOD_STATE_DIR"),
		   *state = own_environment("XDG_STATE_HOME"), *home = own_environment("HOME");

	if (chosen && *chosen)
		text_add(path, chosen);
	else if (geteuid() == 0 && eaccess("/var/lib", W_OK) == 0)
		text_add(path, "/var/lib/nod");
	else if (state && *state == '/')
		text_printf(path, "%s/nod", state);
	else if (home && *home == '/')
		text_printf(path, "%s/.local/state/nod", home);
	else
		return err_set(err, ERR_SYSTEM,
			       "there is no home directory for the journal: set NOD_STATE_DIR");
	return path->failed ? err_set(err, ERR_MEMORY, "out of memory") : 0;
}
