/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Capture until a mark comes by, with nothing lost and nobody waiting for time to pass.
 *
 *   record DEVICE FILE.pcap [SNAPLEN]
 *
 * Prints "listening" when it is; ends at a UDP packet to port 9, which is left out, and prints
 * "dropped N". All that went through the device before the mark is in the file then. In a user
 * namespace of one user tcpdump cannot do that: it wants to become another one.
 */
#include <error.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECONDS_AT_MOST 60
#define SNAPLEN		262144
/* With immediate mode each frame takes a slot of 64 KiB: for 500 of them. */
#define BUFFER_BYTES (32 << 20)

static pcap_t *open_device(const char *device, int snaplen)
{
	char words[PCAP_ERRBUF_SIZE];
	pcap_t *live = pcap_create(device, words);
	int status;

	if (!live)
		error(1, 0, "%s", words);
	pcap_set_snaplen(live, snaplen);
	pcap_set_immediate_mode(live, 1);
	pcap_set_buffer_size(live, BUFFER_BYTES);
	status = pcap_activate(live);
	if (status < 0)
		error(1, 0, "%s: %s: %s", device, pcap_statustostr(status), pcap_geterr(live));
	if (strcmp(device, "any") == 0 && pcap_set_datalink(live, DLT_LINUX_SLL2))
		error(1, 0, "%s", pcap_geterr(live));
	return live;
}

static struct bpf_program mark_filter(pcap_t *live)
{
	struct bpf_program filter;

	if (pcap_compile(live, &filter, "udp dst port 9", 1, PCAP_NETMASK_UNKNOWN))
		error(1, 0, "%s", pcap_geterr(live));
	return filter;
}

static void record(pcap_t *live, pcap_dumper_t *file)
{
	struct bpf_program mark = mark_filter(live);
	struct pcap_pkthdr *header;
	const unsigned char *bytes;
	int status;

	while ((status = pcap_next_ex(live, &header, &bytes)) >= 0) {
		if (status == 0)
			continue;
		if (pcap_offline_filter(&mark, header, bytes))
			break;
		pcap_dump((unsigned char *)file, header, bytes);
	}
	if (status < 0)
		error(1, 0, "%s", pcap_geterr(live));
	pcap_freecode(&mark);
}

int main(int argc, char **argv)
{
	struct pcap_stat counts;
	pcap_dumper_t *file;
	pcap_t *live;

	alarm(SECONDS_AT_MOST);
	if (argc != 3 && argc != 4)
		error(2, 0, "usage: record DEVICE FILE.pcap [SNAPLEN]");
	live = open_device(argv[1], argc == 4 ? (int)strtol(argv[3], NULL, 10) : SNAPLEN);
	file = pcap_dump_open(live, argv[2]);
	if (!file)
		error(1, 0, "%s", pcap_geterr(live));
	puts("listening");
	fflush(stdout);
	record(live, file);
	pcap_dump_close(file);
	if (pcap_stats(live, &counts))
		error(1, 0, "%s", pcap_geterr(live));
	printf("dropped %u\n", counts.ps_drop);
	pcap_close(live);
	return 0;
}
