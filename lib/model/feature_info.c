/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does each feature do, when does it hurt, and what does it need?
 *
 * Needs are those of netdev_fix_features() and its neighbours in net/core/dev.c of Linux 6.12 and 6.18,
 * given by the ids of nod's rules.
 */
#include "lib/model/feature.h"

const struct feature_info feature_infos[] = {
	{
		.name = "tx-scatter-gather",
		.group = FEATURE_SCATTER_GATHER,
		.matters = true,
		.summary = "packets may lie in several pieces of memory",
		.explain =
			"The device collects a packet from several pieces of memory (headers here, "
			"pages of a file there), so that nothing has to be copied together before "
			"sending. Without it every packet is copied into one piece first.\n\n"
			"Large packets are always in pieces: without this feature the kernel drops "
			"TCP segmentation offload (rule F2) and generic segmentation offload (rule "
			"F7), and throughput falls far more than the copying explains. There is "
			"hardly ever a reason to turn it off, other than a driver that corrupts "
			"data.",
	},
	{
		.name = "tx-checksum-ipv4",
		.group = FEATURE_CHECKSUMS,
		.matters = true,
		.summary = "the NIC fills in TCP and UDP checksums over IPv4",
		.explain =
			"The kernel leaves the checksum of TCP and UDP over IPv4 to the NIC, which "
			"knows these two protocols only. A capture on the sender then shows "
			"checksums that look wrong; they are completed after the capture.\n\n"
			"tx-tcp-segmentation needs this or tx-checksum-ip-generic (rule F3). The "
			"two exclude each other: with both, the kernel drops this one (rule F1).",
	},
	{
		.name = "tx-checksum-ip-generic",
		.group = FEATURE_CHECKSUMS,
		.matters = true,
		.summary = "the NIC fills in any checksum that it is pointed at",
		.explain =
			"The kernel tells the NIC where in the packet to start summing and where to "
			"put the result, so that any protocol with such a checksum will do, also "
			"inside tunnels. A capture on the sender then shows checksums that look "
			"wrong; they are completed after the capture.\n\n"
			"Segmentation of TCP and UDP needs it, or tx-checksum-ipv4 and "
			"tx-checksum-ipv6 in its place (rules F3, F4, F15), and so does TLS offload "
			"(F13).\n\n"
			"It hurts where packets leave the kernel by a way that completes nothing: a "
			"program with a raw socket on the other end of a veth, a DHCP client in a "
			"virtual machine, a NIC that computes checksums inside tunnels wrongly. "
			"Turn it off on the device that hands out such packets, not everywhere: "
			"software then computes every sum and TSO is gone.",
	},
	{
		.name = "tx-checksum-ipv6",
		.group = FEATURE_CHECKSUMS,
		.matters = true,
		.summary = "the NIC fills in TCP and UDP checksums over IPv6",
		.explain =
			"The kernel leaves the checksum of TCP and UDP over IPv6 to the NIC. "
			"Packets with extension headers are beyond such a NIC, and their sums are "
			"computed in software.\n\n"
			"tx-tcp6-segmentation needs this or tx-checksum-ip-generic (rule F4). The "
			"two exclude each other: with both, the kernel drops this one (rule F1).",
	},
	{
		.name = "highdma",
		.group = FEATURE_OTHER,
		.summary = "the device reaches all of the machine's memory",
		.explain =
			"The device can fetch data from memory anywhere in the machine. Without it, "
			"a 32-bit kernel with high memory copies such packets to low memory first; "
			"64-bit kernels have no high memory, and it makes no difference there.",
	},
	{
		.name = "tx-scatter-gather-fraglist",
		.group = FEATURE_SCATTER_GATHER,
		.matters = true,
		.summary = "packets may be chains of buffers",
		.explain =
			"The device takes a packet that is a chain of socket buffers, each with "
			"pieces of its own, as GRO and IP reassembly make them. Without it, such "
			"chains are copied together or cut apart before sending.\n\n"
			"Few NICs have it; software devices (veth, bridge, bond, tunnels) do, "
			"because they only pass the chain on. Off on hardware is normal.",
	},
	{
		.name = "tx-vlan-hw-insert",
		.group = FEATURE_VLAN,
		.matters = true,
		.summary = "the NIC inserts 802.1Q tags when sending",
		.explain =
			"The kernel keeps the 802.1Q tag beside the packet, and the NIC writes it "
			"into the frame. Without it the kernel does so, at little cost.\n\n"
			"If a driver loses tags, or NIC and switch disagree about what is tagged, "
			"turning this off is a quick and cheap test.",
	},
	{
		.name = "rx-vlan-hw-parse",
		.group = FEATURE_VLAN,
		.matters = true,
		.summary = "the NIC takes 802.1Q tags off received frames",
		.explain =
			"The NIC takes the 802.1Q tag out of a frame and hands it over beside the "
			"packet; the kernel's VLAN devices and bridges understand that. XDP "
			"programs and some capture tools see frames without any tag.\n\n"
			"Turn it off where an XDP program or a program with a raw socket has to see "
			"the tag in the frame. Some NICs switch this and tx-vlan-hw-insert only "
			"together, and some need a reset of the link for it.",
	},
	{
		.name = "rx-vlan-filter",
		.group = FEATURE_VLAN,
		.matters = true,
		.summary = "the NIC drops 802.1Q frames of VLANs that nobody asked for",
		.explain =
			"The NIC drops frames of VLANs for which there is no VLAN device and no "
			"entry of a bridge above it. That saves work, and hides those frames from "
			"captures that are not promiscuous.\n\n"
			"Tables in hardware are small, often a few hundred VLANs or fewer. A bridge "
			"that takes all 4094 VLANs overflows them, and some NICs then drop VLANs "
			"silently: turn the filter off on the ports of such a bridge.",
	},
	{
		.name = "vlan-challenged",
		.group = FEATURE_OTHER,
		.summary = "the device cannot carry VLAN tags",
		.explain =
			"A statement about the device, not a setting: frames with VLAN tags cannot "
			"pass it, and no VLAN device can be made on top of it. Nobody can change "
			"it.",
	},
	{
		.name = "tx-generic-segmentation",
		.group = FEATURE_SEGMENTATION,
		.matters = true,
		.summary = "the kernel cuts large packets as late as possible (GSO)",
		.explain =
			"The stack builds packets of up to 64 KiB and more, and the kernel cuts "
			"them at the last moment before the driver, unless the NIC can do that "
			"itself. One walk through routing, firewall and queueing then serves dozens "
			"of frames. It is on by default on every device and needs tx-scatter-gather "
			"(rule F7).\n\n"
			"It hurts where single packets count: shapers at low rates send bursts, and "
			"captures show packets larger than the MTU. Turning it off costs a lot of "
			"CPU time at high rates; where only a shaper suffers, let the shaper split "
			"packets.",
	},
	{
		.name = "rx-gro",
		.group = FEATURE_AGGREGATION,
		.matters = true,
		.summary = "the kernel merges received segments of a flow (GRO)",
		.explain =
			"The kernel merges received segments of one flow into a large packet before "
			"the stack sees it, in a way that can be taken apart again into the very "
			"same segments. Forwarding is therefore safe. It is on by default on every "
			"device but veths.\n\n"
			"It hurts in captures, where packets are larger than anything on the wire, "
			"in intrusion detection, and in programs with raw sockets that cannot "
			"handle large packets. Where the NIC does not verify checksums, merging "
			"means summing in software.\n\n"
			"Turning it off does not touch rx-gro-hw, rx-lro, rx-gro-list or "
			"rx-udp-gro-forwarding.",
	},
	{
		.name = "rx-lro",
		.group = FEATURE_AGGREGATION,
		.matters = true,
		.summary =
			"the NIC or its driver merges received TCP segments, with loss of detail (LRO)",
		.explain =
			"The NIC or its driver merges received TCP segments without keeping what is "
			"needed to take them apart again. It predates GRO, saves CPU time on end "
			"hosts, and breaks whatever passes packets on: merged packets exceed the "
			"MTU of the way out.\n\n"
			"The kernel therefore turns it off when IP forwarding is switched on, when "
			"the device becomes a port of a bridge or Open vSwitch, and when generic "
			"XDP is attached (rule S3); an upper device without it keeps it off (S1, "
			"S2). It does not come back by itself afterwards. rx-fcs and rx-gro-hw "
			"exclude it (F10, F12).\n\n"
			"On a router or bridge it should be off; if it is on there, somebody turned "
			"it on again by hand.",
	},
	{
		.name = "tx-tcp-segmentation",
		.group = FEATURE_SEGMENTATION,
		.matters = true,
		.summary = "the NIC cuts large TCP packets over IPv4 (TSO)",
		.explain =
			"The stack hands over one large TCP packet over IPv4, and the NIC cuts it "
			"into segments of the MSS with headers, checksums and IP IDs of their own. "
			"It is the offload that saves most when sending. It needs tx-scatter-gather "
			"(rule F2) and tx-checksum-ip-generic or tx-checksum-ipv4 (F3).\n\n"
			"Captures on the sender show packets larger than the MTU; the wire does "
			"not. Where hardware or driver cut wrongly (stalls, resets of the NIC, loss "
			"inside tunnels), turning it off leaves the cutting to the kernel "
			"(tx-generic-segmentation), which costs some CPU time and nothing else.\n\n"
			"On a bond, bridge, VLAN or macvlan \"on\" only says that large packets may "
			"come that far: the device below decides whether hardware cuts them. The "
			"line tcp-segmentation-offload of ethtool is on as soon as any of several "
			"features is.",
	},
	{
		.name = "tx-gso-robust",
		.group = FEATURE_OTHER,
		.summary = "the device takes large packets with headers that nobody checked",
		.explain =
			"The device accepts large packets whose headers come from somebody else, "
			"such as the guest of a virtual machine, and checks them itself. For other "
			"devices the kernel checks each such packet first. It is fixed by the "
			"driver and no cause of trouble.",
	},
	{
		.name = "tx-tcp-ecn-segmentation",
		.group = FEATURE_SEGMENTATION,
		.matters = true,
		.summary = "the NIC cuts large TCP packets that carry ECN's CWR flag",
		.explain =
			"When a TCP packet carries the CWR flag of explicit congestion notification "
			"(RFC 3168), only the first of its segments may keep it. A NIC with this "
			"feature knows that; for others the kernel cuts such packets itself. They "
			"are rare, and so is any difference.\n\n"
			"It goes when TSO for both IPv4 and IPv6 goes (rules F3, F6).",
	},
	{
		.name = "tx-tcp-mangleid-segmentation",
		.group = FEATURE_SEGMENTATION,
		.matters = true,
		.summary = "the NIC may repeat the IPv4 ID when it cuts TCP packets",
		.explain =
			"The NIC may give all segments of a packet the same IPv4 ID instead of "
			"counting up. RFC 6864 allows that for packets that are never fragmented "
			"(DF set), and some NICs can cut tunnelled packets only so. It needs "
			"tx-tcp-segmentation (rule F5).\n\n"
			"NICs have it off by default. Leave it so, unless a tunnel is fast only "
			"with it: receivers or header compression that look at IDs may merge worse.",
	},
	{
		.name = "tx-tcp6-segmentation",
		.group = FEATURE_SEGMENTATION,
		.matters = true,
		.summary = "the NIC cuts large TCP packets over IPv6",
		.explain = "As tx-tcp-segmentation, for TCP over IPv6. It needs tx-scatter-gather "
			   "(rule F2) and tx-checksum-ip-generic or tx-checksum-ipv6 (F4).",
	},
	{
		.name = "tx-fcoe-segmentation",
		.group = FEATURE_OTHER,
		.summary = "the NIC cuts large Fibre Channel over Ethernet sequences",
		.explain =
			"The NIC cuts large sequences of Fibre Channel over Ethernet into frames. "
			"Of use only with such storage, and only on adapters that were made for it. "
			"A bond has it only if all of its ports have.",
	},
	{
		.name = "tx-gre-segmentation",
		.group = FEATURE_TUNNELS,
		.matters = true,
		.summary = "the NIC cuts large packets inside GRE without checksum",
		.explain =
			"The NIC cuts a large TCP packet that is wrapped in GRE without a checksum, "
			"and repeats the GRE and outer IP headers for each segment. Without it the "
			"kernel cuts before the driver, which costs CPU time at high rates.\n\n"
			"A tunnel device itself shows what it passes on; what counts is the "
			"physical device below it.",
	},
	{
		.name = "tx-gre-csum-segmentation",
		.group = FEATURE_TUNNELS,
		.matters = true,
		.summary = "the NIC cuts large packets inside GRE with checksum",
		.explain =
			"As tx-gre-segmentation, for GRE with a checksum, which is different in "
			"each segment. Many NICs do it with the help of tx-gso-partial only, and "
			"lose it when that is turned off (rule F8).",
	},
	{
		.name = "tx-ipxip4-segmentation",
		.group = FEATURE_TUNNELS,
		.matters = true,
		.summary = "the NIC cuts large packets inside IPv4 tunnels (ipip, sit)",
		.explain =
			"The NIC cuts a large TCP packet that is wrapped directly in IPv4: IPv4 in "
			"IPv4 (ipip) or IPv6 in IPv4 (sit, 6to4). Without it the kernel does. NICs "
			"that need tx-gso-partial for it lose it together with that (rule F8).",
	},
	{
		.name = "tx-ipxip6-segmentation",
		.group = FEATURE_TUNNELS,
		.matters = true,
		.summary = "the NIC cuts large packets inside IPv6 tunnels (ip6tnl)",
		.explain =
			"The NIC cuts a large TCP packet that is wrapped directly in IPv6 (ip6tnl). "
			"Without it the kernel does. NICs that need tx-gso-partial for it lose it "
			"together with that (rule F8).",
	},
	{
		.name = "tx-udp_tnl-segmentation",
		.group = FEATURE_TUNNELS,
		.matters = true,
		.summary =
			"the NIC cuts large packets inside VXLAN and Geneve without outer checksum",
		.explain =
			"The NIC cuts a large TCP packet inside a UDP tunnel (VXLAN, Geneve) whose "
			"outer UDP checksum is zero, and repeats all outer headers. Overlay "
			"networks depend on it for speed.\n\n"
			"It is also a classic source of trouble: NICs and hypervisors that get the "
			"inner checksum or length wrong lose packets, so that small ones pass and "
			"transfers hang. Turning it off on the physical device is the precise "
			"remedy; the kernel then cuts. Turning off all checksums on the tunnel "
			"device also works, at a higher price.\n\n"
			"Some NICs only cut for UDP ports that they were told, see "
			"rx-udp_tunnel-port-offload.",
	},
	{
		.name = "tx-udp_tnl-csum-segmentation",
		.group = FEATURE_TUNNELS,
		.matters = true,
		.summary = "the NIC cuts large packets inside VXLAN and Geneve with outer checksum",
		.explain =
			"As tx-udp_tnl-segmentation, for tunnels that do compute the outer UDP "
			"checksum. Many NICs do it with the help of tx-gso-partial only, and lose "
			"it when that is turned off (rule F8).\n\n"
			"Which of the two a tunnel needs is a matter of its configuration (udpcsum "
			"of VXLAN and Geneve); turning the wrong one off changes nothing.",
	},
	{
		.name = "tx-gso-partial",
		.group = FEATURE_SEGMENTATION,
		.matters = true,
		.summary = "the NIC cuts tunnelled packets whose outer headers the kernel prepared",
		.explain = "For tunnels the kernel prepares outer headers that are right for every "
			   "segment but the last, and the NIC then cuts as if the packet was not "
			   "tunnelled. So hardware that knows nothing of tunnels cuts tunnelled "
			   "packets as well.\n\n"
			   "The driver names the features that work in this way only, often the "
			   "tunnels with checksum, sometimes UDP segmentation and IPsec. They are "
			   "dropped when this one is off (rule F8). The kernel does not tell which "
			   "they are; nod infers it.",
	},
	{
		.name = "tx-tunnel-remcsum-segmentation",
		.group = FEATURE_TUNNELS,
		.summary = "the NIC cuts tunnelled packets that use remote checksum offload",
		.explain = "The NIC cuts tunnelled packets that use remote checksum offload, an "
			   "extension of VXLAN and of foo-over-UDP that sends no inner checksum at "
			   "all. Hardly anybody uses it; software devices pass it on.",
	},
	{
		.name = "tx-sctp-segmentation",
		.group = FEATURE_SEGMENTATION,
		.matters = true,
		.summary = "the NIC cuts large SCTP packets",
		.explain =
			"The NIC gets a chain of SCTP packets and sends each as a frame of its own. "
			"Physical NICs hardly ever have it; software devices pass such chains on, "
			"and the kernel takes them apart before the driver.",
	},
	{
		.name = "tx-esp-segmentation",
		.group = FEATURE_CRYPTO,
		.matters = true,
		.summary = "the NIC cuts large packets inside IPsec ESP",
		.explain =
			"The NIC cuts a large packet first and encrypts each segment then, as part "
			"of IPsec offload. It is of use only together with esp-hw-offload and with "
			"security associations that are offloaded to the device. A bond has it only "
			"in active-backup mode.",
	},
	{
		.name = "tx-udp-segmentation",
		.group = FEATURE_SEGMENTATION,
		.matters = true,
		.summary = "the NIC cuts large UDP payloads into datagrams (USO)",
		.explain =
			"A program (QUIC, mostly) hands over many datagrams of one size in a single "
			"call (UDP_SEGMENT), and the NIC cuts them apart. Without it the kernel "
			"does that before the driver, which is still far better than one call for "
			"each datagram.\n\n"
			"It needs checksums for both IPv4 and IPv6 (rule F15; older kernels do not "
			"check that). It does not need tx-scatter-gather.\n\n"
			"On kernels before 6.11 sending fails with an I/O error if the device "
			"computes no checksums; programs should then fall back to single datagrams.",
	},
	{
		.name = "tx-gso-list",
		.group = FEATURE_SEGMENTATION,
		.matters = true,
		.summary = "the NIC sends lists of packets that GRO chained together",
		.explain =
			"The device takes chains of whole packets as rx-gro-list makes them, and "
			"sends each as a frame. Software devices pass them on; before a physical "
			"NIC without it the kernel takes the chain apart, which is cheap.",
	},
	{
		.name = "tx-tcp-accecn-segmentation",
		.group = FEATURE_SEGMENTATION,
		.matters = true,
		.summary = "the NIC cuts large TCP packets that use accurate ECN",
		.explain =
			"Accurate ECN gives the flags of TCP's header another meaning, so that each "
			"segment of a large packet has to carry the same ones. A NIC with this "
			"feature knows that; for others the kernel cuts such packets itself. Linux "
			"6.18 has the feature, 6.12 does not.\n\n"
			"No rule of the kernel ties it to other features. It stays on where all "
			"other TSO is gone, and ethtool's tcp-segmentation-offload then still says "
			"on.",
	},
	{
		.name = "tx-checksum-fcoe-crc",
		.group = FEATURE_CHECKSUMS,
		.summary = "the NIC fills in the CRC of Fibre Channel over Ethernet",
		.explain =
			"The NIC computes the CRC at the end of Fibre Channel over Ethernet frames. "
			"Of use only with such storage. It is counted among the checksums of "
			"ethtool's tx, without having to do with IP.",
	},
	{
		.name = "tx-checksum-sctp",
		.group = FEATURE_CHECKSUMS,
		.matters = true,
		.summary = "the NIC fills in the CRC32c of SCTP",
		.explain =
			"The NIC computes the CRC32c of SCTP packets. Without it the kernel does, "
			"which is fast on present CPUs. Packets that pass between software devices "
			"with it show a wrong CRC in captures, as with other checksums.",
	},
	{
		.name = "rx-ntuple-filter",
		.group = FEATURE_STEERING,
		.matters = true,
		.summary = "the NIC steers flows to queues by rules",
		.explain =
			"Rules (ethtool -N) that put flows into chosen queues or drop them, in the "
			"NIC. Accelerated receive flow steering needs it, too. With most drivers, "
			"turning it off removes the rules, and turning it on again does not bring "
			"them back.",
	},
	{
		.name = "rx-hashing",
		.group = FEATURE_STEERING,
		.matters = true,
		.summary = "the NIC hands its hash of the flow to the kernel",
		.explain =
			"The NIC hands over the hash that it computed to choose a queue. The kernel "
			"uses it for RPS, RFS, GRO and for queues further on, and computes one "
			"itself if there is none, which costs a look into the headers of each "
			"packet.\n\n"
			"The NIC spreads packets over its queues also when this is off, unless the "
			"driver ties the two together.",
	},
	{
		.name = "rx-checksum",
		.group = FEATURE_CHECKSUMS,
		.matters = true,
		.summary = "the NIC verifies checksums of received packets",
		.explain =
			"The NIC verifies checksums and says so with each packet, or hands over a "
			"sum for the kernel to use. Packets with a bad checksum still arrive and "
			"are counted. Without it the CPU reads every byte, and merging (GRO) costs "
			"more. rx-gro-hw (rule F9) and tls-hw-rx-offload (F14) need it.\n\n"
			"The message \"hw csum failure\" in the kernel's log means that NIC or "
			"driver computed it wrongly, often for VLANs, padding or tunnels. Turning "
			"this off on that NIC is the remedy until there is a better driver.",
	},
	{
		.name = "tx-nocache-copy",
		.group = FEATURE_OTHER,
		.summary = "data to send is copied around the CPU's cache",
		.explain =
			"Data of a program is copied into socket buffers with instructions that "
			"leave the CPU's cache alone. It is off by default and mostly slower; it "
			"can help where data is never touched again and the cache is needed "
			"otherwise.",
	},
	{
		.name = "loopback",
		.group = FEATURE_OTHER,
		.matters = true,
		.summary = "the NIC sends its frames back to itself instead of to the wire",
		.explain =
			"The MAC returns whatever is sent to the host, for testing. While it is on, "
			"the device reaches nobody. If a NIC in service shows it, that is why there "
			"is no network. On the device lo it is on by nature.",
	},
	{
		.name = "rx-fcs",
		.group = FEATURE_OTHER,
		.summary = "the NIC leaves the frame check sequence at the end of received frames",
		.explain =
			"Received frames keep the four bytes of their frame check sequence, for "
			"captures and tests. Everything gets four bytes longer than it seems. It "
			"excludes rx-lro (rule F10) and rx-gro-hw (F11).",
	},
	{
		.name = "rx-all",
		.group = FEATURE_OTHER,
		.summary = "the NIC also hands over frames that are damaged",
		.explain =
			"Frames with a bad check sequence, too short or too long, are handed over "
			"instead of being dropped and counted. For the search of faults on a line, "
			"together with rx-fcs; not for service.",
	},
	{
		.name = "tx-vlan-stag-hw-insert",
		.group = FEATURE_VLAN,
		.matters = true,
		.summary = "the NIC inserts 802.1ad service tags when sending",
		.explain = "As tx-vlan-hw-insert, for the outer tag of stacked VLANs (802.1ad, "
			   "EtherType 0x88a8). Few NICs have it; without it the kernel inserts the "
			   "tag.",
	},
	{
		.name = "rx-vlan-stag-hw-parse",
		.group = FEATURE_VLAN,
		.matters = true,
		.summary = "the NIC takes 802.1ad service tags off received frames",
		.explain =
			"As rx-vlan-hw-parse, for the outer tag of stacked VLANs (802.1ad, "
			"EtherType 0x88a8). Some NICs take off either kind of tag but not both, and "
			"the driver then drops one of the two features.",
	},
	{
		.name = "rx-vlan-stag-filter",
		.group = FEATURE_VLAN,
		.matters = true,
		.summary = "the NIC drops 802.1ad frames of VLANs that nobody asked for",
		.explain =
			"As rx-vlan-filter, for the outer tag of stacked VLANs (802.1ad, EtherType "
			"0x88a8). Some drivers switch both filters together only.",
	},
	{
		.name = "l2-fwd-offload",
		.group = FEATURE_STEERING,
		.summary = "the NIC sorts frames for macvlan devices into queues of their own",
		.explain =
			"The NIC gives macvlan devices on top of it queues and address filters of "
			"their own, so that the kernel need not sort frames. Few drivers have it, "
			"each with limits on the number of such devices; turning it off needs the "
			"macvlan devices to be set up again.",
	},
	{
		.name = "hw-tc-offload",
		.group = FEATURE_STEERING,
		.matters = true,
		.summary = "the NIC carries out traffic control rules",
		.explain =
			"Rules of traffic control, above all those of flower that Open vSwitch "
			"makes, are carried out in the NIC. Packets that the hardware handles are "
			"not seen by captures and firewalls of the host, and only count in hardware "
			"counters.\n\n"
			"Most drivers refuse to turn it off while rules are installed. On alone it "
			"does nothing: Open vSwitch has a setting of its own (hw-offload).",
	},
	{
		.name = "esp-hw-offload",
		.group = FEATURE_CRYPTO,
		.matters = true,
		.summary = "the NIC encrypts and decrypts IPsec ESP",
		.explain =
			"The NIC encrypts and decrypts IPsec ESP for those security associations "
			"that were made with offload to this device. It takes effect for new ones. "
			"For large packets and checksums it needs tx-esp-segmentation and "
			"esp-tx-csum-hw-offload as well. A bond has it only in active-backup mode.",
	},
	{
		.name = "esp-tx-csum-hw-offload",
		.group = FEATURE_CRYPTO,
		.matters = true,
		.summary = "the NIC fills in checksums inside IPsec ESP",
		.explain =
			"The NIC computes the checksum of the packet inside ESP before it encrypts. "
			"Without it the kernel has to compute the checksum in software also when "
			"encryption is offloaded.",
	},
	{
		.name = "rx-udp_tunnel-port-offload",
		.group = FEATURE_TUNNELS,
		.matters = true,
		.summary = "the NIC is told the UDP ports of VXLAN and Geneve",
		.explain =
			"The kernel tells the NIC at which UDP ports VXLAN and Geneve arrive, so "
			"that the NIC looks at inner headers for checksums, hashing and merging. "
			"Without it all flows of a tunnel may look like one.\n\n"
			"Tables are small (often four to sixteen ports), and a tunnel at a port "
			"that is missing there gets none of that. Turning the feature off and on "
			"again programs the ports anew.",
	},
	{
		.name = "tls-hw-tx-offload",
		.group = FEATURE_CRYPTO,
		.matters = true,
		.summary = "the NIC encrypts TLS records when sending",
		.explain =
			"The NIC encrypts TLS records of sockets that gave their keys to the "
			"kernel. The program has to ask for kernel TLS (nginx and OpenSSL can), and "
			"only new connections take part. It needs checksums for both IPv4 and IPv6 "
			"(rule F13).",
	},
	{
		.name = "tls-hw-rx-offload",
		.group = FEATURE_CRYPTO,
		.matters = true,
		.summary = "the NIC decrypts received TLS records",
		.explain =
			"The NIC decrypts received TLS records of sockets that gave their keys to "
			"the kernel. Loss and reordering make it fall out of step, and software "
			"takes over until it is back. It needs rx-checksum (rule F14).",
	},
	{
		.name = "rx-gro-hw",
		.group = FEATURE_AGGREGATION,
		.matters = true,
		.summary = "the NIC merges received segments so that they can be taken apart again",
		.explain =
			"The NIC merges received segments as rx-gro would, keeping what is needed "
			"to take them apart: unlike rx-lro it is safe where packets are forwarded. "
			"It needs rx-checksum (rule F9), excludes rx-lro (F12) and is excluded by "
			"rx-fcs (F11). Attaching generic XDP turns it off (S4), and it does not "
			"come back by itself.\n\n"
			"In a virtual machine with virtio_net it stands for the large packets that "
			"the host hands over. There, XDP may be refused while it is on, and if it "
			"is fixed only the configuration of the hypervisor changes it.\n\n"
			"Turning rx-gro off leaves it as it is.",
	},
	{
		.name = "tls-hw-record",
		.group = FEATURE_CRYPTO,
		.matters = true,
		.summary = "the NIC runs the whole of TLS and TCP itself",
		.explain =
			"The NIC runs TLS and the TCP connection below it as a whole (an offload "
			"engine), past the kernel's stack, firewall and captures. Very few adapters "
			"have it.",
	},
	{
		.name = "rx-gro-list",
		.group = FEATURE_AGGREGATION,
		.matters = true,
		.summary = "the kernel chains received segments instead of merging them",
		.explain =
			"Received segments are chained as they are instead of being merged, and "
			"each leaves again unchanged. For routers and bridges that is cheaper than "
			"merging and cutting, as no header and no checksum is computed anew; NAT "
			"works with it. It is off by default.\n\n"
			"UDP is chained, and TCP too since Linux 6.10 where no local socket owns "
			"the flow. With it on, rx-udp-gro-forwarding has no effect on what is "
			"forwarded. Some NICs with segmentation offload handle such chains badly "
			"when sending.",
	},
	{
		.name = "macsec-hw-offload",
		.group = FEATURE_CRYPTO,
		.matters = true,
		.summary = "the NIC encrypts and decrypts MACsec",
		.explain =
			"The NIC encrypts and decrypts 802.1AE (MACsec) for MACsec devices that "
			"were set to offload to it. Being on is only the ability; see the offload "
			"setting of the MACsec device for whether it is used.",
	},
	{
		.name = "rx-udp-gro-forwarding",
		.group = FEATURE_AGGREGATION,
		.matters = true,
		.summary = "the kernel merges UDP datagrams that it only forwards",
		.explain =
			"UDP datagrams of one flow and size are merged also if no socket of this "
			"machine asked for it, so that forwarding them costs one walk instead of "
			"dozens. Exit nodes of tunnels and QUIC behind a router gain from it. It is "
			"off by default, because it adds work where flows are short.\n\n"
			"It needs rx-gro. While rx-gro-list is on, that decides instead. The "
			"setting belongs on the device where packets come in.",
	},
	{
		.name = "hsr-tag-ins-offload",
		.group = FEATURE_OTHER,
		.summary = "the NIC inserts tags of HSR and PRP",
		.explain =
			"The NIC writes the tag of High-availability Seamless Redundancy, or the "
			"trailer of the Parallel Redundancy Protocol, into frames that it sends. "
			"Switch chips for industrial rings have it.",
	},
	{
		.name = "hsr-tag-rm-offload",
		.group = FEATURE_OTHER,
		.summary = "the NIC removes tags of HSR and PRP",
		.explain =
			"The NIC removes the tag of High-availability Seamless Redundancy, or the "
			"trailer of the Parallel Redundancy Protocol, from frames that it receives. "
			"Switch chips for industrial rings have it.",
	},
	{
		.name = "hsr-fwd-offload",
		.group = FEATURE_OTHER,
		.summary = "the NIC forwards between the two ports of an HSR ring",
		.explain =
			"The hardware passes frames from one port of the ring to the other without "
			"the CPU. Switch chips for industrial rings have it; both ports have to "
			"belong to the same chip.",
	},
	{
		.name = "hsr-dup-offload",
		.group = FEATURE_OTHER,
		.summary = "the NIC sends HSR and PRP frames to both ports",
		.explain = "The kernel hands over a frame once and the hardware sends it from both "
			   "ports. Switch chips for industrial rings have it; both ports have to "
			   "belong to the same chip.",
	},
	/* Names of older kernels. */
	{
		.name = "tx-lockless",
		.group = FEATURE_OTHER,
		.summary = "the driver does its own locking when sending (until Linux 6.11)",
		.explain =
			"The driver needs no lock around its transmit function, as in virtual "
			"devices. Kernels until 6.11 showed it among the features; it was never a "
			"setting.",
	},
	{
		.name = "netns-local",
		.group = FEATURE_OTHER,
		.summary = "the device cannot change its network namespace (until Linux 6.11)",
		.explain = "The device belongs to its network namespace and cannot be moved to "
			   "another, as lo and bridges. Kernels until 6.11 showed it among the "
			   "features; it was never a setting.",
	},
	{
		.name = "fcoe-mtu",
		.group = FEATURE_OTHER,
		.summary =
			"the NIC takes the larger frames of Fibre Channel over Ethernet (until Linux 6.11)",
		.explain = "The NIC takes frames of 2158 bytes for Fibre Channel over Ethernet "
			   "whatever the MTU is. Kernels until 6.11 had it.",
	},
	{
		.name = "busy-poll",
		.group = FEATURE_OTHER,
		.summary = "the driver can be polled by a waiting program (old kernels)",
		.explain =
			"The driver supports busy polling: a program that waits for packets asks "
			"the NIC itself. Old kernels showed it among the features; later ones can "
			"do it with every driver that uses NAPI.",
	},
	{
		.name = "tx-udp-fragmentation",
		.group = FEATURE_SEGMENTATION,
		.summary = "the NIC fragments large UDP datagrams (UFO, until Linux 4.13)",
		.explain =
			"The NIC cut large UDP datagrams into IP fragments. Linux 4.14 removed it; "
			"ethtool still prints udp-fragmentation-offload where it finds it. For "
			"sending many datagrams at once see tx-udp-segmentation, which fragments "
			"nothing.",
	},
	{
		.name = "tx-ipip-segmentation",
		.group = FEATURE_TUNNELS,
		.summary = "the NIC cuts large packets inside IPv4 in IPv4 (until Linux 4.6)",
		.explain =
			"The NIC cuts a large TCP packet inside of IPv4 in IPv4. Since Linux 4.7 it "
			"is part of tx-ipxip4-segmentation.",
	},
	{
		.name = "tx-sit-segmentation",
		.group = FEATURE_TUNNELS,
		.summary = "the NIC cuts large packets inside IPv6 in IPv4 (until Linux 4.6)",
		.explain =
			"The NIC cuts a large TCP packet inside of IPv6 in IPv4. Since Linux 4.7 it "
			"is part of tx-ipxip4-segmentation.",
	},
	{.name = NULL},
};
