#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Does nod say of captures what the hosts were told to do? Two hosts, a wire between them, transfers.
# The kernel computes every checksum right, so none may ever be called bad.

load lab

setup() {
	bats_require_minimum_version 1.5.0
	need jq
	open_lab
	make_hosts
	join_hosts
}

teardown() {
	close_lab
}

no_bad_checksums() {
	shows '[.checksums[].bad] | add == 0'
}

# The longest IP packet with TCP inside, as tcpdump reads it.
longest() {
	tcpdump -nnvr - ip <"$BATS_TEST_TMPDIR/$1.pcap" 2>/dev/null |
		sed -n 's/^.*proto TCP.*, length \([0-9]*\)).*/\1/p' | sort -n | tail -n 1
}

# record_transfer SIDE DEVICE NAME ADDRESS [BYTES [PIECE]]: from left to ADDRESS on right.
record_transfer() {
	capture "$1" "$2" "$3"
	transfer right "${@:4}"
	end_captures 10.66.0.2
}

@test "TSO at the sender: frames above the MTU, and nothing is wrong" {
	record_transfer left wire sent 10.66.0.2
	diagnose sent
	[ "$verdict" -eq 0 ]
	shows 'finding("oversized-frame").count == .sizes.oversized'
	shows '.mtu.value == 1500 and .sizes.max_ip_len > 1500'
	shows '.checksums.tcp | add == .ok + .partial and .partial > 0'
	no_bad_checksums
	need tcpdump
	shows ".sizes.max_ip_len == $(longest sent)"
}

@test "TSO at the sender, in whole segments: their size is seen in the IDs" {
	# 1448: the MTU less 40 bytes of headers and 12 of timestamps. 10: the initial window.
	record_transfer left wire sent 10.66.0.2 $((10 * 1448))
	diagnose sent
	shows 'finding("oversized-frame").facts.segment_size == 1448'
}

@test "only the sender leaves checksums open: sent from there, by TSO" {
	offload right wire tx off
	record_transfer left wire sent 10.66.0.2
	diagnose sent
	[ "$verdict" -eq 0 ]
	shows 'finding("capture-point").facts.local == "10.66.0.1"'
	shows 'finding("oversized-frame").facts.origin == "tso"'
	no_bad_checksums
}

@test "only the receiver leaves checksums open: received there, by GRO" {
	offload left wire tx off tso off gso off
	offload right wire gro on
	record_transfer right wire received 10.66.0.2
	diagnose received
	[ "$verdict" -eq 0 ]
	shows 'finding("capture-point").facts.local == "10.66.0.2"'
	# How much comes at once and can be merged is a matter of time.
	shows '.sizes.oversized == 0 or finding("oversized-frame").facts.origin == "gro"'
	no_bad_checksums
}

@test "TSO, GSO and GRO off: no frame above the MTU on either side" {
	local side
	offload left wire tso off gso off
	offload right wire gro off
	capture right wire received
	record_transfer left wire sent 10.66.0.2
	for side in sent received; do
		diagnose $side
		[ "$verdict" -eq 0 ]
		shows 'found("oversized-frame") | not'
		shows '.sizes.oversized == 0 and .sizes.max_ip_len == 1500'
		no_bad_checksums
	done
}

@test "checksum offload off on both sides: every checksum is right" {
	both "$BUILD/tests/offload" wire tx off
	record_transfer left wire sent 10.66.0.2
	diagnose sent
	[ "$verdict" -eq 0 ]
	shows 'found("checksum-artefact") | not'
	shows '.checksums | [.ipv4, .tcp] | all(.ok > 0 and add == .ok)'
}

