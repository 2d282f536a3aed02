/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is this frame, and what sets it apart from the one before?
 */
#include <string.h>

#include "pcap/frames.h"

static const struct break_name {
	uint64_t trait;
	const char *name;
} break_names[] = {
	{BREAK_SEQ, "sequence"},
	{BREAK_SIZE, "size"},
	{BREAK_FLAGS, "flags"},
	{BREAK_PUSH, "push"},
	{BREAK_ACK, "ack"},
	{BREAK_WINDOW, "window"},
	{BREAK_OPTIONS, "options"},
	{BREAK_TIMESTAMP, "timestamp"},
	{BREAK_TTL, "ttl"},
	{BREAK_TOS, "tos"},
	{BREAK_LABEL, "flow-label"},
	{BREAK_DF, "df"},
	{BREAK_ID_OUTER, "outer-id"},
	{BREAK_ID_INNER, "id"},
	{BREAK_ID_OUTER_CONST, "outer-id-constant"},
	{BREAK_ID_INNER_CONST, "id-constant"},
	{BREAK_UDP_CSUM, "outer-udp-checksum"},
	{BREAK_SRC_PORT, "outer-source-port"},
	{BREAK_IP_OPTIONS, "ip-options"},
	{BREAK_PADDED, "padding"},
	{BREAK_CSUM, "checksum"},
};

static int describe_headers(struct frame_line *line, const struct sight *sight, struct arena *arena)
{
	const struct view *view = sight->view;

	line->headers = arena_alloc(arena, view->nheaders * sizeof(*line->headers));
	if (!line->headers)
		return -1;
	line->nheaders = view->nheaders;
	for (unsigned int i = 0; i < view->nheaders; i++) {
		line->headers[i].name = header_names[view->headers[i].kind];
		if (sight->csums[i] < CSUM_VERDICTS)
			line->headers[i].checksum = csum_names[sight->csums[i]];
	}
	return 0;
}

static int describe_breaks(struct frame_line *line, const struct sight *sight, struct arena *arena)
{
	if (!(sight->traits & TRAIT_PAIR))
		return 0;
	line->breaks = arena_alloc(arena, array_size(break_names) * sizeof(*line->breaks));
	if (!line->breaks)
		return -1;
	for (size_t i = 0; i < array_size(break_names); i++)
		if (sight->traits & break_names[i].trait)
			line->breaks[line->nbreaks++] = break_names[i].name;
	return 0;
}

static const char *step_name(const struct sight *sight, enum level level)
{
	uint16_t delta = sight->id_delta[level];

	if (!(sight->id_valid & 1u << level))
		return NULL;
	return id_step_names[delta == 1 ? ID_PLUS_ONE : delta == 0 ? ID_CONSTANT : ID_OTHER];
}

int frames_describe(struct frame_line *line, const struct sight *sight, struct arena *arena)
{
	const struct view *view = sight->view;

	line->number = view->frame->number;
	line->wire_len = view->frame->wire_len;
	line->captured_len = (uint32_t)view->bytes.length;
	line->ip_len = sight->ip_len;
	line->payload_len = view->nips ? view->payload_len : 0;
	line->oversized = sight->traits & TRAIT_OVERSIZED;
	line->outer_id_step = step_name(sight, LEVEL_OUTER);
	line->id_step = step_name(sight, LEVEL_INNER);
	if (sight->flow) {
		line->flow = key_endpoints(sight->flows, &sight->flow->key, arena);
		if (!line->flow)
			return -1;
	}
	return describe_headers(line, sight, arena) < 0 ? -1 : describe_breaks(line, sight, arena);
}
