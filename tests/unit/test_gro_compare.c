/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does the comparison of a poll with the model find what differs, and nothing else?
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "cmd/gro_kernel.h"

/* Frames of 40 bytes of headers and 10 of payload. */
#define HEAD	40
#define PAYLOAD 10

struct bench {
	struct gro_poll poll;
	struct gro_kernel kernel;
	struct arena arena;
	const char *words[GRO_WORDS_MAX];
	uint8_t bytes[8][HEAD + PAYLOAD], merged[HEAD + 8 * PAYLOAD];
};

/* @count frames, numbered from 11; all of their own in the model and in the kernel. */
static void setup(struct bench *bench, size_t count)
{
	*bench = (struct bench){.poll = {.number = 3, .nsent = count}};
	bench->kernel.words = bench->words;
	for (uint32_t i = 0; i < count; i++) {
		struct span packet = {bench->bytes[i], HEAD + PAYLOAD};
		struct span payload = {bench->bytes[i] + HEAD, PAYLOAD};

		memset(bench->bytes[i], (int)(i + 1), HEAD + PAYLOAD);
		bench->poll.sent[i] = (struct gro_sent){packet, payload, 11 + i, HEAD, i};
		bench->poll.model.list[i] =
			(struct gro_super){.len = HEAD + PAYLOAD, .count = 1, .first = i};
		bench->poll.real.list[i] =
			(struct gro_super){.len = HEAD + PAYLOAD, .count = 1, .packet = packet};
	}
	bench->poll.model.count = bench->poll.real.count = count;
}

/* All frames merged into one, in the model and in the kernel. */
static void merge(struct bench *bench)
{
	struct gro_poll *poll = &bench->poll;
	uint32_t length = HEAD + (uint32_t)poll->nsent * PAYLOAD;

	for (size_t i = 0; i < poll->nsent; i++) {
		poll->sent[i].tag = 0;
		memcpy(bench->merged + HEAD + i * PAYLOAD, bench->bytes[i] + HEAD, PAYLOAD);
	}
	poll->model.count = poll->real.count = 1;
	poll->model.list[0] = (struct gro_super){
		.len = length, .gso_size = PAYLOAD, .count = (uint32_t)poll->nsent};
	poll->real.list[0] = poll->model.list[0];
	poll->real.list[0].packet = (struct span){bench->merged, length};
}

static uint64_t compare(struct bench *bench)
{
	struct err err = {0};

	assert_int_equal(gro_compare(&bench->poll, &bench->kernel, &bench->arena, &err), 0);
	return bench->kernel.differences;
}

static void test_same(void **state)
{
	struct bench bench;

	(void)state;
	setup(&bench, 0);
	assert_int_equal(compare(&bench), 0);
	setup(&bench, 5);
	assert_int_equal(compare(&bench), 0);
	merge(&bench);
	assert_int_equal(compare(&bench), 0);
	assert_int_equal(bench.kernel.nwords, 0);
}

/* A single difference, and the words that tell it. */
static void expect_one(struct bench *bench, const char *words)
{
	assert_int_equal(compare(bench), 1);
	assert_int_equal(bench->kernel.nwords, 1);
	assert_string_equal(bench->words[0], words);
	arena_free(&bench->arena);
}

static void test_bytes(void **state)
{
	struct bench bench;

	(void)state;
	setup(&bench, 3);
	merge(&bench);
	bench.merged[HEAD + 2 * PAYLOAD + 1] ^= 1;
	expect_one(
		&bench,
		"poll 3 (frames 11 to 13), at frame 11: the kernel has a super-frame of 70 bytes of "
		"IP in segments of 10, the model a super-frame of 70 bytes of IP in segments of 10, "
		"with other bytes");
	setup(&bench, 3);
	memcpy(bench.merged, bench.bytes[1], HEAD + PAYLOAD);
	bench.merged[HEAD + PAYLOAD - 1] ^= 1;
	bench.poll.real.list[1].packet.bytes = bench.merged;
	expect_one(
		&bench,
		"poll 3 (frames 11 to 13), at frame 12: the kernel has a single frame of 50 bytes "
		"of IP, the model a single frame of 50 bytes of IP, with other bytes");
}

static void test_sizes(void **state)
{
	struct bench bench;

	(void)state;
	setup(&bench, 3);
	merge(&bench);
	bench.poll.real.list[0].gso_size = 11;
	assert_int_equal(compare(&bench), 1);
	arena_free(&bench.arena);
	setup(&bench, 3);
	merge(&bench);
	bench.poll.real.list[0].packet.length -= 1;
	assert_int_equal(compare(&bench), 1);
	arena_free(&bench.arena);
	setup(&bench, 3);
	merge(&bench);
	bench.poll.real.list[0].packet.length = HEAD - 1;
	assert_int_equal(compare(&bench), 1);
	arena_free(&bench.arena);
	setup(&bench, 3);
	merge(&bench);
	bench.poll.real.list[0].packet.length += 1;
	assert_int_equal(compare(&bench), 1);
	arena_free(&bench.arena);
}

/* What is missing at one side does not make the rest differ. */
static void test_missing(void **state)
{
	struct bench bench;

	(void)state;
	setup(&bench, 5);
	memmove(&bench.poll.real.list[1], &bench.poll.real.list[2],
		3 * sizeof(*bench.poll.real.list));
	bench.poll.real.count--;
	expect_one(&bench,
		   "poll 3 (frames 11 to 15), at frame 12: the kernel has a single frame of 50 "
		   "bytes of IP, the model a single frame of 50 bytes of IP, with other bytes");
	setup(&bench, 5);
	bench.poll.model.count--;
	expect_one(&bench,
		   "poll 3 (frames 11 to 15): the kernel has a single frame of 50 bytes of IP, "
		   "the model nothing");
	setup(&bench, 5);
	bench.poll.real.count--;
	expect_one(&bench,
		   "poll 3 (frames 11 to 15), at frame 15: the kernel has nothing, the model a "
		   "single frame of 50 bytes of IP");
}

static void test_order(void **state)
{
	struct gro_super first;
	struct bench bench;

	(void)state;
	setup(&bench, 4);
	first = bench.poll.real.list[0];
	bench.poll.real.list[0] = bench.poll.real.list[1];
	bench.poll.real.list[1] = first;
	assert_in_range(compare(&bench), 1, 2);
	arena_free(&bench.arena);
	/* Where any order is right, the length has to do. */
	setup(&bench, 3);
	merge(&bench);
	bench.merged[HEAD] ^= 1;
	bench.poll.any_order = true;
	assert_int_equal(compare(&bench), 0);
}

/* Many differences are counted, and few told. */
static void test_many(void **state)
{
	struct bench bench;

	(void)state;
	setup(&bench, 8);
	bench.poll.model.count = 0;
	assert_int_equal(compare(&bench), 8);
	for (int i = 0; i < 20; i++)
		compare(&bench);
	assert_int_equal(bench.kernel.differences, 21 * 8);
	assert_int_equal(bench.kernel.nwords, GRO_WORDS_MAX);
	arena_free(&bench.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same),  cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_sizes), cmocka_unit_test(test_missing),
		cmocka_unit_test(test_order), cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
