#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Is nodsim to ethtool and nod what a NIC is: features, rings, channels, coalescing, RSS, counters, tunnel
# ports? And does debugfs say what it does, and take quirks?
# built: nod
# tools: ip ethtool diff jq
# modules: vxlan geneve macvlan
# nodsim: yes
set -eu
# shellcheck source=/dev/null
. /vm/guest.bash

debug=/sys/kernel/debug/nodsim
parameters=/sys/module/nodsim/parameters

# --- asking -------------------------------------------------------------------------------------

same() { # WANTED WORDS
	[ "$1" = "$2" ] || {
		printf 'wanted:\n%s\nthere is:\n%s\n' "$1" "$2"
		return 1
	}
}

fails() { # COMMAND...
	! "$@"
}

has_line() { # FILE LINE
	grep -qxF -- "$2" "$1" || {
		echo "$1 lacks $2"
		return 1
	}
}

lacks_line() { # FILE LINE
	! has_line "$@" >/dev/null || {
		echo "$1 has $2"
		return 1
	}
}

# value QUIRK: of ns0, without what explains it
value() { grep -v '^#' "$debug/ns0/quirks/$1"; }

quirk() { # QUIRK VALUE
	echo "$2" >"$debug/ns0/quirks/$1"
}

# setting COMMAND NAME: the last of that name that `ethtool COMMAND ns0` prints: what is set, not the limit
setting() {
	ethtool "$1" ns0 | sed -n "s/^$2:[[:space:]]*//p" | tail -n 1
}

counter() { # DEVICE NAME
	ethtool -S "$1" | sed -n "s/^ *$2: //p"
}

# feature DEVICE NAME: on or off, as ethtool shows it, with a word in brackets if there is one
feature() {
	ethtool -k "$1" | sed -n "s/^[[:space:]]*$2: //p"
}

# --- a pair -------------------------------------------------------------------------------------

# add_pair NAME PEER: without words of its own, the other end of NAME is NAMEp
add_pair() {
	ip link add "$1" type nodsim && ip link set dev "$1p" name "$2"
}

make_pair() {
	ip netns add far
	add_pair ns0 ns1 || return
	ip link set dev ns1 netns far
	ip address add 192.0.2.1/24 dev ns0
	ip -n far address add 192.0.2.2/24 dev ns1
	ip link set dev ns0 up
	ip -n far link set dev ns1 up
}

listens() { ip netns exec far netstat -ltn | grep -q :5001; }

# arrives MEBIBYTES [COMMAND...]: all of them do, while the command is run again and again
arrives() {
	local size=$1 there here status=0
	shift
	ip netns exec far nc -l -p 5001 </dev/null | wc -c >/tmp/arrived &
	there=$!
	until listens; do :; done
	dd if=/dev/zero bs=1M "count=$size" 2>/dev/null >/dev/tcp/192.0.2.2/5001 &
	here=$!
	while [ $# -gt 0 ] && kill -0 $here 2>/dev/null; do
		"$@" || {
			status=$?
			break
		}
	done
	wait $here && wait $there && same $((size << 20)) "$(cat /tmp/arrived)" || status=1
	return $status
}

# --- features -----------------------------------------------------------------------------------

all_offered() {
	local line
	while read -r line; do
		case $(feature ns0 "$(long_name "$line")") in
		on | off) ;;
		*)
			echo "$line cannot be switched"
			return 1
			;;
		esac
	done <$debug/ns0/advertised
}

# What ethtool calls it in its list.
long_name() {
	case $1 in
	rx-checksum) echo rx-checksumming ;;
	rx-hashing) echo receive-hashing ;;
	rx-lro) echo large-receive-offload ;;
	rx-vlan-hw-parse) echo rx-vlan-offload ;;
	tx-vlan-hw-insert) echo tx-vlan-offload ;;
	*) echo "$1" ;;
	esac
}

switched() { # FEATURE on|off
	nod set ns0 "$1=$2" || return
	case $2 in
	on) has_line $debug/ns0/configured "$1" ;;
	off) lacks_line $debug/ns0/configured "$1" ;;
	esac
}

