/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does a study that lets variants share what they have in common say the same as one of each alone?
 *
 * Random flows with few or many faults; NOD_SEED and NOD_ROUNDS choose others than the usual ones.
 */
#include "tests/unit/study_bytes.h"

#define FRAMES 160
#define FLOWS  3
#define FAULTS 28

static struct packet packet;

/**
 * struct tape - a capture in memory
 * @frames: bytes of each are its own
 */
struct tape {
	struct frame frames[FRAMES];
	uint8_t *bytes[FRAMES];
};

static uint64_t seed;

static uint32_t roll(uint32_t sides)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 33) % sides;
}

/* For this packet only. */
static void fault_once(struct shape *shape, unsigned int fault)
{
	switch (fault) {
	case 0:
		shape->flags |= 0x08;
		break;
	case 1:
		shape->flags |= 0x80;
		break;
	case 2:
		shape->flags |= 0x20;
		break;
	case 3:
		shape->flags |= 0x01;
		break;
	case 4:
		shape->sum = SUM_WRONG;
		break;
	case 5:
		shape->ipv4_sum = SUM_WRONG;
		break;
	case 6:
		shape->pad = 5;
		break;
	case 7:
		shape->payload = 40;
		break;
	case 8:
		shape->payload = 160;
		break;
	case 9:
		shape->payload = 0;
		break;
	case 10:
		shape->ip_options = "01010101";
		break;
	case 11:
		shape->otos ^= 3;
		break;
	case 12:
		shape->outer_sum = SUM_RIGHT;
		break;
	case 13:
		shape->oid = (uint16_t)roll(65536);
		break;
	case 14:
		shape->id = (uint16_t)roll(65536);
		break;
	case 26:
		shape->seq -= 2 * shape->payload;
		break;
	case 27:
		shape->seq += shape->payload;
		break;
	}
}

/* From this packet on. */
static void fault_for_good(struct shape *shape, unsigned int fault)
{
	switch (fault) {
	case 15:
		shape->seq += 100;
		break;
	case 16:
		shape->id--;
		break;
	case 17:
		shape->oid--;
		break;
	case 18:
		shape->df = !shape->df;
		break;
	case 19:
		shape->odf = !shape->odf;
		break;
	case 20:
		shape->ack++;
		break;
	case 21:
		shape->ttl ^= 1;
		break;
	case 22:
		shape->ottl ^= 1;
		break;
	case 23:
		shape->osport ^= 1;
		break;
	case 24:
		shape->options = *shape->options ? "" : "0101080a0000000100000002";
		break;
	case 25:
		shape->oid += 3;
		break;
	}
}

static void record(struct tape *tape, unsigned int i, const struct shape *shape)
{
	build_shape(&packet, shape);
	tape->frames[i] = frame_of_shape(&packet, shape, i + 1);
	tape->bytes[i] = malloc(packet.length);
	assert_non_null(tape->bytes[i]);
	memcpy(tape->bytes[i], packet.bytes, packet.length);
	tape->frames[i].bytes.bytes = tape->bytes[i];
}

static void begin_flows(struct shape flows[FLOWS], bool fixed[FLOWS][LEVELS])
{
	for (unsigned int i = 0; i < FLOWS; i++) {
		flows[i] = base_shape;
		flows[i].sport = (uint16_t)(1000 + i);
		flows[i].payload = 100;
		flows[i].tunnel = roll(3) > 0;
		flows[i].v6 = roll(6) ? 0 : roll(4);
		flows[i].df = roll(2);
		flows[i].odf = roll(2);
		fixed[i][LEVEL_INNER] = !roll(3);
		fixed[i][LEVEL_OUTER] = !roll(3);
	}
}

