/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How does a packet of the stack get to the other end, and which does this NIC leave to the stack?
 */
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/skbuff.h>
#include <net/geneve.h>
#include <net/gre.h>
#include <net/ip.h>
#include <net/vxlan.h>

#include "nodsim.h"

/* --- what the stack asks for ------------------------------------------------------------------- */

static const struct {
	u32 stack, sim;
} gso_types[] = {
	{SKB_GSO_TCPV4, SIM_GSO_TCP4},
	{SKB_GSO_TCPV6, SIM_GSO_TCP6},
	{SKB_GSO_UDP_L4, SIM_GSO_UDP},
	{SKB_GSO_TCP_ECN, SIM_GSO_ECN},
	{SKB_GSO_TCP_FIXEDID, SIM_GSO_FIXEDID},
	{SKB_GSO_UDP_TUNNEL, SIM_GSO_UDP_TUNNEL},
	{SKB_GSO_UDP_TUNNEL_CSUM, SIM_GSO_UDP_TUNNEL_CSUM},
	{SKB_GSO_GRE, SIM_GSO_GRE},
	{SKB_GSO_GRE_CSUM, SIM_GSO_GRE_CSUM},
	{SKB_GSO_IPXIP4 | SKB_GSO_IPXIP6, SIM_GSO_IPIP},
	{SKB_GSO_PARTIAL, SIM_GSO_PARTIAL},
};

static void describe_gso(struct sim_send *send, const struct sk_buff *skb)
{
	const struct skb_shared_info *shared = skb_shinfo(skb);

	for (unsigned int i = 0; i < ARRAY_SIZE(gso_types); i++)
		if (shared->gso_type & gso_types[i].stack)
			send->gso |= gso_types[i].sim;
	send->gso_size = shared->gso_size;
	send->l3 = skb_network_offset(skb);
	send->l4 = skb_transport_offset(skb);
	if (!skb->encapsulation)
		return;
	send->outer_l3 = send->l3;
	send->outer_l4 = send->l4;
	send->l3 = skb_inner_network_offset(skb);
	send->l4 = skb_inner_transport_offset(skb);
	/* IP in IP does not set it. */
	if (shared->gso_type & (SKB_GSO_IPXIP4 | SKB_GSO_IPXIP6))
		send->outer_l4 = send->l3;
}

/* False if the packet cannot be had in one piece. */
static bool describe(struct sim_send *send, const struct sk_buff *skb, u8 *packet)
{
	if (skb->len > SIM_SEND_MAX || skb_copy_bits(skb, 0, packet, skb->len))
		return false;
	send->bytes = packet;
	send->len = skb->len;
	if (skb->ip_summed == CHECKSUM_PARTIAL) {
		send->csum = true;
		send->csum_start = skb_checksum_start_offset(skb);
		send->csum_offset = skb->csum_offset;
	}
	if (skb_vlan_tag_present(skb)) {
		send->has_tag = true;
		send->tag_type = ntohs(skb->vlan_proto);
		send->tag = skb_vlan_tag_get(skb);
	}
	if (skb_is_gso(skb))
		describe_gso(send, skb);
	return true;
}

/* --- sending ----------------------------------------------------------------------------------- */

struct emission {
	struct nodsim *peer;
	u64 frames, bytes;
};

static void emit(void *context, const u8 *bytes, u32 len)
{
	struct emission *emission = context;

	nodsim_arrive(emission->peer, bytes, len);
	emission->frames++;
	emission->bytes += len;
}

static void count(struct nodsim_txq *queue, const struct sim_send *send,
		  const struct emission *emission)
{
	nodsim_tx_count(queue, NODSIM_TX_PACKETS, emission->frames);
	nodsim_tx_count(queue, NODSIM_TX_BYTES, emission->bytes);
	nodsim_tx_count(queue, send->csum ? NODSIM_TX_CSUM_PARTIAL : NODSIM_TX_CSUM_NONE, 1);
	if (send->has_tag)
		nodsim_tx_count(queue, NODSIM_TX_VLAN_INSERTED, 1);
	if (!send->gso)
		return;
	nodsim_tx_count(queue, NODSIM_TX_TSO_PACKETS, 1);
	nodsim_tx_count(queue, NODSIM_TX_TSO_BYTES, send->len);
	nodsim_tx_count(queue, NODSIM_TX_TSO_WIRE_PACKETS, emission->frames);
	nodsim_tx_count(queue, NODSIM_TX_TSO_WIRE_BYTES, emission->bytes);
}

static bool send_packet(struct nodsim_txq *queue, struct nodsim *peer, const struct sk_buff *skb)
{
	struct emission emission = {.peer = peer};
	struct sim_send send = {};

	if (!describe(&send, skb, queue->packet))
		return false;
	if (sim_transmit(&queue->sim->nic, &queue->core, &send, emit, &emission) != SIM_SENT)
		return false;
	count(queue, &send, &emission);
	return true;
}

