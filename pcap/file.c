/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which format does a capture have, and what does every format do alike?
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pcap/file_internal.h"

/* What people take for captures most often, by how it starts. */
static const struct {
	const char *start;
	size_t length;
	const char *what;
} strangers[] = {
	{"BZh", 3, "bzip2; decompress it first"},
	{"\xfd\x37zXZ", 5, "xz; decompress it first"},
	{"\x04\x22\x4d\x18", 4, "lz4; decompress it first"},
	{"PK\x03\x04", 4, "zip; unpack it first"},
	{"snoop\0\0", 7, "snoop; editcap can convert it"},
	{"GMBU", 4, "Network Monitor; editcap can convert it"},
	{"TRSNIFF", 7, "Sniffer; editcap can convert it"},
};

static const char *stranger(const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < array_size(strangers); i++) {
		if (length >= strangers[i].length &&
		    memcmp(bytes, strangers[i].start, strangers[i].length) == 0)
			return strangers[i].what;
	}
	return NULL;
}

static int not_a_capture(struct capture_file *file, struct err *err)
{
	struct source *source = &file->source;
	size_t length = source_fill(source, 8);
	const char *what = stranger(source->at, length);
	char start[16] = "";

	if (length < 4 && source->error.code != ERR_NONE) {
		*err = source->error;
		return -1;
	}
	for (size_t i = 0; i < 4 && i < length; i++)
		snprintf(start + 3 * i, sizeof(start) - 3 * i, " %02X", source->at[i]);
	return err_set(err, ERR_FORMAT, "not a capture: %sstarts with%s%s%s%s",
		       source->decoder ? "decompressed, it " : "", start, what ? " (" : "",
		       what ? what : "", what ? ")" : "");
}

static int empty(const struct source *source, struct err *err)
{
	if (source->error.code == ERR_NONE)
		return err_set(err, ERR_FORMAT,
			       source->decoder ? "empty once decompressed" : "empty file");
	*err = source->error;
	return -1;
}

static int detect(struct capture_file *file, struct err *err)
{
	int known;

	if (!source_has(&file->source, 1))
		return empty(&file->source, err);
	known = file_detect_pcap(file, err);
	if (known == 0)
		known = file_detect_pcapng(file, err);
	if (known == 0)
		known = file_detect_libpcap(file, err);
	if (known == 0)
		return not_a_capture(file, err);
	return known;
}

struct capture_file *file_open_fd(int fd, size_t buffer_bytes, struct err *err)
{
	struct capture_file *file = calloc(1, sizeof(*file));

	if (!file) {
		close(fd);
		err_set(err, ERR_MEMORY, "no memory to open a capture");
		return NULL;
	}
	if (source_open(&file->source, fd, buffer_bytes, err) < 0 || detect(file, err) < 0) {
		file_close(file);
		return NULL;
	}
	return file;
}

struct capture_file *file_open(const char *path, struct err *err)
{
	int fd;

	if (strcmp(path, "-") == 0)
		fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	else
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0) {
		err_set(err, ERR_SYSTEM, "%s", strerror(errno));
		return NULL;
	}
	return file_open_fd(fd, 0, err);
}

void file_close(struct capture_file *file)
{
	if (!file)
		return;
	file_close_libpcap(file);
	source_close(&file->source);
	arena_free(&file->arena);
	free(file->interfaces);
	free(file);
}

void file_closep(struct capture_file **file)
{
	file_close(*file);
}

enum file_status file_next(struct capture_file *file, struct frame *frame, struct err *err)
{
	return file->next(file, frame, err);
}

static enum file_status next_failed(struct capture_file *file, struct frame *frame, struct err *err)
{
	(void)frame;
	*err = file->error;
	return FILE_ERROR;
}

enum file_status file_failed(struct capture_file *file, const struct err *err)
{
	file->error = *err;
	file->next = next_failed;
	return FILE_ERROR;
}

int file_cut(const struct capture_file *file, const char *what, uint64_t wanted, struct err *err)
{
	const struct source *source = &file->source;

	if (source->error.code != ERR_NONE) {
		*err = source->error;
		return -1;
	}
	return err_set(err, ERR_FORMAT, "%s at byte %llu: %llu bytes wanted, %zu left", what,
		       (unsigned long long)source_offset(source), (unsigned long long)wanted,
		       source_left(source));
}

struct interface *file_add_interface(struct capture_file *file, uint32_t link_type, struct err *err)
{
	struct interface *interfaces;
	uint32_t room = file->interfaces_room;

	if (file->ninterfaces == INTERFACES_MAX) {
		err_set(err, ERR_FORMAT, "more than %u interfaces", INTERFACES_MAX);
		return NULL;
	}
	if (file->ninterfaces == room) {
		room = room ? room * 2 : 4;
		interfaces = realloc(file->interfaces, room * sizeof(*interfaces));
		if (!interfaces) {
			err_set(err, ERR_MEMORY, "no memory for %u interfaces", room);
			return NULL;
		}
		file->interfaces = interfaces;
		file->interfaces_room = room;
	}
	interfaces = &file->interfaces[file->ninterfaces++];
	*interfaces = (struct interface){.seen.link_type = link_type_normal(link_type)};
	return interfaces;
}

const struct capture_interface *file_interface(const struct capture_file *file, uint32_t index)
{
	return index < file->ninterfaces ? &file->interfaces[index].seen : NULL;
}

const char *file_format(const struct capture_file *file)
{
	static const char *const names[][3] = {
		[FORMAT_PCAP] = {"pcap", "pcap+gzip", "pcap+zstd"},
		[FORMAT_PCAP_NS] = {"pcap-ns", "pcap-ns+gzip", "pcap-ns+zstd"},
		[FORMAT_PCAP_MODIFIED] = {"pcap-modified", "pcap-modified+gzip",
					  "pcap-modified+zstd"},
		[FORMAT_PCAPNG] = {"pcapng", "pcapng+gzip", "pcapng+zstd"},
		[FORMAT_LIBPCAP] = {"libpcap", "libpcap", "libpcap"},
	};

	return names[file->format][file->source.compression];
}

uint64_t file_position(const struct capture_file *file)
{
	return file->libpcap ? file_position_libpcap(file) : source_position(&file->source);
}

uint64_t file_size(const struct capture_file *file)
{
	return file->source.disk_bytes;
}
