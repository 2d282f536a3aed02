#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Does nod set do what it says, and does whatever it did come back: by nod undo, at the deadline, after a
# crash? The kernel is asked by `features`, through the old ioctl.
# shellcheck disable=SC2154

load lab

setup() {
	bats_require_minimum_version 1.5.0
	need jq ip setpriv
	open_lab
	make_hosts
	export NOD_STATE_DIR=$BATS_TEST_TMPDIR/state
	journal=$NOD_STATE_DIR/journal.jsonl
	left ip link add v0 type veth peer name v1 || skip "the kernel has no veth"
}

# Watchers end when nothing waits any more.
teardown() {
	local i
	for i in 1 2 3; do nod confirm -q 2>/dev/null || break; done
	close_lab
}

nod() { left "$NOD" "$@"; }

features() { left "$BUILD/tests/features" "$@"; }

# is DEVICE FEATURE on|off [requested|not-requested]
is() {
	local there expected="^$1 $2 ${4-.*} $3\$"
	there=$(features "$1" | grep -F "$1 $2 ") || there="$1 $2: cannot be changed"
	[[ $there =~ $expected ]] && return
	echo "wanted: $*; there is: $there"
	return 1
}

# step DEVICE FEATURE: of the JSON in $output.
step() {
	jq -e --arg device "$1" --arg feature "$2" \
		'.steps[] | select(.device == $device and .feature == $feature)' <<<"$output"
}

# says FILTER: does jq's FILTER hold for the JSON in $output?
says() {
	jq -e "$1" <<<"$output" >/dev/null && return
	echo "does not hold: $1"
	jq -c . <<<"$output"
	return 1
}

# journal_says FILTER: for the list of all changes.
journal_says() {
	local output
	output=$(nod undo --list --json)
	says "$1"
}

# begin_trial [TIME]: nod set --for, in the background; returns when it is in force.
begin_trial() {
	start_trial setpriv --pdeathsig KILL "${at_left[@]}" "$NOD" set "--for=${1-1h}" v0 gro=on
}

start_trial() { # COMMAND...
	start "$@"
	trial=$started trial_words=$words
	expect 'is put back at' "$trial_words"
}

# begin_typed_trial DESCRIPTOR: the same on a terminal, where the descriptor is what is typed.
begin_typed_trial() {
	start_trial setpriv --pdeathsig KILL bash -c "exec script -qec '${at_left[*]} $NOD set --for=1h v0 gro=on' /dev/null <&$1"
}

# trial_ends STATUS
trial_ends() {
	local status=0
	wait "$trial" || status=$?
	[ "$status" -eq "$1" ] && return
	echo "status $status, not $1"
	return 1
}

# Wait for the last word on a change: it comes from a process that nobody can wait for.
journal_gets() { # EXPRESSION
	start setpriv --pdeathsig KILL tail -n +1 -f "$journal"
	expect "$1"
}

# Not if what was started holds the lock.
others_can_change() {
	left timeout "$WAIT_SECONDS" "$NOD" set v1 gro=on && return
	end "$started"
	return 1
}

# --- what is done -------------------------------------------------------------------------------

@test "what is asked is done, and what changed with it is told" {
	run --separate-stderr nod set --json v0 tx-checksum-ip-generic=off
	[ "$status" -eq 0 ]
	is v0 tx-checksum-ip-generic off not-requested
	is v0 tx-tcp-segmentation off requested
	says '.state == "done" and .holds and .number == 1'
	step v0 tx-checksum-ip-generic | jq -e '.result == "done" and .asked and .before and (.after | not)'
	step v0 tx-tcp-segmentation | jq -e '.result == "side-effect" and .rule == "F3"'

	run --separate-stderr nod set v0 tx-checksum-ip-generic=on
	[ "$status" -eq 0 ]
	[[ ${lines[0]} == "Changed:" ]]
	[[ ${lines[1]} == *tx-checksum-ip-generic*"on, was off"* ]]
	[[ $output == *"not asked for:"*tx-tcp-segmentation* ]]
	[[ $stderr == *"nod undo 2"* ]]
}