static bool is_stopped(struct nodsim_txq *queue, struct nodsim *peer, struct netdev_queue *txq)
{
	if (!READ_ONCE(peer->pause) || !nodsim_is_full(peer))
		return false;
	netif_tx_stop_queue(txq);
	nodsim_tx_count(queue, NODSIM_TX_STOPPED, 1);
	/* Stopped first, then asked again: the poll makes room first, then looks who is stopped. */
	smp_mb();
	if (!nodsim_is_full(peer))
		netif_tx_start_queue(txq);
	return true;
}

netdev_tx_t nodsim_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct nodsim *sim = netdev_priv(dev), *peer;
	u16 index = skb_get_queue_mapping(skb);
	struct nodsim_txq *queue = &sim->txqs[index];
	bool sent = false;

	skb_tx_timestamp(skb);
	rcu_read_lock();
	peer = rcu_dereference(sim->peer);
	if (peer && queue->open && netif_carrier_ok(dev)) {
		bool more = netdev_xmit_more();

		sent = send_packet(queue, peer, skb);
		if (is_stopped(queue, peer, netdev_get_tx_queue(dev, index)) || !more)
			nodsim_kick(peer);
	}
	rcu_read_unlock();
	if (sent) {
		dev_consume_skb_any(skb);
	} else {
		nodsim_tx_count(queue, NODSIM_TX_DROPPED, 1);
		dev_kfree_skb_any(skb);
	}
	return NETDEV_TX_OK;
}

/* --- what is left to the stack ----------------------------------------------------------------- */

/* Behind the outer IP header, which has no extensions; @protocol is what stands there. -1: it is not IP. */
static int outer_l4(const struct sk_buff *skb, u8 *protocol)
{
	switch (vlan_get_protocol(skb)) {
	case htons(ETH_P_IP):
		*protocol = ip_hdr(skb)->protocol;
		return skb_network_offset(skb) + ip_hdrlen(skb);
	case htons(ETH_P_IPV6):
		*protocol = ipv6_hdr(skb)->nexthdr;
		return skb_network_offset(skb) + sizeof(struct ipv6hdr);
	default:
		return -1;
	}
}

static int gre_len(const struct gre_base_hdr *gre)
{
	static const __be16 words[] = {GRE_CSUM, GRE_KEY, GRE_SEQ};
	int len = sizeof(*gre);

	for (unsigned int i = 0; i < ARRAY_SIZE(words); i++)
		if (gre->flags & words[i])
			len += 4;
	return len;
}

static int inner_mac_offset(const struct sk_buff *skb)
{
	return skb_inner_mac_header(skb) - skb->data;
}

static int udp_tunnel_len(const struct udphdr *udp, const struct nodsim *sim)
{
	switch (sim_port_kind(&sim->nic.ports, ntohs(udp->dest))) {
	case SIM_VXLAN:
		return sizeof(*udp) + sizeof(struct vxlanhdr);
	case SIM_GENEVE:
		return sizeof(*udp) + sizeof(struct genevehdr) +
		       ((const struct genevehdr *)(udp + 1))->opt_len * 4;
	default:
		return -1;
	}
}

/*
 * Where this NIC would read the inner packet. If the stack means another place, there is a tunnel in the
 * tunnel, or one that the NIC does not know. More than 64 KiB have a header of the stack's own inside.
 */
static bool can_offload_tunnel(const struct sk_buff *skb, const struct nodsim *sim)
{
	u8 protocol = 0;
	int l4 = outer_l4(skb, &protocol), len;

	/* Between the two there is an IP header, and room for whatever is read here. */
	if (l4 < 0 || skb->len > IPV6_MAXPLEN + l4 ||
	    skb_inner_transport_offset(skb) < l4 + (int)sizeof(struct iphdr) ||
	    skb_inner_transport_offset(skb) > (int)skb_headlen(skb))
		return false;
	switch (protocol) {
	case IPPROTO_UDP:
		/* VXLAN-GPE, and Geneve too, may have IP inside, and no MAC header. */
		if (skb_inner_network_offset(skb) - inner_mac_offset(skb) < ETH_HLEN)
			return false;
		len = udp_tunnel_len((const void *)(skb->data + l4), sim);
		return len > 0 && inner_mac_offset(skb) == l4 + len;
	case IPPROTO_GRE:
		len = gre_len((const void *)(skb->data + l4));
		return inner_mac_offset(skb) == l4 + len;
	case IPPROTO_IPIP:
	case IPPROTO_IPV6:
		return skb_inner_network_offset(skb) == l4;
	default:
		return false;
	}
}

netdev_features_t nodsim_features_check(struct sk_buff *skb, struct net_device *dev,
					netdev_features_t features)
{
	features = vlan_features_check(skb, features);
	if (skb->encapsulation && !can_offload_tunnel(skb, netdev_priv(dev)))
		features &= ~(NETIF_F_CSUM_MASK | NETIF_F_GSO_MASK);
	return features;
}
