/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which trains are asked for: a seed and a number make one, always the same. It begins as one that is
 * merged as a whole; then come changes of trainchanges.h: each alone, pairs, and any few of them.
 */
#ifndef NOD_TESTS_TRAINCASE_H
#define NOD_TESTS_TRAINCASE_H

#include "pcap/gro/model.h"
#include "tests/netns/trainchanges.h"

#define MOST_CHANGES 4
#define MOST_FLOWS   16
#define MOST_TOTAL   190000 /* of a socket's buffer, that the kernel needs for a train */
#define ROUNDS	     4	    /* of each change alone */

#define OWN_VXLAN   5789
#define GENEVE_PORT 6081
#define INNER_PORT  2000

enum where {
	ONE,
	FROM,
	ALTERNATE,
	ALL,
};

struct choice {
	const struct change *change;
	enum where where;
	unsigned int place;
	bool fits;
};

/**
 * struct train_case - one train
 * @no_geneve, @no_tags: the kernel has none, or does not look behind VLAN tags
 * @without: set of choices that are left out, and @gone of frames, to find the least that differs
 */
struct train_case {
	uint64_t seed, number, gone;
	unsigned int without;
	bool no_geneve, no_tags;
	enum gro_mode mode;
	struct choice choices[MOST_CHANGES];
	unsigned int nchoices, npackets, nframes;
	struct packet packets[MOST_FRAMES];
	struct wire_frame frames[MOST_FRAMES];
};

static inline uint64_t seed_of(uint64_t seed, uint64_t number, uint64_t purpose)
{
	uint64_t mixed = (seed * 0x9e3779b97f4a7c15u ^ number) * 0xbf58476d1ce4e5b9u + purpose;

	mixed = (mixed ^ mixed >> 29) * 0x94d049bb133111ebu;
	return (mixed ^ mixed >> 32) | 1;
}

/* Pairs in an order of their own for each seed; the number of pairs and the step have no common factor. */
static inline void choose_pair(struct train_case *train, uint64_t number)
{
	const uint64_t pairs = CHANGES * (CHANGES - 1) / 2;
	uint64_t index = (number * 7919 + train->seed * 104729) % pairs, second = 1;

	while (index >= second)
		index -= second++;
	train->choices[0].change = &changes[index];
	train->choices[1].change = &changes[second];
	train->nchoices = 2;
}

static inline void choose_changes(struct train_case *train, uint64_t *random)
{
	if (train->number < ROUNDS * CHANGES) {
		train->choices[0].change = &changes[train->number % CHANGES];
		train->nchoices = 1;
	} else if (train->number % 3) {
		choose_pair(train, train->number - train->number / 3);
	} else {
		train->nchoices = 1 + draw(random, MOST_CHANGES);
		for (unsigned int i = 0; i < train->nchoices; i++)
			train->choices[i].change = &changes[draw(random, CHANGES)];
	}
}

static inline enum where choose_where(const struct change *change, uint64_t *random)
{
	static const enum where wheres[] = {ONE, ONE, ONE, ONE, FROM, FROM, FROM, ALTERNATE, ALL};

	if (change->needs & EVERYWHERE)
		return ALL;
	return wheres[draw(random, sizeof(wheres) / sizeof(wheres[0]))];
}

/* --- a train that is merged --------------------------------------------------------------------- */

static inline struct ip choose_ip(uint64_t *random, unsigned int level)
{
	return (struct ip){.version = draw(random, 3) ? 4 : 6,
			   .ttl = 64,
			   .source = (uint8_t)(2 + level),
			   .target = 1,
			   .df = draw(random, 3) != 0,
			   .id_first = (uint16_t)draw(random, 65536),
			   .id_mask = 0xffff,
			   .id_step = draw(random, 4) ? 1 : 0,
			   .label = 0x12345,
			   .tos = draw(random, 4) ? 0 : 2};
}

static inline struct tunnel_header choose_tunnel(bool no_geneve, uint64_t *random)
{
	enum tunnel kind = (enum tunnel)(VXLAN + draw(random, TUNNELS - VXLAN));

	if (kind == GENEVE && no_geneve)
		kind = VXLAN;
	return (struct tunnel_header){.kind = kind,
				      .link = {.source = 4, .target = 3},
				      .sport = (uint16_t)(49152 + draw(random, 9999)),
				      .dport = kind == GENEVE	 ? GENEVE_PORT
					       : draw(random, 2) ? VXLAN_PORT
								 : OWN_VXLAN,
				      .sum = draw(random, 2) ? SUM_ZERO : SUM_RIGHT,
				      .vni = 100,
				      .key = 55};
}

