/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does nod split what this kernel's GRO has merged into just the frames that were sent?
 *
 *   grosplit SEED COUNT [wrong]
 *
 * COUNT trains at random, of TCP and UDP, plain and in VXLAN, with IDs that count or stay, go through
 * gro_replay_poll(); what comes out is split at the kernel's own gso_size and compared byte for byte. Without
 * VXLAN in the kernel all are plain, and UDP stays as it was sent where the kernel cannot tell what it merged.
 * "wrong" splits at a size that is one byte off: every merged train must differ.
 *
 * Prints TAP comments, and "N of M agree, K merged"; fails if not all do, or if hardly any was merged.
 */
#include "pcap/flow.h"
#include "pcap/gro/replay.h"
#include "tests/netns/superframe.h"

#define VXLAN_PORT 4789
#define UDP_PORT   5001

/**
 * struct train - one flow
 * @outer: if @vxlan; its shape has no payload
 * @fixed: IDs that stay, as in struct split_size
 * @frames: as sent; @next is the one that has to come next
 * @merged, @differs: what was seen
 */
struct train {
	struct shape shape, outer;
	bool vxlan, outer_checksum, wrong, merged, differs;
	uint8_t fixed;
	size_t count, next;
	struct span frames[GRO_REPLAY_BATCH];
};

static uint32_t outer_bytes(const struct train *train)
{
	return 14 + ip_header_bytes(&train->outer) + 8 + 8;
}

/* Ethernet, IP, UDP and VXLAN in front of @length bytes, which stand behind already. */
static void build_outer(uint8_t *frame, const struct train *train, uint32_t length, uint16_t index)
{
	const struct shape *outer = &train->outer;
	uint8_t *ip = frame + 14, *udp = ip + ip_header_bytes(outer);
	uint32_t sum;

	memcpy(frame, "\x02\x5e\x00\x00\x00\x11\x02\x5e\x00\x00\x00\x12", 12);
	put_be16(frame + 12, outer->ipv6 ? 0x86dd : 0x0800);
	length += 16;
	build_ip(ip, outer, length, train->fixed & 1u << LEVEL_OUTER ? 0 : index);
	memset(udp, 0, 16);
	put_be16(udp, outer->port);
	put_be16(udp + 2, VXLAN_PORT);
	put_be16(udp + 4, length);
	udp[8] = 0x08;
	udp[14] = 7;
	if (!train->outer_checksum)
		return;
	sum = add_words(pseudo_words(outer, ip, length), udp, length);
	sum = ~sum & 0xffff;
	put_be16(udp + 6, sum ? sum : 0xffff);
}

/* All segments have the ID of the first: it begins as much lower as it would count. */
static uint32_t build_inner(uint8_t *frame, const struct train *train, uint32_t from, uint32_t len)
{
	struct shape shape = train->shape;

	if (train->fixed & 1u << LEVEL_INNER)
		shape.id = (uint16_t)(shape.id - from / shape.segment);
	return build_frame(frame, &shape, from, len, false);
}

static void build_train(struct train *train, uint8_t *room)
{
	const struct shape *shape = &train->shape;
	uint32_t outer = train->vxlan ? outer_bytes(train) : 0;

	train->count = train->next = 0;
	for (uint32_t from = 0; from < shape->payload; from += shape->segment) {
		uint32_t left = shape->payload - from, length;

		length = build_inner(room + outer, train, from,
				     left < shape->segment ? left : shape->segment);
		if (outer)
			build_outer(room, train, length, (uint16_t)train->count);
		train->frames[train->count++] = (struct span){room, outer + length};
		room += outer + length;
	}
}

