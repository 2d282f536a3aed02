/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Do packets find their flow, however many there are, and is none forgotten twice?
 */
#include "tests/unit/frame_bytes.h"

#include "pcap/flow.h"

static struct packet packet;

/* Offsets in what put_*() below builds. */
enum {
	SRC = 26,
	DST = 30,
	SRC_PORT = 34,
	DST_PORT = 36,
	VNI = 46,
	INNER_SRC = 76,
	INNER_DST = 80,
	INNER_SRC_PORT = 84,
	INNER_DST_PORT = 86
};

static void put_plain(uint8_t proto)
{
	packet.length = 0;
	put_ethernet(&packet, 0x0800);
	put_ipv4(&packet, proto);
	put_tcp(&packet);
	if (proto == 17)
		set16(&packet, 38, 20);
	if (proto == 17)
		set16(&packet, DST_PORT, 9);
	end_ip(&packet, 14);
}

static void put_in_vxlan(void)
{
	uint32_t inner;

	packet.length = 0;
	put_ethernet(&packet, 0x0800);
	put_ipv4(&packet, 17);
	put_udp(&packet, 4789);
	put_vxlan(&packet, 7);
	put_ethernet(&packet, 0x0800);
	inner = put_ipv4(&packet, 6);
	put_tcp(&packet);
	end_ip(&packet, inner);
	end_udp(&packet, 14, 34, SUM_ZERO);
	end_ip(&packet, 14);
}

static void fail_to_forget(void *context, struct flow *flow)
{
	(void)context;
	(void)flow;
	fail_msg("a flow was forgotten");
}

/* The flow of what was built, seen on interface @tap. */
static struct flow *lookup_on(struct flow_table *table, uint32_t tap)
{
	struct frame frame = frame_of(&packet, 1);
	struct decoded decoded;
	struct flow *flow;

	frame.interface = tap;
	decode_frame(&decoded, &frame, NULL);
	flow = flows_lookup(table, &decoded.view, fail_to_forget, NULL);
	assert_non_null(flow);
	decoded_free(&decoded);
	return flow;
}

static struct flow *lookup(struct flow_table *table)
{
	return lookup_on(table, 0);
}

static struct flow_table *open_table(size_t max)
{
	struct flow_table *table = flows_open(max);

	assert_non_null(table);
	assert_int_equal(flows_count(table), 0);
	assert_int_equal(flows_forgotten(table), 0);
	return table;
}

/* @off: a byte that makes another flow of the packet. */
static void assert_tells_apart(struct flow_table *table, uint32_t off)
{
	const struct flow *flow = lookup(table);
	size_t count = flows_count(table);

	packet.bytes[off] ^= 1;
	assert_ptr_not_equal(lookup(table), flow);
	assert_int_equal(flows_count(table), count + 1);
	packet.bytes[off] ^= 1;
	assert_ptr_equal(lookup(table), flow);
	assert_int_equal(flows_count(table), count + 1);
}

static void test_identity(void **state)
{
	static const uint32_t offsets[] = {SRC + 3, DST + 3, SRC_PORT, SRC_PORT + 1, DST_PORT};
	struct flow_table *table = open_table(1000);
	const struct flow *flow;

	(void)state;
	put_plain(6);
	for (size_t i = 0; i < array_size(offsets); i++)
		assert_tells_apart(table, offsets[i]);
	flow = lookup(table);
	assert_int_equal(flow->key.version, 4);
	assert_int_equal(flow->key.proto, 6);
	assert_int_equal(flow->key.src_port, 40001);
	assert_int_equal(flow->key.dst_port, 5001);
	assert_memory_equal(flow->key.src, packet.bytes + SRC, 4);
	assert_memory_equal(flow->key.dst, packet.bytes + DST, 4);
	assert_false(flow_in_tunnel(table, flow));
	/* MAC addresses, TTL, sequence number and payload belong to no flow. */
	packet.bytes[0] ^= 4;
	packet.bytes[22] ^= 4;
	packet.bytes[41] ^= 4;
	assert_ptr_equal(lookup(table), flow);
	put_plain(17);
	assert_ptr_not_equal(lookup(table), flow);
	assert_int_equal(lookup(table)->key.proto, 17);
	flows_close(table);
	flows_close(NULL);
}

