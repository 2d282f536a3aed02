/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does nodsim merge what it should, and are merged packets what they are said to be? Trains at random go
 * through it and through nod's models of receivers; what comes out is judged by nod's decoder and splitter.
 * They share no code.
 */
#include "pcap/split/split.h"
#include "tests/netns/trainjudge.h"
#include "tests/unit/nodsim_end.h"

#ifndef MORE
#define MORE 4000
#endif
#define CASES (ROUNDS * CHANGES + MORE)

/* What may be merged of a train. */
struct bench {
	struct end end;
	struct lab lab;
	struct gro_model model;
	struct train_case train;
	uint8_t *memory;
	uint64_t compared, merged, tunnelled, tagged;
};

/* Linux, but nothing that could not be undone: outer IDs that stay or jump. A super-frame fits its room. */
static struct gro_model model_of_gro(void)
{
	struct gro_model model = *gro_model_lookup("linux-4.7");

	model.ids[LEVEL_OUTER][1] = GRO_ID_COUNTS;
	model.max_len = SIM_MERGE_MAX - 14;
	return model;
}

static struct gro_model model_of_lro(void)
{
	struct gro_model model = *gro_model_lookup("lro-rsc");

	model.minds = ~0ull;
	model.updates_ack = false;
	model.short_ends = true;
	model.flags_end = TCP_PSH;
	model.max_len = SIM_MERGE_MAX - 14;
	return model;
}

static void bench_open(struct bench *bench, uint32_t offloads, struct gro_model model)
{
	struct gro_queue_options options = {.buckets = 1};

	memset(bench, 0, sizeof(*bench));
	end_open(&bench->end, offloads);
	bench->model = model;
	options.rules.model = &bench->model;
	bench->lab.scope =
		(struct gro_scope){.nports = 3, .ports = {VXLAN_PORT, OWN_VXLAN, GENEVE_PORT}};
	bench->lab.queue = gro_queue_open(&options, deliver, &bench->lab);
	assert_non_null(bench->lab.queue);
	bench->memory = end_memory((size_t)MOST_FRAMES * MOST_BYTES);
}

static void bench_close(struct bench *bench)
{
	forget(&bench->lab.model);
	gro_queue_close(bench->lab.queue);
	end_close(&bench->end);
	free(bench->memory);
}

/* --- what is not asked -------------------------------------------------------------------------- */

static bool same_labels(const struct packet *a, const struct packet *b)
{
	for (unsigned int level = 0; level < a->levels; level++)
		if (a->ips[level].label != b->ips[level].label ||
		    a->ips[level].extensions != b->ips[level].extensions ||
		    a->ips[level].extension_byte != b->ips[level].extension_byte)
			return false;
	return true;
}

/*
 * Linux lets some packets overtake the train of their flow: a NIC does not. It does not compare urgent
 * pointers that mean nothing, though it could not restore them, and does without the VNI flag. To it an
 * IPv6 extension header makes another flow, which LRO does not merge, as does a flow label: nodsim hands
 * up what is not merged behind all segments of its connection, and what it cannot look into behind all
 * between the same hosts.
 */
