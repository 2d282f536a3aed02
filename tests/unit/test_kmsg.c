/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which words of the kernel are about a wrong sum of which device?
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/base/attr.h"
#include "lib/host/kmsg.h"

static void test_lines(void **state)
{
	static const struct {
		const char *record, *device;
		bool is;
	} cases[] = {
		{"3,1042,5140900,-;eth0: hw csum failure\n", "eth0", true},
		/* Hardware: the driver and the bus address first, and what device it is on lines behind. */
		{"3,1042,5140900,-;mlx5_core 0000:3b:00.0 eth0: hw csum failure\n SUBSYSTEM=pci\n "
		 "DEVICE=+pci:0000:3b:00.0\n",
		 "eth0", true},
		{"3,1042,5140900,-,caller=T1;eth0: hw csum failure", "eth0", true},
		{"3,1042,5140900,-;veth0: hw csum failure\n", "eth0", false},
		{"3,1042,5140900,-;eth01: hw csum failure\n", "eth0", false},
		{"3,1042,5140900,-;eth0: hw csum failure\n", "eth01", false},
		{"3,1042,5140900,-;eth0: hw csum failure of old\n", "eth0", false},
		{"6,1,0,-;eth0: link becomes ready\n KEY=eth0: hw csum failure\n", "eth0", false},
		{"eth0: hw csum failure\n", "eth0", false},
		{"wlan eth0: hw csum failure\n KEY=a;b\n", "eth0", false},
		{"6,1,0,-;\n", "eth0", false},
		{"6,1,0,-;hw csum failure\n", "", false},
		{"", "eth0", false},
	};

	(void)state;
	for (size_t i = 0; i < array_size(cases); i++) {
		size_t length = strlen(cases[i].record);
		/* Nothing behind the end: a sanitizer sees what is read there. */
		char *record = malloc(length + 1);

		assert_non_null(record);
		memcpy(record, cases[i].record, length);
		record = realloc(record, length ? length : 1);
		assert_non_null(record);
		if (kmsg_is_csum_failure(record, length, cases[i].device) != cases[i].is)
			fail_msg("%s: %s", cases[i].device, cases[i].record);
		free(record);
	}
}

/* Of anything that can be read; here all comes at once, which counts as one record. */
static void test_count(void **state)
{
	static const char record[] = "3,1042,5140900,-;eth0: hw csum failure\n";
	int fd = memfd_create("kmsg", 0);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(kmsg_csum_failures(fd, "eth0"), 0);
	assert_int_equal(write(fd, record, sizeof(record) - 1), sizeof(record) - 1);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(kmsg_csum_failures(fd, "eth0"), 1);
	assert_int_equal(kmsg_csum_failures(fd, "eth0"), 0);
	close(fd);
	assert_int_equal(kmsg_csum_failures(-1, "eth0"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
