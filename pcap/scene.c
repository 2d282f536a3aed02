/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where was this capture taken: with which MTU, and on which of the hosts in it?
 */
#include <string.h>

#include "pcap/scene.h"

#define MTU_DEFAULT_BYTES  1500u
#define MTU_LOOPBACK_BYTES 65536u

/* Segments of less than this come in no train that is worth merging. */
#define LEAST_SEGMENT 256u

const char *mtu_source_text(enum mtu_source source)
{
	static const char *const texts[] = {
		[MTU_OPTION] = "given with --mtu",
		[MTU_INTERFACE] = "of the interface, as the capture says",
		[MTU_LOOPBACK] = "of the loopback device",
		[MTU_SIZES] = "where the packet sizes pile up",
		[MTU_MSS] = "from the MSS that TCP hosts announce",
		[MTU_DEFAULT] = "assumed",
	};

	return texts[source];
}

void scene_init(struct scene *scene, uint32_t mtu)
{
	*scene = (struct scene){.mtu_given = mtu != 0};
	scene->threshold = scene->mtu = mtu ? mtu : MTU_DEFAULT_BYTES;
}

static bool has_interface_mtu(const struct scene *scene)
{
	return scene->vantage.has & VANTAGE_HAS_MTU && scene->vantage.mtu;
}

void scene_vantage(struct scene *scene, const struct vantage *vantage)
{
	scene->vantage = *vantage;
	if (scene->mtu_given)
		return;
	scene->mtu = has_interface_mtu(scene) ? vantage->mtu : MTU_DEFAULT_BYTES;
	scene->threshold = scene->mtu;
}

/* Both ends of the loopback device have the Ethernet address 0; 127/8 and ::1 never leave a host. */
static bool is_loopback(const struct view *view)
{
	const struct header *first = &view->headers[0], *ip = view->outer;
	const uint8_t *p = view_header(view, ip);

	if (unlikely(p[12] == 127) && ip->kind == HEADER_IPV4)
		return true;
	if (unlikely(ip->kind == HEADER_IPV6) && !load_be64(p + 8) && load_be64(p + 16) == 1)
		return true;
	p = view_header(view, first);
	return first->kind == HEADER_ETHERNET && unlikely(!load_be64(p)) && !load_be32(p + 8);
}

static void count_length(struct scene *scene, uint32_t length)
{
	unsigned int bucket = 0;

	if (unlikely(length > scene->max_ip_len))
		scene->max_ip_len = length;
	if (likely(length < SCENE_EXACT_LENGTHS)) {
		scene->lengths[length]++;
		return;
	}
	scene->above_loopback += length > MTU_LOOPBACK_BYTES;
	while (bucket + 1 < SCENE_BUCKETS && length >= SCENE_FIRST_BUCKET << (bucket + 1))
		bucket++;
	scene->buckets[bucket]++;
}

/*
 * A SYN tells the MTU of its sender: its MSS and the headers. Inside a tunnel that is the MTU of the
 * tunnel's device, which says nothing certain of the one outside.
 */
static void read_mss(struct scene *scene, const struct sight *sight)
{
	const struct view *view = sight->view;
	const struct header *tcp = view_l4(view);
	const uint8_t *p = span_at(view->bytes, tcp->off, tcp->len);
	uint32_t mss = 0, mtu;

	for (uint32_t off = 20; p && off + 1 < tcp->len && p[off];) {
		if (p[off] == 1) {
			off++;
			continue;
		}
		if (p[off] == 2 && p[off + 1] == 4 && off + 4 <= tcp->len)
			mss = load_be16(p + off + 2);
		if (p[off + 1] < 2)
			break;
		off += p[off + 1];
	}
	sight->flow->mss = (uint16_t)mss;
	if (!mss || view->nips > 1)
		return;
	mtu = mss + 20 + tcp->off - view_ip(view, 0)->off;
	if (mtu > scene->mss_mtu && mtu < SCENE_EXACT_LENGTHS)
		scene->mss_mtu = mtu;
}

