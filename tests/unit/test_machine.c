/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is what /proc, /sys and ioctls tell read right, recorded, and absent where it is absent?
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/base/text.h"
#include "lib/host/machine.h"

/* --- tapes --- */

static void add_hex(struct text *tape, const char *string)
{
	for (; *string; string++)
		text_printf(tape, "%02x", (unsigned char)*string);
}

static void add_question(struct text *tape, const char *channel, const char *question)
{
	text_printf(tape, "? %s ", channel);
	add_hex(tape, question);
	text_add(tape, "\n");
}

static void add(struct text *tape, const char *channel, const char *question, const char *answer)
{
	add_question(tape, channel, question);
	text_add(tape, "= ");
	add_hex(tape, answer);
	text_add(tape, "\n");
}

static void add_error(struct text *tape, const char *channel, const char *question, int error)
{
	add_question(tape, channel, question);
	text_printf(tape, "! %d\n", error);
}

/* Takes the text. */
static struct tape *play(struct text *text)
{
	struct err err = {0};
	struct tape *tape;

	text_add(text, "");
	tape = tape_play_bytes((struct span){(const uint8_t *)text->chars, text->length}, &err);
	assert_string_equal(err.text, "");
	assert_non_null(tape);
	text_free(text);
	return tape;
}

static void close_tape(struct tape *tape)
{
	struct err err = {0};

	assert_int_equal(tape_close(tape, &err), 0);
}

/* --- kernel --- */

static void test_release(void **state)
{
	static const struct {
		const char *release;
		uint32_t version;
	} cases[] = {
		{"6.18.44", 0x06122c},
		{"6.12.95+deb13-amd64", 0x060c5f},
		{"5.10.0-30-amd64", 0x050a00},
		{"6.1", 0x060100},
		{"6.2-rc3", 0x060200},
		{"4.9.337", 0x0409ff}, /* a byte is a byte */
		{"4.14.255-311-248.amzn2", 0x040eff},
		{"6.1.x", 0x060100},
		{"6.1.", 0x060100},
		{"6", 0},
		{"6.", 0},
		{"", 0},
		{"linux", 0},
		{".6.1", 0},
		{"999999999999999999999.1.1", 0},
		{"6.256.1", 0},
		{"6.-1", 0},
	};

	(void)state;
	for (size_t i = 0; i < array_size(cases); i++) {
		struct snapshot snapshot = {0};
		struct text text = {0};
		struct err err = {0};
		struct tape *tape;

		add(&text, "uname", "", cases[i].release);
		tape = play(&text);
		assert_int_equal(machine_kernel(tape, &snapshot, &err), 0);
		assert_string_equal(snapshot.release, cases[i].release);
		assert_int_equal(snapshot.version, cases[i].version);
		snapshot_free(&snapshot);
		close_tape(tape);
	}
}

static void test_release_missing(void **state)
{
	struct snapshot snapshot = {0};
	struct text text = {0};
	struct err err = {0};
	struct tape *tape;

	(void)state;
	text_add(&text, "? other\n");
	tape = play(&text);
	assert_int_equal(machine_kernel(tape, &snapshot, &err), -1);
	assert_int_equal(err.code, ERR_FORMAT);
	snapshot_free(&snapshot);
	close_tape(tape);
}

/* --- drivers --- */

enum {
	LO,
	ETH0,
	ETH1,
	VETH,
	DONE,
	GONE,
	ODD,
	UP,
	DEVICES
};

static void make_devices(struct snapshot *snapshot, struct device *devices)
{
	static const struct device made[DEVICES] = {
		[LO] = {.name = "lo"},
		[ETH0] = {.name = "eth0", .bus = "pci", .bus_address = "0000:01:00.0"},
		[ETH1] = {.name = "eth1", .bus = "virtio", .bus_address = "virtio3"},
		[VETH] = {.name = "v0", .kind = "veth", .bus = "pci", .bus_address = "x"},
		[DONE] = {.name = "d", .driver = "known", .bus = "pci", .bus_address = "x"},
		[GONE] = {.name = "gone", .bus = "usb", .bus_address = "1-1:1.0"},
		[ODD] = {.name = "odd", .bus = "usb", .bus_address = "2-1:1.0"},
		[UP] = {.name = "up", .bus = "pci", .bus_address = ".."},
	};

	memcpy(devices, made, sizeof(made));
	snapshot->devices = devices;
	snapshot->ndevices = DEVICES;
}

