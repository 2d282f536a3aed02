# SPDX-License-Identifier: GPL-2.0-or-later
# Worlds of devices, made on the left host, that programs ask random things of. What a kernel cannot
# make skips the test; what a world can do without is left out with a word.
# shellcheck shell=bash

# random_things PROGRAM REQUESTS: SEED=N asks other things; REQUESTS=N more of them.
random_things() {
	left "$BUILD/tests/$1" "${SEED-1}" "${REQUESTS-$2}"
}

# --- devices ------------------------------------------------------------------------------------

# device WORD...: ip link add, or skip for the sake of a kernel that has no such kind.
device() {
	local words
	words=$(left ip link add "$@" 2>&1) || skip "no device $*: $words"
}

# tap NAME [vnet_hdr]
tap() {
	local words
	words=$(left ip tuntap add dev "$1" mode tap "${@:2}" 2>&1) || skip "no tap: $words"
}

# pair NAME...: a veth of that name, its other end is called NAME-end.
pair() {
	local name
	for name; do device "$name" type veth peer name "$name-end"; done
}

# ports BRIDGE NAME...
ports() {
	local bridge=$1 name
	shift
	for name; do left ip link set dev "$name" master "$bridge"; done
}

# maybe WORD...: a device that this world can do without.
maybe() {
	left ip link add "$@" 2>/dev/null || echo "without: $*"
}

# --- worlds -------------------------------------------------------------------------------------

veth_world() {
	pair one two
	maybe other type ifb
	maybe other2 type dummy
	left ip link set dev one up
	left ip link set dev one-end up
}

bridge_world() {
	device br0 type bridge
	device br1 type bridge
	pair one two three four
	ports br0 one two
	ports br1 three
	maybe on type macvlan link br0
	maybe tunnel type vxlan id 9 dstport 4790 dev br1 remote 192.0.2.1
	left ip link set dev br0 up
	left ip link set dev one up
}

# Taps of which nobody has agreed to take anything.
tap_world() {
	tap tap0
	tap tap1 vnet_hdr
	device br0 type bridge
	pair one
	ports br0 tap0 one
}

# Taps whose owners agreed to some of it.
agreed_tap_world() {
	local owner=0
	tap tap0 vnet_hdr
	tap tap1 vnet_hdr
	device br0 type bridge
	ports br0 tap0 tap1
	left "$BUILD/tests/tapconsent" tap0 csum tso4 tso6
	left "$BUILD/tests/tapconsent" tap1 csum tso4 tso6 ecn uso tunnel || owner=$?
	[ "$owner" -eq 0 ] || left "$BUILD/tests/tapconsent" tap1 csum tso4 tso6 ecn
}

macvlan_world() {
	pair one
	device private link one type macvlan mode private
	device shared link one type macvlan mode bridge
	maybe tap link one-end type macvtap
	maybe ip link one-end type ipvlan
	device br0 type bridge
	ports br0 private
	maybe tunnel type vxlan id 9 dstport 4790 dev shared remote 192.0.2.1
}

vxlan_world() {
	pair one
	device tunnel type vxlan id 9 dstport 4790 dev one remote 192.0.2.1
	device any type vxlan dstport 4791 external
	maybe other type geneve id 9 remote 192.0.2.1
	device br0 type bridge
	ports br0 tunnel any
}

# A tunnel through a bridge, in another bridge; and on a port of it a macvlan.
stacked_world() {
	pair one two
	device br0 type bridge
	device br1 type bridge
	ports br0 one two
	tap tap0
	ports br0 tap0
	device tunnel type vxlan id 9 dstport 4790 dev br0 remote 192.0.2.1
	ports br1 two-end tunnel
	maybe above link one-end type macvlan
	maybe last link br1 type macvlan
	maybe other type ifb
}