# Some are nothing to do for the NIC, and some are one thing together with another.
is_done() { # FEATURE
	case $1 in
	tx-scatter-gather | tx-tcp-mangleid-segmentation | rx-udp_tunnel-port-offload) return 1 ;;
	tx-ipxip[46]-segmentation | tx-vlan-*hw-insert) return 1 ;;
	esac
}

shows() { # FEATURE on|off: what it does is what is configured
	is_done "$1" || return 0
	case $2 in
	on) has_line $debug/ns0/actual "$1" ;;
	off) lacks_line $debug/ns0/actual "$1" ;;
	esac
}

each_switched() {
	local before name now other
	before=$(ethtool -k ns0)
	while read -r name; do
		now=on other=off
		has_line $debug/ns0/configured "$name" >/dev/null || now=off other=on
		shows "$name" $now && switched "$name" $other && shows "$name" $other || return
		nod undo && shows "$name" $now && same "$before" "$(ethtool -k ns0)" || return
	done <$debug/ns0/advertised
}

one_merges() {
	ethtool -K ns0 lro on && same on "$(feature ns0 large-receive-offload)" || return
	ethtool -K ns0 rx-gro-hw on && same "off [requested on]" "$(feature ns0 large-receive-offload)" || return
	lacks_line $debug/ns0/actual rx-lro && has_line $debug/ns0/actual rx-gro-hw || return
	ethtool -K ns0 rx-gro-hw off lro off
}

lro_needs_checksums() {
	ethtool -K ns0 lro on && ethtool -K ns0 rx off || return
	same "off [requested on]" "$(feature ns0 large-receive-offload)" || return
	ethtool -K ns0 rx on && has_line $debug/ns0/actual rx-lro || return
	ethtool -K ns0 lro off && lacks_line $debug/ns0/actual rx-lro
}

other_checksums() {
	echo "default,tx-checksum-ipv4,tx-checksum-ipv6,-rx-lro" >$parameters/features || return
	add_pair pair0 pair1
	echo default >$parameters/features
	same on "$(feature pair0 tx-checksum-ipv4)" && same on "$(feature pair1 tx-checksum-ipv6)" &&
		same "off [fixed]" "$(feature pair0 tx-checksum-ip-generic)" &&
		same "off [fixed]" "$(feature pair0 large-receive-offload)" &&
		has_line $debug/pair0/actual tx-checksum-ipv4 || return
	ethtool -K pair0 tx-checksum-ipv6 off && same "off [requested on]" "$(feature pair0 tx-tcp6-segmentation)"
}

offered_later() {
	echo "default,-rx-gro-hw,-tx-udp-segmentation" >$debug/pair0/advertised || return
	same "off [fixed]" "$(feature pair0 rx-gro-hw)" &&
		same "off [fixed]" "$(feature pair0 tx-udp-segmentation)" &&
		same off "$(feature pair0 large-receive-offload)" &&
		same on "$(feature pair1 tx-udp-segmentation)" || return
	fails eval "echo no-such-feature >$debug/pair0/advertised" || return
	ip link delete dev pair0
}

wrong_parameter() {
	local before
	before=$(cat $parameters/features)
	fails eval "echo default,nonsense >$parameters/features" && same "$before" "$(cat $parameters/features)"
}

# --- what a NIC has -----------------------------------------------------------------------------

driver() {
	same nodsim "$(ethtool -i ns0 | sed -n 's/^driver: //p')" &&
		same 10000Mb/s "$(ethtool ns0 | sed -n 's/^[[:space:]]*Speed: //p')" &&
		ethtool -s ns0 speed 25000 autoneg off duplex full &&
		same 25000 "$(cat /sys/class/net/ns0/speed)" && ethtool -s ns0 speed 10000
}

rings() {
	ethtool -G ns0 rx 2048 && same 2048 "$(setting -g RX)" && fails ethtool -G ns0 rx 16 &&
		fails ethtool -G ns0 rx 100000 && same 2048 "$(setting -g RX)" && ethtool -G ns0 rx 1024
}

next_channels() {
	channels=$((channels % 16 + 3))
	[ $channels -le 16 ] || channels=1
	ethtool -L ns0 combined $channels && ip netns exec far ethtool -L ns1 combined $channels
}

