/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is nodsim's hash the one of "Verifying the RSS Hash Calculation" (Windows driver documentation), and do
 * frames go to the queue that the table says?
 */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/nodsim/core/nic.h"

/* As published there. */
static const uint8_t key[SIM_RSS_KEY] = {
	0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67, 0x25, 0x3d, 0x43, 0xa3,
	0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb, 0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3,
	0x80, 0x30, 0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa};

static const struct {
	const char *destination, *source;
	uint16_t destination_port, source_port;
	uint32_t of_addresses, of_ports;
} published[] = {
	{"161.142.100.80", "66.9.149.187", 1766, 2794, 0x323e8fc2, 0x51ccc178},
	{"65.69.140.83", "199.92.111.2", 4739, 14230, 0xd718262a, 0xc626b0ea},
	{"12.22.207.184", "24.19.198.95", 38024, 12898, 0xd2d0a5de, 0x5c2b394a},
	{"209.142.163.6", "38.27.205.30", 2217, 48228, 0x82989176, 0xafc7327f},
	{"202.188.127.2", "153.39.163.191", 1303, 44251, 0x5d1809c5, 0x10e828a2},
	{"3ffe:2501:200:3::1", "3ffe:2501:200:1fff::7", 1766, 2794, 0x2cc18cd5, 0x40207d3d},
	{"ff02::1", "3ffe:501:8::260:97ff:fe40:efab", 4739, 14230, 0x0f0c461c, 0xdde51bbf},
	{"fe80::200:f8ff:fe21:67cf", "3ffe:1900:4545:3:200:f8ff:fe21:67cf", 38024, 44251,
	 0x4b61e985, 0x02d1feef},
};

#define PUBLISHED (sizeof(published) / sizeof(published[0]))

/* Ethernet, IP, and the first bytes of what has ports. Returns the length. */
static uint32_t make(uint8_t *bytes, size_t row, uint8_t protocol, bool fragment)
{
	bool v6 = strchr(published[row].source, ':');
	uint8_t *ip = bytes + 14, *l4 = ip + (v6 ? 40 : 20);

	memset(bytes, 0, 100);
	sim_put16(bytes + 12, v6 ? 0x86dd : 0x0800);
	if (v6) {
		ip[0] = 0x60;
		ip[5] = 20;
		ip[6] = protocol;
		if (fragment) {
			ip[5] = 28;
			ip[6] = 44;
			l4[0] = protocol;
			l4[3] = 1; /* more of them */
			l4 += 8;
		}
		assert_int_equal(inet_pton(AF_INET6, published[row].source, ip + 8), 1);
		assert_int_equal(inet_pton(AF_INET6, published[row].destination, ip + 24), 1);
	} else {
		ip[0] = 0x45;
		ip[3] = 40;
		ip[6] = fragment ? 0x20 : 0;
		ip[9] = protocol;
		assert_int_equal(inet_pton(AF_INET, published[row].source, ip + 12), 1);
		assert_int_equal(inet_pton(AF_INET, published[row].destination, ip + 16), 1);
	}
	sim_put16(l4, published[row].source_port);
	sim_put16(l4 + 2, published[row].destination_port);
	l4[12] = 0x50;
	return (uint32_t)(l4 + 20 - bytes);
}

static void assert_hash(const struct sim_nic *nic, const uint8_t *bytes, uint32_t len,
			uint32_t hash, enum sim_hash type)
{
	struct sim_packet packet;
	enum sim_hash found = 99;

	sim_packet_read(&packet, bytes, len, &nic->ports);
	assert_int_equal(sim_rss_hash(nic, &packet, bytes, &found), hash);
	assert_int_equal(found, type);
}

static void test_published(void **state)
{
	struct sim_nic nic = {.nqueues = 1};
	uint8_t bytes[100];

	(void)state;
	memcpy(nic.rss_key, key, sizeof(key));
	for (size_t row = 0; row < PUBLISHED; row++) {
		uint32_t len = make(bytes, row, 6, false);

		assert_hash(&nic, bytes, len, published[row].of_ports, SIM_HASH_L4);
		len = make(bytes, row, 17, false);
		assert_hash(&nic, bytes, len, published[row].of_ports, SIM_HASH_L4);
		len = make(bytes, row, 132, false);
		assert_hash(&nic, bytes, len, published[row].of_addresses, SIM_HASH_L3);
		len = make(bytes, row, 6, true);
		assert_hash(&nic, bytes, len, published[row].of_addresses, SIM_HASH_L3);
	}
}

/* The port's two bytes are there, or nothing of it counts. */
static void test_short(void **state)
{
	struct sim_nic nic = {.nqueues = 1};
	uint8_t bytes[100];

	(void)state;
	memcpy(nic.rss_key, key, sizeof(key));
	make(bytes, 0, 6, false);
	assert_hash(&nic, bytes, 14 + 20 + 4, published[0].of_ports, SIM_HASH_L4);
	assert_hash(&nic, bytes, 14 + 20 + 3, published[0].of_addresses, SIM_HASH_L3);
	assert_hash(&nic, bytes, 14 + 19, 0, SIM_HASH_NONE);
	sim_put16(bytes + 12, 0x0806);
	assert_hash(&nic, bytes, 60, 0, SIM_HASH_NONE);
}

/* Each entry of the table is used, by the lowest bits of the hash. */
static void test_queue(void **state)
{
	struct sim_nic nic = {.nqueues = 5};
	uint8_t bytes[100];

	(void)state;
	memcpy(nic.rss_key, key, sizeof(key));
	for (size_t row = 0; row < PUBLISHED; row++) {
		uint32_t len = make(bytes, row, 6, false);

		memset(nic.indirection, 1, sizeof(nic.indirection));
		nic.indirection[published[row].of_ports & 127] = 4;
		assert_int_equal(sim_rss_queue(&nic, bytes, len), 4);
		nic.indirection[published[row].of_ports & 127] = 5;
		assert_int_equal(sim_rss_queue(&nic, bytes, len), 0);
	}
	memset(nic.indirection, 3, sizeof(nic.indirection));
	sim_put16(bytes + 12, 0x0806);
	assert_int_equal(sim_rss_queue(&nic, bytes, 60), 0);
	assert_int_equal(sim_rss_queue(&nic, bytes, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published),
		cmocka_unit_test(test_short),
		cmocka_unit_test(test_queue),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
