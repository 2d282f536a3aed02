/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How does a frame of the ring reach the stack? As a driver does it: headers in the linear part of an skb,
 * payload in pages, so that GRO can go on from there.
 */
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>

#include "nodsim.h"

/* What a driver gives the linear part. */
#define LINEAR_MAX 256

/* --- an skb ------------------------------------------------------------------------------------ */

static bool add_page(struct sk_buff *skb, const u8 *bytes, u32 len)
{
	struct page *page = dev_alloc_page();

	if (!page)
		return false;
	memcpy(page_address(page), bytes, len);
	skb_add_rx_frag(skb, skb_shinfo(skb)->nr_frags, page, 0, len, PAGE_SIZE);
	return true;
}

static bool add_piece(struct sk_buff *skb, const u8 *bytes, u32 len)
{
	void *piece = napi_alloc_frag(SKB_DATA_ALIGN(len));
	struct page *page;

	if (!piece)
		return false;
	memcpy(piece, bytes, len);
	page = virt_to_head_page(piece);
	skb_add_rx_frag(skb, skb_shinfo(skb)->nr_frags, page, piece - page_address(page), len,
			SKB_DATA_ALIGN(len));
	return true;
}

static bool add_payload(struct sk_buff *skb, const u8 *bytes, u32 len)
{
	if (DIV_ROUND_UP(len, PAGE_SIZE) > MAX_SKB_FRAGS)
		return false;
	for (; len >= PAGE_SIZE; bytes += PAGE_SIZE, len -= PAGE_SIZE)
		if (!add_page(skb, bytes, PAGE_SIZE))
			return false;
	return !len || add_piece(skb, bytes, len);
}

static struct sk_buff *make_skb(struct nodsim_rxq *queue, const struct sim_received *received)
{
	u32 linear = min_t(u32, received->len, LINEAR_MAX);
	struct sk_buff *skb = napi_alloc_skb(&queue->napi, LINEAR_MAX);

	if (!skb)
		return NULL;
	if (received->len > LINEAR_MAX)
		linear = eth_get_headlen(queue->sim->dev, received->bytes, LINEAR_MAX);
	skb_put_data(skb, received->bytes, linear);
	if (add_payload(skb, received->bytes + linear, received->len - linear))
		return skb;
	kfree_skb(skb);
	return NULL;
}

/* --- what the NIC says of it ------------------------------------------------------------------- */

static void set_csum(struct nodsim_rxq *queue, struct sk_buff *skb,
		     const struct sim_received *received)
{
	switch (received->csum) {
	case SIM_CSUM_UNNECESSARY:
		skb->ip_summed = CHECKSUM_UNNECESSARY;
		skb->csum_level = received->csum_level;
		nodsim_rx_count(queue,
				received->csum_level ? NODSIM_RX_CSUM_UNNECESSARY_INNER
						     : NODSIM_RX_CSUM_UNNECESSARY,
				1);
		break;
	case SIM_CSUM_COMPLETE:
		skb->ip_summed = CHECKSUM_COMPLETE;
		skb->csum = csum_unfold((__force __sum16)htons(received->csum_sum));
		nodsim_rx_count(queue, NODSIM_RX_CSUM_COMPLETE, 1);
		break;
	case SIM_CSUM_PARTIAL:
		skb->ip_summed = CHECKSUM_PARTIAL;
		skb->csum_start = skb_headroom(skb) + received->csum_start;
		skb->csum_offset = received->csum_offset;
		nodsim_rx_count(queue, NODSIM_RX_CSUM_UNNECESSARY, 1);
		break;
	default:
		nodsim_rx_count(queue, NODSIM_RX_CSUM_NONE, 1);
	}
}

static const struct {
	u32 sim, stack;
} gso_types[] = {
	{SIM_GSO_TCP4, SKB_GSO_TCPV4},
	{SIM_GSO_TCP6, SKB_GSO_TCPV6},
	{SIM_GSO_UDP, SKB_GSO_UDP_L4},
	{SIM_GSO_ECN, SKB_GSO_TCP_ECN},
	{SIM_GSO_FIXEDID, SKB_GSO_TCP_FIXEDID},
	{SIM_GSO_UDP_TUNNEL, SKB_GSO_UDP_TUNNEL},
	{SIM_GSO_GRE, SKB_GSO_GRE},
	{SIM_GSO_UDP_TUNNEL_CSUM, SKB_GSO_UDP_TUNNEL_CSUM},
	{SIM_GSO_GRE_CSUM, SKB_GSO_GRE_CSUM},
};

/* Only hardware GRO leaves a pseudo-header sum, so that the packet can be cut again. */
static void count_merged(struct nodsim_rxq *queue, const struct sim_received *received)
{
	const struct tcphdr *tcp = (const void *)(received->bytes + received->csum_start);
	u32 headers;

	if (received->csum != SIM_CSUM_PARTIAL) {
		nodsim_rx_count(queue, NODSIM_RX_LRO_PACKETS, 1);
		nodsim_rx_count(queue, NODSIM_RX_LRO_BYTES, received->len);
		return;
	}
	headers = received->csum_start;
	headers += received->gso & SIM_GSO_UDP ? sizeof(struct udphdr) : tcp->doff * 4;
	nodsim_rx_count(queue, NODSIM_RX_GRO_PACKETS, 1);
	nodsim_rx_count(queue, NODSIM_RX_GRO_BYTES, received->len);
	nodsim_rx_count(queue, NODSIM_RX_GRO_WIRE_PACKETS, received->segments);
	nodsim_rx_count(queue, NODSIM_RX_GRO_WIRE_BYTES,
			received->len + (u64)headers * (received->segments - 1));
}