/* The same inner packets outside of the tunnel, in another one, or on another interface. */
static void test_path(void **state)
{
	static const uint32_t offsets[] = {SRC + 3,	      DST + 3,	     VNI + 2,
					   INNER_SRC + 3,     INNER_DST + 3, INNER_SRC_PORT + 1,
					   INNER_DST_PORT + 1};
	struct flow_table *table = open_table(1000);
	const struct flow *flow;
	const struct path *path;

	(void)state;
	put_in_vxlan();
	for (size_t i = 0; i < array_size(offsets); i++)
		assert_tells_apart(table, offsets[i]);
	flow = lookup_on(table, 5);
	assert_ptr_not_equal(flow, lookup_on(table, 6));
	assert_ptr_equal(flow, lookup_on(table, 5));
	path = flows_path(table, &flow->key);
	assert_int_equal(path->tunnel, TUNNEL_VXLAN);
	assert_int_equal(path->vni, 7);
	assert_int_equal(path->tap, 5);
	assert_int_equal(path->version, 4);
	assert_memory_equal(path->src, packet.bytes + SRC, 4);
	assert_memory_equal(path->dst, packet.bytes + DST, 4);
	assert_true(flow_in_tunnel(table, flow));
	/* A tunnel's source port is a hash: it makes no flow of its own. */
	flow = lookup(table);
	packet.bytes[SRC_PORT] ^= 1;
	assert_ptr_equal(lookup(table), flow);
	put_plain(6);
	assert_ptr_not_equal(lookup(table), flow);
	flows_close(table);
}

static void test_ipv6(void **state)
{
	struct flow_table *table = open_table(1000);
	const struct flow *flow;

	(void)state;
	packet.length = 0;
	put_ethernet(&packet, 0x86dd);
	put_ipv6(&packet, 6);
	put_tcp(&packet);
	end_ip(&packet, 14);
	for (uint32_t off = 22; off < 54; off++)
		assert_tells_apart(table, off);
	flow = lookup(table);
	assert_int_equal(flow->key.version, 6);
	assert_memory_equal(flow->key.src, packet.bytes + 22, 16);
	assert_memory_equal(flow->key.dst, packet.bytes + 38, 16);
	/* The flow label is none of it. */
	packet.bytes[17] ^= 1;
	assert_ptr_equal(lookup(table), flow);
	flows_close(table);
}

static void test_without_ports(void **state)
{
	struct flow_table *table = open_table(1000);
	const struct flow *flow;

	(void)state;
	put_plain(1);
	flow = lookup(table);
	assert_int_equal(flow->key.proto, 1);
	assert_int_equal(flow->key.src_port, 0);
	assert_int_equal(flow->key.dst_port, 0);
	/* Later fragments have no ports. */
	put_plain(6);
	flow = lookup(table);
	set16(&packet, 20, 3);
	assert_ptr_not_equal(lookup(table), flow);
	assert_int_equal(lookup(table)->key.dst_port, 0);
	flows_close(table);
}

static void turn_round(void)
{
	uint8_t ends[12];

	memcpy(ends, packet.bytes + SRC, sizeof(ends));
	memcpy(packet.bytes + SRC, ends + 4, 4);
	memcpy(packet.bytes + DST, ends, 4);
	memcpy(packet.bytes + SRC_PORT, ends + 10, 2);
	memcpy(packet.bytes + DST_PORT, ends + 8, 2);
}

