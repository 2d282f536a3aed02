/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is a link type called, in files, in libpcap and for people?
 */
#include <stdio.h>

#include "pcap/file_internal.h"
#include "pcap/libpcap.h"

/* www.tcpdump.org/linktypes.html: the numbers that differ on Linux; all others are the same. */
#define LINKTYPE_RAW 101

static const struct {
	uint32_t link_type;
	int dlt;
} different[] = {
	{100, DLT_ATM_RFC1483}, {LINKTYPE_RAW, DLT_RAW}, {102, DLT_SLIP_BSDOS},
	{103, DLT_PPP_BSDOS},	{106, DLT_ATM_CLIP},
};

/* DLT_RAW of most systems and of OpenBSD, which some programs write into files as they are. */
static const uint32_t raw_numbers[] = {12, 14};

int link_type_to_dlt(uint32_t link_type)
{
	for (size_t i = 0; i < array_size(different); i++) {
		if (different[i].link_type == link_type)
			return different[i].dlt;
	}
	return (int)link_type;
}

uint32_t link_type_from_dlt(int dlt)
{
	for (size_t i = 0; i < array_size(different); i++) {
		if (different[i].dlt == dlt)
			return different[i].link_type;
	}
	return (uint32_t)dlt;
}

uint32_t link_type_normal(uint32_t link_type)
{
	for (size_t i = 0; i < array_size(raw_numbers); i++) {
		if (raw_numbers[i] == link_type)
			return LINKTYPE_RAW;
	}
	return link_type;
}

/* Those of nearly all captures, by libpcap's names, so that it is not loaded for them. */
static const struct {
	int dlt;
	const char *name;
} usual[] = {
	{DLT_EN10MB, "EN10MB"},		{DLT_RAW, "RAW"},   {DLT_LINUX_SLL, "LINUX_SLL"},
	{DLT_LINUX_SLL2, "LINUX_SLL2"}, {DLT_NULL, "NULL"}, {DLT_LOOP, "LOOP"},
};

const char *link_type_name(uint32_t link_type, char buffer[32])
{
	int dlt = link_type_to_dlt(link_type);
	struct libpcap libpcap;
	struct err err = {0};
	const char *name;

	for (size_t i = 0; i < array_size(usual); i++)
		if (usual[i].dlt == dlt)
			return usual[i].name;
	name = libpcap_load(&libpcap, &err) == 0 ? libpcap.pcap_datalink_val_to_name(dlt) : NULL;
	if (name)
		return name;
	snprintf(buffer, 32, "LINKTYPE_%u", link_type);
	return buffer;
}
