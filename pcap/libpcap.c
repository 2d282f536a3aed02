/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Under which name is libpcap installed?
 */
#include <stddef.h>

#include "pcap/libpcap.h"

int libpcap_load(struct libpcap *table, struct err *err)
{
	/* The number that its own releases have, and that of Debian and those that come from it. */
	static const char *const names[] = {"libpcap.so.1", "libpcap.so.0.8", NULL};
	void *library = library_load(names, err);

	if (!library)
		return -1;
	LIBPCAP_FUNCTIONS(LIBRARY_LOOKUP)
	return 0;
}