static void test_reverse(void **state)
{
	struct flow_table *table = open_table(1000);
	const struct flow *forth, *back;

	(void)state;
	put_plain(6);
	forth = lookup(table);
	assert_null(flows_reverse(table, forth));
	turn_round();
	back = lookup(table);
	assert_ptr_not_equal(back, forth);
	assert_ptr_equal(flows_reverse(table, forth), back);
	assert_ptr_equal(flows_reverse(table, back), forth);
	/* Not the one on another interface. */
	turn_round();
	forth = lookup_on(table, 3);
	assert_null(flows_reverse(table, forth));
	put_in_vxlan();
	assert_null(flows_reverse(table, lookup(table)));
	flows_close(table);
}

/* Flow number @i of very many. */
static void set_number(uint32_t i)
{
	set32(&packet, SRC, 0x0a000000 | i >> 4);
	set16(&packet, SRC_PORT, 1024 + (i & 15));
}

static void test_many(void **state)
{
	const uint32_t most = 100000;
	struct flow_table *table = open_table(most);

	(void)state;
	put_plain(6);
	for (uint32_t i = 0; i < most; i++) {
		struct flow *flow;

		set_number(i);
		flow = lookup(table);
		assert_int_equal(flow->frames, 0);
		flow->frames = i + 1;
	}
	assert_int_equal(flows_count(table), most);
	for (uint32_t i = 0; i < most; i++) {
		set_number(i);
		assert_int_equal(lookup(table)->frames, i + 1);
		assert_int_equal(flows_at(table, i)->frames, i + 1);
	}
	assert_int_equal(flows_count(table), most);
	assert_int_equal(flows_forgotten(table), 0);
	flows_close(table);
}

/* As many paths as flows. */
static void test_many_paths(void **state)
{
	struct flow_table *table = open_table(5000);

	(void)state;
	put_in_vxlan();
	for (unsigned int round = 0; round < 2; round++) {
		for (uint32_t i = 0; i < 5000; i++) {
			struct flow *flow;

			set16(&packet, VNI, i);
			flow = lookup(table);
			assert_int_equal(flow->frames, round ? i + 1 : 0);
			flow->frames = i + 1;
			assert_int_equal(flows_path(table, &flow->key)->vni, i << 8 | 7);
		}
	}
	assert_int_equal(flows_count(table), 5000);
	flows_close(table);
}

/**
 * struct memory - what was forgotten
 * @times: how often, by the number that the flow got in frames
 */
struct memory {
	uint32_t count, times[20000], order[20000];
};

static void remember(void *context, struct flow *flow)
{
	struct memory *memory = context;

	assert_in_range(flow->frames, 1, 20000);
	memory->times[flow->frames - 1]++;
	memory->order[memory->count++] = (uint32_t)flow->frames - 1;
}

static struct flow *lookup_or_forget(struct flow_table *table, struct memory *memory)
{
	struct frame frame = frame_of(&packet, 1);
	struct flow *flow;
	struct view view;

	view_decode(&view, &frame, &no_options);
	flow = flows_lookup(table, &view, remember, memory);
	assert_non_null(flow);
	return flow;
}

/* Every flow but those that are there at the end was forgotten, once. */
static void test_forgotten_once(void **state)
{
	static const size_t sizes[] = {1, 2, 3, 511, 512, 513, 3000};
	struct memory *memory = calloc(1, sizeof(*memory));

	(void)state;
	assert_non_null(memory);
	put_plain(6);
	for (size_t i = 0; i < array_size(sizes); i++) {
		struct flow_table *table = open_table(sizes[i]);

		memset(memory, 0, sizeof(*memory));
		for (uint32_t j = 0; j < 20000; j++) {
			struct flow *flow;

			set_number(j);
			flow = lookup_or_forget(table, memory);
			assert_int_equal(flow->frames, 0);
			assert_int_equal(flow->notes, 0);
			flow->frames = j + 1;
			flow->notes = 1;
		}
		assert_int_equal(flows_count(table), sizes[i]);
		assert_int_equal(flows_forgotten(table), 20000 - sizes[i]);
		assert_int_equal(memory->count, 20000 - sizes[i]);
		for (size_t j = 0; j < sizes[i]; j++)
			memory->times[flows_at(table, j)->frames - 1]++;
		for (uint32_t j = 0; j < 20000; j++)
			assert_int_equal(memory->times[j], 1);
		flows_close(table);
	}
	free(memory);
}

