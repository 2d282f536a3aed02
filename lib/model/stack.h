/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How devices stand on each other, made fit to be walked.
 */
#ifndef NOD_MODEL_STACK_H
#define NOD_MODEL_STACK_H

#include "lib/model/device.h"

/*
 * The kernel stacks no device above itself, but a recording may say so, and so may two halves of a dump
 * between which a device moved. Devices that are part of a circle, or stand below one, lose what ties
 * them to others (has-bits), and the snapshot becomes uncertain. Devices have to be in order.
 */
void stack_break_circles(struct snapshot *snapshot);

#endif
