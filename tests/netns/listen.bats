#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Does nod's listener hear all frames of a device, and does it say of each what the kernel knows?
#
# What was sent, and how, is known here: sizes of segments by the MTU and the sender, checksums by who makes
# them, tags by who put them in. The files are read by Wireshark's and tcpdump's own readers.

load lab

setup() {
	bats_require_minimum_version 1.5.0
	open_lab
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	close_lab
}

wire() {
	make_hosts
	join_hosts
}

# hear SIDE DEVICE NAME [KEY=VALUE]...: until the mark; what is said goes to NAME.
hear() {
	local at="at_$1[@]" name=$3
	start "${!at}" setpriv --pdeathsig KILL bash -c 'exec "$@" > >(tee "$0") 2>&1' "$name" \
		"$BUILD/tests/listen" "$2" "${@:4}"
	heard=$words
	expect '^listening$'
}

mark() { # ADDRESS
	left bash -c "echo >/dev/udp/$1/9"
}

# heard_all: wait for the end; all that was sent before the mark was heard.
heard_all() {
	expect '^read ' "${1-$heard}"
	summary=$line
}

none_lost() {
	heard_all "$@"
	[[ $summary == *" dropped 0" ]]
}

# payload NAME EXPRESSION HEADERS: bytes of payload in the frames whose lines match.
payload() {
	awk -v expression="$2" -v headers="$3" '/ of / && $0 ~ expression { sum += $3 - headers }
		END { print sum + 0 }' "$1"
}

# all NAME EXPRESSION WANTED: the lines that match the first match the second too, and there are some.
all() {
	grep -q -- "$2" "$1"
	refute grep -v -- "$3" <(grep -- "$2" "$1")
}

# --- what is said of frames ---------------------------------------------------------------------

@test "super-frames of TCP: the size of segments, and checksums that are not there yet" {
	wire
	hear left wire sender
	local sender=$heard
	hear right wire receiver
	transfer right 10.66.0.2 300000
	mark 10.66.0.2
	none_lost "$sender"
	none_lost
	# 1500 - 20 - 32: the MTU takes that much, with timestamps.
	all sender ' out 6 .*segmented' 'unready segmented truth gso=tcp4 size=1448 csum=34+16$'
	all receiver ' in 6 .*segmented' 'unready segmented truth gso=tcp4 size=1448 csum=34+16$'
	# What is not longer than a segment is in one piece.
	all sender ' out 6 .*truth gso=none' 'unready truth gso=none size=0 csum=34+16$'
	all sender ' in 6 ' ' in 6 5001>.* truth '
	[ "$(payload sender ' out 6 .*segmented' 66)" -gt 200000 ]
	[ "$(payload sender ' out 6 .*size=[^0]' 66)" -le 300000 ]
	diff <(sed -n 's/ out / /p' sender) <(sed -n 's/ in / /p' receiver)
}

@test "frames of a sender that segments itself" {
	wire
	offload left wire tso off gso off
	hear left wire sender
	transfer right 10.66.0.2 300000
	mark 10.66.0.2
	none_lost
	refute grep -q segmented sender
	all sender ' out 6 .*>5001' '^[0-9]* of \([0-9]\{1,3\}\|1[0-4][0-9]*\|15[01][0-9]\) '
}

@test "datagrams that are not cut yet" {
	wire
	hear left wire sender
	left "$BUILD/tests/sendkinds" udp 10.66.0.2 7 8000 1000 || skip "the kernel has no UDP_SEGMENT"
	mark 10.66.0.2
	none_lost
	grep -q '^8042 of 8042 out 17 .*>7 unready segmented truth gso=udp size=1000 csum=34+6$' sender
}

@test "loopback: each frame once" {
	make_hosts
	hear left lo once
	left "$BUILD/tests/sendkinds" udp 127.0.0.1 7 8000 1000
	mark 127.0.0.1
	none_lost
	[ "$(grep -c ' 17 .*>7 ' once)" = 1 ]
	grep -q '^8042 of 8042 in 17 .*gso=udp size=1000' once
}

