#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Is nodsim a NIC to the kernel: does what is sent arrive, whatever is switched on, and do devices and the
# module come and go at any moment?
# built: tests/transfer tests/exactsend tests/mkcap tests/record
# files: tests/fixtures/captures/clean.frames tests/fixtures/captures/tso-send.frames
# tools: ip ethtool iperf3 tcpdump
# modules: 8021q vxlan bonding bridge
# nodsim: yes
# shellcheck disable=SC2154 # what guest.bash gives
set -eu
# shellcheck source=/dev/null
. /vm/guest.bash

cycles=${CYCLES:-1000}

# --- traffic ------------------------------------------------------------------------------------

pings() {
	local to
	for to in near far; do
		ip netns exec "$(other_host $to)" ping -c 3 -A -w 20 "$(host_address $to)" &&
			ip netns exec "$(other_host $to)" ping -c 3 -A -w 20 "$(host_address $to 6)" || return
	done
}

iperf_both_ways() {
	iperf_to far --bytes 8M && iperf_to near --bytes 8M && iperf_to far --bytes 8M --reverse
}

bytes_are_right() {
	local host family
	for host in near far; do
		for family in 4 6; do transfer_to $host 1000000 $family || return; done
	done
	transfer_to far 100000 4 700
}

# with NAME=on|off...: at both ends; then bytes have to be right
with() {
	local word words=()
	for word; do words+=("${word%%=*}" "${word#*=}"); done
	near ethtool -K ns0 "${words[@]}" && far ethtool -K ns1 "${words[@]}" || return
	bytes_are_right
}

in_vxlan() {
	local host number other
	for host in near far; do
		[ $host = near ] && number=1 other=2 || number=2 other=1
		ip -n $host link add vx0 type vxlan id 7 dstport 4789 local 192.0.2.$number remote 192.0.2.$other "$@" &&
			ip -n $host link set dev vx0 addrgenmode none up &&
			ip -n $host address add 198.51.100.$number/24 dev vx0 || return
	done
	transfer_to far 1000000 198.51.100.2 && transfer_to near 1000000 198.51.100.1 || return
	ip -n near link delete dev vx0
	ip -n far link delete dev vx0
}

in_vlans() {
	local host number
	for host in near far; do
		[ $host = near ] && number=1 || number=2
		ip -n $host link add link ns$((number - 1)) name tag type vlan id 9 &&
			ip -n $host link add link tag name tags type vlan id 10 &&
			ip -n $host link set dev tag addrgenmode none up &&
			ip -n $host link set dev tags addrgenmode none up &&
			ip -n $host address add 198.51.100.$number/24 dev tags || return
	done
	transfer_to far 1000000 198.51.100.2 && transfer_to near 1000000 198.51.100.1 || return
	ip -n near link delete dev tag
	ip -n far link delete dev tag
}

jumbo() {
	ip -n near link set dev ns0 mtu 9000 && ip -n far link set dev ns1 mtu 9000 || return
	bytes_are_right || return
	ip -n near link set dev ns0 mtu 1500 && ip -n far link set dev ns1 mtu 1500
}

# Each frame of a capture, in order and as long as it was; nothing else from that sender.
frames_arrive() {
	mkcap /vm/clean.frames /tmp/clean.pcap && far ethtool -K ns1 gro off || return
	record_at far ns1 /tmp/clean-far.pcap || return
	near exactsend --wait frames ns0 /tmp/clean.pcap && end_records || return
	far ethtool -K ns1 gro on
	frames_of /tmp/clean.pcap | grep -q 'length 1448' &&
		diff <(frames_of /tmp/clean.pcap) <(frames_of /tmp/clean-far.pcap)
}

frames_of() { # FILE
	tcpdump -Z root -n -t -S -r "$1" 'host 10.0.0.1 and host 10.0.0.2' 2>/dev/null
}

# The NIC cuts what is too long: 1000 bytes in each piece, no more.
frames_are_cut() {
	mkcap /vm/tso-send.frames /tmp/large.pcap && far ethtool -K ns1 gro off || return
	record_at far ns1 /tmp/large-far.pcap || return
	near exactsend --mss 1000 --csum frames ns0 /tmp/large.pcap && end_records || return
	far ethtool -K ns1 gro on
	frames_of /tmp/large-far.pcap | awk '
		{ if ($NF > 1000) { print; bad = 1 } if ($NF == 1000) cut++ }
		END { print cut + 0, "pieces"; exit bad || cut < 1000 }'
}

