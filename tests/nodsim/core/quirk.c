/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which quirks are there, and which are switched on?
 */
#include "quirk.h"

int sim_quirk_lookup(const char *name)
{
	for (int i = 0; i < SIM_QUIRKS_MAX && sim_quirks[i]; i++)
		if (!strcmp(sim_quirks[i]->name, name))
			return i;
	return -1;
}

void sim_quirk_set(struct sim_quirks *quirks, unsigned int number, uint32_t value)
{
	uint64_t bit;

	if (number >= SIM_QUIRKS_MAX)
		return;
	bit = (uint64_t)1 << number;
	/* Nobody meets a quirk that is active and has no value: a value of 0 is never handed to one. */
	if (!value)
		quirks->active &= ~bit;
	quirks->values[number] = value;
	if (value)
		quirks->active |= bit;
}
