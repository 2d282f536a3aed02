/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Captures on disk or in a pipe: one frame after the other, whatever the format.
 *
 * Classic pcap (the magics that libpcap knows, both byte orders, micro- and nanoseconds) and pcapng
 * (draft-ietf-opsawg-pcapng: several sections and interfaces) are read here, from a mapping where
 * the file allows it, else from a stream: pipes, gzip, zstd. What neither is, is given to libpcap.
 */
#ifndef NOD_PCAP_FILE_H
#define NOD_PCAP_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/attr.h"
#include "lib/base/err.h"
#include "lib/base/span.h"
#include "lib/model/vantage.h"

/* No frame of any link is longer: GRO_MAX_SIZE of the kernel is 8 * 65535. */
#define FRAME_MAX_BYTES (1u << 20)

enum frame_flag {
	FRAME_INBOUND = 1 << 0,	       /* epb_flags bits 0-1; the packet type of Linux SLL is the */
	FRAME_OUTBOUND = 1 << 1,       /* decoder's: it stands in the frame itself */
	FRAME_HAS_TIME = 1 << 2,       /* not if it is an SPB, or the time does not fit @time_ns */
	FRAME_CSUM_NOT_READY = 1 << 3, /* epb_flags bit 9 */
	FRAME_CSUM_VALID = 1 << 4,     /* epb_flags bit 10 */
	FRAME_SEGMENTED = 1 << 5,      /* epb_flags bit 11: merged on receive, or not split yet */
	FRAME_TRUTH = 1 << 6, /* who captured wrote down all that the kernel said: what no flag */
			      /* says is known not to be so, and @truth is filled */
};

/**
 * struct frame - one record of a capture
 * @number: from 1, counted over all sections of the file
 * @time_ns: nanoseconds since 1970, if FRAME_HAS_TIME
 * @bytes: what was captured, all of it even where it is longer than the snap length; borrowed until
 *	   the next file_next()
 * @wire_len: length on the wire; never below bytes.length
 * @interface: index for file_interface(), counted over all sections of the file
 * @link_type: LINKTYPE_ number, as its interface says; 101 for all the numbers of RAW
 * @fcs_len: bytes of frame check sequence at the end of the frame on the wire, where the file says so
 * @flags: enum frame_flag
 * @truth: if FRAME_TRUTH; @gso and @gso_size else too, where they are known
 */
struct frame {
	uint64_t number;
	int64_t time_ns;
	struct span bytes;
	uint32_t wire_len;
	uint32_t interface;
	uint32_t link_type;
	uint8_t fcs_len;
	uint32_t flags;
	struct frame_truth truth;
};

/**
 * struct capture_interface - what a capture says of where it was taken
 * @link_type: LINKTYPE_ number
 * @snap_len: bytes kept of each frame; 0 if there is no limit
 * @name, @os, @description, @hardware, @filter: of pcapng (if_name, if_os, if_description, if_hardware,
 *       if_filter of the kind that has text); untrusted text, cut after 255 bytes; NULL if absent
 * @address: of the link (if_MACaddr), if has_address
 * @speed: bits a second, 0 if not known
 * @truth: who captured wrote down what the kernel said of each frame
 * @vantage: what is known of the device; @vantage.has is 0 in captures of other programs
 */
struct capture_interface {
	uint32_t link_type, snap_len;
	const char *name, *os, *description, *hardware, *filter;
	uint64_t speed;
	uint8_t address[6];
	bool has_address, truth;
	struct vantage vantage;
};

struct capture_file;

/*
 * Open @path ("-" is standard input) and read the header of the file. NULL and @err if it cannot be
 * opened (ERR_SYSTEM), is no capture (ERR_FORMAT) or one of an unknown version (ERR_UNSUPPORTED).
 * @err does not name the path. The caller closes the file.
 */
struct capture_file *file_open(const char *path, struct err *err) attr_must_check;
void file_close(struct capture_file *file);

/* For attr_cleanup(). */
void file_closep(struct capture_file **file);

enum file_status {
	FILE_ERROR = -1,
	FILE_END = 0,
	FILE_FRAME = 1
};

/*
 * The next frame. FILE_ERROR (with the offset in @err) ends the file: what came before stays good,
 * and every further call returns FILE_ERROR with the same error. Offsets count from the start of the
 * capture, after decompression.
 */
enum file_status file_next(struct capture_file *file, struct frame *frame,
			   struct err *err) attr_must_check;

/* "pcap", "pcap-ns", "pcap-modified", "pcapng", with "+gzip" or "+zstd" behind; or "libpcap". */
const char *file_format(const struct capture_file *file);

/*
 * Interfaces seen so far (pcapng may bring more later); NULL if there is no such index. Borrowed
 * until the next file_next().
 */
const struct capture_interface *file_interface(const struct capture_file *file, uint32_t index);

/*
 * Bytes read so far, and of the whole file on disk (0 if unknown: a pipe), both before
 * decompression. For progress.
 */
uint64_t file_position(const struct capture_file *file);
uint64_t file_size(const struct capture_file *file);

/* A filter of libpcap's language, compiled once for each link type that a capture shows. */
struct filter;

/*
 * Check @expression; NULL and @err (ERR_USAGE) with libpcap's own words if it is wrong. It is right
 * if it can be compiled for Ethernet, RAW or Linux SLL.
 */
struct filter *filter_open(const char *expression, struct err *err) attr_must_check;
void filter_close(struct filter *filter);

/* 1 if the frame matches, 0 if not; -1 and @err if it cannot be compiled for this link type. */
int filter_match(struct filter *filter, const struct frame *frame, struct err *err) attr_must_check;

/* "EN10MB", "LINUX_SLL2"; "LINKTYPE_n" for those without a name. */
const char *link_type_name(uint32_t link_type, char buffer[32]);

#endif
