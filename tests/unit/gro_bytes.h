/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Trains of packets written as a line of text, and what becomes of them, for the tests of pcap/gro.
 *
 * "n=4 id=5,5,6 ttl=64,64,63": four packets; the last value of a list holds for the rest of them,
 * "+100" counts up from 100. What comes out is written as "2054/1000 1054": lengths with an Ethernet
 * header of 14 bytes, in order, with the gso_size of what was merged.
 */
#ifndef NOD_TESTS_GRO_BYTES_H
#define NOD_TESTS_GRO_BYTES_H

#include "pcap/csum.h"
#include "pcap/gro/train.h"
#include "tests/unit/shape_bytes.h"

/* TCP timestamps, and something that is no timestamp. */
#define SCRIPT_STAMPS 1
#define SCRIPT_OTHER  2

/**
 * struct script - one packet of a line of text
 * @shape: what build_shape() knows
 * @gap: bytes that are missing before it; @back: it comes so many bytes earlier
 * @stamp: value of its timestamps, if @options is SCRIPT_STAMPS
 * @vni, @port: of the tunnel; @reserved: the bit of its innermost IPv4 header; @ae: that of TCP
 */
struct script {
	struct shape shape;
	unsigned long n, gap, back, options, stamp, vni, port, reserved, ae;
	char text[64];
};

/* The value of "name=" for packet @i; @usual if the line has none. */
static inline unsigned long script_value(const char *line, const char *name, unsigned int i,
					 unsigned long usual)
{
	size_t length = strlen(name);
	const char *p = line;
	char *end;

	while (p && (strncmp(p, name, length) != 0 || p[length] != '=')) {
		p = strchr(p, ' ');
		p = p ? p + 1 : NULL;
	}
	if (!p)
		return usual;
	p += length + 1;
	if (*p == '+')
		return strtoul(p + 1, NULL, 0) + i;
	for (;; p = end + 1) {
		unsigned long value = strtoul(p, &end, 0);

		if (*end != ',' || !i--)
			return value;
	}
}

static inline void read_script_shape(struct shape *shape, const char *line, unsigned int i)
{
#define take(field, usual) shape->field = script_value(line, #field, i, usual)
	take(tunnel, 0);
	take(v6, 0);
	take(udp, 0);
	take(df, 1);
	take(odf, 1);
	take(host, 2);
	take(ttl, 64);
	take(ottl, 64);
	take(tos, 0);
	take(otos, 0);
	take(flags, 0x10);
	take(id, 100 + i);
	take(oid, 7000 + i);
	take(fragment, 0);
	take(ofragment, 0);
	take(window, 502);
	take(sport, 40001);
	take(osport, 50000);
	take(label, 0);
	take(olabel, 0);
	take(ack, 1);
	take(payload, 1000);
	take(stale, 0);
	take(pad, 0);
	take(sum, SUM_RIGHT);
	take(outer_sum, SUM_ZERO);
	take(ipv4_sum, SUM_RIGHT);
#undef take
	if (script_value(line, "ipopt", i, 0))
		shape->ip_options = "01010101";
}

static inline void read_script(struct script *script, const char *line, unsigned int i)
{
	script->shape = base_shape;
	read_script_shape(&script->shape, line, i);
	script->n = script_value(line, "n", 0, 5);
	script->gap = script_value(line, "gap", i, 0);
	script->back = script_value(line, "back", i, 0);
	script->options = script_value(line, "options", i, 0);
	script->stamp = script_value(line, "stamp", i, 1);
	script->vni = script_value(line, "vni", i, 7);
	script->port = script_value(line, "port", i, 4789);
	script->reserved = script_value(line, "reserved", i, 0);
	script->ae = script_value(line, "ae", i, 0);
	if (script->options == SCRIPT_STAMPS)
		snprintf(script->text, sizeof(script->text), "0101080a %08lx 00000002",
			 script->stamp);
	else if (script->options == SCRIPT_OTHER)
		snprintf(script->text, sizeof(script->text), "0101050a %08lx 00000002",
			 script->stamp);
	if (script->options)
		script->shape.options = script->text;
}

/* What shapes do not know: changed in the bytes, and the sums made right again. */
static inline void patch_script(struct packet *packet, const struct script *script)
{
	uint32_t ip = script->shape.tunnel ? 64 : 14, udp = 34;

	if (script->ae) {
		assert_true(packet_is_ipv4(packet, ip));
		set8(packet, ip + 32, packet->bytes[ip + 32] | 1);
		end_tcp(packet, ip, ip + 20, SUM_RIGHT);
	}
	if (script->reserved) {
		set8(packet, ip + 6, packet->bytes[ip + 6] | 0x80);
		end_ip(packet, ip);
	}
	if (!script->shape.tunnel || script->shape.v6 & 1)
		return;
	if (script->vni != 7)
		set8(packet, udp + 8 + 6, script->vni);
	if (script->port != 4789)
		set16(packet, udp + 2, script->port);
}