static bool is_asked(struct bench *bench, bool lro)
{
	static const struct view_options ports = {.nvxlan_ports = 1, .vxlan_ports = {OWN_VXLAN}};
	static const char *const other[] = {"urgent_alone", "vxlan_no_vni",  "gre_routing",
					    "gre_flags",    "gre_version",   "gre_recursion",
					    "gre_protocol", "geneve_version"};
	const struct train_case *train = &bench->train;
	/* UDP has no train to overtake, but a fragment may be of one. */
	const uint64_t of_udp = ~GRO_BIT(GRO_FRAGMENT);
	bool alone = false, labels = false;

	for (unsigned int i = 0; i < train->nchoices; i++)
		for (unsigned int j = 0; j < sizeof(other) / sizeof(other[0]); j++)
			if (is_in(train, i) && !strcmp(train->choices[i].change->name, other[j]))
				return false;
	for (unsigned int i = 0; i < train->nframes; i++) {
		const struct wire_frame *wire = &train->frames[i];
		struct frame frame = {.number = i + 1,
				      .bytes = {wire->bytes, wire->length},
				      .wire_len = (uint32_t)wire->length,
				      .link_type = 1};
		struct capture_checksums counts = {0};
		uint8_t verdicts[VIEW_MAX_HEADERS];
		struct gro_packet packet;
		struct view view;

		if (wire->length > SIM_FRAME_MAX || (lro && wire->packet->ips[0].extensions))
			return false;
		/* Linux takes the checksum for a part of the key. */
		if (wire->packet->tunnels[0].has_key && wire->packet->tunnels[0].has_sum)
			return false;
		view_decode(&view, &frame, &ports);
		csum_verify(&view, sum_ops_best(), verdicts, &counts);
		gro_packet_read(&packet, &view, verdicts, &bench->lab.scope);
		if (packet.alone & packet.early & ~(wire->udp ? of_udp : 0))
			return false;
		alone |= packet.alone || (lro && wire->packet->tcp.flags & ~0x058);
		labels |= !same_labels(wire->packet, train->frames[0].packet);
	}
	return !(alone && labels);
}

/* --- what came up ------------------------------------------------------------------------------- */

/* As on the wire: with the tag that was stripped. */
static struct super whole(const struct sim_received *received)
{
	struct super super = {.bytes = end_memory(received->len + 4), .length = received->len};
	uint8_t *p = super.bytes;

	memcpy(p, received->bytes, received->len);
	if (received->has_tag) {
		memmove(p + 16, p + 12, received->len - 12);
		put(p + 12, 2, received->tag_type);
		put(p + 14, 2, received->tag);
		super.length += 4;
	}
	return super;
}

static void fail_case(struct bench *bench, const char *what)
{
	print_case(&bench->train);
	print_model(&bench->lab);
	printf("  nodsim:");
	for (unsigned int i = 0; i < bench->end.nseen; i++)
		printf(" %u/%u*%u", bench->end.seen[i].len, bench->end.seen[i].gso_size,
		       bench->end.seen[i].segments);
	printf("\n");
	fail_msg("%s", what);
}

static void check(struct bench *bench, bool holds, const char *what)
{
	if (!holds)
		fail_case(bench, what);
}

/* --- GRE ---------------------------------------------------------------------------------------- */

/*
 * Linux leaves the checksum of the first frame there. What should be there is one that is right once that
 * of TCP is.
 */
static void check_gre(struct bench *bench, struct super *expected, struct super *super,
		      const struct sim_received *received)
{
	const struct wire_frame *head = &bench->train.frames[expected->first];
	uint32_t gre = head->tunnel_at[0], tcp = head->l4_at;
	uint8_t *field = super->bytes + tcp + 16;
	uint32_t pseudo;

	if (!(received->gso & SIM_GSO_GRE_CSUM))
		return;
	pseudo = (uint32_t)(field[0] << 8 | field[1]);
	put(field, 2, (uint16_t)~add_bytes(0, super->bytes + tcp, super->length - tcp));
	check(bench, add_bytes(0, super->bytes + gre, super->length - gre) == 0xffff,
	      "the checksum of GRE");
	put(field, 2, pseudo);
	memcpy(expected->bytes + gre + 4, super->bytes + gre + 4, 2);
}

/* --- undone ------------------------------------------------------------------------------------- */

/**
 * struct undoing - a super-frame that is split again
 * @super: what the model says it is made of; @next: frame that has to come next
 */
struct undoing {
	struct bench *bench;
	const struct super *super;
	unsigned int next;
};

