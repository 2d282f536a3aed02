#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Does nod watch tell what is done to devices, with its cause, and nothing else? The devices are of this
# kernel, in a namespace of the test.
# shellcheck disable=SC2030,SC2031,SC2154

load lab

setup() {
	bats_require_minimum_version 1.5.0
	open_lab
	make_hosts
	left ip link add v0 type veth peer name v1 || skip "the kernel has no veth"
	left ip link set dev v0 addrgenmode none
	left ip link set dev v1 addrgenmode none
}

teardown() {
	close_lab
}

# watch OPTION...: in the background, and ready.
watch() {
	start "${at_left[@]}" setpriv --pdeathsig KILL "$NOD" watch --verbose "$@"
	watcher=$started
	expect '^watching '
}

# told WORD...: wait for the line that ends with these words, whatever blanks are between them.
told() {
	local all="$*"
	expect "^[0-9:.]+ +${all// / +}\$"
}

# switch NAME on|off...: of v0. What ethtool thinks of the result does not matter here.
switch() {
	need ethtool
	left ethtool -K v0 "$@" >/dev/null 2>&1 || true
}

# ended STATUS: the watch ends by itself, with that status.
ended() {
	local status=0
	wait "$watcher" || status=$?
	[ "$status" -eq "$1" ]
}

@test "features: what was asked for, and what follows from it by which rule" {
	watch
	switch sg off
	told 'v0 tx-scatter-gather on -> off requested'
	told 'v0 tx-tcp-segmentation on -> off side effect: needs tx-scatter-gather \(F2\)'
	switch sg on
	told 'v0 tx-scatter-gather off -> on requested'
	told 'v0 tx-tcp-segmentation off -> on side effect: was blocked: needs tx-scatter-gather \(F2\)'
}

@test "features as lines of JSON" {
	local line
	need jq
	watch --jsonl
	switch tx off
	expect '"feature":"tx-checksum-ip-generic"'
	jq -e '.type == "event" and .event == "feature" and .device == "v0" and .kind == "veth" and
		.old == "on" and .new == "off" and .cause == "requested" and .rule == null and
		.fixed == false and (now - .time | fabs) < 3600' <<<"$line"
	expect '"feature":"tx-tcp6-segmentation"'
	jq -e '.cause == "side-effect" and .rule == "F4" and .by == null' <<<"$line"
}

@test "links: new, state, MTU, name, namespace, gone" {
	watch
	left ip link add v2 type veth peer name v3
	told 'v2 new veth'
	left ip link set dev v2 up
	told 'v2 state down -> no-carrier'
	left ip link set dev v3 up
	told 'v2 state no-carrier -> up'
	left ip link set dev v2 mtu 1400
	told 'v2 mtu 1500 -> 1400'
	left ip link set dev v2 down
	told 'v2 state up -> down'
	left ip link set dev v2 name wire
	told 'wire renamed v2 -> wire'
	left ip link set dev wire netns "${at_right[2]}"
	told 'wire moved'
	left ip link del dev v3
	told 'v3 gone'
}

@test "a port of a bridge: the bridge follows it, and leaving is not going" {
	left ip link add br0 type bridge || skip "the kernel has no bridge"
	watch
	left ip link set dev v0 master br0
	told 'v0 master none -> br0'
	switch tx off
	told 'v0 tx-checksum-ip-generic on -> off requested'
	told 'br0 tx-udp-segmentation on -> off side effect: .*\(K-bridge\)'
	left ip link set dev v0 nomaster
	told 'v0 master br0 -> none'
	left ip link del dev br0
	expect ' gone$'
	[[ $line == *br0* ]]
}

@test "forwarding, as soon as it is switched" {
	# A look every hour: who tells is the kernel.
	watch --interval=3600
	left sh -c 'echo 1 >/proc/sys/net/ipv4/conf/v0/forwarding' 2>/dev/null ||
		skip "/proc/sys cannot be written"
	told 'v0 forwarding4 off -> on'
	left sh -c 'echo 0 >/proc/sys/net/ipv4/conf/v0/forwarding'
	told 'v0 forwarding4 on -> off'
}

