#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Does nod find what a NIC does wrong, and nothing else? Each quirk of nodsim, switched on by itself, has
# to raise the finding that it names where it is to be seen; without, nod says nothing of warning or above.
# built: nod tests/transfer tests/exactsend tests/mkcap
# files: tests/fixtures/captures/nodsim-tcp.frames
# tools: ip ethtool jq
# modules: vxlan
# nodsim: yes
# shellcheck disable=SC2154 # what guest.bash gives
set -eu -o pipefail
# shellcheck source=/dev/null
. /vm/guest.bash

BYTES=250000

# --- hosts --------------------------------------------------------------------------------------

# near and far, and behind far, which forwards where that is wanted, a third one.
make_hosts() {
	nodsim_pair ns0 ns1 && join_hosts ns0 ns1 && nodsim_pair ns2 ns3 && ip netns add behind || return
	ip link set dev ns2 netns far && ip link set dev ns3 netns behind || return
	ip -n far link set dev ns2 addrgenmode none up
	ip -n behind link set dev ns3 addrgenmode none up
	ip -n far address add 203.0.113.1/24 dev ns2 && ip -n behind address add 203.0.113.2/24 dev ns3 &&
		ip -n near route add 203.0.113.0/24 via 192.0.2.2 &&
		ip -n behind route add default via 203.0.113.1 || return
	# Another route, for which the packets are smaller than the wire takes.
	ip -n near address add 192.0.2.11/32 dev lo && ip -n far address add 192.0.2.12/32 dev lo &&
		ip -n near route add 192.0.2.12/32 dev ns0 advmss 1400 mtu 1440 &&
		ip -n far route add 192.0.2.11/32 dev ns1 advmss 1400 mtu 1440 || return
	tunnels vx0 7 192.0.2 198.51.100 df unset && tunnels vx1 8 192.0.2 198.18.0 df set || return
	sed 's/ 40001 / 40002 /' /vm/nodsim-tcp.frames >/tmp/other.frames || return
	mkcap -D ack=100 /vm/nodsim-tcp.frames /tmp/acks.pcap && mkcap -D win=3 /tmp/other.frames /tmp/windows.pcap
}

tunnels() { # NAME VNI OUTER INNER OPTION...
	local host number
	for host in near far; do
		[ $host = near ] && number=1 || number=2
		ip -n $host link add "$1" type vxlan id "$2" dstport 4789 local "$3.$number" \
			remote "$3.$((3 - number))" "${@:5}" &&
			ip -n $host link set dev "$1" mtu 1450 &&
			ip -n $host link set dev "$1" addrgenmode none up &&
			ip -n $host address add "$4.$number/24" dev "$1" || return
	done
}

# What far begins each time with; then WORD..., as for ethtool -K.
far_does() {
	far sysctl -q -w net.ipv4.ip_forward=0
	far ethtool --set-priv-flags ns1 rx-csum-complete off
	far ethtool -K ns1 gro on lro off rx-gro-hw off
	[ $# -eq 0 ] || far ethtool -K ns1 "$@"
}

# --- traffic ------------------------------------------------------------------------------------

# These are the words of tests/tools/README.md; all goes from near to far.
send() {
	local word
	case $1 in
	all) for word in $traffics; do send "$word" || return; done ;;
	tcp) transfer_to far $BYTES ;;
	tcp6) transfer_to far $BYTES 6 ;;
	tcp-room) transfer_to far $BYTES 192.0.2.12 ;;
	tcp-duplex) send_duplex ;;
	vxlan) transfer_to far $BYTES 198.51.100.2 ;;
	vxlan-df) transfer_to far $BYTES 198.18.0.2 ;;
	forward) transfer_to behind $BYTES 203.0.113.2 ;;
	*)
		echo "no such traffic: $1"
		return 1
		;;
	esac
}

