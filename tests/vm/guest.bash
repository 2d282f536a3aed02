# SPDX-License-Identifier: GPL-2.0-or-later
# What tests share, in the machine: TAP, NICs with short names, devices on top.
# shellcheck shell=bash

# shellcheck source=/dev/null
. /vm/settings

# --- TAP ----------------------------------------------------------------------------------------

number=0

# test_that NAME COMMAND...: passes if the command does. What it printed is shown if it does not, or
# if `show` is set.
test_that() {
	local name=$1 words status=0
	shift
	number=$((number + 1))
	words=$("$@" 2>&1) || status=$?
	if [ $status -eq 0 ]; then
		echo "ok $number - $name"
		[ -z "${show-}" ] || printf '%s\n' "$words" | sed 's/^/# /'
	else
		echo "not ok $number - $name"
		printf 'status %s of: %s\n%s\n' "$status" "$*" "$words" | sed 's/^/# /'
	fi
}

skip_test() { # NAME REASON
	number=$((number + 1))
	echo "ok $number - $1 # SKIP $2"
}

skip_all() { # REASON
	echo "1..0 # SKIP $1"
	exit 0
}

end_tests() {
	echo "1..$number"
}

has() { command -v "$1" >/dev/null; }

# --- NICs ---------------------------------------------------------------------------------------

# Driver and the name that its devices get, with a number.
declare -A NIC_NAMES=([e1000]=gig [e1000e]=pcie [virtio_net]=virtio [vmxnet3]=vmx [8139cp]=rtl
	[pcnet32]=lance [tulip]=tulip [e100]=hundred [ne2k-pci]=ne)
ALL_NICS=(e1000 e1000e virtio_net vmxnet3 8139cp pcnet32 tulip e100 ne2k-pci)

# nics [DRIVER...]: load them (all) one after another, and name their devices.
nics() {
	local driver path n
	[ $# -gt 0 ] || set -- "${ALL_NICS[@]}"
	modprobe virtio_pci
	for driver; do
		modprobe "$driver"
		n=0
		for path in /sys/class/net/eth*; do
			[ -e "$path" ] || continue
			ip link set dev "${path##*/}" name "${NIC_NAMES[$driver]}$n"
			n=$((n + 1))
		done
	done
}

# Without drivers there are no NICs; the next to load them finds each as it was at the beginning.
forget_nics() {
	local driver
	for driver in "${ALL_NICS[@]}"; do modprobe -r "$driver"; done
}

# --- devices ------------------------------------------------------------------------------------

# devices: the names of all
devices() {
	local path
	for path in /sys/class/net/*/ifindex; do
		path=${path%/ifindex}
		echo "${path##*/}"
	done
}

add() { # WORD...: ip link add; a world that lacks one device is a world still
	local words
	words=$(ip link add "$@" 2>&1) || echo "# without $*: $words"
}

pair() { # NAME...: a veth of that name, its other end is called NAME-end
	local name
	for name; do add "$name" type veth peer name "$name-end"; done
}

dummies() { # NAME...
	local name
	for name; do add "$name" type dummy; done
}

vlan() { # PARENT ID [PROTOCOL]: named PARENT.ID
	add name "$1.$2" link "$1" type vlan protocol "${3-802.1Q}" id "$2"
}

ports() { # UPPER NAME...
	local upper=$1 name
	shift
	for name; do ip link set dev "$name" master "$upper" || echo "# no port of $upper: $name"; done
}

all_up() {
	local name
	for name in $(devices); do ip link set dev "$name" up 2>/dev/null || true; done
}

# A driver's own first devices, such as bond0 of bonding, would be in the way.
no_first_devices() {
	modprobe bonding max_bonds=0
	modprobe dummy numdummies=0
	modprobe ifb numifbs=0
}

# What a kind always has, such as gre0, stays.
forget_devices() {
	local name
	for name in $(cd /sys/devices/virtual/net && echo *); do
		[ ! -e "/sys/class/net/$name" ] || ip link delete dev "$name" 2>/dev/null || true
	done
}