static void add_local(struct scene *scene, const struct flow *flow, bool sure)
{
	struct local *local = scene->locals;

	for (; local < scene->locals + scene->nlocals; local++)
		if (local->version == flow->key.version &&
		    memcmp(local->address, flow->key.src, sizeof(local->address)) == 0)
			break;
	if (local == scene->locals + SCENE_LOCALS)
		return;
	if (local == scene->locals + scene->nlocals) {
		scene->nlocals++;
		memcpy(local->address, flow->key.src, sizeof(local->address));
		local->version = flow->key.version;
	}
	local->sure += sure;
	local->likely += !sure;
}

/* The verdict on the innermost TCP or UDP checksum; CSUM_NO_FIELD if there is none. */
static enum csum_verdict innermost_csum(const struct sight *sight)
{
	return sight->view->l4 == VIEW_NONE ? CSUM_NO_FIELD : sight->csums[sight->view->l4];
}

/*
 * Only who sends a frame leaves its checksum to the NIC; GRO leaves a partial one too, but only if it
 * merged, and it merges nothing without payload.
 */
static void note_sender(struct scene *scene, const struct sight *sight)
{
	enum csum_verdict verdict = innermost_csum(sight);

	if (verdict != CSUM_PARTIAL && verdict != CSUM_PARTIAL_NOLEN)
		return;
	if (sight->traits & (TRAIT_OVERSIZED | TRAIT_LEN_ZERO | TRAIT_FRAGMENT))
		return;
	add_local(scene, sight->flow, !(sight->now.flags & SEGMENT_TCP_DATA));
}

static void note_oversized(struct scene *scene, const struct sight *sight)
{
	enum csum_verdict verdict = innermost_csum(sight);

	scene->above++;
	if (sight->view->frame->flags & FRAME_SEGMENTED)
		scene->over_offload++;
	else if (verdict == CSUM_OK)
		scene->over_ok++;
	else if (verdict == CSUM_PARTIAL || verdict == CSUM_PARTIAL_NOLEN || verdict == CSUM_ZERO)
		scene->over_offload++;
	else
		scene->over_other++;
}

enum stride scene_stride(const struct scene *scene, const struct sight *sight, uint16_t *segments)
{
	uint32_t payload = sight->flow->last.payload_len, largest = scene->threshold - 28;
	enum level level = LEVEL_INNER;

	/* After a gap the step counts frames that are not here; constant inner IDs tell nothing. */
	if (sight->traits & BREAK_SEQ)
		return STRIDE_NONE;
	if (!(sight->id_valid & 1u << LEVEL_INNER) || !sight->id_delta[LEVEL_INNER])
		level = LEVEL_OUTER;
	*segments = sight->id_delta[level];
	if (!(sight->id_valid & 1u << level) || !*segments ||
	    *segments > payload / LEAST_SEGMENT + 1)
		return STRIDE_NONE;
	return (uint64_t)*segments * largest < payload ? STRIDE_WHOLE : STRIDE_SEGMENTS;
}

static void note_stride(struct scene *scene, const struct sight *sight)
{
	uint16_t segments;
	enum stride stride = scene_stride(scene, sight, &segments);

	scene->over_stride_one += stride == STRIDE_WHOLE;
	scene->over_stride_more += stride == STRIDE_SEGMENTS;
}

void scene_frame(struct scene *scene, const struct sight *sight)
{
	const struct view *view = sight->view;

	scene->ip_frames++;
	count_length(scene, sight->ip_len);
	if (unlikely(view->flags & (VIEW_INBOUND | VIEW_OUTBOUND))) {
		scene->inbound += !!(view->flags & VIEW_INBOUND);
		scene->outbound += !!(view->flags & VIEW_OUTBOUND);
	}
	if (unlikely(is_loopback(view)))
		scene->loopback_frames++;
}

void scene_note(struct scene *scene, const struct sight *sight)
{
	if (sight->traits & TRAIT_SYN)
		read_mss(scene, sight);
	if (sight->traits & TRAIT_CSUM_OFFLOAD)
		note_sender(scene, sight);
	if (sight->traits & TRAIT_OVERSIZED)
		note_oversized(scene, sight);
	if (sight->traits & TRAIT_AFTER_OVERSIZED)
		note_stride(scene, sight);
}