/* A flow that is seen again and again stays, whatever else comes and goes. */
static void test_busy_flow_stays(void **state)
{
	struct flow_table *table = open_table(4);
	struct memory *memory = calloc(1, sizeof(*memory));

	(void)state;
	assert_non_null(memory);
	put_plain(6);
	set_number(0);
	lookup_or_forget(table, memory)->frames = 1;
	for (uint32_t i = 1; i < 2000; i++) {
		set_number(i);
		lookup_or_forget(table, memory)->frames = i + 1;
		set_number(0);
		assert_int_equal(lookup_or_forget(table, memory)->frames, 1);
	}
	assert_int_equal(memory->times[0], 0);
	flows_close(table);
	free(memory);
}

/*
 * Very many tunnels, of which few are kept: what is said of one is right, or that it is VXLAN over
 * IPv4, and no more.
 */
static void test_more_paths_than_flows(void **state)
{
	struct flow_table *table = open_table(2);
	struct memory *memory = calloc(1, sizeof(*memory));
	const struct path *path = NULL;

	(void)state;
	assert_non_null(memory);
	put_in_vxlan();
	for (uint32_t i = 0; i < 10000; i++) {
		struct flow *flow;

		set16(&packet, VNI, i);
		flow = lookup_or_forget(table, memory);
		flow->frames = i + 1;
		path = flows_path(table, &flow->key);
		assert_int_equal(path->tunnel, TUNNEL_VXLAN);
		assert_int_equal(path->version, 4);
		if (path->vni || path->src[0])
			assert_int_equal(path->vni, i << 8 | 7);
		if (path->vni || path->src[0])
			assert_memory_equal(path->src, packet.bytes + SRC, 4);
	}
	assert_int_equal(path->vni, 0);
	flows_close(table);
	free(memory);
}

static uint32_t random_next(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 16;
}

static void run_random(struct flow_table *table, struct memory *memory)
{
	uint32_t seed = 5;

	put_plain(6);
	for (uint32_t i = 0; i < 10000; i++) {
		uint32_t number = random_next(&seed) % 300;

		set_number(number);
		lookup_or_forget(table, memory)->frames = number + 1;
	}
}

/* The hash is seeded anew each time; what is seen of the table does not depend on it. */
static void test_same_order_every_time(void **state)
{
	struct memory *a = calloc(1, sizeof(*a)), *b = calloc(1, sizeof(*b));
	struct flow_table *x = open_table(100), *y = open_table(100);

	(void)state;
	assert_non_null(a);
	assert_non_null(b);
	run_random(x, a);
	run_random(y, b);
	assert_true(a->count > 1000);
	assert_memory_equal(a, b, sizeof(*a));
	assert_int_equal(flows_count(x), 100);
	assert_int_equal(flows_count(y), 100);
	for (size_t i = 0; i < 100; i++)
		assert_int_equal(flows_at(x, i)->frames, flows_at(y, i)->frames);
	flows_close(x);
	flows_close(y);
	free(a);
	free(b);
}

