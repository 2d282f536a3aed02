/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Libraries that only some captures need, loaded when one does. libpcap pulls in a dozen others on many
 * systems, which takes longer than all that nod show does; and on a broken node one may be missing.
 */
#ifndef NOD_PCAP_LIBRARY_H
#define NOD_PCAP_LIBRARY_H

#include "lib/base/err.h"

/*
 * The library with the first of these names (ended by NULL) that is installed; NULL and ERR_SYSTEM. It
 * stays loaded until nod ends: there is nothing to close.
 */
void *library_load(const char *const names[], struct err *err) attr_must_check;

/* NULL and ERR_SYSTEM if the library is too old to have it. */
void *library_lookup(void *library, const char *function, struct err *err) attr_must_check;

/*
 * For a table of functions by their own names: a member for each, of the type that the library's header
 * says, and its lookup, which ends the function around it with -1 if there is none.
 */
#define LIBRARY_MEMBER(name) typeof(name) *name;
#define LIBRARY_LOOKUP(name)                                               \
	table->name = (typeof(name) *)library_lookup(library, #name, err); \
	if (!table->name)                                                  \
		return -1;

#endif