channels_move() {
	ethtool -L ns0 combined 16 && same 16 "$(setting -l Combined)" &&
		same 16 "$(ethtool -x ns0 | sed -n 's/.*with \([0-9]*\) RX ring.*/\1/p')" &&
		same 16 "$(find /sys/class/net/ns0/queues -name 'rx-*' | wc -l)" &&
		fails ethtool -L ns0 combined 17 && fails ethtool -L ns0 combined 0 || return
	ethtool -L ns0 combined 2 && same 2 "$(find /sys/class/net/ns0/queues -name 'tx-*' | wc -l)" &&
		[ -n "$(counter ns0 rx1_packets)" ] && [ -z "$(counter ns0 rx2_packets)" ] || return
	ethtool -L ns0 combined 4
}

channels_under_traffic() {
	channels=1
	arrives 24 next_channels || return
	ethtool -L ns0 combined 4 && ip netns exec far ethtool -L ns1 combined 4
}

rings_under_traffic() {
	arrives 16 eval 'ethtool -G ns0 rx 512 && ethtool -G ns0 rx 4096' && ethtool -G ns0 rx 1024
}

features_under_traffic() {
	arrives 24 eval 'ip netns exec far ethtool -K ns1 lro on && ethtool -K ns0 tso off &&
		ip netns exec far ethtool -K ns1 lro off rx-gro-hw on && ethtool -K ns0 tso on tx off &&
		ip netns exec far ethtool -K ns1 rx-gro-hw off rx off && ethtool -K ns0 tx on sg off &&
		ip netns exec far ethtool -K ns1 rx on && ethtool -K ns0 sg on tso on'
}

coalescing() {
	ethtool -C ns0 rx-usecs 50 rx-frames 32 && same 50 "$(setting -c rx-usecs)" &&
		same 32 "$(setting -c rx-frames)" && fails ethtool -C ns0 rx-usecs 2000000 &&
		fails ethtool -C ns0 tx-usecs 5 && arrives 4 && ethtool -C ns0 rx-usecs 0 rx-frames 1
}

rss_key() {
	local key
	key=$(printf '%02x:' {1..40})
	key=${key%:}
	ethtool -X ns0 hkey "$key" && ethtool -x ns0 | grep -qx "$key"
}

rss_table() {
	ethtool -X ns0 weight 0 1 0 0 && same "" "$(ethtool -x ns0 | sed -n 's/^ *[0-9]*: //p' | tr -d ' 1\n')" &&
		fails ethtool -L ns0 combined 1 && ethtool -X ns0 default && ethtool -L ns0 combined 1 &&
		ethtool -L ns0 combined 4 && same 4 "$(ethtool -x ns0 | sed -n 's/^ *[0-9]*: //p' |
		tr -s ' ' '\n' | grep . | sort -u | wc -l)"
}

counted_where_sent() {
	local before
	ip netns exec far ethtool -X ns1 weight 0 0 0 1 || return
	before=$(ip netns exec far ethtool -S ns1 | sed -n 's/^ *rx3_packets: //p')
	arrives 2 || return
	[ "$(ip netns exec far ethtool -S ns1 | sed -n 's/^ *rx3_packets: //p')" -gt $((before + 100)) ] || return
	ip netns exec far ethtool -X ns1 default
}

counters_add_up() {
	local name sum queue
	for name in rx_packets tx_bytes rx_csum_unnecessary tx_tso_packets; do
		sum=0
		for queue in 0 1 2 3; do sum=$((sum + $(counter ns0 "${name%%_*}${queue}_${name#*_}"))); done
		[ $sum -le "$(counter ns0 $name)" ] || return
	done
	[ "$(counter ns0 tx_tso_packets)" -gt 0 ] && [ "$(counter ns0 tx_csum_partial)" -gt 0 ] &&
		same "$(cat /sys/class/net/ns0/statistics/tx_packets)" "$(counter ns0 tx_packets)"
}

