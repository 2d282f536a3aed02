#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Does nod split frames as this kernel does, and back into what this kernel merged?
#
# The kernel gets the same super-frames as the splitter, in a namespace of its own, and segments them in
# software; and what its GRO made of frames is split again. Both compare byte for byte. Each test is
# also run with segments that are one byte too long, which must not agree at any frame.

load lab

SPLITS=${SPLITS:-400}
SEED=${SEED:-1}

setup() {
	bats_require_minimum_version 1.5.0
	open_lab
}

teardown() {
	close_lab
}

# A veth with an MTU that lets every segment pass; its peers are not there, but known.
make_wire() {
	make_hosts
	left ip link add near type veth peer name far || skip "the kernel has no veth"
	left ip link set dev near mtu 65535 addrgenmode none up
	left ip link set dev far mtu 65535 addrgenmode none up
}

split_plain() {
	left "$BUILD/tests/gsosplit" plain near far "$SEED" "$@"
}

# offloads on|off: of the wire.
offloads() {
	left "$BUILD/tests/gsosplit" offloads near "$1"
}

# none_agree COMMAND...: the control.
none_agree() {
	local words failed=
	words=$("$@" wrong) || failed=$?
	tail -n 3 <<<"$words"
	[ "$failed" = 1 ] && [[ $words == *$'\n'"0 of "* ]]
}

@test "TCP and UDP: segments are those of the kernel" {
	make_wire
	offloads off
	split_plain "$SPLITS"
	none_agree split_plain 20
}

# A tunnel over the wire, whose far end answers no ARP.
make_tunnel() {
	left ip address add 10.66.0.1/24 dev near
	left ip address add fd66::1/64 dev near nodad || skip "the kernel has no IPv6"
	left ip neighbour add 10.66.0.2 lladdr 02:00:00:00:00:09 dev near
	left ip neighbour add fd66::2 lladdr 02:00:00:00:00:09 dev near
	local words
	words=$(left ip link add tunnel type "$@" 2>&1) || skip "no $*: $words"
	left ip link set dev tunnel mtu 65000 addrgenmode none up
}

compare_tunnel() {
	left "$BUILD/tests/gsosplit" compare tunnel far "$SEED" "$1" "$BATS_TEST_TMPDIR/frames" "${@:2}"
}

# split_tunnel TYPE OPTION...: first all offloads are on, and the frames come out of the tunnel whole.
split_tunnel() {
	make_wire
	make_tunnel "$@"
	offloads on
	left "$BUILD/tests/gsosplit" record tunnel far "$SEED" "$SPLITS" "$BATS_TEST_TMPDIR/frames"
	offloads off
	compare_tunnel "$SPLITS"
	none_agree compare_tunnel 20
}

V4=(local 10.66.0.1 remote 10.66.0.2)
V6=(local fd66::1 remote fd66::2)

@test "VXLAN over IPv4 with a checksum" {
	split_tunnel vxlan id 7 dstport 4789 "${V4[@]}" udpcsum
}

@test "VXLAN over IPv4 without a checksum" {
	split_tunnel vxlan id 7 dstport 4789 "${V4[@]}" noudpcsum
}

@test "VXLAN over IPv4 that may not be fragmented" {
	split_tunnel vxlan id 7 dstport 4789 "${V4[@]}" udpcsum df set
}

@test "VXLAN over IPv6 with a checksum" {
	split_tunnel vxlan id 7 dstport 4789 "${V6[@]}" noudp6zerocsumtx
}

@test "VXLAN over IPv6 without a checksum" {
	split_tunnel vxlan id 7 dstport 4789 "${V6[@]}" udp6zerocsumtx
}

@test "Geneve over IPv4 with a checksum" {
	split_tunnel geneve id 7 remote 10.66.0.2 udpcsum
}

@test "Geneve over IPv6 without a checksum" {
	split_tunnel geneve id 7 remote fd66::2 udp6zerocsumtx
}

@test "GRE over IPv4 with a key" {
	split_tunnel gretap "${V4[@]}" key 7
}

@test "GRE over IPv4 with a key and a checksum" {
	split_tunnel gretap "${V4[@]}" key 7 ocsum
}

# What grosplit says in $words, its status in $failed.
merge_and_split() {
	failed=0
	words=$("$BUILD/tests/grosplit" "$SEED" "$@") || failed=$?
	tail -n 5 <<<"$words"
	[ "$failed" -ne 77 ] || skip "${words##*skip: }"
}

@test "what the kernel merged is split into what was sent" {
	merge_and_split "$SPLITS"
	[ "$failed" -eq 0 ]
	merge_and_split 20 wrong
	[ "$failed" -eq 1 ]
	# Those that did not merge agree all the same.
	[[ $words =~ ([0-9]+)\ of\ 20\ agree,\ ([0-9]+)\ merged ]]
	[ $((BASH_REMATCH[1] + BASH_REMATCH[2])) -eq 20 ]
}
