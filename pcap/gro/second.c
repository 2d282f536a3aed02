/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does the device of a tunnel still merge of what the NIC did not?
 *
 * vxlan_core.c, geneve.c, ip_tunnel.c and ip6_tunnel.c of Linux hand what they have unwrapped to
 * gro_cells_receive(): once more through GRO, without the outer headers. What the NIC has merged is a
 * packet there like others, only that it stands for several (dev_gro_receive(), skb_is_gso()).
 */
#include "pcap/gro/judge.h"
#include "pcap/gro/study_internal.h"

/* Devices with gro_cells. sit has none for IPv6 in IPv4, nor has GTP. */
#define TUNNELS_WITH_CELLS                                                                      \
	(1u << TUNNEL_VXLAN | 1u << TUNNEL_VXLAN_GPE | 1u << TUNNEL_GENEVE | 1u << TUNNEL_GRE | \
	 1u << TUNNEL_NVGRE | 1u << TUNNEL_ERSPAN | 1u << TUNNEL_IPIP | 1u << TUNNEL_IP6IP)

/*
 * Packets of a train that has no frag_list, for with one it is not merged again: the first, and
 * MAX_SKB_FRAGS behind it (skb_gro_receive()). That is where NICs write frames to pages; with drivers that
 * copy each into memory of its own, no train is merged again.
 */
#define MOST_PIECES 18

/* From here on GRO begins anew to learn whether IDs of what was merged count or stay. */
#define LINUX_6_10 0x060a00

/* Explicit congestion notification: two bits of TOS (RFC 3168). */
enum {
	NOT_ECT,
	ECT_1,
	ECT_0,
	CE,
	ECN = 3,
};

bool second_possible(const struct gro_study *study, const struct gro_packet *packet)
{
	return study->second_rules.model && TUNNELS_WITH_CELLS >> packet->tunnel & 1 &&
	       !(packet->alone & (GRO_BIT(GRO_TUNNEL_PORT) | GRO_BIT(GRO_NESTED)));
}

static struct move move_of(const struct chance *chance, const struct gro_packet *packet)
{
	return (struct move){
		.packet = packet,
		.rules = &chance->study->second_rules,
		.key = gro_packet_key(packet, GRO_PARTS_INNER),
		.held = &chance->study->held,
	};
}

/*
 * What congestion did to the outer header is brought into the inner one (INET_ECN_decapsulate(), after
 * RFC 6040). False: the packet is dropped, for its sender would not understand.
 */
static bool carry_congestion(uint64_t *inner, uint64_t outer)
{
	if ((outer & ECN) == CE && (*inner & ECN) == NOT_ECT)
		return false;
	if ((outer & ECN) == CE)
		*inner |= CE;
	else if ((outer & ECN) == ECT_1 && (*inner & ECN) == ECT_0)
		*inner ^= ECT_0 ^ ECT_1;
	return true;
}

/* Without the headers of the tunnel; false if it does not arrive. */
static bool unwrap(struct gro_packet *inner, const struct gro_packet *packet)
{
	*inner = *packet;
	inner->head_len = packet->inner_len;
	inner->segment.ip[LEVEL_OUTER] = 0;
	return carry_congestion(&inner->segment.ip[LEVEL_INNER], packet->segment.ip[LEVEL_OUTER]);
}

int second_packet(const struct chance *chance, const struct gro_packet *packet)
{
	struct second *second = chance->second;
	struct gro_packet inner;
	struct move move;

	if (!unwrap(&inner, packet))
		return 0;
	move = move_of(chance, &inner);
	move.data = study_is_data(chance->study, &inner);
	second->frames += move.data;
	second->bytes += move.data ? inner.segment.payload_len : 0;
	lane_show(&second->lane, &move);
	return lane_settle(&second->lane, &move);
}

/**
 * struct unwrapped - a train that comes out of the tunnel as one packet
 * @head: the packet's headers
 */
struct unwrapped {
	const struct gro_train *train;
	struct gro_packet head;
};

