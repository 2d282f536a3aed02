/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the arithmetic of nodsim needs of its surroundings: fixed-width integers and memory functions. It
 * is compiled into the kernel module, into unit tests and into tests/tools/simcap.
 *
 * Rules of this folder: no allocation, no floating point, no 64-bit division, no stack frame above
 * 512 bytes, nothing global that changes; a caller brings all memory. It shares no code with pcap/:
 * it is the second opinion.
 */
#ifndef NODSIM_CORE_TYPES_H
#define NODSIM_CORE_TYPES_H

#ifdef __KERNEL__
#include <linux/string.h>
#include <linux/types.h>
#else
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#endif

/* No packet of the stack is longer, nor any that a receiver merges. */
#define SIM_SEND_MAX  (512u * 1024)
#define SIM_MERGE_MAX 65536u
/* No frame of the wire is longer: jumbo frames, two tags, and what a quirk adds. */
#define SIM_FRAME_MAX 16384u

/* A setting that may change meanwhile: read once. */
static inline uint32_t sim_once32(const uint32_t *at)
{
	return *(const volatile uint32_t *)at;
}

static inline uint64_t sim_once64(const uint64_t *at)
{
	return *(const volatile uint64_t *)at;
}

static inline uint16_t sim_get16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t sim_get32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static inline void sim_put16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static inline void sim_put32(uint8_t *at, uint32_t value)
{
	sim_put16(at, value >> 16);
	sim_put16(at + 2, value);
}

#endif
