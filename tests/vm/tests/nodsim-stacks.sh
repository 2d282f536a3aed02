#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What does nod say and do of all that can be put on top of a NIC that has every feature of today: does it show
# what the kernel has, name the cause that is one, do through the stack what it foretold, and tell each change?
# built: nod tests/transfer
# files: tests/vm/asking.bash
# tools: ip ethtool jq diff awk sort
# modules: bonding bridge 8021q macvlan ipvlan vrf vxlan geneve ip_gre team team_mode_roundrobin dummy ifb
# nodsim: yes
# shellcheck disable=SC2154 # what guest.bash gives
set -eu
# shellcheck source=/dev/null
. /vm/guest.bash
# shellcheck source=/dev/null
. /vm/asking.bash

# --- the world ----------------------------------------------------------------------------------

# Each stack has NICs of its own; their other ends are called NAMEp.
make_world() {
	local name
	for name in ab0 ab1 ad0 ad1 team vl qq lan mac ipv vr tun; do nodsim_pair $name ${name}p || return; done
	add bond0 type bond mode active-backup miimon 20
	ports bond0 ab0 ab1
	vlan bond0 10
	add bond1 type bond mode 802.3ad miimon 20
	ports bond1 ad0 ad1
	add team0 type team
	ports team0 team
	vlan vl 9
	vlan qq 20 802.1ad
	vlan qq.20 5
	add br0 type bridge
	ports br0 lan
	add mac0 link mac type macvlan mode bridge
	add ipv0 link ipv type ipvlan mode l2
	add red type vrf table 10
	ports red vr
	ip address add 192.0.2.1/24 dev tun
	add vx0 type vxlan id 5 dstport 4789 dev tun local 192.0.2.1 remote 192.0.2.2
	add ge0 type geneve id 5 remote 192.0.2.2
	add gt0 type gretap local 192.0.2.1 remote 192.0.2.2 dev tun
	add gr0 type gre local 192.0.2.1 remote 192.0.2.2 dev tun
	for name in $(devices); do ip link set dev "$name" addrgenmode none 2>/dev/null || true; done
	all_up
}

# --- show ---------------------------------------------------------------------------------------

# NAME KIND MTU MASTER BELOW ID MODE, for all devices; where there is none: -
by_ip() {
	ip -details -json link show | jq -r '.[] | (.linkinfo.info_kind // "-") as $kind |
		(.linkinfo.info_data // {}) as $data |
		"\(.ifname) \($kind) \(.mtu) \(.master // "-") \(.link // $data.link // "-")" +
		" \(if $kind == "vlan" then $data.id else "-" end) \($data.mode // "-")"' | sort
}

by_show() {
	nod show --json | jq -r '.devices[] |
		"\(.name) \(.kind // "-") \(.mtu) \(.master // "-") \(.peer // .lower // "-")" +
		" \(.vlan_id // "-") \(.mode // "-")"' | sort
}

same_as_ip() { diff <(by_ip) <(by_show); }

# BELOW ABOVE, as ip has it; the other end of a wire is neither
ties_by_ip() {
	by_ip | awk '$4 != "-" {print $1, $4} $5 != "-" && $2 != "nodsim" {print $5, $1}' | sort
}

# What is below stands under what is above, and further right.
ties_by_tree() {
	nod show --tree | awk '{
		match($0, /^ */)
		depth = RLENGTH / 2
		name[depth] = $1
		if (depth) print $1, name[depth - 1]
	}' | sort -u
}

tree_is_right() { diff <(ties_by_ip) <(ties_by_tree); }

show_all() {
	local device
	test_that "show: kinds, masters, what is below, sizes, as ip has them" same_as_ip
	test_that "show --tree: who is on top of whom" tree_is_right
	test_that "show --json: features of all" eval 'by_json >/tmp/json'
	for device in $(devices); do
		case $device in *p | lo) continue ;; esac
		test_that "show: $device as ethtool shows it" same_as_ethtool "$device"
		test_that "show: $device in JSON" same_in_json "$device"
	done
}

# --- set ----------------------------------------------------------------------------------------

# The kernel's names for what ethtool has names of its own for; what stands for several is left out.
active() { # DEVICE...
	local device
	for device; do
		ethtool -k "$device" | awk -v device="$device" '
			BEGIN {
				own["rx-checksumming"] = "rx-checksum"
				own["generic-segmentation-offload"] = "tx-generic-segmentation"
				own["generic-receive-offload"] = "rx-gro"
				own["large-receive-offload"] = "rx-lro"
				own["rx-vlan-offload"] = "rx-vlan-hw-parse"
				own["tx-vlan-offload"] = "tx-vlan-hw-insert"
				own["ntuple-filters"] = "rx-ntuple-filter"
				own["receive-hashing"] = "rx-hashing"
			}
			NR == 1 || /^(tx-checksumming|scatter-gather|tcp-segmentation-offload):/ {next}
			sub(/:$/, "", $1) {print device, $1 in own ? own[$1] : $1, $2}'
	done
}

