/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does nodsim's core find the headers? The other opinion are hand-made frames, and nod's own decoder.
 */
#include "tests/unit/stack_bytes.h"

#include "lib/base/attr.h"
#include "tests/nodsim/core/packet.h"

static const struct sim_ports ports = {
	.ports = {4789, 6081, 1234},
	.kinds = {SIM_VXLAN, SIM_GENEVE},
};
static const struct sim_ports no_ports;

/* From memory of just its length, so that sanitizers see every read beyond. */
static struct sim_packet read_bytes(const uint8_t *bytes, uint32_t len,
				    const struct sim_ports *known)
{
	struct sim_packet found;
	uint8_t *copy = malloc(len ? len : 1);

	assert_non_null(copy);
	memcpy(copy, bytes, len);
	memset(&found, 0xa5, sizeof(found));
	sim_packet_read(&found, copy, len, known);
	free(copy);
	return found;
}

static struct sim_packet read_packet(void)
{
	return read_bytes(wanted.bytes, wanted.length, &ports);
}

static void assert_level(const struct sim_level *level, uint32_t l3, uint32_t l4, uint32_t end,
			 uint32_t version_protocol)
{
	assert_int_equal(level->l3, l3);
	assert_int_equal(level->l4, l4);
	assert_int_equal(level->end, end);
	assert_int_equal(level->version, version_protocol >> 8);
	assert_int_equal(level->protocol, version_protocol & 255);
	assert_false(level->fragment);
	assert_false(level->short_frame);
}

/* The shortest TCP segment, padded as Ethernet does. */
static void test_plain(void **state attr_unused)
{
	struct sim_packet found;
	uint32_t ip;

	wanted.length = 0;
	put_ethernet(&wanted, 0x0800);
	ip = put_ipv4(&wanted, 6);
	put_tcp(&wanted);
	end_ip(&wanted, ip);
	put_zeros(&wanted, 6);
	found = read_packet();
	assert_int_equal(found.len, 60);
	assert_int_equal(found.tags, 0);
	assert_int_equal(found.nlevels, 1);
	assert_int_equal(found.tunnel, SIM_PLAIN);
	assert_int_equal(found.payload, 54);
	assert_level(&found.levels[0], 14, 34, 54, 0x406);
	assert_ptr_equal(sim_inner(&found), &found.levels[0]);
}

static void test_vxlan(void **state attr_unused)
{
	const struct wish wish = {.len = 100, .flags = ACK};
	struct sim_packet found;

	wanted.length = 0;
	put_stack(&wanted, "eqq6ueq4t", &wish, VIEW_NONE);
	found = read_packet();
	assert_int_equal(found.tags, 2);
	assert_int_equal(found.nlevels, 2);
	assert_int_equal(found.tunnel, SIM_VXLAN);
	assert_int_equal(found.tunnel_at, 70);
	assert_int_equal(found.payload, 78 + 18 + 20 + 32);
	assert_level(&found.levels[0], 22, 62, found.len, 0x611);
	assert_level(&found.levels[1], 96, 116, found.len, 0x406);
	/* To who was not told the port it is a datagram. */
	found = read_bytes(wanted.bytes, wanted.length, &no_ports);
	assert_int_equal(found.nlevels, 1);
	assert_int_equal(found.tunnel, SIM_PLAIN);
	assert_int_equal(found.payload, 70);
}

static void test_ports(void **state attr_unused)
{
	assert_int_equal(sim_port_kind(&ports, 4789), SIM_VXLAN);
	assert_int_equal(sim_port_kind(&ports, 6081), SIM_GENEVE);
	assert_int_equal(sim_port_kind(&ports, 1234), SIM_PLAIN);
	assert_int_equal(sim_port_kind(&ports, 0), SIM_PLAIN);
}

static const struct header *header_at(const struct view *view, uint32_t off)
{
	for (unsigned int i = 0; i < view->nheaders; i++)
		if (view->headers[i].off == off && view->headers[i].kind != HEADER_IPV6_EXT)
			return &view->headers[i];
	fail_msg("no header at %u", (unsigned int)off);
	return NULL;
}