static int see_piece(void *context, const struct split_piece *piece)
{
	struct undoing *undoing = context;
	const struct train_case *train = &undoing->bench->train;
	const struct wire_frame *frame = &train->frames[undoing->next];
	size_t head = piece->head.length;

	check(undoing->bench,
	      head + piece->body.length == frame->length &&
		      memcmp(piece->head.bytes, frame->bytes, head) == 0 &&
		      memcmp(piece->body.bytes, frame->bytes + head, piece->body.length) == 0,
	      "not what it was made of");
	do
		undoing->next++;
	while (undoing->next < train->nframes &&
	       undoing->bench->lab.tags[undoing->next] != undoing->super->first);
	return 0;
}

/* One in 65536 is right as it is. */
static bool is_pseudo(uint8_t verdict)
{
	return verdict == CSUM_PARTIAL || verdict == CSUM_OK;
}

/* The sums of a packet that is not finished, and nothing else that is wrong. */
static void check_partial(struct bench *bench, const struct view *view, const uint8_t *verdicts,
			  const struct sim_received *received)
{
	const struct header *l4 = view_l4(view);
	uint32_t tag = received->has_tag ? 4 : 0;

	check(bench, l4 && l4->kind == HEADER_TCP, "not TCP");
	check(bench, is_pseudo(verdicts[view->l4]), "the checksum is no pseudo-header sum");
	check(bench, received->csum_start + tag == l4->off && received->csum_offset == 16,
	      "the checksum is elsewhere");
	for (unsigned int i = 0; i < view->l4; i++) {
		const struct header *header = &view->headers[i];
		bool udp = header->kind == HEADER_UDP;

		if (header_is_ip(header) || header->kind == HEADER_GRE)
			check(bench,
			      verdicts[i] == CSUM_OK || verdicts[i] == CSUM_NO_FIELD ||
				      verdicts[i] == CSUM_LCO,
			      "a header's checksum");
		if (udp && received->gso & SIM_GSO_UDP_TUNNEL_CSUM)
			check(bench, is_pseudo(verdicts[i]), "the tunnel's checksum");
		if (udp && received->gso & SIM_GSO_UDP_TUNNEL)
			check(bench, verdicts[i] == CSUM_NONE, "a tunnel without checksum");
	}
}

static uint32_t gso_of(const struct wire_frame *head, const struct wire_frame *second)
{
	const struct packet *packet = head->packet;
	const struct ip *ip = &packet->ips[packet->levels - 1];
	const struct tunnel_header *tunnel = &packet->tunnels[0];
	uint32_t gso = ip->version == 4 ? SIM_GSO_TCP4 : SIM_GSO_TCP6;

	if (ip->version == 4 && ip->id == second->packet->ips[packet->levels - 1].id)
		gso |= SIM_GSO_FIXEDID;
	if (packet->tcp.flags & 0x080)
		gso |= SIM_GSO_ECN;
	if (packet->levels == 1)
		return gso;
	switch (tunnel->kind) {
	case VXLAN:
	case GENEVE:
		return gso |
		       (tunnel->sum == SUM_ZERO ? SIM_GSO_UDP_TUNNEL : SIM_GSO_UDP_TUNNEL_CSUM);
	case GRE:
	case GRETAP:
		return gso | (tunnel->has_sum ? SIM_GSO_GRE_CSUM : SIM_GSO_GRE);
	default:
		return gso | SIM_GSO_IPIP;
	}
}

static void check_undone(struct bench *bench, const struct super *expected,
			 const struct super *super, const struct sim_received *received)
{
	static const struct view_options ports = {.nvxlan_ports = 1, .vxlan_ports = {OWN_VXLAN}};
	struct undoing undoing = {bench, expected, expected->first};
	struct split_size size = {.segment = received->gso_size, .source = SPLIT_METADATA};
	struct frame frame = {.number = 1,
			      .bytes = {super->bytes, super->length},
			      .wire_len = (uint32_t)super->length,
			      .link_type = 1};
	struct capture_checksums counts = {0};
	uint8_t verdicts[VIEW_MAX_HEADERS];
	const char *reason = NULL;
	struct view view;

	view_decode(&view, &frame, &ports);
	csum_verify(&view, sum_ops_best(), verdicts, &counts);
	check_partial(bench, &view, verdicts, received);
	size.fixed_id = received->gso & SIM_GSO_FIXEDID ? 1u << LEVEL_INNER : 0;
	check(bench,
	      split_frame(&view, verdicts, &size, sum_ops_best(), see_piece, &undoing, &reason) ==
		      SPLIT_DONE,
	      reason ? reason : "not split");
	check(bench, undoing.next >= bench->train.nframes, "frames are missing");
}

