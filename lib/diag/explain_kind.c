/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does the kind of a device mean for its features?
 */
#include <string.h>

#include "lib/diag/explain_parts.h"

static const struct {
	const char *kind, *rule;
	bool has_ports;
} kinds[] = {
	{"bond", "K-bond", true},	 {"team", "K-team", true},
	{"bridge", "K-bridge", true},	 {"hsr", "K-hsr", true},
	{"vlan", "K-vlan", false},	 {"macsec", "K-macsec", false},
	{"macvlan", "K-macvlan", false}, {"macvtap", "K-macvlan", false},
	{"ipvlan", "K-ipvlan", false},	 {"ipvtap", "K-ipvlan", false},
	{"vxlan", "K-vxlan", false},	 {"geneve", "K-geneve", false},
	{"gre", "K-gre", false},	 {"gretap", "K-gre", false},
	{"erspan", "K-gre", false},	 {"ip6gre", "K-gre", false},
	{"ip6gretap", "K-gre", false},	 {"ip6erspan", "K-gre", false},
	{"veth", "K-veth", false},	 {"tun", "K-tun", false},
	{"ifb", "K-ifb", false},	 {NULL, NULL, false},
};

const char *explain_kind_rule(const struct device *device)
{
	if (device->flags & IFF_LOOPBACK)
		return "K-loopback";
	for (size_t i = 0; device->kind && kinds[i].kind; i++)
		if (strcmp(kinds[i].kind, device->kind) == 0)
			return kinds[i].rule;
	return device->kind ? "K-virtual" : NULL;
}

bool kind_has_ports(const struct device *device)
{
	for (size_t i = 0; device->kind && kinds[i].kind; i++)
		if (strcmp(kinds[i].kind, device->kind) == 0)
			return kinds[i].has_ports;
	return false;
}

/* In the NETIF_F_GSO_SOFTWARE of the kernel: the stack does it where the device does not. */
static bool is_software_segmentation(const char *feature)
{
	static const char *const names[] = {
		"tx-tcp-segmentation",
		"tx-tcp6-segmentation",
		"tx-tcp-ecn-segmentation",
		"tx-tcp-mangleid-segmentation",
		"tx-sctp-segmentation",
		"tx-udp-segmentation",
		"tx-gso-list",
		"tx-tcp-accecn-segmentation",
	};

	for (size_t i = 0; i < array_size(names); i++)
		if (strcmp(names[i], feature) == 0)
			return true;
	return false;
}

bool feature_is_transmit(const char *feature)
{
	return strncmp(feature, "tx-", 3) == 0 && strcmp(feature, "tx-generic-segmentation") != 0 &&
	       strcmp(feature, "tx-nocache-copy") != 0 && strcmp(feature, "tx-gso-robust") != 0 &&
	       strncmp(feature, "tx-vlan-", 8) != 0;
}

static bool runs_native_xdp(const struct device *device)
{
	return device->xdp == XDP_MODE_DRIVER || device->xdp == XDP_MODE_MULTIPLE;
}

static bool veth_cause(struct question *question, struct cause *cause)
{
	const struct device *device = question->device;
	const struct device *peer = device_peer(question->explainer->snapshot, device);

	if (!is_software_segmentation(question->feature))
		return false;
	if (peer && runs_native_xdp(peer)) {
		*cause = (struct cause){
			.rule = "K-veth-xdp",
			.brief = explain_say(question, "peer %s runs XDP", peer->name),
			.text = explain_say(
				question,
				"Its peer %s has an XDP program in native mode: while it has, %s "
				"can neither use this nor ask for it.",
				peer->name, device->name),
			.certainty = CONFIDENCE_CERTAIN,
		};
		return true;
	}
	if (peer)
		return false;
	*cause = (struct cause){
		.rule = "K-veth-xdp",
		.brief = "peer runs XDP?",
		.text = "Its peer is in another network namespace. On a veth this is fixed off "
			"while the peer has an XDP program in native mode, which cannot be seen "
			"from here.",
		.certainty = CONFIDENCE_LIKELY,
	};
	return true;
}

