/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does it help to type what a plan says would unblock a feature? Random changes of the devices of this
 * namespace; whatever is advised for what they left blocked is carried out, looked at, and put back.
 *
 *   advice SEED COUNT
 *
 * Says what it did, or the first difference with all that it takes to see it again; then the status is 1.
 */
#include "tests/netns/planlab.h"

/*
 * Behind the commands of one piece of advice, before the device that it is for; behind that, before
 * what it promises; and before what it does not.
 */
#define REASON	 "  # for "
#define PROMISE	 ": "
#define UNKNOWNS "the driver has the last word on "

/* What came of advice. UNKNOWN: it did not help, and nod had said that it cannot know. */
enum outcome {
	HELPFUL,
	USELESS,
	UNKNOWN,
	OUTCOMES
};

struct tally {
	uint64_t blocked, outcomes[OUTCOMES], joined, unblocked, most;
};

/**
 * struct trail - what was done to follow one piece of advice
 */
struct trail {
	struct plan plans[16];
	size_t count;
};

/**
 * struct command - nod set, as somebody types it
 */
struct command {
	struct change *changes;
	size_t ndevices, count;
	size_t devices[8];
};

/* A device, or FEATURE=on|off, which is asked of all devices before it. */
static bool add_word(struct command *command, const struct snapshot *now, char *word)
{
	char *value = strchr(word, '=');
	const struct device *device = value ? NULL : snapshot_by_name(now, word);
	int bit;

	if (device && command->ndevices < array_size(command->devices)) {
		command->devices[command->ndevices++] = (size_t)(device - now->devices);
		return true;
	}
	if (!value)
		return false;
	*value++ = '\0';
	bit = feature_lookup(&now->names, word);
	if (bit < 0 || (strcmp(value, "on") != 0 && strcmp(value, "off") != 0))
		return false;
	for (size_t i = 0; i < command->ndevices; i++)
		command->changes[command->count++] = (struct change){
			.device = command->devices[i],
			.bit = (unsigned int)bit,
			.on = strcmp(value, "on") == 0,
			.single = true,
		};
	return command->ndevices > 0;
}

/* What "nod set ..." means. false if it means nothing. */
static bool parse(struct round *round, const struct snapshot *now, char *words,
		  struct command *command)
{
	bool right = strncmp(words, "nod set ", strlen("nod set ")) == 0;
	char *word;

	command->changes = allocate(round, strlen(words) * array_size(command->devices),
				    sizeof(*command->changes));
	words += right ? strlen("nod set ") : 0;
	while (right && (word = strsep(&words, " ")))
		right = add_word(command, now, word);
	return right && command->count > 0;
}

static bool all_hold(struct lab *lab, const struct command *command)
{
	struct snapshot now;
	bool all = true;

	look(lab, &now);
	for (size_t i = 0; i < command->count; i++) {
		const struct change *change = &command->changes[i];
		const struct device *device = &now.devices[change->device];

		all = all && feature_test(&device->active, change->bit) == change->on;
	}
	snapshot_free(&now);
	return all;
}

/* Is there anything that nod says nobody can tell, in the command or in the plan that advises it? */
static bool is_unknown(struct round *round, const struct plan *command)
{
	const struct feature_bits *unknown = list_unknown(round);

	for (size_t i = 0; i < round->before.ndevices; i++)
		if (feature_any(unknown[i]))
			return true;
	for (size_t i = 0; i < command->nsteps; i++)
		if (command->steps[i].result == STEP_UNKNOWN)
			return true;
	return false;
}

/* Do what is to be typed. */
static enum outcome carry_out_command(struct round *round, char *words, struct trail *trail)
{
	struct plan *plan = &trail->plans[trail->count++];
	enum outcome outcome = USELESS;
	struct command command = {0};
	struct snapshot now;
	struct err err = {0};

	look(round->lab, &now);
	if (parse(round, &now, words, &command)) {
		check(plan_make(&now, command.changes, command.count, &round->arena, plan, &err),
		      &err);
		send_plan(round, plan, allocate(round, plan->nrequests, sizeof(struct applied)));
		outcome = all_hold(round->lab, &command) ? HELPFUL
			  : is_unknown(round, plan)	 ? UNKNOWN
							 : USELESS;
	}
	snapshot_free(&now);
	return outcome;
}

/* How many features are named in @words, of which the device has *@on. */
static uint64_t count_on(struct round *round, const char *name, char *words, uint64_t *on)
{
	const struct device *device;
	uint64_t count = 0;
	struct snapshot now;
	char *word;

	look(round->lab, &now);
	device = snapshot_by_name(&now, name);
	while ((word = strsep(&words, ",; "))) {
		int bit = feature_lookup(&now.names, word);

		if (!*word || strcmp(word, "and") == 0)
			continue;
		count++;
		*on += device && bit >= 0 && feature_test(&device->active, (unsigned int)bit);
	}
	snapshot_free(&now);
	return count;
}

