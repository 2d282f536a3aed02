/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What does an end offer, what is it told to do, and what does it do? Three sets, apart: advertised
 * (hw_features), configured (features) and actual (core/'s offloads).
 */
#include <linux/moduleparam.h>
#include <linux/spinlock.h>

#include "nodsim.h"

/**
 * struct nodsim_feature - a feature that an end can have
 * @name: the kernel's
 * @shown: ethtool's own name for it, where it has one
 * @bit: NETIF_F_
 * @offload: enum sim_offload; 0 if core/ need not know
 */
struct nodsim_feature {
	const char *name, *shown;
	netdev_features_t bit;
	u32 offload;
};

static const struct nodsim_feature known[] = {
	{"tx-scatter-gather", NULL, NETIF_F_SG, 0},
	{"tx-checksum-ipv4", NULL, NETIF_F_IP_CSUM, SIM_TX_CSUM_IPV4},
	{"tx-checksum-ip-generic", NULL, NETIF_F_HW_CSUM, SIM_TX_CSUM_ANY},
	{"tx-checksum-ipv6", NULL, NETIF_F_IPV6_CSUM, SIM_TX_CSUM_IPV6},
	{"tx-tcp-segmentation", NULL, NETIF_F_TSO, SIM_TX_TSO},
	{"tx-tcp-ecn-segmentation", NULL, NETIF_F_TSO_ECN, SIM_TX_TSO_ECN},
	{"tx-tcp-mangleid-segmentation", NULL, NETIF_F_TSO_MANGLEID, 0},
	{"tx-tcp6-segmentation", NULL, NETIF_F_TSO6, SIM_TX_TSO6},
	{"tx-udp-segmentation", NULL, NETIF_F_GSO_UDP_L4, SIM_TX_USO},
	{"tx-gso-partial", NULL, NETIF_F_GSO_PARTIAL, SIM_TX_PARTIAL},
	{"tx-udp_tnl-segmentation", NULL, NETIF_F_GSO_UDP_TUNNEL, SIM_TX_UDP_TUNNEL},
	{"tx-udp_tnl-csum-segmentation", NULL, NETIF_F_GSO_UDP_TUNNEL_CSUM, SIM_TX_UDP_TUNNEL_CSUM},
	{"tx-gre-segmentation", NULL, NETIF_F_GSO_GRE, SIM_TX_GRE},
	{"tx-gre-csum-segmentation", NULL, NETIF_F_GSO_GRE_CSUM, SIM_TX_GRE_CSUM},
	{"tx-ipxip4-segmentation", NULL, NETIF_F_GSO_IPXIP4, SIM_TX_IPIP},
	{"tx-ipxip6-segmentation", NULL, NETIF_F_GSO_IPXIP6, SIM_TX_IPIP},
	{"tx-vlan-hw-insert", "tx-vlan-offload", NETIF_F_HW_VLAN_CTAG_TX, SIM_TX_VLAN},
	{"tx-vlan-stag-hw-insert", NULL, NETIF_F_HW_VLAN_STAG_TX, SIM_TX_VLAN},
	{"rx-checksum", "rx-checksumming", NETIF_F_RXCSUM, SIM_RX_CSUM},
	{"rx-lro", "large-receive-offload", NETIF_F_LRO, SIM_RX_LRO},
	{"rx-gro-hw", NULL, NETIF_F_GRO_HW, SIM_RX_GRO_HW},
	{"rx-vlan-hw-parse", "rx-vlan-offload", NETIF_F_HW_VLAN_CTAG_RX, SIM_RX_VLAN},
	{"rx-hashing", "receive-hashing", NETIF_F_RXHASH, SIM_RX_HASH},
	{"rx-udp_tunnel-port-offload", NULL, NETIF_F_RX_UDP_TUNNEL_PORT, 0},
};

#define TX_CSUM_PAIR (NETIF_F_IP_CSUM | NETIF_F_IPV6_CSUM)
#define TX_SEGMENTING \
	(NETIF_F_ALL_TSO | NETIF_F_GSO_UDP_L4 | NETIF_F_GSO_PARTIAL | NETIF_F_GSO_ENCAP_ALL)
#define TX_VLAN (NETIF_F_HW_VLAN_CTAG_TX | NETIF_F_HW_VLAN_STAG_TX)
#define RX_ALL                                                                     \
	(NETIF_F_RXCSUM | NETIF_F_LRO | NETIF_F_GRO_HW | NETIF_F_HW_VLAN_CTAG_RX | \
	 NETIF_F_RXHASH | NETIF_F_RX_UDP_TUNNEL_PORT)

#define DEFAULT_OFFERED (NETIF_F_SG | NETIF_F_HW_CSUM | TX_SEGMENTING | TX_VLAN | RX_ALL)
/* Most NICs cannot fill in an outer checksum for each piece. */
#define DEFAULT_PARTIAL (NETIF_F_GSO_UDP_TUNNEL_CSUM | NETIF_F_GSO_GRE_CSUM)
/* Offered, but somebody has to want it. */
#define BEGINS_OFF (NETIF_F_LRO | NETIF_F_GRO_HW | NETIF_F_TSO_MANGLEID)
/* What it can do as well to the packet inside a tunnel, or inside a VLAN. */
#define CAN_DO_INSIDE (NETIF_F_SG | NETIF_F_HW_CSUM | TX_CSUM_PAIR | TX_SEGMENTING)

/* --- names ------------------------------------------------------------------------------------- */

static netdev_features_t lookup(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (!strcmp(name, known[i].name) ||
		    (known[i].shown && !strcmp(name, known[i].shown)))
			return known[i].bit;
	return 0;
}

const char *nodsim_feature_name(netdev_features_t *rest)
{
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		if (!(*rest & known[i].bit))
			continue;
		*rest &= ~known[i].bit;
		return known[i].name;
	}
	return NULL;
}

