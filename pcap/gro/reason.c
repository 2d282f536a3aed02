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

/* Rows of advice; one for some receivers only is FOR them. */
#define ALWAYS(text)              \
	{                         \
		text, GRO_FOR_ALL \
	}
#define FOR(who, text)              \
	{                           \
		text, GRO_FOR_##who \
	}

#define ROWS(...)                         \
	(const struct gro_advice[])       \
	{                                 \
		__VA_ARGS__,              \
		{                         \
			NULL, GRO_FOR_ALL \
		}                         \
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
	[GRO_NOT_IP] =
		{
			.id = "not-ip",
			.summary =
				"no IP packet, or behind a link header that no receiver looks into",
		},
	[GRO_PROTOCOL] =
		{
			.id = "protocol",
			.summary = "neither TCP nor what the receiver was told to merge",
		},
	[GRO_NO_PAYLOAD] =
		{
			.id = "no-payload",
			.summary = "bare acknowledgments, which are never merged",
		},
	[GRO_CONTROL] =
		{
			.id = "control-flags",
			.summary = "SYN, RST or URG, which are never merged",
		},
	[GRO_CUT] =
		{
			.id = "captured-in-part",
			.summary = "captured in part, so that nobody can tell",
			.mend = "Capture whole frames: then it can be told what a receiver merges.",
			.advice = ROWS(ALWAYS("tcpdump -s 0 -i DEV -w FILE  # no limit of bytes")),
		},
	[GRO_IP_OPTIONS] =
		{
			.id = "ip-options",
			.summary = "IPv4 options, and such packets are never merged",
			.mend = "Find the device that puts IPv4 options into data packets (security "
				"labels, client addresses) and have it leave them out.",
		},
	[GRO_EXTENSION] =
		{
			.id = "ipv6-extension-headers",
			.summary = "IPv6 extension headers behind which no receiver looks",
			.mend = "Find out who adds IPv6 extension headers to data packets, and leave them "
				"out.",
		},
	[GRO_FRAGMENT] =
		{
			.id = "fragments",
			.summary = "IP fragments, which are never merged",
			.mend = "Avoid fragments: give the tunnel, or the sender, an MTU that fits the "
				"path.",
			.advice = ROWS(
				ALWAYS("ip link set dev DEV mtu MTU  # on the tunnel device and what is "
				       "behind it, at both ends"),
				ALWAYS("ip link set dev UNDERLAY mtu MTU  # or make room on every hop "
				       "between the ends")),
		},
	[GRO_RESERVED_BIT] =
		{
			.id = "reserved-bit",
			.summary = "the reserved bit of IPv4 is set",
			.mend = "Have the sender, or the device that sets it, leave the reserved bit of "
				"IPv4 at 0.",
		},
	[GRO_LENGTH] =
		{
			.id = "padded-frames",
			.summary = "the frame does not end where its IP packet ends",
			.mend = "Segments with a few bytes are padded by Ethernet, and that is how it is; "
				"with larger frames look for a trailer.",
			.advice = ROWS(ALWAYS(
				"ethtool -K DEV rx-fcs off  # on the receiver; or look for a switch, "
				"tap or tunnel that appends a trailer")),
		},
	[GRO_IP_CHECKSUM] =
		{
			.id = "ip-header-checksum",
			.summary = "a wrong IPv4 header checksum",
			.mend = "Find the hop that damages packets, or writes wrong checksums.",
			.advice = ROWS(ALWAYS(WHICH_COUNTER)),
		},
	[GRO_CHECKSUM] =
		{
			.id = "checksum-corrupt",
			.summary = "a wrong TCP or UDP checksum",
			.mend = "Find the hop that damages packets, or the sender that fills in wrong "
				"checksums.",
			.advice = ROWS(
				ALWAYS(WHICH_COUNTER),
				ALWAYS("nstat -az TcpInCsumErrors UdpInCsumErrors  # on the receiver: does "
				       "it see them?")),
		},
	[GRO_UDP_NO_CHECKSUM] =
		{
			.id = "udp-without-checksum",
			.summary = "UDP without a checksum, which UDP GRO does not merge",
			.mend = "Have the sender's application use UDP checksums.",
			.advice = ROWS(ALWAYS(
				"on the sender: no SO_NO_CHECK on the socket  # UDP over IPv4 "
				"has checksums unless the application turned them off")),
		},
	[GRO_TUNNEL_PORT] =
		{
			.id = "tunnel-port",
			.summary = "UDP to a port at which no tunnel device listens",
			.mend = "Let the receiver have a tunnel device at this port, or have the sender "
				"use the port of the one it has.",
			.advice = ROWS(
				FOR(LINUX,
				    "ip -d link show type vxlan  # on the receiver: at which dstport?"),
				ALWAYS("nod gro --vxlan-port PORT FILE  # if there is one: say so")),
		},
	[GRO_TUNNEL_KIND] =
		{
			.id = "tunnel-kind",
			.summary = "a tunnel that this receiver does not look into",
		},
	[GRO_TUNNEL_HEADER] =
		{
			.id = "tunnel-header",
			.summary = "fields of the tunnel header with which no receiver merges",
			.mend = "Do without sequence numbers in GRE, and without OAM packets in "
				"Geneve.",
			.advice = ROWS(ALWAYS(
				"ip link set dev DEV type gretap noseq  # on the sender: with sequence numbers a "
				"receiver also drops what comes late")),
		},
	[GRO_NESTED] =
		{
			.id = "nested-tunnels",
			.summary = "a tunnel in a tunnel: only one is looked into",
		},
	[GRO_LINK] =
		{
			.id = "link-header-changes",
			.summary = "other MAC addresses or another VLAN tag",
			.mend = "Packets of one flow come from several gateways or with several VLAN tags or "
				"priorities: send a flow one way.",
		},
	[GRO_OUTER_LABEL] =
		{
			.id = "outer-flow-label-changes",
			.summary = "another flow label or other extension headers, outer",
			.mend = "Have the sender keep the outer IPv6 flow label the same for a flow.",
			.advice = ROWS(ALWAYS(
				"ip link set dev DEV type vxlan flowlabel 0  # on the sender")),
		},
	[GRO_OUTER_PORT] =
		{
			.id = "outer-source-port-changes",
			.summary = "another outer UDP source port",
			.mend = "Have the tunnel's sender take the outer source port from a hash of the "
				"inner flow.",
			.advice = ROWS(ALWAYS(
				"ip -d link show dev DEV  # on the sender: \"srcport\" is the range; "
				"the port should be a hash of the inner flow")),
		},
	[GRO_OUTER_CHECKSUM] =
		{
			.id = "outer-udp-checksum-mixed",
			.summary = "one has an outer UDP checksum and the other has none",
			.mend = "Have the tunnel's sender use the outer UDP checksum in all packets or "
				"in none.",
			.advice = ROWS(
				ALWAYS("ip -d link show dev DEV  # on a Linux sender: udpcsum or "
				       "noudpcsum, chosen when the device is made (ip link add ... "
				       "type vxlan ... udpcsum)")),
		},
	[GRO_TUNNEL_FIELDS] =
		{
			.id = "tunnel-fields-change",
			.summary = "another tunnel header: VNI, flags, key or options",
		},
	[GRO_INNER_LINK] =
		{
			.id = "inner-link-header-changes",
			.summary = "other inner MAC addresses",
			.mend = "Inner packets of one flow come from several gateways: send a flow one "
				"way.",
		},
	[GRO_LABEL] =
		{
			.id = "flow-label-changes",
			.summary = "another IPv6 flow label or other extension headers",
			.mend = "Have the sender keep the IPv6 flow label of a connection; Linux changes it "
				"when it suspects the path.",
			.advice = ROWS(
				ALWAYS("sysctl net.ipv6.auto_flowlabels net.ipv6.flowlabel_reflect  # on a Linux "
				       "sender"),
				ALWAYS(SACK_LOSS)),
		},
	[GRO_SEQUENCE] =
		{
			.id = "sequence-gaps",
			.summary = "it does not follow the one before",
			.mend = "Find out where segments are lost, repeated or put out of order; or whether "
				"only the capture missed them.",
			.advice = ROWS(ALWAYS(SACK_LOSS),
				       ALWAYS("ethtool -S DEV  # drops on the way to the capture")),
		},
	[GRO_SIZE] =
		{
			.id = "size-grows",
			.summary = "longer than the segments before it",
			.mend = "Have the sender write in large pieces, so that it can fill its segments.",
			.advice = ROWS(ALWAYS(
				"ethtool -K DEV tso on gso on  # on the sender: segments of one size")),
		},
	[GRO_ACK] =
		{
			.id = "ack-changes",
			.summary = "it acknowledges other data",
		},
	[GRO_WINDOW] =
		{
			.id = "window-changes",
			.summary = "another TCP window",
		},
	[GRO_FLAGS] =
		{
			.id = "flags-change",
			.summary = "other TCP flags",
			.mend = "ECE comes with congestion: look for the queue that marks packets.",
			.advice = ROWS(ALWAYS(
				"tc -s qdisc show dev DEV  # on the bottleneck: marked packets (ecn_mark)")),
		},
	[GRO_CWR] =
		{
			.id = "cwr",
			.summary = "the CWR flag, with which a segment is not merged",
			.mend = "CWR answers marks of congestion: look for the queue that marks packets.",
			.advice = ROWS(ALWAYS(
				"tc -s qdisc show dev DEV  # on the bottleneck: marked packets (ecn_mark)")),
		},
	[GRO_OPTIONS] =
		{
			.id = "tcp-options-change",
			.summary = "other TCP options, timestamps aside",
			.mend = "Find out who adds TCP options to data segments: SACK blocks come with loss in "
				"the other direction, others from middleboxes.",
			.advice = ROWS(ALWAYS(SACK_LOSS)),
		},
	[GRO_TIMESTAMP] =
		{
			.id = "timestamp-changes",
			.summary = "other TCP timestamps",
			.mend = "Let the sender's clock for timestamps tick less often (Linux: every "
				"millisecond), send whole bursts with one, or do without timestamps.",
			.advice = ROWS(
				ALWAYS("ethtool -K DEV tso on gso on  # on the sender: all segments of a burst "
				       "have the same"),
				ALWAYS("ip route show  # on a Linux sender from 6.7 on: no tcp_usec_ts in the "
				       "route's features"),
				ALWAYS("sysctl -w net.ipv4.tcp_timestamps=0  # on the sender; costs protection "
				       "against old segments (PAWS) and exact round trip times")),
		},
	[GRO_TTL] =
		{
			.id = "ttl-changes",
			.summary = "another TTL or hop limit",
			.mend = "Packets of one connection take ways of different length: send a flow one way.",
			.advice = ROWS(ALWAYS(PATHS)),
		},
	[GRO_TOS] =
		{
			.id = "tos-changes",
			.summary = "another TOS byte or traffic class: DSCP or ECN",
			.mend = "Look for the queue that marks packets (ECN), or the device that remarks some of "
				"a flow (DSCP).",
			.advice = ROWS(ALWAYS(
				"tc -s qdisc show dev DEV  # on the bottleneck: marked packets (ecn_mark)")),
		},
	[GRO_DF] =
		{
			.id = "df-mixed",
			.summary = "the DF bit differs",
			.mend = "Have all packets of a flow carry the same DF bit.",
			.advice = ROWS(ALWAYS(
				"sysctl net.ipv4.ip_no_pmtu_disc  # on the sender: 0 gives TCP DF=1 throughout")),
		},
	[GRO_ID] =
		{
			.id = "ipid-not-sequential",
			.summary =
				"IPv4 IDs that neither count up by one nor, where that is allowed, stay the same",
			.mend = "Have the sender, or the device between that scrubs IDs, count them up by one.",
			.mends = ROWS(
				FOR(DF,
				    "Have the sender set DF: this receiver ignores IDs then; or have it, or the device between that scrubs IDs, count them up by one."),
				FOR(DF_FIXED,
				    "Have the sender, or the device between that scrubs IDs, count them up by one; if they stay the same, DF=1 is enough for this receiver.")),
			.advice =
				ROWS(FOR(DF,
					 "sysctl net.ipv4.ip_no_pmtu_disc  # on the sender, if it is Linux: 0 gives TCP DF=1, with which DPDK ignores IDs"),
				     ALWAYS("let the sender count IDs up by one  # Linux does so for each TCP connection; a router or firewall that scrubs IDs (\"random-id\") must leave them alone")),
		},
	[GRO_OUTER_TTL] =
		{
			.id = "outer-ttl-changes",
			.summary = "another outer TTL or hop limit",
			.mend = "Packets of one tunnel take ways of different length, or their sender copies "
				"the inner TTL.",
			.advice =
				ROWS(ALWAYS("ip -d link show dev DEV  # on a Linux sender: \"ttl inherit\" copies the inner TTL; a vxlan device has to be made anew to be without it"),
				     ALWAYS(PATHS)),
		},
	[GRO_OUTER_TOS] =
		{
			.id = "outer-tos-changes",
			.summary = "another outer TOS byte or traffic class: DSCP or ECN",
			.mend = "Look for the queue that marks packets (ECN), or the device that remarks some "
				"of a tunnel (DSCP).",
			.advice =
				ROWS(ALWAYS("tc -s qdisc show dev DEV  # on the bottleneck: marked packets (ecn_mark)")),
		},
	[GRO_OUTER_DF] =
		{
			.id = "outer-df-mixed",
			.summary = "the outer DF bit differs",
			.mend = "Have all packets of the tunnel carry the same outer DF bit.",
			.advice =
				ROWS(ALWAYS("ip link set dev DEV type vxlan df set  # on the sender, if it is Linux: "
					    "DF=1 on all instead of the inner packet's (df inherit)")),
		},
	[GRO_OUTER_ID] =
		{
			.id = "outer-ipid-not-sequential",
			.summary =
				"outer IPv4 IDs that neither count up by one nor, where that is allowed, stay the same",
			.mend = "Set DF on the outer header if the receiver is Linux up to 6.17 or DPDK; for Linux 6.18 and later the sender has to count its outer IDs, or the outer network become IPv6.",
			.mends =
				ROWS(FOR(OUTER_DF,
					 "With DF on the outer header this receiver ignores the outer ID; Linux 6.18 and later does not."),
				     FOR(OUTER_IDS,
					 "DF on the outer header does not help with this receiver: outer IDs have to fit, or the outer network become IPv6.")),
			.advice =
				ROWS(FOR(OUTER_DF,
					 "ip link set dev DEV type vxlan df set  # on the sender, if it is Linux"),
				     ALWAYS(TUNNEL_IDS), FOR(IPV6_TUNNELS, TUNNEL_OVER_IPV6),
				     FOR(LINUX, SECOND_CHANCE)),
		},
	[GRO_PUSH] =
		{
			.id = "push-every-segment",
			.summary = "PSH, with which a train is handed up at once",
			.mend = "Have the sender's application write in large pieces: PSH marks the end of each.",
			.advice =
				ROWS(ALWAYS("look at the sender's application  # it writes less than a segment at a time, "
					    "or sets TCP_NODELAY and flushes often"),
				     ALWAYS("ethtool -K DEV tso on gso on  # on the sender: PSH on the last segment of a "
					    "burst only")),
		},
	[GRO_FIN] =
		{
			.id = "fin",
			.summary = "FIN: the connection ends",
		},
	[GRO_SHORT] =
		{
			.id = "short-segment",
			.summary = "a segment shorter than those before it, which ends its train",
			.mend = "Have the sender's application write in large pieces, so that it can fill its "
				"segments.",
			.advice =
				ROWS(ALWAYS("look at the sender's application  # it writes less than a segment at a time, "
					    "or sets TCP_NODELAY and flushes often")),
		},
	[GRO_FULL] =
		{
			.id = "full",
			.summary = "as long as a train may get",
		},
	[GRO_HELD] =
		{
			.id = "no-place",
			.summary = "another flow needed its place: 8 are held in a bucket",
			.mend = "Spread flows over more receive queues, or let the NIC hash them, so that fewer "
				"share a bucket.",
			.advice =
				ROWS(ALWAYS("ethtool -L DEV combined N  # on the receiver: more queues"),
				     ALWAYS("ethtool -K DEV rxhash on  # on the receiver: without a hash all flows of a "
					    "queue share one bucket")),
		},
	[GRO_BUDGET] =
		{
			.id = "budget",
			.summary = "the poll took as many packets as it may",
			.mend = "A poll ends after 64 packets; nothing need be done while trains are long.",
		},
	[GRO_GAP] =
		{
			.id = "gap",
			.summary = "nothing more came in time",
			.mend = "Let the receiver wait a little before it hands trains up, or interrupt less often.",
			.advice =
				ROWS(ALWAYS("ethtool -C DEV adaptive-rx on  # on the receiver: fewer interrupts, longer polls"),
				     ALWAYS("echo 20000 > /sys/class/net/DEV/gro_flush_timeout; echo 1 > "
					    "/sys/class/net/DEV/napi_defer_hard_irqs  # on the receiver: hold trains for "
					    "20 us")),
		},
	[GRO_END] =
		{
			.id = "end-of-capture",
			.summary = "the capture ends",
		},
};
