/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does each word mean the features that it should, and is the catalogue whole?
 */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/model/feature.h"

/* What Linux 6.18 says (string set ETH_SS_FEATURES); bits without a name are missing. */
static const struct feature_names linux_6_18 = {
	.count = 64,
	.names =
		{
			[0] = "tx-scatter-gather",
			[1] = "tx-checksum-ipv4",
			[3] = "tx-checksum-ip-generic",
			[4] = "tx-checksum-ipv6",
			[5] = "highdma",
			[6] = "tx-scatter-gather-fraglist",
			[7] = "tx-vlan-hw-insert",
			[8] = "rx-vlan-hw-parse",
			[9] = "rx-vlan-filter",
			[10] = "vlan-challenged",
			[11] = "tx-generic-segmentation",
			[14] = "rx-gro",
			[15] = "rx-lro",
			[16] = "tx-tcp-segmentation",
			[17] = "tx-gso-robust",
			[18] = "tx-tcp-ecn-segmentation",
			[19] = "tx-tcp-mangleid-segmentation",
			[20] = "tx-tcp6-segmentation",
			[21] = "tx-fcoe-segmentation",
			[22] = "tx-gre-segmentation",
			[23] = "tx-gre-csum-segmentation",
			[24] = "tx-ipxip4-segmentation",
			[25] = "tx-ipxip6-segmentation",
			[26] = "tx-udp_tnl-segmentation",
			[27] = "tx-udp_tnl-csum-segmentation",
			[28] = "tx-gso-partial",
			[29] = "tx-tunnel-remcsum-segmentation",
			[30] = "tx-sctp-segmentation",
			[31] = "tx-esp-segmentation",
			[33] = "tx-udp-segmentation",
			[34] = "tx-gso-list",
			[35] = "tx-tcp-accecn-segmentation",
			[36] = "tx-checksum-fcoe-crc",
			[37] = "tx-checksum-sctp",
			[38] = "rx-ntuple-filter",
			[39] = "rx-hashing",
			[40] = "rx-checksum",
			[41] = "tx-nocache-copy",
			[42] = "loopback",
			[43] = "rx-fcs",
			[44] = "rx-all",
			[45] = "tx-vlan-stag-hw-insert",
			[46] = "rx-vlan-stag-hw-parse",
			[47] = "rx-vlan-stag-filter",
			[48] = "l2-fwd-offload",
			[49] = "hw-tc-offload",
			[50] = "esp-hw-offload",
			[51] = "esp-tx-csum-hw-offload",
			[52] = "rx-udp_tunnel-port-offload",
			[53] = "tls-hw-tx-offload",
			[54] = "tls-hw-rx-offload",
			[55] = "rx-gro-hw",
			[56] = "tls-hw-record",
			[57] = "rx-gro-list",
			[58] = "macsec-hw-offload",
			[59] = "rx-udp-gro-forwarding",
			[60] = "hsr-tag-ins-offload",
			[61] = "hsr-tag-rm-offload",
			[62] = "hsr-fwd-offload",
			[63] = "hsr-dup-offload",
		},
};

/* A kernel with a feature that nod has never heard of, and without others. */
static const struct feature_names strange = {
	.count = 4,
	.names = {[0] = "tx-quantum-segmentation", [1] = "rx-lro", [3] = "tx-tcp-segmentation"},
};

/* --- sets --- */

