/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A network namespace that is nobody else's: what nod tries out in it, nobody sees.
 */
#ifndef NOD_HOST_PRIVATE_H
#define NOD_HOST_PRIVATE_H

#include "lib/base/err.h"

/*
 * Go into a new network namespace, which ends with the process; into a new user namespace with it where
 * the right to do so is missing, which only a process with one thread can. The user stays who he is. -1
 * and @err, which says what forbids it.
 */
int private_network(struct err *err) attr_must_check;

#endif
