/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Are requests for devices what the kernel's headers ask for?
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <net/if.h>

#include <linux/if_link.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <stdlib.h>
#include <string.h>

#include "lib/nl/setup.h"

static union {
	struct nlmsghdr header;
	char bytes[WIRE_REQUEST_BYTES];
} buffer;

static uint32_t number(const struct nlattr *attr)
{
	uint32_t value;

	assert_true(attr_get_u32(attr, &value));
	return value;
}

static void is_link_request(const struct nlmsghdr *request, int ifindex, uint16_t flags)
{
	const struct ifinfomsg *link = mnl_nlmsg_get_payload(request);

	assert_int_equal(request->nlmsg_type, RTM_NEWLINK);
	assert_int_equal(request->nlmsg_flags, flags);
	assert_int_equal(link->ifi_family, AF_UNSPEC);
	assert_int_equal(link->ifi_index, ifindex);
}

/* The kind of a new device, and the attributes that belong to the kind. */
static void read_kind(const struct nlmsghdr *request, const char *kind, const struct nlattr **data,
		      size_t max)
{
	const struct nlattr *attrs[IFLA_MAX + 1], *info[IFLA_INFO_MAX + 1];

	assert_int_equal(wire_attributes(request, sizeof(struct ifinfomsg), attrs, IFLA_MAX), 0);
	assert_int_equal(wire_nested(attrs[IFLA_LINKINFO], info, IFLA_INFO_MAX), 0);
	assert_string_equal(attr_get_string(info[IFLA_INFO_KIND]), kind);
	assert_int_equal(wire_nested(info[IFLA_INFO_DATA], data, max), 0);
}

static void is_end(const struct nlattr **attrs, const char *name)
{
	assert_string_equal(attr_get_string(attrs[IFLA_IFNAME]), name);
	assert_int_equal(number(attrs[IFLA_MTU]), 9000);
	assert_int_equal(number(attrs[IFLA_NUM_TX_QUEUES]), 1);
	assert_int_equal(number(attrs[IFLA_NUM_RX_QUEUES]), 1);
}

static void test_veth(void **state attr_unused)
{
	const struct nlmsghdr *request = setup_encode_veth(&buffer, "left", "right", 9000);
	const struct nlattr *attrs[IFLA_MAX + 1], *data[VETH_INFO_MAX + 1], *peer[IFLA_MAX + 1];
	const struct nlattr *first;

	is_link_request(request, 0, NLM_F_CREATE | NLM_F_EXCL);
	assert_int_equal(wire_attributes(request, sizeof(struct ifinfomsg), attrs, IFLA_MAX), 0);
	is_end(attrs, "left");
	read_kind(request, "veth", data, VETH_INFO_MAX);
	assert_non_null(data[VETH_INFO_PEER]);
	/* The other end is a link message within the attribute: its header, then attributes. */
	first = (const struct nlattr *)((const char *)mnl_attr_get_payload(data[VETH_INFO_PEER]) +
					16);
	memset(peer, 0, sizeof(peer));
	for (int left = mnl_attr_get_payload_len(data[VETH_INFO_PEER]) - 16;
	     mnl_attr_ok(first, left); first = mnl_attr_next(first)) {
		peer[mnl_attr_get_type(first)] = first;
		left -= MNL_ALIGN(first->nla_len);
	}
	is_end(peer, "right");
}

static void test_vxlan(void **state attr_unused)
{
	const struct nlmsghdr *request = setup_encode_tunnel(&buffer, "vx", "vxlan", 4789);
	const struct nlattr *data[IFLA_VXLAN_MAX + 1];
	uint8_t on = 0;

	is_link_request(request, 0, NLM_F_CREATE | NLM_F_EXCL);
	read_kind(request, "vxlan", data, IFLA_VXLAN_MAX);
	/* Network byte order. */
	assert_int_equal(mnl_attr_get_payload_len(data[IFLA_VXLAN_PORT]), 2);
	assert_memory_equal(mnl_attr_get_payload(data[IFLA_VXLAN_PORT]), "\x12\xb5", 2);
	assert_true(attr_get_u8(data[IFLA_VXLAN_COLLECT_METADATA], &on));
	assert_int_equal(on, 1);
	assert_null(data[IFLA_VXLAN_ID]);
}

static void test_geneve(void **state attr_unused)
{
	const struct nlmsghdr *request = setup_encode_tunnel(&buffer, "ge", "geneve", 6081);
	const struct nlattr *data[IFLA_GENEVE_MAX + 1];

	is_link_request(request, 0, NLM_F_CREATE | NLM_F_EXCL);
	read_kind(request, "geneve", data, IFLA_GENEVE_MAX);
	assert_int_equal(mnl_attr_get_payload_len(data[IFLA_GENEVE_PORT]), 2);
	assert_memory_equal(mnl_attr_get_payload(data[IFLA_GENEVE_PORT]), "\x17\xc1", 2);
	/* A flag: there or not, without a value. */
	assert_non_null(data[IFLA_GENEVE_COLLECT_METADATA]);
	assert_int_equal(mnl_attr_get_payload_len(data[IFLA_GENEVE_COLLECT_METADATA]), 0);
	assert_null(data[IFLA_GENEVE_ID]);
}

