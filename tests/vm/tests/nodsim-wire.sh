#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Does `nod set` switch each feature of a nodsim, so that what goes through the sender's device, over the wire
# and through the receiver's is another thing afterwards, and the right one? And do coalescing, rings,
# channels and RSS do there what they are for?
# built: nod tests/transfer tests/exactsend tests/mkcap tests/record
# tools: ip ethtool tc tcpdump jq diff od
# modules: 8021q vxlan geneve ip_gre ipip ip6_tunnel sch_ingress cls_bpf cls_matchall act_gact act_mirred
# nodsim: yes
# shellcheck disable=SC2154 # what guest.bash gives, and what is counted
set -eu
# shellcheck source=/dev/null
. /vm/guest.bash

bytes=100000

# --- what went by -------------------------------------------------------------------------------

# All that is said of traffic to port 5001 that carries something, for each side's capture:
# frames, payload (bytes), large (longer than the wire takes), largest (bytes), tagged; and by the innermost
# checksum: partial, whole, odd (neither: of any header). loud: findings that are no notes.
# shellcheck disable=SC2016 # names of jq
summary='
	def kinds: [.headers[].checksum // empty];
	def sums: {frames: 1, payload: .payload_len, large: (if .length > 1522 then 1 else 0 end),
		largest: .length,
		tagged: (if any(.headers[]; .name == "vlan") then 1 else 0 end),
		partial: (if .headers[-1].checksum == "partial" then 1 else 0 end),
		whole: (if .headers[-1].checksum == "ok" then 1 else 0 end),
		odd: (if kinds - ["ok", "none", "partial", "lco"] == [] then 0 else 1 end)};
	def add_to($all): . as $one | reduce keys[] as $key ($all;
		.[$key] = if $key == "largest" then [.[$key], $one[$key]] | max else .[$key] + $one[$key] end);
	reduce inputs as $line ({loud: 0};
		($line.file // "" | if test("near") then "near" else "far" end) as $side |
		if $line.type == "finding" and $line.severity != "note" then .loud += 1
		elif $line.type == "frame" and $line.flow.dst_port == 5001 and $line.payload_len > 0
		then .[$side] = (.[$side] as $all | $line | sums | add_to($all)) else . end) |
	to_entries[] | if .key == "loud" then "loud=\(.value)" else .key as $side |
		.value | to_entries[] | "\($side)_\(.key)=\(.value)" end'

declare -A before
none=(loud {near,far}_{frames,payload,large,largest,tagged,partial,whole,odd})

# Counters of the device that sends and of the one that receives, NAME NUMBER.
counters() {
	near ethtool -S ns0 | sed -n 's/^ *\(tx[0-9]*_[a-z_]*\): /\1 /p'
	far ethtool -S ns1 | sed -n 's/^ *\(rx[0-9]*_[a-z_]*\): /\1 /p'
}

begin_counting() {
	local name value
	before=()
	while read -r name value; do before[$name]=$value; done < <(counters)
}

# What was counted meanwhile, by the counters' names.
end_counting() {
	local name value
	while read -r name value; do
		declare -g "$name=$((value - ${before[$name]-0}))"
	done < <(counters)
}

# counted COMMAND...
counted() {
	local status=0
	begin_counting
	"$@" || status=$?
	end_counting
	return $status
}

# watched COMMAND...: with a capture at both ends. All that was sent arrives, its checksums are right, and nod
# has nothing to complain.
watched() {
	local status=0
	record_at near ns0 /tmp/near.pcap && record_at far ns1 /tmp/far.pcap || return
	counted "$@" || status=$?
	end_records || {
		echo "a capture is not complete: $line"
		return 1
	}
	[ $status -eq 0 ] || {
		echo "not all arrived: $line"
		return 1
	}
	sum_up /tmp/near.pcap /tmp/far.pcap &&
		holds "near_payload == far_payload && far_payload > 0 && ${sound-loud == 0 && far_odd == 0}"
}

sum_up() { # FILE...
	local name words
	for name in "${none[@]}"; do declare -g "$name=0"; done
	nod pcap --jsonl --frames --fail-on=never "$@" >/tmp/said || return
	words=$(jq -rn "$summary" </tmp/said) || return
	for name in $words; do declare -g "${name?}"; done
}

# holds EXPRESSION: of what was counted and seen
holds() {
	(($1)) && return
	echo "it does not hold: $1"
	shown
	return 1
}

shown() {
	local name
	for name in "${none[@]}" $(compgen -v | grep -E '^[rt]x_'); do
		[ "${!name-0}" = 0 ] || echo "$name=${!name}"
	done
	# Frames at each end, by their headers and checksums.
	jq -rn '[inputs | select(.type == "frame" and .flow.dst_port == 5001 and .payload_len > 0) |
		"\(.file) \([.headers[] | .name + " " + (.checksum // "-")] | join(", "))"] |
		group_by(.)[] | "\(length) in \(.[0])"' </tmp/said
	[ "${loud-0}" = 0 ] || jq -c 'select(.type == "finding" and .severity != "note") | del(.advice)' </tmp/said
}

# On the wire there are whole frames only, whatever the sender's stack left to do.
wire='far_large == 0 && far_partial == 0 && far_whole == far_frames'

# --- traffic ------------------------------------------------------------------------------------

tcp() { transfer_to far $bytes "$@"; }

# datagrams BYTES SIZE [OPTION...]: all of them arrive, in order
datagrams() {
	local there words status=0
	begin far exactsend "${@:3}" take 5001 "$1"
	there=$begun words=$said
	heard '^ready$' "$words" || return
	near exactsend "${@:3}" datagrams "$(host_address far)" 5001 "$1" "$2" || status=1
	heard '^received ' "$words" || status=1
	wait "$there" || status=1
	exec {words}<&-
	return $status
}

large_datagram() { datagrams 40000 1000; }

# Each in a packet of its own.
small_datagrams() { datagrams 1000 1000 --count 64; }

frames() { # FILE OPTION...: nobody takes them but who listens
	near exactsend "${@:2}" frames ns0 "$1"
}

frames_of() { # FILE
	tcpdump -Z root -n -t -S -r "$1" 'tcp dst port 5001' 2>/dev/null
}

# The Ethernet header and the beginning of what follows; nobody has these addresses.
from='eth 02:00:00:00:00:01 > 02:00:00:00:00:02 / ip 203.0.113.1 > 203.0.113.2'

make_frames() { # FILE: of the text on standard input
	cat >"$1.frames"
	mkcap "$1.frames" "$1"
}

# --- devices on top -----------------------------------------------------------------------------

number_of() { # HOST
	case $1 in near) echo 1 ;; far) echo 2 ;; esac
}