static void make_tape(struct tape *tape)
{
	bool fixed[FLOWS][LEVELS];
	struct shape flows[FLOWS];
	uint32_t faults = 0, rarity = 4 + roll(30);

	for (unsigned int left = roll(6); left; left--)
		faults |= 1u << roll(FAULTS);
	begin_flows(flows, fixed);
	for (unsigned int i = 0; i < FRAMES; i++) {
		unsigned int at = roll(FLOWS);
		struct shape once;

		for (unsigned int fault = 0; fault < FAULTS; fault++)
			if (faults >> fault & 1 && !roll(rarity))
				fault_for_good(&flows[at], fault);
		once = flows[at];
		for (unsigned int fault = 0; fault < FAULTS; fault++)
			if (faults >> fault & 1 && !roll(rarity))
				fault_once(&once, fault);
		record(tape, i, &once);
		flows[at].seq += once.payload;
		flows[at].id += !fixed[at][LEVEL_INNER];
		flows[at].oid += !fixed[at][LEVEL_OUTER];
	}
}

static void free_tape(struct tape *tape)
{
	for (unsigned int i = 0; i < FRAMES; i++)
		free(tape->bytes[i]);
}

static void play(struct bench *bench, const struct tape *tape,
		 const struct gro_study_options *options)
{
	bench_open_with(bench, options);
	for (unsigned int i = 0; i < FRAMES; i++)
		bench_frame(bench, &tape->frames[i]);
	bench_finish(bench);
}

static struct bench shared, alone;

static void compare(const struct gro_count *wanted, const struct gro_count *found, const char *name,
		    uint64_t round_seed)
{
	if (memcmp(wanted, found, sizeof(*wanted)) == 0)
		return;
	fail_msg("NOD_SEED=%llu: %s: %llu super-frames instead of %llu, %llu merged instead of "
		 "%llu, largest %llu instead of %llu",
		 (unsigned long long)round_seed, name, (unsigned long long)found->supers,
		 (unsigned long long)wanted->supers, (unsigned long long)found->merged_frames,
		 (unsigned long long)wanted->merged_frames, (unsigned long long)found->largest,
		 (unsigned long long)wanted->largest);
}

static void compare_models(const struct tape *tape, struct gro_study_options options,
			   uint64_t round_seed)
{
	for (size_t i = 0; gro_models[i].id; i++) {
		options.rules.model = &gro_models[i];
		play(&alone, tape, &options);
		compare(&alone.report.upper, find_model(&shared.report, gro_models[i].id),
			gro_models[i].id, round_seed);
		bench_close(&alone);
	}
}

static void compare_costs(const struct tape *tape, struct gro_study_options options,
			  uint64_t round_seed)
{
	for (unsigned int i = 0; i < GRO_REASONS; i++) {
		const struct gro_cost *cost = find_cost(&shared.report, gro_reasons[i].id);

		if (!cost || !cost->mendable)
			continue;
		options.rules.mended = GRO_BIT(i);
		play(&alone, tape, &options);
		compare(&alone.report.upper, &cost->mended, cost->id, round_seed);
		bench_close(&alone);
	}
}

static void shared_is_alone(void **state)
{
	const char *chosen = getenv("NOD_SEED"), *rounds = getenv("NOD_ROUNDS");
	unsigned long left = rounds ? strtoul(rounds, NULL, 10) : 60;
	size_t models = 0;

	(void)state;
	while (gro_models[models].id)
		models++;
	seed = chosen ? strtoull(chosen, NULL, 10) : 20260;
	for (; left; left--) {
		uint64_t round_seed = seed;
		struct gro_study_options options = study_options("linux-6.18");
		struct tape tape;

		make_tape(&tape);
		options.all_models = true;
		options.rules.model = &gro_models[roll(2) ? roll((uint32_t)models) : 3];
		options.rules.mode = roll(4) ? GRO_MODE_HOST : GRO_MODE_FRAGLIST;
		options.max_flows = roll(8) ? 100 : 2;
		play(&shared, &tape, &options);
		compare_models(&tape, options, round_seed);
		compare_costs(&tape, options, round_seed);
		bench_close(&shared);
		free_tape(&tape);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shared_is_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