bool scene_is_local(const struct scene *scene, const uint8_t *address, uint8_t version)
{
	for (uint32_t i = 0; i < scene->nlocals; i++) {
		const struct local *local = &scene->locals[i];

		/* One frame in 65536 has a partial sum by chance: one alone proves nothing. */
		if (local->version == version && local->sure && local->sure + local->likely > 1 &&
		    memcmp(local->address, address, sizeof(local->address)) == 0)
			return true;
	}
	return false;
}

uint64_t scene_oversized(const struct scene *scene)
{
	uint64_t count = 0;

	if (scene->mtu == scene->threshold)
		return scene->above;
	if (scene->mtu == MTU_LOOPBACK_BYTES)
		return scene->above_loopback;
	for (uint32_t i = scene->mtu + 1; i < SCENE_EXACT_LENGTHS; i++)
		count += scene->lengths[i];
	for (unsigned int i = 0; i < SCENE_BUCKETS; i++)
		count += scene->buckets[i];
	return count;
}

enum side scene_side(const struct scene *scene, const struct flow *flow, uint32_t outbound,
		     uint32_t inbound)
{
	bool from = scene_is_local(scene, flow->key.src, flow->key.version);
	bool to = scene_is_local(scene, flow->key.dst, flow->key.version);

	if (from && to)
		return SIDE_WITHIN;
	if (outbound != inbound)
		return outbound > inbound ? SIDE_SENT : SIDE_RECEIVED;
	return from ? SIDE_SENT : to ? SIDE_RECEIVED : SIDE_UNKNOWN;
}

/*
 * Jumbo frames: whole packets with right checksums, each of which takes one ID, and many as long as
 * the longest. Merged ones vary in length and take several IDs.
 */
static bool is_jumbo(const struct scene *scene)
{
	uint64_t longest;

	if (scene->max_ip_len <= scene->threshold || scene->max_ip_len >= SCENE_EXACT_LENGTHS ||
	    scene->over_offload || scene->over_stride_more * 4 > scene->over_stride_one)
		return false;
	if (scene->mss_mtu >= scene->max_ip_len)
		return true;
	longest = scene->lengths[scene->max_ip_len];
	return scene->over_ok >= 2 && scene->over_stride_one && longest >= 2;
}

static void settle_mtu(struct scene *scene)
{
	if (scene->mtu_given) {
		scene->mtu_source = MTU_OPTION;
	} else if (has_interface_mtu(scene)) {
		scene->mtu_source = MTU_INTERFACE;
	} else if (scene->loopback_frames * 2 > scene->ip_frames) {
		scene->mtu = MTU_LOOPBACK_BYTES;
		scene->mtu_source = MTU_LOOPBACK;
	} else if (is_jumbo(scene)) {
		scene->mtu = scene->max_ip_len;
		scene->mtu_source = MTU_SIZES;
		if (scene->mss_mtu >= scene->max_ip_len) {
			scene->mtu = scene->mss_mtu;
			scene->mtu_source = MTU_MSS;
		}
	} else if (scene->mss_mtu > MTU_DEFAULT_BYTES) {
		scene->mtu = scene->mss_mtu;
		scene->mtu_source = MTU_MSS;
	} else if (scene->mss_mtu == MTU_DEFAULT_BYTES) {
		scene->mtu_source = MTU_MSS;
	} else {
		scene->mtu_source =
			scene->lengths[MTU_DEFAULT_BYTES] >= 8 ? MTU_SIZES : MTU_DEFAULT;
	}
}

void scene_settle(struct scene *scene, const struct flow_table *flows)
{
	settle_mtu(scene);
	for (size_t i = 0; scene->nlocals && i < flows_count(flows); i++) {
		const struct flow *flow = flows_at(flows, i);
		bool from = scene_is_local(scene, flow->key.src, flow->key.version);
		bool to = scene_is_local(scene, flow->key.dst, flow->key.version);

		scene->flows_within += from && to;
		scene->flows_from_local += from && !to;
		scene->flows_to_local += to && !from;
	}
}