@test "VXLAN with an inner MTU too large: what nod advises ends the fragments" {
	local advice
	tunnel_hosts
	both ip link set dev tunnel mtu 1500
	offload left wire tso off gso off
	record_transfer left wire slow 192.168.66.2
	diagnose slow
	[ "$verdict" -eq 1 ]
	shows 'finding("tunnel-fragmented").facts | .inner_mtu == 1450 and .underlay_mtu == 1500'
	no_bad_checksums

	advice=$(jq -r '.captures[0].findings[] | select(.id == "tunnel-fragmented").advice[0]' <<<"$json")
	[[ $advice == "ip link set dev DEV mtu 1450 "* ]]
	advice=${advice%%#*}
	# shellcheck disable=SC2086
	both ${advice/DEV/tunnel}
	record_transfer left wire mended 192.168.66.2
	diagnose mended
	[ "$verdict" -eq 0 ]
	shows 'found("tunnel-fragmented") | not'
	shows '.tunnels.vxlan > 0 and .sizes.max_ip_len == 1500'
	no_bad_checksums
}

@test "VXLAN with outer checksums and local checksum offload: lco, and none is bad" {
	tunnel_hosts udpcsum
	both ip link set dev tunnel mtu 1450
	offload left wire tso off gso off
	record_transfer left wire sent 192.168.66.2
	diagnose sent
	[ "$verdict" -eq 0 ]
	shows '.checksums | .udp.lco > 100 and .udp.lco == .tcp.partial'
	no_bad_checksums
}

@test "VXLAN without outer checksums: none" {
	tunnel_hosts noudpcsum
	both ip link set dev tunnel mtu 1450
	record_transfer left wire sent 192.168.66.2
	diagnose sent
	[ "$verdict" -eq 0 ]
	shows '.checksums.udp | .none > 0 and .lco == 0'
	no_bad_checksums
}

@test "VXLAN with df set: DF=1 in every outer header" {
	tunnel_hosts df set
	both ip link set dev tunnel mtu 1450
	record_transfer left wire sent 192.168.66.2
	diagnose sent
	shows '.ipid | (.outer_df1 | add > 10) and (.outer_df0 | add == 0)'
}

@test "VXLAN with df unset: DF=0 in every outer header" {
	tunnel_hosts df unset
	both ip link set dev tunnel mtu 1450
	record_transfer left wire sent 192.168.66.2
	diagnose sent
	shows '.ipid | (.outer_df0 | add > 10) and (.outer_df1 | add == 0)'
}

@test "on all devices: cooked frames, with their direction" {
	record_transfer left any sent 10.66.0.2
	diagnose sent
	[ "$verdict" -eq 0 ]
	shows '[.links[].name] == ["LINUX_SLL2"] and .undecoded_frames == 0'
	shows 'finding("capture-point").facts | .frames_outbound > 0 and .frames_inbound > 0'
	no_bad_checksums
}

@test "on loopback: its MTU, and open checksums are no fault" {
	capture left lo loopback
	transfer left 127.0.0.1
	end_captures 127.0.0.1
	diagnose loopback
	[ "$verdict" -eq 0 ]
	shows '.mtu.source == "loopback"'
	shows 'found("oversized-frame") | not'
	shows '.checksums.tcp.partial > 0'
	no_bad_checksums
}

@test "frames cut by the snap length: partial checksums are recognised all the same" {
	capture left wire sent 96
	transfer right 10.66.0.2
	end_captures 10.66.0.2
	diagnose sent
	[ "$verdict" -eq 0 ]
	shows 'finding("capture-truncated").count == .truncated_frames and .truncated_frames > 0'
	shows '.checksums.tcp | .partial > 0 and .unverified == 0'
	no_bad_checksums
}

@test "frames cut by the snap length: whether right checksums are right cannot be seen" {
	both "$BUILD/tests/offload" wire tx off
	capture left wire sent 96
	transfer right 10.66.0.2
	end_captures 10.66.0.2
	diagnose sent
	[ "$verdict" -eq 0 ]
	shows 'found("checksum-artefact") | not'
	shows '.checksums.tcp.unverified == .truncated_frames and .truncated_frames > 0'
	no_bad_checksums
}

# What nod says of NAME, without what may differ between containers of the same frames.
told_of() {
	"$NOD" pcap --json "$BATS_TEST_TMPDIR/$1" | jq 'del(.captures[] | .file, .format)'
}

@test "pcapng, gzip and zstd of a capture: the same answer" {
	local capture=$BATS_TEST_TMPDIR/sent.pcap expected
	need gzip
	record_transfer left wire sent 10.66.0.2
	expected=$(told_of sent.pcap)
	[[ $expected == *oversized-frame* ]]
	gzip -k "$capture"
	[ "$(told_of sent.pcap.gz)" = "$expected" ]
	need zstd
	zstd -q "$capture"
	[ "$(told_of sent.pcap.zst)" = "$expected" ]
	need editcap
	editcap -F pcapng "$capture" "${capture}ng"
	[ "$(told_of sent.pcapng)" = "$expected" ]
}