# Both directions at once are a matter of luck with sockets. These are two flows: in one each segment has
# another ACK number, in the other another window, and nothing else keeps them from being merged. That
# takes polls in which they meet.
send_duplex() {
	far ethtool -C ns1 rx-usecs 20000 rx-frames 32 &&
		near exactsend --wait frames ns0 /tmp/acks.pcap &&
		near exactsend --wait frames ns0 /tmp/windows.pcap &&
		far ethtool -C ns1 rx-usecs 0 rx-frames 1
}

# --- captures -----------------------------------------------------------------------------------

# capture TRAFFIC [OPTION...]: in /tmp/HOST.said is a line "SEVERITY ID" for each finding.
capture() {
	local traffic=$1 host
	shift
	nod_capture_at near ns0 /tmp/near.pcapng --fail-on=never --promiscuous "$@" &&
		nod_capture_at far ns1 /tmp/far.pcapng --fail-on=never --promiscuous "$@" || return
	send "$traffic" || echo "# traffic: status $?"
	end_nod_captures /tmp/captures || return
	for host in near far; do
		nod pcap --jsonl --fail-on=never /tmp/$host.pcapng >/tmp/$host.json || return
		jq -r 'select(.type == "finding") | "\(.severity) \(.id)"' /tmp/$host.json >/tmp/$host.said || return
	done
}

# only_says HOST ID...: no other finding is of warning or above.
only_says() {
	local host=$1 words
	shift
	words=$(grep -v '^note ' "/tmp/$host.said" | grep -vxE "[a-z]+ ($(IFS='|' && echo "$*"))") || return 0
	echo "$host also says:"
	jq -c 'select(.type == "finding" and .severity != "note")' "/tmp/$host.json"
	return 1
}

says() { # HOST ID
	grep -qE " $2\$" "/tmp/$1.said" && return
	echo "$1 does not say $2, but:"
	cat "/tmp/$1.said"
	jq -c 'select(.type == "capture")' "/tmp/$1.json"
	return 1
}

silent() { # TRAFFIC
	capture "$1" && only_says near && only_says far
}

# silent_with FEATURES: all traffic in one capture; "complete" is how the NIC says that checksums are right
silent_with() {
	local words=()
	read -ra words <<<"${1/complete/}"
	far_does "${words[@]}" || return
	[[ $1 != *complete* ]] || far ethtool --set-priv-flags ns1 rx-csum-complete on || return
	silent all
}

# --- quirks -------------------------------------------------------------------------------------

quirks=$NODSIM_DEBUG/ns0/quirks

about() { # QUIRK WORD
	sed -n "s/^# $2: //p" "$quirks/$1"
}

# What a quirk of that name is about has to be on. GRO would hide what it can merge all the same.
prepare() { # QUIRK GRO
	case $1 in
	csum-complete-*) far_does gro on && far ethtool --set-priv-flags ns1 rx-csum-complete on ;;
	# Where LRO is on, the kernel is not asked of what size segments were: nod-capture(8).
	lro-unmarked) far_does gro off rx-gro-hw on ;;
	lro-*) far_does gro off lro on ;;
	*) far_does gro "$2" ;;
	esac
}

# provokes QUIRK [GRO]: the first finding that it names is there where frames come in, and no other than those.
provokes() {
	local quirk=$1 device=ns0 names status=0
	read -ra names <<<"$(about "$quirk" provokes)"
	[ "$(about "$quirk" 'set at')" = "the end that sends" ] || device=ns1
	prepare "$quirk" "${2-off}" && quirk $device "$quirk" "$(about "$quirk" usual)" || return
	capture "$(about "$quirk" traffic)" || status=1
	quirk $device "$quirk" 0
	[[ $quirk != csum-complete-* ]] || kernel_complained || status=1
	[ $status = 0 ] && says far "${names[0]}" && only_says far "${names[@]}" && only_says near "${names[@]}"
}

# Kernels say it once. It is no complaint for the end of the test.
kernel_complained() {
	dmesg -c | grep 'hw csum failure'
}

is_control() {
	[ "$(about "$1" 'set at')" = "the end that is set" ]
}

# control_NAME: as provokes, of quirks that are about settings

