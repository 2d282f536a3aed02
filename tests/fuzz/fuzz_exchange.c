/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Can a recording, whatever is in it, do harm to the one who plays it? The whole way: the file, the
 * answers of the kernel, the snapshot, and what is made of it: devices may be stacked in circles.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/diag/explain.h"
#include "lib/diag/plan.h"
#include "lib/host/machine.h"
#include "lib/nl/gather.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int look(struct wire *wire, struct tape *tape, struct snapshot *snapshot, struct err *err)
{
	if (machine_kernel(tape, snapshot, err) < 0 || gather_devices(wire, snapshot, err) < 0 ||
	    machine_drivers(tape, snapshot, err) < 0 ||
	    gather_details(wire, snapshot, NULL, NULL, err) < 0 ||
	    machine_batching(tape, snapshot, err) < 0)
		return -1;
	return machine_softnet(tape, snapshot, err);
}

/* What everybody relies on: order, names, links that lead to devices of the same snapshot. */
static void check(const struct snapshot *snapshot)
{
	for (size_t i = 0; i < snapshot->ndevices; i++) {
		const struct device *device = &snapshot->devices[i];
		const struct device *lower = device_lower(snapshot, device);

		if (!*device->name || !(device->has & DEVICE_HAS_FEATURES) ||
		    (i && snapshot->devices[i - 1].ifindex > device->ifindex))
			abort();
		if (lower &&
		    (lower < snapshot->devices || lower >= snapshot->devices + snapshot->ndevices))
			abort();
	}
}

/* The cost of a run is bounded; what is left out differs from what is tried by numbers only. */
#define DEVICES_MAX 8

static void explain(const struct snapshot *snapshot, struct arena *arena)
{
	struct explainer explainer = {0};
	struct err err = {0};

	if (explainer_init(&explainer, snapshot, &err) == 0) {
		for (size_t i = 0; i < snapshot->ndevices && i < DEVICES_MAX; i++) {
			for (unsigned int bit = 0; bit < snapshot->names.count; bit++) {
				const struct device *device = &snapshot->devices[i];
				struct explanation explanation;

				if (!snapshot->names.names[bit])
					continue;
				explain_briefly(&explainer, device, bit, arena);
				if (explain_feature(&explainer, device, bit, arena, &explanation,
						    &err) == 0 &&
				    !explanation.text)
					abort();
			}
		}
	}
	explainer_free(&explainer);
}

/* Everything off, on every device and those below. */
static void plan(const struct snapshot *snapshot, struct arena *arena)
{
	struct change *changes =
		arena_alloc(arena, DEVICES_MAX * FEATURE_BITS_MAX * sizeof(*changes));
	struct plan plan;
	struct err err = {0};
	size_t count = 0;

	if (!changes)
		return;
	for (size_t i = 0; i < snapshot->ndevices && i < DEVICES_MAX; i++)
		for (unsigned int bit = 0; bit < snapshot->names.count; bit++)
			if (snapshot->names.names[bit] && bit % 2 == 0)
				changes[count++] = (struct change){.device = i, .bit = bit};
	if (plan_add_below(snapshot, &changes, &count, arena, &err) == 0 &&
	    plan_make(snapshot, changes, count, arena, &plan, &err) == 0 && plan.nsteps < count)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct snapshot snapshot = {0};
	struct arena arena = {0};
	struct err err = {0};
	struct tape *tape = tape_play_bytes((struct span){data, size}, &err);
	struct wire *wire;

	if (!tape)
		return 0;
	wire = wire_open(tape, &err);
	if (wire && look(wire, tape, &snapshot, &err) == 0) {
		check(&snapshot);
		explain(&snapshot, &arena);
		plan(&snapshot, &arena);
	}
	arena_free(&arena);
	snapshot_free(&snapshot);
	wire_close(wire);
	return tape_close(tape, &err) < 0;
}