/* The word, without the "-" that takes it away. */
static netdev_features_t word_bits(const char *word, netdev_features_t standard)
{
	if (standard && !strcmp(word, NODSIM_FEATURES_DEFAULT))
		return standard;
	return lookup(word);
}

/* The core takes both kinds of checksum in one NIC for a mistake: the last one named it is. */
static netdev_features_t other_checksum(netdev_features_t bits)
{
	if (bits & NETIF_F_HW_CSUM)
		return TX_CSUM_PAIR;
	return bits & TX_CSUM_PAIR ? NETIF_F_HW_CSUM : 0;
}

int nodsim_features_parse(const char *list, netdev_features_t standard, netdev_features_t *features)
{
	char *copy = kstrdup(list, GFP_KERNEL), *rest, *word;
	netdev_features_t set = 0, bits = 1;

	if (!copy)
		return -ENOMEM;
	rest = strim(copy);
	while (bits && (word = strsep(&rest, ",")) != NULL) {
		if (!*word)
			continue;
		bits = word_bits(word + (*word == '-'), standard);
		if (*word == '-')
			set &= ~bits;
		else
			set = (set & ~(standard ? other_checksum(bits) : 0)) | bits;
	}
	kfree(copy);
	if (!bits)
		return -EINVAL;
	*features = set;
	return 0;
}

void nodsim_features_show(struct seq_file *out, netdev_features_t features)
{
	const char *name;

	while ((name = nodsim_feature_name(&features)) != NULL)
		seq_printf(out, "%s\n", name);
}

/* --- module parameters ------------------------------------------------------------------------- */

/**
 * struct feature_list - a parameter
 * @now: its value; list_lock protects it
 * @standard: what the word "default" means
 */
struct feature_list {
	netdev_features_t now, standard;
};

static struct feature_list offered = {DEFAULT_OFFERED, DEFAULT_OFFERED};
static struct feature_list partial = {DEFAULT_PARTIAL, DEFAULT_PARTIAL};

/* Also taken under RTNL. That of parameters must not be: other modules take RTNL inside it. */
static DEFINE_SPINLOCK(list_lock);

static netdev_features_t list_now(struct feature_list *list)
{
	netdev_features_t now;

	spin_lock(&list_lock);
	now = list->now;
	spin_unlock(&list_lock);
	return now;
}

