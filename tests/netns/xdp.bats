#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# An XDP program takes features away from other devices than its own: do show, why and watch say so?
# shellcheck disable=SC2030,SC2031,SC2154

load lab

# Only root of the machine may load programs: no user namespace around the hosts.
make_root_hosts() {
	need unshare nsenter setpriv ip
	unshare --net true 2>/dev/null || skip "no right to make a network namespace"
	start unshare --net "${KEEPER[@]}"
	expect '^there$'
	at_left=(nsenter --target "$started" --net --)
	start unshare --net "${KEEPER[@]}"
	expect '^there$'
	at_right=(nsenter --target "$started" --net --)
}

# xdp SIDE DEVICE native|generic|off
xdp() {
	local status=0
	"$1" "$BUILD/tests/xdp" "$2" "$3" || status=$?
	[ "$status" -ne 77 ] || skip "no right to load a program"
	[ "$status" -eq 0 ]
}

setup() {
	bats_require_minimum_version 1.5.0
	open_lab
	make_root_hosts
	left ip link add v0 type veth peer name v1 || skip "the kernel has no veth"
	left ip link set dev v0 addrgenmode none up
	left ip link set dev v1 addrgenmode none up
}

teardown() {
	close_lab
}

@test "native XDP on a veth: its peer has no segmentation, and can have it back" {
	local command
	xdp left v1 native
	left "$NOD" show v1 | grep -q 'XDP driver'
	left "$NOD" show v0 | tr -s ' \n' ' ' >"$BATS_TEST_TMPDIR/text"
	grep -q 'fixed off tx-tcp-segmentation .*: peer v1 runs XDP (K-veth-xdp)' "$BATS_TEST_TMPDIR/text"
	command=$(left "$NOD" why v0 tx-tcp-segmentation | sed -n 's/^  do: //p')
	[ "$command" = "ip link set dev v1 xdp off" ]
	left bash -c "$command"
	left "$NOD" show --feature tx-tcp-segmentation v0 | grep -q 'tx-tcp-segmentation  on$'
}

@test "native XDP on a veth whose peer is in another namespace" {
	left ip link add far type veth peer name near netns "${at_right[2]}"
	right ip link set dev near up
	left ip link set dev far up
	xdp right near native
	run left "$NOD" why far tx-tcp-segmentation
	[[ $output == *"another network namespace"*"K-veth-xdp, likely"* ]]
	[[ $output != *"do:"* ]]
}

@test "watch: XDP that comes and goes, and what its peer loses and gets back by it" {
	start "${at_left[@]}" setpriv --pdeathsig KILL "$NOD" watch --verbose
	expect '^watching '
	xdp left v1 native
	expect ' v0 +tx-tcp-segmentation +on -> off \[fixed\] side effect: .*XDP.* \(K-veth-xdp\)$'
	expect ' v1 +xdp +none -> driver$'
	xdp left v1 off
	expect ' v0 +tx-tcp-segmentation +off -> on +side effect: was blocked: peer v1 runs XDP \(K-veth-xdp\)$'
	expect ' v1 +xdp +driver -> none$'
	xdp left v0 generic
	expect ' v0 +xdp +none -> generic$'
}

@test "generic XDP is shown, and takes nothing from a veth" {
	left "$NOD" show --args v0 v1 >"$BATS_TEST_TMPDIR/before"
	xdp left v1 generic
	left "$NOD" show v1 | grep -q 'XDP generic'
	left "$NOD" show --args v0 v1 | diff "$BATS_TEST_TMPDIR/before" -
}