static void test_bits(void **state)
{
	struct feature_bits a = {0}, b = {0}, none = {0};

	(void)state;
	for (unsigned int bit = 0; bit < FEATURE_BITS_MAX; bit++) {
		feature_put(&a, bit, bit % 2 == 0);
		feature_put(&b, bit, bit % 3 == 0);
	}
	for (unsigned int bit = 0; bit < FEATURE_BITS_MAX; bit++) {
		struct feature_bits both = feature_and(a, b), either = feature_or(a, b),
				    only = feature_without(a, b), one = feature_xor(a, b);

		assert_int_equal(feature_test(&both, bit), bit % 6 == 0);
		assert_int_equal(feature_test(&either, bit), bit % 2 == 0 || bit % 3 == 0);
		assert_int_equal(feature_test(&only, bit), bit % 2 == 0 && bit % 3 != 0);
		assert_int_equal(feature_test(&one, bit), (bit % 2 == 0) != (bit % 3 == 0));
	}
	assert_false(feature_any(none));
	feature_put(&none, FEATURE_BITS_MAX - 1, true);
	assert_true(feature_any(none));
	assert_false(feature_equal(a, b));
	assert_true(feature_equal(a, a));
}

/* --- names --- */

static void test_lookup(void **state)
{
	struct feature_names empty = {0};

	(void)state;
	assert_int_equal(feature_lookup(&linux_6_18, "tx-scatter-gather"), 0);
	assert_int_equal(feature_lookup(&linux_6_18, "hsr-dup-offload"), 63);
	assert_int_equal(feature_lookup(&linux_6_18, "tx-scatter"), -1);
	assert_int_equal(feature_lookup(&linux_6_18, ""), -1);
	assert_int_equal(feature_lookup(&strange, "rx-gro"), -1);
	assert_int_equal(feature_lookup(&empty, "rx-gro"), -1);
}

static void test_matches(void **state)
{
	static const struct {
		const char *pattern, *name;
		bool matches;
	} cases[] = {
		{"", "", true},
		{"", "a", false},
		{"a", "", false},
		{"*", "", true},
		{"*", "rx-gro", true},
		{"**", "x", true},
		{"rx-gro", "rx-gro", true},
		{"rx-gro", "rx-gro-hw", false},
		{"rx-gro*", "rx-gro", true},
		{"rx-gro*", "rx-gro-hw", true},
		{"*gro", "rx-gro", true},
		{"*gro", "rx-gro-hw", false},
		{"tx-*-segmentation", "tx-tcp-segmentation", true},
		{"tx-*-segmentation", "tx-segmentation", false},
		{"tx-tcp*-segmentation", "tx-tcp-segmentation", true},
		{"tx-tcp*-segmentation", "tx-tcp6-segmentation", true},
		{"*-*-*", "a-b-c", true},
		{"*-*-*", "a-b", false},
		{"*ab", "aab", true},
		{"*aab*ab", "aaaabab", true},
		{"a?", "ab", false},
		{"[a]", "a", false},
	};

	(void)state;
	for (size_t i = 0; i < array_size(cases); i++)
		assert_int_equal(feature_matches(cases[i].pattern, cases[i].name),
				 cases[i].matches);
}

/* Patterns that make a search with recursion take for ever. */
static void test_matches_in_time(void **state)
{
	char pattern[401], name[2001];

	(void)state;
	for (size_t i = 0; i < 400; i += 2)
		memcpy(pattern + i, "*a", 2);
	pattern[399] = 'b';
	pattern[400] = '\0';
	memset(name, 'a', 2000);
	name[2000] = '\0';
	assert_false(feature_matches(pattern, name));
}

/* --- words --- */

static void assert_selected(const struct feature_names *names, const char *word,
			    const char *const *wanted)
{
	struct feature_bits set = {{~UINT64_C(0), ~UINT64_C(0)}}, expected = {0};
	size_t count = 0, got = feature_select(names, word, &set);

	for (; wanted[count]; count++) {
		int bit = feature_lookup(names, wanted[count]);

		assert_true(bit >= 0);
		feature_put(&expected, (unsigned int)bit, true);
	}
	assert_int_equal(got, count);
	assert_true(feature_equal(set, expected));
	assert_int_equal(feature_is_single(names, word), count == 1);
}

#define selects(names, word, ...) \
	assert_selected(names, word, (const char *const[]){__VA_ARGS__ __VA_OPT__(, ) NULL})

