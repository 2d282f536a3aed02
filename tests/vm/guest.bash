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

# --- nodsim -------------------------------------------------------------------------------------

NODSIM_DEBUG=/sys/kernel/debug/nodsim

# Not where the module could not be built; then it is false, with words.
load_nodsim() {
	grep -q ' /sys/kernel/debug ' /proc/mounts || mount -t debugfs debugfs /sys/kernel/debug
	modprobe nodsim
}

# nodsim_pair NAME PEER: without words about it, the other end of NAME is called NAMEp.
nodsim_pair() {
	[ -d /sys/module/nodsim ] || load_nodsim || return
	add "$1" type nodsim
	[ "$2" = "$1p" ] || ip link set dev "$1p" name "$2"
}

# nodsim_pairs COUNT: sim0 to sim1, sim2 to sim3, and so on
nodsim_pairs() {
	local i
	for ((i = 0; i < 2 * $1; i += 2)); do nodsim_pair "sim$i" "sim$((i + 1))" || return; done
}

# quirk DEVICE NAME [VALUE]: 1, as bad as it gets, if no value is given; 0 is off
quirk() {
	echo "${3-1}" >"$NODSIM_DEBUG/$1/quirks/$2"
}

# --- two hosts ----------------------------------------------------------------------------------

near() { ip netns exec near "$@"; }
far() { ip netns exec far "$@"; }

# join_hosts NEAR FAR: the ends of a wire become the devices of two hosts, with addresses.
#   near: 192.0.2.1, 2001:db8::1     far: 192.0.2.2, 2001:db8::2
join_hosts() {
	ip netns add near && ip netns add far || return
	ip link set dev "$1" netns near && ip link set dev "$2" netns far || return
	dress_host near "$1" 1 && dress_host far "$2" 2
}

dress_host() { # HOST DEVICE NUMBER
	ip -n "$1" link set dev lo up
	ip -n "$1" link set dev "$2" addrgenmode none up
	ip -n "$1" address add "192.0.2.$3/24" dev "$2"
	ip -n "$1" address add "2001:db8::$3/64" dev "$2" nodad
}

leave_hosts() {
	ip netns delete near
	ip netns delete far
}

other_host() { # near|far
	case $1 in near) echo far ;; *) echo near ;; esac
}

# The address of a host: host_address near|far [4|6]
host_address() {
	case $1${2-4} in
	near4) echo 192.0.2.1 ;;
	near6) echo 2001:db8::1 ;;
	far4) echo 192.0.2.2 ;;
	far6) echo 2001:db8::2 ;;
	esac
}

# begin HOST COMMAND...: in the background; $begun is its process, $said a descriptor with its words.
begin() {
	local pipe
	pipe=$(mktemp -u /tmp/words.XXXXXX)
	mkfifo "$pipe"
	ip netns exec "$@" >"$pipe" 2>&1 &
	begun=$!
	exec {said}<"$pipe"
	rm "$pipe"
}

# heard EXPRESSION DESCRIPTOR: wait for a line that matches; it is left in $line.
heard() {
	local all=
	while IFS= read -r -t 60 -u "$2" line; do
		[[ $line =~ $1 ]] && return
		all+=$line$'\n'
	done
	echo "waited for: $1; there was: ${all:-nothing}"
	return 1
}

# --- traffic ------------------------------------------------------------------------------------

# transfer_to HOST BYTES [4|6|ADDRESS [PIECE]]: over TCP, from the other one; every byte has to be right.
# Wants tests/transfer.
transfer_to() {
	local address=${3-4} there words status=0
	[ ${#address} -gt 1 ] || address=$(host_address "$1" "$address")
	begin "$1" transfer listen 5001
	there=$begun words=$said
	heard '^ready$' "$words" || return
	ip netns exec "$(other_host "$1")" transfer send "$address" 5001 "$2" ${4+"$4"} || status=1
	heard '^received ' "$words" && [ "$line" = "received $2" ] || status=1
	wait "$there" || status=1
	exec {words}<&-
	return $status
}

# iperf_to HOST OPTION...: iperf3 from the other one; fails if nothing arrives. Wants iperf3.
iperf_to() {
	local there words status=0
	begin "$1" iperf3 --server --one-off --forceflush
	there=$begun words=$said
	heard '^Server listening' "$words" || return
	ip netns exec "$(other_host "$1")" iperf3 --client "$(host_address "$1")" "${@:2}" || status=1
	wait "$there" || status=1
	exec {words}<&-
	return $status
}

# --- captures -----------------------------------------------------------------------------------

recorders=() recordings=()

# record_at HOST DEVICE FILE: all that goes through it from now on. Wants tests/record.
record_at() {
	begin "$1" record "$2" "$3"
	recorders+=("$begun") recordings+=("$said")
	heard '^listening$' "$said"
}

# A mark from near to far says that all before it has gone by. A NIC may lose it: so more of them.
end_records() {
	local i words lives status=0
	for i in "${!recorders[@]}"; do
		line='' words=${recordings[i]}
		until [[ $line == 'dropped '* ]]; do
			# What the other one's mark has ended already has said so.
			lives=
			! kill -0 "${recorders[i]}" 2>/dev/null || lives=yes
			[ -z "$lives" ] || near bash -c "echo >/dev/udp/$(host_address far)/9"
			IFS= read -r -t 1 -u "$words" line || [ -n "$lives" ] || break
		done
		[ "$line" = "dropped 0" ] || status=1
		wait "${recorders[i]}" || status=1
		exec {words}<&-
	done
	recorders=() recordings=()
	return $status
}

# nod_capture_at HOST DEVICE FILE [OPTION...]: the same by nod; end_nod_captures ends them all.
nod_capture_at() {
	begin "$1" nod capture -w "$3" "${@:4}" "$2"
	captures+=("$begun") captured+=("$said")
	heard 'listening on ' "$said"
}

captures=() captured=()

# What they said is in FILE.
end_nod_captures() { # FILE
	local i words status=0
	: >"$1"
	for i in "${!captures[@]}"; do
		words=${captured[i]}
		kill -TERM "${captures[i]}"
		cat <&"$words" >>"$1"
		wait "${captures[i]}" || status=$?
		exec {words}<&-
	done
	captures=() captured=()
	return $status
}

# --- the kernel's log ---------------------------------------------------------------------------

# What a kernel says that found itself wrong, lockdep included, which not every kernel has.
kernel_is_calm() {
	! dmesg | grep -aE -A 20 'WARNING: |BUG: |Oops|general protection|possible (circular|recursive|irq)|inconsistent lock|suspicious RCU|Call Trace|hw csum failure'
}