static bool gre_cause(struct question *question, struct cause *cause)
{
	const struct fact *seq = fact_lookup(&question->device->tunnel_flags, "seq");
	const struct fact *csum = fact_lookup(&question->device->tunnel_flags, "csum");

	if (!is_software_segmentation(question->feature))
		return false;
	if (seq && seq->number)
		*cause = (struct cause){
			.rule = "K-gre",
			.brief = "GRE sequence numbers",
			.text = "The tunnel numbers its packets (seq), so each has to be made by "
				"itself: nothing may be segmented below.",
			.certainty = CONFIDENCE_CERTAIN,
		};
	else if (csum && csum->number)
		*cause = (struct cause){
			.rule = "K-gre",
			.brief = "GRE checksums inside FOU or GUE?",
			.text = "The tunnel has checksums. If it is also wrapped in UDP (FOU or "
				"GUE), it cannot have segmentation.",
			.certainty = CONFIDENCE_LIKELY,
		};
	else
		return false;
	return true;
}

/* What a host offers to virtio-net, and the features that come of it. */
static const struct {
	const char *feature, *bit;
} virtio_bits[] = {
	{"tx-checksum-ip-generic", "VIRTIO_NET_F_CSUM"},
	{"tx-scatter-gather", "VIRTIO_NET_F_CSUM"},
	{"tx-tcp-segmentation", "VIRTIO_NET_F_HOST_TSO4"},
	{"tx-tcp6-segmentation", "VIRTIO_NET_F_HOST_TSO6"},
	{"tx-tcp-ecn-segmentation", "VIRTIO_NET_F_HOST_ECN"},
	{"tx-udp-segmentation", "VIRTIO_NET_F_HOST_USO"},
	{"rx-checksum", "VIRTIO_NET_F_GUEST_CSUM"},
	{"rx-gro-hw", "VIRTIO_NET_F_GUEST_TSO4 or _TSO6"},
	{"rx-hashing", "VIRTIO_NET_F_HASH_REPORT or _RSS"},
};

static bool virtio_cause(struct question *question, struct cause *cause)
{
	const char *bit = NULL;

	for (size_t i = 0; i < array_size(virtio_bits); i++)
		if (strcmp(virtio_bits[i].feature, question->feature) == 0)
			bit = virtio_bits[i].bit;
	if (!bit)
		return false;
	*cause = (struct cause){
		.rule = "K-virtio",
		.brief = "not offered by the host",
		.text = explain_say(question,
				    "The hypervisor did not offer %s to this machine; the setting "
				    "is on the host, nothing in the guest changes it.",
				    bit),
		.certainty = CONFIDENCE_LIKELY,
	};
	return true;
}

static bool bond_cause(struct question *question, struct cause *cause)
{
	const struct device *device = question->device;

	if (!strstr(question->feature, "esp-") || !device->mode ||
	    strcmp(device->mode, "active-backup") == 0)
		return false;
	*cause = (struct cause){
		.rule = "K-bond",
		.brief = explain_say(question, "not in mode %s", device->mode),
		.text = explain_say(question,
				    "A bond has offloads for IPsec only in mode active-backup; "
				    "this one is in mode %s.",
				    device->mode),
		.certainty = CONFIDENCE_CERTAIN,
	};
	return true;
}

bool kind_fixed_cause(struct question *question, struct cause *cause)
{
	const struct device *device = question->device;
	const char *rule = explain_kind_rule(device);

	if (device_is_kind(device, "veth"))
		return veth_cause(question, cause);
	if (device_is_kind(device, "bond"))
		return bond_cause(question, cause);
	if (rule && strcmp(rule, "K-gre") == 0)
		return gre_cause(question, cause);
	if (device->driver && strcmp(device->driver, "virtio_net") == 0)
		return virtio_cause(question, cause);
	return false;
}

size_t kind_lacking_below(struct explainer *explainer, const struct device *device,
			  unsigned int bit, const struct device **list, size_t max)
{
	const struct device *lower = device_lower(explainer->snapshot, device);
	size_t count = 0;

	explainer_turn_to(explainer, device);
	for (size_t i = 0; i <= explainer->nports; i++) {
		const struct device *below = i ? explainer->ports[i - 1] : lower;

		if (!below || !(below->has & DEVICE_HAS_FEATURES) ||
		    feature_test(&below->active, bit))
			continue;
		if (count < max)
			list[count] = below;
		count++;
	}
	return count;
}
