/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parts of explain share. Private to lib/diag/explain*.c.
 */
#ifndef NOD_DIAG_EXPLAIN_PARTS_H
#define NOD_DIAG_EXPLAIN_PARTS_H

#include "lib/base/text.h"
#include "lib/diag/explain.h"
#include "lib/diag/way.h"

/**
 * struct question - one feature of one device, and the answer as it grows
 * @feature: name of @bit
 * @goal: the one that was asked about, where @bit is only what that needs
 * @told: features of which the answer says why they are off
 * @failed: there was no memory; what was added since is missing
 */
struct question {
	struct explainer *explainer;
	const struct device *device;
	unsigned int bit, goal;
	const char *feature;
	struct arena *arena;
	struct explanation *answer;
	struct feature_bits told;
	bool failed;
};

/**
 * struct cause - a short reason
 * @rule: NULL if there is none
 * @brief: "needs tx-scatter-gather"
 * @text: the same as a sentence
 */
struct cause {
	const char *rule, *brief, *text;
	uint8_t certainty;
};

/* explain_words.c: sentences, lists and commands; memory from question->arena. */
const char *explain_say(struct question *question, const char *format, ...) attr_printf(2, 3);
void explain_reason(struct question *question, const char *rule, enum confidence certainty,
		    const char *text);
void explain_limit(struct question *question, const char *text);
void explain_command(struct question *question, const char *text);
const char *explain_keep(struct question *question, struct text *text);
/* "a, b and 7 more". */
void explain_list(struct text *out, const struct device *const *devices, size_t count);
/* "rx-lro and rx-fcs", with " and " as @word; NULL without memory. */
const char *explain_features(struct question *question, const struct feature_bits *set,
			     const char *word);
/* The summary of a rule as a sentence; NULL if there is no such rule. */
const char *explain_rule(struct question *question, const char *rule);

/* explain.c: the device at hand, its ports, and what the kernel would drop. */
void explainer_turn_to(struct explainer *explainer, const struct device *device);
const struct drop *explainer_drop(struct explainer *explainer, const struct device *device,
				  unsigned int bit);

/* explain_way.c */

/* On a device, with nothing asked yet. */
struct way way_start(const struct explainer *explainer, const struct device *device) attr_pure;
/* Add "nod set DEV x=on y=off  # reason". */
void way_command(struct question *question, const struct way *way, const char *reason);
/* What comes of it, for the end of a command. */
const char *way_promise(const struct way *way) attr_pure;
/* Add the command for a rule that looks at something else than features: MTU, XDP, private flags. */
void way_other_command(struct question *question, const struct device *device, const char *rule);
/* Commands for devices above, or below, and what then remains to be done here. */
void explain_upper_commands(struct question *question);
void explain_below_commands(struct question *question);

/* explain_drop.c: what a drop says. */

/* Of a feature that is off: the one that was asked about, or one that it needs. */
struct cause drop_cause(struct question *question, const struct drop *drop);
bool drop_is(const struct drop *drop, const char *rule) attr_pure;
/* What is below decides. */
bool drop_is_from_below(const struct drop *drop) attr_pure;
/* What is below decides, and nothing is to be seen there. */
bool drop_lacks_ports(struct question *question, const struct drop *drop);
/* Of alternatives, those that the device can have at all; if it can have none, they all count. */
struct feature_bits drop_needs(const struct device *device, const struct drop *drop) attr_pure;

/* explain_kind.c: what a kind of device means. */

bool kind_has_ports(const struct device *device) attr_pure;
/* Features that are about hardware on the way out: an "on" of a virtual device says little. */
bool feature_is_transmit(const char *feature) attr_pure;
/* Why it is not in hw; false if nod knows no more than that the driver does not offer it. */
bool kind_fixed_cause(struct question *question, struct cause *cause);
/* Ports or lower of a virtual device which do not have what it has; how many, up to @max of them. */
size_t kind_lacking_below(struct explainer *explainer, const struct device *device,
			  unsigned int bit, const struct device **list, size_t max);

/* Whether it has ports by its kind, and none yet. */
bool kind_lacks_ports(struct explainer *explainer, const struct device *device);
/* A driver that inserts VLAN tags if and only if it strips them: why this one is as it is. */
bool tags_cause(struct question *question, struct cause *cause);

/* explain_muted.c: devices that were not told of changes below (S5). */

/* Why it is not what it would be if it were computed now; false if that is not the reason. */
bool muted_cause(struct question *question, struct cause *cause);
/* The command after which it is told. */
void explain_muted_commands(struct question *question);

/* explain_lro.c: rx-lro and rx-gro-hw, which are also cleared from outside. */
bool feature_is_cleared(const char *feature) attr_pure;
/* Fill explainer->overruled: one walk over all devices in place of one for each. */
void lro_prepare(struct explainer *explainer);
/* Uppers which do not ask for rx-lro; returns how many, up to @max into @list. */
size_t lro_uppers(const struct explainer *explainer, const struct device *device,
		  const struct device **list, size_t max);
/* What may have cleared it, and is so now; NULL if nothing that can be seen. First of them. */
bool lro_cause(struct question *question, struct cause *cause);
/* All of them as reasons; returns their number. */
size_t lro_reasons(struct question *question);

/* One for each group of standings. */
void explain_on(struct question *question);
void explain_blocked(struct question *question);
void explain_off(struct question *question);
void explain_fixed(struct question *question);
/* What a drop says, as a reason; and what is behind it, with the commands that help. */
void explain_drop(struct question *question, const struct drop *drop);
void explain_drop_more(struct question *question, const struct drop *drop);
/* What is to be said of a feature that is on: where it is not what it seems to be. */
bool on_cause(struct question *question, struct cause *cause);
/* Why it is on though nobody asked for it. */
void unasked_cause(struct question *question, struct cause *cause);
/* The cause of a feature that is requested and off. */
void blocked_cause(struct question *question, struct cause *cause);

#endif