/* @sum is also that of GRE, which has one only if it is asked for. */
static inline void choose_shape(const struct train_case *train, struct packet *packet,
				uint64_t *random)
{
	*packet = (struct packet){.link = {.source = 2, .target = 1},
				  .levels = 1 + (draw(random, 5) > 1),
				  .sport = 1000,
				  .dport = INNER_PORT,
				  .length = 1 + draw(random, 1400),
				  .tcp = {.seq = draw(random, 1u << 31) * 2,
					  .ack = 7777,
					  .ts = 1000,
					  .flags = 0x010,
					  .window = 500}};
	packet->udp = draw(random, train->mode == GRO_MODE_HOST ? 12 : 2) == 0;
	for (unsigned int level = 0; level < MOST_LEVELS; level++)
		packet->ips[level] = choose_ip(random, level);
	packet->tunnels[0] = choose_tunnel(train->no_geneve, random);
	if (packet->tunnels[0].kind == GRE || packet->tunnels[0].kind == GRETAP)
		packet->tunnels[0].sum = SUM_RIGHT;
	if (draw(random, 6) == 0)
		packet->length = 1448;
}

static inline bool fits(const struct packet *packet, unsigned int needs)
{
	const struct ip *ip = &packet->ips[needs & OUTER ? 0 : packet->levels - 1];
	enum tunnel kind = packet->levels > 1 ? packet->tunnels[0].kind : NO_TUNNEL;

	return (!(needs & OUTER) || packet->levels > 1) && (!(needs & V4) || ip->version == 4) &&
	       (!(needs & V6) || ip->version == 6) && (!(needs & TCP) || !packet->udp) &&
	       (!(needs & UDP) || packet->udp) &&
	       (!(needs & UDP_TUNNEL) || kind == VXLAN || kind == GENEVE) &&
	       (!(needs & IS_VXLAN) || kind == VXLAN) && (!(needs & IS_GENEVE) || kind == GENEVE) &&
	       (!(needs & OWN_PORT) || packet->tunnels[0].dport == OWN_VXLAN) &&
	       (!(needs & ANY_GRE) || kind == GRE || kind == GRETAP) &&
	       (!(needs & INNER_LINK) || kind == VXLAN || kind == GENEVE || kind == GRETAP);
}

/* One that suits as many changes as can be found. */
static inline void choose_fitting_shape(struct train_case *train, struct packet *packet,
					uint64_t *random)
{
	for (unsigned int tries = 0, fit = 0; tries < 60 && fit < train->nchoices; tries++) {
		choose_shape(train, packet, random);
		fit = 0;
		for (unsigned int i = 0; i < train->nchoices; i++) {
			struct choice *choice = &train->choices[i];

			choice->fits = fits(packet, choice->change->needs) &&
				       !(choice->change->needs & TAGS && train->no_tags);
			fit += choice->fits;
		}
	}
}

/* --- changes -------------------------------------------------------------------------------------- */

static inline bool is_at(const struct choice *choice, unsigned int i)
{
	switch (choice->where) {
	case ONE:
		return i == choice->place;
	case FROM:
		return i >= choice->place;
	case ALTERNATE:
		return i % 2 == choice->place % 2;
	default:
		return true;
	}
}

static inline void apply(struct train_case *train, const struct choice *choice, uint64_t *random)
{
	uint32_t value = draw(random, 1u << 31);

	for (unsigned int i = 0; i < train->npackets; i++) {
		struct packet *packet = &train->packets[i];
		struct edit edit = {
			.packet = packet,
			.level = choice->change->needs & OUTER ? 0 : packet->levels - 1,
			.value = value,
			.each = draw(random, 1u << 31),
		};

		if (choice->change->make && is_at(choice, i))
			choice->change->make(&edit);
	}
}

/* Sequence numbers and IDs, which count on within each flow. */
static inline void number_train(struct train_case *train)
{
	uint32_t seqs[MOST_FLOWS] = {0}, begun = 0;
	uint32_t ids[MOST_FLOWS][MOST_LEVELS];

	for (unsigned int i = 0; i < train->npackets; i++) {
		struct packet *packet = &train->packets[i];
		unsigned int flow = packet->flow % MOST_FLOWS;
		uint32_t *seq = &seqs[flow];

		for (unsigned int level = 0; level < MOST_LEVELS; level++) {
			struct ip *ip = &packet->ips[level];
			uint32_t *id = &ids[flow][level];

			*id = begun & 1u << flow ? *id + (uint32_t)ip->id_step : ip->id_first;
			if (!ip->id_set)
				ip->id = (uint16_t)(*id & ip->id_mask);
		}
		if (!(begun & 1u << flow))
			*seq = packet->tcp.seq;
		begun |= 1u << flow;
		*seq += packet->seq_skip;
		packet->tcp.seq = *seq + (uint32_t)packet->seq_off;
		*seq += packet->length;
	}
}

