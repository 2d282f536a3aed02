#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What nod says the NIC leaves and the tunnel's device still merges: does this kernel do so?
#
# Each case is a poll of frames in VXLAN. The kernel gets them from a wire, and a vxlan device behind it
# unwraps them; what comes out of both is counted beside what nod says of the same capture.
# shellcheck disable=SC2030,SC2031,SC2034,SC2153,SC2154 # tests set variables for themselves, and bats runs them in subshells

load lab
load secondpolls

setup() {
	bats_require_minimum_version 1.5.0
	need ip jq
	open_lab
	PATH=$BUILD/tests:$PATH
	cd "$BATS_TEST_TMPDIR" || return
	receiver "local 10.66.0.1"
	tunnelled 1 1000
	run secondchance setup tunnel poll.pcap
	[[ $output != *": no right to "* && $output != *": this kernel has no "* ]] || skip "${output#*: }"
	[[ $output != *"Unknown device type"* ]] || skip "the kernel has no vxlan"
	[ "$status" -eq 0 ]
}

teardown() {
	close_lab
}

# receiver OPTION...: of the vxlan device
receiver() {
	cat >setup <<-EOF
		set -e
		ip link set dev nod-receiver address 02:00:00:00:00:01
		ip address add 10.66.0.1/24 dev nod-receiver
		ip address add fd66::1/64 dev nod-receiver nodad
		ip link add tunnel address 02:00:00:00:01:01 type vxlan id 7 dstport 4789 $*
		ip link set dev tunnel addrgenmode none up
	EOF
}

nod() { "$NOD" "$@"; }

ask() { # COUNT BYTES [CHANGES]
	tunnelled "$@"
	ask_both poll.pcap
}

differ() {
	printf 'frames %s\nthe kernel:\n%s\nnod:\n%s\n' "$*" "$answer" "$model"
	return 1
}

agree() { # COUNT BYTES [CHANGES]
	ask "$@"
	[ "$kernel" = "$model" ] || differ "$@"
}

# Super-frames behind the NIC and behind the tunnel, as the kernel makes them.
supers() { awk -v device="$1" '$1 == device { print $3 }' <<<"$kernel"; }

# merged COUNT BYTES [CHANGES]: they agree, and the tunnel's device has something to merge.
merged() {
	agree "$@"
	[ "$(supers tunnel)" -lt "$(supers nic)" ] || differ "$@"
}

# unmerged COUNT BYTES [CHANGES]: they agree, and it has nothing to merge.
unmerged() {
	agree "$@"
	[ "$(supers tunnel)" -eq "$(supers nic)" ] || differ "$@"
}

need_pages() {
	[ "$(getconf PAGESIZE)" -eq 4096 ] || skip "long frames are not in pages where pages are longer"
}

# Single packets but for one pair, and pairs.
RANDOM_IDS=10,20,5,70,30,99,50,4,3,1
PAIRED_IDS=10,11,50,51,30,31,200,4,70,71

@test "outer IDs that jump: the tunnel's device merges what the NIC did not" {
	local df
	for df in 0 1; do
		merged 10 1000 "with ip[1].df=$df ip[1].id=($RANDOM_IDS)"
		[ "$(supers tunnel)" -eq 1 ]
	done
	merged 10 1000 "with ip[1].df=(0,1)"
	merged 62 1000 "with ip[1].id=($RANDOM_IDS)"
}

@test "outer IDs that count or stay: nothing is left for it" {
	unmerged 10 1000
	unmerged 10 1000 "with ip[1].df=0"
	unmerged 10 1000 "with ip[1].df=1 ip[1].id=7"
	unmerged 10 1000 "with ip[2].id=($RANDOM_IDS)"
}

@test "what else keeps outer headers apart is gone behind the tunnel" {
	merged 10 1000 "with udp.sport=(49152,49153)"
	merged 10 1000 "with udp.csum=(ok,none)"
	merged 10 1000 "with ip[1].ttl=(64,63)"
	merged 10 1000 "with ip[1].tos=(0,4)"
	merged 10 1000 "with eth[1].src=(02:00:00:00:00:02,02:00:00:00:00:03)"
	merged 10 1000 "with udp.csum=ok ip[1].id=($RANDOM_IDS)"
	unmerged 10 1000 "with udp.csum=ok"
}

@test "what keeps inner headers apart is not" {
	local jump="ip[1].id=($RANDOM_IDS)"
	merged 10 1000 "with $jump tcp.ts=(1,1,1,2,2,2,3,3,3,3)"
	merged 10 1000 "with $jump tcp.flags=(A,A,A,PA,A,A,A,A,A,A)"
	merged 10 1000 "with $jump tcp.flags=(A,A,A,A,A,A,A,A,FA,A)"
	merged 10 1000 "with $jump data.len=(1000,1000,1000,999,1000,1000,1001,1000,1000,1000)"
	merged 10 1000 "with $jump ip[2].id=(1,2,3,4,9,10,11,12,13,14)"
	merged 10 1000 "with $jump tcp.csum=(ok,ok,ok,ok,bad,ok,ok,ok,ok,ok)"
	unmerged 10 1000 "with $jump ip[2].ttl=(64,63)"
	unmerged 10 1000 "with $jump tcp.win=(500,501)"
	unmerged 10 1000 "with $jump eth[2].src=(02:00:00:00:01:02,02:00:00:00:01:03)"
}

@test "two flows in one tunnel" {
	local two="tcp.sport={40000+n%2} | flow={n%2}"
	merged 20 1000 "with ip[1].id=($RANDOM_IDS) $two"
	[ "$(supers tunnel)" -eq 2 ]
	# They take turns in the IDs of their sender; or each has its own.
	merged 20 1000 "with ip[1].id={500+n} $two"
	unmerged 20 1000 "with $two"
	merged 20 1000 "with ip[1].id=($RANDOM_IDS) tcp.ts=(1,1,1,2,2,2,3,3,3,3) $two"
}