@test "what is only requested is found by looking" {
	switch sg off tso off
	watch --interval=1
	# Refused, and so the kernel tells nobody.
	switch tx-tcp-segmentation on
	told 'v0 request tx-tcp-segmentation off -> on not granted: needs tx-scatter-gather \(F2\)'
}

@test "words choose devices, also those that are yet to come" {
	watch v1 'late*'
	[ "$line" = "watching 1 device" ]
	left ip link set dev v0 mtu 1400
	left ip link add late0 type veth peer name other
	told 'late0 new veth'
	left ip link set dev v1 name was1
	told 'was1 renamed v1 -> was1'
	left ip link set dev was1 name late1
	told 'late1 renamed was1 -> late1'
	left ip link set dev late1 mtu 1400
	told 'late1 mtu 1500 -> 1400'
}

@test "a name that is no device yet is said so, but not of patterns, nor with --quiet" {
	local all
	run --separate-stderr left "$NOD" watch --timeout=0 vv0 'late*' v1 wlan7
	[ "$status" -eq 1 ]
	[ "$output" = "" ]
	all=$'there is no device "vv0" yet; did you mean "v0"?\nthere is no device "wlan7" yet'
	[ "$stderr" = "$all" ]
	run --separate-stderr left "$NOD" watch --quiet --timeout=0 vv0
	[ "$status" -eq 1 ]
	[ "$output$stderr" = "" ]
}

@test "what other devices do is not told" {
	watch --count=1 v1
	left ip link set dev v0 mtu 1400
	left ip link set dev v1 mtu 1300
	expect ' mtu '
	[[ $line =~ v1\ +mtu\ +1500\ -\>\ 1300 ]]
	ended 0
}

@test "--count ends it after as many lines" {
	watch --count=2
	switch sg off
	told 'v0 tx-scatter-gather on -> off requested'
	expect '^[0-9:.]+ '
	ended 0
	refute expect '.'
}

@test "--timeout: 1 if nothing changed" {
	watch --timeout=1
	ended 1
	refute expect '.'
}

@test "--timeout: 0 if something changed, also if it was only requested" {
	switch sg off tso off
	watch --timeout=3 --interval=3600
	# However long the change takes, it is there before the end.
	kill -STOP "$watcher"
	switch tx-tcp-segmentation on
	kill -CONT "$watcher"
	told 'v0 request tx-tcp-segmentation off -> on .*'
	ended 0
}

@test "signals end it: status 0, and what was seen is told" {
	local signal
	for signal in TERM INT; do
		start "${at_left[@]}" env --default-signal=INT setpriv --pdeathsig KILL \
			"$NOD" watch --verbose
		watcher=$started
		expect '^watching '
		left ip link set dev v0 mtu 1400
		told 'v0 mtu 1500 -> 1400'
		kill -"$signal" "$watcher"
		ended 0
		left ip link set dev v0 mtu 1500
	done
}

@test "it ends when its reader goes away, though nothing happens" {
	start "${at_left[@]}" timeout --signal=KILL "$WAIT_SECONDS" "$NOD" watch --verbose
	watcher=$started
	expect '^watching '
	exec {words}<&-
	ended 0
}

@test "lost notifications: said so, and then what is true is known" {
	local i changes=$BATS_TEST_TMPDIR/changes
	# Many more than the kernel keeps for one reader.
	for ((i = 0; i < 12000; i++)); do
		echo "link set dev v0 mtu $((1000 + i % 2))"
	done >"$changes"
	echo "link set dev v0 mtu 1234" >>"$changes"
	watch --interval=0 --jsonl
	kill -STOP "$watcher"
	left ip -batch "$changes"
	kill -CONT "$watcher"
	expect '"event":"lost","device":null'
	expect '"event":"mtu","device":"v0".*"new":"1234"'
	# The next ones are told as ever.
	left ip link set dev v0 mtu 1235
	expect '"event":"mtu","device":"v0"'
	[[ $line == *'"old":"1234","new":"1235"'* ]]
}

@test "mistakes" {
	run --separate-stderr "$NOD" watch --count=0
	[ "$status" -eq 2 ]
	[[ $stderr == *"--count: 0 is out of range"* ]]
	run --separate-stderr "$NOD" watch --json
	[ "$status" -eq 2 ]
}
