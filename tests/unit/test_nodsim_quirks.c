/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Do quirks spoil what they say and mend the rest? Those that a capture shows are tried by
 * tests/tools/test-simcap; here are all as a list, and those that change only what is said of a frame.
 */
#include "tests/unit/gro_frames.h"
#include "tests/unit/nodsim_end.h"

#include "lib/base/attr.h"
#include "tests/nodsim/core/mend.h"

#define ETHERNET 14

static struct packet made;
static struct end end;

static void switch_on(const char *name, uint32_t value)
{
	int number = sim_quirk_lookup(name);

	assert_true(number >= 0);
	sim_quirk_set(&end.nic.quirks, (unsigned int)number, value);
}

/* --- the list ----------------------------------------------------------------------------------- */

static void test_list(void **state attr_unused)
{
	for (unsigned int i = 0; sim_quirks[i]; i++) {
		const struct sim_quirk *quirk = sim_quirks[i];
		size_t length = strlen(quirk->summary);

		assert_true(i < SIM_QUIRKS_MAX);
		assert_int_equal(sim_quirk_lookup(quirk->name), i);
		assert_int_equal(strspn(quirk->name, "abcdefghijklmnopqrstuvwxyz0123456789-"),
				 strlen(quirk->name));
		assert_true(quirk->summary[0] >= 'a' && quirk->summary[0] <= 'z');
		assert_int_not_equal(quirk->summary[length - 1], '.');
		assert_true(quirk->provokes[0] && quirk->traffic[0]);
		assert_true(quirk->usual >= 1);
	}
}

/* What has no hook on its side would never do anything. */
static void test_sides(void **state attr_unused)
{
	for (unsigned int i = 0; sim_quirks[i]; i++) {
		const struct sim_quirk *quirk = sim_quirks[i];
		bool receives = quirk->verdict || quirk->deliver || quirk->overlook;

		assert_int_equal(quirk->side == SIM_SENDER, quirk->wire != NULL);
		assert_int_equal(quirk->side == SIM_RECEIVER, receives);
		assert_int_equal(quirk->side == SIM_CONTROL, quirk->control != SIM_CONTROL_NONE);
	}
}

/* --- what is said of a frame -------------------------------------------------------------------- */

static void receive_one(uint32_t offloads, const char *quirk, uint32_t value)
{
	struct seg seg;

	make_train(&seg, 1);
	put_seg(&made, &seg);
	end_open(&end, offloads);
	switch_on(quirk, value);
	end_receive(&end, made.bytes, made.length);
	end_poll(&end);
	assert_int_equal(end.nseen, 1);
	assert_int_equal(end.seen[0].len, made.length);
}

static uint16_t sum_of_packet(void)
{
	return folded(words_total(made.bytes + ETHERNET, made.length - ETHERNET));
}

static void test_complete_wrong(void **state attr_unused)
{
	receive_one(SIM_RX_CSUM | SIM_RX_CSUM_COMPLETE, "csum-complete-wrong", 2);
	assert_int_equal(end.seen[0].csum, SIM_CSUM_COMPLETE);
	assert_int_equal(end.seen[0].csum_sum, sum_of_packet());
	end_close(&end);

	receive_one(SIM_RX_CSUM | SIM_RX_CSUM_COMPLETE, "csum-complete-wrong", 1);
	assert_int_equal(end.seen[0].csum, SIM_CSUM_COMPLETE);
	assert_int_not_equal(end.seen[0].csum_sum, sum_of_packet());
	assert_memory_equal(end.seen[0].bytes, made.bytes, made.length);
	end_close(&end);
}

/* Also a NIC that says no sums otherwise; but who verifies nothing has nothing to get wrong. */
static void test_complete_instead(void **state attr_unused)
{
	receive_one(SIM_RX_CSUM, "csum-complete-wrong", 1);
	assert_int_equal(end.seen[0].csum, SIM_CSUM_COMPLETE);
	assert_int_not_equal(end.seen[0].csum_sum, sum_of_packet());
	end_close(&end);

	receive_one(0, "csum-complete-wrong", 1);
	assert_int_equal(end.seen[0].csum, SIM_CSUM_NONE);
	end_close(&end);
}

static unsigned int bytes_changed(void)
{
	unsigned int count = 0;

	for (uint32_t i = 0; i < made.length; i++)
		count += end.seen[0].bytes[i] != made.bytes[i];
	return count;
}

static void test_corrupt(void **state attr_unused)
{
	receive_one(SIM_RX_CSUM | SIM_RX_CSUM_COMPLETE, "rx-corrupt", 1);
	assert_int_equal(end.seen[0].csum, SIM_CSUM_UNNECESSARY);
	assert_int_equal(bytes_changed(), 1);
	assert_memory_equal(end.seen[0].bytes, made.bytes, ETHERNET + 40);
	end_close(&end);

	receive_one(0, "rx-corrupt", 1);
	assert_int_equal(end.seen[0].csum, SIM_CSUM_NONE);
	assert_int_equal(bytes_changed(), 0);
	end_close(&end);
}