static void assert_endpoints(struct flow_table *table, const struct endpoints *wanted)
{
	struct arena arena = {0};
	const struct endpoints *ends = key_endpoints(table, &lookup(table)->key, &arena);

	assert_non_null(ends);
	assert_string_equal(ends->protocol, wanted->protocol);
	assert_string_equal(ends->src, wanted->src);
	assert_string_equal(ends->dst, wanted->dst);
	assert_int_equal(ends->src_port, wanted->src_port);
	assert_int_equal(ends->dst_port, wanted->dst_port);
	assert_int_equal(ends->vni, wanted->vni);
	if (wanted->tunnel) {
		assert_string_equal(ends->tunnel, wanted->tunnel);
		assert_string_equal(ends->outer_src, wanted->outer_src);
		assert_string_equal(ends->outer_dst, wanted->outer_dst);
	} else {
		assert_null(ends->tunnel);
		assert_null(ends->outer_src);
		assert_null(ends->outer_dst);
	}
	arena_free(&arena);
}

static void test_endpoints(void **state)
{
	struct flow_table *table = open_table(100);

	(void)state;
	put_plain(6);
	assert_endpoints(table, &(struct endpoints){"tcp", "10.0.0.2", "10.0.0.1", 40001, 5001,
						    NULL, NULL, NULL, 0});
	put_plain(17);
	assert_endpoints(table, &(struct endpoints){"udp", "10.0.0.2", "10.0.0.1", 40001, 9, NULL,
						    NULL, NULL, 0});
	put_plain(132);
	assert_endpoints(table, &(struct endpoints){"sctp", "10.0.0.2", "10.0.0.1", 40001, 5001,
						    NULL, NULL, NULL, 0});
	put_plain(1);
	assert_endpoints(table, &(struct endpoints){"icmp", "10.0.0.2", "10.0.0.1", 0, 0, NULL,
						    NULL, NULL, 0});
	put_plain(89);
	assert_endpoints(table, &(struct endpoints){"ip-proto-89", "10.0.0.2", "10.0.0.1", 0, 0,
						    NULL, NULL, NULL, 0});
	put_in_vxlan();
	set8(&packet, INNER_SRC, 192);
	assert_endpoints(table, &(struct endpoints){"tcp", "192.0.0.2", "10.0.0.1", 40001, 5001,
						    "vxlan", "10.0.0.2", "10.0.0.1", 7});
	packet.length = 0;
	put_ethernet(&packet, 0x86dd);
	put_ipv6(&packet, 58);
	put_zeros(&packet, 8);
	end_ip(&packet, 14);
	assert_endpoints(table, &(struct endpoints){"icmpv6", "fd00::2", "fd00::1", 0, 0, NULL,
						    NULL, NULL, 0});
	flows_close(table);
}

/* RFC 5952 for IPv6. */
static void test_address_name(void **state)
{
	static const uint8_t zeros[16] = {0}, mapped[16] = {[10] = 255, 255, 1, 2, 3, 4},
			     all[16] = {255, 255, 255, 255, 255, 255, 255, 255,
					255, 255, 255, 255, 255, 255, 255, 255};
	char name[ADDRESS_CHARS];

	(void)state;
	assert_string_equal(address_name(zeros, 4, name), "0.0.0.0");
	assert_string_equal(address_name(all, 4, name), "255.255.255.255");
	assert_string_equal(address_name(zeros, 6, name), "::");
	assert_string_equal(address_name(mapped, 6, name), "::ffff:1.2.3.4");
	assert_string_equal(address_name(all, 6, name), "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
}

/* What a flow costs: itself, two slots of 8 bytes of an index at most half full, a path. */
static void test_memory(void **state)
{
	(void)state;
	assert_true(sizeof(struct flow) + 4 * 8 + sizeof(struct path) < FLOW_MAX_BYTES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_identity),
		cmocka_unit_test(test_path),
		cmocka_unit_test(test_ipv6),
		cmocka_unit_test(test_without_ports),
		cmocka_unit_test(test_reverse),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_many_paths),
		cmocka_unit_test(test_forgotten_once),
		cmocka_unit_test(test_busy_flow_stays),
		cmocka_unit_test(test_more_paths_than_flows),
		cmocka_unit_test(test_same_order_every_time),
		cmocka_unit_test(test_endpoints),
		cmocka_unit_test(test_address_name),
		cmocka_unit_test(test_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
