#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Does it help to paste what nod why says to do? In random states of each kind of device, and for devices
# whose names are none for a shell. SEED=N asks other things; STATES=N more of them.
# shellcheck disable=SC2016,SC2154

load lab
load worlds

setup() {
	bats_require_minimum_version 1.5.0
	need jq ethtool
	open_lab
	make_hosts
	# Changes are written to the disk, each for certain; where there is a disk in memory, it is quicker.
	NOD_STATE_DIR=$(mktemp -d -p /dev/shm 2>/dev/null || mktemp -d -p "$BATS_TEST_TMPDIR")
	export NOD_STATE_DIR
	mkdir "$BATS_TEST_TMPDIR/bin"
	ln -s "$NOD" "$BATS_TEST_TMPDIR/bin/nod"
	PATH=$BATS_TEST_TMPDIR/bin:$PATH
}

teardown() {
	close_lab
	rm -r "$NOD_STATE_DIR"
}

follow_advice() {
	left bash "$BATS_TEST_DIRNAME/whydriver.bash" "${SEED-1}" "${STATES-8}" 4
}

@test "veth: what why says to do leads to what it promises" {
	veth_world
	follow_advice
}

@test "bridge: what why says to do leads to what it promises" {
	bridge_world
	follow_advice
}

@test "tap: what why says to do leads to what it promises" {
	tap_world
	follow_advice
}

@test "tap, agreed with its owner: what why says to do leads to what it promises" {
	agreed_tap_world
	follow_advice
}

@test "macvlan: what why says to do leads to what it promises" {
	macvlan_world
	follow_advice
}

@test "vxlan: what why says to do leads to what it promises" {
	vxlan_world
	follow_advice
}

@test "stacked: what why says to do leads to what it promises" {
	stacked_world
	follow_advice
}

# The first command of why for DEVICE, as it is read on a terminal.
advised() { # DEVICE
	left nod why -- "$1" tx-tcp-segmentation | sed -n 's/^  do: //p' | head -n 1
}

@test "names that mean something to a shell, to a terminal or to nod" {
	local name
	for name in "it's" '$(id)' '#c' 'a;b' '-x' 'a=on' 'v*' $'e\e[31m' $'bad\xff' 'ü€' "q'\\"; do
		device one type veth peer name "$name"
		device vother type veth peer name other
		left ethtool -K vother sg off >/dev/null
		left nod set -q -- "$name" tx-scatter-gather=off
		left bash -c "$(advised "$name")"
		left nod show --ethtool -- "$name" | grep -q '^scatter-gather: on$'
		# And of no other device.
		left nod show --ethtool vother | grep -q '^scatter-gather: off$'
		left ip link del dev one
		left ip link del dev vother
	done
}

@test "another namespace: commands lead there, and so does what JSON calls it" {
	local held=${at_right[2]} command
	device far type veth peer name near netns "$held"
	right ethtool -K near sg off >/dev/null
	command=$(left nod why --netns "$held" near tx-tcp-segmentation | sed -n 's/^  do: //p')
	[ "$command" = "nod set --netns $held near tx-scatter-gather=on" ]
	left bash -c "$command"
	right ethtool -k near | grep -q '^scatter-gather: on$'
	# What all namespaces are called leads into them.
	command=$(left nod show --all-netns --json 2>/dev/null |
		jq -r '.devices[] | select(.name == "near").netns')
	[ "$command" = "pid $held" ]
	left nod show --netns "$command" near | grep -q '^near '
}
