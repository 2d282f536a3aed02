/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to packet*.c: hashes of the parts of a flow. Not for tables that a stranger fills: nothing in
 * them is secret.
 */
#ifndef NOD_PCAP_GRO_PACKET_HASH_H
#define NOD_PCAP_GRO_PACKET_HASH_H

#include "lib/base/attr.h"
#include "lib/base/span.h"

static attr_always_inline uint64_t stir(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * 0x9e3779b97f4a7c15;
	return hash ^ hash >> 32;
}

static inline uint64_t hash_bytes(const uint8_t *p, uint32_t length)
{
	uint64_t hash = length + 1;

	for (; length >= 8; length -= 8, p += 8)
		hash = stir(hash, load_be64(p));
	if (length >= 4) {
		hash = stir(hash, load_be32(p));
		length -= 4;
		p += 4;
	}
	for (; length; length--)
		hash = stir(hash, *p++);
	return stir(hash, 0);
}

static attr_always_inline uint64_t hash_ethernet(const uint8_t *p)
{
	return stir(stir(14, load_be64(p)), load_be64(p + 6));
}

static attr_always_inline uint64_t hash_ipv4(const uint8_t *p)
{
	return stir(stir(4, load_be64(p + 12)), p[9]);
}

/* Without a loss: packets that differ in nothing but their ports are never mistaken. */
static attr_always_inline uint64_t hash_ports(const uint8_t *p)
{
	return load_be32(p) * 0x9e3779b97f4a7c15;
}

static inline uint64_t hash_ipv6(const uint8_t *p)
{
	uint64_t hash = stir(6, p[6]);

	for (unsigned int i = 8; i < 40; i += 8)
		hash = stir(hash, load_be64(p + i));
	return hash;
}

#endif
