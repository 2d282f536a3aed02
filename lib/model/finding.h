/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What nod found out, as data: the same for text, JSON and later the TUI.
 */
#ifndef NOD_MODEL_FINDING_H
#define NOD_MODEL_FINDING_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/text.h"

/* Ordered: --fail-on compares. */
enum severity {
	SEVERITY_NOTE,
	SEVERITY_WARNING,
	SEVERITY_ERROR
};
enum confidence {
	CONFIDENCE_POSSIBLE,
	CONFIDENCE_LIKELY,
	CONFIDENCE_CERTAIN
};

/* Ended by NULL. */
extern const char *const severity_names[];
extern const char *const confidence_names[];

enum fact_type {
	FACT_NUMBER,
	FACT_BOOL, /* in @number: 0 or 1 */
	FACT_REAL,
	FACT_STRING
};

/**
 * struct fact - one piece of evidence
 * @key: JSON key (snake_case); static
 * @unit: behind the value in text ("bytes"), "" for none; static
 */
struct fact {
	const char *key, *unit;
	enum fact_type type;
	union {
		uint64_t number;
		double real;
		const char *string;
	};
};

/* Append a blank and the value, without its unit, for a person; strings made safe for a terminal. */
void fact_add_value(const struct fact *fact, struct text *out);

/* Enough for every detector; facts_add() drops none silently, it fails a test. */
#define FINDING_MAX_FACTS  24
#define FINDING_MAX_ADVICE 8

/**
 * struct endpoints - a flow as a person reads it; strings are owned by the report's arena
 * @protocol: "tcp", "udp", "sctp", "icmp", "icmpv6", or "ip-proto-N"
 * @src, @dst: addresses of the innermost IP header; @src_port and @dst_port are 0 if it has none
 * @tunnel: NULL, or the kind of the outermost tunnel ("vxlan"), between @outer_src and @outer_dst,
 * @vni: with this network identifier if has_vni
 */
struct endpoints {
	const char *protocol, *src, *dst;
	uint32_t src_port, dst_port;
	const char *tunnel, *outer_src, *outer_dst;
	uint32_t vni;
};

/**
 * struct finding - one kind of trace that offloads (or their absence) left
 * @id: kebab-case; public interface; the name of the detector that found it
 * @text: what it is, in one or two sentences
 * @count: frames (or pairs of frames, where the detector says so)
 * @first_frame, @last_frame: of @count; from 1
 * @flow: the flow that shows it most; NULL if it is about the whole capture
 * @advice: commands to type, each with its reason behind " # "
 */
struct finding {
	const char *id, *text;
	uint8_t severity, confidence;
	uint64_t count, first_frame, last_frame;
	const struct endpoints *flow;
	struct fact *facts;
	size_t nfacts;
	const char **advice;
	size_t nadvice;
};

#endif