static int set_list(const char *words, const struct kernel_param *param)
{
	struct feature_list *list = param->arg;
	netdev_features_t features;
	int failed = nodsim_features_parse(words, list->standard, &features);

	if (failed)
		return failed;
	spin_lock(&list_lock);
	list->now = features;
	spin_unlock(&list_lock);
	return 0;
}

static int get_list(char *buffer, const struct kernel_param *param)
{
	netdev_features_t rest = list_now(param->arg);
	const char *name;
	int len = 0;

	while ((name = nodsim_feature_name(&rest)) != NULL)
		len += scnprintf(buffer + len, PAGE_SIZE - len, "%s%s", len ? "," : "", name);
	return len + scnprintf(buffer + len, PAGE_SIZE - len, "\n");
}

static const struct kernel_param_ops list_ops = {.set = set_list, .get = get_list};

module_param_cb(features, &list_ops, &offered, 0644);
MODULE_PARM_DESC(features,
		 "what the next devices advertise: names as the kernel has them, divided by "
		 "commas; \"default\" is nearly all, -NAME takes one away again");
module_param_cb(partial, &list_ops, &partial, 0644);
MODULE_PARM_DESC(partial, "which kinds of segmentation the next devices leave half to the stack "
			  "(tx-gso-partial); \"default\": tunnels with a checksum");

netdev_features_t nodsim_advertised(void)
{
	return list_now(&offered);
}

/* --- what is offered --------------------------------------------------------------------------- */

void nodsim_features_offer(struct nodsim *sim, netdev_features_t features)
{
	struct net_device *dev = sim->dev;
	/* What the core itself offers stays. */
	netdev_features_t core = dev->hw_features & ~sim->advertised;

	sim->advertised = features;
	dev->hw_features = core | features;
	dev->hw_enc_features = features & CAN_DO_INSIDE;
	dev->vlan_features = (features & CAN_DO_INSIDE) | NETIF_F_HIGHDMA;
	dev->mpls_features = 0;
}

void nodsim_features_init(struct nodsim *sim)
{
	struct net_device *dev = sim->dev;

	nodsim_features_offer(sim, nodsim_advertised());
	dev->gso_partial_features = list_now(&partial) & NETIF_F_GSO_MASK & ~NETIF_F_GSO_PARTIAL;
	dev->features |= (sim->advertised & ~BEGINS_OFF) | NETIF_F_HIGHDMA;
	nodsim_features_apply(sim, dev->features);
}

/* --- what is configured ------------------------------------------------------------------------ */

netdev_features_t nodsim_fix_features(struct net_device *dev, netdev_features_t features)
{
	/* Who merges and rewrites headers must have looked at the checksums. */
	if (!(features & NETIF_F_RXCSUM))
		features &= ~NETIF_F_LRO;
	return features;
}

int nodsim_set_features(struct net_device *dev, netdev_features_t features)
{
	struct nodsim *sim = netdev_priv(dev);

	if ((dev->features ^ features) & sim->refused)
		return -EIO;
	nodsim_features_apply(sim, features);
	return 0;
}

/* --- what it does ------------------------------------------------------------------------------ */

static netdev_features_t held_on(const struct nodsim *sim)
{
	for (size_t i = 0; sim_quirks[i]; i++)
		if (sim_quirks[i]->control == SIM_CONTROL_MERGE && sim->nic.quirks.values[i])
			return sim->actual & NETIF_F_LRO;
	return 0;
}

void nodsim_features_apply(struct nodsim *sim, netdev_features_t features)
{
	netdev_features_t actual = features & ~sim->ignored;
	u32 offloads = 0;

	actual |= (sim->actual & sim->ignored) | held_on(sim);
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (actual & known[i].bit)
			offloads |= known[i].offload;
	if (sim->complete && (offloads & SIM_RX_CSUM))
		offloads |= SIM_RX_CSUM_COMPLETE;
	sim->actual = actual;
	WRITE_ONCE(sim->nic.offloads, offloads);
}

void nodsim_offloads_show(struct seq_file *out, u32 offloads)
{
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (offloads & known[i].offload)
			seq_printf(out, "%s\n", known[i].name);
	if (offloads & SIM_RX_CSUM_COMPLETE)
		seq_puts(out, "rx-csum-complete\n");
}