@test "what is refused does not stay requested" {
	nod set v0 tx-checksum-ip-generic=off tso=off
	is v0 tx-tcp-segmentation off not-requested
	run --separate-stderr nod set --json v0 tx-tcp-segmentation=on
	[ "$status" -eq 1 ]
	is v0 tx-tcp-segmentation off not-requested
	says '.holds == false'
	step v0 tx-tcp-segmentation | jq -e '.result == "blocked" and .rule == "F3"'

	# What it advises helps.
	advice=$(jq -r '.advice[0]' <<<"$output")
	advice=${advice%%#*}
	# shellcheck disable=SC2086
	nod ${advice#nod }
	is v0 tx-tcp-segmentation on requested
}

@test "what is so already needs no change and no entry" {
	run --separate-stderr nod set --json v0 tx-checksum-ip-generic=on
	[ "$status" -eq 0 ]
	says '.state == "unchanged" and .holds and (has("number") | not)'
	[ ! -s "$journal" ]
	[ -z "$stderr" ]
}

@test "fixed features: no for a single one, none of our business in a group" {
	run --separate-stderr nod set --json v0 rx-lro=on
	[ "$status" -eq 1 ]
	says '.state == "unchanged"'
	step v0 rx-lro | jq -e '.result == "fixed"'
	nod set v0 tx=off
	run --separate-stderr nod set --json v0 tx=on
	[ "$status" -eq 0 ]
	step v0 tx-checksum-ipv4 | jq -e '.result == "fixed"'
	run --separate-stderr nod set v0 tx=on
	[[ $output == *"Fixed"*tx-checksum-ipv4* ]]
}

@test "a dry run predicts what is done, and leaves nothing behind" {
	local planned found
	features v0 v1 >"$BATS_TEST_TMPDIR/before"
	planned=$(nod set --json --dry-run v0 v1 sg=off gro=on | jq -c '[.steps[] | {device, feature, result, after}]')
	features v0 v1 | diff "$BATS_TEST_TMPDIR/before" -
	[ ! -e "$NOD_STATE_DIR" ]
	found=$(nod set --json v0 v1 sg=off gro=on | jq -c '[.steps[] | {device, feature, result, after}]')
	[ "$planned" = "$found" ]
}

@test "--atomic: all or nothing" {
	features v0 v1 >"$BATS_TEST_TMPDIR/before"
	run --separate-stderr nod set --json --atomic v0 v1 gro=on rx-lro=on
	[ "$status" -eq 1 ]
	says '.state == "undone" and (.holds | not)'
	features v0 v1 | diff "$BATS_TEST_TMPDIR/before" -
	journal_says '.entries[0] | .state == "undone" and .undone_why == "failed"'

	run --separate-stderr nod set --atomic v0 v1 gro=on rx-lro=on
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == "Nothing stays changed"* ]]

	nod set --atomic v0 v1 gro=on
	is v0 rx-gro on requested
	is v1 rx-gro on requested
}

@test "--stack: the ports of a bridge as well" {
	left ip link add br0 type bridge || skip "the kernel has no bridge"
	left ip link set dev v0 master br0
	nod set br0 tx-tcp-segmentation=off
	is v0 tx-tcp-segmentation on requested
	run --separate-stderr nod set --stack --json br0 tx-tcp-segmentation=off
	[ "$status" -eq 0 ]
	is v0 tx-tcp-segmentation off not-requested
	step v0 tx-tcp-segmentation | jq -e '.below and .result == "done"'
	nod undo
	is v0 tx-tcp-segmentation on requested
}

# --- files --------------------------------------------------------------------------------------

@test "--from: lines of changes, from a file and from standard input" {
	printf '%s\n' '# a comment' '' 'v0 gro=on tx=off # another' 'v1	gro=on' >"$BATS_TEST_TMPDIR/lines"
	nod set --from "$BATS_TEST_TMPDIR/lines"
	is v0 rx-gro on
	is v0 tx-checksum-ip-generic off
	is v1 rx-gro on
	nod undo
	is v1 rx-gro off
	nod set --from - <"$BATS_TEST_TMPDIR/lines"
	is v1 rx-gro on

	printf '%s\n' 'v0 gro=on' 'v0 gro=maybe' >"$BATS_TEST_TMPDIR/wrong"
	run nod set --from "$BATS_TEST_TMPDIR/wrong"
	[ "$status" -eq 3 ]
	[[ $output == *"line 2"*gro=maybe* ]]
}

