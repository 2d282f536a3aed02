/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What commands about the running machine share: a look at it, choosing devices and features.
 */
#ifndef NOD_CMD_LIVE_H
#define NOD_CMD_LIVE_H

#include "cmd/command.h"
#include "lib/base/tape.h"
#include "lib/model/device.h"
#include "lib/nl/wire.h"

/**
 * struct device_filter - which devices a command is about
 * @words: names or patterns (eth*); none: all
 * @driver, @kind: NULL for any; @up: only those that are up
 */
struct device_filter {
	const struct param_operands *words;
	const char *driver, *kind;
	bool up;
};

/**
 * struct live - one namespace of the machine, or a recording of one
 * @tape: NULL unless --record or --replay
 * @details_of: whose details are wanted; NULL for those of all. A recording has them all
 */
struct live {
	struct tape *tape;
	struct wire *wire;
	const char *netns;
	const struct device_filter *details_of;
};

enum live_depth {
	LIVE_FEATURES, /* links and features */
	LIVE_SPEEDS,   /* and the speed of links */
	LIVE_DETAILS,  /* and everything else that struct snapshot holds */
};

/*
 * Open what the session says: --netns is entered (the process stays there), --record and --replay start
 * their tape. live_close() reports what went wrong at the end of a recording.
 */
int live_open(struct live *live, const struct session *session, struct err *err) attr_must_check;
int live_close(struct live *live, struct err *err);

/* Take a look. The snapshot is zeroed first; free it with snapshot_free(), also after an error. */
int live_look(struct live *live, enum live_depth depth, struct snapshot *snapshot,
	      struct err *err) attr_must_check;

/**
 * struct looks - a look at each namespace that the session asks for
 * @list: the present one (or that of --netns) first; owned, see looks_free()
 */
struct looks {
	struct snapshot *list;
	size_t count;
	struct arena arena;
};

/*
 * Open, look (in the present namespace with details of @details_of only, NULL for all), close: for
 * commands that only read. With --all-netns, namespaces that may not be entered
 * are complained of and left out. Free @looks also after an error.
 */
int live_look_all(const struct session *session, enum live_depth depth,
		  const struct device_filter *details_of, struct looks *looks,
		  struct err *err) attr_must_check;
void looks_free(struct looks *looks);

/*
 * Set chosen[i] for each device of the snapshot that the filter takes. A word that is no pattern and
 * names no device is ERR_SYSTEM ("no device eth7; did you mean eth1?"); patterns may match nothing.
 * Returns the number of devices, or -1.
 */
int live_choose(const struct device_filter *filter, const struct snapshot *snapshot, bool *chosen,
		struct err *err) attr_must_check;

/* feature_select() with ERR_USAGE and a suggestion if the word means none. Returns the number. */
int live_features(const struct feature_names *names, const char *word, struct feature_bits *set,
		  struct err *err) attr_must_check;

/*
 * The state directory: $NOD_STATE_DIR, else /var/lib/nod for root, else below the home directory. With the
 * rights of another user (set-user-ID) the environment does not count.
 */
int live_state_directory(struct text *path, struct err *err) attr_must_check;

#endif
