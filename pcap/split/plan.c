/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Can this frame be split, and which of its header fields change from one segment to the next?
 */
#include "pcap/csum.h"
#include "pcap/flow.h"
#include "pcap/split/job.h"

/* Of GRE, in the first two bytes: sequence number (RFC 2890), version (RFC 2637 has 1). */
enum {
	GRE_COUNTS = 0x1000,
	GRE_VERSION = 0x0007
};

/* Of GTP-U, in the first byte: sequence number. */
#define GTPU_COUNTS 0x02

/* Below it, what stands in place of an Ethernet type is a length (IEEE 802.3). */
#define ETHERTYPE_LEAST 0x0600

static const char *refuse_view(const struct view *view)
{
	const struct header *l4 = view_l4(view);

	if (view->flags & VIEW_MALFORMED)
		return "its headers are damaged";
	if (view->flags & VIEW_TOO_DEEP)
		return "it has too many headers";
	if (view->flags & VIEW_FRAGMENT)
		return "it is a fragment";
	if (view->flags & VIEW_CUT && (!l4 || view->payload_off > view->bytes.length))
		return "its headers were not captured whole";
	if (!l4 || (l4->kind != HEADER_TCP && l4->kind != HEADER_UDP))
		return "it carries neither TCP nor UDP";
	if (view->payload_off > SPLIT_MOST_HEADERS)
		return "its headers are too long";
	return NULL;
}

static const char *refuse_tunnel(const uint8_t *p, const struct header *header)
{
	if (split_is_gre(header) && load_be16(p) & (GRE_COUNTS | GRE_VERSION))
		return "its GRE header counts packets";
	if (header->kind == HEADER_GTPU && p[0] & GTPU_COUNTS)
		return "its GTP-U header counts packets";
	if (header->kind == HEADER_AH)
		return "it is signed (AH)";
	if (header->kind == HEADER_STT)
		return "STT does its own segmentation";
	if (header->kind == HEADER_ESP || header->kind == HEADER_WIREGUARD)
		return "it is encrypted";
	return NULL;
}

/* Every header up to L4 reaches to the end of the frame, and says nothing that only one packet can. */
static const char *refuse_headers(const struct view *view)
{
	for (unsigned int i = 0; i <= view->l4; i++) {
		const struct header *header = &view->headers[i];
		const char *refusal = refuse_tunnel(view_header(view, header), header);

		if (refusal)
			return refusal;
		if (header->flags & HEADER_BAD_LEN)
			return "a length in its headers is longer than the frame";
		if (header->end != view->wire_end)
			return "bytes follow behind its packet";
	}
	return NULL;
}

static struct split_level *add_level(struct split_job *job, enum split_task task, uint32_t off,
				     uint32_t field)
{
	struct split_level *level = &job->levels[job->nlevels++];

	*level = (struct split_level){
		.task = (uint8_t)task, .off = (uint16_t)off, .field = (uint16_t)(off + field)};
	return level;
}

/*
 * A jumbo payload option (RFC 2675) has nothing to say of segments. Linux puts it into a header of its
 * own, which goes; elsewhere it is padded out. Returns how many bytes have gone.
 */
static uint32_t drop_jumbo(struct split_job *job, const struct header *ip, uint32_t off)
{
	const struct header *extension = ip + 1;
	const struct view *view = job->view;
	const uint8_t *p = view_header(view, extension), *option;

	if (extension->len == 8) {
		job->head[off + 6] = p[0];
		return 8;
	}
	option = view_ipv6_option(view->bytes, extension->off, 0xc2, 4);
	if (option) {
		uint8_t *pad = job->head + off + (option - 2 - view_header(view, ip));

		/* PadN (RFC 8200 section 4.2) of as many bytes. */
		memset(pad, 0, 6);
		pad[0] = 1;
		pad[1] = 4;
	}
	return 0;
}

/* What was right, or left to the NIC, is made right; in a single frame what is wrong stays wrong. */
static bool keeps_checksum(const struct split_job *job, unsigned int index)
{
	uint8_t verdict = job->csums[index];

	if (verdict == CSUM_NONE)
		return true;
	if (job->count > 1)
		return false;
	if (job->view->headers[index].kind == HEADER_IPV4)
		return verdict == CSUM_BAD || verdict == CSUM_UNVERIFIED;
	return verdict != CSUM_OK && !csum_is_offload(verdict);
}

static void add_l4(struct split_job *job, unsigned int index, uint32_t off)
{
	const struct header *header = &job->view->headers[index];
	bool tcp = header->kind == HEADER_TCP;
	struct split_level *level;

	level = add_level(job, tcp ? SPLIT_TASK_TCP : SPLIT_TASK_UDP, off,
			  l4_checksum_field(header));
	level->keep = keeps_checksum(job, index);
	level->pseudo = csum_pseudo(job->view, header);
	job->sums_outside |= index != job->view->l4 && !level->keep;
	if (tcp) {
		job->seq = load_be32(job->head + off + 4);
		job->tcp_flags = job->head[off + 13];
	}
}