device_of() { # HOST
	case $1 in near) echo ns0 ;; far) echo ns1 ;; esac
}

# on_top WORD...: "ip link add name top WORD..." at both hosts; LOCAL, REMOTE and DEVICE stand for what they have.
on_top() {
	local host words here there v6=
	[[ $* != *v6* ]] || v6=6
	for host in near far; do
		here=$(host_address $host ${v6:-4}) there=$(host_address "$(other_host $host)" ${v6:-4})
		words=("${@//LOCAL/$here}")
		words=("${words[@]//REMOTE/$there}")
		words=("${words[@]//DEVICE/$(device_of $host)}")
		words=("${words[@]//v6/}")
		# shellcheck disable=SC2068 # what is empty goes
		ip -n $host link add ${words[@]} || return
		ip -n $host link set dev top addrgenmode none mtu 1400 up &&
			ip -n $host address add "198.51.100.$(number_of $host)/24" dev top || return
	done
}

off_top() {
	ip -n near link delete dev top
	ip -n far link delete dev top
}

over_top() { tcp 198.51.100.2; }

# in_tunnels FEATURE TUNNEL...: large packets go through them to the NIC, or they do not.
in_tunnels() {
	local feature=$1 tunnel status
	shift
	for tunnel; do
		# shellcheck disable=SC2086 # words
		on_top $tunnel || return
		status=0
		differs near "$feature" "near_large > 0 && tx_tso_packets > 0 && $wire" \
			"near_large == 0 && tx_tso_packets == 0 && $wire" over_top || status=1
		off_top
		[ $status -eq 0 ] || {
			echo "in: $tunnel"
			return 1
		}
	done
}