@test "tags: as they were sent, wherever the kernel keeps them" {
	wire
	hear left wire sender
	local sender=$heard
	hear right wire receiver
	local receiver=$heard
	hear right wire matching "filter=port 9 or (vlan 5 and udp)"
	local matching=$heard
	hear left wire leaving "filter=port 9 or (vlan 5 and udp)"
	local leaving=$heard
	hear right wire other "filter=port 9 or (vlan 6 and udp)"
	local other=$heard
	hear right wire cut snap=44
	local cut=$heard
	left "$BUILD/tests/sendkinds" tagged wire 5
	mark 10.66.0.2
	none_lost "$sender"
	none_lost "$receiver"
	none_lost "$matching"
	none_lost "$leaving"
	none_lost "$other"
	none_lost "$cut"
	grep -q '^146 of 146 out 17 7000>7 tag=5 unready truth gso=none size=0 csum=38+6$' sender
	grep -q '^146 of 146 in 17 7000>7 tag=5 unready truth gso=none size=0 csum=38+6$' receiver
	grep -q '^146 of 146 in 17 7000>7 tag=5 unready truth gso=none size=0 csum=38+6$' matching
	grep -q '^146 of 146 out 17 7000>7 tag=5 unready truth gso=none size=0 csum=38+6$' leaving
	refute grep -q tag= other
	grep -q '^44 of 146 in 17 7000>7 tag=5 unready truth .* csum=38+6$' cut
}

@test "frames over 64 KiB come whole" {
	wire
	both ip link set dev wire gso_max_size 200000 gro_max_size 200000 ||
		skip "the kernel or ip has no large gso_max_size"
	left ip address add fd66::1/64 dev wire nodad || skip "the kernel has no IPv6"
	right ip address add fd66::2/64 dev wire nodad
	hear left wire sender ring=268435456
	transfer right fd66::2 30000000
	mark 10.66.0.2
	none_lost
	# As long as it is: nothing was clamped.
	awk '/ of / && $1 != $3 { exit 1 }' sender
	# How long TCP makes them is its own affair: it looks at the speed.
	awk '$1 > 65600 { found = 1 } END { exit !found }' sender ||
		skip "the kernel made no frames over 64 KiB"
	awk '$1 > 65600' sender >long
	all long ' of ' ' out 6 .*unready segmented truth gso=tcp6 size=1428 '
}

@test "checksums that GRO has checked, and those of what it merged" {
	wire
	offload left wire tso off gso off tx off
	offload right wire gro on
	hear right wire receiver
	transfer right 10.66.0.2 300000
	mark 10.66.0.2
	none_lost
	all receiver ' in 6 .*segmented' ' unready segmented truth gso=tcp4 size=1448 csum=34+16$'
	all receiver ' in 6 .*gso=none' ' valid truth gso=none size=0 csum=0+0$'
}

@test "a kind of frame that the kernel cannot tell" {
	make_hosts
	left ip tuntap add dev tap mode tap vnet_hdr || skip "the kernel has no TAP"
	left ip link set dev tap addrgenmode none up
	hear left tap told
	local told=$heard
	hear left tap untold sizes=no
	left "$BUILD/tests/sendkinds" tap tap plain ufo plain mark ||
		skip "the kernel takes no such frames from a TAP"
	none_lost
	heard_all "$told"
	# It is lost, and nothing comes in its place.
	[ "$summary" = "read 2 received 4 dropped 1" ]
	[ "$(grep -c '^1042 of 1042 in 17 7000>7 truth gso=none' told)" = 2 ]
	# Without sizes it comes, and nothing is called the truth.
	[ "$(grep -c '^1042 of 1042 in 17 7000>7' untold)" = 3 ]
	refute grep -q truth untold
	[ "$(grep -c '7 unready gso=none' untold)" = 1 ]
}

# --- what is heard ------------------------------------------------------------------------------

@test "a filter, and a snap length" {
	wire
	hear left wire filtered "filter=tcp port 5001 or port 9"
	local filtered=$heard
	hear left wire short snap=60
	local short=$heard
	hear left wire shorter snap=50 "filter=udp port 7 or port 9"
	left "$BUILD/tests/sendkinds" udp 10.66.0.2 7 8000 1000
	transfer right 10.66.0.2 300000
	mark 10.66.0.2
	none_lost "$filtered"
	none_lost "$short"
	none_lost
	all filtered ' of ' ' 6 '
	[ "$(payload filtered ' out 6 .*segmented' 66)" -gt 200000 ]
	grep -q '^60 of 8042 out 17 .*>7 unready segmented truth gso=udp size=1000' short
	all shorter ' of ' '^50 of 8042 out 17 .*>7 unready segmented truth gso=udp size=1000'
	refute grep -E '^(6[1-9]|[7-9][0-9]|[0-9]{3,}) of ' short
	diff <(sed -n 's/^[0-9]* of \(.* 6 \)/\1/p' filtered) <(sed -n 's/^[0-9]* of \(.* 6 \)/\1/p' short)
}

