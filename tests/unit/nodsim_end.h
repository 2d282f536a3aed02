/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The receiving end of nodsim's wire, for tests: memory of just the size that is promised, and all that
 * was handed up.
 */
#ifndef NOD_TESTS_NODSIM_END_H
#define NOD_TESTS_NODSIM_END_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/nodsim/core/nic.h"

#define END_MOST 512

/**
 * struct end - a NIC with one queue
 * @seen: what was handed up, with copies of the bytes
 */
struct end {
	struct sim_nic nic;
	struct sim_rx_queue queue;
	struct sim_received seen[END_MOST];
	unsigned int nseen;
};

static inline void *end_memory(size_t size)
{
	void *memory = malloc(size ? size : 1);

	assert_non_null(memory);
	return memory;
}

static inline void end_open(struct end *end, uint32_t offloads)
{
	memset(end, 0, sizeof(*end));
	end->nic.offloads = offloads;
	end->nic.nqueues = 1;
	end->nic.ports.ports[0] = 4789;
	end->nic.ports.kinds[0] = SIM_VXLAN;
	end->nic.ports.ports[1] = 5789;
	end->nic.ports.kinds[1] = SIM_VXLAN;
	end->nic.ports.ports[5] = 6081;
	end->nic.ports.kinds[5] = SIM_GENEVE;
	end->queue.frame = end_memory(SIM_FRAME_MAX);
	for (unsigned int i = 0; i < SIM_TRAINS; i++)
		end->queue.trains[i].bytes = end_memory(SIM_MERGE_MAX);
}

static inline void end_forget(struct end *end)
{
	for (unsigned int i = 0; i < end->nseen; i++)
		free((void *)(uintptr_t)end->seen[i].bytes);
	end->nseen = 0;
}

static inline void end_close(struct end *end)
{
	end_forget(end);
	free(end->queue.frame);
	for (unsigned int i = 0; i < SIM_TRAINS; i++)
		free(end->queue.trains[i].bytes);
}

static inline void end_see(void *context, const struct sim_received *received)
{
	struct end *end = context;
	uint8_t *bytes = end_memory(received->len);

	assert_true(end->nseen < END_MOST);
	memcpy(bytes, received->bytes, received->len);
	end->seen[end->nseen] = *received;
	end->seen[end->nseen++].bytes = bytes;
}

/* A copy without a byte to spare goes in, and is gone afterwards. */
static inline void end_receive(struct end *end, const uint8_t *bytes, size_t len)
{
	uint8_t *copy = end_memory(len);

	if (len)
		memcpy(copy, bytes, len);
	sim_receive(&end->nic, &end->queue, copy, (uint32_t)len, end_see, end);
	memset(copy, 0xee, len);
	free(copy);
}

static inline void end_poll(struct end *end)
{
	sim_poll_end(&end->nic, &end->queue, end_see, end);
}

#endif
