/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The text form of what `nod why` says. The JSON form comes from lib/out/explanation.h alone.
 */
#ifndef NOD_CMD_WHY_H
#define NOD_CMD_WHY_H

#include "cmd/command.h"
#include "lib/model/device.h"
#include "lib/out/explanation.h"

/* One feature, at length. */
void why_text_feature(struct text *out, const struct explanation *explanation,
		      const struct session *session);

/* One device: @rule says what its kind means (NULL: nothing), and the explanations in short. */
void why_text_device(struct text *out, const struct device *device, const char *rule,
		     const struct explanation_set *set, const struct session *session);

#endif