static void test_drivers(void **state)
{
	struct device devices[DEVICES];
	struct snapshot snapshot = {0};
	struct text text = {0};
	struct err err = {0};
	struct tape *tape;

	(void)state;
	add_error(&text, "drvinfo", "lo", EOPNOTSUPP);
	add(&text, "link", "/sys/bus/pci/devices/0000:01:00.0/driver",
	    "../../../../bus/pci/drivers/mlx5_core");
	add_error(&text, "link", "/sys/bus/virtio/devices/virtio3/driver", ENOENT);
	add(&text, "drvinfo", "eth1", "virtio_net");
	add(&text, "link", "/sys/bus/pci/devices/x/driver", "../wrong");
	add_error(&text, "link", "/sys/bus/usb/devices/1-1:1.0/driver", ENOENT);
	add_error(&text, "drvinfo", "gone", ENODEV);
	add(&text, "link", "/sys/bus/usb/devices/2-1:1.0/driver", "../");
	add(&text, "drvinfo", "odd", "");
	add(&text, "link", "/sys/bus/pci/devices/../driver", "../wrong");
	tape = play(&text);
	make_devices(&snapshot, devices);
	assert_int_equal(machine_drivers(tape, &snapshot, &err), 0);
	assert_null(devices[LO].driver);
	assert_string_equal(devices[ETH0].driver, "mlx5_core");
	assert_string_equal(devices[ETH1].driver, "virtio_net");
	assert_string_equal(devices[VETH].driver, "veth");
	assert_string_equal(devices[DONE].driver, "known");
	assert_null(devices[GONE].driver);
	assert_null(devices[ODD].driver);
	assert_null(devices[UP].driver);
	snapshot_free(&snapshot);
	close_tape(tape);
}

/* --- softnet --- */

static void test_softnet(void **state)
{
	struct snapshot snapshot = {0};
	struct text text = {0};
	struct err err = {0};
	struct tape *tape;

	(void)state;
	add(&text, "file", "/proc/net/softnet_stat",
	    "0000a1f3 00000002 0000000c 0 0 0 0 0 0 0 0 0 00000000 0 0\n"
	    "ffffffff 00000000 00000001 0 0 0 0 0 0 0 0 0 0000001f\n"
	    "00000001 00000002 00000003 00000000 00000000 00000000 00000000\n"
	    "00000001 00000002\n"
	    "\n"
	    "words\n"
	    "00000004 00000005 00000006");
	tape = play(&text);
	assert_int_equal(machine_softnet(tape, &snapshot, &err), 0);
	assert_int_equal(snapshot.nsoftnet, 4);
	assert_int_equal(snapshot.softnet[0].cpu, 0);
	assert_int_equal(snapshot.softnet[0].processed, 41459);
	assert_int_equal(snapshot.softnet[0].dropped, 2);
	assert_int_equal(snapshot.softnet[0].squeezed, 12);
	assert_int_equal(snapshot.softnet[1].cpu, 31);
	assert_true(snapshot.softnet[1].processed == UINT32_MAX);
	assert_int_equal(snapshot.softnet[2].cpu, 2);
	assert_int_equal(snapshot.softnet[3].cpu, 6);
	assert_int_equal(snapshot.softnet[3].squeezed, 6);
	snapshot_free(&snapshot);
	close_tape(tape);
}

static void test_softnet_absent(void **state)
{
	struct snapshot snapshot = {0};
	struct text text = {0};
	struct err err = {0};
	struct tape *tape;

	(void)state;
	add_error(&text, "file", "/proc/net/softnet_stat", EACCES);
	tape = play(&text);
	assert_int_equal(machine_softnet(tape, &snapshot, &err), 0);
	assert_int_equal(snapshot.nsoftnet, 0);
	snapshot_free(&snapshot);
	close_tape(tape);
}

/* --- batching --- */

static void add_device(struct text *tape, const char *name, const char *ifindex,
		       const char *address)
{
	char path[100];

	snprintf(path, sizeof(path), "/sys/class/net/%s/ifindex", name);
	add(tape, "file", path, ifindex);
	snprintf(path, sizeof(path), "/sys/class/net/%s/address", name);
	add(tape, "file", path, address);
	snprintf(path, sizeof(path), "/sys/class/net/%s/gro_flush_timeout", name);
	add(tape, "file", path, "20000\n");
}

static void assert_timeout(const struct device_details *details, uint64_t wanted)
{
	const struct fact *fact = fact_lookup(&details->batching, "gro_flush_timeout");

	assert_non_null(fact);
	assert_int_equal(fact->type, FACT_NUMBER);
	assert_int_equal(fact->number, wanted);
	assert_string_equal(fact->unit, "ns");
}

