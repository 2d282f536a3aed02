/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does libpcap make of a file that nobody else here knows?
 */
#include <pcap/pcap.h>
#include <unistd.h>

#include "pcap/file_internal.h"

static enum file_status next_libpcap(struct capture_file *file, struct frame *frame,
				     struct err *err)
{
	const struct interface *interface = file->interfaces;
	struct pcap_pkthdr *header;
	const uint8_t *bytes;
	int status = pcap_next_ex(file->libpcap, &header, &bytes);

	if (status == PCAP_ERROR_BREAK)
		return FILE_END;
	if (status != 1) {
		err_set(err, ERR_FORMAT, "record %llu: %s", (unsigned long long)file->frames + 1,
			pcap_geterr(file->libpcap));
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

int file_detect_libpcap(struct capture_file *file, struct err *err)
{
	char reason[PCAP_ERRBUF_SIZE];
	FILE *stream = reopen(&file->source);
	struct interface *interface;

	if (!stream)
		return 0;
	file->libpcap = pcap_fopen_offline_with_tstamp_precision(stream, PCAP_TSTAMP_PRECISION_NANO,
								 reason);
	if (!file->libpcap) {
		fclose(stream);
		return 0;
	}
	interface = file_add_interface(file, link_type_from_dlt(pcap_datalink(file->libpcap)), err);
	if (!interface)
		return -1;
	interface->seen.snap_len = (uint32_t)pcap_snapshot(file->libpcap);
	file->format = FORMAT_LIBPCAP;
	file->next = next_libpcap;
	return 1;
}

uint64_t file_position_libpcap(const struct capture_file *file)
{
	long position = ftell(pcap_file(file->libpcap));

	return position < 0 ? 0 : (uint64_t)position;
}

void file_close_libpcap(struct capture_file *file)
{
	if (file->libpcap)
		pcap_close(file->libpcap);
	file->libpcap = NULL;
}
