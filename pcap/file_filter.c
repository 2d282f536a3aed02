/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does a frame match a filter of libpcap's language, whatever link it was seen on?
 */
#include <stdlib.h>
#include <string.h>

#include "pcap/file_internal.h"
#include "pcap/libpcap.h"

#define LINKTYPE_NULL	   0
#define LINKTYPE_ETHERNET  1
#define LINKTYPE_RAW	   101
#define LINKTYPE_LINUX_SLL 113

/* What pcap_offline_filter() may look at; larger than any frame. */
#define SNAP_LEN (4 * FRAME_MAX_BYTES)

/* Captures with more link types than this compile again and again; none are known. */
#define MAX_PROGRAMS 8

/**
 * struct program - a filter compiled for one kind of link
 * @big_endian: the byte order of the host that captured: a part of LINKTYPE_NULL only
 * @error: if it cannot be compiled
 */
struct program {
	uint32_t link_type;
	bool big_endian;
	struct err error;
	struct bpf_program code;
};

struct filter {
	struct libpcap libpcap;
	char *expression;
	struct program programs[MAX_PROGRAMS];
	size_t nprograms, next;
};

static void put_u32(uint8_t *p, uint32_t value, bool big_endian)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(value >> (big_endian ? 24 - 8 * i : 8 * i));
}

/*
 * A capture without frames. pcap_open_dead() would do, but compiles for the address families and
 * the byte order of this host; for a file libpcap allows for those of other systems.
 */
static pcap_t *open_empty(const struct libpcap *libpcap, const struct program *program,
			  char reason[PCAP_ERRBUF_SIZE])
{
	uint8_t header[24] = {0};
	FILE *stream = fmemopen(header, sizeof(header), "rb");
	pcap_t *pcap;

	if (!stream)
		return NULL;
	/* Versions are two 16-bit fields; 2.4 */
	put_u32(header, 0xa1b2c3d4, program->big_endian);
	put_u32(header + 4, program->big_endian ? 0x00020004 : 0x00040002, program->big_endian);
	put_u32(header + 16, SNAP_LEN, program->big_endian);
	put_u32(header + 20, program->link_type, program->big_endian);
	pcap = libpcap->pcap_fopen_offline(stream, reason);
	if (!pcap)
		fclose(stream);
	return pcap;
}

enum rejection {
	REJECTION_ERROR,
	REJECTION_ALLOWED
};

/* The optimizer takes a filter that no frame of this link can match for an error; it need not be. */
static int compile(const struct libpcap *libpcap, struct program *program, const char *expression,
		   enum rejection rejection)
{
	char reason[PCAP_ERRBUF_SIZE] = "no memory for a filter";
	pcap_t *pcap = open_empty(libpcap, program, reason);
	int status = 0;

	program->error = (struct err){0};
	if (!pcap)
		return err_set(&program->error, ERR_MEMORY, "%s", reason);
	if (libpcap->pcap_compile(pcap, &program->code, expression, 1, PCAP_NETMASK_UNKNOWN) < 0 &&
	    (rejection == REJECTION_ERROR ||
	     libpcap->pcap_compile(pcap, &program->code, expression, 0, PCAP_NETMASK_UNKNOWN) < 0))
		status = err_set(&program->error, ERR_USAGE, "%s", libpcap->pcap_geterr(pcap));
	libpcap->pcap_close(pcap);
	return status;
}

/*
 * Many expressions make sense on some links only ("inbound", "ether host"): nothing is wrong with
 * one that can be compiled for any of these. The error of the most common link is the one to report.
 */
static int check(const struct libpcap *libpcap, const char *expression, struct err *err)
{
	static const uint32_t links[] = {LINKTYPE_ETHERNET, LINKTYPE_RAW, LINKTYPE_LINUX_SLL};

	for (size_t i = 0; i < array_size(links); i++) {
		struct program program = {.link_type = links[i]};

		if (compile(libpcap, &program, expression, REJECTION_ERROR) == 0) {
			libpcap->pcap_freecode(&program.code);
			return 0;
		}
		if (i == 0)
			*err = program.error;
	}
	return -1;
}

struct filter *filter_open(const char *expression, struct err *err)
{
	struct libpcap libpcap;
	struct filter *filter;

	if (libpcap_load(&libpcap, err) < 0 || check(&libpcap, expression, err) < 0)
		return NULL;
	*err = (struct err){0};
	filter = calloc(1, sizeof(*filter));
	if (filter) {
		filter->libpcap = libpcap;
		filter->expression = strdup(expression);
	}
	if (!filter || !filter->expression) {
		err_set(err, ERR_MEMORY, "no memory for a filter");
		filter_close(filter);
		return NULL;
	}
	return filter;
}

void filter_close(struct filter *filter)
{
	if (!filter)
		return;
	for (size_t i = 0; i < filter->nprograms; i++)
		filter->libpcap.pcap_freecode(&filter->programs[i].code);
	free(filter->expression);
	free(filter);
}

/* LINKTYPE_NULL starts with a small number in the byte order of the host that captured. */
static bool frame_is_big_endian(const struct frame *frame)
{
	const uint8_t *family = span_at(frame->bytes, 0, 4);

	return frame->link_type == LINKTYPE_NULL && family && !family[0] && !family[1];
}

static const struct program *find_program(struct filter *filter, const struct frame *frame)
{
	bool big_endian = frame_is_big_endian(frame);
	struct program *program;

	for (size_t i = 0; i < filter->nprograms; i++) {
		program = &filter->programs[i];
		if (program->link_type == frame->link_type && program->big_endian == big_endian)
			return program;
	}
	program = &filter->programs[filter->next];
	if (filter->nprograms < MAX_PROGRAMS)
		filter->nprograms++;
	else
		filter->libpcap.pcap_freecode(&program->code);
	filter->next = (filter->next + 1) % MAX_PROGRAMS;
	*program = (struct program){.link_type = frame->link_type, .big_endian = big_endian};
	compile(&filter->libpcap, program, filter->expression, REJECTION_ALLOWED);
	return program;
}

int filter_match(struct filter *filter, const struct frame *frame, struct err *err)
{
	const struct program *program = find_program(filter, frame);
	struct pcap_pkthdr header = {
		.caplen = (bpf_u_int32)frame->bytes.length,
		.len = frame->wire_len,
	};

	if (program->error.code != ERR_NONE) {
		*err = program->error;
		return -1;
	}
	return filter->libpcap.pcap_offline_filter(&program->code, &header, frame->bytes.bytes) !=
	       0;
}
