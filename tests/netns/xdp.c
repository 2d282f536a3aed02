/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How does a device get an XDP program, where there is neither a compiler for BPF nor bpftool? One that
 * passes every frame on is two instructions long.
 *
 *   xdp DEVICE native|generic|off
 *
 * Status 77 if this process may not load programs.
 */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/bpf.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define STATUS_SKIP 77

/* return XDP_PASS; a descriptor, or -1 and errno. */
static int load_program(void)
{
	const struct bpf_insn program[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = XDP_PASS},
		{.code = BPF_JMP | BPF_EXIT},
	};
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_XDP,
		.insns = (uintptr_t)program,
		.insn_cnt = sizeof(program) / sizeof(program[0]),
		.license = (uintptr_t) "GPL",
	};

	return (int)syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
}

static void write_request(struct nlmsghdr *message, unsigned int ifindex, int program,
			  uint32_t flags)
{
	struct ifinfomsg *link;
	struct nlattr *nest;

	message->nlmsg_type = RTM_SETLINK;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	link = mnl_nlmsg_put_extra_header(message, sizeof(*link));
	link->ifi_index = (int)ifindex;
	nest = mnl_attr_nest_start(message, IFLA_XDP);
	mnl_attr_put_u32(message, IFLA_XDP_FD, (uint32_t)program);
	mnl_attr_put_u32(message, IFLA_XDP_FLAGS, flags);
	mnl_attr_nest_end(message, nest);
}

static int attach(unsigned int ifindex, int program, uint32_t flags)
{
	char buffer[4096];
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct mnl_socket *socket = mnl_socket_open(NETLINK_ROUTE);
	ssize_t length = -1;

	write_request(message, ifindex, program, flags);
	if (socket && mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) == 0 &&
	    mnl_socket_sendto(socket, message, message->nlmsg_len) >= 0)
		length = mnl_socket_recvfrom(socket, buffer, sizeof(buffer));
	if (length < 0 || mnl_cb_run(buffer, (size_t)length, 0, 0, NULL, NULL) < 0) {
		perror("attaching an XDP program");
		return EXIT_FAILURE;
	}
	mnl_socket_close(socket);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	unsigned int ifindex = argc == 3 ? if_nametoindex(argv[1]) : 0;
	bool off = argc == 3 && strcmp(argv[2], "off") == 0;
	bool generic = argc == 3 && strcmp(argv[2], "generic") == 0;
	int program = -1;

	if (!ifindex) {
		fprintf(stderr, "usage: xdp DEVICE native|generic|off\n");
		return EXIT_FAILURE;
	}
	if (off)
		return attach(ifindex, -1, 0);
	program = load_program();
	if (program < 0) {
		perror("loading an XDP program");
		return errno == EPERM || errno == ENOSYS ? STATUS_SKIP : EXIT_FAILURE;
	}
	return attach(ifindex, program, generic ? XDP_FLAGS_SKB_MODE : XDP_FLAGS_DRV_MODE);
}
