/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * By which rules do the kernel and its drivers decide on features?
 */
#include <strings.h>

#include "lib/diag/rule.h"

#define KERNEL(major, minor) ((uint32_t)(major) << 16 | (uint32_t)(minor) << 8)

/* Where the rules were read: these trees agree unless a rule says otherwise. */
#define READ_CORE   "netdev_fix_features() in net/core/dev.c, read in 6.1.192 and 6.12.117"
#define READ_IN	    ", read in 6.1.192 and 6.12.117"
#define READ_IN_612 ", read in 6.12.117"

const struct feature_rule feature_rules[] = {
	{"F1", RULE_CORE, 0, 0,
	 "tx-checksum-ip-generic excludes tx-checksum-ipv4 and tx-checksum-ipv6",
	 "A driver has either the generic checksum offload, which fills in any checksum that it is "
	 "pointed at, or those for IPv4 and IPv6, which find TCP and UDP by themselves. If both are "
	 "asked for, the kernel drops the two special ones and says so in its log (\"mixed HW and "
	 "IP checksum settings\").\n\n"
	 "Nothing is lost: the generic one does what the others do.",
	 READ_CORE},
	{"F2", RULE_CORE, 0, 0, "TCP segmentation needs tx-scatter-gather",
	 "A large TCP packet lies in many pieces of memory. A device that takes only packets in one "
	 "piece cannot be given one, so without tx-scatter-gather the kernel drops "
	 "tx-tcp-segmentation, tx-tcp6-segmentation, tx-tcp-ecn-segmentation and "
	 "tx-tcp-mangleid-segmentation.\n\n"
	 "The request stays: once scatter-gather is on, segmentation comes on as well.",
	 READ_CORE},
	{"F3", RULE_CORE, 0, 0,
	 "tx-tcp-segmentation needs tx-checksum-ip-generic or tx-checksum-ipv4",
	 "Who cuts a TCP packet in pieces has to write a checksum into each. Without checksum "
	 "offload for IPv4 the kernel drops tx-tcp-segmentation, and tx-tcp-ecn-segmentation with "
	 "it.\n\n"
	 "This is why switching checksums off (tx off) also switches segmentation off.",
	 READ_CORE},
	{"F4", RULE_CORE, 0, 0,
	 "tx-tcp6-segmentation needs tx-checksum-ip-generic or tx-checksum-ipv6",
	 "The same as F3 for IPv6: without checksum offload for IPv6 the kernel drops "
	 "tx-tcp6-segmentation.",
	 READ_CORE},
	{"F5", RULE_CORE, KERNEL(4, 7), 0, "tx-tcp-mangleid-segmentation needs tx-tcp-segmentation",
	 "It is a variant of segmentation for IPv4 in which the IDs of the pieces need not count up, "
	 "and means nothing by itself. The kernel drops it in silence.",
	 READ_CORE},
	{"F6", RULE_CORE, 0, 0,
	 "tx-tcp-ecn-segmentation needs tx-tcp-segmentation or tx-tcp6-segmentation",
	 "It says that segmentation also handles packets with the CWR flag of ECN. If it is all that "
	 "is left of TCP segmentation, the kernel drops it in silence.",
	 READ_CORE},
	{"F7", RULE_CORE, 0, 0, "tx-generic-segmentation needs tx-scatter-gather",
	 "Generic segmentation cuts large packets right before the driver, without copying them: the "
	 "pieces refer to the memory of the whole, so the device has to take packets in several "
	 "pieces. Without tx-scatter-gather the kernel drops it.\n\n"
	 "Without it every packet is cut at the top of the stack, and each piece goes through all "
	 "of it: expect much more CPU time for the same throughput.",
	 READ_CORE},
	{"F8", RULE_CORE, KERNEL(4, 7), 0, "this device has it only together with tx-gso-partial",
	 "Some NICs cut packets inside tunnels only if the kernel has prepared the outer headers so "
	 "that they can be repeated in each piece (tx-gso-partial). What depends on that differs from "
	 "driver to driver; typical are segmentation in GRE with checksums, in VXLAN and Geneve with "
	 "outer checksums, and in IP in IP. Without tx-gso-partial the kernel drops these.\n\n"
	 "The kernel does not export the list (gso_partial_features). Where nod has it, it comes from "
	 "the source of the driver.",
	 READ_CORE},
	{"F9", RULE_CORE, KERNEL(4, 16), 0, "rx-gro-hw needs rx-checksum",
	 "A NIC may merge only segments whose checksums it has verified: nobody can check them "
	 "afterwards. Without rx-checksum the kernel drops rx-gro-hw.",
	 READ_CORE},
	{"F10", RULE_CORE, KERNEL(4, 19), 0, "rx-lro and rx-fcs exclude each other",
	 "With rx-fcs each frame comes with its frame check sequence; frames that were merged have "
	 "none. rx-fcs wins, and the kernel drops rx-lro.",
	 READ_CORE},
	{"F11", RULE_CORE, KERNEL(4, 19), 0, "rx-gro-hw and rx-fcs exclude each other",
	 "As F10: frames that were merged have no frame check sequence of their own. rx-fcs wins, and "
	 "the kernel drops rx-gro-hw.",
	 READ_CORE},
	{"F12", RULE_CORE, KERNEL(5, 16), 0, "rx-lro and rx-gro-hw exclude each other",
	 "Both merge in the NIC: rx-gro-hw so that the segments can be had back, rx-lro without regard "
	 "for that. rx-gro-hw wins, and the kernel drops rx-lro.\n\n"
	 "Older kernels left the choice to the driver.",
	 READ_CORE},
	{"F13", RULE_CORE, KERNEL(5, 11), 0, "tls-hw-tx-offload needs checksum offload",
	 "A NIC that encrypts TLS changes the payload, so it has to write the checksums: needed is "
	 "tx-checksum-ip-generic, or tx-checksum-ipv4 together with tx-checksum-ipv6.",
	 READ_CORE "; commit ae0b04b238e2"},
	{"F14", RULE_CORE, KERNEL(5, 11), 0, "tls-hw-rx-offload needs rx-checksum",
	 "A NIC that decrypts TLS changes the payload: the kernel could not verify checksums "
	 "afterwards.",
	 READ_CORE "; commit a3eb4e9d4c92"},
	{"F15", RULE_CORE, KERNEL(6, 11), 0, "tx-udp-segmentation needs checksum offload",
	 "Who cuts a UDP packet in pieces has to write a checksum into each: needed is "
	 "tx-checksum-ip-generic, or tx-checksum-ipv4 together with tx-checksum-ipv6. It does not need "
	 "tx-scatter-gather.\n\n"
	 "A distribution may have added the rule to an older kernel.",
	 "netdev_fix_features() in net/core/dev.c, read in 6.12.117, absent in 6.1.192; commit "
	 "2b2bc3bab158"},

	{"S1", RULE_STACK, KERNEL(4, 4), 0,
	 "rx-lro stays off while a device directly on top does not want it",
	 "Whenever the features of a device are computed, the kernel looks at the devices directly on "
	 "top of it (a bond, bridge, VLAN, macvlan, VXLAN with a fixed device, ...). If one of them "
	 "does not want rx-lro, it is dropped below: what was merged could not be taken apart again "
	 "on its way through the upper device.\n\n"
	 "Bonds, teams and macvlans want it unless told otherwise. VLANs, ipvlans, VXLAN, macsec, VRF "
	 "and bridges cannot have it: as long as one is on top, nothing switches rx-lro on. A device in "
	 "another network namespace counts as well, and cannot be seen from here.",
	 "netdev_sync_upper_features() in net/core/dev.c" READ_IN},
	{"S2", RULE_STACK, KERNEL(4, 4), 0,
	 "a device without rx-lro clears it on the devices directly below",
	 "When the features of an upper device are computed and rx-lro is not among them, the kernel "
	 "takes back the request for rx-lro on each device directly below, and so on downwards. It "
	 "leaves no trace: below, rx-lro is plainly off, not \"requested on\", and it does not come "
	 "back when the upper device is gone.",
	 "netdev_sync_lower_features() in net/core/dev.c" READ_IN},
	{"S3", RULE_STACK, 0, 0, "forwarding, bridging and generic XDP clear rx-lro",
	 "What was merged by LRO may be too long for the way out and cannot be cut back into what it "
	 "was. So the kernel takes back the request for rx-lro, on the device and all below it, when: "
	 "IPv4 or IPv6 forwarding is switched on for it; it becomes a port of a bridge, of Open "
	 "vSwitch, of HSR, or of a bond or team without LRO; an XDP program is attached in generic "
	 "mode.\n\n"
	 "It happens once, at the event. Nothing puts rx-lro back afterwards, and nothing keeps anybody "
	 "from switching it on again (S1 apart), which can lose packets on a machine that forwards.",
	 "dev_disable_lro() in net/core/dev.c and its callers" READ_IN},
	{"S4", RULE_STACK, KERNEL(4, 16), 0, "generic XDP clears rx-gro-hw",
	 "A program in generic mode has to see the packets as they came. When one is attached, the "
	 "kernel takes back the request for rx-gro-hw. Nothing puts it back when the program is gone.",
	 "dev_disable_gro_hw() in net/core/dev.c" READ_IN},
	{"S5", RULE_STACK, KERNEL(4, 12), 0,
	 "with esp-tx-csum-hw-offload alone, devices on top hear of no changes",
	 "When features of a device have changed, VLANs, macvlans, bridges, bonds and teams on top of it "
	 "are told and compute their own anew. IPsec is asked first, and objects to "
	 "esp-tx-csum-hw-offload while esp-hw-offload is off: then nobody else is told. Devices on top "
	 "stay as they were, whatever is switched below, until they are switched themselves.\n\n"
	 "Bonds offer both features. To switch esp-hw-offload off, switch off "
	 "esp-tx-csum-hw-offload together with it.",
	 "xfrm_api_check() and xfrm_dev_event() in net/xfrm/xfrm_device.c" READ_IN},

	{"K-bond", RULE_KIND, 0, 0,
	 "a bond says what one of its ports can do, and keeps checksums and TCP segmentation",
	 "Of scatter-gather, segmentation and a few more a bond has what is requested on it and at least "
	 "one port has: without ports it has none of these. Generic checksums stay on whatever the ports "
	 "have, and so does TCP segmentation as long as there is scatter-gather. A packet is looked at "
	 "again at the port that sends it, and where that port cannot, the kernel does the work.\n\n"
	 "So \"on\" at a bond says nothing about a given port: look at each. To switch a feature of a "
	 "bond does nothing to its ports, but for rx-lro off (S2). Offloads for IPsec exist only in "
	 "mode active-backup.",
	 "bond_fix_features() in drivers/net/bonding/bond_main.c" READ_IN},
	{"K-bond-tls", RULE_KIND, KERNEL(5, 12), KERNEL(6, 2),
	 "TLS offload of a bond depends on its mode and its policy",
	 "In these kernels a bond has TLS offload only if all packets of a connection leave through one "
	 "port: in modes balance-xor and 802.3ad with the transmit policy layer3+4. The policy is not "
	 "among what nod reads. Later kernels do not show TLS offload on bonds.",
	 "bond_fix_features() in drivers/net/bonding/bond_main.c, read in 6.1.192; absent in 6.12.117; "
	 "commits 89df6a810470 and 28581b9c2c94"},
	{"K-team", RULE_KIND, 0, 0,
	 "a team says what one of its ports can do, and keeps checksums and TCP segmentation",
	 "As K-bond: of scatter-gather and segmentation a team has what is requested on it and at least one "
	 "port has, generic checksums and TCP segmentation whatever the ports have. Look at each port.",
	 "team_fix_features() in drivers/net/team" READ_IN},
	{"K-bridge", RULE_KIND, 0, 0,
	 "what is on at a bridge concerns only what the bridge itself sends",
	 "Frames that a bridge forwards from port to port never look at the features of the bridge, "
	 "only at those of the port that they leave by. The features of the bridge are for packets of "
	 "the machine itself that leave through it.\n\n"
	 "Of scatter-gather and segmentation it has what is requested on it and at least one port has, once "
	 "it has ports. Generic checksums stay on in any case, and so does TCP segmentation as long as there "
	 "is scatter-gather. To switch a feature of a bridge does nothing to its ports.",
	 "br_features_recompute() in net/bridge/br_if.c" READ_IN},
	{"K-hsr", RULE_KIND, 0, 0, "an HSR device has what at least one of its ports has",
	 "Of scatter-gather and segmentation it has what is requested on it and at least one port has. "
	 "Generic checksums stay on whatever the ports have.",
	 "hsr_features_recompute() in net/hsr/hsr_device.c" READ_IN},
	{"K-vlan", RULE_KIND, 0, 0,
	 "a VLAN has what its parent has on and offers for tagged packets",
	 "The driver of the parent has a list of what it can do for packets with a VLAN tag "
	 "(vlan_features). A VLAN device has of it what is on at the parent and requested on the VLAN. "
	 "Segmentation stays on in any case: the kernel does it below where the NIC does not.\n\n"
	 "The list is not exported. A feature that is on at the parent, and requested but off at the VLAN, "
	 "is one that the driver does not offer for tagged packets (or see S5).",
	 "vlan_dev_fix_features() in net/8021q/vlan_dev.c" READ_IN},
	{"K-macvlan", RULE_KIND, 0, 0,
	 "a macvlan always has segmentation and checksums; the rest follows its parent",
	 "Scatter-gather, checksums and segmentation are always on; what the parent cannot do, the "
	 "kernel does when a packet reaches it. Look at the parent to learn what the hardware does.\n\n"
	 "rx-gro, tx-generic-segmentation, rx-checksum and some more are what they are at the parent, "
	 "whatever is requested here; rx-lro is too, unless it is switched off here. The same holds for "
	 "macvtap.",
	 "macvlan_fix_features() in drivers/net/macvlan.c" READ_IN},
	{"K-macvtap", RULE_KIND, 0, 0, "the owner of a macvtap decides on rx-gro and rx-lro",
	 "The program that holds the macvtap (a virtual machine) says with TUNSETOFFLOAD whether it can "
	 "take large packets. If not, the kernel switches merging off. What it said is not visible.",
	 "set_offload() in drivers/net/tap.c" READ_IN},
	{"K-ipvlan", RULE_KIND, 0, 0,
	 "an ipvlan always has segmentation and checksums; the rest follows its parent",
	 "Scatter-gather, checksums and segmentation are always on; what the parent cannot do, the "
	 "kernel does when a packet reaches it. rx-gro, tx-generic-segmentation, rx-checksum and some more "
	 "are what they are at the parent. It cannot carry VLANs, and it cannot have rx-lro, which keeps rx-lro "
	 "off on the parent (S1).",
	 "ipvlan_fix_features() in drivers/net/ipvlan/ipvlan_main.c" READ_IN},
	{"K-vxlan", RULE_KIND, 0, 0,
	 "a VXLAN device has a fixed list of features, whatever is below it",
	 "Scatter-gather, checksums and segmentation can all be on, and none of it asks the NIC below. "
	 "A large packet goes through the tunnel whole, and is cut by that NIC if it has "
	 "tx-udp_tnl-segmentation (tx-udp_tnl-csum-segmentation where the tunnel has outer checksums), "
	 "else by the kernel. The tunnel has neither of them itself: look at the device that carries "
	 "it.\n\n"
	 "Some NICs cut only for UDP ports that they were told; nod show --details lists them.",
	 "vxlan_setup() in drivers/net/vxlan" READ_IN},
	{"K-geneve", RULE_KIND, 0, 0,
	 "a Geneve device has a fixed list of features, whatever is below it",
	 "As K-vxlan: packets go through the tunnel whole, and are cut by the NIC that carries it if "
	 "that has tx-udp_tnl-segmentation, or tx-udp_tnl-csum-segmentation with outer checksums, else "
	 "by the kernel.",
	 "geneve_setup() in drivers/net/geneve.c" READ_IN},
	{"K-gre", RULE_KIND, 0, 0,
	 "a GRE device has a fixed list of features, whatever is below it",
	 "Scatter-gather, checksums and, on most such devices, segmentation can all be on, and none of it "
	 "asks the NIC below. A large packet goes through the tunnel whole, and is cut by that NIC if it has "
	 "tx-gre-segmentation (tx-gre-csum-segmentation where the tunnel has checksums), else by the "
	 "kernel.\n\n"
	 "A tunnel that numbers its packets has no segmentation (K-gre-seq).",
	 "__gre_tunnel_init() in net/ipv4/ip_gre.c" READ_IN_612},
	{"K-gre-seq", RULE_KIND, 0, 0, "a GRE tunnel that numbers its packets has no segmentation",
	 "With sequence numbers (seq, oseq) each packet is different in its GRE header, so none can be "
	 "cut behind it: segmentation is then fixed off. The same holds with checksums if the tunnel is "
	 "also wrapped in UDP (FOU, GUE).",
	 "__gre_tunnel_init() and ipgre_link_update() in net/ipv4/ip_gre.c" READ_IN_612},
	{"K-veth", RULE_KIND, 0, 0,
	 "what is on at a veth leaves the work to whoever sends it on to a wire",
	 "Between the two ends of a veth nothing is cut and no checksum is filled in: a packet goes over "
	 "as it is. \"On\" means that the other end gets it large and without checksum. That is fast, "
	 "and harmless as long as what receives it knows (the kernel does; a program that reads frames "
	 "may not).",
	 "VETH_FEATURES in drivers/net/veth.c" READ_IN},
	{"K-veth-xdp", RULE_KIND, KERNEL(4, 19), 0,
	 "a veth has no segmentation while its peer runs XDP in native mode",
	 "An XDP program of the peer must be given packets in one piece, so the kernel drops all "
	 "segmentation on this end, and takes it out of what can be asked for: it shows as fixed off. It "
	 "comes back when the program is detached.",
	 "veth_fix_features() and veth_xdp_set() in drivers/net/veth.c" READ_IN},
	{"K-tun", RULE_KIND, 0, 0,
	 "the owner of a tun or tap device decides on checksums and segmentation",
	 "What is sent into a tun or tap device ends in a program: a virtual machine, vhost, a VPN. It has "
	 "to say with the ioctl TUNSETOFFLOAD that it can take packets without checksum, large TCP "
	 "packets, large UDP packets. Until it does, these features are off, \"requested on\", and "
	 "neither ethtool nor nod can switch them on.\n\n"
	 "For a virtual machine look at what it negotiated: the driver in the guest, and options such as "
	 "host_tso4 or csum of its network device.",
	 "tun_net_fix_features() and set_offload() in drivers/net/tun.c" READ_IN
	 "; UDP segmentation since 6.2, UDP tunnels since 6.17"},
	{"K-macsec", RULE_KIND, 0, 0, "a macsec device has little but what its parent has on",
	 "Of scatter-gather and a few more it has what is requested and on at the parent; if the parent "
	 "does the encryption (offload), there is more. The rest is software.",
	 "macsec_fix_features() in drivers/net/macsec.c" READ_IN},
	{"K-virtio", RULE_KIND, 0, 0, "the hypervisor decides what virtio-net offers",
	 "Each offload of virtio-net is a bit that the host offers and the guest accepts: CSUM for "
	 "checksums and scatter-gather, HOST_TSO4, HOST_TSO6, HOST_ECN and HOST_USO for segmentation, "
	 "GUEST_TSO4 and GUEST_TSO6 for rx-gro-hw. What was not offered is fixed off, and the setting "
	 "is on the host (for QEMU: csum=, host_tso4=, guest_tso4= ... of the device).\n\n"
	 "rx-gro-hw can be switched only with CTRL_GUEST_OFFLOADS. The bits that both have agreed on stand in "
	 "/sys/bus/virtio/devices/*/features. Old drivers do not know all of them (K-virtio-old).",
	 "virtnet_probe() in drivers/net/virtio_net.c" READ_IN_612},
	{"K-virtio-old", RULE_KIND, 0, KERNEL(6, 2),
	 "virtio_net of an older kernel does not know all that a host can offer",
	 "tx-udp-segmentation (HOST_USO) came to the driver with Linux 6.2, rx-hashing (RSS, HASH_REPORT) "
	 "with 5.18. Before that they are fixed off, whatever the host offers, unless a distribution has "
	 "added them to its kernel.",
	 "virtnet_probe() in drivers/net/virtio_net.c, read in 6.1.192 and 6.12.117; commits 418044e1de30 "
	 "and 91f41f01d219"},
	{"K-virtio-xdp", RULE_KIND, KERNEL(5, 0), 0,
	 "rx-gro-hw of virtio-net cannot be switched while an XDP program is attached",
	 "The driver answers EBUSY, and the kernel gives up the whole change: other features of the same "
	 "request are not changed either. The log has \"set_features() failed (-16)\".\n\n"
	 "Kernels before about 5.14 have rx-lro in place of rx-gro-hw here.",
	 "virtnet_set_features() in drivers/net/virtio_net.c" READ_IN},
	{"K-virtio-refused", RULE_KIND, KERNEL(5, 0), 0,
	 "the host refuses to switch receive offloads of virtio-net",
	 "The guest asks the host to switch rx-gro-hw (CTRL_GUEST_OFFLOADS). A host end without a "
	 "virtio-net header, as in QEMU's user network, answers with an error, and the kernel gives up "
	 "the whole change: other features of the same request are not changed either. The log has "
	 "\"set_features() failed (-22)\".\n\n"
	 "Every later request fails in the same way, until rx-gro-hw is requested as it is.",
	 "virtnet_set_features() in drivers/net/virtio_net.c" READ_IN_612},
	{"K-ifb", RULE_KIND, 0, 0, "an ifb has a fixed list of features, and no hardware",
	 "It is a device to queue packets on their way in; they leave it as they came.",
	 "ifb_setup() in drivers/net/ifb.c" READ_IN_612},
	{"K-loopback", RULE_KIND, 0, 0,
	 "the loopback device has no hardware: nothing is cut or summed",
	 "A packet that is sent is received as it is, large and without checksums. Some features are "
	 "fixed on.",
	 "gen_lo_setup() in drivers/net/loopback.c" READ_IN_612},
	{"K-virtual", RULE_KIND, 0, 0, "what is on at a virtual device says nothing about hardware",
	 "The device takes packets as they come, and passes them on to something else. What the hardware "
	 "does shows at the device by which they leave the machine.",
	 "drivers/net of the kernel, by kind" READ_IN_612},

	{"D-r8169-jumbo", RULE_DRIVER, 0, 0,
	 "r8169 has no checksums and no TCP segmentation with an MTU above 1500",
	 "Most of these chips cannot do either for long frames; the oldest ones can, up to a limit. Which "
	 "chip it is, is not visible in the features.",
	 "rtl8169_fix_features() in drivers/net/ethernet/realtek/r8169_main.c" READ_IN},
	{"D-tg3-jumbo", RULE_DRIVER, 0, 0,
	 "tg3 chips of the 5780 class have no TCP segmentation with an MTU above 1500",
	 "Which chip it is, is not visible in the features.",
	 "tg3_fix_features() in drivers/net/ethernet/broadcom/tg3.c" READ_IN},
	{"D-stmmac-jumbo", RULE_DRIVER, 0, 0,
	 "some stmmac chips have no checksum offload, some only up to an MTU of 1500",
	 "Some of these chips have no checksum engine, and some have one that fails on long frames. Which "
	 "one it is, is not visible in the features.",
	 "stmmac_fix_features() in drivers/net/ethernet/stmicro/stmmac/stmmac_main.c" READ_IN},
	{"D-e1000e-rxfcs", RULE_DRIVER, 0, 0,
	 "e1000e has no rx-fcs with an MTU above 1500 on newer chips",
	 "It concerns chips from the PCH2 generation on. Which one it is, is not visible in the features.",
	 "e1000_fix_features() in drivers/net/ethernet/intel/e1000e/netdev.c" READ_IN},
	{"D-e1000-vlan", RULE_DRIVER, 0, 0,
	 "e1000 switches tx-vlan-hw-insert together with rx-vlan-hw-parse",
	 "The hardware has one switch for both; the one for receiving decides. "
	 "tx-vlan-hw-insert therefore shows as fixed, although it changes.",
	 "e1000_fix_features() in drivers/net/ethernet/intel/e1000/e1000_main.c" READ_IN},
	{"D-e1000e-vlan", RULE_DRIVER, 0, 0,
	 "e1000e switches tx-vlan-hw-insert together with rx-vlan-hw-parse",
	 "The hardware has one switch for both; the one for receiving decides.",
	 "e1000_fix_features() in drivers/net/ethernet/intel/e1000e/netdev.c" READ_IN},
	{"D-igb-vlan", RULE_DRIVER, 0, 0,
	 "igb switches tx-vlan-hw-insert together with rx-vlan-hw-parse",
	 "The hardware has one switch for both; the one for receiving decides.",
	 "igb_fix_features() in drivers/net/ethernet/intel/igb/igb_main.c" READ_IN},
	{"D-igc-vlan", RULE_DRIVER, 0, 0,
	 "igc switches tx-vlan-hw-insert together with rx-vlan-hw-parse",
	 "The hardware has one switch for both; the one for receiving decides.",
	 "igc_fix_features() in drivers/net/ethernet/intel/igc/igc_main.c" READ_IN},
	{"D-ixgbe-lro", RULE_DRIVER, 0, 0,
	 "ixgbe has rx-lro only with rx-checksum, and not with XDP",
	 "It also needs a chip and an interrupt setting that allow it (RSC), which are not visible in the "
	 "features.",
	 "ixgbe_fix_features() in drivers/net/ethernet/intel/ixgbe/ixgbe_main.c" READ_IN},
	{"D-ice-vlan", RULE_DRIVER, 0, 0, "ice offloads 802.1Q tags or 802.1ad tags, not both",
	 "Stripping and inserting can be on for one kind of tag at a time; the filters for both kinds are "
	 "switched together where the NIC is in double VLAN mode.",
	 "ice_fix_features() in drivers/net/ethernet/intel/ice/ice_main.c" READ_IN},
	{"D-ice-rxfcs", RULE_DRIVER, 0, 0, "ice does not strip VLAN tags while rx-fcs is on",
	 "The frame check sequence belongs to the frame with its tag.",
	 "ice_fix_features() in drivers/net/ethernet/intel/ice/ice_main.c" READ_IN},
	{"D-bnxt-gro-hw", RULE_DRIVER, 0, 0, "bnxt has rx-gro-hw only with rx-gro",
	 "The driver drops it whenever rx-gro is off.",
	 "bnxt_fix_features() in drivers/net/ethernet/broadcom/bnxt/bnxt.c" READ_IN},
	{"D-bnxt-agg", RULE_DRIVER, 0, 0,
	 "bnxt merges nothing without aggregation rings, or with XDP",
	 "rx-lro and rx-gro-hw need rings of their own, which a NIC short of resources does not get.",
	 "bnxt_fix_features() in drivers/net/ethernet/broadcom/bnxt/bnxt.c" READ_IN},
	{"D-bnxt-ntuple", RULE_DRIVER, 0, 0,
	 "bnxt has rx-ntuple-filter only with resources for flow steering",
	 "Whether the NIC has them left is not visible in the features.",
	 "bnxt_fix_features() in drivers/net/ethernet/broadcom/bnxt/bnxt.c" READ_IN},
	{"D-bnxt-vlan", RULE_DRIVER, 0, 0,
	 "bnxt strips 802.1Q and 802.1ad tags together, or neither",
	 "The hardware has one switch for both. On a virtual function with a VLAN given by the host "
	 "neither is stripped.",
	 "bnxt_fix_features() in drivers/net/ethernet/broadcom/bnxt/bnxt.c" READ_IN},
	{"D-mlx5-striding", RULE_DRIVER, 0, 0, "mlx5 merges only with striding receive queues",
	 "rx-lro and rx-gro-hw need the driver's private flag rx_striding_rq (ethtool --show-priv-flags). "
	 "The driver says so in the log when it refuses.",
	 "mlx5e_fix_features() in drivers/net/ethernet/mellanox/mlx5/core/en_main.c" READ_IN},
	{"D-mlx5-xdp", RULE_DRIVER, 0, 0, "mlx5 merges nothing while an XDP program is attached",
	 "rx-lro and rx-gro-hw are dropped with XDP or AF_XDP. The driver says so in the log.",
	 "mlx5e_fix_features() in drivers/net/ethernet/mellanox/mlx5/core/en_main.c" READ_IN},
	{"D-mlx5-cqe", RULE_DRIVER, 0, 0,
	 "mlx5 has no rx-hashing and no rx-gro-hw with compressed completions",
	 "The private flag rx_cqe_compress saves PCIe bandwidth by leaving out what these features need.",
	 "mlx5e_fix_features() in drivers/net/ethernet/mellanox/mlx5/core/en_main.c" READ_IN},
	{"D-mlx5-svlan", RULE_DRIVER, 0, 0,
	 "mlx5 does not strip 802.1Q tags while 802.1ad VLANs are in use",
	 "With a VLAN of the 802.1ad kind on the device the driver drops rx-vlan-hw-parse, and says so in "
	 "the log. Whether the driver counts one is not visible in the features.",
	 "mlx5e_fix_features() in drivers/net/ethernet/mellanox/mlx5/core/en_main.c" READ_IN},
	{"D-vmxnet3-lro", RULE_DRIVER, 0, 0,
	 "vmxnet3 has rx-lro only with rx-checksum, and not with XDP",
	 "The host merges only what has been verified.",
	 "vmxnet3_fix_features() in drivers/net/vmxnet3/vmxnet3_ethtool.c" READ_IN},
	{"D-nodsim-lro", RULE_DRIVER, 0, 0, "nodsim has rx-lro only with rx-checksum",
	 "Who merges and rewrites headers must have looked at the checksums. nodsim is the NIC made of "
	 "software that comes with nod.",
	 "nodsim_fix_features() in tests/nodsim/features.c, read in this version"},
	{"D-netvsc-xdp", RULE_DRIVER, 0, 0,
	 "hv_netvsc has no rx-lro while an XDP program is attached",
	 "The driver says so in the log (\"Skip LRO - unsupported with XDP\").",
	 "netvsc_fix_features() in drivers/net/hyperv/netvsc_drv.c" READ_IN},
	{"D-aquantia-lro", RULE_DRIVER, 0, 0, "atlantic has rx-lro only with rx-checksum",
	 "The driver also drops it with an XDP program that takes packets in one piece only.",
	 "aq_ndev_fix_features() in drivers/net/ethernet/aquantia/atlantic/aq_main.c" READ_IN},
	{"D-xen-netfront", RULE_DRIVER, 0, 0,
	 "the backend decides what a Xen network device offers",
	 "Scatter-gather, checksums over IPv6 and TCP segmentation are on only if the other domain "
	 "advertises them (feature-sg, feature-ipv6-csum-offload, feature-gso-tcpv4, "
	 "feature-gso-tcpv6 in the XenStore).",
	 "xennet_fix_features() in drivers/net/xen-netfront.c" READ_IN},
	{.id = NULL},
};

const struct feature_rule *feature_rule_lookup(const char *id)
{
	for (const struct feature_rule *rule = feature_rules; rule->id; rule++)
		if (strcasecmp(rule->id, id) == 0)
			return rule;
	return NULL;
}

bool feature_rule_holds(const struct feature_rule *rule, uint32_t version)
{
	if (!version)
		return !rule->until;
	return version >= rule->since && (!rule->until || version < rule->until);
}