static void assert_as_view(const char *stack)
{
	struct sim_packet found = read_packet();
	struct decoded decoded;
	const struct view *view = &decoded.view;

	decode(&decoded, &wanted);
	assert_int_equal(found.nlevels, view->nips);
	for (unsigned int i = 0; i < view->nips; i++) {
		const struct header *ip = &view->headers[view->ips[i]];
		const struct sim_level *level = &found.levels[i];

		assert_int_equal(level->l3, ip->off);
		assert_int_equal(level->end, ip->end);
		assert_int_equal(level->version, ip->kind == HEADER_IPV4 ? 4 : 6);
		header_at(view, level->l4);
		assert_false(level->fragment || level->short_frame);
	}
	if (view->payload_off != found.payload)
		fail_msg("%s: payload at %u, not %u", stack, (unsigned int)found.payload,
			 (unsigned int)view->payload_off);
	decoded_free(&decoded);
}

static void test_stacks(void **state attr_unused)
{
	static const char *const known[] = {
		"e4t",	  "e6t",    "e4d",    "e6d",	"eq4t",	   "eqq6t",  "e6xt",   "e6bt",
		"e4ue4t", "e4Ue4t", "e6ue4t", "e4ue6t", "e4ueq4t", "e4ne4t", "e4Ne6d", "e4g4t",
		"e4g6t",  "e4G4t",  "e6G6t",  "e4Be4t", "e4Ke4d",  "e4Qe4t", "e44t",   "e46t",
		"e64t",	  "e66t",   "e6x4t",  "e46xt",	"ejt",
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		for (uint32_t len = 0; len < 50; len += 7) {
			const struct wish wish = {.len = len, .flags = ACK};

			wanted.length = 0;
			put_stack(&wanted, known[i], &wish, VIEW_NONE);
			assert_as_view(known[i]);
		}
	}
}

/* Fields that end it: what is asked for is the number of levels and the payload's offset. */
static void test_ends(void **state attr_unused)
{
	static const struct {
		const char *stack;
		uint32_t off, value, nlevels, payload;
	} rows[] = {
		{"e4t", 12, 0x0806, 0, 0},     /* no IP */
		{"e4t", 14, 0x5500, 0, 0},     /* version 5 */
		{"e4t", 14, 0x4400, 0, 0},     /* header too short */
		{"e4t", 14, 0x4d00, 1, 0},     /* options up to the end */
		{"e4t", 16, 0, 0, 0},	       /* length 0 */
		{"e4t", 16, 19, 0, 0},	       /* shorter than its header */
		{"e4t", 16, 39, 1, 0},	       /* TCP cut off */
		{"e4t", 20, 0x2000, 1, 0},     /* a first fragment */
		{"e4t", 20, 0x0001, 1, 0},     /* a later one */
		{"e4t", 46, 0x4000, 1, 0},     /* TCP's header too short */
		{"e4t", 46, 0xf000, 1, 0},     /* and too long */
		{"e6t", 20, 0x2c40, 1, 0},     /* a fragment */
		{"e6t", 20, 0x3c40, 0, 0},     /* options longer than the packet */
		{"e6t", 18, 19, 1, 0},	       /* TCP cut off */
		{"e4Ue4t", 42, 0, 1, 42},      /* VXLAN without an identifier */
		{"e4Ne4t", 42, 0x4200, 1, 42}, /* Geneve of another version */
		{"e4Ne4t", 44, 0x8847, 1, 0},  /* MPLS in it */
		{"e4Ne4t", 42, 0x3f00, 1, 0},  /* all options */
		{"e4g4t", 34, 0x4000, 1, 0},   /* GRE with routing */
		{"e4g4t", 34, 0x0001, 1, 0},   /* of version 1 */
		{"e4g4t", 36, 0x0806, 1, 0},   /* ARP in it */
		{"e44t", 34, 0x5500, 1, 0},    /* version 5 */
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct wish wish = {.len = 0, .flags = ACK};
		struct sim_packet found;

		wanted.length = 0;
		put_stack(&wanted, rows[i].stack, &wish, VIEW_NONE);
		set16(&wanted, rows[i].off, rows[i].value);
		/* The addresses of Ethernet look like IPv4 to who looks there. */
		set8(&wanted, 1, 0x45);
		set16(&wanted, 3, 32);
		found = read_packet();
		if (found.nlevels != rows[i].nlevels)
			fail_msg("row %zu: %u levels", i, found.nlevels);
		/* Behind a UDP header that is no tunnel's there is payload. */
		if (found.nlevels && found.levels[found.nlevels - 1].protocol != 17 &&
		    found.payload != rows[i].payload)
			fail_msg("row %zu: payload at %u", i, (unsigned int)found.payload);
	}
}

