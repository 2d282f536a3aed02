/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libpcap, for filters and for files that nod does not read itself.
 */
#ifndef NOD_PCAP_LIBPCAP_H
#define NOD_PCAP_LIBPCAP_H

#include <pcap/pcap.h>

#include "pcap/library.h"

#define LIBPCAP_FUNCTIONS(function)                                                               \
	function(pcap_activate) function(pcap_close) function(pcap_compile) function(pcap_create) \
		function(pcap_datalink) function(pcap_datalink_val_to_name) function(pcap_file)   \
			function(pcap_fopen_offline)                                              \
				function(pcap_fopen_offline_with_tstamp_precision)                \
					function(pcap_freecode) function(pcap_geterr)             \
						function(pcap_next_ex)                            \
							function(pcap_offline_filter)             \
								function(pcap_open_dead)          \
									function(pcap_snapshot)

struct libpcap {
	LIBPCAP_FUNCTIONS(LIBRARY_MEMBER)
};

/* -1 and ERR_SYSTEM if it is not installed. */
int libpcap_load(struct libpcap *table, struct err *err) attr_must_check;

#endif
