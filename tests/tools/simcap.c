/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is a capture to be made of, and by what NIC?
 */
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/tools/simcap.h"

/* Whatever it is given, the sender's NIC can do. */
#define SENDS                                                                       \
	(SIM_TX_CSUM_ANY | SIM_TX_TSO | SIM_TX_TSO6 | SIM_TX_TSO_ECN | SIM_TX_USO | \
	 SIM_TX_UDP_TUNNEL | SIM_TX_UDP_TUNNEL_CSUM | SIM_TX_GRE | SIM_TX_GRE_CSUM | SIM_TX_IPIP)

static const struct {
	const char *name;
	uint32_t offload;
} offloads[] = {
	{"rx-checksum-complete", SIM_RX_CSUM_COMPLETE},
	{"rx-gro-hw", SIM_RX_GRO_HW},
	{"rx-lro", SIM_RX_LRO},
};

static const struct sim_ports ports = {
	.ports = {4789, 6081},
	.kinds = {SIM_VXLAN, SIM_GENEVE},
};

static const char *const sides[] = {
	[SIM_SENDER] = "sender",
	[SIM_RECEIVER] = "receiver",
	[SIM_CONTROL] = "control",
};

static const char usage[] =
	"usage: simcap [OPTION]... IN OUT\n"
	"       simcap --list\n"
	"\n"
	"  --quirk NAME[=VALUE]  a quirk of the NIC; without a value, its usual one\n"
	"  --side wire|receiver  write what is on the wire (default), or what the receiver hands up\n"
	"  --offload NAME,...    of the receiver: rx-lro, rx-gro-hw, rx-checksum-complete\n"
	"  --poll N              frames that the receiver takes at once (16)\n"
	"  --mtu N               longer packets with a partial checksum are cut (1500)\n"
	"  --mss N               payload of the pieces, if not what the MTU takes\n"
	"  --sender MAC          only frames from this address go through the NIC\n"
	"  --snap-length N       bytes kept of each frame\n"
	"  --list                the quirks: name, side, usual value, what they provoke, the traffic\n"
	"                        that it takes, and what the NIC does; divided by tabs\n";

void die(const char *fmt, ...)
{
	va_list args;

	fputs("simcap: ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

static void list_quirks(void)
{
	for (const struct sim_quirk *const *at = sim_quirks; *at; at++)
		printf("%s\t%s\t%u\t%s\t%s\t%s\n", (*at)->name, sides[(*at)->side], (*at)->usual,
		       (*at)->provokes, (*at)->traffic, (*at)->summary);
}

static uint32_t read_number(const char *option, const char *text, uint32_t least)
{
	char *end;
	unsigned long long number = strtoull(text, &end, 10);

	if (*text < '0' || *text > '9' || *end || number < least || number > UINT32_MAX)
		die("--%s %s: not a number from %u", option, text, least);
	return (uint32_t)number;
}

static void read_quirk(struct sim_quirks *quirks, char *text)
{
	char *equals = strchr(text, '=');
	int number;

	if (equals)
		*equals++ = '\0';
	number = sim_quirk_lookup(text);
	if (number < 0)
		die("no quirk is called '%s'; simcap --list names them", text);
	if (sim_quirks[number]->side == SIM_CONTROL)
		die("%s is about settings, which no capture shows", text);
	sim_quirk_set(quirks, (unsigned int)number,
		      equals ? read_number("quirk", equals, 1) : sim_quirks[number]->usual);
}

static void read_offload(uint32_t *set, const char *name)
{
	for (size_t i = 0; i < sizeof(offloads) / sizeof(*offloads); i++) {
		if (strcmp(name, offloads[i].name) == 0) {
			*set |= offloads[i].offload;
			return;
		}
	}
	die("no offload of a receiver is called '%s'", name);
}

static void read_offloads(uint32_t *set, char *text)
{
	char *rest = NULL;

	for (char *name = strtok_r(text, ",", &rest); name; name = strtok_r(NULL, ",", &rest))
		read_offload(set, name);
}

static void read_sender(struct simcap *simcap, const char *text)
{
	uint8_t *mac = simcap->sender;
	int end = 0;

	if (sscanf(text, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%n", &mac[0], &mac[1], &mac[2],
		   &mac[3], &mac[4], &mac[5], &end) != 6 ||
	    text[end])
		die("--sender %s: not an Ethernet address", text);
	simcap->has_sender = true;
}

static void read_side(struct simcap *simcap, const char *text)
{
	if (strcmp(text, "receiver") == 0)
		simcap->side = SIDE_RECEIVER;
	else if (strcmp(text, "wire") == 0)
		simcap->side = SIDE_WIRE;
	else
		die("--side %s: not wire or receiver", text);
}

static void read_option(struct simcap *simcap, int option, char *text)
{
	switch (option) {
	case 'q':
		read_quirk(&simcap->nic.quirks, text);
		break;
	case 's':
		read_side(simcap, text);
		break;
	case 'o':
		read_offloads(&simcap->nic.offloads, text);
		break;
	case 'p':
		simcap->poll = read_number("poll", text, 1);
		break;
	case 'm':
		simcap->mtu = read_number("mtu", text, 68);
		break;
	case 'z':
		simcap->mss = read_number("mss", text, 1);
		break;
	case 'f':
		read_sender(simcap, text);
		break;
	case 'n':
		simcap->snap_length = read_number("snap-length", text, 1);
		break;
	default:
		fputs(usage, option == 'h' ? stdout : stderr);
		exit(option != 'h');
	}
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"quirk", required_argument, NULL, 'q'},
		{"side", required_argument, NULL, 's'},
		{"offload", required_argument, NULL, 'o'},
		{"poll", required_argument, NULL, 'p'},
		{"mtu", required_argument, NULL, 'm'},
		{"mss", required_argument, NULL, 'z'},
		{"sender", required_argument, NULL, 'f'},
		{"snap-length", required_argument, NULL, 'n'},
		{"list", no_argument, NULL, 'l'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	struct simcap simcap = {
		.nic = {.offloads = SENDS | SIM_RX_CSUM,
			.max_frame = SIM_FRAME_MAX,
			.nqueues = 1,
			.ports = ports},
		.mtu = 1500,
		.poll = 16,
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) >= 0) {
		if (option == 'l') {
			list_quirks();
			return 0;
		}
		read_option(&simcap, option, optarg);
	}
	if (argc - optind != 2) {
		fputs(usage, stderr);
		return 1;
	}
	simcap.in = argv[optind];
	simcap.out = argv[optind + 1];
	simcap_run(&simcap);
	return 0;
}
