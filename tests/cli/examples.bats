#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Do the examples of the help and of the manual work as they stand? Both come from the same tables.
# Those that are about devices run in a namespace with devices of these names: a veth stands in for each.
# shellcheck disable=SC2153,SC2154

load ../netns/lab

setup() {
	bats_require_minimum_version 1.5.0
	open_lab
	build=$(realpath "$BUILD")
	export NOD_STATE_DIR=$BATS_TEST_TMPDIR/state
	cd "$BATS_TEST_TMPDIR" || return 1
	mkdir bin
	ln -s "$(realpath "$NOD")" bin/nod
	PATH=$PWD/bin:$PATH
}

# Watchers end when nothing waits any more.
teardown() {
	[ "${#at_left[@]}" -eq 0 ] || left nod confirm -q 2>/dev/null || true
	close_lab
}

# The command lines of a command's examples, one a line.
examples() { # COMMAND
	"$NOD" help "$1" | awk '/^Examples:?$/ { on = 1; next } /^[^ ]/ { on = 0 } on' |
		sed -nE 's/^  ((nod|tcpdump) .*)/\1/p'
}

# run_examples COMMAND STATUS [PREPARATION]: none ends with more than that, each says something.
run_examples() {
	local example count=0
	while IFS= read -r example; do
		# Live traffic is not for tests: a capture stands in for the network, and another program for Zeek.
		example=${example/tcpdump -i eth0 -c 20000 -w -/cat slow.pcap}
		example=${example/zeek -r -/wc -c}
		[[ $example != *jq* ]] || command -v jq >/dev/null || continue
		count=$((count + 1))
		"${3-:}" "$example"
		run "${at_left[@]}" bash -o pipefail -c "$example" </dev/null
		if [ "$status" -gt "$2" ] || [ -z "$output" ]; then
			echo "$example: status $status"
			echo "$output"
			return 1
		fi
	done < <(examples "$1")
	[ "$count" -ge 2 ]
}

make_devices() {
	make_hosts
	left ip link add eth0 type veth peer name eth1 || skip "the kernel has no veth"
	left ip link add bond0 type veth peer name veth0
	# Something is not as it was requested.
	left nod set -q eth0 tx-checksum-ip-generic=off >/dev/null
}

# --- what waits ---------------------------------------------------------------------------------

# make_changes N: beside the first one.
make_changes() {
	local i value=on
	for ((i = 0; i < $1; i++)); do
		left nod set -q eth0 "gro=$value" >/dev/null
		[ $value = on ] && value=off || value=on
	done
}

# A change that waits for a word.
begin_trial() { # on|off
	start "${at_left[@]}" setpriv --pdeathsig KILL nod set --for=1h veth0 "gso=$1"
	expect 'is put back at'
}

# Whatever waits for a word gets it; nod in the examples is this then.
stand_in_for_set() {
	rm bin/nod
	cat >bin/nod <<-END
		#!/bin/bash
		[[ " \$* " == *" --for="* ]] || exec '$NOD' "\$@"
		set -o pipefail
		'$NOD' "\$@" | while IFS= read -r line; do
			printf '%s\n' "\$line"
			[[ \$line != *'is put back at'* ]] || '$NOD' confirm
		done
	END
	chmod +x bin/nod
}

# A watch ends after some changes, which come when it is ready.
stand_in_for_watch() {
	rm bin/nod
	cat >bin/nod <<-END
		#!/bin/bash
		change() {
			while IFS= read -r line; do
				[[ \$line != 'watching '* ]] || break
			done
			for word in eth0\ sg={off,on} veth0\ sg={off,on}; do
				'$NOD' set \$word >/dev/null 2>&1
			done
			cat
		}
		[ "\$1" = watch ] || exec '$NOD' "\$@"
		shift
		exec '$NOD' watch --verbose --count=4 "\$@" 2> >(change >&2)
	END
	chmod +x bin/nod
}

# --- the examples -------------------------------------------------------------------------------

@test "nod pcap" {
	cp "$build/captures/demo.pcap" slow.pcap
	cp "$build/captures/demo-good.pcap" good.pcap
	run_examples pcap 1
}

@test "nod gro" {
	cp "$build/captures/demo.pcap" slow.pcap
	# The kernel may be out of reach here: that is status 3, and the rest is said all the same.
	if [ "${#at_left[@]}" -eq 0 ]; then
		run_examples gro 3
	else
		run_examples gro 1
	fi
}

@test "nod split" {
	cp "$build/captures/demo-good.pcap" merged.pcap
	run_examples split 0
}

@test "nod explain, nod help" {
	run_examples explain 0
	run_examples help 0
}

@test "nod show" {
	make_devices
	run_examples show 0
}

@test "nod why" {
	make_devices
	run_examples why 0
}

@test "nod set" {
	make_devices
	stand_in_for_set
	run_examples set 0
}

prepare_confirm() { # EXAMPLE
	if [[ $1 == *12* ]]; then
		# Number 1 is of make_devices, 2 was confirmed.
		make_changes 9
		begin_trial on
	else
		begin_trial off
	fi
}

@test "nod confirm" {
	make_devices
	run_examples confirm 0 prepare_confirm
}

@test "nod undo" {
	make_devices
	make_changes 13
	run_examples undo 0
}

@test "nod watch" {
	make_devices
	stand_in_for_watch
	run_examples watch 0
}

# There is little to see, and nobody to press Ctrl-C: a second is enough.
stand_in_for_capture() {
	rm bin/nod
	cat >bin/nod <<-END
		#!/bin/bash
		shift
		for word; do
			shift
			[[ \$word = --duration=* ]] || set -- "\$@" "\$word"
		done
		exec '$NOD' capture --duration=1 "\$@"
	END
	chmod +x bin/nod
}

@test "nod capture" {
	make_devices
	left ip link set dev eth0 up
	left ip link set dev eth1 up
	stand_in_for_capture
	run_examples capture 0
}

@test "no command has examples that are not run" {
	local name
	for name in $("$NOD" complete commands | cut -f1); do
		grep -qF "run_examples $name " "$BATS_TEST_FILENAME"
	done
}