# "nod set" says that it is done; what comes in says that it is not.
control_feature_ignored() {
	far_does gro off lro on && quirk ns1 feature-ignored rx-lro || return
	far nod set ns1 lro=off || return
	capture tcp && says far oversized-frame && only_says far && only_says near || return
	jq -es 'any(.[]; .id? == "oversized-frame" and .facts.origin == "lro")' /tmp/far.json
}

control_feature_refused() {
	local status=0
	quirk ns1 feature-refused rx-checksumming || return
	far nod set --json ns1 rx-checksum=off >/tmp/set.json || status=$?
	cat /tmp/set.json
	[ $status = 1 ] && jq -e '[.. | .result? // empty] | index("refused")' /tmp/set.json
}

control_lro_stays() {
	far_does gro off lro on && quirk ns1 lro-stays 1 || return
	far sysctl -q -w net.ipv4.ip_forward=1
	far ethtool -k ns1 | grep -E '^large-receive-offload: off' || return
	capture forward && says far lro-forwarding && only_says far lro-forwarding && only_says near
}

# Devices of tunnels that are set up meanwhile have ports that the NIC is told.
control_ports_ignored() {
	local missing='[.. | .missing_udp_tunnel_ports? // empty | .[]] | length'
	far nod show --details --json ns1 | jq -e "$missing == 0" || return
	quirk ns1 ports-ignored 1 || return
	ip -n far link add vx2 type vxlan id 9 dev ns1 dstport 8472 && ip -n far link set dev vx2 up || return
	far nod show --details --json ns1 | jq -e "$missing == 1" || return
	far nod show --details ns1 | grep -E 'ports missing.*8472'
}

control() { # QUIRK
	local status=0
	far_does || return
	"control_${1//-/_}" || status=1
	quirk ns1 "$1" 0
	ip -n far link delete dev vx2 2>/dev/null || true
	return $status
}

# --- all ----------------------------------------------------------------------------------------

truncated() {
	far_does && capture tcp --snap-length 96 && says far capture-truncated &&
		only_says far capture-truncated && only_says near capture-truncated
}

# Nothing merges those flows by right.
not_merged() {
	far_does gro off lro on && silent tcp-duplex && ! says far oversized-frame >/dev/null
}

forwards() {
	far_does && far sysctl -q -w net.ipv4.ip_forward=1 && silent forward
}

# QUIRKS or all of them; those first of which a kernel says something once.
quirks_in_order() {
	local all
	# shellcheck disable=SC2086 # words and patterns
	all=$(cd "$quirks" && printf '%s\n' ${QUIRKS:-*})
	grep ^csum-complete <<<"$all" || true
	grep -v ^csum-complete <<<"$all" || true
}

for tool in ethtool jq; do has $tool || skip_all "$tool is not installed"; done
echo "# $(uname -r)"
test_that "hosts" make_hosts
[ -d "$quirks" ] || exit 1
traffics="tcp tcp6 tcp-room tcp-duplex vxlan vxlan-df"
for features in "gro off" "gro on" "gro off lro on" "gro off rx-gro-hw on" "gro on rx-gro-hw on" "gro off complete" \
	"gro on complete"; do
	test_that "nothing to say with $features" silent_with "$features"
done
test_that "nothing to say of a host that forwards" forwards
test_that "LRO does not merge what it must not" not_merged
for name in $(quirks_in_order); do
	if is_control "$name"; then
		test_that "$name" control "$name"
	else
		test_that "$name: $(about "$name" provokes)" provokes "$name"
	fi
done
# What keeps GRO from merging is seen with it as well, and so are frames that it leaves alone. Not so what the
# NIC calls right and is not (rx-corrupt): GRO merges it, and no checksum is left to tell.
for name in csum-empty csum-wrong ipv4-csum-empty outer-id-random outer-port-random tso-push ttl-varies; do
	[ -z "${QUIRKS-}" ] || continue
	test_that "$name, with GRO" provokes "$name" on
done
test_that "nod capture --snap-length: capture-truncated" truncated
test_that "the kernel found nothing wrong" kernel_is_calm
end_tests
