#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What a receiver would merge: streams, pipes, exit statuses, and the running kernel as the judge.
# $NOD is the program, $BUILD/captures has the captures. What it says is in tests/golden.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154

setup() {
	bats_require_minimum_version 1.5.0
	captures=$(realpath "$BUILD")/captures
	cd "$BATS_TEST_TMPDIR" || return
}

needs() {
	command -v "$1" >/dev/null || skip "$1 is not installed"
}

# value FILTER: of the JSON in $output.
value() {
	jq -r "$1" <<<"$output"
}

@test "the default is the running kernel's model, and the output says so" {
	needs jq
	run -0 --separate-stderr "$NOD" gro --json "$captures/demo.pcap"
	[ "$(value '.reports[0].running')" = "$(uname -r)" ]
	[[ $(value '.reports[0].model') == linux-* ]]
	run -0 "$NOD" gro "$captures/demo.pcap"
	[[ $output == *"receiver: Linux "*", for this machine runs $(uname -r)"* ]]
	run -0 "$NOD" gro --model linux-6.1 "$captures/demo.pcap"
	[[ $output != *"this machine runs"* ]]
}

@test "a kernel's version stands for its model" {
	needs jq
	local pair
	for pair in 4.19=linux-4.7 6.1=linux-4.7 6.12=linux-6.10 6.17=linux-6.15 7.3=linux-6.18; do
		run -0 --separate-stderr "$NOD" gro --json --model "linux-${pair%=*}" "$captures/demo.pcap"
		[ "$(value '.reports[0].model')" = "${pair#*=}" ]
	done
}

@test "a version is taken as people write it, and one that is too old refused" {
	needs jq
	local word
	for word in 6.12 linux6.12 linux-6.12 6.12.94+deb13-amd64 6.12-rc1; do
		run -0 --separate-stderr "$NOD" gro --json --model "$word" "$captures/demo.pcap"
		[ "$(value '.reports[0].model')" = linux-6.10 ]
	done
	for word in 3.10 linux-4.6; do
		run -2 "$NOD" gro --model "$word" "$captures/demo.pcap"
		[[ $output == *"linux-4.7 is the oldest"* ]]
	done
	for word in 6 linux- 6.12x linux-6.; do
		run -2 "$NOD" gro --model "$word" "$captures/demo.pcap"
		[[ $output == *"there is no model \"$word\""* ]]
	done
}

@test "advice is what helps with the receiver" {
	run -0 "$NOD" gro --model 6.1 "$captures/demo.pcap"
	[[ $output == *"df set"* ]]
	run -0 "$NOD" gro --model 6.18 "$captures/demo.pcap"
	[[ $output != *"df set"* && $output == *"use IPv6"* ]]
	run -0 "$NOD" gro --model dpdk "$captures/demo.pcap"
	[[ $output == *"df set"* && $output != *"IPv6"* && $output != *"gro on"* ]]
}

@test "the tunnel device is told of where it makes a difference" {
	run -0 "$NOD" gro --model 6.18 "$captures/vxlan-id-random-df1.pcap"
	[[ $output == *$'\ntunnel device '* ]]
	run -0 "$NOD" gro --model 6.1 "$captures/vxlan-id-random-df1.pcap"
	[[ $output != *"tunnel device"* ]]
}

@test "one line of jq: what each receiver makes of it, and what costs most" {
	needs jq
	local line
	line=$("$NOD" help gro | sed -n "s/.*| jq '\(.*\)'$/\1/p")
	[ -n "$line" ]
	run -0 --separate-stderr "$NOD" gro --json --model 6.18 "$captures/vxlan-id-random-df1.pcap"
	diff -u - <(jq "$line" <<<"$output" |
		jq -c 'if type == "array" then .[] | [.model, .upper.frames, .upper.supers] else . end') <<-'END'
		["linux-4.7",240,6]
		["linux-6.10",240,6]
		["linux-6.15",240,6]
		["linux-6.18",240,240]
		"outer-ipid-not-sequential"
	END
}