@test "IPv6 around IPv4, in IPv4, and both" {
	receiver local fd66::1 udp6zerocsumrx
	OUTER=$OUTER6
	unmerged 10 1000
	unmerged 10 1000 "with udp.csum=ok"
	merged 10 1000 "with udp.csum=(ok,none)"
	merged 10 1000 "with ip6.flow=(1,2)"
	INNER=$INNER6
	merged 10 1000 "with ip6[1].flow=(1,2)"
	unmerged 10 1000 "with ip6[1].flow=(1,2) ip6[2].flow=(1,2)"
	receiver local 10.66.0.1
	OUTER="ip 10.66.0.2 > 10.66.0.1"
	merged 10 1000 "with ip.id=($RANDOM_IDS) ip6.tc=(0,0,0,4,4,4,4,4,4,4)"
}

@test "there is more room without the outer headers" {
	# 12 times 5455 is 65460, with headers of 52 bytes; the tunnel's are 50.
	merged 13 5455 "with ip[1].id=($RANDOM_IDS,80,90,100)"
	[[ $kernel == *" 12" ]]
}

# RFC 6040; frames that a congested router marked though their sender does not know of marks are dropped.
@test "marks of congestion come through the tunnel" {
	local inner marks="ip[1].id=($RANDOM_IDS) ip[1].tos=(2,2,2,3,3,3,2,2,1,1)"
	for inner in 1 2 3; do merged 10 1000 "with $marks ip[2].tos=$inner"; done
	merged 10 1000 "with $marks ip[2].tos=0"
	[[ $kernel == *"tunnel 7 "* ]]
	OUTER="$OUTER tos=3" agree 10 1000 "with ip[2].tos=2"
	OUTER="$OUTER tos=3" agree 10 1000 "with ip[2].tos=0"
}

@test "trains of the NIC are merged with what comes before and behind them" {
	local paired="ip[1].id=($PAIRED_IDS)"
	need_pages
	merged 10 "$LONG" "with $paired"
	[ "$(supers tunnel)" -eq 1 ]
	merged 10 "$LONG" "with ip[1].id=(10,12,50,51,30,100,101,4,60,1)"
	merged 10 "$LONG" "with ip[1].id=(10,11,12,50,51,52,30,31,32,99)"
	merged 10 "$LONG" "with $paired tcp.ts=(1,1,1,1,2,2,2,2,2,2)"
	merged 10 "$LONG" "with $paired tcp.flags=(A,A,A,PA,A,A,A,A,A,A)"
	merged 10 "$LONG" "with $paired tcp.flags=(A,A,A,A,A,A,A,A,A,FA)"
	merged 20 "$LONG" "with $paired tcp.sport={40000+n%2} | flow={n%2}"
	unmerged 10 "$LONG"
}

@test "trains of segments of another size are not" {
	local paired="ip[1].id=($PAIRED_IDS)" size=$LONG
	need_pages
	merged 10 "$size" "with $paired data.len=($size,$size,$size,4990,$size,$size,$size,$size,$size,$size)"
	merged 10 "$size" "with $paired data.len=($size,$size,4900,4900,4800,4800,4800,4800,4800,4800)"
	unmerged 6 "$size" "with $paired data.len=($size,$size,4900,4900,4800,4800)"
	unmerged 6 "$size" "with $paired data.len=(4800,4800,4900,4900,$size,$size)"
}

@test "a train of the NIC whose inner IDs stay takes no more of them" {
	need_pages
	agree 10 "$LONG" "with ip[1].id=($PAIRED_IDS) ip[2].id=7 ip[2].df=1"
	agree 10 "$LONG" "with ip[1].id=(10,12,$PAIRED_IDS) ip[2].id=7 ip[2].df=1"
	agree 10 "$LONG" "with ip[1].id=($PAIRED_IDS) ip[2].id=7 ip[2].df=0"
	agree 10 "$LONG" "with ip[1].id=($PAIRED_IDS) ip[2].df=0"
}

# bounded COUNT BYTES [CHANGES]: what nod says is the most that can be merged, and the kernel merges less.
bounded() {
	ask "$@"
	[ "${kernel%%$'\n'*}" = "${model%%$'\n'*}" ] || differ "$@"
	[ "$(supers tunnel)" -gt "$(awk '$1 == "tunnel" { print $3 }' <<<"$model")" ] || differ "$@"
}

# Then GRO has to chain packets, and those that have a chain are not merged any more.
@test "packets that are not in pages are merged at most as nod says" {
	bounded 10 1000 "with ip[1].id=($PAIRED_IDS)"
	[ "$(supers tunnel)" -lt "$(supers nic)" ]
}

# As those of container networks and virtual switches. It tells whoever is above it which tunnel a packet came
# through, and what is told of the outer header has to be the same in packets that it merges.
@test "one device for all tunnels merges at most as nod says" {
	sed -i 's/ id 7 / external /; s/ local .*//' setup
	merged 10 1000 "with ip[1].id=($RANDOM_IDS)"
	merged 10 1000 "with eth[1].src=(02:00:00:00:00:02,02:00:00:00:00:03)"
	bounded 10 1000 "with udp.sport=(49152,49153)"
	bounded 10 1000 "with udp.csum=(ok,none)"
	bounded 10 1000 "with ip[1].ttl=(64,63)"
	bounded 10 1000 "with ip[1].tos=(0,4)"
}

@test "polls at random" {
	local polls=()
	need_pages
	random_polls "${REQUESTS-200}"
	polls_agree
}