static void test_batching(void **state)
{
	struct device_details details[4] = {0};
	struct device devices[] = {
		{.ifindex = 1, .name = "lo", .address_length = 6, .details = &details[0]},
		{.ifindex = 2,
		 .name = "eth0",
		 .address = {2, 0, 0xab, 0xcd, 0xef, 1},
		 .address_length = 6,
		 .details = &details[1]},
		{.ifindex = 3, .name = "tun0", .details = &details[2]},
		{.ifindex = 4,
		 .name = "eth1",
		 .address = {2, 0, 0, 0, 0, 4},
		 .address_length = 6,
		 .details = &details[3]},
		{.ifindex = 5, .name = "eth2", .address = {2}, .address_length = 6},
	};
	struct snapshot snapshot = {.devices = devices, .ndevices = array_size(devices)};
	struct text text = {0};
	struct err err = {0};
	struct tape *tape;

	(void)state;
	add_device(&text, "lo", "1\n", "00:00:00:00:00:00\n");
	add_device(&text, "eth0", "2\n", "02:00:ab:cd:ef:01\n");
	add(&text, "file", "/sys/class/net/eth0/napi_defer_hard_irqs", "2\n");
	add_device(&text, "tun0", "3\n", "\n");
	add(&text, "file", "/sys/class/net/tun0/napi_defer_hard_irqs", "-1\n");
	add_device(&text, "eth1", "4\n", "02:00:00:00:00:05\n");
	tape = play(&text);
	assert_int_equal(machine_batching(tape, &snapshot, &err), 0);
	assert_int_equal(details[0].batching.count, 1);
	assert_timeout(&details[0], 20000);
	assert_int_equal(details[1].batching.count, 2);
	assert_timeout(&details[1], 20000);
	assert_int_equal(fact_lookup(&details[1].batching, "napi_defer_hard_irqs")->number, 2);
	assert_int_equal(details[2].batching.count, 1);
	assert_int_equal(details[3].batching.count, 0);
	snapshot_free(&snapshot);
	close_tape(tape);
}

/* A loopback device is everywhere: it is not believed when the other devices are elsewhere. */
static void test_batching_elsewhere(void **state)
{
	struct device_details details[2] = {0};
	struct device devices[] = {
		{.ifindex = 1, .name = "lo", .address_length = 6, .details = &details[0]},
		{.ifindex = 2,
		 .name = "eth0",
		 .address = {2, 0, 0, 0, 0, 2},
		 .address_length = 6,
		 .details = &details[1]},
	};
	struct snapshot snapshot = {.devices = devices, .ndevices = 2};

	(void)state;
	for (size_t count = 1; count <= 2; count++) {
		struct text text = {0};
		struct err err = {0};
		struct tape *tape;

		add_device(&text, "lo", "1\n", "00:00:00:00:00:00\n");
		add_device(&text, "eth0", "7\n", "02:00:00:00:00:02\n");
		tape = play(&text);
		snapshot.devices = devices;
		snapshot.ndevices = count;
		assert_int_equal(machine_batching(tape, &snapshot, &err), 0);
		assert_int_equal(details[0].batching.count, 0);
		assert_int_equal(details[1].batching.count, 0);
		snapshot_free(&snapshot);
		close_tape(tape);
	}
}

/* --- this machine --- */

static char folder[] = "/tmp/nod-test-machine-XXXXXX", path[64];

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/tape", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

static void look(struct tape *tape, struct snapshot *snapshot, struct device *device)
{
	struct err err = {0};

	snapshot->devices = device;
	snapshot->ndevices = 1;
	assert_int_equal(machine_kernel(tape, snapshot, &err), 0);
	assert_int_equal(machine_softnet(tape, snapshot, &err), 0);
	assert_int_equal(machine_drivers(tape, snapshot, &err), 0);
}

/* What was recorded is what is played; and the machine tells what it always tells. */
static void test_record(void **state)
{
	struct device recorded = {.ifindex = 1, .name = "lo"}, played = recorded;
	struct snapshot before = {0}, after = {0};
	struct err err = {0};
	struct tape *tape = tape_record(path, &err);
	struct tape_answer answer;
	struct utsname name;

	(void)state;
	assert_non_null(tape);
	look(tape, &before, &recorded);
	close_tape(tape);
	tape = tape_play(path, &err);
	assert_non_null(tape);
	look(tape, &after, &played);
	assert_int_equal(uname(&name), 0);
	assert_string_equal(before.release, name.release);
	assert_string_equal(after.release, name.release);
	assert_int_equal(before.version, after.version);
	assert_int_equal(before.nsoftnet, after.nsoftnet);
	if (before.nsoftnet > 0)
		assert_memory_equal(before.softnet, after.softnet,
				    before.nsoftnet * sizeof(*before.softnet));
	assert_null(recorded.driver);
	assert_null(played.driver);
	/* Not merely missing: lo was asked, and refused. */
	assert_true(tape_find(tape, "drvinfo", (struct span){(const uint8_t *)"lo", 2}, &answer));
	assert_int_equal(answer.error, EOPNOTSUPP);
	snapshot_free(&before);
	snapshot_free(&after);
	close_tape(tape);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_release),
		cmocka_unit_test(test_release_missing),
		cmocka_unit_test(test_drivers),
		cmocka_unit_test(test_softnet),
		cmocka_unit_test(test_softnet_absent),
		cmocka_unit_test(test_batching),
		cmocka_unit_test(test_batching_elsewhere),
		cmocka_unit_test(test_record),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