pausing() {
	local before
	before=$(ethtool -a ns0)
	ethtool -A ns0 tx off && ethtool -a ns0 | grep -qE '^TX:[[:space:]]*off' &&
		ethtool -A ns0 tx on && ethtool -a ns0 | grep -qE '^TX:[[:space:]]*on' &&
		ethtool -G ns0 rx 64 && arrives 2 && ethtool -G ns0 rx 1024 && same "$before" "$(ethtool -a ns0)"
}

private_flags() {
	ethtool --set-priv-flags ns0 rx-csum-complete on || return
	has_line $debug/ns0/actual rx-csum-complete || return
	ethtool -K ns0 rx off && lacks_line $debug/ns0/actual rx-csum-complete || return
	ethtool -K ns0 rx on && ethtool --set-priv-flags ns0 rx-csum-complete off lro-untyped on || return
	ethtool --show-priv-flags ns0 | grep -qE '^lro-untyped *: on' &&
		ethtool --show-priv-flags ns0 | grep -qE '^rx-csum-complete *: off' || return
	ethtool --set-priv-flags ns0 lro-untyped off
}

# --- tunnel ports -------------------------------------------------------------------------------

tunnel_ports() {
	ip link add vx0 type vxlan id 5 dev ns0 remote 192.0.2.2 dstport 4789 &&
		ip link add gen0 type geneve id 5 remote 192.0.2.2 dstport 6081 || return
	ip link set dev vx0 up && ip link set dev gen0 up || return
	has_line $debug/ns0/ports "vxlan 4789" && has_line $debug/ns0/ports "geneve 6081" || return
	ethtool --show-tunnels ns0 | grep -q 'port 4789, vxlan' || return
	ethtool -K ns0 rx-udp_tunnel-port-offload off && same "" "$(cat $debug/ns0/ports)" || return
	ethtool -K ns0 rx-udp_tunnel-port-offload on && has_line $debug/ns0/ports "vxlan 4789" || return
	ip link delete dev vx0 && ip link delete dev gen0 && same "" "$(cat $debug/ns0/ports)"
}

ports_ignored() {
	quirk ports-ignored 1 && ip link add vx0 type vxlan id 5 dev ns0 remote 192.0.2.2 dstport 4789 &&
		ip link set dev vx0 up || return
	same "" "$(cat $debug/ns0/ports)" || return
	ip link delete dev vx0
	quirk ports-ignored 0
}

# --- quirks -------------------------------------------------------------------------------------

each_quirk() {
	local file number=0
	for file in "$debug"/ns0/quirks/*; do
		same 0 "$(head -n 1 "$file")" && grep -q '^# provokes: [a-z]' "$file" || return
		number=$((number + 1))
		case $file in */feature-*) continue ;; esac
		echo 3 >"$file" && same 3 "$(head -n 1 "$file")" || return
		fails eval "echo yes >$file" && fails eval "echo >$file" && echo 0 >"$file" || return
	done
	[ $number -gt 20 ]
}

feature_ignored() {
	quirk feature-ignored rx-checksumming && same rx-checksum "$(value feature-ignored)" || return
	ethtool -K ns0 rx off && lacks_line $debug/ns0/configured rx-checksum &&
		has_line $debug/ns0/actual rx-checksum || return
	quirk feature-ignored 0 && lacks_line $debug/ns0/actual rx-checksum || return
	ethtool -K ns0 rx on && has_line $debug/ns0/actual rx-checksum || return
	fails quirk feature-ignored nonsense && same 0 "$(value feature-ignored)"
}

feature_refused() {
	quirk feature-refused tx-tcp-segmentation,rx-hashing || return
	nod set ns0 tx-tcp-segmentation=off && return 1
	has_line $debug/ns0/configured tx-tcp-segmentation || return
	quirk feature-refused "" && switched tx-tcp-segmentation off && switched tx-tcp-segmentation on
}

lro_stays() {
	quirk lro-stays 1 && lacks_line $debug/ns0/actual rx-lro || return
	ethtool -K ns0 lro on && ethtool -K ns0 lro off || return
	lacks_line $debug/ns0/configured rx-lro && has_line $debug/ns0/actual rx-lro || return
	quirk lro-stays 0 && lacks_line $debug/ns0/actual rx-lro
}

