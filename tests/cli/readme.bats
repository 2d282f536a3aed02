#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Is what the README shows what a reader gets? Each block that begins with "$ COMMAND" is run.

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	build=$(realpath "$BUILD")
}

# The Nth block: its command to $command, its output to $expected.
read_block() { # N
	local block
	block=$(awk -v want="$1" '
		/^```/ { inside = !inside; if (inside) { fresh = 1 } else if (now) { exit } next }
		inside && fresh { fresh = 0; now = /^\$ / && ++count == want }
		inside && now' README.md)
	command=$(head -n 1 <<<"$block")
	command=${command#\$ }
	expected=$(tail -n +2 <<<"$block")
}

check_block() { # N
	local folder=$BATS_TEST_TMPDIR/run
	read_block "$1"
	[ -n "$command" ]
	mkdir -p "$folder/build"
	ln -s "$NOD" "$folder/build/nod"
	ln -s "$build/captures" "$folder/build/captures"
	ln -s "$PWD/tests" "$folder/tests"
	run bash -c "cd '$folder' && $command"
	diff -u <(echo "$expected") <(echo "$output")
}

@test "the README's first example prints what it shows" {
	check_block 1
	[ "$status" -eq 1 ]
}

@test "the README's second example prints what it shows" {
	check_block 2
	[ "$status" -eq 0 ]
}

@test "the README's third example prints what it shows" {
	check_block 3
	[ "$status" -eq 0 ]
}

@test "the README's fourth example prints what it shows" {
	check_block 4
	[ "$status" -eq 0 ]
}

@test "the README's fifth example prints what it shows" {
	check_block 5
	[ "$status" -eq 0 ]
}

@test "there is no sixth example without a test" {
	read_block 6
	[ -z "$command" ]
}

@test "make builds every capture that the README looks at" {
	local name
	run env -u MAKEFLAGS make -n BUILD="$BATS_TEST_TMPDIR/build" all
	[ "$status" -eq 0 ]
	for name in $(grep -o 'captures/[a-z0-9-]*\.pcap' README.md); do
		echo "$name"
		[[ $output == *"$BATS_TEST_TMPDIR/build/$name"* ]]
	done
}
