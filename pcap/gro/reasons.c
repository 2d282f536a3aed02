/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which reasons ended trains, and how often: in the capture, and in each flow?
 */
#include "pcap/gro/study_internal.h"

/*
 * By part: as which reason it shows. Addresses of what nod calls one flow differ only where it has
 * stopped telling paths apart, or IPv6 options name others.
 */
static const uint8_t reason_of_part[GRO_PARTS] = {
	[GRO_PART_LINK] = GRO_LINK,
	[GRO_PART_OUTER_IP] = GRO_TUNNEL_FIELDS,
	[GRO_PART_OUTER_LABEL] = GRO_OUTER_LABEL,
	[GRO_PART_OUTER_PORTS] = GRO_OUTER_PORT,
	[GRO_PART_OUTER_CHECKSUM] = GRO_OUTER_CHECKSUM,
	[GRO_PART_TUNNEL] = GRO_TUNNEL_FIELDS,
	[GRO_PART_INNER_LINK] = GRO_INNER_LINK,
	[GRO_PART_IP] = GRO_LABEL,
	[GRO_PART_LABEL] = GRO_LABEL,
	[GRO_PART_PORTS] = GRO_LABEL,
};

/* Nobody takes packets for one flow that differ in these. */
#define PARTS_ALWAYS (1u << GRO_PART_OUTER_IP | 1u << GRO_PART_IP | 1u << GRO_PART_PORTS)

uint32_t study_parts(const struct gro_rules *rules)
{
	uint64_t minds = rules->model->minds & ~rules->mended;
	uint32_t parts = PARTS_ALWAYS;

	for (unsigned int i = 0; i < GRO_PARTS; i++)
		if (minds >> reason_of_part[i] & 1)
			parts |= 1u << i;
	return parts;
}

uint64_t reasons_of_parts(const struct gro_packet *packet, const uint32_t *before, uint32_t parts)
{
	uint64_t bits = 0;

	for (unsigned int i = 0; i < GRO_PARTS; i++)
		if (parts >> i & 1 && packet->parts[i] != before[i])
			bits |= GRO_BIT(reason_of_part[i]);
	return bits;
}

/* Where @reason is kept in the flow; made if need be. NULL if there is no memory. */
static struct flow_reasons *find(struct gro_study *study, struct flow_state *state,
				 unsigned int reason, unsigned int *at)
{
	uint32_t *link = &state->reasons;
	struct flow_reasons *block;

	for (; *link; link = &block->next) {
		block = pool_at(&study->reasons, *link);
		for (*at = 0; *at < FLOW_REASONS; ++*at) {
			if (block->times[*at] && block->reasons[*at] == reason)
				return block;
			if (block->times[*at])
				continue;
			block->reasons[*at] = (uint8_t)reason;
			return block;
		}
	}
	*link = pool_take(&study->reasons);
	if (!*link)
		return NULL;
	block = pool_at(&study->reasons, *link);
	block->reasons[0] = (uint8_t)reason;
	*at = 0;
	return block;
}

int reasons_count(struct gro_study *study, struct flow_state *state, uint64_t why)
{
	if (why && !(why & (why - 1)))
		study->alone[__builtin_ctzll(why)]++;
	for (; why; why &= why - 1) {
		unsigned int reason = (unsigned int)__builtin_ctzll(why), at;
		struct flow_reasons *block = find(study, state, reason, &at);

		if (!block)
			return -1;
		block->times[at] += block->times[at] < UINT32_MAX;
		study->times[reason]++;
	}
	return 0;
}

int reasons_save(struct gro_study *study, struct flow_state *state, unsigned int reason,
		 int64_t saves)
{
	struct flow_reasons *block;
	unsigned int at;

	if (!saves)
		return 0;
	block = find(study, state, reason, &at);
	if (!block)
		return -1;
	/* One that never stood at a boundary, but changed what came of the flow. */
	block->times[at] += !block->times[at];
	block->saves[at] += (int32_t)saves;
	return 0;
}

void reasons_release(struct gro_study *study, struct flow_state *state)
{
	while (state->reasons) {
		uint32_t place = state->reasons;
		const struct flow_reasons *block = pool_at(&study->reasons, place);

		state->reasons = block->next;
		pool_give(&study->reasons, place);
	}
}

const char *flow_reason(const struct gro_study *study, const struct flow_state *state,
			uint64_t *times)
{
	const char *best = NULL;
	int32_t saves = 0;
	uint32_t place = state->reasons;

	*times = 0;
	while (place) {
		const struct flow_reasons *block = pool_at(&study->reasons, place);

		for (unsigned int i = 0; i < FLOW_REASONS && block->times[i]; i++) {
			if (best && (block->saves[i] < saves ||
				     (block->saves[i] == saves && block->times[i] <= *times)))
				continue;
			best = gro_reasons[block->reasons[i]].id;
			saves = block->saves[i];
			*times = block->times[i];
		}
		place = block->next;
	}
	return best;
}