static void test_select_alias(void **state)
{
	(void)state;
	selects(&linux_6_18, "rx", "rx-checksum");
	selects(&linux_6_18, "tx", "tx-checksum-ipv4", "tx-checksum-ip-generic", "tx-checksum-ipv6",
		"tx-checksum-fcoe-crc", "tx-checksum-sctp");
	selects(&linux_6_18, "sg", "tx-scatter-gather", "tx-scatter-gather-fraglist");
	selects(&linux_6_18, "tso", "tx-tcp-segmentation", "tx-tcp-ecn-segmentation",
		"tx-tcp-mangleid-segmentation", "tx-tcp6-segmentation",
		"tx-tcp-accecn-segmentation");
	selects(&linux_6_18, "tcp-segmentation-offload", "tx-tcp-segmentation",
		"tx-tcp-ecn-segmentation", "tx-tcp-mangleid-segmentation", "tx-tcp6-segmentation",
		"tx-tcp-accecn-segmentation");
	selects(&linux_6_18, "ufo");
	selects(&linux_6_18, "gso", "tx-generic-segmentation");
	selects(&linux_6_18, "gro", "rx-gro");
	selects(&linux_6_18, "generic-receive-offload", "rx-gro");
	selects(&linux_6_18, "lro", "rx-lro");
	selects(&linux_6_18, "rxvlan", "rx-vlan-hw-parse");
	selects(&linux_6_18, "txvlan", "tx-vlan-hw-insert");
	selects(&linux_6_18, "ntuple", "rx-ntuple-filter");
	selects(&linux_6_18, "rxhash", "rx-hashing");
	selects(&linux_6_18, "receive-hashing", "rx-hashing");
	selects(&strange, "tso", "tx-tcp-segmentation");
	selects(&strange, "gro");
}

static void test_select_name(void **state)
{
	(void)state;
	for (size_t bit = 0; bit < linux_6_18.count; bit++)
		if (linux_6_18.names[bit])
			selects(&linux_6_18, linux_6_18.names[bit], linux_6_18.names[bit]);
	selects(&strange, "tx-quantum-segmentation", "tx-quantum-segmentation");
	selects(&strange, "rx-gro");
	selects(&linux_6_18, "");
	selects(&linux_6_18, "tx-");
	selects(&linux_6_18, "TSO");
}

static void test_select_group(void **state)
{
	(void)state;
	selects(&linux_6_18, "aggregation", "rx-gro", "rx-lro", "rx-gro-hw", "rx-gro-list",
		"rx-udp-gro-forwarding");
	selects(&linux_6_18, "scatter-gather", "tx-scatter-gather", "tx-scatter-gather-fraglist");
	selects(&linux_6_18, "crypto", "tx-esp-segmentation", "esp-hw-offload",
		"esp-tx-csum-hw-offload", "tls-hw-tx-offload", "tls-hw-rx-offload", "tls-hw-record",
		"macsec-hw-offload");
	selects(&strange, "segmentation", "tx-tcp-segmentation");
	selects(&strange, "aggregation", "rx-lro");
	selects(&strange, "other", "tx-quantum-segmentation");
	selects(&strange, "crypto");
}

/* Every feature is in exactly one group. */
static void test_groups_cover(void **state)
{
	struct feature_bits all = {0};
	size_t sum = 0;

	(void)state;
	for (size_t group = 0; feature_group_names[group]; group++) {
		struct feature_bits set;

		sum += feature_select(&linux_6_18, feature_group_names[group], &set);
		all = feature_or(all, set);
	}
	assert_int_equal(sum, 60);
	for (unsigned int bit = 0; bit < linux_6_18.count; bit++)
		assert_int_equal(feature_test(&all, bit), linux_6_18.names[bit] != NULL);
}