/* A first fragment has a TCP header, but not all of the packet: it is named, and not looked at. */
static void test_fragments(void **state attr_unused)
{
	struct sim_packet found;
	uint32_t ip;

	for (uint32_t v6 = 0; v6 < 2; v6++) {
		wanted.length = 0;
		put_ethernet(&wanted, v6 ? 0x86dd : 0x0800);
		ip = v6 ? put_ipv6(&wanted, 44) : put_ipv4(&wanted, 6);
		if (v6)
			put_hex(&wanted, "06 00 0001 00000007");
		else
			set16(&wanted, ip + 6, 0x2000);
		put_tcp(&wanted);
		end_ip(&wanted, ip);
		found = read_packet();
		assert_int_equal(found.nlevels, 1);
		assert_true(found.levels[0].fragment);
		assert_int_equal(found.levels[0].protocol, 6);
		assert_int_equal(found.levels[0].l4, v6 ? 62 : 34);
		assert_int_equal(found.payload, 0);
	}
}

/* Destination options, as long as they say or cut off. */
static void test_extension(void **state attr_unused)
{
	for (uint32_t left = 0; left < 24; left++) {
		struct sim_packet found;
		uint32_t ip;

		wanted.length = 0;
		put_ethernet(&wanted, 0x86dd);
		ip = put_ipv6(&wanted, 60);
		put_hex(&wanted, "11 01 010c 000000000000000000000000");
		put_udp(&wanted, 9);
		wanted.length -= 24 - left;
		end_ip(&wanted, ip);
		found = read_packet();
		assert_int_equal(found.nlevels, left >= 16);
		assert_int_equal(found.payload, 0);
		if (left >= 16)
			assert_level(&found.levels[0], 14, 70, 54 + left, 0x611);
	}
}

/* Of a frame that was cut: what is left. */
static void test_short_frame(void **state attr_unused)
{
	const struct wish wish = {.len = 100, .flags = ACK};
	struct sim_packet found;

	wanted.length = 0;
	put_stack(&wanted, "e4ue4t", &wish, VIEW_NONE);
	wanted.length -= 50;
	found = read_packet();
	assert_int_equal(found.nlevels, 2);
	assert_true(found.levels[0].short_frame);
	assert_true(found.levels[1].short_frame);
	assert_int_equal(found.levels[1].end, wanted.length);
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

static void assert_within(const struct sim_packet *found)
{
	assert_true(found->nlevels <= 2);
	assert_true(found->payload <= found->len && found->tunnel_at <= found->len);
	for (unsigned int i = 0; i < found->nlevels; i++) {
		const struct sim_level *level = &found->levels[i];

		assert_true(level->l3 + 20 <= level->l4 && level->l4 <= level->end);
		assert_true(level->end <= found->len);
	}
}

/* Whatever is in the frame, and wherever it ends: nothing behind its end is read or named. */
static void test_any_bytes(void **state attr_unused)
{
	uint32_t seed = 1;

	for (uint32_t round = 0; round < 20000; round++) {
		const char *stack =
			stacks[next_random(&seed) % (sizeof(stacks) / sizeof(stacks[0]))];
		const struct wish wish = {.len = next_random(&seed) % 40, .flags = ACK};
		struct sim_packet found;

		wanted.length = 0;
		put_stack(&wanted, stack, &wish, VIEW_NONE);
		for (uint32_t i = next_random(&seed) % 6; i > 0; i--)
			wanted.bytes[next_random(&seed) % wanted.length] =
				(uint8_t)next_random(&seed);
		wanted.length -= next_random(&seed) % (wanted.length + 1) / (1 + round % 4);
		found = read_packet();
		assert_within(&found);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),	  cmocka_unit_test(test_vxlan),
		cmocka_unit_test(test_ports),	  cmocka_unit_test(test_stacks),
		cmocka_unit_test(test_ends),	  cmocka_unit_test(test_short_frame),
		cmocka_unit_test(test_fragments), cmocka_unit_test(test_extension),
		cmocka_unit_test(test_any_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
