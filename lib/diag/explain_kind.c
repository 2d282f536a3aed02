/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does the kind of a device mean for its features?
 */
#include <linux/version.h>
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
	/* Software, but it does what its features say. */
	if (device_is_kind(device, "nodsim"))
		return NULL;
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

bool kind_lacks_ports(struct explainer *explainer, const struct device *device)
{
	/* Those of HSR do not show. */
	if (!kind_has_ports(device) || device_is_kind(device, "hsr"))
		return false;
	explainer_turn_to(explainer, device);
	return !explainer->nports;
}

bool tags_cause(struct question *question, struct cause *cause)
{
	const struct device *device = question->device;
	int parse = feature_lookup(&question->explainer->snapshot->names, "rx-vlan-hw-parse");
	bool active = feature_test(&device->active, question->bit);
	const char *rule = driver_vlan_rule(device);

	if (!rule || parse < 0 || strcmp(question->feature, "tx-vlan-hw-insert") != 0 ||
	    feature_test(&device->active, (unsigned int)parse) != active)
		return false;
	*cause = (struct cause){
		.rule = rule,
		.brief = "follows rx-vlan-hw-parse",
		.text = explain_say(question,
				    "The driver %s switches it together with rx-vlan-hw-parse, "
				    "which is %s.",
				    device->driver, active ? "on" : "off"),
		.certainty = CONFIDENCE_CERTAIN,
	};
	return true;
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
			.rule = "K-gre-seq",
			.brief = "GRE sequence numbers",
			.text = "The tunnel numbers its packets (seq), so each has to be made by "
				"itself: nothing may be segmented below.",
			.certainty = CONFIDENCE_CERTAIN,
		};
	else if (csum && csum->number)
		*cause = (struct cause){
			.rule = "K-gre-seq",
			.brief = "GRE checksums inside FOU or GUE?",
			.text = "The tunnel has checksums. If it is also wrapped in UDP (FOU or "
				"GUE), it cannot have segmentation.",
			.certainty = CONFIDENCE_LIKELY,
		};
	else
		return false;
	return true;
}

/**
 * struct virtio_bit - what a host offers to virtio-net, and the feature that comes of it
 * @major, @minor: the kernel whose driver was the first to know it; 0: older than nod cares for
 */
struct virtio_bit {
	const char *feature, *bit;
	uint8_t major, minor;
};

static const struct virtio_bit virtio_bits[] = {
	{"tx-checksum-ip-generic", "VIRTIO_NET_F_CSUM", 0, 0},
	{"tx-scatter-gather", "VIRTIO_NET_F_CSUM", 0, 0},
	{"tx-tcp-segmentation", "VIRTIO_NET_F_HOST_TSO4", 0, 0},
	{"tx-tcp6-segmentation", "VIRTIO_NET_F_HOST_TSO6", 0, 0},
	{"tx-tcp-ecn-segmentation", "VIRTIO_NET_F_HOST_ECN", 0, 0},
	{"tx-udp-segmentation", "VIRTIO_NET_F_HOST_USO", 6, 2},
	{"rx-checksum", "VIRTIO_NET_F_GUEST_CSUM", 0, 0},
	{"rx-gro-hw", "VIRTIO_NET_F_GUEST_TSO4 or _TSO6", 0, 0},
	{"rx-hashing", "VIRTIO_NET_F_HASH_REPORT or _RSS", 5, 18},
};

/* Whatever the host offers, the driver has to know it. Distributions add things to old kernels, too. */
static bool virtio_is_too_old(struct question *question, const struct virtio_bit *bit,
			      struct cause *cause)
{
	const struct snapshot *snapshot = question->explainer->snapshot;

	uint32_t since = KERNEL_VERSION(bit->major, bit->minor, 0);

	if (!snapshot->version || snapshot->version >= since)
		return false;
	*cause = (struct cause){
		.rule = "K-virtio-old",
		.brief = explain_say(question, "virtio_net has it from Linux %u.%u on", bit->major,
				     bit->minor),
		.text = explain_say(question,
				    "The driver virtio_net knows %s only from Linux %u.%u on, and "
				    "this kernel is %s: what the host offers does not matter.",
				    bit->bit, bit->major, bit->minor,
				    snapshot->release ? snapshot->release : "older"),
		.certainty = CONFIDENCE_LIKELY,
	};
	return true;
}

static bool virtio_cause(struct question *question, struct cause *cause)
{
	const struct virtio_bit *bit = NULL;

	for (size_t i = 0; i < array_size(virtio_bits); i++)
		if (strcmp(virtio_bits[i].feature, question->feature) == 0)
			bit = &virtio_bits[i];
	if (!bit)
		return false;
	if (virtio_is_too_old(question, bit, cause))
		return true;
	*cause = (struct cause){
		.rule = "K-virtio",
		.brief = "not offered by the host",
		.text = explain_say(question,
				    "The hypervisor did not offer %s to this machine; the setting "
				    "is on the host, nothing in the guest changes it.",
				    bit->bit),
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
	return tags_cause(question, cause);
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