/* --- hardware GRO ------------------------------------------------------------------------------- */

static unsigned int second_of(const struct bench *bench, unsigned int first)
{
	unsigned int i = first + 1;

	while (bench->lab.tags[i] != first)
		i++;
	return i;
}

static void check_gro(struct bench *bench, struct super *expected,
		      const struct sim_received *received)
{
	const struct wire_frame *frames = bench->train.frames;
	struct super super = whole(received);

	check(bench, received->gso_size == expected->gso_size, "gso_size");
	check_gre(bench, expected, &super, received);
	check(bench, same_bytes(&bench->lab, expected, &super), "bytes");
	if (expected->count > 1) {
		unsigned int second = second_of(bench, expected->first);

		check(bench, received->csum == SIM_CSUM_PARTIAL, "merged, and not partial");
		check(bench, received->segments == expected->count, "segments");
		check(bench, received->gso == gso_of(&frames[expected->first], &frames[second]),
		      "gso");
		check_undone(bench, expected, &super, received);
		bench->merged++;
		bench->tunnelled += frames[expected->first].packet->levels > 1;
		bench->tagged += received->has_tag;
	} else {
		check(bench,
		      !received->gso && !received->segments && received->csum != SIM_CSUM_PARTIAL,
		      "one that was held is not as it was");
	}
	free(super.bytes);
}

static void check_lro(struct bench *bench, struct super *expected,
		      const struct sim_received *received);

static void run_case(struct bench *bench, uint64_t number, bool lro)
{
	struct end *end = &bench->end;

	choose_case(&bench->train, 1, number);
	bench->train.mode = GRO_MODE_HOST;
	make_case(&bench->train, bench->memory);
	if (!bench->train.nframes || !is_asked(bench, lro))
		return;
	bench->lab.train = &bench->train;
	ask_model(&bench->lab);
	end_forget(end);
	if (!lro)
		end->nic.offloads ^= SIM_RX_VLAN;
	for (unsigned int i = 0; i < bench->train.nframes; i++)
		end_receive(end, bench->train.frames[i].bytes, bench->train.frames[i].length);
	end_poll(end);
	check(bench, end->nseen == bench->lab.model.count, "packets");
	for (unsigned int i = 0; i < end->nseen; i++)
		(lro ? check_lro : check_gro)(bench, &bench->lab.model.supers[i], &end->seen[i]);
	bench->compared++;
}

static void test_gro(void **state)
{
	struct bench *bench = end_memory(sizeof(*bench));

	(void)state;
	bench_open(bench, SIM_RX_CSUM | SIM_RX_GRO_HW, model_of_gro());
	for (uint64_t number = 0; number < CASES; number++)
		run_case(bench, number, false);
	/* Extension headers that differ in nothing but their type. */
	run_case(bench, 12278, false);
	/* Else nothing was tested. */
	assert_true(bench->compared > CASES / 2);
	assert_true(bench->tunnelled > CASES / 8 && bench->merged - bench->tunnelled > CASES / 16);
	assert_true(bench->tagged > 10);
	bench_close(bench);
	free(bench);
}

/* --- LRO ---------------------------------------------------------------------------------------- */

