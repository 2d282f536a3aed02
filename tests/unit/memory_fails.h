/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For tests named test_..._memory, which memory_fails.mk links so that every allocation comes here: each
 * of them fails once, alone or with all that follow.
 */
#ifndef NOD_TESTS_UNIT_MEMORY_FAILS_H
#define NOD_TESTS_UNIT_MEMORY_FAILS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/**
 * struct memory - allocations while @watched
 * @made, @living: how many
 * @failing: number of the first one that fails; @ever_after: and all behind it
 */
static struct memory {
	bool watched, ever_after, failed;
	size_t made, failing;
	long living;
} memory;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void __real_free(void *pointer);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
void __wrap_free(void *pointer);

static bool allocation_fails(void)
{
	bool fails;

	if (!memory.watched)
		return false;
	fails = memory.ever_after ? memory.made >= memory.failing : memory.made == memory.failing;
	memory.made++;
	memory.failed |= fails;
	return fails;
}

static void *count_living(void *pointer)
{
	memory.living += memory.watched && pointer;
	return pointer;
}

void *__wrap_malloc(size_t size)
{
	return allocation_fails() ? NULL : count_living(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
	return allocation_fails() ? NULL : count_living(__real_calloc(count, size));
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
	return allocation_fails() ? NULL : count_living(__real_aligned_alloc(alignment, size));
}

void *__wrap_realloc(void *old, size_t size)
{
	void *pointer;

	if (allocation_fails())
		return NULL;
	pointer = __real_realloc(old, size);
	return old ? pointer : count_living(pointer);
}

void __wrap_free(void *pointer)
{
	memory.living -= memory.watched && pointer;
	__real_free(pointer);
}

/* What is tested: 0, or -1 where memory ran out. It gives back all that it took. */
typedef int needs_memory(size_t max_flows, uint32_t frames);

static int run_watched(needs_memory *run, size_t max_flows, uint32_t frames)
{
	int result;

	memory.watched = true;
	result = run(max_flows, frames);
	memory.watched = false;
	if (memory.living)
		fail_msg("allocation %zu: %ld pieces of memory were not given back", memory.failing,
			 memory.living);
	return result;
}

static void fail_each(needs_memory *run, size_t max_flows, uint32_t frames, bool ever_after)
{
	for (size_t failing = 0;; failing++) {
		int result;

		memory = (struct memory){.failing = failing, .ever_after = ever_after};
		result = run_watched(run, max_flows, frames);
		if (result != (memory.failed ? -1 : 0))
			fail_msg("allocation %zu failed, and nothing was said", failing);
		if (memory.failed)
			continue;
		assert_true(failing > 8);
		return;
	}
}

static void fail_each_allocation(needs_memory *run, size_t max_flows, uint32_t frames)
{
	fail_each(run, max_flows, frames, false);
	fail_each(run, max_flows, frames, true);
}

#endif
