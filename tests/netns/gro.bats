#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What nod says keeps receivers from merging: does it keep this kernel's GRO from merging?
#
# Each case is a capture of ten segments. nod reads it; the kernel gets it through a TAP and merges
# what it wants. Both are asked in the same run, and no table of what is right stands in between.

load lab

SEGMENTS=10

setup() {
	bats_require_minimum_version 1.5.0
	need jq
	open_lab
	make_receiver
	known_kernel
	cd "$BATS_TEST_TMPDIR" || return
	make_capture control "eth 02:00:00:00:00:03 > 02:00:00:00:00:01 / ip 10.66.0.3 > 10.66.0.1
		/ tcp 40001 > 5002 ack=1 / data 1000" "" $((SEGMENTS + 1))
}

teardown() {
	close_lab
}

# --- the kernel ---------------------------------------------------------------------------------

# A host with a TAP for its NIC, in which GRO holds packets from one frame to the next, and where a
# VXLAN tunnel ends. The kernel lets only root hold packets, not root of a user namespace.
make_receiver() {
	need unshare nsenter setpriv ip
	unshare --net --mount true 2>/dev/null || skip "only root may tell GRO how long to hold packets"
	start unshare --net --mount "${KEEPER[@]}"
	expect '^there$'
	at_left=(nsenter --target "$started" --net --mount --)
	left mount -t sysfs sysfs /sys || skip "sysfs cannot be mounted"
	left ip tuntap add dev nic mode tap || skip "the kernel has no TAP"
	left ip link set dev nic address 02:00:00:00:00:01 addrgenmode none up
	left ip address add 10.66.0.1/24 dev nic
	left ip link add tunnel type vxlan id 7 dstport 4789 local 10.66.0.1 remote 10.66.0.2 ||
		skip "the kernel has no vxlan"
	left ip link set dev tunnel addrgenmode none up
	left bash -c 'echo 20000000 >/sys/class/net/nic/gro_flush_timeout &&
		echo 1 >/sys/class/net/nic/napi_defer_hard_irqs' ||
		skip "the kernel does not let GRO hold packets (gro_flush_timeout, napi_defer_hard_irqs)"
}

# What nod calls this kernel, in $model.
known_kernel() {
	local major minor
	IFS=.- read -r major minor _ < <(uname -r)
	local version=$((major * 1000 + minor))
	if [ $version -ge 6018 ]; then
		model=linux-6.18
	elif [ $version -ge 6015 ]; then
		model=linux-6.15
	elif [ $version -ge 6010 ]; then
		model=linux-6.10
	elif [ $version -ge 4007 ]; then
		model=linux-4.7
	else
		skip "nod has no model of Linux $(uname -r)"
	fi
}

# replay NAME: in how many frames do the ten segments come out of GRO? In $came.
# GRO also ends trains at each tick of the clock; a train beside them that came through in one piece
# tells that none did. Else the longest piece of several tries, in $piece, has to do.
replay() {
	local answer longest
	piece=0
	for _ in 1 2 3 4 5; do
		answer=$(left "$BUILD/tests/groreplay" nic "$PWD/$1.pcap" "$PWD/control.pcap")
		longest=$(awk '$1 == "control" && $4 > most { most = $4 } END { print most }' <<<"$answer")
		[ "$longest" -gt "$piece" ] || continue
		piece=$longest
		came=$(grep -c ^case <<<"$answer")
		[ "$piece" -le $SEGMENTS ] || return 0
	done
}

# needs_piece LENGTH: of the train beside; what was found until then counts all the same.
needs_piece() {
	[ "$piece" -lt "$1" ] || return 0
	agreed
	skip "this machine is too slow: trains end at a tick of the clock"
}

# --- cases --------------------------------------------------------------------------------------

