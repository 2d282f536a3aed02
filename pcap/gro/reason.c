/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What keeps packets from being merged, what can be done about it, and by whom?
 */
#include <stddef.h>

#include "pcap/gro/reason.h"

/* Somebody can do something: sender, receiver, or whoever runs the network between them. */
const uint64_t gro_bits_mendable =
	GRO_BIT(GRO_IP_OPTIONS) | GRO_BIT(GRO_EXTENSION) | GRO_BIT(GRO_FRAGMENT) |
	GRO_BIT(GRO_RESERVED_BIT) | GRO_BIT(GRO_LENGTH) | GRO_BIT(GRO_IP_CHECKSUM) |
	GRO_BIT(GRO_CHECKSUM) | GRO_BIT(GRO_UDP_NO_CHECKSUM) | GRO_BIT(GRO_TUNNEL_PORT) |
	GRO_BIT(GRO_TUNNEL_HEADER) | GRO_BIT(GRO_LINK) | GRO_BIT(GRO_OUTER_LABEL) |
	GRO_BIT(GRO_OUTER_PORT) | GRO_BIT(GRO_OUTER_CHECKSUM) | GRO_BIT(GRO_INNER_LINK) |
	GRO_BIT(GRO_LABEL) | GRO_BIT(GRO_SEQUENCE) | GRO_BIT(GRO_SIZE) | GRO_BIT(GRO_FLAGS) |
	GRO_BIT(GRO_CWR) | GRO_BIT(GRO_OPTIONS) | GRO_BIT(GRO_TIMESTAMP) | GRO_BIT(GRO_TTL) |
	GRO_BIT(GRO_TOS) | GRO_BIT(GRO_DF) | GRO_BIT(GRO_ID) | GRO_BIT(GRO_OUTER_TTL) |
	GRO_BIT(GRO_OUTER_TOS) | GRO_BIT(GRO_OUTER_DF) | GRO_BIT(GRO_OUTER_ID) | GRO_BIT(GRO_PUSH) |
	GRO_BIT(GRO_SHORT);

#define ADVICE(...)               \
	(const char *const[])     \
	{                         \
		__VA_ARGS__, NULL \
	}

#define WHICH_COUNTER                                                                  \
	"ethtool -S DEV | grep -iE 'crc|fcs|csum|err'  # on every hop: which counter " \
	"grows?"

#define SACK_LOSS \
	"nstat -az TcpExtTCPOFOQueue TcpRetransSegs TcpExtTCPLostRetransmit  # reordering or loss?"

#define PATHS                                                                              \
	"compare the paths: traceroute -T -p PORT HOST  # packets of one connection take " \
	"ways of different length"

#define TUNNEL_IDS                                                                               \
	"let the sending device count the outer ID up by one, or keep it constant with DF=1  # " \
	"a switch, SmartNIC or driver: every receiver merges then"

#define TUNNEL_OVER_IPV6 "use IPv6 between the tunnel's ends  # it has no IDs"

#define SECOND_CHANCE                                                                              \
	"ethtool -K DEV gro on  # on the receiver's tunnel device (vxlan, geneve): inner packets " \
	"get a second chance there, after the outer stack"