# --- coming and going ---------------------------------------------------------------------------

# Up, half up and down; the one end or the other is deleted, and nothing is left of either.
come_and_go() {
	local i
	for ((i = 0; i < cycles; i++)); do
		echo link add come type nodsim
		[ $((i % 3)) -ne 0 ] || echo link set dev come up
		[ $((i % 2)) -ne 0 ] || echo link set dev comep up
		[ $((i % 5)) -ne 0 ] && echo link delete dev come || echo link delete dev comep
	done | ip -batch - || return
	[ ! -e /sys/class/net/come ] && [ ! -e /sys/class/net/comep ]
}

# Traffic that does not end by itself, in both directions; its processes are in $noise.
make_noise() {
	local i
	noise=()
	for i in 1 2; do
		near ping -f -q -s 1400 "$(host_address far)" >/dev/null 2>&1 &
		noise+=($!)
		far ping -f -q -s 1400 "$(host_address near)" >/dev/null 2>&1 &
		noise+=($!)
	done
	begin far iperf3 --server --one-off --forceflush
	noise+=("$begun")
	heard '^Server listening' "$said" || return
	near iperf3 --client "$(host_address far)" --time 600 --bidir >/dev/null 2>&1 &
	noise+=($!)
	heard 'connected to' "$said"
}

end_noise() {
	kill -KILL "${noise[@]}" 2>/dev/null
	wait "${noise[@]}" 2>/dev/null
	exec {said}<&-
	return 0
}

new_hosts() {
	nodsim_pair ns0 ns1 && join_hosts ns0 ns1
}

host_goes_under_traffic() {
	make_noise || return
	ip netns delete far || return
	until ! pidof iperf3 >/dev/null; do killall -KILL iperf3 ping 2>/dev/null || true; done
	end_noise
	until ! ip -n near link show dev ns0 >/dev/null 2>&1; do :; done
	ip netns delete near
}

ends_move() {
	local i
	new_hosts || return
	for i in 1 2 3; do
		ip -n near link set dev ns0 netns 1 && ip link set dev ns0 netns far || return
		ip -n far link set dev ns1 netns near && ip -n far link set dev ns0 netns 1 || return
		ip link set dev ns0 netns near && ip -n near link set dev ns1 netns far || return
	done
	dress_host near ns0 1
	dress_host far ns1 2
	bytes_are_right
}

module_goes_under_traffic() {
	make_noise || return
	rmmod nodsim || return
	end_noise
	[ ! -d /sys/module/nodsim ] || return
	! ip -n near link show dev ns0 2>/dev/null || return
	leave_hosts
}

load_again() {
	load_nodsim && new_hosts && pings && leave_hosts && rmmod nodsim
}

echo "# $(uname -r), CYCLES=$cycles"
for tool in ethtool iperf3 tcpdump; do has $tool || skip_all "$tool is not installed"; done
test_that "the module loads" load_nodsim
test_that "a pair between two hosts" new_hosts
test_that "IPv4 and IPv6 in both directions" pings
test_that "iperf3 in both directions" iperf_both_ways
test_that "bytes are right" bytes_are_right
test_that "bytes are right with jumbo frames" jumbo
for features in "tso=off" "gro=off" "tso=on gso=off gro=on" "lro=on" "lro=off rx-gro-hw=on" \
	"rx-gro-hw=off tx=off" "tx=on rx=off" "rx=on sg=off" "sg=on tso=on rxvlan=off txvlan=off"; do
	# shellcheck disable=SC2086 # words
	test_that "bytes are right with $features" with $features
done
with gso=on rxvlan=on txvlan=on >/dev/null
test_that "bytes are right in VLANs" in_vlans
test_that "bytes are right in VXLAN" in_vxlan
test_that "bytes are right in VXLAN with checksums" in_vxlan udpcsum
test_that "frames arrive as they were sent" frames_arrive
test_that "frames that are too long are cut" frames_are_cut
test_that "a host goes under traffic, and both ends with it" host_goes_under_traffic
test_that "ends move between hosts" ends_move
test_that "the module goes under traffic, and all devices with it" module_goes_under_traffic
test_that "the module loads again" load_again
load_nodsim
test_that "$cycles pairs come and go" come_and_go
test_that "the module goes" rmmod nodsim
test_that "the kernel found nothing wrong" kernel_is_calm
end_tests
