/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NOD_TESTS_MKCAP_WRITE_H
#define NOD_TESTS_MKCAP_WRITE_H

#include "tests/tools/mkcap.h"

#define MAX_INTERFACES 16

enum file_format {
	FORMAT_PCAP,
	FORMAT_PCAPNG
};

struct interface {
	uint64_t snaplen;
	unsigned tsresol; /* as in if_tsresol: 10^-n, or 2^-n with the top bit */
	int64_t tsoffset;
};

struct writer {
	struct script *script;
	const char *path;
	FILE *out;
	enum file_format format;
	bool said, started, big;
	uint64_t link, snaplen, magic, minor;
	struct interface interfaces[MAX_INTERFACES];
	unsigned ninterfaces;
	uint8_t *block; /* being put together */
	size_t len;
};

enum block_field {
	BLOCK_TYPE,
	BLOCK_HEX,
	BLOCK_SAID_LEN
};

extern const struct name link_names[], order_names[];

/* Append to the block being put together; numbers in the byte order of the file. */
void add(struct writer *w, const void *bytes, size_t len);
void add_number(struct writer *w, uint64_t v, unsigned size);
/* Write it into the file. */
void flush(struct writer *w);

/* pcapng: start a file or an interface that the script does not start itself. */
void start_pcapng(struct writer *w);
void default_interface(struct writer *w);
void write_block(struct writer *w, const struct interface *i, const struct record *r);

#endif