static void test_unmarked(void **state attr_unused)
{
	struct seg segs[3];

	make_train(segs, 3);
	end_open(&end, SIM_RX_CSUM | SIM_RX_LRO);
	switch_on("lro-unmarked", 1);
	for (unsigned int i = 0; i < array_size(segs); i++) {
		put_seg(&made, &segs[i]);
		end_receive(&end, made.bytes, made.length);
	}
	end_poll(&end);
	assert_int_equal(end.nseen, 1);
	assert_int_equal(end.seen[0].len, made.length + 200);
	assert_int_equal(end.seen[0].gso, 0);
	assert_int_equal(end.seen[0].gso_size, 0);
	assert_int_equal(end.seen[0].segments, 0);
	end_close(&end);
}

/* --- mending ------------------------------------------------------------------------------------ */

/* All checksums of the frame, by nod's verdict. */
static bool are_all_right(const struct sim_wire *wire)
{
	struct capture_checksums counts = {0};
	uint8_t verdicts[VIEW_MAX_HEADERS];
	struct decoded decoded;
	struct frame frame;
	bool right = true;

	memcpy(made.bytes, wire->bytes, wire->len);
	made.length = wire->len;
	frame = frame_of(&made, 1);
	decode_frame(&decoded, &frame, NULL);
	csum_verify(&decoded.view, sum_ops_best(), verdicts, &counts);
	for (unsigned int i = 0; i < decoded.view.nheaders; i++)
		right &= verdicts[i] == CSUM_OK || verdicts[i] == CSUM_NO_FIELD ||
			 verdicts[i] == CSUM_NONE;
	decoded_free(&decoded);
	return right;
}

static void check_put(const struct seg *seg, uint32_t at_from_end)
{
	static const uint16_t values[] = {0x0000, 0xffff, 0x0001, 0x8000, 0x1234, 0xfeff};
	static uint8_t bytes[PACKET_ROOM];
	struct sim_wire wire = {.bytes = bytes};

	end_open(&end, 0);
	put_seg(&made, seg);
	memcpy(bytes, made.bytes, made.length);
	wire.len = made.length;
	sim_packet_read(&wire.packet, bytes, wire.len, &end.nic.ports);
	for (unsigned int i = 0; i < array_size(values); i++) {
		uint32_t at = wire.len - at_from_end;

		sim_mend_put16(&wire, at, values[i]);
		assert_int_equal(sim_get16(bytes + at), values[i]);
		assert_true(are_all_right(&wire));
	}
	end_close(&end);
}

/* Payload of even and odd length, at even and odd places; the sequence number; the inner ID; the outer port. */
static void test_mend(void **state attr_unused)
{
	struct seg seg;

	for (unsigned int kind = 0; kind < 32; kind++) {
		make_train(&seg, 1);
		seg.len = 20 + (kind & 1);
		seg.vxlan = kind & 2;
		seg.outer_sum = kind & 4;
		seg.ipv6 = kind & 8;
		seg.outer_ipv6 = kind & 16;
		for (uint32_t from_end = 2; from_end <= seg.len; from_end++)
			check_put(&seg, from_end);
		check_put(&seg, seg.len + 20 - 4);
		if (!seg.ipv6)
			check_put(&seg, seg.len + 40 - 4);
		if (seg.vxlan)
			check_put(&seg, seg.len + (seg.ipv6 ? 60 : 40) + 14 + 8 + 8);
	}
}

/* UDP has no checksum of 0: that would be none. */
static void test_mend_zero(void **state attr_unused)
{
	static uint8_t bytes[PACKET_ROOM];
	struct sim_wire wire = {.bytes = bytes};
	uint32_t port, field;
	struct seg seg;

	make_train(&seg, 1);
	seg.vxlan = true;
	seg.outer_sum = true;
	end_open(&end, 0);
	put_seg(&made, &seg);
	memcpy(bytes, made.bytes, made.length);
	wire.len = made.length;
	sim_packet_read(&wire.packet, bytes, wire.len, &end.nic.ports);
	port = wire.packet.levels[0].l4;
	field = port + 6;
	/* As much more in the port is as much less in the checksum. */
	sim_mend_put16(&wire, port,
		       folded((uint64_t)sim_get16(bytes + port) + sim_get16(bytes + field)));
	assert_int_equal(sim_get16(bytes + field), 0xffff);
	assert_true(are_all_right(&wire));
	end_close(&end);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list),	       cmocka_unit_test(test_sides),
		cmocka_unit_test(test_complete_wrong), cmocka_unit_test(test_complete_instead),
		cmocka_unit_test(test_corrupt),	       cmocka_unit_test(test_unmarked),
		cmocka_unit_test(test_mend),	       cmocka_unit_test(test_mend_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