ETHER="eth 02:00:00:00:00:02 > 02:00:00:00:00:01"
IP="ip 10.66.0.2 > 10.66.0.1 id=500+1"
TCP="tcp 40000 > 5001 ack=1 ts=700000 ecr=300000 / data 1000"
PLAIN="$ETHER / $IP / $TCP"
VXLAN="$ETHER / $IP / udp 49152 csum=none / vxlan 7 / eth 02:00:00:00:01:02 > 02:00:00:00:01:01
	/ ip 192.168.66.2 > 192.168.66.1 id=900+1 / $TCP"
IPV6="$ETHER / ip6 fd66::2 > fd66::1 / $TCP"

# make_capture NAME FRAME CHANGES [SEGMENTS]
make_capture() {
	printf 'let frame = %s\nfor n in 1..%d {\n send frame %s\n}\n' "$2" "${4-$SEGMENTS}" "$3" \
		>"$1.frames"
	"$BUILD/tests/mkcap" "$1.frames" "$1.pcap"
}

# ask NAME FRAME CHANGES: both; the answers are in $came and $json.
ask() {
	make_capture "$@"
	replay "$1"
	diagnose "$1"
}

# differ WORDS...: the two disagree. All such are told before the test fails.
differ() {
	echo "$*: the kernel made $came frames of $SEGMENTS; nod says:"
	jq -c '.captures[0] | [.flows[0] | .pairs, .mergeable], [.findings[] | {id, stops: .facts.stops}]' \
		<<<"$json"
	disagreements=$((${disagreements-0} + 1))
}

agreed() {
	[ "${disagreements-0}" -eq 0 ]
}

# Is merging stopped by IDs: nod's answer for this kernel, and the kernel's.
compare_ids() { # FRAME CHANGES
	local nod=false kernel=false
	ask case "$@"
	# Two segments of the case were between three of the other train.
	needs_piece 3
	[ "$came" -lt $SEGMENTS ] || kernel=true
	jq -e --arg model "$model" 'any(.captures[0].findings[].facts.stops // "";
		split(" ") | index($model))' <<<"$json" >/dev/null && nod=true
	[ $nod = $kernel ] || differ "$model, $2"
}

# Of IDs: counting, constant, other.
IDS=(100+1 7 100+3)

@test "IDs of plain TCP" {
	local df id
	for df in 0 1; do
		for id in "${IDS[@]}"; do
			compare_ids "$PLAIN" "with ip.df=$df ip.id=$id"
		done
	done
	agreed
}

@test "outer and inner IDs of TCP in VXLAN" {
	local df id inner_df inner_id
	for df in 0 1; do
		for id in "${IDS[@]}"; do
			for inner_df in 0 1; do
				for inner_id in "${IDS[@]}"; do
					compare_ids "$VXLAN" "with ip[1].df=$df ip[1].id=$id ip[2].df=$inner_df ip[2].id=$inner_id"
				done
			done
		done
	done
	agreed
}

# compare_finding ID FRAME CLEAN CHANGED: the kernel merges what nod finds nothing in, and not, or
# less, what nod finds this and nothing else in.
compare_finding() {
	local clean
	ask clean "$2" "$3"
	needs_piece $((SEGMENTS + 1))
	clean=$came
	if [ "$clean" -ne 1 ] || ! shows '.findings == []'; then differ "no $1"; fi
	ask case "$2" "$4"
	needs_piece $((SEGMENTS + 1))
	if [ "$came" -le "$clean" ] || ! shows "[.findings[].id] == [\"$1\"]"; then differ "$1"; fi
}