/* --- frames --------------------------------------------------------------------------------------- */

static inline void move_frames(struct train_case *train, const struct choice *choice)
{
	struct wire_frame *frames = train->frames;
	unsigned int place = choice->place;

	if (strcmp(choice->change->name, "swapped") == 0 && place + 1 < train->nframes) {
		struct wire_frame first = frames[place];

		frames[place] = frames[place + 1];
		frames[place + 1] = first;
	} else if (strcmp(choice->change->name, "repeated") == 0 && place < train->nframes &&
		   train->nframes < MOST_FRAMES) {
		memmove(frames + place + 1, frames + place,
			(train->nframes - place) * sizeof(*frames));
		train->nframes++;
	}
}

/* What a frame may take of a socket's buffer: rather too much. */
static inline size_t cost(const struct wire_frame *frame)
{
	return frame->length < 1600 ? 2304 : frame->length * 2 + 2304;
}

/* @memory: MOST_FRAMES times MOST_BYTES */
static inline void build_frames(struct train_case *train, uint8_t *memory)
{
	size_t total = 0;

	train->nframes = 0;
	for (unsigned int i = 0; i < train->npackets; i++) {
		struct wire_frame *frame = &train->frames[train->nframes];

		if (train->gone >> i & 1)
			continue;
		frame->bytes = memory + (size_t)i * MOST_BYTES;
		build(frame, &train->packets[i]);
		total += cost(frame);
		if (total > MOST_TOTAL && train->nframes > 1)
			break;
		train->nframes++;
	}
}

static inline bool is_in(const struct train_case *train, unsigned int i)
{
	return train->choices[i].fits && !(train->without >> i & 1);
}

/* What a case is, before anything of it is made. */
static inline void choose_case(struct train_case *train, uint64_t seed, uint64_t number)
{
	uint64_t random = seed_of(seed, number, 0);
	uint32_t mode = draw(&random, 10);

	*train = (struct train_case){.seed = seed, .number = number};
	train->mode = mode > 6 ? (enum gro_mode)(GRO_MODE_UDP + mode - 7) : GRO_MODE_HOST;
	choose_changes(train, &random);
}

static inline void make_case(struct train_case *train, uint8_t *memory)
{
	uint64_t random = seed_of(train->seed, train->number, 1);
	struct packet shape;

	choose_fitting_shape(train, &shape, &random);
	train->npackets =
		draw(&random, 6) ? 3 + draw(&random, 8) : 3 + draw(&random, MOST_FRAMES - 3);
	for (unsigned int i = 0; i < train->npackets; i++)
		train->packets[i] = shape;
	for (unsigned int i = 0; i < train->nchoices; i++) {
		struct choice *choice = &train->choices[i];
		uint64_t own = seed_of(train->seed, train->number, 2 + i);

		choice->where = choose_where(choice->change, &own);
		choice->place = draw(&own, train->npackets);
		if (is_in(train, i))
			apply(train, choice, &own);
	}
	number_train(train);
	build_frames(train, memory);
	for (unsigned int i = 0; i < train->nchoices; i++)
		if (is_in(train, i) && !train->choices[i].change->make)
			move_frames(train, &train->choices[i]);
}

/* --- words ---------------------------------------------------------------------------------------- */

static inline void print_shape(const struct packet *packet)
{
	static const char *const tunnels[] = {"", "VXLAN", "Geneve", "GRE", "GRETAP", "IPIP"};
	const struct ip *ip = packet->ips;

	for (unsigned int level = 0; level < packet->levels; level++, ip++) {
		printf("IPv%u", ip->version);
		if (ip->version == 4)
			printf("(DF=%d ID%+d)", ip->df, ip->id_step);
		printf("/");
		if (level + 1 < packet->levels)
			printf("%s/", tunnels[packet->tunnels[level].kind]);
	}
	printf("%s", packet->udp ? "UDP" : "TCP");
}

static inline void print_case(const struct train_case *train)
{
	static const char *const modes[] = {"host", "udp", "forwarding", "fraglist"};
	static const char *const wheres[] = {"at", "from", "at every other from", "at all, not"};

	printf("case %ju (%s) ", (uintmax_t)train->number, modes[train->mode]);
	print_shape(&train->packets[0]);
	printf(" %u frames:", train->nframes);
	for (unsigned int i = 0; i < train->nchoices; i++) {
		const struct choice *choice = &train->choices[i];

		if (is_in(train, i))
			printf(" [%s %s %u]", choice->change->name, wheres[choice->where],
			       choice->place);
	}
	printf("\n");
}

#endif