static void draw_train(struct train *train, uint64_t *seed)
{
	uint32_t most;

	*train = (struct train){.vxlan = draw(seed, 2), .outer_checksum = draw(seed, 2)};
	draw_shape(&train->outer, seed, 0);
	train->outer.udp = true;
	/* Flags that may differ within a train, and ECE. */
	draw_shape(&train->shape, seed, 0xc9);
	train->shape.udp = !train->vxlan && draw(seed, 3) == 0;
	train->shape.segment = 100 + draw(seed, 1300);
	most = train->shape.segment * (2 + draw(seed, GRO_REPLAY_BATCH - 2));
	train->shape.payload = most - draw(seed, train->shape.segment);
	train->fixed = (uint8_t)draw(seed, 4);
}

static int compare_piece(void *context, const struct split_piece *piece)
{
	struct train *train = context;
	struct span frame;

	if (train->next == train->count)
		return -1;
	frame = train->frames[train->next++];
	if (!train->differs)
		train->differs = !is_piece(piece, frame.bytes, frame.length);
	return 0;
}

static int seen(void *context, const struct gro_replayed *frame)
{
	struct train *train = context;
	struct split_size size = {.segment = frame->gso_size, .fixed_id = train->fixed};

	if (size.segment) {
		size.segment += train->wrong;
		size.source = SPLIT_METADATA;
		train->merged = true;
	}
	if (split_bytes(frame->bytes.bytes, frame->bytes.length, size, compare_piece, train) < 0)
		train->differs = true;
	return 0;
}

static void describe(const struct train *train)
{
	printf("# %s over %s%s%s, %zu segments of %u, IDs that stay: %u; %zu came\n",
	       train->shape.udp ? "UDP" : "TCP", train->shape.ipv6 ? "IPv6" : "IPv4",
	       train->vxlan ? " in VXLAN over " : "",
	       !train->vxlan	   ? ""
	       : train->outer.ipv6 ? "IPv6"
				   : "IPv4",
	       train->count, train->shape.segment, train->fixed, train->next);
}

/* -1 if the kernel cannot tell. */
static int run(struct gro_replay *replay, uint64_t number, unsigned int count, bool wrong)
{
	bool tunnels = !(gro_replay_missing(replay) & 1u << TUNNEL_VXLAN);
	static uint8_t room[GRO_REPLAY_BATCH * 2048];
	unsigned int agree = 0, merged = 0;
	struct err err = {0};
	uint64_t seed;

	printf("# seed %llu\n", (unsigned long long)number);
	seed_with(&seed, number);
	for (unsigned int i = 0; i < count; i++) {
		struct train train;

		draw_train(&train, &seed);
		train.wrong = wrong;
		train.vxlan &= tunnels;
		build_train(&train, room);
		if (gro_replay_poll(replay, train.frames, train.count, seen, &train, &err)) {
			printf("# %s\n", err.text);
			return err.code == ERR_UNSUPPORTED ? -1 : 1;
		}
		if (train.differs || train.next != train.count)
			describe(&train);
		else
			agree++;
		merged += train.merged;
	}
	printf("%u of %u agree, %u merged\n", agree, count, merged);
	return agree != count || merged < count / 4;
}

static int ask(int argc, char **argv, const struct gro_replay_options *options)
{
	struct gro_replay *replay;
	struct err err = {0};
	int status;

	replay = gro_replay_open(options, &err);
	if (!replay) {
		printf("skip: %s\n", err.text);
		return 77;
	}
	status = run(replay, strtoull(argv[1], NULL, 10), (unsigned int)strtoul(argv[2], NULL, 10),
		     argc > 3 && strcmp(argv[3], "wrong") == 0);
	gro_replay_close(replay);
	return status;
}

int main(int argc, char **argv)
{
	static const uint16_t port = UDP_PORT;
	struct gro_replay_options options = {
		.vxlan = {VXLAN_PORT}, .nvxlan = 1, .udp = &port, .nudp = 1, .mode = GRO_MODE_UDP};
	int status;

	if (argc < 3)
		error(2, 0, "see the first lines of the source");
	status = ask(argc, argv, &options);
	if (status < 0) {
		options.mode = GRO_MODE_HOST;
		status = ask(argc, argv, &options);
	}
	return status;
}
