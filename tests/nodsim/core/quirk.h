/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A quirk is one way in which a NIC does its work wrong. It is one file, core/quirks/NAME.c, which defines
 * `const struct sim_quirk sim_quirk_NAME`; the list is made from the file names.
 */
#ifndef NODSIM_CORE_QUIRK_H
#define NODSIM_CORE_QUIRK_H

#include "packet.h"

#define SIM_QUIRKS_MAX 64

struct sim_nic;
struct sim_received;
struct sim_send;

/**
 * struct sim_quirks - what is switched on
 * @active: the set of those whose value is not 0
 * @values: by the quirk's number in sim_quirks[]; what a value means is the quirk's own, but 1 always
 *          means "as bad as it gets", and N, where it is about single frames, every Nth
 */
struct sim_quirks {
	uint64_t active;
	uint32_t values[SIM_QUIRKS_MAX];
};

/* What a quirk may remember from one frame of a queue to the next; zeroed when the queue starts. */
struct sim_quirk_states {
	struct sim_quirk_state {
		uint32_t words[2];
	} of[SIM_QUIRKS_MAX];
};

/**
 * struct sim_wire - a frame about to leave
 * @bytes: may be changed and may grow to SIM_FRAME_MAX; @len: 0 takes it away
 * @packet: its headers, as they were before quirks; offsets stay right unless a quirk moves bytes: then
 *          it must read them again (sim_packet_read())
 * @index, @pieces: which piece of the stack's packet it is
 * @cut: the stack's packet had to be cut
 */
struct sim_wire {
	uint8_t *bytes;
	uint32_t len;
	struct sim_packet packet;
	uint32_t index, pieces;
	bool cut;
};

/**
 * struct sim_quirk_call - surroundings of a hook
 * @value: not 0
 * @state: of this quirk and queue
 * @held: (wire) SIM_FRAME_MAX bytes of the queue, @held_len of them used; the frame that a quirk puts there
 *        is sent behind the next one
 * @extra: (wire) sends a frame ahead of this one
 */
struct sim_quirk_call {
	const struct sim_nic *nic;
	struct sim_quirk_state *state;
	uint32_t value;
	uint8_t *held;
	uint32_t *held_len;
	void (*extra)(void *context, const uint8_t *bytes, uint32_t len);
	void *context;
};

enum sim_side {
	SIM_SENDER,   /* switched on at the end that sends; seen at the other */
	SIM_RECEIVER, /* switched on and seen at the end that receives */
	SIM_CONTROL,  /* about settings: the module does it, see @control */
};

/* What a receiver that merges may overlook. */
enum sim_overlook {
	SIM_OVERLOOK_ACK = 1 << 0,
	SIM_OVERLOOK_WINDOW = 1 << 1,
};

enum sim_control {
	SIM_CONTROL_NONE,
	SIM_CONTROL_IGNORE, /* accepts a change of the feature that is written to the file, does not act */
	SIM_CONTROL_REFUSE, /* refuses to change that feature */
	SIM_CONTROL_PORTS,  /* refuses to learn tunnel ports */
	SIM_CONTROL_MERGE,  /* goes on merging although it was told to stop */
};

/**
 * struct sim_quirk - one way of being wrong
 * @name: of the file in debugfs: kebab-case, as nod's ids
 * @summary: what the NIC does, one line, lower case, without a full stop
 * @provokes: id of nod's finding or rule; several are divided by blanks, the main one first
 * @traffic: what must be sent for it to show: words of tests/vm (see its README), "tcp" for most
 * @usual: a value with which the finding is seen and connections go on
 * @wire: SIM_SENDER: spoil a frame
 * @verdict: SIM_RECEIVER: change what is said of a frame, before it is merged or handed up
 * @deliver: SIM_RECEIVER: change what is handed up, merged or not. @bytes of @received may be changed
 *           through @spoil, which is the same memory
 * @overlook: enum sim_overlook, of a receiver that merges
 * @control: enum sim_control
 */
struct sim_quirk {
	const char *name, *summary, *provokes, *traffic;
	uint32_t usual;
	uint8_t side, overlook, control;
	void (*wire)(const struct sim_quirk_call *call, struct sim_wire *wire);
	void (*verdict)(const struct sim_quirk_call *call, struct sim_received *received);
	void (*deliver)(const struct sim_quirk_call *call, struct sim_received *received,
			uint8_t *spoil);
};

/* Ended by NULL, in the order of their names. Made from the file names. */
extern const struct sim_quirk *const sim_quirks[];

/* The number of that name, or -1. */
int sim_quirk_lookup(const char *name);

/* Switch it to @value; 0 is off. */
void sim_quirk_set(struct sim_quirks *quirks, unsigned int number, uint32_t value);

/* Every Nth time, beginning with the Nth; of @value 1 always. */
static inline bool sim_quirk_turn(const struct sim_quirk_call *call)
{
	uint32_t *count = &call->state->words[0];

	if (++*count < call->value)
		return false;
	*count = 0;
	return true;
}

/* A number at random that depends on the queue's past only. */
static inline uint32_t sim_quirk_random(const struct sim_quirk_call *call)
{
	uint32_t *word = &call->state->words[1];

	*word = *word * 1664525u + 1013904223u;
	return *word >> 16 | *word << 16;
}

#endif
