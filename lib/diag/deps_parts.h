/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of lib/diag/deps*.c share: sets of features by name, and the steps in which the
 * features of one device are computed.
 */
#ifndef NOD_DIAG_DEPS_PARTS_H
#define NOD_DIAG_DEPS_PARTS_H

#include "lib/diag/deps.h"

/* Sets of features, NETIF_F_* of include/linux/netdev_features.h, as the kernel's names. */
#define NAMES_IP_CSUMS "tx-checksum-ipv4 tx-checksum-ipv6"
#define NAMES_CSUMS    NAMES_IP_CSUMS " tx-checksum-ip-generic"
#define NAMES_ALL_TSO                                                       \
	"tx-tcp-segmentation tx-tcp6-segmentation tx-tcp-ecn-segmentation " \
	"tx-tcp-mangleid-segmentation"
/* tx-tcp-accecn-segmentation is part of it in every kernel that has it. */
#define NAMES_GSO_SOFTWARE                                                     \
	NAMES_ALL_TSO " tx-sctp-segmentation tx-udp-segmentation tx-gso-list " \
		      "tx-tcp-accecn-segmentation"
#define NAMES_ENCAPS                                                           \
	"tx-gre-segmentation tx-gre-csum-segmentation tx-ipxip4-segmentation " \
	"tx-ipxip6-segmentation tx-udp_tnl-segmentation tx-udp_tnl-csum-segmentation"
#define NAMES_VLAN_STRIP_TAG \
	"rx-vlan-hw-parse tx-vlan-hw-insert rx-vlan-stag-hw-parse tx-vlan-stag-hw-insert"
#define NAMES_VLAN_FILTERS "rx-vlan-filter rx-vlan-stag-filter"
#define NAMES_SOFT	   "tx-generic-segmentation rx-gro"

