/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does the kernel make of these frames, by pcap/gro/replay.h?
 *
 *   groprobe [-v VXLAN-PORT] [-g GENEVE-PORT] [-u UDP-PORT] [-m MODE] [-n TIMES] [-o OUT] [-a] POLL.pcap...
 *
 * Each file is a poll. A line for each frame that comes out of it, in order:
 *
 *   POLL LENGTH GSO_SIZE GSO_TYPE complete|partial
 *
 * where POLL is the number of the file. MODE is host (or nothing), udp, forwarding or fraglist. With -n
 * all of it is done again, and it is an error if anything else comes out, in any byte; the last line tells
 * what a poll took. -o writes the bytes that came out, -a prints the IPv6 addresses of all devices. Ports
 * can be given several times. "missing vxlan" and "missing geneve" stand first if the kernel lacks what was
 * asked for, and "missing tags" if it merges no frames with VLAN tags in them.
 */
#include <errno.h>
#include <error.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/model/capture.h"
#include "tests/netns/pollfile.h"

#define MOST_POLLS 64

/**
 * struct poll - one file
 * @text, @text_size: what came out of it, in words; @bytes, @bytes_size: in bytes
 */
struct poll {
	struct poll_file file;
	int number;
	char *text, *bytes;
	size_t text_size, bytes_size;
};

/* What is written while a poll goes on. */
struct output {
	int number;
	FILE *text, *bytes;
};

static int seen(void *context, const struct gro_replayed *frame)
{
	struct output *output = context;

	fprintf(output->text, "%d %zu %u %u %s\n", output->number, frame->bytes.length,
		frame->gso_size, frame->gso_type, frame->csum_partial ? "partial" : "complete");
	fwrite(frame->bytes.bytes, 1, frame->bytes.length, output->bytes);
	return 0;
}

static void run(struct gro_replay *replay, struct poll *poll, bool first)
{
	char *text = NULL, *bytes = NULL;
	size_t text_size, bytes_size;
	struct output output = {poll->number, open_memstream(&text, &text_size),
				open_memstream(&bytes, &bytes_size)};
	struct err err = {0};

	if (gro_replay_poll(replay, poll->file.frames, poll->file.count, seen, &output, &err) < 0)
		error(1, 0, "%s", err.text);
	fclose(output.text);
	fclose(output.bytes);
	if (!first && (bytes_size != poll->bytes_size || strcmp(text, poll->text) != 0 ||
		       memcmp(bytes, poll->bytes, bytes_size) != 0))
		error(1, 0, "poll %d: something else came out:\n%sat first it was:\n%s",
		      poll->number, text, poll->text);
	free(poll->text);
	free(poll->bytes);
	poll->text = text;
	poll->bytes = bytes;
	poll->bytes_size = bytes_size;
}

static enum gro_mode read_mode(const char *word)
{
	static const char *const modes[GRO_MODES] = {"host", "udp", "forwarding", "fraglist"};

	for (int i = 0; i < GRO_MODES; i++)
		if (strcmp(word, modes[i]) == 0)
			return (enum gro_mode)i;
	error(2, 0, "no mode %s", word);
	return GRO_MODE_HOST;
}

static void write_bytes(const char *path, const struct poll *polls, size_t count)
{
	FILE *file = fopen(path, "w");

	for (size_t i = 0; file && i < count; i++)
		fwrite(polls[i].bytes, 1, polls[i].bytes_size, file);
	if (!file || fclose(file))
		error(1, errno, "%s", path);
}

static void print_addresses(void)
{
	FILE *file = fopen("/proc/self/net/if_inet6", "r");
	char line[256];

	while (file && fgets(line, sizeof(line), file))
		fputs(line, stdout);
	if (file)
		fclose(file);
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void repeat(struct gro_replay *replay, struct poll *polls, size_t count, unsigned long times)
{
	double start = seconds();

	for (unsigned long i = 0; i < times; i++)
		for (size_t k = 0; k < count; k++)
			run(replay, &polls[k], i == 0);
	for (size_t k = 0; k < count; k++)
		fputs(polls[k].text, stdout);
	if (times > 1)
		printf("# %.0f microseconds a poll\n",
		       (seconds() - start) * 1e6 / (double)(times * count));
}

int main(int argc, char **argv)
{
	static struct poll polls[MOST_POLLS];
	static uint16_t udp[MOST_POLLS];
	struct gro_replay_options options = {.udp = udp};
	unsigned long times = 1;
	const char *out = NULL;
	struct gro_replay *replay;
	struct err err = {0};
	size_t count = 0;
	bool addresses = false;
	int option;

	while ((option = getopt(argc, argv, "v:g:u:m:n:o:a")) != -1) {
		uint16_t port = (uint16_t)(optarg ? strtoul(optarg, NULL, 10) : 0);

		if (option == 'v' && options.nvxlan < 16)
			options.vxlan[options.nvxlan++] = port;
		else if (option == 'g' && options.ngeneve < 16)
			options.geneve[options.ngeneve++] = port;
		else if (option == 'u' && options.nudp < MOST_POLLS)
			udp[options.nudp++] = port;
		else if (option == 'm')
			options.mode = read_mode(optarg);
		else if (option == 'n')
			times = strtoul(optarg, NULL, 10);
		else if (option == 'o')
			out = optarg;
		else if (option == 'a')
			addresses = true;
		else
			error(2, 0, "see the head of groprobe.c");
	}
	for (; optind < argc && count < MOST_POLLS; optind++, count++) {
		polls[count].number = (int)count + 1;
		poll_file_load(&polls[count].file, argv[optind]);
	}
	replay = gro_replay_open(&options, &err);
	if (!replay)
		error(1, 0, "%s", err.text);
	if (gro_replay_missing(replay) & 1u << TUNNEL_VXLAN)
		puts("missing vxlan");
	if (gro_replay_missing(replay) & 1u << TUNNEL_GENEVE)
		puts("missing geneve");
	if (!gro_replay_tags(replay))
		puts("missing tags");
	repeat(replay, polls, count, times);
	if (addresses)
		print_addresses();
	if (out)
		write_bytes(out, polls, count);
	gro_replay_close(replay);
	return 0;
}
