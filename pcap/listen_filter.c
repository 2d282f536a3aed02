/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which frames does the kernel keep for a listener, and how much of each?
 */
#include <errno.h>
#include <linux/filter.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "pcap/libpcap.h"
#include "pcap/listen_internal.h"

/* All of a frame, in what a filter returns. */
#define WHOLE_FRAME UINT32_MAX

static int attach(const struct listener *listener, struct sock_filter *instructions, size_t count,
		  struct err *err)
{
	struct sock_fprog program = {.len = (unsigned short)count, .filter = instructions};

	if (count > BPF_MAXINSNS)
		return err_set(err, ERR_UNSUPPORTED,
			       "the filter becomes %zu instructions; the kernel takes %u", count,
			       BPF_MAXINSNS);
	if (setsockopt(listener->fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) < 0)
		return err_set_errno(err, "giving the filter to the kernel");
	return 0;
}

/* libpcap's own idea of how much to keep is replaced: it ends at 256 KiB. */
static int attach_compiled(const struct listener *listener, const struct bpf_program *code,
			   uint32_t keep, struct err *err)
{
	struct sock_filter *instructions = calloc(code->bf_len, sizeof(*instructions));
	int status;

	if (!instructions)
		return err_set(err, ERR_MEMORY, "no memory for a filter");
	for (unsigned int i = 0; i < code->bf_len; i++) {
		const struct bpf_insn *from = &code->bf_insns[i];

		instructions[i] = (struct sock_filter){from->code, from->jt, from->jf, from->k};
		if (from->code == (BPF_RET | BPF_K) && from->k)
			instructions[i].k = keep;
	}
	status = attach(listener, instructions, code->bf_len, err);
	free(instructions);
	return status;
}

/*
 * For what to compile. The kernel takes VLAN tags out of frames that it receives, and a filter has to ask for
 * them: libpcap does that only for a device that it listens to itself.
 */
static pcap_t *open_device(const struct libpcap *libpcap, const struct listener *listener,
			   struct err *err)
{
	char reason[PCAP_ERRBUF_SIZE] = "";
	pcap_t *pcap = libpcap->pcap_create(listener->name, reason);

	if (!pcap) {
		err_set(err, ERR_SYSTEM, "libpcap: %s", reason);
		return NULL;
	}
	if (libpcap->pcap_activate(pcap) >= 0)
		return pcap;
	err_set(err, ERR_SYSTEM, "libpcap: %s: %s", listener->name, libpcap->pcap_geterr(pcap));
	libpcap->pcap_close(pcap);
	return NULL;
}

/* Without a link header there are no tags; and libpcap listens to some of these devices in another way. */
static pcap_t *open_link(const struct libpcap *libpcap, const struct listener *listener,
			 struct err *err)
{
	pcap_t *pcap;

	if (listener->interface.link_type != LINKTYPE_RAW)
		return open_device(libpcap, listener, err);
	pcap = libpcap->pcap_open_dead(DLT_RAW, (int)FRAME_MAX_BYTES);
	if (!pcap)
		err_set(err, ERR_MEMORY, "no memory for a filter");
	return pcap;
}

static int compile(const struct listener *listener, const char *expression, uint32_t keep,
		   struct err *err)
{
	struct bpf_program code;
	struct libpcap libpcap;
	pcap_t *pcap;
	int status;

	if (libpcap_load(&libpcap, err) < 0)
		return -1;
	pcap = open_link(&libpcap, listener, err);
	if (!pcap)
		return -1;
	if (libpcap.pcap_compile(pcap, &code, expression, 1, PCAP_NETMASK_UNKNOWN) < 0) {
		status = err_set(err, ERR_USAGE, "%s", libpcap.pcap_geterr(pcap));
	} else {
		status = attach_compiled(listener, &code, keep, err);
		libpcap.pcap_freecode(&code);
	}
	libpcap.pcap_close(pcap);
	return status;
}

int listener_attach_filter(struct listener *listener, const struct listen_options *options,
			   struct err *err)
{
	uint32_t keep = options->snap_len ? options->snap_len : WHOLE_FRAME;
	struct sock_filter all = {.code = BPF_RET | BPF_K, .k = keep};

	if (options->filter)
		return compile(listener, options->filter, keep, err);
	return options->snap_len ? attach(listener, &all, 1, err) : 0;
}
