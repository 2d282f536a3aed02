/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where does the kernel say something else than the model?
 */
#include <string.h>

#include "cmd/gro_kernel.h"

/* The payload of the model's super-frame is that of its frames, one after the other. */
static bool same_payload(const struct gro_poll *poll, const struct gro_super *model,
			 const struct gro_super *real)
{
	uint32_t head_len = poll->sent[model->first].head_len;
	struct span left = real->packet;

	if (head_len > left.length)
		return false;
	left.bytes += head_len;
	left.length -= head_len;
	for (size_t i = 0; i < poll->nsent; i++) {
		const struct span *part = &poll->sent[i].payload;

		if (poll->sent[i].tag != model->first || !part->length)
			continue;
		if (part->length > left.length ||
		    memcmp(part->bytes, left.bytes, part->length) != 0)
			return false;
		left.bytes += part->length;
		left.length -= part->length;
	}
	return left.length == 0;
}

static bool same(const struct gro_poll *poll, const struct gro_super *model,
		 const struct gro_super *real)
{
	const struct span *packet = &poll->sent[model->first].packet;

	if (model->len != real->len || model->gso_size != real->gso_size)
		return false;
	if (model->count == 1)
		return !packet->length ||
		       memcmp(packet->bytes, real->packet.bytes, packet->length) == 0;
	/* Where packets may go in front, their order is not that of their coming. */
	return poll->any_order || same_payload(poll, model, real);
}

static void add_super(struct text *out, const char *who, const struct gro_super *super)
{
	if (!super)
		text_printf(out, "%s nothing", who);
	else if (super->gso_size)
		text_printf(out, "%s a super-frame of %u bytes of IP in segments of %u", who,
			    super->len, super->gso_size);
	else
		text_printf(out, "%s a single frame of %u bytes of IP", who, super->len);
}

/**
 * struct told - where differences go
 */
struct told {
	struct gro_kernel *kernel;
	struct arena *arena;
};

static int add_words(const struct told *told, const struct gro_poll *poll,
		     const struct gro_super *model, const struct gro_super *real)
{
	struct gro_kernel *kernel = told->kernel;
	struct text words attr_cleanup(text_free) = {0};

	if (kernel->nwords == GRO_WORDS_MAX)
		return 0;
	text_printf(&words, "poll %llu (frames %llu to %llu)", (unsigned long long)poll->number,
		    (unsigned long long)poll->sent[0].number,
		    (unsigned long long)poll->sent[poll->nsent - 1].number);
	if (model)
		text_printf(&words, ", at frame %llu",
			    (unsigned long long)poll->sent[model->first].number);
	add_super(&words, ": the kernel has", real);
	add_super(&words, ", the model", model);
	if (model && real && model->len == real->len && model->gso_size == real->gso_size)
		text_add(&words, ", with other bytes");
	if (!words.failed)
		kernel->words[kernel->nwords] = arena_strdup(told->arena, words.chars);
	if (words.failed || !kernel->words[kernel->nwords])
		return -1;
	kernel->nwords++;
	return 0;
}

/* How far to go in both lists until they agree again; at most to their ends. */
static void resync(const struct gro_poll *poll, size_t *model, size_t *real)
{
	size_t nmodel = poll->model.count - *model, nreal = poll->real.count - *real;

	for (size_t sum = 1; sum < nmodel + nreal; sum++) {
		for (size_t i = 0; i <= sum; i++) {
			if (i >= nmodel || sum - i >= nreal ||
			    !same(poll, &poll->model.list[*model + i],
				  &poll->real.list[*real + sum - i]))
				continue;
			*model += i;
			*real += sum - i;
			return;
		}
	}
	*model += nmodel;
	*real += nreal;
}

int gro_compare(const struct gro_poll *poll, struct gro_kernel *kernel, struct arena *arena,
		struct err *err)
{
	const struct told told = {kernel, arena};
	const struct gro_supers *model = &poll->model, *real = &poll->real;
	size_t i = 0, j = 0;

	while (i < model->count || j < real->count) {
		const struct gro_super *of_model = i < model->count ? &model->list[i] : NULL;
		const struct gro_super *of_real = j < real->count ? &real->list[j] : NULL;
		size_t was_i = i, was_j = j;

		if (of_model && of_real && same(poll, of_model, of_real)) {
			i++;
			j++;
			continue;
		}
		if (add_words(&told, poll, of_model, of_real) < 0)
			return err_set(err, ERR_MEMORY, "out of memory");
		resync(poll, &i, &j);
		kernel->differences += i - was_i > j - was_j ? i - was_i : j - was_j;
	}
	return 0;
}