vxlan="name top type vxlan id 7 dstport 4789 local LOCAL remote REMOTE noudpcsum"
vxlan_csum="name top type vxlan id 7 dstport 4789 local LOCAL remote REMOTE udpcsum"
geneve="name top type geneve id 7 remote REMOTE noudpcsum"
geneve_csum="name top type geneve id 7 remote REMOTE udpcsum"

# --- switching ----------------------------------------------------------------------------------

switch() { # HOST FEATURE on|off
	ip netns exec "$1" nod set "$(device_of "$1")" "$2=$3"
}

# How features are to begin with, and after each test: begins["HOST FEATURE"] is on or off.
declare -A begins=()

know_features() {
	local host name state
	for host in near far; do
		while read -r name state; do
			begins[$host $name]=$state
		done < <(ip netns exec $host nod show --json "$(device_of $host)" | jq -r '.devices[0].features |
			to_entries[] | select(.value.hw) | "\(.key) \(if .value.active then "on" else "off" end)"')
	done
	[ ${#begins[@]} -gt 0 ]
}

# differs HOST FEATURE ON OFF COMMAND...: what the command sends arrives with the feature and without, and the
# expression ON or OFF holds for it. At the end the feature is as it was.
differs() {
	local host=$1 feature=$2 first=off was state status=0
	local -A wanted=([on]=$3 [off]=$4)
	shift 4
	was=${begins[$host $feature]}
	[ "$was" = on ] || first=on
	for state in $first "$was"; do
		switch "$host" "$feature" "$state" && "${look-watched}" "$@" && holds "${wanted[$state]}" && continue
		echo "with $feature=$state"
		status=1
		switch "$host" "$feature" "$was"
		break
	done
	return $status
}

# large FEATURE COMMAND...: the stack hands over large packets, or whole frames.
large() {
	differs near "$1" "near_large > 0 && tx_tso_packets > 0 && tx_tso_wire_packets > tx_tso_packets && $wire" \
		"near_large == 0 && tx_tso_packets == 0 && $wire" "${@:2}"
}

# with HOST "FEATURE on|off..." COMMAND...: meanwhile; all are as they were before afterwards
with() {
	local host=$1 changes=$2 status=0
	# shellcheck disable=SC2086 # words
	ip netns exec "$host" ethtool -K "$(device_of "$host")" $changes || return
	"${@:3}" || status=$?
	changes=${changes//on/ON} changes=${changes//off/on}
	# shellcheck disable=SC2086 # words
	ip netns exec "$host" ethtool -K "$(device_of "$host")" ${changes//ON/off} || return
	return $status
}

# --- a packet filter asks -----------------------------------------------------------------------

# A program of cls_bpf: the packet has no hash.
no_hash='4,32 0 0 4294963232,21 0 1 0,6 0 0 4294967295,6 0 0 0'

# asked HOST HOOK PROGRAM COMMAND...: packets of IPv4 that are so, in `matched`
asked() {
	local at status=0
	at=$(device_of "$1")
	tc -n "$1" qdisc add dev "$at" clsact || return
	tc -n "$1" filter add dev "$at" "$2" protocol ip pref 1 bpf bytecode "$3" flowid 1:1 action pass || status=1
	[ $status -ne 0 ] || counted "${@:4}" || status=1
	matched=$(tc -n "$1" -s filter show dev "$at" "$2" | sed -n 's/.*Sent [0-9]* bytes \([0-9]*\) pkt.*/\1/p')
	tc -n "$1" qdisc delete dev "$at" clsact
	: "${matched:=-1}"
	echo "matched=$matched"
	return $status
}

# --- flags --------------------------------------------------------------------------------------

# What the kernel knows of frames that came: `valid` with checksums found right, of `came`.
flags_of() { # FILE
	local words
	words=$(od -An -v -tu4 -w4 "$1" | awk '
		{ word[NR - 1] = $1 }
		END {
			for (at = 0; at < NR; at += word[at + 1] / 4) {
				if (word[at] != 6) continue
				end = at + word[at + 1] / 4 - 1
				option = at + 7 + int((word[at + 5] + 3) / 4)
				for (; option < end && word[option] % 65536; option += 1 + int((int(word[option] / 65536) + 3) / 4))
					if (word[option] % 65536 == 2 && word[option + 1] % 4 == 1) {
						came++
						valid += int(word[option + 1] / 1024) % 2
					}
			}
			print "came=" came + 0, "valid=" valid + 0
		}')
	for words in $words; do declare -g "$words"; done
	echo "came=$came valid=$valid"
}

# flagged COMMAND...: watched, and the receiver's nod is asked for flags too
flagged() {
	local status=0
	nod_capture_at far ns1 /tmp/flags.pcapng --write-only --snap-length=100 --filter='tcp dst port 5001' || return
	watched "$@" || status=1
	end_nod_captures /tmp/words || status=1
	flags_of /tmp/flags.pcapng
	return $status
}

# tagged COMMAND...: watched; `inside` are frames that have their tag in their bytes when the NIC gets them
tagged() { # TYPE COMMAND...
	local status=0
	nod_capture_at near ns0 /tmp/tags.pcapng --write-only --filter="ether[12:2] = $1" || return
	watched "${@:2}" || status=1
	end_nod_captures /tmp/words || status=1
	inside=$(sed -n 's/^\([0-9 ]*\) frames\{0,1\} written.*/\1/p' /tmp/words)
	inside=${inside// /}
	: "${inside:=-1}"
	echo "inside=$inside"
	return $status
}

# --- features -----------------------------------------------------------------------------------

declare -A cases=()

cases[tx-scatter-gather]="large tx-scatter-gather tcp"
cases[tx-tcp-segmentation]="large tx-tcp-segmentation tcp"
cases[tx-tcp6-segmentation]="large tx-tcp6-segmentation tcp 6"
cases[tx-udp-segmentation]="large tx-udp-segmentation large_datagram"
cases[tx-udp_tnl-segmentation]=tunnels
cases[tx-udp_tnl-csum-segmentation]=tunnels_csum
cases[tx-gso-partial]=left_half
cases[tx-checksum-ip-generic]=sums
cases[tx-tcp-ecn-segmentation]=congested
cases[tx-tcp-mangleid-segmentation]=same_ids
cases[tx-vlan-hw-insert]="inserted tx-vlan-hw-insert 802.1Q 0x8100"
cases[tx-vlan-stag-hw-insert]="inserted tx-vlan-stag-hw-insert 802.1ad 0x88a8"
cases[tx-generic-segmentation]="same_wire tx-generic-segmentation"
cases[tx-nocache-copy]="same_wire tx-nocache-copy"
cases[rx-checksum]=verified
cases[rx-lro]="merged rx-lro rx_lro_packets"
cases[rx-gro-hw]="merged rx-gro-hw rx_gro_packets"
cases[rx-gro]=merged_by_kernel
cases[rx-gro-list]=datagrams_listed
cases[rx-udp-gro-forwarding]="datagrams_merged rx-udp-gro-forwarding"
cases[rx-vlan-hw-parse]=parsed
cases[rx-hashing]=hashed
cases[rx-udp_tunnel-port-offload]=ports_known
cases[tx-gre-segmentation]=gre
cases[tx-gre-csum-segmentation]=gre_csum
cases[tx-ipxip4-segmentation]=ip_in_ip4
cases[tx-ipxip6-segmentation]=ip_in_ip6

sums() {
	local how
	for how in "tcp" "tcp 6"; do
		# shellcheck disable=SC2086 # words
		differs near tx-checksum-ip-generic \
			"near_partial == near_frames && tx_csum_partial >= near_frames && $wire" \
			"near_whole == near_frames && tx_csum_partial == 0 && $wire" $how || return
	done
}

tunnels() { in_tunnels tx-udp_tnl-segmentation "$vxlan" "$geneve"; }
tunnels_csum() { in_tunnels tx-udp_tnl-csum-segmentation "$vxlan_csum" "$geneve_csum"; }
left_half() { in_tunnels tx-gso-partial "$vxlan_csum"; }
gre() { in_tunnels tx-gre-segmentation "name top type gre local LOCAL remote REMOTE"; }
gre_csum() { in_tunnels tx-gre-csum-segmentation "name top type gre local LOCAL remote REMOTE csum"; }
ip_in_ip4() { in_tunnels tx-ipxip4-segmentation "name top type ipip local LOCAL remote REMOTE"; }
ip_in_ip6() { in_tunnels tx-ipxip6-segmentation "name top type ip6tnl mode ipip6 encaplimit none local LOCAL remote REMOTE v6"; }

# Packets that say "congestion window reduced" are the ones that it is about; on the wire the first frame says it.
congested() {
	make_frames /tmp/ecn.pcap <<-FRAMES || return
		file pcap
		let data = $from / tcp 40001 > 5001 flags=AC / data {1448*20}
		repeat 4 {
			send data
		}
	FRAMES
	differs near tx-tcp-ecn-segmentation "near_large == 4 && tx_tso_packets == 4 && $wire" \
		"near_large == 0 && tx_tso_packets == 0 && $wire" reduced
}

reduced() {
	frames /tmp/ecn.pcap --mss 1448
}

# Frames of one ID are merged where they come in and go out again as one packet.
same_ids() {
	local status=0
	make_frames /tmp/ids.pcap <<-FRAMES || return
		file pcap
		repeat 32 {
			$from id=7 / tcp 40001 > 5001 ack=1 win=500 / data 1000
		}
	FRAMES
	nodsim_pair in0 in1 && ip link set dev in1 netns near && ip link set dev in0 addrgenmode none up &&
		ip -n near link set dev in1 addrgenmode none up || return
	near ethtool -C in1 rx-usecs 500000 rx-frames 16
	tc -n near qdisc add dev in1 clsact &&
		tc -n near filter add dev in1 ingress matchall action mirred egress redirect dev ns0 || return
	differs near tx-tcp-mangleid-segmentation "near_large > 0 && tx_tso_packets > 0 && $wire" \
		"near_large == 0 && tx_tso_packets == 0 && $wire" forwarded || status=1
	ip link delete dev in0
	return $status
}

came_in() { near cat /sys/class/net/in1/statistics/rx_packets; }

forwarded() {
	local all
	all=$(($(came_in) + 32))
	exactsend --wait frames in0 /tmp/ids.pcap || return
	until [ "$(came_in)" -ge $all ]; do :; done
}

inserted() { # FEATURE PROTOCOL TYPE
	local status=0
	on_top link DEVICE name top type vlan protocol "$2" id 9 || return
	look="tagged_$3" differs near "$1" "inside == 0 && tx_added_vlan_packets > 0 && far_tagged == far_frames && $wire" \
		"inside > 0 && tx_added_vlan_packets == 0 && far_tagged == far_frames && $wire" over_top || status=1
	off_top
	return $status
}

tagged_0x8100() { tagged 0x8100 "$@"; }
tagged_0x88a8() { tagged 0x88a8 "$@"; }

parsed() {
	local status=0
	on_top link DEVICE name top type vlan id 9 || return
	differs far rx-vlan-hw-parse "rx_removed_vlan_packets > 0 && far_tagged == far_frames && $wire" \
		"rx_removed_vlan_packets == 0 && far_tagged == far_frames && $wire" over_top || status=1
	off_top
	return $status
}

# What it is about happens in the stack alone: TCP has not asked for it since Linux 4.17.
same_wire() { # FEATURE
	differs near "$1" "near_large > 0 && $wire" "near_large > 0 && $wire" tcp
}

verified() {
	look=flagged differs far rx-checksum \
		"came > 0 && valid == came && rx_csum_unnecessary >= came && rx_csum_none == 0 && $wire" \
		"came > 0 && valid == 0 && rx_csum_unnecessary == 0 && rx_csum_none >= came && $wire" tcp
}

merged() { # FEATURE COUNTER
	differs far "$1" "far_large > 0 && $2 > 0 && near_large > 0" "$2 == 0 && $wire" tcp &&
		differs far "$1" "far_large > 0 && $2 > 0 && near_large > 0" "$2 == 0 && $wire" tcp 6
}

merged_by_kernel() {
	differs far rx-gro "far_large > 0 && rx_lro_packets == 0 && rx_gro_packets == 0" "$wire" tcp
}

datagrams_merged() {
	with far "gro on" differs far "$1" "far_large > 0" "$wire" large_datagram
}

# A list keeps the checksum of its first datagram: in a capture without flags that looks wrong.
datagrams_listed() {
	sound=1 datagrams_merged rx-gro-list
}

hashed() {
	look=asked_hash differs far rx-hashing "matched == 0" "matched > 0" tcp
}

asked_hash() { asked far ingress "$no_hash" "$@"; }

# What the NIC does not know to be a tunnel, it gets in pieces.
ports_known() { in_tunnels rx-udp_tunnel-port-offload "$vxlan"; }

# --- all features -------------------------------------------------------------------------------

offered() {
	local name
	{
		cat "$NODSIM_DEBUG/ns0/advertised"
		for name in "${!begins[@]}"; do echo "${name#* }"; done
	} | sort -u
}

each_feature() {
	local name
	for name in $(offered); do
		# shellcheck disable=SC2086 # words
		test_that "$name" ${cases[$name]-no_case "$name"}
	done
}

no_case() {
	echo "the device offers $1, and this test does not know what it does"
	return 1
}

# Each of the cases is of use: with a NIC that takes no notice of the change, it fails.
found_out() { # FEATURE
	quirk ns1 feature-ignored "$1" || return
	# shellcheck disable=SC2086 # words
	if ${cases[$1]} >/tmp/found; then
		quirk ns1 feature-ignored 0
		return 1
	fi
	quirk ns1 feature-ignored 0
	grep -q 'it does not hold' /tmp/found
}

# --- private flags ------------------------------------------------------------------------------

whole_sums() {
	local status=0
	far ethtool --set-priv-flags ns1 rx-csum-complete on || return
	watched tcp && holds "rx_csum_complete > 0 && rx_csum_unnecessary == 0 && $wire" &&
		on_top name top type vxlan id 7 dstport 4789 local LOCAL remote REMOTE && watched over_top &&
		holds "rx_csum_complete > 0 && rx_csum_unnecessary == 0 && $wire" || status=1
	off_top
	far ethtool --set-priv-flags ns1 rx-csum-complete off && watched tcp &&
		holds "rx_csum_complete == 0 && rx_csum_unnecessary > 0 && $wire" || status=1
	return $status
}

# --- coalescing, rings, queues ------------------------------------------------------------------

# With more frames to a poll there are fewer packets, and larger ones. On a slow machine the time may be up now
# and then before they are there.
coalesced() {
	local alone
	far ethtool -K ns1 gro on rx-udp-gro-forwarding on || return
	watched small_datagrams || return
	alone=$far_frames
	far ethtool -C ns1 rx-usecs 1000000 rx-frames 4 && watched small_datagrams &&
		holds "far_largest > 4 * 1000 && far_frames <= 64 / 4 + 4" || return
	far ethtool -C ns1 rx-usecs 1000000 rx-frames 16 && watched small_datagrams &&
		holds "far_largest > 16 * 1000 && far_frames <= 64 / 16 + 4 && far_frames < $alone" || return
	far ethtool -C ns1 rx-usecs 0 rx-frames 1 && far ethtool -K ns1 gro off rx-udp-gro-forwarding off
}

# Without pause frames, what does not fit in the ring is lost.
rings() {
	far ethtool -A ns1 tx off && far ethtool -G ns1 rx 64 || return
	record_at far ns1 /tmp/far.pcap && counted near exactsend datagrams "$(host_address far)" 5001 60000 500 || return
	end_records && sum_up /tmp/far.pcap && holds "rx_dropped > 0 && far_payload < 60000" || return
	far ethtool -A ns1 tx on && far ethtool -G ns1 rx 1024 && watched datagrams 60000 500 && holds "rx_dropped == 0 && far_payload == 60000"
}

# 64 connections, 4 frames each, in turn: with so many no queue goes without.
make_flows() {
	make_frames /tmp/flows.pcap <<-FRAMES
		file pcap
		for n in 1..4 {
			for flow in 1..64 {
				$from / tcp {40000+flow} > 5001 ack=1 / data {100+n} | flow={flow}
			}
		}
	FRAMES
}

queues_used() {
	local i name used=0
	for i in 0 1 2 3; do
		name=rx${i}_packets
		used=$((used + (${!name-0} >= 4)))
	done
	echo $used
}

flows_in_order() {
	watched frames /tmp/flows.pcap || return
	diff <(frames_of /tmp/flows.pcap | sort -s -k 2,4) <(frames_of /tmp/far.pcap | sort -s -k 2,4)
}

spread() {
	flows_in_order && holds "$(queues_used) == 4"
}

moved() {
	far ethtool -X ns1 weight 0 0 0 1 && flows_in_order && holds "rx3_packets >= 256 && $(queues_used) == 1" || return
	far ethtool -X ns1 weight 0 1 0 1 && flows_in_order && holds "$(queues_used) == 2 && rx1_packets >= 4" || return
	far ethtool -X ns1 default
}

fewer() {
	far ethtool -L ns1 combined 1 && flows_in_order && holds "rx0_packets >= 256" &&
		far ethtool -L ns1 combined 2 && flows_in_order && holds "rx0_packets >= 4 && rx1_packets >= 4" || return
	far ethtool -L ns1 combined 4
}

# --- all of it ----------------------------------------------------------------------------------

two_hosts() {
	nodsim_pair ns0 ns1 && join_hosts ns0 ns1 && far ethtool -K ns1 gro off &&
		ping_once
}

# With that the neighbours are known.
ping_once() {
	near ping -c 1 -w 20 "$(host_address far)" && near ping -c 1 -w 20 "$(host_address far 6)"
}

# NICs that do checksums of each protocol by itself.
other_sums() {
	local status=0
	leave_hosts
	until [ ! -e "$NODSIM_DEBUG/ns0" ]; do :; done
	echo default,tx-checksum-ipv4,tx-checksum-ipv6 >/sys/module/nodsim/parameters/features || return
	two_hosts && know_features || return
	differs near tx-checksum-ipv4 "near_partial == near_frames && near_large > 0 && $wire" \
		"near_whole == near_frames && tx_csum_partial == 0 && $wire" tcp &&
		differs near tx-checksum-ipv6 "near_partial == near_frames && near_large > 0 && $wire" \
			"near_whole == near_frames && tx_csum_partial == 0 && $wire" tcp 6
}

for tool in ethtool jq tc tcpdump; do has $tool || skip_all "$tool is not installed"; done
echo "# $(uname -r)"
for module in sch_ingress cls_bpf cls_matchall act_gact act_mirred; do modprobe $module; done
load_nodsim
test_that "two hosts" two_hosts
know_features
each_feature
for feature in rx-checksum rx-lro rx-gro-hw rx-vlan-hw-parse rx-hashing; do
	test_that "$feature: a NIC that ignores it is found out" found_out $feature
done
test_that "private flag rx-csum-complete" whole_sums
test_that "coalescing: larger polls, larger packets" coalesced
test_that "rings: what does not fit is lost" rings
make_flows
test_that "RSS: flows are spread over the queues" spread
test_that "RSS: the indirection table moves them" moved
test_that "channels: fewer queues" fewer
test_that "tx-checksum-ipv4, tx-checksum-ipv6" other_sums
test_that "the kernel found nothing wrong" kernel_is_calm
end_tests
