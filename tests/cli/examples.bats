#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Do the examples of the help and of the manual work as they stand? Both come from the same tables.

setup() {
	local build
	build=$(realpath "$BUILD")
	PATH=$(dirname "$(realpath "$NOD")"):$PATH
	cd "$BATS_TEST_TMPDIR" || return 1
	cp "$build/captures/demo.pcap" slow.pcap
	cp "$build/captures/demo-good.pcap" good.pcap
}

# The command lines of a command's examples, one a line.
examples() { # COMMAND
	"$NOD" help "$1" | awk '/^Examples:?$/ { on = 1; next } /^[^ ]/ { on = 0 } on' |
		sed -nE 's/^  ((nod|tcpdump) .*)/\1/p'
}

@test "the examples of every command run" {
	local name line count=0
	for name in pcap explain; do
		while IFS= read -r line; do
			# Live traffic is not for tests: a capture stands in for the network.
			line=${line/tcpdump -i eth0 -c 20000 -w -/cat slow.pcap}
			[[ $line != *jq* ]] || command -v jq >/dev/null || continue
			count=$((count + 1))
			run bash -o pipefail -c "$line"
			if [ "$status" -gt 1 ] || [ -z "$output" ]; then
				echo "$line: status $status"
				echo "$output"
				return 1
			fi
		done < <(examples "$name")
	done
	[ "$count" -ge 5 ]
}
