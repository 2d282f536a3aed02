/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From changes that were asked for to a plan with its predicted side effects, and from two snapshots to
 * what came of it. Pure.
 */
#ifndef NOD_DIAG_PLAN_H
#define NOD_DIAG_PLAN_H

#include "lib/diag/deps.h"
#include "lib/model/plan.h"

/*
 * The same changes for the devices below each named one (ports of a bond, team or bridge, parent of a
 * VLAN or macvlan, underlay of a tunnel, and what is below those), appended: below, and not single. What
 * is in the list already is not added again. The new list is from @arena.
 */
int plan_add_below(const struct snapshot *snapshot, struct change **changes, size_t *count,
		   struct arena *arena, struct err *err) attr_must_check;

/*
 * Predict what @changes lead to. Everything in @plan is from @arena, but for the names of devices and
 * features: those are the snapshot's. -1 and ERR_MEMORY, or ERR_USAGE: a change contradicts another.
 *
 * What is active as asked but was requested otherwise (asked off, off, but requested and blocked) is
 * sent too and counts as done: it takes the request back. What is predicted to be blocked is sent all
 * the same; plan_withdraw() says how not to leave it behind.
 */
int plan_make(const struct snapshot *snapshot, const struct change *changes, size_t count,
	      struct arena *arena, struct plan *plan, struct err *err) attr_must_check;

/**
 * struct applied - what the kernel answered to one request of a plan
 * @sent: it was sent; @error: NULL, or why it failed as a whole. Requests with an empty mask have neither
 */
struct applied {
	bool sent;
	const char *error;
};

/*
 * The plan again, with results found in @after instead of predicted ones: same requests, steps with what
 * happened. Devices are matched by ifindex; one that is gone makes its steps STEP_FAILED. @applied has
 * one for each request. Look (@after) before anything is withdrawn. Where the prediction was wrong, the
 * step's text or a note says so. Memory as for plan_make(), names as in @plan.
 */
int plan_verify(const struct plan *plan, const struct snapshot *before,
		const struct snapshot *after, const struct applied *applied, struct arena *arena,
		struct plan *outcome, struct err *err) attr_must_check;

/*
 * What of a request is to be taken back because it was not granted (blocked or refused): it would stay
 * requested and come on later by surprise. @plan is what plan_verify() found. false: nothing.
 */
bool plan_withdraw(const struct plan *plan, size_t request, struct feature_bits *mask,
		   struct feature_bits *value);

#endif
