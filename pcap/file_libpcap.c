/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does libpcap make of a file that nobody else here knows?
 */
#include <stdlib.h>
#include <unistd.h>

#include "pcap/file_internal.h"
#include "pcap/libpcap.h"

struct libpcap_file {
	struct libpcap library;
	pcap_t *pcap;
};

static enum file_status next_libpcap(struct capture_file *file, struct frame *frame,
				     struct err *err)
{
	const struct interface *interface = file->interfaces;
	struct pcap_pkthdr *header;
	const uint8_t *bytes;
	const struct libpcap *library = &file->libpcap->library;
	int status = library->pcap_next_ex(file->libpcap->pcap, &header, &bytes);

	if (status == PCAP_ERROR_BREAK)
		return FILE_END;
	if (status != 1) {
		err_set(err, ERR_FORMAT, "record %llu: %s", (unsigned long long)file->frames + 1,
			library->pcap_geterr(file->libpcap->pcap));
		return file_failed(file, err);
	}
	frame->number = ++file->frames;
	frame->time_ns = (int64_t)header->ts.tv_sec * 1000000000 + header->ts.tv_usec;
	frame->bytes = (struct span){bytes, header->caplen};
	frame->wire_len = header->len < header->caplen ? header->caplen : header->len;
	frame->interface = 0;
	frame->link_type = interface->seen.link_type;
	frame->fcs_len = interface->fcs_len;
	frame->flags = FRAME_HAS_TIME;
	frame->truth = (struct frame_truth){0};
	return FILE_FRAME;
}

/* The start of the file again, in a stream of its own; NULL if it is a pipe or was compressed. */
static FILE *reopen(const struct source *source)
{
	FILE *stream;
	int fd;

	if (!source->map)
		return NULL;
	fd = dup(source->fd);
	if (fd < 0)
		return NULL;
	stream = fdopen(fd, "rb");
	if (!stream)
		close(fd);
	return stream;
}

/* NULL and no error if libpcap does not know the file either. */
static struct libpcap_file *open_stream(FILE *stream, struct err *err)
{
	struct libpcap_file *opened = calloc(1, sizeof(*opened));
	char reason[PCAP_ERRBUF_SIZE];

	if (!opened) {
		err_set(err, ERR_MEMORY, "out of memory");
		return NULL;
	}
	if (libpcap_load(&opened->library, err) == 0)
		opened->pcap = opened->library.pcap_fopen_offline_with_tstamp_precision(
			stream, PCAP_TSTAMP_PRECISION_NANO, reason);
	if (opened->pcap)
		return opened;
	free(opened);
	return NULL;
}

int file_detect_libpcap(struct capture_file *file, struct err *err)
{
	FILE *stream = reopen(&file->source);
	const struct libpcap_file *opened;
	struct interface *interface;

	if (!stream)
		return 0;
	opened = file->libpcap = open_stream(stream, err);
	if (!opened) {
		fclose(stream);
		return err->code ? -1 : 0;
	}
	interface = file_add_interface(
		file, link_type_from_dlt(opened->library.pcap_datalink(opened->pcap)), err);
	if (!interface)
		return -1;
	interface->seen.snap_len = (uint32_t)opened->library.pcap_snapshot(opened->pcap);
	file->format = FORMAT_LIBPCAP;
	file->next = next_libpcap;
	return 1;
}

uint64_t file_position_libpcap(const struct capture_file *file)
{
	const struct libpcap_file *opened = file->libpcap;
	long position = ftell(opened->library.pcap_file(opened->pcap));

	return position < 0 ? 0 : (uint64_t)position;
}

void file_close_libpcap(struct capture_file *file)
{
	if (file->libpcap)
		file->libpcap->library.pcap_close(file->libpcap->pcap);
	free(file->libpcap);
	file->libpcap = NULL;
}