@test "what else keeps segments apart" {
	compare_finding window-changes "$PLAIN" "with tcp.win=500" "with tcp.win={500+n}"
	compare_finding timestamp-changes "$PLAIN" "with tcp.ts=700000" "with tcp.ts={700000+n}"
	compare_finding push-every-segment "$PLAIN" "with tcp.flags=A" "with tcp.flags=PA"
	compare_finding ttl-changes "$PLAIN" "with ip.ttl=64" "with ip.ttl=(64,63)"
	compare_finding tos-changes "$PLAIN" "with ip.tos=2" "with ip.tos=(2,3)"
	compare_finding df-mixed "$PLAIN" "with ip.df=1" "with ip.df=(1,0)"
	compare_finding ack-changes "$PLAIN" "with tcp.ack=500" "with tcp.ack={500+n}"
	compare_finding ip-options "$PLAIN" "" 'with ip.opt="01010100"'
	compare_finding padded-frames "$PLAIN" "" "| pad=6"
	compare_finding sequence-gaps "$PLAIN" "" "with tcp.seq=+1000"
	compare_finding outer-udp-checksum-mixed "$VXLAN" "with udp.csum=ok" "with udp.csum=(ok,none)"
	compare_finding outer-source-port-changes "$VXLAN" "" "with udp.sport=(50000,50001)"
	compare_finding ttl-changes "$VXLAN" "" "with ip[1].ttl=(64,63)"
	compare_finding tos-changes "$VXLAN" "" "with ip[1].tos=(2,3)"
	compare_finding df-mixed "$VXLAN" "" "with ip[1].df=(1,0)"
	agreed
}

# once FIELD USUAL OTHER: the field has the other value in one segment only.
once() {
	echo "with $1=($2,$2,$2,$2,$2,$3,$2,$2,$2,$2)"
}

# later FIELD USUAL OTHER: from one segment on.
later() {
	echo "with $1=($2,$2,$2,$2,$2,$3,$3,$3,$3,$3)"
}

# How many neighbours can be merged: what nod counts, and what the kernel has done.
compare_pairs() { # FRAME CHANGES
	ask case "$@"
	needs_piece $((SEGMENTS + 1))
	shows ".flows[0] | .pairs == $SEGMENTS - 1 and .mergeable == $SEGMENTS - $came" >/dev/null ||
		differ "$2"
}

@test "how many segments a single difference keeps apart" {
	local how
	compare_pairs "$PLAIN" ""
	for how in once later; do
		compare_pairs "$PLAIN" "$($how tcp.win 500 501)"
		compare_pairs "$PLAIN" "$($how tcp.ack 500 501)"
		compare_pairs "$PLAIN" "$($how tcp.ts 700000 700001)"
		compare_pairs "$PLAIN" "$($how tcp.flags A PA)"
		compare_pairs "$PLAIN" "$($how tcp.flags A UA)"
		compare_pairs "$PLAIN" "$($how tcp.flags A EA)"
		compare_pairs "$PLAIN" "$($how ip.ttl 64 63)"
		compare_pairs "$PLAIN" "$($how ip.tos 2 3)"
		compare_pairs "$PLAIN" "$($how ip.df 1 0)"
		compare_pairs "$IPV6" "$($how ip6.hops 64 63)"
		compare_pairs "$IPV6" "$($how ip6.tc 2 3)"
		compare_pairs "$IPV6" "$($how ip6.flow 5 6)"
		compare_pairs "$VXLAN" "$($how udp.csum none ok)"
		compare_pairs "$VXLAN" "$($how udp.sport 50000 50001)"
		compare_pairs "$VXLAN" "$($how ip[1].ttl 64 63)"
		compare_pairs "$VXLAN" "$($how ip[2].ttl 64 63)"
		compare_pairs "$VXLAN" "$($how ip[1].df 1 0)"
		compare_pairs "$VXLAN" "$($how tcp.flags A PA)"
	done
	# Up to 6.14 a segment with CWR may begin a train, which nod does not count.
	if [[ $model == linux-6.1[58] ]]; then
		compare_pairs "$PLAIN" "$(once tcp.flags A CA)"
	fi
	compare_pairs "$PLAIN" "$(later tcp.flags A CA)"
	compare_pairs "$PLAIN" "$(once data.len 1000 500)"
	compare_pairs "$PLAIN" "$(once data.len 1000 1200)"
	compare_pairs "$PLAIN" "$(later tcp.csum ok bad)"
	compare_pairs "$PLAIN" "$(later ip.csum ok bad)"
	compare_pairs "$PLAIN" "$(once tcp.csum ok bad)"
	compare_pairs "$PLAIN" "$(once ip.csum ok bad)"
	compare_pairs "$PLAIN" "$(once ip.opt '""' '"01010100"')"
	agreed
}
