/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Can a recording, whatever is in it, do harm to the one who plays it? The whole way: the file, the
 * answers of the kernel, the snapshot.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct snapshot snapshot = {0};
	struct err err = {0};
	struct tape *tape = tape_play_bytes((struct span){data, size}, &err);
	struct wire *wire;

	if (!tape)
		return 0;
	wire = wire_open(tape, &err);
	if (wire && look(wire, tape, &snapshot, &err) == 0)
		check(&snapshot);
	snapshot_free(&snapshot);
	wire_close(wire);
	return tape_close(tape, &err) < 0;
}