@test "what there was no room for is counted" {
	wire
	mkfifo go
	exec {go}<>go
	# The answer to the mark is not counted.
	local filter="filter=tcp port 5001 or udp port 9"
	hear left wire all "$filter"
	local all=$heard
	start "${at_left[@]}" setpriv --pdeathsig KILL bash -c 'exec "$@" <go' listen \
		"$BUILD/tests/listen" wire wait=yes ring=1 "$filter"
	expect '^listening$'
	local few=$words
	transfer right 10.66.0.2 8000000
	echo >&"$go"
	expect '^caught up$' "$few"
	mark 10.66.0.2
	none_lost "$all"
	local whole=$summary
	heard_all "$few"
	read -r _ read _ received _ dropped <<<"$summary"
	[ "$dropped" -gt 0 ]
	# The mark is received too.
	[ $((read + dropped + 1)) -eq "$received" ]
	[[ $whole == "read $((received - 1)) received $received "* ]]
}

@test "a device that goes away, or down" {
	wire
	hear right wire down
	local down=$heard
	left "$BUILD/tests/sendkinds" udp 10.66.0.2 7 8000 1000
	right ip link set dev wire down
	expect '^ended: wire went down$' "$down"
	grep -q '^8042 of 8042 in 17' down
	right ip link set dev wire up
	hear right wire away
	local away=$heard
	right ip link delete dev wire
	expect '^ended: wire went (away|down)$' "$away"
}

@test "what cannot be listened to is said" {
	make_hosts
	run left "$BUILD/tests/listen" nothere
	[ "$status" = 1 ] && [[ $output == *"there is no device nothere"* ]]
	run left "$BUILD/tests/listen" a-name-that-is-too-long
	[ "$status" = 1 ] && [[ $output == *"there is no device a-name-that-is-too-long"* ]]
	run left "$BUILD/tests/listen" lo "filter=tcp prot 80"
	[ "$status" = 1 ] && [[ $output == *"syntax error"* ]]
	left ip link set dev lo down
	run left "$BUILD/tests/listen" lo
	[ "$status" = 1 ] && [[ $output == *"lo is down"* ]]
	# Nobody's capabilities.
	run left setpriv --bounding-set=-net_raw --inh-caps=-net_raw "$BUILD/tests/listen" lo
	[ "$status" = 1 ] && [[ $output == *"CAP_NET_RAW"* ]]
}

# --- the file -----------------------------------------------------------------------------------

@test "tcpdump and Wireshark read the file, with all that is said" {
	need tshark capinfos tcpdump
	wire
	hear left wire frames file=out.pcapng "filter=tcp port 5001 or port 9"
	transfer right 10.66.0.2 300000
	mark 10.66.0.2
	none_lost
	local count
	count=$(grep -c ' of ' frames)
	tcpdump -nn -r out.pcapng 2>words >lines
	[ "$(wc -l <lines)" = "$count" ]
	tshark -r out.pcapng -T fields -e frame.len -e frame.cap_len -e frame.comment >fields
	# shellcheck disable=SC2016
	diff <(awk '{ print $3, $1 }' <(grep ' of ' frames)) <(awk '{ print $1, $2 }' fields)
	diff <(sed -n 's/.*gso=none .*csum=\(.*\)$/nod:csum=\1/p; s/.*gso=\(tcp4\) size=\(.*\) csum=\(.*\)/nod:gso=\1 size=\2 csum=\3/p' frames |
		sed 's/^nod:csum=0+0$//') <(cut -f 3 fields)
	capinfos out.pcapng >about
	grep -q 'Name = wire' about
	grep -q 'Filter string = tcp port 5001 or port 9' about
	grep -q "Operating system = Linux $(uname -r)" about
	grep -q 'Number of stat entries = 1' about
	grep -q 'Comment = nod:truth$' about
	[ -z "$(tshark -r out.pcapng -Y _ws.malformed 2>words)" ]
}
