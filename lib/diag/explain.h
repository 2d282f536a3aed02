/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why is a feature as it is, and what would change it? Pure judgement of a snapshot.
 */
#ifndef NOD_DIAG_EXPLAIN_H
#define NOD_DIAG_EXPLAIN_H

#include "lib/diag/deps.h"
#include "lib/model/explanation.h"

/**
 * struct explainer - a snapshot made ready for questions; everything in it is private
 * @world: as it is; @trial: scratch for "what if", of the same size; both only once @prepared
 * @failed: there was no memory for them when they were needed
 * @device: whose drops, unknown and ports are below; NULL: nobody's yet
 * @computed: @drops, @granted and @unknown hold what world_compute() says of it
 * @ports: devices that are ports of @device
 * @overruled: by device, whether one on top of it does not want rx-lro
 * @esp, @esp_tx_csum: numbers of esp-hw-offload and esp-tx-csum-hw-offload (S5); -1 without them
 */
struct explainer {
	const struct snapshot *snapshot;
	struct arena arena;
	struct feature_world world, trial;
	const struct device *device;
	bool prepared, failed, computed;
	struct drops *drops;
	struct feature_bits granted, unknown;
	const struct device **ports;
	size_t nports;
	bool *overruled;
	int esp, esp_tx_csum;
};

/* Once for a snapshot, which must outlive it. explainer_free() also after an error. ERR_MEMORY. */
int explainer_init(struct explainer *explainer, const struct snapshot *snapshot,
		   struct err *err) attr_must_check;
void explainer_free(struct explainer *explainer);

/* Fill @world and @trial, which questions about features that are not blocked do without. ERR_MEMORY. */
int explainer_prepare(struct explainer *explainer, struct err *err) attr_must_check;

/* The rule about a device of that kind ("K-bond"); NULL for hardware. */
const char *explain_kind_rule(const struct device *device) attr_pure;

/* Where it stands; no reasons. */
enum feature_standing feature_standing(const struct device *device, unsigned int bit) attr_pure;

/*
 * Everything about one feature of a device of the snapshot that has features; all memory from @arena.
 * -1 and ERR_MEMORY.
 */
int explain_feature(struct explainer *explainer, const struct device *device, unsigned int bit,
		    struct arena *arena, struct explanation *explanation,
		    struct err *err) attr_must_check;

/*
 * Only the short reason ("needs tx-scatter-gather (F2)"), from @arena; NULL if there is nothing to say
 * or no memory. Cheap enough for every feature of every device, if asked device by device.
 */
const char *explain_briefly(struct explainer *explainer, const struct device *device,
			    unsigned int bit, struct arena *arena);

#endif