static inline void read_packet_with(struct gro_packet *packet, const struct packet *bytes,
				    uint64_t number, const struct gro_scope *scope)
{
	struct capture_checksums counts = {0};
	uint8_t verdicts[VIEW_MAX_HEADERS];
	struct decoded decoded;
	struct frame frame = frame_of(bytes, number);

	decode_frame(&decoded, &frame, NULL);
	csum_verify(&decoded.view, sum_ops_best(), verdicts, &counts);
	memset(packet, 0xa5, sizeof(*packet));
	gro_packet_read(packet, &decoded.view, verdicts, scope);
	decoded_free(&decoded);
}

static inline void read_packet(struct gro_packet *packet, const struct packet *bytes,
			       uint64_t number)
{
	static const struct gro_scope scope;

	read_packet_with(packet, bytes, number, &scope);
}

#define RUN_HELD 64

/**
 * struct gro_run - a queue that never has to give up a train
 * @held: oldest first
 * @seq: of the next packet
 * @out: what came out, as text
 * @why, @fate, @ends: of the latest packet, and of the trains that it was shown to
 */
struct gro_run {
	struct gro_rules rules;
	struct gro_train held[RUN_HELD];
	unsigned int count;
	uint32_t seq;
	uint64_t why, ends;
	enum gro_fate fate;
	char out[2048];
};

static inline void run_put(struct gro_run *run, const struct gro_train *train)
{
	size_t used = strlen(run->out);
	uint32_t size = gro_train_gso_size(train);

	used += (size_t)snprintf(run->out + used, sizeof(run->out) - used, "%s%u", used ? " " : "",
				 gro_train_len(train) + 14);
	if (size)
		snprintf(run->out + used, sizeof(run->out) - used, "/%u", size);
}

static inline void run_complete(struct gro_run *run, unsigned int i)
{
	run_put(run, &run->held[i]);
	run->count--;
	memmove(run->held + i, run->held + i + 1, (run->count - i) * sizeof(run->held[0]));
}

static inline void run_alone(struct gro_run *run, const struct gro_packet *packet)
{
	struct gro_train single;

	gro_train_begin(&single, packet);
	run_put(run, &single);
}

/* In a copy, as whoever holds trains may move them. */
static inline void run_packet(struct gro_run *run, const struct gro_packet *packet)
{
	struct gro_step step = {.fate = GRO_BEGINS};
	bool met = false;

	run->why = 0;
	run->ends = 0;
	for (unsigned int i = 0; i < run->count; i++) {
		struct gro_train copy = run->held[i];

		if (copy.key != packet->key)
			continue;
		met = true;
		step = gro_train_step(&run->rules, &copy, packet);
		run->held[i] = copy;
		run->why |= step.why;
		run->ends |= step.ends;
		if (step.ends)
			run_complete(run, i--);
		if (step.fate == GRO_MERGED)
			break;
	}
	if (!met) {
		step = gro_train_step(&run->rules, NULL, packet);
		run->why = step.why;
	}
	run->fate = step.fate;
	if (step.fate == GRO_PASSES) {
		run_alone(run, packet);
	} else if (step.fate == GRO_BEGINS) {
		assert_true(run->count < RUN_HELD);
		gro_train_begin(&run->held[run->count++], packet);
	}
}

static inline void run_begin(struct gro_run *run, const char *model, enum gro_mode mode)
{
	memset(run, 0, sizeof(*run));
	run->rules.model = gro_model_lookup(model);
	run->rules.mode = mode;
	run->seq = 1000;
	assert_non_null(run->rules.model);
}

static inline void run_packets(struct gro_run *run, const char *line)
{
	static struct packet bytes;
	struct script script = {.n = 1};

	for (unsigned int i = 0; i == 0 || i < script.n; i++) {
		struct gro_packet packet;

		read_script(&script, line, i);
		run->seq += (uint32_t)(script.gap - script.back);
		script.shape.seq = run->seq;
		build_shape(&bytes, &script.shape);
		patch_script(&bytes, &script);
		read_packet(&packet, &bytes, i + 1);
		run_packet(run, &packet);
		run->seq += script.shape.payload;
	}
}

static inline const char *run_end(struct gro_run *run)
{
	while (run->count)
		run_complete(run, 0);
	return run->out;
}

/* What a model makes of the packets of a line. */
static inline const char *run_line(struct gro_run *run, const char *model, const char *line)
{
	run_begin(run, model, GRO_MODE_HOST);
	run_packets(run, line);
	return run_end(run);
}

static inline void assert_line(const char *model, const char *line, const char *wanted)
{
	static struct gro_run run;

	if (strcmp(run_line(&run, model, line), wanted) != 0)
		fail_msg("%s: %s:\n%s instead of\n%s", model, line, run.out, wanted);
}

#endif