/* name of the mask, its features */
#define FEATURE_MASKS(X)                                                                          \
	X(NONE, "")                                                                               \
	X(SG, "tx-scatter-gather")                                                                \
	X(IP_CSUM, "tx-checksum-ipv4")                                                            \
	X(IPV6_CSUM, "tx-checksum-ipv6")                                                          \
	X(HW_CSUM, "tx-checksum-ip-generic")                                                      \
	X(IP_CSUMS, NAMES_IP_CSUMS)                                                               \
	X(CSUMS, NAMES_CSUMS)                                                                     \
	X(CSUM_FOR_IPV4, "tx-checksum-ip-generic tx-checksum-ipv4")                               \
	X(CSUM_FOR_IPV6, "tx-checksum-ip-generic tx-checksum-ipv6")                               \
	X(RXCSUM, "rx-checksum")                                                                  \
	X(TSO, "tx-tcp-segmentation")                                                             \
	X(TSO6, "tx-tcp6-segmentation")                                                           \
	X(TSO_ECN, "tx-tcp-ecn-segmentation")                                                     \
	X(TSO_MANGLEID, "tx-tcp-mangleid-segmentation")                                           \
	X(TSO_AND_ECN, "tx-tcp-segmentation tx-tcp-ecn-segmentation")                             \
	X(TSO_BUT_ECN, "tx-tcp-segmentation tx-tcp6-segmentation tx-tcp-mangleid-segmentation")   \
	X(ALL_TSO, NAMES_ALL_TSO)                                                                 \
	X(USO, "tx-udp-segmentation")                                                             \
	X(GSO, "tx-generic-segmentation")                                                         \
	X(GSO_PARTIAL, "tx-gso-partial")                                                          \
	X(PARTIAL_CANDIDATES, NAMES_ENCAPS " tx-udp-segmentation tx-esp-segmentation")            \
	X(GSO_SOFTWARE, NAMES_GSO_SOFTWARE)                                                       \
	X(ENCAPS, NAMES_ENCAPS)                                                                   \
	X(CSUM_ENCAPS, "tx-udp_tnl-csum-segmentation tx-gre-csum-segmentation")                   \
	X(MLX5_PARTIAL, "tx-udp_tnl-csum-segmentation tx-gre-segmentation "                       \
			"tx-gre-csum-segmentation tx-ipxip4-segmentation "                        \
			"tx-ipxip6-segmentation tx-udp-segmentation tx-esp-segmentation")         \
	X(GRO, "rx-gro")                                                                          \
	X(GRO_HW, "rx-gro-hw")                                                                    \
	X(LRO, "rx-lro")                                                                          \
	X(LRO_AND_GRO_HW, "rx-lro rx-gro-hw")                                                     \
	X(RXFCS, "rx-fcs")                                                                        \
	X(RXHASH, "rx-hashing")                                                                   \
	X(NTUPLE, "rx-ntuple-filter")                                                             \
	X(ESP, "esp-hw-offload")                                                                  \
	X(ESP_TX_CSUM, "esp-tx-csum-hw-offload")                                                  \
	X(TLS_TX, "tls-hw-tx-offload")                                                            \
	X(TLS_RX, "tls-hw-rx-offload")                                                            \
	X(TLS, "tls-hw-tx-offload tls-hw-rx-offload")                                             \
	X(VLAN_CHALLENGED, "vlan-challenged")                                                     \
	X(VLAN_CTAG_RX, "rx-vlan-hw-parse")                                                       \
	X(VLAN_CTAG_TX, "tx-vlan-hw-insert")                                                      \
	X(VLAN_CTAG, "rx-vlan-hw-parse tx-vlan-hw-insert")                                        \
	X(VLAN_STAG, "rx-vlan-stag-hw-parse tx-vlan-stag-hw-insert")                              \
	X(VLAN_RX, "rx-vlan-hw-parse rx-vlan-stag-hw-parse")                                      \
	X(VLAN_CTAG_FILTER, "rx-vlan-filter")                                                     \
	X(VLAN_STAG_FILTER, "rx-vlan-stag-filter")                                                \
	X(VLAN_FILTERS, NAMES_VLAN_FILTERS)                                                       \
	X(VLAN, NAMES_VLAN_STRIP_TAG " " NAMES_VLAN_FILTERS)                                      \
	X(ONE_FOR_ALL, NAMES_GSO_SOFTWARE " tx-gso-robust tx-scatter-gather highdma "             \
					  "tx-scatter-gather-fraglist vlan-challenged")           \
	X(ALL_FOR_ALL, "tx-nocache-copy tx-fcoe-segmentation")                                    \
	/* Also while it was a feature (until 6.11), tx-lockless stayed as it was. */             \
	X(VLAN_KEPT, NAMES_GSO_SOFTWARE " " NAMES_SOFT " tx-lockless")                            \
	/* Only the core gives these to devices, and never to what they offer to VLANs. */        \
	X(VLAN_NEVER, "tx-nocache-copy rx-gro-list rx-udp-gro-forwarding")                        \
	X(HIGHDMA, "highdma")                                                                     \
	X(VIRTIO_ASKED, "rx-gro-hw rx-hashing")                                                   \
	X(MACVLAN_ALWAYS, NAMES_GSO_SOFTWARE                                                      \
	  " " NAMES_ENCAPS " tx-scatter-gather tx-checksum-ip-generic tx-gso-robust tx-lockless") \
	X(MACVLAN,                                                                                \
	  NAMES_SOFT " " NAMES_VLAN_FILTERS " tx-scatter-gather tx-checksum-ip-generic highdma "  \
		     "tx-scatter-gather-fraglist tx-tcp-segmentation rx-lro "                     \
		     "tx-tcp-ecn-segmentation tx-tcp6-segmentation rx-checksum")                  \
	X(IPVLAN_ALWAYS, NAMES_GSO_SOFTWARE                                                       \
	  " " NAMES_ENCAPS " tx-scatter-gather tx-checksum-ip-generic tx-gso-robust "             \
	  "tx-lockless vlan-challenged")                                                          \
	X(IPVLAN, NAMES_SOFT " " NAMES_VLAN_FILTERS " " NAMES_ALL_TSO                             \
			     " tx-scatter-gather tx-checksum-ip-generic highdma "                 \
			     "tx-scatter-gather-fraglist tx-gso-robust rx-checksum")              \
	X(MACSEC_KEPT, NAMES_GSO_SOFTWARE " " NAMES_SOFT " tx-lockless")                          \
	X(MACSEC, NAMES_VLAN_FILTERS " tx-scatter-gather highdma tx-scatter-gather-fraglist")     \
	X(MACSEC_OFFLOADED, NAMES_CSUMS " rx-lro rx-hashing rx-checksum")                         \
	X(TUN_USER, "tx-checksum-ip-generic tx-tcp-ecn-segmentation tx-tcp-segmentation "         \
		    "tx-tcp6-segmentation tx-udp-segmentation tx-udp_tnl-segmentation "           \
		    "tx-udp_tnl-csum-segmentation")                                               \
	X(XEN_OFFERED, "tx-scatter-gather tx-checksum-ipv6 tx-tcp-segmentation "                  \
		       "tx-tcp6-segmentation")                                                    \
	X(CSUMS_AND_TSO, NAMES_CSUMS " " NAMES_ALL_TSO)

