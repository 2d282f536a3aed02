/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does the kernel merge what nod's model says it merges? Trains of all kinds go through the running
 * kernel's GRO, each in one poll, and through the model; the super-frames have to be the same: order,
 * lengths, gso_size, and every byte but the checksums that GRO leaves to others.
 *
 *   grotrains [--seed N] [--count N] [--case N] [--model NAME] [--only CHANGE] [--show N]
 *             [--shrink] [--list]
 *
 * What differs is asked for again: where the kernel does not say the same each time, it is not the
 * rules that differ. Exit status 1: there are differences.
 */
#include <getopt.h>
#include <inttypes.h>
#include <sys/utsname.h>
#include <sys/wait.h>

#include "tests/netns/trainjudge.h"

/* Of all trains: one in so many may end by the clock. */
#define TIMING_LIMIT 50

struct settings {
	uint64_t seed, count, number, show;
	const struct gro_model *model;
	const char *only;
	bool one, shrink;
};

/* --- the least that differs ----------------------------------------------------------------------- */

static bool still_differs(struct lab *lab, struct train_case *train, uint64_t gone,
			  unsigned int without)
{
	struct train_case smaller;

	choose_case(&smaller, train->seed, train->number);
	smaller.no_geneve = train->no_geneve;
	smaller.no_tags = train->no_tags;
	smaller.gone = gone;
	smaller.without = without;
	make_case(&smaller, lab->memory);
	if (smaller.nframes == 0 || !differs(lab, &smaller))
		return false;
	*train = smaller;
	lab->train = train;
	return true;
}

static void shrink(struct lab *lab, struct train_case *train)
{
	for (unsigned int i = 0; i < train->nchoices; i++)
		still_differs(lab, train, train->gone, train->without | 1u << i);
	for (unsigned int i = train->npackets; i-- > 0;)
		still_differs(lab, train, train->gone | UINT64_C(1) << i, train->without);
	if (!still_differs(lab, train, train->gone, train->without))
		printf("it does not differ again\n");
}

/* --- all trains of a mode ------------------------------------------------------------------------- */

/* Two packets that are merged if this can be: @tagged, or UDP. */
static bool merges_pair(struct lab *lab, bool tagged, bool udp, enum gro_mode mode)
{
	static struct train_case pair;

	pair = (struct train_case){.npackets = 2, .mode = mode};
	for (unsigned int i = 0; i < 2; i++)
		pair.packets[i] = (struct packet){
			.link = {.source = 2, .target = 1, .tagged = tagged, .tag = 5},
			.levels = 1,
			.length = 10,
			.ips = {{.version = 6, .ttl = 64, .source = 2, .target = 1}},
			.udp = udp,
			.dport = INNER_PORT,
			.tcp = {.seq = 10 * i, .flags = 0x010},
		};
	build_frames(&pair, lab->memory);
	lab->train = &pair;
	ask_kernel(lab, &lab->kernel);
	return lab->kernel.count == 1;
}

/*
 * NICs take VLAN tags out of the frames; veth does not, and then it takes CONFIG_VLAN_8021Q. Up to Linux 6.1
 * packet sockets do not get merged UDP.
 */
static void try_kernel(struct lab *lab, enum gro_mode mode)
{
	lab->no_geneve = gro_replay_missing(lab->replay) & 1u << TUNNEL_GENEVE;
	lab->scope.nports = lab->no_geneve ? 2 : 3;
	lab->no_tags = !merges_pair(lab, true, false, mode);
	lab->score.unable = mode != GRO_MODE_HOST && !merges_pair(lab, false, true, mode);
	if (lab->score.unable)
		hand_in(lab);
}

static void open_lab(struct lab *lab, const struct settings *settings, enum gro_mode mode)
{
	const struct gro_queue_options queue = {
		.rules = {.model = settings->model, .mode = mode},
		.buckets = 1,
	};
	static const uint16_t udp_ports[] = {INNER_PORT, INNER_PORT ^ 0x100, OTHER_PORT};
	const struct gro_replay_options replay = {.vxlan = {VXLAN_PORT, OWN_VXLAN},
						  .nvxlan = 2,
						  .geneve = {GENEVE_PORT},
						  .ngeneve = 1,
						  .udp = udp_ports,
						  .nudp = mode == GRO_MODE_UDP ? 3 : 0,
						  .mode = mode};
	struct err err = {0};

	*lab = (struct lab){.scope = {.ports = {VXLAN_PORT, OWN_VXLAN, GENEVE_PORT}},
			    .memory = allocate((size_t)MOST_FRAMES * MOST_BYTES)};
	lab->queue = gro_queue_open(&queue, deliver, lab);
	if (!lab->queue)
		error(STATUS_TROUBLE, 0, "no memory");
	lab->replay = gro_replay_open(&replay, &err);
	if (!lab->replay)
		error(STATUS_TROUBLE, 0, "%s", err.text);
}

static void close_lab(struct lab *lab)
{
	forget(&lab->model);
	forget(&lab->kernel);
	gro_queue_close(lab->queue);
	gro_replay_close(lab->replay);
	free(lab->memory);
}

static void judge(struct lab *lab, struct train_case *train, const struct settings *settings)
{
	struct score *score = &lab->score;

	train->no_geneve = lab->no_geneve;
	train->no_tags = lab->no_tags;
	make_case(train, lab->memory);
	score->trains++;
	if (!differs(lab, train)) {
		score->merged += lab->model.count < train->nframes;
		return;
	}
	if (!is_settled(lab)) {
		score->by_timing++;
		return;
	}
	if (++score->differences > settings->show)
		return;
	if (settings->shrink)
		shrink(lab, train);
	print_difference(lab);
	fflush(stdout);
}