static void add_ipv4(struct split_job *job, unsigned int index, uint32_t off, uint8_t fixed)
{
	const struct header *header = &job->view->headers[index];
	struct split_level *level = add_level(job, SPLIT_TASK_IPV4, off, 10);
	enum level which = header == job->view->inner ? LEVEL_INNER : LEVEL_OUTER;

	level->len = (uint16_t)header->len;
	level->keep = keeps_checksum(job, index);
	level->fixed = fixed >> which & 1;
	level->id = load_be16(job->head + off + 4);
}

static void add_gre(struct split_job *job, uint32_t off)
{
	if (!(job->head[off] & SPLIT_GRE_CHECKSUM))
		return;
	add_level(job, SPLIT_TASK_GRE, off, SPLIT_GRE_FIELD);
	job->sums_outside = true;
}

/* IEEE 802.3 with a length, which counts from behind itself. */
static void add_llc(struct split_job *job, uint32_t off, uint32_t len)
{
	if (load_be16(job->head + off + len - 2) < ETHERTYPE_LEAST)
		add_level(job, SPLIT_TASK_LENGTH, off + len, 0)->field = (uint16_t)(off + len - 2);
}

static void add_header(struct split_job *job, unsigned int index, uint32_t off, uint8_t fixed)
{
	const struct header *header = &job->view->headers[index];

	switch (header->kind) {
	case HEADER_IPV4:
		add_ipv4(job, index, off, fixed);
		break;
	case HEADER_IPV6: /* the length counts from behind the header */
		add_level(job, SPLIT_TASK_LENGTH, off + 40, 0)->field = (uint16_t)(off + 4);
		break;
	case HEADER_TCP:
	case HEADER_UDP:
		add_l4(job, index, off);
		break;
	case HEADER_PPPOE: /* from behind 6 bytes: the PPP protocol counts (RFC 2516) */
		add_level(job, SPLIT_TASK_LENGTH, off + 6, 0)->field = (uint16_t)(off + 4);
		break;
	case HEADER_GTPU: /* from behind 8 bytes (3GPP TS 29.281 section 5.1) */
		add_level(job, SPLIT_TASK_LENGTH, off + 8, 0)->field = (uint16_t)(off + 2);
		break;
	case HEADER_ETHERNET:
	case HEADER_VLAN:
		add_llc(job, off, header->len);
		break;
	default:
		if (split_is_gre(header))
			add_gre(job, off);
	}
}

/* With all that stands between one header and the next. */
static void copy_headers(struct split_job *job, uint8_t fixed)
{
	const struct view *view = job->view;
	uint32_t gone = 0;

	job->nlevels = 0;
	job->sums_outside = false;
	memcpy(job->head, view->bytes.bytes, view->payload_off);
	for (unsigned int i = 0; i <= view->l4; i++) {
		const struct header *header = &view->headers[i];
		uint32_t off = header->off - gone;

		/* The header that goes is an extension header: nothing changes in these. */
		if (header->kind == HEADER_IPV6 && header->flags & HEADER_JUMBO) {
			uint32_t less = drop_jumbo(job, header, off);

			gone += less;
			memmove(job->head + off + 40, job->head + off + 40 + less,
				view->payload_off - gone - (off + 40));
		}
		add_header(job, i, off, fixed);
	}
	job->head_len = view->payload_off - gone;
}

/* Lengths fit their fields, and what comes out is no more than was promised. */
static const char *refuse_size(const struct split_job *job)
{
	const struct view *view = job->view;
	uint64_t total = (uint64_t)job->count * (job->head_len + SPLIT_RECORD_BYTES) +
			 job->captured - view->payload_off;
	uint32_t longest = job->count > 1 ? job->segment : view->payload_len;

	for (uint32_t i = 0; i < job->nlevels; i++)
		if (job->head_len - job->levels[i].off + longest > 0xffff)
			return "its segments would still be longer than headers can say";
	if (job->count > SPLIT_MOST_FRAMES)
		return "it would become too many frames";
	if (job->count > 1 && total > SPLIT_MOST_TIMES * (uint64_t)view->bytes.length)
		return view->flags & VIEW_CUT ? "too little of it was captured"
					      : "its segments would be too short";
	return NULL;
}

const char *split_job_plan(struct split_job *job, const struct split_size *size)
{
	const struct view *view = job->view;
	const char *refusal = refuse_view(view);

	if (!refusal)
		refusal = refuse_headers(view);
	if (refusal)
		return refusal;
	job->captured =
		view->bytes.length < view->wire_end ? (uint32_t)view->bytes.length : view->wire_end;
	job->segment = view->payload_len;
	job->count = 1;
	if (size->segment && size->segment < view->payload_len) {
		job->segment = size->segment;
		job->count = (view->payload_len - 1) / size->segment + 1;
	}
	copy_headers(job, size->fixed_id);
	return refuse_size(job);
}