# What a plan leads to, if it is true: everything else stays.
foretold() { # PLAN BEFORE
	jq -r '.steps[] | "\(.device) \(.feature) \(if .after then "on" else "off" end) \(.result)"' "$1" |
		awk 'NR == FNR {if ($4 == "unknown") print "nod does not know", $2; after[$1 " " $2] = $3; next}
			($1 " " $2) in after {$3 = after[$1 " " $2]} {print}' - "$2"
}

# comes_true DEVICES WORD...: nod set WORD... does what it foretells, and undo puts back all of DEVICES
comes_true() {
	local status=0 found=0 stack
	read -ra stack <<<"$1"
	shift
	remember "${stack[@]}"
	active "${stack[@]}" >/tmp/before
	nod set --dry-run --json "$@" >/tmp/plan || status=$?
	as_before "${stack[@]}" || return
	foretold /tmp/plan /tmp/before >/tmp/foretold
	nod set "$@" >/tmp/words || found=$?
	active "${stack[@]}" | diff /tmp/foretold - || return
	[ $status -eq $found ] || {
		echo "status $found, foretold was $status"
		cat /tmp/words
		return 1
	}
	! diff -q /tmp/before /tmp/foretold >/dev/null || {
		echo "nothing was changed: $*"
		return 1
	}
	nod undo >/tmp/words || return
	! grep -e --stack /tmp/words || return
	as_before "${stack[@]}"
}

set_all() {
	local bond0="bond0.10 bond0 ab0 ab1" bond1="bond1 ad0 ad1" words
	while IFS='|' read -r stack words; do
		# shellcheck disable=SC2086 # words
		test_that "set $words" comes_true "$stack" $words
	done <<-LIST
		$bond0|bond0 tso=off
		$bond0|--stack bond0.10 tso=off gro=off
		$bond0|ab0 tx=off
		$bond0|ab0 tx=off ab1 tx=off
		$bond1|--stack bond1 tx=off
		$bond1|--stack bond1 lro=on
		$bond1|ad0 sg=off ad1 sg=off bond1 tx-udp-segmentation=off
		team0 team|team tx=off
		team0 team|--stack team0 lro=on
		vl.9 vl|vl tx-tcp-segmentation=off rxvlan=off
		vl.9 vl|--stack vl.9 sg=off
		qq.20.5 qq.20 qq|qq tx=off
		qq.20.5 qq.20 qq|--stack qq.20.5 tx-udp-segmentation=off gro=off
		br0 lan|lan tx=off
		br0 lan|--stack br0 tso=off
		mac0 mac|--stack mac0 lro=on
		mac0 mac|mac tso=off rx=off
		ipv0 ipv|ipv sg=off
		red vr|--stack red tso=off
		vx0 ge0 gt0 gr0 tun|--stack vx0 tso=off
		vx0 ge0 gt0 gr0 tun|tun tx-udp_tnl-segmentation=off tx-gre-segmentation=off
		vx0 ge0 gt0 gr0 tun|ge0 tx=off gt0 sg=off gr0 gro=off
	LIST
}

# --- why ----------------------------------------------------------------------------------------

# Asked for, and not granted: `nod why` has the cause. SAYS is an expression.
lro_is_withheld() { # DEVICE SAYS...
	local device=$1
	shift
	ethtool -K "$device" lro on >/dev/null 2>&1 && return 1
	says 0 'rx-lro: off, requested on' "$@" -- nod why "$device" lro || return
	ethtool -K "$device" lro off
}

# An event that takes LRO away; what it leaves is named, and it does not come back by itself.
lro_goes() { # DEVICE COMMAND... -- SAYS...
	local device=$1 command=()
	shift
	while [ "$1" != -- ]; do
		command+=("$1")
		shift
	done
	shift
	nod set "$device" lro=on && is "$device" large-receive-offload on || return
	"${command[@]}" && is "$device" large-receive-offload off || return
	says 0 "$device rx-lro: off" "$@" -- nod why "$device" lro
}

bridge_takes_lro() {
	ip link set dev lan nomaster && lro_goes lan ip link set dev lan master br0 -- 'port of br0' 'S3' &&
		lro_is_withheld lan 'br0' 'S1'
}