#define FEATURE_MASK_ENUM(name, features) MASK_##name,
enum feature_mask {
	FEATURE_MASKS(FEATURE_MASK_ENUM) MASKS_COUNT
};
#undef FEATURE_MASK_ENUM

struct feature_masks {
	struct feature_bits sets[MASKS_COUNT];
};

/* Give each mask the bits that its features have in this kernel; names it lacks count for nothing. */
void masks_resolve(struct feature_masks *masks, const struct feature_names *names);

/* How features of other devices count whose state is unknown. */
enum guess {
	GUESS_LIKELY, /* as predicted */
	GUESS_BEST,   /* as on */
	GUESS_WORST,  /* as off */
};

/**
 * struct fixing - the computation of one device under way
 * @drops: NULL if nobody wants to know
 * @unknown: what nobody can tell so far
 * @observing: ask the rules alone, without what the driver was seen to do
 */
struct fixing {
	const struct feature_world *world;
	size_t index;
	const struct device *device;
	struct drops *drops;
	struct feature_bits unknown;
	enum guess guess;
	bool observing;
};

static inline struct feature_bits fixing_mask(const struct fixing *fixing, enum feature_mask mask)
{
	return fixing->world->masks->sets[mask];
}

/* Whether @set has any of @mask. */
static inline bool fixing_has(const struct fixing *fixing, struct feature_bits set,
			      enum feature_mask mask)
{
	return feature_any(feature_and(set, fixing_mask(fixing, mask)));
}

/* @set without @taken; what is lost is added to the drops with all of @cause but the bit. */
struct feature_bits fixing_take(struct fixing *fixing, struct feature_bits set,
				struct feature_bits taken, const struct drop *cause);

/* Active features of another device of the world, as @fixing->guess says. */
struct feature_bits fixing_active(const struct fixing *fixing, size_t other);

/* The device of the world with that ifindex below this one by itself (parent), or -1. */
long fixing_lower(const struct fixing *fixing);

/* deps_core.c: rules F, in the kernel's order. */
struct feature_bits core_fix(struct fixing *fixing, struct feature_bits set);

/* deps_ports.c: netdev_increment_features(): what one more device adds to @all, within @mask. */
struct feature_bits features_increment(const struct fixing *fixing, struct feature_bits all,
				       struct feature_bits one, struct feature_bits mask);
struct feature_bits fix_bond(struct fixing *fixing, struct feature_bits set);
struct feature_bits fix_team(struct fixing *fixing, struct feature_bits set);
struct feature_bits fix_bridge(struct fixing *fixing, struct feature_bits set);
struct feature_bits fix_hsr(struct fixing *fixing, struct feature_bits set);

/* deps_parent.c */
struct feature_bits fix_vlan(struct fixing *fixing, struct feature_bits set);
struct feature_bits fix_macvlan(struct fixing *fixing, struct feature_bits set);
struct feature_bits fix_macvtap(struct fixing *fixing, struct feature_bits set);
struct feature_bits fix_ipvlan(struct fixing *fixing, struct feature_bits set);
struct feature_bits fix_macsec(struct fixing *fixing, struct feature_bits set);

/**
 * struct kind_rule - how a kind of device answers
 * @kind: of rtnetlink
 * @fix: its ndo_fix_features(); NULL: it has none
 * @follows: it computes its features anew when those of a device below change
 * @follows_since: from this kernel on; 0: always
 * @repeats: it passes on that it did so even if nothing changed
 */
struct kind_rule {
	const char *kind;
	struct feature_bits (*fix)(struct fixing *fixing, struct feature_bits set);
	bool follows, repeats;
	uint32_t follows_since;
};

/* deps_kind.c: NULL for hardware and for kinds that nod does not know. */
const struct kind_rule *kind_lookup(const struct device *device) attr_pure;

/* deps_driver.c: what drivers of hardware do, as far as it is known or was seen. */
struct feature_bits driver_fix(struct fixing *fixing, struct feature_bits set);

/* Features that need tx-gso-partial (F8); *@known is false if nod cannot tell for this driver. */
struct feature_bits driver_partial(const struct fixing *fixing, bool *known);

/*
 * Whether ndo_set_features() fails on a change from what is active to @set, so that nothing of it is
 * changed: the rule goes into @cause.
 */
enum failure {
	FAILURE_NONE,
	FAILURE_MAYBE,
	FAILURE_SURE
};
enum failure driver_set_fails(const struct fixing *fixing, struct feature_bits set,
			      struct drop *cause);

/* deps.c: what rules alone make of the wanted features of a device, as it was found. */
void world_observe(const struct feature_world *world, size_t index, struct feature_bits *fixed,
		   struct feature_bits *granted);

#endif
