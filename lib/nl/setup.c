/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How is the kernel asked for a veth, a tunnel device, a token bucket?
 */
#include <arpa/inet.h>
/* Before the kernel's: they then leave out what the C library has defined. */
#include <net/if.h>

#include <linux/if_link.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <string.h>

#include "lib/nl/setup.h"

/* The only queueing discipline of a device that has one. */
#define HANDLE TC_H_MAKE(1u << 16, 0)

static struct nlmsghdr *put_link(void *buffer, int ifindex, uint16_t flags)
{
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
	struct ifinfomsg *link = mnl_nlmsg_put_extra_header(request, sizeof(*link));

	request->nlmsg_type = RTM_NEWLINK;
	request->nlmsg_flags = flags;
	link->ifi_family = AF_UNSPEC;
	link->ifi_index = ifindex;
	return request;
}

static void put_end(struct nlmsghdr *request, const char *name, uint32_t mtu)
{
	mnl_attr_put_strz(request, IFLA_IFNAME, name);
	mnl_attr_put_u32(request, IFLA_MTU, mtu);
	mnl_attr_put_u32(request, IFLA_NUM_TX_QUEUES, 1);
	mnl_attr_put_u32(request, IFLA_NUM_RX_QUEUES, 1);
}

struct nlmsghdr *setup_encode_veth(void *buffer, const char *name, const char *peer, uint32_t mtu)
{
	struct nlmsghdr *request = put_link(buffer, 0, NLM_F_CREATE | NLM_F_EXCL);
	struct nlattr *info, *data, *other;
	struct ifinfomsg *link;

	put_end(request, name, mtu);
	info = mnl_attr_nest_start(request, IFLA_LINKINFO);
	mnl_attr_put_strz(request, IFLA_INFO_KIND, "veth");
	data = mnl_attr_nest_start(request, IFLA_INFO_DATA);
	other = mnl_attr_nest_start(request, VETH_INFO_PEER);
	link = mnl_nlmsg_put_extra_header(request, sizeof(*link));
	link->ifi_family = AF_UNSPEC;
	put_end(request, peer, mtu);
	mnl_attr_nest_end(request, other);
	mnl_attr_nest_end(request, data);
	mnl_attr_nest_end(request, info);
	return request;
}

struct nlmsghdr *setup_encode_tunnel(void *buffer, const char *name, const char *kind,
				     uint16_t port)
{
	struct nlmsghdr *request = put_link(buffer, 0, NLM_F_CREATE | NLM_F_EXCL);
	struct nlattr *info, *data;

	mnl_attr_put_strz(request, IFLA_IFNAME, name);
	info = mnl_attr_nest_start(request, IFLA_LINKINFO);
	mnl_attr_put_strz(request, IFLA_INFO_KIND, kind);
	data = mnl_attr_nest_start(request, IFLA_INFO_DATA);
	if (strcmp(kind, "geneve") == 0) {
		mnl_attr_put_u16(request, IFLA_GENEVE_PORT, htons(port));
		mnl_attr_put(request, IFLA_GENEVE_COLLECT_METADATA, 0, NULL);
	} else {
		mnl_attr_put_u16(request, IFLA_VXLAN_PORT, htons(port));
		mnl_attr_put_u8(request, IFLA_VXLAN_COLLECT_METADATA, 1);
		/* Or else it would keep the address of each sender. */
		mnl_attr_put_u8(request, IFLA_VXLAN_LEARNING, 0);
	}
	mnl_attr_nest_end(request, data);
	mnl_attr_nest_end(request, info);
	return request;
}

struct nlmsghdr *setup_encode_silent(void *buffer, int ifindex)
{
	struct nlmsghdr *request = put_link(buffer, ifindex, 0);
	struct nlattr *families = mnl_attr_nest_start(request, IFLA_AF_SPEC);
	struct nlattr *family = mnl_attr_nest_start(request, AF_INET6);

	mnl_attr_put_u8(request, IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE);
	mnl_attr_nest_end(request, family);
	mnl_attr_nest_end(request, families);
	return request;
}

struct nlmsghdr *setup_encode_up(void *buffer, int ifindex)
{
	struct nlmsghdr *request = put_link(buffer, ifindex, 0);
	struct ifinfomsg *link = mnl_nlmsg_get_payload(request);

	link->ifi_flags = link->ifi_change = IFF_UP;
	return request;
}

struct nlmsghdr *setup_encode_tbf(void *buffer, int ifindex, const struct setup_tbf *tbf,
				  bool change)
{
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
	struct tcmsg *where = mnl_nlmsg_put_extra_header(request, sizeof(*where));
	/* What it costs to send a frame is computed from these two; without a link layer the kernel wants a
	 * table. */
	struct tc_tbf_qopt options = {.rate.linklayer = TC_LINKLAYER_ETHERNET,
				      .rate.overhead = tbf->overhead,
				      .limit = tbf->limit};
	struct nlattr *nest;

	request->nlmsg_type = RTM_NEWQDISC;
	request->nlmsg_flags = change ? 0 : NLM_F_CREATE | NLM_F_EXCL;
	where->tcm_family = AF_UNSPEC;
	where->tcm_ifindex = ifindex;
	where->tcm_parent = TC_H_ROOT;
	where->tcm_handle = HANDLE;
	options.rate.rate = tbf->rate > UINT32_MAX ? UINT32_MAX : (uint32_t)tbf->rate;
	mnl_attr_put_strz(request, TCA_KIND, "tbf");
	nest = mnl_attr_nest_start(request, TCA_OPTIONS);
	mnl_attr_put(request, TCA_TBF_PARMS, sizeof(options), &options);
	if (tbf->rate > UINT32_MAX)
		mnl_attr_put_u64(request, TCA_TBF_RATE64, tbf->rate);
	mnl_attr_put_u32(request, TCA_TBF_BURST, tbf->burst);
	mnl_attr_nest_end(request, nest);
	return request;
}

enum wire_result setup_ask(struct wire *wire, struct nlmsghdr *request, const char *doing,
			   struct err *err)
{
	enum wire_result result = wire_talk(wire, WIRE_ROUTE, request, NULL, NULL, err);

	if (result == WIRE_REFUSED)
		(void)wire_refused(wire, err, doing);
	return result;
}