# It has what is below it, and what it gives up goes there, too.
macvlan_takes_lro() {
	ip link delete dev mac0 && ethtool -K mac lro on || return
	ip link add mac0 link mac type macvlan mode bridge && is mac0 large-receive-offload on || return
	lro_goes mac ethtool -K mac0 lro off -- 'On top of it mac0' 'S2' && lro_is_withheld mac 'mac0' 'S1'
}

forwarding_takes_lro() {
	lro_goes lanp sh -c 'echo 1 >/proc/sys/net/ipv4/conf/lanp/forwarding' -- 'forward' 'S3' || return
	echo 0 >/proc/sys/net/ipv4/conf/lanp/forwarding
}

# The ports of a bond share: what one can is enough, what none can is gone.
bond_loses() {
	ethtool -K ab0 tx-udp-segmentation off && is bond0 tx-udp-segmentation on || return
	ethtool -K ab1 tx-udp-segmentation off && is bond0 tx-udp-segmentation 'off [requested on]' || return
	says 0 'tx-udp-segmentation: off, requested on' 'ab0' 'ab1' 'K-bond' -- \
		nod why bond0 tx-udp-segmentation || return
	says 0 'tx-udp-segmentation: on' 'bond0, below bond0.10, has it off' -- \
		nod why bond0.10 tx-udp-segmentation || return
	ethtool -K ab1 tx-udp-segmentation on && is bond0 tx-udp-segmentation on || return
	ethtool -K ab0 tx-udp-segmentation on
}

# What the NIC no longer offers, the VLAN cannot have.
vlan_loses() {
	says 0 'tx-udp-segmentation: on' -- nod why vl.9 tx-udp-segmentation || return
	echo default,-tx-udp-segmentation,-tx-tcp6-segmentation >"$NODSIM_DEBUG/vl/advertised" || return
	is vl tx-udp-segmentation off || return
	says 0 'vl.9 tx-udp-segmentation: on' 'vl, below vl.9, has it off' -- \
		nod why vl.9 tx-udp-segmentation || return
	echo default,-tx-checksum-ip-generic >"$NODSIM_DEBUG/vl/advertised" || return
	says 0 'tx-checksum-ip-generic: off' 'K-vlan' 'vl' -- nod why vl.9 tx-checksum-ip-generic || return
	echo default >"$NODSIM_DEBUG/vl/advertised"
	ethtool -K vl tx on tx-udp-segmentation on tx-tcp6-segmentation on
	is vl.9 tx-checksum-ip-generic on
}

rx_lro_needs_checksum() {
	ethtool -K vlp lro on && ethtool -K vlp rx off || return
	says 0 'rx-lro: off, requested on' 'D-nodsim-lro' 'rx-checksum' -- nod why vlp lro || return
	ethtool -K vlp rx on && is vlp large-receive-offload on && ethtool -K vlp lro off
}

why_all() {
	test_that "why: a bridge takes LRO" bridge_takes_lro
	test_that "why: a macvlan takes LRO" macvlan_takes_lro
	test_that "why: no LRO below a vrf" lro_is_withheld vr 'red' 'S1'
	test_that "why: no LRO below a VLAN" lro_is_withheld vl 'vl.9' 'S1'
	test_that "why: no LRO in a bond below a VLAN" lro_is_withheld bond0 'bond0.10' 'S1'
	test_that "why: forwarding takes LRO" forwarding_takes_lro
	test_that "why: no LRO without checksums" rx_lro_needs_checksum
	test_that "why: a bond, and what its ports have" bond_loses
	test_that "why: a VLAN, and what its NIC offers" vlan_loses
}

# --- tunnels ------------------------------------------------------------------------------------

ports_are() { # LINE...
	diff <(printf '%s\n' "$@") <(sort "$NODSIM_DEBUG/tun/ports")
}

ports_are_shown() {
	ports_are 'geneve 6081' 'vxlan 4789' &&
		says 0 '4789 vxlan of vx0' '6081 geneve of ge0' -- nod show --details tun
}

ports_are_missed() {
	nod set tun rx-udp_tunnel-port-offload=off && [ -z "$(cat "$NODSIM_DEBUG/tun/ports")" ] || return
	says 0 'tunnel ports +none' 'ports missing +4789 vxlan of vx0, 6081 geneve of ge0' -- \
		nod show --details tun || return
	nod undo && ports_are 'geneve 6081' 'vxlan 4789'
}

