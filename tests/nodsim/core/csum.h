/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The Internet checksum (RFC 1071). A sum here is that of big-endian 16-bit words, in 32 bits with the carry
 * added again, not folded; an odd last byte counts as the upper half of a word.
 */
#ifndef NODSIM_CORE_CSUM_H
#define NODSIM_CORE_CSUM_H

#include "packet.h"

/* Add to @sum what stands at @bytes; @len below 1 MiB. @bytes need not be aligned. */
uint32_t sim_sum(const uint8_t *bytes, uint32_t len, uint32_t sum);

/* The 16 bits that stand in a header: complemented. */
uint16_t sim_fold(uint32_t sum);

/* Of the pseudo header (RFC 793, RFC 8200 section 8.1), for @l4_len bytes of @level->protocol. */
uint32_t sim_sum_pseudo(const uint8_t *bytes, const struct sim_level *level, uint32_t l4_len);

/* Write the header checksum of the IPv4 header at @l3. */
void sim_fill_ipv4(uint8_t *bytes, uint32_t l3);

/*
 * Write the checksum of the TCP or UDP packet of @level, over all of it, but of UDP no more than its own length
 * says; 0 becomes 0xffff for UDP. Nothing is written where there is no room for such a header.
 */
void sim_fill_l4(uint8_t *bytes, const struct sim_level *level);

/*
 * Are they right? A UDP checksum of 0 is for the caller to see to. What cannot be told is not right: a packet
 * that is not all there, a UDP length that cannot be.
 */
bool sim_check_ipv4(const uint8_t *bytes, uint32_t l3);
bool sim_check_l4(const uint8_t *bytes, const struct sim_level *level);

/* The offset of the checksum field of TCP or UDP in its header. */
static inline uint32_t sim_csum_offset(uint8_t protocol)
{
	return protocol == 6 ? 16 : 6;
}

#endif