@test "all models side by side: each that nod complete offers" {
	needs jq
	local name
	run -0 --separate-stderr "$NOD" gro --json --model all "$captures/demo.pcap"
	for name in $("$NOD" complete models | cut -f1 | grep -vx all); do
		[ "$(value ".reports[0].models[] | select(.model == \"$name\") | .model")" = "$name" ]
		"$NOD" gro --model "$name" "$captures/demo.pcap" >/dev/null
		"$NOD" explain "$name" | grep -q '^Sources: '
	done
}

@test "a pipe says what the file says" {
	"$NOD" gro "$captures/demo.pcap" >file
	# shellcheck disable=SC2002 # a pipe is what is asked for
	cat "$captures/demo.pcap" | "$NOD" gro - >pipe
	diff <(tail -n +2 file) <(tail -n +2 pipe)
}

@test "what is read twice may be a pipe, and leaves nothing behind" {
	mkdir spool
	"$NOD" gro --split "$captures/gro-receive.pcap" >file
	# shellcheck disable=SC2002
	cat "$captures/gro-receive.pcap" | TMPDIR=$PWD/spool "$NOD" gro --split - >pipe
	diff <(tail -n +2 file) <(tail -n +2 pipe)
	TMPDIR=$PWD/spool "$NOD" gro --split <(cat "$captures/gro-receive.pcap") >pipe
	diff <(tail -n +2 file) <(tail -n +2 pipe)
	[ -z "$(ls -A spool)" ]
	# shellcheck disable=SC2002
	TMPDIR=$PWD/nowhere run -3 --separate-stderr "$NOD" gro --split - <"$captures/demo.pcap"
	[[ $stderr == *"TMPDIR"* ]]
}

@test "a merged capture is unfit, and fit once it is split" {
	run -1 "$NOD" gro "$captures/gro-receive.pcap"
	[[ $output == *"--split"* ]]
	run -0 "$NOD" gro --split "$captures/gro-receive.pcap"
}

@test "without a limit of budget and gap both bounds are the same" {
	needs jq
	run -0 --separate-stderr "$NOD" gro --json --budget 0 --gap 0 "$captures/clean.pcap"
	[ "$(value '.reports[0] | .upper == .polled')" = true ]
	run -0 --separate-stderr "$NOD" gro --json --budget 1 "$captures/clean.pcap"
	[ "$(value '.reports[0].polled.merged_frames')" = 0 ]
}

@test "a file that breaks off is reported as far as it goes, with status 3" {
	needs jq
	head -c 100000 "$captures/demo.pcap" >broken.pcap
	run -3 --separate-stderr "$NOD" gro --json broken.pcap "$captures/demo.pcap"
	[[ $stderr == *"broken.pcap: "* ]]
	[ "$(value '.reports | length')" = 2 ]
	[ "$(value '.reports[0].error != null')" = true ]
}

@test "a reader that goes away is no failure, a full disk is one" {
	"$NOD" gro --jsonl "$captures/demo.pcap" | true
	[ "${PIPESTATUS[0]}" -eq 0 ]
	[ -w /dev/full ] || skip "there is no /dev/full"
	run -3 bash -c '"$0" gro "$1" >/dev/full' "$NOD" "$captures/demo.pcap"
}

@test "every line of --jsonl names the file and says what it is" {
	needs jq
	run -0 --separate-stderr "$NOD" gro --jsonl --model all "$captures/demo.pcap"
	[ "$(jq -r .file <<<"$output" | sort -u)" = "$captures/demo.pcap" ]
	[ "$(jq -r .type <<<"$output" | sort -u | paste -sd ' ')" = "gro gro-cost gro-flow gro-model" ]
}

# --- the kernel ----------------------------------------------------------------------------------

# The kernel can be asked here; else the reason is that of the skip.
ask_kernel() {
	run --separate-stderr "$NOD" gro --kernel --json "$@"
	[ "$status" -ne 3 ] || skip "${stderr##*: }"
}

@test "the running kernel agrees with its model" {
	needs jq
	local name
	for name in demo clean vxlan-id-random-df1 vxlan-id-constant-df0 timestamp-changes; do
		ask_kernel "$captures/$name.pcap"
		echo "$name: $(value '.reports[0].kernel')"
		[ "$status" -eq 0 ]
		[ "$(value '.reports[0].kernel.differences')" = 0 ]
		[ "$(value '.reports[0].kernel.frames')" -gt 0 ]
		[ "$(value '.reports[0].kernel.release')" = "$(uname -r)" ]
	done
}

@test "the running kernel agrees with its model on all captures, in every mode" {
	needs jq
	local mode
	for mode in host udp forwarding fraglist; do
		ask_kernel --split --mode "$mode" "$captures"/*.pcap
		jq -c '.reports[] | select(.kernel.differences != 0) | [.file, .kernel.words]' <<<"$output"
		[ "$(value '[.reports[].kernel.differences] | add')" = 0 ]
		[ "$(value '[.reports[].kernel.frames] | add')" -gt 1000 ]
	done
}

@test "the kernel and a model that merges otherwise differ, with status 1" {
	needs jq
	# Hardware takes the latest timestamp; a kernel wants them equal.
	ask_kernel --model lro-rsc "$captures/timestamp-changes.pcap"
	[ "$status" -eq 1 ]
	[ "$(value '.reports[0].kernel.differences')" -gt 0 ]
	[[ $(value '.reports[0].kernel.words[0]') == "poll 1 (frames 1 to 62)"* ]]
}

@test "frames that cannot be sent are counted" {
	needs jq
	ask_kernel "$captures/raw.pcap"
	[ "$(value '.reports[0].kernel.frames')" = 0 ]
	[ "$(value '.reports[0].kernel.skipped == .reports[0].frames')" = true ]
}

@test "a UDP port without a socket is no difference" {
	needs jq
	local frames=$BATS_TEST_TMPDIR/udp.frames
	cat >"$frames" <<-'END'
		for n in 1..4 {
			send eth 02:00:00:00:00:02 > 02:00:00:00:00:01 / ip 10.0.0.2 > 10.0.0.1 df=1 id={n}
				/ udp 5000 > 0 / data 100
			send eth 02:00:00:00:00:02 > 02:00:00:00:00:01 / ip 10.0.0.2 > 10.0.0.1 df=1 id={n}
				/ udp 5000 > 7 / data 100
		}
		for n in 1..400 {
			send eth 02:00:00:00:00:02 > 02:00:00:00:00:01 / ip 10.0.0.2 > 10.0.0.1 df=1 id={n}
				/ udp 5000 > {1000+n} / data 100
		}
	END
	"$BUILD/tests/mkcap" "$frames" "$BATS_TEST_TMPDIR/udp.pcap"
	ask_kernel --mode udp "$BATS_TEST_TMPDIR/udp.pcap"
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(value '.reports[0].kernel.frames')" = 259 ]
	[ "$(value '.reports[0].kernel.skipped')" = 149 ]
}

@test "the kernel is asked for several files, also those split first" {
	needs jq
	ask_kernel --split "$captures/gro-receive.pcap" "$captures/demo.pcap"
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(value '[.reports[].kernel.differences] | add')" = 0 ]
}

@test "where the kernel cannot be asked, the rest is said all the same" {
	needs jq
	needs unshare
	unshare --user --map-root-user true 2>/dev/null || skip "no user namespaces"
	# In a user namespace that may hold no further one, and without the right to networks.
	run -3 --separate-stderr unshare --user --map-root-user bash -c '
		echo 0 >/proc/sys/user/max_user_namespaces && echo 0 >/proc/sys/user/max_net_namespaces &&
		exec "$@"' - "$NOD" gro --kernel --json "$captures/demo.pcap"
	[ -n "$stderr" ]
	[ "$(value '.reports[0].upper.frames')" = 200 ]
	[ "$(value '.reports[0].kernel')" = null ]
}