const struct gro_reason_info gro_reasons[GRO_REASONS] = {
	[GRO_NOT_IP] = {"not-ip",
			"no IP packet, or behind a link header that no receiver looks into", NULL,
			NULL},
	[GRO_PROTOCOL] = {"protocol", "neither TCP nor what the receiver was told to merge", NULL,
			  NULL},
	[GRO_NO_PAYLOAD] = {"no-payload", "bare acknowledgments, which are never merged", NULL,
			    NULL},
	[GRO_CONTROL] = {"control-flags", "SYN, RST or URG, which are never merged", NULL, NULL},
	[GRO_CUT] = {"captured-in-part", "captured in part, so that nobody can tell",
		     "Capture whole frames: then it can be told what a receiver merges.",
		     ADVICE("tcpdump -s 0 -i DEV -w FILE  # no limit of bytes")},
	[GRO_IP_OPTIONS] = {"ip-options", "IPv4 options, and such packets are never merged",
			    "Find the device that puts IPv4 options into data packets (security "
			    "labels, client addresses) and have it leave them out.",
			    NULL},
	[GRO_EXTENSION] =
		{"ipv6-extension-headers", "IPv6 extension headers behind which no receiver looks",
		 "Find out who adds IPv6 extension headers to data packets, and leave them "
		 "out.",
		 NULL},
	[GRO_FRAGMENT] = {"fragments", "IP fragments, which are never merged",
			  "Avoid fragments: give the tunnel, or the sender, an MTU that fits the "
			  "path.",
			  ADVICE("ip link set dev DEV mtu MTU  # on the tunnel device and what is "
				 "behind it, at both ends",
				 "ip link set dev UNDERLAY mtu MTU  # or make room on every hop "
				 "between the ends")},
	[GRO_RESERVED_BIT] =
		{"reserved-bit", "the reserved bit of IPv4 is set",
		 "Have the sender, or the device that sets it, leave the reserved bit of "
		 "IPv4 at 0.",
		 NULL},
	[GRO_LENGTH] =
		{"padded-frames", "the frame does not end where its IP packet ends",
		 "Segments with a few bytes are padded by Ethernet, and that is how it is; "
		 "with larger frames look for a trailer.",
		 ADVICE("ethtool -K DEV rx-fcs off  # on the receiver; or look for a switch, "
			"tap or tunnel that appends a trailer")},
	[GRO_IP_CHECKSUM] = {"ip-header-checksum", "a wrong IPv4 header checksum",
			     "Find the hop that damages packets, or writes wrong checksums.",
			     ADVICE(WHICH_COUNTER)},
	[GRO_CHECKSUM] =
		{"checksum-corrupt", "a wrong TCP or UDP checksum",
		 "Find the hop that damages packets, or the sender that fills in wrong "
		 "checksums.",
		 ADVICE(WHICH_COUNTER,
			"nstat -az TcpInCsumErrors UdpInCsumErrors  # on the receiver: does "
			"it see them?")},
	[GRO_UDP_NO_CHECKSUM] =
		{"udp-without-checksum", "UDP without a checksum, which UDP GRO does not merge",
		 "Have the sender's application use UDP checksums.",
		 ADVICE("on the sender: no SO_NO_CHECK on the socket  # UDP over IPv4 "
			"has checksums unless the application turned them off")},
	[GRO_TUNNEL_PORT] =
		{"tunnel-port", "UDP to a port at which no tunnel device listens",
		 "Let the receiver have a tunnel device at this port, or have the sender "
		 "use the port of the one it has.",
		 ADVICE("ip -d link show type vxlan  # on the receiver: at which dstport?",
			"nod gro --vxlan-port PORT FILE  # if there is one: say so")},
	[GRO_TUNNEL_KIND] = {"tunnel-kind", "a tunnel that this receiver does not look into", NULL,
			     NULL},
	[GRO_TUNNEL_HEADER] =
		{"tunnel-header", "fields of the tunnel header with which no receiver merges",
		 "Do without sequence numbers in GRE, and without OAM packets in "
		 "Geneve.",
		 ADVICE("ip link set dev DEV type gretap noseq  # on the sender: with sequence numbers a "
			"receiver also drops what comes late")},
	[GRO_NESTED] = {"nested-tunnels", "a tunnel in a tunnel: only one is looked into", NULL,
			NULL},
	[GRO_LINK] = {"link-header-changes", "other MAC addresses or another VLAN tag",
		      "Packets of one flow come from several gateways or with several VLAN tags or "
		      "priorities: send a flow one way.",
		      NULL},
	[GRO_OUTER_LABEL] = {"outer-flow-label-changes",
			     "another flow label or other extension headers, outer",
			     "Have the sender keep the outer IPv6 flow label the same for a flow.",
			     ADVICE("ip link set dev DEV type vxlan flowlabel 0  # on the sender")},
	[GRO_OUTER_PORT] =
		{"outer-source-port-changes", "another outer UDP source port",
		 "Have the tunnel's sender take the outer source port from a hash of the "
		 "inner flow.",
		 ADVICE("ip -d link show dev DEV  # on the sender: \"srcport\" is the range; "
			"the port should be a hash of the inner flow")},
	[GRO_OUTER_CHECKSUM] =
		{"outer-udp-checksum-mixed", "one has an outer UDP checksum and the other has none",
		 "Have the tunnel's sender use the outer UDP checksum in all packets or "
		 "in none.",
		 ADVICE("ip -d link show dev DEV  # on a Linux sender: udpcsum or "
			"noudpcsum, chosen when the device is made (ip link add ... "
			"type vxlan ... udpcsum)")},
	[GRO_TUNNEL_FIELDS] = {"tunnel-fields-change",
			       "another tunnel header: VNI, flags, key or options", NULL, NULL},
	[GRO_INNER_LINK] = {"inner-link-header-changes", "other inner MAC addresses",
			    "Inner packets of one flow come from several gateways: send a flow one "
			    "way.",
			    NULL},
	[GRO_LABEL] =
		{"flow-label-changes", "another IPv6 flow label or other extension headers",
		 "Have the sender keep the IPv6 flow label of a connection; Linux changes it "
		 "when it suspects the path.",
		 ADVICE("sysctl net.ipv6.auto_flowlabels net.ipv6.flowlabel_reflect  # on a Linux "
			"sender",
			SACK_LOSS)},
	[GRO_SEQUENCE] =
		{"sequence-gaps", "it does not follow the one before",
		 "Find out where segments are lost, repeated or put out of order; or whether "
		 "only the capture missed them.",
		 ADVICE(SACK_LOSS, "ethtool -S DEV  # drops on the way to the capture")},
	[GRO_SIZE] =
		{"size-grows", "longer than the segments before it",
		 "Have the sender write in large pieces, so that it can fill its segments.",
		 ADVICE("ethtool -K DEV tso on gso on  # on the sender: segments of one size")},
	[GRO_ACK] = {"ack-changes", "it acknowledges other data", NULL, NULL},
	[GRO_WINDOW] = {"window-changes", "another TCP window", NULL, NULL},
	[GRO_FLAGS] =
		{"flags-change", "other TCP flags",
		 "ECE comes with congestion: look for the queue that marks packets.",
		 ADVICE("tc -s qdisc show dev DEV  # on the bottleneck: marked packets (ecn_mark)")},
	[GRO_CWR] =
		{"cwr", "the CWR flag, with which a segment is not merged",
		 "CWR answers marks of congestion: look for the queue that marks packets.",
		 ADVICE("tc -s qdisc show dev DEV  # on the bottleneck: marked packets (ecn_mark)")},
	[GRO_OPTIONS] =
		{"tcp-options-change", "other TCP options, timestamps aside",
		 "Find out who adds TCP options to data segments: SACK blocks come with loss in "
		 "the other direction, others from middleboxes.",
		 ADVICE(SACK_LOSS)},
	[GRO_TIMESTAMP] =
		{"timestamp-changes", "other TCP timestamps",
		 "Let the sender's clock for timestamps tick less often (Linux: every "
		 "millisecond), send whole bursts with one, or do without timestamps.",
		 ADVICE("ethtool -K DEV tso on gso on  # on the sender: all segments of a burst "
			"have the same",
			"ip route show  # on a Linux sender from 6.7 on: no tcp_usec_ts in the "
			"route's features",
			"sysctl -w net.ipv4.tcp_timestamps=0  # on the sender; costs protection "
			"against old segments (PAWS) and exact round trip times")},
	[GRO_TTL] =
		{"ttl-changes", "another TTL or hop limit",
		 "Packets of one connection take ways of different length: send a flow one way.",
		 ADVICE(PATHS)},
	[GRO_TOS] =
		{"tos-changes", "another TOS byte or traffic class: DSCP or ECN",
		 "Look for the queue that marks packets (ECN), or the device that remarks some of "
		 "a flow (DSCP).",
		 ADVICE("tc -s qdisc show dev DEV  # on the bottleneck: marked packets (ecn_mark)")},
	[GRO_DF] =
		{"df-mixed", "the DF bit differs",
		 "Have all packets of a flow carry the same DF bit.",
		 ADVICE("sysctl net.ipv4.ip_no_pmtu_disc  # on the sender: 0 gives TCP DF=1 throughout")},
	[GRO_ID] =
		{"ipid-not-sequential",
		 "IPv4 IDs that neither count up by one nor, where that is allowed, stay the same",
		 "Have the sender, or the device between that scrubs IDs, count them up by one.",
		 ADVICE("sysctl net.ipv4.ip_no_pmtu_disc  # on the sender, if it is Linux: 0 gives TCP "
			"DF=1 and IDs that count",
			"let the sender count IDs up by one  # a router or firewall that scrubs IDs has "
			"the same effect as the sender")},
	[GRO_OUTER_TTL] =
		{"outer-ttl-changes", "another outer TTL or hop limit",
		 "Packets of one tunnel take ways of different length, or their sender copies "
		 "the inner TTL.",
		 ADVICE("ip link set dev DEV type vxlan ttl 64  # on the sender: a fixed one "
			"instead of \"ttl inherit\"",
			PATHS)},
	[GRO_OUTER_TOS] =
		{"outer-tos-changes", "another outer TOS byte or traffic class: DSCP or ECN",
		 "Look for the queue that marks packets (ECN), or the device that remarks some "
		 "of a tunnel (DSCP).",
		 ADVICE("tc -s qdisc show dev DEV  # on the bottleneck: marked packets (ecn_mark)")},
	[GRO_OUTER_DF] =
		{"outer-df-mixed", "the outer DF bit differs",
		 "Have all packets of the tunnel carry the same outer DF bit.",
		 ADVICE("ip link set dev DEV type vxlan df set  # on the sender, if it is Linux: "
			"DF=1 on all instead of the inner packet's (df inherit)")},
	[GRO_OUTER_ID] =
		{"outer-ipid-not-sequential",
		 "outer IPv4 IDs that neither count up by one nor, where that is allowed, stay the "
		 "same",
		 "Set DF on the outer header if the receiver is Linux up to 6.17 or DPDK; for "
		 "Linux 6.18 and later the sender has to count its outer IDs, or the outer network "
		 "become IPv6.",
		 ADVICE("ip link set dev DEV type vxlan df set  # on the sender, if it is Linux: with "
			"DF=1, receivers up to 6.17 and DPDK ignore the outer ID",
			TUNNEL_IDS, TUNNEL_OVER_IPV6, SECOND_CHANCE)},
	[GRO_PUSH] =
		{"push-every-segment", "PSH, with which a train is handed up at once",
		 "Have the sender's application write in large pieces: PSH marks the end of each.",
		 ADVICE("look at the sender's application  # it writes less than a segment at a time, "
			"or sets TCP_NODELAY and flushes often",
			"ethtool -K DEV tso on gso on  # on the sender: PSH on the last segment of a "
			"burst only")},
	[GRO_FIN] = {"fin", "FIN: the connection ends", NULL, NULL},
	[GRO_SHORT] =
		{"short-segment", "a segment shorter than those before it, which ends its train",
		 "Have the sender's application write in large pieces, so that it can fill its "
		 "segments.",
		 ADVICE("look at the sender's application  # it writes less than a segment at a time, "
			"or sets TCP_NODELAY and flushes often")},
	[GRO_FULL] = {"full", "as long as a train may get", NULL, NULL},
	[GRO_HELD] =
		{"no-place", "another flow needed its place: 8 are held in a bucket",
		 "Spread flows over more receive queues, or let the NIC hash them, so that fewer "
		 "share a bucket.",
		 ADVICE("ethtool -L DEV combined N  # on the receiver: more queues",
			"ethtool -K DEV rxhash on  # on the receiver: without a hash all flows of a "
			"queue share one bucket")},
	[GRO_BUDGET] = {"budget", "the poll took as many packets as it may",
			"A poll ends after 64 packets; nothing need be done while trains are long.",
			NULL},
	[GRO_GAP] =
		{"gap", "nothing more came in time",
		 "Let the receiver wait a little before it hands trains up, or interrupt less often.",
		 ADVICE("ethtool -C DEV adaptive-rx on  # on the receiver: fewer interrupts, longer polls",
			"echo 20000 > /sys/class/net/DEV/gro_flush_timeout; echo 1 > "
			"/sys/class/net/DEV/napi_defer_hard_irqs  # on the receiver: hold trains for "
			"20 us")},
	[GRO_END] = {"end-of-capture", "the capture ends", NULL, NULL},
};