/* What keeps @it from the train that is held. */
static uint64_t compare_trains(const struct gro_rules *rules, const struct gro_train *held,
			       const struct unwrapped *it)
{
	return judge_fit(rules, held, &it->head, false) |
	       bit_if(it->head.segment.payload_len != held->head.payload_len, GRO_SIZE) |
	       bit_if(held->head.head_len + (uint64_t)held->payload + it->train->payload >
			      rules->model->max_len,
		      GRO_FULL);
}

/* Why nothing can come behind it. */
static uint64_t completes(const struct gro_rules *rules, const struct unwrapped *it)
{
	uint64_t full = (uint64_t)it->train->count * it->head.segment.payload_len;

	return judge_not_held(rules, &it->head, true) |
	       bit_if(it->train->payload != full, GRO_SHORT);
}

static void count_frames(struct lane *lane, const struct gro_train *into,
			 const struct gro_train *train)
{
	bool single = into && into->count == 1;
	uint32_t count = train->count + (into ? into->count : 0);

	lane->merged_frames += train->count + single;
	lane->merged_bytes += train->payload + (single ? into->payload : 0);
	if (count > lane->largest)
		lane->largest = count;
}

static void join(struct gro_train *into, const struct unwrapped *it)
{
	const struct segment *from = &it->head.segment;
	const struct gro_train *train = it->train;
	struct gro_head *head = &into->head;

	if (into->count == 1 && JUDGE_ID(from->ip[LEVEL_INNER]) == JUDGE_ID(head->ip[LEVEL_INNER]))
		into->fixed |= (uint8_t)(1u << LEVEL_INNER);
	head->control |= from->control & SEGMENT_CONTROL_FLAGS(TCP_PSH | TCP_FIN);
	into->usual = NULL;
	into->count += train->count;
	into->payload += train->payload;
	into->seq_end = train->seq_end;
	into->last = train->last;
}

/*
 * A train that was merged is held. Until 6.10 IDs with DF that are seen beside it have to be those of its
 * head (is_atomic), since then they count; either way whatever they were before.
 */
static void hold(const struct gro_rules *rules, struct gro_train *held,
		 const struct gro_train *train)
{
	held->count = train->count;
	held->payload = train->payload;
	held->seq_end = train->seq_end;
	held->fixed = rules->model->since < LINUX_6_10 ? 1u << LEVEL_INNER : 0;
}

/* One that GRO never puts together with others: chains, UDP, and with a frag_list. */
static bool is_final(const struct gro_rules *rules, const struct unwrapped *it)
{
	return it->head.protocol != GRO_TCP || is_chained(rules, &it->head) ||
	       it->train->count > MOST_PIECES;
}

/* A train as one packet: merged, or held, or handed on. */
static int take_train(const struct chance *chance, const struct unwrapped *it)
{
	struct lane *lane = &chance->second->lane;
	struct move move = move_of(chance, &it->head);
	bool final = is_final(move.rules, it);
	uint64_t ends = completes(move.rules, it);

	move.shown = lane_find(lane, move.held, move.key);
	if (move.shown) {
		move.step.ends =
			compare_trains(move.rules, move.shown, it) | bit_if(final, GRO_FULL);
		count_frames(lane, move.step.ends ? NULL : move.shown, it->train);
		if (!move.step.ends) {
			join(move.shown, it);
			move.step = (struct gro_step){.fate = GRO_PASSES, .ends = ends};
			return ends ? lane_settle(lane, &move) : 0;
		}
	} else {
		count_frames(lane, NULL, it->train);
	}
	move.data = true;
	move.step.fate = final || ends ? GRO_PASSES : GRO_BEGINS;
	if (lane_settle(lane, &move) < 0)
		return -1;
	if (move.step.fate == GRO_BEGINS)
		hold(move.rules, &lane->train, it->train);
	return 0;
}

int second_train(void *context, const struct gro_train *train, const uint32_t *parts)
{
	const struct chance *chance = context;
	struct unwrapped it = {.train = train};
	struct gro_packet head;

	gro_train_head(train, parts, &head);
	if (train->count == 1)
		return second_packet(chance, &head);
	if (!unwrap(&it.head, &head))
		return 0;
	chance->second->frames += train->count;
	chance->second->bytes += train->payload;
	return take_train(chance, &it);
}

int second_settle(const struct chance *chance)
{
	struct move move = {.held = &chance->study->held};

	return lane_end(&chance->second->lane, &move);
}
