/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Can any text harm who reads it as a snapshot, and does what was taken come back the same?
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/out/device.h"
#include "lib/out/read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_report(const struct machine_report *report, struct text *out)
{
	struct err err = {0};

	if (record_to_json(&record_machine, report, out, &err))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct machine_report report, again;
	struct text once = {0}, twice = {0};
	struct arena arena = {0};
	struct err err = {0};

	if (!record_from_json(&record_machine, (struct span){data, size}, &report, &arena, &err)) {
		write_report(&report, &once);
		if (record_from_json(&record_machine,
				     (struct span){(uint8_t *)once.chars, once.length}, &again,
				     &arena, &err))
			abort();
		write_report(&again, &twice);
		if (strcmp(once.chars, twice.chars) != 0)
			abort();
	} else if (!err.code || !err.text[0]) {
		abort();
	}
	text_free(&once);
	text_free(&twice);
	arena_free(&arena);
	return 0;
}