static void test_select_pattern(void **state)
{
	struct feature_bits set;

	(void)state;
	selects(&linux_6_18, "tx-udp_tnl-*", "tx-udp_tnl-segmentation",
		"tx-udp_tnl-csum-segmentation");
	selects(&linux_6_18, "*lro", "rx-lro");
	selects(&linux_6_18, "x*");
	selects(&strange, "tx-*", "tx-quantum-segmentation", "tx-tcp-segmentation");
	assert_int_equal(feature_select(&linux_6_18, "*", &set), 60);
	assert_int_equal(feature_select(&linux_6_18, "tx-*-segmentation", &set), 17);
}

/* --- the catalogue --- */

/* In the order of the kernel, then those of older kernels. */
static void test_catalogue_order(void **state)
{
	static const char *const older[] = {
		"tx-lockless",	       "netns-local",	       "fcoe-mtu",
		"busy-poll",	       "tx-udp-fragmentation", "tx-ipip-segmentation",
		"tx-sit-segmentation",
	};
	const struct feature_info *info = feature_infos;

	(void)state;
	for (size_t bit = 0; bit < linux_6_18.count; bit++)
		if (linux_6_18.names[bit])
			assert_string_equal((info++)->name, linux_6_18.names[bit]);
	for (size_t i = 0; i < array_size(older); i++)
		assert_string_equal((info++)->name, older[i]);
	assert_null(info->name);
}

static void test_catalogue_texts(void **state)
{
	(void)state;
	for (const struct feature_info *info = feature_infos; info->name; info++) {
		size_t summary = strlen(info->summary), explain = strlen(info->explain);

		assert_ptr_equal(feature_info_lookup(info->name), info);
		assert_in_range(summary, 20, 90);
		assert_false(isupper((unsigned char)info->summary[0]));
		assert_int_not_equal(info->summary[summary - 1], '.');
		assert_in_range(explain, 80, 1500);
		assert_true(isupper((unsigned char)info->explain[0]) ||
			    strncmp(info->explain, info->name, 3) == 0);
		assert_int_equal(info->explain[explain - 1], '.');
		assert_null(strstr(info->explain, "  "));
		assert_null(strstr(info->explain, "\n\n\n"));
	}
	assert_null(feature_info_lookup("tx-quantum-segmentation"));
	assert_null(feature_info_lookup(""));
}

static void test_catalogue_matters(void **state)
{
	static const char *const shown[] = {
		"tx-tcp-segmentation",
		"tx-udp_tnl-segmentation",
		"tx-gso-partial",
		"rx-udp_tunnel-port-offload",
		"rx-vlan-filter",
		"tls-hw-rx-offload",
		"loopback",
		"hw-tc-offload",
		"rx-hashing",
		"rx-ntuple-filter",
		"rx-checksum",
		"tx-scatter-gather",
	};
	static const char *const hidden[] = {
		"highdma",
		"vlan-challenged",
		"tx-gso-robust",
		"tx-nocache-copy",
		"rx-fcs",
		"rx-all",
		"hsr-fwd-offload",
		"tx-lockless",
		"tx-fcoe-segmentation",
		"tx-checksum-fcoe-crc",
	};

	(void)state;
	for (size_t i = 0; i < array_size(shown); i++)
		assert_true(feature_info_lookup(shown[i])->matters);
	for (size_t i = 0; i < array_size(hidden); i++)
		assert_false(feature_info_lookup(hidden[i])->matters);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bits),
		cmocka_unit_test(test_lookup),
		cmocka_unit_test(test_matches),
		cmocka_unit_test(test_matches_in_time),
		cmocka_unit_test(test_select_alias),
		cmocka_unit_test(test_select_name),
		cmocka_unit_test(test_select_group),
		cmocka_unit_test(test_groups_cover),
		cmocka_unit_test(test_select_pattern),
		cmocka_unit_test(test_catalogue_order),
		cmocka_unit_test(test_catalogue_texts),
		cmocka_unit_test(test_catalogue_matters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