/* Do what is to be typed, as a shell does. */
static enum outcome carry_out_commands(struct round *round, char *commands, struct trail *trail)
{
	enum outcome outcome = HELPFUL;

	while (commands && trail->count < array_size(trail->plans)) {
		char *end = commands + strcspn(commands, ";&"), *next = strstr(end, "nod set ");
		bool goes_on = *end == ';';
		enum outcome latest;

		while (end > commands && end[-1] == ' ')
			end--;
		*end = '\0';
		latest = carry_out_command(round, commands, trail);
		outcome = outcome == HELPFUL ? latest : outcome;
		commands = goes_on || latest == HELPFUL ? next : NULL;
	}
	return outcome;
}

/* Each command must do all that it says, and together they give all that they promise; *@on features. */
static enum outcome follow(struct round *round, char *advice, struct trail *trail, uint64_t *on)
{
	char *name = strstr(advice, REASON), *sure = name ? strstr(name, PROMISE) : NULL;
	char *unsure = sure ? strstr(sure, UNKNOWNS) : NULL;
	enum outcome outcome;
	uint64_t promised;

	if (!sure)
		return USELESS;
	*name = *sure = '\0';
	if (unsure)
		*unsure = '\0';
	outcome = carry_out_commands(round, advice, trail);
	name += strlen(REASON);
	promised = count_on(round, name, sure + strlen(PROMISE), on);
	if (outcome == USELESS || *on < promised || (!promised && !unsure))
		return USELESS;
	if (unsure)
		count_on(round, name, unsure + strlen(UNKNOWNS), on);
	return promised ? HELPFUL : outcome;
}

static bool follow_and_put_back(struct round *round, const char *advice,
				const struct snapshot *then, struct tally *tally)
{
	struct trail trail = {0};
	uint64_t on = 0;
	enum outcome outcome = follow(round, copy(round, advice), &trail, &on);

	if (outcome == USELESS)
		return differs(round, 0, "it does not help to type: %s", advice);
	tally->outcomes[outcome]++;
	tally->joined += outcome == HELPFUL && trail.count > 1;
	tally->unblocked += on;
	tally->most = on > tally->most ? on : tally->most;
	while (trail.count-- > 0)
		send_back(round, &trail.plans[trail.count]);
	return is_as_then(round, then, "advice was put back");
}

static bool follow_all(struct round *round, struct tally *tally)
{
	struct snapshot then;
	bool right = true;

	look(round->lab, &then);
	for (size_t i = 0; i < round->outcome.nsteps; i++)
		tally->blocked += round->outcome.steps[i].result == STEP_BLOCKED;
	for (size_t i = 0; right && i < round->outcome.nadvice; i++)
		right = follow_and_put_back(round, round->outcome.advice[i], &then, tally);
	snapshot_free(&then);
	return right;
}

/* Advice holds for whoever follows it, whether what was not granted is withdrawn before or not. */
static bool run_round(struct lab *lab, struct tally *tally)
{
	struct round round = begin_round(lab);
	bool right;

	carry_out(&round);
	if (draw(lab, 2))
		withdraw(&round);
	right = follow_all(&round, tally);
	if (right && draw(lab, 2))
		send_back(&round, &round.plan);
	end_round(&round);
	return right;
}

int main(int argc, char **argv)
{
	struct tally tally = {0};
	uint64_t seed, count, i;
	struct lab lab;
	bool right = true;

	if (argc != 3)
		error(2, 0, "usage: advice SEED COUNT");
	seed = strtoull(argv[1], NULL, 10);
	count = strtoull(argv[2], NULL, 10);
	lab = open_lab(seed);
	printf("seed %" PRIu64 "\n", seed);
	for (i = 0; right && i < count; i++)
		right = run_round(&lab, &tally);
	if (!right)
		printf("request %" PRIu64 " of seed %" PRIu64 "\n", i, seed);
	printf("%" PRIu64 " requests: blocked %" PRIu64 ", unblocked by advice %" PRIu64
	       ", up to %" PRIu64 " at once; advice that helped %" PRIu64 ", %" PRIu64
	       " of it several commands; unknown %" PRIu64 "\n",
	       i, tally.blocked, tally.unblocked, tally.most, tally.outcomes[HELPFUL], tally.joined,
	       tally.outcomes[UNKNOWN]);
	close_lab(&lab);
	return right ? 0 : 1;
}