tunnels_all() {
	test_that "tunnels: ports that the NIC was told" ports_are_shown
	test_that "tunnels: ports that it was not told" ports_are_missed
}

# --- watch --------------------------------------------------------------------------------------

watch() {
	local pipe=/tmp/watched
	mkfifo $pipe
	nod watch --verbose >$pipe 2>&1 &
	watcher=$!
	exec {said}<$pipe
	rm $pipe
	heard '^watching ' "$said"
}

# told EXPRESSION...: wait until a line that ends with it has come for each, in any order. Blanks stand for
# any number of them.
told() {
	local left=("$@") i
	while [ ${#left[@]} -gt 0 ]; do
		IFS= read -r -t 60 -u "$said" line || {
			printf 'waited for: %s\n' "${left[@]}"
			cat /tmp/told
			return 1
		}
		echo "$line" >>/tmp/told
		for i in "${!left[@]}"; do
			[[ $line =~ ^[0-9:.]+\ +${left[i]// / +}$ ]] || continue
			unset "left[i]"
			break
		done
	done
}

# watched COMMAND... -- EXPRESSION...
watched() {
	local command=()
	: >/tmp/told
	while [ "$1" != -- ]; do
		command+=("$1")
		shift
	done
	shift
	"${command[@]}" >/dev/null || return
	told "$@"
}

# All that was told has a cause, if it is a feature.
causes_known() {
	! grep 'cause not known' /tmp/all-told
}

test_watch() { # NAME COMMAND... -- EXPRESSION...
	test_that "watch: $1" watched "${@:2}"
	cat /tmp/told >>/tmp/all-told
}

active_port_is() { # PORT
	[ "$(cat /sys/class/net/bond0/bonding/active_slave)" = "$1" ] || {
		echo "the active port is $(cat /sys/class/net/bond0/bonding/active_slave)"
		return 1
	}
}

watch_all() {
	local status=0
	: >/tmp/all-told
	watch
	test_watch "a feature of a NIC, and its VLAN" ethtool -K vl tx-tcp-segmentation off -- \
		'vl tx-tcp-segmentation on -> off requested'
	# Of the bond it depends on when nod looks: it follows its ports, and is asked, too.
	test_watch "a feature set through a stack" nod set --stack bond0 tx-udp-segmentation=off -- \
		'bond0 tx-udp-segmentation on -> off .*' 'ab0 tx-udp-segmentation on -> off requested' \
		'ab1 tx-udp-segmentation on -> off requested'
	test_watch "a change put back" nod undo -- 'bond0 tx-udp-segmentation off -> on .*' \
		'ab0 tx-udp-segmentation off -> on requested' 'ab1 tx-udp-segmentation off -> on requested'
	test_watch "the carrier of a NIC goes with its peer" ip link set dev ab0p down -- \
		'ab0p state up -> down' 'ab0 state up -> no-carrier'
	test_that "watch: the bond has moved on" active_port_is ab1
	test_watch "a bond without any carrier" ip link set dev ab1p down -- \
		'ab1p state up -> down' 'ab1 state up -> no-carrier' 'bond0 state up -> no-carrier' \
		'bond0.10 state up -> no-carrier'
	test_watch "a bond with a carrier again" ip link set dev ab0p up -- 'ab0p state down -> up' \
		'ab0 state no-carrier -> up' 'bond0 state no-carrier -> up' 'bond0.10 state no-carrier -> up'
	test_that "watch: the bond has moved back" active_port_is ab0
	test_watch "the MTU of a bond" ip link set dev bond0 mtu 1400 -- 'bond0 mtu 1500 -> 1400' \
		'ab0 mtu 1500 -> 1400' 'ab1 mtu 1500 -> 1400' 'bond0.10 mtu 1500 -> 1400'
	test_watch "LRO of a NIC" ethtool -K lanp lro on -- 'lanp rx-lro off -> on requested'
	test_watch "LRO that a bridge takes" ip link set dev lanp master br0 -- 'lanp master none -> br0' \
		'lanp rx-lro on -> off side effect: became a port of br0'
	kill -TERM "$watcher"
	wait "$watcher" || status=$?
	test_that "watch: ends" [ $status -eq 0 ]
	exec {said}<&-
	test_that "watch: each cause is known" causes_known
}

has ethtool || skip_all "ethtool is not installed"
for tool in jq diff; do has $tool || skip_all "$tool is not installed"; done
echo "# $(uname -r)"
no_first_devices
test_that "a world" make_world
show_all
set_all
why_all
tunnels_all
watch_all
test_that "the kernel found nothing wrong" kernel_is_calm
end_tests