@test "--from: a snapshot brings back what was requested" {
	features v0 v1 >"$BATS_TEST_TMPDIR/before"
	nod show --json >"$BATS_TEST_TMPDIR/snapshot"
	nod set v0 v1 gro=on tx=off sg=off
	run --separate-stderr nod set --json --from "$BATS_TEST_TMPDIR/snapshot" v0
	[ "$status" -eq 0 ]
	says '[.steps[].device] | unique == ["v0"]'
	features v0 | diff <(grep '^v0 ' "$BATS_TEST_TMPDIR/before") -
	is v1 rx-gro on
	nod set --from "$BATS_TEST_TMPDIR/snapshot"
	features v0 v1 | diff "$BATS_TEST_TMPDIR/before" -
}

@test "--from: what nod show --args prints" {
	features v0 v1 >"$BATS_TEST_TMPDIR/before"
	nod show --args v0 v1 >"$BATS_TEST_TMPDIR/lines"
	nod set v0 v1 gro=on tx=off sg=off
	nod set --from "$BATS_TEST_TMPDIR/lines"
	features v0 v1 | diff "$BATS_TEST_TMPDIR/before" -
}

# --- errors -------------------------------------------------------------------------------------

@test "mistakes: status 2, with what was meant; no device: status 3" {
	local words
	for words in "v0" "gro=on" "v0 gro=yes" "v0 gor=on" "v0 gro=on rx-gro=off" "" \
		"--for=0 v0 gro=on" "--for=31d v0 gro=on" "--for=1x v0 gro=on" \
		"--for=9 --dry-run v0 gro=on" "--from=/dev/null v0 gro=on"; do
		# shellcheck disable=SC2086
		run nod set $words
		[ "$status" -eq 2 ] || { echo "$words: $status"; return 1; }
	done
	run nod set v9 gro=on
	[ "$status" -eq 3 ]
	[[ $output == *'no device "v9"'* ]]
	run nod set 'x*' gro=on
	[ "$status" -eq 3 ]
	is v0 rx-gro off
}

@test "without permission nothing changes, and it is said which is missing" {
	features v0 >"$BATS_TEST_TMPDIR/before"
	run left setpriv --bounding-set -net_admin "$NOD" set v0 gro=on
	[ "$status" -eq 3 ]
	[[ $output == *CAP_NET_ADMIN*namespace* ]]
	features v0 | diff "$BATS_TEST_TMPDIR/before" -
	journal_says '.entries == []'
	left setpriv --bounding-set -net_admin "$NOD" set --dry-run v0 gro=on
}

@test "without a journal nothing changes" {
	echo >"$BATS_TEST_TMPDIR/file"
	run left env NOD_STATE_DIR="$BATS_TEST_TMPDIR/file" "$NOD" set v0 gro=on
	[ "$status" -eq 3 ]
	[[ $output == *NOD_STATE_DIR=* ]]
	is v0 rx-gro off
	run left env NOD_STATE_DIR="$BATS_TEST_TMPDIR/file" "$NOD" set --for=60 v0 gro=on
	[ "$status" -eq 3 ]
	is v0 rx-gro off
}

@test "a full disk: the change is not made" {
	# shellcheck disable=SC2016
	local script='mount -t tmpfs -o size=4k,nr_inodes=4 tmpfs "$1" 2>/dev/null || exit 77
		mkdir -m 700 "$1/state" && head -c 4096 /dev/zero >"$1/ballast"
		NOD_STATE_DIR=$1/state exec "$2" set v0 gro=on'
	left unshare --mount true 2>/dev/null || skip "no mount namespace can be made"
	mkdir "$BATS_TEST_TMPDIR/disk"
	run left unshare --mount bash -c "$script" - "$BATS_TEST_TMPDIR/disk" "$NOD"
	[ "$status" -ne 77 ] || skip "no file system can be mounted"
	[ "$status" -eq 3 ]
	is v0 rx-gro off
}

@test "the exit status is the answer, also if nobody reads what is printed" {
	# shellcheck disable=SC2016
	run left bash -c 'exec 9> >(true); wait $!; "$1" set v0 rx-lro=on >&9; echo "status $?"' - "$NOD"
	[[ $output == *"status 1"* ]]
	# shellcheck disable=SC2016
	run left bash -c '"$1" set v0 gro=on >/dev/full; echo "status $?"' - "$NOD"
	[[ $output == *"nod undo 1"*"status 3"* ]]
	is v0 rx-gro on
}

