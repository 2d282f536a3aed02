/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What do the headers of one segment say?
 */
#include "pcap/detector.h"
#include "pcap/split/job.h"

/**
 * struct tail - what stands behind the header that is being written, to the end of the segment
 * @len: of the whole of it, from @off (in the buffer) on
 * @sum: of it; with a checksum inside that stands for a sum that nobody can take, as if that were right
 * @known: else there is no such sum
 */
struct tail {
	uint32_t off, len;
	uint16_t sum;
	bool known;
};

static inline uint32_t length_from(const struct tail *tail, uint32_t off)
{
	return tail->off - off + tail->len;
}

/* The tail begins @off now, and has the sum @sum. */
static inline void extend_to(struct tail *tail, uint32_t off, uint16_t sum)
{
	tail->len += tail->off - off;
	tail->off = off;
	tail->sum = sum;
}

/* The sum of all from the header on. */
static inline uint16_t sum_from(const struct split_job *job, const struct tail *tail, uint32_t off)
{
	uint32_t length = tail->off - off;

	return sum_fold((uint64_t)sum_bytes(job->sums, job->head + off, length) +
			sum_part_at(tail->sum, length));
}

/*
 * A right checksum makes the sum of the packet the inverse of that of its pseudo-header. So does one
 * that is left to be filled in, once it is.
 */
static inline void write_l4_checksum(struct split_job *job, const struct split_level *level,
				     struct tail *tail)
{
	uint16_t pseudo = sum_fold((uint64_t)level->pseudo + length_from(tail, level->off));
	uint8_t *field = job->head + level->field;
	uint16_t value = pseudo;

	if (unlikely(level->keep)) {
		extend_to(tail, level->off, tail->known ? sum_from(job, tail, level->off) : 0);
		return;
	}
	store_be16(field, 0);
	if (likely(tail->known)) {
		value = (uint16_t)~sum_fold((uint64_t)pseudo + sum_from(job, tail, level->off));
		/* RFC 768: 0 stands for none. */
		if (unlikely(!value) && level->task == SPLIT_TASK_UDP)
			value = 0xffff;
	}
	store_be16(field, value);
	extend_to(tail, level->off, (uint16_t)~pseudo);
	tail->known = true;
}

static inline void write_gre_checksum(struct split_job *job, const struct split_level *level,
				      struct tail *tail)
{
	uint8_t *field = job->head + level->field;

	store_be16(field, 0);
	if (tail->known)
		store_be16(field, (uint16_t)~sum_from(job, tail, level->off));
	extend_to(tail, level->off, 0xffff);
}

static inline void write_tcp(struct split_job *job, const struct split_level *level, uint32_t index)
{
	uint8_t *p = job->head + level->off, flags = job->tcp_flags;

	store_be32(p + 4, job->seq + index * job->segment);
	if (index + 1 < job->count)
		flags &= (uint8_t) ~(TCP_FIN | TCP_PSH);
	if (index)
		flags &= (uint8_t)~TCP_CWR;
	p[13] = flags;
}

static inline void write_ipv4(struct split_job *job, const struct split_level *level,
			      uint32_t length, uint32_t index)
{
	uint8_t *p = job->head + level->off;

	store_be16(p + 2, length);
	if (!level->fixed)
		store_be16(p + 4, level->id + index);
	if (unlikely(level->keep))
		return;
	store_be16(p + 10, 0);
	store_be16(p + 10,
		   (uint16_t) ~(likely(level->len == 20) ? sum_ipv4_header20(p)
							 : sum_bytes(job->sums, p, level->len)));
}

static inline void write_level(struct split_job *job, const struct split_level *level,
			       struct tail *tail, uint32_t index)
{
	switch ((enum split_task)level->task) {
	case SPLIT_TASK_TCP:
		write_tcp(job, level, index);
		write_l4_checksum(job, level, tail);
		break;
	case SPLIT_TASK_UDP:
		store_be16(job->head + level->off + 4, length_from(tail, level->off));
		write_l4_checksum(job, level, tail);
		break;
	case SPLIT_TASK_GRE:
		write_gre_checksum(job, level, tail);
		break;
	case SPLIT_TASK_IPV4:
		write_ipv4(job, level, length_from(tail, level->off), index);
		break;
	case SPLIT_TASK_LENGTH:
		store_be16(job->head + level->field, length_from(tail, level->off));
		break;
	}
}

/* The bytes of segment @index that were captured. */
static inline struct span body_of(const struct split_job *job, uint32_t index, uint32_t length)
{
	uint32_t off = job->view->payload_off + index * job->segment;
	const uint8_t *bytes = job->view->bytes.bytes;

	if (unlikely(off + length > job->captured)) {
		off = off < job->captured ? off : job->captured;
		length = job->captured - off;
	}
	return (struct span){bytes + off, length};
}

void split_job_piece(struct split_job *job, uint32_t index, struct split_piece *piece)
{
	uint32_t before = index * job->segment, rest = job->view->payload_len - before;
	struct tail tail = {.off = job->head_len, .len = rest < job->segment ? rest : job->segment};
	struct span body = body_of(job, index, tail.len);

	tail.known = body.length == tail.len;
	if (likely(tail.known) && (!job->levels[job->nlevels - 1].keep || job->sums_outside))
		tail.sum = sum_bytes(job->sums, body.bytes, body.length);
	*piece = (struct split_piece){
		.head = {job->head, job->head_len},
		.body = body,
		.wire_len = job->head_len + tail.len,
		.index = index,
		.count = job->count,
	};
	for (uint32_t i = job->nlevels; i-- > 0;)
		write_level(job, &job->levels[i], &tail, index);
}