# --- names --------------------------------------------------------------------------------------

renamed() {
	add_pair one two && [ -d $debug/one ] && [ -d $debug/two ] || return
	ip link set dev one name three && [ -d $debug/three ] && [ ! -d $debug/one ] || return
	add_pair one four && [ -d $debug/one ]
}

same_name_elsewhere() {
	ip link set dev three netns far && ip -n far link set dev three name one && [ -d $debug/one-2 ] || return
	echo 5 >$debug/one-2/quirks/drop && same 0 "$(head -n 1 $debug/one/quirks/drop)" || return
	ip -n far link set dev one name five && [ -d $debug/five ] && [ ! -d $debug/one-2 ] || return
	ip link delete dev one && ip link delete dev two
	same "ns0 ns1" "$(cd $debug && echo *)"
}

# Whoever has a file open does not hold up a device that goes.
gone_while_open() {
	add_pair one two || return
	exec 7<$debug/one/actual 8>$debug/two/quirks/drop
	ip link delete dev one || return
	fails cat <&7 && fails eval 'echo 1 >&8' || return
	exec 7<&- 8>&-
	[ ! -e $debug/two ]
}

# --- nod ----------------------------------------------------------------------------------------

# says EXPRESSION COMMAND...
says() {
	local words
	words=$("${@:2}" 2>&1) || true
	grep -qE -- "$1" <<<"$words" || {
		printf 'wanted %s\n%s\n' "$1" "$words"
		return 1
	}
}

nod_shows() {
	says 'nodsim' nod show ns0 && says 'rx-csum-complete' nod show --details ns0 &&
		says 'coalescing +rx usecs 0' nod show --details ns0 && nod show --json --details ns0 | jq -e . >/dev/null
}

nod_explains() {
	nod set ns0 rx=on lro=on && says 'rx-lro: on' nod why ns0 lro && nod undo
}

# --- all of it ----------------------------------------------------------------------------------

no_warnings() {
	! dmesg | grep -nE 'WARNING|BUG:|Call Trace|possible recursive|INFO: ' -A 20
}

has ethtool || skip_all "ethtool is not installed"
has jq || skip_all "jq is not installed"
echo "# $(uname -r)"
mount -t debugfs debugfs /sys/kernel/debug
modprobe nodsim
test_that "a pair" make_pair
[ -d /sys/class/net/ns0 ] || exit 1
test_that "traffic" arrives 16
test_that "features: all that is advertised can be switched" all_offered
test_that "features: each one is, and comes back" each_switched
test_that "features: LRO or hardware GRO" one_merges
test_that "features: no LRO without receive checksums" lro_needs_checksums
test_that "features: the pair of checksums, by parameter" other_checksums
test_that "features: offered and not, later" offered_later
test_that "features: a parameter that is wrong" wrong_parameter
test_that "features: while traffic flows" features_under_traffic
test_that "driver and link" driver
test_that "rings" rings
test_that "rings while traffic flows" rings_under_traffic
test_that "channels" channels_move
test_that "channels while traffic flows" channels_under_traffic
test_that "coalescing" coalescing
test_that "RSS: key" rss_key
test_that "RSS: table" rss_table
test_that "RSS: counters of the queue" counted_where_sent
test_that "counters" counters_add_up
test_that "pause" pausing
test_that "private flags" private_flags
test_that "tunnel ports" tunnel_ports
test_that "quirks: each is there, and takes a number" each_quirk
test_that "quirks: a feature that is ignored" feature_ignored
test_that "quirks: a feature that is refused" feature_refused
test_that "quirks: LRO that stays" lro_stays
test_that "quirks: tunnel ports that are ignored" ports_ignored
test_that "debugfs: follows names" renamed
test_that "debugfs: the same name elsewhere" same_name_elsewhere
test_that "debugfs: a device that goes" gone_while_open
test_that "nod show" nod_shows
test_that "nod why" nod_explains
test_that "traffic, at the end" arrives 16
ip link delete dev ns0
test_that "unloading" modprobe -r nodsim
test_that "the kernel has nothing to complain" no_warnings
end_tests