@test "--from: nobody waits for what is still to come on standard input" {
	mkfifo "$BATS_TEST_TMPDIR/lines"
	start bash -c "exec ${at_left[*]} $NOD set --from - <'$BATS_TEST_TMPDIR/lines'"
	exec {lines}>"$BATS_TEST_TMPDIR/lines"
	# More than fits in: then some of it has been read.
	head -c 1000000 /dev/zero | tr '\0' '\n' >&"$lines"
	others_can_change
	echo v0 gro=on >&"$lines"
	exec {lines}>&-
	wait "$started"
	is v0 rx-gro on
}

@test "a limit of the size of files: the change is not made" {
	# shellcheck disable=SC2016
	run left bash -c 'ulimit -f 0; "$1" set v0 gro=on; echo "status $?"' - "$NOD"
	[[ $output == *journal*"status 3" ]]
	is v0 rx-gro off
}

# --- nod undo -----------------------------------------------------------------------------------

@test "undo: what was requested comes back, also where it was not granted" {
	nod set v0 tx-checksum-ip-generic=off
	features v0 v1 >"$BATS_TEST_TMPDIR/before"
	is v0 tx-tcp-segmentation off requested
	nod set v0 v1 tso=off gro=on
	nod undo
	features v0 v1 | diff "$BATS_TEST_TMPDIR/before" -
	journal_says '.entries | map(.state) == ["done", "undone", "done"]'
	journal_says '.entries[2].undoes == 2'
}

@test "undo: one after the other, then nothing is left; an undo by its number is put in force again" {
	features v0 >"$BATS_TEST_TMPDIR/before"
	nod set v0 gro=on
	nod set v0 tx=off
	nod undo
	is v0 tx-checksum-ip-generic on
	is v0 rx-gro on
	nod undo
	features v0 | diff "$BATS_TEST_TMPDIR/before" -
	run nod undo
	[ "$status" -eq 3 ]
	nod undo 4
	is v0 rx-gro on
	nod undo
	is v0 rx-gro off
	run nod undo 99
	[ "$status" -eq 3 ]
	run nod undo 1
	[ "$status" -eq 3 ]
	[[ $output == *already* ]]
}

@test "undo: an older change, and what it says of the younger one" {
	nod set v0 gro=on sg=off
	nod set v0 sg=on
	run --separate-stderr nod undo --json 1
	[ "$status" -eq 0 ]
	is v0 rx-gro off
	says '.undoes == 1 and (.notes | any(contains("Change 2")))'
}

@test "undo: in whatever order, in the end all is as it was" {
	nod set v0 gro=on
	nod set v0 gro=off
	nod undo 1
	nod undo
	is v0 rx-gro off not-requested
	nod set v0 gro=on
	nod set v0 gro=off
	nod set v0 gro=on
	nod undo 4
	is v0 rx-gro on requested
	nod undo
	nod undo
	is v0 rx-gro off not-requested
}

@test "undo: a change of a namespace whose number is used again is left alone" {
	nod set v0 gro=on
	journal_says '.entries[0] | .netns > 0 and has("netns_cookie")'
	sed -i 's/"netns_cookie": *[0-9]*/"netns_cookie":1/' "$journal"
	run nod undo
	[ "$status" -eq 3 ]
	run nod undo --list
	[[ $output == *"(another network namespace)"* ]]
	is v0 rx-gro on
}

# fill FIFO: nobody reads what is in it; $full is a descriptor with no room left.
fill() {
	mkfifo "$1"
	exec {full}<>"$1"
	refute dd if=/dev/zero of="$1" oflag=nonblock bs=4096 count=1000 status=none 2>/dev/null
}

@test "undo: others need not wait until what came of it is read" {
	nod set v0 gro=on
	fill "$BATS_TEST_TMPDIR/full"
	start bash -c "exec ${at_left[*]} $NOD undo >&$full"
	undoing=$started
	journal_gets '"undone"'
	started=$undoing
	others_can_change
	is v0 rx-gro off
}

@test "undo: a device with a new name is followed, another one with the old name is not touched" {
	nod set v0 v1 gro=on
	left ip link set dev v0 name w0
	left ip link add v0 type veth peer name x1
	nod set v0 gro=on
	run --separate-stderr nod undo --json 1
	[ "$status" -eq 0 ]
	says '.notes | any(contains("v0 is called w0 now"))'
	is w0 rx-gro off
	is v1 rx-gro off
	is v0 rx-gro on
}

@test "undo: a device that is gone is told" {
	left ip link add u0 type veth peer name u1
	nod set u0 v0 gro=on
	left ip link delete dev u0
	left ip link add u0 type veth peer name u1
	run --separate-stderr nod undo --json
	[ "$status" -eq 1 ]
	says '.notes | any(contains("gone"))'
	is v0 rx-gro off
	run nod undo
	[ "$status" -eq 3 ]
}

