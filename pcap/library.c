/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where is a library that was not needed before?
 */
#include <dlfcn.h>
#include <stddef.h>

#include "pcap/library.h"

void *library_load(const char *const names[], struct err *err)
{
	for (size_t i = 0; names[i]; i++) {
		/* Its constructors need not run again, and its strings stay where they are. */
		void *library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);

		if (library)
			return library;
	}
	err_set(err, ERR_SYSTEM, "loading a library: %s", dlerror());
	return NULL;
}

void *library_lookup(void *library, const char *function, struct err *err)
{
	void *address = dlsym(library, function);

	if (!address)
		err_set(err, ERR_SYSTEM, "an installed library is too old: %s", dlerror());
	return address;
}