static void set_inner_headers(struct sk_buff *skb, const struct sim_packet *packet)
{
	const struct sim_level *inner = sim_inner(packet);

	skb->encapsulation = 1;
	skb_set_inner_mac_header(skb, packet->inner_at);
	skb_set_inner_network_header(skb, inner->l3);
	skb_set_inner_transport_header(skb, inner->l4);
	skb_set_inner_protocol(skb, htons(inner->version == 4 ? ETH_P_IP : ETH_P_IPV6));
}

/*
 * Software GRO may be off, and a bridge does not look at IP: who cuts the packet again has to find its headers.
 */
static void set_headers(struct sk_buff *skb, const struct sim_packet *packet, u32 gso)
{
	const struct sim_level *outer = &packet->levels[0];

	skb_set_network_header(skb, outer->l3);
	skb_set_transport_header(skb, outer->l4);
	if (packet->nlevels < 2)
		return;
	set_inner_headers(skb, packet);
	if (gso & SIM_GSO_IPIP)
		skb_shinfo(skb)->gso_type |= outer->version == 4 ? SKB_GSO_IPXIP4 : SKB_GSO_IPXIP6;
}

static void set_gso(struct nodsim_rxq *queue, struct sk_buff *skb,
		    const struct sim_received *received)
{
	struct skb_shared_info *shared = skb_shinfo(skb);

	if (!received->gso)
		return;
	for (unsigned int i = 0; i < ARRAY_SIZE(gso_types); i++)
		if (received->gso & gso_types[i].sim)
			shared->gso_type |= gso_types[i].stack;
	set_headers(skb, received->packet, received->gso);
	/* Drivers are known that leave it out; the stack then cannot cut the packet again. */
	if (READ_ONCE(queue->sim->lro_untyped) && received->csum != SIM_CSUM_PARTIAL)
		shared->gso_type = 0;
	shared->gso_size = received->gso_size;
	shared->gso_segs = received->segments;
	count_merged(queue, received);
}

static void set_rest(struct nodsim_rxq *queue, struct sk_buff *skb,
		     const struct sim_received *received)
{
	if (received->hash_type != SIM_HASH_NONE)
		skb_set_hash(skb, received->hash,
			     received->hash_type == SIM_HASH_L4 ? PKT_HASH_TYPE_L4
								: PKT_HASH_TYPE_L3);
	if (received->has_tag) {
		__vlan_hwaccel_put_tag(skb, htons(received->tag_type), received->tag);
		nodsim_rx_count(queue, NODSIM_RX_VLAN_STRIPPED, 1);
	}
	skb_record_rx_queue(skb, queue->index);
}

/* --- the poll ---------------------------------------------------------------------------------- */

static void deliver(void *context, const struct sim_received *received)
{
	struct nodsim_rxq *queue = context;
	struct sk_buff *skb = NULL;

	if (received->len >= ETH_HLEN)
		skb = make_skb(queue, received);
	if (!skb) {
		nodsim_rx_count(queue, NODSIM_RX_DROPPED, 1);
		return;
	}
	set_csum(queue, skb, received);
	set_gso(queue, skb, received);
	set_rest(queue, skb, received);
	skb->protocol = eth_type_trans(skb, queue->sim->dev);
	napi_gro_receive(&queue->napi, skb);
}

static void take_frames(struct nodsim_rxq *queue, struct list_head *frames, int most)
{
	spin_lock_irq(&queue->lock);
	while (most-- > 0 && !list_empty(&queue->ring)) {
		list_move_tail(queue->ring.next, frames);
		WRITE_ONCE(queue->waiting, queue->waiting - 1);
	}
	/* The next frame is the first again. */
	if (list_empty(&queue->ring))
		hrtimer_try_to_cancel(&queue->timer);
	spin_unlock_irq(&queue->lock);
}

int nodsim_poll(struct napi_struct *napi, int budget)
{
	struct nodsim_rxq *queue = container_of(napi, struct nodsim_rxq, napi);
	const struct sim_nic *nic = &queue->sim->nic;
	struct nodsim_frame *frame, *next;
	LIST_HEAD(frames);
	u64 bytes = 0;
	int done = 0;

	/* netpoll asks for sent packets only, and here there are none. */
	if (budget <= 0)
		return 0;
	take_frames(queue, &frames, budget);
	nodsim_wake_sender(queue->sim);
	list_for_each_entry_safe(frame, next, &frames, list)
	{
		sim_receive(nic, &queue->core, frame->bytes, frame->len, deliver, queue);
		bytes += frame->len;
		done++;
		kfree(frame);
	}
	sim_poll_end(nic, &queue->core, deliver, queue);
	nodsim_rx_count(queue, NODSIM_RX_PACKETS, done);
	nodsim_rx_count(queue, NODSIM_RX_BYTES, bytes);
	if (done < budget)
		napi_complete_done(napi, done);
	return done;
}