@test "undo --list: who, when, what; other namespaces are marked and left alone" {
	nod set v0 gro=on
	right ip link add v0 type veth peer name v1
	right "$NOD" set v0 gro=on
	run nod undo --list
	[ "$status" -eq 0 ]
	[[ ${lines[0]} == "1  "*done ]]
	[[ ${lines[1]} == *"v0: rx-gro=on" ]]
	[[ ${lines[2]} == "2  "*"(another network namespace)" ]]
	run nod undo 2
	[ "$status" -eq 3 ]
	nod undo
	is v0 rx-gro off
	[[ $(right "$BUILD/tests/features" v0) == *"rx-gro requested on"* ]]
	journal_says '.entries[0] | .user != "" and .time > 1600000000 and (.command | test("^nod set v0 gro=on$"))'
}

@test "undo --dry-run changes nothing" {
	nod set v0 gro=on
	run --separate-stderr nod undo --dry-run --json
	[ "$status" -eq 0 ]
	says '.state == "planned" and .undoes == 1'
	is v0 rx-gro on
	journal_says '.entries | length == 1'
}

@test "many nod at once: each has its entry, and all of it comes back" {
	local i
	features v0 v1 >"$BATS_TEST_TMPDIR/before"
	# shellcheck disable=SC2016
	left bash -c 'for i in {1..16}; do
			"$1" set -q "v$((i % 2))" "gro=$( ((i / 2 % 2)) && echo on || echo off)" sg=off >/dev/null &
			running+=($!)
		done
		for i in "${running[@]}"; do wait "$i" || exit; done' - "$NOD"
	journal_says '.damaged == 0 and (.entries | length > 1 and map(.number) == [range(1; length + 1)])'
	for ((i = 0; i < 32; i++)); do nod undo -q >/dev/null || break; done
	features v0 v1 | diff "$BATS_TEST_TMPDIR/before" -
}

# --- on trial -----------------------------------------------------------------------------------

@test "--for: nod confirm keeps it" {
	begin_trial
	is v0 rx-gro on
	[[ $line != *Enter* ]]
	journal_says '.entries[0] | .state == "pending" and .deadline == .time + 3600'
	nod confirm
	trial_ends 0
	is v0 rx-gro on
	journal_says '.entries[0].state == "done"'
	run nod confirm
	[ "$status" -eq 3 ]
	nod undo
	is v0 rx-gro off
}

@test "--for: put back at the deadline" {
	run --separate-stderr nod set --json --for=1s v0 gro=on
	[ "$status" -eq 1 ]
	says '.state == "pending" and .number == 1 and .deadline > 1600000000'
	is v0 rx-gro off
	journal_says '.entries[0] | .state == "undone" and .undone_why == "deadline"'
}

@test "--for: put back is status 1, also if nobody reads what is printed" {
	# shellcheck disable=SC2016
	run left bash -c 'exec 9> >(true); wait $!; "$1" set --for=1s v0 gro=on >&9; echo "status $?"' - "$NOD"
	[[ $output == *"status 1"* ]]
	is v0 rx-gro off
}

@test "--for: twice at a time, in the end it is as before the first" {
	begin_trial
	first=$trial
	start_trial setpriv --pdeathsig KILL "${at_left[@]}" "$NOD" set --for=1h v0 gro=off
	kill "$first"
	wait "$first" || true
	is v0 rx-gro off not-requested
	kill "$trial"
	trial_ends 1
	is v0 rx-gro off not-requested
}

@test "--for: what was changed later is left alone" {
	begin_trial
	nod set v0 gro=off sg=off
	nod set v0 gro=on
	kill "$trial"
	trial_ends 1
	journal_says '.entries[0].undone_why == "interrupted"'
	is v0 rx-gro on requested
	nod undo
	is v0 rx-gro off not-requested
	nod undo
	is v0 tx-scatter-gather on requested
	is v0 rx-gro off not-requested
}

@test "--for: a signal that is ignored ends nothing" {
	start_trial setpriv --pdeathsig KILL bash -c "trap '' HUP; exec ${at_left[*]} $NOD set --for=2s v0 gro=on"
	kill -s HUP "$trial"
	trial_ends 1
	journal_says '.entries[0].undone_why == "deadline"'
}