static void test_silent(void **state attr_unused)
{
	const struct nlmsghdr *request = setup_encode_silent(&buffer, 7);
	const struct nlattr *attrs[IFLA_MAX + 1], *families[AF_MAX + 1], *inet6[IFLA_INET6_MAX + 1];
	uint8_t mode = 0;

	is_link_request(request, 7, 0);
	assert_int_equal(wire_attributes(request, sizeof(struct ifinfomsg), attrs, IFLA_MAX), 0);
	assert_int_equal(wire_nested(attrs[IFLA_AF_SPEC], families, AF_MAX), 0);
	assert_int_equal(wire_nested(families[AF_INET6], inet6, IFLA_INET6_MAX), 0);
	assert_true(attr_get_u8(inet6[IFLA_INET6_ADDR_GEN_MODE], &mode));
	assert_int_equal(mode, IN6_ADDR_GEN_MODE_NONE);
}

static void test_up(void **state attr_unused)
{
	const struct nlmsghdr *request = setup_encode_up(&buffer, 7);
	const struct ifinfomsg *link = mnl_nlmsg_get_payload(request);

	is_link_request(request, 7, 0);
	assert_int_equal(link->ifi_flags, IFF_UP);
	assert_int_equal(link->ifi_change, IFF_UP);
}

/* The attributes of a token bucket that was asked for. */
static void read_tbf(const struct setup_tbf *tbf, bool change, const struct nlattr **options)
{
	const struct nlmsghdr *request = setup_encode_tbf(&buffer, 7, tbf, change);
	const struct tcmsg *where = mnl_nlmsg_get_payload(request);
	const struct nlattr *attrs[TCA_MAX + 1];

	assert_int_equal(request->nlmsg_type, RTM_NEWQDISC);
	assert_int_equal(request->nlmsg_flags, change ? 0 : NLM_F_CREATE | NLM_F_EXCL);
	assert_int_equal(where->tcm_ifindex, 7);
	assert_int_equal(where->tcm_parent, TC_H_ROOT);
	/* What is changed is what was added: a major number, no minor one. */
	assert_int_equal(where->tcm_handle, 0x10000);
	assert_int_equal(wire_attributes(request, sizeof(*where), attrs, TCA_MAX), 0);
	assert_string_equal(attr_get_string(attrs[TCA_KIND]), "tbf");
	assert_int_equal(wire_nested(attrs[TCA_OPTIONS], options, TCA_TBF_MAX), 0);
}

static struct tc_tbf_qopt parameters(const struct nlattr **options)
{
	struct tc_tbf_qopt result;

	assert_int_equal(mnl_attr_get_payload_len(options[TCA_TBF_PARMS]), sizeof(result));
	memcpy(&result, mnl_attr_get_payload(options[TCA_TBF_PARMS]), sizeof(result));
	return result;
}

static void test_tbf(void **state attr_unused)
{
	const struct setup_tbf tbf = {.rate = 3, .burst = 70000, .limit = 5000000, .overhead = 99};
	const struct nlattr *options[TCA_TBF_MAX + 1];
	struct tc_tbf_qopt result;

	for (int change = 0; change < 2; change++) {
		read_tbf(&tbf, change, options);
		result = parameters(options);
		assert_int_equal(result.rate.rate, 3);
		assert_int_equal(result.rate.overhead, 99);
		/* Or else the kernel wants a table of what lengths cost. */
		assert_int_not_equal(result.rate.linklayer, TC_LINKLAYER_UNAWARE);
		assert_int_equal(result.limit, 5000000);
		assert_int_equal(result.peakrate.rate, 0);
		assert_int_equal(number(options[TCA_TBF_BURST]), 70000);
		assert_null(options[TCA_TBF_RATE64]);
	}
}

static void test_fast_tbf(void **state attr_unused)
{
	struct setup_tbf tbf = {.rate = UINT32_MAX, .burst = 70000, .limit = 70000};
	const struct nlattr *options[TCA_TBF_MAX + 1];
	uint64_t rate;

	read_tbf(&tbf, false, options);
	assert_int_equal(parameters(options).rate.rate, UINT32_MAX);
	assert_null(options[TCA_TBF_RATE64]);
	tbf.rate = UINT64_C(12500000000);
	read_tbf(&tbf, false, options);
	assert_int_equal(parameters(options).rate.rate, UINT32_MAX);
	assert_true(attr_get_u64(options[TCA_TBF_RATE64], &rate));
	assert_int_equal(rate, UINT64_C(12500000000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_veth),	 cmocka_unit_test(test_vxlan),
		cmocka_unit_test(test_geneve),	 cmocka_unit_test(test_silent),
		cmocka_unit_test(test_up),	 cmocka_unit_test(test_tbf),
		cmocka_unit_test(test_fast_tbf),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