/* All checksums of the one that is merged are right; which timestamps it has is another test's. */
static void check_lro(struct bench *bench, struct super *expected,
		      const struct sim_received *received)
{
	const struct wire_frame *head = &bench->train.frames[expected->first];
	struct frame frame = {.number = 1,
			      .bytes = {received->bytes, received->len},
			      .wire_len = received->len,
			      .link_type = 1};
	struct capture_checksums counts = {0};
	uint8_t verdicts[VIEW_MAX_HEADERS];
	struct view view;

	check(bench, received->len == expected->length, "length");
	check(bench, received->gso_size == expected->gso_size, "gso_size");
	check(bench,
	      memcmp(received->bytes + head->payload, expected->bytes + head->payload,
		     received->len - head->payload) == 0,
	      "payload");
	if (expected->count == 1) {
		check(bench, memcmp(received->bytes, head->bytes, head->length) == 0, "bytes");
		return;
	}
	check(bench, received->csum == SIM_CSUM_UNNECESSARY && !received->csum_level, "csum");
	check(bench, received->segments == expected->count, "segments");
	check(bench,
	      received->gso == (head->packet->ips[0].version == 4 ? SIM_GSO_TCP4 : SIM_GSO_TCP6),
	      "gso");
	view_decode(&view, &frame, NULL);
	check(bench,
	      !(csum_verify(&view, sum_ops_best(), verdicts, &counts) & ~(1u << CSUM_OK)) &&
		      counts.tcp[CSUM_OK] == 1,
	      "checksums");
	bench->merged++;
}

static void test_lro(void **state)
{
	struct bench *bench = end_memory(sizeof(*bench));

	(void)state;
	bench_open(bench, SIM_RX_CSUM | SIM_RX_LRO, model_of_lro());
	for (uint64_t number = 0; number < CASES; number++)
		run_case(bench, number, true);
	assert_true(bench->compared > CASES / 2);
	assert_true(bench->merged > CASES / 20);
	bench_close(bench);
	free(bench);
}

/* --- tunnels ------------------------------------------------------------------------------------ */

/* How many packets three frames become in such a tunnel. */
static unsigned int packets_of(struct bench *bench, struct tunnel_header tunnel)
{
	struct train_case *train = &bench->train;

	*train = (struct train_case){.npackets = 3};
	for (unsigned int i = 0; i < 3; i++) {
		train->packets[i] = (struct packet){.link = {.source = 2, .target = 1},
						    .levels = 2,
						    .length = 99,
						    .tcp = {.flags = 0x010}};
		for (unsigned int level = 0; level < 2; level++)
			train->packets[i].ips[level] = (struct ip){
				.version = 4, .ttl = 9, .id_step = 1, .id_mask = 0xffff};
		train->packets[i].tunnels[0] = tunnel;
	}
	number_train(train);
	build_frames(train, bench->memory);
	end_forget(&bench->end);
	for (unsigned int i = 0; i < 3; i++)
		end_receive(&bench->end, train->frames[i].bytes, train->frames[i].length);
	end_poll(&bench->end);
	return bench->end.nseen;
}

static void test_tunnel_headers(void **state)
{
	struct bench *bench = end_memory(sizeof(*bench));
	struct tunnel_header geneve = {.kind = GENEVE, .dport = GENEVE_PORT}, gre = {.kind = GRE};

	(void)state;
	bench_open(bench, SIM_RX_CSUM | SIM_RX_GRO_HW, model_of_gro());
	assert_int_equal(packets_of(bench, geneve), 1);
	geneve.flags = 0x80; /* operation and maintenance */
	assert_int_equal(packets_of(bench, geneve), 3);
	geneve.flags = 0x40;
	assert_int_equal(packets_of(bench, geneve), 1);
	assert_int_equal(packets_of(bench, gre), 1);
	gre.has_key = true;
	assert_int_equal(packets_of(bench, gre), 1);
	gre.has_sequence = true;
	assert_int_equal(packets_of(bench, gre), 3);
	bench_close(bench);
	free(bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gro),
		cmocka_unit_test(test_lro),
		cmocka_unit_test(test_tunnel_headers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