@test "--for: names of devices do no harm to a terminal" {
	begin_trial
	left ip link set dev v0 name $'w\e[31m' || skip "no such name can be given"
	kill "$trial"
	expect 'is called w' "$trial_words"
	[[ $line != *$'\e'* ]]
}

@test "--for: put back also without the journal" {
	begin_trial 1s
	start setpriv --pdeathsig KILL "${at_left[@]}" "$NOD" watch v0
	rm -r "$NOD_STATE_DIR"
	expect 'rx-gro.* off'
	trial_ends 3
	is v0 rx-gro off
}

@test "--for: nod undo puts it back before" {
	begin_trial
	nod undo
	trial_ends 1
	is v0 rx-gro off
}

@test "--for: a signal puts it back at once" {
	local signal
	for signal in TERM HUP; do
		begin_trial
		is v0 rx-gro on
		kill -s "$signal" "$trial"
		trial_ends 1
		is v0 rx-gro off
		journal_says '.entries[-1] | .state == "undone" and .undone_why == "interrupted"'
	done
}

@test "--for: killed, the watcher puts it back at the deadline" {
	begin_trial 2s
	kill -s KILL "$trial"
	journal_gets '"undone"'
	[[ $line == *deadline* ]]
	is v0 rx-gro off
}

@test "--for: killed, but confirmed, it stays" {
	begin_trial
	kill -s KILL "$trial"
	nod confirm 1
	is v0 rx-gro on
	journal_says '.entries[0].state == "done"'
}

@test "--for: Enter keeps it, on a terminal" {
	load ../cli/terminal
	needs_terminal
	mkfifo "$BATS_TEST_TMPDIR/keys"
	exec {keys}<>"$BATS_TEST_TMPDIR/keys"
	begin_typed_trial "$keys"
	[[ $line == *Enter* ]]
	echo >&"$keys"
	trial_ends 0
	is v0 rx-gro on
	journal_says '.entries[0].state == "done"'
}

@test "--for: what was typed before is no answer" {
	load ../cli/terminal
	needs_terminal
	mkfifo "$BATS_TEST_TMPDIR/keys"
	exec {keys}<>"$BATS_TEST_TMPDIR/keys"
	echo ls >&"$keys"
	cat >"$BATS_TEST_TMPDIR/late" <<-END
		until read -t 0; do :; done
		exec ${at_left[*]} $NOD set --for=1h v0 gro=on
	END
	start_trial setpriv --pdeathsig KILL bash -c "exec script -qec 'bash $BATS_TEST_TMPDIR/late' /dev/null <&$keys"
	nod undo
	trial_ends 1
	journal_says '.entries[0].undone_why == "undo"'
}

@test "--for: put back when the terminal is lost" {
	load ../cli/terminal
	needs_terminal
	mkfifo "$BATS_TEST_TMPDIR/keys"
	exec {keys}<>"$BATS_TEST_TMPDIR/keys"
	begin_typed_trial "$keys"
	is v0 rx-gro on
	kill -s KILL "$trial"
	journal_gets '"undone"'
	[[ $line == *interrupted* ]]
	is v0 rx-gro off
}

@test "--for: the end of an input that is no terminal says nothing" {
	start_trial bash -c "echo | ${at_left[*]} $NOD set --for=1h v0 gro=on"
	is v0 rx-gro on
	nod undo
	trial_ends 1
	journal_says '.entries[0].undone_why == "undo"'
}

@test "--for: a missed deadline is told" {
	local watcher
	need pgrep
	begin_trial
	watcher=$(pgrep --parent "$trial")
	kill -s KILL "$trial" "$watcher"
	sed -i 's/"deadline": *[0-9]*/"deadline":1600000000/' "$journal"
	run --separate-stderr nod set v1 gro=on
	[ "$status" -eq 0 ]
	[[ $stderr == *"change 1 "*"nod undo 1"* ]]
	nod undo 1
	is v0 rx-gro off
}

# --- kill -9 ------------------------------------------------------------------------------------

# killed KIND: a random moment each, the same in every run unless SEED is given.
killed() {
	left env NOD="$NOD" "$BUILD/tests/killer" "$1" 200 "${SEED-1}"
}

@test "killed at 200 random moments of nod set --atomic: nod undo restores what was" {
	killed atomic
}

@test "killed at 200 random moments of nod set --for: nod undo restores what was" {
	killed for
}

@test "killed at 200 random moments of nod undo: nod undo restores what was" {
	killed undo
}