static bool is_wanted(const struct train_case *train, const struct settings *settings)
{
	if (settings->one && train->number != settings->number)
		return false;
	if (!settings->only)
		return true;
	for (unsigned int i = 0; i < train->nchoices; i++)
		if (strcmp(train->choices[i].change->name, settings->only) == 0)
			return true;
	return false;
}

/* A namespace stays with its process: each mode has one. */
static void run_mode(const struct settings *settings, enum gro_mode mode, int to)
{
	static struct train_case train;
	static struct lab lab;

	open_lab(&lab, settings, mode);
	lab.to = to;
	try_kernel(&lab, mode);
	for (uint64_t i = 0; i < settings->count; i++) {
		choose_case(&train, settings->seed, i);
		if (train.mode == mode && is_wanted(&train, settings))
			judge(&lab, &train, settings);
	}
	close_lab(&lab);
	hand_in(&lab);
}

static struct score ask_mode(const struct settings *settings, enum gro_mode mode)
{
	struct score score;
	int ends[2], status;
	pid_t child;

	fflush(stdout);
	if (pipe(ends))
		error(STATUS_TROUBLE, errno, "pipe");
	child = fork();
	if (child < 0)
		error(STATUS_TROUBLE, errno, "fork");
	if (child == 0)
		run_mode(settings, mode, ends[1]);
	close(ends[1]);
	if (read(ends[0], &score, sizeof(score)) != sizeof(score))
		score.trains = 0;
	close(ends[0]);
	if (waitpid(child, &status, 0) != child || status)
		exit(STATUS_TROUBLE);
	return score;
}

static int run(const struct settings *settings)
{
	static const enum gro_mode modes[] = {GRO_MODE_HOST, GRO_MODE_UDP, GRO_MODE_FORWARDING,
					      GRO_MODE_FRAGLIST};
	static const char *const names[] = {"TCP", "UDP_GRO", "rx-udp-gro-forwarding",
					    "rx-gro-list"};
	struct score all = {0};

	for (unsigned int i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		struct score score = ask_mode(settings, modes[i]);

		if (score.unable) {
			printf("%s: this kernel cannot say what it made of merged UDP\n", names[i]);
			continue;
		}
		printf("%s: %ju trains, in %ju something was merged, %ju differences, %ju by timing\n",
		       names[i], (uintmax_t)score.trains, (uintmax_t)score.merged,
		       (uintmax_t)score.differences, (uintmax_t)score.by_timing);
		all.trains += score.trains;
		all.differences += score.differences;
		all.by_timing += score.by_timing;
	}
	printf("%ju trains, %ju differences, %ju by timing, seed %ju, %s\n", (uintmax_t)all.trains,
	       (uintmax_t)all.differences, (uintmax_t)all.by_timing, (uintmax_t)settings->seed,
	       settings->model->id);
	return all.differences || all.by_timing > 1 + all.trains / TIMING_LIMIT;
}

/* --- the command line ----------------------------------------------------------------------------- */

static const struct gro_model *running_model(void)
{
	struct utsname names;
	unsigned int major = 0, minor = 0;

	if (uname(&names) || sscanf(names.release, "%u.%u", &major, &minor) != 2)
		error(STATUS_TROUBLE, 0, "which kernel is this?");
	return gro_model_of_linux(major, minor);
}

static uint64_t number(const char *word)
{
	char *end;
	uint64_t value = strtoull(word, &end, 10);

	if (end == word || *end)
		error(2, 0, "not a number: %s", word);
	return value;
}

static void take_option(struct settings *settings, int option, const char *word)
{
	switch (option) {
	case 's':
		settings->seed = number(word);
		break;
	case 'c':
		settings->count = number(word);
		break;
	case 'n':
		settings->one = true;
		settings->number = number(word);
		break;
	case 'm':
		settings->model = gro_model_lookup(word);
		if (!settings->model)
			error(2, 0, "no such model: %s", word);
		break;
	case 'v':
		settings->show = number(word);
		break;
	case 'o':
		settings->only = word;
		break;
	case 'x':
		settings->shrink = true;
		break;
	case 'l':
		for (size_t i = 0; i < CHANGES; i++)
			puts(changes[i].name);
		exit(0);
	default:
		error(2, 0,
		      "usage: grotrains [--seed N] [--count N] [--case N] [--model NAME] "
		      "[--only CHANGE] [--show N] [--shrink] [--list]");
	}
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"seed", required_argument, NULL, 's'},
		{"count", required_argument, NULL, 'c'},
		{"case", required_argument, NULL, 'n'},
		{"model", required_argument, NULL, 'm'},
		{"only", required_argument, NULL, 'o'},
		{"shrink", no_argument, NULL, 'x'},
		{"list", no_argument, NULL, 'l'},
		{"show", required_argument, NULL, 'v'},
		{0},
	};
	struct settings settings = {.seed = 1, .count = 5000, .show = 20};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		take_option(&settings, option, optarg);
	if (optind != argc)
		take_option(&settings, '?', NULL);
	if (!settings.model)
		settings.model = running_model();
	if (settings.one && settings.count <= settings.number)
		settings.count = settings.number + 1;
	return run(&settings);
}
